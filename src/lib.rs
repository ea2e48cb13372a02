//! Turns the schedule of a head of state's visits, written in YAML, into calendar feeds that people can trust.
//!
//! There is one way through, and every file is whole before anybody writes it:
//!
//! ```text
//! let schedules = Schedules::load(dir, database)?;        // text, limits, the lock file
//! let checked = schedules.check();                        // a programme, or a report of everything that is wrong
//! let plan = pipeline::plan(&lock, &programme, …, at);    // the next lock file is a text in it
//! let tree = tree::render(&listing, &settings);           // path → bytes, and the manifest
//! publish::folder::write(out, &lock, &trees)?;            // or the object store, or the server
//! ```
//!
//! Files ([`document`]) are checked ([`check`]) into a [`programme`]; what an audience may see of it is a [`listing`]; a
//! listing with its revisions ([`revision`]) is rendered ([`render`]) into a [`tree`], and that is published ([`publish`]).
//! [`run`] is the command line over all of it.

pub mod check;
mod cli;
pub mod diagnostic;
pub mod document;
mod error;
mod import;
pub mod listing;
mod locale;
#[cfg(feature = "notify")]
mod notify;
mod pipeline;
pub mod programme;
pub mod publish;
pub mod render;
pub mod revision;
pub mod schema;
pub mod source;
pub mod tree;
pub mod zone;

pub use cli::run;
pub use error::Error;
