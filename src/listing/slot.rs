//! When a calendar shows an entry: the one answer, for feeds, links and pages alike.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{ListedTiming, ListedWhen};
use crate::programme::KnownTime;
use crate::zone::Moment;

/// What an entry takes in a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarSlot {
    /// From one moment to another, each on the clock that it was announced in.
    Timed(Moment, Moment),
    /// From the first day up to, and without, the last.
    Days(NaiveDate, NaiveDate),
}

impl ListedTiming<'_> {
    /// When a calendar shows it; `None` where not even a day is known. What has no announced end is shown for
    /// `display_length`; what has no clock time, or a journey that has one at one end alone, takes whole days.
    #[must_use]
    pub fn slot(&self, display_length: Duration) -> Option<CalendarSlot> {
        match self {
            ListedTiming::Stay(ListedWhen { time: KnownTime::Clock(span), .. }) => {
                let length = TimeDelta::from_std(display_length).unwrap_or(TimeDelta::MAX);
                let end = span.end.or_else(|| span.start.plus(length)).unwrap_or(span.start);
                return Some(CalendarSlot::Timed(span.start, end.in_zone(span.start.zone())));
            }
            ListedTiming::Journey { depart, arrive } => {
                if let (Some(leaves), Some(arrives)) = (depart.when.clock(), arrive.when.clock()) {
                    return Some(CalendarSlot::Timed(leaves.start, arrives.start));
                }
            }
            ListedTiming::Stay(_) => {}
        }
        let (first, last) = self.days()?;
        Some(CalendarSlot::Days(first, last.succ_opt()?))
    }

    /// The start, where a clock time was announced for it.
    #[must_use]
    pub fn announced_start(&self) -> Option<DateTime<Utc>> {
        self.begin().clock().map(|span| span.start.instant())
    }

    /// The end, where a clock time was announced for it: of a journey, its arrival.
    #[must_use]
    pub fn announced_end(&self) -> Option<DateTime<Utc>> {
        match self {
            ListedTiming::Stay(when) => when.clock()?.end.map(Moment::instant),
            ListedTiming::Journey { arrive, .. } => arrive.when.clock().map(|span| span.start.instant()),
        }
    }

    /// Whether any of its times is still to be confirmed.
    #[must_use]
    pub fn is_to_be_confirmed(&self) -> bool {
        self.whens().any(|when| when.clock().is_some_and(|span| span.to_be_confirmed))
    }

    /// First and last day, by the clocks of the places; `None` where not even a day is known.
    #[must_use]
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.whens().filter_map(ListedWhen::days).reduce(|(first, last), (from, to)| (first.min(from), last.max(to)))
    }
}
