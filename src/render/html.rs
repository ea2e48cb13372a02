//! Pages for browsers: for each audience and language a list of the visits, and a page for each visit.
//!
//! A page is whole in itself: beside it there are one style sheet and one small script of the same tree, and nothing is
//! asked of anybody else. All that it says is in its bytes; the script only adds what depends on the reader's clock.
//! Templates escape whatever they are given. Authors' texts are never part of an address, a class or an id.

mod data;
mod entry;
mod former;
mod index;
mod links;
mod page;
mod subscribe;
mod timeline;
mod visit;

use std::collections::HashMap;

use maud::Render;
use rayon::prelude::*;

use self::former::Former;
pub use self::page::POLICY;
use crate::listing::ListedVisit;
use crate::locale::{self, Locale, Page};
use crate::programme::{Feed, FeedZone, Id, Language, Settings, Text, UiLanguage};
use crate::render::escape::Escape;
use crate::render::localizer::Localizer;
use crate::revision::RevisedListing;
use crate::zone::Zone;

/// How every page looks.
const STYLE: (&str, &str) = ("page.css", include_str!("html/page.css"));

/// What the reader's clock adds.
const SCRIPT: (&str, &str) = ("page.js", include_str!("html/page.js"));

/// What pages are made of: what an audience sees, and the feeds and files of its tree.
pub struct Shelf<'s> {
    /// What its audience sees.
    pub revised: &'s RevisedListing<'s>,
    /// Who publishes, and where.
    pub settings: &'s Settings,
    /// The feeds of the tree, in the author's order.
    pub feeds: Vec<&'s Feed>,
    /// Whether the tree has a file.
    pub holds: &'s (dyn Fn(&str) -> bool + Sync),
}

/// Makes the pages of a tree, and what they need beside them, and hands each over as soon as it is made, by its path.
/// Returns what was given for them, in no order that matters.
pub fn pages<T, E>(shelf: &Shelf<'_>, put: impl Fn(String, &[u8]) -> Result<T, E> + Sync) -> Result<Vec<T>, E>
where
    T: Send,
    E: Send,
{
    // Codes take longer than all else, and are the same on every page.
    let codes: Codes = shelf.feeds.par_iter().filter_map(|feed| subscribe::code(shelf.base()?, feed)).collect();
    let mut given: Vec<T> = Vec::new();
    for (path, text) in [STYLE, SCRIPT] {
        given.push(put(path.to_owned(), text.as_bytes())?);
    }
    let former = former::of(shelf.revised);
    let visits = &shelf.revised.listing().visits;
    for ui_language in UiLanguage::ALL {
        // Every language that the program speaks has a well-formed tag.
        let language = Language::parse(ui_language.word()).unwrap_or(Language::ENGLISH);
        let clocks: Vec<Zone> = shelf.home().into_iter().collect();
        let page = |visit: Option<&ListedVisit<'_>>| {
            let place = visit.map_or_else(|| "index.html".to_owned(), |visit| visit_place(visit.id));
            let words = locale::of(*ui_language);
            let (codes, former, ui_language) = (&codes, &former, *ui_language);
            let leaf =
                Leaf { shelf, codes, former, ui_language, locale: words, language: &language, clocks: &clocks, place };
            let page = visit.map_or_else(|| index::page(&leaf), |visit| visit::page(&leaf, visit));
            put(leaf.path(ui_language), page.into_string().as_bytes())
        };
        given.extend(every(visits, page)?);
    }
    Ok(given)
}

/// What is made for each visit, and for all of them together.
fn every<T: Send, E: Send>(
    visits: &[ListedVisit<'_>],
    make: impl Fn(Option<&ListedVisit<'_>>) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    // Of several that failed, always the same is told.
    let of_each = || visits.par_iter().map(|visit| make(Some(visit))).collect::<Vec<_>>();
    let (of_each, of_all) = rayon::join(of_each, || make(None));
    of_each.into_iter().chain([of_all]).collect()
}

/// Where the page of a visit is, below the folder of its language.
fn visit_place(visit: &Id) -> String {
    format!("visits/{visit}.html")
}

impl<'s> Shelf<'s> {
    /// The clock that stands beside the host's: that of the audience's first feed with a clock of its own.
    fn home(&self) -> Option<Zone> {
        self.feeds.iter().find_map(|feed| feed.zone.fixed())
    }

    /// Where the tree is served.
    fn base(&self) -> Option<&'s str> {
        self.settings.base_url.get(self.revised.listing().audience).as_deref()
    }

    /// The feeds with entries of a visit, or all of them.
    fn feeds_of(&self, visit: Option<&ListedVisit<'_>>) -> impl Iterator<Item = &'s Feed> {
        let position = visit.map(|visit| visit.position);
        self.feeds.iter().copied().filter(move |feed| position.is_none() || feed.selects(position))
    }
}

/// The codes of the feeds that have an address, by the feeds' ids.
type Codes = HashMap<Id, subscribe::Code>;

/// One page, in one language.
struct Leaf<'s> {
    shelf: &'s Shelf<'s>,
    codes: &'s Codes,
    former: &'s Former<'s>,
    ui_language: UiLanguage,
    locale: &'static dyn Locale,
    language: &'s Language,
    /// The clocks beside the host's.
    clocks: &'s [Zone],
    /// Where it is below the folder of its language.
    place: String,
}

impl<'s> Leaf<'s> {
    /// Where this page is in another language, or its own.
    fn path(&self, ui_language: UiLanguage) -> String {
        match ui_language {
            UiLanguage::English => self.place.clone(),
            other => format!("{}/{}", other.word(), self.place),
        }
    }

    /// What leads from here to the top of the tree.
    fn up(&self) -> String {
        "../".repeat(self.path(self.ui_language).matches('/').count())
    }

    /// What leads from here to the folder of its language.
    fn home(&self) -> String {
        "../".repeat(self.place.matches('/').count())
    }

    /// Where a path of the tree is served, if that is known.
    fn address(&self, path: &str) -> Option<String> {
        self.shelf.base().map(|base| format!("{base}/{path}"))
    }

    /// Where an entry is found for ever: on the page in English, as in feeds.
    fn entry_address(&self, visit: &Id, entry: &Id) -> Option<String> {
        self.address(&format!("{}#{entry}", visit_place(visit)))
    }

    fn say(&self, word: Page) -> &'static str {
        self.locale.page(word)
    }

    /// Somebody who reads this page.
    fn localizer(&self, title: &'s Text) -> Localizer<'s> {
        Localizer::new(self.ui_language, self.language, self.clocks, title)
    }

    /// A feed in the language of the page, or else the first, of those that an entry's visit is in.
    fn own_feed(&self, visit: Option<&ListedVisit<'_>>) -> Option<&'s Feed> {
        let on_home_clock = |feed: &&Feed| feed.ui_language == self.ui_language && feed.zone != FeedZone::Host;
        let feeds = || self.shelf.feeds_of(visit);
        feeds()
            .find(on_home_clock)
            .or_else(|| feeds().find(|feed| feed.ui_language == self.ui_language))
            .or(feeds().next())
    }
}

/// How texts are escaped, in content and in attributes.
const ESCAPED: Escape = Escape {
    rare: b'"',
    common: *b"&<>",
    written: |byte| match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        _ => "&quot;",
    },
};

/// A longer text of somebody's. The templates escape whatever they are given; this does so many bytes at a time.
struct Long<T>(T);

impl<T: AsRef<str>> Render for Long<T> {
    fn render_to(&self, out: &mut String) {
        ESCAPED.write(out, self.0.as_ref());
    }
}
