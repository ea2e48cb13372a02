//! Taking a published entry out.

use chrono::{DateTime, Utc};

use super::digest::digest;
use super::lock::{self, EntryLine, EntryState, Lock, LockedRevision, effective};
use super::snapshot::{self, Snapshot};
use crate::programme::Identity;

/// How an entry is taken out, or brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// Its text stays in the cancellation.
    Marked,
    /// Its text goes; UID and time stay.
    Redacted,
    /// It was taken out by mistake, or is back.
    Undone,
}

/// Why an entry cannot be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing was ever published under this identity.
    Unknown,
    /// It is out already.
    Already,
    /// It is not out, so there is nothing to undo.
    NotOut,
    /// Something was published later than the instant given.
    Late,
}

/// The text of the lock file after an entry was taken out of it at an instant.
pub fn withdraw(lock: &Lock, identity: &Identity, how: Withdrawal, at: DateTime<Utc>) -> Result<String, Refusal> {
    let key = identity.to_string();
    let old = lock.entry_line(&key).ok_or(Refusal::Unknown)?;
    if lock.last().is_some_and(|last| at < last) {
        return Err(Refusal::Late);
    }
    let mut columns = old.columns.clone();
    let mut cells: Vec<String> = Vec::new();
    let mut changed = false;
    for revisions in &mut columns {
        let now = effective(revisions, at).copied();
        // What nobody has seen yet needs no cancellation.
        revisions.clear();
        let Some(now) = now else { continue };
        let next = next(&old, now, how, at, &mut cells);
        changed |= next.is_some();
        revisions.push(next.unwrap_or(now));
    }
    if columns.iter().all(Vec::is_empty) {
        return Err(Refusal::Unknown);
    }
    if !changed {
        return Err(if how == Withdrawal::Undone { Refusal::NotOut } else { Refusal::Already });
    }
    let new_cell = |digest_of| cells.iter().map(String::as_str).find(|cell| digest(cell.as_bytes()) == digest_of);
    let line = lock::entry_line(&key, &columns, |digest| old.cell(digest).or_else(|| new_cell(digest)));
    Ok(lock.with_line(&key, &line))
}

/// The revision that follows, if the present one is not already what is asked for.
fn next(
    old: &EntryLine<'_>,
    now: LockedRevision,
    how: Withdrawal,
    at: DateTime<Utc>,
    cells: &mut Vec<String>,
) -> Option<LockedRevision> {
    let (state, digest_of) = match (how, now.state) {
        (Withdrawal::Marked, EntryState::Shown) => (EntryState::Withdrawn, now.digest),
        (Withdrawal::Redacted, EntryState::Shown | EntryState::Withdrawn) => {
            let snapshot = old.cell(now.digest).and_then(Snapshot::parse);
            let kept = snapshot.as_ref().map(snapshot::redacted).unwrap_or_default();
            let digest = digest(kept.as_bytes());
            cells.push(kept);
            (EntryState::Redacted, digest)
        }
        // To those it was kept from, nothing changes: they had their cancellation.
        (Withdrawal::Marked | Withdrawal::Redacted, EntryState::Restricted) => {
            return Some(LockedRevision { state: EntryState::Redacted, ..now });
        }
        // The next build shows it again, or keeps it from whom it is not for.
        (Withdrawal::Undone, EntryState::Withdrawn | EntryState::Redacted) => {
            return Some(LockedRevision { state: EntryState::Restricted, ..now });
        }
        _ => return None,
    };
    Some(LockedRevision {
        sequence: now.sequence.saturating_add(1),
        modified: at,
        created: now.created,
        state,
        scheduled: false,
        digest: digest_of,
        was: None,
    })
}
