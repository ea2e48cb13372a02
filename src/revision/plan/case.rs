//! What becomes of one entry: the revisions that follow those that the lock file has.

use std::ops::Range;

use chrono::{DateTime, Utc};

use crate::programme::{Entry, EntryRef, Identity};
use crate::revision::digest::{Digest, digest};
use crate::revision::lock::{Rev, Row, State, effective};
use crate::revision::snapshot::{self, Snapshot};

/// An entry under consideration.
pub(super) struct Case<'c, 'p> {
    pub(super) at: EntryRef,
    pub(super) entry: &'p Entry,
    pub(super) key: String,
    /// Its line in the lock file.
    pub(super) old: Option<Row<'c>>,
    pub(super) cells: &'c mut Cells,
}

impl Case<'_, '_> {
    /// What a digest is of.
    pub(super) fn cell(&self, of: Digest) -> Option<&str> {
        self.cells.find(of).or_else(|| self.old.as_ref()?.cell(of))
    }

    /// The revisions of an entry for an audience, if they are others than those of the lock file.
    pub(super) fn revise(&mut self, old: &[Rev], views: &[View], at: DateTime<Utc>) -> Option<Vec<Rev>> {
        let current = effective(old, at);
        let kept = current.map_or(old, |current| &old[old.iter().position(|rev| rev == current).unwrap_or(0)..]);
        let mut revised: Vec<Rev> = Vec::with_capacity(views.len());
        revised.extend(current);
        for (position, view) in views.iter().enumerate() {
            let rev = match (revised.last(), view.seen) {
                (None, None) => continue,
                (Some(rev), Some(seen)) if rev.state == State::Shown && rev.digest == seen => continue,
                (Some(rev), None) if rev.state != State::Shown => continue,
                (None, Some(digest)) => {
                    // What an embargo released before anybody built was released at its instant all the same.
                    let from = self.entry.embargo().filter(|lifts| *lifts <= view.from).unwrap_or(view.from);
                    let (sequence, state) = (0, State::Shown);
                    Rev { sequence, modified: from, created: from, state, scheduled: false, digest, was: None }
                }
                (Some(rev), seen) => self.revision(*rev, seen, view.from),
            };
            if position == 0 {
                revised.clear();
            }
            revised.push(Rev { scheduled: position > 0, ..rev });
        }
        (kept != revised).then_some(revised)
    }

    /// Where the audience knew an entry to be before it was where it is after a revision.
    fn addresses(&self, rev: Rev, before: &Snapshot, after: &Snapshot) -> Vec<Identity> {
        let was = rev.was.and_then(|was| self.cell(was)).and_then(Snapshot::parse);
        let mut known = was.map(|was| was.addresses()).unwrap_or_default();
        let identity = self.entry.identity();
        let now = after.address(identity);
        known.push(before.address(identity));
        known.retain(|address| *address != now);
        known
    }

    /// The revision that follows another, as somebody sees it or does not any more.
    fn revision(&mut self, rev: Rev, seen: Option<Digest>, from: DateTime<Utc>) -> Rev {
        let before = self.cell(rev.digest).and_then(Snapshot::parse);
        let (state, digest) = if let Some(seen) = seen {
            (State::Shown, seen)
        } else {
            // Of what cannot be read nothing is kept, and that is a cell too.
            let kept = before.as_ref().map_or_else(|| "{}".to_owned(), snapshot::redacted);
            (State::Restricted, self.cells.keep(|text| text.push_str(&kept)))
        };
        let after = seen.and_then(|seen| self.cell(seen)).and_then(Snapshot::parse);
        let was = match (rev.state, before, after) {
            (State::Shown, Some(before), Some(after)) => {
                let was = before.otherwise(&after, &self.addresses(rev, &before, &after));
                Some(self.cells.keep(|text| text.push_str(&was)))
            }
            _ => None,
        };
        let sequence = rev.sequence.saturating_add(1);
        Rev { sequence, modified: from, created: rev.created, state, scheduled: false, digest, was }
    }
}

/// What an audience sees of an entry from an instant on.
pub(super) struct View {
    pub(super) from: DateTime<Utc>,
    pub(super) seen: Option<Digest>,
}

/// The cells that a line may need, by their digests.
#[derive(Default)]
pub(super) struct Cells {
    text: String,
    of: Vec<(Digest, Range<usize>)>,
}

impl Cells {
    /// Makes room for another entry's.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.of.clear();
    }

    /// Keeps what `write` adds to a text, once.
    pub(super) fn keep(&mut self, write: impl FnOnce(&mut String)) -> Digest {
        let start = self.text.len();
        write(&mut self.text);
        let of = digest(&self.text.as_bytes()[start..]);
        if self.of.iter().any(|(known, _)| *known == of) {
            self.text.truncate(start);
        } else {
            self.of.push((of, start..self.text.len()));
        }
        of
    }

    fn find(&self, of: Digest) -> Option<&str> {
        self.of.iter().find(|(known, _)| *known == of).map(|(_, bytes)| &self.text[bytes.clone()])
    }
}
