//! What a VTIMEZONE says of a zone (RFC 5545, section 3.6.5): its standard and daylight times over a span.
//!
//! A yearly rule is the n-th or the last weekday of a month and nothing else, since that is what every reader
//! understands; a zone that changes on another kind of day gets each onset by itself. No COUNT, UNTIL or RDATE.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};

use super::table::{Table, Transition, new_year};
use super::{FIRST_YEAR, LAST_YEAR};

/// Onsets are not written from before this year where the span allows, as some readers' dates begin with it.
const FIRST_ONSET_YEAR: i32 = 1970;

/// How many years a rule has to hold. Days that no rule of ours can name, such as the Sunday on or after the second,
/// look for up to eleven years as if one could, and the feed would change when they stop.
const MIN_RULE_YEARS: i32 = 12;

/// A daylight time is over in less than this; a longer one is a new standard time.
const LONGEST_DAYLIGHT: TimeDelta = TimeDelta::days(400);

/// Which sub-component of a VTIMEZONE an observance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObservanceKind {
    /// STANDARD.
    Standard,
    /// DAYLIGHT: the larger offset of a year, whatever a country calls it.
    Daylight,
}

/// A sub-component of a VTIMEZONE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observance {
    /// Standard or daylight time.
    pub kind: ObservanceKind,
    /// DTSTART: the wall clock at the change, in the offset that it leaves.
    pub onset: NaiveDateTime,
    /// TZOFFSETFROM, in seconds east of UTC.
    pub offset_from: i32,
    /// TZOFFSETTO, in seconds east of UTC.
    pub offset_to: i32,
    /// TZNAME.
    pub name: String,
    /// RRULE, where the onset comes back every year.
    pub rule: Option<YearlyRule>,
}

/// A day of every year: a weekday of a month, counted from its beginning or its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct YearlyRule {
    /// The month, from 1.
    pub month: u32,
    /// The n-th of the month from 1 to 4, or -1 for the last.
    pub week: i8,
    /// The weekday.
    pub weekday: Weekday,
}

impl YearlyRule {
    /// The day of a year, if dates reach that far.
    #[must_use]
    pub fn day(self, year: i32) -> Option<NaiveDate> {
        match u8::try_from(self.week) {
            Ok(week) => NaiveDate::from_weekday_of_month_opt(year, self.month, self.weekday, week),
            Err(_) => [5, 4]
                .into_iter()
                .find_map(|week| NaiveDate::from_weekday_of_month_opt(year, self.month, self.weekday, week)),
        }
    }

    /// The one or two rules that name this day in its own year.
    fn naming(date: NaiveDate) -> impl Iterator<Item = YearlyRule> {
        let (month, weekday) = (date.month(), date.weekday());
        let last = (date + Days::new(7)).month() != month;
        let nth = i8::try_from(date.day().div_ceil(7)).ok().filter(|week| *week <= 4);
        nth.into_iter().chain(last.then_some(-1)).map(move |week| YearlyRule { month, week, weekday })
    }
}

pub(super) fn observances(table: &Table, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Observance> {
    let from = covered(from);
    let to = covered(to).max(from);
    // Whole years, and one more on either side, so that the bytes stay the same when the span moves a little.
    let years = from.year() - 1..=to.year() + 1;
    if table.within(new_year(*years.start())..new_year(*years.end() + 1)).is_empty() {
        return vec![unchanging(table, from)];
    }
    match Pattern::fitting(table, *years.start()..=LAST_YEAR.min(*years.end())) {
        Some(pattern) => pattern.observances(table, to),
        None => onsets(table, from, years.end() + 1),
    }
}

/// The nearest instant in the years of the tables.
fn covered(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.clamp(new_year(FIRST_YEAR), new_year(LAST_YEAR + 1) - TimeDelta::seconds(1))
}

/// One standard time without beginning or end.
fn unchanging(table: &Table, from: DateTime<Utc>) -> Observance {
    let period = table.at(from);
    Observance {
        kind: ObservanceKind::Standard,
        onset: new_year(FIRST_ONSET_YEAR.min(from.year() - 1)).naive_utc(),
        offset_from: period.offset,
        offset_to: period.offset,
        name: period.name.to_string(),
        rule: None,
    }
}

/// Every onset before a year by itself, from the one that governs the beginning of the span's first year.
fn onsets(table: &Table, from: DateTime<Utc>, before: i32) -> Vec<Observance> {
    let start = new_year(from.year());
    let known = table.transitions();
    let governing = known.partition_point(|transition| transition.instant <= start).checked_sub(1);
    let governing = governing.filter(|index| known[*index].instant >= new_year(FIRST_YEAR));
    let first = governing.is_none().then(|| unchanging(table, start));
    let listed = governing.unwrap_or(0)..known.partition_point(|transition| transition.instant < new_year(before));
    let explicit = listed.map(|index| Observance {
        kind: kind(known, index),
        onset: known[index].onset(),
        offset_from: known[index].before,
        offset_to: known[index].after,
        // The first is named as the span begins: a country may call its summer time standard time one day, and let clocks be.
        name: table.at(known[index].instant.max(start)).name.to_string(),
        rule: None,
    });
    let mut observances: Vec<Observance> = first.into_iter().chain(explicit).collect();
    name_a_standard(&mut observances);
    observances
}

/// Where all are daylight time, as through a war, the smallest offset is written as standard time: one reader shows the day
/// before where there is none (ical4j, issues 230 and 493).
fn name_a_standard(observances: &mut [Observance]) {
    let Some(smallest) = observances.iter().map(|observance| observance.offset_to).min() else { return };
    if observances.iter().all(|observance| observance.kind == ObservanceKind::Daylight) {
        for observance in observances.iter_mut().filter(|observance| observance.offset_to == smallest) {
            observance.kind = ObservanceKind::Standard;
        }
    }
}

/// An offset is daylight time when the database says so, or when it is larger than the one before and the one soon after.
fn kind(known: &[Transition], index: usize) -> ObservanceKind {
    let this = known[index];
    let passing = known
        .get(index + 1)
        .is_some_and(|next| next.after < this.after && next.instant - this.instant < LONGEST_DAYLIGHT);
    if this.is_daylight || (this.after > this.before && passing) {
        ObservanceKind::Daylight
    } else {
        ObservanceKind::Standard
    }
}

/// A change of offset that comes back every year at the same time of day.
#[derive(Clone, Copy)]
struct Yearly {
    rule: YearlyRule,
    time: NaiveTime,
    before: i32,
    after: i32,
}

impl Yearly {
    /// The ways to read one change as a yearly one.
    fn readings(transition: Transition) -> impl Iterator<Item = Yearly> {
        let (onset, before, after) = (transition.onset(), transition.before, transition.after);
        YearlyRule::naming(onset.date()).map(move |rule| Yearly { rule, time: onset.time(), before, after })
    }

    fn onset(self, year: i32) -> Option<NaiveDateTime> {
        self.rule.day(year).map(|day| day.and_time(self.time))
    }

    fn is(self, transition: Transition, year: i32) -> bool {
        self.onset(year) == Some(transition.onset())
            && (self.before, self.after) == (transition.before, transition.after)
    }
}

/// Two changes a year, in the order of the calendar, and the year since which they are all that happens.
struct Pattern {
    changes: [Yearly; 2],
    since: i32,
}

impl Pattern {
    /// The pattern that holds in all of these years, if there is one; of several, that which holds longest. In one year the
    /// fourth Sunday may be the last as well, and only other years tell which of them is meant.
    fn fitting(table: &Table, years: RangeInclusive<i32>) -> Option<Pattern> {
        let (start, end) = years.into_inner();
        let [first, second] = table.in_year(start).try_into().ok()?;
        let mut fitting: Vec<[Yearly; 2]> = Yearly::readings(first)
            .flat_map(|first| Yearly::readings(second).map(move |second| [first, second]))
            .filter(|changes| (start..=end).all(|year| hold(*changes, table, year)))
            .collect();
        let since =
            |changes| (FIRST_YEAR..start).rev().take_while(|year| hold(changes, table, *year)).last().unwrap_or(start);
        let until = |changes, last| (end..=last).take_while(|year| hold(changes, table, *year)).last().unwrap_or(end);
        // Where it is one alone, how long it goes on is of no interest.
        let lasts = |changes: [Yearly; 2]| until(changes, LAST_YEAR) - since(changes);
        let changes = match fitting.len() {
            0 | 1 => fitting.pop()?,
            _ => fitting.into_iter().max_by_key(|changes| lasts(*changes))?,
        };
        let since = since(changes);
        let is_lasting = until(changes, LAST_YEAR.min(since + MIN_RULE_YEARS)) - since + 1 >= MIN_RULE_YEARS;
        // Years before the epoch are left out, unless they are asked for.
        is_lasting.then(|| Pattern { changes, since: since.max(FIRST_ONSET_YEAR.min(start)) })
    }

    fn observances(&self, table: &Table, to: DateTime<Utc>) -> Vec<Observance> {
        let mut both: Vec<Observance> = self
            .changes
            .iter()
            .filter_map(|change| {
                // Named as in the span, not as when the rule began.
                let is_latest = |known: &&Transition| known.instant <= to && known.after == change.after;
                let latest = table.transitions().iter().rfind(is_latest)?;
                Some(Observance {
                    kind: if change.after > change.before {
                        ObservanceKind::Daylight
                    } else {
                        ObservanceKind::Standard
                    },
                    onset: change.onset(self.since)?,
                    offset_from: change.before,
                    offset_to: change.after,
                    name: table.at(latest.instant).name.to_string(),
                    rule: Some(change.rule),
                })
            })
            .collect();
        both.sort_by_key(|observance| observance.onset);
        both
    }
}

/// Whether these two changes, and no other, are in the tables for a year.
fn hold(changes: [Yearly; 2], table: &Table, year: i32) -> bool {
    match table.in_year(year) {
        [first, second] => changes[0].is(*first, year) && changes[1].is(*second, year),
        _ => false,
    }
}
