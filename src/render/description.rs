//! All there is to say of an entry, in paragraphs: what a person reads when she opens it in a calendar, or asks for it in
//! a terminal.

use chrono::NaiveDate;

use crate::listing::{Absence, Cited, ListedEntry, ListedJourney, ListedTiming, ListedVisit, ListedWhen};
use crate::locale::{Label, Unknown};
use crate::render::localizer::Localizer;
use crate::render::restricted::sections;

/// All of it, in paragraphs.
///
/// Of an entry that was taken out there is no visit to tell of; of a redacted one there is nothing but that it was.
pub(crate) fn description(
    localizer: &Localizer<'_>,
    visit: Option<&ListedVisit<'_>>,
    entry: &ListedEntry<'_>,
) -> String {
    let mut text = String::with_capacity(USUAL_LENGTH);
    let named = write_lead(&mut text, localizer, entry);
    write_on_clocks(&mut text, localizer, entry, named);
    let place = entry.place.and_then(|place| localizer.place(place));
    write_rest(&mut text, localizer, entry, (visit, place.as_deref()));
    text
}

/// What stands between two paragraphs.
const BETWEEN_PARAGRAPHS: &str = "\n\n";

/// Writes what the first paragraphs, which tell when it is, begin with whatever the reader's clocks: that it is no more, the
/// day, and the time on the host's clock. Returns the day that is named last; `None`, and nothing is written, where there is
/// no such time.
pub(crate) fn write_lead(out: &mut String, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Option<NaiveDate> {
    let ListedTiming::Stay(ListedWhen::Clock(clock)) = &entry.timing else { return None };
    if entry.absence == Some(Absence::Redacted) {
        return None;
    }
    let mut text = Paragraphs::behind(out);
    absence(&mut text, localizer, entry);
    days(&mut text, localizer, entry);
    Some(localizer.write_host_clock(text.begin_line(), clock))
}

/// Writes the rest of those paragraphs, with the reader's clocks.
pub(crate) fn write_on_clocks(
    out: &mut String,
    localizer: &Localizer<'_>,
    entry: &ListedEntry<'_>,
    named: Option<NaiveDate>,
) {
    if let (ListedTiming::Stay(ListedWhen::Clock(clock)), Some(named)) = (&entry.timing, named) {
        localizer.write_other_clocks(out, clock, named);
        if clock.end.is_none() {
            out.push('\n');
            out.push_str(localizer.locale.unknown(Unknown::End));
        }
    } else {
        let mut text = Paragraphs::behind(out);
        absence(&mut text, localizer, entry);
        if entry.absence != Some(Absence::Redacted) {
            days(&mut text, localizer, entry);
            when(&mut text, localizer, entry);
        }
    }
}

/// That it is no more.
fn absence(text: &mut Paragraphs<'_>, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    if entry.absence.is_some() {
        text.line(localizer.locale.withdrawn_notice());
        text.paragraph();
    }
}

/// Writes all that follows, if anything does, behind an empty line: of its visit, and of its place, too, as the reader's
/// language puts it.
pub(crate) fn write_rest(
    out: &mut String,
    localizer: &Localizer<'_>,
    entry: &ListedEntry<'_>,
    (visit, place): (Option<&ListedVisit<'_>>, Option<&str>),
) {
    if entry.absence == Some(Absence::Redacted) {
        return;
    }
    let before = out.len();
    out.push_str(BETWEEN_PARAGRAPHS);
    let mut text = Paragraphs::behind(out);
    circumstances(&mut text, localizer, entry, place);
    if let Some(note) = entry.note {
        text.paragraph();
        text.line(&localizer.text(note));
    }
    if let Some(link) = entry.particulars().link {
        text.paragraph();
        text.labelled(localizer, Label::Link, link);
    }
    for section in sections(localizer, entry) {
        text.paragraph();
        text.line(localizer.locale.label(section.heading));
        section.lines.iter().for_each(|line| text.line(line));
    }
    happened(&mut text, localizer, entry);
    disputed(&mut text, localizer, entry);
    sources(&mut text, localizer, entry.sources);
    if let Some(visit) = visit {
        about_visit(&mut text, localizer, visit);
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

    fn labelled(&mut self, localizer: &Localizer<'_>, label: Label, text: &str) {
        localizer.locale.write_labelled(self.begin_line(), label, text);
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
fn days(text: &mut Paragraphs<'_>, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    let words = localizer.locale;
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

fn when(text: &mut Paragraphs<'_>, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    match &entry.timing {
        ListedTiming::Stay(when) => text.line(&localizer.when(when)),
        ListedTiming::Journey { depart, arrive } => {
            end(text, localizer, Label::Departs, depart);
            end(text, localizer, Label::Arrives, arrive);
        }
    }
    spans(text, localizer, entry);
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
fn spans(text: &mut Paragraphs<'_>, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    let mut said: Vec<String> = Vec::new();
    for when in whens(entry).filter(|when| !matches!(when, ListedWhen::Clock(_))) {
        let Some((first, last)) = when.days() else { continue };
        for line in localizer.spans(when.zone(), first, last) {
            if !said.contains(&line) {
                text.line(&line);
                said.push(line);
            }
        }
    }
}

fn end(text: &mut Paragraphs<'_>, localizer: &Localizer<'_>, label: Label, end: &ListedJourney<'_>) {
    let time = localizer.when(&end.when);
    let line = match end.place.and_then(|place| localizer.place(place)) {
        Some(place) => localizer.locale.time_at_place(&time, &place),
        None => time,
    };
    text.labelled(localizer, label, &line);
}

fn circumstances(text: &mut Paragraphs<'_>, localizer: &Localizer<'_>, entry: &ListedEntry<'_>, place: Option<&str>) {
    let words = localizer.locale;
    text.paragraph();
    if let Some(place) = place {
        text.labelled(localizer, Label::Place, place);
    }
    if let Some(principal) = entry.particulars().principal {
        text.labelled(localizer, Label::Principal, &localizer.text(principal));
    }
    if !entry.with.is_empty() {
        let with: Vec<_> = entry.with.iter().map(|person| localizer.text(person)).collect();
        text.labelled(localizer, Label::With, &words.list(&with));
    }
    if let Some(access) = entry.access {
        text.labelled(localizer, Label::Access, words.access(access));
    }
    if entry.absence.is_none() {
        text.labelled(localizer, Label::Status, words.status(entry.status.kind));
    }
    if let Some(reason) = &entry.status.reason {
        text.labelled(localizer, Label::Reason, &localizer.text(reason));
    }
}

fn happened(text: &mut Paragraphs<'_>, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    text.paragraph();
    if let ListedTiming::Journey { depart, arrive } = &entry.timing {
        for (field, end) in [("depart", depart), ("arrive", arrive)] {
            if let Some(actual) = &end.actual {
                text.line(&localizer.locale.labelled_field(Label::Actual, field, &localizer.actual(actual)));
            }
        }
    }
    if let Some(actual) = &entry.particulars().actual {
        text.labelled(localizer, Label::Actual, &localizer.actual(actual));
    }
}

fn disputed(text: &mut Paragraphs<'_>, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    text.paragraph();
    for dispute in &entry.particulars().disputed {
        text.line(&localizer.dispute(dispute));
        if let Some(url) = &dispute.source.url {
            text.line(url);
        }
    }
}

fn sources(text: &mut Paragraphs<'_>, localizer: &Localizer<'_>, sources: Cited<'_>) {
    text.paragraph();
    let label = if sources.len() > 1 { Label::Sources } else { Label::Source };
    for (at, source) in sources.each().enumerate() {
        let publication = localizer.publication(source);
        if at == 0 {
            text.labelled(localizer, label, &publication);
        } else {
            text.line(&publication);
        }
        if let Some(url) = &source.url {
            text.line(url);
        }
    }
}

fn about_visit(text: &mut Paragraphs<'_>, localizer: &Localizer<'_>, visit: &ListedVisit<'_>) {
    text.paragraph();
    text.labelled(localizer, Label::Visit, &localizer.text(visit.title));
    for dispute in &visit.disputed {
        text.line(&localizer.dispute(dispute));
        if let Some(url) = &dispute.source.url {
            text.line(url);
        }
    }
}
