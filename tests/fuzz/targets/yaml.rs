//! Every reader of a file reads the same and complains of the same; and what mends itself is mended once and for all.
#![no_main]

use std::fmt::Write as _;
use std::sync::Arc;

use summitcal::check::check_keeping;
use summitcal::diagnostic::fix::{apply, non_overlapping};
use summitcal::diagnostic::{ReportItem, Report};
use summitcal::document::{self, Feeds, File, Visit};
use summitcal::source::Source;
use summitcal_fuzz::file;

summitcal_fuzz::target!(run);

/// What a reader makes of a file, and what it has to say of it, as text.
type Reader = fn(&File) -> String;

/// The ways to read a file; the first is what the others have to equal.
const READERS: [Reader; 2] = [as_a_visit, as_a_visit];

/// How many checks `check --fix` makes at most.
const PASSES: usize = 100;

fn as_a_visit(file: &File) -> String {
    let mut report = Report::default();
    let read = format!("{:?}", document::read::<Visit<'_>>(file, &mut report));
    told(read, &report)
}

fn as_settings(file: &File) -> String {
    let mut report = Report::default();
    let read = format!("{:?}", document::read::<Feeds<'_>>(file, &mut report));
    told(read, &report)
}

fn told(mut text: String, report: &Report) -> String {
    for item in report.items() {
        let one = item.diagnostic();
        let _ = write!(text, "\n{} {:?} {}", one.code, one.place.span, one.message);
    }
    text
}

fn run(data: &[u8]) {
    let Some(first) = file("visit.yaml", data) else { return };
    let expected = READERS[0](&first);
    for reader in &READERS[1..] {
        // A file of its own, because places are found once and kept.
        assert_eq!(file("visit.yaml", data).map(|again| reader(&again)).as_deref(), Some(&*expected));
    }
    as_settings(&first);
    assert!(document::readers_agree(&first), "the quick reader means what the other does");
    mend(first);
}

/// Mends as `check --fix` does. What has a fix is gone after so many passes, and the text is still a text.
fn mend(file: File) {
    let mut files = [file];
    for _ in 0..PASSES {
        let report = check_keeping(1_000, &files, None).report;
        let offered: Vec<_> = report
            .items()
            .filter_map(|item| match item {
                ReportItem::Diagnostic(one) => one.fix.as_deref(),
                ReportItem::Suppressed(_) => None,
            })
            .collect();
        if offered.is_empty() {
            return;
        }
        let source = files[0].source();
        let mended = apply(source.text(), non_overlapping(offered, |fix| fix));
        assert_ne!(mended, source.text(), "a fix that changes nothing");
        let Ok(source) = Source::new(source.path(), mended.into_bytes()) else { return };
        drop(report);
        files = [File::new(Arc::new(source))];
    }
    panic!("fixes without an end:\n{}", files[0].source().text());
}
