//! The smallest program that makes a feed of `events.yaml` with `serde_yaml` and `icalendar`: plain IN OUT
//! It checks nothing, and describes no time zones.

use chrono::NaiveDateTime;
use icalendar::{Calendar, CalendarDateTime, Component, Event, EventLike, EventStatus};
use serde::Deserialize;

#[derive(Deserialize)]
struct Document {
    events: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    uid: String,
    title: String,
    note: String,
    place: String,
    zone: String,
    start: String,
    end: String,
    status: String,
    kind: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else { return Err("plain IN OUT".into()) };
    let document: Document = serde_yaml::from_str(&std::fs::read_to_string(from)?)?;
    let mut calendar = Calendar::new();
    for entry in document.events {
        let at = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M");
        let status = match entry.status.as_str() {
            "confirmed" => EventStatus::Confirmed,
            "cancelled" => EventStatus::Cancelled,
            _ => EventStatus::Tentative,
        };
        let event = Event::new()
            .uid(&entry.uid)
            .timestamp(chrono::DateTime::UNIX_EPOCH)
            .starts(CalendarDateTime::WithTimezone { date_time: at(&entry.start)?, tzid: entry.zone.clone() })
            .ends(CalendarDateTime::WithTimezone { date_time: at(&entry.end)?, tzid: entry.zone })
            .summary(&entry.title)
            .description(&entry.note)
            .location(&entry.place)
            .status(status)
            .add_property("CATEGORIES", &entry.kind)
            .done();
        calendar.push(event);
    }
    std::fs::write(to, calendar.to_string())?;
    Ok(())
}
