//! Korean.

use chrono::{Datelike, NaiveDate};

use super::{Label, Locale, Phrase, Punctuation, from_large, with_details};
use crate::programme::{Access, PartOfDay, StatusKind, UiLanguage, VisitKind};

const WEEKDAYS: [&str; 7] = ["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"];

pub(super) struct Korean;

impl Locale for Korean {
    fn ui_language(&self) -> UiLanguage {
        UiLanguage::Korean
    }

    fn punctuation(&self) -> &'static Punctuation {
        &Punctuation {
            colon: ": ",
            list: ", ",
            names: ", ",
            clauses: " / ",
            day_end: " ",
            times: "~",
            days: "~",
            parentheses: ["(", ")"],
        }
    }

    fn day(&self, date: NaiveDate) -> String {
        format!("{}월 {}일", date.month(), date.day())
    }

    fn full_day(&self, date: NaiveDate) -> String {
        format!("{} {}", self.date(date), WEEKDAYS[date.weekday().num_days_from_monday() as usize])
    }

    fn date(&self, date: NaiveDate) -> String {
        format!("{}년 {}", date.year(), self.day(date))
    }

    fn about(&self, time: &str) -> String {
        format!("{time}경")
    }

    fn part(&self, part: PartOfDay) -> &'static str {
        match part {
            PartOfDay::EarlyMorning => "새벽",
            PartOfDay::Morning => "오전",
            PartOfDay::Midday => "점심 무렵",
            PartOfDay::Afternoon => "오후",
            PartOfDay::LateAfternoon => "늦은 오후",
            PartOfDay::Evening => "저녁",
            PartOfDay::Night => "밤",
        }
    }

    fn date_range(&self, from: NaiveDate, to: NaiveDate) -> String {
        let first = self.date(from);
        match (from.year() == to.year(), from.month() == to.month()) {
            _ if from == to => first,
            (true, true) => format!("{}~{}일", first.trim_end_matches('일'), to.day()),
            (true, false) => format!("{first}~{}", self.day(to)),
            (false, _) => format!("{first}~{}", self.date(to)),
        }
    }

    fn between(&self, from: &str, to: &str) -> String {
        format!("{from}~{to} 사이")
    }

    fn until(&self, end: &str) -> String {
        format!("{end}까지")
    }

    fn after(&self, title: &str) -> String {
        format!("‘{title}’ 이후")
    }

    fn span(&self, day: &str, host: &str, from: &str, to: &str, zone: &str) -> String {
        format!("{host} 기준 {day} = {from}~{to} {zone}")
    }

    fn same_day(&self, day: &str, host: &str, other: &str) -> String {
        format!("{host} 기준 {day} = {other} 기준 {day}")
    }

    fn zone_time(&self, zone: &'static str) -> String {
        format!("{} 시간", self.zone_place(zone))
    }

    fn place(&self, parts: &[&str]) -> String {
        from_large(parts)
    }

    fn time_at_place(&self, time: &str, place: &str) -> String {
        format!("{time}({place})")
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        match phrase {
            Phrase::Withdrawn => "철회됨",
            Phrase::WithdrawnPrefix => "철회: ",
            Phrase::WithdrawnNotice => "이 항목은 일정에서 제외되었습니다.",
            Phrase::TimeUnknown => "시간 미정",
            Phrase::DayUnknown => "날짜 미정",
            Phrase::EndUnknown => "종료 시각은 발표되지 않았습니다.",
            Phrase::EndUnknownMark => "종료 시각 미발표",
            Phrase::DisputedMark => "다른 발표·보도 있음",
            Phrase::Soon => "곧 시작",
            Phrase::NothingToShow => "표시할 일정이 없습니다.",
            Phrase::Skip => "본문으로 건너뛰기",
            Phrase::Languages => "언어",
            Phrase::Visits => "순방 일정",
            Phrase::AllVisits => "전체 순방",
            Phrase::Programme => "세부 일정",
            Phrase::Hours => "시간표",
            Phrase::HoursLegend => {
                "채워진 막대는 발표된 시각입니다. 점선 막대는 시각이 발표되지 않은 일정으로, 그날 하루 또는 알려진 범위를 나타냅니다. 각 날짜의 위 눈금은 현지 시각, 아래 눈금은 국내 시각이며, 세로선은 국내 자정입니다."
            }
            Phrase::HoursLegendOne => {
                "채워진 막대는 발표된 시각입니다. 점선 막대는 시각이 발표되지 않은 일정으로, 그날 하루 또는 알려진 범위를 나타냅니다."
            }
            Phrase::Subscribe => "구독",
            Phrase::SubscribeHint => "구독한 캘린더에는 변경 사항이 자동으로 반영됩니다.",
            Phrase::OpenInApp => "캘린더 앱에서 열기",
            Phrase::Address => "복사할 주소",
            Phrase::ScanCode => "휴대전화로 스캔하면 구독할 수 있습니다.",
            Phrase::FeedFile => "캘린더 피드",
            Phrase::Refresh => "앱별 변경 확인 주기",
            Phrase::RefreshApple => "설정에 따르며, 컴퓨터에서는 5분마다부터 1주일마다까지 정할 수 있습니다.",
            Phrase::RefreshGoogle => "앱이 정한 때에 확인하므로, 변경 반영에 하루 이상 걸릴 수 있습니다.",
            Phrase::RefreshOutlook => "약 3시간마다 확인하지만, 하루 이상 걸릴 때도 있습니다.",
            Phrase::RefreshOther => {
                "캘린더 속성에 따르며, 대개 1시간 이내입니다. 행사 직전에는 이 페이지를 확인하십시오."
            }
            Phrase::AddEntry => "캘린더에 추가",
            Phrase::EntryFile => "캘린더 파일",
            Phrase::CopyHint => {
                "따로 추가한 일정은 사본이므로 변경 사항이 반영되지 않습니다. 변경 사항을 받으려면 구독하십시오."
            }
            Phrase::Published => "게시",
            Phrase::LastChanged => "최종 변경",
            Phrase::Before => "변경 전",
            Phrase::Moved => "옮긴 곳:",
            Phrase::ChangesFeed => "변경 내역 피드",
            Phrase::YourClock => "내 시각",
            Phrase::ChooseZone => "다른 시간대로도 보기",
            Phrase::OfficialOnly => "공식 시각만",
            Phrase::Past => "지난 일정",
            Phrase::Now => "진행 중",
            Phrase::Next => "다음 일정",
            Phrase::PermanentLink => "고유 주소",
        }
    }

    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Departs => "출발",
            Label::Arrives => "도착",
            Label::Place => "장소",
            Label::With => "참석자",
            Label::Principal => "방문 인사",
            Label::Access => "취재",
            Label::Status => "상태",
            Label::Reason => "사유",
            Label::Link => "링크",
            Label::Source | Label::Sources => "출처",
            Label::Disputed => "다른 발표·보도",
            Label::Actual => "실제 진행",
            Label::Visit => "방문",
            Label::ForPress => "취재진용",
            Label::Gather => "집결",
            Label::CallTime => "현장 대기",
            Label::FilingCentre => "프레스센터",
            Label::Contact => "문의",
            Label::ForStaff => "내부용",
        }
    }

    fn prefix(&self, status: StatusKind) -> Option<&'static str> {
        match status {
            StatusKind::Cancelled => Some("취소: "),
            StatusKind::Postponed => Some("연기: "),
            StatusKind::Tentative => Some("잠정: "),
            StatusKind::Confirmed => None,
        }
    }

    fn under_embargo(&self, until: &str) -> String {
        format!("엠바고: {until}까지")
    }

    fn status(&self, status: StatusKind) -> &'static str {
        match status {
            StatusKind::Tentative => "잠정",
            StatusKind::Confirmed => "확정",
            StatusKind::Postponed => "연기",
            StatusKind::Cancelled => "취소",
        }
    }

    fn access(&self, access: Access) -> &'static str {
        match access {
            Access::Open => "언론 공개",
            Access::Pooled => "풀기자단 공개",
            Access::Closed => "언론 비공개",
        }
    }

    fn visit_kind(&self, kind: VisitKind) -> &'static str {
        match kind {
            VisitKind::StateVisit => "국빈 방문",
            VisitKind::OfficialVisit => "공식 방문",
            VisitKind::OfficialWorkingVisit => "공식 실무 방문",
            VisitKind::WorkingVisit => "실무 방문",
            VisitKind::PrivateVisit => "사적 방문",
        }
    }

    fn field(&self, field: &str) -> &'static str {
        match field {
            "kind" => "형식",
            "title" => "제목",
            "when" => "시간",
            "depart" => "출발",
            "arrive" => "도착",
            "place" => "장소",
            "status" => "상태",
            "access" => "취재",
            "principal" => "방문 인사",
            "counterpart" => "상대",
            "at" => "주소",
            "with" => "참석자",
            "note" => "비고",
            "link" => "링크",
            "actual" => "실제 진행",
            "zone" => "시간대",
            "dates" => "기간",
            _ => "기타",
        }
    }

    fn publication(&self, publisher: &str, title: Option<&str>, via: Option<&str>, on: Option<&str>) -> String {
        let title = title.map(|title| format!(" 「{title}」")).unwrap_or_default();
        let via = via.map(|via| format!("{via} 보도"));
        with_details(self, format!("{publisher}{title}"), [via.as_deref(), on])
    }

    fn said_by(&self, says: &str, who: &str) -> String {
        format!("{says} — {who}")
    }
}
