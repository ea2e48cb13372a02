//! What is written: a site into a folder, and schedules that are mended.

pub(crate) mod file;
pub mod folder;
