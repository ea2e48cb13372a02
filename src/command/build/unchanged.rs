//! Builds that find nothing to do: what they would read and make is what the last one read and made.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::UNIX_EPOCH;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::Turns;
use super::account::Account;
use crate::command::Schedules;
use crate::digits::hex;
use crate::document::File;
use crate::output::receipt::{self, Receipt};
use crate::site::Tree;

/// A build that may have nothing to do.
pub(super) struct Unchanged<'b> {
    out: &'b Path,
    at: DateTime<Utc>,
    /// The folder for receipts, if the user has one.
    caches: Option<PathBuf>,
    /// A digest of the schedules; none of those of which something could not be read, and where nothing keeps receipts.
    sources: Option<[u8; 32]>,
}

impl<'b> Unchanged<'b> {
    pub(super) fn of(schedules: &Schedules, out: &'b Path, at: DateTime<Utc>) -> Self {
        let caches = caches();
        let sources = (caches.is_some() && schedules.report.is_empty()).then(|| digest(schedules));
        Self { out, at, caches, sources }
    }

    /// What the last build said, if this one would read and make the same, and all of that is in its place.
    pub(super) fn find(&self, lock: Option<&[u8]>) -> Option<Account> {
        let receipt = Receipt::read(&self.place()?).filter(|receipt| receipt.holds_at(self.at))?;
        let account = Account::parse(&receipt.account)?;
        let differs = AtomicBool::new(false);
        let same = || {
            let lock = receipt::digest_whole(lock.into_iter());
            let same = self.inputs(&lock).is_some_and(|inputs| inputs == receipt.inputs);
            differs.store(!same, Relaxed);
            same
        };
        let (same, whole) = rayon::join(same, || receipt.is_whole(self.out, || !differs.load(Relaxed)));
        (same && whole).then_some(account)
    }

    /// Forgets the last build, before anything that it made is touched.
    pub(super) fn forget(&self) {
        if let Some(place) = self.place() {
            receipt::remove(&place);
        }
    }

    /// What the digest of the lock file will be made with, if anybody wants it.
    pub(super) fn running(&self) -> Option<receipt::Running> {
        self.sources.map(|_| receipt::Running::default())
    }

    /// Remembers this build, in which there was nothing to report.
    pub(super) fn remember(&self, inputs: Option<String>, holds: Turns, trees: &[Tree], account: &Account) {
        let (Some(place), Some(inputs)) = (self.place(), inputs) else { return };
        let trees = receipt::manifests(trees);
        Receipt { inputs, holds, trees, account: account.to_json() }.write(&place);
    }

    /// Where the receipt is; the folder that was built to has to be there.
    fn place(&self) -> Option<PathBuf> {
        receipt::place(self.caches.as_deref()?, self.out)
    }

    /// A digest of the program, and of all that it reads: of the lock file, its digest.
    pub(super) fn inputs(&self, lock: &[u8; 32]) -> Option<String> {
        let (program, sources) = (program()?, self.sources?);
        Some(hex(&receipt::digest([program.as_bytes(), lock, &sources].into_iter())))
    }
}

/// A digest of the names and texts of all files.
fn digest(schedules: &Schedules) -> [u8; 32] {
    let files: Vec<&File> = schedules.feeds.iter().chain(&schedules.visits).collect();
    let digest = |file: &&File| {
        let source = file.source();
        receipt::digest([source.path().as_bytes(), source.text().as_bytes()].into_iter())
    };
    let files: Vec<[u8; 32]> = files.par_iter().map(digest).collect();
    receipt::digest(files.iter().map(<[u8; 32]>::as_slice))
}

/// What tells this program from another: its version, and its file's size and time.
fn program() -> Option<String> {
    let data = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let modified = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", env!("CARGO_PKG_VERSION"), data.len(), modified.as_nanos()))
}

/// The user's folder for what a program can do without (XDG Base Directory Specification).
fn caches() -> Option<PathBuf> {
    let given = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = given("XDG_CACHE_HOME").or_else(|| given("HOME").map(|home| home.join(".cache")))?;
    Some(folder.join("summitcal"))
}
