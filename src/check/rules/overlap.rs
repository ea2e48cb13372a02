//! One person in two places at once.
//!
//! Only what is certain counts: two clock times that overlap, a clock time or a whole window inside a stretch whose two
//! ends are known. Two entries of a day without times never do. What is part of something larger is no mistake: talks
//! hold their lunch, a summit its photographs. So an entry within another is passed over unless the two are known to be
//! in different places, and whatever overlaps on the same site is.
//!
//! The entries of a person are sorted by their beginning and walked through once, beside the few that have not ended.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::people::Person;
use super::words::same;
use super::{Mark, Pen, Rules, Scene, cities};
use crate::check::window::{Window, slack};
use crate::diagnostic::{self, Report, codes};
use crate::programme::{EntryKind, Place, Timing, When};

/// In so many files these are told of. Where more are concerned, something is wrong with all of them, and to find the places
/// in thousands of files takes longer than reading them.
const FILES: usize = 20;

/// What was told so far, of everybody.
#[derive(Default)]
pub(super) struct Told {
    /// The visits whose files were shown.
    files: BTreeSet<usize>,
    /// The file that was told of last.
    last: Option<diagnostic::Place>,
}

impl Told {
    /// Whether both files may be shown.
    fn opens(&mut self, a: usize, b: usize) -> bool {
        let new = [a, b].iter().filter(|visit| !self.files.contains(visit)).count();
        let opens = new == 0 || self.files.len() + new <= FILES;
        if opens {
            self.files.extend([a, b]);
        }
        opens
    }
}

/// So many entries that have not ended are kept beside the next. Nobody's schedule has more; a hostile one may.
const RUNNING: usize = 8;

/// An entry whose time is known well enough to be compared.
struct Item<'d> {
    subject: Mark<'d>,
    visit: usize,
    begins: Window,
    /// Until when it certainly lasts; its beginning where that is all that is known of a clock time.
    ends: Option<DateTime<Utc>>,
    journey: bool,
    /// Whether the end is known.
    closed: bool,
}

pub(super) fn check(scenes: &[Scene<'_, '_>], person: &Person, rules: &Rules, told: &mut Told, report: &mut Report) {
    if rules.verdict(codes::TWO_PLACES_AT_ONCE).is_none() {
        return;
    }
    let mut items: Vec<Item<'_>> =
        person.entries.iter().filter_map(|&(visit, entry)| item(scenes, visit, entry)).collect();
    // What lasts stands before what merely begins at the same instant, and what lasts longest first.
    items.sort_by_key(|item| (item.begins.first, std::cmp::Reverse(item.ends)));
    let mut running: Vec<usize> = Vec::with_capacity(RUNNING + 1);
    for next in 0..items.len() {
        let item = &items[next];
        running.retain(|&other| {
            let other = &items[other];
            other.ends > Some(item.begins.first) || other.begins.first == item.begins.first
        });
        let clash = running.iter().rev().find(|&&other| clash(&items[other], item));
        if let Some(&other) = clash {
            tell(scenes, &items[other], item, rules, told, report);
        }
        if item.ends.is_some() {
            running.push(next);
            if running.len() > RUNNING {
                let soonest = (0..running.len()).min_by_key(|&at| items[running[at]].ends).unwrap_or_default();
                running.remove(soonest);
            }
        }
    }
}

fn item<'d>(scenes: &[Scene<'d, '_>], visit: usize, entry: usize) -> Option<Item<'d>> {
    let subject = scenes[visit].mark(entry)?;
    let (begins, ends, journey, closed) = match &subject.entry.timing {
        Timing::Stay(When::Clock(clock)) => {
            let from = clock.start.instant() + slack(*clock);
            match clock.end.map(|end| end.instant() - slack(*clock)) {
                Some(end) if end > from => (Window { first: from, last: from }, Some(end), false, true),
                // Of an approximate time, only that it begins within a window.
                _ if clock.about => (Window::of(&When::Clock(*clock))?, None, false, false),
                _ => (Window { first: from, last: from }, Some(from), false, false),
            }
        }
        Timing::Stay(when) => (Window::of(when)?, None, false, false),
        Timing::Journey { depart, arrive } => {
            let (When::Clock(leaves), When::Clock(arrives)) = (&depart.when, &arrive.when) else { return None };
            let start = leaves.start.instant() + slack(*leaves);
            let end = arrives.start.instant() - slack(*arrives);
            (Window { first: start, last: start }, Some(end.max(start)), true, true)
        }
    };
    Some(Item { subject, visit, begins, ends, journey, closed })
}

/// Whether an entry (`b`) cannot begin when it does because another (`a`), which began no later, has not ended.
fn clash(a: &Item<'_>, b: &Item<'_>) -> bool {
    let Some(until) = a.ends else { return false };
    let together = a.begins.first == b.begins.first;
    if b.begins.last >= until && !(together && b.ends.is_some()) {
        return false;
    }
    let within = match b.ends {
        Some(end) => end <= until,
        None => true,
    };
    match (a.journey, b.journey) {
        // Whoever sees somebody off does so as the journey begins.
        (true, false) => !together && is_on_the_ground(b.subject),
        (false, true) => {
            !together && a.closed && is_on_the_ground(a.subject) && !(within && a.subject.entry.place.is_none())
        }
        (true, true) => !within || (together && a.ends == b.ends),
        (false, false) => match at_one_place(a.subject.entry.place.as_ref(), b.subject.entry.place.as_ref()) {
            Some(same) => !same,
            // Twice the same kind at the same time is hardly one within the other, unless the kind says nothing.
            None if together && a.ends == b.ends && a.closed == b.closed => {
                let kind = a.subject.entry.kind;
                kind == b.subject.entry.kind && kind != EntryKind::Other
            }
            None => !within,
        },
    }
}

/// Whether an entry can hardly be on board: it names a city or a site, or is of a kind that needs one.
fn is_on_the_ground(subject: Mark<'_>) -> bool {
    match &subject.entry.place {
        Some(place) => place.city.is_some() || place.site.is_some() || place.country.is_some(),
        None => matches!(
            subject.entry.kind,
            EntryKind::Summit | EntryKind::Meeting | EntryKind::Ceremony | EntryKind::Speech | EntryKind::VisitSite
        ),
    }
}

/// Whether two places are the same site, or certainly are not; `None` where that cannot be said.
fn at_one_place(a: Option<&Place>, b: Option<&Place>) -> Option<bool> {
    let (a, b) = (a?, b?);
    if a.country.zip(b.country).is_some_and(|(a, b)| a != b) {
        return Some(false);
    }
    let both = |a: &Option<crate::programme::Text>, b: &Option<crate::programme::Text>| same(a.as_ref()?, b.as_ref()?);
    if both(&a.city, &b.city) == Some(false) && !may_be_one_city(a, b) {
        return Some(false);
    }
    match both(&a.site, &b.site) {
        Some(same) => Some(same),
        None => both(&a.venue, &b.venue).filter(|same| *same),
    }
}

/// Whether two names may be of one city: New York and New York City.
fn may_be_one_city(a: &Place, b: &Place) -> bool {
    let (a, b) = (cities::of(a), cities::of(b));
    a.iter().any(|one| b.iter().any(|other| std::ptr::eq(*one, *other)))
}

fn tell(scenes: &[Scene<'_, '_>], a: &Item<'_>, b: &Item<'_>, rules: &Rules, told: &mut Told, report: &mut Report) {
    if a.subject.allows(codes::TWO_PLACES_AT_ONCE) {
        return;
    }
    let (here, there) = (&scenes[b.visit], &scenes[a.visit]);
    if !told.opens(a.visit, b.visit) {
        let allowed = b.subject.allows(codes::TWO_PLACES_AT_ONCE);
        if let Some(last) = told.last.as_ref().filter(|_| !allowed) {
            report.count_elsewhere(codes::TWO_PLACES_AT_ONCE, last);
        }
        return;
    }
    let other = there.file().place(a.subject.when_at());
    told.last = Some(here.file().place(b.subject.when_at()));
    let id = &a.subject.entry.id;
    let message = match (a.journey, b.begins.first == b.begins.last) {
        (true, true) => format!("This begins while the journey “{id}” is under way."),
        (true, false) => format!("All of this time is taken by the journey “{id}”."),
        (false, true) if a.begins.first == b.begins.first => format!("This begins at the same time as “{id}”."),
        (false, true) => format!("This begins before “{id}” has ended."),
        (false, false) => format!("All of this time is taken by “{id}”."),
    };
    Pen::new(here, rules, report).warn(codes::TWO_PLACES_AT_ONCE, b.subject, b.subject.when_at(), |d| {
        d.saying(format!("{message} Nobody can be at both."))
            .with_help(
                "Check both times. If one is part of the other, give both the same “site”; if somebody else goes, name \
                 them as its “principal”.",
            )
            .with_related(other, lasts(a))
    });
}

/// When the other one is, in words.
fn lasts(item: &Item<'_>) -> String {
    let begin = item.subject.entry.timing.begin();
    let end = match &item.subject.entry.timing {
        Timing::Stay(When::Clock(clock)) => clock.end,
        Timing::Journey { arrive, .. } => match &arrive.when {
            When::Clock(clock) => Some(clock.start),
            _ => None,
        },
        Timing::Stay(_) => None,
    };
    let show = |moment: crate::zone::Moment| format!("{} {}", moment.local().format("%Y-%m-%d %H:%M"), moment.name());
    match (begin, end) {
        (When::Clock(clock), Some(end)) => format!("That is from {} to {}.", show(clock.start), show(end)),
        (When::Clock(clock), None) => format!("That begins at {}.", show(clock.start)),
        _ => "That is here.".to_owned(),
    }
}
