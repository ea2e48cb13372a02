//! The days of a visit: one for each date of the place where the President is, in the order in which they begin.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::listing::{ListedEntry, ListedTiming, ListedWhen};
use crate::render::localizer::first_day;
use crate::revision::Revision;
use crate::zone::Zone;

/// Two places have the same day if it begins in both within so many hours; over the date line it does not.
const SAME_DAY_HOURS: i64 = 12;

/// A day with its entries; `date` is `None` for those of which not even the day is known.
pub(super) struct Day<'v, 'p> {
    pub(super) date: Option<NaiveDate>,
    pub(super) zone: Zone,
    pub(super) entries: Vec<(&'v ListedEntry<'p>, Revision)>,
    /// Whether something in it is no journey.
    has_stay: bool,
}

impl Day<'_, '_> {
    /// From when to when it is; nothing where not even the day is known.
    pub(super) fn extent(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.date.map(|date| (self.zone.start_of_day(date), self.zone.end_of_day(date)))
    }

    /// Whether a time with this date in this zone belongs to the day.
    pub(super) fn has(&self, date: NaiveDate, zone: Zone) -> bool {
        let begins = |zone: Zone| zone.start_of_day(date);
        self.date == Some(date) && (begins(self.zone) - begins(zone)).abs() < TimeDelta::hours(SAME_DAY_HOURS)
    }
}

/// The days of entries, each by what is known of its times.
pub(super) fn days<'v, 'p>(entries: impl Iterator<Item = (&'v ListedEntry<'p>, Revision)>) -> Vec<Day<'v, 'p>> {
    let mut days: Vec<Day<'v, 'p>> = Vec::new();
    for (entry, revision) in entries {
        let when = dated(entry);
        let (date, zone) = (first_day(entry), when.zone());
        let known = days.iter_mut().find(|day| match date {
            Some(date) => day.has(date, zone),
            None => day.date.is_none(),
        });
        let day = if let Some(day) = known {
            day
        } else {
            days.push(Day { date, zone, entries: Vec::new(), has_stay: false });
            days.last_mut().expect("it was pushed")
        };
        // The clock of a day is that of the place of what is there, and not of where a journey began.
        if matches!(entry.timing, ListedTiming::Stay(_)) && !day.has_stay {
            (day.zone, day.has_stay) = (zone, true);
        }
        day.entries.push((entry, revision));
    }
    for day in &mut days {
        day.entries.sort_by_key(|(entry, _)| entry.order);
    }
    days.sort_by_key(|day| day.date.map_or(DateTime::<Utc>::MAX_UTC, |date| day.zone.start_of_day(date)));
    days
}

/// The end of an entry that its day is of.
fn dated<'e, 'p>(entry: &'e ListedEntry<'p>) -> &'e ListedWhen<'p> {
    entry.timing.whens().find(|when| when.days().is_some()).unwrap_or_else(|| entry.timing.begin())
}
