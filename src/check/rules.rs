//! Rules that know what a visit is: what is well written, and still can hardly be meant.
//!
//! Each family has a file. They see what was written, for the places, beside what it means. None compares every entry
//! with every other: what concerns several is sorted first, so that a hundred thousand entries take ten times as long
//! as ten thousand. A rule speaks only where no reading of the schedule makes sense of it; where a city is not in the
//! table, or a time is not known, it is silent.

mod arrival;
mod cities;
mod itinerary;
mod languages;
mod meals;
mod overlap;
mod people;
mod places;
mod repeats;
mod sources;
mod travel;
mod weekday;
mod words;
mod zone_words;

use std::ops::Deref;

use super::Rules;
use super::visit::{Draft, Marks, when_at};
use crate::diagnostic::{Code, Diagnostic, Place, Report, Severity};
use crate::document::{self, File, NodeId};
use crate::programme::{Entry, Feed, StatusKind, Visit};
use crate::zone::Zone;

/// Applies the rules that look at one visit alone, as it was written, before anything is known of the others.
pub(super) fn apply_to_one(
    draft: &Draft<'_>,
    written: &document::Visit<'_>,
    feeds: &[&Feed],
    rules: &Rules,
    report: &mut Report,
) {
    if let Some(scene) = Scene::of(draft) {
        let scene = Scene { written: Some(written), ..scene };
        of_one_visit(&scene, feeds, &mut Pen::new(&scene, rules, report));
    }
}

/// Applies the rules that compare visits, by the marks that are left of them. `publishes` is false where only some files
/// are checked.
pub(super) fn apply(drafts: &[Draft<'_>], publishes: bool, rules: &Rules, report: &mut Report) {
    let scenes: Vec<Scene<'_, '_>> = drafts.iter().filter_map(Scene::of).collect();
    let people = people::gather(&scenes);
    let mut told = overlap::Told::default();
    for person in &people {
        overlap::check(&scenes, person, rules, &mut told, report);
    }
    // What is missing can only be told of schedules of which nothing is missing.
    if publishes && scenes.len() == drafts.len() && scenes.iter().all(|scene| scene.draft.whole) {
        let at = cities::Known::of(&scenes);
        for person in &people {
            itinerary::check(&scenes, &at, person, rules, report);
        }
        arrival::check(&scenes, &at, &people, rules, report);
    }
}

fn of_one_visit(scene: &Scene<'_, '_>, feeds: &[&Feed], pen: &mut Pen<'_, '_>) {
    let mut clocks: Vec<Zone> = feeds.iter().filter_map(|feed| feed.zone.fixed()).collect();
    clocks.sort_unstable();
    clocks.dedup();
    // Of what is missing nothing can be said where something could not be read.
    if scene.draft.whole {
        sources::uncited(scene, pen);
        languages::check(scene, feeds, pen);
    }
    repeats::check(scene, pen);
    for subject in scene.subjects() {
        if subject.stands() {
            places::check(subject, pen);
            travel::check(subject, pen);
            meals::check(subject, pen);
        }
        sources::published_late(scene, subject, pen);
        weekday::check(subject, &clocks, pen);
        zone_words::check(subject, pen);
    }
}

/// A visit as it was written and as it is meant.
struct Scene<'d, 'f> {
    draft: &'d Draft<'f>,
    visit: &'d Visit,
    /// For the rules that look at one visit alone; those that compare visits do without.
    written: Option<&'d document::Visit<'d>>,
}

/// An entry as it is meant, with its visit and where it stands.
#[derive(Clone, Copy)]
struct Mark<'d> {
    marks: &'d Marks,
    entry: &'d Entry,
    visit: &'d Visit,
}

/// An entry as it was written, too.
#[derive(Clone, Copy)]
struct Subject<'d> {
    mark: Mark<'d>,
    written: &'d document::Entry<'d>,
    whole: &'d document::Visit<'d>,
}

impl<'d> Deref for Subject<'d> {
    type Target = Mark<'d>;

    fn deref(&self) -> &Mark<'d> {
        &self.mark
    }
}

impl<'d> From<Subject<'d>> for Mark<'d> {
    fn from(subject: Subject<'d>) -> Self {
        subject.mark
    }
}

impl<'d, 'f> Scene<'d, 'f> {
    /// `None` for a visit that could not be read.
    fn of(draft: &'d Draft<'f>) -> Option<Self> {
        draft.visit.as_ref().map(|visit| Scene { draft, visit, written: None })
    }

    /// The entries that could be read, as long as what was written is there.
    fn subjects(&self) -> impl Iterator<Item = Subject<'d>> {
        let whole = self.written;
        self.marks().filter_map(move |mark| {
            let whole = whole?;
            let written = whole.entries.as_ref()?.items.get(mark.marks.row)?;
            Some(Subject { mark, written, whole })
        })
    }

    /// The entries that could be read.
    fn marks(&self) -> impl Iterator<Item = Mark<'d>> {
        let visit = self.visit;
        self.draft.marks.iter().zip(&visit.entries).map(move |(marks, entry)| Mark { marks, entry, visit })
    }

    /// The entry at a position among those that could be read.
    fn mark(&self, position: usize) -> Option<Mark<'d>> {
        let (marks, entry) = (self.draft.marks.get(position)?, self.visit.entries.get(position)?);
        Some(Mark { marks, entry, visit: self.visit })
    }

    fn file(&self) -> &'f File {
        self.draft.file
    }
}

impl Mark<'_> {
    /// Whether it is still meant to happen.
    fn stands(self) -> bool {
        !matches!(self.entry.status.kind, StatusKind::Cancelled | StatusKind::Postponed)
    }

    /// Where its time stands: of a journey, its departure.
    fn when_at(self) -> NodeId {
        self.marks.when
    }

    /// Where its arrival stands; of an entry that is no journey, its time.
    fn arrival_at(self) -> NodeId {
        self.marks.arrival
    }

    fn id_at(self) -> NodeId {
        self.marks.id
    }

    /// Whether its author has waved a warning through.
    fn allows(self, code: Code) -> bool {
        self.marks.allows(code)
    }
}

/// Writes warnings about one file into a report.
struct Pen<'p, 'r> {
    file: &'p File,
    rules: &'p Rules,
    report: &'r mut Report,
}

impl<'p, 'r> Pen<'p, 'r> {
    fn new(scene: &Scene<'p, 'p>, rules: &'p Rules, report: &'r mut Report) -> Self {
        Pen { file: scene.file(), rules, report }
    }

    /// Whether anybody wants to hear of it.
    fn is_off(&self, code: Code) -> bool {
        self.rules.verdict(code).is_none()
    }

    /// Warns about an entry, unless its author has waved that through.
    fn warn<'m>(
        &mut self,
        code: Code,
        entry: impl Into<Mark<'m>>,
        at: NodeId,
        words: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        if !entry.into().allows(code) {
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
