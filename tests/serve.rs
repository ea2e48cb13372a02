//! `summitcal serve`, over the wire.
#![cfg(feature = "serve")]

mod support;

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use proptest::prelude::*;
use support::server::{Reply, Server, wait_for};
use support::{BASE, Folder};

/// A feed of each audience, over the smallest settings.
const FEEDS: &str = "\
publisher: P
base_url: https://calendar.example.org
uid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10
feeds:
  - {id: seoul, title: Visits, zone: Asia/Seoul, language: ko, audience: public}
  - {id: seoul, title: Visits, zone: Asia/Seoul, language: ko, audience: press}
  - {id: seoul, title: Visits, zone: Asia/Seoul, language: ko, audience: staff}
";

const FEED: &str = "/feeds/seoul.ics";

/// What only press, and only staff, may see.
const SECRETS: &str = "    note: A feed that is compressed has to be long enough for that to be worth it, so that here are words and words and \
    words, and words and words and words, and words and words and words, and words and words and words, and words again.\n    press: {note: CANARYPRESS}\n    staff: {note: CANARYSTAFF}\n";

fn folder() -> Folder {
    Folder::with(&[("base.yaml", &format!("{BASE}{SECRETS}")), ("feeds.yaml", FEEDS)])
}

fn unzip(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(body).read_to_end(&mut plain).expect("gzip");
    plain
}

#[test]
fn a_feed_is_what_a_build_writes_with_its_headers() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    assert_eq!(folder.run(&["build", "--locked"]).code, 0, "the lock file is written before anything is served");
    let feed = server.get(FEED);
    assert_eq!((feed.status, feed.text()), (200, folder.read("dist/public/feeds/seoul.ics")));
    for (name, value) in [
        ("content-type", "text/calendar; charset=utf-8"),
        ("content-disposition", "inline; filename=\"seoul.ics\""),
        ("x-content-type-options", "nosniff"),
        ("accept-ranges", "none"),
        ("vary", "accept-encoding"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        assert_eq!(feed.header(name), value, "{name}");
    }
    assert!(feed.header("cache-control").contains("public, max-age=300"));
    assert!(feed.header("cache-control").contains("stale-if-error"));
    assert!(!feed.headers.contains_key("server"));
    let modified = feed.text().lines().find_map(|line| line.strip_prefix("LAST-MODIFIED:")).map(str::to_owned);
    let time = modified.expect("a revision");
    let time = format!("{}:{}:{} GMT", &time[9..11], &time[11..13], &time[13..15]);
    assert!(feed.header("last-modified").ends_with(&time), "{} {time}", feed.header("last-modified"));
    let single = server.get("/events/seoul/base.first.ics");
    assert_eq!(single.header("content-disposition"), "attachment; filename=\"base.first.ics\"");
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/ko/", "text/html; charset=utf-8"),
        ("/page.css", "text/css; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
        ("/changes.atom", "application/atom+xml; charset=utf-8"),
        ("/manifest.json", "application/json"),
    ] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.header("content-type")), (200, kind), "{path}");
        assert!(!reply.header("last-modified").is_empty(), "{path}");
    }
    assert!(server.get("/").header("content-security-policy").contains("script-src 'self'"));
    assert_eq!((server.get("/ko").status, server.get("/ko").header("location")), (301, "ko/"));
}

#[test]
fn conditions_and_encodings() {
    let server = Server::start(&folder(), &["--log", "off"]);
    let plain = server.get(FEED);
    let etag = plain.header("etag").to_owned();
    assert!(etag.starts_with('"'), "a strong one: {etag}");
    let status = |headers: &[&str]| server.ask("GET", FEED, headers).status;
    for value in [etag.clone(), format!("W/{etag}"), format!("\"x,\", W/{etag}"), "*".to_owned()] {
        let reply = server.ask("GET", FEED, &[&format!("If-None-Match: {value}")]);
        assert_eq!((reply.status, reply.body.len()), (304, 0), "{value}");
        assert_eq!((reply.header("etag"), reply.header("vary")), (&*etag, "accept-encoding"));
        assert!(reply.header("cache-control").contains("max-age") && !reply.headers.contains_key("content-length"));
    }
    assert_eq!(status(&["If-None-Match: \"x\""]), 200);
    let date = format!("If-Modified-Since: {}", plain.header("last-modified"));
    assert_eq!(status(&[&date]), 304);
    assert_eq!(status(&["If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT"]), 200);
    assert_eq!(status(&["If-Modified-Since: yesterday"]), 200);
    assert_eq!(status(&[&date, "If-None-Match: \"x\""]), 200, "a tag counts for more than a date");
    assert_eq!(status(&["Range: bytes=0-3"]), 200);

    let zipped = server.ask("GET", FEED, &["Accept-Encoding: gzip"]);
    assert_eq!((zipped.header("content-encoding"), unzip(&zipped.body)), ("gzip", plain.body.clone()));
    assert!(zipped.body.len() < plain.body.len());
    let brotli = server.ask("GET", FEED, &["Accept-Encoding: gzip, br"]);
    assert_eq!(brotli.header("content-encoding"), "br");
    let tags = [&*etag, zipped.header("etag"), brotli.header("etag")];
    assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2], "{tags:?}");
    assert_eq!(status(&["Accept-Encoding: gzip", &format!("If-None-Match: {}", tags[1])]), 304);
    assert_eq!(status(&["Accept-Encoding: gzip", &format!("If-None-Match: {etag}")]), 200);
    assert_eq!(server.ask("GET", FEED, &["Accept-Encoding: gzip;q=0, br;q=0"]).body, plain.body);

    let head = server.ask("HEAD", FEED, &[]);
    assert_eq!(head.timeless(), Reply { body: Vec::new(), ..plain.timeless() });
}

#[test]
fn what_is_no_request_of_ours_is_refused() {
    let server = Server::start(&folder(), &[]);
    for (path, status) in [
        ("/%2e%2e/", 400),
        ("/../schedules/base.yaml", 400),
        ("/%252e%252e/", 400),
        ("/feeds/%00", 400),
        ("/feeds%2fseoul.ics", 400),
        ("/feeds/..%5c", 400),
        ("/%", 400),
        ("//feeds/seoul.ics", 404),
        ("/feeds//seoul.ics", 404),
        ("/feeds/seoul.ics/", 404),
        ("/feeds/SEOUL.ics", 404),
        ("/feeds/gone.ics", 404),
        ("/feeds", 404),
        ("/%66eeds/seoul.ics", 200),
        ("/feeds/seoul.ics?x=../..", 200),
        ("http://other.example/feeds/seoul.ics", 200),
    ] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "X"] {
        let reply = server.ask(method, FEED, &[]);
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD"), "{method}");
    }
    let huge = "x".repeat(40_000);
    assert_eq!(server.ask("GET", FEED, &[&format!("X: {huge}")]).status, 431);
    assert!([400, 414, 431].contains(&server.get(&format!("/{huge}")).status));
    for bytes in
        [&b"\r\n\r\nnonsense\r\n\r\n"[..], b"GET /\r\n\r\n", b"GET / HTTP/1.1\r\nA b\r\n\r\n", b"\0\0\0\0\r\n\r\n"]
    {
        let answer = server.raw(bytes);
        assert!(answer.is_empty() || Reply::of(&answer).status == 400, "{}", String::from_utf8_lossy(&answer));
    }
    assert_eq!(server.get(FEED).status, 200);
}

#[test]
fn changes_are_served_and_what_is_wrong_is_not() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let first = server.get(FEED);
    let staff_edit = format!("{BASE}{SECRETS}").replace("CANARYSTAFF", "Another word");
    folder.write("schedules/base.yaml", staff_edit.as_bytes());
    wait_for("a rebuild", || server.err().contains("built again").then_some(()));
    assert_eq!(server.get(FEED).timeless(), first.clone().timeless(), "an edit for staff shows to nobody else");

    folder.write("schedules/base.yaml", b"visit: [");
    let health = wait_for("a failure", || Some(server.get("/healthz").text()).filter(|text| text.contains("stale")));
    assert!(health.contains("the schedules have an error"), "{health}");
    assert!(server.err().contains("served still") && server.err().contains("base.yaml:1"), "{}", server.err());
    assert_eq!(server.get(FEED).timeless(), first.clone().timeless());
    let far = server.ask("GET", "/healthz", &["X-Forwarded-For: 192.0.2.1"]);
    assert!(far.status == 200 && !far.text().contains("generation"), "{}", far.text());

    folder.write("schedules/base.yaml", BASE.replace("title: First", "title: Second").as_bytes());
    wait_for("another feed", || server.get(FEED).text().contains("Second").then_some(()));
    assert!(server.get("/healthz").text().contains("\"ok\""));
    let tag = format!("If-None-Match: {}", first.header("etag"));
    assert_eq!(server.ask("GET", FEED, &[&tag]).status, 200);
    assert_eq!(folder.run(&["build", "--locked"]).code, 0, "what is served is remembered");

    folder.write("schedules/base.yaml", BASE.replace("entries:\n", "entries: []\n#").as_bytes());
    wait_for("a failure", || server.get("/healthz").text().contains("stale").then_some(()));
    assert!(server.get(FEED).text().contains("Second"), "what was published is served until it is withdrawn");
}

#[test]
fn only_what_is_remembered_is_served_when_locked() {
    let folder = folder();
    let refused = folder.run(&["serve", "--locked", "--addr", "127.0.0.1:0"]);
    assert_eq!((refused.code, refused.stderr.contains("lock file would change")), (1, true), "{}", refused.stderr);
    assert!(!folder.path().join("schedules/revisions.lock").exists());
    folder.build();
    let lock = folder.read("schedules/revisions.lock");
    let server = Server::start(&folder, &["--locked"]);
    folder.write("schedules/base.yaml", BASE.replace("title: First", "title: Second").as_bytes());
    wait_for("a refusal", || server.get("/healthz").text().contains("lock file would change").then_some(()));
    assert!(server.get(FEED).text().contains("First"));
    assert_eq!(folder.read("schedules/revisions.lock"), lock);
}

#[test]
fn an_embargo_lifts_at_its_instant() {
    let lifts = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()) + chrono::TimeDelta::seconds(12);
    let embargo = lifts.format("%Y-%m-%dT%H:%M:%SZ");
    let second = format!(
        "  - {{id: second, kind: meeting, title: EMBARGOED, when: {{date: 2025-08-24}}, status: confirmed, sources: [s], embargo: {embargo}}}\n"
    );
    let folder = Folder::with(&[("base.yaml", &format!("{BASE}{second}")), ("feeds.yaml", FEEDS)]);
    let server = Server::start(&folder, &[]);
    let before = server.get(FEED);
    assert!(!before.text().contains("EMBARGOED"));
    assert!(server.get("/healthz").text().contains(&embargo.to_string()));
    let after = wait_for("the embargo", || Some(server.get(FEED)).filter(|feed| feed.text().contains("EMBARGOED")));
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    assert!(now.timestamp() >= lifts.timestamp(), "not before");
    assert!((now - lifts).num_seconds() < 10, "soon after");
    assert!(after.text().contains(&lifts.format("LAST-MODIFIED:%Y%m%dT%H%M%SZ").to_string()));
    assert_ne!(after.header("last-modified"), before.header("last-modified"));
}

#[test]
fn a_stop_is_graceful_and_a_kill_loses_nothing() {
    let folder = folder();
    let mut server = Server::start(&folder, &[]);
    let mut idle = server.connect();
    // The one that is at it is answered to its end.
    let mut kept = server.connect();
    kept.write_all(b"GET /feeds/seoul.ics HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
    let mut byte = [0; 1];
    kept.read_exact(&mut byte).expect("an answer");
    let began = Instant::now();
    server.signal("TERM");
    let status = wait_for("the end", || server.child.try_wait().expect("a child"));
    assert!(status.success() && began.elapsed() < Duration::from_secs(9), "{status} {:?}", began.elapsed());
    let mut rest = Vec::new();
    let _ = kept.read_to_end(&mut rest);
    assert!(rest.ends_with(b"END:VCALENDAR\r\n"));
    assert_eq!(idle.read(&mut byte).unwrap_or(0), 0);
    assert!(server.out().contains("\"path\":\"feeds/seoul.ics\""), "the log is whole: {}", server.out());

    for pause in [0, 300, 600, 900] {
        let mut server = Server::start(&folder, &["--quiet"].map(|_| "--log=off"));
        folder.write("schedules/base.yaml", BASE.replace("First", &format!("Title {pause}")).as_bytes());
        std::thread::sleep(Duration::from_millis(pause));
        server.child.kill().expect("killed");
        server.child.wait().expect("ended");
        let ran = folder.run(&["build"]);
        assert_eq!(ran.code, 0, "{pause}: {}", ran.stderr);
    }
}

/// Ten thousand idle connections where the system allows as many, and two hundred that read and write next to nothing.
#[test]
fn others_are_served_beside_those_who_do_not_move() {
    let wanted: usize = std::env::var("SUMMITCAL_IDLE").ok().and_then(|text| text.parse().ok()).unwrap_or(400);
    let server = Server::start(&folder(), &["--log", "off"]);
    let idle: Vec<_> = (0..wanted).map(|_| server.connect()).collect();
    let slow: Vec<_> = (0..200)
        .map(|number| {
            let mut stream = server.connect();
            // Some never end their request; others ask for much, and take none of it.
            let request = if number % 2 == 0 {
                "GET / HTTP/1.1\r\nX: ".to_owned()
            } else {
                format!("GET {FEED} HTTP/1.1\r\nHost: x\r\n\r\n").repeat(200)
            };
            stream.set_nonblocking(true).expect("a socket");
            let _ = stream.write(request.as_bytes());
            stream
        })
        .collect();
    let began = Instant::now();
    for _ in 0..200 {
        assert_eq!(server.get(FEED).status, 200);
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let open = format!("summitcal_connections_open {}\n", wanted + 201);
    wait_for("all of them, and this one", || server.get("/metrics").text().contains(&open).then_some(()));
    drop((idle, slow));
}

#[test]
fn the_longest_idle_makes_room() {
    let server = Server::start(&folder(), &["--log", "off", "--connections", "16"]);
    let mut idle: Vec<_> = (0..40).map(|_| server.connect()).collect();
    for _ in 0..20 {
        assert_eq!(server.get(FEED).status, 200);
    }
    let mut byte = [0; 1];
    assert_eq!(idle[0].read(&mut byte).unwrap_or(0), 0, "closed");
    assert!(
        server.get("/metrics").text().lines().any(|line| {
            line.strip_prefix("summitcal_connections_evicted_total ").is_some_and(|count| count != "0")
        })
    );
    // One that only stops sending is answered all the same.
    let mut half = server.connect();
    half.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("sent");
    let _ = half.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = half.read_to_end(&mut answer);
    assert!(answer.is_empty() || Reply::of(&answer).status == 200);
}

fn path() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,6}",
        "%[0-9a-f]{2}",
        Just("/".to_owned()),
        Just("..".to_owned()),
        Just("%2e%2e".to_owned()),
        Just("%25".to_owned()),
        Just("t/".to_owned()),
        Just("press".to_owned()),
        Just("staff/".to_owned()),
        Just("feeds/seoul.ics".to_owned()),
        Just("manifest.json".to_owned()),
        Just("?".to_owned()),
        "[0-9a-f]{40}",
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| format!("/{}", pieces.concat()))
}

/// Whatever is asked: an answer that is no failure of ours, and nothing of press or staff.
#[test]
fn no_request_breaks_anything_or_gets_at_what_is_not_public() {
    let folder = folder();
    assert_eq!(folder.run(&["token", "add", "--audience", "staff"]).code, 0);
    let server = Server::start(&folder, &["--log", "off"]);
    let header = prop_oneof![
        "[ -~]{0,20}".prop_map(|value| format!("If-None-Match: {value}")),
        "[ -~]{0,20}".prop_map(|value| format!("Accept-Encoding: {value}")),
        "[ -~]{0,20}".prop_map(|value| format!("Authorization: Basic {value}")),
        "[ -~]{0,20}".prop_map(|value| format!("If-Modified-Since: {value}")),
        "[!-9;-~]{1,10}: [ -~]{0,20}",
    ];
    let method = prop_oneof![4 => Just("GET".to_owned()), 1 => Just("HEAD".to_owned()), 1 => "[A-Z]{1,8}"];
    let requests = (method, path(), proptest::collection::vec(header, 0..4));
    proptest!(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() }, |((method, path, headers) in requests)| {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        for header in &headers {
            request.extend([header.as_str(), "\r\n"]);
        }
        let answer = server.raw(format!("{request}\r\n").as_bytes());
        let reply = Reply::of(&answer);
        prop_assert!(reply.status < 500, "{request:?}: {}", reply.status);
        let text = String::from_utf8_lossy(&answer);
        prop_assert!(!text.contains("CANARY"), "{request:?}: {text}");
    });
    assert_eq!(server.get(FEED).status, 200);
}
