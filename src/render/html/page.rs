//! What all pages have: their head, the languages, and their foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{NOT_FOUND, PageContext};
use crate::locale::{self, Phrase};
use crate::programme::{Audience, UiLanguage};
use crate::render::ninjs;

/// Nothing from elsewhere, nothing inline, nothing sent anywhere else. The script asks for nothing; tools that look at a page in
/// its browser ask for `robots.txt` in its name.
pub const POLICY: &str = "default-src 'none'; connect-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; \
                          base-uri 'none'; form-action 'none'";

/// The same, for a page with a form that asks for a feed of one's own.
pub const POLICY_WITH_FORM: &str = "default-src 'none'; connect-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; \
                                    base-uri 'none'; form-action 'self'";

/// What stands at the head of each page while its author's schedules cannot be built.
#[must_use]
pub fn problems(text: &str) -> String {
    let markup = html! {
        section lang="en" {
            p class="band staff" { strong { "The schedules cannot be built. This is what was built last." } }
            pre { (text) }
        }
    };
    markup.into_string()
}

/// What differs from page to page.
pub(super) struct PageContent {
    pub(super) title: String,
    /// What the page is about, in a sentence.
    pub(super) description: String,
    pub(super) preview: LinkPreview,
    pub(super) body: Markup,
    /// Whether it has a choice among its entries.
    pub(super) is_long: bool,
    /// JSON-LD, fit to stand in a page.
    pub(super) structured_data: Option<String>,
}

/// What apps show of a page beside a link to it.
pub(super) struct LinkPreview {
    pub(super) title: String,
    pub(super) description: String,
}

/// A whole page.
pub(super) fn whole(page: &PageContext<'_>, content: &PageContent) -> Markup {
    let publisher = &page.site.settings.publisher;
    let publisher = page.title(publisher);
    let audience = page.site.revised.listing().audience;
    let band = match audience {
        Audience::Public => None,
        Audience::Press => Some(page.phrase(Phrase::PressBand)),
        Audience::Staff => Some(page.phrase(Phrase::StaffBand)),
    };
    // The words for whom a page is stand before all else, where a browser shows many.
    let title = format!("{} · {publisher}", content.title);
    let title = band.map(|band| format!("{band} {title}")).unwrap_or(title);
    let on_index = |phrase: Phrase| (page.path == "index.html").then(|| page.phrase(phrase));
    html! {
        (DOCTYPE)
        html lang=(page.ui_language.word()) {
            (head(page, content, &title, &publisher))
            body data-link=(page.phrase(Phrase::PermanentLink)) data-now=(page.phrase(Phrase::Now)) data-next=(page.phrase(Phrase::Next))
                data-in=(page.phrase(Phrase::InHours)) data-later=(page.phrase(Phrase::LaterToday)) data-began=(page.phrase(Phrase::Began))
                data-over=(page.phrase(Phrase::VisitOver)) data-you=(page.phrase(Phrase::You))
                data-underway=[on_index(Phrase::UnderWay)] data-coming=[on_index(Phrase::ComingUp)]
                data-pastvisits=[on_index(Phrase::PastVisits)] data-since=(page.phrase(Phrase::SinceLastVisit))
                data-jump=[content.is_long.then(|| page.phrase(Phrase::JumpToNow))] data-copy=(page.phrase(Phrase::Copy))
                data-copytext=(page.phrase(Phrase::CopyText)) data-copied=(page.phrase(Phrase::Copied))
                data-share=(page.phrase(Phrase::Share)) data-about=(page.locale.about("%"))
                data-between=(page.locale.between("%", "%")) data-until=(page.locale.until("%"))
                data-clock=(page.locale.other_clock("%t", None, "%c"))
                data-dayclock=(page.locale.other_clock("%t", Some("%w"), "%c")) {
                a class="skip" href="#_main" { (page.phrase(Phrase::Skip)) }
                header {
                    @if let Some(band) = band { p class={ "band " (audience.word()) } { (band) } }
                    div class="top" {
                        p class="publisher" { (page.marked_title(&page.site.settings.publisher)) }
                        (languages(page))
                    }
                }
                main id="_main" { (content.body) }
                footer {
                    p {
                        a href={ (page.to_language_folder()) "changes.html" } { (page.phrase(Phrase::Changes)) }
                        " · "
                        a href={ (page.to_language_folder()) (super::day::TODAY) } { (page.phrase(Phrase::Days)) }
                    }
                    (state(page))
                }
            }
        }
    }
}

/// For paper: of when the page is, and where it can be read as it is now.
fn state(page: &PageContext<'_>) -> Markup {
    let zone = page.home_clock.or_else(|| Some(page.site.visits().first()?.zone));
    let state = page.state.zip(zone).map(|(at, zone)| {
        let at = zone.local(at);
        let at =
            format!("{} {}", page.locale.date(at.datetime.date()), at.datetime.format("%H:%M ")) + at.name.as_str();
        page.phrase(Phrase::StateOf).replace('%', &at)
    });
    let url = page.url(&page.path_in(page.ui_language));
    html! {
        @if page.path != NOT_FOUND && (state.is_some() || url.is_some()) {
            p class="state" { (state.into_iter().chain(url).collect::<Vec<_>>().join(" · ")) }
        }
    }
}

/// What a tree has for other programs than browsers and calendars, of all visits: path, media type and format, as the manifest
/// has it.
const DATA: [(&str, &str, &str); 4] = [
    ("programme.json", "application/json", "summitcal programme"),
    ("programme.csv", "text/csv", "summitcal table"),
    (ninjs::LIST, "application/json", "ninjs"),
    ("changes.json", "application/json", "summitcal changes"),
];

fn head(page: &PageContext<'_>, content: &PageContent, title: &str, publisher: &str) -> Markup {
    let to_top = page.to_top();
    let is_not_found = page.path == NOT_FOUND;
    let url = page.url(&page.path_in(page.ui_language)).filter(|_| !is_not_found);
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(if page.site.settings.own_feeds && page.path == "index.html" { POLICY_WITH_FORM } else { POLICY });
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="no-referrer";
            meta name="color-scheme" content="light dark";
            title { (title) }
            meta name="robots" content=(if page.is_public() && !is_not_found { "index, follow" } else { "noindex" });
            meta name="description" content=(content.description);
            meta property="og:type" content="website";
            meta property="og:title" content=(content.preview.title);
            meta property="og:description" content=(content.preview.description);
            meta property="og:site_name" content=(publisher);
            meta property="og:locale" content=(og_locale(page.ui_language));
            @if let Some(url) = &url {
                meta property="og:url" content=(url);
                link rel="canonical" href=(url);
            }
            link rel="stylesheet" href={ (to_top) "page.css" };
            link rel="icon" type="image/svg+xml" href={ (to_top) "icon.svg" };
            link rel="alternate" type="application/atom+xml" title=(page.phrase(Phrase::ChangesFeed)) href={ (page.to_language_folder()) "changes.atom" };
            @for (path, media_type, format) in DATA.into_iter().filter(|(path, ..)| (page.site.has_file)(path)) {
                link rel="alternate" type=(media_type) title=(format) href={ (to_top) (path) };
            }
            // Those of one visit are on its page.
            @let feeds = page.site.feeds.iter().filter(|feed| feed.visits.is_none());
            @for feed in feeds.filter(|feed| feed.ui_language == page.ui_language) {
                @let language = page.foreign(&feed.title, &feed.title);
                link rel="alternate" type="text/calendar" title=(page.title(&feed.title)) lang=[language.lang()] dir=[language.dir()]
                    href={ (to_top) "feeds/" (feed.id) ".ics" };
            }
            // Search engines want whole addresses, the page's own among them.
            @for ui_language in &page.site.settings.pages {
                @if let Some(url) = page.url(&page.path_in(*ui_language)).filter(|_| url.is_some()) {
                    link rel="alternate" hreflang=(ui_language.word()) href=(url);
                }
            }
            @if url.is_some() {
                @if let Some(url) = page.url(&page.path) { link rel="alternate" hreflang="x-default" href=(url); }
            }
            @if let Some(json) = &content.structured_data {
                script type="application/ld+json" { (PreEscaped(json)) }
            }
            // What is shown first is what stays: the script adds a line above the programme.
            script src={ (to_top) "page.js" } defer blocking="render" {}
        }
    }
}

fn languages(page: &PageContext<'_>) -> Markup {
    html! {
        @let others = &page.site.settings.pages;
        @if others.len() > 1 { nav class="languages" aria-label=(page.phrase(Phrase::Languages)) {
            @for ui_language in others {
                @if page.path == NOT_FOUND {
                    a href={ (page.to_top()) (page.site.settings.path_in(*ui_language, "index.html")) } hreflang=(ui_language.word()) lang=(ui_language.word()) {
                        (locale::of(*ui_language).own_name())
                    }
                } @else if *ui_language == page.ui_language {
                    span aria-current="page" lang=(ui_language.word()) { (locale::of(*ui_language).own_name()) }
                } @else {
                    a href={ (page.to_top()) (page.path_in(*ui_language)) } hreflang=(ui_language.word()) lang=(ui_language.word()) {
                        (locale::of(*ui_language).own_name())
                    }
                }
            }
        } }
    }
}

/// A language with the region that Open Graph wants.
fn og_locale(ui_language: UiLanguage) -> &'static str {
    match ui_language {
        UiLanguage::English => "en_US",
        UiLanguage::Korean => "ko_KR",
        UiLanguage::Japanese => "ja_JP",
    }
}

/// Where newsrooms are: the clocks to choose from besides all others.
const NEWSROOMS: [&str; 10] = [
    "America/New_York",
    "Europe/London",
    "Europe/Paris",
    "Europe/Berlin",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Asia/Singapore",
    "UTC",
];

/// The choice of the reader's clock, which the script completes and shows.
pub(super) fn zone_choice(page: &PageContext<'_>) -> Markup {
    let known = NEWSROOMS.into_iter().filter_map(|name| page.site.settings.database.find(name));
    html! {
        div class="zone" id="_zone" hidden {
            label for="_clock" { (page.phrase(Phrase::YourClock)) }
            " "
            select id="_clock" autocomplete="off" {
                option value="" { (page.phrase(Phrase::OfficialOnly)) }
                @for zone in page.home_clock.into_iter().chain(known.filter(|zone| Some(*zone) != page.home_clock)) {
                    option value=(zone.name()) { (page.locale.zone_place(zone.name())) }
                }
            }
            input id="_other" list="_zones" hidden autocomplete="off" placeholder=(page.phrase(Phrase::OtherZone))
                aria-label=(page.phrase(Phrase::OtherZone));
            datalist id="_zones" {}
        }
    }
}
