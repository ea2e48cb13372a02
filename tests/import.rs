//! `import`: calendars of several makers as drafts, what is doubted, and what cannot be read.

use std::time::Instant;

use crate::support::{AT, BASE, FEEDS, FEEDS_OF_EACH, Folder, Ran, calendar};

/// Calendars in the shape that their makers give them, and the drafts that they make, whose times were worked out by hand.
const CASES: [(&str, &str, &str, &[&str]); 3] = [
    ("google", include_str!("import/google.ics"), include_str!("import/google.yaml"), &[]),
    (
        "outlook",
        include_str!("import/outlook.ics"),
        include_str!("import/outlook.yaml"),
        &["--principal", "President A"],
    ),
    ("pretalx", include_str!("import/pretalx.ics"), include_str!("import/pretalx.yaml"), &[]),
];

fn folder() -> Folder {
    Folder::with(&[("feeds.yaml", FEEDS_OF_EACH)])
}

fn import(folder: &Folder, text: &[u8], arguments: &[&str]) -> Ran {
    folder.write("calendar.ics", text);
    folder.run(&[&["import", "calendar.ics"][..], arguments].concat())
}

fn event(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-TIMEZONE:Asia/Tokyo\nBEGIN:VEVENT\nUID:1\nSUMMARY:A\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}

#[test]
fn calendars_of_others_become_drafts() {
    for (name, calendar, draft, arguments) in CASES {
        for text in [
            calendar.to_owned(),
            calendar.replace('\n', "\r\n"),
            format!("\u{FEFF}{}", calendar.replace("SUMMARY", "SUMM\n ARY")),
        ] {
            let folder = folder();
            folder.write(&format!("{name}.ics"), text.as_bytes());
            let ran = folder.run(&[&["import", &format!("{name}.ics")][..], arguments].concat());
            let path = format!("schedules/{name}.yaml");
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            assert_eq!(ran.stdout, format!("{path} was written, as a draft for staff.\n"));
            assert_eq!(folder.read(&path), draft);
            // Each doubt is a warning at its line, and there is no error.
            let doubts: Vec<_> =
                draft.lines().enumerate().filter_map(|(row, line)| Some((row + 1, line.find("# doubt: ")?))).collect();
            assert!(doubts.len() >= 3);
            for (row, column) in doubts {
                assert!(
                    ran.stderr.contains(&format!("{path}:{row}:{}: warning[doubt]", column + 1)),
                    "{row}: {}",
                    ran.stderr
                );
            }
            assert!(!ran.stderr.contains("error["), "{}", ran.stderr);
            folder.build();
            let before = folder.snapshot("schedules");
            let again = folder.run(&["import", &format!("{name}.ics")]);
            assert!(
                again.code == 2 && again.stderr.contains("is there already, and is not written over"),
                "{}",
                again.stderr
            );
            assert_eq!(folder.snapshot("schedules"), before);
        }
    }
}

/// Our own feed, imported, gives the same UIDs, instants, titles, places and statuses.
#[test]
fn our_own_feed_comes_back() {
    let entry = |id: &str, rest: &str| format!("  - {{id: {id}, kind: summit, {rest}, sources: [s]}}\n");
    let visit = BASE.to_owned()
        + &entry(
            "talks",
            "title: \"Talks, of two; and \\\\ more\", when: {start: 2025-08-23 10:15, end: 11:45}, place: {site: Hall, city: Tokyo, country: JP}, status: tentative",
        )
        + &entry(
            "call",
            "title: 통화, when: {start: 2025-08-24 09:00, for: 20m, zone: America/New_York}, status: cancelled",
        )
        + &entry("dinner", "title: Dinner, when: {start: 2025-08-23 22:30, end: 2025-08-24 00:30}, status: postponed")
        + &entry("days", "title: Days, when: {from: 2025-08-23, to: 2025-08-24}, status: confirmed");
    let settings = |zone: &str| {
        FEEDS_OF_EACH.replace("zone: Asia/Seoul", &format!("zone: {zone}")).replace("language: ko", "language: en")
            + "rules: {no-arrival: off}\n"
    };
    for zone in ["Asia/Seoul", "host", "America/New_York"] {
        let first = Folder::with(&[("feeds.yaml", &settings(zone)), ("base.yaml", &visit)]);
        first.build();
        let feed = first.read("dist/staff/feeds/seoul.ics");
        let second = Folder::with(&[("feeds.yaml", &settings(zone))]);
        let ran = import(&second, feed.as_bytes(), &["--visit", "back", "--principal", "President A"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        second.build();
        let events = |feed: &str| {
            let mut events: Vec<Vec<String>> = calendar::parse(feed)
                .all("VEVENT")
                .map(|event| {
                    let lines = ["UID", "DTSTART", "DTEND", "LOCATION", "STATUS", "CATEGORIES", "SUMMARY"]
                        .map(|name| event.get(name).map(calendar::Property::line).unwrap_or_default());
                    // What only staff see is marked so in every output of theirs.
                    lines.iter().map(|line| line.replace("Staff only: ", "").replace("Staff only · ", "")).collect()
                })
                .collect();
            events.sort();
            events
        };
        assert_eq!(events(&feed).len(), 5);
        assert_eq!(
            events(&second.read("dist/staff/feeds/seoul.ics")),
            events(&feed),
            "{zone}\n{}",
            second.read("schedules/back.yaml")
        );
    }
}

/// A UID is one event's, also where the other has none of its own, or is gone.
#[test]
fn a_uid_is_one_events() {
    let folder = Folder::with(&[("feeds.yaml", FEEDS_OF_EACH), ("base.yaml", BASE)]);
    folder.build();
    let feed = folder.read("dist/public/feeds/seoul.ics");
    let uid = feed.lines().find_map(|line| line.strip_prefix("UID:")).expect("a UID").to_owned();
    let ran = import(&folder, feed.as_bytes(), &["--visit", "again"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let draft = folder.read("schedules/again.yaml");
    assert!(!draft.contains("uid:") && draft.contains("# doubt: Its UID is that of another entry"), "{draft}");
    folder.build();
    let second = BASE
        .replace("visit: base", "visit: second")
        .replace("  - id: first\n", &format!("  - id: first\n    uid: {uid}\n"));
    folder.write("schedules/second.yaml", second.as_bytes());
    let refused = |folder: &Folder| {
        let ran = folder.run(&["build", "--at", AT]);
        assert!(
            ran.code == 1
                && ran.stderr.contains("schedules/second.yaml:")
                && ran.stderr.contains("error[duplicate-id]"),
            "{}",
            ran.stderr
        );
    };
    refused(&folder);
    std::fs::remove_file(folder.path().join("schedules/base.yaml")).expect("a file");
    let ran = folder.run(&["withdraw", "base/first", "--at", AT]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    refused(&folder);
}

/// Until an embargo lifts, nobody has an entry, and it may still get a UID.
#[test]
fn a_uid_may_come_before_an_embargo_lifts() {
    let held = BASE.replace("  - id: first\n", "  - id: first\n    embargo: 2099-01-01T00:00:00Z\n");
    let with = held.replace("    embargo", "    uid: a@b\n    embargo");
    // Staff see it all the while.
    for (feeds, code) in [(FEEDS, 0), (FEEDS_OF_EACH, 1)] {
        let folder = Folder::with(&[("feeds.yaml", feeds), ("base.yaml", &held)]);
        folder.build();
        assert!(folder.read("schedules/revisions.lock").contains("\nbase/first\t"));
        folder.write("schedules/base.yaml", with.as_bytes());
        let ran = folder.run(&["build", "--at", AT]);
        assert_eq!((ran.code, ran.stderr.contains("error[uid-changed]")), (code, code == 1), "{}", ran.stderr);
        let lock = folder.read("schedules/revisions.lock");
        assert_eq!(lock.contains("\nbase/first\tuid=a@b\tpublic="), code == 0, "{lock}");
    }
}

#[test]
fn what_events_say_of_their_time() {
    for (lines, expected) in [
        ("DTSTART:20250823T030000Z\nDURATION:PT1H30M", "when: {start: 2025-08-23 12:00, end: 13:30}"),
        ("DTSTART:20250823T030000Z\nDURATION:P1DT1H", "when: {start: 2025-08-23 12:00, end: 2025-08-24 13:00}"),
        ("DTSTART;VALUE=DATE:20250823", "when: {date: 2025-08-23}"),
        ("DTSTART;VALUE=DATE:20250823\nDURATION:P2D", "when: {from: 2025-08-23, to: 2025-08-24}"),
        (
            "DTSTART;TZID=Eastern Standard Time:20250823T030000",
            "when: {start: 2025-08-23 03:00, zone: America/New_York}",
        ),
        ("DTSTART;TZID=US/Pacific:20250823T030000", "when: {start: 2025-08-23 03:00, zone: America/Los_Angeles}"),
        ("DTSTART;TZID=India Standard Time:20250823T030000", "when: {start: 2025-08-23 03:00, zone: Asia/Kolkata}"),
        (
            "DTSTART;TZID=America/New_York:20251102T013000\nDTEND:20251102T063000Z",
            "when: {start: 2025-11-02 01:30, for: 1h, zone: America/New_York, fold: earlier}",
        ),
        ("DTSTART;TZID=KST:20250823T030000", "when: {start: 2025-08-23 03:00}"),
    ] {
        let folder = folder();
        let ran = import(&folder, event(lines).as_bytes(), &[]);
        assert_eq!(ran.code, 0, "{lines}: {}", ran.stderr);
        let draft = folder.read("schedules/calendar.yaml");
        assert!(draft.contains(&format!("    {expected}\n")), "{lines}: {draft}");
    }
}

#[test]
fn rules_are_written_out_as_far_as_they_go() {
    for (lines, first, last, count, doubted) in [
        ("DTSTART:20250823T000000Z\nRRULE:FREQ=DAILY", "2025-08-23", "2027-01-04", 500, "its first 500 times"),
        (
            "DTSTART:20250823T000000Z\nRRULE:FREQ=DAILY;COUNT=10000",
            "2025-08-23",
            "2027-01-04",
            500,
            "its first 500 times",
        ),
        (
            "DTSTART;TZID=Asia/Tokyo:20250823T090000\nRRULE:FREQ=DAILY;UNTIL=20250825T000000Z",
            "2025-08-23",
            "2025-08-25",
            3,
            "one recurring event",
        ),
        (
            "DTSTART;TZID=Asia/Tokyo:20250823T090000\nRRULE:FREQ=DAILY;UNTIL=20250824T235959Z",
            "2025-08-23",
            "2025-08-24",
            2,
            "one recurring event",
        ),
        (
            "DTSTART;VALUE=DATE:20250823\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20250830",
            "2025-08-23",
            "2025-09-06",
            2,
            "one recurring event",
        ),
        (
            "DTSTART:20250823T000000Z\nRDATE:20250825T000000Z,20250827T000000Z",
            "2025-08-23",
            "2025-08-27",
            3,
            "one recurring event",
        ),
        ("DTSTART:20250823T000000Z\nRRULE:FREQ=SOMETIMES", "2025-08-23", "2025-08-23", 1, "cannot be read"),
        (
            "DTSTART:20250823T000000Z\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "2025-08-23",
            "2025-08-23",
            1,
            "one recurring event",
        ),
        (
            "DTSTART:20250823T000000Z\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
            "2025-08-23",
            "2025-08-23",
            1,
            "one recurring event",
        ),
    ] {
        let folder = folder();
        let ran = import(&folder, event(lines).as_bytes(), &[]);
        assert_eq!(ran.code, 0, "{lines}: {}", ran.stderr);
        let draft = folder.read("schedules/calendar.yaml");
        assert_eq!(draft.matches("  - id: ").count(), count, "{lines}");
        assert!(
            draft.contains(&format!("dates: {{from: {first}, to: {last}}}")) && draft.contains(doubted),
            "{lines}: {draft}"
        );
    }
}

#[test]
fn what_is_given_on_other_clocks_is_brought_to_the_own_one() {
    let folder = folder();
    let lines = "DTSTART;TZID=America/New_York:20250823T080000\nDTEND;TZID=America/New_York:20250823T090000\nRDATE;VALUE=PERIOD;TZID=Europe/Berlin:20250901T120000/PT2H\nRDATE:20250902T120000Z\nEXDATE;TZID=Asia/Tokyo:20250823T210000";
    let ran = import(&folder, event(lines).as_bytes(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let draft = folder.read("schedules/calendar.yaml");
    for when in ["{start: 2025-09-01 06:00, end: 07:00, zone", "{start: 2025-09-02 08:00, end: 09:00, zone"] {
        assert!(draft.contains(when), "{draft}");
    }
    assert!(draft.matches("  - id: ").count() == 2 && draft.contains("ends of their own (PERIOD)"), "{draft}");
}

#[test]
fn a_zone_is_what_the_calendar_says_of_it() {
    let zone = "BEGIN:VTIMEZONE\nTZID:UTC+11\nBEGIN:STANDARD\nDTSTART;VALUE=DATE:20170101\nTZOFFSETFROM:+1100\nTZOFFSETTO:+1100\nEND:STANDARD\nEND:VTIMEZONE\n";
    let text = event("DTSTART;TZID=UTC+11:20250823T030000").replace("BEGIN:VEVENT", &format!("{zone}BEGIN:VEVENT"));
    let folder = folder();
    let ran = import(&folder, text.as_bytes(), &["--zone", "Pacific/Noumea"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let draft = folder.read("schedules/calendar.yaml");
    assert!(draft.contains("when: {start: 2025-08-23 03:00}\n"), "{draft}");
    assert!(draft.contains("its clocks agree with Pacific/Noumea."), "{draft}");
}

/// A file may have several calendars, and some programs write on after them.
#[test]
fn several_calendars_are_one_draft() {
    let folder = folder();
    let one = event("DTSTART:20250823T030000Z");
    let two = one.replace("UID:1", "UID:2").replace("SUMMARY:A", "SUMMARY:B");
    let ran = import(&folder, format!("{one}\n{two}X-COMMENT:made today\n").as_bytes(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let draft = folder.read("schedules/calendar.yaml");
    assert!(draft.contains("title: A\n") && draft.contains("title: B\n"), "{draft}");
    assert!(draft.contains("uid: 1\n") && draft.contains("uid: 2\n"), "{draft}");
}

#[test]
fn a_uid_stays_from_the_first_publication_on() {
    let feed = |folder: &Folder| folder.read("dist/public/feeds/seoul.ics");
    let with = BASE.replace("  - id: first\n", "  - id: first\n    uid: a=b{c}@example.org\n");
    let folder = Folder::with(&[("feeds.yaml", FEEDS_OF_EACH), ("base.yaml", &with)]);
    folder.build();
    assert!(feed(&folder).contains("\r\nUID:a=b{c}@example.org\r\n"), "{}", feed(&folder));
    let lock = folder.read("schedules/revisions.lock");
    assert!(lock.contains("base/first\tuid=a=b{c}@example.org\tpublic="), "{lock}");
    folder.build();
    assert_eq!(folder.read("schedules/revisions.lock"), lock);
    for other in [BASE.to_owned(), with.replace("a=b", "b=a")] {
        folder.write("schedules/base.yaml", other.as_bytes());
        let ran = folder.run(&["build", "--at", AT]);
        assert!(
            ran.code == 1 && ran.stderr.contains("schedules/base.yaml:") && ran.stderr.contains("error[uid-changed]"),
            "{}",
            ran.stderr
        );
    }
    // Renamed, revised and taken out, it is the same event.
    let renamed =
        with.replace("id: first\n", "id: second\n    formerly: base/first\n").replace("title: First", "title: Second");
    folder.write(
        "schedules/base.yaml",
        (renamed
            + "  - {id: other, kind: meal, title: Other, when: {date: 2025-08-24}, status: confirmed, sources: [s]}\n")
            .as_bytes(),
    );
    folder.build();
    assert!(
        feed(&folder).contains("\r\nUID:a=b{c}@example.org\r\n") && feed(&folder).contains("\r\nSEQUENCE:1\r\n"),
        "{}",
        feed(&folder)
    );
    folder.write(
        "schedules/base.yaml",
        BASE.replace("id: first", "id: other")
            .replace("{date: 2025-08-23}", "{date: 2025-08-24}")
            .replace("title: First", "title: Other")
            .replace("kind: meeting", "kind: meal")
            .as_bytes(),
    );
    let ran = folder.run(&["withdraw", "base/first", "--at", AT]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    folder.build();
    assert!(
        feed(&folder).contains("\r\nUID:a=b{c}@example.org\r\n") && feed(&folder).contains("\r\nSTATUS:CANCELLED\r\n"),
        "{}",
        feed(&folder)
    );
    // An entry that was published without one gets none.
    let plain = Folder::with(&[("feeds.yaml", FEEDS_OF_EACH), ("base.yaml", BASE)]);
    plain.build();
    plain.write("schedules/base.yaml", with.as_bytes());
    let ran = plain.run(&["build", "--at", AT]);
    assert!(ran.code == 1 && ran.stderr.contains("error[uid-changed]"), "{}", ran.stderr);
}

#[test]
fn what_is_no_calendar_is_refused_soon() {
    let many = |count: usize, lines: &str| {
        let event = |at| format!("BEGIN:VEVENT\nUID:{at}\nDTSTART:20250823T000000Z\nSUMMARY:A\n{lines}END:VEVENT\n");
        let events = (0..count).map(event).collect::<Vec<_>>().concat();
        format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n")
    };
    let deep = format!("BEGIN:VCALENDAR\n{}{}END:VCALENDAR\n", "BEGIN:X\n".repeat(200_000), "END:X\n".repeat(200_000));
    let long =
        format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{}\nEND:VEVENT\nEND:VCALENDAR\n", "x\n ".repeat(3_000_000));
    let begins = |tzid: usize| format!("RDATE;TZID=N{tzid}:20250823T030000");
    let many_zones =
        event(&format!("DTSTART:20250823T030000Z\n{}", (0..10_000).map(begins).collect::<Vec<_>>().join("\n")));
    let rule = |at: usize| {
        let day = at % 28 + 1;
        format!(
            "BEGIN:STANDARD\nDTSTART:197001{day:02}T000000\nRRULE:FREQ=YEARLY;BYMONTHDAY={day}\nTZOFFSETFROM:+0{}00\nTZOFFSETTO:+0{}30\nEND:STANDARD\n",
            at % 9,
            (at + 1) % 9
        )
    };
    let rules: String = (0..20).map(rule).collect();
    let zone = |at: usize| format!("BEGIN:VTIMEZONE\nTZID:N{at}\n{rules}END:VTIMEZONE\n");
    let zones: String = (0..50).map(zone).collect();
    let used = event(&format!("DTSTART:20250823T030000Z\n{}", (0..50).map(begins).collect::<Vec<_>>().join("\n")));
    let many_rules = used.replace("BEGIN:VEVENT", &format!("{zones}BEGIN:VEVENT"));
    let zone = "BEGIN:VTIMEZONE\nTZID:Nowhere\nBEGIN:STANDARD\nDTSTART:00000000T999999\nRRULE:FREQ=SECONDLY\nTZOFFSETFROM:+9999\nTZOFFSETTO:x\nEND:STANDARD\nEND:VTIMEZONE\n";
    let nonsense =
        event("DTSTART;TZID=Nowhere:20250823T030000").replace("BEGIN:VEVENT", &format!("{zone}BEGIN:VEVENT"));
    for (name, text, code, said) in [
        ("50 MB", vec![b'a'; 50 * 1024 * 1024], 2, "larger than 16 MiB"),
        ("nothing", Vec::new(), 2, "does not begin with BEGIN:VCALENDAR"),
        ("a page", b"<html>".to_vec(), 2, "does not begin with BEGIN:VCALENDAR"),
        ("cut off", event("DTSTART:20250823T030000Z").into_bytes()[..120].to_vec(), 2, "cut off"),
        ("bad bytes", [b"BEGIN:VCALENDAR\n".as_slice(), &[0xFF, 0xFE, 0]].concat(), 2, "not UTF-8: see its byte 17"),
        ("no event", b"BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n".to_vec(), 2, "there is no event"),
        ("no time", event("DTSTART:yesterday").into_bytes(), 2, "no event of this calendar has a time"),
        ("a line that is none", event("DTSTART:20250823T030000Z\n\"what\"").into_bytes(), 2, "cannot be read"),
        ("too deep", deep.into_bytes(), 2, "nested too deep"),
        ("10,000 events", many(10_000, "").into_bytes(), 2, "more than 5000 events"),
        ("10,000 rules", many(10_000, "RRULE:FREQ=DAILY\n").into_bytes(), 2, "more than 5000 events"),
        ("10,000 zones", many_zones.into_bytes(), 2, "more than 50 time zones"),
        ("50 zones of 20 rules", many_rules.into_bytes(), 0, "is no"),
        (
            "many lines",
            event(&format!("DTSTART:20250823T030000Z{}", "\nX-A:b".repeat(300_000))).into_bytes(),
            2,
            "more than 200000 lines",
        ),
        (
            "many rules",
            event(&format!("DTSTART:20250823T030000Z{}", "\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30".repeat(300)))
                .into_bytes(),
            2,
            "more than 200 recurring",
        ),
        ("one long text", long.into_bytes(), 2, ""),
        ("a zone of nonsense", nonsense.into_bytes(), 0, "“Nowhere” is no time zone that is known"),
    ] {
        let folder = folder();
        let began = Instant::now();
        let ran = import(&folder, &text, &[]);
        assert!(
            ran.code == code && ran.stderr.contains(said),
            "{name}: {} {}",
            ran.code,
            ran.stderr.chars().take(2_000).collect::<String>()
        );
        assert!(ran.stderr.len() < 20_000, "{name}: {}", ran.stderr.len());
        assert!(began.elapsed().as_secs() < 30, "{name}: {:?}", began.elapsed());
        assert_eq!(folder.path().join("schedules/calendar.yaml").exists(), code == 0, "{name}");
    }
}
