//! Korean.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::{Label, Locale, Phrase, Punctuation, Told, from_large, with_details};
use crate::programme::{Access, PartOfDay, StatusKind, StepKind, UiLanguage, VisitKind};

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

    fn text_is_in(&self, language: &str) -> String {
        format!("일정 본문은 {language}입니다.")
    }

    fn weekday(&self, date: NaiveDate) -> &'static str {
        WEEKDAYS[date.weekday().num_days_from_monday() as usize].trim_end_matches("요일")
    }

    fn about(&self, time: &str) -> String {
        format!("{time}경")
    }

    fn about_one(&self, from: &str, to: &str, is_start: bool) -> String {
        if is_start { format!("{from}경부터 {to}까지") } else { format!("{from}부터 {to}경까지") }
    }

    fn not_before(&self, time: &str) -> String {
        format!("{time} 이후")
    }

    fn not_after(&self, time: &str) -> String {
        format!("{time} 이전")
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

    fn after(&self, titles: &[Cow<'_, str>]) -> String {
        let quoted: Vec<String> = titles.iter().map(|title| format!("‘{title}’")).collect();
        format!("{} 이후", quoted.join("·"))
    }

    fn before(&self, title: &str) -> String {
        format!("‘{title}’ 이전")
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
            Phrase::TimeUnknown | Phrase::TimeNotAnnounced => "시각 미발표",
            Phrase::DayUnknown => "날짜 미발표",
            Phrase::ToBeConfirmed => "시각 미확정",
            Phrase::EndUnknown => "종료 시각은 발표되지 않았습니다.",
            Phrase::EndUnknownMark => "종료 시각 미발표",
            Phrase::DisputedMark => "다른 발표·보도 있음",
            Phrase::Soon => "곧 시작",
            Phrase::NothingToShow => "표시할 일정이 없습니다.",
            Phrase::Skip => "본문으로 건너뛰기",
            Phrase::Languages => "언어",
            Phrase::Visits => "순방 일정",
            Phrase::AllVisits => "전체 순방",
            Phrase::Timeline => "시간표",
            Phrase::Subscribe => "구독",
            Phrase::SubscribeHint => "구독한 캘린더에는 변경 사항이 자동으로 반영됩니다.",
            Phrase::ClockHint => {
                "캘린더는 사용자의 시간대로 표시합니다. 피드의 시간대는 본문에 적히는 시각에만 적용됩니다."
            }
            Phrase::AppleHint => "설정에 따르며, 컴퓨터에서는 5분마다부터 1주일마다까지 정할 수 있습니다.",
            Phrase::GoogleHint => {
                "컴퓨터에서 추가하면 휴대전화 앱에도 나타납니다. 변경 반영에 하루 이상 걸릴 수 있습니다."
            }
            Phrase::OutlookHint => "약 3시간마다 확인하지만, 하루 이상 걸릴 때도 있습니다.",
            Phrase::OtherHint => {
                "앱에 이 주소를 입력하십시오. 대개 1시간 이내에 확인합니다. 행사 직전에는 이 페이지를 확인하십시오."
            }
            Phrase::OtherApps => "다른 앱",
            Phrase::OtherFeeds => "다른 피드",
            Phrase::EmptyFeed => "아직 일정이 없습니다.",
            Phrase::OwnAddress => {
                "비밀번호를 넣을 수 없는 외부 서비스에는 주소를 넘기지 않습니다. 기기의 캘린더 앱에서 구독하거나 담당자에게 개인 주소를 요청하십시오."
            }
            Phrase::ScanCode => "휴대전화로 스캔하면 구독할 수 있습니다.",
            Phrase::FeedFile => "캘린더 피드",
            Phrase::OwnFeed => "나만의 피드",
            Phrase::AlarmBefore => "일정 전 알림",
            Phrase::Copy => "주소 복사",
            Phrase::CopyText => "텍스트로 복사",
            Phrase::Copied => "복사됨",
            Phrase::Share => "공유",
            Phrase::Add => "추가",
            Phrase::CopyHint => {
                "따로 추가한 일정은 사본이므로 변경 사항이 반영되지 않습니다. 변경 사항을 받으려면 구독하십시오."
            }
            Phrase::LastChanged => "최종 변경",
            Phrase::Changed => "변경됨",
            Phrase::Before => "변경 전",
            Phrase::Moved => "옮긴 곳:",
            Phrase::Changes => "변경 내역",
            Phrase::ChangesFeed => "변경 내역 피드",
            Phrase::ScheduleChanges => "일정 변경 소식",
            Phrase::AnnouncedBy => "발표",
            Phrase::AccordingTo => "출처",
            Phrase::OtherAccounts => "다른 발표·보도 내용",
            Phrase::YourClock => "내 시각",
            Phrase::You => "내 시간대",
            Phrase::OfficialOnly => "공식 시각만",
            Phrase::OtherZone => "다른 시간대",
            Phrase::WhereItHappens => "현지",
            Phrase::Now => "진행 중",
            Phrase::Next => "다음 일정",
            Phrase::LaterToday => "오늘, 시각 미발표",
            Phrase::Began => "% 시작, 종료 시각 미발표",
            Phrase::VisitOver => "이 순방은 끝났습니다.",
            Phrase::UnderWay => "순방 중",
            Phrase::ComingUp => "예정된 순방",
            Phrase::PastVisits => "지난 순방",
            Phrase::DayBefore => "전날",
            Phrase::SinceLastVisit => "지난 방문 후 변경",
            Phrase::JumpToNow => "지금으로",
            Phrase::NextOnTrip => "이번 순방의 다음 방문",
            Phrase::BeforeOnTrip => "이번 순방의 앞선 방문",
            Phrase::Days => "날짜",
            Phrase::AllKinds => "모든 종류",
            Phrase::AllAccess => "모든 취재 조건",
            Phrase::WithTime => "시각이 있는 일정",
            Phrase::Search => "검색",
            Phrase::PermanentLink => "고유 주소",
            Phrase::InHours => "%시간 %분 후",
            Phrase::StateOf => "% 기준",
            Phrase::NothingHere => "이 주소에는 아무것도 없습니다",
            Phrase::Map => "지도",
            Phrase::AsText => "텍스트",
            Phrase::PressBand => "취재진용. 표시된 엠바고를 지켜 주십시오.",
            Phrase::StaffBand => "직원용. 공개 금지.",
            Phrase::ChangeAnnounced => "새로 발표",
            Phrase::ChangeAdded => "이 캘린더에 추가",
            Phrase::ChangeRevised => "변경",
            Phrase::ChangeReinstated => "다시 포함",
            Phrase::ChangeRestricted => "이곳에는 더 이상 표시되지 않음",
            Phrase::ChangeWithdrawn => "철회",
        }
    }

    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Departs => "출발",
            Label::Arrives => "도착",
            Label::Via => "경유",
            Label::Place => "장소",
            Label::PartOf => "상위 일정",
            Label::With => "참석자",
            Label::Principal => "방문 인사",
            Label::Access => "취재",
            Label::Status => "상태",
            Label::Reason => "사유",
            Label::Link => "링크",
            Label::Stream => "생중계",
            Label::Source | Label::Sources => "출처",
            Label::Disputed => "다른 발표·보도",
            Label::Actual => "실제 진행",
            Label::Visit => "방문",
            Label::Host => "주최",
            Label::ForPress => "취재진용",
            Label::Gather => "집결",
            Label::CallTime => "현장 대기",
            Label::FilingCentre => "프레스센터",
            Label::Contact => "문의",
            Label::ForStaff => "내부용",
            Label::StepFor => "대상",
            Label::Pool => "풀기자단",
            Label::Accreditation => "취재 신청",
            Label::PressCentre => "미디어센터",
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

    fn under_embargo(&self, until: Option<&str>) -> String {
        until.map_or_else(|| "엠바고".to_owned(), |until| format!("엠바고: {until}까지"))
    }

    fn step(&self, kind: StepKind) -> &'static str {
        match kind {
            StepKind::PreSet => "사전 설치",
            StepKind::Gather => "집합",
            StepKind::Call => "대기 시각",
            StepKind::Sweep => "보안 점검",
            StepKind::FinalAccess => "최종 입장",
            StepKind::Spray => "스프레이(모두 촬영)",
            StepKind::Doorstep => "도어스테핑",
            StepKind::PoolReturn => "풀 복귀",
            StepKind::Filing => "기사 송고",
            StepKind::Lid => "일정 종료(리드)",
            StepKind::Other => "단계",
            StepKind::Accreditation => "취재 신청 마감",
        }
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
            Access::PoolSpray => "풀 스프레이(짧은 촬영)",
            Access::StillsOnly => "사진 풀 취재",
            Access::PrintPool => "펜 풀 취재",
            Access::HostBroadcaster => "주관 방송사 취재",
            Access::PreCredentialed => "사전 등록 기자 공개",
            Access::ByInvitation => "초청 기자 공개",
        }
    }

    fn visit_kind(&self, kind: VisitKind) -> &'static str {
        match kind {
            VisitKind::StateVisit => "국빈 방문",
            VisitKind::OfficialVisit => "공식 방문",
            VisitKind::OfficialWorkingVisit => "공식 실무 방문",
            VisitKind::WorkingVisit => "실무 방문",
            VisitKind::PrivateVisit => "사적 방문",
            VisitKind::MultilateralSummit => "다자 정상회의",
            VisitKind::Stopover => "경유 방문",
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
            "host" => "주최",
            "with" => "참석자",
            "note" => "비고",
            "link" => "링크",
            "stream" => "생중계",
            "actual" => "실제 진행",
            "zone" => "시간대",
            "dates" => "기간",
            "depart.place" => "출발지",
            "arrive.place" => "도착지",
            "via" => "경유지",
            "part_of" => "상위 일정",
            "reason" => "사유",
            "where" => "방문지",
            "sources" => "출처 정보",
            "disputed" => "다른 발표·보도 내용",
            "press" => "취재진용 정보",
            "press.gather" => "집결 시간",
            "press.call_time" => "입장 시간",
            "press.meet_at" => "집결 장소",
            "press.filing_centre" => "기사 송고 센터",
            "press.contact" => "취재 문의",
            "press.note" => "취재진용 비고",
            "staff" => "내부용 정보",
            "staff.note" => "내부용 비고",
            "staff.contact" => "내부 연락처",
            "press.steps" => "취재진 세부 일정",
            "press.pool" => "풀기자단",
            "press.accreditation.deadline" => "취재 신청 마감",
            "press.accreditation.link" => "취재 신청 링크",
            "press.accreditation.contact" => "취재 신청 연락처",
            "press.accreditation.note" => "취재 신청 안내",
            "press.centre" => "미디어센터",
            "press.centre.hours" => "미디어센터 운영 시간",
            "staff.steps" => "내부 세부 일정",
            "actual.end" => "실제 종료",
            "actual.says" => "실제 진행 내용",
            "actual.sources" => "실제 진행의 출처",
            "depart.actual" => "실제 출발",
            "depart.actual.end" => "실제 출발 종료",
            "depart.actual.says" => "실제 출발 내용",
            "depart.actual.sources" => "실제 출발의 출처",
            "arrive.actual" => "실제 도착",
            "arrive.actual.end" => "실제 도착 종료",
            "arrive.actual.says" => "실제 도착 내용",
            "arrive.actual.sources" => "실제 도착의 출처",
            "description" => "설명",
            other => unreachable!("{other} has no name"),
        }
    }

    fn told(&self, name: &str, told: Told) -> String {
        match told {
            Told::Changed => format!("{name} 변경"),
            Told::Announced => format!("{name} 발표"),
            Told::TimeAnnounced => format!("{name} 확정 발표"),
            Told::NoLongerAnnounced => format!("{name} 미발표로 변경"),
            Told::NoLongerGiven | Told::Removed => format!("{name} 삭제"),
            Told::Added => format!("{name} 추가"),
        }
    }

    fn no_longer(&self, status: &str) -> String {
        format!("{status} 해제")
    }

    fn quoted(&self, title: &str) -> String {
        format!("‘{title}’")
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
