//! Where a site goes: a folder, or readers over HTTP. What is published is whole at any moment, whatever becomes of the build.

pub mod file;
pub mod folder;
#[cfg(feature = "serve")]
pub mod http;
pub mod lease;
pub mod published;
pub mod receipt;
