//! Content lines (RFC 5545, 3.1): escape, then fold: two steps. Whatever is written with the `icalendar` crate is written here.
//!
//! The crate writes each property's name and parameters. The value is escaped and folded here, because the crate's
//! folding lets the last line have 76 octets, counts characters anew for each line, and lets control characters
//! through; texts are free of those since they were read.

use std::fmt::{Display, Write as _};

use icalendar::parser::{Parameter, Property};

/// The most octets that a line may have, its break aside.
const MAX_OCTETS: usize = 75;

/// Content lines, one after the other.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    /// With room for most events, which are of several hundred characters each.
    pub(super) fn of_event() -> Self {
        Self(String::with_capacity(1024))
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }

    pub(super) fn begin(&mut self, component: &str) {
        self.raw("BEGIN", &[], component);
    }

    pub(super) fn end(&mut self, component: &str) {
        self.raw("END", &[], component);
    }

    /// A property whose value is no TEXT: a date, a number, a word, an address.
    pub(super) fn raw(&mut self, name: &str, parameters: &[(&str, &str)], value: impl Display) {
        let start = self.0.len();
        self.head(name, parameters);
        let _ = write!(self.0, "{value}");
        self.fold(start);
    }

    /// A property whose value is TEXT (RFC 5545, 3.3.11).
    pub(super) fn text(&mut self, name: &str, parameters: &[(&str, &str)], value: &str) {
        let start = self.0.len();
        self.head(name, parameters);
        let mut rest = value;
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'\n' | b',' | b';' | b'\\')) {
            self.0.push_str(&rest[..at]);
            self.0.push('\\');
            self.0.push(if rest.as_bytes()[at] == b'\n' { 'n' } else { char::from(rest.as_bytes()[at]) });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        self.fold(start);
    }

    /// A property's name and parameters, up to its value. What needs quotes or escapes is for the crate to write.
    fn head(&mut self, name: &str, parameters: &[(&str, &str)]) {
        let is_plain = |value: &str| value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_-+".contains(&byte));
        self.0.push_str(name);
        if parameters.iter().all(|(_, value)| is_plain(value)) {
            for (key, value) in parameters {
                self.0.extend([";", key, "=", value]);
            }
            self.0.push(':');
            return;
        }
        let mut property = Property::new_ref(name, "");
        property.params = parameters.iter().map(|(key, value)| Parameter::new_ref(key, Some(value))).collect();
        let head = property.to_string();
        self.0.push_str(&head.trim_end()[name.len()..]);
    }

    /// Ends the line that begins at `start`, broken between characters so that no piece has more than 75 octets.
    fn fold(&mut self, start: usize) {
        if self.0.len() - start > MAX_OCTETS {
            let line = self.0.split_off(start);
            let (mut rest, mut room) = (line.as_str(), MAX_OCTETS);
            while rest.len() > room {
                let cut = (0..=room).rfind(|at| rest.is_char_boundary(*at)).expect("a text begins between characters");
                self.0.push_str(&rest[..cut]);
                self.0.push_str("\r\n ");
                rest = &rest[cut..];
                // The blank that begins a continued line counts.
                room = MAX_OCTETS - 1;
            }
            self.0.push_str(rest);
        }
        self.0.push_str("\r\n");
    }
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
        lines.raw("X", &[], "y".repeat(73));
        assert_eq!(lines.into_string(), format!("X:{}\r\n", "y".repeat(73)));
        let mut lines = Lines::default();
        lines.raw("X", &[], "y".repeat(74 + 73));
        let out = lines.into_string();
        assert_eq!(out.split("\r\n").map(str::len).collect::<Vec<_>>(), [75, 75, 0]);
    }

    #[test]
    fn text_is_escaped_once() {
        let mut lines = Lines::default();
        lines.text("X", &[], "a;b,c\\n\nd");
        assert_eq!(lines.into_string(), "X:a\\;b\\,c\\\\n\\nd\r\n");
    }
}
