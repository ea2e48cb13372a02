//! Bytes from a revised listing: pure, without clock and without disk.

pub mod atom;
pub mod changes;
pub(crate) mod csv;
mod description;
pub mod html;
pub mod ics;
pub(crate) mod localizer;
#[cfg(feature = "notify")]
pub(crate) mod message;
pub(crate) mod ninjs;
pub(crate) mod open_data;
mod restricted;
pub(crate) mod terminal;
