//! Texts without quotes that a comma divides: in braces, YAML ends the text at it and takes the rest for a key.

use super::shape::ShapeReader;
use super::spelling::{in_typographic_quotes, quoted, shortened};
use super::tree::{Node, Value};
use crate::diagnostic::{Edit, Fix, codes};
use crate::source::Span;

/// The pairs of a map without what is the rest of a text before it, which is reported. A key that is known is none.
pub(super) fn joined<'a>(
    pairs: Vec<(Node<'a>, Node<'a>)>,
    is_known: impl Fn(&str) -> bool,
    reader: &mut ShapeReader<'a, '_>,
) -> Vec<(Node<'a>, Node<'a>)> {
    let is_rest = |(key, value): &(Node<'a>, Node<'a>)| match (&key.value, &value.value) {
        (Value::Text(text), Value::Null) => !is_known(text) && !is_language(text),
        (Value::Number, Value::Null) => true,
        _ => false,
    };
    if !pairs.iter().skip(1).any(is_rest) {
        return pairs;
    }
    let mut kept: Vec<(Node<'a>, Node<'a>)> = Vec::with_capacity(pairs.len());
    let mut rests: Vec<(usize, Span)> = Vec::new();
    for pair in pairs {
        let end = rests.last().filter(|(at, _)| *at + 1 == kept.len()).map(|(_, span)| span.end);
        match kept.last().filter(|_| is_rest(&pair)).and_then(|before| text_before(before, end, &pair.0, reader)) {
            Some(span) => match rests.last_mut().filter(|(at, _)| *at + 1 == kept.len()) {
                Some((_, whole)) => *whole = span,
                None => rests.push((kept.len() - 1, span)),
            },
            None => kept.push(pair),
        }
    }
    for (at, span) in rests {
        report(&kept[at], span, reader);
    }
    kept
}

/// The stretch from the beginning of a text to the end of a key that goes on with it: a comma stands between the two, and no
/// colon behind the key.
fn text_before(
    (_, value): &(Node<'_>, Node<'_>),
    end: Option<usize>,
    key: &Node<'_>,
    reader: &ShapeReader<'_, '_>,
) -> Option<Span> {
    if !matches!(value.value, Value::Text(_) | Value::Number | Value::Bool(_)) {
        return None;
    }
    let (text, value, key) =
        (reader.file.source().text(), reader.file.place(value.id).span, reader.file.place(key.id).span);
    let between = text.get(end.unwrap_or(value.end)..key.start)?;
    let behind = text.get(key.end..)?.trim_start();
    let divided = between.trim() == "," && behind.starts_with([',', '}']);
    divided.then_some(Span { start: value.start, end: key.end })
}

/// Whether a key without a value is that of a language whose text was forgotten, rather than words.
fn is_language(key: &str) -> bool {
    (2..=3).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn report((key, value): &(Node<'_>, Node<'_>), span: Span, reader: &mut ShapeReader<'_, '_>) {
    let Some(written) = reader.file.source().text().get(span.start..span.end) else { return };
    let name = match &key.value {
        Value::Text(text) => &**text,
        _ => "text",
    };
    let right = quoted(written);
    let help = match &right {
        Some(right) => format!("Write the text in quotes: {}: {}.", shortened(name), shortened(right)),
        None => "Put quotes around all of the text.".to_owned(),
    };
    let fix = right.map(|text| Fix { message: "Put the text in quotes.".to_owned(), edits: vec![Edit { span, text }] });
    let shown = shortened(in_typographic_quotes(written).unwrap_or(written));
    let message = format!("A comma ends a text in braces, and this one has a comma in it: “{shown}”.");
    reader.error(codes::COMMA_SPLITS_TEXT, value.id, |d| d.saying(message).with_help(help).with_fix(fix));
}
