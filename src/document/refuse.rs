//! The YAML that schedules refuse, and why a text is no YAML at all.
//!
//! What kind of mistake it is, the characters and what the parser of events saw say; the words of a parser are only
//! passed on.

use super::events::{Events, Stop, Unsupported};
use super::file::File;
use super::syntax::{conflicts, slip};
use super::tree::{MAX_DEPTH, Unparsable};
use crate::diagnostic::{Diagnostic, Place, Report, Severity, codes};
use crate::source::{Span, char_boundary};

/// Reports what a schedule does without; `false` when there was any, or may be where the parser of events did not get.
pub(super) fn refuse_unsupported(file: &File, report: &mut Report) -> bool {
    let text = file.source().text();
    let mut conflicts = conflicts(file.source()).peekable();
    if conflicts.peek().is_some() {
        report.extend(conflicts);
        return false;
    }
    if !refuse_invisible(file, report) {
        return false;
    }
    // `serde_yaml` takes quadratic time over many of them.
    if let Some(at) = directive(text) {
        report.push(
            Diagnostic::error(codes::YAML_DIRECTIVE, file.at(at), "A schedule has no YAML directives.")
                .with_help("Remove this line. A text that begins with % needs quotes."),
        );
        return false;
    }
    let Events { unsupported, too_deep, stop, .. } = file.events();
    report.extend(unsupported.iter().map(|&(what, at)| not_supported(what, file.at(at))));
    report.extend(too_deep.map(|at| nested_too_deep(file.at(at))));
    let clean = unsupported.is_empty() && too_deep.is_none();
    match stop {
        Some(stop) if !clean || may_hold_unsupported(&text[stop.read..]) => {
            report.push(syntax(file, file.at(stop.at), &stop.reason));
            false
        }
        _ => clean,
    }
}

/// Reports every character that YAML does not have, or that `serde_yaml` takes for a line break and people do not see;
/// `false` when there is one.
///
/// YAML 1.1 has these breaks, 1.2 does not: a comment with one in it would go on as text.
fn refuse_invisible(file: &File, report: &mut Report) -> bool {
    let printable = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{A0}'..);
    let hidden = |c: char| !printable(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}');
    let mut clean = true;
    for (start, c) in file.source().text().char_indices().filter(|(_, c)| hidden(*c)) {
        clean = false;
        let place = file.at(Span { start, end: start + c.len_utf8() });
        report.push_with(codes::FORBIDDEN_CHARACTER, Severity::Error, &place, || {
            let message = format!("Here stands the character U+{:04X}, which is invisible.", u32::from(c));
            Diagnostic::error(codes::FORBIDDEN_CHARACTER, place.clone(), message)
                .with_help("Remove it; it was probably pasted along from somewhere else.")
        });
    }
    clean
}

/// The first line that begins with a `%`, or the beginning of it.
fn directive(text: &str) -> Option<Span> {
    let start = if text.starts_with('%') { 0 } else { text.find("\n%").or_else(|| text.find("\r%"))? + 1 };
    let line = text[start..].split(['\n', '\r']).next().expect("a split has a first part");
    Some(Span { start, end: start + char_boundary(line, 80) })
}

/// Whether a text may hold an anchor, an alias or a tag: something that separates stands before each.
fn may_hold_unsupported(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.match_indices(['&', '*', '!']).any(|(at, sign)| {
        let starts = at == 0 || matches!(bytes[at - 1], b' ' | b'\n' | b'\r' | b'\t' | b'[' | b'{' | b',' | b':');
        starts && (sign == "!" || bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace()))
    })
}

fn not_supported(what: Unsupported, place: Place) -> Diagnostic {
    let (code, message, help) = match what {
        Unsupported::Anchor => (
            codes::YAML_ANCHOR,
            "A schedule has no anchors.",
            "Write the value out where it is needed. A text that begins with & needs quotes.",
        ),
        Unsupported::Alias => (
            codes::YAML_ALIAS,
            "A schedule has no aliases.",
            "Write the value out where it is needed. A text that begins with * needs quotes.",
        ),
        Unsupported::Tag => (
            codes::YAML_TAG,
            "A schedule has no tags.",
            "Leave the tag out: the key says what its value is. A text that begins with ! needs quotes.",
        ),
    };
    Diagnostic::error(code, place, message).with_help(help)
}

fn nested_too_deep(place: Place) -> Diagnostic {
    let message = format!("Lists and maps are nested deeper than {MAX_DEPTH} levels here.");
    Diagnostic::error(codes::NESTING_TOO_DEEP, place, message)
        .with_help("A schedule needs no more than six; look for brackets that were not closed.")
}

fn syntax(file: &File, place: Place, reason: &str) -> Diagnostic {
    if let Some(slip) = slip(file.source(), place.span.start) {
        return slip;
    }
    Diagnostic::error(codes::YAML_SYNTAX, place, format!("This is not YAML: {reason}.")).with_help(
        "Look at this line and the one before: indentation, a missing quote or bracket, or a text with “: ” or “ #” in \
         it, which needs quotes.",
    )
}

/// Reports why `serde_yaml` could not read a file.
pub(super) fn report_unparsable(file: &File, Unparsable { error, too_deep }: &Unparsable, report: &mut Report) {
    let events = file.events();
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let place = file.place_at(line, column);
    report.push(if let Some(second) = events.second_document {
        Diagnostic::error(codes::SEVERAL_DOCUMENTS, file.at(second), "A second YAML document begins here.")
            .with_help("A file holds one visit. Move the second one into a file of its own, and remove the “---”.")
    } else if *too_deep {
        nested_too_deep(place)
    } else if let Some(Stop { at, open_quote: true, .. }) = events.stop {
        Diagnostic::error(codes::YAML_SYNTAX, file.at(at), "This quote is not closed.")
            .with_help("Close it with the same sign. A quote inside of the text needs the other sign around it.")
    } else if let (None, Some(stop)) = (error.location(), &events.stop) {
        syntax(file, file.at(stop.at), &stop.reason)
    } else {
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().expect("a split has a first part");
        syntax(file, place, reason)
    });
}
