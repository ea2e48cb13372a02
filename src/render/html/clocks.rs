//! The time of a row: the host's clock, then the others in one line, and what the script has to know of it.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use maud::{Markup, html};

use super::Day;
use super::PageContext;
use super::foreign::{Foreign, STAND_IN, around};
use crate::listing::{ListedEntry, ListedJourney, ListedTiming, ListedVisit, ListedWhen};
use crate::locale::{Label, Phrase, Unknown, capitalised};
use crate::programme::{KnownTime, PartOfDay, Place, Text, WithinDay};
use crate::render::days::city_on_clock;
use crate::render::localizer::{Localizer, time_of_day};
use crate::zone::{Local, Zone};

/// What is known of when an entry is.
pub(super) struct Known {
    /// How it is known: `clock`, `window`, `notbefore`, `notafter`, `part`, `day`, `days`, `after` or `none`.
    pub(super) word: &'static str,
    /// The part of the day.
    pub(super) part: Option<&'static str>,
    /// Whether the start, and whether the end, is approximate.
    pub(super) about: bool,
    pub(super) about_end: bool,
    /// The clock times, or the ends of the window.
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) to: Option<DateTime<Utc>>,
    /// The day, or the days, of the host's in which it begins.
    pub(super) day: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Known {
    /// What is known of an entry; of a journey, what is known of its departure, and the arrival where it has a clock time.
    pub(super) fn of(entry: &ListedEntry<'_>) -> Self {
        let begin = entry.timing.begin();
        let day = begin.days().map(|(first, last)| (begin.zone().start_of_day(first), begin.zone().end_of_day(last)));
        let (word, part) = match begin.time {
            KnownTime::Clock(_) => ("clock", None),
            KnownTime::Day { within: WithinDay::Between(..), .. } => ("window", None),
            KnownTime::Day { within: WithinDay::NotBefore(_), .. } => ("notbefore", None),
            KnownTime::Day { within: WithinDay::NotAfter(_), .. } => ("notafter", None),
            KnownTime::Day { within: WithinDay::Part(part), .. } => ("part", Some(part.word())),
            KnownTime::Day { within: WithinDay::Day, .. } => ("day", None),
            KnownTime::Days { .. } => ("days", None),
            KnownTime::Unknown { part, .. } => ("none", part.map(PartOfDay::word)),
        };
        let word = if begin.is_relative() && ["part", "day", "none"].contains(&word) { "after" } else { word };
        let about = begin.clock().map(|span| span.about).unwrap_or_default();
        let about_end = match &entry.timing {
            ListedTiming::Stay(_) => about.end,
            ListedTiming::Journey { arrive, .. } => arrive.when.clock().is_some_and(|span| span.about.start),
        };
        let (from, to) = match (window(begin), bound(begin)) {
            (Some((from, to)), _) => (Some(from), Some(to)),
            (None, Some(bound)) => (Some(bound), None),
            (None, None) => (entry.timing.announced_start(), entry.timing.announced_end().filter(|_| word == "clock")),
        };
        Known { word, part, about: about.start, about_end, from, to, day }
    }
}

/// The moment that something is not before, or not after.
fn bound(when: &ListedWhen<'_>) -> Option<DateTime<Utc>> {
    let KnownTime::Day { within: WithinDay::NotBefore(at) | WithinDay::NotAfter(at), .. } = when.time else {
        return None;
    };
    Some(at.instant())
}

/// After which moment something does not begin.
pub(super) fn latest_begin(when: &ListedWhen<'_>) -> Option<DateTime<Utc>> {
    let KnownTime::Day { within: WithinDay::NotAfter(_), .. } = when.time else { return None };
    bound(when)
}

/// A time as it is meant: about then, not before or not after it; in the reader's language, with `time` in it.
fn meant(page: &PageContext<'_>, when: &ListedWhen<'_>, time: &str) -> String {
    match when.time {
        KnownTime::Clock(span) if span.about.start => page.locale.about(time),
        KnownTime::Day { within: WithinDay::NotBefore(_), .. } => page.locale.not_before(time),
        KnownTime::Day { within: WithinDay::NotAfter(_), .. } => page.locale.not_after(time),
        _ => time.to_owned(),
    }
}

/// What the script puts a time into that something is not before, or not after.
pub(super) fn bound_words(page: &PageContext<'_>, entry: &ListedEntry<'_>) -> Option<String> {
    let when = entry.timing.begin();
    bound(when).map(|_| meant(page, when, "%"))
}

/// The ends of a window.
pub(super) fn window(when: &ListedWhen<'_>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let KnownTime::Day { within: WithinDay::Between(from, to), .. } = when.time else { return None };
    Some((from.instant(), to.instant()))
}

/// The time of a row below the heading of its day.
pub(super) fn row_time(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    localizer: &Localizer<'_>,
    entry: &ListedEntry<'_>,
    heading: Zone,
) -> Markup {
    let when = entry.timing.begin();
    let date = when.days().map(|(first, _)| first);
    let text = match when.time {
        KnownTime::Clock(span) => {
            let zone = span.start.zone();
            let end = span.end.map(|end| zone.local(end.instant()));
            localizer.times(zone, zone.local(span.start.instant()), end, span.about)
        }
        KnownTime::Day { within: WithinDay::NotBefore(at) | WithinDay::NotAfter(at), .. } => {
            meant(page, when, &time_of_day(at.zone().local(at.instant())))
        }
        // The clocks below have the same words, and the zone is that of the day.
        KnownTime::Day { within: WithinDay::Between(from, to), .. } => {
            window_on(page, from.zone().local(from.instant()), from.zone().local(to.instant()))
        }
        // What it comes after or before stands in a line of its own.
        KnownTime::Day { within: WithinDay::Part(part), .. } | KnownTime::Unknown { part: Some(part), .. } => {
            page.locale.part(part).to_owned()
        }
        KnownTime::Day { within: WithinDay::Day, .. } => page.locale.unknown(Unknown::Time).to_owned(),
        KnownTime::Days { .. } | KnownTime::Unknown { part: None, .. } => localizer.when_beside(when, date),
    };
    // Where the day has entries on several clocks, the one that is not the heading's is named.
    let place = (when.zone() != heading && same_wall(when, heading).is_none())
        .then(|| marked_city_or_zone(page, visit, when.zone(), begin_city(visit, entry)));
    let class = if when.clock().is_some() { "time" } else { "time none" };
    html! {
        span class=(class) {
            @match text.split_once('~') {
                // After this one, by which Korean joins two times, no browser breaks a line of itself.
                Some((from, to)) => { (from) "~" wbr; (to) }
                None => (text),
            }
            @if let Some(place) = place { " " (place) }
        }
    }
}

/// The time of a row on the other clocks, in one line.
pub(super) fn other_clocks(page: &PageContext<'_>, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Markup {
    let when = entry.timing.begin();
    html! {
        @if ends(when).is_some() {
            span class="clocks" {
                @for (zone, text) in elsewhere(page, localizer, when) { span data-zone=(zone.name()) { (text) } }
            }
        }
    }
}

/// Nothing where a zone's clock shows another time then.
fn same_wall(when: &ListedWhen<'_>, zone: Zone) -> Option<NaiveDateTime> {
    let (at, _) = ends(when)?;
    let here = when.zone().local(at).datetime;
    (zone.local(at).datetime == here).then_some(here)
}

/// The start, and the end of a window.
fn ends(when: &ListedWhen<'_>) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
    match when.clock() {
        Some(span) => Some((span.start.instant(), None)),
        None => window(when).map(|(from, to)| (from, Some(to))).or(bound(when).map(|at| (at, None))),
    }
}

/// The time on each other clock that does not show the same: `01:15 Tue Seoul`.
fn elsewhere(page: &PageContext<'_>, localizer: &Localizer<'_>, when: &ListedWhen<'_>) -> Vec<(Zone, String)> {
    let Some((at, until)) = ends(when) else { return Vec::new() };
    let here = when.zone().local(at).datetime.date();
    let others = localizer.clocks_from(when.zone()).into_iter().skip(1).filter(|zone| same_wall(when, *zone).is_none());
    let place = |zone: Zone| page.locale.zone_place(zone.name());
    others.map(|zone| (zone, on_clock(page, (zone, &place(zone)), here, (at, until), when))).collect()
}

fn on_clock(
    page: &PageContext<'_>,
    (zone, place): (Zone, &str),
    here: NaiveDate,
    (at, until): (DateTime<Utc>, Option<DateTime<Utc>>),
    when: &ListedWhen<'_>,
) -> String {
    let local = zone.local(at);
    let date = local.datetime.date();
    let weekday = (date != here).then(|| page.locale.weekday(date));
    let time = time_of_day(local);
    let time = match until {
        Some(until) => window_on(page, local, zone.local(until)),
        None => meant(page, when, &time),
    };
    page.locale.other_clock(&time, weekday, place)
}

/// A window on one clock: its end has its day where that is the next.
fn window_on(page: &PageContext<'_>, from: Local, to: Local) -> String {
    let (day, end) = (to.datetime.date(), time_of_day(to));
    let end = if day == from.datetime.date() { end } else { format!("{} {end}", page.locale.day(day)) };
    page.locale.between(&time_of_day(from), &end)
}

/// The arrival of a journey, below its title.
pub(super) fn arrival(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    localizer: &Localizer<'_>,
    entry: &ListedEntry<'_>,
) -> Option<Markup> {
    let ListedTiming::Journey { depart, arrive } = &entry.timing else { return None };
    let left = depart.when.days().map(|(first, _)| first);
    let text = match arrive.when.clock() {
        Some(span) => {
            let (zone, at) = (span.start.zone(), span.start.instant());
            let here = left.unwrap_or_else(|| zone.local(at).datetime.date());
            on_clock(page, (zone, STAND_IN), here, (at, None), &arrive.when)
        }
        None => localizer.when_beside(&arrive.when, left),
    };
    let earlier = arrive.when.days().is_some_and(|(first, _)| left.is_some_and(|left| first < left));
    let text = if earlier { page.locale.names(&[text.into(), page.phrase(Phrase::DayBefore).into()]) } else { text };
    let place = marked_city_or_zone(page, visit, arrive.when.zone(), end_city(visit, arrive));
    Some(around(&page.locale.labelled(Label::Arrives, &text), &[place]))
}

/// The arrival of a journey of which the clock time is known, for the script: the zone, and what people call its clock.
pub(super) fn arrival_clock(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    entry: &ListedEntry<'_>,
) -> Option<(&'static str, String)> {
    let ListedTiming::Journey { arrive, .. } = &entry.timing else { return None };
    let zone = arrive.when.clock()?.start.zone();
    Some((zone.name(), city_or_zone(page, visit, zone, end_city(visit, arrive)).into_owned()))
}

/// What an entry comes after or before, where its day is known; else its time says so.
pub(super) fn others(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    localizer: &Localizer<'_>,
    entry: &ListedEntry<'_>,
) -> Option<Markup> {
    let when = entry.timing.begin();
    if matches!(when.time, KnownTime::Unknown { part: None, .. }) {
        return None;
    }
    let titles: Vec<Markup> = when.others().map(|title| page.marked(visit, title, &localizer.text(title))).collect();
    let said = localizer.others_as(when, |_| STAND_IN.into())?;
    Some(around(&capitalised(&said), &titles))
}

/// Where an entry is, in few words: without the country, where anything else is known.
pub(super) fn short_place(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Option<Markup> {
    let marked = |place: &Place| Some(Foreign(localizer.place_language(place)).mark(&localizer.place(place)?));
    let short = |place: &Place| marked(&Place { country: None, ..place.clone() }).or_else(|| marked(place));
    let city = |place: &Place| {
        let city = Place { city: place.city.clone(), venue: None, site: None, country: None, geo: None };
        marked(&city).or_else(|| short(place))
    };
    match &entry.timing {
        ListedTiming::Stay(_) => entry.place.and_then(short),
        ListedTiming::Journey { depart, arrive } => {
            let stops = entry.via.iter().map(|stop| stop.place);
            let places = std::iter::once(depart.place).chain(stops).chain([arrive.place]);
            let ends: Vec<_> = places.flatten().filter_map(city).collect();
            let route = html! { @for (position, end) in ends.iter().enumerate() { @if position > 0 { " → " } (end) } };
            if ends.is_empty() { entry.place.and_then(short) } else { Some(route) }
        }
    }
}

/// What people call the clock of a day: a city there, else the time of the zone. A zone is named for a place where nobody need
/// be.
pub(super) fn day_place<'v>(page: &PageContext<'_>, visit: &'v ListedVisit<'_>, day: &Day<'_, '_>) -> Cow<'v, str> {
    city_or_zone(page, visit, day.zone, day.city(visit))
}

/// The same, with its language.
pub(super) fn marked_day_place(page: &PageContext<'_>, visit: &ListedVisit<'_>, day: &Day<'_, '_>) -> Markup {
    marked_city_or_zone(page, visit, day.zone, day.city(visit))
}

/// What people call the clocks of the places where something of a visit takes place, those of its journeys left out.
pub(super) fn host_clocks(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Vec<Markup> {
    let is_stay = |entry: &&ListedEntry<'_>| matches!(entry.timing, ListedTiming::Stay(_));
    let mut zones: Vec<Zone> = Vec::new();
    for zone in visit.entries.iter().filter(is_stay).map(|entry| entry.timing.begin().zone()) {
        zones.extend(Some(zone).filter(|zone| !zones.contains(zone)));
    }
    if zones.is_empty() {
        zones.push(visit.zone);
    }
    let others = zones.into_iter().filter(|zone| Some(*zone) != page.home_clock);
    let city = |zone: Zone| city_on_clock(zone, None, visit.entries.iter());
    others.map(|zone| marked_city_or_zone(page, visit, zone, city(zone))).collect()
}

fn city_or_zone<'v>(
    page: &PageContext<'_>,
    visit: &'v ListedVisit<'_>,
    zone: Zone,
    city: Option<&'v Text>,
) -> Cow<'v, str> {
    match city {
        Some(city) => Cow::Owned(page.localizer(visit.title).text(city).into_owned()),
        None => Cow::Owned(page.locale.zone_time(zone.name())),
    }
}

fn marked_city_or_zone(page: &PageContext<'_>, visit: &ListedVisit<'_>, zone: Zone, city: Option<&Text>) -> Markup {
    if let Some(city) = city {
        page.marked_names(visit, &[city])
    } else {
        html! { (page.locale.zone_time(zone.name())) }
    }
}

/// What people call the clock of an entry.
pub(super) fn clock_place(page: &PageContext<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> String {
    city_or_zone(page, visit, entry.timing.begin().zone(), begin_city(visit, entry)).into_owned()
}

/// The city of an entry, else one that day on its clock; of a journey, where it begins.
fn begin_city<'v>(visit: &'v ListedVisit<'_>, entry: &'v ListedEntry<'_>) -> Option<&'v Text> {
    match &entry.timing {
        ListedTiming::Stay(when) => city_at(visit, entry.place, when),
        ListedTiming::Journey { depart, .. } => end_city(visit, depart),
    }
}

fn end_city<'v>(visit: &'v ListedVisit<'_>, end: &ListedJourney<'v>) -> Option<&'v Text> {
    city_at(visit, end.place, &end.when)
}

fn city_at<'v>(visit: &'v ListedVisit<'_>, place: Option<&'v Place>, when: &ListedWhen<'_>) -> Option<&'v Text> {
    let date = when.days().map(|(first, _)| first);
    let that_day = || city_on_clock(when.zone(), date, visit.entries.iter());
    place.and_then(|place| place.city.as_ref()).or_else(that_day)
}

/// What a day with entries that have no time is on the other clocks: said once, for all of them.
pub(super) fn day_elsewhere(page: &PageContext<'_>, visit: &ListedVisit<'_>, day: &Day<'_, '_>) -> Vec<String> {
    let is_untimed = |(entry, _): &(&ListedEntry<'_>, _)| ends(entry.timing.begin()).is_none();
    let (Some(date), Some((from, to))) = (day.date.filter(|_| day.entries.iter().any(is_untimed)), day.extent()) else {
        return Vec::new();
    };
    let localizer = page.localizer(visit.title);
    let others = localizer.clocks_from(day.zone).into_iter().skip(1).map(|zone| (zone.local(from), zone.local(to)));
    let others = others.filter(|(first, _)| first.datetime != day.zone.local(from).datetime);
    let at = |local: Local| format!("{} {}", page.locale.day(local.datetime.date()), time_of_day(local));
    let place = day_place(page, visit, day);
    let span = |(first, last): (Local, Local)| {
        page.locale.span(&page.locale.day(date), &place, &at(first), &at(last), last.name.as_str())
    };
    others.map(span).collect()
}
