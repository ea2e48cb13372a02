//! Taking a published entry out, or what was told of it.

use chrono::{DateTime, Utc};

use super::change::Subject;
use super::digest::{Digest, digest};
use super::lock::{self, Columns, EntryLine, EntryState, Lock, LockedRevision, effective, published};
use super::snapshot::{self, Snapshot};
use crate::programme::{Identity, Text};
use crate::zone::Database;

/// How an entry is taken out, or brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// Its text stays in the cancellation.
    Marked,
    /// Its text goes; UID and time stay.
    Redacted,
    /// It was taken out by mistake, or is back.
    Undone,
    /// It goes on, and what it was before is taken back.
    Past,
    /// It goes on, and what an embargo was to release was published, though no build noted it.
    Recorded,
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
    /// Nothing is remembered of what it was before.
    NoPast,
    /// No release of it is to be noted.
    NoRelease,
    /// Something was published later than the instant given.
    Late,
}

/// The text of the lock file after an entry was taken out of it at an instant. `is_published` says that what an embargo was to
/// release was published, though no build noted it. Times are read by a time zone database.
pub fn withdraw(
    lock: &Lock,
    subject: &Subject,
    how: Withdrawal,
    is_published: bool,
    at: DateTime<Utc>,
    database: Database,
) -> Result<String, Refusal> {
    let key = subject.to_string();
    let old = lock.entry_line(&key).ok_or(Refusal::Unknown)?;
    if lock.last().is_some_and(|last| at < last) {
        return Err(Refusal::Late);
    }
    let mut line = Rewriting::new(&old, database);
    let mut changed = false;
    for index in 0..line.columns.len() {
        changed |= line.withdraw(index, how, is_published, at);
    }
    if line.columns.iter().all(Vec::is_empty) {
        return Err(Refusal::Unknown);
    }
    let mut lines = Vec::new();
    if changed {
        lines.push((key.clone(), line.text(&key)));
    }
    if let Subject::Entry(identity) = subject {
        withdraw_steps(&mut lines, (lock, identity), (how, is_published, at), database);
    }
    if let (Subject::Entry(identity), Withdrawal::Redacted | Withdrawal::Past) = (subject, how) {
        let taken_back = TakenBack { identity, titles: old.titles(), is_past: how == Withdrawal::Past };
        for other in lock.subjects().filter(|other| matches!(other, Subject::Entry(_)) && other != subject) {
            let other = &*other.to_string();
            let old = lock.entry_line(other).expect("the lock file was read, with its lines");
            let mut line = Rewriting::new(&old, database);
            if line.take_back(&taken_back, at) {
                lines.push((other.to_owned(), line.text(other)));
            }
        }
    }
    // What it was may be told by others alone.
    if lines.is_empty() {
        return Err(match how {
            Withdrawal::Marked | Withdrawal::Redacted => Refusal::Already,
            Withdrawal::Undone => Refusal::NotOut,
            Withdrawal::Past => Refusal::NoPast,
            Withdrawal::Recorded => Refusal::NoRelease,
        });
    }
    Ok(lock.with_lines(lines))
}

/// The same for the steps of an entry: they are events of their own, and tell what it is called, and where. Those of one whose text
/// stays follow it with the next build.
fn withdraw_steps(
    lines: &mut Vec<(String, String)>,
    (lock, identity): (&Lock, &Identity),
    (how, is_published, at): (Withdrawal, bool, DateTime<Utc>),
    database: Database,
) {
    let how = match how {
        Withdrawal::Marked if is_published => Withdrawal::Recorded,
        Withdrawal::Marked | Withdrawal::Undone => return,
        Withdrawal::Redacted | Withdrawal::Past | Withdrawal::Recorded => how,
    };
    let is_around = |other: &Subject| matches!(other, Subject::Step(name) if name.around().as_ref() == Some(identity));
    for step in lock.subjects().filter(is_around) {
        let key = step.to_string();
        let old = lock.entry_line(&key).expect("the lock file was read, with its lines");
        let mut line = Rewriting::new(&old, database);
        let indices = 0..line.columns.len();
        let is_changed = indices.fold(false, |changed, index| changed | line.withdraw(index, how, is_published, at));
        if is_changed && !line.columns.iter().all(Vec::is_empty) {
            lines.push((key.clone(), line.text(&key)));
        }
    }
}

/// What is taken back, wherever it was told.
struct TakenBack<'t> {
    identity: &'t Identity,
    /// What it was called, as far as that is known, for what an earlier version kept.
    titles: Vec<Text>,
    /// Whether only the past is.
    is_past: bool,
}

impl TakenBack<'_> {
    fn is_told_by(&self, snapshot: &Snapshot) -> bool {
        let told_of = snapshot.told_of();
        match &told_of.entries {
            Some(entries) => !told_of.titles.is_empty() && entries.contains(self.identity),
            None => told_of.titles.iter().any(|title| self.titles.contains(title)),
        }
    }
}

/// A line that is being written again.
struct Rewriting<'r, 'l> {
    columns: Columns,
    old: &'r EntryLine<'l>,
    /// What it needs that the old line has not.
    cells: Vec<String>,
    /// The time zone database by which its times are read.
    database: Database,
}

impl<'r, 'l> Rewriting<'r, 'l> {
    fn new(old: &'r EntryLine<'l>, database: Database) -> Self {
        Rewriting { columns: old.columns.clone(), old, cells: Vec::new(), database }
    }

    fn snapshot(&self, of: Digest) -> Option<Snapshot> {
        Snapshot::parse(self.old.cell(of)?)
    }

    fn add(&mut self, cell: String) -> Digest {
        let of = digest(cell.as_bytes());
        self.cells.push(cell);
        of
    }

    fn text(&self, key: &str) -> String {
        let new = |of| self.cells.iter().map(String::as_str).find(|cell| digest(cell.as_bytes()) == of);
        lock::entry_line(key, self.old.uid, &self.columns, |of| self.old.cell(of).or_else(|| new(of)))
    }

    /// Takes it out for an audience; whether that changes anything.
    fn withdraw(&mut self, index: usize, how: Withdrawal, is_published: bool, at: DateTime<Utc>) -> bool {
        let revisions = self.columns[index].clone();
        let Some(&now) = effective(&revisions, at) else {
            // What nobody has seen yet needs no cancellation.
            if !matches!(how, Withdrawal::Past | Withdrawal::Recorded) {
                self.columns[index].clear();
            }
            return false;
        };
        let next = match how {
            Withdrawal::Past => return self.forget(index, at),
            Withdrawal::Recorded if now.state == EntryState::Unseen => {
                let (state, digest) = (EntryState::Restricted, self.redact(now.digest));
                Some(LockedRevision { state, digest, ..following(now, now, at) })
            }
            Withdrawal::Recorded => return lock::note_releases(&mut self.columns[index], at),
            Withdrawal::Marked | Withdrawal::Redacted | Withdrawal::Undone => {
                let seen = if is_published { Some(now) } else { published(&revisions, at).copied() };
                self.next(now, seen, how, at)
            }
        };
        self.columns[index] = vec![next.unwrap_or(now)];
        next.is_some()
    }

    /// The revision that follows, if the present one is not already what is asked for. `seen` is what the audience is known to have
    /// seen last.
    fn next(
        &mut self,
        now: LockedRevision,
        seen: Option<LockedRevision>,
        how: Withdrawal,
        at: DateTime<Utc>,
    ) -> Option<LockedRevision> {
        let Some(seen) = seen else {
            let digest = if how == Withdrawal::Redacted { self.add("{}".to_owned()) } else { now.digest };
            let next = LockedRevision { state: EntryState::Unseen, digest, ..following(now, now, at) };
            return match (how, now.state) {
                (Withdrawal::Undone, _) | (Withdrawal::Marked, EntryState::Unseen) => None,
                (_, EntryState::Unseen) => (digest != now.digest).then_some(LockedRevision { digest, ..now }),
                _ => Some(next),
            };
        };
        let following = following(now, seen, at);
        match (how, seen.state) {
            (Withdrawal::Marked, EntryState::Shown | EntryState::Unseen) if !self.has_less(seen.digest) => {
                Some(LockedRevision { state: EntryState::Withdrawn, ..following })
            }
            (Withdrawal::Marked, EntryState::Shown | EntryState::Unseen)
            | (Withdrawal::Redacted, EntryState::Shown | EntryState::Withdrawn | EntryState::Unseen) => {
                let digest = self.redact(seen.digest);
                Some(LockedRevision { state: EntryState::Redacted, digest, ..following })
            }
            // To those it was kept from, nothing changes: they had their cancellation. What was brought back and not kept from them
            // yet has its text still.
            (Withdrawal::Marked | Withdrawal::Redacted, EntryState::Restricted) => {
                if self.snapshot(seen.digest).is_some_and(|snapshot| snapshot.title().is_some()) {
                    let digest = self.redact(seen.digest);
                    return Some(LockedRevision { state: EntryState::Redacted, digest, ..following });
                }
                Some(LockedRevision { state: EntryState::Redacted, ..seen })
            }
            // The next build shows it again, or keeps it from whom it is not for.
            (Withdrawal::Undone, EntryState::Withdrawn | EntryState::Redacted) => {
                Some(LockedRevision { state: EntryState::Restricted, ..seen })
            }
            _ => None,
        }
    }

    /// Whether something that a cell told was taken back.
    fn has_less(&self, of: Digest) -> bool {
        self.snapshot(of)
            .is_some_and(|snapshot| snapshot::TELLING_OF_OTHERS.iter().any(|key| snapshot.is_withheld(key)))
    }

    fn redact(&mut self, of: Digest) -> Digest {
        let kept = self.snapshot(of).map(|seen| snapshot::redacted(&seen, self.database));
        self.add(kept.unwrap_or_else(|| "{}".to_owned()))
    }

    /// Forgets what an entry was before, but for when that was taken back; whether there was anything to forget.
    fn forget(&mut self, index: usize, at: DateTime<Utc>) -> bool {
        let (old, nothing) = (self.columns[index].clone(), self.add(snapshot::taken_back(at)));
        for (position, revision) in old.iter().enumerate() {
            let was = revision.was.filter(|was| !self.snapshot(*was).is_some_and(|was| was.is_taken_back()));
            if was.is_some() {
                self.columns[index][position].was = Some(nothing);
            }
        }
        self.columns[index] != old
    }

    /// Withholds times that an entry had before, where they told of another.
    fn withhold(&mut self, index: usize, taken_back: &TakenBack<'_>) -> bool {
        let mut changed = false;
        for position in 0..self.columns[index].len() {
            let revision = self.columns[index][position];
            let Some(was) = revision.was.and_then(|was| self.snapshot(was)) else { continue };
            if taken_back.is_told_by(&self.snapshot(revision.digest).unwrap_or_default().before(&was)) {
                let less = was.withholding_others();
                changed |= Snapshot::parse(&less).as_ref() != Some(&was);
                self.columns[index][position].was = Some(self.add(less));
            }
        }
        changed
    }

    /// Takes back what this entry tells of another; whether it did.
    fn take_back(&mut self, taken_back: &TakenBack<'_>, at: DateTime<Utc>) -> bool {
        let mut changed = false;
        for index in 0..self.columns.len() {
            changed |= self.withhold(index, taken_back);
            for position in 0..self.columns[index].len() {
                let revision = self.columns[index][position];
                let told = self.snapshot(revision.digest).filter(|snapshot| taken_back.is_told_by(snapshot));
                // What is shown of it today names what is taken back as it is called today.
                let is_today = taken_back.is_past && revision.state != EntryState::Withdrawn;
                let Some(snapshot) = told.filter(|_| !is_today) else { continue };
                self.columns[index][position] = if revision.state == EntryState::Withdrawn {
                    let (state, digest) = (EntryState::Redacted, self.redact(revision.digest));
                    LockedRevision { state, digest, ..following(revision, revision, at) }
                } else {
                    // It comes after what is gone, so that the next build revises it.
                    LockedRevision { digest: self.add(snapshot.without_others()), ..revision }
                };
                changed = true;
            }
        }
        changed
    }
}

/// The revision after one, with what was seen last.
fn following(now: LockedRevision, seen: LockedRevision, at: DateTime<Utc>) -> LockedRevision {
    let sequence = now.sequence.saturating_add(1);
    LockedRevision { sequence, modified: at, scheduled: false, released: false, was: None, ..seen }
}
