//! VEVENT (RFC 5545, 3.6.1).

use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::calendar::duration;
use super::line::{Escaped, Lines};
use super::profile::{Profile, Span, Written, utc};
use crate::listing::{Absence, ListedEntry, ListedTiming, ListedVisit};
use crate::programme::{Access, Cancelled, EntryKind, Place, StatusKind, Text};
use crate::render::description::{BETWEEN_PARAGRAPHS, rest, times};
use crate::render::phrases::Voice;
use crate::revision::{Stamp, Stamped};
use crate::zone::Zone;

/// An event as written, and what a feed has to know of it.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Its bytes in the text of its visit.
    pub bytes: Range<usize>,
    /// The position of its visit, for selections; none for what is left of a visit that is in the schedules no more.
    pub visit: Option<usize>,
    /// The entry of its visit, in the visit's order; none for what is left of one that is in the schedules no more.
    pub entry: Option<usize>,
    /// What it is, for selections.
    pub kind: EntryKind,
    /// Its press access, for selections.
    pub access: Option<Access>,
    /// The zones that its times name, with the instants: of its start and its end, or of neither.
    pub zoned: Option<[(Zone, DateTime<Utc>); 2]>,
}

/// Where events are: in a text, one after the other.
pub type Piece = (String, Vec<Rendered>);

/// How long a piece gets, about: longer ones, growing, would leave holes in memory that nothing else fits into.
const PIECE: usize = 1 << 16;

/// A visit's events for each profile, in pieces. Entries without even a day are in no feed.
///
/// Profiles of one language that follow each other have in common what is said in it.
#[must_use]
pub fn events(stamped: &Stamped<'_>, visit: &ListedVisit<'_>, profiles: &[Profile]) -> Vec<Vec<Piece>> {
    let clocks: Vec<Vec<Zone>> = profiles.iter().map(Profile::clocks).collect();
    let writers: Vec<Writer<'_>> = profiles
        .iter()
        .zip(&clocks)
        .map(|(profile, clocks)| Writer::new(profile, clocks, visit.title, Some(visit)))
        .collect();
    let mut texts: Vec<Pieces> = profiles.iter().map(|_| Pieces::of(visit.entries.len())).collect();
    for (row, entry) in visit.entries.iter().enumerate() {
        let (uid, stamp) = (stamped.uid(entry).to_string(), stamped.stamp(entry));
        let mut last: Option<(&Profile, Spoken<'_>)> = None;
        for (writer, pieces) in writers.iter().zip(&mut texts) {
            if !writer.profile.shows(stamped, entry) {
                continue;
            }
            let alike = last.take().filter(|(profile, said)| said.is_shared && profile.speaks_like(writer.profile));
            let (profile, spoken) = alike.unwrap_or_else(|| (writer.profile, writer.spoken(entry)));
            let event = writer.rendered(&mut pieces.lines, (Some(visit.position), entry), &spoken, &uid, stamp);
            pieces.extend(event.map(|event| Rendered { entry: Some(row), ..event }));
            last = Some((profile, spoken));
        }
    }
    texts.into_iter().map(Pieces::into_done).collect()
}

/// Events of one profile: the pieces that are full, and the one that is being written.
struct Pieces {
    done: Vec<Piece>,
    lines: Lines,
    rendered: Vec<Rendered>,
    /// How many octets a piece may come to.
    room: usize,
}

impl Pieces {
    /// For so many events.
    fn of(count: usize) -> Self {
        let room = count.saturating_mul(1024).min(PIECE + PIECE / 16);
        let mut lines = Lines::default();
        lines.reserve(room);
        Self { done: Vec::new(), lines, rendered: Vec::new(), room }
    }

    fn extend(&mut self, event: Option<Rendered>) {
        self.rendered.extend(event);
        if self.lines.len() >= PIECE {
            self.cut();
            self.lines.reserve(self.room);
        }
    }

    fn cut(&mut self) {
        self.rendered.shrink_to_fit();
        self.done.push((self.lines.take(), std::mem::take(&mut self.rendered)));
    }

    fn into_done(mut self) -> Vec<Piece> {
        self.cut();
        self.done
    }
}

/// The cancellations of what was taken out, one after the other, and where each is.
#[must_use]
pub fn cancellations(stamped: &Stamped<'_>, profile: &Profile) -> Piece {
    let clocks = profile.clocks();
    let mut lines = Lines::default();
    let mut rendered = Vec::with_capacity(stamped.gone().len());
    let shown = stamped.gone().iter().filter(|_| profile.cancelled != Cancelled::Hidden);
    for gone in shown {
        let entry = gone.listed();
        let writer = Writer::new(profile, &clocks, entry.title, None);
        let (uid, spoken) = (stamped.uid(&entry).to_string(), writer.spoken(&entry));
        rendered.extend(writer.rendered(&mut lines, (gone.visit, &entry), &spoken, &uid, gone.stamp));
    }
    (lines.take(), rendered)
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
    voice: Voice<'w>,
    /// The visit, unless it may not be told of what is left of an entry.
    visit: Option<&'w ListedVisit<'w>>,
}

/// What of an event follows from its reader's language: all but the times, as a rule.
struct Spoken<'e> {
    title: Cow<'e, str>,
    /// Where it is, and the text whose language says that of all of it.
    place: Option<(String, &'e Text)>,
    /// What is said after the times.
    rest: Escaped,
    /// Whether it is the same whatever the reader's clocks; what happened, for one, is told with times of its own.
    is_shared: bool,
}

impl<'w> Writer<'w> {
    fn new(profile: &'w Profile, clocks: &'w [Zone], title: &'w Text, visit: Option<&'w ListedVisit<'w>>) -> Self {
        Self { profile, voice: Voice::new(profile.tongue, &profile.language, clocks, title), visit }
    }

    fn spoken<'e>(&self, entry: &'e ListedEntry<'_>) -> Spoken<'e> {
        let said = |voice: &Voice<'_>| (self.title(entry), self.place(entry), rest(voice, self.visit, entry));
        let ((title, place, rest), is_shared) = self.voice.whatever_the_clocks(said);
        Spoken { title, place, rest: paragraphs(&rest), is_shared }
    }

    /// Writes an event, unless not even a day is known.
    fn rendered(
        &self,
        lines: &mut Lines,
        (visit, entry): (Option<usize>, &ListedEntry<'_>),
        spoken: &Spoken<'_>,
        uid: &str,
        stamp: Stamp,
    ) -> Option<Rendered> {
        let (start, span) = (lines.len(), self.profile.span(entry)?);
        self.event(lines, (entry, spoken), &span, uid, stamp);
        let (bytes, kind, access, zoned) = (start..lines.len(), entry.kind, entry.access, span.zoned());
        Some(Rendered { bytes, visit, entry: None, kind, access, zoned })
    }

    fn event(
        &self,
        lines: &mut Lines,
        (entry, spoken): (&ListedEntry<'_>, &Spoken<'_>),
        span: &Span,
        uid: &str,
        stamp: Stamp,
    ) {
        lines.begin("VEVENT");
        lines.raw("UID", &[], uid);
        let modified = utc(self.profile.settled.map_or(stamp.modified, |settled| settled.max(stamp.modified)));
        lines.raw("DTSTAMP", &[], &modified);
        lines.raw("CREATED", &[], &utc(stamp.created));
        lines.raw("LAST-MODIFIED", &[], &modified);
        lines.raw("SEQUENCE", &[], &stamp.sequence.to_string());
        write_span(lines, span);
        let title = &*spoken.title;
        if entry.absence == Some(Absence::Redacted) {
            lines.text("SUMMARY", &[], title);
        } else {
            self.write_text(lines, "SUMMARY", title, entry.title);
        }
        lines.text_before("DESCRIPTION", &times(&self.voice, entry), &spoken.rest);
        if let Some((place, known)) = &spoken.place {
            self.write_text(lines, "LOCATION", place, known);
        }
        // What was taken out is on no page, and the address would say what it was called.
        if let (Some(pages), Some(visit)) = (&self.profile.pages, self.visit) {
            lines.raw("URL", &[], &format!("{pages}/visits/{}.html#{}", visit.id, entry.id));
        }
        if entry.absence != Some(Absence::Redacted) {
            lines.raw("CATEGORIES", &[], entry.kind.word());
        }
        lines.raw("STATUS", &[], self.status(entry.status.kind));
        let called_off = matches!(entry.status.kind, StatusKind::Cancelled | StatusKind::Postponed);
        if span.is_timed() && !called_off {
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
        let words = self.voice.words;
        if entry.absence == Some(Absence::Redacted) {
            return Cow::Borrowed(words.withdrawn());
        }
        let title = entry.title.spoken(self.voice.language, self.voice.title).text;
        let title = match &entry.timing {
            ListedTiming::Stay(when) => match self.voice.title_note(when) {
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

    /// Where an entry is; of a journey, where it leaves from. With the text whose language says that of all of it.
    fn place<'e>(&self, entry: &'e ListedEntry<'_>) -> Option<(String, &'e Text)> {
        let place: &'e Place = match &entry.timing {
            ListedTiming::Journey { depart, .. } => entry.place.or(depart.place)?,
            ListedTiming::Stay(_) => entry.place?,
        };
        let known = [&place.venue, &place.site, &place.city].into_iter().flatten().next();
        Some((self.voice.place(place)?, known.unwrap_or(entry.title)))
    }

    /// A text property; one in another language than the feed's says so.
    fn write_text(&self, lines: &mut Lines, name: &'static str, value: &str, text: &Text) {
        match text.spoken(self.voice.language, self.voice.title).fallback {
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
        lines.text("DESCRIPTION", &[], &self.voice.words.soon(title));
        lines.end("VALARM");
    }
}

/// Paragraphs that follow others.
fn paragraphs(text: &str) -> Escaped {
    if text.is_empty() { Escaped::of("") } else { Escaped::of(&[BETWEEN_PARAGRAPHS, text].concat()) }
}

fn write_span(lines: &mut Lines, span: &Span) {
    for (name, written) in ["DTSTART", "DTEND"].into_iter().zip(span.written()) {
        match written {
            Written { value, zone: Some(zone), .. } => lines.raw(name, &[("TZID", zone.name())], &value),
            Written { value, is_date: true, .. } => lines.raw(name, &[("VALUE", "DATE")], &value),
            Written { value, .. } => lines.raw(name, &[], &value),
        }
    }
}
