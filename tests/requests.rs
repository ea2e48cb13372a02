//! Requests that nobody thought of: whatever is asked, an answer is clear, and nothing of a tree that was not opened.
#![cfg(feature = "serve")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::support::server::{Reply, Server, without_form};
use crate::support::{BASE, FEEDS_OF_EACH as FEEDS, Folder};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

/// What is said where there is no file.
const PLAIN: [&str; 7] = [
    "",
    "There is nothing here.\n",
    "This path cannot be meant.\n",
    "This needs a token, as the password.\n",
    "Only GET and HEAD are answered.\n",
    "It is the same with a slash at the end.\n",
    "There is one address for this.\n",
];

/// How what is said of the server itself begins.
const OWN: [&str; 2] = ["{\"", "# HELP summitcal_"];

/// The press's token in what is generated, and that of staff.
const PRESS: &str = "PRESSTOKEN";
const STAFF: &str = "STAFFTOKEN";

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
        Just("feeds/seoul.ics?".to_owned()),
        Just("kind=meeting".to_owned()),
        Just("&zone=host".to_owned()),
        Just("ko".to_owned()),
        Just("ko/".to_owned()),
        Just("healthz".to_owned()),
        Just("metrics".to_owned()),
        Just("index.html".to_owned()),
        Just("events/seoul/base.first.ics".to_owned()),
        Just(PRESS.to_owned()),
        Just(STAFF.to_owned()),
        "[0-9a-f]{40}",
    ];
    let begin = prop_oneof![
        3 => Just("/".to_owned()),
        1 => Just("/ko".to_owned()),
        2 => Just(format!("/t/{PRESS}/")),
        2 => Just(format!("/t/{STAFF}/")),
        1 => Just("/press/".to_owned()),
        1 => Just("/staff/".to_owned()),
    ];
    (begin, proptest::collection::vec(piece, 0..6)).prop_map(|(begin, pieces)| format!("{begin}{}", pieces.concat()))
}

fn header() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,20}".prop_map(|value| format!("If-None-Match: {value}")),
        "[ -~]{0,20}".prop_map(|value| format!("Accept-Encoding: {value}")),
        "[ -~]{0,20}".prop_map(|value| format!("Authorization: Basic {value}")),
        Just(format!("Authorization: {PRESS}")),
        Just(format!("Authorization: {STAFF}")),
        "[ -~]{0,20}".prop_map(|value| format!("If-Modified-Since: {value}")),
        "[!-9;-~]{1,10}: [ -~]{0,20}",
    ]
}

/// A server, with a token for the press and one for staff.
struct Site {
    server: Server,
    tokens: [(&'static str, String); 2],
    /// The bytes of all files, by tree.
    trees: BTreeMap<&'static str, BTreeSet<Vec<u8>>>,
}

fn token(folder: &Folder, audience: &str) -> String {
    let ran = folder.run(&["token", "add", "--audience", audience]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout.lines().next().expect("a token").to_owned()
}

fn bodies(folder: &Folder, tree: &str) -> BTreeSet<Vec<u8>> {
    let files = folder.snapshot(&format!("dist/{tree}")).into_iter();
    let files = files.filter(|(path, _)| path.is_file());
    files.map(|(_, (bytes, _))| without_form(&String::from_utf8_lossy(&bytes)).into_bytes()).collect()
}

impl Site {
    fn new(folder: &Folder) -> Self {
        let tokens = [(PRESS, token(folder, "press")), (STAFF, token(folder, "staff"))];
        let server = Server::start(folder, &["--log", "off"]);
        assert_eq!(folder.run(&["build", "--locked", "--quiet"]).code, 0);
        Site { server, tokens, trees: ["public", "press", "staff"].map(|tree| (tree, bodies(folder, tree))).into() }
    }

    /// Sends a request, with the tokens that stand in it put in their places; what came of it, if that is as it should be.
    fn ask(&self, method: &str, path: &str, headers: &[String]) -> Result<String, TestCaseError> {
        let head = headers.iter().fold(String::new(), |head, header| head + header + "\r\n");
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}\r\n");
        let open: Vec<bool> = self.tokens.iter().map(|(name, _)| request.contains(name)).collect();
        for (name, token) in &self.tokens {
            let basic = format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("anybody:{token}")));
            request = request.replace(&format!("Authorization: {name}\r\n"), &basic).replace(name, token);
        }
        let answer = self.server.raw(request.as_bytes());
        let reply = Reply::of(&answer);
        let built = without_form(&String::from_utf8_lossy(&reply.body)).into_bytes();
        let open = [("public", true), ("press", open[0]), ("staff", open[1])];
        let of = open.iter().find(|(tree, open)| *open && self.trees[tree].contains(&built));
        let of = of.map(|(tree, _)| *tree);
        let whole = method == "GET" && reply.header("content-encoding").is_empty();
        if reply.status == 200 {
            let is_own = OWN.iter().any(|words| reply.body.starts_with(words.as_bytes()));
            prop_assert!(!whole || of.is_some() || is_own, "{request:?}: {:?}", reply.text());
        } else {
            let known = [204, 301, 304, 400, 401, 404, 405].contains(&reply.status);
            prop_assert!(known, "{request:?}: {}", reply.status);
            let is_of_query = reply.status == 400 && reply.body.starts_with(b"There ") && path.contains('?');
            let plain = is_of_query || PLAIN.iter().any(|words| words.as_bytes() == reply.body);
            prop_assert!(plain, "{request:?}: {:?}", reply.text());
            // A folder is moved to by its last name, which may be a token: that which was sent. So may what is not known of a query.
            let text = String::from_utf8_lossy(&answer);
            let tells = self.tokens.iter().any(|(_, token)| text.contains(token));
            prop_assert!(reply.status == 301 || is_of_query || !tells, "{request:?}: {text}");
        }
        let has = |canary: &[u8]| reply.body.windows(canary.len()).any(|word| word == canary);
        prop_assert!(open[2].1 || !has(b"CANARYSTAFF"), "{request:?}");
        prop_assert!(open[1].1 || open[2].1 || !has(b"CANARYPRESS"), "{request:?}");
        Ok(format!("{} {}", reply.status, of.unwrap_or("-")))
    }
}

/// Whatever is asked, with tokens or without: an answer that is no failure of ours, and of a tree that is not public only
/// to who has its token.
#[test]
fn no_request_breaks_anything_or_gets_at_what_it_has_no_token_for() {
    let visit = format!("{BASE}    press: {{note: CANARYPRESS}}\n    staff: {{note: CANARYSTAFF}}\n");
    let folder = Folder::with(&[("base.yaml", &visit), ("feeds.yaml", FEEDS)]);
    let site = Site::new(&folder);
    let seen: RefCell<BTreeMap<String, usize>> = RefCell::default();
    let method = prop_oneof![6 => Just("GET".to_owned()), 1 => Just("HEAD".to_owned()), 1 => "[A-Z]{1,8}"];
    let requests = (method, path(), proptest::collection::vec(header(), 0..3));
    let config =
        ProptestConfig { cases: 2500, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() };
    proptest!(config, |((method, path, headers) in requests)| {
        let came = site.ask(&method, &path, &headers)?;
        *seen.borrow_mut().entry(came).or_default() += 1;
    });
    let seen = seen.into_inner();
    for kind in ["200 public", "200 press", "200 staff", "400 -", "401 -", "404 -", "405 -"] {
        assert!(seen.get(kind).is_some_and(|count| *count > 2), "{kind}: {seen:?}");
    }
    assert_eq!(site.server.get("/feeds/seoul.ics").status, 200);
}
