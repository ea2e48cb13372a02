//! Two columns of times and one of text.

use unicode_width::UnicodeWidthStr;

use super::rows::{Row, TimeColumns};
use super::wrap::{pad, wrap};
use super::{StyledText, Styles, with_style};

/// How many blanks stand before every row.
const INDENT: usize = 2;
/// How many blanks stand between two columns.
const GAP: usize = 2;
/// A text column that is narrower than this goes below the times instead of beside them.
const MIN_TEXT_WIDTH: usize = 30;
/// A time column that is narrower than this is not worth having.
const MIN_TIME_WIDTH: usize = 15;

/// How wide the columns are.
#[derive(Debug)]
pub(super) struct Table {
    host: usize,
    /// Nothing where all that is printed is on the reader's own clock.
    reader: usize,
    /// Both time columns, with the gap between them.
    times: usize,
    text: usize,
    stacked: bool,
}

impl Table {
    /// Columns that all clock times fit into; words get two fifths of the page at most, and then go on below.
    pub(super) fn fitting<'r>(rows: impl Iterator<Item = &'r Row>, page: usize) -> Self {
        let (mut host, mut reader, mut words) = (0, 0, 0);
        let mut elsewhere = false;
        for row in rows {
            match &row.times {
                TimeColumns::Clocks { host: host_time, reader: reader_time, is_same } => {
                    host = host.max(host_time.width());
                    reader = reader.max(reader_time.width());
                    elsewhere |= !is_same;
                }
                TimeColumns::Words(known) => words = words.max(known.width()),
            }
        }
        if !elsewhere {
            reader = 0;
        }
        let room = page.saturating_sub(INDENT);
        let most = room.saturating_sub(GAP + MIN_TEXT_WIDTH);
        let (narrow_host, narrow_reader) = clocks(host, reader, most);
        let squeezed =
            (narrow_host, narrow_reader) != (host, reader) && narrow_host.min(narrow_reader) < MIN_TIME_WIDTH;
        if most >= MIN_TIME_WIDTH && !squeezed {
            let (host, reader) = (narrow_host, narrow_reader);
            let times = both(host, reader).max(words.min(most).min(room * 2 / 5));
            return Self { host, reader, times, text: room.saturating_sub(times + GAP), stacked: false };
        }
        let (host, reader) = clocks(host, reader, room);
        Self { host, reader, times: room, text: room.saturating_sub(INDENT), stacked: true }
    }

    /// Writes a row in as many lines as its longer side takes.
    pub(super) fn write(&self, row: &Row, styles: Styles, out: &mut String) {
        let times = self.times(&row.times, styles);
        let texts: Vec<StyledText> = row
            .texts
            .iter()
            .flat_map(|styled| {
                let lines = wrap(&styled.text, self.text.saturating_sub(styled.indent)).into_iter();
                lines.map(|text| StyledText { text, ..styled.clone() })
            })
            .collect();
        if self.stacked {
            for time in &times {
                write_line(out, INDENT, &[(time, 0)]);
            }
            for text in &texts {
                write_line(out, INDENT + INDENT, &[(text, 0)]);
            }
            return;
        }
        let nothing = StyledText::plain("");
        for at in 0..times.len().max(texts.len()) {
            let cell = |lines: &'_ [StyledText]| lines.get(at).unwrap_or(&nothing).clone();
            write_line(out, INDENT, &[(&cell(&times), self.times + GAP), (&cell(&texts), 0)]);
        }
    }

    /// The lines of the time columns.
    fn times(&self, times: &TimeColumns, styles: Styles) -> Vec<StyledText> {
        let (host, reader) = match times {
            TimeColumns::Clocks { host, reader, .. } => (wrap(host, self.host), wrap(reader, self.reader)),
            TimeColumns::Words(known) => {
                return wrap(known, self.times).into_iter().map(|line| StyledText::new(line, styles.faint)).collect();
            }
        };
        if self.reader == 0 {
            return host.into_iter().map(StyledText::plain).collect();
        }
        let cell = |lines: &[String], at: usize| lines.get(at).cloned().unwrap_or_default();
        let line = |at| {
            let both = pad(&cell(&host, at), self.host + GAP) + &cell(&reader, at);
            StyledText::plain(both.trim_end())
        };
        (0..host.len().max(reader.len())).map(line).collect()
    }
}

/// The widths of the clock columns in so much room: as they are if they fit, else at most half of it each, because a
/// time with two days in it is long and may take two lines.
fn clocks(host: usize, reader: usize, room: usize) -> (usize, usize) {
    if both(host, reader) <= room {
        return (host, reader);
    }
    let half = if reader == 0 { room } else { room.saturating_sub(GAP) / 2 };
    (host.min(half), reader.min(half))
}

/// The width of both time columns.
fn both(host: usize, reader: usize) -> usize {
    if reader == 0 { host } else { host + GAP + reader }
}

/// Cells, each with the width it is filled up to; nothing is left at the end of the line.
fn write_line(out: &mut String, indent: usize, cells: &[(&StyledText, usize)]) {
    let mut line = String::new();
    let mut blanks = indent;
    for (cell, width) in cells {
        blanks += cell.indent;
        if !cell.text.is_empty() {
            line.push_str(&" ".repeat(std::mem::take(&mut blanks)));
            line.push_str(&with_style(&cell.text, cell.style));
        }
        blanks += width.saturating_sub(cell.text.width());
    }
    out.push_str(&line);
    out.push('\n');
}
