//! Where cities are: the table in `cities.tsv`, and what it knows of the places of a schedule.
//!
//! The table is small, so silence means nothing: a city that is not in it may be anywhere. A name that several cities
//! share means each of them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Scene;
use super::words::folded;
use crate::programme::{Place, Text, Timing};
use crate::zone::Zone;

/// Bytes in front of the first row are comments.
const TABLE: &str = include_str!("cities.tsv");

/// How names of cities end when people are thorough; the table has most of them without.
const ENDINGS: &[&str] = &["특별시", "광역시", "시", "市", "都", "府", "city"];

static CITIES: LazyLock<Cities> = LazyLock::new(|| Cities::read(TABLE));

/// A city of the table.
#[derive(Debug)]
pub(super) struct City {
    pub(super) country: [u8; 2],
    pub(super) zone: Zone,
    latitude: f64,
    longitude: f64,
    /// Other countries that have a place of the name, two letters each.
    namesakes: &'static str,
    pub(super) name: &'static str,
}

struct Cities {
    rows: Vec<City>,
    /// Folded names and the row of each, sorted.
    names: Vec<(String, u16)>,
}

impl Cities {
    fn read(table: &'static str) -> Self {
        let mut cities = Cities { rows: Vec::with_capacity(2_000), names: Vec::with_capacity(6_000) };
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let mut next = || fields.next().unwrap_or_default();
            let (country, zone, latitude, longitude, namesakes, names) =
                (next(), next(), next(), next(), next(), next());
            let (Ok(country), Some(zone)) = (country.as_bytes().try_into(), Zone::find(zone)) else { continue };
            let (Ok(latitude), Ok(longitude)) = (latitude.parse(), longitude.parse()) else { continue };
            let row = u16::try_from(cities.rows.len()).unwrap_or(u16::MAX);
            cities.names.extend(names.split('|').map(|name| (folded(name), row)));
            let name = names.split('|').next().unwrap_or_default();
            cities.rows.push(City { country, zone, latitude, longitude, namesakes, name });
        }
        cities.names.sort_unstable();
        cities.names.dedup();
        cities
    }

    /// The rows of a name, as pairs with it.
    fn rows(&self, name: &str) -> &[(String, u16)] {
        let name = folded(name);
        let found = |name: &str| {
            let from = self.names.partition_point(|(known, _)| known.as_str() < name);
            let count = self.names[from..].iter().take_while(|(known, _)| known == name).count();
            Some(&self.names[from..from + count]).filter(|rows| !rows.is_empty())
        };
        let shorter = || ENDINGS.iter().find_map(|ending| name.strip_suffix(ending).and_then(found));
        found(&name).or_else(shorter).unwrap_or_default()
    }
}

/// The rows that a city's name may mean, in the first of its languages that the table knows.
fn rows_named(text: &Text) -> impl Iterator<Item = (u16, &'static City)> + Clone {
    let rows = text.strings().map(|(_, name)| CITIES.rows(name)).find(|rows| !rows.is_empty());
    rows.unwrap_or_default().iter().map(|(_, row)| (*row, &CITIES.rows[usize::from(*row)]))
}

/// The cities of a name, wherever they are.
pub(super) fn named(text: &Text) -> impl Iterator<Item = &'static City> {
    rows_named(text).map(|(_, city)| city)
}

/// The cities that a place may be in; none if the table does not know it.
pub(super) fn of(place: &Place) -> Vec<&'static City> {
    let Some(city) = &place.city else { return Vec::new() };
    named(city).filter(|city| place.country.is_none_or(|country| city.country == country)).collect()
}

impl City {
    /// Whether some place of its name, however small, is in a country.
    pub(super) fn has_namesake_in(&self, country: [u8; 2]) -> bool {
        self.country == country || self.namesakes.as_bytes().chunks(2).any(|pair| pair == country)
    }

    /// Kilometres to another city, over the sphere.
    pub(super) fn distance(&self, other: &City) -> f64 {
        const RADIUS: f64 = 6371.0;
        let (a, b) = (self.latitude.to_radians(), other.latitude.to_radians());
        let (dy, dx) = (b - a, (other.longitude - self.longitude).to_radians());
        let h = (dy / 2.0).sin().powi(2) + a.cos() * b.cos() * (dx / 2.0).sin().powi(2);
        2.0 * RADIUS * h.sqrt().min(1.0).asin()
    }
}

/// A city by a number that stands for its name, and its country, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spot {
    pub(super) city: Option<u32>,
    pub(super) country: Option<[u8; 2]>,
}

/// Where every entry is: the ends of a journey, or twice the same.
pub(super) struct Known(Vec<Vec<[Spot; 2]>>);

impl Known {
    pub(super) fn of(scenes: &[Scene<'_, '_>]) -> Self {
        let mut others = HashMap::new();
        let mut of = |place: Option<&Place>| place.map(|place| spot(place, &mut others)).unwrap_or_default();
        let known = scenes.iter().map(|scene| {
            let entries = scene.visit.entries.iter();
            entries
                .map(|entry| match &entry.timing {
                    Timing::Stay(_) => [of(entry.place.as_ref()); 2],
                    Timing::Journey { depart, arrive } => [of(depart.place.as_ref()), of(arrive.place.as_ref())],
                })
                .collect()
        });
        Known(known.collect())
    }

    /// The ends of a journey, or twice the place of a stay.
    pub(super) fn ends(&self, (visit, entry): (usize, usize)) -> [Spot; 2] {
        self.0[visit][entry]
    }
}

fn spot(place: &Place, others: &mut HashMap<String, u32>) -> Spot {
    let Some(name) = &place.city else { return Spot { city: None, country: place.country } };
    let mut fits = rows_named(name).filter(|(_, city)| place.country.is_none_or(|country| city.country == country));
    let Some((first, city)) = fits.next() else {
        let name = name.strings().map(|(_, name)| folded(name)).next().unwrap_or_default();
        let number = u32::from(u16::MAX) + 1 + u32::try_from(others.len()).unwrap_or_default();
        return Spot { city: Some(*others.entry(name).or_insert(number)), country: place.country };
    };
    let alone = fits.all(|(_, other)| other.country == city.country);
    Spot { city: Some(first.into()), country: place.country.or(alone.then_some(city.country)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let lines: Vec<_> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(CITIES.rows.len(), lines.len(), "a row has an unknown zone, or another mistake");
        assert!(TABLE.len() < 150_000 && lines.len() > 1_000);
        for (city, line) in CITIES.rows.iter().zip(lines) {
            assert!(city.country.iter().all(u8::is_ascii_uppercase), "{line}");
            assert!(city.latitude.abs() <= 90.0 && city.longitude.abs() <= 180.0, "{line}");
            assert!(city.namesakes.len().is_multiple_of(2) && !city.name.is_empty(), "{line}");
        }
    }

    #[test]
    fn cities_are_found_by_their_names() {
        for (name, zone) in [
            ("Seoul", "Asia/Seoul"),
            ("서울특별시", "Asia/Seoul"),
            ("東京都", "Asia/Tokyo"),
            ("도쿄", "Asia/Tokyo"),
            ("Washington, D.C.", "America/New_York"),
            ("워싱턴DC", "America/New_York"),
            ("New York", "America/New_York"),
            ("brasilia", "America/Sao_Paulo"),
        ] {
            let zones: Vec<_> = rows_named(&Text::plain(name)).map(|(_, city)| city.zone.name()).collect();
            assert!(zones.contains(&zone), "{name}: {zones:?}");
        }
        assert!(CITIES.rows("Nowhere at all").is_empty());
    }

    #[test]
    fn distances_are_those_of_an_atlas() {
        let one = |name: &str| named(&Text::plain(name)).next().expect("a city");
        for (from, to, kilometres) in [("Seoul", "Tokyo", 1_160.0), ("Paris", "New York City", 5_837.0)] {
            let found = one(from).distance(one(to));
            assert!((found - kilometres).abs() < 25.0, "{from} to {to}: {found}");
        }
    }
}
