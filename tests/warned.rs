//! What is only warned of: each case of `tests/warned`, and what becomes of warnings by `rules`, `allow` and `--deny`.

use std::collections::BTreeSet;

use crate::support::{BASE, Case, FEEDS, Folder, each};
use summitcal::diagnostic::{Severity, codes};

#[test]
fn every_case_is_warned_of_where_it_is_doubtful() {
    let cases = Case::all("warned");
    each(
        &cases,
        |case| case.name.clone(),
        |case| {
            let folder = case.folder();
            let checked = folder.run(&["check", "--format", "json"]);
            if checked.code != 0 {
                return Err(format!("exit code {}: {}{}", checked.code, checked.stdout, checked.stderr));
            }
            let found = checked.findings();
            case.compare(&found)?;
            if found.iter().any(|finding| finding.severity != "warning") {
                return Err(format!("{found:?}"));
            }
            let denied = folder.run(&["check", "--deny", "warnings"]);
            if denied.code != i32::from(!found.is_empty()) {
                return Err(format!("--deny warnings: exit code {}: {}", denied.code, denied.stderr));
            }
            let built = folder.run(&["build", "--at", crate::support::AT]);
            if built.code != 0 || folder.snapshot("dist").is_empty() {
                return Err(format!("build: exit code {}: {}", built.code, built.stderr));
            }
            match found
                .iter()
                .find(|f| !built.stderr.contains(&format!("{}:{}:{}: warning[", f.file, f.line, f.column)))
            {
                Some(finding) => Err(format!("no {finding:?} in {}", built.stderr)),
                None => Ok(()),
            }
        },
    );
}

#[test]
fn every_warning_has_a_case() {
    let mut covered: BTreeSet<String> = Case::all("warned")
        .iter()
        .flat_map(|case| case.expected.clone())
        .map(|(place, _)| place.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    // See below.
    covered.insert("not-read".to_owned());
    // It is about what was published before: see lock.rs.
    covered.insert("zone-moved".to_owned());
    // Likewise: see zones.rs.
    covered.insert("old-tz-database".to_owned());
    // Likewise: see redaction.rs.
    covered.insert("release-not-recorded".to_owned());
    let warnings = codes::ALL.iter().filter(|(_, severity)| *severity == Severity::Warning);
    let missing: Vec<_> = warnings.filter(|(code, _)| !covered.contains(code.0)).collect();
    assert!(missing.is_empty(), "without a case: {missing:?}");
}

/// Files that somebody took for schedules, by their names or by where they are.
#[test]
fn what_looks_like_a_schedule_and_is_none_is_told() {
    let unread = ["2027/deep/w.yaml", "2027/w.yaml", "a.YAML", "b.YML", "c.yaml.txt", "d.Yml.TXT", "e.yml"];
    let others = ["2027/notes.txt", "2027/.hidden.yaml", ".kept/w.yaml", "f.yaml.bak", "yaml", "g.json"];
    let folder = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", FEEDS)]);
    for name in unread.iter().chain(&others) {
        folder.write(&format!("schedules/{name}"), b"[");
    }
    let ran = folder.run(&["check", "--format", "json"]);
    let found = ran.findings();
    let mut files: Vec<&str> = found.iter().map(|finding| finding.file.as_str()).collect();
    files.sort_unstable();
    let expected: Vec<String> = unread.iter().map(|name| format!("schedules/{name}")).collect();
    assert_eq!((ran.code, files), (0, expected.iter().map(String::as_str).collect()), "{}", ran.stdout);
    assert!(found.iter().all(|finding| finding.code == "not-read" && !finding.help.is_empty()), "{}", ran.stdout);
}

#[test]
fn a_file_with_the_other_ending_is_not_read() {
    let folder = Folder::with(&[
        ("base.yaml", BASE),
        ("other.yml", BASE),
        ("feeds.yaml", FEEDS),
        (".hidden.yaml", "["),
        ("notes.txt", "["),
    ]);
    let ran = folder.run(&["check", "--format", "json"]);
    let found = ran.findings();
    assert_eq!((ran.code, found.len()), (0, 1), "{}", ran.stdout);
    assert_eq!((found[0].place().as_str(), found[0].file.as_str()), ("not-read 1:1", "schedules/other.yml"));
    assert!(!found[0].help.is_empty());
}

fn with_rule(rules: &str) -> Folder {
    let feeds = FEEDS.replace("feeds:\n", &format!("rules: {rules}\nfeeds:\n"));
    let visit = BASE.replace("    status: confirmed\n", "");
    Folder::with(&[("base.yaml", &visit), ("feeds.yaml", &feeds)])
}

#[test]
fn rules_decide_what_becomes_of_warnings() {
    for (rules, code, severity) in [
        ("{}", 0, Some("warning")),
        ("{no-status: warning}", 0, Some("warning")),
        ("{no-status: off}", 0, None),
        ("{no-status: error}", 1, Some("error")),
        ("{no-source: error}", 0, Some("warning")),
    ] {
        let folder = with_rule(rules);
        let ran = folder.run(&["check", "--format", "json"]);
        let severities: Vec<_> = ran.findings().into_iter().map(|finding| finding.severity).collect();
        assert_eq!((ran.code, severities), (code, severity.map(str::to_owned).into_iter().collect()), "{rules}");
        assert_eq!(folder.run(&["build"]).code, code, "{rules}");
        assert_eq!(folder.snapshot("dist").is_empty(), code == 1, "{rules}");
    }
}

#[test]
fn what_an_entry_allows_no_rule_makes_an_error() {
    let visit = BASE.replace("    status: confirmed\n", "    allow: {no-status: nobody says}\n");
    let feeds = FEEDS.replace("feeds:\n", "rules: {no-status: error}\nfeeds:\n");
    let folder = Folder::with(&[("base.yaml", &visit), ("feeds.yaml", &feeds)]);
    let ran = folder.run(&["check", "--deny", "warnings"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn allow_is_for_its_own_entry_alone() {
    let second = "  - {id: second, kind: meal, title: B, when: tba, sources: [s]}\n";
    let visit = BASE.replace("    status: confirmed\n", "    allow: {no-status: nobody says}\n") + second;
    let folder = Folder::with(&[("base.yaml", &visit), ("feeds.yaml", FEEDS)]);
    let found = folder.run(&["check", "--format", "json"]).findings();
    let places: Vec<_> = found.iter().map(crate::support::Finding::place).collect();
    assert_eq!(places, ["no-status 16:10"]);
}

#[test]
fn a_country_stays_that_which_is_written() {
    let visit = BASE.replace("    status:", "    place: {city: Oslo, country: NO}\n    status:");
    let visit = visit.replace("Asia/Tokyo", "Europe/Oslo");
    let folder = Folder::with(&[("base.yaml", &visit), ("feeds.yaml", FEEDS)]);
    folder.build();
    let calendar = crate::support::calendar::parse(&folder.read("dist/public/feeds/seoul.ics"));
    let event = calendar.all("VEVENT").next().expect("an event");
    assert_eq!(event.text("LOCATION"), "노르웨이 Oslo");
}

#[test]
fn what_a_comment_cuts_off_is_gone_from_the_title() {
    let folder = Folder::with(&[("base.yaml", &BASE.replace("title: First", "title: Room #1")), ("feeds.yaml", FEEDS)]);
    let ran = folder.build();
    assert!(ran.stderr.contains("schedules/base.yaml:12:17: warning[comment-cuts-text]"), "{}", ran.stderr);
    assert!(folder.read("dist/public/feeds/seoul.ics").contains("SUMMARY:Room\r\n"));
}
