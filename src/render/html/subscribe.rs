//! How to subscribe to the feeds.

use std::collections::HashMap;

use maud::{Markup, html};
use qrcodegen::QrCodeEcc;
use rayon::prelude::*;

use super::links::{OUTLOOK_PERSONAL, OUTLOOK_WORK, google_feed, outlook_feed, webcal};
use super::{PageContext, SiteContext, own_feed};
use crate::listing::ListedVisit;
use crate::locale::Phrase;
use crate::programme::{Audience, Feed, UiLanguage};

/// The light margin that a code has to have, in modules (ISO/IEC 18004).
const QUIET_ZONE: i32 = 4;

/// The feed that fits the page best, and the others folded.
pub(super) fn section(page: &PageContext<'_>, visit: Option<&ListedVisit<'_>>) -> Markup {
    let best = page.best_feed(visit);
    let others: Vec<&Feed> =
        page.site.feeds_of(visit).filter(|feed| best.is_none_or(|best| best.id != feed.id)).collect();
    html! {
        section class="subscribe" aria-labelledby="_subscribe" {
            h2 id="_subscribe" { (page.phrase(Phrase::Subscribe)) }
            p class="soft" { (page.phrase(Phrase::SubscribeHint)) }
            @if let Some(feed) = best { (ways(page, feed)) }
            @if !page.is_public() { p class="soft" { (page.phrase(Phrase::OwnAddress)) } }
            @if !others.is_empty() {
                details class="others" {
                    summary { (page.phrase(Phrase::OtherFeeds)) }
                    p class="soft" { (page.phrase(Phrase::ClockHint)) }
                    ul { @for feed in others { li { (other_feed(page, feed)) } } }
                }
            }
            @if let (None, Some(feed), true) = (visit, best, page.site.settings.own_feeds) { (own_feed::form(page, feed)) }
            @if let (None, Some(code)) = (visit, page.qr_codes.get(&page.ui_language)) { (figure(page, code)) }
        }
    }
}

/// Whether a feed has no entry.
pub(super) fn is_empty(page: &PageContext<'_>, feed: &Feed) -> bool {
    let visits = page.site.visits().iter().filter(|visit| feed.selects(Some(visit.position)));
    !visits.flat_map(|visit| &visit.entries).any(|entry| feed.only.admits(entry.kind, entry.access, entry.whose))
}

fn other_feed(page: &PageContext<'_>, feed: &Feed) -> Markup {
    let path = path(feed);
    let href = page.url(&path).map_or_else(|| format!("{}{path}", page.to_top()), |url| webcal(&url));
    // A public feed with an address has no other.
    let is_elsewhere = !page.is_public() || page.site.base_url().is_none();
    html! {
        a href=(href) data-feed=[is_elsewhere.then(|| format!("{}{path}", page.to_top()))] { (page.marked_title(&feed.title)) }
        (language(page, feed))
        @if is_empty(page, feed) { " " span class="soft" { (page.phrase(Phrase::EmptyFeed)) } }
    }
}

/// The language of a feed, where that is not the page's.
fn language(page: &PageContext<'_>, feed: &Feed) -> Markup {
    let other = Some(feed.ui_language).filter(|language| *language != page.ui_language);
    html! { @if let Some(name) = other.and_then(|language| page.locale.name(language.word())) { " · " (name) } }
}

/// How to subscribe to a feed, a way for each kind of calendar; the script puts the reader's own first.
fn ways(page: &PageContext<'_>, feed: &Feed) -> Markup {
    let title = page.title(&feed.title);
    let path = path(feed);
    let file = format!("{}{path}", page.to_top());
    let url = page.url(&path);
    let public_url = url.as_deref().filter(|_| page.is_public());
    html! {
        p { b { (page.marked_title(&feed.title)) } (language(page, feed)) }
        @if is_empty(page, feed) { p class="soft" { (page.phrase(Phrase::EmptyFeed)) } }
        ul class="ways" {
            li data-system="apple" {
                b { "iPhone, iPad, Mac" }
                @match &url {
                    Some(url) => a class="button main" href=(webcal(url)) data-feed=[public_url.is_none().then_some(&file)] { (page.phrase(Phrase::Subscribe)) },
                    None => a class="button main" href=(file) data-feed=(file) { (page.phrase(Phrase::FeedFile)) },
                }
                span class="soft" { (page.phrase(Phrase::AppleHint)) }
            }
        }
        @if let Some(url) = &url {
            details class="others" {
                // Names of apps belong to no language.
                summary { @if public_url.is_some() { "Google, Android, Outlook" } @else { (page.phrase(Phrase::OtherApps)) } }
                ul class="ways" {
                    @if let Some(url) = public_url {
                        li data-system="google" {
                            b { "Google Calendar, Android" }
                            a class="button" href=(google_feed(url)) { "Google Calendar" }
                            span class="soft" { (page.phrase(Phrase::GoogleHint)) }
                        }
                        li data-system="windows" {
                            b { "Outlook" }
                            a class="button" href=(outlook_feed(OUTLOOK_PERSONAL, url, &title)) { "Outlook.com" }
                            a class="button" href=(outlook_feed(OUTLOOK_WORK, url, &title)) { "Microsoft 365" }
                            span class="soft" { (page.phrase(Phrase::OutlookHint)) }
                        }
                    }
                    li {
                        b { (page.phrase(Phrase::OtherApps)) }
                        code data-feed=(file) { (url) }
                        span class="soft" { (page.phrase(Phrase::OtherHint)) }
                    }
                }
            }
        }
    }
}

/// A code that phones read an address from.
pub(super) struct QrCode {
    /// How many modules it is wide, with its margin.
    side: i32,
    /// Its dark modules, as an SVG path.
    path: String,
}

/// The codes of the pages that say how to subscribe, one a language.
pub(super) type QrCodes = HashMap<UiLanguage, QrCode>;

/// The codes of a public tree: a phone that reads one is shown how to subscribe on it.
pub(super) fn qr_codes(site: &SiteContext<'_>) -> QrCodes {
    let code = |ui_language: &UiLanguage| {
        let base = site.base_url().filter(|_| site.revised.listing().audience == Audience::Public)?;
        let path = site.settings.path_in(*ui_language, "index.html");
        Some((*ui_language, qr_code(&format!("{base}/{path}#_subscribe"))?))
    };
    site.settings.pages.par_iter().filter_map(code).collect()
}

/// The code of an address; nothing where that is too long for one.
fn qr_code(url: &str) -> Option<QrCode> {
    let code = qrcodegen::QrCode::encode_text(url, QrCodeEcc::Medium).ok()?;
    let mut runs = Vec::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let length = x - start;
                runs.push(format!("M{} {}h{length}v1h-{length}z", start + QUIET_ZONE, y + QUIET_ZONE));
            }
            x += 1;
        }
    }
    Some(QrCode { side: code.size() + 2 * QUIET_ZONE, path: runs.concat() })
}

fn path(feed: &Feed) -> String {
    format!("feeds/{}.ics", feed.id)
}

fn figure(page: &PageContext<'_>, QrCode { side, path }: &QrCode) -> Markup {
    html! {
        figure class="code" {
            svg viewBox={ "0 0 " (side) " " (side) } width="148" height="148" role="img"
                aria-label=(page.phrase(Phrase::ScanCode)) shape-rendering="crispEdges" {
                rect width=(side) height=(side) fill="#fff" {}
                path d=(path) fill="#000" {}
            }
            figcaption { (page.phrase(Phrase::ScanCode)) }
        }
    }
}
