//! Bytes from a revised listing, and back from those where a published state is compared: pure, without clock and without disk.
//!
//! A new format of output is a module here, a call in `tree`, its media type and whether it names other files in `tree/media.rs`,
//! its version in `tree/manifest.rs`, and its link on pages in `DATA` of `html/page.rs`.

pub mod atom;
pub mod changes;
pub(crate) mod csv;
pub(crate) mod day;
mod days;
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
