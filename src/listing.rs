//! What one audience may see at one instant.
//!
//! A listing is built up from what may be shown; it has no field for what may not. Renderers take listings and nothing else, so
//! what is hidden cannot be written by mistake.
//!
//! For now there is the public's listing alone: entries for press and staff, and their blocks, are in none.

mod entry;

pub use entry::{ListedActual, ListedDispute, ListedEntry, ListedJourney, ListedTiming, ListedWhen};

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::programme::{Audience, Entry, EntryRef, Id, Programme, Status, Text, VisitKind, When};
use crate::zone::Zone;

/// The visits and entries that an audience may see.
#[derive(Debug, Clone)]
pub struct Listing<'p> {
    /// Whose listing it is.
    pub audience: Audience,
    /// The visits of which something shows, in the programme's order.
    pub visits: Vec<ListedVisit<'p>>,
}

/// A visit as an audience sees it: at least one entry.
#[derive(Debug, Clone)]
pub struct ListedVisit<'p> {
    /// Its position in the programme.
    pub position: usize,
    /// Its id.
    pub id: &'p Id,
    /// Its rank.
    pub kind: VisitKind,
    /// What it is called.
    pub title: &'p Text,
    /// Whose visit it is.
    pub principal: &'p Text,
    /// Who receives the principal.
    pub counterpart: Option<&'p Text>,
    /// The zone of its days.
    pub zone: Zone,
    /// First and last day, inclusive.
    pub dates: (NaiveDate, NaiveDate),
    /// The status of all of it.
    pub status: Option<&'p Status>,
    /// What other sources say of it.
    pub disputed: Vec<ListedDispute<'p>>,
    /// Its entries, in the author's order.
    pub entries: Vec<ListedEntry<'p>>,
}

impl<'p> Listing<'p> {
    /// What everyone may see at an instant.
    #[must_use]
    pub fn public(programme: &'p Programme, at: DateTime<Utc>) -> Self {
        let sight = Sight { programme, audience: Audience::Public, at, host_days: RefCell::default() };
        let visits = programme.visits().iter().enumerate().filter_map(|(position, visit)| {
            let entries: Vec<_> = visit
                .entries()
                .iter()
                .filter(|entry| sight.sees(entry))
                .map(|entry| sight.entry(visit, entry))
                .collect();
            (!entries.is_empty()).then(|| ListedVisit {
                position,
                id: visit.id(),
                kind: visit.kind(),
                title: visit.title(),
                principal: visit.principal(),
                counterpart: visit.counterpart(),
                zone: visit.zone(),
                dates: visit.dates(),
                status: visit.status(),
                disputed: entry::disputes(visit, visit.disputed()),
                entries,
            })
        });
        Listing { audience: Audience::Public, visits: visits.collect() }
    }
}

/// Who looks, and when.
struct Sight<'p> {
    programme: &'p Programme,
    audience: Audience,
    at: DateTime<Utc>,
    /// The days that were looked up before.
    host_days: RefCell<HashMap<EntryRef, Option<(Zone, NaiveDate)>>>,
}

impl<'p> Sight<'p> {
    fn sees(&self, entry: &Entry) -> bool {
        let released = self.audience == Audience::Staff || entry.embargo().is_none_or(|lifts| lifts <= self.at);
        entry.audience() <= self.audience && released
    }

    /// A reference, if what it means may be seen.
    fn seen(&self, reference: EntryRef) -> Option<&'p Entry> {
        let entry = self.programme.entry(reference);
        self.sees(entry).then_some(entry)
    }

    /// The day on which an entry ends, and the zone that it is a day of, as far as this audience may know.
    ///
    /// A hidden entry on the way ends the search: its day must not show through another's.
    fn host_day(&self, reference: EntryRef) -> Option<(Zone, NaiveDate)> {
        let mut chain = Vec::new();
        let mut at = reference;
        let day = loop {
            if let Some(&known) = self.host_days.borrow().get(&at) {
                break known;
            }
            chain.push(at);
            match self.seen(at).map(|entry| entry.timing().finish()) {
                Some(When::After { entry: next, date: None, .. }) => at = *next,
                known => break known.and_then(|when| Some((when.zone(), when.days()?.1))),
            }
        };
        // All on the way have the same day, so that a chain is followed once and not from each of its entries.
        self.host_days.borrow_mut().extend(chain.into_iter().map(|entry| (entry, day)));
        day
    }
}
