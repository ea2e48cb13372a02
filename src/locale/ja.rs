//! Japanese.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::{Label, Locale, Page, Unknown, from_large, iana_place};
use crate::digits;
use crate::programme::{Access, PartOfDay, StatusKind, VisitKind};

const WEEKDAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

pub(super) struct Japanese;

impl Locale for Japanese {
    fn own_name(&self) -> &'static str {
        "日本語"
    }

    fn language(&self, primary: &str) -> Option<&'static str> {
        Some(match primary {
            "en" => "英語",
            "ko" => "韓国語",
            "zh" => "中国語",
            "de" => "ドイツ語",
            "fr" => "フランス語",
            "es" => "スペイン語",
            "it" => "イタリア語",
            "ru" => "ロシア語",
            "vi" => "ベトナム語",
            _ => return None,
        })
    }

    fn write_day(&self, out: &mut String, date: NaiveDate) {
        digits::plain(out, date.month());
        out.push('月');
        digits::plain(out, date.day());
        out.push('日');
    }

    fn write_full_day(&self, out: &mut String, date: NaiveDate) {
        self.write_dated(out, date);
        for part in ["(", WEEKDAYS[date.weekday().num_days_from_monday() as usize], ")"] {
            out.push_str(part);
        }
    }

    fn write_dated(&self, out: &mut String, date: NaiveDate) {
        digits::year(out, date);
        out.push('年');
        self.write_day(out, date);
    }

    fn around_times(&self) -> [&'static str; 3] {
        ["", "〜", ""]
    }

    fn days(&self, from: &str, to: &str) -> String {
        [from, "〜", to].concat()
    }

    fn about(&self, time: &str) -> String {
        format!("{time}ごろ")
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
        let first = self.dated(from);
        match (from.year() == to.year(), from.month() == to.month()) {
            _ if from == to => first,
            (true, true) => format!("{first}〜{}日", to.day()),
            (true, false) => format!("{first}〜{}", self.day(to)),
            (false, _) => format!("{first}〜{}", self.dated(to)),
        }
    }

    fn between(&self, from: &str, to: &str) -> String {
        format!("{from}〜{to}の間")
    }

    fn until(&self, end: &str) -> String {
        format!("{end}まで")
    }

    fn after(&self, title: &str) -> String {
        format!("「{title}」の後")
    }

    fn day_with(&self, day: &str, rest: &str) -> String {
        format!("{day} {rest}")
    }

    fn both(&self, one: &str, other: &str) -> String {
        format!("{one}、{other}")
    }

    fn unknown(&self, unknown: Unknown) -> &'static str {
        match unknown {
            Unknown::Time => "時刻未定",
            Unknown::Day => "日程未定",
            Unknown::End => "終了時刻は発表されていません。",
        }
    }

    fn span(&self, day: &str, host: &str, from: &str, to: &str, zone: &str) -> String {
        format!("{host}の{day} = {from}〜{to} {zone}")
    }

    fn same_day(&self, day: &str, host: &str, other: &str) -> String {
        format!("{host}の{day} = {other}の{day}")
    }

    fn zone_place(&self, zone: &'static str) -> Cow<'static, str> {
        Cow::Borrowed(match zone {
            "Asia/Seoul" => "韓国時間",
            "Asia/Tokyo" => "日本時間",
            "Asia/Shanghai" => "中国時間",
            "Asia/Singapore" => "シンガポール時間",
            "Asia/Ho_Chi_Minh" => "ベトナム時間",
            "Asia/Bangkok" => "タイ時間",
            "Asia/Jakarta" => "ジャカルタ時間",
            "Asia/Kolkata" => "インド時間",
            "Asia/Dubai" => "ドバイ時間",
            "Europe/London" => "英国時間",
            "Europe/Paris" => "フランス時間",
            "Europe/Berlin" => "ドイツ時間",
            "Europe/Rome" => "イタリア時間",
            "Europe/Brussels" => "ベルギー時間",
            "America/New_York" => "米東部時間",
            "America/Chicago" => "米中部時間",
            "America/Denver" => "米山岳部時間",
            "America/Los_Angeles" => "米西部時間",
            "America/Toronto" => "トロント時間",
            "Australia/Sydney" => "シドニー時間",
            other => return Cow::Owned(format!("{}時間", iana_place(other))),
        })
    }

    fn country(&self, code: &str) -> Option<&'static str> {
        Some(match code {
            "US" => "米国",
            "JP" => "日本",
            "KR" => "韓国",
            "CN" => "中国",
            "GB" => "英国",
            "DE" => "ドイツ",
            "FR" => "フランス",
            "IT" => "イタリア",
            "CA" => "カナダ",
            "AU" => "オーストラリア",
            "IN" => "インド",
            "VN" => "ベトナム",
            _ => return None,
        })
    }

    fn place(&self, parts: &[&str]) -> String {
        from_large(parts)
    }

    fn time_at_place(&self, time: &str, place: &str) -> String {
        format!("{time}（{place}）")
    }

    fn list(&self, items: &[Cow<'_, str>]) -> String {
        items.join("、")
    }

    fn names(&self, names: &[Cow<'_, str>]) -> String {
        names.join("、")
    }

    fn clauses(&self, clauses: &[String]) -> String {
        clauses.join("／")
    }

    fn colon(&self) -> &'static str {
        "："
    }

    fn labelled_field(&self, label: Label, field: &str, text: &str) -> String {
        format!("{}（{}）：{text}", self.label(label), self.field(field))
    }

    fn page(&self, page: Page) -> &'static str {
        match page {
            Page::Skip => "本文へ移動",
            Page::Languages => "言語",
            Page::Visits => "訪問日程",
            Page::AllVisits => "すべての訪問",
            Page::Programme => "日程",
            Page::Hours => "時間表",
            Page::HoursLegend => {
                "塗りつぶした帯は発表された時刻です。破線の帯は時刻が未発表の日程で、その日または分かっている範囲を示します。各日の上の目盛りは現地時刻、下の目盛りは本国の時刻で、縦線は本国の零時です。"
            }
            Page::HoursLegendOne => {
                "塗りつぶした帯は発表された時刻です。破線の帯は時刻が未発表の日程で、その日または分かっている範囲を示します。"
            }
            Page::Subscribe => "購読",
            Page::SubscribeHint => "購読したカレンダーには変更が自動的に反映されます。",
            Page::OpenInApp => "カレンダーアプリで開く",
            Page::Address => "コピー用アドレス",
            Page::ScanCode => "携帯電話で読み取ると購読できます。",
            Page::FeedFile => "カレンダーフィード",
            Page::Refresh => "アプリが変更を確認する頻度",
            Page::RefreshApple => "設定によります。パソコンでは5分ごとから1週間ごとまで選べます。",
            Page::RefreshGoogle => "アプリが決めた時に確認します。変更の反映に1日以上かかることがあります。",
            Page::RefreshOutlook => "約3時間ごとですが、1日以上かかることもあります。",
            Page::RefreshOther => {
                "カレンダーのプロパティによります。多くは1時間以内です。行事の直前にはこのページを確認してください。"
            }
            Page::AddEntry => "カレンダーに追加",
            Page::EntryFile => "カレンダーファイル",
            Page::CopyHint => "個別に追加した予定は写しで、変更は反映されません。変更を受け取るには購読してください。",
            Page::Published => "掲載",
            Page::LastChanged => "最終変更",
            Page::Before => "変更前",
            Page::Moved => "移動先:",
            Page::ChangesFeed => "変更履歴フィード",
            Page::YourClock => "あなたの時刻",
            Page::ChooseZone => "別の時間帯でも表示",
            Page::OfficialOnly => "公式の時刻のみ",
            Page::Past => "終了",
            Page::Now => "進行中",
            Page::Next => "次の日程",
            Page::PermanentLink => "固定リンク",
        }
    }

    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Departs => "出発",
            Label::Arrives => "到着",
            Label::Place => "場所",
            Label::With => "出席者",
            Label::Principal => "訪問者",
            Label::Access => "取材",
            Label::Status => "状況",
            Label::Reason => "理由",
            Label::Link => "リンク",
            Label::Source | Label::Sources => "出典",
            Label::Disputed => "異なる発表・報道",
            Label::Actual => "実際の経過",
            Label::Visit => "訪問",
            Label::ForPress => "報道関係者向け",
            Label::Gather => "集合",
            Label::CallTime => "現場待機",
            Label::FilingCentre => "プレスセンター",
            Label::Contact => "問い合わせ",
            Label::ForStaff => "職員向け",
        }
    }

    fn prefix(&self, status: StatusKind) -> Option<&'static str> {
        match status {
            StatusKind::Cancelled => Some("中止："),
            StatusKind::Postponed => Some("延期："),
            StatusKind::Tentative | StatusKind::Confirmed => None,
        }
    }

    fn withdrawn(&self) -> &'static str {
        "取り下げ"
    }

    fn withdrawn_prefix(&self) -> &'static str {
        "取り下げ："
    }

    fn withdrawn_notice(&self) -> &'static str {
        "この項目は日程から取り下げられました。"
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
        }
    }

    fn access_mark(&self, access: Access) -> &'static str {
        self.access(access)
    }

    fn disputed_mark(&self, fields: &str) -> String {
        format!("異なる発表・報道あり：{fields}")
    }

    fn open_end_mark(&self) -> &'static str {
        "終了時刻未発表"
    }

    fn visit_kind(&self, kind: VisitKind) -> &'static str {
        match kind {
            VisitKind::StateVisit => "国賓訪問",
            VisitKind::OfficialVisit => "公式訪問",
            VisitKind::OfficialWorkingVisit => "公式実務訪問",
            VisitKind::WorkingVisit => "実務訪問",
            VisitKind::PrivateVisit => "私的訪問",
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
            "at" => "アドレス",
            "with" => "出席者",
            "note" => "備考",
            "link" => "リンク",
            "actual" => "実際の経過",
            "zone" => "タイムゾーン",
            "dates" => "期間",
            _ => "その他",
        }
    }

    fn publication(&self, publisher: &str, title: Option<&str>, via: Option<&str>, on: Option<&str>) -> String {
        let mut text = publisher.to_owned();
        if let Some(title) = title {
            text.push('「');
            text.push_str(title);
            text.push('」');
        }
        let details: Vec<_> = via.map(|via| format!("{via}の報道")).into_iter().chain(on.map(str::to_owned)).collect();
        if !details.is_empty() {
            text.push('（');
            text.push_str(&details.join("、"));
            text.push('）');
        }
        text
    }

    fn said_by(&self, says: &str, who: &str) -> String {
        format!("{says} ― {who}")
    }

    fn title_with(&self, title: &str, known: &str) -> String {
        format!("{title}（{known}）")
    }

    fn nothing(&self) -> &'static str {
        "表示する日程はありません。"
    }

    fn soon(&self, title: &str) -> String {
        format!("まもなく開始：{title}")
    }
}
