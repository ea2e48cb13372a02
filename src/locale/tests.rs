//! What every language has to say, and in which letters.

use std::collections::HashSet;

use super::{Label, Locale, NAMES, Phrase, Told, of};
use crate::programme::{Access, Language, PartOfDay, StatusKind, UiLanguage, VisitKind};
use crate::zone::Database;

/// What stands for an author's text, a time or a day: no letter of any script.
const TEXT: &str = "§";

/// The fields that a source can contradict.
/// All that have a name, but for `where`, which is a place.
const FIELDS: &[&str] = &[
    "kind",
    "title",
    "when",
    "depart",
    "arrive",
    "place",
    "status",
    "access",
    "principal",
    "counterpart",
    "host",
    "with",
    "note",
    "link",
    "stream",
    "actual",
    "zone",
    "dates",
    "depart.place",
    "arrive.place",
    "via",
    "part_of",
    "reason",
    "sources",
    "disputed",
    "press",
    "press.gather",
    "press.call_time",
    "press.meet_at",
    "press.filing_centre",
    "press.contact",
    "press.note",
    "staff",
    "staff.note",
    "staff.contact",
    "actual.end",
    "actual.says",
    "actual.sources",
    "depart.actual",
    "depart.actual.end",
    "depart.actual.says",
    "depart.actual.sources",
    "arrive.actual",
    "arrive.actual.end",
    "arrive.actual.says",
    "arrive.actual.sources",
    "description",
];

fn all() -> impl Iterator<Item = (UiLanguage, &'static dyn Locale)> {
    UiLanguage::ALL.iter().map(|ui_language| (*ui_language, of(*ui_language)))
}

/// All that a language says, each text with a name for messages; for texts of authors there is a sign.
fn texts(words: &dyn Locale) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut add = |name: String, text: &str| texts.push((name, text.to_owned()));
    for day in (0..365).filter_map(|day| chrono::NaiveDate::from_yo_opt(2025, day + 1)) {
        add(format!("day {day}"), &words.day(day));
        add(format!("full day {day}"), &words.full_day(day));
        add(format!("date {day}"), &words.date(day));
        add(format!("range from {day}"), &words.date_range(day, day + chrono::Days::new(3)));
    }
    for it in Label::ALL {
        add(format!("{it:?}"), words.label(*it));
    }
    for it in Phrase::ALL {
        add(format!("{it:?}"), words.phrase(*it));
    }
    for it in PartOfDay::ALL {
        add(format!("{it:?}"), words.part(*it));
    }
    for it in Access::ALL {
        add(format!("{it:?}"), words.access(*it));
    }
    for it in Access::ALL {
        add(format!("mark {it:?}"), words.access_mark(*it));
    }
    for it in StatusKind::ALL {
        add(format!("{it:?}"), words.status(*it));
    }
    StatusKind::ALL.iter().filter_map(|it| words.prefix(*it)).for_each(|it| add("prefix".to_owned(), it));
    for it in VisitKind::ALL {
        add(format!("{it:?}"), words.visit_kind(*it));
    }
    for it in FIELDS {
        add(format!("field {it}"), words.field(it));
    }
    for code in NAMES.keys() {
        words.name(code).into_iter().for_each(|name| add(format!("name of {code}"), name));
    }
    for (what, text) in [
        ("own name", words.own_name()),
        ("after", &words.after(&[TEXT.into()])),
        ("after several", &words.after(&[TEXT.into(), TEXT.into(), TEXT.into()])),
        ("before", &words.before(TEXT)),
        ("about", &words.about(TEXT)),
        ("about start", &words.about_one(TEXT, TEXT, true)),
        ("about end", &words.about_one(TEXT, TEXT, false)),
        ("not before", &words.not_before(TEXT)),
        ("not after", &words.not_after(TEXT)),
        ("between", &words.between(TEXT, TEXT)),
        ("until", &words.until(TEXT)),
        ("day with", &words.day_with(TEXT, TEXT)),
        ("times", &words.times(TEXT, TEXT)),
        ("days", &words.days(TEXT, TEXT)),
        ("span", &words.span(TEXT, TEXT, TEXT, TEXT, TEXT)),
        ("same day", &words.same_day(TEXT, TEXT, TEXT)),
        ("place", &words.place(&[TEXT, TEXT])),
        ("text is in", &words.text_is_in(TEXT)),
        ("other clock", &words.other_clock(TEXT, Some(TEXT), TEXT)),
        ("time at place", &words.time_at_place(TEXT, TEXT)),
        ("list", &words.list(&[TEXT.into(), TEXT.into()])),
        ("names", &words.names(&[TEXT.into(), TEXT.into()])),
        ("labelled", &words.labelled(Label::Place, TEXT)),
        ("labelled field", &words.labelled_field(Label::Disputed, "when", TEXT)),
        ("publication", &words.publication(TEXT, Some(TEXT), Some(TEXT), Some(TEXT))),
        ("said by", &words.said_by(TEXT, TEXT)),
        ("changed", &words.told(TEXT, Told::Changed)),
        ("announced", &words.told(TEXT, Told::Announced)),
        ("time announced", &words.told(TEXT, Told::TimeAnnounced)),
        ("no longer announced", &words.told(TEXT, Told::NoLongerAnnounced)),
        ("no longer given", &words.told(TEXT, Told::NoLongerGiven)),
        ("added", &words.told(TEXT, Told::Added)),
        ("removed", &words.told(TEXT, Told::Removed)),
        ("no longer", &words.no_longer(TEXT)),
        ("was", &words.was(TEXT)),
        ("quoted", &words.quoted(TEXT)),
        ("title with", &words.title_with(TEXT, TEXT)),
        ("foreign", &words.foreign(TEXT, &Language::ENGLISH)),
        ("soon", &words.soon(TEXT)),
    ] {
        add(what.to_owned(), text);
    }
    texts
}

/// Whether a letter is one that a language is written in.
fn belongs(ui_language: UiLanguage, letter: char) -> bool {
    match ui_language {
        // Countries keep their accents: Réunion, Türkiye.
        UiLanguage::English => letter.is_ascii_alphabetic() || ('À'..='ÿ').contains(&letter),
        UiLanguage::Korean => matches!(letter, '가'..='힣'),
        UiLanguage::Japanese => matches!(letter, 'ぁ'..='ん' | 'ァ'..='ヺ' | 'ー' | '一'..='鿿' | '々'),
    }
}

#[test]
fn every_country_has_a_name_in_each_language() {
    let codes: Vec<&str> =
        NAMES.keys().copied().filter(|code| code.len() == 2 && code.to_uppercase() == **code).collect();
    assert_eq!(codes.len(), 250, "those of ISO 3166-1, and Kosovo");
    for ui_language in UiLanguage::ALL {
        for code in &codes {
            let name = of(*ui_language).name(code).unwrap_or_else(|| panic!("{code} has no name in {ui_language:?}"));
            assert!(name != *code && !name.is_empty() && name == name.trim(), "{code} in {ui_language:?}: {name}");
        }
    }
    // What the newspapers of a country write goes before the table.
    assert_eq!(
        UiLanguage::ALL.iter().map(|language| of(*language).name("US")).collect::<Vec<_>>(),
        [Some("United States"), Some("미국"), Some("米国")]
    );
}

#[test]
fn nothing_is_empty_or_in_another_script() {
    for (ui_language, words) in all() {
        let texts = texts(words);
        assert!(texts.len() > 1_200, "{ui_language:?}");
        for (what, text) in texts {
            assert!(!text.trim().is_empty(), "{ui_language:?}: {what} is empty");
            let strange = text.chars().find(|c| c.is_alphabetic() && !belongs(ui_language, *c));
            assert_eq!(strange, None, "{ui_language:?}: {what}: {text}");
        }
    }
}

/// What is said of one thing is not what is said of another.
#[test]
fn no_word_stands_for_two_things() {
    fn distinct<T: Copy>(what: &str, all: &[T], word: impl Fn(T) -> &'static str) {
        let words: HashSet<_> = all.iter().map(|it| word(*it)).collect();
        assert_eq!(words.len(), all.len(), "{what}: {words:?}");
    }
    for (ui_language, words) in all() {
        let name = format!("{ui_language:?}");
        distinct(&name, PartOfDay::ALL, |it| words.part(it));
        distinct(&name, Access::ALL, |it| words.access(it));
        distinct(&name, StatusKind::ALL, |it| words.status(it));
        distinct(&name, VisitKind::ALL, |it| words.visit_kind(it));
        distinct(&name, FIELDS, |it| words.field(it));
        let named: Vec<&str> = NAMES.keys().copied().filter(|code| !code.contains('/')).collect();
        distinct(&name, &named, |code| words.name(code).expect("it has a name"));
        let labels: Vec<_> = Label::ALL.iter().copied().filter(|label| *label != Label::Sources).collect();
        distinct(&name, &labels, |it| words.label(it));
        distinct(&name, Phrase::ALL, |it| words.phrase(it));
    }
}

/// Every row of the table has a name in every language; only in English, places of zones have the IANA name, but for those
/// that people call otherwise.
#[test]
fn what_has_a_name_has_one_in_every_language() {
    for (ui_language, words) in all() {
        for code in NAMES.keys() {
            let is_zone = code.contains('/');
            match words.name(code) {
                Some(name) if ui_language == UiLanguage::English => assert_ne!(name, super::iana_place(code), "{code}"),
                found => assert_eq!(found.is_none(), is_zone && ui_language == UiLanguage::English, "{code}"),
            }
            assert!(!is_zone || Database::bundled().zones().any(|zone| zone.name() == *code), "{code}");
        }
        assert_eq!(words.own_name(), words.name(ui_language.word()).expect("a name"));
    }
    assert!(NAMES.len() > 40, "{}", NAMES.len());
    let swahili = Language::parse("sw-TZ").expect("a language");
    let japanese = of(UiLanguage::Japanese);
    assert_eq!(japanese.foreign("Ukumbi", &swahili), "Ukumbi [sw-TZ]", "a language without a name is named by its tag");
}

#[test]
fn a_range_of_days_leaves_out_what_both_ends_share() {
    let day = |text: &str| text.parse().expect("a date");
    let ranges = |from: &str, to: &str| -> Vec<String> {
        all().map(|(_, words)| words.date_range(day(from), day(to))).collect()
    };
    assert_eq!(ranges("2025-08-24", "2025-08-24"), ["24 August 2025", "2025년 8월 24일", "2025年8月24日"]);
    assert_eq!(ranges("2025-08-24", "2025-08-26"), ["24–26 August 2025", "2025년 8월 24~26일", "2025年8月24日〜26日"]);
    assert_eq!(
        ranges("2025-08-30", "2025-09-02"),
        ["30 August – 2 September 2025", "2025년 8월 30일~9월 2일", "2025年8月30日〜9月2日"]
    );
    // The same month of another year.
    assert_eq!(
        ranges("2025-01-30", "2026-01-02"),
        ["30 January 2025 – 2 January 2026", "2025년 1월 30일~2026년 1월 2일", "2025年1月30日〜2026年1月2日"]
    );
}

/// What everybody agreed on.
#[test]
fn the_prefixes_are_those_that_the_format_fixes() {
    let prefixes = |kind: StatusKind| all().map(move |(_, words)| words.prefix(kind).unwrap_or_default());
    let bare = |prefix: &str| prefix.trim_end_matches([':', '：', ' ']).to_owned();
    assert_eq!(prefixes(StatusKind::Postponed).map(bare).collect::<Vec<_>>(), ["POSTPONED", "연기", "延期"]);
    assert_eq!(prefixes(StatusKind::Cancelled).map(bare).collect::<Vec<_>>(), ["CANCELLED", "취소", "中止"]);
    assert_eq!(prefixes(StatusKind::Tentative).map(bare).collect::<Vec<_>>(), ["TENTATIVE", "잠정", "暫定"]);
    assert_eq!(prefixes(StatusKind::Confirmed).collect::<String>(), "");
}
