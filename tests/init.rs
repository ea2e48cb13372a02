//! `init`: what it writes checks without a warning and builds, and nothing is ever written over.

use std::path::Path;

use crate::support::{Folder, Ran};

/// 19 November 2026, a Thursday.
const EPOCH: &str = "1795046400";

fn run(folder: &Folder, arguments: &[&str]) -> Ran {
    let mut command = folder.command(arguments);
    command.env("SOURCE_DATE_EPOCH", EPOCH).env_remove("LANG").env_remove("LC_ALL").env_remove("LC_MESSAGES");
    Ran::of(command)
}

#[test]
fn what_it_writes_checks_without_a_warning_and_builds() {
    for (language, zone, id, title) in [
        ("en", "America/New_York", "new-york", "Talks with the Chancellor"),
        ("ko", "Asia/Seoul", "seoul", "총리와 회담"),
        ("ja", "Asia/Tokyo", "tokyo", "首相との会談"),
        ("en", "Europe/Berlin", "berlin", "Talks with the Chancellor"),
    ] {
        let folder = Folder::new();
        let arguments = ["--language", language, "--zone", zone, "--audiences", "staff,public,press,staff"];
        let ran = run(&folder, &[&["init"][..], &arguments].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert!(ran.stdout.starts_with("schedules/feeds.yaml was written.\n"), "{}", ran.stdout);
        assert!(ran.stdout.contains("\nNext, in this folder:\n"), "{}", ran.stdout);
        let checked = run(&folder, &["check", "--deny", "warnings"]);
        assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{language}");
        let built = run(&folder, &[]);
        assert_eq!((built.code, built.stderr.as_str()), (0, ""), "{language}");
        for audience in ["public", "press", "staff"] {
            for feed in [id, "host"] {
                let calendar = folder.read(&format!("dist/{audience}/feeds/{feed}.ics"));
                assert!(calendar.contains(title), "{language} {audience} {feed}: {calendar}");
            }
        }
        // The Tuesday after four weeks, at half past ten in Berlin.
        let local = folder.read("dist/public/feeds/host.ics");
        assert!(local.contains("DTSTART;TZID=Europe/Berlin:20261222T103000\r\n"), "{local}");
        assert!(folder.read(".gitignore").contains("\n/dist\n"));
        assert_eq!(folder.read("schedules/.gitattributes"), include_str!("../schedules/.gitattributes"));
        assert_eq!(folder.read("schedules/visit.schema.json"), run(&folder, &["schema", "visit"]).stdout);
        assert!(!folder.path().join(".github").exists());
    }
}

#[test]
fn anywhere_for_anybody_and_each_with_a_namespace_of_its_own() {
    let folder = Folder::new();
    let publisher = "Office: \"A\" #1, {{zone}}";
    let given = ["--publisher", publisher, "--zone", "Etc/UTC", "--language", "en", "--github"];
    let ran = run(&folder, &[&["init", "a/b", "--schedules", "plans"][..], &given].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("\nNext, in a/b:\n"), "{}", ran.stdout);
    let checked = run(&folder, &["check", "--schedules", "a/b/plans", "--deny", "warnings"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""));
    assert!(folder.read("a/b/plans/feeds.yaml").contains(r#"publisher: "Office: \"A\" #1, {{zone}}""#));
    assert!(folder.read("a/b/.pre-commit-config.yaml").contains("files: ^plans/"));
    let workflow = folder.read("a/b/.github/workflows/schedules.yml");
    assert!(workflow.contains("group: schedules-${{ github.run_id }}\n"), "{workflow}");
    assert!(workflow.contains("\n      schedules: plans\n"), "{workflow}");

    assert_eq!(run(&folder, &["init", "other", "-q"]).stdout, "");
    let namespace = |path: &str| {
        let feeds = folder.read(path);
        feeds.lines().find_map(|line| line.strip_prefix("uid_namespace: ")).expect("it has one").to_owned()
    };
    let (first, second) = (namespace("a/b/plans/feeds.yaml"), namespace("other/schedules/feeds.yaml"));
    assert!(first != second && first.len() == 36, "{first} {second}");
}

#[test]
fn where_one_of_its_files_is_nothing_is_written() {
    for path in ["schedules/feeds.yaml", "schedules/visit.schema.json", ".gitignore", "schedules/first-visit.yaml"] {
        let folder = Folder::new();
        folder.write(path, b"mine");
        let before = folder.snapshot("");
        let ran = run(&folder, &["init"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{path}");
        assert!(
            ran.stderr.starts_with(&format!("summitcal: {path} is there already.\nNothing was written.")),
            "{}",
            ran.stderr
        );
        assert_eq!(folder.snapshot(""), before, "{path}");
    }
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_written() {
    for (arguments, said) in [
        (["--zone", "KST"], "Write the name of the zone that is meant, such as Asia/Seoul."),
        (["--language", "de"], "write one of: en, ko, ja"),
        (["--audiences", "everybody"], "write one of: public, press, staff"),
    ] {
        let folder = Folder::new();
        let ran = run(&folder, &[&["init"][..], &arguments].concat());
        assert!(ran.code == 2 && ran.stderr.contains(said), "{}", ran.stderr);
        assert!(!folder.path().join(Path::new("schedules")).exists());
    }
}

#[test]
fn an_empty_folder_names_it() {
    for arguments in [&[][..], &["build"], &["check"], &["serve", "--addr", "127.0.0.1:0"]] {
        let ran = run(&Folder::new(), arguments);
        assert_eq!(ran.code, 2);
        let said = "summitcal: there is no folder schedules; “summitcal init” makes one to begin with\n";
        assert_eq!(ran.stderr, said, "{arguments:?}");
    }
}
