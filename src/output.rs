//! Where a site goes: a folder. What is published is whole at any moment, whatever becomes of the build.

pub mod file;
pub mod folder;
pub mod lease;
pub mod published;
pub mod receipt;
