//! The program's own words in each language that it speaks, around authors' texts in all of them.
//!
//! `tests/languages/*.txt` are what `show` prints, with COLUMNS and `--at` as set here. A change of them is to be read by
//! somebody who reads the language.

use std::fs;
use std::path::Path;

use crate::support::Folder;
use crate::support::calendar::parse;

const AT: &str = "2025-08-26T00:00:00Z";
const LANGUAGES: [&str; 3] = ["en", "ja", "ko"];

/// Words that are the same in every language: names of clocks, and what authors wrote so.
const ANYWHERE: [&str; 4] = ["EDT", "JST", "KST", "DC"];

fn folder(schedules: &str) -> Folder {
    let folder = Folder::new();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(schedules);
    for file in fs::read_dir(from).expect("schedules").map(|file| file.expect("a file").path()) {
        if file.extension().is_some_and(|extension| extension == "yaml") {
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            folder.write(&format!("schedules/{name}"), &fs::read(&file).expect("a schedule"));
        }
    }
    folder
}

fn printed(folder: &Folder, columns: &str, language: &str, arguments: &[&str]) -> String {
    let mut command = folder.command(&[&["show", "--feed", language, "--at", AT], arguments].concat());
    command.env("COLUMNS", columns);
    let ran = crate::support::Ran::of(command);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout
}

#[test]
fn each_language_reads_as_expected() {
    let folder = folder("tests/languages/schedules");
    for language in LANGUAGES {
        let pages = [&[][..], &["summit"], &["flight"], &["days"]].map(|what| printed(&folder, "100", language, what));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/languages/{language}.txt"));
        if std::env::var_os("SUMMITCAL_GOLDEN").is_some_and(|value| value == "write") {
            fs::write(&path, pages.join("\n----\n\n")).expect("a golden can be written");
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(pages.join("\n----\n\n"), expected, "{language}");
    }
}

/// Whether a letter is one of a script that a language is written in.
fn belongs(language: &str, letter: char) -> bool {
    match language {
        "en" => letter.is_ascii(),
        "ko" => matches!(letter, '가'..='힣'),
        _ => matches!(letter, 'ぁ'..='ん' | 'ァ'..='ヺ' | 'ー' | '一'..='鿿'),
    }
}

#[test]
fn nothing_in_a_feed_is_left_in_another_language() {
    let folder = folder("tests/languages/schedules");
    let ran = folder.run(&["build", "--at", AT]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for language in LANGUAGES {
        let calendar = parse(&folder.read(&format!("dist/staff/feeds/{language}.ics")));
        let mut texts: Vec<String> = Vec::new();
        for event in calendar.all("VEVENT") {
            texts
                .extend(["SUMMARY", "DESCRIPTION", "LOCATION"].iter().filter_map(|name| Some(event.get(name)?.text())));
            texts.extend(event.components.iter().map(|alarm| alarm.text("DESCRIPTION")));
        }
        assert!(texts.len() > 15, "{language}");
        for text in texts {
            let words = text.split(|c: char| c.is_whitespace() || "：（）:()".contains(c));
            for word in words.filter(|word| !word.starts_with("//example.org") && *word != "https") {
                let word = ANYWHERE.iter().fold(word.to_owned(), |word, name| word.replace(name, ""));
                let strange = word.chars().find(|c| c.is_alphabetic() && !belongs(language, *c));
                assert_eq!(strange, None, "{language}: {word} in {text}");
            }
        }
    }
}

#[test]
fn a_language_that_nobody_wrote_falls_back_and_is_named() {
    let folder = folder("schedules");
    let feeds = folder.read("schedules/feeds.yaml");
    let tokyo = "  - {id: tokyo, title: T, zone: Asia/Tokyo, language: ja, audience: public}\n";
    folder.write("schedules/feeds.yaml", (feeds + tokyo).as_bytes());
    let page = printed(&folder, "300", "tokyo", &["oval-office-meeting"]);
    for line in [
        "Korea–U.S. summit in the Oval Office [英語]",
        "8月25日 12:15〜12:45 EDT · 8月26日 01:15〜01:45 JST",
        // A whole place or publication in one language is put as that puts it, and named once.
        "場所：米国 Oval Office, The White House, Washington [英語]",
        "出席者：President Donald Trump [英語]",
        "取材：代表取材",
        "状況：確定",
        "訪問：State visit to the United States [英語]",
    ] {
        assert!(page.lines().any(|found| found == line), "{line}: {page}");
    }
    assert!(
        page.contains("出典：The White House「Daily schedule for 25 August 2025」（The Asia Business Dailyの報道、"),
        "{page}"
    );
}
