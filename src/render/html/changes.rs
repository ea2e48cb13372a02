//! What changed, the latest first, for people: the same revisions as `changes.atom`.

use maud::{Markup, html};

use super::entry::differences;
use super::page::{LinkPreview, PageContent, whole};
use super::{PageContext, visit_path};
use crate::listing::{ListedEntry, ListedVisit};
use crate::locale::Phrase;
use crate::revision::Revision;

/// How many revisions are told.
const MAX_ITEMS: usize = 100;

/// The entries of a visit, or of all, that changed since they were published.
pub(super) fn changed<'p>(
    page: &PageContext<'p>,
    visit: Option<&ListedVisit<'_>>,
) -> Vec<(Revision, &'p ListedVisit<'p>, &'p ListedEntry<'p>)> {
    let position = visit.map(|visit| visit.position);
    let visits = page.site.visits().iter().filter(|visit| position.is_none_or(|position| visit.position == position));
    let entries = visits.flat_map(|visit| visit.entries.iter().map(move |entry| (visit, entry)));
    let revised = entries.map(|(visit, entry)| (page.site.revised.revision(entry), visit, entry));
    let mut changed: Vec<_> = revised.filter(|(revision, ..)| revision.sequence > 0).collect();
    changed.sort_by_key(|(revision, ..)| std::cmp::Reverse(revision.modified));
    changed.truncate(MAX_ITEMS);
    changed
}

/// The page of changes.
pub(super) fn page(page: &PageContext<'_>) -> Markup {
    let title = page.phrase(Phrase::Changes).to_owned();
    let changed = changed(page, None);
    let body = html! {
        p class="back" { a href="index.html" { (page.phrase(Phrase::AllVisits)) } }
        h1 { (title) }
        @if changed.is_empty() { p { (page.phrase(Phrase::NothingToShow)) } }
        ul class="changes" {
            @for (revision, visit, entry) in changed {
                @let localizer = page.localizer(visit.title);
                @let at = page.home_clock.unwrap_or(visit.zone).local(revision.modified);
                li {
                    span class="when" {
                        (page.locale.date(at.datetime.date())) " " (at.datetime.format("%H:%M")) " " (at.name.as_str())
                    }
                    span class="what" {
                        a href={ (visit_path(visit.id)) "#" (entry.id) } { (localizer.text(entry.title)) }
                        span class="soft" { (page.title(visit.title)) }
                        @for (field, was, now) in differences(page, &localizer, entry) {
                            span {
                                (field)
                                @if was.is_some() || now.is_some() { (page.locale.punctuation().colon) }
                                @if let Some(was) = was { s { (was) } " → " }
                                @if let Some(now) = now { (now) }
                            }
                        }
                    }
                }
            }
        }
        p { a href={ (page.to_top()) "changes.atom" } { (page.phrase(Phrase::ChangesFeed)) } }
    };
    let preview =
        LinkPreview { title: title.clone(), description: page.title(&page.site.settings.publisher).into_owned() };
    let description = preview.description.clone();
    whole(page, &PageContent { title, description, preview, body, is_long: false, structured_data: None })
}
