//! VEVENT (RFC 5545, 3.6.1).

use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::calendar::duration;
use super::line::{Escaped, Lines};
use super::timezone::{day, local};
use crate::listing::{Absence, ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::programme::{
    Access, Cancelled, EntryKind, Feed, FeedZone, Language, Place, Settings, StatusKind, Text, Tongue,
};
use crate::render::description::{BETWEEN_PARAGRAPHS, rest, times};
use crate::render::phrases::Voice;
use crate::revision::{Stamp, Stamped};
use crate::zone::{Moment, Zone};

/// The settings of a feed that change how an event is written. Feeds that share them share the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Profile {
    zone: FeedZone,
    language: Language,
    tongue: Tongue,
    also: Vec<Zone>,
    cancelled: Cancelled,
    display_length: Duration,
    alarms: Vec<Duration>,
    /// Where the pages are served that have more of each entry.
    pages: Option<String>,
    /// When the program's words or these settings last changed.
    settled: Option<DateTime<Utc>>,
}

impl Profile {
    /// How a feed of these settings is written.
    #[must_use]
    pub fn of(feed: &Feed, settings: &Settings) -> Self {
        Self {
            zone: feed.zone,
            language: feed.language.clone(),
            tongue: feed.tongue,
            also: feed.also.clone(),
            cancelled: feed.cancelled,
            display_length: feed.display_length,
            alarms: feed.alarms.clone(),
            pages: settings.pages_url(feed.audience).map(str::to_owned),
            settled: None,
        }
    }

    /// The same, with words or settings that are of an instant. Events are as old as what is latest of them.
    #[must_use]
    pub fn settled(self, at: Option<DateTime<Utc>>) -> Self {
        Self { settled: at, ..self }
    }

    /// Whether what is said in feeds of another kind is said in these in the same words, but for times.
    #[must_use]
    pub fn speaks_like(&self, other: &Profile) -> bool {
        (self.tongue, &self.language) == (other.tongue, &other.language)
    }

    /// Whether an entry is in feeds of this kind at all, selections aside.
    #[must_use]
    pub fn shows(&self, stamped: &Stamped<'_>, entry: &ListedEntry<'_>) -> bool {
        let called_off = entry.status.kind == StatusKind::Cancelled;
        let hidden = called_off && (self.cancelled == Cancelled::Hidden || stamped.has_expired(&stamped.stamp(entry)));
        entry.timing.has_day() && !hidden
    }

    /// The clocks that descriptions show beside the host's, in order.
    pub(crate) fn clocks(&self) -> Vec<Zone> {
        let own = match self.zone {
            FeedZone::Fixed(zone) => Some(zone),
            FeedZone::Host => None,
        };
        own.into_iter().chain(self.also.iter().copied()).collect()
    }

    /// DTSTART and DTEND of an entry; `None` where not even a day is known.
    pub(crate) fn written(&self, entry: &ListedEntry<'_>) -> Option<[Written; 2]> {
        self.span(entry).map(|span| span.written())
    }

    /// When an entry is shown; `None` when not even a day is known.
    fn span(&self, entry: &ListedEntry<'_>) -> Option<Span> {
        match &entry.timing {
            ListedTiming::Stay(ListedWhen::Clock(clock)) => {
                let shown_for = || TimeDelta::from_std(self.display_length).unwrap_or(TimeDelta::MAX);
                let end = clock.end.or_else(|| clock.start.plus(shown_for())).unwrap_or(clock.start);
                Some(self.timed(clock.start, end.in_zone(clock.start.zone())))
            }
            ListedTiming::Stay(when) => {
                let (first, last) = when.days()?;
                Some(Span::Days(first, last.succ_opt()?))
            }
            ListedTiming::Journey { depart, arrive } => match (&depart.when, &arrive.when) {
                (ListedWhen::Clock(leaves), ListedWhen::Clock(arrives)) => {
                    Some(self.timed(leaves.start, arrives.start))
                }
                (leaves, arrives) => {
                    let days = || [leaves, arrives].into_iter().filter_map(ListedWhen::days);
                    let first = days().map(|(first, _)| first).min()?;
                    let last = days().map(|(_, last)| last).max()?;
                    Some(Span::Days(first, last.succ_opt()?))
                }
            },
        }
    }

    fn timed(&self, start: Moment, end: Moment) -> Span {
        let written = |moment: Moment| match self.zone {
            FeedZone::Host => moment,
            FeedZone::Fixed(zone) => moment.in_zone(zone),
        };
        let (start, end) = (written(start), written(end));
        if start.happens_twice() || end.happens_twice() { Span::Utc(start, end) } else { Span::Zoned(start, end) }
    }
}

/// An event as written, and what a feed has to know of it.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Its bytes in the text of its visit.
    pub bytes: Range<usize>,
    /// The position of its visit, for selections; none for what is left of a visit that is in the schedules no more.
    pub visit: Option<usize>,
    /// What its own file is called; none for what is left of an entry that is in the schedules no more.
    pub name: Option<String>,
    /// What it is, for selections.
    pub kind: EntryKind,
    /// Its press access, for selections.
    pub access: Option<Access>,
    /// The zones that its times name, with the instants.
    pub zoned: Vec<(Zone, DateTime<Utc>)>,
}

/// A visit's events for each profile, one after the other, and where each is. Entries without even a day are in no feed.
///
/// Profiles of one language that follow each other have in common what is said in it.
#[must_use]
pub fn events(stamped: &Stamped<'_>, visit: &ListedVisit<'_>, profiles: &[Profile]) -> Vec<(String, Vec<Rendered>)> {
    let clocks: Vec<Vec<Zone>> = profiles.iter().map(Profile::clocks).collect();
    let writers: Vec<Writer<'_>> = profiles
        .iter()
        .zip(&clocks)
        .map(|(profile, clocks)| Writer::new(profile, clocks, visit.title, Some(visit)))
        .collect();
    let empty = || (Lines::default(), Vec::with_capacity(visit.entries.len()));
    let mut texts: Vec<(Lines, Vec<Rendered>)> = profiles.iter().map(|_| empty()).collect();
    for entry in &visit.entries {
        let (uid, stamp) = (stamped.uid(entry).to_string(), stamped.stamp(entry));
        let mut last: Option<(&Profile, Spoken<'_>)> = None;
        for (writer, (lines, rendered)) in writers.iter().zip(&mut texts) {
            if !writer.profile.shows(stamped, entry) {
                continue;
            }
            let alike = last.take().filter(|(profile, said)| said.is_shared && profile.speaks_like(writer.profile));
            let (profile, spoken) = alike.unwrap_or_else(|| (writer.profile, writer.spoken(entry)));
            let event = writer.rendered(lines, (Some(visit.position), entry), &spoken, &uid, stamp);
            rendered.extend(event.map(|event| Rendered { name: Some(file_name(visit, entry)), ..event }));
            last = Some((profile, spoken));
        }
    }
    texts.into_iter().map(|(lines, rendered)| (lines.into_string(), rendered)).collect()
}

/// The cancellations of what was taken out, one after the other, and where each is.
#[must_use]
pub fn cancellations(stamped: &Stamped<'_>, profile: &Profile) -> (String, Vec<Rendered>) {
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
    (lines.into_string(), rendered)
}

/// What an entry's own file is called: by what the entry is called now, as on its page. A name that it had before may be
/// one that its audience never saw.
fn file_name(visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> String {
    [visit.id.as_str(), ".", entry.id.as_str(), ".ics"].concat()
}

/// What DTSTART and DTEND say.
enum Span {
    /// From one moment to another, each on the clock it is written in.
    Zoned(Moment, Moment),
    /// The same in UTC, because the clock shows one of them twice. A TZID names the first pass (RFC 5545, 3.3.5), and
    /// half of the readers take the second.
    Utc(Moment, Moment),
    /// From the first day up to, and without, the last.
    Days(NaiveDate, NaiveDate),
}

impl Span {
    fn zoned(&self) -> Vec<(Zone, DateTime<Utc>)> {
        match self {
            Span::Zoned(start, end) => vec![(start.zone(), start.instant()), (end.zone(), end.instant())],
            Span::Utc(..) | Span::Days(..) => Vec::new(),
        }
    }

    fn written(&self) -> [Written; 2] {
        match self {
            Span::Zoned(start, end) => [start, end].map(|moment| Written {
                value: local(moment.local()),
                zone: Some(moment.zone()),
                is_date: false,
            }),
            Span::Utc(start, end) => {
                [start, end].map(|moment| Written { value: utc(moment.instant()), zone: None, is_date: false })
            }
            Span::Days(first, end) => [first, end].map(|date| Written { value: day(*date), zone: None, is_date: true }),
        }
    }

    fn is_timed(&self) -> bool {
        !matches!(self, Span::Days(..))
    }
}

/// A value of DTSTART or DTEND, with what its parameters say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The value.
    pub(crate) value: String,
    /// The zone of TZID; without one, the value is a date or in UTC.
    pub(crate) zone: Option<Zone>,
    /// Whether the value is a date.
    pub(crate) is_date: bool,
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
        Some(Rendered { bytes, visit, name: None, kind, access, zoned })
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

/// A DATE-TIME in UTC (RFC 5545, 3.3.5, form 2).
fn utc(instant: DateTime<Utc>) -> String {
    let mut text = local(instant.naive_utc());
    text.push('Z');
    text
}
