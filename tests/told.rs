//! What changed, in words: each thing that can be said of an entry, edited alone, as `summitcal diff` tells it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

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
        &[
            "Talks: source changed: P, “Schedule” (was: P, “Plan”)",
            "Flight: source changed: P, “Schedule” (was: P, “Plan”)",
        ],
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

/// A visit of three entries in two languages, and feeds in three.
const STATE_VISIT: &str = "\
visit: uk-state-visit
kind: state-visit
title: {en: State visit, ja: 国賓訪問}
principal: President A
zone: Europe/London
dates: {from: 2025-07-08, to: 2025-07-10}
audience: public
sources: {s: {publisher: P}}
entries:
  - id: museum
    kind: other
    title: British Museum
    when: {start: 2025-07-09 15:00, end: 16:00}
    status: cancelled
    reason: for reasons of time
    sources: [s]
  - id: luncheon
    kind: meal
    title: {en: Luncheon, ja: 昼食会}
    when: {start: 2025-07-09 12:00}
    place: {venue: Guildhall, city: London}
    status: confirmed
    sources: [s]
  - id: flight
    kind: travel
    title: Flight
    depart: {start: 2025-07-10 10:00, place: {city: London}}
    arrive: {start: 2025-07-11 06:00, zone: Asia/Seoul, place: {city: Seoul}}
    status: confirmed
    sources: [s]
";

const STATE_FEEDS: &str = "\
publisher: Office
uid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10
pages: true
feeds:
  - {id: host, title: Visits, zone: host, language: en, audience: public}
  - {id: seoul, title: Visits, zone: Asia/Seoul, language: ko, audience: public}
  - {id: tokyo, title: Visits, zone: Asia/Tokyo, language: ja, audience: public}
";

const NEW_ENTRY: &str = "\
- id: talks
    kind: meeting
    title: Talks
    when: {start: 2025-07-09 10:00, end: 11:00}
    status: tentative
    sources: [s]
";

/// Edits of the visit, one after another in one folder; by name, what is written instead of what.
const STATE_EDITS: &[(&str, &[(&str, &str)])] = &[
    ("dates", &[("to: 2025-07-10}", "to: 2025-07-11}")]),
    ("kind", &[("kind: state-visit", "kind: official-visit")]),
    ("storm", &[("audience: public\n", "audience: public\nstatus: cancelled\nreason: Storm\n")]),
    ("storm-over", &[("status: cancelled\nreason: Storm\n", "")]),
    ("start-alone", &[("12:00}", "12:30}")]),
    ("place", &[("venue: Guildhall", "venue: Mansion House")]),
    ("arrival", &[("2025-07-11 06:00", "2025-07-11 07:00")]),
    ("one-language", &[("昼食会", "午餐会")]),
    ("renamed", &[("id: luncheon", "id: lunch\n    formerly: uk-state-visit/luncheon")]),
    ("announced", &[("  - id: museum", "  NEW  - id: museum")]),
    (
        "another-year",
        &[
            ("from: 2025-07-08, to: 2025-07-11", "from: 2025-07-08, to: 2026-07-11"),
            ("2025-07-09 12:30", "2026-07-09 12:30"),
        ],
    ),
    ("year-of-the-visit", &[("from: 2025-07-08", "from: 2025-07-09"), ("Mansion House", "Guildhall")]),
];

/// What is told of each edit: before the build by `diff`, and after it in `changes.atom`, on the pages of changes, and from the lock file.
#[test]
fn what_reality_does_is_told_in_three_languages() {
    let folder = Folder::with(&[("uk-state-visit.yaml", STATE_VISIT), ("feeds.yaml", STATE_FEEDS)]);
    let build = |at: &str| {
        let ran = folder.run(&["build", "--at", at]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    };
    build("2025-07-01T00:00:00Z");
    let mut visit = STATE_VISIT.to_owned();
    for (position, (name, edits)) in STATE_EDITS.iter().enumerate() {
        for (old, new) in *edits {
            assert_eq!(visit.matches(old).count(), 1, "{name}: {old}");
            visit = visit.replace(old, &new.replace("NEW", NEW_ENTRY));
        }
        folder.write("schedules/uk-state-visit.yaml", visit.as_bytes());
        let at = format!("2025-07-01T{:02}:00:00Z", position + 1);
        let mut told = format!("diff\n{}", folder.run(&["diff", "--at", &at]).stdout);
        build(&at);
        let _ =
            write!(told, "\nchanges\n{}", folder.run(&["changes", "--since", &earlier(position), "--at", &at]).stdout);
        let atom = folder.read("dist/public/changes.atom");
        let _ = write!(told, "\natom\n{}", items(&atom, "<entry>", "<published>", &at));
        for language in ["", "ko/", "ja/"] {
            let page = folder.read(&format!("dist/public/{language}changes.html"));
            let first = page.split("<li>").skip(1).map(|item| item.split("</li>").next().unwrap_or_default());
            let dates: Vec<String> = first.map(plain_text).collect();
            let now: Vec<&String> =
                dates.iter().filter(|item| item.contains(&format!("{:02}:00 KST", (position + 10) % 24))).collect();
            let _ = writeln!(told, "\n{language}changes.html");
            for item in now {
                let _ = writeln!(told, "{item}");
            }
        }
        golden(&format!("tests/told/{name}.txt"), &told);
    }
}

/// The instant of the build before.
fn earlier(position: usize) -> String {
    format!("2025-07-01T{position:02}:00:00Z")
}

/// The titles and contents of the items of an Atom feed that are of an instant.
fn items(atom: &str, begin: &str, mark: &str, at: &str) -> String {
    let all = atom.split(begin).skip(1).filter(|item| item.contains(&format!("{mark}{at}")));
    let part = |item: &str, name: &str| {
        let (_, rest) = item.split_once(&format!("<{name}")).expect("it has one");
        let (_, rest) = rest.split_once('>').expect("a tag ends");
        rest.split(&format!("</{name}>")).next().unwrap_or_default().replace('\n', " | ")
    };
    let lines: Vec<String> = all.map(|item| [part(item, "title"), part(item, "content")].join("\n  ") + "\n").collect();
    lines.concat()
}

/// What a browser shows of some HTML, as one line; what was is between tildes.
fn plain_text(html: &str) -> String {
    let html = html.replace("<s>", "~").replace("</s>", "~").replace("<span", " <span").replace("&quot;", "\"");
    let text: String = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn golden(path: &str, found: &str) {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("SUMMITCAL_GOLDEN").is_some() {
        return fs::write(whole, found).expect("it can be written");
    }
    let expected = fs::read_to_string(&whole).unwrap_or_default();
    assert!(found == expected, "{path}, found:\n{found}\nexpected:\n{expected}");
}

/// How the settings of feeds changed is told to those who run them, and no more.
#[test]
fn settings_of_feeds_are_told_as_what_they_are() {
    let folder = Folder::with(&[("uk-state-visit.yaml", STATE_VISIT), ("feeds.yaml", STATE_FEEDS)]);
    assert_eq!(folder.run(&["build", "--at", "2025-07-01T00:00:00Z"]).code, 0);
    let edited = STATE_FEEDS
        .replace("{id: host, title: Visits", "{id: host, title: All visits")
        .replace("zone: Asia/Seoul, language: ko", "zone: Asia/Tokyo, language: en")
        .replace(
            "  - {id: tokyo, title: Visits, zone: Asia/Tokyo, language: ja, audience: public}\n",
            "  - {id: new, title: N, zone: host, language: en, audience: public}\n",
        );
    folder.write("schedules/feeds.yaml", edited.as_bytes());
    let at = ["--at", "2025-07-02T00:00:00Z"];
    let told = "\
Feeds:
  public/host: title changed: All visits (was: Visits)
  public/new: added
  public/seoul: language changed: en (was: ko); zone changed: Asia/Tokyo (was: Asia/Seoul)
  public/tokyo: made no more
";
    let ran = folder.run(&["diff", at[0], at[1]]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, told));
    let ran = folder.run(&["build", "--locked", at[0], at[1]]);
    assert!(ran.code == 1 && ran.stdout.starts_with(told), "{}", ran.stdout);
    assert_eq!(folder.run(&["build", at[0], at[1]]).code, 0);
    assert_eq!(folder.run(&["diff", at[0], at[1]]).code, 0);
    assert!(!folder.read("dist/public/changes.atom").contains("2025-07-02"), "to readers it is no news");
}

/// Two output folders are compared by their data: an open end is no end, and a rename is one.
#[test]
fn output_folders_are_told_apart_as_revisions_are() {
    let folder = Folder::with(&[("uk-state-visit.yaml", STATE_VISIT), ("feeds.yaml", STATE_FEEDS)]);
    let build = |out: &str, at: &str| assert_eq!(folder.run(&["build", "--out", out, "--at", at]).code, 0);
    build("old", "2025-07-01T00:00:00Z");
    let visit = STATE_VISIT
        .replace("12:00}", "12:30}")
        .replace("id: luncheon", "id: lunch\n    formerly: uk-state-visit/luncheon")
        .replace("kind: state-visit", "kind: official-visit")
        .replace(
            "    sources: [s]\n  - id: flight",
            "    note: {en: Bring a hat, ja: 帽子}\n    sources: [s]\n  - id: flight",
        );
    folder.write("schedules/uk-state-visit.yaml", visit.as_bytes());
    let told = "\
For the public:
  State visit: kind changed: official visit (was: state visit)
  Luncheon: time changed: 9 Jul 12:30 London time (UTC+1), end not announced (was: 9 Jul 12:00 London time (UTC+1), end not announced)
  Luncheon: note added: Bring a hat
  Luncheon: renamed from uk-state-visit/luncheon
";
    let by_lock = folder.run(&["diff", "--at", "2025-07-02T00:00:00Z"]).stdout;
    assert_eq!(by_lock, told);
    build("new", "2025-07-02T00:00:00Z");
    let ran = folder.run(&["diff", "old", "new"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (1, told, ""));
    assert_eq!(folder.run(&["diff", "new", "new"]).code, 0);
}

/// Who takes an entry out is told what readers will be; and what was taken back of a visit is told no more.
#[test]
fn a_withdrawal_says_what_readers_will_be_told() {
    let folder = Folder::with(&[("uk-state-visit.yaml", STATE_VISIT), ("feeds.yaml", STATE_FEEDS)]);
    let build = |at: &str| assert_eq!(folder.run(&["build", "--at", at]).code, 0);
    build("2025-07-01T00:00:00Z");
    let (rest, _) = STATE_VISIT.split_once("  - id: flight").expect("a flight");
    folder.write("schedules/uk-state-visit.yaml", rest.as_bytes());
    let ran = folder.run(&["withdraw", "uk-state-visit/flight", "--at", "2025-07-02T00:00:00Z"]);
    let told = "Readers will be told:\nFor the public:\n  Flight: withdrawn\n\nUntil you commit, “summitcal diff HEAD” says so too;";
    assert!(ran.code == 0 && ran.stdout.contains(told), "{}{}", ran.stdout, ran.stderr);
    let ran = folder.run(&["diff", "--at", "2025-07-02T00:00:00Z"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "it is done already");
    build("2025-07-02T00:00:00Z");
    assert!(folder.read("dist/public/changes.atom").contains("<title>Flight: withdrawn</title>"));

    folder.write("schedules/uk-state-visit.yaml", rest.replace("kind: state-visit", "kind: private-visit").as_bytes());
    build("2025-07-03T00:00:00Z");
    let tells = |path: &str| folder.read(path).contains("was: state visit");
    assert!(tells("dist/public/changes.atom") && folder.run(&["changes"]).stdout.contains("was: state visit"));
    let ran = folder.run(&["withdraw", "--redact", "--was", "uk-state-visit", "--at", "2025-07-04T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    build("2025-07-04T00:00:00Z");
    assert!(!tells("dist/public/changes.atom") && !folder.read("schedules/revisions.lock").contains("\"state-visit\""));
    assert!(!folder.run(&["changes"]).stdout.contains("state visit (was"));
    // A visit is taken out by its entries.
    assert_eq!(folder.run(&["withdraw", "uk-state-visit"]).code, 2);
}

/// The last changes, from the lock file: since an instant, or since what it knew at a git revision.
#[test]
fn the_last_changes_are_told_since_then() {
    let folder = Folder::with(&[("uk-state-visit.yaml", STATE_VISIT), ("feeds.yaml", STATE_FEEDS)]);
    let git = |arguments: &[&str]| {
        let options = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
        let mut command = std::process::Command::new("git");
        command.current_dir(folder.path()).args(options).args(arguments);
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            command.env_remove(name);
        }
        assert!(command.output().expect("git").status.success(), "{arguments:?}");
    };
    let commit = |tag: &str| {
        git(&["add", "-A", "."]);
        git(&["commit", "-q", "-m", tag]);
        git(&["tag", tag]);
    };
    git(&["init", "-q"]);
    commit("unbuilt");
    assert_eq!(folder.run(&["build", "--at", "2025-07-01T00:00:00Z"]).code, 0);
    commit("built");
    folder.write("schedules/uk-state-visit.yaml", STATE_VISIT.replace("12:00}", "12:30}").as_bytes());
    assert_eq!(folder.run(&["build", "--at", "2025-07-02T00:00:00Z"]).code, 0);
    let told = |arguments: &[&str]| {
        let ran = folder.run(&[&["changes"], arguments].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
        ran.stdout
    };
    let time = "2025-07-02T00:00:00Z  Luncheon: time changed: 9 Jul 12:30 London time (UTC+1), end not announced (was: 9 Jul \
                12:00 London time (UTC+1), end not announced) (for the public)\n";
    assert_eq!(told(&["--since", "built"]), time);
    assert_eq!(told(&["--since", "2025-07-01T00:00:00Z"]), time);
    assert_eq!(told(&["--since", "2025-07-02T00:00:00Z"]), "");
    assert_eq!(told(&["--since", "built", "--audience", "press"]), "");
    // Where there was no lock file yet, all of it came later.
    let all = told(&["--since", "unbuilt"]);
    assert!(all.starts_with(time) && all.lines().count() == 4, "{all}");
    assert_eq!(all, told(&[]));
    let data: serde_json::Value = serde_json::from_str(&told(&["--since", "built", "--format", "json"])).expect("JSON");
    assert_eq!(data[0]["entry"], "uk-state-visit/luncheon");
    assert_eq!(data[0]["changes"][0]["values"]["was"]["start"]["instant"], "2025-07-09T11:00:00Z");
    let published: serde_json::Value = serde_json::from_str(&folder.read("dist/public/changes.json")).expect("JSON");
    assert_eq!(published[0]["changes"], data[0]["changes"], "what is published is the same");
    let ran = folder.run(&["changes", "--since", "nowhere"]);
    assert!(ran.code == 2 && ran.stderr.contains("--since takes an instant"), "{}", ran.stderr);
}
