//! The text of a draft visit, out of a calendar's events.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};

use super::calendar::{Calendar, Line, Stamp, duration, line, read};
use super::recurrence::{expand, midnight};
use super::zones::{Zones, by_name, fold, instant_in};
use super::{MAX_ENTRIES, MAX_OCCURRENCES};
use crate::document::scalar;
use crate::zone::{FIRST_YEAR, LAST_YEAR, Zone};

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
}

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Time {
    Day(NaiveDate),
    At(DateTime<Utc>, Zone),
}

/// One time of an event.
struct Occurrence<'c> {
    event: &'c [Line],
    start: Time,
    end: Option<Time>,
    /// Whether it is one of several of its event.
    is_repeated: bool,
    doubts: Vec<String>,
}

/// The draft of a calendar's text, or why there is none.
pub(crate) fn draft(text: &str, options: Options<'_>) -> Result<String, String> {
    let calendar = read(text)?;
    if calendar.events.is_empty() {
        return Err("there is no event in this calendar".to_owned());
    }
    let times = named_times(&calendar);
    let own = line(&calendar.properties, "X-WR-TIMEZONE").and_then(|line| by_name(&line.value));
    let preferred: Vec<Zone> = options.zone.into_iter().chain(own).collect();
    let zones = Zones::new(&calendar.zones, &times, &preferred);
    let found = preferred.first().copied().or_else(|| zones.most_frequent(&times));
    let zone = found.unwrap_or_else(|| Zone::find("Etc/UTC").expect("it is in every database"));
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

/// The local times that stand beside each name of a zone.
fn named_times(calendar: &Calendar) -> BTreeMap<String, Vec<NaiveDateTime>> {
    let mut times: BTreeMap<String, Vec<NaiveDateTime>> = BTreeMap::new();
    for line in calendar.events.iter().flatten() {
        if let Some(name) = line.parameter("TZID") {
            let of = times.entry(name.to_owned()).or_default();
            of.extend(line.stamps().filter_map(|stamp| match stamp {
                Some(Stamp::Local(local)) => Some(local),
                _ => None,
            }));
        }
    }
    times
}

/// What calendars' times mean.
struct Reader {
    zones: Zones,
    /// The visit's.
    zone: Zone,
    /// What is doubtful of all of it, by the key that it is about.
    doubts: Vec<(&'static str, String)>,
}

impl Reader {
    fn time(&self, line: &Line, stamp: Stamp, doubts: &mut Vec<String>) -> Option<Time> {
        let in_range = |date: NaiveDate| (FIRST_YEAR + 1..LAST_YEAR).contains(&date.year());
        match stamp {
            Stamp::Date(date) => in_range(date).then_some(Time::Day(date)),
            Stamp::Utc(at) => in_range(at.date()).then(|| Time::At(at.and_utc(), self.zone)),
            Stamp::Local(local) if !in_range(local.date()) => None,
            Stamp::Local(local) => {
                let named = line.parameter("TZID").and_then(|name| self.zones.get(name));
                let floating = "Its time has no zone; it is read as the visit's own.";
                if line.parameter("TZID").is_none() && !doubts.iter().any(|doubt| doubt == floating) {
                    doubts.push(floating.to_owned());
                }
                let found = named.and_then(|named| Some((named.instant(local)?, named.zone)));
                let ((at, skipped), zone) = match found {
                    Some((read, zone)) => (read, zone.unwrap_or(self.zone)),
                    None => (instant_in(self.zone, local)?, self.zone),
                };
                if skipped {
                    let shown = local.format("%Y-%m-%d %H:%M");
                    doubts
                        .push(format!("{shown} never happens in {zone}; it is read by the clocks before the change."));
                }
                Some(Time::At(at, zone))
            }
        }
    }

    /// The first instant of a time, in the visit's zone.
    fn begin(&self, time: Time) -> DateTime<Utc> {
        match time {
            Time::Day(date) => self.zone.start_of_day(date),
            Time::At(at, _) => at,
        }
    }

    /// The end of an event that begins at a time: given, or by its length.
    fn end(&self, event: &[Line], start: Time, doubts: &mut Vec<String>) -> Option<Time> {
        if let Some(end) = line(event, "DTEND") {
            let time = end.stamp().and_then(|stamp| self.time(end, stamp, doubts));
            if time.is_none() {
                doubts.push(format!("Its end, “{}”, cannot be read, and is left out.", shortened(&end.value)));
            }
            return time;
        }
        let length = line(event, "DURATION")?;
        let Some(length) = duration(&length.value) else {
            doubts.push(format!("Its length, “{}”, cannot be read, and is left out.", shortened(&length.value)));
            return None;
        };
        after(start, length)
    }

    /// Every time of every event, as far as there is room for them.
    fn occurrences<'c>(&mut self, calendar: &'c Calendar) -> Result<Vec<Occurrence<'c>>, String> {
        let value = |event: &'c [Line], name: &str| line(event, name).map(|line| line.value.as_str());
        // What stands in the place of one of a recurring event's times, by UID and that time.
        let mut instead: HashMap<(&'c str, DateTime<Utc>), &'c [Line]> = HashMap::new();
        let repeated: HashSet<&str> =
            calendar.events.iter().filter(|event| is_repeated(event)).filter_map(|event| value(event, "UID")).collect();
        for event in &calendar.events {
            if let (Some(uid), Some(id)) = (value(event, "UID"), line(event, "RECURRENCE-ID"))
                && repeated.contains(uid)
                && let Some(time) = id.stamp().and_then(|stamp| self.time(id, stamp, &mut Vec::new()))
            {
                instead.insert((uid, self.begin(time)), event);
            }
        }
        let mut all = Vec::new();
        for event in &calendar.events {
            let uid = value(event, "UID").unwrap_or_default();
            let is_instead = line(event, "RECURRENCE-ID").is_some();
            if is_instead && repeated.contains(uid) {
                continue;
            }
            self.add(event, uid, &mut instead, &mut all);
            if all.len() > MAX_ENTRIES {
                return Err(format!("there are more than {MAX_ENTRIES} events in this calendar, too many for a visit"));
            }
        }
        // What stands in the place of a time that the rule does not give is a time all the same.
        let mut left: Vec<_> = instead.into_values().collect();
        left.sort_by_key(|event| value(event, "DTSTART").map(str::to_owned));
        for event in left {
            self.add_one(event, line(event, "DTSTART").and_then(Line::stamp), None, true, Vec::new(), &mut all);
        }
        if all.is_empty() {
            return Err("no event of this calendar has a time that can be read".to_owned());
        }
        Ok(all)
    }

    fn add<'c>(
        &mut self,
        event: &'c [Line],
        uid: &'c str,
        instead: &mut HashMap<(&'c str, DateTime<Utc>), &'c [Line]>,
        all: &mut Vec<Occurrence<'c>>,
    ) {
        let begin = line(event, "DTSTART");
        let first = begin.and_then(Line::stamp);
        let (Some(begin), Some(first), true) = (begin, first, is_repeated(event)) else {
            self.add_one(event, first, None, false, Vec::new(), all);
            return;
        };
        let several = "It was one recurring event; its times are entries of their own, new to those who had it.";
        let mut doubts = vec![several.to_owned()];
        let (wrap, local): (fn(NaiveDateTime) -> Stamp, NaiveDateTime) = match first {
            Stamp::Date(date) => (|time| Stamp::Date(time.date()), midnight(date)),
            Stamp::Local(local) => (Stamp::Local, local),
            Stamp::Utc(at) => (Stamp::Utc, at),
        };
        let zone = begin
            .parameter("TZID")
            .and_then(|name| self.zones.get(name))
            .and_then(|named| named.zone)
            .unwrap_or(self.zone);
        let on_clock = |utc: NaiveDateTime| match first {
            Stamp::Local(_) => zone.local(utc.and_utc()).datetime,
            _ => utc,
        };
        let of = |stamp: Stamp| match stamp {
            Stamp::Date(date) => midnight(date),
            Stamp::Local(local) => local,
            Stamp::Utc(at) => on_clock(at),
        };
        let mut times: BTreeSet<NaiveDateTime> = [local].into();
        for rule in event.iter().filter(|line| line.name == "RRULE") {
            match expand(&rule.value, local, MAX_OCCURRENCES, on_clock) {
                Ok((found, more)) => {
                    times.extend(found);
                    if more {
                        doubts.push(format!("It goes on: only its first {MAX_OCCURRENCES} times are here."));
                    }
                }
                Err(why) => doubts.push(format!(
                    "Its rule, “{}”, cannot be read: {}.",
                    shortened(&rule.value),
                    shortened(why.trim_end_matches('.'))
                )),
            }
        }
        let listed = |name: &'static str| {
            event.iter().filter(move |line| line.name == name).flat_map(Line::stamps).flatten().map(of)
        };
        times.extend(listed("RDATE"));
        let excluded: BTreeSet<NaiveDateTime> = listed("EXDATE").collect();
        // Some calendars except a time by its day.
        let is_of_days = matches!(first, Stamp::Date(_));
        times.retain(|time| !excluded.contains(time) && (is_of_days || !excluded.contains(&midnight(time.date()))));
        if event.iter().any(|line| line.name == "EXRULE") {
            doubts.push("It has a rule of exceptions (EXRULE), which is not read.".to_owned());
        }
        let start = self.time(begin, first, &mut Vec::new());
        let end = start.and_then(|start| self.end(event, start, &mut Vec::new()));
        let length = start.zip(end).map(|(start, end)| match (start, end) {
            (Time::Day(start), Time::Day(end)) => end - start,
            (start, end) => self.begin(end) - self.begin(start),
        });
        for time in times.into_iter().take(MAX_OCCURRENCES + 1) {
            let at = self.time(begin, wrap(time), &mut Vec::new()).map(|time| self.begin(time));
            match at.and_then(|at| instead.remove(&(uid, at))) {
                Some(other) => {
                    self.add_one(other, line(other, "DTSTART").and_then(Line::stamp), None, true, doubts.clone(), all);
                }
                None => self.add_one(event, Some(wrap(time)), length, true, doubts.clone(), all),
            }
            doubts.clear();
        }
    }

    fn add_one<'c>(
        &mut self,
        event: &'c [Line],
        start: Option<Stamp>,
        length: Option<TimeDelta>,
        is_repeated: bool,
        mut doubts: Vec<String>,
        all: &mut Vec<Occurrence<'c>>,
    ) {
        let begin = line(event, "DTSTART");
        let time = begin.zip(start).and_then(|(line, stamp)| self.time(line, stamp, &mut doubts));
        let Some(start) = time else {
            let title = line(event, "SUMMARY").map(|line| shortened(&line.value)).unwrap_or_default();
            let when = begin.map_or("no time", |line| line.value.as_str());
            self.doubts.push(("entries", format!("“{title}” is left out, because of its time: {}.", shortened(when))));
            return;
        };
        let end = match length {
            Some(length) => after(start, length),
            None => self.end(event, start, &mut doubts),
        };
        all.push(Occurrence { event, start, end, is_repeated, doubts });
    }
}

fn after(start: Time, length: TimeDelta) -> Option<Time> {
    match start {
        Time::Day(date) => date.checked_add_signed(TimeDelta::days(length.num_days())).map(Time::Day),
        Time::At(at, zone) => at.checked_add_signed(length).map(|at| Time::At(at, zone)),
    }
}

fn is_repeated(event: &[Line]) -> bool {
    line(event, "RECURRENCE-ID").is_none() && event.iter().any(|line| ["RRULE", "RDATE"].contains(&line.name.as_str()))
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
            if is_plain && self.uids.insert(uid.to_owned()) {
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

fn shortened(text: &str) -> String {
    crate::document::shortened(text).into_owned()
}
