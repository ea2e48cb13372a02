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

use rayon::prelude::*;

use super::Rules;
use super::visit::Draft;
use crate::diagnostic::{Code, Diagnostic, Place, Report, Severity};
use crate::document::{self, File, NodeId};
use crate::programme::{Entry, Feed, Settings, StatusKind, Visit};
use crate::zone::Zone;

/// Applies every rule that is not switched off. `settings` are missing where only some files are checked; `room` is how
/// many diagnostics of one code the report keeps of one file.
pub(super) fn apply(
    drafts: &[Draft<'_>],
    settings: Option<&Settings>,
    rules: &Rules,
    room: usize,
    report: &mut Report,
) {
    let parts: Vec<Report> = drafts
        .par_iter()
        .enumerate()
        .filter_map(|(position, draft)| Some((position, Scene::of(draft)?)))
        .map(|(position, scene)| {
            let mut report = Report::keeping(room);
            of_one_visit(&scene, &feeds_of(settings, position), &mut Pen::new(&scene, rules, &mut report));
            report
        })
        .collect();
    for part in parts {
        report.merge(part);
    }
    let scenes: Vec<Scene<'_, '_>> = drafts.iter().filter_map(Scene::of).collect();
    let people = people::gather(&scenes);
    let mut told = overlap::Told::default();
    for person in &people {
        overlap::check(&scenes, person, rules, &mut told, report);
    }
    // What is missing can only be told of schedules of which nothing is missing.
    if settings.is_some() && scenes.len() == drafts.len() && scenes.iter().all(|scene| scene.draft.whole) {
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

/// The feeds that a visit is in.
fn feeds_of(settings: Option<&Settings>, visit: usize) -> Vec<&Feed> {
    let all = settings.map(|settings| settings.feeds.as_slice()).unwrap_or_default();
    all.iter().filter(|feed| feed.visits.as_ref().is_none_or(|visits| visits.contains(&visit))).collect()
}

/// A visit as it was written and as it is meant.
struct Scene<'d, 'f> {
    draft: &'d Draft<'f>,
    visit: &'d Visit,
}

/// An entry as it was written and as it is meant, with its visit.
#[derive(Clone, Copy)]
struct Subject<'d> {
    written: &'d document::Entry<'d>,
    entry: &'d Entry,
    visit: &'d Visit,
    whole: &'d document::Visit<'d>,
}

impl<'d, 'f> Scene<'d, 'f> {
    /// `None` for a visit that could not be read.
    fn of(draft: &'d Draft<'f>) -> Option<Self> {
        draft.visit.as_ref().map(|visit| Scene { draft, visit })
    }

    /// The entries that could be read.
    fn subjects(&self) -> impl Iterator<Item = Subject<'d>> {
        let (draft, visit) = (self.draft, self.visit);
        (0..visit.entries.len()).filter_map(move |position| subject(draft, visit, position))
    }

    /// The entry at a position among those that could be read.
    fn subject(&self, position: usize) -> Option<Subject<'d>> {
        subject(self.draft, self.visit, position)
    }

    fn file(&self) -> &'f File {
        self.draft.file
    }
}

fn subject<'d>(draft: &'d Draft<'_>, visit: &'d Visit, position: usize) -> Option<Subject<'d>> {
    let row = *draft.rows.get(position)?;
    let written = draft.written.entries.as_ref()?.items.get(row)?;
    Some(Subject { written, entry: visit.entries.get(position)?, visit, whole: &draft.written })
}

impl Subject<'_> {
    /// Whether it is still meant to happen.
    fn stands(self) -> bool {
        !matches!(self.entry.status.kind, StatusKind::Cancelled | StatusKind::Postponed)
    }

    /// Where its time stands: of a journey, its departure.
    fn when_at(self) -> NodeId {
        let written = self.written;
        match (&written.when, &written.depart) {
            (Some(when), _) => when_at(when),
            (None, Some(end)) => when_at(&end.when),
            (None, None) => self.id_at(),
        }
    }

    /// Where its arrival stands; of an entry that is no journey, its time.
    fn arrival_at(self) -> NodeId {
        self.written.arrive.as_ref().map_or(self.when_at(), |end| when_at(&end.when))
    }

    fn id_at(self) -> NodeId {
        self.written.id.as_ref().map_or(self.written.at, |scalar| scalar.at)
    }

    /// Whether its author has waved a warning through.
    fn allows(self, code: Code) -> bool {
        self.written.allow.as_ref().is_some_and(|table| table.entries.iter().any(|(known, _)| known.text == code.0))
    }
}

/// The scalar that says when, or else all of the time.
fn when_at(when: &document::When<'_>) -> NodeId {
    let scalars = [&when.word, &when.start, &when.date, &when.from, &when.after];
    scalars.into_iter().flatten().next().map_or(when.at, |scalar| scalar.at)
}

/// Writes warnings about one file into a report.
struct Pen<'p, 'r> {
    file: &'p File,
    rules: &'p Rules,
    report: &'r mut Report,
    /// What was last asked of an entry's `allow`, and the answer: one entry may ask it of each of its texts.
    allowed: Option<(NodeId, Code, bool)>,
}

impl<'p, 'r> Pen<'p, 'r> {
    fn new(scene: &Scene<'p, 'p>, rules: &'p Rules, report: &'r mut Report) -> Self {
        Pen { file: scene.file(), rules, report, allowed: None }
    }

    /// Whether anybody wants to hear of it.
    fn is_off(&self, code: Code) -> bool {
        self.rules.verdict(code).is_none()
    }

    /// Warns about an entry, unless its author has waved that through.
    fn warn(&mut self, code: Code, subject: Subject<'_>, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        let entry = subject.written.at;
        let allowed = match self.allowed {
            Some((known, of, allowed)) if (known, of) == (entry, code) => allowed,
            _ => subject.allows(code),
        };
        self.allowed = Some((entry, code, allowed));
        if !allowed {
            self.warn_of_visit(code, at, words);
        }
    }

    /// Warns about something that belongs to no entry.
    fn warn_of_visit(&mut self, code: Code, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        if !self.is_off(code) {
            document::note(self.file, self.report, code, Severity::Warning, at, words);
        }
    }

    fn place(&self, at: NodeId) -> Place {
        self.file.place(at)
    }
}
