//! A day as text of 72 columns, and as Markdown.

use unicode_width::UnicodeWidthStr;

use super::{DaySheet, SheetItem, SheetSection, SheetStep, SheetVisit};
use crate::render::terminal::wrap;

/// How many columns a line of text has.
const WIDTH: usize = 72;
/// How far what is said of an item is indented below its time.
const INDENT: usize = 4;

/// How many columns a step needs beside its time; with less, it stands below that.
const LEAST: usize = 30;

/// A day as text.
pub(crate) fn text(sheet: &DaySheet) -> String {
    let mut page = TextPage::default();
    page.line(0, &sheet.heading);
    page.out.push_str(&"=".repeat(sheet.heading.width().min(WIDTH)));
    page.out.push('\n');
    if let Some(band) = sheet.band {
        page.line(0, band);
    }
    for visit in &sheet.visits {
        page.visit(visit);
    }
    page.out
}

#[derive(Default)]
struct TextPage {
    out: String,
}

impl TextPage {
    /// A text, in as many lines as it takes.
    fn line(&mut self, indent: usize, text: &str) {
        for line in wrap(text, WIDTH - indent) {
            self.out.push_str(&" ".repeat(indent));
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }

    /// The same, with what follows the first line indented further.
    fn hanging(&mut self, indent: usize, text: &str) {
        for (at, line) in wrap(text, WIDTH - indent - 2).iter().enumerate() {
            self.out.push_str(&" ".repeat(if at == 0 { indent } else { indent + 2 }));
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }

    fn visit(&mut self, visit: &SheetVisit) {
        self.out.push('\n');
        self.line(0, &visit.title);
        self.line(0, &visit.people);
        for clock in &visit.clocks {
            self.line(0, clock);
        }
        for item in &visit.items {
            self.out.push('\n');
            self.item(item);
        }
        for section in [&visit.press, &visit.not_announced, &visit.sources].into_iter().flatten() {
            self.out.push('\n');
            self.section(0, section);
        }
    }

    fn item(&mut self, item: &SheetItem) {
        for mark in &item.marks {
            self.line(0, &format!("[{mark}]"));
        }
        item.times.iter().for_each(|time| self.line(0, time));
        self.line(INDENT, &item.title);
        item.details.iter().for_each(|detail| self.hanging(INDENT, detail));
        item.sections.iter().for_each(|section| self.section(INDENT, section));
    }

    fn section(&mut self, indent: usize, section: &SheetSection) {
        self.line(indent, &section.heading);
        let indent = indent + 2;
        let fits = |step: &&SheetStep| indent + step.time.width() + 2 + LEAST <= WIDTH;
        let column = section.steps.iter().filter(fits).map(|step| step.time.width()).max().unwrap_or_default();
        let beside = indent + column + 2;
        for step in &section.steps {
            if !fits(&step) {
                self.hanging(indent, &step.time);
                self.line(indent + 2, &step.what);
                continue;
            }
            let blanks = " ".repeat(column - step.time.width());
            for (at, line) in wrap(&step.what, WIDTH - beside).iter().enumerate() {
                let before = if at == 0 { format!("{}{blanks}  ", step.time) } else { " ".repeat(column + 2) };
                self.out.extend([&*" ".repeat(indent), &before, line.trim_end(), "\n"]);
            }
        }
        section.lines.iter().for_each(|line| self.hanging(indent, line));
    }
}

/// A day as Markdown.
pub(crate) fn markdown(sheet: &DaySheet) -> String {
    let mut lines = vec![format!("# {}", escaped(&sheet.heading))];
    let paragraph = |lines: &mut Vec<String>, text: String| lines.extend([String::new(), text]);
    if let Some(band) = sheet.band {
        paragraph(&mut lines, format!("*{}*", escaped(band)));
    }
    for visit in &sheet.visits {
        paragraph(&mut lines, format!("## {}", escaped(&visit.title)));
        paragraph(&mut lines, escaped(&visit.people));
        visit.clocks.iter().for_each(|clock| paragraph(&mut lines, escaped(clock)));
        for item in &visit.items {
            paragraph(&mut lines, format!("### {}\n", escaped(&item.title)));
            lines.extend(item.marks.iter().map(|mark| format!("- *{}*", escaped(mark))));
            lines.extend(item.times.iter().map(|time| format!("- **{}**", escaped(time))));
            lines.extend(item.details.iter().map(|detail| format!("- {}", escaped(detail))));
            for section in &item.sections {
                lines.push(format!("- {}", escaped(&section.heading)));
                markdown_lines(&mut lines, "  ", section);
            }
        }
        for section in [&visit.press, &visit.not_announced, &visit.sources].into_iter().flatten() {
            paragraph(&mut lines, format!("### {}\n", escaped(&section.heading)));
            markdown_lines(&mut lines, "", section);
        }
    }
    lines.join("\n") + "\n"
}

fn markdown_lines(lines: &mut Vec<String>, indent: &str, section: &SheetSection) {
    let step = |step: &SheetStep| format!("{indent}- **{}** {}", escaped(&step.time), escaped(&step.what));
    lines.extend(section.steps.iter().map(step));
    lines.extend(section.lines.iter().map(|line| format!("{indent}- {}", escaped(line))));
}

/// A text in which nothing is markup; an address stays one.
fn escaped(text: &str) -> String {
    let word = |word: &str| {
        if word.starts_with("https://") || word.starts_with("http://") {
            return word.to_owned();
        }
        let mut out = String::with_capacity(word.len());
        for c in word.chars() {
            if "\\`*_[]<>#|~".contains(c) {
                out.push('\\');
            }
            out.push(c);
        }
        out
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
