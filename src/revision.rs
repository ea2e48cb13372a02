//! When what an audience sees of an entry last changed, and how often.
//!
//! Calendar apps tell an update from a duplicate by UID and SEQUENCE (RFC 5546, 2.1.4). Until there is a file that
//! remembers, every entry was last changed at the instant of the build, and never before.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::listing::{ListedEntry, Listing};

/// The revision of an entry for an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// When it was first published.
    pub created: DateTime<Utc>,
    /// When what the audience sees of it last changed.
    pub modified: DateTime<Utc>,
    /// How often that changed.
    pub sequence: u32,
}

/// A listing whose entries carry their UIDs and revisions.
#[derive(Debug)]
pub struct Stamped<'p> {
    listing: Listing<'p>,
    namespace: Uuid,
    at: DateTime<Utc>,
}

impl<'p> Stamped<'p> {
    /// Stamps a listing; UIDs are made in `namespace`.
    #[must_use]
    pub fn new(listing: Listing<'p>, namespace: Uuid, at: DateTime<Utc>) -> Self {
        Self { listing, namespace, at }
    }

    /// The listing.
    #[must_use]
    pub fn listing(&self) -> &Listing<'p> {
        &self.listing
    }

    /// An entry's UID: a UUID of version 5 of its identity, so the same in every feed and file.
    #[must_use]
    pub fn uid(&self, entry: &ListedEntry<'_>) -> Uuid {
        Uuid::new_v5(&self.namespace, entry.identity.to_string().as_bytes())
    }

    /// An entry's revision. One that an embargo released changed at that instant, whenever the build is.
    #[must_use]
    pub fn stamp(&self, entry: &ListedEntry<'_>) -> Stamp {
        let at = entry.released.unwrap_or(self.at);
        Stamp { created: at, modified: at, sequence: 0 }
    }
}
