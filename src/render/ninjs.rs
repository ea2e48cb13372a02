//! `newsroom/ninjs`: each entry as an event of ninjs 3.1, the format of news in JSON of the IPTC; and all of them in one list.
//!
//! Texts have no language of their own in ninjs, so that the role of a headline or a description is the tag of its language.

use rayon::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;
use uuid::Uuid;

use super::localizer::Localizer;
use crate::listing::{Absence, ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::programme::{Language, Place, Settings, StatusKind, Text, UiLanguage};
use crate::revision::{RevisedListing, Revision};
use crate::zone::rfc3339;

/// The version of the standard.
pub(crate) const VERSION: &str = "3.1";

/// Where the list is.
pub(crate) const LIST: &str = "newsroom/ninjs.json";

/// The values of IPTC's vocabulary of the status of events begin with this.
const STATUS: &str = "http://cv.iptc.org/newscodes/eventstatus/";

/// The items of a tree and their list, each with its path.
pub(crate) fn files(revised: &RevisedListing<'_>, settings: &Settings) -> Vec<(String, String)> {
    let listing = revised.listing();
    let shown: Vec<_> =
        listing.visits.iter().flat_map(|visit| visit.in_order().into_iter().map(move |entry| (visit, entry))).collect();
    let item = |visit: Option<&ListedVisit<'_>>, entry: &ListedEntry<'_>, revision: Revision| {
        Item { revised, settings, visit, entry }.value(revision)
    };
    let mut items: Vec<(String, Map<String, Value>)> = shown
        .par_iter()
        .map(|(visit, entry)| (format!("{}.{}", visit.id, entry.id), item(Some(visit), entry, revised.revision(entry))))
        .collect();
    for withdrawn in revised.withdrawn() {
        let entry = withdrawn.listed();
        let (address, uid) = (format!("{}.{}", entry.visit, entry.id), revised.uid(&entry).to_string());
        // The ids of what was redacted would say what it was called; those of others may be another entry's by now.
        let is_free = entry.absence != Some(Absence::Redacted) && !items.iter().any(|(name, _)| *name == address);
        items.push((if is_free { address } else { uid }, item(None, &entry, withdrawn.revision)));
    }
    let list = list(revised, settings, &items);
    let path = |(name, item): (String, Map<String, Value>)| {
        (format!("newsroom/ninjs/{name}.json"), format!("{}\n", Value::Object(item)))
    };
    items.into_par_iter().map(path).chain([(LIST.to_owned(), format!("{list}\n"))]).collect()
}

/// One object of which the items are associated ones.
fn list(revised: &RevisedListing<'_>, settings: &Settings, items: &[(String, Map<String, Value>)]) -> Value {
    let audience = revised.listing().audience.word();
    let id = Uuid::new_v5(&settings.uid_namespace, format!("ninjs/{audience}").as_bytes());
    let named = |(name, item): &(String, Map<String, Value>)| {
        let mut item = item.clone();
        item.insert("name".to_owned(), name.as_str().into());
        item.insert("rel".to_owned(), "event".into());
        Value::Object(item)
    };
    // Of what its readers see alone: the wording of feeds is no news.
    let newest = items.iter().filter_map(|(_, item)| item.get("versionCreated")?.as_str()).max();
    let mut list = json!({
        "standard": standard(),
        "uri": format!("urn:uuid:{id}"),
        "type": "composite",
        "title": any(&settings.publisher),
        "associations": items.iter().map(named).collect::<Value>(),
    });
    if let Some(newest) = newest {
        list["versionCreated"] = newest.into();
    }
    list
}

fn standard() -> Value {
    json!({"name": "ninjs", "version": VERSION, "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"})
}

/// An entry that is made an item of.
struct Item<'i> {
    revised: &'i RevisedListing<'i>,
    settings: &'i Settings,
    /// None of what was taken out.
    visit: Option<&'i ListedVisit<'i>>,
    entry: &'i ListedEntry<'i>,
}

impl Item<'_> {
    fn value(&self, revision: Revision) -> Map<String, Value> {
        let entry = self.entry;
        let is_withdrawn = entry.absence.is_some();
        let value = json!({
            "standard": standard(),
            "uri": format!("urn:uuid:{}", self.revised.uid(entry)),
            "type": "event",
            "representationType": "full",
            "version": revision.sequence.to_string(),
            "firstCreated": rfc3339(revision.created),
            "versionCreated": rfc3339(revision.modified),
            "pubStatus": if is_withdrawn { "canceled" } else { "usable" },
            "title": any(entry.title),
            "headlines": in_languages(entry.title),
            "descriptions": self.descriptions(),
            "people": self.people(),
            "places": self.places(),
            "infoSources": self.sources(),
            "eventDetails": self.details(),
        });
        let Value::Object(mut fields) = value else { unreachable!("it is an object") };
        let mut wholes: Vec<Value> = Vec::new();
        wholes.extend(
            self.visit.map(|visit| json!({"id": visit.id.as_str(), "name": any(visit.title), "rel": "partOf"})),
        );
        wholes.extend(entry.part_of.map(|whole| {
            let uid = self.revised.uid_of(whole.identity);
            json!({"id": format!("urn:uuid:{uid}"), "name": any(whole.title), "rel": "partOf"})
        }));
        let title = (!wholes.is_empty()).then_some(Value::Array(wholes));
        for (key, value) in
            [("embargoedUntil", entry.embargo().map(|lifts| rfc3339(lifts.instant()).into())), ("events", title)]
        {
            fields.extend(value.map(|value| (key.to_owned(), value)));
        }
        fields
    }

    /// When and where it is, how certain, and what else there is to say, in the program's languages that it is given in.
    fn descriptions(&self) -> Value {
        let entry = self.entry;
        let then = self.visit.map_or(entry.title, |visit| visit.title);
        let given = |ui: &UiLanguage| {
            let mut languages = entry.title.spoken_languages().chain(then.spoken_languages());
            languages.any(|language| UiLanguage::parse(language.primary()) == Some(*ui))
        };
        let mut languages: Vec<UiLanguage> = UiLanguage::ALL.iter().copied().filter(given).collect();
        if languages.is_empty() {
            languages.push(UiLanguage::English);
        }
        let described = |ui: UiLanguage| {
            let language = Language::parse(ui.word()).expect("the program's languages have well-formed tags");
            let localizer = Localizer::new(ui, &language, &[], then);
            let mut lines: Vec<String> = entry.timing.whens().map(|when| localizer.when(when)).collect();
            lines.extend(entry.place.and_then(|place| localizer.place(place)));
            if entry.status.kind != StatusKind::Confirmed {
                lines.push(localizer.locale.status(entry.status.kind).to_owned());
            }
            lines.extend(entry.status.reason.iter().chain(entry.note).map(|text| localizer.text(text).into_owned()));
            json!({"role": language.tag(), "contentType": "text/plain", "value": lines.join("\n")})
        };
        languages.into_iter().map(described).collect()
    }

    fn people(&self) -> Value {
        let of_visit = self.visit.map_or(&[][..], |visit| visit.principals);
        let principals = if self.entry.principals.is_empty() { of_visit } else { self.entry.principals };
        let principals = principals.iter().map(|principal| json!({"name": any(principal), "rel": "principal"}));
        let with = self.entry.with.iter().map(|person| json!({"name": any(&person.who), "rel": "participant"}));
        principals.chain(with).collect()
    }

    fn places(&self) -> Value {
        let place = |place: Option<&Place>, rel: &str| {
            let place = place?;
            let texts = [&place.venue, &place.site, &place.city];
            let country = place.country.as_ref().and_then(|code| std::str::from_utf8(code).ok());
            let parts: Vec<&str> = texts.into_iter().flatten().map(any).chain(country).collect();
            (!parts.is_empty()).then(|| json!({"name": parts.join(", "), "rel": rel}))
        };
        let ends = match &self.entry.timing {
            ListedTiming::Stay(_) => [None, None],
            ListedTiming::Journey { depart, arrive } => [place(depart.place, "from"), place(arrive.place, "to")],
        };
        let stops = self.entry.via.iter().map(|stop| place(stop.place, "via"));
        [place(self.entry.place, "venue")].into_iter().chain(ends).chain(stops).flatten().collect()
    }

    fn sources(&self) -> Value {
        let source = |source: &crate::programme::Source| {
            let mut value = json!({"name": any(&source.publisher), "role": "source"});
            if let Some(url) = source.url.as_deref().and_then(|url| Url::parse(url).ok()) {
                value["uri"] = url.as_str().into();
            }
            value
        };
        self.entry.sources.each().map(source).collect()
    }

    fn details(&self) -> Value {
        let status = match self.entry.status.kind {
            StatusKind::Confirmed | StatusKind::Tentative => "scheduled",
            StatusKind::Postponed => "postponed",
            StatusKind::Cancelled => "canceled",
        };
        let mut details = json!({
            "eventStatus": format!("{STATUS}{status}"),
            "organiser": {"name": any(&self.settings.publisher)},
        });
        let dates = self.dates();
        if !dates.is_empty() {
            details["dates"] = Value::Object(dates);
        }
        details
    }

    /// Instants where there are any, else days; nothing where not even those are known.
    fn dates(&self) -> Map<String, Value> {
        let timing = &self.entry.timing;
        let ends = match timing {
            ListedTiming::Journey { arrive, .. } => Some(&arrive.when),
            ListedTiming::Stay(when) => Some(when).filter(|when| when.clock().is_none()),
        };
        let (first, last) = (timing.begin().days(), ends.and_then(ListedWhen::days));
        let mut dates = Map::new();
        for (known, expected, instant, day) in [
            ("startDate", "expectedStartDate", timing.announced_start(), first.map(|(first, _)| first)),
            ("endDate", "expectedEndDate", timing.announced_end(), last.map(|(_, last)| last)),
        ] {
            let known = instant.map(|instant| (known, rfc3339(instant)));
            let date = known.or_else(|| day.map(|day| (expected, day.to_string())));
            dates.extend(date.map(|(key, date)| (key.to_owned(), Value::from(date))));
        }
        dates
    }
}

/// A text in its first language.
fn any(text: &Text) -> &str {
    text.strings().next().map_or("", |(_, text)| text)
}

fn in_languages(text: &Text) -> Value {
    let one = |(language, text): (Option<&Language>, &str)| json!({"role": language.map_or("und", Language::tag), "contentType": "text/plain", "value": text});
    text.strings().map(one).collect()
}
