//! What a build made, for people.

use std::fmt::Write as _;

use chrono::{DateTime, Timelike, Utc};

use super::Built;
use crate::cli::whose;
use crate::listing::Listing;
use crate::programme::{Programme, Visit};
use crate::revision::RevisedListing;
use crate::zone::Zone;
use crate::zone::rfc3339;

impl Built<'_> {
    /// A line a feed, and what changed on the disk.
    pub(super) fn text(&self, is_verbose: bool) -> String {
        let mut text = String::new();
        let feeds: Vec<(String, usize)> = self
            .trees
            .iter()
            .flat_map(|tree| {
                tree.feeds.iter().map(|feed| (format!("{}/{}", tree.audience.word(), feed.path), feed.entries))
            })
            .collect();
        let width = feeds.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
        for (path, entries) in &feeds {
            let state = if self.written.written.contains(&self.out.join(path)) { "written" } else { "unchanged" };
            let entries = count(*entries, "entry", "entries");
            let _ = writeln!(text, "{}/{path:width$}  {entries:>11}  {state}", self.out.display());
        }
        if is_verbose {
            for path in &self.written.written {
                let _ = writeln!(text, "written {}", path.display());
            }
        }
        for path in &self.written.removed {
            let _ = writeln!(text, "removed {}", path.display());
        }
        let entries = self.programme.visits().iter().map(Visit::entries).map(<[_]>::len).sum();
        let _ = writeln!(
            text,
            "{} of {}, in {}: {} written, {} unchanged, {} removed.",
            count(entries, "entry", "entries"),
            count(self.programme.visits().len(), "visit", "visits"),
            count(feeds.len(), "feed", "feeds"),
            count(self.written.written.len(), "file", "files"),
            self.written.unchanged,
            self.written.removed.len(),
        );
        text.push_str(&left_out(self.programme, self.listings));
        text.extend(self.next_embargo.map(|(at, zone)| lifting(at, zone)));
        text
    }
}

/// Why entries of the schedules are in no feed, if any are.
fn left_out(programme: &Programme, revised: &[RevisedListing<'_>]) -> String {
    let all: usize = programme.visits().iter().map(|visit| visit.entries().len()).sum();
    let mut text = String::new();
    for listing in revised.iter().map(RevisedListing::listing) {
        let hidden = all - listing.entries().count();
        if hidden > 0 {
            let whose = whose(listing.audience);
            let _ = writeln!(text, "{} not for {whose} to see, so in none of its feeds.", are(hidden));
        }
    }
    let dayless = |listing: &Listing<'_>| listing.entries().filter(|entry| !entry.timing.has_day()).count();
    let dayless = revised.iter().map(|revised| dayless(revised.listing())).max().unwrap_or(0);
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
    format!("The next embargo lifts on {local} {name} ({}): build again then.\n", rfc3339(lifts))
}

fn are(number: usize) -> String {
    format!("{} {}", count(number, "entry", "entries"), if number == 1 { "is" } else { "are" })
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
