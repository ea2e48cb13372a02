//! What a revision changed, for whom.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::lock::EntryState;
use super::snapshot::Snapshot;
use crate::programme::{Audience, When};
use crate::zone::Moment;

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Seen for the first time.
    Announced,
    /// Seen otherwise.
    Revised,
    /// Seen again.
    Reinstated,
    /// Kept from this audience from now on.
    Restricted,
    /// Taken out.
    Withdrawn,
}

impl Kind {
    pub(super) fn of(before: Option<EntryState>, now: EntryState) -> Self {
        match (before, now) {
            (None, EntryState::Shown) => Kind::Announced,
            (Some(EntryState::Shown), EntryState::Shown) => Kind::Revised,
            (Some(_), EntryState::Shown) => Kind::Reinstated,
            (_, EntryState::Restricted | EntryState::Unseen) => Kind::Restricted,
            (_, EntryState::Withdrawn | EntryState::Redacted) => Kind::Withdrawn,
        }
    }

    /// A word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Announced => "announced",
            Kind::Revised => "revised",
            Kind::Reinstated => "reinstated",
            Kind::Restricted => "restricted",
            Kind::Withdrawn => "withdrawn",
        }
    }
}

/// A revision of an entry for an audience.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Who sees it.
    pub audience: Audience,
    /// Of what: `visit/entry`, or a UID where no more is known.
    pub name: String,
    /// SEQUENCE from now on.
    pub sequence: u32,
    /// When.
    pub modified: DateTime<Utc>,
    /// What became of it.
    pub kind: Kind,
    /// What was seen of it.
    pub(super) before: Option<Box<str>>,
    /// What is seen of it.
    pub(super) after: Option<Box<str>>,
}

impl Change {
    /// What was seen of it before, if anything.
    #[must_use]
    pub fn before(&self) -> Option<Snapshot> {
        self.before.as_deref().and_then(Snapshot::parse)
    }

    /// What is seen of it now.
    #[must_use]
    pub fn after(&self) -> Option<Snapshot> {
        self.after.as_deref().and_then(Snapshot::parse)
    }

    /// The first time of it that stayed where it was on the wall clock while its offset did not, as it was announced and as
    /// it is now: only another version of the time zone database does that, but where the clock shows it twice.
    pub(super) fn moved(&self) -> Option<[Moment; 2]> {
        let (Kind::Revised, before, after) = (self.kind, self.before()?, self.after()?) else { return None };
        let ends = |seen: &Snapshot, key| match seen.when(key)? {
            When::Clock(span) => Some([Some(span.start), span.end]),
            _ => None,
        };
        let is_moved = |was: Moment, now: Moment| {
            let is_same_wall = (was.zone(), was.local()) == (now.zone(), now.local());
            is_same_wall && was.instant() != now.instant() && !now.happens_twice()
        };
        ["when", "depart", "arrive"].into_iter().find_map(|key| {
            let pairs = ends(&before, key)?.into_iter().zip(ends(&after, key)?);
            pairs.filter_map(|(was, now)| was.zip(now)).find(|(was, now)| is_moved(*was, *now)).map(<[Moment; 2]>::from)
        })
    }
}

/// The keys of what can change, in the order in which changes are told.
pub(super) const FIELDS: &[&str] = &[
    "status",
    "reason",
    "when",
    "depart",
    "arrive",
    "title",
    "place",
    "kind",
    "access",
    "principal",
    "with",
    "note",
    "link",
    "stream",
    "press",
    "staff",
    "actual",
    "disputed",
    "sources",
    "visit",
    "at",
    "description",
];

/// The keys that two states of an entry differ by, in that order.
#[must_use]
pub fn differing(before: &Snapshot, after: &Snapshot) -> Vec<&'static str> {
    FIELDS.iter().copied().filter(|key| before.value(key) != after.value(key)).collect()
}

/// What each audience sees of each entry, by its name.
pub type States = BTreeMap<(Audience, String), Box<str>>;

/// What differs between two states of affairs; revisions are not known of these.
#[must_use]
pub fn between(before: &States, after: &States) -> Vec<Change> {
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let change = |key: &(Audience, String)| {
        let (old, new) = (before.get(key), after.get(key));
        let kind = match (old, new) {
            (Some(old), Some(new)) if old == new => return None,
            (None, _) => Kind::Announced,
            (Some(_), Some(_)) => Kind::Revised,
            (Some(_), None) => Kind::Withdrawn,
        };
        let (audience, name) = key.clone();
        let modified = DateTime::UNIX_EPOCH;
        Some(Change { audience, name, sequence: 0, modified, kind, before: old.cloned(), after: new.cloned() })
    };
    keys.into_iter().filter_map(change).collect()
}
