//! Which names of the database a schedule may use, and what to write instead of the others.
//!
//! The database keeps every name it ever had. Those that its `zone.tab` lists stay, a country's own among them, as does
//! Etc/UTC; `links.tsv` has the rest, but for fixed offsets.

use std::collections::BTreeSet;
use std::fmt;

use super::Database;

/// Longer names are not compared with those of the database, so that a hostile one costs nothing.
const LONGEST: usize = 64;

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
    match nearest(database, name) {
        Some(zone) => (UnknownZoneKind::Misspelt, Some(zone)),
        None => (UnknownZoneKind::Unknown, None),
    }
}

/// The name that a misspelt one most resembles. A name without an area is taken for a city's.
fn nearest(database: Database, name: &str) -> Option<&'static str> {
    if name.len() > LONGEST {
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
        let mut name: String = self.name.chars().take(LONGEST).collect();
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
            UnknownZoneKind::Misspelt | UnknownZoneKind::Unknown => write!(f, "There is no time zone “{name}”."),
        }
    }
}

impl std::error::Error for UnknownZone {}
