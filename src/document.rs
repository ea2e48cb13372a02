//! The YAML shape, as written: which keys there are, which are missing, what is a text and what a list.
//!
//! A document can be wrong. It keeps every scalar as the author wrote it, together with its place; what the scalars
//! mean (dates, zones, ids, references) is for `check` to say. This module is the only user of `serde_yaml`, which
//! reads files that are not plain, and of `saphyr-parser`, which tells where everything in a file stands.
//!
//! Not supported, because a schedule is data that people review: anchors, aliases, merge keys, tags, several
//! documents in a file, nesting deeper than [`MAX_DEPTH`].

mod channels;
mod commas;
mod dashes;
mod edit;
mod events;
mod feeds;
mod fields;
mod file;
mod form;
mod plain;
mod press;
mod refuse;
mod shape;
mod sketch;
mod spelling;
mod syntax;
mod tree;
mod visit;

pub use channels::{Channel, Channels};
pub(crate) use edit::{Assignment, Target, add_entry, missing, new_visit, set};
pub use feeds::{BaseUrl, Feed, Feeds, Only, Pages};
pub use file::File;
pub(crate) use file::{find_cut_texts, find_doubts};
pub use form::{Field, Form, Grammar, Map};
pub use press::{
    Accreditation, Coverage, CoveredPart, Embargo, Press, PressCentre, Staff, StaffStep, Step, StepPlace, StepTime,
    VisitPress,
};
pub(crate) use shape::note;
pub use shape::{Flag, Items, OneOrMany, Scalar, Shape, Table, Text};
pub(crate) use spelling::{
    certain, composed, in_typographic_quotes, is_decomposed, nearest, resembles, respelt, scalar, shortened,
    with_suggestion,
};
pub use tree::{MAX_DEPTH, NodeId};
pub use visit::{
    About, Actual, Dates, Dispute, End, Entry, Participant, Place, Role, Source, Stop, TimeKeys, Visit, When,
};

use crate::diagnostic::Report;

/// Reads the text of one file as a `T`: [`Visit`], [`Feeds`] or [`Channels`].
///
/// Everything that is wrong with the file's shape goes into `report`; what could be read comes back, so that the
/// rest of it can be checked in the same run. `None` when nothing could be.
#[must_use]
pub fn read<'a, T: Shape<'a>>(file: &'a File, report: &mut Report) -> Option<T> {
    let root = tree::parse(file, report)?;
    T::read(root, &mut shape::ShapeReader { file, report })
}

/// Whether the two readers of YAML agree on a file: the one of plain files may give up, and otherwise makes the same tree
/// as the one of all files. For tests and fuzzing; it is no part of the library's face.
#[doc(hidden)]
#[must_use]
pub fn readers_agree(file: &File) -> bool {
    let text = file.source().text();
    plain::parse(text).is_none_or(|node| tree::deserialize(text).is_ok_and(|other| other == node))
}

/// Whether a file is plain, so that the quick reader reads it. For tests; it is no part of the library's face.
#[doc(hidden)]
#[must_use]
pub fn is_plain(file: &File) -> bool {
    plain::parse(file.source().text()).is_some()
}
