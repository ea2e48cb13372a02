//! Turns the schedule of a head of state's visits, written in YAML, into calendar feeds that people can trust.
//!
//! The way through: files ([`document`]) are checked ([`check`]) into a [`programme`]; what an audience may see of it is
//! a [`listing`]; a listing with its revisions ([`revision`]) is rendered ([`render`]) into a [`site`], and that is
//! written ([`output`]). [`run`] is the command line over all of it.

pub mod check;
mod cli;
mod command;
pub mod diagnostic;
mod digits;
pub mod document;
mod error;
pub mod listing;
mod locale;
pub mod output;
pub mod programme;
pub mod publish;
pub mod render;
pub mod revision;
mod scan;
pub mod schema;
pub mod site;
pub mod source;
pub mod zone;

pub use cli::run;
pub use error::Error;
