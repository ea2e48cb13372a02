//! Everything that a build makes: the bytes of each path go to whoever takes them ([`Keep`]), and what they are in the
//! manifest stays. Pure.

mod abreast;
mod feed;
mod keep;
mod manifest;
pub mod media;
mod single;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use self::feed::Press;
pub use self::keep::{Keep, Sheet};
use self::keep::{Memory, in_order, put};
pub use self::manifest::{Manifest, ManifestFile};
use crate::listing::ListedVisit;
use crate::programme::{Audience, Feed, Settings};
use crate::render::ics::Profile;
use crate::render::{atom, html};
use crate::revision::RevisedListing;

/// The name of the file that lists a tree's others.
pub const MANIFEST: &str = "manifest.json";

/// The folder of the files with a single event.
const EVENTS: &str = "events";

/// The name of the file that tells what changed.
pub const CHANGES: &str = "changes.atom";

/// What there is to say of a tree of files for one audience. The files themselves went to who keeps them.
#[derive(Debug)]
pub struct Tree {
    /// Whose it is.
    pub audience: Audience,
    /// What each file has, by its path in the tree; the manifest is not among them.
    pub files: BTreeMap<String, ManifestFile>,
    /// What lists them; to be written last.
    pub manifest: String,
    /// Its feeds, in the author's order.
    pub feeds: Vec<FeedFile>,
    /// When anything of it last changed.
    pub changed: Option<DateTime<Utc>>,
    /// When the last cancellation left its feeds.
    pub expired: Option<DateTime<Utc>>,
}

/// A tree with its files, by their paths in it; the manifest is not among them.
#[derive(Debug)]
pub struct InMemory {
    /// What there is to say of it.
    pub tree: Tree,
    /// The bytes of each file.
    pub files: BTreeMap<String, Vec<u8>>,
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

/// Makes one audience's tree of what its listing shows, and hands over its files.
pub fn tree<K: Keep>(revised: &RevisedListing<'_>, settings: &Settings, keep: &K) -> Result<Tree, K::Error> {
    let audience = revised.listing().audience;
    let of_theirs = |(_, feed): &(usize, &Feed)| feed.audience == audience && !is_hidden(revised, feed);
    let wanted: Vec<(usize, &Feed)> = settings.feeds.iter().enumerate().filter(of_theirs).collect();
    let feeds = || Press::new(revised, settings, keep).feeds(&wanted);
    let (made, changes) = rayon::join(feeds, || atom::changes(revised, settings));
    let (feeds, files): (Vec<FeedFile>, Vec<_>) = made?.into_iter().unzip();
    let mut files: BTreeMap<String, ManifestFile> = files.into_iter().flatten().collect();
    files.extend([put(keep, CHANGES.to_owned(), &[changes.as_bytes()])?]);
    if settings.pages {
        let has_file = |path: &str| files.contains_key(path);
        let feeds = feeds.iter().map(|feed: &FeedFile| &settings.feeds[feed.position]).collect();
        let site = html::SiteContext { revised, settings, feeds, has_file: &has_file };
        let pages = html::pages(&site).into_par_iter();
        files.extend(in_order(pages.map(|(path, text)| put(keep, path, &[text.as_bytes()])))?);
    }
    let manifest = Manifest::text(&files);
    Ok(Tree { audience, files, manifest, feeds, changed: revised.changed(), expired: revised.expired() })
}

/// The same, with the files in memory.
#[must_use]
pub fn in_memory(revised: &RevisedListing<'_>, settings: &Settings) -> InMemory {
    let memory = Memory::default();
    let Ok(tree) = tree(revised, settings, &memory);
    InMemory { tree, files: memory.into_files() }
}

/// Whether a feed shows nothing of a listing.
#[must_use]
pub fn is_empty(revised: &RevisedListing<'_>, feed: &Feed, settings: &Settings) -> bool {
    let profile = Profile::of(feed, settings);
    let selected = |visit: &&ListedVisit<'_>| feed.selects(Some(visit.position));
    let mut entries = revised.listing().visits.iter().filter(selected).flat_map(|visit| &visit.entries);
    !entries.any(|entry| feed.only.admits(entry.kind, entry.access) && profile.shows(revised, entry))
}

/// Whether a feed is of visits alone of which its audience may not even know: its name would tell of them.
fn is_hidden(revised: &RevisedListing<'_>, feed: &Feed) -> bool {
    let known = revised.listing().visits.iter().map(|visit| Some(visit.position));
    let withdrawn = revised.withdrawn().iter().map(|withdrawn| withdrawn.visit);
    feed.visits.is_some() && !known.chain(withdrawn).any(|visit| feed.selects(visit))
}
