//! Slips that make a file no YAML, by the characters of the line where a parser gave up: what they are, and what was meant.

use super::spelling::{quoted, shortened};
use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Place, codes};
use crate::source::{Source, Span};
use std::sync::Arc;

/// What version control writes around the two sides of a conflict.
const CONFLICT: &str = "<<<<<<< ";

/// Each conflict that a merge left in a file.
pub(super) fn conflicts(source: &Arc<Source>) -> impl Iterator<Item = Diagnostic> {
    let text = source.text();
    let at_line = |at: &usize| *at == 0 || text[..*at].ends_with(['\n', '\r']);
    text.match_indices(CONFLICT).map(|(at, _)| at).filter(at_line).map(move |start| {
        let place = Place::new(source, Span { start, end: line_end(text, start) });
        Diagnostic::error(
            codes::MERGE_CONFLICT,
            place,
            "A merge left a conflict here: both sides of it stand in the file.",
        )
        .with_help(
            "Keep what is right of the two sides, and take out the lines that begin with <<<<<<<, ======= and >>>>>>>.",
        )
    })
}

/// What is wrong where a parser gave up, if that is one of the slips that people make.
pub(super) fn slip(source: &Arc<Source>, at: usize) -> Option<Diagnostic> {
    let text = source.text();
    let start = text.get(..at)?.rfind(['\n', '\r']).map_or(0, |before| before + 1);
    let line = text.get(start..line_end(text, start))?;
    let found = |span: Span, code: Code, message: String| Diagnostic::error(code, Place::new(source, span), message);
    let tab = line.find('\t').filter(|tab| line[..*tab].chars().all(|c| " -\t".contains(c)));
    if let Some(tab) = tab {
        let span = Span { start: start + tab, end: start + tab + 1 };
        let message = "A tab stands here, and YAML is indented with spaces alone.".to_owned();
        return Some(found(span, codes::YAML_SYNTAX, message).with_help(
            "Write spaces in place of the tab, as many as the lines beside it begin with. Editors can be told to do so.",
        ));
    }
    if let Some(colon) = colon_in_text(line) {
        let Colon { key, text: span } = colon;
        let written = &line[span.start..span.end];
        let right = quoted(written);
        let span = Span { start: start + span.start, end: start + span.end };
        let message = format!(
            "A colon with a blank behind it ends a key, and this text has one in it: “{}”.",
            shortened(written)
        );
        let help = match &right {
            Some(right) => format!("Write the text in quotes: {}: {}.", shortened(key), shortened(right)),
            None => "Put quotes around all of the text.".to_owned(),
        };
        let fix =
            right.map(|text| Fix { message: "Put the text in quotes.".to_owned(), edits: vec![Edit { span, text }] });
        return Some(found(span, codes::YAML_SYNTAX, message).with_help(help).with_fix(fix));
    }
    let key = line.trim_start();
    let indent = line.len() - key.len();
    let is_item = ["id:", "field:"].iter().any(|first| key.starts_with(first));
    let is_below_dash = is_item && dash_above(&text[..start], indent);
    is_below_dash.then(|| {
        let span = Span { start: start + indent, end: start + line.trim_end().len() };
        let message = format!("The “-” is missing before “{}”.", shortened(key.trim_end()));
        found(span, codes::MISSING_DASH, message).with_help(format!(
            "Write “- {}”, with the “-” below that of the item above, and the other lines of this item two columns further in.",
            shortened(key.trim_end())
        ))
    })
}

fn line_end(text: &str, start: usize) -> usize {
    text[start..].find(['\n', '\r']).map_or(text.len(), |length| start + length)
}

/// Whether, of the lines above, the last that is indented no more than this begins with a dash there.
fn dash_above(above: &str, indent: usize) -> bool {
    let lines = above.rsplit('\n').map(|line| (line.len() - line.trim_start().len(), line.trim_start()));
    let nearest = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).find(|(own, _)| *own <= indent);
    nearest.is_some_and(|(own, line)| own == indent && line.starts_with("- "))
}

/// A text without quotes that a colon divides, as bytes of its line, and its key.
struct Colon<'l> {
    key: &'l str,
    text: Span,
}

/// The first text of a line that has a colon with a blank behind it, or at its end, after that of its key.
fn colon_in_text(line: &str) -> Option<Colon<'_>> {
    let body = line.trim_start_matches([' ', '-']);
    let offset = line.len() - body.len();
    let (key, value) = body.split_once(": ")?;
    let begins = value.trim_start().chars().next()?;
    let in_braces = matches!(begins, '{' | '[');
    let piece = |start: usize, end: usize| -> Option<Colon<'_>> {
        let piece = &line[start..end];
        let (key, text) = piece.split_once(": ")?;
        let from = start + key.len() + 2 + (text.len() - text.trim_start().len());
        let text = text.trim();
        let divided = text.contains(": ") || text.ends_with(':');
        let plain = !text.starts_with(['"', '\'', '{', '[', '|', '>', '&', '*', '!']);
        (divided && plain).then(|| Colon { key: key.trim(), text: Span { start: from, end: from + text.len() } })
    };
    if !in_braces {
        let end = line.find(" #").unwrap_or(line.len());
        return piece(offset, end.max(offset)).filter(|_| !key.contains(['"', '\'']));
    }
    // Within braces, each text ends at a comma or a brace, unless it is in quotes.
    let (mut start, mut quote): (Option<usize>, Option<char>) = (None, None);
    for (at, c) in line.char_indices() {
        if let Some(open) = quote {
            quote = Some(open).filter(|open| *open != c);
            continue;
        }
        match c {
            '"' | '\'' if line[..at].ends_with([' ', '{', '[', ',']) => quote = Some(c),
            '{' | '[' | ',' | '}' | ']' => {
                if let Some(colon) = start.and_then(|start| piece(start, at)) {
                    return Some(colon);
                }
                start = Some(at + c.len_utf8());
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_in_a_text_is_found() {
        for (line, found) in [
            ("title: Talks: first round", Some(("title", "Talks: first round"))),
            ("  - title: Talks: first round  # x", Some(("title", "Talks: first round"))),
            ("    title: 회담: 1차", Some(("title", "회담: 1차"))),
            ("title: {en: Talks: first round, ko: 회담}", Some(("en", "Talks: first round"))),
            ("title: {en: \"Talks: one\", ko: 회담: 하나}", Some(("ko", "회담: 하나"))),
            ("title: The end:", Some(("title", "The end:"))),
            ("title: \"Talks: first round\"", None),
            ("title: Talks at 12:15", None),
            ("title: {en: Talks, ko: 회담}", None),
            ("when: {start: 2025-08-25 12:15}", None),
            ("한국: 회담", None),
            ("", None),
            ("- ", None),
            ("#: #: ", None),
        ] {
            let colon = colon_in_text(line).map(|colon| (colon.key, &line[colon.text.start..colon.text.end]));
            assert_eq!(colon, found, "{line}");
        }
    }
}
