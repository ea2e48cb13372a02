//! Names of offsets in titles and notes, against the clocks of the day.
//!
//! "12:15 EDT" of an entry in New York is right in August and wrong in January; "01:15 KST" after it is a conversion,
//! and nobody's mistake. So a name is doubted in four cases alone:
//!
//! - the entry's zone uses it, but not on that day (EDT in January, CET in Paris in June);
//! - it is another place's, and that place does not use it on that day either (CET in June, of an entry in Seoul);
//! - the entry's own clock time stands before it, though the offset is another (12:15 KST, of 12:15 in New York);
//! - a title gives a time on its clock that the entry has not got there (16:00 CET, of 12:00 in New York). A note may tell the
//!   time of something else.
//!
//! GMT, UTC and Z are conversions wherever they stand, and are doubted in the last two cases alone.

use std::ops::Range;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, TimeZone, Utc};

use super::words::strings;
use super::{WarningSink, WrittenEntry};
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::programme::{About, When};
use crate::zone::{Database, Zone};

static OFFSET_NAMES: LazyLock<Vec<OffsetName>> = LazyLock::new(|| {
    let rows = include_str!("zone_words.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| OffsetName::parse(row).unwrap_or_else(|| panic!("a wrong row of zone_words.tsv: {row}"))).collect()
});

/// What people write for an offset.
#[derive(Debug)]
struct OffsetName {
    name: &'static str,
    /// Seconds east of UTC.
    offset: i32,
    /// The names of the zones that use it.
    zones: Vec<&'static str>,
    /// The names in full that people write too.
    in_full: Vec<&'static str>,
}

impl OffsetName {
    fn parse(row: &'static str) -> Option<Self> {
        let mut fields = row.split('\t');
        let (name, offset) = (fields.next()?, fields.next()?.parse().ok()?);
        let zones = fields.next()?.split(' ').collect();
        Some(OffsetName {
            name,
            offset,
            zones,
            in_full: fields.next()?.split('|').filter(|name| !name.is_empty()).collect(),
        })
    }

    /// The zones that use it, in a time zone database.
    fn zones(&self, database: Database) -> impl Iterator<Item = Zone> {
        let known = "a test looks each zone of the table up, and no database lacks a common name";
        self.zones.iter().map(move |name| database.find(name).expect(known))
    }
}

/// An offset that a text names, and the clock time before it if there is one.
#[derive(Debug)]
struct Mention<'t> {
    /// Where it stands.
    start: usize,
    words: &'t str,
    name: Option<&'static OffsetName>,
    offset: i32,
    time: Option<NaiveTime>,
}

pub(super) fn check(entry: WrittenEntry<'_>, sink: &mut WarningSink<'_, '_>) {
    let written = entry.written;
    let press = written.press.as_ref().and_then(|press| press.note.as_ref());
    let title = written.title.iter().flat_map(strings).map(|(_, scalar)| (true, scalar));
    let notes = [written.note.as_ref(), press].into_iter().flatten().flat_map(strings);
    for (is_title, scalar) in title.chain(notes.map(|(_, scalar)| (false, scalar))) {
        let doubts = |mention: &Mention<'_>| {
            let other_time = || if is_title { other_time(mention, &scalar.text, entry) } else { None };
            doubt(mention, entry).or_else(other_time)
        };
        let found = mentions(&scalar.text).into_iter().find_map(|mention| Some((doubts(&mention)?, mention)));
        let Some((message, mention)) = found else { continue };
        let when = sink.place(entry.nodes.when);
        let zone = entry.entry.timing.begin().zone();
        sink.warn(codes::ZONE_NAME_CONTRADICTS, entry.nodes, scalar.at, |d| {
            d.saying(format!("This says “{}”, but {message}.", mention.words))
                .with_help(format!(
                    "Write the time under “when”, with its zone, and leave the name out; feeds give {zone}'s own."
                ))
                .with_related(when, "The time is written here.")
        });
    }
}

/// What speaks against a mention, if anything does.
fn doubt(mention: &Mention<'_>, entry: WrittenEntry<'_>) -> Option<String> {
    let timing = &entry.entry.timing;
    let ends: Vec<(&When, [DateTime<Utc>; 2])> = [timing.begin(), timing.finish()]
        .into_iter()
        .filter_map(|when| Window::of(when).map(|window| (when, [window.first, window.last])))
        .collect();
    let (first, window) = ends.first()?;
    let (zone, date) = (first.zone(), window[0]);
    let uses = |zone: Zone, at: DateTime<Utc>| {
        let local = zone.local(at);
        local.offset == mention.offset && mention.name.is_none_or(|known| local.name == known.name)
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
    let zones: Vec<Zone> = mention.name?.zones(zone.database()).collect();
    let place = *zones.first()?;
    if ends.iter().any(|(_, window)| zones.iter().any(|zone| window.iter().any(|at| uses(*zone, *at)))) {
        return None;
    }
    Some(format!("{place} is on {} on {day}", place.local(date).name))
}

/// The entry's own time and what it is on the clock that a title names, if the title gives another time on that clock.
fn other_time(mention: &Mention<'_>, title: &str, entry: WrittenEntry<'_>) -> Option<String> {
    let time = mention.time?;
    let timing = &entry.entry.timing;
    let (begins, finishes) = timing.begin().clock().zip(timing.finish().clock())?;
    let is_range = title.get(..mention.start)?.trim_end().contains(['–', '-', '~', '〜', '～', '—']);
    // Of a range, the end may be in the title alone; about noon is no time that another contradicts.
    if begins.about != About::default() || finishes.about != About::default() || (is_range && begins.end.is_none()) {
        return None;
    }
    let moments = [Some(begins.start), begins.end, Some(finishes.start), finishes.end];
    let shown =
        |at: &crate::zone::Moment| (at.instant().naive_utc() + chrono::Duration::seconds(mention.offset.into())).time();
    if moments.iter().flatten().any(|at| shown(at) == time) {
        return None;
    }
    let start = begins.start;
    let own = format!("this begins at {} {}", start.local().format("%H:%M"), start.name());
    let is_own_clock = start.offset() == mention.offset;
    Some(if is_own_clock { own } else { format!("{own}, which is {} on that clock", shown(&start).format("%H:%M")) })
}

/// The name of the entry's own offset, if a time is the entry's own though the offset that the text names is another.
fn own_clock(ends: &[(&When, [DateTime<Utc>; 2])], time: NaiveTime, offset: i32) -> Option<String> {
    let clocks = ends.iter().filter_map(|(when, _)| when.clock());
    let moments: Vec<_> = clocks.flat_map(|clock| [Some(clock.start), clock.end]).flatten().collect();
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

/// How many names are looked at in one text, at most.
const MAX_MENTIONS: usize = 16;

/// Every offset that a text names, as far as anybody would read.
fn mentions(text: &str) -> Vec<Mention<'_>> {
    let mention = |start, end, name, offset| {
        let time = time_before(&text[..start]);
        Mention { start, words: &text[start..end], name, offset, time }
    };
    let short = capitals(text).filter_map(|(start, word)| {
        let end = start + word.len();
        if matches!(word, "UTC" | "GMT") {
            let (offset, length) = offset(&text[end..]).unwrap_or((0, 0));
            return Some(mention(start, end + length, None, offset)).filter(|it| length > 0 || it.time.is_some());
        }
        let known = OFFSET_NAMES.iter().find(|known| known.name == word)?;
        Some(mention(start, end, Some(known), known.offset))
    });
    let may_hold = [" Time", " time", "시간", "時間"].iter().any(|word| text.contains(word));
    let candidates = if may_hold { &OFFSET_NAMES[..] } else { &[] };
    let in_full = candidates.iter().filter_map(|known| {
        let (start, name) = known.in_full.iter().find_map(|name| Some((text.find(name)?, name)))?;
        Some(mention(start, start + name.len(), Some(known), known.offset))
    });
    short.take(MAX_MENTIONS).chain(zulu(text)).chain(in_full).collect()
}

/// Where a text names an offset, and how many seconds east of UTC that is.
pub(super) fn named_offsets(text: &str) -> Vec<(Range<usize>, i32)> {
    mentions(text).into_iter().map(|it| (it.start..it.start + it.words.len(), it.offset)).collect()
}

/// The first clock time that a Z follows: `12:00Z`, `12:00 Z`.
fn zulu(text: &str) -> Option<Mention<'_>> {
    text.match_indices('Z').find_map(|(at, words)| {
        let before = text[..at].strip_suffix(' ').unwrap_or(&text[..at]);
        let ends_word = !text[at + 1..].starts_with(char::is_alphanumeric);
        let time = time_before(before).filter(|_| ends_word && before.ends_with(|c: char| c.is_ascii_digit()))?;
        Some(Mention { start: at, words, name: None, offset: 0, time: Some(time) })
    })
}

/// Words of Latin capitals that no other letter touches.
fn capitals(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    let words = text.as_bytes().split(|byte| !byte.is_ascii_alphanumeric()).map(move |word| {
        end += word.len() + 1;
        (end - 1 - word.len(), word)
    });
    words
        .filter(|(_, word)| (3..=4).contains(&word.len()) && word.iter().all(u8::is_ascii_uppercase))
        .map(|(start, word)| (start, &text[start..start + word.len()]))
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
        let found = |text| -> Vec<(String, i32, Option<String>)> {
            let time = |time: NaiveTime| time.format("%H:%M").to_string();
            mentions(text).into_iter().map(|it| (it.words.to_owned(), it.offset, it.time.map(time))).collect()
        };
        assert_eq!(found("Dinner, 19:30 EDT"), [("EDT".to_owned(), -14_400, Some("19:30".to_owned()))]);
        assert_eq!(found("만찬(KST 기준)"), [("KST".to_owned(), 32_400, None)]);
        assert_eq!(found("at 13:30 (UTC+05:45)"), [("UTC+05:45".to_owned(), 20_700, Some("13:30".to_owned()))]);
        assert_eq!(found("at 9 in Eastern Daylight Time")[0].1, -14_400);
        for (text, words) in [("at 12:00 GMT", "GMT"), ("(12:00 UTC)", "UTC"), ("12:00Z.", "Z"), ("12:00 Z", "Z")] {
            assert_eq!(found(text), [(words.to_owned(), 0, Some("12:00".to_owned()))], "{text}");
        }
        assert_eq!(found("The WEST Wing, TEST, EST2, UTC, Z, A4Z, 12:00 Zoo, 12:00Z3, GMT, best"), []);
    }

    #[test]
    fn every_zone_uses_its_names() {
        for known in &*OFFSET_NAMES {
            let OffsetName { name, offset, .. } = known;
            for zone in known.zones(Database::bundled()) {
                let at = Utc.with_ymd_and_hms(2025, 6, 15, 12, 0, 0).single().expect("a date");
                let used = in_the_year(at).any(|at| zone.local(at).name == *name && zone.local(at).offset == *offset);
                assert!(used, "{name} in {zone}");
            }
        }
    }
}
