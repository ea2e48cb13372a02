//! What is on which day.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::listing::{ListedActual, ListedEntry, ListedTiming, ListedVisit, ListedWhen, Listing};
use crate::programme::{Audience, StatusKind, Step};
use crate::render::localizer::first_day;
use crate::zone::Zone;

/// Something that takes longer than this is told of its first day and its last alone.
const LONGEST: u64 = 31;

/// What of a visit is on a day.
#[derive(Debug)]
pub(crate) struct VisitDay<'s, 'p> {
    pub(super) visit: &'s ListedVisit<'p>,
    pub(super) items: Vec<DayItem<'s, 'p>>,
}

/// An entry, or a step that is on another day than what it is around.
#[derive(Debug, Clone, Copy)]
pub(super) enum DayItem<'s, 'p> {
    Entry(&'s ListedEntry<'p>),
    Step(Audience, &'p Step, Option<&'s ListedEntry<'p>>),
}

/// All days on which there is something, with what there is.
pub(crate) type ListedDays<'s, 'p> = BTreeMap<NaiveDate, Vec<VisitDay<'s, 'p>>>;

/// The days of a listing.
pub(crate) fn days<'s, 'p>(listing: &'s Listing<'p>) -> ListedDays<'s, 'p> {
    let mut days = ListedDays::new();
    for visit in &listing.visits {
        let mut own: BTreeMap<NaiveDate, Vec<DayItem<'s, 'p>>> = BTreeMap::new();
        let mut steps = Vec::new();
        for entry in visit.in_order() {
            let dates = dates(entry);
            for date in &dates {
                own.entry(*date).or_default().push(DayItem::Entry(entry));
            }
            let elsewhere = entry.steps().filter_map(|(audience, step)| {
                let (date, _) = step.time.days()?;
                (!dates.contains(&date)).then_some((date, DayItem::Step(audience, step, Some(entry))))
            });
            steps.extend(elsewhere);
        }
        let deadline = visit.deadline().and_then(|deadline| {
            let (date, _) = deadline.step.time.days()?;
            Some((date, DayItem::Step(deadline.audience, deadline.step, None)))
        });
        steps.extend(deadline);
        for (date, step) in steps {
            own.entry(date).or_default().push(step);
        }
        for (date, mut items) in own {
            sort(&mut items, date);
            days.entry(date).or_default().push(VisitDay { visit, items });
        }
    }
    days
}

/// The days that an entry is on.
fn dates(entry: &ListedEntry<'_>) -> Vec<NaiveDate> {
    let mut dates: Vec<NaiveDate> = Vec::new();
    for when in entry.timing.whens() {
        let Some((first, last)) = when.days() else { continue };
        // What lasts beyond midnight is of the day on which it begins.
        let last = if when.clock().is_some() { first } else { last };
        let length = (last - first).num_days().unsigned_abs();
        if length <= LONGEST {
            dates.extend((0..=length).filter_map(|after| first.checked_add_days(Days::new(after))));
        } else {
            dates.extend([first, last]);
        }
    }
    dates.sort_unstable();
    dates.dedup();
    dates
}

/// Puts what has a clock time on a day where it belongs among what stands there already.
fn sort(items: &mut Vec<DayItem<'_, '_>>, date: NaiveDate) {
    let begins = |item: &DayItem<'_, '_>| match item {
        DayItem::Entry(entry) => begins(entry, date),
        DayItem::Step(_, step, _) => step.time.clock().map(|span| span.start.instant()),
    };
    let is_own = |item: &DayItem<'_, '_>| match item {
        DayItem::Entry(entry) => first_day(entry) == Some(date),
        DayItem::Step(..) => false,
    };
    let (mut sorted, others): (Vec<_>, Vec<_>) = items.drain(..).partition(is_own);
    for other in others {
        let at = begins(&other);
        let position = at.map_or(0, |at| {
            let later = sorted.iter().position(|item| begins(item).is_some_and(|begins| begins > at));
            later.unwrap_or(sorted.len())
        });
        sorted.insert(position, other);
    }
    *items = sorted;
}

/// When an entry begins on a day, or arrives.
fn begins(entry: &ListedEntry<'_>, date: NaiveDate) -> Option<DateTime<Utc>> {
    let on_date = |when: &&ListedWhen<'_>| when.days().is_some_and(|(first, _)| first == date);
    entry.timing.whens().find(on_date)?.clock().map(|span| span.start.instant())
}

/// The first day that is not over on the host's calendar at an instant and that has an entry which is not known to be over.
pub(crate) fn first_to_come(days: &ListedDays<'_, '_>, at: DateTime<Utc>) -> Option<NaiveDate> {
    let is_to_come = |date: NaiveDate, item: &DayItem<'_, '_>| {
        let DayItem::Entry(entry) = item else { return false };
        let zone = entry.timing.begin().zone();
        let ended = entry.actual.as_ref().and_then(ListedActual::ended).or_else(|| entry.timing.announced_end());
        entry.status.kind != StatusKind::Cancelled && zone.end_of_day(date) > at && ended.is_none_or(|ended| ended > at)
    };
    let has_any = |(date, visits): &(&NaiveDate, &Vec<VisitDay<'_, '_>>)| {
        visits.iter().flat_map(|visit| &visit.items).any(|item| is_to_come(**date, item))
    };
    days.iter().find(has_any).map(|(date, _)| *date)
}

/// From when to when a day is, by the clocks of all places where something is on it: from where it begins first to where it ends
/// last.
pub(crate) fn extent(date: NaiveDate, visits: &[VisitDay<'_, '_>]) -> (DateTime<Utc>, DateTime<Utc>) {
    let of_items = visits.iter().flat_map(|visit| &visit.items).filter_map(|item| match item {
        DayItem::Entry(entry) if matches!(entry.timing, ListedTiming::Stay(_)) => Some(entry.timing.begin().zone()),
        _ => None,
    });
    let mut zones: Vec<Zone> = of_items.collect();
    if zones.is_empty() {
        zones.extend(visits.iter().map(|visit| visit.visit.zone));
    }
    let begin = zones.iter().map(|zone| zone.start_of_day(date)).min();
    let end = zones.iter().map(|zone| zone.end_of_day(date)).max();
    begin.zip(end).expect("a day is of a visit")
}
