//! Diagnostics for people: a line that editors can jump to, the source underlined, and help.
// By hand: annotate-snippets 0.12 sends C1 controls raw, and a span past the text makes it panic.

mod excerpt;

use std::io;

use super::{Diagnostic, Place, Report, ReportItem, Severity, visible};
use anstyle::{AnsiColor, Style};
use excerpt::Excerpt;

/// Writes each diagnostic with the source that it is about, and a summary as the last line.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render(report: &Report, colour: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let styles = if colour { Styles::coloured() } else { Styles::default() };
    for item in report.items() {
        match item {
            ReportItem::Diagnostic(diagnostic) => write_diagnostic(diagnostic, &styles, out)?,
            ReportItem::Suppressed(suppressed) => writeln!(out, "{}", visible(&suppressed.to_string()))?,
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", report.counts())
}

/// How each part is set; without colour, all plain.
#[derive(Default)]
struct Styles {
    error: Style,
    warning: Style,
    note: Style,
    help: Style,
    gutter: Style,
    strong: Style,
}

impl Styles {
    fn coloured() -> Self {
        let bold = |colour: AnsiColor| colour.on_default().bold();
        Self {
            error: bold(AnsiColor::BrightRed),
            warning: bold(AnsiColor::Yellow),
            note: bold(AnsiColor::BrightBlue),
            help: bold(AnsiColor::BrightCyan),
            gutter: AnsiColor::BrightBlue.on_default(),
            strong: Style::new().bold(),
        }
    }
}

fn write_diagnostic(diagnostic: &Diagnostic, styles: &Styles, out: &mut dyn io::Write) -> io::Result<()> {
    let style = match diagnostic.severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
    };
    let excerpt = Excerpt::new(&diagnostic.place);
    // What can be seen in the same line is marked there; every other place is drawn by itself.
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        diagnostic.related.iter().partition(|related| excerpt.columns(&related.place).is_some());
    let last_line = elsewhere.iter().map(|related| related.place.start().line).max();
    let gutter = last_line.unwrap_or(excerpt.number).max(excerpt.number).to_string().len();
    let mut writer = DiagnosticWriter { styles, gutter, out };
    let label = format!("{}[{}]", diagnostic.severity, diagnostic.code);
    writer.draw(&excerpt, &label, &diagnostic.message, Underline { sign: '^', style })?;
    let note = Underline { sign: '-', style: styles.note };
    for related in here {
        writer.underline(&excerpt, &related.place, note, &format!(" note: {}", visible(&related.message)))?;
    }
    for related in elsewhere {
        writer.draw(&Excerpt::new(&related.place), "note", &related.message, note)?;
    }
    if let Some(help) = &diagnostic.help {
        writer.advise("help: ", help)?;
    }
    if let Some(fix) = &diagnostic.fix {
        writer.advise("--fix: ", &fix.message)?;
    }
    Ok(())
}

/// What a place is underlined with.
#[derive(Clone, Copy)]
struct Underline {
    sign: char,
    style: Style,
}

/// Writes the parts of one diagnostic, all with a gutter of the same width.
struct DiagnosticWriter<'s, 'o> {
    styles: &'s Styles,
    gutter: usize,
    out: &'o mut dyn io::Write,
}

impl DiagnosticWriter<'_, '_> {
    /// A line that says what is wrong and where, and the source underlined.
    fn draw(&mut self, excerpt: &Excerpt<'_>, label: &str, message: &str, mark: Underline) -> io::Result<()> {
        let (start, path) = (excerpt.place.start(), visible(excerpt.place.source.path()));
        let (style, strong, bar, gutter) = (mark.style, self.styles.strong, self.styles.gutter, self.gutter);
        write!(self.out, "{strong}{path}:{}:{}{strong:#}: ", start.line, start.column)?;
        writeln!(self.out, "{style}{label}{style:#}: {strong}{}{strong:#}", visible(message))?;
        writeln!(self.out, "{bar}{:gutter$} |{bar:#}", "")?;
        writeln!(self.out, "{}", format!("{bar}{:>gutter$} |{bar:#} {}", start.line, excerpt.shown).trim_end())?;
        self.underline(excerpt, excerpt.place, mark, "")
    }

    /// The mark under a place, and words behind it.
    fn underline(&mut self, excerpt: &Excerpt<'_>, place: &Place, mark: Underline, words: &str) -> io::Result<()> {
        let (style, bar, gutter) = (mark.style, self.styles.gutter, self.gutter);
        let (indent, length) = excerpt.columns(place).unwrap_or((0, 1));
        let marks = mark.sign.to_string().repeat(length);
        writeln!(self.out, "{bar}{:gutter$} |{bar:#} {:indent$}{style}{marks}{words}{style:#}", "", "")
    }

    /// What to do, below the drawings.
    fn advise(&mut self, label: &str, text: &str) -> io::Result<()> {
        let (style, bar, gutter) = (self.styles.help, self.styles.gutter, self.gutter);
        for (number, line) in text.lines().enumerate() {
            let (sign, label) = if number == 0 { ('=', label.to_owned()) } else { (' ', " ".repeat(label.len())) };
            writeln!(self.out, "{:gutter$} {bar}{sign}{bar:#} {style}{label}{style:#}{}", "", visible(line))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt::MAX_COLUMNS;
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::{MAX_BYTES, Source, Span, Unreadable};
    use std::sync::Arc;
    use unicode_width::UnicodeWidthStr;

    fn place(text: &str, part: &str) -> Place {
        let start = text.find(part).expect("the part is in the text");
        let source = Arc::new(Source::new("schedules/v.yaml", text.into()).expect("readable"));
        Place::new(&source, Span { start, end: start + part.len() })
    }

    fn rendered(diagnostic: Diagnostic, colour: bool) -> String {
        let mut report = Report::default();
        report.push(diagnostic);
        let mut out = Vec::new();
        render(&report, colour, &mut out).expect("a Vec takes everything");
        String::from_utf8(out).expect("text is UTF-8")
    }

    fn bad(place: Place) -> Diagnostic {
        Diagnostic::error(Code("bad"), place, "Bad.")
    }

    /// The first line, the source line and the underline; the last two without their gutter.
    fn drawn(place: Place) -> [String; 3] {
        let text = rendered(bad(place), false);
        let lines: Vec<_> = text.lines().collect();
        let content = |line: &str| line.split_once('|').expect("a gutter").1.to_owned();
        [lines[0].to_owned(), content(lines[2]), content(lines[3])]
    }

    /// Where the underline begins and ends must be where the part does, in columns of a terminal.
    fn assert_lines_up(text: &str, part: &str, shown: &str) {
        let [_, line, underline] = drawn(place(text, part));
        let at = line.find(shown).unwrap_or_else(|| panic!("no {shown:?} in {line:?}"));
        let (before, through) = (line[..at].width(), line[..at + shown.len()].width());
        assert_eq!(underline, format!("{:before$}{}", "", "^".repeat(through - before)), "under {line:?}");
    }

    #[test]
    fn a_diagnostic_reads_like_this() {
        let blank = "\n".repeat(7);
        let text = &format!("visit: us\nentries:\n{blank}  - title: {{ko: 한미 정상회담, kr: 회담}}\n");
        let main = place(text, "kr");
        let start = text.find("visit").expect("present");
        let related = Place { span: Span { start, end: start + 5 }, ..main.clone() };
        let diagnostic = bad(main).with_related(related, "The visit begins here.").with_help("Write ko.\nOr en.");
        let expected = "\
schedules/v.yaml:10:26: error[bad]: Bad.
   |
10 |   - title: {ko: 한미 정상회담, kr: 회담}
   |                                ^^
schedules/v.yaml:1:1: note: The visit begins here.
   |
 1 | visit: us
   | -----
   = help: Write ko.
           Or en.

1 error in 1 file.
";
        assert_eq!(rendered(diagnostic.clone(), false), expected);
        let coloured = rendered(diagnostic, true);
        assert!(coloured.contains("\u{1b}[1m\u{1b}[91merror[bad]\u{1b}[0m: "), "{coloured}");
        assert_eq!(anstyle_free(&coloured), expected);
    }

    #[test]
    fn what_is_cut_off_of_the_same_line_is_drawn_by_itself() {
        let (far, long) = ("x".repeat(300), format!("bad {} late", "국 ".repeat(200)));
        let far = place(&(far + &long), "late");
        let near = Place { span: Span { start: 300, end: 303 }, ..far.clone() };
        let lines = rendered(bad(far).with_related(near, "Here."), false);
        assert!(lines.contains("v.yaml:1:301: note: Here.") && lines.matches('…').count() == 3, "{lines}");
    }

    fn anstyle_free(text: &str) -> String {
        let mut parts = text.split("\u{1b}[");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
    }

    #[test]
    fn underlines_line_up() {
        assert_lines_up("title: 국빈 방문 일정", "방문", "방문");
        assert_lines_up("title: 共同記者会見 ＡＢ ｶﾅ bad", "bad", "bad");
        assert_lines_up("\ta:\tbad\tb", "bad", "bad");
        assert_eq!(drawn(place("a:	b", "	"))[1..], [" a:    b", "   ^^^^"]);
        assert_lines_up("a: 🇰🇷 🤝 👍🏽 ❤️ bad", "bad", "bad");
        assert_lines_up("a: 👨\u{200D}👩\u{200D}👧 bad", "bad", "bad");
        assert_lines_up("a: \u{1112}\u{1161}\u{11AB} e\u{301} bad", "bad", "bad");
        assert_lines_up("a: \u{1b}[31m \u{9b}31m \0 \u{7f} bad", "bad", "bad");
        assert_lines_up("a: \u{202E}txt\u{2066} bad", "\u{202E}", "<U+202E>");
    }

    #[test]
    fn nothing_raw_reaches_the_terminal() {
        let hidden = "\u{1b}[2J\u{9b}\u{85}\u{202e}\u{2028}\u{200b}\r";
        let text = format!("a: {hidden}\"");
        let source = Arc::new(Source::new(format!("{hidden}.yaml"), text.into()).expect("readable"));
        let place = Place::new(&source, Span { start: 0, end: 1 });
        let diagnostic =
            Diagnostic::error(Code("bad"), place.clone(), hidden).with_related(place, hidden).with_help(hidden);
        let out = rendered(diagnostic, false);
        assert!(out.chars().all(|c| c == '\n' || (!c.is_control() && !hidden[4..].contains(c))), "{out:?}");
        assert!(out.contains("␛[2J<U+009B><U+0085><U+202E><U+2028><U+200B>"), "{out}");
    }

    #[test]
    fn long_lines_are_cut_around_the_span() {
        let text = format!("{}bad: {}", "국빈 ".repeat(100), "방문 ".repeat(100));
        let [first, line, _] = drawn(place(&text, "bad"));
        assert!(first.starts_with("schedules/v.yaml:1:301: error[bad]"), "{first}");
        assert!(line.starts_with(" …") && line.ends_with('…') && line.width() <= MAX_COLUMNS + 3, "{line}");
        assert_lines_up(&text, "bad", "bad");

        let [_, line, underline] = drawn(place(&text, &text[28..]));
        assert!(line.ends_with('…') && underline.ends_with('^') && underline.width() < line.width());
        let [_, line, underline] = drawn(place(&format!("{}bad", "x".repeat(300)), "bad"));
        assert_eq!((line.width(), underline.width()), (MAX_COLUMNS + 2, MAX_COLUMNS + 2));
        let [_, line, _] = drawn(place(&"x".repeat(MAX_COLUMNS), "x"));
        assert_eq!(line, format!(" {}", "x".repeat(MAX_COLUMNS)));
    }

    /// Were all of the line looked at, this would take minutes.
    #[test]
    fn of_a_line_of_4_mib_only_what_is_shown_is_looked_at() {
        for filler in ["a: 국빈, ", "\u{301}", "\t", "🤝"] {
            let text = filler.repeat((MAX_BYTES - 10) / filler.len()) + "bad";
            let place = place(&text, "bad");
            let column = place.start().column;
            for _ in 0..50 {
                let [first, line, underline] = drawn(place.clone());
                assert!(first.contains(&format!(":1:{column}: ")) && underline.ends_with("^^^"));
                assert!(line.len() < 1_000, "{line}");
            }
        }
    }

    #[test]
    fn odd_places_are_drawn() {
        let lines = "one: 1\r\ntwo: 2\r\n";
        assert_eq!(drawn(place(lines, lines))[1..], [" one: 1", " ^^^^^^"]);
        assert_eq!(drawn(place(lines, "\r\ntwo"))[1..], [" one: 1", "       ^"]);
        let outside = Span { start: 90, end: 80 };
        assert_eq!(drawn(Place { span: outside, ..place(lines, "one") })[1..], ["", " ^"]);
        assert_eq!(drawn(Place { span: Span { start: 4, end: 5 }, ..place("a: 국", "국") })[1..], [" a: 국", "    ^"]);
        let empty = Place::new(&Arc::new(Source::unreadable("gone.yaml")), Span::at(0));
        assert_eq!(drawn(empty), ["gone.yaml:1:1: error[bad]: Bad.", "", " ^"]);
        let Err(error @ Unreadable::NotUtf8 { .. }) = Source::new("v.yaml", b"a: 1\nb: \xFF".into()) else {
            panic!("read what is not UTF-8");
        };
        let (source, span) = error.into_place();
        assert_eq!(drawn(Place::new(&Arc::new(source), span)), ["v.yaml:2:4: error[bad]: Bad.", " b:", "    ^"]);
    }
}
