//! `summitcal diff`: what changed, for whom, in words.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

use super::{At, Context, Outcome, audience, print, print_report};
use crate::document::File;
use crate::error::Error;
use crate::pipeline::{self, FEEDS, Schedules, shown};
use crate::programme::Audience;
use crate::publish::built;
use crate::render::changes;
use crate::revision::{self, Change, States};
use crate::source::Source;

/// What to compare.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// What there was: an output folder, or a git revision of the schedules [default: what the lock file remembers].
    #[arg(value_name = "OLD")]
    pub(crate) old: Option<String>,
    /// What there is: likewise [default: the schedules as they are].
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<String>,
    /// How to write it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,
    /// Only what changes for one audience.
    #[arg(long, value_name = "WHO", value_parser = audience)]
    pub(crate) audience: Option<Audience>,
    #[command(flatten)]
    pub(crate) at: At,
}

/// How to write what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For a terminal.
    Text,
    /// For a pull request.
    Markdown,
    /// For programs: an array with an object for each change.
    Json,
}

pub(crate) fn run(context: &Context, options: &Diff) -> Result<Outcome, Error> {
    let at = options.at.instant()?;
    let mut found = match (&options.old, &options.new) {
        (None, _) => match against_lock(context, at)? {
            Some(found) => found,
            None => return Ok(Outcome::Findings),
        },
        (Some(old), new) => between(context, old, new.as_deref(), at)?,
    };
    found.retain(|change| options.audience.is_none_or(|audience| change.audience == audience));
    let summaries = changes::summarize(&found);
    print(&match options.format {
        DiffFormat::Text => changes::text(&summaries),
        DiffFormat::Markdown => changes::markdown(&summaries),
        DiffFormat::Json => changes::json(&summaries),
    })?;
    Ok(if summaries.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// What the next build would change. `None` if that cannot be said, which has been reported.
fn against_lock(context: &Context, at: DateTime<Utc>) -> Result<Option<Vec<Change>>, Error> {
    let schedules = Schedules::load(&context.schedules)?;
    let mut checked = schedules.check();
    let lock = schedules.lock(&mut checked.report);
    let (Some(programme), Some(lock)) = (checked.programme.take(), lock) else {
        print_report(context, &checked.report)?;
        return Ok(None);
    };
    let plan = pipeline::plan(&lock, &programme, (&schedules, &mut checked), at);
    print_report(context, &checked.report)?;
    if lock.exists() {
        return Ok(Some(plan.changes));
    }
    // Nothing was published yet: all of it is new.
    Ok(Some(revision::between(&States::new(), &revision::states(&programme, at))))
}

/// What two states of affairs differ by.
fn between(context: &Context, old: &str, new: Option<&str>, at: DateTime<Utc>) -> Result<Vec<Change>, Error> {
    let is_output = |name: &str| Audience::ALL.iter().any(|audience| Path::new(name).join(audience.word()).is_dir());
    match (is_output(old), new.map(is_output)) {
        (true, Some(true)) => {
            let [before, after] = outputs(old, new.unwrap_or_default())?;
            Ok(revision::between(&before, &after))
        }
        (true, None) => Err(Error::new(format!("{old} is an output folder: name another one to compare it with"))),
        (true, Some(false)) | (false, Some(true)) => {
            Err(Error::new("an output folder can only be compared with another one".to_owned()))
        }
        (false, _) => {
            let (before, after) = (at_revision(context, Some(old), at)?, at_revision(context, new, at)?);
            Ok(revision::between(&before, &after))
        }
    }
}

/// What the feeds in two output folders show, so far as they can differ: an event by one feed, which both have, because the same
/// event reads otherwise in another language.
fn outputs(old: &str, new: &str) -> Result<[States; 2], Error> {
    let mut states = [States::new(), States::new()];
    for audience in Audience::ALL {
        let [before, after] = [old, new].map(|path| built::events(Path::new(path), *audience));
        let (before, after) = (before?, after?);
        let uids: BTreeSet<&String> = before.values().chain(after.values()).flat_map(BTreeMap::keys).collect();
        for uid in uids {
            let of = |feeds: &BTreeMap<String, BTreeMap<String, String>>| {
                feeds.values().find_map(|feed| feed.get(uid)).cloned()
            };
            let mut both = before.iter().filter_map(|(name, feed)| Some((feed.get(uid)?, after.get(name)?.get(uid)?)));
            let shown = match (of(&before), of(&after)) {
                // One that is in no feed of both is the same as far as anybody can tell.
                (Some(_), Some(_)) => {
                    let differing = both.find(|(before, after)| before != after);
                    differing.map_or([None, None], |(before, after)| [Some(before.clone()), Some(after.clone())])
                }
                (before, after) => [before, after],
            };
            for (states, shown) in states.iter_mut().zip(shown) {
                states.extend(shown.map(|shown| ((*audience, uid.clone()), shown.into())));
            }
        }
    }
    Ok(states)
}

/// What the schedules show at a git revision, or as they are. An error if something is wrong with them, which has been reported.
fn at_revision(context: &Context, name: Option<&str>, at: DateTime<Utc>) -> Result<States, Error> {
    let schedules = match name {
        Some(name) => committed(&context.schedules, name)?,
        None => Schedules::load(&context.schedules)?,
    };
    if name.is_some() && (schedules.feeds.is_none() || schedules.visits.is_empty()) {
        // Nothing was published of what was there then.
        return Ok(States::new());
    }
    let checked = schedules.check();
    if let Some(programme) = &checked.programme {
        return Ok(revision::states(programme, at));
    }
    print_report(context, &checked.report)?;
    let when = name.map_or_else(String::new, |name| format!(" at {name}"));
    Err(Error::new(format!("there are errors in the schedules{when}, so that they cannot be compared")))
}

/// How many links in a row are followed.
const MAX_LINKS: usize = 8;

/// The schedules of a git revision.
fn committed(folder: &Path, name: &str) -> Result<Schedules, Error> {
    if name.starts_with('-') {
        return Err(Error::new(format!("“{name}” is neither an output folder nor a git revision")));
    }
    // It may not be there any more.
    let there = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new(""));
    let below = shown(folder.strip_prefix(there).unwrap_or(folder));
    let below = if below.is_empty() { "./".to_owned() } else { format!("./{below}/") };
    let commit = git(there, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")])
        .map_err(|_| {
        Error::new(format!(
            "“{name}” is neither an output folder nor a git revision (in a shallow clone, fetch it first)"
        ))
    })?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let listed = git(there, &["ls-tree", "--name-only", "-z", &commit, &below])?;
    let mut schedules = Schedules::default();
    for path in listed.split(|byte| *byte == 0).map(String::from_utf8_lossy).filter(|path| path.ends_with(".yaml")) {
        let file_name = path.rsplit('/').next().unwrap_or_default();
        let shown = format!("{name}:{file_name}");
        let source = Source::new(shown.clone(), committed_file(there, &commit, &path)?)
            .map_err(|unreadable| Error::new(format!("{shown} cannot be read: {unreadable}")))?;
        let file = File::new(Arc::new(source));
        if file_name == FEEDS {
            schedules.feeds = Some(file);
        } else if !file_name.starts_with('.') {
            schedules.visits.push(file);
        }
    }
    Ok(schedules)
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
