//! What becomes of one entry: the revisions that follow those that the lock file has.

use chrono::{DateTime, Utc};

use crate::programme::{Entry, EntryRef, Identity};
use crate::revision::digest::{Digest, digest};
use crate::revision::lock::{EntryLine, EntryState, Lock, LockedRevision, effective};
use crate::revision::snapshot::{self, Snapshot};

/// An entry while it is revised.
pub(super) struct EntryRevision<'l, 'p> {
    pub(super) at: EntryRef,
    pub(super) entry: &'p Entry,
    /// Its identity, as the lock file writes it.
    pub(super) key: String,
    /// Its line in the lock file.
    pub(super) old: Option<EntryLine<'l>>,
    pub(super) cells: CellStore,
}

/// What an audience sees of an entry from an instant on: the digest of its cell.
pub(super) struct View {
    pub(super) from: DateTime<Utc>,
    pub(super) cell: Option<Digest>,
}

/// The cells that a line may need, by their digests.
#[derive(Default)]
pub(super) struct CellStore(Vec<(Digest, String)>);

impl CellStore {
    /// Keeps a cell, once.
    pub(super) fn add(&mut self, cell: String) -> Digest {
        let digest = digest(cell.as_bytes());
        if self.find(digest).is_none() {
            self.0.push((digest, cell));
        }
        digest
    }

    fn find(&self, digest: Digest) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == digest).map(|(_, cell)| cell.as_str())
    }
}

impl<'l, 'p> EntryRevision<'l, 'p> {
    pub(super) fn new(at: EntryRef, entry: &'p Entry, lock: &'l Lock) -> Self {
        let key = entry.identity().to_string();
        Self { at, entry, old: lock.entry_line(&key), key, cells: CellStore::default() }
    }

    /// What a digest is of.
    pub(super) fn cell(&self, digest: Digest) -> Option<&str> {
        self.cells.find(digest).or_else(|| self.old.as_ref()?.cell(digest))
    }

    /// The revisions of an entry for an audience, if they are others than those of the lock file.
    pub(super) fn revise(
        &mut self,
        old: &[LockedRevision],
        views: &[View],
        at: DateTime<Utc>,
    ) -> Option<Vec<LockedRevision>> {
        let current = effective(old, at);
        let first_kept = current.and_then(|current| old.iter().position(|revision| revision == current)).unwrap_or(0);
        let mut revised: Vec<LockedRevision> = current.copied().into_iter().collect();
        for (position, view) in views.iter().enumerate() {
            let revision = match (revised.last(), view.cell) {
                (None, None) => continue,
                (Some(last), Some(cell)) if last.state == EntryState::Shown && last.digest == cell => continue,
                (Some(last), None) if last.state != EntryState::Shown => continue,
                (None, Some(digest)) => {
                    // What an embargo released before anybody built was released at its instant all the same.
                    let from = self.entry.embargo().filter(|lifts| *lifts <= view.from).unwrap_or(view.from);
                    LockedRevision::first(digest, from)
                }
                (Some(last), cell) => self.next(*last, cell, view.from),
            };
            if position == 0 {
                revised.clear();
            }
            revised.push(LockedRevision { scheduled: position > 0, ..revision });
        }
        (old[first_kept..] != revised).then_some(revised)
    }

    /// The revision that follows another, as an audience sees the entry, or does not see it any more.
    fn next(&mut self, last: LockedRevision, cell: Option<Digest>, from: DateTime<Utc>) -> LockedRevision {
        let before = self.cell(last.digest).and_then(Snapshot::parse);
        let (state, digest) = if let Some(cell) = cell {
            (EntryState::Shown, cell)
        } else {
            // Of what cannot be read nothing is kept, and that is a cell too.
            let kept = before.as_ref().map_or_else(|| "{}".to_owned(), snapshot::redacted);
            (EntryState::Restricted, self.cells.add(kept))
        };
        let after = cell.and_then(|cell| self.cell(cell)).and_then(Snapshot::parse);
        let was = match (last.state, before, after) {
            (EntryState::Shown, Some(before), Some(after)) => {
                Some(self.cells.add(before.otherwise(&after, &self.addresses(last, &before, &after))))
            }
            _ => None,
        };
        LockedRevision {
            sequence: last.sequence.saturating_add(1),
            modified: from,
            created: last.created,
            state,
            scheduled: false,
            digest,
            was,
        }
    }

    /// Where the audience knew an entry to be before it was where it is after a revision.
    fn addresses(&self, last: LockedRevision, before: &Snapshot, after: &Snapshot) -> Vec<Identity> {
        let was = last.was.and_then(|was| self.cell(was)).and_then(Snapshot::parse);
        let mut known = was.map(|was| was.addresses()).unwrap_or_default();
        let identity = self.entry.identity();
        let now = after.address(identity);
        known.push(before.address(identity));
        known.retain(|address| *address != now);
        known
    }
}
