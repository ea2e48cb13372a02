//! Each form of a schedule in every output: what `tests/forms/schedules` says, as feeds, data, pages and a terminal have it.
//!
//! Nobody and nothing in it is real. What is in `tests/forms` is compared as text; `SUMMITCAL_GOLDEN=write cargo test --test
//! suite forms` writes it anew, to be read by a person before it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Folder;
use crate::support::calendar::{Component, parse};
use serde_json::Value;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forms")
}

/// The schedule, built.
fn built() -> Folder {
    let folder = Folder::new();
    for name in ["forms.yaml", "feeds.yaml"] {
        let text = fs::read(here().join("schedules").join(name)).expect("a schedule");
        folder.write(&format!("schedules/{name}"), &text);
    }
    let checked = folder.run(&["check", "--deny", "warnings"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", checked.stdout);
    folder.build();
    folder
}

fn golden(name: &str, found: &str) {
    let path = here().join(name);
    if std::env::var_os("SUMMITCAL_GOLDEN").is_some_and(|value| value == "write") {
        fs::write(&path, found).expect("writable");
    }
    assert_eq!(found, fs::read_to_string(&path).unwrap_or_default(), "{name}");
}

fn event<'c>(calendar: &'c Component, title: &str) -> &'c Component {
    let mut events = calendar.all("VEVENT");
    events.find(|event| event.text("SUMMARY").starts_with(title)).unwrap_or_else(|| panic!("no {title}"))
}

#[test]
fn every_output_reads_as_it_should() {
    let folder = built();
    for feed in ["seoul", "new-york", "tokyo"] {
        golden(&format!("{feed}.ics"), &folder.read(&format!("dist/public/feeds/{feed}.ics")));
    }
    for (feed, name) in [("seoul", "korean.txt"), ("new-york", "english.txt"), ("tokyo", "japanese.txt")] {
        let mut command = folder.command(&["show", "--feed", feed, "--at", crate::support::AT]);
        command.env("COLUMNS", "100");
        let ran = crate::support::Ran::of(command);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        golden(name, &ran.stdout);
    }
    let programme: Value = serde_json::from_str(&folder.read("dist/public/programme.json")).expect("JSON");
    golden("programme.json", &format!("{programme:#}\n"));
    golden("programme.csv", &folder.read("dist/public/programme.csv"));
    for language in ["", "ko/", "ja/"] {
        let page = folder.read(&format!("dist/public/{language}visits/forms.html"));
        let name = language.trim_end_matches('/');
        let programme =
            page.split("<section id=\"_programme\"").nth(1).and_then(|rest| rest.split("</section><p").next());
        let programme = programme.unwrap_or(&page);
        golden(&format!("page{}{name}.txt", if name.is_empty() { "" } else { "-" }), &text_of(programme));
    }
}

/// What a page says, an element a line.
fn text_of(html: &str) -> String {
    let mut out = String::new();
    let html = html.split("<footer").next().unwrap_or(html);
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        if tag.starts_with("article") {
            out.push_str("\n---- ");
            let words: Vec<&str> =
                tag.split(' ').filter(|word| word.contains("data-") || word.contains("part")).collect();
            out.push_str(&words.join(" "));
            out.push('\n');
        }
        let is_data = tag.starts_with("script") || tag.starts_with("style") || tag.starts_with("option");
        let text = text.trim();
        if !is_data && !text.is_empty() {
            out.push_str(text);
            out.push('\n');
        }
    }
    out
}

#[test]
fn a_part_is_an_event_of_its_own_that_names_its_whole() {
    let folder = built();
    let feed = parse(&folder.read("dist/public/feeds/new-york.ics"));
    let whole = event(&feed, "Leaders’ summit").value("UID").to_owned();
    for title in ["Bilateral on the sidelines", "Family photo"] {
        let part = event(&feed, title);
        assert_eq!(part.line("RELATED-TO"), format!("RELATED-TO;RELTYPE=PARENT:{whole}"), "{title}");
        assert!(part.text("DESCRIPTION").contains("Part of: “Leaders’ summit”"), "{title}");
    }
    assert!(event(&feed, "Leaders’ summit").get("RELATED-TO").is_none());
    // Where the whole is for staff alone, nothing is said of it.
    let talks = event(&feed, "Talks after a meeting");
    assert!(talks.get("RELATED-TO").is_none(), "{talks:?}");
    let page = folder.read("dist/public/visits/forms.html");
    assert!(!page.contains("Private meeting"), "what is hidden is not named");
    assert!(page.contains("<article class=\"entry confirmed part\""), "a part stands inside of its whole");
    let staff = parse(&folder.read("dist/staff/feeds/staff.ics"));
    assert!(event(&staff, "Talks after a meeting").get("RELATED-TO").is_some());
    // In the order of a list it stands right behind its whole, whatever its time.
    let shown = folder.run(&["show", "--feed", "new-york", "--at", crate::support::AT]).stdout;
    let place = |title: &str| shown.find(title).unwrap_or_else(|| panic!("no {title} in {shown}"));
    assert!(place("Leaders’ summit") < place("Family photo"));
    assert!(place("Bilateral on the sidelines") < place("Briefing by the host"));
}

#[test]
fn what_comes_before_and_after_is_named_and_has_its_day() {
    let folder = built();
    let feed = parse(&folder.read("dist/public/feeds/new-york.ics"));
    let statement = event(&feed, "Joint statement");
    assert_eq!(statement.line("DTSTART"), "DTSTART;TZID=America/New_York:20260617T163000", "its own time counts");
    assert!(statement.text("DESCRIPTION").contains("about 14:30 MDT · about 16:30 EDT, after “Working lunch”"));
    // One day that all agree on.
    let doorstep = event(&feed, "Doorstep");
    assert_eq!(doorstep.line("DTSTART"), "DTSTART;VALUE=DATE:20260617");
    assert!(doorstep.text("DESCRIPTION").contains("17 Jun, after “Walk” and “Working lunch”, before “Farewell”"));
    assert_eq!(event(&feed, "Walk").line("DTSTART"), "DTSTART;VALUE=DATE:20260617");
    // What it follows is hidden in part: neither that nor a day is told.
    let (public, staff) = (folder.read("dist/public/feeds/new-york.ics"), folder.read("dist/staff/feeds/staff.ics"));
    assert!(!public.contains("Follow-up"), "{public}");
    let follow_up = parse(&staff);
    let follow_up = event(&follow_up, "Follow-up");
    assert_eq!(follow_up.line("DTSTART"), "DTSTART;VALUE=DATE:20260617", "the last of both");
    let page = folder.read("dist/public/visits/forms.html");
    assert!(page.contains("after “Working lunch”, date to be announced"), "{}", text_of(&page));
    let shown = folder.run(&["show", "--feed", "new-york", "--at", crate::support::AT]).stdout;
    let place = |title: &str| shown.rfind(title).unwrap_or_else(|| panic!("no {title} in {shown}"));
    assert!(place("Walk\n") < place("Working lunch\n") && place("Working lunch\n") < place("Doorstep\n"), "{shown}");
}
