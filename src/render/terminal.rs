//! The programme for a terminal: by day, with the host's clock and the reader's side by side, and one entry in full.
//!
//! The time columns are as wide as the widest clock time of all that is printed, so that times stand below one another
//! from the first visit to the last. What has no clock time is said in words across both columns.

mod rows;
mod table;
mod wrap;

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};
use chrono::NaiveDate;

use self::rows::{Row, first_day, rows, whens};
use self::table::Table;
use self::wrap::wrap;
use super::description::description;
use super::localizer::Localizer;
use crate::listing::{ListedEntry, ListedVisit, ListedWhen, Listing};
use crate::locale::{Label, Unknown, capitalised};
use crate::programme::{Language, StatusKind, UiLanguage};
use crate::zone::Zone;

/// How far details are set in below a title.
const BELOW: usize = 2;

/// What is printed on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// How many columns there are.
    pub(crate) width: usize,
    /// Whether it takes colour.
    pub(crate) colour: bool,
}

/// Who reads the programme.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The language of the program's own words.
    pub(crate) ui_language: UiLanguage,
    /// The language of the authors' texts.
    pub(crate) language: &'a Language,
    /// The clock beside the host's.
    pub(crate) zone: Zone,
}

/// How each part is set; without colour, all plain.
#[derive(Debug, Clone, Copy, Default)]
struct Styles {
    title: Style,
    title_called_off: Style,
    faint: Style,
    called_off: Style,
    unsure: Style,
}

impl Styles {
    fn of(page: Page) -> Self {
        if !page.colour {
            return Self::default();
        }
        Self {
            title: Style::new().bold(),
            title_called_off: AnsiColor::Red.on_default().bold(),
            faint: Style::new().dimmed(),
            called_off: AnsiColor::Red.on_default(),
            unsure: AnsiColor::Yellow.on_default(),
        }
    }

    /// How a status stands out.
    fn status(&self, status: StatusKind) -> Style {
        match status {
            StatusKind::Cancelled => self.called_off,
            StatusKind::Postponed | StatusKind::Tentative => self.unsure,
            StatusKind::Confirmed => Style::new(),
        }
    }
}

/// A text in one style; it may yet take several lines.
#[derive(Debug, Clone)]
struct Line {
    text: String,
    style: Style,
    /// How many blanks stand before each of its lines.
    indent: usize,
}

impl Line {
    fn plain(text: impl Into<String>) -> Self {
        Self::styled(text, Style::new())
    }

    fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, indent: 0 }
    }

    /// The same, set in below a title.
    fn below(self) -> Self {
        Self { indent: BELOW, ..self }
    }

    /// Writes it in as many lines as it takes.
    fn write(&self, out: &mut String, width: usize) {
        for line in wrap(&self.text, width) {
            out.push_str(&set(&line, self.style));
            out.push('\n');
        }
    }
}

/// A text between the codes of its style, if that has any.
fn set(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

/// A visit, as it is printed.
struct Chapter {
    head: Vec<Line>,
    sections: Vec<Section>,
}

/// What happens on one day, or on none that is known.
struct Section {
    heading: String,
    /// What the day is on the reader's clock.
    spans: Vec<String>,
    rows: Vec<Row>,
}

/// Everything in a listing, by visit and by the host's day; within a day, in the author's order.
pub(crate) fn programme(listing: &Listing<'_>, reader: Reader<'_>, page: Page) -> String {
    let styles = Styles::of(page);
    let clocks = [reader.zone];
    let localizer = |visit: &ListedVisit<'_>| chapter(visit, reader, &clocks, styles);
    let chapters: Vec<Chapter> = listing.visits.iter().map(localizer).collect();
    if chapters.is_empty() {
        return format!("{}\n", crate::locale::of(reader.ui_language).nothing());
    }
    let all_rows = chapters.iter().flat_map(|chapter| &chapter.sections).flat_map(|section| &section.rows);
    let table = Table::fitting(all_rows, page.width);
    let mut out = String::new();
    for chapter in &chapters {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        chapter.head.iter().for_each(|line| line.write(&mut out, page.width));
        for section in &chapter.sections {
            out.push('\n');
            Line::styled(&section.heading, styles.title).write(&mut out, page.width);
            for span in &section.spans {
                Line::styled(span, styles.faint).write(&mut out, page.width);
            }
            section.rows.iter().for_each(|row| table.write(row, styles, &mut out));
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
    page: Page,
) -> String {
    let styles = Styles::of(page);
    let mut out = String::new();
    Line::styled(localizer.text(entry.title), styles.title).write(&mut out, page.width);
    Line::styled(format!("{}/{}", visit.id, entry.id), styles.faint).write(&mut out, page.width);
    out.push('\n');
    for line in description(localizer, Some(visit), entry).split('\n') {
        Line::plain(line).write(&mut out, page.width);
    }
    out.push('\n');
    Line::styled(format!("UID: {uid}"), styles.faint).write(&mut out, page.width);
    out
}

fn chapter(visit: &ListedVisit<'_>, reader: Reader<'_>, clocks: &[Zone], styles: Styles) -> Chapter {
    let localizer = Localizer::new(reader.ui_language, reader.language, clocks, visit.title);
    let mut days: BTreeMap<NaiveDate, Vec<&ListedEntry<'_>>> = BTreeMap::new();
    let mut undated = Vec::new();
    for entry in &visit.entries {
        match first_day(entry) {
            Some(day) => days.entry(day).or_default().push(entry),
            None => undated.push(entry),
        }
    }
    let section = |heading: String, day: Option<NaiveDate>, entries: &[&ListedEntry<'_>]| Section {
        heading,
        spans: spans(&localizer, entries),
        rows: entries.iter().flat_map(|entry| rows(&localizer, reader.zone, visit, entry, day, styles)).collect(),
    };
    let mut sections: Vec<Section> =
        days.iter().map(|(day, entries)| section(localizer.locale.full_day(*day), Some(*day), entries)).collect();
    if !undated.is_empty() {
        sections.push(section(capitalised(localizer.locale.unknown(Unknown::Day)), None, &undated));
    }
    Chapter { head: head(&localizer, visit, styles), sections }
}

/// What a visit is called, of what rank, on which days, and who says otherwise.
fn head(localizer: &Localizer<'_>, visit: &ListedVisit<'_>, styles: Styles) -> Vec<Line> {
    let words = localizer.locale;
    let (from, to) = visit.dates;
    let dates = if from == to { words.dated(from) } else { words.days(&words.dated(from), &words.dated(to)) };
    let kind = capitalised(words.visit_kind(visit.kind));
    let mut lines =
        vec![Line::styled(localizer.text(visit.title), styles.title), Line::plain(format!("{kind} · {dates}"))];
    if let Some(status) = visit.status.filter(|status| status.kind != StatusKind::Confirmed) {
        let status_text = localizer.labelled(Label::Status, &rows::status(localizer, status));
        lines.push(Line::styled(status_text, styles.status(status.kind)));
    }
    lines.extend(visit.disputed.iter().map(|dispute| Line::styled(localizer.dispute(dispute), styles.faint)));
    lines
}

/// What the days without a clock time are on the reader's clock, each once.
fn spans(localizer: &Localizer<'_>, entries: &[&ListedEntry<'_>]) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    let timeless = entries.iter().flat_map(|entry| whens(entry)).filter(|when| !matches!(when, ListedWhen::Clock(_)));
    for when in timeless {
        let Some((first, last)) = when.days() else { continue };
        for span in localizer.spans(when.zone(), first, last) {
            if !said.contains(&span) {
                said.push(span);
            }
        }
    }
    said
}
