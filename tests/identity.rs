//! An entry published once keeps its identity, whatever becomes of it: the lock file remembers, merges, and is believed only as
//! the program wrote it.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::calendar::{Component, parse};
use crate::support::{FEEDS, Folder, NAMESPACE, Ran};
use uuid::Uuid;

const DAYS: [&str; 4] =
    ["2025-08-01T00:00:00Z", "2025-08-02T00:00:00Z", "2025-08-03T00:00:00Z", "2025-08-04T00:00:00Z"];

const LOCK: &str = "schedules/revisions.lock";

/// A visit of a name, with entries in a line each.
fn visit(id: &str, entries: &[&str]) -> String {
    let head = format!(
        "visit: {id}\nkind: working-visit\ntitle: {id}\nprincipal: President A\nzone: Asia/Tokyo\n\
         dates: {{from: 2025-08-23, to: 2025-08-24}}\naudience: public\nsources: {{s: {{publisher: P}}}}\nentries:\n"
    );
    head + &entries.concat()
}

/// An entry called as its id, with what is said of it besides.
fn entry(id: &str, rest: &str) -> String {
    format!("  - {{id: {id}, kind: meeting, sources: [s], {rest}}}\n")
}

/// An entry of the 23rd of which nothing in particular is said.
fn plain(id: &str) -> String {
    entry(id, &format!("title: {id}, status: confirmed, when: {{date: 2025-08-23}}"))
}

/// A folder in which `a` and `b` of a visit were published on the first day.
fn published() -> Folder {
    let folder = Folder::with(&[("feeds.yaml", FEEDS), ("one.yaml", &visit("one", &[&plain("a"), &plain("b")]))]);
    built(&folder, 0);
    folder
}

fn write(folder: &Folder, entries: &[&str]) {
    folder.write("schedules/one.yaml", visit("one", entries).as_bytes());
}

fn build(folder: &Folder, day: usize) -> Ran {
    folder.run(&["build", "--at", DAYS[day]])
}

fn built(folder: &Folder, day: usize) {
    let ran = build(folder, day);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

/// Builds, which has to be refused with this code in the report, and nothing written.
fn refused(folder: &Folder, arguments: &[&str], code: &str) -> String {
    let before = (folder.snapshot("schedules"), folder.snapshot("dist"));
    let ran = folder.run(arguments);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains(&format!("error[{code}]")), "no {code} in {}", ran.stderr);
    assert!((folder.snapshot("schedules"), folder.snapshot("dist")) == before, "{code}: something was written");
    ran.stderr
}

fn uid(identity: &str) -> String {
    Uuid::new_v5(&NAMESPACE.parse().expect("a UUID"), identity.as_bytes()).to_string()
}

fn events(folder: &Folder) -> Vec<Component> {
    parse(&folder.read("dist/public/feeds/seoul.ics")).all("VEVENT").cloned().collect()
}

fn event(folder: &Folder, identity: &str) -> Component {
    let events = events(folder);
    let found = events.iter().find(|event| event.value("UID") == uid(identity));
    found.unwrap_or_else(|| panic!("no event of {identity}")).clone()
}

/// SEQUENCE and the day of LAST-MODIFIED.
fn revision(folder: &Folder, identity: &str) -> (String, String) {
    let event = event(folder, identity);
    (event.value("SEQUENCE").to_owned(), event.value("LAST-MODIFIED")[..8].to_owned())
}

fn is(folder: &Folder, identity: &str, sequence: &str, modified: &str) {
    assert_eq!(revision(folder, identity), (sequence.to_owned(), modified.to_owned()), "{identity}");
}

#[test]
fn retitled_it_is_the_same_entry() {
    let folder = published();
    write(&folder, &[&entry("a", "title: Another, status: confirmed, when: {date: 2025-08-23}"), &plain("b")]);
    built(&folder, 1);
    is(&folder, "one/a", "1", "20250802");
    assert_eq!(event(&folder, "one/a").text("SUMMARY"), "Another");
    is(&folder, "one/b", "0", "20250801");
    assert_eq!(events(&folder).len(), 2);
}

#[test]
fn moved_it_is_the_same_entry() {
    let folder = published();
    write(&folder, &[&entry("a", "title: a, status: confirmed, when: {start: 2025-08-24 10:00}"), &plain("b")]);
    built(&folder, 1);
    is(&folder, "one/a", "1", "20250802");
    assert_eq!(event(&folder, "one/a").line("DTSTART"), "DTSTART;TZID=Asia/Seoul:20250824T100000");
    is(&folder, "one/b", "0", "20250801");
    assert_eq!(events(&folder).len(), 2);
}

#[test]
fn neither_order_nor_file_name_is_part_of_an_identity() {
    let folder = published();
    let lock = folder.snapshot(LOCK);
    fs::remove_file(folder.path().join("schedules/one.yaml")).expect("removable");
    folder.write("schedules/other.yaml", visit("one", &[&plain("b"), &plain("a")]).as_bytes());
    built(&folder, 1);
    is(&folder, "one/a", "0", "20250801");
    is(&folder, "one/b", "0", "20250801");
    assert!(folder.snapshot(LOCK) == lock);
}

#[test]
fn nothing_changed_so_nothing_is_touched() {
    let folder = published();
    let before = (folder.snapshot("schedules"), folder.snapshot("dist"));
    built(&folder, 3);
    assert!((folder.snapshot("schedules"), folder.snapshot("dist")) == before);
}

#[test]
fn a_deleted_entry_is_refused_unless_withdrawn() {
    let folder = published();
    write(&folder, &[&plain("b")]);
    let said = refused(&folder, &["build", "--at", DAYS[1]], "entry-missing");
    for words in ["one/a", "summitcal withdraw one/a", "--redact", "formerly: one/a", "revisions.lock:"] {
        assert!(said.contains(words), "no “{words}” in {said}");
    }
    let ran = folder.run(&["withdraw", "one/a", "--at", DAYS[1]]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    built(&folder, 1);
    is(&folder, "one/a", "1", "20250802");
    let gone = event(&folder, "one/a");
    assert_eq!(gone.value("STATUS"), "CANCELLED");
    assert_eq!(gone.line("DTSTART"), "DTSTART;VALUE=DATE:20250823");
    // That it is no more, and its day: nothing else is known.
    assert_eq!(
        gone.text("DESCRIPTION"),
        "이 항목은 일정에서 제외되었습니다.\n\n2025년 8월 23일 토요일\n8월 23일 시각 미발표\n도쿄 기준 8월 23일 = 서울 기준 8월 23일"
    );
    is(&folder, "one/b", "0", "20250801");
}

#[test]
fn feeds_of_the_visit_tell_of_a_withdrawal_and_those_of_others_do_not() {
    let of = |visit: &str| {
        format!("  - {{id: {visit}, title: T, zone: host, language: en, audience: public, visits: [{visit}]}}\n")
    };
    let feeds = format!("{}\n{}{}", FEEDS.trim_end(), of("one"), of("two"));
    let folder = Folder::with(&[
        ("feeds.yaml", &feeds),
        ("one.yaml", &visit("one", &[&plain("a"), &plain("b")])),
        ("two.yaml", &visit("two", &[&entry("c", "title: c, status: confirmed, when: tba")])),
    ]);
    let told = |feed: &str| {
        let feed = folder.read(&format!("dist/public/feeds/{feed}.ics"));
        let events = parse(&feed).all("VEVENT").cloned().collect::<Vec<_>>();
        events.iter().find(|event| event.value("UID") == uid("one/a")).map(|event| event.value("STATUS").to_owned())
    };
    let of_all = || ["seoul", "one", "two"].map(told);
    let status = |status: &str| Some(status.to_owned());
    built(&folder, 0);
    assert_eq!(of_all(), [status("CONFIRMED"), status("CONFIRMED"), None]);
    write(&folder, &[&plain("b")]);
    assert_eq!(folder.run(&["withdraw", "one/a", "--at", DAYS[1]]).code, 0);
    built(&folder, 1);
    assert_eq!(of_all(), [status("CANCELLED"), status("CANCELLED"), None]);
}

#[test]
fn a_whole_visit_deleted_is_refused_entry_by_entry() {
    let folder = published();
    fs::remove_file(folder.path().join("schedules/one.yaml")).expect("removable");
    folder.write("schedules/two.yaml", visit("two", &[&plain("c")]).as_bytes());
    let said = refused(&folder, &["build", "--at", DAYS[1]], "entry-missing");
    assert!(said.contains("summitcal withdraw one/a") && said.contains("summitcal withdraw one/b"), "{said}");
}

#[test]
fn cancelled_and_reinstated_the_sequence_goes_on_rising() {
    let folder = published();
    let states = [("cancelled", "CANCELLED"), ("confirmed", "CONFIRMED"), ("cancelled", "CANCELLED")];
    for (day, (status, shown)) in (1..).zip(states) {
        let a = entry("a", &format!("title: a, status: {status}, when: {{date: 2025-08-23}}"));
        write(&folder, &[&a, &plain("b")]);
        built(&folder, day);
        is(&folder, "one/a", &day.to_string(), &format!("2025080{}", day + 1));
        assert_eq!(event(&folder, "one/a").value("STATUS"), shown);
        assert_eq!(event(&folder, "one/a").value("CREATED"), "20250801T000000Z");
        is(&folder, "one/b", "0", "20250801");
    }
}

#[test]
fn withdrawn_by_mistake_and_brought_back_the_sequence_goes_on_rising() {
    let folder = published();
    write(&folder, &[&plain("b")]);
    assert_eq!(folder.run(&["withdraw", "one/a", "--at", DAYS[1]]).code, 0);
    built(&folder, 1);
    is(&folder, "one/a", "1", "20250802");
    assert_eq!(folder.run(&["withdraw", "one/a", "--undo", "--at", DAYS[2]]).code, 0);
    write(&folder, &[&plain("a"), &plain("b")]);
    built(&folder, 2);
    is(&folder, "one/a", "2", "20250803");
    assert_eq!(event(&folder, "one/a").value("STATUS"), "CONFIRMED");
}

#[test]
fn an_identity_is_used_once() {
    let folder = published();
    write(&folder, &[&plain("b")]);
    assert_eq!(folder.run(&["withdraw", "one/a", "--at", DAYS[1]]).code, 0);
    built(&folder, 1);
    write(&folder, &[&entry("a", "title: New, status: confirmed, when: {date: 2025-08-24}"), &plain("b")]);
    let said = refused(&folder, &["build", "--at", DAYS[2]], "identity-reused");
    assert!(said.contains("one.yaml:"), "{said}");
    // Nor through the back door.
    write(
        &folder,
        &[&entry("c", "formerly: one/a, title: New, status: confirmed, when: {date: 2025-08-24}"), &plain("b")],
    );
    refused(&folder, &["build", "--at", DAYS[2]], "identity-reused");
}

/// Schedules that had an entry one/a, which was withdrawn; both published.
fn withdrawn(fields: &str, how: &[&str]) -> Folder {
    let folder = Folder::with(&[("feeds.yaml", FEEDS)]);
    write(&folder, &[&entry("a", fields), &plain("b")]);
    built(&folder, 0);
    write(&folder, &[&plain("b")]);
    let ran = folder.run(&[&["withdraw", "one/a", "--at", DAYS[1]], how].concat());
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    built(&folder, 1);
    folder
}

#[test]
fn what_was_redacted_is_nowhere() {
    let fields = "title: Canary, note: Canary, status: confirmed, when: {date: 2025-08-23}";
    let folder = withdrawn(fields, &["--redact"]);
    is(&folder, "one/a", "1", "20250802");
    assert_eq!(event(&folder, "one/a").text("DESCRIPTION"), "이 항목은 일정에서 제외되었습니다.");
    for below in ["dist", "schedules"] {
        for (path, (bytes, _)) in folder.snapshot(below) {
            assert!(!String::from_utf8_lossy(&bytes).contains("Canary"), "{}", path.display());
        }
    }
}

#[test]
fn what_was_withdrawn_says_so_before_its_time() {
    let folder = withdrawn("title: a, status: confirmed, when: {start: 2025-08-23 12:15}", &[]);
    assert_eq!(
        event(&folder, "one/a").text("DESCRIPTION"),
        "이 항목은 일정에서 제외되었습니다.\n\n2025년 8월 23일 토요일\n8월 23일 12:15 JST · 12:15 KST\n종료 시각은 발표되지 않았습니다."
    );
}

#[test]
fn what_was_withdrawn_says_whose_it_was_and_where() {
    let fields = "title: a, status: confirmed, when: {date: 2025-08-23}, principal: Minister B, with: [Minister C], \
                  place: {venue: Hall, city: Tokyo, country: JP}";
    let told = event(&withdrawn(fields, &[]), "one/a").text("DESCRIPTION");
    assert!(told.ends_with("\n\n장소: 일본 Tokyo Hall\n방문 인사: Minister B\n참석자: Minister C"), "{told}");
}

#[test]
fn what_is_out_is_taken_out_once_and_what_is_not_cannot_be_brought_back() {
    let folder = published();
    let withdraw = |arguments: &[&str], day: usize| {
        let ran = folder.run(&[&["withdraw"], arguments, &["--at", DAYS[day]]].concat());
        (ran.code, ran.stderr)
    };
    let refusal = |what: &str| (1, format!("summitcal: {what}\n"));
    assert_eq!(withdraw(&["one/a", "--undo"], 1), refusal("one/a is not withdrawn, so there is nothing to undo"));
    assert_eq!(withdraw(&["one/c"], 1), refusal("one/c was never published, so there is nothing to withdraw"));
    write(&folder, &[&plain("b")]);
    // At the very instant of the last revision it is not too late.
    assert_eq!(withdraw(&["one/a"], 0).0, 0);
    assert_eq!(withdraw(&["one/a"], 1), refusal("one/a is withdrawn already"));
    assert_eq!(withdraw(&["one/a", "--redact"], 1).0, 0);
    for arguments in [&["one/a"][..], &["one/a", "--redact"]] {
        assert_eq!(withdraw(arguments, 2), refusal("one/a is withdrawn already"));
    }
    built(&folder, 2);
    is(&folder, "one/a", "2", "20250802");
}

#[test]
fn what_an_embargo_had_released_is_cancelled_and_what_it_had_not_is_not() {
    let staff = "  - {id: staff, title: T, zone: Asia/Seoul, language: en, audience: staff}\n";
    let (unpublished, published): (&[&str], &[&str]) = (&[], &["--published"]);
    for (at, how, released) in [
        ("2025-08-01T23:59:59Z", unpublished, false),
        (DAYS[1], published, true),
        ("2025-08-02T12:00:00Z", published, true),
        // No build noted that it was out.
        (DAYS[1], unpublished, false),
    ] {
        let folder = Folder::with(&[("feeds.yaml", &format!("{FEEDS}{staff}"))]);
        let embargo = format!("title: a, status: confirmed, when: {{date: 2025-08-23}}, embargo: \"{}\"", DAYS[1]);
        write(&folder, &[&entry("a", &embargo), &plain("b")]);
        built(&folder, 0);
        write(&folder, &[&plain("b")]);
        let ran = folder.run(&[&["withdraw", "one/a", "--at", at], how].concat());
        assert_eq!(ran.code, 0, "{at}: {}", ran.stderr);
        built(&folder, 2);
        let staff = parse(&folder.read("dist/staff/feeds/staff.ics"));
        let of_staff = staff.all("VEVENT").find(|event| event.value("UID") == uid("one/a")).expect("staff saw it");
        assert_eq!((of_staff.value("SEQUENCE"), of_staff.value("STATUS")), ("1", "CANCELLED"), "{at}");
        let seen = events(&folder).iter().any(|event| event.value("UID") == uid("one/a"));
        assert_eq!(seen, released, "{at}");
        if released {
            let event = event(&folder, "one/a");
            assert_eq!((event.value("SEQUENCE"), event.value("STATUS")), ("1", "CANCELLED"), "{at}");
            assert_eq!(event.value("CREATED"), "20250802T000000Z", "released at its instant, though nobody built then");
        }
    }
}

#[test]
fn what_was_kept_from_its_readers_can_be_withdrawn_and_nothing_changes_for_them() {
    let folder = published();
    write(
        &folder,
        &[&entry("a", "title: a, status: confirmed, audience: staff, when: {date: 2025-08-23}"), &plain("b")],
    );
    built(&folder, 1);
    assert!(folder.read(LOCK).contains(",restricted,"));
    write(&folder, &[&plain("b")]);
    let ran = folder.run(&["withdraw", "one/a", "--at", DAYS[2]]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(folder.read(LOCK).contains(",redacted,") && !folder.read(LOCK).contains("restricted"));
    built(&folder, 2);
    is(&folder, "one/a", "1", "20250802");
}

#[test]
fn an_entry_that_moved_to_another_visit_keeps_its_uid() {
    let folder = published();
    write(&folder, &[&plain("b")]);
    let moved = entry("c", "formerly: one/a, title: a, status: confirmed, when: {date: 2025-08-24}");
    folder.write("schedules/two.yaml", visit("two", &[&moved]).as_bytes());
    built(&folder, 1);
    is(&folder, "one/a", "1", "20250802");
    assert_eq!(event(&folder, "one/a").value("CREATED"), "20250801T000000Z");
    assert_eq!(events(&folder).len(), 2);
    // It goes on from there.
    let again = entry("c", "formerly: one/a, title: Again, status: confirmed, when: {date: 2025-08-24}");
    folder.write("schedules/two.yaml", visit("two", &[&again]).as_bytes());
    built(&folder, 2);
    is(&folder, "one/a", "2", "20250803");
}

#[test]
fn a_clock_set_back_revises_nothing() {
    let folder = published();
    write(&folder, &[&entry("a", "title: Another, status: confirmed, when: {date: 2025-08-23}"), &plain("b")]);
    let said = refused(&folder, &["build", "--at", "2025-07-31T23:59:59Z"], "clock-set-back");
    assert!(said.contains("2025-07-31T23:59:59Z") && said.contains("2025-08-01T00:00:00Z"), "{said}");
    // Where nothing is revised, the clock is nobody's business.
    write(&folder, &[&plain("a"), &plain("b")]);
    let before = (folder.snapshot("schedules"), folder.snapshot("dist"));
    let ran = folder.run(&["build", "--at", "2025-07-31T23:59:59Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!((folder.snapshot("schedules"), folder.snapshot("dist")) == before);
    // A withdrawal is a revision too.
    write(&folder, &[&plain("b")]);
    let ran = folder.run(&["withdraw", "one/a", "--at", "2025-07-31T23:59:59Z"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(
        (folder.snapshot(LOCK), folder.snapshot("dist")) == {
            let lock = folder.path().join(LOCK);
            (before.0.into_iter().filter(|(path, _)| *path == lock).collect(), before.1)
        }
    );
}

/// Long ago, so that whatever the clock of this machine says is far beyond it.
#[test]
fn a_clock_far_beyond_all_that_is_known_revises_nothing() {
    let visit = |entries: &[&str]| visit("one", entries).replace("2025-", "2015-");
    let a = entry("a", "title: a, status: confirmed, when: {date: 2015-08-23}");
    let held = entry("b", "title: b, status: confirmed, when: {date: 2015-08-23}, embargo: 2015-08-20T00:00:00Z");
    let folder = Folder::with(&[("feeds.yaml", FEEDS), ("one.yaml", &visit(&[&a, &held]))]);
    assert_eq!(folder.run(&["build", "--out", "first"]).code, 0, "a first build is never refused");
    fs::remove_file(folder.path().join(LOCK)).expect("it is there");
    let ran = folder.run(&["build", "--at", "2015-08-01T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    // It would lift the embargo, whoever may write.
    refused(&folder, &["build", "--locked"], "clock-ahead");
    refused(&folder, &["build"], "clock-ahead");
    assert_eq!(folder.run(&["build", "--at", "2015-08-21T00:00:00Z"]).code, 0);
    for arguments in [&["build"][..], &["build", "--locked"]] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 0, "nothing is stamped: {}", ran.stderr);
    }
    folder.write("schedules/one.yaml", visit(&[&a.replace("title: a", "title: Another"), &held]).as_bytes());
    let said = refused(&folder, &["build"], "clock-ahead");
    assert!(said.contains("of which 2015-08-24T00:00:00Z is the last"), "{said}");
    folder.write("schedules/one.yaml", visit(&[&held]).as_bytes());
    refused(&folder, &["withdraw", "one/a"], "clock-ahead");
    // What is given is taken at its word.
    assert_eq!(folder.run(&["withdraw", "one/a", "--at", "2098-01-01T00:00:00Z"]).code, 0);
    let mut later = folder.command(&["build"]);
    later.env("SOURCE_DATE_EPOCH", "4070908801");
    let ran = Ran::of(later);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn locked_writes_nothing_and_says_what_would_change() {
    let folder = published();
    write(&folder, &[&entry("a", "title: Another, status: confirmed, when: {date: 2025-08-23}"), &plain("b")]);
    let before = (folder.snapshot("schedules"), folder.snapshot("dist"));
    let ran = folder.run(&["build", "--locked", "--at", DAYS[1]]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("Another"), "{}{}", ran.stdout, ran.stderr);
    assert!((folder.snapshot("schedules"), folder.snapshot("dist")) == before);
}

/// Damages the lock file of a second state, and holds the program to refusing it.
fn damaged(what: &str, damage: impl Fn(&str) -> Vec<u8>, line: usize) -> String {
    let folder = published();
    write(&folder, &[&entry("a", "title: Another, status: confirmed, when: {date: 2025-08-23}"), &plain("b")]);
    built(&folder, 1);
    let text = folder.read(LOCK);
    let bytes = damage(&text);
    assert_ne!(bytes, text.as_bytes(), "{what}: nothing was damaged");
    folder.write(LOCK, &bytes);
    let said = refused(&folder, &["build", "--at", DAYS[2]], "lock-damaged");
    assert!(said.contains(&format!("revisions.lock:{line}:")), "{what}: not at line {line}: {said}");
    // Nor does any other command go on as if nothing had been.
    refused(&folder, &["build", "--locked", "--at", DAYS[2]], "lock-damaged");
    refused(&folder, &["diff", "--at", DAYS[2]], "lock-damaged");
    refused(&folder, &["withdraw", "one/b", "--at", DAYS[2]], "lock-damaged");
    said
}

/// The line of the lock file that begins with this.
fn line_of(text: &str, begins: &str) -> usize {
    1 + text.lines().position(|line| line.starts_with(begins)).unwrap_or_else(|| panic!("no {begins} in {text}"))
}

#[test]
fn a_lowered_sequence_is_noticed() {
    let folder = published();
    let a = line_of(&folder.read(LOCK), "one/a");
    damaged("lowered", |text| text.replace("public=1@", "public=0@").into_bytes(), a);
    damaged("another instant", |text| text.replacen("@2025-08-02", "@2025-07-02", 1).into_bytes(), a);
    damaged("another title", |text| text.replacen("Another", "Other", 1).into_bytes(), a);
}

#[test]
fn marks_of_a_merge_are_shown_with_their_line() {
    let folder = published();
    let a = line_of(&folder.read(LOCK), "one/a");
    let marked = |text: &str| {
        let line = text.lines().nth(a - 1).expect("the line of one/a");
        let both = format!("<<<<<<< HEAD\n{line}\n=======\n{line}\n>>>>>>> other");
        text.replacen(line, &both, 1).into_bytes()
    };
    let said = damaged("marks", marked, a);
    assert!(said.contains("merge"), "{said}");
    let twice = |text: &str| {
        let line = text.lines().nth(a - 1).expect("the line of one/a");
        text.replacen(line, &format!("{line}\n\n{line}"), 1).into_bytes()
    };
    damaged("twice", twice, a + 2);
}

#[test]
fn what_is_no_lock_file_of_this_program_is_no_empty_memory() {
    let folder = published();
    let text = folder.read(LOCK);
    let (b, end) = (line_of(&text, "one/b"), line_of(&text, "# end"));
    damaged("empty", |_| Vec::new(), 1);
    damaged("binary", |_| vec![0, 159, 146, 150, 255, 0], 1);
    damaged("another file", |_| b"visit: one\n".to_vec(), 1);
    damaged("cut between lines", |text| text.as_bytes()[..text.find("one/b").expect("b")].to_vec(), b - 2);
    damaged("cut in a line", |text| text.as_bytes()[..text.find("one/b").expect("b") + 20].to_vec(), b);
    damaged("without an end", |text| text.replace("# end\n", "").into_bytes(), end - 2);
    let said = damaged("newer", |text| text.replacen("revisions 1", "revisions 2", 1).into_bytes(), 1);
    assert!(said.contains("version"), "{said}");
}

#[test]
fn a_lock_file_that_is_gone_is_no_fresh_start() {
    let folder = published();
    fs::remove_file(folder.path().join(LOCK)).expect("removable");
    let said = refused(&folder, &["build", "--at", DAYS[1]], "lock-missing");
    assert!(said.contains("one/a"), "{said}");
}

#[test]
fn a_lock_file_of_an_earlier_day_lowers_nothing() {
    let folder = published();
    let earlier = folder.read(LOCK);
    for day in [1, 2] {
        let title = format!("title: Title {day}, status: confirmed, when: {{date: 2025-08-23}}");
        write(&folder, &[&entry("a", &title), &plain("b")]);
        built(&folder, day);
    }
    is(&folder, "one/a", "2", "20250803");
    folder.write(LOCK, earlier.as_bytes());
    let said = refused(&folder, &["build", "--at", DAYS[3]], "lock-missing");
    assert!(said.contains("one/a") && said.contains("sequence 2") && !said.contains("one/b"), "{said}");
}

/// Runs git as nobody in particular, whatever the machine's settings are.
fn try_git(folder: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]);
    command.args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"]).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").current_dir(folder);
    command.output().expect("git can be run").status.success()
}

fn git(folder: &Path, arguments: &[&str]) {
    assert!(try_git(folder, arguments), "git {}", arguments.join(" "));
}

/// The folder as a repository, with the attributes that are shipped.
fn repository(folder: &Folder) {
    let attributes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("schedules/.gitattributes"));
    folder.write("schedules/.gitattributes", &attributes.expect("attributes are shipped"));
    folder.write(".gitignore", b"/dist\n");
    git(folder.path(), &["init", "-q"]);
    commit(folder, "First");
}

fn commit(folder: &Folder, message: &str) {
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "-m", message]);
}

/// Has two branches change the schedules, merges them in this order, and builds what came of it without another revision.
fn merged(files: &[(&str, String); 2], order: [usize; 2]) -> Folder {
    let folder = published();
    folder.write("schedules/two.yaml", visit("two", &[&plain("m")]).as_bytes());
    built(&folder, 0);
    repository(&folder);
    for (day, (name, text)) in (1..).zip(files) {
        git(folder.path(), &["checkout", "-q", "-b", &format!("branch-{day}"), "main"]);
        folder.write(&format!("schedules/{name}"), text.as_bytes());
        // Another clone has a tree of its own.
        fs::remove_dir_all(folder.path().join("dist")).expect("removable");
        built(&folder, day);
        commit(&folder, "Revise");
    }
    git(folder.path(), &["checkout", "-q", "main"]);
    for branch in order {
        git(folder.path(), &["merge", "-q", "--no-edit", &format!("branch-{branch}")]);
    }
    fs::remove_dir_all(folder.path().join("dist")).expect("removable");
    let ran = folder.run(&["build", "--locked", "--at", DAYS[3]]);
    assert_eq!(ran.code, 0, "{}{}\n{}", ran.stdout, ran.stderr, folder.read(LOCK));
    folder
}

#[test]
fn branches_that_revise_different_entries_merge() {
    let other = |id: &str| entry(id, "title: Another, status: confirmed, when: {date: 2025-08-23}");
    for order in [[1, 2], [2, 1]] {
        let files =
            [("one.yaml", visit("one", &[&plain("a"), &other("b")])), ("two.yaml", visit("two", &[&other("m")]))];
        let folder = merged(&files, order);
        is(&folder, "one/a", "0", "20250801");
        is(&folder, "one/b", "1", "20250802");
        is(&folder, "two/m", "1", "20250803");
    }
}

#[test]
fn branches_that_add_different_entries_merge() {
    // Both come behind the same line of the lock file, in the order of the merges: before that of `two/m`.
    for order in [[1, 2], [2, 1]] {
        let files = [
            ("one.yaml", visit("one", &[&plain("a"), &plain("b"), &plain("c")])),
            ("three.yaml", visit("one-more", &[&plain("d")])),
        ];
        let folder = merged(&files, order);
        is(&folder, "one/c", "0", "20250802");
        is(&folder, "one-more/d", "0", "20250803");
        assert_eq!(events(&folder).len(), 5);
        // The next revision puts the lines in order again.
        write(
            &folder,
            &[&entry("a", "title: Another, status: confirmed, when: {date: 2025-08-23}"), &plain("b"), &plain("c")],
        );
        built(&folder, 3);
        let lock = folder.read(LOCK);
        let lines: Vec<_> = ["one/a", "one/b", "one/c", "one-more/d", "two/m"].map(|it| line_of(&lock, it)).into();
        assert!(lines.is_sorted(), "{lock}");
    }
}

#[test]
fn branches_that_revise_the_same_entry_are_told_so() {
    let folder = published();
    repository(&folder);
    for day in [1, 2] {
        git(folder.path(), &["checkout", "-q", "-b", &format!("branch-{day}"), "main"]);
        let place = format!("title: a, status: confirmed, when: {{date: 2025-08-23}}, place: {{venue: Room {day}}}");
        write(&folder, &[&entry("a", &place), &plain("b")]);
        built(&folder, day);
        commit(&folder, "Revise");
    }
    git(folder.path(), &["checkout", "-q", "main"]);
    git(folder.path(), &["merge", "-q", "--no-edit", "branch-1"]);
    assert!(!try_git(folder.path(), &["merge", "-q", "--no-edit", "branch-2"]), "the schedules conflict");
    git(folder.path(), &["checkout", "-q", "--ours", "schedules/one.yaml"]);
    // Union keeps both lines of the lock file; the program does not choose.
    let said = refused(&folder, &["build", "--at", DAYS[3]], "lock-damaged");
    assert!(said.contains("one/a"), "{said}");
}

#[test]
fn a_shallow_clone_is_enough() {
    let folder = published();
    repository(&folder);
    write(&folder, &[&entry("a", "title: Another, status: confirmed, when: {date: 2025-08-23}"), &plain("b")]);
    built(&folder, 1);
    commit(&folder, "Revise");
    let clone = Folder::new();
    let from = format!("file://{}", folder.path().display());
    git(clone.path(), &["clone", "-q", "--depth", "1", &from, "."]);
    let ran = clone.run(&["build", "--locked", "--at", DAYS[3]]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let bytes = |folder: &Folder| {
        let files = folder.snapshot("dist").into_iter();
        let inside = |path: &Path| path.strip_prefix(folder.path()).expect("below it").to_owned();
        files.map(|(path, (bytes, _))| (inside(&path), bytes)).collect::<Vec<_>>()
    };
    assert!(bytes(&clone) == bytes(&folder), "the trees differ");
}

/// The lines of a lock file that are an entry's, with its identity.
fn lock_lines(lock: &str) -> Vec<(&str, &str)> {
    let is_other = |line: &str| line.starts_with("feed ") || line.starts_with("time-zone-database ");
    let lines = lock.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', ' ']) && !is_other(line));
    lines.map(|line| (line.split('\t').next().expect("an identity"), line)).collect()
}

const VISITS: usize = 24;
const ENTRIES: usize = 120;

/// One of some visits with so much to say of their entries that the lock file is a long one.
fn long_visit(number: usize, title: &str) -> String {
    let venue = "Hall of a long name, ".repeat(20);
    let said = |title: &str| {
        format!("title: {title}, place: {{venue: \"{venue}\"}}, status: confirmed, when: {{date: 2025-08-23}}")
    };
    let mut entries: Vec<String> = (0..ENTRIES).rev().map(|number| entry(&format!("e{number}"), &said("T"))).collect();
    // Some have the identities that they had in visits of other names.
    entries[5] = entry("e-far", &format!("formerly: {}/e{number}, {}", ["a", "z"][number % 2], said("T")));
    entries[50] = entry("e-50", &said(title));
    // In the lock file “v1/…” stands before “v1-x/…” and that before “v10/…”, though “/” comes after “-”.
    let id = if number == 0 { "v1-x".to_owned() } else { format!("v{number}") };
    visit(&id, &entries.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Builds on one thread, so that the lines leave a few visits at a time on every machine.
fn build_long(folder: &Folder, arguments: &[&str]) -> Ran {
    let mut command = folder.command(&[&["build"], arguments].concat());
    command.env("RAYON_NUM_THREADS", "1");
    Ran::of(command)
}

fn long() -> Folder {
    let folder = Folder::with(&[("feeds.yaml", FEEDS)]);
    for number in 0..VISITS {
        folder.write(&format!("schedules/v{number}.yaml"), long_visit(number, "T").as_bytes());
    }
    let ran = build_long(&folder, &["--at", DAYS[1]]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    folder
}

#[test]
fn a_long_lock_file_is_as_a_short_one() {
    let folder = long();
    let first = folder.read(LOCK);
    let lines = lock_lines(&first);
    assert!(first.len() > 3 << 19, "{} bytes are no long lock file", first.len());
    assert_eq!(lines.len(), VISITS * (1 + ENTRIES));
    let parted = |line: &(&str, &str)| {
        Some(line.0.split_once('/').unwrap_or((line.0, ""))).map(|(visit, entry)| (visit.to_owned(), entry.to_owned()))
    };
    assert!(lines.windows(2).all(|pair| parted(&pair[0]) < parted(&pair[1])));
    assert_eq!((lines[0].0, lines[lines.len() - 1].0), ("a/e0", "z/e9"));
    // What is refused leaves what was there.
    let names = |folder: &Folder| {
        let files = fs::read_dir(folder.path().join("schedules")).expect("readable");
        let mut names: Vec<_> = files.map(|file| file.expect("readable").file_name()).collect();
        names.sort();
        names
    };
    let before = names(&folder);
    folder.write("schedules/v1.yaml", long_visit(1, "Another").as_bytes());
    let ran = build_long(&folder, &["--at", DAYS[0]]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("clock-set-back"), "{}", ran.stderr);
    assert!(names(&folder) == before && folder.read(LOCK) == first);
    assert_eq!(build_long(&folder, &["--locked", "--at", DAYS[2]]).code, 1);
    assert!(names(&folder) == before && folder.read(LOCK) == first);
    // One line is another, and then there is nothing more to write.
    let ran = build_long(&folder, &["--at", DAYS[2]]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let second = folder.read(LOCK);
    let differing: Vec<_> = lines.iter().zip(lock_lines(&second)).filter(|(old, new)| *old != new).collect();
    assert!(matches!(differing[..], [(("v1/e-50", _), ("v1/e-50", _))]), "{} differ", differing.len());
    let ran = build_long(&folder, &["--locked", "--at", DAYS[3]]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(names(&folder), before);
    // What is gone from the schedules keeps its line, in its place.
    let text = long_visit(7, "T");
    let without: String = text.split_inclusive('\n').filter(|line| !line.contains("id: e-50,")).collect();
    folder.write("schedules/v7.yaml", without.as_bytes());
    let ran = folder.run(&["withdraw", "v7/e-50", "--at", DAYS[3]]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    folder.write("schedules/v5.yaml", long_visit(5, "Another").as_bytes());
    let ran = build_long(&folder, &["--at", DAYS[3]]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let third = folder.read(LOCK);
    let before = lock_lines(&second);
    let differing: Vec<_> = before.iter().zip(lock_lines(&third)).filter(|(old, new)| *old != new).collect();
    assert!(matches!(differing[..], [(("v5/e-50", _), ("v5/e-50", _)), (("v7/e-50", _), ("v7/e-50", _))]));
    assert!(third.lines().count() == second.lines().count() && third.contains("v7/e-50\tpublic=1@"));
}

/// The lease of a folder, as another program holds it.
#[cfg(unix)]
fn leased(folder: &Folder, name: &str) -> fs::File {
    let file = fs::File::open(folder.path().join(name)).expect("a folder");
    file.try_lock().expect("nobody else has it");
    file
}

#[cfg(unix)]
#[test]
fn who_changes_no_lock_file_needs_no_right_to_it() {
    let folder = long();
    // As after a merge: two lines have changed places. They say what they said.
    let text = folder.read(LOCK);
    let lines = lock_lines(&text);
    let (one, other) = (lines[7].1, lines[8].1);
    let merged = text.replacen(one, "…", 1).replacen(other, one, 1).replacen("…", other, 1);
    assert!(merged != text && lock_lines(&merged).len() == lines.len());
    folder.write(LOCK, merged.as_bytes());
    let before = folder.snapshot("schedules");
    let lease = leased(&folder, "schedules");
    let ran = build_long(&folder, &["--at", DAYS[2]]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(folder.snapshot("schedules") == before, "something was written");
    // Who is refused is told why, and who has to write, that another is writing.
    folder.write("schedules/v7.yaml", long_visit(7, "Another").as_bytes());
    let before = folder.snapshot("schedules");
    let ran = build_long(&folder, &["--at", DAYS[0]]);
    assert!(ran.code == 1 && ran.stderr.contains("clock-set-back"), "{}{}", ran.code, ran.stderr);
    let ran = build_long(&folder, &["--at", DAYS[2]]);
    assert!(ran.code == 2 && ran.stderr.contains("another summitcal is writing to schedules"), "{}", ran.stderr);
    assert!(folder.snapshot("schedules") == before, "something was written");
    drop(lease);
    let ran = build_long(&folder, &["--at", DAYS[2]]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    // What is written is in order again.
    let text = folder.read(LOCK);
    assert_eq!((lock_lines(&text)[7].1, lock_lines(&text)[8].1), (one, other));
}

#[test]
fn what_was_compared_with_another_lock_file_is_not_published() {
    let folder = published();
    built(&folder, 1);
    // As another build leaves them: of the title of a, and of nothing else.
    write(&folder, &[&entry("a", "title: Another, status: confirmed, when: {date: 2025-08-23}"), &plain("b")]);
    let old = folder.read(LOCK);
    built(&folder, 2);
    let new = folder.read(LOCK);
    assert_ne!(old, new);
    folder.write(LOCK, old.as_bytes());
    let before = folder.snapshot("dist");
    // What is to be said of these is more than waits in a pipe. It is said when the lock file has been read, and before anything
    // is written.
    for number in 0..2_000 {
        folder.write(&format!("schedules/{number}.yml"), b"");
    }
    folder.write("schedules/two.yaml", visit("two", &[&plain("c")]).as_bytes());
    let mut command = folder.command(&["build", "--at", DAYS[3]]);
    let mut build = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut slow = build.stderr.take().expect("piped");
    let mut begun = [0; 1];
    slow.read_exact(&mut begun).expect("it says something");
    assert!(build.try_wait().expect("a child").is_none(), "it waits to be heard");
    folder.write(LOCK, new.as_bytes());
    let mut said = String::new();
    slow.read_to_string(&mut said).expect("UTF-8");
    let ran = build.wait_with_output().expect("it ends");
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("another summitcal has changed schedules/revisions.lock meanwhile"), "{said}");
    assert!(folder.read(LOCK) == new && folder.snapshot("dist") == before, "something was published");
}

#[test]
fn what_no_embargo_has_released_yet_goes_without_a_word() {
    let folder = published();
    let secret =
        entry("secret", "title: S, status: confirmed, when: {date: 2025-08-23}, embargo: 2025-08-03T00:00:00Z");
    write(&folder, &[&plain("a"), &plain("b"), &secret]);
    built(&folder, 0);
    assert!(folder.read(LOCK).contains("one/secret\tpublic=+"), "{}", folder.read(LOCK));
    write(&folder, &[&plain("a"), &plain("b")]);
    built(&folder, 1);
    assert!(!folder.read(LOCK).contains("one/secret"), "{}", folder.read(LOCK));
    // Nobody misses it when it would have been released.
    built(&folder, 3);
    assert_eq!(events(&folder).len(), 2);
}
