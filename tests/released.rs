//! A release, as it is packed, installed and run: by the shell lines of the workflows and actions themselves, with stand-ins for
//! GitHub (`tests/released/`) and for the clock.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;

use crate::support::{Folder, Ran};

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// 2026-10-20T00:00:00Z: of the embargo of the example, thirteen and a half hours are left.
const EPOCH: &str = "1792454400";
const TARGET: &str =
    if cfg!(target_arch = "aarch64") { "aarch64-unknown-linux-musl" } else { "x86_64-unknown-linux-musl" };

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("readable").map(|entry| entry.expect("readable")) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a file can be copied");
        }
    }
}

/// A repository of schedules, and what GitHub is for it.
struct Hub {
    folder: Folder,
    /// What expressions are there, beside the inputs.
    context: BTreeMap<String, String>,
}

/// What an action did.
struct Did {
    code: i32,
    said: String,
    outputs: BTreeMap<String, String>,
}

impl Hub {
    /// With a release of the program, whose archives are attested.
    fn new() -> Self {
        let folder = Folder::new();
        copy(&root().join("tests/example-repository"), &folder.path().join("repository"));
        // The program itself would take seconds to pack.
        let program = std::env::var("SUMMITCAL_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_summitcal").to_owned());
        folder.write(&format!("built/{TARGET}/summitcal"), format!("#!/bin/sh\nexec '{program}' \"$@\"\n").as_bytes());
        folder.write("built/aarch64-apple-darwin/summitcal", b"another\n");
        let context = [
            ("github.token", "secret"),
            ("github.action_repository || github.repository", "example-org/summitcal"),
            ("github.event.pull_request.number", "7"),
            ("github.event.pull_request.base.sha", "HEAD"),
            ("github.event.pull_request.head.repo.full_name == github.repository", "true"),
        ];
        let context = context.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let hub = Hub { folder, context };
        let release = hub.path("release");
        let packed = hub.pack(VERSION, &release);
        assert_eq!(packed.code, 0, "{}", packed.stderr);
        hub.attest();
        hub.git(&["init", "-q"]);
        hub.git(&["add", "-A"]);
        hub.git(&["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "Schedules"]);
        hub
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git").args(arguments).current_dir(self.path("repository")).status();
        assert!(status.expect("git").success(), "git {}", arguments.join(" "));
    }

    /// A command with the stand-ins, in the repository of schedules.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path("repository")).env_clear();
        let earlier = fs::read_to_string(self.path("path")).unwrap_or_default();
        let earlier = earlier.lines().flat_map(|line| [line, ":"]).collect::<String>();
        let stand_ins = root().join("tests/released");
        command.env("PATH", format!("{earlier}{}:{}", stand_ins.display(), std::env::var("PATH").unwrap_or_default()));
        for name in ["output", "path", "summary"] {
            command.env(format!("GITHUB_{}", name.to_uppercase()), self.path(name));
        }
        command.env("GITHUB_STEP_SUMMARY", self.path("summary"));
        command.env("GITHUB_REPOSITORY", "example-org/schedules").env("HUB", self.folder.path());
        command.env("RUNNER_TEMP", self.folder.path()).env("SOURCE_DATE_EPOCH", EPOCH);
        command
    }

    fn bash(&self, script: &str, arguments: &[&str]) -> Ran {
        let mut command = self.command("bash");
        command.arg(root().join(script)).args(arguments);
        Ran::of(command)
    }

    fn pack(&self, version: &str, out: &Path) -> Ran {
        let out = out.to_string_lossy();
        let built = self.path("built");
        let ran = self.bash(".github/release/pack", &[version, &built.to_string_lossy(), &out, TARGET]);
        if ran.code == 0 { self.bash(".github/release/sums", &[&out]) } else { ran }
    }

    /// Says of all archives, as they are, that the release workflow made them.
    fn attest(&self) {
        fs::copy(self.path("release/SHA256SUMS"), self.path("attested")).expect("sums");
    }

    fn archive(&self) -> PathBuf {
        self.path(&format!("release/summitcal-{VERSION}-{TARGET}.tar.gz"))
    }

    /// A text with its expressions replaced by what they are here.
    fn expand(&self, text: &str, inputs: &BTreeMap<String, String>) -> String {
        let mut pieces = text.split("${{ ");
        let mut expanded = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (expression, rest) = piece.split_once(" }}").expect("the end of an expression");
            let input = expression.strip_prefix("inputs.").and_then(|name| inputs.get(name));
            let value = input.or_else(|| self.context.get(expression)).unwrap_or_else(|| panic!("{expression}"));
            expanded.extend([value, rest]);
        }
        expanded
    }

    /// Runs the shell steps of an action, as a runner would; those of other actions are left out.
    fn action(&self, name: &str, with: &[(&str, &str)]) -> Did {
        let at = format!(".github/actions/{name}");
        let action = yaml(&format!("{at}/action.yml"));
        let mut inputs = BTreeMap::new();
        for (key, input) in action["inputs"].as_mapping().expect("inputs") {
            let key = key.as_str().expect("a name");
            let given = with.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
            let default = input["default"].as_str().map(|text| self.expand(text, &BTreeMap::new()));
            let value = given.or(default).unwrap_or_else(|| panic!("{name} needs {key}"));
            inputs.insert(key.to_owned(), value);
        }
        let unknown: Vec<_> = with.iter().filter(|(key, _)| !inputs.contains_key(*key)).collect();
        assert!(unknown.is_empty(), "{name} has no {unknown:?}");
        let _ = fs::remove_file(self.path("output"));
        let mut did = Did { code: 0, said: String::new(), outputs: BTreeMap::new() };
        for step in action["runs"]["steps"].as_sequence().expect("steps") {
            let Some(script) = step["run"].as_str() else { continue };
            let mut command = self.command(step["shell"].as_str().expect("a shell"));
            command.args(["-e", "-o", "pipefail", "-c", script]).env("GITHUB_ACTION_PATH", root().join(&at));
            for (variable, value) in step["env"].as_mapping().into_iter().flatten() {
                let value = self.expand(value.as_str().expect("a text"), &inputs);
                command.env(variable.as_str().expect("a name"), value);
            }
            let ran = Ran::of(command);
            did.said.extend([ran.stdout, ran.stderr]);
            did.code = ran.code;
            if ran.code != 0 {
                break;
            }
        }
        let written = fs::read_to_string(self.path("output")).unwrap_or_default();
        did.outputs =
            written.lines().filter_map(|line| line.split_once('=')).map(|(a, b)| (a.into(), b.into())).collect();
        did
    }

    fn edit(&self, old: &str, new: &str) {
        let path = "repository/schedules/germany-working-visit.yaml";
        let text = self.folder.read(path);
        assert_eq!(text.matches(old).count(), 1, "{old}");
        self.folder.write(path, text.replace(old, new).as_bytes());
    }
}

impl Did {
    fn output(&self, name: &str) -> &str {
        self.outputs.get(name).unwrap_or_else(|| panic!("{name}: {}", self.said))
    }
}

#[test]
fn the_same_programs_make_the_same_archives() {
    let hub = Hub::new();
    let again = hub.path("again");
    assert_eq!(hub.pack(VERSION, &again).code, 0);
    assert_eq!(
        fs::read(again.join("SHA256SUMS")).expect("sums"),
        fs::read(hub.path("release/SHA256SUMS")).expect("sums")
    );
    let archive = hub.archive();
    let list = Ran::of({
        let mut tar = Command::new("tar");
        tar.arg("-tzf").arg(&archive);
        tar
    });
    for file in [
        "summitcal",
        "LICENSE",
        "CHANGELOG.md",
        "completions/summitcal.zsh",
        "man/summitcal.1",
        "man/summitcal-serve.1",
    ] {
        let path = format!("summitcal-{VERSION}-{TARGET}/{file}\n");
        assert!(list.stdout.contains(&path), "{path}: {}", list.stdout);
    }
    let wrong = hub.pack("9.9.9", &again);
    assert_eq!(wrong.stderr, format!("failed: the program says that it is {VERSION}, and the release is of 9.9.9\n"));
}

/// `cargo binstall` is told of the archives that there are.
#[test]
fn installers_find_the_archives() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let hub = Hub::new();
    let value = |key: &str| {
        let line = manifest.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'));
        let text =
            line.unwrap_or_else(|| panic!("{key}")).replace("{ name }", "summitcal").replace("{ version }", VERSION);
        text.replace("{ target }", TARGET).replace("{ bin }", "summitcal")
    };
    let gnu = format!("overrides.{}", TARGET.replace("musl", "gnu"));
    for prefix in [String::new(), format!("{gnu}.")] {
        let name = hub.archive().file_name().expect("a name").to_string_lossy().into_owned();
        assert_eq!(value(&format!("{prefix}pkg-url")), format!("{{ repo }}/releases/download/v{VERSION}/{name}"));
        assert_eq!(value(&format!("{prefix}bin-dir")), format!("summitcal-{VERSION}-{TARGET}/summitcal"));
    }
}

#[test]
fn what_was_not_released_is_refused() {
    let hub = Hub::new();
    let refused = |with: &[(&str, &str)], why: &str| {
        let did = hub.action("summitcal", &[&[("command", "check")], with].concat());
        assert!(did.code == 1 && did.said.contains(&format!("::error::{why}")), "{why}: {}", did.said);
        assert!(!hub.path("path").exists(), "nothing is installed");
    };
    refused(&[("version", "9.9.9")], "example-org/summitcal has no release v9.9.9");
    refused(&[("version", "latest")], "The version should look like 0.1.0");
    refused(&[("version", "0.1.0/../x")], "The version should look like 0.1.0");
    let (archive, sums) = (hub.archive(), hub.path("release/SHA256SUMS"));
    let (packed, listed) = (fs::read(&archive).expect("it"), fs::read_to_string(&sums).expect("it"));
    // Somebody replaced the archive,
    fs::write(&archive, [&packed[..], b"x"].concat()).expect("a file can be written");
    refused(&[], &format!("summitcal-{VERSION}-{TARGET}.tar.gz is not what the release lists"));
    // or the list as well.
    assert_eq!(hub.bash(".github/release/sums", &[&hub.path("release").to_string_lossy()]).code, 0);
    refused(&[], "Nothing proves that the release workflow of example-org/summitcal made");
    fs::write(&archive, packed).expect("a file can be written");
    fs::write(&sums, format!("{listed}{listed}")).expect("a file can be written");
    refused(&[], "SHA256SUMS of the release has no one digest");
    fs::write(&sums, listed).expect("a file can be written");
    let did = hub.action("summitcal", &[("command", "check"), ("version", VERSION)]);
    assert!(did.code == 0 && hub.path("path").exists(), "{}", did.said);
    let asked = hub.folder.read("asked");
    let proof = "--repo example-org/summitcal --signer-workflow example-org/summitcal/.github/workflows/release.yml";
    assert!(asked.contains(proof) && asked.contains(&format!("--source-ref refs/tags/v{VERSION}\n")), "{asked}");
}

#[test]
fn schedules_are_checked_and_built() {
    let hub = Hub::new();
    let did = hub.action("summitcal", &[("command", "check")]);
    assert_eq!((did.code, did.outputs.len()), (0, 0), "{}", did.said);
    let did = hub.action("summitcal", &[("command", "build")]);
    assert_eq!((did.code, did.output("changed")), (0, "true"), "{}", did.said);
    assert_eq!(did.output("next-embargo"), "2026-10-20T13:30:00Z");
    assert_eq!(hub.action("summitcal", &[("command", "build")]).output("changed"), "false");
    let to = format!("file://{}", hub.path("site").display());
    let did = hub.action("summitcal", &[("command", "publish"), ("to", &to)]);
    assert!(did.code == 0 && hub.path("site/feeds/seoul.ics").exists(), "{}", did.said);
    assert!(!hub.path("site/feeds/staff.ics").exists(), "the public tree alone");
    let did = hub.action("summitcal", &[("command", "publish")]);
    assert!(did.code == 1 && did.said.contains("::error::Say where to publish"), "{}", did.said);
    let did = hub.action("summitcal", &[("command", "doit")]);
    assert!(did.code == 1 && did.said.contains("::error::There is no command “doit” here"), "{}", did.said);
    // What would change the lock file was not built, and what is wrong is shown beside its line.
    hub.edit("10:30, end: 11:15", "10:45, end: 11:15");
    let did = hub.action("summitcal", &[("command", "build")]);
    assert!(did.code == 1 && did.said.contains("::error::Nothing was built."), "{}", did.said);
    hub.edit("kind: meeting", "kind: meating");
    let did = hub.action("summitcal", &[("command", "check"), ("sarif", "true")]);
    assert!(did.code == 1 && did.said.contains("::error file=schedules/germany-working-visit.yaml"), "{}", did.said);
    let sarif = fs::read_to_string(did.output("sarif")).expect("a file");
    assert!(sarif.contains("\"2.1.0\"") && sarif.contains("meating"), "{sarif}");
}

#[test]
fn what_changes_is_said_once_and_to_whom_it_concerns() {
    let hub = Hub::new();
    let diff = |with: &[(&str, &str)]| hub.action("summitcal", &[&[("command", "diff")], with].concat());
    let did = diff(&[]);
    assert_eq!((did.code, did.output("changed")), (0, "false"), "{}", did.said);
    assert!(!hub.path("comment").exists(), "nothing changes, so nothing is said");
    hub.edit("Cars leave at 14:10.", "Cars leave at 14:20.");
    assert_eq!(diff(&[]).output("changed"), "false", "that is not for the public");
    let did = diff(&[("audience", "staff"), ("comment", "false")]);
    assert_eq!(did.output("changed"), "true");
    assert!(hub.folder.read("summary").contains("Signing") && !hub.path("comment").exists());
    hub.edit("10:30, end: 11:15", "10:45, end: 11:15");
    let did = diff(&[]);
    assert_eq!((did.code, did.output("changed")), (0, "true"), "{}", did.said);
    let first = hub.folder.read("comment");
    assert!(first.starts_with("<!-- summitcal diff -->\n") && first.contains("Talks") && !first.contains("Signing"));
    hub.edit("10:45, end: 11:15", "10:50, end: 11:15");
    assert_eq!(diff(&[]).code, 0);
    assert!(hub.folder.read("comment").contains("10:50"), "the comment is edited");
    hub.edit("10:50, end: 11:15", "10:30, end: 11:15");
    assert_eq!(diff(&[]).output("changed"), "false");
    assert_eq!(hub.folder.read("comment"), "<!-- summitcal diff -->\nNothing changes for subscribers any more.\n");
    let asked = hub.folder.read("asked");
    let counts = ["--method POST repos/example-org/schedules/issues/7/comments", "--method PATCH"]
        .map(|it| asked.matches(it).count());
    assert_eq!(counts, [1, 2], "{asked}");
    hub.edit("kind: meeting", "kind: meating");
    let did = diff(&[]);
    assert!(did.code == 1 && did.said.contains("::error::What changes cannot be said"), "{}", did.said);
}

#[test]
fn an_embargo_is_waited_for_if_no_other_run_comes_first() {
    for (now, until, lifted, slept) in [
        ("2026-10-20T13:07:00Z", "2026-10-20T13:30:00Z", "true", "1385\n"),
        ("2026-10-20T12:15:00Z", "2026-10-20T13:30:00Z", "true", "4505\n"),
        ("2026-10-20T12:14:59Z", "2026-10-20T13:30:00Z", "false", ""),
        ("2026-10-20T13:30:20Z", "2026-10-20T13:30:00Z", "true", "0\n"),
        ("2026-10-20T13:07:00Z", "", "false", ""),
    ] {
        let hub = Hub::new();
        hub.folder.write("now", now.as_bytes());
        let did = hub.action("wait", &[("until", until)]);
        assert_eq!((did.code, did.output("lifted")), (0, lifted), "{now} {until}: {}", did.said);
        let said = fs::read_to_string(hub.path("slept")).unwrap_or_default();
        assert_eq!(said, slept, "{now} {until}");
    }
}

/// The workflow that repositories call gives the actions what they know, and each job of theirs has the rights that it takes.
#[test]
fn the_example_calls_what_there_is() {
    let example = yaml("tests/example-repository/.github/workflows/schedules.yml");
    let visits = yaml(".github/workflows/visits.yml");
    let job = &example["jobs"]["visits"];
    let uses = job["uses"].as_str().expect("what it calls");
    assert!(uses.starts_with("example-org/summitcal/.github/workflows/visits.yml@"), "{uses}");
    let inputs = visits["on"]["workflow_call"]["inputs"].as_mapping().expect("inputs");
    for key in job["with"].as_mapping().expect("inputs").keys() {
        assert!(inputs.contains_key(key), "{key:?}");
    }
    let granted = job["permissions"].as_mapping().expect("permissions");
    let mut actions = 0;
    for (name, job) in visits["jobs"].as_mapping().expect("jobs") {
        for (right, level) in job["permissions"].as_mapping().expect("permissions") {
            assert_eq!(granted.get(right), Some(level), "{name:?} {right:?}");
        }
        for step in job["steps"].as_sequence().expect("steps") {
            let uses = step["uses"].as_str().expect("no step of it is shell");
            let Some(action) = uses.strip_prefix("$/.github/actions/") else { continue };
            actions += 1;
            let known = &yaml(&format!(".github/actions/{action}/action.yml"))["inputs"];
            for key in step["with"].as_mapping().expect("inputs").keys() {
                assert!(known.get(key).is_some(), "{action} has no {key:?}");
            }
        }
    }
    assert_eq!(actions, 6);
    let hooks = yaml("tests/example-repository/.pre-commit-config.yaml");
    let hook = &hooks["repos"][0]["hooks"][0];
    assert_eq!(hook["additional_dependencies"][0], format!("summitcal=={VERSION}").as_str());
    assert_eq!(hook["entry"], yaml(".pre-commit-hooks.yaml")[0]["entry"]);
    let text = fs::read_to_string(root().join("tests/example-repository/.github/workflows/schedules.yml")).expect("it");
    assert!(text.contains(&format!("# v{VERSION}\n")));
}

#[test]
fn the_changelog_tells_of_the_version() {
    let changelog = fs::read_to_string(root().join(".github/CHANGELOG.md")).expect("the changelog");
    let entries: Vec<_> = changelog.lines().filter_map(|line| line.strip_prefix("## [")?.split_once(']')).collect();
    assert_eq!(entries.first().map(|(name, _)| *name), Some("Unreleased"));
    assert!(entries.iter().any(|(name, _)| *name == VERSION), "{entries:?}");
}

/// What the image runs are commands that there are; what it needs of the machine, a test with a static program shows.
#[test]
fn the_image_runs_what_there_is() {
    let file = fs::read_to_string(root().join(".github/Containerfile")).expect("the container file");
    let lists = file.lines().filter_map(|line| line.split_once("CMD ")).map(|(_, list)| list);
    let mut commands = 0;
    for list in lists {
        commands += 1;
        let mut words: Vec<String> = serde_json::from_str(list).expect("a list");
        words.retain(|word| word != "/summitcal");
        words.push("--help".to_owned());
        let ran = Folder::new().run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(ran.code, 0, "{list}: {}", ran.stderr);
    }
    assert_eq!(commands, 2);
    assert!(file.contains("\nFROM scratch\n") && file.contains("\nUSER 65532:65532\n"));
}
