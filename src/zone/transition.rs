//! Every change of a zone's offset that the tables have. Changes of name or of the daylight flag alone are none.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
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

/// All transitions of a zone in order; found once, since it takes thousands of look-ups.
pub(super) fn transitions(zone: Zone) -> Arc<[Transition]> {
    type Found = Arc<OnceLock<Arc<[Transition]>>>;
    static KNOWN: LazyLock<Mutex<HashMap<Zone, Found>>> = LazyLock::new(Mutex::default);
    // Searched without the lock: who asks for another zone does not wait.
    let found = Arc::clone(KNOWN.lock().unwrap_or_else(PoisonError::into_inner).entry(zone).or_default());
    Arc::clone(found.get_or_init(|| search(zone, STEP).into()))
}

fn search(zone: Zone, step: TimeDelta) -> Vec<Transition> {
    let offset = |instant| seconds_east(&zone.look_up(instant));
    let end = new_year(LAST_YEAR + 1);
    let mut low = new_year(FIRST_YEAR) - step;
    let mut before = offset(low);
    let mut found = Vec::new();
    while low < end {
        let high = end.min(low + step);
        if offset(high) == before {
            low = high;
            continue;
        }
        low = first_change(low, high, |instant| offset(instant) != before);
        let after = offset(low);
        let flagged = zone.look_up(low).dst_offset() > TimeDelta::zero();
        found.push(Transition { instant: low, before, after, flagged });
        before = after;
    }
    found
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

    #[test]
    fn no_change_is_stepped_over() {
        let missed: Vec<Zone> = all_in_database()
            .par_bridge()
            .filter(|zone| search(*zone, STEP) != search(*zone, TimeDelta::hours(36)))
            .collect();
        assert_eq!(missed, []);
    }
}
