//! A folder as a place to publish to. Nothing is written to or removed through a link below it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use url::Url;

use crate::error::Error;
use crate::publish::directory_lock::{self, DirectoryLock};
use crate::publish::{file, folder};

/// A folder that is there.
pub(super) struct Disk {
    root: PathBuf,
    /// The right to write there; none where nothing will be written.
    lock: Option<DirectoryLock>,
}

impl Disk {
    /// Opens the folder of an address, and makes it if something will be written; `None` where there is none. It may not
    /// overlap those that are `apart`.
    pub(super) fn open(url: &Url, apart: &[&Path], dry_run: bool) -> Result<Option<Self>, Error> {
        let path = url.to_file_path().map_err(|()| Error::new(format!("{url} is no folder of this machine")))?;
        let find = |path: &Path| path.canonicalize().map_err(|error| Error::io("find the folder", path, error));
        // Of one that is yet to be made, the folder that it will be in tells as much.
        let existing = path.ancestors().find(|path| path.exists()).unwrap_or(&path);
        let there = find(existing)?.join(path.strip_prefix(existing).unwrap_or(Path::new("")));
        for other in apart.iter().filter(|other| other.exists()) {
            let here = find(other)?;
            if there.starts_with(&here) || here.starts_with(&there) {
                let message = format!("{} and {} overlap; publish to another folder", path.display(), other.display());
                return Err(Error::new(message));
            }
        }
        if !dry_run {
            folder::make(&path)?;
        } else if !path.exists() {
            return Ok(None);
        }
        let root = find(&path)?;
        let lock = if dry_run { None } else { Some(directory_lock::take(&root)?) };
        Ok(Some(Self { root, lock }))
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether nobody else can be writing there, as far as the file system knows.
    pub(super) fn is_ours_alone(&self) -> bool {
        self.lock.as_ref().is_none_or(DirectoryLock::is_exclusive)
    }

    /// Refuses to read what is no file: a pipe might never end.
    pub(super) fn refuse_other(&self, name: &str) -> Result<(), Error> {
        let path = self.root.join(name);
        match fs::metadata(&path) {
            Ok(data) if !data.is_file() => Err(file::in_the_way(&path, data.file_type(), "file")),
            _ => Ok(()),
        }
    }

    /// The first folder on the way to a file that is a link.
    pub(super) fn link_before(&self, name: &str) -> Option<PathBuf> {
        let folders = Path::new(name).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
        folders.map(|folder| self.root.join(folder)).find(|folder| folder.is_symlink())
    }

    /// Removes what killed publishers left of these files: `object_store` writes them to `NAME#1`, `NAME#2`, … first.
    pub(super) fn sweep<'n>(&self, names: impl Iterator<Item = &'n str>) -> Result<(), Error> {
        let paths: BTreeSet<PathBuf> = names.map(|name| self.root.join(name)).collect();
        let folders: BTreeSet<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
        for folder in folders {
            let relative = folder.strip_prefix(&self.root).unwrap_or(folder).join("x");
            if self.link_before(&relative.to_string_lossy()).is_some() {
                continue;
            }
            let entries = match fs::read_dir(folder) {
                Ok(entries) => entries,
                Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => continue,
                Err(error) => return Err(Error::io("read the folder", folder, error)),
            };
            for entry in entries {
                let entry = entry.map_err(|error| Error::io("read the folder", folder, error))?;
                let is_leftover = staged_for(&entry.file_name()).is_some_and(|name| paths.contains(&folder.join(name)));
                if is_leftover && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                    file::remove(&entry.path())?;
                }
            }
        }
        Ok(())
    }
}

/// The name of the file that one of `object_store`'s names of files that are not in their place yet is meant for.
fn staged_for(name: &OsStr) -> Option<&str> {
    let (meant, number) = name.to_str()?.rsplit_once('#')?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(meant)
}
