//! Commands that write, on disks that fill at any size: no file is ever half, what is said is plain, and once there is room the
//! same command makes what it makes on a disk that never was full.
#![cfg(all(target_os = "linux", feature = "publish", feature = "serve"))]
// How many sizes were tried is worth knowing.
#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::mounts::{mounting, run_mounting};
use crate::support::server::{Server, wait_for};
use crate::support::{AT, FEEDS_OF_EACH, Folder, Ran};

/// What a disk of memory holds in one piece.
const PAGE: usize = 4096;

/// How a disk is too small: too few bytes, too few files, a limit of what one file may hold, and the same where the system ends who
/// passes it.
const KINDS: [&str; 4] = ["room", "files", "limit", "killed"];

/// How many sizes of each kind are tried for each command, from nothing to enough.
fn sizes() -> usize {
    std::env::var("SUMMITCAL_SIZES").ok().and_then(|count| count.parse().ok()).unwrap_or(3)
}

/// Files below a folder, by path.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn files(folder: &Folder, below: &str) -> Files {
    let root = folder.path().join(below);
    let found = folder.snapshot(below).into_iter().filter(|(path, _)| !path.is_dir());
    found.map(|(path, (bytes, _))| (path.strip_prefix(&root).expect("below").to_owned(), bytes)).collect()
}

/// What of published files is the same at any time: `publish.json` without when, by whom and on whose claim.
fn timeless(mut files: Files) -> Files {
    for (path, bytes) in &mut files {
        if path.ends_with("publish.json") {
            let mut value: Value = serde_json::from_slice(bytes).expect("JSON");
            value["by"] = json!(null);
            value["claim"] = json!(null);
            value["updated"] = json!(null);
            value["stale"].as_object_mut().expect("an object").values_mut().for_each(|since| *since = json!(null));
            *bytes = value.to_string().into_bytes();
        }
    }
    files
}

/// Whether a file is one that was not put in its place.
fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with('.') && name.ends_with(".summitcal") || name.contains('#')
}

/// A visit of long texts, so that files are of several pages.
fn visit(id: &str, title: &str, entries: &[&str]) -> String {
    let mut text = format!(
        "visit: {id}\nkind: working-visit\ntitle: {title}\nprincipal: President A\nzone: Asia/Tokyo\n\
         dates: {{from: 2025-08-23, to: 2025-08-24}}\naudience: public\nsources: {{s: {{publisher: P}}}}\nentries:\n"
    );
    for entry in entries {
        let note = title.repeat(4000);
        let _ = writeln!(
            text,
            "  - {{id: {entry}, kind: meal, title: {title} {entry}, when: {{date: 2025-08-23}}, status: confirmed, sources: [s], \
             note: {note}}}"
        );
    }
    text
}

/// A command with the state in which it finds its folder.
struct Case {
    name: &'static str,
    folder: Folder,
    arguments: Vec<String>,
    /// Whether it writes several files, so that some may be in place when the others have no room.
    writes_many: bool,
}

impl Case {
    /// `prepare` is given a folder whose schedules were built once.
    fn new(name: &'static str, arguments: &[&str], prepare: impl FnOnce(&Folder)) -> Self {
        let folder = Folder::with(&[("feeds.yaml", FEEDS_OF_EACH)]);
        folder.write("schedules/v.yaml", visit("v", "One", &["a", "b"]).as_bytes());
        folder.build();
        prepare(&folder);
        let on_disk = format!("file://{}/disk/store", folder.path().display());
        let arguments = arguments.iter().map(|argument| argument.replace("STORE", &on_disk)).collect();
        Case { name, folder, arguments, writes_many: false }
    }

    fn writing_many(self) -> Self {
        Case { writes_many: true, ..self }
    }

    /// Moves what was prepared, so that it can be put on a disk.
    fn set_aside(&self) {
        let before = self.folder.path().join("before");
        fs::create_dir(&before).expect("a folder can be made");
        for name in ["schedules", "dist", "store", "calendar.ics"] {
            let path = self.folder.path().join(name);
            if path.exists() {
                fs::rename(&path, before.join(name)).expect("a folder can be moved");
            }
        }
    }

    /// Tries disks of one kind, and returns how many, and on how many of them it did not succeed.
    fn try_sizes(&self, kind: &str, limits: &BTreeSet<usize>, [before, after]: [&Files; 2]) -> Option<[usize; 2]> {
        let given = limits.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        let arguments: Vec<&str> =
            [kind, &given].into_iter().chain(self.arguments.iter().map(String::as_str)).collect();
        let ran = run_mounting(&self.folder, SCRIPT, &arguments)?;
        let (mut tried, mut failed) = (0, 0);
        for line in ran.stdout.lines() {
            let words: Vec<i32> = line.split(' ').map(|word| word.parse().expect("a number")).collect();
            let [limit, code, again] = words[..] else { panic!("{line}") };
            let name = format!("{} {kind} {limit}", self.name);
            let said = self.folder.read(&format!("said.{limit}"));
            let found = timeless(files(&self.folder, &format!("found.{limit}")));
            for (path, bytes) in &found {
                let is_whole = [before, after].iter().any(|state| state.get(path) == Some(bytes));
                let may_be = is_whole || (kind == "killed" && is_leftover(path));
                assert!(may_be, "{name}: {} is neither as before nor as after; {said}", path.display());
            }
            let is_lost = |path: &&PathBuf| after.contains_key(*path) && !found.contains_key(*path);
            assert_eq!(before.keys().find(is_lost), None, "{name}: it is lost; {said}");
            tried += 1;
            if code == 0 {
                assert!(found == *after, "{name}: it says that it was done, and it was not");
                continue;
            }
            failed += 1;
            if kind == "killed" {
                assert!([2, 128 + 25].contains(&code), "{name}: {code} {said}");
            } else {
                let last = said.lines().last().unwrap_or_default();
                let is_plain = last.starts_with("summitcal: cannot ")
                    && ["No space left", "File too large"].iter().any(|why| last.contains(why));
                assert!(code == 2 && is_plain, "{name}: {code} {said}");
                assert!(self.writes_many || found == *before, "{name}: something was changed; {said}");
            }
            let healed = timeless(files(&self.folder, &format!("healed.{limit}")));
            let other = |path: &&PathBuf| healed.get(*path) != after.get(*path);
            assert_eq!(healed.keys().chain(after.keys()).find(other), None, "{name}: not as if nothing had happened");
            assert_eq!(again, 0, "{name}: with room it is done; {said}");
        }
        assert_eq!(tried, limits.len(), "{}", ran.stdout);
        Some([tried, failed])
    }

    /// The limits to try of a kind, from nothing to enough for what is new.
    fn limits(kind: &str, before: &Files, after: &Files) -> BTreeSet<usize> {
        let new = after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes));
        let enough = match kind {
            "room" => new.map(|(_, bytes)| bytes.len().div_ceil(PAGE)).sum::<usize>() + 4,
            "files" => {
                let folders: BTreeSet<&Path> = after.keys().flat_map(|path| path.ancestors()).collect();
                new.count() + folders.len() + 2
            }
            _ => new.map(|(_, bytes)| bytes.len()).max().unwrap_or_default() + PAGE,
        };
        (0..sizes()).map(|number| enough * number / (sizes() - 1).max(1)).collect()
    }
}

/// Runs a command on a disk of each size, and again once there is room.
const SCRIPT: &str = r#"
    kind=$1 limits=$2
    shift 2
    used() { df --output="$1" disk | tail -n 1; }
    widen() { mount -o remount,size=256m,nr_inodes=100000 disk; }
    mkdir -p disk
    mount -t tmpfs -o size=256m,nr_inodes=100000 tmpfs disk
    # Whatever a limit is of, it is not of what is said.
    attempt() {
        case $kind in
            room|files) (cd disk && "$0" "$@") ;;
            limit) (cd disk && trap '' XFSZ && prlimit --core=0 --fsize=$limit "$0" "$@") ;;
            killed) (cd disk && prlimit --core=0 --fsize=$limit "$0" "$@") ;;
        esac
    }
    for limit in $limits; do
        widen
        find disk -mindepth 1 -delete
        cp -a before/. disk
        again=0
        case $kind in
            room) mount -o remount,size=$(($(used used) + 4 * limit))k disk ;;
            files) mount -o remount,nr_inodes=$(($(used iused) + limit)) disk ;;
        esac
        { attempt "$@" 2>&1 >/dev/null && echo 0 >code || echo $? >code; } | cat >said.$limit
        code=$(cat code)
        rm -rf found.$limit healed.$limit
        cp -a disk found.$limit
        widen
        if [ $code != 0 ]; then
            (cd disk && "$0" "$@") >/dev/null 2>said.again || again=$?
            cp -a disk healed.$limit
        fi
        echo "$limit $code $again"
    done
"#;

fn tries(case: &Case) {
    case.set_aside();
    let before = timeless(files(&case.folder, "before"));
    let arguments: Vec<&str> =
        ["limit", "100000000"].into_iter().chain(case.arguments.iter().map(String::as_str)).collect();
    let Some(calm) = run_mounting(&case.folder, SCRIPT, &arguments) else { return };
    assert_eq!(calm.stdout, "100000000 0 0\n", "{}: {}", case.name, case.folder.read("said.100000000"));
    let after = timeless(files(&case.folder, "found.100000000"));
    assert!(before != after, "{} writes something", case.name);
    for kind in KINDS {
        let limits = Case::limits(kind, &before, &after);
        let Some([tried, failed]) = case.try_sizes(kind, &limits, [&before, &after]) else { return };
        println!("{} {kind}: {tried} sizes, {failed} too small", case.name);
        assert!(failed > 0 && failed < tried, "{} {kind}: from nothing to enough: {failed} of {tried}", case.name);
    }
}

fn second(folder: &Folder) {
    folder.write("schedules/v.yaml", visit("v", "Two", &["a", "b", "c"]).as_bytes());
}

fn without_b(folder: &Folder) {
    folder.write("schedules/v.yaml", visit("v", "One", &["a"]).as_bytes());
}

fn publishes(folder: &Folder) {
    let place = format!("file://{}", folder.path().join("store").display());
    let ran = folder.run(&["publish", &place]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

fn build(folder: &Folder) {
    let ran = folder.run(&["build", "--at", LATER]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

const LATER: &str = "2025-08-26T12:00:00Z";

#[test]
fn a_build_on_a_full_disk() {
    tries(&Case::new("build, the first", &["build", "--at", AT], |folder| {
        fs::remove_dir_all(folder.path().join("dist")).expect("it was made");
        fs::remove_file(folder.path().join("schedules/revisions.lock")).expect("it was made");
    }));
    tries(&Case::new("build", &["build", "--at", LATER], second));
}

#[test]
fn publishing_on_a_full_disk() {
    tries(&Case::new("publish, the first", &["publish", "STORE"], |_| {}).writing_many());
    let again = |folder: &Folder| {
        publishes(folder);
        second(folder);
        build(folder);
    };
    tries(&Case::new("publish", &["publish", "STORE"], again).writing_many());
}

#[test]
fn taking_back_on_a_full_disk() {
    tries(&Case::new("withdraw", &["withdraw", "v/b", "--at", LATER], without_b));
    tries(&Case::new("withdraw --redact", &["withdraw", "v/b", "--redact", "--at", LATER], without_b));
    let redacted = |folder: &Folder| {
        publishes(folder);
        without_b(folder);
        let ran = folder.run(&["withdraw", "v/b", "--redact", "--at", LATER]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        build(folder);
    };
    tries(&Case::new("publish what was redacted", &["publish", "STORE"], redacted).writing_many());
}

#[test]
fn writing_schedules_on_a_full_disk() {
    let title = format!("title={}", "New ".repeat(100));
    tries(&Case::new("set", &["set", "v/a", &title, "--at", AT], |_| {}));
    let note = format!("note={}", "new ".repeat(4000));
    tries(&Case::new("new entry", &["new", "entry", "v/c", "kind=meal", "title=C", "when=tba", &note], |_| {}));
    let values = ["kind=state-visit", "principal=President A", "zone=Europe/Berlin", "audience=staff"];
    let more = ["dates.from=2026-01-01", "dates.to=2026-01-03", &format!("title={}", "New ".repeat(100))];
    tries(&Case::new("new visit", &[&["new", "visit", "w"][..], &values, &more].concat(), |_| {}));
    tries(&Case::new("import", &["import", "calendar.ics"], |folder| {
        let event = |number: usize| {
            let note = "word ".repeat(1000);
            format!(
                "BEGIN:VEVENT\r\nUID:{number}\r\nSUMMARY:Event {number}\r\nDTSTART:20250823T0{number}0000Z\r\nDESCRIPTION:{note}\r\nEND:VEVENT\r\n"
            )
        };
        let events: String = (1..4).map(event).collect();
        let head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-TIMEZONE:Asia/Tokyo\r\n";
        folder.write("calendar.ics", format!("{head}{events}END:VCALENDAR\r\n").as_bytes());
    }));
    let wrong = |folder: &Folder| {
        for id in ["v", "w", "x"] {
            let text = visit(id, "One", &["a", "b"]).replace("status: confirmed", "status: confirmd");
            folder.write(&format!("schedules/{id}.yaml"), text.as_bytes());
        }
    };
    tries(&Case::new("check --fix", &["check", "--fix"], wrong).writing_many());
}

/// Where a server runs on a disk of its own, as this process sees it.
fn disk_of(server: &Server) -> PathBuf {
    PathBuf::from(format!("/proc/{}/cwd", server.child.id()))
}

/// Fills a disk but for so many pages.
fn fill(disk: &Path, pages: usize) {
    let mut filler = fs::File::create(disk.join("filler")).expect("a file can be made");
    while filler.write_all(&[b'x'; PAGE]).is_ok() {}
    let length = filler.metadata().expect("a file").len();
    filler.set_len(length - (pages * PAGE) as u64).expect("it can be shorter");
}

/// Puts the schedules of a disk where the program can read them, and finds that the lock file remembers what is served.
fn all_is_remembered(disk: &Path, feed: &str) {
    let folder = Folder::new();
    for name in ["v.yaml", "feeds.yaml", "revisions.lock"] {
        folder.write(&format!("schedules/{name}"), &fs::read(disk.join("schedules").join(name)).expect("readable"));
    }
    let ran = folder.run(&["build", "--locked", "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(folder.read("dist/public/feeds/seoul.ics"), feed);
}

#[test]
fn a_server_on_a_full_disk() {
    const SCRIPT: &str = r#"
        pages=$1
        shift
        mkdir -p disk
        mount -t tmpfs -o size=4m tmpfs disk
        cp -a schedules disk
        [ $pages = all ] || mount -o remount,size=$(($(df --output=used disk | tail -n 1) + 4 * pages))k disk
        cd disk
        exec "$0" serve --addr 127.0.0.1:0 --admin 127.0.0.1:0 --log off "$@"
    "#;
    const FEED: &str = "/feeds/seoul.ics";
    let folder = Folder::with(&[("feeds.yaml", FEEDS_OF_EACH)]);
    folder.write("schedules/v.yaml", visit("v", "One", &["a", "b"]).as_bytes());
    let start = |pages: &str| mounting(&folder, SCRIPT, &[pages]);
    let Some(command) = start("all") else { return };
    let server = Server::of(command, 2);
    let disk = disk_of(&server);
    let enough = fs::read(disk.join("schedules/revisions.lock")).expect("a lock file").len().div_ceil(PAGE);
    drop(server);
    let step = enough.div_ceil(sizes());
    // It starts only where it can remember what it serves.
    for pages in (0..enough).step_by(step) {
        let ran = Ran::of(start(&pages.to_string()).expect("it was let before"));
        let is_plain = ran.stderr.starts_with("summitcal: cannot ") && ran.stderr.contains("No space left");
        assert!(ran.code == 2 && is_plain, "{pages}: {} {}", ran.code, ran.stderr);
    }
    // The next lock file is longer, because it tells what was before.
    for pages in (0..=enough).step_by(step).chain([3 * enough]) {
        let server = Server::of(start("all").expect("it was let before"), 2);
        let disk = disk_of(&server);
        let lock = || fs::read_to_string(disk.join("schedules/revisions.lock")).expect("a lock file");
        let (lock_before, feed_before) = (lock(), server.get(FEED).text());
        fill(&disk, pages);
        // In its place, for there may be no room for another file.
        let mut file = fs::File::options().write(true).open(disk.join("schedules/v.yaml")).expect("a schedule");
        file.write_all(visit("v", "Two", &["a", "b"]).as_bytes()).expect("it takes no room");
        drop(file);
        let is_served = || server.get(FEED).text().contains("SUMMARY:Two a");
        let failed = wait_for("it to have tried", || {
            let failed = server.err().contains("what was built last is served still");
            (failed || is_served()).then_some(failed)
        });
        if failed {
            assert!(
                server.err().contains("summitcal: cannot ") && server.err().contains("No space left"),
                "{}",
                server.err()
            );
            assert_eq!((lock(), server.get(FEED).text()), (lock_before, feed_before), "{pages}");
            wait_for("it to say so", || server.health().contains("\"stale\"").then_some(()));
        }
        assert_eq!(failed, pages <= enough, "{pages}: {}", server.err());
        fs::remove_file(disk.join("filler")).expect("it was made");
        wait_for("it to try again", || is_served().then_some(()));
        wait_for("it to be well", || server.health().contains("\"ok\"").then_some(()));
        all_is_remembered(&disk, &server.get(FEED).text());
        let names =
            fs::read_dir(disk.join("schedules")).expect("a folder").map(|entry| entry.expect("readable").file_name());
        assert_eq!(names.filter(|name| is_leftover(Path::new(name))).count(), 0);
        println!("serve: {pages} of {enough} pages, {}", if failed { "too few" } else { "enough" });
    }
}
