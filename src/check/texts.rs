//! Texts for people: what may stand in them, and how they are kept.

use std::collections::HashSet;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::Checker;
use crate::diagnostic::{Edit, Fix, codes};
use crate::document::{self, Scalar, composed, in_typographic_quotes, is_decomposed, shortened};
use crate::programme::{Language, Text};
use crate::source::Span;

/// Whether a text may have several lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

impl Checker<'_, '_> {
    /// A text on one line, if there is one.
    pub(super) fn line(&mut self, text: Option<&document::Text<'_>>) -> Option<Text> {
        self.text(text?, Lines::One)
    }

    /// A text that may have several lines, if there is one.
    pub(super) fn lines(&mut self, text: Option<&document::Text<'_>>) -> Option<Text> {
        self.text(text?, Lines::Many)
    }

    /// A text in one or several languages.
    fn text(&mut self, text: &document::Text<'_>, lines: Lines) -> Option<Text> {
        match text {
            document::Text::Plain(scalar) => self.string(scalar, lines).map(Text::plain),
            document::Text::Languages(_, texts) => {
                let mut kept: Vec<(Language, String)> = Vec::with_capacity(texts.len());
                let mut known = HashSet::new();
                for (tag, scalar) in texts {
                    let (language, string) = (self.language(tag), self.string(scalar, lines));
                    if let (Some(language), Some(string)) = (language, string) {
                        if !known.insert(language.clone()) {
                            self.error(codes::DUPLICATE_KEY, tag.at, |d| {
                                d.saying(format!("The language {language} is given twice."))
                                    .with_help("Keep one of the two.")
                            });
                        }
                        kept.push((language, string));
                    }
                }
                Text::languages(kept)
            }
        }
    }

    /// A language tag.
    pub(super) fn language(&mut self, tag: &Scalar<'_>) -> Option<Language> {
        let help = "Write a BCP 47 tag, such as en, ko, ja or zh-Hant.";
        Language::parse(&tag.text).or_else(|| self.reject(tag, "language tag", codes::BAD_LANGUAGE, help))
    }

    /// One string: composed, without blanks around it, and free of what no calendar can carry.
    fn string(&mut self, scalar: &Scalar<'_>, lines: Lines) -> Option<String> {
        let text = scalar.text.trim_matches([' ', '\n']);
        if text.is_empty() {
            let help = "Write the text, or leave the key out.";
            return self.refuse(codes::EMPTY_VALUE, scalar.at, "This text is empty.", help);
        }
        if in_typographic_quotes(text).is_some() {
            self.typographic_quotes(scalar, text);
        }
        match text.chars().find(|c| is_forbidden(*c, lines)) {
            Some('\n') => {
                let message = "This text has a line break; only notes may have one.";
                let help = "Write it on one line, or move the rest into “note”.";
                self.refuse(codes::LINE_BREAK, scalar.at, message, help)
            }
            Some('\t') => {
                let message = "This text has a tab in it, which is no character of a calendar's texts.";
                self.refuse(codes::FORBIDDEN_CHARACTER, scalar.at, message, "Write a space in place of the tab.")
            }
            Some(offence) => {
                self.error(codes::FORBIDDEN_CHARACTER, scalar.at, |d| {
                    d.saying(format!("This text holds the character U+{:04X}, {}.", offence as u32, describe(offence)))
                        .with_help("Remove it; it was probably pasted along from somewhere else.")
                });
                None
            }
            None if text.chars().all(is_composed) || is_nfc(text) => Some(text.to_owned()),
            None => {
                if is_decomposed(text) {
                    self.decomposed(scalar);
                }
                Some(text.nfc().collect())
            }
        }
    }

    /// Quotes that a word processor makes are none of YAML's: what stands between them is published with them.
    fn typographic_quotes(&mut self, scalar: &Scalar<'_>, text: &str) {
        let place = self.file.place(scalar.at);
        // In straight quotes, or in a block, they are meant.
        if place.source.text().get(place.span.start..place.span.end) != Some(text) {
            return;
        }
        self.warning(codes::TYPOGRAPHIC_QUOTES, scalar.at, |d| {
            let inner = in_typographic_quotes(text).unwrap_or(text);
            let Span { start, end } = d.place.span;
            let sign = |text: &str, at: Option<char>| at.map_or(0, char::len_utf8).min(text.len());
            let (opening, closing) = (sign(text, text.chars().next()), sign(text, text.chars().next_back()));
            let edits = vec![
                Edit { span: Span { start, end: start + opening }, text: "\"".to_owned() },
                Edit { span: Span { start: end - closing, end }, text: "\"".to_owned() },
            ];
            let fix = Fix { message: format!("Write \"{inner}\"."), edits };
            let is_simple = !inner.contains(['"', '\\']);
            d.saying("YAML takes these quotes for a part of the text, and readers would see them.")
                .with_help(format!(
                    "Write \"{}\", in straight quotes; or '{}', if the quotes belong to the text.",
                    shortened(inner),
                    shortened(text)
                ))
                .with_fix(Some(fix).filter(|_| is_simple))
        });
    }

    /// Hangul in parts is put together in the feeds; the file is better searched and edited when it is there too.
    fn decomposed(&mut self, scalar: &Scalar<'_>) {
        self.warning(codes::DECOMPOSED_TEXT, scalar.at, |d| {
            let fix = composed(&d.place);
            d.saying("The Hangul in this text is written in its parts; the feeds have it put together.")
                .with_help(
                    "Put it together here too: some keyboards and file systems write it so that no search finds it.",
                )
                .with_fix(fix)
        });
    }
}

/// Whether a character may not be in a text: controls, line breaks that nobody sees, and what turns the direction.
fn is_forbidden(c: char, lines: Lines) -> bool {
    match c {
        '\n' => lines == Lines::One,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        _ => false,
    }
}

/// Whether a character is composed no matter what stands next to it, as nearly all are.
fn is_composed(c: char) -> bool {
    matches!(c, '\0'..='\u{2FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

fn describe(c: char) -> &'static str {
    match c {
        '\u{2028}' | '\u{2029}' | '\u{85}' => "an invisible line separator",
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => "which turns the direction of writing around it",
        _ => "an invisible control character",
    }
}
