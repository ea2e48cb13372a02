//! Pages for browsers: for each audience and language a list of the visits, and a page for each visit.
//!
//! A page needs one style sheet and one small script of the same tree, and asks nothing of anybody else. All that it says
//! is in its bytes; the script only adds what depends on the reader's clock. Templates escape whatever they are given.
//! Authors' texts are never part of an address, a class or an id.

mod entry;
mod links;
mod page;
mod structured_data;
mod subscribe;
mod timeline;
mod visit;

use std::borrow::Cow;

use maud::{Markup, html};
use rayon::prelude::*;

pub use self::page::POLICY;
use self::page::{LinkPreview, PageContent};
use self::subscribe::QrCodes;
use self::visit::FormerAddresses;
use crate::listing::ListedVisit;
use crate::locale::{self, Locale, Phrase};
use crate::programme::{Feed, FeedZone, Id, Language, Settings, Text, UiLanguage};
use crate::render::localizer::Localizer;
use crate::revision::RevisedListing;
use crate::zone::Zone;

/// How every page looks.
const STYLE: (&str, &str) = ("page.css", include_str!("html/page.css"));

/// What the reader's clock adds.
const SCRIPT: (&str, &str) = ("page.js", include_str!("html/page.js"));

/// What the pages of one audience's tree are made of.
pub struct SiteContext<'s> {
    /// What the audience sees.
    pub revised: &'s RevisedListing<'s>,
    /// Who publishes, and where.
    pub settings: &'s Settings,
    /// The feeds of the tree, in the author's order.
    pub feeds: Vec<&'s Feed>,
    /// Whether the tree has a file of this path.
    pub has_file: &'s (dyn Fn(&str) -> bool + Sync),
}

/// The pages of a tree, its style sheet and its script: each with its path, in no order that matters.
pub fn pages(site: &SiteContext<'_>) -> Vec<(String, String)> {
    // Drawing a code takes longer than all else, and it is the same on every page.
    let qr_codes = subscribe::qr_codes(site);
    let former_addresses = visit::former_addresses(site.revised);
    let visits = site.visits().iter().map(Some).chain([None]);
    let pages: Vec<_> =
        visits.flat_map(|visit| UiLanguage::ALL.iter().map(move |language| (visit, *language))).collect();
    let render = |(visit, ui_language): (Option<&ListedVisit<'_>>, UiLanguage)| {
        let page = PageContext {
            site,
            qr_codes: &qr_codes,
            former_addresses: &former_addresses,
            ui_language,
            locale: locale::of(ui_language),
            language: language(ui_language),
            home_clock: site.home_clock(),
            path: visit.map_or_else(|| "index.html".to_owned(), |visit| visit_path(visit.id)),
        };
        let markup = visit.map_or_else(|| index(&page), |visit| visit::page(&page, visit));
        (page.path_in(ui_language), markup.into_string())
    };
    let mut files: Vec<_> = pages.into_par_iter().map(render).collect();
    files.extend([STYLE, SCRIPT].map(|(path, text)| (path.to_owned(), text.to_owned())));
    files
}

/// The language of the authors' texts on pages in a language of the program.
fn language(ui_language: UiLanguage) -> Language {
    Language::parse(ui_language.word()).expect("the program's languages have well-formed tags")
}

/// The page of a visit, below the folder of its language.
fn visit_path(visit: &Id) -> String {
    format!("visits/{visit}.html")
}

impl<'s> SiteContext<'s> {
    fn visits(&self) -> &'s [ListedVisit<'s>] {
        &self.revised.listing().visits
    }

    /// The clock that stands beside the host's: that of the audience's first feed with a clock of its own.
    fn home_clock(&self) -> Option<Zone> {
        self.feeds.iter().find_map(|feed| feed.zone.fixed())
    }

    /// The URL that the tree is served at, if that is known.
    fn base_url(&self) -> Option<&'s str> {
        self.settings.base_url.get(self.revised.listing().audience).as_deref()
    }

    /// The feeds with entries of a visit, or all of them.
    fn feeds_of(&self, visit: Option<&ListedVisit<'_>>) -> impl Iterator<Item = &'s Feed> {
        let position = visit.map(|visit| visit.position);
        self.feeds.iter().copied().filter(move |feed| position.is_none() || feed.selects(position))
    }
}

/// One page, in one language.
struct PageContext<'s> {
    site: &'s SiteContext<'s>,
    qr_codes: &'s QrCodes,
    former_addresses: &'s FormerAddresses<'s>,
    ui_language: UiLanguage,
    locale: &'static dyn Locale,
    language: Language,
    /// The clock beside the host's.
    home_clock: Option<Zone>,
    /// Its path below the folder of its language.
    path: String,
}

impl<'s> PageContext<'s> {
    /// The path of this page in a language, from the top of the tree.
    fn path_in(&self, ui_language: UiLanguage) -> String {
        match ui_language {
            UiLanguage::English => self.path.clone(),
            other => format!("{}/{}", other.word(), self.path),
        }
    }

    /// Leads from this page to the top of the tree.
    fn to_top(&self) -> String {
        "../".repeat(self.path_in(self.ui_language).matches('/').count())
    }

    /// Leads from this page to the folder of its language.
    fn to_language_folder(&self) -> String {
        "../".repeat(self.path.matches('/').count())
    }

    /// The URL of a path of the tree, if it is known where that is served.
    fn url(&self, path: &str) -> Option<String> {
        self.site.base_url().map(|base| format!("{base}/{path}"))
    }

    /// The permanent URL of an entry: on the page in English, as in feeds.
    fn entry_url(&self, visit: &Id, entry: &Id) -> Option<String> {
        self.url(&format!("{}#{entry}", visit_path(visit)))
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        self.locale.phrase(phrase)
    }

    /// For the texts of a visit, or for one text by itself.
    fn localizer<'c>(&'c self, title: &'c Text) -> Localizer<'c> {
        Localizer::new(self.ui_language, &self.language, self.home_clock.as_slice(), title)
    }

    /// What a visit or a feed is called.
    fn title<'t>(&'t self, title: &'t Text) -> Cow<'t, str> {
        self.localizer(title).text(title)
    }

    /// A feed in the language of the page with a clock of its own, else one in that language, else the first; of a visit, or
    /// of all.
    fn best_feed(&self, visit: Option<&ListedVisit<'_>>) -> Option<&'s Feed> {
        let in_language = || self.site.feeds_of(visit).filter(|feed| feed.ui_language == self.ui_language);
        let with_clock = in_language().find(|feed| feed.zone != FeedZone::Host);
        with_clock.or_else(|| in_language().next()).or_else(|| self.site.feeds_of(visit).next())
    }
}

/// The page that lists the visits.
fn index(page: &PageContext<'_>) -> Markup {
    let visits = page.site.visits();
    let publisher = page.title(&page.site.settings.publisher);
    let title = format!("{} · {publisher}", page.phrase(Phrase::Visits));
    let titles: Vec<_> = visits.iter().map(|visit| page.title(visit.title)).collect();
    let titles_with_status: Vec<_> = visits.iter().map(|visit| visit::title_with_status(page, visit).into()).collect();
    let list = |titles: &[Cow<'_, str>]| match titles {
        [] => page.phrase(Phrase::NothingToShow).to_owned(),
        titles => page.locale.list(titles),
    };
    let body = html! {
        h1 { (page.phrase(Phrase::Visits)) }
        @if visits.is_empty() { p { (page.phrase(Phrase::NothingToShow)) } }
        ul class="visits" {
            @for visit in visits {
                li {
                    h2 { a href=(visit_path(visit.id)) { (page.title(visit.title)) } }
                    (visit::summary(page, visit))
                }
            }
        }
        (subscribe::section(page, None))
    };
    let preview = LinkPreview { title: title.clone(), description: list(&titles_with_status) };
    page::whole(page, &PageContent { title, description: list(&titles), preview, body, structured_data: None })
}
