//! Every zone of the database, against the ends of time and against jiff.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{utc, zone};
use crate::zone::{Fold, all, all_in_database};

#[test]
fn every_day_begins_with_its_first_instant() {
    for zone in all_in_database() {
        let days = NaiveDate::from_ymd_opt(2024, 12, 20).expect("a date").iter_days().take(380);
        for day in days {
            let start = zone.start_of_day(day);
            let (first, last) = (zone.local(start), zone.local(start - TimeDelta::seconds(1)));
            assert_eq!(first.datetime.date(), day, "{zone}");
            assert!(last.datetime.date() < day, "{zone} on {day}");
        }
    }
}

#[test]
fn nothing_panics_at_the_ends_of_time() {
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"].map(zone) {
        for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let moment = zone.moment(instant);
            assert_eq!(zone.local(instant).datetime, moment.local());
            assert!(!moment.second_pass());
        }
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            let _ = zone.start_of_day(date);
        }
        assert!(!zone.observances(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC).is_empty());
        assert!(!zone.observances(DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC).is_empty());
    }
}

/// jiff's database is the newer one. The zones whose rules have changed since ours are named here, so that a database
/// that is brought up to date, or one that falls further behind, shows.
#[test]
fn offsets_agree_with_jiff() {
    const CHANGED_IN_2026: [&str; 7] = [
        "Africa/Casablanca",
        "Africa/El_Aaiun",
        "America/Edmonton",
        "America/Havana",
        "America/Inuvik",
        "America/Vancouver",
        "America/Winnipeg",
    ];
    let database = jiff::tz::TimeZoneDatabase::bundled();
    let mut differing = BTreeSet::new();
    for zone in all() {
        let theirs = database.get(zone.name()).expect("a zone that jiff has");
        // Steps of nine days and some hours, so that every time of day comes up.
        for step in 0..830 {
            let instant = utc("2020-01-01 00:00") + TimeDelta::seconds(step * 800_011);
            let second = jiff::Timestamp::from_second(instant.timestamp()).expect("an instant");
            let local = zone.local(instant);
            if local.offset != theirs.to_offset(second).seconds() {
                assert!(instant >= utc("2026-01-01 00:00"), "{zone} {instant}");
                differing.insert(zone.name());
            }
            let back = zone.at(local.datetime, Some(Fold::Earlier)).expect("a time that happens");
            assert!(back.instant() == instant || zone.moment(instant).second_pass(), "{zone} {instant}");
        }
    }
    assert_eq!(differing, BTreeSet::from(CHANGED_IN_2026));
}
