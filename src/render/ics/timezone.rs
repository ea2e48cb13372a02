//! VTIMEZONE (RFC 5545, 3.6.5).
//!
//! Some readers believe the component, others the name, so both are right. Yearly rules where the zone has one over
//! the whole span, else each onset by itself; never RDATE lists, which several readers take an hour wrong.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::line::Lines;
use crate::digits;
use crate::zone::{Observance, ObservanceKind, Zone};

/// First and last instant for which a zone is used.
pub type Spans = BTreeMap<Zone, (DateTime<Utc>, DateTime<Utc>)>;

/// One component for each zone, by name.
#[must_use]
pub fn timezones(spans: &Spans) -> String {
    let mut lines = Lines::default();
    for (zone, (from, to)) in spans {
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
    lines.raw_by("DTSTART", &[], |out| digits::basic_date_time(out, observance.onset));
    if let Some(rule) = &observance.rule {
        let weekday = rule.weekday.to_string()[..2].to_uppercase();
        let rule = format!("FREQ=YEARLY;BYMONTH={};BYDAY={}{weekday}", rule.month, rule.week);
        lines.raw("RRULE", &[], &rule);
    }
    lines.text("TZNAME", &[], &observance.name);
    lines.raw("TZOFFSETFROM", &[], &offset(observance.offset_from));
    lines.raw("TZOFFSETTO", &[], &offset(observance.offset_to));
    lines.end(component);
}

/// A UTC-OFFSET (RFC 5545, 3.3.14).
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { format!("{sign}{hours:02}{minutes:02}") } else { format!("{sign}{hours:02}{minutes:02}{rest:02}") }
}
