//! What changed, in words: each thing that can be said of an entry, edited alone, as `summitcal diff` tells it.

use crate::support::{FEEDS, Folder};

/// A meeting and a flight of which there is everything to say.
const VISIT: &str = "\
visit: case
kind: working-visit
title: Case
principal: President A
zone: America/New_York
dates: {from: 2025-08-23, to: 2025-08-25}
audience: public
disputed: [{field: kind, says: state visit, source: v}]
sources:
  s: {publisher: P, title: Plan}
  t: {publisher: Q}
  u: {publisher: R, url: \"https://example.org/u\"}
  v: {publisher: V}
entries:
  - id: talks
    kind: meeting
    title: Talks
    when: {start: 2025-08-24 10:00, end: 11:00}
    place: {venue: Hall, city: Washington}
    status: confirmed
    access: open
    principal: Minister B
    with: [C, D]
    note: A note.
    link: https://example.org/talks
    press: {meet_at: Gate, gather: 2025-08-24 09:00}
    staff: {note: Two cars.}
    actual: {start: 2025-08-24 10:05, says: They began late., sources: [t]}
    disputed: [{field: title, says: Consultations, source: u}]
    sources: [s]
  - id: flight
    kind: travel
    title: Flight
    depart: {start: 2025-08-25 12:00, place: {city: Washington}}
    arrive: {start: 2025-08-26 16:00, zone: Asia/Tokyo, place: {city: Tokyo}}
    status: confirmed
    sources: [s]
";

const ALL: &str = "For everyone:";
const PRESS: &str = "For the press and staff:";
const STAFF: &str = "For staff:";

/// Each edit, by what is written instead of what, and what is told: to whom, and in which lines.
const EDITS: &[(&str, &str, &str, &[&str])] = &[
    ("title: Talks", "title: Consultations", ALL, &["Consultations: title changed: “Consultations” (was: “Talks”)"]),
    ("end: 11:00}", "end: 11:30}", ALL, &["Talks: time changed: 24 Aug 10:00–11:30 EDT (was: 24 Aug 10:00–11:00 EDT)"]),
    (
        "title: Talks",
        "title: 'Talks on \"B\" \\ C'",
        ALL,
        &["Talks on \"B\" \\ C: title changed: “Talks on \"B\" \\ C” (was: “Talks”)"],
    ),
    (
        "title: Flight",
        "title: {en: Flight home, ko: 귀국}",
        ALL,
        &["Flight home: title changed: “Flight home” (was: “Flight”)"],
    ),
    (
        "10:00, end: 11:00}",
        "10:00}",
        ALL,
        &["Talks: time changed: 24 Aug 10:00 EDT, end not announced (was: 24 Aug 10:00–11:00 EDT)"],
    ),
    (
        "when: {start: 2025-08-24 10:00, end: 11:00}",
        "when: {start: 2025-08-24 10:00, end: 11:00, about: true}",
        ALL,
        &["Talks: time changed: 24 Aug about 10:00–11:00 EDT (was: 24 Aug 10:00–11:00 EDT)"],
    ),
    (
        "{start: 2025-08-24 10:00, end: 11:00}",
        "{date: 2025-08-24, between: [14:00, 16:00]}",
        ALL,
        &["Talks: time no longer announced: 24 Aug, between 14:00 and 16:00 EDT (was: 24 Aug 10:00–11:00 EDT)"],
    ),
    (
        "{start: 2025-08-24 10:00, end: 11:00}",
        "{from: 2025-08-24, to: 2025-08-25}",
        ALL,
        &["Talks: time no longer announced: 24 Aug – 25 Aug (was: 24 Aug 10:00–11:00 EDT)"],
    ),
    (
        "{start: 2025-08-24 10:00, end: 11:00}",
        "tba",
        ALL,
        &["Talks: time no longer announced: date to be announced (was: 24 Aug 10:00–11:00 EDT)"],
    ),
    ("venue: Hall", "venue: Room", ALL, &["Talks: place changed: Room, Washington (was: Hall, Washington)"]),
    (
        "    place: {venue: Hall, city: Washington}\n",
        "",
        ALL,
        &["Talks: place no longer given (was: Hall, Washington)"],
    ),
    (
        "status: confirmed\n    access",
        "status: postponed\n    reason: Storm\n    access",
        ALL,
        &["Talks: status: postponed (was: confirmed); reason announced: Storm"],
    ),
    ("kind: meeting", "kind: summit", ALL, &["Talks: kind changed: summit (was: meeting)"]),
    ("access: open", "access: pooled", ALL, &["Talks: press access changed: pooled press (was: open press)"]),
    ("    access: open\n", "", ALL, &["Talks: press access no longer given (was: open press)"]),
    ("Minister B", "Minister E", ALL, &["Talks: principal changed: Minister E (was: Minister B)"]),
    ("    principal: Minister B\n", "", ALL, &["Talks: principal no longer given (was: Minister B)"]),
    ("[C, D]", "[C, D, E]", ALL, &["Talks: participants changed: C; D; E (was: C; D)"]),
    ("    with: [C, D]\n", "", ALL, &["Talks: participants no longer given (was: C; D)"]),
    ("A note.", "Another note.", ALL, &["Talks: note changed: Another note. (was: A note.)"]),
    ("    note: A note.\n", "", ALL, &["Talks: note removed (was: A note.)"]),
    (
        "example.org/talks",
        "example.org/other",
        ALL,
        &["Talks: link changed: https://example.org/other (was: https://example.org/talks)"],
    ),
    ("meet_at: Gate", "meet_at: Door", PRESS, &["Talks: meeting point changed: Door (was: Gate)"]),
    (
        "gather: 2025-08-24 09:00",
        "gather: 2025-08-24 09:10",
        PRESS,
        &["Talks: gather time changed: 24 Aug 09:10 EDT (was: 24 Aug 09:00 EDT)"],
    ),
    (
        "    press: {meet_at: Gate, gather: 2025-08-24 09:00}\n",
        "",
        PRESS,
        &[
            "Talks: gather time no longer given (was: 24 Aug 09:00 EDT)",
            "Talks: meeting point no longer given (was: Gate)",
        ],
    ),
    ("Two cars.", "Three cars.", STAFF, &["Talks: note for staff changed: Three cars. (was: Two cars.)"]),
    ("10:05, says", "10:06, says", ALL, &["Talks: what happened changed: 24 Aug 10:06 EDT (was: 24 Aug 10:05 EDT)"]),
    (
        "They began late.",
        "They began.",
        ALL,
        &["Talks: account of what happened changed: They began. (was: They began late.)"],
    ),
    ("sources: [t]}", "sources: [t, u]}", ALL, &["Talks: source of what happened changed: Q; R (was: Q)"]),
    (
        "    sources: [s]\n  - id: flight",
        "    sources: [t]\n  - id: flight",
        ALL,
        &["Talks: source added: Q", "Talks: source removed: P, “Plan”"],
    ),
    (
        "says: Consultations",
        "says: Deliberations",
        ALL,
        &["Talks: other accounts changed: title: Deliberations (R) (was: title: Consultations (R))"],
    ),
    (
        "publisher: R",
        "publisher: S",
        ALL,
        &["Talks: other accounts changed: title: Consultations (S) (was: title: Consultations (R))"],
    ),
    ("example.org/u", "example.org/w", ALL, &["Talks: other accounts changed"]),
    ("publisher: Q", "publisher: S", ALL, &["Talks: source of what happened changed: S (was: Q)"]),
    (
        "title: Plan",
        "title: Schedule",
        ALL,
        &["Flight: details of a source changed", "Talks: details of a source changed"],
    ),
    ("title: Case", "title: Another case", ALL, &["Another case: title changed: “Another case” (was: “Case”)"]),
    (
        "says: state visit",
        "says: official visit",
        ALL,
        &["Case: other accounts changed: kind: official visit (V) (was: kind: state visit (V))"],
    ),
    (
        "{start: 2025-08-25 12:00, place",
        "{date: 2025-08-25, part: midday, place",
        ALL,
        &["Flight: departure no longer announced: 25 Aug, midday (was: 25 Aug 12:00 EDT)"],
    ),
    (
        "2025-08-26 16:00",
        "2025-08-26 17:00",
        ALL,
        &["Flight: arrival changed: 26 Aug 17:00 JST (was: 26 Aug 16:00 JST)"],
    ),
    ("{city: Tokyo}", "{city: Osaka}", ALL, &["Flight: place of arrival changed: Osaka (was: Tokyo)"]),
    (
        ", place: {city: Washington}}\n    arrive",
        "}\n    arrive",
        ALL,
        &["Flight: place of departure no longer given (was: Washington)"],
    ),
];

fn folder(visit: &str) -> Folder {
    let feed =
        |audience: &str| format!("  - {{id: all, title: T, zone: Asia/Seoul, language: en, audience: {audience}}}\n");
    let feeds = format!("pages: false\n{FEEDS}{}{}", feed("press"), feed("staff"));
    let folder = Folder::with(&[("feeds.yaml", &feeds), ("case.yaml", visit)]);
    let ran = folder.run(&["build", "--at", "2025-08-01T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    folder
}

fn diff(folder: &Folder, visit: &str, format: &str) -> String {
    folder.write("schedules/case.yaml", visit.as_bytes());
    let ran = folder.run(&["diff", "--format", format]);
    assert!(
        ran.code == 1 && !ran.stderr.contains("error") && !ran.stderr.contains("zone-moved"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    ran.stdout
}

#[test]
fn every_edit_is_told_and_nothing_else() {
    let folder = folder(VISIT);
    folder.write("schedules/case.yaml", VISIT.as_bytes());
    assert_eq!(folder.run(&["diff"]).code, 0, "nothing changed yet");
    let (mut complaints, lock) = (Vec::new(), folder.read("schedules/revisions.lock"));
    for (old, new, whom, lines) in EDITS {
        assert_eq!(VISIT.matches(old).count(), 1, "{old}");
        let said = diff(&folder, &VISIT.replace(old, new), "text");
        if said != format!("{whom}\n  {}\n", lines.join("\n  ")) {
            complaints.push(format!("{old:?} → {new:?}: {said}"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert_eq!(folder.read("schedules/revisions.lock"), lock, "comparing writes nothing");
}

#[test]
fn what_is_new_is_told_with_its_time() {
    let (without, talks) =
        (VISIT.replace("    disputed: [{field: title, says: Consultations, source: u}]\n", ""), VISIT);
    assert_eq!(
        diff(&folder(&without), talks, "text"),
        "For everyone:\n  Talks: other accounts added: title: Consultations (R)\n"
    );
    let head = &VISIT[..VISIT.find("  - id: flight").expect("the flight")];
    assert_eq!(
        diff(&folder(head), VISIT, "text"),
        "For everyone:\n  Flight: announced: Departs: 25 Aug 12:00 EDT; Arrives: 26 Aug 16:00 JST\n"
    );
    // An entry for some alone is told to them alone.
    let staff = format!("{VISIT}    audience: staff\n");
    let said = diff(&folder(head), &staff, "text");
    assert!(said.starts_with("For staff:\n  Flight: announced: "), "{said}");
}

#[test]
fn what_others_knew_already_is_told_to_those_alone_who_did_not() {
    let for_press = VISIT.replace("    access: open\n", "    access: open\n    audience: press\n");
    let said = diff(&folder(&for_press), VISIT, "text");
    assert!(said.starts_with("For the public:\n  Talks: announced: "), "{said}");
    assert!(!said.contains("For the press") && !said.contains("For staff"), "{said}");
}

#[test]
fn one_audience_alone_can_be_asked_for() {
    let folder = folder(VISIT);
    folder.write("schedules/case.yaml", format!("{VISIT}    staff: {{note: Cars}}\n").as_bytes());
    let ask = |whom: &str| folder.run(&["diff", "--audience", whom]);
    assert_eq!((ask("public").code, ask("public").stdout.as_str()), (0, ""));
    let ran = ask("staff");
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "For staff:\n  Flight: note for staff added: Cars\n"));
}

#[test]
fn programs_are_told_what_became_of_it() {
    let folder = folder(VISIT);
    let kind = |visit: &str| {
        let data: serde_json::Value = serde_json::from_str(&diff(&folder, visit, "json")).expect("JSON");
        assert_eq!(data.as_array().map(Vec::len), Some(1), "{data}");
        let audiences: Vec<_> =
            data[0]["audiences"].as_array().expect("audiences").iter().map(ToString::to_string).collect();
        (data[0]["kind"].to_string(), audiences.concat())
    };
    let all = "\"public\"\"press\"\"staff\"".to_owned();
    assert_eq!(kind(&VISIT.replace("Talks", "Consultations")), ("\"revised\"".to_owned(), all.clone()));
    assert_eq!(kind(&VISIT.replace("Two cars", "Three cars")), ("\"revised\"".to_owned(), "\"staff\"".to_owned()));
    let more = format!("{VISIT}  - {{id: more, kind: meal, title: T, when: tba, status: confirmed, sources: [s]}}\n");
    assert_eq!(kind(&more), ("\"announced\"".to_owned(), all));
}

#[test]
fn a_comment_shows_texts_of_authors_as_they_are() {
    let odd = "title: 'Talks <b> & `c` *d* _e_ [f] @g #1 ~h~ https://example.org'";
    let said = diff(&folder(VISIT), &VISIT.replace("title: Talks", odd), "markdown");
    let shown =
        "Talks &lt;b&gt; &amp; \\`c\\` \\*d\\* \\_e\\_ \\[f\\] &#64;g &#35;1 \\~h\\~ https:\u{200B}//example.org";
    assert_eq!(
        said,
        format!("### For everyone\n\n- **{shown}** (`case/talks`): title changed: “{shown}” (was: “Talks”)\n")
    );
}
