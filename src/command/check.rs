//! `summitcal check`: every diagnostic of the schedules.

use std::path::{Path, PathBuf};

use super::build::{stamped, trees, warn_of_empty_feeds};
use super::{Outcome, Schedules, instant, print, print_report, shown};
use crate::cli::{Check, Deny, Format, Global};
use crate::diagnostic::json;
use crate::error::Error;

pub(crate) fn run(global: &Global, options: &Check) -> Result<Outcome, Error> {
    let at = instant(options.at)?;
    // Files of the schedules are checked among the others, for what they refer to; files from elsewhere alone.
    let inside = options.files.iter().all(|file| is_in(file, &global.schedules));
    let schedules = if inside { Schedules::read_all(&global.schedules)? } else { Schedules::of(&options.files)? };
    let mut checked = schedules.check();
    if let Some(programme) = &checked.programme.take() {
        let stamped = stamped(programme, at);
        let trees = trees(programme, &stamped);
        warn_of_empty_feeds(&schedules, &mut checked, &trees);
    }
    let mut report = checked.report;
    if !options.files.is_empty() {
        let wanted: Vec<_> = options.files.iter().map(|file| canonical(file)).collect();
        report.retain_files(|path| wanted.contains(&canonical(Path::new(path))));
    }
    match options.format {
        Format::Text => print_report(global, &report)?,
        Format::Json => {
            let mut out = Vec::new();
            json::render(&report, &mut out).map_err(|error| Error::io("write", Path::new("the report"), error))?;
            print(&String::from_utf8_lossy(&out))?;
        }
    }
    let counts = report.counts();
    if counts.errors > 0 || (options.deny == Some(Deny::Warnings) && counts.warnings > 0) {
        return Ok(Outcome::Findings);
    }
    if !global.quiet && options.format == Format::Text && report.is_empty() {
        let files = schedules.visits.len() + usize::from(schedules.feeds.is_some());
        let of = if options.files.is_empty() { files } else { options.files.len() };
        print(&format!("{of} {} checked: nothing to complain of.\n", if of == 1 { "file" } else { "files" }))?;
    }
    Ok(Outcome::Clean)
}

fn is_in(file: &Path, folder: &Path) -> bool {
    canonical(file).parent().is_some_and(|parent| parent == canonical(folder))
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| PathBuf::from(shown(path)))
}
