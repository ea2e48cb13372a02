//! The same entry twice: with the same title, at the same time and place, for the same people, under two ids.
//!
//! Entries of a day without a time and a place may well be several that are called alike, and say nothing.

use std::collections::HashMap;

use super::people::Person;
use super::words::{folded, same};
use super::{EntryContext, WholeSchedule};
use crate::diagnostic::codes;
use crate::programme::{Entry, EntryRef, KnownTime, Place, Timing, When, WithinDay};

/// How many entries of one time and title are compared with the next. Nobody's schedule has more; a hostile one may.
const MAX_COMPARED: usize = 8;

pub(super) fn check(schedule: &mut WholeSchedule<'_, '_>, people: &[Person]) {
    if schedule.is_off(codes::REPEATED_ENTRY) {
        return;
    }
    for person in people {
        let mut known: HashMap<(&When, &When, String), Vec<EntryRef>> = HashMap::new();
        for &at in &person.entries {
            let EntryContext { entry, .. } = schedule.entry(at);
            if !is_distinct(entry) {
                continue;
            }
            let title = entry.title.strings().min().map(|(_, title)| folded(title)).unwrap_or_default();
            let others = known.entry((entry.timing.begin(), entry.timing.finish(), title)).or_default();
            if let Some(first) = others.iter().copied().find(|first| is_repeat(schedule.entry(*first).entry, entry)) {
                report(schedule, first, at);
            } else if others.len() < MAX_COMPARED {
                others.push(at);
            }
        }
    }
}

/// Whether two entries of one person are the same.
pub(super) fn is_repeat(a: &Entry, b: &Entry) -> bool {
    is_distinct(a)
        && (a.timing.begin(), a.timing.finish()) == (b.timing.begin(), b.timing.finish())
        && places(a) == places(b)
        && a.with == b.with
        && same(&a.title, &b.title) == Some(true)
}

/// Whether so much is known of an entry that there is no second one like it.
fn is_distinct(entry: &Entry) -> bool {
    let has_time =
        |when: &When| matches!(when.time, KnownTime::Clock(_) | KnownTime::Day { within: WithinDay::Between(..), .. });
    let (begin, finish) = (entry.timing.begin(), entry.timing.finish());
    has_time(begin) || has_time(finish) || (begin.days().is_some() && places(entry).iter().any(Option::is_some))
}

/// Where an entry is, or the ends of a journey.
fn places(entry: &Entry) -> [Option<&Place>; 2] {
    match &entry.timing {
        Timing::Stay(_) => [entry.place.as_ref(), None],
        Timing::Journey { depart, arrive } => [depart.place.as_ref(), arrive.place.as_ref()],
    }
}

/// Warns of the second, unless the author of either allows it.
fn report(schedule: &mut WholeSchedule<'_, '_>, first: EntryRef, second: EntryRef) {
    let (one, other) = (schedule.entry(first), schedule.entry(second));
    if one.nodes.allows(codes::REPEATED_ENTRY) {
        return;
    }
    let name = if first.visit == second.visit {
        one.entry.id.to_string()
    } else {
        format!("{}/{}", one.visit.id, one.entry.id)
    };
    let place = schedule.place(first, |nodes| nodes.id);
    schedule.warn(codes::REPEATED_ENTRY, second, other.nodes.id, |d| {
        d.saying(format!("This has the title, the time and the place of “{name}”: the same entry stands here twice."))
            .with_help("Take one of the two out. If they are two occasions, let their titles say what they are.")
            .with_related(place, "It stands here too.")
    });
}
