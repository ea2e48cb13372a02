//! A lock file is read, or refused; what is read is never written back as something that cannot be read, and a second
//! build at the same instant has nothing to write.
//!
//! Each line of a lock file has digests that no mutation would ever meet, so inputs are written without: `$0` is
//! the digest of the line's first cell, and the check at the end is added here.
#![no_main]

use std::fmt::Write as _;
use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use summitcal::check::check;
use summitcal::programme::{Audience, Programme};
use summitcal::revision::{Lock, Plan, Wording, digest, plan};
use summitcal::source::Source;
use summitcal::zone::Database;
use summitcal_fuzz::file;

summitcal_fuzz::target!(run);

/// What there is to publish: an entry for everybody, one for two audiences, one under embargo, one that moved.
const VISIT: &str = include_str!("../seeds/feeds/audiences.yaml");
const FEEDS: &str = "\
publisher: P
uid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10
feeds:
  - {id: a, title: A, zone: Asia/Seoul, language: ko, audience: public}
  - {id: b, title: B, zone: host, language: en, audience: press}
  - {id: c, title: C, zone: America/New_York, language: en, audience: staff}
";

fn programme() -> &'static Programme {
    static PROGRAMME: OnceLock<Programme> = OnceLock::new();
    PROGRAMME.get_or_init(|| {
        let files = [file("visit.yaml", VISIT.as_bytes()).expect("readable")];
        let checked = check(&files, file("feeds.yaml", FEEDS.as_bytes()).as_ref(), Database::bundled());
        checked.programme.unwrap_or_else(|| panic!("{:?}", checked.report))
    })
}

fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let sealed = if text.starts_with('#') { text.to_owned() } else { seal(text) };
    let Ok(source) = Source::of_any_size("revisions.lock", sealed.into_bytes()) else { return };
    if let Ok(lock) = Lock::parse(source) {
        build(&lock);
    }
}

fn build(lock: &Lock) {
    let at = DateTime::<Utc>::from_timestamp(1_756_166_400, 0).expect("an instant");
    let first = compare(lock, at);
    // The program refuses these: nothing is written.
    let set_back = lock.last().is_some_and(|last| at < last);
    if !first.missing.is_empty() || !first.reused.is_empty() || set_back {
        return;
    }
    let Some(text) = &first.next_lock else { return };
    let source = Source::of_any_size("revisions.lock", text.clone().into_bytes()).expect("UTF-8");
    let again = Lock::parse(source).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
    // What an embargo was to release, and is dropped before it does, was nobody's; its sequence may be used again.
    let published = !lock.text().unwrap_or_default().contains('+');
    for revised in first.listings.iter().filter(|_| published) {
        for entry in revised.listing().entries() {
            let (name, audience) = (entry.identity.to_string(), revised.listing().audience);
            let (before, after) = (lock.sequence(&name, audience), again.sequence(&name, audience));
            assert!(after.is_some() && before <= after, "{name} of {audience:?}: {before:?}, then {after:?}");
        }
    }
    let second = compare(&again, at);
    assert!(second.changes.is_empty(), "{:?}\n{text}", second.changes);
    assert_eq!(second.next_lock, None, "{text}\nis not the last word");
    assert_eq!(revisions(&first), revisions(&second), "{text}");
}

/// What a build would publish.
fn compare(lock: &Lock, at: DateTime<Utc>) -> Plan<'static> {
    let wording: Vec<Wording> = ["public/a", "press/b", "staff/c"]
        .map(|key| Wording {
            key: key.to_owned(),
            digest: digest(key.as_bytes()),
            settings: format!("{{\"title\":\"{key}\"}}"),
        })
        .into();
    plan(lock, programme(), &wording, at)
}

/// Everything that a reader of feeds would see of the revisions.
fn revisions(plan: &Plan<'_>) -> Vec<(Audience, String)> {
    let of = |revised: &summitcal::revision::RevisedListing<'_>| {
        let shown: Vec<_> = revised.listing().entries().map(|entry| revised.revision(entry)).collect();
        (revised.listing().audience, format!("{shown:?} {:?}", revised.withdrawn()))
    };
    plan.listings.iter().map(of).collect()
}

/// A lock file of lines that lack their digests.
fn seal(text: &str) -> String {
    let mut out = String::from("# summitcal revisions 1: of a test\n\n");
    for line in text.lines().filter(|line| !line.is_empty()) {
        let cells: Vec<_> =
            line.split('\t').filter(|part| part.starts_with('{')).map(|cell| digest(cell.as_bytes())).collect();
        let mut parts = Vec::new();
        for part in line.split('\t') {
            let mut part =
                if part.starts_with('{') { format!("{}{part}", digest(part.as_bytes())) } else { part.to_owned() };
            for (n, cell) in cells.iter().enumerate().take(4) {
                part = part.replace(&format!("${n}"), &cell.to_string());
            }
            parts.push(part.replace("$f", &digest(b"public/a").to_string()));
        }
        // The names of cells stand in the check, their texts do not.
        let bare = parts.iter().fold(String::new(), |mut bare, part| {
            let cell = part.as_bytes().get(16) == Some(&b'{') && !part.as_bytes()[..16].contains(&b'=');
            bare.push_str(if cell { &part[..16] } else { part });
            bare.push('\t');
            bare
        });
        let _ = write!(out, "{}\t~{}\n\n", parts.join("\t"), digest(bare.as_bytes()));
    }
    out + "# end\n"
}
