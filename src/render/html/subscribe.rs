//! How to subscribe to the feeds.

use std::collections::HashMap;

use maud::{Markup, html};
use qrcodegen::QrCodeEcc;
use rayon::prelude::*;

use super::links::{google_feed, office_feed, outlook_feed, webcal};
use super::{PageContext, SiteContext};
use crate::listing::ListedVisit;
use crate::locale::Phrase;
use crate::programme::{Feed, Id};

/// The light margin that a code has to have, in modules (ISO/IEC 18004).
const QUIET_ZONE: i32 = 4;

/// The feeds of a visit, or all of them, and what apps do with them.
pub(super) fn section(page: &PageContext<'_>, visit: Option<&ListedVisit<'_>>) -> Markup {
    let feeds: Vec<&Feed> = page.site.feeds_of(visit).collect();
    // The one that fits the page best is open.
    let open = page.best_feed(visit).map(|feed| &feed.id);
    html! {
        section class="subscribe" aria-labelledby="_subscribe" {
            h2 id="_subscribe" { (page.phrase(Phrase::Subscribe)) }
            p { (page.phrase(Phrase::SubscribeHint)) }
            @for feed in &feeds { (feed_box(page, feed, open == Some(&feed.id))) }
            h3 { (page.phrase(Phrase::Refresh)) }
            dl class="refresh" {
                dt lang="en" { "Apple Calendar" }
                dd { (page.phrase(Phrase::RefreshApple)) }
                dt lang="en" { "Google Calendar" }
                dd { (page.phrase(Phrase::RefreshGoogle)) }
                dt lang="en" { "Outlook" }
                dd { (page.phrase(Phrase::RefreshOutlook)) }
                dt lang="en" { "Thunderbird, GNOME" }
                dd { (page.phrase(Phrase::RefreshOther)) }
            }
        }
    }
}

fn feed_box(page: &PageContext<'_>, feed: &Feed, open: bool) -> Markup {
    let title = page.title(&feed.title);
    let path = path(feed);
    let url = page.url(&path);
    html! {
        details class="feed" open[open] {
            summary { (title) }
            @if let Some(url) = &url {
                div class="ways" {
                    p class="buttons" {
                        a class="button main" href=(webcal(url)) { (page.phrase(Phrase::OpenInApp)) }
                        a class="button" href=(webcal(url)) lang="en" { "Apple Calendar" }
                        a class="button" href=(google_feed(url)) rel="noreferrer" lang="en" { "Google Calendar" }
                        a class="button" href=(outlook_feed(url, &title)) rel="noreferrer" lang="en" { "Outlook.com" }
                        a class="button" href=(office_feed(url, &title)) rel="noreferrer" lang="en" { "Microsoft 365" }
                    }
                    @if let Some(code) = page.qr_codes.get(&feed.id) { (figure(page, code)) }
                    p class="address" {
                        (page.phrase(Phrase::Address)) br;
                        code { (url) }
                    }
                }
            } @else {
                p class="buttons" {
                    a class="button main" href={ (page.to_top()) (path) } { (page.phrase(Phrase::FeedFile)) }
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

/// The codes of the feeds that have an address, by the feeds' ids.
pub(super) type QrCodes = HashMap<Id, QrCode>;

/// The codes of the feeds of a tree: a phone that reads one subscribes.
pub(super) fn qr_codes(site: &SiteContext<'_>) -> QrCodes {
    let code =
        |feed: &&Feed| Some((feed.id.clone(), qr_code(&webcal(&format!("{}/{}", site.base_url()?, path(feed))))?));
    site.feeds.par_iter().filter_map(code).collect()
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
