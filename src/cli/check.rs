//! `summitcal check`: every diagnostic of the schedules.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

use super::{At, Context, Outcome, fix, print, write_report};
use crate::diagnostic::{MAX_PER_CODE, Report, github, json, sarif};
use crate::error::Error;
use crate::pipeline::{self, Schedules, shown};

/// How to check.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Report on these files alone [default: all of the schedules].
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How to write the report.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
    /// Fail on warnings too.
    #[arg(long, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
    /// Mend in the files what can only be meant in one way, and report on the rest.
    #[arg(long)]
    pub(crate) fix: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// How to write a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, on standard error.
    Text,
    /// For programs, on standard output.
    Json,
    /// As annotations of GitHub Actions, on standard output.
    Github,
    /// As a SARIF 2.1.0 log, on standard output.
    Sarif,
}

/// What to fail on, beside errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Warnings.
    Warnings,
}

pub(crate) fn run(context: &Context, options: &Check) -> Result<Outcome, Error> {
    let at = options.at.instant()?;
    // Files of the schedules are checked among the others, for what they refer to; files from elsewhere alone.
    let inside = options.files.iter().all(|file| is_in(file, &context.schedules));
    let mut schedules = if inside {
        Schedules::load(&context.schedules, context.database)?
    } else {
        Schedules::of(&options.files, context.database)?
    };
    if options.fix {
        fix::apply_fixes(context, &mut schedules, |schedules, room| Ok(look(schedules, room, options, at)))?;
    }
    let mut report = look(&schedules, MAX_PER_CODE, options, at);
    let counts = report.counts();
    let failed = counts.errors > 0 || (options.deny == Some(Deny::Warnings) && counts.warnings > 0);
    if context.quiet && !failed {
        report = Report::default();
    }
    write(context, options.format, &report)?;
    if failed {
        return Ok(Outcome::Findings);
    }
    if !context.quiet && options.format == Format::Text && report.is_empty() {
        let files = schedules.visits.len() + usize::from(schedules.feeds.is_some());
        let of = if options.files.is_empty() { files } else { options.files.len() };
        print(&format!("{of} {} checked: nothing to complain of.\n", if of == 1 { "file" } else { "files" }))?;
    }
    Ok(Outcome::Clean)
}

/// Everything to report of the files that are asked about; of one code in one file, as much as there is room for.
fn look(schedules: &Schedules, max_per_code: usize, options: &Check, at: DateTime<Utc>) -> Report {
    let mut checked = schedules.check_keeping(max_per_code);
    if let Some(programme) = &checked.programme.take()
        && let Some(lock) = schedules.lock(&mut checked.report)
    {
        pipeline::plan(&lock, programme, (schedules, &mut checked), at);
    }
    let mut report = checked.report;
    if !options.files.is_empty() {
        let wanted: Vec<_> = options.files.iter().map(|file| canonical(file)).collect();
        report.retain_files(|path| wanted.contains(&canonical(Path::new(path))));
    }
    report
}

/// Writes the report: for people on standard error, for programs on standard output.
fn write(context: &Context, format: Format, report: &Report) -> Result<(), Error> {
    let render = match format {
        Format::Text if report.is_empty() => return Ok(()),
        Format::Text => return write_report(context, report),
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
