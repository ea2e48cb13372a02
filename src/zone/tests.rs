//! The cases of local time that have gone wrong elsewhere.

mod database;
mod names;
mod observances;
mod table;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{Database, Fold, LocalTimeError, Moment, Zone};

fn zone(name: &str) -> Zone {
    Database::bundled().zone(name).expect("an accepted zone")
}

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a date and a time")
}

fn utc(text: &str) -> DateTime<Utc> {
    local(text).and_utc()
}

fn at(name: &str, text: &str) -> Moment {
    zone(name).at(local(text), None).expect("a time that happens once")
}

fn refused(name: &str, text: &str) -> LocalTimeError {
    zone(name).at(local(text), None).expect_err("a time that names no one moment")
}

#[test]
fn noon_in_washington_is_the_next_day_in_seoul() {
    let meeting = at("America/New_York", "2025-08-25 12:15");
    let seoul = meeting.in_zone(zone("Asia/Seoul"));
    assert_eq!(seoul.local(), local("2025-08-26 01:15"));
    assert_eq!((meeting.name().as_str(), seoul.name().as_str()), ("EDT", "KST"));
    assert_eq!((meeting.offset(), seoul.offset()), (-4 * 3600, 9 * 3600));
    assert_eq!(meeting.instant(), seoul.instant());
    assert_ne!(meeting, seoul);
    assert_eq!(seoul.in_zone(meeting.zone()), meeting);
}

#[test]
fn arriving_earlier_on_the_clock_than_departing_is_later() {
    let departs = at("Asia/Tokyo", "2025-08-24 14:00");
    let arrives = at("America/New_York", "2025-08-24 13:50");
    assert!(arrives.local() < departs.local());
    assert!(arrives > departs);
}

/// Greenland kept its summer offset in 2023, and its yearly rule begins on the day on which clocks would have been set back.
#[test]
fn a_time_just_before_a_rule_begins_happens_once() {
    assert_eq!(at("America/Nuuk", "2023-10-28 23:01").instant(), utc("2023-10-29 01:01"));
    assert_eq!(at("America/Nuuk", "2023-10-28 22:30").instant(), utc("2023-10-29 00:30"));
}

#[test]
fn a_skipped_time_is_refused_with_its_edges() {
    let refusal = refused("America/New_York", "2026-03-08 02:30");
    assert_eq!(
        refusal.to_string(),
        "02:30 on 8 March 2026 never happens in America/New_York: clocks go from 02:00 EST to 03:00 EDT."
    );
    let LocalTimeError::Gap { instant, before, after, .. } = refusal else { panic!("{refusal:?}") };
    assert_eq!(instant, utc("2026-03-08 07:00"));
    assert_eq!((before.datetime, before.offset), (local("2026-03-08 02:00"), -5 * 3600));
    assert_eq!((after.datetime, after.offset), (local("2026-03-08 03:00"), -4 * 3600));
    for fold in [Fold::Earlier, Fold::Later] {
        assert!(zone("America/New_York").at(local("2026-03-08 02:30"), Some(fold)).is_err());
    }
    assert_eq!(at("America/New_York", "2026-03-08 03:00").instant(), instant);
}

#[test]
fn a_time_that_happens_twice_needs_a_choice() {
    let new_york = zone("America/New_York");
    let twice = local("2025-11-02 01:30");
    let refusal = new_york.at(twice, None).expect_err("an overlap");
    assert_eq!(
        refusal.to_string(),
        "01:30 on 2 November 2025 happens twice in America/New_York: first in EDT (2025-11-02 05:30 UTC), \
         then in EST (2025-11-02 06:30 UTC)."
    );
    let earlier = new_york.at(twice, Some(Fold::Earlier)).expect("the first");
    let later = new_york.at(twice, Some(Fold::Later)).expect("the second");
    assert_eq!(refusal, LocalTimeError::Fold { earlier, later });
    assert_eq!((earlier.instant(), later.instant()), (utc("2025-11-02 05:30"), utc("2025-11-02 06:30")));
    assert_eq!((earlier.second_pass(), later.second_pass()), (false, true));
    assert_eq!((earlier.local(), later.local()), (twice, twice));
    assert!(earlier.happens_twice() && later.happens_twice());
    assert!(!at("America/New_York", "2025-11-02 02:00").happens_twice());
    assert!(!at("America/New_York", "2025-11-02 02:00").second_pass());
    assert!(!at("America/New_York", "2025-11-02 00:30").second_pass());
    let plain = new_york.at(local("2025-08-25 12:15"), Some(Fold::Later)).expect("a choice that means nothing");
    assert_eq!(plain, at("America/New_York", "2025-08-25 12:15"));
}

#[test]
fn gaps_may_cross_midnight_and_swallow_days() {
    assert_eq!(
        refused("Pacific/Apia", "2011-12-30 12:00").to_string(),
        "12:00 on 30 December 2011 never happens in Pacific/Apia: clocks go from 00:00 UTC-10 on 30 December 2011 \
         to 00:00 UTC+14 on 31 December 2011."
    );
    let (skipped, next) = (local("2011-12-30 00:00").date(), local("2011-12-31 00:00").date());
    let apia = zone("Pacific/Apia");
    assert_eq!(apia.start_of_day(skipped), utc("2011-12-30 10:00"));
    assert_eq!(apia.start_of_day(next), utc("2011-12-30 10:00"));
}

#[test]
fn a_day_begins_where_midnight_does_not() {
    let santiago = zone("America/Santiago");
    let starts = santiago.start_of_day(local("2025-09-07 00:00").date());
    assert_eq!(starts, utc("2025-09-07 04:00"));
    assert_eq!(santiago.local(starts).datetime, local("2025-09-07 01:00"));
    // Midnight came twice here: the day begins with the first.
    let havana = zone("America/Havana").start_of_day(local("2025-11-02 00:00").date());
    assert_eq!(havana, utc("2025-11-02 04:00"));
    assert_eq!(zone("Asia/Tokyo").start_of_day(local("2025-08-23 00:00").date()), utc("2025-08-22 15:00"));
}

#[test]
fn years_beyond_the_tables_are_refused() {
    assert_eq!(
        refused("Asia/Seoul", "2100-01-01 00:00").to_string(),
        "00:00 on 1 January 2100 is outside the years 1900 to 2099, which the time zone tables cover."
    );
    assert!(matches!(refused("Asia/Seoul", "1899-12-31 23:59"), LocalTimeError::OutOfRange { .. }));
    assert_eq!(at("Asia/Seoul", "2099-12-31 23:59").offset(), 9 * 3600);
    assert_eq!(at("Asia/Seoul", "2024-02-29 10:00").local(), local("2024-02-29 10:00"));
}

#[test]
fn offsets_have_names_that_people_can_read() {
    let name = |name: &str| at(name, "2025-07-01 12:00").name().to_string();
    assert_eq!(name("Asia/Seoul"), "KST");
    assert_eq!(name("Europe/Dublin"), "IST");
    assert_eq!(name("Asia/Kathmandu"), "UTC+5:45");
    assert_eq!(name("Australia/Lord_Howe"), "UTC+10:30");
    assert_eq!(name("America/Sao_Paulo"), "UTC-3");
    assert_eq!(name("Etc/UTC"), "UTC");
    let korean = at("Asia/Seoul", "2025-07-01 12:00").name();
    assert_eq!(format!("{korean:?}"), "\"KST\"");
    assert!(korean == "KST" && korean != "JST");
    for zone in Database::bundled().zones() {
        let name = zone.local(utc("2025-07-01 12:00")).name;
        assert!(name.as_str().starts_with(|c: char| c.is_ascii_alphabetic()), "{zone} {name}");
    }
}
