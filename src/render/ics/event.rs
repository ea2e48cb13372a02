//! VEVENT (RFC 5545, 3.6.1).

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::calendar::duration;
use super::line::Lines;
use super::style::{CalendarTime, EventStyle};
use super::timezone::ZoneSpans;
use crate::listing::{Absence, ListedEntry, ListedTiming, ListedVisit};
use crate::locale::{Label, Phrase};
use crate::programme::{AccessPart, Cancelled, EntryKind, Place, StatusKind, StepsShown, Text};
use crate::render::description::description;
use crate::render::localizer::Localizer;
use crate::revision::{RevisedListing, Revision};
use crate::zone::Zone;

/// An event as written, and what a feed has to know of it.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its component.
    pub text: String,
    /// The position of its visit, for selections; none for what is left of a visit that is in the schedules no more.
    pub visit: Option<usize>,
    /// By what selections choose it; unknown of what was redacted.
    pub selected_by: Option<SelectedBy>,
    /// What its own file is called; none for what is left of an entry that is in the schedules no more.
    pub file_name: Option<String>,
    /// The zones that its times name, with the instants.
    pub zones: ZoneSpans,
}

/// By what a feed selects entries.
#[derive(Debug, Clone)]
pub struct SelectedBy {
    /// What it is.
    pub kind: EntryKind,
    /// Its press access.
    pub access: Vec<AccessPart>,
    /// Whose it is.
    pub principals: Vec<Text>,
}

/// How many entries are rendered before their events are handed on, so that memory does not hold all of them twice.
const ENTRIES_AT_ONCE: usize = 1024;

/// Renders the events of a listing in the programme's order, and then the cancellations of what was taken out, as one style
/// has them, and hands them on. Entries without even a day are in no feed.
pub fn for_each_event(revised: &RevisedListing<'_>, style: &EventStyle, mut take: impl FnMut(&[Event])) {
    let clocks = style.clocks();
    let visits = || revised.listing().visits.iter();
    let entries: Vec<_> = visits().flat_map(|visit| visit.entries.iter().map(move |entry| (visit, entry))).collect();
    let shown = |&(visit, entry): &(&ListedVisit<'_>, &ListedEntry<'_>)| {
        let revision = revised.revision(entry);
        if !style.shows(entry, revision, revised) {
            return None;
        }
        let writer = Writer::new(style, &clocks, visit.title, Some(visit));
        let event = writer.event(entry, revised, revision)?;
        let file_name = format!("{}.{}.ics", visit.id, entry.id);
        Some(Event { visit: Some(visit.position), file_name: Some(file_name), ..event })
    };
    for some in entries.chunks(ENTRIES_AT_ONCE) {
        take(&some.par_iter().filter_map(shown).collect::<Vec<_>>());
    }
    if style.steps == StepsShown::Events {
        let of_visit = |visit: &ListedVisit<'_>| {
            let writer = Writer::new(style, &clocks, visit.title, Some(visit));
            let shown = revised.steps(visit).filter_map(|(step, revision)| {
                let entry = step.listed();
                let event =
                    style.shows(&entry, revision, revised).then(|| writer.event(&entry, revised, revision))??;
                Some(Event { visit: Some(visit.position), ..event })
            });
            shown.collect::<Vec<_>>()
        };
        for visits in revised.listing().visits.chunks(rayon::current_num_threads()) {
            visits.par_iter().map(of_visit).collect::<Vec<_>>().iter().for_each(|events| take(events));
        }
    }
    let gone = style.withdrawn(revised).iter().chain(style.withdrawn_steps(revised));
    let cancelled = gone.filter_map(|withdrawn| {
        let entry = withdrawn.listed();
        let mut event = Writer::new(style, &clocks, entry.title, None).event(&entry, revised, withdrawn.revision)?;
        // It was its visit's, where nothing else is kept of it.
        if let Some(by) = event.selected_by.as_mut().filter(|by| by.principals.is_empty()) {
            let visit = visits().find(|visit| Some(visit.position) == withdrawn.visit);
            by.principals = visit.map(|visit| visit.principals.to_vec()).unwrap_or_default();
        }
        Some(Event { visit: withdrawn.visit, ..event })
    });
    take(&cancelled.collect::<Vec<_>>());
}

/// Where an entry is; of a journey without a place of its own, where it leaves from.
fn place<'p>(entry: &ListedEntry<'p>) -> Option<&'p Place> {
    entry.place.or(match &entry.timing {
        ListedTiming::Journey { depart, .. } => depart.place,
        ListedTiming::Stay(_) => None,
    })
}

/// Writes the events of one visit in one style.
struct Writer<'w> {
    style: &'w EventStyle,
    localizer: Localizer<'w>,
    /// The visit, unless it may not be told of what is left of an entry.
    visit: Option<&'w ListedVisit<'w>>,
}

impl<'w> Writer<'w> {
    fn new(style: &'w EventStyle, clocks: &'w [Zone], title: &'w Text, visit: Option<&'w ListedVisit<'w>>) -> Self {
        Self { style, localizer: Localizer::new(style.ui_language, &style.language, clocks, title), visit }
    }

    fn event(&self, entry: &ListedEntry<'_>, revised: &RevisedListing<'_>, revision: Revision) -> Option<Event> {
        let times = self.style.times(entry)?;
        let mut lines = Lines::of_event();
        lines.begin("VEVENT");
        lines.raw("UID", &[], revised.uid(entry));
        let own = if entry.at.is_some() { revised.modified(entry) } else { revision.modified };
        let modified = self.style.modified.map_or(own, |modified| modified.max(own));
        let instant = |at: DateTime<Utc>| CalendarTime::Utc(at);
        lines.raw("DTSTAMP", &[], instant(modified));
        lines.raw("CREATED", &[], instant(revision.created));
        lines.raw("LAST-MODIFIED", &[], instant(modified));
        lines.raw("SEQUENCE", &[], revision.sequence);
        for (name, time) in ["DTSTART", "DTEND"].into_iter().zip(times) {
            match time {
                CalendarTime::Local(moment) => lines.raw(name, &[("TZID", moment.zone().name())], time),
                CalendarTime::Utc(_) => lines.raw(name, &[], time),
                CalendarTime::Date(_) => lines.raw(name, &[("VALUE", "DATE")], time),
            }
        }
        let title = self.title(entry);
        if entry.absence == Some(Absence::Redacted) {
            lines.text("SUMMARY", &[], &title);
        } else {
            self.write_text(&mut lines, "SUMMARY", &title, entry.title);
        }
        lines.text("DESCRIPTION", &[], &description(&self.localizer, self.visit, entry));
        if let Some((place, text)) = self.location(entry) {
            self.write_text(&mut lines, "LOCATION", &place, text);
        }
        let is_timed = !matches!(times[0], CalendarTime::Date(_));
        self.write_point(&mut lines, entry);
        let whole = entry.part_of.map(|whole| revised.uid_of(whole.identity));
        self.write_after_place(&mut lines, entry, &title, (is_timed, whole.as_deref()));
        lines.end("VEVENT");
        let is_redacted = entry.absence == Some(Absence::Redacted);
        let selected_by = (!is_redacted).then(|| SelectedBy {
            kind: entry.kind,
            access: entry.access.to_vec(),
            principals: entry.whose.to_vec(),
        });
        let zones = ZoneSpans::of(&times);
        Some(Event { text: lines.into_string(), visit: None, selected_by, file_name: None, zones })
    }

    fn write_after_place(
        &self,
        lines: &mut Lines,
        entry: &ListedEntry<'_>,
        title: &str,
        (is_timed, whole): (bool, Option<&str>),
    ) {
        // What was taken out is on no page, and the address would say what it was called.
        if let (Some(pages), Some(visit)) = (&self.style.pages, self.visit) {
            // A step of the visit is on the page of that, and at no entry.
            let is_of_visit = entry.step.is_some() && entry.part_of.is_none();
            let fragment = if is_of_visit { String::new() } else { format!("#{}", entry.id) };
            lines.raw("URL", &[], format_args!("{pages}/visits/{}.html{fragment}", visit.id));
        }
        if let Some(stream) = entry.stream {
            let label = self.localizer.locale.label(Label::Stream);
            lines.raw("CONFERENCE", &[("VALUE", "URI"), ("FEATURE", "AUDIO,VIDEO"), ("LABEL", label)], stream);
        }
        if entry.absence != Some(Absence::Redacted) {
            lines.raw("CATEGORIES", &[], entry.kind.word());
        }
        if let Some(whole) = whole {
            lines.raw("RELATED-TO", &[("RELTYPE", "PARENT")], whole);
        }
        if !entry.marks.is_empty() {
            lines.raw("CLASS", &[], "CONFIDENTIAL");
        }
        lines.raw("STATUS", &[], self.status(entry.status.kind));
        let called_off = matches!(entry.status.kind, StatusKind::Cancelled | StatusKind::Postponed);
        if is_timed && !called_off {
            lines.raw("TRANSP", &[], "OPAQUE");
            let alarms = if entry.step.is_some() { &self.style.step_alarms } else { &self.style.alarms };
            for alarm in alarms {
                self.write_alarm(lines, *alarm, title);
            }
        } else {
            lines.raw("TRANSP", &[], "TRANSPARENT");
            lines.raw("X-MICROSOFT-CDO-BUSYSTATUS", &[], "FREE");
        }
    }

    fn title<'e>(&self, entry: &'e ListedEntry<'_>) -> Cow<'e, str> {
        let locale = self.localizer.locale;
        if entry.absence == Some(Absence::Redacted) {
            return Cow::Borrowed(locale.withdrawn());
        }
        let title = self.localizer.event_title(entry);
        let note = match &entry.timing {
            ListedTiming::Stay(when) => self.localizer.for_entry(entry).title_note(when),
            ListedTiming::Journey { .. } => {
                entry.timing.is_to_be_confirmed().then(|| Cow::Borrowed(locale.phrase(Phrase::ToBeConfirmed)))
            }
        };
        let title = note.map_or(title.clone(), |note| Cow::Owned(locale.title_with(&title, &note)));
        let prefix = match entry.absence {
            Some(_) => locale.withdrawn_prefix(),
            None => locale.prefix(entry.status.kind).unwrap_or_default(),
        };
        if prefix.is_empty() { title } else { Cow::Owned([prefix, &title].concat()) }
    }

    /// The point on the map, for all (RFC 5545, 3.8.1.6) and as Apple's calendars show a map of it.
    fn write_point(&self, lines: &mut Lines, entry: &ListedEntry<'_>) {
        let Some((place, geo)) = place(entry).and_then(|place| Some((place, place.geo?))) else { return };
        lines.raw("GEO", &[], geo.joined(';'));
        // Apple shows the map where the title is that of the place.
        if let Some(title) = self.localizer.place(place) {
            // A parameter's value has no quotation mark (RFC 5545, 3.1).
            let title = title.replace('"', "'");
            let parameters = [("VALUE", "URI"), ("X-APPLE-RADIUS", "100"), ("X-TITLE", title.as_str())];
            lines.raw("X-APPLE-STRUCTURED-LOCATION", &parameters, format_args!("geo:{}", geo.joined(',')));
        }
    }

    /// Where an entry is, with the text whose language says that of all of it.
    fn location<'e>(&self, entry: &'e ListedEntry<'_>) -> Option<(String, &'e Text)> {
        let place = place(entry)?;
        let text = [&place.venue, &place.site, &place.city].into_iter().flatten().next();
        Some((self.localizer.place(place)?, text.unwrap_or(entry.title)))
    }

    /// A text property; one in another language than the feed's says so.
    fn write_text(&self, lines: &mut Lines, name: &str, value: &str, text: &Text) {
        match text.localized(self.localizer.language, self.localizer.title).fallback {
            Some(language) => lines.text(name, &[("LANGUAGE", language.tag())], value),
            None => lines.text(name, &[], value),
        }
    }

    fn status(&self, status: StatusKind) -> &'static str {
        match status {
            StatusKind::Confirmed => "CONFIRMED",
            StatusKind::Tentative | StatusKind::Postponed => "TENTATIVE",
            StatusKind::Cancelled if self.style.cancelled == Cancelled::Retitled => "CONFIRMED",
            StatusKind::Cancelled => "CANCELLED",
        }
    }

    fn write_alarm(&self, lines: &mut Lines, before: Duration, title: &str) {
        lines.begin("VALARM");
        lines.raw("ACTION", &[], "DISPLAY");
        lines.raw("TRIGGER", &[], format_args!("-{}", duration(before)));
        lines.text("DESCRIPTION", &[], &self.localizer.locale.soon(title));
        lines.end("VALARM");
    }
}
