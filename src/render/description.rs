//! All there is to say of an entry, in paragraphs: what a person reads when she opens it in a calendar, or asks for it in
//! a terminal.

use chrono::NaiveDate;

use crate::listing::{Absence, Cited, ListedEntry, ListedJourney, ListedTiming, ListedVisit, ListedWhen};
use crate::render::phrases::Voice;
use crate::render::restricted::sections;
use crate::render::words::{Label, Unknown};

/// All of it, in paragraphs.
///
/// Of an entry that was taken out there is no visit to tell of; of a redacted one there is nothing but that it was.
pub(crate) fn description(voice: &Voice<'_>, visit: Option<&ListedVisit<'_>>, entry: &ListedEntry<'_>) -> String {
    let mut text = String::with_capacity(USUAL_LENGTH);
    let named = write_lead(&mut text, voice, entry);
    write_on_clocks(&mut text, voice, entry, named);
    let place = entry.place.and_then(|place| voice.place(place));
    write_rest(&mut text, voice, entry, (visit, place.as_deref()));
    text
}

/// What stands between two paragraphs.
const BETWEEN_PARAGRAPHS: &str = "\n\n";

/// Writes what the first paragraphs, which tell when it is, begin with whatever the reader's clocks: that it is no more, the
/// day, and the time on the host's clock. Returns the day that is named last; `None`, and nothing is written, where there is
/// no such time.
pub(crate) fn write_lead(out: &mut String, voice: &Voice<'_>, entry: &ListedEntry<'_>) -> Option<NaiveDate> {
    let ListedTiming::Stay(ListedWhen::Clock(clock)) = &entry.timing else { return None };
    if entry.absence == Some(Absence::Redacted) {
        return None;
    }
    let mut text = Paragraphs::behind(out);
    absence(&mut text, voice, entry);
    days(&mut text, voice, entry);
    Some(voice.write_host_clock(text.begin_line(), clock))
}

/// Writes the rest of those paragraphs, with the reader's clocks.
pub(crate) fn write_on_clocks(out: &mut String, voice: &Voice<'_>, entry: &ListedEntry<'_>, named: Option<NaiveDate>) {
    if let (ListedTiming::Stay(ListedWhen::Clock(clock)), Some(named)) = (&entry.timing, named) {
        voice.write_other_clocks(out, clock, named);
        if clock.end.is_none() {
            out.push('\n');
            out.push_str(voice.words.unknown(Unknown::End));
        }
    } else {
        let mut text = Paragraphs::behind(out);
        absence(&mut text, voice, entry);
        if entry.absence != Some(Absence::Redacted) {
            days(&mut text, voice, entry);
            when(&mut text, voice, entry);
        }
    }
}

/// That it is no more.
fn absence(text: &mut Paragraphs<'_>, voice: &Voice<'_>, entry: &ListedEntry<'_>) {
    if entry.absence.is_some() {
        text.line(voice.words.withdrawn_notice());
        text.paragraph();
    }
}

/// Writes all that follows, if anything does, behind an empty line: of its visit, and of its place, too, as the reader's
/// language puts it.
pub(crate) fn write_rest(
    out: &mut String,
    voice: &Voice<'_>,
    entry: &ListedEntry<'_>,
    (visit, place): (Option<&ListedVisit<'_>>, Option<&str>),
) {
    if entry.absence == Some(Absence::Redacted) {
        return;
    }
    let before = out.len();
    out.push_str(BETWEEN_PARAGRAPHS);
    let mut text = Paragraphs::behind(out);
    circumstances(&mut text, voice, entry, place);
    if let Some(note) = entry.note {
        text.paragraph();
        text.line(&voice.text(note));
    }
    if let Some(link) = entry.particulars().link {
        text.paragraph();
        text.labelled(voice, Label::Link, link);
    }
    for section in sections(voice, entry) {
        text.paragraph();
        text.line(voice.words.label(section.heading));
        section.lines.iter().for_each(|line| text.line(line));
    }
    happened(&mut text, voice, entry);
    disputed(&mut text, voice, entry);
    sources(&mut text, voice, entry.sources);
    if let Some(visit) = visit {
        about_visit(&mut text, voice, visit);
    }
    if text.is_empty() {
        out.truncate(before);
    }
}

/// So many bytes, or fewer, are what most descriptions have.
const USUAL_LENGTH: usize = 1 << 10;

/// Lines, with an empty one between paragraphs.
struct Paragraphs<'t> {
    text: &'t mut String,
    /// Where they begin.
    start: usize,
    open: bool,
}

impl<'t> Paragraphs<'t> {
    /// The first are written behind what there is.
    fn behind(text: &'t mut String) -> Self {
        Self { start: text.len(), text, open: false }
    }

    fn is_empty(&self) -> bool {
        self.text.len() == self.start
    }

    fn paragraph(&mut self) {
        self.open = !self.is_empty();
    }

    fn line(&mut self, line: &str) {
        self.begin_line().push_str(line);
    }

    fn labelled(&mut self, voice: &Voice<'_>, label: Label, text: &str) {
        voice.words.write_labelled(self.begin_line(), label, text);
    }

    /// Begins a line, to be written to what is returned.
    fn begin_line(&mut self) -> &mut String {
        if !self.is_empty() {
            self.text.push('\n');
        }
        if std::mem::take(&mut self.open) {
            self.text.push('\n');
        }
        self.text
    }
}

/// The host's days, if any is known.
fn days(text: &mut Paragraphs<'_>, voice: &Voice<'_>, entry: &ListedEntry<'_>) {
    let words = voice.words;
    let wider = |(first, last): (NaiveDate, NaiveDate), (from, to)| (first.min(from), last.max(to));
    if let Some((first, last)) = whens(entry).filter_map(ListedWhen::days).reduce(wider) {
        // A meeting that goes past midnight says so by its times; what has no times, by its days.
        if last > first && !whens(entry).all(|when| matches!(when, ListedWhen::Clock(_))) {
            text.line(&words.days(&words.full_day(first), &words.full_day(last)));
        } else {
            words.write_full_day(text.begin_line(), first);
        }
    }
}

fn when(text: &mut Paragraphs<'_>, voice: &Voice<'_>, entry: &ListedEntry<'_>) {
    match &entry.timing {
        ListedTiming::Stay(when) => text.line(&voice.when(when)),
        ListedTiming::Journey { depart, arrive } => {
            end(text, voice, Label::Departs, depart);
            end(text, voice, Label::Arrives, arrive);
        }
    }
    spans(text, voice, entry);
}

/// The one time of an entry, or the two of a journey.
fn whens<'e, 'p>(entry: &'e ListedEntry<'p>) -> impl Iterator<Item = &'e ListedWhen<'p>> {
    let (first, second) = match &entry.timing {
        ListedTiming::Stay(when) => (when, None),
        ListedTiming::Journey { depart, arrive } => (&depart.when, Some(&arrive.when)),
    };
    std::iter::once(first).chain(second)
}

/// What the days without a time are on the reader's clocks, each once.
fn spans(text: &mut Paragraphs<'_>, voice: &Voice<'_>, entry: &ListedEntry<'_>) {
    let mut said: Vec<String> = Vec::new();
    for when in whens(entry).filter(|when| !matches!(when, ListedWhen::Clock(_))) {
        let Some((first, last)) = when.days() else { continue };
        for line in voice.spans(when.zone(), first, last) {
            if !said.contains(&line) {
                text.line(&line);
                said.push(line);
            }
        }
    }
}

fn end(text: &mut Paragraphs<'_>, voice: &Voice<'_>, label: Label, end: &ListedJourney<'_>) {
    let time = voice.when(&end.when);
    let line = match end.place.and_then(|place| voice.place(place)) {
        Some(place) => voice.words.time_at_place(&time, &place),
        None => time,
    };
    text.labelled(voice, label, &line);
}

fn circumstances(text: &mut Paragraphs<'_>, voice: &Voice<'_>, entry: &ListedEntry<'_>, place: Option<&str>) {
    let words = voice.words;
    text.paragraph();
    if let Some(place) = place {
        text.labelled(voice, Label::Place, place);
    }
    if let Some(principal) = entry.particulars().principal {
        text.labelled(voice, Label::Principal, &voice.text(principal));
    }
    if !entry.with.is_empty() {
        let with: Vec<_> = entry.with.iter().map(|person| voice.text(person)).collect();
        text.labelled(voice, Label::With, &words.list(&with));
    }
    if let Some(access) = entry.access {
        text.labelled(voice, Label::Access, words.access(access));
    }
    if entry.absence.is_none() {
        text.labelled(voice, Label::Status, words.status(entry.status.kind));
    }
    if let Some(reason) = &entry.status.reason {
        text.labelled(voice, Label::Reason, &voice.text(reason));
    }
}

fn happened(text: &mut Paragraphs<'_>, voice: &Voice<'_>, entry: &ListedEntry<'_>) {
    text.paragraph();
    if let ListedTiming::Journey { depart, arrive } = &entry.timing {
        for (field, end) in [("depart", depart), ("arrive", arrive)] {
            if let Some(actual) = &end.actual {
                text.line(&voice.words.labelled_field(Label::Actual, field, &voice.actual(actual)));
            }
        }
    }
    if let Some(actual) = &entry.particulars().actual {
        text.labelled(voice, Label::Actual, &voice.actual(actual));
    }
}

fn disputed(text: &mut Paragraphs<'_>, voice: &Voice<'_>, entry: &ListedEntry<'_>) {
    text.paragraph();
    for dispute in &entry.particulars().disputed {
        text.line(&voice.dispute(dispute));
        if let Some(url) = &dispute.source.url {
            text.line(url);
        }
    }
}

fn sources(text: &mut Paragraphs<'_>, voice: &Voice<'_>, sources: Cited<'_>) {
    text.paragraph();
    let label = if sources.len() > 1 { Label::Sources } else { Label::Source };
    for (at, source) in sources.each().enumerate() {
        let publication = voice.publication(source);
        if at == 0 {
            text.labelled(voice, label, &publication);
        } else {
            text.line(&publication);
        }
        if let Some(url) = &source.url {
            text.line(url);
        }
    }
}

fn about_visit(text: &mut Paragraphs<'_>, voice: &Voice<'_>, visit: &ListedVisit<'_>) {
    text.paragraph();
    text.labelled(voice, Label::Visit, &voice.text(visit.title));
    for dispute in &visit.disputed {
        text.line(&voice.dispute(dispute));
        if let Some(url) = &dispute.source.url {
            text.line(url);
        }
    }
}
