//! What an author got wrong, as data: a code, a severity, a message, a place and help.
//!
//! [`Report`] gathers a run's diagnostics and puts them in an order that does not depend on who
//! found what first. The renderers below write it out: [`text`] for people, [`json`] for programs, [`github`] for the
//! pages of pull requests, [`sarif`] for code scanning and editors.

pub mod codes;
pub mod explain;
pub mod fix;
pub mod github;
pub mod json;
mod report;
pub mod sarif;
pub mod text;

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

pub use fix::{Edit, Fix};
pub use report::{Counts, MAX_PER_CODE, Report, ReportItem, Suppressed};
pub(crate) use report::{counted, grouped};

use crate::source::{Position, Source, Span};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The feeds can be built, but are probably not what was meant.
    Warning,
    /// Nothing is written until this is corrected.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// The stable name of a kind of diagnostic, in kebab-case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A stretch of a file.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file.
    pub source: Arc<Source>,
    /// The stretch in it.
    pub span: Span,
}

impl Place {
    /// What stands there.
    fn text(&self) -> &str {
        self.source.text().get(self.span.start..self.span.end).unwrap_or_default()
    }

    /// The stretch `span` of `source`.
    #[must_use]
    pub fn new(source: &Arc<Source>, span: Span) -> Self {
        Self { source: Arc::clone(source), span }
    }

    /// Where the stretch begins.
    #[must_use]
    pub fn start(&self) -> Position {
        self.source.position(self.span.start)
    }

    /// Where the stretch ends: the position after its last character.
    #[must_use]
    pub fn end(&self) -> Position {
        self.source.position(self.span.end.max(self.span.start))
    }
}

/// Another place that helps to understand a diagnostic.
#[derive(Clone, Debug)]
pub struct Related {
    /// The place.
    pub place: Place,
    /// What is to be seen there, as a sentence.
    pub message: String,
}

/// One thing that an author got wrong.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What kind of thing.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, as a sentence.
    pub message: String,
    /// Where.
    pub place: Place,
    /// How to correct it, if that can be said.
    pub help: Option<String>,
    /// Other places that it has to do with.
    pub related: Vec<Related>,
    /// The change that certainly corrects it, if there is one.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// Whether another one has the same words about the same text, wherever that is.
    fn says_the_same(&self, other: &Self) -> bool {
        let said = |of: &Self| (of.severity, of.message.clone(), of.place.text().to_owned());
        said(self) == said(other)
    }

    /// An error without help or related places.
    pub fn error(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place,
            help: None,
            related: Vec::new(),
            fix: None,
        }
    }

    /// A warning without help or related places.
    pub fn warning(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// The same with another message.
    #[must_use]
    pub fn saying(self, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..self }
    }

    /// The same with help.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same with the change that certainly corrects it, if there is one.
    #[must_use]
    pub fn with_fix(self, fix: Option<Fix>) -> Self {
        Self { fix: fix.map(Box::new), ..self }
    }

    /// The same with one more related place.
    #[must_use]
    pub fn with_related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into() });
        self
    }

    /// The order within a file. Everything that is shown is compared, so that the order of pushing does not matter.
    fn compare(&self, other: &Self) -> Ordering {
        let key = |d: &Self| (d.place.span.start, d.code, d.place.span.end, d.severity);
        let related = |d: &Self| -> Vec<_> {
            d.related.iter().map(|r| (r.place.source.path().to_owned(), r.place.span, r.message.clone())).collect()
        };
        key(self)
            .cmp(&key(other))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| self.help.cmp(&other.help))
            .then_with(|| related(self).cmp(&related(other)))
    }
}

/// A text fit for a terminal: nothing in it moves the cursor, turns the writing or hides.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|c| show(c, &mut shown));
    shown
}

/// Adds a character, or what stands for it.
fn show(c: char, out: &mut String) {
    match c {
        '\t' => out.push_str("    "),
        // Terminals disagree on how wide a joined emoji is, but not on the emoji it is joined of.
        '\u{200D}' => {}
        '\u{0}'..'\u{20}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
        '\u{7F}' => out.push('\u{2421}'),
        _ if is_hidden(c) => out.extend(format!("<U+{:04X}>", u32::from(c)).chars()),
        _ => out.push(c),
    }
}

/// C1 controls, line breaks that only some programs know, and characters that set a direction or
/// have no shape.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..'\u{A0}'
            | '\u{61C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}
