//! Texts with some of their characters written otherwise: most have few of those, or none.

use memchr::{memchr, memchr3_iter};

/// What is escaped, and how. All are ASCII.
pub(super) struct Escape {
    /// The one that texts seldom have; the library looks for three at a time.
    pub(super) rare: u8,
    /// The others.
    pub(super) common: [u8; 3],
    /// What is written instead.
    pub(super) written: fn(u8) -> &'static str,
}

impl Escape {
    /// Writes a text, escaped.
    pub(super) fn write(&self, out: &mut String, text: &str) {
        let (bytes, [a, b, c]) = (text.as_bytes(), self.common);
        if memchr(self.rare, bytes).is_none() {
            self.write_at(out, text, memchr3_iter(a, b, c, bytes));
        } else {
            let is_escaped = |(at, byte): (usize, &u8)| [self.rare, a, b, c].contains(byte).then_some(at);
            self.write_at(out, text, bytes.iter().enumerate().filter_map(is_escaped));
        }
    }

    fn write_at(&self, out: &mut String, text: &str, places: impl Iterator<Item = usize>) {
        let mut done = 0;
        for at in places {
            out.push_str(&text[done..at]);
            out.push_str((self.written)(text.as_bytes()[at]));
            done = at + 1;
        }
        out.push_str(&text[done..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LETTERS: Escape =
        Escape { rare: b'd', common: *b"abc", written: |byte| ["1", "22", "333", ""][usize::from(byte - b'a')] };

    proptest! {
        #[test]
        fn a_text_is_what_its_characters_are(text in "[a-f가\u{301}]{0,40}") {
            let mut out = String::from("x");
            LETTERS.write(&mut out, &text);
            let one_by_one: String = text.chars().map(|c| match c {
                'a' => "1".to_owned(),
                'b' => "22".to_owned(),
                'c' => "333".to_owned(),
                'd' => String::new(),
                other => other.to_string(),
            }).collect();
            prop_assert_eq!(out, format!("x{one_by_one}"));
        }
    }
}
