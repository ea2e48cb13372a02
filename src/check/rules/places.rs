//! Cities against the zones of their times, and against the country.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use super::cities::City;
use super::{WarningSink, WrittenEntry, WrittenVisit, cities};
use crate::check::window::Window;
use crate::diagnostic::{codes, grouped};
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

/// Checks the places of an entry against their cities' countries, and against where the cities are.
pub(super) fn check(entry: WrittenEntry<'_>, sink: &mut WarningSink<'_, '_>) {
    for Located { place, written, .. } in located(entry) {
        let Some(city) = &place.city else { continue };
        let named: Vec<_> = cities::named(city).collect();
        check_country(entry, &named, place.country, written, sink);
        check_point(entry, &cities::within(&named, place.country), (place, written), sink);
    }
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

/// A city whose clocks read something else than those of the zone that its time is in.
struct Contradiction<'d> {
    entry: WrittenEntry<'d>,
    city: &'static City,
    city_zone: Zone,
    zone: Zone,
    /// An instant of that time.
    at: DateTime<Utc>,
    /// Where the city stands.
    node: NodeId,
    /// Where the zone stands that the time names, if it names one.
    zone_at: Option<NodeId>,
}

/// Reports cities whose clocks read something else than those of the zone, on that day: once for the visit where it is its own
/// zone that is wrong, else at each city.
pub(super) fn check_zones(visit: WrittenVisit<'_>, sink: &mut WarningSink<'_, '_>) {
    if sink.is_off(codes::CITY_IN_OTHER_ZONE) {
        return;
    }
    let (mut found, mut agreeing) = (Vec::new(), 0);
    for entry in visit.entries().filter(|entry| entry.entry.status.is_planned()) {
        for located in located(entry) {
            match contradiction(entry, &located) {
                Some(one) if !entry.nodes.allows(codes::CITY_IN_OTHER_ZONE) => found.push(one),
                None if located.zone_at.is_none() && is_known(&located) => agreeing += 1,
                _ => {}
            }
        }
    }
    let wrong = zone_of_most(&found, agreeing);
    if let (Some(zone), Some(scalar)) = (wrong, &visit.written.zone) {
        report_visit(zone, scalar.at, &found, sink);
    }
    for one in found {
        if one.zone_at.is_some() || Some(one.city_zone) != wrong {
            report_zone(&one, sink);
        }
    }
}

/// The zone of more cities than agree with the visit's own, of those whose times name none: that of the visit is wrong. One end
/// of a journey is not enough, since its own zone is easily forgotten.
fn zone_of_most(found: &[Contradiction<'_>], agreeing: usize) -> Option<Zone> {
    let by_visit = || found.iter().filter(|one| one.zone_at.is_none());
    let count = |zone: Zone| by_visit().filter(|one| one.city_zone == zone).count();
    let mut zones: Vec<Zone> = by_visit().map(|one| one.city_zone).collect();
    zones.sort_unstable();
    zones.dedup();
    let zone = zones.into_iter().max_by_key(|zone| (count(*zone), Reverse(*zone)))?;
    let stays = |one: &Contradiction<'_>| matches!(one.entry.entry.timing, Timing::Stay(_));
    let is_told = count(zone) > 1 || by_visit().any(|one| one.city_zone == zone && stays(one));
    (is_told && count(zone) > agreeing).then_some(zone)
}

/// A place, its time, and where the zone stands that the time names.
struct Located<'d> {
    place: &'d Place,
    written: &'d document::Place<'d>,
    when: &'d When,
    zone_at: Option<NodeId>,
}

/// The places of an entry: one, or that of each end of a journey.
fn located(entry: WrittenEntry<'_>) -> impl Iterator<Item = Located<'_>> {
    let written = entry.written;
    let zone_at = |when: &document::When<'_>| when.zone().map(|scalar| scalar.at);
    let all = match &entry.entry.timing {
        Timing::Stay(when) => {
            let zone_at = written.when.as_ref().and_then(zone_at);
            [Some((entry.entry.place.as_ref(), written.place.as_deref(), when, zone_at)), None]
        }
        Timing::Journey { depart, arrive } => {
            [(depart, &written.depart), (arrive, &written.arrive)].map(|(end, written)| {
                let zone_at = written.as_ref().and_then(|end| zone_at(&end.when));
                Some((end.place.as_ref(), written.as_ref().and_then(|end| end.place.as_ref()), &end.when, zone_at))
            })
        }
    };
    all.into_iter()
        .flatten()
        .filter_map(|(place, written, when, zone_at)| Some(Located { place: place?, written: written?, when, zone_at }))
}

/// Whether the table knows the city, and the time is known well enough to be held to its clocks.
fn is_known(located: &Located<'_>) -> bool {
    !cities::of(located.place).is_empty() && Window::of(located.when).is_some()
}

/// Two zones whose clocks agree are not told apart: the times are right, whichever is written.
fn contradiction<'d>(entry: WrittenEntry<'d>, located: &Located<'d>) -> Option<Contradiction<'d>> {
    let found = cities::of(located.place);
    let (city, window) = (*found.first()?, Window::of(located.when)?);
    let zone = located.when.zone();
    let middle = window.first + (window.last - window.first) / 2;
    let agree = |other: Zone| {
        let offset = |zone: Zone, at| zone.local(at).offset;
        [window.first, middle, window.last].into_iter().any(|at| offset(other, at) == offset(zone, at))
    };
    let zone_of = |city: &City| city.zone(zone.database());
    if found.iter().any(|city| zone_of(city) == zone || agree(zone_of(city))) {
        return None;
    }
    let node = located.written.city.as_ref().map_or(located.written.at, document::Text::at);
    Some(Contradiction { entry, city, city_zone: zone_of(city), zone, at: middle, node, zone_at: located.zone_at })
}

/// Tells once that the zone of a visit is not that of its cities.
fn report_visit(zone: Zone, at: NodeId, found: &[Contradiction<'_>], sink: &mut WarningSink<'_, '_>) {
    let meant: Vec<_> = found.iter().filter(|one| one.zone_at.is_none() && one.city_zone == zone).collect();
    let Some(first) = meant.first() else { return };
    let related = sink.place(first.node);
    let name = |zone: Zone| zone.local(first.at).name;
    sink.warn_of_visit(codes::CITY_IN_OTHER_ZONE, at, |d| {
        let places = match meant.len() {
            1 => "one of its places is".to_owned(),
            count => format!("{} of its places are", grouped(count)),
        };
        d.saying(format!(
            "The zone of this visit is {} ({} on that day), but {places} in {zone} ({}), {} for one.",
            first.zone,
            name(first.zone),
            name(zone),
            first.city.name,
        ))
        .with_help(format!(
            "Write “zone: {zone}” here; where a time is one of another zone, write “zone:” beside that time."
        ))
        .with_related(related, "This is in another zone than the visit's.")
    });
}

fn report_zone(one: &Contradiction<'_>, sink: &mut WarningSink<'_, '_>) {
    let Contradiction { entry, city, city_zone, zone, at, node, zone_at } = one;
    let visit_zone_at = entry.visit.zone.as_ref().map(|scalar| scalar.at);
    let named = zone_at.or(visit_zone_at).map(|at| sink.place(at));
    sink.warn(codes::CITY_IN_OTHER_ZONE, entry.nodes, *node, |d| {
        let d = d
            .saying(format!(
                "{} is in {} ({} on that day), but the time beside it is one of {} ({}).",
                city.name,
                city_zone,
                city_zone.local(*at).name,
                zone,
                zone.local(*at).name,
            ))
            .with_help(format!("Write “zone: {city_zone}” beside the time, or mend the city."));
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
