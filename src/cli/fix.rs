//! `summitcal check --fix`: mends in the files what can only be meant in one way.
//!
//! Fixes are made in memory until none is left to make, and only then written, a file in one step. Those that overlap
//! are made one after the other, with a check between them. Bytes that no fix is about stay as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::Context;
use crate::diagnostic::fix::{apart, apply};
use crate::diagnostic::{Diagnostic, Fix, Report, ReportItem};
use crate::document::File;
use crate::error::Error;
use crate::pipeline::Schedules;
use crate::publish::file;
use crate::source::Source;

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// No schedule needs as many checks; it is a stop, should two fixes ever undo each other.
const PASSES: usize = 100;

/// How many fixes of one kind are made in one file between two checks: a file may be full of one slip.
const AT_ONCE: usize = 20_000;

/// A file that is being mended: its text as read, and what has been done, by line and column.
struct Mended {
    before: Arc<Source>,
    done: BTreeSet<(usize, usize, String)>,
}

/// Makes every fix, writes the files, and says what it did. `look` reports, with room for so many of one kind.
pub(super) fn mend(
    context: &Context,
    schedules: &mut Schedules,
    look: impl Fn(&Schedules, usize) -> Result<Report, Error>,
) -> Result<(), Error> {
    let mut mended: BTreeMap<String, Mended> = BTreeMap::new();
    for _ in 0..PASSES {
        let mut changed = false;
        let report = look(schedules, AT_ONCE)?;
        for (path, fixes) in fixes(&report) {
            let fixes = apart(fixes, |(_, fix)| fix);
            let Some((first, _)) = fixes.first() else { continue };
            let before = Arc::clone(&first.place.source);
            let after = apply(before.text(), fixes.iter().map(|(_, fix)| *fix));
            // A file at the very limit of what is read stays as it is.
            let Ok(source) = Source::new(path.clone(), after.into_bytes()) else { continue };
            let Some(file) = schedules.file_mut(&path) else { continue };
            *file = File::new(Arc::new(source));
            let entry = mended.entry(path).or_insert_with(|| Mended { before, done: BTreeSet::new() });
            entry.done.extend(fixes.iter().map(|(diagnostic, fix)| said(diagnostic, fix)));
            changed = true;
        }
        if !changed {
            break;
        }
    }
    write(context, schedules, &mended)
}

/// The fixes that a report offers, by file.
fn fixes(report: &Report) -> BTreeMap<String, Vec<(&Diagnostic, &Fix)>> {
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
fn said(diagnostic: &Diagnostic, fix: &Fix) -> (usize, usize, String) {
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

fn write(context: &Context, schedules: &mut Schedules, mended: &BTreeMap<String, Mended>) -> Result<(), Error> {
    let mut count = 0;
    for (path, one) in mended {
        let Some(on_disk) = schedules.paths.get(path).cloned() else { continue };
        let Some(file) = schedules.file_mut(path) else { continue };
        put(&on_disk, one.before.text(), file.source().text())?;
        count += one.done.len();
        if !context.quiet {
            let lines = one.done.iter().map(|(line, column, what)| format!("{path}:{line}:{column}: {what}\n"));
            say(&lines.collect::<String>());
        }
    }
    if !context.quiet && count > 0 {
        let files = if mended.len() == 1 { "1 file".to_owned() } else { format!("{} files", mended.len()) };
        say(&format!("{count} fixed in {files}.\n"));
    }
    Ok(())
}

/// Puts a text in place of another in one step.
///
/// A byte order mark and the permissions stay, and a link goes on leading where it led. A file that no longer holds
/// `before` was changed by somebody else meanwhile, and is not touched.
fn put(path: &Path, before: &str, after: &str) -> Result<(), Error> {
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
    fn file_mut(&mut self, path: &str) -> Option<&mut File> {
        self.visits.iter_mut().chain(&mut self.feeds).find(|file| file.path() == path)
    }
}
