//! The schedules as they are on the disk.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::revisions;
use crate::check::Checked;
use crate::diagnostic::{Diagnostic, MAX_PER_CODE, Place, Report, codes};
use crate::document::File;
use crate::error::Error;
use crate::programme::Target;
use crate::publish::file;
use crate::revision::Lock;
use crate::source::{MAX_BYTES, Source, Span};
use crate::zone::Database;

/// The name of the file that says what to publish.
pub(crate) const FEEDS: &str = "feeds.yaml";

/// The name of the file that says where changes are told.
pub(crate) const CHANNELS: &str = "channels.yaml";

/// How to begin.
const BEGIN: &str = "“summitcal init” makes one to begin with";

/// The files of the schedules, and what could not be read of them.
pub(crate) struct Schedules {
    pub(crate) visits: Vec<File>,
    pub(crate) feeds: Option<File>,
    pub(crate) channels: Option<File>,
    pub(crate) report: Report,
    /// Where each file is on disk, by its path as shown.
    pub(crate) paths: HashMap<String, PathBuf>,
    /// Where the lock file is, and its bytes, if it was read and there is one.
    lock: (PathBuf, Option<Vec<u8>>),
    /// The time zone database that they are checked with.
    database: Database,
}

/// A path as people write it, with slashes.
pub(crate) fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

impl Schedules {
    /// Without a file.
    pub(crate) fn new(database: Database) -> Self {
        Self {
            visits: Vec::new(),
            feeds: None,
            channels: None,
            report: Report::default(),
            paths: HashMap::new(),
            lock: (PathBuf::new(), None),
            database,
        }
    }

    /// Reads a folder of schedules: `feeds.yaml`, `channels.yaml`, and every other `.yaml` file as a visit. What cannot be read of it is reported.
    pub(crate) fn read(folder: &Path, database: Database) -> Result<Self, Error> {
        let listed = list(folder).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::new(format!("there is no folder {}; {BEGIN}", shown(folder))),
            _ => Error::io("read the folder", folder, error),
        })?;
        let (mut names, mut below) = (Vec::new(), Vec::new());
        for (path, is_folder) in listed {
            if looks_like_yaml(&path) {
                names.push(path);
            } else if is_folder {
                add_from_below(&path, MAX_DEPTH, &mut below);
            }
        }
        names.sort();
        below.sort();
        let read: Vec<_> = names.par_iter().map(|path| read_listed(path)).collect();
        let mut schedules = Self::from_read(&names, read, database);
        schedules.report.extend(below.iter().map(|path| {
            not_read(path, "This file is not read, because it is in a folder below the schedules.")
                .with_help("Move it up, among the other files.")
        }));
        Ok(schedules)
    }

    /// Reads a folder of schedules that has to be whole, and its lock file.
    pub(crate) fn load(folder: &Path, database: Database) -> Result<Self, Error> {
        let schedules = Self::with_feeds(folder, database)?;
        if schedules.visits.is_empty() && schedules.report.is_empty() {
            return Err(Error::new(format!("there is no visit in {}: not one other .yaml file", shown(folder))));
        }
        Ok(schedules)
    }

    /// The same of a folder that need not have a visit yet.
    pub(crate) fn with_feeds(folder: &Path, database: Database) -> Result<Self, Error> {
        // Before the schedules, so that what another build publishes meanwhile is noticed: its lock file is another.
        let lock = revisions::lock_bytes(folder)?;
        let schedules = Schedules { lock: (revisions::lock_path(folder), lock), ..Self::read(folder, database)? };
        let broken =
            |name: &str| schedules.report.items().any(|item| item.diagnostic().place.source.path().ends_with(name));
        if schedules.feeds.is_none() && !broken(FEEDS) {
            let file = shown(&folder.join(FEEDS));
            let message = format!("there is no {file}, which says what to publish; {BEGIN}");
            return Err(Error::new(message));
        }
        Ok(schedules)
    }

    /// Reads these files, which may be pipes.
    pub(crate) fn of(paths: &[PathBuf], database: Database) -> Result<Self, Error> {
        let read = |path: &PathBuf| read_file(path).map_err(|error| Error::io("read", path, error));
        let read: Vec<_> = paths.par_iter().map(read).collect::<Result<_, Error>>()?;
        Ok(Self::from_read(paths, read, database))
    }

    fn from_read(paths: &[PathBuf], read: Vec<Result<File, Box<Diagnostic>>>, database: Database) -> Self {
        let mut schedules = Schedules::new(database);
        for (path, read) in paths.iter().zip(read) {
            let shown = match &read {
                Ok(file) => file.path(),
                Err(diagnostic) => diagnostic.place.source.path(),
            };
            schedules.paths.insert(shown.to_owned(), path.clone());
            match read {
                Err(diagnostic) => schedules.report.push(*diagnostic),
                Ok(file) if path.file_name() == Some(OsStr::new(FEEDS)) => schedules.feeds = Some(file),
                Ok(file) if path.file_name() == Some(OsStr::new(CHANNELS)) => schedules.channels = Some(file),
                Ok(file) => schedules.visits.push(file),
            }
        }
        schedules
    }

    /// The lock file; what is wrong with it is added to a report.
    pub(crate) fn lock(&self, report: &mut Report) -> Option<Lock> {
        let (path, bytes) = &self.lock;
        revisions::parse_lock(shown(path), bytes.clone(), report)
    }

    /// Checks them; what could not be read counts as an error of the check.
    pub(crate) fn check(&self) -> Checked<'_> {
        self.check_keeping(MAX_PER_CODE)
    }

    /// The same, with a report that keeps so many diagnostics of one code in one file.
    pub(crate) fn check_keeping(&self, max_per_code: usize) -> Checked<'_> {
        let mut checked = crate::check::check_keeping(max_per_code, &self.visits, self.feeds.as_ref(), self.database);
        if let Some(file) = &self.channels {
            let (programme, report) = (checked.programme.as_ref(), &mut checked.report);
            checked.channels = crate::check::channels(file, programme, self.database, report).unwrap_or_default();
            let hubs = checked.channels.iter().filter_map(|channel| match &channel.target {
                Target::Hub(hub) => Some(hub.clone()),
                _ => None,
            });
            let hubs = hubs.collect();
            if let Some(programme) = &mut checked.programme {
                programme.name_hubs(hubs);
            }
        }
        checked.report.merge(self.report.clone());
        if checked.report.has_errors() {
            checked.programme = None;
        }
        checked
    }
}

/// How many folders deep files are looked for that are in the wrong place.
const MAX_DEPTH: usize = 4;

/// What is in a folder but is not hidden, each with whether it is a folder.
fn list(folder: &Path) -> io::Result<Vec<(PathBuf, bool)>> {
    let mut listed = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            listed.push((entry.path(), entry.file_type().is_ok_and(|kind| kind.is_dir())));
        }
    }
    Ok(listed)
}

/// The files below a folder that were perhaps meant for the schedules.
fn add_from_below(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for (path, is_folder) in list(folder).unwrap_or_default() {
        if is_folder && depth > 1 {
            add_from_below(&path, depth - 1, found);
        } else if !is_folder && looks_like_yaml(&path) {
            found.push(path);
        }
    }
}

/// Whether a file was meant to be YAML, by its name: some systems hide or change what that ends in.
fn looks_like_yaml(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".txt").unwrap_or(&name);
    [".yaml", ".yml"].iter().any(|ending| name.ends_with(ending))
}

fn not_read(path: &Path, message: &str) -> Diagnostic {
    let place = Place::new(&Arc::new(Source::unreadable(shown(path))), Span::at(0));
    Diagnostic::warning(codes::NOT_READ, place, message)
}

/// A file of the folder of schedules, or what is wrong with it: there it is one among others, and has to be a file.
fn read_listed(path: &Path) -> Result<File, Box<Diagnostic>> {
    let read = fs::metadata(path).and_then(|data| {
        if data.is_file() {
            return read_file(path);
        }
        Err(io::Error::other(format!("it is {}", file::kind(data.file_type()))))
    });
    read.unwrap_or_else(|error| {
        let place = Place::new(&Arc::new(Source::unreadable(shown(path))), Span::at(0));
        let message = format!("This file cannot be read: {error}.");
        let help = "Put a file in its place that this program may read, or move it out of the schedules.";
        Err(Box::new(Diagnostic::error(codes::UNREADABLE_FILE, place, message).with_help(help)))
    })
}

/// A file, or what is wrong with it.
fn read_file(path: &Path) -> io::Result<Result<File, Box<Diagnostic>>> {
    if looks_like_yaml(path) && path.extension() != Some(OsStr::new("yaml")) {
        let diagnostic = not_read(path, "This file is not read, because of its ending.");
        return Ok(Err(Box::new(diagnostic.with_help("Rename it, so that it ends in .yaml."))));
    }
    let bytes = read_bytes(path)?;
    Ok(match Source::new(shown(path), bytes) {
        Ok(source) => Ok(File::new(Arc::new(source))),
        Err(unreadable) => {
            let message = unreadable.to_string();
            let (source, span) = unreadable.into_place();
            let diagnostic = Diagnostic::error(codes::UNREADABLE_FILE, Place::new(&Arc::new(source), span), message);
            Err(Box::new(
                diagnostic.with_help("A schedule is UTF-8 text of at most 4 MiB. Split a larger one by visit."),
            ))
        }
    })
}

/// The bytes of a file. One that is too large is not worth reading to its end.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let length = fs::metadata(path).map_or(0, |data| data.len()).min(MAX_BYTES as u64);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    fs::File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
