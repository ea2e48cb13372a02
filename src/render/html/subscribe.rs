//! How to subscribe to the feeds.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

use super::{Leaf, links};
use crate::listing::ListedVisit;
use crate::locale::Page;
use crate::programme::{Feed, Id};

/// The light margin that a code has to have, in modules (ISO/IEC 18004).
const QUIET: i32 = 4;

/// The feeds of a visit, or all of them, and what apps do with them.
pub(super) fn section(leaf: &Leaf<'_>, visit: Option<&ListedVisit<'_>>) -> Markup {
    let feeds: Vec<&Feed> = leaf.shelf.feeds_of(visit).collect();
    // That which fits the page best stands open.
    let own = leaf.own_feed(visit).map(|feed| &feed.id);
    html! {
        section class="subscribe" aria-labelledby="_subscribe" {
            h2 id="_subscribe" { (leaf.say(Page::Subscribe)) }
            p { (leaf.say(Page::SubscribeHint)) }
            @for feed in &feeds { (one(leaf, feed, own == Some(&feed.id))) }
            h3 { (leaf.say(Page::Refresh)) }
            dl class="refresh" {
                dt lang="en" { "Apple Calendar" }
                dd { (leaf.say(Page::RefreshApple)) }
                dt lang="en" { "Google Calendar" }
                dd { (leaf.say(Page::RefreshGoogle)) }
                dt lang="en" { "Outlook" }
                dd { (leaf.say(Page::RefreshOutlook)) }
                dt lang="en" { "Thunderbird, GNOME" }
                dd { (leaf.say(Page::RefreshOther)) }
            }
        }
    }
}

fn one(leaf: &Leaf<'_>, feed: &Feed, open: bool) -> Markup {
    let title = leaf.localizer(&feed.title).text(&feed.title).into_owned();
    let path = path(feed);
    let address = leaf.address(&path);
    html! {
        details class="feed" open[open] {
            summary { (title) }
            @if let Some(address) = &address {
                div class="ways" {
                    p class="buttons" {
                        a class="button main" href=(links::webcal(address)) { (leaf.say(Page::OpenInApp)) }
                        a class="button" href=(links::webcal(address)) lang="en" { "Apple Calendar" }
                        a class="button" href=(links::google_feed(address)) rel="noreferrer" lang="en" { "Google Calendar" }
                        a class="button" href=(links::outlook_feed(address, &title)) rel="noreferrer" lang="en" { "Outlook.com" }
                        a class="button" href=(links::office_feed(address, &title)) rel="noreferrer" lang="en" { "Microsoft 365" }
                    }
                    @if let Some(code) = leaf.codes.get(&feed.id) { (picture(leaf, code)) }
                    p class="address" {
                        (leaf.say(Page::Address)) br;
                        code { (address) }
                    }
                }
            } @else {
                p class="buttons" {
                    a class="button main" href={ (leaf.up()) (path) } { (leaf.say(Page::FeedFile)) }
                }
            }
        }
    }
}

/// A picture that phones read an address from.
pub(super) struct Code {
    /// How many modules it is wide, with its margin.
    side: i32,
    /// Its dark modules.
    path: String,
}

/// The code of a feed; nothing where its address is too long for one. A phone that reads it subscribes, and does not copy.
pub(super) fn code(base: &str, feed: &Feed) -> Option<(Id, Code)> {
    let address = links::webcal(&format!("{base}/{}", path(feed)));
    let code = QrCode::encode_text(&address, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let length = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            let length = i32::try_from(length).unwrap_or_default();
            if length > 0 {
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
            }
            x += length.max(1);
        }
    }
    Some((feed.id.clone(), Code { side: code.size() + 2 * QUIET, path }))
}

fn path(feed: &Feed) -> String {
    format!("feeds/{}.ics", feed.id)
}

fn picture(leaf: &Leaf<'_>, Code { side, path }: &Code) -> Markup {
    html! {
        figure class="code" {
            svg viewBox={ "0 0 " (side) " " (side) } width="148" height="148" role="img"
                aria-label=(leaf.say(Page::ScanCode)) shape-rendering="crispEdges" {
                rect width=(side) height=(side) fill="#fff" {}
                path d=(path) fill="#000" {}
            }
            figcaption { (leaf.say(Page::ScanCode)) }
        }
    }
}
