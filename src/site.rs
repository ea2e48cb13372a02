//! Everything that a build makes, as path → bytes. Pure.

mod body;
mod manifest;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use rayon::prelude::*;

pub use body::Body;
pub use manifest::{Manifest, ManifestFile};

use crate::programme::{Audience, Feed, FeedZone, Settings};
use crate::render::ics::{self, Header, Profile, Rendered, Spans};
use crate::revision::Stamped;
use crate::zone::Zone;

/// The name of the file that lists a tree's others.
pub const MANIFEST: &str = "manifest.json";

/// A tree of files for one audience, each by its path in the tree.
#[derive(Debug)]
pub struct Tree {
    /// Whose it is.
    pub audience: Audience,
    /// Its files; the manifest is not among them.
    pub files: BTreeMap<String, Body>,
    /// What lists them; written last.
    pub manifest: Body,
    /// Its feeds, in the author's order.
    pub feeds: Vec<FeedFile>,
}

/// A feed of a tree.
#[derive(Debug)]
pub struct FeedFile {
    /// Its position in the settings.
    pub position: usize,
    /// Its path in the tree.
    pub path: String,
    /// How many entries it holds.
    pub entries: usize,
}

/// A visit's events as one profile has them.
struct Chapter {
    text: Arc<str>,
    events: Vec<Rendered>,
}

/// Makes one audience's tree of what its listing shows.
#[must_use]
pub fn tree(stamped: &Stamped<'_>, settings: &Settings) -> Tree {
    let audience = stamped.listing().audience;
    let wanted: Vec<(usize, &Feed)> =
        settings.feeds.iter().enumerate().filter(|(_, feed)| feed.audience == audience).collect();
    let chapters = render(stamped, &wanted);
    let mut files = BTreeMap::new();
    let mut feeds = Vec::with_capacity(wanted.len());
    for (position, feed) in wanted {
        let path = format!("feeds/{}.ics", feed.id);
        let base = settings.base_url.get(audience).as_deref();
        let (body, entries) = assemble(feed, base, &path, stamped, &chapters[&Profile::from(feed)]);
        files.insert(path.clone(), body);
        feeds.push(FeedFile { position, path, entries });
    }
    let manifest = Manifest::of(&files).to_body();
    Tree { audience, files, manifest, feeds }
}

/// Each visit's events, once for each profile among the feeds.
fn render(stamped: &Stamped<'_>, feeds: &[(usize, &Feed)]) -> HashMap<Profile, Vec<Chapter>> {
    let mut profiles: Vec<Profile> = Vec::new();
    for (_, feed) in feeds {
        let profile = Profile::from(*feed);
        if !profiles.contains(&profile) {
            profiles.push(profile);
        }
    }
    let visits = &stamped.listing().visits;
    let chapters = |profile: Profile| {
        let render = |visit| {
            let (text, events) = ics::events(stamped, visit, &profile);
            Chapter { text: text.into(), events }
        };
        let chapters = visits.par_iter().map(render).collect();
        (profile, chapters)
    };
    profiles.into_par_iter().map(chapters).collect()
}

/// A feed of the events that it selects, and how many those are.
fn assemble(
    feed: &Feed,
    base_url: Option<&str>,
    path: &str,
    stamped: &Stamped<'_>,
    chapters: &[Chapter],
) -> (Body, usize) {
    let selected = |visit: usize| feed.visits.as_ref().is_none_or(|visits| visits.contains(&visit));
    let mut spans = Spans::new();
    let mut events = Vec::new();
    let mut count = 0;
    let mut first_zone = None;
    for (visit, chapter) in stamped.listing().visits.iter().zip(chapters).filter(|(visit, _)| selected(visit.position))
    {
        first_zone = first_zone.or(Some(visit.zone));
        for event in chapter.events.iter().filter(|event| feed.only.admits(event.kind, event.access)) {
            count += 1;
            events.push((&chapter.text, event.bytes.clone()));
            for &(zone, instant) in &event.zoned {
                let (from, to) = spans.entry(zone).or_insert((instant, instant));
                (*from, *to) = ((*from).min(instant), (*to).max(instant));
            }
        }
    }
    let zone = match feed.zone {
        FeedZone::Fixed(zone) => Some(zone),
        FeedZone::Host => first_zone,
    };
    // A calendar needs a component, and apps look for that of X-WR-TIMEZONE.
    if let Some(zone) = zone.or_else(|| Zone::parse("Etc/UTC").ok()) {
        spans.entry(zone).or_insert((quiet_instant(), quiet_instant()));
    }
    let name = feed.title.spoken(&feed.language, &feed.title).text;
    let header = Header {
        name,
        zone: zone.map_or("Etc/UTC", Zone::name),
        refresh: feed.refresh,
        address: base_url.map(|base| format!("{base}/{path}")),
    };
    let mut body = Body::default();
    body.push_string(ics::header(&header) + &ics::timezones(&spans));
    for (text, bytes) in events {
        body.push(text, bytes);
    }
    body.push_string(ics::footer());
    (body, count)
}

/// An instant for zones that no event is in; any will do, so long as it is always the same.
fn quiet_instant() -> DateTime<Utc> {
    Utc.timestamp_opt(1_735_689_600, 0).single().unwrap_or_default()
}
