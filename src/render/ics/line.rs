//! Content lines (RFC 5545, 3.1): escape, then fold: two steps. The one user of the `icalendar` crate.
//!
//! The crate writes each property's name and parameters. The value is escaped and folded here, because the crate's
//! folding lets the last line have 76 octets, counts characters anew for each line, and lets control characters
//! through; texts are free of those since they were read.

use std::fmt::Write as _;

use icalendar::parser::{Parameter, Property};

use crate::render::escape::Escape;

/// The most octets that a line may have, its break aside.
const LIMIT: usize = 75;

/// Content lines, one after the other.
#[derive(Debug, Default)]
pub(super) struct Lines {
    out: String,
    head: String,
    value: String,
    text: String,
    /// Heads with a parameter, as the crate wrote them: few differ, and it takes three allocations for each.
    heads: Vec<Head>,
}

/// A property's name with its one parameter, and what the crate makes of it.
#[derive(Debug)]
struct Head {
    name: &'static str,
    parameter: (&'static str, String),
    text: String,
}

/// So many heads are kept.
const HEADS: usize = 16;

impl Lines {
    /// How many octets there are so far.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// Writes lines at the end of a text that has some.
    pub(super) fn go_on<T>(&mut self, text: &mut String, write: impl FnOnce(&mut Self) -> T) -> T {
        std::mem::swap(&mut self.out, text);
        let written = write(self);
        std::mem::swap(&mut self.out, text);
        written
    }

    pub(super) fn into_string(self) -> String {
        self.out
    }

    /// Moves all lines so far into a text, in place of what it held, and goes on with none.
    pub(super) fn cut(&mut self, into: &mut String) {
        std::mem::swap(&mut self.out, into);
        self.out.clear();
    }

    /// Adds lines that are written already.
    pub(super) fn copy(&mut self, lines: &str) {
        self.out.push_str(lines);
    }

    pub(super) fn begin(&mut self, component: &'static str) {
        self.raw("BEGIN", &[], component);
    }

    pub(super) fn end(&mut self, component: &'static str) {
        self.raw("END", &[], component);
    }

    /// A property whose value is no TEXT: a date, a number, a word, an address.
    pub(super) fn raw(&mut self, name: &'static str, parameters: &[(&'static str, &str)], value: &str) {
        self.head(name, parameters);
        fold(&mut self.out, &self.head, [value]);
    }

    /// The same, with a value that is written by a function.
    pub(super) fn raw_by(
        &mut self,
        name: &'static str,
        parameters: &[(&'static str, &str)],
        write: impl FnOnce(&mut String),
    ) {
        self.head(name, parameters);
        self.value.clear();
        write(&mut self.value);
        fold(&mut self.out, &self.head, [&self.value]);
    }

    /// A property whose value is TEXT (RFC 5545, 3.3.11).
    pub(super) fn text(&mut self, name: &'static str, parameters: &[(&'static str, &str)], value: &str) {
        self.head(name, parameters);
        self.value.clear();
        TEXT.write(&mut self.value, value);
        fold(&mut self.out, &self.head, [&self.value]);
    }

    /// The same, with a text that is written by a function between two that are escaped already.
    pub(super) fn text_between(
        &mut self,
        name: &'static str,
        before: &Escaped,
        write: impl FnOnce(&mut String),
        after: &Escaped,
    ) {
        self.head(name, &[]);
        self.text.clear();
        write(&mut self.text);
        self.value.clear();
        TEXT.write(&mut self.value, &self.text);
        fold(&mut self.out, &self.head, [&before.0, &self.value, &after.0]);
    }

    /// Puts a text that is written by a function, escaped, into the place of another; returns what the function says.
    pub(super) fn escape<T>(&mut self, into: &mut Escaped, write: impl FnOnce(&mut String) -> T) -> T {
        self.text.clear();
        let said = write(&mut self.text);
        into.0.clear();
        TEXT.write(&mut into.0, &self.text);
        said
    }

    fn head(&mut self, name: &'static str, parameters: &[(&'static str, &str)]) {
        self.head.clear();
        if parameters.is_empty() {
            // What the crate would write; most lines are such.
            self.head.push_str(name);
            self.head.push(':');
            return;
        }
        if let [(key, value)] = *parameters {
            let is_it = |head: &&Head| head.name == name && head.parameter.0 == key && head.parameter.1 == value;
            if let Some(head) = self.heads.iter().find(is_it) {
                self.head.push_str(&head.text);
                return;
            }
        }
        let mut property = Property::new_ref(name, "");
        property.params = parameters.iter().map(|(key, value)| Parameter::new_ref(key, Some(value))).collect();
        let _ = write!(self.head, "{property}");
        self.head.truncate(self.head.trim_end().len());
        if let [(key, value)] = *parameters {
            if self.heads.len() == HEADS {
                self.heads.clear();
            }
            self.heads.push(Head { name, parameter: (key, value.to_owned()), text: self.head.clone() });
        }
    }
}

/// TEXT that is escaped, for several lines that have it.
#[derive(Debug, Default)]
pub(super) struct Escaped(String);

/// How TEXT is escaped.
const TEXT: Escape = Escape {
    rare: b'\\',
    common: *b"\n,;",
    written: |byte| match byte {
        b'\n' => "\\n",
        b',' => "\\,",
        b';' => "\\;",
        _ => "\\\\",
    },
};

/// Writes a head and a value, which is in pieces, as lines of at most 75 octets, broken between characters.
fn fold<const N: usize>(out: &mut String, head: &str, value: [&str; N]) {
    let length: usize = value.iter().map(|piece| piece.len()).sum();
    out.reserve(head.len() + length * 26 / 25 + 8);
    out.push_str(head);
    let mut room = LIMIT.saturating_sub(head.len());
    for mut rest in value {
        while rest.len() > room {
            let cut = (0..=room).rev().find(|&at| rest.is_char_boundary(at)).unwrap_or(0);
            out.push_str(&rest[..cut]);
            out.push_str("\r\n ");
            rest = &rest[cut..];
            // The blank that begins a continued line counts.
            room = LIMIT - 1;
        }
        out.push_str(rest);
        room -= rest.len();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn lines_have_75_octets_at_most_and_break_between_characters() {
        for text in ["가".repeat(60), "a".repeat(300), "👩‍👩‍👧‍👦e\u{301}".repeat(20), format!("{}한글", "x".repeat(66))]
        {
            for pad in 0..80 {
                let mut lines = Lines::default();
                let value = format!("{}{text}", "x".repeat(pad));
                lines.text("SUMMARY", &[("LANGUAGE", "ko")], &value);
                let out = lines.into_string();
                assert!(out.split("\r\n").all(|line| line.len() <= 75), "{out}");
                assert_eq!(unfolded(&out), format!("SUMMARY;LANGUAGE=ko:{value}\r\n"));
            }
        }
    }

    #[test]
    fn a_value_that_just_fits_is_not_folded() {
        let mut lines = Lines::default();
        lines.raw("X", &[], &"y".repeat(73));
        assert_eq!(lines.into_string(), format!("X:{}\r\n", "y".repeat(73)));
        let mut lines = Lines::default();
        lines.raw("X", &[], &"y".repeat(74 + 73));
        let out = lines.into_string();
        assert_eq!(out.split("\r\n").map(str::len).collect::<Vec<_>>(), [75, 75, 0]);
    }

    #[test]
    fn pieces_are_folded_as_one() {
        let value = "가나다라 마바사 abc 🇰🇷 ".repeat(8);
        let mut whole = String::new();
        fold(&mut whole, "X:", [&value]);
        for (at, _) in value.char_indices() {
            for (end, _) in value.char_indices().filter(|(end, _)| at <= *end) {
                let mut pieces = String::new();
                fold(&mut pieces, "X:", [&value[..at], &value[at..end], &value[end..]]);
                assert_eq!(pieces, whole, "{at}, {end}");
            }
        }
    }

    #[test]
    fn text_is_escaped_once() {
        let mut lines = Lines::default();
        lines.text("X", &[], "a;b,c\\n\nd");
        assert_eq!(lines.into_string(), "X:a\\;b\\,c\\\\n\\nd\r\n");
    }
}
