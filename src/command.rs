//! One file a subcommand: read, call the library, print. Disk, terminal and clock are touched here and in `output`.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod explain;
mod fix;
#[cfg(feature = "serve")]
mod mark;
mod next_lock;
pub(crate) mod packaging;
#[cfg(feature = "publish")]
pub(crate) mod publish;
pub(crate) mod revisions;
mod schedules;
pub(crate) mod schema;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod show;
#[cfg(feature = "serve")]
pub(crate) mod token;
pub(crate) mod withdraw;

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, TimeZone, Utc};

use self::next_lock::{Next, NextLock};
use self::schedules::FEEDS;
pub(crate) use self::schedules::Schedules;
use crate::cli::{At, Color, Global};
use crate::diagnostic::{Report, text};
use crate::error::Error;
use crate::programme::Audience;

/// How a command ended, if it could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to complain of.
    Clean,
    /// Findings, or differences.
    Findings,
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
