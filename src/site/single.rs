//! Files with a single event: its bytes as the feed has them, in a frame that files share.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use rayon::prelude::*;

use super::Body;
use super::body::Shared;
use crate::render::ics::{self, Rendered, Spans};
use crate::zone::Zone;

/// A zone in the years from one to another.
type Years = (Zone, i32, i32);

/// What stands around events.
pub(super) struct Frames {
    head: Shared,
    /// By whole years, so that events share them, and an event's do not change with other events.
    timezones: HashMap<Years, Shared>,
    foot: Shared,
}

impl Frames {
    /// All that these events need.
    pub(super) fn of<'r>(events: impl Iterator<Item = &'r Rendered>) -> Self {
        let needed: HashSet<Years> = events.flat_map(years).collect();
        let timezone = |years: Years| {
            let (zone, first, last) = years;
            let spans = Spans::from([(zone, (new_year(first), new_year(last)))]);
            (years, Arc::new(ics::timezones(&spans).into_bytes()))
        };
        Self {
            head: Arc::new(ics::single_header().into_bytes()),
            timezones: needed.into_par_iter().map(timezone).collect(),
            foot: Arc::new(ics::footer().into_bytes()),
        }
    }

    /// The file of an event, which is in a text.
    pub(super) fn single(&self, text: &Shared, event: &Rendered) -> Body {
        let mut body = Body::default();
        let timezones = years(event).into_iter().filter_map(|years| self.timezones.get(&years));
        for whole in [&self.head].into_iter().chain(timezones) {
            body.push(whole, 0..whole.len());
        }
        body.push(text, event.bytes.clone());
        body.push(&self.foot, 0..self.foot.len());
        body
    }
}

/// The zones that an event's times name, in the order of feeds, each with the years.
fn years(event: &Rendered) -> Vec<Years> {
    let mut years: Vec<Years> = Vec::with_capacity(1);
    for (zone, instant) in event.zoned.into_iter().flatten() {
        let year = instant.year();
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
