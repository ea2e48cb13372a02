//! What the program itself says to readers: labels, dates, parts of the day, statuses.
//!
//! One trait, and one file a language. A word that a language lacks does not compile. To add a language is to write its
//! file, to give it a line in the table of [`UiLanguage`] (`programme/names.rs`), a column in `names.tsv`, `countries.tsv` and
//! `cli/init/texts.tsv`, its weekdays in `check/rules/weekday.rs` and a column in `render/csv.rs`, and to add its line below, which
//! the compiler then asks for.

mod en;
mod ja;
mod ko;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::programme::{
    Access, COUNTRIES, EntryKind, Language, PartOfDay, StatusKind, StepKind, UiLanguage, VisitKind,
};

/// The names of languages, countries, kinds of entry and places of time zones, by their codes; a column a language, in the order of
/// [`UiLanguage::ALL`].
static NAMES: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    // The own names of countries come after those of the table, and replace them.
    let rows = COUNTRIES.lines().chain(include_str!("locale/names.tsv").lines()).filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t')).map(|(code, names)| (code, names.split('\t').collect())).collect()
});

/// The words of a language.
pub(crate) fn of(ui_language: UiLanguage) -> &'static dyn Locale {
    match ui_language {
        UiLanguage::English => &en::English,
        UiLanguage::Korean => &ko::Korean,
        UiLanguage::Japanese => &ja::Japanese,
    }
}

/// Declares an enum of texts, with a list of all of them for the tests.
macro_rules! texts {
    ($(#[doc = $what:literal])* $all:ident { $($(#[doc = $about:literal])* $name:ident,)+ }) => {
        $(#[doc = $what])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $all { $($(#[doc = $about])* $name,)+ }

        #[cfg(test)]
        impl $all {
            const ALL: &[Self] = &[$(Self::$name,)+];
        }
    };
}

texts! {
    /// The labels that stand before what they name, and headings.
    Label {
        Departs,
        Arrives,
        /// A stop on the way.
        Via,
        Place,
        /// What an entry is a part of.
        PartOf,
        With,
        Principal,
        Access,
        Status,
        Reason,
        Link,
        /// Where it can be watched.
        Stream,
        Source,
        Sources,
        Disputed,
        Actual,
        Visit,
        /// Who invites to a summit.
        Host,
        /// The heading above what accredited press need.
        ForPress,
        Gather,
        CallTime,
        FilingCentre,
        Contact,
        /// The heading above what staff need.
        ForStaff,
        /// Who a step is for.
        StepFor,
        /// Who is in the pool.
        Pool,
        Accreditation,
        PressCentre,
    }
}

texts! {
    /// Fixed phrases, most of them of pages. The names of apps belong to no language and stand with what links to them.
    Phrase {
        /// The title of an entry of which nothing is left but that it was withdrawn.
        Withdrawn,
        /// Precedes the title of an entry that was withdrawn.
        WithdrawnPrefix,
        /// Says that an entry was withdrawn, as a sentence.
        WithdrawnNotice,
        /// As it stands after a day.
        TimeUnknown,
        DayUnknown,
        /// Of a time that is given, and not certain yet.
        ToBeConfirmed,
        /// A sentence.
        EndUnknown,
        /// The same, as it stands in a list.
        EndUnknownMark,
        /// Precedes the fields of which other sources say something else.
        DisputedMark,
        /// Precedes the title of an entry in an alarm.
        Soon,
        NothingToShow,
        /// The link past the head of a page.
        Skip,
        /// Tells a screen reader that these are links to the other languages.
        Languages,
        Visits,
        AllVisits,
        /// The heading of the timeline of a visit.
        Timeline,
        /// Before what has no place in the timeline.
        TimeNotAnnounced,
        Subscribe,
        SubscribeHint,
        /// What the clock of a feed means.
        ClockHint,
        /// What an app does about changes, in a sentence.
        AppleHint,
        GoogleHint,
        OutlookHint,
        OtherHint,
        OtherApps,
        OtherFeeds,
        EmptyFeed,
        /// Why there are no buttons of services on pages that are not public.
        OwnAddress,
        /// What the QR code is for.
        ScanCode,
        /// The file of a feed whose address is not known.
        FeedFile,
        /// The heading of what makes a feed of one's own of a listed one.
        OwnFeed,
        /// What an alarm is for.
        AlarmBefore,
        /// Copies an address.
        Copy,
        /// Copies an entry, a day or a visit.
        CopyText,
        Copied,
        Share,
        /// The link of a row.
        Add,
        CopyHint,
        LastChanged,
        /// The flag of what changed lately.
        Changed,
        Before,
        /// Before the name of the visit that an entry belongs to now.
        Moved,
        Changes,
        ChangesFeed,
        /// What a feed of changes is about, behind who publishes it.
        ScheduleChanges,
        AnnouncedBy,
        AccordingTo,
        OtherAccounts,
        YourClock,
        /// After a clock that is the reader’s own.
        You,
        OfficialOnly,
        OtherZone,
        WhereItHappens,
        Now,
        Next,
        LaterToday,
        /// `%` stands for the time.
        Began,
        VisitOver,
        UnderWay,
        ComingUp,
        PastVisits,
        /// After an arrival on an earlier date than the departure’s.
        DayBefore,
        /// The flag of what changed since the reader was here.
        SinceLastVisit,
        /// To what is now or next.
        JumpToNow,
        /// Before the visit that follows on the same trip.
        NextOnTrip,
        /// Before the visit that it follows on the same trip.
        BeforeOnTrip,
        Days,
        AllKinds,
        AllAccess,
        /// Leaves out what has no time.
        WithTime,
        Search,
        PermanentLink,
        /// Of an address that nothing is at.
        NothingHere,
        StateOf,
        InHours,
        /// The way to a map of the place.
        Map,
        /// The way to the text of a page.
        AsText,
        PressBand,
        StaffBand,
        /// What became of a visit or an entry, as it stands in a list of changes.
        ChangeAnnounced,
        ChangeAdded,
        ChangeRevised,
        ChangeReinstated,
        ChangeRestricted,
        ChangeWithdrawn,
    }
}

/// What became of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// It is another.
    Changed,
    /// It came.
    Announced,
    /// A clock time came.
    TimeAnnounced,
    /// A clock time went, and less is known.
    NoLongerAnnounced,
    /// It went.
    NoLongerGiven,
    /// One of several came.
    Added,
    /// One of several went.
    Removed,
}

/// What stands between parts of a text.
pub(crate) struct Punctuation {
    /// Between a label and what it names.
    pub(crate) colon: &'static str,
    /// Between items that may be long.
    pub(crate) list: &'static str,
    /// Between names.
    pub(crate) names: &'static str,
    /// Between a time and what is said of it.
    pub(crate) clauses: &'static str,
    /// After a day, before what is known of its time.
    pub(crate) day_end: &'static str,
    /// Between two times of one day.
    pub(crate) times: &'static str,
    /// Between two days, with or without their times.
    pub(crate) days: &'static str,
    /// Around what is added to a text.
    pub(crate) parentheses: [&'static str; 2],
}

/// What cannot be said of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    Time,
    Day,
    End,
}

/// How a language says what the program has to say.
pub(crate) trait Locale: Sync {
    /// Which language it is.
    fn ui_language(&self) -> UiLanguage;
    /// What stands between parts of a text.
    fn punctuation(&self) -> &'static Punctuation;
    /// A fixed phrase.
    fn phrase(&self, phrase: Phrase) -> &'static str;
    /// A label alone.
    fn label(&self, label: Label) -> &'static str;
    /// A day without its year: `25 Aug`.
    fn day(&self, date: NaiveDate) -> String;
    /// A day with its year: `25 August 2025`.
    fn date(&self, date: NaiveDate) -> String;
    /// A day with its year and its weekday.
    fn full_day(&self, date: NaiveDate) -> String;
    /// Days with their year, which leaves out what both ends have in common: `24–26 August 2025`.
    fn date_range(&self, from: NaiveDate, to: NaiveDate) -> String;
    /// A time that is approximate.
    fn about(&self, time: &str) -> String;
    /// A time of which the start or else the end is approximate.
    fn about_one(&self, from: &str, to: &str, is_start: bool) -> String;
    /// Not before a time.
    fn not_before(&self, time: &str) -> String;
    /// Not after a time.
    fn not_after(&self, time: &str) -> String;
    /// A part of the day, as it stands after a day.
    fn part(&self, part: PartOfDay) -> &'static str;
    /// Some time in a window.
    fn between(&self, from: &str, to: &str) -> String;
    /// Until an end of which the start is not known.
    fn until(&self, end: &str) -> String;
    /// After other entries: after the last of them.
    fn after(&self, titles: &[Cow<'_, str>]) -> String;
    /// Before another entry.
    fn before(&self, title: &str) -> String;
    /// What a day of the host's is on another clock: `23 Aug in Tokyo = 22 Aug 11:00 to 23 Aug 11:00 EDT`.
    fn span(&self, day: &str, host: &str, from: &str, to: &str, zone: &str) -> String;
    /// The same, where the other clock has the same day.
    fn same_day(&self, day: &str, host: &str, other: &str) -> String;
    /// The parts of a place, given from the small to the large, as the language puts them.
    fn place(&self, parts: &[&str]) -> String;
    /// A time on another clock, with the weekday where it is another day there: `01:15 Tue Seoul`.
    fn other_clock(&self, time: &str, weekday: Option<&str>, place: &str) -> String {
        let [open, close] = self.punctuation().parentheses;
        let weekday = weekday.map(|weekday| [open, weekday, close].concat()).unwrap_or_default();
        format!("{place} {time}{weekday}")
    }
    /// That the texts of a page are in another language.
    fn text_is_in(&self, language: &str) -> String;
    /// A weekday in short.
    fn weekday(&self, date: NaiveDate) -> &'static str;
    /// A time and the place that goes with it.
    fn time_at_place(&self, time: &str, place: &str) -> String;
    /// What precedes the title of an entry with this status.
    fn prefix(&self, status: StatusKind) -> Option<&'static str>;
    /// That something is under embargo until then, if that is known.
    fn under_embargo(&self, until: Option<&str>) -> String;
    /// What is done in a step.
    fn step(&self, kind: StepKind) -> &'static str;
    /// How far the press may come in a part of something.
    fn access_of_part(&self, part: &str, access: &str) -> String {
        [part, self.punctuation().colon, access].concat()
    }
    /// A status.
    fn status(&self, status: StatusKind) -> &'static str;
    /// Press coverage.
    fn access(&self, access: Access) -> &'static str;
    /// Press coverage in few words, as it stands in a list.
    fn access_mark(&self, access: Access) -> &'static str {
        self.access(access)
    }
    /// A rank of visit.
    fn visit_kind(&self, kind: VisitKind) -> &'static str;
    /// A field by its key: of a dispute, and of what changed.
    fn field(&self, field: &str) -> &'static str;
    /// What became of a field, by what it is called.
    fn told(&self, name: &str, told: Told) -> String;
    /// That a visit has a status no more.
    fn no_longer(&self, status: &str) -> String;
    /// What something was, as it stands behind what it is.
    fn was(&self, was: &str) -> String {
        [self.phrase(Phrase::Before), self.punctuation().colon, was].concat()
    }
    /// A title within a sentence.
    fn quoted(&self, title: &str) -> String;
    /// A day with its year, in short: `25 Aug 2025`.
    fn dated(&self, date: NaiveDate) -> String {
        self.date(date)
    }
    /// A publication: who published it, its title, who reported it, and its date.
    fn publication(&self, publisher: &str, title: Option<&str>, via: Option<&str>, on: Option<&str>) -> String;
    /// What somebody says, and who.
    fn said_by(&self, says: &str, who: &str) -> String;

    /// What the language calls a language (by its first subtag), if `names.tsv` has it, or a country (by its code).
    fn name(&self, code: &str) -> Option<&'static str> {
        let column = UiLanguage::ALL.iter().position(|known| *known == self.ui_language())?;
        NAMES.get(code)?.get(column).copied().filter(|name| !name.is_empty())
    }
    /// A kind of entry.
    fn entry_kind(&self, kind: EntryKind) -> &'static str {
        self.name(&["kind:", kind.word()].concat()).expect("names.tsv has every kind of entry")
    }
    /// What the language calls itself.
    fn own_name(&self) -> &'static str {
        self.name(self.ui_language().word()).expect("names.tsv has every language of the program")
    }
    /// What people call the place that a zone is named for.
    fn zone_place(&self, zone: &'static str) -> Cow<'static, str> {
        self.name(zone).map_or_else(|| iana_place(zone), Cow::Borrowed)
    }
    /// What people call the time on the clocks of a zone.
    fn zone_time(&self, zone: &'static str) -> String;
    /// A text in another language than the reader's, with the language named, or its tag where it has no name.
    fn foreign(&self, text: &str, language: &Language) -> String {
        format!("{text} [{}]", self.name(language.primary()).unwrap_or(language.tag()))
    }
    /// From one time of a day to another.
    fn times(&self, from: &str, to: &str) -> String {
        [from, self.punctuation().times, to].concat()
    }
    /// From one day to another, with or without their times.
    fn days(&self, from: &str, to: &str) -> String {
        [from, self.punctuation().days, to].concat()
    }
    /// A day and what is known of its time.
    fn day_with(&self, day: &str, known: &str) -> String {
        [day, self.punctuation().day_end, known].concat()
    }
    /// Several items, which may be long.
    fn list(&self, items: &[Cow<'_, str>]) -> String {
        items.join(self.punctuation().list)
    }
    /// Several names in a row.
    fn names(&self, names: &[Cow<'_, str>]) -> String {
        names.join(self.punctuation().names)
    }
    /// A text with something added to it.
    fn title_with(&self, title: &str, known: &str) -> String {
        let [open, close] = self.punctuation().parentheses;
        [title, open, known, close].concat()
    }
    /// A label with what it names.
    fn labelled(&self, label: Label, text: &str) -> String {
        [self.label(label), self.punctuation().colon, text].concat()
    }
    /// A label with the field that it is about, and what it names.
    fn labelled_field(&self, label: Label, field: &str, text: &str) -> String {
        [&self.title_with(self.label(label), self.field(field)), self.punctuation().colon, text].concat()
    }
    /// What is not announced.
    fn unknown(&self, unknown: Unknown) -> &'static str {
        self.phrase(match unknown {
            Unknown::Time => Phrase::TimeUnknown,
            Unknown::Day => Phrase::DayUnknown,
            Unknown::End => Phrase::EndUnknown,
        })
    }
    /// The title of an entry of which nothing is left but that it was withdrawn.
    fn withdrawn(&self) -> &'static str {
        self.phrase(Phrase::Withdrawn)
    }
    /// What precedes the title of an entry that was withdrawn.
    fn withdrawn_prefix(&self) -> &'static str {
        self.phrase(Phrase::WithdrawnPrefix)
    }
    /// Says that an entry was withdrawn, as a sentence.
    fn withdrawn_notice(&self) -> &'static str {
        self.phrase(Phrase::WithdrawnNotice)
    }
    /// Says that the end is not announced, as it stands in a list.
    fn open_end_mark(&self) -> &'static str {
        self.phrase(Phrase::EndUnknownMark)
    }
    /// What an alarm says.
    fn soon(&self, title: &str) -> String {
        [self.phrase(Phrase::Soon), self.punctuation().colon, title].concat()
    }
}

/// With a capital, in languages that have them: for words that stand first here and not elsewhere.
pub(crate) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
}

/// The parts of a place from the large to the small, given the other way.
fn from_large(parts: &[&str]) -> String {
    parts.iter().rev().copied().collect::<Vec<_>>().join(" ")
}

/// A text with those of two details that are known in parentheses behind it.
fn with_details(locale: &dyn Locale, text: String, details: [Option<&str>; 2]) -> String {
    let details: Vec<Cow<'_, str>> = details.into_iter().flatten().map(Cow::Borrowed).collect();
    if details.is_empty() { text } else { locale.title_with(&text, &locale.names(&details)) }
}

/// The place in an IANA name: `America/New_York` is for New York.
fn iana_place(zone: &'static str) -> Cow<'static, str> {
    let city = zone.rsplit('/').next().unwrap_or(zone);
    if city.contains('_') { Cow::Owned(city.replace('_', " ")) } else { Cow::Borrowed(city) }
}
