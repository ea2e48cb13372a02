//! What may be told to people of the difference of two states: to those who may see the second, and nothing that they may not
//! see there. What is gone keeps what its cancellation in the feeds still says of it; of what is kept from them now, its time alone.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};

use uuid::Uuid;

use super::change::{Change, Kind, State, States, Subject, between};
use super::snapshot::{self, Snapshot};
use super::uid;
use crate::listing::{Absence, AudienceMark};
use crate::programme::{Audience, Id, Only, StatusKind, Text};
use crate::revision::RevisedListing;
use crate::zone::Database;

/// What there is to see, and what may be said of what is not there any more.
#[derive(Debug, Clone, Default)]
pub struct SeenState {
    /// What each audience sees.
    pub states: States,
    /// The entries that were taken out and of which an audience is still told what they were.
    pub withdrawn: BTreeSet<(Audience, Subject)>,
    /// The entries of which an audience is told no more what they were before.
    pub taken_back: BTreeSet<(Audience, Subject)>,
}

impl SeenState {
    /// Of these states, with what the listings of a plan say of the past.
    #[must_use]
    pub fn new(states: States, listings: &[RevisedListing<'_>]) -> Self {
        let (mut withdrawn, mut taken_back) = (BTreeSet::new(), BTreeSet::new());
        for revised in listings {
            let audience = revised.listing().audience;
            let gone = revised.withdrawn().iter();
            let gone = gone.filter(|gone| gone.listed().absence == Some(Absence::Withdrawn));
            withdrawn.extend(gone.map(|gone| (audience, Subject::Entry(gone.identity.clone()))));
            taken_back.extend(revised.without_past().map(|entry| (audience, Subject::Entry(entry.identity.clone()))));
        }
        SeenState { states, withdrawn, taken_back }
    }

    fn snapshot(&self, audience: Audience, subject: Subject) -> Option<Snapshot> {
        Snapshot::parse(&self.states.get(&(audience, subject))?.seen)
    }
}

/// A change that may be told, with what tells whom it concerns.
#[derive(Debug, Clone)]
pub struct Tellable {
    /// The change.
    pub change: Change,
    /// The visit that it is of.
    pub visit: Id,
    /// What that is called, if it is there still.
    pub visit_title: Option<Text>,
    /// Whom what it is of is for, if not for everybody.
    pub marks: Vec<AudienceMark>,
    /// Whose the visit is.
    principals: Vec<Text>,
    /// The entries that it concerns, as they were and as they are.
    concerned: Vec<Snapshot>,
}

impl Tellable {
    /// Whether one of the entries that it concerns is of these visits and among those that are asked for.
    #[must_use]
    pub fn concerns(&self, visits: Option<&[Id]>, only: &Only) -> bool {
        let admitted = |seen: &Snapshot| {
            // One that has the principals of its visit does not say so.
            let own = Some(seen.principals()).filter(|own| !own.is_empty());
            let whose = own.as_deref().unwrap_or(&self.principals);
            seen.kind().is_some_and(|kind| only.admits(kind, &seen.access(), whose))
        };
        visits.is_none_or(|visits| visits.contains(&self.visit))
            && (only.restricts_nothing() || self.concerned.iter().any(admitted))
    }

    /// Whether something is off: it is cancelled, or gone.
    #[must_use]
    pub fn is_off(&self) -> bool {
        let is_cancelled = |seen: Option<Snapshot>| {
            seen.and_then(|seen| seen.status()).is_some_and(|status| status.kind == StatusKind::Cancelled)
        };
        match self.change.kind {
            Kind::Withdrawn | Kind::Restricted => true,
            _ => is_cancelled(self.change.after()) && !is_cancelled(self.change.before()),
        }
    }
}

/// What may be told of the difference of two states: what is off first, the rest in the order of the programme. UIDs are made in
/// `namespace`.
#[must_use]
pub fn tellable(before: &SeenState, after: &SeenState, namespace: Uuid, database: Database) -> Vec<Tellable> {
    let comparison = Comparison { before, after, namespace, database, titles: OnceCell::new() };
    let changes = between(&before.states, &after.states, database);
    let mut all: Vec<Tellable> = changes.into_iter().filter_map(|change| comparison.told(change)).collect();
    all.sort_by_cached_key(|told| (!told.is_off(), told.visit.clone(), told.change.order, told.change.subject.clone()));
    all
}

/// Two states that are compared.
struct Comparison<'s> {
    before: &'s SeenState,
    after: &'s SeenState,
    namespace: Uuid,
    database: Database,
    /// What the entries that an audience sees now are called, and were; looked for when a change asks for it first.
    titles: OnceCell<HashSet<(Audience, Text)>>,
}

impl Comparison<'_> {
    fn told(&self, change: Change) -> Option<Tellable> {
        let audience = change.audience;
        let seen = change.after().or_else(|| change.before())?;
        let (visit, concerned) = match &change.subject {
            Subject::Visit(id) => (id.clone(), self.entries_of(audience, id)),
            Subject::Entry(identity) => {
                let states = [change.before(), change.after()];
                (seen.address(identity).visit, states.into_iter().flatten().collect())
            }
            // What changes of a step is told of its entry.
            Subject::Step(_) | Subject::Event(_) => return None,
        };
        let of_visit = |state: &SeenState| state.snapshot(audience, Subject::Visit(visit.clone()));
        let visit_title = of_visit(self.after).and_then(|seen| seen.title());
        let seen_visit = of_visit(self.after).or_else(|| of_visit(self.before));
        let principals = seen_visit.map(|seen| seen.principals()).unwrap_or_default();
        let marks = seen.audience_marks(self.database);
        let change = match change.kind {
            Kind::Withdrawn | Kind::Restricted => self.gone(change)?,
            _ => self.gated(change),
        };
        Some(Tellable { change, visit, visit_title, marks, principals, concerned })
    }

    /// What may be told of something that is not there any more. That a visit is gone is told of its entries.
    fn gone(&self, change: Change) -> Option<Change> {
        let Subject::Entry(identity) = change.subject.clone() else { return None };
        let before = change.before()?;
        let key = (change.audience, change.subject.clone());
        let change = Change { kind: Kind::Withdrawn, after: None, ..change };
        if self.after.withdrawn.contains(&key) && self.passes(change.audience, &before) {
            return Some(change);
        }
        Some(Change {
            // Its ids would say what it was.
            subject: Subject::Event(uid::of(&identity, self.namespace).into_owned()),
            before: Some(snapshot::redacted(&before, self.database).into()),
            ..change
        })
    }

    /// The same change, without what it was where that may not be told today.
    fn gated(&self, change: Change) -> Change {
        let Some(before) = change.before() else { return change };
        if self.after.taken_back.contains(&(change.audience, change.subject.clone())) {
            return Change { before: None, ..change };
        }
        if self.passes(change.audience, &before) {
            return change;
        }
        Change { before: Some(before.withholding_others().into()), ..change }
    }

    /// Whether all that was told of other entries may be told still.
    fn passes(&self, audience: Audience, before: &Snapshot) -> bool {
        let titles = before.told_of().titles;
        titles.into_iter().all(|title| self.titles().contains(&(audience, title)))
    }

    fn titles(&self) -> &HashSet<(Audience, Text)> {
        let title = |state: &State| Snapshot::parse(&state.seen).and_then(|seen| seen.title());
        self.titles.get_or_init(|| {
            let named = |(key, now): (&(Audience, Subject), &State)| {
                let titles = [title(now), self.before.states.get(key).and_then(title)];
                titles.into_iter().flatten().map(|title| (key.0, title)).collect::<Vec<_>>()
            };
            self.after.states.iter().flat_map(named).collect()
        })
    }

    /// The entries of a visit that an audience sees or saw.
    fn entries_of(&self, audience: Audience, id: &Id) -> Vec<Snapshot> {
        let of_visit = |states: &States| -> Vec<Snapshot> {
            let theirs = states.iter().filter(|((whose, _), _)| *whose == audience);
            let entries = theirs.filter_map(|((_, subject), state)| match subject {
                Subject::Entry(identity) => Some((identity, Snapshot::parse(&state.seen)?)),
                _ => None,
            });
            entries.filter(|(identity, seen)| seen.address(identity).visit == *id).map(|(_, seen)| seen).collect()
        };
        [of_visit(&self.before.states), of_visit(&self.after.states)].concat()
    }
}
