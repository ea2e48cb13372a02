//! Files with a single event: its bytes as the feed has them, in a frame that files share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use crate::render::ics::{self, Rendered, Spans};
use crate::zone::Zone;

/// A zone in the years from one to another.
type Years = (Zone, i32, i32);

/// What stands around events.
pub(super) struct Frames {
    head: String,
    /// By whole years, so that events share them, and an event's do not change with other events. Each is made when it is
    /// first asked for.
    timezones: Mutex<HashMap<Years, Arc<str>>>,
    foot: String,
}

impl Frames {
    pub(super) fn new() -> Self {
        Self { head: ics::single_header(), timezones: Mutex::default(), foot: ics::footer() }
    }

    /// Hands over the file of an event, in parts.
    pub(super) fn around<T>(&self, event: &Rendered, bytes: &[u8], take: impl FnOnce(&[&[u8]]) -> T) -> T {
        let timezones: Vec<Arc<str>> = years(event).into_iter().map(|years| self.timezone(years)).collect();
        let mut parts: Vec<&[u8]> = vec![self.head.as_bytes()];
        parts.extend(timezones.iter().map(|timezone| timezone.as_bytes()));
        parts.extend([bytes, self.foot.as_bytes()]);
        take(&parts)
    }

    fn timezone(&self, years: Years) -> Arc<str> {
        let known = || self.timezones.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(timezone) = known().get(&years) {
            return Arc::clone(timezone);
        }
        let (zone, first, last) = years;
        let spans = Spans::from([(zone, (new_year(first), new_year(last)))]);
        let timezone = Arc::from(ics::timezones(&spans));
        known().insert(years, Arc::clone(&timezone));
        timezone
    }
}

/// The zones that an event's times name, in the order of feeds, each with the years.
fn years(event: &Rendered) -> Vec<Years> {
    let mut years: Vec<Years> = Vec::with_capacity(1);
    for moment in event.zoned.into_iter().flatten() {
        let (zone, year) = (moment.zone(), moment.instant().year());
        match years.iter_mut().find(|(known, ..)| *known == zone) {
            Some((_, first, last)) => (*first, *last) = ((*first).min(year), (*last).max(year)),
            None => years.push((zone, year, year)),
        }
    }
    years.sort_unstable();
    years
}

/// The beginning of a year; a VTIMEZONE holds for the whole of it, and for one more on either side.
fn new_year(year: i32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN).and_utc()
}
