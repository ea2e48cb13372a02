//! `summitcal set`: changes values in a file, all or none, and says what that changes for readers.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::fix::replace_text;
use super::{At, Context, Outcome, complain, print, print_report};
use crate::diagnostic::Report;
use crate::document::{self, Assignment, File, Target, Visit, nearest, shortened};
use crate::error::Error;
use crate::pipeline::{self, Schedules};
use crate::programme::Programme;
use crate::publish::file;
use crate::render::changes;
use crate::revision::{self, States};
use crate::source::Source;

/// What to change.
#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The entry, as visit/entry; a visit alone for its own keys.
    #[arg(value_name = "VISIT/ENTRY")]
    pub(crate) target: String,
    /// Keys with points between them, and their values: when.start="2025-08-25 12:15" status=confirmed;
    /// [..] and {..} are lists and maps; without a value, the key is taken out.
    #[arg(value_name = "KEY=VALUE", required = true, value_parser = Assignment::parse)]
    pub(crate) values: Vec<Assignment>,
    #[command(flatten)]
    pub(crate) at: At,
}

pub(crate) fn run(context: &Context, options: &Set) -> Result<Outcome, Error> {
    let schedules = Schedules::load(&context.schedules, context.database)?;
    let (visit, entry) = match options.target.split_once('/') {
        Some((visit, entry)) => (visit, Some(entry)),
        None => (options.target.as_str(), None),
    };
    let path = file_of(&schedules, visit)?;
    let text = document::set(schedules.file(&path), Target { entry }, &options.values);
    write(context, schedules, &path, text.map_err(Error::new)?, options.at)
}

/// The path of the file of a visit, as it is shown.
pub(super) fn file_of(schedules: &Schedules, visit: &str) -> Result<String, Error> {
    let mut known = HashMap::new();
    for file in &schedules.visits {
        let read: Option<Visit<'_>> = document::read(file, &mut Report::default());
        if let Some(id) = read.and_then(|read| read.visit) {
            known.entry(id.text.to_string()).or_insert(file.path());
        }
    }
    known.get(visit).map(|path| (*path).to_owned()).ok_or_else(|| {
        let near = nearest(visit, known.keys().map(String::as_str));
        let help = near.map(|near| format!("; did you mean “{near}”?")).unwrap_or_default();
        Error::new(format!("there is no visit “{}”{help}", shortened(visit)))
    })
}

/// Checks the schedules with another text of a file, and if there is no error in them, writes it and says what changes. A
/// file that is not there yet is written anew.
pub(super) fn write(
    context: &Context,
    mut schedules: Schedules,
    path: &str,
    text: String,
    at: At,
) -> Result<Outcome, Error> {
    let at = at.instant()?;
    let states = |programme: &Programme| revision::states(programme, at);
    let (was, known) = {
        let checked = schedules.check();
        let nothing = schedules.visits.is_empty().then(States::new);
        (nothing.or(checked.programme.as_ref().map(states)), checked.report)
    };
    let source =
        Source::new(path, text.into_bytes()).map_err(|unreadable| Error::new(format!("{path}: {unreadable}")))?;
    let source = Arc::new(source);
    let before = schedules.put(File::new(Arc::clone(&source)));
    let mut checked = schedules.check();
    let lock = schedules.lock(&mut checked.report);
    let programme = checked.programme.take();
    if let (Some(programme), Some(lock)) = (&programme, lock) {
        pipeline::plan(&lock, programme, (&schedules, &mut checked), at);
    }
    if programme.is_none() || checked.report.has_errors() {
        print_report(context, &checked.report)?;
        complain(context, &Error::new("nothing was written"));
        return Ok(Outcome::Findings);
    }
    match before {
        Some(before) if before.source().text() == source.text() => {
            return said(context, &format!("{path} is so already; nothing was written.\n"));
        }
        Some(before) => replace_text(&schedules.paths[path], before.source().text(), source.text())?,
        None => create(path, source.text())?,
    }
    checked.report.retain_files(|other| other == path);
    // What was there before is no news.
    checked.report.remove_known(&known);
    print_report(context, &checked.report)?;
    let changes = match (&was, programme.as_ref().map(states)) {
        (Some(was), Some(now)) => changes::text(&changes::summarize(&revision::between(was, &now, context.database))),
        _ => "What that changes for readers cannot be told, because there were errors before.\n".to_owned(),
    };
    let changes = if changes.is_empty() { "Nothing changes for readers.\n" } else { &changes };
    said(context, &format!("{path} was written.\n{changes}"))
}

/// Writes a draft that has no error, and says what is doubtful in it.
pub(super) fn write_draft(
    context: &Context,
    mut schedules: Schedules,
    path: &str,
    text: String,
) -> Result<Outcome, Error> {
    if schedules.visits.iter().any(|file| file.path() == path) {
        return Err(is_there(path));
    }
    let source =
        Source::new(path, text.into_bytes()).map_err(|unreadable| Error::new(format!("{path}: {unreadable}")))?;
    let source = Arc::new(source);
    schedules.put(File::new(Arc::clone(&source)));
    let mut report = schedules.check().report;
    report.retain_files(|other| other == path);
    if report.has_errors() {
        print_report(context, &report)?;
        complain(context, &Error::new("nothing was written"));
        return Ok(Outcome::Findings);
    }
    create(path, source.text())?;
    print_report(context, &report)?;
    said(context, &format!("{path} was written, as a draft for staff.\n"))
}

/// Writes a file that is not there yet.
fn create(path: &str, text: &str) -> Result<(), Error> {
    let place = PathBuf::from(path);
    if fs::symlink_metadata(&place).is_ok() {
        return Err(is_there(path));
    }
    file::replace(&place, text.as_bytes(), file::Options { durable: true, private: false })
}

pub(super) fn is_there(path: &str) -> Error {
    Error::new(format!("{path} is there already, and is not written over"))
}

fn said(context: &Context, text: &str) -> Result<Outcome, Error> {
    if !context.quiet {
        print(text)?;
    }
    Ok(Outcome::Clean)
}

impl Schedules {
    /// A file that was read.
    pub(super) fn file(&self, path: &str) -> &File {
        self.visits.iter().find(|file| file.path() == path).expect("only what was read is asked for")
    }

    /// Puts a file of a visit in the place of the one of its path, which is returned, or beside the others.
    fn put(&mut self, file: File) -> Option<File> {
        if let Some(other) = self.visits.iter_mut().find(|other| other.path() == file.path()) {
            return Some(std::mem::replace(other, file));
        }
        self.visits.push(file);
        None
    }
}
