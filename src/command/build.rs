//! `summitcal build`: schedules to trees of feeds.

use std::fmt::Write as _;
use std::path::Path;

use super::{Outcome, Schedules, instant, print, print_report};
use crate::check::Checked;
use crate::cli::{Build, Global};
use crate::diagnostic::{Diagnostic, codes};
use crate::error::Error;
use crate::listing::Listing;
use crate::output::{folder, lease};
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
    let stamped = Stamped::new(Listing::public(&programme, at), programme.settings().uid_namespace, at);
    let trees = trees(&programme, &stamped);
    warn_of_empty_feeds(&schedules, &mut checked, &trees);
    print_report(global, &checked.report)?;
    if checked.report.has_errors() {
        return Ok(Outcome::Findings);
    }
    let out = options.out.as_deref().unwrap_or(Path::new("dist"));
    folder::make(out)?;
    let lease = lease::take(out)?;
    // When nothing more can fail for want of space, it is published.
    let staged = folder::stage(&trees, out)?;
    let written = staged.publish()?;
    drop(lease);
    if !global.quiet {
        print(&summary(&programme, &trees, &written, out, global.verbose))?;
        print(&left_out(&programme, stamped.listing()))?;
    }
    // The process ends now; giving back a hundred thousand entries one by one would only take time.
    std::mem::forget((trees, stamped));
    std::mem::forget((programme, schedules));
    Ok(Outcome::Clean)
}

/// A tree for each audience that has a feed.
pub(super) fn trees(programme: &Programme, stamped: &Stamped<'_>) -> Vec<Tree> {
    let settings = programme.settings();
    let asked = |audience: &&Audience| settings.feeds.iter().any(|feed| feed.audience == **audience);
    Audience::ALL.iter().filter(asked).map(|audience| site::tree(*audience, stamped, settings)).collect()
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
fn left_out(programme: &Programme, listing: &Listing<'_>) -> String {
    let all: usize = programme.visits().iter().map(|visit| visit.entries().len()).sum();
    let listed = || listing.visits.iter().flat_map(|visit| &visit.entries);
    let hidden = all - listed().count();
    let dayless = listed().filter(|entry| !entry.timing.has_day()).count();
    let mut text = String::new();
    if hidden > 0 {
        let _ = writeln!(text, "{} not for the public to see, so in no feed.", are(hidden));
    }
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
