//! What is wrong in a feed's bytes.

use std::collections::BTreeSet;

use crate::render::ics::read;
use crate::zone::Database;

/// What is wrong with a feed, each with its code.
pub(super) fn faults(body: &[u8], database: Database) -> Vec<(&'static str, String)> {
    let is_calendar = |text: &&str| read(text, database).is_some() && text.contains("BEGIN:VCALENDAR");
    let Some(text) = str::from_utf8(body).ok().filter(is_calendar) else {
        return vec![("no-calendar", "it is no calendar that can be read.".to_owned())];
    };
    let unfolded = text.replace("\r\n ", "").replace("\r\n\t", "");
    let (mut faults, mut uids) = (Vec::new(), BTreeSet::new());
    let (mut named, mut defined) = (BTreeSet::new(), BTreeSet::new());
    let mut open: Vec<&str> = Vec::new();
    for line in unfolded.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match (name, open.last()) {
            ("BEGIN", _) => open.push(value),
            ("END", _) => drop(open.pop()),
            ("UID", Some(&"VEVENT")) if !uids.insert(value) => {
                faults.push(("uid-twice", format!("two of its events have the UID {value}.")));
            }
            ("TZID", Some(&"VTIMEZONE")) => drop(defined.insert(value)),
            _ => {
                let zone = name.split(';').find_map(|parameter| parameter.strip_prefix("TZID="));
                named.extend(zone.map(|zone| zone.trim_matches('"')));
            }
        }
    }
    let missing = named.difference(&defined);
    faults
        .extend(missing.map(|zone| ("no-vtimezone", format!("it names the zone {zone} and has no VTIMEZONE of it."))));
    faults
}
