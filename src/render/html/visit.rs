//! The page of a visit: its hours as a picture, the programme by day, and how to subscribe.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use maud::{Markup, html};

use super::former::Moved;
use super::page::{Parts, whole, zone_choice};
use super::{Leaf, data, entry, subscribe, timeline, visit_place};
use crate::listing::{ListedEntry, ListedTiming, ListedVisit};
use crate::locale::{Label, Page, Unknown};
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
    whole(leaf, &Parts { title, about, body, picture: Some(visit.id), data: data::events(leaf, visit) })
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
