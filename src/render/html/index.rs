//! The list of the visits.

use std::borrow::Cow;

use maud::{Markup, html};

use super::page::{LinkPreview, Parts, whole};
use super::{Leaf, subscribe, visit, visit_place};
use crate::locale::Page;

/// The page that lists the visits.
pub(super) fn page(leaf: &Leaf<'_>) -> Markup {
    let visits = &leaf.shelf.revised.listing().visits;
    let publisher = &leaf.shelf.settings.publisher;
    let title = format!("{} · {}", leaf.say(Page::Visits), leaf.localizer(publisher).text(publisher));
    let titles: Vec<_> = visits.iter().map(|listed| leaf.localizer(listed.title).text(listed.title)).collect();
    let with_status: Vec<_> = visits.iter().map(|listed| Cow::Owned(visit::title_with_status(leaf, listed))).collect();
    let body = html! {
        h1 { (leaf.say(Page::Visits)) }
        @if visits.is_empty() { p { (leaf.locale.nothing()) } }
        ul class="visits" {
            @for listed in visits {
                li {
                    h2 { a href=(visit_place(listed.id)) { (leaf.localizer(listed.title).text(listed.title)) } }
                    (visit::summary(leaf, listed))
                }
            }
        }
        (subscribe::section(leaf, None))
    };
    let list = |titles: &[Cow<'_, str>]| match titles {
        [] => leaf.locale.nothing().to_owned(),
        titles => leaf.locale.list(titles),
    };
    let preview = LinkPreview { title: title.clone(), description: list(&with_status) };
    whole(leaf, &Parts { title, about: list(&titles), preview, body, data: None })
}
