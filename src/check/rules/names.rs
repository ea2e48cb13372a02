//! Names in lists that a comma divides: `[Kim, Jong-un]` is two people.
//!
//! A family name and a given name are told from two people by the given name alone: one of two syllables with a hyphen, as
//! Korean ones are written in Latin letters.

use super::{WarningSink, WrittenEntry};
use crate::diagnostic::codes;
use crate::document::{Scalar, Text};

pub(super) fn check(entry: WrittenEntry<'_>, sink: &mut WarningSink<'_, '_>) {
    let principals: Vec<_> = entry.written.principal.iter().flat_map(|list| list.items.iter().map(Some)).collect();
    let with: Vec<_> =
        entry.written.with.iter().flat_map(|list| list.items.iter().map(|person| person.who.as_ref())).collect();
    for pair in principals.windows(2).chain(with.windows(2)) {
        let [Some(Text::Plain(family)), Some(Text::Plain(given))] = pair else { continue };
        if !is_family_name(&family.text) || !is_given_name(&given.text) || !are_divided(family, given, sink) {
            continue;
        }
        let (family, name) = (&family.text, &given.text);
        sink.warn(codes::COMMA_SPLITS_NAME, entry.nodes, given.at, |d| {
            d.saying(format!("The comma makes two people of “{family}, {name}”."))
                .with_help(format!("Write one of them without the comma, or in quotes: \"{family}, {name}\"."))
        });
    }
}

/// One word in Latin letters with a capital.
fn is_family_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(|c| c.is_ascii_alphabetic())
}

/// Two words with a hyphen, of which only the first has a capital.
fn is_given_name(text: &str) -> bool {
    let Some((first, second)) = text.split_once('-') else { return false };
    let is_lower = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
    first.starts_with(|c: char| c.is_ascii_uppercase()) && first.get(1..).is_some_and(is_lower) && is_lower(second)
}

/// Whether nothing but a comma is between two items without quotes.
fn are_divided(first: &Scalar<'_>, second: &Scalar<'_>, sink: &WarningSink<'_, '_>) -> bool {
    let (first, second) = (sink.place(first.at), sink.place(second.at));
    let between = first.source.text().get(first.span.end..second.span.start);
    let quoted = first.source.text().get(..first.span.end).is_some_and(|before| before.ends_with(['"', '\'']));
    !quoted && between.is_some_and(|between| between.trim() == ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_name_is_told_from_a_person() {
        assert!(is_given_name("Jong-un") && is_given_name("Jae-myung"));
        for other in
            ["Vance", "Jean-Claude", "Vice-President", "the-un", "J-un-il", "Kim Jong-un", "정-은", "-un", "J-"]
        {
            assert!(!is_given_name(other), "{other}");
        }
        assert!(is_family_name("Kim") && !is_family_name("President Kim") && !is_family_name("김"));
    }
}
