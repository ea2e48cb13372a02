//! The pictures that go with links, pixel by pixel.
//!
//! Where bars, dashes and lines stand is worked out by hand. Letters were looked at: the pictures of `tests/pictures` are
//! compared as bytes. After a change that is meant to change them, write them anew with
//! `SUMMITCAL_GOLDEN=write cargo test --test suite pictures`, and look at each before it is committed.

use std::fs;
use std::path::Path;

use crate::support::{FEEDS, Folder};

/// How many pixels a picture is wide.
const WIDTH: usize = 1200;
/// Where the hours begin; a day is 916 pixels wide.
const HOURS: usize = 212;
/// Where the first strip begins.
const TOP: usize = 258;
/// From one strip to the next.
const PITCH: usize = 70;

/// The flat inks, by their places in the palette.
const PAPER: u8 = 0;
const TRACK: u8 = 1;
const BAR: u8 = 2;
const FAINT: u8 = 3;
const OUTLINE: u8 = 4;
const DATE_LINE: u8 = 5;

/// A visit to New York over the turn of a year, with entries on five days: one more than there is room for.
const STRIPS: &str = "\
visit: strips
kind: working-visit
title: Strips
principal: President A
zone: America/New_York
dates: {from: 2025-12-30, to: 2026-01-03}
audience: public
sources: {s: {publisher: P}}
entries:
  - {id: bar, kind: meeting, title: Talks about the future of the alliance, when: {start: 2025-12-30 06:00, end: 12:00}, status: confirmed, sources: [s]}
  - {id: off, kind: meeting, title: T, when: {start: 2025-12-30 16:00, end: 18:00}, status: cancelled, sources: [s]}
  - {id: brief, kind: meeting, title: T, when: {start: 2025-12-30 20:00, end: 20:05}, status: tentative, sources: [s]}
  - {id: night, kind: meal, title: T, when: {start: 2025-12-30 22:00, end: 2025-12-31 02:00}, status: confirmed, sources: [s]}
  - {id: window, kind: meal, title: T, when: {date: 2025-12-31, between: [12:00, 18:00]}, status: confirmed, sources: [s]}
  - {id: open, kind: meal, title: T, when: {start: 2026-01-01 12:00}, status: confirmed, sources: [s]}
  - {id: late, kind: meal, title: T, when: {start: 2026-01-01 23:30}, status: confirmed, sources: [s]}
  - {id: early, kind: meal, title: T, when: {start: 2026-01-01 06:00}, status: confirmed, sources: [s]}
  - {id: day, kind: meal, title: T, when: {date: 2026-01-02}, status: postponed, sources: [s]}
  - id: flight
    kind: travel
    title: T
    depart: {start: 2026-01-03 12:00, place: {city: New York, country: US}}
    arrive: {start: 2026-01-04 16:00, zone: Asia/Tokyo, place: {city: Tokyo, country: JP}}
    status: confirmed
    sources: [s]
";

/// Visits of one day, of days of one month and of two, and one of which no day is known, to places of many letters.
const OTHERS: [(&str, &str, &str, &str, &str); 4] = [
    ("one", "Asia/Vladivostok", "2025-05-09", "2025-05-09", "{start: 2025-05-09 10:00, end: 11:00}"),
    ("month", "America/Mexico_City", "2025-06-07", "2025-06-08", "{date: 2025-06-07}"),
    ("months", "Asia/Qyzylorda", "2025-07-31", "2025-08-01", "{date: 2025-07-31, part: morning}"),
    ("unknown", "Asia/Jakarta", "2025-09-10", "2025-09-12", "tba"),
];

fn built() -> Folder {
    built_with(Some(STRIPS), OTHERS)
}

fn built_with<const N: usize>(strips: Option<&str>, others: [(&str, &str, &str, &str, &str); N]) -> Folder {
    let served = format!("base_url: https://calendar.example.org/\n{FEEDS}");
    let folder = Folder::with(&[("feeds.yaml", &served)]);
    if let Some(strips) = strips {
        folder.write("schedules/strips.yaml", strips.as_bytes());
    }
    for (id, zone, from, to, when) in others {
        let text = format!(
            "visit: {id}\nkind: working-visit\ntitle: T\nprincipal: President A\nzone: {zone}\n\
             dates: {{from: {from}, to: {to}}}\naudience: public\nsources: {{s: {{publisher: P}}}}\nentries:\n  \
             - {{id: a, kind: meeting, title: T, when: {when}, status: confirmed, sources: [s]}}\n"
        );
        folder.write(&format!("schedules/{id}.yaml"), text.as_bytes());
    }
    folder.build();
    folder
}

fn bytes(folder: &Folder, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(format!("dist/public/{name}.png"))).expect("a picture")
}

/// The places in the palette of a picture's pixels, by RFC 2083 alone: four bits each, every row as what differs from the one above.
fn pixels(png: &[u8]) -> Vec<u8> {
    let (mut at, mut packed) = (8, Vec::new());
    while at < png.len() {
        let length = u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes")) as usize;
        if &png[at + 4..at + 8] == b"IDAT" {
            packed.extend(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let rows = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).expect("deflated rows");
    let mut above = vec![0_u8; WIDTH / 2];
    let mut pixels = Vec::new();
    for row in rows.chunks(WIDTH / 2 + 1) {
        assert_eq!(row[0], 2, "each row differs from the one above");
        for (above, byte) in above.iter_mut().zip(&row[1..]) {
            *above = above.wrapping_add(*byte);
            pixels.extend([*above >> 4, *above & 15]);
        }
    }
    pixels
}

#[test]
fn pictures_are_those_that_were_looked_at() {
    let folder = built();
    for name in ["index", "visits/strips", "visits/one", "visits/month", "visits/months", "visits/unknown"] {
        is_as_looked_at(&bytes(&folder, name), &name.replace("visits/", ""));
    }
    // Two visits have room to be larger, but not where their dates would end beyond the margin.
    let [one, month, ..] = OTHERS;
    is_as_looked_at(&bytes(&built_with(None, [one, month]), "index"), "few");
    is_as_looked_at(&bytes(&built_with(Some(STRIPS), [one]), "index"), "long");
}

fn is_as_looked_at(made: &[u8], name: &str) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/pictures/{name}.png"));
    if std::env::var_os("SUMMITCAL_GOLDEN").is_some() {
        fs::write(&golden, made).expect("written");
    }
    assert!(made == fs::read(&golden).expect("a picture to compare with"), "{name}");
}

#[test]
fn what_has_a_time_stands_at_its_time() {
    let folder = built();
    let pixels = pixels(&bytes(&folder, "visits/strips"));
    let at = |day: usize, x: usize, y: usize| pixels[(TOP + day * PITCH + y) * WIDTH + x];
    // An hour is 38 pixels and a sixth wide: 06:00 is at 229, 12:00 at 458, 18:00 at 687.
    let (six, noon, eighteen) = (HOURS + 229, HOURS + 458, HOURS + 687);
    let edges = |day: usize, y: usize, from: usize, to: usize, inks: (u8, u8)| {
        let found = [from - 1, from, to - 1, to].map(|x| at(day, x, y));
        assert_eq!(found, [inks.0, inks.1, inks.1, inks.0], "day {day} from {from} to {to}");
    };
    // The first day: its track, a bar from 06:00 to 12:00 that leaves two pixels free, one that is off, one of the least width.
    for y in [0, 51] {
        edges(0, y, HOURS, WIDTH - 72, (PAPER, TRACK));
    }
    assert_eq!([at(0, HOURS, 52), pixels[(TOP - 1) * WIDTH + HOURS]], [PAPER; 2]);
    for y in [6, 35] {
        edges(0, y, six, noon - 2, (TRACK, BAR));
        edges(0, y, HOURS + 610, eighteen - 2, (TRACK, FAINT));
        edges(0, y, HOURS + 763, HOURS + 769, (TRACK, BAR));
    }
    assert_eq!([at(0, six, 5), at(0, six, 36)], [TRACK; 2]);
    // Past midnight it goes on at the beginning of the next day, until 02:00.
    assert_eq!([at(0, HOURS + 839, 6), at(0, WIDTH - 72 - 3, 6), at(0, WIDTH - 72 - 2, 6)], [BAR, BAR, TRACK]);
    assert_eq!([at(1, HOURS, 6), at(1, HOURS + 73, 6), at(1, HOURS + 74, 6)], [BAR, BAR, TRACK]);
    // Midnight in Seoul is at 10:00 in New York, over the strip and five pixels on either side.
    for day in 0..4 {
        for y in [0, 51] {
            assert_eq!([HOURS + 380, HOURS + 382].map(|x| at(day, x, y)), [DATE_LINE; 2], "day {day}");
            assert_ne!(at(day, HOURS + 379, y), DATE_LINE);
            assert_ne!(at(day, HOURS + 383, y), DATE_LINE);
        }
        assert_eq!([at(day, HOURS + 381, 56), at(day, HOURS + 381, 57)], [DATE_LINE, PAPER]);
    }
    // A window from 12:00 to 18:00 is dashes of eight pixels, six apart, four pixels in and nine above the end of the strip.
    for (y, ink) in [(42, TRACK), (43, OUTLINE), (46, OUTLINE), (47, TRACK)] {
        assert_eq!([noon + 4, noon + 11, noon + 18].map(|x| at(1, x, y)), [ink; 3], "{y}");
        assert_eq!([noon + 3, noon + 12, noon + 17].map(|x| at(1, x, y)), [TRACK; 3], "{y}");
    }
    // The sixteenth dash begins 214 pixels in, and is the last before the 225 that there are.
    assert_eq!([213, 214, 221, 222, 228].map(|x| at(1, noon + x, 43)), [TRACK, OUTLINE, OUTLINE, TRACK, TRACK]);
    // Without an end: a bar of six pixels and then dashes; late in the evening, as many as there is room for.
    edges(2, 6, noon, noon + 6, (TRACK, BAR));
    edges(2, 35, noon, noon + 6, (TRACK, BAR));
    for (y, ink) in [(18, TRACK), (19, BAR), (22, BAR), (23, TRACK)] {
        assert_eq!([10, 17, 24, 31, 38, 39].map(|x| at(2, noon + x, y)), [ink; 6], "{y}");
        assert_eq!([9, 18, 23, 32, 37, 40].map(|x| at(2, noon + x, y)), [TRACK; 6], "{y}");
    }
    let late = HOURS + 896;
    assert_eq!(
        [0, 5, 6, 9, 10, 17, 18, 19].map(|x| at(2, late + x, 19)),
        [BAR, BAR, TRACK, TRACK, BAR, BAR, TRACK, TRACK]
    );
    assert_eq!(at(2, WIDTH - 72, 19), PAPER);
    // A day that is put off is faint.
    assert_eq!([HOURS + 3, HOURS + 4, HOURS + 11, HOURS + 12].map(|x| at(3, x, 43)), [TRACK, FAINT, FAINT, TRACK]);
}

/// The strips of the page, in tenths of a unit: a day is 400 units wide, so that 06:00 is at 100.0.
#[test]
fn the_hours_on_a_page_stand_at_their_places() {
    let page = built().read("dist/public/visits/strips.html");
    let strips: Vec<&str> = page.split("<figure class=\"strip\">").skip(1).collect();
    assert_eq!(strips.len(), 6);
    let has = |day: usize, part: &str| assert!(strips[day].contains(part), "{part} in {}", strips[day]);
    // Four rows of twenty below 34 for the host's numbers, and 34 more for those of the other clock.
    has(0, "viewBox=\"-12 0 424 148\"");
    has(1, "viewBox=\"-12 0 424 108\"");
    // The host's clock is above: its name, its numbers, and a line at each.
    has(0, "x=\"0.0\" y=\"10\" text-anchor=\"start\">New York · EST<");
    for (x, hour) in [("0.0", 0), ("100.0", 6), ("200.0", 12), ("300.0", 18), ("400.0", 24)] {
        has(0, &format!("<text class=\"number\" x=\"{x}\" y=\"24\" text-anchor=\"middle\">{hour}<"));
        has(0, &format!("<line class=\"tick\" x1=\"{x}\" x2=\"{x}\" y1=\"24\" y2=\"114\">"));
    }
    assert_eq!(strips[0].matches("class=\"tick\"").count(), 5);
    // The other clock is below, fourteen hours ahead: midnight at 10:00, which has the line and its day.
    has(0, "x=\"400.0\" y=\"143\" text-anchor=\"end\">Seoul · KST<");
    for (x, hour) in [("66.6", 18), ("166.6", 0), ("266.6", 6), ("366.6", 12)] {
        has(0, &format!("<text class=\"number\" x=\"{x}\" y=\"125\" text-anchor=\"middle\">{hour}<"));
    }
    has(0, "<line class=\"dateline\" x1=\"166.6\" x2=\"166.6\" y1=\"24\" y2=\"114\">");
    has(0, "<text class=\"date\" x=\"166.6\" y=\"143\" text-anchor=\"middle\">31 Dec<");
    assert_eq!(strips[0].matches("class=\"dateline\"").count(), 1);
    // Bars: what takes less than three units is as wide as that; what goes on is on both days.
    for (day, class, x, y, width) in [
        (0, "bar", "100.0", 36, "100.0"),
        (0, "bar", "266.6", 56, "33.4"),
        (0, "bar", "333.3", 76, "3.0"),
        (0, "bar", "366.6", 96, "33.4"),
        (1, "bar", "0.0", 36, "33.3"),
        (1, "outline", "200.0", 56, "100.0"),
        (2, "start", "200.0", 36, "3.0"),
        (2, "start", "391.6", 56, "3.0"),
        (2, "start", "100.0", 76, "3.0"),
        (3, "outline", "0.0", 36, "400.0"),
        (4, "bar", "200.0", 36, "200.0"),
        (5, "bar", "0.0", 36, "33.3"),
    ] {
        has(day, &format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"15\""));
    }
    // What has no end goes on as a line of twelve units, or to the end of the day.
    for (x1, x2, y) in [("203.0", "215.0", 44), ("394.6", "400.0", 64), ("103.0", "115.0", 84)] {
        has(2, &format!("<line class=\"open\" x1=\"{x1}\" x2=\"{x2}\" y1=\"{y}\" y2=\"{y}\">"));
    }
    // Titles stand where there is more room: 33 columns to the right of the first, so the last letter that fits is the 32nd.
    has(0, "x=\"204.0\" y=\"47\" text-anchor=\"start\">Talks about the future of the al…<");
    has(0, "x=\"262.6\" y=\"67\" text-anchor=\"end\">CANCELLED: T<");
    has(1, "x=\"196.0\" y=\"67\" text-anchor=\"end\">T (between 12:00 and 18:00 EST)<");
    has(2, "x=\"196.0\" y=\"47\" text-anchor=\"end\">T<");
    has(2, "x=\"387.6\" y=\"67\" text-anchor=\"end\">T<");
    has(2, "x=\"120.0\" y=\"87\" text-anchor=\"start\">T<");
    has(3, "x=\"5.0\" y=\"47\" text-anchor=\"start\">POSTPONED: T<");
    has(5, "x=\"37.3\" y=\"47\" text-anchor=\"start\">T<");
}
