//! VCALENDAR (RFC 5545, 3.4): a whole feed, or the file of a single event.

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc};

use super::event::{Event, SelectedBy};
use super::line::Lines;
use super::timezone::{ZoneSpans, timezones};
use crate::programme::{Feed, FeedZone};
use crate::revision::RevisedListing;
use crate::zone::Database;

/// A feed while its events are added.
pub struct FeedBuilder<'f> {
    feed: &'f Feed,
    /// How many events it has.
    pub entries: usize,
    zones: ZoneSpans,
    events: String,
    database: Database,
}

impl<'f> FeedBuilder<'f> {
    /// A feed without events, in zones of a time zone database.
    #[must_use]
    pub fn new(feed: &'f Feed, database: Database) -> Self {
        Self { feed, entries: 0, zones: ZoneSpans::default(), events: String::new(), database }
    }

    /// Whether it selects an event.
    #[must_use]
    pub fn selects(&self, event: &Event) -> bool {
        let only = &self.feed.only;
        let is_admitted = |by: &SelectedBy| only.admits(by.kind, &by.access, &by.principals);
        self.feed.selects(event.visit) && event.selected_by.as_ref().map_or(only.restricts_nothing(), is_admitted)
    }

    /// Adds an event.
    pub fn add(&mut self, event: &Event) {
        self.entries += 1;
        self.zones.extend(&event.zones);
        self.events.push_str(&event.text);
    }

    /// The whole feed. `address` is where it is served, if anywhere.
    ///
    /// No METHOD, because PUBLISH wants an ORGANIZER; no UID for the whole calendar, because some clients then take all
    /// events for one.
    #[must_use]
    pub fn finish(mut self, revised: &RevisedListing<'_>, address: Option<&str>) -> String {
        let feed = self.feed;
        let mut visits = revised.listing().visits.iter().filter(|visit| feed.selects(Some(visit.position)));
        let zone = match feed.zone {
            FeedZone::Fixed(zone) => Some(zone),
            FeedZone::Host => visits.next().map(|visit| visit.zone),
        };
        // A calendar needs a component, and apps look for that of X-WR-TIMEZONE.
        let zone = zone.unwrap_or_else(|| self.database.utc());
        self.zones.add_unless_known(zone, quiet_instant());
        let mut lines = beginning();
        let name = feed.title.localized(&feed.language, &feed.title).text;
        lines.text("NAME", &[], name);
        lines.text("X-WR-CALNAME", &[], name);
        lines.text("X-WR-TIMEZONE", &[], zone.name());
        let refresh = duration(feed.refresh);
        lines.raw("REFRESH-INTERVAL", &[("VALUE", "DURATION")], &refresh);
        lines.raw("X-PUBLISHED-TTL", &[], &refresh);
        if let Some(address) = address {
            lines.raw("SOURCE", &[("VALUE", "URI")], address);
        }
        self.events.insert_str(0, &(lines.into_string() + &timezones(&self.zones)));
        self.events + END
    }
}

/// The file of a single event: as the feed has it.
///
/// Without a name or a zone, for which Outlook would open a new calendar; it is asked to open the event instead
/// (MS-OXCICAL, 2.1.3.1.1). A VTIMEZONE is of whole years, so that an event's file does not change with other events.
#[must_use]
pub fn single(event: &Event) -> String {
    let mut lines = beginning();
    lines.raw("X-MS-OLK-FORCEINSPECTOROPEN", &[], "TRUE");
    lines.into_string() + &timezones(&event.zones.map(new_year)) + &event.text + END
}

const END: &str = "END:VCALENDAR\r\n";

fn beginning() -> Lines {
    let mut lines = Lines::default();
    lines.begin("VCALENDAR");
    lines.raw("VERSION", &[], "2.0");
    lines.text("PRODID", &[], concat!("-//summitcal//summitcal ", env!("CARGO_PKG_VERSION"), "//EN"));
    lines.raw("CALSCALE", &[], "GREGORIAN");
    lines
}

/// The beginning of the year that an instant is in.
fn new_year(instant: DateTime<Utc>) -> DateTime<Utc> {
    let first = NaiveDate::from_ymd_opt(instant.year(), 1, 1).expect("every year has a first day");
    first.and_time(NaiveTime::MIN).and_utc()
}

/// An instant for zones that no event is in; any will do, so long as it is always the same.
fn quiet_instant() -> DateTime<Utc> {
    Utc.timestamp_opt(1_735_689_600, 0).single().expect("it is 2025-01-01")
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
