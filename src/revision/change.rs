//! What a revision changed, for whom.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::lock::EntryState;
use super::snapshot::Snapshot;
use crate::programme::Audience;

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

    /// Whether a wall time stayed where it was while its offset did not: only another version of the time zone database
    /// does that.
    pub(super) fn is_moved(&self) -> bool {
        let (Kind::Revised, Some(before), Some(after)) = (self.kind, self.before(), self.after()) else { return false };
        ["when", "depart", "arrive"].iter().any(|key| {
            let (Some(before), Some(after)) = (before.value(key), after.value(key)) else { return false };
            before.get("zone") == after.get("zone")
                && ["start", "end"].iter().any(|end| {
                    let time = |when: &Value| when.get(end).and_then(Value::as_str).map(str::to_owned);
                    let (Some(before), Some(after)) = (time(before), time(after)) else { return false };
                    before != after && before.get(..WALL) == after.get(..WALL)
                })
        })
    }
}

/// How many characters of an instant are what the wall clock reads: `2025-08-25T12:15:00`.
const WALL: usize = 19;

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
