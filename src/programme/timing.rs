//! When something is: exactly what was announced, and nothing more.

use chrono::NaiveDate;

use super::names::PartOfDay;
use super::visit::{Actual, Place};
use crate::zone::{Moment, Zone};

/// An entry's place in the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryRef {
    /// The visit's position.
    pub visit: usize,
    /// The entry's position in it.
    pub entry: usize,
}

/// A known beginning, and an end if that is announced. The end is later than the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimedSpan {
    /// The beginning.
    pub start: Moment,
    /// The end, where announced.
    pub end: Option<Moment>,
    /// Which of them are approximate: without an end, both or none.
    pub about: About,
    /// Whether it is still to be confirmed.
    pub to_be_confirmed: bool,
}

/// Which ends of a time are approximate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct About {
    /// The beginning.
    pub start: bool,
    /// The end.
    pub end: bool,
}

impl About {
    /// Both, or none.
    #[must_use]
    pub fn both(is_so: bool) -> Self {
        About { start: is_so, end: is_so }
    }
}

impl TimedSpan {
    /// An exact time, of which no end is known.
    #[must_use]
    pub fn at(start: Moment) -> Self {
        TimedSpan { start, end: None, about: About::default(), to_be_confirmed: false }
    }
}

/// What is known of a day without a clock time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WithinDay {
    /// Nothing but the day.
    Day,
    /// Part of the day.
    Part(PartOfDay),
    /// A window that begins on the day: its first moment and its last, which is later and may be of the next day.
    Between(Moment, Moment),
    /// Not before a moment of the day.
    NotBefore(Moment),
    /// Not after a moment of the day.
    NotAfter(Moment),
}

/// What is known of a time by itself, in the zone of its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KnownTime {
    /// A clock time is known.
    Clock(TimedSpan),
    /// A day is known.
    Day {
        /// The zone that the day is of.
        zone: Zone,
        /// The day.
        date: NaiveDate,
        /// What else is known.
        within: WithinDay,
    },
    /// Several days, inclusive.
    Days {
        /// The zone that the days are of.
        zone: Zone,
        /// The first.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
    },
    /// Not even the day is known.
    Unknown {
        /// The zone it would be in.
        zone: Zone,
        /// The part of that day, where it comes after or before another entry.
        part: Option<PartOfDay>,
    },
}

impl KnownTime {
    /// The host's zone.
    #[must_use]
    pub fn zone(&self) -> Zone {
        match *self {
            KnownTime::Clock(clock) => clock.start.zone(),
            KnownTime::Day { zone, .. } | KnownTime::Days { zone, .. } | KnownTime::Unknown { zone, .. } => zone,
        }
    }

    /// The clock time, where one is known.
    #[must_use]
    pub fn clock(&self) -> Option<TimedSpan> {
        match *self {
            KnownTime::Clock(span) => Some(span),
            _ => None,
        }
    }

    /// The first and the last moment of it, as far as it says any: of days, where they begin and end.
    #[must_use]
    pub fn moments(&self) -> [Option<Moment>; 2] {
        match *self {
            KnownTime::Clock(clock) => [Some(clock.start), clock.end],
            KnownTime::Day { within: WithinDay::Between(first, last), .. } => [Some(first), Some(last)],
            KnownTime::Day { within: WithinDay::NotBefore(first), .. } => [Some(first), None],
            KnownTime::Day { within: WithinDay::NotAfter(last), .. } => [None, Some(last)],
            _ => {
                let zone = self.zone();
                let edges = self.days().map(|(first, last)| [zone.start_of_day(first), zone.end_of_day(last)]);
                edges.map_or([None; 2], |edges| edges.map(|edge| Some(zone.moment(edge))))
            }
        }
    }

    /// First and last day in the host's zone, as far as this says so itself.
    #[must_use]
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        match *self {
            KnownTime::Clock(clock) => {
                let last = clock.end.unwrap_or(clock.start).in_zone(clock.start.zone());
                Some((clock.start.local().date(), last.local().date()))
            }
            KnownTime::Day { date, .. } => Some((date, date)),
            KnownTime::Days { from, to, .. } => Some((from, to)),
            KnownTime::Unknown { .. } => None,
        }
    }
}

/// When something is: what is known of its time by itself, and after and before which other entries it comes. `A` is how
/// another entry is named: by its place in the programme, or to those who may only read its title, by that.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct When<A = EntryRef> {
    /// What is known by itself.
    pub time: KnownTime,
    /// The entries that it comes after: after the last of them.
    pub after: Vec<A>,
    /// The entry that it comes before.
    pub before: Option<A>,
}

impl<A> From<KnownTime> for When<A> {
    fn from(time: KnownTime) -> Self {
        When { time, after: Vec::new(), before: None }
    }
}

impl<A> When<A> {
    /// The host's zone.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.time.zone()
    }

    /// The clock time, where one is known.
    #[must_use]
    pub fn clock(&self) -> Option<TimedSpan> {
        self.time.clock()
    }

    /// The first and the last moment of it, as far as it says any: of days, where they begin and end.
    #[must_use]
    pub fn moments(&self) -> [Option<Moment>; 2] {
        self.time.moments()
    }

    /// First and last day in the host's zone, as far as this says so itself.
    #[must_use]
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.time.days()
    }

    /// The other entries that it names: those that it comes after, and then the one that it comes before.
    pub fn others(&self) -> impl Iterator<Item = &A> {
        self.after.iter().chain(&self.before)
    }

    /// Whether it comes after or before another entry.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        self.others().next().is_some()
    }

    /// The same, with the other entries named otherwise.
    pub fn map_others<'w, B>(&'w self, mut name: impl FnMut(&'w A) -> B) -> When<B> {
        let after = self.after.iter().map(&mut name).collect();
        When { time: self.time, after, before: self.before.as_ref().map(name) }
    }

    /// The same, with the other entries borrowed.
    #[must_use]
    pub fn as_ref(&self) -> When<&A> {
        self.map_others(|other| other)
    }
}

/// One end of a journey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// When.
    pub when: When,
    /// Where.
    pub place: Option<Place>,
    /// What happened.
    pub actual: Option<Actual>,
}

/// A stop on a journey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Where.
    pub place: Option<Place>,
    /// When it arrives there.
    pub arrive: Option<When>,
    /// When it leaves there.
    pub depart: Option<When>,
}

impl Stop {
    /// Its times, as far as they are known.
    pub fn whens(&self) -> impl Iterator<Item = &When> {
        self.arrive.iter().chain(&self.depart)
    }
}

/// When an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timing {
    /// In one place.
    Stay(When),
    /// From one place to another. Where both ends are timed, the arrival is the later instant.
    Journey {
        /// The beginning.
        depart: Box<Journey>,
        /// The end.
        arrive: Box<Journey>,
    },
}

impl Timing {
    /// The one time of an entry, or the two of a journey.
    pub fn whens(&self) -> impl Iterator<Item = &When> {
        let (first, second) = match self {
            Timing::Stay(when) => (when, None),
            Timing::Journey { depart, arrive } => (&depart.when, Some(&arrive.when)),
        };
        std::iter::once(first).chain(second)
    }

    /// When it begins.
    #[must_use]
    pub fn begin(&self) -> &When {
        match self {
            Timing::Stay(when) => when,
            Timing::Journey { depart, .. } => &depart.when,
        }
    }

    /// When it ends: of a journey, its arrival.
    #[must_use]
    pub fn finish(&self) -> &When {
        match self {
            Timing::Stay(when) => when,
            Timing::Journey { arrive, .. } => &arrive.when,
        }
    }
}
