//! `summitcal guide`: the manual, which is in the program. Its pages are Markdown, in the few forms that are read here: headings,
//! paragraphs, lists, tables and fenced blocks.

use std::fmt::Write as _;

use clap::Args;

use super::explain::{filled, wrapped};
use super::{Context, Outcome, colour, print};
use crate::document::nearest;
use crate::error::Error;

/// The columns that a page is broken at.
const WIDTH: usize = 100;

/// The pages, in the order in which a newcomer reads them.
pub(crate) const TOPICS: &[(&str, &str)] = &[
    ("start", include_str!("../guide/start.md")),
    ("format", include_str!("../guide/format.md")),
    ("times", include_str!("../guide/times.md")),
    ("audiences", include_str!("../guide/audiences.md")),
    ("revisions", include_str!("../guide/revisions.md")),
    ("feeds", include_str!("../guide/feeds.md")),
    ("pages", include_str!("../guide/pages.md")),
    ("press", include_str!("../guide/press.md")),
    ("serving", include_str!("../guide/serving.md")),
    ("publishing", include_str!("../guide/publishing.md")),
    ("notifying", include_str!("../guide/notifying.md")),
    ("ci", include_str!("../guide/ci.md")),
    ("data", include_str!("../guide/data.md")),
    ("languages", include_str!("../guide/languages.md")),
    ("zones", include_str!("../guide/zones.md")),
];

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct Guide {
    /// The page [default: list them all].
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: Option<String>,
}

/// A part of a page.
enum Block<'p> {
    Heading(usize, &'p str),
    Paragraph(String),
    Item(String),
    Code(Vec<&'p str>),
    Row(Vec<String>),
}

pub(crate) fn run(context: &Context, options: &Guide) -> Result<Outcome, Error> {
    let Some(name) = &options.topic else {
        return print(&list()).map(|()| Outcome::Clean);
    };
    let page = page(name).ok_or_else(|| unknown(name))?;
    let bold = if colour(context, &std::io::stdout()) { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    print(&text(page, bold)).map(|()| Outcome::Clean)
}

/// The Markdown of a page.
fn page(name: &str) -> Option<&'static str> {
    TOPICS.iter().find(|(topic, _)| *topic == name).map(|(_, page)| *page)
}

fn unknown(name: &str) -> Error {
    let help = match nearest(name, TOPICS.iter().map(|(topic, _)| *topic)) {
        Some(known) => format!("did you mean “{known}”?"),
        None => "“summitcal guide” lists them all".to_owned(),
    };
    Error::new(format!("the guide has no page “{name}”; {help}"))
}

fn list() -> String {
    let mut text = "The pages of the guide; “summitcal guide TOPIC” prints one:\n\n".to_owned();
    for (topic, page) in TOPICS {
        let title = page.lines().next().unwrap_or_default().trim_start_matches("# ");
        let _ = writeln!(text, "  {topic:10}  {title}");
    }
    text
}

/// A page for a terminal: a table is a list there, because its cells are sentences.
fn text(page: &str, (bold, plain): (&str, &str)) -> String {
    let (mut text, mut in_list) = (String::new(), false);
    for block in blocks(page) {
        let is_item = matches!(block, Block::Item(_));
        let goes_on = text.is_empty() || (is_item && in_list);
        if !goes_on {
            text.push('\n');
        }
        in_list = is_item;
        match block {
            Block::Heading(1, title) => {
                let _ = writeln!(text, "{bold}{}{plain}", title.to_uppercase());
            }
            Block::Heading(_, title) => {
                let _ = writeln!(text, "{bold}{title}{plain}");
            }
            Block::Paragraph(words) => text.push_str(&filled(&words, "", WIDTH)),
            Block::Item(words) => {
                for (at, line) in wrapped(&words, WIDTH - 4).iter().enumerate() {
                    let _ = writeln!(text, "  {} {line}", if at == 0 { '-' } else { ' ' });
                }
            }
            Block::Code(lines) => {
                for line in lines {
                    let _ = writeln!(text, "{}", format!("    {line}").trim_end());
                }
            }
            Block::Row(cells) => {
                let mut cells = cells.iter();
                text.push_str(&filled(cells.next().map_or("", String::as_str), "  ", WIDTH));
                for cell in cells.filter(|cell| !cell.is_empty()) {
                    text.push_str(&filled(cell, "      ", WIDTH));
                }
            }
        }
    }
    text
}

/// A page as a manual page of section 7, such as `summitcal-times(7)`. `None` if there is no such page.
pub(crate) fn manual(name: &str) -> Option<String> {
    let escaped = |line: &str| {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
    };
    let mut roff = format!(".TH summitcal-{name} 7 \"\" \"summitcal {}\"\n", env!("CARGO_PKG_VERSION"));
    for block in blocks(page(name)?) {
        let _ = match block {
            Block::Heading(1, title) => {
                write!(roff, ".SH NAME\nsummitcal\\-{name} \\- {}\n.SH DESCRIPTION\n", escaped(title))
            }
            Block::Heading(_, title) => writeln!(roff, ".SH {}", escaped(&title.to_uppercase())),
            Block::Paragraph(words) => writeln!(roff, ".PP\n{}", escaped(&words)),
            Block::Item(words) => writeln!(roff, ".IP \\(bu 2\n{}", escaped(&words)),
            Block::Code(lines) => {
                let lines = lines.into_iter().map(escaped).collect::<Vec<_>>().join("\n");
                writeln!(roff, ".PP\n.RS 4\n.nf\n{lines}\n.fi\n.RE")
            }
            Block::Row(cells) => {
                let mut cells = cells.iter().filter(|cell| !cell.is_empty()).map(|cell| escaped(cell));
                let first = cells.next().unwrap_or_default();
                writeln!(roff, ".TP\n{first}\n{}", cells.collect::<Vec<_>>().join("\n.br\n"))
            }
        };
    }
    Some(roff)
}

/// The parts of a page, in their order.
fn blocks(page: &str) -> Vec<Block<'_>> {
    let (mut blocks, mut lines) = (Vec::new(), page.lines().peekable());
    let mut goes_on = false;
    while let Some(line) = lines.next() {
        let starts_paragraph = !std::mem::replace(&mut goes_on, false);
        if line.starts_with("```") {
            blocks.push(Block::Code(lines.by_ref().take_while(|line| *line != "```").collect()));
        } else if let Some(title) = line.strip_prefix('#') {
            let deeper = title.len() - title.trim_start_matches('#').len();
            blocks.push(Block::Heading(deeper + 1, title.trim_start_matches(['#', ' '])));
        } else if let Some(row) = line.strip_prefix("| ") {
            // The row above the rule says what the columns are, which a list need not.
            let is_head = lines.next_if(|next| next.starts_with("| ---")).is_some();
            if !is_head {
                let cells = row.trim_end_matches(['|', ' ']).split(" | ");
                blocks.push(Block::Row(cells.map(|cell| inline(cell).replace("\\|", "|")).collect()));
            }
        } else if let Some(words) = line.strip_prefix("- ") {
            blocks.push(Block::Item(inline(words)));
            goes_on = true;
        } else if !line.trim().is_empty() {
            goes_on = true;
            match blocks.last_mut() {
                Some(Block::Paragraph(text) | Block::Item(text)) if !starts_paragraph => {
                    text.push(' ');
                    text.push_str(line.trim());
                }
                _ => blocks.push(Block::Paragraph(line.trim().to_owned())),
            }
        }
    }
    for block in &mut blocks {
        if let Block::Paragraph(text) | Block::Item(text) = block {
            *text = inline(text);
        }
    }
    blocks
}

/// Words without their marks: of a link to another page its name, of one to elsewhere its address.
fn inline(words: &str) -> String {
    let mut text = String::new();
    let mut rest = words;
    while let Some((before, name, target, after)) = link(rest) {
        text.push_str(before);
        text.push_str(name);
        let page = target.split('#').next().and_then(|file| file.strip_suffix(".md"));
        let _ = match page.filter(|page| TOPICS.iter().any(|(topic, _)| topic == page)) {
            Some(page) => write!(text, " (summitcal guide {page})"),
            None if target.starts_with("https:") => write!(text, " ({target})"),
            None => Ok(()),
        };
        rest = after;
    }
    text.push_str(rest);
    text.replace("**", "")
}

/// The first link: what is before it, its words, where it leads, and what is after it.
fn link(words: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = words.find("](")?;
    let start = words[..middle].rfind('[')?;
    let end = middle + words[middle..].find(')')?;
    Some((&words[..start], &words[start + 1..middle], &words[middle + 2..end], &words[end + 1..]))
}
