//! An entry on the page of its visit: all that a feed says of it, what changed last, and how to take it along.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::Day;
use super::clocks::{
    Known, arrival, arrival_clock, bound_words, clock_place, latest_begin, other_clocks, others, row_time, short_place,
};
use super::foreign::{Foreign, STAND_IN, around};
use super::links::{EventForm, OUTLOOK_PERSONAL};
use super::visit::{is_called_off, is_long};
use super::{PageContext, changes, visit_path};
use crate::listing::{
    Absence, CalendarSlot, Cited, ListedActual, ListedDispute, ListedEntry, ListedTiming, ListedVisit, ListedWhen,
};
use crate::locale::{Label, Phrase, Unknown, capitalised};
use crate::programme::{Geo, Id, Source, StatusKind, Text, UiLanguage};
use crate::render::changes::Clause;
use crate::render::localizer::Localizer;
use crate::render::restricted::{marks, press_line, sections};
use crate::revision::Revision;
use crate::zone::rfc3339;

/// A row of a day: what matters in a line, the way to take it along, and all the rest to be opened below.
pub(super) fn row(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    (day, day_place): (&Day<'_, '_>, &str),
    (entry, revision): (&ListedEntry<'_>, Revision),
    former_ids: &[&Id],
    heading: &str,
) -> Markup {
    let localizer = &page.localizer(visit.title).for_entry(entry);
    let locale = page.locale;
    let is_redacted = entry.absence == Some(Absence::Redacted);
    let title = if is_redacted { locale.withdrawn().into() } else { localizer.text(entry.title) };
    let class = if entry.absence.is_some() { "withdrawn" } else { entry.status.kind.word() };
    let language = if is_redacted { Foreign(None) } else { page.foreign(entry.title, visit.title) };
    let part = if entry.depth > 0 { " part" } else { "" };
    // The author's id would say what was redacted.
    let anchor = (!is_redacted).then_some(entry.id);
    let known = Known::of(entry);
    let ended = entry.actual.as_ref().and_then(ListedActual::ended);
    let place = clock_place(page, visit, entry);
    // What has no clock is said without a place.
    let place = (place != day_place && known.from.is_some()).then_some(place);
    let arrival = arrival_clock(page, visit, entry);
    let changes = changes::of_entry(page, localizer, visit, entry);
    let has_changed = !changes.is_empty();
    // What a choice among many needs; of what was withdrawn nothing.
    let told = Some(entry).filter(|entry| is_long(visit) && entry.absence.is_none());
    let file = file(page, visit, entry);
    let zone = entry.timing.begin().zone();
    // What is the same as of the day is said there.
    let own_day = known.day.filter(|_| known.day != day.extent());
    html! {
        article class={ "entry " (class) (part) } data-known=(known.word) data-part=[known.part]
            data-about[known.about] data-about-end[known.about_end] data-tbc[entry.timing.is_to_be_confirmed()] data-bound=[bound_words(page, entry)] data-from=[known.from.map(rfc3339)] data-to=[known.to.map(rfc3339)]
            data-day=[own_day.map(|(from, _)| rfc3339(from))] data-over=[own_day.map(|(_, to)| rfc3339(to))]
            data-kind=[told.map(|entry| entry.kind.word())] data-access=[told.and_then(access_words)]
            data-begun=[begun(entry).map(rfc3339)] data-ended=[ended.map(rfc3339)] data-changed=[has_changed.then(|| rfc3339(revision.changed))]
            data-zone=[(zone != day.zone).then(|| zone.name())] data-place=[place]
            data-end-zone=[arrival.as_ref().map(|(zone, _)| zone)] data-end-place=[arrival.as_ref().map(|(_, place)| place)] {
            details {
                summary {
                    @for mark in marks(localizer, entry) { span class="audience" { (mark) } }
                    (row_time(page, visit, localizer, entry, day.zone))
                    h3 id=[file.is_some().then_some(heading)] lang=[language.lang()] dir=[language.dir()] { (title) }
                    (other_clocks(page, localizer, entry))
                    @if !is_redacted { (circumstances(page, visit, localizer, entry)) }
                    (flags(page, entry, has_changed))
                }
                div class="more" id=[anchor] {
                    @for id in former_ids { span id=(id) {} }
                    @if entry.absence.is_some() { p { (locale.withdrawn_notice()) } }
                    @if !is_redacted { (record(page, visit, localizer, entry)) }
                    (last_change(page, visit, revision, &changes))
                }
            }
            @if let Some(file) = &file {
                a class="add" href={ (page.to_top()) (file) } download aria-describedby=(heading) {
                    (page.phrase(Phrase::Add))
                }
            }
        }
    }
}

/// The entries of all visits that are to take place, as far as the script needs them to say what is now and next.
pub(super) fn to_come(page: &PageContext<'_>) -> Markup {
    let mut visits: Vec<_> = page.site.visits().iter().filter(|visit| !is_called_off(visit)).collect();
    visits.sort_by_key(|visit| visit.dates);
    let entries = visits.into_iter().flat_map(|visit| visit.entries.iter().map(move |entry| (visit, entry)));
    let entries = entries.filter(|(_, entry)| entry.status.is_planned() && entry.timing.begin().days().is_some());
    html! {
        @for (visit, entry) in entries {
            @let localizer = &page.localizer(visit.title).for_entry(entry);
            @let (known, zone) = (Known::of(entry), entry.timing.begin().zone());
            @let ended = entry.actual.as_ref().and_then(ListedActual::ended);
            @let arrival = arrival_clock(page, visit, entry);
            article class={ "entry " (entry.status.kind.word()) } data-known=(known.word) data-part=[known.part]
                data-about[known.about] data-about-end[known.about_end] data-tbc[entry.timing.is_to_be_confirmed()] data-bound=[bound_words(page, entry)] data-from=[known.from.map(rfc3339)] data-to=[known.to.map(rfc3339)]
                data-day=[known.day.map(|(from, _)| rfc3339(from))] data-over=[known.day.map(|(_, to)| rfc3339(to))]
                data-begun=[begun(entry).map(rfc3339)] data-ended=[ended.map(rfc3339)] data-zone=(zone.name())
                data-place=(clock_place(page, visit, entry)) data-visit=(page.title(visit.title))
                data-end-zone=[arrival.as_ref().map(|(zone, _)| zone)] data-end-place=[arrival.as_ref().map(|(_, place)| place)]
                data-link={ (visit_path(visit.id)) "#" (entry.id) } {
                (row_time(page, visit, localizer, entry, zone))
                @let language = page.foreign(entry.title, visit.title);
                h3 lang=[language.lang()] dir=[language.dir()] { (localizer.text(entry.title)) }
                (other_clocks(page, localizer, entry))
                (flags(page, entry, false))
                @if let Some(file) = file(page, visit, entry) {
                    a class="add" href={ (page.to_top()) (file) } download { (page.phrase(Phrase::Add)) }
                }
            }
        }
    }
}

/// The words by which a choice of press access finds an entry: those of its parts, and the wider ones of those.
fn access_words(entry: &ListedEntry<'_>) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    for access in entry.access.iter().flat_map(|part| [part.access.general(), part.access]) {
        words.extend(Some(access.word()).filter(|word| !words.contains(word)));
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// From when on an entry is known to have begun, or is said to have.
fn begun(entry: &ListedEntry<'_>) -> Option<DateTime<Utc>> {
    let of_ends = match &entry.timing {
        ListedTiming::Stay(_) => [None, None],
        ListedTiming::Journey { depart, arrive } => [depart.actual.as_ref(), arrive.actual.as_ref()],
    };
    let happened = of_ends.into_iter().chain([entry.actual.as_ref()]).flatten().filter_map(ListedActual::begun);
    happened.chain(latest_begin(entry.timing.begin())).min()
}

/// Where, whether the press may come, and where a journey ends: in a line each.
fn circumstances(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    localizer: &Localizer<'_>,
    entry: &ListedEntry<'_>,
) -> Markup {
    let access = localizer.access_marks(entry.access).map(|access| html! { (access) });
    let parts: Vec<Markup> = short_place(localizer, entry).into_iter().chain(access).collect();
    let gather = entry.press.and_then(|press| press_line(localizer, press));
    let principals: Vec<&Text> = entry.principals.iter().collect();
    let who = Some(&principals).filter(|who| !who.is_empty() && visit.principals.iter().any(|one| !who.contains(&one)));
    // What stands inside of its whole need not say of what it is a part.
    let whole = entry.part_of.filter(|_| entry.depth == 0);
    html! {
        @if let Some(whole) = whole {
            @let title = page.marked(visit, whole.title, &localizer.text(whole.title));
            span class="where" { (around(&localizer.labelled(Label::PartOf, STAND_IN), &[title])) }
        }
        @if let Some(others) = others(page, visit, localizer, entry) { span class="where" { (others) } }
        @if let Some(who) = who { span class="where" { (page.marked_names(visit, who)) } }
        @if !parts.is_empty() {
            span class="where" {
                @for (position, part) in parts.iter().enumerate() { @if position > 0 { " · " } (part) }
            }
        }
        @if let Some(arrival) = arrival(page, visit, localizer, entry) { span class="where" { (arrival) } }
        @if let Some(gather) = gather { span class="where press" { (gather) } }
    }
}

/// What is not simply as announced, in a word each.
fn flags(page: &PageContext<'_>, entry: &ListedEntry<'_>, has_changed: bool) -> Markup {
    let locale = page.locale;
    let status = match (entry.absence, entry.status.kind) {
        (Some(_), _) => Some(("off", locale.withdrawn())),
        (None, StatusKind::Confirmed) => None,
        (None, StatusKind::Cancelled) => Some(("off", locale.status(StatusKind::Cancelled))),
        (None, status) => Some(("wait", locale.status(status))),
    };
    let mut disputed: Vec<Cow<'_, str>> = Vec::new();
    for dispute in &entry.disputed {
        let field = Cow::Borrowed(locale.field(dispute.field));
        if !disputed.contains(&field) {
            disputed.push(field);
        }
    }
    let is_tbc = entry.timing.is_to_be_confirmed();
    // Of what does not take place nobody waits for the end.
    let is_open = entry.status.is_planned()
        && entry.absence.is_none()
        && matches!(&entry.timing, ListedTiming::Stay(when) if when.clock().is_some_and(|span| span.end.is_none()));
    html! {
        @if status.is_some() || !disputed.is_empty() || is_open || is_tbc || has_changed {
            span class="flags" {
                @if let Some((class, word)) = status { span class={ "flag " (class) } { (capitalised(word)) } }
                @if has_changed { span class="flag new" hidden { (page.phrase(Phrase::Changed)) } }
                @if is_tbc { span class="flag wait" { (capitalised(locale.phrase(Phrase::ToBeConfirmed))) } }
                @if is_open { span class="flag" { (capitalised(locale.open_end_mark())) } }
                @if !disputed.is_empty() {
                    span class="flag wait" {
                        (capitalised(&locale.title_with(locale.phrase(Phrase::DisputedMark), &locale.names(&disputed))))
                    }
                }
            }
        }
    }
}

/// What stands below an opened row.
fn record(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    localizer: &Localizer<'_>,
    entry: &ListedEntry<'_>,
) -> Markup {
    let locale = page.locale;
    let rows = [
        (Label::Principal, entry.principals.iter().collect()),
        (Label::Reason, entry.status.reason.iter().collect::<Vec<&Text>>()),
    ];
    let marked = |text: &Text| page.marked(visit, text, &localizer.text(text));
    html! {
        @for section in sections(localizer, entry) {
            div class="restricted" {
                p class="heading" { (locale.label(section.heading)) }
                @for line in &section.lines { p { (line) } }
            }
        }
        @if entry.absence.is_none() { (add_links(page, visit, entry)) }
        (full_times(localizer, entry))
        (who_says_so(page, visit, localizer, entry.sources))
        @if let Some(whole) = entry.part_of {
            p {
                span class="label" { (locale.label(Label::PartOf)) } " "
                a href={ "#" (whole.id) } { (marked(whole.title)) }
            }
        }
        @if !entry.with.is_empty() {
            p {
                span class="label" { (locale.label(Label::With)) } " "
                @for (position, person) in entry.with.iter().enumerate() {
                    @if position > 0 { (locale.punctuation().list) }
                    (marked(&person.who))
                    @if let Some(role) = &person.role {
                        @let [open, close] = locale.punctuation().parentheses;
                        (open) (marked(role)) (close)
                    }
                }
            }
        }
        @for (label, texts) in rows.iter().filter(|(_, texts)| !texts.is_empty()) {
            p {
                span class="label" { (locale.label(*label)) } " "
                @for (position, text) in texts.iter().enumerate() {
                    @if position > 0 { (locale.punctuation().list) }
                    (marked(text))
                }
            }
        }
        @if let Some(note) = entry.note { p class="note" { (marked(note)) } }
        @for (label, link) in [(Label::Stream, entry.stream), (Label::Link, entry.link)] {
            @if let Some(link) = link { p { (locale.label(label)) ": " (external_link(link, link)) } }
        }
        @if let Some(geo) = entry.place.and_then(|place| place.geo) { p { (map_link(page, entry, geo)) } }
        (actuals(localizer, entry))
        (other_accounts(page, visit, localizer, &entry.disputed))
    }
}

/// The times as feeds have them, on every clock with their days.
fn full_times(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Markup {
    html! {
        @match &entry.timing {
            ListedTiming::Stay(when) if Known::of(entry).from.is_some() => p class="full" { (localizer.when(when)) },
            ListedTiming::Stay(_) => {}
            ListedTiming::Journey { depart, arrive } => {
                @for (label, end) in [(Label::Departs, depart), (Label::Arrives, arrive)] {
                    @if label == Label::Arrives { @for stop in localizer.stops(entry) { p class="full" { (stop) } } }
                    p class="full" {
                        (localizer.labelled(label, &localizer.when(&end.when)))
                        @if let Some(place) = end.place.and_then(|place| localizer.place(place)) { " · " (place) }
                    }
                }
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
    let url = sources.each().find_map(|source| source.url.as_ref());
    html! {
        div class="actual" {
            p { @match url { Some(url) => (external_link(url, text)), None => (text) } }
        }
    }
}

/// What other sources say, each with a link to where it can be read.
pub(super) fn other_accounts(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    localizer: &Localizer<'_>,
    disputed: &[ListedDispute<'_>],
) -> Markup {
    let locale = page.locale;
    html! {
        @if !disputed.is_empty() {
            div class="dispute" {
                p class="heading" { (page.phrase(Phrase::OtherAccounts)) }
                @for dispute in disputed {
                    @let publication = localizer.publication(dispute.source);
                    p {
                        (capitalised(locale.field(dispute.field))) (locale.punctuation().colon)
                        (page.marked(visit, dispute.says, &localizer.text(dispute.says))) " – "
                        @match &dispute.source.url {
                            Some(url) => (external_link(url, &publication)),
                            None => (publication),
                        }
                    }
                }
            }
        }
    }
}

/// A map of a point; of what is not public, that of the reader's own device, and nobody else is told.
fn map_link(page: &PageContext<'_>, entry: &ListedEntry<'_>, geo: Geo) -> Markup {
    let url = if page.is_public() && entry.marks.is_empty() {
        let [latitude, longitude] = geo.to_degrees();
        format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{latitude}/{longitude}")
    } else {
        format!("geo:{}", geo.joined(','))
    };
    external_link(&url, page.phrase(Phrase::Map))
}

fn external_link(url: &str, text: &str) -> Markup {
    // The page's policy sends no referrer.
    html! { a href=(url) { (text) } }
}

/// Publications by name, the announcements first: a source whose publisher is the calendar's or the host announces, and of
/// any other nobody knows whether it is an office or a newspaper.
fn who_says_so(
    page: &PageContext<'_>,
    visit: &ListedVisit<'_>,
    localizer: &Localizer<'_>,
    sources: Cited<'_>,
) -> Markup {
    let offices = || [&page.site.settings.publisher].into_iter().chain(visit.host);
    let announces = |source: &&Source| offices().any(|office| office.shares_a_string(&source.publisher));
    let (own, others): (Vec<&Source>, Vec<&Source>) = sources.each().partition(announces);
    html! {
        @for (phrase, sources) in [(Phrase::AnnouncedBy, own), (Phrase::AccordingTo, others)] {
            @if !sources.is_empty() {
                p {
                    span class="label" { (page.phrase(phrase)) } " "
                    @for (position, source) in sources.into_iter().enumerate() {
                        @if position > 0 { (localizer.locale.punctuation().list) }
                        @let publication = localizer.publication(source);
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

/// When the entry last changed for this audience, and what of it.
fn last_change(page: &PageContext<'_>, visit: &ListedVisit<'_>, revision: Revision, changes: &[Clause]) -> Markup {
    // The publisher's clock, where there is one.
    let at = page.home_clock.unwrap_or(visit.zone).local(revision.changed);
    html! {
        @if !changes.is_empty() {
            p class="soft" {
                (page.phrase(Phrase::LastChanged)) (page.locale.punctuation().colon)
                (page.locale.date(at.datetime.date())) " " (at.datetime.format("%H:%M")) " " (at.name.as_str())
                @for clause in changes { " · " (changes::difference(page, clause)) }
            }
        }
    }
}

/// The file of an entry that is to take place.
fn file(page: &PageContext<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Option<String> {
    let takes_place = entry.absence.is_none() && entry.status.is_planned();
    let feeds = page.site.feeds_of(Some(visit)).filter(|other| other.ui_language == page.ui_language);
    let english = page.site.feeds_of(Some(visit)).filter(|other| other.ui_language == UiLanguage::English);
    let feeds = feeds.chain(english).chain(page.best_feed(Some(visit))).filter(|_| takes_place);
    let mut files = feeds.map(|feed| format!("events/{}/{}.{}.ics", feed.id, visit.id, entry.id));
    files.find(|path| (page.site.has_file)(path))
}

/// The ways to take an entry along. What is not public is handed to no service, and what is called off to none either.
fn add_links(page: &PageContext<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Markup {
    let localizer = page.localizer(visit.title).for_entry(entry);
    let display_length = page.best_feed(Some(visit)).map_or(Duration::from_secs(30 * 60), |feed| feed.display_length);
    let is_handed = page.is_public() && entry.marks.is_empty() && entry.status.is_planned();
    let slot = entry.timing.slot(display_length).filter(|_| is_handed);
    let title = localizer.text(entry.title);
    let place = entry.place.and_then(|place| localizer.place(place)).unwrap_or_default();
    // A form wants an end; where none was announced its text says so before all else.
    let is_timed = matches!(slot, Some(CalendarSlot::Timed(..)));
    let no_end = is_timed && entry.timing.announced_end().is_none();
    let no_end = no_end.then(|| page.locale.unknown(Unknown::End).to_owned());
    // A form that has the times needs no other words for them, if there is no more to say of them.
    let says_more = |when: &ListedWhen<'_>| {
        let span = when.clock();
        when.is_relative() || span.is_some_and(|span| span.to_be_confirmed || span.about.start != span.about.end)
    };
    let times = entry.timing.whens().filter(|when| !is_timed || says_more(when)).map(|when| localizer.when(when));
    let text = no_end.into_iter().chain(times).chain(page.entry_url(visit.id, entry.id)).collect::<Vec<_>>().join("\n");
    let form = slot.map(|slot| EventForm { title: &title, place: &place, text: &text, slot });
    html! {
        @if let Some(form) = form {
            p class="tools" {
                a href=(form.google()) { "Google" }
                a class="outlook" href=(form.outlook(OUTLOOK_PERSONAL)) { "Outlook" }
            }
        }
    }
}
