//! The YAML that schedules refuse, and why a text is no YAML at all.
//!
//! A second reading, by a parser that tells places. It is made only for a file that `serde_yaml` cannot read, or that holds
//! a byte sequence which could start an anchor, an alias, a tag or a nesting without end.

use saphyr_parser::{Event, Parser, ScanError};

use super::file::File;
use super::spans::Cursor;
use super::tree::MAX_DEPTH;
use crate::diagnostic::{Code, Diagnostic, Place, Report, Severity, codes};
use crate::source::Span;

/// Whether a text could hold YAML that has to be refused before `serde_yaml` sees it.
///
/// An anchor, an alias or a tag starts a node, so something that separates stands before it. Brackets and dashes are
/// counted wherever they stand: `serde_yaml` takes quadratic time over unclosed brackets and over directives, and a
/// hundred bytes of memory for each of a row of dashes.
pub(super) fn is_suspicious(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut depth = 0_u32;
    let mut blocks = 0_u32;
    for (i, &byte) in bytes.iter().enumerate() {
        match byte {
            b'-' | b'?' if bytes.get(i + 1) == Some(&b' ') => {
                blocks += 1;
                if blocks > MAX_DEPTH {
                    return true;
                }
            }
            b' ' => {}
            b'%' if i == 0 || matches!(bytes[i - 1], b'\n' | b'\r') => return true,
            _ => blocks = 0,
        }
        match byte {
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'&' | b'*' | b'!' => {
                let starts = i == 0 || matches!(bytes[i - 1], b' ' | b'\n' | b'\r' | b'\t' | b'[' | b'{' | b',' | b':');
                let goes_on = byte == b'!' || bytes.get(i + 1).is_some_and(|next| !next.is_ascii_whitespace());
                if starts && goes_on {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Reports every character that `serde_yaml` takes for a line break and people do not see; `false` when there is one.
///
/// YAML 1.1 has these breaks, 1.2 does not: a comment that holds one would go on as text.
pub(super) fn refuse_hidden_breaks(file: &File, report: &mut Report) -> bool {
    let mut clean = true;
    for (start, found) in file.source().text().match_indices(['\u{85}', '\u{2028}', '\u{2029}']) {
        clean = false;
        let place = file.at(Span { start, end: start + found.len() });
        report.push_with(codes::FORBIDDEN_CHARACTER, Severity::Error, &place, || hidden(place.clone()));
    }
    clean
}

/// What is said of a character that nobody sees.
fn hidden(place: Place) -> Diagnostic {
    let found = place.source.text()[place.span.start..].chars().next().unwrap_or_default();
    let message = format!("Here stands the character U+{:04X}, which is invisible.", u32::from(found));
    Diagnostic::error(codes::FORBIDDEN_CHARACTER, place, message)
        .with_help("Remove it; it was probably pasted along from somewhere else.")
}

/// The first character that YAML does not have.
fn control(text: &str) -> Option<Span> {
    let printable = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..);
    let (start, c) = text.char_indices().find(|(_, c)| !printable(*c) || matches!(c, '\u{FFFE}' | '\u{FFFF}'))?;
    Some(Span { start, end: start + c.len_utf8() })
}

/// Reports every anchor, alias and tag; `false` when there was one, or the text cannot be read at all.
pub(super) fn refuse_exotic(file: &File, report: &mut Report) -> bool {
    if let Some(at) = directive(file.source().text()) {
        let place = file.at(at);
        report.push(
            Diagnostic::error(codes::YAML_DIRECTIVE, place, "A schedule has no YAML directives.")
                .with_help("Remove this line. A text that begins with % needs quotes."),
        );
        return false;
    }
    let mut cursor = Cursor::new(file.source().text());
    let mut clean = true;
    let mut depth = 0;
    for event in Parser::new_from_str(file.source().text()) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                report_scan_error(file, &error, report);
                return false;
            }
        };
        let (anchor, tag) = match event {
            Event::Scalar(_, _, anchor, tag) => (anchor, tag),
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                depth += 1;
                (anchor, tag)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                depth -= 1;
                continue;
            }
            Event::Alias(_) => {
                clean = false;
                let at = cursor.span(&span);
                report.push(exotic(file, at, &ALIAS));
                continue;
            }
            _ => continue,
        };
        if depth > MAX_DEPTH {
            let at = cursor.span(&span);
            report.push(too_deep(file.at(at)));
            return false;
        }
        for (present, what) in [(anchor > 0, &ANCHOR), (tag.is_some(), &TAG)] {
            if present {
                clean = false;
                let at = cursor.span(&span);
                report.push(exotic(file, before(file.source().text(), at, what.sign), what));
            }
        }
    }
    clean
}

/// The first line that begins with a `%`.
fn directive(text: &str) -> Option<Span> {
    let start = if text.starts_with('%') { 0 } else { text.find("\n%").or_else(|| text.find("\r%"))? + 1 };
    let length = text[start..].find(['\n', '\r']).unwrap_or(text.len() - start);
    Some(Span { start, end: start + length.min(80) })
        .filter(|span| text.is_char_boundary(span.end))
        .or(Some(Span { start, end: start + 1 }))
}

/// YAML that a schedule does without.
struct Exotic {
    code: Code,
    sign: char,
    message: &'static str,
    help: &'static str,
}

const ANCHOR: Exotic = Exotic {
    code: codes::YAML_ANCHOR,
    sign: '&',
    message: "A schedule has no anchors.",
    help: "Write the value out where it is needed. A text that begins with & needs quotes.",
};
const ALIAS: Exotic = Exotic {
    code: codes::YAML_ALIAS,
    sign: '*',
    message: "A schedule has no aliases.",
    help: "Write the value out where it is needed. A text that begins with * needs quotes.",
};
const TAG: Exotic = Exotic {
    code: codes::YAML_TAG,
    sign: '!',
    message: "A schedule has no tags.",
    help: "Leave the tag out: the key says what its value is. A text that begins with ! needs quotes.",
};

fn exotic(file: &File, span: Span, what: &Exotic) -> Diagnostic {
    let place = file.at(span);
    Diagnostic::error(what.code, place, what.message).with_help(what.help)
}

/// The sign stands before the node that carries it, on the same line or one before.
fn before(text: &str, node: Span, sign: char) -> Span {
    if text[node.start..].starts_with(sign) {
        return Span { start: node.start, end: node.start + 1 };
    }
    let floor = text[..node.start].len().saturating_sub(400);
    let floor = (floor..=node.start).find(|&i| text.is_char_boundary(i)).unwrap_or(node.start);
    match text[floor..node.start].rfind(sign) {
        Some(at) => Span { start: floor + at, end: node.start },
        None => node,
    }
}

fn too_deep(place: Place) -> Diagnostic {
    Diagnostic::error(
        codes::NESTING_TOO_DEEP,
        place,
        format!("Lists and maps are nested deeper than {MAX_DEPTH} levels here."),
    )
    .with_help("A schedule needs no more than six; look for brackets that were not closed.")
}

fn report_scan_error(file: &File, error: &ScanError, report: &mut Report) {
    let place = file.place_at(error.marker().line(), error.marker().col() + 1);
    if error.info().contains("unknown anchor") {
        report.push(exotic(file, place.span, &ALIAS));
    } else if error.info().contains("recursion") || error.info().contains("too deep") {
        report.push(too_deep(place));
    } else {
        report.push(syntax(place, error.info()));
    }
}

fn syntax(place: Place, parser_says: &str) -> Diagnostic {
    Diagnostic::error(codes::YAML_SYNTAX, place, format!("This is not YAML: {parser_says}.")).with_help(
        "Look at this line and the one before: indentation, a missing quote or bracket, or a text with “: ” or “ #” in \
         it, which needs quotes.",
    )
}

/// Reports why `serde_yaml` could not read a file.
pub(super) fn report_unparsable(file: &File, error: &serde_yaml::Error, deep: bool, report: &mut Report) {
    let said = error.to_string();
    let place = match error.location() {
        Some(at) => file.place_at(at.line(), at.column()),
        None => file.place_at(1, 1),
    };
    if said.contains("more than one document") {
        let second = second_document(file).unwrap_or(place);
        report.push(
            Diagnostic::error(codes::SEVERAL_DOCUMENTS, second, "A second YAML document begins here.")
                .with_help("A file holds one visit. Move the second one into a file of its own, and remove the “---”."),
        );
    } else if deep {
        report.push(too_deep(place));
    } else if let Some(span) = control(file.source().text()).filter(|_| said.contains("control characters")) {
        report.push(hidden(file.at(span)));
    } else if let Some(quote) = open_quote(file, &said) {
        report.push(
            Diagnostic::error(codes::YAML_SYNTAX, quote, "This quote is not closed.")
                .with_help("Close it with the same sign. A quote inside of the text needs the other sign around it."),
        );
    } else {
        let words = said.split(" at line ").next().unwrap_or(&said);
        report.push(syntax(place, words));
    }
}

/// Where a quoted text begins that has no end. The library tells where it gave up, and in words where it began.
fn open_quote(file: &File, said: &str) -> Option<Place> {
    let (gave_up, began) = said.split_once(", while scanning a quoted scalar at line ")?;
    let (line, column) = began.split_once(" column ")?;
    let place = file.place_at(line.parse().ok()?, column.parse().ok()?);
    gave_up.starts_with("found unexpected end of stream").then_some(place)
}

fn second_document(file: &File) -> Option<Place> {
    let starts = Parser::new_from_str(file.source().text())
        .map_while(Result::ok)
        .filter(|(event, _)| matches!(event, Event::DocumentStart(_)));
    let (_, span) = starts.into_iter().nth(1)?;
    Some(file.place_at(span.start.line(), span.start.col() + 1))
}
