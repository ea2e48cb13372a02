//! A tree while it is written: each file beside its place, or in a folder that is not in its place yet.

use std::collections::HashMap;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::new::NewFolder;
use super::{Unit, What, is_folder, refers};
use crate::error::Error;
use crate::output::file::{self, Draft, Unseen};
use crate::site::{Keep, MANIFEST, Sheet, Tree};

/// How many files of a tree may be open at a time, about: some systems give out 256, and there may be three trees.
const OPEN: usize = 48;

/// Takes the files of a tree.
#[derive(Debug)]
pub struct Desk {
    root: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The folders that anything was begun in, by their paths.
    folders: HashMap<String, Way>,
    /// Those that are not there, and not within one that is not there.
    new: Vec<(String, NewFolder)>,
    /// The files that replace others, or none, each by its path.
    files: Vec<(String, file::Staged)>,
    unchanged: usize,
}

/// How to a folder.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// It is there.
    There,
    /// It is one of the new ones, or in one.
    New(usize),
}

/// What a tree came to.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) units: Vec<Unit>,
    pub(super) manifest: Option<file::Staged>,
    pub(super) unchanged: usize,
}

impl Desk {
    /// For a tree in a folder that is there.
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that was written of a tree, in an order that does not depend on who was first.
    pub(super) fn finish(self, tree: &Tree) -> Result<Done, Error> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let State { mut new, mut files, mut unchanged, .. } = state;
        // Whole before anything else is seen.
        let manifest = file::stage(&self.root.join(MANIFEST), &[tree.manifest.as_bytes()])?;
        unchanged += usize::from(manifest.is_none());
        files.sort_by(|(one, _), (other, _)| (folder_of(one), one).cmp(&(folder_of(other), other)));
        let file = |(path, file): (String, _)| Unit { refers: refers(&path), what: What::File(file) };
        let mut units: Vec<Unit> = files.into_iter().map(file).collect();
        new.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (top, mut new) in new {
            let prefix = format!("{top}/");
            let after = tree.files.range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded));
            let paths: Vec<&str> =
                after.map(|(path, _)| path.as_str()).take_while(|path| path.starts_with(&prefix)).collect();
            new.holds(paths.iter().map(|path| path[prefix.len()..].into()).collect());
            // One with a list of visits does, as a whole.
            let refers = paths.iter().any(|path| refers(path));
            units.push(Unit { refers, what: What::Folder(new) });
        }
        Ok(Done { units, manifest, unchanged })
    }
}

impl State {
    /// The way to a folder of a tree; one that is not there is begun.
    fn way(&mut self, root: &Path, folder: &str) -> Result<Way, Error> {
        if folder.is_empty() {
            return Ok(Way::There);
        }
        if let Some(way) = self.folders.get(folder) {
            return Ok(*way);
        }
        let way = match self.way(root, folder_of(folder))? {
            Way::New(index) => {
                let (top, new) = &self.new[index];
                new.make(within(folder, top).unwrap_or(folder))?;
                Way::New(index)
            }
            Way::There if is_folder(&root.join(folder))? => Way::There,
            Way::There => {
                self.new.push((folder.to_owned(), NewFolder::begin(root.join(folder))?));
                Way::New(self.new.len() - 1)
            }
        };
        self.folders.insert(folder.to_owned(), way);
        Ok(way)
    }
}

impl Keep for Desk {
    type Sheet<'k> = Begun<'k>;
    type Error = Error;

    fn room(&self) -> usize {
        OPEN
    }

    fn begin(&self, path: &str) -> Result<Begun<'_>, Error> {
        let mut state = self.state();
        match state.way(&self.root, folder_of(path))? {
            Way::New(index) => {
                let (top, new) = &state.new[index];
                let place = new.path(within(path, top).unwrap_or(path));
                // Others may go on while the disk makes a file.
                drop(state);
                Ok(Begun(At::Unseen(Unseen::begin(place)?)))
            }
            Way::There => {
                drop(state);
                Ok(Begun(At::Place(self, path.to_owned(), Draft::begin(&self.root.join(path))?)))
            }
        }
    }
}

/// A file of a tree while it is made.
#[derive(Debug)]
pub struct Begun<'d>(At<'d>);

#[derive(Debug)]
enum At<'d> {
    /// In a new folder.
    Unseen(Unseen),
    /// Beside its place.
    Place(&'d Desk, String, Draft),
}

impl Sheet for Begun<'_> {
    type Error = Error;

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Error> {
        match &mut self.0 {
            At::Unseen(file) => file.write(parts),
            At::Place(_, _, file) => file.write(parts),
        }
    }

    fn finish(self) -> Result<(), Error> {
        match self.0 {
            At::Unseen(file) => file.finish(),
            At::Place(desk, path, file) => {
                let staged = file.finish()?;
                let mut state = desk.state();
                match staged {
                    Some(staged) => state.files.push((path, staged)),
                    None => state.unchanged += 1,
                }
                Ok(())
            }
        }
    }
}

/// The folder of a tree that a path of it is in.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The path below a folder of what is in it.
fn within<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    path.strip_prefix(folder)?.strip_prefix('/')
}
