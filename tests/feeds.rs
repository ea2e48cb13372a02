//! What stands in a feed, for schedules made up to show one thing each.

use crate::support::calendar::{Component, parse};
use crate::support::{AT, FEEDS, Folder, NAMESPACE};
use uuid::Uuid;

/// A visit to New York of the year 2025, without entries.
const HEAD: &str = "\
visit: case
kind: state-visit
title: {en: Case, ko: 사례}
principal: {en: President A, ko: 가 대통령}
zone: America/New_York
dates: {from: 2025-01-01, to: 2025-12-31}
audience: public
status: confirmed
sources:
  s: {publisher: P}
entries:
";

/// An entry in one line.
fn entry(id: &str, rest: &str) -> String {
    format!("  - {{id: {id}, kind: meeting, title: {id}, sources: [s], {rest}}}\n")
}

/// A feed with these settings beside id and audience.
fn settings(settings: &str) -> String {
    let head = FEEDS.split("feeds:").next().unwrap_or_default();
    format!("{head}feeds:\n  - {{id: feed, title: Feed, audience: public, {settings}}}\n")
}

const SEOUL: &str = "zone: Asia/Seoul, language: en";
const HOST: &str = "zone: host, language: en";

/// The bytes of the one feed of these entries.
fn bytes(entries: &str, feed: &str) -> String {
    let folder = Folder::with(&[("case.yaml", &format!("{HEAD}{entries}")), ("feeds.yaml", &settings(feed))]);
    folder.build();
    folder.read("dist/public/feeds/feed.ics")
}

fn calendar(entries: &str, feed: &str) -> Component {
    parse(&bytes(entries, feed))
}

fn uid(identity: &str) -> String {
    Uuid::new_v5(&NAMESPACE.parse().expect("a UUID"), identity.as_bytes()).to_string()
}

/// The event of an entry, if there is one.
fn find<'c>(calendar: &'c Component, id: &str) -> Option<&'c Component> {
    calendar.all("VEVENT").find(|event| event.value("UID") == uid(&format!("case/{id}")))
}

fn event<'c>(calendar: &'c Component, id: &str) -> &'c Component {
    find(calendar, id).unwrap_or_else(|| panic!("no event of {id}"))
}

fn one(rest: &str, feed: &str) -> Component {
    event(&calendar(&entry("a", rest), feed), "a").clone()
}

fn times(event: &Component) -> [String; 2] {
    ["DTSTART", "DTEND"].map(|name| event.line(name))
}

fn events(calendar: &Component) -> usize {
    calendar.all("VEVENT").count()
}

/// One form of `when`, the times it gives, the title, and words of the text.
type Form = (&'static str, [&'static str; 2], &'static str, &'static [&'static str]);

const FORMS: &[Form] = &[
    (
        "{start: 2025-08-25 12:15, end: 2025-08-25 12:45}",
        ["DTSTART;TZID=Asia/Seoul:20250826T011500", "DTEND;TZID=Asia/Seoul:20250826T014500"],
        "a",
        &["25 Aug 12:15–12:45 EDT · 26 Aug 01:15–01:45 KST"],
    ),
    (
        "{start: 2025-08-25 12:15, end: 12:45}",
        ["DTSTART;TZID=Asia/Seoul:20250826T011500", "DTEND;TZID=Asia/Seoul:20250826T014500"],
        "a",
        &["25 Aug 12:15–12:45 EDT · 26 Aug 01:15–01:45 KST"],
    ),
    (
        "{start: 2025-08-25 12:15, for: 1h30m}",
        ["DTSTART;TZID=Asia/Seoul:20250826T011500", "DTEND;TZID=Asia/Seoul:20250826T024500"],
        "a",
        &["25 Aug 12:15–13:45 EDT"],
    ),
    (
        "{start: 2025-08-25 12:15}",
        ["DTSTART;TZID=Asia/Seoul:20250826T011500", "DTEND;TZID=Asia/Seoul:20250826T014500"],
        "a",
        &["25 Aug 12:15 EDT · 26 Aug 01:15 KST\n", "The end time has not been announced."],
    ),
    (
        "{start: 2025-08-25 12:15, about: true}",
        ["DTSTART;TZID=Asia/Seoul:20250826T011500", "DTEND;TZID=Asia/Seoul:20250826T014500"],
        "a",
        &["25 Aug about 12:15 EDT · 26 Aug about 01:15 KST", "The end time has not been announced."],
    ),
    (
        "{start: 2025-08-25 12:15, zone: Asia/Tokyo}",
        ["DTSTART;TZID=Asia/Seoul:20250825T121500", "DTEND;TZID=Asia/Seoul:20250825T124500"],
        "a",
        &["25 Aug 12:15 JST · 12:15 KST"],
    ),
    (
        "{date: 2025-08-23}",
        ["DTSTART;VALUE=DATE:20250823", "DTEND;VALUE=DATE:20250824"],
        "a",
        &["23 Aug, time to be announced", "23 Aug in New York = 23 Aug 13:00 to 24 Aug 13:00 KST"],
    ),
    (
        "{date: 2025-08-23, part: late-afternoon}",
        ["DTSTART;VALUE=DATE:20250823", "DTEND;VALUE=DATE:20250824"],
        "a (late afternoon)",
        &["23 Aug, late afternoon"],
    ),
    (
        "{date: 2025-08-23, between: [14:00, 16:00]}",
        ["DTSTART;VALUE=DATE:20250823", "DTEND;VALUE=DATE:20250824"],
        "a (between 14:00 and 16:00 EDT · 24 Aug, between 03:00 and 05:00 KST)",
        &["23 Aug, between 14:00 and 16:00 EDT · 24 Aug, between 03:00 and 05:00 KST\n"],
    ),
    (
        "{date: 2025-03-09, between: [01:30, 03:30]}",
        ["DTSTART;VALUE=DATE:20250309", "DTEND;VALUE=DATE:20250310"],
        "a (between 01:30 EST and 03:30 EDT · between 15:30 and 16:30 KST)",
        &["9 Mar, between 01:30 EST and 03:30 EDT · between 15:30 and 16:30 KST\n"],
    ),
    (
        "{date: 2025-10-06, between: [20:00, 23:00]}",
        ["DTSTART;VALUE=DATE:20251006", "DTEND;VALUE=DATE:20251007"],
        "a (between 20:00 and 23:00 EDT · 7 Oct, between 09:00 and 12:00 KST)",
        &["6 Oct, between 20:00 and 23:00 EDT · 7 Oct, between 09:00 and 12:00 KST\n"],
    ),
    (
        "{date: 2025-10-06, between: [23:00, 01:00]}",
        ["DTSTART;VALUE=DATE:20251006", "DTEND;VALUE=DATE:20251007"],
        "a (between 23:00 and 7 Oct 01:00 EDT · 7 Oct, between 12:00 and 14:00 KST)",
        &["6 Oct, between 23:00 and 7 Oct 01:00 EDT · 7 Oct, between 12:00 and 14:00 KST\n"],
    ),
    (
        "{date: 2025-10-06, between: [12:00, 00:00]}",
        ["DTSTART;VALUE=DATE:20251006", "DTEND;VALUE=DATE:20251007"],
        "a (between 12:00 and 7 Oct 00:00 EDT · 7 Oct, between 01:00 and 13:00 KST)",
        &[],
    ),
    (
        "{date: 2025-10-06, between: [06:00, 24:00]}",
        ["DTSTART;VALUE=DATE:20251006", "DTEND;VALUE=DATE:20251007"],
        "a (between 06:00 and 7 Oct 00:00 EDT · 6 Oct, between 19:00 and 7 Oct 13:00 KST)",
        &[],
    ),
    (
        "{date: 2025-11-02, between: [01:15, 01:45], fold: later}",
        ["DTSTART;VALUE=DATE:20251102", "DTEND;VALUE=DATE:20251103"],
        "a (between 01:15 and 01:45 EST · between 15:15 and 15:45 KST)",
        &[],
    ),
    (
        "{date: 2025-11-02, between: [01:15, 03:00], fold: earlier}",
        ["DTSTART;VALUE=DATE:20251102", "DTEND;VALUE=DATE:20251103"],
        "a (between 01:15 EDT and 03:00 EST · between 14:15 and 17:00 KST)",
        &[],
    ),
    (
        "{from: 2025-08-23, to: 2025-08-24}",
        ["DTSTART;VALUE=DATE:20250823", "DTEND;VALUE=DATE:20250825"],
        "a",
        &["23 Aug – 24 Aug"],
    ),
    (
        "{from: 2025-02-27, to: 2025-02-28}",
        ["DTSTART;VALUE=DATE:20250227", "DTEND;VALUE=DATE:20250301"],
        "a",
        &["27 Feb – 28 Feb"],
    ),
    (
        "{date: 2025-12-31, part: night}",
        ["DTSTART;VALUE=DATE:20251231", "DTEND;VALUE=DATE:20260101"],
        "a (night)",
        &["Wednesday, 31 December 2025"],
    ),
];

#[test]
fn each_form_of_when_is_shown_as_what_it_is() {
    for (when, expected, title, words) in FORMS {
        let event = one(&format!("when: {when}"), SEOUL);
        assert_eq!(times(&event), *expected, "{when}");
        assert_eq!(event.text("SUMMARY"), *title, "{when}");
        let text = event.text("DESCRIPTION");
        for word in *words {
            assert!(text.contains(word), "{when}: no “{word}” in {text}");
        }
        let transparent = expected[0].contains("VALUE=DATE");
        assert_eq!(event.value("TRANSP"), if transparent { "TRANSPARENT" } else { "OPAQUE" }, "{when}");
        assert_eq!(event.value("STATUS"), "CONFIRMED");
        assert_eq!(event.value("CATEGORIES"), "meeting");
    }
}

#[test]
fn what_comes_after_something_names_it_and_never_its_time() {
    let entries = entry("lunch", "when: {start: 2025-08-25 23:15, end: 2025-08-26 00:40}")
        + &entry("a", "when: {after: lunch}")
        + &entry("b", "when: {after: case/lunch, date: 2025-08-27}")
        + &entry("c", "when: {after: lunch, date: 2025-08-25, part: night}")
        + &entry("d", "when: {after: a}")
        + &entry("nowhere", "when: tba")
        + &entry("e", "when: {after: nowhere}");
    let calendar = calendar(&entries, SEOUL);
    for (id, day, next) in [("a", "26", "27"), ("b", "27", "28"), ("c", "25", "26"), ("d", "26", "27")] {
        let event = event(&calendar, id);
        let expected = [format!("DTSTART;VALUE=DATE:202508{day}"), format!("DTEND;VALUE=DATE:202508{next}")];
        assert_eq!(times(event), expected, "{id}");
        let text = event.text("DESCRIPTION");
        assert!(text.contains(if id == "d" { "after “a”" } else { "after “lunch”" }), "{text}");
        assert!(!text.contains("23:15") && !text.contains("00:40"), "{text}");
    }
    assert_eq!(event(&calendar, "c").text("SUMMARY"), "c (night)");
    assert!(find(&calendar, "e").is_none() && find(&calendar, "nowhere").is_none());
    assert_eq!(events(&calendar), 5);
}

#[test]
fn what_comes_after_a_journey_comes_after_its_arrival() {
    let journey =
        "depart: {start: 2025-08-24 20:00, zone: America/New_York}, arrive: {date: 2025-08-26, zone: Asia/Seoul}";
    let entries = entry("flight", journey) + &entry("a", "when: {after: flight}");
    assert_eq!(event(&calendar(&entries, HOST), "a").line("DTSTART"), "DTSTART;VALUE=DATE:20250826");
}

#[test]
fn what_is_to_be_announced_is_in_no_feed() {
    let bytes = bytes(&(entry("canary", "when: tba") + &entry("a", "when: {date: 2025-08-25}")), SEOUL);
    assert!(!bytes.contains("canary") && !bytes.contains(&uid("case/canary")));
}

#[test]
fn a_day_stays_the_hosts_day() {
    let rest = "when: {date: 2025-08-23, zone: Asia/Tokyo}";
    for feed in [
        "zone: America/New_York, language: en",
        "zone: Asia/Seoul, language: en",
        HOST,
        "zone: Pacific/Kiritimati, language: en",
    ] {
        assert_eq!(one(rest, feed).line("DTSTART"), "DTSTART;VALUE=DATE:20250823", "{feed}");
    }
    let text = one(rest, "zone: America/New_York, language: en").text("DESCRIPTION");
    assert!(text.contains("23 Aug in Tokyo = 22 Aug 11:00 to 23 Aug 11:00 EDT"), "{text}");
}

#[test]
fn the_length_shown_is_the_feeds() {
    let event = one("when: {start: 2025-08-25 12:15}", "zone: host, language: en, display_length: 1h45m");
    assert_eq!(event.line("DTEND"), "DTEND;TZID=America/New_York:20250825T140000");
    assert!(event.text("DESCRIPTION").contains("The end time has not been announced."));
    assert!(!event.text("DESCRIPTION").contains("14:00"));
}

#[test]
fn an_hour_that_a_clock_shows_twice_is_written_in_utc() {
    let cases = [
        ("start: 2025-11-02 01:30, for: 15m, fold: earlier", ["DTSTART:20251102T053000Z", "DTEND:20251102T054500Z"]),
        ("start: 2025-11-02 01:30, for: 15m, fold: later", ["DTSTART:20251102T063000Z", "DTEND:20251102T064500Z"]),
        ("start: 2025-11-02 00:45, for: 1h", ["DTSTART:20251102T044500Z", "DTEND:20251102T054500Z"]),
        ("start: 2025-11-02 00:45, for: 2h", ["DTSTART:20251102T044500Z", "DTEND:20251102T064500Z"]),
        ("start: 2025-11-02 01:30, for: 1h, fold: earlier", ["DTSTART:20251102T053000Z", "DTEND:20251102T063000Z"]),
        ("start: 2025-11-02 01:59, for: 1m, fold: later", ["DTSTART:20251102T065900Z", "DTEND:20251102T070000Z"]),
        ("start: 2025-11-02 00:30, end: 01:30, fold: later", ["DTSTART:20251102T043000Z", "DTEND:20251102T063000Z"]),
        (
            "start: 2025-11-02 02:00, for: 1h",
            ["DTSTART;TZID=America/New_York:20251102T020000", "DTEND;TZID=America/New_York:20251102T030000"],
        ),
    ];
    for (when, expected) in cases {
        let event = one(&format!("when: {{{when}}}"), HOST);
        assert_eq!(times(&event), expected, "{when}");
    }
    let both = one("when: {start: 2025-11-02 01:30, for: 1h, fold: earlier}", HOST);
    let text = both.text("DESCRIPTION");
    assert!(text.contains("2 Nov 01:30 EDT–01:30 EST"), "{text}");
    // Seoul's clocks know nothing of it.
    let seoul = one("when: {start: 2025-11-02 01:30, for: 15m, fold: later}", SEOUL);
    assert_eq!(seoul.line("DTSTART"), "DTSTART;TZID=Asia/Seoul:20251102T153000");
}

#[test]
fn zones_are_described_as_they_are() {
    let new_york = "\
BEGIN:VTIMEZONE\r\nTZID:America/New_York\r\n\
BEGIN:DAYLIGHT\r\nDTSTART:20070311T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nTZNAME:EDT\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nEND:DAYLIGHT\r\n\
BEGIN:STANDARD\r\nDTSTART:20071104T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nTZNAME:EST\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\n\
END:VTIMEZONE\r\n";
    let seoul = "\
BEGIN:VTIMEZONE\r\nTZID:Asia/Seoul\r\n\
BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZNAME:KST\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\n\
END:VTIMEZONE\r\n";
    let host = bytes(&entry("a", "when: {start: 2025-08-25 12:15}"), HOST);
    assert!(host.contains(new_york), "{host}");
    assert!(bytes(&entry("a", "when: {start: 2025-08-25 12:15}"), SEOUL).contains(seoul));
    // Tokyo is itself, though Seoul's offset is the same.
    let tokyo = calendar(&entry("a", "when: {start: 2025-08-25 12:15, zone: Asia/Tokyo}"), HOST);
    assert_eq!(event(&tokyo, "a").line("DTSTART"), "DTSTART;TZID=Asia/Tokyo:20250825T121500");
    assert!(tokyo.all("VTIMEZONE").any(|zone| zone.value("TZID") == "Asia/Tokyo"));
}

#[test]
fn seouls_summer_time_of_1988_is_described() {
    let visit = format!("{HEAD}{}", entry("a", "when: {start: 1988-07-01 12:00}"))
        .replace("America/New_York", "Asia/Seoul")
        .replace("2025-01-01", "1988-01-01")
        .replace("2025-12-31", "1988-12-31");
    let folder = Folder::with(&[("case.yaml", &visit), ("feeds.yaml", &settings(HOST))]);
    folder.build();
    let calendar = parse(&folder.read("dist/public/feeds/feed.ics"));
    let zone = calendar.all("VTIMEZONE").next().expect("a zone");
    let daylight: Vec<_> = zone.all("DAYLIGHT").map(|part| [part.value("DTSTART"), part.value("TZOFFSETTO")]).collect();
    assert!(daylight.contains(&["19880508T020000", "+1000"]), "{daylight:?}");
}

/// Every zone that an event names is described, and each once.
#[test]
fn each_zone_used_is_described_once() {
    let entries = entry("a", "when: {start: 2025-08-25 12:15}")
        + &entry("b", "when: {start: 2025-08-25 12:15, zone: Europe/Paris}")
        + &entry(
            "c",
            "depart: {start: 2025-08-25 12:15, zone: Asia/Tokyo}, arrive: {start: 2025-08-26 12:15, zone: Europe/Paris}",
        )
        + &entry("d", "when: {date: 2025-08-25, zone: Asia/Bangkok}");
    let calendar = calendar(&entries, HOST);
    let zones: Vec<_> = calendar.all("VTIMEZONE").map(|zone| zone.value("TZID")).collect();
    assert_eq!(zones, ["America/New_York", "Asia/Tokyo", "Europe/Paris"]);
    assert_eq!(calendar.value("X-WR-TIMEZONE"), "America/New_York");
}

#[test]
fn a_journey_goes_from_departure_to_arrival() {
    let flight = "depart: {start: 2025-08-24 14:00, zone: Asia/Tokyo, place: {city: Tokyo, country: JP}}, \
                  arrive: {start: 2025-08-24 13:50, zone: America/New_York, place: {city: Washington, country: US}}";
    let host = one(flight, HOST);
    assert_eq!(
        times(&host),
        ["DTSTART;TZID=Asia/Tokyo:20250824T140000", "DTEND;TZID=America/New_York:20250824T135000"]
    );
    assert_eq!(host.text("LOCATION"), "Tokyo, Japan");
    let text = host.text("DESCRIPTION");
    assert!(
        text.contains(
            "Departs: 24 Aug 14:00 JST – Tokyo, Japan\nArrives: 24 Aug 13:50 EDT – Washington, United States"
        ),
        "{text}"
    );
    let seoul = one(flight, SEOUL);
    assert_eq!(times(&seoul), ["DTSTART;TZID=Asia/Seoul:20250824T140000", "DTEND;TZID=Asia/Seoul:20250825T025000"]);
    assert!(seoul.text("DESCRIPTION").contains("Arrives: 24 Aug 13:50 EDT · 25 Aug 02:50 KST"));
}

#[test]
fn a_journey_of_which_one_end_is_timed_is_all_day() {
    let cases = [
        (
            "depart: {start: 2025-08-24 14:00, zone: Asia/Tokyo}, arrive: {date: 2025-08-24}",
            ["20250824", "20250825"],
            "Departs: 24 Aug 14:00 JST",
        ),
        (
            "depart: {date: 2025-08-24, zone: Asia/Tokyo}, arrive: {start: 2025-08-24 13:50}",
            ["20250824", "20250825"],
            "Arrives: 24 Aug 13:50 EDT",
        ),
        (
            "depart: {date: 2025-08-26, part: evening}, arrive: {date: 2025-08-28, part: early-morning, zone: Asia/Seoul}",
            ["20250826", "20250829"],
            "Arrives: 28 Aug, early morning",
        ),
        // Over the date line the arrival has the earlier date.
        (
            "depart: {date: 2025-08-25, zone: Pacific/Auckland}, arrive: {date: 2025-08-24, zone: Pacific/Honolulu}",
            ["20250824", "20250826"],
            "Departs: 25 Aug",
        ),
        ("depart: {date: 2025-08-26}, arrive: tba", ["20250826", "20250827"], "date to be announced"),
    ];
    for (rest, [first, end], words) in cases {
        let rest = rest.replace("arrive: tba", "arrive: {after: a0}");
        let entries = entry("a0", "when: tba") + &entry("a", &rest);
        let calendar = calendar(&entries, HOST);
        let event = event(&calendar, "a");
        assert_eq!(times(event), [format!("DTSTART;VALUE=DATE:{first}"), format!("DTEND;VALUE=DATE:{end}")], "{rest}");
        assert!(event.text("DESCRIPTION").contains(words), "{}", event.text("DESCRIPTION"));
        assert_eq!(event.value("TRANSP"), "TRANSPARENT");
    }
}

#[test]
fn other_clocks_stand_in_every_description() {
    let rest = "when: {start: 2025-08-25 23:30, for: 1h}";
    let text = |feed: &str| one(rest, feed).text("DESCRIPTION");
    assert!(text("zone: America/New_York, language: en").contains("25 Aug 23:30 – 26 Aug 00:30 EDT\n"));
    let three = text("zone: America/New_York, language: en, also: [Asia/Seoul, Europe/London, America/New_York]");
    let clocks = "25 Aug 23:30 – 26 Aug 00:30 EDT · 26 Aug 12:30–13:30 KST · 26 Aug 04:30–05:30 London time (UTC+1)\n";
    assert!(three.contains(clocks), "{three}");
    assert_eq!(three.matches("EDT").count(), 1, "{three}");
}

#[test]
fn alarms_sound_for_what_has_a_time() {
    let entries = entry("a", "when: {start: 2025-08-25 12:15}")
        + &entry("b", "when: {date: 2025-08-25}")
        + &entry("c", "when: {start: 2025-08-25 12:15}, status: cancelled")
        + &entry("d", "when: {start: 2025-08-25 12:15}, status: postponed");
    let with = calendar(&entries, "zone: host, language: en, alarms: [30m, 1d2h]");
    let alarms: Vec<_> = event(&with, "a").all("VALARM").collect();
    assert_eq!(alarms.len(), 2);
    for (alarm, trigger) in alarms.iter().zip(["-PT30M", "-P1DT2H"]) {
        let names: Vec<_> = alarm.properties.iter().map(|property| property.name.as_str()).collect();
        assert_eq!(names, ["ACTION", "TRIGGER", "DESCRIPTION"]);
        assert_eq!((alarm.value("ACTION"), alarm.value("TRIGGER")), ("DISPLAY", trigger));
    }
    for id in ["b", "c", "d"] {
        assert_eq!(event(&with, id).components.len(), 0, "{id}");
    }
    assert_eq!(event(&calendar(&entries, HOST), "a").components.len(), 0);
}

#[test]
fn a_feed_holds_what_it_selects() {
    let meal = entry("m", "when: {date: 2025-08-25}, access: closed").replace("kind: meeting", "kind: meal");
    let summit = entry("s", "when: {date: 2025-08-25}, access: open").replace("kind: meeting", "kind: summit");
    let entries = meal + &summit + &entry("x", "when: {date: 2025-08-25}");
    let ids = |only: &str| -> Vec<&str> {
        let calendar = calendar(&entries, &format!("{HOST}, {only}"));
        ["m", "s", "x"].into_iter().filter(|id| find(&calendar, id).is_some()).collect()
    };
    assert_eq!(ids("only: {}"), ["m", "s", "x"]);
    assert_eq!(ids("only: {kind: [meal, summit]}"), ["m", "s"]);
    assert_eq!(ids("only: {access: [open]}"), ["s"]);
    assert_eq!(ids("only: {kind: [meal], access: [open, pooled]}"), [""; 0]);
    assert_eq!(ids("visits: [case]"), ["m", "s", "x"]);
}

/// Where something is: the entry's own place, of which nothing may be known; else, of a journey, where it leaves from.
#[test]
fn what_is_known_of_a_place_is_told() {
    let meeting = |id: &str, place: &str| entry(id, &format!("when: {{start: 2025-08-25 12:15, end: 12:45}}{place}"));
    let journey = |id: &str, place: &str, from: &str| {
        format!(
            "  - {{id: {id}, kind: travel, title: {id}, sources: [s]{place}, \
             depart: {{start: 2025-08-26 12:15{from}}}, arrive: {{start: 2025-08-26 13:15}}}}\n"
        )
    };
    let (hall, boston) = (", place: {venue: {en: Hall, ko: 홀}, city: Boston, country: US}", ", place: {city: Boston}");
    let cases = [
        (meeting("known", hall), Some(("Hall, Boston, United States", "미국 Boston 홀"))),
        (meeting("empty", ", place: {}"), None),
        (meeting("without", ""), None),
        (journey("own", hall, boston), Some(("Hall, Boston, United States", "미국 Boston 홀"))),
        (journey("own-empty", ", place: {}", boston), None),
        (journey("from", "", boston), Some(("Boston", "Boston"))),
        (journey("from-empty", "", ", place: {}"), None),
        (journey("nowhere", "", ""), None),
    ];
    let entries: String = cases.iter().map(|(entry, _)| entry.as_str()).collect();
    for (language, label) in [("en", "Place: "), ("ko", "장소: ")] {
        let calendar = calendar(&entries, &format!("zone: host, language: {language}"));
        for (entry, place) in &cases {
            let id = entry.split(['{', ',']).nth(1).and_then(|id| id.strip_prefix("id: ")).expect("an id");
            let event = event(&calendar, id);
            let place = place.map(|(en, ko)| if language == "en" { en } else { ko });
            assert_eq!(event.get("LOCATION").map(crate::support::calendar::Property::text).as_deref(), place, "{id}");
            // The description tells of a place of its own alone: where a journey begins stands beside its time.
            let told = event.text("DESCRIPTION").lines().find_map(|line| line.strip_prefix(label).map(str::to_owned));
            assert_eq!(told.as_deref(), place.filter(|_| !id.starts_with("from")), "{id}");
        }
    }
}

/// A point of a place, and where an entry can be watched.
#[test]
fn a_point_and_a_stream_are_for_apps_and_people() {
    let place = "place: {venue: 'Hall \"A\"', city: Boston, country: US, geo: [42.360100, -71]}";
    let entries = [
        entry("hall", &format!("when: {{date: 2025-08-25}}, {place}, stream: 'https://example.org/live;a,b'")),
        format!(
            "  - {{id: flight, kind: travel, title: flight, sources: [s], depart: {{date: 2025-08-26, {place}}}, \
             arrive: {{date: 2025-08-26}}}}\n"
        ),
        entry("plain", "when: {date: 2025-08-25}, place: {city: Boston}"),
    ]
    .concat();
    for (language, label, title) in [
        ("en", "Live: ", "Hall 'A', Boston, United States"),
        ("ko", "생중계: ", "미국 Boston Hall 'A'"),
        ("ja", "ライブ配信：", "米国 Boston Hall 'A'"),
    ] {
        let calendar = calendar(&entries, &format!("zone: host, language: {language}"));
        for id in ["hall", "flight"] {
            let event = event(&calendar, id);
            assert_eq!(event.line("GEO"), "GEO:42.3601;-71");
            let point = event.get("X-APPLE-STRUCTURED-LOCATION").expect("a point");
            let line = "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-APPLE-RADIUS=100;X-TITLE=";
            assert_eq!(point.line().replace('"', ""), format!("{line}{title}:geo:42.3601,-71"));
        }
        let hall = event(&calendar, "hall");
        let conference = hall.get("CONFERENCE").expect("a stream");
        let label_alone = label.trim_end_matches([':', ' ', '：']);
        let line = format!("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL={label_alone}");
        assert_eq!(conference.line().replace('"', ""), format!("{line}:https://example.org/live;a,b"));
        let said = format!("{label}https://example.org/live;a,b");
        assert!(hall.text("DESCRIPTION").lines().any(|line| line == said), "{}", hall.text("DESCRIPTION"));
        for name in ["GEO", "X-APPLE-STRUCTURED-LOCATION", "CONFERENCE"] {
            assert_eq!(event(&calendar, "plain").get(name).map(drop), None, "{name}");
        }
    }
}

/// Feeds that are built together share what they have in common.
#[test]
fn a_feed_is_the_same_whatever_is_built_beside_it() {
    let entries = [
        entry("timed", "when: {start: 2025-08-25 12:15, end: 12:45}, note: {en: A note, ko: 메모}"),
        entry("endless", "when: {start: 2025-08-25 15:00}"),
        entry("night", "when: {start: 2025-08-25 22:00, end: 2025-08-26 01:30}"),
        entry("about", "when: {start: 2025-08-25 16:00, end: 17:00, about: true}"),
        entry("off", "status: cancelled, when: {start: 2025-08-26 09:00, end: 10:00}"),
        entry("day", "when: {date: 2025-08-26, part: evening}"),
        entry("happened", "when: {date: 2025-08-27}, actual: {start: 2025-08-27 10:00, end: 11:30, sources: [s]}"),
        "  - {id: flight, kind: travel, title: T, depart: {start: 2025-08-27 20:00, place: {city: New York, country: US}}, \
         arrive: {start: 2025-08-28 23:40, zone: Asia/Seoul, place: {city: Seoul, country: KR}}, status: confirmed, sources: [s]}\n"
            .to_owned(),
    ];
    let case = format!("{HEAD}{}", entries.concat());
    // Zones that some feeds have no need of: that of what is cancelled, and that of a meal. What is shown for longer than half an
    // hour ends in a year in which Rabat sets its clocks on other days.
    let elsewhere = |visit: &str, zone: &str, entry: String| {
        let head = HEAD.replace("visit: case", &format!("visit: {visit}")).replace("America/New_York", zone);
        head + &entry
    };
    let off = elsewhere(
        "off",
        "Asia/Kathmandu",
        entry("off", "status: cancelled, when: {start: 2025-08-26 09:00, end: 10:00}"),
    );
    let meal = entry("meal", "when: {start: 2025-08-26 12:00, end: 13:00}").replace("kind: meeting", "kind: meal");
    let meal = elsewhere("meal", "Asia/Kabul", meal);
    let late = elsewhere("late", "Africa/Casablanca", entry("late", "when: {start: 2025-01-01 00:20}"));
    let mut kinds = Vec::new();
    for zone in ["host", "America/New_York", "Asia/Seoul", "Europe/London"] {
        for language in ["en", "ko"] {
            for more in [
                "",
                ", alarms: [30m]",
                ", cancelled: retitled",
                ", cancelled: hidden",
                ", display_length: 45m",
                ", visits: [case, late]",
                ", only: {kind: [meeting]}",
            ] {
                kinds.push(format!("zone: {zone}, language: {language}{more}"));
            }
            kinds.push(format!("zone: {zone}, language: {language}, also: [Europe/Paris]"));
        }
    }
    let built = |kinds: &[(usize, &String)]| {
        let feed = |(id, kind): &(usize, &String)| format!("  - {{id: f{id}, title: T, audience: public, {kind}}}\n");
        let feeds = FEEDS.split("  - ").next().unwrap_or_default().to_owned();
        let feeds = feeds + &kinds.iter().map(feed).collect::<String>();
        let visits = [("case.yaml", &case), ("off.yaml", &off), ("meal.yaml", &meal), ("late.yaml", &late)];
        let folder =
            Folder::with(&[&visits.map(|(name, text)| (name, text.as_str()))[..], &[("feeds.yaml", &feeds)]].concat());
        folder.build();
        kinds.iter().map(|(id, _)| folder.read(&format!("dist/public/feeds/f{id}.ics"))).collect::<Vec<_>>()
    };
    let all: Vec<_> = kinds.iter().enumerate().collect();
    // Whichever stands next to it.
    let (onward, mut backward) = (built(&all), built(&all.iter().rev().copied().collect::<Vec<_>>()));
    backward.reverse();
    for ((kind, onward), backward) in all.into_iter().zip(&onward).zip(&backward) {
        let alone = built(&[kind]).concat();
        assert!(*onward == alone && *backward == alone, "{}:\n{alone}\n{onward}\n{backward}", kind.1);
    }
    assert!(onward.iter().collect::<std::collections::HashSet<_>>().len() > 40, "they differ");
    let zones = |feed: &String| feed.matches("BEGIN:STANDARD").count() + feed.matches("BEGIN:DAYLIGHT").count();
    let of = |kind: &str| zones(&onward[kinds.iter().position(|known| known == kind).expect("a kind")]);
    let all = of(HOST);
    for (more, fewer) in [("cancelled: hidden", true), ("display_length: 45m", false), ("visits: [case, late]", true)] {
        let with = of(&format!("{HOST}, {more}"));
        assert!(with != all && (with < all) == fewer, "{more}: {with} of {all}");
    }
    assert!(of(&format!("{HOST}, only: {{kind: [meeting]}}")) < all);
}

#[test]
fn a_feed_holds_the_visits_it_names() {
    let other = HEAD.replace("visit: case", "visit: other") + &entry("b", "when: {date: 2025-08-25}");
    let case = HEAD.to_owned() + &entry("a", "when: {date: 2025-08-25}");
    let folder = Folder::with(&[
        ("1.yaml", &other),
        ("2.yaml", &case),
        ("feeds.yaml", &settings("zone: host, language: en, visits: [other]")),
    ]);
    folder.build();
    let calendar = parse(&folder.read("dist/public/feeds/feed.ics"));
    let uids: Vec<_> = calendar.all("VEVENT").map(|event| event.value("UID").to_owned()).collect();
    assert_eq!(uids, [uid("other/b")]);
}

#[test]
fn what_is_called_off_says_so() {
    let timed = "when: {start: 2025-08-25 12:15}, reason: {en: Weather, ko: 날씨}";
    let cancelled = |feed: &str| one(&format!("{timed}, status: cancelled"), feed);
    let marked = cancelled(HOST);
    assert_eq!((marked.value("STATUS"), marked.text("SUMMARY").as_str()), ("CANCELLED", "CANCELLED: a"));
    assert_eq!((marked.value("TRANSP"), marked.value("X-MICROSOFT-CDO-BUSYSTATUS")), ("TRANSPARENT", "FREE"));
    assert!(marked.text("DESCRIPTION").contains("Status: cancelled\nReason: Weather"));
    let retitled = cancelled("zone: host, language: ko, cancelled: retitled");
    assert_eq!((retitled.value("STATUS"), retitled.text("SUMMARY").as_str()), ("CONFIRMED", "취소: a"));
    assert!(retitled.text("DESCRIPTION").contains("날씨"));
    let hidden =
        bytes(&entry("a", &format!("{timed}, status: cancelled")), "zone: host, language: en, cancelled: hidden");
    assert!(!hidden.contains(&uid("case/a")));

    let postponed = one(&format!("{timed}, status: postponed"), HOST);
    assert_eq!((postponed.value("STATUS"), postponed.text("SUMMARY").as_str()), ("TENTATIVE", "POSTPONED: a"));
    assert_eq!(postponed.value("TRANSP"), "TRANSPARENT");
    let korean = one(&format!("{timed}, status: postponed"), "zone: host, language: ko");
    assert_eq!(korean.text("SUMMARY"), "연기: a");
    let tentative = one(&format!("{timed}, status: tentative"), HOST);
    assert_eq!((tentative.value("STATUS"), tentative.text("SUMMARY").as_str()), ("TENTATIVE", "TENTATIVE: a"));
    let korean = one(&format!("{timed}, status: tentative"), "zone: host, language: ko");
    assert_eq!(korean.text("SUMMARY"), "잠정: a");
    assert_eq!(tentative.value("TRANSP"), "OPAQUE");
}

#[test]
fn a_visit_called_off_takes_its_entries_along() {
    let entries = entry("a", "when: {date: 2025-08-25}") + &entry("b", "when: {date: 2025-08-25}, status: confirmed");
    let visit = format!("{HEAD}{entries}").replace("status: confirmed\nsources", "status: cancelled\nsources");
    let folder = Folder::with(&[("case.yaml", &visit), ("feeds.yaml", &settings(HOST))]);
    folder.build();
    let calendar = parse(&folder.read("dist/public/feeds/feed.ics"));
    assert!(["a", "b"].iter().all(|id| event(&calendar, id).value("STATUS") == "CANCELLED"));
}

#[test]
fn an_empty_feed_holds_its_zone() {
    for (feed, zone) in [(SEOUL, "Asia/Seoul"), (HOST, "America/New_York")] {
        let folder = Folder::with(&[
            ("case.yaml", &format!("{HEAD}{}", entry("a", "when: tba"))),
            ("feeds.yaml", &settings(feed)),
        ]);
        let ran = folder.build();
        assert!(ran.stderr.contains("warning[empty-feed]"), "{}", ran.stderr);
        let calendar = parse(&folder.read("dist/public/feeds/feed.ics"));
        assert_eq!(events(&calendar), 0);
        let zones: Vec<_> = calendar.all("VTIMEZONE").map(|zone| zone.value("TZID")).collect();
        assert_eq!(zones, [zone]);
        assert_eq!(folder.run(&["check", "--deny", "warnings"]).code, 1);
    }
}

#[test]
fn a_missing_language_falls_back_and_is_named() {
    let texts = "title: {ja: 会談, ko: 회담}, when: {date: 2025-08-25}, place: {venue: {fr: Salle}, city: Washington}, note: {ko: 참고, ja: 注}";
    let entry = entry("a", texts).replace("title: a, ", "");
    let english = event(&calendar(&entry, HOST), "a").clone();
    // Of the languages of the visit's title, Korean is the first that there is.
    assert_eq!(english.line("SUMMARY"), "SUMMARY;LANGUAGE=ko:회담 [Korean]");
    assert_eq!(english.get("LOCATION").expect("a place").parameters, ";LANGUAGE=fr");
    assert_eq!(english.text("LOCATION"), "Salle [French], Washington");
    // A language that the program has no name for is named by its tag.
    let swahili = entry.replace("{fr: Salle}", "{sw: Ukumbi}");
    assert_eq!(event(&calendar(&swahili, HOST), "a").text("LOCATION"), "Ukumbi [sw], Washington");
    assert!(english.text("DESCRIPTION").contains("참고 [Korean]"), "{}", english.text("DESCRIPTION"));
    let korean = event(&calendar(&entry, "zone: host, language: ko"), "a").clone();
    assert_eq!(korean.line("SUMMARY"), "SUMMARY:회담");
    // Neither in Korean nor in the title's languages: the text's own first.
    let japanese = entry.replace("{ja: 会談, ko: 회담}", "{ja: 会談, fr: Rencontre}");
    assert_eq!(event(&calendar(&japanese, HOST), "a").line("SUMMARY"), "SUMMARY;LANGUAGE=ja:会談 [Japanese]");
}

#[test]
fn who_is_who_stays_who_it_was() {
    let before = bytes(&entry("a", "when: {date: 2025-08-25}"), HOST);
    let renamed =
        entry("b", "when: {start: 2025-08-25 12:00}, formerly: case/a").replace("title: b", "title: {en: New}");
    let after = calendar(&renamed, HOST);
    assert!(before.contains(&format!("UID:{}\r\n", uid("case/a"))));
    assert_eq!(event(&after, "a").text("SUMMARY"), "New");
    let moved = HEAD.replace("visit: case", "visit: other") + &entry("c", "when: {date: 2025-08-25}, formerly: case/a");
    let folder = Folder::with(&[("zz.yaml", &moved), ("feeds.yaml", &settings(HOST))]);
    folder.build();
    assert_eq!(event(&parse(&folder.read("dist/public/feeds/feed.ics")), "a").text("SUMMARY"), "c");
}

#[test]
fn uids_are_the_same_in_every_feed_and_unique_in_each() {
    let entries: String = (0..20).map(|n| entry(&format!("e{n}"), "when: {date: 2025-08-25}")).collect();
    let feeds = settings(HOST)
        + "  - {id: other, title: T, zone: Asia/Seoul, language: ko, audience: public, also: [Asia/Tokyo]}\n";
    let folder = Folder::with(&[("case.yaml", &format!("{HEAD}{entries}")), ("feeds.yaml", &feeds)]);
    folder.build();
    let uids = |feed: &str| -> Vec<String> {
        let calendar = parse(&folder.read(&format!("dist/public/feeds/{feed}.ics")));
        calendar.all("VEVENT").map(|event| event.value("UID").to_owned()).collect()
    };
    let expected: Vec<_> = (0..20).map(|n| uid(&format!("case/e{n}"))).collect();
    assert_eq!((uids("feed"), uids("other")), (expected.clone(), expected));
}

#[test]
fn every_stamp_is_the_instant_of_the_revision() {
    let calendar = calendar(&entry("a", "when: {date: 2025-08-25}"), HOST);
    let event = event(&calendar, "a");
    for name in ["DTSTAMP", "LAST-MODIFIED", "CREATED"] {
        assert_eq!(event.value(name), "20250826T000000Z");
    }
    assert_eq!(event.value("SEQUENCE"), "0");
}

#[test]
fn the_frame_is_that_of_a_published_calendar() {
    let base = settings(HOST)
        .replace("feeds:\n", "base_url: https://calendar.example.org/\nfeeds:\n")
        .replace("title: Feed", "title: \"Visits; \\\"A\\\", B\"");
    let folder = Folder::with(&[
        ("case.yaml", &format!("{HEAD}{}", entry("a", "when: {date: 2025-08-25}"))),
        ("feeds.yaml", &base),
    ]);
    folder.build();
    let calendar = parse(&folder.read("dist/public/feeds/feed.ics"));
    let lines: Vec<_> = calendar.properties.iter().map(crate::support::calendar::Property::line).collect();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        lines,
        [
            "VERSION:2.0",
            &format!("PRODID:-//summitcal//summitcal {version}//EN"),
            "CALSCALE:GREGORIAN",
            "NAME:Visits\\; \"A\"\\, B",
            "X-WR-CALNAME:Visits\\; \"A\"\\, B",
            "X-WR-TIMEZONE:America/New_York",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
            "SOURCE;VALUE=URI:https://calendar.example.org/feeds/feed.ics",
        ]
    );
}

#[test]
fn signs_that_mean_something_are_escaped() {
    let title = r#"a;b,c\d\n"e"<img src=x onerror=alert(1)></script>:f"#;
    let entry = entry("a", "when: {date: 2025-08-25}, note: 'one; two, \\n three'")
        .replace("title: a", &format!("title: '{title}', place: {{venue: '{title}'}}"));
    let event = event(&calendar(&entry, HOST), "a").clone();
    assert_eq!((event.text("SUMMARY").as_str(), event.text("LOCATION").as_str()), (title, title));
    assert!(event.get("SUMMARY").expect("a title").value.starts_with(r"a\;b\,c\\d\\n"));
    assert!(event.text("DESCRIPTION").contains("one; two, \\n three"));
}

#[test]
fn lines_of_a_note_are_kept() {
    let note = "    note: |\n      one\n\n      two\n";
    let entry =
        format!("  - id: a\n    kind: meeting\n    title: a\n    when: {{date: 2025-08-25}}\n    sources: [s]\n{note}");
    let text = event(&calendar(&entry, HOST), "a").text("DESCRIPTION");
    assert!(text.contains("one\n\ntwo\n"), "{text}");
}

#[test]
fn characters_are_never_cut() {
    for piece in ["한", "日", "👩‍👩‍👧‍👦", "e\u{301}", "🇰🇷", "ก\u{E33}"] {
        for pad in 0..8 {
            let title = "x".repeat(pad) + &piece.repeat(60);
            let entry = entry("a", "when: {date: 2025-08-25}").replace("title: a", &format!("title: {title}"));
            let composed: String = unicode_normalization::UnicodeNormalization::nfc(title.as_str()).collect();
            assert_eq!(event(&calendar(&entry, HOST), "a").text("SUMMARY"), composed);
        }
    }
}

#[test]
fn every_length_of_a_value_fits_its_lines() {
    // Among them one whose last line has exactly 75 octets.
    let entries: String = (1..=160)
        .map(|length| {
            entry(&format!("e{length}"), "when: {date: 2025-08-25}")
                .replace(&format!("title: e{length}"), &format!("title: {}", "x".repeat(length)))
        })
        .collect();
    let text = bytes(&entries, HOST);
    assert!(text.split("\r\n").any(|line| line.len() == 75));
    let calendar = parse(&text);
    for length in 1..=160 {
        assert_eq!(event(&calendar, &format!("e{length}")).text("SUMMARY").len(), length);
    }
}

#[test]
fn a_long_note_is_kept() {
    let note = "국빈 방문; ".repeat(64 * 1024 / 15);
    let event = one(&format!("when: {{date: 2025-08-25}}, note: \"{note}\""), HOST);
    assert!(event.text("DESCRIPTION").contains(note.trim()));
}

#[test]
fn decomposed_hangul_is_composed() {
    let decomposed = "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}";
    let entry = entry("a", "when: {date: 2025-08-25}").replace("title: a", &format!("title: {decomposed}"));
    assert_eq!(event(&calendar(&entry, HOST), "a").text("SUMMARY"), "한국");
}

/// What nobody but staff may see, each text a canary.
const HIDDEN: &str = "  - id: embargoed-canary
    kind: summit
    title: {en: Canary title, ko: Canary 제목}
    when: {start: 2025-08-27 17:43, end: 2025-08-27 18:43}
    embargo: 2025-08-26T00:00:01Z
    note: Canary note
    sources: [canary-source]
  - id: staff-canary
    kind: summit
    title: Canary staff
    when: {date: 2025-08-28}
    audience: staff
    sources: [canary-source]
  - id: press-canary
    kind: summit
    title: Canary press
    when: {date: 2025-08-28}
    audience: press
    place: {venue: Canary venue}
    sources: [s]
";

fn secret() -> Folder {
    let shown = "  - id: shown
    kind: meeting
    title: Shown
    when: {start: 2025-08-25 12:00}
    sources: [s]
    press: {gather: 2025-08-25 11:37, meet_at: Canary gate, contact: Canary person, note: Canary note, filing_centre: Canary hall, call_time: 11:38}
    staff: {note: Canary staff note, contact: Canary staff person}
";
    let after = entry("a", "when: {after: embargoed-canary}")
        + &entry("b", "when: {after: embargoed-canary, date: 2025-08-29}")
        + &entry("c", "when: {after: staff-canary, date: 2025-08-29, part: evening}")
        + &entry("d", "when: {after: a}");
    let visit = format!("{HEAD}{shown}{HIDDEN}{after}").replace(
        "  s: {publisher: P}",
        "  s: {publisher: P}\n  canary-source: {publisher: Canary publisher, url: https://canary.example.org/}",
    );
    let hidden = HEAD
        .replace("visit: case", "visit: canary-visit")
        .replace("audience: public", "audience: staff")
        .replace("{en: Case, ko: 사례}", "Canary visit")
        + &entry("x", "when: {date: 2025-03-03}");
    let feeds = settings(HOST)
        + "  - {id: ko, title: T, zone: Asia/Seoul, language: ko, audience: public, also: [Europe/Paris]}\n  - {id: named, title: T, zone: host, language: en, audience: public, visits: [canary-visit]}\n";
    Folder::with(&[("case.yaml", &visit), ("hidden.yaml", &hidden), ("feeds.yaml", &feeds)])
}

fn forbidden() -> Vec<String> {
    let mut forbidden: Vec<String> = [
        "canary",
        "T1743",
        "17:43",
        "18:43",
        "20250827T",
        "27 Aug",
        "8월 27일",
        ":20250828",
        "28 Aug",
        "11:37",
        "11:38",
        ":20250303",
    ]
    .map(str::to_owned)
    .into();
    for identity in ["case/embargoed-canary", "case/staff-canary", "case/press-canary", "canary-visit/x"] {
        forbidden.push(uid(identity));
    }
    forbidden
}

#[test]
fn nothing_hidden_is_in_any_byte() {
    let folder = secret();
    folder.build();
    let mut files = 0;
    for (path, (bytes, _)) in folder.snapshot("dist/public").iter().filter(|(path, _)| path.is_file()) {
        files += 1;
        let name = path.strip_prefix(folder.path()).expect("in the folder").to_string_lossy().to_lowercase();
        let text = String::from_utf8(bytes.clone()).expect("UTF-8").replace("\r\n ", "").to_lowercase();
        for word in forbidden() {
            assert!(!text.contains(&word.to_lowercase()) && !name.contains(&word), "“{word}” in {name}");
        }
    }
    // A feed that is of a hidden visit alone would tell of it by its name.
    assert!(!folder.path().join("dist/public/feeds/named.ics").exists());
    let within = |path: &str| folder.snapshot(path).keys().filter(|path| path.is_file()).count();
    // A page for the one visit that shows, the list, what changed and today, in both languages of the feeds, with a sheet for each of its days as
    // a page and as text; what they need; a feed with its files; four that tell; and the programme as data in three forms, of which one has
    // a file an entry.
    let days = 2 * within("dist/public/days");
    assert_eq!(days, 2 * 2 * 2, "two days");
    assert_eq!(files, 18 + days + within("dist/public/events") + 3 + within("dist/public/newsroom/ninjs"));
}

#[test]
fn what_comes_after_something_hidden_does_not_tell() {
    let folder = secret();
    folder.build();
    let calendar = parse(&folder.read("dist/public/feeds/feed.ics"));
    assert!(find(&calendar, "a").is_none() && find(&calendar, "d").is_none());
    let plain = event(&calendar, "b");
    assert_eq!(times(plain), ["DTSTART;VALUE=DATE:20250829", "DTEND;VALUE=DATE:20250830"]);
    assert!(plain.text("DESCRIPTION").contains("29 Aug, time to be announced"), "{}", plain.text("DESCRIPTION"));
    assert_eq!(event(&calendar, "c").text("SUMMARY"), "c (evening)");
    assert!(!plain.text("DESCRIPTION").contains("after"));
}

#[test]
fn an_embargo_lifts_at_its_instant() {
    let folder = secret();
    let at = |instant: &str| {
        assert_eq!(folder.run(&["build", "--at", instant]).code, 0);
        parse(&folder.read("dist/public/feeds/feed.ics"))
    };
    assert!(find(&at("2025-08-26T00:00:00Z"), "embargoed-canary").is_none());
    for instant in ["2025-08-26T00:00:01Z", "2025-08-26T09:00:01+09:00", "2026-01-01T00:00:00Z"] {
        let calendar = at(instant);
        let event = event(&calendar, "embargoed-canary");
        // It was released at the embargo's instant, whenever the build is.
        assert_eq!(event.value("DTSTAMP"), "20250826T000001Z");
        assert!(find(&calendar, "a").is_some());
    }
    assert!(find(&at(AT), "embargoed-canary").is_none());
}

#[test]
fn what_is_published_elsewhere_and_what_happened_stands_beside_the_plan() {
    let rest = "when: {start: 2025-08-25 12:15, end: 12:45}, \
                disputed: [{field: when, says: from noon, source: s}], \
                actual: {start: 2025-08-25 12:41, end: 13:35, sources: [s]}";
    let event = one(rest, SEOUL);
    assert_eq!(event.line("DTSTART"), "DTSTART;TZID=Asia/Seoul:20250826T011500");
    let text = event.text("DESCRIPTION");
    assert!(text.contains("Disputed (time): from noon (P)"), "{text}");
    assert!(text.contains("What happened: 25 Aug 12:41–13:35 EDT · 26 Aug 01:41–02:35 KST (P)"), "{text}");
}

/// A reader that shares no code with what writes agrees on every line.
#[test]
fn a_second_reader_reads_the_same() {
    let entries: String = FORMS
        .iter()
        .enumerate()
        .map(|(n, (when, ..))| entry(&format!("e{n}"), &format!("when: {when}, note: 'a; b, \\c'")))
        .collect();
    let text = bytes(&entries, "zone: Asia/Seoul, language: ko, alarms: [30m]");
    let theirs = calcard::icalendar::ICalendar::parse(&text).expect("a calendar");
    let ours = parse(&text);
    assert_eq!(
        theirs.components.len(),
        1 + 1 + 1 + events(&ours) + ours.all("VEVENT").map(|event| event.components.len()).sum::<usize>()
    );
    let summaries: Vec<_> = theirs
        .components
        .iter()
        .filter_map(|component| component.property(&calcard::icalendar::ICalendarProperty::Description))
        .filter_map(|entry| entry.values.first()?.as_text())
        .collect();
    for event in ours.all("VEVENT") {
        assert!(summaries.contains(&event.text("DESCRIPTION").as_str()));
    }
}

/// A country has its name in each language, in whatever people read; programs are told its code.
#[test]
fn countries_are_called_by_their_names() {
    let visit = HEAD.to_owned()
        + &entry(
            "a",
            "when: {date: 2025-06-01, zone: Asia/Kuala_Lumpur}, status: confirmed, place: {city: {en: Kuala Lumpur, ko: 쿠알라룸푸르}, country: MY}",
        )
        + &entry("b", "when: {date: 2025-06-02}, status: confirmed, place: {country: XK}");
    let feed = |language: &str| {
        format!("  - {{id: {language}, title: Feed, audience: public, zone: host, language: {language}}}\n")
    };
    let feeds: String = ["en", "ko", "ja"].into_iter().map(feed).collect();
    let head = FEEDS.split("  - ").next().unwrap_or_default();
    let folder = Folder::with(&[("feeds.yaml", &format!("{head}{feeds}")), ("case.yaml", &visit)]);
    folder.build();
    for (language, places) in [
        ("en", ["Kuala Lumpur, Malaysia", "Kosovo"]),
        ("ko", ["말레이시아 쿠알라룸푸르", "코소보"]),
        ("ja", ["マレーシア Kuala Lumpur [英語]", "コソボ"]),
    ] {
        let events = parse(&folder.read(&format!("dist/public/feeds/{language}.ics")));
        let told: Vec<String> = events.all("VEVENT").map(|event| event.text("LOCATION")).collect();
        assert_eq!(told, places);
    }
    for path in folder.snapshot("dist/public").into_keys().filter(|path| path.is_file()) {
        let name = path.strip_prefix(folder.path().join("dist/public")).expect("below").to_string_lossy().into_owned();
        // For search engines, and as every other program's data has it.
        let is_data = [".json", ".csv"].iter().any(|ending| name.ends_with(ending)) && !name.starts_with("newsroom/");
        let text = folder.read(&format!("dist/public/{name}")).replace("\"addressCountry\":\"MY\"", "");
        let text = text.replace("\"addressCountry\":\"XK\"", "");
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        assert!(is_data || !words.any(|word| ["MY", "XK"].contains(&word)), "{name}: {text}");
    }
}
