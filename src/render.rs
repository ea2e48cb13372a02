//! Bytes from a stamped listing: pure, without clock and without disk.

pub mod atom;
pub mod changes;
mod description;
pub mod html;
pub mod ics;
pub(crate) mod json;
pub(crate) mod localizer;
mod restricted;
pub(crate) mod terminal;
