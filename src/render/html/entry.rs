//! An entry on the page of its visit: all that a feed says of it, what changed last, and how to take it along.

use std::time::Duration;

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::PageContext;
use super::links::EventForm;
use crate::listing::{Absence, Cited, ListedActual, ListedDispute, ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::locale::{Label, Phrase, Unknown};
use crate::programme::{Id, StatusKind, TimedSpan};
use crate::render::localizer::Localizer;
use crate::render::restricted::{marks, sections};
use crate::revision::{Revision, differing};
use crate::zone::rfc3339;

/// All there is to say of an entry, with the ids that it had on this page before.
pub(super) fn article(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    entry: &ListedEntry<'_>,
    former_ids: &[&Id],
    revision: Revision,
) -> Markup {
    let localizer = &page.localizer(visit.title).for_entry(entry);
    let locale = page.locale;
    let is_redacted = entry.absence == Some(Absence::Redacted);
    let title = if is_redacted { locale.withdrawn().into() } else { localizer.text(entry.title) };
    let class = if entry.absence.is_some() { "withdrawn" } else { entry.status.kind.word() };
    let (from, to) = extent(entry);
    // The author's id would say what was redacted.
    let anchor = (!is_redacted).then_some(entry.id);
    let heading = anchor.map_or_else(|| format!("_{}", page.site.revised.uid(entry)), |id| format!("_{id}"));
    html! {
        article class={ "entry " (class) } id=[anchor] aria-labelledby=(heading)
            data-from=[from.map(rfc3339)] data-to=[to.map(rfc3339)] {
            @for id in former_ids { span id=(id) {} }
            @for mark in marks(localizer, entry) { p class="audience" { (mark) } }
            h4 id=(heading) {
                (badge(page, entry))
                span class="title" { (title) }
                @if let Some(anchor) = anchor {
                    " "
                    a class="permanent" href={ "#" (anchor) } aria-label={ (page.phrase(Phrase::PermanentLink)) ": " (title) } { "#" }
                }
            }
            @if entry.absence.is_some() { p { (locale.withdrawn_notice()) } }
            @if !is_redacted {
                (times(localizer, entry))
                (circumstances(localizer, entry))
                @if let Some(note) = entry.note { p class="note" { (localizer.text(note)) } }
                @if let Some(link) = entry.link { p { (locale.label(Label::Link)) ": " (external_link(link, link)) } }
                @for section in sections(localizer, entry) {
                    div class="restricted" {
                        p class="heading" { (locale.label(section.heading)) }
                        @for line in &section.lines { p { (line) } }
                    }
                }
                (actuals(localizer, entry))
                @for dispute in &entry.disputed { (disputed(localizer, dispute)) }
                (sources(localizer, entry.sources))
            }
            (last_change(page, localizer, entry, revision))
            @if entry.absence.is_none() { (add_links(page, visit, entry)) }
        }
    }
}

/// What is not simply confirmed, in a word before the title.
fn badge(page: &PageContext<'_>, entry: &ListedEntry<'_>) -> Markup {
    let (class, word) = match (entry.absence, entry.status.kind) {
        (Some(_), _) => ("withdrawn", page.locale.withdrawn()),
        (None, StatusKind::Confirmed) => return html! {},
        (None, status) => (status.word(), page.locale.status(status)),
    };
    html! { span class={ "badge " (class) } { (word) } " " }
}

/// From when to when an entry is; what has no end is past when the host's day is over.
fn extent(entry: &ListedEntry<'_>) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let begin = entry.timing.begin();
    let start_of_day = begin.days().map(|(first, _)| begin.zone().start_of_day(first));
    let end_of_day = |when: &ListedWhen<'_>| when.days().map(|(_, last)| when.zone().end_of_day(last));
    let end = entry.timing.announced_end().or_else(|| entry.timing.whens().filter_map(end_of_day).last());
    (entry.timing.announced_start().or(start_of_day), end)
}

fn times(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Markup {
    let locale = localizer.locale;
    html! {
        div class="when" {
            @match &entry.timing {
                ListedTiming::Stay(when) => {
                    (time(localizer, when))
                    @if let ListedWhen::Clock(TimedSpan { end: None, .. }) = when {
                        p class="precision" { (locale.unknown(Unknown::End)) }
                    }
                }
                ListedTiming::Journey { depart, arrive } => {
                    @for (label, end) in [(Label::Departs, depart), (Label::Arrives, arrive)] {
                        p class="end" {
                            (locale.label(label))
                            @if let Some(place) = end.place.and_then(|place| localizer.place(place)) { " · " (place) }
                        }
                        (time(localizer, &end.when))
                    }
                }
            }
        }
    }
}

/// A time: each clock in a line of its own; what has no time, in words and with the hours that it is elsewhere.
fn time(localizer: &Localizer<'_>, when: &ListedWhen<'_>) -> Markup {
    let ListedWhen::Clock(span) = when else {
        return html! {
            p class="time" { (localizer.when(when)) }
            @for span in localizer.spans_of([when].into_iter()) { p class="precision" { (span) } }
        };
    };
    let start = rfc3339(span.start.instant());
    let end = span.end.map(|end| rfc3339(end.instant()));
    html! {
        p class="time" data-from=(start) data-to=[end] {
            @for (position, zone) in localizer.clocks_from(span.start.zone()).into_iter().enumerate() {
                @if position > 0 { br; }
                time datetime=(start) { (localizer.reading(span, zone, None)) }
                " " span class="where" { (localizer.locale.zone_place(zone.name())) }
            }
        }
    }
}

fn circumstances(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Markup {
    let locale = localizer.locale;
    let with: Vec<_> = entry.with.iter().map(|person| localizer.text(person)).collect();
    let status = entry.absence.is_none().then(|| locale.status(entry.status.kind).to_owned());
    let rows = [
        (Label::Place, entry.place.and_then(|place| localizer.place(place))),
        (Label::Principal, entry.principal.map(|principal| localizer.text(principal).into_owned())),
        (Label::With, (!with.is_empty()).then(|| locale.list(&with))),
        (Label::Access, entry.access.map(|access| locale.access(access).to_owned())),
        (Label::Status, status),
        (Label::Reason, entry.status.reason.as_ref().map(|reason| localizer.text(reason).into_owned())),
    ];
    html! {
        dl {
            @for (label, text) in rows {
                @if let Some(text) = text { dt { (locale.label(label)) } dd { (text) } }
            }
        }
    }
}

/// What happened: at the ends of a journey, and of all of it.
fn actuals(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Markup {
    let end_box = |field: &str, actual: &ListedActual<'_>| {
        actual_box(&localizer.locale.labelled_field(Label::Actual, field, &localizer.actual(actual)), actual.sources)
    };
    html! {
        @if let ListedTiming::Journey { depart, arrive } = &entry.timing {
            @if let Some(actual) = &depart.actual { (end_box("depart", actual)) }
            @if let Some(actual) = &arrive.actual { (end_box("arrive", actual)) }
        }
        @if let Some(actual) = &entry.actual {
            (actual_box(&localizer.labelled(Label::Actual, &localizer.actual(actual)), actual.sources))
        }
    }
}

fn actual_box(text: &str, sources: Cited<'_>) -> Markup {
    html! {
        div class="actual" {
            p { (text) }
            @for url in sources.each().filter_map(|source| source.url.as_ref()) { p { (external_link(url, url)) } }
        }
    }
}

/// What another source says.
pub(super) fn disputed(localizer: &Localizer<'_>, dispute: &ListedDispute<'_>) -> Markup {
    html! {
        div class="dispute" {
            p { (localizer.dispute(dispute)) }
            @if let Some(url) = &dispute.source.url { p { (external_link(url, url)) } }
        }
    }
}

fn external_link(url: &str, text: &str) -> Markup {
    html! { a href=(url) rel="noreferrer" { (text) } }
}

fn sources(localizer: &Localizer<'_>, sources: Cited<'_>) -> Markup {
    let label = if sources.len() > 1 { Label::Sources } else { Label::Source };
    html! {
        @if !sources.is_empty() {
            div class="sources" {
                p { (localizer.locale.label(label)) }
                ul {
                    @for source in sources.each() {
                        @let publication = localizer.publication(source);
                        li {
                            @match &source.url {
                                Some(url) => (external_link(url, &publication)),
                                None => (publication),
                            }
                        }
                    }
                }
            }
        }
    }
}

/// When the entry last changed for this audience, and what of it.
fn last_change(
    page: &PageContext<'_>,
    localizer: &Localizer<'_>,
    entry: &ListedEntry<'_>,
    revision: Revision,
) -> Markup {
    let mut changes: Vec<String> = Vec::new();
    if let Some((before, now)) = page.site.revised.change(entry) {
        for field in differing(&before, &now) {
            let previous = before.when(field).map(|when| localizer.when(&when.as_ref()));
            let previous = previous.map(|when| format!(" ({}: {when})", page.phrase(Phrase::Before)));
            let change = format!("{}{}", localizer.locale.field(field), previous.unwrap_or_default());
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
    }
    let label = if revision.sequence == 0 { Phrase::Published } else { Phrase::LastChanged };
    let (modified, day) = (revision.modified, page.locale.date(revision.modified.date_naive()));
    html! {
        p class="changed" {
            (page.phrase(label)) ": " time datetime=(rfc3339(modified)) { (day) " " (modified.format("%H:%M UTC")) }
            @if !changes.is_empty() { " · " (changes.join(", ")) }
        }
    }
}

/// The ways to take an entry along; what is cancelled or postponed is offered as a file alone.
fn add_links(page: &PageContext<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Markup {
    let localizer = page.localizer(visit.title).for_entry(entry);
    let feed = page.best_feed(Some(visit));
    let feeds = page.site.feeds_of(Some(visit)).filter(|other| other.ui_language == page.ui_language);
    let mut files = feeds.chain(feed).map(|feed| format!("events/{}/{}.{}.ics", feed.id, visit.id, entry.id));
    let file = files.find(|path| (page.site.has_file)(path));
    let takes_place = matches!(entry.status.kind, StatusKind::Confirmed | StatusKind::Tentative);
    let display_length = feed.map_or(Duration::from_secs(30 * 60), |feed| feed.display_length);
    // Such a link would hand it to somebody else's server.
    let slot = entry.timing.slot(display_length).filter(|_| takes_place && entry.marks.is_empty());
    let title = localizer.text(entry.title);
    let place = entry.place.and_then(|place| localizer.place(place)).unwrap_or_default();
    let times = entry.timing.whens().map(|when| localizer.when(when));
    let text = times.chain(page.entry_url(visit.id, entry.id)).collect::<Vec<_>>().join("\n");
    let form = slot.map(|slot| EventForm { title: &title, place: &place, text: &text, slot });
    html! {
        @if file.is_some() || form.is_some() {
            p class="take" {
                span class="label" { (page.phrase(Phrase::AddEntry)) }
                @if let Some(file) = file { " " a href={ (page.to_top()) (file) } download { (page.phrase(Phrase::EntryFile)) } }
                @if let Some(form) = form {
                    " " a href=(form.google()) rel="noreferrer" lang="en" { "Google Calendar" }
                    " " a href=(form.outlook()) rel="noreferrer" lang="en" { "Outlook" }
                }
            }
        }
    }
}
