//! What one audience may see at one instant.
//!
//! A listing is built up from what may be shown; it has no field for what may not. Renderers take listings and nothing else, so
//! what is hidden cannot be written by mistake.

mod entry;
mod order;
mod restricted;
mod slot;
mod step;

pub use entry::{
    Absence, AudienceMark, Cited, ListedActual, ListedDispute, ListedEntry, ListedJourney, ListedStop, ListedTiming,
    ListedWhen, ListedWhole,
};
pub use order::ListOrder;
pub use restricted::{ForPress, ForStaff, VisitForPress};
pub use slot::CalendarSlot;
pub use step::{ListedStep, StepHeading};

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::programme::{
    Audience, Entry, EntryRef, Id, Identity, KnownTime, Programme, Status, Text, Visit, VisitKind, When,
};
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
    pub principals: &'p [Text],
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
    /// What accredited press need of all of it; never for the public.
    pub press: Option<VisitForPress<'p>>,
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
    let audiences: Vec<Audience> = audiences.collect();
    // Staff have what the press has, and what it has not; that a mark goes is no reason to build.
    let concerns = |entry: &&Entry| {
        let waits = |audience: &Audience| {
            entry.audience() <= *audience && entry.embargo().is_some_and(|embargo| *audience < embargo.known_to)
        };
        audiences.iter().any(waits)
    };
    let entries = programme.visits().iter().flat_map(Visit::entries).filter(concerns);
    let lifts = entries.filter_map(|entry| Some((entry.lifts()?, entry.timing().begin().zone())));
    lifts.filter(|(lifts, _)| *lifts > at).min_by_key(|(lifts, _)| *lifts)
}

/// The day of one end of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct DayOf {
    entry: EntryRef,
    /// Whether it is that on which it ends, and not that on which it begins.
    is_end: bool,
}

impl DayOf {
    fn when(self, entry: &Entry) -> &When {
        if self.is_end { entry.timing().finish() } else { entry.timing().begin() }
    }
}

/// The day on which an entry begins or ends.
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
    host_days: RefCell<HashMap<DayOf, Option<HostDay>>>,
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
            principals: &visit.principals,
            counterpart: visit.counterpart.as_ref(),
            host: visit.host.as_ref(),
            location: visit.location.as_ref(),
            zone: visit.zone,
            dates: (visit.from, visit.to),
            status: visit.status.as_ref(),
            disputed: entry::disputes(visit, &visit.disputed),
            press: self.for_press(visit.press.as_ref()),
            entries,
        })
    }

    /// An entry, if it may be seen.
    #[must_use]
    pub fn entry(&self, at: EntryRef) -> Option<ListedEntry<'p>> {
        self.sees(self.programme.entry(at)).then(|| self.listed(at))
    }

    /// The instants, later than this one, at which embargoes lift that keep this audience from what there is to see of
    /// an entry: its own, and those of the entries that it comes after or before, or is a part of.
    #[must_use]
    pub fn lifts(&self, at: EntryRef) -> Vec<DateTime<Utc>> {
        if self.audience == Audience::Staff {
            return Vec::new();
        }
        let (mut lifts, mut open, mut known) = (Vec::new(), vec![at], HashSet::new());
        while let Some(next) = open.pop() {
            let entry = self.programme.entry(next);
            if entry.audience() <= self.audience && known.insert(next) {
                let embargo = entry.embargo().filter(|embargo| embargo.known_to > self.audience);
                lifts.extend(embargo.and_then(|embargo| embargo.lifts).filter(|lifts| *lifts > self.at));
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

    /// The other entries that an entry tells of: those that it comes after or before, those that it has its days from, and
    /// what it is a part of.
    #[must_use]
    pub fn told_of(&self, at: EntryRef) -> Vec<&'p Identity> {
        let mut told = Vec::new();
        for when in self.programme.entry(at).planned() {
            told.extend(when.others().copied().filter(|other| self.seen(*other).is_some()));
            let is_open = matches!(when.time, KnownTime::Unknown { .. });
            told.extend(self.day_beside_others(when).filter(|_| is_open).map(|day| day.said_by));
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
        let released =
            entry.embargo().is_none_or(|embargo| self.audience >= embargo.known_to || !embargo.holds(self.at));
        entry.audience() <= self.audience && released
    }

    /// A reference, if what it means may be seen.
    fn seen(&self, reference: EntryRef) -> Option<&'p Entry> {
        let entry = self.programme.entry(reference);
        self.sees(entry).then_some(entry)
    }

    /// The day of what is known to come after or before other entries, as far as this audience may know: the last of the days
    /// of those that it comes after, or the day of the one that it comes before; none where these are two.
    ///
    /// A hidden entry on the way ends the search: its day must not show through another's.
    fn day_beside_others(&self, when: &When) -> Option<HostDay> {
        let days = |ends: Vec<DayOf>| ends.into_iter().map(|end| self.host_day(end)).collect::<Option<Vec<_>>>();
        let (after, before) = sides(when);
        let latest = days(after)?.into_iter().max_by_key(|day| (day.date, std::cmp::Reverse(day.said_by)));
        match (latest, days(before)?.pop()) {
            (Some(after), Some(before)) => Some(after).filter(|after| after.date == before.date),
            (after, before) => after.or(before),
        }
    }

    /// The day on which an entry begins or ends, as far as this audience may know.
    fn host_day(&self, asked: DayOf) -> Option<HostDay> {
        // A stack of its own: a chain of entries may be long. Each is looked up once, and not from each that names it.
        let (mut open, mut on_the_way) = (vec![asked], HashSet::new());
        while let Some(&at) = open.last() {
            let is_known = |end: &DayOf| self.host_days.borrow().contains_key(end);
            let day = match self.seen(at.entry).map(|entry| at.when(entry)) {
                _ if is_known(&at) => {
                    open.pop();
                    continue;
                }
                None => None,
                Some(when) if when.days().is_some() || !when.is_relative() => when.days().map(|(first, last)| {
                    let date = if at.is_end { last } else { first };
                    HostDay { zone: when.zone(), date, said_by: at.entry }
                }),
                Some(when) => {
                    let (after, before) = sides(when);
                    let missing: Vec<DayOf> = after.into_iter().chain(before).filter(|end| !is_known(end)).collect();
                    on_the_way.insert(at);
                    // Of two that have their days from each other, neither has one.
                    let is_circle = missing.iter().any(|end| on_the_way.contains(end));
                    if !missing.is_empty() && !is_circle {
                        open.extend(missing);
                        continue;
                    }
                    if is_circle { None } else { self.day_beside_others(when) }
                }
            };
            self.host_days.borrow_mut().insert(at, day);
        }
        self.host_days.borrow().get(&asked).copied().flatten()
    }
}

/// The ends of other entries that a time says to have its day from: of those that it comes after, and of the one that it comes
/// before.
fn sides(when: &When) -> (Vec<DayOf>, Vec<DayOf>) {
    let side = |entry: &EntryRef, is_end: bool| DayOf { entry: *entry, is_end };
    (when.after.iter().map(|entry| side(entry, true)).collect(), when.before.iter().map(|e| side(e, false)).collect())
}
