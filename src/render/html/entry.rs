//! An entry on the page of its visit: all that a feed says of it, what changed last, and how to take it along.

use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

use super::links::{Draft, Taken};
use super::{Leaf, Long};
use crate::digits;
use crate::digits::rfc3339;
use crate::listing::{Absence, Cited, ListedActual, ListedDispute, ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::locale::{Label, Page, Unknown};
use crate::programme::{Id, StatusKind, TimedSpan};
use crate::render::localizer::Localizer;
use crate::render::restricted::sections;
use crate::revision::{Revision, differing};
use crate::zone::Zone;

/// All there is to say of an entry, with the ids that it had on this page before.
pub(super) fn article(
    leaf: &Leaf<'_>,
    visit: &ListedVisit<'_>,
    (entry, former): (&ListedEntry<'_>, &[Id]),
    revision: Revision,
) -> Markup {
    let localizer = leaf.localizer(visit.title);
    let words = leaf.locale;
    let redacted = entry.absence == Some(Absence::Redacted);
    let title = if redacted { words.withdrawn().into() } else { localizer.text(entry.title) };
    let class = if entry.absence.is_some() { "withdrawn" } else { entry.status.kind.word() };
    let (from, to) = hours(entry);
    // An id is text of the author's too.
    let anchor = (!redacted).then_some(entry.id);
    let heading = anchor.map_or_else(|| format!("_{}", leaf.shelf.revised.uid(entry)), |id| format!("_{id}"));
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
                (times(&localizer, entry))
                (circumstances(&localizer, entry))
                @if let Some(note) = entry.note { p class="note" { (Long(localizer.text(note))) } }
                @if let Some(link) = entry.particulars().link { p { (words.label(Label::Link)) ": " a href=(Long(link)) rel="noreferrer" { (Long(link)) } } }
                @for section in sections(&localizer, entry) {
                    div class="restricted" {
                        p class="heading" { (words.label(section.heading)) }
                        @for line in &section.lines { p { (Long(line)) } }
                    }
                }
                (happened(&localizer, entry))
                @for said in &entry.particulars().disputed { (dispute(&localizer, said)) }
                (sources(&localizer, entry.sources))
            }
            (last_change(leaf, &localizer, entry, revision))
            @if entry.absence.is_none() { (take(leaf, visit, entry)) }
        }
    }
}

/// What is not simply confirmed, in a word before the title.
fn badge(leaf: &Leaf<'_>, entry: &ListedEntry<'_>) -> Markup {
    let (class, word) = match (entry.absence, entry.status.kind) {
        (Some(_), _) => ("withdrawn", leaf.locale.withdrawn()),
        (None, StatusKind::Confirmed) => return html! {},
        (None, status) => (status.word(), leaf.locale.status(status)),
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
        (ListedWhen::Clock(TimedSpan { end: Some(end), .. }), ListedTiming::Stay(_)) => Some(end.instant()),
        (when, _) => day_over(when).or_else(|| day_over(begin)),
    };
    (from, to)
}

fn times(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Markup {
    let words = localizer.locale;
    html! {
        div class="when" {
            @match &entry.timing {
                ListedTiming::Stay(when) => {
                    (one_time(localizer, when))
                    @if let ListedWhen::Clock(TimedSpan { end: None, .. }) = when {
                        p class="precision" { (words.unknown(Unknown::End)) }
                    }
                }
                ListedTiming::Journey { depart, arrive } => {
                    @for (label, end) in [(Label::Departs, depart), (Label::Arrives, arrive)] {
                        p class="end" {
                            (words.label(label))
                            @if let Some(place) = end.place.and_then(|place| localizer.place(place)) { " · " (place) }
                        }
                        (one_time(localizer, &end.when))
                    }
                }
            }
        }
    }
}

/// A time: each clock in a line of its own; what has no time, in words and with the hours that it is elsewhere.
fn one_time(localizer: &Localizer<'_>, when: &ListedWhen<'_>) -> Markup {
    let ListedWhen::Clock(clock) = when else {
        let spans = when.days().map(|(first, last)| localizer.spans(when.zone(), first, last)).unwrap_or_default();
        return html! {
            p class="time" { (localizer.when(when)) }
            @for span in spans { p class="precision" { (span) } }
        };
    };
    let host = clock.start.zone();
    let others = localizer.clocks().iter().copied().filter(|zone| *zone != host);
    let end = clock.end.map(|end| rfc3339(end.instant()));
    html! {
        p class="time" data-from=(rfc3339(clock.start.instant())) data-to=[end] {
            @for (at, zone) in std::iter::once(host).chain(others).enumerate() {
                @if at > 0 { br; }
                (reading(localizer, clock, zone))
            }
        }
    }
}

fn reading(localizer: &Localizer<'_>, clock: &TimedSpan, zone: Zone) -> Markup {
    html! {
        time datetime=(rfc3339(clock.start.instant())) { (localizer.reading(clock, zone, None::<NaiveDate>)) }
        " " span class="where" { (localizer.locale.zone_place(zone.name())) }
    }
}

fn circumstances(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Markup {
    let words = localizer.locale;
    let with: Vec<_> = entry.with.iter().map(|person| localizer.text(person)).collect();
    let status = entry.absence.is_none().then(|| words.status(entry.status.kind).to_owned());
    let rows = [
        (Label::Place, entry.place.and_then(|place| localizer.place(place))),
        (Label::Principal, entry.particulars().principal.map(|principal| localizer.text(principal).into_owned())),
        (Label::With, (!with.is_empty()).then(|| words.list(&with))),
        (Label::Access, entry.access.map(|access| words.access(access).to_owned())),
        (Label::Status, status),
        (Label::Reason, entry.status.reason.as_ref().map(|reason| localizer.text(reason).into_owned())),
    ];
    html! {
        dl {
            @for (label, text) in rows {
                @if let Some(text) = text { dt { (words.label(label)) } dd { (Long(text)) } }
            }
        }
    }
}

fn happened(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Markup {
    let ends = match &entry.timing {
        ListedTiming::Stay(_) => [None, None],
        ListedTiming::Journey { depart, arrive } => {
            [Some(("depart", depart.actual.as_ref())), Some(("arrive", arrive.actual.as_ref()))]
        }
    };
    let said = |field: Option<&str>, actual: &ListedActual<'_>| match field {
        Some(field) => localizer.locale.labelled_field(Label::Actual, field, &localizer.actual(actual)),
        None => localizer.labelled(Label::Actual, &localizer.actual(actual)),
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
pub(super) fn dispute(localizer: &Localizer<'_>, dispute: &ListedDispute<'_>) -> Markup {
    html! {
        div class="dispute" {
            p { (Long(localizer.dispute(dispute))) }
            @if let Some(url) = &dispute.source.url { p { (address(url)) } }
        }
    }
}

fn address(url: &str) -> Markup {
    html! { a href=(Long(url)) rel="noreferrer" { (Long(url)) } }
}

fn sources(localizer: &Localizer<'_>, sources: Cited<'_>) -> Markup {
    let label = if sources.len() > 1 { Label::Sources } else { Label::Source };
    html! {
        @if !sources.is_empty() {
            div class="sources" {
                p { (localizer.locale.label(label)) }
                ul {
                    @for source in sources.each() {
                        li {
                            @match &source.url {
                                Some(url) => a href=(Long(url)) rel="noreferrer" { (Long(localizer.publication(source))) },
                                None => (Long(localizer.publication(source))),
                            }
                        }
                    }
                }
            }
        }
    }
}

/// When what is said here last changed, and what of it.
fn last_change(leaf: &Leaf<'_>, localizer: &Localizer<'_>, entry: &ListedEntry<'_>, revision: Revision) -> Markup {
    let mut changed: Vec<String> = Vec::new();
    if let Some((before, now)) = leaf.shelf.revised.change(entry) {
        for field in differing(&before, &now) {
            let was = before.when(field).map(|was| localizer.when(&was.as_ref()));
            let was = was.map(|was| format!(" ({}: {was})", leaf.say(Page::Before))).unwrap_or_default();
            let what = format!("{}{was}", localizer.locale.field(field));
            if !changed.contains(&what) {
                changed.push(what);
            }
        }
    }
    let label = if revision.sequence == 0 { Page::Published } else { Page::LastChanged };
    let mut at = leaf.locale.dated(revision.modified.date_naive());
    at.push(' ');
    digits::time(&mut at, revision.modified.naive_utc());
    at.push_str(" UTC");
    html! {
        p class="changed" {
            (leaf.say(label)) ": " time datetime=(rfc3339(revision.modified)) { (at) }
            @if !changed.is_empty() { " · " (changed.join(", ")) }
        }
    }
}

/// The ways to take an entry along; what is called off or put off is in nobody's way.
fn take(leaf: &Leaf<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Markup {
    let localizer = leaf.localizer(visit.title);
    let feed = leaf.own_feed(Some(visit));
    let file = leaf
        .shelf
        .feeds_of(Some(visit))
        .filter(|other| other.ui_language == leaf.ui_language)
        .chain(feed)
        .map(|feed| ["events/", feed.id.as_str(), "/", visit.id.as_str(), ".", entry.id.as_str(), ".ics"].concat())
        .find(|path| (leaf.shelf.holds)(path));
    let goes_on = matches!(entry.status.kind, StatusKind::Confirmed | StatusKind::Tentative);
    let taken = Taken::of(entry, feed).filter(|_| goes_on);
    let title = localizer.text(entry.title);
    let place = entry.place.and_then(|place| localizer.place(place)).unwrap_or_default();
    let mut text = match &entry.timing {
        ListedTiming::Stay(when) => localizer.when(when),
        ListedTiming::Journey { depart, arrive } => {
            [&localizer.when(&depart.when), "\n", &localizer.when(&arrive.when)].concat()
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
