//! The press's own day: steps, pools, accreditation, coverage in parts and embargoes that follow an entry; as text, as events of
//! their own, and as a sheet of the day.
//!
//! Two made-up days, in the shape of what press offices send, stand in `tests/press-day`; their texts, feeds and pages are in
//! `tests/golden/press-day` (`SUMMITCAL_GOLDEN=write cargo test --test suite press` writes them anew).

use std::fs;
use std::path::{Path, PathBuf};

use unicode_width::UnicodeWidthStr;
use uuid::Uuid;

use crate::support::calendar::{Component, parse};
use crate::support::{Folder, NAMESPACE};

const DAYS: [(&str, &str); 2] = [("guidance", "2031-06-18"), ("programme", "2031-10-09")];
const AT: &str = "2031-06-01T00:00:00Z";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn made_up() -> Folder {
    let folder = Folder::new();
    for name in ["feeds", "guidance", "programme"] {
        let name = format!("{name}.yaml");
        folder.write(&format!("schedules/{name}"), &fs::read(root().join("press-day").join(&name)).expect("readable"));
    }
    folder
}

fn build(folder: &Folder, at: &str) {
    let ran = folder.run(&["build", "--at", at]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

fn feed(folder: &Folder, path: &str) -> Component {
    parse(&folder.read(&format!("dist/{path}.ics")))
}

fn uid(name: &str) -> String {
    Uuid::new_v5(&NAMESPACE.parse().expect("a UUID"), name.as_bytes()).to_string()
}

fn find(calendar: &Component, name: &str) -> Option<Component> {
    let uid = uid(name);
    calendar.all("VEVENT").find(|event| event.value("UID") == uid).cloned()
}

fn event(calendar: &Component, name: &str) -> Component {
    find(calendar, name).unwrap_or_else(|| panic!("no {name}"))
}

/// Another entry of that day, so that the visit is there without the talks.
const OTHER: &str =
    "  - {id: other, kind: meeting, title: Other, when: {date: 2031-06-18}, status: confirmed, sources: [s]}\n";

#[test]
fn two_days_read_as_they_are_sent() {
    let folder = made_up();
    let ran = folder.run(&["check", "--deny", "warnings"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    build(&folder, AT);
    let golden = root().join("golden/press-day");
    for (visit, date) in DAYS {
        for (path, name) in [
            (format!("press/days/{date}.txt"), format!("{visit}.press.txt")),
            (format!("press/ko/days/{date}.txt"), format!("{visit}.press.ko.txt")),
            (format!("staff/days/{date}.txt"), format!("{visit}.staff.txt")),
            (format!("press/days/{date}.html"), format!("{visit}.press.html")),
            (format!("press/feeds/{visit}.ics"), format!("{visit}.press.ics")),
        ] {
            let (made, known) = (folder.read(&format!("dist/{path}")), golden.join(&name));
            if std::env::var_os("SUMMITCAL_GOLDEN").is_some_and(|value| value == "write") {
                fs::create_dir_all(&golden).expect("a folder can be made");
                fs::write(&known, &made).expect("a file can be written");
            }
            assert!(fs::read_to_string(&known).expect("readable") == made, "{name} is another");
        }
    }
}

#[test]
fn a_sheet_has_72_columns_in_every_script() {
    let folder = made_up();
    build(&folder, AT);
    for (path, (bytes, _)) in folder.snapshot("dist") {
        if path.extension().is_some_and(|ending| ending == "txt") {
            for line in String::from_utf8(bytes).expect("UTF-8").lines() {
                let is_link = line.trim().starts_with("http") && !line.trim().contains(' ');
                assert!(line.width() <= 72 || is_link, "{}: {} columns: {line}", path.display(), line.width());
            }
        }
    }
}

#[test]
fn a_step_is_an_event_with_the_uid_of_its_name() {
    let folder = made_up();
    build(&folder, AT);
    let press = feed(&folder, "press/feeds/guidance");
    let talks = uid("guidance/talks");
    for (name, start, title) in [
        ("guidance/talks#press/pre-set", "20310618T214500", "Pre-set: Expanded bilateral talks"),
        ("guidance/talks#press/second-spray", "20310619T004000", "Spray at the bottom: Expanded bilateral talks"),
        ("guidance/arrival#press/gather", "20310618T211500", "Gather: Welcome ceremony"),
        ("guidance/arrival#press/call", "20310618T220000", "Call time: Welcome ceremony"),
        ("guidance/statement#accreditation", "20310618T010000", "Accreditation closes: Joint press statement"),
        (
            "guidance#accreditation",
            "20310615T070000",
            "Accreditation closes: Official working visit to the Republic of Arden",
        ),
    ] {
        let event = event(&press, name);
        assert_eq!(event.line("DTSTART"), format!("DTSTART;TZID=Asia/Seoul:{start}"), "{name}");
        assert_eq!(event.text("SUMMARY"), title);
        assert_eq!(event.value("CLASS"), "CONFIDENTIAL");
        assert!(event.text("DESCRIPTION").starts_with("For the press\n"), "{name}");
    }
    let pre_set = event(&press, "guidance/talks#press/pre-set");
    assert_eq!(pre_set.line("RELATED-TO"), format!("RELATED-TO;RELTYPE=PARENT:{talks}"));
    assert!(pre_set.text("DESCRIPTION").contains("For: television, stills"));
    let alarms: Vec<_> = pre_set.components.iter().filter(|one| one.name == "VALARM").collect();
    assert_eq!(alarms.len(), 1);
    assert_eq!(alarms[0].value("TRIGGER"), "-PT15M");
    assert!(event(&press, "guidance/talks").components.is_empty(), "alarms of steps are none of entries");
    // A staff step is an event where it has an id, and for staff alone.
    let staff = feed(&folder, "staff/feeds/staff");
    assert!(event(&staff, "guidance/arrival#staff/cars").text("DESCRIPTION").starts_with("Staff only\n"));
    assert!(!staff.all("VEVENT").any(|event| event.text("SUMMARY").contains("Interpreters")));
    assert!(event(&staff, "guidance/talks").text("DESCRIPTION").contains("Interpreters in place: 18 Jun 10:15 EDT"));
    assert_eq!(find(&press, "guidance/arrival#staff/cars").map(|_| ()), None);
}

#[test]
fn without_events_steps_are_lines_of_the_text() {
    let folder = made_up();
    build(&folder, AT);
    let text = feed(&folder, "press/feeds/text");
    let names = ["guidance/talks#press/pre-set", "guidance#accreditation"];
    assert!(names.iter().all(|name| find(&text, name).is_none()));
    let talks = event(&text, "guidance/talks").text("DESCRIPTION");
    for line in [
        "Press access: top of the meeting: pool spray (a pool comes in for some minutes); the meeting: closed",
        "Pre-set (television, stills): 18 Jun 08:45 EDT · 21:45 KST – East Gate",
        "In the pool: In-town pool",
        "Accreditation: until 14 Jun 18:00 EDT · 15 Jun 07:00 KST; https://example.org/accreditation",
        "Press centre: Harbour Hall, Ardenport; 06:30–23:00",
    ] {
        assert!(talks.contains(line), "{line}: {talks}");
    }
}

#[test]
fn a_public_tree_has_no_trace_of_any_of_it() {
    let folder = made_up();
    build(&folder, "2031-10-08T12:00:00Z");
    let words = [
        "Pre-set",
        "East Gate",
        "Wires",
        "Harbour Hall",
        "accreditation@",
        "Pool coordinator",
        "Menu handed out",
        "Cars",
        "Depart hotel",
        "Sherpa",
        "Background briefing",
        "Accreditation closes",
        "second-spray",
        "#press/",
    ];
    for (path, (bytes, _)) in folder.snapshot("dist/public") {
        let path = path.display().to_string();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for word in words {
            assert!(!text.contains(word), "{path} has {word}");
        }
        assert!(!path.contains("2031-06-14") && !path.contains("2031-10-03"), "a day of the press alone: {path}");
    }
}

const VISIT: &str = "\
visit: day
kind: working-visit
title: Day
principal: President A
zone: America/New_York
dates: {from: 2031-06-18, to: 2031-06-18}
audience: public
sources: {s: {publisher: P}}
entries:
  - id: talks
    kind: meeting
    title: Talks
    when: {start: 2031-06-18 12:15, end: 12:45}
    status: confirmed
    sources: [s]
    press:
      steps:
        - {do: pre-set, at: 09:30, place: Gate}
        - {do: call, at: 11:00}
";

const FEEDS: &str = "\
publisher: P
uid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10
feeds:
  - {id: all, title: All, zone: Asia/Seoul, language: en, audience: public}
  - {id: press, title: Press, zone: Asia/Seoul, language: en, audience: press, steps: events}
";

/// The stamp of an event: SEQUENCE, LAST-MODIFIED, STATUS.
fn stamp(folder: &Folder, name: &str) -> [String; 3] {
    let event = event(&feed(folder, "press/feeds/press"), name);
    ["SEQUENCE", "LAST-MODIFIED", "STATUS"].map(|key| event.value(key).to_owned())
}

#[test]
fn steps_move_with_a_revision_and_go_with_a_cancellation() {
    let folder = Folder::with(&[("day.yaml", VISIT), ("feeds.yaml", FEEDS)]);
    let edit = |from: &str, to: &str| {
        let text = folder.read("schedules/day.yaml");
        assert!(text.contains(from), "{from}");
        folder.write("schedules/day.yaml", text.replace(from, to).as_bytes());
    };
    let stamps = |names: [&str; 3]| names.map(|name| stamp(&folder, name));
    let names = ["day/talks", "day/talks#press/pre-set", "day/talks#press/call"];
    let as_of = |sequence: &str, hour: u8, status: &str| {
        [sequence.to_owned(), format!("20310601T{hour:02}0000Z"), status.to_owned()]
    };
    build(&folder, "2031-06-01T00:00:00Z");
    assert_eq!(stamps(names), [as_of("0", 0, "CONFIRMED"), as_of("0", 0, "CONFIRMED"), as_of("0", 0, "CONFIRMED")]);
    let public = folder.snapshot("dist/public");

    // One step alone: it and its entry, for the press alone.
    edit("at: 09:30", "at: 09:00");
    build(&folder, "2031-06-01T01:00:00Z");
    assert_eq!(stamps(names), [as_of("1", 1, "CONFIRMED"), as_of("1", 1, "CONFIRMED"), as_of("0", 0, "CONFIRMED")]);
    assert_eq!(folder.snapshot("dist/public"), public);
    let diff = folder.run(&["changes", "--audience", "press", "--at", "2031-06-01T01:00:00Z"]);
    assert!(diff.stdout.contains("steps for the press changed: Pre-set: 18 Jun 09:00 EDT – Gate"), "{}", diff.stdout);

    // A step that is taken out is withdrawn by itself; one that comes back goes on.
    edit("        - {do: call, at: 11:00}\n", "");
    build(&folder, "2031-06-01T02:00:00Z");
    assert_eq!(stamps(names), [as_of("2", 2, "CONFIRMED"), as_of("1", 1, "CONFIRMED"), as_of("1", 2, "CANCELLED")]);
    let gone = event(&feed(&folder, "press/feeds/press"), names[2]);
    assert_eq!(gone.text("SUMMARY"), "WITHDRAWN: Call time: Talks");
    assert_eq!(gone.value("CLASS"), "CONFIDENTIAL");
    edit("        - {do: pre-set", "        - {do: call, at: 08:55}\n        - {do: pre-set");
    build(&folder, "2031-06-01T03:00:00Z");
    assert_eq!(stamps(names), [as_of("3", 3, "CONFIRMED"), as_of("1", 1, "CONFIRMED"), as_of("2", 3, "CONFIRMED")]);

    // The entry is called off, and all of its steps with it.
    edit("status: confirmed", "status: cancelled");
    build(&folder, "2031-06-01T04:00:00Z");
    assert_eq!(stamps(names), [as_of("4", 4, "CANCELLED"), as_of("2", 4, "CANCELLED"), as_of("3", 4, "CANCELLED")]);
    let lock = folder.read("schedules/revisions.lock");
    let ran = folder.run(&["build", "--locked", "--at", "2031-06-02T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);

    // As lines of the text again: the lock file remembers them all the same.
    folder.write("schedules/feeds.yaml", FEEDS.replace(", steps: events", "").as_bytes());
    build(&folder, "2031-06-02T01:00:00Z");
    assert!(find(&feed(&folder, "press/feeds/press"), names[1]).is_none());
    let line = |lock: &str| lock.lines().find(|line| line.starts_with("day/talks#press/pre-set")).map(str::to_owned);
    assert_eq!(line(&folder.read("schedules/revisions.lock")), line(&lock));
    folder.write("schedules/feeds.yaml", FEEDS.as_bytes());
    build(&folder, "2031-06-02T02:00:00Z");
    assert_eq!(stamp(&folder, names[1])[0], "2");
}

#[test]
fn what_goes_takes_its_steps_along_and_what_is_redacted_their_text() {
    for redact in [false, true] {
        let folder = Folder::with(&[("day.yaml", &format!("{VISIT}{OTHER}")), ("feeds.yaml", FEEDS)]);
        build(&folder, "2031-06-01T00:00:00Z");
        let without = VISIT.split("  - id: talks").next().expect("a head");
        folder.write("schedules/day.yaml", format!("{without}{OTHER}").as_bytes());
        let mut arguments = vec!["withdraw", "day/talks", "--at", "2031-06-01T01:00:00Z"];
        arguments.extend(redact.then_some("--redact"));
        let ran = folder.run(&arguments);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        build(&folder, "2031-06-01T02:00:00Z");
        let gone = event(&feed(&folder, "press/feeds/press"), "day/talks#press/pre-set");
        assert_eq!(gone.value("STATUS"), "CANCELLED");
        assert_eq!(gone.text("SUMMARY"), if redact { "Withdrawn" } else { "WITHDRAWN: Pre-set: Talks" });
        let lock = folder.read("schedules/revisions.lock");
        assert_eq!(lock.contains("Gate") || lock.contains("Talks"), !redact, "{lock}");
    }
}

#[test]
fn what_is_kept_from_the_press_takes_its_steps_along() {
    let folder = Folder::with(&[("day.yaml", VISIT), ("feeds.yaml", FEEDS)]);
    build(&folder, "2031-06-01T00:00:00Z");
    let hidden = VISIT.replace("    kind: meeting\n", "    kind: meeting\n    audience: staff\n") + OTHER;
    folder.write("schedules/day.yaml", hidden.as_bytes());
    build(&folder, "2031-06-01T01:00:00Z");
    let gone = event(&feed(&folder, "press/feeds/press"), "day/talks#press/pre-set");
    assert_eq!([gone.value("STATUS"), gone.value("SEQUENCE")], ["CANCELLED", "1"]);
    assert_eq!(gone.text("SUMMARY"), "Withdrawn");
    assert!(!folder.read("dist/press/feeds/press.ics").contains("Gate"));
}

#[test]
fn a_step_that_was_withdrawn_keeps_no_text_where_its_entry_comes_back_for_others() {
    let folder = Folder::with(&[("day.yaml", &format!("{VISIT}{OTHER}")), ("feeds.yaml", FEEDS)]);
    build(&folder, "2031-06-01T00:00:00Z");
    let without = VISIT.split("  - id: talks").next().expect("a head");
    folder.write("schedules/day.yaml", format!("{without}{OTHER}").as_bytes());
    assert_eq!(folder.run(&["withdraw", "day/talks", "--at", "2031-06-01T01:00:00Z"]).code, 0);
    build(&folder, "2031-06-01T01:00:00Z");
    assert!(folder.read("dist/press/feeds/press.ics").contains("WITHDRAWN: Pre-set: Talks"));
    let hidden = VISIT.replace("    kind: meeting\n", "    kind: meeting\n    audience: staff\n") + OTHER;
    folder.write("schedules/day.yaml", hidden.as_bytes());
    assert_eq!(folder.run(&["withdraw", "day/talks", "--undo", "--at", "2031-06-01T02:00:00Z"]).code, 0);
    build(&folder, "2031-06-01T02:00:00Z");
    let gone = event(&feed(&folder, "press/feeds/press"), "day/talks#press/pre-set");
    assert_eq!([gone.value("STATUS"), gone.value("SEQUENCE")], ["CANCELLED", "2"]);
    assert_eq!(gone.text("SUMMARY"), "Withdrawn");
    let feed = folder.read("dist/press/feeds/press.ics");
    assert!(!feed.contains("Gate") && !feed.contains("Talks"), "{feed}");
}

#[test]
fn a_relative_embargo_lifts_at_its_second() {
    let visit = VISIT.replace("    press:\n", "    embargo: {until: end, plus: 7d, known_to: press}\n    press:\n")
        + "  - {id: other, kind: meeting, title: Other, when: {start: 2031-06-18 15:00}, status: confirmed, sources: [s]}\n";
    let folder = Folder::with(&[("day.yaml", &visit), ("feeds.yaml", FEEDS)]);
    // It ends at 12:45 EDT, which is 16:45 UTC.
    for (at, is_public) in
        [("2031-06-25T16:44:59Z", false), ("2031-06-25T16:45:00Z", true), ("2031-06-25T16:45:01Z", true)]
    {
        build(&folder, at);
        let (public, press) = (feed(&folder, "public/feeds/all"), feed(&folder, "press/feeds/press"));
        assert_eq!(find(&public, "day/talks").is_some(), is_public, "{at}");
        let told = event(&press, "day/talks").text("DESCRIPTION");
        assert_eq!(told.starts_with("Under embargo until 25 Jun 12:45 EDT · 26 Jun 01:45 KST"), !is_public, "{told}");
        let step = event(&press, "day/talks#press/call").text("DESCRIPTION");
        assert_eq!(step.contains("Under embargo until"), !is_public, "{step}");
        assert!(folder.read("dist/press/days/2031-06-18.txt").contains("[Under embargo until") != is_public);
    }
    let public = event(&feed(&folder, "public/feeds/all"), "day/talks");
    assert_eq!(public.value("CREATED"), "20310625T164500Z");

    // Where nobody knows the end, it holds, and says so to those who have it.
    let folder = Folder::with(&[("day.yaml", &visit.replace(", end: 12:45", "")), ("feeds.yaml", FEEDS)]);
    let ran = folder.run(&["build", "--at", "2035-01-01T00:00:00Z"]);
    assert!(ran.code == 0 && ran.stderr.contains("warning[embargo-holds]"), "{}", ran.stderr);
    assert!(find(&feed(&folder, "public/feeds/all"), "day/talks").is_none());
    let told = event(&feed(&folder, "press/feeds/press"), "day/talks").text("DESCRIPTION");
    assert!(told.starts_with("Under embargo\n"), "{told}");
    let data = folder.read("dist/press/programme.json");
    assert!(data.contains("\"embargo\":null,\"embargo_holds\":true"), "{data}");
    assert!(folder.read("dist/press/newsroom/ninjs/day.talks.json").contains("\"pubStatus\":\"withheld\""));
}

#[test]
fn a_feed_selects_by_any_part_and_by_closer_words() {
    let folder = Folder::with(&[("day.yaml", VISIT)]);
    let entries = [
        ("a", "pool-spray"),
        ("b", "[{part: Start, access: pooled}, {part: Rest, access: closed}]"),
        ("c", "closed"),
        ("d", "pre-credentialed"),
        ("e", "stills-only"),
    ]
    .map(|(id, access)| {
        format!("  - {{id: {id}, kind: meeting, title: T{id}, when: {{date: 2031-06-18}}, status: confirmed, sources: [s], access: {access}}}\n")
    })
    .concat();
    let head = VISIT.split("  - id: talks").next().expect("a head");
    folder.write("schedules/day.yaml", format!("{head}{entries}").as_bytes());
    let feeds = ["pooled", "closed", "open", "pool-spray"]
        .map(|word| format!("  - {{id: {word}, title: T, zone: Asia/Seoul, language: en, audience: public, only: {{access: [{word}]}}}}\n"))
        .concat();
    let settings = FEEDS.split("  - {id: all").next().expect("a head");
    folder.write("schedules/feeds.yaml", format!("{settings}{feeds}").as_bytes());
    build(&folder, "2031-06-01T00:00:00Z");
    let selected = |name: &str| {
        let calendar = feed(&folder, &format!("public/feeds/{name}"));
        let has = |id: &&str| find(&calendar, &format!("day/{id}")).is_some();
        ["a", "b", "c", "d", "e"].into_iter().filter(has).collect::<String>()
    };
    assert_eq!(["pooled", "closed", "open", "pool-spray"].map(selected), ["abe", "bc", "d", "a"]);
    let data: serde_json::Value = serde_json::from_str(&folder.read("dist/public/programme.json")).expect("JSON");
    let words: Vec<_> = data["visits"][0]["entries"].as_array().expect("entries").iter().collect();
    let of = |id: &str, key: &str| {
        let entry = words.iter().find(|entry| entry["entry"] == id).expect("an entry");
        entry[key].clone()
    };
    assert_eq!(of("a", "access"), "pooled");
    assert_eq!(of("b", "access"), "pooled");
    assert_eq!(of("a", "access_parts")[0]["access"], "pool-spray");
    assert!(of("c", "access_parts").is_null());
}

#[test]
fn a_day_is_printed_for_whom_and_how_it_is_asked_for() {
    let folder = made_up();
    let day = |arguments: &[&str]| {
        let ran = folder.run(&[&["day"], arguments].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    build(&folder, AT);
    // The same as in the tree, but for the line that says whom it is for.
    let press = day(&["2031-06-18", "--audience", "press", "--at", AT]);
    let tree = folder.read("dist/press/days/2031-06-18.txt");
    let without: String = press
        .lines()
        .filter(|line| *line != "For accredited press. Embargoed as marked.")
        .flat_map(|line| [line, "\n"])
        .collect();
    assert_eq!(without, tree);
    let public = day(&["2031-06-18", "--at", AT]);
    assert!(
        !public.contains("Pre-set") && !public.contains("luncheon") && public.contains("Welcome ceremony"),
        "{public}"
    );
    assert!(day(&["2031-06-18", "--audience", "staff", "--at", AT]).contains("Depart hotel, Side entrance"));
    assert!(!press.contains("Depart hotel"));
    assert!(day(&["2031-06-18", "--zone", "Europe/Paris", "--at", AT]).contains("09:30–09:50 EDT · 15:30–15:50 CEST"));
    assert!(day(&["2031-06-18", "--language", "ja", "--at", AT]).starts_with("2031年6月18日"));
    let markdown = day(&["2031-06-18", "--audience", "press", "--format", "markdown", "--at", AT]);
    assert!(
        markdown.starts_with("# Wednesday, 18 June 2031\n")
            && markdown.contains("- **08:15 EDT · 21:15 KST** Gather, East Gate\n")
    );
    let html = day(&["2031-06-18", "--audience", "press", "--format", "html", "--at", AT]);
    assert!(html.starts_with("<!DOCTYPE html>") && !html.contains("<script") && html.contains("Gather, East Gate"));
    let json: serde_json::Value =
        serde_json::from_str(&day(&["2031-06-18", "--audience", "press", "--format", "json", "--at", AT]))
            .expect("JSON");
    assert_eq!(json["date"], "2031-06-18");
    assert_eq!(json["visits"][0]["items"][0]["sections"][0]["steps"][0]["what"], "Gather, East Gate");
    // Without a date, the first with an entry that is not known to be over.
    for (at, first) in [
        (AT, "Wednesday, 18 June 2031"),
        // The dinner has no end, and the host's day is not over.
        ("2031-06-19T03:59:59Z", "Wednesday, 18 June 2031"),
        ("2031-06-19T04:00:00Z", "There is nothing to show."),
        ("2031-10-08T07:00:00Z", "Thursday, 9 October 2031"),
    ] {
        assert_eq!(day(&["--at", at]).lines().next(), Some(first), "{at}");
    }
    assert_eq!(folder.run(&["day", "18 June"]).code, 2);
}

#[test]
fn pages_lead_to_the_day_and_today_lists_all() {
    let folder = made_up();
    build(&folder, AT);
    let visit = folder.read("dist/press/visits/guidance.html");
    assert!(visit.contains("<a href=\"../days/2031-06-18.html\">Wednesday, 18 June 2031</a>"));
    let today = folder.read("dist/press/ko/today.html");
    assert!(today.contains(
        "data-from=\"2031-06-18T04:00:00Z\" data-to=\"2031-06-19T04:00:00Z\"><a href=\"days/2031-06-18.html\">"
    ));
    let day = folder.read("dist/press/days/2031-06-18.html");
    assert!(day.contains("href=\"../visits/guidance.html#talks\"") && day.contains("href=\"2031-06-18.txt\""));
    let public = folder.read("dist/public/today.html");
    assert!(public.contains("2031-06-18") && !public.contains("2031-06-14") && !public.contains("2031-10-09"));
}
