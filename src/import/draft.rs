//! The text of a draft visit, out of a calendar's events.

use std::collections::HashSet;
use std::fmt::Write as _;

use chrono::{DateTime, Days, NaiveDate, Timelike, Utc};

use super::calendar::{Calendar, line, read};
use super::times::{Occurrence, Reader, Time, named_times};
use super::zones::{Zones, by_name, fold};
use super::{MAX_ENTRIES, MAX_RULES, MAX_ZONES};
use crate::document::{scalar, shortened};
use crate::zone::{Database, Zone};

/// What begins the titles of entries that are not as planned, in the program's own feeds, and what it says.
const PREFIXES: &str = include_str!("prefixes.tsv");
/// The longest UID that an entry can have.
const MAX_UID: usize = 255;
/// The longest id that is made of a title; a date and a number may follow.
const MAX_SLUG: usize = 40;

/// What the calendar does not say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options<'o> {
    /// The id of the visit.
    pub(crate) visit: &'o str,
    /// The name of the calendar's file.
    pub(crate) file: &'o str,
    /// The zone of the visit.
    pub(crate) zone: Option<Zone>,
    /// Whose visit it is.
    pub(crate) principal: Option<&'o str>,
    /// The words that say what an entry is.
    pub(crate) kinds: &'o [&'static str],
    /// The UIDs that other entries have.
    pub(crate) taken: &'o HashSet<String>,
    /// The time zone database in which zones are looked up.
    pub(crate) database: Database,
}

/// The draft of a calendar's text, or why there is none.
pub(crate) fn draft(text: &str, options: Options<'_>) -> Result<String, String> {
    let calendar = read(text)?;
    if calendar.events.is_empty() {
        return Err("there is no event in this calendar".to_owned());
    }
    if calendar.events.len() > MAX_ENTRIES {
        return Err(format!("there are more than {MAX_ENTRIES} events in this calendar, too many for a visit"));
    }
    let rules = calendar.events.iter().flatten().filter(|line| line.name == "RRULE").count();
    if rules > MAX_RULES {
        return Err(format!("there are more than {MAX_RULES} recurring events in this calendar, too many for a visit"));
    }
    let times = named_times(&calendar);
    if times.len() > MAX_ZONES {
        return Err(format!("this calendar names more than {MAX_ZONES} time zones, too many for a visit"));
    }
    let own = line(&calendar.properties, "X-WR-TIMEZONE").and_then(|line| by_name(&line.value, options.database));
    let preferred: Vec<Zone> = options.zone.into_iter().chain(own).collect();
    let zones = Zones::new(&calendar.zones, &times, &preferred, options.database);
    let found = preferred.first().copied().or_else(|| zones.most_frequent(&times));
    let zone = found.unwrap_or_else(|| options.database.utc());
    let mut reader = Reader { zones, zone, doubts: Vec::new() };
    if found.is_none() {
        reader.doubts.push(("zone", "The calendar names no time zone; UTC is taken.".to_owned()));
    }
    let zone_doubts: Vec<String> = reader.zones.doubts().map(str::to_owned).collect();
    reader.doubts.extend(zone_doubts.into_iter().map(|doubt| ("zone", doubt)));
    let mut occurrences = reader.occurrences(&calendar)?;
    occurrences.sort_by_key(|occurrence| reader.begin(occurrence.start));
    Writer { calendar: &calendar, options, reader, ids: HashSet::new(), uids: HashSet::new() }.text(&occurrences)
}

/// Writes a visit.
struct Writer<'c, 'o> {
    calendar: &'c Calendar,
    options: Options<'o>,
    reader: Reader,
    ids: HashSet<String>,
    uids: HashSet<String>,
}

impl Writer<'_, '_> {
    fn text(mut self, occurrences: &[Occurrence<'_>]) -> Result<String, String> {
        let is_ours =
            line(&self.calendar.properties, "PRODID").is_some_and(|line| line.value.contains("//summitcal//"));
        let mut entries = String::new();
        for occurrence in occurrences {
            self.entry(occurrence, is_ours, &mut entries);
        }
        let zone = self.reader.zone;
        let day = |time: Time| match time {
            Time::Day(date) => date,
            Time::At(at, _) => zone.local(at).datetime.date(),
        };
        let first = occurrences.iter().map(|one| day(one.start)).min().ok_or("there is no event in this calendar")?;
        let last = occurrences.iter().map(|one| day(one.start)).max().unwrap_or(first);
        if self.calendar.others > 0 {
            self.reader
                .doubts
                .push(("entries", format!("Tasks, journals and the like are left out: {}.", self.calendar.others)));
        }
        if is_ours {
            self.reader
                .doubts
                .push(("entries", "Texts and addresses that summitcal had made are left out.".to_owned()));
        }
        let name = ["X-WR-CALNAME", "NAME"].iter().find_map(|name| line(&self.calendar.properties, name));
        let title = name.map(|line| cleaned(&unescaped(&line.value), false).0).filter(|title| !title.is_empty());
        let options = self.options;
        let mut text = format!(
            "# Imported from {}, as a draft: see to each doubt, and take its line out.\n",
            cleaned(options.file, false).0
        );
        let mut write = |key: &'static str, value: &str, doubt: Option<&str>| {
            let own = self.reader.doubts.iter().filter(|(about, _)| *about == key).map(|(_, doubt)| doubt.as_str());
            for doubt in doubt.into_iter().chain(own) {
                let _ = writeln!(text, "# doubt: {}", cleaned(doubt, false).0);
            }
            let _ = writeln!(text, "{key}:{}{value}", if value.is_empty() { "" } else { " " });
        };
        write("visit", options.visit, None);
        write("kind", "working-visit", Some("A calendar does not say what kind of visit it is of."));
        match &title {
            Some(title) => write("title", &scalar(title), None),
            None => write("title", options.visit, Some("The calendar has no name.")),
        }
        match options.principal {
            Some(principal) => write("principal", &scalar(principal), None),
            None => write("principal", "To be named", Some("A calendar does not say whose visit it is of.")),
        }
        write("zone", zone.name(), None);
        write("dates", &format!("{{from: {first}, to: {last}}}"), None);
        write("audience", "staff", None);
        write("entries", "", None);
        Ok(text + &entries)
    }

    fn entry(&mut self, occurrence: &Occurrence<'_>, is_ours: bool, out: &mut String) {
        let event = occurrence.event;
        let mut doubts = occurrence.doubts.clone();
        let value = |name: &str| line(event, name).map(|line| line.value.as_str());
        let (title, hidden) = cleaned(value("SUMMARY").unwrap_or_default(), false);
        let (title, status) = self.status(title, value("STATUS"), is_ours, &mut doubts);
        let mut lines: Vec<String> = Vec::new();
        let day = match occurrence.start {
            Time::Day(date) => date,
            Time::At(at, zone) => zone.local(at).datetime.date(),
        };
        lines.push(format!("id: {}", self.id(&title, occurrence.is_repeated.then_some(day))));
        let categories = value("CATEGORIES").unwrap_or_default();
        let kind = categories.split(',').find_map(|word| self.options.kinds.iter().find(|kind| **kind == word.trim()));
        lines.push(format!("kind: {}", kind.copied().unwrap_or("other")));
        if title.is_empty() {
            doubts.push("The event has no title.".to_owned());
        }
        lines.push(format!("title: {}", if title.is_empty() { "Untitled".into() } else { scalar(&title) }));
        lines.push(format!("when: {}", self.when(occurrence, &mut doubts)));
        let (place, hidden_there) = cleaned(value("LOCATION").unwrap_or_default(), false);
        if !place.is_empty() {
            lines.push(format!("place: {{venue: {}}}", scalar(&place)));
        }
        lines.extend(status.map(|status| format!("status: {status}")));
        let mut hidden = hidden || hidden_there;
        if !is_ours {
            let (note, hidden_too) = cleaned(value("DESCRIPTION").unwrap_or_default(), true);
            hidden |= hidden_too;
            if !note.is_empty() {
                lines.push(format!("note: {}", written_note(&note)));
            }
            match value("URL").map(str::trim).filter(|url| !url.is_empty()) {
                Some(url) if is_address(url) => lines.push(format!("link: {}", scalar(url))),
                Some(url) => {
                    doubts.push(format!("Its address, “{}”, is none of a web page, and is left out.", shortened(url)));
                }
                None => {}
            }
        }
        if !occurrence.is_repeated
            && let Some(uid) = value("UID").map(str::trim).filter(|uid| !uid.is_empty())
        {
            let is_plain = uid.len() <= MAX_UID && uid.bytes().all(|byte| byte.is_ascii_graphic());
            if self.options.taken.contains(uid) {
                doubts.push("Its UID is that of another entry of these schedules, and is left out.".to_owned());
            } else if is_plain && self.uids.insert(uid.to_owned()) {
                lines.push(format!("uid: {}", scalar(uid)));
            } else {
                doubts.push(
                    "Its UID is another event's too, or cannot be kept: it is new to those who had it.".to_owned(),
                );
            }
        }
        if hidden {
            doubts.push("Characters that nobody sees were taken out of its texts.".to_owned());
        }
        for doubt in doubts {
            let _ = writeln!(out, "  # doubt: {}", cleaned(&doubt, false).0);
        }
        let _ = writeln!(out, "  - {}", lines.join("\n    "));
    }

    /// The status, and the title without what says it.
    fn status(
        &self,
        title: String,
        written: Option<&str>,
        is_ours: bool,
        doubts: &mut Vec<String>,
    ) -> (String, Option<&'static str>) {
        let method = line(&self.calendar.properties, "METHOD").map(|line| line.value.to_ascii_uppercase());
        let status = match (method.as_deref(), written.map(|word| word.trim().to_ascii_uppercase()).as_deref()) {
            (Some("CANCEL"), _) | (_, Some("CANCELLED")) => Some("cancelled"),
            (_, Some("TENTATIVE")) => Some("tentative"),
            (_, Some("CONFIRMED")) => Some("confirmed"),
            (_, Some(other)) => {
                doubts.push(format!("Its status, “{}”, is not known, and is left out.", shortened(other)));
                None
            }
            (_, None) => None,
        };
        if is_ours {
            let prefixes = PREFIXES.lines().filter_map(|line| line.split_once('\t'));
            for (prefix, meant) in prefixes {
                if let Some(rest) = title.strip_prefix(prefix) {
                    let meant = ["tentative", "postponed", "cancelled"].into_iter().find(|word| *word == meant);
                    return (rest.trim_start().to_owned(), meant.or(status));
                }
            }
        }
        (title, status)
    }

    /// An id out of a title, that no other entry has.
    fn id(&mut self, title: &str, day: Option<NaiveDate>) -> String {
        let mut slug = String::new();
        for c in title.chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let cut = slug.get(..MAX_SLUG).unwrap_or(&slug).trim_end_matches('-');
        let base = if cut.is_empty() { "event" } else { cut };
        let base = day.map_or_else(|| base.to_owned(), |day| format!("{base}-{day}"));
        let mut id = base.clone();
        let mut number = 1;
        while !self.ids.insert(id.clone()) {
            number += 1;
            id = format!("{base}-{number}");
        }
        id
    }

    fn when(&self, occurrence: &Occurrence<'_>, doubts: &mut Vec<String>) -> String {
        let backwards = "Its end is before its start, and is left out.";
        match (occurrence.start, occurrence.end) {
            (Time::Day(first), end) => {
                let last = end.and_then(|end| match end {
                    Time::Day(end) => end.checked_sub_days(Days::new(1)),
                    Time::At(..) => None,
                });
                if matches!(end, Some(Time::Day(end)) if end < first) {
                    doubts.push(backwards.to_owned());
                }
                match last.filter(|last| *last > first) {
                    Some(last) => format!("{{from: {first}, to: {last}}}"),
                    None => format!("{{date: {first}}}"),
                }
            }
            (Time::At(at, zone), end) => {
                let start = zone.moment(at);
                if at.second() != 0 {
                    doubts.push(format!("It begins {} seconds later; a schedule has whole minutes.", at.second()));
                }
                let mut text = format!("{{start: {}", start.local().format("%Y-%m-%d %H:%M"));
                let end = end.map(|end| self.reader.begin(end));
                if end.is_some_and(|end| end < at) {
                    doubts.push(backwards.to_owned());
                }
                // Whole minutes of both, so that the end is not on the minute of the start.
                let minute = |at: DateTime<Utc>| at.timestamp().div_euclid(60);
                if let Some(end) = end.filter(|end| minute(*end) > minute(at)) {
                    let (last, minutes) = (zone.moment(end), minute(end) - minute(at));
                    let _ = if fold(start).or(fold(last)).is_some() {
                        write!(text, ", for: {}", length(minutes))
                    } else if last.local().date() == start.local().date() {
                        write!(text, ", end: {}", last.local().format("%H:%M"))
                    } else {
                        write!(text, ", end: {}", last.local().format("%Y-%m-%d %H:%M"))
                    };
                }
                if zone != self.reader.zone {
                    let _ = write!(text, ", zone: {zone}");
                }
                if let Some(fold) = fold(start) {
                    let _ = write!(text, ", fold: {fold}");
                }
                text + "}"
            }
        }
    }
}

/// Minutes as hours and minutes.
fn length(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}

/// A text without what schedules refuse, and whether anything unseen was in it.
fn cleaned(text: &str, lines: bool) -> (String, bool) {
    let mut hidden = false;
    let mut clean = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' if lines => clean.push('\n'),
            '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push(' '),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => hidden = true,
            c if c.is_control() => hidden = true,
            c => clean.push(c),
        }
    }
    (clean.trim().to_owned(), hidden)
}

/// A text of a property that the parser does not take for one.
fn unescaped(text: &str) -> String {
    text.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
}

/// A note as a block, where that says it, or else in quotes.
fn written_note(note: &str) -> String {
    let is_simple = note.lines().all(|line| !line.starts_with([' ', '#']) && !line.ends_with(' '));
    if !note.contains('\n') || !is_simple {
        return scalar(note).into_owned();
    }
    let lines = note.lines().map(|line| if line.is_empty() { String::new() } else { format!("      {line}") });
    format!("|-\n{}", lines.collect::<Vec<_>>().join("\n"))
}

fn is_address(url: &str) -> bool {
    let known = url::Url::parse(url).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    known && !url.contains(char::is_whitespace)
}
