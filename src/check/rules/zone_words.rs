//! Names of offsets in titles and notes, against the clocks of the day.
//!
//! "12:15 EDT" of an entry in New York is right in August and wrong in January; "01:15 KST" beside it is a conversion,
//! and nobody's mistake. So a name is doubted in three cases alone:
//!
//! - the entry's zone uses it, but not on that day (EDT in January, CET in Paris in June);
//! - it is another place's, and that place does not use it on that day either (CET in June, of an entry in Seoul);
//! - the entry's own clock time stands before it, though the offset is another (12:15 KST, of 12:15 in New York).
//!
//! GMT, UTC and Z are conversions wherever they stand, and are doubted in the last case alone.

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, TimeZone, Utc};

use super::words::strings;
use super::{Pen, Subject};
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::programme::When;
use crate::zone::Zone;

/// What people write for an offset: the name, its seconds east of UTC, and the zones that use it. Those in capital
/// letters that are words too are left out, and so are names without a season (ET), which are right all year.
const NAMES: &[(&str, i32, &[&str])] = &[
    ("ACDT", 37_800, &["Australia/Adelaide"]),
    ("ACST", 34_200, &["Australia/Adelaide", "Australia/Darwin"]),
    ("AEDT", 39_600, &["Australia/Sydney"]),
    ("AEST", 36_000, &["Australia/Sydney", "Australia/Brisbane"]),
    ("AKDT", -28_800, &["America/Anchorage"]),
    ("AKST", -32_400, &["America/Anchorage"]),
    ("BST", 3_600, &["Europe/London"]),
    ("CDT", -18_000, &["America/Chicago"]),
    ("CEST", 7_200, &["Europe/Brussels"]),
    ("CET", 3_600, &["Europe/Brussels", "Africa/Algiers", "Africa/Tunis"]),
    ("EDT", -14_400, &["America/New_York"]),
    ("EEST", 10_800, &["Europe/Athens", "Africa/Cairo", "Asia/Beirut"]),
    ("EET", 7_200, &["Europe/Athens", "Africa/Tripoli", "Europe/Kaliningrad", "Africa/Cairo", "Asia/Beirut"]),
    ("EST", -18_000, &["America/New_York", "America/Panama"]),
    ("HKT", 28_800, &["Asia/Hong_Kong"]),
    ("HST", -36_000, &["Pacific/Honolulu"]),
    ("JST", 32_400, &["Asia/Tokyo"]),
    ("KST", 32_400, &["Asia/Seoul", "Asia/Pyongyang"]),
    ("MDT", -21_600, &["America/Denver"]),
    ("MST", -25_200, &["America/Denver", "America/Phoenix"]),
    ("NZDT", 46_800, &["Pacific/Auckland"]),
    ("NZST", 43_200, &["Pacific/Auckland"]),
    ("PDT", -25_200, &["America/Los_Angeles"]),
    ("PST", -28_800, &["America/Los_Angeles"]),
    ("SAST", 7_200, &["Africa/Johannesburg"]),
];

/// Names in full, with the short ones.
const PHRASES: &[(&str, &str)] = &[
    ("Eastern Daylight Time", "EDT"),
    ("Eastern Standard Time", "EST"),
    ("Central Daylight Time", "CDT"),
    ("Mountain Daylight Time", "MDT"),
    ("Pacific Daylight Time", "PDT"),
    ("Pacific Standard Time", "PST"),
    ("Central European Summer Time", "CEST"),
    ("Eastern European Summer Time", "EEST"),
    ("Japan Standard Time", "JST"),
    ("Korea Standard Time", "KST"),
];

/// An offset that a text names, and the clock time before it if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mention<'t> {
    words: &'t str,
    name: Option<&'static str>,
    offset: i32,
    zones: &'static [&'static str],
    time: Option<NaiveTime>,
}

pub(super) fn check(subject: Subject<'_>, pen: &mut Pen<'_, '_>) {
    let written = subject.written;
    let press = written.press.as_ref().and_then(|press| press.note.as_ref());
    let texts = [written.title.as_ref(), written.note.as_ref(), press];
    for (_, scalar) in texts.into_iter().flatten().flat_map(strings) {
        // Most texts hold no such name, and are done with at a glance.
        if !may_mention(&scalar.text) {
            continue;
        }
        let found = mentions(&scalar.text).into_iter().find_map(|mention| Some((doubt(&mention, subject)?, mention)));
        let Some((message, mention)) = found else { continue };
        let when = pen.place(subject.when_at());
        let zone = subject.entry.timing.begin().zone();
        pen.warn(codes::ZONE_NAME_CONTRADICTS, subject, scalar.at, |d| {
            d.saying(format!("This says “{}”, but {message}.", mention.words))
                .with_help(format!(
                    "Write the time under “when”, with its zone, and leave the name out; feeds give {zone}'s own."
                ))
                .with_related(when, "The time is written here.")
        });
    }
}

/// What speaks against a mention, if anything does.
fn doubt(mention: &Mention<'_>, subject: Subject<'_>) -> Option<String> {
    let timing = &subject.entry.timing;
    let ends: Vec<(&When, [DateTime<Utc>; 2])> = [timing.begin(), timing.finish()]
        .into_iter()
        .filter_map(|when| Window::of(when).map(|window| (when, [window.first, window.last])))
        .collect();
    let (first, window) = ends.first()?;
    let (zone, date) = (first.zone(), window[0]);
    let uses = |zone: Zone, at: DateTime<Utc>| {
        let local = zone.local(at);
        local.offset == mention.offset && mention.name.is_none_or(|name| local.name == name)
    };
    if let Some(time) = mention.time
        && let Some(reads) = own_clock(&ends, time, mention.offset)
    {
        return Some(format!("{} is the time here, in {reads}", time.format("%H:%M")));
    }
    if mention.offset == 0 && mention.name.is_none() {
        return None;
    }
    if ends.iter().any(|(when, window)| window.iter().any(|at| uses(when.zone(), *at))) {
        return None;
    }
    let day = date.with_timezone(&Utc).date_naive();
    if in_the_year(date).any(|at| uses(zone, at)) {
        return Some(format!("{zone} is on {} on {day}", zone.local(date).name));
    }
    let known: Vec<Zone> = mention.zones.iter().filter_map(|zone| Zone::find(zone)).collect();
    let place = *known.first()?;
    if ends.iter().any(|(_, window)| known.iter().any(|zone| window.iter().any(|at| uses(*zone, *at)))) {
        return None;
    }
    Some(format!("{place} is on {} on {day}", place.local(date).name))
}

/// The name of the entry's own offset, if a time is the entry's own though the offset beside it is another.
fn own_clock(ends: &[(&When, [DateTime<Utc>; 2])], time: NaiveTime, offset: i32) -> Option<String> {
    let moments = ends.iter().flat_map(|(when, _)| match when {
        When::Clock(clock) => [Some(clock.start), clock.end],
        _ => [None, None],
    });
    let moments: Vec<_> = moments.flatten().collect();
    let reads = |at: NaiveDateTime| at.time() == time;
    // A conversion that reads the same on another clock is right: twelve hours away, noon is midnight.
    let shown = |moment: &crate::zone::Moment| moment.instant().naive_utc() + chrono::Duration::seconds(offset.into());
    if moments.iter().any(|moment| moment.offset() == offset || reads(shown(moment))) {
        return None;
    }
    moments.iter().find(|moment| reads(moment.local())).map(|moment| moment.name().to_string())
}

/// An instant of each quarter of a year.
fn in_the_year(date: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
    let year = date.year();
    [1, 4, 7, 10].into_iter().filter_map(move |month| Utc.with_ymd_and_hms(year, month, 15, 12, 0, 0).single())
}

fn may_mention(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_part =
        |pair: &[u8]| matches!(pair, b"ST" | b"DT" | b"ET" | b"KT" | b"TC" | b"MT" | [b' ' | b'0'..=b'9', b'Z']);
    bytes.windows(2).any(is_part) || text.contains(" Time")
}

/// More names than these are not looked at in one text.
const MENTIONS: usize = 16;

/// Every offset that a text names, as far as anybody would read.
fn mentions(text: &str) -> Vec<Mention<'_>> {
    let mut found = Vec::new();
    for (start, word) in capitals(text) {
        let end = start + word.len();
        if let Some((name, offset, zones)) = NAMES.iter().find(|(name, ..)| *name == word) {
            let time = time_before(&text[..start]);
            found.push(Mention { words: &text[start..end], name: Some(name), offset: *offset, zones, time });
        } else if matches!(word, "UTC" | "GMT") {
            let time = time_before(&text[..start]);
            let (offset, length) = offset(&text[end..]).unwrap_or((0, 0));
            if length > 0 || time.is_some() {
                found.push(Mention { words: &text[start..end + length], name: None, offset, zones: &[], time });
            }
        }
        if found.len() == MENTIONS {
            return found;
        }
    }
    found.extend(zulu(text));
    for (phrase, short) in PHRASES {
        if let Some(start) = text.find(phrase)
            && let Some((name, offset, zones)) = NAMES.iter().find(|(name, ..)| name == short)
        {
            let (words, time) = (&text[start..start + phrase.len()], time_before(&text[..start]));
            found.push(Mention { words, name: Some(name), offset: *offset, zones, time });
        }
    }
    found
}

/// The first clock time that a Z follows: `12:00Z`, `12:00 Z`.
fn zulu(text: &str) -> Option<Mention<'_>> {
    text.match_indices('Z').find_map(|(at, words)| {
        let before = text[..at].strip_suffix(' ').unwrap_or(&text[..at]);
        let ends_word = !text[at + 1..].starts_with(char::is_alphanumeric);
        let time = time_before(before).filter(|_| ends_word && before.ends_with(|c: char| c.is_ascii_digit()))?;
        Some(Mention { words, name: None, offset: 0, zones: &[], time: Some(time) })
    })
}

/// Words of Latin capitals that no other letter touches.
fn capitals(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| (3..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        .map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// `+9`, `-04:00`, `−4`: seconds east, and how long that is in the text.
fn offset(text: &str) -> Option<(i32, usize)> {
    let sign = text.chars().next().filter(|c| "+-−–".contains(*c))?;
    let rest = &text[sign.len_utf8()..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let hours: i32 = rest[..digits].parse().ok().filter(|hours| *hours <= 14)?;
    let mut length = sign.len_utf8() + digits;
    let mut seconds = hours * 3600;
    let minutes = rest[digits..].strip_prefix(':').and_then(|minutes| minutes.get(..2));
    if let Some(minutes) = minutes.and_then(|minutes| minutes.parse::<i32>().ok()) {
        seconds += minutes * 60;
        length += 3;
    }
    Some((if sign == '+' { seconds } else { -seconds }, length))
}

/// The clock time, `12:15`, that a text ends with.
fn time_before(text: &str) -> Option<NaiveTime> {
    let text = text.trim_end_matches([' ', '(', ',']);
    let from = text.char_indices().rev().take_while(|(_, c)| c.is_ascii_digit() || *c == ':').last()?.0;
    let (hours, minutes) = text[from..].split_once(':')?;
    NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.parse().ok()?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_offsets_are_found() {
        let of = |text| -> Vec<(String, i32, Option<String>)> {
            let time = |time: NaiveTime| time.format("%H:%M").to_string();
            mentions(text).into_iter().map(|it| (it.words.to_owned(), it.offset, it.time.map(time))).collect()
        };
        assert_eq!(of("Dinner, 19:30 EDT"), [("EDT".to_owned(), -14_400, Some("19:30".to_owned()))]);
        assert_eq!(of("만찬(KST 기준)"), [("KST".to_owned(), 32_400, None)]);
        assert_eq!(of("at 13:30 (UTC+05:45)"), [("UTC+05:45".to_owned(), 20_700, Some("13:30".to_owned()))]);
        assert_eq!(of("at 9 in Eastern Daylight Time")[0].1, -14_400);
        for (text, words) in [("at 12:00 GMT", "GMT"), ("(12:00 UTC)", "UTC"), ("12:00Z.", "Z"), ("12:00 Z", "Z")] {
            assert_eq!(of(text), [(words.to_owned(), 0, Some("12:00".to_owned()))], "{text}");
        }
        assert_eq!(of("The WEST Wing, TEST, EST2, UTC, Z, A4Z, 12:00 Zoo, 12:00Z3, GMT, best"), []);
    }

    #[test]
    fn every_zone_is_known() {
        for (name, offset, zones) in NAMES {
            for zone in *zones {
                let zone = Zone::find(zone).unwrap_or_else(|| panic!("{zone}"));
                let at = Utc.with_ymd_and_hms(2025, 6, 15, 12, 0, 0).single().expect("a date");
                let used = in_the_year(at).any(|at| zone.local(at).name == *name && zone.local(at).offset == *offset);
                assert!(used, "{name} in {zone}");
            }
        }
        assert!(PHRASES.iter().all(|(_, short)| NAMES.iter().any(|(name, ..)| name == short)));
    }
}
