//! Where a site goes: a folder, readers over HTTP, or an object store. What is published is whole at any moment, whatever becomes of the build.

pub mod file;
pub mod folder;
pub mod lease;
pub mod published;
#[cfg(any(feature = "serve", feature = "publish"))]
pub(crate) mod random;
pub mod receipt;
#[cfg(feature = "publish")]
pub mod store;
