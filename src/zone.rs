//! Local time and instants: which zone names are accepted, what a wall clock reads, and what a calendar has to say of a
//! zone's changes of offset (RFC 5545, section 3.6.5).
//!
//! A local time is converted only when it names one instant: a time that a change of clocks skips is refused, and so is
//! one that happens twice, unless the author says which is meant. A zone is its name, so Asia/Tokyo never becomes
//! Asia/Seoul because their offsets agree. Leap seconds are not known here, nor are years outside [`FIRST_YEAR`] to
//! [`LAST_YEAR`], where the tables end. Nothing else in this crate uses chrono-tz.

mod moment;
mod names;
mod observance;
mod steady;
mod transition;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{GapInfo, TZ_VARIANTS, Tz, TzOffset};

pub use moment::{Abbreviation, Fold, Local, LocalTimeError, Moment};
pub use names::{UnknownZone, UnknownZoneKind};
pub use observance::{Observance, ObservanceKind, YearlyRule};
use steady::Steady;

/// The first year in which local times are accepted.
pub const FIRST_YEAR: i32 = 1900;

/// The last year in which local times are accepted: the tables of changes end with it.
pub const LAST_YEAR: i32 = 2099;

/// A time zone of the IANA database, known by its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

impl Zone {
    /// Finds the zone with exactly this name, if it is one that a schedule may use.
    ///
    /// # Errors
    ///
    /// Abbreviations, old names, other spellings and names that the database does not have are refused, with the name to
    /// write instead where one is known.
    pub fn parse(name: &str) -> Result<Zone, UnknownZone> {
        Zone::find(name).ok_or_else(|| UnknownZone::new(name))
    }

    /// The same without a word on what to write instead, which takes a look at every name of the database.
    #[must_use]
    pub fn find(name: &str) -> Option<Zone> {
        Tz::from_str(name).ok().filter(|_| names::is_current(name)).map(Zone)
    }

    /// The name in the IANA database, such as `America/New_York`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
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
        let moment = |offset: TzOffset| Moment::new(self, instant_of(local, &offset), seconds_east(&offset));
        match self.0.offset_from_local_datetime(&local) {
            LocalResult::Single(offset) => Ok(moment(offset)),
            LocalResult::Ambiguous(earlier, later) => match fold {
                Some(Fold::Earlier) => Ok(moment(earlier)),
                Some(Fold::Later) => Ok(moment(later)),
                None => Err(LocalTimeError::Fold { earlier: moment(earlier), later: moment(later) }),
            },
            LocalResult::None => Err(self.gap(local)),
        }
    }

    /// The name of the offset at a local time; of the first where it happens twice, of the next where it never does.
    #[must_use]
    pub fn name_at(self, local: NaiveDateTime) -> Abbreviation {
        match self.at(local, Some(Fold::Earlier)) {
            Ok(moment) => moment.name(),
            Err(LocalTimeError::Gap { after, .. }) => after.name,
            Err(_) => self.local(local.and_utc()).name,
        }
    }

    /// What this zone's wall clock reads at an instant.
    #[must_use]
    pub fn local(self, instant: DateTime<Utc>) -> Local {
        Steady::local(self, instant)
    }

    /// The same instant as a moment of this zone.
    #[must_use]
    pub fn moment(self, instant: DateTime<Utc>) -> Moment {
        Moment::new(self, instant, Steady::offset(self, instant))
    }

    /// The first instant of a local date: midnight, or where the clocks skip midnight, the moment they do.
    ///
    /// A date that the zone skipped altogether, as Samoa skipped one on the date line, begins and ends at that moment.
    #[must_use]
    pub fn start_of_day(self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = date.and_time(NaiveTime::MIN);
        match self.0.offset_from_local_datetime(&midnight) {
            LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => instant_of(midnight, &offset),
            LocalResult::None => self.skipped_at(midnight).unwrap_or(midnight.and_utc()),
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
        observance::observances(self, from, to)
    }

    /// Its offset at an instant, out of the tables.
    fn look_up(self, instant: DateTime<Utc>) -> TzOffset {
        self.0.offset_from_utc_datetime(&instant.naive_utc())
    }

    /// Whether the wall clock reads at another instant, too, what it reads at this one.
    fn happens_twice(self, moment: Moment) -> bool {
        // The other would be less than two days away, with another offset.
        !Steady::is_for_two_days(self, moment.instant())
            && matches!(self.0.offset_from_local_datetime(&moment.local()), LocalResult::Ambiguous(..))
    }

    fn is_later_pass(self, local: NaiveDateTime, offset: i32) -> bool {
        match self.0.offset_from_local_datetime(&local) {
            LocalResult::Ambiguous(_, later) => seconds_east(&later) == offset,
            _ => false,
        }
    }

    /// The instant at which the clocks skip a local time, if they do.
    fn skipped_at(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        // The far edge is not used: it is missing where the first time after the gap happens twice.
        let (edge, before) = GapInfo::new(&local, &self.0)?.begin?;
        Some(instant_of(edge, &before))
    }

    fn gap(self, local: NaiveDateTime) -> LocalTimeError {
        let Some(instant) = self.skipped_at(local) else {
            return LocalTimeError::OutOfRange { local };
        };
        let last = self.look_up(instant - TimeDelta::seconds(1));
        let before = Local::new(instant, seconds_east(&last), Abbreviation::of(&last));
        LocalTimeError::Gap { zone: self, local, instant, before, after: self.local(instant) }
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

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Zone::parse(name)
    }
}

/// The version of the time zone database, such as `2025b`.
#[must_use]
pub fn database_version() -> &'static str {
    chrono_tz::IANA_TZDB_VERSION
}

/// Every zone that a schedule may name, sorted by name.
pub fn all() -> impl Iterator<Item = Zone> {
    all_in_database().filter(|zone| names::is_current(zone.name()))
}

/// Every zone of the database, sorted by name, those included that [`Zone::parse`] refuses.
pub fn all_in_database() -> impl Iterator<Item = Zone> {
    let mut zones: Vec<Zone> = TZ_VARIANTS.iter().copied().map(Zone).collect();
    zones.sort_unstable();
    zones.into_iter()
}

fn seconds_east(offset: &TzOffset) -> i32 {
    offset.fix().local_minus_utc()
}

fn instant_of(local: NaiveDateTime, offset: &TzOffset) -> DateTime<Utc> {
    shifted(local, -seconds_east(offset)).and_utc()
}

/// Moves a wall clock reading, as far as dates can be written.
fn shifted(local: NaiveDateTime, seconds: i32) -> NaiveDateTime {
    local.checked_add_signed(TimeDelta::seconds(seconds.into())).unwrap_or(local)
}
