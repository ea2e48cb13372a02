//! What is refused: each case of `tests/refused` on its own, with code, line and column; and what no text file can hold.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::support::{BASE, Case, FEEDS, Folder, each};
use summitcal::diagnostic::{Severity, codes};

/// Everything that has to be so whenever something is refused.
fn refused(folder: &Folder, compare: impl Fn(&[crate::support::Finding]) -> Result<(), String>) -> Result<(), String> {
    let checked = folder.run(&["check", "--format", "json"]);
    if checked.broke() || checked.code != 1 {
        return Err(format!("check: exit code {}: {}{}", checked.code, checked.stdout, checked.stderr));
    }
    let found = checked.findings();
    compare(&found)?;
    for finding in &found {
        let known =
            codes::ALL.iter().find(|(code, _)| code.0 == finding.code).map(|(_, severity)| severity.to_string());
        if known.as_ref() != Some(&finding.severity) {
            return Err(format!("not {known:?}: {finding:?}"));
        }
    }

    folder.write("dist/public/manifest.json", b"{\"files\": {}}");
    folder.write("dist/public/feeds/seoul.ics", b"published before");
    let before = folder.snapshot("");
    let built = folder.run(&["build", "--at", crate::support::AT]);
    if built.broke() || built.code != 1 {
        return Err(format!("build: exit code {}: {}{}", built.code, built.stdout, built.stderr));
    }
    if folder.snapshot("") != before {
        return Err("something was written".to_owned());
    }
    for finding in &found {
        let place = format!("{}:{}:{}: ", finding.file, finding.line, finding.column);
        if !built.stderr.contains(&place) {
            return Err(format!("no {place} in {}", built.stderr));
        }
    }
    match built
        .stderr
        .chars()
        .find(|&c| c != '\n' && (c.is_control() || "\u{202A}\u{202B}\u{202D}\u{202E}".contains(c)))
    {
        Some(raw) => Err(format!("a raw {raw:?} reaches the terminal")),
        None => Ok(()),
    }
}

#[test]
fn every_case_is_refused_where_it_is_wrong() {
    let cases = Case::all("refused");
    each(
        &cases,
        |case| case.name.clone(),
        |case| {
            if case.expected.is_empty() {
                return Err("it expects nothing".to_owned());
            }
            refused(&case.folder(), |found| case.compare(found))
        },
    );
}

#[test]
fn every_error_has_a_case() {
    let mut covered: BTreeSet<String> =
        Case::all("refused").iter().flat_map(|case| case.expected.clone()).map(|(place, _)| code_of(&place)).collect();
    // No text file can hold one.
    covered.insert("unreadable-file".to_owned());
    // These are about what was published before: see identity.rs and lock.rs.
    covered.extend(
        [
            "lock-damaged",
            "lock-missing",
            "entry-missing",
            "entry-present",
            "identity-reused",
            "uid-changed",
            "clock-set-back",
            "clock-ahead",
        ]
        .map(str::to_owned),
    );
    let errors = codes::ALL.iter().filter(|(_, severity)| *severity == Severity::Error);
    let missing: Vec<_> = errors.filter(|(code, _)| !covered.contains(code.0)).collect();
    assert!(missing.is_empty(), "without a case: {missing:?}");
}

fn code_of(place: &str) -> String {
    place.split(' ').next().unwrap_or_default().to_owned()
}

/// A visit's file as bytes, and what is to be said of it.
struct Written {
    name: &'static str,
    bytes: Vec<u8>,
    expected: &'static [&'static str],
}

fn bytes(name: &'static str, bytes: impl Into<Vec<u8>>, expected: &'static [&'static str]) -> Written {
    Written { name, bytes: bytes.into(), expected }
}

/// The smallest visit under another id, with something else in place of its title, which stands in line 3, column 8.
fn titled(title: &str) -> Vec<u8> {
    BASE.replace("visit: base", "visit: case").replace("title: Base", &format!("title: {title}")).into_bytes()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn bytes_that_no_case_can_hold_are_refused() {
    let visit = String::from_utf8(titled("Case")).expect("UTF-8");
    let mut cut = titled("Case");
    cut.truncate(cut.len() - 1);
    cut.extend(b"\xEA\xB5");
    let big = |size: usize| format!("{visit}# {}\n", "x".repeat(size - visit.len() - 3));
    let cases = [
        bytes("empty", "", &["empty-value 1:1"]),
        bytes("line breaks", "\n\n\n", &["empty-value 1:1"]),
        bytes("blanks and a comment", "  \n# Nothing.\n", &["empty-value 1:1"]),
        bytes("null", "~\n", &["empty-value 1:1"]),
        bytes("NUL alone", "\0", &["forbidden-character 1:1"]),
        bytes("NUL in a text", titled("a\0b"), &["forbidden-character 3:9"]),
        bytes("NUL in a quoted text", titled("'a\0b'"), &["forbidden-character 3:10"]),
        bytes("a bell", titled("a\u{7}b"), &["forbidden-character 3:9"]),
        bytes("an escape", titled("a\u{1B}[2Jb"), &["forbidden-character 3:9"]),
        bytes("a vertical tab", titled("a\u{B}b"), &["forbidden-character 3:9"]),
        bytes("a delete", titled("a\u{7F}b"), &["forbidden-character 3:9"]),
        bytes("a C1 control", titled("a\u{9B}b"), &["forbidden-character 3:9"]),
        bytes("a tab in a text", titled("a\tb"), &["forbidden-character 3:8"]),
        bytes("U+0085", titled("'a\u{85}b'"), &["forbidden-character 3:10"]),
        bytes("U+2028", titled("'a\u{2028}b'"), &["forbidden-character 3:10"]),
        bytes("U+2029", titled("'a\u{2029}b'"), &["forbidden-character 3:10"]),
        bytes("U+0085 in a comment", format!("{visit}# a\u{85}status: cancelled\n"), &["forbidden-character 16:4"]),
        bytes("U+2028 in a comment", format!("{visit}# a\u{2028}status: cancelled\n"), &["forbidden-character 16:4"]),
        bytes("U+202A", titled("a\u{202A}b"), &["forbidden-character 3:8"]),
        bytes("U+202E", titled("a\u{202E}b"), &["forbidden-character 3:8"]),
        bytes("U+2066", titled("a\u{2066}b"), &["forbidden-character 3:8"]),
        bytes("U+2069", titled("a\u{2069}b"), &["forbidden-character 3:8"]),
        bytes("U+202E in a word", visit.replace("kind: meeting", "kind: meet\u{202E}ing"), &["unknown-word 11:11"]),
        bytes("not UTF-8", [&titled("a")[..31], b"\xFF\n"].concat(), &["unreadable-file 2:20"]),
        bytes(
            "Latin 1",
            titled("Caf").iter().flat_map(|&b| if b == b'C' { vec![0xE9] } else { vec![b] }).collect::<Vec<_>>(),
            &["unreadable-file 3:8"],
        ),
        bytes("a surrogate", [b"visit: ".as_slice(), b"\xED\xA0\x80\n"].concat(), &["unreadable-file 1:8"]),
        bytes("an overlong slash", [b"visit: ".as_slice(), b"\xC0\xAF\n"].concat(), &["unreadable-file 1:8"]),
        bytes("cut in a character", cut, &["unreadable-file 15:17"]),
        bytes("UTF-16, little", utf16(&visit, u16::to_le_bytes), &["unreadable-file 1:1"]),
        bytes("UTF-16, big", utf16(&visit, u16::to_be_bytes), &["unreadable-file 1:1"]),
        bytes(
            "UTF-16, little, with its mark",
            utf16(&format!("\u{FEFF}{visit}"), u16::to_le_bytes),
            &["unreadable-file 1:1"],
        ),
        bytes(
            "UTF-16, big, with its mark",
            utf16(&format!("\u{FEFF}{visit}"), u16::to_be_bytes),
            &["unreadable-file 1:1"],
        ),
        bytes("five mebibytes", big(5 << 20), &["unreadable-file 1:1"]),
        bytes("a byte over four mebibytes", big((4 << 20) + 1), &["unreadable-file 1:1"]),
        bytes("a mark and a mistake", format!("\u{FEFF}{}", visit.replace("Asia/Tokyo", "KST")), &["unknown-zone 5:7"]),
        bytes("CR LF and a mistake", visit.replace("Asia/Tokyo", "KST").replace('\n', "\r\n"), &["unknown-zone 5:7"]),
        bytes("CR alone and a mistake", visit.replace("Asia/Tokyo", "KST").replace('\n', "\r"), &["unknown-zone 5:7"]),
    ];
    each(
        &cases,
        |case| case.name.to_owned(),
        |case| {
            let folder = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", FEEDS)]);
            folder.write("schedules/case.yaml", &case.bytes);
            refused(&folder, |found| {
                let places: Vec<_> = found.iter().map(crate::support::Finding::place).collect();
                if places != case.expected || found.iter().any(|finding| finding.help.is_empty()) {
                    return Err(format!("expected {:?}, found {found:?}", case.expected));
                }
                Ok(())
            })
        },
    );
}

#[test]
fn every_forbidden_character_is_refused_in_every_kind_of_text() {
    let forbidden = (0..=0x1F).chain(0x7F..=0x9F).chain(0x2028..=0x202E).chain(0x2066..=0x2069);
    let mut text = BASE.to_owned();
    let mut expected = 0;
    for (number, c) in forbidden.enumerate() {
        let note = if c == 0xA { "one\\ntwo" } else { "note" };
        let _ = writeln!(
            text,
            "  - {{id: t{number}, kind: meeting, status: confirmed, sources: [s], when: tba, title: \"a\\u{c:04X}b\", note: {note:?}}}"
        );
        expected += 1;
    }
    let folder = Folder::with(&[("base.yaml", &text), ("feeds.yaml", FEEDS)]);
    let ran = folder.run(&["check"]);
    assert_eq!(ran.code, 1);
    // Of one code in one file the first twenty are shown; the rest are counted.
    assert!(ran.stderr.contains(&format!("{expected} errors in 1 file.")), "{}", ran.stderr);
}

#[test]
fn what_people_write_in_files_is_accepted() {
    let visit = String::from_utf8(titled("Case")).expect("UTF-8");
    let big = format!("{visit}# {}\n", "x".repeat((4 << 20) - visit.len() - 3));
    assert_eq!(big.len(), 4 << 20);
    let accepted = [
        ("a byte order mark", format!("\u{FEFF}{visit}")),
        ("CR LF", visit.replace('\n', "\r\n")),
        ("CR", visit.replace('\n', "\r")),
        ("a document start", format!("---\n{visit}")),
        ("a document end", format!("{visit}...\n")),
        ("no last line break", visit.trim_end().to_owned()),
        ("four mebibytes", big),
        ("a joiner, a variation selector and a mark", visit.replace("Case", "👩‍👩‍👧‍👦 ❤️ e\u{301} \u{200D}")),
        ("right-to-left text", visit.replace("Case", "زيارة \u{200F}(1)")),
        ("an ampersand in a text", visit.replace("Case", "R&D *and* more! 50% off")),
        ("a leading zero", visit.replace("Case", "0777")),
    ];
    each(
        &accepted,
        |(name, _)| (*name).to_owned(),
        |(_, text)| {
            let folder = Folder::with(&[("base.yaml", BASE), ("case.yaml", text), ("feeds.yaml", FEEDS)]);
            let checked = folder.run(&["check", "--deny", "warnings", "--format", "json"]);
            if checked.code == 0 && checked.stdout == "[]\n" { Ok(()) } else { Err(checked.stdout) }
        },
    );
}

#[test]
fn twenty_mistakes_are_reported_at_once_in_order() {
    let cases = Case::all("refused");
    let case = cases.iter().find(|case| case.name == "twenty-mistakes").expect("the case");
    let found = case.folder().run(&["check", "--format", "json"]).findings();
    let codes: BTreeSet<_> = found.iter().map(|finding| &finding.code).collect();
    assert_eq!((found.len(), codes.len()), (20, 20));
    assert!(found.is_sorted_by_key(|finding| (finding.line, finding.column)));
    let text = case.folder().run(&["build"]).stderr;
    let places: Vec<_> = text.match_indices(": error[").map(|(at, _)| at).collect();
    assert_eq!(places.len(), 20);
    assert!(text.ends_with("20 errors in 1 file.\n"), "{text}");
}

#[test]
fn mistakes_of_several_files_come_in_one_run() {
    let folder = Folder::with(&[
        ("feeds.yaml", &FEEDS.replace("Asia/Seoul", "KST")),
        ("base.yaml", &BASE.replace("Asia/Tokyo", "JST")),
        ("a.yaml", &BASE.replace("visit: base", "visit: a").replace("{date: 2025-08-23}", "{after: c/first}")),
        ("c.yaml", &BASE.replace("visit: base", "visit: c").replace("{date: 2025-08-23}", "{after: a/first}")),
        ("d.yaml", "["),
    ]);
    let found = folder.run(&["check", "--format", "json"]).findings();
    let shown: Vec<_> = found.iter().map(|finding| format!("{} {}", finding.file, finding.place())).collect();
    assert_eq!(
        shown,
        [
            "schedules/base.yaml unknown-zone 5:7",
            "schedules/c.yaml after-circle 13:19",
            "schedules/d.yaml yaml-syntax 1:1",
            "schedules/feeds.yaml unknown-zone 6:11",
        ]
    );
}

#[test]
fn of_names_that_are_equally_near_always_the_same_is_suggested() {
    let sources: Vec<String> = (1..9).map(|n| format!("s{n}: {{publisher: P}}")).collect();
    let visit = |n: usize| {
        let named = BASE.replace("visit: base", &format!("visit: v{n}")).replace("sources: [s]", "sources: [sx]");
        named.replace("{s: {publisher: P}}", &format!("{{{}}}", sources.join(", ")))
    };
    let folder = Folder::with(&[("feeds.yaml", &format!("{FEEDS}    visits: [vx]\n"))]);
    for n in (1..9).rev() {
        folder.write(&format!("schedules/v{n}.yaml"), visit(n).as_bytes());
    }
    let said = folder.run(&["check"]).stderr;
    assert_eq!((said.matches("Did you mean").count(), said.matches("Did you mean “s1”?").count()), (9, 8), "{said}");
    assert!(said.contains("Did you mean “v1”?"), "{said}");
}

#[test]
fn nothing_is_made_where_nothing_was() {
    let folder = Folder::with(&[("base.yaml", &BASE.replace("Asia/Tokyo", "JST")), ("feeds.yaml", FEEDS)]);
    assert_eq!(folder.run(&["build", "--out", "fresh"]).code, 1);
    assert_eq!(folder.run(&["--out", "fresh"]).code, 1);
    assert!(folder.snapshot("fresh").is_empty());
}

#[test]
fn a_folder_that_is_not_whole_cannot_be_built() {
    let whole = [("base.yaml", BASE), ("feeds.yaml", FEEDS)];
    for (missing, files) in [("visit", &whole[1..]), ("feeds.yaml", &whole[..1])] {
        let folder = Folder::with(files);
        folder.write("dist/public/feeds/seoul.ics", b"published before");
        let before: Vec<PathBuf> = folder.snapshot("").into_keys().collect();
        for command in ["build", "check"] {
            let ran = folder.run(&[command]);
            assert_eq!(ran.code, 2, "{}", ran.stderr);
            assert!(ran.stderr.contains(missing), "{}", ran.stderr);
        }
        assert_eq!(folder.snapshot("").into_keys().collect::<Vec<_>>(), before);
    }
    let folder = Folder::with(&whole);
    for command in ["build", "check", "show"] {
        let ran = folder.run(&[command, "--schedules", "schedules/base.yaml"]);
        let said = "summitcal: cannot read the folder schedules/base.yaml: ";
        assert!(ran.code == 2 && ran.stderr.starts_with(said), "{}", ran.stderr);
    }
}

/// What cannot be read is one mistake among others: the rest is checked all the same, and nothing is waited for.
#[test]
#[cfg(unix)]
fn what_is_no_file_is_told_among_the_rest() {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    let wrong = BASE.replace("visit: base", "visit: other").replace("status: confirmed", "status: sure");
    let folder = Folder::with(&[("base.yaml", BASE), ("other.yaml", &wrong), ("feeds.yaml", FEEDS)]);
    let at = |name: &str| folder.path().join("schedules").join(name);
    assert!(Command::new("mkfifo").arg(at("pipe.yaml")).status().expect("mkfifo").success());
    std::fs::create_dir(at("folder.yaml")).expect("a folder");
    symlink("nowhere", at("dangling.yaml")).expect("a link");
    symlink("pipe.yaml", at("linked.yaml")).expect("a link");
    symlink("loop.yaml", at("loop.yaml")).expect("a link");
    let ran = folder.run(&["check", "--format", "json"]);
    let found = ran.findings();
    let places: Vec<String> = found.iter().map(|finding| format!("{} {}", finding.code, finding.file)).collect();
    let unreadable = ["dangling", "folder", "linked", "loop", "pipe"];
    let mut expected: Vec<String> =
        unreadable.iter().map(|name| format!("unreadable-file schedules/{name}.yaml")).collect();
    expected.insert(4, "unknown-word schedules/other.yaml".to_owned());
    assert_eq!((ran.code, places), (1, expected), "{}", ran.stdout);
    let pipe = found.iter().find(|finding| finding.file.ends_with("/pipe.yaml")).expect("told");
    assert_eq!(pipe.message, "This file cannot be read: it is a pipe or a device.");
    let build = folder.run(&["build"]);
    assert!(build.code == 1 && !folder.path().join("dist").exists(), "{}", build.stderr);

    // Nor is anything waited for where the lock file belongs.
    for name in ["pipe.yaml", "dangling.yaml", "linked.yaml", "loop.yaml", "other.yaml"] {
        std::fs::remove_file(at(name)).expect("removed");
    }
    std::fs::remove_dir(at("folder.yaml")).expect("removed");
    assert!(Command::new("mkfifo").arg(at("revisions.lock")).status().expect("mkfifo").success());
    let build = folder.run(&["build"]);
    assert!(build.code == 2 && build.stderr.contains("it is a pipe or a device"), "{} {}", build.code, build.stderr);
}
