//! The files with a single event: the event of the feed, in a calendar that apps import without opening a new one.

use std::collections::BTreeSet;

use crate::support::calendar::{Component, parse};
use crate::support::{Folder, NAMESPACE};

const VISIT: &str = "\
visit: case
kind: state-visit
title: Case
principal: President A
zone: America/New_York
dates: {from: 2025-08-24, to: 2025-08-31}
audience: public
sources: {s: {publisher: P}}
entries:
  - {id: day, kind: meal, title: \"<script>; ../../x, \\\\ 가\", when: {date: 2025-08-25}, status: confirmed, sources: [s]}
  - {id: timed, kind: meeting, title: Timed, when: {start: 2025-08-25 12:15, end: 12:45}, status: confirmed, sources: [s]}
  - {id: off, kind: meeting, title: Off, when: {start: 2025-08-26 12:15}, status: cancelled, sources: [s]}
  - {id: secret, kind: briefing, title: Canary, when: {date: 2025-08-26}, status: confirmed, sources: [s], audience: staff}
  - {id: undated, kind: briefing, title: Undated, when: tba, status: confirmed, sources: [s]}
  - id: flight
    kind: travel
    title: Flight
    depart: {start: 2025-08-27 12:00}
    arrive: {start: 2025-08-28 16:00, zone: Asia/Seoul}
    status: confirmed
    sources: [s]
";

const HOST: &str = "  - {id: host, title: T, zone: host, language: en, audience: public, alarms: [30m]}\n";
const OTHERS: &str = "  - {id: meals, title: T, zone: host, language: en, audience: public, only: {kind: [meal]}}\n  \
    - {id: none, title: T, zone: Asia/Seoul, language: ko, audience: public, events: false}\n  \
    - {id: host, title: T, zone: Asia/Seoul, language: ko, audience: staff}\n";

fn feeds(more: &str, list: &str) -> String {
    format!("publisher: P\nuid_namespace: {NAMESPACE}\n{more}feeds:\n{list}")
}

fn built() -> Folder {
    let more = "base_url: {public: https://calendar.example.org/a/}\n";
    let folder = Folder::with(&[("case.yaml", VISIT), ("feeds.yaml", &feeds(more, &(HOST.to_owned() + OTHERS)))]);
    folder.build();
    folder
}

/// The files with a single event below a tree.
fn singles(folder: &Folder, audience: &str) -> BTreeSet<String> {
    let root = folder.path().join(format!("dist/{audience}/events"));
    let files = folder.snapshot(&format!("dist/{audience}/events")).into_keys().filter(|path| path.is_file());
    files.map(|path| path.strip_prefix(&root).expect("below").to_string_lossy().replace('\\', "/")).collect()
}

fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

fn single(folder: &Folder, id: &str) -> String {
    folder.read(&format!("dist/public/events/host/case.{id}.ics"))
}

/// The bytes of the events in a text.
fn bodies(text: &str) -> Vec<&str> {
    let events = text.split("BEGIN:VEVENT").skip(1);
    events.map(|event| event.split("END:VEVENT").next().expect("it ends")).collect()
}

fn zones(calendar: &Component) -> Vec<&str> {
    calendar.all("VTIMEZONE").map(|zone| zone.value("TZID")).collect()
}

#[test]
fn each_entry_that_a_feed_shows_has_a_file() {
    let folder = built();
    let expected = names([
        "host/case.day.ics",
        "host/case.flight.ics",
        "host/case.off.ics",
        "host/case.timed.ics",
        "meals/case.day.ics",
    ]);
    assert_eq!(singles(&folder, "public"), expected);
    assert!(singles(&folder, "staff").contains("host/case.secret.ics"));
    let manifest: serde_json::Value = serde_json::from_str(&folder.read("dist/public/manifest.json")).expect("JSON");
    let listed = manifest["files"].as_object().expect("an object").keys().filter_map(|it| it.strip_prefix("events/"));
    assert_eq!(listed.map(str::to_owned).collect::<BTreeSet<_>>(), expected);
}

#[test]
fn a_file_has_the_event_of_the_feed_and_no_more() {
    let folder = built();
    let feed = folder.read("dist/public/feeds/host.ics");
    let of_feed = bodies(&feed);
    assert_eq!(of_feed.len(), 4);
    for (id, expected) in [
        ("day", &[][..]),
        ("timed", &["America/New_York"]),
        ("off", &["America/New_York"]),
        ("flight", &["America/New_York", "Asia/Seoul"]),
    ] {
        let text = single(&folder, id);
        let calendar = parse(&text);
        assert_eq!(bodies(&text).len(), 1, "{id}");
        assert!(of_feed.contains(&bodies(&text)[0]), "{id}: {text}");
        assert_eq!(zones(&calendar), expected, "{id}");
        let head: Vec<_> = calendar.properties.iter().map(|property| property.name.as_str()).collect();
        assert_eq!(head, ["VERSION", "PRODID", "CALSCALE", "X-MS-OLK-FORCEINSPECTOROPEN"], "{id}");
        assert_eq!(calendar.value("X-MS-OLK-FORCEINSPECTOROPEN"), "TRUE");
        let event = calendar.all("VEVENT").next().expect("an event");
        let uid = uuid::Uuid::new_v5(&NAMESPACE.parse().expect("a UUID"), format!("case/{id}").as_bytes());
        assert_eq!(event.value("UID"), uid.to_string());
        assert_eq!((event.value("DTSTAMP"), event.value("SEQUENCE")), ("20250826T000000Z", "0"));
        assert_eq!(event.value("URL"), format!("https://calendar.example.org/a/visits/case.html#{id}"));
        assert_eq!(event.components.len(), usize::from(["timed", "flight"].contains(&id)), "alarms as in the feed");
    }
    let cancelled = single(&folder, "off");
    assert!(cancelled.contains("STATUS:CANCELLED\r\n"));
}

/// A reader that shares no code with what writes agrees.
#[test]
fn a_second_reader_reads_one_event() {
    use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
    let folder = built();
    for (id, zones, title) in [
        ("day", 0, "<script>; ../../x, \\ 가"),
        ("timed", 1, "Timed"),
        ("off", 1, "CANCELLED: Off"),
        ("flight", 2, "Flight"),
    ] {
        let theirs = ICalendar::parse(single(&folder, id)).expect("a calendar");
        let count = |kind: ICalendarComponentType| {
            theirs.components.iter().filter(|component| component.component_type == kind).count()
        };
        assert_eq!(
            (count(ICalendarComponentType::VEvent), count(ICalendarComponentType::VTimezone)),
            (1, zones),
            "{id}"
        );
        let summaries: Vec<_> = theirs
            .components
            .iter()
            .filter_map(|component| component.property(&ICalendarProperty::Summary)?.values.first()?.as_text())
            .collect();
        assert!(summaries[0].starts_with(title), "{summaries:?}");
    }
}

#[test]
fn files_go_with_what_makes_them() {
    let folder = built();
    let at = "2025-08-26T01:00:00Z";
    folder.write("schedules/feeds.yaml", feeds("", &HOST.replace("alarms: [30m]", "events: false")).as_bytes());
    assert_eq!(folder.run(&["build", "--at", at]).code, 0);
    assert!(singles(&folder, "public").is_empty() && !folder.path().join("dist/public/events").exists());

    let folder = built();
    let without: String = VISIT.split_inclusive('\n').filter(|line| !line.contains("id: timed")).collect();
    folder.write("schedules/case.yaml", without.as_bytes());
    assert_eq!(folder.run(&["withdraw", "case/timed", "--at", at]).code, 0);
    assert_eq!(folder.run(&["build", "--at", at]).code, 0);
    assert!(!singles(&folder, "public").contains("host/case.timed.ics"));
    let feed = parse(&folder.read("dist/public/feeds/host.ics"));
    let gone = feed.all("VEVENT").find(|event| event.text("SUMMARY").contains("Timed")).expect("it is told");
    assert_eq!((gone.value("STATUS"), gone.get("URL").is_none()), ("CANCELLED", true));
}

#[test]
fn a_renamed_entry_has_a_file_of_its_new_name_alone() {
    let folder = built();
    let before = parse(&single(&folder, "timed"));
    let renamed = VISIT.replace("{id: timed,", "{id: talks, formerly: case/timed,");
    folder.write("schedules/case.yaml", renamed.as_bytes());
    assert_eq!(folder.run(&["build", "--at", "2025-08-26T01:00:00Z"]).code, 0);
    let files = singles(&folder, "public");
    assert!(files.contains("host/case.talks.ics") && !files.contains("host/case.timed.ics"), "{files:?}");
    let uid = |calendar: &Component| calendar.all("VEVENT").next().expect("an event").value("UID").to_owned();
    assert_eq!(uid(&parse(&single(&folder, "talks"))), uid(&before));
}

#[test]
fn addresses_are_those_of_pages_that_there_are() {
    let has_url = |more: &str, audience: &str| {
        let list = format!("{HOST}  - {{id: host, title: T, zone: host, language: en, audience: {audience}}}\n");
        let folder = Folder::with(&[("case.yaml", VISIT), ("feeds.yaml", &feeds(more, &list))]);
        folder.build();
        folder.read(&format!("dist/{audience}/feeds/host.ics")).contains("\r\nURL:")
    };
    assert!(has_url("base_url: {staff: https://staff.example.org}\n", "staff"));
    assert!(!has_url("base_url: https://calendar.example.org\n", "staff"), "that is the address of another tree");
    assert!(!has_url("base_url: {staff: https://staff.example.org}\npages: false\n", "staff"));
}

#[test]
fn other_entries_change_nothing_in_a_file() {
    let folder = built();
    let before = single(&folder, "timed");
    let more = VISIT.replace("to: 2025-08-31", "to: 2027-08-31")
        + "  - {id: late, kind: meal, title: L, when: {start: 2027-08-25 12:00}, status: confirmed, sources: [s]}\n";
    folder.write("schedules/case.yaml", more.as_bytes());
    let ran = folder.run(&["build", "--at", "2025-08-27T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(singles(&folder, "public").contains("host/case.late.ics"));
    assert_eq!(single(&folder, "timed"), before);
}
