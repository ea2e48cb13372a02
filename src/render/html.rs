//! Pages for browsers: for each audience and language a list of the visits, and a page for each visit.
//!
//! A page needs one style sheet and one small script of the same tree, and asks nothing of anybody else. All that it says
//! is in its bytes; the script only adds what depends on the reader's clock. Templates escape whatever they are given.
//! Authors' texts are never part of an address, a class or an id.

mod changes;
mod clocks;
mod day;
mod entry;
mod foreign;
mod links;
mod own_feed;
mod page;
mod structured_data;
mod subscribe;
mod timeline;
mod visit;

use std::borrow::Cow;

use chrono::NaiveDate;
use maud::{Markup, html};
use rayon::prelude::*;
use url::Url;

pub(crate) use self::day::alone as day_alone;
use self::page::{LinkPreview, PageContent};
pub use self::page::{POLICY, POLICY_WITH_FORM, problems};
use self::subscribe::QrCodes;
use self::visit::FormerAddresses;
use crate::listing::ListedVisit;
use crate::locale::{self, Locale, Phrase};
use crate::programme::{Audience, Feed, FeedZone, Id, Language, Settings, StatusKind, Text, UiLanguage};
use crate::render::localizer::Localizer;
use crate::revision::{RevisedListing, Revision};
use crate::zone::{Zone, rfc3339};

/// A day of a page, with each entry as it was revised.
type Day<'v, 'p> = super::days::Day<'v, 'p, Revision>;

/// How every page looks.
const STYLE: (&str, &str) = ("page.css", include_str!("html/page.css"));

/// What browsers show beside a page's title: a day of a calendar.
const ICON: (&str, &str) = ("icon.svg", include_str!("html/icon.svg"));

/// What is shown for an address that nothing is at.
pub const NOT_FOUND: &str = "404.html";

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

/// What a page is about.
#[derive(Clone, Copy)]
enum Subject<'s> {
    Visit(&'s ListedVisit<'s>),
    /// All visits.
    Index,
    /// What changed.
    Changes,
    /// A day.
    Day(NaiveDate),
    /// Today, and all days.
    Today,
    /// That there is nothing at an address.
    NotFound,
}

/// The pages of a tree, its style sheet and its script: each with its path, in no order that matters.
pub fn pages(site: &SiteContext<'_>) -> Vec<(String, String)> {
    // Drawing a code takes longer than all else, and it is the same on every page of a language.
    let qr_codes = subscribe::qr_codes(site);
    let former_addresses = visit::former_addresses(site.revised);
    let days = super::day::days(site.revised.listing());
    let subjects = site.visits().iter().map(Subject::Visit).chain([Subject::Index, Subject::Changes, Subject::Today]);
    let subjects = subjects.chain(days.keys().map(|date| Subject::Day(*date)));
    let languages = &site.settings.pages;
    let pages = subjects.flat_map(|subject| languages.iter().map(move |language| (subject, *language)));
    // Servers and stores have one page for what is not there.
    let pages: Vec<_> = pages.chain(languages.first().map(|language| (Subject::NotFound, *language))).collect();
    let render = |(subject, ui_language): (Subject<'_>, UiLanguage)| {
        let page = PageContext {
            site,
            qr_codes: &qr_codes,
            former_addresses: &former_addresses,
            ui_language,
            locale: locale::of(ui_language),
            language: Language::of_program(ui_language),
            home_clock: site.home_clock(),
            path: match subject {
                Subject::Visit(visit) => visit_path(visit.id),
                Subject::Index => "index.html".to_owned(),
                Subject::Changes => "changes.html".to_owned(),
                Subject::Day(date) => day::day_path(date),
                Subject::Today => day::TODAY.to_owned(),
                Subject::NotFound => NOT_FOUND.to_owned(),
            },
        };
        let mut texts = Vec::new();
        let markup = match subject {
            Subject::Day(date) => {
                let sheet = day::sheet(&page, date, &days[&date]);
                let path = page.path_in(ui_language).replace(".html", ".txt");
                texts.push((path, super::day::text(&sheet)));
                day::page(&page, &sheet)
            }
            Subject::Today => day::today(&page, &days),
            Subject::Visit(visit) => visit::page(&page, visit),
            Subject::Index => index(&page),
            Subject::Changes => changes::page(&page),
            Subject::NotFound => not_found(&page),
        };
        texts.push((page.path_in(ui_language), markup.into_string()));
        texts
    };
    let mut files: Vec<_> = pages.into_par_iter().flat_map_iter(render).collect();
    files.push((STYLE.0.to_owned(), compact_style(STYLE.1)));
    files.push((SCRIPT.0.to_owned(), compact_script(SCRIPT.1)));
    files.push((ICON.0.to_owned(), compact(ICON.1)));
    files
}

/// A style sheet or a script without its indentation and comments.
fn compact(text: &str) -> String {
    let is_comment = |line: &str| line.starts_with("//") || line.starts_with("/*") && line.ends_with("*/");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_comment(line));
    // After these a line may go on.
    lines.flat_map(|line| [line, if line.ends_with(['{', '(', ',', ';']) { "" } else { "\n" }]).collect()
}

/// A script, also without the spaces between what would not run together. In texts all of them stay.
fn compact_script(text: &str) -> String {
    let text = compact(text);
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut out = String::with_capacity(text.len());
    let (mut quote, mut chars) = (None, text.chars().peekable());
    while let Some(c) = chars.next() {
        let (before, after) = (out.chars().next_back().unwrap_or(' '), chars.peek().copied().unwrap_or(' '));
        let run_together = is_word(before) && is_word(after) || before == after && "+-".contains(before);
        match (quote, c) {
            (None, ' ') if !run_together => continue,
            (None, '}') if before == ';' => drop(out.pop()),
            (None, '"' | '`') => quote = Some(c),
            (Some(open), _) if open == c && before != '\\' => quote = None,
            _ => {}
        }
        out.push(c);
    }
    out
}

/// A style sheet, also without the spaces that mean nothing in it.
fn compact_style(text: &str) -> String {
    let pairs = [
        (" {", "{"),
        ("{ ", "{"),
        (" }", "}"),
        ("; ", ";"),
        (": ", ":"),
        (", ", ","),
        ("> ", ">"),
        (" >", ">"),
        (" / ", "/"),
        (" !", "!"),
        (";}", "}"),
    ];
    pairs
        .into_iter()
        .fold(compact(text), |text, (from, to)| text.replace(from, to))
        .replace(";\n}", "}")
        .replace("}\n", "}")
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
        self.site.settings.path_in(ui_language, &self.path)
    }

    /// Leads from this page to the top of the tree. That of what is not there is shown at any address: it has the path at
    /// which the tree is served.
    fn to_top(&self) -> String {
        if self.path == NOT_FOUND {
            let base = self.site.base_url().and_then(|base| Url::parse(base).ok());
            return base.map_or_else(|| "/".to_owned(), |base| format!("{}/", base.path().trim_end_matches('/')));
        }
        "../".repeat(self.path_in(self.ui_language).matches('/').count())
    }

    /// Leads from this page to the folder of its language.
    fn to_language_folder(&self) -> String {
        if self.path == NOT_FOUND {
            return self.to_top();
        }
        "../".repeat(self.path.matches('/').count())
    }

    /// The URL of a path of the tree, if it is known where that is served.
    fn url(&self, path: &str) -> Option<String> {
        self.site.base_url().map(|base| format!("{base}/{path}"))
    }

    /// The permanent URL of an entry: on the page at the top, as in feeds.
    fn entry_url(&self, visit: &Id, entry: &Id) -> Option<String> {
        self.url(&format!("{}#{entry}", visit_path(visit)))
    }

    /// Whether everybody may see the page.
    fn is_public(&self) -> bool {
        self.site.revised.listing().audience == Audience::Public
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        self.locale.phrase(phrase)
    }

    /// For the texts of a visit, or for one text by itself.
    fn localizer<'c>(&'c self, title: &'c Text) -> Localizer<'c> {
        Localizer::new(self.ui_language, &self.language, self.home_clock.as_slice(), title).for_page()
    }

    /// What a visit or a feed is called.
    fn title<'t>(&'t self, title: &'t Text) -> Cow<'t, str> {
        Cow::Borrowed(title.localized(&self.language, title).text)
    }

    /// A feed in the language of the page with a clock of its own, else one in that language, else the first; of a visit, or
    /// of all.
    fn best_feed(&self, visit: Option<&ListedVisit<'_>>) -> Option<&'s Feed> {
        let whole = || self.site.feeds_of(visit).filter(|feed| feed.only.restricts_nothing());
        let in_language = || whole().filter(|feed| feed.ui_language == self.ui_language);
        // On the page of a visit, a feed of that visit alone.
        let is_own = |feed: &&Feed| visit.is_some() && feed.visits.as_ref().is_some_and(|visits| visits.len() == 1);
        let with_clock = in_language().find(is_own).or_else(|| in_language().find(|feed| feed.zone != FeedZone::Host));
        with_clock
            .or_else(|| in_language().next())
            .or_else(|| whole().next())
            .or_else(|| self.site.feeds_of(visit).next())
    }
}

/// The page that lists the visits: the newest first, and by the script what is coming up, under way and past.
fn index(page: &PageContext<'_>) -> Markup {
    let mut visits: Vec<&ListedVisit<'_>> = page.site.visits().iter().collect();
    visits.sort_by_key(|visit| std::cmp::Reverse(visit.dates));
    let titles = page.site.visits().iter().map(|visit| visit::title_with_status(page, visit).into());
    let titles = titles.collect::<Vec<Cow<'_, str>>>();
    let description = match &titles[..] {
        [] => page.phrase(Phrase::NothingToShow).to_owned(),
        titles => page.locale.list(titles),
    };
    let title = page.phrase(Phrase::Visits).to_owned();
    let body = html! {
        h1 { (title) }
        div id="_now" hidden {}
        @if visits.is_empty() { p { (page.phrase(Phrase::NothingToShow)) } }
        p class="tools" {
            a class="main" href="#_subscribe" { (page.phrase(Phrase::Subscribe)) }
            (changes_link(page, None))
        }
        ul class="visits" id="_visits" { @for visit in visits { (index_row(page, visit)) } }
        (subscribe::section(page, None))
        // For the script, which says what is now and next.
        template id="_entries" { (entry::to_come(page)) }
    };
    let preview_title = format!("{title} · {}", page.title(&page.site.settings.publisher));
    let preview = LinkPreview { title: preview_title, description: description.clone() };
    page::whole(page, &PageContent { title, description, preview, body, is_long: false, structured_data: None })
}

/// The page for an address that nothing is at.
fn not_found(page: &PageContext<'_>) -> Markup {
    let title = page.phrase(Phrase::NothingHere).to_owned();
    let body = html! {
        h1 { (title) }
        p { a href={ (page.to_top()) "index.html" } { (page.phrase(Phrase::AllVisits)) } }
    };
    let preview = LinkPreview { title: title.clone(), description: title.clone() };
    page::whole(
        page,
        &PageContent { title: title.clone(), description: title, preview, body, is_long: false, structured_data: None },
    )
}

/// The way to the changes, with how many entries of a visit, or of all, changed; nothing where none did.
fn changes_link(page: &PageContext<'_>, visit: Option<&ListedVisit<'_>>) -> Markup {
    let count = changes::count(page, visit);
    html! {
        @if count > 0 {
            a href={ (page.to_language_folder()) "changes.html" } { (page.phrase(Phrase::Changes)) " (" (count) ")" }
        }
    }
}

fn index_row(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Markup {
    let (from, to) = visit::extent(visit);
    let status = visit.status.filter(|status| status.kind != StatusKind::Confirmed);
    let class = status.map_or("", |status| status.kind.word());
    let reason = status.and_then(|status| status.reason.as_ref());
    let dates = page.locale.date_range(visit.dates.0, visit.dates.1);
    html! {
        li class=(class) data-from=(rfc3339(from)) data-to=(rfc3339(to)) {
            span class="when" { (dates) }
            span class="what" {
                @if let Some(status) = status { b { (locale::capitalised(page.locale.status(status.kind))) } " " }
                a href=(visit_path(visit.id)) { (page.marked_title(visit.title)) }
                span class="soft" { (page.marked_names(visit, &visit::cities(page, visit))) }
                @if let Some(reason) = reason {
                    span class="soft" { (page.marked(visit, reason, &page.localizer(visit.title).text(reason))) }
                }
            }
        }
    }
}
