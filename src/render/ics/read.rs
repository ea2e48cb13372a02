//! Reads back what a feed says of its events, to tell one build's output from another's.
//!
//! It reads what this program writes: one VEVENT an entry, without recurrence.

use std::collections::BTreeMap;

use icalendar::parser::{Component, Property, read_calendar, unfold};
use serde_json::{Map, Value, json};

use crate::revision::digest;
use crate::zone::{Database, Fold};

/// What a feed says of each event, by UID: in the form in which entries are kept. `None` if it is no feed. Its times are read
/// by a time zone database.
#[must_use]
pub fn read(text: &str, database: Database) -> Option<BTreeMap<String, String>> {
    let unfolded = unfold(text);
    let calendar = read_calendar(&unfolded).ok()?;
    let events = calendar.components.iter().filter(|component| component.name == "VEVENT");
    events.map(|event| Some((value(event, "UID")?.to_owned(), kept(event, database).to_string()))).collect()
}

fn find<'c>(event: &'c Component<'_>, name: &str) -> Option<&'c Property<'c>> {
    event.properties.iter().find(|property| property.name == name)
}

fn value<'c>(event: &'c Component<'_>, name: &str) -> Option<&'c str> {
    find(event, name).map(|property| property.val.as_ref())
}

fn kept(event: &Component<'_>, database: Database) -> Value {
    let mut kept = Map::new();
    let text = |name: &str| value(event, name).map(unescaped);
    kept.insert("title".to_owned(), text("SUMMARY").unwrap_or_default().into());
    if let Some(when) = when(event, database) {
        kept.insert("when".to_owned(), when);
    }
    if let Some(place) = text("LOCATION") {
        kept.insert("place".to_owned(), json!({"venue": place}));
    }
    if let Some(kind) = text("CATEGORIES") {
        kept.insert("kind".to_owned(), kind.into());
    }
    if let Some(status) = value(event, "STATUS") {
        kept.insert("status".to_owned(), status.to_ascii_lowercase().into());
    }
    if let Some(description) = value(event, "DESCRIPTION") {
        kept.insert("description".to_owned(), digest(description.as_bytes()).to_string().into());
    }
    Value::Object(kept)
}

fn when(event: &Component<'_>, database: Database) -> Option<Value> {
    let (start, end) = (find(event, "DTSTART")?, find(event, "DTEND")?);
    let parameter = |name: &str| {
        let found = start.params.iter().find(|parameter| parameter.key == name);
        found.and_then(|parameter| parameter.val.as_ref()).map(|value| value.as_ref().to_owned())
    };
    if parameter("VALUE").is_some_and(|value| value == "DATE") {
        let (from, end) = (date(start.val.as_ref())?, date(end.val.as_ref())?);
        let to = end.pred_opt()?;
        let zone = "Etc/UTC";
        return Some(if from == to {
            json!({"zone": zone, "date": from.to_string()})
        } else {
            json!({"zone": zone, "from": from.to_string(), "to": to.to_string()})
        });
    }
    let zone = parameter("TZID").unwrap_or_else(|| "Etc/UTC".to_owned());
    let found = database.find(&zone)?;
    let instant = |property: &Property<'_>| {
        let local = property.val.as_ref().trim_end_matches('Z');
        let local = chrono::NaiveDateTime::parse_from_str(local, "%Y%m%dT%H%M%S").ok()?;
        let moment = found.at(local, Some(Fold::Earlier)).ok()?;
        Some(moment.rfc3339())
    };
    Some(json!({"zone": zone, "start": instant(start)?, "end": instant(end)?}))
}

fn date(text: &str) -> Option<chrono::NaiveDate> {
    chrono::NaiveDate::parse_from_str(text, "%Y%m%d").ok()
}

/// A TEXT value without its escapes (RFC 5545, 3.3.11).
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        out.push(match c {
            '\\' => match characters.next() {
                Some('n' | 'N') => '\n',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    out
}
