//! Every change of a zone's offset that the tables have. Changes of name or of the daylight flag alone are none.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::OffsetComponents;

use super::{FIRST_YEAR, LAST_YEAR, Zone, seconds_east, shifted};

/// Two changes that undo each other within a step would be missed. The closest in the tables, such as Gaza's in October
/// 2040, are one hour less than seven days apart.
const STEP: TimeDelta = TimeDelta::days(6);

/// One change of a zone's offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Transition {
    pub(super) instant: DateTime<Utc>,
    pub(super) before: i32,
    pub(super) after: i32,
    /// Whether the database calls the new offset daylight saving time.
    pub(super) flagged: bool,
}

impl Transition {
    /// What the wall clock would have read at the change, in the offset that it leaves.
    pub(super) fn onset(&self) -> NaiveDateTime {
        shifted(self.instant.naive_utc(), self.before)
    }
}

/// A zone's changes in a year of UTC, in order. Looked for when they are asked for, as a year takes dozens of look-ups,
/// and kept, since many feeds ask for the same. There are none beyond the years that the tables cover.
pub(super) fn in_utc_year(zone: Zone, year: i32) -> Arc<[Transition]> {
    type Years = HashMap<(Zone, i32), Arc<[Transition]>>;
    static KNOWN: LazyLock<Mutex<Years>> = LazyLock::new(Mutex::default);
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = known().get(&(zone, year)).cloned();
    // Looked for without the lock: who asks for another does not wait.
    kept.unwrap_or_else(|| {
        let found: Arc<[Transition]> = search(zone, STEP, new_year(year)..new_year(year + 1)).into();
        known().insert((zone, year), Arc::clone(&found));
        found
    })
}

/// A zone's changes in a year of its own wall clock, in order.
pub(super) fn in_year(zone: Zone, year: i32) -> Vec<Transition> {
    let around = (year - 1..=year + 1).map(|year| in_utc_year(zone, year));
    around.flat_map(|changes| changes.to_vec()).filter(|change| change.onset().year() == year).collect()
}

/// Those from one instant on and before another, as far as the tables go.
fn search(zone: Zone, step: TimeDelta, span: Range<DateTime<Utc>>) -> Vec<Transition> {
    let second = TimeDelta::seconds(1);
    let (low, high) = ((span.start - second).max(beginning(step)), (span.end - second).min(end()));
    changes(zone, step, (low, high)).collect()
}

/// Where the tables are looked at first.
fn beginning(step: TimeDelta) -> DateTime<Utc> {
    new_year(FIRST_YEAR) - step
}

/// Where they are looked at last.
fn end() -> DateTime<Utc> {
    new_year(LAST_YEAR + 1)
}

/// A zone's changes after one instant and up to another, found when they are asked for.
fn changes(
    zone: Zone,
    step: TimeDelta,
    (mut low, end): (DateTime<Utc>, DateTime<Utc>),
) -> impl Iterator<Item = Transition> {
    let offset = move |instant| seconds_east(&zone.look_up(instant));
    let mut before = offset(low);
    std::iter::from_fn(move || {
        while low < end {
            let high = end.min(low + step);
            if offset(high) == before {
                low = high;
                continue;
            }
            low = first_change(low, high, |instant| offset(instant) != before);
            let after = offset(low);
            let flagged = zone.look_up(low).dst_offset() > TimeDelta::zero();
            return Some(Transition { instant: low, before: std::mem::replace(&mut before, after), after, flagged });
        }
        None
    })
}

/// The first second after `low` at which the offset has changed, given that it has at `high`.
fn first_change(low: DateTime<Utc>, high: DateTime<Utc>, changed: impl Fn(DateTime<Utc>) -> bool) -> DateTime<Utc> {
    let (mut same, mut other) = (low, high);
    while other - same > TimeDelta::seconds(1) {
        let middle = same + TimeDelta::seconds((other - same).num_seconds() / 2);
        if changed(middle) {
            other = middle;
        } else {
            same = middle;
        }
    }
    other
}

/// The first instant of a year in UTC.
pub(super) fn new_year(year: i32) -> DateTime<Utc> {
    NaiveDate::from_yo_opt(year, 1).unwrap_or_default().and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;
    use crate::zone::all_in_database;

    fn everything() -> Range<DateTime<Utc>> {
        DateTime::<Utc>::MIN_UTC + TimeDelta::days(1)..DateTime::<Utc>::MAX_UTC
    }

    #[test]
    fn no_change_is_stepped_over() {
        let missed: Vec<Zone> = all_in_database()
            .par_bridge()
            .filter(|zone| search(*zone, STEP, everything()) != search(*zone, TimeDelta::hours(36), everything()))
            .collect();
        assert_eq!(missed, []);
    }

    #[test]
    fn every_change_is_in_one_year() {
        let years = FIRST_YEAR - 3..=LAST_YEAR + 3;
        let wrong: Vec<Zone> = all_in_database()
            .par_bridge()
            .filter(|zone| {
                let all = search(*zone, STEP, everything());
                let by_utc: Vec<_> = years.clone().flat_map(|year| in_utc_year(*zone, year).to_vec()).collect();
                let by_clock: Vec<_> = years.clone().flat_map(|year| in_year(*zone, year)).collect();
                let is_in =
                    |year| move |change: &Transition| (new_year(year)..new_year(year + 1)).contains(&change.instant);
                let misplaced = years.clone().any(|year| !in_utc_year(*zone, year).iter().all(is_in(year)));
                by_utc != all || by_clock != all || misplaced
            })
            .collect();
        assert_eq!(wrong, []);
    }

    /// Korea set its clocks half an hour forward at the beginning of 1912, when it was 1911 in UTC.
    #[test]
    fn years_are_those_of_the_clock() {
        let zone = |name| Zone::parse(name).expect("a zone");
        let found = |name, year| (in_year(zone(name), year).len(), in_utc_year(zone(name), year).len());
        assert_eq!([1911, 1912, 1913].map(|year| found("Asia/Seoul", year)), [(0, 1), (1, 0), (0, 0)]);
        assert_eq!(found("America/New_York", 2025), (2, 2));
        // Down to the second: they were set at seven o'clock of UTC.
        let seven = in_year(zone("America/New_York"), 2025)[0].instant;
        assert_eq!(seven, new_year(2025) + TimeDelta::days(31 + 28 + 8) + TimeDelta::hours(7));
        let (second, hour) = (TimeDelta::seconds(1), TimeDelta::hours(1));
        let count = |span| search(zone("America/New_York"), STEP, span).len();
        assert_eq!(
            [count(seven - hour..seven), count(seven..seven + second), count(seven + second..seven + hour)],
            [0, 1, 0]
        );
    }
}
