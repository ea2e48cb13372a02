//! What becomes of one entry, or of a visit: the revisions that follow those that the lock file has.

use chrono::{DateTime, Utc};

use crate::programme::{Entry, Id, Identity};
use crate::revision::change::{self, Subject};
use crate::revision::digest::{Digest, digest};
use crate::revision::lock::{EntryLine, EntryState, Lock, LockedRevision, effective, published};
use crate::revision::snapshot::{self, Snapshot, without_names};
use crate::revision::step::StepName;
use crate::zone::Database;

/// An entry or a visit while it is revised.
pub(super) struct SubjectRevision<'l> {
    pub(super) subject: Subject,
    /// As the lock file writes it.
    pub(super) key: String,
    /// When it is released.
    embargo: Option<DateTime<Utc>>,
    /// Its line in the lock file.
    pub(super) old: Option<EntryLine<'l>>,
    pub(super) cells: CellStore,
    /// The time zone database by which its times are read.
    database: Database,
}

/// What an audience sees of it from an instant on: the digest of its cell.
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

    pub(super) fn find(&self, digest: Digest) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == digest).map(|(_, cell)| cell.as_str())
    }
}

/// A visit, before a revision and after it, where its status changed with that.
pub(super) type StatusChange = Option<[Snapshot; 2]>;

impl<'l> SubjectRevision<'l> {
    pub(super) fn of_entry(entry: &Entry, lock: &'l Lock, database: Database) -> Self {
        Self::new(Subject::Entry(entry.identity().clone()), entry.lifts(), lock, database)
    }

    pub(super) fn of_step(name: StepName, embargo: Option<DateTime<Utc>>, lock: &'l Lock, database: Database) -> Self {
        Self::new(Subject::Step(name), embargo, lock, database)
    }

    pub(super) fn of_visit(id: &Id, lock: &'l Lock, database: Database) -> Self {
        Self::new(Subject::Visit(id.clone()), None, lock, database)
    }

    fn new(subject: Subject, embargo: Option<DateTime<Utc>>, lock: &'l Lock, database: Database) -> Self {
        let key = subject.to_string();
        Self { subject, old: lock.entry_line(&key), key, embargo, cells: CellStore::default(), database }
    }

    /// What a digest is of.
    pub(super) fn cell(&self, digest: Digest) -> Option<&str> {
        self.cells.find(digest).or_else(|| self.old.as_ref()?.cell(digest))
    }

    /// Its revisions for an audience, if they are others than those of the lock file. `visit` is how the status of its visit
    /// changed.
    pub(super) fn revise(
        &mut self,
        old: &[LockedRevision],
        views: &[View],
        visit: &StatusChange,
        at: DateTime<Utc>,
    ) -> Option<Vec<LockedRevision>> {
        let current = effective(old, at);
        let first_kept = current.and_then(|current| old.iter().position(|revision| revision == current)).unwrap_or(0);
        let mut revised: Vec<LockedRevision> = current.copied().into_iter().collect();
        for (position, view) in views.iter().enumerate() {
            let revision = match (revised.last().copied(), view.cell) {
                (None, None) => continue,
                (Some(last), Some(cell)) if last.state == EntryState::Shown && self.is_same(last.digest, cell) => {
                    if last.is_unrecorded() || !self.is_for_others(last.digest, cell, view.from) {
                        continue;
                    }
                    // Nothing is told to those who knew; but its mark is another.
                    let told = self.cell(last.digest).and_then(snapshot::told).unwrap_or(last.modified);
                    let marked = self.cell(cell).map(|cell| snapshot::with_told(cell, told)).unwrap_or_default();
                    LockedRevision { digest: self.cells.add(marked), modified: view.from, ..last }
                }
                (Some(last), None) if self.is_hidden(&last) => continue,
                (None, Some(digest)) => LockedRevision::first(digest, self.released_at(view.from)),
                (Some(last), cell) => {
                    let seen = if position == 0 { published(old, at).copied() } else { Some(last) };
                    self.next(last, seen.filter(|seen| seen.state != EntryState::Unseen), (cell, visit), view.from)
                }
            };
            if position == 0 {
                revised.clear();
            }
            let revision = LockedRevision { scheduled: position > 0, ..revision };
            // One that is built before its release, after a build that noted it, is the same.
            let known = old.iter().find(|old| self.is_known(old, &revision));
            revised.push(known.copied().unwrap_or(revision));
        }
        (old[first_kept..] != revised).then_some(revised)
    }

    /// Whether a revision is one that the lock file has, noted or not: what is only kept to be told later may be more by now.
    fn is_known(&self, old: &LockedRevision, revision: &LockedRevision) -> bool {
        let (digest, was) = (revision.digest, revision.was);
        let is_like = |(one, other): (Digest, Digest)| {
            let kept = |digest| self.cell(digest).and_then(Snapshot::parse).unwrap_or_default().compared();
            one == other || kept(one) == kept(other)
        };
        LockedRevision { released: false, digest, was, ..*old } == *revision
            && is_like((old.digest, digest))
            && old.was.is_some() == was.is_some()
            && old.was.zip(was).is_none_or(is_like)
    }

    /// Whether two cells say the same of an entry.
    fn is_same(&self, one: Digest, other: Digest) -> bool {
        let said = |digest| self.cell(digest).map(without_names);
        one == other || said(one) == said(other)
    }

    /// Whether two cells that say the same say it to others, embargoes aside that have lifted by an instant.
    fn is_for_others(&self, one: Digest, other: Digest, at: DateTime<Utc>) -> bool {
        let [one, other] = [one, other].map(|digest| self.cell(digest).and_then(Snapshot::parse).unwrap_or_default());
        one.marks(at).is_some_and(|marks| marks != other.marks(at).unwrap_or_default())
    }

    /// Whether nothing is left to see of a revision but that there was one. What `withdraw --undo` brought back has its text
    /// still, in case that it is shown again; and so has a step whose entry was withdrawn and is there again.
    fn is_hidden(&self, last: &LockedRevision) -> bool {
        let may_have_text = match last.state {
            EntryState::Shown => return false,
            EntryState::Restricted => true,
            EntryState::Withdrawn => matches!(self.subject, Subject::Step(_)),
            EntryState::Redacted | EntryState::Unseen => false,
        };
        let has_text = |cell: Snapshot| cell.title().is_some() || cell.is_step();
        !(may_have_text && self.cell(last.digest).and_then(Snapshot::parse).is_some_and(has_text))
    }

    /// When it was released: what an embargo released before anybody built was released at its instant all the same.
    fn released_at(&self, from: DateTime<Utc>) -> DateTime<Utc> {
        self.embargo.filter(|lifts| *lifts <= from).unwrap_or(from)
    }

    /// The revision that follows another, as an audience sees the entry, or does not see it any more. `seen` is what it is
    /// known to have seen: where an embargo was to release the last one, and no build noted that it did, one before that, or
    /// nothing.
    fn next(
        &mut self,
        last: LockedRevision,
        seen: Option<LockedRevision>,
        (cell, visit): (Option<Digest>, &StatusChange),
        from: DateTime<Utc>,
    ) -> LockedRevision {
        let before = seen.and_then(|seen| self.cell(seen.digest)).and_then(Snapshot::parse);
        let (state, digest) = match (cell, seen) {
            (Some(cell), _) => (EntryState::Shown, cell),
            (None, None) => (EntryState::Unseen, last.digest),
            // Of what cannot be read nothing is kept, and that is a cell too.
            (None, Some(_)) => {
                let kept = before.as_ref().map(|before| snapshot::redacted(before, self.database));
                (EntryState::Restricted, self.cells.add(kept.unwrap_or_else(|| "{}".to_owned())))
            }
        };
        let after = cell.and_then(|cell| self.cell(cell)).and_then(Snapshot::parse);
        let was = match (seen, before, after) {
            (Some(seen), Some(before), Some(after)) if seen.state == EntryState::Shown => {
                let with_visit =
                    visit.as_ref().is_some_and(|[was, is]| change::is_with_visit([was, is], [&before, &after]));
                let addresses = self.addresses(seen, &before, &after);
                Some(self.cells.add(before.otherwise(&after, with_visit, &addresses)))
            }
            _ => None,
        };
        let created = if last.state == EntryState::Unseen { self.released_at(from) } else { last.created };
        LockedRevision {
            sequence: last.sequence.saturating_add(1),
            modified: from,
            created,
            state,
            scheduled: false,
            released: false,
            digest,
            was,
        }
    }

    /// Where the audience knew an entry to be before it was where it is after a revision.
    fn addresses(&self, last: LockedRevision, before: &Snapshot, after: &Snapshot) -> Vec<Identity> {
        let Subject::Entry(identity) = &self.subject else { return Vec::new() };
        let was = last.was.and_then(|was| self.cell(was)).and_then(Snapshot::parse);
        let mut known = was.map(|was| was.addresses()).unwrap_or_default();
        let now = after.address(identity);
        known.push(before.address(identity));
        known.retain(|address| *address != now);
        known
    }
}
