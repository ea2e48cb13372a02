//! Calendar feeds (RFC 5545, with NAME, SOURCE and REFRESH-INTERVAL of RFC 7986).
//!
//! An event is rendered once for each [`Profile`], and its bytes serve every feed that shares it. Not supported,
//! because what goes out is published and not sent: METHOD, ORGANIZER, ATTENDEE; and recurrence, because visits do not recur.

mod calendar;
mod event;
mod line;
mod profile;
mod read;
mod timezone;

pub use calendar::{Header, footer, header, single_header};
pub use event::{Rendered, Sheaf, Sheaves, cancellations, file_name};
pub use profile::Profile;
pub(crate) use profile::Written;
pub use read::read;
pub use timezone::{Spans, timezones};
