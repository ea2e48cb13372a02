//! English.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::{Label, Locale, Phrase, Punctuation, Told};
use crate::programme::{Access, PartOfDay, StatusKind, StepKind, UiLanguage, VisitKind};

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
    fn ui_language(&self) -> UiLanguage {
        UiLanguage::English
    }

    fn punctuation(&self) -> &'static Punctuation {
        &Punctuation {
            colon: ": ",
            list: "; ",
            names: ", ",
            clauses: "; ",
            day_end: ", ",
            times: "–",
            days: " – ",
            parentheses: [" (", ")"],
        }
    }

    fn day(&self, date: NaiveDate) -> String {
        format!("{} {}", date.day(), &MONTHS[date.month0() as usize][..3])
    }

    fn full_day(&self, date: NaiveDate) -> String {
        let weekday = WEEKDAYS[date.weekday().num_days_from_monday() as usize];
        format!("{weekday}, {}", self.date(date))
    }

    fn date(&self, date: NaiveDate) -> String {
        format!("{} {} {}", date.day(), MONTHS[date.month0() as usize], date.year())
    }

    fn other_clock(&self, time: &str, weekday: Option<&str>, place: &str) -> String {
        [Some(time), weekday, Some(place)].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn text_is_in(&self, language: &str) -> String {
        format!("The programme is in {language}.")
    }

    fn weekday(&self, date: NaiveDate) -> &'static str {
        &WEEKDAYS[date.weekday().num_days_from_monday() as usize][..3]
    }

    fn about(&self, time: &str) -> String {
        format!("about {time}")
    }

    fn about_one(&self, from: &str, to: &str, is_start: bool) -> String {
        if is_start { format!("from about {from} until {to}") } else { format!("{from} until about {to}") }
    }

    fn not_before(&self, time: &str) -> String {
        format!("not before {time}")
    }

    fn not_after(&self, time: &str) -> String {
        format!("not after {time}")
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
        let last = self.date(to);
        let month = MONTHS[from.month0() as usize];
        match (from.year() == to.year(), from.month() == to.month()) {
            _ if from == to => last,
            (true, true) => format!("{}–{last}", from.day()),
            (true, false) => format!("{} {month} – {last}", from.day()),
            (false, _) => format!("{} – {last}", self.date(from)),
        }
    }

    fn between(&self, from: &str, to: &str) -> String {
        format!("between {from} and {to}")
    }

    fn until(&self, end: &str) -> String {
        format!("until {end}")
    }

    fn after(&self, titles: &[Cow<'_, str>]) -> String {
        let quoted: Vec<String> = titles.iter().map(|title| format!("“{title}”")).collect();
        match quoted.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("after {} and {last}", rest.join(", ")),
            _ => format!("after {}", quoted.concat()),
        }
    }

    fn before(&self, title: &str) -> String {
        format!("before “{title}”")
    }

    fn span(&self, day: &str, host: &str, from: &str, to: &str, zone: &str) -> String {
        format!("{day} in {host} = {from} to {to} {zone}")
    }

    fn same_day(&self, day: &str, host: &str, other: &str) -> String {
        format!("{day} in {host} = {day} in {other}")
    }

    fn zone_time(&self, zone: &'static str) -> String {
        format!("{} time", self.zone_place(zone))
    }

    fn place(&self, parts: &[&str]) -> String {
        parts.join(", ")
    }

    fn time_at_place(&self, time: &str, place: &str) -> String {
        format!("{time} – {place}")
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        match phrase {
            Phrase::Withdrawn => "Withdrawn",
            Phrase::WithdrawnPrefix => "WITHDRAWN: ",
            Phrase::WithdrawnNotice => "This entry was taken out of the programme.",
            Phrase::TimeUnknown => "time to be announced",
            Phrase::DayUnknown => "date to be announced",
            Phrase::ToBeConfirmed => "time to be confirmed",
            Phrase::EndUnknown => "The end time has not been announced.",
            Phrase::EndUnknownMark => "end not announced",
            Phrase::DisputedMark => "disputed",
            Phrase::Soon => "Soon",
            Phrase::NothingToShow => "There is nothing to show.",
            Phrase::Skip => "Skip to the content",
            Phrase::Languages => "Languages",
            Phrase::Visits => "Visits abroad",
            Phrase::AllVisits => "All visits",
            Phrase::Timeline => "Timeline",
            Phrase::TimeNotAnnounced => "Time not announced",
            Phrase::Subscribe => "Subscribe",
            Phrase::SubscribeHint => "A subscribed calendar follows changes by itself.",
            Phrase::ClockHint => {
                "Your calendar shows your own time anyway; a feed’s clock is only the one written in its text."
            }
            Phrase::AppleHint => "As often as you set it: every 5 minutes to every week on a Mac.",
            Phrase::GoogleHint => {
                "Add it on a computer; the Android app then shows it. A change may take a day or more: Google decides."
            }
            Phrase::OutlookHint => "About every three hours, sometimes only after a day or more.",
            Phrase::OtherHint => "Give the app this address. Often every hour or less; before an event, look here.",
            Phrase::OtherApps => "Other apps",
            Phrase::OtherFeeds => "Other feeds",
            Phrase::EmptyFeed => "Nothing in it yet.",
            Phrase::OwnAddress => {
                "Google and Outlook cannot enter a password, and nothing here is handed to them. Subscribe in an app on your own device, or ask the calendar desk for your own address."
            }
            Phrase::ScanCode => "Scan to subscribe on a phone.",
            Phrase::FeedFile => "Calendar feed",
            Phrase::OwnFeed => "A feed of your own",
            Phrase::AlarmBefore => "Alarm before each entry",
            Phrase::Copy => "Copy",
            Phrase::CopyText => "Copy as text",
            Phrase::Copied => "Copied",
            Phrase::Share => "Share",
            Phrase::Add => "Add",
            Phrase::CopyHint => "A single entry is a copy: it will not update. Subscribe to follow changes.",
            Phrase::LastChanged => "Last changed",
            Phrase::Changed => "Changed",
            Phrase::Before => "before",
            Phrase::Moved => "moved to",
            Phrase::Changes => "Changes",
            Phrase::ChangesFeed => "Changes, for feed readers",
            Phrase::ScheduleChanges => "changes to the schedule",
            Phrase::AnnouncedBy => "Announced by",
            Phrase::AccordingTo => "According to",
            Phrase::OtherAccounts => "Other accounts",
            Phrase::YourClock => "Your clock",
            Phrase::You => "you",
            Phrase::OfficialOnly => "official clocks alone",
            Phrase::OtherZone => "Another time zone",
            Phrase::WhereItHappens => "where it happens",
            Phrase::Now => "Now",
            Phrase::Next => "Next",
            Phrase::LaterToday => "Today, time not announced",
            Phrase::Began => "Began %, end not announced",
            Phrase::VisitOver => "This visit is over.",
            Phrase::UnderWay => "Under way",
            Phrase::ComingUp => "Coming up",
            Phrase::PastVisits => "Past visits",
            Phrase::DayBefore => "the day before",
            Phrase::SinceLastVisit => "Changed since your last visit",
            Phrase::JumpToNow => "Jump to now",
            Phrase::NextOnTrip => "Next on this trip",
            Phrase::BeforeOnTrip => "Before on this trip",
            Phrase::Days => "Days",
            Phrase::AllKinds => "All kinds",
            Phrase::AllAccess => "Any press access",
            Phrase::WithTime => "With a time",
            Phrase::Search => "Search",
            Phrase::PermanentLink => "Link to this entry",
            Phrase::InHours => "in % h % min",
            Phrase::StateOf => "State of %",
            Phrase::NothingHere => "There is nothing at this address",
            Phrase::Map => "Map",
            Phrase::AsText => "As text",
            Phrase::PressBand => "For accredited press. Embargoed as marked.",
            Phrase::StaffBand => "For staff. Not for publication.",
            Phrase::ChangeAnnounced => "announced",
            Phrase::ChangeAdded => "added to this calendar",
            Phrase::ChangeRevised => "revised",
            Phrase::ChangeReinstated => "reinstated",
            Phrase::ChangeRestricted => "no longer shown here",
            Phrase::ChangeWithdrawn => "withdrawn",
        }
    }

    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Departs => "Departs",
            Label::Arrives => "Arrives",
            Label::Via => "Via",
            Label::Place => "Place",
            Label::PartOf => "Part of",
            Label::With => "With",
            Label::Principal => "Principal",
            Label::Access => "Press access",
            Label::Status => "Status",
            Label::Reason => "Reason",
            Label::Link => "Link",
            Label::Stream => "Live",
            Label::Source => "Source",
            Label::Sources => "Sources",
            Label::Disputed => "Disputed",
            Label::Actual => "What happened",
            Label::Visit => "Visit",
            Label::Host => "Host",
            Label::ForPress => "For the press",
            Label::Gather => "Gather",
            Label::CallTime => "Call time",
            Label::FilingCentre => "Filing centre",
            Label::Contact => "Contact",
            Label::ForStaff => "Staff only",
            Label::StepFor => "For",
            Label::Pool => "In the pool",
            Label::Accreditation => "Accreditation",
            Label::PressCentre => "Press centre",
        }
    }

    fn prefix(&self, status: StatusKind) -> Option<&'static str> {
        match status {
            StatusKind::Cancelled => Some("CANCELLED: "),
            StatusKind::Postponed => Some("POSTPONED: "),
            StatusKind::Tentative => Some("TENTATIVE: "),
            StatusKind::Confirmed => None,
        }
    }

    fn under_embargo(&self, until: Option<&str>) -> String {
        until.map_or_else(|| "Under embargo".to_owned(), |until| format!("Under embargo until {until}"))
    }

    fn step(&self, kind: StepKind) -> &'static str {
        match kind {
            StepKind::PreSet => "Pre-set",
            StepKind::Gather => "Gather",
            StepKind::Call => "Call time",
            StepKind::Sweep => "Security sweep",
            StepKind::FinalAccess => "Final access",
            StepKind::Spray => "Spray",
            StepKind::Doorstep => "Doorstep",
            StepKind::PoolReturn => "Pool returns",
            StepKind::Filing => "Filing time",
            StepKind::Lid => "Lid",
            StepKind::Other => "Step",
            StepKind::Accreditation => "Accreditation closes",
        }
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
            Access::PoolSpray => "pool spray (a pool comes in for some minutes)",
            Access::StillsOnly => "stills only (a pool of photographers)",
            Access::PrintPool => "print pool (a pool of writers)",
            Access::HostBroadcaster => "host broadcaster (its pictures are for all)",
            Access::PreCredentialed => "open to pre-credentialed press",
            Access::ByInvitation => "by invitation",
        }
    }

    fn access_mark(&self, access: Access) -> &'static str {
        match access {
            Access::Open => "open press",
            Access::Pooled => "pooled press",
            Access::Closed => "closed to the press",
            Access::PoolSpray => "pool spray",
            Access::StillsOnly => "stills only",
            Access::PrintPool => "print pool",
            Access::HostBroadcaster => "host broadcaster",
            Access::PreCredentialed => "pre-credentialed press",
            Access::ByInvitation => "by invitation",
        }
    }

    fn visit_kind(&self, kind: VisitKind) -> &'static str {
        match kind {
            VisitKind::StateVisit => "state visit",
            VisitKind::OfficialVisit => "official visit",
            VisitKind::OfficialWorkingVisit => "official working visit",
            VisitKind::WorkingVisit => "working visit",
            VisitKind::PrivateVisit => "private visit",
            VisitKind::MultilateralSummit => "multilateral summit",
            VisitKind::Stopover => "stopover",
        }
    }

    fn field(&self, field: &str) -> &'static str {
        match field {
            "kind" => "kind",
            "title" => "title",
            "when" => "time",
            "depart" => "departure",
            "arrive" => "arrival",
            "place" | "where" => "place",
            "status" => "status",
            "access" => "press access",
            "principal" => "principal",
            "counterpart" => "counterpart",
            "host" => "host",
            "with" => "participants",
            "note" => "note",
            "link" => "link",
            "stream" => "live stream",
            "actual" => "what happened",
            "zone" => "time zone",
            "dates" => "dates",
            "depart.place" => "place of departure",
            "arrive.place" => "place of arrival",
            "via" => "stops on the way",
            "part_of" => "larger event",
            "reason" => "reason",
            "sources" => "details of a source",
            "disputed" => "other accounts",
            "press" => "details for the press",
            "press.gather" => "gather time",
            "press.call_time" => "call time",
            "press.meet_at" => "meeting point",
            "press.filing_centre" => "filing centre",
            "press.contact" => "press contact",
            "press.note" => "note for the press",
            "staff" => "details for staff",
            "staff.note" => "note for staff",
            "staff.contact" => "contact for staff",
            "press.steps" => "steps for the press",
            "press.pool" => "pool",
            "press.accreditation.deadline" => "accreditation deadline",
            "press.accreditation.link" => "accreditation link",
            "press.accreditation.contact" => "accreditation contact",
            "press.accreditation.note" => "note on accreditation",
            "press.centre" => "press centre",
            "press.centre.hours" => "hours of the press centre",
            "staff.steps" => "steps for staff",
            "actual.end" => "when it ended",
            "actual.says" => "account of what happened",
            "actual.sources" => "source of what happened",
            "depart.actual" => "actual departure",
            "depart.actual.end" => "when the departure ended",
            "depart.actual.says" => "account of the departure",
            "depart.actual.sources" => "source of the departure",
            "arrive.actual" => "actual arrival",
            "arrive.actual.end" => "when the arrival ended",
            "arrive.actual.says" => "account of the arrival",
            "arrive.actual.sources" => "source of the arrival",
            "description" => "description",
            other => unreachable!("{other} has no name"),
        }
    }

    fn told(&self, name: &str, told: Told) -> String {
        match told {
            Told::Changed => format!("{name} changed"),
            Told::Announced | Told::TimeAnnounced => format!("{name} announced"),
            Told::NoLongerAnnounced => format!("{name} no longer announced"),
            Told::NoLongerGiven => format!("{name} no longer given"),
            Told::Added => format!("{name} added"),
            Told::Removed => format!("{name} removed"),
        }
    }

    fn no_longer(&self, status: &str) -> String {
        format!("no longer {status}")
    }

    fn was(&self, was: &str) -> String {
        format!("was: {was}")
    }

    fn quoted(&self, title: &str) -> String {
        format!("“{title}”")
    }

    fn dated(&self, date: NaiveDate) -> String {
        format!("{} {}", self.day(date), date.year())
    }

    fn publication(&self, publisher: &str, title: Option<&str>, via: Option<&str>, on: Option<&str>) -> String {
        let title = title.map(|title| format!("“{title}”"));
        let via = via.map(|via| format!("via {via}"));
        [Some(publisher), title.as_deref(), via.as_deref(), on].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn said_by(&self, says: &str, who: &str) -> String {
        format!("{says} ({who})")
    }
}
