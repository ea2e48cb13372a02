//! `summitcal publish`, over the wire, into an S3 server of the test's own and into folders.
#![cfg(feature = "publish")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::s3::{Fault, Object, Store, digest};
use crate::support::{BASE, FEEDS_OF_EACH as FEEDS, Folder, Ran};
use serde_json::{Value, json};

/// A feed that only the first generation has.
const MORE: &str = "  - {id: tokyo, title: Visits, zone: Asia/Tokyo, language: ja, audience: public}\n  \
    - {id: tokyo, title: Visits, zone: Asia/Tokyo, language: ja, audience: staff}\n";

/// What the second generation does not have any more, in the order of paths.
const GONE: [&str; 2] = ["events/tokyo/base.first.ics", "feeds/tokyo.ics"];

/// Two generations, `dist` and `next`: an entry gets another title, and a feed is gone.
fn folder() -> Folder {
    let secrets = "    press: {note: For press}\n    staff: {note: For staff}\n";
    let visit = format!("{BASE}{secrets}");
    let folder = Folder::with(&[("base.yaml", &visit), ("feeds.yaml", &format!("{FEEDS}{MORE}"))]);
    let build = |out: &str, at: &str| {
        let ran = folder.run(&["build", "--out", out, "--at", at]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    };
    build("dist", "2025-08-20T00:00:00Z");
    folder.write("schedules/base.yaml", visit.replace("title: First", "title: Second").as_bytes());
    folder.write("schedules/feeds.yaml", FEEDS.as_bytes());
    build("next", "2025-08-21T00:00:00Z");
    folder
}

/// A folder, and a server that knows what is whole.
fn both() -> (Folder, Store) {
    let (folder, store) = (folder(), Store::start());
    for tree in ["dist/public", "next/public", "dist/staff", "next/staff"] {
        store.know(&folder.path().join(tree));
    }
    (folder, store)
}

/// The files of a tree by their paths.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut open) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = open.pop() {
        for path in fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(path).expect("readable"));
            }
        }
    }
    files
}

/// What is stored, without the state.
fn stored(store: &Store) -> BTreeMap<String, Vec<u8>> {
    let objects = store.objects().into_iter().filter(|(path, _)| path != "publish.json");
    objects.map(|(path, object)| (path, object.bytes)).collect()
}

fn assert_done(ran: &Ran) {
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
}

/// Refused, in one whole sentence that has these words.
fn assert_refused(ran: &Ran, words: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains(words) && ran.stderr.ends_with(".\n"), "{words}: {}", ran.stderr);
}

/// The writes of a journal.
fn writes(journal: &[String]) -> Vec<&str> {
    journal.iter().map(String::as_str).filter(|line| !line.starts_with("GET ") && *line != "LIST").collect()
}

fn is_page(line: &str) -> bool {
    line.rsplit('.').next() == Some("html")
}

#[test]
fn a_first_upload_is_the_whole_tree_with_its_headers() {
    let (folder, store) = both();
    let ran = store.publish(&folder, &[]);
    assert_done(&ran);
    let built = tree(&folder.path().join("dist/public"));
    assert_eq!(stored(&store), built);
    let start = format!("Published the public tree at s3://bucket/site: {} files written (", built.len() - 1);
    assert!(ran.stdout.starts_with(&start) && ran.stdout.ends_with("), 0 unchanged.\n"), "{}", ran.stdout);

    let journal = store.journal();
    assert_eq!(journal[..3], ["GET publish.json", "GET manifest.json", "LIST"]);
    let puts = writes(&journal);
    assert_eq!(puts.len(), built.len() + 3);
    assert_eq!(
        (puts[0], puts[puts.len() - 3..].to_vec()),
        ("PUT publish.json", vec!["PUT publish.json", "PUT manifest.json", "PUT publish.json"])
    );
    let step = |line: &str| match line {
        line if line.starts_with("PUT feeds/") || line.ends_with("changes.atom") => 2,
        "PUT changes.json" | "PUT programme.json" | "PUT programme.csv" | "PUT newsroom/ninjs.json" => 2,
        line if is_page(line) => 1,
        _ => 0,
    };
    assert!(puts[1..puts.len() - 3].is_sorted_by_key(|line| step(line)), "{puts:?}");

    let public = "public, max-age=300, stale-while-revalidate=60, stale-if-error=86400";
    for (path, kind, cache, disposition) in [
        ("feeds/seoul.ics", "text/calendar; charset=utf-8", public, Some("inline; filename=\"seoul.ics\"")),
        (
            "events/seoul/base.first.ics",
            "text/calendar; charset=utf-8",
            public,
            Some("attachment; filename=\"base.first.ics\""),
        ),
        ("index.html", "text/html; charset=utf-8", public, None),
        ("page.css", "text/css; charset=utf-8", public, None),
        ("page.js", "text/javascript; charset=utf-8", public, None),
        ("changes.atom", "application/atom+xml; charset=utf-8", public, None),
        ("ko/changes.atom", "application/atom+xml; charset=utf-8", public, None),
        ("manifest.json", "application/json", "no-cache", None),
        ("publish.json", "application/json", "no-cache", None),
    ] {
        let object = store.objects().remove(path).unwrap_or_else(|| panic!("no {path}"));
        let header = |name: &str| object.headers.get(name).map(String::as_str);
        assert_eq!(header("content-type"), Some(kind), "{path}");
        assert_eq!(header("cache-control"), Some(cache), "{path}");
        assert_eq!(header("content-disposition"), disposition, "{path}");
        assert_eq!(header("content-encoding"), None, "{path}");
    }
    let state = store.json("publish.json");
    assert_eq!(state["updated"], json!("2025-08-20T00:00:00Z"));
    assert_eq!((&state["audience"], &state["claim"], &state["stale"]), (&json!("public"), &Value::Null, &json!({})));
    assert_eq!(store.broken(), Vec::<String>::new());

    let staff = Store::start();
    assert_done(&staff.publish(&folder, &["--audience", "staff"]));
    let cache = staff.objects()["feeds/seoul.ics"].headers["cache-control"].clone();
    assert!(cache.starts_with("private, "), "{cache}");
}

#[test]
fn where_nothing_changed_nothing_is_written() {
    let (folder, store) = both();
    assert_done(&store.publish(&folder, &[]));
    store.journal();
    let ran = store.publish(&folder, &[]);
    assert_done(&ran);
    assert!(ran.stdout.starts_with("The public tree at s3://bucket/site is up to date: "), "{}", ran.stdout);
    assert_eq!(store.journal(), ["GET publish.json", "GET manifest.json"]);
    assert_eq!(store.publish(&folder, &["--quiet"]).stdout, "");

    store.journal();
    assert_done(&store.publish(&folder, &["--all"]));
    assert_eq!(writes(&store.journal()).len(), tree(&folder.path().join("dist/public")).len() + 1);
}

#[test]
fn a_change_is_written_and_nothing_else() {
    let (folder, store) = both();
    assert_done(&store.publish(&folder, &[]));
    store.journal();
    let (before, after) = (tree(&folder.path().join("dist/public")), tree(&folder.path().join("next/public")));
    let ran = store.publish(&folder, &["--out", "next"]);
    assert_done(&ran);
    let changed = after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).map(|(path, _)| path.as_str());
    let mut expected: Vec<_> =
        changed.filter(|path| *path != "manifest.json").map(|path| format!("PUT {path}")).collect();
    expected.sort();
    // The style sheet, the script and the manifest are not among them.
    assert!(expected.len() > 4 && expected.len() <= after.len() - 3, "{expected:?}");
    let journal = store.journal();
    assert_eq!(journal[..3], ["GET publish.json", "GET manifest.json", "PUT publish.json"], "nothing new, so no list");
    let puts = writes(&journal);
    assert_eq!(puts[puts.len() - 3..], ["PUT publish.json", "PUT manifest.json", "PUT publish.json"]);
    let mut files = puts[1..puts.len() - 3].to_vec();
    files.sort_unstable();
    assert_eq!(files, expected);
    let page = puts.iter().position(|line| is_page(line)).expect("a page");
    let feed = puts.iter().position(|line| line.starts_with("PUT feeds/")).expect("a feed");
    assert!(puts.iter().rposition(|line| line.starts_with("PUT events/")).expect("an event") < page && page < feed);
    assert!(puts.iter().rposition(|line| is_page(line)).expect("a page") < feed);
    let words = format!("{} files written (", expected.len());
    assert!(ran.stdout.contains(&words) && ran.stdout.contains(", 2 to be removed after "), "{}", ran.stdout);

    // Copies of the feed that is gone stay for their grace.
    let mut left = stored(&store);
    for path in GONE {
        assert_eq!(left.remove(path).as_ref(), before.get(path));
    }
    assert_eq!(left, after);
    assert_eq!(store.broken(), Vec::<String>::new());
}

#[test]
fn what_is_stale_goes_after_its_grace_and_nothing_else_does() {
    let (folder, store) = both();
    assert_done(&store.publish(&folder, &[]));
    store.put("feeds/theirs.ics", b"somebody else's");
    store.put("notes.txt", b"somebody else's");
    assert_done(&store.publish(&folder, &["--out", "next"]));
    store.journal();
    assert_done(&store.publish(&folder, &["--out", "next"]));
    assert_eq!(writes(&store.journal()), Vec::<&str>::new(), "the grace is not over");

    let mut state = store.json("publish.json");
    assert_eq!(state["stale"].as_object().expect("paths").keys().collect::<Vec<_>>(), GONE);
    for path in GONE {
        state["stale"][path] = json!("2026-01-01T00:00:00Z");
    }
    store.put("publish.json", state.to_string().as_bytes());
    let ran = store.publish(&folder, &["--out", "next"]);
    assert_done(&ran);
    assert!(ran.stdout.contains(", 2 removed."), "{}", ran.stdout);
    let journal = store.journal();
    let line = format!("DELETE {}", GONE.join(" "));
    assert_eq!(writes(&journal), ["PUT publish.json", "PUT publish.json", &line, "PUT publish.json"]);
    assert_eq!(store.json("publish.json")["stale"], json!({}));
    let mut left = stored(&store);
    assert_eq!(left.remove("feeds/theirs.ics").as_deref(), Some(&b"somebody else's"[..]));
    assert_eq!(left.remove("notes.txt").as_deref(), Some(&b"somebody else's"[..]));
    assert_eq!(left, tree(&folder.path().join("next/public")));

    // One that comes back in time is not removed.
    assert_done(&store.publish(&folder, &["--rollback"]));
    assert_done(&store.publish(&folder, &["--out", "next"]));
    assert_done(&store.publish(&folder, &["--rollback", "--grace", "0s"]));
    assert!(tree(&folder.path().join("dist/public")).keys().all(|path| store.objects().contains_key(path)));
    assert_eq!(store.broken(), Vec::<String>::new());
}

/// Three generations: all of it; without a feed, whose files have a grace; and with an entry taken back.
fn taken_back(change: impl Fn(&Folder)) -> (Folder, Store) {
    let second =
        "  - {id: second, kind: meeting, title: Second, when: {date: 2025-08-24}, status: confirmed, sources: [s]}\n";
    let folder = Folder::with(&[("base.yaml", &format!("{BASE}{second}")), ("feeds.yaml", &format!("{FEEDS}{MORE}"))]);
    let build = |out: &str, at: &str| {
        let ran = folder.run(&["build", "--out", out, "--at", at]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    };
    build("dist", "2025-08-20T00:00:00Z");
    folder.write("schedules/feeds.yaml", FEEDS.as_bytes());
    build("next", "2025-08-21T00:00:00Z");
    change(&folder);
    build("third", "2025-08-22T00:00:00Z");
    (folder, Store::start())
}

/// Of what was taken back, no file and no name is left: not in grace, and not where a publisher dies.
#[test]
fn what_was_taken_back_has_no_grace() {
    let restrict = |folder: &Folder| {
        let visit = folder.read("schedules/base.yaml").replace("{id: second,", "{id: second, audience: press,");
        folder.write("schedules/base.yaml", visit.as_bytes());
    };
    let redact = |folder: &Folder| {
        folder.write("schedules/base.yaml", BASE.as_bytes());
        let ran = folder.run(&["withdraw", "base/second", "--redact", "--at", "2025-08-21T12:00:00Z"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    };
    for change in [&restrict as &dyn Fn(&Folder), &redact] {
        let (folder, store) = taken_back(change);
        let names = |path: &str| {
            let object = store.objects().remove(path).map(|object| object.bytes).unwrap_or_default();
            String::from_utf8_lossy(&object).contains("second")
        };
        assert_done(&store.publish(&folder, &[]));
        assert_done(&store.publish(&folder, &["--out", "next"]));
        let before = store.objects();
        for path in ["events/seoul/base.second.ics", "events/tokyo/base.second.ics", "feeds/tokyo.ics"] {
            assert!(before.contains_key(path), "{path}");
        }
        assert!(names("publish.json"), "the feed that is gone has its grace");
        let dry = store.publish(&folder, &["--out", "third", "--dry-run"]);
        assert!(dry.stdout.contains("remove  feeds/tokyo.ics\n") && !dry.stdout.contains("keep "), "{}", dry.stdout);
        for at in 0.. {
            store.set(before.clone());
            store.fail(at, Fault::Refused);
            store.publish(&folder, &["--out", "third", "--retries", "0"]);
            store.quiet();
            let failed = store.has_failed();
            assert!(!names("publish.json") || names("manifest.json"), "{at}");
            if store.objects()["manifest.json"] != before["manifest.json"] {
                assert!(store.objects().keys().all(|path| !path.contains("second") && !path.contains("tokyo")), "{at}");
            }
            assert_done(&store.publish(&folder, &["--out", "third", "--take-over"]));
            assert_eq!(stored(&store), tree(&folder.path().join("third/public")), "{at}");
            assert_eq!(store.json("publish.json")["stale"], json!({}), "{at}");
            if !failed {
                break;
            }
        }
    }
}

/// What an entry that goes on was, and a feed that is gone has still.
#[test]
fn a_past_that_was_taken_back_has_no_grace() {
    let two = FEEDS.to_owned() + "  - {id: tokyo, title: T, zone: Asia/Tokyo, language: en, audience: public}\n";
    let folder = Folder::with(&[("base.yaml", &BASE.replace("title: First", "title: SECRET")), ("feeds.yaml", &two)]);
    let done = |day: u8, arguments: &[&str]| {
        let ran = folder.run(&[arguments, &["--at", &format!("2025-08-{day}T00:00:00Z")]].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    };
    done(20, &["build"]);
    assert_done(&publish_to_www(&folder, &[]));
    folder.write("schedules/base.yaml", BASE.as_bytes());
    folder.write("schedules/feeds.yaml", FEEDS.as_bytes());
    done(21, &["build"]);
    assert_done(&publish_to_www(&folder, &[]));
    assert!(folder.read("www/feeds/tokyo.ics").contains("SECRET"), "the feed that is gone has its grace");
    done(22, &["withdraw", "base/first", "--redact", "--was"]);
    done(22, &["build"]);
    assert_done(&publish_to_www(&folder, &[]));
    assert_eq!(tree(&folder.path().join("www")).into_keys().find(|path| path.contains("tokyo")), None);
    assert!(!folder.read("www/publish.json").contains("tokyo"));
}

#[test]
fn an_older_tree_does_not_take_the_place_of_a_newer_one() {
    let (folder, store) = both();
    assert_done(&store.publish(&folder, &["--out", "next"]));
    let before = store.objects();
    let ran = store.publish(&folder, &[]);
    assert_refused(&ran, "it was updated 2025-08-21 00:00:00 UTC, and this one 2025-08-20 00:00:00 UTC");
    assert_eq!(store.objects(), before);
    assert_done(&store.publish(&folder, &["--rollback"]));
    assert_eq!(store.json("publish.json")["updated"], json!("2025-08-20T00:00:00Z"));
}

#[test]
fn of_two_publishers_one_stops() {
    let (folder, store) = both();
    assert_done(&store.publish(&folder, &[]));
    // Both have read the same; the other claims it first.
    let held = store.hold("PUT publish.json", 0);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| store.publish(&folder, &["--all"]));
        store.wait_held(held);
        assert_done(&store.publish(&folder, &["--out", "next"]));
        store.let_go(held);
        assert_refused(&slow.join().expect("no panic"), "Another publisher began at s3://bucket/site meanwhile");
    });
    let files = tree(&folder.path().join("next/public"));
    assert!(files.iter().all(|(path, bytes)| store.objects()[path].bytes == *bytes));
    assert_eq!(store.broken(), Vec::<String>::new());
}

#[test]
fn a_claim_keeps_others_out_until_it_is_old_or_taken_over() {
    let (folder, store) = both();
    assert_done(&store.publish(&folder, &[]));
    let held = store.hold("PUT manifest.json", 0);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| store.publish(&folder, &["--out", "next"]));
        store.wait_held(held);
        let claimed = store.objects();
        let ran = store.publish(&folder, &["--out", "next"]);
        assert_refused(&ran, "and has not finished. Wait until it has, or until ");
        let ran = store.publish(&folder, &["--out", "next", "--dry-run"]);
        assert!(ran.code == 1 && ran.stdout.contains("It would be refused: Another publisher began"), "{}", ran.stdout);
        assert_eq!(store.objects(), claimed);
        assert_done(&store.publish(&folder, &["--out", "next", "--take-over"]));
        let settled = store.objects();
        store.let_go(held);
        assert_refused(&slow.join().expect("no panic"), "Another publisher has taken over at s3://bucket/site");
        assert_eq!(store.objects(), settled);
    });

    // One that is old is of somebody who has died.
    let held = store.hold("PUT publish.json", 1);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| store.publish(&folder, &["--rollback"]));
        store.wait_held(held);
        let mut state = store.json("publish.json");
        state["claim"]["at"] = json!("2026-01-01T00:00:00Z");
        store.put("publish.json", state.to_string().as_bytes());
        assert_done(&store.publish(&folder, &["--out", "next"]));
        store.let_go(held);
        assert_refused(&slow.join().expect("no panic"), "Another publisher has taken over at s3://bucket/site");
    });
    let files = tree(&folder.path().join("next/public"));
    assert!(files.iter().all(|(path, bytes)| store.objects()[path].bytes == *bytes));
    assert_eq!(store.json("publish.json")["claim"], Value::Null);
    assert_eq!(store.broken(), Vec::<String>::new());
}

/// Goes wrong at every request there is, and looks whether the next publisher can finish.
fn fail_everywhere(folder: &Folder, store: &Store, before: &BTreeMap<String, Object>, fault: Fault) {
    let built = tree(&folder.path().join("next/public"));
    for at in 0.. {
        store.set(before.clone());
        store.fail(at, fault);
        let ran = store.publish(folder, &["--out", "next", "--grace", "0s", "--retries", "0"]);
        store.quiet();
        let failed = store.has_failed();
        assert!(ran.code == 0 || (failed && ran.code == 2), "{fault:?} {at}: {} {}", ran.code, ran.stderr);
        let journal = store.journal();
        // A conditional write that had its effect is known again, whatever was said of it.
        let took = [Fault::Denied, Fault::Lost].contains(&fault);
        if failed && took && ["PUT publish.json", "PUT manifest.json"].contains(&journal[at].as_str()) {
            assert_eq!(ran.code, 0, "{fault:?} {at}: {}", ran.stderr);
        }
        assert_eq!(store.broken(), Vec::<String>::new(), "{fault:?} {at}");
        assert_done(&store.publish(folder, &["--out", "next", "--grace", "0s", "--take-over"]));
        store.quiet();
        assert_eq!(stored(store), built, "{fault:?} {at}");
        let state = store.json("publish.json");
        assert_eq!((&state["claim"], &state["stale"]), (&Value::Null, &json!({})), "{fault:?} {at}");
        assert_eq!(store.broken(), Vec::<String>::new(), "{fault:?} {at}");
        store.journal();
        if !failed {
            assert!(at > 8, "{at}");
            return;
        }
    }
}

/// A third generation, `third`, with another title again and the feed that was gone.
fn third(folder: &Folder, store: &Store) {
    let visit = folder.read("schedules/base.yaml").replace("title: Second", "title: Third");
    folder.write("schedules/base.yaml", visit.as_bytes());
    folder.write("schedules/feeds.yaml", format!("{FEEDS}{MORE}").as_bytes());
    assert_eq!(folder.run(&["build", "--out", "third", "--at", "2025-08-22T00:00:00Z"]).code, 0);
    store.know(&folder.path().join("third/public"));
}

/// Two are about to put their manifests there, and the one whose claim was taken over is first.
#[test]
fn a_manifest_that_comes_late_is_replaced() {
    let (folder, store) = both();
    third(&folder, &store);
    assert_done(&store.publish(&folder, &[]));
    let late = store.hold("PUT manifest.json", 0);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| store.publish(&folder, &["--out", "next"]));
        store.wait_held(late);
        let own = store.hold("PUT manifest.json", 0);
        let other = scope.spawn(|| store.publish(&folder, &["--out", "third", "--take-over"]));
        store.wait_held(own);
        store.let_go(late);
        assert_refused(&slow.join().expect("no panic"), "Another publisher has taken over at s3://bucket/site");
        store.let_go(own);
        assert_done(&other.join().expect("no panic"));
    });
    assert_eq!(stored(&store), tree(&folder.path().join("third/public")));
    assert_eq!(store.json("publish.json")["claim"], Value::Null);
    assert_eq!(store.broken(), Vec::<String>::new());
}

/// Publishes, and dies at the last request of a line.
fn die_at(line: &str, folder: &Folder, store: &Store, more: &[&str]) {
    let before = store.objects();
    store.journal();
    assert_done(&store.publish(folder, more));
    let at = store.journal().iter().rposition(|asked| asked == line).expect("such a request");
    store.set(before);
    store.fail(at, Fault::Refused);
    assert_eq!(store.publish(folder, &[more, &["--retries", "0"]].concat()).code, 2);
    store.quiet();
    assert!(store.has_failed());
    store.journal();
}

/// Whoever dies when the manifest is there has published: what is older than that is older.
#[test]
fn a_tree_is_published_when_its_manifest_is_there() {
    let (folder, store) = both();
    assert_done(&store.publish(&folder, &[]));
    die_at("PUT publish.json", &folder, &store, &["--out", "next"]);
    assert_eq!(store.json("publish.json")["updated"], json!("2025-08-20T00:00:00Z"));
    assert_refused(&store.publish(&folder, &["--take-over"]), "is newer than this tree: it was updated 2025-08-21");
    assert_done(&store.publish(&folder, &["--out", "next", "--take-over"]));
    assert_eq!(store.json("publish.json")["updated"], json!("2025-08-21T00:00:00Z"));
}

/// What somebody wrote who died stays unsettled for the next, whose tree does not even have it.
#[test]
fn a_tree_without_what_is_unsettled_takes_over() {
    let (folder, store) = both();
    third(&folder, &store);
    assert_done(&store.publish(&folder, &[]));
    let before = store.objects();
    die_at("PUT manifest.json", &folder, &store, &["--out", "third"]);
    assert!(GONE.iter().all(|path| store.objects()[*path] != before[*path]));
    assert_done(&store.publish(&folder, &["--out", "next", "--take-over"]));
    assert_eq!(store.broken(), Vec::<String>::new());
    assert!(GONE.iter().all(|path| store.json("publish.json")["stale"][path].is_string()));
}

fn fail(fault: Fault) {
    let (folder, store) = both();
    fail_everywhere(&folder, &store, &BTreeMap::new(), fault);
    assert_done(&store.publish(&folder, &["--rollback"]));
    store.set(BTreeMap::new());
    assert_done(&store.publish(&folder, &[]));
    let before = store.objects();
    store.journal();
    fail_everywhere(&folder, &store, &before, fault);
}

#[test]
fn a_request_that_is_refused_leaves_a_whole_tree() {
    fail(Fault::Refused);
}

#[test]
fn a_request_that_is_dropped_leaves_a_whole_tree() {
    fail(Fault::Dropped);
}

#[test]
fn a_request_that_is_done_and_denied_leaves_a_whole_tree() {
    fail(Fault::Denied);
}

#[test]
fn a_request_whose_answer_is_lost_leaves_a_whole_tree() {
    fail(Fault::Lost);
}

#[test]
fn what_fails_once_is_tried_again() {
    let (folder, store) = both();
    for at in [0, 3, 5] {
        for fault in [Fault::Refused, Fault::Denied] {
            store.set(BTreeMap::new());
            store.fail(at, fault);
            assert_done(&store.publish(&folder, &["--retries", "2"]));
            assert!(store.has_failed());
            assert_eq!(stored(&store), tree(&folder.path().join("dist/public")));
        }
    }
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    let (folder, store) = both();
    let ran = store.publish(&folder, &["--dry-run"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("write   feeds/seoul.ics\n") && ran.stdout.contains("Nothing was written."));
    assert_eq!(store.objects(), BTreeMap::new());

    store.put("feeds/seoul.ics", b"somebody else's");
    let ran = store.publish(&folder, &["--dry-run"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("It would be refused: At s3://bucket/site there is already a file at feeds/seoul.ics"));
    store.set(BTreeMap::new());
    assert_done(&store.publish(&folder, &[]));
    store.journal();
    let ran = store.publish(&folder, &["--dry-run", "--out", "next"]);
    assert!(ran.stdout.contains("keep    feeds/tokyo.ics until "), "{}", ran.stdout);
    let ran = store.publish(&folder, &["--dry-run", "--out", "next", "--grace", "0s"]);
    assert!(ran.stdout.contains("remove  feeds/tokyo.ics\n"), "{}", ran.stdout);
    assert_eq!(writes(&store.journal()), Vec::<&str>::new());
}

#[test]
fn what_is_not_ours_is_not_overwritten() {
    let (folder, store) = both();
    for (path, words) in [
        ("feeds/seoul.ics", "there is already a file at feeds/seoul.ics"),
        ("manifest.json", "is a manifest.json that"),
    ] {
        store.set(BTreeMap::new());
        store.put(path, b"somebody else's");
        let before = store.objects();
        assert_refused(&store.publish(&folder, &[]), words);
        assert_eq!(store.objects(), before);
        assert_done(&store.publish(&folder, &["--replace"]));
        assert_eq!(stored(&store), tree(&folder.path().join("dist/public")));
    }
    // Nor is what somebody put where a later tree has a file.
    store.set(BTreeMap::new());
    assert_done(&store.publish(&folder, &["--out", "next"]));
    store.put("feeds/tokyo.ics", b"somebody else's");
    assert_refused(&store.publish(&folder, &["--rollback"]), "there is already a file at feeds/tokyo.ics");
    store.put("publish.json", b"{}");
    assert_refused(&store.publish(&folder, &["--rollback"]), "is not one that this version of summitcal can read");
    assert_eq!(store.broken(), Vec::<String>::new());
}

#[test]
fn what_the_public_may_not_see_is_not_put_where_it_looks() {
    let (folder, store) = both();
    assert_done(&store.publish(&folder, &[]));
    let before = store.objects();
    for audience in ["press", "staff"] {
        let ran = store.publish(&folder, &["--audience", audience]);
        let words = format!("At s3://bucket/site is the public tree, and this is the {audience} one; --replace");
        assert_refused(&ran, &words);
        assert_refused(&store.publish(&folder, &["--audience", audience, "--rollback", "--take-over"]), &words);
    }
    let mut copied = before.clone();
    copied.remove("publish.json");
    store.set(copied);
    assert_refused(&store.publish(&folder, &["--audience", "staff"]), "is a manifest.json that");

    // Told to, it replaces all of it, and leaves nothing for a grace.
    store.set(before.clone());
    store.journal();
    assert_done(&store.publish(&folder, &["--audience", "staff", "--out", "next", "--replace"]));
    assert_eq!(stored(&store), tree(&folder.path().join("next/staff")));
    assert_eq!(store.json("publish.json")["audience"], json!("staff"));
    assert!(store.objects().iter().all(|(_, object)| !object.headers["cache-control"].starts_with("public")));
    assert_refused(&store.publish(&folder, &[]), "At s3://bucket/site is the staff tree");

    // What staff do not see any more goes at once too.
    store.set(BTreeMap::new());
    assert_done(&store.publish(&folder, &["--audience", "staff"]));
    assert_done(&store.publish(&folder, &["--audience", "staff", "--out", "next"]));
    assert_eq!(stored(&store), tree(&folder.path().join("next/staff")));

    // So does all of a tree that the public takes the place of.
    store.set(BTreeMap::new());
    assert_done(&store.publish(&folder, &["--audience", "staff"]));
    assert_done(&store.publish(&folder, &["--out", "next", "--replace"]));
    assert_eq!(stored(&store), tree(&folder.path().join("next/public")));

    // Whoever died on the way to another audience left files of both.
    die_at("PUT manifest.json", &folder, &store, &["--audience", "staff", "--replace"]);
    assert!(GONE.iter().all(|path| store.objects().contains_key(*path)), "which the public tree does not have");
    assert_done(&store.publish(&folder, &["--out", "next", "--take-over"]));
    assert_eq!(stored(&store), tree(&folder.path().join("next/public")));
    assert!(store.objects()["page.css"].headers["cache-control"].starts_with("public"));
    assert_eq!(store.broken(), Vec::<String>::new());
}

#[test]
fn a_tree_that_was_touched_is_not_published() {
    let (folder, store) = both();
    let feed = folder.read("dist/public/feeds/seoul.ics");
    for touched in ["BEGIN:VCALENDAR", &feed.replace("First", "Worst")] {
        folder.write("dist/public/feeds/seoul.ics", touched.as_bytes());
        let ran = store.publish(&folder, &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        let place = PathBuf::from("dist/public/feeds/seoul.ics");
        let words = format!("{} is not what the tree's manifest.json says; build again\n", place.display());
        assert!(ran.stderr.ends_with(&words), "{}", ran.stderr);
    }
    assert_eq!(store.publish(&folder, &["--out", "none"]).code, 2);
    assert_eq!((store.journal(), store.objects()), (Vec::new(), BTreeMap::new()));
}

#[test]
fn addresses_have_no_credentials_and_places_that_there_are() {
    let folder = folder();
    for (place, words) in [
        ("https://example.org/", "write s3://BUCKET/PATH"),
        ("s3://", "write s3://BUCKET/PATH"),
        ("dist", "write s3://BUCKET/PATH"),
        ("file:www", "file:///PATH"),
        ("file:/www", "file:///PATH"),
        ("file://www", "file:///PATH"),
        ("s3://user:CANARY@bucket/site", "credentials stand in the environment"),
        ("az://container/site?sig=CANARY", "credentials stand in the environment"),
    ] {
        let ran = folder.run(&["publish", place]);
        assert!(ran.code == 2 && ran.stderr.contains(words), "{place}: {}", ran.stderr);
    }
    let ran = folder.run(&["publish", "s3://bucket/site", "--grace", "soon"]);
    assert!(ran.code == 2 && ran.stderr.contains("write a number and a unit"), "{}", ran.stderr);
}

#[test]
fn a_folder_is_a_place_too() {
    let folder = folder();
    let place = folder.path().join("www");
    let url = format!("file://{}", place.display());
    let publish = |more: &[&str]| folder.run(&[&["publish", &url], more].concat());
    let ran = publish(&["--dry-run"]);
    assert!(ran.code == 0 && !place.exists(), "{}{}", ran.stdout, ran.stderr);
    assert_done(&publish(&[]));
    let there = || {
        let mut files = tree(&place);
        let state: Value = serde_json::from_slice(&files.remove("publish.json").expect("a state")).expect("JSON");
        (files, state)
    };
    assert_eq!(there().0, tree(&folder.path().join("dist/public")));
    let before = folder.snapshot("www");
    assert_done(&publish(&[]));
    assert_eq!(folder.snapshot("www"), before, "nothing changed, so nothing is written");
    assert_refused(&publish(&["--audience", "staff"]), "is the public tree, and this is the staff one");
    assert_done(&publish(&["--out", "next", "--grace", "0s"]));
    let (files, mut state) = there();
    assert_eq!(files, tree(&folder.path().join("next/public")));
    assert_refused(&publish(&[]), "is newer than this tree");

    // Nobody else can be at it, so a claim is of somebody who has died.
    state["claim"] = json!({
        "id": "x", "at": "2090-01-01T00:00:00Z", "audience": "public", "updated": null,
        "manifest": digest(b""), "unsettled": ["feeds/seoul.ics"],
    });
    folder.write("www/publish.json", state.to_string().as_bytes());
    folder.write("www/feeds/seoul.ics", b"half");
    assert_done(&publish(&["--out", "next"]));
    assert_eq!(there().0, tree(&folder.path().join("next/public")));
    assert_eq!(there().1["claim"], Value::Null);

    let own = format!("file://{}", folder.path().join("dist/public").display());
    let ran = folder.run(&["publish", &own]);
    assert!(ran.code == 2 && ran.stderr.contains("overlap; publish to another folder"), "{}", ran.stderr);
}

/// Publishes to the folder `www` of a folder.
fn publish_to_www(folder: &Folder, more: &[&str]) -> Ran {
    let url = format!("file://{}", folder.path().join("www").display());
    folder.run(&[&["publish", &url], more].concat())
}

/// Where the file system has no locks, anybody may be writing there: a claim keeps others out, as in an object store.
#[cfg(target_os = "linux")]
#[test]
fn where_a_folder_cannot_be_locked_a_claim_counts() {
    let folder = folder();
    assert_done(&publish_to_www(&folder, &[]));
    // A file system that says so: for both errors that it may say it with.
    let locks = "#include <errno.h>\n#include <stdlib.h>\nint flock(int file, int how) {\n    \
        (void)file, (void)how;\n    errno = atoi(getenv(\"NO_LOCKS\"));\n    return -1;\n}\n";
    folder.write("locks.c", locks.as_bytes());
    let library = folder.path().join("locks.so");
    let mut compiler = std::process::Command::new("cc");
    let made = compiler.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(folder.path().join("locks.c")).status();
    assert!(made.expect("the compiler that dependencies are built with").success());
    let publish = |no_locks: Option<i32>, more: &[&str]| {
        let url = format!("file://{}", folder.path().join("www").display());
        let mut command = folder.command(&[&["publish", &url, "--out", "next"], more].concat());
        if let Some(error) = no_locks {
            command.env("LD_PRELOAD", &library).env("NO_LOCKS", error.to_string());
        }
        Ran::of(command)
    };
    let mut state: Value = serde_json::from_str(&folder.read("www/publish.json")).expect("JSON");
    state["claim"] = json!({
        "id": "x", "at": "2090-01-01T00:00:00Z", "audience": "public", "updated": null,
        "manifest": digest(b""), "unsettled": ["feeds/seoul.ics"],
    });
    let state = state.to_string();
    folder.write("www/publish.json", state.as_bytes());
    folder.write("www/feeds/seoul.ics#1", b"begun");
    let before = folder.snapshot("www");
    // EOPNOTSUPP and ENOSYS.
    for error in [95, 38] {
        assert_refused(&publish(Some(error), &[]), "Another publisher began at");
        assert!(folder.snapshot("www") == before, "{error}");
    }
    assert_done(&publish(Some(95), &["--take-over"]));
    assert!(!folder.path().join("www/feeds/seoul.ics#1").exists(), "it has ended");
    // With locks, the claim is of somebody who has died.
    folder.write("www/publish.json", state.as_bytes());
    assert_done(&publish(None, &[]));
}

#[test]
fn what_a_killed_publisher_left_in_a_folder_is_swept() {
    let folder = folder();
    assert_done(&publish_to_www(&folder, &[]));
    let left = ["feeds/seoul.ics#1", "feeds/tokyo.ics#12", "publish.json#1", "manifest.json#2"];
    let theirs = ["feeds/seoul.ics#x", "feeds/other.ics#1", "feeds/seoul.ics#", "more/seoul.ics#1"];
    for path in left.iter().chain(&theirs) {
        folder.write(&format!("www/{path}"), b"half");
    }
    assert_eq!(publish_to_www(&folder, &["--dry-run"]).code, 0);
    assert!(left.iter().all(|path| folder.path().join("www").join(path).exists()), "a dry run removes nothing");
    // Whether anything is written or not.
    assert_done(&publish_to_www(&folder, &[]));
    for path in left {
        assert!(!folder.path().join("www").join(path).exists(), "{path}");
    }
    for path in theirs {
        assert!(folder.path().join("www").join(path).exists(), "{path}");
    }
}

#[test]
#[cfg(unix)]
fn nothing_is_written_or_removed_through_a_link() {
    use std::os::unix::fs::symlink;

    let folder = folder();
    assert_done(&publish_to_www(&folder, &[]));
    fs::rename(folder.path().join("www/events/tokyo"), folder.path().join("elsewhere")).expect("moved");
    symlink("../../elsewhere", folder.path().join("www/events/tokyo")).expect("a link");
    let before = (folder.snapshot("www"), folder.snapshot("elsewhere"));
    let link = folder.path().join("www/events/tokyo");
    let words = format!("{} is a link, and nothing is written through one", link.display());
    assert_refused(&publish_to_www(&folder, &["--all"]), &words);
    let ran = publish_to_www(&folder, &["--dry-run", "--all"]);
    assert!(ran.code == 1 && ran.stdout.contains(&format!("It would be refused: {words}")), "{}", ran.stdout);
    assert_eq!((folder.snapshot("www"), folder.snapshot("elsewhere")), before);

    // The next generation has nothing there, and what the last one had is behind the link.
    let ran = publish_to_www(&folder, &["--out", "next", "--grace", "0s"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("names “events/tokyo/base.first.ics”"), "{}", ran.stderr);
    assert_eq!(folder.snapshot("elsewhere"), before.1);
    assert!(!folder.path().join("www/feeds/tokyo.ics").exists());
    assert_eq!(folder.read("www/feeds/seoul.ics"), folder.read("next/public/feeds/seoul.ics"));
}

#[test]
fn a_path_that_leads_out_of_the_place_is_left_alone() {
    let folder = folder();
    assert_done(&publish_to_www(&folder, &[]));
    folder.write("precious.txt", b"theirs");
    let entry = "\"files\": {\n    \"../precious.txt\": {\"size\": 6, \"sha256\": \"00\"},";
    let manifest = folder.read("www/manifest.json").replacen("\"files\": {", entry, 1);
    folder.write("www/manifest.json", manifest.as_bytes());
    let mut state: Value = serde_json::from_str(&folder.read("www/publish.json")).expect("JSON");
    state["stale"] = json!({"feeds/../../precious.txt": "2020-01-01T00:00:00Z", "/etc/none": "2020-01-01T00:00:00Z"});
    folder.write("www/publish.json", state.to_string().as_bytes());
    let ran = publish_to_www(&folder, &["--out", "next", "--grace", "0s"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let words = "names “../precious.txt”, and 2 more like it, which is no file below that place";
    assert!(ran.stderr.contains(words), "{}", ran.stderr);
    assert_eq!(folder.read("precious.txt"), "theirs");
    assert_done(&publish_to_www(&folder, &["--out", "next"]));
    assert!(!folder.read("www/publish.json").contains(".."));
}

#[test]
fn the_schedules_are_no_place_to_publish_to() {
    let folder = folder();
    for place in ["schedules", "schedules/www", "."] {
        let url = format!("file://{}", folder.path().join(place).display());
        let ran = folder.run(&["publish", &url]);
        assert!(ran.code == 2 && ran.stderr.contains("overlap; publish to another folder"), "{place}: {}", ran.stderr);
    }
    assert!(!folder.path().join("schedules/publish.json").exists() && !folder.path().join("schedules/www").exists());
}

#[test]
#[cfg(unix)]
fn a_pipe_in_place_of_the_state_hangs_nothing() {
    let folder = folder();
    assert_done(&publish_to_www(&folder, &[]));
    for name in ["publish.json", "manifest.json"] {
        let path = folder.path().join("www").join(name);
        let bytes = fs::read(&path).expect("readable");
        fs::remove_file(&path).expect("removed");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
        let ran = publish_to_www(&folder, &[]);
        let words = format!("{} is a pipe or a device, where a file belongs", path.display());
        assert!(ran.code == 2 && ran.stderr.contains(&words), "{} {}", ran.code, ran.stderr);
        fs::remove_file(&path).expect("removed");
        fs::write(&path, bytes).expect("written");
    }
}

#[test]
fn the_claim_is_renewed_between_batches_of_removals() {
    let (folder, store) = both();
    assert_done(&store.publish(&folder, &[]));
    let mut state = store.json("publish.json");
    for number in 0..2_500 {
        state["stale"][format!("feeds/gone-{number:04}.ics")] = json!("2026-01-01T00:00:00Z");
    }
    store.put("publish.json", state.to_string().as_bytes());
    store.journal();
    assert_done(&store.publish(&folder, &[]));
    let journal = store.journal();
    let kinds: Vec<&str> = writes(&journal).iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(kinds, ["PUT", "PUT", "DELETE", "PUT", "DELETE", "PUT", "DELETE", "PUT"]);
}
