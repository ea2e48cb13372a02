//! `summitcal build`: schedules to trees of feeds.

mod account;
mod json;
mod unchanged;

use std::fmt::Write as _;
use std::path::Path;
use std::thread;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use self::account::Account;
use self::unchanged::Unchanged;
use super::{Next, NextLock, Outcome, Schedules, complain, instant, print, print_report, revisions};
use crate::check::Checked;
use crate::cli::{Build, Global, Summary};
use crate::diagnostic::{Diagnostic, codes};
use crate::error::Error;
use crate::listing::next_embargo;
use crate::output::file::Staged;
use crate::output::folder;
use crate::programme::{Entry, Programme, Visit};
use crate::render::changes;
use crate::revision::{Change, Kind, Lock, Pen, Plan, RevisedListing};
use crate::site::{self, Tree};

pub(crate) fn run(global: &Global, options: &Build) -> Result<Outcome, Error> {
    let at = instant(options.at)?;
    // Before the schedules, so that whatever others publish of later ones is noticed: the lock file is another by then.
    let lock = revisions::lock_bytes(&global.schedules)?;
    let schedules = Schedules::read_all(&global.schedules)?;
    let out = out(options);
    let build = Unchanged::of(&schedules, out, at);
    if options.format == Summary::Text
        && let Some(account) = build.find(lock.as_deref())
    {
        if !options.locked {
            revisions::tidy(&global.schedules);
        }
        if !global.quiet {
            print(&account.text(None, out, false))?;
        }
        return Ok(Outcome::Clean);
    }
    let mut checked = schedules.check();
    let lock = revisions::lock_of(&global.schedules, lock, &mut checked.report);
    let (Some(programme), Some(lock)) = (checked.programme.take(), lock) else {
        print_report(global, &checked.report)?;
        return Ok(Outcome::Findings);
    };
    let mut next_lock = NextLock::begin(&global.schedules, options.locked, build.running());
    let mut pen = |parts: &[&[u8]], changed| next_lock.write(&lock, parts, changed);
    let plan = planned(&lock, &programme, (&schedules, &mut checked), (at, Some(out)), &mut pen)?;
    print_report(global, &checked.report)?;
    if checked.report.has_errors() {
        return Ok(Outcome::Findings);
    }
    if plan.lock_changes && options.locked {
        match options.format {
            Summary::Text => print(&format!("{}{}", changed(&plan.changes), LOCKED))?,
            Summary::Json => complain(global, &Error::new(LOCKED.trim_end())),
        }
        return Ok(Outcome::Findings);
    }
    let nothing_to_report = checked.report.is_empty();
    // What was written is read; all that is published is made of the programme, and may need the room.
    drop(checked);
    drop(schedules);
    let Published { trees, written, inputs } = publish((&programme, &plan), (lock, next_lock), &build, out)?;
    let next = next_embargo(&programme, programme.settings().audiences(), at);
    let account = Account::of(&programme, &trees, &plan.revised, next);
    // What there is to report has to be reported by every build.
    if nothing_to_report {
        build.remember(inputs, turns(&programme, &plan.revised, at), &trees, &account);
    }
    if options.format == Summary::Json {
        let made = json::Made { programme: &programme, trees: &trees, revised: &plan.revised, written: &written, out };
        print(&made.json(at, next.map(|(lifts, _)| lifts)))?;
    } else if !global.quiet {
        print(&changed(&plan.changes))?;
        print(&account.text(Some(&written), out, global.verbose))?;
    }
    // The process ends now; giving back a hundred thousand entries one by one would only take time.
    std::mem::forget((trees, plan));
    std::mem::forget(programme);
    Ok(Outcome::Clean)
}

/// What there is to publish of some schedules, and in their report all that is to be said of it. Where a folder of an
/// earlier build is given, it is held against that too. `pen` writes the next lock file.
pub(super) fn planned<'p>(
    lock: &Lock,
    programme: &'p Programme,
    (schedules, checked): (&Schedules, &mut Checked<'_>),
    (at, out): (DateTime<Utc>, Option<&Path>),
    pen: Pen<'_>,
) -> Result<Plan<'p>, Error> {
    let plan = revisions::plan(lock, programme, checked, at, pen);
    if let Some(out) = out {
        revisions::report_forgotten(lock, &plan, checked, out)?;
    }
    warn_of_empty_feeds(schedules, checked, programme, &plan.revised);
    Ok(plan)
}

/// An instant since which, and one until which, nothing changes by itself.
pub(super) type Turns = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Since when, and until when, the same is to be published unless something is revised: embargoes lift, and cancellations
/// have been there for long enough.
pub(super) fn turns(programme: &Programme, revised: &[RevisedListing<'_>], at: DateTime<Utc>) -> Turns {
    let embargoes = || programme.visits().iter().flat_map(Visit::entries).filter_map(Entry::embargo);
    let since =
        embargoes().filter(|lifts| *lifts <= at).chain(revised.iter().filter_map(RevisedListing::expired)).max();
    let until =
        embargoes().filter(|lifts| *lifts > at).chain(revised.iter().filter_map(RevisedListing::next_expiry)).min();
    (since, until)
}

/// What was published.
struct Published {
    trees: Vec<Tree>,
    written: folder::Outcome,
    /// A digest of all that it was made of.
    inputs: Option<String>,
}

/// Writes the lock file and the trees: all of them, or nothing.
fn publish(
    (programme, plan): (&Programme, &Plan<'_>),
    (lock, next_lock): (Lock, NextLock<'_>),
    build: &Unchanged<'_>,
    out: &Path,
) -> Result<Published, Error> {
    // The lease is first here, so that it is given back last, after what is staged is published or removed.
    let Next { lease: _lease, staged: mut lock_file, digest } =
        next_lock.finish(&lock, plan.lock_changes, |lease| {
            folder::make(out)?;
            lease.extend(out)
        })?;
    build.forget();
    let inputs = digest.and_then(|lock| build.inputs(&lock));
    // It is written, and what is published may need the room.
    drop(lock);
    // Everything is on the disk before anything is changed, so that want of space changes nothing. Waiting for the disk,
    // and rendering, need not wait for each other.
    let settle = || lock_file.as_mut().map_or(Ok(()), Staged::settle);
    let render = || write(programme, &plan.revised, out);
    let (settled, rendered) = thread::scope(|scope| {
        // On a thread of its own, because one that waits for the disk renders nothing.
        let settled = scope.spawn(settle);
        let rendered = render();
        (settled.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), rendered)
    });
    settled?;
    let (trees, staged) = rendered?;
    // The lock file is in its place before anything is published, so that whatever stops this build, the next one
    // publishes the same.
    if let Some(mut lock_file) = lock_file {
        lock_file.publish()?;
    }
    staged.publish().map(|written| Published { trees, written, inputs })
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

/// Writes a tree for each audience that has a feed, beside its place.
fn write(
    programme: &Programme,
    revised: &[RevisedListing<'_>],
    out: &Path,
) -> Result<(Vec<Tree>, folder::Staged), Error> {
    let audience = |revised: &RevisedListing<'_>| revised.listing().audience;
    let staging = folder::begin(out, &revised.iter().map(audience).collect::<Vec<_>>())?;
    let tree = |revised: &RevisedListing<'_>| {
        let desk = staging.desk(audience(revised))?;
        Some(site::tree(revised, programme.settings(), desk))
    };
    let trees: Vec<_> = revised.par_iter().filter_map(tree).collect();
    let trees = trees.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let staged = staging.finish(&trees)?;
    Ok((trees, staged))
}

/// A feed that shows nothing is probably not what was meant.
pub(super) fn warn_of_empty_feeds(
    schedules: &Schedules,
    checked: &mut Checked<'_>,
    programme: &Programme,
    revised: &[RevisedListing<'_>],
) {
    let Some(file) = &schedules.feeds else { return };
    for (feed, node) in programme.settings().feeds.iter().zip(&checked.feeds) {
        let theirs = revised.iter().find(|revised| revised.listing().audience == feed.audience);
        if theirs.is_some_and(|revised| site::is_empty(revised, feed, programme.settings())) {
            checked.report.push(
                Diagnostic::warning(codes::EMPTY_FEED, file.place(*node), "Nothing is shown in this feed.").with_help(
                    "Look at its “visits” and “only”, at who may see the entries and from when, and at their days.",
                ),
            );
        }
    }
    let rules = &checked.rules;
    checked.report.apply_severity(|code| rules.severity_of(code));
}
