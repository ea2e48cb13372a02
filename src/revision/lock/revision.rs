//! A revision of an entry for an audience, as its line has it.

use std::fmt;

use chrono::{DateTime, Utc};

use super::instant;
use crate::programme::Audience;
use crate::revision::digest::Digest;

/// What became of an entry for an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// It is there to see.
    Shown,
    /// Taken out; what it was can still be read.
    Withdrawn,
    /// Taken out, with its text.
    Redacted,
    /// Kept from this audience since, so without its text.
    Restricted,
    /// Kept from this audience since, which has never seen it as far as is known. So nothing is told of it; but the sequence
    /// goes on, because apps may have it all the same.
    Unseen,
}

impl EntryState {
    const GONE: [EntryState; 4] =
        [EntryState::Withdrawn, EntryState::Redacted, EntryState::Restricted, EntryState::Unseen];

    fn word(self) -> &'static str {
        match self {
            EntryState::Shown => "",
            EntryState::Withdrawn => "withdrawn",
            EntryState::Redacted => "redacted",
            EntryState::Restricted => "restricted",
            EntryState::Unseen => "unseen",
        }
    }
}

/// A revision of an entry for an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::revision) struct LockedRevision {
    /// SEQUENCE.
    pub sequence: u32,
    /// LAST-MODIFIED.
    pub modified: DateTime<Utc>,
    /// CREATED.
    pub created: DateTime<Utc>,
    /// Whether it is shown.
    pub state: EntryState,
    /// Whether an embargo releases it, at `modified`: before that it is nobody's.
    pub scheduled: bool,
    /// Whether a build has noted that it did.
    pub released: bool,
    /// Of what is, or last was, seen.
    pub digest: Digest,
    /// Of what was seen otherwise before the last change.
    pub was: Option<Digest>,
}

impl LockedRevision {
    /// The first one, of something that is shown from an instant on.
    pub(in crate::revision) fn first(digest: Digest, from: DateTime<Utc>) -> Self {
        let (sequence, state) = (0, EntryState::Shown);
        Self { sequence, modified: from, created: from, state, scheduled: false, released: false, digest, was: None }
    }

    pub(super) fn parse(whole: &str) -> Option<Self> {
        let (scheduled, text) = whole.strip_prefix(['+', '*']).map_or((false, whole), |rest| (true, rest));
        let released = scheduled && whole.starts_with('*');
        let (sequence, rest) = text.split_once('@')?;
        let mut parts = rest.split(',').peekable();
        let modified = instant(parts.next()?)?;
        let created = instant(parts.next()?)?;
        let state = EntryState::GONE.into_iter().find(|state| parts.peek() == Some(&state.word()));
        if state.is_some() {
            parts.next();
        }
        let digest = Digest::parse(parts.next()?)?;
        let was = parts.next().map(|was| Digest::parse(was).ok_or(())).transpose().ok()?;
        let state = state.unwrap_or(EntryState::Shown);
        let sequence = sequence.parse().ok()?;
        let revision = LockedRevision { sequence, modified, created, state, scheduled, released, digest, was };
        parts.next().is_none().then_some(revision)
    }

    /// The one that follows, of what is gone in this way.
    pub(in crate::revision) fn following(self, state: EntryState, at: DateTime<Utc>) -> Self {
        let sequence = self.sequence.saturating_add(1);
        Self { sequence, modified: at, state, scheduled: false, released: false, was: None, ..self }
    }

    /// Whether an embargo was to release it, and no build has noted that it did: it may be out, or not.
    pub(in crate::revision) fn is_unrecorded(&self) -> bool {
        self.scheduled && !self.released
    }
}

/// The revision that holds at an instant: the last but for those that an embargo has yet to release.
pub(in crate::revision) fn effective(revisions: &[LockedRevision], at: DateTime<Utc>) -> Option<&LockedRevision> {
    revisions.iter().rev().find(|rev| !rev.scheduled || rev.modified <= at)
}

/// The revision that the audience is known to have seen last.
pub(in crate::revision) fn published(revisions: &[LockedRevision], at: DateTime<Utc>) -> Option<&LockedRevision> {
    let recorded = |rev: &&LockedRevision| !rev.scheduled || rev.released && rev.modified <= at;
    revisions.iter().rev().find(recorded).filter(|rev| rev.state != EntryState::Unseen)
}

/// Notes in revisions that embargoes have released them by an instant; whether there was any to note.
pub(in crate::revision) fn note_releases(revisions: &mut [LockedRevision], at: DateTime<Utc>) -> bool {
    let lifted = |rev: &&mut LockedRevision| rev.is_unrecorded() && rev.modified <= at;
    revisions.iter_mut().filter(lifted).map(|rev| rev.released = true).count() > 0
}

/// The revisions of an entry for each audience, in the order of [`Audience::ALL`].
pub(in crate::revision) type Columns = [Vec<LockedRevision>; 3];

/// The position of an audience in [`Columns`].
pub(in crate::revision) fn column(audience: Audience) -> usize {
    match audience {
        Audience::Public => 0,
        Audience::Press => 1,
        Audience::Staff => 2,
    }
}

impl fmt::Display for LockedRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scheduled {
            f.write_str(if self.released { "*" } else { "+" })?;
        }
        write!(f, "{}@{:?}Z,{:?}Z", self.sequence, self.modified.naive_utc(), self.created.naive_utc())?;
        if self.state != EntryState::Shown {
            write!(f, ",{}", self.state.word())?;
        }
        write!(f, ",{}", self.digest)?;
        self.was.map_or(Ok(()), |was| write!(f, ",{was}"))
    }
}
