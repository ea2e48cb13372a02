//! What the tests of the command line share: a folder of their own, the program, and a reader of feeds.

// Each test file is a program of its own, and none uses all of this.
#![allow(dead_code)]

pub(crate) mod answers;
pub(crate) mod calendar;
#[cfg(feature = "notify")]
pub(crate) mod channels;
pub(crate) mod history;
#[cfg(target_os = "linux")]
pub(crate) mod mounts;
pub(crate) mod s3;
pub(crate) mod server;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant, SystemTime};

/// The entries of what is shown as data, in the order in which they stand there.
pub(crate) fn entries_of(programme: &str) -> Vec<serde_json::Value> {
    let programme: serde_json::Value = serde_json::from_str(programme).expect("JSON");
    let visits = programme["visits"].as_array().expect("visits");
    visits.iter().flat_map(|visit| visit["entries"].as_array().expect("entries").clone()).collect()
}

/// When every build of a test happens, unless it says otherwise.
pub(crate) const AT: &str = "2025-08-26T00:00:00Z";

/// The namespace of the UIDs in [`FEEDS`], and in the shipped schedules.
pub(crate) const NAMESPACE: &str = "6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10";

/// The smallest settings that nothing is to be said of.
pub(crate) const FEEDS: &str = "\
publisher: P
uid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10
feeds:
  - id: seoul
    title: Visits
    zone: Asia/Seoul
    language: ko
    audience: public
";

/// The smallest settings with a feed of each audience, at an address.
pub(crate) const FEEDS_OF_EACH: &str = "\
publisher: P
base_url: https://calendar.example.org
uid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10
pages: [en, ko, ja]
feeds:
  - {id: seoul, title: Visits, zone: Asia/Seoul, language: ko, audience: public}
  - {id: seoul, title: Visits, zone: Asia/Seoul, language: ko, audience: press}
  - {id: seoul, title: Visits, zone: Asia/Seoul, language: ko, audience: staff}
";

/// The smallest visit that nothing is to be said of.
pub(crate) const BASE: &str = "\
visit: base
kind: working-visit
title: Base
principal: President A
zone: Asia/Tokyo
dates: {from: 2025-08-23, to: 2025-08-24}
audience: public
sources: {s: {publisher: P}}
entries:
  - id: first
    kind: meeting
    title: First
    when: {date: 2025-08-23}
    status: confirmed
    sources: [s]
";

/// A folder that is gone after the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Folder(path)
    }

    /// A folder with these files below `schedules`.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        for (name, text) in files {
            folder.write(&format!("schedules/{name}"), text.as_bytes());
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(path, bytes).expect("a file can be written");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let bytes = fs::read(self.0.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// Runs the program here.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments))
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let program = std::env::var_os("SUMMITCAL_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_summitcal").into());
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null());
        for name in ["SOURCE_DATE_EPOCH", "NO_COLOR", "RUST_BACKTRACE", "TZ", "SUMMITCAL_TZDB"] {
            command.env_remove(name);
        }
        command
    }

    /// Builds, which has to succeed.
    pub(crate) fn build(&self) -> Ran {
        let ran = self.run(&["build", "--at", AT]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        ran
    }

    /// Every file below a folder of this one, with what tells whether it was touched.
    pub(crate) fn snapshot(&self, below: &str) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut files = BTreeMap::new();
        let mut open = vec![self.0.join(below)];
        while let Some(path) = open.pop() {
            let Ok(data) = fs::symlink_metadata(&path) else { continue };
            let touched = data.modified().expect("the platform has times of files");
            if data.is_dir() {
                open.extend(fs::read_dir(&path).expect("readable").map(|entry| entry.expect("readable").path()));
                files.insert(path, (Vec::new(), touched));
            } else {
                // Of a link, where it leads to: to another place is another link.
                let link = data.is_symlink().then(|| fs::read_link(&path).expect("readable"));
                let bytes = link.map(|to| to.to_string_lossy().into_owned().into_bytes());
                let bytes = bytes.unwrap_or_else(|| fs::read(&path).expect("readable"));
                files.insert(path, (bytes, touched));
            }
        }
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn read(from: &mut dyn Read) -> String {
    let mut text = String::new();
    from.read_to_string(&mut text).expect("UTF-8");
    text
}

/// What a run of the program came to; the code is negative when it broke down, or took over a minute.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program can be run");
        let (mut out, mut err) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        let (ends, ended) = mpsc::channel();
        let also_ends = ends.clone();
        let gather = |from: &mut dyn Read, ends: mpsc::Sender<()>| {
            let text = read(from);
            // Nobody asks any more once it took too long.
            let _ = ends.send(());
            text
        };
        let out = std::thread::spawn(move || gather(&mut out, ends));
        let err = std::thread::spawn(move || gather(&mut err, also_ends));
        // What it has not closed by then, it will not.
        let limit = Instant::now() + Duration::from_secs(60);
        let is_done = |_| ended.recv_timeout(limit.saturating_duration_since(Instant::now())).is_ok();
        let code = if (0..2).all(is_done) {
            child.wait().expect("a child can be waited for").code().unwrap_or(-1)
        } else {
            child.kill().expect("a child can be ended");
            child.wait().expect("a child can be waited for");
            -2
        };
        Ran { code, stdout: out.join().expect("no panic"), stderr: err.join().expect("no panic") }
    }

    /// Whether it broke down, whatever it was given.
    pub(crate) fn broke(&self) -> bool {
        !(0..=2).contains(&self.code)
            || ["panicked", "RUST_BACKTRACE", "overflow"].iter().any(|it| self.stderr.contains(it))
    }

    /// What was found, of standard output as JSON.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let value: serde_json::Value = serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr));
        value.as_array().expect("an array").iter().map(Finding::of).collect()
    }
}

/// A diagnostic, as `check --format json` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) code: String,
    pub(crate) severity: String,
    pub(crate) message: String,
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) help: String,
}

impl Finding {
    fn of(value: &serde_json::Value) -> Self {
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let number = |key: &str| value[key].as_u64().unwrap_or_else(|| panic!("no {key} in {value}"));
        assert!(value["related"].is_array(), "{value}");
        Finding {
            code: text("code"),
            severity: text("severity"),
            message: text("message"),
            file: text("file"),
            line: number("line"),
            column: number("column"),
            help: text("help"),
        }
    }

    /// `code line:column`.
    pub(crate) fn place(&self) -> String {
        format!("{} {}:{}", self.code, self.line, self.column)
    }
}

/// A case of a folder of data: a schedule, and in lines that begin with `#!` what is to be said of it, in order.
///
/// `#! code line:column` or `#! code line:column words that the message or the help holds`. Lines and columns are those
/// of the file as it stands, expectations and all. A case whose name begins with `feeds-` is `feeds.yaml`, and likewise `channels-`.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) expected: Vec<(String, String)>,
}

impl Case {
    pub(crate) fn all(folder: &str) -> Vec<Case> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
        let mut paths: Vec<_> =
            fs::read_dir(folder).expect("a folder of cases").map(|entry| entry.expect("readable").path()).collect();
        paths.sort();
        paths.iter().map(|path| Case::read(path)).collect()
    }

    fn read(path: &Path) -> Case {
        let text = fs::read_to_string(path).expect("a case is UTF-8");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let expected = text.lines().filter_map(|line| line.strip_prefix("#! ")).map(|line| {
            let mut words = line.splitn(3, ' ');
            let place = format!("{} {}", words.next().unwrap_or_default(), words.next().unwrap_or_default());
            (place, words.next().unwrap_or_default().to_owned())
        });
        Case { name, expected: expected.collect(), text: text.clone() }
    }

    /// The name of the file that the case is put in.
    pub(crate) fn file(&self) -> &'static str {
        match self.name.split('-').next() {
            Some("feeds") => "feeds.yaml",
            Some("channels") => "channels.yaml",
            _ => "case.yaml",
        }
    }

    /// The case among the smallest files that nothing is to be said of.
    pub(crate) fn folder(&self) -> Folder {
        let folder = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", FEEDS)]);
        folder.write(&format!("schedules/{}", self.file()), self.text.as_bytes());
        folder
    }

    /// Compares what was found with what was expected.
    pub(crate) fn compare(&self, found: &[Finding]) -> Result<(), String> {
        let places: Vec<_> = found.iter().map(Finding::place).collect();
        let expected: Vec<_> = self.expected.iter().map(|(place, _)| place.clone()).collect();
        if places != expected {
            return Err(format!("expected {expected:?}, found {places:?}"));
        }
        for (finding, (_, words)) in found.iter().zip(&self.expected) {
            if finding.help.trim().is_empty() {
                return Err(format!("{} has no help", finding.place()));
            }
            if finding.message.trim().is_empty() || !finding.file.ends_with(self.file()) {
                return Err(format!("{finding:?}"));
            }
            if !format!("{} {}", finding.message, finding.help).contains(words) {
                return Err(format!("no “{words}” in “{}” or “{}”", finding.message, finding.help));
            }
        }
        Ok(())
    }
}

/// Runs a check over all cases, on a few threads, and fails with every complaint at once.
pub(crate) fn each<T: Sync>(
    cases: &[T],
    name: impl Fn(&T) -> String + Sync,
    check: impl Fn(&T) -> Result<(), String> + Sync,
) {
    let (next, complaints) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..if std::env::var_os("SUMMITCAL_PROGRAM").is_some() { 1 } else { 4 } {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(complaint) = check(case) {
                        complaints.lock().expect("no poison").push(format!("{}: {complaint}", name(case)));
                    }
                }
            });
        }
    });
    let mut complaints = complaints.into_inner().expect("no poison");
    complaints.sort();
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), cases.len(), complaints.join("\n"));
}
