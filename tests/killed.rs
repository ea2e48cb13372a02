//! Builds that are killed at any moment: nothing is ever half, and the next build makes what an undisturbed one makes.

#![cfg(unix)]
// How long it took, and how many moments were those of writing, is worth knowing.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{BASE, FEEDS, Folder};

/// How many builds are killed, on so many threads.
const KILLS: usize = 200;
const THREADS: usize = 2;

/// Entries and feeds enough that reading, rendering and writing each take a while.
const ENTRIES: usize = 12;
const STATE_FEEDS: usize = 18;

/// Random enough to spread moments, and the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u128) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u64::try_from(u128::from(self.0) % limit.max(1)).expect("moments are short")
    }
}

/// One of two states of the schedules: in the second, every third title is another, some feeds have other names, and
/// the staff have none.
fn put_state(folder: &Folder, second: bool) {
    let mut visit = BASE.to_owned();
    for number in 0..ENTRIES {
        let title = if second && number % 3 == 0 { "Other" } else { "Title" };
        let _ = writeln!(
            visit,
            "  - {{id: e{number}, kind: meal, title: {title} {number}, when: {{start: 2025-08-23 {:02}:{:02}, for: 30m}}, \
             status: confirmed, sources: [s]}}",
            number % 22,
            number % 60,
        );
    }
    let mut feeds = FEEDS.replace("feeds:", "pages: false\nfeeds:");
    for number in 0..STATE_FEEDS {
        let audience = ["public", "press", "staff"][number % if second { 2 } else { 3 }];
        let id = if second && number % 10 == 0 { format!("other{number}") } else { format!("feed{number}") };
        let _ = writeln!(
            feeds,
            "  - {{id: {id}, title: T, zone: host, language: en, audience: {audience}, events: false, only: {{kind: [meal]}}}}"
        );
    }
    folder.write("schedules/base.yaml", visit.as_bytes());
    folder.write("schedules/feeds.yaml", feeds.as_bytes());
}

/// Everything below a folder, by path; folders too.
fn all(folder: &Folder) -> BTreeMap<PathBuf, Vec<u8>> {
    let below = |path: PathBuf| path.strip_prefix(folder.path()).expect("below").to_owned();
    folder.snapshot("").into_iter().map(|(path, (bytes, _))| (below(path), bytes)).collect()
}

/// Makes a folder hold these files and no others.
fn copy(files: &BTreeMap<PathBuf, Vec<u8>>, to: &Folder) {
    for name in ["dist", "schedules"] {
        fs::remove_dir_all(to.path().join(name)).expect("a folder can be removed");
    }
    for (path, bytes) in files.iter().filter(|(path, _)| path.extension().is_some()) {
        to.write(&path.to_string_lossy(), bytes);
    }
}

fn at(round: usize) -> String {
    format!("2025-08-26T{:02}:{:02}:00Z", round / 60, round % 60)
}

fn build(folder: &Folder, round: usize) -> Duration {
    let began = Instant::now();
    let ran = folder.run(&["build", "-q", "--at", &at(round)]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    began.elapsed()
}

/// When a build is killed: so long after it began, or after it began to write.
enum Moment {
    Begun(Duration),
    Writing(Duration),
}

/// Whether a build has begun a file or a folder below this one.
fn writes(below: &Path, process: u32) -> bool {
    let ending = format!(".{process}.summitcal");
    let Ok(entries) = fs::read_dir(below) else { return false };
    entries.filter_map(Result::ok).any(|entry| {
        entry.file_name().to_string_lossy().ends_with(&ending)
            || (entry.file_type().is_ok_and(|kind| kind.is_dir()) && writes(&entry.path(), process))
    })
}

/// Starts a build and kills it; false if it was done before.
fn kill(folder: &Folder, round: usize, moment: &Moment) -> bool {
    let mut command = folder.command(&["build", "-q", "--at", &at(round)]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program can be run");
    match moment {
        Moment::Begun(after) => std::thread::sleep(*after),
        Moment::Writing(after) => {
            while !writes(&folder.path().join("dist/public"), child.id())
                && child.try_wait().expect("a child can be waited for").is_none()
            {
                std::thread::sleep(Duration::from_micros(50));
            }
            let began = Instant::now();
            while began.elapsed() < *after {
                std::hint::spin_loop();
            }
        }
    }
    child.kill().expect("a child can be ended");
    let status = child.wait().expect("a child can be waited for");
    assert!(status.signal() == Some(9) || status.success(), "{status}");
    status.signal() == Some(9)
}

/// How long a build writes.
fn writing(folder: &Folder, round: usize) -> Duration {
    let mut child = folder.command(&["build", "-q", "--at", &at(round)]).spawn().expect("the program can be run");
    let mut began = None;
    while child.try_wait().expect("a child can be waited for").is_none() {
        if began.is_none() && writes(&folder.path().join("dist/public"), child.id()) {
            began = Some(Instant::now());
        }
        std::thread::sleep(Duration::from_micros(50));
    }
    began.expect("the build was seen to write").elapsed()
}

/// Whether a path is one of a file or a folder that was not put in its place.
fn is_leftover(path: &Path) -> bool {
    path.iter().map(|name| name.to_string_lossy()).any(|name| name.starts_with('.') && name.ends_with(".summitcal"))
}

/// Every file is that of the state before or of the state after, from its first byte to its last.
fn nothing_is_half(
    found: &BTreeMap<PathBuf, Vec<u8>>,
    before: &BTreeMap<PathBuf, Vec<u8>>,
    after: &BTreeMap<PathBuf, Vec<u8>>,
) {
    for (path, bytes) in found.iter().filter(|(path, _)| path.extension().is_some() && !is_leftover(path)) {
        let whole = match path.extension().and_then(|extension| extension.to_str()) {
            Some("ics") => bytes.starts_with(b"BEGIN:VCALENDAR\r\n") && bytes.ends_with(b"\r\nEND:VCALENDAR\r\n"),
            Some("json") => serde_json::from_slice::<serde_json::Value>(bytes).is_ok(),
            _ => true,
        };
        assert!(whole, "{} is half", path.display());
        let known = [before, after].iter().any(|state| state.get(path) == Some(bytes));
        assert!(known, "{} is of neither state", path.display());
    }
}

/// What was seen of the builds that were killed.
#[derive(Default)]
struct Snapshot {
    kills: usize,
    leftovers: usize,
    mixed: usize,
}

fn shard(begin: u64, kills: usize) -> Snapshot {
    let (calm, killed) = (Folder::new(), Folder::new());
    let mut random = Random(begin);
    let mut seen = Snapshot::default();
    for folder in [&calm, &killed] {
        put_state(folder, false);
        build(folder, 0);
    }
    put_state(&calm, true);
    put_state(&killed, true);
    let whole = build(&calm, 1);
    let writes = writing(&killed, 1);
    for round in 2.. {
        if seen.kills == kills {
            break;
        }
        assert!(round < 1000, "builds can be killed before they are done");
        let before = all(&calm);
        put_state(&calm, round % 2 == 1);
        put_state(&killed, round % 2 == 1);
        build(&calm, round);
        let after = all(&calm);
        // Some are killed again while they make up for the last time.
        for _ in 0..=random.below(2) {
            let moment = if random.below(3) == 0 {
                Moment::Begun(Duration::from_nanos(random.below(whole.as_nanos())))
            } else {
                Moment::Writing(Duration::from_nanos(random.below(writes.as_nanos())))
            };
            if seen.kills == kills || !kill(&killed, round, &moment) {
                continue;
            }
            seen.kills += 1;
            let found = all(&killed);
            nothing_is_half(&found, &before, &after);
            seen.leftovers += usize::from(found.keys().any(|path| is_leftover(path)));
            let of = |state: &BTreeMap<PathBuf, Vec<u8>>, other: &BTreeMap<PathBuf, Vec<u8>>| {
                let dist = |path: &Path| path.starts_with("dist") && path.extension().is_some();
                found
                    .iter()
                    .any(|(path, bytes)| dist(path) && state.get(path) == Some(bytes) && other.get(path) != Some(bytes))
            };
            seen.mixed += usize::from(of(&before, &after) && of(&after, &before));
        }
        if random.below(4) == 0 {
            // Back to the plan before, which knows nothing of what may be in place already.
            put_state(&killed, round % 2 == 0);
            build(&killed, round);
            let found = all(&killed);
            let other: Vec<_> = before.keys().filter(|path| !found.contains_key(*path)).collect();
            let more: Vec<_> = found.keys().filter(|path| !before.contains_key(*path)).collect();
            assert!(other.is_empty() && more.is_empty(), "in round {round}: without {other:?}, with {more:?}");
            copy(&after, &killed);
            continue;
        }
        build(&killed, round);
        let found = all(&killed);
        let other: Vec<_> = found
            .iter()
            .filter(|(path, bytes)| after.get(*path) != Some(bytes))
            .map(|(path, _)| path)
            .chain(after.keys().filter(|path| !found.contains_key(*path)))
            .collect();
        assert!(other.is_empty(), "not as if nothing had happened, in round {round}: {other:?}");
    }
    seen
}

#[test]
fn the_next_build_makes_what_an_undisturbed_one_makes() {
    let began = Instant::now();
    let seen: Vec<Snapshot> = std::thread::scope(|scope| {
        let shards: Vec<_> = (1..=THREADS as u64)
            .map(|seed| scope.spawn(move || shard(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15), KILLS / THREADS)))
            .collect();
        shards.into_iter().map(|shard| shard.join().expect("no panic")).collect()
    });
    let sum = |count: fn(&Snapshot) -> usize| seen.iter().map(count).sum::<usize>();
    let (kills, leftovers, mixed) = (sum(|seen| seen.kills), sum(|seen| seen.leftovers), sum(|seen| seen.mixed));
    println!(
        "{kills} builds killed in {:?}: {leftovers} while they wrote, {mixed} of those between two files",
        began.elapsed()
    );
    assert_eq!(kills, KILLS);
    assert!(leftovers > 0, "some moments were those of writing");
}
