//! Times during which a zone's offset and its name stay what they are. Instants that are asked for mostly follow each other
//! closely, and a look into the tables takes longer than all else that is done with one.

use std::cell::Cell;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::TzOffset;

use super::{Abbreviation, Local, Zone, seconds_east};

/// An offset that is the same so long before an instant and after it is the same in between: no zone leaves one, or its
/// name, for as short a time.
const AROUND: TimeDelta = TimeDelta::days(3);

/// So many zones are remembered at a time.
const PLACES: usize = 64;

/// A zone's offset from one instant to another.
#[derive(Clone, Copy)]
pub(super) struct Steady {
    zone: Zone,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    /// The same but for two days at either end.
    within: (DateTime<Utc>, DateTime<Utc>),
    /// In seconds.
    ahead: i32,
    name: Abbreviation,
}

thread_local! {
    static LATELY: [Cell<Option<Steady>>; PLACES] = const { [const { Cell::new(None) }; PLACES] };
}

impl Steady {
    /// How far a zone's wall clock is ahead of UTC at an instant, in seconds.
    pub(super) fn offset(zone: Zone, instant: DateTime<Utc>) -> i32 {
        match Self::with(zone, instant, |known| known.has(instant)) {
            Ok(steady) => steady.ahead,
            Err(offset) => seconds_east(&offset),
        }
    }

    /// What a zone's wall clock reads at an instant.
    pub(super) fn local(zone: Zone, instant: DateTime<Utc>) -> Local {
        match Self::with(zone, instant, |known| known.has(instant)) {
            Ok(steady) => Local::new(instant, steady.ahead, steady.name),
            Err(offset) => Local::new(instant, seconds_east(&offset), Abbreviation::of(&offset)),
        }
    }

    /// Whether a zone's offset stays as it is at an instant for two days before and after.
    pub(super) fn is_for_two_days(zone: Zone, instant: DateTime<Utc>) -> bool {
        Self::with(zone, instant, |known| (known.within.0..=known.within.1).contains(&instant)).is_ok()
    }

    /// What is remembered of a zone, if that will do; else what is found out about an instant, or its offset alone.
    fn with(zone: Zone, instant: DateTime<Utc>, will_do: impl Fn(&Steady) -> bool) -> Result<Steady, TzOffset> {
        LATELY.with(|lately| {
            let place = &lately[zone.0 as usize % PLACES];
            match place.get().filter(|known| known.zone == zone && will_do(known)) {
                Some(known) => Ok(known),
                None => Self::around(zone, instant).inspect(|found| place.set(Some(*found))),
            }
        })
    }

    fn around(zone: Zone, instant: DateTime<Utc>) -> Result<Steady, TzOffset> {
        let offset = zone.look_up(instant);
        let ends = (instant.checked_sub_signed(AROUND), instant.checked_add_signed(AROUND));
        let (Some(from), Some(to)) = ends else { return Err(offset) };
        if zone.look_up(from) != offset || zone.look_up(to) != offset {
            return Err(offset);
        }
        let within = (from + TimeDelta::days(2), to - TimeDelta::days(2));
        Ok(Steady { zone, from, to, within, ahead: seconds_east(&offset), name: Abbreviation::of(&offset) })
    }

    /// Whether an instant is in it.
    fn has(&self, instant: DateTime<Utc>) -> bool {
        (self.from..=self.to).contains(&instant)
    }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;
    use crate::zone::all_in_database;
    use crate::zone::transition::new_year;

    #[test]
    fn what_is_remembered_is_what_the_tables_have() {
        let step = TimeDelta::hours(36);
        let wrong: Vec<_> = all_in_database()
            .par_bridge()
            .filter_map(|zone| {
                let instants = std::iter::successors(Some(new_year(1900)), |instant| Some(*instant + step));
                let mut instants = instants.take_while(|instant| *instant < new_year(2100));
                let differs = |instant: &DateTime<Utc>| {
                    let (offset, local) = (zone.look_up(*instant), zone.local(*instant));
                    (local.offset, local.name) != (seconds_east(&offset), Abbreviation::of(&offset))
                };
                instants.find(differs).map(|instant| (zone, instant))
            })
            .collect();
        assert_eq!(wrong, []);
    }

    #[test]
    fn what_is_remembered_of_one_zone_is_not_told_of_another() {
        // Several share a place.
        let zones: Vec<Zone> = all_in_database().collect();
        assert!(zones.len() > 2 * PLACES);
        for instant in [new_year(2025), new_year(2025) + TimeDelta::days(200)] {
            for zone in zones.iter().chain(zones.iter().rev()) {
                let local = zone.local(instant);
                let offset = zone.look_up(instant);
                assert_eq!((local.offset, local.name), (seconds_east(&offset), Abbreviation::of(&offset)), "{zone}");
            }
        }
    }

    #[test]
    fn no_offset_is_taken_to_stay_that_does_not() {
        let (hours, two_days) = (|hours| TimeDelta::hours(hours), TimeDelta::days(2));
        for name in ["America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tokyo"] {
            let zone = Zone::find(name).expect("a zone");
            let mut stays = 0;
            for instant in (0..366 * 4).map(|quarter| new_year(2025) + hours(6 * quarter)) {
                let offset = zone.look_up(instant);
                let changes = [instant - two_days, instant + two_days].map(|other| zone.look_up(other)) != [offset; 2];
                // Whatever was asked for before, and is remembered.
                for before in (-9..=9).map(|half| instant + hours(12 * half)) {
                    Steady::local(zone, before);
                    let is_said_to_stay = Steady::is_for_two_days(zone, instant);
                    assert!(!(is_said_to_stay && changes), "{zone} at {instant}, after {before}");
                    stays += usize::from(is_said_to_stay);
                }
            }
            assert!(stays > 20_000, "mostly it stays, in {zone} {stays} times");
        }
    }
}
