//! What the database has of one zone: its offsets with their names, from when on each holds. Read once, by jiff.

use std::ops::Range;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Abbreviation, LAST_YEAR, shifted};

/// No local time is further than this from the same reading in UTC, in seconds.
const MAX_OFFSET: i64 = 26 * 3600;

/// An offset, and since when it holds: until the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// In seconds of Unix.
    start: i64,
    /// In seconds east of UTC.
    pub(super) offset: i32,
    pub(super) name: Abbreviation,
    /// Whether the database calls it daylight saving time, and it is ahead of standard time.
    is_daylight: bool,
}

/// One change of a zone's offset, or of daylight time into a standard time of another name with the same offset (PDT into
/// MST in Whitehorse, November 2020). Other changes of name alone are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Transition {
    pub(super) instant: DateTime<Utc>,
    pub(super) before: i32,
    pub(super) after: i32,
    pub(super) is_daylight: bool,
}

impl Transition {
    /// What the wall clock would have read at the change, in the offset that it leaves.
    pub(super) fn onset(&self) -> NaiveDateTime {
        shifted(self.instant.naive_utc(), self.before)
    }
}

/// Which offsets a local time may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Once(i32),
    /// In the first offset, then in the second.
    Twice(i32, i32),
    /// The clocks skip it.
    Never(Transition),
}

/// All that the database has of a zone until the end of [`LAST_YEAR`]; the last offset of that year holds for ever.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// In order; the first has no beginning.
    periods: Vec<Period>,
    /// In order.
    transitions: Vec<Transition>,
}

impl Table {
    /// Reads a compiled zone (`TZif`, RFC 9636).
    pub(super) fn parse(name: &str, bytes: &[u8]) -> Result<Table, jiff::Error> {
        let zone = TimeZone::tzif(name, bytes)?;
        let first = zone.to_offset_info(Timestamp::MIN);
        let mut periods = vec![Period {
            start: i64::MIN,
            offset: first.offset().seconds(),
            name: Abbreviation::of(first.abbreviation(), first.offset().seconds()),
            is_daylight: first.dst().is_dst(),
        }];
        let end = new_year(LAST_YEAR + 1).timestamp();
        let following = zone.following(Timestamp::MIN).take_while(|change| change.timestamp().as_second() < end);
        periods.extend(following.map(|change| Period {
            start: change.timestamp().as_second(),
            offset: change.offset().seconds(),
            name: Abbreviation::of(change.abbreviation(), change.offset().seconds()),
            is_daylight: change.dst().is_dst(),
        }));
        unflag_negative(&mut periods);
        let transitions = transitions(&periods);
        Ok(Table { periods, transitions })
    }

    /// What holds at an instant.
    pub(super) fn at(&self, instant: DateTime<Utc>) -> Period {
        self.periods[self.index(instant.timestamp())]
    }

    /// What an offset is called at an instant, or was the last time before, or is the next time after it.
    pub(super) fn name_of(&self, offset: i32, instant: DateTime<Utc>) -> Option<Abbreviation> {
        let (past, future) = self.periods.split_at(self.index(instant.timestamp()) + 1);
        let found = past.iter().rev().chain(future).find(|period| period.offset == offset);
        found.map(|period| period.name)
    }

    fn index(&self, second: i64) -> usize {
        // The first has no beginning, so there is always one.
        self.periods.partition_point(|period| period.start <= second) - 1
    }

    /// Which offsets a local time has.
    pub(super) fn read(&self, local: NaiveDateTime) -> Reading {
        let second = local.and_utc().timestamp();
        let near = self.index(second - MAX_OFFSET)..=self.index(second + MAX_OFFSET);
        let shows = |index: &usize| self.index(second - i64::from(self.periods[*index].offset)) == *index;
        let mut offsets = near.filter(shows).map(|index| self.periods[index].offset);
        match (offsets.next(), offsets.next()) {
            (Some(first), Some(second)) => Reading::Twice(first, second),
            (Some(offset), None) => Reading::Once(offset),
            (None, _) => Reading::Never(self.skipping(local)),
        }
    }

    /// The change that skips a local time.
    fn skipping(&self, local: NaiveDateTime) -> Transition {
        let skips = |change: &&Transition| {
            let wall = |offset| shifted(change.instant.naive_utc(), offset);
            (wall(change.before)..wall(change.after)).contains(&local)
        };
        *self.transitions.iter().find(skips).expect("what no offset shows lies between two of them")
    }

    /// Every change, in order.
    pub(super) fn transitions(&self) -> &[Transition] {
        &self.transitions
    }

    /// The changes from one instant on and before another, in order.
    pub(super) fn within(&self, span: Range<DateTime<Utc>>) -> &[Transition] {
        let first_from = |instant| self.transitions.partition_point(|change| change.instant < instant);
        &self.transitions[first_from(span.start)..first_from(span.end)]
    }

    /// The changes in a year of the zone's own wall clock, in order.
    pub(super) fn in_year(&self, year: i32) -> &[Transition] {
        let first_from = |year| self.transitions.partition_point(|change| change.onset().year() < year);
        &self.transitions[first_from(year)..first_from(year + 1)]
    }
}

/// Some databases flag winter where its offset is said to be less than standard time (Dublin): that is no daylight time.
fn unflag_negative(periods: &mut [Period]) {
    let is_negative: Vec<bool> = (0..periods.len())
        .map(|at| {
            let is_standard = |period: &&Period| !period.is_daylight;
            let standard = periods[..at].iter().rfind(is_standard).or_else(|| periods[at..].iter().find(is_standard));
            standard.is_some_and(|standard| periods[at].offset < standard.offset)
        })
        .collect();
    for (period, is_negative) in periods.iter_mut().zip(is_negative) {
        period.is_daylight &= !is_negative;
    }
}

fn transitions(periods: &[Period]) -> Vec<Transition> {
    let change = |pair: &[Period]| {
        let [before, after] = pair else { return None };
        let instant = DateTime::from_timestamp(after.start, 0).expect("jiff's instants are fewer than chrono's");
        let change = Transition { instant, before: before.offset, after: after.offset, is_daylight: after.is_daylight };
        (change.before != change.after).then_some(change)
    };
    periods.windows(2).filter_map(change).collect()
}

/// The first instant of a year in UTC.
pub(super) fn new_year(year: i32) -> DateTime<Utc> {
    let day = NaiveDate::from_yo_opt(year, 1).expect("a year near the tables");
    day.and_time(NaiveTime::MIN).and_utc()
}
