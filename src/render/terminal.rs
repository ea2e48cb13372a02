//! The programme for a terminal: by day, with the host's clock and the reader's side by side, and one entry in full.
//!
//! The time columns are as wide as the widest clock time of all that is printed, so that times stand below one another
//! from the first visit to the last. What has no clock time is said in words across both columns.

mod rows;
mod table;
mod wrap;

use anstyle::{AnsiColor, Style};

use self::rows::{DayContext, Row};
use self::table::Table;
pub(super) use self::wrap::wrap;
use super::days::{Day, days};
use super::description::description;
use super::localizer::Localizer;
use super::restricted::of_visit;
use crate::listing::{ListedEntry, ListedVisit, Listing};
use crate::locale::{self, Label, Phrase, Unknown, capitalised};
use crate::programme::{Language, StatusKind, UiLanguage};
use crate::zone::Zone;

/// How many columns details are indented below a title.
const DETAIL_INDENT: usize = 2;

/// The terminal that is printed on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    /// How many columns there are.
    pub(crate) width: usize,
    /// Whether it takes colour.
    pub(crate) colour: bool,
}

/// The languages and the clock of the person who reads the programme.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReaderSettings<'a> {
    /// The language of the program's own words.
    pub(crate) ui_language: UiLanguage,
    /// The language of the authors' texts.
    pub(crate) language: &'a Language,
    /// The clock beside the host's.
    pub(crate) zone: Zone,
}

/// The style of each part; without colour, all plain.
#[derive(Debug, Clone, Copy, Default)]
struct Styles {
    title: Style,
    cancelled_title: Style,
    faint: Style,
    cancelled: Style,
    uncertain: Style,
}

impl Styles {
    fn new(screen: Screen) -> Self {
        if !screen.colour {
            return Self::default();
        }
        Self {
            title: Style::new().bold(),
            cancelled_title: AnsiColor::Red.on_default().bold(),
            faint: Style::new().dimmed(),
            cancelled: AnsiColor::Red.on_default(),
            uncertain: AnsiColor::Yellow.on_default(),
        }
    }

    fn status(&self, status: StatusKind) -> Style {
        match status {
            StatusKind::Cancelled => self.cancelled,
            StatusKind::Postponed | StatusKind::Tentative => self.uncertain,
            StatusKind::Confirmed => Style::new(),
        }
    }
}

/// A text in one style, before it is wrapped into lines.
#[derive(Debug, Clone)]
struct StyledText {
    text: String,
    style: Style,
    /// How many blanks stand before each of its lines.
    indent: usize,
}

impl StyledText {
    fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, indent: 0 }
    }

    fn plain(text: impl Into<String>) -> Self {
        Self::new(text, Style::new())
    }

    /// The same, indented below a title.
    fn below(self) -> Self {
        Self { indent: DETAIL_INDENT, ..self }
    }

    /// Writes it in as many lines as it takes.
    fn write(&self, out: &mut String, width: usize) {
        for line in wrap(&self.text, width) {
            out.push_str(&with_style(&line, self.style));
            out.push('\n');
        }
    }
}

/// A text between the codes of its style, if that has any.
fn with_style(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

/// A visit, as it is printed.
struct VisitSection {
    head: Vec<StyledText>,
    days: Vec<DaySection>,
}

/// What happens on one day, or on none that is known.
struct DaySection {
    heading: String,
    /// What the day is on the reader's clock.
    spans: Vec<String>,
    rows: Vec<Row>,
}

/// Everything in a listing, by visit and by the host's day; within a day, by what is known of its time.
pub(crate) fn programme(listing: &Listing<'_>, reader: ReaderSettings<'_>, screen: Screen) -> String {
    let (styles, width) = (Styles::new(screen), screen.width);
    let visits: Vec<VisitSection> = listing.visits.iter().map(|visit| visit_section(visit, reader, styles)).collect();
    if visits.is_empty() {
        return format!("{}\n", locale::of(reader.ui_language).phrase(Phrase::NothingToShow));
    }
    let rows = visits.iter().flat_map(|visit| &visit.days).flat_map(|day| &day.rows);
    let table = Table::fitting(rows, width);
    let mut out = String::new();
    for visit in &visits {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        visit.head.iter().for_each(|text| text.write(&mut out, width));
        for day in &visit.days {
            out.push('\n');
            StyledText::new(&day.heading, styles.title).write(&mut out, width);
            day.spans.iter().for_each(|span| StyledText::new(span, styles.faint).write(&mut out, width));
            day.rows.iter().for_each(|row| table.write(row, styles, &mut out));
        }
    }
    out
}

/// Everything known of one entry: what a feed's DESCRIPTION says, below its title and above its UID.
pub(crate) fn entry(
    localizer: &Localizer<'_>,
    visit: &ListedVisit<'_>,
    entry: &ListedEntry<'_>,
    uid: &str,
    screen: Screen,
) -> String {
    let styles = Styles::new(screen);
    let nothing = || StyledText::plain("");
    let mut texts = vec![
        StyledText::new(localizer.text(entry.title), styles.title),
        StyledText::new(format!("{}/{}", visit.id, entry.id), styles.faint),
        nothing(),
    ];
    texts.extend(description(localizer, Some(visit), entry).split('\n').map(StyledText::plain));
    texts.extend([nothing(), StyledText::new(format!("UID: {uid}"), styles.faint)]);
    let mut out = String::new();
    for text in texts {
        text.write(&mut out, screen.width);
    }
    out
}

fn visit_section(visit: &ListedVisit<'_>, reader: ReaderSettings<'_>, styles: Styles) -> VisitSection {
    let clocks = [reader.zone];
    let localizer = &Localizer::new(reader.ui_language, reader.language, &clocks, visit.title);
    let days = days(visit.in_order().into_iter().map(|entry| (entry, ())));
    let section = |day: &Day<'_, '_, ()>| {
        let entries = || day.entries.iter().map(|(entry, ())| *entry);
        let context = DayContext { localizer, reader: reader.zone, host: visit.zone, day: day.date, styles };
        let mut heading = match day.date {
            Some(date) => localizer.locale.full_day(date),
            None => capitalised(localizer.locale.unknown(Unknown::Day)),
        };
        // Over the date line there are two days of one date.
        if day.is_doubled(&days) {
            let city = day
                .city(visit)
                .map_or_else(|| localizer.locale.zone_time(day.zone.name()).into(), |city| localizer.text(city));
            heading = format!("{heading} · {city}");
        }
        DaySection {
            heading,
            spans: localizer.spans_of(entries().flat_map(|entry| entry.timing.whens())),
            rows: entries().flat_map(|entry| context.rows(entry)).collect(),
        }
    };
    VisitSection { head: head(localizer, visit, styles), days: days.iter().map(section).collect() }
}

/// What a visit is called, of what rank, on which days, and who says otherwise.
fn head(localizer: &Localizer<'_>, visit: &ListedVisit<'_>, styles: Styles) -> Vec<StyledText> {
    let locale = localizer.locale;
    let (from, to) = visit.dates;
    let dates = if from == to { locale.date(from) } else { locale.days(&locale.date(from), &locale.date(to)) };
    let kind = capitalised(locale.visit_kind(visit.kind));
    let mut texts = vec![
        StyledText::new(localizer.text(visit.title), styles.title),
        StyledText::plain(format!("{kind} · {dates}")),
    ];
    if let Some(host) = visit.host {
        texts.push(StyledText::plain(localizer.labelled(Label::Host, &localizer.text(host))));
    }
    if let Some(status) = visit.status.filter(|status| status.kind != StatusKind::Confirmed) {
        let text = localizer.labelled(Label::Status, &rows::status(localizer, status));
        texts.push(StyledText::new(text, styles.status(status.kind)));
    }
    if let Some(section) = of_visit(localizer, visit) {
        texts.push(StyledText::new(localizer.locale.label(section.heading), styles.faint));
        texts.extend(section.lines.into_iter().map(|line| StyledText::plain(line).below()));
    }
    texts.extend(visit.disputed.iter().map(|dispute| StyledText::new(localizer.dispute(dispute), styles.faint)));
    texts
}
