//! One file, replaced in one step.
//!
//! New bytes are written beside the file's place, under a name that only this program gives, and renamed into it. So
//! the file is whole at any moment, old or new. One that has the bytes already is left as it is. Nothing is written
//! through a link, and nothing but a file is replaced.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, IoSlice, Read, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// How the names end of files and folders that are not in their place yet: `.NAME.PROCESS.summitcal`.
const ENDING: &str = ".summitcal";

/// How much is compared at a time.
const PIECE: usize = 1 << 16;

/// How many stretches of a file are written at a time.
const TOGETHER: usize = 64;

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
pub fn stage<'b>(path: &Path, parts: impl Iterator<Item = &'b [u8]> + Clone) -> Result<Option<Staged>, Error> {
    let permissions = match there(path, parts.clone())? {
        There::TheSame => return Ok(None),
        There::Another(permissions) => Some(permissions),
        There::Nothing => None,
    };
    write_beside(path, parts, permissions, false).map(Some)
}

/// The same for a file that has to outlast a failure of power: before it is published, its bytes are on the disk, and then
/// so is its name. What killed builds left of it is removed.
///
/// Waiting for the disk takes milliseconds, and only where something changed; files that can be made again are not worth
/// that, so [`stage`] does not wait.
pub fn stage_to_last<'b>(path: &Path, parts: impl Iterator<Item = &'b [u8]> + Clone) -> Result<Option<Staged>, Error> {
    remove_leftovers_of(path)?;
    let permissions = match there(path, parts.clone())? {
        There::TheSame => return Ok(None),
        There::Another(permissions) => Some(permissions),
        There::Nothing => None,
    };
    write_beside(path, parts, permissions, true).map(Some)
}

/// Replaces one file that has to outlast a failure of power.
pub fn replace<'b>(path: &Path, parts: impl Iterator<Item = &'b [u8]> + Clone) -> Result<(), Error> {
    stage_to_last(path, parts)?.map_or(Ok(()), |mut staged| staged.publish())
}

/// The same for a file that its owner alone may read, from its first byte on.
#[cfg(feature = "serve")]
pub fn replace_private<'b>(path: &Path, parts: impl Iterator<Item = &'b [u8]> + Clone) -> Result<(), Error> {
    remove_leftovers_of(path)?;
    let permissions = match there(path, parts.clone())? {
        There::TheSame => return Ok(()),
        There::Another(permissions) => Some(permissions),
        There::Nothing => None,
    };
    #[cfg(unix)]
    let permissions = {
        let _ = permissions;
        Some(std::os::unix::fs::PermissionsExt::from_mode(0o600))
    };
    write_beside(path, parts, permissions, true)?.publish()
}

/// Writes a file in a folder that nobody else sees.
pub(super) fn write_new<'b>(path: &Path, parts: impl Iterator<Item = &'b [u8]> + Clone) -> Result<(), Error> {
    let file = create(path, None).map_err(|error| Error::io("create", path, error))?;
    fill(file, parts, None).map(drop).map_err(|error| Error::io("write", path, error))
}

/// What is in a file's place.
enum There {
    Nothing,
    TheSame,
    Another(Permissions),
}

fn there<'b>(path: &Path, parts: impl Iterator<Item = &'b [u8]> + Clone) -> Result<There, Error> {
    let data = match fs::symlink_metadata(path) {
        Ok(data) => data,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(There::Nothing),
        Err(error) => return Err(Error::io("read", path, error)),
    };
    if !data.is_file() {
        return Err(in_the_way(path, data.file_type(), "file"));
    }
    let length: usize = parts.clone().map(<[u8]>::len).sum();
    let same =
        data.len() == length as u64 && holds(path, parts, length).map_err(|error| Error::io("read", path, error))?;
    Ok(if same { There::TheSame } else { There::Another(data.permissions()) })
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

/// Whether a file of the right length has exactly these bytes.
fn holds<'b>(path: &Path, parts: impl Iterator<Item = &'b [u8]>, length: usize) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; PIECE.min(length)];
    for piece in parts.flat_map(|part| part.chunks(PIECE)) {
        let there = &mut buffer[..piece.len()];
        match file.read_exact(there) {
            Ok(()) if there == piece => {}
            Ok(()) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn write_beside<'b>(
    path: &Path,
    parts: impl Iterator<Item = &'b [u8]> + Clone,
    permissions: Option<Permissions>,
    lasting: bool,
) -> Result<Staged, Error> {
    let beside = beside(path);
    let file = create(&beside, permissions.as_ref()).map_err(|error| Error::io("create", &beside, error))?;
    let mut staged = Staged { path: path.to_owned(), beside, waiting: true, lasting, unsettled: None };
    let file = fill(file, parts, permissions).map_err(|error| Error::io("write", &staged.beside, error))?;
    staged.unsettled = Some(file).filter(|_| lasting);
    Ok(staged)
}

/// Where the new of a place is written, until it is put there.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}{ENDING}", std::process::id()));
    path.with_file_name(name)
}

/// Makes a file that nobody may read who may not read the one that it will replace.
fn create(path: &Path, permissions: Option<&Permissions>) -> io::Result<File> {
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

fn fill<'b>(
    mut file: File,
    parts: impl Iterator<Item = &'b [u8]> + Clone,
    permissions: Option<Permissions>,
) -> io::Result<File> {
    let mut parts = parts.filter(|part| !part.is_empty()).map(IoSlice::new);
    loop {
        // As they are, many at a time: a feed may be of thousands.
        let mut some: Vec<IoSlice<'_>> = parts.by_ref().take(TOGETHER).collect();
        if some.is_empty() {
            break;
        }
        write_all(&mut file, &mut some)?;
    }
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    Ok(file)
}

fn write_all(file: &mut File, mut parts: &mut [IoSlice<'_>]) -> io::Result<()> {
    while !parts.is_empty() {
        match file.write_vectored(parts) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut parts, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
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
