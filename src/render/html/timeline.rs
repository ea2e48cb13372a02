//! The hours of a visit as a picture: a strip for each day of the host's, with the other clock below.
//!
//! What has a time is a bar. What has none is a dashed outline over all that it may take: a window, a day, or days. A part
//! of a day is a word in that outline, because it has no hours. The vertical line is midnight on the other clock.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use maud::{Markup, Render, html};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Leaf, Long};
use crate::listing::{ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::locale::{Label, Locale, Page};
use crate::programme::{TimedSpan, WithinDay};
use crate::zone::Zone;

/// How many tenths of a unit a day is wide.
const WIDTH: i64 = 4000;
/// The margin beside it, for the outermost numbers.
const MARGIN: i64 = 12;
/// How high an entry's row is.
const ROW: i64 = 20;
/// Where the first row begins: below the numbers of the host's clock.
const TOP: i64 = 34;
/// What the numbers of the other clock take.
const BOTTOM: i64 = 34;
/// How wide a column of text is, in tenths of a unit; a little more than it needs.
const COLUMN: i64 = 58;
/// How many days are drawn.
const DAYS: usize = 31;

/// How many entries are drawn of a day; how many more there are is a number below them.
const ROWS: usize = 60;

/// How something is drawn.
#[derive(Clone, Copy, PartialEq)]
enum Drawn {
    /// From a known time to a known time.
    Bar,
    /// From a known time on, without a known end.
    Start,
    /// Somewhere in these hours.
    Outline,
}

/// One thing on the picture.
struct Item {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    drawn: Drawn,
    label: String,
    target: String,
    class: &'static str,
}

/// The picture, with its heading and its legend; nothing where no entry has so much as a day.
pub(super) fn section(leaf: &Leaf<'_>, visit: &ListedVisit<'_>) -> Markup {
    let mut items = Vec::new();
    visit.entries.iter().for_each(|entry| add(leaf, visit, entry, &mut items));
    let host = visit.zone;
    let mut days = BTreeSet::new();
    for item in &items {
        let last = host.local(item.to - TimeDelta::seconds(1)).datetime.date();
        let first = host.local(item.from).datetime.date();
        days.extend(first.iter_days().take_while(|day| *day <= last).take(DAYS));
    }
    let other = leaf.clocks.first().copied().filter(|zone| *zone != host);
    let legend = if other.is_some() { Page::HoursLegend } else { Page::HoursLegendOne };
    html! {
        @if !items.is_empty() {
            section class="hours" aria-labelledby="_hours" {
                h2 id="_hours" { (leaf.say(Page::Hours)) }
                p class="hint" { (leaf.say(legend)) }
                @for day in days.into_iter().take(DAYS) { (strip(leaf, host, other, day, &items)) }
            }
        }
    }
}

fn add(leaf: &Leaf<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>, items: &mut Vec<Item>) {
    let localizer = leaf.localizer(visit.title);
    let title = localizer.text(entry.title);
    let prefix = leaf.locale.prefix(entry.status.kind).unwrap_or_default();
    let mut put = |when: &ListedWhen<'_>, label: Option<Label>| {
        let Some((from, to, drawn)) = extent(when) else { return };
        let known = localizer.title_note(when);
        let title = match label {
            Some(label) => format!("{}: {title}", leaf.locale.label(label)),
            None => title.clone().into_owned(),
        };
        let label = match known {
            Some(known) => format!("{prefix}{}", leaf.locale.title_with(&title, &known)),
            None => format!("{prefix}{title}"),
        };
        let class = entry.status.kind.word();
        items.push(Item { from, to, drawn, label, target: entry.id.to_string(), class });
    };
    match &entry.timing {
        ListedTiming::Stay(when) => put(when, None),
        ListedTiming::Journey { depart, arrive } => {
            if let (ListedWhen::Clock(leaves), ListedWhen::Clock(arrives)) = (&depart.when, &arrive.when) {
                let all = TimedSpan { end: Some(arrives.start), about: leaves.about || arrives.about, ..*leaves };
                put(&ListedWhen::Clock(all), None);
            } else if depart.when.zone() == arrive.when.zone()
                && depart.when.days() == arrive.when.days()
                && ![&depart.when, &arrive.when].iter().any(|when| matches!(when, ListedWhen::Clock(_)))
                && localizer.title_note(&depart.when) == localizer.title_note(&arrive.when)
            {
                // Both are somewhere in the same hours.
                put(&depart.when, None);
            } else {
                put(&depart.when, Some(Label::Departs));
                put(&arrive.when, Some(Label::Arrives));
            }
        }
    }
}

/// From when to when something is drawn, and how.
fn extent(when: &ListedWhen<'_>) -> Option<(DateTime<Utc>, DateTime<Utc>, Drawn)> {
    match when {
        ListedWhen::Clock(TimedSpan { start, end: Some(end), .. }) => {
            Some((start.instant(), end.instant(), Drawn::Bar))
        }
        ListedWhen::Clock(clock) => {
            let from = clock.start.instant();
            Some((from, from + TimeDelta::minutes(1), Drawn::Start))
        }
        ListedWhen::Day { zone, date, within: WithinDay::Between(from, to) } => {
            let at = |time| zone.at(date.and_time(time), Some(crate::zone::Fold::Earlier)).ok();
            Some((at(*from)?.instant(), at(*to)?.instant(), Drawn::Outline))
        }
        other => {
            let (first, last) = other.days()?;
            Some((other.zone().start_of_day(first), other.zone().end_of_day(last), Drawn::Outline))
        }
    }
}

/// A day of the host's.
struct Strip<'s> {
    locale: &'static dyn Locale,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    rows: Vec<&'s Item>,
    /// How many have no row.
    more: usize,
}

impl Strip<'_> {
    /// Where an instant is, in tenths of a unit.
    fn x(&self, at: DateTime<Utc>) -> i64 {
        let whole = (self.to - self.from).num_seconds().max(1);
        (at.clamp(self.from, self.to) - self.from).num_seconds() * WIDTH / whole
    }

    /// The hours that a clock shows by numbers, every sixth, each with where it is.
    fn hours(&self, zone: Zone) -> Vec<(i64, u32, NaiveDate)> {
        let mut numbered = Vec::with_capacity(5);
        let mut at = self.from;
        while at <= self.to {
            let moment = zone.moment(at);
            let local = moment.local();
            let is_numbered = local.minute() == 0 && local.hour().is_multiple_of(6);
            if is_numbered {
                numbered.push((self.x(at), local.hour(), local.date()));
            }
            // Where the clock is not set meanwhile, the next number is six hours on.
            let six_hours = TimeDelta::hours(6);
            let is_steady = is_numbered && zone.moment(at + six_hours).offset() == moment.offset();
            at += if is_steady { six_hours } else { TimeDelta::minutes(15) };
        }
        numbered
    }

    fn height(&self) -> i64 {
        TOP + i64::try_from(self.rows.len() + usize::from(self.more > 0)).unwrap_or(0) * ROW
    }
}

fn strip(leaf: &Leaf<'_>, host: Zone, other: Option<Zone>, day: NaiveDate, items: &[Item]) -> Markup {
    let (from, to) = (host.start_of_day(day), host.end_of_day(day));
    let mut rows: Vec<&Item> = items.iter().filter(|item| item.from < to && item.to > from).collect();
    if rows.is_empty() || from >= to {
        return html! {};
    }
    let more = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let strip = Strip { locale: leaf.locale, from, to, rows, more };
    let height = strip.height() + if other.is_some() { BOTTOM } else { 6 };
    let title = leaf.locale.full_day(day);
    html! {
        figure class="strip" {
            figcaption { (title) }
            svg viewBox={ (-MARGIN) " 0 " (WIDTH / 10 + 2 * MARGIN) " " (height) } role="group" aria-label=(title) {
                (scale(&strip, host, (10, TOP - 14), None))
                @if let Some(other) = other { (scale(&strip, other, (height - 5, strip.height() + 3), Some(day))) }
                @for (row, item) in strip.rows.iter().enumerate() {
                    (drawn(&strip, item, TOP + i64::try_from(row).unwrap_or(0) * ROW))
                }
                @if strip.more > 0 { text x="0" y=(strip.height() - 6) { "+" (strip.more) } }
            }
        }
    }
}

/// The numbers of a clock and its name; of the other clock, midnight with its day.
fn scale(strip: &Strip<'_>, zone: Zone, (name_at, numbers_at): (i64, i64), other: Option<NaiveDate>) -> Markup {
    let words = strip.locale;
    let (top, bottom) = (TOP - 10, strip.height());
    let numbers_at = if other.is_some() { numbers_at + 8 } else { numbers_at + 4 };
    let name = format!("{} · {}", words.zone_place(zone.name()), zone.local(strip.from).name.as_str());
    let hours = strip.hours(zone);
    // A day that begins with the host's needs no line of its own.
    let changes = |x: i64, hour: u32| other.is_some() && hour == 0 && 0 < x && x < WIDTH;
    let early = hours.iter().any(|(x, hour, _)| changes(*x, *hour) && *x < WIDTH / 2);
    let (name_x, anchor) = if early { (WIDTH, "end") } else { (0, "start") };
    html! {
        text class="clock" x=(Tenths(name_x)) y=(name_at) text-anchor=(anchor) { (name) }
        @for (x, hour, date) in hours {
            @if changes(x, hour) {
                line class="dateline" x1=(Tenths(x)) x2=(Tenths(x)) y1=(top) y2=(bottom) {}
                text class="date" x=(Tenths(x.clamp(250, WIDTH - 250))) y=(name_at) text-anchor="middle" { (words.day(date)) }
            } @else if other.is_none() {
                line class="tick" x1=(Tenths(x)) x2=(Tenths(x)) y1=(top) y2=(bottom) {}
            }
            text class="number" x=(Tenths(x)) y=(numbers_at) text-anchor="middle" {
                (if hour == 0 && x == WIDTH { 24 } else { hour })
            }
        }
    }
}

fn drawn(strip: &Strip<'_>, item: &Item, y: i64) -> Markup {
    let (from, to) = (strip.x(item.from), strip.x(item.to));
    let wide = (to - from).max(30);
    let class = match item.drawn {
        Drawn::Bar => "bar",
        Drawn::Start => "start",
        Drawn::Outline => "outline",
    };
    // Beside a bar, on the side where there is more room; within an outline that is wide enough.
    let inside = item.drawn == Drawn::Outline && wide >= WIDTH / 2;
    let (x, anchor, room) = match (inside, from + wide <= WIDTH - from) {
        (true, _) => (from + 50, "start", wide - 80),
        (false, true) => (from + wide + 40, "start", WIDTH - from - wide - 40),
        (false, false) => (from - 40, "end", from - 40),
    };
    let from = from.min(WIDTH - 30);
    html! {
        a href={ "#" (item.target) } class={ "item " (item.class) } {
            title { (Long(&item.label)) }
            rect class=(class) x=(Tenths(from)) y=(y + 2) width=(Tenths(wide.min(WIDTH - from))) height=(ROW - 5) rx="2" {}
            @if item.drawn == Drawn::Start {
                line class="open" x1=(Tenths(from + wide)) x2=(Tenths((from + wide + 120).min(WIDTH))) y1=(y + ROW / 2) y2=(y + ROW / 2) {}
            }
            @let x = if item.drawn == Drawn::Start && anchor == "start" { x + 130 } else { x };
            text x=(Tenths(x)) y=(y + 13) text-anchor=(anchor) { (cut(&item.label, room / COLUMN)) }
        }
    }
}

/// A number of tenths.
struct Tenths(i64);

impl Render for Tenths {
    fn render_to(&self, out: &mut String) {
        (self.0 / 10).render_to(out);
        out.push('.');
        (self.0 % 10).render_to(out);
    }
}

/// As much of a text as has room in so many columns.
fn cut(text: &str, columns: i64) -> String {
    let columns = usize::try_from(columns).unwrap_or(0);
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or(0);
        taken < columns
    };
    text.chars().take_while(fits).chain(['…']).collect()
}
