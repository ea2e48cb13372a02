//! Which names of the database a schedule may use, and what to write instead of the others.
//!
//! The database keeps every name it ever had. Those that its `zone.tab` lists stay, a country's own among them, as does
//! Etc/UTC; `links.tsv` has the rest, but for fixed offsets.

use std::collections::BTreeSet;
use std::fmt;

use super::Database;
use super::moment::numeric;

/// Longer names are not compared with those of the database, so that a hostile one costs nothing.
const MAX_NAME_LENGTH: usize = 64;

/// The first words of the names of places.
const AREAS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// What people write for a zone though it names an offset, with the zone they are most likely to mean.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("ACDT", "Australia/Adelaide"),
    ("ACST", "Australia/Adelaide"),
    ("ADT", "America/Halifax"),
    ("AEDT", "Australia/Sydney"),
    ("AEST", "Australia/Sydney"),
    ("AKDT", "America/Anchorage"),
    ("AKST", "America/Anchorage"),
    ("ART", "America/Argentina/Buenos_Aires"),
    ("AST", "America/Halifax"),
    ("AWST", "Australia/Perth"),
    ("BRT", "America/Sao_Paulo"),
    ("BST", "Europe/London"),
    ("CAT", "Africa/Maputo"),
    ("CDT", "America/Chicago"),
    ("CEST", "Europe/Brussels"),
    ("CET", "Europe/Brussels"),
    ("CST", "America/Chicago"),
    ("CST6CDT", "America/Chicago"),
    ("EAT", "Africa/Nairobi"),
    ("EDT", "America/New_York"),
    ("EEST", "Europe/Athens"),
    ("EET", "Europe/Athens"),
    ("EST", "America/New_York"),
    ("EST5EDT", "America/New_York"),
    ("ET", "America/New_York"),
    ("GMT", "Etc/UTC"),
    ("GST", "Asia/Dubai"),
    ("HKT", "Asia/Hong_Kong"),
    ("HST", "Pacific/Honolulu"),
    ("ICT", "Asia/Bangkok"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("KDT", "Asia/Seoul"),
    ("KST", "Asia/Seoul"),
    ("MDT", "America/Denver"),
    ("MEST", "Europe/Brussels"),
    ("MET", "Europe/Brussels"),
    ("MSK", "Europe/Moscow"),
    ("MST", "America/Denver"),
    ("MST7MDT", "America/Denver"),
    ("MYT", "Asia/Kuala_Lumpur"),
    ("NDT", "America/St_Johns"),
    ("NST", "America/St_Johns"),
    ("NZDT", "Pacific/Auckland"),
    ("NZST", "Pacific/Auckland"),
    ("PDT", "America/Los_Angeles"),
    ("PHT", "Asia/Manila"),
    ("PKT", "Asia/Karachi"),
    ("PST", "America/Los_Angeles"),
    ("PST8PDT", "America/Los_Angeles"),
    ("PT", "America/Los_Angeles"),
    ("SAST", "Africa/Johannesburg"),
    ("SGT", "Asia/Singapore"),
    ("UCT", "Etc/UTC"),
    ("UTC", "Etc/UTC"),
    ("WAT", "Africa/Lagos"),
    ("WEST", "Europe/Lisbon"),
    ("WET", "Europe/Lisbon"),
    ("WIB", "Asia/Jakarta"),
    ("Z", "Etc/UTC"),
];

/// What to do where no name can be offered.
const WRITE_A_PLACE: &str = "Write an area and a location, such as Asia/Seoul or America/New_York.";

/// A place for each whole hour from 11 behind UTC to 14 ahead of it that changes no clocks.
pub(super) const ZONES_BY_HOUR: [&str; 26] = [
    "Pacific/Pago_Pago",
    "Pacific/Honolulu",
    "Pacific/Gambier",
    "Pacific/Pitcairn",
    "America/Phoenix",
    "America/Mexico_City",
    "America/Lima",
    "America/La_Paz",
    "America/Sao_Paulo",
    "America/Noronha",
    "Atlantic/Cape_Verde",
    "Etc/UTC",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Asia/Riyadh",
    "Asia/Dubai",
    "Asia/Tashkent",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Singapore",
    "Asia/Seoul",
    "Australia/Brisbane",
    "Pacific/Guadalcanal",
    "Pacific/Fiji",
    "Pacific/Tongatapu",
    "Pacific/Kiritimati",
];

pub(super) fn links() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("links.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

pub(super) fn abbreviations() -> impl Iterator<Item = (&'static str, &'static str)> {
    ABBREVIATIONS.iter().copied()
}

/// Those of a database's names that a schedule may use. A name that no table of ours knows is a new zone's.
pub(super) fn accepted<'n>(names: impl Iterator<Item = &'n str>) -> BTreeSet<&'n str> {
    let old: BTreeSet<&str> = links().map(|(old, _)| old).collect();
    let is_place = |name: &str| name.split_once('/').is_some_and(|(area, _)| AREAS.contains(&area));
    names.filter(|name| (is_place(name) || *name == "Etc/UTC") && !old.contains(name)).collect()
}

/// A name that is not accepted for a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownZone {
    /// The name as written.
    pub name: String,
    /// The name to write instead.
    pub suggestion: Option<&'static str>,
    /// What is wrong with the name.
    pub kind: UnknownZoneKind,
}

/// What is wrong with the name of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnknownZoneKind {
    /// It abbreviates an offset, and so may mean several places.
    Abbreviation,
    /// The database keeps it for old programs alone.
    OldLink,
    /// Only its capitals are wrong.
    WrongCase,
    /// It is an offset from UTC, such as `UTC+9`; the hours, if they are whole.
    Offset(Option<i32>),
    /// It is the database's own name of an offset, whose sign is the reverse of what it looks like: the hours as written.
    ReversedOffset(i32),
    /// It resembles the name that is suggested.
    Misspelt,
    /// It resembles no name.
    Unknown,
}

impl UnknownZone {
    pub(super) fn new(database: Database, name: &str) -> Self {
        let (kind, suggestion) = diagnose(database, name);
        UnknownZone { name: name.to_owned(), suggestion, kind }
    }

    /// What to write instead, as a sentence.
    #[must_use]
    pub fn help(&self) -> String {
        let on = |hours| on_offset(hours).map(|zone| format!("{zone} is on {}", numeric(hours * 3600)));
        match (self.suggestion, self.kind) {
            (Some(name), UnknownZoneKind::Abbreviation) => {
                format!("Write the name of the zone that is meant, such as {name}.")
            }
            (Some(name), UnknownZoneKind::Misspelt) => format!("Did you mean {name}?"),
            (Some(name), _) => format!("Write {name}."),
            (None, UnknownZoneKind::Offset(Some(hours)) | UnknownZoneKind::ReversedOffset(hours)) => {
                let is_reversed = matches!(self.kind, UnknownZoneKind::ReversedOffset(hours) if hours != 0);
                let places: Vec<String> =
                    [on(hours), on(-hours).filter(|_| is_reversed)].into_iter().flatten().collect();
                if places.is_empty() {
                    return WRITE_A_PLACE.to_owned();
                }
                format!("Write the zone of the place: {}.", places.join(", "))
            }
            (None, _) => WRITE_A_PLACE.to_owned(),
        }
    }
}

fn diagnose(database: Database, name: &str) -> (UnknownZoneKind, Option<&'static str>) {
    if let Some((_, zone)) = abbreviations().find(|(short, _)| short.eq_ignore_ascii_case(name)) {
        return (UnknownZoneKind::Abbreviation, Some(zone));
    }
    // No two names of the database differ in case alone, so old ones need no exact match first.
    if let Some((_, zone)) = links().find(|(old, _)| old.eq_ignore_ascii_case(name)) {
        return (UnknownZoneKind::OldLink, Some(zone));
    }
    if let Some(zone) = database.zones().find(|zone| zone.name().eq_ignore_ascii_case(name)) {
        return (UnknownZoneKind::WrongCase, Some(zone.name()));
    }
    if let Some(kind) = offset(name) {
        return (kind, None);
    }
    match nearest(database, name) {
        Some(zone) => (UnknownZoneKind::Misspelt, Some(zone)),
        None => (UnknownZoneKind::Unknown, None),
    }
}

/// What a name is that is nothing but an offset from UTC.
fn offset(name: &str) -> Option<UnknownZoneKind> {
    let upper = name.trim().to_ascii_uppercase();
    let (reversed, rest) = upper.strip_prefix("ETC/").map_or((false, upper.as_str()), |rest| (true, rest));
    let rest = ["UTC", "GMT", "UT"].iter().find_map(|prefix| rest.strip_prefix(prefix)).unwrap_or(rest);
    let sign = match rest.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' | '–' => -1,
        _ => return None,
    };
    let digits: String = rest.chars().skip(1).filter(|c| *c != ':').collect();
    let (hours, minutes) = digits.split_at_checked(if digits.len() > 2 { digits.len() - 2 } else { digits.len() })?;
    let hours = hours.parse().ok().filter(|hours: &i32| *hours <= 14)?;
    let is_whole = minutes.is_empty() || minutes == "00";
    Some(match (reversed, is_whole) {
        (true, true) => UnknownZoneKind::ReversedOffset(sign * hours),
        (false, true) => UnknownZoneKind::Offset(Some(sign * hours)),
        (_, false) => UnknownZoneKind::Offset(None),
    })
}

/// A zone that keeps this many hours from UTC all year.
fn on_offset(hours: i32) -> Option<&'static str> {
    let at = usize::try_from(hours + 11).ok()?;
    ZONES_BY_HOUR.get(at).copied()
}

/// The name that a misspelt one most resembles. A name without an area is taken for a city's.
fn nearest(database: Database, name: &str) -> Option<&'static str> {
    if name.len() > MAX_NAME_LENGTH {
        return None;
    }
    let written = name.trim().to_lowercase().replace(' ', "_");
    let length = written.chars().count();
    // Names of three letters are all near to one another.
    let allowed = if length < 4 { 0 } else { (length / 4).clamp(1, 3) };
    let distance = |known: &str| {
        let known = if written.contains('/') { known } else { known.rsplit('/').next().unwrap_or(known) };
        let is_near = known.len().abs_diff(length) <= allowed;
        is_near.then(|| strsim::osa_distance(&written, &known.to_ascii_lowercase()))
    };
    let current = database.zones().map(|zone| (zone.name(), zone.name()));
    current
        .chain(links())
        // A slip in the name of an offset gives another.
        .filter(|(known, _)| known.contains('/') && !known.starts_with("Etc/"))
        .filter_map(|(known, zone)| Some((distance(known)?, zone)))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, zone)| zone)
}

impl fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut name: String = self.name.chars().take(MAX_NAME_LENGTH).collect();
        if name.len() < self.name.len() {
            name.push('…');
        }
        match self.kind {
            UnknownZoneKind::Abbreviation => {
                write!(f, "“{name}” is an abbreviation, not the name of a time zone.")
            }
            UnknownZoneKind::OldLink => write!(f, "“{name}” is an old name of a time zone."),
            UnknownZoneKind::WrongCase => {
                write!(f, "“{name}” has the wrong capitals, which matter in the name of a time zone.")
            }
            UnknownZoneKind::Offset(_) => {
                write!(f, "“{name}” is an offset from UTC, not the name of a time zone.")
            }
            UnknownZoneKind::ReversedOffset(hours) => {
                let (means, looks) = (numeric(-hours * 3600), numeric(hours * 3600));
                write!(f, "“{name}” means {means}, not {looks}: the signs of such names are reversed.")
            }
            UnknownZoneKind::Misspelt | UnknownZoneKind::Unknown => write!(f, "There is no time zone “{name}”."),
        }
    }
}

impl std::error::Error for UnknownZone {}
