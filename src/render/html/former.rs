//! Addresses that entries had before they were renamed or went to another visit, so that links to them go on leading there.

use std::collections::{HashMap, HashSet};

use crate::listing::{ListedEntry, ListedVisit};
use crate::programme::Id;
use crate::revision::RevisedListing;

/// An entry that its audience knew by another address.
pub(super) struct Moved<'s> {
    /// What it was called there.
    pub(super) old: Id,
    /// Where it is now.
    pub(super) visit: &'s ListedVisit<'s>,
    /// The entry.
    pub(super) entry: &'s ListedEntry<'s>,
}

/// For each visit, by its id, the entries that were on its page under another name, or are on another's now.
pub(super) type Former<'s> = HashMap<Id, Vec<Moved<'s>>>;

/// All of them; an address that belongs to another entry now is that one's.
pub(super) fn of<'s>(revised: &'s RevisedListing<'s>) -> Former<'s> {
    let mut former = Former::new();
    let mut taken: Option<HashSet<(&Id, &Id)>> = None;
    for visit in &revised.listing().visits {
        for entry in &visit.entries {
            for address in revised.former_addresses(entry) {
                let taken = taken.get_or_insert_with(|| present(revised));
                let moved = former.entry(address.visit.clone()).or_default();
                let known = |moved: &Moved<'_>| moved.old == address.entry;
                if !taken.contains(&(&address.visit, &address.entry)) && !moved.iter().any(known) {
                    moved.push(Moved { old: address.entry, visit, entry });
                }
            }
        }
    }
    former
}

/// The addresses of what is on a page now.
fn present<'s>(revised: &'s RevisedListing<'s>) -> HashSet<(&'s Id, &'s Id)> {
    let shown = revised.listing().entries().map(|entry| (entry.visit, entry.id));
    shown
        .chain(revised.withdrawn().iter().map(|withdrawn| (&withdrawn.address.visit, &withdrawn.address.entry)))
        .collect()
}
