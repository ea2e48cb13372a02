//! The list of the visits.

use maud::{Markup, html};

use super::page::{Parts, whole};
use super::{Leaf, subscribe, visit, visit_place};
use crate::render::words::Page;

/// The page that lists the visits.
pub(super) fn page(leaf: &Leaf<'_>) -> Markup {
    let visits = &leaf.shelf.stamped.listing().visits;
    let publisher = &leaf.shelf.settings.publisher;
    let title = format!("{} · {}", leaf.say(Page::Visits), leaf.voice(publisher).text(publisher));
    let titles: Vec<_> = visits.iter().map(|listed| leaf.voice(listed.title).text(listed.title)).collect();
    let body = html! {
        h1 { (leaf.say(Page::Visits)) }
        @if visits.is_empty() { p { (leaf.words.nothing()) } }
        ul class="visits" {
            @for listed in visits {
                li {
                    h2 { a href=(visit_place(listed.id)) { (leaf.voice(listed.title).text(listed.title)) } }
                    (visit::summary(leaf, listed))
                }
            }
        }
        (subscribe::section(leaf, None))
    };
    let about = if titles.is_empty() { leaf.words.nothing().to_owned() } else { leaf.words.list(&titles) };
    whole(leaf, &Parts { title, about, body, picture: None, data: None })
}
