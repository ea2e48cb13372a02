//! How a feed has its events written, and which of them it shows.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc};

use crate::listing::{Absence, CalendarSlot, ListedEntry};
use crate::programme::{Cancelled, Feed, FeedZone, Language, Settings, StatusKind, StepsShown, UiLanguage};
use crate::revision::{RevisedListing, Revision, Withdrawn};
use crate::zone::{Moment, Zone};

/// The settings of a feed that change how an event is written. Feeds that share them share their events.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventStyle {
    zone: FeedZone,
    pub(super) language: Language,
    pub(super) ui_language: UiLanguage,
    also: Vec<Zone>,
    pub(super) cancelled: Cancelled,
    display_length: Duration,
    pub(super) alarms: Vec<Duration>,
    /// Whether steps are events of their own.
    pub(super) steps: StepsShown,
    pub(super) step_alarms: Vec<Duration>,
    /// Where the pages are served that have more of each entry.
    pub(super) pages: Option<String>,
    /// When the program's words or these settings last changed.
    pub(super) modified: Option<DateTime<Utc>>,
}

impl EventStyle {
    /// How a feed of these settings is written.
    #[must_use]
    pub fn new(feed: &Feed, settings: &Settings) -> Self {
        Self {
            zone: feed.zone,
            language: feed.language.clone(),
            ui_language: feed.ui_language,
            also: feed.also.clone(),
            cancelled: feed.cancelled,
            display_length: feed.display_length,
            alarms: feed.alarms.clone(),
            steps: feed.steps,
            step_alarms: feed.step_alarms.clone(),
            pages: settings.pages_url(feed.audience).map(str::to_owned),
            modified: None,
        }
    }

    /// The same, with words or settings that are of an instant. Events are as old as what is latest of them.
    #[must_use]
    pub fn modified(self, at: Option<DateTime<Utc>>) -> Self {
        Self { modified: at, ..self }
    }

    /// Whether an entry is in feeds of this kind at all, selections aside.
    #[must_use]
    pub fn shows(&self, entry: &ListedEntry<'_>, revision: Revision, revised: &RevisedListing<'_>) -> bool {
        let called_off = entry.status.kind == StatusKind::Cancelled;
        let hidden = called_off && (self.cancelled == Cancelled::Hidden || revised.has_expired(&revision));
        entry.timing.has_day() && !hidden
    }

    /// The clocks that descriptions show beside the host's, in order.
    pub(crate) fn clocks(&self) -> Vec<Zone> {
        self.zone.fixed().into_iter().chain(self.also.iter().copied()).collect()
    }

    /// What is left of entries that are in the schedules no more, as far as feeds of this kind tell of it.
    pub(crate) fn withdrawn<'s>(&self, revised: &'s RevisedListing<'_>) -> &'s [Withdrawn] {
        if self.cancelled == Cancelled::Hidden { &[] } else { revised.withdrawn() }
    }

    /// What is left of steps that were events, as far as feeds of this kind tell of it.
    pub(crate) fn withdrawn_steps<'s>(&self, revised: &'s RevisedListing<'_>) -> &'s [Withdrawn] {
        let is_told = self.steps == StepsShown::Events && self.cancelled != Cancelled::Hidden;
        if is_told { revised.withdrawn_steps() } else { &[] }
    }

    /// DTSTART and DTEND of an entry; `None` where not even a day is known.
    pub(crate) fn times(&self, entry: &ListedEntry<'_>) -> Option<[CalendarTime; 2]> {
        Some(match entry.timing.slot(self.display_length)? {
            CalendarSlot::Timed(start, end) => {
                let times = [start, end].map(|moment| match self.zone {
                    FeedZone::Host => moment,
                    FeedZone::Fixed(zone) => moment.in_zone(zone),
                });
                // A TZID names the first pass of an hour that happens twice (RFC 5545, 3.3.5), and half of the readers
                // take the second.
                // And of what was redacted, it would say where it was.
                let is_redacted = entry.absence == Some(Absence::Redacted);
                if is_redacted || times.iter().any(|moment| moment.happens_twice()) {
                    times.map(|moment| CalendarTime::Utc(moment.instant()))
                } else {
                    times.map(CalendarTime::Local)
                }
            }
            CalendarSlot::Days(first, end) => [first, end].map(CalendarTime::Date),
        })
    }
}

/// A value of DTSTART or DTEND, written as RFC 5545 has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CalendarTime {
    /// On the clock of the zone that TZID names.
    Local(Moment),
    /// In UTC.
    Utc(DateTime<Utc>),
    /// A date.
    Date(NaiveDate),
}

impl fmt::Display for CalendarTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalendarTime::Local(moment) => write!(f, "{}", DateTimeValue(moment.local())),
            CalendarTime::Utc(instant) => write!(f, "{}Z", DateTimeValue(instant.naive_utc())),
            CalendarTime::Date(date) => write!(f, "{}", DateValue(*date)),
        }
    }
}

/// A DATE (RFC 5545, 3.3.4): `20250825`.
struct DateValue(NaiveDate);

impl fmt::Display for DateValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use chrono::Datelike;
        write!(f, "{:04}{:02}{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

/// A local DATE-TIME (RFC 5545, 3.3.5, form 1): `20250825T121500`.
pub(super) struct DateTimeValue(pub(super) NaiveDateTime);

impl fmt::Display for DateTimeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (DateValue(self.0.date()), self.0.time());
        write!(f, "{date}T{:02}{:02}{:02}", time.hour(), time.minute(), time.second())
    }
}
