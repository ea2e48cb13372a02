//! An entry as rows of the table: a row for what stays in one place, two for a journey.

use chrono::NaiveDate;

use super::{StyledText, Styles};
use crate::listing::{ListedEntry, ListedJourney, ListedTiming, ListedWhen};
use crate::locale::{Label, Phrase, capitalised};
use crate::programme::{Status, StatusKind};
use crate::render::localizer::Localizer;
use crate::render::restricted::{self, sections};
use crate::zone::Zone;

/// What the time columns say.
#[derive(Debug)]
pub(super) enum TimeColumns {
    /// The time on the host's clock and on the reader's, and whether that is the same clock.
    Clocks { host: String, reader: String, is_same: bool },
    /// What is known instead, across both columns.
    Words(String),
}

/// Times, and the texts beside them.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) times: TimeColumns,
    pub(super) texts: Vec<StyledText>,
}

/// A status, and the reason for it.
pub(super) fn status(localizer: &Localizer<'_>, status: &Status) -> String {
    let word = localizer.locale.status(status.kind);
    match &status.reason {
        Some(reason) => localizer.locale.title_with(word, &localizer.text(reason)),
        None => word.to_owned(),
    }
}

/// What the rows below the heading of a day have in common.
pub(super) struct DayContext<'d> {
    pub(super) localizer: &'d Localizer<'d>,
    /// The reader's clock.
    pub(super) reader: Zone,
    /// The zone of the visit.
    pub(super) host: Zone,
    /// The day of the heading.
    pub(super) day: Option<NaiveDate>,
    pub(super) styles: Styles,
}

impl DayContext<'_> {
    /// The rows of an entry.
    pub(super) fn rows(&self, entry: &ListedEntry<'_>) -> Vec<Row> {
        let localizer = &self.localizer.for_entry(entry);
        let day = &DayContext { localizer, ..*self };
        let styles = self.styles;
        let title_style = match entry.status.kind {
            StatusKind::Cancelled => styles.cancelled_title,
            _ => styles.title,
        };
        let mut texts: Vec<_> = restricted::marks(localizer, entry)
            .into_iter()
            .map(|mark| StyledText::new(mark, styles.uncertain))
            .collect();
        texts.push(StyledText::new(localizer.text(entry.title), title_style));
        if entry.status.kind != StatusKind::Confirmed {
            let style = styles.status(entry.status.kind);
            texts.push(StyledText::new(status(localizer, entry.status), style).below());
        }
        let place = entry.place.and_then(|place| localizer.place(place));
        texts.extend(place.map(|place| StyledText::plain(place).below()));
        let (mut last, arrival) = match &entry.timing {
            ListedTiming::Stay(when) => (Row { times: day.times(when, entry.place.is_some()), texts }, None),
            ListedTiming::Journey { depart, arrive } => {
                let mut departure = day.journey_end(Label::Departs, depart);
                texts.append(&mut departure.texts);
                texts.extend(localizer.stops(entry).into_iter().map(|stop| StyledText::plain(stop).below()));
                (Row { texts, ..departure }, Some(day.journey_end(Label::Arrives, arrive)))
            }
        };
        let mut rows = Vec::new();
        if let Some(arrival) = arrival {
            rows.push(std::mem::replace(&mut last, arrival));
        }
        // Beside clock times there is no room for it.
        let others = localizer.others(entry.timing.begin()).filter(|_| !matches!(last.times, TimeColumns::Words(_)));
        last.texts.extend(others.map(|others| StyledText::plain(capitalised(&others)).below()));
        let whole = entry.part_of.filter(|_| entry.depth == 0);
        let whole = whole.map(|whole| localizer.labelled(Label::PartOf, &localizer.text(whole.title)));
        last.texts.extend(whole.map(|whole| StyledText::plain(whole).below()));
        last.texts.extend(marks(localizer, entry).map(|marks| StyledText::new(marks, styles.faint).below()));
        for section in sections(localizer, entry) {
            last.texts.push(StyledText::new(localizer.locale.label(section.heading), styles.faint).below());
            let lines = section.lines.iter().flat_map(|line| line.split('\n'));
            last.texts.extend(lines.map(|line| StyledText::plain(line).below()));
        }
        rows.push(last);
        // What stands inside of its whole is indented as the details of that are.
        for text in rows.iter_mut().flat_map(|row| &mut row.texts) {
            text.indent += entry.depth * super::DETAIL_INDENT;
        }
        rows
    }

    /// Both clocks of a time, or what is known instead.
    fn times(&self, when: &ListedWhen<'_>, has_place: bool) -> TimeColumns {
        let localizer = self.localizer;
        let on_clock = |zone: Zone| localizer.reading_of(when, zone, self.day);
        if let Some((host, reader)) = on_clock(when.zone()).zip(on_clock(self.reader)) {
            return TimeColumns::Clocks { host, reader, is_same: when.zone() == self.reader };
        }
        let known = localizer.when_beside(when, self.day);
        // A day elsewhere needs to say where, unless the place does.
        if when.zone() == self.host || has_place || when.days().is_none() {
            return TimeColumns::Words(known);
        }
        TimeColumns::Words(localizer.locale.title_with(&known, &localizer.locale.zone_place(when.zone().name())))
    }

    fn journey_end(&self, label: Label, end: &ListedJourney<'_>) -> Row {
        let place = end.place.and_then(|place| self.localizer.place(place));
        let text = match &place {
            Some(place) => self.localizer.labelled(label, place),
            None => self.localizer.locale.label(label).to_owned(),
        };
        Row { times: self.times(&end.when, place.is_some()), texts: vec![StyledText::plain(text).below()] }
    }
}

/// What a reader should know before relying on a row.
fn marks(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Option<String> {
    let locale = localizer.locale;
    let mut marks: Vec<String> = Vec::new();
    if entry.timing.is_to_be_confirmed() {
        marks.push(locale.phrase(Phrase::ToBeConfirmed).to_owned());
    }
    let is_open = |when: &ListedWhen<'_>| when.clock().is_some_and(|span| span.end.is_none());
    if matches!(&entry.timing, ListedTiming::Stay(when) if is_open(when)) {
        marks.push(locale.phrase(Phrase::EndUnknownMark).to_owned());
    }
    marks.extend(localizer.access_marks(entry.access));
    let mut fields: Vec<&str> = Vec::new();
    for dispute in &entry.disputed {
        let field = locale.field(dispute.field);
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    if !fields.is_empty() {
        let (mark, colon) = (locale.phrase(Phrase::DisputedMark), locale.punctuation().colon);
        marks.push(format!("{mark}{colon}{}", fields.join(", ")));
    }
    (!marks.is_empty()).then(|| marks.join(" · "))
}
