//! What a VTIMEZONE says of a zone (RFC 5545, section 3.6.5): its standard and daylight times over a span.
//!
//! A yearly rule is the n-th or the last weekday of a month and nothing else, since that is what every reader
//! understands; a zone that changes on another kind of day gets each onset by itself. No COUNT, UNTIL or RDATE.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};

use super::transition::{Transition, in_utc_year, in_year, new_year};
use super::{FIRST_YEAR, LAST_YEAR, Zone};

/// Onsets are not written from before this year where the span allows, as some readers' dates begin with it.
const EPOCH: i32 = 1970;

/// How many years a rule has to hold. Days that no rule of ours can name, such as the Sunday on or after the second,
/// look for up to eleven years as if one could, and the feed would change when they stop.
const LASTING: i32 = 12;

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

pub(super) fn observances(zone: Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Observance> {
    let from = covered(from);
    let to = covered(to).max(from);
    // Whole years, and one more on either side, so that the bytes stay the same when the span moves a little.
    let years = from.year() - 1..=to.year() + 1;
    if years.clone().all(|year| in_utc_year(zone, year).is_empty()) {
        return vec![unchanging(zone, from)];
    }
    match Pattern::fitting(zone, *years.start()..=LAST_YEAR.min(*years.end())) {
        Some(pattern) => pattern.observances(zone, to),
        None => onsets(zone, from, years.end() + 1),
    }
}

/// The nearest instant in the years of the tables.
fn covered(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.clamp(new_year(FIRST_YEAR), new_year(LAST_YEAR + 1) - TimeDelta::seconds(1))
}

/// One standard time without beginning or end.
fn unchanging(zone: Zone, from: DateTime<Utc>) -> Observance {
    let local = zone.local(from);
    Observance {
        kind: ObservanceKind::Standard,
        onset: new_year(EPOCH.min(from.year() - 1)).naive_utc(),
        offset_from: local.offset,
        offset_to: local.offset,
        name: local.name.to_string(),
        rule: None,
    }
}

/// Every onset before a year by itself, from the one that governs the beginning of the span's first year.
fn onsets(zone: Zone, from: DateTime<Utc>, before: i32) -> Vec<Observance> {
    let (start, to) = (new_year(from.year()), new_year(before));
    let governs = |year: &i32| in_utc_year(zone, *year).iter().any(|transition| transition.instant <= start);
    let since = (FIRST_YEAR..=from.year()).rev().find(governs).unwrap_or(FIRST_YEAR);
    // Those of the years after the span, too: they tell whether its last onset begins daylight time.
    let known: Vec<Transition> = (since..=before + 1).flat_map(|year| in_utc_year(zone, year).to_vec()).collect();
    let governing = known.partition_point(|transition| transition.instant <= start).checked_sub(1);
    let first = governing.is_none().then(|| unchanging(zone, start));
    let listed = governing.unwrap_or(0)..known.partition_point(|transition| transition.instant < to);
    let explicit = listed.map(|index| Observance {
        kind: kind(&known, index),
        onset: known[index].onset(),
        offset_from: known[index].before,
        offset_to: known[index].after,
        name: zone.local(known[index].instant).name.to_string(),
        rule: None,
    });
    first.into_iter().chain(explicit).collect()
}

/// An offset is daylight time when the database says so, or when it is larger than the one before and the one soon after.
fn kind(known: &[Transition], index: usize) -> ObservanceKind {
    let this = known[index];
    let passing = known
        .get(index + 1)
        .is_some_and(|next| next.after < this.after && next.instant - this.instant < LONGEST_DAYLIGHT);
    if this.flagged || (this.after > this.before && passing) {
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
    fn fitting(zone: Zone, years: RangeInclusive<i32>) -> Option<Pattern> {
        let (start, end) = years.into_inner();
        let [first, second] = in_year(zone, start).try_into().ok()?;
        let mut fitting: Vec<[Yearly; 2]> = Yearly::readings(first)
            .flat_map(|first| Yearly::readings(second).map(move |second| [first, second]))
            .filter(|changes| (start..=end).all(|year| hold(*changes, zone, year)))
            .collect();
        let since =
            |changes| (FIRST_YEAR..start).rev().take_while(|year| hold(changes, zone, *year)).last().unwrap_or(start);
        let until = |changes, last| (end..=last).take_while(|year| hold(changes, zone, *year)).last().unwrap_or(end);
        // Where it is one alone, how long it goes on is of no interest.
        let lasts = |changes: [Yearly; 2]| until(changes, LAST_YEAR) - since(changes);
        let changes = match fitting.len() {
            0 | 1 => fitting.pop()?,
            _ => fitting.into_iter().max_by_key(|changes| lasts(*changes))?,
        };
        let since = since(changes);
        let is_lasting = until(changes, LAST_YEAR.min(since + LASTING)) - since + 1 >= LASTING;
        // Years before the epoch are left out, unless they are asked for.
        is_lasting.then(|| Pattern { changes, since: since.max(EPOCH.min(start)) })
    }

    fn observances(&self, zone: Zone, to: DateTime<Utc>) -> Vec<Observance> {
        let mut both: Vec<Observance> = self
            .changes
            .iter()
            .filter_map(|change| {
                // Named as in the span, not as when the rule began.
                let is_latest = |known: &Transition| known.instant <= to && known.after == change.after;
                let latest = |year| in_utc_year(zone, year).iter().copied().rfind(is_latest);
                let latest = (FIRST_YEAR..=to.year()).rev().find_map(latest)?;
                Some(Observance {
                    kind: if change.after > change.before {
                        ObservanceKind::Daylight
                    } else {
                        ObservanceKind::Standard
                    },
                    onset: change.onset(self.since)?,
                    offset_from: change.before,
                    offset_to: change.after,
                    name: zone.local(latest.instant).name.to_string(),
                    rule: Some(change.rule),
                })
            })
            .collect();
        both.sort_by_key(|observance| observance.onset);
        both
    }
}

/// Whether these two changes, and no other, are in the tables for a year.
fn hold(changes: [Yearly; 2], zone: Zone, year: i32) -> bool {
    match in_year(zone, year)[..] {
        [first, second] => changes[0].is(first, year) && changes[1].is(second, year),
        _ => false,
    }
}
