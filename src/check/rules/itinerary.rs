//! Entries in a city, or a country, before anybody has arrived there, or after everybody has left.
//!
//! For each city the person's arrivals and departures are sorted by time; an entry there is looked up among them. What
//! the last of them before it and the first after it say has to be certain: where their order could be another, or
//! where a later departure shows that the person came back some other way, nothing is said. Journeys count for a visit
//! as long as they end or begin around its days, so that another trip to the same city, months away, says nothing.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use chrono::{DateTime, Duration, Utc};

use super::cities::EntryPlaces;
use super::people::Person;
use super::{EntryContext, WholeSchedule};
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::programme::{EntryRef, Place, Timing, Visit, When};

/// How far outside of a visit's days a journey may begin or end, and still be a journey of the visit.
const VISIT_MARGIN: Duration = Duration::days(1);

/// An arrival at a place or a departure from it.
#[derive(Clone, Copy)]
struct JourneyEnd {
    window: Window,
    journey: EntryRef,
}

/// A person's arrivals at one place and departures from it.
#[derive(Default)]
struct PlaceTraffic {
    arrivals: JourneyEnds,
    departures: JourneyEnds,
}

/// In both orders that are asked for.
#[derive(Default)]
struct JourneyEnds {
    by_first: Vec<JourneyEnd>,
    by_last: Vec<JourneyEnd>,
}

impl JourneyEnds {
    fn push(&mut self, end: JourneyEnd) {
        self.by_first.push(end);
        self.by_last.push(end);
    }

    fn sort(&mut self) {
        self.by_first.sort_by_key(|end| (end.window.first, end.journey));
        self.by_last.sort_by_key(|end| (end.window.last, end.journey));
    }

    /// The last that is certainly over before an entry begins, the first that certainly comes after it, and whether
    /// all the others are one or the other.
    fn around(&self, entry: Window) -> (Option<JourneyEnd>, Option<JourneyEnd>, bool) {
        let before = self.by_last.partition_point(|end| end.window.last < entry.first);
        let after = self.by_first.partition_point(|end| end.window.first <= entry.last);
        let last = before.checked_sub(1).map(|at| self.by_last[at]);
        (last, self.by_first.get(after).copied(), before == after)
    }
}

/// What is wrong with where an entry is.
enum Finding {
    /// It comes before this arrival, and after this departure if there is one.
    Early(JourneyEnd, Option<JourneyEnd>),
    /// It comes after this departure.
    Late(JourneyEnd),
}

pub(super) fn check(schedule: &mut WholeSchedule<'_, '_>, places: &EntryPlaces, people: &[Person]) {
    if [codes::BEFORE_ARRIVAL, codes::AFTER_DEPARTURE].iter().all(|code| schedule.is_off(*code)) {
        return;
    }
    // Where several go together, once.
    let mut told = HashSet::new();
    for person in people {
        let (cities, countries) = traffic(schedule, places, person);
        for &at in &person.entries {
            let EntryContext { entry, visit, .. } = schedule.entry(at);
            let Timing::Stay(when) = &entry.timing else { continue };
            let Some(window) = Window::of(when) else { continue };
            let [place, _] = places.ends(at);
            let in_city = place.city.and_then(|city| finding(cities.get(&city)?, window, visit));
            let in_country = || place.country.and_then(|country| finding(countries.get(&country)?, window, visit));
            if let Some(found) = in_city.or_else(in_country)
                && told.insert(at)
            {
                report(schedule, at, when, &found);
            }
        }
    }
}

type Traffic<K> = HashMap<K, PlaceTraffic>;

/// The person's arrivals and departures by city, and by country for journeys from one to another.
fn traffic(
    schedule: &WholeSchedule<'_, '_>,
    places: &EntryPlaces,
    person: &Person,
) -> (Traffic<usize>, Traffic<[u8; 2]>) {
    fn add<K: Hash + Eq>(
        all: &mut Traffic<K>,
        (from, to): (Option<K>, Option<K>),
        leaves: JourneyEnd,
        arrives: JourneyEnd,
    ) {
        if from == to {
            return;
        }
        if let Some(place) = from {
            all.entry(place).or_default().departures.push(leaves);
        }
        if let Some(place) = to {
            all.entry(place).or_default().arrivals.push(arrives);
        }
    }
    let (mut cities, mut countries) = (Traffic::new(), Traffic::new());
    for &journey in &person.entries {
        let EntryContext { entry, visit, .. } = schedule.entry(journey);
        let Timing::Journey { depart, arrive } = &entry.timing else { continue };
        // Of a journey at an unknown time, only that it belongs to its visit.
        let end = |when| JourneyEnd { window: Window::of(when).unwrap_or_else(|| around(visit)), journey };
        let (leaves, arrives) = (end(&depart.when), end(&arrive.when));
        let [from, to] = places.ends(journey);
        add(&mut cities, (from.city, to.city), leaves, arrives);
        if from.country.is_some() && to.country.is_some() {
            add(&mut countries, (from.country, to.country), leaves, arrives);
        }
    }
    for traffic in cities.values_mut().chain(countries.values_mut()) {
        traffic.arrivals.sort();
        traffic.departures.sort();
    }
    (cities, countries)
}

/// A visit's days, and one on either side.
pub(super) fn around(visit: &Visit) -> Window {
    let days = Window::of_days(visit.zone, visit.from, visit.to);
    Window { first: days.first - VISIT_MARGIN, last: days.last + VISIT_MARGIN }
}

fn finding(traffic: &PlaceTraffic, entry: Window, visit: &Visit) -> Option<Finding> {
    let (last_in, next_in, certain_in) = traffic.arrivals.around(entry);
    let (last_out, next_out, certain_out) = traffic.departures.around(entry);
    if !certain_in || !certain_out {
        return None;
    }
    // Who arrived last, and perhaps after leaving, is there; who leaves next was there.
    let left = last_out.filter(|left| last_in.is_none_or(|arrived| arrived.window.is_before(left.window)));
    if last_in.is_some() && left.is_none() {
        return None;
    }
    let next = next_in.filter(|arrival| next_out.is_none_or(|left| arrival.window.is_before(left.window)));
    if next_out.is_some() && next.is_none() {
        return None;
    }
    let days = around(visit);
    let of_visit = |end: &JourneyEnd| end.window.meets(days);
    match (left.filter(of_visit), next.filter(of_visit)) {
        (left, Some(arrival)) => Some(Finding::Early(arrival, left)),
        (Some(departure), None) => Some(Finding::Late(departure)),
        (None, None) => None,
    }
}

fn report(schedule: &mut WholeSchedule<'_, '_>, at: EntryRef, when: &When, found: &Finding) {
    let (code, end, left) = match found {
        Finding::Early(arrival, left) => (codes::BEFORE_ARRIVAL, arrival, left.as_ref()),
        Finding::Late(departure) => (codes::AFTER_DEPARTURE, departure, None),
    };
    let journey = schedule.entry(end.journey);
    // Where it stops on its way, it is before it arrives.
    let stops = journey.entry.via.iter().filter_map(|stop| stop.place.as_ref());
    let here = schedule.entry(at).entry.place.as_ref();
    if stops.into_iter().any(|stop| here.is_some_and(|here| here.city == stop.city || here.country == stop.country)) {
        return;
    }
    // A clash of times is reported as such.
    if is_under_way(journey, when) && !schedule.is_off(codes::TWO_PLACES_AT_ONCE) {
        return;
    }
    let EntryContext { entry, nodes, .. } = schedule.entry(at);
    let name = entry.place.as_ref().and_then(city_or_country).unwrap_or_else(|| "there".to_owned());
    let id = &journey.entry.id;
    let left = left.map(|end| schedule.place(end.journey, |nodes| nodes.when));
    let (message, place, label) = match found {
        Finding::Early(..) => (
            format!("This is in {name}, but before the arrival there by “{id}”."),
            schedule.place(end.journey, |nodes| nodes.arrival),
            "It arrives then.",
        ),
        Finding::Late(_) => (
            format!("This is in {name}, but after the departure from there by “{id}”."),
            schedule.place(end.journey, |nodes| nodes.when),
            "It leaves then.",
        ),
    };
    schedule.warn(code, at, nodes.when, |d| {
        let d = d
            .saying(message)
            .with_help("Check the day, the time and the zone here, those of the journey, and the place.")
            .with_related(place, label);
        match left {
            Some(place) => d.with_related(place, "The last departure from there is this."),
            None => d,
        }
    });
}

fn is_under_way(journey: EntryContext<'_>, when: &When) -> bool {
    let timing = &journey.entry.timing;
    let instant = |when: &When| -> Option<DateTime<Utc>> { Some(when.clock()?.start.instant()) };
    let (Some(leaves), Some(arrives), Some(begins)) =
        (instant(timing.begin()), instant(timing.finish()), instant(when))
    else {
        return false;
    };
    (leaves..arrives).contains(&begins) && begins != leaves
}

/// The name of a place's city, else its country.
pub(super) fn city_or_country(place: &Place) -> Option<String> {
    let city = place.city.as_ref().and_then(|city| city.strings().next()).map(|(_, name)| name.to_owned());
    city.or_else(|| place.country.map(|country| country.map(char::from).iter().collect()))
}
