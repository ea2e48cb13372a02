//! What a parser of YAML events sees in a text: where each node stands, what schedules do without, and where it gave up.
//!
//! It reads every file that is not plain, and any other once there is something to report of it.

use saphyr_parser::{Event, Parser, ScanError};

use super::tree::MAX_DEPTH;
use crate::source::{Span, char_boundary};

/// What was seen, up to the end, to a nesting that is too deep, or to where the parser gave up.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// Where each node stands, in the order of reading. A map or list in brackets is all of it; one written as a block
    /// is the key or item that it begins with.
    pub(super) spans: Vec<Span>,
    /// What schedules do without, and where.
    pub(super) unsupported: Vec<(Unsupported, Span)>,
    /// Where lists and maps are nested deeper than [`MAX_DEPTH`].
    pub(super) too_deep: Option<Span>,
    /// Where a second document begins.
    pub(super) second_document: Option<Span>,
    /// Where the parser gave up.
    pub(super) stop: Option<Stop>,
}

/// A part of YAML that schedules do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsupported {
    Anchor,
    Alias,
    Tag,
}

/// Where the parser gave up, and why.
#[derive(Debug)]
pub(super) struct Stop {
    /// The character.
    pub(super) at: Span,
    /// Why, in the parser's words.
    pub(super) reason: String,
    /// Whether a quoted text begins there that has no end.
    pub(super) open_quote: bool,
    /// The end of what was read before.
    pub(super) read: usize,
}

impl Events {
    /// Reads a text.
    pub(super) fn of(text: &str) -> Self {
        let mut events = Events::default();
        let (mut cursor, mut open, mut documents) = (Cursor::new(text), Vec::new(), 0);
        for event in Parser::new_from_str(text) {
            let (event, span) = match event {
                Ok(found) => found,
                Err(error) => {
                    events.stopped(text, &error, &mut cursor, open.len());
                    break;
                }
            };
            match event {
                Event::Scalar(_, _, anchor, tag) => {
                    let at = cursor.span(&span);
                    events.properties(text, at, anchor > 0, tag.is_some());
                    events.spans.push(trimmed(text, at));
                }
                Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                    let at = cursor.span(&span);
                    open.push(events.spans.len());
                    if open.len() > MAX_DEPTH {
                        events.too_deep = Some(at);
                        break;
                    }
                    events.properties(text, at, anchor > 0, tag.is_some());
                    events.spans.push(at);
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let node = open.pop().expect("what ends has begun");
                    if text[events.spans[node].start..].starts_with(['[', '{']) {
                        events.spans[node].end = cursor.span(&span).end;
                    } else if let Some(first) = events.spans.get(node + 1) {
                        events.spans[node] = *first;
                    }
                }
                Event::Alias(_) => events.unsupported.push((Unsupported::Alias, cursor.span(&span))),
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents == 2 {
                        events.second_document = Some(character(text, cursor.span(&span).start));
                    }
                }
                _ => {}
            }
        }
        events
    }

    /// Notes the anchor and the tag of a node.
    fn properties(&mut self, text: &str, node: Span, anchor: bool, tag: bool) {
        if anchor {
            self.unsupported.push((Unsupported::Anchor, before(text, node, '&')));
        }
        if tag {
            self.unsupported.push((Unsupported::Tag, before(text, node, '!')));
        }
    }

    /// Notes where the parser gave up within so many lists and maps, and why, by what stands there.
    fn stopped(&mut self, text: &str, error: &ScanError, cursor: &mut Cursor<'_>, depth: usize) {
        let at = character(text, cursor.byte(error.marker().index()));
        let read = self.spans.last().map_or(0, |span| span.end).min(at.start);
        // It looks ahead for the end of what may be a key, so that brackets may be open of which it has not told.
        let brackets = text[read..at.end].chars().fold(depth, |depth, c| match c {
            '[' | '{' => depth + 1,
            ']' | '}' => depth.saturating_sub(1),
            _ => depth,
        });
        let mut here = text[at.start..].chars();
        match here.next() {
            _ if brackets > MAX_DEPTH => self.too_deep = Some(at),
            // An alias of nothing.
            Some('*') if here.next().is_some_and(|c| !c.is_whitespace()) => {
                self.unsupported.push((Unsupported::Alias, at));
            }
            sign => {
                let quote = sign.filter(|sign| matches!(sign, '"' | '\''));
                let open_quote = quote.is_some_and(|quote| quoted_length(&text[at.start..], quote).is_none());
                self.stop = Some(Stop { at, reason: error.info().to_owned(), open_quote, read });
            }
        }
    }
}

/// The character at a byte.
fn character(text: &str, start: usize) -> Span {
    Span { start, end: start + text[start..].chars().next().map_or(0, char::len_utf8) }
}

/// The sign stands before the node that carries it, on the same line or one before.
fn before(text: &str, node: Span, sign: char) -> Span {
    if text[node.start..].starts_with(sign) {
        return Span { start: node.start, end: node.start + 1 };
    }
    let floor = char_boundary(text, node.start.saturating_sub(400));
    match text[floor..node.start].rfind(sign) {
        Some(at) => Span { start: floor + at, end: node.start },
        None => node,
    }
}

/// A scalar's span reaches to the next token; what people want underlined, and replaced, ends with its text, or with
/// the quote that closes it.
fn trimmed(text: &str, span: Span) -> Span {
    let written = &text[span.start..span.end];
    let length = match written.chars().next() {
        Some(quote @ ('"' | '\'')) => quoted_length(written, quote).unwrap_or(written.len()),
        _ => written.trim_end().len(),
    };
    Span { start: span.start, end: span.start + length }
}

/// The length of a text in quotes with both of them; `None` if it is not closed.
pub(super) fn quoted_length(written: &str, quote: char) -> Option<usize> {
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
struct Cursor<'a> {
    text: &'a str,
    start: (usize, usize),
    end: (usize, usize),
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, start: (0, 0), end: (0, 0) }
    }

    fn span(&mut self, span: &saphyr_parser::Span) -> Span {
        self.end = advance(self.text, self.end, span.end.index().max(span.start.index()));
        Span { start: self.byte(span.start.index()), end: self.end.1 }
    }

    /// The byte of a character.
    fn byte(&mut self, character: usize) -> usize {
        self.start = advance(self.text, self.start, character);
        self.start.1
    }
}

/// The byte of character `wanted`, from a known pair of character and byte.
fn advance(text: &str, known: (usize, usize), wanted: usize) -> (usize, usize) {
    let (from, byte) = if known.0 <= wanted { known } else { (0, 0) };
    let bytes: usize = text[byte..].chars().take(wanted - from).map(char::len_utf8).sum();
    (wanted, byte + bytes)
}
