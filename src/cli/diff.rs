//! `summitcal diff`: what changed, for whom, in words.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

use super::{At, Context, Outcome, audience, complain, print, print_report};
use crate::document::File;
use crate::error::Error;
use crate::pipeline::{self, FEEDS, Schedules};
use crate::programme::{Audience, Programme};
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
    let found = match (&options.old, &options.new) {
        (None, _) => against_lock(context, at)?,
        (Some(old), None) => between(context, old, None, at)?,
        (Some(old), Some(new)) => between(context, old, Some(new), at)?,
    };
    let Some(mut found) = found else { return Ok(Outcome::Findings) };
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
fn between(context: &Context, old: &str, new: Option<&str>, at: DateTime<Utc>) -> Result<Option<Vec<Change>>, Error> {
    let is_output = |name: &str| Audience::ALL.iter().any(|audience| Path::new(name).join(audience.word()).is_dir());
    match (is_output(old), new.map(is_output)) {
        (true, Some(true)) => {
            let new = new.unwrap_or_default();
            Ok(Some(revision::between(&output(old)?, &output(new)?)))
        }
        (true, None) => Err(Error::new(format!("{old} is an output folder: name another one to compare it with"))),
        (true, Some(false)) | (false, Some(true)) => {
            Err(Error::new("an output folder can only be compared with another one".to_owned()))
        }
        (false, _) => {
            let (Some(before), Some(after)) = (at_revision(context, Some(old), at)?, at_revision(context, new, at)?)
            else {
                return Ok(None);
            };
            Ok(Some(revision::between(&before, &after)))
        }
    }
}

/// What the feeds in an output folder show.
fn output(path: &str) -> Result<States, Error> {
    let mut states = States::new();
    for audience in Audience::ALL {
        let events = built::events(Path::new(path), *audience)?;
        states.extend(events.into_iter().flatten().map(|(uid, event)| ((*audience, uid), event.into())));
    }
    Ok(states)
}

/// What the schedules show at a git revision, or as they are. `None` if something is wrong with them, which has been reported.
fn at_revision(context: &Context, name: Option<&str>, at: DateTime<Utc>) -> Result<Option<States>, Error> {
    let states = |programme: &Programme| revision::states(programme, at);
    let schedules = match name {
        Some(name) => committed(&context.schedules, name)?,
        None => Schedules::load(&context.schedules)?,
    };
    let checked = schedules.check();
    if checked.programme.is_none() {
        if let Some(name) = name {
            complain(context, &Error::new(format!("at {name}, there are errors in the schedules:")));
        }
        print_report(context, &checked.report)?;
    }
    Ok(checked.programme.as_ref().map(states))
}

/// The schedules of a git revision.
fn committed(folder: &Path, name: &str) -> Result<Schedules, Error> {
    if name.starts_with('-') {
        return Err(Error::new(format!("“{name}” is neither an output folder nor a git revision")));
    }
    let commit = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")])
        .map_err(|_| {
            Error::new(format!(
                "“{name}” is neither an output folder nor a git revision (in a shallow clone, fetch it first)"
            ))
        })?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let listed = git(folder, &["ls-tree", "--name-only", "-z", &commit, "./"])?;
    let mut schedules = Schedules::default();
    for path in listed.split(|byte| *byte == 0).map(String::from_utf8_lossy).filter(|path| path.ends_with(".yaml")) {
        let bytes = git(folder, &["show", &format!("{commit}:./{path}")])?;
        let shown = format!("{name}:{path}");
        let source = Source::new(shown.clone(), bytes)
            .map_err(|unreadable| Error::new(format!("{shown} cannot be read: {unreadable}")))?;
        let file = File::new(Arc::new(source));
        if path == FEEDS {
            schedules.feeds = Some(file);
        } else if !path.starts_with('.') {
            schedules.visits.push(file);
        }
    }
    Ok(schedules)
}

/// What git prints, run in a folder.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let ran = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let ran = ran.map_err(|error| Error::io("run git in", folder, error))?;
    if ran.status.success() {
        return Ok(ran.stdout);
    }
    Err(Error::new(format!("git: {}", String::from_utf8_lossy(&ran.stderr).trim())))
}
