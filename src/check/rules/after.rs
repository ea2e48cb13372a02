//! Entries that come after one that does not take place as planned: what they wait for has to be said anew.

use super::WholeSchedule;
use crate::diagnostic::codes;
use crate::programme::{EntryRef, StatusKind, When};

/// `visits` of the schedule are all that were written, so that references are positions among them.
pub(super) fn check(schedule: &mut WholeSchedule<'_, '_>) {
    let visits = schedule.visits;
    if schedule.is_off(codes::AFTER_CANCELLED) {
        return;
    }
    for (visit, context) in visits.iter().enumerate() {
        for (entry, planned) in context.visit.entries.iter().enumerate().filter(|(_, entry)| entry.status.is_planned())
        {
            let nodes = &context.draft.nodes[entry];
            let ends = [(planned.timing.begin(), nodes.when), (planned.timing.finish(), nodes.arrival)];
            // An entry that is no journey has one end, twice.
            for (when, at) in ends.into_iter().take(1 + usize::from(nodes.when != nodes.arrival)) {
                let When::After { after, .. } = when else { continue };
                // A reference that leads nowhere has been reported.
                let Some(followed) = visits.get(after.visit).and_then(|visit| visit.visit.entries.get(after.entry))
                else {
                    continue;
                };
                let what = match followed.status.kind {
                    StatusKind::Cancelled => "cancelled",
                    StatusKind::Postponed => "postponed",
                    StatusKind::Tentative | StatusKind::Confirmed => continue,
                };
                let related = schedule.place(*after, |nodes| nodes.id);
                schedule.warn(codes::AFTER_CANCELLED, EntryRef { visit, entry }, at, |d| {
                    d.saying(format!("This comes after “{}”, which is {what}.", followed.id))
                        .with_help(
                            "Say when it is now, or what it comes after; if it is off too, give it the same status.",
                        )
                        .with_related(related, format!("This is {what}."))
                });
            }
        }
    }
}
