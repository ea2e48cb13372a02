//! Days of the week in titles, in English, Korean and Japanese, against the date.
//!
//! English names are taken in full, capital and all; Korean and Japanese ones in full or alone in brackets, as
//! newspapers print them, after a date. A title for readers elsewhere may name their day, so the day on a feed's clock is right too.

use chrono::{Datelike, NaiveDate, Weekday};

use super::words::strings;
use super::{WarningSink, WrittenEntry};
use crate::diagnostic::codes;
use crate::zone::Zone;

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

const ENGLISH: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const KOREAN: &str = "월화수목금토일";
const JAPANESE: &str = "月火水木金土日";

/// Words before or after an English name that make another name of it.
const NAMES_BEFORE: &[&str] = &["Ash", "Black", "Bloody", "Casual", "Cyber", "Good", "Holy", "Super"];
const NAMES_BEHIND: &[&str] =
    &["Agreement", "Club", "Express", "Mail", "Market", "Mirror", "Mosque", "Post", "Review", "Telegraph", "Times"];

pub(super) fn check(entry: WrittenEntry<'_>, clocks: &[Zone], sink: &mut WarningSink<'_, '_>) {
    let Some(title) = &entry.written.title else { return };
    for (_, scalar) in strings(title) {
        let Some((day, word)) = find(&scalar.text) else { continue };
        let days = days(entry, clocks);
        let Some((first, last)) = days.first().copied().zip(days.last().copied()) else { continue };
        if days.iter().any(|date| date.weekday() == day) || last.signed_duration_since(first).num_days() > 6 {
            continue;
        }
        let (word, date) = (word.to_owned(), own_day(entry).unwrap_or(first));
        let when = sink.place(entry.nodes.when);
        sink.warn(codes::WEEKDAY_CONTRADICTS_DATE, entry.nodes, scalar.at, |d| {
            d.saying(format!("This says “{word}”, but {date} is a {}.", english(date.weekday())))
                .with_help("Check the date against the announcement, or leave the day of the week out of the title.")
                .with_related(when, "The date is written here.")
        });
    }
}

fn english(day: Weekday) -> &'static str {
    ENGLISH[day.num_days_from_monday() as usize]
}

/// The entry's own first day.
fn own_day(entry: WrittenEntry<'_>) -> Option<NaiveDate> {
    entry.entry.timing.begin().days().map(|(first, _)| first)
}

/// Every day that the entry is on, for its host and on the clock of each feed, sorted.
fn days(entry: WrittenEntry<'_>, clocks: &[Zone]) -> Vec<NaiveDate> {
    let timing = &entry.entry.timing;
    let mut days = Vec::new();
    for when in [timing.begin(), timing.finish()] {
        let Some((first, last)) = when.days() else { continue };
        days.extend(first.iter_days().take_while(|day| *day <= last).take(7));
        let Some(clock) = when.clock() else { continue };
        for zone in clocks {
            let ends = [Some(clock.start), clock.end];
            days.extend(ends.into_iter().flatten().map(|end| end.in_zone(*zone).local().date()));
        }
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// The first day of the week that a text names, and how.
fn find(text: &str) -> Option<(Weekday, &str)> {
    in_english(text).or_else(|| if text.is_ascii() { None } else { in_signs(text) })
}

fn in_english(text: &str) -> Option<(Weekday, &str)> {
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
        if !named {
            return Some((WEEK[index], &text[start..end + 3]));
        }
    }
    None
}

/// `월요일`, `(월)`, `月曜日`, `月曜`, `（月）`.
fn in_signs(text: &str) -> Option<(Weekday, &str)> {
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
            if let Some((day, end)) = named {
                return Some((WEEK[day], &text[start..end]));
            }
        }
        before = last.map(|(_, sign)| sign);
        last = Some((at, c));
    }
    None
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
            assert_eq!(find(text).map(|(day, _)| day), day, "{text}");
        }
    }
}
