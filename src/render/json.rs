//! Entries as data, for programs: what the schedules mean, whatever a calendar app makes of a feed.
//!
//! An array with an object for each entry, in the programme's order. Every key is always there, `null` where nothing is
//! known or nothing may be seen, but for `dtstart` and `dtend`.
//!
//! | key | value |
//! | --- | --- |
//! | `visit`, `entry`, `uid` | the ids, and the UID of the event in every feed |
//! | `kind` | as the format writes it: `summit`, `press-event`, … |
//! | `title` | in the reader's language, or the one that stands in for it |
//! | `titles` | all languages by tag; `und` for a text that serves every language |
//! | `status`, `reason` | `tentative`, `confirmed`, `postponed` or `cancelled`, and why |
//! | `marks` | for press and staff: whom it is for, in the reader's language, if the public does not see it |
//! | `access` | `open`, `pooled` or `closed` |
//! | `place` | `text` as readers see it, then `venue`, `site`, `city` and the code of the `country` |
//! | `when` | see below |
//! | `press` | for press and staff alone: `gather` and `call_time` as instants, in the three forms that are described below; `meet_at`, `filing_centre`, `contact` and `note` in the reader's language |
//! | `staff` | for staff alone: `contact` and `note` in the reader's language |
//! | `dtstart`, `dtend` | for a feed alone: the `value` that it writes, its `tzid`, and whether it is a `date`; without either, the value is in UTC |
//!
//! `when` has a `form`: `clock`, `date`, `part`, `between`, `days`, `after` or `tba`, and for all of them
//!
//! | key | value |
//! | --- | --- |
//! | `zone` | the host's |
//! | `about` | whether the times are approximate |
//! | `start`, `end` | of a `clock`: the instant as RFC 3339, `host` with the offset of the host's clock, `reader` with that of the reader's, `utc`; an `end` that was not announced is `null`, and never made up |
//! | `first_day`, `last_day` | of the others: the host's days, inclusive |
//! | `part`, `between`, `after` | what else is known: a part of the day, two times `HH:MM` of the host's clock (one no later than the first is of the next day), the title of another entry |
//! | `words` | all of that in the reader's language |
//!
//! The `when` of a travel has the form `journey`, the days that it covers as `first_day` and `last_day` (`null` where both
//! ends are timed), and `depart` and `arrive`: each a `when` with a `place` of its own.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::ics::{CalendarTime, EventStyle};
use super::localizer::Localizer;
use super::restricted::marks;
use crate::listing::{ForPress, ForStaff, ListedEntry, ListedJourney, ListedTiming, ListedVisit, ListedWhen};
use crate::programme::{Access, Language, PartOfDay, Place, Text, WithinDay};
use crate::revision::RevisedListing;
use crate::zone::{Moment, Zone};

/// A value whose keys keep their order.
enum Json {
    Null,
    Bool(bool),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(Cow<'static, str>, Json)>),
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(truth) => serializer.serialize_bool(*truth),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => serializer.collect_seq(items),
            Json::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::Text(text)
    }
}

impl From<NaiveDate> for Json {
    fn from(date: NaiveDate) -> Self {
        Json::Text(date.to_string())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Json::Null, Into::into)
    }
}

fn object(fields: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    Json::Object(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// Renders entries of one or several visits.
pub(crate) struct JsonRenderer<'w> {
    /// Where UIDs come from.
    pub(crate) revised: &'w RevisedListing<'w>,
    /// The reader's clock.
    pub(crate) reader: Zone,
    /// The feed whose DTSTART and DTEND are given, if any.
    pub(crate) style: Option<&'w EventStyle>,
}

impl JsonRenderer<'_> {
    /// An array of entries, each with its visit and the localizer of its texts; a line break at the end.
    pub(crate) fn render<'e, 'p: 'e>(
        &self,
        entries: impl Iterator<Item = (Localizer<'e>, &'e ListedVisit<'p>, &'e ListedEntry<'p>)>,
    ) -> String {
        let items = entries.map(|(localizer, visit, entry)| self.entry(&localizer, visit, entry)).collect();
        let text = serde_json::to_string_pretty(&Json::List(items)).expect("every key is a string");
        text + "\n"
    }

    fn entry(&self, localizer: &Localizer<'_>, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Json {
        let localizer = &localizer.for_entry(entry);
        let mut fields = vec![
            ("visit", visit.id.as_str().into()),
            ("entry", entry.id.as_str().into()),
            ("uid", self.revised.uid(entry).to_string().into()),
            ("kind", entry.kind.word().into()),
            ("title", localized(localizer, Some(entry.title))),
            ("titles", languages(entry.title)),
            ("status", entry.status.kind.word().into()),
            ("marks", Json::List(marks(localizer, entry).into_iter().map(Json::Text).collect())),
            ("reason", localized(localizer, entry.status.reason.as_ref())),
            ("access", entry.access.map(Access::word).into()),
            ("place", place(localizer, entry.place)),
            ("when", self.timing(localizer, &entry.timing)),
            ("press", entry.press.map(|press| self.for_press(localizer, press)).into()),
            ("staff", entry.staff.map(|staff| for_staff(localizer, staff)).into()),
        ];
        if let Some([start, end]) = self.style.and_then(|style| style.times(entry)) {
            fields.push(("dtstart", calendar_time(start)));
            fields.push(("dtend", calendar_time(end)));
        }
        object(fields)
    }

    fn timing(&self, localizer: &Localizer<'_>, timing: &ListedTiming<'_>) -> Json {
        let (depart, arrive) = match timing {
            ListedTiming::Stay(when) => return object(self.when(localizer, when)),
            ListedTiming::Journey { depart, arrive } => (depart, arrive),
        };
        let ends = [&depart.when, &arrive.when];
        let is_timed = ends.iter().all(|when| matches!(when, ListedWhen::Clock(_)));
        let days = || ends.iter().filter_map(|when| when.days()).filter(|_| !is_timed);
        object([
            ("form", "journey".into()),
            ("first_day", days().map(|(first, _)| first).min().into()),
            ("last_day", days().map(|(_, last)| last).max().into()),
            ("depart", self.end(localizer, depart)),
            ("arrive", self.end(localizer, arrive)),
        ])
    }

    fn end(&self, localizer: &Localizer<'_>, end: &ListedJourney<'_>) -> Json {
        let mut fields = self.when(localizer, &end.when);
        fields.push(("place", place(localizer, end.place)));
        object(fields)
    }

    fn when(&self, localizer: &Localizer<'_>, when: &ListedWhen<'_>) -> Vec<(&'static str, Json)> {
        let (start, end, about) = match when {
            ListedWhen::Clock(span) => (Some(span.start), span.end, span.about),
            _ => (None, None, false),
        };
        let days = when.days().filter(|_| start.is_none());
        let (part, between, after) = details(localizer, when);
        vec![
            ("form", form(when).into()),
            ("zone", when.zone().name().into()),
            ("about", Json::Bool(about)),
            ("start", start.map(|moment| self.instant(moment, when.zone())).into()),
            ("end", end.map(|moment| self.instant(moment, when.zone())).into()),
            ("first_day", days.map(|(first, _)| first).into()),
            ("last_day", days.map(|(_, last)| last).into()),
            ("part", part),
            ("between", between),
            ("after", after),
            ("words", localizer.when(when).into()),
        ]
    }

    fn for_press(&self, localizer: &Localizer<'_>, press: ForPress<'_>) -> Json {
        let instant = |moment: Option<Moment>| moment.map(|moment| self.instant(moment, moment.zone())).into();
        object([
            ("gather", instant(press.gather)),
            ("meet_at", localized(localizer, press.meet_at.as_ref())),
            ("call_time", instant(press.call_time)),
            ("filing_centre", localized(localizer, press.filing_centre.as_ref())),
            ("contact", localized(localizer, press.contact.as_ref())),
            ("note", localized(localizer, press.note.as_ref())),
        ])
    }

    fn instant(&self, moment: Moment, host: Zone) -> Json {
        object([
            ("host", moment.in_zone(host).rfc3339().into()),
            ("reader", moment.in_zone(self.reader).rfc3339().into()),
            ("utc", crate::zone::rfc3339(moment.instant()).into()),
        ])
    }
}

/// Which of the forms it is.
fn form(when: &ListedWhen<'_>) -> &'static str {
    match when {
        ListedWhen::Clock(_) => "clock",
        ListedWhen::Day { within: WithinDay::Day, .. } => "date",
        ListedWhen::Day { within: WithinDay::Part(_), .. } => "part",
        ListedWhen::Day { within: WithinDay::Between(..), .. } => "between",
        ListedWhen::Days { .. } => "days",
        ListedWhen::After { .. } => "after",
        ListedWhen::ToBeAnnounced { .. } => "tba",
    }
}

/// The part of the day, the window, and the title of the entry that it comes after.
fn details(localizer: &Localizer<'_>, when: &ListedWhen<'_>) -> (Json, Json, Json) {
    match when {
        ListedWhen::Day { within: WithinDay::Part(part), .. } => (part.word().into(), Json::Null, Json::Null),
        ListedWhen::Day { within: WithinDay::Between(from, to), .. } => {
            let times = [from, to].map(|moment| moment.local().format("%H:%M").to_string().into());
            (Json::Null, Json::List(times.into()), Json::Null)
        }
        ListedWhen::After { after: title, part, .. } => {
            (part.map(PartOfDay::word).into(), Json::Null, localized(localizer, Some(title)))
        }
        _ => (Json::Null, Json::Null, Json::Null),
    }
}

/// A text in all of its languages, by their tags.
fn languages(text: &Text) -> Json {
    let tag = |language: Option<&Language>| Cow::Owned(language.map_or("und", Language::tag).to_owned());
    Json::Object(text.strings().map(|(language, text)| (tag(language), text.into())).collect())
}

/// A text in the reader's language, or the one that stands in for it.
fn localized(localizer: &Localizer<'_>, text: Option<&Text>) -> Json {
    text.map(|text| text.localized(localizer.language, localizer.title).text).into()
}

fn for_staff(localizer: &Localizer<'_>, staff: ForStaff<'_>) -> Json {
    object([
        ("contact", localized(localizer, staff.contact.as_ref())),
        ("note", localized(localizer, staff.note.as_ref())),
    ])
}

fn place(localizer: &Localizer<'_>, place: Option<&Place>) -> Json {
    let Some(place) = place else { return Json::Null };
    let part = |text: &Option<Text>| localized(localizer, text.as_ref());
    let country =
        place.country.as_ref().map(|code| std::str::from_utf8(code).expect("a country's code is two ASCII letters"));
    object([
        ("text", localizer.place(place).into()),
        ("venue", part(&place.venue)),
        ("site", part(&place.site)),
        ("city", part(&place.city)),
        ("country", country.into()),
    ])
}

fn calendar_time(time: CalendarTime) -> Json {
    let zone = match time {
        CalendarTime::Local(moment) => Some(moment.zone().name()),
        CalendarTime::Utc(_) | CalendarTime::Date(_) => None,
    };
    let is_date = matches!(time, CalendarTime::Date(_));
    object([("value", time.to_string().into()), ("tzid", zone.into()), ("date", Json::Bool(is_date))])
}
