//! Both readers of a file read the same; and what can be fixed is fixed once and for all.
#![no_main]

use std::fmt::Write as _;
use std::sync::Arc;

use summitcal::check::check_keeping;
use summitcal::diagnostic::fix::{apply, non_overlapping};
use summitcal::diagnostic::{Report, ReportItem};
use summitcal::document::{self, Feeds, File, Shape, Visit};
use summitcal::source::Source;
use summitcal::zone::Database;
use summitcal_fuzz::file;

summitcal_fuzz::target!(run);

/// How many checks `check --fix` makes at most.
const MAX_PASSES: usize = 100;

/// What is made of a file, and what there is to say of it, as text.
fn read<'f, T: Shape<'f> + std::fmt::Debug>(file: &'f File) -> String {
    let mut report = Report::default();
    let mut text = format!("{:?}", document::read::<T>(file, &mut report));
    for item in report.items() {
        let one = item.diagnostic();
        let _ = write!(text, "\n{} {:?} {}", one.code, one.place.span, one.message);
    }
    text
}

fn run(data: &[u8]) {
    let (Some(first), Some(again)) = (file("visit.yaml", data), file("visit.yaml", data)) else { return };
    // Of the second, nothing is known of the places before.
    assert_eq!(read::<Visit<'_>>(&first), read::<Visit<'_>>(&again));
    read::<Feeds<'_>>(&first);
    assert!(document::readers_agree(&first), "the quick reader means what the other does");
    fix(first);
}

/// Makes the fixes as `check --fix` does. What has a fix is gone after so many passes, and the text is still a text.
fn fix(file: File) {
    let mut files = [file];
    for _ in 0..MAX_PASSES {
        let report = check_keeping(1_000, &files, None, Database::bundled()).report;
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
        let fixed = apply(source.text(), non_overlapping(offered, |fix| fix));
        assert_ne!(fixed, source.text(), "a fix that changes nothing");
        let Ok(source) = Source::new(source.path(), fixed.into_bytes()) else { return };
        drop(report);
        files = [File::new(Arc::new(source))];
    }
    panic!("fixes without an end:\n{}", files[0].source().text());
}
