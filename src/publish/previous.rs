//! What earlier builds left of a tree: the files in their places, and the leftovers of builds that were killed.
//!
//! The files in place are those of `manifest.json`, and, where a build was killed while it published, those of the
//! manifests that it had written beside that one. These are therefore kept until the next build has published.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use crate::error::Error;
use crate::publish::file;
use crate::tree::{MANIFEST, Manifest, Tree};

/// What there is to remove of a tree.
#[derive(Debug)]
pub(super) struct PreviousTree {
    root: PathBuf,
    /// Files that an earlier build may have made, and this one does not, by path in the tree.
    stale: BTreeSet<String>,
    /// Manifests of builds that were killed.
    unpublished: Vec<PathBuf>,
    /// Folders without anything in them, as builds that were killed leave them.
    empty: Vec<PathBuf>,
    /// Whether nothing makes the tree any more.
    abandoned: bool,
    /// Whether its manifest was published.
    listed: bool,
}

impl PreviousTree {
    /// Reads what is there of a tree, which is made anew or no more, and removes what killed builds left but their
    /// manifests. `None` if the tree was never made, or is somebody else's.
    pub(super) fn read(root: PathBuf, tree: Option<&Tree>) -> Result<Option<Self>, Error> {
        if !fs::symlink_metadata(&root).is_ok_and(|data| data.is_dir()) {
            return Ok(None);
        }
        let is_wanted = tree.is_some();
        let (stale, unpublished) = (BTreeSet::new(), Vec::new());
        let mut previous =
            PreviousTree { root, stale, unpublished, empty: Vec::new(), abandoned: !is_wanted, listed: false };
        match find_manifest(&previous.root.join(MANIFEST))? {
            FoundManifest::Nothing => {}
            FoundManifest::Ours(manifest) => {
                previous.listed = true;
                previous.stale.extend(manifest.files.into_keys());
            }
            FoundManifest::Another if !is_wanted => return Ok(None),
            FoundManifest::Another => {
                return Err(Error::new(format!(
                    "{} was not made by this program; build to another folder, or move it out of the way",
                    previous.root.join(MANIFEST).display()
                )));
            }
        }
        previous.sweep()?;
        previous.stale.retain(|path| leads_down(path) && tree.is_none_or(|tree| !tree.files.contains_key(path)));
        Ok(Some(previous))
    }

    /// Goes through the leftovers of killed builds.
    fn sweep(&mut self) -> Result<(), Error> {
        let mut open = vec![self.root.clone()];
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                // Nothing of ours is in a folder that cannot be read.
                Err(_) if folder != self.root => continue,
                Err(error) => return Err(Error::io("read the folder", &folder, error)),
            };
            let mut is_empty = true;
            for entry in entries {
                let entry = entry.map_err(|error| Error::io("read the folder", &folder, error))?;
                let kind = entry.file_type().map_err(|error| Error::io("find", &entry.path(), error))?;
                let is_leftover = file::leftover_of(&entry.file_name()).is_some();
                is_empty &= is_leftover && !kind.is_symlink();
                if kind.is_dir() && file::leftover_of(&entry.file_name()).is_some() {
                    let leftover = entry.path();
                    fs::remove_dir_all(&leftover).map_err(|error| Error::io("remove the folder", &leftover, error))?;
                } else if kind.is_dir() {
                    open.push(entry.path());
                } else if kind.is_file()
                    && let Some(meant) = file::leftover_of(&entry.file_name())
                {
                    self.sweep_file(entry.path(), meant == MANIFEST && folder == self.root)?;
                }
            }
            if is_empty && folder != self.root {
                self.empty.push(folder);
            }
        }
        Ok(())
    }

    fn sweep_file(&mut self, path: PathBuf, manifest: bool) -> Result<(), Error> {
        // One that is not whole was written by a build that had not come to anything else.
        let whole = manifest.then(|| fs::read(&path).ok().as_deref().and_then(Manifest::parse)).flatten();
        if let Some(manifest) = whole {
            self.stale.extend(manifest.files.into_keys());
            self.unpublished.push(self.set_aside(path)?);
            return Ok(());
        }
        file::remove(&path).map(drop)
    }

    /// Sees to it that a manifest of a killed build is not where that of this one is written: in a container, every process
    /// may have the same number. No process has the numbers that are given instead.
    fn set_aside(&self, path: PathBuf) -> Result<PathBuf, Error> {
        let manifest = self.root.join(MANIFEST);
        if path != file::temporary_path(&manifest, std::process::id()) {
            return Ok(path);
        }
        let free = (0_u32..).map(|number| file::temporary_path(&manifest, u32::MAX - number));
        let free = free.into_iter().find(|path| fs::symlink_metadata(path).is_err()).unwrap_or_else(|| path.clone());
        fs::rename(&path, &free).map_err(|error| Error::io("move out of the way", &path, error))?;
        Ok(free)
    }

    /// Removes the files that nothing makes any more, and the folders that this leaves empty.
    pub(super) fn remove_stale(&self, removed: &mut Vec<PathBuf>) -> Result<(), Error> {
        for path in &self.stale {
            let folders: Vec<PathBuf> =
                Path::new(path).ancestors().skip(1).map(|folder| self.root.join(folder)).collect();
            // What is behind a link is not of this tree.
            if folders.iter().any(|folder| folder.is_symlink()) {
                continue;
            }
            let path = self.root.join(path);
            if fs::symlink_metadata(&path).is_ok_and(|data| data.is_file()) && file::remove(&path)? {
                removed.push(path);
            }
            for folder in folders.iter().filter(|folder| **folder != self.root) {
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Removes what told of those files, once they are gone.
    pub(super) fn finish(&self, removed: &mut Vec<PathBuf>) -> Result<(), Error> {
        for manifest in &self.unpublished {
            file::remove(manifest)?;
        }
        for folder in &self.empty {
            // Fails on those that something was put into, as it should.
            let removable = |folder: &&Path| *folder != self.root && fs::remove_dir(folder).is_ok();
            folder.ancestors().take_while(removable).for_each(drop);
        }
        if self.abandoned {
            let manifest = self.root.join(MANIFEST);
            if self.listed && file::remove(&manifest)? {
                removed.push(manifest);
            }
            // Fails on one that is not empty, as it should.
            let _ = fs::remove_dir(&self.root);
        }
        Ok(())
    }
}

/// What a tree has for a manifest.
enum FoundManifest {
    Nothing,
    Ours(Manifest),
    Another,
}

fn find_manifest(path: &Path) -> Result<FoundManifest, Error> {
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_file() => {}
        Ok(_) => return Ok(FoundManifest::Another),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FoundManifest::Nothing),
        Err(error) => return Err(Error::io("read", path, error)),
    }
    let bytes = fs::read(path).map_err(|error| Error::io("read", path, error))?;
    Ok(match Manifest::parse(&bytes) {
        Some(manifest) => FoundManifest::Ours(manifest),
        // Others have files of this name, and theirs are JSON; one that is not was damaged, and is made anew.
        None if serde_json::from_slice::<Value>(&bytes).is_ok() => FoundManifest::Another,
        None => FoundManifest::Nothing,
    })
}

/// Whether a path leads down, and nowhere else.
pub(super) fn leads_down(path: &str) -> bool {
    Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}
