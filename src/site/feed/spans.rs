//! The zones that the times of feeds name, each with the first and the last instant. They stand before the events, so they
//! are known before any event is written.

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::{Part, Wanted};
use crate::listing::ListedEntry;
use crate::render::ics::{self, Profile};
use crate::revision::RevisedListing;
use crate::zone::Zone;

/// Those of one feed. They are few.
#[derive(Debug, Clone, Default)]
struct Named(Vec<(Zone, DateTime<Utc>, DateTime<Utc>)>);

impl Named {
    fn has(&self, zone: Zone, instants: [DateTime<Utc>; 2]) -> bool {
        let has = |from, to| instants.iter().all(|instant| (from..=to).contains(instant));
        self.0.iter().any(|(known, from, to)| *known == zone && has(*from, *to))
    }

    fn has_all(&self, other: &Named) -> bool {
        other.0.iter().all(|(zone, from, to)| self.has(*zone, [*from, *to]))
    }

    fn add(&mut self, zone: Zone, instants: [DateTime<Utc>; 2]) {
        let [first, last] = instants;
        match self.0.iter_mut().find(|(known, ..)| *known == zone) {
            Some((_, from, to)) => (*from, *to) = ((*from).min(first), (*to).max(last)),
            None => self.0.push((zone, first, last)),
        }
    }

    fn add_entry(&mut self, profile: &Profile, entry: &ListedEntry<'_>, instants: [(Zone, DateTime<Utc>); 2]) {
        // Most are known, and need no look at what the clocks show.
        if !instants.into_iter().all(|(zone, instant)| self.has(zone, [instant, instant])) {
            let moments = profile.zoned(entry).into_iter().flatten();
            moments.for_each(|moment| self.add(moment.zone(), [moment.instant(), moment.instant()]));
        }
    }
}

/// Those of each of some feeds, whose jobs and profiles these are; feeds of the same profile follow each other.
pub(super) fn of(
    revised: &RevisedListing<'_>,
    jobs: &[Vec<Part<'_>>],
    profiles: &[Profile],
    feeds: &[Wanted<'_>],
) -> Vec<ics::Spans> {
    // Feeds that differ in their words name the same.
    let alike = |feed: &Wanted<'_>, other: &Wanted<'_>| {
        profiles[feed.profile].shows_alike(&profiles[other.profile])
            && (&feed.feed.only, &feed.feed.visits) == (&other.feed.only, &other.feed.visits)
    };
    let mut once: Vec<Wanted<'_>> = Vec::with_capacity(feeds.len());
    let mut places: Vec<usize> = Vec::with_capacity(feeds.len());
    for feed in feeds {
        let place = once.iter().position(|known| alike(known, feed));
        places.push(place.unwrap_or(once.len()));
        if place.is_none() {
            once.push(*feed);
        }
    }
    let spans = of_each(revised, jobs, profiles, &once);
    places.into_iter().map(|place| spans[place].clone()).collect()
}

/// Those of each of some feeds that may differ in them.
fn of_each(
    revised: &RevisedListing<'_>,
    jobs: &[Vec<Part<'_>>],
    profiles: &[Profile],
    feeds: &[Wanted<'_>],
) -> Vec<ics::Spans> {
    let none = || vec![Named::default(); feeds.len()];
    let with_part = |mut named: Vec<Named>, (visit, rows): &Part<'_>| {
        let entries = &visit.entries[rows.clone()];
        // What a profile could name, by entry, and of all of them.
        let could = |profile: &Profile| {
            let instants: Vec<_> = entries.iter().map(|entry| profile.instants(entry)).collect();
            let mut all = Named::default();
            for [(zone, start), (other, end)] in instants.iter().flatten().copied() {
                all.add(zone, [start, start]);
                all.add(other, [end, end]);
            }
            (instants, all)
        };
        let mut known: Option<(usize, _)> = None;
        for (wanted, named) in feeds.iter().zip(&mut named) {
            if !wanted.feed.selects(Some(visit.position)) {
                continue;
            }
            let profile = &profiles[wanted.profile];
            let (_, (instants, all)) = match known.take() {
                Some(before) if before.0 == wanted.profile => known.insert(before),
                _ => known.insert((wanted.profile, could(profile))),
            };
            // Most visits add nothing to what those before them named.
            if named.has_all(all) {
                continue;
            }
            for (entry, instants) in entries.iter().zip(instants) {
                if let Some(instants) = *instants
                    && wanted.feed.only.admits(entry.kind, entry.access)
                    && profile.shows(revised, entry)
                {
                    named.add_entry(profile, entry, instants);
                }
            }
        }
        named
    };
    let both = |mut named: Vec<Named>, others: Vec<Named>| {
        for (named, other) in named.iter_mut().zip(others) {
            other.0.into_iter().for_each(|(zone, from, to)| named.add(zone, [from, to]));
        }
        named
    };
    let mut named = jobs.par_iter().flat_map_iter(|parts| parts).fold(none, with_part).reduce(none, both);
    for (wanted, named) in feeds.iter().zip(&mut named) {
        let profile = &profiles[wanted.profile];
        for withdrawn in profile.withdrawn(revised) {
            let entry = withdrawn.listed();
            if let Some(instants) = profile.instants(&entry)
                && wanted.feed.selects(withdrawn.visit)
                && wanted.feed.only.admits(withdrawn.kind, withdrawn.access)
            {
                named.add_entry(profile, &entry, instants);
            }
        }
    }
    let spans = |Named(zones): Named| zones.into_iter().map(|(zone, from, to)| (zone, (from, to))).collect();
    named.into_iter().map(spans).collect()
}
