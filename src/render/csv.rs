//! `programme.csv`: the programme for spreadsheets (RFC 4180, in UTF-8 with a byte order mark).
//!
//! A row an entry, and one more for each end of a journey. It is made of what `programme.json` says, so that both agree.

use std::borrow::Cow;

use super::open_data::objects::{Actual, ClockTime, Entry, Place, Programme, Texts, Timing, When};

/// The version of the columns; new ones come last, and raise the second number.
pub(crate) const VERSION: &str = "1.1.0";

/// A row: an entry, or one end of it or of a stop on its way if it is a journey.
struct Row<'r> {
    entry: &'r Entry<'r>,
    form: &'static str,
    days: [Option<&'r str>; 2],
    /// What there is to say of its time, but for a journey as a whole.
    when: Option<&'r When<'r>>,
    place: Option<&'r Place<'r>>,
    actual: Option<&'r Actual<'r>>,
}

/// What a cell holds.
type Cell<'r> = Option<Cow<'r, str>>;

/// The name of a column, and what is in it.
type Column = (&'static str, for<'r> fn(&Row<'r>) -> Cell<'r>);

/// The columns. A text stands in the language that the title has first.
const COLUMNS: &[Column] = &[
    ("visit", |row| row.entry.visit.map(Cow::from)),
    ("entry", |row| row.entry.entry.map(Cow::from)),
    ("uid", |row| Some(Cow::from(&row.entry.uid))),
    ("sequence", |row| row.entry.sequence.map(|sequence| sequence.to_string().into())),
    ("created", |row| row.entry.created.as_deref().map(Cow::from)),
    ("modified", |row| row.entry.modified.as_deref().map(Cow::from)),
    ("kind", |row| row.entry.kind.map(Cow::from)),
    ("title", |row| row.text(Some(row.entry.title))),
    ("title_en", |row| row.title("en")),
    ("title_ko", |row| row.title("ko")),
    ("title_ja", |row| row.title("ja")),
    ("status", |row| Some(row.entry.status.into())),
    ("reason", |row| row.text(row.entry.reason)),
    ("absence", |row| row.entry.absence.map(Cow::from)),
    ("access", |row| row.entry.access.map(Cow::from)),
    ("form", |row| Some(row.form.into())),
    ("first_day", |row| row.days[0].map(Cow::from)),
    ("last_day", |row| row.days[1].map(Cow::from)),
    ("zone", |row| Some(row.when?.zone.into())),
    ("start_local", |row| local(row.when?.start.as_ref())),
    ("start_instant", |row| instant(row.when?.start.as_ref())),
    ("end_local", |row| local(row.when?.end.as_ref())),
    ("end_instant", |row| instant(row.when?.end.as_ref())),
    ("about", |row| Some(if row.when?.about { "true" } else { "false" }.into())),
    ("part", |row| row.when?.part.map(Cow::from)),
    ("between_from", |row| local(row.when?.between.as_ref().map(|[from, _]| from))),
    ("between_to", |row| local(row.when?.between.as_ref().map(|[_, to]| to))),
    ("after", |row| row.text(row.when?.after)),
    ("venue", |row| row.text(row.place?.venue)),
    ("site", |row| row.text(row.place?.site)),
    ("city", |row| row.text(row.place?.city)),
    ("country", |row| row.place?.country.map(Cow::from)),
    ("latitude", |row| row.degrees(0)),
    ("longitude", |row| row.degrees(1)),
    ("actual_start_local", |row| local(row.happened()?.start.as_ref())),
    ("actual_start_instant", |row| instant(row.happened()?.start.as_ref())),
    ("actual_end_local", |row| local(row.happened()?.end.as_ref())),
    ("actual_end_instant", |row| instant(row.happened()?.end.as_ref())),
    ("principal", |row| row.text(row.entry.principal)),
    ("link", |row| row.entry.link.map(Cow::from)),
    ("stream", |row| row.entry.stream.map(Cow::from)),
    ("url", |row| row.entry.url.as_deref().map(Cow::from)),
    // A number with a minus would be a formula to some.
    ("late_minutes", |row| minutes(row.actual?.delay_minutes.filter(|delay| *delay >= 0))),
    ("early_minutes", |row| minutes(row.actual?.delay_minutes.filter(|delay| *delay < 0))),
    ("sources", |row| {
        let publishers: Vec<_> = row.entry.sources.iter().map(|source| source.publisher).collect();
        Some(row.texts(&publishers))
    }),
    ("part_of", |row| row.entry.part_of.as_ref().map(|whole| whole.entry.into())),
    ("before", |row| row.text(row.when?.before)),
    ("about_end", |row| Some(if row.when?.about_end? { "true" } else { "false" }.into())),
    ("tbc", |row| row.when?.tbc.then(|| "true".into())),
    ("not_before", |row| local(row.when?.not_before.as_ref())),
    ("not_after", |row| local(row.when?.not_after.as_ref())),
    ("principals", |row| Some(row.texts(&row.entry.principals))),
];

impl<'r> Row<'r> {
    /// A text in the first of the languages of the title that it is in, else in any.
    fn text(&self, text: Option<Texts<'r>>) -> Cell<'r> {
        let texts = text?.by_tag();
        let title = self.entry.title.by_tag();
        let text = title.keys().find_map(|language| texts.get(language)).or_else(|| texts.values().next());
        text.map(|text| Cow::from(*text))
    }

    /// Several, in one cell.
    fn texts(&self, texts: &[Texts<'r>]) -> Cow<'r, str> {
        texts.iter().filter_map(|text| self.text(Some(*text))).collect::<Vec<_>>().join("; ").into()
    }

    fn title(&self, language: &str) -> Cell<'r> {
        self.entry.title.by_tag().get(language).map(|title| Cow::from(*title))
    }

    fn happened(&self) -> Option<&'r When<'r>> {
        self.actual?.when.as_ref()
    }

    fn degrees(&self, which: usize) -> Cell<'r> {
        let degrees = self.place?.geo?[which];
        Some(format!("{degrees:?}").into())
    }
}

fn local(time: Option<&ClockTime>) -> Cell<'_> {
    Some(time?.local.as_str().into())
}

fn instant(time: Option<&ClockTime>) -> Cell<'_> {
    Some(time?.instant.as_str().into())
}

fn minutes(minutes: Option<i64>) -> Cell<'static> {
    Some(minutes?.unsigned_abs().to_string().into())
}

/// The programme as a table.
pub(crate) fn programme(programme: &Programme<'_>) -> String {
    let mut table = String::from("\u{feff}row");
    for (column, _) in COLUMNS {
        table.push(',');
        table.push_str(column);
    }
    table.push_str("\r\n");
    let entries = programme.visits.iter().flat_map(|visit| &visit.entries);
    for entry in entries.chain(&programme.withdrawn) {
        let (form, days, when, ends) = match &entry.when {
            Timing::Stay(when) => (when.form, [&when.first_day, &when.last_day], Some(&**when), None),
            Timing::Journey(journey) => {
                let ends = [("depart", &journey.depart), ("arrive", &journey.arrive)];
                (journey.form, [&journey.first_day, &journey.last_day], None, Some(ends))
            }
        };
        let days = days.map(Option::as_deref);
        let (place, actual) = (entry.place.as_ref(), entry.actual.as_ref());
        write(&mut table, "entry", &Row { entry, form, days, when, place, actual });
        for stop in &entry.via {
            for (name, when) in [("via-arrive", &stop.arrive), ("via-depart", &stop.depart)] {
                let when = when.as_ref();
                let form = when.map_or("", |when| when.form);
                let days = when.map_or([None, None], |when| [when.first_day.as_deref(), when.last_day.as_deref()]);
                write(&mut table, name, &Row { entry, form, days, when, place: stop.place.as_ref(), actual: None });
            }
        }
        for (name, end) in ends.into_iter().flatten() {
            let (form, days) = (end.when.form, [end.when.first_day.as_deref(), end.when.last_day.as_deref()]);
            let (place, actual) = (end.place.as_ref(), end.actual.as_ref());
            write(&mut table, name, &Row { entry, form, days, when: Some(&end.when), place, actual });
        }
    }
    table
}

fn write(table: &mut String, name: &str, row: &Row<'_>) {
    table.push_str(name);
    for (_, of_row) in COLUMNS {
        table.push(',');
        table.push_str(&cell(&of_row(row).unwrap_or_default()));
    }
    table.push_str("\r\n");
}

/// A text that no spreadsheet takes for a formula, in quotes where it needs them.
fn cell(text: &str) -> Cow<'_, str> {
    // Some take the wide forms of these for the same.
    let is_formula = text.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let inert = if is_formula { Cow::from(format!("'{text}")) } else { Cow::from(text) };
    if inert.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", inert.replace('"', "\"\"")).into() } else { inert }
}
