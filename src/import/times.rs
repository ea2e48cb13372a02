//! When the events of a calendar are: each time of each, with what is doubtful about it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::calendar::{Calendar, Line, Stamp, duration, line};
use super::recurrence::{expand, midnight};
use super::zones::{Zones, instant_in};
use super::{MAX_ENTRIES, MAX_OCCURRENCES};
use crate::document::shortened;
use crate::zone::{FIRST_YEAR, LAST_YEAR, Zone};

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    Day(NaiveDate),
    At(DateTime<Utc>, Zone),
}

/// One time of an event.
pub(super) struct Occurrence<'c> {
    pub(super) event: &'c [Line],
    pub(super) start: Time,
    pub(super) end: Option<Time>,
    /// Whether it is one of several of its event.
    pub(super) is_repeated: bool,
    pub(super) doubts: Vec<String>,
}

/// The local times that stand beside each name of a zone.
pub(super) fn named_times(calendar: &Calendar) -> BTreeMap<String, Vec<NaiveDateTime>> {
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
pub(super) struct Reader {
    pub(super) zones: Zones,
    /// The visit's.
    pub(super) zone: Zone,
    /// What is doubtful of all of it, by the key that it is about.
    pub(super) doubts: Vec<(&'static str, String)>,
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
    pub(super) fn begin(&self, time: Time) -> DateTime<Utc> {
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
    pub(super) fn occurrences<'c>(&mut self, calendar: &'c Calendar) -> Result<Vec<Occurrence<'c>>, String> {
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
        // On the event's own clock too, where they are given on another.
        let other = |line: &Line, stamp: Stamp| match (stamp, line.parameter("TZID")) {
            (Stamp::Local(local), Some(name)) if begin.parameter("TZID") != Some(name) => {
                let read = self.zones.get(name).and_then(|named| named.instant(local));
                read.map_or(local, |(at, _)| on_clock(at.naive_utc()))
            }
            _ => of(stamp),
        };
        let listed = |name: &'static str| {
            let lines = event.iter().filter(move |line| line.name == name);
            lines
                .flat_map(|line| line.stamps().flatten().map(move |stamp| (line, stamp)))
                .map(|(line, stamp)| other(line, stamp))
        };
        if event.iter().any(|line| line.name == "RDATE" && line.value.contains('/')) {
            doubts.push("Some of its times have ends of their own (PERIOD), which are not read.".to_owned());
        }
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
            let which = if title.is_empty() { "An event without a title".to_owned() } else { format!("“{title}”") };
            self.doubts.push(("entries", format!("{which} is left out, because of its time: {}.", shortened(when))));
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
