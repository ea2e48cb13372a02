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

/// The widths of the clock columns.
#[derive(Debug, Clone, Copy, PartialEq)]
struct ClockWidths {
    host: usize,
    /// Zero where all that is printed is on the reader's own clock.
    reader: usize,
}

impl ClockWidths {
    /// With the gap between both.
    fn total(self) -> usize {
        if self.reader == 0 { self.host } else { self.host + GAP + self.reader }
    }

    /// The widths in so much room: as they are if they fit, else at most half of it each, because a time with two days in
    /// it is long and may take two lines.
    fn limited_to(self, room: usize) -> Self {
        if self.total() <= room {
            return self;
        }
        let half = if self.reader == 0 { room } else { room.saturating_sub(GAP) / 2 };
        Self { host: self.host.min(half), reader: self.reader.min(half) }
    }
}

/// The widths of all columns.
#[derive(Debug)]
pub(super) struct Table {
    clocks: ClockWidths,
    /// Both time columns, with the gap between them.
    times: usize,
    text: usize,
    /// Whether texts go below the times instead of beside them.
    is_stacked: bool,
}

impl Table {
    /// Columns that all clock times fit into; words get two fifths of the width at most, and then go on below.
    pub(super) fn fitting<'r>(rows: impl Iterator<Item = &'r Row>, width: usize) -> Self {
        let mut widest = ClockWidths { host: 0, reader: 0 };
        let (mut words, mut needs_reader) = (0, false);
        for row in rows {
            match &row.times {
                TimeColumns::Clocks { host, reader, is_same } => {
                    widest.host = widest.host.max(host.width());
                    widest.reader = widest.reader.max(reader.width());
                    needs_reader |= !is_same;
                }
                TimeColumns::Words(known) => words = words.max(known.width()),
            }
        }
        if !needs_reader {
            widest.reader = 0;
        }
        let room = width.saturating_sub(INDENT);
        let room_for_times = room.saturating_sub(GAP + MIN_TEXT_WIDTH);
        let clocks = widest.limited_to(room_for_times);
        let is_squeezed = clocks != widest && clocks.host.min(clocks.reader) < MIN_TIME_WIDTH;
        if room_for_times < MIN_TIME_WIDTH || is_squeezed {
            let text = room.saturating_sub(INDENT);
            return Self { clocks: widest.limited_to(room), times: room, text, is_stacked: true };
        }
        let times = clocks.total().max(words.min(room_for_times).min(room * 2 / 5));
        Self { clocks, times, text: room.saturating_sub(times + GAP), is_stacked: false }
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
        if self.is_stacked {
            for time in &times {
                write_line(out, INDENT, &[(time, 0)]);
            }
            for text in &texts {
                write_line(out, INDENT + INDENT, &[(text, 0)]);
            }
            return;
        }
        let nothing = StyledText::plain("");
        for index in 0..times.len().max(texts.len()) {
            let cell = |lines: &'_ [StyledText]| lines.get(index).unwrap_or(&nothing).clone();
            write_line(out, INDENT, &[(&cell(&times), self.times + GAP), (&cell(&texts), 0)]);
        }
    }

    /// The lines of the time columns.
    fn times(&self, times: &TimeColumns, styles: Styles) -> Vec<StyledText> {
        let (host, reader) = match times {
            TimeColumns::Clocks { host, reader, .. } => {
                (wrap(host, self.clocks.host), wrap(reader, self.clocks.reader))
            }
            TimeColumns::Words(known) => {
                return wrap(known, self.times).into_iter().map(|line| StyledText::new(line, styles.faint)).collect();
            }
        };
        if self.clocks.reader == 0 {
            return host.into_iter().map(StyledText::plain).collect();
        }
        let cell = |lines: &[String], index: usize| lines.get(index).cloned().unwrap_or_default();
        let line = |index| {
            let both = pad(&cell(&host, index), self.clocks.host + GAP) + &cell(&reader, index);
            StyledText::plain(both.trim_end())
        };
        (0..host.len().max(reader.len())).map(line).collect()
    }
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
