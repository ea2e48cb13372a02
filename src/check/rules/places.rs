//! Cities against the zone of the times beside them, and against the country.

use super::{Pen, Subject, cities};
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::document::{self, NodeId};
use crate::programme::{Place, Timing, When};

/// Countries of which one may be written for the other, whatever the reason: a warning about them would take sides.
const ONE_FOR_THE_OTHER: &[(&[u8; 2], &str)] = &[
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

pub(super) fn check(subject: Subject<'_>, pen: &mut Pen<'_, '_>) {
    let (entry, written) = (subject.entry, subject.written);
    let mut look = |place: &Option<Place>,
                    in_words: Option<&document::Place<'_>>,
                    when: &When,
                    time: Option<&document::When<'_>>| {
        if let (Some(place), Some(in_words)) = (place, in_words)
            && place.city.is_some()
        {
            zone(subject, place, in_words, when, time, pen);
            country(subject, place, in_words, pen);
        }
    };
    match &entry.timing {
        Timing::Stay(when) => look(&entry.place, written.place.as_deref(), when, written.when.as_deref()),
        Timing::Journey { depart, arrive } => {
            for (end, in_words) in [(depart, &written.depart), (arrive, &written.arrive)] {
                let in_words = in_words.as_deref();
                let place = in_words.and_then(|end| end.place.as_ref());
                look(&end.place, place, &end.when, in_words.map(|end| &end.when));
            }
        }
    }
}

fn city_at(in_words: &document::Place<'_>) -> NodeId {
    in_words.city.as_ref().map_or(in_words.at, document::Text::at)
}

/// Warns where the clocks of a city read something else than those of the zone, on that day. Two zones whose clocks
/// agree are not told apart: the times are right, whichever is written.
fn zone(
    subject: Subject<'_>,
    place: &Place,
    in_words: &document::Place<'_>,
    when: &When,
    time: Option<&document::When<'_>>,
    pen: &mut Pen<'_, '_>,
) {
    let (zone, found) = (when.zone(), cities::of(place));
    let Some(window) = Window::of(when).filter(|_| !found.is_empty()) else { return };
    let middle = window.first + (window.last - window.first) / 2;
    let reads = |zone: crate::zone::Zone| zone.local(middle).offset;
    if found.iter().any(|city| city.zone == zone || reads(city.zone) == reads(zone)) {
        return;
    }
    let own = time.and_then(|time| time.zone.as_ref());
    let named = own.or(subject.whole.zone.as_ref()).map(|scalar| pen.place(scalar.at));
    let city = found[0];
    pen.warn(codes::CITY_IN_OTHER_ZONE, subject, city_at(in_words), |d| {
        let d = d
            .saying(format!(
                "{} is in {} ({} on that day), but the time beside it is one of {} ({}).",
                city.name,
                city.zone,
                city.zone.local(middle).name,
                zone,
                zone.local(middle).name,
            ))
            .with_help(format!("Write “zone: {}” beside the time, or mend the city.", city.zone));
        match named {
            Some(place) if own.is_some() => d.with_related(place, "The zone is named here."),
            Some(place) => d.with_related(place, "The zone is that of the visit."),
            None => d,
        }
    });
}

/// Warns where no place of the name, however small, is in the country.
fn country(subject: Subject<'_>, place: &Place, in_words: &document::Place<'_>, pen: &mut Pen<'_, '_>) {
    let (Some(city), Some(country)) = (&place.city, place.country) else { return };
    let mut found = cities::named(city).peekable();
    let Some(first) = found.peek().copied() else { return };
    if found.any(|city| city.has_namesake_in(country) || is_for_the_other(city.country, country)) {
        return;
    }
    let at = in_words.country.as_ref().map_or(in_words.at, |scalar| scalar.at);
    let is = |country: [u8; 2]| String::from_utf8_lossy(&country).into_owned();
    pen.warn(codes::CITY_IN_OTHER_COUNTRY, subject, at, |d| {
        d.saying(format!(
            "{} is in {}, and no place of that name is known in {}.",
            first.name,
            is(first.country),
            is(country)
        ))
        .with_help(format!("Write “country: {}”, or mend the city.", is(first.country)))
    });
}

fn is_for_the_other(a: [u8; 2], b: [u8; 2]) -> bool {
    let is = |whole: [u8; 2], part: [u8; 2]| {
        ONE_FOR_THE_OTHER
            .iter()
            .any(|(known, parts)| **known == whole && parts.as_bytes().chunks(2).any(|known| known == part))
    };
    is(a, b) || is(b, a)
}
