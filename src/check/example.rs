//! Days and times for the examples in messages: the author's own, so that what is shown can be copied.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::time_slips;
use crate::document;

/// The first day and time of a visit's file that is written as one; else its first day, at noon.
pub(super) fn of(written: &document::Visit<'_>) -> Option<NaiveDateTime> {
    let entries = written.entries.iter().flat_map(|list| &list.items);
    let mut starts = entries.flat_map(|entry| {
        let ends = [&entry.depart, &entry.arrive].into_iter().flatten().map(|end| &end.when);
        entry.when.iter().chain(ends).filter_map(|when| match when {
            document::When::Keys(keys) => keys.start.as_ref(),
            _ => None,
        })
    });
    let first = starts.find_map(|start| NaiveDateTime::parse_from_str(&start.text, "%Y-%m-%d %H:%M").ok());
    let noon = NaiveTime::from_hms_opt(12, 0, 0).expect("there is that time");
    let from = || {
        let from = written.dates.as_ref()?.from.as_ref()?;
        Some(NaiveDate::parse_from_str(&from.text, "%Y-%m-%d").ok()?.and_time(noon))
    };
    first.or_else(from)
}

/// What to write in place of a word that says no time, as a sentence, and alone if it can only be meant in one way.
pub(super) fn when_meant(word: &str, example: NaiveDateTime) -> (String, Option<String>) {
    let day = example.date();
    if let Some(start) = time_slips::day_and_time(word) {
        let meant = format!("{{start: {start}}}");
        return (format!("Write {meant}."), Some(meant));
    }
    if let Some(date) = time_slips::day_alone(word) {
        let meant = format!("{{date: {date}}}");
        return (format!("Write {meant}, if no time of that day was announced."), Some(meant));
    }
    if let Some(time) = time_slips::time_alone(word) {
        return (format!("Write the day too: {{start: {day} {time}}}."), None);
    }
    if ["tba", "tbd", "tbc", "to be announced", "미정", "未定"].contains(&word.to_lowercase().as_str()) {
        return ("Write tba, in small letters, if not even the day was announced.".to_owned(), Some("tba".to_owned()));
    }
    let (time, later) = (example.format("%H:%M"), (example + chrono::TimeDelta::minutes(30)).format("%H:%M"));
    let help = format!("Write {{start: {day} {time}, end: {later}}}, {{date: {day}}}, another form of “when”, or tba.");
    (help, None)
}
