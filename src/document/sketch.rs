//! What to write where a value has the wrong shape, in the author's own words.

use super::file::File;
use super::spelling::{scalar, shortened};
use super::tree::{Node, NodeId, Value};
use crate::diagnostic::{Edit, Fix};

/// Longer values are not shown.
const MAX_SHOWN: usize = 120;

/// What to write, as a sentence, and the change to it if it is certain.
type Sketch = Option<(String, Option<Fix>)>;

/// A list where a single value stands.
pub(super) fn list(file: &File, node: &Node<'_>) -> Sketch {
    let span = file.place(node.id).span;
    let key = key_of(file, node.id)?;
    let (inner, is_certain) = match &node.value {
        Value::Text(text) => {
            let raw = file.raw(node.id);
            let is_plain = *raw == **text && !text.contains([',', '[', ']', '{', '}']);
            let inner =
                if is_plain || raw.starts_with(['"', '\'']) { raw.to_owned() } else { scalar(text).into_owned() };
            // One time is no window, whatever is put around it.
            (inner, is_plain && key != "between")
        }
        Value::Map(pairs) => {
            let is_flow = file.raw(node.id).starts_with('{');
            let inner = if is_flow { file.raw(node.id).to_owned() } else { flow(pairs)? };
            (inner, is_flow)
        }
        _ => return None,
    };
    let right = one_line(format!("[{inner}]"))?;
    let fix = is_certain
        .then(|| Fix { message: "Put it in brackets.".to_owned(), edits: vec![Edit { span, text: right.clone() }] });
    Some((format!("Write a list, if only of one: {key}: {right}."), fix))
}

/// A text where a list stands: of one whose comma was taken for the end of an item.
pub(super) fn text(file: &File, node: &Node<'_>) -> Sketch {
    let (key, Value::List(items)) = (key_of(file, node.id)?, &node.value) else { return None };
    let words: Option<Vec<&str>> = items
        .iter()
        .map(|item| match &item.value {
            Value::Text(text) => Some(&**text),
            _ => None,
        })
        .collect();
    let joined = words.filter(|words| !words.is_empty())?.join(", ");
    let right = one_line(scalar(&joined).into_owned())?;
    Some((format!("Write one text, in quotes if it has a comma: {key}: {right}."), None))
}

/// A map of known keys where a text stands.
pub(super) fn map(file: &File, node: &Node<'_>, what: &str) -> Sketch {
    let (key, Value::Text(text)) = (key_of(file, node.id)?, &node.value) else { return None };
    let text = text.trim();
    let right = match what {
        "a place" => place(text),
        "the dates of a visit" => format!("{{from: {}, to: {}}}", scalar(text), scalar(text)),
        "a source" => format!("{{publisher: {}}}", scalar(text)),
        "a press block" | "a staff block" => format!("{{note: {}}}", scalar(text)),
        _ => return None,
    };
    let right = one_line(right)?;
    Some((format!("Write what each part is: {key}: {right}."), None))
}

/// A place of which all that is known are words with commas between them, from the small to the large.
fn place(text: &str) -> String {
    let mut parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_country = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let country = parts.pop_if(|part| is_country(&&**part));
    let city = if parts.len() > 1 { parts.pop() } else { None };
    let site = parts.pop();
    let venue = (!parts.is_empty()).then(|| parts.join(", "));
    let named = [("venue", venue.as_deref()), ("site", site), ("city", city), ("country", country)];
    let pairs = named.into_iter().filter_map(|(key, value)| Some(format!("{key}: {}", scalar(value?))));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
}

/// A map of texts in braces.
fn flow(pairs: &[(Node<'_>, Node<'_>)]) -> Option<String> {
    let pair = |(key, value): &(Node<'_>, Node<'_>)| match (&key.value, &value.value) {
        (Value::Text(key), Value::Text(value)) => Some(format!("{}: {}", scalar(key), scalar(value))),
        _ => None,
    };
    let pairs: Option<Vec<String>> = pairs.iter().map(pair).collect();
    pairs.map(|pairs| format!("{{{}}}", pairs.join(", ")))
}

/// What fits into a message.
fn one_line(text: String) -> Option<String> {
    (text.len() <= MAX_SHOWN && !text.contains(char::is_control)).then_some(text)
}

/// The key whose value a node is: the node before it, with a colon between the two.
fn key_of(file: &File, node: NodeId) -> Option<String> {
    let before = file.place(NodeId(node.0.checked_sub(1)?)).span;
    let text = file.source().text();
    let between = text.get(before.end..file.place(node).span.start)?;
    let key = text.get(before.start..before.end)?.trim_matches(['"', '\'']);
    (between.trim_start().starts_with(':') && !key.is_empty()).then(|| shortened(key).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_apart_from_the_large_to_the_small() {
        for (text, right) in [
            ("London", "{site: London}"),
            ("British Museum, London", "{site: British Museum, city: London}"),
            (
                "Great Court, British Museum, London, GB",
                "{venue: Great Court, site: British Museum, city: London, country: GB}",
            ),
            ("국립박물관, 서울", "{site: 국립박물관, city: 서울}"),
            (",", "{}"),
        ] {
            assert_eq!(place(text), right, "{text}");
        }
    }
}
