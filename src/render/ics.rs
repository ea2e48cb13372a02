//! Calendar feeds (RFC 5545, with NAME, SOURCE and REFRESH-INTERVAL of RFC 7986).
//!
//! An event is rendered once for each [`EventStyle`], and serves every feed that shares it. Not supported, because what
//! goes out is published and not sent: METHOD, ORGANIZER, ATTENDEE; and recurrence, because visits do not recur.

mod calendar;
mod event;
mod line;
mod read;
mod style;
mod timezone;

pub use calendar::{FeedBuilder, single};
pub use event::{Event, for_each_event};
pub use read::read;
pub(crate) use style::CalendarTime;
pub use style::EventStyle;
pub use timezone::ZoneSpans;
