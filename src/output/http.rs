//! A site over HTTP, from memory.
//!
//! The public tree is at `/`. The others are at `/t/TOKEN/`, for calendar apps, which can send no headers; and at `/press/` and
//! `/staff/` with HTTP Basic, where the token is the password and the user's name may be anything.
//!
//! What is answered follows from a request, a [`Generation`] of the site and the [`Tokens`] alone: see [`App::answer`].
//! Everything that can be known of an answer before it is asked for is made with the generation: compressed bodies, entity
//! tags, headers. Not supported, because calendar apps ask for none of it: ranges, trailers, HTTP/2 and TLS (a proxy has
//! them), and compression on the fly.

mod answer;
mod conditional;
mod connection;
mod generation;
mod headers;
mod health;
mod log;
mod metrics;
mod negotiation;
mod path;
mod payload;
mod served;
mod server;
pub mod tokens;
mod worker;

pub use answer::{Answer, App};
pub use generation::Generation;
pub use health::Health;
pub use log::AccessLog;
pub use payload::Payload;
pub use server::{Limits, serve};
pub use tokens::Tokens;

use crate::programme::Audience;

/// The position of an audience among all.
fn slot(audience: Audience) -> usize {
    match audience {
        Audience::Public => 0,
        Audience::Press => 1,
        Audience::Staff => 2,
    }
}
