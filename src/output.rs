//! The HTTP server.

#[cfg(feature = "serve")]
pub mod http;
