//! The timeline of a visit: a strip for each day of the host's, with the other clock below.
//!
//! What has a time is a bar. What has none is a dashed outline over all that it may take: a window, a day, or days. A part
//! of a day is a word in that outline, because it has no hours. The vertical line is midnight on the other clock.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use maud::{Markup, html};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::PageContext;
use crate::listing::{ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::locale::{Label, Locale, Phrase};
use crate::programme::{TimedSpan, WithinDay};
use crate::zone::Zone;

// Across, lengths are in tenths of a unit of the drawing; down, in units.

/// The width of a day.
const WIDTH: i64 = 4000;
/// The margin beside it, in units, for the outermost numbers.
const MARGIN: i64 = 12;
/// The height of a row.
const ROW_HEIGHT: i64 = 20;
/// Where the first row begins: below the numbers of the host's clock.
const TOP: i64 = 34;
/// The height of the numbers of the other clock.
const BOTTOM: i64 = 34;
/// The width of a column of text; a little more than it needs.
const COLUMN_WIDTH: i64 = 58;
/// The least width of a mark.
const MIN_MARK_WIDTH: i64 = 30;
/// How many days are drawn at most.
const MAX_DAYS: usize = 31;
/// How many marks are drawn of a day at most; how many more there are is a number below them.
const MAX_ROWS: usize = 60;

/// How something is drawn.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// From a known time to a known time.
    Bar,
    /// From a known time on, without a known end.
    Start,
    /// Somewhere in these hours.
    Outline,
}

/// Something on the timeline: an entry, or one end of a journey.
struct Mark {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    shape: Shape,
    label: String,
    /// The id of its entry.
    entry: String,
    /// Its status.
    class: &'static str,
}

/// The timeline, with its heading and its legend; nothing where no entry has even a day.
pub(super) fn section(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Markup {
    let marks: Vec<Mark> = visit.entries.iter().flat_map(|entry| marks(page, visit, entry)).collect();
    let host = visit.zone;
    let mut days = BTreeSet::new();
    for mark in &marks {
        let first = host.local(mark.from).datetime.date();
        let last = host.local(mark.to - TimeDelta::seconds(1)).datetime.date();
        days.extend(first.iter_days().take_while(|day| *day <= last).take(MAX_DAYS));
    }
    let other = page.home_clock.filter(|zone| *zone != host);
    let legend = if other.is_some() { Phrase::HoursLegend } else { Phrase::HoursLegendOne };
    html! {
        @if !marks.is_empty() {
            section class="hours" aria-labelledby="_hours" {
                h2 id="_hours" { (page.phrase(Phrase::Hours)) }
                p class="hint" { (page.phrase(legend)) }
                @for day in days.into_iter().take(MAX_DAYS) { (strip(page, host, other, day, &marks)) }
            }
        }
    }
}

/// One mark for an entry, or one for each end of a journey of which the ends are known in different ways.
fn marks(page: &PageContext<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Vec<Mark> {
    let (locale, localizer) = (page.locale, page.localizer(visit.title).for_entry(entry));
    let title = localizer.text(entry.title);
    let prefix = locale.prefix(entry.status.kind).unwrap_or_default();
    let mark = |when: &ListedWhen<'_>, end: Option<Label>| {
        let (from, to, shape) = extent(when)?;
        let title = end.map_or_else(|| title.to_string(), |end| format!("{}: {title}", locale.label(end)));
        let title = match localizer.title_note(when) {
            Some(note) => locale.title_with(&title, &note),
            None => title,
        };
        let label = format!("{prefix}{title}");
        Some(Mark { from, to, shape, label, entry: entry.id.to_string(), class: entry.status.kind.word() })
    };
    let marks = match &entry.timing {
        ListedTiming::Stay(when) => [mark(when, None), None],
        ListedTiming::Journey { depart, arrive } => match (&depart.when, &arrive.when) {
            (ListedWhen::Clock(start), ListedWhen::Clock(end)) => {
                let span = TimedSpan { end: Some(end.start), about: start.about || end.about, ..*start };
                [mark(&ListedWhen::Clock(span), None), None]
            }
            (start, end) => {
                let has_clock = [start, end].iter().any(|when| matches!(when, ListedWhen::Clock(_)));
                let known = |when| (ListedWhen::zone(when), when.days(), localizer.title_note(when));
                if !has_clock && known(start) == known(end) {
                    [mark(start, None), None]
                } else {
                    [mark(start, Some(Label::Departs)), mark(end, Some(Label::Arrives))]
                }
            }
        },
    };
    marks.into_iter().flatten().collect()
}

/// From when to when something is drawn, and how.
fn extent(when: &ListedWhen<'_>) -> Option<(DateTime<Utc>, DateTime<Utc>, Shape)> {
    match when {
        ListedWhen::Clock(span) => {
            let start = span.start.instant();
            Some(match span.end {
                Some(end) => (start, end.instant(), Shape::Bar),
                None => (start, start + TimeDelta::minutes(1), Shape::Start),
            })
        }
        ListedWhen::Day { within: WithinDay::Between(from, to), .. } => {
            Some((from.instant(), to.instant(), Shape::Outline))
        }
        other => {
            let (first, last) = other.days()?;
            Some((other.zone().start_of_day(first), other.zone().end_of_day(last), Shape::Outline))
        }
    }
}

/// A day of the host's.
struct DayStrip<'s> {
    locale: &'static dyn Locale,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    rows: Vec<&'s Mark>,
    /// How many marks have no row.
    omitted: usize,
}

impl DayStrip<'_> {
    /// Where an instant is, in tenths.
    fn x(&self, at: DateTime<Utc>) -> i64 {
        let length = (self.to - self.from).num_seconds().max(1);
        (at.clamp(self.from, self.to) - self.from).num_seconds() * WIDTH / length
    }

    /// Every sixth hour that a clock shows: where it is, the hour, and the date.
    fn hours(&self, zone: Zone) -> Vec<(i64, u32, NaiveDate)> {
        // By quarters of an hour, because not all clocks are whole hours apart.
        let quarters = (self.to - self.from).num_minutes() / 15;
        let instants = (0..=quarters).map(|quarter| self.from + TimeDelta::minutes(15 * quarter));
        let number = |at: DateTime<Utc>| {
            let local = zone.moment(at).local();
            let is_sixth = local.minute() == 0 && local.hour().is_multiple_of(6);
            is_sixth.then(|| (self.x(at), local.hour(), local.date()))
        };
        instants.filter_map(number).collect()
    }

    /// Where the rows end.
    fn bottom(&self) -> i64 {
        let rows = self.rows.len() + usize::from(self.omitted > 0);
        TOP + i64::try_from(rows).expect("at most MAX_ROWS and one") * ROW_HEIGHT
    }
}

fn strip(page: &PageContext<'_>, host: Zone, other: Option<Zone>, day: NaiveDate, marks: &[Mark]) -> Markup {
    let (from, to) = (host.start_of_day(day), host.end_of_day(day));
    let mut rows: Vec<&Mark> = marks.iter().filter(|mark| mark.from < to && mark.to > from).collect();
    if rows.is_empty() || from >= to {
        return html! {};
    }
    let omitted = rows.len().saturating_sub(MAX_ROWS);
    rows.truncate(MAX_ROWS);
    let strip = DayStrip { locale: page.locale, from, to, rows, omitted };
    let height = strip.bottom() + if other.is_some() { BOTTOM } else { 6 };
    let title = page.locale.full_day(day);
    html! {
        figure class="strip" {
            figcaption { (title) }
            svg viewBox={ (-MARGIN) " 0 " (WIDTH / 10 + 2 * MARGIN) " " (height) } role="group" aria-label=(title) {
                (host_scale(&strip, host))
                @if let Some(other) = other { (other_scale(&strip, other)) }
                @for (row, mark) in (0..).zip(&strip.rows) { (drawing(&strip, mark, TOP + row * ROW_HEIGHT)) }
                @if strip.omitted > 0 { text x="0" y=(strip.bottom() - 6) { "+" (strip.omitted) } }
            }
        }
    }
}

/// The name of the host's clock, and its numbers with a line below each.
fn host_scale(strip: &DayStrip<'_>, zone: Zone) -> Markup {
    html! {
        (clock_name(strip, zone, 0, "start", 10))
        @for (x, hour, _) in strip.hours(zone) {
            line class="tick" x1=(tenths(x)) x2=(tenths(x)) y1=(TOP - 10) y2=(strip.bottom()) {}
            (hour_number(x, hour, TOP - 10))
        }
    }
}

/// The name of the other clock, its numbers, and a line with the date where its day begins within the host's.
fn other_scale(strip: &DayStrip<'_>, zone: Zone) -> Markup {
    let hours = strip.hours(zone);
    let begins_day = |x: i64, hour: u32| hour == 0 && 0 < x && x < WIDTH;
    let begins_early = hours.iter().any(|(x, hour, _)| begins_day(*x, *hour) && *x < WIDTH / 2);
    let (name_x, anchor) = if begins_early { (WIDTH, "end") } else { (0, "start") };
    let name_y = strip.bottom() + BOTTOM - 5;
    html! {
        (clock_name(strip, zone, name_x, anchor, name_y))
        @for (x, hour, date) in hours {
            @if begins_day(x, hour) {
                line class="dateline" x1=(tenths(x)) x2=(tenths(x)) y1=(TOP - 10) y2=(strip.bottom()) {}
                text class="date" x=(tenths(x.clamp(250, WIDTH - 250))) y=(name_y) text-anchor="middle" { (strip.locale.day(date)) }
            }
            (hour_number(x, hour, strip.bottom() + 11))
        }
    }
}

fn clock_name(strip: &DayStrip<'_>, zone: Zone, x: i64, anchor: &str, y: i64) -> Markup {
    let name = format!("{} · {}", strip.locale.zone_place(zone.name()), offset_names(strip, zone));
    html! { text class="clock" x=(tenths(x)) y=(y) text-anchor=(anchor) { (name) } }
}

/// What the clock's offset is called that day: both names where the clocks change.
fn offset_names(strip: &DayStrip<'_>, zone: Zone) -> String {
    let [first, last] = [strip.from, strip.to - TimeDelta::seconds(1)].map(|at| zone.local(at).name.to_string());
    if first == last { first } else { strip.locale.days(&first, &last) }
}

fn hour_number(x: i64, hour: u32, y: i64) -> Markup {
    let hour = if hour == 0 && x == WIDTH { 24 } else { hour };
    html! { text class="number" x=(tenths(x)) y=(y) text-anchor="middle" { (hour) } }
}

/// A mark with its label: inside an outline that is wide enough, else on the side where there is more room.
fn drawing(strip: &DayStrip<'_>, mark: &Mark, y: i64) -> Markup {
    let from = strip.x(mark.from);
    let width = (strip.x(mark.to) - from).max(MIN_MARK_WIDTH);
    let (class, open_end) = match mark.shape {
        Shape::Bar => ("bar", 0),
        Shape::Start => ("start", 130),
        Shape::Outline => ("outline", 0),
    };
    let (x, anchor, room) = if mark.shape == Shape::Outline && width >= WIDTH / 2 {
        (from + 50, "start", width - 80)
    } else if from + width <= WIDTH - from {
        (from + width + 40 + open_end, "start", WIDTH - from - width - 40)
    } else {
        (from - 40, "end", from - 40)
    };
    let left = from.min(WIDTH - MIN_MARK_WIDTH);
    html! {
        a href={ "#" (mark.entry) } class={ "item " (mark.class) } {
            title { (mark.label) }
            rect class=(class) x=(tenths(left)) y=(y + 2) width=(tenths(width.min(WIDTH - left))) height=(ROW_HEIGHT - 5) rx="2" {}
            @if mark.shape == Shape::Start {
                line class="open" x1=(tenths(left + width)) x2=(tenths((left + width + 120).min(WIDTH)))
                    y1=(y + ROW_HEIGHT / 2) y2=(y + ROW_HEIGHT / 2) {}
            }
            text x=(tenths(x)) y=(y + 13) text-anchor=(anchor) { (shortened(&mark.label, room / COLUMN_WIDTH)) }
        }
    }
}

/// A length in units, with its tenth.
fn tenths(length: i64) -> String {
    format!("{}.{}", length / 10, length % 10)
}

/// As much of a text as has room in so many columns.
fn shortened(text: &str, columns: i64) -> String {
    let columns = usize::try_from(columns).unwrap_or(0);
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used < columns
    };
    text.chars().take_while(fits).chain(['…']).collect()
}
