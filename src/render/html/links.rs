//! Addresses that hand an entry or a feed to somebody's calendar.

use url::form_urlencoded;

use crate::listing::CalendarSlot;
use crate::zone::rfc3339;

/// An entry, as the form of a calendar on the web is filled in with it.
pub(super) struct EventForm<'e> {
    pub(super) title: &'e str,
    pub(super) place: &'e str,
    pub(super) text: &'e str,
    pub(super) slot: CalendarSlot,
}

impl EventForm<'_> {
    /// Google's form, filled in.
    pub(super) fn google(&self) -> String {
        let dates = match self.slot {
            CalendarSlot::Timed(from, to) => [from, to].map(|at| at.instant().format("%Y%m%dT%H%M%SZ").to_string()),
            CalendarSlot::Days(from, to) => [from, to].map(|day| day.format("%Y%m%d").to_string()),
        };
        let pairs = [
            ("action", "TEMPLATE"),
            ("text", self.title),
            ("dates", &dates.join("/")),
            ("location", self.place),
            ("details", self.text),
        ];
        with_query("https://calendar.google.com/calendar/render", &pairs)
    }

    /// Outlook's form, filled in.
    pub(super) fn outlook(&self) -> String {
        let (from, to, all_day) = match self.slot {
            CalendarSlot::Timed(from, to) => (rfc3339(from.instant()), rfc3339(to.instant()), ""),
            CalendarSlot::Days(from, to) => (from.to_string(), to.to_string(), "true"),
        };
        let pairs = [
            ("path", "/calendar/action/compose"),
            ("rru", "addevent"),
            ("subject", self.title),
            ("startdt", &from),
            ("enddt", &to),
            ("allday", all_day),
            ("location", self.place),
            ("body", self.text),
        ];
        with_query("https://outlook.live.com/calendar/0/deeplink/compose", &pairs)
    }
}

/// An address with a query.
fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    // An empty value says nothing, and some readers show it.
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::for_suffix(format!("{address}?"), address.len() + 1).extend_pairs(pairs).finish()
}

/// The address of a feed for apps that subscribe when they are given one.
pub(super) fn webcal(url: &str) -> String {
    match url.split_once("://") {
        Some((_, rest)) => format!("webcal://{rest}"),
        None => url.to_owned(),
    }
}

/// Where Google subscribes to a feed.
pub(super) fn google_feed(url: &str) -> String {
    with_query("https://calendar.google.com/calendar/render", &[("cid", &webcal(url))])
}

/// Where Outlook on the web subscribes to a feed.
pub(super) fn outlook_feed(url: &str, name: &str) -> String {
    with_query("https://outlook.live.com/calendar/0/addfromweb", &[("url", url), ("name", name)])
}

/// The same for accounts of offices and schools.
pub(super) fn office_feed(url: &str, name: &str) -> String {
    with_query("https://outlook.office.com/calendar/0/addfromweb", &[("url", url), ("name", name)])
}
