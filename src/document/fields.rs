//! The values of a map by the keys that its struct knows, and what there is to report of its other keys: the unknown
//! ones with the nearest known one, the duplicate ones and the missing ones.

use super::commas;
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
    /// Whether one of those read so far could not be, which has been reported.
    unread: bool,
}

/// Where a key stands, and its value, if it was given.
type Slot<'a> = Option<(NodeId, Node<'a>)>;

impl<'a> Fields<'a> {
    /// Sorts a map's values by the known keys; `None` when the node is no map.
    pub(super) fn read(node: Node<'a>, what: &str, keys: &[Key], reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        let Value::Map(pairs) = node.value else {
            reader.wrong_map(&node, what);
            return None;
        };
        let mut slots: Vec<Slot<'a>> = keys.iter().map(|_| None).collect();
        let mut unknown = Vec::new();
        for (key, value) in commas::joined(pairs, |key| keys.iter().any(|known| known.name == key), reader) {
            let Some(key) = Scalar::read(key, reader) else { continue };
            match keys.iter().position(|known| known.name == key.text).map(|index| &mut slots[index]) {
                None => unknown.push((key, value)),
                Some(Some((earlier, _))) => report_duplicate(&key, *earlier, reader),
                Some(slot) => *slot = Some((key.at, value)),
            }
        }
        let slips = slips(&unknown, keys, &slots);
        for ((key, value), slip) in unknown.into_iter().zip(&slips) {
            let certain = slip.certain.map(|index| keys[index].name);
            report_unknown(&key, certain, what, keys, reader);
            // Read as what it was probably meant to be, so that one slip is one mistake.
            if let Some(index) = slip.read_as {
                slots[index] = Some((key.at, value));
            }
        }
        let resembled = |index: usize| slips.iter().any(|slip| slip.nearest == Some(index));
        for (index, key) in keys.iter().enumerate().filter(|(index, key)| key.required && slots[*index].is_none()) {
            if !resembled(index) {
                report_missing(node.id, what, key.name, reader);
            }
        }
        Some(Fields { at: node.id, values: slots.into_iter(), unread: false })
    }

    /// Reads the value of the next key, if it was given.
    pub(super) fn next<T: Shape<'a>>(&mut self, reader: &mut ShapeReader<'a, '_>) -> Option<T> {
        let value = self.values.next().expect("each key has a place for its value");
        let (_, node) = value?;
        let read = T::read(node, reader);
        self.unread |= read.is_none();
        read
    }

    /// Whether a value could not be read since this was last asked.
    pub(super) fn take_unread(&mut self) -> bool {
        std::mem::take(&mut self.unread)
    }
}

/// Of more unknown keys than this in one map, none is taken for a slip.
const MAX_UNKNOWN_KEYS: usize = 20;

/// What an unknown key of a map was meant to be, as positions among the known ones.
#[derive(Clone, Copy, Default)]
struct Slip {
    /// The key that it certainly was meant to be.
    certain: Option<usize>,
    /// The key that its value is read as.
    read_as: Option<usize>,
    /// The key that it resembles most.
    nearest: Option<usize>,
}

/// For each unknown key of one map, what it was meant to be. A key that is there already, or that two misspelt ones resemble,
/// is not certain. Of many, none.
fn slips(unknown: &[(Scalar<'_>, Node<'_>)], keys: &[Key], slots: &[Slot<'_>]) -> Vec<Slip> {
    if unknown.is_empty() || unknown.len() > MAX_UNKNOWN_KEYS {
        return vec![Slip::default(); unknown.len()];
    }
    let names = || keys.iter().map(|key| key.name);
    let position = |name: Option<&str>| name.and_then(|name| keys.iter().position(|key| key.name == name));
    let only_one = |all: &[Option<usize>], index: usize| all.iter().filter(|other| **other == Some(index)).count() == 1;
    let all: Vec<Option<usize>> = unknown.iter().map(|(key, _)| position(certain(&key.text, names()))).collect();
    let is_free = |index: &usize| slots[*index].is_none();
    let certain: Vec<Option<usize>> =
        all.iter().map(|index| index.filter(|index| is_free(index) && only_one(&all, *index))).collect();
    let nearest: Vec<Option<usize>> = unknown.iter().map(|(key, _)| position(nearest(&key.text, names()))).collect();
    let read_as = |at: usize| {
        let likely = nearest[at].filter(|index| is_free(index) && !certain.contains(&Some(*index)));
        certain[at].or(likely.filter(|index| only_one(&nearest, *index)))
    };
    (0..unknown.len()).map(|at| Slip { certain: certain[at], read_as: read_as(at), nearest: nearest[at] }).collect()
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
