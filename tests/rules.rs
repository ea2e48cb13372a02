//! Rules that look beyond one file, what becomes of them by switch and by entry, and the explanations of all.

use crate::support::{BASE, FEEDS, Folder};
use summitcal::diagnostic::codes;

/// A visit by President A, with these days and entries.
fn visit(id: &str, zone: &str, days: (&str, &str), entries: &[&str]) -> String {
    let (from, to) = days;
    format!(
        "visit: {id}\nkind: working-visit\ntitle: Visit\nprincipal: President A\nzone: {zone}\n\
         dates: {{from: {from}, to: {to}}}\naudience: public\nsources: {{s: {{publisher: P}}}}\nentries:\n{}",
        entries
            .iter()
            .fold(String::new(), |text, entry| text + "  - {" + entry + ", status: confirmed, sources: [s]}\n")
    )
}

fn stay(id: &str, when: &str, city: &str) -> String {
    format!("id: {id}, kind: meeting, title: T, when: {{{when}}}, place: {{city: {city}}}")
}

fn flight(id: &str, leaves: (&str, &str), arrives: (&str, &str)) -> String {
    let end = |(when, city): (&str, &str)| format!("{{{when}, place: {{city: {city}}}}}");
    format!("id: {id}, kind: travel, title: T, depart: {}, arrive: {}", end(leaves), end(arrives))
}

/// Visits to Tokyo and to Washington, with these further entries.
fn two_visits(tokyo: &[&str], washington: &[&str]) -> [(&'static str, String); 2] {
    let out =
        flight("out", ("date: 2025-08-23, part: morning, zone: Asia/Seoul", "Seoul"), ("date: 2025-08-23", "Tokyo"));
    let on = flight(
        "on",
        ("start: 2025-08-24 14:00", "Tokyo"),
        ("start: 2025-08-24 14:30, zone: America/New_York", "Washington"),
    );
    let tokyo = [&[out.as_str(), on.as_str()], tokyo].concat();
    [
        ("tokyo.yaml", visit("tokyo", "Asia/Tokyo", ("2025-08-23", "2025-08-24"), &tokyo)),
        ("washington.yaml", visit("washington", "America/New_York", ("2025-08-24", "2025-08-26"), washington)),
    ]
}

fn folder(files: &[(&str, String)], feeds: &str) -> Folder {
    let mut all: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    all.push(("feeds.yaml", feeds));
    Folder::with(&all)
}

/// `file code` of everything that is found.
fn found(files: &[(&str, String)]) -> Vec<String> {
    let ran = folder(files, FEEDS).run(&["check", "--format", "json"]);
    ran.findings()
        .into_iter()
        .map(|finding| format!("{} {}", finding.file.trim_start_matches("schedules/"), finding.code))
        .collect()
}

#[test]
fn journeys_count_for_the_next_visit() {
    let dinner = stay("dinner", "date: 2025-08-24, part: evening", "Washington");
    assert_eq!(found(&two_visits(&[], &[&dinner])), [""; 0]);
    // Without the visit before, nobody arrives.
    assert_eq!(found(&two_visits(&[], &[&dinner])[1..]), ["washington.yaml no-arrival"]);
}

#[test]
fn entries_are_held_to_the_journeys_of_other_visits() {
    // 14:00 in Washington is half an hour before the arrival, and in the middle of the flight.
    let early = stay("early", "start: 2025-08-24 14:00", "Washington");
    assert_eq!(found(&two_visits(&[], &[&early])), ["washington.yaml two-places-at-once"]);
    let early = stay("early", "start: 2025-08-24 00:30", "Washington");
    let expected = ["washington.yaml before-arrival", "washington.yaml entry-at-night"];
    assert_eq!(found(&two_visits(&[], &[&early])), expected);
    let late = stay("late", "date: 2025-08-25, zone: Asia/Tokyo", "Tokyo");
    assert_eq!(found(&two_visits(&[], &[&late])), ["washington.yaml after-departure"]);
    let in_time = stay("in-time", "start: 2025-08-24 14:30", "Washington");
    assert_eq!(found(&two_visits(&[], &[&in_time])), [""; 0]);
}

#[test]
fn a_trip_of_another_month_says_nothing() {
    let talks = stay("talks", "date: 2025-03-02", "Tokyo");
    let out = flight("out", ("date: 2025-03-01", "Seoul"), ("date: 2025-03-01", "Osaka"));
    let before = ("march.yaml", visit("march", "Asia/Tokyo", ("2025-03-01", "2025-03-03"), &[&out, &talks]));
    let [tokyo, washington] = two_visits(&[], &["id: a, kind: meal, title: T, when: tba"]);
    assert_eq!(found(&[before, tokyo, washington]), [""; 0]);
}

#[test]
fn a_principal_is_known_by_all_languages_in_any_order() {
    let talks = |id: &str, principal: &str| {
        let entry = "id: talks, kind: meeting, title: T, when: {start: 2025-08-23 10:00, end: 11:00}, place: {site: S}";
        let site = entry.replace("site: S", &format!("site: {id}"));
        let text = visit(id, "Asia/Seoul", ("2025-08-23", "2025-08-23"), &[&site]);
        text.replace("principal: President A", &format!("principal: {principal}"))
    };
    let both =
        |first: &str, second: &str| found(&[("one.yaml", talks("one", first)), ("two.yaml", talks("two", second))]);
    assert_eq!(both("{en: A, ko: 가}", "{ko: 가, en: A}"), ["two.yaml two-places-at-once"]);
    assert_eq!(both("{en: A, ko: 가}", "{en: B, ko: 나}"), [""; 0]);
}

#[test]
fn the_other_place_is_pointed_at() {
    let talks = stay("talks", "start: 2025-08-24 13:00, end: 2025-08-24 14:45", "Tokyo");
    let ran = folder(&two_visits(&[&talks], &["id: a, kind: meal, title: T, when: tba"]), FEEDS)
        .run(&["check", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let diagnostic = &value[0];
    assert_eq!(diagnostic["code"], "two-places-at-once", "{value}");
    assert_eq!((&diagnostic["line"], &diagnostic["column"]), (&11.into(), &54.into()), "the flight begins later");
    let related = &diagnostic["related"][0];
    assert_eq!((&related["line"], &related["column"]), (&12.into(), &56.into()), "{value}");
    assert!(related["message"].as_str().is_some_and(|text| text.contains("13:00 JST")), "{value}");
}

#[test]
fn either_of_two_entries_allows_a_clash() {
    let entry = |id: &str, hour: &str, allow: &str| {
        format!("id: {id}, kind: meeting, title: T, when: {{start: 2025-08-23 {hour}:00, for: 2h}}{allow}")
    };
    let allow = ", allow: {two-places-at-once: for a reason}";
    for (first, second, clashes) in [("", "", 1), (allow, "", 0), ("", allow, 0)] {
        let (first, second) = (entry("a", "10", first), entry("b", "11", second));
        let text = visit("v", "Asia/Tokyo", ("2025-08-23", "2025-08-23"), &[&first, &second]);
        assert_eq!(found(&[("v.yaml", text)]).len(), clashes);
    }
}

#[test]
fn every_rule_can_be_switched() {
    let dinner = "id: dinner, kind: meal, title: Dinner on Monday, when: {start: 2025-08-23 04:00}";
    let text = visit("v", "Asia/Tokyo", ("2025-08-23", "2025-08-23"), &[dinner]);
    for (rules, code, expected) in [
        ("{}", 0, vec!["weekday-contradicts-date warning", "meal-at-night warning"]),
        ("{meal-at-night: off}", 0, vec!["weekday-contradicts-date warning"]),
        ("{meal-at-night: off, weekday-contradicts-date: off}", 0, vec![]),
        ("{meal-at-night: error}", 1, vec!["weekday-contradicts-date warning", "meal-at-night error"]),
    ] {
        let feeds = FEEDS.replace("feeds:\n", &format!("rules: {rules}\nfeeds:\n"));
        let ran = folder(&[("v.yaml", text.clone())], &feeds).run(&["check", "--format", "json"]);
        let found: Vec<_> = ran.findings().iter().map(|it| format!("{} {}", it.code, it.severity)).collect();
        assert_eq!((ran.code, found), (code, expected.into_iter().map(str::to_owned).collect()), "{rules}");
    }
}

/// An hour wrong for everybody stops a build, unless somebody says that it is meant; then it is as any warning.
#[test]
fn a_city_in_another_zone_is_an_error_that_can_be_switched() {
    let talks = "id: talks, kind: meeting, title: T, when: {start: 2025-06-02 10:00}, place: {city: London}, allow: {no-arrival: x}";
    let file = |entry: &str| visit("v", "Europe/Paris", ("2025-06-02", "2025-06-02"), &[entry]);
    for (rules, code, expected) in [
        ("{}", 1, Some("error")),
        ("{city-in-other-zone: error}", 1, Some("error")),
        ("{city-in-other-zone: warning}", 0, Some("warning")),
        ("{city-in-other-zone: off}", 0, None),
    ] {
        let feeds = FEEDS.replace("feeds:\n", &format!("rules: {rules}\nfeeds:\n"));
        let folder = folder(&[("v.yaml", file(talks))], &feeds);
        let found = folder.run(&["check", "--format", "json"]).findings();
        let severities: Vec<_> = found.iter().map(|it| it.severity.as_str()).collect();
        assert_eq!(severities, expected.into_iter().collect::<Vec<_>>(), "{rules}");
        assert_eq!(folder.run(&["build"]).code, code, "{rules}");
        assert_eq!(folder.snapshot("dist").is_empty(), code == 1, "{rules}");
    }
    let allowed = talks.replace("x}", "x, city-in-other-zone: the time is that of Paris}");
    assert_eq!(found(&[("v.yaml", file(&allowed))]), [""; 0]);
    // A file from elsewhere, for which no rules are known.
    let folder = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", FEEDS)]);
    folder.write("elsewhere/v.yaml", file(talks).as_bytes());
    assert_eq!(folder.run(&["check", "elsewhere/v.yaml"]).code, 1);
}

#[test]
fn the_zone_of_a_visit_is_told_once_and_where_it_stands() {
    let talks = |city: &str, hour: usize| stay(&format!("e{hour}"), &format!("start: 2025-06-02 {hour:02}:00"), city);
    let of = |cities: &[&str]| {
        let entries: Vec<_> = cities.iter().zip(9..).map(|(city, hour)| talks(city, hour)).collect();
        let entries: Vec<_> = entries.iter().map(String::as_str).collect();
        let file = visit("v", "Europe/Paris", ("2025-06-02", "2025-06-02"), &entries);
        let ran = folder(&[("v.yaml", file)], FEEDS).run(&["check", "--format", "json"]);
        let found = ran.findings().into_iter().filter(|it| it.code == "city-in-other-zone");
        found.map(|it| it.line).collect::<Vec<_>>()
    };
    assert_eq!(of(&["London"; 8]), [5]);
    assert_eq!(of(&["London", "London", "Paris"]), [5]);
    // As many are right as are wrong, so that it may be either.
    assert_eq!(of(&["London", "Paris"]), [10]);
    assert_eq!(of(&["London", "London", "Paris", "Paris"]), [10, 11]);
    assert_eq!(of(&["London", "London", "Seoul"]), [5, 12]);
    assert_eq!(of(&["Paris", "Berlin"]), [0; 0]);
}

/// A journey's end without its zone is more often the mistake than the visit's zone.
#[test]
fn one_end_of_a_journey_says_nothing_of_the_visit() {
    let home = flight("home", ("start: 2025-06-02 10:00", "Nowhere"), ("start: 2025-06-02 23:00", "Seoul"));
    let file = visit("v", "Europe/Paris", ("2025-06-02", "2025-06-02"), &[&home]);
    let ran = folder(&[("v.yaml", file)], FEEDS).run(&["check", "--format", "json"]);
    let lines: Vec<_> = ran.findings().iter().map(|it| (it.code.clone(), it.line)).collect();
    assert_eq!(lines, [("city-in-other-zone".to_owned(), 10)], "{}", ran.stdout);
}

/// The same entry in two files, and what stays two-places-at-once when nobody wants to hear of repetitions.
#[test]
fn an_entry_is_repeated_across_visits() {
    let talks = "id: talks, kind: meeting, title: T, when: {start: 2025-08-23 10:00, end: 11:00}";
    let file = |id: &str| visit(id, "Asia/Tokyo", ("2025-08-23", "2025-08-23"), &[talks]);
    let files = [("one.yaml", file("one")), ("two.yaml", file("two"))];
    assert_eq!(found(&files), ["two.yaml repeated-entry"]);
    let feeds = FEEDS.replace("feeds:\n", "rules: {repeated-entry: off}\nfeeds:\n");
    let ran = folder(&files, &feeds).run(&["check", "--format", "json"]);
    assert_eq!(ran.findings().iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["two-places-at-once"]);
    let other = file("two").replace("principal: President A", "principal: President B");
    assert_eq!(found(&[("one.yaml", file("one")), ("two.yaml", other)]), [""; 0]);
}

/// What can be known of a file with mistakes is said in the same run; what something missing would explain is not.
#[test]
fn rules_and_mistakes_are_reported_at_once() {
    let dinner = "id: dinner, kind: meal, title: Dinner on Monday, when: {start: 2025-08-23 04:00}";
    let broken = "id: lunch, kind: meal, title: L, when: {date: 2025-02-30}, sorces: [s]";
    let text = visit("v", "Asia/Tokyo", ("2025-08-23", "2025-08-23"), &[broken, dinner])
        .replace("{s: {publisher: P}}", "{s: {publisher: P}, t: {publisher: Q}}");
    let expected = ["unknown-key", "bad-date", "weekday-contradicts-date", "meal-at-night"];
    let found = found(&[("v.yaml", text)]);
    let mut codes: Vec<_> = found.iter().map(|line| line.trim_start_matches("v.yaml ")).collect();
    let mut expected = expected.to_vec();
    codes.sort_unstable();
    expected.sort_unstable();
    assert_eq!(codes, expected);
}

#[test]
fn a_flood_of_one_rule_is_summed_up() {
    let meals: Vec<_> = (0..1_000)
        .map(|n| format!("id: e{n}, kind: meal, title: T, when: {{start: 2025-08-23 04:00}}, principal: Person {n}"))
        .collect();
    let meals: Vec<_> = meals.iter().map(String::as_str).collect();
    let text = visit("v", "Asia/Tokyo", ("2025-08-23", "2025-08-23"), &meals);
    let ran = folder(&[("v.yaml", text)], FEEDS).run(&["check"]);
    assert!(ran.stderr.contains("… and 980 more like this (meal-at-night)"), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("1,000 warnings in 1 file.\n"), "{}", ran.stderr);
}

/// Languages are those of the feeds that show a text, too.
#[test]
fn a_feed_asks_for_its_language() {
    let entry = "id: a, kind: meeting, title: {ko: 회담, en: Talks}, when: {date: 2025-08-23}";
    let text = visit("v", "Asia/Tokyo", ("2025-08-23", "2025-08-23"), &[entry]);
    let with = |title: &str| folder(&[("v.yaml", text.replace("en: Talks", title))], FEEDS);
    assert_eq!(with("en: Talks").run(&["check", "--deny", "warnings"]).code, 0);
    // The feed is in Korean, the title in no language: nobody asks for English.
    assert_eq!(with("ja: 会談").run(&["check", "--deny", "warnings"]).code, 0);
    let english = FEEDS.to_owned() + "  - {id: en, title: T, zone: host, language: en, audience: public}\n";
    let check = |feeds: &str| {
        folder(&[("v.yaml", text.replace(", en: Talks", ""))], feeds).run(&["check", "--deny", "warnings"]).code
    };
    assert_eq!(check(FEEDS), 0);
    assert_eq!(check(&english), 1);
    // A feed that shows other entries alone asks for nothing.
    let other = english.replace("audience: public}", "audience: public, only: {kind: [meal]}}");
    assert_eq!(check(&other.replace("feeds:\n", "rules: {empty-feed: off}\nfeeds:\n")), 0);
}

/// Files from elsewhere are judged by themselves: what another file may hold is not missing.
#[test]
fn a_file_from_elsewhere_is_judged_alone() {
    let dinner = stay("dinner", "start: 2025-08-24 03:00", "Washington").replace("meeting", "meal");
    let text = visit("v", "America/New_York", ("2025-08-24", "2025-08-24"), &[&dinner]);
    let folder = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", FEEDS)]);
    folder.write("elsewhere/v.yaml", text.as_bytes());
    let found = folder.run(&["check", "--format", "json", "elsewhere/v.yaml"]).findings();
    assert_eq!(found.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["meal-at-night"]);
}

#[test]
fn every_code_is_explained() {
    let folder = Folder::new();
    let list = folder.run(&["explain"]);
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    for (code, severity) in codes::ALL {
        assert!(list.stdout.contains(&format!("\n  {code} ")), "{code} is not in the list");
        let ran = folder.run(&["explain", code.0]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{code}");
        assert!(ran.stdout.starts_with(&format!("{code} ({severity})\n\n")), "{}", ran.stdout);
        for part in ["\nWhy it matters\n", "\nExample\n", "\nInstead\n"] {
            assert!(ran.stdout.contains(part), "{code}: {}", ran.stdout);
        }
        assert!(!ran.stdout.contains('\u{1b}'), "{code}");
    }
}

#[test]
fn an_unknown_code_is_no_guess() {
    let folder = Folder::new();
    let ran = folder.run(&["explain", "meal-at-nigth"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert_eq!(ran.stderr, "summitcal: there is no diagnostic “meal-at-nigth”; did you mean “meal-at-night”?\n");
    let ran = folder.run(&["explain", "zzz"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("“summitcal explain” lists them all"), "{}", ran.stderr);
}
