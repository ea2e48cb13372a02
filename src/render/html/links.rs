//! Addresses that hand an entry or a feed to somebody's calendar.

use std::fmt::Write as _;

use maud::PreEscaped;

use crate::listing::CalendarSlot;
use crate::zone::rfc3339;

/// Outlook on the web, for accounts of one's own.
pub(super) const OUTLOOK_PERSONAL: &str = "outlook.live.com";

/// The same for accounts of offices and schools.
pub(super) const OUTLOOK_WORK: &str = "outlook.office.com";

/// An entry, as the form of a calendar on the web is filled in with it.
pub(super) struct EventForm<'e> {
    pub(super) title: &'e str,
    pub(super) place: &'e str,
    pub(super) text: &'e str,
    pub(super) slot: CalendarSlot,
}

impl EventForm<'_> {
    /// Google's form, filled in.
    pub(super) fn google(&self) -> PreEscaped<String> {
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
        unescaped(with_query("https://calendar.google.com/calendar/render", &pairs))
    }

    /// Outlook's form, filled in, for accounts of one kind.
    pub(super) fn outlook(&self, host: &str) -> PreEscaped<String> {
        let (from, to, all_day) = match self.slot {
            CalendarSlot::Timed(from, to) => (rfc3339(from.instant()), rfc3339(to.instant()), ""),
            CalendarSlot::Days(from, to) => (from.to_string(), to.to_string(), "true"),
        };
        let pairs = [
            ("rru", "addevent"),
            ("subject", self.title),
            ("startdt", &from),
            ("enddt", &to),
            ("allday", all_day),
            ("location", self.place),
            ("body", self.text),
        ];
        unescaped(with_query(&format!("https://{host}/calendar/0/deeplink/compose"), &pairs))
    }
}

/// A form's address as a page has it: of what would be escaped there it has but its own `&`, which no browser takes for
/// anything else where a name and `=` follow. There are two for each entry.
fn unescaped(address: String) -> PreEscaped<String> {
    debug_assert!(!address.contains(['"', '<', '>', '\'']), "values are encoded");
    PreEscaped(address)
}

/// An address with a query.
fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    // An empty value says nothing, and some readers show it.
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={}", encoded(value))).collect();
    format!("{address}?{}", pairs.join("&"))
}

/// A value of a query: a space is `%20`, since Outlook shows a plus sign as it is. What RFC 3986 lets stand in a query stays,
/// but for what ends or parts values, and so do characters of all scripts, which browsers encode: they are a third of the bytes.
fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if c.is_ascii_alphanumeric() || "-._~:/,".contains(c) || !c.is_ascii() && !c.is_whitespace() {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
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

/// Where Outlook on the web subscribes to a feed, for accounts of one kind.
pub(super) fn outlook_feed(host: &str, url: &str, name: &str) -> String {
    with_query(&format!("https://{host}/calendar/0/addfromweb"), &[("url", url), ("name", name)])
}
