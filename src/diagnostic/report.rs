//! The diagnostics of a run: gathered in any order, given out in one.

use std::collections::BTreeMap;
use std::fmt;

use super::{Code, Diagnostic, Place, Severity};

/// How many diagnostics of one code in one file are kept, unless a report is asked to keep more; the rest are only
/// counted.
pub const MAX_PER_CODE: usize = 20;

/// The diagnostics of a run.
///
/// They come out by path, position and code, no matter in which order they went in and how many
/// threads found them. Of one code in one file the first [`MAX_PER_CODE`] by position are kept, so that
/// 700,000 mistakes cost neither memory nor patience.
#[derive(Clone, Debug)]
pub struct Report {
    files: BTreeMap<String, BTreeMap<Code, OfOneCode>>,
    /// How many of one code in one file are kept.
    max_per_code: usize,
}

impl Default for Report {
    fn default() -> Self {
        Self::keeping(MAX_PER_CODE)
    }
}

/// The diagnostics of one code in one file: the first by position, and how many there were in all.
#[derive(Clone, Debug, Default)]
struct OfOneCode {
    kept: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    /// Whether some are counted here that are in other files.
    elsewhere: bool,
}

/// What a renderer shows, in order.
#[derive(Clone, Copy, Debug)]
pub enum ReportItem<'a> {
    /// A diagnostic.
    Diagnostic(&'a Diagnostic),
    /// How many more there are, behind the last that is kept of one code in one file.
    Suppressed(Suppressed<'a>),
}

/// How many diagnostics of one code in one file were counted but not kept.
#[derive(Clone, Copy, Debug)]
pub struct Suppressed<'a> {
    /// How many.
    pub count: usize,
    /// The last that was kept.
    pub last: &'a Diagnostic,
    /// Whether some of them are in other files.
    pub elsewhere: bool,
}

/// How many diagnostics there are in a report, those that were only counted included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// How many files they are in.
    pub files: usize,
}

impl Report {
    /// A report that keeps so many diagnostics of one code in one file, at least one.
    #[must_use]
    pub fn keeping(max_per_code: usize) -> Self {
        Self { files: BTreeMap::new(), max_per_code: max_per_code.max(1) }
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let max_per_code = self.max_per_code;
        let same_code = self.of_one_code(diagnostic.code, &diagnostic.place);
        same_code.count(diagnostic.severity, 1);
        same_code.keep(diagnostic, max_per_code);
    }

    /// Adds a diagnostic whose message is costly to build: `build` is called only if it would be
    /// kept.
    pub fn push_with(&mut self, code: Code, severity: Severity, place: &Place, build: impl FnOnce() -> Diagnostic) {
        if self.is_full(code, place) {
            self.of_one_code(code, place).count(severity, 1);
        } else {
            self.push(build());
        }
    }

    /// Counts a warning of a file that is not shown, behind those of a file that is.
    pub fn count_elsewhere(&mut self, code: Code, shown: &Place) {
        let same_code = self.of_one_code(code, shown);
        same_code.count(Severity::Warning, 1);
        same_code.elsewhere = true;
    }

    /// Whether a diagnostic with this code at this place would only be counted.
    /// [`Report::push_with`] asks and counts.
    #[must_use]
    pub fn is_full(&self, code: Code, place: &Place) -> bool {
        let same_code = self.files.get(place.source.path()).and_then(|codes| codes.get(&code));
        same_code.is_some_and(|same_code| same_code.is_full_before(place, self.max_per_code))
    }

    /// Adds everything of another report.
    pub fn merge(&mut self, other: Self) {
        for (path, codes) in other.files {
            let own = self.files.entry(path).or_default();
            for (code, others) in codes {
                let same_code = own.entry(code).or_default();
                same_code.elsewhere |= others.elsewhere;
                same_code.errors += others.errors;
                same_code.warnings += others.warnings;
                others.kept.into_iter().for_each(|diagnostic| same_code.keep(diagnostic, self.max_per_code));
            }
        }
    }

    /// Keeps what is of certain files, by their paths.
    pub fn retain_files(&mut self, keep: impl Fn(&str) -> bool) {
        self.files.retain(|path, _| keep(path));
    }

    /// Takes out what another report says too, of the same words wherever they stand by now.
    pub fn remove_known(&mut self, known: &Self) {
        for (path, codes) in &mut self.files {
            for (code, same_code) in codes.iter_mut() {
                let Some(known) = known.files.get(path).and_then(|codes| codes.get(code)) else { continue };
                same_code.remove(|diagnostic| known.kept.iter().any(|other| other.says_the_same(diagnostic)));
            }
            codes.retain(|_, same_code| same_code.errors + same_code.warnings > 0);
        }
        self.files.retain(|_, codes| !codes.is_empty());
    }

    /// Applies what is said of each code of a warning: `None` drops its warnings, an error makes errors of them.
    pub fn apply_severity(&mut self, severity_of: impl Fn(Code) -> Option<Severity>) {
        for codes in self.files.values_mut() {
            codes.retain(|&code, same_code| {
                match severity_of(code) {
                    Some(Severity::Warning) => {}
                    Some(Severity::Error) => same_code.make_errors(),
                    None => same_code.drop_warnings(),
                }
                same_code.errors + same_code.warnings > 0
            });
        }
        self.files.retain(|_, codes| !codes.is_empty());
    }

    /// How many diagnostics there are.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let all = || self.files.values().flat_map(BTreeMap::values);
        Counts {
            errors: all().map(|same_code| same_code.errors).sum(),
            warnings: all().map(|same_code| same_code.warnings).sum(),
            files: self.files.len(),
        }
    }

    /// Whether any diagnostic is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.counts().errors > 0
    }

    /// Whether there is nothing to report.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// What there is to show, in order: by path, position and code, and after the last that is kept of one code how
    /// many more there were.
    pub fn items(&self) -> impl Iterator<Item = ReportItem<'_>> {
        self.files.values().flat_map(|codes| {
            let mut items: Vec<_> = codes.values().flat_map(OfOneCode::items).collect();
            // Stable, so that the count of the suppressed stays behind the last that is kept.
            items.sort_by(|a, b| a.diagnostic().compare(b.diagnostic()));
            items
        })
    }

    fn of_one_code(&mut self, code: Code, place: &Place) -> &mut OfOneCode {
        self.files.entry(place.source.path().to_owned()).or_default().entry(code).or_default()
    }
}

impl Extend<Diagnostic> for Report {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }
}

impl OfOneCode {
    fn count(&mut self, severity: Severity, by: usize) {
        match severity {
            Severity::Error => self.errors += by,
            Severity::Warning => self.warnings += by,
        }
    }

    /// Keeps a diagnostic if it is among the first by position.
    fn keep(&mut self, diagnostic: Diagnostic, max: usize) {
        let last = self.kept.get(max - 1);
        if last.is_some_and(|last| last.compare(&diagnostic).is_le()) {
            return;
        }
        let at = self.kept.partition_point(|kept| kept.compare(&diagnostic).is_le());
        self.kept.truncate(max - 1);
        self.kept.insert(at, diagnostic);
    }

    /// Takes out those that are meant, unless some are only counted.
    fn remove(&mut self, is_meant: impl Fn(&Diagnostic) -> bool) {
        if self.kept.len() == self.errors + self.warnings {
            self.kept.retain(|kept| !is_meant(kept));
            self.errors = self.kept.iter().filter(|kept| kept.severity == Severity::Error).count();
            self.warnings = self.kept.len() - self.errors;
        }
    }

    fn make_errors(&mut self) {
        self.errors += std::mem::take(&mut self.warnings);
        for kept in &mut self.kept {
            kept.severity = Severity::Error;
        }
    }

    fn drop_warnings(&mut self) {
        self.warnings = 0;
        self.kept.retain(|kept| kept.severity == Severity::Error);
    }

    /// Whether as many as are kept come before this place.
    fn is_full_before(&self, place: &Place, max: usize) -> bool {
        self.kept.len() >= max && self.kept.last().is_some_and(|last| last.place.span.start < place.span.start)
    }

    fn items(&self) -> impl Iterator<Item = ReportItem<'_>> {
        let count = self.errors + self.warnings - self.kept.len();
        let last = self.kept.last().filter(|_| count > 0);
        let suppressed = last.map(|last| Suppressed { count, last, elsewhere: self.elsewhere });
        self.kept.iter().map(ReportItem::Diagnostic).chain(suppressed.map(ReportItem::Suppressed))
    }
}

impl<'a> ReportItem<'a> {
    /// The diagnostic, or the last that was kept before those that were not.
    #[must_use]
    pub const fn diagnostic(&self) -> &'a Diagnostic {
        match self {
            Self::Diagnostic(diagnostic) => diagnostic,
            Self::Suppressed(suppressed) => suppressed.last,
        }
    }
}

impl fmt::Display for Suppressed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, code, path) = (grouped(self.count), self.last.code, self.last.place.source.path());
        let others = if self.elsewhere { " and other files" } else { "" };
        write!(f, "… and {count} more like this ({code}) in {path}{others}.")
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = counted(self.files, "file");
        let (errors, warnings) = (counted(self.errors, "error"), counted(self.warnings, "warning"));
        match (self.errors, self.warnings) {
            (0, 0) => f.write_str("No errors and no warnings."),
            (_, 0) => write!(f, "{errors} in {files}."),
            (0, _) => write!(f, "{warnings} in {files}."),
            (_, _) => write!(f, "{errors} and {warnings} in {files}."),
        }
    }
}

/// So many of something that has a plural with an s.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A number with a comma between thousands.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Span};
    use std::sync::Arc;

    const KEY: Code = Code("unknown-key");
    const TIME: Code = Code("time-missing");

    fn source(path: &str, bytes: usize) -> Arc<Source> {
        Arc::new(Source::new(path, vec![b'x'; bytes]).expect("readable"))
    }

    fn at(source: &Arc<Source>, start: usize, code: Code) -> Diagnostic {
        Diagnostic::error(code, Place::new(source, Span { start, end: start + 1 }), format!("Number {start}."))
    }

    fn shown(report: &Report) -> Vec<String> {
        let show = |item: ReportItem<'_>| match item {
            ReportItem::Diagnostic(d) => {
                format!("{}:{} {} {}", d.place.source.path(), d.place.start().column, d.code, d.message)
            }
            ReportItem::Suppressed(suppressed) => suppressed.to_string(),
        };
        report.items().map(show).collect()
    }

    #[test]
    fn order_does_not_depend_on_pushing() {
        let (a, b) = (source("a.yaml", 90), source("b.yaml", 90));
        let all: Vec<_> = (0..60)
            .flat_map(|n| [at(&b, n, KEY), at(&a, n, TIME), at(&a, n, KEY), at(&a, 7, KEY).with_help(n.to_string())])
            .collect();
        let mut forwards = Report::default();
        forwards.extend(all.iter().cloned());
        let (mut left, mut right) = (Report::default(), Report::default());
        for (n, diagnostic) in all.iter().rev().cloned().enumerate() {
            if n % 3 == 0 { &mut left } else { &mut right }.push(diagnostic);
        }
        left.merge(right);
        assert_eq!(shown(&left), shown(&forwards));
        assert_eq!(left.counts(), Counts { errors: 240, warnings: 0, files: 2 });
        assert_eq!(shown(&left)[..2], ["a.yaml:1 time-missing Number 0.", "a.yaml:1 unknown-key Number 0."]);
    }

    #[test]
    fn a_flood_is_counted_and_no_message_of_it_is_made() {
        let file = source("v.yaml", 700_000);
        let (mut report, mut built) = (Report::default(), 0);
        report.extend((0..350_020).map(|start| at(&file, start, KEY)));
        for start in 350_020..700_000 {
            let place = Place::new(&file, Span::at(start));
            report.push_with(KEY, Severity::Warning, &place, || {
                built += 1;
                at(&file, start, KEY)
            });
        }
        assert_eq!((built, shown(&report).len()), (0, MAX_PER_CODE + 1));
        assert_eq!(shown(&report)[MAX_PER_CODE], "… and 699,980 more like this (unknown-key) in v.yaml.");
        assert_eq!(report.counts().to_string(), "350,020 errors and 349,980 warnings in 1 file.");
    }

    #[test]
    fn a_summary_is_a_sentence() {
        let say = |errors, warnings, files| Counts { errors, warnings, files }.to_string();
        assert_eq!(say(2, 1, 3), "2 errors and 1 warning in 3 files.");
        assert_eq!(say(1, 0, 1), "1 error in 1 file.");
        assert_eq!(say(0, 1_000, 1), "1,000 warnings in 1 file.");
        assert_eq!(say(0, 0, 0), "No errors and no warnings.");
        assert_eq!([999, 1_000, 1_234_567].map(grouped), ["999", "1,000", "1,234,567"]);
    }

    #[test]
    fn a_flood_ends_where_its_last_is() {
        let file = source("v.yaml", 90);
        let mut report = Report::default();
        report.extend((0..30).rev().map(|start| at(&file, start, KEY)));
        report.push(at(&file, 40, TIME));
        let lines = shown(&report);
        assert_eq!(lines[MAX_PER_CODE], "… and 10 more like this (unknown-key) in v.yaml.");
        assert_eq!(lines[MAX_PER_CODE + 1], "v.yaml:41 time-missing Number 40.");
        assert!(report.is_full(KEY, &at(&file, 20, KEY).place) && !report.is_full(KEY, &at(&file, 3, KEY).place));
    }
}
