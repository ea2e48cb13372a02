//! What was taken back stays back: each way in which it came out again, as a sequence.

use crate::support::calendar::{Component, parse};
use crate::support::{Folder, NAMESPACE, Ran};
use uuid::Uuid;

const LOCK: &str = "schedules/revisions.lock";

/// Settings with feeds for each audience, and one of summits.
fn feeds() -> String {
    format!(
        "publisher: P\nuid_namespace: {NAMESPACE}\npages: true\nfeeds:\n  \
         - {{id: host, title: T, zone: host, language: en, audience: public}}\n  \
         - {{id: seoul, title: T, zone: Asia/Seoul, language: ko, audience: public}}\n  \
         - {{id: summits, title: T, zone: host, language: en, audience: public, only: {{kind: [summit]}}}}\n  \
         - {{id: closed, title: T, zone: host, language: en, audience: public, only: {{access: [closed]}}}}\n  \
         - {{id: host, title: T, zone: host, language: en, audience: press}}\n  \
         - {{id: host, title: T, zone: host, language: en, audience: staff}}\n"
    )
}

fn visit(id: &str, entries: &[&str]) -> String {
    format!(
        "visit: {id}\nkind: working-visit\ntitle: Visit\nprincipal: President A\nzone: Asia/Tokyo\n\
         dates: {{from: 2025-10-20, to: 2025-10-30}}\naudience: public\nsources: {{s: {{publisher: P}}, \
         zzsecretzz: {{publisher: Embassy, title: Note}}}}\nentries:\n  \
         - {{id: first, kind: meeting, title: First, when: {{date: 2025-10-20}}, sources: [s]}}\n{}",
        entries.iter().map(|entry| ["  - {sources: [s], ", entry, "}\n"].concat()).collect::<Vec<_>>().concat()
    )
}

fn folder() -> Folder {
    Folder::with(&[("feeds.yaml", &feeds())])
}

/// Writes entries and builds on a day of October, which has to succeed.
fn built(folder: &Folder, day: u8, entries: &[&str]) -> Ran {
    folder.write("schedules/v.yaml", visit("v", entries).as_bytes());
    build(folder, day, &[])
}

fn build(folder: &Folder, day: u8, arguments: &[&str]) -> Ran {
    done(folder, day, &[&["build"], arguments].concat())
}

fn done(folder: &Folder, day: u8, arguments: &[&str]) -> Ran {
    let at = format!("2025-10-{day:02}T00:00:00Z");
    let ran = folder.run(&[arguments, &["--at", &at]].concat());
    assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    ran
}

fn told(folder: &Folder, below: &str) -> String {
    let files = folder.snapshot(below).into_iter().filter(|(path, _)| path.is_file());
    let text = files.map(|(path, (bytes, _))| format!("{}\n{}", path.display(), String::from_utf8_lossy(&bytes)));
    text.collect::<String>().replace("\r\n ", "")
}

fn assert_untold(folder: &Folder, below: &str, word: &str) {
    let told = told(folder, below);
    let at = told.find(word).map(|at| told[..at].chars().rev().take(300).collect::<String>());
    let at = at.map(|before| before.chars().rev().collect::<String>());
    assert_eq!(at, None, "{below} tells “{word}”");
}

fn event(folder: &Folder, feed: &str, identity: &str) -> Option<Component> {
    let uid = Uuid::new_v5(&NAMESPACE.parse().expect("a UUID"), identity.as_bytes()).to_string();
    let calendar = parse(&folder.read(&format!("dist/{feed}.ics")));
    calendar.all("VEVENT").find(|event| event.value("UID") == uid).cloned()
}

fn public(folder: &Folder, identity: &str) -> Component {
    event(folder, "public/feeds/host", identity).expect("the public has it")
}

const DINNER: &str = "id: a, kind: meal, title: SECRET dinner, when: {date: 2025-10-24}";
const AFTER: &str = "id: b, kind: meeting, title: Talks, when: {after: a}";
const ON_ITS_OWN: &str = "id: b, kind: meeting, title: Talks, when: {date: 2025-10-26}";

#[test]
fn what_an_entry_came_after_is_told_no_longer_than_that_may_be_seen() {
    for hidden in ["audience: staff", "embargo: 2025-12-31T00:00:00Z"] {
        let folder = folder();
        built(&folder, 1, &[DINNER, AFTER]);
        built(&folder, 2, &[DINNER, ON_ITS_OWN]);
        assert!(folder.read("dist/public/changes.atom").contains("(was: 24 Oct, after “SECRET dinner”)"));
        built(&folder, 3, &[&format!("{DINNER}, {hidden}"), ON_ITS_OWN]);
        for audience in ["public", "press"] {
            let told = folder.read(&format!("dist/{audience}/changes.atom"));
            assert!(told.contains("time changed: 26 Oct, time to be announced</content>"), "{hidden}: {told}");
            assert_untold(&folder, &format!("dist/{audience}"), "SECRET");
        }
        // Staff's own memory stays.
        assert!(folder.read("dist/staff/changes.atom").contains("(was: 24 Oct, after “SECRET dinner”)"), "{hidden}");
        build(&folder, 30, &["--locked"]);
        assert_untold(&folder, "dist/public", "SECRET");
    }
}

#[test]
fn what_was_kept_back_does_not_come_back_with_the_entry_in_what_others_were() {
    for hidden in ["audience: staff", "embargo: 2025-12-31T00:00:00Z"] {
        let folder = folder();
        built(&folder, 1, &[DINNER, AFTER]);
        built(&folder, 2, &[&format!("{DINNER}, {hidden}"), ON_ITS_OWN]);
        let public = |folder: &Folder| {
            let line = folder.read(LOCK).lines().find(|line| line.starts_with("v/b")).expect("its line").to_owned();
            line.split('\t').find(|part| part.starts_with("public=")).expect("its revisions").to_owned()
        };
        let kept = public(&folder);
        build(&folder, 2, &["--locked"]);
        // Shown again, it has another title and another day.
        let shown = DINNER.replace("SECRET dinner", "Dinner").replace("10-24", "10-25");
        built(&folder, 3, &[&shown, ON_ITS_OWN]);
        assert_untold(&folder, "dist/public", "SECRET");
        assert_untold(&folder, "dist/public", "24 Oct");
        let atom = folder.read("dist/public/changes.atom");
        assert!(atom.contains("time changed: 26 Oct, time to be announced</content>"), "{hidden}: {atom}");
        assert_eq!(public(&folder), kept, "it was forgotten before");
        // Staff's own memory stays.
        assert!(folder.read("dist/staff/changes.atom").contains("(was: 24 Oct, after “SECRET dinner”)"), "{hidden}");
    }
}

#[test]
fn what_was_redacted_goes_from_what_others_were() {
    let folder = folder();
    built(&folder, 1, &[DINNER, AFTER]);
    folder.write(
        "schedules/w.yaml",
        visit("w", &["id: c, kind: meeting, title: Walk, when: {after: v/a}"])
            .replace("id: first", "id: other")
            .as_bytes(),
    );
    built(&folder, 1, &[DINNER, AFTER]);
    // One that changed before, one that changes with it, and one that is withdrawn itself.
    let gone = "id: d, kind: meeting, title: Drive, when: {after: a}";
    built(&folder, 2, &[DINNER, ON_ITS_OWN, gone]);
    folder.write(
        "schedules/w.yaml",
        visit("w", &["id: c, kind: meeting, title: Walk, when: tba"]).replace("id: first", "id: other").as_bytes(),
    );
    folder.write("schedules/v.yaml", visit("v", &[ON_ITS_OWN]).as_bytes());
    done(&folder, 3, &["withdraw", "v/d"]);
    done(&folder, 3, &["withdraw", "v/a", "--redact"]);
    assert_untold(&folder, LOCK, "SECRET");
    build(&folder, 3, &[]);
    for below in ["dist", "schedules"] {
        assert_untold(&folder, below, "SECRET");
    }
    let atom = folder.read("dist/staff/changes.atom");
    assert!(atom.contains("time changed: 26 Oct, time to be announced</content>"), "{atom}");
    assert_eq!(public(&folder, "v/d").text("SUMMARY"), "Withdrawn");
    // A second time there is nothing to do, and nothing to write.
    let lock = folder.read(LOCK);
    build(&folder, 29, &["--locked"]);
    assert_eq!(folder.read(LOCK), lock);
}

#[test]
fn a_cancellation_tells_no_longer_what_it_came_after() {
    let folder = folder();
    built(&folder, 1, &[DINNER, AFTER]);
    folder.write("schedules/v.yaml", visit("v", &[DINNER]).as_bytes());
    done(&folder, 2, &["withdraw", "v/b"]);
    build(&folder, 2, &[]);
    assert!(public(&folder, "v/b").text("DESCRIPTION").contains("after “SECRET dinner”"));
    built(&folder, 3, &[&format!("{DINNER}, audience: staff")]);
    let b = public(&folder, "v/b");
    assert_eq!((b.value("SEQUENCE"), b.value("LAST-MODIFIED")), ("2", "20251003T000000Z"));
    assert_untold(&folder, "dist/public", "SECRET");
    build(&folder, 4, &["--locked"]);
}

const HELD: &str = "id: a, kind: meal, title: SECRET, when: {date: 2025-10-24}, embargo: 2025-10-05T00:00:00Z";

#[test]
fn an_edit_under_embargo_tells_nothing_of_what_was_never_published() {
    for published in [false, true] {
        let folder = folder();
        built(&folder, 1, &[HELD]);
        if published {
            done(&folder, 6, &["withdraw", "v/a", "--published"]);
        }
        let ran = built(&folder, 7, &[&HELD.replace("SECRET", "Dinner")]);
        assert_eq!(ran.stderr.contains("warning[release-not-recorded]"), !published, "{}", ran.stderr);
        let a = public(&folder, "v/a");
        let stamps = ["SEQUENCE", "CREATED", "LAST-MODIFIED"].map(|name| a.value(name).to_owned());
        assert_eq!(stamps, ["1", "20251005T000000Z", "20251007T000000Z"], "apps that have it follow");
        assert_eq!(told(&folder, "dist/public").contains("(was: “SECRET”)"), published);
        let again = build(&folder, 8, &[]);
        assert!(!again.stderr.contains("release-not-recorded"), "{}", again.stderr);
    }
}

#[test]
fn what_is_removed_under_embargo_leaves_no_cancellation() {
    for (arguments, cancelled) in [(&["withdraw", "v/a"][..], false), (&["withdraw", "v/a", "--published"], true)] {
        let folder = folder();
        built(&folder, 1, &[HELD]);
        folder.write("schedules/v.yaml", visit("v", &[]).as_bytes());
        let refused = folder.run(&["build", "--at", "2025-10-07T00:00:00Z"]);
        assert!(refused.code == 1 && refused.stderr.contains("warning[release-not-recorded]"), "{}", refused.stderr);
        done(&folder, 7, arguments);
        build(&folder, 7, &[]);
        assert_eq!(event(&folder, "public/feeds/host", "v/a").is_some(), cancelled, "{arguments:?}");
        assert_eq!(told(&folder, "dist/public").contains("SECRET"), cancelled, "{arguments:?}");
        assert!(event(&folder, "staff/feeds/host", "v/a").is_some(), "staff saw it");
        build(&folder, 8, &["--locked"]);
    }
}

#[test]
fn what_is_kept_back_after_a_release_that_nobody_built_leaves_no_trace() {
    for kept in ["embargo: 2025-10-20T00:00:00Z", "audience: staff"] {
        let folder = folder();
        built(&folder, 1, &[HELD]);
        let kept = format!("id: a, kind: meal, title: SECRET, when: {{date: 2025-10-24}}, {kept}");
        let ran = built(&folder, 7, &[&kept]);
        assert!(ran.stderr.contains("warning[release-not-recorded]"), "{}", ran.stderr);
        assert_eq!(event(&folder, "public/feeds/host", "v/a").map(drop), None, "{kept}");
        assert_untold(&folder, "dist/public", "SECRET");
        build(&folder, 8, &["--locked"]);
        // It was published after all, says somebody.
        done(&folder, 9, &["withdraw", "v/a", "--published"]);
        build(&folder, 9, &[]);
        let a = public(&folder, "v/a");
        assert_eq!((a.text("SUMMARY").as_str(), a.value("SEQUENCE")), ("Withdrawn", "2"), "{kept}");
        assert_untold(&folder, "dist/public", "SECRET");
    }
    // And when it is released, its sequence goes on.
    let folder = folder();
    built(&folder, 1, &[HELD]);
    let later = HELD.replace("10-05", "10-20");
    built(&folder, 7, &[&later]);
    build(&folder, 21, &["--locked"]);
    let a = public(&folder, "v/a");
    assert_eq!((a.value("SEQUENCE"), a.value("LAST-MODIFIED")), ("2", "20251020T000000Z"));
}

#[test]
fn a_build_notes_once_that_an_embargo_has_lifted() {
    let folder = folder();
    built(&folder, 1, &[HELD]);
    let before = folder.read(LOCK);
    let ran = build(&folder, 6, &["--locked"]);
    assert!(!ran.stderr.contains("release") && folder.read(LOCK) == before, "{}", ran.stderr);
    let tree = told(&folder, "dist");
    build(&folder, 6, &[]);
    let noted = folder.read(LOCK);
    assert!(noted != before && noted.contains("public=*0@2025-10-05T00:00:00Z"), "{noted}");
    build(&folder, 9, &[]);
    assert_eq!((folder.read(LOCK), told(&folder, "dist")), (noted, tree), "it is no revision");
    // The past is as it was.
    let ran = folder.run(&["build", "--locked", "--at", "2025-10-04T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(event(&folder, "public/feeds/host", "v/a").map(drop), None);
    // An edit from here on is told with what was published.
    built(&folder, 10, &[&HELD.replace("SECRET", "Dinner")]);
    assert!(folder.read("dist/public/changes.atom").contains("(was: “SECRET”)"));
}

#[test]
fn withdrawn_brought_back_and_kept_from_the_public_it_is_redacted() {
    let a = "id: a, kind: meal, title: SECRET, when: {date: 2025-10-24}, place: {venue: SECRET hall}";
    let folder = folder();
    built(&folder, 1, &[a]);
    folder.write("schedules/v.yaml", visit("v", &[]).as_bytes());
    done(&folder, 2, &["withdraw", "v/a"]);
    build(&folder, 2, &[]);
    assert_eq!(public(&folder, "v/a").text("LOCATION"), "SECRET hall");
    done(&folder, 3, &["withdraw", "v/a", "--undo"]);
    built(&folder, 3, &[&format!("{a}, audience: staff")]);
    let tombstone = public(&folder, "v/a");
    assert_eq!((tombstone.value("SEQUENCE"), tombstone.value("LAST-MODIFIED")), ("2", "20251003T000000Z"));
    assert_untold(&folder, "dist/public", "SECRET");
}

#[test]
fn what_is_left_of_a_redacted_entry_says_neither_where_nor_what() {
    let flight = "id: a, kind: summit, title: Talks, access: closed, \
        when: {start: 2025-10-24 12:15, end: 2025-10-24 13:15, zone: Asia/Pyongyang}, \
        place: {geo: [39.0178, 125.7319]}, stream: 'https://example.org/zzsecretzz'";
    let folder = folder();
    built(&folder, 1, &[flight]);
    for feed in ["host", "summits", "closed"] {
        assert!(folder.read(&format!("dist/public/feeds/{feed}.ics")).contains("TZID=Asia/Pyongyang"), "{feed}");
    }
    built(&folder, 2, &[&format!("{flight}, audience: staff")]);
    let left = public(&folder, "v/a");
    assert_eq!((left.value("DTSTART"), left.value("DTEND")), ("20251024T031500Z", "20251024T041500Z"));
    assert_eq!(left.text("SUMMARY"), "Withdrawn");
    for word in ["Pyongyang", "39.0178", "zzsecretzz"] {
        assert_untold(&folder, "dist/public", word);
    }
    assert_untold(&folder, "dist/public", "summit\"");
    assert_untold(&folder, "dist/public", "CATEGORIES:summit");
    for feed in ["summits", "closed"] {
        assert_eq!(event(&folder, &format!("public/feeds/{feed}"), "v/a").map(drop), None, "{feed}");
    }
    let line = folder.read(LOCK);
    let line = line.lines().find(|line| line.starts_with("v/a")).expect("its line");
    assert!(
        line.contains(
            r#"{"when":{"end":"2025-10-24T04:15:00+00:00","start":"2025-10-24T03:15:00+00:00","zone":"Etc/UTC"}}"#
        ),
        "{line}"
    );
}

#[test]
fn the_past_of_an_entry_that_goes_on_is_taken_back() {
    let folder = folder();
    let a = |title: &str| format!("id: a, kind: meal, title: {title}, when: {{date: 2025-10-24}}");
    built(&folder, 1, &[&a("SECRET safehouse"), AFTER]);
    let b = "id: b, kind: meeting, title: Talks, when: {after: a, part: morning, date: 2025-10-24}";
    built(&folder, 1, &[&a("Dinner"), b]);
    assert!(folder.read("dist/public/changes.atom").contains("(was: “SECRET safehouse”)"));
    assert!(folder.read("dist/public/changes.atom").contains("after “SECRET safehouse”"));
    let refused = folder.run(&["withdraw", "--redact", "v/a", "--at", "2025-10-02T00:00:00Z"]);
    assert!(refused.stderr.contains("error[entry-present]"), "{}", refused.stderr);
    done(&folder, 2, &["withdraw", "--redact", "--was", "v/a"]);
    assert_untold(&folder, LOCK, "SECRET");
    build(&folder, 2, &[]);
    assert_untold(&folder, "dist", "SECRET");
    assert_eq!(public(&folder, "v/a").value("SEQUENCE"), "1", "it goes on as it is");
    assert!(folder.read("dist/public/changes.atom").contains("<title>Dinner: revised</title>"));
    let again = folder.run(&["withdraw", "--redact", "--was", "v/a", "--at", "2025-10-02T00:00:00Z"]);
    assert_eq!((again.code, &*again.stderr), (1, "summitcal: nothing is remembered of what v/a was before\n"));
}

#[test]
fn sources_are_told_by_publisher_and_title() {
    let folder = folder();
    let a = |sources: &str| {
        visit("v", &["id: a, kind: meal, title: Dinner, when: {date: 2025-10-24}"])
            .replace("sources: [s], id: a", &format!("sources: [{sources}], id: a"))
    };
    for (day, sources, said) in [
        (1, "s", ""),
        (2, "s, zzsecretzz", "source added: Embassy, “Note”"),
        (3, "s", "source removed: Embassy, “Note”"),
    ] {
        folder.write("schedules/v.yaml", a(sources).as_bytes());
        let ran = build(&folder, day, &[]);
        assert!(ran.stdout.contains(said), "{}", ran.stdout);
        assert!(folder.read("dist/public/changes.atom").contains(said), "{said}");
        assert_untold(&folder, "dist", "zzsecretzz");
        assert!(!ran.stdout.contains("zzsecretzz"), "{}", ran.stdout);
    }
}
