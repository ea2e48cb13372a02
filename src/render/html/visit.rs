//! The page of a visit: when and where, what is now and next, the programme by day, the timeline, and how to subscribe.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::Day;
use super::clocks::{day_elsewhere, day_place, host_clocks, marked_day_place};
use super::page::{LinkPreview, PageContent, whole, zone_choice};
use super::{PageContext, changes_link, day, entry, structured_data, subscribe, timeline, visit_path};
use crate::listing::{ListedEntry, ListedVisit};
use crate::locale::{self, Label, Phrase, Unknown};
use crate::programme::{Id, StatusKind, Text};
use crate::render::days::days;
use crate::render::restricted;
use crate::revision::RevisedListing;
use crate::zone::rfc3339;

/// A visit's page.
pub(super) fn page(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Markup {
    let localizer = page.localizer(visit.title);
    let title = title_with_status(page, visit);
    let persons: Vec<_> = visit.principals.iter().chain(visit.counterpart).collect();
    let people: Vec<_> = persons.iter().map(|person| localizer.text(person)).collect();
    let revised = page.site.revised;
    let withdrawn = revised.withdrawn().iter().filter(|withdrawn| withdrawn.visit == Some(visit.position));
    let withdrawn: Vec<_> = withdrawn.map(|withdrawn| (withdrawn.listed(), withdrawn.revision)).collect();
    let listed = visit.entries.iter().map(|entry| (entry, revised.revision(entry)));
    let days = days(listed.chain(withdrawn.iter().map(|(entry, revision)| (entry, *revision))));
    let timeline = timeline::section(page, visit, &days);
    let has_timeline = timeline.is_some();
    let body = html! {
        p class="back" { a href={ (page.to_language_folder()) "index.html" } { (page.phrase(Phrase::AllVisits)) } }
        h1 { (called_off_prefix(page, visit)) (page.marked_title(visit.title)) }
        @if let Some(language) = page.foreign(visit.title, visit.title).0 {
            p class="soft" { (page.locale.text_is_in(page.locale.name(language.primary()).unwrap_or(language.tag()))) }
        }
        p class="dates" { (marked_dates_and_cities(page, visit)) }
        p class="people" {
            @for (position, (person, name)) in persons.iter().zip(&people).enumerate() {
                @if position > 0 { " · " }
                (page.marked(visit, person, name))
            }
            @if let Some(host) = visit.host {
                " · " (page.locale.label(Label::Host)) (page.locale.punctuation().colon)
                (page.marked(visit, host, &localizer.text(host)))
            }
            @if !visit.disputed.is_empty() {
                " · " a href="#_record" { (page.phrase(Phrase::OtherAccounts)) }
            }
        }
        (notice(page, visit))
        @if let Some(section) = restricted::of_visit(&localizer, visit) {
            div class="restricted" {
                p class="heading" { (page.locale.label(section.heading)) }
                @for line in &section.lines { p { (line) } }
            }
        }
        div id="_now" hidden {}
        p class="tools" {
            a class="main" href="#_subscribe" { (page.phrase(Phrase::Subscribe)) }
            (changes_link(page, Some(visit)))
            @if has_timeline { a href="#_timeline" { (page.phrase(Phrase::Timeline)) } }
        }
        div class="columns" {
            div {
                (clocks(page, visit))
                @if is_long(visit) { (choices(page, visit, &days)) }
                section id="_programme" class="programme" data-end=(rfc3339(extent(visit).1)) data-called-off[is_called_off(visit)] {
                    (programme(page, visit, &days))
                    p class="soft hint" { (page.phrase(Phrase::CopyHint)) }
                }
                @if let Some(timeline) = timeline { (timeline) }
            }
            div class="side" {
                (legs(page, visit))
                (subscribe::section(page, Some(visit)))
                @if !visit.disputed.is_empty() {
                    section id="_record" { (entry::other_accounts(page, visit, &localizer, &visit.disputed)) }
                }
            }
        }
    };
    let description = format!("{}: {}", people.join(" · "), dates_and_cities(page, visit));
    let structured_data = structured_data::events(page, visit);
    let is_long = is_long(visit);
    whole(page, &PageContent { title, description, preview: preview(page, visit), body, is_long, structured_data })
}

pub(super) fn is_called_off(visit: &ListedVisit<'_>) -> bool {
    visit.status.is_some_and(|status| !status.is_planned())
}

/// From how many entries on a page has tabs for its days, and a choice among them.
const MANY: usize = 20;

/// From how many entries on there is a search.
const SEARCHED: usize = 30;

/// Whether a visit has so many entries that a reader chooses among them.
pub(super) fn is_long(visit: &ListedVisit<'_>) -> bool {
    visit.entries.len() >= MANY
}

/// The days as links, and what the script needs to choose among entries.
fn choices(page: &PageContext<'_>, visit: &ListedVisit<'_>, days: &[Day<'_, '_>]) -> Markup {
    let (mut kinds, mut accesses) = (Vec::new(), Vec::new());
    for entry in &visit.entries {
        kinds.extend(Some(entry.kind).filter(|kind| !kinds.contains(kind)));
        for access in entry.access.iter().flat_map(|part| [part.access.general(), part.access]) {
            accesses.extend(Some(access).filter(|access| !accesses.contains(access)));
        }
    }
    let all = |phrase: Phrase| page.phrase(phrase);
    html! {
        nav class="tabs" aria-label=(all(Phrase::Days)) {
            @for (number, day) in days.iter().enumerate() {
                @if let Some(date) = day.date {
                    a class="button" href={ "#_day" (number) } { (page.locale.weekday(date)) " " (page.locale.day(date)) }
                }
            }
        }
        div class="filter" id="_filter" role="search" hidden {
            select name="kind" aria-label=(all(Phrase::AllKinds)) autocomplete="off" {
                option value="" { (all(Phrase::AllKinds)) }
                @for kind in kinds { option value=(kind.word()) { (page.locale.entry_kind(kind)) } }
            }
            @if !accesses.is_empty() {
                select name="access" aria-label=(all(Phrase::AllAccess)) autocomplete="off" {
                    option value="" { (all(Phrase::AllAccess)) }
                    @for access in accesses { option value=(access.word()) { (locale::capitalised(page.locale.access_mark(access))) } }
                }
            }
            label { input type="checkbox" name="timed" autocomplete="off"; (all(Phrase::WithTime)) }
            @if visit.entries.len() >= SEARCHED {
                input type="search" name="q" placeholder=(all(Phrase::Search)) aria-label=(all(Phrase::Search)) autocomplete="off";
            }
            span id="_found" role="status" {}
        }
    }
}

/// The visits that come right before and after on the same trip.
fn legs(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Markup {
    let follows = |first: &ListedVisit<'_>, then: &ListedVisit<'_>| {
        let days = (then.dates.0 - first.dates.1).num_days();
        let in_order = (first.dates, first.id) < (then.dates, then.id);
        in_order && (0..=1).contains(&days) && first.principals == then.principals
    };
    let others = || page.site.visits().iter().filter(|other| other.id != visit.id && !is_called_off(other));
    let legs = [
        (Phrase::BeforeOnTrip, others().filter(|other| follows(other, visit)).max_by_key(|other| other.dates)),
        (Phrase::NextOnTrip, others().filter(|other| follows(visit, other)).min_by_key(|other| other.dates)),
    ];
    html! {
        @for (phrase, leg) in legs {
            @if let Some(leg) = leg {
                p class="leg" {
                    (page.phrase(phrase)) (page.locale.punctuation().colon)
                    a href={ (page.to_language_folder()) (visit_path(leg.id)) } { (page.marked_title(leg.title)) }
                    span class="soft" { " " (marked_dates_and_cities(page, leg)) }
                }
            }
        }
    }
}

/// That a visit is not simply confirmed, and why.
fn notice(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Markup {
    let Some(status) = visit.status.filter(|status| status.kind != StatusKind::Confirmed) else { return html! {} };
    html! {
        p class={ "notice " (status.kind.word()) } {
            b { (locale::capitalised(page.locale.status(status.kind))) }
            @if let Some(reason) = &status.reason {
                (page.locale.punctuation().colon) (page.marked(visit, reason, &page.localizer(visit.title).text(reason)))
            }
        }
    }
}

/// Which clocks the page is in: those of the places, then the publisher's; the script adds the reader's.
fn clocks(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Markup {
    let hosts = host_clocks(page, visit);
    let home = page.home_clock.map(|zone| page.locale.zone_place(zone.name()));
    html! {
        p class="official" {
            @if !hosts.is_empty() {
                b {
                    @for (position, host) in hosts.iter().enumerate() {
                        @if position > 0 { (page.locale.punctuation().names) }
                        (host)
                    }
                }
                " (" (page.phrase(Phrase::WhereItHappens)) ")"
            }
            @if let Some(home) = home { @if !hosts.is_empty() { " · " } (home) }
        }
        (zone_choice(page))
    }
}

/// The visit's status, days and cities, for apps that show a link to its page.
fn preview(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> LinkPreview {
    let unusual_status = visit.status.filter(|status| status.kind != StatusKind::Confirmed);
    let status = unusual_status.map(|status| locale::capitalised(page.locale.status(status.kind)));
    let parts: Vec<String> = status.into_iter().chain([dates_and_cities(page, visit)]).collect();
    LinkPreview { title: title_with_status(page, visit), description: parts.join(" · ") }
}

/// What a visit is called, behind the word that it is cancelled or postponed if it is.
pub(super) fn title_with_status(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> String {
    format!("{}{}", called_off_prefix(page, visit), page.title(visit.title))
}

fn called_off_prefix(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> &'static str {
    let called_off = visit.status.filter(|status| !status.is_planned());
    called_off.and_then(|status| page.locale.prefix(status.kind)).unwrap_or_default()
}

/// The cities where something takes place, in the programme's order, each once; without those of journeys, which begin and
/// end at home.
pub(super) fn cities<'v>(page: &PageContext<'_>, visit: &'v ListedVisit<'_>) -> Vec<&'v Text> {
    let localizer = page.localizer(visit.title);
    if let Some(location) = visit.location {
        return vec![location];
    }
    let is_cancelled = |entry: &ListedEntry<'_>| entry.status.kind == StatusKind::Cancelled;
    let all_cancelled = visit.entries.iter().all(is_cancelled);
    let mut cities: Vec<&Text> = Vec::new();
    for entry in visit.entries.iter().filter(|entry| all_cancelled || !is_cancelled(entry)) {
        let city = entry.place.and_then(|place| place.city.as_ref());
        cities.extend(city.filter(|city| !cities.iter().any(|known| localizer.text(known) == localizer.text(city))));
    }
    cities
}

/// `24–26 August 2025 · Washington, Philadelphia`.
pub(super) fn dates_and_cities(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> String {
    let dates = page.locale.date_range(visit.dates.0, visit.dates.1);
    let localizer = page.localizer(visit.title);
    let cities: Vec<_> = cities(page, visit).into_iter().map(|city| localizer.text(city)).collect();
    let cities = (!cities.is_empty()).then(|| page.locale.names(&cities));
    [Some(dates), cities].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The same, with the languages of the cities' names.
fn marked_dates_and_cities(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Markup {
    let cities = cities(page, visit);
    html! {
        (page.locale.date_range(visit.dates.0, visit.dates.1))
        @if !cities.is_empty() { " · " (page.marked_names(visit, &cities)) }
    }
}

/// From the first instant to the last that a visit may take: its days, and what is announced beyond them.
fn extent(visit: &ListedVisit<'_>) -> (DateTime<Utc>, DateTime<Utc>) {
    let (from, to) = (visit.zone.start_of_day(visit.dates.0), visit.zone.end_of_day(visit.dates.1));
    let planned = visit.entries.iter().filter(|entry| entry.status.is_planned());
    let whens = planned.flat_map(|entry| entry.timing.whens());
    let days = whens.filter_map(|when| when.days().map(|(first, last)| (when.zone(), first, last)));
    days.fold((from, to), |(from, to), (zone, first, last)| {
        (from.min(zone.start_of_day(first)), to.max(zone.end_of_day(last)))
    })
}

/// The entries by day, those without a day last, with what was withdrawn.
fn programme(page: &PageContext<'_>, visit: &ListedVisit<'_>, days: &[Day<'_, '_>]) -> Markup {
    let moved = page.former_addresses.get(visit.id).map_or(&[][..], Vec::as_slice);
    let former_ids = |entry: &ListedEntry<'_>| -> Vec<&Id> {
        let of_entry = moved.iter().filter(|moved| moved.visit.id == visit.id && moved.entry.id == entry.id);
        of_entry.map(|moved| &moved.former_id).collect()
    };
    html! {
        @for (number, day) in days.iter().enumerate() {
            @let extent = day.extent();
            @let place = day_place(page, visit, day);
            section class="day" id=[is_long(visit).then(|| format!("_day{number}"))] data-zone=(day.zone.name()) data-place=(place) data-day=[extent.map(|(from, _)| rfc3339(from))]
                data-over=[extent.map(|(_, to)| rfc3339(to))] {
                h2 {
                    @match day.date {
                        None => (locale::capitalised(page.locale.unknown(Unknown::Day))),
                        Some(date) => {
                            (day::link(page, date, &page.locale.full_day(date)))
                            // Over the date line there are two days of one date.
                            @if day.is_doubled(days) {
                                " · " (marked_day_place(page, visit, day))
                            }
                        }
                    }
                }
                @for span in day_elsewhere(page, visit, day) { p class="soft span" { (span) } }
                @for (row, (entry, revision)) in day.entries.iter().enumerate() {
                    @let heading = format!("_{number}-{row}");
                    (entry::row(page, visit, (day, &place), (entry, *revision), &former_ids(entry), &heading))
                }
            }
        }
        @for moved in moved.iter().filter(|moved| moved.visit.id != visit.id) {
            p class="moved" id=(moved.former_id) {
                (page.marked(moved.visit, moved.entry.title, &page.localizer(moved.visit.title).text(moved.entry.title))) " · " (page.phrase(Phrase::Moved)) " "
                a href={ (page.to_language_folder()) (visit_path(moved.visit.id)) "#" (moved.entry.id) } {
                    (page.marked_title(moved.visit.title))
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
