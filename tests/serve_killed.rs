//! A server that is killed while it builds again: nothing is lost, and the next one goes on from there.
#![cfg(all(unix, feature = "serve"))]
// How many moments were which is worth knowing.
#![allow(clippy::print_stdout)]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::support::server::{Server, wait_for, without_form};
use crate::support::{BASE, FEEDS, Folder};

const FEED: &str = "/feeds/seoul.ics";
const ENTRIES: usize = 120;
/// How many servers are killed: a third while it holds the new lock file ready, a third as soon as that is in its place, and
/// the rest at any moment after an edit.
const KILLS: usize = 9;

/// The schedule after so many edits, each of which is a revision of every entry.
fn put(folder: &Folder, edits: usize) {
    let mut visit = BASE.replace("title: First", &format!("title: Edit {edits}"));
    for number in 1..ENTRIES {
        let _ = writeln!(
            visit,
            "  - {{id: e{number}, kind: meal, title: Edit {edits}, when: {{start: 2025-08-23 {:02}:{:02}, for: 30m}}, status: confirmed, sources: [s]}}",
            number % 22,
            number % 60,
        );
    }
    folder.write("schedules/base.yaml", visit.as_bytes());
}

/// Where a server puts its new lock file until it takes the place of the old one.
fn staged(folder: &Folder, server: &Server) -> PathBuf {
    folder.path().join(format!("schedules/.revisions.lock.{}.summitcal", server.child.id()))
}

/// Which file the lock file is: its number changes when another takes its place.
fn lock_file(folder: &Folder) -> u64 {
    fs::metadata(folder.path().join("schedules/revisions.lock")).expect("a lock file").ino()
}

fn wait_until(moment: impl Fn() -> bool) -> Instant {
    let began = Instant::now();
    while !moment() {
        assert!(began.elapsed() < Duration::from_secs(60), "it builds again");
        std::thread::sleep(Duration::from_micros(100));
    }
    Instant::now()
}

/// What is served is whole, and every entry was revised once an edit.
fn all_is_there(folder: &Folder, server: &Server, edits: usize) {
    let feed = server.get(FEED).text();
    assert!(feed.ends_with("END:VCALENDAR\r\n"));
    let with = |line: &str| feed.lines().filter(|other| *other == line).count();
    let (titles, sequences) = (with(&format!("SUMMARY:Edit {edits}")), with(&format!("SEQUENCE:{edits}")));
    assert_eq!((titles, sequences, with("BEGIN:VEVENT")), (ENTRIES, ENTRIES, ENTRIES), "after {edits} edits");
    let ran = folder.run(&["build", "--locked", "--quiet"]);
    assert_eq!(ran.code, 0, "what is served is remembered: {}", ran.stderr);
    assert_eq!(folder.read("dist/public/feeds/seoul.ics"), feed);
    for (path, file) in [("/manifest.json", "manifest.json"), ("/", "index.html")] {
        let built = without_form(&folder.read(&format!("dist/public/{file}")));
        assert_eq!(without_form(&server.get(path).text()), built, "the whole tree, by its digests");
    }
    let names = fs::read_dir(folder.path().join("schedules")).expect("a folder").map(|entry| entry.expect("readable"));
    assert_eq!(names.filter(|entry| entry.file_name().to_string_lossy().ends_with(".summitcal")).count(), 0);
}

#[test]
fn a_server_that_is_killed_while_it_builds_loses_nothing() {
    let folder = Folder::with(&[("feeds.yaml", FEEDS)]);
    put(&folder, 0);
    let mut server = Server::start(&folder, &["--log", "off"]);
    // One edit that nobody disturbs tells how long each part takes.
    let (path, old) = (staged(&folder, &server), lock_file(&folder));
    put(&folder, 1);
    let edited = Instant::now();
    let ready = wait_until(|| path.exists() || lock_file(&folder) != old);
    let (begins, holds) = (ready - edited, wait_until(|| !path.exists()) - ready);
    wait_for("the edit", || server.get(FEED).text().contains("Edit 1").then_some(()));
    all_is_there(&folder, &server, 1);

    let (mut held, mut before, mut after) = (0, 0, 0);
    for edits in 2..2 + KILLS {
        let lock = folder.read("schedules/revisions.lock");
        let (path, old) = (staged(&folder, &server), lock_file(&folder));
        put(&folder, edits);
        // Spread over the time that it takes.
        let part = u32::try_from(edits).expect("few") * 7 % 10;
        if edits % 3 == 0 {
            std::thread::sleep((begins + holds) * part / 10);
        } else {
            // On a busy machine the new one may have come and gone between two looks; then the lock file has changed.
            wait_until(|| path.exists() || lock_file(&folder) != old);
            std::thread::sleep(holds * part / 15);
        }
        if edits % 3 == 2 {
            wait_until(|| !path.exists());
        }
        server.child.kill().expect("killed");
        server.child.wait().expect("ended");
        let is_old = folder.read("schedules/revisions.lock") == lock;
        let checked = folder.run(&["build", "--locked", "--quiet"]);
        assert_eq!(checked.code, i32::from(is_old), "the lock file is the old one or the new: {}", checked.stderr);
        held += usize::from(is_old && path.exists());
        before += usize::from(is_old);
        after += usize::from(!is_old);
        server = Server::start(&folder, &["--log", "off"]);
        all_is_there(&folder, &server, edits);
    }
    println!(
        "{KILLS} killed: {before} before the lock file was replaced, {held} of them with the new one ready; {after} after"
    );
    assert!(held > 0, "some were killed in a rebuild, between the edit and the new lock file");
    assert!(after > 0, "some were killed when what they had just remembered was not yet served");
}
