//! Everything that a build makes for an audience: path → bytes, with the manifest. Pure.

mod manifest;
pub mod media;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

pub use self::manifest::{Manifest, ManifestFile};
use crate::programme::{Audience, Feed, Settings};
use crate::render::ics::{self, Event, EventStyle, FeedBuilder};
use crate::render::open_data::{self, ProgrammeData};
use crate::render::{atom, changes, csv, html, ninjs};
use crate::revision::RevisedListing;

/// The name of the file that lists a tree's others.
pub const MANIFEST: &str = "manifest.json";

/// The programme as data, and as a table.
pub const PROGRAMME: [&str; 2] = ["programme.json", "programme.csv"];

/// The list of all entries for newsrooms.
pub const NEWSROOM: &str = ninjs::LIST;

/// The names of the files that tell what changed; the first is there in the folder of each language too.
pub const CHANGES: [&str; 2] = [atom::NAME, "changes.json"];

/// The SHA-256 of a file.
pub type Digest = [u8; 32];

/// The SHA-256 of these bytes.
#[must_use]
pub fn digest(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

/// A tree of files for one audience.
#[derive(Debug)]
pub struct Tree {
    /// Whose it is.
    pub audience: Audience,
    /// The bytes of each file, by its path in the tree; the manifest is not among them.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The SHA-256 of each.
    pub digests: BTreeMap<String, Digest>,
    /// The text of the file that lists them; to be written last.
    pub manifest: String,
    /// Its feeds, in the author's order.
    pub feeds: Vec<FeedFile>,
    /// When anything of it last changed.
    pub changed: Option<DateTime<Utc>>,
    /// When the last cancellation left its feeds.
    pub expired: Option<DateTime<Utc>>,
    /// Where it is served, if that is known.
    pub base_url: Option<String>,
    /// The `WebSub` hubs that hand on its changes.
    pub hubs: Vec<String>,
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

/// Makes the tree of what an audience sees.
#[must_use]
pub fn render(revised: &RevisedListing<'_>, settings: &Settings) -> Tree {
    let audience = revised.listing().audience;
    let wanted: Vec<(usize, &Feed)> = settings
        .feeds
        .iter()
        .enumerate()
        .filter(|(_, feed)| feed.audience == audience && !is_hidden(revised, feed))
        .collect();
    let (rendered, (told, data)) = rayon::join(
        || feeds(revised, settings, &wanted),
        || rayon::join(|| atom::files(revised, settings), || data(revised, settings)),
    );
    let mut files: BTreeMap<String, Vec<u8>> = data.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    files.extend(told.into_iter().map(|(path, text)| (path, text.into_bytes())));
    let mut feed_files = Vec::with_capacity(rendered.len());
    for (feed_file, made) in rendered {
        files.extend(made.into_iter().map(|(path, text)| (path, text.into_bytes())));
        feed_files.push(feed_file);
    }
    if !settings.pages.is_empty() {
        let feeds = wanted.iter().map(|(_, feed)| *feed).collect();
        let site = html::SiteContext { revised, settings, feeds, has_file: &|path| files.contains_key(path) };
        let pages = html::pages(&site);
        files.extend(pages.into_iter().map(|(path, text)| (path, text.into_bytes())));
    }
    let digest = |(path, bytes): (&String, &Vec<u8>)| (path.clone(), digest(bytes));
    let digests = files.par_iter().map(digest).collect();
    let manifest = Manifest::text(&files, &digests, settings.database, revised.taken_back());
    let (changed, expired) = (revised.changed(), revised.expired());
    let (base_url, hubs) = (settings.base_url.get(audience).clone(), settings.hubs_of(audience).to_vec());
    Tree { audience, files, digests, manifest, feeds: feed_files, changed, expired, base_url, hubs }
}

/// The files for other programs.
fn data(revised: &RevisedListing<'_>, settings: &Settings) -> Vec<(String, String)> {
    let programme = || {
        let programme = ProgrammeData { revised, settings, feed: None }.object();
        <[String; 2]>::from(rayon::join(|| open_data::text(&programme), || csv::programme(&programme)))
    };
    let changes = || changes::file(revised);
    let (programme, (mut files, changes)) =
        rayon::join(programme, || rayon::join(|| ninjs::files(revised, settings), changes));
    files.push((CHANGES[1].to_owned(), changes));
    files.extend(PROGRAMME.map(str::to_owned).into_iter().zip(programme));
    files
}

/// A feed by itself, in the settings of another one at a position; served at this address, if anywhere.
#[must_use]
pub fn feed(
    revised: &RevisedListing<'_>,
    settings: &Settings,
    (position, feed): (usize, &Feed),
    address: Option<&str>,
) -> String {
    let style = EventStyle::new(feed, settings).modified(revised.feed_modified(position));
    let mut builder = FeedBuilder::new(feed, settings.database);
    ics::for_each_event(revised, &style, |events| {
        for event in events {
            if builder.selects(event) {
                builder.add(event);
            }
        }
    });
    builder.finish(revised, address)
}

/// Whether a feed shows nothing of a listing.
#[must_use]
pub fn is_empty(revised: &RevisedListing<'_>, feed: &Feed, settings: &Settings) -> bool {
    let style = EventStyle::new(feed, settings);
    let visits = revised.listing().visits.iter().filter(|visit| feed.selects(Some(visit.position)));
    let mut entries = visits.flat_map(|visit| &visit.entries);
    !entries.any(|entry| {
        feed.only.admits(entry.kind, entry.access, entry.whose) && style.shows(entry, revised.revision(entry), revised)
    })
}

/// Whether a feed is of visits alone of which its audience may not even know: its name would tell of them.
fn is_hidden(revised: &RevisedListing<'_>, feed: &Feed) -> bool {
    let known = revised.listing().visits.iter().map(|visit| Some(visit.position));
    let withdrawn = revised.withdrawn().iter().map(|withdrawn| withdrawn.visit);
    feed.visits.is_some() && !known.chain(withdrawn).any(|visit| feed.selects(visit))
}

/// A feed that is being made, with the files of its events.
struct FeedFiles<'f> {
    position: usize,
    feed: &'f Feed,
    builder: FeedBuilder<'f>,
    singles: Vec<(String, String)>,
}

impl FeedFiles<'_> {
    fn add(&mut self, events: &[Event]) {
        let selected: Vec<&Event> = events.iter().filter(|event| self.builder.selects(event)).collect();
        for event in &selected {
            self.builder.add(event);
        }
        if self.feed.events {
            let single = |event: &&Event| {
                let name = event.file_name.as_ref()?;
                Some((format!("events/{}/{name}", self.feed.id), ics::single(event)))
            };
            self.singles.par_extend(selected.par_iter().filter_map(single));
        }
    }
}

/// These feeds, each by its position in the settings, with the files that are made of each.
fn feeds(
    revised: &RevisedListing<'_>,
    settings: &Settings,
    wanted: &[(usize, &Feed)],
) -> Vec<(FeedFile, Vec<(String, String)>)> {
    // Feeds of one style have the same events, which are rendered once.
    let mut styles: Vec<(EventStyle, Vec<FeedFiles<'_>>)> = Vec::new();
    for &(position, feed) in wanted {
        let style = EventStyle::new(feed, settings).modified(revised.feed_modified(position));
        let files =
            FeedFiles { position, feed, builder: FeedBuilder::new(feed, settings.database), singles: Vec::new() };
        match styles.iter_mut().find(|(known, _)| *known == style) {
            Some((_, feeds)) => feeds.push(files),
            None => styles.push((style, vec![files])),
        }
    }
    let base_url = settings.base_url.get(revised.listing().audience).as_deref();
    let finish = |files: FeedFiles<'_>| {
        let path = format!("feeds/{}.ics", files.feed.id);
        let address = base_url.map(|base| format!("{base}/{path}"));
        let entries = files.builder.entries;
        let text = files.builder.finish(revised, address.as_deref());
        let mut made = files.singles;
        made.push((path.clone(), text));
        (FeedFile { position: files.position, path, entries }, made)
    };
    let of_style = |(style, mut feeds): (EventStyle, Vec<FeedFiles<'_>>)| {
        ics::for_each_event(revised, &style, |events| feeds.par_iter_mut().for_each(|feed| feed.add(events)));
        feeds.into_iter().map(finish).collect::<Vec<_>>()
    };
    let mut made: Vec<_> = styles.into_par_iter().flat_map_iter(of_style).collect();
    made.sort_by_key(|(file, _)| file.position);
    made
}
