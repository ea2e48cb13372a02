//! Whatever is wrong with a file is told at a place in that file, and every format can write it.
#![no_main]

use std::sync::Arc;

use summitcal::check::check;
use summitcal::diagnostic::{Place, ReportItem, github, json, sarif, text};
use summitcal::document::File;
use summitcal::zone::Database;
use summitcal_fuzz::{file, parts};

summitcal_fuzz::target!(run);

fn run(data: &[u8]) {
    let (visit, feeds) = parts(data);
    let (Some(visit), Some(feeds)) = (file("visit.yaml", visit), file("feeds.yaml", feeds)) else { return };
    let files = [visit];
    let report = check(&files, Some(&feeds), Database::bundled()).report;
    for item in report.items() {
        let ReportItem::Diagnostic(diagnostic) = item else { continue };
        lies_in(&diagnostic.place, &files[0], &feeds);
        diagnostic.related.iter().for_each(|related| lies_in(&related.place, &files[0], &feeds));
        for edit in diagnostic.fix.iter().flat_map(|fix| &fix.edits) {
            let text = diagnostic.place.source.text();
            assert!(text.get(edit.span.start..edit.span.end).is_some(), "{diagnostic:?}");
        }
        assert!(!diagnostic.message.is_empty() && diagnostic.help.is_some(), "{diagnostic:?}");
    }
    let mut out = Vec::new();
    text::render(&report, true, &mut out).expect("memory takes everything");
    text::render(&report, false, &mut out).expect("memory takes everything");
    json::render(&report, &mut out).expect("memory takes everything");
    github::render(&report, &mut out).expect("memory takes everything");
    // Each such log explains every kind of diagnostic, which takes as long as twenty reports.
    if data.len() % 16 == 0 {
        sarif::render(&report, &mut out).expect("memory takes everything");
    }
    assert!(std::str::from_utf8(&out).is_ok());
}

/// A place is in one of the files, whole characters of it, and its position leads back to it.
fn lies_in(place: &Place, visit: &File, feeds: &File) {
    let source = &place.source;
    assert!(Arc::ptr_eq(source, visit.source()) || Arc::ptr_eq(source, feeds.source()), "{place:?}");
    let text = source.text();
    assert!(text.get(place.span.start..place.span.end).is_some(), "{place:?} of {} bytes", text.len());
    let (start, end) = (place.start(), place.end());
    assert!((1, 1) <= (start.line, start.column) && (start.line, start.column) <= (end.line, end.column), "{place:?}");
    let back = source.offset_of(start.line, start.column);
    // A break of a line belongs to it: positions inside the break are its beginning.
    assert!(back <= place.span.start && text[back..place.span.start].chars().all(|c| "\r\n".contains(c)), "{place:?}");
}
