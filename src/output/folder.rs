//! A site as a folder of files, published as a whole.
//!
//! First every file that changes is written beside its place ([`stage`]); when all of them are on the disk, they are
//! renamed into their places ([`Staged::publish`]), which takes no space. A folder that is not there yet is written and
//! renamed as a whole. So a full disk, or a folder that cannot be written to, leaves what was published as it was. What
//! feeds and pages refer to goes before them, and the manifest of a tree goes last.
//!
//! A file that an earlier build made and this one does not is removed, with the folders that it leaves empty. The
//! manifest of the tree says which those are, so nobody else's ever is. A build that is killed leaves its manifest
//! unpublished, from which the next one learns what it may have put in place: see `before`.
//!
//! The folder itself may be a link; nothing is written through one below it.

mod before;
mod new;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use self::before::Before;
use self::new::NewFolder;
use super::file;
use crate::error::Error;
use crate::programme::Audience;
use crate::site::{Body, CHANGES, MANIFEST, Tree};

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
    units: Vec<Unit>,
    manifests: Vec<file::Staged>,
    unchanged: usize,
    before: Vec<Before>,
    // Stands after the files, because it is dropped after them.
    made: Made,
}

/// What is put in place in one step.
#[derive(Debug)]
struct Unit {
    /// Whether it, or anything in it, refers to other files.
    refers: bool,
    what: What,
}

#[derive(Debug)]
enum What {
    File(file::Staged),
    Folder(NewFolder),
}

impl Unit {
    fn publish(&mut self, written: &mut Vec<PathBuf>) -> Result<(), Error> {
        match &mut self.what {
            What::File(file) => {
                file.publish()?;
                written.push(file.path().to_owned());
            }
            What::Folder(folder) => {
                folder.publish()?;
                written.extend(folder.files());
            }
        }
        Ok(())
    }
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
    // Across trees too: what others refer to comes before them; and of either kind new folders do, because what was there
    // before links to them.
    staged.units.sort_by_key(|unit| (unit.refers, matches!(unit.what, What::File(_))));
    Ok(staged)
}

impl Staged {
    fn tree(&mut self, tree: &Tree, root: &Path) -> Result<(), Error> {
        // First, so that it is whole before anything else is seen or made.
        match file::stage(&root.join(MANIFEST), tree.manifest.parts())? {
            Some(manifest) => self.manifests.push(manifest),
            None => self.unchanged += 1,
        }
        // Files of a folder follow each other, but for those of the folders within it.
        let mut by_folder: BTreeMap<&str, Vec<(&String, &Body)>> = BTreeMap::new();
        for (path, body) in &tree.files {
            by_folder.entry(path.rsplit_once('/').map_or("", |(folder, _)| folder)).or_default().push((path, body));
        }
        let folders: BTreeSet<&str> = by_folder.keys().flat_map(|folder| with_parents(folder)).collect();
        // Those that are not there, and not within one that is not there.
        let mut new: Vec<(&str, NewFolder)> = Vec::new();
        for folder in folders {
            if let Some((folder, new)) = new.iter().find_map(|(top, new)| Some((within(folder, top)?, new))) {
                new.make(folder)?;
            } else if !is_folder(&root.join(folder))? {
                new.push((folder, NewFolder::begin(root.join(folder))?));
            }
        }
        let by_folder: Vec<_> = by_folder.into_iter().collect();
        // By folder, because those who make files in the same one wait for each other.
        let in_folder = |(folder, files): &(&str, Vec<(&String, &Body)>)| -> Result<Vec<_>, Error> {
            let new = new.iter().find(|(top, _)| folder == top || within(folder, top).is_some());
            let stage = |(path, body): &(&String, &Body)| match new {
                Some((top, new)) => new.write(within(path, top).unwrap_or(path), body.parts()).map(|()| None),
                None => file::stage(&root.join(path), body.parts()).map(|file| Some((file, refers(path)))),
            };
            files.par_iter().map(stage).collect()
        };
        let staged = by_folder.par_iter().map(in_folder).collect::<Result<Vec<_>, Error>>()?;
        for (file, refers) in staged.into_iter().flatten().flatten() {
            match file {
                Some(file) => self.units.push(Unit { refers, what: What::File(file) }),
                None => self.unchanged += 1,
            }
        }
        for (top, mut new) in new {
            let prefix = format!("{top}/");
            let after = tree.files.range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded));
            let files: Vec<&String> =
                after.map(|(path, _)| path).take_while(|path| path.starts_with(&prefix)).collect();
            new.holds(files.iter().map(|path| path[prefix.len()..].into()).collect());
            // One with a list of visits does, as a whole.
            let refers = files.iter().any(|path| refers(path));
            self.units.push(Unit { refers, what: What::Folder(new) });
        }
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
        for unit in &mut self.units {
            unit.publish(written)?;
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

/// A folder of a tree and all that it is in, but the tree.
fn with_parents(folder: &str) -> impl Iterator<Item = &str> {
    let longest = Some(folder).filter(|folder| !folder.is_empty());
    std::iter::successors(longest, |folder| folder.rsplit_once('/').map(|(parent, _)| parent))
}

/// The path below a folder of what is in it.
fn within<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// Whether a file of a tree, by its path, is one that refers to others.
fn refers(path: &str) -> bool {
    path.starts_with("feeds/") || path == CHANGES || path.rsplit('/').next() == Some("index.html")
}

/// Whether a folder is there, or nothing; anything else is in the way, a link too.
fn is_folder(path: &Path) -> Result<bool, Error> {
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_dir() => Ok(true),
        Ok(data) => Err(file::in_the_way(path, data.file_type(), "folder")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io("find the folder", path, error)),
    }
}

/// Folders that this build made. Dropped, those are removed that nothing was put into.
#[derive(Debug, Default)]
struct Made(Vec<PathBuf>);

impl Made {
    /// Sees to it that a folder is there.
    fn folder(&mut self, path: &Path) -> Result<(), Error> {
        if !is_folder(path)? {
            fs::create_dir(path).map_err(|error| Error::io("create the folder", path, error))?;
            self.0.push(path.to_owned());
        }
        Ok(())
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
