//! What each stage of a build takes: 3,000 entries in 30 files, one feed and twelve. `cargo bench --bench stages`

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use summitcal::check::check;
use summitcal::diagnostic::Report;
use summitcal::document::{self, File, Visit};
use summitcal::listing::Listing;
use summitcal::programme::{Audience, Programme};
use summitcal::revision::{Lock, Plan, Wording, digest, plan};
use summitcal::source::Source;
use summitcal::tree;
use summitcal::zone::Database;

const FILES: usize = 30;
const ENTRIES: usize = 100;

fn file(name: &str, text: String) -> File {
    File::new(Arc::new(Source::new(name, text.into_bytes()).expect("readable")))
}

fn visit(number: usize) -> String {
    let mut text = format!(
        "visit: v{number}\nkind: working-visit\ntitle: {{en: Visit {number}, ko: 방문 {number}}}\n\
         principal: President {number}\nzone: Asia/Tokyo\ndates: {{from: 2026-01-05, to: 2026-01-14}}\naudience: public\n\
         sources: {{s: {{publisher: P}}}}\nentries:\n"
    );
    for entry in 0..ENTRIES {
        let (day, hour) = (5 + entry / 10, 9 + entry % 10);
        let _ = write!(
            text,
            "  - id: e{entry}\n    kind: meeting\n    title: {{en: Meeting {entry}, ko: 회담 {entry}}}\n    \
             when: {{start: 2026-01-{day:02} {hour:02}:00, for: 45m}}\n    place: {{venue: Hall {entry}, city: Tokyo, country: JP}}\n    \
             note: Interpretation in three languages; the text of the statement follows.\n    status: confirmed\n    sources: [s]\n"
        );
    }
    text
}

fn visits() -> Vec<File> {
    (0..FILES).map(|number| file(&format!("v{number}.yaml"), visit(number))).collect()
}

fn feeds(many: bool) -> File {
    let mut text =
        String::from("publisher: P\nuid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10\npages: false\nfeeds:\n");
    let selections = if many { &["", "only: {kind: [summit]}, ", "visits: [v1, v2], "][..] } else { &[""] };
    for (number, more) in selections.iter().enumerate() {
        for zone in if many { &["Asia/Seoul", "America/New_York"][..] } else { &["Asia/Seoul"] } {
            for language in if many { &["en", "ko"][..] } else { &["en"] } {
                let _ = writeln!(
                    text,
                    "  - {{id: f{number}-{}-{language}, title: F, zone: {zone}, language: {language}, audience: public, {more}events: false}}",
                    zone.len()
                );
            }
        }
    }
    file("feeds.yaml", text)
}

fn programme(visits: &[File], many: bool) -> Programme {
    let checked = check(visits, Some(&feeds(many)), Database::bundled());
    checked.programme.unwrap_or_else(|| panic!("{:?}", checked.report.counts()))
}

fn planned(programme: &Programme, at: DateTime<Utc>) -> Plan<'_> {
    let key = |feed: &summitcal::programme::Feed| format!("public/{}", feed.id);
    let wording: Vec<_> = programme
        .settings()
        .feeds
        .iter()
        .map(|feed| Wording { key: key(feed), digest: digest(b""), settings: String::new() })
        .collect();
    plan(&Lock::missing("revisions.lock"), programme, &wording, at)
}

fn stages(c: &mut Criterion) {
    let at = DateTime::<Utc>::UNIX_EPOCH;
    let files = visits();
    c.bench_function("read", |b| {
        b.iter(|| {
            let mut report = Report::default();
            let mut read = |file: &File| black_box(document::read::<Visit<'_>>(file, &mut report)).is_some();
            files.iter().filter(|file| read(file)).count()
        });
    });
    let settings = feeds(false);
    // With reading, for nothing is kept of it between the two.
    c.bench_function("check", |b| b.iter(|| check(&files, Some(&settings), Database::bundled())));
    for (name, many) in [("1 feed", false), ("12 feeds", true)] {
        let programme = programme(&files, many);
        c.bench_function(&format!("list, {name}"), |b| b.iter(|| Listing::of(&programme, Audience::Public, at)));
        c.bench_function(&format!("plan, {name}"), |b| b.iter(|| planned(&programme, at)));
        let planned = planned(&programme, at);
        // The manifest with its digests is a part of it.
        c.bench_function(&format!("render, {name}"), |b| {
            b.iter(|| tree::render(&planned.listings[0], programme.settings()));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = stages
}
criterion_main!(benches);
