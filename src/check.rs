//! From documents to a programme, and everything that stands in the way of it.
//!
//! Each visit's file is checked on its own, on all cores; what spans files (references, identities, the feeds) is
//! checked after, and then what is well written but can hardly be meant (`rules`). A programme comes back only when
//! nothing is an error.

mod channels;
mod country;
mod embargo;
mod entry;
mod example;
mod feeds;
mod links;
mod parts;
mod press;
mod rules;
mod scalars;
mod texts;
mod time_slips;
mod visit;
mod when;
mod window;

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rayon::prelude::*;

pub use channels::channels;
pub(crate) use embargo::EMBARGO_ENDS;
pub(crate) use feeds::SWITCHES;
pub(crate) use press::STEP_KINDS;
#[cfg(feature = "serve")]
pub(crate) use scalars::parse_duration;
pub(crate) use scalars::parse_instant;
pub(crate) use visit::{ENTRY_FIELDS, VISIT_FIELDS};
pub(crate) use when::{CONFLICTING_KEYS, END_ONLY_KEYS, FOLDS, WhenForm};

use visit::UnresolvedRefs;

use crate::diagnostic::{Code, Diagnostic, MAX_PER_CODE, Place, Report, Severity, codes};
use crate::document::{self, File, NodeId};
use crate::programme::{Channel, EntryRef, Programme};
use crate::zone::{Database, Zone};

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
    /// Where changes are told: what [`channels()`] made of its file, if there is one.
    pub channels: Vec<Channel>,
    /// For each visit of the programme, its file and where each entry's id stands in it.
    entries: Vec<(&'f File, Vec<Option<NodeId>>)>,
}

impl Checked<'_> {
    /// Where an entry of the programme stands.
    #[must_use]
    pub fn place(&self, at: EntryRef) -> Option<Place> {
        let (file, nodes) = self.entries.get(at.visit)?;
        nodes.get(at.entry).copied().flatten().map(|node| file.place(node))
    }
}

/// What becomes of warnings, by their codes.
#[derive(Debug, Clone, Default)]
pub struct Rules(HashMap<Code, Option<Severity>>);

impl Rules {
    /// Whether what rules say with this code is dropped (`None`), is a warning, or an error.
    #[must_use]
    pub fn severity_of(&self, code: Code) -> Option<Severity> {
        self.0.get(&code).copied().unwrap_or_else(|| Some(codes::severity(code)))
    }
}

/// Checks all files of a run: the visits' in any order, and the one that says what to publish. Their zones are those of a
/// time zone database.
#[must_use]
pub fn check<'f>(visits: &'f [File], feeds: Option<&File>, database: Database) -> Checked<'f> {
    check_keeping(MAX_PER_CODE, visits, feeds, database)
}

/// The same, with a report that keeps this many diagnostics of one code in one file.
#[must_use]
pub fn check_keeping<'f>(
    max_per_code: usize,
    visits: &'f [File],
    feeds: Option<&File>,
    database: Database,
) -> Checked<'f> {
    let mut report = Report::keeping(max_per_code);
    let mut feeds = feeds.and_then(|file| feeds::read(file, database, &mut report));
    let rules = feeds.as_ref().map_or_else(Rules::default, |feeds| feeds.rules.clone());
    let check_visit = |file: &'f File| {
        let mut report = Report::keeping(max_per_code);
        let draft = visit::read(file, database, &mut report).map(|(draft, written)| {
            let feeds = feeds.iter().flat_map(|feeds| feeds.showing(&draft)).collect::<Vec<_>>();
            rules::apply_to_one(&draft, &written, &feeds, &rules, &mut report);
            draft
        });
        (draft, report)
    };
    let checked: Vec<_> = visits.par_iter().map(check_visit).collect();
    let mut visits = Vec::with_capacity(checked.len());
    for (draft, part) in checked {
        report.merge(part);
        visits.extend(draft);
    }
    visits.sort_by(|a, b| a.order().cmp(&b.order()));
    links::bind(&mut visits, feeds.as_mut(), &mut report);
    let publishes = feeds.as_ref().is_some_and(|feeds| feeds.settings.is_some());
    rules::apply(&visits, publishes, &rules, &mut report);
    report.apply_severity(|code| rules.severity_of(code));
    let Some(feeds) = feeds else {
        return Checked {
            programme: None,
            report,
            rules,
            feeds: Vec::new(),
            channels: Vec::new(),
            entries: Vec::new(),
        };
    };
    let entry_nodes = |visit: &visit::VisitDraft<'f>| visit.unresolved.iter().map(|refs| refs.id).collect();
    let entries = visits.iter().map(|visit| (visit.file, entry_nodes(visit))).collect();
    let settings = feeds.settings.filter(|_| !report.has_errors());
    let programme =
        settings.map(|settings| Programme::new(visits.into_iter().filter_map(|draft| draft.visit).collect(), settings));
    Checked { programme, report, rules, feeds: feeds.nodes, channels: Vec::new(), entries }
}

/// Checks one file, and notes its mistakes.
struct Checker<'f, 'r> {
    file: &'f File,
    /// The time zone database in which zones are looked up.
    database: Database,
    report: &'r mut Report,
    /// The codes of the warnings that the entry being read allows.
    allowed: Vec<Code>,
    /// The references of the entry being read.
    unresolved: UnresolvedRefs,
    /// A day and a time of the file at hand, for examples in messages.
    example: NaiveDateTime,
    /// The zones of the cities that the file names, where one of its zones is none.
    city_zones: Vec<Zone>,
    /// Likewise of the entry being read.
    own_zones: Vec<Zone>,
    /// How many names were compared for what was meant by others.
    compared: usize,
}

/// The day and the time of examples where a file has none of its own.
const EXAMPLE: NaiveDateTime = NaiveDate::from_ymd_opt(2025, 8, 25)
    .expect("there is that day")
    .and_time(NaiveTime::from_hms_opt(12, 15, 0).expect("there is that time"));

/// How many names are compared in a file for what was meant by others: enough for every mistake in a real one. Where there
/// are thousands of names and thousands of mistakes, the rest are reported without a suggestion.
const MAX_COMPARED: usize = 250_000;

/// Notes a mistake in a file; the words are only made when there is room for them.
fn note_error(file: &File, report: &mut Report, code: Code, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
    document::note(&file.place(at), report, (code, Severity::Error), words);
}

impl<'f, 'r> Checker<'f, 'r> {
    fn new(file: &'f File, database: Database, report: &'r mut Report) -> Self {
        Self {
            file,
            database,
            report,
            allowed: Vec::new(),
            unresolved: UnresolvedRefs::default(),
            example: EXAMPLE,
            city_zones: Vec::new(),
            own_zones: Vec::new(),
            compared: 0,
        }
    }

    /// Notes a mistake; the words are only made when there is room for them.
    fn error(&mut self, code: Code, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        note_error(self.file, self.report, code, at, words);
    }

    /// Notes a mistake with a message and help of its own; always `None`.
    fn refuse<T>(&mut self, code: Code, at: NodeId, message: &str, help: &str) -> Option<T> {
        self.error(code, at, |d| d.saying(message).with_help(help));
        None
    }

    /// Notes what is probably one, unless the entry allows it.
    fn warning(&mut self, code: Code, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        if !self.allowed.contains(&code) {
            document::note(&self.file.place(at), self.report, (code, Severity::Warning), words);
        }
    }
}
