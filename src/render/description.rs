//! All there is to say of an entry, in paragraphs: what a person reads when she opens it in a calendar, or asks for it in
//! a terminal.

use crate::listing::{Absence, Cited, ListedEntry, ListedJourney, ListedTiming, ListedVisit};
use crate::locale::{Label, Unknown};
use crate::render::localizer::Localizer;
use crate::render::restricted::{marks, of_visit, sections};

/// All of it, in paragraphs.
///
/// Of an entry that was taken out there is no visit to tell of; of a redacted one there is nothing but that it was.
pub(crate) fn description(
    localizer: &Localizer<'_>,
    visit: Option<&ListedVisit<'_>>,
    entry: &ListedEntry<'_>,
) -> String {
    let localizer = &localizer.for_entry(entry);
    let mut text = Paragraphs { text: String::with_capacity(512), is_new: false };
    for mark in marks(localizer, entry) {
        text.line(&mark);
    }
    text.paragraph();
    if entry.absence.is_some() {
        text.line(localizer.locale.withdrawn_notice());
        text.paragraph();
    }
    if entry.absence == Some(Absence::Redacted) {
        return text.text;
    }
    days(&mut text, localizer, entry);
    when(&mut text, localizer, entry);
    circumstances(&mut text, localizer, entry);
    if let Some(note) = entry.note {
        text.paragraph();
        text.line(&localizer.text(note));
    }
    if let Some(link) = entry.link {
        text.paragraph();
        text.line(&localizer.labelled(Label::Link, link));
    }
    if let Some(stream) = entry.stream {
        if entry.link.is_none() {
            text.paragraph();
        }
        text.line(&localizer.labelled(Label::Stream, stream));
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
        if let Some(section) = of_visit(localizer, visit).filter(|_| entry.step.is_none()) {
            text.paragraph();
            text.line(localizer.locale.label(section.heading));
            section.lines.iter().for_each(|line| text.line(line));
        }
    }
    text.text
}

/// Lines, with an empty one between paragraphs.
#[derive(Default)]
struct Paragraphs {
    text: String,
    /// Whether the next line begins a paragraph.
    is_new: bool,
}

impl Paragraphs {
    fn paragraph(&mut self) {
        self.is_new = true;
    }

    fn line(&mut self, line: &str) {
        if !self.text.is_empty() {
            self.text.push_str(if self.is_new { "\n\n" } else { "\n" });
        }
        self.is_new = false;
        self.text.push_str(line);
    }
}

/// The host's days, if any is known.
fn days(text: &mut Paragraphs, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    let words = localizer.locale;
    if let Some((first, last)) = entry.timing.days() {
        // A meeting that goes past midnight says so by its times; what has no times, by its days.
        let is_timed = entry.timing.whens().all(|when| when.clock().is_some());
        if last > first && !is_timed {
            text.line(&words.days(&words.full_day(first), &words.full_day(last)));
        } else {
            text.line(&words.full_day(first));
        }
    }
}

fn when(text: &mut Paragraphs, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    match &entry.timing {
        ListedTiming::Stay(when) => {
            text.line(&localizer.when(when));
            // A step takes no time that anybody would announce.
            if entry.step.is_none() && when.clock().is_some_and(|span| span.end.is_none()) {
                text.line(localizer.locale.unknown(Unknown::End));
            }
        }
        ListedTiming::Journey { depart, arrive } => {
            end(text, localizer, Label::Departs, depart);
            localizer.stops(entry).iter().for_each(|stop| text.line(stop));
            end(text, localizer, Label::Arrives, arrive);
        }
    }
    spans(text, localizer, entry);
}

/// What the days without a time are on the reader's clocks, each once.
fn spans(text: &mut Paragraphs, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    let mut lines: Vec<String> = Vec::new();
    for when in entry.timing.whens().filter(|when| when.clock().is_none()) {
        let Some((first, last)) = when.days() else { continue };
        for line in localizer.spans(when.zone(), first, last) {
            if !lines.contains(&line) {
                text.line(&line);
                lines.push(line);
            }
        }
    }
}

fn end(text: &mut Paragraphs, localizer: &Localizer<'_>, label: Label, end: &ListedJourney<'_>) {
    let time = localizer.when(&end.when);
    let line = match end.place.and_then(|place| localizer.place(place)) {
        Some(place) => localizer.locale.time_at_place(&time, &place),
        None => time,
    };
    text.line(&localizer.labelled(label, &line));
}

fn circumstances(text: &mut Paragraphs, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    let words = localizer.locale;
    text.paragraph();
    if let Some(place) = entry.place.and_then(|place| localizer.place(place)) {
        text.line(&localizer.labelled(Label::Place, &place));
    }
    if let Some(step) = entry.step.filter(|step| !step.who.is_empty()) {
        let who: Vec<_> = step.who.iter().map(|who| localizer.text(who)).collect();
        text.line(&localizer.labelled(Label::StepFor, &words.names(&who)));
    }
    if let Some(contact) = entry.step.and_then(|step| step.contact) {
        text.line(&localizer.labelled(Label::Contact, &localizer.text(contact)));
    }
    if let Some(whole) = entry.part_of {
        text.line(&localizer.labelled(Label::PartOf, &localizer.locale.quoted(&localizer.text(whole.title))));
    }
    if !entry.principals.is_empty() {
        let principals: Vec<_> = entry.principals.iter().map(|person| localizer.text(person)).collect();
        text.line(&localizer.labelled(Label::Principal, &words.list(&principals)));
    }
    if !entry.with.is_empty() {
        let with: Vec<_> = entry.with.iter().map(|person| localizer.participant(person)).collect();
        text.line(&localizer.labelled(Label::With, &words.list(&with)));
    }
    if let Some(access) = localizer.access(entry.access, |access| words.access(access)).filter(|_| entry.step.is_none())
    {
        text.line(&localizer.labelled(Label::Access, &access));
    }
    if entry.absence.is_none() {
        text.line(&localizer.labelled(Label::Status, words.status(entry.status.kind)));
    }
    if let Some(reason) = &entry.status.reason {
        text.line(&localizer.labelled(Label::Reason, &localizer.text(reason)));
    }
}

fn happened(text: &mut Paragraphs, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    text.paragraph();
    if let ListedTiming::Journey { depart, arrive } = &entry.timing {
        for (field, end) in [("depart", depart), ("arrive", arrive)] {
            if let Some(actual) = &end.actual {
                text.line(&localizer.locale.labelled_field(Label::Actual, field, &localizer.actual(actual)));
            }
        }
    }
    if let Some(actual) = &entry.actual {
        text.line(&localizer.labelled(Label::Actual, &localizer.actual(actual)));
    }
}

fn disputed(text: &mut Paragraphs, localizer: &Localizer<'_>, entry: &ListedEntry<'_>) {
    text.paragraph();
    for dispute in &entry.disputed {
        text.line(&localizer.dispute(dispute));
        if let Some(url) = &dispute.source.url {
            text.line(url);
        }
    }
}

fn sources(text: &mut Paragraphs, localizer: &Localizer<'_>, sources: Cited<'_>) {
    text.paragraph();
    let label = if sources.len() > 1 { Label::Sources } else { Label::Source };
    for (at, source) in sources.each().enumerate() {
        let publication = localizer.publication(source);
        if at == 0 {
            text.line(&localizer.labelled(label, &publication));
        } else {
            text.line(&publication);
        }
        if let Some(url) = &source.url {
            text.line(url);
        }
    }
}

fn about_visit(text: &mut Paragraphs, localizer: &Localizer<'_>, visit: &ListedVisit<'_>) {
    text.paragraph();
    text.line(&localizer.labelled(Label::Visit, &localizer.text(visit.title)));
    if let Some(host) = visit.host {
        text.line(&localizer.labelled(Label::Host, &localizer.text(host)));
    }
    for dispute in &visit.disputed {
        text.line(&localizer.dispute(dispute));
        if let Some(url) = &dispute.source.url {
            text.line(url);
        }
    }
}
