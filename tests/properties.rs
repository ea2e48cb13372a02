//! What holds for texts and times that nobody thought of, by readers and tables that share no code with the program.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::support::FEEDS;
use crate::support::calendar::{Component, parse};
use crate::zones::{changes, disputed, second_offset, second_opinion};
use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
use chrono::{DateTime, Datelike, Duration, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Utc, Weekday};
use proptest::prelude::*;
use summitcal::check::check;
use summitcal::diagnostic::ReportItem;
use summitcal::document::File;
use summitcal::listing::Listing;
use summitcal::programme::Audience;
use summitcal::revision::RevisedListing;
use summitcal::source::Source;
use summitcal::tree;
use summitcal::zone::{Database, Zone};
use unicode_normalization::UnicodeNormalization;

/// The end of 2037 in seconds of Unix: as far as the tables of most programs go.
const LAST_SECOND: i64 = 2_145_916_800;

/// The beginning of 2000 in seconds of Unix.
const FIRST_SECOND: i64 = 946_684_800;

fn head(from: &str, to: &str) -> String {
    format!(
        "visit: case\nkind: state-visit\ntitle: Case\nprincipal: A\nzone: Etc/UTC\ndates: {{from: {from}, to: {to}}}\n\
         audience: public\nstatus: confirmed\nsources: {{s: {{publisher: P}}}}\nentries:\n"
    )
}

fn file(name: &str, text: &str) -> File {
    File::new(Arc::new(Source::new(name, text.as_bytes().to_vec()).expect("readable")))
}

/// The feed of a visit, or the codes of what is wrong with it.
fn feed(visit: &str, zone: &str) -> Result<String, Vec<&'static str>> {
    let feeds = FEEDS.replace("Asia/Seoul", zone).replace("language: ko", "language: en");
    let visits = [file("case.yaml", visit)];
    let checked = check(&visits, Some(&file("feeds.yaml", &feeds)), Database::bundled());
    let Some(programme) = checked.programme else {
        return Err(checked.report.items().map(|item: ReportItem<'_>| item.diagnostic().code.0).collect());
    };
    let at = DateTime::<Utc>::UNIX_EPOCH;
    let stamped =
        RevisedListing::new(Listing::of(&programme, Audience::Public, at), programme.settings().uid_namespace, at);
    let bytes = tree::render(&stamped, programme.settings()).files["feeds/seoul.ics"].clone();
    Ok(String::from_utf8(bytes).expect("UTF-8"))
}

/// A text as YAML, with everything escaped that could mean something.
fn quoted(text: &str) -> String {
    let mut yaml = String::from("\"");
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            yaml.push(c);
        } else {
            let _ = write!(yaml, "\\U{:08X}", u32::from(c));
        }
    }
    yaml + "\""
}

fn allowed(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A text as an author may write one, among them many that mean something to calendars.
fn text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        ";",
        ",",
        "\\",
        "\\n",
        "\\;",
        ":",
        "\"",
        " ",
        "^",
        "^n",
        "한",
        "국빈",
        "\u{1112}\u{1161}\u{11AB}",
        "日本",
        "👩‍👩‍👧‍👦",
        "e\u{301}",
        "🇰🇷",
        "\u{200F}",
        "BEGIN:VEVENT",
        "=",
        "\u{FEFF}",
        "\u{A0}",
        "\u{3000}",
    ]);
    let any = any::<char>().prop_filter("allowed", |c| allowed(*c)).prop_map(String::from);
    let word = "[a-zA-Z0-9 ]{1,20}";
    prop::collection::vec(prop_oneof![special.prop_map(str::to_owned), any, word], 1..60)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("not blank", |text| !text.trim_matches(' ').is_empty())
}

/// What a text is kept as.
fn kept(text: &str) -> String {
    text.trim_matches(' ').nfc().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_come_back_as_they_were(texts in prop::collection::vec(text(), 1..12)) {
        let mut entries = String::new();
        for (n, text) in texts.iter().enumerate() {
            let text = quoted(text);
            let _ = writeln!(entries, "  - {{id: e{n}, kind: meal, title: {text}, note: {text}, place: {{venue: {text}}}, when: {{date: 2025-08-25}}, sources: [s]}}");
        }
        let feed = feed(&(head("2025-08-25", "2025-08-25") + &entries), "Asia/Seoul").expect("a feed");

        let ours = parse(&feed);
        let theirs = ICalendar::parse(&feed).expect("a calendar");
        let theirs: Vec<_> = theirs.components.iter().filter(|component| component.component_type == ICalendarComponentType::VEvent).collect();
        prop_assert_eq!(theirs.len(), texts.len());
        for ((text, ours), theirs) in texts.iter().zip(ours.all("VEVENT")).zip(theirs) {
            let expected = kept(text);
            let read = |property: ICalendarProperty| theirs.property(&property).and_then(|entry| entry.values.first()).and_then(|value| value.as_text()).map(str::to_owned);
            prop_assert_eq!(&ours.text("SUMMARY"), &expected);
            prop_assert_eq!(&ours.text("LOCATION"), &expected);
            prop_assert!(ours.text("DESCRIPTION").contains(&expected));
            prop_assert_eq!(read(ICalendarProperty::Summary), Some(expected.clone()));
            prop_assert_eq!(read(ICalendarProperty::Location), Some(expected));
            prop_assert_eq!(read(ICalendarProperty::Description), Some(ours.text("DESCRIPTION")));
        }
    }

    /// No line has more than 75 octets, which [`parse`] sees to; and none is broken where the next character had room.
    #[test]
    fn lines_are_broken_as_late_as_may_be(text in text()) {
        let text = quoted(&text);
        let entry = format!("  - {{id: e, kind: meal, title: {text}, note: {text}, when: {{date: 2025-08-25}}, sources: [s]}}\n");
        let feed = feed(&(head("2025-08-25", "2025-08-25") + &entry), "Asia/Seoul").expect("a feed");
        let lines: Vec<&str> = feed.split("\r\n").collect();
        for (line, next) in lines.iter().zip(&lines[1..]) {
            if let Some(first) = next.strip_prefix(' ').and_then(|rest| rest.chars().next()) {
                prop_assert!(line.len() + first.len_utf8() > 75, "{:?} had room for {:?}", line, first);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(source) = Source::new("case.yaml", bytes) {
            let visits = [File::new(Arc::new(source))];
            let checked = check(&visits, Some(&file("feeds.yaml", FEEDS)), Database::bundled());
            prop_assert!(checked.programme.is_none());
            prop_assert!(checked.report.has_errors());
        }
    }

    /// Every visit that has one piece of it replaced by another still is read, or refused with a place in it.
    #[test]
    fn any_slip_is_read_without_a_panic(at in 0..10_000_usize, length in 0..12_usize, new in "[-a-z0-9:{}\\[\\]\"'#&*!|>%@,? \n\t~<]{0,6}") {
        let visit = head("2025-08-25", "2025-08-26") + "  - {id: a, kind: meal, title: {en: A, ko: 가}, when: {start: 2025-08-25 12:15, end: 12:45}, sources: [s]}\n  - id: b\n    kind: travel\n    title: B\n    depart: {date: 2025-08-25}\n    arrive: {after: a, zone: Asia/Seoul}\n    status: confirmed\n";
        let chars: Vec<char> = visit.chars().collect();
        let start = at % chars.len();
        let end = (start + length).min(chars.len());
        let slipped: String = chars[..start].iter().copied().chain(new.chars()).chain(chars[end..].iter().copied()).collect();
        let (visits, feeds) = ([file("case.yaml", &slipped)], file("feeds.yaml", FEEDS));
        let checked = check(&visits, Some(&feeds), Database::bundled());
        for item in checked.report.items() {
            let diagnostic = item.diagnostic();
            prop_assert!(diagnostic.help.is_some(), "{:?}", diagnostic);
            for place in diagnostic.related.iter().map(|related| &related.place).chain([&diagnostic.place]) {
                let (text, span) = (place.source.text(), place.span);
                prop_assert!(text.get(span.start..span.end).is_some(), "{:?} is no stretch of its file: {:?}", span, diagnostic);
            }
        }
        prop_assert_eq!(checked.programme.is_none(), checked.report.has_errors());
    }
}

/// A wall clock reading near a change of clocks, or anywhere.
fn reading() -> impl Strategy<Value = (usize, i64, bool, i64, bool)> {
    (0..445_usize, FIRST_SECOND..LAST_SECOND, any::<bool>(), -130..130_i64, any::<bool>())
}

fn instant(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("an instant")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn local_times_are_the_instants_that_another_database_has(readings in prop::collection::vec(reading(), 1..24)) {
        let zones: Vec<&str> = Database::bundled().zones().map(Zone::name).collect();
        let (mut entries, mut instants, mut skipped) = (String::new(), Vec::new(), String::new());
        let mut gaps = 0;
        for (number, (zone, second, near, minutes, later)) in readings.into_iter().enumerate() {
            let name = zones[zone % zones.len()];
            let tz = second_opinion(name);
            let mut at = instant(second - second % 60);
            if near && let Some(change) = changes((at - Duration::days(400), at), |at| second_offset(tz, at)).last() {
                // A change of long ago may have been to the second.
                at = instant(change.timestamp() - change.timestamp().rem_euclid(60) + minutes * 60);
            }
            let before = second_offset(tz, at - Duration::hours(6));
            if at.timestamp() < FIRST_SECOND || before % 60 != 0 || disputed(name).contains(&at) {
                continue;
            }
            // Read with the offset of before, so that what is skipped comes up too.
            let local = at.naive_utc() + Duration::seconds(before.into());
            let written = local.format("%Y-%m-%d %H:%M").to_string();
            let fold = if later { "later" } else { "earlier" };
            let (line, meant) = match tz.from_local_datetime(&local) {
                LocalResult::Single(one) => (String::new(), one.to_utc()),
                LocalResult::Ambiguous(first, second) => {
                    (format!(", fold: {fold}"), if later { second.to_utc() } else { first.to_utc() })
                }
                LocalResult::None => {
                    gaps += 1;
                    let _ = writeln!(skipped, "  - {{id: e{number}, kind: meal, title: T, when: {{start: {written}, zone: {name}}}, sources: [s]}}");
                    continue;
                }
            };
            let _ = writeln!(entries, "  - {{id: e{number}, kind: meal, title: T, when: {{start: {written}, zone: {name}{line}}}, sources: [s]}}");
            instants.push(meant);
        }
        let head = head("1999-12-01", "2038-01-31");
        if gaps > 0 {
            let refused = feed(&(head.clone() + &skipped), "Etc/UTC").expect_err("times that never happen");
            prop_assert!(refused.iter().all(|code| *code == "time-never-happens"), "{:?} {}", refused, skipped);
            prop_assert!(refused.len() == gaps || gaps > 20);
        }
        if !instants.is_empty() {
            let feed = feed(&(head + &entries), "Etc/UTC").map_err(|codes| TestCaseError::fail(format!("{codes:?} {entries}")))?;
            let calendar = parse(&feed);
            let starts: Vec<_> = calendar.all("VEVENT").map(|event| event.line("DTSTART")).collect();
            let expected: Vec<_> = instants.iter().map(|instant| format!("DTSTART;TZID=Etc/UTC:{}", instant.format("%Y%m%dT%H%M%S"))).collect();
            prop_assert_eq!(starts, expected, "{}", entries);
        }
    }
}

/// What a VTIMEZONE says, expanded as RFC 5545, 3.6.5 has it: instants from which an offset holds.
fn onsets(zone: &Component, last_year: i32) -> Vec<(NaiveDateTime, i64)> {
    let mut onsets = Vec::new();
    for part in &zone.components {
        assert!(part.name == "STANDARD" || part.name == "DAYLIGHT", "{}", part.name);
        let first = NaiveDateTime::parse_from_str(part.value("DTSTART"), "%Y%m%dT%H%M%S").expect("a local time");
        let (from, to) = (seconds(part.value("TZOFFSETFROM")), seconds(part.value("TZOFFSETTO")));
        let mut locals = vec![first];
        if let Some(rule) = part.get("RRULE") {
            let years = first.year()..=last_year;
            locals = years
                .map(|year| nth(&rule.value, year).and_time(first.time()))
                .filter(|local| *local >= first)
                .collect();
            assert_eq!(locals.first(), Some(&first), "DTSTART is the rule's first: {rule:?}");
        }
        onsets.extend(locals.into_iter().map(|local| (local - Duration::seconds(from), to)));
    }
    onsets.sort_unstable();
    onsets
}

fn seconds(offset: &str) -> i64 {
    let (sign, digits) = offset.split_at(1);
    let part = |at: usize| digits.get(at..at + 2).map_or(0, |digits| digits.parse::<i64>().expect("digits"));
    (part(0) * 3600 + part(2) * 60 + part(4)) * if sign == "-" { -1 } else { 1 }
}

/// The day of `FREQ=YEARLY;BYMONTH=m;BYDAY=nXX` in a year.
fn nth(rule: &str, year: i32) -> NaiveDate {
    let value =
        |key: &str| rule.split(';').find_map(|part| part.strip_prefix(key)?.strip_prefix('=')).unwrap_or_default();
    assert_eq!((value("FREQ"), rule.split(';').count()), ("YEARLY", 3), "{rule}");
    let month: u32 = value("BYMONTH").parse().expect("a month");
    let (week, day) = value("BYDAY").split_at(value("BYDAY").len() - 2);
    let week: i64 = week.parse().expect("a week");
    let weekday = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun]
        .into_iter()
        .find(|weekday| weekday.to_string()[..2].eq_ignore_ascii_case(day))
        .expect("a weekday");
    let days: Vec<_> = NaiveDate::from_ymd_opt(year, month, 1)
        .expect("a month")
        .iter_days()
        .take_while(|date| date.month() == month)
        .filter(|date| date.weekday() == weekday)
        .collect();
    let at = if week > 0 { week - 1 } else { i64::try_from(days.len()).expect("few") + week };
    days[usize::try_from(at).expect("in the month")]
}

#[test]
fn zones_are_described_right_over_twenty_years() {
    let entries: String = Database::bundled().zones().enumerate().fold(String::new(), |mut text, (n, zone)| {
        for (end, when) in [("a", "2020-01-15 12:00"), ("b", "2040-12-15 12:00")] {
            let _ = writeln!(
                text,
                "  - {{id: {end}{n}, kind: meal, title: T, when: {{start: {when}, zone: {zone}}}, sources: [s]}}"
            );
        }
        text
    });
    let calendar = parse(&feed(&(head("2020-01-01", "2040-12-31") + &entries), "host").expect("a feed"));
    let described: Vec<_> = calendar.all("VTIMEZONE").collect();
    assert_eq!(described.len(), Database::bundled().zones().count());
    let mut wrong = BTreeSet::new();
    for component in described {
        let name = component.value("TZID");
        let (tz, disputed) = (second_opinion(name), disputed(name));
        let onsets = onsets(component, 2041);
        for second in (0..2_400).map(|step| 1_579_089_600 + step * 275_003) {
            let at = instant(second);
            if disputed.contains(&at) {
                continue;
            }
            let holds =
                onsets.partition_point(|(onset, _)| *onset <= at.naive_utc()).checked_sub(1).map(|at| onsets[at].1);
            let theirs = second_offset(tz, at);
            if holds != Some(theirs.into()) {
                wrong.insert(format!("{name} at {at}: {holds:?}, not {theirs}"));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The readings of the clocks around every change of a decade, to the second, as the description and another database have them.
#[test]
fn changes_of_clocks_are_described_to_the_second() {
    let names = [
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Africa/Cairo",
        "Asia/Gaza",
        "Pacific/Norfolk",
        "Europe/Dublin",
        "America/Nuuk",
        "Asia/Tehran",
    ];
    let entries: String = names.iter().enumerate().fold(String::new(), |mut text, (n, zone)| {
        for (end, when) in [("a", "2016-01-15 12:00"), ("b", "2025-12-15 12:00")] {
            let _ = writeln!(
                text,
                "  - {{id: {end}{n}, kind: meal, title: T, when: {{start: {when}, zone: {zone}}}, sources: [s]}}"
            );
        }
        text
    });
    let calendar = parse(&feed(&(head("2016-01-01", "2025-12-31") + &entries), "host").expect("a feed"));
    for component in calendar.all("VTIMEZONE") {
        let name = component.value("TZID");
        let tz = second_opinion(name);
        let onsets = onsets(component, 2026);
        for change in changes((instant(1_452_859_200), instant(1_765_800_000)), |at| second_offset(tz, at)) {
            for at in [change - Duration::seconds(1), change] {
                let holds =
                    onsets.partition_point(|(onset, _)| *onset <= at.naive_utc()).checked_sub(1).map(|at| onsets[at].1);
                assert_eq!(holds, Some(second_offset(tz, at).into()), "{name} at {at}");
            }
        }
    }
}
