//! Where a site goes: a folder, readers over HTTP, or an object store. What is published is whole at any moment, whatever becomes of the build.

pub mod file;
pub mod folder;
#[cfg(feature = "serve")]
pub mod http;
pub mod lease;
pub mod published;
#[cfg(any(feature = "serve", feature = "publish"))]
mod random;
pub mod receipt;
#[cfg(feature = "publish")]
pub mod store;
