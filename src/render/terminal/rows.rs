//! An entry as rows of the table: a row for what stays in one place, two for a journey.

use chrono::NaiveDate;

use super::{Line, Styles};
use crate::listing::{ListedEntry, ListedJourney, ListedTiming, ListedVisit, ListedWhen};
use crate::locale::Label;
use crate::programme::{Status, StatusKind, TimedSpan};
use crate::render::localizer::Localizer;
use crate::render::restricted::sections;
use crate::zone::Zone;

/// What stands between two marks.
const BETWEEN_MARKS: &str = " · ";

/// What the time columns say.
#[derive(Debug)]
pub(super) enum Times {
    /// The time on the host's clock and on the reader's, and whether that is the same clock.
    Clocks { host: String, reader: String, same: bool },
    /// What is known instead, across both columns.
    Words(String),
}

/// A stretch of the table: times, and the text beside them.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) times: Times,
    pub(super) lines: Vec<Line>,
}

/// The one time of an entry, or the two of a journey.
pub(super) fn whens<'e, 'p>(entry: &'e ListedEntry<'p>) -> impl Iterator<Item = &'e ListedWhen<'p>> {
    let (first, second) = match &entry.timing {
        ListedTiming::Stay(when) => (when, None),
        ListedTiming::Journey { depart, arrive } => (&depart.when, Some(&arrive.when)),
    };
    std::iter::once(first).chain(second)
}

/// The host's day that an entry stands under: of a journey, the day it leaves, else the day it arrives.
pub(super) fn first_day(entry: &ListedEntry<'_>) -> Option<NaiveDate> {
    whens(entry).find_map(ListedWhen::days).map(|(first, _)| first)
}

/// The rows of an entry under the heading of `day`.
pub(super) fn rows(
    localizer: &Localizer<'_>,
    reader: Zone,
    visit: &ListedVisit<'_>,
    entry: &ListedEntry<'_>,
    day: Option<NaiveDate>,
    styles: Styles,
) -> Vec<Row> {
    let here = Here { localizer, reader, home: visit.zone, day };
    let title = match entry.status.kind {
        StatusKind::Cancelled => styles.title_called_off,
        _ => styles.title,
    };
    let mut lines = vec![Line::styled(localizer.text(entry.title), title)];
    if entry.status.kind != StatusKind::Confirmed {
        lines.push(Line::styled(status(localizer, entry.status), styles.status(entry.status.kind)).below());
    }
    lines.extend(entry.place.and_then(|place| localizer.place(place)).map(|place| Line::plain(place).below()));
    let mut rows = match &entry.timing {
        ListedTiming::Stay(when) => vec![Row { times: here.times(when, entry.place.is_some()), lines }],
        ListedTiming::Journey { depart, arrive } => {
            let mut leaves = here.end(Label::Departs, depart);
            lines.append(&mut leaves.lines);
            vec![Row { times: leaves.times, lines }, here.end(Label::Arrives, arrive)]
        }
    };
    if let Some(last) = rows.last_mut() {
        last.lines.extend(marks(localizer, entry).map(|marks| Line::styled(marks, styles.faint).below()));
        for section in sections(localizer, entry) {
            last.lines.push(Line::styled(localizer.locale.label(section.heading), styles.faint).below());
            let lines = section.lines.iter().flat_map(|line| line.split('\n'));
            last.lines.extend(lines.map(|line| Line::plain(line).below()));
        }
    }
    rows
}

/// A status, and the reason for it.
pub(super) fn status(localizer: &Localizer<'_>, status: &Status) -> String {
    let word = localizer.locale.status(status.kind);
    match &status.reason {
        Some(reason) => localizer.locale.title_with(word, &localizer.text(reason)),
        None => word.to_owned(),
    }
}

/// What a reader should know before she relies on a row.
fn marks(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Option<String> {
    let words = localizer.locale;
    let mut marks: Vec<String> = Vec::new();
    if let ListedTiming::Stay(ListedWhen::Clock(TimedSpan { end: None, .. })) = entry.timing {
        marks.push(words.open_end_mark().to_owned());
    }
    marks.extend(entry.access.map(|access| words.access_mark(access).to_owned()));
    let mut fields: Vec<&str> = Vec::new();
    for dispute in &entry.particulars().disputed {
        let field = words.field(dispute.field);
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    if !fields.is_empty() {
        marks.push(words.disputed_mark(&fields.join(", ")));
    }
    (!marks.is_empty()).then(|| marks.join(BETWEEN_MARKS))
}

/// Under which heading something is printed, and for whom.
struct Here<'h> {
    localizer: &'h Localizer<'h>,
    reader: Zone,
    /// The zone of the visit.
    home: Zone,
    day: Option<NaiveDate>,
}

impl Here<'_> {
    /// Both clocks of a time, or what is known instead.
    fn times(&self, when: &ListedWhen<'_>, placed: bool) -> Times {
        let localizer = self.localizer;
        if let ListedWhen::Clock(clock) = when {
            let host = clock.start.zone();
            return Times::Clocks {
                host: localizer.reading(clock, host, self.day),
                reader: localizer.reading(clock, self.reader, self.day),
                same: host == self.reader,
            };
        }
        let known = localizer.when_beside(when, self.day);
        // A day elsewhere needs to say where, unless the place does.
        if when.zone() == self.home || placed || when.days().is_none() {
            return Times::Words(known);
        }
        Times::Words(localizer.locale.title_with(&known, &localizer.locale.zone_place(when.zone().name())))
    }

    fn end(&self, label: Label, end: &ListedJourney<'_>) -> Row {
        let place = end.place.and_then(|place| self.localizer.place(place));
        let text = match &place {
            Some(place) => self.localizer.labelled(label, place),
            None => self.localizer.locale.label(label).to_owned(),
        };
        Row { times: self.times(&end.when, place.is_some()), lines: vec![Line::plain(text).below()] }
    }
}
