//! Entries that are parts of others of their visit: what each is a part of, and that it lies inside of that.

use chrono::{DateTime, Duration, Utc};

use super::visit::VisitDraft;
use super::window::{Window, end_tolerance, local_time};
use super::{EntryRef, NodeId, note_error};
use crate::diagnostic::{Report, codes};
use crate::programme::{Id, KnownTime, Timing, WithinDay};
use crate::zone::Zone;

/// How long after midnight what is said to be on a day may still last.
const LATE_HOURS: Duration = Duration::hours(6);

/// An entry that is a part of another, by their rows, and where it says so.
struct Part {
    row: usize,
    whole: usize,
    at: NodeId,
}

/// Binds what entries of a visit are parts of, and reports circles and what lies outside. What is not there has been
/// reported.
pub(super) fn bind(own: usize, draft: &mut VisitDraft<'_>, report: &mut Report) {
    let part = |(row, refs): (usize, &super::visit::UnresolvedRefs)| {
        let (at, name) = refs.part_of.as_ref()?;
        let (_, whole) = draft.ids.get(&Id::parse(name)?)?;
        Some(Part { row, whole: *whole, at: *at })
    };
    let parts: Vec<Part> = draft.unresolved.iter().enumerate().filter_map(part).collect();
    if parts.is_empty() || report_circles(draft, &parts, report) {
        return;
    }
    let position = draft.nodes.iter().map(|nodes| nodes.row).collect::<Vec<_>>();
    let position = |row: usize| position.binary_search(&row).ok();
    for part in &parts {
        let (Some(visit), Some(at), Some(whole)) = (&mut draft.visit, position(part.row), position(part.whole)) else {
            continue;
        };
        let words = outside(&visit.entries[at].timing, &visit.entries[whole].timing);
        visit.entries[at].part_of = Some(EntryRef { visit: own, entry: whole });
        let Some(words) = words else { continue };
        let (name, node) = (visit.entries[whole].id.clone(), draft.nodes[whole].when);
        let place = draft.file.place(node);
        note_error(draft.file, report, codes::OUTSIDE_WHOLE, draft.nodes[at].when, |d| {
            d.saying(format!("This is a part of “{name}”, and {words}."))
                .with_help("Check both times. What only comes before or after it is said with “after”.")
                .with_related(place, "That is when the whole is.")
        });
    }
}

/// Reports each circle of parts once; whether there is one.
fn report_circles(draft: &VisitDraft<'_>, parts: &[Part], report: &mut Report) -> bool {
    let mut whole_of: Vec<Option<&Part>> = vec![None; draft.unresolved.len()];
    for part in parts {
        whole_of[part.row] = Some(part);
    }
    // In which walk each was come by.
    let mut walks = vec![0_usize; draft.unresolved.len()];
    let mut found = false;
    for (walk, part) in (1..).zip(parts) {
        let mut at = part;
        while walks[at.row] == 0 {
            walks[at.row] = walk;
            let Some(next) = whole_of[at.whole] else { break };
            if walks[next.row] == walk {
                found = true;
                let other = draft.unresolved[at.whole].id.map(|id| draft.file.place(id));
                note_error(draft.file, report, codes::PART_CIRCLE, at.at, |d| {
                    let d = d
                        .saying("What this is a part of is itself a part of this.")
                        .with_help("Take “part_of” out of one of them: the whole is a part of nothing here.");
                    other.into_iter().fold(d, |d, other| d.with_related(other, "The circle leads back to this entry."))
                });
                break;
            }
            at = next;
        }
    }
    found
}

/// How a part certainly lies outside of its whole, if it does.
fn outside(part: &Timing, whole: &Timing) -> Option<String> {
    let begins = Window::of(part.begin())?;
    let told = |zone: Zone, at: DateTime<Utc>| local_time(zone.moment(at));
    let zone = part.begin().zone();
    if let Some(first) = Window::of(whole.begin()).map(|window| window.first)
        && begins.last < first
    {
        return Some(format!("begins by {}, before that does, at {}", told(zone, begins.last), told(zone, first)));
    }
    let last = last(whole)?;
    if begins.first >= last {
        let (first, is_exact) = (begins.first, begins.first == begins.last);
        let begins = if is_exact { "begins at" } else { "does not begin before" };
        let begins = format!("{begins} {}", told(zone, first));
        return Some(format!("{begins}, when that has ended, at {}", told(zone, last)));
    }
    let end = end(part).filter(|end| *end > last)?;
    Some(format!("ends at {}, after that does, at {}", told(zone, end), told(zone, last)))
}

/// Until when something may last at most, as far as that is known.
fn last(timing: &Timing) -> Option<DateTime<Utc>> {
    let finish = timing.finish();
    match (timing, finish.time) {
        (Timing::Stay(_), KnownTime::Clock(span)) => span.end.map(|end| end.instant() + end_tolerance(span)),
        (Timing::Stay(_), KnownTime::Day { within: WithinDay::Day, .. } | KnownTime::Days { .. }) => {
            Window::of(finish).map(|window| window.last + LATE_HOURS)
        }
        (Timing::Stay(_), _) => None,
        (Timing::Journey { .. }, _) => Window::of(finish).map(|window| window.last),
    }
}

/// When something certainly has not ended before.
fn end(timing: &Timing) -> Option<DateTime<Utc>> {
    match timing {
        Timing::Stay(when) => when.clock().and_then(|span| Some(span.end?.instant() - end_tolerance(span))),
        Timing::Journey { arrive, .. } => Window::of(&arrive.when).map(|window| window.first),
    }
}
