//! The lock file that follows the one that was read. A long one is written beside that while it is planned, so that nobody
//! has to have room for all of it; but only once a line is known to be another. One that says the same in other bytes, as
//! after a merge, is never written, and waits until it is whole.

use std::path::Path;

use super::revisions::{hold, lock_path, tidy};
use crate::error::Error;
use crate::output::file::{Draft, Staged};
use crate::output::lease::Lease;
use crate::output::receipt;
use crate::revision::Lock;

/// How many new bytes wait for all of it: builds of so few that are refused have not so much as touched the folder.
const WAITING: usize = 1 << 20;

/// A lock file that is being written. Dropped, it leaves nothing behind.
pub(crate) struct NextLock<'s> {
    schedules: &'s Path,
    state: State,
    /// Where somebody wants it.
    digest: Option<receipt::Running>,
    lease: Lease,
}

enum State {
    /// None may be written.
    Locked,
    /// So many bytes are those of the lock file that was read, and these follow.
    Waiting(usize, Vec<u8>),
    Drafted(Draft),
    /// Told only if all else is well.
    Forbidden(Error),
}

/// A lock file that is whole.
pub(crate) struct Next {
    /// Its bytes, if they are others than before; to be put in their place before anything else is published.
    pub(crate) staged: Option<Staged>,
    /// A digest of the lock file as the next build reads it.
    pub(crate) digest: Option<[u8; 32]>,
    /// To be held until all is published, or what was staged is removed again.
    pub(crate) lease: Lease,
}

impl<'s> NextLock<'s> {
    /// Begins the lock file of some schedules. If it is `locked`, nothing is written.
    pub(crate) fn begin(schedules: &'s Path, locked: bool, digest: Option<receipt::Running>) -> Self {
        let state = if locked { State::Locked } else { State::Waiting(0, Vec::new()) };
        Self { schedules, state, digest, lease: Lease::default() }
    }

    /// Adds stretches of bytes; `changed` if it is known by now that a line is another than in the one that was `read`.
    pub(crate) fn write(&mut self, read: &Lock, parts: &[&[u8]], changed: bool) {
        if !matches!(self.state, State::Locked)
            && let Some(digest) = &mut self.digest
        {
            for part in parts {
                digest.add(part);
            }
        }
        let written = match &mut self.state {
            State::Locked | State::Forbidden(_) => return,
            State::Waiting(same, others) => {
                let read = read.bytes().unwrap_or_default();
                for part in parts {
                    let ahead = if others.is_empty() { common(&read[*same..], part) } else { 0 };
                    *same += ahead;
                    others.extend_from_slice(&part[ahead..]);
                }
                if !changed || others.len() < WAITING {
                    return;
                }
                self.draft(read)
            }
            State::Drafted(draft) => draft.write(parts),
        };
        if let Err(error) = written {
            self.state = State::Forbidden(error);
        }
    }

    /// Begins to write what was waiting, and removes what killed builds left.
    fn draft(&mut self, read: &[u8]) -> Result<(), Error> {
        if let State::Waiting(same, others) = &self.state {
            self.lease.extend(self.schedules)?;
            let mut draft = Draft::begin_to_last(&lock_path(self.schedules))?;
            draft.write(&[&read[..*same], others])?;
            self.state = State::Drafted(draft);
        }
        Ok(())
    }

    /// Says that all of it was written, and whether any line is another than in the one that was read. `others` takes the
    /// leases of what else is to be written to. The one that was read has to be there still after all leases are taken: what
    /// was compared with it holds no longer otherwise.
    pub(crate) fn finish(
        mut self,
        read: &Lock,
        changes: bool,
        others: impl FnOnce(&mut Lease) -> Result<(), Error>,
    ) -> Result<Next, Error> {
        let bytes = read.bytes().unwrap_or_default();
        let is_same = matches!(&self.state, State::Waiting(same, others) if *same == bytes.len() && others.is_empty());
        if changes {
            self.draft(bytes)?;
        }
        let draft = match self.state {
            State::Drafted(draft) => Some(draft),
            State::Forbidden(error) => return Err(error),
            State::Locked | State::Waiting(..) if changes => {
                return Err(Error::new("the lock file has to be written, and may not be"));
            }
            State::Locked => None,
            State::Waiting(..) => {
                tidy(self.schedules);
                None
            }
        };
        others(&mut self.lease)?;
        hold(self.schedules, read)?;
        let staged = draft.map_or(Ok(None), Draft::finish)?;
        let of_whole = || receipt::digest_whole(std::iter::once(bytes));
        let digest = self.digest.map(|written| if changes || is_same { written.finish() } else { of_whole() });
        Ok(Next { staged, digest, lease: self.lease })
    }
}

/// How many bytes two stretches begin with in common.
fn common(one: &[u8], other: &[u8]) -> usize {
    if one.starts_with(other) {
        return other.len();
    }
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}
