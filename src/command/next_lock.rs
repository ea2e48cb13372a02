//! The lock file that follows the one that was read. A long one is written beside that while it is planned, so that nobody
//! has to have room for all of it.

use std::path::Path;

use super::revisions::{hold, lock_path, tidy};
use crate::error::Error;
use crate::output::file::{Draft, Staged};
use crate::output::lease::Lease;
use crate::output::receipt;
use crate::revision::Lock;

/// How many bytes wait for all of it: builds of so little that are refused have not so much as touched the folder.
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
    /// So much of it is there.
    Waiting(Vec<u8>),
    Drafted(Draft),
    /// Told only if it is needed, for most builds change nothing.
    Forbidden(Error),
}

impl<'s> NextLock<'s> {
    /// Begins the lock file of some schedules. If it is `locked`, nothing is written.
    pub(crate) fn begin(schedules: &'s Path, locked: bool, digest: Option<receipt::Running>) -> Self {
        let state = if locked { State::Locked } else { State::Waiting(Vec::new()) };
        Self { schedules, state, digest, lease: Lease::default() }
    }

    /// Adds stretches of bytes.
    pub(crate) fn write(&mut self, parts: &[&[u8]]) {
        if let Some(digest) = &mut self.digest {
            for part in parts {
                digest.add(part);
            }
        }
        let written = match &mut self.state {
            State::Locked | State::Forbidden(_) => return,
            State::Waiting(bytes) => {
                for part in parts {
                    bytes.extend_from_slice(part);
                }
                if bytes.len() < WAITING {
                    return;
                }
                self.draft()
            }
            State::Drafted(draft) => draft.write(parts),
        };
        if let Err(error) = written {
            self.state = State::Forbidden(error);
        }
    }

    /// Begins to write what was waiting, and removes what killed builds left.
    fn draft(&mut self) -> Result<(), Error> {
        if let State::Waiting(bytes) = &self.state {
            self.lease.extend(self.schedules)?;
            let mut draft = Draft::begin_to_last(&lock_path(self.schedules))?;
            draft.write(&[bytes])?;
            self.state = State::Drafted(draft);
        }
        Ok(())
    }

    /// Says that all of it was written, and whether it is another than the one that was read, which has to be there still.
    /// If so, it is to be put in its place before anything else is published.
    pub(crate) fn finish(&mut self, read: &Lock, changes: bool) -> Result<Option<Staged>, Error> {
        if changes {
            self.draft()?;
        }
        let state = std::mem::replace(&mut self.state, State::Locked);
        if !changes {
            // Others may write to it.
            self.lease = Lease::default();
            hold(self.schedules, read)?;
            if !matches!(state, State::Locked) {
                tidy(self.schedules, &mut self.lease)?;
            }
            return Ok(None);
        }
        match state {
            State::Forbidden(error) => Err(error),
            State::Drafted(draft) => {
                hold(self.schedules, read)?;
                draft.finish()
            }
            State::Locked | State::Waiting(_) => Ok(None),
        }
    }

    /// A digest of the lock file as the next build reads it.
    pub(crate) fn digest(&mut self, read: &Lock, changes: bool) -> Option<[u8; 32]> {
        let written = self.digest.take()?;
        Some(if changes { written.finish() } else { receipt::digest_whole(read.bytes().into_iter()) })
    }

    /// The lease of the schedules, if they are written to, to take others along with it.
    pub(crate) fn lease(&mut self) -> &mut Lease {
        &mut self.lease
    }
}
