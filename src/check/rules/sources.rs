//! Sources against entries: those that nothing cites, and plans that were only told when they were over.

use std::collections::HashSet;

use chrono::{DateTime, Duration, NaiveTime, Utc};

use super::{Pen, Scene, Subject, when_at};
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::document::NodeId;
use crate::programme::{Actual, Published, Timing, When, WithinDay};
use crate::zone::Moment;

/// Warns of sources that no entry and no dispute cites. While an entry has no source at all, which is a warning of its
/// own, they are probably that entry's.
pub(super) fn uncited(scene: &Scene<'_, '_>, pen: &mut Pen<'_, '_>) {
    let visit = scene.visit;
    if visit.entries.iter().any(|entry| entry.sources.is_empty()) {
        return;
    }
    let mut cited: HashSet<usize> = visit.disputed.iter().map(|dispute| dispute.source).collect();
    for entry in &visit.entries {
        cited.extend(&entry.sources);
        cited.extend(entry.disputed.iter().map(|dispute| dispute.source));
        let mut of = |actual: Option<&Actual>| cited.extend(actual.iter().flat_map(|actual| &actual.sources));
        of(entry.actual.as_ref());
        if let Timing::Journey { depart, arrive } = &entry.timing {
            of(depart.actual.as_ref());
            of(arrive.actual.as_ref());
        }
    }
    let written = scene.written.iter().flat_map(|visit| &visit.sources).flat_map(|table| &table.entries);
    for (position, (key, _)) in written.enumerate() {
        if !cited.contains(&position) {
            pen.warn_of_visit(codes::UNCITED_SOURCE, key.at, |d| {
                d.saying(format!("Nothing cites the source “{}”.", key.text))
                    .with_help("Add it to the “sources” of the entries that it supports, or remove it.")
            });
        }
    }
}

/// Warns of a clock time all of whose sources were published when it was over: that is a report, not an announcement.
pub(super) fn published_late(scene: &Scene<'_, '_>, subject: Subject<'_>, pen: &mut Pen<'_, '_>) {
    let sources = &subject.entry.sources;
    let published = || sources.iter().map(|source| scene.visit.sources.get(*source)?.published);
    let Some(first) = published().map(|at| at.map(earliest)).min().flatten() else { return };
    let written = subject.written;
    match &subject.entry.timing {
        Timing::Stay(when) => {
            let at = written.when.as_ref().map(|when| when_at(when));
            late(scene, subject, when, at, first, pen);
        }
        Timing::Journey { depart, arrive } => {
            for (end, written) in [(depart, &written.depart), (arrive, &written.arrive)] {
                let at = written.as_ref().map(|end| when_at(&end.when));
                late(scene, subject, &end.when, at, first, pen);
            }
        }
    }
}

fn late(
    scene: &Scene<'_, '_>,
    subject: Subject<'_>,
    when: &When,
    at: Option<NodeId>,
    published: DateTime<Utc>,
    pen: &mut Pen<'_, '_>,
) {
    let over = match when {
        When::Clock(clock) => clock.end.map(Moment::instant).or(Window::of(when).map(|window| window.last)),
        When::Day { within: WithinDay::Between(..), .. } => Window::of(when).map(|window| window.last),
        _ => None,
    };
    let (Some(over), Some(at)) = (over, at) else { return };
    if published < over {
        return;
    }
    // Where all of the file could be read, the sources stand as they were written.
    let first = subject.entry.sources.first().filter(|_| scene.draft.whole);
    let cited = first.and_then(|first| scene.written?.sources.as_ref()?.entries.get(*first));
    let place = cited.and_then(|(_, source)| source.published.as_ref()).map(|scalar| pen.place(scalar.at));
    pen.warn(codes::PUBLISHED_AFTER_EVENT, subject, at, |d| {
        let d = d
            .saying("Whoever gave this time did so when it was over; nobody is cited who announced it.")
            .with_help(
                "Move the time to “actual”, with its sources, and write under “when” what was announced before, if only \
                 the day.",
            );
        match place {
            Some(place) => d.with_related(place, "This was published later than that."),
            None => d,
        }
    });
}

/// The first instant at which something published on a day can have been: where that day begins first on Earth.
fn earliest(published: Published) -> DateTime<Utc> {
    match published {
        Published::Instant(instant) => instant,
        Published::Date(date) => date.and_time(NaiveTime::MIN).and_utc() - Duration::hours(14),
    }
}
