//! How a tree of YAML nodes becomes the structs of a document, with everything that does not fit reported.
//!
//! A struct declared by [`shape!`] lists its keys once; from that list come the reading, what there is to report of keys
//! (see `fields`), and the form of which schemas are made (see `form`).

use std::borrow::Cow;

use super::fields::report_duplicate;
use super::file::File;
use super::form::{Form, Grammar};
use super::tree::{Node, NodeId, Value};
use super::{commas, dashes, sketch};
use crate::diagnostic::{Code, Diagnostic, Fix, Place, Report, Severity, codes};

/// What reading needs: the file, for places, and where to report.
#[derive(Debug)]
pub struct ShapeReader<'a, 'r> {
    pub(super) file: &'a File,
    pub(super) report: &'r mut Report,
}

/// Notes something at a place; the words are only made when the report has room for them.
pub(crate) fn note(
    place: &Place,
    report: &mut Report,
    (code, severity): (Code, Severity),
    words: impl FnOnce(Diagnostic) -> Diagnostic,
) {
    report.push_with(code, severity, place, || {
        let blank = Diagnostic { severity, ..Diagnostic::error(code, place.clone(), String::new()) };
        words(blank)
    });
}

impl ShapeReader<'_, '_> {
    pub(super) fn error(&mut self, code: Code, at: NodeId, words: impl FnOnce(Diagnostic) -> Diagnostic) {
        note(&self.file.place(at), self.report, (code, Severity::Error), words);
    }

    pub(super) fn wrong_kind(&mut self, node: &Node<'_>, wanted: &str) {
        self.wrong_kind_with(node, wanted, None);
    }

    /// The same where a map of known keys belongs.
    pub(super) fn wrong_map(&mut self, node: &Node<'_>, what: &str) {
        let shown = sketch::map(self.file, node, what);
        self.wrong_kind_with(node, what, shown);
    }

    /// The same, with what to write in its place where that is known.
    fn wrong_kind_with(&mut self, node: &Node<'_>, wanted: &str, shown: Option<(String, Option<Fix>)>) {
        let found = match &node.value {
            Value::Null => {
                let message = format!("Nothing is written here, where {wanted} belongs.");
                self.error(codes::EMPTY_VALUE, node.id, |d| {
                    d.saying(message).with_help("Write the value, or leave the key out.")
                });
                return;
            }
            Value::Bool(_) => "true or false",
            Value::Number => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map of keys to values",
        };
        let message = format!("This is {found}; {wanted} belongs here.");
        let (help, fix) = shown.unwrap_or_else(|| (format!("Write {wanted}, or leave the key out."), None));
        self.error(codes::WRONG_SHAPE, node.id, |d| d.saying(message).with_help(help).with_fix(fix));
    }
}

/// Something that can be read from a YAML node.
pub trait Shape<'a>: Sized {
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self>;

    /// What it may be, as data.
    fn form() -> Form;

    /// The key that it begins with, if it is a map of known keys.
    #[doc(hidden)]
    #[must_use]
    fn first_key() -> Option<&'static str> {
        None
    }
}

/// A scalar as written: a word, a date, a text; and where.
#[derive(Debug, Clone)]
pub struct Scalar<'a> {
    /// Where it stands.
    pub at: NodeId,
    /// What was written, unquoted and unescaped.
    pub text: Cow<'a, str>,
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for Scalar<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        match node.value {
            Value::Text(text) => Some(Scalar { at: node.id, text }),
            // A text may look like a number or like true; how it was written is what counts.
            Value::Number | Value::Bool(_) => {
                Some(Scalar { at: node.id, text: Cow::Borrowed(reader.file.raw(node.id)) })
            }
            _ => {
                reader.wrong_kind(&node, "a text");
                None
            }
        }
    }

    fn form() -> Form {
        Form::Scalar(Grammar::Unsaid)
    }
}

/// `true` or `false`, and where.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// Where it stands.
    pub at: NodeId,
    /// Which.
    pub on: bool,
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for Flag {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        if let Value::Bool(on) = node.value {
            return Some(Flag { at: node.id, on });
        }
        reader.wrong_kind(&node, "true or false");
        None
    }

    fn form() -> Form {
        Form::Flag
    }
}

/// A text for people: one string for all languages, or one for each.
#[derive(Debug, Clone)]
pub enum Text<'a> {
    /// One string for all languages.
    Plain(Scalar<'a>),
    /// A map of language tag to string, in the order written.
    Languages(NodeId, Vec<(Scalar<'a>, Scalar<'a>)>),
}

impl Text<'_> {
    /// Where it stands.
    #[must_use]
    pub fn at(&self) -> NodeId {
        match self {
            Text::Plain(scalar) => scalar.at,
            Text::Languages(at, _) => *at,
        }
    }
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for Text<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        match node.value {
            Value::Map(ref pairs) if pairs.is_empty() => {
                reader.error(codes::EMPTY_VALUE, node.id, |d| {
                    d.saying("A text in no language is no text.").with_help("Write {en: …, ko: …}, or a plain text.")
                });
                None
            }
            Value::Map(_) => {
                let table = Table::<Scalar<'a>>::read(node, reader)?;
                (!table.entries.is_empty()).then_some(Text::Languages(table.at, table.entries))
            }
            Value::List(_) => {
                let shown = sketch::text(reader.file, &node);
                reader.wrong_kind_with(&node, "a text, or a map of languages to texts", shown);
                None
            }
            _ => Scalar::read(node, reader).map(Text::Plain),
        }
    }

    fn form() -> Form {
        Form::Text(Grammar::Line)
    }
}

/// A list, and where.
#[derive(Debug, Clone)]
pub struct Items<T> {
    /// Where it stands.
    pub at: NodeId,
    /// Its items, as far as they could be read.
    pub items: Vec<T>,
    /// Whether nothing at all is in it.
    pub empty: bool,
}

#[allow(private_interfaces)]
impl<'a, T: Shape<'a>> Shape<'a> for Items<T> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        let Value::List(nodes) = node.value else {
            let fits = match (T::form(), &node.value) {
                (Form::Map(_), Value::Map(pairs)) => pairs
                    .iter()
                    .any(|(key, _)| matches!(&key.value, Value::Text(text) if T::first_key() == Some(&**text))),
                (Form::Scalar(_), Value::Text(_)) | (Form::Text(_) | Form::Either(_), _) => true,
                _ => false,
            };
            let shown = if fits { sketch::list(reader.file, &node) } else { None };
            let is_certain = T::first_key().is_none() && matches!(shown, Some((_, Some(_))));
            reader.wrong_kind_with(&node, "a list", shown);
            // Read as the list that it was meant to be, so that one slip is one mistake.
            let at = node.id;
            let only = if is_certain { T::read(node, reader) } else { None };
            return only.map(|only| Items { at, items: vec![only], empty: false });
        };
        let empty = nodes.is_empty();
        let mut items = Vec::with_capacity(nodes.len());
        for node in nodes {
            let (node, more) = dashes::divided(node, T::first_key(), reader);
            items.extend(std::iter::once(node).chain(more).filter_map(|node| T::read(node, reader)));
        }
        Some(Items { at: node.id, items, empty })
    }

    fn form() -> Form {
        Form::List(Box::new(T::form()))
    }
}

/// One, or a list of several, and where.
#[derive(Debug, Clone)]
pub struct OneOrMany<T> {
    /// Where it stands.
    pub at: NodeId,
    /// All of them.
    pub items: Vec<T>,
}

#[allow(private_interfaces)]
impl<'a, T: Shape<'a>> Shape<'a> for OneOrMany<T> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        let at = node.id;
        if !matches!(node.value, Value::List(_)) {
            return T::read(node, reader).map(|one| OneOrMany { at, items: vec![one] });
        }
        let list = Items::<T>::read(node, reader)?;
        if list.empty {
            reader.error(codes::EMPTY_VALUE, at, |d| {
                d.saying("There is nothing in this list.").with_help("Write at least one, or leave the key out.")
            });
        }
        Some(OneOrMany { at, items: list.items })
    }

    fn form() -> Form {
        Form::Either(vec![T::form(), Form::SomeOf(Box::new(T::form()))])
    }
}

/// A map whose keys the author chooses, in the order written, and where.
#[derive(Debug, Clone)]
pub struct Table<'a, T> {
    /// Where it stands.
    pub at: NodeId,
    /// Its keys and values.
    pub entries: Vec<(Scalar<'a>, T)>,
}

#[allow(private_interfaces)]
impl<'a, T: Shape<'a>> Shape<'a> for Table<'a, T> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        let Value::Map(pairs) = node.value else {
            reader.wrong_kind(&node, "a map of keys to values");
            return None;
        };
        let mut entries: Vec<(Scalar<'a>, T)> = Vec::with_capacity(pairs.len());
        let mut seen = std::collections::HashMap::new();
        for (key, value) in commas::joined(pairs, |_| false, reader) {
            let Some(key) = Scalar::read(key, reader) else { continue };
            if let Some(first) = seen.insert(key.text.clone(), key.at) {
                report_duplicate(&key, first, reader);
                continue;
            }
            if let Some(value) = T::read(value, reader) {
                entries.push((key, value));
            }
        }
        Some(Table { at: node.id, entries })
    }

    fn form() -> Form {
        Form::Table(Grammar::Unsaid, Box::new(T::form()))
    }
}

/// A boxed shape: what few entries have, and would make room for in all.
#[allow(private_interfaces)]
impl<'a, T: Shape<'a>> Shape<'a> for Box<T> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        T::read(node, reader).map(Box::new)
    }

    fn form() -> Form {
        T::form()
    }
}

/// Declares a struct that is a YAML map: each field with its key, whether it must be given, its type, and the grammar
/// of its scalars and of the keys that the author chooses. The comment of a field is its description in the schema. The
/// keys of another such struct may come first.
///
/// Every field is an `Option`: what is missing or could not be read has been reported, and is `None`.
macro_rules! shape {
    (
        $(#[doc = $about:literal])*
        $vis:vis $name:ident as $what:literal {
            $( ..$group:ident: $group_type:ident, )?
            $(
                $(#[doc = $doc:literal])*
                $field:ident = $key:literal $need:ident $kind:ty $(as $grammar:ident $(keyed $keys:ident)?)?,
            )+
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone)]
        $vis struct $name<'a> {
            /// Where the map stands.
            #[allow(dead_code, reason = "few of them ask")]
            pub at: $crate::document::NodeId,
            $(
                /// The keys that it shares with others.
                pub $group: $group_type<'a>,
            )?
            $( $(#[doc = $doc])* pub $field: Option<$kind>, )+
            /// Whether a key was given whose value could not be read, which has been reported.
            #[allow(dead_code, reason = "few of them ask")]
            pub unread: bool,
            #[doc(hidden)]
            pub lifetime: std::marker::PhantomData<&'a ()>,
        }

        impl<'a> $name<'a> {
            fn keys() -> Vec<$crate::document::fields::Key> {
                let mut keys = Vec::new();
                $( keys.extend($group_type::keys()); )?
                keys.extend([$( $crate::document::fields::Key { name: $key, required: shape!(@$need) }, )+]);
                keys
            }

            fn from_fields(
                fields: &mut $crate::document::fields::Fields<'a>,
                reader: &mut $crate::document::shape::ShapeReader<'a, '_>,
            ) -> Self {
                $name {
                    at: fields.at,
                    $( $group: $group_type::from_fields(fields, reader), )?
                    $( $field: fields.next(reader), )+
                    unread: fields.take_unread(),
                    lifetime: std::marker::PhantomData,
                }
            }

            fn described_fields() -> Vec<$crate::document::Field> {
                let mut fields = Vec::new();
                $( fields.extend($group_type::described_fields()); )?
                fields.extend([$( $crate::document::Field {
                    key: $key,
                    required: shape!(@$need),
                    about: concat!($( $doc, )*),
                    form: <$kind as $crate::document::Shape<'a>>::form()
                        $( .of($crate::document::Grammar::$grammar) $( .keyed($crate::document::Grammar::$keys) )? )?,
                }, )+]);
                fields
            }
        }

        #[allow(private_interfaces)]
        impl<'a> $crate::document::Shape<'a> for $name<'a> {
            fn read(
                node: $crate::document::tree::Node<'a>,
                reader: &mut $crate::document::shape::ShapeReader<'a, '_>,
            ) -> Option<Self> {
                static KEYS: std::sync::LazyLock<Vec<$crate::document::fields::Key>> =
                    std::sync::LazyLock::new($name::keys);
                let mut fields = $crate::document::fields::Fields::read(node, $what, &KEYS, reader)?;
                Some($name::from_fields(&mut fields, reader))
            }

            fn first_key() -> Option<&'static str> {
                [$( $key, )+].first().copied()
            }

            fn form() -> $crate::document::Form {
                $crate::document::Form::Map($crate::document::Map {
                    name: stringify!($name),
                    about: concat!($( $about, )*),
                    fields: $name::described_fields(),
                })
            }
        }
    };
    (@required) => { true };
    (@optional) => { false };
}

pub(super) use shape;
