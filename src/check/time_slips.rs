//! Dates and times that are written otherwise than the format has them: what is wrong, and what was meant where that is
//! certain. Nothing here is accepted; it only makes a refusal useful.

use chrono::{NaiveDate, NaiveTime};

/// What a value should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `2025-08-25`.
    Date,
    /// `12:15`.
    Time,
    /// `2025-08-25 12:15`.
    DateTime,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slip {
    /// The rest of a sentence that begins with what the value is not.
    pub(super) cause: String,
    /// The value as it has to be written, if it can mean nothing else.
    pub(super) meant: Option<String>,
}

/// A part of a value as it has to be written, or what is wrong with it, or both.
struct Part {
    cause: Option<String>,
    meant: Option<String>,
}

impl Part {
    fn right(text: String) -> Self {
        Part { cause: None, meant: Some(text) }
    }

    fn wrong(cause: impl Into<String>, meant: Option<String>) -> Self {
        Part { cause: Some(cause.into()), meant }
    }
}

/// The slip in a value that is not of its shape; `None` where it is not known what was meant.
pub(super) fn find(text: &str, shape: Shape) -> Option<Slip> {
    if text.len() > 60 {
        return None;
    }
    let (plain, odd) = with_plain_signs(text);
    let parts = match shape {
        Shape::Date => vec![date(&plain)?],
        Shape::Time => vec![time(plain.strip_prefix('T').unwrap_or(&plain))?],
        Shape::DateTime => {
            let (day, rest) = halves(&plain)?;
            vec![date(day)?, time(rest)?]
        }
    };
    let meant: Option<Vec<String>> = parts.iter().map(|part| part.meant.clone()).collect();
    let meant = meant.map(|parts| parts.join(" "));
    let letter = || plain.contains('T').then(|| "the letter T does not belong in it".to_owned());
    let cause = odd.or_else(|| parts.into_iter().find_map(|part| part.cause)).or_else(letter)?;
    Some(Slip { cause, meant: meant.filter(|meant| meant != text) })
}

/// Whether a value that should be a day alone is a day and a time.
pub(super) fn has_time(text: &str) -> bool {
    let (plain, _) = with_plain_signs(text);
    halves(&plain).is_some_and(|(day, rest)| date(day).is_some() && time(rest).is_some())
}

/// A day and a time as they have to be written, if a value is certainly both.
pub(super) fn day_and_time(text: &str) -> Option<String> {
    let (plain, _) = with_plain_signs(text);
    let (day, rest) = halves(&plain)?;
    Some(format!("{} {}", date(day)?.meant?, time(rest)?.meant?))
}

/// A day as it has to be written, if a value is certainly one.
pub(super) fn day_alone(text: &str) -> Option<String> {
    date(&with_plain_signs(text).0)?.meant
}

/// A time as it has to be written, if a value is certainly one.
pub(super) fn time_alone(text: &str) -> Option<String> {
    time(&with_plain_signs(text).0)?.meant
}

/// A day, and the time behind it.
fn halves(text: &str) -> Option<(&str, &str)> {
    text.split_once(' ').or_else(|| text.split_once('T'))
}

/// A value with the signs that it should have in place of those that look like them, and what the first of those is.
fn with_plain_signs(text: &str) -> (String, Option<String>) {
    let mut plain = String::new();
    let mut odd = None;
    for c in text.chars() {
        let meant = meant_by(c);
        if meant != Some(c) {
            odd.get_or_insert_with(|| match meant {
                Some(' ') => format!("it has U+{:04X} where a space is meant", u32::from(c)),
                Some(sign) => format!("it has “{c}” (U+{:04X}) where “{sign}” is meant", u32::from(c)),
                None => format!("it has U+{:04X}, which nobody sees", u32::from(c)),
            });
        }
        plain.extend(meant);
    }
    let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    let joined = words.join(" ");
    if joined != plain {
        odd.get_or_insert_with(|| "it has a space too many".to_owned());
    }
    (joined, odd)
}

/// The sign that a character looks like; none for one that cannot be seen.
fn meant_by(c: char) -> Option<char> {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        '\u{2236}' | '\u{FE55}' => Some(':'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{200B}' | '\u{2060}' | '\u{FEFF}' => None,
        _ if c.is_whitespace() => Some(' '),
        _ => Some(c),
    }
}

fn number(text: &str) -> Option<u32> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

fn day(year: u32, month: u32, day: u32) -> Option<String> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some(date.format("%Y-%m-%d").to_string())
}

/// The part of a value that is a day.
fn date(text: &str) -> Option<Part> {
    let not_joined = "its year, month and day are not joined by “-”";
    if let [Some(year), Some(month), Some(last)] = [0..4, 4..6, 6..8].map(|part| text.get(part).and_then(number))
        && text.len() == 8
    {
        return Some(Part::wrong(not_joined, Some(day(year, month, last)?)));
    }
    let separator = text.chars().find(|c| "-/.".contains(*c))?;
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, middle, last] = parts.as_slice() else { return None };
    let (a, b, c) = (number(first)?, number(middle)?, number(last)?);
    if first.len() == 4 {
        let meant = day(a, b, c)?;
        return Some(match (meant == text, separator) {
            (true, _) => Part::right(meant),
            (false, '-') => Part::wrong("a 0 is missing in it", Some(meant)),
            (false, _) => Part::wrong(not_joined, Some(meant)),
        });
    }
    if last.len() != 4 {
        return None;
    }
    match (day(c, b, a), day(c, a, b)) {
        (Some(one), Some(other)) if one != other => {
            Some(Part::wrong(format!("the year comes first, and it may mean {one} or {other}"), None))
        }
        (one, other) => Some(Part::wrong("the year comes first", Some(one.or(other)?))),
    }
}

/// What stands for the halves of a day on the 12-hour clock, and whether it is the second.
const HALVES: [(&str, bool); 8] = [
    ("a.m.", false),
    ("p.m.", true),
    ("am", false),
    ("pm", true),
    ("오전", false),
    ("오후", true),
    ("午前", false),
    ("午後", true),
];

/// The part of a value that is a time.
fn time(text: &str) -> Option<Part> {
    let lower = text.to_lowercase();
    let half = HALVES.iter().find_map(|(word, is_second)| {
        let rest = lower.strip_suffix(word).or_else(|| lower.strip_prefix(word))?;
        Some((rest.trim(), *is_second))
    });
    if let Some((rest, is_second)) = half {
        let (hour, minute) = rest.split_once([':', '.']).unwrap_or((rest, "00"));
        let hour = number(hour).filter(|hour| (1..=12).contains(hour))?;
        // Some write 12:00 pm for midnight.
        let is_certain = (hour, minute) != (12, "00");
        let meant = clock(hour % 12 + if is_second { 12 } else { 0 }, minute)?;
        return Some(Part::wrong("it is on the 12-hour clock", Some(meant).filter(|_| is_certain)));
    }
    if let Some(at) = lower.find(['+', '-', 'z']) {
        time(lower.get(..at)?)?;
        return Some(Part::wrong("it has an offset from UTC, and the zone of a time stands under “zone”", None));
    }
    if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let (hours, minutes) = text.split_at_checked(2)?;
        return Some(Part::wrong("it lacks the “:”", Some(clock(number(hours)?, minutes)?)));
    }
    let separator = text.chars().find(|c| ":.".contains(*c))?;
    let parts: Vec<&str> = text.split(separator).collect();
    let (hour, minute) = (number(parts.first()?)?, *parts.get(1)?);
    let meant = clock(hour, minute)?;
    match parts.get(2..)? {
        [] if meant == text => Some(Part::right(meant)),
        [] if separator == '.' => Some(Part::wrong("its hours and minutes are not joined by “:”", Some(meant))),
        [] => Some(Part::wrong("a 0 is missing before the hour", Some(meant))),
        ["00"] => Some(Part::wrong("it has seconds", Some(meant))),
        [seconds] => number(seconds).map(|_| Part::wrong("it has seconds", None)),
        _ => None,
    }
}

fn clock(hour: u32, minute: &str) -> Option<String> {
    let minute = number(minute).filter(|_| minute.len() == 2)?;
    NaiveTime::from_hms_opt(hour, minute, 0).map(|time| time.format("%H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_named_and_what_is_certain_is_meant() {
        let cases: &[(Shape, &str, &str, Option<&str>)] = &[
            (Shape::Time, "10：30", "it has “：” (U+FF1A) where “:” is meant", Some("10:30")),
            (Shape::Time, "１０:３０", "it has “１” (U+FF11) where “1” is meant", Some("10:30")),
            (Shape::Time, "9:30", "a 0 is missing before the hour", Some("09:30")),
            (Shape::Time, "T09:30", "the letter T does not belong in it", Some("09:30")),
            (Shape::Time, "2:30 pm", "it is on the 12-hour clock", Some("14:30")),
            (Shape::Time, "12:15am", "it is on the 12-hour clock", Some("00:15")),
            (Shape::Time, "2 P.M.", "it is on the 12-hour clock", Some("14:00")),
            (Shape::Time, "오후 2:30", "it is on the 12-hour clock", Some("14:30")),
            (Shape::Time, "12:00 pm", "it is on the 12-hour clock", None),
            (Shape::Time, "12:15:00", "it has seconds", Some("12:15")),
            (Shape::Time, "12:15:30", "it has seconds", None),
            (Shape::Time, "0930", "it lacks the “:”", Some("09:30")),
            (Shape::Time, "9.30", "its hours and minutes are not joined by “:”", Some("09:30")),
            (Shape::Time, "09:30Z", "it has an offset from UTC, and the zone of a time stands under “zone”", None),
            (Shape::Date, "24/08/2025", "the year comes first", Some("2025-08-24")),
            (Shape::Date, "08/24/2025", "the year comes first", Some("2025-08-24")),
            (Shape::Date, "08.08.2025", "the year comes first", Some("2025-08-08")),
            (Shape::Date, "07/08/2025", "the year comes first, and it may mean 2025-08-07 or 2025-07-08", None),
            (Shape::Date, "2025/8/4", "its year, month and day are not joined by “-”", Some("2025-08-04")),
            (Shape::Date, "20250824", "its year, month and day are not joined by “-”", Some("2025-08-24")),
            (Shape::Date, "2025-8-4", "a 0 is missing in it", Some("2025-08-04")),
            (Shape::Date, "2025–08–24", "it has “–” (U+2013) where “-” is meant", Some("2025-08-24")),
            (Shape::Date, "2025-08-24\u{200B}", "it has U+200B, which nobody sees", Some("2025-08-24")),
            (
                Shape::DateTime,
                "2025-08-24\u{A0}09:30",
                "it has U+00A0 where a space is meant",
                Some("2025-08-24 09:30"),
            ),
            (
                Shape::DateTime,
                "2025-08-24\u{3000}9:30",
                "it has U+3000 where a space is meant",
                Some("2025-08-24 09:30"),
            ),
            (Shape::DateTime, "2025-08-24  09:30", "it has a space too many", Some("2025-08-24 09:30")),
            (Shape::DateTime, "2025-08-24T09:30", "the letter T does not belong in it", Some("2025-08-24 09:30")),
            (Shape::DateTime, "24/08/2025 2:30 pm", "the year comes first", Some("2025-08-24 14:30")),
            (
                Shape::DateTime,
                "07/08/2025 2:30 pm",
                "the year comes first, and it may mean 2025-08-07 or 2025-07-08",
                None,
            ),
            (
                Shape::DateTime,
                "2025-08-24 09:05+09:00",
                "it has an offset from UTC, and the zone of a time stands under “zone”",
                None,
            ),
        ];
        for (shape, text, cause, meant) in cases {
            let expected = Slip { cause: (*cause).to_owned(), meant: meant.map(str::to_owned) };
            assert_eq!(find(text, *shape), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_nobody_can_guess_is_left_alone() {
        for (shape, text) in [
            (Shape::Time, "noon"),
            (Shape::Time, "25:00 pm"),
            (Shape::Time, "13:00 pm"),
            (Shape::Time, "9:5"),
            (Shape::Time, "1:2:3:4"),
            (Shape::Date, "24 August 2025"),
            (Shape::Date, "31/02/2025"),
            (Shape::Date, "08/25"),
            (Shape::Date, "1.2.3.2025"),
            (Shape::DateTime, "2025-08-24"),
            (Shape::DateTime, "한 국"),
            (Shape::Date, ""),
        ] {
            assert_eq!(find(text, shape), None, "{text}");
        }
        assert_eq!(find(&"9".repeat(5_000), Shape::Time), None);
    }

    #[test]
    fn a_day_with_a_time_is_told_from_a_day() {
        assert!(has_time("2025-07-08 20:00") && has_time("2025-07-08T20:00") && has_time("8/7/2025 8pm"));
        assert!(!has_time("2025-07-08") && !has_time("8 July"));
    }
}
