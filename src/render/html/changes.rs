//! What changed, the latest first, for people: the same changes as `changes.atom`.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::page::{LinkPreview, PageContent, whole};
use super::{PageContext, visit_path};
use crate::listing::{ListedEntry, ListedVisit};
use crate::locale::{Phrase, capitalised};
use crate::render::changes::{Clause, Item, MAX_NEWS, clauses_for_readers, news};
use crate::render::localizer::Localizer;
use crate::revision::RevisedListing;

/// What there is to say of the last change of an entry since it was announced: nothing where readers of the page read the same.
pub(super) fn of_entry(
    page: &PageContext<'_>,
    localizer: &Localizer<'_>,
    visit: &ListedVisit<'_>,
    entry: &ListedEntry<'_>,
) -> Vec<Clause> {
    if entry.absence.is_some() || page.site.revised.revision(entry).sequence == 0 {
        return Vec::new();
    }
    let change = page.site.revised.last_change(visit, entry);
    if change.is_own() { clauses_for_readers(localizer, &change) } else { Vec::new() }
}

/// How many entries of a visit, or of all, changed since they were announced.
pub(super) fn count(page: &PageContext<'_>, visit: Option<&ListedVisit<'_>>) -> usize {
    let position = visit.map(|visit| visit.position);
    let visits = page.site.visits().iter().filter(|visit| position.is_none_or(|position| visit.position == position));
    let of_visit = |visit: &ListedVisit<'_>| {
        let localizer = page.localizer(visit.title);
        visit.entries.iter().filter(|entry| !of_entry(page, &localizer, visit, entry).is_empty()).count()
    };
    visits.map(of_visit).sum()
}

/// When anything that the audience sees, or saw, changed last.
pub(super) fn latest(revised: &RevisedListing<'_>) -> Option<DateTime<Utc>> {
    let listing = revised.listing();
    let of_visits = listing.visits.iter().filter_map(|visit| Some(revised.last_visit_change(visit)?.modified));
    let of_entries = listing.entries().map(|entry| revised.revision(entry).changed);
    let withdrawn = revised.withdrawn().iter().map(|withdrawn| withdrawn.revision.modified);
    of_visits.chain(of_entries).chain(withdrawn).max()
}

/// One thing that changed: `place: Old → New`.
pub(super) fn difference(page: &PageContext<'_>, clause: &Clause) -> Markup {
    let name = capitalised(if clause.was.is_some() && clause.now.is_some() { &clause.name } else { &clause.words });
    html! {
        span {
            (name)
            @if clause.was.is_some() || clause.now.is_some() { (page.locale.punctuation().colon) }
            @if let Some(was) = &clause.was { s { (was) } @if clause.now.is_some() { " → " } }
            @if let Some(now) = &clause.now { (now) }
        }
    }
}

/// The page of changes.
pub(super) fn page(page: &PageContext<'_>) -> Markup {
    let title = page.phrase(Phrase::Changes).to_owned();
    let news = news(page.site.revised, MAX_NEWS, |title| page.localizer(title));
    let body = html! {
        p class="back" { a href="index.html" { (page.phrase(Phrase::AllVisits)) } }
        h1 { (title) }
        @if news.is_empty() { p { (page.phrase(Phrase::NothingToShow)) } }
        ul class="changes" {
            @for news in &news {
                @let localizer = page.localizer(news.item.main_text());
                @let host = match news.item {
                    Item::Visit(visit) | Item::Entry(visit, _) => visit.zone,
                    Item::Withdrawn(withdrawn) => withdrawn.zone(),
                };
                @let at = page.home_clock.unwrap_or(host).local(news.change.modified);
                li {
                    span class="when" {
                        (page.locale.date(at.datetime.date())) " " (at.datetime.format("%H:%M")) " " (at.name.as_str())
                    }
                    span class="what" {
                        @match news.item {
                            Item::Visit(visit) => a href=(visit_path(visit.id)) { (page.marked_title(visit.title)) },
                            Item::Entry(visit, entry) => {
                                a href={ (visit_path(visit.id)) "#" (entry.id) } {
                                    (page.marked(visit, entry.title, &localizer.text(entry.title)))
                                }
                                span class="soft" { (page.marked_title(visit.title)) }
                            }
                            Item::Withdrawn(withdrawn) => span { (page.marked_title(withdrawn.title())) },
                        }
                        @for clause in &news.clauses { (difference(page, clause)) }
                    }
                }
            }
        }
        p { a href={ (page.to_language_folder()) "changes.atom" } { (page.phrase(Phrase::ChangesFeed)) } }
    };
    let preview =
        LinkPreview { title: title.clone(), description: page.title(&page.site.settings.publisher).into_owned() };
    let description = preview.description.clone();
    whole(page, &PageContent { title, description, preview, body, is_long: false, structured_data: None })
}
