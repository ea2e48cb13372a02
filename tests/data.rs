//! What is given out for other programs: valid by its schemas, and the same in each format.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{AT, BASE, FEEDS, Folder, NAMESPACE};
use jsonschema::Validator;
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// A copy of the schedules of a folder, built.
fn built(schedules: &str) -> Folder {
    let folder = Folder::new();
    for file in fs::read_dir(root().join(schedules)).expect("schedules") {
        let file = file.expect("readable").path();
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        if matches!(name.rsplit('.').next(), Some("yaml" | "lock")) {
            folder.write(&format!("schedules/{name}"), &fs::read(&file).expect("readable"));
        }
    }
    // The shipped lock file may be of a later instant.
    let ran = folder.run(&["build", "--at", "2026-12-01T00:00:00Z", "-q"]);
    assert_eq!(ran.code, 0, "{schedules}: {}", ran.stderr);
    folder
}

/// A visit with all that there is to tell.
const RICH: &str = "\
visit: rich
kind: working-visit
title: {en: Rich, ko: 풍부}
principal: {en: President A, ko: 가 대통령}
counterpart: President B
zone: America/New_York
dates: {from: 2025-08-24, to: 2025-08-31}
audience: public
status: tentative
reason: Still open
disputed: [{field: kind, says: A state visit, source: s}]
sources:
  s: {publisher: {en: Office, ko: 대통령실}, title: Schedule, via: Agency, url: \"https://example.org/\", published: 2025-08-24, language: ko}
entries:
  - id: formula
    kind: meeting
    title: '=SUM(1,2)'
    when: {start: 2025-08-25 12:15, end: 12:45}
    status: cancelled
    reason: '+Strike, \"at last\"'
    access: open
    place: {venue: '@Hall', site: '-Site', city: Washington, country: US, geo: [38.897400, -77.0374]}
    with: [Guest]
    principal: Minister
    note: \"First line\\nsecond\"
    link: https://example.org/a
    stream: https://example.org/live
    sources: [s]
    disputed: [{field: when, says: at noon, source: s}]
    actual: {start: 2025-08-25 12:05, end: 13:35, sources: [s], says: Early}
    press: {gather: 11:00, meet_at: Gate, call_time: 11:40, filing_centre: Room, contact: Desk, note: Bring ID}
    staff: {note: Cars, contact: Protocol}
  - {id: window, kind: meal, title: Window, when: {date: 2025-08-25, between: [14:00, 16:00]}, status: postponed, sources: [s]}
  - {id: part, kind: meal, title: Part, when: {date: 2025-08-26, part: evening}, sources: [s]}
  - {id: days, kind: visit-site, title: Days, when: {from: 2025-08-26, to: 2025-08-28}, sources: [s]}
  - {id: later, kind: meeting, title: Later, when: {after: formula}, sources: [s]}
  - {id: open, kind: meeting, title: Open, when: tba, sources: [s]}
  - {id: held, kind: meeting, title: Held, when: {start: 2025-08-27 09:00, about: true}, sources: [s], embargo: 2027-01-01T00:00:00Z}
  - id: flight
    kind: travel
    title: Flight
    depart: {start: 2025-08-30 22:00, place: {city: Washington, country: US}, actual: {start: 2025-08-30 22:30, sources: [s]}}
    arrive: {date: 2025-09-01, zone: Asia/Seoul, place: {city: Seoul, country: KR}, actual: {end: 2025-09-01 04:00, sources: [s]}}
    sources: [s]
  - {id: gone, kind: meal, title: Gone, when: {date: 2025-08-29}, sources: [s]}
  - {id: blotted, kind: meal, title: Blotted secret, when: {date: 2025-08-29}, sources: [s]}
";

fn rich() -> Folder {
    let mut feeds = format!("publisher: {{en: Office, ko: 대통령실}}\nuid_namespace: {NAMESPACE}\n");
    feeds += "base_url: {public: https://calendar.example.org}\nfeeds:\n";
    for audience in ["public", "press", "staff"] {
        let _ = writeln!(feeds, "  - {{id: host, title: T, zone: host, language: en, audience: {audience}}}");
    }
    let folder = Folder::with(&[("rich.yaml", RICH), ("feeds.yaml", &feeds)]);
    folder.build();
    let kept = RICH.split("  - {id: gone").next().expect("the rest");
    folder.write("schedules/rich.yaml", kept.as_bytes());
    for (entry, more) in [("rich/gone", &[][..]), ("rich/blotted", &["--redact"])] {
        let ran = folder.run(&[&["withdraw", entry, "--at", "2025-08-26T01:00:00Z"], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    let ran = folder.run(&["build", "--at", "2025-08-26T02:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    folder
}

fn json_of(folder: &Folder, path: &str) -> Value {
    serde_json::from_str(&folder.read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A schema in which no map has keys that are not described.
fn closed(mut schema: Value) -> Value {
    fn close(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.values_mut().for_each(close);
                if map.contains_key("properties") && map.contains_key("type") {
                    map.insert("additionalProperties".to_owned(), false.into());
                }
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    close(&mut schema);
    schema
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).expect("a schema")
}

fn programme_schema() -> Validator {
    let kept = fs::read_to_string(root().join("schedules/programme.schema.json")).expect("a schema");
    validator(&closed(serde_json::from_str(&kept).expect("JSON")))
}

fn assert_valid(schema: &Validator, value: &Value, name: &str) {
    let errors: Vec<_> = schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

/// Our own reading of ninjs, and IPTC's where it is at hand.
fn ninjs_schemas() -> Vec<Validator> {
    let own: Value = serde_json::from_str(include_str!("data/ninjs.schema.json")).expect("JSON");
    let mut schemas = vec![validator(&own)];
    if let Ok(text) = fs::read_to_string(root().join("../shared/newsroom/ninjs-schema_3.1.json")) {
        // It refers to a schema of GeoJSON that is elsewhere; of that, what matters here.
        let text = text.replace("https://geojson.org/schema/GeoJSON.json#", "#/$defs/GeoJSON");
        let mut schema: Value = serde_json::from_str(&text).expect("JSON");
        schema["$defs"]["GeoJSON"] = json!({
            "type": "object",
            "required": ["type", "coordinates"],
            "properties": {"type": {"const": "Point"}, "coordinates": {"type": "array", "minItems": 2, "items": {"type": "number"}}},
        });
        schemas.push(validator(&schema));
    }
    schemas
}

/// All of the folders of schedules that tests have, and where there are others.
fn fixtures() -> Vec<(String, Folder)> {
    let mut fixtures = vec![("rich".to_owned(), rich())];
    for path in ["schedules", "tests/show/odd", "tests/languages/schedules", "../shared/page/stress"] {
        if root().join(path).exists() {
            fixtures.push((path.to_owned(), built(path)));
        }
    }
    fixtures
}

/// The audiences that a folder has trees of.
fn trees(folder: &Folder) -> Vec<&'static str> {
    let exists = |audience: &&str| folder.path().join("dist").join(audience).exists();
    ["public", "press", "staff"].into_iter().filter(exists).collect()
}

fn entries(programme: &Value) -> Vec<&Value> {
    let visits = programme["visits"].as_array().expect("visits").iter();
    let shown = visits.flat_map(|visit| visit["entries"].as_array().expect("entries"));
    shown.chain(programme["withdrawn"].as_array().expect("a list")).collect()
}

#[test]
fn every_tree_of_every_fixture_fits_the_schemas() {
    let (schema, ninjs) = (programme_schema(), ninjs_schemas());
    let mut told = 0;
    for (name, folder) in fixtures() {
        let trees = trees(&folder);
        assert!(!trees.is_empty(), "{name}");
        for audience in trees {
            let programme = json_of(&folder, &format!("dist/{audience}/programme.json"));
            assert_valid(&schema, &programme, &format!("{name} {audience}"));
            assert_eq!((&programme["version"], &programme["audience"]), (&json!("1.3.0"), &json!(audience)));
            let list = json_of(&folder, &format!("dist/{audience}/newsroom/ninjs.json"));
            let items =
                fs::read_dir(folder.path().join(format!("dist/{audience}/newsroom/ninjs"))).map_or(0, Iterator::count);
            assert_eq!(items, entries(&programme).len(), "{name}");
            assert_eq!(list["associations"].as_array().map(Vec::len), Some(items));
            for schema in &ninjs {
                assert_valid(schema, &list, &name);
                for file in
                    fs::read_dir(folder.path().join(format!("dist/{audience}/newsroom/ninjs"))).into_iter().flatten()
                {
                    let path = file.expect("readable").path();
                    let item = serde_json::from_slice(&fs::read(&path).expect("readable")).expect("JSON");
                    assert_valid(schema, &item, &path.to_string_lossy());
                    told += 1;
                }
            }
        }
    }
    assert!(told > 100, "{told}");
}

/// What is wrong is refused: the schemas say something.
#[test]
fn the_schemas_refuse_what_is_wrong() {
    let folder = rich();
    let schema = programme_schema();
    let programme = json_of(&folder, "dist/public/programme.json");
    let first = "/visits/0/entries/0";
    for (path, wrong) in [
        ("/version", json!("2.0.0")),
        (first, json!({})),
        (&format!("{first}/when/form"), json!("noon")),
        (&format!("{first}/title"), json!("plain")),
        (&format!("{first}/kind"), json!("party")),
    ] {
        let mut changed = programme.clone();
        *changed.pointer_mut(path).expect(path) = wrong;
        assert!(!schema.is_valid(&changed), "{path}");
    }
    for schema in ninjs_schemas() {
        let mut item = json_of(&folder, "dist/public/newsroom/ninjs/rich.formula.json");
        item["eventDetails"]["dates"]["startDate"] = json!("noon");
        assert!(!schema.is_valid(&item));
    }
}

#[test]
fn a_programme_says_what_is_known() {
    let folder = rich();
    let of = |audience: &str| json_of(&folder, &format!("dist/{audience}/programme.json"));
    let (public, press, staff) = (of("public"), of("press"), of("staff"));
    let find = |programme: &Value, id: &str| {
        let found = entries(programme).into_iter().find(|entry| entry["entry"] == id).cloned();
        found.unwrap_or_else(|| panic!("no {id}"))
    };
    let clock = |local: &str, instant: &str| json!({"local": local, "zone": "America/New_York", "instant": instant});
    let formula = find(&public, "formula");
    assert_eq!(formula["when"]["start"], clock("2025-08-25T12:15", "2025-08-25T16:15:00Z"));
    assert_eq!(formula["when"]["end"], clock("2025-08-25T12:45", "2025-08-25T16:45:00Z"));
    assert_eq!(
        (&formula["actual"]["delay_minutes"], &formula["actual"]["end_delay_minutes"]),
        (&json!(-10), &json!(50))
    );
    assert_eq!(formula["url"], "https://calendar.example.org/visits/rich.html#formula");
    assert_eq!((&formula["sequence"], &formula["created"]), (&json!(0), &json!(AT)));
    assert_eq!(formula["place"]["geo"], json!([38.8974, -77.0374]));
    assert_eq!(formula["stream"], "https://example.org/live");
    assert_eq!((&formula["press"], &formula["staff"]), (&Value::Null, &Value::Null));
    let source = json!({
        "publisher": {"en": "Office", "ko": "대통령실"}, "title": {"und": "Schedule"}, "via": {"und": "Agency"},
        "url": "https://example.org/", "published": "2025-08-24", "language": "ko",
    });
    assert_eq!(formula["sources"], json!([source]));
    assert_eq!(formula["disputed"], json!([{"field": "when", "says": {"und": "at noon"}, "source": source}]));
    assert_eq!(find(&press, "formula")["press"]["gather"], clock("2025-08-25T11:00", "2025-08-25T15:00:00Z"));
    assert_eq!(find(&press, "formula")["staff"], Value::Null);
    assert_eq!(find(&staff, "formula")["staff"]["note"], json!({"und": "Cars"}));
    // Neither a day that nobody announced nor an instant.
    let open = find(&public, "open");
    assert_eq!(
        [&open["when"]["form"], &open["when"]["first_day"], &open["when"]["start"]],
        [&json!("tba"), &Value::Null, &Value::Null]
    );
    assert_eq!(find(&public, "window")["when"]["between"][1], clock("2025-08-25T16:00", "2025-08-25T20:00:00Z"));
    let flight = find(&public, "flight");
    assert_eq!(flight["when"]["depart"]["actual"]["delay_minutes"], 30);
    assert_eq!(
        (&flight["when"]["arrive"]["start"], &flight["when"]["arrive"]["actual"]["delay_minutes"]),
        (&Value::Null, &Value::Null)
    );
    // Those who see it before the embargo lifts are told when that is.
    assert_eq!(find(&staff, "held")["embargo"], "2027-01-01T00:00:00Z");
    assert!(!public.to_string().contains("held") && !press.to_string().contains("held"));
    let withdrawn: Vec<_> = public["withdrawn"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| [&entry["absence"], &entry["entry"], &entry["title"], &entry["kind"]].map(Value::clone))
        .collect();
    assert!(
        withdrawn.contains(&[json!("withdrawn"), json!("gone"), json!({"und": "Gone"}), json!("meal")]),
        "{withdrawn:?}"
    );
    assert!(
        withdrawn.contains(&[json!("redacted"), Value::Null, json!({"und": "Withdrawn"}), Value::Null]),
        "{withdrawn:?}"
    );
    for (path, (bytes, _)) in folder.snapshot("dist") {
        let told = String::from_utf8_lossy(&bytes).to_lowercase() + &path.to_string_lossy();
        assert!(!told.contains("blotted"), "{}", path.display());
    }
}

#[test]
fn an_item_of_ninjs_says_how_certain_it_is() {
    let folder = rich();
    let item = |audience: &str, id: &str| json_of(&folder, &format!("dist/{audience}/newsroom/ninjs/rich.{id}.json"));
    let status = |item: &Value| {
        item["eventDetails"]["eventStatus"].as_str().and_then(|uri| uri.rsplit('/').next()).map(str::to_owned)
    };
    let formula = item("public", "formula");
    assert_eq!((status(&formula).as_deref(), &formula["pubStatus"]), (Some("canceled"), &json!("usable")));
    assert_eq!(
        formula["eventDetails"]["dates"],
        json!({"startDate": "2025-08-25T16:15:00Z", "endDate": "2025-08-25T16:45:00Z"})
    );
    let programme = json_of(&folder, "dist/public/programme.json");
    assert_eq!(formula["uri"], format!("urn:uuid:{}", entries(&programme)[0]["uid"].as_str().expect("a UID")));
    assert_eq!(status(&item("public", "window")).as_deref(), Some("postponed"));
    let gone = item("public", "gone");
    assert_eq!((status(&gone).as_deref(), &gone["pubStatus"]), (Some("canceled"), &json!("canceled")));
    assert_eq!(
        item("public", "days")["eventDetails"]["dates"],
        json!({"expectedStartDate": "2025-08-26", "expectedEndDate": "2025-08-28"})
    );
    assert_eq!(
        item("public", "flight")["eventDetails"]["dates"],
        json!({"startDate": "2025-08-31T02:00:00Z", "expectedEndDate": "2025-09-01"})
    );
    assert_eq!(item("public", "open")["eventDetails"].get("dates"), None);
    assert_eq!(item("staff", "held")["embargoedUntil"], "2027-01-01T00:00:00Z");
}

/// The records of a table, as RFC 4180 has them.
fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut characters = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(characters.next(), Some('\n'));
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            _ => cell.push(c),
        }
    }
    assert!(!quoted && record.is_empty(), "it ends in the middle of a record");
    let head: Vec<String> = records.remove(0);
    let named = |record: Vec<String>| {
        assert_eq!(record.len(), head.len());
        head.iter().cloned().zip(record).collect()
    };
    records.into_iter().map(named).collect()
}

#[test]
fn the_table_has_what_the_programme_has() {
    let fixtures = fixtures();
    let trees =
        fixtures.iter().flat_map(|(name, folder)| trees(folder).into_iter().map(move |tree| (name, folder, tree)));
    for (name, folder, audience) in trees {
        let programme = json_of(folder, &format!("dist/{audience}/programme.json"));
        let rows = table(&folder.read(&format!("dist/{audience}/programme.csv")));
        let of_entries: Vec<_> = rows.iter().filter(|row| row["row"] == "entry").collect();
        let told = entries(&programme);
        assert_eq!(of_entries.len(), told.len(), "{name}");
        let journeys = told.iter().filter(|entry| entry["when"]["form"] == "journey").count();
        assert_eq!(rows.len(), told.len() + 2 * journeys, "{name}");
        for (row, entry) in of_entries.iter().zip(told) {
            assert_eq!(row["uid"], entry["uid"].as_str().expect("a UID"));
            assert_eq!(row["start_instant"], entry["when"]["start"]["instant"].as_str().unwrap_or_default());
        }
        for cell in rows.iter().flat_map(BTreeMap::values) {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{name}: {cell}");
        }
    }
    let rows = table(&rich().read("dist/public/programme.csv"));
    let formula = &rows[0];
    let cells = ["title", "reason", "venue", "site", "late_minutes", "early_minutes", "sources"]
        .map(|key| formula[key].as_str());
    assert_eq!(cells, ["'=SUM(1,2)", "'+Strike, \"at last\"", "'@Hall", "'-Site", "", "10", "Office"]);
    let ends: Vec<_> = rows
        .iter()
        .filter(|row| row["entry"] == "flight")
        .map(|row| [&row["row"], &row["city"], &row["late_minutes"]].map(String::as_str))
        .collect();
    assert_eq!(ends, [["entry", "", ""], ["depart", "Washington", "30"], ["arrive", "Seoul", ""]]);
}

#[test]
fn the_manifest_names_the_formats() {
    let folder = built("schedules");
    let manifest = json_of(&folder, "dist/public/manifest.json");
    let formats = manifest["formats"].as_object().expect("formats");
    assert_eq!(formats["programme.json"], json!({"format": "summitcal programme", "version": "1.3.0"}));
    assert_eq!(formats["newsroom/ninjs/"], json!({"format": "ninjs", "version": "3.1"}));
    for path in formats.keys() {
        let files = manifest["files"].as_object().expect("files");
        assert!(files.keys().any(|file| file.starts_with(path.as_str())), "{path}");
    }
    // Nothing costs a reader more than a page, which has a style and a script.
    let size = |path: &str| manifest["files"][path]["size"].as_u64().expect("a size");
    let page = ["index.html", "visits/us-state-visit.html"].map(size).into_iter().max().expect("a page")
        + size("page.css")
        + size("page.js");
    for path in ["programme.json", "programme.csv", "newsroom/ninjs.json"] {
        assert!(size(path) <= page, "{path}: {} and {page}", size(path));
    }
}

/// All that is for other programs is written after the pages that it leads to, and is what a server calls it.
#[test]
fn nothing_is_told_of_an_empty_tree() {
    let folder =
        Folder::with(&[("base.yaml", &BASE.replace("audience: public", "audience: staff")), ("feeds.yaml", FEEDS)]);
    folder.build();
    let programme = json_of(&folder, "dist/public/programme.json");
    assert_eq!((&programme["visits"], &programme["withdrawn"]), (&json!([]), &json!([])));
    assert_eq!(json_of(&folder, "dist/public/newsroom/ninjs.json")["associations"], json!([]));
    let names: BTreeSet<_> = table(&folder.read("dist/public/programme.csv")).into_iter().collect();
    assert!(names.is_empty());
}
