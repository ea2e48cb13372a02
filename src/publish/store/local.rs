//! A built tree on the disk, held to its own manifest.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::programme::Audience;
use crate::publish::file;
use crate::publish::previous::leads_down;
use crate::tree::{CHANGES, MANIFEST, Manifest, ManifestFile};

/// A tree whose files all had the sizes and digests of its manifest.
pub(super) struct Local {
    root: PathBuf,
    manifest: Manifest,
    bytes: Vec<u8>,
    updated: Option<DateTime<Utc>>,
}

impl Local {
    /// Reads the tree of an audience below the folder of all trees, and looks at every file.
    pub(super) fn read(out: &Path, audience: Audience) -> Result<Self, Error> {
        let root = out.join(audience.word());
        let path = root.join(MANIFEST);
        let bytes = file::read(&path).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                Error::new(format!("there is no tree in {}; build it first", root.display()))
            } else {
                Error::io("read", &path, error)
            }
        })?;
        let manifest = Manifest::parse(&bytes)
            .ok_or_else(|| Error::new(format!("{} is no manifest of this version; build again", path.display())))?;
        manifest.files.par_iter().try_for_each(|(name, file)| read(&root, name, file).map(drop))?;
        let changes = manifest.files.get(CHANGES[0]).map(|file| read(&root, CHANGES[0], file)).transpose()?;
        let updated = changes.as_deref().and_then(updated);
        Ok(Self { root, manifest, bytes, updated })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The manifest as it was built.
    pub(super) fn manifest_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// When its latest revision was.
    pub(super) fn updated(&self) -> Option<DateTime<Utc>> {
        self.updated
    }

    /// The bytes that a file of the manifest has.
    pub(super) fn size(&self, path: &str) -> u64 {
        self.manifest.files.get(path).map_or(0, |file| file.size)
    }

    /// A file of the manifest, looked at again, because a build may have begun meanwhile.
    pub(super) fn file(&self, path: &str) -> Result<Vec<u8>, Error> {
        let listed = self.manifest.files.get(path);
        listed.map_or_else(|| Err(not_as_listed(&self.root, path)), |listed| read(&self.root, path, listed))
    }
}

/// The bytes of a file, if it is what the manifest says.
fn read(root: &Path, name: &str, listed: &ManifestFile) -> Result<Vec<u8>, Error> {
    let path = root.join(name);
    let is_plain =
        leads_down(name) && fs::symlink_metadata(&path).is_ok_and(|data| data.is_file() && data.len() == listed.size);
    let bytes = if is_plain { fs::read(&path).map_err(|error| Error::io("read", &path, error))? } else { Vec::new() };
    let as_listed = is_plain && HEXLOWER.encode(&Sha256::digest(&bytes)) == listed.sha256;
    if as_listed { Ok(bytes) } else { Err(not_as_listed(root, name)) }
}

fn not_as_listed(root: &Path, name: &str) -> Error {
    let path = root.join(name);
    Error::new(format!("{} is not what the tree's {MANIFEST} says; build again", path.display()))
}

/// When `changes.atom` was last updated.
fn updated(atom: &[u8]) -> Option<DateTime<Utc>> {
    let text = str::from_utf8(atom).ok()?;
    let instant = text.split_once("<updated>")?.1.split('<').next()?;
    DateTime::parse_from_rfc3339(instant).ok().map(|instant| instant.to_utc())
}
