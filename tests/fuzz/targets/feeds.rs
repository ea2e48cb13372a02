//! From a visit and settings as text to feeds, and back by a reader that shares no code with what wrote them.
#![no_main]

use std::collections::BTreeSet;

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
use chrono::{DateTime, Utc};
use summitcal::check::check;
use summitcal::listing::Listing;
use summitcal::programme::Programme;
use summitcal::revision::RevisedListing;
use summitcal::tree;
use summitcal::zone::Database;
use summitcal_fuzz::{file, parts};

summitcal_fuzz::target!(run);

fn run(data: &[u8]) {
    let (visit, feeds) = parts(data);
    let (Some(visit), Some(feeds)) = (file("visit.yaml", visit), file("feeds.yaml", feeds)) else { return };
    let files = [visit];
    let checked = check(&files, Some(&feeds), Database::bundled());
    assert_eq!(checked.programme.is_none(), checked.report.has_errors());
    if let Some(programme) = &checked.programme {
        publish(programme);
    }
}

fn publish(programme: &Programme) {
    let at = DateTime::<Utc>::from_timestamp(1_756_166_400, 0).expect("an instant");
    let settings = programme.settings();
    for audience in settings.audiences() {
        let revised = RevisedListing::new(Listing::of(programme, audience, at), settings.uid_namespace, at);
        let known: BTreeSet<String> = revised.listing().entries().map(|entry| revised.uid(entry).to_string()).collect();
        let mut tree = tree::render(&revised, settings);
        for feed in &tree.feeds {
            let bytes = tree.files.remove(&feed.path).expect("a file for each feed");
            let text = String::from_utf8(bytes).expect("feeds are UTF-8");
            assert!(text.ends_with("\r\n") && text.split("\r\n").all(|line| line.len() <= 75), "{text}");
            assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a lone break in {text}");
            read_back(&text, feed.entries, &known);
        }
    }
}

/// As many events as were said to be there, each with an identity of its own that the listing has.
fn read_back(text: &str, entries: usize, known: &BTreeSet<String>) {
    let calendar = ICalendar::parse(text).unwrap_or_else(|error| panic!("{error:?} in {text}"));
    let events = calendar.components.iter().filter(|one| one.component_type == ICalendarComponentType::VEvent);
    let uids: Vec<&str> = events
        .map(|event| {
            let uid = event.property(&ICalendarProperty::Uid).and_then(|uid| uid.values.first());
            uid.and_then(|uid| uid.as_text()).unwrap_or_else(|| panic!("an event without identity in {text}"))
        })
        .collect();
    assert_eq!(uids.len(), entries, "{text}");
    let distinct: BTreeSet<&str> = uids.iter().copied().collect();
    assert!(distinct.len() == entries && distinct.iter().all(|uid| known.contains(*uid)), "{text}");
}
