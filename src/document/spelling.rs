//! What was probably meant by a word, and how to write it in its place.
//!
//! [`nearest`] is good for a question to the author, [`certain`] for a change without one.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::diagnostic::{Diagnostic, Edit, Fix, Place};
use crate::source::Span;

/// A name for a message, cut where it would fill the screen.
pub(crate) fn shortened(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(60) {
        Some((cut, _)) => Cow::Owned(format!("{}…", &name[..cut])),
        None => Cow::Borrowed(name),
    }
}

/// The known name that a misspelt one most resembles, if any does; of several, the first by alphabet.
pub(crate) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    if name.len() > 100 {
        return None;
    }
    let lower = name.to_lowercase();
    known
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// As many slips as a word may be away from what is meant, if it is not short.
const MAX_SLIPS: usize = 2;

/// The known name that a misspelt one can only mean: no other is as near, or as near as a word of its length may be.
///
/// Digits are never slips: `office-0812` and `office-0821` are different things.
pub(crate) fn certain<'k>(name: &str, known: impl Iterator<Item = &'k str> + Clone) -> Option<&'k str> {
    let likely = nearest(name, known.clone())?;
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).collect::<String>();
    if digits(name) != digits(likely) {
        return None;
    }
    let lower = name.to_lowercase();
    let length = |word: &str| word.chars().count();
    let slips = |other: &str| match length(name).min(length(other)) {
        0..=2 => 0,
        3 | 4 => 1,
        _ => MAX_SLIPS,
    };
    let distance = |other: &str| strsim::damerau_levenshtein(&lower, &other.to_lowercase());
    let own = distance(likely);
    let mut others = known.filter(|other| *other != likely);
    (own == 0 || (own <= slips(likely) && others.all(|other| distance(other) > own.max(slips(other)))))
        .then_some(likely)
}

/// Whether a known name is so near to a misspelt one that it counts for [`nearest`] or for [`certain`].
pub(crate) fn resembles(name: &str, known: &str) -> bool {
    let distance = strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase());
    distance <= MAX_SLIPS.max(1 + known.chars().count() / 4)
}

/// Asks whether a known word was meant by a misspelt one, or else says `otherwise`; with the fix, if it can mean no other.
pub(crate) fn with_suggestion<'k>(
    diagnostic: Diagnostic,
    written: &str,
    known: impl Iterator<Item = &'k str> + Clone,
    otherwise: impl FnOnce() -> String,
) -> Diagnostic {
    let help = nearest(written, known.clone()).map_or_else(otherwise, |name| format!("Did you mean “{name}”?"));
    let fix = certain(written, known).and_then(|name| respelt(&diagnostic.place, written, name));
    diagnostic.with_help(help).with_fix(fix)
}

/// What writes another word where one stands, in the same quotes; `None` when it is not written as it reads, as in a
/// block or with escapes.
pub(crate) fn respelt(place: &Place, was: &str, now: &str) -> Option<Fix> {
    let Span { mut start, mut end } = place.span;
    let written = place.source.text().get(start..end)?;
    let quoted = |quote: char| written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) == Some(was);
    if quoted('"') || quoted('\'') {
        (start, end) = (start + 1, end - 1);
    } else if written != was || !is_plain(now) {
        return None;
    }
    // Within quotes too: no word of the format, no name of a zone, no id and no time has anything to escape.
    let simple = now.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/+: ".contains(&byte));
    let simple = simple && !now.contains(": ") && !now.ends_with([':', ' ']);
    simple.then(|| Fix {
        message: format!("Write “{now}”."),
        edits: vec![Edit { span: Span { start, end }, text: now.to_owned() }],
    })
}

/// Whether a word without quotes is a text and no null.
fn is_plain(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric()) && !word.eq_ignore_ascii_case("null")
}

/// A text as a scalar that means it wherever it stands, in brackets too: as it is, or else in double quotes.
pub(crate) fn scalar(text: &str) -> Cow<'_, str> {
    let harmless = |c: char| c.is_alphanumeric() || " -_/+.:()'’“”–—·・、%&@=!?".contains(c);
    let starts = text.starts_with(char::is_alphanumeric) && !text.eq_ignore_ascii_case("null");
    let ends = !text.ends_with([' ', ':']) && !text.contains(": ");
    if starts && ends && text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(serde_json::Value::from(text).to_string())
}

/// What stands in a file without quotes, in quotes: typographic ones around it are those that were meant. `None` where there
/// are quotes in it already, or it is more than a line.
pub(crate) fn quoted(written: &str) -> Option<String> {
    let inner = in_typographic_quotes(written).unwrap_or(written);
    let has_quotes = inner.contains(['"', '\\']) || inner.starts_with('\'') || inner.contains(" '");
    (!has_quotes && !inner.contains(char::is_control)).then(|| format!("\"{inner}\""))
}

/// The marks that word processors put around a text, and that nobody writes for a part of a word.
const TYPOGRAPHIC_QUOTES: [(char, &[char]); 4] = [('“', &['”', '“']), ('„', &['“', '”']), ('”', &['”']), ('«', &['»'])];

/// What stands between typographic quotes, if they are around all of a text and nowhere in it.
pub(crate) fn in_typographic_quotes(text: &str) -> Option<&str> {
    let (_, closing) = TYPOGRAPHIC_QUOTES.iter().find(|(opening, _)| text.starts_with(*opening))?;
    let mut chars = text.chars();
    chars.next();
    chars.next_back().filter(|last| closing.contains(last))?;
    let inner = chars.as_str();
    let is_whole = !inner.trim().is_empty() && !inner.contains(['“', '”', '„', '«', '»']);
    is_whole.then_some(inner)
}

/// What puts together Hangul that is written in parts; nothing but Hangul is touched, so it is right in every style of quoting.
pub(crate) fn composed(place: &Place) -> Option<Fix> {
    let text = place.source.text();
    let written = text.get(place.span.start..place.span.end)?;
    let (mut edits, mut at) = (Vec::new(), 0);
    for run in written.split_inclusive(|c| !is_hangul(c)) {
        let hangul = run.trim_end_matches(|c| !is_hangul(c));
        if !is_nfc(hangul) {
            let start = place.span.start + at;
            edits.push(Edit { span: Span { start, end: start + hangul.len() }, text: hangul.nfc().collect() });
        }
        at += run.len();
    }
    (!edits.is_empty()).then(|| Fix { message: "Put the syllables together.".to_owned(), edits })
}

/// Whether a text has Hangul in parts that can be put together.
pub(crate) fn is_decomposed(text: &str) -> bool {
    text.split(|c| !is_hangul(c)).any(|run| !is_nfc(run))
}

/// Syllables, and the parts that modern ones are made of.
fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::fix::apply;
    use crate::source::Source;
    use std::sync::Arc;

    #[test]
    fn one_or_two_slips_are_certain_when_no_other_word_is_as_near() {
        let known = ["start", "end", "for", "from", "to", "date", "audience", "office-0812", "summit", "visit", "host"];
        for (name, meant) in [
            ("audiance", Some("audience")),
            ("audienece", Some("audience")),
            ("Audience", Some("audience")),
            ("strat", Some("start")),
            ("edn", Some("end")),
            ("TO", Some("to")),
            ("tp", None),
            ("fro", None),
            ("vist", Some("visit")),
            ("frm", Some("from")),
            ("ent", Some("end")),
            ("xyz", None),
            ("audxxxce", None),
            ("office-0821", None),
            ("offise-0812", Some("office-0812")),
            ("office-08l2", None),
            ("summmit", Some("summit")),
        ] {
            assert_eq!(certain(name, known.iter().copied()), meant, "{name}");
        }
        assert_eq!(certain("aab", ["aaa", "abb"].into_iter()), None);
    }

    fn mended(written: &str, was: &str, now: &str) -> Option<String> {
        let text = format!("국: {written} # x");
        let start = "국: ".len();
        let source = Arc::new(Source::new("v.yaml", text.clone().into()).expect("readable"));
        let place = Place::new(&source, Span { start, end: start + written.len() });
        let fix = respelt(&place, was, now)?;
        Some(apply(&text, [&fix]))
    }

    #[test]
    fn a_word_is_replaced_in_its_own_style() {
        assert_eq!(mended("a", "a", "b/c").as_deref(), Some("국: b/c # x"));
        assert_eq!(mended("\"a\"", "a", "b").as_deref(), Some("국: \"b\" # x"));
        assert_eq!(mended("'a'", "a", "-b").as_deref(), Some("국: '-b' # x"));
        assert_eq!(mended("9:30", "9:30", "2025-08-25 09:30").as_deref(), Some("국: 2025-08-25 09:30 # x"));
        for (written, was, now) in [
            ("\"\\u0061\"", "a", "b"),
            ("'it''s'", "it's", "b"),
            (">-\n  a", "a", "b"),
            ("a", "a", "null"),
            ("a", "a", "-b"),
            ("a", "a", "b: c"),
            ("a", "a", "b:"),
            ("a", "a", "b "),
            ("'a'", "a", "b'c"),
        ] {
            assert_eq!(mended(written, was, now), None, "{written}");
        }
    }

    #[test]
    fn hangul_is_put_together_and_nothing_else() {
        let text = "e\u{301} \u{1112}\u{1161}\u{11AB}국, 한구\u{11A8}\u{1100}\u{1161} \u{1100}";
        let source = Arc::new(Source::new("v.yaml", text.into()).expect("readable"));
        let fix = composed(&Place::new(&source, Span { start: 0, end: text.len() })).expect("a fix");
        assert_eq!(apply(text, [&fix]), "e\u{301} 한국, 한국가 \u{1100}");
        assert!(is_decomposed(text) && !is_decomposed("e\u{301} 한국 \u{1100}"));
    }
}
