//! Entries that come after or before one that does not take place as planned, so that what they wait for has to be said anew;
//! and those whose own time says that they do not come after or before it.

use super::WholeSchedule;
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::document::NodeId;
use crate::programme::{EntryRef, StatusKind, When};

/// `visits` of the schedule are all that were written, so that references are positions among them.
pub(super) fn check(schedule: &mut WholeSchedule<'_, '_>) {
    let visits = schedule.visits;
    for (visit, context) in visits.iter().enumerate() {
        for (entry, planned) in context.visit.entries.iter().enumerate().filter(|(_, entry)| entry.status.is_planned())
        {
            let nodes = &context.draft.nodes[entry];
            let ends = [(planned.timing.begin(), nodes.when), (planned.timing.finish(), nodes.arrival)];
            // An entry that is no journey has one end, twice.
            for (when, at) in ends.into_iter().take(1 + usize::from(nodes.when != nodes.arrival)) {
                for (other, is_after) in
                    when.after.iter().map(|other| (other, true)).chain(when.before.iter().map(|other| (other, false)))
                {
                    check_one(schedule, EntryRef { visit, entry }, (when, at), (*other, is_after));
                }
            }
        }
    }
}

/// One entry, by an end of it, and another that it comes after or else before.
fn check_one(
    schedule: &mut WholeSchedule<'_, '_>,
    entry: EntryRef,
    (when, at): (&When, NodeId),
    (other, is_after): (EntryRef, bool),
) {
    // A reference that leads nowhere has been reported.
    let Some(named) = schedule.visits.get(other.visit).and_then(|visit| visit.visit.entries.get(other.entry)) else {
        return;
    };
    let what = match named.status.kind {
        StatusKind::Cancelled => Some("cancelled"),
        StatusKind::Postponed => Some("postponed"),
        StatusKind::Tentative | StatusKind::Confirmed => None,
    };
    let side = if is_after { "after" } else { "before" };
    if let Some(what) = what {
        if !schedule.is_off(codes::AFTER_CANCELLED) {
            let related = schedule.place(other, |nodes| nodes.id);
            schedule.warn(codes::AFTER_CANCELLED, entry, at, |d| {
                d.saying(format!("This comes {side} “{}”, which is {what}.", named.id))
                    .with_help(format!(
                        "Say when it is now, or what it comes {side}; if it is off too, give it the same status."
                    ))
                    .with_related(related, format!("This is {what}."))
            });
        }
        return;
    }
    let (Some(own), Some(begins)) = (Window::of(when), Window::of(named.timing().begin())) else { return };
    let contradicts = if is_after { own.is_before(begins) } else { begins.is_before(own) };
    if contradicts && !schedule.is_off(codes::NOT_IN_ORDER) {
        let related = schedule.place(other, |nodes| nodes.when);
        let (words, id) = (if is_after { "begins before" } else { "begins after" }, &named.id);
        schedule.warn(codes::NOT_IN_ORDER, entry, at, |d| {
            d.saying(format!("This is said to come {side} “{id}”, and {words} that does."))
                .with_help("Check both times, or take out what is not so.")
                .with_related(related, "It begins then.")
        });
    }
}
