//! The form that asks for a feed of one's own, where what serves the page makes such feeds. It works without a script.

use maud::{Markup, html};

use super::PageContext;
use crate::locale::{Label, Phrase, capitalised};
use crate::programme::{Access, EntryKind, Feed, FeedZone, UiLanguage};

/// How long before an entry an alarm may be, as the form offers it.
const ALARMS: [&str; 4] = ["15m", "30m", "1h", "1d"];

/// The form for a feed: what of it is wanted, in which language, on which clock.
pub(super) fn form(page: &PageContext<'_>, feed: &Feed) -> Markup {
    let visits: Vec<_> = page.site.visits().iter().filter(|visit| feed.selects(Some(visit.position))).collect();
    let entries = || visits.iter().flat_map(|visit| &visit.entries);
    let admitted = || entries().filter(|entry| feed.only.admits(entry.kind, entry.access, entry.whose));
    let kinds = EntryKind::ALL.iter().filter(|kind| admitted().any(|entry| entry.kind == **kind));
    let kinds: Vec<_> = kinds.map(|kind| (kind.word(), capitalised(page.locale.entry_kind(*kind)))).collect();
    let access = Access::ALL
        .iter()
        .filter(|access| admitted().any(|entry| entry.access.iter().any(|part| part.access == **access)));
    let access: Vec<_> = access.map(|access| (access.word(), capitalised(page.locale.access_mark(*access)))).collect();
    let of_visits: Vec<_> =
        visits.iter().map(|visit| (visit.id.as_str(), page.title(visit.title).into_owned())).collect();
    let zone = match feed.zone {
        FeedZone::Host => "host",
        FeedZone::Fixed(zone) => zone.name(),
    };
    let language = |ui_language: &UiLanguage| (ui_language.word(), crate::locale::of(*ui_language).own_name());
    html! {
        details class="others" {
            summary { (page.phrase(Phrase::OwnFeed)) }
            form method="get" action={ (page.to_top()) "feeds/" (feed.id) ".ics" } {
                (choices(&capitalised(page.locale.field("kind")), "kind", &kinds))
                (choices(page.locale.label(Label::Access), "access", &access))
                @if of_visits.len() > 1 { (choices(page.locale.label(Label::Visit), "visit", &of_visits)) }
                p {
                    label { (capitalised(page.locale.field("zone"))) " "
                        input name="zone" value=(zone) autocomplete="off" spellcheck="false"; }
                }
                p {
                    label { (page.phrase(Phrase::Languages)) " "
                        select name="language" {
                            @for (word, name) in UiLanguage::ALL.iter().map(language) {
                                option value=(word) selected[word == page.ui_language.word()] { (name) }
                            }
                        }
                    }
                }
                p {
                    label { (page.phrase(Phrase::AlarmBefore)) " "
                        select name="alarms" {
                            option value="" { "–" }
                            @for length in ALARMS { option value=(length) { (length) } }
                        }
                    }
                }
                // Without a script a form can only fetch it: whoever subscribes does so to the address.
                p { button class="button" { (page.phrase(Phrase::FeedFile)) } }
            }
        }
    }
}

/// A group of things of which each may be chosen; none chosen is all of them.
fn choices(legend: &str, name: &str, all: &[(&str, String)]) -> Markup {
    html! {
        @if all.len() > 1 {
            fieldset {
                legend { (legend) }
                @for (word, shown) in all {
                    label { input type="checkbox" name=(name) value=(word); " " (shown) } " "
                }
            }
        }
    }
}
