//! A file of the schedules: its text, and where each node stands in it.

use std::sync::{Arc, OnceLock};

use super::events::Events;
use super::tree::NodeId;
use crate::diagnostic::{Diagnostic, Place, Report, Severity, codes};
use crate::source::{Source, Span};

/// The text of a file, and the places of its nodes once somebody asked.
#[derive(Debug)]
pub struct File {
    source: Arc<Source>,
    events: OnceLock<Events>,
}

impl File {
    /// A file of this text.
    #[must_use]
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, events: OnceLock::new() }
    }

    /// The path that people know it by.
    #[must_use]
    pub fn path(&self) -> &str {
        self.source.path()
    }

    /// Its text.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Where a node stands. The first call may read the text a second time.
    #[must_use]
    pub fn place(&self, node: NodeId) -> Place {
        if node.0 == 0 {
            return self.at(first_words(self.source.text()));
        }
        // Nothing is known of what stands behind where the parser of events gave up.
        self.at(self.events().spans.get(node.0 as usize).copied().unwrap_or_default())
    }

    /// A stretch of it.
    pub(super) fn at(&self, span: Span) -> Place {
        Place::new(&self.source, span)
    }

    /// The character at a line and column, both from 1.
    pub(super) fn place_at(&self, line: usize, column: usize) -> Place {
        let start = self.source.offset_of(line, column);
        let end = self.source.text()[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        self.at(Span { start, end })
    }

    /// The text of a node as written, quotes and all.
    pub(super) fn raw(&self, node: NodeId) -> &str {
        let span = self.place(node).span;
        &self.source.text()[span.start..span.end]
    }

    /// What the parser of events sees in it.
    pub(super) fn events(&self) -> &Events {
        self.events.get_or_init(|| Events::of(self.source.text()))
    }

    /// The node, if any, whose text ends at a byte.
    fn scalar_ending_at(&self, byte: usize) -> Option<Span> {
        let spans = &self.events().spans;
        let after = spans.partition_point(|span| span.start < byte);
        spans[..after].last().copied().filter(|span| span.end == byte)
    }
}

/// The first line that is neither blank nor a comment: the place of the file as a whole.
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
    Span::default()
}

/// Reports plain texts that a comment without a blank after its `#` may have cut short: `title: Room #1`.
pub(crate) fn find_cut_texts(file: &File, report: &mut Report) {
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
        let end = text[hash..].find('\n').map_or(text.len(), |length| hash + length);
        let comment = Span { start: hash, end: hash + text[hash..end].trim_end().len() };
        report.push(
            Diagnostic::warning(
                codes::COMMENT_CUTS_TEXT,
                file.at(comment),
                format!("YAML takes this for a comment; the text ends with “{}”.", last_words(written)),
            )
            .with_help(
                "If it belongs to the text, put the text in quotes. If it is a comment, write a blank after the #.",
            ),
        );
    }
}

/// Reports each comment that says what is doubtful, as `import` writes them.
pub(crate) fn find_doubts(file: &File, report: &mut Report) {
    let text = file.source.text();
    for (at, sign) in text.match_indices("# doubt:") {
        let line = text[..at].rfind(['\n', '\r']).map_or(0, |before| before + 1);
        if text[line..at].contains(|c| c != ' ') {
            continue;
        }
        let end = text[at..].find(['\n', '\r']).map_or(text.len(), |length| at + length);
        let doubt = text[at + sign.len()..end].trim();
        let place = file.at(Span { start: at, end: at + text[at..end].trim_end().len() });
        super::note(&place, report, (codes::DOUBT, Severity::Warning), |d| {
            d.saying(format!("In doubt: {doubt}"))
                .with_help("Find out and correct what follows, then take this comment out.")
        });
    }
}

/// The end of a text, for a message.
fn last_words(text: &str) -> &str {
    let from = text.char_indices().rev().nth(29).map_or(0, |(at, _)| at);
    &text[from..]
}
