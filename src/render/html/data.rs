//! What search engines read: events of schema.org as JSON-LD.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Leaf;
use super::links::Taken;
use crate::digits::rfc3339;
use crate::listing::{ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::programme::StatusKind;
use crate::programme::{Text, When};
use crate::render::localizer::Localizer;

/// The events of a visit, fit to stand in a page; nothing where no entry has so much as a day.
pub(super) fn events(leaf: &Leaf<'_>, visit: &ListedVisit<'_>) -> Option<String> {
    let localizer = leaf.localizer(visit.title);
    let publisher = localizer.text(&leaf.shelf.settings.publisher);
    let event = |entry| Event::of(leaf, &localizer, visit, entry, &publisher);
    let events: Vec<Event<'_>> = visit.entries.iter().filter_map(event).collect();
    let json = (!events.is_empty()).then(|| serde_json::to_string(&events).ok())??;
    Some(harmless(&json))
}

/// JSON in which nothing can end the element that it stands in.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// An event of schema.org.
struct Event<'e> {
    start: String,
    end: Option<String>,
    start_before: Option<String>,
    status: &'static str,
    title: Cow<'e, str>,
    place: Option<String>,
    publisher: &'e str,
    address: Option<String>,
}

/// Something of a type that has nothing but a name.
struct Named<'n>(&'static str, &'n str);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("@type", self.0)?;
        map.serialize_entry("name", self.1)?;
        map.end()
    }
}

impl Serialize for Event<'_> {
    /// With the keys in the order of the alphabet.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("@context", "https://schema.org")?;
        map.serialize_entry("@type", "Event")?;
        if let Some(end) = &self.end {
            map.serialize_entry("endDate", end)?;
        }
        map.serialize_entry("eventStatus", self.status)?;
        if let Some(place) = &self.place {
            map.serialize_entry("location", &Named("Place", place))?;
        }
        map.serialize_entry("name", &self.title)?;
        map.serialize_entry("organizer", &Named("Organization", self.publisher))?;
        if let Some(before) = &self.start_before {
            map.serialize_entry("previousStartDate", before)?;
        }
        map.serialize_entry("startDate", &self.start)?;
        if let Some(address) = &self.address {
            map.serialize_entry("url", address)?;
        }
        map.end()
    }
}

impl<'e> Event<'e> {
    /// `None` of an entry without so much as a day.
    fn of(
        leaf: &Leaf<'_>,
        localizer: &Localizer<'_>,
        visit: &ListedVisit<'_>,
        entry: &'e ListedEntry<'_>,
        publisher: &'e str,
    ) -> Option<Self> {
        let start_before = start_before(leaf, entry);
        let status = match entry.status.kind {
            StatusKind::Cancelled => "https://schema.org/EventCancelled",
            StatusKind::Postponed => "https://schema.org/EventPostponed",
            StatusKind::Confirmed | StatusKind::Tentative if start_before.is_some() => {
                "https://schema.org/EventRescheduled"
            }
            StatusKind::Confirmed | StatusKind::Tentative => "https://schema.org/EventScheduled",
        };
        let place = entry.place.or(match &entry.timing {
            ListedTiming::Stay(_) => None,
            ListedTiming::Journey { arrive, .. } => arrive.place,
        });
        Some(Self {
            start: start(entry)?,
            end: end(entry),
            start_before,
            status,
            title: localizer.text(entry.title),
            place: place.and_then(|place| localizer.place(place)),
            publisher,
            address: leaf.entry_address(visit.id, entry.id),
        })
    }
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

fn instant(clock: &crate::programme::TimedSpan) -> String {
    rfc3339(clock.start.instant())
}

/// When it was to start before its last change, if that was another time.
fn start_before(leaf: &Leaf<'_>, entry: &ListedEntry<'_>) -> Option<String> {
    let (before, _) = leaf.shelf.revised.change(entry)?;
    let was = before.when("when").or_else(|| before.when("depart"))?;
    let was = written(&was)?;
    // A time that was announced for the day that was known all along is no other day.
    let day = entry.timing.begin().days().map(|(first, _)| first.to_string());
    (start(entry)? != was && day.as_ref() != Some(&was)).then_some(was)
}

fn written(when: &When<Text>) -> Option<String> {
    match when.as_ref() {
        ListedWhen::Clock(clock) => Some(instant(&clock)),
        other => other.days().map(|(first, _)| first.to_string()),
    }
}
