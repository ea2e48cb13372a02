//! Journeys that no aircraft makes.

use chrono::Duration;

use super::{WarningSink, WrittenEntry, cities};
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::programme::{Journey, Timing};
use crate::zone::Zone;

/// Kilometres in an hour: more than any airliner flies over the ground, the wind behind it included.
const MAX_SPEED: f64 = 1_100.0;

/// Below this distance the table is too coarse to tell: one city's edge may be near the other's.
const MIN_DISTANCE: f64 = 150.0;

/// Nobody crosses an ocean in less.
const MIN_CROSSING: Duration = Duration::hours(1);

pub(super) fn check(entry: WrittenEntry<'_>, sink: &mut WarningSink<'_, '_>) {
    let Timing::Journey { depart, arrive } = &entry.entry.timing else { return };
    let (Some(leaves), Some(arrives)) = (Window::of(&depart.when), Window::of(&arrive.when)) else { return };
    let longest = arrives.last - leaves.first;
    if longest <= Duration::zero() {
        // This is an error of its own.
        return;
    }
    let (words, help) = match distance(depart, arrive) {
        Some((from, to, kilometres)) => {
            #[allow(clippy::cast_precision_loss)]
            let hours = longest.num_minutes().max(1) as f64 / 60.0;
            let speed = kilometres / hours;
            if kilometres < MIN_DISTANCE || speed <= MAX_SPEED {
                return;
            }
            let words = format!(
                "From {from} to {to} are some {} km; in {} that is {} km/h.",
                grouped(kilometres),
                in_words(longest),
                grouped(speed),
            );
            (words, "No aircraft flies faster than 1,100 km/h. Check the dates, the times and the zone of each end.")
        }
        None if longest < MIN_CROSSING && crosses_pacific(depart.when.zone(), arrive.when.zone()) => {
            let words = format!(
                "This goes from {} to {}, across the Pacific, in {}.",
                depart.when.zone(),
                arrive.when.zone(),
                in_words(longest),
            );
            (words, "Nobody crosses an ocean within the hour. Check the dates, the times and the zone of each end.")
        }
        None => return,
    };
    let leaves = sink.place(entry.nodes.when);
    sink.warn(codes::TRAVEL_TOO_FAST, entry.nodes, entry.nodes.arrival, |d| {
        d.saying(words).with_help(help).with_related(leaves, "It leaves at this time.")
    });
}

/// The shortest way between the cities that the ends may be in.
fn distance(depart: &Journey, arrive: &Journey) -> Option<(&'static str, &'static str, f64)> {
    let (from, to) = (cities::of(depart.place.as_ref()?), cities::of(arrive.place.as_ref()?));
    let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from.name, to.name, from.distance(to))));
    pairs.min_by(|a, b| a.2.total_cmp(&b.2))
}

/// Whether one zone is on the western side of the Pacific, or in it, and the other in America.
fn crosses_pacific(a: Zone, b: Zone) -> bool {
    let side = |zone: Zone| match zone.name().split('/').next() {
        Some("Asia" | "Australia" | "Pacific") => Some(false),
        Some("America") => Some(true),
        _ => None,
    };
    matches!((side(a), side(b)), (Some(a), Some(b)) if a != b)
}

#[allow(clippy::cast_possible_truncation)]
fn grouped(number: f64) -> String {
    let digits = (number.round() as i64).to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn in_words(length: Duration) -> String {
    let (hours, minutes) = (length.num_hours(), length.num_minutes() % 60);
    let some = |number: i64, of: &str| format!("{number} {of}{}", if number == 1 { "" } else { "s" });
    match (hours, minutes) {
        (0, minutes) => some(minutes, "minute"),
        (hours, 0) => some(hours, "hour"),
        (hours, minutes) => format!("{} and {}", some(hours, "hour"), some(minutes, "minute")),
    }
}
