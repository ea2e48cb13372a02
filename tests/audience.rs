//! Each audience sees what is for it, and only that: the cases that went wrong elsewhere, by name.

use std::fmt::Write as _;

use crate::support::calendar::{Component, parse};
use crate::support::{AT, Folder, NAMESPACE, entries_of};
use serde_json::{Value, json};
use uuid::Uuid;

const AUDIENCES: [&str; 3] = ["public", "press", "staff"];

/// A visit with something for everybody; what is not for the public has a canary in it.
const VISIT: &str = "\
visit: case
kind: state-visit
title: {en: Case, ko: 사례, ja: 事例}
principal: {en: President A, ko: 가 대통령, ja: 甲大統領}
zone: America/New_York
dates: {from: 2025-08-24, to: 2025-08-31}
audience: public
sources:
  s: {publisher: {en: Office, ko: 대통령실, ja: 大統領室}}
  canary: {publisher: Canary publisher, url: https://canary.example.org/}
entries:
  - id: summit
    kind: summit
    title: {en: Summit, ko: 정상회담, ja: 首脳会談}
    when: {start: 2025-08-25 12:15, end: 12:45}
    status: confirmed
    access: pooled
    sources: [s]
    press:
      gather: 11:00
      meet_at: {en: Canary Gate, ko: 카나리아문, ja: カナリア門}
      call_time: 2025-08-25 11:40
      filing_centre: {en: Canary ballroom, ko: 카나리아실, ja: カナリアの間}
      contact: {en: Canary desk, ko: 카나리아 데스크, ja: カナリア担当}
      note: {en: Canary ID., ko: 카나리아 신분증, ja: カナリア身分証}
    staff:
      note: {en: Canary motorcade., ko: 카나리아 차량, ja: カナリア車列}
      contact: {en: Canary protocol, ko: 카나리아 의전, ja: カナリア儀典}
  - {id: for-press, kind: briefing, title: Canary briefing, when: {start: 2025-08-26 09:43}, status: confirmed, sources: [canary], audience: press}
  - {id: for-staff, kind: meeting, title: Canary meeting, when: {date: 2025-08-29}, status: confirmed, sources: [canary], audience: staff}
  - {id: embargoed, kind: meal, title: Canary dinner, when: {date: 2025-08-30}, status: confirmed, sources: [canary], embargo: 2025-08-24T20:00-04:00}
  - {id: last, kind: meal, title: Last, when: {date: 2025-08-27}, status: confirmed, sources: [s]}
";

fn feeds(more: &str) -> String {
    let mut text = format!("publisher: P\nuid_namespace: {NAMESPACE}\nfeeds:\n");
    for audience in AUDIENCES {
        for (id, zone, language) in [("en", "host", "en"), ("ko", "Asia/Seoul", "ko"), ("ja", "Asia/Tokyo", "ja")] {
            let _ = writeln!(
                text,
                "  - {{id: {id}, title: T, zone: {zone}, language: {language}, audience: {audience}{more}}}"
            );
        }
    }
    text
}

fn folder() -> Folder {
    Folder::with(&[("case.yaml", VISIT), ("feeds.yaml", &feeds(""))])
}

fn build(folder: &Folder, at: &str) -> String {
    let ran = folder.run(&["build", "--at", at]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    ran.stdout
}

fn feed(folder: &Folder, audience: &str, id: &str) -> Component {
    parse(&folder.read(&format!("dist/{audience}/feeds/{id}.ics")))
}

fn uid(id: &str) -> String {
    Uuid::new_v5(&NAMESPACE.parse().expect("a UUID"), format!("case/{id}").as_bytes()).to_string()
}

fn event<'c>(calendar: &'c Component, id: &str) -> Option<&'c Component> {
    calendar.all("VEVENT").find(|event| event.value("UID") == uid(id))
}

fn description(folder: &Folder, audience: &str, language: &str) -> String {
    event(&feed(folder, audience, language), "summit").expect("the summit").text("DESCRIPTION")
}

/// Whatever is below a folder: names and bytes, in lower case and without folds.
fn everything(folder: &Folder, below: &str) -> String {
    let files = folder.snapshot(below);
    assert!(files.len() > 4, "{:?}", files.keys());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n ", "").to_lowercase();
    let name =
        |path: &std::path::Path| path.strip_prefix(folder.path()).expect("inside").to_string_lossy().to_lowercase();
    files.iter().map(|(path, (bytes, _))| name(path) + "\n" + &text(bytes) + "\n").collect()
}

const BEFORE: &str = "2025-08-24T23:59:59Z";
const LIFTS: &str = "2025-08-25T00:00:00Z";
const AFTER: &str = "2025-08-25T00:00:01Z";

#[test]
fn each_audience_sees_all_that_the_wider_ones_see() {
    let folder = folder();
    build(&folder, BEFORE);
    let seen = |audience: &str| {
        let calendar = feed(&folder, audience, "en");
        ["summit", "for-press", "for-staff", "embargoed", "last"].map(|id| event(&calendar, id).is_some())
    };
    assert_eq!(seen("public"), [true, false, false, false, true]);
    assert_eq!(seen("press"), [true, true, false, false, true]);
    assert_eq!(seen("staff"), [true; 5]);
}

#[test]
fn a_canary_in_every_press_and_staff_field_is_in_no_public_byte() {
    let folder = folder();
    let log = build(&folder, BEFORE).to_lowercase();
    assert!(!log.contains("canary") && !log.contains("카나리아"), "{log}");
    let public = everything(&folder, "dist/public");
    let shown: Vec<_> = [&["show"][..], &["show", "--json"], &["show", "--feed", "ja"], &["show", "summit", "-v"]]
        .iter()
        .map(|arguments| folder.run(&[*arguments, &["--audience", "public", "--at", BEFORE]].concat()))
        .map(|ran| (ran.stdout + &ran.stderr).to_lowercase())
        .collect();
    for text in shown.iter().chain([&public]) {
        for hidden in ["canary", "카나리아", "カナリア", "11:00", "11:40", "09:43", "t0943", "gather", "집결", "集合"]
        {
            assert!(!text.contains(hidden), "“{hidden}” in {text}");
        }
        for id in ["for-press", "for-staff", "embargoed"] {
            assert!(!text.contains(id) && !text.contains(&uid(id)), "{id} in {text}");
        }
    }
    // The press sees its own, and nothing of the staff's.
    let press = everything(&folder, "dist/press");
    assert!(press.contains("canary gate") && press.contains("canary briefing"), "{press}");
    for hidden in
        ["canary motorcade", "canary protocol", "canary meeting", "카나리아 차량", "カナリア儀典", "canary dinner"]
    {
        assert!(!press.contains(hidden), "“{hidden}” in {press}");
    }
    assert!(everything(&folder, "dist/staff").contains("canary motorcade"));
}

#[test]
fn a_staff_edit_changes_no_byte_for_press_or_public() {
    let folder = folder();
    build(&folder, BEFORE);
    let trees = |names: &[&str]| names.iter().map(|name| folder.snapshot(&format!("dist/{name}"))).collect::<Vec<_>>();
    let (wider, staff) = (trees(&["public", "press"]), trees(&["staff"]));
    for (from, to) in [
        ("Canary motorcade.", "Canary motorcade at 11:30."),
        ("Canary meeting, when: {date: 2025-08-29}", "Canary talks, when: {date: 2025-08-28}"),
    ] {
        assert!(VISIT.contains(from));
        folder.write("schedules/case.yaml", VISIT.replace(from, to).as_bytes());
        build(&folder, BEFORE);
        assert!(trees(&["public", "press"]) == wider, "{from}: not so much as touched");
        assert!(trees(&["staff"]) != staff, "{from}");
    }
    // What is for the press changes nothing for the public.
    folder.write("schedules/case.yaml", VISIT.replace("Canary Gate", "Canary Door").as_bytes());
    build(&folder, BEFORE);
    assert!(trees(&["public"])[0] == wider[0] && trees(&["press"])[0] != wider[1]);
}

#[test]
fn an_embargoed_entry_leaves_no_gap_count_uid_or_date() {
    let (with, without) = (folder(), folder());
    let line = VISIT.lines().find(|line| line.contains("id: embargoed")).expect("the entry");
    without.write("schedules/case.yaml", VISIT.replace(&format!("{line}\n"), "").as_bytes());
    for folder in [&with, &without] {
        build(folder, BEFORE);
    }
    for audience in ["public", "press"] {
        let tree = |folder: &Folder| everything(folder, &format!("dist/{audience}"));
        assert_eq!(tree(&with), tree(&without));
        assert!(!tree(&with).contains(&uid("embargoed")) && !tree(&with).contains("20250830"));
    }
}

/// A second before, at its instant, and a second after: in feeds, in `show`, and in what a build says.
#[test]
fn an_embargo_lifts_at_its_instant_and_not_a_second_before() {
    let folder = folder();
    for (at, lifted) in [(BEFORE, false), (LIFTS, true), (AFTER, true)] {
        let said = build(&folder, at);
        let sentence =
            "The next embargo lifts on 24 August 2025 at 20:00 EDT (2025-08-25T00:00:00Z): build again then.\n";
        assert_eq!(said.ends_with(sentence), !lifted, "{at}: {said}");
        let made: Value =
            serde_json::from_str(&folder.run(&["build", "--at", at, "--format", "json"]).stdout).expect("JSON");
        assert_eq!(made["next_embargo"], if lifted { Value::Null } else { json!(LIFTS) });
        assert_eq!(made["at"], at);
        for (audience, sees) in [("public", lifted), ("press", lifted), ("staff", true)] {
            let calendar = feed(&folder, audience, "en");
            let found = event(&calendar, "embargoed");
            assert_eq!(found.is_some(), sees, "{audience} at {at}");
            if let Some(event) = found.filter(|_| audience != "staff") {
                assert_eq!(event.value("DTSTAMP"), "20250825T000000Z", "{audience} at {at}");
            }
            let shown = folder.run(&["show", "embargoed", "--audience", audience, "--at", at]);
            assert_eq!(shown.code == 0, sees, "{audience} at {at}");
            // Whoever may not see it is not told that there is anything.
            let missing = "summitcal: there is no entry “embargoed”";
            assert_eq!(shown.stderr.starts_with(missing), !sees, "{}", shown.stderr);
        }
    }
}

#[test]
fn the_next_of_several_embargoes_is_told_and_those_of_staff_are_not() {
    let entry = |id: &str, rest: &str| {
        format!(
            "  - {{id: {id}, kind: meal, title: T, when: {{date: 2025-08-30, zone: Asia/Seoul}}, status: confirmed, sources: [s], {rest}}}\n"
        )
    };
    let visit = VISIT.to_owned()
        + &entry("later", "embargo: 2025-09-01T00:00Z")
        + &entry("press-first", "audience: press, embargo: 2025-08-28T08:30:30+09:00")
        + &entry("staff-first", "audience: staff, embargo: 2025-08-27T00:00Z");
    let folder = Folder::with(&[("case.yaml", &visit), ("feeds.yaml", &feeds(""))]);
    let said = build(&folder, AFTER);
    assert!(
        said.ends_with(
            "The next embargo lifts on 28 August 2025 at 08:30:30 KST (2025-08-27T23:30:30Z): build again then.\n"
        ),
        "{said}"
    );
    // Without feeds for the press, nothing of theirs is made, so there is nothing to build again for.
    let public: Vec<String> =
        feeds("").lines().filter(|line| !line.contains("audience: press")).map(str::to_owned).collect();
    folder.write("schedules/feeds.yaml", public.join("\n").as_bytes());
    let said = build(&folder, AFTER);
    assert!(said.contains("(2025-09-01T00:00:00Z)"), "{said}");
}

#[test]
fn what_becomes_staffs_is_withdrawn_from_the_public_without_a_word_of_what_it_was() {
    let folder = folder();
    build(&folder, BEFORE);
    let restricted = VISIT
        .replace("title: Last, when: {date: 2025-08-27}", "title: Last, audience: staff, when: {date: 2025-08-27}");
    folder.write("schedules/case.yaml", restricted.as_bytes());
    let said = build(&folder, BEFORE);
    assert!(said.contains("Copies of what is no longer shown that were fetched already stay out there.\n"), "{said}");
    for audience in ["public", "press"] {
        for (language, withdrawn) in [("en", "Withdrawn"), ("ko", "철회됨"), ("ja", "取り下げ")] {
            let calendar = feed(&folder, audience, language);
            let event = event(&calendar, "last").expect("a cancellation");
            assert_eq!([event.value("STATUS"), event.value("SEQUENCE")], ["CANCELLED", "1"]);
            assert_eq!(event.text("SUMMARY"), withdrawn);
        }
        assert!(!everything(&folder, &format!("dist/{audience}")).contains("last:"), "nor in what tells of changes");
        assert!(!folder.read(&format!("dist/{audience}/feeds/en.ics")).contains("Last"));
    }
    assert_eq!(event(&feed(&folder, "staff", "en"), "last").expect("still there").value("STATUS"), "CONFIRMED");
}

#[test]
fn after_a_hidden_entry_the_own_date_is_left_or_none() {
    let entry = |id: &str, when: &str| {
        format!("  - {{id: {id}, kind: meal, title: {id}, when: {when}, status: confirmed, sources: [s]}}\n")
    };
    let visit = VISIT.to_owned()
        + &entry("dated", "{after: embargoed, date: 2025-08-31}")
        + &entry("parted", "{after: for-staff, date: 2025-08-31, part: evening}")
        + &entry("bare", "{after: for-staff}")
        + &entry("chained", "{after: bare}")
        + &entry("dated-chain", "{after: dated}");
    let folder = Folder::with(&[("case.yaml", &visit), ("feeds.yaml", &feeds(""))]);
    build(&folder, BEFORE);
    let public = feed(&folder, "public", "en");
    for (id, day, words) in [
        ("dated", "20250831", "31 Aug, time to be announced"),
        ("parted", "20250831", "31 Aug, evening"),
        ("dated-chain", "20250831", "31 Aug, after “dated”"),
    ] {
        let event = event(&public, id).expect(id);
        assert_eq!(event.line("DTSTART"), format!("DTSTART;VALUE=DATE:{day}"));
        assert!(event.text("DESCRIPTION").contains(words), "{}", event.text("DESCRIPTION"));
    }
    assert!(event(&public, "bare").is_none() && event(&public, "chained").is_none(), "not even a day is known of them");
    let shown = folder.run(&["show", "--audience", "public", "--json", "--at", BEFORE]).stdout;
    let shown = entries_of(&shown);
    let of = |id: &str| &shown.iter().find(|entry| entry["entry"] == id).expect("shown")["when"];
    assert_eq!(
        [&of("bare")["form"], &of("bare")["first_day"], &of("bare")["after"]],
        [&json!("tba"), &Value::Null, &Value::Null]
    );
    assert_eq!(
        [&of("chained")["form"], &of("chained")["first_day"], &of("chained")["after"]],
        [&json!("after"), &Value::Null, &json!({"und": "bare"})]
    );
    // Staff see all of it.
    let staff = feed(&folder, "staff", "en");
    assert_eq!(event(&staff, "chained").expect("known").line("DTSTART"), "DTSTART;VALUE=DATE:20250829");
    assert!(event(&staff, "dated").expect("known").text("DESCRIPTION").contains("after “Canary dinner”"));
}

#[test]
fn a_source_that_only_a_hidden_entry_cites_is_not_listed() {
    let folder = folder();
    build(&folder, BEFORE);
    let canary = "canary.example.org";
    assert!(!everything(&folder, "dist/public").contains(canary));
    assert!(everything(&folder, "dist/press").contains(canary));
}

const ENGLISH: [&str; 2] = [
    "\n\nFor the press\n\
     Gather: 25 Aug 11:00 EDT – Canary Gate\n\
     Call time: 25 Aug 11:40 EDT\n\
     Filing centre: Canary ballroom\n\
     Contact: Canary desk\n\
     Canary ID.\n\n",
    "\n\nStaff only\nContact: Canary protocol\nCanary motorcade.\n\n",
];
const KOREAN: [&str; 2] = [
    "\n\n취재진용\n\
     집결: 8월 25일 11:00 EDT · 8월 26일 00:00 KST(카나리아문)\n\
     현장 대기: 8월 25일 11:40 EDT · 8월 26일 00:40 KST\n\
     프레스센터: 카나리아실\n\
     문의: 카나리아 데스크\n\
     카나리아 신분증\n\n",
    "\n\n내부용\n문의: 카나리아 의전\n카나리아 차량\n\n",
];
const JAPANESE: [&str; 2] = [
    "\n\n報道関係者向け\n\
     集合：8月25日 11:00 EDT · 8月26日 00:00 JST（カナリア門）\n\
     現場待機：8月25日 11:40 EDT · 8月26日 00:40 JST\n\
     プレスセンター：カナリアの間\n\
     問い合わせ：カナリア担当\n\
     カナリア身分証\n\n",
    "\n\n関係者限り\n問い合わせ：カナリア儀典\nカナリア車列\n\n",
];

#[test]
fn press_and_staff_read_what_is_for_them_in_each_language() {
    let folder = folder();
    build(&folder, BEFORE);
    for (language, [press, staff]) in [("en", ENGLISH), ("ko", KOREAN), ("ja", JAPANESE)] {
        for (audience, sees) in [("public", [false, false]), ("press", [true, false]), ("staff", [true, true])] {
            let text = description(&folder, audience, language);
            assert_eq!([text.contains(press), text.contains(staff)], sees, "{audience}, {language}: {text}");
            let page = folder.run(&["show", "summit", "--audience", audience, "--feed", language, "--at", BEFORE]);
            assert_eq!([page.stdout.contains(press), page.stdout.contains(staff)], sees, "{}", page.stdout);
        }
    }
    let coverage = description(&folder, "press", "en");
    assert!(coverage.contains("Press access: pooled (a pool of reporters covers it for all)"), "{coverage}");
    // By day as well, below the entry.
    let page = folder.run(&["show", "--audience", "staff", "--at", BEFORE]).stdout;
    let below: Vec<_> = page.lines().map(str::trim).collect();
    for line in ["For the press", "Filing centre: Canary ballroom", "Staff only", "Canary motorcade."] {
        assert!(below.contains(&line), "{line}: {page}");
    }
}

#[test]
fn an_empty_block_has_no_heading() {
    let visit = VISIT.replace("audience: press}", "audience: press, press: {}, staff: {}}");
    assert_ne!(visit, VISIT);
    let folder = Folder::with(&[("case.yaml", &visit), ("feeds.yaml", &feeds(""))]);
    build(&folder, BEFORE);
    let text = event(&feed(&folder, "staff", "en"), "for-press").expect("there").text("DESCRIPTION");
    // The mark of the entry itself is there, once.
    assert!(text.matches("For the press").count() == 1 && !text.contains("Staff only"), "{text}");
}

#[test]
fn what_is_for_press_and_staff_is_told_as_data() {
    let folder = folder();
    let told = |audience: &str| -> Value {
        let ran = folder.run(&["show", "summit", "--json", "--audience", audience, "--at", BEFORE]);
        entries_of(&ran.stdout).remove(0)
    };
    let clock = |local: &str, instant: &str| json!({"local": local, "zone": "America/New_York", "instant": instant});
    let press = json!({
        "gather": clock("2025-08-25T11:00", "2025-08-25T15:00:00Z"),
        "meet_at": {"en": "Canary Gate", "ko": "카나리아문", "ja": "カナリア門"},
        "call_time": clock("2025-08-25T11:40", "2025-08-25T15:40:00Z"),
        "filing_centre": {"en": "Canary ballroom", "ko": "카나리아실", "ja": "カナリアの間"},
        "contact": {"en": "Canary desk", "ko": "카나리아 데스크", "ja": "カナリア担当"},
        "note": {"en": "Canary ID.", "ko": "카나리아 신분증", "ja": "カナリア身分証"},
    });
    let staff = json!({
        "contact": {"en": "Canary protocol", "ko": "카나리아 의전", "ja": "カナリア儀典"},
        "note": {"en": "Canary motorcade.", "ko": "카나리아 차량", "ja": "カナリア車列"},
    });
    for (audience, expected) in
        [("public", [&Value::Null, &Value::Null]), ("press", [&press, &Value::Null]), ("staff", [&press, &staff])]
    {
        let told = told(audience);
        assert_eq!([&told["press"], &told["staff"]], expected, "{audience}");
    }
}

#[test]
fn a_build_is_summed_up_as_data() {
    let folder = folder();
    let made = || -> Value {
        let ran = folder.run(&["build", "--at", BEFORE, "--format", "json", "-q"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        serde_json::from_str(&ran.stdout).expect("JSON")
    };
    let first = made();
    assert_eq!([&first["out"], &first["visits"], &first["entries"]], [&json!("dist"), &json!(1), &json!(5)]);
    let counts = |made: &Value| -> Vec<[Value; 3]> {
        let audiences = made["audiences"].as_array().expect("an array").iter();
        audiences.map(|one| ["audience", "entries", "hidden"].map(|key| one[key].clone())).collect()
    };
    let expected = [("public", 2, 3), ("press", 3, 2), ("staff", 5, 0)];
    assert_eq!(counts(&first), expected.map(|(who, sees, hidden)| [json!(who), json!(sees), json!(hidden)]));
    let public = &first["audiences"][0];
    assert_eq!(public["feeds"][1], json!({"id": "ko", "path": "public/feeds/ko.ics", "entries": 2}));
    let files = public["files"].as_array().expect("an array");
    assert!(files.iter().any(|file| file["path"] == "public/manifest.json"));
    for file in files {
        let path = file["path"].as_str().expect("a path");
        let size = folder.read(&format!("dist/{path}")).len();
        assert_eq!((&file["size"], &file["written"]), (&json!(size), &json!(true)), "{path}");
    }
    let again = made();
    assert_eq!((&again["written"], &again["audiences"][0]["files"][0]["written"]), (&json!(0), &json!(false)));
    // A broken schedule makes nothing, and says so on the other stream.
    folder.write("schedules/case.yaml", VISIT.replace("kind: summit", "kind: sumit").as_bytes());
    let refused = folder.run(&["build", "--at", BEFORE, "--format", "json"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    assert!(refused.stderr.contains("error["), "{}", refused.stderr);
}

#[test]
fn show_looks_as_whoever_is_asked_for() {
    let folder = folder();
    let ids = |arguments: &[&str]| -> Vec<String> {
        let ran = folder.run(&[&["show", "--json", "--at", BEFORE], arguments].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let entries = entries_of(&ran.stdout);
        entries.iter().map(|entry| entry["entry"].as_str().expect("an id").to_owned()).collect()
    };
    let public = ["summit", "last"];
    let press = ["summit", "for-press", "last"];
    let staff = ["summit", "for-press", "last", "for-staff", "embargoed"];
    assert_eq!(ids(&[]), public);
    assert_eq!(ids(&["--audience", "public"]), public);
    assert_eq!(ids(&["--audience", "press"]), press);
    assert_eq!(ids(&["--audience", "staff"]), staff);
    // A feed's name may exist for several audiences.
    assert_eq!(ids(&["--feed", "ko"]), public);
    assert_eq!(ids(&["--feed", "ko", "--audience", "press"]), press);
    assert_eq!(ids(&["--feed", "ko", "--audience", "staff"]), staff);
    let missing = folder.run(&["show", "--feed", "kor", "--audience", "press"]);
    assert_eq!(
        (missing.code, missing.stderr.as_str()),
        (1, "summitcal: there is no feed “kor” for the press; did you mean “ko”?\n")
    );
    let nobody = folder.run(&["show", "--audience", "presss"]);
    assert_eq!(nobody.code, 2);
    assert!(nobody.stderr.contains("write one of: public, press, staff"), "{}", nobody.stderr);
    // What is hidden is not offered either.
    let near = folder.run(&["show", "for-staf", "--audience", "press", "--at", AT]);
    assert!(!near.stderr.contains("for-staff"), "{}", near.stderr);
}

/// Diagnostics quote the schedules, and are for whoever writes them.
#[test]
fn what_others_see_is_not_quoted_to_them() {
    let folder = folder();
    folder.write(
        "schedules/case.yaml",
        VISIT.replace("sources: [canary], audience: staff", "audience: staff").as_bytes(),
    );
    for (audience, quoted) in [("public", false), ("press", false), ("staff", true)] {
        let ran = folder.run(&["show", "-v", "--audience", audience]);
        assert_eq!(ran.stderr.contains("for-staff"), quoted, "{audience}: {}", ran.stderr);
    }
}
