//! One file, replaced in one step.
//!
//! New bytes are written to a temporary file beside the file's place, under a name that only this program gives, and renamed
//! into it. So the file is whole at any moment, old or new. One that has the bytes already is left as it is. Nothing is
//! written through a link, and nothing but a file is replaced.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempPath};

use crate::error::Error;

/// How the names end of files that are not in their place yet: `.NAME.PROCESS.summitcal`.
const ENDING: &str = ".summitcal";

/// What is asked of a file beyond its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// It outlasts a failure of power: before it is in its place, its bytes are on the disk, and then so is its name. That
    /// takes milliseconds, so files that can be made again do without.
    pub durable: bool,
    /// Its owner alone may read it, from its first byte on.
    pub private: bool,
}

/// A file's new bytes, beside its place. Dropped, they are removed again.
#[derive(Debug)]
pub struct StagedFile {
    path: PathBuf,
    temporary: TempPath,
    is_durable: bool,
}

impl StagedFile {
    /// Puts the file in its place, and returns that.
    pub fn persist(self) -> Result<PathBuf, Error> {
        self.temporary.persist(&self.path).map_err(|error| Error::io("put in place", &self.path, error.error))?;
        if self.is_durable && cfg!(unix) {
            // Where a folder cannot be asked to remember its names, the system sees to it or nobody can.
            let _ = File::open(folder_of(&self.path)).and_then(|folder| folder.sync_all());
        }
        Ok(self.path)
    }

    /// Leaves the bytes where they are, for the next build to find.
    pub(super) fn keep(self) {
        let _ = self.temporary.keep();
    }
}

/// Writes a file's bytes beside its place, with the permissions of the file that is there; `None` if that has these bytes.
pub fn stage(path: &Path, bytes: &[u8], options: Options) -> Result<Option<StagedFile>, Error> {
    let permissions = match fs::symlink_metadata(path) {
        Ok(data) if data.is_file() => Some(data.permissions()),
        Ok(data) => return Err(in_the_way(path, data.file_type(), "file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::io("read", path, error)),
    };
    if permissions.is_some() {
        match fs::read(path) {
            Ok(there) if there == bytes => return Ok(None),
            // What may not be read may be replaced all the same.
            Err(error) if error.kind() != io::ErrorKind::PermissionDenied => {
                return Err(Error::io("read", path, error));
            }
            _ => {}
        }
    }
    #[cfg(unix)]
    let permissions =
        if options.private { Some(std::os::unix::fs::PermissionsExt::from_mode(0o600)) } else { permissions };
    let temporary = temporary_path(path, std::process::id());
    let name = temporary.file_name().expect("it has one of ours");
    let create = |path: &Path| create_new(path, permissions.as_ref());
    let made = Builder::new().prefix(name).rand_bytes(0).make_in(folder_of(path), create);
    let file = made.map_err(|error| Error::io("create", &temporary, error))?;
    let mut bare = file.as_file();
    let written = bare.write_all(bytes).and_then(|()| match &permissions {
        Some(permissions) => bare.set_permissions(permissions.clone()),
        None => Ok(()),
    });
    let written = written.and_then(|()| if options.durable { bare.sync_all() } else { Ok(()) });
    written.map_err(|error| Error::io("write", &temporary, error))?;
    Ok(Some(StagedFile { path: path.to_owned(), temporary: file.into_temp_path(), is_durable: options.durable }))
}

/// Makes a file that nobody may read who may not read the one that it will replace.
fn create_new(path: &Path, permissions: Option<&Permissions>) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if let Some(permissions) = permissions {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(permissions.mode() & 0o777);
    }
    #[cfg(not(unix))]
    let _ = permissions;
    options.open(path)
}

/// Replaces one file, in a folder of which the caller has the lock. What killed builds left of it is removed.
pub fn replace(path: &Path, bytes: &[u8], options: Options) -> Result<(), Error> {
    remove_leftovers_of(path)?;
    stage(path, bytes, options)?.map_or(Ok(()), |staged| staged.persist().map(drop))
}

/// The bytes of a file. A pipe is none: it might never end.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let data = fs::metadata(path)?;
    if !data.is_file() {
        return Err(io::Error::other(format!("it is {}, and no file", kind(data.file_type()))));
    }
    fs::read(path)
}

/// What there is that is no file, in words.
#[must_use]
pub fn kind(kind: fs::FileType) -> &'static str {
    match () {
        () if kind.is_symlink() => "a link",
        () if kind.is_dir() => "a folder",
        () if kind.is_file() => "a file",
        () => "a pipe or a device",
    }
}

/// Whether a file has these bytes; of `None`, whether there is no such file.
pub fn has_bytes(path: &Path, bytes: Option<&[u8]>) -> Result<bool, Error> {
    match read(path) {
        Ok(there) => Ok(bytes == Some(&there)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(bytes.is_none()),
        Err(error) => Err(Error::io("read", path, error)),
    }
}

/// Why nothing can be put in a place: something else is there.
pub(super) fn in_the_way(path: &Path, found: fs::FileType, wanted: &str) -> Error {
    Error::new(format!("{} is {}, where a {wanted} belongs; move it out of the way", path.display(), kind(found)))
}

/// Where a process writes the new bytes of a file, until they are put in its place.
pub(super) fn temporary_path(path: &Path, process: u32) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{process}{ENDING}"));
    path.with_file_name(name)
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The name of the file or folder that a leftover of a killed build was meant to be, if a name is one of a leftover.
pub(super) fn leftover_of(name: &OsStr) -> Option<&str> {
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
        if is_file && leftover_of(&entry.file_name()).is_some_and(|meant| path.file_name() == Some(OsStr::new(meant))) {
            leftovers.push(entry.path());
        }
    }
    Ok(leftovers)
}

/// Removes what killed builds left beside a file, in a folder of which the caller has the lock.
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
