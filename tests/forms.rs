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
    built_from(&here())
}

/// The schedules of a folder, which are without a warning, built.
fn built_from(case: &Path) -> Folder {
    let folder = Folder::new();
    for file in fs::read_dir(case.join("schedules")).expect("a folder") {
        let path = file.expect("a file").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        folder.write(&format!("schedules/{name}"), &fs::read(&path).expect("a schedule"));
    }
    let checked = folder.run(&["check", "--deny", "warnings"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", checked.stdout);
    folder.build();
    folder
}

/// What `summitcal show` prints of a feed, 100 columns wide.
fn shown(folder: &Folder, feed: &str) -> String {
    let mut command = folder.command(&["show", "--feed", feed, "--at", crate::support::AT]);
    command.env("COLUMNS", "100");
    let ran = crate::support::Ran::of(command);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    ran.stdout
}

/// The programme on a page, an element a line.
fn programme_of(page: &str) -> String {
    let programme = page.split("<section id=\"_programme\"").nth(1).and_then(|rest| rest.split("</section><p").next());
    text_of(programme.unwrap_or(page))
}

fn golden(name: &str, found: &str) {
    golden_in(&here(), name, found);
}

fn golden_in(case: &Path, name: &str, found: &str) {
    let path = case.join(name);
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
        golden(name, &shown(&folder, feed));
    }
    let programme: Value = serde_json::from_str(&folder.read("dist/public/programme.json")).expect("JSON");
    golden("programme.json", &format!("{programme:#}\n"));
    golden("programme.csv", &folder.read("dist/public/programme.csv"));
    for language in ["", "ko/", "ja/"] {
        let page = folder.read(&format!("dist/public/{language}visits/forms.html"));
        let name = language.trim_end_matches('/');
        golden(&format!("page{}{name}.txt", if name.is_empty() { "" } else { "-" }), &programme_of(&page));
    }
}

/// Five occasions in the shape of what is published of such: a state visit, a prime minister's day, a summit of seven with
/// sidelines and the spouses' programme, three countries over a change of clocks, and a New Year across the date line.
#[test]
fn five_occasions_read_as_they_should() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/occasions");
    let folder = built_from(&case);
    for feed in ["host", "spouse"] {
        golden_in(&case, &format!("{feed}.ics"), &folder.read(&format!("dist/public/feeds/{feed}.ics")));
    }
    for feed in ["host", "seoul"] {
        golden_in(&case, &format!("{feed}.txt"), &shown(&folder, feed));
    }
    for visit in ["new-year", "prime-ministers-day", "state-visit", "summit-of-seven", "three-countries"] {
        let page = folder.read(&format!("dist/public/visits/{visit}.html"));
        golden_in(&case, &format!("{visit}.txt"), &programme_of(&page));
    }
    golden_in(&case, "state-visit-ja.txt", &programme_of(&folder.read("dist/public/ja/visits/state-visit.html")));
}

/// What `set` writes of each form, and what it then says of it.
#[test]
fn every_form_can_be_set() {
    let folder = built_from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/occasions"));
    for (entry, value, written, told) in [
        (
            "signing",
            "when={date: 2027-03-09, not_before: 13:30}",
            "when: {date: 2027-03-09, not_before: 13:30}",
            "not before 13:30 CET",
        ),
        ("briefing", "when.not_after=17:00", "not_before: 15:00, not_after: 17:00}", "between 15:00 and 17:00 CET"),
        ("lunch", "when.about=true", "end: 15:45, about: true}", "about 14:15–15:45 CET"),
        (
            "statement",
            "when.tbc=",
            "{start: 2027-03-09 13:45, after: [talks, signing]}",
            "(was: 9 Mar 13:45 CET (time to be confirmed)",
        ),
        (
            "statement",
            "when.after=talks",
            "{start: 2027-03-09 13:45, after: talks}",
            "13:45 CET, after “Talks with the prime minister”, end",
        ),
        ("signing", "when={before: banquet}", "when: {before: banquet}", "9 Mar, before “State banquet”"),
        ("forum", "principal=[The King]", "principal: [The King]", "principal changed: The King (was: The President)"),
        ("museum", "with=[{who: Pupils, as: guests}]", "with: [{who: Pupils, as: guests}]", "Pupils (guests)"),
        ("museum", "part_of=forum", "part_of: forum", "larger event announced: “Business forum”"),
        (
            "return",
            "via=[{place: {city: Dubai, country: AE}, zone: Asia/Dubai}]",
            "via: [{place: {city: Dubai,",
            "Dubai, United Arab Emirates",
        ),
    ] {
        let ran = folder.run(&["set", "--at", crate::support::AT, &format!("state-visit/{entry}"), value]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{value}");
        let file = folder.read("schedules/state-visit.yaml");
        assert!(file.contains(written), "{written} is not in {file}");
        assert!(ran.stdout.contains(told), "{told} is not in {}", ran.stdout);
    }
    let ran = folder.run(&["set", "state-visit/toasts", "part_of=talks"]);
    assert!(ran.code == 1 && ran.stderr.contains("does not begin before"), "{}", ran.stderr);
    let ran = folder.run(&["set", "--at", crate::support::AT, "state-visit", "kind=stopover", "host=The host"]);
    assert!(ran.stdout.contains("host announced: The host"), "{}", ran.stdout);
}

/// Days that have entries on several clocks are in the order in which things happen, and a date that is lived through twice
/// stands twice.
#[test]
fn several_clocks_on_a_day_stand_in_the_order_of_what_happens() {
    let folder = built_from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/occasions"));
    let shown = shown(&folder, "host");
    let place = |text: &str| shown.find(text).unwrap_or_else(|| panic!("no {text} in {shown}"));
    assert!(place("Flight to Calgary") < place("Arrival of the leaders"), "19:00 in Seoul is before 17:00 in Edmonton");
    assert!(place("Friday, 31 December 2027 · Apia") < place("Saturday, 1 January 2028 · Apia"), "{shown}");
    assert!(place("Saturday, 1 January 2028 · Apia") < place("Friday, 31 December 2027 · Honolulu"), "{shown}");
    assert!(place("Flight to Honolulu") < place("New Year’s Eve once more"), "{shown}");
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

#[test]
fn bounds_and_what_is_not_certain_are_said_and_no_time_is_made_of_them() {
    let folder = built();
    let feed = parse(&folder.read("dist/public/feeds/new-york.ics"));
    let arrivals = event(&feed, "Arrivals");
    assert_eq!(arrivals.line("DTSTART"), "DTSTART;VALUE=DATE:20260614");
    assert_eq!(arrivals.line("TRANSP"), "TRANSP:TRANSPARENT");
    assert_eq!(arrivals.text("SUMMARY"), "Arrivals (not before 16:00 MDT · not before 18:00 EDT)");
    assert_eq!(
        event(&feed, "Draft").text("SUMMARY"),
        "Draft of the statement (not after 18:00 MDT · not after 20:00 EDT)"
    );
    let korean = parse(&folder.read("dist/public/feeds/seoul.ics"));
    let arrivals = event(&korean, "도착 행사").text("SUMMARY");
    assert_eq!(arrivals, "도착 행사(16:00 MDT 이후 · 6월 15일 07:00 KST 이후)", "with its own day on each clock");
    let dinner = event(&feed, "Leaders’ dinner");
    assert_eq!(dinner.line("DTEND"), "DTEND;TZID=America/New_York:20260617T000000");
    assert!(dinner.text("DESCRIPTION").contains("19:30 until about 22:00 MDT"), "{}", dinner.text("DESCRIPTION"));
    assert!(event(&feed, "Drive").text("DESCRIPTION").contains("from about 18:30 until 19:00 MDT"));
    let questions = event(&feed, "Questions");
    assert_eq!(questions.text("SUMMARY"), "Questions (time to be confirmed)");
    assert_eq!(questions.line("DTSTART"), "DTSTART;TZID=America/New_York:20260616T163000");
    assert!(questions.text("DESCRIPTION").contains("16 Jun 14:30 MDT · 16:30 EDT (time to be confirmed)"));
    let page = folder.read("dist/public/visits/forms.html");
    assert!(page.contains("<span class=\"flag wait\">Time to be confirmed</span>"));
    let article = page.split("<article").skip(1).find(|article| article.contains(">Arrivals<")).expect("the entry");
    for part in [
        "data-known=\"notbefore\"",
        "data-bound=\"not before %\"",
        "data-from=\"2026-06-14T22:00:00Z\"",
        ">not before 16:00<",
    ] {
        assert!(article.contains(part), "no {part} in {article}");
    }
    assert!(!article.contains("data-to"), "{article}");
    // Links to calendars on the web have the same days, and the words.
    assert!(article.contains("dates=20260614/20260615") && article.contains("not%20before%2016:00"), "{article}");
}

#[test]
fn a_feed_of_one_principal_has_what_is_theirs_and_what_is_everybodys() {
    let folder = built();
    let feed = parse(&folder.read("dist/public/feeds/first-lady.ics"));
    let school = event(&feed, "Visit to a school").text("DESCRIPTION");
    assert!(school.contains("Principal: The First Lady"), "{school}");
    assert!(school.contains("With: Spouses of the leaders (guests); Pupils"), "{school}");
    assert!(feed.all("VEVENT").any(|event| event.text("SUMMARY").starts_with("Reception")), "it is the visit's");
    assert!(feed.all("VEVENT").all(|event| !event.text("SUMMARY").starts_with("Leaders’ summit")), "it is another's");
    let page = folder.read("dist/public/visits/forms.html");
    assert!(page.contains("The President · The First Lady"), "{}", text_of(&page));
}

#[test]
fn stops_on_the_way_are_told_with_their_own_clocks() {
    let folder = built();
    let feed = parse(&folder.read("dist/public/feeds/new-york.ics"));
    let flight = event(&feed, "Flight");
    assert_eq!(flight.line("DTSTART"), "DTSTART;TZID=America/New_York:20260613T210000");
    let text = flight.text("DESCRIPTION");
    assert!(
        text.contains(
            "Via: Anchorage, United States; Arrives: 14 Jun 01:00 AKDT · 05:00 EDT; Departs: 14 Jun about 02:30 AKDT"
        ),
        "{text}"
    );
    let page = folder.read("dist/public/visits/forms.html");
    assert!(page.contains("Seoul → Anchorage → Calgary"), "{}", text_of(&page));
}
