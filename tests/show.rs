//! `summitcal show`, through the program itself.
//!
//! The expected pages are in `tests/show`; each is what its case prints, with COLUMNS and `--at` as set here. A change of
//! them is to be read by a person.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::{BASE, FEEDS, Folder, entries_of};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schedules");
/// Every form of time, every status, and an embargo.
const ODD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/show/odd");
const AT: &str = "2025-08-26T00:00:00Z";

/// The program, with nothing of the surroundings that it looks at.
fn program(schedules: &str, columns: usize, at: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_summitcal"));
    command.env_remove("NO_COLOR").env_remove("SOURCE_DATE_EPOCH").env("COLUMNS", columns.to_string());
    command.args(["show", "--at", at, "--schedules", schedules]);
    command
}

fn run(schedules: &str, columns: usize, arguments: &[&str]) -> Output {
    program(schedules, columns, AT).args(arguments).output().expect("the program starts")
}

/// What it prints when all is well.
fn printed(schedules: &str, columns: usize, arguments: &[&str]) -> String {
    let output = run(schedules, columns, arguments);
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{arguments:?}: {err}");
    assert_eq!(err, "", "{arguments:?}");
    out
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (text(&output.stdout), text(&output.stderr))
}

fn data(schedules: &str, arguments: &[&str]) -> Vec<Value> {
    let text = printed(schedules, 100, &[arguments, &["--json"]].concat());
    assert!(text.ends_with("}\n"), "{text}");
    entries_of(&text)
}

fn entry<'a>(entries: &'a [Value], id: &str) -> &'a Value {
    entries.iter().find(|entry| entry["entry"] == id).unwrap_or_else(|| panic!("no {id}"))
}

fn golden(name: &str, schedules: &str, columns: usize, arguments: &[&str]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/show").join(name);
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(printed(schedules, columns, arguments), expected, "{name}");
}

#[test]
fn the_shipped_programme_reads_as_expected_in_english() {
    golden("english.txt", SHIPPED, 100, &[]);
    golden("english-narrow.txt", SHIPPED, 80, &["--zone", "Asia/Seoul"]);
}

#[test]
fn the_shipped_programme_reads_as_expected_in_korean() {
    golden("korean.txt", SHIPPED, 100, &["--feed", "seoul"]);
}

#[test]
fn one_entry_reads_as_expected() {
    golden("entry.txt", SHIPPED, 100, &["oval-office-meeting"]);
    golden("entry-korean.txt", SHIPPED, 100, &["us-state-visit/oval-office-meeting", "--feed", "seoul"]);
}

#[test]
fn every_form_and_status_reads_as_expected() {
    golden("odd.txt", ODD, 80, &[]);
    golden("odd-korean.txt", ODD, 100, &["--feed", "seoul"]);
}

/// The column at which the first line that holds a text has it.
fn column(page: &str, text: &str) -> usize {
    let line = page.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text} in\n{page}"));
    line.split_once(text).map_or(0, |(before, _)| before.width())
}

#[test]
fn columns_line_up_whatever_the_script() {
    for (schedules, feed, columns) in [
        (SHIPPED, "seoul", 80),
        (SHIPPED, "seoul", 120),
        (SHIPPED, "new-york", 80),
        (SHIPPED, "host", 100),
        (ODD, "seoul", 80),
        (ODD, "host", 120),
    ] {
        let page = printed(schedules, columns, &["--feed", feed]);
        assert!(page.lines().all(|line| line.width() <= columns && !line.ends_with(' ')), "{page}");
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("  ")).collect();
        let rows = rows.join(
            "
",
        );
        // The first words of a title stand on one line at any width.
        let starts: Vec<usize> = data(schedules, &["--feed", feed])
            .iter()
            .map(|entry| entry["feed"]["title"].as_str().expect("a title").chars().take(6).collect::<String>())
            .map(|title| column(&rows, &format!("  {}", title.trim_end())))
            .collect();
        assert!(starts.len() > 2 && starts[0] > 20, "{starts:?}");
        assert!(starts.iter().all(|start| *start == starts[0]), "{feed} at {columns}: {starts:?}\n{page}");
    }
    let page = printed(SHIPPED, 80, &["--feed", "seoul"]);
    assert_eq!(
        ["8월 26일 01:00 KST", "8월 26일 01:15~01:45 KST", "8월 26일 01:45 KST"].map(|time| column(&page, time)),
        [19; 3]
    );
}

#[test]
fn both_clocks_are_on_the_narrowest_page() {
    for columns in [1, 30, 45, 60] {
        let page = printed(SHIPPED, columns, &[]);
        assert!(page.contains("12:15–12:45") && page.contains("01:15–01:45"), "{columns}: {page}");
        assert!(page.lines().all(|line| line.width() <= columns.max(30)), "{columns}: {page}");
    }
    // On the host's own clock, one column is enough.
    let page = printed(SHIPPED, 100, &["--feed", "us-state-visit-new-york"]);
    assert_eq!(page.matches("12:15–12:45 EDT").count(), 1, "{page}");
    assert!(!page.contains("KST"), "{page}");
}

#[test]
fn the_meeting_in_the_oval_office_is_next_day_in_seoul() {
    let entries = data(SHIPPED, &[]);
    assert_eq!(entries.len(), 19);
    let clocked = entries.iter().filter(|entry| entry["when"]["form"] == "clock").count();
    assert_eq!(clocked, 3);
    let expected = json!({
        "visit": "us-state-visit",
        "entry": "oval-office-meeting",
        "uid": "1e442f79-a60a-51dc-8d90-79401575c27e",
        "sequence": null,
        "modified": null,
        "kind": "summit",
        "title": {"en": "Korea–U.S. summit in the Oval Office", "ko": "한미 정상회담"},
        "status": "confirmed",
        "reason": null,
        "access": "pooled",
        "press": null,
        "staff": null,
        "when": {
            "form": "clock", "zone": "America/New_York", "about": false,
            "start": {"local": "2025-08-25T12:15", "zone": "America/New_York", "instant": "2025-08-25T16:15:00Z"},
            "end": {"local": "2025-08-25T12:45", "zone": "America/New_York", "instant": "2025-08-25T16:45:00Z"},
            "first_day": "2025-08-25", "last_day": "2025-08-25", "part": null, "between": null, "after": null,
        },
    });
    let shown = entry(&entries, "oval-office-meeting");
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(shown[key], *value, "{key}");
    }
    assert_eq!(shown["place"]["venue"], json!({"en": "Oval Office", "ko": "집무실(오벌 오피스)"}));
    assert_eq!(data(SHIPPED, &["oval-office-meeting"]), *std::slice::from_ref(shown));
    assert_eq!(entry(&entries, "working-lunch")["when"]["end"], Value::Null, "an end that was not announced");
}

#[test]
fn every_form_is_told_as_data() {
    let entries = data(ODD, &[]);
    let told = |id: &str, keys: &[&str]| -> Vec<Value> {
        let when = &entry(&entries, id)["when"];
        keys.iter().map(|key| when[*key].clone()).collect()
    };
    let days = ["form", "first_day", "last_day"];
    let clock = |local: &str, instant: &str| json!({"local": local, "zone": "Europe/Paris", "instant": instant});
    let signing =
        json!([clock("2026-03-30T14:00", "2026-03-30T12:00:00Z"), clock("2026-03-30T16:00", "2026-03-30T14:00:00Z"),]);
    assert_eq!(told("retreat", &days), [json!("days"), json!("2026-03-29"), json!("2026-03-30")]);
    assert_eq!(told("signing", &["form", "between"]), [json!("between"), signing]);
    assert_eq!(told("call", &["form", "part", "zone"]), ["part", "morning", "America/Toronto"]);
    assert_eq!(told("town-hall", &days), [json!("tba"), Value::Null, Value::Null]);
    assert_eq!(told("photo", &["form", "after"]), [json!("after"), json!({"und": "Town hall"})]);
    let flight = &entry(&entries, "night-flight")["when"];
    assert_eq!(flight["form"], "journey");
    assert_eq!([&flight["first_day"], &flight["last_day"]], ["2026-03-28", "2026-03-29"]);
    assert_eq!(flight["depart"]["start"]["instant"], "2026-03-28T14:30:00Z");
    // Europe's clocks go forward in between.
    assert_eq!(flight["arrive"]["start"]["local"], "2026-03-29T06:10");
    assert_eq!(flight["arrive"]["start"]["instant"], "2026-03-29T04:10:00Z");
    assert_eq!(flight["arrive"]["place"]["city"]["en"], "Paris");
    let gala = entry(&entries, "gala");
    assert_eq!(
        [&gala["status"], &gala["reason"]],
        [&json!("postponed"), &json!({"en": "Strike at the palace", "ko": "궁전 파업"})]
    );
    assert_eq!((&gala["when"]["about"], &gala["access"]), (&json!(true), &json!("open")));
    assert_eq!(entry(&entries, "town-hall")["title"], json!({"und": "Town hall"}));
}

/// Builds a copy of schedules, because a build may write beside them; the folder that it made.
fn built(schedules: &str, name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("schedules")).expect("a folder");
    for file in fs::read_dir(schedules).expect("schedules").map(|file| file.expect("a file").path()) {
        if file.extension().is_some_and(|extension| extension == "yaml") {
            fs::copy(&file, folder.join("schedules").join(file.file_name().expect("a name"))).expect("copied");
        }
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_summitcal"));
    let output = command.args(["build", "-q", "--at", AT]).current_dir(&folder).output().expect("the program starts");
    assert!(output.status.success(), "{}", texts(&output).1);
    folder.join("dist/public/feeds")
}

/// UID → DTSTART and DTEND as in a feed's file.
fn written(feed: &Path) -> BTreeMap<String, [String; 2]> {
    let text = fs::read_to_string(feed).expect("a feed").replace("\r\n ", "");
    let events = text.split("BEGIN:VEVENT").skip(1);
    let property = |event: &str, name: &str| {
        let line = event.lines().find(|line| line.starts_with(name)).expect("a property");
        line[name.len()..].trim_start_matches([':', ';']).to_owned()
    };
    events.map(|event| (property(event, "UID"), ["DTSTART", "DTEND"].map(|name| property(event, name)))).collect()
}

#[test]
fn a_feed_holds_what_is_shown_of_it() {
    for (name, schedules, feeds) in [
        (
            "show-shipped",
            SHIPPED,
            &["seoul", "new-york", "host", "japan-working-visit-seoul", "us-state-visit-new-york"][..],
        ),
        ("show-odd", ODD, &["seoul", "host"]),
    ] {
        let out = built(schedules, name);
        for feed in feeds {
            let expected = written(&out.join(format!("{feed}.ics")));
            let value = |value: &Value| {
                let text = value["value"].as_str().expect("a value");
                match (value["tzid"].as_str(), value["date"].as_bool()) {
                    (Some(zone), _) => format!("TZID={zone}:{text}"),
                    (None, Some(true)) => format!("VALUE=DATE:{text}"),
                    _ => text.to_owned(),
                }
            };
            let shown: BTreeMap<String, [String; 2]> = data(schedules, &["--feed", feed])
                .iter()
                .map(|entry| {
                    (
                        entry["uid"].as_str().expect("a UID").to_owned(),
                        ["dtstart", "dtend"].map(|key| value(&entry["feed"][key])),
                    )
                })
                .collect();
            assert!(expected.len() > 2, "{feed}");
            assert_eq!(shown, expected, "{feed}");
        }
    }
}

#[test]
fn an_entry_in_full_says_what_its_description_says() {
    let out = built(SHIPPED, "show-described");
    for feed in ["seoul", "new-york", "host"] {
        let path = out.join(format!("{feed}.ics"));
        let text = fs::read_to_string(path).expect("a feed").replace("\r\n ", "");
        for entry in data(SHIPPED, &["--feed", feed]) {
            let uid = entry["uid"].as_str().expect("a UID");
            let event = text.split("BEGIN:VEVENT").find(|event| event.contains(uid)).expect("an event");
            let line = event.lines().find_map(|line| line.strip_prefix("DESCRIPTION:")).expect("a description");
            let described = line.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
            let name =
                format!("{}/{}", entry["visit"].as_str().expect("an id"), entry["entry"].as_str().expect("an id"));
            let page = printed(SHIPPED, 10_000, &[&name, "--feed", feed]);
            let title = entry["feed"]["title"].as_str().expect("a title");
            assert_eq!(page, format!("{title}\n{name}\n\n{described}\n\nUID: {uid}\n"), "{feed}");
        }
    }
}

#[test]
fn links_stay_whole_however_narrow_the_page() {
    let page = printed(SHIPPED, 40, &["oval-office-meeting"]);
    assert!(page.lines().any(|line| line == "https://www.asiae.co.kr/article/2025082513195325424"), "{page}");
}

#[test]
fn colour_is_for_terminals_alone_or_when_asked_for() {
    for arguments in [&[][..], &["france-visit/gala"], &["--color", "never"]] {
        assert!(!printed(ODD, 100, arguments).contains('\u{1b}'), "{arguments:?}");
    }
    let page = printed(ODD, 100, &["--color", "always"]);
    for part in [
        "\u{1b}[1mOfficial visit to France\u{1b}[0m",
        "\u{1b}[1mTelephone call with Ottawa\u{1b}[0m",
        "\u{1b}[2mmorning (Toronto)\u{1b}[0m",
        "\u{1b}[31mcancelled\u{1b}[0m",
        "\u{1b}[33mtentative\u{1b}[0m",
        "\u{1b}[33mpostponed (Strike at the palace)\u{1b}[0m",
    ] {
        assert!(page.contains(part), "{part:?} in {page:?}");
    }
    assert!(!page.contains("\u{1b}[2m23:30 KST"), "a time with a clock is not dim");
    let plain: String = page
        .split('\u{1b}')
        .map(|part| part.split_once('m').map_or(part, |(code, rest)| if code.starts_with('[') { rest } else { part }))
        .collect();
    assert_eq!(plain, printed(ODD, 100, &[]), "colour changes nothing else");
    assert!(!printed(ODD, 100, &["--color", "always", "--json"]).contains('\u{1b}'));
}

/// What is refused: exit 1, nothing on standard output, and one sentence.
fn refused(schedules: &str, arguments: &[&str]) -> String {
    let output = run(schedules, 100, arguments);
    let (out, err) = texts(&output);
    assert_eq!((output.status.code(), out.as_str()), (Some(1), ""), "{arguments:?}");
    err
}

#[test]
fn what_is_not_there_is_refused_with_the_nearest() {
    let near = "did you mean us-state-visit/oval-office-meeting?\n";
    assert_eq!(
        refused(SHIPPED, &["oval-ofice-meeting"]),
        format!("summitcal: there is no entry “oval-ofice-meeting”; {near}")
    );
    assert_eq!(refused(SHIPPED, &["Oval"]), format!("summitcal: there is no entry “Oval”; {near}"));
    assert_eq!(refused(SHIPPED, &["zzzzzzzz", "--json"]), "summitcal: there is no entry “zzzzzzzz”.\n");
    assert_eq!(
        refused(SHIPPED, &["oval-office-meeting", "--feed", "japan-working-visit-seoul"]),
        "summitcal: there is no entry “oval-office-meeting” in the feed “japan-working-visit-seoul”.\n"
    );
    assert_eq!(refused(SHIPPED, &["--feed", "soul"]), "summitcal: there is no feed “soul”; did you mean “seoul”?\n");
    let ambiguous = "summitcal: several visits have an entry “gala”; write france-visit/gala or belgium-visit/gala.\n";
    assert_eq!(refused(ODD, &["gala"]), ambiguous);
    let zone = run(SHIPPED, 100, &["--zone", "EST"]);
    assert_eq!(zone.status.code(), Some(2));
    assert!(texts(&zone).1.contains("America/New_York"));
}

#[test]
fn an_embargo_hides_an_entry_and_its_name() {
    assert!(!printed(ODD, 100, &[]).contains("Embargoed"));
    assert!(!printed(ODD, 100, &["--json"]).contains("private-call"));
    assert!(!refused(ODD, &["private-cal"]).contains("private-call"));
    let lifted = program(ODD, 100, "2026-04-01T20:30:00Z").arg("private-call").output().expect("the program starts");
    assert!(texts(&lifted).0.starts_with("Embargoed call\n"));
}

#[test]
fn a_schedule_with_errors_is_reported_and_not_shown() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("show-errors");
    fs::create_dir_all(&folder).expect("a folder");
    for file in ["feeds.yaml", "belgium.yaml", "france.yaml"] {
        let text = fs::read_to_string(Path::new(ODD).join(file)).expect("a schedule");
        fs::write(folder.join(file), text.replace("2026-03-28 23:30", "2026-03-28 25:30")).expect("written");
    }
    let err = refused(folder.to_str().expect("UTF-8"), &[]);
    assert!(err.contains("france.yaml:15:") && err.contains("error["), "{err}");
}

#[test]
fn warnings_are_for_those_who_want_more() {
    // Nothing is said of the missing status of the dinner in Belgium …
    printed(ODD, 100, &[]);
    let output = run(ODD, 100, &["-v"]);
    assert!(output.status.success());
    assert!(texts(&output).1.contains("warning[no-status]"));
}

#[test]
fn nothing_to_show_is_said() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("show-nothing");
    fs::create_dir_all(&folder).expect("a folder");
    fs::copy(Path::new(ODD).join("france.yaml"), folder.join("france.yaml")).expect("copied");
    let feeds = fs::read_to_string(Path::new(ODD).join("feeds.yaml")).expect("feeds");
    fs::write(folder.join("feeds.yaml"), feeds.replace("[meeting, meal, ceremony]", "[briefing]")).expect("written");
    let folder = folder.to_str().expect("UTF-8");
    assert_eq!(printed(folder, 100, &["--feed", "seoul"]), "표시할 일정이 없습니다.\n");
    assert_eq!(printed(folder, 100, &["--feed", "seoul", "--json"]).matches("\"visits\": []").count(), 1);
}

#[test]
fn a_reader_who_has_gone_is_no_failure() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = program(SHIPPED, 100, AT);
    let mut child = command.stdout(writer).stderr(Stdio::piped()).spawn().expect("the program starts");
    // The command holds an end of the pipe until it goes.
    drop(command);
    let status = child.wait().expect("it ends");
    let mut err = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().expect("piped"), &mut err).expect("UTF-8");
    assert_eq!((status.code(), err.as_str()), (Some(0), ""));
}

/// The entries of one day, as the list has them.
fn order(entries: &str) -> Vec<String> {
    let folder = Folder::with(&[("feeds.yaml", FEEDS)]);
    let head = BASE.split("entries:").next().expect("a head");
    folder.write("schedules/base.yaml", format!("{head}entries:\n{entries}").as_bytes());
    let ran = folder.run(&["show", "--json", "--at", AT]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let entries = entries_of(&ran.stdout);
    entries.iter().map(|entry| entry["entry"].as_str().expect("an id").to_owned()).collect()
}

fn entry_at(id: &str, when: &str) -> String {
    format!("  - {{id: {id}, kind: meeting, title: {id}, when: {when}, status: confirmed, sources: [s]}}\n")
}

#[test]
fn a_day_is_in_the_order_of_what_is_known_of_its_times() {
    let day = |more: &str| format!("{{date: 2025-08-23{more}}}");
    let written = [
        entry_at("unknown", &day("")),
        entry_at("half-past", "{start: 2025-08-23 12:30}"),
        entry_at("afternoon", &day(", part: afternoon")),
        entry_at("noon", "{start: 2025-08-23 12:00}"),
        entry_at("evening", "{start: 2025-08-23 19:30}"),
        entry_at("three", "{start: 2025-08-23 15:00}"),
        entry_at("window", &day(", between: [08:00, 10:00]")),
        entry_at("after-noon", "{after: noon}"),
        entry_at("after-that", "{after: after-noon}"),
        entry_at("after-unknown", "{after: unknown}"),
    ];
    let expected = [
        "window",
        "noon",
        "after-noon",
        "after-that",
        "half-past",
        "afternoon",
        "three",
        "evening",
        "unknown",
        "after-unknown",
    ];
    assert_eq!(order(&written.concat()), expected);
}

#[test]
fn what_was_written_before_a_journey_stays_before_it() {
    let flight = "  - {id: flight, kind: travel, title: Flight, status: confirmed, sources: [s], \
                  depart: {start: 2025-08-23 18:00, place: {city: Tokyo, country: JP}}, \
                  arrive: {start: 2025-08-23 20:30, place: {city: Seoul, country: KR}, zone: Asia/Seoul}}\n";
    let wreath = entry_at("wreath", "{date: 2025-08-23}");
    let reception = entry_at("reception", "{date: 2025-08-23}");
    let lunch = entry_at("lunch", "{start: 2025-08-23 12:00}");
    let talks = entry_at("talks", "{start: 2025-08-23 11:00}");
    let press = entry_at("press", "{after: talks}");
    let written = [wreath.as_str(), talks.as_str(), lunch.as_str(), press.as_str(), flight, reception.as_str()];
    assert_eq!(order(&written.concat()), ["talks", "lunch", "press", "wreath", "flight", "reception"]);
}
