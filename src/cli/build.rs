//! `summitcal build`: schedules to trees of feeds.

mod json;
mod text;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::diff::joined;
use super::{At, Context, Outcome, complain, print, print_report};
use crate::error::Error;
use crate::listing::next_embargo;
use crate::pipeline::{self, Schedules};
use crate::programme::Programme;
use crate::publish::folder::{self, LockFile};
use crate::render::changes;
use crate::revision::{Change, FeedChange, Kind, RevisedListing};
use crate::tree::{self, Tree};
use crate::zone::Zone;

/// What a build made.
struct Built<'b> {
    programme: &'b Programme,
    trees: &'b [Tree],
    /// What each tree was made of, in the same order.
    listings: &'b [RevisedListing<'b>],
    written: &'b folder::Outcome,
    out: &'b Path,
    at: DateTime<Utc>,
    /// When the next embargo lifts, and the zone of what it lifts for.
    next_embargo: Option<(DateTime<Utc>, Zone)>,
}

/// How to build.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The folder to make the trees in [default: dist].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Publish only what the lock file remembers: if it would change, say what would, and write nothing.
    #[arg(long)]
    pub(crate) locked: bool,
    /// How to say what was made.
    ///
    /// As JSON it is one object: `out`, `at` and `next_embargo` (as RFC 3339, or null); the numbers of `visits` and `entries` in
    /// the schedules, and of files `written` and `unchanged`; the paths that were `removed`; and `audiences`, an object a
    /// tree. Each of these has its `audience`; how many `entries` it may see, how many are `hidden` from it, and how many it sees
    /// are `dayless`, so in no feed; its `feeds`, each with `id`, `path` and the number of its `entries`; and its `files`, each
    /// with `path`, `size` and whether it was `written`. Paths begin below `out`.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Summary,
    #[command(flatten)]
    pub(crate) at: At,
}

/// How to say what a build made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Summary {
    /// For people.
    Text,
    /// For programs, such as one that builds again when the next embargo lifts.
    Json,
}

pub(crate) fn run(context: &Context, options: &Build) -> Result<Outcome, Error> {
    let at = options.at.instant()?;
    let out = options.out.as_deref().unwrap_or(Path::new("dist"));
    let schedules = Schedules::load(&context.schedules, context.database)?;
    let mut checked = schedules.check();
    let lock = schedules.lock(&mut checked.report);
    let (Some(programme), Some(lock)) = (checked.programme.take(), lock) else {
        print_report(context, &checked.report)?;
        return Ok(Outcome::Findings);
    };
    let plan = pipeline::plan(&lock, &programme, (&schedules, &mut checked), at);
    if options.at.is_clock() && plan.needs_clock(options.locked) {
        pipeline::report_clock_ahead(&lock, &programme, at, &mut checked.report);
    }
    pipeline::report_forgotten(&lock, &plan, &mut checked, out)?;
    print_report(context, &checked.report)?;
    if checked.report.has_errors() {
        return Ok(Outcome::Findings);
    }
    if plan.is_revised && options.locked {
        match options.format {
            Summary::Text => print(&format!("{}{LOCKED}", summary_of(&plan.changes, &plan.feed_changes)))?,
            Summary::Json => complain(context, &Error::new(LOCKED.trim_end())),
        }
        return Ok(Outcome::Findings);
    }
    // What was written is read; what is published is made of the programme.
    drop(checked);
    drop(schedules);
    let settings = programme.settings();
    let trees: Vec<Tree> = plan.listings.par_iter().map(|revised| tree::render(revised, settings)).collect();
    let path = pipeline::lock_path(&context.schedules);
    // That an embargo has lifted is noted by builds that may.
    let next_lock = plan.next_lock.as_deref().filter(|_| !options.locked);
    let lock_file = LockFile { path: &path, read: lock.text(), next: next_lock };
    let written = &folder::write(out, &lock_file, &trees)?;
    let next_embargo = next_embargo(&programme, settings.audiences(), at);
    let (programme, trees, listings) = (&programme, &trees[..], &plan.listings[..]);
    let built = Built { programme, trees, listings, written, out, at, next_embargo };
    match options.format {
        Summary::Json => print(&built.json())?,
        Summary::Text if context.quiet => {}
        Summary::Text => {
            print(&format!("{}{}", summary_of(&plan.changes, &plan.feed_changes), built.text(context.verbose)))?;
        }
    }
    Ok(Outcome::Clean)
}

/// Why `--locked` writes nothing.
const LOCKED: &str = "\
The lock file would change, so nothing was written. Run “summitcal build” and commit schedules/revisions.lock.\n";

/// How many changes a build tells one by one.
const MAX_CHANGES: usize = 40;

/// What changes for subscribers, in words. Of a first build there is nothing to say but that everything is new.
fn summary_of(changes: &[Change], feeds: &[(String, FeedChange)]) -> String {
    if changes.is_empty() && feeds.is_empty() {
        return String::new();
    }
    let summaries = changes::summarize(changes);
    let mut text = changes::text(&summaries[..summaries.len().min(MAX_CHANGES)]);
    if summaries.len() > MAX_CHANGES {
        let more = summaries.len() - MAX_CHANGES;
        let _ = writeln!(text, "  and {more} more; “summitcal diff” tells them before a build.");
    }
    if changes.iter().any(|change| change.kind == Kind::Restricted) {
        text.push_str("Copies of what is no longer shown that were fetched already stay out there.\n");
    }
    joined(text, &changes::feeds_text(feeds)) + "\n"
}
