//! What all pages have: their head, the languages, and their foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Leaf;
use crate::locale::{self, Page};
use crate::programme::UiLanguage;

/// Nothing from elsewhere, nothing inline, nothing sent anywhere.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'";

/// What differs from page to page.
pub(super) struct Parts {
    pub(super) title: String,
    /// What the page is about, in a sentence.
    pub(super) about: String,
    /// What goes with a link to the page that somebody shares.
    pub(super) preview: LinkPreview,
    pub(super) body: Markup,
    /// JSON-LD, fit to stand in a page.
    pub(super) data: Option<String>,
}

/// What apps show of a page beside a link to it.
pub(super) struct LinkPreview {
    pub(super) title: String,
    pub(super) description: String,
}

/// A whole page.
pub(super) fn whole(leaf: &Leaf<'_>, parts: &Parts) -> Markup {
    let publisher = &leaf.shelf.settings.publisher;
    let publisher = leaf.localizer(publisher).text(publisher).into_owned();
    html! {
        (DOCTYPE)
        html lang=(leaf.ui_language.word()) {
            (head(leaf, parts, &publisher))
            body data-past=(leaf.say(Page::Past)) data-now=(leaf.say(Page::Now)) data-next=(leaf.say(Page::Next))
                data-clock=(leaf.say(Page::YourClock)) {
                a class="skip" href="#_main" { (leaf.say(Page::Skip)) }
                header class="top" {
                    p class="publisher" { (publisher) }
                    (languages(leaf))
                }
                main id="_main" { (parts.body) }
                footer {
                    p { a href={ (leaf.up()) "changes.atom" } { (leaf.say(Page::ChangesFeed)) } }
                }
            }
        }
    }
}

fn head(leaf: &Leaf<'_>, parts: &Parts, publisher: &str) -> Markup {
    let up = leaf.up();
    let address = leaf.address(&leaf.path(leaf.ui_language));
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="no-referrer";
            meta name="color-scheme" content="light dark";
            title { (parts.title) }
            meta name="description" content=(parts.about);
            meta property="og:type" content="website";
            meta property="og:title" content=(parts.preview.title);
            meta property="og:description" content=(parts.preview.description);
            meta property="og:site_name" content=(publisher);
            meta property="og:locale" content=(leaf.ui_language.word());
            @if let Some(address) = &address {
                meta property="og:url" content=(address);
                link rel="canonical" href=(address);
            }
            link rel="stylesheet" href={ (up) "page.css" };
            link rel="alternate" type="application/atom+xml" title=(leaf.say(Page::ChangesFeed)) href={ (up) "changes.atom" };
            @for feed in &leaf.shelf.feeds {
                link rel="alternate" type="text/calendar" title=(leaf.localizer(&feed.title).text(&feed.title))
                    href={ (up) "feeds/" (feed.id) ".ics" };
            }
            @for ui_language in UiLanguage::ALL.iter().filter(|ui_language| **ui_language != leaf.ui_language) {
                link rel="alternate" hreflang=(ui_language.word()) href={ (up) (leaf.path(*ui_language)) };
            }
            @if let Some(data) = &parts.data {
                script type="application/ld+json" { (PreEscaped(data)) }
            }
            script src={ (up) "page.js" } defer {}
        }
    }
}

fn languages(leaf: &Leaf<'_>) -> Markup {
    html! {
        nav class="languages" aria-label=(leaf.say(Page::Languages)) {
            @for ui_language in UiLanguage::ALL {
                @if *ui_language == leaf.ui_language {
                    span aria-current="page" lang=(ui_language.word()) { (locale::of(*ui_language).own_name()) }
                } @else {
                    a href={ (leaf.up()) (leaf.path(*ui_language)) } hreflang=(ui_language.word()) lang=(ui_language.word()) {
                        (locale::of(*ui_language).own_name())
                    }
                }
            }
        }
    }
}

/// The choice of a further clock, which the script fills and shows.
pub(super) fn zone_choice(leaf: &Leaf<'_>) -> Markup {
    html! {
        p class="zone" id="_zone" hidden {
            label for="_clock" { (leaf.say(Page::ChooseZone)) }
            " "
            select id="_clock" autocomplete="off" { option value="" { (leaf.say(Page::OfficialOnly)) } }
        }
    }
}
