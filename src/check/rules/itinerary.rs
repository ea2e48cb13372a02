//! Entries in a city, or a country, before anybody has arrived there, or after everybody has left.
//!
//! For each city the person's arrivals and departures are sorted by time; an entry there is looked up among them. What
//! the last of them before it and the first after it say has to be certain: where their order could be another, or
//! where a later departure shows that the person came back some other way, nothing is said. Journeys count for a visit
//! as long as they end or begin around its days, so that another trip to the same city, months away, says nothing.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, Duration, Utc};

use super::cities::Known;
use super::people::Person;
use super::{Mark, Pen, Rules, Scene};
use crate::check::window::Window;
use crate::diagnostic::{Place, Report, codes};
use crate::programme::{Timing, Visit, When};

/// How far outside of a visit's days a journey may begin or end, and still be a journey of the visit.
const AROUND: Duration = Duration::days(1);

/// An arrival at a place or a departure from it.
#[derive(Clone, Copy)]
struct Event {
    window: Window,
    /// Which journey.
    journey: (usize, usize),
}

/// A person's arrivals and departures at one place.
#[derive(Default)]
struct Stop {
    arrivals: Ordered,
    departures: Ordered,
}

/// Events in both orders that are asked for.
#[derive(Default)]
struct Ordered {
    by_first: Vec<Event>,
    by_last: Vec<Event>,
}

impl Ordered {
    fn push(&mut self, event: Event) {
        self.by_first.push(event);
        self.by_last.push(event);
    }

    fn sort(&mut self) {
        self.by_first.sort_by_key(|event| (event.window.first, event.journey));
        self.by_last.sort_by_key(|event| (event.window.last, event.journey));
    }

    /// The last that is certainly over before an entry begins, the first that certainly comes after it, and whether
    /// all the others are one or the other.
    fn around(&self, entry: Window) -> (Option<Event>, Option<Event>, bool) {
        let before = self.by_last.partition_point(|event| event.window.last < entry.first);
        let after = self.by_first.partition_point(|event| event.window.first <= entry.last);
        let certain = before + (self.by_first.len() - after) == self.by_first.len();
        let last = before.checked_sub(1).map(|at| self.by_last[at]);
        (last, self.by_first.get(after).copied(), certain)
    }
}

/// What is wrong with where an entry is.
enum Finding {
    /// It comes before this arrival, and after this departure if there is one.
    Early(Event, Option<Event>),
    /// It comes after this departure.
    Late(Event),
}

pub(super) fn check(scenes: &[Scene<'_, '_>], at: &Known, person: &Person, rules: &Rules, report: &mut Report) {
    if [codes::BEFORE_ARRIVAL, codes::AFTER_DEPARTURE].iter().all(|code| rules.verdict(*code).is_none()) {
        return;
    }
    let (cities, countries) = stops(scenes, at, person);
    if cities.is_empty() && countries.is_empty() {
        return;
    }
    for &position in &person.entries {
        let Some(subject) = scenes[position.0].mark(position.1) else { continue };
        let Timing::Stay(when) = &subject.entry.timing else { continue };
        let spot = at.ends(position)[0];
        let Some(window) = Window::of(when) else { continue };
        let look = |stop: Option<&Stop>| finding(stop?, window, subject.visit);
        let in_city = || look(cities.get(&spot.city?));
        let in_country = || look(countries.get(&spot.country?));
        if let Some(found) = in_city().or_else(in_country) {
            tell(scenes, position.0, subject, when, &found, rules, report);
        }
    }
}

type Stops<K> = HashMap<K, Stop>;

/// The person's arrivals and departures by city, and by country for journeys from one to another.
fn stops(scenes: &[Scene<'_, '_>], at: &Known, person: &Person) -> (Stops<usize>, Stops<[u8; 2]>) {
    fn note<K: Hash + Eq + Copy>(stops: &mut Stops<K>, ends: (Option<K>, Option<K>), leaves: Event, arrives: Event) {
        if ends.0 == ends.1 {
            return;
        }
        if let Some(place) = ends.0 {
            stops.entry(place).or_default().departures.push(leaves);
        }
        if let Some(place) = ends.1 {
            stops.entry(place).or_default().arrivals.push(arrives);
        }
    }
    let (mut cities, mut countries) = (HashMap::new(), HashMap::new());
    for &journey in &person.entries {
        let Some(subject) = scenes[journey.0].mark(journey.1) else { continue };
        let Timing::Journey { depart, arrive } = &subject.entry.timing else { continue };
        // Of a journey at an unknown time, only that it belongs to its visit.
        let unknown = around(subject.visit);
        let event = |when| Event { window: Window::of(when).unwrap_or(unknown), journey };
        let (leaves, arrives) = (event(&depart.when), event(&arrive.when));
        let [from, to] = at.ends(journey);
        note(&mut cities, (from.city, to.city), leaves, arrives);
        if from.country.is_some() && to.country.is_some() {
            note(&mut countries, (from.country, to.country), leaves, arrives);
        }
    }
    let sort = |stop: &mut Stop| {
        stop.arrivals.sort();
        stop.departures.sort();
    };
    cities.values_mut().for_each(sort);
    countries.values_mut().for_each(sort);
    (cities, countries)
}

/// A visit's days, and one on either side.
pub(super) fn around(visit: &Visit) -> Window {
    let days = Window::of_days(visit.zone, visit.from, visit.to);
    Window { first: days.first - AROUND, last: days.last + AROUND }
}

fn finding(stop: &Stop, entry: Window, visit: &Visit) -> Option<Finding> {
    let (last_in, next_in, certain) = stop.arrivals.around(entry);
    let (last_out, next_out, also) = stop.departures.around(entry);
    if !certain || !also {
        return None;
    }
    // Whoever arrived last, and perhaps after leaving, is there; whoever leaves next was there.
    let withdrawn = last_out.filter(|left| last_in.is_none_or(|arrived| arrived.window.is_before(left.window)));
    if last_in.is_some() && withdrawn.is_none() {
        return None;
    }
    let next = next_in.filter(|arrival| next_out.is_none_or(|left| arrival.window.is_before(left.window)));
    if next_out.is_some() && next.is_none() {
        return None;
    }
    let days = around(visit);
    let here = |event: &Event| event.window.meets(days);
    match (withdrawn.filter(here), next.filter(here)) {
        (left, Some(arrival)) => Some(Finding::Early(arrival, left)),
        (Some(departure), None) => Some(Finding::Late(departure)),
        (None, None) => None,
    }
}

fn tell(
    scenes: &[Scene<'_, '_>],
    visit: usize,
    subject: Mark<'_>,
    when: &When,
    found: &Finding,
    rules: &Rules,
    report: &mut Report,
) {
    let (code, event, other) = match found {
        Finding::Early(arrival, left) => (codes::BEFORE_ARRIVAL, arrival, left.as_ref()),
        Finding::Late(departure) => (codes::AFTER_DEPARTURE, departure, None),
    };
    let Some(journey) = scenes[event.journey.0].mark(event.journey.1) else { return };
    // A clash of times is reported as such.
    if is_under_way(journey, when) && rules.verdict(codes::TWO_PLACES_AT_ONCE).is_some() {
        return;
    }
    let place = end_of(scenes, event, code == codes::BEFORE_ARRIVAL);
    let also = other.map(|event| end_of(scenes, event, false));
    let name = subject.entry.place.as_ref().and_then(named).unwrap_or_else(|| "there".to_owned());
    let id = &journey.entry.id;
    Pen::new(&scenes[visit], rules, report).warn(code, subject, subject.when_at(), |d| {
        let d = if code == codes::BEFORE_ARRIVAL {
            d.saying(format!("This is in {name}, but before the arrival there by “{id}”."))
        } else {
            d.saying(format!("This is in {name}, but after the departure from there by “{id}”."))
        };
        let d = d
            .with_help("Check the day, the time and the zone here, those of the journey, and the place.")
            .with_related(place, if code == codes::BEFORE_ARRIVAL { "It arrives then." } else { "It leaves then." });
        match also {
            Some(place) => d.with_related(place, "The last departure from there is this."),
            None => d,
        }
    });
}

fn is_under_way(journey: Mark<'_>, when: &When) -> bool {
    let (When::Clock(leaves), When::Clock(arrives), When::Clock(begins)) =
        (journey.entry.timing.begin(), journey.entry.timing.finish(), when)
    else {
        return false;
    };
    let instant = |clock: &crate::programme::TimedSpan| -> DateTime<Utc> { clock.start.instant() };
    (instant(leaves)..instant(arrives)).contains(&instant(begins)) && instant(begins) != instant(leaves)
}

fn end_of(scenes: &[Scene<'_, '_>], event: &Event, arrival: bool) -> Place {
    let scene = &scenes[event.journey.0];
    let at = scene.mark(event.journey.1).map(|journey| if arrival { journey.arrival_at() } else { journey.when_at() });
    scene.file().place(at.unwrap_or(scene.draft.at))
}

/// The name of a place's city, else its country.
pub(super) fn named(place: &crate::programme::Place) -> Option<String> {
    let city = place.city.as_ref().and_then(|city| city.strings().next()).map(|(_, name)| name.to_owned());
    city.or_else(|| place.country.map(|country| String::from_utf8_lossy(&country).into_owned()))
}
