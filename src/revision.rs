//! When what an audience sees of an entry last changed, and how often.
//!
//! Calendar apps tell an update from a duplicate by UID and SEQUENCE (RFC 5546, 2.1.4). The lock file remembers both;
//! [`plan()`] compares it with what there is to publish now.
//!
//! Whether an entry changed is decided in `plan/subject.rs`, by its snapshot (`snapshot/write.rs`); between two states without a
//! lock file, in [`between`]. Which fields changed is in `change.rs`, in what words in `render/changes`.

mod change;
mod digest;
mod feeds;
mod lock;
mod plan;
mod recorded;
mod snapshot;
mod step;
mod told;
mod uid;
mod value;
mod withdraw;
mod withdrawn;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

pub use change::{Change, FieldChange, Kind, State, States, Subject, between};
pub use digest::{Digest, digest};
pub use feeds::{FeedChange, FeedSettings, Wording, between_feeds, settings};
pub use lock::{EntryState, Lock};
pub use plan::{MovedEntry, Plan, Unrecorded, feed_settings, plan, states};
pub use recorded::recorded;
pub use snapshot::Snapshot;
pub use step::{StepEvent, StepName, StepOf};
pub use told::{SeenState, Tellable, tellable};
pub use uid::uids;
pub use value::{Dispute, Publication, Stop, Value};
pub use withdraw::{Refusal, Withdrawal, withdraw};
pub use withdrawn::Withdrawn;

use crate::listing::{Absence, ListedEntry, ListedVisit, Listing};
use crate::programme::{Audience, EntryRef, Identity, Programme, StatusKind};
use crate::zone::Database;

/// The revision of an entry for an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// When it was first published.
    pub created: DateTime<Utc>,
    /// When what the audience sees of it last changed, or whom it is for.
    pub modified: DateTime<Utc>,
    /// When what it says last changed.
    pub changed: DateTime<Utc>,
    /// How often that changed.
    pub sequence: u32,
}

impl Revision {
    /// As the lock file has it, with what was seen then.
    fn of(locked: lock::LockedRevision, cell: Option<&str>) -> Self {
        let changed = cell.and_then(snapshot::told).unwrap_or(locked.modified);
        Revision { created: locked.created, modified: locked.modified, changed, sequence: locked.sequence }
    }
}

/// A listing whose entries carry their UIDs and revisions.
#[derive(Debug)]
pub struct RevisedListing<'p> {
    listing: Listing<'p>,
    namespace: Uuid,
    revisions: Arc<Revisions>,
}

/// The revisions of a listing without what is listed, so that it can be listed again.
#[derive(Debug, Clone)]
pub struct Recorded {
    audience: Audience,
    namespace: Uuid,
    revisions: Arc<Revisions>,
}

impl Recorded {
    /// Whose listing it is.
    #[must_use]
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// The same listing again, of the same programme.
    #[must_use]
    pub fn listing<'p>(&self, programme: &'p Programme) -> RevisedListing<'p> {
        let listing = Listing::of(programme, self.audience, self.revisions.at);
        RevisedListing { listing, namespace: self.namespace, revisions: Arc::clone(&self.revisions) }
    }
}

/// The revisions that belong to a listing.
#[derive(Debug, Default)]
struct Revisions {
    at: DateTime<Utc>,
    /// How long what is cancelled or gone stays in feeds.
    withdrawn_for: Duration,
    /// By visit and entry of the programme.
    shown: Vec<Vec<Option<Revision>>>,
    /// What was taken out, by identity.
    withdrawn: Vec<Withdrawn>,
    /// Of the steps that are events.
    steps: HashMap<StepName, Revision>,
    /// The steps that were, and are no more.
    withdrawn_steps: Vec<Withdrawn>,
    /// What entries were before their last change, as far as they were otherwise.
    was: HashMap<EntryRef, Box<str>>,
    /// By visit of the programme.
    visits: Vec<Option<Revision>>,
    /// What visits were before their last change, by their positions.
    visit_was: HashMap<usize, Box<str>>,
    /// For each feed of the settings, when its wording or settings last changed.
    feeds: Vec<Option<DateTime<Utc>>>,
    /// When the last of what was taken out had been told to subscribers for long enough.
    expired: Option<DateTime<Utc>>,
}

impl Revisions {
    /// When a cancellation will have been there for as long as the settings ask.
    fn expiry(&self, revision: &Revision) -> Option<DateTime<Utc>> {
        revision.modified.checked_add_signed(TimeDelta::from_std(self.withdrawn_for).ok()?)
    }

    fn has_expired(&self, revision: &Revision) -> bool {
        (self.at - revision.modified).to_std().is_ok_and(|since| since >= self.withdrawn_for)
    }
}

impl<'p> RevisedListing<'p> {
    /// A listing of which nothing was published before; UIDs are made in `namespace`.
    #[must_use]
    pub fn new(listing: Listing<'p>, namespace: Uuid, at: DateTime<Utc>) -> Self {
        Self::with(listing, namespace, Revisions { at, withdrawn_for: Duration::MAX, ..Revisions::default() })
    }

    fn with(listing: Listing<'p>, namespace: Uuid, revisions: Revisions) -> Self {
        Self { listing, namespace, revisions: Arc::new(revisions) }
    }

    /// Its revisions, without what is listed.
    #[must_use]
    pub fn recorded(&self) -> Recorded {
        Recorded { audience: self.listing.audience, namespace: self.namespace, revisions: Arc::clone(&self.revisions) }
    }

    /// The listing.
    #[must_use]
    pub fn listing(&self) -> &Listing<'p> {
        &self.listing
    }

    /// An entry's UID: the one that it came with, or a UUID of version 5 of its identity, so the same in every feed and file.
    #[must_use]
    pub fn uid<'e>(&self, entry: &ListedEntry<'e>) -> Cow<'e, str> {
        self.uid_of(entry.identity)
    }

    /// The same of an identity.
    #[must_use]
    pub fn uid_of<'e>(&self, identity: &'e Identity) -> Cow<'e, str> {
        uid::of(identity, self.namespace)
    }

    /// A UUID of an entry's identity, whatever its UID is.
    #[must_use]
    pub fn uuid(&self, entry: &ListedEntry<'_>) -> Uuid {
        Uuid::new_v5(&self.namespace, entry.identity.to_string().as_bytes())
    }

    /// An entry's revision.
    #[must_use]
    pub fn revision(&self, entry: &ListedEntry<'_>) -> Revision {
        self.published(entry).unwrap_or_else(|| self.unpublished())
    }

    /// That of what was only looked at.
    fn unpublished(&self) -> Revision {
        let at = self.revisions.at;
        Revision { created: at, modified: at, changed: at, sequence: 0 }
    }

    /// An entry's revision, if that was planned and not only looked at.
    #[must_use]
    pub fn published(&self, entry: &ListedEntry<'_>) -> Option<Revision> {
        entry.at.and_then(|at| *self.revisions.shown.get(at.visit)?.get(at.entry)?)
    }

    /// When an entry was last another for this audience: revised, or without the mark of an embargo that lifted.
    #[must_use]
    pub fn modified(&self, entry: &ListedEntry<'_>) -> DateTime<Utc> {
        let revision = self.revision(entry);
        let unmarked = entry.unmarked.filter(|lifted| *lifted > revision.created);
        unmarked.map_or(revision.modified, |lifted| lifted.max(revision.modified))
    }

    /// What was taken out, and is still to be told to subscribers.
    #[must_use]
    pub fn withdrawn(&self) -> &[Withdrawn] {
        &self.revisions.withdrawn
    }

    /// The same of the steps that were events of their own.
    #[must_use]
    pub fn withdrawn_steps(&self) -> &[Withdrawn] {
        &self.revisions.withdrawn_steps
    }

    /// The steps of a visit that can be events of their own, with their revisions.
    pub fn steps<'s>(&'s self, visit: &'s ListedVisit<'p>) -> impl Iterator<Item = (StepEvent<'s, 'p>, Revision)> {
        StepEvent::of(visit, &self.namespace).map(|event| {
            let revision = self.revisions.steps.get(&event.name).copied().unwrap_or_else(|| self.unpublished());
            let unmarked = event.entry().and_then(|entry| entry.unmarked).filter(|lifted| *lifted > revision.created);
            let modified = unmarked.map_or(revision.modified, |lifted| lifted.max(revision.modified));
            (event, Revision { modified, ..revision })
        })
    }

    /// Whether a cancellation was there for as long as the settings ask.
    #[must_use]
    pub fn has_expired(&self, revision: &Revision) -> bool {
        self.revisions.has_expired(revision)
    }

    /// When the wording or the settings of a feed, by its position, last changed.
    #[must_use]
    pub fn feed_modified(&self, feed: usize) -> Option<DateTime<Utc>> {
        self.revisions.feeds.get(feed).copied().flatten()
    }

    /// Where else its audience knew an entry to be before, the latest last.
    #[must_use]
    pub fn former_addresses(&self, entry: &ListedEntry<'_>) -> Vec<Identity> {
        let was = entry.at.and_then(|at| Snapshot::parse(self.revisions.was.get(&at)?));
        was.map(|was| was.addresses()).unwrap_or_default()
    }

    /// When the last cancellation that had been there for long enough left the feeds.
    #[must_use]
    pub fn expired(&self) -> Option<DateTime<Utc>> {
        let past = self.cancelled().filter(|revision| self.has_expired(revision));
        past.filter_map(|revision| self.revisions.expiry(&revision)).chain(self.revisions.expired).max()
    }

    /// When the next cancellation will have been there for long enough.
    #[must_use]
    pub fn next_expiry(&self) -> Option<DateTime<Utc>> {
        let withdrawn = self.gone().map(|withdrawn| withdrawn.revision);
        let ahead = self.cancelled().chain(withdrawn).filter(|revision| !self.has_expired(revision));
        ahead.filter_map(|revision| self.revisions.expiry(&revision)).min()
    }

    /// When anything that the audience sees last changed.
    #[must_use]
    pub fn changed(&self) -> Option<DateTime<Utc>> {
        let shown = self.listing.entries().map(|entry| self.modified(entry));
        let withdrawn = self.gone().map(|withdrawn| withdrawn.revision.modified);
        let feeds = self.revisions.feeds.iter().copied().flatten();
        let steps = self.revisions.steps.values().map(|revision| revision.modified);
        shown.chain(withdrawn).chain(steps).chain(feeds).chain(self.expired()).max()
    }

    /// When anything that the audience was told was last taken back.
    #[must_use]
    pub fn taken_back(&self) -> Option<DateTime<Utc>> {
        let gone = self.revisions.withdrawn.iter();
        let gone = gone.filter(|withdrawn| withdrawn.listed().absence == Some(Absence::Redacted));
        let all = self.revisions.was.values().chain(self.revisions.visit_was.values());
        let past = all.filter_map(|was| Snapshot::parse(was)?.taken_back());
        gone.map(|withdrawn| withdrawn.revision.modified).chain(past).max()
    }

    fn gone(&self) -> impl Iterator<Item = &Withdrawn> {
        self.revisions.withdrawn.iter().chain(&self.revisions.withdrawn_steps)
    }

    /// The entries of which it may be told no more what they were.
    pub(in crate::revision) fn without_past(&self) -> impl Iterator<Item = &ListedEntry<'p>> {
        self.listing.entries().filter(|entry| {
            let was = entry.at.and_then(|at| Snapshot::parse(self.revisions.was.get(&at)?));
            was.is_some_and(|was| was.is_taken_back())
        })
    }

    fn cancelled(&self) -> impl Iterator<Item = Revision> {
        let entries = self.listing.entries().filter(|entry| entry.status.kind == StatusKind::Cancelled);
        entries.map(|entry| self.revision(entry))
    }

    /// What an entry was before its last change, if that is known.
    #[must_use]
    pub fn before(&self, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Option<Snapshot> {
        let was = Snapshot::parse(self.revisions.was.get(&entry.at?)?)?;
        Some(Snapshot::of(visit, entry).before(&was))
    }

    /// The last change of an entry of a visit.
    #[must_use]
    pub fn last_change(&self, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Change {
        let was = entry.at.and_then(|at| self.revisions.was.get(&at)).map(|was| &**was);
        let subject = Subject::Entry(entry.identity.clone());
        self.changed_from(subject, self.revision(entry), was, (&Snapshot::of(visit, entry), visit.zone.database()))
    }

    /// The last change of a visit, if it has revisions.
    #[must_use]
    pub fn last_visit_change(&self, visit: &ListedVisit<'_>) -> Option<Change> {
        let revision = (*self.revisions.visits.get(visit.position)?)?;
        let was = self.revisions.visit_was.get(&visit.position).map(|was| &**was);
        let now = (&Snapshot::of_visit(visit), visit.zone.database());
        Some(self.changed_from(Subject::Visit(visit.id.clone()), revision, was, now))
    }

    /// That something was taken out.
    #[must_use]
    pub fn withdrawal(&self, withdrawn: &Withdrawn) -> Change {
        let entry = withdrawn.listed();
        let subject = match entry.absence {
            // Its ids would say what it was.
            Some(Absence::Redacted) => Subject::Event(self.uid(&entry).to_string()),
            _ => Subject::Entry(withdrawn.identity.clone()),
        };
        let (sequence, modified) = (withdrawn.revision.sequence, withdrawn.revision.modified);
        let (audience, kind) = (self.listing.audience, Kind::Withdrawn);
        let after = Some(Snapshot::titled(withdrawn.title()).text_of().into());
        Change {
            audience,
            subject,
            sequence,
            modified,
            kind,
            before: None,
            after,
            with_visit: false,
            order: change::GONE,
            database: withdrawn.zone().database(),
        }
    }

    fn changed_from(
        &self,
        subject: Subject,
        revision: Revision,
        was: Option<&str>,
        (now, database): (&Snapshot, Database),
    ) -> Change {
        let was = was.and_then(Snapshot::parse);
        let kind = match (&was, revision.sequence) {
            (Some(_), _) => Kind::Revised,
            (None, 0) => Kind::Announced,
            (None, _) => Kind::Reinstated,
        };
        Change {
            audience: self.listing.audience,
            subject,
            sequence: revision.sequence,
            modified: revision.changed,
            kind,
            with_visit: was.as_ref().is_some_and(Snapshot::is_with_visit),
            before: was.map(|was| now.before(&was).text_of().into()),
            after: Some(now.text_of().into()),
            order: change::GONE,
            database,
        }
    }
}
