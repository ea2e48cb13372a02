//! The schedules that come with the program, and the feeds made of them.
//!
//! The feeds of `tests/golden` are compared as bytes. After a change that is meant to change them, write them anew with
//! `SUMMITCAL_GOLDEN=write cargo test --test suite shipped`, and read the difference before it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::calendar::{Component, parse};
use crate::support::{AT, Folder, NAMESPACE, Ran};
use uuid::Uuid;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with a copy of the schedules, built.
fn built() -> Folder {
    let folder = copied(&["feeds.yaml", "japan-working-visit.yaml", "us-state-visit.yaml"]);
    folder.build();
    folder
}

fn copied(names: &[&str]) -> Folder {
    let folder = Folder::new();
    for name in names {
        let text = fs::read(root().join("schedules").join(name)).expect("a shipped file");
        folder.write(&format!("schedules/{name}"), &text);
    }
    folder
}

fn feed(folder: &Folder, path: &str) -> Component {
    parse(&folder.read(&format!("dist/{path}.ics")))
}

fn event(calendar: &Component, identity: &str) -> Component {
    let uid = Uuid::new_v5(&NAMESPACE.parse().expect("a UUID"), identity.as_bytes()).to_string();
    calendar.all("VEVENT").find(|event| event.value("UID") == uid).unwrap_or_else(|| panic!("no {identity}")).clone()
}

#[test]
fn nothing_is_to_be_said_of_them() {
    let folder = copied(&["feeds.yaml", "japan-working-visit.yaml", "us-state-visit.yaml"]);
    let ran = folder.run(&["check", "--deny", "warnings"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.is_empty());
}

#[test]
fn the_summit_is_at_its_time_on_every_clock() {
    let folder = built();
    for (name, start, end) in [
        ("seoul", "DTSTART;TZID=Asia/Seoul:20250826T011500", "DTEND;TZID=Asia/Seoul:20250826T014500"),
        ("new-york", "DTSTART;TZID=America/New_York:20250825T121500", "DTEND;TZID=America/New_York:20250825T124500"),
        ("host", "DTSTART;TZID=America/New_York:20250825T121500", "DTEND;TZID=America/New_York:20250825T124500"),
    ] {
        let event = event(&feed(&folder, &format!("public/feeds/{name}")), "us-state-visit/oval-office-meeting");
        assert_eq!([event.line("DTSTART"), event.line("DTEND")], [start, end]);
        let text = event.text("DESCRIPTION");
        if name == "seoul" {
            assert!(text.contains("8월 25일 12:15~12:45 EDT · 8월 26일 01:15~01:45 KST"), "{text}");
        } else {
            assert!(text.contains("25 Aug 12:15–12:45 EDT · 26 Aug 01:15–01:45 KST"), "{text}");
        }
    }
}

#[test]
fn both_ends_of_the_flight_have_the_hosts_date() {
    let folder = built();
    for name in ["seoul", "new-york", "host"] {
        let event = event(&feed(&folder, &format!("public/feeds/{name}")), "japan-working-visit/tokyo-to-washington");
        assert_eq!(event.line("DTSTART"), "DTSTART;VALUE=DATE:20250824");
        assert_eq!(event.line("DTEND"), "DTEND;VALUE=DATE:20250825");
    }
    let text =
        event(&feed(&folder, "public/feeds/host"), "japan-working-visit/tokyo-to-washington").text("DESCRIPTION");
    assert!(
        text.contains(
            "Departs: 24 Aug, afternoon – Tokyo, Japan\nArrives: 24 Aug, afternoon – Washington, United States"
        ),
        "{text}"
    );
}

#[test]
fn three_of_nineteen_entries_have_a_time() {
    let folder = built();
    for name in ["seoul", "new-york", "host"] {
        let calendar = feed(&folder, &format!("public/feeds/{name}"));
        let events: Vec<_> = calendar.all("VEVENT").collect();
        let timed: Vec<_> = events.iter().filter(|event| !event.line("DTSTART").contains("VALUE=DATE")).collect();
        assert_eq!((events.len(), timed.len()), (19, 3), "{name}");
    }
    let host = feed(&folder, "public/feeds/host");
    for (id, time) in
        [("white-house-arrival", "120000"), ("oval-office-meeting", "121500"), ("working-lunch", "124500")]
    {
        let event = event(&host, &format!("us-state-visit/{id}"));
        assert_eq!(event.line("DTSTART"), format!("DTSTART;TZID=America/New_York:20250825T{time}"));
    }
}

#[test]
fn feeds_of_one_visit_hold_its_entries() {
    let folder = built();
    for (name, count) in [("japan-working-visit", 7), ("us-state-visit", 12)] {
        for zone in ["seoul", "new-york"] {
            assert_eq!(feed(&folder, &format!("public/feeds/{name}-{zone}")).all("VEVENT").count(), count);
        }
    }
    for audience in ["press", "staff"] {
        for name in ["seoul", "new-york", "host"] {
            assert_eq!(feed(&folder, &format!("{audience}/feeds/{name}")).all("VEVENT").count(), 19);
        }
    }
}

#[test]
fn the_feeds_are_the_golden_ones() {
    let folder = built();
    for name in ["seoul", "new-york", "host"] {
        let made = fs::read(folder.path().join(format!("dist/public/feeds/{name}.ics"))).expect("a feed");
        let golden = root().join(format!("tests/golden/{name}.ics"));
        if std::env::var_os("SUMMITCAL_GOLDEN").is_some_and(|what| what == "write") {
            fs::create_dir_all(root().join("tests/golden")).expect("a folder can be made");
            fs::write(&golden, &made).expect("a file can be written");
        }
        let golden = fs::read(&golden).unwrap_or_default();
        if made != golden {
            let (made, golden) = (String::from_utf8_lossy(&made), String::from_utf8_lossy(&golden));
            let differing =
                made.split("\r\n").zip(golden.split("\r\n")).enumerate().find(|(_, (made, golden))| made != golden);
            panic!("{name}.ics differs, first at {differing:?} (see the head of this file)");
        }
    }
}

/// Feeds of one language are rendered together, and each with what its own clocks say.
#[test]
fn a_feed_is_the_same_whichever_are_made_beside_it() {
    let all = built();
    let settings = all.read("schedules/feeds.yaml");
    let (head, feeds) = settings.split_once("\nfeeds:\n").expect("feeds");
    let mut compared = 0;
    for feed in feeds.split("  - id: ").skip(1) {
        let alone = copied(&["japan-working-visit.yaml", "us-state-visit.yaml"]);
        alone.write("schedules/feeds.yaml", format!("{head}\nfeeds:\n  - id: {feed}").as_bytes());
        alone.build();
        let value = |key: &str| feed.lines().find_map(|line| line.trim().strip_prefix(key)).map(str::trim);
        let (id, audience) = (feed.lines().next().expect("an id"), value("audience:").expect("an audience"));
        let path = format!("dist/{audience}/feeds/{id}.ics");
        assert_eq!(alone.read(&path), all.read(&path), "{path}");
        compared += 1;
    }
    assert_eq!(compared, 13);
}

/// What a build makes, by path.
fn tree(folder: &Folder) -> Vec<(PathBuf, Vec<u8>)> {
    let files = folder.snapshot("dist").into_iter().filter(|(path, _)| path.is_file());
    files.map(|(path, (bytes, _))| (path.strip_prefix(folder.path()).expect("below").to_owned(), bytes)).collect()
}

/// What is different about a machine, by its environment and its mask of permissions.
#[cfg(unix)]
type Machine = (&'static str, &'static [(&'static str, &'static str)], &'static str);

#[cfg(unix)]
#[test]
fn the_bytes_do_not_depend_on_the_machine() {
    let expected = tree(&built());
    assert!(expected.len() > 10);
    // Another order of the folder, by creation.
    let names = ["us-state-visit.yaml", "japan-working-visit.yaml", "feeds.yaml"];
    let variants: [Machine; 5] = [
        ("another zone", &[("TZ", "Pacific/Kiritimati")], "umask 022"),
        ("another locale", &[("LANG", "tr_TR.UTF-8"), ("LC_ALL", "ko_KR.UTF-8")], "umask 022"),
        ("another umask", &[], "umask 077"),
        ("one thread", &[("RAYON_NUM_THREADS", "1")], "umask 002"),
        ("the instant by the environment", &[("SOURCE_DATE_EPOCH", "1756166400")], "umask 022"),
    ];
    for (name, environment, umask) in variants {
        let folder = copied(&names);
        let program = folder.command(&[]).get_program().to_owned();
        let mut shell = std::process::Command::new("sh");
        let at = if name.contains("environment") { "" } else { " --at 2025-08-26T00:00:00Z" };
        shell.args(["-c", &format!("{umask} && exec \"$0\" build{at}")]).arg(program);
        shell.current_dir(folder.path()).env_remove("SOURCE_DATE_EPOCH").envs(environment.iter().copied());
        let ran = Ran::of(shell);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        assert!(tree(&folder) == expected, "{name}");
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_folder() {
    let folder = built();
    let expected = tree(&folder);
    let elsewhere = Folder::new();
    let (schedules, out) = (folder.path().join("schedules"), elsewhere.path().join("dist"));
    let ran = elsewhere.run(&[
        "build",
        "--at",
        AT,
        "--schedules",
        &schedules.to_string_lossy(),
        "--out",
        &out.to_string_lossy(),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(tree(&elsewhere) == expected);
}

#[test]
fn a_second_build_touches_nothing() {
    let folder = built();
    let before = folder.snapshot("dist");
    let ran = folder.build();
    assert_eq!(folder.snapshot("dist"), before);
    assert!(ran.stdout.ends_with("0 files written, 450 unchanged, 0 removed.\n"), "{}", ran.stdout);
}

#[test]
fn the_manifest_lists_every_file() {
    use sha2::Digest;
    let folder = built();
    for audience in ["public", "press", "staff"] {
        let manifest: serde_json::Value =
            serde_json::from_str(&folder.read(&format!("dist/{audience}/manifest.json"))).expect("JSON");
        let listed = manifest["files"].as_object().expect("an object");
        let files: Vec<_> = tree(&folder)
            .into_iter()
            .filter(|(path, _)| path.starts_with(format!("dist/{audience}")) && !path.ends_with("manifest.json"))
            .collect();
        assert_eq!(listed.len(), files.len());
        for (path, bytes) in files {
            let name = path.strip_prefix(format!("dist/{audience}")).expect("below").to_string_lossy().into_owned();
            let digest =
                sha2::Sha256::digest(&bytes).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            let text = listed[&name].to_string();
            assert!(text.contains(&digest) && text.contains(&bytes.len().to_string()), "{name}: {text}");
        }
    }
}
