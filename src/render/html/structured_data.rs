//! What search engines read: events of schema.org as JSON-LD.

use serde_json::{Value, json};

use super::PageContext;
use crate::listing::{ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::programme::StatusKind;
use crate::render::localizer::Localizer;
use crate::zone::rfc3339;

/// The events of a visit, fit to stand in a page; nothing where no entry has even a day.
pub(super) fn events(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Option<String> {
    let localizer = page.localizer(visit.title);
    let events: Vec<Value> = visit.entries.iter().filter_map(|entry| event(page, &localizer, visit, entry)).collect();
    (!events.is_empty()).then(|| without_markup(&Value::from(events).to_string()))
}

/// JSON in which nothing can end the element that it stands in.
fn without_markup(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// `None` of an entry without even a day.
fn event(
    page: &PageContext<'_>,
    localizer: &Localizer<'_>,
    visit: &ListedVisit<'_>,
    entry: &ListedEntry<'_>,
) -> Option<Value> {
    let start = start(entry)?;
    let previous_start = previous_start(page, entry).filter(|previous| *previous != start);
    let status = match entry.status.kind {
        StatusKind::Cancelled => "EventCancelled",
        StatusKind::Postponed => "EventPostponed",
        StatusKind::Confirmed | StatusKind::Tentative if previous_start.is_some() => "EventRescheduled",
        StatusKind::Confirmed | StatusKind::Tentative => "EventScheduled",
    };
    let place = entry.place.or(match &entry.timing {
        ListedTiming::Stay(_) => None,
        ListedTiming::Journey { arrive, .. } => arrive.place,
    });
    let place = place.and_then(|place| localizer.place(place));
    let mut event = json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "eventStatus": format!("https://schema.org/{status}"),
        "name": localizer.text(entry.title),
        "organizer": {"@type": "Organization", "name": localizer.text(&page.site.settings.publisher)},
        "startDate": start,
    });
    for (key, value) in [
        ("endDate", end(entry).map(Value::from)),
        ("location", place.map(|place| json!({"@type": "Place", "name": place}))),
        ("previousStartDate", previous_start.map(Value::from)),
        ("url", page.entry_url(visit.id, entry.id).map(Value::from)),
    ] {
        if let Some(value) = value {
            event[key] = value;
        }
    }
    Some(event)
}

/// The start, with a time only where one is known.
fn start(entry: &ListedEntry<'_>) -> Option<String> {
    let first_day = || entry.timing.whens().filter_map(ListedWhen::days).map(|(first, _)| first.to_string()).min();
    entry.timing.announced_start().map(rfc3339).or_else(first_day)
}

/// The end, where one was announced.
fn end(entry: &ListedEntry<'_>) -> Option<String> {
    match entry.timing.whens().last()? {
        ListedWhen::Clock(_) => entry.timing.announced_end().map(rfc3339),
        other => other.days().map(|(_, last)| last.to_string()),
    }
}

/// When it was to start before its last change; nothing where a time was announced for the day that was known before.
fn previous_start(page: &PageContext<'_>, entry: &ListedEntry<'_>) -> Option<String> {
    let (before, _) = page.site.revised.change(entry)?;
    let previous = before.when("when").or_else(|| before.when("depart"))?;
    let previous = match previous.as_ref() {
        ListedWhen::Clock(span) => rfc3339(span.start.instant()),
        other => other.days()?.0.to_string(),
    };
    let day = entry.timing.begin().days().map(|(first, _)| first.to_string());
    (day.as_ref() != Some(&previous)).then_some(previous)
}
