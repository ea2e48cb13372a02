//! What search engines read: events of schema.org as JSON-LD.

use serde_json::{Value, json};

use super::links::Taken;
use super::{Leaf, rfc3339};
use crate::listing::{ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::programme::StatusKind;
use crate::revision::SeenWhen;

/// The events of a visit, fit to stand in a page; nothing where no entry has so much as a day.
pub(super) fn events(leaf: &Leaf<'_>, visit: &ListedVisit<'_>) -> Option<String> {
    let events: Vec<Value> = visit.entries.iter().filter_map(|entry| event(leaf, visit, entry)).collect();
    (!events.is_empty()).then(|| harmless(&Value::Array(events).to_string()))
}

/// JSON in which nothing can end the element that it stands in.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// An event; keys are in the order of the alphabet, however the library keeps them.
fn event(leaf: &Leaf<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Option<Value> {
    let voice = leaf.voice(visit.title);
    let before = start_before(leaf, entry);
    let mut event = json!({"@context": "https://schema.org", "@type": "Event"});
    let object = event.as_object_mut()?;
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(key.to_owned(), value);
        }
    };
    put("endDate", end(entry).map(Value::from));
    let status = match entry.status.kind {
        StatusKind::Cancelled => "EventCancelled",
        StatusKind::Postponed => "EventPostponed",
        StatusKind::Confirmed | StatusKind::Tentative if before.is_some() => "EventRescheduled",
        StatusKind::Confirmed | StatusKind::Tentative => "EventScheduled",
    };
    put("eventStatus", Some(format!("https://schema.org/{status}").into()));
    let place = entry.place.or(match &entry.timing {
        ListedTiming::Stay(_) => None,
        ListedTiming::Journey { arrive, .. } => arrive.place,
    });
    let place = place.and_then(|place| voice.place(place));
    put("location", place.map(|name| json!({"@type": "Place", "name": name})));
    put("name", Some(voice.text(entry.title).into()));
    let publisher = voice.text(&leaf.shelf.settings.publisher);
    put("organizer", Some(json!({"@type": "Organization", "name": publisher})));
    put("previousStartDate", before.map(Value::from));
    put("startDate", Some(start(entry)?.into()));
    put("url", leaf.entry_address(visit.id, entry.id).map(Value::from));
    Some(event)
}

/// The start, with a time only where one is known.
fn start(entry: &ListedEntry<'_>) -> Option<String> {
    match (entry.timing.begin(), Taken::of(entry, None)?) {
        (ListedWhen::Clock(clock), _) => Some(instant(clock)),
        (_, Taken::Days(first, _)) => Some(first.to_string()),
        (_, Taken::Timed(from, _)) => Some(rfc3339(from)),
    }
}

/// The end, where one was announced.
fn end(entry: &ListedEntry<'_>) -> Option<String> {
    let last = match &entry.timing {
        ListedTiming::Stay(when) => when,
        ListedTiming::Journey { arrive, .. } => &arrive.when,
    };
    match (last, &entry.timing) {
        (ListedWhen::Clock(clock), ListedTiming::Journey { .. }) => Some(instant(clock)),
        (ListedWhen::Clock(clock), ListedTiming::Stay(_)) => clock.end.map(|end| rfc3339(end.instant())),
        (when, _) => when.days().map(|(_, last)| last.to_string()),
    }
}

fn instant(clock: &crate::programme::Clock) -> String {
    rfc3339(clock.start.instant())
}

/// When it was to start before its last change, if that was another time.
fn start_before(leaf: &Leaf<'_>, entry: &ListedEntry<'_>) -> Option<String> {
    let (before, _) = leaf.shelf.stamped.change(entry)?;
    let was = before.when("when").or_else(|| before.when("depart"))?;
    let was = written(&was)?;
    // A time that was announced for the day that was known all along is no other day.
    let day = entry.timing.begin().days().map(|(first, _)| first.to_string());
    (start(entry)? != was && day.as_ref() != Some(&was)).then_some(was)
}

fn written(when: &SeenWhen) -> Option<String> {
    match when.listed() {
        ListedWhen::Clock(clock) => Some(instant(&clock)),
        other => other.days().map(|(first, _)| first.to_string()),
    }
}
