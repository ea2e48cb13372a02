//! Where cities are: the table in `cities.tsv`, and what it knows of the places of a schedule.
//!
//! The table is small, so silence means nothing: a city that is not in it may be anywhere. A name that several cities
//! share means each of them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::VisitContext;
use super::words::{folded, strings};
use crate::document;
use crate::programme::{Entry, EntryRef, Place, Text, Timing};
use crate::zone::{Database, Zone};

static TABLE: LazyLock<CityTable> = LazyLock::new(|| CityTable::parse(include_str!("cities.tsv")));

/// How names of cities end when people are thorough; the table has most of them without.
const ENDINGS: &[&str] = &["특별시", "광역시", "시", "市", "都", "府", "city"];

/// The cities of the table, and each folded name of each, sorted, with the city's position.
struct CityTable {
    cities: Vec<City>,
    names: Vec<(String, usize)>,
}

/// A city of the table.
#[derive(Debug)]
pub(super) struct City {
    pub(super) country: [u8; 2],
    pub(super) zone_name: &'static str,
    latitude: f64,
    longitude: f64,
    /// Other countries that have a place of the name, two letters each.
    namesakes: &'static str,
    pub(super) name: &'static str,
}

impl CityTable {
    fn parse(text: &'static str) -> Self {
        let (mut cities, mut names) = (Vec::new(), Vec::new());
        for row in text.lines().filter(|line| !line.starts_with('#')) {
            let (city, all_names) = City::parse(row).unwrap_or_else(|| panic!("a wrong row of cities.tsv: {row}"));
            names.extend(all_names.map(|name| (folded(name), cities.len())));
            cities.push(city);
        }
        names.sort_unstable();
        names.dedup();
        CityTable { cities, names }
    }

    /// The positions of the cities that have a name, however it is written, each with the folded name.
    fn positions(&self, name: &str) -> &[(String, usize)] {
        let name = folded(name);
        let shorter = ENDINGS.iter().filter_map(|ending| name.strip_suffix(ending));
        let mut found = std::iter::once(name.as_str()).chain(shorter).map(|name| {
            let start = self.names.partition_point(|(known, _)| known.as_str() < name);
            let length = self.names[start..].iter().take_while(|(known, _)| known == name).count();
            &self.names[start..start + length]
        });
        found.find(|positions| !positions.is_empty()).unwrap_or_default()
    }
}

/// The cities that a name may mean, with their positions, in the first of its languages that the table knows.
fn with_positions(text: &Text) -> impl Iterator<Item = (usize, &'static City)> {
    let table = &*TABLE;
    let found = text.strings().map(|(_, name)| table.positions(name)).find(|positions| !positions.is_empty());
    found.unwrap_or_default().iter().map(|(_, position)| (*position, &table.cities[*position]))
}

/// The cities of a name, wherever they are.
pub(super) fn named(text: &Text) -> impl Iterator<Item = &'static City> {
    with_positions(text).map(|(_, city)| city)
}

/// Those of some cities that are in a country, if that is known.
pub(super) fn within(cities: &[&'static City], country: Option<[u8; 2]>) -> Vec<&'static City> {
    cities.iter().copied().filter(|city| country.is_none_or(|country| city.country == country)).collect()
}

/// The cities that a place may be in; none if the table does not know it.
pub(super) fn of(place: &Place) -> Vec<&'static City> {
    let named: Vec<_> = place.city.iter().flat_map(named).collect();
    within(&named, place.country)
}

/// The country of a city, with the city's own name, if all that are called so are in one.
pub(in crate::check) fn country_of(city: &Text) -> Option<(&'static str, String)> {
    let found: Vec<_> = named(city).collect();
    let first = found.first()?;
    let is_only = found.iter().all(|city| city.country == first.country);
    is_only.then(|| (first.name, first.country.map(char::from).iter().collect()))
}

/// The zones of the cities that a visit's file names, in the order written, if a zone in it is none: they may say which
/// was meant.
pub(in crate::check) fn zones_beside_unknown(written: &document::Visit<'_>, database: Database) -> Vec<Zone> {
    let entries = || written.entries.iter().flat_map(|list| &list.items);
    let zone_names = entries().flat_map(|entry| {
        let ends = [&entry.depart, &entry.arrive].into_iter().flatten().map(|end| &end.when);
        entry.when.iter().chain(ends).filter_map(document::When::zone)
    });
    if written.zone.iter().chain(zone_names).all(|scalar| database.find(&scalar.text).is_some()) {
        return Vec::new();
    }
    entries().flat_map(|entry| zones_of(entry, database)).collect()
}

/// The zones of the cities that an entry names.
pub(in crate::check) fn zones_of<'e>(
    entry: &'e document::Entry<'e>,
    database: Database,
) -> impl Iterator<Item = Zone> + 'e {
    let ends = [&entry.depart, &entry.arrive].into_iter().flatten().filter_map(|end| end.place.as_ref());
    let places = entry.place.as_deref().into_iter().chain(ends);
    places.flat_map(move |place| {
        let names = place.city.iter().flat_map(strings);
        let country = place.country.as_ref().map(|scalar| scalar.text.as_bytes());
        let found =
            names.flat_map(|(_, name)| TABLE.positions(&name.text)).map(|(_, position)| &TABLE.cities[*position]);
        found
            .filter(move |city| country.is_none_or(|country| city.country == country))
            .map(move |city| city.zone(database))
    })
}

impl City {
    /// A row of the table: the city, and all of its names.
    fn parse(row: &'static str) -> Option<(Self, impl Iterator<Item = &'static str>)> {
        let mut fields = row.split('\t');
        let country = fields.next()?.as_bytes().try_into().ok()?;
        let zone_name = fields.next()?;
        let (latitude, longitude) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let (namesakes, names) = (fields.next()?, fields.next()?.split('|'));
        let name = names.clone().next()?;
        Some((City { country, zone_name, latitude, longitude, namesakes, name }, names))
    }

    /// Its zone in a time zone database, which has it, as it has every name that is common.
    pub(super) fn zone(&self, database: Database) -> Zone {
        database
            .find(self.zone_name)
            .expect("a test looks each zone of the table up, and no database lacks a common name")
    }

    /// Whether some place of its name, however small, is in a country.
    pub(super) fn has_namesake_in(&self, country: [u8; 2]) -> bool {
        self.country == country || self.namesakes.as_bytes().chunks(2).any(|pair| pair == country)
    }

    /// Kilometres to another city, over the sphere.
    pub(super) fn distance(&self, other: &City) -> f64 {
        self.distance_to([other.latitude, other.longitude])
    }

    /// Kilometres to a point, given by its degrees north and east.
    pub(super) fn distance_to(&self, [latitude, longitude]: [f64; 2]) -> f64 {
        const RADIUS: f64 = 6371.0;
        let (a, b) = (self.latitude.to_radians(), latitude.to_radians());
        let (dy, dx) = (b - a, (longitude - self.longitude).to_radians());
        let h = (dy / 2.0).sin().powi(2) + a.cos() * b.cos() * (dx / 2.0).sin().powi(2);
        2.0 * RADIUS * h.sqrt().min(1.0).asin()
    }
}

/// A city by a number that stands for its name, and its country, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct KnownPlace {
    pub(super) city: Option<usize>,
    pub(super) country: Option<[u8; 2]>,
}

/// Where every entry is: the ends of a journey, or twice the place of a stay.
pub(super) struct EntryPlaces(Vec<Vec<[KnownPlace; 2]>>);

impl EntryPlaces {
    pub(super) fn of(visits: &[VisitContext<'_>]) -> Self {
        let mut others = HashMap::new();
        let mut find = |place: Option<&Place>| place.map(|place| known_place(place, &mut others)).unwrap_or_default();
        let mut ends = |entry: &Entry| match &entry.timing {
            Timing::Stay(_) => [find(entry.place.as_ref()); 2],
            Timing::Journey { depart, arrive } => [find(depart.place.as_ref()), find(arrive.place.as_ref())],
        };
        Self(visits.iter().map(|context| context.visit.entries.iter().map(&mut ends).collect()).collect())
    }

    /// The ends of a journey, or twice the place of a stay.
    pub(super) fn ends(&self, at: EntryRef) -> [KnownPlace; 2] {
        self.0[at.visit][at.entry]
    }
}

/// A place, where each name that the table does not have gets the next number of its own.
fn known_place(place: &Place, others: &mut HashMap<String, usize>) -> KnownPlace {
    let country = place.country;
    let Some(name) = &place.city else { return KnownPlace { city: None, country } };
    let mut found = with_positions(name).filter(|(_, city)| country.is_none_or(|country| city.country == country));
    let Some((position, city)) = found.next() else {
        let (_, name) = name.strings().next().expect("a text has a string");
        let next = TABLE.cities.len() + others.len();
        return KnownPlace { city: Some(*others.entry(folded(name)).or_insert(next)), country };
    };
    let same_country = found.all(|(_, other)| other.country == city.country);
    KnownPlace { city: Some(position), country: country.or(same_country.then_some(city.country)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert!(TABLE.cities.len() > 1_000);
        for city in &TABLE.cities {
            assert!(city.country.iter().all(u8::is_ascii_uppercase), "{city:?}");
            assert_eq!(city.zone(Database::bundled()).name(), city.zone_name);
            assert!(city.latitude.abs() <= 90.0 && city.longitude.abs() <= 180.0, "{city:?}");
            assert!(city.namesakes.len().is_multiple_of(2) && !city.name.is_empty(), "{city:?}");
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
            let zones: Vec<_> = named(&Text::plain(name)).map(|city| city.zone_name).collect();
            assert!(zones.contains(&zone), "{name}: {zones:?}");
        }
        for unknown in ["Nowhere at all", "", "0", "힣힣", "Aac", "#"] {
            assert!(TABLE.positions(unknown).is_empty(), "{unknown}");
        }
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
