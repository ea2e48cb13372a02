//! `summitcal build`: schedules to trees of feeds.

mod json;

use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, Timelike, Utc};

use super::{Outcome, Schedules, complain, instant, print, print_report, revisions, whose};
use crate::check::Checked;
use crate::cli::{Build, Global, Summary};
use crate::diagnostic::{Diagnostic, codes};
use crate::error::Error;
use crate::listing::{Listing, next_embargo};
use crate::output::file::Staged;
use crate::output::lease::Lease;
use crate::output::{folder, lease};
use crate::programme::Programme;
use crate::render::changes;
use crate::revision::{Change, Kind, Lock, NewLock, Plan, Stamped};
use crate::site::{self, Tree};
use crate::zone::Zone;

pub(crate) fn run(global: &Global, options: &Build) -> Result<Outcome, Error> {
    let at = instant(options.at)?;
    let schedules = Schedules::read_all(&global.schedules)?;
    let mut checked = schedules.check();
    let lock = revisions::read_lock(&global.schedules, &mut checked.report)?;
    let (Some(programme), Some(lock)) = (checked.programme.take(), lock) else {
        print_report(global, &checked.report)?;
        return Ok(Outcome::Findings);
    };
    let out = out(options);
    let mut plan = planned(&lock, &programme, (&schedules, &mut checked), at, Some(out))?;
    print_report(global, &checked.report)?;
    if checked.report.has_errors() {
        return Ok(Outcome::Findings);
    }
    let new_lock = plan.lock.take();
    if new_lock.is_some() && options.locked {
        match options.format {
            Summary::Text => print(&format!("{}{}", changed(&plan.changes), LOCKED))?,
            Summary::Json => complain(global, &Error::new(LOCKED.trim_end())),
        }
        return Ok(Outcome::Findings);
    }
    let (trees, written) = publish(global, options, &programme, &lock, new_lock, &plan.stamped)?;
    let next = next_embargo(&programme, programme.settings().audiences(), at);
    if options.format == Summary::Json {
        let made = json::Made { programme: &programme, trees: &trees, stamped: &plan.stamped, written: &written, out };
        print(&made.json(at, next.map(|(lifts, _)| lifts)))?;
    } else if !global.quiet {
        print(&changed(&plan.changes))?;
        print(&summary(&programme, &trees, &written, out, global.verbose))?;
        print(&left_out(&programme, &plan.stamped))?;
        print(&next.map(|(lifts, zone)| lifting(lifts, zone)).unwrap_or_default())?;
    }
    // The process ends now; giving back a hundred thousand entries one by one would only take time.
    std::mem::forget((trees, plan, lock));
    std::mem::forget((programme, schedules));
    Ok(Outcome::Clean)
}

/// What there is to publish of some schedules, and in their report all that is to be said of it. Where a folder of an
/// earlier build is given, it is held against that too.
pub(super) fn planned<'p>(
    lock: &Lock,
    programme: &'p Programme,
    (schedules, checked): (&Schedules, &mut Checked<'_>),
    at: DateTime<Utc>,
    out: Option<&Path>,
) -> Result<Plan<'p>, Error> {
    let plan = revisions::plan(lock, programme, checked, at);
    if let Some(out) = out {
        revisions::report_forgotten(lock, &plan, checked, out)?;
    }
    warn_of_empty_feeds(schedules, checked, programme, &plan.stamped);
    Ok(plan)
}

/// Writes the lock file and the trees: all of them, or nothing.
fn publish(
    global: &Global,
    options: &Build,
    programme: &Programme,
    lock: &Lock,
    new_lock: Option<NewLock>,
    stamped: &[Stamped<'_>],
) -> Result<(Vec<Tree>, folder::Outcome), Error> {
    let out = out(options);
    folder::make(out)?;
    let mut lease = lease::take(out)?;
    // Everything is on the disk before anything is changed, so that want of space changes nothing. Waiting for the disk,
    // and rendering, need not wait for each other.
    let remember = || remember(global, lock, new_lock, options.locked, &mut lease);
    let render = || {
        let trees = trees(programme, stamped);
        folder::stage(&trees, out).map(|staged| (trees, staged))
    };
    let (remembered, rendered) = rayon::join(remember, render);
    let (lock_file, (trees, staged)) = (remembered?, rendered?);
    // The lock file is in its place before anything is published, so that whatever stops this build, the next one
    // publishes the same.
    if let Some(mut lock_file) = lock_file {
        lock_file.publish()?;
    }
    staged.publish().map(|written| (trees, written))
}

/// Writes the lock file beside its place, if it changes; if not, sees to it that it is still the one that was read.
pub(super) fn remember(
    global: &Global,
    lock: &Lock,
    new_lock: Option<NewLock>,
    locked: bool,
    lease: &mut Lease,
) -> Result<Option<Staged>, Error> {
    if let Some(new_lock) = new_lock {
        return revisions::stage_lock(&global.schedules, lock, &new_lock, lease);
    }
    revisions::hold(&global.schedules, lock)?;
    if !locked {
        revisions::tidy(&global.schedules, lease)?;
    }
    Ok(None)
}

fn out(options: &Build) -> &Path {
    options.out.as_deref().unwrap_or(Path::new("dist"))
}

/// Why `--locked` writes nothing.
const LOCKED: &str = "\
The lock file would change, so nothing was written. Run “summitcal build” and commit schedules/revisions.lock.\n";

/// How many changes a build tells one by one.
const TOLD: usize = 40;

/// What changes for subscribers, in words. Of a first build there is nothing to say but that everything is new.
fn changed(changes: &[Change]) -> String {
    if changes.iter().all(|change| change.kind == Kind::Announced && change.after().is_none()) {
        return String::new();
    }
    let told = changes::tell(changes);
    let mut text = changes::text(&told[..told.len().min(TOLD)]);
    if told.len() > TOLD {
        let _ = writeln!(text, "  and {} more; “summitcal diff” tells them before a build.", told.len() - TOLD);
    }
    if changes.iter().any(|change| change.kind == Kind::Restricted) {
        text.push_str("Copies of what is no longer shown that were fetched already stay out there.\n");
    }
    text.push('\n');
    text
}

/// A tree for each audience that has a feed.
pub(super) fn trees(programme: &Programme, stamped: &[Stamped<'_>]) -> Vec<Tree> {
    stamped.iter().map(|stamped| site::tree(stamped, programme.settings())).collect()
}

/// A feed that shows nothing is probably not what was meant.
pub(super) fn warn_of_empty_feeds(
    schedules: &Schedules,
    checked: &mut Checked<'_>,
    programme: &Programme,
    stamped: &[Stamped<'_>],
) {
    let Some(file) = &schedules.feeds else { return };
    for (feed, node) in programme.settings().feeds.iter().zip(&checked.feeds) {
        let theirs = stamped.iter().find(|stamped| stamped.listing().audience == feed.audience);
        if theirs.is_some_and(|stamped| site::is_empty(stamped, feed, programme.settings())) {
            checked.report.push(
                Diagnostic::warning(codes::EMPTY_FEED, file.place(*node), "Nothing is shown in this feed.").with_help(
                    "Look at its “visits” and “only”, at who may see the entries and from when, and at their days.",
                ),
            );
        }
    }
    let rules = &checked.rules;
    checked.report.judge(|code| rules.verdict(code));
}

/// What was made, a line a feed, and what that changed on disk.
fn summary(programme: &Programme, trees: &[Tree], written: &folder::Outcome, out: &Path, verbose: bool) -> String {
    let mut text = String::new();
    let feeds = || trees.iter().flat_map(|tree| tree.feeds.iter().map(move |feed| (tree, feed)));
    let width = feeds().map(|(tree, feed)| tree.audience.word().len() + 1 + feed.path.len()).max().unwrap_or(0);
    for (tree, feed) in feeds() {
        let path = format!("{}/{}", tree.audience.word(), feed.path);
        let state = if written.written.contains(&out.join(&path)) { "written" } else { "unchanged" };
        let _ =
            writeln!(text, "{}/{path:width$}  {:>11}  {state}", out.display(), count(feed.entries, "entry", "entries"));
    }
    if verbose {
        for path in &written.written {
            let _ = writeln!(text, "written {}", path.display());
        }
    }
    for path in &written.removed {
        let _ = writeln!(text, "removed {}", path.display());
    }
    let entries: usize = programme.visits().iter().map(|visit| visit.entries().len()).sum();
    let _ = writeln!(
        text,
        "{} of {}, in {}: {} written, {} unchanged, {} removed.",
        count(entries, "entry", "entries"),
        count(programme.visits().len(), "visit", "visits"),
        count(feeds().count(), "feed", "feeds"),
        count(written.written.len(), "file", "files"),
        written.unchanged,
        written.removed.len(),
    );
    text
}

/// Why entries of the schedules are in no feed, if any are.
fn left_out(programme: &Programme, stamped: &[Stamped<'_>]) -> String {
    let all: usize = programme.visits().iter().map(|visit| visit.entries().len()).sum();
    let mut text = String::new();
    for listing in stamped.iter().map(Stamped::listing) {
        let hidden = all - listing.entries().count();
        if hidden > 0 {
            let whose = whose(listing.audience);
            let _ = writeln!(text, "{} not for {whose} to see, so in none of its feeds.", are(hidden));
        }
    }
    let dayless = |listing: &Listing<'_>| listing.entries().filter(|entry| !entry.timing.has_day()).count();
    let dayless = stamped.iter().map(|stamped| dayless(stamped.listing())).max().unwrap_or(0);
    if dayless > 0 {
        let _ = writeln!(text, "{} without even a day, so in no feed.", are(dayless));
    }
    text
}

/// When to build again.
fn lifting(lifts: DateTime<Utc>, zone: Zone) -> String {
    let there = zone.moment(lifts);
    let time = if lifts.second() == 0 { "%-d %B %Y at %H:%M" } else { "%-d %B %Y at %H:%M:%S" };
    let (local, name) = (there.local().format(time), there.name());
    format!("The next embargo lifts on {local} {name} ({}): build again then.\n", revisions::rfc3339(lifts))
}

fn are(number: usize) -> String {
    format!("{} {}", count(number, "entry", "entries"), if number == 1 { "is" } else { "are" })
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
