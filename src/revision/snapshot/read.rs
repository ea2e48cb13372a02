//! Reading what is kept of times, places and texts.

use chrono::{DateTime, NaiveDate, NaiveTime};
use serde_json::Value;

use crate::programme::{
    About, Geo, KnownTime, Language, PartOfDay, Place, Step, StepKind, Text, TimedSpan, When, WithinDay,
};
use crate::revision::value::{Publication, Stop};
use crate::zone::{Database, Fold, LocalTimeError, Moment, Zone};

/// A time as it is kept.
pub(super) fn when(value: &Value, database: Database) -> Option<When<Text>> {
    let word = |key: &str| value.get(key).and_then(Value::as_str);
    let date = |key: &str| word(key).and_then(|text| text.parse::<NaiveDate>().ok());
    let zone = database.find(word("zone")?)?;
    let moment = |key: &str| word(key).and_then(|text| instant(zone, text));
    let part = word("part").and_then(PartOfDay::parse);
    let time = if let Some(start) = moment("start") {
        let about = match (value.get("about"), word("about")) {
            (_, Some("start")) => About { start: true, end: false },
            (_, Some("end")) => About { start: false, end: true },
            (about, _) => About::both(about.is_some()),
        };
        let to_be_confirmed = value.get("tbc").is_some();
        KnownTime::Clock(TimedSpan { start, end: moment("end"), about, to_be_confirmed })
    } else if let Some((from, to)) = date("from").zip(date("to")) {
        KnownTime::Days { zone, from, to }
    } else if let Some(date) = date("date") {
        let bound = |key: &str| time_of_day(value.get(key)?).and_then(|time| moment_on(zone, date, time));
        let within = part
            .map(WithinDay::Part)
            .or_else(|| between(value, zone, date))
            .or_else(|| bound("not_before").map(WithinDay::NotBefore))
            .or_else(|| bound("not_after").map(WithinDay::NotAfter));
        let within = within.unwrap_or(WithinDay::Day);
        KnownTime::Day { zone, date, within }
    } else {
        KnownTime::Unknown { zone, part }
    };
    Some(When { time, after: followed(value), before: value.get("before").and_then(text) })
}

/// The titles of the entries that a time comes after.
pub(super) fn followed(when: &Value) -> Vec<Text> {
    when.get("after").map(one_or_many).unwrap_or_default()
}

/// A stop on a journey.
pub(super) fn stop(value: &Value, database: Database) -> Stop {
    let time = |key: &str| value.get(key).and_then(|time| when(time, database));
    Stop { place: value.get("place").map(place), arrive: time("arrive"), depart: time("depart") }
}

/// A step.
pub(super) fn step(value: &Value, database: Database) -> Option<Step> {
    Some(Step {
        name: None,
        kind: StepKind::parse(value.get("do")?.as_str()?)?,
        title: value.get("title").and_then(text),
        time: when(value.get("when")?, database)?.time,
        place: value.get("place").map(place),
        who: value.get("who").map(one_or_many).unwrap_or_default(),
        note: value.get("note").and_then(text),
    })
}

/// A text, or several.
pub(super) fn one_or_many(value: &Value) -> Vec<Text> {
    match value {
        Value::Array(texts) => texts.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    }
}

/// A window that begins on a day, as two times of day: one that is no later than the first is of the next day, and one
/// with an offset is the second that the clock shows.
fn between(value: &Value, zone: Zone, date: NaiveDate) -> Option<WithinDay> {
    let time = |at: usize| time_of_day(value.get("between")?.get(at)?);
    let (first, last) = (time(0)?, time(1)?);
    let day = if first.0 < last.0 { date } else { date.succ_opt()? };
    Some(WithinDay::Between(moment_on(zone, date, first)?, moment_on(zone, day, last)?))
}

/// A time of day, and whether it is the second that the clock shows.
fn time_of_day(value: &Value) -> Option<(NaiveTime, Fold)> {
    let (time, offset) = NaiveTime::parse_and_remainder(value.as_str()?, "%H:%M:%S").ok()?;
    Some((time, if offset.is_empty() { Fold::Earlier } else { Fold::Later }))
}

fn moment_on(zone: Zone, date: NaiveDate, (time, fold): (NaiveTime, Fold)) -> Option<Moment> {
    match zone.at(date.and_time(time), Some(fold)) {
        Ok(moment) => Some(moment),
        // Such times were not always refused.
        Err(LocalTimeError::Gap { instant, .. }) => Some(zone.moment(instant)),
        Err(_) => None,
    }
}

fn instant(zone: Zone, text: &str) -> Option<Moment> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?;
    Some(zone.announced(instant.to_utc(), instant.offset().local_minus_utc()))
}

pub(super) fn text(value: &Value) -> Option<Text> {
    match value {
        Value::String(text) => Some(Text::plain(text.as_str())),
        Value::Object(texts) => {
            let tagged = texts.iter().map(|(tag, text)| Some((Language::parse(tag)?, text.as_str()?.into())));
            Text::languages(tagged.collect::<Option<_>>()?)
        }
        _ => None,
    }
}

pub(super) fn publication(value: &Value) -> Option<Publication> {
    Some(Publication { publisher: text(value.get("publisher")?)?, title: value.get("title").and_then(text) })
}

pub(super) fn place(value: &Value) -> Place {
    let of = |key: &str| value.get(key).and_then(text);
    let country = value.get("country").and_then(Value::as_str).and_then(|code| code.as_bytes().try_into().ok());
    let point = value.get("geo").and_then(Value::as_str).and_then(|point| point.split_once(','));
    let geo = point.and_then(|(latitude, longitude)| Geo::parse(latitude, longitude));
    Place { venue: of("venue"), site: of("site"), city: of("city"), country, geo }
}
