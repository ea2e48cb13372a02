//! One person in two places at once.
//!
//! Only what is certain counts: two clock times that overlap, a clock time or a whole window inside a stretch whose two
//! ends are known. Two entries of a day without times never do. What is part of something larger is no mistake: talks
//! include their lunch, a summit its photographs. So an entry within another is skipped unless the two are known to
//! be in different places, and so is anything that overlaps on the same site.
//!
//! The entries of a person are sorted by their beginning and walked through once, with the few that have not ended.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::people::Person;
use super::words::same;
use super::{EntryContext, WholeSchedule, cities, repeated};
use crate::check::window::{Window, end_tolerance, local_time, tolerance};
use crate::diagnostic::{self, codes};
use crate::programme::{EntryKind, EntryRef, KnownTime, Place, Text, Timing, When};

/// In how many files these are shown. Where more are concerned, something is wrong with all of them, and to find the
/// places in thousands of files takes longer than reading them.
const MAX_FILES: usize = 20;

/// How many entries that have not ended are compared with the next. Nobody's schedule has more; a hostile one may.
const MAX_RUNNING: usize = 8;

/// What was reported so far, of everybody.
#[derive(Default)]
struct Shown {
    /// The visits whose files were shown.
    visits: BTreeSet<usize>,
    /// The place that was reported last.
    last: Option<diagnostic::Place>,
    /// What was reported of one person, and is the same of another.
    pairs: BTreeSet<[EntryRef; 2]>,
}

/// An entry whose time is known well enough to be compared.
struct TimedEntry<'d> {
    at: EntryRef,
    context: EntryContext<'d>,
    begins: Window,
    /// Until when it certainly lasts; its beginning where that is all that is known of a clock time.
    ends: Option<DateTime<Utc>>,
    is_journey: bool,
    has_known_end: bool,
}

pub(super) fn check(schedule: &mut WholeSchedule<'_, '_>, people: &[Person]) {
    if schedule.is_off(codes::TWO_PLACES_AT_ONCE) {
        return;
    }
    let mut shown = Shown::default();
    for person in people {
        check_person(schedule, person, &mut shown);
    }
}

fn check_person(schedule: &mut WholeSchedule<'_, '_>, person: &Person, shown: &mut Shown) {
    let mut entries: Vec<_> = person.entries.iter().filter_map(|&at| TimedEntry::of(schedule, at)).collect();
    // What lasts stands before what merely begins at the same instant, and what lasts longest first.
    entries.sort_by_key(|entry| (entry.begins.first, Reverse(entry.ends)));
    let mut running: Vec<&TimedEntry<'_>> = Vec::with_capacity(MAX_RUNNING + 1);
    for next in &entries {
        running.retain(|other| other.ends > Some(next.begins.first) || other.begins.first == next.begins.first);
        if let Some(other) = running.iter().rev().find(|other| clash(other, next) && !are_nested(schedule, other, next))
        {
            report(schedule, other, next, shown);
        }
        if next.ends.is_some() {
            running.push(next);
            if running.len() > MAX_RUNNING {
                let (soonest, _) =
                    running.iter().enumerate().min_by_key(|(_, entry)| entry.ends).expect("there are some");
                running.remove(soonest);
            }
        }
    }
}

impl<'d> TimedEntry<'d> {
    fn of(schedule: &WholeSchedule<'d, '_>, at: EntryRef) -> Option<Self> {
        let context = schedule.entry(at);
        // Who stays somewhere for a night goes out from there.
        if context.entry.kind == EntryKind::Stay {
            return None;
        }
        let exactly = |instant| Window { first: instant, last: instant };
        let is_journey = matches!(context.entry.timing, Timing::Journey { .. });
        let (begins, ends, has_known_end) = match &context.entry.timing {
            Timing::Stay(when @ When { time: KnownTime::Clock(clock), .. }) => {
                let from = clock.start.instant() + tolerance(*clock);
                match clock.end.map(|end| end.instant() - end_tolerance(*clock)) {
                    Some(end) if end > from => (exactly(from), Some(end), true),
                    // Of an approximate time, only that it begins within a window.
                    _ if clock.about.start => (Window::of(when)?, None, false),
                    _ => (exactly(from), Some(from), false),
                }
            }
            Timing::Stay(when) => (Window::of(when)?, None, false),
            Timing::Journey { depart, arrive } => {
                let (leaves, arrives) = (depart.when.clock()?, arrive.when.clock()?);
                let start = leaves.start.instant() + tolerance(leaves);
                let end = arrives.start.instant() - tolerance(arrives);
                (exactly(start), Some(end.max(start)), true)
            }
        };
        Some(TimedEntry { at, context, begins, ends, is_journey, has_known_end })
    }

    fn place(&self) -> Option<&'d Place> {
        self.context.entry.place.as_ref()
    }

    fn kind(&self) -> EntryKind {
        self.context.entry.kind
    }

    /// Whether a journey may stop at a place on its way.
    fn stops_at(&self, place: Option<&Place>) -> bool {
        self.context.entry.via.iter().any(|stop| are_at_one_place(stop.place.as_ref(), place) != Some(false))
    }

    /// Whether it can hardly be on board: it names a city or a site, or is of a kind that needs one.
    fn is_on_the_ground(&self) -> bool {
        match self.place() {
            Some(place) => place.city.is_some() || place.site.is_some() || place.country.is_some(),
            None => matches!(
                self.kind(),
                EntryKind::Summit
                    | EntryKind::Meeting
                    | EntryKind::Reception
                    | EntryKind::Ceremony
                    | EntryKind::Speech
                    | EntryKind::VisitSite
            ),
        }
    }

    /// When it is, in words.
    fn times(&self) -> String {
        let timing = &self.context.entry.timing;
        let end = timing.finish().clock().and_then(|clock| match timing {
            Timing::Stay(_) => clock.end,
            Timing::Journey { .. } => Some(clock.start),
        });
        match (timing.begin().clock(), end) {
            (Some(clock), Some(end)) => {
                format!("That is from {} to {}.", local_time(clock.start), local_time(end))
            }
            (Some(clock), None) => format!("That begins at {}.", local_time(clock.start)),
            _ => "That is here.".to_owned(),
        }
    }
}

/// Whether an entry (`b`) cannot begin when it does because another (`a`), which began no later, has not ended.
fn clash(a: &TimedEntry<'_>, b: &TimedEntry<'_>) -> bool {
    let Some(until) = a.ends else { return false };
    let together = a.begins.first == b.begins.first;
    if b.begins.last >= until && !(together && b.ends.is_some()) {
        return false;
    }
    let within = b.ends.is_none_or(|end| end <= until);
    match (a.is_journey, b.is_journey) {
        // Who sees somebody off does so as the journey begins.
        (true, false) => !together && b.is_on_the_ground() && !a.stops_at(b.place()),
        (false, true) => !together && a.has_known_end && a.is_on_the_ground() && !(within && a.place().is_none()),
        (true, true) => !within || (together && a.ends == b.ends),
        (false, false) => match are_at_one_place(a.place(), b.place()) {
            Some(same) => !same,
            // Twice the same kind at the same time is hardly one within the other, unless the kind says nothing.
            None if together && a.ends == b.ends && a.has_known_end == b.has_known_end => {
                a.kind() == b.kind() && a.kind() != EntryKind::Other
            }
            None => !within,
        },
    }
}

/// How many wholes are looked at, one inside of the other.
const MAX_DEPTH: usize = 32;

/// Whether one of two is a part of the other.
fn are_nested(schedule: &WholeSchedule<'_, '_>, a: &TimedEntry<'_>, b: &TimedEntry<'_>) -> bool {
    let is_part = |part: EntryRef, whole: EntryRef| {
        let entries = &schedule.visits[part.visit].visit.entries;
        let wholes = std::iter::successors(Some(part.entry), |at| Some(entries[*at].whole()?.entry));
        part.visit == whole.visit && wholes.take(MAX_DEPTH).skip(1).any(|at| at == whole.entry)
    };
    is_part(a.at, b.at) || is_part(b.at, a.at)
}

/// Whether two places are the same site, or certainly are not; `None` where that cannot be said.
fn are_at_one_place(a: Option<&Place>, b: Option<&Place>) -> Option<bool> {
    let (a, b) = (a?, b?);
    if a.country.zip(b.country).is_some_and(|(a, b)| a != b) {
        return Some(false);
    }
    let both = |a: &Option<Text>, b: &Option<Text>| same(a.as_ref()?, b.as_ref()?);
    if both(&a.city, &b.city) == Some(false) && !may_be_one_city(a, b) {
        return Some(false);
    }
    both(&a.site, &b.site).or_else(|| both(&a.venue, &b.venue).filter(|same| *same))
}

/// Whether two names may be of one city: New York and New York City.
fn may_be_one_city(a: &Place, b: &Place) -> bool {
    let (a, b) = (cities::of(a), cities::of(b));
    a.iter().any(|one| b.iter().any(|other| std::ptr::eq(*one, *other)))
}

/// Warns that an entry (`b`) begins while another (`a`) lasts, unless the author of either allows it.
fn report(schedule: &mut WholeSchedule<'_, '_>, a: &TimedEntry<'_>, b: &TimedEntry<'_>, shown: &mut Shown) {
    let code = codes::TWO_PLACES_AT_ONCE;
    if a.context.nodes.allows(code) || b.context.nodes.allows(code) {
        return;
    }
    // The same entry twice is reported as such.
    if !schedule.is_off(codes::REPEATED_ENTRY) && repeated::is_repeat(a.context.entry, b.context.entry) {
        return;
    }
    if !shown.pairs.insert([a.at, b.at]) {
        return;
    }
    let new = BTreeSet::from([a.at.visit, b.at.visit]).difference(&shown.visits).count();
    if new > 0 && shown.visits.len() + new > MAX_FILES {
        if let Some(last) = &shown.last {
            schedule.report.count_elsewhere(code, last);
        }
        return;
    }
    shown.visits.extend([a.at.visit, b.at.visit]);
    let other = schedule.place(a.at, |nodes| nodes.when);
    shown.last = Some(schedule.place(b.at, |nodes| nodes.when));
    let id = &a.context.entry.id;
    let message = match (a.is_journey, b.begins.first == b.begins.last) {
        (true, true) => format!("This begins while the journey “{id}” is under way."),
        (true, false) => format!("All of this time is taken by the journey “{id}”."),
        (false, true) if a.begins.first == b.begins.first => format!("This begins at the same time as “{id}”."),
        (false, true) => format!("This begins before “{id}” has ended."),
        (false, false) => format!("All of this time is taken by “{id}”."),
    };
    schedule.warn(code, b.at, b.context.nodes.when, |d| {
        d.saying(format!("{message} Nobody can be at both."))
            .with_help(
                "Check both times. If one is part of the other, say so with “part_of”, or give both the same “site”; if \
                 somebody else goes, name them as its “principal”.",
            )
            .with_related(other, a.times())
    });
}
