//! Where an entry stands among others in a list: by its day, and within that by what is known of its time.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{ListedEntry, ListedTiming, ListedVisit};
use crate::programme::{EntryRef, KnownTime, PartOfDay, Programme, Timing, When, WithinDay};

/// The place of an entry among others: those of a day by what is known of their time, what is not known last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListOrder {
    day: NaiveDate,
    /// The minute, counted from 1970 in UTC: a day may have entries on several clocks.
    minute: i64,
    /// Whether it is, and not only has to be before, at that time.
    is_then: bool,
    /// How many entries it follows of which no time is known but that they follow another.
    behind: u32,
    /// Of a whole and its parts, which one that is; 0 of what is neither.
    group: u32,
    /// Where it stands inside of its whole.
    inside: u32,
}

/// The time of what is not known, behind all else.
const UNKNOWN: i64 = i64::MAX;

impl ListOrder {
    /// The place of an entry by itself. A journey that has no time of departure stands by its arrival, if that is on the same
    /// day.
    pub(crate) fn of(timing: &ListedTiming<'_>) -> Self {
        let known = timing.whens().filter_map(known_order);
        let own = known.reduce(|first, next| if first.is_unknown() && next.day == first.day { next } else { first });
        own.unwrap_or(Self { minute: UNKNOWN, ..Self::at(NaiveDate::MAX) })
    }

    fn at(day: NaiveDate) -> Self {
        Self { day, minute: 0, is_then: true, behind: 0, group: 0, inside: 0 }
    }

    fn is_unknown(self) -> bool {
        self.minute == UNKNOWN
    }

    /// Where it stands on every clock, if something is known of its time.
    pub(crate) fn instant(self) -> Option<DateTime<Utc>> {
        (!self.is_unknown())
            .then(|| DateTime::from_timestamp_secs(self.minute * 60).expect("it was made from an instant"))
    }

    /// Behind another of the same day.
    fn after(self, followed: Self) -> Self {
        if followed.day != self.day {
            return self;
        }
        let behind = Self { behind: followed.behind + 1, ..followed };
        if self.is_unknown() { behind } else { self.max(behind) }
    }

    /// Before another of the same day.
    fn before(self, next: Self) -> Self {
        let ahead = Self { is_then: false, ..next };
        if next.day != self.day || !self.is_unknown() && self < ahead { self } else { ahead }
    }
}

impl<'p> ListedVisit<'p> {
    /// Its entries as a list has them: by day and by what is known of their time, else in the author's order.
    #[must_use]
    pub fn in_order(&self) -> Vec<&ListedEntry<'p>> {
        let mut entries: Vec<&ListedEntry<'p>> = self.entries.iter().collect();
        entries.sort_by_key(|entry| entry.order);
        entries
    }
}

/// Says of each of a visit's entries, which are in the author's order, where it stands beside the others.
pub(super) fn arrange(programme: &Programme, entries: &mut [ListedEntry<'_>]) {
    let positions: HashMap<_, usize> =
        entries.iter().enumerate().filter_map(|(position, entry)| Some((entry.at?, position))).collect();
    let others: Vec<Others> = entries.iter().map(|entry| Others::of(programme, &positions, entry)).collect();
    before_journeys(entries, &others);
    let own: Vec<ListOrder> = entries.iter().map(|entry| entry.order).collect();
    let (mut is_placed, mut is_open) = (vec![false; entries.len()], vec![false; entries.len()]);
    for start in 0..entries.len() {
        // The way to those that have their places, with a stack of its own: a chain may be long.
        let mut way = vec![start];
        while let Some(&at) = way.last() {
            if !is_placed[at] && !std::mem::replace(&mut is_open[at], true) {
                // One that is on the way already has its place from this one.
                way.extend(others[at].all().filter(|other| !is_open[*other]));
                continue;
            }
            way.pop();
            if !std::mem::replace(&mut is_placed[at], true) {
                entries[at].order = others[at].place(at, &own, entries, &others);
            }
        }
    }
    nest(programme, &positions, entries);
}

/// Puts what is a part of something of the same day inside of that: right behind it, and before whatever follows.
fn nest(programme: &Programme, positions: &HashMap<EntryRef, usize>, entries: &mut [ListedEntry<'_>]) {
    let whole = |entry: &ListedEntry<'_>| {
        let whole = *positions.get(&programme.entry(entry.at?).whole()?)?;
        (entries[whole].order.day == entry.order.day).then_some(whole)
    };
    let wholes: Vec<Option<usize>> = entries.iter().map(whole).collect();
    let mut parts: HashMap<usize, Vec<usize>> = HashMap::new();
    for (part, whole) in wholes.iter().enumerate() {
        if let Some(whole) = whole {
            parts.entry(*whole).or_default().push(part);
        }
    }
    // Those that stand first are taken first, from the end of a stack.
    for parts in parts.values_mut() {
        parts.sort_by_key(|part| std::cmp::Reverse((entries[*part].order, *part)));
    }
    let mut outermost: Vec<usize> = parts.keys().copied().filter(|whole| wholes[*whole].is_none()).collect();
    outermost.sort_unstable();
    for (group, whole) in (1..).zip(outermost) {
        let order = ListOrder { group, ..entries[whole].order };
        let (mut open, mut inside) = (vec![(whole, 0)], 0);
        while let Some((at, depth)) = open.pop() {
            (entries[at].order, entries[at].depth) = (ListOrder { inside, ..order }, depth);
            inside += 1;
            open.extend(parts.get(&at).into_iter().flatten().map(|part| (*part, depth + 1)));
        }
    }
}

/// The entries of a list that one of it comes after, and the one that it comes before, where its reader may know: nothing
/// of what has a clock time, which stands by that.
struct Others {
    after: Vec<usize>,
    before: Option<usize>,
}

impl Others {
    fn of(programme: &Programme, positions: &HashMap<EntryRef, usize>, entry: &ListedEntry<'_>) -> Self {
        let planned = entry.at.map(|at| programme.entry(at).timing());
        match (&entry.timing, planned) {
            (ListedTiming::Stay(listed), Some(Timing::Stay(when))) if listed.clock().is_none() => Others {
                after: when.after.iter().filter_map(|other| positions.get(other).copied()).collect(),
                before: when.before.and_then(|other| positions.get(&other).copied()),
            },
            _ => Others { after: Vec::new(), before: None },
        }
    }

    fn all(&self) -> impl Iterator<Item = usize> {
        self.after.iter().chain(&self.before).copied()
    }

    /// The place of the entry of a position, when those that it comes after and before have theirs.
    fn place(&self, at: usize, own: &[ListOrder], entries: &[ListedEntry<'_>], others: &[Others]) -> ListOrder {
        let Some(&last) = self.after.iter().max() else {
            return self.before.map_or(own[at], |before| own[at].before(entries[before].order));
        };
        let behind = self.after.iter().map(|followed| own[at].after(entries[*followed].order)).max();
        let order = behind.unwrap_or(own[at]);
        // One that was written between the two is before it, too, as far as anybody knows.
        let is_between = |written: &usize| *written > last && others[*written].after.is_empty();
        match at.checked_sub(1).filter(is_between) {
            Some(written) if !own[written].is_unknown() => order.max(own[at].after(own[written])),
            _ => order,
        }
    }
}

/// What has no time is last in its day, but before a journey that its author wrote behind it: the principal has left then.
fn before_journeys(entries: &mut [ListedEntry<'_>], others: &[Others]) {
    let mut leaves: HashMap<NaiveDate, i64> = HashMap::new();
    for (entry, others) in entries.iter_mut().zip(others).rev() {
        let order = &mut entry.order;
        if !order.is_unknown() {
            if matches!(entry.timing, ListedTiming::Journey { .. }) {
                leaves.insert(order.day, order.minute);
            }
        } else if let (None, Some(minute)) = (others.all().next(), leaves.get(&order.day)) {
            *order = ListOrder { minute: *minute, is_then: false, ..*order };
        }
    }
}

/// The place that a time has by itself, if its day is known.
fn known_order<A>(when: &When<A>) -> Option<ListOrder> {
    let (day, _) = when.days()?;
    let minute_of = |instant: DateTime<Utc>| instant.timestamp().div_euclid(60);
    let minute = match when.time {
        KnownTime::Clock(span) => minute_of(span.start.instant()),
        KnownTime::Day { within: WithinDay::Between(from, _) | WithinDay::NotBefore(from), .. } => {
            minute_of(from.instant())
        }
        KnownTime::Day { within: WithinDay::NotAfter(until), .. } => {
            return Some(ListOrder { minute: minute_of(until.instant()), is_then: false, ..ListOrder::at(day) });
        }
        KnownTime::Day { within: WithinDay::Part(part), .. } => {
            minute_of(when.zone().start_of_day(day)) + usual_minutes(part)
        }
        _ => UNKNOWN,
    };
    Some(ListOrder { minute, ..ListOrder::at(day) })
}

/// How many minutes after midnight a part of the day usually is, for its place in a list and nothing else.
fn usual_minutes(part: PartOfDay) -> i64 {
    60 * match part {
        PartOfDay::EarlyMorning => 5,
        PartOfDay::Morning => 9,
        PartOfDay::Midday => 12,
        PartOfDay::Afternoon => 14,
        PartOfDay::LateAfternoon => 16,
        PartOfDay::Evening => 19,
        PartOfDay::Night => 22,
    }
}
