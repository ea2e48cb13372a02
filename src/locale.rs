//! What the program itself says to readers: labels, dates, parts of the day, statuses.
//!
//! One trait, and one file a language. A word that a language lacks does not compile. To add a language is to write its
//! file, and to give it a line in the table of [`UiLanguage`] and its line below, which the compiler then asks for.

mod en;
mod ja;
mod ko;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::programme::{Access, Language, PartOfDay, StatusKind, UiLanguage, VisitKind};

/// The words of a language.
pub(crate) fn of(ui_language: UiLanguage) -> &'static dyn Locale {
    match ui_language {
        UiLanguage::English => &en::English,
        UiLanguage::Korean => &ko::Korean,
        UiLanguage::Japanese => &ja::Japanese,
    }
}

/// Declares things that are said, and a list of all for the tests.
macro_rules! said {
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

said! {
    /// The labels that stand before what they name, and headings.
    Label {
        Departs,
        Arrives,
        Place,
        With,
        Principal,
        Access,
        Status,
        Reason,
        Link,
        Source,
        Sources,
        Disputed,
        Actual,
        Visit,
        /// The heading above what accredited press need.
        ForPress,
        Gather,
        CallTime,
        FilingCentre,
        Contact,
        /// The heading above what staff need.
        ForStaff,
    }
}

said! {
    /// What only pages say. The names of apps are no words of any language, and stand with what links to them.
    Page {
        /// The link to what follows the head of a page.
        Skip,
        /// What tells a screen reader that these are links to the other languages.
        Languages,
        Visits,
        AllVisits,
        Programme,
        /// The heading of the picture of a visit's hours.
        Hours,
        /// What is to be seen on it.
        HoursLegend,
        /// The same, where there is but one clock.
        HoursLegendOne,
        Subscribe,
        SubscribeHint,
        /// The link that any calendar app on the device takes.
        OpenInApp,
        /// The address of a feed, to be copied.
        Address,
        /// What the code is for.
        ScanCode,
        /// The file of a feed, where it is not known at which address it is served.
        FeedFile,
        Refresh,
        RefreshApple,
        RefreshGoogle,
        RefreshOutlook,
        RefreshOther,
        AddEntry,
        /// The file of one entry.
        EntryFile,
        CopyHint,
        Published,
        LastChanged,
        Before,
        /// Before the name of the visit that an entry belongs to now.
        Moved,
        ChangesFeed,
        YourClock,
        ChooseZone,
        OfficialOnly,
        Past,
        Now,
        Next,
        PermanentLink,
    }
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
    /// What the language calls itself.
    fn own_name(&self) -> &'static str;
    /// What it calls another language, by its first subtag, if it has a name for it.
    fn language(&self, primary: &str) -> Option<&'static str>;
    /// Writes a day without its year: `25 Aug`.
    fn write_day(&self, out: &mut String, date: NaiveDate);
    /// Writes a day in full, with its weekday.
    fn write_full_day(&self, out: &mut String, date: NaiveDate);
    /// Writes a day in full, without its weekday.
    fn write_dated(&self, out: &mut String, date: NaiveDate);
    /// What stands before, between and after two times of a day, from one to the other.
    fn around_times(&self) -> [&'static str; 3];
    /// From one day to another, with or without their times.
    fn days(&self, from: &str, to: &str) -> String;
    /// A time that is approximate.
    fn about(&self, time: &str) -> String;
    /// A part of the day, as it stands after a day.
    fn part(&self, part: PartOfDay) -> &'static str;
    /// Days in full without their weekdays, and without saying twice what both ends have in common: `24–26 August 2025`.
    fn date_range(&self, from: NaiveDate, to: NaiveDate) -> String;
    /// Some time in a window.
    fn between(&self, from: &str, to: &str) -> String;
    /// Until an end of which the start is not known.
    fn until(&self, end: &str) -> String;
    /// After another entry.
    fn after(&self, title: &str) -> String;
    /// A day and what is known of it.
    fn day_with(&self, day: &str, rest: &str) -> String;
    /// Two things known of one time, each a phrase of its own.
    fn both(&self, one: &str, other: &str) -> String;
    /// What is not announced, as it stands after a day or alone.
    fn unknown(&self, unknown: Unknown) -> &'static str;
    /// What a day of the host's is on another clock: `23 Aug in Tokyo = 22 Aug 11:00 to 23 Aug 11:00 EDT`.
    fn span(&self, day: &str, host: &str, from: &str, to: &str, zone: &str) -> String;
    /// The same, where the other clock has the same day.
    fn same_day(&self, day: &str, host: &str, other: &str) -> String;
    /// What people call the place that a zone is named for.
    fn zone_place(&self, zone: &'static str) -> Cow<'static, str>;
    /// A country by its code of ISO 3166-1, if the language's file has it.
    fn country(&self, code: &str) -> Option<&'static str>;
    /// The parts of a place, given from the small to the large, as the language puts them.
    fn place(&self, parts: &[&str]) -> String;
    /// A time and the place that goes with it.
    fn time_at_place(&self, time: &str, place: &str) -> String;
    /// Several of a kind.
    fn list(&self, items: &[Cow<'_, str>]) -> String;
    /// Several names in a row.
    fn names(&self, names: &[Cow<'_, str>]) -> String {
        names.join(", ")
    }
    /// A time and what was said of it, one after the other.
    fn clauses(&self, clauses: &[String]) -> String;
    /// What stands between a label and what it names.
    fn colon(&self) -> &'static str;
    /// A label with the field that it is about, and what it names.
    fn labelled_field(&self, label: Label, field: &str, text: &str) -> String;
    /// What a page says.
    fn page(&self, page: Page) -> &'static str;
    /// A label alone.
    fn label(&self, label: Label) -> &'static str;
    /// What precedes the title of an entry with this status.
    fn prefix(&self, status: StatusKind) -> Option<&'static str>;
    /// The title of an entry of which nothing is left but that it was withdrawn.
    fn withdrawn(&self) -> &'static str;
    /// What precedes the title of an entry that was withdrawn.
    fn withdrawn_prefix(&self) -> &'static str;
    /// That an entry was withdrawn, as a sentence.
    fn withdrawn_notice(&self) -> &'static str;
    /// A status.
    fn status(&self, status: StatusKind) -> &'static str;
    /// Press coverage.
    fn access(&self, access: Access) -> &'static str;
    /// Press coverage, shortly, as it stands in a list.
    fn access_mark(&self, access: Access) -> &'static str;
    /// That other sources say something else of these fields, as it stands in a list.
    fn disputed_mark(&self, fields: &str) -> String;
    /// That the end is not announced, as it stands in a list.
    fn open_end_mark(&self) -> &'static str;
    /// A rank of visit.
    fn visit_kind(&self, kind: VisitKind) -> &'static str;
    /// The field that a dispute is about.
    fn field(&self, field: &str) -> &'static str;
    /// A publication: who, what it is called, who reported it, and when.
    fn publication(&self, publisher: &str, title: Option<&str>, via: Option<&str>, on: Option<&str>) -> String;
    /// What somebody says, and who.
    fn said_by(&self, says: &str, who: &str) -> String;
    /// A title with what is known of its time.
    fn title_with(&self, title: &str, known: &str) -> String;
    /// A text in another language than the reader's, with the language named: as the reader's names it, else as it
    /// names itself, else by its tag.
    fn foreign(&self, text: &str, language: &Language) -> String {
        let own_name = || UiLanguage::parse(language.primary()).map(|ui_language| of(ui_language).own_name());
        let name = self.language(language.primary()).or_else(own_name).unwrap_or(language.tag());
        format!("{text} [{name}]")
    }
    /// That there is nothing to show.
    fn nothing(&self) -> &'static str;
    /// What an alarm says.
    fn soon(&self, title: &str) -> String;

    /// Writes a label with what it names.
    fn write_labelled(&self, out: &mut String, label: Label, text: &str) {
        out.push_str(self.label(label));
        out.push_str(self.colon());
        out.push_str(text);
    }
    /// A label with what it names.
    fn labelled(&self, label: Label, text: &str) -> String {
        written(|out| self.write_labelled(out, label, text))
    }
    /// A day without its year: `25 Aug`.
    fn day(&self, date: NaiveDate) -> String {
        written(|out| self.write_day(out, date))
    }
    /// A day in full, with its weekday.
    fn full_day(&self, date: NaiveDate) -> String {
        written(|out| self.write_full_day(out, date))
    }
    /// A day in full, without its weekday.
    fn dated(&self, date: NaiveDate) -> String {
        written(|out| self.write_dated(out, date))
    }
}

/// With a capital, in languages that have them: for words that stand first here and not elsewhere.
pub(crate) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
}

/// A text that is written by a function.
fn written(write: impl FnOnce(&mut String)) -> String {
    let mut out = String::with_capacity(32);
    write(&mut out);
    out
}

/// The parts of a place from the large to the small, given the other way.
fn from_large(parts: &[&str]) -> String {
    let mut out = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts.iter().rev() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

/// The place in an IANA name: `America/New_York` is for New York.
fn iana_place(zone: &'static str) -> Cow<'static, str> {
    let city = zone.rsplit('/').next().unwrap_or(zone);
    if city.contains('_') { Cow::Owned(city.replace('_', " ")) } else { Cow::Borrowed(city) }
}
