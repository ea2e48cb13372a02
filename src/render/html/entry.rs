//! An entry on the page of its visit: all that a feed says of it, what changed last, and how to take it along.

use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

use super::links::{Draft, Taken};
use super::{Leaf, Long};
use crate::digits;
use crate::digits::rfc3339;
use crate::listing::{Absence, Cited, ListedActual, ListedDispute, ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::programme::{Clock, Id, StatusKind};
use crate::render::phrases::Voice;
use crate::render::restricted::sections;
use crate::render::words::{Label, Page, Unknown};
use crate::revision::{Stamp, differing};
use crate::zone::Zone;

/// All there is to say of an entry, with the ids that it had on this page before.
pub(super) fn article(
    leaf: &Leaf<'_>,
    visit: &ListedVisit<'_>,
    (entry, former): (&ListedEntry<'_>, &[Id]),
    stamp: Stamp,
) -> Markup {
    let voice = leaf.voice(visit.title);
    let words = leaf.words;
    let redacted = entry.absence == Some(Absence::Redacted);
    let title = if redacted { words.withdrawn().into() } else { voice.text(entry.title) };
    let class = if entry.absence.is_some() { "withdrawn" } else { entry.status.kind.word() };
    let (from, to) = hours(entry);
    // An id is text of the author's too.
    let anchor = (!redacted).then_some(entry.id);
    let heading = anchor.map_or_else(|| format!("_{}", leaf.shelf.stamped.uid(entry)), |id| format!("_{id}"));
    html! {
        article class={ "entry " (class) } id=[anchor] aria-labelledby=(heading)
            data-from=[from.map(rfc3339)] data-to=[to.map(rfc3339)] {
            @for old in former { span id=(old) {} }
            h4 id=(heading) {
                (badge(leaf, entry))
                span class="title" { (Long(&title)) }
                @if let Some(anchor) = anchor {
                    " "
                    a class="permanent" href={ "#" (anchor) } aria-label={ (leaf.say(Page::PermanentLink)) ": " (Long(&title)) } { "#" }
                }
            }
            @if entry.absence.is_some() { p { (words.withdrawn_notice()) } }
            @if !redacted {
                (times(&voice, entry))
                (circumstances(&voice, entry))
                @if let Some(note) = entry.note { p class="note" { (Long(voice.text(note))) } }
                @if let Some(link) = entry.particulars().link { p { (words.label(Label::Link)) ": " a href=(Long(link)) rel="noreferrer" { (Long(link)) } } }
                @for section in sections(&voice, entry) {
                    div class="restricted" {
                        p class="heading" { (words.label(section.heading)) }
                        @for line in &section.lines { p { (Long(line)) } }
                    }
                }
                (happened(&voice, entry))
                @for said in &entry.particulars().disputed { (dispute(&voice, said)) }
                (sources(&voice, entry.sources))
            }
            (last_change(leaf, &voice, entry, stamp))
            @if entry.absence.is_none() { (take(leaf, visit, entry)) }
        }
    }
}

/// What is not simply confirmed, in a word before the title.
fn badge(leaf: &Leaf<'_>, entry: &ListedEntry<'_>) -> Markup {
    let (class, word) = match (entry.absence, entry.status.kind) {
        (Some(_), _) => ("withdrawn", leaf.words.withdrawn()),
        (None, StatusKind::Confirmed) => return html! {},
        (None, status) => (status.word(), leaf.words.status(status)),
    };
    html! { span class={ "badge " (class) } { (word) } " " }
}

/// From when an entry is, and from when on it is past: what has no end, when the host's day is over.
fn hours(entry: &ListedEntry<'_>) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let begin = entry.timing.begin();
    let last = match &entry.timing {
        ListedTiming::Stay(when) => when,
        ListedTiming::Journey { arrive, .. } => &arrive.when,
    };
    let day_over = |when: &ListedWhen<'_>| when.days().map(|(_, last)| when.zone().end_of_day(last));
    let from = match begin {
        ListedWhen::Clock(clock) => Some(clock.start.instant()),
        other => other.days().map(|(first, _)| other.zone().start_of_day(first)),
    };
    let to = match (last, &entry.timing) {
        (ListedWhen::Clock(clock), ListedTiming::Journey { .. }) => Some(clock.start.instant()),
        (ListedWhen::Clock(Clock { end: Some(end), .. }), ListedTiming::Stay(_)) => Some(end.instant()),
        (when, _) => day_over(when).or_else(|| day_over(begin)),
    };
    (from, to)
}

fn times(voice: &Voice<'_>, entry: &ListedEntry<'_>) -> Markup {
    let words = voice.words;
    html! {
        div class="when" {
            @match &entry.timing {
                ListedTiming::Stay(when) => {
                    (one_time(voice, when))
                    @if let ListedWhen::Clock(Clock { end: None, .. }) = when {
                        p class="precision" { (words.unknown(Unknown::End)) }
                    }
                }
                ListedTiming::Journey { depart, arrive } => {
                    @for (label, end) in [(Label::Departs, depart), (Label::Arrives, arrive)] {
                        p class="end" {
                            (words.label(label))
                            @if let Some(place) = end.place.and_then(|place| voice.place(place)) { " · " (place) }
                        }
                        (one_time(voice, &end.when))
                    }
                }
            }
        }
    }
}

/// A time: each clock in a line of its own; what has no time, in words and with the hours that it is elsewhere.
fn one_time(voice: &Voice<'_>, when: &ListedWhen<'_>) -> Markup {
    let ListedWhen::Clock(clock) = when else {
        let spans = when.days().map(|(first, last)| voice.spans(when.zone(), first, last)).unwrap_or_default();
        return html! {
            p class="time" { (voice.when(when)) }
            @for span in spans { p class="precision" { (span) } }
        };
    };
    let host = clock.start.zone();
    let others = voice.clocks().iter().copied().filter(|zone| *zone != host);
    let end = clock.end.map(|end| rfc3339(end.instant()));
    html! {
        p class="time" data-from=(rfc3339(clock.start.instant())) data-to=[end] {
            @for (at, zone) in std::iter::once(host).chain(others).enumerate() {
                @if at > 0 { br; }
                (reading(voice, clock, zone))
            }
        }
    }
}

fn reading(voice: &Voice<'_>, clock: &Clock, zone: Zone) -> Markup {
    html! {
        time datetime=(rfc3339(clock.start.instant())) { (voice.reading(clock, zone, None::<NaiveDate>)) }
        " " span class="where" { (voice.words.zone_place(zone.name())) }
    }
}

fn circumstances(voice: &Voice<'_>, entry: &ListedEntry<'_>) -> Markup {
    let words = voice.words;
    let with: Vec<_> = entry.with.iter().map(|person| voice.text(person)).collect();
    let status = entry.absence.is_none().then(|| words.status(entry.status.kind).to_owned());
    let rows = [
        (Label::Place, entry.place.and_then(|place| voice.place(place))),
        (Label::Principal, entry.particulars().principal.map(|principal| voice.text(principal).into_owned())),
        (Label::With, (!with.is_empty()).then(|| words.list(&with))),
        (Label::Access, entry.access.map(|access| words.access(access).to_owned())),
        (Label::Status, status),
        (Label::Reason, entry.status.reason.as_ref().map(|reason| voice.text(reason).into_owned())),
    ];
    html! {
        dl {
            @for (label, text) in rows {
                @if let Some(text) = text { dt { (words.label(label)) } dd { (Long(text)) } }
            }
        }
    }
}

fn happened(voice: &Voice<'_>, entry: &ListedEntry<'_>) -> Markup {
    let ends = match &entry.timing {
        ListedTiming::Stay(_) => [None, None],
        ListedTiming::Journey { depart, arrive } => {
            [Some(("depart", depart.actual.as_ref())), Some(("arrive", arrive.actual.as_ref()))]
        }
    };
    let said = |field: Option<&str>, actual: &ListedActual<'_>| match field {
        Some(field) => voice.words.labelled_field(Label::Actual, field, &voice.actual(actual)),
        None => voice.labelled(Label::Actual, &voice.actual(actual)),
    };
    let ends = ends.into_iter().flatten().map(|(field, actual)| (Some(field), actual));
    html! {
        @for (field, actual) in ends.chain([(None, entry.particulars().actual.as_ref())]) {
            @if let Some(actual) = actual {
                div class="actual" {
                    p { (Long(said(field, actual))) }
                    @for source in actual.sources.each() { @if let Some(url) = &source.url { p { (address(url)) } } }
                }
            }
        }
    }
}

/// What another source says.
pub(super) fn dispute(voice: &Voice<'_>, dispute: &ListedDispute<'_>) -> Markup {
    html! {
        div class="dispute" {
            p { (Long(voice.dispute(dispute))) }
            @if let Some(url) = &dispute.source.url { p { (address(url)) } }
        }
    }
}

fn address(url: &str) -> Markup {
    html! { a href=(Long(url)) rel="noreferrer" { (Long(url)) } }
}

fn sources(voice: &Voice<'_>, sources: Cited<'_>) -> Markup {
    let label = if sources.len() > 1 { Label::Sources } else { Label::Source };
    html! {
        @if !sources.is_empty() {
            div class="sources" {
                p { (voice.words.label(label)) }
                ul {
                    @for source in sources.each() {
                        li {
                            @match &source.url {
                                Some(url) => a href=(Long(url)) rel="noreferrer" { (Long(voice.publication(source))) },
                                None => (Long(voice.publication(source))),
                            }
                        }
                    }
                }
            }
        }
    }
}

/// When what is said here last changed, and what of it.
fn last_change(leaf: &Leaf<'_>, voice: &Voice<'_>, entry: &ListedEntry<'_>, stamp: Stamp) -> Markup {
    let mut changed: Vec<String> = Vec::new();
    if let Some((before, now)) = leaf.shelf.stamped.change(entry) {
        for field in differing(&before, &now) {
            let was = before.when(field).map(|was| voice.when(&was.listed()));
            let was = was.map(|was| format!(" ({}: {was})", leaf.say(Page::Before))).unwrap_or_default();
            let what = format!("{}{was}", voice.words.field(field));
            if !changed.contains(&what) {
                changed.push(what);
            }
        }
    }
    let label = if stamp.sequence == 0 { Page::Published } else { Page::LastChanged };
    let mut at = leaf.words.dated(stamp.modified.date_naive());
    at.push(' ');
    digits::time(&mut at, stamp.modified.naive_utc());
    at.push_str(" UTC");
    html! {
        p class="changed" {
            (leaf.say(label)) ": " time datetime=(rfc3339(stamp.modified)) { (at) }
            @if !changed.is_empty() { " · " (changed.join(", ")) }
        }
    }
}

/// The ways to take an entry along; what is called off or put off is in nobody's way.
fn take(leaf: &Leaf<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Markup {
    let voice = leaf.voice(visit.title);
    let feed = leaf.own_feed(Some(visit));
    let file = leaf
        .shelf
        .feeds_of(Some(visit))
        .filter(|other| other.tongue == leaf.tongue)
        .chain(feed)
        .map(|feed| ["events/", feed.id.as_str(), "/", visit.id.as_str(), ".", entry.id.as_str(), ".ics"].concat())
        .find(|path| (leaf.shelf.holds)(path));
    let goes_on = matches!(entry.status.kind, StatusKind::Confirmed | StatusKind::Tentative);
    let taken = Taken::of(entry, feed).filter(|_| goes_on);
    let title = voice.text(entry.title);
    let place = entry.place.and_then(|place| voice.place(place)).unwrap_or_default();
    let mut text = match &entry.timing {
        ListedTiming::Stay(when) => voice.when(when),
        ListedTiming::Journey { depart, arrive } => {
            [&voice.when(&depart.when), "\n", &voice.when(&arrive.when)].concat()
        }
    };
    if let Some(address) = leaf.entry_address(visit.id, entry.id) {
        text.push('\n');
        text.push_str(&address);
    }
    let draft = taken.map(|taken| Draft::new(&title, &place, &text, taken));
    html! {
        @if file.is_some() || draft.is_some() {
            p class="take" {
                span class="label" { (leaf.say(Page::AddEntry)) }
                @if let Some(file) = file { " " a href={ (leaf.up()) (file) } download { (leaf.say(Page::EntryFile)) } }
                @if let Some(draft) = draft {
                    " " a href=(draft.google()) rel="noreferrer" lang="en" { "Google Calendar" }
                    " " a href=(draft.outlook()) rel="noreferrer" lang="en" { "Outlook" }
                }
            }
        }
    }
}
