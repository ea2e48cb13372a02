//! The values of a map by the keys that its struct knows, and what there is to report of its other keys: the unknown
//! ones with the nearest known one, the duplicate ones and the missing ones.

use super::shape::{Scalar, Shape, ShapeReader};
use super::spelling::{certain, nearest, respelt, shortened};
use super::tree::{Node, NodeId, Value};
use crate::diagnostic::codes;

/// A key that a struct knows.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) required: bool,
}

/// A map's values, in the order of the struct's list of keys.
pub(super) struct Fields<'a> {
    pub(super) at: NodeId,
    values: std::vec::IntoIter<Slot<'a>>,
}

/// Where a key stands, and its value, if it was given.
type Slot<'a> = Option<(NodeId, Node<'a>)>;

impl<'a> Fields<'a> {
    /// Sorts a map's values by the known keys; `None` when the node is no map.
    pub(super) fn read(node: Node<'a>, what: &str, keys: &[Key], reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        let Value::Map(pairs) = node.value else {
            reader.wrong_kind(&node, what);
            return None;
        };
        let mut slots: Vec<Slot<'a>> = keys.iter().map(|_| None).collect();
        let mut unknown = Vec::new();
        for (key, value) in pairs {
            let Some(key) = Scalar::read(key, reader) else { continue };
            match keys.iter().position(|known| known.name == key.text).map(|index| &mut slots[index]) {
                None => unknown.push((key, value)),
                Some(Some((earlier, _))) => report_duplicate(&key, *earlier, reader),
                Some(slot) => *slot = Some((key.at, value)),
            }
        }
        let meant = slips(&unknown, keys, &slots);
        for ((key, value), meant) in unknown.into_iter().zip(meant) {
            report_unknown(&key, meant.map(|index| keys[index].name), what, keys, reader);
            // Read as what it was meant to be, so that one slip is one mistake.
            if let Some(index) = meant {
                slots[index] = Some((key.at, value));
            }
        }
        for (key, _) in keys.iter().zip(&slots).filter(|(key, slot)| key.required && slot.is_none()) {
            report_missing(node.id, what, key.name, reader);
        }
        Some(Fields { at: node.id, values: slots.into_iter() })
    }

    /// Reads the value of the next key, if it was given.
    pub(super) fn next<T: Shape<'a>>(&mut self, reader: &mut ShapeReader<'a, '_>) -> Option<T> {
        let value = self.values.next().expect("each key has a place for its value");
        value.and_then(|(_, node)| T::read(node, reader))
    }
}

/// Of more unknown keys than this in one map, none is taken for a slip.
const MAX_UNKNOWN_KEYS: usize = 20;

/// For each unknown key of one map, the position of the known one that it was certainly meant to be, if there is one: a key
/// that is there already, or that two misspelt ones resemble, is not certain. Of many, none.
fn slips(unknown: &[(Scalar<'_>, Node<'_>)], keys: &[Key], slots: &[Slot<'_>]) -> Vec<Option<usize>> {
    if unknown.len() > MAX_UNKNOWN_KEYS {
        return vec![None; unknown.len()];
    }
    let meant = |(key, _): &(Scalar<'_>, Node<'_>)| {
        let name = certain(&key.text, keys.iter().map(|key| key.name))?;
        keys.iter().position(|key| key.name == name)
    };
    let all: Vec<Option<usize>> = unknown.iter().map(meant).collect();
    let only_one = |index: &usize| all.iter().filter(|other| **other == Some(*index)).count() == 1;
    all.iter().map(|index| index.filter(|index| slots[*index].is_none() && only_one(index))).collect()
}

fn report_unknown(key: &Scalar<'_>, meant: Option<&str>, what: &str, known: &[Key], reader: &mut ShapeReader<'_, '_>) {
    if key.text == "<<" {
        reader.error(codes::YAML_MERGE_KEY, key.at, |d| {
            d.saying("A schedule has no merge keys.").with_help("Write the keys out.")
        });
        return;
    }
    reader.error(codes::UNKNOWN_KEY, key.at, |d| {
        let known: Vec<_> = known.iter().map(|key| key.name).collect();
        let help = match nearest(&key.text, known.iter().copied()) {
            Some(name) => format!("Did you mean “{name}”?"),
            None => format!("The keys here are: {}.", known.join(", ")),
        };
        let fix = meant.and_then(|name| respelt(&d.place, &key.text, name));
        d.saying(format!("{} has no key “{}”.", capital(what), shortened(&key.text))).with_help(help).with_fix(fix)
    });
}

pub(super) fn report_duplicate(key: &Scalar<'_>, first: NodeId, reader: &mut ShapeReader<'_, '_>) {
    let earlier = reader.file.place(first);
    reader.error(codes::DUPLICATE_KEY, key.at, |d| {
        d.saying(format!("The key “{}” is given twice.", shortened(&key.text)))
            .with_help("Keep one of the two.")
            .with_related(earlier, "It is first given here.")
    });
}

fn report_missing(at: NodeId, what: &str, key: &str, reader: &mut ShapeReader<'_, '_>) {
    reader.error(codes::MISSING_KEY, at, |d| {
        let help = match key {
            "audience" => {
                "Write audience: public, press or staff. There is no default, so that nothing gets out by oversight."
                    .to_owned()
            }
            _ => format!("Add “{key}:”."),
        };
        d.saying(format!("{} needs the key “{key}”.", capital(what))).with_help(help)
    });
}

fn capital(what: &str) -> String {
    let mut chars = what.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
