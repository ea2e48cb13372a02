//! Who may read what is not public: `summitcal token`, and what a server makes of tokens.
#![cfg(feature = "serve")]

use std::fmt::Write as _;

use crate::support::server::{Reply, Server, wait_for};
use crate::support::{BASE, FEEDS_OF_EACH as FEEDS, Folder};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const FILE: &str = "summitcal-tokens.json";

fn folder() -> Folder {
    let visit = format!("{BASE}    press: {{note: CANARYPRESS}}\n    staff: {{note: CANARYSTAFF}}\n");
    Folder::with(&[("base.yaml", &visit), ("feeds.yaml", FEEDS)])
}

/// A new token, and its id.
fn add(folder: &Folder, arguments: &[&str]) -> (String, String) {
    let ran = folder.run(&[&["token", "add", "--audience"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let token = ran.stdout.lines().next().expect("a token").to_owned();
    assert!(token.len() >= 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    assert!(ran.stdout.contains(&format!("https://calendar.example.org/t/{token}/feeds/seoul.ics")), "{}", ran.stdout);
    let id = ran.stdout.split("This token, ").nth(1).and_then(|rest| rest.split(',').next()).expect("an id");
    (token, id.to_owned())
}

fn basic(token: &str) -> String {
    format!("Authorization: Basic {}", STANDARD.encode(format!("anybody:{token}")))
}

#[test]
fn a_token_opens_its_own_tree() {
    let folder = folder();
    let (press, _) = add(&folder, &["press", "--name", "A newsroom", "--expires", "90d"]);
    let (staff, _) = add(&folder, &["staff"]);
    let server = Server::start(&folder, &[]);
    assert_eq!(folder.run(&["build", "--locked"]).code, 0);
    for (token, tree, canary, other) in
        [(&press, "press", "CANARYPRESS", "CANARYSTAFF"), (&staff, "staff", "CANARYSTAFF", "none")]
    {
        let file = folder.read(&format!("dist/{tree}/feeds/seoul.ics"));
        assert!(file.contains(canary) && !file.contains(other));
        let by_path = server.get(&format!("/t/{token}/feeds/seoul.ics"));
        assert_eq!((by_path.status, by_path.text()), (200, file));
        let by_password = server.ask("GET", &format!("/{tree}/feeds/seoul.ics"), &[&basic(token)]);
        assert_eq!(by_password.timeless(), by_path.clone().timeless());
        assert!(by_path.header("cache-control").starts_with("private"));
        assert_eq!(by_path.header("referrer-policy"), "no-referrer");
        assert_eq!(server.get(&format!("/t/{token}/")).status, 200);
        assert_eq!(server.get(&format!("/t/{token}/ko")).header("location"), "ko/");
        assert_eq!(server.get(&format!("/t/{token}/feeds/none.ics")).status, 404);
        let tag = format!("If-None-Match: {}", by_path.header("etag"));
        assert_eq!(server.ask("GET", &format!("/t/{token}/feeds/seoul.ics"), &[&tag]).status, 304);
    }
    assert!(!server.get("/feeds/seoul.ics").text().contains("CANARY"));
}

#[test]
fn what_opens_nothing_looks_like_what_is_not_there() {
    let folder = folder();
    let (press, _) = add(&folder, &["press"]);
    let (revoked, id) = add(&folder, &["press"]);
    let (expired, _) = add(&folder, &["press"]);
    let (soon, _) = add(&folder, &["press", "--expires", "1m"]);
    assert_eq!(folder.run(&["token", "revoke", &id]).code, 0);
    // One that expired long ago.
    let text = folder.read(FILE);
    let line = text.lines().filter(|line| line.contains("\"id\"")).nth(2).expect("the third");
    let past = line.replace("\"expires\":null", "\"expires\":\"2025-01-01T00:00:00Z\"");
    assert_ne!(line, past);
    folder.write(FILE, text.replace(line, &past).as_bytes());
    let server = Server::start(&folder, &[]);
    assert_eq!(server.get(&format!("/t/{soon}/feeds/seoul.ics")).status, 200);

    let missing = server.get("/nothing/of/this/name").timeless();
    assert_eq!(missing.status, 404);
    let unknown = "0".repeat(40);
    for token in [&*unknown, &revoked, &expired, "x", "", &press[1..], &press.to_uppercase()] {
        for method in ["GET", "HEAD"] {
            for path in ["", "/", "/feeds/seoul.ics", "/nothing"] {
                let reply = server.ask(method, &format!("/t/{token}{path}"), &[]).timeless();
                let body = if method == "GET" { missing.body.clone() } else { Vec::new() };
                assert_eq!(reply, Reply { body, ..missing.clone() }, "{method} {token}{path}");
            }
        }
    }
    let asked = server.get("/press/feeds/seoul.ics").timeless();
    assert_eq!((asked.status, asked.header("www-authenticate").starts_with("Basic")), (401, true));
    for path in ["/press", "/press/", "/press/nothing", "/staff/feeds/seoul.ics"] {
        assert_eq!(server.get(path).timeless(), asked, "{path}");
    }
    for token in [&*unknown, &revoked, &expired] {
        assert_eq!(server.ask("GET", "/press/feeds/seoul.ics", &[&basic(token)]).timeless(), asked);
    }
    assert_eq!(server.ask("GET", "/staff/feeds/seoul.ics", &[&basic(&press)]).timeless(), asked, "another audience's");
}

#[test]
fn a_revoked_token_opens_nothing_without_a_restart() {
    let folder = folder();
    let server = Server::start(&folder, &[]);
    let (token, id) = add(&folder, &["press", "--name", "Name of a newsroom"]);
    let path = format!("/t/{token}/feeds/seoul.ics");
    wait_for("the token", || (server.get(&path).status == 200).then_some(()));
    let list = folder.run(&["token", "list"]).stdout;
    assert!(
        list.contains(&id) && list.contains("Name of a newsroom") && list.contains("valid") && !list.contains(&token)
    );
    assert_eq!(folder.run(&["token", "revoke", &id]).code, 0);
    wait_for("the revocation", || (server.get(&path).status == 404).then_some(()));
    assert!(folder.run(&["token", "list"]).stdout.contains("revoked"));
    assert_eq!(folder.run(&["token", "revoke", "ffffffff"]).code, 1);
    // A file that cannot be read opens nothing.
    let (token, _) = add(&folder, &["press"]);
    let path = format!("/t/{token}/feeds/seoul.ics");
    wait_for("the token", || (server.get(&path).status == 200).then_some(()));
    folder.write(FILE, b"{");
    wait_for("nothing", || (server.get(&path).status == 404).then_some(()));
    assert!(server.health().contains("the tokens cannot be read"));
    assert_eq!(server.get("/healthz").text(), "{\"status\":\"stale\"}\n");
}

#[test]
fn tokens_are_told_to_nobody() {
    let folder = folder();
    let (token, id) = add(&folder, &["press"]);
    let server = Server::start(&folder, &[]);
    let agent = format!("User-Agent: by {token}");
    let referrer = format!("Referer: http://localhost/t/{token}/");
    let encoded = format!("%{:02x}{}", token.as_bytes()[0], &token[1..]);
    let paths = [
        format!("/t/{token}/feeds/seoul.ics"),
        format!("/t/{encoded}/feeds/seoul.ics"),
        format!("/t/{token}/ko"),
        format!("/t/{token}/%2e%2e/"),
        format!("/t/{token}/none?{token}"),
        format!("/T/{token}/"),
        format!("/{token}"),
        format!("/feeds/{token}.ics"),
        format!("/feeds/%25{token}"),
        format!("/tt/{}", &token[..30]),
        format!("//t/{token}/feeds/seoul.ics"),
        format!("/feeds/seoul.ics?token={token}"),
    ];
    let mut answers = String::new();
    for path in &paths {
        let reply = server.ask("GET", path, &[&agent, &referrer, &basic(&token)]);
        assert!(reply.status < 500);
        let _ = write!(answers, "{:?}{}", reply.headers, reply.text());
    }
    server.ask(&token, "/", &[]);
    server.ask("GET", "/press/", &[&basic(&token)]);
    let metrics = server.admin().get("/metrics").text();
    assert!(metrics.contains("summitcal_requests_total{audience=\"press\",code=\"200\"}"), "{metrics}");
    assert_eq!(server.get("/metrics").status, 404, "not even from this machine");
    let lines = paths.len() + 3;
    wait_for("the log", || (server.out().lines().count() >= lines).then_some(()));
    for line in server.out().lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(value["status"].is_u64() && value["path"].is_string(), "{line}");
    }
    let all = format!("{answers}{metrics}{}{}", server.out(), server.err()) + &folder.read(FILE);
    let (lower, piece) = (all.to_lowercase(), &token[4..24]);
    assert!(!lower.contains(piece), "{all}");
    assert!(folder.read(FILE).contains(&id));
}

#[test]
#[cfg(unix)]
fn the_file_is_its_owners_alone_and_not_among_what_is_published() {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let folder = folder();
    add(&folder, &["staff"]);
    let path = folder.path().join(FILE);
    assert_eq!(metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    set_permissions(&path, Permissions::from_mode(0o644)).expect("permissions");
    for arguments in
        [&["token", "list"][..], &["token", "add", "--audience", "press"], &["serve", "--addr", "127.0.0.1:0"]]
    {
        let ran = folder.run(arguments);
        assert_eq!((ran.code, ran.stderr.contains("chmod 600")), (2, true), "{}", ran.stderr);
    }
    set_permissions(&path, Permissions::from_mode(0o600)).expect("permissions");
    let pipe = std::process::Command::new("mkfifo").args(["-m", "600"]).arg(folder.path().join("pipe.json")).status();
    assert!(pipe.expect("mkfifo").success());
    let ran = folder.run(&["token", "list", "--tokens", "pipe.json"]);
    assert_eq!((ran.code, ran.stderr.contains("is no file")), (2, true), "{}", ran.stderr);
    folder.build();
    for place in ["schedules/t.json", "dist/t.json", "dist/public/t.json", "dist/press/feeds/t.json"] {
        let ran = folder.run(&["token", "add", "--audience", "press", "--tokens", place]);
        assert_eq!((ran.code, ran.stderr.contains("another place")), (2, true), "{place}: {}", ran.stderr);
        assert!(!folder.path().join(place).exists());
    }
    for arguments in
        [["public", "--expires", "1d"], ["press", "--expires", "soon"], ["press", "--expires", "2020-01-01T00:00:00Z"]]
    {
        assert_eq!(folder.run(&[&["token", "add", "--audience"], &arguments[..]].concat()).code, 2);
    }
}

/// Nor by a link, whether there is a file at its end yet or not.
#[test]
#[cfg(unix)]
fn a_link_into_a_tree_is_no_place_for_tokens() {
    let folder = folder();
    folder.build();
    for (target, is_there) in [("dist/public/t.json", false), ("dist/public/t.json", true), ("schedules/t.json", true)]
    {
        let link = folder.path().join("linked.json");
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(target, &link).expect("a link");
        if is_there {
            folder.write(target, b"{}");
        }
        for command in
            [&["token", "add", "--audience", "press"][..], &["token", "list"], &["serve", "--addr", "127.0.0.1:0"]]
        {
            let ran = folder.run(&[command, &["--tokens", "linked.json"]].concat());
            let refused = ran.stderr.contains("the tokens cannot be in linked.json, because that is among");
            assert_eq!((ran.code, refused), (2, true), "{target} {is_there}: {}", ran.stderr);
        }
    }
}

#[test]
fn who_makes_a_file_that_would_be_committed_is_told() {
    let folder = folder();
    let told = |more: &[&str]| {
        let ran = folder.run(&[&["token", "add", "--audience", "press"], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stderr.contains("is in a folder under version control, which would take it up")
    };
    // Of its own, for the tests may be below another.
    let git = std::process::Command::new("git").arg("init").arg("--quiet").current_dir(folder.path()).status();
    assert!(git.expect("git").success());
    assert!(told(&[]));
    assert!(!told(&[]), "only when it is made");
    folder.write(".gitignore", b"/kept.json\n");
    assert!(!told(&["--tokens", "kept.json"]));
    assert!(told(&["--tokens", "other.json"]));
}
