//! What git remembers of the schedules.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use crate::document::File;
use crate::error::Error;
use crate::pipeline::{self, CHANNELS, FEEDS, Schedules, shown};
use crate::source::Source;
use crate::zone::Database;

/// How many links in a row are followed.
const MAX_LINKS: usize = 8;

/// A commit, as seen from a folder.
struct Commit<'f> {
    /// Where git is run.
    there: &'f Path,
    id: String,
    /// The folder of the schedules from there, as git has it.
    below: String,
}

/// The commit of a git revision, for the folder of the schedules.
fn commit<'f>(folder: &'f Path, name: &str) -> Result<Commit<'f>, Error> {
    if name.starts_with('-') {
        return Err(Error::new(format!("“{name}” is neither an output folder nor a git revision")));
    }
    // It may not be there any more.
    let there = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new(""));
    let below = shown(folder.strip_prefix(there).unwrap_or(folder));
    let below = if below.is_empty() { "./".to_owned() } else { format!("./{below}/") };
    let id = git(there, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")])
        .map_err(|_| {
            Error::new(format!(
                "“{name}” is neither an output folder nor a git revision (in a shallow clone, fetch it first)"
            ))
        })?;
    Ok(Commit { there, id: String::from_utf8_lossy(&id).trim().to_owned(), below })
}

/// The schedules of a git revision, to be checked with a time zone database.
pub(super) fn schedules(folder: &Path, name: &str, database: Database) -> Result<Schedules, Error> {
    let Commit { there, id, below } = commit(folder, name)?;
    let listed = git(there, &["ls-tree", "--name-only", "-z", &id, &below])?;
    let mut schedules = Schedules::new(database);
    for path in listed.split(|byte| *byte == 0).map(String::from_utf8_lossy).filter(|path| path.ends_with(".yaml")) {
        let file_name = path.rsplit('/').next().unwrap_or_default();
        let shown = format!("{name}:{file_name}");
        let source = Source::new(shown.clone(), committed_file(there, &id, &path)?)
            .map_err(|unreadable| Error::new(format!("{shown} cannot be read: {unreadable}")))?;
        let file = File::new(Arc::new(source));
        if file_name == FEEDS {
            schedules.feeds = Some(file);
        } else if !file_name.starts_with('.') && file_name != CHANNELS {
            schedules.visits.push(file);
        }
    }
    Ok(schedules)
}

/// The bytes of the lock file of a git revision, if it had one.
pub(super) fn lock_bytes(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let Commit { there, id, below } = commit(folder, name)?;
    let path = format!("{below}{}", pipeline::LOCK);
    let listed = git(there, &["ls-tree", "--name-only", "-z", &id, &path])?;
    if listed.is_empty() { Ok(None) } else { committed_file(there, &id, &path).map(Some) }
}

/// The bytes of a file at a commit, by its path from a folder; those of the file that it leads to, if it is a link.
fn committed_file(folder: &Path, commit: &str, path: &str) -> Result<Vec<u8>, Error> {
    let mut path = format!("./{path}");
    for _ in 0..MAX_LINKS {
        let bytes = git(folder, &["show", &format!("{commit}:{path}")])?;
        if !git(folder, &["ls-tree", "-z", commit, &path])?.starts_with(b"120000") {
            return Ok(bytes);
        }
        let target = String::from_utf8_lossy(&bytes).into_owned();
        let (parent, _) = path.rsplit_once('/').unwrap_or((".", ""));
        path = format!("{parent}/{target}");
    }
    Err(Error::new(format!("{path} is a link that leads nowhere")))
}

/// What git prints, run in a folder.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let run = |of_hook: bool| {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(arguments);
        if !of_hook {
            // A hook has these for its own folder, and git finds the repository of this one by itself.
            for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_INDEX_FILE"] {
                command.env_remove(name);
            }
        }
        command.output().map_err(|error| Error::io("run git in", folder, error))
    };
    let mut ran = run(false)?;
    if !ran.status.success() && std::env::var_os("GIT_DIR").is_some() {
        ran = run(true)?;
    }
    if ran.status.success() {
        return Ok(ran.stdout);
    }
    Err(Error::new(format!("git: {}", String::from_utf8_lossy(&ran.stderr).trim())))
}
