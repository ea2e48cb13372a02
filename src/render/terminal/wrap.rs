//! Lines that fit, measured in terminal columns: Hangul, kana and Chinese characters take two.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What no line begins with, in writing without blanks: what closes, and small kana.
const CLOSING: &str = "、。，．・：；？！ー」』）］｝〉》】〕”’…ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ";

/// Breaks a text at its blanks into lines of so many columns. A word wider than a line is broken anywhere, but a link
/// never is: it has to stay one to be followed.
pub(in crate::render) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let columns = word.width();
        if used > 0 && used + 1 + columns > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        let mut rest = word;
        while columns > width && !word.starts_with("http") {
            let (fitting, beyond) = rest.split_at(cut(rest, width));
            if beyond.is_empty() {
                break;
            }
            lines.push(fitting.to_owned());
            rest = beyond;
        }
        line.push_str(rest);
        used += rest.width();
    }
    lines.push(line);
    lines
}

/// Where a word is cut, so that what comes before fits: after one character at least.
fn cut(word: &str, width: usize) -> usize {
    let mut used = 0;
    let mut before = 0;
    for (at, character) in word.char_indices() {
        used += character.width().unwrap_or(0);
        if used > width && at > 0 {
            // What must not begin a line takes the character before it along.
            return if CLOSING.contains(character) && before > 0 { before } else { at };
        }
        before = at;
    }
    word.len()
}

/// Fills a text up with blanks.
pub(super) fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_fit() {
        assert_eq!(wrap("Arrival at the White House", 14), ["Arrival at the", "White House"]);
        assert_eq!(wrap("한미 정상회담 오벌 오피스", 13), ["한미 정상회담", "오벌 오피스"]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn what_has_no_blanks_is_broken_by_columns_and_never_before_a_full_stop() {
        assert_eq!(wrap("日米首脳会談。昼食会", 8), ["日米首脳", "会談。昼", "食会"]);
        assert_eq!(wrap("日米首脳会談。", 12), ["日米首脳会", "談。"]);
        assert_eq!(wrap("a 한미정상회담", 6), ["a", "한미정", "상회담"]);
        // A character wider than the line still has to go somewhere.
        assert_eq!(wrap("한미", 1), ["한", "미"]);
    }

    #[test]
    fn marks_stay_with_what_they_mark() {
        assert_eq!(wrap("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
    }

    #[test]
    fn links_stay_whole() {
        assert_eq!(wrap("Link: https://example.org/a/b/c", 10), ["Link:", "https://example.org/a/b/c"]);
    }
}
