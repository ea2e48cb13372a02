//! A site as a folder of files, published as a whole.
//!
//! First every file that changes is written beside its place ([`stage`]); when all of them are on the disk, they are
//! renamed into their places ([`Staged::publish`]), which takes no space. So a full disk, or a folder that cannot be
//! written to, leaves what was published as it was. What feeds and pages refer to goes before them, and the manifest of a
//! tree goes last.
//!
//! A file that an earlier build made and this one does not is removed, with the folders that it leaves empty. The
//! manifest of the tree says which those are, so nobody else's ever is. A build that is killed leaves its manifest
//! unpublished, from which the next one learns what it may have put in place: see `before`.
//!
//! The folder itself may be a link; nothing is written through one below it.

mod before;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use self::before::Before;
use super::file;
use crate::error::Error;
use crate::programme::Audience;
use crate::site::{Body, MANIFEST, Tree};

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

/// Trees whose files are all on the disk, beside their places. Dropped unpublished, they are taken away again.
#[derive(Debug, Default)]
pub struct Staged {
    /// In the order to publish them.
    files: Vec<file::Staged>,
    manifests: Vec<file::Staged>,
    unchanged: usize,
    before: Vec<Before>,
    // Stands after the files, because it is dropped after them.
    made: Made,
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

/// Writes trees below a folder, one a folder by the name of its audience: [`stage`] and [`Staged::publish`] in one.
pub fn write(trees: &[Tree], out: &Path) -> Result<Outcome, Error> {
    stage(trees, out)?.publish()
}

/// Writes what changes of trees beside its place, below a folder that is there and that nobody else writes to.
pub fn stage(trees: &[Tree], out: &Path) -> Result<Staged, Error> {
    let mut staged = Staged::default();
    for &audience in Audience::ALL {
        let root = out.join(audience.word());
        let tree = trees.iter().find(|tree| tree.audience == audience);
        if tree.is_some() {
            staged.made.folder(&root)?;
        }
        let Some(before) = Before::read(root, tree)? else { continue };
        staged.before.push(before);
    }
    for tree in trees {
        staged.tree(tree, &out.join(tree.audience.word()))?;
    }
    // Across trees too: what others refer to comes before them.
    staged.files.sort_by_key(|file| refers(file.path()));
    Ok(staged)
}

impl Staged {
    fn tree(&mut self, tree: &Tree, root: &Path) -> Result<(), Error> {
        // First, so that it is whole before anything else is seen or made.
        match file::stage(&root.join(MANIFEST), tree.manifest.parts())? {
            Some(manifest) => self.manifests.push(manifest),
            None => self.unchanged += 1,
        }
        let folders: BTreeSet<&Path> = tree.files.keys().flat_map(|path| Path::new(path).ancestors().skip(1)).collect();
        let mut new = HashSet::new();
        for folder in folders.into_iter().filter(|folder| !folder.as_os_str().is_empty()) {
            if self.made.folder(&root.join(folder))? {
                new.insert(folder);
            }
        }
        let mut by_folder: BTreeMap<&Path, Vec<_>> = BTreeMap::new();
        for (path, body) in &tree.files {
            by_folder.entry(Path::new(path).parent().unwrap_or(Path::new(""))).or_default().push((path, body));
        }
        let by_folder: Vec<_> = by_folder.into_iter().collect();
        // By folder, because those who make files in the same one wait for each other.
        let in_folder = |(folder, files): &(&Path, Vec<(&String, &Body)>)| -> Result<Vec<_>, Error> {
            let stage = |(path, body): &(&String, &Body)| {
                let path = root.join(path);
                if new.contains(folder) {
                    return file::stage_new(&path, body.parts()).map(Some);
                }
                file::stage(&path, body.parts())
            };
            files.par_iter().map(stage).collect()
        };
        let files: Vec<Option<file::Staged>> =
            by_folder.par_iter().map(in_folder).collect::<Result<Vec<_>, Error>>()?.into_iter().flatten().collect();
        let all = files.len();
        let waiting = self.files.len();
        self.files.extend(files.into_iter().flatten());
        self.unchanged += all - (self.files.len() - waiting);
        Ok(())
    }

    /// Puts everything in its place, and removes what nothing makes any more.
    pub fn publish(mut self) -> Result<Outcome, Error> {
        let mut outcome = Outcome { unchanged: self.unchanged, ..Outcome::default() };
        self.made.keep();
        let published = self.publish_in_order(&mut outcome);
        if published.is_err() && !outcome.written.is_empty() {
            // They say what is in place already; the next build reads them.
            self.manifests.iter_mut().for_each(file::Staged::leave);
        }
        published.map(|()| outcome)
    }

    fn publish_in_order(&mut self, outcome: &mut Outcome) -> Result<(), Error> {
        let Outcome { written, removed, .. } = outcome;
        for file in &mut self.files {
            file.publish()?;
            written.push(file.path().to_owned());
        }
        for before in &self.before {
            before.remove_stale(removed)?;
        }
        for manifest in &mut self.manifests {
            manifest.publish()?;
            written.push(manifest.path().to_owned());
        }
        self.before.iter().try_for_each(|before| before.forget(removed))
    }
}

/// Whether a file is one that refers to others.
fn refers(path: &Path) -> bool {
    let within = |folder: &str| path.parent().is_some_and(|parent| parent.ends_with(folder));
    within("feeds") || path.ends_with("changes.atom") || path.ends_with("index.html")
}

/// Folders that this build made. Dropped, those are removed that nothing was put into.
#[derive(Debug, Default)]
struct Made(Vec<PathBuf>);

impl Made {
    /// Sees to it that a folder is there, and says whether it had to be made. A link is none.
    fn folder(&mut self, path: &Path) -> Result<bool, Error> {
        match fs::symlink_metadata(path) {
            Ok(data) if data.is_dir() => return Ok(false),
            Ok(data) => return Err(file::in_the_way(path, data.file_type(), "folder")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io("find the folder", path, error)),
        }
        fs::create_dir(path).map_err(|error| Error::io("create the folder", path, error))?;
        self.0.push(path.to_owned());
        Ok(true)
    }

    fn keep(&mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // Fails on those that are not empty, as it should.
            let _ = fs::remove_dir(folder);
        }
    }
}
