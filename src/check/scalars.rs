//! Scalars: what a word of the format has to look like.

use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use url::Url;

use super::Checker;
use super::time_slips::{self, Shape};
use crate::diagnostic::{Code, codes};
use crate::document::{Scalar, certain, respelt, shortened, with_suggestion};
use crate::programme::Id;
use crate::zone::{Database, FIRST_YEAR, Fold, LAST_YEAR, LocalTimeError, Moment, UnknownZone, UnknownZoneKind, Zone};

/// The years that the time zone tables are good for.
const YEARS: RangeInclusive<i32> = FIRST_YEAR..=LAST_YEAR;

/// A length of time as it is written: whole days, and what is less than one or is written in hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) days: u32,
    pub(super) rest: Duration,
}

/// Digits at a range of bytes, as a number.
fn number(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
}

/// The parts of `YYYY-MM-DD`, whether or not there is such a day.
fn date_parts(text: &[u8]) -> Option<(i32, u32, u32)> {
    if text.len() != 10 || text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let year = i32::try_from(number(&text[..4])?).ok()?;
    Some((year, number(&text[5..7])?, number(&text[8..])?))
}

/// The parts of `HH:MM`, whether or not there is such a time.
fn time_parts(text: &[u8]) -> Option<(u32, u32)> {
    if text.len() != 5 || text[2] != b':' {
        return None;
    }
    Some((number(&text[..2])?, number(&text[3..])?))
}

/// Whether Windows keeps a name for a device, with any ending.
fn is_device(name: &str) -> bool {
    let numbered = |name: &str| matches!(name.as_bytes(), [b'1'..=b'9']);
    matches!(name, "con" | "prn" | "aux" | "nul")
        || name.strip_prefix("com").is_some_and(numbered)
        || name.strip_prefix("lpt").is_some_and(numbered)
}

/// The longest UID.
const MAX_UID: usize = 255;
/// What to write where a date is beyond the tables.
pub(super) const DATES_IN_RANGE: &str = "Dates from 1900 to 2099 can be converted.";

impl Checker<'_, '_> {
    /// Reports that a scalar is not what it has to be.
    pub(super) fn reject<T>(&mut self, scalar: &Scalar<'_>, noun: &str, code: Code, help: &str) -> Option<T> {
        let message = || format!("“{}” is no {noun}.", shortened(&scalar.text));
        self.error(code, scalar.at, |d| d.saying(message()).with_help(help));
        None
    }

    /// An id: of a visit, an entry, a feed, a source.
    pub(super) fn id(&mut self, scalar: &Scalar<'_>) -> Option<Id> {
        let id = Id::parse(&scalar.text);
        if id.is_none() {
            self.error(codes::BAD_ID, scalar.at, |d| {
                d.saying(format!("“{}” cannot be an id.", shortened(&scalar.text)))
                    .with_help("An id has 1 to 64 characters out of a–z, 0–9 and “-”.")
            });
        }
        id
    }

    /// The UID of an event that was imported.
    pub(super) fn uid(&mut self, scalar: &Scalar<'_>) -> Option<String> {
        if (1..=MAX_UID).contains(&scalar.text.len()) && scalar.text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Some(scalar.text.to_string());
        }
        self.error(codes::BAD_ID, scalar.at, |d| {
            d.saying(format!("“{}” cannot be a UID.", shortened(&scalar.text)))
                .with_help("A UID has 1 to 255 letters, digits and signs of ASCII, and no blanks. Without one, the event gets its own.")
        });
        None
    }

    /// An id that becomes the name of a file: of a visit, a feed.
    pub(super) fn file_id(&mut self, scalar: &Scalar<'_>) -> Option<Id> {
        let id = self.id(scalar)?;
        if is_device(&scalar.text) {
            self.error(codes::BAD_ID, scalar.at, |d| {
                d.saying(format!("“{}” cannot be an id: Windows makes no file of that name.", scalar.text))
                    .with_help("Add a word to it.")
            });
            return None;
        }
        Some(id)
    }

    /// One of the format's words.
    pub(super) fn word<T: Copy>(
        &mut self,
        scalar: &Scalar<'_>,
        noun: &str,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> Option<T> {
        let found = all.iter().copied().find(|&known| name(known) == scalar.text);
        if found.is_none() {
            self.error(codes::UNKNOWN_WORD, scalar.at, |d| {
                let names: Vec<_> = all.iter().map(|&known| name(known)).collect();
                let d = d.saying(format!("“{}” is no {noun}.", shortened(&scalar.text)));
                let known = names.iter().copied();
                let d = with_suggestion(d, &scalar.text, known, || format!("Write one of: {}.", names.join(", ")));
                // Who may see something is never guessed.
                if noun == "audience" { d.with_fix(None) } else { d }
            });
        }
        found
    }

    /// A zone by its IANA name.
    pub(super) fn zone(&mut self, scalar: &Scalar<'_>) -> Option<Zone> {
        let database = self.database;
        let zone = database.find(&scalar.text);
        if zone.is_none() {
            let cities = [self.own_zones.as_slice(), &self.city_zones].concat();
            self.error(codes::UNKNOWN_ZONE, scalar.at, |d| {
                let Err(unknown) = database.zone(&scalar.text) else { return d };
                let unknown = meant_by_cities(unknown, &cities);
                let fix = canonical(database, &unknown).and_then(|name| respelt(&d.place, &scalar.text, name));
                d.saying(unknown.to_string()).with_help(unknown.help()).with_fix(fix)
            });
        }
        zone
    }

    /// A day, `YYYY-MM-DD`.
    pub(super) fn date(&mut self, scalar: &Scalar<'_>) -> Option<NaiveDate> {
        let Some((year, month, day)) = date_parts(scalar.text.as_bytes()) else {
            let day = self.example.date();
            let help = if time_slips::has_time(&scalar.text) {
                format!("Only the day is written here: {day}.")
            } else {
                format!("Write the year, month and day: {day}.")
            };
            return self.slip(codes::BAD_DATE, scalar, ("date", Shape::Date), &help);
        };
        self.day_of(scalar, year, month, day)
    }

    fn day_of(&mut self, scalar: &Scalar<'_>, year: i32, month: u32, day: u32) -> Option<NaiveDate> {
        let Some(date) = NaiveDate::from_ymd_opt(year, month, day) else {
            let example = self.example.date();
            self.error(codes::BAD_DATE, scalar.at, |d| {
                let help = if (month, day) == (2, 29) {
                    format!("{year} is no leap year.")
                } else {
                    format!("Write the year, month and day: {example}.")
                };
                d.saying(format!("There is no day {year:04}-{month:02}-{day:02}.")).with_help(help)
            });
            return None;
        };
        if !YEARS.contains(&year) {
            self.error(codes::DATE_OUT_OF_RANGE, scalar.at, |d| {
                d.saying(format!("The year {year} is outside of the time zone tables.")).with_help(DATES_IN_RANGE)
            });
            return None;
        }
        Some(date)
    }

    /// A time of day, `HH:MM`.
    pub(super) fn time(&mut self, scalar: &Scalar<'_>) -> Option<NaiveTime> {
        let Some((hour, minute)) = time_parts(scalar.text.as_bytes()) else {
            let help = format!("Write hours and minutes on the 24-hour clock: {}.", self.example.format("%H:%M"));
            return self.slip(codes::BAD_TIME, scalar, ("time", Shape::Time), &help);
        };
        self.time_of(scalar, hour, minute)
    }

    fn time_of(&mut self, scalar: &Scalar<'_>, hour: u32, minute: u32) -> Option<NaiveTime> {
        let time = NaiveTime::from_hms_opt(hour, minute, 0);
        if time.is_none() {
            self.error(codes::BAD_TIME, scalar.at, |d| {
                let help = if (hour, minute) == (24, 0) {
                    "Midnight is 00:00 of the next day."
                } else {
                    "Hours go from 00 to 23, minutes from 00 to 59."
                };
                d.saying(format!("There is no time {hour:02}:{minute:02}.")).with_help(help)
            });
        }
        time
    }

    /// A day and a time, `YYYY-MM-DD HH:MM`; with `same_day`, a time alone is one of that day.
    pub(super) fn date_time(&mut self, scalar: &Scalar<'_>, same_day: Option<NaiveDate>) -> Option<NaiveDateTime> {
        let bytes = scalar.text.as_bytes();
        let is_time = bytes.len() == 5 || bytes.len() != 16 && time_slips::find(&scalar.text, Shape::Time).is_some();
        if let (Some(day), true) = (same_day, is_time) {
            return self.time(scalar).map(|time| day.and_time(time));
        }
        let parts = if bytes.len() == 16 && bytes[10] == b' ' {
            date_parts(&bytes[..10]).zip(time_parts(&bytes[11..]))
        } else {
            None
        };
        let Some(((year, month, day), (hour, minute))) = parts else {
            let (day, time) = (self.example.date(), self.example.format("%H:%M"));
            let help = if date_parts(bytes).is_some() {
                format!("If only the day was announced, write {{date: {}}} instead.", scalar.text)
            } else if same_day.is_none() && time_parts(bytes).is_some() {
                format!("Nothing says which day this time is of; write the day too: {day} {}.", scalar.text)
            } else if let Some(same_day) = same_day {
                // Where the start is wrong, the day is none of the file's.
                let day = if same_day == NaiveDate::default() { day } else { same_day };
                format!("Write {time} for the same day, or a day and a time: {day} {time}.")
            } else {
                format!("Write a day and a time on the 24-hour clock: {day} {time}.")
            };
            return self.slip(codes::BAD_TIME, scalar, ("day and time", Shape::DateTime), &help);
        };
        let day = self.day_of(scalar, year, month, day);
        let time = self.time_of(scalar, hour, minute);
        Some(day?.and_time(time?))
    }

    /// Reports a date or a time that is not written as one: with what is wrong, if that is known, else with this help.
    fn slip<T>(&mut self, code: Code, scalar: &Scalar<'_>, (noun, shape): (&str, Shape), help: &str) -> Option<T> {
        let Some(slip) = time_slips::find(&scalar.text, shape) else { return self.reject(scalar, noun, code, help) };
        self.error(code, scalar.at, |d| {
            let fix = slip.meant.as_deref().and_then(|meant| respelt(&d.place, &scalar.text, meant));
            let help = slip.meant.map_or_else(|| help.to_owned(), |meant| format!("Write {meant}."));
            let message = format!("“{}” is no {noun}: {}.", shortened(&scalar.text), slip.cause);
            d.saying(message).with_help(help).with_fix(fix)
        });
        None
    }

    /// A local time as an instant; one that never happens, or that happens twice, is refused.
    pub(super) fn moment(
        &mut self,
        scalar: &Scalar<'_>,
        local: NaiveDateTime,
        zone: Zone,
        fold: Option<Fold>,
    ) -> Option<Moment> {
        let error = match zone.at(local, fold) {
            Ok(moment) => return Some(moment),
            Err(error) => error,
        };
        let (code, help) = match error {
            LocalTimeError::Gap { .. } | LocalTimeError::NoDay { .. } => {
                (codes::TIME_NEVER_HAPPENS, "Ask the source which time is meant, and write that one.")
            }
            LocalTimeError::Fold { .. } => {
                (codes::TIME_HAPPENS_TWICE, "Add “fold: earlier” or “fold: later” beside the time.")
            }
            LocalTimeError::OutOfRange { .. } => (codes::DATE_OUT_OF_RANGE, DATES_IN_RANGE),
        };
        self.error(code, scalar.at, |d| d.saying(error.to_string()).with_help(help));
        None
    }

    /// An instant with its offset, `2025-08-24T20:00-04:00`.
    pub(super) fn instant(&mut self, scalar: &Scalar<'_>) -> Option<DateTime<Utc>> {
        let day = self.example.date();
        let help = format!("Write a day, a time and the offset from UTC: {day}T20:00-04:00.");
        parse_instant(&scalar.text).or_else(|| self.reject(scalar, "instant", codes::BAD_INSTANT, &help))
    }

    /// A length of time: `30m`, `1h30m`, `30d`; a day is 24 hours.
    pub(super) fn length(&mut self, scalar: &Scalar<'_>) -> Option<Duration> {
        let hours = |length: Length| Duration::from_secs(u64::from(length.days) * 24 * 60 * 60) + length.rest;
        self.calendar_length(scalar).map(hours)
    }

    /// A length of time on a calendar, where a day ends at the same time of the next.
    pub(super) fn calendar_length(&mut self, scalar: &Scalar<'_>) -> Option<Length> {
        let bare = scalar.text.parse::<u32>().ok().filter(|number| *number > 0);
        let help = || match bare {
            Some(number) => {
                format!("Write what it counts: {number}m, {number}h or {number}d for minutes, hours or days.")
            }
            None => "Write days, hours and minutes: 30m, 1h30m, 30d. It must be longer than nothing.".to_owned(),
        };
        parse_length(&scalar.text).or_else(|| self.reject(scalar, "length of time", codes::BAD_LENGTH, &help()))
    }

    /// A web address; anything but http and https is refused.
    pub(super) fn address(&mut self, scalar: &Scalar<'_>) -> Option<String> {
        let is_web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        let has_blanks = scalar.text.contains(|c: char| c.is_control() || c.is_whitespace());
        let help = "Write an address that begins with https:// or http://.";
        match Url::parse(&scalar.text) {
            Ok(url) if is_web(&url) && !has_blanks => Some(url.into()),
            _ => self.reject(scalar, "web address", codes::BAD_URL, help),
        }
    }
}

/// Of an abbreviation that several places use, the zone of a city that the file names, if that is one of them.
fn meant_by_cities(unknown: UnknownZone, cities: &[Zone]) -> UnknownZone {
    if unknown.kind != UnknownZoneKind::Abbreviation {
        return unknown;
    }
    // A year without a change of rules tells all the names that a zone goes by.
    let seasons = [1, 7].map(|month| NaiveDate::from_ymd_opt(2025, month, 15).expect("a day").and_time(NaiveTime::MIN));
    let uses = |zone: &&Zone| {
        seasons.iter().any(|season| zone.local(season.and_utc()).name.as_str().eq_ignore_ascii_case(&unknown.name))
    };
    let meant = cities.iter().find(uses).map(|zone| zone.name());
    UnknownZone { suggestion: meant.or(unknown.suggestion), ..unknown }
}

/// The name of the zone that is certainly meant: an abbreviation may mean several.
fn canonical(database: Database, unknown: &UnknownZone) -> Option<&'static str> {
    match unknown.kind {
        UnknownZoneKind::OldLink | UnknownZoneKind::WrongCase => unknown.suggestion,
        UnknownZoneKind::Misspelt => {
            let names: Vec<_> = database.zones().map(Zone::name).filter(|name| !name.starts_with("Etc/")).collect();
            certain(&unknown.name, names.iter().copied()).filter(|name| unknown.suggestion == Some(name))
        }
        _ => None,
    }
}

/// Reads RFC 3339 with or without seconds, with a `T` or a space.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    if bytes.len() < 17 || !matches!(bytes[10], b'T' | b't' | b' ') || !text.is_ascii() {
        return None;
    }
    let full = if bytes[16] == b':' { text.to_owned() } else { format!("{}:00{}", &text[..16], &text[16..]) };
    let instant = DateTime::parse_from_rfc3339(&full).ok()?.with_timezone(&Utc);
    YEARS.contains(&instant.year()).then_some(instant)
}

/// A length of time as the format has it: `30m`, `1h30m`, `2d`.
#[cfg(feature = "serve")]
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let length = parse_length(text)?;
    Some(Duration::from_secs(u64::from(length.days) * 24 * 60 * 60) + length.rest)
}

fn parse_length(text: &str) -> Option<Length> {
    let (mut days, mut minutes) = (0, 0);
    let mut rest = text;
    let mut units = [('d', 24 * 60), ('h', 60), ('m', 1)].into_iter();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let count: u32 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        let (_, each) = units.find(|(name, _)| *name == unit)?;
        match unit {
            'd' => days = count,
            _ => minutes += u64::from(count) * each,
        }
        rest = &rest[digits + 1..];
    }
    // A century is more than anybody means, and keeps every sum of times within the tables' types.
    let total = u64::from(days) * 24 * 60 + minutes;
    let rest = Duration::from_secs(minutes * 60);
    (1..=100 * 366 * 24 * 60).contains(&total).then_some(Length { days, rest })
}
