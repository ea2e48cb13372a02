//! Why the program could not go on: the environment (a file that cannot be read, a full disk) or how it was called. What is
//! wrong with schedules is a `Diagnostic` instead.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the program could not run: what it was doing, to which path, and what came back.
#[derive(Debug)]
pub struct Error {
    action: String,
    path: Option<PathBuf>,
    source: Option<io::Error>,
}

impl Error {
    /// Something that cannot be, without the disk having said so.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { action: message.into(), path: None, source: None }
    }

    /// A disk operation on a path that failed. `doing` goes on from “cannot”: “read”, “write”.
    pub(crate) fn io(action: &str, path: &Path, source: io::Error) -> Self {
        Self { action: action.to_owned(), path: Some(path.to_owned()), source: Some(source) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path, &self.source) {
            (Some(path), Some(source)) => write!(f, "cannot {} {}: {source}", self.action, path.display()),
            _ => f.write_str(&self.action),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
