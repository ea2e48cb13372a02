//! The page of a visit: its hours as a picture, the programme by day, and how to subscribe.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use maud::{Markup, html};

use super::former::Moved;
use super::page::{LinkPreview, Parts, whole, zone_choice};
use super::{Leaf, data, entry, subscribe, timeline, visit_place};
use crate::listing::{ListedEntry, ListedTiming, ListedVisit};
use crate::locale::{self, Label, Page, Unknown};
use crate::programme::{Id, StatusKind};

/// A visit's page.
pub(super) fn page(leaf: &Leaf<'_>, visit: &ListedVisit<'_>) -> Markup {
    let localizer = leaf.localizer(visit.title);
    let title = localizer.text(visit.title).into_owned();
    let (from, to) = visit.dates;
    let about = format!("{}: {}", localizer.text(visit.principal), days(leaf, from, to));
    let body = html! {
        p class="back" { a href={ (leaf.home()) "index.html" } { (leaf.say(Page::AllVisits)) } }
        h1 { (title) }
        (summary(leaf, visit))
        @if let Some(status) = &visit.status {
            @if let Some(reason) = &status.reason { p { (localizer.labelled(Label::Reason, &localizer.text(reason))) } }
        }
        @for dispute in &visit.disputed { (entry::dispute(&localizer, dispute)) }
        p class="jump" { a href="#_subscribe" { (leaf.say(Page::Subscribe)) } }
        (timeline::section(leaf, visit))
        section class="programme" aria-labelledby="_programme" {
            h2 id="_programme" { (leaf.say(Page::Programme)) }
            (zone_choice(leaf))
            (programme(leaf, visit))
            p class="hint" { (leaf.say(Page::CopyHint)) }
        }
        (subscribe::section(leaf, Some(visit)))
    };
    whole(leaf, &Parts { title, about, preview: preview(leaf, visit), body, data: data::events(leaf, visit) })
}

/// The visit's status, days and cities, for apps that show a link to its page.
fn preview(leaf: &Leaf<'_>, visit: &ListedVisit<'_>) -> LinkPreview {
    let unusual = visit.status.filter(|status| status.kind != StatusKind::Confirmed);
    let status = unusual.map(|status| locale::capitalised(leaf.locale.status(status.kind)));
    let dates = leaf.locale.date_range(visit.dates.0, visit.dates.1);
    let cities = cities(leaf, visit);
    let cities = (!cities.is_empty()).then(|| leaf.locale.names(&cities));
    let parts: Vec<String> = status.into_iter().chain([dates]).chain(cities).collect();
    LinkPreview { title: title_with_status(leaf, visit), description: parts.join(" · ") }
}

/// What a visit is called, behind the word that it is cancelled or postponed if it is.
pub(super) fn title_with_status(leaf: &Leaf<'_>, visit: &ListedVisit<'_>) -> String {
    let prefix = visit.status.and_then(|status| leaf.locale.prefix(status.kind)).unwrap_or_default();
    format!("{prefix}{}", leaf.localizer(visit.title).text(visit.title))
}

/// The cities where something takes place, in the programme's order, each once; without those of journeys, which begin and
/// end at home.
fn cities<'v>(leaf: &'v Leaf<'_>, visit: &'v ListedVisit<'_>) -> Vec<Cow<'v, str>> {
    let localizer = leaf.localizer(visit.title);
    let called_off = |entry: &ListedEntry<'_>| entry.status.kind == StatusKind::Cancelled;
    let all_called_off = visit.entries.iter().all(called_off);
    let mut cities = Vec::new();
    for entry in visit.entries.iter().filter(|entry| all_called_off || !called_off(entry)) {
        if let Some(city) = entry.place.and_then(|place| place.city.as_ref()).map(|city| localizer.text(city)) {
            if !cities.contains(&city) {
                cities.push(city);
            }
        }
    }
    cities
}

/// What kind of visit it is, whose, and when.
pub(super) fn summary(leaf: &Leaf<'_>, visit: &ListedVisit<'_>) -> Markup {
    let localizer = leaf.localizer(visit.title);
    let (from, to) = visit.dates;
    let called_off = visit.status.filter(|status| status.kind != StatusKind::Confirmed);
    html! {
        p class="summary" {
            @if let Some(status) = called_off {
                span class={ "badge " (status.kind.word()) } { (leaf.locale.status(status.kind)) } " "
            }
            (leaf.locale.visit_kind(visit.kind)) " · " (localizer.text(visit.principal))
            @if let Some(counterpart) = visit.counterpart { " · " (localizer.text(counterpart)) }
            br;
            (days(leaf, from, to)) " · " (leaf.locale.zone_place(visit.zone.name()))
        }
    }
}

fn days(leaf: &Leaf<'_>, from: NaiveDate, to: NaiveDate) -> String {
    let (first, last) = (leaf.locale.full_day(from), leaf.locale.full_day(to));
    if from == to { first } else { leaf.locale.days(&first, &last) }
}

/// The first day of an entry, as its host counts.
fn first_day(entry: &ListedEntry<'_>) -> Option<NaiveDate> {
    match &entry.timing {
        ListedTiming::Stay(when) => when.days().map(|(first, _)| first),
        ListedTiming::Journey { depart, arrive } => {
            depart.when.days().or_else(|| arrive.when.days()).map(|(first, _)| first)
        }
    }
}

/// The entries by day, those without a day last; what was withdrawn among them.
fn programme(leaf: &Leaf<'_>, visit: &ListedVisit<'_>) -> Markup {
    let revised = leaf.shelf.revised;
    let withdrawn: Vec<_> =
        revised.withdrawn().iter().filter(|withdrawn| withdrawn.visit == Some(visit.position)).collect();
    let withdrawn: Vec<_> = withdrawn.iter().map(|withdrawn| (withdrawn.listed(), withdrawn.revision)).collect();
    let shown = visit.entries.iter().map(|entry| (entry, revised.revision(entry)));
    let all = shown.chain(withdrawn.iter().map(|(entry, revision)| (entry, *revision)));
    let former = leaf.former.get(visit.id).map_or(&[][..], Vec::as_slice);
    let names = |entry: &ListedEntry<'_>| -> Vec<Id> {
        let here = |moved: &&Moved<'_>| moved.visit.id == visit.id && moved.entry.id == entry.id;
        former.iter().filter(here).map(|moved| moved.old.clone()).collect()
    };
    let mut by_day: BTreeMap<NaiveDate, Vec<_>> = BTreeMap::new();
    for (entry, revision) in all {
        by_day.entry(first_day(entry).unwrap_or(NaiveDate::MAX)).or_default().push((entry, revision));
    }
    html! {
        @for (day, entries) in &by_day {
            section class="day" {
                h3 {
                    @if *day == NaiveDate::MAX { (leaf.locale.unknown(Unknown::Day)) } @else { (leaf.locale.full_day(*day)) }
                }
                @for (entry, revision) in entries {
                    (entry::article(leaf, visit, (*entry, &names(entry)), *revision))
                }
            }
        }
        @for moved in former.iter().filter(|moved| moved.visit.id != visit.id) {
            p class="moved" id=(moved.old) {
                (leaf.localizer(moved.visit.title).text(moved.entry.title)) " · " (leaf.say(Page::Moved)) " "
                a href={ (leaf.home()) (visit_place(moved.visit.id)) "#" (moved.entry.id) } {
                    (leaf.localizer(moved.visit.title).text(moved.visit.title))
                }
            }
        }
    }
}
