//! Addresses that hand an entry or a feed to somebody's calendar.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use maud::PreEscaped;
use url::form_urlencoded::byte_serialize;

use crate::digits;
use crate::listing::{ListedEntry, ListedTiming, ListedWhen};
use crate::programme::Feed;
use crate::zone::Moment;

/// What an entry takes in a calendar.
#[derive(Clone, Copy)]
pub(super) enum Taken {
    /// From one instant to another.
    Timed(DateTime<Utc>, DateTime<Utc>),
    /// From the first day up to, and without, the last.
    Days(NaiveDate, NaiveDate),
}

impl Taken {
    /// The same as feeds have: what has no end is as long as they show it, what has no time is whole days.
    pub(super) fn of(entry: &ListedEntry<'_>, feed: Option<&Feed>) -> Option<Self> {
        let (begin, finish) = match &entry.timing {
            ListedTiming::Stay(when) => (when, None),
            ListedTiming::Journey { depart, arrive } => (&depart.when, Some(&arrive.when)),
        };
        match (begin, finish) {
            (ListedWhen::Clock(clock), None) => {
                let shown = feed.and_then(|feed| TimeDelta::from_std(feed.display_length).ok());
                let shown = clock.start.instant() + shown.unwrap_or(TimeDelta::minutes(30));
                Some(Taken::Timed(clock.start.instant(), clock.end.map_or(shown, Moment::instant)))
            }
            (ListedWhen::Clock(leaves), Some(ListedWhen::Clock(arrives))) => {
                Some(Taken::Timed(leaves.start.instant(), arrives.start.instant()))
            }
            _ => {
                let days = || [Some(begin), finish].into_iter().flatten().filter_map(ListedWhen::days);
                let first = days().map(|(first, _)| first).min()?;
                let last = days().map(|(_, last)| last).max()?;
                Some(Taken::Days(first, last.checked_add_days(Days::new(1))?))
            }
        }
    }
}

/// What a calendar is told of an entry: texts as they stand in an address.
pub(super) struct Draft {
    title: String,
    place: String,
    text: String,
    taken: Taken,
}

/// A text as it stands in the query of an address, where nothing of it has to be escaped for HTML any more.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    encoded.extend(byte_serialize(text.as_bytes()));
    encoded
}

/// An address with a query, escaped for HTML; the values are encoded already.
fn with(address: &str, pairs: &[(&str, &str)]) -> PreEscaped<String> {
    let length: usize = pairs.iter().map(|(key, value)| key.len() + value.len() + 6).sum();
    let mut out = String::with_capacity(address.len() + length);
    out.push_str(address);
    // An empty value says nothing, and some readers show it.
    for (at, (key, value)) in pairs.iter().filter(|(_, value)| !value.is_empty()).enumerate() {
        for part in [if at == 0 { "?" } else { "&amp;" }, key, "=", value] {
            out.push_str(part);
        }
    }
    PreEscaped(out)
}

impl Draft {
    pub(super) fn new(title: &str, place: &str, text: &str, taken: Taken) -> Self {
        Self { title: encoded(title), place: encoded(place), text: encoded(text), taken }
    }

    /// A form of Google's, filled in.
    pub(super) fn google(&self) -> PreEscaped<String> {
        let mut dates = String::with_capacity(40);
        match self.taken {
            Taken::Timed(from, to) => {
                digits::basic_instant(&mut dates, from);
                dates.push_str("%2F");
                digits::basic_instant(&mut dates, to);
            }
            Taken::Days(from, to) => {
                digits::basic_date(&mut dates, from);
                dates.push_str("%2F");
                digits::basic_date(&mut dates, to);
            }
        }
        let pairs = [
            ("action", "TEMPLATE"),
            ("text", &self.title),
            ("dates", &dates),
            ("location", &self.place),
            ("details", &self.text),
        ];
        with("https://calendar.google.com/calendar/render", &pairs)
    }

    /// A form of Outlook's, filled in.
    pub(super) fn outlook(&self) -> PreEscaped<String> {
        let (from, to, whole) = match self.taken {
            Taken::Timed(from, to) => (digits::rfc3339(from), digits::rfc3339(to), ""),
            Taken::Days(from, to) => (from.to_string(), to.to_string(), "true"),
        };
        let pairs = [
            ("path", "%2Fcalendar%2Faction%2Fcompose"),
            ("rru", "addevent"),
            ("subject", &self.title),
            ("startdt", &encoded(&from)),
            ("enddt", &encoded(&to)),
            ("allday", whole),
            ("location", &self.place),
            ("body", &self.text),
        ];
        with("https://outlook.live.com/calendar/0/deeplink/compose", &pairs)
    }
}

/// The address of a feed for apps that subscribe when they are given one.
pub(super) fn webcal(address: &str) -> String {
    match address.split_once("://") {
        Some((_, rest)) => format!("webcal://{rest}"),
        None => address.to_owned(),
    }
}

/// Where Google subscribes to a feed.
pub(super) fn google_feed(address: &str) -> PreEscaped<String> {
    with("https://calendar.google.com/calendar/render", &[("cid", &encoded(&webcal(address)))])
}

/// Where Outlook on the web subscribes to a feed.
pub(super) fn outlook_feed(address: &str, name: &str) -> PreEscaped<String> {
    with("https://outlook.live.com/calendar/0/addfromweb", &[("url", &encoded(address)), ("name", &encoded(name))])
}

/// The same for accounts of offices and schools.
pub(super) fn office_feed(address: &str, name: &str) -> PreEscaped<String> {
    with("https://outlook.office.com/calendar/0/addfromweb", &[("url", &encoded(address)), ("name", &encoded(name))])
}
