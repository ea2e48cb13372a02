//! Local time and instants: which zone names are accepted, what a wall clock reads, and what a calendar has to say of a
//! zone's changes of offset (RFC 5545, section 3.6.5).
//!
//! A local time is converted only when it names one instant: a time that a change of clocks skips is refused, and so is
//! one that happens twice, unless the author says which is meant. A zone is its name, so Asia/Tokyo never becomes
//! Asia/Seoul because their offsets agree. Leap seconds are not known here, nor are years outside [`FIRST_YEAR`] to
//! [`LAST_YEAR`]. Nothing else in this crate uses chrono-tz or jiff.
//!
//! Zones are those of a [`Database`], which is handed to who looks up a name: none is in use for the whole program.

mod database;
mod moment;
mod names;
mod observance;
mod table;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Utc};

use database::ZoneData;
pub use database::{BUILT_IN_VERSION, Database, DatabaseError, UNKNOWN_VERSION, is_older, version_of};
pub use moment::{Abbreviation, Fold, Local, LocalTimeError, Moment};
pub use names::{UnknownZone, UnknownZoneKind};
pub use observance::{Observance, ObservanceKind, YearlyRule};
use table::{Reading, Table, Transition};

/// The first year in which local times are accepted.
pub const FIRST_YEAR: i32 = 1900;

/// The last year in which local times are accepted: changes of clocks are known until its end.
pub const LAST_YEAR: i32 = 2099;

/// An instant in UTC, as machines read it (RFC 3339): `2025-08-25T16:15:00Z`.
pub(crate) fn rfc3339(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A time zone of a [`Database`], known by its name: zones of two databases are equal where their names are.
#[derive(Clone, Copy)]
pub struct Zone {
    database: Database,
    data: &'static ZoneData,
}

impl Zone {
    /// The name in the IANA database, such as `America/New_York`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.data.name
    }

    /// The database that it is of.
    #[must_use]
    pub fn database(self) -> Database {
        self.database
    }

    /// The moment at which this zone's wall clock reads `local`.
    ///
    /// `fold` chooses between the two moments of a local time that happens twice, and means nothing for any other.
    ///
    /// # Errors
    ///
    /// A local time that is skipped, one that happens twice when `fold` does not choose, and one outside the years that
    /// the tables cover.
    pub fn at(self, local: NaiveDateTime, fold: Option<Fold>) -> Result<Moment, LocalTimeError> {
        if !(FIRST_YEAR..=LAST_YEAR).contains(&local.year()) {
            return Err(LocalTimeError::OutOfRange { local });
        }
        let moment = |offset: i32| Moment::new(self, shifted(local, -offset).and_utc(), offset);
        match self.table().read(local) {
            Reading::Once(offset) => Ok(moment(offset)),
            Reading::Twice(earlier, later) => match fold {
                Some(Fold::Earlier) => Ok(moment(earlier)),
                Some(Fold::Later) => Ok(moment(later)),
                None => Err(LocalTimeError::Fold { earlier: moment(earlier), later: moment(later) }),
            },
            Reading::Never(change) => Err(self.gap(local, change)),
        }
    }

    /// What this zone's wall clock reads at an instant.
    #[must_use]
    pub fn local(self, instant: DateTime<Utc>) -> Local {
        let period = self.table().at(instant);
        Local::new(instant, period.offset, period.name)
    }

    /// The same instant as a moment of this zone.
    #[must_use]
    pub fn moment(self, instant: DateTime<Utc>) -> Moment {
        Moment::new(self, instant, self.table().at(instant).offset)
    }

    /// A moment as it was announced: with this offset, which another database may have had for it. One that is less than a
    /// minute from this database's own is taken for that, which was not written in full.
    #[must_use]
    pub fn announced(self, instant: DateTime<Utc>, offset: i32) -> Moment {
        let moment = self.moment(instant);
        if (moment.offset() - offset).abs() < 60 { moment } else { Moment::new(self, instant, offset) }
    }

    /// The first instant of a local date: midnight, or where the clocks skip midnight, the moment they do.
    ///
    /// A date that the zone skipped altogether, as Samoa skipped one on the date line, begins and ends at that moment.
    #[must_use]
    pub fn start_of_day(self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = date.and_time(NaiveTime::MIN);
        match self.table().read(midnight) {
            Reading::Once(offset) | Reading::Twice(offset, _) => shifted(midnight, -offset).and_utc(),
            Reading::Never(change) => change.instant,
        }
    }

    /// Whether there was a local date.
    ///
    /// # Errors
    ///
    /// A date that the zone skipped altogether, and one outside the years that the tables cover.
    pub fn has_day(self, date: NaiveDate) -> Result<(), LocalTimeError> {
        match self.at(date.and_time(NaiveTime::MIN), Some(Fold::Earlier)) {
            Err(LocalTimeError::Gap { before, after, .. }) if self.start_of_day(date) == self.end_of_day(date) => {
                Err(LocalTimeError::NoDay { zone: self, date, before, after })
            }
            Err(out @ LocalTimeError::OutOfRange { .. }) => Err(out),
            _ => Ok(()),
        }
    }

    /// The first instant after a local date, which is the first of the next.
    #[must_use]
    pub fn end_of_day(self, date: NaiveDate) -> DateTime<Utc> {
        date.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| self.start_of_day(next))
    }

    /// What a VTIMEZONE has to say for every instant of a span to get its right offset, sorted by onset.
    ///
    /// One standard time alone where the offset does not change; one standard and one daylight time, each with its
    /// yearly rule, where the rule holds; else every onset by itself.
    #[must_use]
    pub fn observances(self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Observance> {
        observance::observances(self.table(), from, to)
    }

    fn table(self) -> &'static Table {
        self.data.table()
    }

    /// Whether the wall clock reads at another instant, too, what it reads at this one.
    fn happens_twice(self, moment: Moment) -> bool {
        matches!(self.table().read(moment.local()), Reading::Twice(..))
    }

    fn is_later_pass(self, local: NaiveDateTime, offset: i32) -> bool {
        matches!(self.table().read(local), Reading::Twice(_, later) if later == offset)
    }

    fn gap(self, local: NaiveDateTime, change: Transition) -> LocalTimeError {
        let last = self.local(change.instant - TimeDelta::seconds(1));
        let before = Local::new(change.instant, last.offset, last.name);
        LocalTimeError::Gap { zone: self, local, instant: change.instant, before, after: self.local(change.instant) }
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Zone {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Moves a wall clock reading, as far as dates can be written.
fn shifted(local: NaiveDateTime, seconds: i32) -> NaiveDateTime {
    local.checked_add_signed(TimeDelta::seconds(seconds.into())).unwrap_or(local)
}
