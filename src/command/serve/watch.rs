//! What the schedules look like from outside: names, sizes and times of files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::mark::Mark;

type Marks = BTreeMap<PathBuf, Mark>;

/// Tells when a folder of schedules has changed and is at rest.
#[derive(Debug)]
pub(super) struct Watch {
    folder: PathBuf,
    /// As it was when it was last built.
    built: Marks,
    /// As it was when it was last looked at.
    seen: Marks,
}

impl Watch {
    /// From how the folder is now.
    pub(super) fn start(folder: &Path) -> Self {
        let marks = marks(folder);
        Self { folder: folder.to_owned(), built: marks.clone(), seen: marks }
    }

    /// Whether it is other than what was built, and as it was at the last look.
    pub(super) fn has_settled(&mut self) -> bool {
        let now = marks(&self.folder);
        let still = now == self.seen;
        self.seen = now;
        still && self.seen != self.built
    }

    /// Notes that it is built as it is from here on.
    pub(super) fn begin(&mut self) {
        self.built = marks(&self.folder);
        self.seen.clone_from(&self.built);
    }

    /// Notes that the lock file is as a build of our own has left it.
    pub(super) fn wrote_lock(&mut self, mark: &Mark) {
        let path = crate::command::revisions::lock_path(&self.folder);
        self.built.insert(path.clone(), mark.clone());
        self.seen.insert(path, mark.clone());
    }
}

/// Every file that a build reads.
fn marks(folder: &Path) -> Marks {
    let Ok(entries) = fs::read_dir(folder) else { return Marks::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let read = paths.filter(|path| {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let ending = path.extension().and_then(|ending| ending.to_str());
        !hidden && ending.is_some_and(|ending| ["yaml", "yml", "lock"].contains(&ending))
    });
    read.map(|path| (path.clone(), Mark::of(&path))).collect()
}
