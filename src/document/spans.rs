//! Where each node stands in its file.
//!
//! A second reading, by a parser that tells places. It is made only for a file that has something to report.

use std::sync::{Arc, OnceLock};

use saphyr_parser::{Event, Parser};

use super::tree::NodeId;
use crate::diagnostic::{Diagnostic, Place, Report, codes};
use crate::source::{Source, Span};

/// The text of a file, and the places of its nodes once somebody asked.
#[derive(Debug)]
pub struct Open {
    source: Arc<Source>,
    spans: OnceLock<Vec<Span>>,
}

impl Open {
    pub(super) fn new(source: Arc<Source>) -> Self {
        Self { source, spans: OnceLock::new() }
    }

    /// Its text.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Where a node stands. The first call reads the text a second time.
    pub(super) fn place(&self, node: NodeId) -> Place {
        if node.0 == 0 {
            // The file as a whole: where its text begins can be said without reading it again.
            return self.at(first_words(self.source.text()));
        }
        let span = self.spans().get(node.0 as usize).copied().unwrap_or(Span { start: 0, end: 0 });
        self.at(span)
    }

    /// A stretch of it.
    pub(super) fn at(&self, span: Span) -> Place {
        Place { source: Arc::clone(&self.source), span }
    }

    /// The text of a node as written, quotes and all.
    pub(super) fn raw(&self, node: NodeId) -> &str {
        let span = self.place(node).span;
        self.source.text().get(span.start..span.end).unwrap_or_default()
    }

    fn spans(&self) -> &[Span] {
        self.spans.get_or_init(|| find(self.source.text()))
    }

    /// The node, if any, whose text ends at a byte.
    fn scalar_ending_at(&self, byte: usize) -> Option<Span> {
        let spans = self.spans();
        let after = spans.partition_point(|span| span.start < byte);
        spans[..after].last().copied().filter(|span| span.end == byte)
    }

    pub(super) fn place_at(&self, line: usize, column: usize) -> Place {
        let start = self.source.offset_of(line, column);
        let end = self.source.text()[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        self.at(Span { start, end })
    }
}

/// The first line that is neither blank nor a comment.
fn first_words(text: &str) -> Span {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        if !words.is_empty() && !words.starts_with('#') {
            let start = start + (line.len() - line.trim_start().len());
            return Span { start, end: start + words.len() };
        }
        start += line.len();
    }
    Span { start: 0, end: 0 }
}

/// The span of every node, in the order of reading.
///
/// A map or list in brackets is all of it; one written as a block is the key or item that it begins with.
fn find(text: &str) -> Vec<Span> {
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
    ascii: bool,
    start: (usize, usize),
    end: (usize, usize),
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, ascii: text.is_ascii(), start: (0, 0), end: (0, 0) }
    }

    pub(super) fn span(&mut self, span: &saphyr_parser::Span) -> Span {
        let (start, end) = (span.start.index(), span.end.index().max(span.start.index()));
        if self.ascii {
            let most = self.text.len();
            return Span { start: start.min(most), end: end.min(most) };
        }
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

/// Reports plain texts that a comment without a blank after its `#` may have cut short: `title: Room #1`.
pub(crate) fn find_cut_texts(file: &Open, report: &mut Report) {
    let text = file.source.text();
    for (hash, _) in text.match_indices('#') {
        let Some(at) = hash.checked_sub(1).filter(|&at| matches!(text.as_bytes()[at], b' ' | b'\t')) else { continue };
        let cut = text[hash + 1..].chars().next().is_some_and(|next| !next.is_whitespace() && !"#!".contains(next));
        if !cut {
            continue;
        }
        let before = text[..at].trim_end_matches([' ', '\t']).len();
        let Some(span) = file.scalar_ending_at(before) else { continue };
        let written = &text[span.start..span.end];
        // What has an end of its own cannot be cut short.
        if written.is_empty() || written.starts_with(['"', '\'', '[', '{']) {
            continue;
        }
        let end = text[at + 1..].find('\n').map_or(text.len(), |length| at + 1 + length);
        let comment = Span { start: at + 1, end: at + 1 + text[at + 1..end].trim_end().len() };
        let place = file.at(comment);
        report.push(
            Diagnostic::warning(
                codes::COMMENT_CUTS_TEXT,
                place,
                format!("YAML takes this for a comment; the text ends with “{}”.", last_words(written)),
            )
            .with_help(
                "If it belongs to the text, put the text in quotes. If it is a comment, write a blank after the #.",
            ),
        );
    }
}

fn last_words(text: &str) -> &str {
    let from = text.char_indices().rev().nth(29).map_or(0, |(at, _)| at);
    &text[from..]
}
