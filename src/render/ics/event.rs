//! VEVENT (RFC 5545, 3.6.1).

use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::calendar::duration;
use super::line::{Escaped, Lines};
use super::profile::{Profile, Span, Written};
use crate::digits;
use crate::listing::{Absence, ListedEntry, ListedTiming, ListedVisit};
use crate::programme::{Access, Cancelled, EntryKind, StatusKind, Text};
use crate::render::description::{write_lead, write_on_clocks, write_rest};
use crate::render::localizer::Localizer;
use crate::revision::{RevisedListing, Revision};
use crate::zone::{Moment, Zone};

/// An event as written, and what a feed has to know of it.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Its bytes in the text that it is in.
    pub bytes: Range<usize>,
    /// The position of its visit, for selections; none for what is left of a visit that is in the schedules no more.
    pub visit: Option<usize>,
    /// The entry of its visit, in the visit's order; none for what is left of one that is in the schedules no more.
    pub entry: Option<usize>,
    /// What it is, for selections.
    pub kind: EntryKind,
    /// Its press access, for selections.
    pub access: Option<Access>,
    /// The moments whose zones its times name: its start and its end, or neither.
    pub zoned: Option<[Moment; 2]>,
}

impl Rendered {
    /// An event of no visit.
    fn of(entry: &ListedEntry<'_>, bytes: Range<usize>, span: &Span) -> Self {
        let (kind, access, zoned) = (entry.kind, entry.access, span.zoned());
        Self { bytes, visit: None, entry: None, kind, access, zoned }
    }

    /// The same of an entry of a visit, by their positions.
    fn within(self, visit: usize, entry: usize) -> Self {
        Self { visit: Some(visit), entry: Some(entry), ..self }
    }
}

/// Events as one profile has them, one after the other with nothing between them.
#[derive(Debug, Default)]
pub struct Sheaf {
    /// The bytes of all of them.
    pub text: String,
    /// The events, in order.
    pub events: Vec<Rendered>,
}

/// Events as each of some profiles has them. To be written anew, they keep the room that they have.
#[derive(Debug, Default)]
pub struct Sheaves {
    /// One a profile.
    pub each: Vec<Sheaf>,
    lines: Lines,
    identity: Identity,
    said: Said,
}

impl Sheaves {
    /// Takes all events out; there is a sheaf for each of so many profiles then.
    pub fn clear(&mut self, profiles: usize) {
        self.each.resize_with(profiles, Sheaf::default);
        for sheaf in &mut self.each {
            sheaf.text.clear();
            sheaf.events.clear();
        }
    }

    /// Adds some of a visit's events. Entries without even a day are in no feed.
    ///
    /// Profiles that follow each other and differ in their clocks alone have in common all that is said whatever the clocks.
    pub fn add(
        &mut self,
        revised: &RevisedListing<'_>,
        visit: &ListedVisit<'_>,
        rows: Range<usize>,
        profiles: &[Profile],
    ) {
        let clocks: Vec<Vec<Zone>> = profiles.iter().map(Profile::clocks).collect();
        let writers: Vec<Writer<'_>> = profiles
            .iter()
            .zip(&clocks)
            .map(|(profile, clocks)| Writer::new(profile, clocks, visit.title, Some(visit)))
            .collect();
        let alike = |pair: &[Profile]| pair[0].differs_in_clocks_alone(&pair[1]);
        let alike: Vec<bool> = std::iter::once(false).chain(profiles.windows(2).map(alike)).collect();
        let Self { each, lines, identity, said } = self;
        for (row, entry) in rows.clone().zip(&visit.entries[rows]) {
            // Whether they are those of this entry, and as this profile has them.
            let (mut is_identified, mut is_said) = (false, false);
            for ((writer, alike), sheaf) in writers.iter().zip(&alike).zip(&mut *each) {
                is_said &= *alike && said.is_shared;
                is_identified &= identity.settled == writer.profile.settled;
                if !writer.profile.shows(revised, entry) {
                    continue;
                }
                let Some(span) = writer.profile.span(entry) else { continue };
                if !is_identified {
                    writer.identify(lines, identity, revised.uid(entry), revised.revision(entry));
                    is_identified = true;
                }
                if !is_said {
                    writer.say(lines, said, entry, span.is_timed());
                    is_said = true;
                }
                let bytes = lines.go_on(&mut sheaf.text, |lines| writer.write(lines, entry, (identity, &span, said)));
                sheaf.events.push(Rendered::of(entry, bytes, &span).within(visit.position, row));
            }
        }
    }
}

/// The cancellations of what was taken out.
#[must_use]
pub fn cancellations(revised: &RevisedListing<'_>, profile: &Profile) -> Sheaf {
    let clocks = profile.clocks();
    let (mut sheaf, mut lines) = (Sheaf::default(), Lines::default());
    let (mut identity, mut said) = (Identity::default(), Said::default());
    for withdrawn in profile.withdrawn(revised) {
        let entry = withdrawn.listed();
        let Some(span) = profile.span(&entry) else { continue };
        let writer = Writer::new(profile, &clocks, entry.title, None);
        writer.identify(&mut lines, &mut identity, revised.uid(&entry), withdrawn.revision);
        writer.say(&mut lines, &mut said, &entry, span.is_timed());
        let bytes = lines.go_on(&mut sheaf.text, |lines| writer.write(lines, &entry, (&identity, &span, &said)));
        sheaf.events.push(Rendered { visit: withdrawn.visit, ..Rendered::of(&entry, bytes, &span) });
    }
    sheaf
}

/// What an entry's own file is called: by what the entry is called now, as on its page. A name that it had before may be
/// one that its audience never saw.
#[must_use]
pub fn file_name(visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> String {
    [visit.id.as_str(), ".", entry.id.as_str(), ".ics"].concat()
}

/// Writes the events of one visit for one profile.
struct Writer<'w> {
    profile: &'w Profile,
    localizer: Localizer<'w>,
    /// The visit, unless it may not be told of what is left of an entry.
    visit: Option<&'w ListedVisit<'w>>,
}

/// The lines from an event's beginning up to its times: which event it is, and which revision of it.
#[derive(Debug, Default)]
struct Identity {
    settled: Option<DateTime<Utc>>,
    lines: String,
}

/// What an event says whatever its reader's clocks.
#[derive(Debug, Default)]
struct Said {
    title: String,
    /// What the description begins with, up to the time on the host's clock; empty where there is no such time.
    lead: Escaped,
    /// The day that this names last.
    named: Option<NaiveDate>,
    /// What the description says after the times.
    rest: Escaped,
    /// The lines after the description.
    after: String,
    /// Whether it is the same whatever the reader's clocks; what happened, for one, is told with times of its own.
    is_shared: bool,
}

impl<'w> Writer<'w> {
    fn new(profile: &'w Profile, clocks: &'w [Zone], title: &'w Text, visit: Option<&'w ListedVisit<'w>>) -> Self {
        Self { profile, localizer: Localizer::new(profile.ui_language, &profile.language, clocks, title), visit }
    }

    /// Writes an event; returns where.
    fn write(
        &self,
        lines: &mut Lines,
        entry: &ListedEntry<'_>,
        (identity, span, said): (&Identity, &Span, &Said),
    ) -> Range<usize> {
        let start = lines.len();
        lines.copy(&identity.lines);
        write_span(lines, span);
        lines.copy(&said.title);
        let on_clocks = |out: &mut String| write_on_clocks(out, &self.localizer, entry, said.named);
        lines.text_between("DESCRIPTION", &said.lead, on_clocks, &said.rest);
        lines.copy(&said.after);
        start..lines.len()
    }

    fn identify(&self, lines: &mut Lines, identity: &mut Identity, uid: Uuid, revision: Revision) {
        let settled = self.profile.settled;
        lines.begin("VEVENT");
        lines.raw("UID", &[], uid.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        let modified = settled.map_or(revision.modified, |settled| settled.max(revision.modified));
        for (name, at) in [("DTSTAMP", modified), ("CREATED", revision.created), ("LAST-MODIFIED", modified)] {
            lines.raw_by(name, &[], |out| digits::basic_instant(out, at));
        }
        lines.raw("SEQUENCE", &[], &revision.sequence.to_string());
        identity.settled = settled;
        lines.cut(&mut identity.lines);
    }

    fn say(&self, lines: &mut Lines, said: &mut Said, entry: &ListedEntry<'_>, is_timed: bool) {
        let mut words = |localizer: &Localizer<'_>| {
            said.named = lines.escape(&mut said.lead, |out| write_lead(out, localizer, entry));
            let place = entry.place.and_then(|place| localizer.place(place));
            lines.escape(&mut said.rest, |out| write_rest(out, localizer, entry, (self.visit, place.as_deref())));
            (self.title(entry), self.location(entry, place))
        };
        let (title, location) = words(&self.localizer);
        said.is_shared = false;
        if entry.absence == Some(Absence::Redacted) {
            lines.text("SUMMARY", &[], &title);
        } else {
            self.write_text(lines, "SUMMARY", &title, entry.title);
        }
        lines.cut(&mut said.title);
        if let Some((place, known)) = location {
            self.write_text(lines, "LOCATION", &place, known);
        }
        self.write_after_place(lines, entry, &title, is_timed);
        lines.cut(&mut said.after);
    }

    /// Writes what follows the place.
    fn write_after_place(&self, lines: &mut Lines, entry: &ListedEntry<'_>, title: &str, is_timed: bool) {
        // What was taken out is on no page, and the address would say what it was called.
        if let (Some(pages), Some(visit)) = (&self.profile.pages, self.visit) {
            lines.raw("URL", &[], &[pages, "/visits/", visit.id.as_str(), ".html#", entry.id.as_str()].concat());
        }
        if entry.absence != Some(Absence::Redacted) {
            lines.raw("CATEGORIES", &[], entry.kind.word());
        }
        lines.raw("STATUS", &[], self.status(entry.status.kind));
        let called_off = matches!(entry.status.kind, StatusKind::Cancelled | StatusKind::Postponed);
        if is_timed && !called_off {
            lines.raw("TRANSP", &[], "OPAQUE");
            for alarm in &self.profile.alarms {
                self.write_alarm(lines, *alarm, title);
            }
        } else {
            lines.raw("TRANSP", &[], "TRANSPARENT");
            lines.raw("X-MICROSOFT-CDO-BUSYSTATUS", &[], "FREE");
        }
        lines.end("VEVENT");
    }

    fn title<'e>(&self, entry: &'e ListedEntry<'_>) -> Cow<'e, str> {
        let words = self.localizer.locale;
        if entry.absence == Some(Absence::Redacted) {
            return Cow::Borrowed(words.withdrawn());
        }
        let title = entry.title.localized(self.localizer.language, self.localizer.title).text;
        let title = match &entry.timing {
            ListedTiming::Stay(when) => match self.localizer.title_note(when) {
                Some(note) => Cow::Owned(words.title_with(title, &note)),
                None => Cow::Borrowed(title),
            },
            ListedTiming::Journey { .. } => Cow::Borrowed(title),
        };
        let prefix = match entry.absence {
            Some(_) => words.withdrawn_prefix(),
            None => words.prefix(entry.status.kind).unwrap_or_default(),
        };
        if prefix.is_empty() { title } else { Cow::Owned([prefix, &title].concat()) }
    }

    /// Where an entry is, as its place was put already; of a journey without a place of its own, where it leaves from. With
    /// the text whose language says that of all of it.
    fn location<'e>(&self, entry: &'e ListedEntry<'_>, put: Option<String>) -> Option<(String, &'e Text)> {
        let (place, put) = match (entry.place, &entry.timing) {
            (Some(place), _) => (place, put?),
            (None, ListedTiming::Journey { depart, .. }) => (depart.place?, self.localizer.place(depart.place?)?),
            (None, ListedTiming::Stay(_)) => return None,
        };
        let known = [&place.venue, &place.site, &place.city].into_iter().flatten().next();
        Some((put, known.unwrap_or(entry.title)))
    }

    /// A text property; one in another language than the feed's says so.
    fn write_text(&self, lines: &mut Lines, name: &'static str, value: &str, text: &Text) {
        match text.localized(self.localizer.language, self.localizer.title).fallback {
            Some(language) => lines.text(name, &[("LANGUAGE", language.tag())], value),
            None => lines.text(name, &[], value),
        }
    }

    fn status(&self, status: StatusKind) -> &'static str {
        match status {
            StatusKind::Confirmed => "CONFIRMED",
            StatusKind::Tentative | StatusKind::Postponed => "TENTATIVE",
            StatusKind::Cancelled if self.profile.cancelled == Cancelled::Retitled => "CONFIRMED",
            StatusKind::Cancelled => "CANCELLED",
        }
    }

    fn write_alarm(&self, lines: &mut Lines, before: Duration, title: &str) {
        lines.begin("VALARM");
        lines.raw("ACTION", &[], "DISPLAY");
        lines.raw("TRIGGER", &[], &format!("-{}", duration(before)));
        lines.text("DESCRIPTION", &[], &self.localizer.locale.soon(title));
        lines.end("VALARM");
    }
}

fn write_span(lines: &mut Lines, span: &Span) {
    for (name, written) in ["DTSTART", "DTEND"].into_iter().zip(span.written()) {
        let parameter = match written {
            Written::Local(moment) => Some(("TZID", moment.zone().name())),
            Written::Utc(_) => None,
            Written::Date(_) => Some(("VALUE", "DATE")),
        };
        lines.raw_by(name, parameter.as_slice(), |out| written.write(out));
    }
}
