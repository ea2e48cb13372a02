//! A folder that is not there yet: written beside its place, and put there as a whole.
//!
//! So ten thousand files take one step, and nobody sees some of them.

use std::fs;
use std::path::PathBuf;

use crate::error::Error;
use crate::output::file;

/// A folder with all its files, beside its place. Dropped unpublished, it is taken away again.
#[derive(Debug)]
pub(super) struct NewFolder {
    place: PathBuf,
    beside: PathBuf,
    waiting: bool,
    /// Its files, by their paths in it.
    files: Vec<PathBuf>,
}

impl NewFolder {
    /// Begins a folder that belongs in a place where nothing is.
    pub(super) fn begin(place: PathBuf) -> Result<Self, Error> {
        let beside = file::beside(&place);
        fs::create_dir(&beside).map_err(|error| Error::io("create the folder", &beside, error))?;
        Ok(Self { place, beside, waiting: true, files: Vec::new() })
    }

    /// Makes a folder within it.
    pub(super) fn make(&self, folder: &str) -> Result<(), Error> {
        let folder = self.beside.join(folder);
        fs::create_dir(&folder).map_err(|error| Error::io("create the folder", &folder, error))
    }

    /// Where a file within it is written.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.beside.join(path)
    }

    /// Says which files were written.
    pub(super) fn holds(&mut self, files: Vec<PathBuf>) {
        self.files = files;
    }

    /// The places of its files.
    pub(super) fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.files.iter().map(|path| self.place.join(path))
    }

    /// Puts the folder in its place.
    pub(super) fn publish(&mut self) -> Result<(), Error> {
        fs::rename(&self.beside, &self.place).map_err(|error| Error::io("put in place", &self.place, error))?;
        self.waiting = false;
        Ok(())
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if self.waiting {
            // What could not be finished is of no use, and its name is ours.
            let _ = fs::remove_dir_all(&self.beside);
        }
    }
}
