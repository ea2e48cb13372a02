//! `summitcal changes`: the last change of each visit and entry, from the lock file.

use chrono::{DateTime, Utc};
use clap::Args;

use super::diff::DiffFormat;
use super::{At, Context, Outcome, audience, git, print, print_report};
use crate::check::parse_instant;
use crate::diagnostic::Report;
use crate::error::Error;
use crate::pipeline::{self, Schedules};
use crate::programme::Audience;
use crate::render::changes;
use crate::revision;

/// Which changes to tell.
#[derive(Debug, Args)]
pub(crate) struct Changes {
    /// Only what changed later: than an instant (RFC 3339), or than the last change that the lock file of a git revision knows.
    #[arg(long, value_name = "INSTANT|REV")]
    pub(crate) since: Option<String>,
    /// Only what changed for one audience.
    #[arg(long, value_name = "WHO", value_parser = audience)]
    pub(crate) audience: Option<Audience>,
    /// How to write it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,
    #[command(flatten)]
    pub(crate) at: At,
}

pub(crate) fn run(context: &Context, options: &Changes) -> Result<Outcome, Error> {
    let at = options.at.instant()?;
    let since = options.since.as_deref().map(|since| instant_of(context, since)).transpose()?.flatten();
    let mut report = Report::default();
    let Some(lock) = Schedules::load(&context.schedules, context.database)?.lock(&mut report) else {
        print_report(context, &report)?;
        return Ok(Outcome::Findings);
    };
    let mut found = revision::recorded(&lock, at, context.database);
    found.retain(|change| options.audience.is_none_or(|audience| change.audience == audience));
    found.retain(|change| since.is_none_or(|since| change.modified > since));
    let mut summaries = changes::summarize(&found);
    summaries.sort_by_key(|summary| std::cmp::Reverse(summary.modified));
    print(&match options.format {
        DiffFormat::Text => changes::last_changes_text(&summaries),
        DiffFormat::Markdown => changes::last_changes_markdown(&summaries),
        DiffFormat::Json => changes::last_changes_json(&summaries),
    })?;
    Ok(Outcome::Clean)
}

/// The instant that is meant: one that is written, or the last that the lock file of a git revision knows. `None` where there was no
/// lock file then: everything came later.
fn instant_of(context: &Context, since: &str) -> Result<Option<DateTime<Utc>>, Error> {
    if let Some(instant) = parse_instant(since) {
        return Ok(Some(instant));
    }
    let bytes = git::lock_bytes(&context.schedules, since).map_err(|error| {
        Error::new(format!("--since takes an instant such as 2025-08-25T09:00:00Z, or a git revision: {error}"))
    })?;
    let Some(bytes) = bytes else { return Ok(None) };
    let mut report = Report::default();
    let lock = pipeline::parse_lock(format!("{since}:{}", pipeline::LOCK), Some(bytes), &mut report);
    print_report(context, &report)?;
    let lock = lock.ok_or_else(|| Error::new(format!("the lock file of {since} cannot be read")))?;
    Ok(lock.last())
}
