//! The page of a visit: its hours as a timeline, the programme by day, and how to subscribe.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use maud::{Markup, html};

use super::page::{LinkPreview, PageContent, whole, zone_choice};
use super::{PageContext, entry, structured_data, subscribe, timeline, visit_path};
use crate::listing::{ListedEntry, ListedVisit};
use crate::locale::{self, Label, Phrase, Unknown};
use crate::programme::{Id, StatusKind};
use crate::render::localizer::first_day;
use crate::revision::RevisedListing;

/// A visit's page.
pub(super) fn page(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Markup {
    let localizer = page.localizer(visit.title);
    let title = localizer.text(visit.title).into_owned();
    let (from, to) = visit.dates;
    let description = format!("{}: {}", localizer.text(visit.principal), days(page, from, to));
    let body = html! {
        p class="back" { a href={ (page.to_language_folder()) "index.html" } { (page.phrase(Phrase::AllVisits)) } }
        h1 { (title) }
        (summary(page, visit))
        @if let Some(status) = &visit.status {
            @if let Some(reason) = &status.reason { p { (localizer.labelled(Label::Reason, &localizer.text(reason))) } }
        }
        @for dispute in &visit.disputed { (entry::disputed(&localizer, dispute)) }
        p class="jump" { a href="#_subscribe" { (page.phrase(Phrase::Subscribe)) } }
        (timeline::section(page, visit))
        section class="programme" aria-labelledby="_programme" {
            h2 id="_programme" { (page.phrase(Phrase::Programme)) }
            (zone_choice(page))
            (programme(page, visit))
            p class="hint" { (page.phrase(Phrase::CopyHint)) }
        }
        (subscribe::section(page, Some(visit)))
    };
    let structured_data = structured_data::events(page, visit);
    whole(page, &PageContent { title, description, preview: preview(page, visit), body, structured_data })
}

/// The visit's status, days and cities, for apps that show a link to its page.
fn preview(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> LinkPreview {
    let unusual_status = visit.status.filter(|status| status.kind != StatusKind::Confirmed);
    let status = unusual_status.map(|status| locale::capitalised(page.locale.status(status.kind)));
    let dates = page.locale.date_range(visit.dates.0, visit.dates.1);
    let cities = cities(page, visit);
    let cities = (!cities.is_empty()).then(|| page.locale.names(&cities));
    let parts: Vec<String> = status.into_iter().chain([dates]).chain(cities).collect();
    LinkPreview { title: title_with_status(page, visit), description: parts.join(" · ") }
}

/// What a visit is called, behind the word for its status where that is worth one.
pub(super) fn title_with_status(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> String {
    let prefix = visit.status.and_then(|status| page.locale.prefix(status.kind)).unwrap_or_default();
    format!("{prefix}{}", page.title(visit.title))
}

/// The cities where something takes place, in the programme's order, each once; without those of journeys, which begin and
/// end at home.
fn cities<'v>(page: &'v PageContext<'_>, visit: &'v ListedVisit<'_>) -> Vec<Cow<'v, str>> {
    let localizer = page.localizer(visit.title);
    let is_cancelled = |entry: &ListedEntry<'_>| entry.status.kind == StatusKind::Cancelled;
    let all_cancelled = visit.entries.iter().all(is_cancelled);
    let mut cities = Vec::new();
    for entry in visit.entries.iter().filter(|entry| all_cancelled || !is_cancelled(entry)) {
        let city = entry.place.and_then(|place| place.city.as_ref()).map(|city| localizer.text(city));
        cities.extend(city.filter(|city| !cities.contains(city)));
    }
    cities
}

/// What kind of visit it is, whose, and when.
pub(super) fn summary(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Markup {
    let localizer = page.localizer(visit.title);
    let (from, to) = visit.dates;
    let unusual_status = visit.status.filter(|status| status.kind != StatusKind::Confirmed);
    html! {
        p class="summary" {
            @if let Some(status) = unusual_status {
                span class={ "badge " (status.kind.word()) } { (page.locale.status(status.kind)) } " "
            }
            (page.locale.visit_kind(visit.kind)) " · " (localizer.text(visit.principal))
            @if let Some(counterpart) = visit.counterpart { " · " (localizer.text(counterpart)) }
            br;
            (days(page, from, to)) " · " (page.locale.zone_place(visit.zone.name()))
        }
    }
}

fn days(page: &PageContext<'_>, from: NaiveDate, to: NaiveDate) -> String {
    let (first, last) = (page.locale.full_day(from), page.locale.full_day(to));
    if from == to { first } else { page.locale.days(&first, &last) }
}

/// The entries by day, those without a day last, with what was withdrawn.
fn programme(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Markup {
    let revised = page.site.revised;
    let withdrawn = revised.withdrawn().iter().filter(|withdrawn| withdrawn.visit == Some(visit.position));
    let withdrawn: Vec<_> = withdrawn.map(|withdrawn| (withdrawn.listed(), withdrawn.revision)).collect();
    let listed = visit.entries.iter().map(|entry| (entry, revised.revision(entry)));
    let withdrawn = withdrawn.iter().map(|(entry, revision)| (entry, *revision));
    let mut by_day: BTreeMap<NaiveDate, Vec<_>> = BTreeMap::new();
    for (entry, revision) in listed.chain(withdrawn) {
        by_day.entry(first_day(entry).unwrap_or(NaiveDate::MAX)).or_default().push((entry, revision));
    }
    by_day.values_mut().for_each(|entries| entries.sort_by_key(|(entry, _)| entry.order));
    let moved = page.former_addresses.get(visit.id).map_or(&[][..], Vec::as_slice);
    let former_ids = |entry: &ListedEntry<'_>| -> Vec<&Id> {
        let of_entry = moved.iter().filter(|moved| moved.visit.id == visit.id && moved.entry.id == entry.id);
        of_entry.map(|moved| &moved.former_id).collect()
    };
    html! {
        @for (day, entries) in &by_day {
            section class="day" {
                h3 {
                    @if *day == NaiveDate::MAX { (page.locale.unknown(Unknown::Day)) } @else { (page.locale.full_day(*day)) }
                }
                @for (entry, revision) in entries {
                    (entry::article(page, visit, entry, &former_ids(entry), *revision))
                }
            }
        }
        @for moved in moved.iter().filter(|moved| moved.visit.id != visit.id) {
            p class="moved" id=(moved.former_id) {
                (page.localizer(moved.visit.title).text(moved.entry.title)) " · " (page.phrase(Phrase::Moved)) " "
                a href={ (page.to_language_folder()) (visit_path(moved.visit.id)) "#" (moved.entry.id) } {
                    (page.title(moved.visit.title))
                }
            }
        }
    }
}

/// An entry that was renamed, or that went to another visit.
pub(super) struct MovedEntry<'s> {
    /// Its id before.
    former_id: Id,
    visit: &'s ListedVisit<'s>,
    entry: &'s ListedEntry<'s>,
}

/// For the page of each visit, by its id, the entries that stood there under another name or are on another page now: links
/// to them go on leading somewhere.
pub(super) type FormerAddresses<'s> = HashMap<Id, Vec<MovedEntry<'s>>>;

/// All former addresses, but for those that belong to another entry now.
pub(super) fn former_addresses<'s>(revised: &'s RevisedListing<'s>) -> FormerAddresses<'s> {
    let listed = revised.listing().entries().map(|entry| (entry.visit, entry.id));
    let withdrawn = revised.withdrawn().iter().map(|withdrawn| (&withdrawn.address.visit, &withdrawn.address.entry));
    let current: HashSet<(&Id, &Id)> = listed.chain(withdrawn).collect();
    let mut former = FormerAddresses::new();
    for visit in &revised.listing().visits {
        for entry in &visit.entries {
            for address in revised.former_addresses(entry) {
                let moved = former.entry(address.visit.clone()).or_default();
                let is_known = moved.iter().any(|moved| moved.former_id == address.entry);
                if !is_known && !current.contains(&(&address.visit, &address.entry)) {
                    moved.push(MovedEntry { former_id: address.entry, visit, entry });
                }
            }
        }
    }
    former
}
