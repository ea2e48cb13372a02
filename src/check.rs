//! From documents to a programme, and everything that stands in the way of it.
//!
//! Each visit's file is checked on its own, on all cores; what spans files (references, identities, the feeds) is
//! checked after, and then what is well written but can hardly be meant (`rules`). A programme comes back only when
//! nothing is an error.

mod entry;
mod feeds;
mod links;
mod rules;
mod scalars;
mod texts;
mod time_slips;
mod visit;
mod when;
mod window;

use std::collections::HashMap;

use rayon::prelude::*;

pub(crate) use feeds::{switches, ways_to_cancel};
pub(crate) use scalars::parse_instant;
pub(crate) use visit::{ENTRY_FIELDS, VISIT_FIELDS};
pub(crate) use when::{CLASHES, END_ALONE, Form as WhenForm, folds};

use crate::diagnostic::{Code, Diagnostic, MAX_PER_CODE, Place, Report, Severity};
use crate::document::{self, File, NodeId};
use crate::programme::{EntryRef, Programme};

/// What a check found.
#[derive(Debug)]
pub struct Checked<'f> {
    /// The programme; `None` if anything is an error, or there was no `feeds.yaml` among the files.
    pub programme: Option<Programme>,
    /// Everything to report so far.
    pub report: Report,
    /// What `feeds.yaml` says of warnings.
    pub rules: Rules,
    /// Where each feed of the programme's settings stands in `feeds.yaml`.
    pub feeds: Vec<NodeId>,
    /// For each visit of the programme, its file and where each entry's id stands in it.
    entries: Vec<(&'f File, Vec<Option<NodeId>>)>,
}

impl Checked<'_> {
    /// The visits' files whose texts were given back, and could not be read again when they were asked for.
    pub fn lost(&self) -> impl Iterator<Item = &File> {
        self.entries.iter().map(|(file, _)| *file).filter(|file| file.is_lost())
    }

    /// Where an entry of the programme stands.
    #[must_use]
    pub fn place(&self, at: EntryRef) -> Option<Place> {
        let (file, nodes) = self.entries.get(at.visit)?;
        nodes.get(at.entry).copied().flatten().map(|node| file.place(node))
    }
}

/// What becomes of warnings, by their codes.
#[derive(Debug, Clone, Default)]
pub struct Rules(HashMap<String, Option<Severity>>);

impl Rules {
    /// Whether warnings with this code are dropped (`None`), kept, or made errors.
    #[must_use]
    pub fn verdict(&self, code: Code) -> Option<Severity> {
        self.0.get(code.0).copied().unwrap_or(Some(Severity::Warning))
    }
}

/// Checks all files of a run: the visits' in any order, and the one that says what to publish.
#[must_use]
pub fn check<'f>(visits: &'f [File], feeds: Option<&File>) -> Checked<'f> {
    check_keeping(MAX_PER_CODE, visits, feeds)
}

/// The same, with a report that keeps so many diagnostics of one code in one file.
#[must_use]
pub fn check_keeping<'f>(room: usize, visits: &'f [File], feeds: Option<&File>) -> Checked<'f> {
    let mut report = Report::keeping(room);
    let mut publishing = feeds.and_then(|file| feeds::read(file, &mut report).map(|draft| (draft, file)));
    let switches = publishing.as_ref().map_or_else(Rules::default, |(draft, _)| draft.rules.clone());
    let parts: Vec<_> = visits
        .par_iter()
        .map(|file| {
            let mut report = Report::keeping(room);
            let feeds =
                |draft: &visit::Draft<'f>| publishing.as_ref().map(|(feeds, _)| feeds.of(draft)).unwrap_or_default();
            let draft = visit::read(file, &mut report, |draft, written, report| {
                draft.whole = !report.has_errors();
                rules::apply_to_one(draft, written, &feeds(draft), &switches, report);
            });
            // Should it be in conflict with another, it is read again.
            file.put_away();
            (draft, report)
        })
        .collect();
    let mut drafts = Vec::with_capacity(parts.len());
    for (draft, part) in parts {
        report.merge(part);
        drafts.extend(draft);
    }
    drafts.sort_by(|a, b| a.order().cmp(&b.order()));
    links::bind(&mut drafts, publishing.as_mut().map(|(draft, file)| (draft, *file)), &mut report);
    let publishes = publishing.as_ref().is_some_and(|(draft, _)| draft.settings.is_some());
    rules::apply(&drafts, publishes, &switches, &mut report);
    let Some((publishing, _)) = publishing else {
        return Checked { programme: None, report, rules: Rules::default(), feeds: Vec::new(), entries: Vec::new() };
    };
    let rules = publishing.rules;
    report.judge(|code| rules.verdict(code));
    let whole = !report.has_errors();
    let nodes = |draft: &visit::Draft<'f>| draft.pins.iter().map(|pins| pins.id).collect();
    let entries = drafts.iter().map(|draft| (draft.file, nodes(draft))).collect();
    let programme = publishing.settings.filter(|_| whole).map(|settings| {
        Programme::new(drafts.into_par_iter().filter_map(visit::Draft::into_visit).collect(), settings)
    });
    Checked { programme, report, rules, feeds: publishing.nodes, entries }
}

/// Where one file's mistakes are noted, and what its author has waved through.
struct Desk<'f, 'r> {
    file: &'f File,
    report: &'r mut Report,
    /// The codes that the entry being read allows.
    allowed: Vec<String>,
}

impl<'f, 'r> Desk<'f, 'r> {
    fn new(file: &'f File, report: &'r mut Report) -> Self {
        Self { file, report, allowed: Vec::new() }
    }

    fn place(&self, at: NodeId) -> Place {
        self.file.place(at)
    }

    /// Notes a mistake; the words are only made when there is room for them.
    fn error(&mut self, code: Code, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        self.note(code, Severity::Error, at, words);
    }

    /// Notes what is probably one, unless the entry allows it.
    fn warning(&mut self, code: Code, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        if !self.allowed.iter().any(|allowed| allowed == code.0) {
            self.note(code, Severity::Warning, at, words);
        }
    }

    fn note(&mut self, code: Code, severity: Severity, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        document::note(&self.file.place(at), self.report, (code, severity), words);
    }
}
