//! What staff alone may read, in a text that others read too.
//!
//! A staff note is taken apart into its lines and sentences; contacts also into their addresses and numbers. Each is
//! looked up among those of the other texts, so that the cost grows with the text and not with its square. Short pieces
//! are skipped: "TBC" in two places gives nothing away.

use std::collections::HashMap;

use unicode_width::UnicodeWidthStr;

use super::words::{each_text, folded, strings};
use super::{WarningSink, WrittenVisit};
use crate::diagnostic::codes;
use crate::document::{NodeId, Text};
use crate::programme::Audience;

/// The columns that a piece has to fill to mean something.
const MIN_COLUMNS: usize = 12;

/// The digits that make a number one to call.
const MIN_DIGITS: usize = 7;

pub(super) fn check(visit: WrittenVisit<'_>, sink: &mut WarningSink<'_, '_>) {
    if sink.is_off(codes::REPEATS_STAFF_NOTE) {
        return;
    }
    let mut secrets: HashMap<String, NodeId> = HashMap::new();
    for entry in visit.entries() {
        let Some(staff) = &entry.written.staff else { continue };
        let steps = staff.steps.iter().flat_map(|steps| &steps.items);
        let of_steps = steps.flat_map(|step| [&step.title, &step.note]).flatten();
        for (_, scalar) in [&staff.note, &staff.contact].into_iter().flatten().chain(of_steps).flat_map(strings) {
            for piece in pieces(&scalar.text) {
                secrets.entry(piece).or_insert(scalar.at);
            }
        }
    }
    if secrets.is_empty() {
        return;
    }
    for entry in visit.entries().filter(|entry| entry.entry.audience != Audience::Staff) {
        each_text(entry.written, |text: &Text<'_>| {
            for (_, scalar) in strings(text) {
                let Some(at) = pieces(&scalar.text).find_map(|piece| secrets.get(&piece)) else { continue };
                let secret = sink.place(*at);
                sink.warn(codes::REPEATS_STAFF_NOTE, entry.nodes, scalar.at, |d| {
                    d.saying("This repeats what a note for staff says, and staff alone are not its only readers.")
                        .with_help("Remove it here, or from the note if it is no secret.")
                        .with_related(secret, "It is for staff here.")
                });
            }
        });
    }
}

/// The lines, sentences, addresses and numbers of a text, as they are compared.
fn pieces(text: &str) -> impl Iterator<Item = String> {
    let ends = |c: char| matches!(c, '\n' | '!' | '?' | ';' | '。' | '！' | '？' | '；');
    // A full stop ends a sentence where a blank or nothing follows.
    let sentences = text.split(ends).flat_map(|line| line.split(". ")).filter_map(|piece| {
        let piece = piece.trim().trim_end_matches('.');
        (piece.width() >= MIN_COLUMNS && piece.contains(' ')).then(|| folded(piece))
    });
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '<' | '>' | '/'));
    let addresses = words
        .filter(|word| word.contains('@') && word.len() >= 6)
        .map(|word| format!("@{}", word.trim_end_matches('.').to_lowercase()));
    sentences.chain(addresses).chain(numbers(text))
}

/// Numbers to call: digits with the signs that stand in them.
fn numbers(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | '+' | '(' | ')' | '.')))
        .map(|run| run.chars().filter(char::is_ascii_digit).collect::<String>())
        .filter(|digits| digits.len() >= MIN_DIGITS)
        .map(|digits| format!("#{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_apart() {
        let taken_apart = |text| pieces(text).collect::<Vec<_>>();
        assert_eq!(taken_apart("Use the north gate. Car 12 waits.\nTBC"), ["usethenorthgate", "car12waits"]);
        assert_eq!(taken_apart("Kim, +82 10-1234-5678"), ["kim821012345678", "#821012345678"]);
        assert_eq!(taken_apart("kim@office.example"), ["@kim@office.example"]);
        assert_eq!(taken_apart("북문 이용, 차량 2대 대기"), ["북문이용차량2대대기"]);
        assert_eq!(taken_apart("TBC"), [""; 0]);
    }
}
