//! Meals, and other public entries, at hours at which hardly anybody holds them: mostly an afternoon's time on the
//! twelve-hour clock, or of another zone.
//!
//! An evening may last until after midnight, and whoever lands or leaves at night is received and seen off then: such an
//! entry stands near another that explains it.

use chrono::{DateTime, Duration, Timelike, Utc};

use super::{WarningSink, WrittenEntry, WrittenVisit};
use crate::diagnostic::{Code, codes};
use crate::programme::{Audience, EntryKind, KnownTime, Timing, When, WithinDay};
use crate::zone::Moment;

/// Banquets end late and breakfasts begin early; nothing begins before this hour.
const FIRST_HOUR: u32 = 5;

/// The hour from which an entry is one of an evening.
const EVENING: u32 = 17;

/// How long before a night's entry an evening's has ended, or somebody has landed, that explains it.
const MAX_AFTER: Duration = Duration::hours(4);

/// How long after a night's entry somebody leaves whose departure explains it.
const MAX_BEFORE: Duration = Duration::hours(3);

pub(super) fn check(visit: WrittenVisit<'_>, sink: &mut WarningSink<'_, '_>) {
    let planned = || visit.entries().filter(|entry| entry.entry.status.is_planned());
    let mut other = Vec::new();
    for entry in planned() {
        let Some((begins, _)) = night(entry) else { continue };
        match entry.entry.kind {
            EntryKind::Meal => report(entry, (codes::MEAL_AT_NIGHT, "meal", ""), sink),
            EntryKind::Travel => {}
            _ if entry.entry.audience == Audience::Public => other.push((entry, begins)),
            _ => {}
        }
    }
    if other.is_empty() || sink.is_off(codes::ENTRY_AT_NIGHT) {
        return;
    }
    let nearby = Nearby::of(planned());
    for (entry, _) in other.into_iter().filter(|(_, begins)| !nearby.explains(begins.instant())) {
        report(entry, (codes::ENTRY_AT_NIGHT, "public entry", ", and nothing near it is at night"), sink);
    }
}

/// When an entry begins at the latest, if that is known and certainly at night, and whether it begins just then.
fn night(entry: WrittenEntry<'_>) -> Option<(Moment, bool)> {
    let Timing::Stay(when) = &entry.entry.timing else { return None };
    let (begins, is_exact) = match when.time {
        KnownTime::Clock(clock) => (clock.start, true),
        KnownTime::Day { date, within: WithinDay::Between(_, to), .. } if to.local().date() == date => (to, false),
        _ => return None,
    };
    (begins.local().hour() < FIRST_HOUR).then_some((begins, is_exact))
}

/// What may explain an entry at night, sorted.
struct Nearby {
    /// When an evening's entries end, and journeys arrive.
    ends: Vec<DateTime<Utc>>,
    /// When journeys leave.
    departures: Vec<DateTime<Utc>>,
}

impl Nearby {
    fn of<'d>(entries: impl Iterator<Item = WrittenEntry<'d>>) -> Self {
        let mut nearby = Nearby { ends: Vec::new(), departures: Vec::new() };
        for entry in entries {
            match &entry.entry.timing {
                Timing::Stay(when) => {
                    let evening = when.clock().filter(|clock| clock.start.local().hour() >= EVENING);
                    nearby.ends.extend(evening.map(|clock| clock.end.unwrap_or(clock.start).instant()));
                }
                Timing::Journey { depart, arrive } => {
                    let start = |when: &When| when.clock().map(|clock| clock.start.instant());
                    nearby.departures.extend(start(&depart.when));
                    nearby.ends.extend(start(&arrive.when));
                }
            }
        }
        nearby.ends.sort_unstable();
        nearby.departures.sort_unstable();
        nearby
    }

    fn explains(&self, begins: DateTime<Utc>) -> bool {
        let any = |all: &[DateTime<Utc>], from: DateTime<Utc>, to: DateTime<Utc>| {
            all.get(all.partition_point(|at| *at < from)).is_some_and(|at| *at <= to)
        };
        any(&self.ends, begins - MAX_AFTER, begins) || any(&self.departures, begins, begins + MAX_BEFORE)
    }
}

fn report(entry: WrittenEntry<'_>, (code, what, nearby): (Code, &str, &str), sink: &mut WarningSink<'_, '_>) {
    let Some((begins, is_exact)) = night(entry) else { return };
    let time = begins.local().time();
    sink.warn(code, entry.nodes, entry.nodes.when, |d| {
        let at = if is_exact { "at" } else { "by" };
        d.saying(format!("This {what} begins {at} {} in {}{nearby}.", time.format("%H:%M"), begins.zone())).with_help(
            format!(
                "Check the hour, which is on the 24-hour clock ({} in the afternoon is {}), and the zone.",
                time.format("%-I:%M"),
                (time + Duration::hours(12)).format("%H:%M"),
            ),
        )
    });
}
