//! What is certain of a time that is not exact: the first and the last instant at which something can begin.
//!
//! Announcements say "morning", or a day, or "about noon". A rule that is to be right about them may only use what no
//! reading of the words denies, so the bounds here are wide: a morning that ends at one in the afternoon is still one.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::programme::{KnownTime, PartOfDay, TimedSpan, When, WithinDay};
use crate::zone::{Moment, Zone};

/// How far an approximate time may be off.
const ABOUT_TOLERANCE: Duration = Duration::minutes(30);

/// When something begins: not before `first`, and not after `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) first: DateTime<Utc>,
    pub(super) last: DateTime<Utc>,
}

impl Window {
    /// The window of a time; `None` where not even a day is certain.
    pub(super) fn of(when: &When) -> Option<Window> {
        match when.time {
            KnownTime::Clock(clock) => Some(Window::of_clock(clock)),
            KnownTime::Day { zone, date, within: WithinDay::Day } => Some(Window::of_days(zone, date, date)),
            KnownTime::Day { zone, date, within: WithinDay::Part(part) } => Some(Window::of_part(zone, date, part)),
            KnownTime::Day { within: WithinDay::Between(first, last), .. } => {
                Some(Window { first: first.instant(), last: last.instant() })
            }
            KnownTime::Day { zone, date, within: WithinDay::NotBefore(first) } => {
                Some(Window { first: first.instant(), last: Window::of_days(zone, date, date).last })
            }
            KnownTime::Day { zone, date, within: WithinDay::NotAfter(last) } => {
                Some(Window { first: zone.start_of_day(date), last: last.instant() })
            }
            KnownTime::Days { zone, from, to } => Some(Window::of_days(zone, from, to)),
            KnownTime::Unknown { .. } => None,
        }
    }

    fn of_clock(clock: TimedSpan) -> Window {
        let (instant, tolerance) = (clock.start.instant(), tolerance(clock));
        Window { first: instant - tolerance, last: instant + tolerance }
    }

    /// All of some days.
    pub(super) fn of_days(zone: Zone, from: NaiveDate, to: NaiveDate) -> Window {
        Window { first: zone.start_of_day(from), last: zone.end_of_day(to) - Duration::seconds(1) }
    }

    fn of_part(zone: Zone, date: NaiveDate, part: PartOfDay) -> Window {
        let (from, to) = match part {
            PartOfDay::EarlyMorning => (0, 10),
            PartOfDay::Morning => (3, 13),
            PartOfDay::Midday => (10, 15),
            PartOfDay::Afternoon => (11, 20),
            PartOfDay::LateAfternoon => (13, 21),
            PartOfDay::Evening => (15, 26),
            // The night before the day, or the one after it.
            PartOfDay::Night => (0, 30),
        };
        let start = zone.start_of_day(date);
        Window { first: start + Duration::hours(from), last: start + Duration::hours(to) }
    }

    /// Whether all of it comes before all of another.
    pub(super) fn is_before(self, other: Window) -> bool {
        self.last < other.first
    }

    /// Whether it has an instant in common with another.
    pub(super) fn meets(self, other: Window) -> bool {
        !self.is_before(other) && !other.is_before(self)
    }
}

/// A moment as it is told in diagnostics: `2025-08-25 12:15 EDT`.
pub(super) fn local_time(moment: Moment) -> String {
    format!("{} {}", moment.local().format("%Y-%m-%d %H:%M"), moment.name())
}

/// How far the start of a clock time may be off.
pub(super) fn tolerance(clock: TimedSpan) -> Duration {
    if clock.about.start { ABOUT_TOLERANCE } else { Duration::zero() }
}

/// How far its end may be off.
pub(super) fn end_tolerance(clock: TimedSpan) -> Duration {
    if clock.about.end { ABOUT_TOLERANCE } else { Duration::zero() }
}
