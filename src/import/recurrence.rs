//! The times of a recurring event, by the `rrule` crate.
//!
//! A rule is expanded on the event's own clock, as RFC 5545, 3.3.10 has it: the wall clock is handed over as if it were
//! UTC, so that the crate knows of no zone but that.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime, TimeZone};
use rrule::{RRuleSet, Tz};

use super::calendar::Stamp;

/// The local times that a rule gives from a first one on, and whether there are more than so many.
pub(super) fn expand(
    rule: &str,
    first: NaiveDateTime,
    limit: usize,
    local: impl Fn(NaiveDateTime) -> NaiveDateTime,
) -> Result<(BTreeSet<NaiveDateTime>, bool), String> {
    let parts: Vec<String> = rule
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once('=') {
            Some((name, until)) if name.eq_ignore_ascii_case("UNTIL") => {
                let until = match Stamp::parse(until) {
                    Some(Stamp::Utc(until)) => local(until),
                    Some(Stamp::Local(until)) => until,
                    Some(Stamp::Date(until)) => until.and_hms_opt(23, 59, 59).unwrap_or(first),
                    None => return Err(format!("“{part}” cannot be read")),
                };
                Ok(format!("UNTIL={}Z", until.format("%Y%m%dT%H%M%S")))
            }
            _ => Ok(part.to_owned()),
        })
        .collect::<Result<_, _>>()?;
    let rule = rule_of(&parts.join(";"))?;
    let start = Tz::UTC.from_utc_datetime(&first);
    let rule = rule.validate(start).map_err(|error| error.to_string())?;
    let found = RRuleSet::new(start).rrule(rule).all(u16::try_from(limit + 1).unwrap_or(u16::MAX));
    let mut times: BTreeSet<NaiveDateTime> = found.dates.iter().map(chrono::DateTime::naive_utc).collect();
    // The first is always one of them.
    times.insert(first);
    let more = times.len() > limit;
    let times: BTreeSet<_> = times.into_iter().take(limit).collect();
    Ok((times, more))
}

fn rule_of(text: &str) -> Result<rrule::RRule<rrule::Unvalidated>, String> {
    text.parse().map_err(|error: rrule::RRuleError| error.to_string())
}

/// A time of a day, as what is compared with other times.
pub(super) fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(chrono::NaiveTime::MIN)
}
