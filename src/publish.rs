//! Where a tree goes: a folder, readers over HTTP, or an object store. What is published is whole at any moment, whatever
//! becomes of the build.

pub mod built;
pub mod directory_lock;
pub mod file;
pub mod folder;
#[cfg(feature = "serve")]
pub mod http;
mod previous;
#[cfg(any(feature = "serve", feature = "publish"))]
pub(crate) mod random;
#[cfg(feature = "publish")]
pub mod store;
