//! The days of a visit: one for each date of the place where the principal is, in the order in which things happen.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::localizer::first_day;
use crate::listing::{ListedEntry, ListedJourney, ListedTiming, ListedVisit, ListedWhen};
use crate::programme::{Place, Text};
use crate::zone::Zone;

/// Two places have the same day if it begins in both within so many hours; over the date line it does not.
const SAME_DAY_HOURS: i64 = 12;

/// A day with its entries and what else is known of each; `date` is `None` for those of which not even the day is known.
pub(super) struct Day<'v, 'p, T> {
    pub(super) date: Option<NaiveDate>,
    pub(super) zone: Zone,
    pub(super) entries: Vec<(&'v ListedEntry<'p>, T)>,
    /// Whether something in it is no journey.
    has_stay: bool,
}

impl<T> Day<'_, '_, T> {
    /// From when to when it is; nothing where not even the day is known.
    pub(super) fn extent(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.date.map(|date| (self.zone.start_of_day(date), self.zone.end_of_day(date)))
    }

    /// When the first of it happens, or at least when it begins: a journey over the date line leads to a day that began before
    /// that of its departure.
    fn begins(&self) -> DateTime<Utc> {
        let Some((from, _)) = self.extent() else { return DateTime::<Utc>::MAX_UTC };
        self.entries.iter().filter_map(|(entry, _)| entry.order.instant()).min().unwrap_or(from)
    }

    /// Whether a time with this date in this zone belongs to the day.
    pub(super) fn has(&self, date: NaiveDate, zone: Zone) -> bool {
        let begins = |zone: Zone| zone.start_of_day(date);
        self.date == Some(date) && (begins(self.zone) - begins(zone)).abs() < TimeDelta::hours(SAME_DAY_HOURS)
    }

    /// Whether there is another day with its date among these, as over the date line.
    pub(super) fn is_doubled(&self, days: &[Self]) -> bool {
        days.iter().filter(|other| other.date == self.date).count() > 1
    }

    /// The city that people call its clock by: of all entries of its visit, as a journey of the day before may lead there.
    pub(super) fn city<'c>(&self, visit: &'c ListedVisit<'_>) -> Option<&'c Text> {
        city_on_clock(self.zone, self.date, visit.entries.iter())
    }
}

/// The days of entries, each by what is known of its times.
pub(super) fn days<'v, 'p, T>(entries: impl Iterator<Item = (&'v ListedEntry<'p>, T)>) -> Vec<Day<'v, 'p, T>> {
    let mut days: Vec<Day<'v, 'p, T>> = Vec::new();
    for (entry, known) in entries {
        let when = dated(entry);
        let (date, zone) = (first_day(entry), when.zone());
        let same = days.iter_mut().find(|day| match date {
            Some(date) => day.has(date, zone),
            None => day.date.is_none(),
        });
        let day = if let Some(day) = same {
            day
        } else {
            days.push(Day { date, zone, entries: Vec::new(), has_stay: false });
            days.last_mut().expect("it was pushed")
        };
        // The clock of a day is that of the place of what is there, and not of where a journey began.
        if matches!(entry.timing, ListedTiming::Stay(_)) && !day.has_stay {
            (day.zone, day.has_stay) = (zone, true);
        }
        day.entries.push((entry, known));
    }
    for day in &mut days {
        day.entries.sort_by_key(|(entry, _)| entry.order);
    }
    days.sort_by_key(Day::begins);
    days
}

/// The end of an entry that its day is of.
fn dated<'e, 'p>(entry: &'e ListedEntry<'p>) -> &'e ListedWhen<'p> {
    entry.timing.whens().find(|when| when.days().is_some()).unwrap_or_else(|| entry.timing.begin())
}

/// The city that people call a clock by, of entries of a day or of all: where something takes place, else where a journey
/// leads, else where one begins; what is called off counts last.
pub(super) fn city_on_clock<'v, 'p: 'v>(
    zone: Zone,
    date: Option<NaiveDate>,
    entries: impl Iterator<Item = &'v ListedEntry<'p>>,
) -> Option<&'v Text> {
    let is_there = |when: &ListedWhen<'_>| {
        let is_that_day = |date| when.days().is_some_and(|(first, last)| (first..=last).contains(&date));
        when.zone() == zone && date.is_none_or(is_that_day)
    };
    let cities = entries.filter(|entry| entry.absence.is_none()).flat_map(|entry| {
        let places = match &entry.timing {
            ListedTiming::Stay(when) => [entry.place.filter(|_| is_there(when)), None, None],
            ListedTiming::Journey { depart, arrive } => {
                let end = |end: &ListedJourney<'p>| end.place.filter(|_| is_there(&end.when));
                [None, end(arrive), end(depart)]
            }
        };
        let last = if entry.status.is_planned() { 0 } else { places.len() };
        let city = move |(rank, place): (usize, Option<&'v Place>)| Some((last + rank, place?.city.as_ref()?));
        places.into_iter().enumerate().filter_map(city)
    });
    cities.min_by_key(|(rank, _)| *rank).map(|(_, city)| city)
}
