//! The formats of `check`: for people, programs, pull requests and code scanning.
//!
//! What `tests/formats/related.yaml` gives in each is compared as text. After a change that is meant to change it, write
//! it anew with `SUMMITCAL_GOLDEN=write cargo test --test suite formats`, and read the difference before it is committed.

use std::fs;
use std::path::Path;

use crate::support::{BASE, Case, FEEDS, Folder, each};
use jsonschema::Validator;
use serde_json::Value;
use summitcal::diagnostic::codes;

const RELATED: &str = include_str!("formats/related.yaml");
const FORMATS: [&str; 4] = ["text", "json", "github", "sarif"];

fn related() -> Folder {
    Folder::with(&[("related.yaml", RELATED), ("feeds.yaml", FEEDS)])
}

/// The official schema of SARIF 2.1.0, which says of itself where it is from.
fn sarif() -> Validator {
    let schema = serde_json::from_str(include_str!("formats/sarif-2.1.0.schema.json")).expect("JSON");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
}

fn valid(sarif: &Validator, text: &str) -> Result<Value, String> {
    let log = serde_json::from_str(text).map_err(|error| format!("{error}: {text}"))?;
    let wrong: Vec<_> = sarif.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    if wrong.is_empty() { Ok(log) } else { Err(wrong.join("\n")) }
}

#[test]
fn each_format_reads_as_it_should() {
    for (format, ending) in [("text", "txt"), ("json", "json"), ("github", "github"), ("sarif", "sarif")] {
        let ran = related().run(&["check", "--format", format]);
        let (written, silent) = if format == "text" { (ran.stderr, ran.stdout) } else { (ran.stdout, ran.stderr) };
        assert_eq!((ran.code, silent.as_str()), (1, ""), "{format}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/formats/related.{ending}"));
        // The rules are those of the program, and no part of this report.
        let written = if format == "sarif" { without_rules(&written) } else { written };
        if std::env::var_os("SUMMITCAL_GOLDEN").is_some_and(|value| value == "write") {
            fs::write(&path, &written).expect("writable");
        }
        assert_eq!(written, fs::read_to_string(&path).unwrap_or_default(), "{format}");
    }
}

fn without_rules(sarif: &str) -> String {
    let mut log: Value = serde_json::from_str(sarif).expect("JSON");
    log["runs"][0]["tool"]["driver"]["rules"] = Value::Array(Vec::new());
    for result in log["runs"][0]["results"].as_array_mut().expect("results") {
        result.as_object_mut().expect("an object").remove("ruleIndex");
    }
    format!("{log:#}\n")
}

/// Every case there is, as SARIF: valid by its schema, and the same findings as in JSON.
#[test]
fn every_report_is_valid_sarif() {
    let sarif = sarif();
    let mut cases = Case::all("refused");
    cases.extend(Case::all("warned"));
    each(
        &cases,
        |case| case.name.clone(),
        |case| {
            let folder = case.folder();
            let log = valid(&sarif, &folder.run(&["check", "--format", "sarif"]).stdout)?;
            let found = folder.run(&["check", "--format", "json"]).findings();
            let results = log["runs"][0]["results"].as_array().ok_or("no results")?;
            let rules = &log["runs"][0]["tool"]["driver"]["rules"];
            let place = |result: &Value| {
                let physical = &result["locations"][0]["physicalLocation"];
                let index = usize::try_from(result["ruleIndex"].as_u64()?).ok()?;
                let (id, start) = (rules[index]["id"].as_str()?, &physical["region"]);
                let uri = physical["artifactLocation"]["uri"].as_str()?;
                Some(format!("{uri} {id} {}:{}", start["startLine"], start["startColumn"]))
            };
            let places: Vec<_> = results.iter().filter_map(place).collect();
            let expected: Vec<_> = found.iter().map(|one| format!("{} {}", one.file, one.place())).collect();
            if places == expected { Ok(()) } else { Err(format!("{places:?}, not {expected:?}")) }
        },
    );
}

#[test]
fn sarif_knows_every_rule_and_says_what_it_is() {
    let folder = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", FEEDS)]);
    let log = valid(&sarif(), &folder.run(&["check", "--format", "sarif"]).stdout).expect("valid");
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let ids: Vec<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap_or_default()).collect();
    assert_eq!(ids, codes::ALL.iter().map(|(code, _)| code.0).collect::<Vec<_>>());
    for rule in rules {
        let about = rule["shortDescription"]["text"].as_str().unwrap_or_default();
        assert!(about.len() > 6 && about.ends_with('.'), "{rule}");
        assert!(rule["help"]["text"].as_str().is_some_and(|help| help.len() > about.len()), "{rule}");
    }
}

/// A file's path leads back to it, whatever its name.
#[test]
fn paths_in_sarif_are_uris() {
    let name = "방문 #1 100%?: [a]&b.yaml";
    let folder = Folder::with(&[("feeds.yaml", FEEDS), (name, &BASE.replace("visit: base", "visit: Base"))]);
    let log = valid(&sarif(), &folder.run(&["check", "--format", "sarif"]).stdout).expect("valid");
    let artifact = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    let root = url::Url::from_directory_path(folder.path()).expect("an absolute path");
    let url = root.join(artifact["uri"].as_str().expect("a URI")).expect("a URI");
    assert_eq!(url.to_file_path().expect("a file"), folder.path().join("schedules").join(name));
    assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
}

/// One line a finding, and nothing in a message or a path that begins another command.
#[test]
fn no_author_writes_commands() {
    let hostile = "x,line=9::\n::error file=y::z.yaml";
    let wrong = BASE.replace("visit: base", "visit: \"%25\\n::stop-commands::a\\u0007\\u202E\"");
    let folder = Folder::with(&[("feeds.yaml", FEEDS), (hostile, &wrong), ("related.yaml", RELATED)]);
    let (ran, found) = (folder.run(&["check", "--format", "github"]), folder.run(&["check", "--format", "json"]));
    assert_eq!(ran.stdout.lines().count(), found.findings().len(), "{}", ran.stdout);
    let kinds = ["::error file=schedules/", "::warning file=schedules/"];
    for line in ran.stdout.lines() {
        let (properties, message) = line[2..].split_once("::").expect("a message");
        assert!(kinds.iter().any(|kind| line.starts_with(kind)), "{line}");
        assert_eq!(properties.matches("line=").count() - usize::from(properties.contains("x%2Cline=9")), 1, "{line}");
        assert!(!message.contains(['\r', '\u{202E}', '\u{7}']), "{line}");
    }
    assert!(
        ran.stdout.contains("file=schedules/x%2Cline=9%3A%3A%0A%3A%3Aerror file=y%3A%3Az.yaml,line=1,"),
        "{}",
        ran.stdout
    );
}

#[test]
fn quiet_and_denied_warnings_are_the_same_in_every_format() {
    let doubtful = BASE.replace("    status: confirmed\n", "");
    for format in FORMATS {
        let folder = Folder::with(&[("base.yaml", &doubtful), ("feeds.yaml", FEEDS)]);
        let run = |more: &[&str]| folder.run(&[&["check", "--format", format], more].concat());
        let said =
            |ran: &crate::support::Ran| format!("{}{}", ran.stdout, ran.stderr).contains("it is read as confirmed");
        for (more, code, heard) in [
            (&[][..], 0, true),
            (&["--deny", "warnings"], 1, true),
            (&["-q"], 0, false),
            (&["-q", "--deny", "warnings"], 1, true),
        ] {
            let ran = run(more);
            assert_eq!((ran.code, said(&ran)), (code, heard), "{format} {more:?}: {}{}", ran.stdout, ran.stderr);
            assert!(format == "text" || ran.stderr.is_empty(), "{format} {more:?}: {}", ran.stderr);
        }
        let quiet = run(&["-q"]).stdout;
        match format {
            "json" => assert_eq!(quiet, "[]\n"),
            "sarif" => assert_eq!(valid(&sarif(), &quiet).expect("valid")["runs"][0]["results"], serde_json::json!([])),
            _ => assert_eq!(quiet, ""),
        }
    }
}
