//! English.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::{Label, Locale, Page, Unknown, iana_place};
use crate::digits;
use crate::programme::{Access, PartOfDay, StatusKind, VisitKind};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(super) struct English;

impl Locale for English {
    fn own_name(&self) -> &'static str {
        "English"
    }

    fn language(&self, primary: &str) -> Option<&'static str> {
        Some(match primary {
            "ko" => "Korean",
            "ja" => "Japanese",
            "zh" => "Chinese",
            "de" => "German",
            "fr" => "French",
            "es" => "Spanish",
            "it" => "Italian",
            "ru" => "Russian",
            "vi" => "Vietnamese",
            _ => return None,
        })
    }

    fn write_day(&self, out: &mut String, date: NaiveDate) {
        digits::plain(out, date.day());
        out.push(' ');
        out.push_str(&MONTHS[date.month0() as usize][..3]);
    }

    fn write_full_day(&self, out: &mut String, date: NaiveDate) {
        out.push_str(WEEKDAYS[date.weekday().num_days_from_monday() as usize]);
        out.push_str(", ");
        self.write_dated(out, date);
    }

    fn write_dated(&self, out: &mut String, date: NaiveDate) {
        digits::plain(out, date.day());
        out.push(' ');
        out.push_str(MONTHS[date.month0() as usize]);
        out.push(' ');
        digits::year(out, date);
    }

    fn around_times(&self) -> [&'static str; 3] {
        ["", "–", ""]
    }

    fn days(&self, from: &str, to: &str) -> String {
        [from, " – ", to].concat()
    }

    fn about(&self, time: &str) -> String {
        format!("about {time}")
    }

    fn part(&self, part: PartOfDay) -> &'static str {
        match part {
            PartOfDay::EarlyMorning => "early morning",
            PartOfDay::Morning => "morning",
            PartOfDay::Midday => "midday",
            PartOfDay::Afternoon => "afternoon",
            PartOfDay::LateAfternoon => "late afternoon",
            PartOfDay::Evening => "evening",
            PartOfDay::Night => "night",
        }
    }

    fn date_range(&self, from: NaiveDate, to: NaiveDate) -> String {
        let last = self.dated(to);
        let month = MONTHS[from.month0() as usize];
        match (from.year() == to.year(), from.month() == to.month()) {
            _ if from == to => last,
            (true, true) => format!("{}–{last}", from.day()),
            (true, false) => format!("{} {month} – {last}", from.day()),
            (false, _) => format!("{} – {last}", self.dated(from)),
        }
    }

    fn between(&self, from: &str, to: &str) -> String {
        format!("between {from} and {to}")
    }

    fn until(&self, end: &str) -> String {
        format!("until {end}")
    }

    fn after(&self, title: &str) -> String {
        format!("after “{title}”")
    }

    fn day_with(&self, day: &str, rest: &str) -> String {
        format!("{day}, {rest}")
    }

    fn both(&self, one: &str, other: &str) -> String {
        format!("{one}, {other}")
    }

    fn unknown(&self, unknown: Unknown) -> &'static str {
        match unknown {
            Unknown::Time => "time to be announced",
            Unknown::Day => "date to be announced",
            Unknown::End => "The end time has not been announced.",
        }
    }

    fn span(&self, day: &str, host: &str, from: &str, to: &str, zone: &str) -> String {
        format!("{day} in {host} = {from} to {to} {zone}")
    }

    fn same_day(&self, day: &str, host: &str, other: &str) -> String {
        format!("{day} in {host} = {day} in {other}")
    }

    fn zone_place(&self, zone: &'static str) -> Cow<'static, str> {
        iana_place(zone)
    }

    fn country(&self, code: &str) -> Option<&'static str> {
        Some(match code {
            "US" => "United States",
            "JP" => "Japan",
            "KR" => "Korea",
            "CN" => "China",
            "GB" => "United Kingdom",
            "DE" => "Germany",
            "FR" => "France",
            "IT" => "Italy",
            "CA" => "Canada",
            "AU" => "Australia",
            "IN" => "India",
            "VN" => "Vietnam",
            _ => return None,
        })
    }

    fn place(&self, parts: &[&str]) -> String {
        parts.join(", ")
    }

    fn time_at_place(&self, time: &str, place: &str) -> String {
        format!("{time} – {place}")
    }

    fn list(&self, items: &[Cow<'_, str>]) -> String {
        items.join("; ")
    }

    fn clauses(&self, clauses: &[String]) -> String {
        clauses.join("; ")
    }

    fn colon(&self) -> &'static str {
        ": "
    }

    fn labelled_field(&self, label: Label, field: &str, text: &str) -> String {
        format!("{} ({}): {text}", self.label(label), self.field(field))
    }

    fn page(&self, page: Page) -> &'static str {
        match page {
            Page::Skip => "Skip to the content",
            Page::Languages => "Languages",
            Page::Visits => "Visits",
            Page::AllVisits => "All visits",
            Page::Programme => "Programme",
            Page::Hours => "Hours",
            Page::HoursLegend => {
                "Solid bars are announced times. Dashed ones have no time yet: they take the day, or what is known of it. The upper scale of a day is the host’s clock, the lower one ours; the vertical line is midnight there."
            }
            Page::HoursLegendOne => {
                "Solid bars are announced times. Dashed ones have no time yet: they take the day, or what is known of it."
            }
            Page::Subscribe => "Subscribe",
            Page::SubscribeHint => "A subscribed calendar follows changes by itself.",
            Page::OpenInApp => "Open in a calendar app",
            Page::Address => "Address to copy",
            Page::ScanCode => "Scan to subscribe on a phone.",
            Page::FeedFile => "Calendar feed",
            Page::Refresh => "When apps look for changes",
            Page::RefreshApple => "As its settings say, from every five minutes to once a week on a computer.",
            Page::RefreshGoogle => "When it chooses: a change may take a day or more to appear.",
            Page::RefreshOutlook => "About every three hours, sometimes only after a day or more.",
            Page::RefreshOther => {
                "As the calendar’s properties say, often every hour or less. Before an event, look here."
            }
            Page::AddEntry => "Add to a calendar",
            Page::EntryFile => "Calendar file",
            Page::CopyHint => "What is added alone is a copy, which no change reaches. To follow changes, subscribe.",
            Page::Published => "Published",
            Page::LastChanged => "Last changed",
            Page::Before => "before",
            Page::Moved => "moved to",
            Page::ChangesFeed => "Changes, for feed readers",
            Page::YourClock => "Your clock",
            Page::ChooseZone => "Show times on a further clock",
            Page::OfficialOnly => "official clocks alone",
            Page::Past => "Past",
            Page::Now => "Now",
            Page::Next => "Next",
            Page::PermanentLink => "Permanent link",
        }
    }

    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Departs => "Departs",
            Label::Arrives => "Arrives",
            Label::Place => "Place",
            Label::With => "With",
            Label::Principal => "Principal",
            Label::Access => "Press access",
            Label::Status => "Status",
            Label::Reason => "Reason",
            Label::Link => "Link",
            Label::Source => "Source",
            Label::Sources => "Sources",
            Label::Disputed => "Disputed",
            Label::Actual => "What happened",
            Label::Visit => "Visit",
            Label::ForPress => "For accredited press",
            Label::Gather => "Gather",
            Label::CallTime => "Call time",
            Label::FilingCentre => "Filing centre",
            Label::Contact => "Contact",
            Label::ForStaff => "For staff",
        }
    }

    fn prefix(&self, status: StatusKind) -> Option<&'static str> {
        match status {
            StatusKind::Cancelled => Some("CANCELLED: "),
            StatusKind::Postponed => Some("POSTPONED: "),
            StatusKind::Tentative | StatusKind::Confirmed => None,
        }
    }

    fn withdrawn(&self) -> &'static str {
        "Withdrawn"
    }

    fn withdrawn_prefix(&self) -> &'static str {
        "WITHDRAWN: "
    }

    fn withdrawn_notice(&self) -> &'static str {
        "This entry was taken out of the programme."
    }

    fn status(&self, status: StatusKind) -> &'static str {
        match status {
            StatusKind::Tentative => "tentative",
            StatusKind::Confirmed => "confirmed",
            StatusKind::Postponed => "postponed",
            StatusKind::Cancelled => "cancelled",
        }
    }

    fn access(&self, access: Access) -> &'static str {
        match access {
            Access::Open => "open to accredited press",
            Access::Pooled => "pooled (a pool of reporters covers it for all)",
            Access::Closed => "closed",
        }
    }

    fn access_mark(&self, access: Access) -> &'static str {
        match access {
            Access::Open => "open press",
            Access::Pooled => "pooled press",
            Access::Closed => "closed to the press",
        }
    }

    fn disputed_mark(&self, fields: &str) -> String {
        format!("disputed: {fields}")
    }

    fn open_end_mark(&self) -> &'static str {
        "end not announced"
    }

    fn visit_kind(&self, kind: VisitKind) -> &'static str {
        match kind {
            VisitKind::StateVisit => "state visit",
            VisitKind::OfficialVisit => "official visit",
            VisitKind::OfficialWorkingVisit => "official working visit",
            VisitKind::WorkingVisit => "working visit",
            VisitKind::PrivateVisit => "private visit",
        }
    }

    fn field(&self, field: &str) -> &'static str {
        match field {
            "kind" => "kind",
            "title" => "title",
            "when" => "time",
            "depart" => "departure",
            "arrive" => "arrival",
            "place" => "place",
            "status" => "status",
            "access" => "press access",
            "principal" => "principal",
            "counterpart" => "counterpart",
            "at" => "address",
            "with" => "participants",
            "note" => "note",
            "link" => "link",
            "actual" => "what happened",
            "zone" => "time zone",
            "dates" => "dates",
            _ => "other",
        }
    }

    fn publication(&self, publisher: &str, title: Option<&str>, via: Option<&str>, on: Option<&str>) -> String {
        let mut text = publisher.to_owned();
        if let Some(title) = title {
            text.push_str(", “");
            text.push_str(title);
            text.push('”');
        }
        if let Some(via) = via {
            text.push_str(", via ");
            text.push_str(via);
        }
        if let Some(on) = on {
            text.push_str(", ");
            text.push_str(on);
        }
        text
    }

    fn said_by(&self, says: &str, who: &str) -> String {
        format!("{says} ({who})")
    }

    fn title_with(&self, title: &str, known: &str) -> String {
        format!("{title} ({known})")
    }

    fn nothing(&self) -> &'static str {
        "There is nothing to show."
    }

    fn soon(&self, title: &str) -> String {
        format!("Soon: {title}")
    }
}
