//! What of a source line is shown, and how, so that an underline fits beneath it in every terminal.

use unicode_width::UnicodeWidthStr;

use crate::diagnostic::Place;
use crate::source::boundary;

/// How many terminal columns of a source line are shown.
pub(super) const WIDTH: usize = 100;
/// How many of them come before the span when the line is longer.
const LEAD: usize = 40;

/// The part of a line that is shown, in three: before the span, the span, and after it.
pub(super) struct Cut {
    pub(super) before: String,
    pub(super) marked: String,
    pub(super) after: String,
}

impl Cut {
    /// Looks only at what it shows, for the line may be the whole of a file.
    pub(super) fn new(place: &Place) -> Self {
        let source = &place.source;
        let number = place.start().line;
        let line = source.line(number);
        let line_start = source.offset_of(number, 1);
        let within = |byte: usize| boundary(line, byte.saturating_sub(line_start));
        let start = within(place.span.start);
        let end = within(place.span.end).max(start);

        let (mut low, mut high) = (0, forward(line, 0, WIDTH));
        if high < line.len() {
            low = backward(line, start, LEAD);
            high = forward(line, low, WIDTH);
            let spare = WIDTH.saturating_sub(line[low..high].chars().map(cost).sum());
            low = backward(line, low, spare);
        }
        let end = end.min(high);
        let dots = |cut: bool| if cut { "…" } else { "" };
        Self {
            before: format!("{}{}", dots(low > 0), visible(&line[low..start])),
            marked: visible(&line[start..end]),
            after: format!("{}{}", visible(&line[end..high]), dots(high < line.len())),
        }
    }
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

/// The columns a character is reckoned at: at least one, lest a million combining marks take none.
fn cost(c: char) -> usize {
    let mut shown = String::new();
    show(c, &mut shown);
    shown.width().max(1)
}

/// A text fit for a terminal: nothing in it moves the cursor, turns the writing or hides.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|c| show(c, &mut shown));
    shown
}

fn show(c: char, into: &mut String) {
    match c {
        '\t' => into.push_str("    "),
        // Terminals disagree on how wide a joined emoji is, but not on the emoji it is joined of.
        '\u{200D}' => {}
        '\u{0}'..'\u{20}' => into.extend(char::from_u32(0x2400 + u32::from(c))),
        '\u{7F}' => into.push('\u{2421}'),
        _ if is_hidden(c) => into.extend(format!("<U+{:04X}>", u32::from(c)).chars()),
        _ => into.push(c),
    }
}

/// C1 controls, line breaks that only some programs know, and characters that set a direction or
/// have no shape.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..'\u{A0}'
            | '\u{61C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}
