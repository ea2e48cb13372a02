//! Korean.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::{Label, Locale, Page, Unknown, from_large, iana_place};
use crate::digits;
use crate::programme::{Access, PartOfDay, StatusKind, VisitKind};

const WEEKDAYS: [&str; 7] = ["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"];

pub(super) struct Korean;

impl Locale for Korean {
    fn own_name(&self) -> &'static str {
        "한국어"
    }

    fn language(&self, primary: &str) -> Option<&'static str> {
        Some(match primary {
            "en" => "영어",
            "ja" => "일본어",
            "zh" => "중국어",
            "de" => "독일어",
            "fr" => "프랑스어",
            "es" => "스페인어",
            "it" => "이탈리아어",
            "ru" => "러시아어",
            "vi" => "베트남어",
            _ => return None,
        })
    }

    fn write_day(&self, out: &mut String, date: NaiveDate) {
        digits::plain(out, date.month());
        out.push_str("월 ");
        digits::plain(out, date.day());
        out.push('일');
    }

    fn write_full_day(&self, out: &mut String, date: NaiveDate) {
        self.write_dated(out, date);
        out.push(' ');
        out.push_str(WEEKDAYS[date.weekday().num_days_from_monday() as usize]);
    }

    fn write_dated(&self, out: &mut String, date: NaiveDate) {
        digits::year(out, date);
        out.push_str("년 ");
        self.write_day(out, date);
    }

    fn around_times(&self) -> [&'static str; 3] {
        ["", "~", ""]
    }

    fn days(&self, from: &str, to: &str) -> String {
        [from, "~", to].concat()
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
        let first = self.dated(from);
        match (from.year() == to.year(), from.month() == to.month()) {
            _ if from == to => first,
            (true, true) => format!("{}~{}일", first.trim_end_matches('일'), to.day()),
            (true, false) => format!("{first}~{}", self.day(to)),
            (false, _) => format!("{first}~{}", self.dated(to)),
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

    fn day_with(&self, day: &str, rest: &str) -> String {
        format!("{day} {rest}")
    }

    fn both(&self, one: &str, other: &str) -> String {
        format!("{one}, {other}")
    }

    fn unknown(&self, unknown: Unknown) -> &'static str {
        match unknown {
            Unknown::Time => "시간 미정",
            Unknown::Day => "날짜 미정",
            Unknown::End => "종료 시각은 발표되지 않았습니다.",
        }
    }

    fn span(&self, day: &str, host: &str, from: &str, to: &str, zone: &str) -> String {
        format!("{host} 기준 {day} = {from}~{to} {zone}")
    }

    fn same_day(&self, day: &str, host: &str, other: &str) -> String {
        format!("{host} 기준 {day} = {other} 기준 {day}")
    }

    fn zone_place(&self, zone: &'static str) -> Cow<'static, str> {
        Cow::Borrowed(match zone {
            "Asia/Seoul" => "서울",
            "Asia/Tokyo" => "도쿄",
            "Asia/Shanghai" => "베이징",
            "Asia/Singapore" => "싱가포르",
            "Asia/Ho_Chi_Minh" => "베트남",
            "Asia/Bangkok" => "방콕",
            "Asia/Jakarta" => "자카르타",
            "Asia/Kolkata" => "인도",
            "Asia/Dubai" => "두바이",
            "Europe/London" => "런던",
            "Europe/Paris" => "파리",
            "Europe/Berlin" => "베를린",
            "Europe/Rome" => "로마",
            "Europe/Brussels" => "브뤼셀",
            "America/New_York" => "미국 동부",
            "America/Chicago" => "미국 중부",
            "America/Denver" => "미국 산악",
            "America/Los_Angeles" => "미국 서부",
            "America/Toronto" => "토론토",
            "Australia/Sydney" => "시드니",
            other => return iana_place(other),
        })
    }

    fn country(&self, code: &str) -> Option<&'static str> {
        Some(match code {
            "US" => "미국",
            "JP" => "일본",
            "KR" => "한국",
            "CN" => "중국",
            "GB" => "영국",
            "DE" => "독일",
            "FR" => "프랑스",
            "IT" => "이탈리아",
            "CA" => "캐나다",
            "AU" => "호주",
            "IN" => "인도",
            "VN" => "베트남",
            _ => return None,
        })
    }

    fn place(&self, parts: &[&str]) -> String {
        from_large(parts)
    }

    fn time_at_place(&self, time: &str, place: &str) -> String {
        format!("{time}({place})")
    }

    fn list(&self, items: &[Cow<'_, str>]) -> String {
        items.join(", ")
    }

    fn clauses(&self, clauses: &[String]) -> String {
        clauses.join(" / ")
    }

    fn colon(&self) -> &'static str {
        ": "
    }

    fn labelled_field(&self, label: Label, field: &str, text: &str) -> String {
        format!("{}({}): {text}", self.label(label), self.field(field))
    }

    fn page(&self, page: Page) -> &'static str {
        match page {
            Page::Skip => "본문으로 건너뛰기",
            Page::Languages => "언어",
            Page::Visits => "순방 일정",
            Page::AllVisits => "전체 순방",
            Page::Programme => "세부 일정",
            Page::Hours => "시간표",
            Page::HoursLegend => {
                "채워진 막대는 발표된 시각입니다. 점선 막대는 시각이 발표되지 않은 일정으로, 그날 하루 또는 알려진 범위를 나타냅니다. 각 날짜의 위 눈금은 현지 시각, 아래 눈금은 국내 시각이며, 세로선은 국내 자정입니다."
            }
            Page::HoursLegendOne => {
                "채워진 막대는 발표된 시각입니다. 점선 막대는 시각이 발표되지 않은 일정으로, 그날 하루 또는 알려진 범위를 나타냅니다."
            }
            Page::Subscribe => "구독",
            Page::SubscribeHint => "구독한 캘린더에는 변경 사항이 자동으로 반영됩니다.",
            Page::OpenInApp => "캘린더 앱에서 열기",
            Page::Address => "복사할 주소",
            Page::ScanCode => "휴대전화로 스캔하면 구독할 수 있습니다.",
            Page::FeedFile => "캘린더 피드",
            Page::Refresh => "앱별 변경 확인 주기",
            Page::RefreshApple => "설정에 따르며, 컴퓨터에서는 5분마다부터 1주일마다까지 정할 수 있습니다.",
            Page::RefreshGoogle => "앱이 정한 때에 확인하므로, 변경 반영에 하루 이상 걸릴 수 있습니다.",
            Page::RefreshOutlook => "약 3시간마다 확인하지만, 하루 이상 걸릴 때도 있습니다.",
            Page::RefreshOther => {
                "캘린더 속성에 따르며, 대개 1시간 이내입니다. 행사 직전에는 이 페이지를 확인하십시오."
            }
            Page::AddEntry => "캘린더에 추가",
            Page::EntryFile => "캘린더 파일",
            Page::CopyHint => {
                "따로 추가한 일정은 사본이므로 변경 사항이 반영되지 않습니다. 변경 사항을 받으려면 구독하십시오."
            }
            Page::Published => "게시",
            Page::LastChanged => "최종 변경",
            Page::Before => "변경 전",
            Page::Moved => "옮긴 곳:",
            Page::ChangesFeed => "변경 내역 피드",
            Page::YourClock => "내 시각",
            Page::ChooseZone => "다른 시간대로도 보기",
            Page::OfficialOnly => "공식 시각만",
            Page::Past => "지난 일정",
            Page::Now => "진행 중",
            Page::Next => "다음 일정",
            Page::PermanentLink => "고유 주소",
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
            Label::ForPress => "취재진용 안내",
            Label::Gather => "집결",
            Label::CallTime => "현장 대기",
            Label::FilingCentre => "프레스센터",
            Label::Contact => "문의",
            Label::ForStaff => "직원용 안내",
        }
    }

    fn prefix(&self, status: StatusKind) -> Option<&'static str> {
        match status {
            StatusKind::Cancelled => Some("취소: "),
            StatusKind::Postponed => Some("연기: "),
            StatusKind::Tentative | StatusKind::Confirmed => None,
        }
    }

    fn withdrawn(&self) -> &'static str {
        "철회됨"
    }

    fn withdrawn_prefix(&self) -> &'static str {
        "철회: "
    }

    fn withdrawn_notice(&self) -> &'static str {
        "이 항목은 일정에서 제외되었습니다."
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

    fn access_mark(&self, access: Access) -> &'static str {
        match access {
            Access::Open => "언론 공개",
            Access::Pooled => "풀기자단 공개",
            Access::Closed => "언론 비공개",
        }
    }

    fn disputed_mark(&self, fields: &str) -> String {
        format!("다른 발표·보도 있음: {fields}")
    }

    fn open_end_mark(&self) -> &'static str {
        "종료 시각 미발표"
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
        let mut text = publisher.to_owned();
        if let Some(title) = title {
            text.push_str(" 「");
            text.push_str(title);
            text.push('」');
        }
        let details: Vec<_> = via.map(|via| format!("{via} 보도")).into_iter().chain(on.map(str::to_owned)).collect();
        if !details.is_empty() {
            text.push('(');
            text.push_str(&details.join(", "));
            text.push(')');
        }
        text
    }

    fn said_by(&self, says: &str, who: &str) -> String {
        format!("{says} — {who}")
    }

    fn title_with(&self, title: &str, known: &str) -> String {
        format!("{title}({known})")
    }

    fn nothing(&self) -> &'static str {
        "표시할 일정이 없습니다."
    }

    fn soon(&self, title: &str) -> String {
        format!("곧 시작: {title}")
    }
}
