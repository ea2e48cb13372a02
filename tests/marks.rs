//! Press and staff are told, before anything else, what the public does not see.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::support::calendar::{Component, parse};
use crate::support::{Folder, NAMESPACE};

const LIFTS: &str = "2026-07-08T20:30:00Z";

fn folder(entries: &str) -> Folder {
    let mut feeds = format!("publisher: P\nuid_namespace: {NAMESPACE}\nfeeds:\n");
    for audience in ["public", "press", "staff"] {
        for (id, language) in [("seoul", "ko"), ("tokyo", "ja"), ("brussels", "en")] {
            let _ = writeln!(
                feeds,
                "  - {{id: {id}, title: T, zone: Asia/Seoul, language: {language}, audience: {audience}}}"
            );
        }
    }
    let folder = Folder::with(&[("feeds.yaml", &feeds)]);
    write(&folder, entries);
    folder
}

fn write(folder: &Folder, entries: &str) {
    let head = "visit: v\nkind: working-visit\ntitle: Visit\nprincipal: President A\nzone: Europe/Brussels\n\
        dates: {from: 2026-07-01, to: 2026-07-20}\naudience: public\nsources: {s: {publisher: P}}\nentries:\n";
    folder.write("schedules/v.yaml", (head.to_owned() + entries).as_bytes());
}

fn entry(id: &str, rest: &str) -> String {
    format!(
        "  - {{id: {id}, kind: meeting, title: Title of {id}, status: confirmed, sources: [s], when: {{start: 2026-07-10 10:00, end: 11:00}}{rest}}}\n"
    )
}

fn run(folder: &Folder, arguments: &[&str], at: &str) -> String {
    let ran = folder.run(&[arguments, &["--at", at]].concat());
    assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    ran.stdout
}

fn events(folder: &Folder, audience: &str, feed: &str) -> Vec<Component> {
    parse(&folder.read(&format!("dist/{audience}/feeds/{feed}.ics"))).all("VEVENT").cloned().collect()
}

/// The entries of all audiences, with and without embargoes of their own.
fn all() -> String {
    let mut entries = entry("always", "");
    for audience in ["public", "press", "staff"] {
        for (number, embargo) in
            ["", ", embargo: 2026-07-01T00:00:00Z", ", embargo: 2026-07-08T20:30:00Z"].iter().enumerate()
        {
            entries += &entry(&format!("{audience}-{number}"), &format!(", audience: {audience}{embargo}"));
        }
    }
    entries
}

const MARKS: [&str; 3] = ["Staff only", "For the press", "Under embargo until 8 Jul 22:30 CEST · 9 Jul 05:30 KST"];

#[test]
fn an_entry_carries_a_mark_exactly_if_the_public_does_not_see_it() {
    let folder = folder(&all());
    for at in ["2026-06-01T00:00:00Z", "2026-07-05T00:00:00Z", LIFTS] {
        run(&folder, &["build"], at);
        let uids = |audience| {
            events(&folder, audience, "brussels").iter().map(|event| event.value("UID").to_owned()).collect()
        };
        let public: BTreeSet<String> = uids("public");
        for audience in ["public", "press", "staff"] {
            for event in events(&folder, audience, "brussels") {
                let (hidden, text) = (!public.contains(event.value("UID")), event.text("DESCRIPTION"));
                let first = text.lines().next().unwrap_or_default();
                let title = event.text("SUMMARY");
                let is_marked =
                    MARKS.contains(&first) || first.starts_with("Under embargo until 1 Jul 02:00 CEST · 09:00 KST");
                assert_eq!(is_marked, hidden, "{at}: {audience}: {title}: {text}");
                let class = event.get("CLASS").is_some();
                assert_eq!(class, hidden, "{at}: {audience}: {title}");
            }
            let page = folder.read(&format!("dist/{audience}/visits/v.html"));
            for article in page.split("<article ").skip(1).filter_map(|after| after.split("</article>").next()) {
                let is_marked = article.contains("class=\"audience\"");
                assert_eq!(
                    article.contains("https://calendar.google.com"),
                    audience == "public",
                    "{audience}: {article}"
                );
                assert!(!is_marked || audience != "public");
            }
        }
    }
}

#[test]
fn what_hides_an_entry_is_said_first() {
    let folder = folder(&all());
    run(&folder, &["build"], "2026-07-05T00:00:00Z");
    let marks = |audience: &str, feed: &str, id: &str| {
        let event =
            events(&folder, audience, feed).into_iter().find(|event| event.text("SUMMARY") == format!("Title of {id}"));
        event.map(|event| event.text("DESCRIPTION").split("\n\n").next().unwrap_or_default().to_owned())
    };
    let marked = |audience, id| marks(audience, "brussels", id).unwrap_or_default();
    let [staff, press, embargo] = MARKS;
    assert_eq!(marked("staff", "public-2"), embargo);
    assert_eq!(marked("staff", "press-0"), press);
    assert_eq!(marked("press", "press-1"), press);
    assert_eq!(marked("staff", "staff-0"), staff);
    assert_eq!(marked("staff", "staff-2"), format!("{staff}\n{embargo}"));
    // The press does not see it yet.
    assert_eq!(marked("staff", "press-2"), format!("{staff}\n{embargo}"));
    assert_eq!(marks("press", "brussels", "press-2"), None);
    assert_eq!(
        marks("staff", "seoul", "public-2").as_deref(),
        Some("엠바고: 7월 8일 22:30 CEST · 7월 9일 05:30 KST까지")
    );
    assert_eq!(marks("staff", "seoul", "staff-0").as_deref(), Some("내부용"));
    assert_eq!(marks("staff", "seoul", "press-0").as_deref(), Some("취재진용"));
    assert_eq!(
        marks("staff", "tokyo", "public-2").as_deref(),
        Some("解禁前：7月8日 22:30 CEST · 7月9日 05:30 KSTまで")
    );
    assert_eq!(marks("staff", "tokyo", "staff-0").as_deref(), Some("関係者限り"));
    assert_eq!(marks("staff", "tokyo", "press-0").as_deref(), Some("報道関係者向け"));

    let single = folder.read("dist/staff/events/brussels/v.staff-0.ics");
    assert!(single.contains("DESCRIPTION:Staff only\\n\\n") && single.contains("CLASS:CONFIDENTIAL"), "{single}");
    let atom = folder.read("dist/staff/changes.atom");
    assert!(atom.contains("<content type=\"text\">Staff only\nannounced: "), "{atom}");
    let shown = run(&folder, &["show", "--audience", "staff", "--feed", "brussels"], "2026-07-05T00:00:00Z");
    let lines: Vec<&str> = shown.lines().map(str::trim).collect();
    assert!(lines.windows(2).any(|pair| pair[0].ends_with("Staff only") && pair[1] == "Title of staff-1"), "{shown}");
    let one = run(&folder, &["show", "staff-0", "--audience", "staff", "--feed", "brussels"], "2026-07-05T00:00:00Z");
    assert!(one.contains("\nStaff only\n"), "{one}");
}

#[test]
fn what_is_gone_says_whom_it_was_for() {
    let folder = folder(&(entry("always", "") + &entry("a", ", audience: staff") + &entry("b", "")));
    run(&folder, &["build"], "2026-06-01T00:00:00Z");
    write(&folder, &entry("always", ""));
    for name in ["v/a", "v/b"] {
        run(&folder, &["withdraw", name], "2026-06-02T00:00:00Z");
    }
    run(&folder, &["build"], "2026-06-02T00:00:00Z");
    let events = events(&folder, "staff", "brussels");
    let first = |title: &str| {
        let event = events.iter().find(|event| event.text("SUMMARY").ends_with(title)).expect("it is told");
        event.text("DESCRIPTION").lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(first("Title of a"), "Staff only");
    assert_eq!(first("Title of b"), "This entry was taken out of the programme.");
}

#[test]
fn a_mark_that_goes_is_no_revision() {
    let held = entry("a", ", embargo: 2026-07-08T20:30:00Z");
    let folder = folder(&(entry("always", "") + &held));
    run(&folder, &["build"], "2026-06-01T00:00:00Z");
    let stamps = || {
        let events = events(&folder, "staff", "brussels");
        let event = events.iter().find(|event| event.text("SUMMARY") == "Title of a").expect("staff see it");
        ["SEQUENCE", "CREATED", "LAST-MODIFIED", "DTSTAMP"].map(|name| event.value(name).to_owned())
    };
    assert_eq!(stamps(), ["0", "20260601T000000Z", "20260601T000000Z", "20260601T000000Z"]);
    let said = run(&folder, &["build", "--locked"], LIFTS);
    assert!(!said.contains("Title of a"), "{said}");
    assert_eq!(stamps(), ["0", "20260601T000000Z", "20260708T203000Z", "20260708T203000Z"]);
    assert!(!folder.read("dist/staff/changes.atom").contains("2026-07-08"), "nothing is told to those who knew");
    run(&folder, &["build"], "2026-07-09T00:00:00Z");
    assert_eq!(stamps()[0], "0");
    // Nor is one that is another.
    write(&folder, &(entry("always", "") + &entry("a", ", audience: staff, embargo: 2026-07-08T20:30:00Z")));
    run(&folder, &["build"], "2026-07-10T00:00:00Z");
    assert_eq!(stamps(), ["0", "20260601T000000Z", "20260710T000000Z", "20260710T000000Z"]);
}

#[test]
fn a_section_that_the_public_lacks_has_the_same_word() {
    let folder = folder(&entry("a", ", press: {note: Gate 3}, staff: {note: Two cars}"));
    run(&folder, &["build"], "2026-06-01T00:00:00Z");
    let event = events(&folder, "staff", "brussels").remove(0);
    let text = event.text("DESCRIPTION");
    assert!(text.contains("\n\nFor the press\nGate 3\n\nStaff only\nTwo cars"), "{text}");
    assert!(!text.starts_with("For the press"), "{text}");
}
