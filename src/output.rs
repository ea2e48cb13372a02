//! Where a site goes: a folder.

pub mod file;
pub mod folder;
