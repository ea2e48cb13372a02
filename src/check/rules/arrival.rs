//! Visits that nobody arrives at.
//!
//! A schedule may leave journeys out altogether, and one that says nothing of where it takes place cannot be judged. A
//! visit whose entries name cities or countries should say how the principal gets there, in its own file or in that of
//! the visit before.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::cities::{Known, Spot};
use super::itinerary::{around, named};
use super::people::Person;
use super::{Pen, Rules, Scene, cities};
use crate::check::window::Window;
use crate::diagnostic::{Report, codes};
use crate::programme::{EntryKind, Timing};

/// Where the entries of a visit take place.
#[derive(Default)]
struct Stays {
    cities: HashSet<usize>,
    countries: HashSet<[u8; 2]>,
    /// The first of them, by its position.
    first: Option<usize>,
    /// Whether one is travel of which only a time is told, so that it may be the arrival.
    travels: bool,
    /// By when one of them has begun for certain, wherever it is.
    begun: Option<DateTime<Utc>>,
}

pub(super) fn check(scenes: &[Scene<'_, '_>], at: &Known, people: &[Person], rules: &Rules, report: &mut Report) {
    if rules.verdict(codes::NO_ARRIVAL).is_none() {
        return;
    }
    for person in people.iter().filter(|person| !person.visits.is_empty()) {
        let mut journeys: Vec<_> = person.entries.iter().filter_map(|&entry| journey(scenes, at, entry)).collect();
        journeys.sort_by_key(|(window, entry, _)| (window.first, *entry));
        let mut all: HashMap<usize, Stays> = person.visits.iter().map(|visit| (*visit, Stays::default())).collect();
        for &entry in &person.entries {
            if let Some(stays) = all.get_mut(&entry.0) {
                note_stay(stays, scenes, at, entry);
            }
        }
        for &entry in &person.entries {
            if let Some(stays) = all.get_mut(&entry.0).filter(|stays| stays.first.is_none()) {
                note_departure(stays, scenes, at, entry);
            }
        }
        for &visit in &person.visits {
            let stays = &all[&visit];
            let Some(first) = stays.first.filter(|_| !stays.travels) else { continue };
            let days = around(scenes[visit].visit);
            // A journey lasts for days at most, so that the search can begin that much earlier.
            let from = journeys.partition_point(|(window, ..)| window.first < days.first - chrono::Duration::days(7));
            let nearby = journeys[from..].iter().take_while(|(window, ..)| window.first <= days.last);
            let arrives = |ends: &[Spot; 2]| is_arrival(stays, ends);
            if !nearby.filter(|(window, ..)| window.meets(days)).any(|(.., ends)| arrives(ends)) {
                tell(&scenes[visit], first, rules, report);
            }
        }
    }
}

type Arrival = (Window, (usize, usize), [Spot; 2]);

/// When and where a journey arrives; one at an unknown time does so during its visit.
fn journey(scenes: &[Scene<'_, '_>], at: &Known, entry: (usize, usize)) -> Option<Arrival> {
    let subject = scenes[entry.0].mark(entry.1)?;
    let Timing::Journey { arrive, .. } = &subject.entry.timing else { return None };
    let window = Window::of(&arrive.when).unwrap_or_else(|| around(subject.visit));
    Some((window, entry, at.ends(entry)))
}

fn note_stay(stays: &mut Stays, scenes: &[Scene<'_, '_>], at: &Known, entry: (usize, usize)) {
    let Some(subject) = scenes[entry.0].mark(entry.1) else { return };
    let (Timing::Stay(_), [spot, _]) = (&subject.entry.timing, at.ends(entry)) else { return };
    if subject.entry.kind == EntryKind::Travel {
        stays.travels = true;
        return;
    }
    let begun = Window::of(subject.entry.timing.begin()).map(|window| window.last);
    stays.begun = stays.begun.into_iter().chain(begun).min();
    stays.cities.extend(spot.city);
    stays.countries.extend(spot.country);
    if spot != Spot::default() && stays.first.is_none() {
        stays.first = Some(entry.1);
    }
}

/// A visit of which nothing else says where it is takes place where a journey of it leaves, if the clocks there are
/// its own and something went before: whoever flies home from Tokyo, out of a visit on the clock of Tokyo, has arrived
/// there.
fn note_departure(stays: &mut Stays, scenes: &[Scene<'_, '_>], at: &Known, entry: (usize, usize)) {
    let Some(subject) = scenes[entry.0].mark(entry.1) else { return };
    let Timing::Journey { depart, .. } = &subject.entry.timing else { return };
    let leaves = Window::of(&depart.when).map(|window| window.first);
    if leaves.is_none() || stays.begun.is_none_or(|begun| Some(begun) >= leaves) {
        return;
    }
    let cities = depart.place.as_ref().map(cities::of).unwrap_or_default();
    if cities.iter().any(|city| city.zone == subject.visit.zone) {
        let [spot, _] = at.ends(entry);
        stays.cities.extend(spot.city);
        stays.countries.extend(spot.country);
        stays.first = Some(entry.1);
    }
}

/// Whether a journey leads to where a visit takes place, from somewhere else. Where an end is not named, it may.
fn is_arrival(stays: &Stays, [from, to]: &[Spot; 2]) -> bool {
    let there = match (to.city, to.country) {
        (Some(city), _) if stays.cities.contains(&city) => true,
        (_, Some(country)) => stays.countries.contains(&country) || stays.countries.is_empty(),
        (Some(_), None) => false,
        (None, None) => true,
    };
    let abroad = from.country.zip(to.country).is_some_and(|(from, to)| from != to);
    let from_elsewhere = abroad || from.city.is_none_or(|city| !stays.cities.contains(&city));
    let leaves_for_elsewhere =
        *to == Spot::default() && from.country.is_some_and(|country| stays.countries.contains(&country));
    there && from_elsewhere && !leaves_for_elsewhere
}

fn tell(scene: &Scene<'_, '_>, first: usize, rules: &Rules, report: &mut Report) {
    let Some(subject) = scene.mark(first) else { return };
    let place = match &subject.entry.timing {
        Timing::Stay(_) => subject.entry.place.as_ref(),
        Timing::Journey { depart, .. } => depart.place.as_ref(),
    };
    let Some(name) = place.and_then(named) else { return };
    Pen::new(scene, rules, report).warn(codes::NO_ARRIVAL, subject, subject.id_at(), |d| {
        d.saying(format!("This visit takes place in {name}, but no journey leads there.")).with_help(
            "Add the journey, with “depart” and “arrive” and their places, or write “rules: {no-arrival: off}” in \
             feeds.yaml if journeys are not published.",
        )
    });
}
