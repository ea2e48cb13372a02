//! Taking a published entry out.

use chrono::{DateTime, Utc};

use super::digest::digest;
use super::lock::{self, Lock, Rev, Row, State, effective};
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

/// A lock file with another line for one of its entries.
#[derive(Debug)]
pub struct Rewritten<'l> {
    before: &'l str,
    line: String,
    after: &'l str,
}

impl Rewritten<'_> {
    /// Its bytes, in order.
    #[must_use]
    pub fn parts(&self) -> [&[u8]; 3] {
        [self.before, &self.line, self.after].map(str::as_bytes)
    }
}

/// The lock file after an entry was taken out of it at an instant.
pub fn withdraw<'l>(
    lock: &'l Lock,
    identity: &Identity,
    how: Withdrawal,
    at: DateTime<Utc>,
) -> Result<Rewritten<'l>, Refusal> {
    let key = identity.to_string();
    let row = lock.row(&key).ok_or(Refusal::Unknown)?;
    if lock.last().is_some_and(|last| at < last) {
        return Err(Refusal::Late);
    }
    let mut columns = row.columns.clone();
    let mut cells: Vec<String> = Vec::new();
    let mut changed = false;
    for revisions in &mut columns {
        let now = effective(revisions, at).copied();
        // What nobody has seen yet needs no cancellation.
        revisions.clear();
        let Some(now) = now else { continue };
        let next = next(&row, now, how, at, &mut cells);
        changed |= next.is_some();
        revisions.push(next.unwrap_or(now));
    }
    if columns.iter().all(Vec::is_empty) {
        return Err(Refusal::Unknown);
    }
    if !changed {
        return Err(if how == Withdrawal::Undone { Refusal::NotOut } else { Refusal::Already });
    }
    let mut line = String::new();
    lock::write_row(&mut line, &key, &columns, |of| {
        row.cell(of).or_else(|| cells.iter().map(String::as_str).find(|cell| digest(cell.as_bytes()) == of))
    });
    let (before, after) = lock.around(&key);
    Ok(Rewritten { before, line, after })
}

/// The revision that follows, if the present one is not already what is asked for.
fn next(row: &Row<'_>, now: Rev, how: Withdrawal, at: DateTime<Utc>, cells: &mut Vec<String>) -> Option<Rev> {
    let (state, digest_of) = match (how, now.state) {
        (Withdrawal::Marked, State::Shown) => (State::Withdrawn, now.digest),
        (Withdrawal::Redacted, State::Shown | State::Withdrawn) => {
            let seen = row.cell(now.digest).and_then(Snapshot::parse);
            let kept = seen.as_ref().map(snapshot::redacted).unwrap_or_default();
            cells.push(kept);
            (State::Redacted, digest(cells[cells.len() - 1].as_bytes()))
        }
        // To those it was kept from, nothing changes: they had their cancellation.
        (Withdrawal::Marked | Withdrawal::Redacted, State::Restricted) => {
            return Some(Rev { state: State::Redacted, ..now });
        }
        // The next build shows it again, or keeps it from whom it is not for.
        (Withdrawal::Undone, State::Withdrawn | State::Redacted) => {
            return Some(Rev { state: State::Restricted, ..now });
        }
        _ => return None,
    };
    Some(Rev {
        sequence: now.sequence.saturating_add(1),
        modified: at,
        created: now.created,
        state,
        scheduled: false,
        digest: digest_of,
        was: None,
    })
}
