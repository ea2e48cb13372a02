//! What the last build of an output folder read and made, so that the next one knows when there is nothing to do.
//!
//! A receipt stands in the user's folder for caches, never in the output. It is believed only so far as it can be checked:
//! digests of all that was read have to be the same, and so have those of every file that was made. Whoever removes
//! receipts loses nothing but time.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use rayon::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::file;
use crate::digits::hex;
use crate::programme::Audience;
use crate::site::{MANIFEST, Manifest, ManifestFile, Tree};

/// How many receipts are kept; those of folders that were not built for longest go first.
const KEPT: usize = 64;

/// How much of a file is read at a time.
const PIECE: usize = 1 << 16;

/// What a build read and made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Of all that was read, and of the program that read it.
    pub inputs: String,
    /// From when and until when the same is to be published, unless something is revised.
    pub holds: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    /// The SHA-256 of each tree's manifest.
    pub trees: BTreeMap<String, String>,
    /// What the build said of it.
    pub account: Value,
}

/// The place of the receipt of an output folder, below a folder for such files.
#[must_use]
pub fn place(caches: &Path, out: &Path) -> Option<PathBuf> {
    let out = fs::canonicalize(out).ok()?;
    let name = hex(&Sha256::digest(out.as_os_str().as_encoded_bytes()));
    Some(caches.join("built").join(format!("{}.json", &name[..32])))
}

impl Receipt {
    /// Reads a receipt; `None` if there is none, or not of this layout.
    #[must_use]
    pub fn read(place: &Path) -> Option<Self> {
        let value: Value = serde_json::from_slice(&fs::read(place).ok()?).ok()?;
        let instant = |key: &str| match value.get(key)? {
            Value::Null => Some(None),
            text => DateTime::parse_from_rfc3339(text.as_str()?).ok().map(|instant| Some(instant.to_utc())),
        };
        let trees = value.get("trees")?.as_object()?.iter();
        Some(Self {
            inputs: value.get("inputs")?.as_str()?.to_owned(),
            holds: (instant("from")?, instant("until")?),
            trees: trees.map(|(tree, of)| Some((tree.clone(), of.as_str()?.to_owned()))).collect::<Option<_>>()?,
            account: value.get("account")?.clone(),
        })
    }

    /// Keeps a receipt. Where that cannot be, the next build is as slow as this one was, and no worse.
    pub fn write(&self, place: &Path) {
        let instant = |instant: Option<DateTime<Utc>>| instant.map(|instant| instant.to_rfc3339());
        let text = json!({
            "inputs": self.inputs,
            "from": instant(self.holds.0),
            "until": instant(self.holds.1),
            "trees": self.trees,
            "account": self.account,
        })
        .to_string();
        let Some(folder) = place.parent() else { return };
        if fs::create_dir_all(folder).is_ok()
            && let Ok(Some(mut staged)) = file::stage(place, &[text.as_bytes()])
            && staged.publish().is_ok()
        {
            prune(folder);
        }
    }

    /// Whether an instant is one at which the same is to be published.
    #[must_use]
    pub fn holds_at(&self, at: DateTime<Utc>) -> bool {
        self.holds.0.is_none_or(|from| from <= at) && self.holds.1.is_none_or(|until| at < until)
    }

    /// Whether every file that was made is there as it was made, and no other tree; for as long as that is of interest.
    #[must_use]
    pub fn is_whole(&self, out: &Path, matters: impl Fn() -> bool + Sync) -> bool {
        Audience::ALL.iter().all(|audience| {
            let root = out.join(audience.word());
            match self.trees.get(audience.word()) {
                Some(of) => is_tree(&root, of, &matters).unwrap_or(false),
                None => fs::symlink_metadata(root.join(MANIFEST)).is_err(),
            }
        })
    }
}

/// Removes the receipt of a folder that is about to be written to.
pub fn remove(place: &Path) {
    let _ = file::remove(place);
}

/// The SHA-256 of the manifests of trees, by audience.
#[must_use]
pub fn manifests(trees: &[Tree]) -> BTreeMap<String, String> {
    let digest = |tree: &Tree| (tree.audience.word().to_owned(), hex(&Sha256::digest(&tree.manifest)));
    trees.iter().map(digest).collect()
}

/// The SHA-256 of pieces, each with its length, so that no two sequences of pieces have the same.
#[must_use]
pub fn digest<'b>(pieces: impl Iterator<Item = &'b [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update((piece.len() as u64).to_le_bytes());
        hash.update(piece);
    }
    hash.finalize().into()
}

/// The SHA-256 of pieces as one.
#[must_use]
pub fn digest_whole<'b>(pieces: impl Iterator<Item = &'b [u8]>) -> [u8; 32] {
    let mut running = Running::default();
    pieces.for_each(|piece| running.add(piece));
    running.finish()
}

/// The SHA-256 of what comes piece by piece, as one.
#[derive(Debug, Default)]
pub struct Running(Sha256);

impl Running {
    /// Adds a piece.
    pub fn add(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// Whether a tree is as its manifest has it, and that is the one with this digest.
fn is_tree(root: &Path, of: &str, matters: &(impl Fn() -> bool + Sync)) -> Option<bool> {
    let manifest = root.join(MANIFEST);
    let bytes = fs::symlink_metadata(&manifest).ok()?.is_file().then(|| fs::read(&manifest).ok())??;
    if hex(&Sha256::digest(&bytes)) != of {
        return Some(false);
    }
    let manifest = Manifest::parse(&bytes)?;
    let is_there = |(path, listed): (&String, &ManifestFile)| {
        matters() && digest_of_file(&root.join(path), listed.size).is_some_and(|digest| hex(&digest) == listed.sha256)
    };
    Some(manifest.files.par_iter().all(is_there) && !has_leftovers(root))
}

/// Whether a killed build left anything below a folder. One removes its receipt before it writes, so this is for whoever
/// restored that from elsewhere.
fn has_leftovers(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return true };
    entries.into_iter().any(|entry| {
        entry.is_ok_and(|entry| {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            file::meant_by(&entry.file_name()).is_some() || (is_folder && has_leftovers(&entry.path()))
        })
    })
}

/// The SHA-256 of a file that is no link, if it has the size that it should.
fn digest_of_file(path: &Path, size: u64) -> Option<[u8; 32]> {
    let data = fs::symlink_metadata(path).ok()?;
    if !data.is_file() || data.len() != size {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let mut hash = Sha256::new();
    // A piece at a time, for a feed may be of any length.
    let mut piece = vec![0; usize::try_from(size).unwrap_or(PIECE).min(PIECE)];
    let mut left = size;
    while left > 0 {
        match file.read(&mut piece) {
            Ok(0) => return None,
            Ok(read) => {
                hash.update(&piece[..read]);
                left = left.saturating_sub(read as u64);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(hash.finalize().into())
}

/// Removes the receipts that are too many.
fn prune(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let dated = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let modified = entry.metadata().and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        Some((modified, entry.path()))
    });
    let mut dated: Vec<_> = dated.collect();
    if dated.len() > KEPT {
        dated.sort();
        for (_, path) in &dated[..dated.len() - KEPT] {
            let _ = fs::remove_file(path);
        }
    }
}
