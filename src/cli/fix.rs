//! `summitcal check --fix`: corrects in the files what can only be meant in one way.
//!
//! Fixes are made in memory until none is left to make, and only then written, a file in one step. Those that overlap
//! are made one after the other, with a check between them. Bytes that no fix is about stay as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::Context;
use crate::diagnostic::fix::{apply, non_overlapping};
use crate::diagnostic::{Diagnostic, Fix, Report, ReportItem, counted};
use crate::document::File;
use crate::error::Error;
use crate::pipeline::Schedules;
use crate::publish::file;
use crate::source::Source;

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// No schedule needs as many checks; it is a stop, should two fixes ever undo each other.
const MAX_PASSES: usize = 20;

/// How many fixes of one kind are made in one file between two checks: a file may be full of one slip.
const MAX_FIXES_PER_PASS: usize = 20_000;

/// A file with fixes: its text as read, and what was fixed, by line and column.
struct FixedFile {
    before: Arc<Source>,
    fixed: BTreeSet<(usize, usize, String)>,
}

/// Makes every fix, writes the files, and says what it did. `report` checks the schedules, and keeps so many diagnostics
/// of one code in one file.
pub(super) fn apply_fixes(
    context: &Context,
    schedules: &mut Schedules,
    report: impl Fn(&Schedules, usize) -> Result<Report, Error>,
) -> Result<(), Error> {
    let mut files: BTreeMap<String, FixedFile> = BTreeMap::new();
    for _ in 0..MAX_PASSES {
        let mut changed = false;
        for (path, fixes) in offered_fixes(&report(schedules, MAX_FIXES_PER_PASS)?) {
            let now = non_overlapping(fixes, |(_, fix)| fix);
            let Some((first, _)) = now.first() else { continue };
            let before = Arc::clone(&first.place.source);
            let after = apply(before.text(), now.iter().map(|(_, fix)| *fix));
            // A file at the very limit of what is read stays as it is.
            let Ok(source) = Source::new(path.clone(), after.into_bytes()) else { continue };
            *schedules.file_mut(&path) = File::new(Arc::new(source));
            let file = files.entry(path).or_insert_with(|| FixedFile { before, fixed: BTreeSet::new() });
            file.fixed.extend(now.iter().map(|(diagnostic, fix)| description(diagnostic, fix)));
            changed = true;
        }
        if !changed {
            break;
        }
    }
    write(context, schedules, &files)
}

/// The fixes that a report offers, by file.
fn offered_fixes(report: &Report) -> BTreeMap<String, Vec<(&Diagnostic, &Fix)>> {
    let mut files: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for item in report.items() {
        if let ReportItem::Diagnostic(diagnostic) = item
            && let Some(fix) = &diagnostic.fix
        {
            files.entry(diagnostic.place.source.path().to_owned()).or_default().push((diagnostic, &**fix));
        }
    }
    files
}

/// Where and what, as a sentence.
fn description(diagnostic: &Diagnostic, fix: &Fix) -> (usize, usize, String) {
    let start = diagnostic.place.start();
    let what = match fix.edits.as_slice() {
        [edit] if edit.text.is_ascii() => {
            let text = diagnostic.place.source.text();
            format!("“{}” is now “{}”.", &text[edit.span.start..edit.span.end], edit.text)
        }
        _ => fix.message.clone(),
    };
    (start.line, start.column, format!("fixed[{}]: {what}", diagnostic.code))
}

fn write(context: &Context, schedules: &mut Schedules, files: &BTreeMap<String, FixedFile>) -> Result<(), Error> {
    let mut count = 0;
    for (path, FixedFile { before, fixed }) in files {
        let after = Arc::clone(schedules.file_mut(path).source());
        replace_text(&schedules.paths[path], before.text(), after.text())?;
        count += fixed.len();
        if !context.quiet {
            let lines = fixed.iter().map(|(line, column, what)| format!("{path}:{line}:{column}: {what}\n"));
            say(&lines.collect::<String>());
        }
    }
    if !context.quiet && count > 0 {
        say(&format!("{count} fixed in {}.\n", counted(files.len(), "file")));
    }
    Ok(())
}

/// Puts a text in place of another in one step.
///
/// A byte order mark and the permissions stay, and a link still leads to the same file. A file whose text is not
/// `before` any more was changed by somebody else meanwhile, and is not touched.
pub(super) fn replace_text(path: &Path, before: &str, after: &str) -> Result<(), Error> {
    let real = fs::canonicalize(path).map_err(|error| Error::io("find", path, error))?;
    let bytes = fs::read(&real).map_err(|error| Error::io("read", path, error))?;
    let Some(mark) = bytes.strip_suffix(before.as_bytes()).filter(|mark| mark.is_empty() || *mark == UTF8_BOM) else {
        return Err(Error::new(format!("{} changed while it was checked, and is left alone", path.display())));
    };
    if fs::metadata(&real).map_err(|error| Error::io("read", path, error))?.permissions().readonly() {
        return Err(Error::io("write", path, io::ErrorKind::PermissionDenied.into()));
    }
    let durable = file::Options { durable: true, private: false };
    file::replace(&real, &[mark, after.as_bytes()].concat(), durable)
}

/// Says what was done on standard error, for standard output may be a report for programs.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

impl Schedules {
    fn file_mut(&mut self, path: &str) -> &mut File {
        let mut files = self.visits.iter_mut().chain(&mut self.feeds).chain(&mut self.channels);
        let file = files.find(|file| file.path() == path);
        file.expect("only what was read has something to fix")
    }
}
