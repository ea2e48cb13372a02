//! The six real revisions of the plan, and three that were made up, as a subscriber gets them: one state after another is
//! built in one folder, and every feed is compared with what was worked out by hand (`revisions/README.md`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::calendar::{Component, parse};
use crate::support::{Folder, NAMESPACE};
use uuid::Uuid;

/// The states, in order: six real ones, then three invented for the test.
const STATES: usize = 9;

/// Each feed, by audience, with whether its clock is Seoul's.
const FEEDS: &[(&str, &str, bool)] = &[
    ("public", "seoul", true),
    ("public", "new-york", false),
    ("public", "host", false),
    ("press", "seoul", true),
    ("staff", "host", false),
];

/// What a subscriber has of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Has {
    sequence: String,
    begins: String,
    status: String,
    created: String,
    modified: String,
}

/// What subscribers of a feed have, by UID.
type Calendar = BTreeMap<String, Has>;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/revisions")
}

fn fixture(name: &str) -> String {
    fs::read_to_string(fixtures().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The instant of a state, as `--at` takes it.
fn at(state: usize) -> String {
    fixture(&format!("{state}/at")).trim().to_owned()
}

/// The same as calendars write it.
fn stamp(state: &str) -> String {
    let at = at(state.parse().expect("the number of a state"));
    let instant: jiff::Timestamp = at.parse().expect("an instant");
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Puts the schedules of a state in place of those of the one before. What the program remembers stays.
fn replace(folder: &Folder, state: usize) {
    for name in ["japan-working-visit.yaml", "us-state-visit.yaml", "feeds.yaml"] {
        let there = folder.path().join("schedules").join(name);
        if there.exists() {
            fs::remove_file(there).expect("a file can be removed");
        }
        if let Ok(bytes) = fs::read(fixtures().join(state.to_string()).join(name)) {
            folder.write(&format!("schedules/{name}"), &bytes);
        }
    }
}

/// Takes out what the state takes out.
fn withdraw(folder: &Folder, state: usize) {
    let listed = fs::read_to_string(fixtures().join(format!("{state}/withdraw"))).unwrap_or_default();
    for entry in listed.lines() {
        let ran = folder.run(&["withdraw", entry, "--at", &at(state)]);
        assert_eq!(ran.code, 0, "state {state}: {}{}", ran.stdout, ran.stderr);
    }
}

fn build(folder: &Folder, state: usize) {
    let ran = folder.run(&["build", "--at", &at(state)]);
    assert_eq!(ran.code, 0, "state {state}: {}{}", ran.stdout, ran.stderr);
}

/// A folder in which everything before a state was built, and the state's schedules lie ready.
fn before(state: usize) -> Folder {
    let folder = Folder::new();
    for earlier in 1..state {
        replace(&folder, earlier);
        withdraw(&folder, earlier);
        build(&folder, earlier);
    }
    replace(&folder, state);
    withdraw(&folder, state);
    folder
}

fn has(event: &Component) -> Has {
    let modified = event.value("LAST-MODIFIED");
    assert_eq!(event.value("DTSTAMP"), modified);
    let begins = event.get("DTSTART").expect("a beginning");
    let zone = begins.parameters.strip_prefix(";TZID=").map(|zone| format!("{zone} ")).unwrap_or_default();
    assert!(!zone.is_empty() || begins.parameters == ";VALUE=DATE", "{}", begins.line());
    Has {
        sequence: event.value("SEQUENCE").to_owned(),
        begins: format!("{zone}{}", begins.value),
        status: event.value("STATUS").to_owned(),
        created: event.value("CREATED").to_owned(),
        modified: modified.to_owned(),
    }
}

fn found(folder: &Folder, audience: &str, feed: &str) -> Calendar {
    let calendar = parse(&folder.read(&format!("dist/{audience}/feeds/{feed}.ics")));
    let mut all = Calendar::new();
    for event in calendar.all("VEVENT") {
        let uid = event.value("UID").to_owned();
        assert!(all.insert(uid, has(event)).is_none(), "a UID stands once in {audience}/{feed}");
    }
    all
}

/// What the subscribers of a feed have after a state, by the lines of `expected.tsv` up to it.
fn expected(state: usize, audience: &str, seoul: bool) -> Calendar {
    let namespace: Uuid = NAMESPACE.parse().expect("a UUID");
    let mut all = Calendar::new();
    for line in fixture("expected.tsv").lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<_> = line.split('\t').collect();
        let [of, identity, who, sequence, host, in_seoul, status, created, modified] = cells[..] else {
            panic!("nine columns: {line}");
        };
        let is_theirs = who == "all" || who.split('+').any(|who| who == audience);
        if of.parse::<usize>().expect("the number of a state") > state || !is_theirs {
            continue;
        }
        let uid = Uuid::new_v5(&namespace, identity.as_bytes()).to_string();
        if status == "-" {
            // Known, but not even of a day: on the page, and in no feed.
            all.remove(&uid);
            continue;
        }
        let has = Has {
            sequence: sequence.to_owned(),
            begins: if seoul { in_seoul } else { host }.to_owned(),
            status: status.to_owned(),
            created: stamp(created),
            modified: stamp(modified),
        };
        all.insert(uid, has);
    }
    all
}

/// Complains of what differs, by identity where one is known.
fn compare(what: &str, found: &Calendar, expected: &Calendar) -> Vec<String> {
    let namespace: Uuid = NAMESPACE.parse().expect("a UUID");
    let text = fixture("expected.tsv");
    let name = |uid: &str| {
        let mut identities = text.lines().filter_map(|line| line.split('\t').nth(1));
        let known = identities.find(|it| Uuid::new_v5(&namespace, it.as_bytes()).to_string() == uid);
        known.unwrap_or(uid).to_owned()
    };
    let mut uids: Vec<_> = found.keys().chain(expected.keys()).collect();
    uids.sort();
    uids.dedup();
    let differing = uids.into_iter().filter(|uid| found.get(*uid) != expected.get(*uid));
    differing
        .map(|uid| {
            format!("{what}, {}:\n  found    {:?}\n  expected {:?}", name(uid), found.get(uid), expected.get(uid))
        })
        .collect()
}

#[test]
fn a_subscriber_follows_every_revision() {
    let folder = Folder::new();
    let mut complaints = Vec::new();
    for state in 1..=STATES {
        replace(&folder, state);
        withdraw(&folder, state);
        build(&folder, state);
        for (audience, feed, seoul) in FEEDS {
            let what = format!("state {state}, {audience}/{feed}");
            complaints.extend(compare(&what, &found(&folder, audience, feed), &expected(state, audience, *seoul)));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_second_build_of_a_state_touches_nothing() {
    let folder = Folder::new();
    for state in 1..=STATES {
        replace(&folder, state);
        withdraw(&folder, state);
        build(&folder, state);
        let (tree, lock) = (folder.snapshot("dist"), folder.snapshot("schedules"));
        build(&folder, state);
        assert!(folder.snapshot("dist") == tree, "state {state}: the trees");
        assert!(folder.snapshot("schedules") == lock, "state {state}: the lock file");
        let later = folder.run(&["build", "--locked", "--at", "2025-08-26T00:00:00Z"]);
        assert_eq!(later.code, 0, "state {state}: {}{}", later.stdout, later.stderr);
        assert!(folder.snapshot("dist") == tree, "state {state}: the trees, on a later day");
        assert!(folder.snapshot("schedules") == lock, "state {state}: the lock file, on a later day");
    }
}

#[test]
fn every_state_has_its_changes_in_words() {
    let mut complaints = Vec::new();
    for state in 1..=STATES {
        let ran = before(state).run(&["diff", "--at", &at(state)]);
        assert_eq!(ran.code, 1, "state {state}: {}{}", ran.stdout, ran.stderr);
        if std::env::var_os("SUMMITCAL_GOLDEN").is_some_and(|value| value == "write") {
            let path = format!("{}/tests/revisions/{state}/diff.txt", env!("CARGO_MANIFEST_DIR"));
            fs::write(path, &ran.stdout).expect("a golden can be written");
        }
        let golden = fixture(&format!("{state}/diff.txt"));
        if ran.stdout != golden {
            complaints.push(format!("state {state}, found:\n{}expected:\n{golden}", ran.stdout));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_state_is_in_order() {
    for state in 1..=STATES {
        let folder = Folder::new();
        replace(&folder, state);
        let ran = folder.run(&["check", "--deny", "warnings"]);
        assert_eq!(ran.code, 0, "state {state}: {}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn what_nobody_announced_says_so() {
    for state in 1..=STATES {
        let text = fixture(&format!("{state}/us-state-visit.yaml"));
        assert_eq!(text.starts_with("# INVENTED FOR THE TEST"), state > 6, "state {state}");
    }
}
