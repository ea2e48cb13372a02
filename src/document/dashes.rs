//! Items of a list that lack the “-” they begin with: YAML takes them for more keys of the item above.

use super::shape::ShapeReader;
use super::spelling::shortened;
use super::tree::{Node, Value};
use crate::diagnostic::{Edit, Fix, Place, codes};
use crate::source::Span;

/// A map of a list, and the items that follow in it without a dash: where the key that each item begins with is given again,
/// and others of its keys after that.
pub(super) fn divided<'a>(
    node: Node<'a>,
    first: Option<&str>,
    reader: &mut ShapeReader<'a, '_>,
) -> (Node<'a>, Vec<Node<'a>>) {
    let (Value::Map(pairs), Some(first)) = (&node.value, first) else { return (node, Vec::new()) };
    let starts = starts(pairs, first);
    if starts.is_empty() {
        return (node, Vec::new());
    }
    let id = node.id;
    let mut pairs = match node.value {
        Value::Map(pairs) => pairs,
        value => return (Node { id, value }, Vec::new()),
    };
    let above = reader.file.place(pairs[0].0.id);
    let mut more = Vec::with_capacity(starts.len());
    for start in starts.into_iter().rev() {
        let item = pairs.split_off(start);
        let (key, value) = &item[0];
        let written = match &value.value {
            Value::Text(text) => format!("{first}: {}", shortened(text)),
            _ => format!("{first}:"),
        };
        reader.error(codes::MISSING_DASH, key.id, |d| {
            let fix = with_dash(&d.place, &above);
            d.saying(format!("The “-” is missing before “{written}”: as it stands, this belongs to the item above."))
                .with_help(format!("Write “- {written}”, with the “-” below that of the item above."))
                .with_related(above.clone(), "The item above begins here.")
                .with_fix(fix)
        });
        more.push(Node { id: key.id, value: Value::Map(item) });
    }
    more.reverse();
    (Node { id, value: Value::Map(pairs) }, more)
}

/// Where further items begin among the keys of a map.
fn starts(pairs: &[(Node<'_>, Node<'_>)], first: &str) -> Vec<usize> {
    let name = |at: usize| match &pairs[at].0.value {
        Value::Text(text) => Some(&**text),
        _ => None,
    };
    let firsts: Vec<usize> = (0..pairs.len()).filter(|at| name(*at) == Some(first)).collect();
    let Some((0, further)) = firsts.split_first().map(|(at, further)| (*at, further)) else { return Vec::new() };
    let ends = further.iter().copied().skip(1).chain([pairs.len()]);
    let before = std::iter::once(0).chain(further.iter().copied());
    let items: Vec<(usize, usize, usize)> =
        before.zip(further.iter().copied()).zip(ends).map(|((before, start), end)| (before, start, end)).collect();
    // A key given twice is one thing, and a whole item another.
    let is_item = |&(before, start, end): &(usize, usize, usize)| {
        start > before + 1 && (start + 1..end).any(|at| (before..start).any(|other| name(at) == name(other)))
    };
    if items.iter().all(is_item) { items.into_iter().map(|(_, start, _)| start).collect() } else { Vec::new() }
}

/// What puts the dash before a key that stands below the first key of the item above.
fn with_dash(key: &Place, above: &Place) -> Option<Fix> {
    let text = key.source.text();
    let before = |place: &Place| text.get(..place.span.start)?.rsplit(['\n', '\r']).next();
    let (own, other) = (before(key)?, before(above)?);
    let is_below = own.len() == other.len() && own.bytes().all(|byte| byte == b' ');
    if !is_below || !other.trim_start().starts_with('-') || !other.ends_with("- ") {
        return None;
    }
    let start = key.span.start - 2;
    let edit = Edit { span: Span { start, end: key.span.start }, text: "- ".to_owned() };
    Some(Fix { message: "Put the “-” before it.".to_owned(), edits: vec![edit] })
}
