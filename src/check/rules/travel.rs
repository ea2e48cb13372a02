//! Journeys that no aircraft makes.

use chrono::Duration;

use super::{WarningSink, WrittenEntry, cities};
use crate::check::window::Window;
use crate::diagnostic::{codes, counted, grouped};
use crate::programme::{Place, Timing, When};
use crate::zone::Zone;

/// Kilometres in an hour: more than any airliner flies over the ground, the wind behind it included.
const MAX_SPEED: f64 = 1_100.0;

/// Below this distance the table is too coarse to tell: one city's edge may be near the other's.
const MIN_DISTANCE: f64 = 150.0;

/// Nobody crosses an ocean in less.
const MIN_CROSSING: Duration = Duration::hours(1);

pub(super) fn check(entry: WrittenEntry<'_>, sink: &mut WarningSink<'_, '_>) {
    let Timing::Journey { depart, arrive } = &entry.entry.timing else { return };
    // From one known time to the next, over the stops of which none is known.
    let mut leg = Leg { from: depart.place.as_ref(), leaves: &depart.when, way: Some(Way::default()) };
    let stops = entry.entry.via.iter().map(|stop| (stop.place.as_ref(), stop.arrive.as_ref(), stop.depart.as_ref()));
    for (place, arrives, leaves) in stops.chain([(arrive.place.as_ref(), Some(&arrive.when), None)]) {
        leg.way = leg.way.and_then(|way| way.on_to(leg.from, place));
        leg.from = place;
        if let Some(arrives) = arrives
            && report_fast(entry, &leg, arrives, sink)
        {
            return;
        }
        if let Some(when) = leaves.or(arrives) {
            (leg.leaves, leg.way) = (when, Some(Way::default()));
        }
    }
}

/// A stretch of a journey.
struct Leg<'l> {
    /// Where it is now.
    from: Option<&'l Place>,
    /// When it left where the stretch began.
    leaves: &'l When,
    /// How far it has come; `None` where a place is not known.
    way: Option<Way>,
}

/// How far something is, and between which cities.
#[derive(Clone, Copy, Default)]
struct Way {
    cities: Option<[&'static str; 2]>,
    kilometres: f64,
}

impl Way {
    /// The same, on to the next place.
    fn on_to(self, from: Option<&Place>, to: Option<&Place>) -> Option<Self> {
        let (from, to, kilometres) = distance(from?, to?)?;
        let first = self.cities.map_or(from, |[first, _]| first);
        Some(Way { cities: Some([first, to]), kilometres: self.kilometres + kilometres })
    }
}

/// Warns of a stretch that nothing is fast enough for; whether it is one.
fn report_fast(entry: WrittenEntry<'_>, leg: &Leg<'_>, arrival: &When, sink: &mut WarningSink<'_, '_>) -> bool {
    let (Some(leaves), Some(arrives)) = (Window::of(leg.leaves), Window::of(arrival)) else { return false };
    let longest = arrives.last - leaves.first;
    if longest <= Duration::zero() {
        // This is an error of its own.
        return false;
    }
    let (words, help) = match leg.way.and_then(|way| Some((way.cities?, way.kilometres))) {
        Some(([from, to], kilometres)) => {
            #[allow(clippy::cast_precision_loss)]
            let speed = kilometres / (longest.num_minutes().max(1) as f64 / 60.0);
            if kilometres < MIN_DISTANCE || speed <= MAX_SPEED {
                return false;
            }
            let words = format!(
                "From {from} to {to} are some {} km; in {} that is {} km/h.",
                rounded(kilometres),
                in_words(longest),
                rounded(speed),
            );
            (words, "No aircraft flies faster than 1,100 km/h. Check the dates, the times and the zone of each end.")
        }
        None if longest < MIN_CROSSING && crosses_pacific(leg.leaves.zone(), arrival.zone()) => {
            let words = format!(
                "This goes from {} to {}, across the Pacific, in {}.",
                leg.leaves.zone(),
                arrival.zone(),
                in_words(longest),
            );
            (words, "Nobody crosses an ocean within the hour. Check the dates, the times and the zone of each end.")
        }
        None => return false,
    };
    let leaves = sink.place(entry.nodes.when);
    sink.warn(codes::TRAVEL_TOO_FAST, entry.nodes, entry.nodes.arrival, |d| {
        d.saying(words).with_help(help).with_related(leaves, "It leaves at this time.")
    });
    true
}

/// The shortest way between the cities that two places may be in.
fn distance(from: &Place, to: &Place) -> Option<(&'static str, &'static str, f64)> {
    let (from, to) = (cities::of(from), cities::of(to));
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

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn rounded(number: f64) -> String {
    grouped(number.round() as usize)
}

fn in_words(length: Duration) -> String {
    let minutes = usize::try_from(length.num_minutes()).expect("it is longer than nothing");
    match (minutes / 60, minutes % 60) {
        (0, minutes) => counted(minutes, "minute"),
        (hours, 0) => counted(hours, "hour"),
        (hours, minutes) => format!("{} and {}", counted(hours, "hour"), counted(minutes, "minute")),
    }
}
