//! One file a subcommand: read, call the library, print. Disk, terminal and clock are touched here and in `output`.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod explain;
mod fix;
pub(crate) mod packaging;
#[cfg(feature = "publish")]
pub(crate) mod publish;
pub(crate) mod revisions;
pub(crate) mod schema;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod show;
#[cfg(feature = "serve")]
pub(crate) mod token;
pub(crate) mod withdraw;

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, TimeZone, Utc};
use rayon::prelude::*;

use crate::check::Checked;
use crate::cli::{At, Color, Global};
use crate::diagnostic::{Diagnostic, FLOOD, Place, Report, codes, text};
use crate::document::File;
use crate::error::Error;
use crate::programme::Audience;
use crate::source::{MAX_BYTES, Source, Span};

/// How a command ended, if it could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to complain of.
    Clean,
    /// Findings, or differences.
    Findings,
}

/// The name of the file that says what to publish.
const FEEDS: &str = "feeds.yaml";

/// The files of the schedules, and what could not be read of them.
#[derive(Default)]
pub(crate) struct Schedules {
    pub(crate) visits: Vec<File>,
    pub(crate) feeds: Option<File>,
    pub(crate) report: Report,
    /// Where each file is on disk, by its path as shown.
    paths: HashMap<String, PathBuf>,
}

impl Schedules {
    /// Reads a folder of schedules: `feeds.yaml`, and every other `.yaml` file as a visit.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let mut names: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| Error::io("read the folder", folder, error))? {
            let path = entry.map_err(|error| Error::io("read the folder", folder, error))?.path();
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            let yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
            if yaml && !hidden {
                names.push(path);
            }
        }
        names.sort();
        Self::of(&names)
    }

    /// Reads a folder of schedules that has to be whole.
    pub(crate) fn read_all(folder: &Path) -> Result<Self, Error> {
        let schedules = Self::read(folder)?;
        let broken =
            |name: &str| schedules.report.items().any(|item| item.diagnostic().place.source.path().ends_with(name));
        if schedules.feeds.is_none() && !broken(FEEDS) {
            let message = format!("there is no {}, which says what to publish", shown(&folder.join(FEEDS)));
            return Err(Error::new(message));
        }
        if schedules.visits.is_empty() && schedules.report.is_empty() {
            return Err(Error::new(format!("there is no visit in {}: not one other .yaml file", shown(folder))));
        }
        Ok(schedules)
    }

    /// Reads these files.
    pub(crate) fn of(paths: &[PathBuf]) -> Result<Self, Error> {
        let mut schedules =
            Schedules { visits: Vec::new(), feeds: None, report: Report::default(), paths: HashMap::new() };
        let read: Result<Vec<_>, Error> = paths.par_iter().map(|path| read_file(path)).collect();
        for (path, read) in paths.iter().zip(read?) {
            let shown = match &read {
                Ok(file) => file.path(),
                Err(complaint) => complaint.place.source.path(),
            };
            schedules.paths.insert(shown.to_owned(), path.clone());
            match read {
                Err(complaint) => schedules.report.push(complaint),
                Ok(file) if path.file_name() == Some(OsStr::new(FEEDS)) => schedules.feeds = Some(file),
                Ok(file) => schedules.visits.push(file),
            }
        }
        Ok(schedules)
    }

    /// Checks them; what could not be read counts as an error of the check.
    pub(crate) fn check(&self) -> Checked<'_> {
        self.check_keeping(FLOOD)
    }

    /// The same, with a report that keeps so many diagnostics of one code in one file.
    fn check_keeping(&self, room: usize) -> Checked<'_> {
        let mut checked = crate::check::check_keeping(room, &self.visits, self.feeds.as_ref());
        checked.report.merge(self.report.clone());
        for file in self.visits.iter().filter(|file| file.is_lost()) {
            let place = Place::new(&file.source(), Span::at(0));
            let complaint = Diagnostic::error(codes::UNREADABLE_FILE, place, "This file changed while it was checked.");
            checked.report.push(complaint.with_help("Run summitcal again."));
        }
        if checked.report.has_errors() {
            checked.programme = None;
        }
        checked
    }
}

/// A file, or what is wrong with it.
fn read_file(path: &Path) -> Result<Result<File, Diagnostic>, Error> {
    let shown = shown(path);
    if path.extension() == Some(OsStr::new("yml")) {
        let place = Place::new(&Arc::new(Source::unreadable(shown)), Span::at(0));
        let complaint = Diagnostic::warning(codes::NOT_READ, place, "This file is not read, because of its ending.")
            .with_help("Rename it, so that it ends in .yaml.");
        return Ok(Err(complaint));
    }
    // A file that is too large is not worth reading to its end.
    let room = fs::metadata(path).map_or(0, |data| data.len()).min(MAX_BYTES as u64);
    let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or(0) + 1);
    let written = last_written(path);
    let file = fs::File::open(path).map_err(|error| Error::io("read", path, error))?;
    io::Read::read_to_end(&mut io::Read::take(file, MAX_BYTES as u64 + 1), &mut bytes)
        .map_err(|error| Error::io("read", path, error))?;
    Ok(match (Source::new(shown, bytes), written) {
        (Ok(source), None) => Ok(File::new(Arc::new(source))),
        (Ok(source), Some(written)) => {
            let (path, shown) = (path.to_owned(), source.path().to_owned());
            let again = move || {
                let bytes = fs::read(&path).ok()?;
                let same = last_written(&path) == Some(written);
                Source::new(shown.clone(), bytes).ok().filter(|_| same)
            };
            Ok(File::readable(Arc::new(source), again))
        }
        (Err(unreadable), _) => {
            let message = unreadable.to_string();
            let (source, span) = unreadable.into_place();
            Err(Diagnostic::error(codes::UNREADABLE_FILE, Place::new(&Arc::new(source), span), message)
                .with_help("A schedule is UTF-8 text of at most 4 MiB. Split a larger one by visit."))
        }
    })
}

/// What tells whether a file was written to: its size, and when that last happened. A pipe can be read once.
fn last_written(path: &Path) -> Option<(u64, SystemTime)> {
    let data = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((data.len(), data.modified().ok()?))
}

/// A path as people write it, with slashes.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The instant of a run: given, else `SOURCE_DATE_EPOCH`, else now; whole seconds.
pub(crate) fn instant(at: At) -> Result<DateTime<Utc>, Error> {
    if let Some(at) = at.at {
        return Ok(at);
    }
    let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") else { return now() };
    let seconds = text
        .trim()
        .parse()
        .map_err(|_| Error::new(format!("SOURCE_DATE_EPOCH is “{text}”, which is no number of seconds")))?;
    at_second(seconds)
}

/// The instant that it is, in whole seconds.
pub(crate) fn now() -> Result<DateTime<Utc>, Error> {
    at_second(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

fn at_second(seconds: u64) -> Result<DateTime<Utc>, Error> {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    Utc.timestamp_opt(seconds, 0)
        .single()
        .filter(|instant| (1970..2100).contains(&chrono::Datelike::year(instant)))
        .ok_or_else(|| Error::new("the instant of this run is beyond the year 2099"))
}

/// An audience, in a sentence.
pub(crate) fn whose(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "the public",
        Audience::Press => "the press",
        Audience::Staff => "staff",
    }
}

/// Whether a stream gets colour.
pub(crate) fn colour(global: &Global, stream: &impl IsTerminal) -> bool {
    match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// Prints a report for people on standard error, if there is anything in it.
pub(crate) fn print_report(global: &Global, report: &Report) -> Result<(), Error> {
    if report.is_empty() || (global.quiet && !report.has_errors()) {
        return Ok(());
    }
    write_report(global, report)
}

/// Writes a report for people on standard error.
fn write_report(global: &Global, report: &Report) -> Result<(), Error> {
    let mut out = Vec::new();
    let stderr = io::stderr();
    text::render(report, colour(global, &stderr), &mut out)
        .and_then(|()| stderr.lock().write_all(&out))
        .map_err(|error| Error::io("write to", Path::new("standard error"), error))
}

/// Prints on standard output. A reader that has gone away is no failure.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("write to", Path::new("standard output"), error))
        }
        _ => Ok(()),
    }
}

/// Says why the program could not run.
pub(crate) fn complain(_: &Global, error: &Error) {
    let _ = writeln!(io::stderr(), "summitcal: {error}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changes_while_it_is_checked_is_an_error() {
        let text = "visit: twice\nkind: working-visit\ntitle: T\nprincipal: P\nzone: Asia/Tokyo\naudience: public\n\
                    dates: {from: 2025-08-23, to: 2025-08-24}\nsources: {s: {publisher: P}}\n\
                    entries: [{id: a, kind: summit, title: T, when: tba, status: confirmed, sources: [s]}]\n";
        let source = |path: &str| Source::new(path, text.into()).expect("readable");
        let report = |again: fn() -> Option<Source>| {
            let changed = File::readable(Arc::new(source("a.yaml")), again);
            let visits = vec![changed, File::new(Arc::new(source("b.yaml")))];
            let report = Schedules { visits, ..Schedules::default() }.check().report;
            let of = |one: &Diagnostic| (one.code.0, one.place.source.path().to_owned(), one.place.start().line);
            report.items().map(|item| of(item.diagnostic())).collect::<Vec<_>>()
        };
        // Both have the same id, which is found when the text of the first was given back.
        assert_eq!(
            report(|| None),
            [("unreadable-file", "a.yaml".to_owned(), 1), ("duplicate-id", "b.yaml".to_owned(), 1)]
        );
    }
}
