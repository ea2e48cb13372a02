//! A feed of one's own under `serve`: what is asked for and no more, by the same UIDs and stamps as in the listed feed; every other
//! way to ask is led to the one way, or refused with what is known.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::server::{Reply, Server};
use crate::support::{FEEDS_OF_EACH, Folder, calendar};

/// Kinds of the entries of the visits.
const KINDS: [&str; 4] = ["summit", "meal", "press-event", "briefing"];
/// What may be asked for of their access.
const ACCESS: [&str; 4] = ["open", "pooled", "closed", "print-pool"];
/// The access of the entries of each kind, some in parts.
const PARTS: [&str; 5] = ["open", "pooled", "closed", "print-pool", "print-pool+closed"];

/// A visit with an entry of each kind and access, one for the press, and one for staff. Made up for the test.
fn visit(id: &str, day: u32) -> String {
    let mut text = format!(
        "visit: {id}\nkind: working-visit\ntitle: Visit {id}\nprincipal: President A\nzone: Asia/Tokyo\n\
         dates: {{from: 2025-08-{day:02}, to: 2025-08-{day:02}}}\naudience: public\nsources: {{s: {{publisher: P}}}}\nentries:\n"
    );
    let mut hour = 0;
    for kind in KINDS {
        for (number, parts) in PARTS.iter().enumerate() {
            let access: Vec<_> =
                parts.split('+').map(|access| format!("{{part: {access}, access: {access}}}")).collect();
            let access = if let [_] = access[..] { (*parts).to_owned() } else { format!("[{}]", access.join(", ")) };
            let _ = writeln!(
                text,
                "  - {{id: {kind}-{number}, kind: {kind}, title: {kind} {parts} {id}, when: {{start: 2025-08-{day:02} {hour:02}:00, \
                 for: 30m}}, access: {access}, status: confirmed, sources: [s]}}"
            );
            hour += 1;
        }
    }
    for (audience, title) in [("press", "CANARY-PRESS"), ("staff", "CANARY-STAFF")] {
        let _ = writeln!(
            text,
            "  - {{id: for-{audience}, kind: briefing, title: {title}, when: {{start: 2025-08-{day:02} 20:00, for: 30m}}, \
             audience: {audience}, status: confirmed, sources: [s]}}"
        );
    }
    text
}

fn serving() -> (Folder, Server) {
    let hidden = visit("hidden", 27).replace("audience: public", "audience: staff");
    let pool = "  - {id: pool, title: Pool, zone: host, language: en, audience: public, only: {access: [pooled]}}\n";
    let feeds = FEEDS_OF_EACH.replace("id: seoul, title", "id: seoul, alarms: [15m], title") + pool;
    let files = [
        ("one.yaml", &*visit("one", 25)),
        ("two.yaml", &visit("two", 26)),
        ("hidden.yaml", &hidden),
        ("feeds.yaml", &feeds),
    ];
    let folder = Folder::with(&files);
    let server = Server::start(&folder, &[]);
    (folder, server)
}

/// The events of a calendar by UID, each with its lines but for those of alarms, as our own reader reads them.
fn events(calendar_text: &str) -> BTreeSet<(String, String, String)> {
    let calendar = calendar::parse(calendar_text);
    let of = |event: &calendar::Component| {
        (event.value("UID").to_owned(), event.value("DTSTAMP").to_owned(), event.value("SEQUENCE").to_owned())
    };
    calendar.all("VEVENT").map(of).collect()
}

/// The UIDs of those events that a reader of others' making finds to be of these categories and in these visits.
fn filtered(calendar_text: &str, kinds: &[&str], access: &[&str], visits: &[&str]) -> BTreeSet<String> {
    let calendar = ICalendar::parse(calendar_text).expect("another reader reads it");
    let events = calendar.components.iter().filter(|it| it.component_type == ICalendarComponentType::VEvent);
    let text = |event: &ICalendarComponent, name: &ICalendarProperty| {
        Some(event.property(name)?.values.first()?.as_text()?.to_owned())
    };
    let is_wanted = |event: &&ICalendarComponent| {
        // The titles say what each is.
        let title = text(event, &ICalendarProperty::Summary).expect("a title");
        let words: Vec<&str> = title.split(' ').collect();
        let among = |wanted: &[&str], word: &str| wanted.is_empty() || wanted.contains(&word);
        // A print pool is a pool.
        let is_of = |part: &str| among(access, part) || part == "print-pool" && access.contains(&"pooled");
        among(kinds, words[0]) && words[1].split('+').any(is_of) && among(visits, words[2])
    };
    events.filter(is_wanted).filter_map(|event| text(event, &ICalendarProperty::Uid)).collect()
}

fn query(kinds: &[&str], access: &[&str], visits: &[&str]) -> String {
    let sorted = |all: &[&str]| {
        let mut all = all.to_vec();
        all.sort_unstable();
        all.join(",")
    };
    let pairs = [("access", sorted(access)), ("kind", sorted(kinds)), ("visit", sorted(visits))];
    let pairs = pairs.iter().filter(|(_, values)| !values.is_empty()).map(|(key, values)| format!("{key}={values}"));
    pairs.collect::<Vec<_>>().join("&")
}

fn refused(server: &Server, query: &str, words: &str) {
    let reply = server.get(&format!("/feeds/seoul.ics?{query}"));
    assert_eq!(reply.status, 400, "{query}");
    assert!(reply.text().contains(words), "{query}: {}", reply.text());
    // Of what was asked for it says what was written, and of a hidden visit what it says of one that is not there.
    let told = reply.text().replace("There is no visit “hidden”", "");
    assert!(!told.contains("hidden"), "{told}");
}

#[test]
fn a_filtered_feed_is_the_feed_filtered_by_another_reader() {
    let (_folder, server) = serving();
    let whole = ["seoul", "pool"].map(|feed| (feed, server.get(&format!("/feeds/{feed}.ics")).text()));
    assert_eq!(whole.each_ref().map(|(_, text)| events(text).len()), [40, 24]);
    let some = |all: &'static [&'static str]| proptest::sample::subsequence(all, 0..=all.len());
    let asked = (some(&KINDS), some(&ACCESS), some(&["one", "two"]));
    let mut runner = TestRunner::new(Config { cases: 48, ..Config::default() });
    let outcome = runner.run(&asked, |(kinds, access, visits)| {
        let query = query(&kinds, &access, &visits);
        for (feed, whole) in &whole {
            let query = if query.is_empty() { String::new() } else { format!("?{query}") };
            let reply = server.get(&format!("/feeds/{feed}.ics{query}"));
            prop_assert_eq!(reply.status, 200);
            let own = events(&reply.text());
            let expected = filtered(whole, &kinds, &access, &visits);
            prop_assert_eq!(own.iter().map(|(uid, ..)| uid.clone()).collect::<BTreeSet<_>>(), expected);
            prop_assert!(own.is_subset(&events(whole)), "the same stamps");
            prop_assert!(!reply.text().contains("CANARY"));
        }
        Ok(())
    });
    outcome.expect("every filter holds");
}

#[test]
fn a_feed_of_ones_own_has_its_language_its_clock_and_its_alarms() {
    let (_folder, server) = serving();
    let text = |query: &str| {
        let reply = server.get(&format!("/feeds/seoul.ics?{query}"));
        assert_eq!(reply.status, 200, "{query}");
        reply.text()
    };
    assert!(text("zone=America/New_York").contains("X-WR-TIMEZONE:America/New_York\r\n"));
    assert!(text("zone=host").contains("DTSTART;TZID=Asia/Tokyo:"));
    assert!(text("alarms=2h,30m").contains("TRIGGER:-PT2H\r\n"));
    assert!(!text("alarms=none").contains("BEGIN:VALARM"));
    assert_ne!(text("language=en"), text("language=ko"));
    assert!(
        text("language=en").contains("SOURCE;VALUE=URI:https://calendar.example.org/feeds/seoul.ics?language=en\r\n")
    );
}

#[test]
fn there_is_one_way_to_ask() {
    let (_folder, server) = serving();
    let leads = |query: &str, to: &str| {
        let reply = server.get(&format!("/feeds/seoul.ics?{query}"));
        assert_eq!((reply.status, reply.header("location")), (301, to), "{query}");
    };
    leads("kind=press-event,summit,summit", "seoul.ics?kind=press-event,summit");
    leads("kind=summit&kind=meal&access=open", "seoul.ics?access=open&kind=meal,summit");
    leads("kind=&zone=", "seoul.ics");
    leads("", "seoul.ics");
    // An app may write what it was led to with escapes.
    assert_eq!(server.get("/feeds/seoul.ics?kind=meal%2Csummit&zone=Asia%2FTokyo").status, 200);
    refused(&server, "kid=summit", "There are: access, alarms, kind, language, visit, zone.");
    refused(&server, "kind=dinner", "Known are: summit, meeting, meal");
    refused(&server, "visit=hidde", "Known are: one, two.");
    refused(&server, "visit=hidd%65n", "Known are: one, two.");
    refused(&server, "zone=KST", "such as Asia/Seoul");
    refused(&server, "zone=Asia/Seoul&zone=Asia/Tokyo", "There can be one “zone” alone");
    refused(&server, "language=fr", "Known are: en, ko, ja.");
    refused(&server, "alarms=30", "a time such as 30m");
    refused(&server, "alarms=1m,2m,3m,4m,5m", "4 alarms at most");
    refused(&server, &format!("kind={}", "summit,".repeat(400)), "more than 2000 characters");
    // Of what is no feed, a query says nothing; of a feed that is not there, it is not there.
    assert_eq!(server.get("/index.html?kind=summit").status, 200);
    assert_eq!(server.get("/feeds/none.ics?kind=summit").status, 404);
}

#[test]
fn who_has_it_already_is_told_so() {
    let (_folder, server) = serving();
    let path = "/feeds/seoul.ics?kind=summit";
    let reply: Reply = server.get(path);
    let tag = format!("If-None-Match: {}", reply.header("etag"));
    assert_eq!(server.ask("GET", path, &[&tag]).status, 304);
    assert_eq!(server.ask("GET", "/feeds/seoul.ics?kind=meal", &[&tag]).status, 200);
    let head = server.ask("HEAD", path, &[]);
    assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, reply.header("etag")));
    assert_eq!(reply.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(reply.header("last-modified"), "");
}

#[test]
fn tokens_open_feeds_of_ones_own_likewise() {
    let (folder, server) = serving();
    let ran = folder.run(&["token", "add", "--audience", "press"]);
    let token = ran.stdout.lines().next().expect("a token").to_owned();
    let path = format!("/t/{token}/feeds/seoul.ics?kind=briefing");
    let text =
        crate::support::server::wait_for("the token", || Some(server.get(&path)).filter(|it| it.status == 200)).text();
    assert!(text.contains("CANARY-PRESS") && !text.contains("CANARY-STAFF"), "{text}");
    assert!(!server.get("/feeds/seoul.ics?kind=briefing").text().contains("CANARY"));
    assert_eq!(server.get("/t/none/feeds/seoul.ics?kind=briefing").status, 404);
}

#[test]
fn the_page_has_a_form_where_it_is_served_alone() {
    let (folder, server) = serving();
    let reply = server.get("/");
    let page = reply.text();
    assert!(page.contains("<form method=\"get\" action=\"feeds/seoul.ics\">"), "{page}");
    assert!(
        page.contains("form-action 'self'") && reply.header("content-security-policy").contains("form-action 'self'")
    );
    assert!(!page.contains("value=\"hidden\""));
    folder.build();
    let built = folder.read("dist/public/index.html");
    assert!(!built.contains("<form") && built.contains("form-action 'none'"));
}

#[test]
fn many_at_once_are_answered_or_told_to_come_again() {
    let (_folder, server) = serving();
    let client = *server;
    let statuses: Vec<(u16, String)> = std::thread::scope(|scope| {
        let ask = |number: usize| {
            let path = format!("/feeds/seoul.ics?alarms={}m", number + 1);
            scope.spawn(move || {
                let reply = client.get(&path);
                (reply.status, reply.header("retry-after").to_owned())
            })
        };
        let threads: Vec<_> = (0..64).map(ask).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(statuses.iter().all(|(status, after)| *status == 200 || *status == 503 && after == "1"), "{statuses:?}");
    assert!(statuses.iter().any(|(status, _)| *status == 200));
}
