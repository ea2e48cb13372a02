//! What of a source line is shown, and how, so that an underline fits beneath it in every terminal.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use crate::diagnostic::{Place, show, visible};
use crate::source::char_boundary;

/// How many terminal columns of a source line are shown.
pub(super) const MAX_COLUMNS: usize = 100;
/// How many of them come before the span when the line is longer.
const MAX_COLUMNS_BEFORE: usize = 40;

/// The part of a line that is shown around a place.
pub(super) struct Excerpt<'a> {
    pub(super) place: &'a Place,
    /// The number of the line.
    pub(super) number: usize,
    /// What is shown of it.
    pub(super) shown: String,
    line: &'a str,
    /// Where in the file the line begins.
    start: usize,
    /// What of the line is shown.
    window: Range<usize>,
}

impl<'a> Excerpt<'a> {
    /// Looks only at what it shows, for the line may be the whole of a file.
    pub(super) fn new(place: &'a Place) -> Self {
        let source = &place.source;
        let number = place.start().line;
        let line = source.line(number);
        let start = source.offset_of(number, 1);
        let (mut low, mut high) = (0, forward(line, 0, MAX_COLUMNS));
        if high < line.len() {
            low = backward(line, char_boundary(line, place.span.start.saturating_sub(start)), MAX_COLUMNS_BEFORE);
            high = forward(line, low, MAX_COLUMNS);
            let spare = MAX_COLUMNS.saturating_sub(line[low..high].chars().map(cost).sum());
            low = backward(line, low, spare);
        }
        let dots = if high < line.len() { "…" } else { "" };
        let shown = format!("{}{}{dots}", leading(low), visible(&line[low..high]));
        Self { place, number, shown, line, start, window: low..high }
    }

    /// The columns before a place and those that it takes, if it begins in what is shown.
    pub(super) fn columns(&self, place: &Place) -> Option<(usize, usize)> {
        let same = place.source.path() == self.place.source.path() && place.start().line == self.number;
        let within = |byte: usize| char_boundary(self.line, byte.saturating_sub(self.start));
        let start = within(place.span.start);
        if !same || !(self.window.start..=self.window.end).contains(&start) {
            return None;
        }
        let end = within(place.span.end).clamp(start, self.window.end.max(start));
        let before = format!("{}{}", leading(self.window.start), visible(&self.line[self.window.start..start]));
        let indent = before.width();
        // Not the width of the place alone: a mark that joins what comes before it takes none.
        let through = (before + &visible(&self.line[start..end])).width();
        Some((indent, through.saturating_sub(indent).max(1)))
    }
}

/// What stands for the beginning of a line that is cut off.
fn leading(low: usize) -> &'static str {
    if low > 0 { "…" } else { "" }
}

/// The end of the longest stretch from `from` that fits into so many columns.
fn forward(line: &str, from: usize, columns: usize) -> usize {
    let past = line[from..].char_indices().scan(0, |used, (at, c)| {
        *used += cost(c);
        Some((from + at, *used))
    });
    past.into_iter().find(|&(_, used)| used > columns).map_or(line.len(), |(at, _)| at)
}

/// The start of the longest stretch up to `to` that fits into so many columns.
fn backward(line: &str, to: usize, columns: usize) -> usize {
    let mut used = 0;
    let fits = |&(_, c): &(usize, char)| {
        used += cost(c);
        used <= columns
    };
    line[..to].char_indices().rev().take_while(fits).last().map_or(to, |(at, _)| at)
}

/// The columns that a character counts for: at least one, so that a million combining marks do not take none.
fn cost(c: char) -> usize {
    let mut shown = String::new();
    show(c, &mut shown);
    shown.width().max(1)
}
