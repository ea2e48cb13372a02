//! The zones that the times of feeds name, each with the first and the last instant. They stand before the events, so they
//! are known before any event is written.

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use crate::listing::{ListedEntry, ListedVisit};
use crate::programme::Feed;
use crate::render::ics::{self, Profile};
use crate::revision::Stamped;
use crate::zone::Zone;

/// Those of one feed. They are few.
#[derive(Debug, Clone, Default)]
struct Named(Vec<(Zone, DateTime<Utc>, DateTime<Utc>)>);

impl Named {
    fn has(&self, (zone, instant): (Zone, DateTime<Utc>)) -> bool {
        self.0.iter().any(|(known, from, to)| *known == zone && (*from..=*to).contains(&instant))
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
        if !instants.into_iter().all(|named| self.has(named)) {
            profile.zoned(entry).into_iter().flatten().for_each(|(zone, instant)| self.add(zone, [instant, instant]));
        }
    }
}

/// Those of each of some feeds; feeds of the same profile follow each other.
pub(super) fn of(stamped: &Stamped<'_>, feeds: &[(&Profile, &Feed)]) -> Vec<ics::Spans> {
    let none = || vec![Named::default(); feeds.len()];
    let with_visit = |mut named: Vec<Named>, visit: &ListedVisit<'_>| {
        let selected: Vec<bool> = feeds.iter().map(|(_, feed)| feed.selects(Some(visit.position))).collect();
        // The last first, because those between it and the first are within then.
        for entry in visit.entries.last().into_iter().chain(&visit.entries) {
            let mut alike = None;
            for (((profile, feed), selected), named) in feeds.iter().zip(&selected).zip(&mut named) {
                if !selected || !feed.only.admits(entry.kind, entry.access) {
                    continue;
                }
                let instants = match alike {
                    Some((of, instants)) if of == *profile => instants,
                    _ => profile.instants(entry).filter(|_| profile.shows(stamped, entry)),
                };
                alike = Some((*profile, instants));
                if let Some(instants) = instants {
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
    let mut named = stamped.listing().visits.par_iter().fold(none, with_visit).reduce(none, both);
    for ((profile, feed), named) in feeds.iter().zip(&mut named) {
        for gone in profile.gone(stamped) {
            let entry = gone.listed();
            if let Some(instants) = profile.instants(&entry)
                && feed.selects(gone.visit)
                && feed.only.admits(gone.kind, gone.access)
            {
                named.add_entry(profile, &entry, instants);
            }
        }
    }
    named
        .into_iter()
        .map(|Named(zones)| zones.into_iter().map(|(zone, from, to)| (zone, (from, to))).collect())
        .collect()
}
