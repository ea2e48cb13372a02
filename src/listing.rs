//! What one audience may see at one instant.
//!
//! A listing is built up from what may be shown; it has no field for what may not. Renderers take listings and nothing else, so
//! what is hidden cannot be written by mistake.

mod entry;
mod order;
mod restricted;
mod slot;

pub use entry::{
    Absence, AudienceMark, Cited, ListedActual, ListedDispute, ListedEntry, ListedJourney, ListedTiming, ListedWhen,
    ListedWhole,
};
pub use order::ListOrder;
pub use restricted::{ForPress, ForStaff};
pub use slot::CalendarSlot;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::programme::{Audience, Entry, EntryRef, Id, Identity, Programme, Status, Text, Visit, VisitKind, When};
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
    /// Who invites to it.
    pub host: Option<&'p Text>,
    /// Where it goes, where that is said of it.
    pub location: Option<&'p Text>,
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
    /// What an audience may see at an instant.
    #[must_use]
    pub fn of(programme: &'p Programme, audience: Audience, at: DateTime<Utc>) -> Self {
        let viewer = Viewer::new(programme, audience, at);
        let visits = (0..programme.visits().len()).filter_map(|position| viewer.visit(position));
        Listing { audience, visits: visits.collect() }
    }

    /// All of its entries.
    pub fn entries(&self) -> impl Iterator<Item = &ListedEntry<'p>> {
        self.visits.iter().flat_map(|visit| &visit.entries)
    }
}

/// When the next embargo lifts for any of these audiences, and the zone of what it lifts for.
#[must_use]
pub fn next_embargo(
    programme: &Programme,
    audiences: impl Iterator<Item = Audience>,
    at: DateTime<Utc>,
) -> Option<(DateTime<Utc>, Zone)> {
    let widest = audiences.filter(|audience| *audience < Audience::Staff).max()?;
    let entries = programme.visits().iter().flat_map(Visit::entries).filter(|entry| entry.audience() <= widest);
    let lifts = entries.filter_map(|entry| Some((entry.embargo()?, entry.timing().begin().zone())));
    lifts.filter(|(lifts, _)| *lifts > at).min_by_key(|(lifts, _)| *lifts)
}

/// The day on which an entry ends.
#[derive(Debug, Clone, Copy)]
struct HostDay {
    zone: Zone,
    date: NaiveDate,
    /// The entry that says so, at the end of a chain of those that come after one another.
    said_by: EntryRef,
}

/// Who looks, and when.
#[derive(Debug)]
pub struct Viewer<'p> {
    programme: &'p Programme,
    audience: Audience,
    at: DateTime<Utc>,
    /// The days that were looked up before.
    host_days: RefCell<HashMap<EntryRef, Option<HostDay>>>,
}

impl<'p> Viewer<'p> {
    /// Somebody of an audience, at an instant.
    #[must_use]
    pub fn new(programme: &'p Programme, audience: Audience, at: DateTime<Utc>) -> Self {
        Self { programme, audience, at, host_days: RefCell::default() }
    }

    /// Who looks.
    #[must_use]
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// The same audience at another instant.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> Self {
        Self::new(self.programme, self.audience, at)
    }

    /// A visit, if any of its entries may be seen.
    #[must_use]
    pub fn visit(&self, position: usize) -> Option<ListedVisit<'p>> {
        let visit = &self.programme.visits()[position];
        let mut entries = Vec::with_capacity(visit.entries().len());
        let seen = visit.entries().iter().enumerate().filter(|(_, entry)| self.sees(entry));
        entries.extend(seen.map(|(entry, _)| self.listed(EntryRef { visit: position, entry })));
        entries.shrink_to_fit();
        order::arrange(self.programme, &mut entries);
        (!entries.is_empty()).then(|| ListedVisit {
            position,
            id: visit.id(),
            kind: visit.kind,
            title: &visit.title,
            principal: &visit.principal,
            counterpart: visit.counterpart.as_ref(),
            host: visit.host.as_ref(),
            location: visit.location.as_ref(),
            zone: visit.zone,
            dates: (visit.from, visit.to),
            status: visit.status.as_ref(),
            disputed: entry::disputes(visit, &visit.disputed),
            entries,
        })
    }

    /// An entry, if it may be seen.
    #[must_use]
    pub fn entry(&self, at: EntryRef) -> Option<ListedEntry<'p>> {
        self.sees(self.programme.entry(at)).then(|| self.listed(at))
    }

    /// The instants, later than this one, at which embargoes lift that keep this audience from what there is to see of
    /// an entry: its own, and those of the entries that it comes after or is a part of.
    #[must_use]
    pub fn lifts(&self, at: EntryRef) -> Vec<DateTime<Utc>> {
        if self.audience == Audience::Staff {
            return Vec::new();
        }
        let (mut lifts, mut open, mut known) = (Vec::new(), vec![at], HashSet::new());
        while let Some(next) = open.pop() {
            let entry = self.programme.entry(next);
            if entry.audience() <= self.audience && known.insert(next) {
                lifts.extend(entry.embargo().filter(|lifts| *lifts > self.at));
                open.extend(entry.followed().chain(entry.whole()));
            }
        }
        lifts.sort_unstable();
        lifts.dedup();
        lifts
    }

    /// Whether an entry may be seen.
    #[must_use]
    pub fn can_see(&self, at: EntryRef) -> bool {
        self.seen(at).is_some()
    }

    /// The other entries that an entry tells of: those that it comes after, those that have their days from, and what it is
    /// a part of.
    #[must_use]
    pub fn told_of(&self, at: EntryRef) -> Vec<&'p Identity> {
        let mut told = Vec::new();
        for when in self.programme.entry(at).timing.whens() {
            let When::After { after, date, .. } = *when else { continue };
            if self.seen(after).is_some() {
                let day = self.host_day(after).filter(|_| date.is_none());
                told.extend([Some(after), day.map(|day| day.said_by)].into_iter().flatten());
            }
        }
        told.extend(self.programme.entry(at).whole().filter(|whole| self.seen(*whole).is_some()));
        told.dedup();
        told.into_iter().map(|other| self.programme.entry(other).identity()).collect()
    }

    /// Whether an entry that may be seen has this title.
    #[must_use]
    pub fn sees_title(&self, title: &Text) -> bool {
        let mut entries = self.programme.visits().iter().flat_map(Visit::entries);
        entries.any(|entry| entry.title == *title && self.sees(entry))
    }

    fn sees(&self, entry: &Entry) -> bool {
        let released = self.audience == Audience::Staff || entry.embargo().is_none_or(|lifts| lifts <= self.at);
        entry.audience() <= self.audience && released
    }

    /// A reference, if what it means may be seen.
    fn seen(&self, reference: EntryRef) -> Option<&'p Entry> {
        let entry = self.programme.entry(reference);
        self.sees(entry).then_some(entry)
    }

    /// The day on which an entry ends, as far as this audience may know.
    ///
    /// A hidden entry on the way ends the search: its day must not show through another's.
    fn host_day(&self, reference: EntryRef) -> Option<HostDay> {
        let mut chain = Vec::new();
        let mut at = reference;
        let day = loop {
            if let Some(&known) = self.host_days.borrow().get(&at) {
                break known;
            }
            chain.push(at);
            match self.seen(at).map(|entry| entry.timing().finish()) {
                Some(When::After { after: next, date: None, .. }) => at = *next,
                known => {
                    let day = |when: &When| Some(HostDay { zone: when.zone(), date: when.days()?.1, said_by: at });
                    break known.and_then(day);
                }
            }
        };
        // All on the way have the same day, so that a chain is followed once and not from each of its entries.
        self.host_days.borrow_mut().extend(chain.into_iter().map(|entry| (entry, day)));
        day
    }
}
