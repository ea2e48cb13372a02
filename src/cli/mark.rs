//! Whether a file is still as it was, as far as can be told without reading it.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// What tells one state of a file from another, without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark(Option<State>);

type State = (u64, Option<SystemTime>, u64);

impl Mark {
    /// Of a file that may be missing.
    pub(crate) fn of(path: &Path) -> Self {
        Self(fs::metadata(path).ok().map(|data| state(&data)))
    }
}

fn state(data: &fs::Metadata) -> State {
    (data.len(), data.modified().ok(), number(data))
}

/// The file's own number, which is another when a file was put in its place; and its permissions.
#[cfg(unix)]
fn number(data: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;

    data.ino() ^ (u64::from(data.mode()) << 48) ^ (data.ctime_nsec().unsigned_abs() << 16) ^ data.ctime().unsigned_abs()
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> u64 {
    0
}
