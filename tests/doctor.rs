//! `summitcal doctor`, against a server that is right and against one that is made wrong on purpose.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::server::Server;
use crate::support::{Folder, Ran};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

/// What a server does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    FeedMissing,
    MediaType,
    NoEtag,
    EtagIgnored,
    NoLastModified,
    LastModifiedIgnored,
    Always304,
    NoGzip,
    GzipTwice,
    GzipUnasked,
    Stale,
    NoVtimezone,
    UidTwice,
    NoCalendar,
    Robots,
    Redirects,
    Cors,
    NoManifest,
}

const FEED: &str = "feeds/seoul.ics";
const MODIFIED: &str = "Tue, 26 Aug 2025 00:00:00 GMT";

/// The shipped schedules, built.
fn built() -> Folder {
    let folder = Folder::new();
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("schedules")).expect("schedules") {
        let path = file.expect("readable").path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            folder.write(&format!("schedules/{name}"), &fs::read(&path).expect("readable"));
        }
    }
    folder.build();
    folder
}

/// Serves a folder until the test's process ends; the address.
fn serve(root: PathBuf, fault: Fault) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &root, fault);
        }
    });
    address
}

fn answer(mut stream: TcpStream, root: &Path, fault: Fault) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(length @ 1..) => request.extend_from_slice(&buffer[..length]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
    let header = |name: &str| {
        let lines = request.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
    };
    let (status, headers, body) = response(root, &path, fault, header);
    let mut head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(b"\r\n"))
        .and_then(|()| stream.write_all(&body));
}

type Headers = Vec<(&'static str, String)>;

fn response<'h>(root: &Path, path: &str, fault: Fault, header: impl Fn(&str) -> &'h str) -> (u16, Headers, Vec<u8>) {
    let is_feed = path == FEED;
    let missing = (404, Vec::new(), b"no".to_vec());
    match (path, fault) {
        ("robots.txt", Fault::Robots) => {
            return (200, Vec::new(), b"User-agent: *\nDisallow: /feeds/ # for now\nAllow: /\n".to_vec());
        }
        ("manifest.json", Fault::NoManifest) | (FEED, Fault::FeedMissing) => return missing,
        (FEED, Fault::Redirects) => return (302, vec![("Location", "/feeds/seoul.ics".to_owned())], Vec::new()),
        _ => {}
    }
    let Ok(mut body) = fs::read(root.join(path)) else { return missing };
    if is_feed {
        let text = String::from_utf8(body).expect("UTF-8");
        body = match fault {
            Fault::Stale => text.replace("SEQUENCE:0", "SEQUENCE:1"),
            Fault::NoVtimezone => text.replace("TZID:Asia/Seoul", "TZID:Asia/Tokyo"),
            Fault::UidTwice => {
                let event = text.find("BEGIN:VEVENT").zip(text.find("END:VEVENT\r\n"));
                let (from, to) = event.expect("an event");
                let event = text[from..to].to_owned() + "END:VEVENT\r\n";
                text.replacen("BEGIN:VEVENT", &(event + "BEGIN:VEVENT"), 1)
            }
            Fault::NoCalendar => "<html>Sign in</html>".to_owned(),
            _ => text,
        }
        .into_bytes();
    }
    let tag = format!("\"{}-{}\"", body.len(), body.iter().map(|byte| u64::from(*byte)).sum::<u64>());
    let ending = path.rsplit('.').next().unwrap_or_default();
    let media = match ending {
        "ics" if fault == Fault::MediaType => "application/octet-stream",
        "ics" => "text/calendar; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "atom" => "application/atom+xml",
        "html" => "text/html; charset=UTF-8",
        _ => "application/json",
    };
    let origin = if fault == Fault::Cors { "https://example.org" } else { "*" };
    let mut headers = vec![("Content-Type", media.to_owned()), ("Access-Control-Allow-Origin", origin.to_owned())];
    if fault != Fault::NoEtag {
        headers.push(("ETag", tag.clone()));
    }
    if fault != Fault::NoLastModified {
        headers.push(("Last-Modified", MODIFIED.to_owned()));
    }
    let given = header("if-none-match");
    let by_tag = given == tag && !matches!(fault, Fault::EtagIgnored | Fault::NoEtag);
    let by_date =
        header("if-modified-since") == MODIFIED && !matches!(fault, Fault::LastModifiedIgnored | Fault::NoLastModified);
    if by_tag || by_date || (fault == Fault::Always304 && !given.is_empty()) {
        return (304, headers, Vec::new());
    }
    let takes_gzip = header("accept-encoding").contains("gzip") && fault != Fault::NoGzip;
    if takes_gzip || (fault == Fault::GzipUnasked && is_feed) {
        let times = if fault == Fault::GzipTwice { 2 } else { 1 };
        for _ in 0..times {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&body).expect("memory");
            body = encoder.finish().expect("memory");
        }
        headers.push(("Content-Encoding", "gzip".to_owned()));
    }
    (200, headers, body)
}

fn doctor(address: &str, more: &[&str]) -> Ran {
    Folder::new().run(&[&["doctor", address], more].concat())
}

/// The codes of what is wrong, and those of notes.
fn codes(ran: &Ran) -> [BTreeSet<String>; 2] {
    let found: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr));
    let of = |severity: &str| {
        let findings = found["findings"].as_array().expect("findings").iter();
        let of = findings.filter(|finding| finding["severity"] == severity);
        of.map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
    };
    ["warning", "note"].map(of)
}

/// What a fault is found as, and nothing else.
fn finds(fault: Fault, expected: &[&str]) {
    let folder = built();
    let address = serve(folder.path().join("dist/public"), fault);
    let ran = doctor(&format!("http://{address}/"), &["--format", "json"]);
    let [wrong, _] = codes(&ran);
    assert_eq!(wrong, expected.iter().map(|code| (*code).to_owned()).collect(), "{fault:?}: {}", ran.stdout);
    assert_eq!(ran.code, i32::from(!expected.is_empty()));
}

#[test]
fn nothing_is_found_where_all_is_right() {
    finds(Fault::None, &[]);
}

#[test]
fn a_feed_that_is_missing_is_found() {
    finds(Fault::FeedMissing, &["status"]);
}

#[test]
fn a_wrong_media_type_is_found() {
    finds(Fault::MediaType, &["media-type"]);
}

#[test]
fn a_missing_etag_is_found() {
    finds(Fault::NoEtag, &["no-etag"]);
}

#[test]
fn an_etag_that_is_ignored_is_found() {
    finds(Fault::EtagIgnored, &["etag-ignored"]);
}

#[test]
fn a_missing_date_is_found() {
    finds(Fault::NoLastModified, &["no-last-modified"]);
}

#[test]
fn a_date_that_is_ignored_is_found() {
    finds(Fault::LastModifiedIgnored, &["last-modified-ignored"]);
}

#[test]
fn a_server_that_never_has_anything_new_is_found() {
    finds(Fault::Always304, &["always-304"]);
}

#[test]
fn missing_compression_is_found() {
    finds(Fault::NoGzip, &["not-compressed"]);
}

#[test]
fn double_compression_is_found() {
    finds(Fault::GzipTwice, &["gzip-broken"]);
}

#[test]
fn compression_that_nobody_asked_for_is_found() {
    finds(Fault::GzipUnasked, &["encoding-unasked"]);
}

#[test]
fn a_stale_feed_is_found() {
    finds(Fault::Stale, &["stale"]);
}

#[test]
fn a_zone_without_its_rules_is_found() {
    finds(Fault::NoVtimezone, &["no-vtimezone", "stale"]);
}

#[test]
fn a_uid_that_is_there_twice_is_found() {
    finds(Fault::UidTwice, &["stale", "uid-twice"]);
}

#[test]
fn a_page_in_place_of_a_feed_is_found() {
    finds(Fault::NoCalendar, &["no-calendar", "stale"]);
}

#[test]
fn a_robots_txt_that_forbids_feeds_is_found() {
    finds(Fault::Robots, &["robots"]);
}

#[test]
fn a_circle_of_redirects_is_found() {
    finds(Fault::Redirects, &["redirects"]);
}

#[test]
fn a_feed_for_the_pages_of_one_site_is_found() {
    finds(Fault::Cors, &["cors"]);
}

#[test]
fn a_tree_without_its_manifest_is_found() {
    finds(Fault::NoManifest, &["no-manifest"]);
}

#[test]
fn what_serve_serves_is_right() {
    let folder = built();
    let server = Server::start(&folder, &[]);
    let address = server.address;
    let ran = doctor(&format!("http://{address}/"), &["--format", "json"]);
    let [wrong, notes] = codes(&ran);
    assert_eq!((ran.code, wrong), (0, BTreeSet::new()), "{}", ran.stdout);
    assert!(notes.contains("no-tls"), "{}", ran.stdout);
    let text = doctor(&format!("http://{address}/"), &[]);
    assert!(text.stdout.ends_with("Looked at 14 files: nothing is wrong.\n"), "{}", text.stdout);
}

/// As far as that goes, and as apps are given the address.
#[test]
fn one_feed_is_looked_at_with_and_without_its_tree() {
    let folder = built();
    let root = folder.path().join("dist/public");
    let address = serve(root.clone(), Fault::Stale);
    let [wrong, _] = codes(&doctor(&format!("webcal://{address}/{FEED}"), &["--format", "json"]));
    assert_eq!(wrong, BTreeSet::from(["stale".to_owned()]));
    let alone = Folder::new();
    alone.write("calendar.ics", &fs::read(root.join(FEED)).expect("a feed"));
    let address = serve(alone.path().to_owned(), Fault::MediaType);
    let ran = doctor(&format!("http://{address}/calendar.ics"), &[]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("warning[media-type]: the feed: "), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("Looked at 1 file: 1 thing is wrong.\n"), "{}", ran.stdout);
}

#[test]
fn what_cannot_be_asked_is_no_finding() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    // Nobody listens there any more; the token is nobody's business.
    let ran = doctor(&format!("http://127.0.0.1:{port}/t/secret/"), &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.starts_with("summitcal: the server cannot be asked") && !ran.stderr.contains("secret"),
        "{}",
        ran.stderr
    );
    for wrong in ["ftp://example.org/", "calendar", "http://"] {
        assert_eq!(doctor(wrong, &[]).code, 2, "{wrong}");
    }
}
