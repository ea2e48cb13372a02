//! What a build says that it made.

use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, Timelike, Utc};
use serde_json::{Value, json};

use crate::command::whose;
use crate::digits::rfc3339;
use crate::listing::Listing;
use crate::output::folder;
use crate::programme::{Programme, Visit};
use crate::revision::RevisedListing;
use crate::site::Tree;
use crate::zone::Zone;

/// What a build made, apart from what that changed on the disk.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Account {
    /// The path of each feed below the output folder, and how many entries it has.
    feeds: Vec<(String, usize)>,
    visits: usize,
    entries: usize,
    files: usize,
    /// Why entries are in no feed, and when to build again.
    remarks: String,
}

impl Account {
    pub(super) fn of(
        programme: &Programme,
        trees: &[Tree],
        revised: &[RevisedListing<'_>],
        next: Option<(DateTime<Utc>, Zone)>,
    ) -> Self {
        let path = |tree: &Tree, path: &str| format!("{}/{path}", tree.audience.word());
        let feeds =
            trees.iter().flat_map(|tree| tree.feeds.iter().map(move |feed| (path(tree, &feed.path), feed.entries)));
        Self {
            feeds: feeds.collect(),
            visits: programme.visits().len(),
            entries: programme.visits().iter().map(Visit::entries).map(<[_]>::len).sum(),
            // The manifest of a tree is one of its files.
            files: trees.iter().map(|tree| tree.files.len() + 1).sum(),
            remarks: left_out(programme, revised) + &next.map(|(at, zone)| lifting(at, zone)).unwrap_or_default(),
        }
    }

    /// As another build can be told of it.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "feeds": self.feeds,
            "visits": self.visits,
            "entries": self.entries,
            "files": self.files,
            "remarks": self.remarks,
        })
    }

    pub(super) fn parse(value: &Value) -> Option<Self> {
        let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
        let feed = |feed: &Value| Some((feed.get(0)?.as_str()?.to_owned(), number(feed.get(1)?)?));
        Some(Self {
            feeds: value.get("feeds")?.as_array()?.iter().map(feed).collect::<Option<_>>()?,
            visits: number(value.get("visits")?)?,
            entries: number(value.get("entries")?)?,
            files: number(value.get("files")?)?,
            remarks: value.get("remarks")?.as_str()?.to_owned(),
        })
    }

    /// For people: a line a feed, and what changed on the disk; nothing, where that is not given.
    pub(super) fn text(&self, written: Option<&folder::Outcome>, out: &Path, verbose: bool) -> String {
        let nothing = folder::Outcome { unchanged: self.files, ..folder::Outcome::default() };
        let written = written.unwrap_or(&nothing);
        let mut text = String::new();
        let width = self.feeds.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
        for (path, entries) in &self.feeds {
            let state = if written.written.contains(&out.join(path)) { "written" } else { "unchanged" };
            let entries = count(*entries, "entry", "entries");
            let _ = writeln!(text, "{}/{path:width$}  {entries:>11}  {state}", out.display());
        }
        if verbose {
            for path in &written.written {
                let _ = writeln!(text, "written {}", path.display());
            }
        }
        for path in &written.removed {
            let _ = writeln!(text, "removed {}", path.display());
        }
        let _ = writeln!(
            text,
            "{} of {}, in {}: {} written, {} unchanged, {} removed.",
            count(self.entries, "entry", "entries"),
            count(self.visits, "visit", "visits"),
            count(self.feeds.len(), "feed", "feeds"),
            count(written.written.len(), "file", "files"),
            written.unchanged,
            written.removed.len(),
        );
        text + &self.remarks
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
