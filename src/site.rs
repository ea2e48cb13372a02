//! Everything that a build makes, as path → bytes. Pure.

mod body;
mod manifest;
pub mod media;
mod single;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use rayon::prelude::*;

pub use body::Body;
use body::Shared;
pub use manifest::{Manifest, ManifestFile};
use single::Frames;

use crate::listing::ListedVisit;
use crate::programme::{Audience, Feed, FeedZone, Settings};
use crate::render::atom;
use crate::render::html;
use crate::render::ics::{self, Header, Piece, Profile, Rendered, Spans};
use crate::revision::Stamped;
use crate::zone::Zone;

/// The name of the file that lists a tree's others.
pub const MANIFEST: &str = "manifest.json";

/// The folder of the files with a single event.
const EVENTS: &str = "events";

/// The name of the file that tells what changed.
pub const CHANGES: &str = "changes.atom";

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
    /// When anything of it last changed.
    pub changed: Option<DateTime<Utc>>,
    /// When the last cancellation left its feeds.
    pub expired: Option<DateTime<Utc>>,
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

/// Some of a visit's events, or the cancellations of what was taken out, as one profile has them.
struct Chapter {
    text: Shared,
    events: Vec<Rendered>,
}

impl From<Piece> for Chapter {
    fn from((text, events): Piece) -> Self {
        Self { text: Arc::new(text.into_bytes()), events }
    }
}

/// All that one profile has: chapters of one visit of the listing after the other, and the cancellations.
struct Book {
    visits: Vec<Chapter>,
    gone: Chapter,
}

impl Book {
    fn chapters(&self) -> impl Iterator<Item = &Chapter> {
        self.visits.iter().chain([&self.gone])
    }

    fn events(&self) -> impl Iterator<Item = &Rendered> {
        self.chapters().flat_map(|chapter| &chapter.events)
    }
}

/// Makes one audience's tree of what its listing shows.
#[must_use]
pub fn tree(stamped: &Stamped<'_>, settings: &Settings) -> Tree {
    let audience = stamped.listing().audience;
    let of_theirs = |(_, feed): &(usize, &Feed)| feed.audience == audience && !is_hidden(stamped, feed);
    let wanted: Vec<(usize, &Feed)> = settings.feeds.iter().enumerate().filter(of_theirs).collect();
    let books = render(stamped, &wanted, settings);
    let book = |position: usize, feed: &Feed| &books[&profile(stamped, position, feed, settings)];
    let in_files =
        wanted.iter().filter(|(_, feed)| feed.events).flat_map(|(position, feed)| book(*position, feed).events());
    let frames = Frames::of(in_files);
    let of_feed = |(position, feed): (usize, &Feed)| {
        let path = format!("feeds/{}.ics", feed.id);
        let base = settings.base_url.get(audience).as_deref();
        let selection = Selection::of(feed, book(position, feed));
        let single = |(text, event): &(&Shared, &Rendered)| {
            let name = file_name(stamped, event)?;
            Some((format!("{EVENTS}/{}/{name}", feed.id), frames.single(text, event)))
        };
        let singles = if feed.events { selection.events.as_slice() } else { &[] };
        let mut files: Vec<(String, Body)> = singles.iter().filter_map(single).collect();
        let (body, entries) = assemble(feed, base, &path, stamped, selection);
        files.push((path.clone(), body));
        (FeedFile { position, path, entries }, files)
    };
    let made: Vec<_> = wanted.into_par_iter().map(of_feed).collect();
    let (feeds, files): (Vec<FeedFile>, Vec<_>) = made.into_iter().unzip();
    let mut files: BTreeMap<String, Body> = files.into_iter().flatten().collect();
    files.insert(CHANGES.to_owned(), atom::changes(stamped, settings).into());
    if settings.pages {
        let holds = |path: &str| files.contains_key(path);
        let feeds = feeds.iter().map(|feed: &FeedFile| &settings.feeds[feed.position]).collect();
        let pages = html::pages(&html::Shelf { stamped, settings, feeds, holds: &holds });
        files.extend(pages.into_iter().map(|(path, bytes)| (path, bytes.into())));
    }
    let manifest = Manifest::of(&files).to_body();
    Tree { audience, files, manifest, feeds, changed: stamped.changed(), expired: stamped.expired() }
}

/// What an event's own file is called; none of what is left of an entry that is in the schedules no more.
fn file_name(stamped: &Stamped<'_>, event: &Rendered) -> Option<String> {
    let (position, visits) = (event.visit?, &stamped.listing().visits);
    let visit = &visits[visits.binary_search_by_key(&position, |visit| visit.position).ok()?];
    Some(ics::file_name(visit, &visit.entries[event.entry?]))
}

/// How a feed, by its position in the settings, has its events written.
fn profile(stamped: &Stamped<'_>, position: usize, feed: &Feed, settings: &Settings) -> Profile {
    Profile::of(feed, settings).settled(stamped.feed_modified(position))
}

/// All events, once for each profile among the feeds.
fn render(stamped: &Stamped<'_>, feeds: &[(usize, &Feed)], settings: &Settings) -> HashMap<Profile, Book> {
    let mut profiles: Vec<Profile> = Vec::new();
    for (position, feed) in feeds {
        let profile = profile(stamped, *position, feed, settings);
        if !profiles.contains(&profile) {
            profiles.push(profile);
        }
    }
    // Side by side, those that differ in clocks alone share all that is said but the times.
    let mut groups: Vec<Vec<Profile>> = Vec::new();
    for profile in profiles {
        match groups.iter_mut().find(|group| group[0].differs_in_clocks_alone(&profile)) {
            Some(group) => group.push(profile),
            None => groups.push(vec![profile]),
        }
    }
    let profiles: Vec<Profile> = groups.into_iter().flatten().collect();
    let visits = stamped.listing().visits.par_iter();
    let stretches = visits.flat_map_iter(|visit| stretches(visit.entries.len()).map(move |rows| (visit, rows)));
    let rendered: Vec<_> = stretches.map(|(visit, rows)| ics::events(stamped, visit, rows, &profiles)).collect();
    let empty = |profile: &Profile| Book {
        visits: Vec::with_capacity(rendered.len()),
        gone: ics::cancellations(stamped, profile).into(),
    };
    let mut books: Vec<Book> = profiles.iter().map(empty).collect();
    for stretch in rendered {
        books
            .iter_mut()
            .zip(stretch)
            .for_each(|(book, pieces)| book.visits.extend(pieces.into_iter().map(Chapter::from)));
    }
    profiles.into_iter().zip(books).collect()
}

/// So many entries are rendered by one job at most: a visit may be a hundred times as long as the others.
const STRETCH: usize = 256;

/// Stretches of a visit's entries, by their rows.
fn stretches(entries: usize) -> impl Iterator<Item = Range<usize>> {
    (0..entries).step_by(STRETCH).map(move |first| first..entries.min(first + STRETCH))
}

/// Whether a feed shows nothing of a listing.
#[must_use]
pub fn is_empty(stamped: &Stamped<'_>, feed: &Feed, settings: &Settings) -> bool {
    let profile = Profile::of(feed, settings);
    let selected = |visit: &&ListedVisit<'_>| feed.selects(Some(visit.position));
    let mut entries = stamped.listing().visits.iter().filter(selected).flat_map(|visit| &visit.entries);
    !entries.any(|entry| feed.only.admits(entry.kind, entry.access) && profile.shows(stamped, entry))
}

/// Whether a feed is of visits alone of which its audience may not even know: its name would tell of them.
fn is_hidden(stamped: &Stamped<'_>, feed: &Feed) -> bool {
    let known = stamped.listing().visits.iter().map(|visit| Some(visit.position));
    let gone = stamped.gone().iter().map(|gone| gone.visit);
    feed.visits.is_some() && !known.chain(gone).any(|visit| feed.selects(visit))
}

/// The events that a feed selects.
#[derive(Default)]
struct Selection<'b> {
    events: Vec<(&'b Shared, &'b Rendered)>,
    /// The zones that their times name, each with the first and the last instant. They are few.
    zones: Vec<(Zone, DateTime<Utc>, DateTime<Utc>)>,
}

impl<'b> Selection<'b> {
    fn of(feed: &Feed, book: &'b Book) -> Self {
        let mut selection = Selection::default();
        book.chapters().for_each(|chapter| selection.add(feed, chapter));
        selection
    }

    fn add(&mut self, feed: &Feed, chapter: &'b Chapter) {
        // A chapter is of one visit, but for that of what was taken out.
        let mut of_visit = (None, feed.selects(None));
        for event in &chapter.events {
            if of_visit.0 != event.visit {
                of_visit = (event.visit, feed.selects(event.visit));
            }
            if !of_visit.1 || !feed.only.admits(event.kind, event.access) {
                continue;
            }
            self.events.push((&chapter.text, event));
            for (zone, instant) in event.zoned.iter().flatten() {
                match self.zones.iter_mut().find(|(known, ..)| known == zone) {
                    Some((_, from, to)) => (*from, *to) = ((*from).min(*instant), (*to).max(*instant)),
                    None => self.zones.push((*zone, *instant, *instant)),
                }
            }
        }
    }
}

/// A feed of the events that it selects, and how many those are.
fn assemble(
    feed: &Feed,
    base_url: Option<&str>,
    path: &str,
    stamped: &Stamped<'_>,
    selection: Selection<'_>,
) -> (Body, usize) {
    let Selection { events, zones } = selection;
    let mut spans: Spans = zones.into_iter().map(|(zone, from, to)| (zone, (from, to))).collect();
    let mut selected = stamped.listing().visits.iter().filter(|visit| feed.selects(Some(visit.position)));
    let first_zone = selected.next().map(|visit| visit.zone);
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
    let count = events.len();
    for (text, event) in events {
        body.push(text, event.bytes.clone());
    }
    body.push_string(ics::footer());
    (body, count)
}

/// An instant for zones that no event is in; any will do, so long as it is always the same.
fn quiet_instant() -> DateTime<Utc> {
    Utc.timestamp_opt(1_735_689_600, 0).single().unwrap_or_default()
}
