//! One file, replaced in one step.
//!
//! New bytes are written beside the file's place, under a name that only this program gives, and renamed into it. So
//! the file is whole at any moment, old or new. One that has the bytes already is left as it is. Nothing is written
//! through a link, and nothing but a file is replaced.

mod blocks;
mod draft;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use self::blocks::Blocks;
pub use self::draft::{Draft, is};
use self::draft::{Wish, create};
use crate::error::Error;

/// How the names end of files and folders that are not in their place yet: `.NAME.PROCESS.summitcal`.
const ENDING: &str = ".summitcal";

/// A file's new bytes, beside its place. Dropped unpublished, they are taken away again.
#[derive(Debug)]
pub struct Staged {
    path: PathBuf,
    beside: PathBuf,
    waiting: bool,
    lasting: bool,
    /// The file itself, while its bytes may not be on the disk that have to be.
    unsettled: Option<File>,
}

impl Staged {
    /// The file's place.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until the bytes are on the disk, if they have to outlast a failure of power.
    pub fn settle(&mut self) -> Result<(), Error> {
        let unsettled = self.unsettled.take();
        unsettled.map_or(Ok(()), |file| file.sync_all()).map_err(|error| Error::io("write", &self.beside, error))
    }

    /// Puts the file in its place.
    pub fn publish(&mut self) -> Result<(), Error> {
        self.settle()?;
        fs::rename(&self.beside, &self.path).map_err(|error| Error::io("put in place", &self.path, error))?;
        self.waiting = false;
        if self.lasting {
            settle(folder_of(&self.path));
        }
        Ok(())
    }

    /// Leaves the bytes where they are, for the next build to find.
    pub(super) fn leave(&mut self) {
        self.waiting = false;
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.waiting {
            // What could not be finished is of no use, and its name is ours.
            let _ = fs::remove_file(&self.beside);
        }
    }
}

/// Writes a file's bytes beside its place, with the permissions of the file that is there; `None` if that has these bytes.
pub fn stage(path: &Path, parts: &[&[u8]]) -> Result<Option<Staged>, Error> {
    draft(path, parts, Wish::default())
}

/// Replaces one file that has to outlast a failure of power, and of which the caller has the lease. See
/// [`Draft::begin_to_last`].
pub fn replace(path: &Path, parts: &[&[u8]]) -> Result<(), Error> {
    let mut draft = Draft::begin_to_last(path)?;
    draft.write(parts)?;
    draft.finish()?.map_or(Ok(()), |mut staged| staged.publish())
}

/// The same for a file that its owner alone may read, from its first byte on.
#[cfg(feature = "serve")]
pub fn replace_private(path: &Path, parts: &[&[u8]]) -> Result<(), Error> {
    remove_leftovers_of(path)?;
    let staged = draft(path, parts, Wish { lasting: true, private: true })?;
    staged.map_or(Ok(()), |mut staged| staged.publish())
}

fn draft(path: &Path, parts: &[&[u8]], wish: Wish) -> Result<Option<Staged>, Error> {
    let mut draft = Draft::with(path, wish)?;
    draft.write(parts)?;
    draft.finish()
}

/// A file in a folder that nobody else sees.
#[derive(Debug)]
pub(super) struct Unseen {
    path: PathBuf,
    file: Blocks,
}

impl Unseen {
    pub(super) fn begin(path: PathBuf) -> Result<Self, Error> {
        let file = create(&path, None).map_err(|error| Error::io("create", &path, error))?;
        Ok(Self { path, file: Blocks::behind(file, 0) })
    }

    pub(super) fn write(&mut self, parts: &[&[u8]]) -> Result<(), Error> {
        self.file.write(parts).map_err(|error| Error::io("write", &self.path, error))
    }

    /// Says that it is whole.
    pub(super) fn finish(self) -> Result<(), Error> {
        self.file.finish().map(drop).map_err(|error| Error::io("write", &self.path, error))
    }
}

/// Why nothing can be put in a place: something else is there.
pub(super) fn in_the_way(path: &Path, is: fs::FileType, wanted: &str) -> Error {
    let is = match () {
        () if is.is_symlink() => "a link",
        () if is.is_dir() => "a folder",
        () if is.is_file() => "a file",
        () => "a device",
    };
    Error::new(format!("{} is {is}, where a {wanted} belongs; move it out of the way", path.display()))
}

/// Where the new of a place is written, until it is put there.
pub(super) fn beside(path: &Path) -> PathBuf {
    beside_of(path, std::process::id())
}

/// The same of another process.
pub(super) fn beside_of(path: &Path, process: u32) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{process}{ENDING}"));
    path.with_file_name(name)
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Has a folder remember its names. Where that cannot be asked for, the system sees to it or nobody can.
fn settle(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// The name of the file or folder that a leftover of a killed build was meant to be, if a name is one of a leftover.
pub(super) fn meant_by(name: &OsStr) -> Option<&str> {
    let (meant, process) = name.to_str()?.strip_prefix('.')?.strip_suffix(ENDING)?.rsplit_once('.')?;
    let ours = !meant.is_empty() && !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit());
    ours.then_some(meant)
}

/// What killed builds left beside a file of what was to replace it. While others may be writing, theirs are among them.
pub fn leftovers_of(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let folder = folder_of(path);
    let unreadable = |error| Error::io("read the folder", folder, error);
    let mut leftovers = Vec::new();
    if !folder.exists() {
        return Ok(leftovers);
    }
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let is_file = entry.file_type().map_err(unreadable)?.is_file();
        if is_file && meant_by(&entry.file_name()).is_some_and(|meant| path.file_name() == Some(OsStr::new(meant))) {
            leftovers.push(entry.path());
        }
    }
    Ok(leftovers)
}

/// Removes what killed builds left beside a file, of which the caller has the lease.
pub fn remove_leftovers_of(path: &Path) -> Result<(), Error> {
    leftovers_of(path)?.iter().try_for_each(|leftover| remove(leftover).map(drop))
}

/// Removes a file, and says whether there was one.
pub(super) fn remove(path: &Path) -> Result<bool, Error> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io("remove", path, error)),
    }
}
