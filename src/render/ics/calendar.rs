//! The frame of a feed: VCALENDAR and its properties.

use std::fmt::Write as _;
use std::time::Duration;

use super::line::Lines;

/// What stands at the head of a feed.
#[derive(Debug)]
pub struct Header<'a> {
    /// What calendar apps call it.
    pub name: &'a str,
    /// Its time zone.
    pub zone: &'a str,
    /// How often apps should look for changes.
    pub refresh: Duration,
    /// Where it is served, if anywhere.
    pub address: Option<String>,
}

/// Everything before the first component.
///
/// No METHOD, because PUBLISH wants an ORGANIZER; no UID for the whole calendar, because some clients then take all
/// events for one.
#[must_use]
pub fn header(header: &Header<'_>) -> String {
    let mut lines = beginning();
    lines.text("NAME", &[], header.name);
    lines.text("X-WR-CALNAME", &[], header.name);
    lines.text("X-WR-TIMEZONE", &[], header.zone);
    let refresh = duration(header.refresh);
    lines.raw("REFRESH-INTERVAL", &[("VALUE", "DURATION")], &refresh);
    lines.raw("X-PUBLISHED-TTL", &[], &refresh);
    if let Some(address) = &header.address {
        lines.raw("SOURCE", &[("VALUE", "URI")], address);
    }
    lines.into_string()
}

/// Everything before the first component of a file with a single event.
///
/// Without a name or a zone, for which Outlook would open a new calendar; it is asked to open the event instead
/// (MS-OXCICAL, 2.1.3.1.1).
#[must_use]
pub fn single_header() -> String {
    let mut lines = beginning();
    lines.raw("X-MS-OLK-FORCEINSPECTOROPEN", &[], "TRUE");
    lines.into_string()
}

fn beginning() -> Lines {
    let mut lines = Lines::default();
    lines.begin("VCALENDAR");
    lines.raw("VERSION", &[], "2.0");
    lines.text("PRODID", &[], concat!("-//summitcal//summitcal ", env!("CARGO_PKG_VERSION"), "//EN"));
    lines.raw("CALSCALE", &[], "GREGORIAN");
    lines
}

/// Everything after the last component.
#[must_use]
pub fn footer() -> String {
    let mut lines = Lines::default();
    lines.end("VCALENDAR");
    lines.into_string()
}

/// A DURATION (RFC 5545, 3.3.6) of whole minutes.
pub(super) fn duration(length: Duration) -> String {
    let minutes = length.as_secs() / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let mut text = String::from("P");
    if days > 0 {
        let _ = write!(text, "{days}D");
    }
    if hours > 0 || minutes > 0 || days == 0 {
        text.push('T');
        if hours > 0 {
            let _ = write!(text, "{hours}H");
        }
        if minutes > 0 || hours == 0 {
            let _ = write!(text, "{minutes}M");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_the_grammar_has_them() {
        let minutes = |count: u64| duration(Duration::from_secs(count * 60));
        assert_eq!([30, 60, 90, 1440, 1500].map(minutes), ["PT30M", "PT1H", "PT1H30M", "P1D", "P1DT1H"]);
    }
}
