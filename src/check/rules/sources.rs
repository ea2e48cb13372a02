//! Sources against entries: those that nothing cites, and plans that were only told when they were over.

use std::collections::HashSet;

use chrono::{DateTime, Duration, NaiveTime, Utc};

use super::{WarningSink, WrittenEntry, WrittenVisit, when_at};
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::document::NodeId;
use crate::programme::{KnownTime, Published, Timing, When, WithinDay};
use crate::zone::Moment;

/// Warns of sources that no entry and no dispute cites. While an entry has no source at all, which is a warning of its
/// own, they are probably that entry's.
pub(super) fn check_uncited(visit: WrittenVisit<'_>, sink: &mut WarningSink<'_, '_>) {
    let WrittenVisit { visit, written, .. } = visit;
    if visit.entries.iter().any(|entry| entry.sources.is_empty()) {
        return;
    }
    let mut cited: HashSet<usize> = visit.disputed.iter().map(|dispute| dispute.source).collect();
    for entry in &visit.entries {
        cited.extend(&entry.sources);
        cited.extend(entry.disputed.iter().map(|dispute| dispute.source));
        let mut actuals = vec![&entry.actual];
        if let Timing::Journey { depart, arrive } = &entry.timing {
            actuals.extend([&depart.actual, &arrive.actual]);
        }
        cited.extend(actuals.into_iter().flatten().flat_map(|actual| &actual.sources));
    }
    for (position, (key, _)) in written.sources.iter().flat_map(|table| &table.entries).enumerate() {
        if !cited.contains(&position) {
            sink.warn_of_visit(codes::UNCITED_SOURCE, key.at, |d| {
                d.saying(format!("Nothing cites the source “{}”.", key.text))
                    .with_help("Add it to the “sources” of the entries that it supports, or remove it.")
            });
        }
    }
}

/// Warns of a clock time all of whose sources were published when it was over: that is a report, not an announcement.
pub(super) fn check_published_late(visit: WrittenVisit<'_>, entry: WrittenEntry<'_>, sink: &mut WarningSink<'_, '_>) {
    let sources = &entry.entry.sources;
    let published = sources.iter().map(|source| visit.visit.sources.get(*source)?.published.map(earliest));
    let Some(first) = published.min().flatten() else { return };
    // Where all of the file could be read, the sources stand as they were written.
    let source = sources.first().filter(|_| visit.draft.valid);
    let source = source.and_then(|source| visit.written.sources.as_ref()?.entries.get(*source));
    let source_at = source.and_then(|(_, source)| source.published.as_ref()).map(|scalar| scalar.at);
    let mut check = |when: &When, at: Option<NodeId>| {
        let Some(at) = at.filter(|_| end_of(when).is_some_and(|end| first >= end)) else { return };
        let place = source_at.map(|at| sink.place(at));
        sink.warn(codes::PUBLISHED_AFTER_EVENT, entry.nodes, at, |d| {
            let d = d
                .saying("Whoever gave this time did so when it was over; nobody is cited who announced it.")
                .with_help(
                    "Move the time to “actual”, with its sources, and write under “when” what was announced before, if \
                     only the day.",
                );
            match place {
                Some(place) => d.with_related(place, "This was published later than that."),
                None => d,
            }
        });
    };
    let written = entry.written;
    match &entry.entry.timing {
        Timing::Stay(when) => check(when, written.when.as_ref().map(|when| when_at(when))),
        Timing::Journey { depart, arrive } => {
            check(&depart.when, written.depart.as_ref().map(|end| when_at(&end.when)));
            check(&arrive.when, written.arrive.as_ref().map(|end| when_at(&end.when)));
        }
    }
}

/// When a time is over, as far as it is a clock time.
fn end_of(when: &When) -> Option<DateTime<Utc>> {
    match when.time {
        KnownTime::Clock(clock) => clock.end.map(Moment::instant).or(Window::of(when).map(|window| window.last)),
        KnownTime::Day { within: WithinDay::Between(..), .. } => Window::of(when).map(|window| window.last),
        _ => None,
    }
}

/// The first instant at which something published on a day can have been: where that day begins first on Earth.
fn earliest(published: Published) -> DateTime<Utc> {
    match published {
        Published::Instant(instant) => instant,
        Published::Date(date) => date.and_time(NaiveTime::MIN).and_utc() - Duration::hours(14),
    }
}
