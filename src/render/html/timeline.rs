//! The timeline of a visit: a strip for each day in which something has a clock time or a window, on the clock of the place.
//!
//! What has neither is no bar: it stands above the strip, in words. The days are those of the programme, so that the picture
//! and the list cannot disagree on one.

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use maud::{Markup, html};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Day;
use super::PageContext;
use super::clocks::{marked_day_place, window};
use super::foreign::Foreign;
use crate::listing::{ListedEntry, ListedJourney, ListedTiming, ListedVisit, ListedWhen};
use crate::locale::{Label, Locale, Phrase};
use crate::zone::Zone;

// Across, lengths are in tenths of a unit of the drawing; down, in units.

/// The width of a strip.
const WIDTH: i64 = 4000;
/// The margin beside it, in units, for the outermost numbers.
const MARGIN: i64 = 12;
/// The height of a row: as much as a finger needs.
const ROW_HEIGHT: i64 = 26;
/// Where the first row begins: below the numbers of the host's clock.
const TOP: i64 = 22;
/// The height of the numbers of the other clock.
const BOTTOM: i64 = 32;
/// The width of a column of text; a little more than it needs.
const COLUMN_WIDTH: i64 = 60;
/// The least width of a mark.
const MIN_MARK_WIDTH: i64 = 30;
/// The hour at which a strip begins, unless something is earlier.
const FIRST_HOUR: u32 = 6;
/// How many marks are drawn of a day at most; how many more there are is a number below them.
const MAX_ROWS: usize = 60;

/// How something is drawn.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// From a known time to a known time.
    Bar,
    /// From a known time on, without a known end.
    Start,
    /// A moment: the end of a journey.
    Moment,
    /// Somewhere in these hours.
    Outline,
}

/// Something in a strip: an entry, or one end of a journey.
struct Mark<'v> {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    shape: Shape,
    label: String,
    /// The language of the label, where that is not the page's.
    language: Foreign<'v>,
    /// The id of its entry.
    entry: String,
    /// Its status.
    class: &'static str,
}

/// The timeline, with its heading; nothing where no entry has a clock time or a window.
pub(super) fn section(page: &PageContext<'_>, visit: &ListedVisit<'_>, days: &[Day<'_, '_>]) -> Option<Markup> {
    let of_day = |day: &Day<'_, '_>| -> Vec<Mark<'_>> {
        visit.entries.iter().flat_map(|entry| marks(page, visit, day, entry)).collect()
    };
    let strips: Vec<_> = days.iter().map(|day| (day, of_day(day))).filter(|(_, marks)| !marks.is_empty()).collect();
    (!strips.is_empty()).then(|| {
        html! {
            section class="timeline" {
                // A script folds it where the screen is small; a link to what is in it opens it.
                details open {
                    summary { h2 { (page.phrase(Phrase::Timeline)) } }
                    div id="_timeline" {
                        @for (day, marks) in &strips { @if let Some(date) = day.date { (strip(page, visit, day, date, marks)) } }
                    }
                }
            }
        }
    })
}

/// What there is of an entry in a day: one mark, or one for each end of a journey that is not all in it.
fn marks<'v>(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    day: &Day<'_, '_>,
    entry: &'v ListedEntry<'_>,
) -> Vec<Mark<'v>> {
    let begins_here = |when: &ListedWhen<'_>| when.days().is_some_and(|(first, _)| day.has(first, when.zone()));
    if !entry.timing.whens().any(begins_here) {
        return Vec::new();
    }
    let title = page.localizer(visit.title).text(entry.title).into_owned();
    let language = page.foreign(entry.title, visit.title).0;
    let prefix = page.locale.prefix(entry.status.kind).unwrap_or_default();
    let mark = |(from, to, shape): (DateTime<Utc>, DateTime<Utc>, Shape), end: Option<Label>| {
        let title = end.map_or_else(|| title.clone(), |end| page.locale.labelled(end, &title));
        let label = format!("{prefix}{title}");
        // What the program says before it is in the page's.
        let language = Foreign(language.filter(|_| prefix.is_empty() && end.is_none()));
        Mark { from, to, shape, label, language, entry: entry.id.to_string(), class: entry.status.kind.word() }
    };
    match &entry.timing {
        ListedTiming::Stay(when) => {
            extent(when).filter(|_| begins_here(when)).map(|extent| mark(extent, None)).into_iter().collect()
        }
        ListedTiming::Journey { depart, arrive } => {
            let here = |end: &ListedJourney<'_>| extent(&end.when).filter(|_| begins_here(&end.when));
            match (here(depart), here(arrive)) {
                (Some((from, _, Shape::Start)), Some((to, _, Shape::Start))) => {
                    vec![mark((from, to, Shape::Bar), None)]
                }
                (left, arrived) => {
                    let arrived = arrived.map(|(from, to, shape)| match shape {
                        Shape::Start => (from, to, Shape::Moment),
                        _ => (from, to, shape),
                    });
                    let left = left.map(|extent| mark(extent, Some(Label::Departs)));
                    left.into_iter().chain(arrived.map(|extent| mark(extent, Some(Label::Arrives)))).collect()
                }
            }
        }
    }
}

/// From when to when something is drawn, and how; nothing of what has no clock time and no window.
fn extent(when: &ListedWhen<'_>) -> Option<(DateTime<Utc>, DateTime<Utc>, Shape)> {
    match when.clock() {
        Some(span) => {
            let start = span.start.instant();
            Some(match span.end {
                Some(end) => (start, end.instant(), Shape::Bar),
                None => (start, start + TimeDelta::minutes(1), Shape::Start),
            })
        }
        None => window(when).map(|(from, to)| (from, to, Shape::Outline)),
    }
}

/// The hours of a day that are drawn.
struct Strip<'s> {
    locale: &'static dyn Locale,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    rows: &'s [Mark<'s>],
    /// How many marks have no row.
    omitted: usize,
}

impl Strip<'_> {
    /// Where an instant is, in tenths.
    fn x(&self, at: DateTime<Utc>) -> i64 {
        let length = (self.to - self.from).num_seconds().max(1);
        (at.clamp(self.from, self.to) - self.from).num_seconds() * WIDTH / length
    }

    /// Every third hour that a clock shows: where it is, the hour, and the date.
    fn hours(&self, zone: Zone) -> Vec<(i64, u32, NaiveDate)> {
        // By quarters of an hour, because not all clocks are whole hours apart.
        let quarters = (self.to - self.from).num_minutes() / 15;
        let instants = (0..=quarters).map(|quarter| self.from + TimeDelta::minutes(15 * quarter));
        let number = |at: DateTime<Utc>| {
            let local = zone.moment(at).local();
            let is_third = local.minute() == 0 && local.hour().is_multiple_of(3);
            is_third.then(|| (self.x(at), local.hour(), local.date()))
        };
        instants.filter_map(number).collect()
    }

    /// Where the rows end.
    fn bottom(&self) -> i64 {
        let rows = self.rows.len() + usize::from(self.omitted > 0);
        TOP + i64::try_from(rows).expect("at most MAX_ROWS and one") * ROW_HEIGHT
    }
}

fn strip(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    day: &Day<'_, '_>,
    date: NaiveDate,
    marks: &[Mark<'_>],
) -> Markup {
    let host = day.zone;
    let Some((begin, to)) = day.extent() else { return html! {} };
    let first = marks.iter().map(|mark| mark.from).min().unwrap_or(begin);
    let morning = date.and_hms_opt(FIRST_HOUR, 0, 0).and_then(|morning| host.at(morning, None).ok());
    let from = morning.map(crate::zone::Moment::instant).filter(|morning| *morning <= first).unwrap_or(begin);
    if from >= to {
        return html! {};
    }
    let omitted = marks.len().saturating_sub(MAX_ROWS);
    let strip = Strip { locale: page.locale, from, to, rows: &marks[..marks.len() - omitted], omitted };
    // Where both clocks show the same, one is drawn.
    let other = page.home_clock.filter(|zone| zone.local(from).datetime != host.local(from).datetime);
    let height = strip.bottom() + if other.is_some() { BOTTOM } else { 6 };
    let title = page.locale.full_day(date);
    let localizer = page.localizer(visit.title);
    let is_untimed = |entry: &ListedEntry<'_>| entry.absence.is_none() && extent(entry.timing.begin()).is_none();
    let untimed = day.entries.iter().filter(|(entry, _)| is_untimed(entry)).map(|(entry, _)| {
        let note = localizer.for_entry(entry).title_note(entry.timing.begin());
        let title = page.marked(visit, entry.title, &localizer.text(entry.title));
        (entry.id, title, note.map(|note| page.locale.title_with("", &note)))
    });
    let untimed: Vec<_> = untimed.collect();
    html! {
        figure class="strip" {
            figcaption { (title) " · " (marked_day_place(page, visit, day)) (offset_names(page.locale, host, begin, to)) }
            @if !untimed.is_empty() {
                p class="soft" { (page.phrase(Phrase::TimeNotAnnounced)) (page.locale.punctuation().colon)
                    @for (position, (id, title, note)) in untimed.iter().enumerate() {
                        @if position > 0 { (page.locale.punctuation().list) }
                        a href={ "#" (id) } { (title) @if let Some(note) = note { (note) } }
                    }
                }
            }
            svg viewBox={ (-MARGIN) " 0 " (WIDTH / 10 + 2 * MARGIN) " " (height) } role="group" aria-label=(title)
                data-from=(crate::zone::rfc3339(from)) data-to=(crate::zone::rfc3339(to)) data-width=(WIDTH / 10) {
                (scale(&strip, host, TOP - 10, 0, true))
                @if let Some(other) = other { (scale(&strip, other, strip.bottom() + 11, strip.bottom() + BOTTOM - 6, false)) }
                @for (row, mark) in (0..).zip(strip.rows) { (drawing(&strip, mark, TOP + row * ROW_HEIGHT)) }
                @if strip.omitted > 0 { text x="0" y=(strip.bottom() - 6) { "+" (strip.omitted) } }
            }
        }
    }
}

/// The name of a clock and its numbers; of the host's a line below each, of the other one where its day begins.
fn scale(strip: &Strip<'_>, zone: Zone, numbers_y: i64, name_y: i64, is_host: bool) -> Markup {
    let hours = strip.hours(zone);
    let begins_day = |x: i64, hour: u32| !is_host && hour == 0 && 0 < x && x < WIDTH;
    let begins_early = hours.iter().any(|(x, hour, _)| begins_day(*x, *hour) && *x < WIDTH / 2);
    let (name_x, anchor) = if begins_early { (WIDTH, Some("end")) } else { (0, None) };
    let (top, length) = (TOP - 6, strip.bottom() - TOP + 6);
    let ticks: Vec<String> = hours.iter().map(|(x, ..)| format!("M{} {top}v{length}", tenths(*x))).collect();
    html! {
        // The host's is in the heading.
        @if is_host {
            path class="tick" d=(ticks.concat()) {}
        } @else {
            text class="clock" x=(tenths(name_x)) y=(name_y) text-anchor=[anchor] {
                (strip.locale.zone_place(zone.name())) (offset_names(strip.locale, zone, strip.from, strip.to))
            }
        }
        @for (x, hour, date) in hours {
            @if begins_day(x, hour) {
                path class="dateline" d={ "M" (tenths(x)) " " (top) "v" (length) } {}
                text class="date" x=(tenths(x.clamp(300, WIDTH - 300))) y=(name_y) {
                    (strip.locale.weekday(date)) " " (strip.locale.day(date)) " →"
                }
            }
            text class="number" x=(tenths(x)) y=(numbers_y) {
                (if is_host && hour == 0 && x == WIDTH { 24 } else { hour })
            }
        }
    }
}

/// What the clock's offsets are called, on a day on which it changes: ` · CEST – CET`.
fn offset_names(locale: &dyn Locale, zone: Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    let [first, last] = [from, to - TimeDelta::seconds(1)].map(|at| zone.local(at).name.to_string());
    if first == last { String::new() } else { format!(" · {}", locale.days(&first, &last)) }
}

/// A mark with its label: on the side where all of it has room, else where there is more.
fn drawing(strip: &Strip<'_>, mark: &Mark<'_>, y: i64) -> Markup {
    let from = strip.x(mark.from);
    let left = from.min(WIDTH - MIN_MARK_WIDTH);
    let width = (strip.x(mark.to) - from).max(MIN_MARK_WIDTH).min(WIDTH - left);
    let (class, open_end) = match mark.shape {
        Shape::Bar | Shape::Moment => ("bar", 0),
        Shape::Start => ("bar", 130),
        Shape::Outline => ("outline", 0),
    };
    let after = left + width + 40 + open_end;
    let (room_after, room_before) = (WIDTH + 100 - after, left - 40);
    let needed = i64::try_from(mark.label.width()).unwrap_or(i64::MAX).saturating_mul(COLUMN_WIDTH);
    let (x, anchor, room) = if room_after >= needed || room_after >= room_before && room_before < needed {
        (after, None, room_after)
    } else {
        (room_before, Some("end"), room_before)
    };
    let line_y = y + ROW_HEIGHT / 2;
    let lines = lines(&mark.label, room / COLUMN_WIDTH);
    html! {
        a href={ "#" (mark.entry) } class={ "item " (mark.class) } lang=[mark.language.lang()] {
            // What has no room is shown where a pointer rests.
            @if lines.join(" ") != mark.label { title { (mark.label) } }
            rect class="touch" y=(y) width=(WIDTH / 10) height=(ROW_HEIGHT) {}
            rect class=(class) x=(tenths(left)) y=(y + 5) width=(tenths(width)) height=(ROW_HEIGHT - 10) rx="2" {}
            @if mark.shape == Shape::Start {
                path class="open" d={ "M" (tenths(left + width)) " " (line_y) "H" (tenths((left + width + 120).min(WIDTH))) } {}
            }
            @for (line, y) in lines.iter().zip(if lines.len() > 1 { [y + 11, y + 22] } else { [y + 17; 2] }) {
                text x=(tenths(x)) y=(y) text-anchor=[anchor] { (line) }
            }
        }
    }
}

/// A label in one line, or in two where one has no room for all of it.
fn lines(label: &str, columns: i64) -> Vec<String> {
    let fits = |text: &str| i64::try_from(text.width()).is_ok_and(|width| width <= columns);
    let mut breaks = label.match_indices(' ').map(|(at, _)| at).filter(|at| fits(&label[..*at]));
    match breaks.next_back().filter(|_| !fits(label)) {
        Some(at) => vec![label[..at].to_owned(), shortened(&label[at + 1..], columns)],
        None => vec![shortened(label, columns)],
    }
}

/// A length in units, with its tenth if it has one.
fn tenths(length: i64) -> String {
    match (length / 10, length % 10) {
        (units, 0) => units.to_string(),
        (units, tenth) => format!("{units}.{tenth}"),
    }
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
