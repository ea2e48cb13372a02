//! `newsroom/ninjs`: each entry as an event of ninjs 3.1, the format of news in JSON of the IPTC; and all of them in one list.
//!
//! Texts have no language of their own in ninjs, so that the role of a headline or a description is the tag of its language.

use std::borrow::Cow;

use rayon::prelude::*;
use serde::Serialize;
use url::Url;
use uuid::Uuid;

use super::localizer::Localizer;
use super::open_data;
use crate::listing::{Absence, ListedEntry, ListedTiming, ListedVisit, ListedWhen};
use crate::locale;
use crate::programme::{Language, Place, Settings, Source, StatusKind, Text, UiLanguage};
use crate::revision::{RevisedListing, Revision};
use crate::zone::rfc3339;

/// The version of the standard.
pub(crate) const VERSION: &str = "3.1";

/// Where the list is.
pub(crate) const LIST: &str = "newsroom/ninjs.json";

/// The media type of texts.
const PLAIN: &str = "text/plain";

/// The values of IPTC's vocabulary of the status of events begin with this.
const STATUS: &str = "http://cv.iptc.org/newscodes/eventstatus/";

/// The items of a tree and their list, each with its path.
pub(crate) fn files(revised: &RevisedListing<'_>, settings: &Settings) -> Vec<(String, String)> {
    let listing = revised.listing();
    let shown: Vec<_> =
        listing.visits.iter().flat_map(|visit| visit.in_order().into_iter().map(move |entry| (visit, entry))).collect();
    let mut items: Vec<(String, Item<'_>)> = shown
        .par_iter()
        .map(|(visit, entry)| {
            let about = Described { revised, settings, visit: Some(visit), entry };
            (format!("{}.{}", visit.id, entry.id), about.item(revised.revision(entry)))
        })
        .collect();
    for withdrawn in revised.withdrawn() {
        let entry = withdrawn.listed();
        let (address, uid) = (format!("{}.{}", entry.visit, entry.id), revised.uid(&entry).to_string());
        // The ids of what was redacted would say what it was called; those of others may be another entry's by now.
        let is_free = entry.absence != Some(Absence::Redacted) && !items.iter().any(|(name, _)| *name == address);
        let about = Described { revised, settings, visit: None, entry: &entry };
        items.push((if is_free { address } else { uid }, about.item(withdrawn.revision)));
    }
    let file = |(name, item): &(String, Item<'_>)| (format!("newsroom/ninjs/{name}.json"), open_data::text(item));
    let mut files: Vec<(String, String)> = items.par_iter().map(file).collect();
    files.push((LIST.to_owned(), open_data::text(&list(revised, settings, items))));
    files
}

/// One object of which the items are associated ones.
fn list<'r>(revised: &RevisedListing<'_>, settings: &'r Settings, items: Vec<(String, Item<'r>)>) -> List<'r> {
    let audience = revised.listing().audience.word();
    let id = Uuid::new_v5(&settings.uid_namespace, format!("ninjs/{audience}").as_bytes());
    List {
        standard: STANDARD,
        uri: format!("urn:uuid:{id}"),
        r#type: "composite",
        title: any(&settings.publisher),
        // Of what its readers see alone: the wording of feeds is no news.
        version_created: items.iter().map(|(_, item)| item.version_created.clone()).max(),
        associations: items
            .into_iter()
            .map(|(name, item)| Item { name: Some(name), rel: Some("event"), ..item })
            .collect(),
    }
}

/// The list of all items. Here as in what follows, fields stand in the order of their names, in which they are written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'r> {
    associations: Vec<Item<'r>>,
    standard: Standard,
    title: &'r str,
    r#type: &'static str,
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_created: Option<String>,
}

#[derive(Debug, Serialize)]
struct Standard {
    name: &'static str,
    schema: &'static str,
    version: &'static str,
}

const STANDARD: Standard =
    Standard { name: "ninjs", schema: "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json", version: VERSION };

/// An item: an entry as an event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'r> {
    descriptions: Vec<InLanguage<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embargoed_until: Option<String>,
    event_details: EventDetails<'r>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<PartOf<'r>>,
    first_created: String,
    headlines: Vec<InLanguage<'r>>,
    info_sources: Vec<InfoSource<'r>>,
    /// In the list, as `rel`.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    people: Vec<Related<'r>>,
    places: Vec<Related<'r>>,
    pub_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rel: Option<&'static str>,
    representation_type: &'static str,
    standard: Standard,
    title: &'r str,
    r#type: &'static str,
    uri: String,
    version: String,
    version_created: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InLanguage<'r> {
    content_type: &'static str,
    role: Cow<'r, str>,
    value: Cow<'r, str>,
}

#[derive(Debug, Serialize)]
struct PartOf<'r> {
    id: Cow<'r, str>,
    name: &'r str,
    rel: &'static str,
}

#[derive(Debug, Serialize)]
struct Related<'r> {
    name: Cow<'r, str>,
    rel: &'static str,
}

#[derive(Debug, Serialize)]
struct InfoSource<'r> {
    name: &'r str,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EventDetails<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    dates: Option<Dates>,
    event_status: String,
    organiser: Organiser<'r>,
}

#[derive(Debug, Serialize)]
struct Organiser<'r> {
    name: &'r str,
}

/// Instants where there are any, else days.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "they are called so in ninjs")]
struct Dates {
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_end_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_start_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<String>,
}

/// An entry that is made an item of.
struct Described<'i, 'r> {
    revised: &'i RevisedListing<'i>,
    settings: &'r Settings,
    /// None of what was taken out.
    visit: Option<&'i ListedVisit<'r>>,
    entry: &'i ListedEntry<'r>,
}

impl<'r> Described<'_, 'r> {
    fn item(&self, revision: Revision) -> Item<'r> {
        let entry = self.entry;
        let part_of = |id: Cow<'r, str>, title: &'r Text| PartOf { id, name: any(title), rel: "partOf" };
        let of_visit = self.visit.map(|visit| part_of(visit.id.as_str().into(), visit.title));
        let of_whole = entry
            .part_of
            .map(|whole| part_of(format!("urn:uuid:{}", self.revised.uid_of(whole.identity)).into(), whole.title));
        Item {
            standard: STANDARD,
            uri: format!("urn:uuid:{}", self.revised.uid(entry)),
            r#type: "event",
            representation_type: "full",
            version: revision.sequence.to_string(),
            first_created: rfc3339(revision.created),
            version_created: rfc3339(revision.modified),
            // Of what is under embargo until nobody knows when, no instant says so.
            pub_status: match entry.absence {
                Some(_) => "canceled",
                None if entry.embargo_holds() => "withheld",
                None => "usable",
            },
            title: any(entry.title),
            headlines: in_languages(entry.title),
            descriptions: self.descriptions(),
            people: self.people(),
            places: self.places(),
            info_sources: entry.sources.each().map(info_source).collect(),
            event_details: self.details(),
            embargoed_until: entry.embargo().map(|lifts| rfc3339(lifts.instant())),
            events: of_visit.into_iter().chain(of_whole).collect(),
            name: None,
            rel: None,
        }
    }

    /// When and where it is, how certain, and what else there is to say, in the program's languages that it is given in.
    fn descriptions(&self) -> Vec<InLanguage<'r>> {
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
            let language = Language::of_program(ui);
            let localizer = Localizer::new(ui, &language, &[], then);
            let mut lines: Vec<String> = entry.timing.whens().map(|when| localizer.when(when)).collect();
            lines.extend(entry.place.and_then(|place| localizer.place(place)));
            if entry.status.kind != StatusKind::Confirmed {
                lines.push(localizer.locale.status(entry.status.kind).to_owned());
            }
            lines.extend(entry.status.reason.iter().chain(entry.note).map(|text| localizer.text(text).into_owned()));
            InLanguage { content_type: PLAIN, role: ui.word().into(), value: lines.join("\n").into() }
        };
        languages.into_iter().map(described).collect()
    }

    fn people(&self) -> Vec<Related<'r>> {
        let related = |person: &'r Text, rel| Related { name: any(person).into(), rel };
        let of_visit = self.visit.map_or(&[][..], |visit| visit.principals);
        let principals = if self.entry.principals.is_empty() { of_visit } else { self.entry.principals };
        let principals = principals.iter().map(|principal| related(principal, "principal"));
        principals.chain(self.entry.with.iter().map(|person| related(&person.who, "participant"))).collect()
    }

    fn places(&self) -> Vec<Related<'r>> {
        let place = |place: Option<&'r Place>, rel| {
            let place = place?;
            let texts = [&place.venue, &place.site, &place.city];
            let country = place.country.as_ref().and_then(|code| std::str::from_utf8(code).ok());
            let country = country.and_then(|code| locale::of(UiLanguage::English).name(code));
            let parts: Vec<&str> = texts.into_iter().flatten().map(any).chain(country).collect();
            (!parts.is_empty()).then(|| Related { name: parts.join(", ").into(), rel })
        };
        let ends = match &self.entry.timing {
            ListedTiming::Stay(_) => [None, None],
            ListedTiming::Journey { depart, arrive } => [place(depart.place, "from"), place(arrive.place, "to")],
        };
        let stops = self.entry.via.iter().map(|stop| place(stop.place, "via"));
        [place(self.entry.place, "venue")].into_iter().chain(ends).chain(stops).flatten().collect()
    }

    fn details(&self) -> EventDetails<'r> {
        let status = match self.entry.status.kind {
            StatusKind::Confirmed | StatusKind::Tentative => "scheduled",
            StatusKind::Postponed => "postponed",
            StatusKind::Cancelled => "canceled",
        };
        EventDetails {
            dates: Some(self.dates()).filter(|dates| *dates != Dates::default()),
            event_status: format!("{STATUS}{status}"),
            organiser: Organiser { name: any(&self.settings.publisher) },
        }
    }

    /// Nothing where not even days are known.
    fn dates(&self) -> Dates {
        let timing = &self.entry.timing;
        let ends = match timing {
            ListedTiming::Journey { arrive, .. } => Some(&arrive.when),
            ListedTiming::Stay(when) => Some(when).filter(|when| when.clock().is_none()),
        };
        let first = timing.begin().days().map(|(first, _)| first);
        let last = ends.and_then(ListedWhen::days).map(|(_, last)| last);
        let (start, end) = (timing.announced_start(), timing.announced_end());
        Dates {
            start_date: start.map(rfc3339),
            expected_start_date: first.filter(|_| start.is_none()).map(|day| day.to_string()),
            end_date: end.map(rfc3339),
            expected_end_date: last.filter(|_| end.is_none()).map(|day| day.to_string()),
        }
    }
}

fn info_source(source: &Source) -> InfoSource<'_> {
    let url = source.url.as_deref().and_then(|url| Url::parse(url).ok());
    InfoSource { name: any(&source.publisher), role: "source", uri: url.map(String::from) }
}

/// A text in its first language.
fn any(text: &Text) -> &str {
    text.strings().next().map_or("", |(_, text)| text)
}

fn in_languages(text: &Text) -> Vec<InLanguage<'_>> {
    let tag = |language: Option<&Language>| language.map_or("und", Language::tag).to_owned();
    let strings = text.strings();
    strings
        .map(|(language, text)| InLanguage { content_type: PLAIN, role: tag(language).into(), value: text.into() })
        .collect()
}
