//! Builds that find nothing to do, and those that only seem to.

use std::fs;

use crate::support::{BASE, FEEDS, Folder};

const FIRST: &str = "2026-10-01T00:00:00Z";

/// A feed of one visit with an embargo and a cancelled entry, without anything to warn of.
fn folder() -> Folder {
    let entries = "  - id: later\n    kind: meeting\n    title: Later\n    when: {start: 2026-10-24 15:00, end: 15:30}\n    \
         status: confirmed\n    embargo: 2026-10-10T00:00:00Z\n    sources: [s]\n  - id: off\n    kind: meeting\n    title: Off\n    \
         when: {date: 2026-10-25}\n    status: cancelled\n    sources: [s]\n";
    let visit = "visit: v\nkind: working-visit\ntitle: {en: V, ko: 방문}\nprincipal: {en: P, ko: 대통령}\nzone: Europe/Berlin\n\
         dates: {from: 2026-10-24, to: 2026-10-25}\naudience: public\nsources: {s: {publisher: {en: S, ko: 실}}}\nentries:\n"
        .to_owned()
        + entries;
    let visit = visit
        .replace("title: Later", "title: {en: Later, ko: 나중}")
        .replace("title: Off", "title: {en: Off, ko: 취소}");
    Folder::with(&[("v.yaml", &visit), ("feeds.yaml", FEEDS)])
}

fn build(folder: &Folder, at: &str) -> String {
    let ran = folder.run(&["build", "--at", at]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{}", ran.stdout);
    ran.stdout
}

/// Whether a build wrote nothing.
fn was_idle(said: &str) -> bool {
    said.contains(": 0 files written, ") && !said.contains("  written")
}

fn feed(folder: &Folder) -> String {
    folder.read("dist/public/feeds/seoul.ics")
}

#[test]
fn a_build_without_changes_touches_nothing_and_says_the_same() {
    let folder = folder();
    build(&folder, FIRST);
    let before = folder.snapshot("");
    let second = build(&folder, "2026-10-02T00:00:00Z");
    let third = build(&folder, "2026-10-03T00:00:00Z");
    assert!(was_idle(&second) && second == third, "{second}{third}");
    assert!(second.contains("The next embargo lifts on 10 October 2026"), "{second}");
    assert_eq!(before, folder.snapshot(""));
    // The long way comes to the same.
    let mut long = folder.command(&["build", "--at", "2026-10-03T00:00:00Z"]);
    let long = long.env("XDG_CACHE_HOME", "relative").env_remove("HOME").output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&long.stdout), third);
}

#[test]
fn the_receipt_is_what_an_unchanged_build_goes_by() {
    let folder = folder();
    let caches = folder.path().join("caches");
    let build = || {
        let mut command = folder.command(&["build", "--at", FIRST]);
        let ran = command.env("XDG_CACHE_HOME", &caches).output().expect("it runs");
        String::from_utf8(ran.stdout).expect("UTF-8")
    };
    build();
    let receipts =
        || fs::read_dir(caches.join("summitcal/built")).expect("a folder").map(|file| file.expect("a file").path());
    let receipt = receipts().next().expect("a receipt");
    assert_eq!(receipts().count(), 1);
    let text = fs::read_to_string(&receipt).expect("readable");
    fs::write(&receipt, text.replace("The next embargo", "The very next embargo")).expect("written");
    assert!(build().contains("The very next embargo"), "it is believed while everything else is as it says");
    folder.write("dist/public/feeds/.seoul.ics.4711.summitcal", b"half");
    assert!(build().contains("The next embargo"), "and not where a killed build left something");
    let text = fs::read_to_string(&receipt).expect("readable");
    fs::write(&receipt, text.replace("The next embargo", "The very next embargo")).expect("written");
    folder.write("dist/public/.events.4711.summitcal/seoul/whole.ics", b"whole");
    assert!(build().contains("The next embargo"), "a folder, for one");
    fs::write(&receipt, "{}").expect("written");
    assert!(build().contains("The next embargo"), "nor if it is none");
}

#[test]
fn what_a_killed_build_left_of_the_lock_file_is_removed() {
    let folder = folder();
    build(&folder, FIRST);
    let before = folder.snapshot("");
    let names: Vec<_> = before.keys().collect();
    folder.write("schedules/.revisions.lock.4000000000.summitcal", b"# summitcal revisions 1");
    let second = build(&folder, "2026-10-02T00:00:00Z");
    assert!(was_idle(&second), "{second}");
    let after = folder.snapshot("");
    assert_eq!(names, after.keys().collect::<Vec<_>>());
}

#[test]
fn a_locked_build_is_remembered_too() {
    let folder = folder();
    let caches = folder.path().join("caches");
    let build = |arguments: &[&str]| {
        let mut command = folder.command(&[&["build", "--at", FIRST], arguments].concat());
        command.env("XDG_CACHE_HOME", &caches);
        let ran = crate::support::Ran::of(command);
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{}", ran.stdout);
    };
    build(&[]);
    let receipts = || fs::read_dir(caches.join("summitcal/built")).expect("receipts").count();
    assert_eq!(receipts(), 1);
    folder.write("schedules/v.yaml", format!("# A word.\n{}", folder.read("schedules/v.yaml")).as_bytes());
    build(&["--locked"]);
    assert_eq!(receipts(), 1);
}

#[test]
fn what_somebody_did_to_the_output_is_mended() {
    let folder = folder();
    build(&folder, FIRST);
    let whole = feed(&folder);
    let path = folder.path().join("dist/public/feeds/seoul.ics");
    fs::write(&path, whole.replace("SUMMARY", "SUMMERY")).expect("written");
    assert!(!was_idle(&build(&folder, FIRST)));
    assert_eq!(feed(&folder), whole);
    fs::remove_file(&path).expect("removed");
    assert!(!was_idle(&build(&folder, FIRST)));
    fs::remove_file(folder.path().join("dist/public/manifest.json")).expect("removed");
    assert!(!was_idle(&build(&folder, FIRST)));
    assert_eq!(feed(&folder), whole);
}

#[test]
fn time_alone_can_be_a_change() {
    let folder = folder();
    build(&folder, FIRST);
    assert!(!feed(&folder).contains("나중"), "under embargo");
    assert!(!was_idle(&build(&folder, "2026-10-10T00:00:00Z")), "it lifts");
    assert!(feed(&folder).contains("나중"));
    assert!(was_idle(&build(&folder, "2026-10-10T00:00:01Z")));
    assert!(feed(&folder).contains("CANCELLED") || feed(&folder).contains("취소"));
    assert!(!was_idle(&build(&folder, "2026-10-31T00:00:00Z")), "a cancellation has been there for 30 days");
    assert!(!feed(&folder).contains("취소"));
    assert!(!was_idle(&build(&folder, "2026-10-05T00:00:00Z")), "and is there again, seen from before");
}

#[test]
fn an_edit_is_never_missed() {
    let folder = folder();
    build(&folder, FIRST);
    let text = folder.read("schedules/v.yaml");
    folder.write("schedules/v.yaml", text.replace("en: Later", "en: Latex").as_bytes());
    let lock = folder.read("schedules/revisions.lock");
    build(&folder, "2026-10-02T00:00:00Z");
    assert_ne!(folder.read("schedules/revisions.lock"), lock);
    folder.write("schedules/v.yaml", (text + "#").as_bytes());
    build(&folder, "2026-10-03T00:00:00Z");
    folder.write("schedules/second.yaml", BASE.as_bytes());
    let ran = folder.run(&["build", "--at", "2026-10-04T00:00:00Z"]);
    assert!(ran.stdout.contains("2 visits"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn what_there_is_to_warn_of_is_said_by_every_build() {
    let folder = folder();
    let text = folder.read("schedules/v.yaml").replace("    status: confirmed\n", "");
    folder.write("schedules/v.yaml", text.as_bytes());
    for _ in 0..2 {
        let ran = folder.run(&["build", "--at", FIRST]);
        assert!(ran.code == 0 && ran.stderr.contains("warning[no-status]"), "{}", ran.stderr);
    }
}
