//! Trees as folders of files, published as a whole.
//!
//! First every file that changes is written beside its place; when all of them are on the disk, they are renamed into their
//! places, which takes no space. So a full disk, or a folder that cannot be written to, leaves what was published as it was.
//! The lock file goes first, so that whatever stops a build, the next one makes the same bytes; what feeds and pages refer to
//! goes before them, and the manifest of a tree goes last.
//!
//! A file that an earlier build made and this one does not is removed, with the folders that it leaves empty. The
//! manifest of the tree says which those are, so nobody else's ever is. A build that is killed leaves its manifest
//! unpublished, from which the next one learns what it may have put in place: see `previous`.
//!
//! The folder itself may be a link; nothing is written through one below it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::directory_lock::DirectoryLock;
use super::file::{self, StagedFile};
use super::previous::PreviousTree;
use crate::error::Error;
use crate::programme::Audience;
use crate::tree::{MANIFEST, Tree, media};

/// What writing came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Files that are new or changed.
    pub written: Vec<PathBuf>,
    /// How many files were as they should be.
    pub unchanged: usize,
    /// Files that nothing makes any more.
    pub removed: Vec<PathBuf>,
}

/// The lock file of a build.
#[derive(Debug, Clone, Copy)]
pub struct LockFile<'l> {
    /// Where it is.
    pub path: &'l Path,
    /// Its text as it was read; `None` if there was none.
    pub read: Option<&'l str>,
    /// Its next text, if that is another.
    pub next: Option<&'l str>,
}

impl LockFile<'_> {
    /// Writes the lock file alone.
    pub fn write(&self) -> Result<(), Error> {
        let mut directory_lock = DirectoryLock::default();
        self.stage(&mut directory_lock)?.map_or(Ok(()), |staged| staged.persist().map(drop))
    }

    /// Writes the next text beside the lock file, of which the folder is locked then. What was compared with the text that was
    /// read holds no longer if another build has published meanwhile.
    fn stage(&self, directory_lock: &mut DirectoryLock) -> Result<Option<StagedFile>, Error> {
        let folder = self.folder();
        if self.next.is_some() {
            directory_lock.extend(folder)?;
        } else if file::leftovers_of(self.path).is_ok_and(|leftovers| leftovers.is_empty())
            || directory_lock.extend(folder).is_err()
            || !directory_lock.is_exclusive()
        {
            return self.verify_unchanged().map(|()| None);
        }
        self.verify_unchanged()?;
        file::remove_leftovers_of(self.path)?;
        let Some(next) = self.next else { return Ok(None) };
        file::stage(self.path, next.as_bytes(), file::Options { durable: true, private: false })
    }

    fn folder(&self) -> &Path {
        self.path.parent().expect("the lock file is in the folder of the schedules")
    }

    fn verify_unchanged(&self) -> Result<(), Error> {
        if file::has_bytes(self.path, self.read.map(str::as_bytes))? {
            return Ok(());
        }
        let path = self.path.display();
        Err(Error::new(format!("another summitcal has changed {path} meanwhile; build again")))
    }
}

/// Writes a lock file and trees, each into the folder below `out` that its audience is called by: all of it, or nothing.
pub fn write(out: &Path, lock: &LockFile<'_>, trees: &[Tree]) -> Result<Outcome, Error> {
    // Dropped last, after what is staged is in its place or removed.
    let mut directory_lock = DirectoryLock::default();
    if lock.next.is_some() {
        directory_lock.extend(lock.folder())?;
    }
    make(out)?;
    directory_lock.extend(out)?;
    // Before anything is written, for there is nothing to write if it does not hold.
    lock.verify_unchanged()?;
    let mut new_folders = NewFolders::default();
    // The lock file waits for the disk, and nothing else has to wait for that.
    let (lock_file, staged) =
        rayon::join(|| lock.stage(&mut directory_lock), || StagedTrees::stage(out, trees, &mut new_folders));
    let (lock_file, staged) = (lock_file?, staged?);
    if let Some(lock_file) = lock_file {
        lock_file.persist()?;
    }
    new_folders.keep();
    staged.publish()
}

/// Makes the folder that trees are written to, if it is not there.
pub fn make(out: &Path) -> Result<(), Error> {
    match fs::metadata(out) {
        Ok(data) if data.is_dir() => Ok(()),
        Ok(data) => Err(file::in_the_way(out, data.file_type(), "folder")),
        // Of a link that leads nowhere, nothing is made.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !out.is_symlink() => {
            fs::create_dir_all(out).map_err(|error| Error::io("create the folder", out, error))
        }
        Err(error) => Err(Error::io("find the folder", out, error)),
    }
}

/// Files that are all on the disk, beside their places. Dropped, they are removed again.
#[derive(Default)]
struct StagedTrees {
    /// Each with whether it refers to other files.
    files: Vec<(bool, StagedFile)>,
    manifests: Vec<StagedFile>,
    unchanged: usize,
    previous: Vec<PreviousTree>,
}

impl StagedTrees {
    fn stage(out: &Path, trees: &[Tree], new_folders: &mut NewFolders) -> Result<Self, Error> {
        let mut staged = Self::default();
        for audience in Audience::ALL {
            let root = out.join(audience.word());
            let tree = trees.iter().find(|tree| tree.audience == *audience);
            if tree.is_some() {
                new_folders.make(&root)?;
            }
            staged.previous.extend(PreviousTree::read(root.clone(), tree)?);
            if let Some(tree) = tree {
                staged.add(&root, tree, new_folders)?;
            }
        }
        // Across trees too: what others refer to comes before them.
        staged.files.sort_by_key(|(is_referrer, _)| *is_referrer);
        Ok(staged)
    }

    fn add(&mut self, root: &Path, tree: &Tree, new_folders: &mut NewFolders) -> Result<(), Error> {
        let folders: BTreeSet<&Path> = tree.files.keys().flat_map(|path| Path::new(path).ancestors().skip(1)).collect();
        folders.iter().try_for_each(|folder| new_folders.make(&root.join(folder)))?;
        let stage = |path: &str, bytes: &[u8]| file::stage(&root.join(path), bytes, file::Options::default());
        let staged = |(path, bytes): (&String, &Vec<u8>)| Ok((is_referrer(path), stage(path, bytes)?));
        // Of several that fail, always the same is told.
        let all: Vec<Result<(bool, Option<StagedFile>), Error>> = tree.files.par_iter().map(staged).collect();
        for result in all {
            match result? {
                (is_referrer, Some(file)) => self.files.push((is_referrer, file)),
                (_, None) => self.unchanged += 1,
            }
        }
        match stage(MANIFEST, tree.manifest.as_bytes())? {
            Some(manifest) => self.manifests.push(manifest),
            None => self.unchanged += 1,
        }
        Ok(())
    }

    /// Puts everything in its place, and removes what nothing makes any more.
    fn publish(self) -> Result<Outcome, Error> {
        let Self { files, manifests, unchanged, previous } = self;
        let mut outcome = Outcome { unchanged, ..Outcome::default() };
        let Outcome { written, removed, .. } = &mut outcome;
        let mut files = files.into_iter();
        let persisted = files.try_for_each(|(_, file)| file.persist().map(|path| written.push(path)));
        let cleaned = persisted.and_then(|()| previous.iter().try_for_each(|previous| previous.remove_stale(removed)));
        if let Err(error) = cleaned {
            if !outcome.written.is_empty() {
                // They say what is in place already; the next build reads them.
                manifests.into_iter().for_each(StagedFile::keep);
            }
            return Err(error);
        }
        let mut manifests = manifests.into_iter();
        while let Some(manifest) = manifests.next() {
            match manifest.persist() {
                Ok(path) => outcome.written.push(path),
                Err(error) => {
                    manifests.for_each(StagedFile::keep);
                    return Err(error);
                }
            }
        }
        previous.iter().try_for_each(|previous| previous.finish(&mut outcome.removed))?;
        Ok(outcome)
    }
}

/// Whether a file of a tree, by its path, is one that refers to others.
fn is_referrer(path: &str) -> bool {
    media::is_referrer(path) || path.rsplit('/').next() == Some("index.html")
}

/// Folders that this build made. Dropped, those are removed that nothing was put into.
#[derive(Debug, Default)]
struct NewFolders(Vec<PathBuf>);

impl NewFolders {
    /// Sees to it that a folder is there; anything else in its place is in the way, a link too.
    fn make(&mut self, path: &Path) -> Result<(), Error> {
        match fs::symlink_metadata(path) {
            Ok(data) if data.is_dir() => return Ok(()),
            Ok(data) => return Err(file::in_the_way(path, data.file_type(), "folder")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io("find the folder", path, error)),
        }
        fs::create_dir(path).map_err(|error| Error::io("create", path, error))?;
        self.0.push(path.to_owned());
        Ok(())
    }

    fn keep(&mut self) {
        self.0.clear();
    }
}

impl Drop for NewFolders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // Fails on those that are not empty, as it should.
            let _ = fs::remove_dir(folder);
        }
    }
}
