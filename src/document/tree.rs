//! YAML text to a tree of nodes that remember their place in the order of reading.
//!
//! `plain` reads what nearly every schedule is written in, and the rest is left to `serde_yaml`, which knows all of YAML.
//!
//! `serde_yaml` stops at the first value that does not fit a type, keeps the last of two equal keys and tells no
//! places. A tree of its own keeps both keys, and numbers its nodes as the parser meets them; `events` meets them in
//! the same order. So one reading serves the good file, and a second one is made only where there is something to say.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::file::File;
use super::plain;
use super::refuse;
use crate::diagnostic::Report;

/// How deep lists and maps may be nested.
pub const MAX_DEPTH: usize = 32;

/// A node's number in the order of reading, from 0: the key to its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// A YAML value and its number.
#[derive(Debug, PartialEq)]
pub(super) struct Node<'a> {
    pub(super) id: NodeId,
    pub(super) value: Value<'a>,
}

#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    /// A number. How it was written is looked up by its place, for the rare text that is one (`title: 2025`).
    Number,
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Map(Vec<(Node<'a>, Node<'a>)>),
}

/// Parses a whole file; a syntax error, or YAML that schedules do without, is reported and gives `None`.
pub(super) fn parse<'a>(file: &'a File, report: &mut Report) -> Option<Node<'a>> {
    plain::parse(file.source().text()).or_else(|| parse_any(file, report))
}

/// The same, of any YAML.
fn parse_any<'a>(file: &'a File, report: &mut Report) -> Option<Node<'a>> {
    if !refuse::refuse_unsupported(file, report) {
        return None;
    }
    deserialize(file.source().text()).map_err(|why| refuse::report_unparsable(file, &why, report)).ok()
}

/// Why `serde_yaml` could not read a text.
pub(super) struct Unparsable {
    pub(super) error: serde_yaml::Error,
    /// Whether lists and maps are nested deeper than [`MAX_DEPTH`].
    pub(super) too_deep: bool,
}

/// Reads a text with `serde_yaml` alone, without refusing anything.
pub(super) fn deserialize(text: &str) -> Result<Node<'_>, Unparsable> {
    let (next, too_deep) = (Cell::new(0), Cell::new(false));
    let seed = NodeSeed { next: &next, too_deep: &too_deep, depth: 0 };
    let read = seed.deserialize(serde_yaml::Deserializer::from_str(text));
    read.map_err(|error| Unparsable { error, too_deep: too_deep.get() })
}

struct NodeSeed<'c> {
    next: &'c Cell<u32>,
    too_deep: &'c Cell<bool>,
    depth: usize,
}

impl NodeSeed<'_> {
    fn number(&self) -> NodeId {
        let id = self.next.get();
        self.next.set(id + 1);
        NodeId(id)
    }

    fn leaf<'a>(&self, value: Value<'a>) -> Node<'a> {
        Node { id: self.number(), value }
    }

    fn deeper<E: de::Error>(&self) -> Result<NodeSeed<'_>, E> {
        if self.depth == MAX_DEPTH {
            self.too_deep.set(true);
            return Err(E::custom("nested too deep"));
        }
        Ok(NodeSeed { depth: self.depth + 1, ..*self })
    }
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Declares how numbers are visited, all alike.
macro_rules! numbers {
    ($( $visit:ident: $kind:ty ),+) => {
        $( fn $visit<E>(self, _: $kind) -> Result<Node<'de>, E> {
            Ok(self.leaf(Value::Number))
        } )+
    };
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(self.leaf(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Node<'de>, E> {
        Ok(self.leaf(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(self.leaf(Value::Bool(value)))
    }

    numbers! { visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128, visit_f64: f64 }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(self.leaf(Value::Text(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(self.leaf(Value::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node<'de>, A::Error> {
        let id = self.number();
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.deeper()?)? {
            items.push(item);
        }
        Ok(Node { id, value: Value::List(items) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
        let id = self.number();
        let mut pairs = Vec::new();
        while let Some(key) = map.next_key_seed(self.deeper()?)? {
            let value = map.next_value_seed(self.deeper()?)?;
            pairs.push((key, value));
        }
        Ok(Node { id, value: Value::Map(pairs) })
    }
}
