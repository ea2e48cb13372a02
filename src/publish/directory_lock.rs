//! Who may write to a folder: one program at a time.
//!
//! The lock is one on the opened folder itself, so it leaves nothing in there, and the system ends it when the process
//! ends, however that happens. Where folders cannot be opened (Windows), it is a file in the folder that vanishes in the
//! same way. A file system without locks gives one to everybody.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The right to write to some folders, until it is dropped.
#[derive(Debug, Default)]
pub struct DirectoryLock {
    held: Vec<(PathBuf, Option<File>)>,
}

/// Locks a folder, which has to be there. An error if another program has it; nobody is waited for.
pub fn take(folder: &Path) -> Result<DirectoryLock, Error> {
    let mut directory_lock = DirectoryLock::default();
    directory_lock.extend(folder)?;
    Ok(directory_lock)
}

impl DirectoryLock {
    /// Whether nobody else has any of it, as far as the file system knows.
    #[must_use]
    pub fn is_exclusive(&self) -> bool {
        self.held.iter().all(|(_, lock)| lock.is_some())
    }

    /// Locks another folder too. One that is held already, under whichever name, stays held.
    pub fn extend(&mut self, folder: &Path) -> Result<(), Error> {
        let place = folder.canonicalize().map_err(|error| Error::io("find the folder", folder, error))?;
        if self.held.iter().any(|(held, _)| *held == place) {
            return Ok(());
        }
        match lock(&place) {
            Ok(file) => self.held.push((place, Some(file))),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => self.held.push((place, None)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let message =
                    format!("another summitcal is writing to {}; wait for it to finish, or end it", folder.display());
                return Err(Error::new(message));
            }
            Err(error) => return Err(Error::io("lock the folder", folder, error)),
        }
        Ok(())
    }
}

#[cfg(unix)]
fn lock(folder: &Path) -> io::Result<File> {
    let file = File::open(folder)?;
    file.try_lock()?;
    Ok(file)
}

#[cfg(windows)]
fn lock(folder: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;

    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const SHARING_VIOLATION: i32 = 32;
    let mut options = File::options();
    options.write(true).create(true).truncate(false).share_mode(0).custom_flags(DELETE_ON_CLOSE);
    options.open(folder.join(".lease.summitcal")).map_err(|error| match error.raw_os_error() {
        Some(SHARING_VIOLATION) => io::ErrorKind::WouldBlock.into(),
        _ => error,
    })
}

#[cfg(not(any(unix, windows)))]
fn lock(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}
