//! Meals at hours at which nobody is hungry: mostly an evening's time on the twelve-hour clock, or of another zone.

use chrono::{NaiveTime, Timelike};

use super::{WarningSink, WrittenEntry};
use crate::diagnostic::codes;
use crate::programme::{EntryKind, KnownTime, Timing, WithinDay};

/// Banquets end late and breakfasts begin early; nothing begins before this hour.
const FIRST_HOUR: u32 = 5;

pub(super) fn check(entry: WrittenEntry<'_>, sink: &mut WarningSink<'_, '_>) {
    let (EntryKind::Meal, Timing::Stay(when)) = (entry.entry.kind, &entry.entry.timing) else { return };
    let time: NaiveTime = match when.time {
        KnownTime::Clock(clock) => clock.start.local().time(),
        KnownTime::Day { date, within: WithinDay::Between(_, to), .. } if to.local().date() == date => {
            to.local().time()
        }
        _ => return,
    };
    if time.hour() >= FIRST_HOUR {
        return;
    }
    sink.warn(codes::MEAL_AT_NIGHT, entry.nodes, entry.nodes.when, |d| {
        d.saying(format!("This meal begins at {} in {}.", time.format("%H:%M"), when.zone())).with_help(format!(
            "Check the hour, which is on the 24-hour clock ({} in the afternoon is {}), and the zone.",
            time.format("%-I:%M"),
            (time + chrono::Duration::hours(12)).format("%H:%M"),
        ))
    });
}
