//! Bytes from a revised listing: pure, without clock and without disk.

pub mod atom;
pub mod changes;
pub(crate) mod csv;
pub(crate) mod day;
mod days;
mod description;
pub mod html;
pub mod ics;
pub(crate) mod localizer;
pub(crate) mod ninjs;
pub(crate) mod open_data;
mod restricted;
pub(crate) mod terminal;
