//! Where an entry stands among others in a list: by its day, and within that by what is known of its time.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime, Timelike};

use super::{ListedEntry, ListedTiming, ListedVisit};
use crate::programme::{EntryRef, PartOfDay, Programme, Timing, When, WithinDay};

/// The place of an entry among others: those of a day by what is known of their time, what is not known last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListOrder {
    day: NaiveDate,
    /// Minutes after the day began.
    minutes: u32,
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
const UNKNOWN: u32 = u32::MAX;

impl ListOrder {
    /// The place of an entry by itself. A journey that has no time of departure stands by its arrival, if that is on the same
    /// day.
    pub(crate) fn of(timing: &ListedTiming<'_>) -> Self {
        let known = timing.whens().filter_map(known_order);
        let own = known.reduce(|first, next| if first.is_unknown() && next.day == first.day { next } else { first });
        own.unwrap_or(Self { minutes: UNKNOWN, ..Self::at(NaiveDate::MAX) })
    }

    fn at(day: NaiveDate) -> Self {
        Self { day, minutes: 0, is_then: true, behind: 0, group: 0, inside: 0 }
    }

    fn is_unknown(self) -> bool {
        self.minutes == UNKNOWN
    }

    /// Behind another of the same day.
    fn after(self, followed: Self) -> Self {
        if followed.day != self.day {
            return self;
        }
        let behind = Self { behind: followed.behind + 1, ..followed };
        if self.is_unknown() { behind } else { self.max(behind) }
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
    // What each comes after, where its reader may know: an entry of this list.
    let followed: Vec<Option<usize>> = entries
        .iter()
        .map(|entry| match (&entry.timing, programme.entry(entry.at?).timing()) {
            (ListedTiming::Stay(When::After { .. }), Timing::Stay(When::After { after, .. })) => {
                positions.get(after).copied()
            }
            _ => None,
        })
        .collect();
    before_journeys(entries, &followed);
    let own: Vec<ListOrder> = entries.iter().map(|entry| entry.order).collect();
    let mut is_placed: Vec<bool> = followed.iter().map(Option::is_none).collect();
    for start in 0..entries.len() {
        // The way to one that has its place, with a stack of its own: a chain may be long. No chain is a circle.
        let (mut chain, mut at) = (Vec::new(), start);
        while let (false, Some(next)) = (is_placed[at], followed[at]) {
            chain.push((at, next));
            at = next;
        }
        for (at, next) in chain.into_iter().rev() {
            let mut order = own[at].after(entries[next].order);
            // One that was written between the two is before it, too, as far as anybody knows.
            if let Some(written_before) =
                at.checked_sub(1).filter(|before| *before > next && followed[*before].is_none())
                && !own[written_before].is_unknown()
            {
                order = order.max(own[at].after(own[written_before]));
            }
            entries[at].order = order;
            is_placed[at] = true;
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
        whole.iter().for_each(|whole| parts.entry(*whole).or_default().push(part));
    }
    // Those that stand first are taken first, from the end of a stack.
    parts.values_mut().for_each(|parts| parts.sort_by_key(|part| std::cmp::Reverse((entries[*part].order, *part))));
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

/// What has no time is last in its day, but before a journey that its author wrote behind it: the principal has left then.
fn before_journeys(entries: &mut [ListedEntry<'_>], followed: &[Option<usize>]) {
    let mut leaves: HashMap<NaiveDate, u32> = HashMap::new();
    for (entry, followed) in entries.iter_mut().zip(followed).rev() {
        let order = &mut entry.order;
        if !order.is_unknown() {
            if matches!(entry.timing, ListedTiming::Journey { .. }) {
                leaves.insert(order.day, order.minutes);
            }
        } else if let (None, Some(minutes)) = (followed, leaves.get(&order.day)) {
            *order = ListOrder { minutes: *minutes, is_then: false, ..*order };
        }
    }
}

/// The place that a time has by itself, if its day is known.
fn known_order<A>(when: &When<A>) -> Option<ListOrder> {
    let (day, _) = when.days()?;
    let minutes = match when {
        When::Clock(span) => minutes_of_day(span.start.local().time()),
        When::Day { within: WithinDay::Between(from, _), .. } => minutes_of_day(from.local().time()),
        When::Day { within: WithinDay::Part(part), .. } | When::After { part: Some(part), .. } => usual_minutes(*part),
        _ => UNKNOWN,
    };
    Some(ListOrder { minutes, ..ListOrder::at(day) })
}

fn minutes_of_day(time: NaiveTime) -> u32 {
    time.num_seconds_from_midnight() / 60
}

/// Where a part of the day usually is, for its place in a list and nothing else.
fn usual_minutes(part: PartOfDay) -> u32 {
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
