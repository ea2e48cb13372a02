//! Writing what is kept of times, and of what they are of a journey.

use super::{Json, offset};
use crate::listing::{ListedJourney, ListedStop, ListedWhen};
use crate::programme::{About, KnownTime, Text, WithinDay};
use crate::zone::Moment;

impl Json {
    /// That something is so.
    pub(super) fn flag(&mut self, key: &str) {
        self.field(key);
        self.out.push_str("true");
    }

    pub(super) fn moment(&mut self, key: &str, moment: Moment) {
        self.field(key);
        self.display(format_args!("{:?}{}", moment.local(), offset(moment)));
    }

    /// What the clock shows; with its offset where it has shown that before.
    fn time_of_day(&mut self, moment: Moment) {
        let offset = if moment.second_pass() { offset(moment) } else { String::new() };
        self.display(format_args!("{}{offset}", moment.local().format("%H:%M:%S")));
    }

    pub(super) fn when(&mut self, when: &ListedWhen<'_>) {
        self.word("zone", when.zone().name());
        match when.time {
            KnownTime::Clock(clock) => {
                self.moment("start", clock.start);
                if let Some(end) = clock.end {
                    self.moment("end", end.in_zone(clock.start.zone()));
                }
                match clock.about {
                    About { start: false, end: false } => {}
                    About { start: true, end: true } => self.flag("about"),
                    About { start: true, .. } => self.word("about", "start"),
                    About { .. } => self.word("about", "end"),
                }
                if clock.to_be_confirmed {
                    self.flag("tbc");
                }
            }
            KnownTime::Day { date, within, .. } => {
                self.date("date", date);
                match within {
                    WithinDay::Day => {}
                    WithinDay::Part(part) => self.word("part", part.word()),
                    WithinDay::Between(first, last) => {
                        self.field("between");
                        self.list(&[first, last], |json, moment| json.time_of_day(*moment));
                    }
                    WithinDay::NotBefore(bound) => {
                        self.field("not_before");
                        self.time_of_day(bound);
                    }
                    WithinDay::NotAfter(bound) => {
                        self.field("not_after");
                        self.time_of_day(bound);
                    }
                }
            }
            KnownTime::Days { from, to, .. } => {
                self.date("from", from);
                self.date("to", to);
            }
            KnownTime::Unknown { part, .. } => {
                if let Some(part) = part {
                    self.word("part", part.word());
                }
            }
        }
        let after: Vec<Text> = when.after.iter().map(|title| (*title).clone()).collect();
        self.texts("after", &after);
        self.optional("before", when.before);
    }

    pub(super) fn end(&mut self, end: &ListedJourney<'_>) {
        self.when(&end.when);
        if let Some(place) = end.place {
            self.place(place);
        }
    }

    pub(super) fn stop(&mut self, stop: &ListedStop<'_>) {
        self.object(|json| {
            if let Some(place) = stop.place {
                json.place(place);
            }
            for (key, when) in [("arrive", &stop.arrive), ("depart", &stop.depart)] {
                if let Some(when) = when {
                    json.field(key);
                    json.object(|json| json.when(when));
                }
            }
        });
    }
}
