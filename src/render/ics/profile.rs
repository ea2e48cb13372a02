//! How a kind of feed has its events written, and when it shows each of them.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::digits;
use crate::listing::{ListedEntry, ListedTiming, ListedWhen};
use crate::programme::{Cancelled, Feed, FeedZone, Language, Settings, StatusKind, UiLanguage};
use crate::revision::{RevisedListing, Withdrawn};
use crate::zone::{Moment, Zone};

/// The settings of a feed that change how an event is written. Feeds that share them share the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Profile {
    zone: FeedZone,
    pub(super) language: Language,
    pub(super) ui_language: UiLanguage,
    also: Vec<Zone>,
    pub(super) cancelled: Cancelled,
    display_length: Duration,
    pub(super) alarms: Vec<Duration>,
    /// Where the pages are served that have more of each entry.
    pub(super) pages: Option<String>,
    /// When the program's words or these settings last changed.
    pub(super) settled: Option<DateTime<Utc>>,
}

impl Profile {
    /// How a feed of these settings is written.
    #[must_use]
    pub fn of(feed: &Feed, settings: &Settings) -> Self {
        Self {
            zone: feed.zone,
            language: feed.language.clone(),
            ui_language: feed.ui_language,
            also: feed.also.clone(),
            cancelled: feed.cancelled,
            display_length: feed.display_length,
            alarms: feed.alarms.clone(),
            pages: settings.pages_url(feed.audience).map(str::to_owned),
            settled: None,
        }
    }

    /// The same, with words or settings that are of an instant. Events are as old as what is latest of them.
    #[must_use]
    pub fn settled(self, at: Option<DateTime<Utc>>) -> Self {
        Self { settled: at, ..self }
    }

    /// Whether these feeds say what others say, but for the times, which are on other clocks.
    #[must_use]
    pub fn differs_in_clocks_alone(&self, other: &Profile) -> bool {
        let Self { zone: _, also: _, display_length: _, language, ui_language, cancelled, alarms, pages, settled } =
            self;
        (language, ui_language) == (&other.language, &other.ui_language)
            && (cancelled, alarms, pages, settled) == (&other.cancelled, &other.alarms, &other.pages, &other.settled)
    }

    /// Whether the same entries are shown at the same times, named by the same zones, whatever is said of them; selections
    /// aside.
    #[must_use]
    pub fn shows_alike(&self, other: &Profile) -> bool {
        let Self {
            zone,
            cancelled,
            display_length,
            language: _,
            ui_language: _,
            also: _,
            alarms: _,
            pages: _,
            settled: _,
        } = self;
        (zone, cancelled, display_length) == (&other.zone, &other.cancelled, &other.display_length)
    }

    /// Whether an entry is in feeds of this kind at all, selections aside.
    #[must_use]
    pub fn shows(&self, revised: &RevisedListing<'_>, entry: &ListedEntry<'_>) -> bool {
        let called_off = entry.status.kind == StatusKind::Cancelled;
        let hidden =
            called_off && (self.cancelled == Cancelled::Hidden || revised.has_expired(&revised.revision(entry)));
        entry.timing.has_day() && !hidden
    }

    /// The clocks that descriptions show beside the host's, in order.
    pub(crate) fn clocks(&self) -> Vec<Zone> {
        let own = match self.zone {
            FeedZone::Fixed(zone) => Some(zone),
            FeedZone::Host => None,
        };
        own.into_iter().chain(self.also.iter().copied()).collect()
    }

    /// DTSTART and DTEND of an entry; `None` where not even a day is known.
    pub(crate) fn written(&self, entry: &ListedEntry<'_>) -> Option<[Written; 2]> {
        self.span(entry).map(|span| span.written())
    }

    /// What is left of entries that are in the schedules no more, as far as feeds of this kind tell of it.
    pub(crate) fn withdrawn<'s>(
        &self,
        revised: &'s RevisedListing<'_>,
    ) -> impl Iterator<Item = &'s Withdrawn> + use<'s> {
        let tells = self.cancelled != Cancelled::Hidden;
        revised.withdrawn().iter().filter(move |_| tells)
    }

    /// The zones that an entry's times may name, with the instants; `None` where a time is not known.
    pub(crate) fn instants(&self, entry: &ListedEntry<'_>) -> Option<[(Zone, DateTime<Utc>); 2]> {
        let zone = |moment: Moment| self.zone.fixed().unwrap_or(moment.zone());
        self.moments(entry).map(|(start, end)| [start, end].map(|moment| (zone(moment), moment.instant())))
    }

    /// The moments whose zones an entry's times do name: its start and its end, or neither.
    pub(crate) fn zoned(&self, entry: &ListedEntry<'_>) -> Option<[Moment; 2]> {
        self.span(entry)?.zoned()
    }

    /// When an entry is shown; `None` when not even a day is known.
    pub(super) fn span(&self, entry: &ListedEntry<'_>) -> Option<Span> {
        if let Some((start, end)) = self.moments(entry) {
            return Some(self.timed(start, end));
        }
        let (first, last) = match &entry.timing {
            ListedTiming::Stay(when) => when.days()?,
            ListedTiming::Journey { depart, arrive } => {
                let days = || [&depart.when, &arrive.when].into_iter().filter_map(ListedWhen::days);
                (days().map(|(first, _)| first).min()?, days().map(|(_, last)| last).max()?)
            }
        };
        Some(Span::Days(first, last.succ_opt()?))
    }

    /// From when to when an entry is shown, on the clocks that it was announced in; `None` where a time is not known.
    fn moments(&self, entry: &ListedEntry<'_>) -> Option<(Moment, Moment)> {
        match &entry.timing {
            ListedTiming::Stay(ListedWhen::Clock(clock)) => {
                let shown_for = || TimeDelta::from_std(self.display_length).unwrap_or(TimeDelta::MAX);
                let end = clock.end.or_else(|| clock.start.plus(shown_for())).unwrap_or(clock.start);
                Some((clock.start, end.in_zone(clock.start.zone())))
            }
            ListedTiming::Journey { depart, arrive } => match (&depart.when, &arrive.when) {
                (ListedWhen::Clock(leaves), ListedWhen::Clock(arrives)) => Some((leaves.start, arrives.start)),
                _ => None,
            },
            ListedTiming::Stay(_) => None,
        }
    }

    fn timed(&self, start: Moment, end: Moment) -> Span {
        let written = |moment: Moment| match self.zone {
            FeedZone::Host => moment,
            FeedZone::Fixed(zone) => moment.in_zone(zone),
        };
        let (start, end) = (written(start), written(end));
        if start.happens_twice() || end.happens_twice() { Span::Utc(start, end) } else { Span::Zoned(start, end) }
    }
}

/// What DTSTART and DTEND say.
pub(super) enum Span {
    /// From one moment to another, each on the clock it is written in.
    Zoned(Moment, Moment),
    /// The same in UTC, because the clock shows one of them twice. A TZID names the first pass (RFC 5545, 3.3.5), and
    /// half of the readers take the second.
    Utc(Moment, Moment),
    /// From the first day up to, and without, the last.
    Days(NaiveDate, NaiveDate),
}

impl Span {
    pub(super) fn zoned(&self) -> Option<[Moment; 2]> {
        match *self {
            Span::Zoned(start, end) => Some([start, end]),
            Span::Utc(..) | Span::Days(..) => None,
        }
    }

    pub(super) fn written(&self) -> [Written; 2] {
        match *self {
            Span::Zoned(start, end) => [start, end].map(Written::Local),
            Span::Utc(start, end) => [start, end].map(|moment| Written::Utc(moment.instant())),
            Span::Days(first, end) => [first, end].map(Written::Date),
        }
    }

    pub(super) fn is_timed(&self) -> bool {
        !matches!(self, Span::Days(..))
    }
}

/// A value of DTSTART or DTEND.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// On the clock of the zone that TZID names.
    Local(Moment),
    /// In UTC.
    Utc(DateTime<Utc>),
    /// A date.
    Date(NaiveDate),
}

impl Written {
    /// Writes the value itself.
    pub(crate) fn write(self, out: &mut String) {
        match self {
            Written::Local(moment) => digits::basic_date_time(out, moment.local()),
            Written::Utc(instant) => digits::basic_instant(out, instant),
            Written::Date(date) => digits::basic_date(out, date),
        }
    }
}
