//! When the schedules change: what the system tells of their folder, and what is found by looking.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use notify_debouncer_mini::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{Debouncer, new_debouncer};

use crate::cli::mark::Mark;
use crate::pipeline;

/// How long it is quiet after the last change before the schedules are built.
const QUIET: Duration = Duration::from_millis(35);

/// What the system tells of changes in a folder.
pub(super) struct Notices {
    /// `None` where it tells nothing.
    pub(super) watcher: Option<Debouncer<RecommendedWatcher>>,
    changes: Receiver<()>,
}

impl Notices {
    pub(super) fn of(folder: &Path) -> Self {
        let (sender, changes) = mpsc::channel();
        // What it cannot tell is found by looking.
        let watcher = new_debouncer(QUIET, move |_| {
            let _ = sender.send(());
        });
        let watcher = watcher.and_then(|mut debouncer| {
            debouncer.watcher().watch(folder, RecursiveMode::NonRecursive)?;
            Ok(debouncer)
        });
        Notices { watcher: watcher.ok(), changes }
    }

    /// Waits for a change at most so long; whether there was one.
    pub(super) fn wait(&self, at_most: Duration) -> bool {
        if self.watcher.is_none() {
            thread::sleep(at_most);
            return false;
        }
        let is_told = self.changes.recv_timeout(at_most).is_ok();
        // Many changes are one.
        while self.changes.try_recv().is_ok() {}
        is_told
    }
}

type Marks = BTreeMap<PathBuf, Mark>;

/// Tells when a folder of schedules has changed and is at rest, by names, sizes and times of files.
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
    pub(super) fn new(folder: &Path) -> Self {
        let marks = marks(folder);
        Self { folder: folder.to_owned(), built: marks.clone(), seen: marks }
    }

    /// Whether it is other than what was built.
    pub(super) fn has_changed(&self) -> bool {
        marks(&self.folder) != self.built
    }

    /// Whether it is other than what was built, and as it was at the last look.
    pub(super) fn has_settled(&mut self) -> bool {
        let now = marks(&self.folder);
        let is_still = now == self.seen;
        self.seen = now;
        is_still && self.seen != self.built
    }

    /// Notes that it is built as it is from here on.
    pub(super) fn begin(&mut self) {
        self.built = marks(&self.folder);
        self.seen.clone_from(&self.built);
    }

    /// Notes that the lock file is as a build of our own has left it.
    pub(super) fn set_lock(&mut self, mark: &Mark) {
        let path = pipeline::lock_path(&self.folder);
        self.built.insert(path.clone(), mark.clone());
        self.seen.insert(path, mark.clone());
    }
}

/// Every file that a build reads.
fn marks(folder: &Path) -> Marks {
    let Ok(entries) = fs::read_dir(folder) else { return Marks::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let read = paths.filter(|path| {
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let ending = path.extension().and_then(|ending| ending.to_str());
        !is_hidden && ending.is_some_and(|ending| ["yaml", "yml", "lock"].contains(&ending))
    });
    read.map(|path| (path.clone(), Mark::of(&path))).collect()
}
