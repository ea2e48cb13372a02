//! `summitcal check`: every diagnostic of the schedules.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::build::warn_of_empty_feeds;
use super::{Outcome, Schedules, fix, instant, print, revisions, shown, write_report};
use crate::cli::{Check, Deny, Format, Global};
use crate::diagnostic::{MAX_PER_CODE, Report, github, json, sarif};
use crate::error::Error;

pub(crate) fn run(global: &Global, options: &Check) -> Result<Outcome, Error> {
    let at = instant(options.at)?;
    // Files of the schedules are checked among the others, for what they refer to; files from elsewhere alone.
    let inside = options.files.iter().all(|file| is_in(file, &global.schedules));
    let mut schedules = if inside { Schedules::read_all(&global.schedules)? } else { Schedules::of(&options.files)? };
    if options.fix {
        fix::apply_fixes(global, &mut schedules, |schedules, room| look(global, schedules, room, options, at))?;
    }
    let mut report = look(global, &schedules, MAX_PER_CODE, options, at)?;
    let counts = report.counts();
    let failed = counts.errors > 0 || (options.deny == Some(Deny::Warnings) && counts.warnings > 0);
    if global.quiet && !failed {
        report = Report::default();
    }
    write(global, options.format, &report)?;
    if failed {
        return Ok(Outcome::Findings);
    }
    if !global.quiet && options.format == Format::Text && report.is_empty() {
        let files = schedules.visits.len() + usize::from(schedules.feeds.is_some());
        let of = if options.files.is_empty() { files } else { options.files.len() };
        print(&format!("{of} {} checked: nothing to complain of.\n", if of == 1 { "file" } else { "files" }))?;
    }
    Ok(Outcome::Clean)
}

/// Everything to report of the files that are asked about; of one code in one file, as much as there is room for.
fn look(
    global: &Global,
    schedules: &Schedules,
    room: usize,
    options: &Check,
    at: DateTime<Utc>,
) -> Result<Report, Error> {
    let mut checked = schedules.check_keeping(room);
    if let Some(programme) = &checked.programme.take() {
        let lock = revisions::read_lock(&global.schedules, &mut checked.report)?;
        if let Some(lock) = &lock {
            let plan = revisions::plan(lock, programme, &mut checked, at, &mut |_, _| ());
            warn_of_empty_feeds(schedules, &mut checked, programme, &plan.revised);
        }
    }
    let mut report = checked.report;
    if !options.files.is_empty() {
        let wanted: Vec<_> = options.files.iter().map(|file| canonical(file)).collect();
        report.retain_files(|path| wanted.contains(&canonical(Path::new(path))));
    }
    Ok(report)
}

/// Writes the report: for people on standard error, for programs on standard output.
fn write(global: &Global, format: Format, report: &Report) -> Result<(), Error> {
    let render = match format {
        Format::Text if report.is_empty() => return Ok(()),
        Format::Text => return write_report(global, report),
        Format::Json => json::render,
        Format::Github => github::render,
        Format::Sarif => sarif::render,
    };
    let mut out = Vec::new();
    render(report, &mut out).map_err(|error| Error::io("write", Path::new("the report"), error))?;
    print(&String::from_utf8_lossy(&out))
}

fn is_in(file: &Path, folder: &Path) -> bool {
    canonical(file).parent().is_some_and(|parent| parent == canonical(folder))
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| PathBuf::from(shown(path)))
}
