//! What a build would publish, compared with what the lock file remembers: which entries are new, revised, released, kept from
//! an audience or gone (each in `subject.rs`), and what their revisions are. Pure: the next lock file is a text in what comes back.

mod absent;
mod listing;
mod steps;
mod subject;
mod visit;

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use self::subject::{StatusChange, SubjectRevision, View};
use super::change::{Change, GONE, Kind, State, States, Subject, is_with_visit};
use super::digest::Digest;
use super::feeds::{self, FeedChange, FeedPlan, FeedSettings, Wording};
use super::lock::{self, Columns, EntryLine, EntryState, Lock, LockedRevision, column, effective, published};
use super::snapshot::{self, OfVisit, Snapshot, ToldOf};
use super::step::StepName;
use super::{RevisedListing, Revision, Withdrawn, uid};
use crate::listing::{AudienceMark, ListedEntry, ListedVisit, Viewer};
use crate::programme::{Audience, Entry, EntryRef, Identity, Programme};
use crate::zone::{Database, Moment};

/// What there is to publish.
#[derive(Debug)]
pub struct Plan<'p> {
    /// What each audience sees, with its revisions.
    pub listings: Vec<RevisedListing<'p>>,
    /// What changes, by audience and identity; nothing where there was no lock file, because all of it is new.
    pub changes: Vec<Change>,
    /// How the feeds change, by audience and id; likewise.
    pub feed_changes: Vec<(String, FeedChange)>,
    /// Entries that were published and are in the schedules no more, without having been withdrawn.
    pub missing: Vec<Identity>,
    /// Entries of the schedules whose identity was withdrawn.
    pub reused: Vec<EntryRef>,
    /// Entries that were published with another UID than they have.
    pub other_uid: Vec<EntryRef>,
    /// Entries whose UID is another's too.
    pub shared_uid: Vec<EntryRef>,
    /// Entries that another version of the time zone database moves.
    pub moved: Vec<MovedEntry>,
    /// What an embargo was to release, and no build noted that it did, of what has changed or is gone since.
    pub unrecorded: Vec<Unrecorded>,
    /// Whether anything is revised. If not, the next lock file notes no more than that embargoes have lifted, and knows less of what
    /// was before.
    pub is_revised: bool,
    /// The text of the next lock file, if any line of it is another than in the one that was read, or there was none.
    /// Lines that only stand in another order, as after a merge, stay so.
    pub next_lock: Option<String>,
}

/// An entry whose wall time is another instant than the one published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedEntry {
    /// Where it stands.
    pub at: EntryRef,
    /// Its identity.
    pub name: String,
    /// The first of its times that is moved, as it was announced.
    pub was: Moment,
    /// What it is now.
    pub now: Moment,
}

/// A release that nobody knows to have been published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unrecorded {
    /// Of what.
    pub identity: Identity,
    /// Where it stands, if the schedules still have it.
    pub at: Option<EntryRef>,
    /// When the embargo lifted.
    pub lifted: DateTime<Utc>,
}

/// Compares a programme with what was published of it. `wording` has one for each feed of the settings.
#[must_use]
pub fn plan<'p>(lock: &Lock, programme: &'p Programme, wording: &[Wording], at: DateTime<Utc>) -> Plan<'p> {
    let visits = programme.visits().iter().enumerate();
    let numbered = visits.flat_map(|(visit, of)| (0..of.entries().len()).map(move |entry| EntryRef { visit, entry }));
    let present: HashMap<&Identity, EntryRef> = numbered.map(|at| (programme.entry(at).identity(), at)).collect();
    let has_embargoes = present.values().any(|entry| programme.entry(*entry).lifts().is_some_and(|lifts| lifts > at));
    let audiences = programme.settings().audiences().collect();
    let is_step = |subject: &Subject| matches!(subject, Subject::Step(_));
    let shows_steps = Audience::ALL.iter().any(|audience| programme.settings().shows_step_events(*audience));
    let has_step_events = shows_steps || lock.subjects().any(|subject| is_step(&subject));
    let planner = Planner { lock, programme, at, audiences, present, has_embargoes, has_step_events };
    planner.plan(wording)
}

/// What each audience that has a feed sees at an instant.
#[must_use]
pub fn states(programme: &Programme, at: DateTime<Utc>) -> States {
    let mut states = States::new();
    for audience in programme.settings().audiences() {
        let viewer = Viewer::new(programme, audience, at);
        for (position, visit) in programme.visits().iter().enumerate() {
            let Some(listed) = viewer.visit(position) else { continue };
            let of_visit = OfVisit::new(visit);
            let key = |subject: Subject| (audience, subject);
            let seen = snapshot::write_visit(&listed).into();
            states.insert(key(Subject::Visit(visit.id().clone())), State { order: 0, seen });
            for (order, entry) in (1..).zip(listed.in_order()) {
                let seen = snapshot::write(of_visit.seen_by(audience), entry, &[]).into();
                states.insert(key(Subject::Entry(entry.identity.clone())), State { order, seen });
            }
        }
    }
    states
}

/// The settings of each feed.
#[must_use]
pub fn feed_settings(programme: &Programme) -> FeedSettings {
    let feeds = programme.settings().feeds.iter();
    feeds.map(|feed| (feed.key(), feeds::settings(feed, programme))).collect()
}

struct Planner<'a, 'p> {
    lock: &'a Lock,
    programme: &'p Programme,
    at: DateTime<Utc>,
    audiences: Vec<Audience>,
    /// Where each entry of the schedules stands.
    present: HashMap<&'p Identity, EntryRef>,
    /// Whether any embargo is still to lift.
    has_embargoes: bool,
    /// Whether any feed shows steps as events, or did.
    has_step_events: bool,
}

/// Says of the changes of a visit where each stands in the list that its audience has.
fn order_changes(changes: &mut [Change], listed: &[Option<ListedVisit<'_>>], audiences: &[Audience]) {
    for (audience, listed) in audiences.iter().zip(listed) {
        let theirs = changes.iter_mut().filter(|change| change.audience == *audience).collect::<Vec<_>>();
        let Some(listed) = listed.as_ref().filter(|_| !theirs.is_empty()) else { continue };
        let in_order = (1..).zip(listed.in_order());
        let orders: HashMap<&Identity, u32> = in_order.map(|(order, entry)| (entry.identity, order)).collect();
        for change in theirs {
            if let Subject::Entry(identity) = &change.subject {
                change.order = orders.get(identity).copied().unwrap_or(GONE);
            }
        }
    }
}

/// An entry while it is revised.
struct EntryRevision<'l, 'p> {
    at: EntryRef,
    entry: &'p Entry,
    revised: SubjectRevision<'l>,
}

/// What comes of one visit, or of the entries that the schedules have no more.
#[derive(Default)]
struct VisitPlan<'l, 'p> {
    /// For each audience.
    listed: Vec<Option<ListedVisit<'p>>>,
    /// For each audience, for each entry.
    revisions: Vec<Vec<Option<Revision>>>,
    withdrawn: Vec<(Audience, Withdrawn)>,
    /// For each audience, what an entry was before its last change.
    was: Vec<(Audience, EntryRef, Box<str>)>,
    /// For each audience, what the visit was before its last change.
    visit_was: Vec<(Audience, usize, Box<str>)>,
    /// For each audience, the revision of the visit.
    visit_revisions: Vec<Option<Revision>>,
    /// The lines of it and of its entries in the next lock file.
    lines: Vec<(Subject, Cow<'l, str>)>,
    /// Whether any of these is another than in the lock file that was read.
    is_changed: bool,
    /// Whether any of these notes that an embargo has lifted, or has forgotten what may be told no more.
    is_noted: bool,
    /// The steps that an audience sees as events.
    steps: Vec<(Audience, StepName, Revision)>,
    /// Those that it does not see any more.
    withdrawn_steps: Vec<(Audience, Withdrawn)>,
    unrecorded: Vec<Unrecorded>,
    changes: Vec<Change>,
    reused: Vec<EntryRef>,
    other_uid: Vec<EntryRef>,
    moved: Vec<MovedEntry>,
}

/// Whom what is left of a step is for, by its name.
fn mark_of_step(name: &str) -> AudienceMark {
    if name.starts_with("staff/") { AudienceMark::Staff } else { AudienceMark::Press }
}

impl Plan<'_> {
    /// Whether a build stamps anything by the clock, or lifts an embargo by it that no build has noted; one that may not change the
    /// lock file stamps nothing.
    #[must_use]
    pub fn needs_clock(&self, is_locked: bool) -> bool {
        self.next_lock.is_some() && !(is_locked && self.is_revised)
    }
}

impl<'l, 'p> Planner<'l, 'p> {
    fn plan(self, wording: &[Wording]) -> Plan<'p> {
        let mut visits: Vec<VisitPlan<'l, 'p>> =
            (0..self.programme.visits().len()).into_par_iter().map(|position| self.visit(position)).collect();
        let (absent, missing) = self.absent();
        visits.push(absent);
        let FeedPlan { lines: feeds, changes: feed_changes, is_changed: feeds_changed } =
            feeds::plan(self.lock, wording, self.at);
        let listings =
            (0..self.audiences.len()).map(|index| self.listing(index, &mut visits, wording, &feeds)).collect();
        let is_revised = feeds_changed || !self.lock.exists() || visits.iter().any(|visit| visit.is_changed);
        let next_lock = (is_revised || visits.iter().any(|visit| visit.is_noted)).then(|| {
            let mut lines: Vec<_> = visits.iter().flat_map(|visit| &visit.lines).collect();
            lines.par_sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            lock::text(self.database().version(), &feeds, lines.into_iter().map(|(_, line)| &**line))
        });
        let mut plan = Plan {
            listings,
            changes: Vec::new(),
            feed_changes,
            missing,
            reused: Vec::new(),
            other_uid: Vec::new(),
            shared_uid: uid::shared(self.lock, self.programme, &self.present),
            moved: Vec::new(),
            unrecorded: Vec::new(),
            is_revised,
            next_lock,
        };
        for visit in &mut visits {
            plan.unrecorded.append(&mut visit.unrecorded);
            plan.changes.append(&mut visit.changes);
            plan.reused.append(&mut visit.reused);
            plan.other_uid.append(&mut visit.other_uid);
            plan.moved.append(&mut visit.moved);
        }
        plan.changes.sort_by(|a, b| (a.audience, &a.subject).cmp(&(b.audience, &b.subject)));
        plan
    }

    fn visit(&self, position: usize) -> VisitPlan<'l, 'p> {
        let visit = &self.programme.visits()[position];
        let viewers: Vec<Viewer<'p>> = self.viewers().collect();
        let listed: Vec<_> = viewers.iter().map(|viewer| viewer.visit(position)).collect();
        let entries = |index: usize| listed[index].as_ref().map_or(&[][..], |visit| &visit.entries);
        let mut planned = VisitPlan {
            revisions: vec![vec![None; visit.entries().len()]; self.audiences.len()],
            ..VisitPlan::default()
        };
        let of_visit = OfVisit::new(visit);
        let visit_changed = self.revise_visit(position, of_visit, &viewers, &listed, &mut planned);
        let mut listed_next: Vec<_> = (0..listed.len()).map(|index| entries(index).iter().peekable()).collect();
        for (index, entry) in visit.entries().iter().enumerate() {
            let at = EntryRef { visit: position, entry: index };
            let mut entry =
                EntryRevision { at, entry, revised: SubjectRevision::of_entry(entry, self.lock, self.database()) };
            let mut views = Vec::with_capacity(viewers.len());
            for (viewer, listed) in viewers.iter().zip(&mut listed_next) {
                let now = listed.next_if(|listed| listed.at == Some(entry.at));
                views.push(self.views(&mut entry, viewer, of_visit, now));
            }
            self.entry(entry, &views, &viewers, &visit_changed, &mut planned);
        }
        drop(listed_next);
        self.revise_steps(position, &viewers, &listed, &mut planned);
        order_changes(&mut planned.changes, &listed, &self.audiences);
        planned.listed = listed;
        planned
    }

    /// What an audience sees of an entry, now and whenever an embargo lifts.
    fn views(
        &self,
        entry: &mut EntryRevision<'_, 'p>,
        viewer: &Viewer<'p>,
        visit: OfVisit,
        now: Option<&ListedEntry<'p>>,
    ) -> Vec<View> {
        let mut write = |viewer: &Viewer<'p>, listed: &ListedEntry<'_>| {
            let visit = visit.seen_by(viewer.audience());
            entry.revised.cells.add(snapshot::write(visit, listed, &viewer.told_of(entry.at)))
        };
        let mut views = vec![View { from: self.at, cell: now.map(|listed| write(viewer, listed)) }];
        if self.has_embargoes {
            for lifts in viewer.lifts(entry.at) {
                let later = viewer.at(lifts);
                let cell = later.entry(entry.at).map(|listed| write(&later, &listed));
                views.push(View { from: lifts, cell });
            }
        }
        views
    }

    /// Revises an entry for each audience, and writes its line.
    fn entry(
        &self,
        mut entry: EntryRevision<'l, 'p>,
        views: &[Vec<View>],
        viewers: &[Viewer<'p>],
        visit: &[StatusChange],
        planned: &mut VisitPlan<'l, 'p>,
    ) {
        if entry.revised.old.as_ref().is_some_and(EntryLine::is_withdrawn) {
            planned.reused.push(entry.at);
        }
        let mut columns = entry.revised.old.as_ref().map(|line| line.columns.clone()).unwrap_or_default();
        let uid = entry.entry.identity().uid.as_deref();
        let (mut is_changed, mut is_noted, mut unrecorded) = (false, false, None);
        if entry.revised.old.as_ref().is_some_and(|old| old.uid != uid) {
            if columns.iter().any(|revisions| effective(revisions, self.at).is_some()) {
                planned.other_uid.push(entry.at);
            }
            // Nobody has seen it yet, or else the plan is refused.
            is_changed = true;
        }
        for (index, audience) in self.audiences.iter().enumerate() {
            let revisions = &mut columns[column(*audience)];
            let old = effective(revisions, self.at).copied();
            let seen = published(revisions, self.at).copied();
            if let Some(revised) = entry.revised.revise(revisions, &views[index], &visit[index], self.at) {
                is_changed = true;
                *revisions = revised;
            }
            is_noted |= lock::note_releases(revisions, self.at);
            is_noted |= self.forget(&mut entry.revised, &viewers[index], revisions);
            let Some(now) = effective(revisions, self.at).copied() else { continue };
            if now.state == EntryState::Shown {
                planned.revisions[index][entry.at.entry] = Some(Revision::of(now, entry.revised.cell(now.digest)));
            }
            let mark = self.mark_of_gone(&columns, *audience);
            self.tell(&entry, &viewers[index], (now, mark), planned);
            // That something was noted is no change.
            let noted = |old| LockedRevision { released: now.released, was: now.was, ..old };
            let is_as_before = old.is_some_and(|old| noted(old) == now);
            if !is_as_before {
                unrecorded = unrecorded.max(old.filter(LockedRevision::is_unrecorded).map(|old| old.modified));
                self.note_change(&entry, &viewers[index], (seen, now), &visit[index], planned);
            }
        }
        let identity = entry.entry.identity();
        let of_it = |lifted| Unrecorded { identity: identity.clone(), at: Some(entry.at), lifted };
        planned.unrecorded.extend(unrecorded.map(of_it));
        planned.is_changed |= is_changed;
        planned.is_noted |= is_noted;
        if columns.iter().all(Vec::is_empty) {
            // Nobody who has a feed has seen it, and no embargo will release it to them.
            return;
        }
        let cell = |digest| entry.revised.cell(digest);
        let line = self.line((&entry.revised.key, uid), &columns, is_changed || is_noted, cell);
        planned.lines.push((entry.revised.subject, line));
    }

    /// Tells of a revision what an audience may be told today: what was otherwise before, or what is withdrawn.
    fn tell(
        &self,
        entry: &EntryRevision<'_, 'p>,
        viewer: &Viewer<'p>,
        (now, mark): (LockedRevision, Option<AudienceMark>),
        planned: &mut VisitPlan<'_, 'p>,
    ) {
        match now.state {
            EntryState::Shown => {
                let Some(was) = now.was.and_then(|was| entry.revised.cell(was)) else { return };
                planned.was.push((viewer.audience(), entry.at, was.into()));
            }
            EntryState::Unseen => {}
            EntryState::Withdrawn | EntryState::Redacted | EntryState::Restricted => {
                let cell = entry.revised.cell(now.digest);
                let identity = entry.entry.identity();
                let withdrawn = cell.and_then(|cell| Withdrawn::from_cell(identity, cell, &now, mark, self.database()));
                planned.withdrawn.extend(withdrawn.map(|withdrawn| (viewer.audience(), withdrawn)));
            }
        }
    }

    /// Forgets what was otherwise where it tells of entries that this audience may not see today; whether there was anything
    /// to forget. For good: an entry that is shown again may be called otherwise, and what it was called is not told again.
    fn forget(&self, entry: &mut SubjectRevision<'_>, viewer: &Viewer<'p>, revisions: &mut [LockedRevision]) -> bool {
        let Some(now) = effective(revisions, self.at).copied() else { return false };
        let snapshot = |of: Digest| entry.cell(of).and_then(Snapshot::parse);
        let Some(was) = now.was.and_then(snapshot) else { return false };
        let told_of = snapshot(now.digest).unwrap_or_default().before(&was).told_of();
        let less = was.withholding_others();
        if self.passes(viewer, &told_of) || Snapshot::parse(&less).as_ref() == Some(&was) {
            return false;
        }
        let less = entry.cells.add(less);
        revisions.iter_mut().filter(|revision| **revision == now).for_each(|revision| revision.was = Some(less));
        true
    }

    /// Whether an audience may see today all that was told of others.
    fn passes(&self, viewer: &Viewer<'p>, told_of: &ToldOf) -> bool {
        let seen = |identity| self.present.get(identity).is_some_and(|at| viewer.can_see(*at));
        told_of.titles.is_empty()
            || match &told_of.entries {
                Some(entries) => entries.iter().all(seen),
                None => told_of.titles.iter().all(|title| viewer.sees_title(title)),
            }
    }

    /// Notes a change, from what the audience is known to have seen.
    fn note_change(
        &self,
        entry: &EntryRevision<'_, 'p>,
        viewer: &Viewer<'p>,
        (before, now): (Option<LockedRevision>, LockedRevision),
        visit: &StatusChange,
        planned: &mut VisitPlan<'_, 'p>,
    ) {
        // Of a first build there is nothing to say but that everything is new.
        let is_only_marked = before.is_some_and(|before| before.sequence == now.sequence && before.state == now.state);
        if now.state == EntryState::Unseen || is_only_marked || !self.lock.exists() {
            return;
        }
        let cell = |revision: LockedRevision| entry.revised.cell(revision.digest);
        let seen = before.and_then(cell).and_then(Snapshot::parse);
        let states = seen.as_ref().zip(cell(now).and_then(Snapshot::parse)).zip(visit.as_ref());
        let with_visit = states.is_some_and(|((was, is), [before, after])| is_with_visit([before, after], [was, &is]));
        let told = seen.filter(|seen| !self.passes(viewer, &seen.told_of())).map(|seen| seen.without_others().into());
        let change = Change {
            audience: viewer.audience(),
            subject: entry.revised.subject.clone(),
            sequence: now.sequence,
            modified: now.modified,
            kind: Kind::of(before.map(|before| before.state), now.state),
            before: told.or_else(|| before.and_then(cell).map(Box::<str>::from)),
            after: cell(now).map(Box::<str>::from),
            with_visit,
            order: GONE,
            database: self.database(),
        };
        if let Some([was, now]) = change.moved()
            && planned.moved.last().is_none_or(|last| last.at != entry.at)
        {
            planned.moved.push(MovedEntry { at: entry.at, name: entry.revised.key.clone(), was, now });
        }
        if change.is_own() {
            planned.changes.push(change);
        }
    }

    /// The line of something in the next lock file: as it stands, unless it is to be another.
    fn line<'c>(
        &self,
        (key, uid): (&str, Option<&str>),
        columns: &Columns,
        is_other: bool,
        cell: impl Fn(Digest) -> Option<&'c str>,
    ) -> Cow<'l, str> {
        match self.lock.raw(key).filter(|_| !is_other) {
            Some(kept) => Cow::Borrowed(kept),
            None => Cow::Owned(lock::entry_line(key, uid, columns, cell)),
        }
    }

    /// The time zone database of the programme, by which what is remembered is read too.
    fn database(&self) -> Database {
        self.programme.settings().database
    }

    /// Whether an audience has a feed in which steps are events.
    fn shows_step_events(&self, audience: Audience) -> bool {
        self.programme.settings().shows_step_events(audience)
    }

    fn viewers(&self) -> impl Iterator<Item = Viewer<'p>> {
        self.audiences.iter().map(|audience| Viewer::new(self.programme, *audience, self.at))
    }
}
