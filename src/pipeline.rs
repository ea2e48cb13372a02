//! The first half of every command: schedules are loaded and checked, and what is to be published of them is planned. What is
//! then rendered and written is the command's choice:
//!
//! ```text
//! let schedules = Schedules::load(dir, database)?;        // text, limits, the lock file
//! let checked = schedules.check();                        // a programme, or a report of everything that is wrong
//! let plan = pipeline::plan(&lock, &programme, …, at);    // the next lock file is a text in it
//! let tree = tree::render(&listing, &settings);           // path → bytes, and the manifest
//! publish::folder::write(out, &lock, &trees)?;            // or the store, or the server
//! ```

#[cfg(feature = "serve")]
mod own_feeds;
mod revisions;
mod schedules;
mod zones;

#[cfg(feature = "serve")]
pub(crate) use own_feeds::OwnFeeds;
pub(crate) use revisions::{LOCK, lock_path, parse_lock, plan, report_clock_ahead, report_forgotten};
#[cfg(feature = "serve")]
pub(crate) use revisions::{next_change, report_behind};
pub(crate) use schedules::{CHANNELS, FEEDS, Schedules, shown};
pub(crate) use zones::read_database;
