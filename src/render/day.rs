//! A day as press offices write it: what there is, when and where, how far the press may come, the steps to it, whom to ask,
//! who says so, and what is not announced.
//!
//! A day is one of the host's calendar. What is said of it is made once, as [`DaySheet`]; text, Markdown, pages and data only
//! write that down.

mod listed;
mod write;

use std::fmt::Display;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use super::localizer::Localizer;
use super::restricted::{self, RestrictedSection, marks};
use crate::listing::{ListedEntry, ListedJourney, ListedTiming};
use crate::locale::{Label, Phrase, Unknown, capitalised};
use crate::programme::{Audience, Language, Source, StatusKind, Step, Text, UiLanguage};
use crate::zone::{Moment, Zone};

pub(crate) use listed::{ListedDays, VisitDay, days, extent, first_to_come};
pub(crate) use write::{markdown, text};

use listed::DayItem;

/// The reader of a day: languages, and the clock beside the host's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayReader<'r> {
    pub(crate) ui_language: UiLanguage,
    pub(crate) language: &'r Language,
    pub(crate) clock: Option<Zone>,
}

fn as_text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// What is said of a day.
#[derive(Debug, Serialize)]
pub(crate) struct DaySheet {
    /// The day, as data has it.
    #[serde(serialize_with = "as_text")]
    pub(crate) date: NaiveDate,
    /// Date and weekday.
    pub(crate) heading: String,
    /// Whom it is for, if not everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) band: Option<&'static str>,
    pub(crate) visits: Vec<SheetVisit>,
}

/// What is said of a visit on a day.
#[derive(Debug, Serialize)]
pub(crate) struct SheetVisit {
    /// Its id, for links.
    pub(crate) visit: String,
    pub(crate) title: String,
    /// Whose visit it is, and whose guest.
    pub(crate) people: String,
    /// What the day is on the other clock.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) clocks: Vec<String>,
    pub(crate) items: Vec<SheetItem>,
    /// What the press needs of all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) press: Option<SheetSection>,
    /// What has no day yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not_announced: Option<SheetSection>,
    /// Who says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sources: Option<SheetSection>,
}

/// An entry, or a step by itself.
#[derive(Debug, Serialize)]
pub(crate) struct SheetItem {
    /// The id of the entry, for links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entry: Option<String>,
    /// Whom it is for, if not everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) marks: Vec<String>,
    /// When, on the host's clock and the reader's; of a journey, in several lines.
    pub(crate) times: Vec<String>,
    pub(crate) title: String,
    /// Whether it does not take place as planned.
    #[serde(skip)]
    pub(crate) is_off: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) details: Vec<String>,
    /// What is for the press and for staff.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) sections: Vec<SheetSection>,
}

/// Lines below a heading; steps, each with its time, come first.
#[derive(Debug, Default, Serialize)]
pub(crate) struct SheetSection {
    pub(crate) heading: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) steps: Vec<SheetStep>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) lines: Vec<String>,
}

/// A step: when, and what.
#[derive(Debug, Serialize)]
pub(crate) struct SheetStep {
    pub(crate) time: String,
    pub(crate) what: String,
}

impl DaySheet {
    /// What is said of a day to a reader.
    pub(crate) fn new(audience: Audience, date: NaiveDate, visits: &[VisitDay<'_, '_>], reader: DayReader<'_>) -> Self {
        let locale = crate::locale::of(reader.ui_language);
        DaySheet {
            date,
            heading: locale.full_day(date),
            band: match audience {
                Audience::Public => None,
                Audience::Press => Some(locale.phrase(Phrase::PressBand)),
                Audience::Staff => Some(locale.phrase(Phrase::StaffBand)),
            },
            visits: visits.iter().map(|day| sheet_visit(day, date, reader)).collect(),
        }
    }
}

fn sheet_visit(day: &VisitDay<'_, '_>, date: NaiveDate, reader: DayReader<'_>) -> SheetVisit {
    let visit = day.visit;
    let localizer =
        &Localizer::new(reader.ui_language, reader.language, reader.clock.as_slice(), visit.title).for_page();
    let locale = localizer.locale;
    let people: Vec<_> =
        visit.principals.iter().chain(visit.counterpart).map(|person| localizer.text(person)).collect();
    let whens = day.items.iter().filter_map(|item| match item {
        DayItem::Entry(entry) => Some(entry.timing.whens()),
        DayItem::Step(..) => None,
    });
    let clocks = localizer.spans_of(
        whens.flatten().filter(|when| when.days().is_some_and(|(first, last)| first == date && last == date)),
    );
    let title = localizer.text(visit.title);
    let status = visit.status.filter(|status| status.kind != StatusKind::Confirmed);
    let prefix = status.and_then(|status| locale.prefix(status.kind)).unwrap_or_default();
    let press = restricted::of_visit(localizer, visit);
    let open =
        visit.entries.iter().filter(|entry| !entry.timing.has_day() && (visit.dates.0..=visit.dates.1).contains(&date));
    let open: Vec<String> = open.map(|entry| not_announced(localizer, entry)).collect();
    let entries = || {
        day.items.iter().filter_map(|item| match item {
            DayItem::Entry(entry) => Some(*entry),
            DayItem::Step(..) => None,
        })
    };
    let mut cited: Vec<&Source> = Vec::new();
    for source in entries().flat_map(|entry| entry.sources.each()) {
        cited.extend(Some(source).filter(|source| !cited.contains(source)));
    }
    let sources: Vec<String> = cited.into_iter().map(|source| publication(localizer, source)).collect();
    let section = |heading: &str, lines: Vec<String>| {
        let heading = heading.to_owned();
        (!lines.is_empty()).then(|| SheetSection { heading, lines, ..SheetSection::default() })
    };
    SheetVisit {
        visit: visit.id.to_string(),
        title: [prefix, &title].concat(),
        people: match visit.host {
            Some(host) => [locale.names(&people), localizer.labelled(Label::Host, &localizer.text(host))].join(" · "),
            None => locale.names(&people),
        },
        clocks,
        items: day.items.iter().map(|item| sheet_item(localizer, item, date)).collect(),
        press: press.map(|RestrictedSection { heading, lines }| SheetSection {
            heading: locale.label(heading).to_owned(),
            lines,
            ..SheetSection::default()
        }),
        not_announced: section(&capitalised(locale.unknown(Unknown::Day)), open),
        sources: section(locale.label(Label::Sources), sources),
    }
}

/// An entry of which not even the day is known.
fn not_announced(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> String {
    let title = localizer.text(entry.title);
    let known = localizer.when(entry.timing.begin());
    let marks = marks(localizer, entry);
    let line = localizer.locale.title_with(&title, &known);
    if marks.is_empty() { line } else { [&marks.join(" · "), localizer.locale.punctuation().colon, &line].concat() }
}

fn publication(localizer: &Localizer<'_>, source: &Source) -> String {
    let publication = localizer.publication(source);
    match &source.url {
        Some(url) => format!("{publication} {url}"),
        None => publication,
    }
}

fn sheet_item(localizer: &Localizer<'_>, item: &DayItem<'_, '_>, date: NaiveDate) -> SheetItem {
    match item {
        DayItem::Entry(entry) => entry_item(localizer, entry, date),
        DayItem::Step(audience, step, around) => {
            let localizer = &localizer.for_moments(&step.time.moments().into_iter().flatten().collect::<Vec<Moment>>());
            let SheetStep { time, what } = step_line(localizer, step, date);
            let label = if *audience == Audience::Staff { Label::ForStaff } else { Label::ForPress };
            let whole = around.map(|entry| localizer.text(entry.title).into_owned());
            let embargo = around.iter().flat_map(|entry| marks(localizer, entry));
            let own = localizer.locale.label(label).to_owned();
            let mut all = vec![own.clone()];
            all.extend(embargo.filter(|mark| *mark != own));
            SheetItem {
                entry: around.map(|entry| entry.id.to_string()),
                marks: all,
                times: vec![time],
                title: match whole {
                    Some(whole) => [&what, localizer.locale.punctuation().colon, &whole].concat(),
                    None => what,
                },
                is_off: around.is_some_and(|entry| !entry.status.is_planned()),
                details: Vec::new(),
                sections: Vec::new(),
            }
        }
    }
}

fn entry_item(localizer: &Localizer<'_>, entry: &ListedEntry<'_>, date: NaiveDate) -> SheetItem {
    let localizer = &localizer.for_entry(entry);
    let locale = localizer.locale;
    let end = |label: Label, end: &ListedJourney<'_>| {
        let time = localizer.when_on(&end.when, date);
        let place = end.place.and_then(|place| localizer.place(place));
        localizer.labelled(label, &place.map_or(time.clone(), |place| locale.time_at_place(&time, &place)))
    };
    let times = match &entry.timing {
        ListedTiming::Stay(when) => vec![localizer.when_on(when, date)],
        ListedTiming::Journey { depart, arrive } => {
            let stops = localizer.stops(entry);
            std::iter::once(end(Label::Departs, depart)).chain(stops).chain([end(Label::Arrives, arrive)]).collect()
        }
    };
    let prefix = locale.prefix(entry.status.kind).unwrap_or_default();
    SheetItem {
        entry: Some(entry.id.to_string()),
        marks: marks(localizer, entry),
        times,
        title: [prefix, &localizer.text(entry.title)].concat(),
        is_off: !entry.status.is_planned(),
        details: details(localizer, entry),
        sections: sections(localizer, entry, date),
    }
}

fn details(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Vec<String> {
    let locale = localizer.locale;
    let text = |text: &Text| localizer.text(text).into_owned();
    let mut lines: Vec<String> = Vec::new();
    lines.extend(entry.place.and_then(|place| localizer.place(place)));
    lines.extend(
        localizer
            .access(entry.access, |access| locale.access(access))
            .map(|access| localizer.labelled(Label::Access, &access)),
    );
    let is_open =
        matches!(&entry.timing, ListedTiming::Stay(when) if when.clock().is_some_and(|span| span.end.is_none()));
    if is_open {
        lines.push(locale.unknown(Unknown::End).to_owned());
    }
    if let Some(reason) = &entry.status.reason {
        lines.push(localizer.labelled(Label::Reason, &text(reason)));
    }
    if let Some(whole) = entry.part_of {
        lines.push(localizer.labelled(Label::PartOf, &locale.quoted(&localizer.text(whole.title))));
    }
    if !entry.principals.is_empty() {
        let principals: Vec<_> = entry.principals.iter().map(|person| localizer.text(person)).collect();
        lines.push(localizer.labelled(Label::Principal, &locale.list(&principals)));
    }
    if !entry.with.is_empty() {
        let with: Vec<_> = entry.with.iter().map(|person| localizer.participant(person)).collect();
        lines.push(localizer.labelled(Label::With, &locale.list(&with)));
    }
    lines.extend(entry.note.iter().flat_map(|note| text(note).split('\n').map(str::to_owned).collect::<Vec<_>>()));
    for (label, link) in [(Label::Stream, entry.stream), (Label::Link, entry.link)] {
        lines.extend(link.map(|link| localizer.labelled(label, link)));
    }
    if let Some(actual) = &entry.actual {
        lines.push(localizer.labelled(Label::Actual, &localizer.actual(actual)));
    }
    lines.extend(entry.disputed.iter().map(|dispute| localizer.dispute(dispute)));
    lines
}

/// What is for the press, and what is for staff.
fn sections(localizer: &Localizer<'_>, entry: &ListedEntry<'_>, date: NaiveDate) -> Vec<SheetSection> {
    let split = |lines: Vec<String>| lines.iter().flat_map(|line| line.split('\n')).map(str::to_owned).collect();
    let steps = |steps: &[Step]| steps.iter().map(|step| step_line(localizer, step, date)).collect::<Vec<_>>();
    let press = entry.press.map(|press| {
        let place = press.meet_at.as_ref().filter(|_| press.gather.is_none());
        let place = place.map(|place| localizer.labelled(Label::Gather, &localizer.text(place)));
        let lines = place.into_iter().chain(restricted::press_rest(localizer, press)).collect();
        let heading = localizer.locale.label(Label::ForPress).to_owned();
        SheetSection { heading, steps: steps(&press.steps), lines: split(lines) }
    });
    let staff = entry.staff.map(|staff| SheetSection {
        heading: localizer.locale.label(Label::ForStaff).to_owned(),
        steps: steps(&staff.steps),
        lines: split(restricted::staff_rest(localizer, staff)),
    });
    let is_filled = |section: &SheetSection| !section.steps.is_empty() || !section.lines.is_empty();
    press.into_iter().chain(staff).filter(is_filled).collect()
}

fn step_line(localizer: &Localizer<'_>, step: &Step, date: NaiveDate) -> SheetStep {
    let what = localizer.step_heading(step);
    let place = step.place.as_ref().and_then(|place| localizer.place(place));
    let what = place.map_or(what.clone(), |place| localizer.locale.names(&[what.into(), place.into()]));
    let note = step.note.as_ref().map(|note| localizer.text(note));
    let what = note.map_or(what.clone(), |note| [&what, localizer.locale.punctuation().clauses, &note].concat());
    SheetStep { time: localizer.when_on(&step.when(), date), what: capitalised(&what) }
}
