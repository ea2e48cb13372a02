//! A site as a folder of files, published as a whole.
//!
//! First every file that changes is written beside its place ([`begin`]); when all of them are on the disk, they are
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
mod desk;
mod new;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use self::before::Before;
pub use self::desk::Desk;
use self::desk::Done;
use self::new::NewFolder;
use super::file;
use crate::error::Error;
use crate::programme::Audience;
use crate::site::{CHANGES, Tree};

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

/// Trees that are being written below a folder, one a folder by the name of its audience. Dropped, they are taken away
/// again.
#[derive(Debug)]
pub struct Staging {
    desks: Vec<(Audience, Desk)>,
    before: Vec<(Audience, Before)>,
    // Stands after the files, because it is dropped after them.
    made: Made,
}

/// Begins trees for these audiences, below a folder that is there and that nobody else writes to.
pub fn begin(out: &Path, audiences: &[Audience]) -> Result<Staging, Error> {
    let mut staging = Staging { desks: Vec::new(), before: Vec::new(), made: Made::default() };
    for &audience in Audience::ALL {
        let root = out.join(audience.word());
        let is_wanted = audiences.contains(&audience);
        if is_wanted {
            staging.made.folder(&root)?;
            staging.desks.push((audience, Desk::new(root.clone())));
        }
        staging.before.extend(Before::read(root, is_wanted)?.map(|before| (audience, before)));
    }
    Ok(staging)
}

impl Staging {
    /// Who takes the files of an audience's tree, if that was begun.
    #[must_use]
    pub fn desk(&self, audience: Audience) -> Option<&Desk> {
        self.desks.iter().find(|(whose, _)| *whose == audience).map(|(_, desk)| desk)
    }

    /// Says that the trees are whole.
    pub fn finish(self, trees: &[Tree]) -> Result<Staged, Error> {
        // Dropped after the desks, if it comes to that: folders are taken away when nothing is in them.
        let mut staged = Staged::default();
        let Staging { mut desks, mut before, made } = self;
        staged.made = made;
        let tree_of = |audience: Audience| trees.iter().find(|tree| tree.audience == audience);
        for (audience, before) in &mut before {
            before.keep_to(tree_of(*audience));
        }
        staged.before = before.into_iter().map(|(_, before)| before).collect();
        for tree in trees {
            let Some(index) = desks.iter().position(|(whose, _)| *whose == tree.audience) else { continue };
            let Done { units, manifest, unchanged } = desks.swap_remove(index).1.finish(tree)?;
            staged.units.extend(units);
            staged.manifests.extend(manifest);
            staged.unchanged += unchanged;
        }
        // Across trees too: what others refer to comes before them; and of either kind new folders do, because what was
        // there before links to them.
        staged.units.sort_by_key(|unit| (unit.refers, matches!(unit.what, What::File(_))));
        Ok(staged)
    }
}

impl Staged {
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
