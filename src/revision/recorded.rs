//! The last change of each visit and entry, from the lock file alone.

use chrono::{DateTime, Utc};

use super::change::{self, Change, Kind, Subject};
use super::lock::{EntryState, Lock, column, published};
use super::snapshot::{self, Snapshot, ToldOf};
use crate::programme::{Audience, Identity};
use crate::zone::Database;

/// The last change of each visit and entry for each audience that it was published to, by an instant; without what may be told
/// no more. Their times are read by a time zone database.
#[must_use]
pub fn recorded(lock: &Lock, at: DateTime<Utc>, database: Database) -> Vec<Change> {
    let mut changes = Vec::new();
    // What changes of a step is told of its entry.
    for subject in lock.subjects().filter(|subject| !matches!(subject, Subject::Step(_))) {
        let line = lock.entry_line(&subject.to_string()).expect("the lock file was read, with its lines");
        for audience in Audience::ALL {
            let Some(now) = published(&line.columns[column(*audience)], at) else { continue };
            let after = line.cell(now.digest).and_then(Snapshot::parse).unwrap_or_default();
            let was = now.was.and_then(|was| line.cell(was)).and_then(Snapshot::parse);
            let may_be_told = |was: &Snapshot| passes(lock, *audience, at, &after.before(was).told_of());
            let was = was
                .and_then(|was| if may_be_told(&was) { Some(was) } else { Snapshot::parse(&was.withholding_others()) });
            let is_shown = now.state == EntryState::Shown;
            let kind = match (&was, now.sequence) {
                _ if now.state == EntryState::Restricted => Kind::Restricted,
                _ if !is_shown => Kind::Withdrawn,
                (Some(_), _) => Kind::Revised,
                (None, 0) => Kind::Announced,
                (None, _) => Kind::Reinstated,
            };
            changes.push(Change {
                audience: *audience,
                subject: subject.clone(),
                sequence: now.sequence,
                modified: line.cell(now.digest).and_then(snapshot::told).unwrap_or(now.modified),
                kind,
                with_visit: was.as_ref().is_some_and(Snapshot::is_with_visit),
                before: was.map(|was| after.before(&was).text_of().into()),
                after: Some(after.text_of().into()),
                order: change::GONE,
                database,
            });
        }
    }
    changes.retain(Change::is_own);
    changes
}

/// Whether an audience may see, as far as the lock file knows, all that was told of other entries.
fn passes(lock: &Lock, audience: Audience, at: DateTime<Utc>, told_of: &ToldOf) -> bool {
    let is_shown = |identity: &Identity| {
        let line = lock.entry_line(&identity.to_string());
        line.is_some_and(|line| {
            published(&line.columns[column(audience)], at).is_some_and(|now| now.state == EntryState::Shown)
        })
    };
    told_of.titles.is_empty() || told_of.entries.as_ref().is_some_and(|entries| entries.iter().all(is_shown))
}
