//! What every language has to say, and in which letters.

use std::collections::HashSet;

use super::{Label, Locale, Page, Unknown, of};
use crate::programme::{Access, Language, PartOfDay, StatusKind, UiLanguage, VisitKind};
use crate::zone;

/// What stands for an author's text, a time or a day: no letter of any script.
const TEXT: &str = "§";

/// The fields that a source can contradict.
const FIELDS: [&str; 16] = [
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
    "with",
    "note",
    "link",
    "actual",
    "zone",
    "dates",
];
const COUNTRIES: [&str; 12] = ["US", "JP", "KR", "CN", "GB", "DE", "FR", "IT", "CA", "AU", "IN", "VN"];
const LANGUAGES: [&str; 10] = ["en", "ko", "ja", "zh", "de", "fr", "es", "it", "ru", "vi"];

fn all() -> impl Iterator<Item = (UiLanguage, &'static dyn Locale)> {
    UiLanguage::ALL.iter().map(|ui_language| (*ui_language, of(*ui_language)))
}

/// Whatever a language says without an argument of ours, by what asks for it.
fn said(words: &dyn Locale) -> Vec<(String, String)> {
    let mut said: Vec<(String, String)> = Vec::new();
    let mut say = |what: String, text: &str| said.push((what, text.to_owned()));
    for day in (0..365).filter_map(|day| chrono::NaiveDate::from_yo_opt(2025, day + 1)) {
        say(format!("day {day}"), &words.day(day));
        say(format!("full day {day}"), &words.full_day(day));
        say(format!("dated {day}"), &words.dated(day));
    }
    for it in Label::ALL {
        say(format!("{it:?}"), words.label(*it));
    }
    for it in Page::ALL {
        say(format!("{it:?}"), words.page(*it));
    }
    for it in PartOfDay::ALL {
        say(format!("{it:?}"), words.part(*it));
    }
    for it in Access::ALL {
        say(format!("{it:?}"), words.access(*it));
    }
    for it in Access::ALL {
        say(format!("mark {it:?}"), words.access_mark(*it));
    }
    for it in StatusKind::ALL {
        say(format!("{it:?}"), words.status(*it));
    }
    StatusKind::ALL.iter().filter_map(|it| words.prefix(*it)).for_each(|it| say("prefix".to_owned(), it));
    for it in VisitKind::ALL {
        say(format!("{it:?}"), words.visit_kind(*it));
    }
    FIELDS.iter().chain(&["?"]).for_each(|it| say(format!("field {it}"), words.field(it)));
    for it in &COUNTRIES {
        say(format!("country {it}"), words.country(it).unwrap_or_default());
    }
    LANGUAGES.iter().filter_map(|it| words.language(it)).for_each(|it| say("language".to_owned(), it));
    for it in [Unknown::Time, Unknown::Day, Unknown::End] {
        say(format!("{it:?}"), words.unknown(it));
    }
    for (what, text) in [
        ("own name", words.own_name()),
        ("withdrawn", words.withdrawn()),
        ("withdrawn prefix", words.withdrawn_prefix()),
        ("withdrawn notice", words.withdrawn_notice()),
        ("open end", words.open_end_mark()),
        ("nothing", words.nothing()),
        ("after", &words.after(TEXT)),
        ("about", &words.about(TEXT)),
        ("between", &words.between(TEXT, TEXT)),
        ("until", &words.until(TEXT)),
        ("day with", &words.day_with(TEXT, TEXT)),
        ("both", &words.both(TEXT, TEXT)),
        ("times", &words.around_times().join(TEXT)),
        ("days", &words.days(TEXT, TEXT)),
        ("span", &words.span(TEXT, TEXT, TEXT, TEXT, TEXT)),
        ("same day", &words.same_day(TEXT, TEXT, TEXT)),
        ("place", &words.place(&[TEXT, TEXT])),
        ("time at place", &words.time_at_place(TEXT, TEXT)),
        ("list", &words.list(&[TEXT.into(), TEXT.into()])),
        ("names", &words.names(&[TEXT.into(), TEXT.into()])),
        ("clauses", &words.clauses(&[TEXT.to_owned(), TEXT.to_owned()])),
        ("labelled", &words.labelled(Label::Place, TEXT)),
        ("labelled field", &words.labelled_field(Label::Disputed, "when", TEXT)),
        ("disputed mark", &words.disputed_mark(TEXT)),
        ("publication", &words.publication(TEXT, Some(TEXT), Some(TEXT), Some(TEXT))),
        ("said by", &words.said_by(TEXT, TEXT)),
        ("title with", &words.title_with(TEXT, TEXT)),
        ("foreign", &words.foreign(TEXT, &Language::ENGLISH)),
        ("soon", &words.soon(TEXT)),
    ] {
        say(what.to_owned(), text);
    }
    said
}

/// Whether a letter is one that a language is written in.
fn belongs(ui_language: UiLanguage, letter: char) -> bool {
    match ui_language {
        UiLanguage::English => letter.is_ascii_alphabetic(),
        UiLanguage::Korean => matches!(letter, '가'..='힣'),
        UiLanguage::Japanese => matches!(letter, 'ぁ'..='ん' | 'ァ'..='ヺ' | 'ー' | '一'..='鿿' | '々'),
    }
}

#[test]
fn nothing_is_empty_or_in_another_script() {
    for (ui_language, words) in all() {
        let said = said(words);
        assert!(said.len() > 1_200, "{ui_language:?}");
        for (what, text) in said {
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
        distinct(&name, &FIELDS, |it| words.field(it));
        distinct(&name, &COUNTRIES, |it| words.country(it).unwrap_or_default());
        let labels: Vec<_> = Label::ALL.iter().copied().filter(|label| *label != Label::Sources).collect();
        distinct(&name, &labels, |it| words.label(it));
        distinct(&name, Page::ALL, |it| words.page(it));
        assert!(FIELDS.iter().all(|field| words.field(field) != words.field("?")), "{ui_language:?}");
    }
}

/// Where one language has a name, every other has one: of a country, of a zone, of a language.
#[test]
fn what_has_a_name_has_one_in_every_language() {
    for (ui_language, words) in all() {
        for code in LANGUAGES.iter().filter(|code| **code != ui_language.word()) {
            assert!(words.language(code).is_some(), "{ui_language:?}: {code}");
        }
    }
    let (korean, japanese) = (of(UiLanguage::Korean), of(UiLanguage::Japanese));
    let mut named = 0;
    for zone in zone::all() {
        let of_its_own =
            |words: &dyn Locale| !words.zone_place(zone.name()).contains(|c: char| c.is_ascii_alphabetic());
        assert_eq!(of_its_own(korean), of_its_own(japanese), "{zone}");
        named += usize::from(of_its_own(korean));
    }
    assert!(named >= 20, "{named}");
    let swahili = Language::parse("sw-TZ").expect("a language");
    assert_eq!(japanese.foreign("Ukumbi", &swahili), "Ukumbi [sw-TZ]", "a language without a name is named by its tag");
}

/// What everybody agreed on.
#[test]
fn the_prefixes_are_those_that_the_format_fixes() {
    let prefixes = |kind: StatusKind| all().map(move |(_, words)| words.prefix(kind).unwrap_or_default());
    let bare = |prefix: &str| prefix.trim_end_matches([':', '：', ' ']).to_owned();
    assert_eq!(prefixes(StatusKind::Postponed).map(bare).collect::<Vec<_>>(), ["POSTPONED", "연기", "延期"]);
    assert_eq!(prefixes(StatusKind::Cancelled).map(bare).collect::<Vec<_>>(), ["CANCELLED", "취소", "中止"]);
    assert_eq!(prefixes(StatusKind::Confirmed).collect::<String>(), "");
}
