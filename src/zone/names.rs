//! Which names of the database a schedule may use, and what to write instead of the others.
//!
//! The database keeps every name it ever had. Those that its `zone.tab` lists stay, a country's own among them, as do
//! Etc/UTC and the fixed offsets; `links.tsv` has the rest.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use super::all_in_database;

/// Longer names are not compared with those of the database, so that a hostile one costs nothing.
const LONGEST: usize = 64;

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

static LINKS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| links().collect());

/// Every name outside Etc in lower case, as mistakes are compared with, and the name to write.
static SPELLINGS: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
    all_in_database()
        .map(super::Zone::name)
        // A slip in Etc/GMT+9 gives another offset, and its sign is the reverse of what people write.
        .filter(|name| name.contains('/') && !name.starts_with("Etc/"))
        .map(|name| (name.to_ascii_lowercase(), *LINKS.get(name).unwrap_or(&name)))
        .collect()
});

pub(super) fn links() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("links.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

pub(super) fn abbreviations() -> impl Iterator<Item = (&'static str, &'static str)> {
    ABBREVIATIONS.iter().copied()
}

/// Whether a name that the database has is one that a schedule may use.
pub(super) fn is_current(name: &str) -> bool {
    !LINKS.contains_key(name)
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
    pub(super) fn new(name: &str) -> Self {
        let (kind, suggestion) = diagnose(name);
        UnknownZone { name: name.to_owned(), suggestion, kind }
    }
}

fn diagnose(name: &str) -> (UnknownZoneKind, Option<&'static str>) {
    if let Some((_, zone)) = abbreviations().find(|(short, _)| short.eq_ignore_ascii_case(name)) {
        return (UnknownZoneKind::Abbreviation, Some(zone));
    }
    // No two names of the database differ in case alone, so old ones need no exact match first.
    if let Some((_, zone)) = links().find(|(old, _)| old.eq_ignore_ascii_case(name)) {
        return (UnknownZoneKind::OldLink, Some(zone));
    }
    if let Some(zone) = super::all().find(|zone| zone.name().eq_ignore_ascii_case(name)) {
        return (UnknownZoneKind::WrongCase, Some(zone.name()));
    }
    match nearest(name) {
        Some(zone) => (UnknownZoneKind::Misspelt, Some(zone)),
        None => (UnknownZoneKind::Unknown, None),
    }
}

/// The name that a misspelt one most resembles. A name without an area is taken for a city's.
fn nearest(name: &str) -> Option<&'static str> {
    if name.len() > LONGEST {
        return None;
    }
    let written = name.trim().to_lowercase().replace(' ', "_");
    let length = written.chars().count();
    let comparable = |spelling: &'static str| {
        if written.contains('/') { spelling } else { spelling.rsplit('/').next().unwrap_or(spelling) }
    };
    // Names of three letters are all near to one another.
    let allowed = if length < 4 { 0 } else { (length / 4).clamp(1, 3) };
    SPELLINGS
        .iter()
        .map(|(spelling, zone)| (comparable(spelling), *zone))
        .filter(|(spelling, _)| spelling.len().abs_diff(length) <= allowed)
        .map(|(spelling, zone)| (strsim::osa_distance(&written, spelling), zone))
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
