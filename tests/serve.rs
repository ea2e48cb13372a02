//! `summitcal serve`, over the wire.
#![cfg(feature = "serve")]

use std::fs;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::support::server::{Reply, Server, wait_for};
use crate::support::{BASE, FEEDS_OF_EACH as FEEDS, Folder};
use flate2::read::GzDecoder;

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
        ("/ko/changes.atom", "application/atom+xml; charset=utf-8"),
        ("/manifest.json", "application/json"),
    ] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.header("content-type")), (200, kind), "{path}");
        assert!(!reply.header("last-modified").is_empty(), "{path}");
    }
    assert!(server.get("/").header("content-security-policy").contains("script-src 'self'"));
    assert_eq!((server.get("/ko").status, server.get("/ko").header("location")), (301, "ko/"));
    // Of what is not there, and of what may not be seen, browsers are shown the same page.
    let pages = ["/none.html", "/t/none/visits/base.html", "/t"]
        .map(|path| server.ask("GET", path, &["Accept: text/html,*/*"]));
    for reply in &pages {
        assert_eq!((reply.status, reply.header("content-type")), (404, "text/html; charset=utf-8"));
        assert!(reply.text().contains("<h1>There is nothing at this address</h1>"), "{}", reply.text());
        assert!(reply.header("content-security-policy").contains("script-src 'self'"));
        assert_eq!(reply.header("cache-control"), "no-store");
    }
    assert_eq!(server.get("/none.html").text(), "There is nothing here.\n");
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
    for odd in ["\" x\"", "W/\"a b\"", "\"a\tb\", \"x\"", "\"", "W/\"a, \"b\""] {
        assert_eq!(status(&[&format!("If-None-Match: {odd}")]), 200, "{odd} is no tag");
    }
    assert_eq!(status(&["If-None-Match: W/\"s", "If-None-Match: odd\"a\", \"b\""]), 200, "nor are the two together");
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
        ("/feeds/seoul.ics?x=../..", 400),
        ("/?x=../..", 200),
        ("http://other.example/feeds/seoul.ics", 200),
    ] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "PROPFIND", "X"] {
        let reply = server.ask(method, FEED, &[]);
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD, OPTIONS"), "{method}");
        for path in ["/healthz", "/metrics", "/none"] {
            assert_eq!(server.ask(method, path, &[]).timeless(), reply.clone().timeless(), "{method} {path}");
        }
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
    let health = wait_for("a failure", || Some(server.health()).filter(|text| text.contains("stale")));
    assert!(health.contains("the schedules have an error"), "{health}");
    assert!(server.err().contains("served still") && server.err().contains("base.yaml:1"), "{}", server.err());
    assert_eq!(server.get(FEED).timeless(), first.clone().timeless());
    assert_eq!(server.get("/healthz").text(), "{\"status\":\"stale\"}\n");
    // Put in its place as some editors do, it is another file that says the same, and is reported no second time.
    folder.write("schedules/.base.yaml.new", b"visit: [");
    let place = |name: &str| folder.path().join("schedules").join(name);
    fs::rename(place(".base.yaml.new"), place("base.yaml")).expect("it can be renamed");
    wait_for("another failure", || (server.err().matches("served still").count() > 1).then_some(()));
    assert_eq!(server.err().matches("schedules/base.yaml:1:").count(), 1, "{}", server.err());

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

/// Whoever writes sees on the page what is wrong, as the terminal has it; nobody else does.
#[test]
fn the_page_of_whoever_writes_says_what_is_wrong() {
    let folder = folder();
    let server = Server::start_plain(&folder, &[]);
    let pages = ["/", "/ko/", "/visits/base.html"];
    let clean = pages.map(|page| server.get(page).timeless());
    let wrong = BASE.replace("status: confirmed", "status: <CANARYSTAFF>");
    folder.write("schedules/base.yaml", wrong.as_bytes());
    wait_for("a failure", || server.get("/healthz").text().contains("stale").then_some(()));
    let said = server.err();
    let told =
        said.split_once("schedules/base.yaml:").and_then(|(_, told)| told.split_once("summitcal: what was built"));
    let told = told.expect("a report").0.trim_end();
    assert!(told.contains("error[unknown-word]") && told.ends_with("1 error in 1 file."), "{told}");
    for (page, clean) in pages.iter().zip(&clean) {
        let shown = server.get(page);
        let text = shown.text().replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        assert!(text.contains(told) && !shown.text().contains("<CANARY"), "{page}: {}", shown.text());
        let (head, foot) =
            clean.text().split_once("<header>").map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a page");
        assert!(shown.text().ends_with(&foot) && shown.text().starts_with(&head[..200]), "{page}");
        assert_eq!(shown.header("cache-control"), "no-store");
        assert_eq!(shown.header("content-security-policy"), clean.header("content-security-policy"));
        assert_eq!(shown.header("access-control-allow-origin"), "", "no script of another site reads it");
        for header in
            ["X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1", "Via: 1.1 proxy", "X-Real-IP: 192.0.2.1"]
        {
            assert_eq!(server.ask("GET", page, &[header]).timeless(), *clean, "{page} {header}");
        }
        for (version, host) in [
            ("1.1", "calendar.example.org"),
            ("1.1", "localhost.example.org"),
            ("1.1", "127.0.0.1:1"),
            ("1.0", "localhost"),
        ] {
            let request = format!("GET {page} HTTP/{version}\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            assert_eq!(Reply::of(&server.raw(request.as_bytes())).text(), clean.text(), "{page} {host}");
        }
    }
    for path in [FEED, "/page.css", "/programme.json", "/changes.atom"] {
        assert!(!server.get(path).text().contains("unknown-word"), "{path}");
    }
    folder.write("schedules/base.yaml", format!("{BASE}{SECRETS}").as_bytes());
    wait_for("what is right again", || server.get("/healthz").text().contains("ok").then_some(()));
    for (page, clean) in pages.iter().zip(&clean) {
        assert_eq!(server.get(page).timeless(), *clean, "{page}");
    }
    // Where somebody runs it for others, no page says anything.
    for more in [&["--admin", "127.0.0.1:0"][..], &["--locked"]] {
        let server = Server::start_plain(&folder, more);
        folder.write("schedules/base.yaml", wrong.as_bytes());
        wait_for("a failure", || server.get("/healthz").text().contains("stale").then_some(()));
        assert_eq!(server.get("/").timeless().body, clean[0].body, "{more:?}");
        folder.write("schedules/base.yaml", format!("{BASE}{SECRETS}").as_bytes());
        wait_for("what is right again", || server.get("/healthz").text().contains("ok").then_some(()));
    }
}

/// A file that is being written takes its time, and editors put another file in its place.
#[test]
fn files_are_built_however_they_are_saved() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let place = |name: &str| folder.path().join("schedules").join(name);
    let titled = |title: &str| BASE.replace("title: First", &format!("title: {title}"));
    let wait_for_title = |title: &str| {
        wait_for(title, || server.get(FEED).text().contains(title).then_some(()));
    };
    // Vim: the old file is renamed, and removed after the new one was written.
    fs::rename(place("base.yaml"), place("base.yaml~")).expect("it can be renamed");
    folder.write("schedules/base.yaml", titled("Second").as_bytes());
    fs::remove_file(place("base.yaml~")).expect("it can be removed");
    wait_for_title("Second");
    // Others: the new file is renamed over the old one.
    folder.write("schedules/.#base.yaml", titled("Third").as_bytes());
    fs::rename(place(".#base.yaml"), place("base.yaml")).expect("it can be renamed");
    wait_for_title("Third");
    // A slow disk, or a slow hand: in parts, a moment apart.
    let text = titled("Fourth");
    let mut file = fs::File::create(place("base.yaml")).expect("a file");
    for part in text.as_bytes().chunks(text.len() / 4 + 1) {
        file.write_all(part).expect("it can be written");
        std::thread::sleep(Duration::from_millis(20));
    }
    wait_for_title("Fourth");
    // Another folder in the place of the folder.
    fs::rename(folder.path().join("schedules"), folder.path().join("old")).expect("it can be renamed");
    for name in ["feeds.yaml", "base.yaml", "revisions.lock"] {
        let text = fs::read(folder.path().join("old").join(name)).expect("a file");
        folder.write(&format!("schedules/{name}"), &text);
    }
    folder.write("schedules/base.yaml", titled("Fifth").as_bytes());
    wait_for_title("Fifth");
    folder.write("schedules/base.yaml", titled("Sixth").as_bytes());
    wait_for_title("Sixth");
}

#[test]
fn a_lock_file_that_went_back_is_not_followed() {
    const LOCK: &str = "schedules/revisions.lock";
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let old = folder.read(LOCK);
    folder.write("schedules/base.yaml", BASE.replace("title: First", "title: Second").as_bytes());
    wait_for("another feed", || server.get(FEED).text().contains("SEQUENCE:1").then_some(()));
    let (new, known) = (folder.read(LOCK), server.get(FEED).timeless());
    let health = || server.get("/healthz").text();
    for (went_back, message) in [(None, "The lock file is gone"), (Some(&old), "The lock file has gone back")] {
        match went_back {
            None => fs::remove_file(folder.path().join(LOCK)).expect("it is there"),
            Some(old) => folder.write(LOCK, old.as_bytes()),
        }
        wait_for("a refusal", || server.err().contains(message).then_some(()));
        assert!(server.err().contains("error[lock-missing]"), "{}", server.err());
        wait_for("health", || health().contains("stale").then_some(()));
        assert_eq!(server.get(FEED).timeless(), known);
        let now = fs::read_to_string(folder.path().join(LOCK)).ok();
        assert_eq!(now.as_ref(), went_back, "nothing is written");
    }
    folder.write(LOCK, new.as_bytes());
    wait_for("health", || health().contains("\"ok\"").then_some(()));
    assert_eq!((server.get(FEED).timeless(), folder.read(LOCK)), (known, new));
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
    wait_for("a word on embargoes", || server.err().contains("does not note what embargoes release").then_some(()));
    folder.write("schedules/base.yaml", BASE.replace("title: First", "title: Second").as_bytes());
    wait_for("a refusal", || server.health().contains("lock file would change").then_some(()));
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
    assert!(server.health().contains(&embargo.to_string()));
    let after = wait_for("the embargo", || Some(server.get(FEED)).filter(|feed| feed.text().contains("EMBARGOED")));
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    assert!(now.timestamp() >= lifts.timestamp(), "not before");
    assert!((now - lifts).num_seconds() < 10, "soon after");
    assert!(after.text().contains(&lifts.format("LAST-MODIFIED:%Y%m%dT%H%M%SZ").to_string()));
    assert_ne!(after.header("last-modified"), before.header("last-modified"));
}

/// A cancellation is told for as long as `withdrawn_for` says, and leaves by itself.
#[test]
fn a_withdrawal_expires_at_its_instant() {
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    let expires = now + chrono::TimeDelta::seconds(12);
    let stamp = |days: i64| (expires - chrono::TimeDelta::days(days)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let second =
        "  - {id: second, kind: meeting, title: STAYS, when: {date: 2025-08-24}, status: confirmed, sources: [s]}\n";
    let folder = Folder::with(&[("base.yaml", &format!("{BASE}{second}")), ("feeds.yaml", FEEDS)]);
    assert_eq!(folder.run(&["build", "--at", &stamp(31)]).code, 0);
    let (head, _) = BASE.split_once("  - id: first").expect("an entry");
    folder.write("schedules/base.yaml", format!("{head}{second}").as_bytes());
    let ran = folder.run(&["withdraw", "base/first", "--at", &stamp(30)]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let server = Server::start(&folder, &[]);
    let before = server.get(FEED);
    assert!(before.text().contains("STATUS:CANCELLED") && before.text().contains("STAYS"));
    assert!(server.health().contains(&stamp(0)), "{}", server.health());
    let left = |feed: &Reply| !feed.text().contains("STATUS:CANCELLED");
    let after = wait_for("the expiry", || Some(server.get(FEED)).filter(left));
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    assert!(now.timestamp() >= expires.timestamp(), "not before");
    assert!((now - expires).num_seconds() < 10, "soon after");
    assert!(after.text().contains("STAYS"));
    let ago = format!("If-Modified-Since: {}", before.header("last-modified"));
    assert_eq!(server.ask("GET", FEED, &[&ago]).status, 200, "who asks by date hears of it");
}

#[test]
fn the_program_itself_tells_whether_a_server_answers() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let address = format!("0.0.0.0:{}", server.address.port());
    let ask = |address: &str| Folder::new().run(&["serve", "--healthcheck", "--addr", address]);
    let ran = ask(&address);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    drop(server);
    let ran = ask(&address);
    assert!(ran.code == 2 && ran.stderr.starts_with("summitcal: nothing answers at port "), "{}", ran.stderr);
    assert!(ask("localhost").stderr.contains("has no port"));
}

#[test]
fn a_stop_is_graceful() {
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
}

/// Thousands of entries, and hundreds of feeds that none of them is in, but that each has to be rendered for.
#[test]
fn a_build_that_hangs_delays_neither_a_revocation_nor_a_stop() {
    let folder = folder();
    let ran = folder.run(&["token", "add", "--audience", "press"]);
    let token = ran.stdout.lines().next().expect("a token").to_owned();
    let id = ran.stdout.split("This token, ").nth(1).and_then(|rest| rest.split(',').next()).expect("an id");
    let mut server = Server::start(&folder, &[]);
    let path = format!("/t/{token}/feeds/seoul.ics");
    assert_eq!(server.get(&path).status, 200);

    let entries = (0..4_000).fold(String::new(), |text, number| {
        text + &format!(
            "  - {{id: e{number}, kind: meal, title: A, when: {{start: 2025-08-23 12:00}}, status: confirmed, sources: [s]}}\n"
        )
    });
    let visit = BASE.replace("visit: base", "visit: large").replace("entries:\n", &format!("entries:\n{entries}"));
    let feeds = (1..400).fold(FEEDS.to_owned(), |text, minutes| {
        text + &format!(
            "  - {{id: f{minutes}, title: F, zone: Asia/Seoul, language: ko, audience: public, alarms: [{minutes}m], only: {{kind: [summit]}}}}\n"
        )
    });
    folder.write("schedules/large.yaml", visit.as_bytes());
    folder.write("schedules/feeds.yaml", feeds.as_bytes());
    // That is said before anything is rendered.
    wait_for("a build", || server.err().contains("Nothing is shown in this feed").then_some(()));
    assert_eq!(folder.run(&["token", "revoke", id]).code, 0);
    wait_for("the revocation", || (server.get(&path).status == 404).then_some(()));
    assert_eq!(server.get(FEED).status, 200);
    server.signal("TERM");
    let status = wait_for("the end", || server.child.try_wait().expect("a child"));
    assert!(status.success(), "{status}");
    assert!(!server.err().contains("built again"), "it was at it all the while");
}

/// Readers are told whether all is well; why, when and how much only those who run it, at an address of its own.
#[test]
fn what_is_wrong_is_told_to_those_who_run_it() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let near = server.get("/healthz");
    assert_eq!((near.status, near.text()), (200, "{\"status\":\"ok\"}\n".to_owned()));
    let health = server.health();
    for key in ["\"status\":\"ok\"", "\"reason\":null", "\"generation\":1", "\"made\":", "\"next\":"] {
        assert!(health.contains(key), "{key}: {health}");
    }
    folder.write("schedules/base.yaml", b"visit: [");
    wait_for("a failure", || server.get("/healthz").text().contains("stale").then_some(()));
    assert_eq!(server.get("/healthz").text(), "{\"status\":\"stale\"}\n");
    assert!(server.health().contains("the schedules have an error"), "{}", server.health());
    // There is nothing else at either address.
    assert_eq!(server.get("/metrics").timeless(), server.get("/none").timeless());
    let admin = server.admin();
    assert!(admin.get("/metrics").text().contains("summitcal_builds_failed_total 1\n"));
    for path in ["/", FEED, "/t/x/", "/press/"] {
        assert_eq!(admin.get(path).status, 404, "{path}");
    }
    folder.write("schedules/base.yaml", BASE.as_bytes());
    wait_for("what is right again", || server.get("/healthz").text().contains("ok").then_some(()));
    // Both would write the lock file.
    drop(server);
    let without = folder.run(&["serve", "--addr", "127.0.0.1:0", "--admin", "nowhere"]);
    assert_eq!((without.code, without.stderr.contains("cannot listen at nowhere")), (2, true), "{}", without.stderr);
}

/// Scripts of other sites may read what is public, and nothing else.
#[test]
fn scripts_of_other_sites_may_read_the_public_tree_alone() {
    let folder = folder();
    let ran = folder.run(&["token", "add", "--audience", "press"]);
    let token = ran.stdout.lines().next().expect("a token").to_owned();
    let server = Server::start(&folder, &[]);
    let origin = "Origin: https://example.org";
    let tag = format!("If-None-Match: {}", server.get(FEED).header("etag"));
    for (path, header, status) in [(FEED, origin, 200), (FEED, &*tag, 304), ("/", origin, 200), ("/ko", origin, 301)] {
        let reply = server.ask("GET", path, &[header]);
        assert_eq!((reply.status, reply.header("access-control-allow-origin")), (status, "*"), "{path} {header}");
    }
    let asked = server.ask("OPTIONS", FEED, &[origin, "Access-Control-Request-Method: GET"]);
    assert_eq!((asked.status, asked.body.len()), (204, 0));
    for (name, value) in [
        ("allow", "GET, HEAD, OPTIONS"),
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, HEAD, OPTIONS"),
        ("access-control-allow-headers", "*"),
    ] {
        assert_eq!(asked.header(name), value, "{name}");
    }
    assert_eq!(server.ask("OPTIONS", "/feeds/none.ics", &[]).timeless(), asked.clone().timeless());
    let [open, shut] = [format!("/t/{token}/feeds/seoul.ics"), format!("/t/{}/feeds/seoul.ics", "0".repeat(40))];
    assert_eq!((server.get(&open).status, server.get(&shut).status), (200, 404));
    for path in [&*open, &*shut, "/press/", "/staff/feeds/seoul.ics", "/healthz"] {
        let asked = server.ask("OPTIONS", path, &[origin]);
        assert_eq!((asked.status, asked.header("allow")), (204, "GET, HEAD, OPTIONS"), "{path}");
        for reply in [asked, server.ask("GET", path, &[origin])] {
            assert!(reply.headers.keys().all(|name| !name.starts_with("access-control-")), "{path}: {reply:?}");
        }
    }
    let [open, shut] = [&open, &shut].map(|path| server.ask("OPTIONS", path, &[origin]).timeless());
    assert_eq!(open, shut, "whether a token is one is not told");
}

/// Where there is not enough of it, that is an error, and no breakdown.
#[test]
#[cfg(target_os = "linux")]
fn without_memory_or_threads_it_ends_in_an_error() {
    use std::process::Command;

    use crate::support::Ran;

    let folder = folder();
    folder.build();
    let within = |kilobytes: usize, command: &[&str]| {
        let own = folder.command(command);
        let mut limited = Command::new("sh");
        limited.arg("-c").arg(format!("ulimit -v {kilobytes} || exit 9; exec \"$0\" \"$@\""));
        limited.arg(own.get_program()).args(own.get_args()).current_dir(folder.path());
        Ran::of(limited)
    };
    // With less, the system cannot even load it.
    let loads = (10..1_000).map(|number| number * 1_000).find(|kilobytes| within(*kilobytes, &["--version"]).code == 0);
    let loads = loads.expect("enough") + 500;
    for (command, step) in [(&["build", "--locked"][..], 1_000), (&["serve", "--addr", "127.0.0.1:x"], 32_000)] {
        let runs: Vec<_> = (0..30).map(|number| within(loads + number * step, command)).collect();
        for ran in &runs {
            assert!(!ran.broke(), "{command:?}: {} {}", ran.code, ran.stderr);
        }
        let refused = |ran: &&Ran| {
            ran.code == 2
                && ["too little memory", "cannot start a thread"].iter().any(|words| ran.stderr.contains(words))
        };
        assert!(runs.iter().any(|ran| refused(&ran)), "{command:?}: none was too little");
        assert!(runs.iter().any(|ran| !refused(&ran)), "{command:?}: all were too little");
    }
}
