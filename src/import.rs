//! Somebody's calendar (RFC 5545) as the text of a draft visit, which its author goes on from.
//!
//! Nothing is invented. What a calendar does not say, or says in a way that leaves something open, stands in the draft
//! as a comment that begins with `# doubt:`, and a check warns of each until it is taken out. No source is claimed, and nobody
//! but staff sees the draft.
//!
//! Recurring events become an entry for each time, up to a bound. Not supported: tasks, journals, free and busy times,
//! EXRULE, RANGE=THISANDFUTURE, attendees, attachments; where there are some, the draft says so.

mod calendar;
mod draft;
mod recurrence;
mod times;
mod zones;

pub(crate) use draft::{Options, draft};

/// The largest calendar that is read: 16 MiB.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;
/// No visit has as many entries.
const MAX_ENTRIES: usize = 5_000;
/// The parser takes much memory for each content line.
const MAX_LINES: usize = 200_000;
/// How many rules of recurring events are expanded.
const MAX_RULES: usize = 200;
/// No visit is in as many time zones.
const MAX_ZONES: usize = 50;
/// How often a recurring event is written out.
const MAX_OCCURRENCES: usize = 500;
