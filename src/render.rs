//! Bytes from a stamped listing: pure, without clock and without disk.

pub mod atom;
pub mod changes;
pub(crate) mod csv;
mod description;
pub mod html;
pub mod ics;
pub(crate) mod json;
pub(crate) mod localizer;
pub(crate) mod ninjs;
mod restricted;
pub(crate) mod terminal;
