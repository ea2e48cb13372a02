//! What search engines read: events of schema.org as JSON-LD.

use chrono::FixedOffset;
use serde_json::{Value, json};

use super::PageContext;
use crate::listing::{ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::programme::{Geo, KnownTime, Place, StatusKind};
use crate::render::localizer::Localizer;
use crate::zone::{Moment, rfc3339};

/// The events of a visit, fit to stand in a page; nothing where no entry has even a day.
pub(super) fn events(page: &PageContext<'_>, visit: &ListedVisit<'_>) -> Option<String> {
    let localizer = page.localizer(visit.title);
    let events: Vec<Value> = visit.entries.iter().filter_map(|entry| event(page, &localizer, visit, entry)).collect();
    let graph = || json!({"@context": "https://schema.org", "@graph": events});
    (!events.is_empty()).then(|| without_markup(&graph().to_string()))
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
    let previous_start = previous_start(page, visit, entry).filter(|previous| *previous != start);
    // What says nothing is understood to be as scheduled.
    let status = match entry.status.kind {
        StatusKind::Cancelled => Some("EventCancelled"),
        StatusKind::Postponed => Some("EventPostponed"),
        StatusKind::Confirmed | StatusKind::Tentative => previous_start.is_some().then_some("EventRescheduled"),
    };
    let ends = match &entry.timing {
        ListedTiming::Stay(_) => [None, None],
        ListedTiming::Journey { depart, arrive } => [arrive.place, depart.place],
    };
    let place = [entry.place].into_iter().chain(ends).flatten().find_map(|place| location(localizer, place));
    let mut event = json!({
        "@type": "Event",
        "name": localizer.text(entry.title),
        "startDate": start,
    });
    for (key, value) in [
        ("endDate", end(entry).map(Value::from)),
        ("eventStatus", status.map(|status| format!("https://schema.org/{status}").into())),
        ("location", place),
        ("superEvent", super_event(page, localizer, visit, entry)),
        ("previousStartDate", previous_start.map(Value::from)),
        ("url", page.entry_url(visit.id, entry.id).map(Value::from)),
    ] {
        if let Some(value) = value {
            event[key] = value;
        }
    }
    Some(event)
}

/// What an entry is a part of, with when that begins.
fn super_event(
    page: &PageContext<'_>,
    localizer: &Localizer<'_>,
    visit: &ListedVisit<'_>,
    entry: &ListedEntry<'_>,
) -> Option<Value> {
    let whole = entry.part_of?;
    let listed = visit.entries.iter().find(|other| other.identity == whole.identity)?;
    let mut event = json!({"@type": "Event", "name": localizer.text(whole.title)});
    let url = page.entry_url(visit.id, whole.id);
    for (key, value) in [("startDate", start(listed)), ("url", url)] {
        if let Some(value) = value {
            event[key] = value.into();
        }
    }
    Some(event)
}

/// A place, with its address as far as the city or the country is known.
fn location(localizer: &Localizer<'_>, place: &Place) -> Option<Value> {
    let mut location = json!({"@type": "Place", "name": localizer.place(place)?});
    let mut address = serde_json::Map::new();
    if let Some(city) = &place.city {
        address.insert("addressLocality".to_owned(), localizer.text(city).into());
    }
    if let Some(country) = place.country.as_ref().and_then(|code| std::str::from_utf8(code).ok()) {
        address.insert("addressCountry".to_owned(), country.into());
    }
    if !address.is_empty() {
        address.insert("@type".to_owned(), "PostalAddress".into());
        location["address"] = Value::Object(address);
    }
    if let Some([latitude, longitude]) = place.geo.map(Geo::to_degrees) {
        location["geo"] = json!({"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude});
    }
    Some(location)
}

/// A time as the host's clock shows it, with its offset from UTC.
fn local(moment: Moment) -> String {
    let offset = FixedOffset::east_opt(moment.offset());
    offset.map_or_else(|| rfc3339(moment.instant()), |offset| moment.instant().with_timezone(&offset).to_rfc3339())
}

/// The start, with a time only where one is known.
fn start(entry: &ListedEntry<'_>) -> Option<String> {
    let first_day = || entry.timing.whens().filter_map(ListedWhen::days).map(|(first, _)| first.to_string()).min();
    match entry.timing.begin().clock() {
        Some(span) => Some(local(span.start)),
        None => first_day(),
    }
}

/// The end, where one was announced: a time, or the last of several days.
fn end(entry: &ListedEntry<'_>) -> Option<String> {
    match &entry.timing {
        ListedTiming::Stay(when) => match when.time {
            KnownTime::Clock(span) => span.end.map(local),
            KnownTime::Days { to, .. } => Some(to.to_string()),
            _ => None,
        },
        // Of a journey whose arrival has no time, the day of it is not the end.
        ListedTiming::Journey { arrive, .. } => arrive.when.clock().map(|span| local(span.start)),
    }
}

/// When it was to start before its last change; nothing where a time was announced for the day that was known before.
fn previous_start(page: &PageContext<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Option<String> {
    let before = page.site.revised.before(visit, entry)?;
    let database = visit.zone.database();
    let previous = before.when("when", database).or_else(|| before.when("depart", database))?;
    let previous = match previous.clock() {
        Some(span) => local(span.start),
        None => previous.days()?.0.to_string(),
    };
    let day = entry.timing.begin().days().map(|(first, _)| first.to_string());
    (day.as_ref() != Some(&previous)).then_some(previous)
}
