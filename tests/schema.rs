//! The schemas that editors use: what they refuse, the program refuses; what they let pass although the program does
//! not is listed in `tests/schema/passed.tsv`, each with why.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::support::{BASE, Case, FEEDS, Folder};
use jsonschema::Validator;
use rayon::prelude::*;
use serde_json::{Map, Number, Value, json};
use summitcal::check::check;
use summitcal::diagnostic::{Report, codes};
use summitcal::document::File;
use summitcal::source::Source;
use summitcal::zone::Database;

/// Why a schema lets pass what the program refuses.
const WHY: &[&str] = &[
    // It names something that is not there, or goes in a circle.
    "reference",
    // Something is given twice.
    "twice",
    // One value contradicts another: what is later, what lies inside of what, what goes with what.
    "between values",
    // It looks right, and there is no such day, time or length, or not in this zone.
    "calendar",
    // A parser decides: of addresses, languages or UUIDs.
    "parser",
    // It never gets to a schema: not YAML, or YAML that schedules do without.
    "yaml",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema(of: &str) -> Value {
    let text = fs::read_to_string(root().join(format!("schedules/{of}.schema.json"))).expect("a schema");
    serde_json::from_str(&text).expect("JSON")
}

/// What a schema makes of a file.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// It never gets there.
    NoYaml,
    Fits,
    /// At this place, for this reason.
    Refused(String),
}

/// The schemas of visits, of feeds and of channels.
struct Schemas {
    visit: Validator,
    feeds: Validator,
    channels: Validator,
}

impl Schemas {
    fn new() -> Self {
        let of = |name| jsonschema::draft202012::new(&schema(name)).expect("a schema of 2020-12");
        Schemas { visit: of("visit"), feeds: of("feeds"), channels: of("channels") }
    }

    fn validate(&self, file: &str, text: &str) -> Outcome {
        let Ok(yaml) = serde_yaml::from_str(text) else { return Outcome::NoYaml };
        let schema = match file.split(['.', '-']).next() {
            Some("feeds") => &self.feeds,
            Some("channels") => &self.channels,
            _ => &self.visit,
        };
        match schema.validate(&json_of(yaml)) {
            Ok(()) => Outcome::Fits,
            Err(error) => Outcome::Refused(format!("{}: {error}", error.instance_path())),
        }
    }
}

/// YAML as an editor sees it: by the core schema of YAML 1.2, in which a date is a text.
fn json_of(yaml: serde_yaml::Value) -> Value {
    match yaml {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(on) => json!(on),
        serde_yaml::Value::Number(number) => {
            let float = || number.as_f64().and_then(Number::from_f64).map(Value::Number);
            number
                .as_i64()
                .map(|n| json!(n))
                .or_else(|| number.as_u64().map(|n| json!(n)))
                .or_else(float)
                .unwrap_or_else(
                    // JSON has no infinity.
                    || json!(number.to_string()),
                )
        }
        serde_yaml::Value::String(text) => json!(text),
        serde_yaml::Value::Sequence(items) => items.into_iter().map(json_of).collect(),
        serde_yaml::Value::Mapping(pairs) => {
            let key = |key: serde_yaml::Value| match json_of(key) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            Value::Object(pairs.into_iter().map(|(name, value)| (key(name), json_of(value))).collect::<Map<_, _>>())
        }
        serde_yaml::Value::Tagged(tagged) => json_of(tagged.value),
    }
}

#[test]
fn those_beside_the_schedules_are_those_of_the_program() {
    for of in ["visit", "feeds", "channels", "programme"] {
        let made = Folder::new().run(&["schema", of]);
        assert_eq!((made.code, made.stderr.as_str()), (0, ""));
        let kept = fs::read_to_string(root().join(format!("schedules/{of}.schema.json"))).unwrap_or_default();
        assert!(
            made.stdout == kept,
            "cargo run -- schema {of} > schedules/{of}.schema.json, and read the difference before it is committed"
        );
        assert!(jsonschema::meta::is_valid(&schema(of)));
    }
    assert_eq!(Folder::new().run(&["schema", "visits"]).code, 2);
}

/// Every key and every definition says what it is, for editors show nothing else.
#[test]
fn every_key_is_described() {
    for of in ["visit", "feeds", "channels", "programme"] {
        let schema = schema(of);
        let parts = schema["$defs"].as_object().expect("definitions").values().chain([&schema]);
        for (key, value) in parts.filter_map(|part| part["properties"].as_object()).flatten() {
            let words = value["description"].as_str().unwrap_or_default();
            assert!(words.len() > 3 && words.ends_with('.'), "{of}: {key}: {value}");
        }
        assert!(!schema.to_string().contains("Unsaid"), "a scalar without a grammar");
    }
}

#[test]
fn the_shipped_schedules_name_their_schema_and_fit_it() {
    let schemas = Schemas::new();
    for (name, of) in [("feeds", "feeds"), ("japan-working-visit", "visit"), ("us-state-visit", "visit")] {
        let text = fs::read_to_string(root().join(format!("schedules/{name}.yaml"))).expect("a schedule");
        assert_eq!(schemas.validate(name, &text), Outcome::Fits, "{name}");
        assert_eq!(text.lines().next(), Some(&*format!("# yaml-language-server: $schema={of}.schema.json")));
    }
}

#[test]
fn a_schema_beside_the_schedules_is_no_schedule() {
    let folder = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", FEEDS), ("visit.schema.json", "{")]);
    let ran = folder.run(&["check", "--deny", "warnings"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn what_is_only_warned_of_fits() {
    let schemas = Schemas::new();
    for case in Case::all("warned") {
        assert_eq!(schemas.validate(case.file(), &case.text), Outcome::Fits, "{}", case.name);
    }
}

/// What the program refuses and the schema does not, is listed; so is nothing else.
#[test]
fn what_is_refused_is_refused_or_listed() {
    let schemas = Schemas::new();
    let mut passed = BTreeMap::new();
    for case in Case::all("refused") {
        match schemas.validate(case.file(), &case.text) {
            Outcome::Refused(_) => {}
            outcome => drop(passed.insert(case.name, outcome)),
        }
    }
    let list = fs::read_to_string(root().join("tests/schema/passed.tsv")).unwrap_or_default();
    let listed: BTreeMap<_, _> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').expect("a case and a reason"))
        .collect();
    let names = |all: Vec<&String>| all.into_iter().cloned().collect::<Vec<_>>();
    let missing = names(passed.keys().filter(|name| !listed.contains_key(name.as_str())).collect());
    let stale: Vec<_> = listed.keys().filter(|name| !passed.contains_key(**name)).collect();
    assert!(missing.is_empty() && stale.is_empty(), "not listed: {missing:#?}; listed for nothing: {stale:#?}");
    for (name, outcome) in &passed {
        let why = listed[name.as_str()];
        assert!(WHY.contains(&why), "{name}: {why}");
        assert!(
            *outcome == Outcome::Fits || ["yaml", "twice"].contains(&why),
            "{name} is no YAML, which is not “{why}”"
        );
    }
}

/// A visit, feeds and channels with every key that there is.
const FULL: [(&str, &str); 3] = [
    ("visit.yaml", include_str!("schema/full-visit.yaml")),
    ("feeds.yaml", include_str!("schema/full-feeds.yaml")),
    ("channels.yaml", include_str!("schema/full-channels.yaml")),
];

/// What authors might write in place of a value, a line each, some of it right somewhere.
const VALUES: &str = include_str!("schema/values.txt");

/// Puts each value in place of each other one, and of each line's key with its value; whatever the program accepts of
/// it, the schema does.
#[test]
fn what_the_program_accepts_fits() {
    let schemas = Schemas::new();
    let spots = FULL.iter().flat_map(|&(file, text)| values(text).into_iter().map(move |span| (file, text, span)));
    let spots: Vec<_> = spots.collect();
    let accepted: Vec<_> = spots
        .par_iter()
        .flat_map_iter(|(file, text, (start, end))| {
            let changed = VALUES.lines().map(|value| format!("{}{value}{}", &text[..*start], &text[*end..]));
            changed.filter(|changed| accepts(file, changed)).map(|changed| (*file, changed))
        })
        .collect();
    let mut complaints = Vec::new();
    for (file, text) in &accepted {
        if let Outcome::Refused(why) = schemas.validate(file, text) {
            complaints.push(format!("{why} in\n{text}"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(accepted.len() > 400, "only {} are accepted", accepted.len());
}

/// Whether the program finds no error in a file among the others.
fn accepts(file: &str, text: &str) -> bool {
    let read = |(name, whole): (&str, &str)| {
        let text = if name == file { text } else { whole };
        File::new(Arc::new(Source::new(name, text.as_bytes().to_vec()).expect("readable")))
    };
    let [visit, feeds, channels] = FULL.map(read);
    if file == "channels.yaml" {
        let mut report = Report::default();
        return summitcal::check::channels(&channels, None, Database::bundled(), &mut report).is_some();
    }
    // A visit does not need the feeds, so they need not be read each time.
    !check(&[visit], Some(&feeds).filter(|_| file == "feeds.yaml"), Database::bundled()).report.has_errors()
}

/// Where a value stands that is written behind a key, of each key the first.
fn values(text: &str) -> Vec<(usize, usize)> {
    let (mut values, mut seen) = (Vec::new(), BTreeSet::new());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((key, value)) = line.trim_end().split_once(": ")
            && seen.insert(key.trim_start_matches([' ', '-']))
        {
            values.push((start + key.len() + 2, start + key.len() + 2 + value.len()));
        }
        start += line.len();
    }
    values
}

#[test]
fn the_full_examples_have_every_key_and_no_error() {
    for (file, text) in FULL {
        assert!(accepts(file, text), "{file}");
        let schema = schema(file.trim_end_matches(".yaml"));
        let parts = schema["$defs"].as_object().expect("definitions").values().chain([&schema]);
        for key in parts.filter_map(|part| part["properties"].as_object()).flat_map(Map::keys) {
            let code = codes::ALL.iter().any(|(code, _)| code.0 == key);
            assert!(code || text.contains(&format!("{key}: ")) || text.contains(&format!("{key}:\n")), "{file}: {key}");
        }
    }
}
