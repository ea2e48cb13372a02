//! Diagnostics as workflow commands, which GitHub Actions turns into annotations of the changed lines.
//!
//! One line a diagnostic: `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::…`. The runner takes columns only
//! for a stretch of one line, and ends a command at a line break, a property at `,` and `:`; these are escaped. It shows
//! the first ten of a severity in a step, so the commands come in the report's order.

use std::fmt::Write as _;
use std::io;

use super::{Place, Report, ReportItem, visible};

/// Writes a command for each diagnostic, in the report's order.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for item in report.items() {
        let diagnostic = item.diagnostic();
        let place = &diagnostic.place;
        let (start, end) = (place.start(), place.end());
        let mut command = format!("::{} file={}", diagnostic.severity, property(place.source.path()));
        let _ = write!(command, ",line={},endLine={}", start.line, end.line);
        if start.line == end.line {
            let _ = write!(command, ",col={},endColumn={}", start.column, end.column.max(start.column + 1));
        }
        writeln!(out, "{command},title={}::{}", property(diagnostic.code.0), data(&words(item)))?;
    }
    Ok(())
}

/// What an annotation says, a line a sentence.
fn words(item: ReportItem<'_>) -> String {
    let diagnostic = match item {
        ReportItem::Diagnostic(diagnostic) => diagnostic,
        ReportItem::Suppressed(suppressed) => return visible(&suppressed.to_string()),
    };
    let mut words = visible(&diagnostic.message);
    for related in &diagnostic.related {
        let _ = write!(words, "\n{}: {}", at(&related.place), visible(&related.message));
    }
    for line in diagnostic.help.iter().flat_map(|help| help.lines()) {
        let _ = write!(words, "\n{}", visible(line));
    }
    words
}

fn at(place: &Place) -> String {
    let start = place.start();
    format!("{}:{}:{}", visible(place.source.path()), start.line, start.column)
}

/// A text after the `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property. Other than in words, a path stays what it is.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic};
    use crate::source::{Source, Span};
    use std::sync::Arc;

    fn rendered(diagnostics: impl IntoIterator<Item = Diagnostic>) -> String {
        let mut report = Report::default();
        report.extend(diagnostics);
        let mut out = Vec::new();
        render(&report, &mut out).expect("a Vec takes everything");
        String::from_utf8(out).expect("commands are UTF-8")
    }

    fn place(path: &str, text: &str, start: usize, end: usize) -> Place {
        Place::new(&Arc::new(Source::new(path, text.into()).expect("readable")), Span { start, end })
    }

    #[test]
    fn hostile_words_and_paths_end_no_command() {
        let at = place("a,b:c%\n::error::d.yaml", "ab\ncd", 0, 4);
        let words = "x\r\n::error file=y::z\u{202E}\u{2028}%0A\"'";
        let out = rendered([Diagnostic::warning(Code("bad"), at, words)]);
        assert_eq!(
            out,
            "::warning file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3Ad.yaml,line=1,endLine=2,title=bad::\
             x␍␊::error file=y::z<U+202E><U+2028>%250A\"'\n"
        );
    }

    #[test]
    fn an_empty_place_and_a_flood_have_their_line() {
        let one = Diagnostic::error(Code("bad"), place("v.yaml", "", 0, 0), "Bad.");
        let out = rendered(std::iter::repeat_n(one, 25));
        assert_eq!(out.lines().count(), 21);
        let last =
            "::error file=v.yaml,line=1,endLine=1,col=1,endColumn=2,title=bad::… and 5 more like this (bad) in v.yaml.";
        assert_eq!(out.lines().last(), Some(last));
        assert_eq!(rendered([]), "");
    }
}
