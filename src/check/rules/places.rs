//! Cities against the zones of their times, and against the country.

use super::cities::City;
use super::{WarningSink, WrittenEntry, cities};
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::document::{self, NodeId};
use crate::programme::{Place, Timing, When};
use crate::zone::Zone;

/// Countries of which one may be written for the other: a warning about them would take sides.
const INTERCHANGEABLE: &[(&[u8; 2], &str)] = &[
    (b"AU", "CCCXNF"),
    (b"CN", "HKMOTW"),
    (b"DK", "FOGL"),
    (b"FI", "AX"),
    (b"FR", "BLGFGPMFMQNCPFPMRETFWFYT"),
    (b"GB", "AIBMFKGGGIIMJEKYMSPNSHTCVG"),
    (b"IL", "PS"),
    (b"MA", "EH"),
    (b"NL", "AWBQCWSX"),
    (b"NZ", "CKNUTK"),
    (b"RS", "XK"),
    (b"RU", "UA"),
    (b"US", "ASGUMPPRUMVI"),
];

pub(super) fn check(entry: WrittenEntry<'_>, sink: &mut WarningSink<'_, '_>) {
    let written = entry.written;
    match &entry.entry.timing {
        Timing::Stay(when) => {
            let zone_at = written.when.as_ref().and_then(|when| when.zone()).map(|scalar| scalar.at);
            check_place(entry, entry.entry.place.as_ref(), written.place.as_deref(), (when, zone_at), sink);
        }
        Timing::Journey { depart, arrive } => {
            for (end, written) in [(depart, &written.depart), (arrive, &written.arrive)] {
                let zone_at = written.as_ref().and_then(|end| end.when.zone()).map(|scalar| scalar.at);
                let written = written.as_ref().and_then(|end| end.place.as_ref());
                check_place(entry, end.place.as_ref(), written, (&end.when, zone_at), sink);
            }
        }
    }
}

/// Checks a place against its time; with that comes where its zone stands, if it names one.
fn check_place(
    entry: WrittenEntry<'_>,
    place: Option<&Place>,
    written: Option<&document::Place<'_>>,
    time: (&When, Option<NodeId>),
    sink: &mut WarningSink<'_, '_>,
) {
    let (Some(place), Some(written)) = (place, written) else { return };
    let Some(city) = &place.city else { return };
    let named: Vec<_> = cities::named(city).collect();
    check_zone(entry, &cities::within(&named, place.country), written, time, sink);
    check_country(entry, &named, place.country, written, sink);
    check_point(entry, &cities::within(&named, place.country), (place, written), sink);
}

/// How many kilometres a point may be from the middle of the city that its place names; airports can be far out.
const MAX_KILOMETRES: f64 = 100.0;

/// Warns where a point on the map is far from each city of the name.
fn check_point(
    entry: WrittenEntry<'_>,
    found: &[&City],
    (place, written): (&Place, &document::Place<'_>),
    sink: &mut WarningSink<'_, '_>,
) {
    let (Some(geo), Some(items), Some(city)) = (place.geo, &written.geo, found.first()) else { return };
    let distances = found.iter().map(|city| city.distance_to(geo.to_degrees()));
    let least = distances.fold(f64::INFINITY, f64::min);
    if least > MAX_KILOMETRES {
        sink.warn(codes::POINT_FAR_FROM_CITY, entry.nodes, items.at, |d| {
            d.saying(format!("This point is {least:.0} km from {}, the city beside it.", city.name))
                .with_help("Write the degrees north first, then the degrees east, with a minus south and west.")
        });
    }
}

/// Warns where the clocks of a city read something else than those of the zone, on that day. Two zones whose clocks
/// agree are not told apart: the times are right, whichever is written.
fn check_zone(
    entry: WrittenEntry<'_>,
    found: &[&City],
    written: &document::Place<'_>,
    (when, zone_at): (&When, Option<NodeId>),
    sink: &mut WarningSink<'_, '_>,
) {
    let (Some(city), Some(window)) = (found.first(), Window::of(when)) else { return };
    let zone = when.zone();
    let middle = window.first + (window.last - window.first) / 2;
    let offset = |zone: Zone| zone.local(middle).offset;
    let zone_of = |city: &City| city.zone(zone.database());
    if found.iter().any(|city| zone_of(city) == zone || offset(zone_of(city)) == offset(zone)) {
        return;
    }
    let visit_zone_at = entry.visit.zone.as_ref().map(|scalar| scalar.at);
    let named = zone_at.or(visit_zone_at).map(|at| sink.place(at));
    let at = written.city.as_ref().map_or(written.at, document::Text::at);
    sink.warn(codes::CITY_IN_OTHER_ZONE, entry.nodes, at, |d| {
        let d = d
            .saying(format!(
                "{} is in {} ({} on that day), but the time beside it is one of {} ({}).",
                city.name,
                zone_of(city),
                zone_of(city).local(middle).name,
                zone,
                zone.local(middle).name,
            ))
            .with_help(format!("Write “zone: {}” beside the time, or mend the city.", zone_of(city)));
        match named {
            Some(place) if zone_at.is_some() => d.with_related(place, "The zone is named here."),
            Some(place) => d.with_related(place, "The zone is that of the visit."),
            None => d,
        }
    });
}

/// Warns where no place of the name, however small, is in the country.
fn check_country(
    entry: WrittenEntry<'_>,
    named: &[&City],
    country: Option<[u8; 2]>,
    written: &document::Place<'_>,
    sink: &mut WarningSink<'_, '_>,
) {
    let (Some(first), Some(country)) = (named.first(), country) else { return };
    if named.iter().any(|city| city.has_namesake_in(country) || are_interchangeable(city.country, country)) {
        return;
    }
    let at = written.country.as_ref().map_or(written.at, |scalar| scalar.at);
    let letters = |country: [u8; 2]| country.map(char::from).iter().collect::<String>();
    let (own, written) = (letters(first.country), letters(country));
    sink.warn(codes::CITY_IN_OTHER_COUNTRY, entry.nodes, at, |d| {
        d.saying(format!("{} is in {own}, and no place of that name is known in {written}.", first.name))
            .with_help(format!("Write “country: {own}”, or mend the city."))
    });
}

/// Whether one of two countries may be written for the other.
fn are_interchangeable(a: [u8; 2], b: [u8; 2]) -> bool {
    let holds = |whole: [u8; 2], part: [u8; 2]| {
        let parts = INTERCHANGEABLE.iter().find(|(country, _)| **country == whole).map(|(_, parts)| parts.as_bytes());
        parts.is_some_and(|parts| parts.chunks(2).any(|country| country == part))
    };
    holds(a, b) || holds(b, a)
}
