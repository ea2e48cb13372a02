//! The picture that goes with a link to a page: the days of a visit and its hours on both clocks, as on the page.
//!
//! It holds dates, hours and the names of zones, so one picture does for all languages. It is made of listings, like all
//! that readers get.

mod canvas;
mod glyphs;

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};

use super::timeline::{Drawn, extent};
use crate::listing::{ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::programme::{StatusKind, TimedSpan};
use crate::zone::Zone;
use canvas::{Anchor, Canvas, Flat, Ink, measure};

/// How many pixels a picture is wide.
pub(super) const WIDTH: i64 = 1200;
/// How many pixels it is high.
pub(super) const HEIGHT: i64 = 630;

/// What is free on each side.
const MARGIN: i64 = 72;
/// Where the hours begin, to the right of the days.
const HOURS: i64 = 212;
/// How high the strip of a day is.
const STRIP: i64 = 52;
/// From one strip to the next.
const PITCH: i64 = 70;
/// Where the first strip begins.
const TOP: i64 = 258;
/// How many days, or visits, there is room for.
const ROOM: usize = 4;

/// Something that takes place, or may.
struct Item {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    drawn: Drawn,
    status: StatusKind,
}

/// The picture of a visit, with the hours of another clock below the host's.
pub(super) fn of_visit(visit: &ListedVisit<'_>, other: Option<Zone>) -> Vec<u8> {
    let mut canvas = Canvas::new();
    let (text, style) = (dates(visit.dates), (Ink::Bright, Anchor::Start));
    canvas.text((MARGIN, 76), fitting(&text), style, &text);
    let items: Vec<Item> = visit.entries.iter().flat_map(items).collect();
    let days: Vec<NaiveDate> = days(visit.zone, &items).into_iter().collect();
    let noted = |zone: Zone, at: DateTime<Utc>| format!("{}  {}", place(zone), zone.local(at).name.as_str());
    let (Some(first), Some(last)) = (days.first(), days.get(days.len().min(ROOM).saturating_sub(1))) else {
        canvas.text((MARGIN, TOP), 28, (Ink::Soft, Anchor::Start), &place(visit.zone));
        return canvas.png();
    };
    let begin = visit.zone.start_of_day(*first);
    canvas.text((HOURS, TOP - 62), 20, (Ink::Soft, Anchor::Start), &noted(visit.zone, begin));
    numbers(&mut canvas, TOP - 30, visit.zone, (begin, visit.zone.end_of_day(*first)));
    let mut y = TOP;
    for day in days.iter().take(ROOM) {
        strip(&mut canvas, y, (visit.zone, other), *day, &items);
        y += PITCH;
    }
    if days.len() > ROOM {
        canvas.text((MARGIN, y), 22, (Ink::Soft, Anchor::Start), &format!("+{}", days.len() - ROOM));
    }
    if let Some(other) = other.filter(|zone| *zone != visit.zone) {
        let span = (visit.zone.start_of_day(*last), visit.zone.end_of_day(*last));
        numbers(&mut canvas, y - 4, other, span);
        canvas.text((HOURS, y + 28), 20, (Ink::Soft, Anchor::Start), &noted(other, span.0));
    }
    canvas.png()
}

/// The picture of the list: the latest visits with their days and places.
pub(super) fn of_visits(visits: &[ListedVisit<'_>]) -> Vec<u8> {
    let mut canvas = Canvas::new();
    let mut latest: Vec<_> = visits.iter().map(|visit| (visit.dates, visit.zone)).collect();
    latest.sort_by_key(|(dates, zone)| (std::cmp::Reverse(*dates), zone.name()));
    latest.truncate(ROOM);
    let (indent, letters) = (|large: i64| MARGIN + 14 * large, |large: i64| 17 * large);
    let has_room = |large: i64| {
        latest.iter().all(|(span, _)| indent(large) + measure(&dates(*span), letters(large)) <= WIDTH - MARGIN)
    };
    // Two have room to be larger, unless their dates are long.
    let large = if latest.len() <= 2 && has_room(4) { 4 } else { 3 };
    let pitch = 44 * large;
    let mut y = (HEIGHT - i64::try_from(latest.len()).unwrap_or_default() * pitch) / 2 + 6 * large;
    for (span, zone) in latest.iter().rev() {
        let x = indent(large);
        canvas.fill((MARGIN, y), (10, 32 * large), Flat::Bar);
        canvas.text((x, y + 2), letters(large), (Ink::Bright, Anchor::Start), &dates(*span));
        canvas.text((x, y + 24 * large), 8 * large, (Ink::Soft, Anchor::Start), &place(*zone));
        y += pitch;
    }
    if visits.len() > ROOM {
        let more = format!("+{}", visits.len() - ROOM);
        canvas.text((WIDTH - MARGIN, HEIGHT - MARGIN), 28, (Ink::Soft, Anchor::End), &more);
    }
    canvas.png()
}

/// Days as every language writes them in figures, without what the last has in common with the first.
fn dates((from, to): (NaiveDate, NaiveDate)) -> String {
    let rest = match (from.year() == to.year(), from.month() == to.month()) {
        _ if from == to => return from.to_string(),
        (true, true) => to.format("%d"),
        (true, false) => to.format("%m-%d"),
        (false, _) => to.format("%Y-%m-%d"),
    };
    format!("{from} – {rest}")
}

/// The place that a zone is named after, in capitals.
fn place(zone: Zone) -> String {
    let name = zone.name();
    name.rsplit('/').next().unwrap_or(name).replace('_', " ").to_ascii_uppercase()
}

fn items(entry: &ListedEntry<'_>) -> Vec<Item> {
    let status = entry.status.kind;
    let whens = match &entry.timing {
        ListedTiming::Stay(when) => vec![*when],
        ListedTiming::Journey { depart, arrive } => match (&depart.when, &arrive.when) {
            (ListedWhen::Clock(leaves), ListedWhen::Clock(arrives)) => {
                vec![ListedWhen::Clock(TimedSpan { end: Some(arrives.start), ..*leaves })]
            }
            (leaves, arrives) => vec![*leaves, *arrives],
        },
    };
    let extents = whens.iter().filter_map(extent);
    extents.map(|(from, to, drawn)| Item { from, to, drawn, status }).collect()
}

/// The host's days on which there is anything; long stays are not followed for ever.
fn days(zone: Zone, items: &[Item]) -> BTreeSet<NaiveDate> {
    let of = |item: &Item| {
        let last = zone.local(item.to - TimeDelta::seconds(1)).datetime.date();
        let first = zone.local(item.from).datetime.date();
        first.iter_days().take_while(move |day| *day <= last).take(31)
    };
    items.iter().flat_map(of).collect()
}

/// Where an instant of a day is.
fn x((from, to): (DateTime<Utc>, DateTime<Utc>), at: DateTime<Utc>) -> i64 {
    let whole = (to - from).num_seconds().max(1);
    HOURS + (at.clamp(from, to) - from).num_seconds() * (WIDTH - MARGIN - HOURS) / whole
}

/// The hours of a clock in a day, by quarters, because not all clocks are whole hours apart.
fn hours(zone: Zone, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> impl Iterator<Item = (DateTime<Utc>, u32)> {
    let quarters = (0..=(to - from).num_minutes() / 15).map(move |quarter| from + TimeDelta::minutes(quarter * 15));
    quarters.filter_map(move |at| {
        let local = zone.local(at).datetime;
        (local.minute() == 0 && local.hour().is_multiple_of(6)).then(|| (at, local.hour()))
    })
}

fn numbers(canvas: &mut Canvas, y: i64, zone: Zone, day: (DateTime<Utc>, DateTime<Utc>)) {
    for (at, hour) in hours(zone, day) {
        let hour = if hour == 0 && at == day.1 { 24 } else { hour };
        canvas.text((x(day, at), y), 18, (Ink::Soft, Anchor::Middle), &hour.to_string());
    }
}

/// A day of the host's: bars for what has a time, dashes below them for what has none, and midnight on the other clock.
fn strip(canvas: &mut Canvas, y: i64, (host, other): (Zone, Option<Zone>), day: NaiveDate, items: &[Item]) {
    let span = (host.start_of_day(day), host.end_of_day(day));
    canvas.text((MARGIN, y + 15), 22, (Ink::Bright, Anchor::Start), &day.format("%m-%d").to_string());
    canvas.fill((HOURS, y), (WIDTH - MARGIN - HOURS, STRIP), Flat::Track);
    let of_day = || items.iter().filter(|item| item.from < span.1 && item.to > span.0);
    for item in of_day() {
        let goes_on = matches!(item.status, StatusKind::Confirmed | StatusKind::Tentative);
        let (from, to) = (x(span, item.from), x(span, item.to));
        let ink = if goes_on { Flat::Bar } else { Flat::Faint };
        match item.drawn {
            Drawn::Outline => {
                let ink = if goes_on { Flat::Outline } else { Flat::Faint };
                canvas.dashes((from + 4, y + STRIP - 9), (to - from - 8, 4), ink);
            }
            Drawn::Start => {
                canvas.fill((from, y + 6), (6, STRIP - 22), ink);
                canvas.dashes((from + 10, y + 19), (30.min(WIDTH - MARGIN - from - 10), 4), ink);
            }
            Drawn::Bar => canvas.fill((from, y + 6), ((to - from - 2).max(6), STRIP - 22), ink),
        }
    }
    let Some(other) = other.filter(|zone| *zone != host) else { return };
    for (at, _) in hours(other, span).filter(|(at, hour)| *hour == 0 && span.0 < *at && *at < span.1) {
        canvas.fill((x(span, at) - 1, y - 5), (3, STRIP + 10), Flat::DateLine);
    }
}

/// How high letters may be for a text to have room between the margins.
fn fitting(text: &str) -> i64 {
    if measure(text, 72) > WIDTH - 2 * MARGIN { 54 } else { 72 }
}
