//! `set` and `new`: what they write, that they touch nothing else, and what they refuse.

use crate::support::{BASE, FEEDS, Folder, Ran};
use proptest::prelude::*;

/// A visit with every layout that there is: blocks, brackets, quotes, comments, blank lines.
const VISIT: &str = "\
# yaml-language-server: $schema=visit.schema.json
visit: base      # never changes
kind: working-visit
title: {en: Base, ko: 바탕}   # in two languages
principal: President A
zone: Asia/Tokyo
dates: {from: 2025-08-23, to: 2025-08-24}
audience: public
sources:
  s: {publisher: P}
entries:
  # The first.
  - id: first
    kind: meeting
    title:
      en: First
      ko: \"첫 만남\"
    when: {start: 2025-08-23 10:00, end: 11:00}   # confirmed twice
    place:
      site: 'The Minister''s house'   # not the ministry
      city: Tokyo
    note: |
      Two lines,
      # and no comment.
    status: tentative
    sources: [s]

  # The second.
  - id: second
    kind: meal
    title: Lunch
    when: {after: first}
    status: confirmed
    sources:
      - s
# The end.
";

fn folder(visit: &str) -> Folder {
    let folder = Folder::with(&[
        ("base.yaml", visit),
        ("feeds.yaml", &(FEEDS.replace("ko", "en") + "rules: {no-arrival: off}\n")),
    ]);
    folder.build();
    folder
}

fn run(folder: &Folder, arguments: &[&str]) -> Ran {
    let mut command = folder.command(arguments);
    command.env("SOURCE_DATE_EPOCH", "1756166400");
    Ran::of(command)
}

#[test]
fn a_value_changes_and_nothing_else() {
    for (values, was, now) in [
        (&["status=confirmed"][..], "status: tentative", "status: confirmed"),
        (&["when.start=2025-08-23 10:15"], "start: 2025-08-23 10:00", "start: 2025-08-23 10:15"),
        (&["when.about=true"], "end: 11:00}", "end: 11:00, about: true}"),
        (&["when.end="], ", end: 11:00}", "}"),
        (&["when={date: 2025-08-23}"], "{start: 2025-08-23 10:00, end: 11:00}", "{date: 2025-08-23}"),
        (&["title.ko=둘: \"만남\""], "\"첫 만남\"", "\"둘: \\\"만남\\\"\""),
        (&["title.en=A, B"], "en: First\n", "en: \"A, B\"\n"),
        (&["title=One"], "title:\n      en: First\n      ko: \"첫 만남\"\n", "title: One\n"),
        (&["place.site=It's"], "'The Minister''s house'", "'It''s'"),
        (&["place.venue=Room 1"], "      city: Tokyo\n", "      city: Tokyo\n      venue: Room 1\n"),
        (&["place.city="], "      city: Tokyo\n", ""),
        (&["note=One line"], "|\n      Two lines,\n      # and no comment.\n", "One line\n"),
        (&["reason=Rain"], "    status: tentative\n", "    status: tentative\n    reason: Rain\n"),
        (&["access=open"], "    status: tentative\n", "    status: tentative\n    access: open\n"),
        (
            &["actual.end=2025-08-23 11:10"],
            "    sources: [s]\n",
            "    sources: [s]\n    actual: {end: 2025-08-23 11:10}\n",
        ),
        (
            &["link=https://example.org/a?b=c#d"],
            "    status: tentative\n",
            "    status: tentative\n    link: \"https://example.org/a?b=c#d\"\n",
        ),
    ] {
        for change in [
            |text: &str| text.to_owned(),
            |text: &str| text.replace('\n', "\r\n"),
            |text: &str| format!("\u{FEFF}{text}"),
        ] {
            let folder = folder(&change(VISIT));
            let ran = run(&folder, &[&["set", "base/first"][..], values].concat());
            assert_eq!(ran.code, 0, "{values:?}: {}", ran.stderr);
            assert_eq!(VISIT.matches(was).count(), 1, "{was}");
            let expected = change(&VISIT.replacen(was, now, 1));
            assert_eq!(folder.read("schedules/base.yaml"), expected, "{values:?}");
        }
    }
}

#[test]
fn it_says_what_changes_for_readers() {
    let folder = folder(VISIT);
    let ran = run(&folder, &["set", "base/first", "when.start=2025-08-23 10:15", "status=confirmed"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.starts_with("schedules/base.yaml was written.\n"), "{}", ran.stdout);
    let changes = ran.stdout.split_once(".\n").expect("two parts").1;
    // The same as `diff` says before anything else was changed.
    assert_eq!(run(&folder, &["diff"]).stdout, changes);
    assert!(changes.contains("10:15") && changes.contains("confirmed"), "{changes}");
    let again = run(&folder, &["set", "base/first", "status=confirmed"]);
    assert_eq!((again.code, again.stdout.as_str()), (0, "schedules/base.yaml is so already; nothing was written.\n"));
    let ran = run(&folder, &["set", "base", "title.en=Other"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(folder.read("schedules/base.yaml").contains("title: {en: Other, ko: 바탕}   # in two languages\n"));
}

/// What a build would refuse because of what was published is refused before it is written.
#[test]
fn what_was_published_stays() {
    let folder = folder(VISIT);
    let before = folder.snapshot("schedules");
    let ran = run(&folder, &["set", "base/first", "uid=a@example.org"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("error[uid-changed]") && ran.stderr.ends_with("nothing was written\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(folder.snapshot("schedules"), before);
}

#[test]
fn all_or_none_and_no_error() {
    for (arguments, code, said) in [
        (&["base/first", "status=confirmed", "when.start=2025-08-23 12:00"][..], 1, "error[end-not-later]"),
        (&["base/first", "status=confirmed", "statsu=confirmed"], 1, "error[unknown-key]"),
        (&["base/first", "status=sure"], 1, "error[unknown-word]"),
        (&["base/first", "title="], 1, "error[missing-key]"),
        (&["base/third", "status=confirmed"], 2, "there is no entry “third”"),
        (&["bse/first", "status=confirmed"], 2, "there is no visit “bse”; did you mean “base”?"),
        (&["base/second", "title.en=Lunch"], 2, "“title” has no keys here; give all of it, as in title='{…}'"),
        (&["base/first", "id=other"], 2, "“id” cannot be changed"),
        (&["base/first", "status"], 2, "write KEY=VALUE"),
        (&["base/first", "a..b=c"], 2, "write keys with points"),
    ] {
        let folder = folder(VISIT);
        let before = folder.snapshot("schedules");
        let ran = run(&folder, &[&["set"][..], arguments].concat());
        assert!(ran.code == code && ran.stderr.contains(said), "{arguments:?}: {} {}", ran.code, ran.stderr);
        assert_eq!(ran.stdout, "");
        assert_eq!(folder.snapshot("schedules"), before, "{arguments:?}");
    }
}

#[test]
fn a_new_entry_stands_as_the_others_do() {
    let given = [
        "kind=meal",
        "title=Dinner, late",
        "when.start=2025-08-24 19:00",
        "when.for=2h",
        "status=confirmed",
        "sources=[s]",
    ];
    let item = "id: dinner\n    kind: meal\n    title: \"Dinner, late\"\n    when: {start: 2025-08-24 19:00, for: 2h}\n    status: confirmed\n    sources: [s]\n";
    let apart = VISIT.replace("# The end.\n", &format!("\n  - {item}# The end.\n"));
    let flow = BASE.split("entries:").next().expect("it").to_owned()
        + "entries:\n- {id: a, kind: meal, title: A, when: tba, status: tentative, sources: [s]}\n";
    let flow_new = "- {id: dinner, kind: meal, title: \"Dinner, late\", when: {start: 2025-08-24 19:00, for: 2h}, status: confirmed, sources: [s]}\n";
    let inline = flow.replace("\n- {", " [{").replace("[s]}\n", "[s]}]\n");
    for (before, after) in [
        (VISIT.to_owned(), apart),
        (BASE.to_owned(), format!("{BASE}  - {item}")),
        (BASE.trim_end().to_owned(), format!("{BASE}  - {}", item.trim_end())),
        (flow.clone(), flow.clone() + flow_new),
        (inline.clone(), inline.replace("]}]", &format!("]}}, {}]", flow_new.trim_start_matches("- ").trim_end()))),
    ] {
        let folder = folder(&before);
        let ran = run(&folder, &[&["new", "entry", "base/dinner"][..], &given].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert_eq!(folder.read("schedules/base.yaml"), after);
        assert!(ran.stdout.contains("Dinner, late"), "{}", ran.stdout);
        let again = run(&folder, &[&["new", "entry", "base/dinner"][..], &given].concat());
        assert!(again.code == 1 && again.stderr.contains("error[duplicate-id]"), "{}", again.stderr);
        assert_eq!(folder.read("schedules/base.yaml"), after);
    }
}

#[test]
fn a_new_visit_is_a_file_that_checks() {
    let folder = folder(VISIT);
    let given = [
        "kind=state-visit",
        "title.en=State visit",
        "title.ko=국빈 방문",
        "principal=President A",
        "zone=Europe/Berlin",
        "dates.from=2026-01-01",
        "dates.to=2026-01-03",
        "audience=staff",
    ];
    let ran = run(&folder, &[&["new", "visit", "second"][..], &given].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("warning[no-source]") && !ran.stderr.contains("error"), "{}", ran.stderr);
    let text = folder.read("schedules/second.yaml");
    let first = ["new", "entry", "second/first", "kind=meal", "title=Lunch", "when=tba", "status=confirmed"];
    let ran = run(&folder, &first);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let whole = folder.read("schedules/second.yaml");
    assert!(whole.ends_with("audience: staff\nentries:\n  - id: first\n    kind: meal\n    title: Lunch\n    when: tba\n    status: confirmed\n"), "{whole}");
    // What was said before is not said again.
    let ran = run(&folder, &["set", "second/first", "title=Late lunch"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let ran = run(&folder, &["set", "second/first", "status="]);
    assert!(
        ran.code == 0 && ran.stderr.contains("warning[no-status]") && !ran.stderr.contains("no-source"),
        "{}",
        ran.stderr
    );
    assert!(text.starts_with("visit: second\nkind: state-visit\ntitle: {en: State visit, ko: 국빈 방문}\nprincipal: President A\nzone: Europe/Berlin\ndates: {from: 2026-01-01, to: 2026-01-03}\naudience: staff\nentries:\n"), "{text}");
    for (arguments, code, said) in [
        (&["new", "visit", "second", "kind=state-visit"][..], 2, "schedules/second.yaml is there already"),
        (
            &["new", "visit", "third", "kind=state-visit"],
            2,
            "say what is missing too: title=… principal=… zone=… dates=… audience=…",
        ),
        (&["new", "visit", "Third"], 2, "“Third” is no id"),
        (&["new", "entry", "second/a"], 2, "say what is missing too: kind=… title=… when=…"),
        (&["new", "entry", "second/b", "kind=meal", "kind=meal", "title=A", "when=tba"], 2, "“kind” is given twice"),
    ] {
        let before = folder.snapshot("schedules");
        let ran = run(&folder, arguments);
        assert!(ran.code == code && ran.stderr.contains(said), "{arguments:?}: {} {}", ran.code, ran.stderr);
        assert_eq!(folder.snapshot("schedules"), before, "{arguments:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever text is given, it is read back as it is, and all but its own stretch stays, byte for byte.
    #[test]
    fn every_byte_outside_of_the_value_stays(title in "[ -~가-힣é]{0,12}[!-~가-힣]", place in 0usize..4) {
        let (entry, key, from, to) = [
            ("second", "title", "title: ", "\n    when: {after"),
            ("first", "title.ko", "ko: \"", "\n    when: {start"),
            ("first", "place.site", "site: '", "   # not the ministry"),
            ("first", "place.city", "city: ", "\n    note: |"),
        ][place];
        let title = title.trim();
        // In brackets, it is a list or a map.
        prop_assume!(!title.starts_with(['[', '{']) && !title.is_empty());
        let folder = folder(VISIT);
        let ran = run(&folder, &["set", &format!("base/{entry}"), &format!("{key}={title}")]);
        prop_assert_eq!(ran.code, 0, "{}", ran.stderr);
        let text = folder.read("schedules/base.yaml");
        let head = VISIT.find(from).filter(|_| entry == "first").or_else(|| VISIT.rfind(from)).expect("there") + from.trim_end_matches(['"', '\'']).len();
        let tail = VISIT[head..].find(to).expect("there") + head;
        prop_assert!(text.starts_with(&VISIT[..head]) && text.ends_with(&VISIT[tail..]), "{}", text);
        let read: serde_json::Value = serde_json::from_str(&run(&folder, &["show", "--json", "--audience", "public"]).stdout).expect("JSON");
        prop_assert!(read.to_string().contains(&serde_json::Value::from(title).to_string()), "{} {}", title, read);
    }
}

/// How somebody may lay out a file.
#[derive(Debug, Clone)]
struct Layout {
    quote: &'static str,
    comment: &'static str,
    between: &'static str,
    indent: usize,
    in_brackets: bool,
    is_tight: bool,
    ends_with_line: bool,
    line_end: &'static str,
    mark: &'static str,
}

fn layout() -> impl Strategy<Value = Layout> {
    let words = (
        prop::sample::select(vec!["", "\"", "'"]),
        prop::sample::select(vec!["", " # a: {b, c]", "   # 한글 – “é” 🙂"]),
        prop::sample::select(vec!["", "\n", "\n  # - id: none\n\n", "# {\n\n\n"]),
        0..5_usize,
    );
    let switches = (any::<bool>(), any::<bool>(), any::<bool>());
    let bytes = (prop::sample::select(vec!["\n", "\r\n"]), prop::sample::select(vec!["", "\u{FEFF}"]));
    (words, switches, bytes).prop_map(|((quote, comment, between, indent), switches, (line_end, mark))| {
        let (in_brackets, is_tight, ends_with_line) = switches;
        Layout { quote, comment, between, indent, in_brackets, is_tight, ends_with_line, line_end, mark }
    })
}

impl Layout {
    /// A visit with two entries; the second one's title, and its own keys beside the kind, are given.
    fn visit(&self, kind: &str, title: &str, more: &str) -> String {
        let Layout { comment, between, .. } = self;
        let (start, end, second) = (
            format!("start: 2025-08-23 10:00{}", if self.is_tight { "" } else { "  " }),
            "end: 11:00",
            " ".repeat(self.indent),
        );
        let entry = if self.in_brackets {
            format!(
                "{second}- {{id: second, {kind}: meal,  title: {title}, when: {{{start}, {end}}},{more}\n{second}   status: confirmed, sources: [s]}}{comment}\n"
            )
        } else {
            let keys = [
                "id: second".to_owned(),
                format!("{kind}: meal"),
                format!("title: {title}"),
                format!("when: {{{start}, {end}}}"),
                more.to_owned(),
                "status: confirmed".to_owned(),
                "sources: [s]".to_owned(),
            ];
            let keys: Vec<_> =
                keys.iter().filter(|key| !key.is_empty()).map(|key| format!("{key}{comment}\n")).collect();
            format!("{second}- {}", keys.join(&format!("{second}  ")))
        };
        let first = format!(
            "{second}- id: first{comment}\n{second}  kind: meeting\n{second}  title: First\n{second}  when: tba\n{second}  status: tentative\n{second}  sources: [s]\n"
        );
        let head = BASE.split_once("entries:").expect("entries").0;
        let text = format!("{head}entries:{comment}\n{between}{first}{between}{entry}");
        let text = if self.ends_with_line { text } else { text.trim_end().to_owned() };
        format!("{}{}", self.mark, text.replace('\n', self.line_end))
    }

    fn quoted(&self, title: &str) -> String {
        format!("{0}{title}{0}", self.quote)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// However a file is laid out, `set` changes a value, `new` adds an entry, and `check --fix` a word; the rest stays.
    #[test]
    fn the_layout_of_a_file_stays(layout in layout(), title in "[A-Za-z가-힣]{1,8}( [0-9A-Za-z가-힣]{1,8})?", kind in 0..4_u8) {
        let before = layout.visit("kind", &layout.quoted("Lunch"), "");
        let folder = folder(&before);
        let read = || folder.read("schedules/base.yaml");
        match kind {
            0 => {
                let ran = run(&folder, &["set", "base/second", &format!("title={title}")]);
                prop_assert_eq!(ran.code, 0, "{}", ran.stderr);
                // In the quotes that were there, or others if need be.
                let (head, tail) = before.split_once("Lunch").expect("a title");
                let (head, tail) = (head.trim_end_matches(layout.quote), tail.trim_start_matches(layout.quote));
                let after = read();
                prop_assert!(after.starts_with(head) && after.ends_with(tail), "{}", after);
                let value = &after[head.len()..after.len() - tail.len()];
                prop_assert_eq!(value.trim_matches(['"', '\'']), &title);
            }
            1 => {
                let ran = run(&folder, &["set", "base/second", "when.start=2025-08-23 10:15"]);
                prop_assert_eq!(ran.code, 0, "{}", ran.stderr);
                prop_assert_eq!(read(), before.replace("start: 2025-08-23 10:00", "start: 2025-08-23 10:15"));
            }
            2 => {
                let ran = run(&folder, &["new", "entry", "base/third", "kind=meal", &format!("title={title}"), "when=tba", "status=tentative", "sources=[s]"]);
                prop_assert_eq!(ran.code, 0, "{}", ran.stderr);
                let after = read();
                let same = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
                let tail = &before.as_bytes()[same..];
                prop_assert!(after.as_bytes().ends_with(tail), "{}", after);
                let added = String::from_utf8_lossy(&after.as_bytes()[same..after.len() - tail.len()]).into_owned();
                prop_assert!(added.contains("third") && added.contains(&title), "{}", added);
                prop_assert_eq!(added.matches('\n').count(), added.matches(layout.line_end).count());
            }
            _ => {
                folder.write("schedules/base.yaml", layout.visit("kindd", &layout.quoted("Lunch"), "").as_bytes());
                let ran = folder.run(&["check", "--fix"]);
                prop_assert_eq!(ran.code, 0, "{}", ran.stderr);
                prop_assert_eq!(read(), before);
            }
        }
        prop_assert_eq!(folder.run(&["check"]).code, 0);
    }
}
