//! Which zone a calendar means by a name, and which instant by a time in it.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};

use super::calendar::{Line, Stamp, Table, line};
use super::recurrence::{expand, midnight};
use crate::zone::{Database, Fold, LocalTimeError, Moment, UnknownZoneKind, Zone};

/// The onsets of a VTIMEZONE before this year are of no visit; Outlook's rules begin in 1601.
const FIRST_YEAR: i32 = 1970;
/// As many onsets as a yearly rule has until the tables end.
const MAX_ONSETS: usize = 140;
/// As many observances as any zone needs.
const MAX_OBSERVANCES: usize = 300;

/// As many of them recur as any zone needs.
const MAX_RULES: usize = 20;

/// What a name of a zone came to, with what is doubtful about it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) zone: Option<Zone>,
    /// The offsets that the calendar itself gives, where the name says nothing.
    onsets: Vec<(NaiveDateTime, i32)>,
    /// The offset before the first of them.
    before: i32,
    pub(super) doubt: Option<String>,
}

/// The names of a calendar.
#[derive(Debug, Default)]
pub(super) struct Zones(BTreeMap<String, Named>);

impl Zones {
    /// Of the names that times have; `times` are those of each, and `preferred` the zones that are taken before others.
    pub(super) fn new(
        tables: &[Table],
        times: &BTreeMap<String, Vec<NaiveDateTime>>,
        preferred: &[Zone],
        database: Database,
    ) -> Self {
        let named = |name, times: &[_]| named(name, tables, times, (preferred, database));
        Zones(times.iter().map(|(name, times)| (name.clone(), named(name, times))).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Named> {
        self.0.get(name)
    }

    /// What is doubtful about them.
    pub(super) fn doubts(&self) -> impl Iterator<Item = &str> {
        self.0.values().filter_map(|named| named.doubt.as_deref())
    }

    /// How often each zone was named.
    pub(super) fn most_frequent(&self, times: &BTreeMap<String, Vec<NaiveDateTime>>) -> Option<Zone> {
        let count = |name: &str| times.get(name).map_or(0, Vec::len);
        let named = self.0.iter().filter_map(|(name, named)| Some((count(name), named.zone?)));
        named.max_by(|(a, first), (b, second)| a.cmp(b).then(second.cmp(first))).map(|(_, zone)| zone)
    }
}

impl Named {
    /// The instant of a local time, and whether the clocks skip it.
    pub(super) fn instant(&self, local: NaiveDateTime) -> Option<(DateTime<Utc>, bool)> {
        let Some(zone) = self.zone.filter(|_| self.onsets.is_empty()) else {
            let offset = self.offset(local)?;
            return Some(((local - TimeDelta::seconds(offset.into())).and_utc(), false));
        };
        instant_in(zone, local)
    }

    fn offset(&self, local: NaiveDateTime) -> Option<i32> {
        let after = self.onsets.partition_point(|(onset, _)| *onset <= local);
        (!self.onsets.is_empty()).then(|| after.checked_sub(1).map_or(self.before, |at| self.onsets[at].1))
    }
}

/// The instant of a local time of a zone, and whether the clocks skip it: then, as RFC 5545, 3.3.5 has it, the offset
/// before the gap counts. Of two, the first.
pub(super) fn instant_in(zone: Zone, local: NaiveDateTime) -> Option<(DateTime<Utc>, bool)> {
    match zone.at(local, Some(Fold::Earlier)) {
        Ok(moment) => Some((moment.instant(), false)),
        Err(LocalTimeError::Gap { before, .. }) => {
            Some(((local - TimeDelta::seconds(before.offset.into())).and_utc(), true))
        }
        Err(_) => None,
    }
}

/// A moment as an author writes it, and the word that tells it from the other of its local time.
pub(super) fn fold(moment: Moment) -> Option<&'static str> {
    moment.happens_twice().then(|| if moment.second_pass() { "later" } else { "earlier" })
}

fn named(name: &str, tables: &[Table], times: &[NaiveDateTime], (preferred, database): (&[Zone], Database)) -> Named {
    let certain = |zone| Named { zone: Some(zone), onsets: Vec::new(), before: 0, doubt: None };
    if let Some(zone) = by_name(name, database) {
        return certain(zone);
    }
    let windows = windows().find(|(own, _)| own.eq_ignore_ascii_case(name.trim()));
    if let Some(zone) = windows.and_then(|(_, zone)| by_name(zone, database)) {
        let doubt = format!("“{name}” is Windows' name of a zone that several places have; {zone} is taken.");
        return Named { doubt: Some(doubt), ..certain(zone) };
    }
    let Some((onsets, before)) = tables.iter().find(|table| table.name == name).and_then(onsets) else {
        let doubt = format!("“{name}” is no time zone that is known; its times are read as the visit's own.");
        return Named { zone: None, onsets: Vec::new(), before: 0, doubt: Some(doubt) };
    };
    let own = Named { zone: None, onsets, before, doubt: None };
    let agrees = |zone: Zone, times: &[NaiveDateTime]| {
        let at = |read: Option<(DateTime<Utc>, bool)>| read.map(|(at, _)| at);
        times.iter().all(|local| at(own.instant(*local)) == at(instant_in(zone, *local)))
    };
    // Around the changes of these years too, if any zone has them all.
    let years = || times.iter().map(NaiveDateTime::year);
    let years = years().min().zip(years().max());
    let changes = own
        .onsets
        .iter()
        .map(|(onset, _)| *onset)
        .filter(|onset| years.is_some_and(|(first, last)| (first..=last).contains(&onset.year())));
    let around = changes.flat_map(|onset| [onset - TimeDelta::minutes(1), onset + TimeDelta::hours(2)]);
    let whole: Vec<NaiveDateTime> = times.iter().copied().chain(around).collect();
    let candidates = || {
        let known = self::windows().filter_map(|(_, zone)| by_name(zone, database));
        preferred.iter().copied().chain(known).chain(database.zones())
    };
    let found =
        candidates().find(|zone| agrees(*zone, &whole)).or_else(|| candidates().find(|zone| agrees(*zone, times)));
    let doubt = match found {
        Some(zone) => format!("“{name}” is no name of a time zone; at these times, its clocks agree with {zone}."),
        None => {
            format!("“{name}” is no time zone that is known; its times are converted by what the calendar says of it.")
        }
    };
    Named { zone: found, doubt: Some(doubt), ..own }
}

/// The zone of a name, an old one, one in other letters, or one behind a maker's prefix.
pub(super) fn by_name(name: &str, database: Database) -> Option<Zone> {
    let exact = |name: &str| match database.zone(name) {
        Ok(zone) => Some(zone),
        Err(unknown) if matches!(unknown.kind, UnknownZoneKind::OldLink | UnknownZoneKind::WrongCase) => {
            unknown.suggestion.and_then(|name| database.find(name))
        }
        Err(_) if ["UTC", "GMT", "Z"].contains(&name) => Some(database.utc()),
        Err(_) => None,
    };
    // /freeassociation.sourceforge.net/Europe/Berlin
    let behind = name.starts_with('/').then(|| {
        let parts: Vec<&str> = name.split('/').collect();
        (2..=3).find_map(|count| exact(&parts[parts.len().checked_sub(count)?..].join("/")))
    });
    exact(name.trim()).or(behind.flatten())
}

fn windows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("windows_zones.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t'))
}

/// When each offset of a VTIMEZONE begins on the clocks before, and the offset before them all; `None` if it makes no sense.
fn onsets(table: &Table) -> Option<(Vec<(NaiveDateTime, i32)>, i32)> {
    let mut onsets: Vec<(NaiveDateTime, i32, i32)> = Vec::new();
    if table.observances.iter().filter(|observance| line(observance, "RRULE").is_some()).count() > MAX_RULES {
        return None;
    }
    for observance in table.observances.iter().take(MAX_OBSERVANCES) {
        let offset = |name: &str| line(observance, name).and_then(|line| offset(&line.value));
        let (from, to) = (offset("TZOFFSETFROM")?, offset("TZOFFSETTO")?);
        let first = match line(observance, "DTSTART").and_then(Line::stamp)? {
            Stamp::Local(first) => first,
            Stamp::Date(day) => midnight(day),
            Stamp::Utc(_) => return None,
        };
        let rule = line(observance, "RRULE").map(|line| line.value.as_str());
        let begin = if rule.is_some() && first.year() < FIRST_YEAR { first.with_year(FIRST_YEAR)? } else { first };
        let mut times = match rule {
            Some(rule) => expand(rule, begin, MAX_ONSETS, |until| until + TimeDelta::seconds(from.into())).ok()?.0,
            None => [begin].into(),
        };
        if begin != first {
            // Only the rule says when it was in the first of the years that count.
            times.remove(&begin);
        }
        let more = observance.iter().filter(|line| line.name == "RDATE").flat_map(Line::stamps);
        times.extend(more.filter_map(|stamp| match stamp {
            Some(Stamp::Local(local)) => Some(local),
            _ => None,
        }));
        onsets.extend(times.into_iter().map(|onset| (onset, from, to)));
    }
    onsets.sort_unstable();
    let before = onsets.first()?.1;
    Some((onsets.into_iter().map(|(onset, _, to)| (onset, to)).collect(), before))
}

/// +0900, -04:30, +053000: seconds ahead of UTC.
fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.trim().split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if ![4, 6].contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| digits.get(at..at + 2).map_or(Some(0), |part| part.parse::<i32>().ok());
    let (hours, minutes, seconds) = (part(0)?, part(2)?, part(4)?);
    (hours < 24 && minutes < 60 && seconds < 60).then(|| sign * (hours * 3_600 + minutes * 60 + seconds))
}
