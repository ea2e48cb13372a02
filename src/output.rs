//! Where a site goes: a folder.

pub mod folder;
