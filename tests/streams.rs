//! Files that are written while they are made: whole whatever their length, with few open at a time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::calendar::parse;
use crate::support::{AT, FEEDS, Folder, NAMESPACE, Ran};
use sha2::{Digest, Sha256};
use summitcal::publish::file::{Options, stage};
use uuid::Uuid;

const AUDIENCES: [&str; 3] = ["public", "press", "staff"];

const KINDS: [&str; 5] = ["meeting", "summit", "speech", "briefing", "ceremony"];

/// A visit of so many entries, of which some have a time, some a day, and some are called off.
fn visit(name: &str, entries: usize) -> String {
    let mut text = format!(
        "visit: {name}\nkind: working-visit\ntitle: {name}\nprincipal: President A\nzone: America/New_York\n\
         dates: {{from: 2025-03-01, to: 2025-11-30}}\naudience: public\nsources: {{s: {{publisher: P}}}}\nentries:\n"
    );
    for number in 0..entries {
        let (month, day, hour) = (3 + number % 9, 1 + number % 28, number % 24);
        let when = match number % 4 {
            0 => format!("{{date: 2025-{month:02}-{day:02}}}"),
            1 => "{date: 2025-08-25, part: evening}".to_owned(),
            // On the morning on which clocks are set forward there is no such time.
            _ => format!("{{start: 2025-{month:02}-{:02} {hour:02}:{:02}}}", day.max(10), number % 60),
        };
        let (kind, status) = (KINDS[number % 5], if number % 31 == 0 { "cancelled" } else { "confirmed" });
        let _ = writeln!(
            text,
            "  - {{id: e{number}, kind: {kind}, title: \"{name}, {number}; 회의\", when: {when}, status: {status}, sources: [s]}}"
        );
    }
    text
}

/// The visits by name, with how many entries they have.
fn visits() -> Vec<(String, usize)> {
    let mut visits = vec![("a-long".to_owned(), 1300)];
    visits.extend((0..40).map(|number| (format!("b{number:02}"), number % 9 + 1)));
    visits.push(("c-longer".to_owned(), 300));
    visits
}

/// Selections of feeds, by name: as settings, and whether they have the kind of an entry of a visit.
type Selection = (&'static str, &'static str, fn(&str, &str) -> bool);

const SELECTIONS: [Selection; 3] = [
    ("all", "", |_, _| true),
    ("kinds", ", only: {kind: [summit, speech]}", |_, kind| ["summit", "speech"].contains(&kind)),
    ("visits", ", visits: [b03, c-longer, b39]", |visit, _| ["b03", "c-longer", "b39"].contains(&visit)),
];

fn settings() -> String {
    let head = FEEDS.split("feeds:").next().unwrap_or_default();
    let mut text = format!("{head}pages: false\nrules: {{two-places-at-once: off}}\nfeeds:\n");
    for zone in ["Asia/Seoul", "host"] {
        for language in ["en", "ko"] {
            for (name, selection, _) in SELECTIONS {
                let zone_name = zone.to_lowercase().replace('/', "-");
                let _ = writeln!(
                    text,
                    "  - {{id: {name}-{zone_name}-{language}, title: T, zone: {zone}, language: {language}, audience: public{selection}, events: {}}}",
                    name != "all"
                );
            }
        }
    }
    text
}

fn build(folder: &Folder, threads: &str) {
    let mut command = folder.command(&["build", "--at", AT, "--out", threads]);
    command.env("RAYON_NUM_THREADS", threads);
    let ran = Ran::of(command);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

fn contents(folder: &Folder, below: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let root = folder.path().join(below);
    let files = folder.snapshot(below).into_iter().filter(|(path, _)| path.is_file());
    files.map(|(path, (bytes, _))| (path.strip_prefix(&root).expect("below").to_owned(), bytes)).collect()
}

#[test]
fn feeds_of_thousands_of_entries_are_whole_and_in_order() {
    let folder = Folder::new();
    for (name, entries) in visits() {
        folder.write(&format!("schedules/{name}.yaml"), visit(&name, entries).as_bytes());
    }
    folder.write("schedules/feeds.yaml", settings().as_bytes());
    build(&folder, "1");
    let made = contents(&folder, "1");
    for threads in ["2", "7"] {
        build(&folder, threads);
        assert!(contents(&folder, threads) == made, "{threads} threads make the same");
    }
    let manifest: serde_json::Value = serde_json::from_str(&folder.read("1/public/manifest.json")).expect("JSON");
    for (path, bytes) in made.iter().filter(|(path, _)| !path.ends_with("manifest.json")) {
        let listed = &manifest["files"][path.strip_prefix("public").expect("a tree").to_str().expect("UTF-8")];
        let digest = Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        assert_eq!((listed["size"].as_u64(), listed["sha256"].as_str()), (Some(bytes.len() as u64), Some(&*digest)));
    }
    let namespace: Uuid = NAMESPACE.parse().expect("a UUID");
    for (selection, _, has) in SELECTIONS {
        let entries =
            visits().into_iter().flat_map(|(visit, entries)| (0..entries).map(move |entry| (visit.clone(), entry)));
        let selected: Vec<(String, usize)> = entries.filter(|(visit, entry)| has(visit, KINDS[entry % 5])).collect();
        let mut expected: Vec<String> = selected
            .iter()
            .map(|(visit, entry)| Uuid::new_v5(&namespace, format!("{visit}/e{entry}").as_bytes()).to_string())
            .collect();
        expected.sort();
        let mut orders = Vec::new();
        for feed in ["asia-seoul-en", "asia-seoul-ko", "host-en", "host-ko"] {
            let text = folder.read(&format!("1/public/feeds/{selection}-{feed}.ics"));
            let calendar = parse(&text);
            let uids: Vec<String> = calendar.all("VEVENT").map(|event| event.value("UID").to_owned()).collect();
            let mut sorted = uids.clone();
            sorted.sort();
            assert_eq!(sorted, expected, "{selection}-{feed}");
            orders.push(uids);
            let zones: Vec<&str> = calendar.all("VTIMEZONE").map(|zone| zone.value("TZID")).collect();
            for event in calendar.all("VEVENT").filter(|event| event.line("DTSTART").contains("TZID=")) {
                assert!(zones.iter().any(|zone| event.line("DTSTART").contains(&format!("TZID={zone}:"))), "{zones:?}");
            }
            if selection != "all" {
                let singles = made.keys().filter(|path| path.starts_with(format!("public/events/{selection}-{feed}")));
                assert_eq!(singles.count(), expected.len());
                for (visit, entry) in &selected {
                    let single = folder.read(&format!("1/public/events/{selection}-{feed}/{visit}.e{entry}.ics"));
                    let event = single
                        .split_once("BEGIN:VEVENT")
                        .expect("an event")
                        .1
                        .split_once("END:VEVENT")
                        .expect("its end")
                        .0;
                    assert!(text.contains(event), "{single}");
                }
            }
        }
        assert!(orders.windows(2).all(|pair| pair[0] == pair[1]), "in one order in all feeds");
    }
}

#[cfg(unix)]
#[test]
fn hundreds_of_feeds_are_written_with_few_files_open() {
    let head = FEEDS.split("feeds:").next().unwrap_or_default();
    let mut feeds = format!("{head}pages: false\nfeeds:\n");
    for number in 0..660 {
        let (zone, audience) = (["Asia/Seoul", "Asia/Tokyo", "host"][number % 3], AUDIENCES[number / 2 % 3]);
        let _ = writeln!(
            feeds,
            "  - {{id: f{number}, title: T, zone: {zone}, language: en, audience: {audience}, events: false, alarms: [{}m], display_length: {}m}}",
            10 + number % 5,
            30 + number / 220
        );
    }
    let folder = Folder::with(&[("v.yaml", &visit("v", 200)), ("feeds.yaml", &feeds)]);
    let program = folder.command(&[]).get_program().to_owned();
    for (round, at) in ["2025-08-26T00:00:00Z", "2025-08-27T00:00:00Z"].into_iter().enumerate() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -n 200 && exec \"$0\" build -q --at \"$1\""]).arg(&program).arg(at);
        shell.current_dir(folder.path());
        shell.env("RAYON_NUM_THREADS", "4");
        let ran = Ran::of(shell);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for number in [0, 2, 5, 654, 657, 659] {
            let text = folder.read(&format!("dist/{}/feeds/f{number}.ics", AUDIENCES[number / 2 % 3]));
            assert_eq!(parse(&text).all("VEVENT").count(), 200);
            assert_eq!(text.contains("SUMMARY:Another"), round == 1);
        }
        let other = visit("v", 200).replace("\"v, 100; 회의\"", "Another");
        folder.write("schedules/v.yaml", other.as_bytes());
    }
}

#[test]
fn a_file_is_replaced_by_whatever_bytes() {
    let folder = Folder::new();
    let path = folder.path().join("file");
    let long: Vec<u8> = (0..50_000_u32).flat_map(u32::to_le_bytes).collect();
    let with = |at: usize| {
        let mut bytes = long.clone();
        bytes[at] ^= 1;
        bytes
    };
    let lengths = [0, 1, 65_535, 65_536, 65_537, 131_072, 199_999, 200_000];
    let mut states: Vec<Vec<u8>> = lengths.iter().map(|length| long[..*length].to_vec()).collect();
    states.extend([0, 65_535, 65_536, 199_999].map(with));
    for before in &states {
        for after in &states {
            fs::write(&path, before).expect("it can be written");
            let staged = stage(&path, after, Options::default()).expect("it can be staged");
            assert_eq!(staged.is_none(), before == after, "as it should be already, or not");
            assert_eq!(&fs::read(&path).expect("it is there"), before, "nothing is in its place yet");
            if let Some(staged) = staged {
                staged.persist().expect("it can be put in place");
            }
            assert!(&fs::read(&path).expect("it is there") == after, "{} to {}", before.len(), after.len());
            assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "nothing is left beside it");
        }
    }
}
