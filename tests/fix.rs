//! `check --fix`: what it corrects, and that it touches nothing else.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{BASE, Case, FEEDS, Folder, each};
use proptest::prelude::*;
use serde_json::Value;

const MANY: &str = include_str!("fix/many.yaml");
const FIXED: &str = include_str!("fix/many.fixed.yaml");

fn folder(visit: &str) -> Folder {
    Folder::with(&[("case.yaml", visit), ("feeds.yaml", FEEDS)])
}

#[test]
fn what_can_only_be_meant_in_one_way_is_fixed_and_nothing_else() {
    let expected: Vec<_> = MANY.lines().filter_map(|line| line.strip_prefix("#! ")).collect();
    let folder = folder(MANY);
    let ran = folder.run(&["check", "--fix", "--format", "json"]);
    assert_eq!(folder.read("schedules/case.yaml"), FIXED);
    let places: Vec<_> = ran.findings().iter().map(crate::support::Finding::place).collect();
    assert_eq!((ran.code, places), (1, expected.iter().map(|place| (*place).to_owned()).collect()));
    assert!(
        ran.stderr.starts_with("schedules/case.yaml:8:1: fixed[unknown-key]: “vist” is now “visit”.\n"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.ends_with("\n18 fixed in 1 file.\n"), "{}", ran.stderr);

    let before = folder.snapshot("");
    let again = folder.run(&["check", "--fix", "--format", "json"]);
    assert_eq!((again.stdout, again.stderr), (ran.stdout, String::new()));
    assert_eq!(folder.snapshot(""), before);
}

#[test]
fn what_is_fixed_is_clean_and_told_unless_quiet() {
    let visit = BASE.replace("status: confirmed", "status: confirmd").replace("Asia/Tokyo", "Japan");
    let ran = folder(&visit).run(&["check", "--fix", "--deny", "warnings"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "2 files checked: nothing to complain of.\n"));
    assert_eq!(
        ran.stderr,
        "schedules/case.yaml:5:7: fixed[unknown-zone]: “Japan” is now “Asia/Tokyo”.\n\
         schedules/case.yaml:14:13: fixed[unknown-word]: “confirmd” is now “confirmed”.\n\
         2 fixed in 1 file.\n"
    );
    let folder = folder(&visit);
    let quiet = folder.run(&["check", "--fix", "-q"]);
    assert_eq!((quiet.code, quiet.stdout, quiet.stderr), (0, String::new(), String::new()));
    assert_eq!(folder.read("schedules/case.yaml"), BASE);
}

/// What YAML takes otherwise than it was meant, where it can only be meant in one way.
#[test]
fn what_yaml_takes_otherwise_is_fixed() {
    let entry =
        "  - id: second\n    kind: meal\n    title: Lunch\n    when: tba\n    status: confirmed\n    sources: [s]\n";
    let first = |title: &str| BASE.replace("title: First", &format!("title: {title}"));
    for (name, wrong, right) in [
        ("a colon", first("Talks: first round"), first("\"Talks: first round\"")),
        ("a colon in braces", first("{en: Talks: one, ko: 회담}"), first("{en: \"Talks: one\", ko: 회담}")),
        ("a comma", first("{en: Washington, D.C. talks}"), first("{en: \"Washington, D.C. talks\"}")),
        ("two commas", first("{ko: 서울, 부산, 대구, en: A}"), first("{ko: \"서울, 부산, 대구\", en: A}")),
        ("typographic quotes", first("“Family photo”"), first("\"Family photo\"")),
        ("both", first("{en: “Washington, D.C. talks”}"), first("{en: \"Washington, D.C. talks\"}")),
        ("a dash", BASE.to_owned() + &entry.replace("  - id", "    id"), BASE.to_owned() + entry),
        ("a list of one", BASE.replace("sources: [s]", "sources: s"), BASE.to_owned()),
        ("a country", first("A\n    place: {country: UK}"), first("A\n    place: {country: GB}")),
        ("a day", BASE.replace("when: {date: 2025-08-23}", "when: 2025-08-23"), BASE.to_owned()),
    ] {
        let folder = folder(&wrong);
        let ran = folder.run(&["check", "--fix"]);
        assert_eq!(folder.read("schedules/case.yaml"), right, "{name}: {}", ran.stderr);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
    }
}

/// Where quotes are in it already, or a tab may stand for any number of spaces, the author has to look.
#[test]
fn what_may_be_meant_otherwise_is_left() {
    for wrong in [
        BASE.replace("title: First", "title: The \"first\": talks"),
        BASE.replace("    title: First", "\ttitle: First"),
        BASE.replace("title: First", "title: A\n    place: British Museum, London"),
        BASE.replace("title: First", "title: A\n    principal: [Kim, Jong-un]"),
        BASE.replace("title: First", "title: A\n    with: [Kim, Jong-un]"),
        BASE.replace("title: First", "title: A\n    place: {city: Brussels, country: EU}"),
        BASE.replace("when: {date: 2025-08-23}", "when: 14:30"),
    ] {
        let folder = folder(&wrong);
        let ran = folder.run(&["check", "--fix"]);
        assert_eq!(folder.read("schedules/case.yaml"), wrong, "{}", ran.stderr);
        assert!(ran.code == 1 || wrong.contains("[Kim"), "{}", ran.stderr);
    }
}

#[test]
fn only_the_files_asked_for_are_fixed() {
    let wrong = BASE.replace("status: confirmed", "status: confirmd");
    let other = wrong.replace("visit: base", "visit: other");
    let folder = Folder::with(&[("base.yaml", &wrong), ("other.yaml", &other), ("feeds.yaml", FEEDS)]);
    let ran = folder.run(&["check", "--fix", "schedules/other.yaml"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(folder.read("schedules/base.yaml"), wrong);
    assert_eq!(folder.read("schedules/other.yaml"), BASE.replace("visit: base", "visit: other"));
}

#[test]
fn marks_and_line_ends_stay() {
    for (name, change) in [
        ("a byte order mark", (|text| format!("\u{FEFF}{text}")) as fn(&str) -> String),
        ("CR LF", |text| text.replace('\n', "\r\n")),
        ("CR", |text| text.replace('\n', "\r")),
        ("no last line break", |text| text.trim_end().to_owned()),
        ("blanks at the end", |text| format!("{text}  \n\n   \n...\n# End\n")),
    ] {
        let folder = folder(&change(&BASE.replace("kind: meeting", "Kind: meting")));
        let ran = folder.run(&["check", "--fix"]);
        assert_eq!(folder.read("schedules/case.yaml"), change(BASE), "{name}: {}", ran.stderr);
    }
}

/// More mistakes than a report keeps of one kind.
#[test]
fn a_flood_is_fixed_to_its_end() {
    let entry = |number: usize, status: &str| {
        format!("  - {{id: e{number}, kind: meal, title: A, when: tba, status: {status}, sources: [s]}}\n")
    };
    let with = |status: &str| BASE.to_owned() + &(0..30_000).map(|number| entry(number, status)).collect::<String>();
    let folder = folder(&with("confirmd"));
    let ran = folder.run(&["check", "--fix"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.ends_with("30000 fixed in 1 file.\n"), "{}", ran.stderr);
    assert_eq!(folder.read("schedules/case.yaml"), with("confirmed"));
}

/// What was meant is looked for among thousands, for thousands: the slip that is made again and again is mended each time, and
/// the search ends however many names there are that resemble nothing.
#[test]
fn thousands_of_unknown_entries_take_no_longer_than_they_have_to() {
    const COUNT: usize = 8_000;
    let entry = |number: usize, after: &str| {
        format!(
            "  - {{id: entry-{number:05}, kind: meal, title: A, when: {{date: 2025-08-23, after: {after}}}, status: confirmed, sources: [s]}}\n"
        )
    };
    let with = |after: &dyn Fn(usize) -> String| {
        BASE.to_owned() + &(0..COUNT).map(|number| entry(number, &after(number))).collect::<String>()
    };
    let slip = folder(&with(&|_| "firzt".to_owned()));
    let ran = slip.run(&["check", "--fix", "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(slip.read("schedules/case.yaml"), with(&|_| "first".to_owned()));

    // Each resembles thousands, so that each would have to be compared with all of them.
    let unknown = folder(&with(&|number| format!("entri-{:05}x", COUNT + number)));
    // A run is ended after a minute; to compare all with all takes several.
    let ran = unknown.run(&["check", "--fix", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("Did you mean"), "the first are compared");
}

#[cfg(unix)]
#[test]
fn a_link_and_permissions_stay_and_what_is_read_only_is_left_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(BASE);
    let wrong = BASE.replace("visit: base", "visit: linked").replace("status: confirmed", "status: confirmd");
    folder.write("elsewhere/linked.yaml", wrong.as_bytes());
    let (real, link) = (folder.path().join("elsewhere/linked.yaml"), folder.path().join("schedules/linked.yaml"));
    symlink("../elsewhere/linked.yaml", &link).expect("a link");
    let mode = |mode| fs::set_permissions(&real, fs::Permissions::from_mode(mode)).expect("permissions");

    mode(0o440);
    let ran = folder.run(&["check", "--fix"]);
    assert_eq!((ran.code, fs::read_to_string(&real).expect("readable")), (2, wrong));
    assert!(ran.stderr.contains("cannot write schedules/linked.yaml"), "{}", ran.stderr);

    mode(0o640);
    assert_eq!(folder.run(&["check", "--fix"]).code, 0);
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    assert_eq!(fs::metadata(&real).expect("there").permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&real).expect("readable").contains("status: confirmed"));
    assert_eq!(fs::read_dir(folder.path().join("elsewhere")).expect("readable").count(), 1, "nothing is left behind");
}

/// The edits that JSON offers, made here by their lines and columns, are those that the program makes.
#[test]
fn the_edits_in_json_are_those_that_are_made() {
    let folder = folder(MANY);
    let report: Value = serde_json::from_str(&folder.run(&["check", "--format", "json"]).stdout).expect("JSON");
    let mut lines: Vec<Vec<char>> = MANY.lines().map(|line| line.chars().collect()).collect();
    let mut edits: Vec<&Value> = report
        .as_array()
        .expect("an array")
        .iter()
        .filter_map(|one| one["fix"]["edits"].as_array())
        .flatten()
        .collect();
    let number = |edit: &Value, key: &str| usize::try_from(edit[key].as_u64().expect("a number")).expect("small");
    edits.sort_by_key(|edit| std::cmp::Reverse((number(edit, "line"), number(edit, "column"))));
    for edit in &edits {
        assert_eq!(edit["line"], edit["end_line"]);
        let columns = number(edit, "column") - 1..number(edit, "end_column") - 1;
        lines[number(edit, "line") - 1].splice(columns, edit["text"].as_str().expect("a text").chars());
    }
    let made: String = lines.iter().flat_map(|line| line.iter().chain(&['\n'])).collect();
    // Those of the values of misspelt keys too: they are read as what the keys were meant to be.
    assert_eq!(made, FIXED);
}

/// Every case there is: lines without a fix stay as they are, and a second run finds nothing to do.
#[test]
fn every_case_keeps_what_no_fix_is_about() {
    let mut cases = Case::all("refused");
    cases.extend(Case::all("warned"));
    each(
        &cases,
        |case| case.name.clone(),
        |case| {
            let folder = case.folder();
            let path = format!("schedules/{}", case.file());
            let ran = folder.run(&["check", "--fix", "--format", "json"]);
            let after = folder.read(&path);
            let fixed: BTreeSet<usize> = ran
                .stderr
                .lines()
                .filter_map(|line| line.strip_prefix(&format!("{path}:"))?.split(':').next()?.parse().ok())
                .collect();
            let (old, new): (Vec<_>, Vec<_>) = (case.text.split('\n').collect(), after.split('\n').collect());
            let touched: BTreeSet<usize> = (1..=old.len()).filter(|line| old[line - 1] != new[line - 1]).collect();
            if old.len() != new.len() || ran.broke() || touched != fixed {
                return Err(format!("said {fixed:?}, touched {touched:?}: {}", ran.stderr));
            }
            let before = folder.snapshot("");
            let again = folder.run(&["check", "--fix", "--format", "json"]);
            if !again.stderr.is_empty() || folder.snapshot("") != before || again.findings() != ran.findings() {
                return Err(format!("a second run: {}", again.stderr));
            }
            Ok(())
        },
    );
}

/// A visit and feeds with every key.
const FULL: [(&str, &str); 2] =
    [("visit.yaml", include_str!("schema/full-visit.yaml")), ("feeds.yaml", include_str!("schema/full-feeds.yaml"))];

/// Where the keys of the format stand, and the words that it fixes.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '-']).len();
        if let Some((key, value)) = line[indent..].trim_end().split_once(':') {
            words.push((start + indent, start + indent + key.len()));
            let fixed = ["kind", "status", "access", "zone", "part", "fold", "cancelled", "field"];
            if fixed.contains(&key) && !value.contains('[') {
                words.push((start + indent + key.len() + 2, start + indent + key.len() + 1 + value.len()));
            }
        }
        start += line.len();
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// A slip in a word of the format is undone, or left for the author to see; it never becomes something else.
    #[test]
    fn a_slip_is_undone_or_left(file in 0..2_usize, which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), kind in 0..4_u8, letter in b'a'..=b'z') {
        let (name, text) = FULL[file];
        let all = words(text);
        let (start, end) = *which.get(&all);
        let mut word: Vec<char> = text[start..end].chars().collect();
        let at = at.index(word.len());
        match kind {
            0 => drop(word.remove(at)),
            1 => word.insert(at, char::from(letter)),
            2 => word[at] = char::from(letter),
            // Neighbours change places; the last has none behind it.
            _ => word.swap(at, (at + 1).min(end - start - 1)),
        }
        let slipped = format!("{}{}{}", &text[..start], word.iter().collect::<String>(), &text[end..]);
        let folder = Folder::with(&FULL.map(|(other, whole)| (other, if other == name { slipped.as_str() } else { whole })));
        let ran = folder.run(&["check", "--fix"]);
        let after = folder.read(&format!("schedules/{name}"));
        prop_assert!(!ran.broke(), "{}", ran.stderr);
        prop_assert!(after == text || after == slipped, "{}\n{}", word.iter().collect::<String>(), ran.stderr);
    }
}
