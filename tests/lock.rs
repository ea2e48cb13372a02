//! What the lock file is for: that what changed is revised, and nothing else, for those who see it.

use std::fs;
use std::process::Command;

use crate::support::calendar::{Component, parse};
use crate::support::{FEEDS, Folder, Ran};
use summitcal::revision::digest;

/// A feed beside those of [`FEEDS`].
fn feed(id: &str, audience: &str, more: &str) -> String {
    format!("  - {{id: {id}, title: Visits, zone: America/New_York, language: en, audience: {audience}{more}}}\n")
}

/// A visit whose entries are these lines.
fn visit(entries: &[&str]) -> String {
    let head = "visit: case\nkind: working-visit\ntitle: Case\nprincipal: President A\nzone: America/New_York\n\
                dates: {from: 2025-08-23, to: 2025-08-25}\naudience: public\nsources: {s: {publisher: P}}\nentries:\n";
    head.to_owned() + &entries.concat()
}

/// An entry called as its id, with its time and what is said besides.
fn entry(id: &str, when: &str, rest: &str) -> String {
    format!(
        "  - {{id: {id}, kind: meeting, title: Title of {id}, when: {{{when}}}, status: confirmed, sources: [s]{rest}}}\n"
    )
}

fn folder(feeds: &str, entries: &[&str]) -> Folder {
    Folder::with(&[("feeds.yaml", &format!("{FEEDS}{feeds}")), ("case.yaml", &visit(entries))])
}

fn write(folder: &Folder, entries: &[&str]) {
    folder.write("schedules/case.yaml", visit(entries).as_bytes());
}

fn build(folder: &Folder, at: &str) -> Ran {
    let ran = folder.run(&["build", "--at", at]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    ran
}

fn events(folder: &Folder, path: &str) -> Vec<Component> {
    parse(&folder.read(&format!("dist/{path}.ics"))).all("VEVENT").cloned().collect()
}

/// The event whose title holds a word.
fn event(folder: &Folder, path: &str, word: &str) -> Component {
    let found = events(folder, path).into_iter().find(|event| event.text("SUMMARY").contains(word));
    found.unwrap_or_else(|| panic!("no {word} in {path}"))
}

/// SEQUENCE, LAST-MODIFIED and CREATED.
fn stamps(event: &Component) -> [String; 3] {
    assert_eq!(event.value("DTSTAMP"), event.value("LAST-MODIFIED"));
    ["SEQUENCE", "LAST-MODIFIED", "CREATED"].map(|name| event.value(name).to_owned())
}

fn lock(folder: &Folder) -> String {
    folder.read("schedules/revisions.lock")
}

/// The bytes of each event of a feed.
fn pieces(folder: &Folder, path: &str) -> Vec<String> {
    let text = folder.read(&format!("dist/{path}.ics"));
    text.split("BEGIN:VEVENT").skip(1).map(str::to_owned).collect()
}

#[test]
fn one_entry_edited_changes_that_event_alone_wherever_it_is() {
    let (a, b) = (entry("a", "date: 2025-08-23", ""), entry("b", "date: 2025-08-24", ""));
    let feeds = feed("second", "public", "")
        + &feed("press", "press", "")
        + &feed("none-of-it", "public", ", only: {kind: [meal]}");
    let folder = folder(&feeds, &[&a, &b]);
    build(&folder, "2025-08-01T00:00:00Z");
    let paths = ["public/feeds/seoul", "public/feeds/second", "press/feeds/press"];
    let before = paths.map(|path| pieces(&folder, path));
    let untouched = fs::read(folder.path().join("dist/public/feeds/none-of-it.ics")).expect("a feed");
    write(&folder, &[&a, &entry("b", "start: 2025-08-24 12:15, end: 12:45", "")]);
    build(&folder, "2025-08-02T00:00:00Z");
    for (path, before) in paths.iter().zip(before) {
        let after = pieces(&folder, path);
        assert_eq!(after[0], before[0], "{path}");
        assert_ne!(after[1], before[1], "{path}");
        let b = event(&folder, path, "of b");
        assert_eq!(stamps(&b), ["1", "20250802T000000Z", "20250801T000000Z"], "{path}");
    }
    assert!(untouched == fs::read(folder.path().join("dist/public/feeds/none-of-it.ics")).expect("a feed"));
}

#[test]
fn a_setting_of_a_feed_is_no_revision_of_its_entries() {
    let folder = folder(&feed("second", "public", ""), &[&entry("a", "start: 2025-08-24 12:15", "")]);
    build(&folder, "2025-08-01T00:00:00Z");
    let first = pieces(&folder, "public/feeds/seoul");
    let feeds = format!("{FEEDS}{}", feed("second", "public", ", display_length: 1h"));
    folder.write("schedules/feeds.yaml", feeds.as_bytes());
    build(&folder, "2025-08-02T00:00:00Z");
    let a = event(&folder, "public/feeds/second", "of a");
    assert_eq!(stamps(&a), ["0", "20250802T000000Z", "20250801T000000Z"]);
    assert_eq!(a.value("DTEND"), "20250824T131500");
    assert_eq!(pieces(&folder, "public/feeds/seoul"), first, "the other feed stays");
    let locked = lock(&folder);
    build(&folder, "2025-08-03T00:00:00Z");
    assert_eq!(lock(&folder), locked);
}

#[test]
fn a_feed_that_is_made_no_more_is_remembered() {
    let entries = &[&*entry("a", "date: 2025-08-24", "")];
    let folder = folder("", entries);
    build(&folder, "2025-08-01T00:00:00Z");
    let feeds = |more: &str| folder.write("schedules/feeds.yaml", format!("{FEEDS}{more}").as_bytes());
    let has = || lock(&folder).lines().filter(|line| line.starts_with("feed ")).count();
    assert_eq!(has(), 1);
    // A feed more is nothing but a line more, and stays one when it is made no more, which is noted in it.
    feeds(&feed("second", "public", ""));
    build(&folder, "2025-08-02T00:00:00Z");
    assert_eq!(has(), 2);
    let both = lock(&folder);
    feeds("");
    let told = "Feeds:\n  public/second: made no more\n";
    assert_eq!(folder.run(&["diff", "--at", "2025-08-03T00:00:00Z"]).stdout, told);
    assert_eq!(folder.run(&["--locked", "--at", "2025-08-03T00:00:00Z"]).code, 1);
    build(&folder, "2025-08-03T00:00:00Z");
    let one = lock(&folder);
    assert_eq!(one.lines().filter(|line| !both.contains(line)).count(), 1, "{one}");
    assert_eq!(folder.run(&["diff", "--at", "2025-08-04T00:00:00Z"]).code, 0);
    write(&folder, &[&entry("a", "date: 2025-08-23", "")]);
    build(&folder, "2025-08-04T00:00:00Z");
    let line = |lock: &str| lock.lines().find(|line| line.starts_with("feed public/second")).map(str::to_owned);
    assert!(line(&one).is_some() && line(&lock(&folder)) == line(&one));
    feeds(&feed("second", "public", ""));
    assert_eq!(folder.run(&["diff", "--at", "2025-08-05T00:00:00Z"]).stdout, "Feeds:\n  public/second: added\n");
}

#[test]
fn what_is_cancelled_or_withdrawn_stays_as_the_feed_says_and_expires() {
    let feeds = "withdrawn_for: 10d\n".to_owned() + &FEEDS["publisher: P\n".len()..];
    let feeds = "publisher: P\n".to_owned()
        + &feeds
        + &feed("retitled", "public", ", cancelled: retitled")
        + &feed("hidden", "public", ", cancelled: hidden");
    let (a, b) = (entry("a", "date: 2025-08-23", ""), entry("b", "start: 2025-08-24 10:00, end: 11:00", ""));
    let folder = Folder::with(&[("feeds.yaml", &feeds), ("case.yaml", &visit(&[&a, &b]))]);
    build(&folder, "2025-08-01T00:00:00Z");
    write(&folder, &[&a.replace("confirmed", "cancelled")]);
    let ran = folder.run(&["withdraw", "case/b", "--at", "2025-08-02T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    build(&folder, "2025-08-02T00:00:00Z");
    for (feed, status) in [("seoul", "CANCELLED"), ("retitled", "CONFIRMED")] {
        let path = format!("public/feeds/{feed}");
        let (prefix_a, prefix_b) =
            if feed == "seoul" { ("취소: ", "철회: ") } else { ("CANCELLED: ", "WITHDRAWN: ") };
        for (word, prefix) in [("of a", prefix_a), ("of b", prefix_b)] {
            let event = event(&folder, &path, word);
            assert!(event.text("SUMMARY").starts_with(prefix), "{}", event.text("SUMMARY"));
            assert_eq!([event.value("STATUS"), event.value("TRANSP")], [status, "TRANSPARENT"]);
            assert_eq!(stamps(&event), ["1", "20250802T000000Z", "20250801T000000Z"]);
        }
        let b = event(&folder, &path, "of b");
        assert!(b.line("DTSTART").ends_with(if feed == "seoul" { "20250824T230000" } else { "20250824T100000" }));
    }
    assert!(events(&folder, "public/feeds/hidden").is_empty());
    let locked = lock(&folder);
    build(&folder, "2025-08-11T23:59:59Z");
    assert_eq!(events(&folder, "public/feeds/seoul").len(), 2);
    build(&folder, "2025-08-12T00:00:00Z");
    assert!(events(&folder, "public/feeds/seoul").is_empty());
    assert_eq!(lock(&folder), locked, "that time passes is no revision");
}

#[test]
fn an_embargo_that_lifts_is_no_change_of_the_lock_file() {
    let embargo = ", embargo: 2025-08-10T00:00:00Z";
    let (a, b) = (entry("a", "date: 2025-08-23", embargo), entry("b", "after: a", ""));
    let folder = folder(&feed("all", "staff", ""), &[&a, &b]);
    build(&folder, "2025-08-01T00:00:00Z");
    // Nobody but staff has seen it, so what the public will see is no revision yet.
    let a = entry("a", "date: 2025-08-23, part: morning", embargo);
    write(&folder, &[&a, &b]);
    build(&folder, "2025-08-02T00:00:00Z");
    assert_eq!(stamps(&event(&folder, "staff/feeds/all", "of a")), ["1", "20250802T000000Z", "20250801T000000Z"]);
    assert!(events(&folder, "public/feeds/seoul").is_empty(), "b has no day but that of a");
    let locked = lock(&folder);
    for at in ["2025-08-10T00:00:00Z", "2025-08-11T00:00:00Z"] {
        let ran = folder.run(&["build", "--locked", "--at", at]);
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{}", ran.stdout);
        assert_eq!(lock(&folder), locked);
        let lifted = "20250810T000000Z";
        assert_eq!(stamps(&event(&folder, "public/feeds/seoul", "of a")), ["0", lifted, lifted]);
        // What follows it was there before, without a day.
        assert_eq!(stamps(&event(&folder, "public/feeds/seoul", "of b")), ["1", lifted, "20250801T000000Z"]);
    }
    write(&folder, &[&entry("a", "start: 2025-08-23 10:00, end: 11:00", embargo), &b]);
    build(&folder, "2025-08-12T00:00:00Z");
    let a = event(&folder, "public/feeds/seoul", "of a");
    assert_eq!(stamps(&a), ["1", "20250812T000000Z", "20250810T000000Z"]);
    assert_eq!(stamps(&event(&folder, "public/feeds/seoul", "of b"))[0], "1");
}

/// A lock file with another offset of a clock, as one from before a change of the rules has it.
fn with_another_offset(lock: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in lock.lines() {
        let mut line = line.to_owned();
        if line.contains("-04:00") {
            let body = line.rsplit_once("\t~").expect("a check").0.to_owned();
            let cell = body.split('\t').find(|part| part.contains("{\"title\"")).expect("a cell");
            let (old, json) = cell.split_at(16);
            let json = json.replace("-04:00", "-03:00");
            let new = digest(json.as_bytes()).to_string();
            let body = body.replace(cell, &format!("{old}{json}")).replace(old, &new);
            line = sealed(&body);
        }
        lines.push(line);
    }
    lines.join("\n") + "\n"
}

#[test]
fn a_change_of_the_time_zone_database_is_told_and_revises() {
    let (a, b) = (entry("a", "date: 2025-08-23", ""), entry("b", "start: 2025-08-24 10:00, end: 11:00", ""));
    let folder = folder("", &[&a, &b]);
    build(&folder, "2025-08-01T00:00:00Z");
    folder.write("schedules/revisions.lock", with_another_offset(&lock(&folder)).as_bytes());
    let checked = folder.run(&["check", "--format", "json", "--at", "2025-08-02T00:00:00Z"]);
    let places: Vec<_> = checked.findings().iter().map(|found| (found.code.clone(), found.line)).collect();
    assert_eq!(places, [("zone-moved".to_owned(), 11)], "{}{}", checked.stdout, checked.stderr);
    let ran = build(&folder, "2025-08-02T00:00:00Z");
    assert!(ran.stderr.contains("warning[zone-moved]"), "{}", ran.stderr);
    let b = event(&folder, "public/feeds/seoul", "of b");
    assert_eq!(b.value("DTSTART"), "20250824T230000", "the wall time in New York stays");
    assert_eq!(stamps(&b), ["1", "20250802T000000Z", "20250801T000000Z"]);
    assert_eq!(stamps(&event(&folder, "public/feeds/seoul", "of a"))[0], "0");
    assert!(!build(&folder, "2025-08-03T00:00:00Z").stderr.contains("zone-moved"));
}

#[test]
fn the_same_lock_file_makes_the_same_tree_anywhere_and_any_day() {
    let folder = folder(&feed("all", "staff", ""), &[&entry("a", "date: 2025-08-23", "")]);
    build(&folder, "2025-08-01T00:00:00Z");
    write(&folder, &[&entry("a", "date: 2025-08-24", "")]);
    build(&folder, "2025-08-02T00:00:00Z");
    let tree = |folder: &Folder| -> Vec<_> {
        let files = folder.snapshot("dist").into_iter().filter(|(path, _)| path.is_file());
        files.map(|(path, (bytes, _))| (path.strip_prefix(folder.path()).expect("below").to_owned(), bytes)).collect()
    };
    let elsewhere = Folder::new();
    for name in ["feeds.yaml", "case.yaml", "revisions.lock"] {
        elsewhere.write(&format!("schedules/{name}"), folder.read(&format!("schedules/{name}")).as_bytes());
    }
    let mut command = elsewhere.command(&["build", "--locked", "--at", "2031-05-05T05:05:05Z"]);
    command.env("TZ", "Pacific/Apia").env("LC_ALL", "ko_KR.UTF-8");
    let ran = Ran::of(command);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(tree(&elsewhere) == tree(&folder));
}

#[test]
fn two_output_folders_and_two_git_revisions_are_compared() {
    let folder = folder(&feed("all", "staff", ""), &[&entry("a", "date: 2025-08-23", "")]);
    let git = |arguments: &[&str]| {
        let options = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
        let ran = Command::new("git").current_dir(folder.path()).args(options).args(arguments).output().expect("git");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    git(&["init", "-q"]);
    let at = |at: &str, out: &str| {
        let ran = folder.run(&["build", "--at", at, "--out", out]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        git(&["add", "schedules"]);
        git(&["commit", "-q", "-m", "m"]);
        git(&["tag", &format!("of-{out}")]);
    };
    at("2025-08-01T00:00:00Z", "first");
    write(
        &folder,
        &[
            &entry("a", "start: 2025-08-23 10:00, end: 11:00", ", staff: {note: N}"),
            &entry("b", "date: 2025-08-24", ""),
        ],
    );
    at("2025-08-02T00:00:00Z", "second");
    let diff = |arguments: &[&str]| {
        let ran = folder.run(&[&["diff"], arguments].concat());
        assert!(ran.stderr.is_empty(), "{}", ran.stderr);
        (ran.code, ran.stdout)
    };
    let folders = diff(&["./first", "./second"]);
    assert_eq!(folders.0, 1);
    assert!(
        folders.1.contains("23 Aug 10:00–11:00 EDT") && folders.1.contains("Title of b: announced"),
        "{}",
        folders.1
    );
    assert_eq!(diff(&["./first", "./first"]), (0, String::new()));
    let revisions = diff(&["of-first", "HEAD", "--format", "json"]);
    let data: serde_json::Value = serde_json::from_str(&revisions.1).expect("JSON");
    assert_eq!((revisions.0, data[0]["entry"].as_str()), (1, Some("case/a")), "{data}");
    let words = data[0]["changes"][0]["words"].as_str();
    assert_eq!(words, Some("time announced: 23 Aug 10:00–11:00 EDT (was: 23 Aug, time to be announced)"));
    assert_eq!(diff(&["HEAD"]), (0, String::new()));
    let markdown = diff(&["of-first", "--format", "markdown"]).1;
    assert!(markdown.contains("- **Title of a** (`case/a`): time announced: 23 Aug 10:00–11:00 EDT"), "{markdown}");
    let unknown = folder.run(&["diff", "no-such-thing"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("neither an output folder nor a git revision"), "{}", unknown.stderr);
}

/// As a reader of XML finds it, with all that RFC 4287 wants of a feed and its entries.
#[test]
fn the_changes_can_be_followed_by_a_feed_reader() {
    let folder = folder("", &[&entry("a", "date: 2025-08-23", ""), &entry("b", "date: 2025-08-24", "")]);
    let settings = FEEDS.replace(
        "publisher: P",
        "publisher: \"Office of “A” & <B>\"\nbase_url: https://calendar.example.org\npages: [en]",
    );
    folder.write("schedules/feeds.yaml", settings.as_bytes());
    build(&folder, "2025-08-01T00:00:00Z");
    let untouched = told_by(&folder.read("dist/public/changes.atom"));
    write(
        &folder,
        &[
            &entry("a", "start: 2025-08-23 10:00, end: 11:00", "").replace("Title of a", "\"<A> & “co”\""),
            &entry("b", "date: 2025-08-24", ""),
        ],
    );
    build(&folder, "2025-08-02T00:00:00Z");
    let told = told_by(&folder.read("dist/public/changes.atom"));
    assert_eq!(told.title, "Office of “A” & <B>: changes to the schedule");
    assert_eq!(told.author, "Office of “A” & <B>");
    assert_eq!(told.own_address, "https://calendar.example.org/changes.atom");
    assert_eq!(
        (untouched.updated, told.updated),
        ("2025-08-01T00:00:00Z".to_owned(), "2025-08-02T00:00:00Z".to_owned())
    );
    assert_eq!(told.id, untouched.id, "the same feed");

    let [a, visit, b] = &told.entries[..] else { panic!("{:?}", told.entries) };
    assert_eq!(visit.title, "Case: added to this calendar: 23–25 August 2025");
    let change = "time announced: 23 Aug 10:00–11:00 EDT (was: 23 Aug, time to be announced)";
    assert_eq!((a.title.as_str(), a.updated.as_str()), (&*format!("<A> & “co”: {change}"), "2025-08-02T00:00:00Z"));
    assert!(a.content.lines().any(|line| line == change), "{a:?}");
    assert!(b.title.starts_with("Title of b: added to this calendar") && b.updated == "2025-08-01T00:00:00Z", "{b:?}");
    let is_new = |entry: &&Change| !untouched.entries.iter().any(|known| known.id == entry.id);
    assert_eq!(told.entries.iter().filter(is_new).count(), 1, "what did not change is no news again");
}

/// The first language of the pages has its feed at the top, each other one in its folder; they tell the same, under ids of their own.
#[test]
fn each_language_of_the_pages_has_a_feed_of_changes() {
    let titled = |text: &str| text.replace("Title of a", "{en: Talks, ko: 회담}");
    let folder = folder("", &[&titled(&entry("a", "date: 2025-08-23", ""))]);
    let with = |pages: &str| {
        let settings =
            FEEDS.replace("publisher: P", &format!("publisher: P\nbase_url: https://calendar.example.org\n{pages}"));
        folder.write("schedules/feeds.yaml", settings.as_bytes());
        build(&folder, "2025-08-02T00:00:00Z");
    };
    with("pages: [en]");
    let alone = told_by(&folder.read("dist/public/changes.atom"));
    with("pages: [ko, en]");
    let [korean, english] = ["changes.atom", "en/changes.atom"].map(|path| folder.read(&format!("dist/public/{path}")));
    assert!(!folder.path().join("dist/public/ko/changes.atom").exists());
    let told = [&korean, &english].map(|atom| told_by(atom));
    let entries = |told: &Changes| told.entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>();
    assert_eq!(
        (&told[0].id, entries(&told[0])),
        (&alone.id, entries(&alone)),
        "that at the top is the same feed as before"
    );
    assert_ne!(told[0].id, told[1].id);
    assert!(entries(&told[1]).iter().all(|id| !entries(&alone).contains(id)), "each item is new in another language");
    assert_eq!(told[0].title, "P: 일정 변경 소식");
    assert_eq!(told[0].entries[1].title, "회담: 이 캘린더에 추가: 8월 23일 시각 미발표");
    assert_eq!(told[1].entries[1].title, "Talks: added to this calendar: 23 Aug, time to be announced");
    for (atom, language, other, own, page) in [
        (&korean, "ko", "en", "changes.atom", "visits/case.html#a"),
        (&english, "en", "ko", "en/changes.atom", "en/visits/case.html#a"),
    ] {
        let read = roxmltree::Document::parse(atom).expect("XML");
        assert_eq!(read.root_element().attribute(("http://www.w3.org/XML/1998/namespace", "lang")), Some(language));
        let links: Vec<_> = read.descendants().filter(|node| node.tag_name().name() == "link").collect();
        let address = |rel: &str, hreflang: Option<&str>, kind: &str| {
            let is_meant = |link: &&roxmltree::Node<'_, '_>| {
                [link.attribute("rel"), link.attribute("hreflang"), link.attribute("type")]
                    == [Some(rel), hreflang, Some(kind)]
            };
            links.iter().filter(is_meant).filter_map(|link| link.attribute("href")).collect::<Vec<_>>()
        };
        let at = |path: &str| format!("https://calendar.example.org/{path}");
        assert_eq!(address("self", None, "application/atom+xml"), [at(own)]);
        let other_path = if other == "en" { "en/changes.atom" } else { "changes.atom" };
        assert_eq!(address("alternate", Some(other), "application/atom+xml"), [at(other_path)]);
        let changes = own.replace("atom", "html");
        assert_eq!(
            address("alternate", None, "text/html"),
            [at(&changes), at(page.split('#').next().expect("a path")), at(page)]
        );
        // The pages of the language lead to it, in words and for programs.
        let html = folder.read(&format!("dist/public/{changes}"));
        assert_eq!(html.matches("href=\"changes.atom\"").count(), 2, "{html}");
    }
    let manifest: serde_json::Value = serde_json::from_str(&folder.read("dist/public/manifest.json")).expect("JSON");
    assert_eq!(manifest["formats"]["en/changes.atom"], serde_json::json!({"format": "Atom", "version": "1.0"}));
}

#[derive(Debug)]
struct Changes {
    id: String,
    title: String,
    updated: String,
    author: String,
    own_address: String,
    entries: Vec<Change>,
}

#[derive(Debug)]
struct Change {
    id: String,
    title: String,
    updated: String,
    content: String,
}

/// Reads a feed of changes; each of its elements has to be there once, where it has to be.
fn told_by(atom: &str) -> Changes {
    const ATOM: &str = "http://www.w3.org/2005/Atom";
    let read = roxmltree::Document::parse(atom).expect("XML");
    let feed = read.root_element();
    assert!(feed.has_tag_name((ATOM, "feed")));
    let one = |of: roxmltree::Node<'_, '_>, name: &str| -> String {
        let all: Vec<_> = of.children().filter(|child| child.has_tag_name((ATOM, name))).collect();
        assert_eq!(all.len(), 1, "{name} in {atom}");
        let texts = all[0].descendants().filter(roxmltree::Node::is_text).filter_map(|text| text.text());
        texts.collect::<String>().trim().to_owned()
    };
    let link =
        feed.children().find(|child| child.has_tag_name((ATOM, "link")) && child.attribute("rel") == Some("self"));
    let of_entry = |entry| Change {
        id: one(entry, "id"),
        title: one(entry, "title"),
        updated: one(entry, "updated"),
        content: one(entry, "content"),
    };
    let changes = Changes {
        id: one(feed, "id"),
        title: one(feed, "title"),
        updated: one(feed, "updated"),
        author: one(feed, "author"),
        own_address: link.and_then(|link| link.attribute("href")).unwrap_or_default().to_owned(),
        entries: feed.children().filter(|child| child.has_tag_name((ATOM, "entry"))).map(of_entry).collect(),
    };
    let ids: Vec<&str> = changes.entries.iter().map(|entry| entry.id.as_str()).chain([changes.id.as_str()]).collect();
    let is_uuid = |id: &&str| id.strip_prefix("urn:uuid:").is_some_and(|id| uuid::Uuid::parse_str(id).is_ok());
    assert!(ids.iter().all(is_uuid), "{ids:?}");
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), ids.len(), "{ids:?}");
    changes
}

/// Whatever their order in the schedules.
#[test]
fn of_many_changes_the_latest_hundred_are_told() {
    // Each with the build that it changes in last.
    let entries: Vec<(String, usize)> = (0..450)
        .map(|at| (format!("e{:03}", at * 137 % 450), if at % 9 == 4 { 3 } else { 1 + usize::from(at % 15 == 2) }))
        .collect();
    let folder = folder("", &[]);
    for build_number in 1..=3 {
        let line = |(id, changes): &(String, usize)| {
            entry(id, &format!("date: 2025-08-{}", 22 + build_number.min(*changes)), "")
        };
        let lines: Vec<String> = entries.iter().map(line).collect();
        write(&folder, &lines.iter().map(String::as_str).collect::<Vec<_>>());
        build(&folder, &format!("2025-08-0{build_number}T00:00:00Z"));
    }
    let mut expected = entries;
    expected.sort_by_key(|(id, changes)| (std::cmp::Reverse(*changes), id.clone()));
    // Before those that the first build announced, the visit was.
    expected.truncate(99);
    let atom = folder.read("dist/public/changes.atom");
    let told: Vec<&str> = atom.split("<title>Title of ").skip(1).filter_map(|rest| rest.split(':').next()).collect();
    assert_eq!(told, expected.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>());
    assert_eq!([0, 60, 98].map(|at| expected[at].1), [3, 2, 1], "of all three builds");
}

/// What a digest vouches for and is no JSON all the same was never written by this program; what comes of it is read again.
#[test]
fn a_cell_that_cannot_be_read_is_followed_by_one_that_can() {
    let cell = "{\"title\"}";
    let of = digest(cell.as_bytes());
    let at = "2025-08-20T00:00:00Z";
    let bare = format!("case/a\tpublic=4294967295@{at},{at},{of}\t{of}");
    let check = digest(format!("{bare}\t").as_bytes());
    let lock = format!("# summitcal revisions 1: of a test\n\n{bare}{cell}\t~{check}\n\n# end\n");

    let hidden = entry("a", "date: 2025-08-23", ", audience: staff");
    let shown = entry("b", "date: 2025-08-24", "");
    let folder = folder("", &[&hidden, &shown]);
    folder.write("schedules/revisions.lock", lock.as_bytes());
    build(&folder, "2025-08-21T00:00:00Z");
    let written = folder.read("schedules/revisions.lock");
    assert!(
        written.contains("case/a\tpublic=4294967295@2025-08-21T00:00:00Z,") && written.contains("restricted"),
        "{written}"
    );
    let again = folder.run(&["build", "--locked", "--at", "2025-08-22T00:00:00Z"]);
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
}

/// Seals a line anew, as the program does: the check is of the line without what its cells' digests vouch for.
fn sealed(line: &str) -> String {
    let body = line.rsplit_once("\t~").map_or(line, |(body, _)| body);
    let bare: String =
        body.split('\t').map(|part| part.split('{').next().unwrap_or_default().to_owned() + "\t").collect();
    format!("{body}\t~{}", digest(bare.as_bytes()))
}

#[test]
fn a_line_whose_sequence_would_fall_is_refused() {
    let folder = folder("", &[&entry("x", "date: 2025-08-24", "")]);
    build(&folder, "2025-08-01T00:00:00Z");
    let whole = lock(&folder);
    let line = whole.lines().find(|line| line.starts_with("case/x\t")).expect("its line");
    let revision = line.split('\t').find_map(|part| part.strip_prefix("public=")).expect("a revision");
    assert!(whole.contains(&sealed(line)), "the test seals as the program does");
    for (after, accepted) in [
        (format!("+{}", revision.replacen("0@", "1@", 1)), true),
        (format!("+{revision}"), false),
        (revision.replacen("0@", "1@", 1), false),
    ] {
        let line_of_two = sealed(&line.replace(revision, &format!("{revision};{after}")));
        folder.write("schedules/revisions.lock", whole.replace(line, &line_of_two).as_bytes());
        let ran = folder.run(&["build", "--at", "2025-08-02T00:00:00Z"]);
        assert_eq!(ran.stderr.contains("error[lock-damaged]"), !accepted, "{line_of_two}\n{}", ran.stderr);
    }
}

/// Windows are kept as the clock shows them, and read back so: an older lock file has the same of them.
#[test]
fn windows_are_kept_as_two_times_of_day() {
    let windows = [
        (
            "date: 2025-08-24, between: [14:00, 16:00]",
            r#""between":["14:00:00","16:00:00"]"#,
            "between 14:00 and 16:00 EDT",
        ),
        (
            "date: 2025-08-24, between: [23:00, 01:00]",
            r#""between":["23:00:00","01:00:00"]"#,
            "between 23:00 and 25 Aug 01:00 EDT",
        ),
        (
            "date: 2025-08-24, between: [20:00, 24:00]",
            r#""between":["20:00:00","00:00:00"]"#,
            "between 20:00 and 25 Aug 00:00 EDT",
        ),
    ];
    for (when, kept, words) in windows {
        let folder = folder("", &[&entry("a", when, "")]);
        build(&folder, "2025-08-01T00:00:00Z");
        assert!(lock(&folder).contains(&format!(r#""date":"2025-08-24",{kept}"#)), "{when}: {}", lock(&folder));
        write(&folder, &[&entry("a", "date: 2025-08-24", "")]);
        let told = folder.run(&["diff"]).stdout;
        assert!(told.contains(&format!("(was: 24 Aug, {words})")), "{when}: {told}");
    }
    let folds =
        [("earlier", r#"["01:15:00","01:45:00"]"#, "EDT"), ("later", r#"["01:15:00-05:00","01:45:00-05:00"]"#, "EST")];
    for (fold, kept, name) in folds {
        let visit = |when: &str| {
            visit(&[&entry("a", when, "")]).replace("2025-08-23, to: 2025-08-25", "2025-11-01, to: 2025-11-03")
        };
        let when = format!("date: 2025-11-02, between: [01:15, 01:45], fold: {fold}");
        let folder = Folder::with(&[("feeds.yaml", FEEDS), ("case.yaml", &visit(&when))]);
        build(&folder, "2025-08-01T00:00:00Z");
        assert!(lock(&folder).contains(&format!(r#""between":{kept}"#)), "{fold}: {}", lock(&folder));
        folder.write("schedules/case.yaml", visit("date: 2025-11-02").as_bytes());
        let told = folder.run(&["diff"]).stdout;
        assert!(told.contains(&format!("(was: 2 Nov, between 01:15 and 01:45 {name})")), "{fold}: {told}");
    }
}
