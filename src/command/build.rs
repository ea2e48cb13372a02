//! `summitcal build`: schedules to trees of feeds.

use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::{Outcome, Schedules, instant, print, print_report};
use crate::check::Checked;
use crate::cli::{Build, Global};
use crate::diagnostic::{Diagnostic, codes};
use crate::error::Error;
use crate::listing::Listing;
use crate::output::folder;
use crate::programme::{Audience, Programme};
use crate::revision::Stamped;
use crate::site::{self, Tree};

pub(crate) fn run(global: &Global, options: &Build) -> Result<Outcome, Error> {
    let at = instant(options.at)?;
    let schedules = Schedules::read_all(&global.schedules)?;
    let mut checked = schedules.check();
    let Some(programme) = checked.programme.take() else {
        print_report(global, &checked.report)?;
        return Ok(Outcome::Findings);
    };
    let stamped = stamped(&programme, at);
    let trees = trees(&programme, &stamped);
    warn_of_empty_feeds(&schedules, &mut checked, &trees);
    print_report(global, &checked.report)?;
    if checked.report.has_errors() {
        return Ok(Outcome::Findings);
    }
    let out = options.out.as_deref().unwrap_or(Path::new("dist"));
    let written = folder::write(&trees, out)?;
    if !global.quiet {
        print(&summary(&programme, &trees, &written, out, global.verbose))?;
        print(&left_out(&programme, &stamped))?;
    }
    // The process ends now; giving back a hundred thousand entries one by one would only take time.
    std::mem::forget((trees, stamped));
    std::mem::forget((programme, schedules));
    Ok(Outcome::Clean)
}

/// What each audience that has a feed may see.
pub(super) fn stamped(programme: &Programme, at: DateTime<Utc>) -> Vec<Stamped<'_>> {
    let settings = programme.settings();
    let stamped = |audience| Stamped::new(Listing::of(programme, audience, at), settings.uid_namespace, at);
    settings.audiences().map(stamped).collect()
}

/// A tree for each audience that has a feed.
pub(super) fn trees(programme: &Programme, stamped: &[Stamped<'_>]) -> Vec<Tree> {
    stamped.iter().map(|stamped| site::tree(stamped, programme.settings())).collect()
}

/// A feed that shows nothing is probably not what was meant.
pub(super) fn warn_of_empty_feeds(schedules: &Schedules, checked: &mut Checked, trees: &[Tree]) {
    let Some(file) = &schedules.feeds else { return };
    for feed in trees.iter().flat_map(|tree| &tree.feeds).filter(|feed| feed.entries == 0) {
        let Some(node) = checked.feeds.get(feed.position) else { continue };
        checked.report.push(
            Diagnostic::warning(codes::EMPTY_FEED, file.place(*node), "Nothing is shown in this feed.").with_help(
                "Look at its “visits” and “only”, at who may see the entries and from when, and at their days.",
            ),
        );
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
            let whose = match listing.audience {
                Audience::Public => "the public",
                Audience::Press => "the press",
                Audience::Staff => "staff",
            };
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

fn are(number: usize) -> String {
    format!("{} {}", count(number, "entry", "entries"), if number == 1 { "is" } else { "are" })
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
