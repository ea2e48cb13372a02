//! Addresses that hand an entry or a feed to somebody's calendar.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use url::form_urlencoded::Serializer;

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

/// What a calendar is told of an entry.
pub(super) struct Draft<'d> {
    pub(super) title: &'d str,
    pub(super) place: &'d str,
    pub(super) text: &'d str,
    pub(super) taken: Taken,
}

fn with(address: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    // An empty value says nothing, and some readers show it.
    query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    format!("{address}?{}", query.finish())
}

impl Draft<'_> {
    /// A form of Google's, filled in.
    pub(super) fn google(&self) -> String {
        let dates = match self.taken {
            Taken::Timed(from, to) => format!("{}/{}", from.format("%Y%m%dT%H%M%SZ"), to.format("%Y%m%dT%H%M%SZ")),
            Taken::Days(from, to) => format!("{}/{}", from.format("%Y%m%d"), to.format("%Y%m%d")),
        };
        let pairs = [
            ("action", "TEMPLATE"),
            ("text", self.title),
            ("dates", &dates),
            ("location", self.place),
            ("details", self.text),
        ];
        with("https://calendar.google.com/calendar/render", &pairs)
    }

    /// A form of Outlook's, filled in.
    pub(super) fn outlook(&self) -> String {
        let (from, to, whole) = match self.taken {
            Taken::Timed(from, to) => (super::rfc3339(from), super::rfc3339(to), ""),
            Taken::Days(from, to) => (from.to_string(), to.to_string(), "true"),
        };
        let pairs = [
            ("path", "/calendar/action/compose"),
            ("rru", "addevent"),
            ("subject", self.title),
            ("startdt", &from),
            ("enddt", &to),
            ("allday", whole),
            ("location", self.place),
            ("body", self.text),
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
pub(super) fn google_feed(address: &str) -> String {
    with("https://calendar.google.com/calendar/render", &[("cid", &webcal(address))])
}

/// Where Outlook on the web subscribes to a feed.
pub(super) fn outlook_feed(address: &str, name: &str) -> String {
    with("https://outlook.live.com/calendar/0/addfromweb", &[("url", address), ("name", name)])
}

/// The same for accounts of offices and schools.
pub(super) fn office_feed(address: &str, name: &str) -> String {
    with("https://outlook.office.com/calendar/0/addfromweb", &[("url", address), ("name", name)])
}
