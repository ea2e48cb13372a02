//! The objects that `programme.json` is made of.
//!
//! Their fields stand in the order of their names, in which they are written.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::press::{AccessPart, Press, Staff, VisitPress};
use crate::programme::{Language, Text};

/// A text in all of its languages, by their tags.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts<'d>(pub(crate) &'d Text);

impl<'d> Texts<'d> {
    /// Each of its strings by its language's tag, sorted by that.
    pub(crate) fn by_tag(self) -> BTreeMap<&'d str, &'d str> {
        self.0.strings().map(|(language, text)| (language.map_or("und", Language::tag), text)).collect()
    }
}

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.by_tag())
    }
}

/// All of it.
#[derive(Debug, Serialize)]
pub(crate) struct Programme<'d> {
    pub(crate) audience: &'static str,
    pub(crate) publisher: Texts<'d>,
    pub(crate) time_zone_database: &'d str,
    pub(crate) url: Option<&'d str>,
    pub(crate) version: &'static str,
    pub(crate) visits: Vec<Visit<'d>>,
    pub(crate) withdrawn: Vec<Entry<'d>>,
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "its id is called so in the file")]
pub(crate) struct Visit<'d> {
    pub(crate) counterpart: Option<Texts<'d>>,
    pub(crate) dates: Days,
    pub(crate) disputed: Vec<Dispute<'d>>,
    pub(crate) entries: Vec<Entry<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host: Option<Texts<'d>>,
    pub(crate) kind: &'static str,
    pub(crate) principal: Option<Texts<'d>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) principals: Vec<Texts<'d>>,
    pub(crate) reason: Option<Texts<'d>>,
    pub(crate) status: Option<&'static str>,
    pub(crate) title: Texts<'d>,
    pub(crate) url: Option<String>,
    pub(crate) visit: &'d str,
    #[serde(rename = "where")]
    pub(crate) location: Option<Texts<'d>>,
    pub(crate) zone: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) press: Option<VisitPress<'d>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Days {
    pub(crate) from: String,
    pub(crate) to: String,
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "its id is called so in the file")]
pub(crate) struct Entry<'d> {
    pub(crate) absence: Option<&'static str>,
    pub(crate) access: Option<&'static str>,
    /// Where one of three words does not say all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) access_parts: Vec<AccessPart<'d>>,
    pub(crate) actual: Option<Actual<'d>>,
    pub(crate) created: Option<String>,
    pub(crate) disputed: Vec<Dispute<'d>>,
    pub(crate) embargo: Option<String>,
    /// Where nobody knows until when.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) embargo_holds: bool,
    pub(crate) entry: Option<&'d str>,
    /// Where a feed was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) feed: Option<FeedEvent<'d>>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) link: Option<&'d str>,
    pub(crate) modified: Option<String>,
    pub(crate) note: Option<Texts<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) part_of: Option<Whole<'d>>,
    pub(crate) place: Option<Place<'d>>,
    pub(crate) press: Option<Press<'d>>,
    pub(crate) principal: Option<Texts<'d>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) principals: Vec<Texts<'d>>,
    pub(crate) reason: Option<Texts<'d>>,
    /// For each of `with`.
    #[serde(skip_serializing_if = "nobody_has_one")]
    pub(crate) roles: Vec<Option<Texts<'d>>>,
    pub(crate) sequence: Option<u32>,
    pub(crate) sources: Vec<Source<'d>>,
    pub(crate) staff: Option<Staff<'d>>,
    pub(crate) status: &'static str,
    pub(crate) stream: Option<&'d str>,
    pub(crate) title: Texts<'d>,
    pub(crate) uid: String,
    pub(crate) url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) via: Vec<Stop<'d>>,
    pub(crate) visit: Option<&'d str>,
    pub(crate) when: Timing<'d>,
    pub(crate) with: Vec<Texts<'d>>,
}

/// Whether no role is known.
fn nobody_has_one(roles: &[Option<Texts<'_>>]) -> bool {
    roles.iter().all(Option::is_none)
}

/// What an entry is a part of.
#[derive(Debug, Serialize)]
pub(crate) struct Whole<'d> {
    pub(crate) entry: &'d str,
    pub(crate) title: Texts<'d>,
    pub(crate) uid: String,
    pub(crate) visit: &'d str,
}

/// What a feed writes of an entry.
#[derive(Debug, Serialize)]
pub(crate) struct FeedEvent<'d> {
    pub(crate) dtend: Option<FeedTime>,
    pub(crate) dtstart: Option<FeedTime>,
    pub(crate) place: Option<String>,
    pub(crate) title: &'d str,
}

#[derive(Debug, Serialize)]
pub(crate) struct FeedTime {
    pub(crate) date: bool,
    pub(crate) tzid: Option<&'static str>,
    pub(crate) value: String,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Timing<'d> {
    Stay(Box<When<'d>>),
    Journey(Box<Journey<'d>>),
}

#[derive(Debug, Serialize)]
pub(crate) struct Journey<'d> {
    pub(crate) arrive: JourneyEnd<'d>,
    pub(crate) depart: JourneyEnd<'d>,
    pub(crate) first_day: Option<String>,
    pub(crate) form: &'static str,
    pub(crate) last_day: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct JourneyEnd<'d> {
    pub(crate) actual: Option<Actual<'d>>,
    pub(crate) place: Option<Place<'d>>,
    #[serde(flatten)]
    pub(crate) when: When<'d>,
}

/// A stop on a journey.
#[derive(Debug, Serialize)]
pub(crate) struct Stop<'d> {
    pub(crate) arrive: Option<When<'d>>,
    pub(crate) depart: Option<When<'d>>,
    pub(crate) place: Option<Place<'d>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct When<'d> {
    /// Of the start.
    pub(crate) about: bool,
    /// Where it is not the same of the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) about_end: Option<bool>,
    pub(crate) after: Option<Texts<'d>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) also_after: Vec<Texts<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Texts<'d>>,
    pub(crate) between: Option<[ClockTime; 2]>,
    pub(crate) end: Option<ClockTime>,
    pub(crate) first_day: Option<String>,
    pub(crate) form: &'static str,
    pub(crate) last_day: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not_after: Option<ClockTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not_before: Option<ClockTime>,
    pub(crate) part: Option<&'static str>,
    pub(crate) start: Option<ClockTime>,
    /// Whether it is still to be confirmed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) tbc: bool,
    pub(crate) zone: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct ClockTime {
    pub(crate) instant: String,
    pub(crate) local: String,
    pub(crate) zone: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Actual<'d> {
    pub(crate) delay_minutes: Option<i64>,
    pub(crate) end: Option<ClockTime>,
    pub(crate) end_about: bool,
    pub(crate) end_delay_minutes: Option<i64>,
    pub(crate) says: Option<Texts<'d>>,
    pub(crate) sources: Vec<Source<'d>>,
    pub(crate) when: Option<When<'d>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Place<'d> {
    pub(crate) city: Option<Texts<'d>>,
    pub(crate) country: Option<&'d str>,
    /// Degrees north and east.
    pub(crate) geo: Option<[f64; 2]>,
    pub(crate) site: Option<Texts<'d>>,
    pub(crate) venue: Option<Texts<'d>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Source<'d> {
    pub(crate) language: Option<&'d str>,
    pub(crate) published: Option<String>,
    pub(crate) publisher: Texts<'d>,
    pub(crate) title: Option<Texts<'d>>,
    pub(crate) url: Option<&'d str>,
    pub(crate) via: Option<Texts<'d>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Dispute<'d> {
    pub(crate) field: &'d str,
    pub(crate) says: Texts<'d>,
    pub(crate) source: Source<'d>,
}
