//! Texts of schedules in a report: whatever an author, or somebody who means ill, has put into them.

/// A text fit for a terminal: nothing in it moves the cursor, turns the writing or hides.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|c| show(c, &mut shown));
    shown
}

/// Adds a character, or what stands for it.
pub(super) fn show(c: char, into: &mut String) {
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
