//! The diagnostics of a run: gathered in any order, given out in one.

use std::collections::BTreeMap;
use std::fmt;

use super::counts::{Counts, grouped};
use super::{Code, Diagnostic, Place, Severity};

/// How many diagnostics of one code in one file are kept, unless a report is asked to keep more; the rest are only
/// counted.
pub const MAX_PER_CODE: usize = 20;

/// The diagnostics of a run.
///
/// They come out by path, position and code, whatever the order they went in by and however many
/// threads found them. Of one code in one file the first [`FLOOD`] by position are kept, so that
/// 700,000 mistakes cost neither memory nor patience.
#[derive(Clone, Debug)]
pub struct Report {
    files: BTreeMap<String, BTreeMap<Code, Run>>,
    /// How many of one code in one file are kept.
    room: usize,
}

impl Default for Report {
    fn default() -> Self {
        Self::keeping(MAX_PER_CODE)
    }
}

/// The diagnostics of one code in one file: the first by position, and how many there were in all.
#[derive(Clone, Debug, Default)]
struct Run {
    kept: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    /// Whether some are counted here that are in other files.
    elsewhere: bool,
}

/// What a renderer shows, in order.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// A diagnostic.
    One(&'a Diagnostic),
    /// The end of a flood.
    More(More<'a>),
}

/// How many diagnostics of one code in one file were counted but not kept.
#[derive(Clone, Copy, Debug)]
pub struct More<'a> {
    /// How many.
    pub count: usize,
    /// The last that was kept.
    pub last: &'a Diagnostic,
    /// Whether some of them are in other files.
    pub elsewhere: bool,
}

impl Report {
    /// A report that keeps so many diagnostics of one code in one file, at least one.
    #[must_use]
    pub fn keeping(room: usize) -> Self {
        Self { files: BTreeMap::new(), room: room.max(1) }
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let room = self.room;
        let run = self.run(diagnostic.code, &diagnostic.place);
        run.count(diagnostic.severity, 1);
        run.keep(diagnostic, room);
    }

    /// Adds a diagnostic whose message is costly to build: `build` is called only if it would be
    /// kept.
    pub fn push_with(&mut self, code: Code, severity: Severity, place: &Place, build: impl FnOnce() -> Diagnostic) {
        if self.flooded(code, place) {
            self.run(code, place).count(severity, 1);
        } else {
            self.push(build());
        }
    }

    /// Counts a warning of a file that is not shown, behind those of a file that is.
    pub fn count_elsewhere(&mut self, code: Code, shown: &Place) {
        let run = self.run(code, shown);
        run.count(Severity::Warning, 1);
        run.elsewhere = true;
    }

    /// Whether a diagnostic with this code at this place would only be counted.
    /// [`Report::push_with`] asks and counts.
    #[must_use]
    pub fn flooded(&self, code: Code, place: &Place) -> bool {
        let runs = self.files.get(place.source.path());
        runs.and_then(|runs| runs.get(&code)).is_some_and(|run| run.is_full_before(place, self.room))
    }

    /// Adds all that another report holds.
    pub fn merge(&mut self, other: Self) {
        for (path, runs) in other.files {
            let mine = self.files.entry(path).or_default();
            for (code, run) in runs {
                let into = mine.entry(code).or_default();
                into.elsewhere |= run.elsewhere;
                into.count(Severity::Error, run.errors);
                into.count(Severity::Warning, run.warnings);
                run.kept.into_iter().for_each(|diagnostic| into.keep(diagnostic, self.room));
            }
        }
    }

    /// Keeps what is of certain files, by their paths.
    pub fn retain_files(&mut self, keep: impl Fn(&str) -> bool) {
        self.files.retain(|path, _| keep(path));
    }

    /// Applies what is said of each code of a warning: `None` drops its warnings, an error makes errors of them.
    pub fn apply_severity(&mut self, severity_of: impl Fn(Code) -> Option<Severity>) {
        for runs in self.files.values_mut() {
            runs.retain(|&code, run| {
                match severity_of(code) {
                    Some(Severity::Warning) => {}
                    Some(Severity::Error) => run.make_errors(),
                    None => run.drop_warnings(),
                }
                run.errors + run.warnings > 0
            });
        }
        self.files.retain(|_, runs| !runs.is_empty());
    }

    /// How many diagnostics there are.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let runs = || self.files.values().flat_map(BTreeMap::values);
        Counts {
            errors: runs().map(|run| run.errors).sum(),
            warnings: runs().map(|run| run.warnings).sum(),
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

    /// What there is to show, in order: by path, position and code, and after the last of a flood
    /// how many more there were.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.files.values().flat_map(|runs| {
            let mut items: Vec<_> = runs.values().flat_map(Run::items).collect();
            // Stable, so that the end of a flood stays behind the last of it.
            items.sort_by(|a, b| a.diagnostic().compare(b.diagnostic()));
            items
        })
    }

    fn run(&mut self, code: Code, place: &Place) -> &mut Run {
        self.files.entry(place.source.path().to_owned()).or_default().entry(code).or_default()
    }
}

impl Extend<Diagnostic> for Report {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }
}

impl Run {
    fn count(&mut self, severity: Severity, by: usize) {
        match severity {
            Severity::Error => self.errors += by,
            Severity::Warning => self.warnings += by,
        }
    }

    /// Keeps a diagnostic if it is among the first by position.
    fn keep(&mut self, diagnostic: Diagnostic, room: usize) {
        let last = self.kept.get(room - 1);
        if last.is_some_and(|last| last.compare(&diagnostic).is_le()) {
            return;
        }
        let at = self.kept.partition_point(|kept| kept.compare(&diagnostic).is_le());
        self.kept.truncate(room - 1);
        self.kept.insert(at, diagnostic);
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
    fn is_full_before(&self, place: &Place, room: usize) -> bool {
        self.kept.len() >= room && self.kept.last().is_some_and(|last| last.place.span.start < place.span.start)
    }

    fn items(&self) -> impl Iterator<Item = Item<'_>> {
        let count = self.errors + self.warnings - self.kept.len();
        let elsewhere = self.elsewhere;
        let more = self.kept.last().filter(|_| count > 0).map(|last| Item::More(More { count, last, elsewhere }));
        self.kept.iter().map(Item::One).chain(more)
    }
}

impl<'a> Item<'a> {
    /// The diagnostic, or the last that was kept before the end of a flood.
    #[must_use]
    pub const fn diagnostic(&self) -> &'a Diagnostic {
        match self {
            Self::One(diagnostic) => diagnostic,
            Self::More(more) => more.last,
        }
    }
}

impl fmt::Display for More<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, code, path) = (grouped(self.count), self.last.code, self.last.place.source.path());
        let others = if self.elsewhere { " and other files" } else { "" };
        write!(f, "… and {count} more like this ({code}) in {path}{others}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Span};
    use std::sync::Arc;
    use std::time::Instant;

    const KEY: Code = Code("unknown-key");
    const TIME: Code = Code("time-missing");

    fn source(path: &str, bytes: usize) -> Arc<Source> {
        Arc::new(Source::new(path, vec![b'x'; bytes]).expect("readable"))
    }

    fn at(source: &Arc<Source>, start: usize, code: Code) -> Diagnostic {
        Diagnostic::error(code, Place::new(source, Span { start, end: start + 1 }), format!("Number {start}."))
    }

    fn shown(report: &Report) -> Vec<String> {
        let show = |item: Item<'_>| match item {
            Item::One(d) => format!("{}:{} {} {}", d.place.source.path(), d.place.start().column, d.code, d.message),
            Item::More(more) => more.to_string(),
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
    fn floods_are_counted_and_cost_little() {
        let file = source("v.yaml", 1_000_000);
        let (mut report, mut built) = (Report::default(), 0);
        for start in 0..20 {
            assert!(!report.flooded(KEY, &at(&file, start, KEY).place));
            report.push(at(&file, start, KEY));
        }
        let many: Vec<_> = (20..350_020).map(|start| at(&file, start, KEY)).collect();
        let began = Instant::now();
        report.extend(many);
        for start in 350_020..700_000 {
            let place = Place::new(&file, Span::at(start));
            report.push_with(KEY, Severity::Warning, &place, || {
                built += 1;
                at(&file, start, KEY)
            });
        }
        let took = began.elapsed();
        assert_eq!((built, shown(&report).len()), (0, MAX_PER_CODE + 1));
        assert_eq!(shown(&report)[MAX_PER_CODE], "… and 699,980 more like this (unknown-key) in v.yaml.");
        assert_eq!(report.counts().to_string(), "350,020 errors and 349,980 warnings in 1 file.");
        assert!(took.as_millis() < 1_000, "a flood took {took:?}");
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
        assert!(report.flooded(KEY, &at(&file, 20, KEY).place) && !report.flooded(KEY, &at(&file, 3, KEY).place));
    }
}
