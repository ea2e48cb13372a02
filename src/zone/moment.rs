//! Moments, what wall clocks read, and local times that name no moment or two.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta, Timelike, Utc};

use super::{FIRST_YEAR, LAST_YEAR, Zone, shifted};

/// An instant together with the zone whose wall clock shows it; ordered by instant, then by the zone's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment {
    instant: DateTime<Utc>,
    zone: Zone,
    offset: i32,
}

impl Moment {
    pub(super) fn new(zone: Zone, instant: DateTime<Utc>, offset: i32) -> Self {
        Moment { instant, zone, offset }
    }

    /// The zone whose wall clock is read.
    #[must_use]
    pub fn zone(self) -> Zone {
        self.zone
    }

    /// The instant.
    #[must_use]
    pub fn instant(self) -> DateTime<Utc> {
        self.instant
    }

    /// What the zone's wall clock reads.
    #[must_use]
    pub fn local(self) -> NaiveDateTime {
        shifted(self.instant.naive_utc(), self.offset)
    }

    /// How far the wall clock is ahead of UTC, in seconds.
    #[must_use]
    pub fn offset(self) -> i32 {
        self.offset
    }

    /// The abbreviation of the offset, such as `EDT`, or `UTC+5:45` where none is in use.
    #[must_use]
    pub fn name(self) -> Abbreviation {
        self.reading().name
    }

    /// What the zone's wall clock reads: as this moment was announced, if another database said so.
    #[must_use]
    pub fn reading(self) -> Local {
        let name = self.zone.table().name_of(self.offset, self.instant);
        Local::new(self.instant, self.offset, name.unwrap_or_else(|| Abbreviation::of("", self.offset)))
    }

    /// The instant with the offset of this moment's own clock (RFC 3339).
    pub(crate) fn rfc3339(self) -> String {
        let offset = FixedOffset::east_opt(self.offset).expect("an offset is less than a day");
        self.instant.with_timezone(&offset).to_rfc3339_opts(SecondsFormat::Secs, false)
    }

    /// The same instant as this database has it.
    #[must_use]
    pub fn current(self) -> Moment {
        self.zone.moment(self.instant)
    }

    /// Whether the wall clock has read this local time before, because it was set back in between.
    #[must_use]
    pub fn second_pass(self) -> bool {
        self.zone.is_later_pass(self.local(), self.offset)
    }

    /// Whether the wall clock shows this local time twice, this being either time.
    #[must_use]
    pub fn happens_twice(self) -> bool {
        self.zone.happens_twice(self)
    }

    /// The moment that much later, on the same zone's wall clock; `None` beyond the years that the tables cover.
    #[must_use]
    pub fn plus(self, length: TimeDelta) -> Option<Moment> {
        let later = self.zone.moment(self.instant.checked_add_signed(length)?);
        (FIRST_YEAR..=LAST_YEAR).contains(&later.local().year()).then_some(later)
    }

    /// The same instant on another zone's wall clock.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Moment {
        let is_own = zone == self.zone && zone.database() == self.zone.database();
        if is_own { self } else { zone.moment(self.instant) }
    }
}

/// What a wall clock reads at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Local {
    /// The date and time that the wall clock shows.
    pub datetime: NaiveDateTime,
    /// How far the wall clock is ahead of UTC, in seconds.
    pub offset: i32,
    /// The abbreviation of the offset.
    pub name: Abbreviation,
}

impl Local {
    pub(super) fn new(instant: DateTime<Utc>, offset: i32, name: Abbreviation) -> Self {
        Local { datetime: shifted(instant.naive_utc(), offset), offset, name }
    }

    /// The offset as a number: `UTC+8`.
    #[must_use]
    pub fn offset_name(&self) -> String {
        numeric(self.offset)
    }
}

/// Which of its two moments a local time means that happens twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fold {
    /// The first, before the clocks are set back.
    Earlier,
    /// The second, after the clocks are set back.
    Later,
}

/// The short name of an offset, as readers know it: `KST`, `EDT`, or `UTC+5:45` where only a number is in use.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Abbreviation {
    text: [u8; Abbreviation::CAPACITY],
    length: u8,
}

impl Abbreviation {
    const CAPACITY: usize = 15;

    /// Of an offset by the name that the database has for it, which is often a number such as `-03`.
    pub(super) fn of(name: &str, offset: i32) -> Self {
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            Abbreviation::new(name)
        } else {
            Abbreviation::new(&numeric(offset))
        }
    }

    fn new(name: &str) -> Self {
        let mut abbreviation = Abbreviation { text: [0; Abbreviation::CAPACITY], length: 0 };
        for (place, byte) in abbreviation.text.iter_mut().zip(name.bytes().filter(u8::is_ascii)) {
            *place = byte;
            abbreviation.length += 1;
        }
        abbreviation
    }

    /// The abbreviation as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..usize::from(self.length)]).unwrap_or_default()
    }
}

/// Offsets without letters of their own are written so that nobody takes them for a name.
pub(super) fn numeric(offset: i32) -> String {
    let (sign, seconds) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0) => "UTC".to_owned(),
        (hours, 0, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes, 0) => format!("UTC{sign}{hours}:{minutes:02}"),
        (hours, minutes, seconds) => format!("UTC{sign}{hours}:{minutes:02}:{seconds:02}"),
    }
}

impl PartialEq<&str> for Abbreviation {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Abbreviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Abbreviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Why a local time names no single moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalTimeError {
    /// The clocks are set forward past it.
    Gap {
        /// The zone.
        zone: Zone,
        /// The local time that never happens.
        local: NaiveDateTime,
        /// The instant at which the clocks are set forward.
        instant: DateTime<Utc>,
        /// What the wall clock would read at that instant had it not been set.
        before: Local,
        /// What the wall clock reads at that instant.
        after: Local,
    },
    /// The clocks are set forward past all of a day.
    NoDay {
        /// The zone.
        zone: Zone,
        /// The day that never happens.
        date: NaiveDate,
        /// What the wall clock would read at the change had it not been set.
        before: Local,
        /// What the wall clock reads then.
        after: Local,
    },
    /// The clocks are set back over it, so that it happens twice.
    Fold {
        /// The first of its two moments.
        earlier: Moment,
        /// The second of its two moments.
        later: Moment,
    },
    /// The tables do not cover its year.
    OutOfRange {
        /// The local time.
        local: NaiveDateTime,
    },
}

impl fmt::Display for LocalTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LocalTimeError::Gap { zone, local, before, after, .. } => {
                let dated = before.datetime.date() != after.datetime.date();
                write!(
                    f,
                    "{} never happens in {zone}: clocks go from {} to {}.",
                    day_and_time(*local),
                    named(before, dated),
                    named(after, dated)
                )
            }
            LocalTimeError::NoDay { zone, date, before, after } => write!(
                f,
                "{} never happens in {zone}: clocks go from {} to {}.",
                date.format("%-d %B %Y"),
                named(before, true),
                named(after, true)
            ),
            LocalTimeError::Fold { earlier, later } => write!(
                f,
                "{} happens twice in {}: first in {} ({} UTC), then in {} ({} UTC).",
                day_and_time(earlier.local()),
                earlier.zone(),
                earlier.name(),
                earlier.instant().format("%Y-%m-%d %H:%M"),
                later.name(),
                later.instant().format("%Y-%m-%d %H:%M")
            ),
            LocalTimeError::OutOfRange { local } => write!(
                f,
                "{} is outside the years {FIRST_YEAR} to {LAST_YEAR}, which the time zone tables cover.",
                day_and_time(*local)
            ),
        }
    }
}

impl std::error::Error for LocalTimeError {}

fn time(local: NaiveDateTime) -> String {
    local.format(if local.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string()
}

fn day_and_time(local: NaiveDateTime) -> String {
    format!("{} on {}", time(local), local.format("%-d %B %Y"))
}

fn named(local: &Local, dated: bool) -> String {
    let clock = format!("{} {}", time(local.datetime), local.name);
    if dated { format!("{clock} on {}", local.datetime.format("%-d %B %Y")) } else { clock }
}
