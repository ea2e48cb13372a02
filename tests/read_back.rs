//! What was meant comes back: programmes of every form of `when`, written as feeds, read by a reader that shares no code
//! with what wrote them, and compared in start, end, title, place and status. Instants are those of another database, chrono-tz's.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::support::{BASE, Case, FEEDS};
use crate::zones::{disputed, second_opinion};
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarStatus, ICalendarValue,
};
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use proptest::prelude::*;
use summitcal::check::check;
use summitcal::diagnostic::{Place, ReportItem, github, json, sarif, text};
use summitcal::document::File;
use summitcal::listing::Listing;
use summitcal::programme::Audience;
use summitcal::revision::RevisedListing;
use summitcal::source::Source;
use summitcal::tree;
use summitcal::zone::{Database, Zone};

fn file(name: &str, text: &str) -> File {
    File::new(Arc::new(Source::new(name, text.as_bytes().to_vec()).expect("readable")))
}

/// A time as a feed has it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Time {
    Day(NaiveDate),
    At(DateTime<Utc>),
}

/// What an entry was written to mean.
#[derive(Debug, Clone)]
struct Meant {
    yaml: String,
    /// Start and end; none of what is not in feeds.
    times: Option<(Time, Time)>,
    status: &'static str,
    title: String,
    place: String,
}

/// The dice of an entry: form, zone, day, minute, minutes, status.
type Dice = (usize, usize, i32, i32, i32, usize);

const STATUSES: [&str; 4] = ["tentative", "confirmed", "postponed", "cancelled"];

/// The first day of the programmes.
fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 7, 1).expect("a date")
}

/// The instant of a local time that happens once.
fn at(name: &str, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    second_opinion(name).from_local_datetime(&local).single().map(|at| at.to_utc())
}

/// An entry of one of the forms. Its times are never skipped, and never happen twice.
fn entry(number: usize, (form, zone, day, minute, length, status): Dice) -> Meant {
    let begin = first_day().and_time(NaiveTime::MIN).and_utc();
    let zones: Vec<&str> =
        Database::bundled().zones().map(Zone::name).filter(|name| !disputed(name).contains(&begin)).collect();
    let (from, to) = (zones[zone % zones.len()], zones[(zone / 7) % zones.len()]);
    let first = first_day() + Duration::days(day.into());
    let start = first.and_time(NaiveTime::MIN) + Duration::minutes(minute.into());
    let end = start + Duration::minutes(length.into());
    let write = |local: NaiveDateTime| local.format("%Y-%m-%d %H:%M").to_string();
    let days = |from: NaiveDate, to: NaiveDate| Some((Time::Day(from), Time::Day(to + Days::new(1))));
    let begins = at(from, start).expect("an ordinary time");
    let until = |end: NaiveDateTime| Some((Time::At(begins), Time::At(at(from, end).expect("an ordinary time"))));
    let half_an_hour = start + Duration::minutes(30);
    let last = first + Days::new(2);
    let (kind, when, times) = match form {
        0 => ("meeting", format!("when: {{start: {}, end: {}, zone: {from}}}", write(start), write(end)), until(end)),
        1 => ("meal", format!("when: {{start: {}, for: {length}m, zone: {from}}}", write(start)), until(end)),
        2 => ("speech", format!("when: {{start: {}, zone: {from}}}", write(start)), until(half_an_hour)),
        3 => ("summit", format!("when: {{start: {}, about: true, zone: {from}}}", write(start)), until(half_an_hour)),
        4 => ("other", format!("when: {{date: {first}, zone: {from}}}"), days(first, first)),
        5 => ("other", format!("when: {{date: {first}, part: late-afternoon, zone: {from}}}"), days(first, first)),
        6 => ("other", format!("when: {{date: {first}, between: [14:00, 16:00], zone: {from}}}"), days(first, first)),
        7 => ("other", format!("when: {{from: {first}, to: {last}, zone: {from}}}"), days(first, last)),
        8 => ("other", format!("when: {{date: {first}, after: anchor, zone: {from}}}"), days(first, first)),
        9 => ("other", "when: tba".to_owned(), None),
        10 => {
            let arrives = at(from, end).expect("an ordinary time");
            let there = arrives.with_timezone(&second_opinion(to)).naive_local();
            let when = format!(
                "depart: {{start: {}, zone: {from}}}\n    arrive: {{start: {}, zone: {to}}}",
                write(start),
                write(there)
            );
            // Clocks there may have been put back; then it is another form's turn.
            ("travel", when, at(to, there).map(|instant| (Time::At(begins), Time::At(instant))))
        }
        _ => {
            let when = format!("depart: {{date: {first}, zone: {from}}}\n    arrive: {{date: {last}, zone: {from}}}");
            ("travel", when, days(first, last))
        }
    };
    let (status, title) = (STATUSES[status], format!("Title {number}; of, “{form}”"));
    let venue = format!("Hall {number}, 한");
    let place = if kind == "travel" { String::new() } else { format!("    place: {{venue: \"{venue}\"}}\n") };
    let yaml = format!(
        "  - id: e{number}\n    kind: {kind}\n    title: \"{title}\"\n    {when}\n{place}    status: {status}\n    sources: [s]\n"
    );
    let place = if kind == "travel" { String::new() } else { venue };
    Meant { yaml, times, status, title, place }
}

/// The events of a feed of these entries, by calcard.
fn events(entries: &[Meant], zone: &str) -> Vec<ICalendarComponent> {
    let mut visit = String::from(
        "visit: case\nkind: state-visit\ntitle: Case\nprincipal: A\nzone: Etc/UTC\n\
         dates: {from: 2025-06-29, to: 2025-08-03}\naudience: public\nsources: {s: {publisher: P}}\nentries:\n  \
         - {id: anchor, kind: other, title: Anchor, when: {date: 2025-06-30}, status: confirmed, sources: [s]}\n",
    );
    visit.extend(entries.iter().map(|entry| entry.yaml.as_str()));
    let settings = FEEDS.replace("Asia/Seoul", zone).replace("language: ko", "language: en");
    let visits = [file("case.yaml", &visit)];
    let checked = check(&visits, Some(&file("feeds.yaml", &settings)), Database::bundled());
    let programme = checked.programme.unwrap_or_else(|| panic!("{:?}\n{visit}", checked.report));
    let at = DateTime::<Utc>::UNIX_EPOCH;
    let stamped =
        RevisedListing::new(Listing::of(&programme, Audience::Public, at), programme.settings().uid_namespace, at);
    let bytes = tree::render(&stamped, programme.settings()).files["feeds/seoul.ics"].clone();
    let calendar = ICalendar::parse(String::from_utf8(bytes).expect("UTF-8")).expect("a calendar");
    let events = calendar.components.into_iter().filter(|one| one.component_type == ICalendarComponentType::VEvent);
    events.collect()
}

/// A time of an event: its local time in the zone that it names, or a day.
fn time(event: &ICalendarComponent, property: &ICalendarProperty) -> Time {
    let entry = event.property(property).unwrap_or_else(|| panic!("no {property:?}"));
    let Some(ICalendarValue::PartialDateTime(read)) = entry.values.first() else { panic!("{entry:?}") };
    let part = |part: Option<u8>| u32::from(part.unwrap_or_else(|| panic!("{entry:?}")));
    let year = i32::from(read.year.expect("a year"));
    let day = NaiveDate::from_ymd_opt(year, part(read.month), part(read.day)).expect("a date");
    if read.hour.is_none() {
        assert_eq!(entry.tz_id(), None, "{entry:?}");
        return Time::Day(day);
    }
    let local = day.and_hms_opt(part(read.hour), part(read.minute), part(read.second)).expect("a time");
    Time::At(at(entry.tz_id().expect("a zone"), local).expect("an ordinary time"))
}

fn words(event: &ICalendarComponent, property: &ICalendarProperty) -> String {
    let value = event.property(property).and_then(|entry| entry.values.first());
    value.and_then(|value| value.as_text()).unwrap_or_default().to_owned()
}

fn status(event: &ICalendarComponent) -> &'static str {
    match event.property(&ICalendarProperty::Status).and_then(|entry| entry.values.first()) {
        Some(ICalendarValue::Status(ICalendarStatus::Tentative)) => "tentative",
        Some(ICalendarValue::Status(ICalendarStatus::Confirmed)) => "confirmed",
        Some(ICalendarValue::Status(ICalendarStatus::Cancelled)) => "cancelled",
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programmes_come_back_as_they_were_meant(
        dice in prop::collection::vec((0..12_usize, 0..10_000_usize, 0..28_i32, 0..1440_i32, 1..600_i32, 0..4_usize), 1..14),
        host in any::<bool>(),
    ) {
        let meant: Vec<Meant> = dice.into_iter().enumerate().map(|(number, dice)| entry(number, dice)).collect();
        let read = events(&meant, if host { "host" } else { "America/New_York" });
        let there = meant.iter().filter(|meant| meant.times.is_some()).count();
        // The anchor is one more.
        prop_assert_eq!(read.len(), there + 1);
        for meant in &meant {
            let Some((start, end)) = &meant.times else { continue };
            let mut found = read.iter().filter(|event| words(event, &ICalendarProperty::Summary).contains(&meant.title));
            let (Some(event), None) = (found.next(), found.next()) else { panic!("{meant:?} is not there once") };
            prop_assert_eq!(&time(event, &ICalendarProperty::Dtstart), start, "{}", meant.yaml);
            prop_assert_eq!(&time(event, &ICalendarProperty::Dtend), end, "{}", meant.yaml);
            prop_assert_eq!(&words(event, &ICalendarProperty::Location), &meant.place);
            let expected = if meant.status == "postponed" { "tentative" } else { meant.status };
            prop_assert_eq!(status(event), expected, "{}", meant.yaml);
        }
    }
}

/// What a line of times says on each clock, read as people read it: a time without a day is of the only day that the line has named so
/// far, or of that which its own clock named before it.
fn read_clocks(line: &str) -> Vec<Vec<NaiveDateTime>> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut named: Vec<NaiveDate> = Vec::new();
    let mut clocks = Vec::new();
    for clock in line.split(" · ") {
        let (mut day, mut number, mut times) = (None, None, Vec::new());
        // What stands in parentheses is how far a clock is ahead.
        for word in clock.split([' ', ',', '–']).filter(|word| !word.starts_with('(')) {
            let month = MONTHS.iter().position(|month| *month == word);
            if let (Some(month), Some(of_month)) = (month, number) {
                day = NaiveDate::from_ymd_opt(2025, u32::try_from(month).expect("small") + 1, of_month);
                let new = day.expect("a day");
                if !named.contains(&new) {
                    named.push(new);
                }
            } else if let Ok(time) = NaiveTime::parse_from_str(word, "%H:%M") {
                let of_day = day.or_else(|| (named.len() == 1).then(|| named[0]));
                times.push(of_day.unwrap_or_else(|| panic!("{word} has no day in {line}")).and_time(time));
            }
            number = word.parse().ok();
        }
        clocks.push(times);
    }
    clocks
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each clock of an entry gives its instants, of a start and an end as of a window, whatever the zones.
    #[test]
    fn every_clock_gives_the_same_instants(
        zones in prop::array::uniform3(0..10_000_usize),
        (day, minute, length) in (0..28_i32, 0..1440_i32, 1..700_i32),
        is_window in any::<bool>(),
        is_open in any::<bool>(),
    ) {
        let begin = first_day().and_time(NaiveTime::MIN).and_utc();
        let all: Vec<&str> = Database::bundled().zones().map(Zone::name).filter(|name| !disputed(name).contains(&begin)).collect();
        let [host, feed, also] = zones.map(|number| all[number % all.len()]);
        prop_assume!(feed != also);
        let date = first_day() + Duration::days(day.into());
        let start = date.and_time(NaiveTime::MIN) + Duration::minutes(minute.into());
        let end = start + Duration::minutes(length.into());
        let (Some(from), Some(to)) = (at(host, start), at(host, end)) else { return Ok(()) };
        let when = match (is_window, is_open) {
            (true, _) => format!("{{date: {date}, between: [\"{}\", \"{}\"], zone: {host}}}", start.format("%H:%M"), end.format("%H:%M")),
            (false, true) => format!("{{start: {}, zone: {host}}}", start.format("%Y-%m-%d %H:%M")),
            (false, false) => format!("{{start: {}, end: {}, zone: {host}}}", start.format("%Y-%m-%d %H:%M"), end.format("%Y-%m-%d %H:%M")),
        };
        let entry = Meant {
            yaml: format!("  - {{id: e, kind: meeting, title: It, when: {when}, status: confirmed, sources: [s]}}\n"),
            times: None,
            status: "confirmed",
            title: String::new(),
            place: String::new(),
        };
        let read = events(&[entry], &format!("{feed}\n    also: [{also}]"));
        let event = read.iter().find(|event| words(event, &ICalendarProperty::Summary).starts_with("It"));
        let text = words(event.expect("it is there"), &ICalendarProperty::Description);
        let line = text.lines().nth(1).expect("a line of times");
        let mut clocks = vec![host];
        clocks.extend([feed, also].iter().filter(|clock| **clock != host));
        let expected = if is_open && !is_window { vec![from] } else { vec![from, to] };
        let found = read_clocks(line);
        prop_assert_eq!(found.len(), clocks.len(), "{}", line);
        for (zone, times) in clocks.into_iter().zip(found) {
            let tz = second_opinion(zone);
            let local: Vec<NaiveDateTime> = expected.iter().map(|at| at.with_timezone(&tz).naive_local()).collect();
            prop_assert_eq!(times, local, "{} in {}", zone, line);
        }
    }
}

/// Every instant is the same local time in both databases, but for what has changed since.
#[test]
fn instants_are_the_local_times_that_another_database_has() {
    let (first, last) = (946_684_800_i64, 1_767_139_200_i64);
    let mut seed = 0x5DEE_CE66_u64;
    for zone in Database::bundled().zones() {
        let (tz, disputed) = (second_opinion(zone.name()), disputed(zone.name()));
        for _ in 0..400 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let second = first + i64::try_from(seed >> 33).expect("31 bits") % (last - first);
            let instant = DateTime::from_timestamp(second, 0).expect("an instant");
            if !disputed.contains(&instant) {
                assert_eq!(zone.local(instant).datetime, instant.with_timezone(&tz).naive_local(), "{}", zone.name());
            }
        }
    }
}

/// Fails unless a place is whole characters of one of these files, and its position leads back to it.
fn lies_in(place: &Place, files: &[&File]) {
    let source = &place.source;
    assert!(files.iter().any(|file| Arc::ptr_eq(source, file.source())), "{place:?}");
    assert!(source.text().get(place.span.start..place.span.end).is_some(), "{place:?}");
    let (start, end) = (place.start(), place.end());
    assert!((start.line, start.column) <= (end.line, end.column), "{place:?}");
    let back = source.offset_of(start.line, start.column);
    assert!(source.text()[back..place.span.start].chars().all(|c| "\r\n".contains(c)), "{place:?}");
}

/// Checks a file among the smallest others; every diagnostic has its place in them, and every format writes it.
fn look(name: &str, text: &str) -> usize {
    let base = file("base.yaml", BASE);
    let (visits, feeds) = match name {
        "feeds.yaml" => (vec![base], file(name, text)),
        _ => (vec![base, file(name, text)], file("feeds.yaml", FEEDS)),
    };
    let report = check(&visits, Some(&feeds), Database::bundled()).report;
    let files: Vec<&File> = visits.iter().chain([&feeds]).collect();
    for item in report.items() {
        let ReportItem::Diagnostic(diagnostic) = item else { continue };
        lies_in(&diagnostic.place, &files);
        diagnostic.related.iter().for_each(|related| lies_in(&related.place, &files));
        for edit in diagnostic.fix.iter().flat_map(|fix| &fix.edits) {
            lies_in(&Place::new(&diagnostic.place.source, edit.span), &files);
        }
    }
    let mut out = Vec::new();
    text::render(&report, true, &mut out).expect("memory takes everything");
    json::render(&report, &mut out).expect("memory takes everything");
    github::render(&report, &mut out).expect("memory takes everything");
    sarif::render(&report, &mut out).expect("memory takes everything");
    report.items().count()
}

#[test]
fn every_case_is_told_where_it_stands() {
    let refused = Case::all("refused");
    assert!(refused.len() > 200);
    for case in &refused {
        assert!(look(case.file(), &case.text) > 0, "{}", case.name);
    }
    // Some of these are there because nothing is to be said of them.
    for case in Case::all("warned") {
        look(case.file(), &case.text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    /// A case that has a piece of it replaced, its breaks of lines made those of another system, or its end cut off.
    #[test]
    fn every_slip_is_told_where_it_stands(
        case in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        length in 0..12_usize,
        new in "[-a-z0-9:{}\\[\\]\"'#&*!|>%@,? \n\r\t~<한é🇰]{0,6}",
        carriage in any::<bool>(),
        cut in any::<bool>(),
    ) {
        let mut cases = Case::all("refused");
        let case = cases.swap_remove(case.index(cases.len()));
        let chars: Vec<char> = case.text.chars().collect();
        let start = at.index(chars.len());
        let end = if cut { chars.len() } else { (start + length).min(chars.len()) };
        let mut slipped: String = chars[..start].iter().collect();
        let _ = write!(slipped, "{new}");
        slipped.extend(&chars[end..]);
        if carriage {
            slipped = slipped.replace('\n', "\r\n");
        }
        look(case.file(), &slipped);
    }
}
