//! What a VTIMEZONE is told of the zones that have gone wrong elsewhere.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike, Utc, Weekday};

use super::{at, local, refused, utc, zone};
use crate::zone::{Database, Observance, ObservanceKind, YearlyRule};

fn span(name: &str, from: i32, to: i32) -> Vec<Observance> {
    zone(name).observances(utc(&format!("{from}-01-01 00:00")), utc(&format!("{to}-01-01 00:00")))
}

fn rule(month: u32, week: i8, weekday: Weekday) -> YearlyRule {
    YearlyRule { month, week, weekday }
}

/// The offset that a reader of the observances finds, as RFC 5545 tells it to.
fn governed(observances: &[Observance], instant: DateTime<Utc>) -> Option<i32> {
    let latest = |observance: &Observance| {
        let instant_of = |onset: NaiveDateTime| (onset - TimeDelta::seconds(observance.offset_from.into())).and_utc();
        let repeated = observance.rule.into_iter().flat_map(|rule| {
            let years = observance.onset.year() + 1..=instant.year() + 1;
            years.filter_map(move |year| Some(rule.day(year)?.and_time(observance.onset.time())))
        });
        let onsets = std::iter::once(observance.onset).chain(repeated).map(instant_of);
        onsets.filter(|onset| *onset <= instant).max().map(|onset| (onset, observance.offset_to))
    };
    observances.iter().filter_map(latest).max().map(|(_, offset)| offset)
}

#[test]
fn seoul_had_summer_time() {
    assert_eq!(
        refused("Asia/Seoul", "1988-05-08 02:30").to_string(),
        "02:30 on 8 May 1988 never happens in Asia/Seoul: clocks go from 02:00 KST to 03:00 KDT."
    );
    assert_eq!(at("Asia/Seoul", "1988-07-01 12:00").offset(), 10 * 3600);
    let then = span("Asia/Seoul", 1987, 1989);
    assert!(then.len() >= 4 && then.iter().all(|observance| observance.rule.is_none()));
}

#[test]
fn tokyo_and_seoul_have_one_standard_time_and_stay_themselves() {
    for (name, short) in [("Asia/Tokyo", "JST"), ("Asia/Seoul", "KST")] {
        let expected = Observance {
            kind: ObservanceKind::Standard,
            onset: local("1970-01-01 00:00"),
            offset_from: 9 * 3600,
            offset_to: 9 * 3600,
            name: short.to_owned(),
            rule: None,
        };
        assert_eq!(span(name, 2020, 2041), [expected]);
    }
    assert_ne!(zone("Asia/Tokyo"), zone("Asia/Seoul"));
    assert_eq!(at("Asia/Tokyo", "2025-08-24 09:00").zone().name(), "Asia/Tokyo");
}

#[test]
fn new_york_has_two_rules_that_do_not_move_with_the_span() {
    let expected = |kind, onset, offset_from, offset_to, name: &str, rule| Observance {
        kind,
        onset: local(onset),
        offset_from: offset_from * 3600,
        offset_to: offset_to * 3600,
        name: name.to_owned(),
        rule: Some(rule),
    };
    let now = span("America/New_York", 2025, 2026);
    assert_eq!(
        now,
        [
            expected(ObservanceKind::Daylight, "2007-03-11 02:00", -5, -4, "EDT", rule(3, 2, Weekday::Sun)),
            expected(ObservanceKind::Standard, "2007-11-04 02:00", -4, -5, "EST", rule(11, 1, Weekday::Sun)),
        ]
    );
    for (from, to) in [(2008, 2009), (2020, 2041), (2026, 2027), (2098, 2099)] {
        assert_eq!(span("America/New_York", from, to), now);
    }
    assert!(span("America/New_York", 2007, 2008).iter().all(|observance| observance.rule.is_none()));
}

#[test]
fn rules_are_read_as_the_form_that_fits_every_year() {
    let rules = |name| span(name, 2020, 2041).iter().filter_map(|o| Some((o.kind, o.rule?))).collect::<Vec<_>>();
    let (standard, daylight) = (ObservanceKind::Standard, ObservanceKind::Daylight);
    let europe = [(daylight, rule(3, -1, Weekday::Sun)), (standard, rule(10, -1, Weekday::Sun))];
    for name in ["Europe/Berlin", "Europe/Oslo", "Europe/Dublin", "Europe/London"] {
        assert_eq!(rules(name), europe, "{name}");
    }
    // A single year, in which the last Sunday of October is the fourth.
    assert_eq!(span("Europe/Berlin", 2026, 2027), span("Europe/Berlin", 2020, 2041));
    let australia = [(standard, rule(4, 1, Weekday::Sun)), (daylight, rule(10, 1, Weekday::Sun))];
    assert_eq!(rules("Australia/Lord_Howe"), australia);
    let lord_howe = &span("Australia/Lord_Howe", 2020, 2041)[1];
    assert_eq!((lord_howe.offset_from, lord_howe.offset_to), (37_800, 39_600));
    assert_eq!((lord_howe.onset.time().hour(), lord_howe.name.as_str()), (2, "UTC+11"));
    let dublin = &span("Europe/Dublin", 2020, 2041)[0];
    assert_eq!((dublin.offset_from, dublin.offset_to, dublin.name.as_str()), (0, 3600, "IST"));
}

#[test]
fn zones_without_a_rule_have_each_onset() {
    for name in ["Africa/Casablanca", "America/Santiago", "America/Nuuk", "Asia/Gaza", "Africa/Cairo"] {
        let listed = span(name, 2025, 2027);
        assert!(listed.len() >= 4, "{name}");
        assert!(listed.iter().all(|observance| observance.rule.is_none()), "{name}");
        assert!(listed.iter().all(|o| (o.offset_to > o.offset_from) == (o.kind == ObservanceKind::Daylight)), "{name}");
        assert!(listed.is_sorted_by_key(|observance| observance.onset), "{name}");
    }
    let moved = span("Asia/Almaty", 2023, 2025);
    assert!(moved.iter().all(|observance| observance.kind == ObservanceKind::Standard), "{moved:?}");
}

#[test]
fn observances_govern_every_instant_of_their_span() {
    let spans = [(1901, 1903), (1950, 1972), (1985, 1990), (2006, 2009), (2020, 2041), (2025, 2026), (2097, 2099)];
    for (from, to) in spans {
        for zone in Database::bundled().zones() {
            let (start, end) = (utc(&format!("{from}-01-01 00:00")), utc(&format!("{to}-01-01 00:00")));
            let observances = zone.observances(start, end);
            assert!(
                observances.iter().any(|o| o.onset - TimeDelta::seconds(o.offset_from.into()) <= start.naive_utc())
            );
            let step = (end - start) / 97;
            for instant in (0..=97).map(|count| start + step * count) {
                assert_eq!(governed(&observances, instant), Some(zone.local(instant).offset), "{zone} {instant}");
            }
        }
    }
}

#[test]
fn changes_that_undo_each_other_within_a_week_are_found() {
    let gaza = span("Asia/Gaza", 2040, 2041);
    let october = utc("2040-10-22 00:00");
    assert_eq!(governed(&gaza, october), Some(3 * 3600));
    assert_eq!(zone("Asia/Gaza").local(october).offset, 3 * 3600);
    let boa_vista = span("America/Boa_Vista", 2000, 2001);
    assert_eq!(governed(&boa_vista, utc("2000-10-10 00:00")), Some(-3 * 3600));
}

#[test]
fn a_zone_without_changes_begins_before_its_span() {
    let onset =
        |from| span("Etc/UTC", from, from + 1).into_iter().map(|observance| observance.onset).collect::<Vec<_>>();
    assert_eq!(onset(2025), [local("1970-01-01 00:00")]);
    assert_eq!(onset(1960), [local("1959-01-01 00:00")]);
}

#[test]
fn a_change_in_the_year_before_or_after_a_span_is_part_of_it() {
    // Almaty went from UTC+6 to UTC+5 at the beginning of March 2024, Casey from UTC to UTC+8 with the year 1969.
    for (from, onsets) in [(2022, 2), (2023, 2), (2024, 2), (2025, 1)] {
        let listed = span("Asia/Almaty", from, from + 1);
        let last = listed.last().expect("an onset");
        assert_eq!((listed.len(), last.onset), (onsets, local("2024-03-01 00:00")), "{from}");
        assert_eq!((last.offset_from, last.offset_to), (6 * 3600, 5 * 3600), "{from}");
    }
    assert_eq!(span("Asia/Almaty", 2026, 2027)[0].onset, local("1970-01-01 00:00"));
    let casey = &span("Antarctica/Casey", 1970, 1971)[0];
    assert_eq!((casey.onset, casey.offset_from, casey.offset_to), (local("1969-01-01 00:00"), 0, 8 * 3600));
}

#[test]
fn beyond_the_tables_it_is_as_at_their_end() {
    let santiago = |from: &str| zone("America/Santiago").observances(utc(from), utc("2151-01-01 00:00"));
    assert_eq!(santiago("2150-01-01 00:00"), santiago("2099-12-31 23:59"));
    // The change that governs the beginning of the last year, and the two of that year.
    assert_eq!(santiago("2150-01-01 00:00").len(), 3);
}

#[test]
fn an_offset_that_stays_for_years_is_standard_time() {
    // Russia put its clocks forward in March 2011 and left them there until October 2014.
    let moscow = span("Europe/Moscow", 2011, 2012);
    let forward = moscow.iter().find(|observance| observance.onset == local("2011-03-27 02:00")).expect("the change");
    assert_eq!((forward.kind, forward.offset_to), (ObservanceKind::Standard, 4 * 3600));
}

#[test]
fn a_rule_is_written_from_the_epoch_or_from_the_year_before_its_span() {
    // From 1957 to 1973, Toronto changed on the last Sundays of April and October.
    let onsets = |from| span("America/Toronto", from, from + 1).into_iter().map(|o| o.onset).collect::<Vec<_>>();
    assert_eq!(onsets(1971), [local("1970-04-26 02:00"), local("1970-10-25 02:00")]);
    assert_eq!(onsets(1966), [local("1965-04-25 02:00"), local("1965-10-31 02:00")]);
}

#[test]
fn offsets_are_named_as_in_their_span() {
    // Minsk had UTC+3 as its summer time until 2010, and as its only time, without a name, since 2011.
    let names: Vec<String> = span("Europe/Minsk", 2005, 2006).into_iter().map(|observance| observance.name).collect();
    assert_eq!(names, ["EEST", "EET"]);
}

/// What an onset is, is known wherever the span ends: Cancún was an hour ahead from December 1981 to January 1983.
#[test]
fn a_later_end_of_the_span_does_not_make_another_of_an_onset() {
    let (short, long) = (span("America/Cancun", 1980, 1980), span("America/Cancun", 1980, 1984));
    assert!(long.len() > short.len());
    assert_eq!(short[..], long[..short.len()]);
    assert_eq!(short[short.len() - 1].kind, ObservanceKind::Daylight);
}

/// Asunción kept a rule from 2013 to 2024, Boise one from 1976 to 1986.
#[test]
fn a_rule_is_told_of_that_held_for_twelve_years() {
    let is_rule = |name: &str, year: i32| span(name, year, year).iter().all(|observance| observance.rule.is_some());
    assert_eq!([2014, 2018, 2023].map(|year| is_rule("America/Asuncion", year)), [true; 3]);
    assert_eq!([1977, 1981, 1985].map(|year| is_rule("America/Boise", year)), [false; 3]);
}

/// Both are named as in the span, whichever came last in it.
#[test]
fn daylight_time_has_its_own_name_in_december_too() {
    for end in ["2025-02-10 00:00", "2025-08-24 00:00", "2025-12-10 00:00"] {
        let told = zone("America/New_York").observances(utc("2025-02-01 00:00"), utc(end));
        let mut names: Vec<_> = told
            .iter()
            .map(|observance| (observance.kind == ObservanceKind::Daylight, observance.name.as_str()))
            .collect();
        names.sort_unstable();
        assert_eq!(names, [(false, "EST"), (true, "EDT")], "{end}");
    }
}
