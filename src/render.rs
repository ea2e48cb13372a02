//! Bytes from a stamped listing: pure, without clock and without disk.

mod description;
pub mod ics;
pub(crate) mod phrases;
pub(crate) mod words;
