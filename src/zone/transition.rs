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

/// Whether a zone's offset stays the same from one instant on and until another. A few years are looked through in no
/// time, and many zones never change in them; kept, since many feeds ask for the same.
pub(super) fn is_unchanging(zone: Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
    type Span = (Zone, DateTime<Utc>, DateTime<Utc>);
    static KNOWN: LazyLock<Mutex<HashMap<Span, bool>>> = LazyLock::new(Mutex::default);
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = known().get(&(zone, from, to)).copied();
    kept.unwrap_or_else(|| {
        let second = TimeDelta::seconds(1);
        let (low, high) = ((from - second).max(beginning(STEP)), (to - second).min(end()));
        let found = changes(zone, STEP, (low, high)).next().is_none();
        known().insert((zone, from, to), found);
        found
    })
}

fn search(zone: Zone, step: TimeDelta) -> Vec<Transition> {
    changes(zone, step, (beginning(step), end())).collect()
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

    #[test]
    fn no_change_is_stepped_over() {
        let missed: Vec<Zone> = all_in_database()
            .par_bridge()
            .filter(|zone| search(*zone, STEP) != search(*zone, TimeDelta::hours(36)))
            .collect();
        assert_eq!(missed, []);
    }

    #[test]
    fn what_never_changes_in_some_years_has_no_transition_in_them() {
        let years = [(1899, 1902), (1969, 1973), (2006, 2007), (2024, 2027), (2036, 2038), (2098, 2101)];
        let told = |zone: Zone| years.map(|(from, to)| is_unchanging(zone, new_year(from), new_year(to)));
        let known = |zone: Zone| {
            let transitions = search(zone, STEP);
            let is_between =
                |(from, to)| move |change: &Transition| (new_year(from)..new_year(to)).contains(&change.instant);
            years.map(|years| !transitions.iter().any(is_between(years)))
        };
        let wrong: Vec<Zone> = all_in_database().par_bridge().filter(|zone| told(*zone) != known(*zone)).collect();
        assert_eq!(wrong, []);
        // Down to the second: New York set its clocks forward at seven o'clock.
        let new_york = Zone::parse("America/New_York").expect("a zone");
        let seven =
            NaiveDate::from_ymd_opt(2025, 3, 9).and_then(|day| day.and_hms_opt(7, 0, 0)).expect("a time").and_utc();
        let (second, hour) = (TimeDelta::seconds(1), TimeDelta::hours(1));
        assert!(!is_unchanging(new_york, seven, seven + second));
        assert!(is_unchanging(new_york, seven - hour, seven) && is_unchanging(new_york, seven + second, seven + hour));
    }
}
