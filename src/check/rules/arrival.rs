//! Visits that nobody arrives at.
//!
//! A schedule may leave journeys out altogether, and one that says nothing of where it takes place cannot be judged. A
//! visit whose entries name cities or countries should say how the principal gets there, in its own file or in that of
//! the visit before.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};

use super::cities::{EntryPlaces, KnownPlace};
use super::itinerary::{around, city_or_country};
use super::people::Person;
use super::{EntryContext, WholeSchedule, cities};
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::programme::{EntryKind, EntryRef, Timing};

/// Where the entries of a visit take place.
#[derive(Default)]
struct VisitPlaces {
    cities: HashSet<usize>,
    countries: HashSet<[u8; 2]>,
    /// The first entry with a known place.
    first: Option<EntryRef>,
    /// Whether one is travel of which only a time is told, so that it may be the arrival.
    travels: bool,
    /// By when one of them has certainly begun, in any place.
    begun: Option<DateTime<Utc>>,
}

/// When and where a journey arrives, and where it left.
struct Arrival {
    window: Window,
    journey: EntryRef,
    ends: [KnownPlace; 2],
}

pub(super) fn check(schedule: &mut WholeSchedule<'_, '_>, places: &EntryPlaces, people: &[Person]) {
    if schedule.is_off(codes::NO_ARRIVAL) {
        return;
    }
    // Where several go together, once.
    let mut told = HashSet::new();
    for person in people.iter().filter(|person| !person.visits.is_empty()) {
        let mut arrivals: Vec<_> = person.entries.iter().filter_map(|&at| Arrival::of(schedule, places, at)).collect();
        arrivals.sort_by_key(|arrival| (arrival.window.first, arrival.journey));
        let mut visits: HashMap<_, _> = person.visits.iter().map(|visit| (*visit, VisitPlaces::default())).collect();
        for &at in &person.entries {
            if let Some(visit) = visits.get_mut(&at.visit) {
                visit.add_stay(schedule.entry(at), at, places.ends(at));
            }
        }
        for &at in &person.entries {
            if let Some(visit) = visits.get_mut(&at.visit).filter(|visit| visit.first.is_none()) {
                visit.add_departure(schedule.entry(at), at, places.ends(at));
            }
        }
        for at in &person.visits {
            let visit = &visits[at];
            let Some(first) = visit.first.filter(|_| !visit.travels) else { continue };
            let days = around(schedule.visits[*at].visit);
            // A journey lasts for days at most, so that the search can begin that much earlier.
            let from = arrivals.partition_point(|arrival| arrival.window.first < days.first - Duration::days(7));
            let nearby = arrivals[from..].iter().take_while(|arrival| arrival.window.first <= days.last);
            let mut nearby = nearby.filter(|arrival| arrival.window.meets(days));
            if !nearby.any(|arrival| visit.is_reached_by(arrival.ends)) && told.insert(*at) {
                report(schedule, first);
            }
        }
    }
}

impl Arrival {
    /// Of an entry that is a journey; one at an unknown time arrives during its visit.
    fn of(schedule: &WholeSchedule<'_, '_>, places: &EntryPlaces, journey: EntryRef) -> Option<Self> {
        let EntryContext { entry, visit, .. } = schedule.entry(journey);
        let Timing::Journey { arrive, .. } = &entry.timing else { return None };
        let window = Window::of(&arrive.when).unwrap_or_else(|| around(visit));
        Some(Arrival { window, journey, ends: places.ends(journey) })
    }
}

impl VisitPlaces {
    fn add_stay(&mut self, EntryContext { entry, .. }: EntryContext<'_>, at: EntryRef, [place, _]: [KnownPlace; 2]) {
        let Timing::Stay(when) = &entry.timing else { return };
        if entry.kind == EntryKind::Travel {
            self.travels = true;
            return;
        }
        let begun = Window::of(when).map(|window| window.last);
        self.begun = self.begun.into_iter().chain(begun).min();
        self.cities.extend(place.city);
        self.countries.extend(place.country);
        if place != KnownPlace::default() && self.first.is_none() {
            self.first = Some(at);
        }
    }

    /// If nothing else says where a visit takes place, it is where a journey of it leaves, provided that the clocks
    /// there are the visit's own and that something went before: who flies home from Tokyo, at the end of a visit on the
    /// clock of Tokyo, has arrived there.
    fn add_departure(&mut self, context: EntryContext<'_>, at: EntryRef, [place, _]: [KnownPlace; 2]) {
        let Timing::Journey { depart, .. } = &context.entry.timing else { return };
        let (Some(leaves), Some(begun)) = (Window::of(&depart.when), self.begun) else { return };
        let cities = depart.place.as_ref().map(cities::of).unwrap_or_default();
        if begun < leaves.first && cities.iter().any(|city| city.zone_name == context.visit.zone.name()) {
            self.cities.extend(place.city);
            self.countries.extend(place.country);
            self.first = Some(at);
        }
    }

    /// Whether a journey leads to where the visit takes place, from somewhere else. Where an end is not named, it may.
    fn is_reached_by(&self, [from, to]: [KnownPlace; 2]) -> bool {
        let leads_there = match (to.city, to.country) {
            (Some(city), _) if self.cities.contains(&city) => true,
            (_, Some(country)) => self.countries.contains(&country) || self.countries.is_empty(),
            (Some(_), None) => false,
            (None, None) => true,
        };
        let crosses_border = from.country.zip(to.country).is_some_and(|(from, to)| from != to);
        let from_elsewhere = crosses_border || from.city.is_none_or(|city| !self.cities.contains(&city));
        let leaves_for_elsewhere =
            to == KnownPlace::default() && from.country.is_some_and(|country| self.countries.contains(&country));
        leads_there && from_elsewhere && !leaves_for_elsewhere
    }
}

fn report(schedule: &mut WholeSchedule<'_, '_>, first: EntryRef) {
    let EntryContext { entry, nodes, .. } = schedule.entry(first);
    let place = match &entry.timing {
        Timing::Stay(_) => entry.place.as_ref(),
        Timing::Journey { depart, .. } => depart.place.as_ref(),
    };
    let Some(name) = place.and_then(city_or_country) else { return };
    schedule.warn(codes::NO_ARRIVAL, first, nodes.id, |d| {
        d.saying(format!("This visit takes place in {name}, but no journey leads there.")).with_help(
            "Add the journey, with “depart” and “arrive” and their places, or write “rules: {no-arrival: off}” in \
             feeds.yaml if journeys are not published.",
        )
    });
}
