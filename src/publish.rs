//! Where a tree goes.

#[cfg(feature = "serve")]
pub mod http;
