//! Where cities are: the table in `cities.tsv`, and what it knows of the places of a schedule.
//!
//! The table is small, so silence means nothing: a city that is not in it may be anywhere. A name that several cities
//! share means each of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::Scene;
use super::words::folded;
use crate::programme::{Place, Text, Timing};
use crate::zone::Zone;

/// Bytes in front of the first row are comments.
const TABLE: &str = include_str!("cities.tsv");

/// Each folded name of the table, sorted, with the numbers of the rows that have it. A test writes it.
const NAMES: &str = include_str!("cities.index");

/// Its lines, but for the first, which is a comment.
static INDEX: LazyLock<Vec<&str>> = LazyLock::new(|| NAMES.lines().skip(1).collect());

/// How names of cities end when people are thorough; the table has most of them without.
const ENDINGS: &[&str] = &["특별시", "광역시", "시", "市", "都", "府", "city"];

/// The table, of which a run reads only the rows that it is asked for: most ask for few.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| Row { line, city: OnceLock::new() }).collect()
});

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

struct Row {
    line: &'static str,
    city: OnceLock<Option<City>>,
}

impl Row {
    fn city(&self) -> Option<&City> {
        self.city.get_or_init(|| City::parse(self.line)).as_ref()
    }
}

/// The names in a row of the table.
fn names(line: &str) -> impl Iterator<Item = &str> {
    line.rsplit('\t').next().unwrap_or_default().split('|')
}

/// So many names are remembered at a time, with what the index says of them: a schedule names few cities, and those often.
const REMEMBERED: usize = 256;

thread_local! {
    static LATELY: RefCell<HashMap<Box<str>, &'static str>> = RefCell::default();
}

/// The numbers of the rows of a name.
fn rows(name: &str) -> Vec<u16> {
    let numbers = LATELY.with_borrow_mut(|lately| {
        lately.get(name).copied().unwrap_or_else(|| {
            if lately.len() == REMEMBERED {
                lately.clear();
            }
            let found = meant_by(name).unwrap_or_default();
            lately.insert(name.into(), found);
            found
        })
    });
    numbers.split(' ').filter_map(|number| number.parse().ok()).collect()
}

/// What the index says of a name, however it is written.
fn meant_by(name: &str) -> Option<&'static str> {
    let name = folded(name);
    let shorter = || ENDINGS.iter().find_map(|ending| name.strip_suffix(ending).and_then(indexed));
    indexed(&name).or_else(shorter)
}

/// What the index says of a folded name.
fn indexed(name: &str) -> Option<&'static str> {
    let entry = |line: &&'static str| line.split_once('\t').unwrap_or_default();
    let found = INDEX.binary_search_by(|line| entry(line).0.cmp(name)).ok()?;
    Some(entry(&INDEX[found]).1)
}

/// The rows that a city's name may mean, in the first of its languages that the table knows.
fn rows_named(text: &Text) -> impl Iterator<Item = (u16, &'static City)> + Clone {
    let rows = text.strings().map(|(_, name)| rows(name)).find(|rows| !rows.is_empty());
    rows.unwrap_or_default().into_iter().filter_map(|row| Some((row, ROWS.get(usize::from(row))?.city()?)))
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
    /// A row of the table; `None` if it is wrong, which a test sees to.
    fn parse(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t');
        let country = fields.next()?.as_bytes().try_into().ok()?;
        let zone = Zone::find(fields.next()?)?;
        let (latitude, longitude) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let (namesakes, name) = (fields.next()?, names(fields.next()?).next()?);
        Some(City { country, zone, latitude, longitude, namesakes, name })
    }

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
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn every_row_is_read() {
        assert!(TABLE.len() < 150_000 && (1_000..usize::from(u16::MAX)).contains(&ROWS.len()));
        for row in &*ROWS {
            let line = row.line;
            let city = row.city().unwrap_or_else(|| panic!("an unknown zone, or another mistake: {line}"));
            assert!(city.country.iter().all(u8::is_ascii_uppercase), "{line}");
            assert!(city.latitude.abs() <= 90.0 && city.longitude.abs() <= 180.0, "{line}");
            assert!(city.namesakes.len().is_multiple_of(2) && !city.name.is_empty(), "{line}");
        }
    }

    /// After a change of the table, `SUMMITCAL_GOLDEN=write cargo test --lib cities` writes the index anew.
    #[test]
    fn the_index_is_that_of_the_table() {
        let mut rows_of: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (number, row) in ROWS.iter().enumerate() {
            for name in names(row.line) {
                rows_of.entry(folded(name)).or_default().insert(number);
            }
        }
        let mut index = String::from("# Made of cities.tsv by a test. Do not edit.\t\n");
        for (name, rows) in &rows_of {
            let rows: Vec<String> = rows.iter().map(usize::to_string).collect();
            writeln!(index, "{name}\t{}", rows.join(" ")).expect("written");
        }
        if std::env::var_os("SUMMITCAL_GOLDEN").is_some_and(|what| what == "write") {
            let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check/rules/cities.index");
            std::fs::write(place, &index).expect("written");
        } else {
            assert!(index == NAMES, "the index is of another table");
        }
        for (name, rows) in &rows_of {
            let numbers: Vec<usize> = self::rows(name).into_iter().map(usize::from).collect();
            assert!(index != NAMES || numbers.iter().eq(rows), "{name}: {numbers:?} for {rows:?}");
            assert!(self::rows(name).into_iter().map(usize::from).eq(numbers), "{name} is remembered as it was found");
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
        for unknown in ["Nowhere at all", "", "0", "힣힣", "Aac", "#"] {
            assert!(rows(unknown).is_empty(), "{unknown}");
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
