//! VTIMEZONE (RFC 5545, 3.6.5).
//!
//! Some readers believe the component, others the name, so both are right. Yearly rules where the zone has one over
//! the whole span, else each onset by itself; never RDATE lists, which several readers take an hour wrong.

use chrono::{DateTime, Utc};

use super::line::Lines;
use super::style::{CalendarTime, DateTimeValue};
use crate::zone::{Observance, ObservanceKind, Zone};

/// The zones that times name, each with the first and the last instant. They are few.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ZoneSpans(Vec<(Zone, DateTime<Utc>, DateTime<Utc>)>);

impl ZoneSpans {
    pub(super) fn of(times: &[CalendarTime]) -> Self {
        let mut spans = Self::default();
        for time in times {
            if let CalendarTime::Local(moment) = time {
                spans.add(moment.zone(), moment.instant(), moment.instant());
            }
        }
        spans
    }

    fn add(&mut self, zone: Zone, first: DateTime<Utc>, last: DateTime<Utc>) {
        match self.0.iter_mut().find(|(known, ..)| *known == zone) {
            Some((_, from, to)) => (*from, *to) = ((*from).min(first), (*to).max(last)),
            None => self.0.push((zone, first, last)),
        }
    }

    pub(super) fn add_unless_known(&mut self, zone: Zone, at: DateTime<Utc>) {
        if !self.0.iter().any(|(known, ..)| *known == zone) {
            self.0.push((zone, at, at));
        }
    }

    pub(super) fn extend(&mut self, other: &Self) {
        other.0.iter().for_each(|(zone, first, last)| self.add(*zone, *first, *last));
    }

    /// The same zones, with other instants.
    pub(super) fn map(&self, instant: impl Fn(DateTime<Utc>) -> DateTime<Utc>) -> Self {
        Self(self.0.iter().map(|(zone, first, last)| (*zone, instant(*first), instant(*last))).collect())
    }
}

/// One component for each zone, by name.
pub(super) fn timezones(spans: &ZoneSpans) -> String {
    let mut spans = spans.0.clone();
    spans.sort_unstable();
    let mut lines = Lines::default();
    for (zone, from, to) in &spans {
        lines.begin("VTIMEZONE");
        lines.raw("TZID", &[], zone.name());
        for observance in zone.observances(*from, *to) {
            write_observance(&mut lines, &observance);
        }
        lines.end("VTIMEZONE");
    }
    lines.into_string()
}

fn write_observance(lines: &mut Lines, observance: &Observance) {
    let component = match observance.kind {
        ObservanceKind::Standard => "STANDARD",
        ObservanceKind::Daylight => "DAYLIGHT",
    };
    lines.begin(component);
    lines.raw("DTSTART", &[], DateTimeValue(observance.onset));
    if let Some(rule) = &observance.rule {
        let weekday = rule.weekday.to_string()[..2].to_uppercase();
        let rule = format!("FREQ=YEARLY;BYMONTH={};BYDAY={}{weekday}", rule.month, rule.week);
        lines.raw("RRULE", &[], rule);
    }
    lines.text("TZNAME", &[], &observance.name);
    lines.raw("TZOFFSETFROM", &[], offset(observance.offset_from));
    lines.raw("TZOFFSETTO", &[], offset(observance.offset_to));
    lines.end(component);
}

/// A UTC-OFFSET (RFC 5545, 3.3.14).
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { format!("{sign}{hours:02}{minutes:02}") } else { format!("{sign}{hours:02}{minutes:02}{rest:02}") }
}
