//! Japanese.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::{Label, Locale, Phrase, Punctuation, Told, from_large, iana_place, with_details};
use crate::programme::{Access, PartOfDay, StatusKind, StepKind, UiLanguage, VisitKind};

const WEEKDAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

pub(super) struct Japanese;

impl Locale for Japanese {
    fn ui_language(&self) -> UiLanguage {
        UiLanguage::Japanese
    }

    fn punctuation(&self) -> &'static Punctuation {
        &Punctuation {
            colon: "：",
            list: "、",
            names: "、",
            clauses: "／",
            day_end: " ",
            times: "〜",
            days: "〜",
            parentheses: ["（", "）"],
        }
    }

    fn day(&self, date: NaiveDate) -> String {
        format!("{}月{}日", date.month(), date.day())
    }

    fn full_day(&self, date: NaiveDate) -> String {
        format!("{}({})", self.date(date), WEEKDAYS[date.weekday().num_days_from_monday() as usize])
    }

    fn date(&self, date: NaiveDate) -> String {
        format!("{}年{}", date.year(), self.day(date))
    }

    fn text_is_in(&self, language: &str) -> String {
        format!("本文は{language}です。")
    }

    fn weekday(&self, date: NaiveDate) -> &'static str {
        WEEKDAYS[date.weekday().num_days_from_monday() as usize]
    }

    fn about(&self, time: &str) -> String {
        format!("{time}ごろ")
    }

    fn about_one(&self, from: &str, to: &str, is_start: bool) -> String {
        if is_start { format!("{from}ごろから{to}まで") } else { format!("{from}から{to}ごろまで") }
    }

    fn not_before(&self, time: &str) -> String {
        format!("{time}以降")
    }

    fn not_after(&self, time: &str) -> String {
        format!("{time}以前")
    }

    fn part(&self, part: PartOfDay) -> &'static str {
        match part {
            PartOfDay::EarlyMorning => "早朝",
            PartOfDay::Morning => "午前",
            PartOfDay::Midday => "昼ごろ",
            PartOfDay::Afternoon => "午後",
            PartOfDay::LateAfternoon => "夕方",
            PartOfDay::Evening => "夜",
            PartOfDay::Night => "夜遅く",
        }
    }

    fn date_range(&self, from: NaiveDate, to: NaiveDate) -> String {
        let first = self.date(from);
        match (from.year() == to.year(), from.month() == to.month()) {
            _ if from == to => first,
            (true, true) => format!("{first}〜{}日", to.day()),
            (true, false) => format!("{first}〜{}", self.day(to)),
            (false, _) => format!("{first}〜{}", self.date(to)),
        }
    }

    fn between(&self, from: &str, to: &str) -> String {
        format!("{from}〜{to}の間")
    }

    fn until(&self, end: &str) -> String {
        format!("{end}まで")
    }

    fn after(&self, titles: &[Cow<'_, str>]) -> String {
        let quoted: Vec<String> = titles.iter().map(|title| format!("「{title}」")).collect();
        format!("{}の後", quoted.join("と"))
    }

    fn before(&self, title: &str) -> String {
        format!("「{title}」の前")
    }

    fn span(&self, day: &str, host: &str, from: &str, to: &str, zone: &str) -> String {
        format!("{host}の{day} = {from}〜{to} {zone}")
    }

    fn same_day(&self, day: &str, host: &str, other: &str) -> String {
        format!("{host}の{day} = {other}の{day}")
    }

    fn zone_place(&self, zone: &'static str) -> Cow<'static, str> {
        self.name(zone).map_or_else(|| Cow::Owned(format!("{}時間", iana_place(zone))), Cow::Borrowed)
    }

    fn zone_time(&self, zone: &'static str) -> String {
        self.zone_place(zone).into_owned()
    }

    fn place(&self, parts: &[&str]) -> String {
        from_large(parts)
    }

    fn time_at_place(&self, time: &str, place: &str) -> String {
        format!("{time}（{place}）")
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        match phrase {
            Phrase::Withdrawn => "取り下げ",
            Phrase::WithdrawnPrefix => "取り下げ：",
            Phrase::WithdrawnNotice => "この項目は日程から取り下げられました。",
            Phrase::TimeUnknown | Phrase::TimeNotAnnounced => "時刻未発表",
            Phrase::DayUnknown => "日程未発表",
            Phrase::ToBeConfirmed => "時刻未確定",
            Phrase::EndUnknown => "終了時刻は発表されていません。",
            Phrase::EndUnknownMark => "終了時刻未発表",
            Phrase::DisputedMark => "異なる発表・報道あり",
            Phrase::Soon => "まもなく開始",
            Phrase::NothingToShow => "表示する日程はありません。",
            Phrase::Skip => "本文へ移動",
            Phrase::Languages => "言語",
            Phrase::Visits => "外国訪問の日程",
            Phrase::AllVisits => "すべての訪問",
            Phrase::Timeline => "時間表",
            Phrase::Subscribe => "購読",
            Phrase::SubscribeHint => "購読したカレンダーには変更が自動的に反映されます。",
            Phrase::ClockHint => {
                "カレンダーはあなたの時刻で表示します。フィードの時間帯は本文に書かれる時刻だけのものです。"
            }
            Phrase::AppleHint => "設定によります。パソコンでは5分ごとから1週間ごとまで選べます。",
            Phrase::GoogleHint => {
                "パソコンで追加すると携帯電話のアプリにも出ます。変更の反映に1日以上かかることがあります。"
            }
            Phrase::OutlookHint => "約3時間ごとですが、1日以上かかることもあります。",
            Phrase::OtherHint => {
                "アプリにこのアドレスを入れてください。多くは1時間以内です。行事の直前にはこのページを確認してください。"
            }
            Phrase::OtherApps => "その他のアプリ",
            Phrase::OtherFeeds => "その他のフィード",
            Phrase::EmptyFeed => "まだ何もありません。",
            Phrase::OwnAddress => {
                "パスワードを入力できない外部のサービスにはアドレスを渡しません。端末のアプリで購読するか、担当者に個人用アドレスを求めてください。"
            }
            Phrase::ScanCode => "携帯電話で読み取ると購読できます。",
            Phrase::FeedFile => "カレンダーフィード",
            Phrase::OwnFeed => "自分用のフィード",
            Phrase::AlarmBefore => "予定の前の通知",
            Phrase::Copy => "アドレスをコピー",
            Phrase::CopyText => "文章としてコピー",
            Phrase::Copied => "コピーしました",
            Phrase::Share => "共有",
            Phrase::Add => "追加",
            Phrase::CopyHint => {
                "個別に追加した予定は写しで、変更は反映されません。変更を受け取るには購読してください。"
            }
            Phrase::LastChanged => "最終変更",
            Phrase::Changed => "変更あり",
            Phrase::Before => "変更前",
            Phrase::Moved => "移動先:",
            Phrase::Changes => "変更履歴",
            Phrase::ChangesFeed => "変更履歴フィード",
            Phrase::ScheduleChanges => "日程の変更",
            Phrase::AnnouncedBy => "発表元",
            Phrase::AccordingTo => "出典",
            Phrase::OtherAccounts => "異なる発表・報道の内容",
            Phrase::YourClock => "あなたの時刻",
            Phrase::You => "あなた",
            Phrase::OfficialOnly => "公式の時刻のみ",
            Phrase::OtherZone => "別の時間帯",
            Phrase::WhereItHappens => "現地",
            Phrase::Now => "進行中",
            Phrase::Next => "次の日程",
            Phrase::LaterToday => "本日、時刻未発表",
            Phrase::Began => "%開始、終了時刻は未発表",
            Phrase::VisitOver => "この訪問は終了しました。",
            Phrase::UnderWay => "訪問中",
            Phrase::ComingUp => "今後の訪問",
            Phrase::PastVisits => "過去の訪問",
            Phrase::DayBefore => "前日",
            Phrase::SinceLastVisit => "前回の閲覧後に変更",
            Phrase::JumpToNow => "現在へ",
            Phrase::NextOnTrip => "この外遊の次の訪問",
            Phrase::BeforeOnTrip => "この外遊の前の訪問",
            Phrase::Days => "日付",
            Phrase::AllKinds => "すべての種類",
            Phrase::AllAccess => "すべての取材区分",
            Phrase::WithTime => "時刻のある日程",
            Phrase::Search => "検索",
            Phrase::PermanentLink => "固定リンク",
            Phrase::InHours => "%時間%分後",
            Phrase::StateOf => "%現在",
            Phrase::NothingHere => "このアドレスには何もありません",
            Phrase::Map => "地図",
            Phrase::AsText => "テキスト",
            Phrase::PressBand => "報道関係者用。記載の解禁時刻を守ってください。",
            Phrase::StaffBand => "職員用。公開禁止。",
            Phrase::ChangeAnnounced => "発表",
            Phrase::ChangeAdded => "このカレンダーに追加",
            Phrase::ChangeRevised => "変更",
            Phrase::ChangeReinstated => "再掲載",
            Phrase::ChangeWithdrawn => "取り下げられました",
            Phrase::ChangeRestricted => "ここには表示されなくなりました",
        }
    }

    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Departs => "出発",
            Label::Arrives => "到着",
            Label::Via => "経由",
            Label::Place => "場所",
            Label::PartOf => "上位の行事",
            Label::With => "出席者",
            Label::Principal => "訪問者",
            Label::Access => "取材",
            Label::Status => "状況",
            Label::Reason => "理由",
            Label::Link => "リンク",
            Label::Stream => "ライブ配信",
            Label::Source | Label::Sources => "出典",
            Label::Disputed => "異なる発表・報道",
            Label::Actual => "実際の経過",
            Label::Visit => "訪問",
            Label::Host => "主催",
            Label::ForPress => "報道関係者向け",
            Label::Gather => "集合",
            Label::CallTime => "現場待機",
            Label::FilingCentre => "プレスセンター",
            Label::Contact => "問い合わせ",
            Label::ForStaff => "関係者限り",
            Label::StepFor => "対象",
            Label::Pool => "代表取材団",
            Label::Accreditation => "取材申請",
            Label::PressCentre => "メディアセンター",
        }
    }

    fn prefix(&self, status: StatusKind) -> Option<&'static str> {
        match status {
            StatusKind::Cancelled => Some("中止："),
            StatusKind::Postponed => Some("延期："),
            StatusKind::Tentative => Some("暫定："),
            StatusKind::Confirmed => None,
        }
    }

    fn under_embargo(&self, until: Option<&str>) -> String {
        until.map_or_else(|| "解禁前".to_owned(), |until| format!("解禁前：{until}まで"))
    }

    fn step(&self, kind: StepKind) -> &'static str {
        match kind {
            StepKind::PreSet => "事前設置",
            StepKind::Gather => "集合",
            StepKind::Call => "待機時刻",
            StepKind::Sweep => "保安検査",
            StepKind::FinalAccess => "最終入場",
            StepKind::Spray => "頭撮り",
            StepKind::Doorstep => "ぶら下がり",
            StepKind::PoolReturn => "代表取材団の戻り",
            StepKind::Filing => "送稿",
            StepKind::Lid => "当日の取材終了",
            StepKind::Other => "段取り",
            StepKind::Accreditation => "取材申請締切",
        }
    }

    fn status(&self, status: StatusKind) -> &'static str {
        match status {
            StatusKind::Tentative => "調整中",
            StatusKind::Confirmed => "確定",
            StatusKind::Postponed => "延期",
            StatusKind::Cancelled => "中止",
        }
    }

    fn access(&self, access: Access) -> &'static str {
        match access {
            Access::Open => "報道陣に公開",
            Access::Pooled => "代表取材",
            Access::Closed => "報道陣に非公開",
            Access::PoolSpray => "頭撮りのみ（代表取材）",
            Access::StillsOnly => "スチール代表取材",
            Access::PrintPool => "ペン代表取材",
            Access::HostBroadcaster => "ホスト放送局による取材",
            Access::PreCredentialed => "事前登録の報道陣に公開",
            Access::ByInvitation => "招待された報道陣に公開",
        }
    }

    fn visit_kind(&self, kind: VisitKind) -> &'static str {
        match kind {
            VisitKind::StateVisit => "国賓訪問",
            VisitKind::OfficialVisit => "公式訪問",
            VisitKind::OfficialWorkingVisit => "公式実務訪問",
            VisitKind::WorkingVisit => "実務訪問",
            VisitKind::PrivateVisit => "私的訪問",
            VisitKind::MultilateralSummit => "多国間首脳会議",
            VisitKind::Stopover => "立ち寄り",
        }
    }

    fn field(&self, field: &str) -> &'static str {
        match field {
            "kind" => "形式",
            "title" => "名称",
            "when" => "日時",
            "depart" => "出発",
            "arrive" => "到着",
            "place" => "場所",
            "status" => "状況",
            "access" => "取材",
            "principal" => "訪問者",
            "counterpart" => "相手",
            "host" => "主催",
            "with" => "出席者",
            "note" => "備考",
            "link" => "リンク",
            "stream" => "ライブ配信",
            "actual" => "実際の経過",
            "zone" => "タイムゾーン",
            "dates" => "期間",
            "depart.place" => "出発地",
            "arrive.place" => "到着地",
            "via" => "経由地",
            "part_of" => "上位の行事",
            "reason" => "理由",
            "where" => "訪問先",
            "sources" => "情報源の詳細",
            "disputed" => "異なる発表・報道の内容",
            "press" => "報道関係者向けの情報",
            "press.gather" => "集合時刻",
            "press.call_time" => "入場時刻",
            "press.meet_at" => "集合場所",
            "press.filing_centre" => "プレスセンター",
            "press.contact" => "取材の問い合わせ先",
            "press.note" => "報道関係者向けの備考",
            "staff" => "関係者限りの情報",
            "staff.note" => "関係者限りの備考",
            "staff.contact" => "関係者の連絡先",
            "press.steps" => "報道関係者の行程",
            "press.pool" => "代表取材団",
            "press.accreditation.deadline" => "取材申請の締切",
            "press.accreditation.link" => "取材申請のリンク",
            "press.accreditation.contact" => "取材申請の連絡先",
            "press.accreditation.note" => "取材申請の案内",
            "press.centre" => "メディアセンター",
            "press.centre.hours" => "メディアセンターの開設時間",
            "staff.steps" => "関係者の行程",
            "actual.end" => "実際の終了",
            "actual.says" => "実際の経過の内容",
            "actual.sources" => "実際の経過の情報源",
            "depart.actual" => "実際の出発",
            "depart.actual.end" => "実際の出発の終了",
            "depart.actual.says" => "実際の出発の内容",
            "depart.actual.sources" => "実際の出発の情報源",
            "arrive.actual" => "実際の到着",
            "arrive.actual.end" => "実際の到着の終了",
            "arrive.actual.says" => "実際の到着の内容",
            "arrive.actual.sources" => "実際の到着の情報源",
            "description" => "説明",
            other => unreachable!("{other} has no name"),
        }
    }

    fn told(&self, name: &str, told: Told) -> String {
        match told {
            Told::Changed => format!("{name}を変更"),
            Told::Announced | Told::TimeAnnounced => format!("{name}を発表"),
            Told::NoLongerAnnounced => format!("{name}を未発表に変更"),
            Told::NoLongerGiven | Told::Removed => format!("{name}を削除"),
            Told::Added => format!("{name}を追加"),
        }
    }

    fn no_longer(&self, status: &str) -> String {
        format!("{status}を解除")
    }

    fn quoted(&self, title: &str) -> String {
        format!("「{title}」")
    }

    fn publication(&self, publisher: &str, title: Option<&str>, via: Option<&str>, on: Option<&str>) -> String {
        let title = title.map(|title| format!("「{title}」")).unwrap_or_default();
        let via = via.map(|via| format!("{via}の報道"));
        with_details(self, format!("{publisher}{title}"), [via.as_deref(), on])
    }

    fn said_by(&self, says: &str, who: &str) -> String {
        format!("{says} ― {who}")
    }
}
