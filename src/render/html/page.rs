//! What all pages have: their head, the languages, and their foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::PageContext;
use crate::locale::{self, Phrase};
use crate::programme::UiLanguage;

/// Nothing from elsewhere, nothing inline, nothing sent anywhere.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'";

/// What differs from page to page.
pub(super) struct PageContent {
    pub(super) title: String,
    /// What the page is about, in a sentence.
    pub(super) description: String,
    pub(super) preview: LinkPreview,
    pub(super) body: Markup,
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
    html! {
        (DOCTYPE)
        html lang=(page.ui_language.word()) {
            (head(page, content, &publisher))
            body data-past=(page.phrase(Phrase::Past)) data-now=(page.phrase(Phrase::Now)) data-next=(page.phrase(Phrase::Next))
                data-clock=(page.phrase(Phrase::YourClock)) {
                a class="skip" href="#_main" { (page.phrase(Phrase::Skip)) }
                header class="top" {
                    p class="publisher" { (publisher) }
                    (languages(page))
                }
                main id="_main" { (content.body) }
                footer {
                    p { a href={ (page.to_top()) "changes.atom" } { (page.phrase(Phrase::ChangesFeed)) } }
                }
            }
        }
    }
}

fn head(page: &PageContext<'_>, content: &PageContent, publisher: &str) -> Markup {
    let to_top = page.to_top();
    let url = page.url(&page.path_in(page.ui_language));
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="no-referrer";
            meta name="color-scheme" content="light dark";
            title { (content.title) }
            meta name="description" content=(content.description);
            meta property="og:type" content="website";
            meta property="og:title" content=(content.preview.title);
            meta property="og:description" content=(content.preview.description);
            meta property="og:site_name" content=(publisher);
            meta property="og:locale" content=(page.ui_language.word());
            @if let Some(url) = &url {
                meta property="og:url" content=(url);
                link rel="canonical" href=(url);
            }
            link rel="stylesheet" href={ (to_top) "page.css" };
            link rel="alternate" type="application/atom+xml" title=(page.phrase(Phrase::ChangesFeed)) href={ (to_top) "changes.atom" };
            @for feed in &page.site.feeds {
                link rel="alternate" type="text/calendar" title=(page.title(&feed.title))
                    href={ (to_top) "feeds/" (feed.id) ".ics" };
            }
            @for ui_language in UiLanguage::ALL.iter().filter(|ui_language| **ui_language != page.ui_language) {
                link rel="alternate" hreflang=(ui_language.word()) href={ (to_top) (page.path_in(*ui_language)) };
            }
            @if let Some(json) = &content.structured_data {
                script type="application/ld+json" { (PreEscaped(json)) }
            }
            script src={ (to_top) "page.js" } defer {}
        }
    }
}

fn languages(page: &PageContext<'_>) -> Markup {
    html! {
        nav class="languages" aria-label=(page.phrase(Phrase::Languages)) {
            @for ui_language in UiLanguage::ALL {
                @if *ui_language == page.ui_language {
                    span aria-current="page" lang=(ui_language.word()) { (locale::of(*ui_language).own_name()) }
                } @else {
                    a href={ (page.to_top()) (page.path_in(*ui_language)) } hreflang=(ui_language.word()) lang=(ui_language.word()) {
                        (locale::of(*ui_language).own_name())
                    }
                }
            }
        }
    }
}

/// The choice of a further clock, which the script fills and shows.
pub(super) fn zone_choice(page: &PageContext<'_>) -> Markup {
    html! {
        p class="zone" id="_zone" hidden {
            label for="_clock" { (page.phrase(Phrase::ChooseZone)) }
            " "
            select id="_clock" autocomplete="off" { option value="" { (page.phrase(Phrase::OfficialOnly)) } }
        }
    }
}
