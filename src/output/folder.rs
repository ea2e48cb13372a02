//! A site as a folder of files.
//!
//! Each file is whole at any moment, old or new: it is written beside its place and renamed into it. One that would
//! not change is not touched. A file that an earlier build made and this one does not is removed; the manifest of the
//! tree says which those are, so nobody else's ever is.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

use crate::error::Error;
use crate::programme::Audience;
use crate::render::ics;
use crate::site::{Body, MANIFEST, Manifest, Tree};

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

/// Writes trees below a folder, one a folder by the name of its audience. Manifests go last.
pub fn write(trees: &[Tree], out: &Path) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    for tree in trees {
        let root = out.join(tree.audience.word());
        let before = old_manifest(&root)?;
        for (path, body) in &tree.files {
            put(&root.join(path), body, &mut outcome)?;
        }
        if let Some(before) = before {
            let kept: BTreeSet<&String> = tree.files.keys().collect();
            for path in before.files.keys().filter(|path| !kept.contains(path)) {
                remove(&root, path, &mut outcome)?;
            }
        }
        put(&root.join(MANIFEST), &tree.manifest, &mut outcome)?;
    }
    Ok(outcome)
}

/// The UIDs in the feeds of an audience that an earlier build left; none where nothing, or something else, is there.
pub fn uids(out: &Path, audience: Audience) -> Result<HashSet<String>, Error> {
    let root = out.join(audience.word());
    let mut uids = HashSet::new();
    let manifest = old_manifest(&root)?;
    for path in manifest.iter().flat_map(|manifest| manifest.files.keys()).filter(|path| is_feed(path)) {
        let path = root.join(path);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::io("read", &path, error)),
        };
        uids.extend(text.lines().filter_map(|line| line.strip_prefix("UID:")).map(str::to_owned));
    }
    Ok(uids)
}

/// What the feeds of an audience, as an earlier build left them, say of each event, by UID.
pub fn events(out: &Path, audience: Audience) -> Result<Option<BTreeMap<String, String>>, Error> {
    let root = out.join(audience.word());
    let Some(manifest) = old_manifest(&root)? else { return Ok(None) };
    let mut events = BTreeMap::new();
    for path in manifest.files.keys().filter(|path| is_feed(path)) {
        let path = root.join(path);
        let text = fs::read_to_string(&path).map_err(|error| Error::io("read", &path, error))?;
        let read = ics::read(&text).ok_or_else(|| Error::new(format!("{} is no calendar feed", path.display())))?;
        for (uid, event) in read {
            events.entry(uid).or_insert(event);
        }
    }
    Ok(Some(events))
}

/// Whether a path of a tree is that of a feed.
fn is_feed(path: &str) -> bool {
    path.strip_prefix("feeds/").is_some_and(|name| !name.contains('/') && name.ends_with(".ics"))
}

fn old_manifest(root: &Path) -> Result<Option<Manifest>, Error> {
    let path = root.join(MANIFEST);
    match fs::read(&path) {
        Ok(bytes) => Ok(Manifest::parse(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", &path, error)),
    }
}

fn put(path: &Path, body: &Body, outcome: &mut Outcome) -> Result<(), Error> {
    if holds(path, body).map_err(|error| Error::io("read", path, error))? {
        outcome.unchanged += 1;
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| Error::io("create the folder", folder, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = fill(&beside, body)
        .map_err(|error| Error::io("write", &beside, error))
        .and_then(|()| fs::rename(&beside, path).map_err(|error| Error::io("put in place", path, error)));
    if written.is_err() {
        // What could not be finished is of no use, and its name is ours.
        let _ = fs::remove_file(&beside);
    }
    written?;
    outcome.written.push(path.to_owned());
    Ok(())
}

fn fill(path: &Path, body: &Body) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 16, File::create(path)?);
    for part in body.parts() {
        file.write_all(part)?;
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(())
}

/// Whether a file has exactly these bytes. A missing one has not.
fn holds(path: &Path, body: &Body) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    if !file.metadata()?.is_file() || file.metadata()?.len() != body.len() as u64 {
        return Ok(false);
    }
    let mut buffer = vec![0; 1 << 16];
    for part in body.parts() {
        for piece in part.chunks(buffer.len()) {
            let there = &mut buffer[..piece.len()];
            match file.read_exact(there) {
                Ok(()) if there == piece => {}
                Ok(()) => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(true)
}

fn remove(root: &Path, path: &str, outcome: &mut Outcome) -> Result<(), Error> {
    let relative = Path::new(path);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(());
    }
    let path = root.join(relative);
    match fs::remove_file(&path) {
        Ok(()) => outcome.removed.push(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Error::io("remove", &path, error)),
    }
    Ok(())
}
