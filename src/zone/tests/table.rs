//! What is read of a zone, against what follows from it for every second.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};

use super::{utc, zone};
use crate::zone::table::{Reading, Table, Transition, new_year};
use crate::zone::{Database, FIRST_YEAR, LAST_YEAR, Zone};

/// The offsets that a local time may have by what the instants read, the earliest first.
fn offsets(zone: Zone, local: NaiveDateTime, known: &[i32]) -> Vec<i32> {
    let mut instants: Vec<(DateTime<Utc>, i32)> =
        known.iter().map(|offset| ((local - TimeDelta::seconds((*offset).into())).and_utc(), *offset)).collect();
    instants.sort_unstable();
    instants.retain(|(instant, offset)| zone.local(*instant).offset == *offset);
    instants.into_iter().map(|(_, offset)| offset).collect()
}

#[test]
fn local_times_are_read_as_the_instants_are() {
    let (mut gaps, mut folds) = (0, 0);
    for zone in Database::bundled().zones() {
        let table = zone.table();
        let mut known: Vec<i32> = table.transitions().iter().flat_map(|change| [change.before, change.after]).collect();
        known.sort_unstable();
        known.dedup();
        for change in table.transitions().iter().filter(|change| change.instant >= utc("1970-01-01 00:00")) {
            for quarter in -9..=9 {
                let local = change.onset() + TimeDelta::seconds(quarter * 900 + 1);
                let expected = offsets(zone, local, &known);
                match table.read(local) {
                    Reading::Once(offset) => assert_eq!(expected, [offset], "{zone} {local}"),
                    Reading::Twice(first, second) => {
                        folds += 1;
                        assert_eq!(expected, [first, second], "{zone} {local}");
                    }
                    Reading::Never(by) => {
                        gaps += 1;
                        assert_eq!((expected, by), (Vec::new(), *change), "{zone} {local}");
                    }
                }
            }
        }
    }
    assert!(gaps > 50_000 && folds > 50_000, "{gaps} {folds}");
}

#[test]
fn every_change_is_in_one_year() {
    let years = FIRST_YEAR - 40..=LAST_YEAR + 3;
    for zone in Database::bundled().zones() {
        let (table, first) = (zone.table(), new_year(FIRST_YEAR - 40));
        let all: Vec<Transition> =
            table.transitions().iter().copied().filter(|change| change.instant >= first + TimeDelta::days(1)).collect();
        let by_utc: Vec<_> =
            years.clone().flat_map(|year| table.within(new_year(year)..new_year(year + 1)).to_vec()).collect();
        let by_clock: Vec<_> = years.clone().flat_map(|year| table.in_year(year).to_vec()).collect();
        assert!(by_utc.ends_with(&all) && by_clock.ends_with(&all), "{zone}");
        assert!(years.clone().all(|year| table.in_year(year).iter().all(|change| change.onset().year() == year)));
        assert!(all.iter().all(|change| change.instant < new_year(LAST_YEAR + 1)), "{zone}");
    }
}

/// Korea set its clocks half an hour forward at the beginning of 1912, when it was 1911 in UTC.
#[test]
fn years_are_those_of_the_clock() {
    let found = |name, year| {
        let table = zone(name).table();
        (table.in_year(year).len(), table.within(new_year(year)..new_year(year + 1)).len())
    };
    assert_eq!([1911, 1912, 1913].map(|year| found("Asia/Seoul", year)), [(0, 1), (1, 0), (0, 0)]);
    assert_eq!(found("America/New_York", 2025), (2, 2));
    // Down to the second: they were set at seven o'clock of UTC.
    let table = zone("America/New_York").table();
    let seven = table.in_year(2025)[0].instant;
    assert_eq!(seven, utc("2025-03-09 07:00"));
    let (second, hour) = (TimeDelta::seconds(1), TimeDelta::hours(1));
    let counts = [seven - hour..seven, seven..seven + second, seven + second..seven + hour];
    assert_eq!(counts.map(|span| table.within(span).len()), [0, 1, 0]);
}

/// A compiled zone that changes by this rule (POSIX TZ) in every year.
pub(super) fn compiled(rule: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..2 {
        bytes.extend(b"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        bytes.extend([0_u32, 0, 0, 0, 1, 4].iter().flat_map(|count| count.to_be_bytes()));
        bytes.extend(b"\0\0\0\0\0\0UTC\0");
    }
    bytes.extend(format!("\n{rule}\n").bytes());
    bytes
}

#[test]
fn winter_that_is_flagged_is_no_daylight_time() {
    let dublin = |rule| Table::parse("Europe/Dublin", &compiled(rule)).expect("a zone");
    let (legal, usual) = (dublin("IST-1GMT0,M10.5.0,M3.5.0/1"), dublin("GMT0IST,M3.5.0/1,M10.5.0"));
    let flags = |table: &Table| table.in_year(2026).iter().map(|change| change.is_daylight).collect::<Vec<_>>();
    assert_eq!((flags(&legal), flags(&usual)), (vec![false, false], vec![true, false]));
    let observances =
        |table| crate::zone::observance::observances(table, utc("2025-01-01 00:00"), utc("2026-01-01 00:00"));
    assert_eq!(observances(&legal), observances(&usual));
    assert_eq!(observances(&legal).len(), 2);
}

#[test]
fn what_is_no_compiled_zone_is_refused() {
    let whole = compiled("KST-9");
    assert!(Table::parse("Asia/Seoul", &whole).is_ok());
    for cut in 0..whole.len() - 1 {
        assert!(Table::parse("Asia/Seoul", &whole[..cut]).is_err(), "{cut}");
    }
    assert!(Table::parse("Asia/Seoul", &compiled("KST-9KDT,M")).is_err());
}
