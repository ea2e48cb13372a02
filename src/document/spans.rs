//! Where each node stands in its file.
//!
//! A second reading, by a parser that tells places. It is made only for a file that has something to report.

use saphyr_parser::{Event, Parser};

use crate::source::Span;

/// The span of every node, in the order of reading.
///
/// A map or list in brackets is all of it; one written as a block is the key or item that it begins with.
pub(super) fn find(text: &str) -> Vec<Span> {
    let mut cursor = Cursor::new(text);
    let mut spans: Vec<Span> = Vec::new();
    let mut open = Vec::new();
    for (event, span) in Parser::new_from_str(text).map_while(Result::ok) {
        match event {
            Event::Scalar(..) => {
                let at = cursor.span(&span);
                spans.push(trimmed(text, at));
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                open.push(spans.len());
                spans.push(cursor.span(&span));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(node) = open.pop() else { break };
                if text[spans[node].start..].starts_with(['[', '{']) {
                    spans[node].end = cursor.span(&span).end;
                } else if let Some(first) = spans.get(node + 1) {
                    spans[node] = *first;
                }
            }
            _ => {}
        }
    }
    spans
}

/// A scalar's span reaches to the next token; what people want underlined, and replaced, ends with its text, or with
/// the quote that closes it.
fn trimmed(text: &str, span: Span) -> Span {
    let written = &text[span.start..span.end];
    let length = match written.chars().next() {
        Some(quote @ ('"' | '\'')) => closed(written, quote).unwrap_or(written.len()),
        _ => written.trim_end().len(),
    };
    Span { start: span.start, end: span.start + length }
}

/// The length of a text in quotes with both of them.
fn closed(written: &str, quote: char) -> Option<usize> {
    let bytes = written.as_bytes();
    let mut at = 1;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == quote as u8 || (quote == '"' && byte == b'\\'))?;
        if bytes[at] == b'\\' || (quote == '\'' && bytes.get(at + 1) == Some(&b'\'')) {
            at += 2;
        } else {
            return Some(at + 1);
        }
    }
}

/// Turns the parser's counts of characters into bytes, going forward from where it was last asked.
pub(super) struct Cursor<'a> {
    text: &'a str,
    start: (usize, usize),
    end: (usize, usize),
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, start: (0, 0), end: (0, 0) }
    }

    pub(super) fn span(&mut self, span: &saphyr_parser::Span) -> Span {
        let (start, end) = (span.start.index(), span.end.index().max(span.start.index()));
        self.start = advance(self.text, self.start, start);
        self.end = advance(self.text, self.end, end);
        Span { start: self.start.1, end: self.end.1 }
    }
}

/// The byte of character `wanted`, from a known pair of character and byte.
fn advance(text: &str, known: (usize, usize), wanted: usize) -> (usize, usize) {
    let (from, byte) = if known.0 <= wanted { known } else { (0, 0) };
    let bytes: usize = text[byte..].chars().take(wanted - from).map(char::len_utf8).sum();
    (wanted, byte + bytes)
}
