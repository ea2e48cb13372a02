//! A site as a folder of files.
//!
//! Each file is whole at any moment, old or new: it is written beside its place and renamed into it. One that would
//! not change is not touched. A file that an earlier build made and this one does not is removed; the manifest of the
//! tree says which those are, so nobody else's ever is.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

use crate::error::Error;
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
