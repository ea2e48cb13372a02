//! Days of the week in titles, in English, Korean and Japanese, against the date.
//!
//! English names are taken in full, capital and all; Korean and Japanese ones in full or alone in brackets, as
//! newspapers print them, after a date. A day is the host's, unless the title names the clock beside it: “Monday 09:00 KST”.

use std::ops::Range;

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc, Weekday};

use super::words::strings;
use super::zone_words::named_offsets;
use super::{WarningSink, WrittenEntry};
use crate::check::window::Window;
use crate::diagnostic::codes;
use crate::zone::Moment;

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

const ENGLISH: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const KOREAN: &str = "월화수목금토일";
const JAPANESE: &str = "月火水木金土日";

/// Words before or after an English name that make another name of it.
const NAMES_BEFORE: &[&str] = &["Ash", "Black", "Bloody", "Casual", "Cyber", "Good", "Holy", "Super"];
const NAMES_BEHIND: &[&str] =
    &["Agreement", "Club", "Express", "Mail", "Market", "Mirror", "Mosque", "Post", "Review", "Telegraph", "Times"];

/// How many days of the week are looked at in one title, at most.
const MAX_DAYS: usize = 8;

/// A day of the week that a text names, and where.
type Named = (Weekday, Range<usize>);

pub(super) fn check(entry: WrittenEntry<'_>, sink: &mut WarningSink<'_, '_>) {
    let Some(title) = &entry.written.title else { return };
    for (_, scalar) in strings(title) {
        let named = find(&scalar.text);
        if named.is_empty() {
            continue;
        }
        let offsets = named_offsets(&scalar.text);
        let wrong = named.iter().enumerate().find_map(|(at, (day, word))| {
            let clock = clock_of(&named, at, &offsets);
            let days = days(entry, clock.as_ref().map(|(_, offset)| *offset));
            let (first, last) = (days.first().copied()?, days.last().copied()?);
            let fits = days.iter().any(|date| date.weekday() == *day);
            let is_long = last.signed_duration_since(first).num_days() > 6;
            (!fits && !is_long).then_some((word.clone(), clock.map(|(words, _)| words), first))
        });
        let Some((word, clock, date)) = wrong else { continue };
        let on_clock = clock.map(|words| format!(" by “{}”", &scalar.text[words])).unwrap_or_default();
        let when = sink.place(entry.nodes.when);
        sink.warn(codes::WEEKDAY_CONTRADICTS_DATE, entry.nodes, scalar.at, |d| {
            let word = &scalar.text[word];
            d.saying(format!("This says “{word}”, but {date} is a {}{on_clock}.", english(date.weekday())))
                .with_help(
                    "Check the date against the announcement, or leave the day of the week out of the title. It is the \
                     host's, unless the title names another clock beside it.",
                )
                .with_related(when, "The date is written here.")
        });
    }
}

/// The clock that a day of the week stands for, if the text names one: the first behind it, else the last before it, with no
/// other day between.
fn clock_of(days: &[Named], at: usize, offsets: &[(Range<usize>, i32)]) -> Option<(Range<usize>, i32)> {
    let own = &days[at].1;
    let before = at.checked_sub(1).map_or(0, |before| days[before].1.end);
    let behind = days.get(at + 1).map_or(usize::MAX, |next| next.1.start);
    let next = offsets.iter().filter(|(words, _)| words.start >= own.end && words.end <= behind);
    let last = offsets.iter().filter(|(words, _)| words.end <= own.start && words.start >= before);
    let next = next.min_by_key(|(words, _)| words.start);
    next.or(last.max_by_key(|(words, _)| words.start)).cloned()
}

fn english(day: Weekday) -> &'static str {
    ENGLISH[day.num_days_from_monday() as usize]
}

/// Every day that the entry is on, sorted: for its host, or on a clock so many seconds east of UTC.
fn days(entry: WrittenEntry<'_>, offset: Option<i32>) -> Vec<NaiveDate> {
    let timing = &entry.entry.timing;
    let mut days = Vec::new();
    for when in [timing.begin(), timing.finish()] {
        let Some((mut first, mut last)) = when.days() else { continue };
        if let (Some(offset), Some(window)) = (offset, Window::of(when)) {
            let end = when.clock().and_then(|clock| clock.end).map_or(window.last, Moment::instant);
            let date = |at: DateTime<Utc>| (at.naive_utc() + Duration::seconds(offset.into())).date();
            (first, last) = (date(window.first), date(end));
        }
        days.extend(first.iter_days().take_while(|day| *day <= last).take(7));
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// The days of the week that a text names.
fn find(text: &str) -> Vec<Named> {
    let mut found = in_english(text);
    if found.is_empty() && !text.is_ascii() {
        found = in_signs(text);
    }
    found
}

fn in_english(text: &str) -> Vec<Named> {
    let mut days = Vec::new();
    for (end, _) in text.match_indices("day") {
        let found = ENGLISH.iter().position(|name| text[..end + 3].ends_with(name));
        let Some(index) = found else { continue };
        let start = end + 3 - ENGLISH[index].len();
        let (before, behind) = (&text[..start], &text[end + 3..]);
        let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if joins(before.chars().next_back()) || joins(behind.chars().next()) {
            continue;
        }
        let word =
            |text: Option<&str>| text.unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        let named = NAMES_BEFORE.contains(&word(before.split_whitespace().next_back()).as_str())
            || NAMES_BEHIND.contains(&word(behind.split_whitespace().next()).as_str());
        if !named && days.len() < MAX_DAYS {
            days.push((WEEK[index], start..end + 3));
        }
    }
    days
}

/// `월요일`, `(월)`, `月曜日`, `月曜`, `（月）`.
fn in_signs(text: &str) -> Vec<Named> {
    let mut days: Vec<Named> = Vec::new();
    let mut last: Option<(usize, char)> = None;
    let mut before = None;
    for (at, c) in text.char_indices() {
        if let Some((start, sign)) = last {
            let named = match c {
                '요' if text[at..].starts_with("요일") => position(KOREAN, sign).map(|day| (day, at + "요일".len())),
                '曜' => position(JAPANESE, sign).map(|day| (day, at + c.len_utf8())),
                ')' | '）' if matches!(before, Some('(' | '（')) && follows_date(&text[..start]) => {
                    position(KOREAN, sign).or_else(|| position(JAPANESE, sign)).map(|day| (day, at))
                }
                _ => None,
            };
            if let Some((day, end)) = named
                && days.len() < MAX_DAYS
            {
                days.push((WEEK[day], start..end));
            }
        }
        before = last.map(|(_, sign)| sign);
        last = Some((at, c));
    }
    days
}

/// Whether a text, up to a bracket, ends with a date: `25일(`, `8.25 (`. The sign for Sunday is that for Japan too.
fn follows_date(text: &str) -> bool {
    let before = text.trim_end_matches(['(', '（']).trim_end();
    before.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '일' | '日'))
}

fn position(week: &str, sign: char) -> Option<usize> {
    week.chars().position(|known| known == sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_found_in_three_languages() {
        for (text, day) in [
            ("Dinner on Monday", Some(Weekday::Mon)),
            ("Tuesday's talks", Some(Weekday::Tue)),
            ("금요일 만찬", Some(Weekday::Fri)),
            ("25일(월) 정상회담", Some(Weekday::Mon)),
            ("首脳会談 水曜日", Some(Weekday::Wed)),
            ("昼食会 8月24日（日）", Some(Weekday::Sun)),
            ("한미 정상회담 8.25 (월)", Some(Weekday::Mon)),
            ("외교장관 회담(일)", None),
            ("Good Friday service", None),
            ("Interview with the Sunday Times", None),
            ("Mondays", None),
            ("Talks (Mon)", None),
            ("제1일(일본) 토론", None),
            ("日程(案)", None),
            ("월례 회의", None),
        ] {
            assert_eq!(find(text).first().map(|(day, _)| *day), day, "{text}");
        }
    }

    #[test]
    fn a_day_stands_for_the_clock_beside_it() {
        let clocks = |text: &str| -> Vec<Option<i32>> {
            let (days, offsets) = (find(text), named_offsets(text));
            (0..days.len()).map(|at| clock_of(&days, at, &offsets).map(|(_, offset)| offset / 3600)).collect()
        };
        assert_eq!(clocks("Talks on Monday"), [None]);
        assert_eq!(clocks("Talks, Monday 09:00 KST"), [Some(9)]);
        assert_eq!(clocks("Talks, Sunday 20:00 EDT (Monday 09:00 KST)"), [Some(-4), Some(9)]);
        assert_eq!(clocks("한국시간 26일(화) 01:15"), [Some(9)]);
        assert_eq!(clocks("8月24日（日）日本時間"), [Some(9)]);
    }
}
