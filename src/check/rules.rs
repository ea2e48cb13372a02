//! Rules that know what a visit is: what is well written, and still can hardly be meant.
//!
//! Each family has a file. They see what was written, for the places, and what it means. None compares every entry
//! with every other: what concerns several is sorted first, so that a hundred thousand entries take ten times as long
//! as ten thousand. A rule speaks only where no reading of the schedule makes sense of it; where a city is not in the
//! table, or a time is not known, it is silent.

mod after;
mod arrival;
mod cities;
mod itinerary;
mod languages;
mod names;
mod night;
mod overlap;
mod people;
mod places;
mod repeated;
mod repeats;
mod sources;
mod travel;
mod weekday;
mod words;
mod zone_words;

pub(super) use cities::{country_of, zones_beside_unknown, zones_of};

use super::Rules;
use super::visit::{EntryNodes, VisitDraft, when_at};
use crate::diagnostic::{Code, Diagnostic, Place, Report, Severity};
use crate::document::{self, File, NodeId};
use crate::programme::{Entry, EntryRef, Feed, Visit};

/// Applies the rules that look at one visit alone, as it was written, before anything is known of the others.
pub(super) fn apply_to_one(
    draft: &VisitDraft<'_>,
    written: &document::Visit<'_>,
    feeds: &[&Feed],
    rules: &Rules,
    report: &mut Report,
) {
    let Some(visit) = draft.visit.as_ref().map(|visit| WrittenVisit { draft, visit, written }) else { return };
    let mut sink = WarningSink { file: draft.file, rules, report };
    // Where something could not be read, nothing is known to be missing.
    if draft.valid {
        sources::check_uncited(visit, &mut sink);
        languages::check(visit, feeds, &mut sink);
    }
    repeats::check(visit, &mut sink);
    places::check_zones(visit, &mut sink);
    night::check(visit, &mut sink);
    for entry in visit.entries() {
        if entry.entry.status.is_planned() {
            places::check(entry, &mut sink);
            travel::check(entry, &mut sink);
        }
        sources::check_published_late(visit, entry, &mut sink);
        weekday::check(entry, &mut sink);
        zone_words::check(entry, &mut sink);
        names::check(entry, &mut sink);
    }
}

/// Applies the rules that compare visits, when what was written is gone. `publishes` is false where only some files are
/// checked.
pub(super) fn apply(drafts: &[VisitDraft<'_>], publishes: bool, rules: &Rules, report: &mut Report) {
    let visits: Vec<_> = drafts.iter().filter_map(VisitContext::of).collect();
    let mut schedule = WholeSchedule { visits: &visits, rules, report };
    let people = people::gather(&visits);
    repeated::check(&mut schedule, &people);
    overlap::check(&mut schedule, &people);
    if visits.len() == drafts.len() {
        after::check(&mut schedule);
    }
    // Only of schedules that could be read as a whole is it known that something is missing.
    if publishes && visits.len() == drafts.len() && drafts.iter().all(|draft| draft.valid) {
        let places = cities::EntryPlaces::of(&visits);
        itinerary::check(&mut schedule, &places, &people);
        arrival::check(&mut schedule, &places, &people);
    }
}

/// A visit as it was written and as it is meant.
#[derive(Clone, Copy)]
struct WrittenVisit<'d> {
    draft: &'d VisitDraft<'d>,
    visit: &'d Visit,
    written: &'d document::Visit<'d>,
}

/// An entry as it was written and as it is meant, and where it stands.
#[derive(Clone, Copy)]
struct WrittenEntry<'d> {
    nodes: &'d EntryNodes,
    entry: &'d Entry,
    written: &'d document::Entry<'d>,
    /// The visit as it was written.
    visit: &'d document::Visit<'d>,
}

impl<'d> WrittenVisit<'d> {
    /// The entries that could be read.
    fn entries(self) -> impl Iterator<Item = WrittenEntry<'d>> {
        let written = self.written.entries.as_ref().map_or(&[][..], |list| &list.items);
        let entries = self.draft.nodes.iter().zip(&self.visit.entries);
        entries.map(move |(nodes, entry)| WrittenEntry {
            nodes,
            entry,
            written: &written[nodes.row],
            visit: self.written,
        })
    }
}

/// A visit as it is meant, and where it stands.
struct VisitContext<'d> {
    draft: &'d VisitDraft<'d>,
    visit: &'d Visit,
}

/// An entry as it is meant, with its visit and where it stands.
#[derive(Clone, Copy)]
struct EntryContext<'d> {
    nodes: &'d EntryNodes,
    entry: &'d Entry,
    visit: &'d Visit,
}

impl<'d> VisitContext<'d> {
    /// `None` for a visit that could not be read.
    fn of(draft: &'d VisitDraft<'d>) -> Option<Self> {
        draft.visit.as_ref().map(|visit| VisitContext { draft, visit })
    }
}

/// All visits of a run, for the rules that compare them. References are to positions among these.
struct WholeSchedule<'d, 'r> {
    visits: &'d [VisitContext<'d>],
    rules: &'d Rules,
    report: &'r mut Report,
}

impl<'d> WholeSchedule<'d, '_> {
    fn entry(&self, at: EntryRef) -> EntryContext<'d> {
        let VisitContext { draft, visit } = &self.visits[at.visit];
        EntryContext { nodes: &draft.nodes[at.entry], entry: &visit.entries[at.entry], visit }
    }

    /// Where something of an entry stands.
    fn place(&self, at: EntryRef, node: impl FnOnce(&EntryNodes) -> NodeId) -> Place {
        let draft = self.visits[at.visit].draft;
        draft.file.place(node(&draft.nodes[at.entry]))
    }

    fn is_off(&self, code: Code) -> bool {
        self.rules.severity_of(code).is_none()
    }

    /// Warns about an entry at a node of it, unless its author allows that.
    fn warn(&mut self, code: Code, entry: EntryRef, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        let draft = self.visits[entry.visit].draft;
        let mut sink = WarningSink { file: draft.file, rules: self.rules, report: self.report };
        sink.warn(code, &draft.nodes[entry.entry], at, words);
    }
}

/// Writes warnings about one file into a report.
struct WarningSink<'p, 'r> {
    file: &'p File,
    rules: &'p Rules,
    report: &'r mut Report,
}

impl WarningSink<'_, '_> {
    /// Whether nobody wants to hear of it.
    fn is_off(&self, code: Code) -> bool {
        self.rules.severity_of(code).is_none()
    }

    /// Warns about an entry, unless its author allows that.
    fn warn(&mut self, code: Code, entry: &EntryNodes, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        if !entry.allows(code) {
            self.warn_of_visit(code, at, words);
        }
    }

    /// Warns about something that belongs to no entry.
    fn warn_of_visit(&mut self, code: Code, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        if !self.is_off(code) {
            document::note(&self.file.place(at), self.report, (code, Severity::Warning), words);
        }
    }

    fn place(&self, at: NodeId) -> Place {
        self.file.place(at)
    }
}
