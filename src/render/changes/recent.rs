//! The last change of everything that an audience sees or saw, the latest first: the one list that is told to readers.

use chrono::{DateTime, Utc};

use super::{Clause, clauses_for_readers};
use crate::listing::{ListedEntry, ListedVisit};
use crate::programme::Text;
use crate::render::localizer::Localizer;
use crate::revision::{Change, RevisedListing, Subject, Withdrawn};

/// What changed last.
#[derive(Debug, Clone, Copy)]
pub(in crate::render) enum Item<'s> {
    /// A visit, in what is said of all of it.
    Visit(&'s ListedVisit<'s>),
    /// An entry of one.
    Entry(&'s ListedVisit<'s>, &'s ListedEntry<'s>),
    /// An entry that was taken out.
    Withdrawn(&'s Withdrawn),
}

impl<'s> Item<'s> {
    /// Its change.
    pub(in crate::render) fn change(self, revised: &RevisedListing<'_>) -> Option<Change> {
        match self {
            Item::Visit(visit) => revised.last_visit_change(visit),
            Item::Entry(visit, entry) => Some(revised.last_change(visit, entry)),
            Item::Withdrawn(withdrawn) => Some(revised.withdrawal(withdrawn)),
        }
    }

    /// What it is called.
    pub(in crate::render) fn title(self) -> &'s Text {
        match self {
            Item::Visit(visit) => visit.title,
            Item::Entry(_, entry) => entry.title,
            Item::Withdrawn(withdrawn) => withdrawn.title(),
        }
    }

    /// The text whose languages come first where the reader's is missing.
    pub(in crate::render) fn main_text(self) -> &'s Text {
        match self {
            Item::Visit(visit) | Item::Entry(visit, _) => visit.title,
            Item::Withdrawn(withdrawn) => withdrawn.title(),
        }
    }
}

/// A change that is news to readers, with what there is to say of it.
pub(in crate::render) struct News<'s> {
    pub(in crate::render) item: Item<'s>,
    pub(in crate::render) change: Change,
    pub(in crate::render) clauses: Vec<Clause>,
}

/// The last changes that are news to the readers of a language, the latest first, of the same instant visits before their entries:
/// as many as asked for. `localizer` gives the words for a text of a visit.
pub(in crate::render) fn news<'s>(
    revised: &'s RevisedListing<'s>,
    count: usize,
    localizer: impl Fn(&'s Text) -> Localizer<'s>,
) -> Vec<News<'s>> {
    let mut items: Vec<(DateTime<Utc>, Subject, Item<'s>)> = Vec::new();
    for visit in &revised.listing().visits {
        let of_visit = Item::Visit(visit);
        items.extend(of_visit.change(revised).map(|change| (change.modified, change.subject, of_visit)));
        items.extend(visit.entries.iter().map(|entry| {
            (revised.revision(entry).changed, Subject::Entry(entry.identity.clone()), Item::Entry(visit, entry))
        }));
    }
    items.extend(revised.withdrawn().iter().map(|withdrawn| {
        (withdrawn.revision.modified, Subject::Entry(withdrawn.identity.clone()), Item::Withdrawn(withdrawn))
    }));
    items.sort_by(|(a, of, _), (b, other, _)| b.cmp(a).then_with(|| of.cmp(other)));
    let told = items.into_iter().filter_map(|(.., item)| {
        let change = item.change(revised).filter(Change::is_own)?;
        let clauses = clauses_for_readers(&localizer(item.main_text()), &change);
        (!clauses.is_empty()).then_some(News { item, change, clauses })
    });
    told.take(count).collect()
}
