//! What a build would publish, compared with what the lock file remembers: which entries are new, revised, released, kept from
//! an audience or gone, and what their revisions are.

mod case;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use self::case::{Case, Cells, View};
use super::change::{Change, Kind, States};
use super::digest::Digest;
use super::lines::{Line, Pieces, Queue, Ready};
use super::lock::{self, FeedRow, Lock, Rev, Row, State, column, effective};
use super::snapshot;
use super::{RevisedListing, Revision, Revisions, Withdrawn};
use crate::listing::{ListedEntry, ListedVisit, Listing, Viewer};
use crate::programme::{Audience, Entry, EntryRef, Identity, Programme, Visit};

/// What there is to publish.
#[derive(Debug)]
pub struct Plan<'p> {
    /// What each audience sees, with its revisions.
    pub revised: Vec<RevisedListing<'p>>,
    /// What changes, by audience and identity; nothing where there was no lock file, because all of it is new.
    pub changes: Vec<Change>,
    /// Entries that were published and are in the schedules no more, without having been withdrawn.
    pub missing: Vec<Identity>,
    /// Entries of the schedules whose identity was withdrawn.
    pub reused: Vec<EntryRef>,
    /// Entries that another version of the time zone database moves.
    pub moved: Vec<EntryRef>,
    /// Whether any line of the lock file is another, or there was none. If not, what was written means the same as what was
    /// read, but may not be the same bytes: people merge.
    pub lock_changes: bool,
}

/// Takes the next lock file while it is planned, some stretches of bytes after others; and whether any line is known by then
/// to be another than in the one that was read.
pub type Pen<'w> = &'w mut (dyn FnMut(&[&[u8]], bool) + Send);

/// How many entries are planned for each thread, between one time that all of them wait and the next.
const ENTRIES: usize = 256;

/// What a feed is made with, apart from entries.
#[derive(Debug, Clone)]
pub struct Wording {
    /// The audience and the feed's id: `public/seoul`.
    pub key: String,
    /// A digest of the program's words and the feed's settings.
    pub digest: Digest,
}

/// Compares a programme with what was published of it. `wording` has one for each feed of the settings. The next lock file
/// is handed over while the programme is compared, all of it, whether it is another or not.
#[must_use]
pub fn plan<'p>(
    lock: &Lock,
    programme: &'p Programme,
    wording: &[Wording],
    at: DateTime<Utc>,
    pen: Pen<'_>,
) -> Plan<'p> {
    let planner = Planner {
        lock,
        programme,
        at,
        audiences: programme.settings().audiences().collect(),
        embargoes: programme
            .visits()
            .iter()
            .flat_map(Visit::entries)
            .any(|entry| entry.embargo().is_some_and(|lifts| lifts > at)),
    };
    planner.plan(wording, pen)
}

/// What each audience that has a feed sees at an instant.
#[must_use]
pub fn states(programme: &Programme, at: DateTime<Utc>) -> States {
    let mut states = States::new();
    for audience in programme.settings().audiences() {
        let viewer = Viewer::new(programme, audience, at);
        for (position, visit) in programme.visits().iter().enumerate() {
            let frame = snapshot::frame(visit);
            for entry in viewer.visit(position).iter().flat_map(|visit| &visit.entries) {
                let mut text = String::new();
                snapshot::write(&mut text, frame, entry);
                states.insert((audience, entry.identity.to_string()), text.into());
            }
        }
    }
    states
}

struct Planner<'a, 'p> {
    lock: &'a Lock,
    programme: &'p Programme,
    at: DateTime<Utc>,
    audiences: Vec<Audience>,
    /// Whether any embargo is still to lift.
    embargoes: bool,
}

/// What comes of one visit.
#[derive(Default)]
struct Chapter<'l, 'p> {
    /// For each audience.
    listed: Vec<Option<ListedVisit<'p>>>,
    /// For each audience, for each entry.
    revisions: Vec<Vec<Option<Revision>>>,
    withdrawn: Vec<(Audience, Withdrawn)>,
    /// For each audience, what an entry was before its last change.
    was: Vec<(Audience, EntryRef, Box<str>)>,
    /// The lines of its entries, and what the new ones are in.
    lines: Vec<(&'p Identity, Line<'l>)>,
    pieces: Pieces,
    changed: bool,
    changes: Vec<Change>,
    reused: Vec<EntryRef>,
    moved: Vec<EntryRef>,
}

impl<'l, 'p> Planner<'l, 'p> {
    fn chapter(&self, position: usize) -> Chapter<'l, 'p> {
        let visit = &self.programme.visits()[position];
        let viewers: Vec<Viewer<'p>> =
            self.audiences.iter().map(|audience| Viewer::new(self.programme, *audience, self.at)).collect();
        let listed: Vec<_> = viewers.iter().map(|viewer| viewer.visit(position)).collect();
        let entries = |of: usize| listed[of].as_ref().map_or(&[][..], |visit| &visit.entries);
        let mut cursors: Vec<_> = (0..listed.len()).map(|of| entries(of).iter().peekable()).collect();
        let count = visit.entries().len();
        let mut chapter = Chapter {
            revisions: vec![vec![None; count]; self.audiences.len()],
            lines: Vec::with_capacity(count),
            ..Chapter::default()
        };
        let frame = snapshot::frame(visit);
        let mut cells = Cells::default();
        for (at, entry) in visit.entries().iter().enumerate() {
            let at = EntryRef { visit: position, entry: at };
            let key = entry.identity().to_string();
            cells.clear();
            let mut case = Case { at, entry, old: self.lock.row(&key), key, cells: &mut cells };
            let views: Vec<_> = viewers
                .iter()
                .zip(&mut cursors)
                .map(|(viewer, listed)| {
                    let now = listed.next_if(|listed| listed.at == at);
                    self.views(&mut case, viewer, frame, now)
                })
                .collect();
            self.line(case, &views, &mut chapter);
        }
        drop(cursors);
        chapter.listed = listed;
        chapter
    }

    /// What an audience sees of an entry, now and whenever an embargo lifts.
    fn views(
        &self,
        case: &mut Case<'_, 'p>,
        viewer: &Viewer<'p>,
        frame: Digest,
        now: Option<&ListedEntry<'p>>,
    ) -> Vec<View> {
        let mut views = vec![View {
            from: self.at,
            seen: now.map(|entry| case.cells.keep(|text| snapshot::write(text, frame, entry))),
        }];
        if self.embargoes {
            for lifts in viewer.lifts(case.at) {
                let later = viewer.at(lifts).entry(case.at);
                let seen = later.map(|entry| case.cells.keep(|text| snapshot::write(text, frame, &entry)));
                views.push(View { from: lifts, seen });
            }
        }
        views
    }

    /// Revises an entry for each audience, and writes its line.
    fn line(&self, mut case: Case<'_, 'p>, views: &[Vec<View>], into: &mut Chapter<'l, 'p>) {
        if case.old.as_ref().is_some_and(Row::is_withdrawn) {
            into.reused.push(case.at);
        }
        let mut columns = case.old.as_ref().map(|row| row.columns.clone()).unwrap_or_default();
        let mut changed = false;
        for (of, audience) in self.audiences.iter().enumerate() {
            let revisions = &mut columns[column(*audience)];
            let before = effective(revisions, self.at).copied();
            if let Some(revised) = case.revise(revisions, &views[of], self.at) {
                changed = true;
                *revisions = revised;
            }
            if let Some(now) = effective(revisions, self.at) {
                self.note(&case, (of, *audience), (before, *now), into);
            }
        }
        into.changed |= changed;
        if columns.iter().all(Vec::is_empty) {
            // Nobody who has a feed has seen it, and no embargo will release it to them.
            return;
        }
        let kept = self.lock.raw(&case.key).filter(|_| !changed).map(Line::Kept);
        let write = |text: &mut String| lock::write_row(text, &case.key, &columns, |of| case.cell(of));
        let line = kept.unwrap_or_else(|| into.pieces.add(write));
        into.lines.push((case.entry.identity(), line));
    }

    /// Notes what a revision means: the stamp of what is shown, what is gone, and what changed.
    fn note(
        &self,
        case: &Case<'_, 'p>,
        (of, audience): (usize, Audience),
        (before, now): (Option<Rev>, Rev),
        into: &mut Chapter<'_, 'p>,
    ) {
        let identity = case.entry.identity();
        if now.state == State::Shown {
            into.revisions[of][case.at.entry] = Some(Revision::from(now));
            if let Some(was) = now.was.and_then(|was| case.cell(was)) {
                into.was.push((audience, case.at, was.into()));
            }
        } else if let Some(withdrawn) = case.cell(now.digest).and_then(|text| Withdrawn::new(identity, text, &now)) {
            into.withdrawn.push((audience, withdrawn));
        }
        // Of a first build there is nothing to say but that everything is new.
        if before == Some(now) || !self.lock.exists() {
            return;
        }
        let text = |rev: Rev| case.cell(rev.digest).map(Box::<str>::from);
        let change = Change {
            audience,
            name: case.key.clone(),
            sequence: now.sequence,
            modified: now.modified,
            kind: Kind::of(before.map(|rev| rev.state), now.state),
            before: before.and_then(text),
            after: text(now),
        };
        if change.is_moved() && into.moved.last() != Some(&case.at) {
            into.moved.push(case.at);
        }
        into.changes.push(change);
    }

    fn plan(self, wording: &[Wording], pen: Pen<'_>) -> Plan<'p> {
        let mut plan = Plan {
            revised: Vec::with_capacity(self.audiences.len()),
            changes: Vec::new(),
            missing: Vec::new(),
            reused: Vec::new(),
            moved: Vec::new(),
            lock_changes: false,
        };
        let mut last = Chapter::default();
        let absent = self.absent();
        for identity in &absent {
            self.absentee(identity, &mut last, &mut plan.missing);
        }
        let (feeds, feeds_changed) = self.feeds(wording);
        last.changed |= feeds_changed || !self.lock.exists();
        let chapters = self.chapters(&feeds, &mut last, pen);
        let mut chapters: Vec<Chapter<'_, 'p>> = chapters.into_iter().map(|(_, chapter)| chapter).collect();
        plan.lock_changes = last.changed;
        for chapter in &mut chapters {
            plan.lock_changes |= chapter.changed;
            plan.changes.append(&mut chapter.changes);
            plan.reused.append(&mut chapter.reused);
            plan.moved.append(&mut chapter.moved);
        }
        plan.changes.append(&mut last.changes);
        plan.changes.sort_by(|a, b| (a.audience, &a.name).cmp(&(b.audience, &b.name)));
        plan.missing.sort_unstable();
        for (of, audience) in self.audiences.iter().enumerate() {
            plan.revised.push(self.revised(of, *audience, &mut chapters, &mut last, wording, &feeds));
        }
        plan
    }

    /// What comes of each visit, by its position, in order. The lock file is written meanwhile, with the lines of entries
    /// that the schedules have no more.
    fn chapters(
        &self,
        feeds: &[(String, FeedRow)],
        absent: &mut Chapter<'l, '_>,
        pen: Pen<'_>,
    ) -> Vec<(usize, Chapter<'l, 'p>)> {
        let first = |visit: &'p Visit| visit.entries().iter().map(Entry::identity).min();
        let mut order: Vec<(Option<&Identity>, usize)> = self.programme.visits().iter().map(first).zip(0..).collect();
        order.sort_unstable();
        let (mut queue, mut ready) = (Queue::default(), Ready::default());
        queue.add(std::mem::take(&mut absent.pieces), std::mem::take(&mut absent.lines));
        let mut changed = absent.changed;
        pen(&[lock::head(feeds).as_bytes()], changed);
        let mut chapters: Vec<(usize, Chapter<'l, 'p>)> = Vec::with_capacity(order.len());
        let mut rest = &order[..];
        while !rest.is_empty() {
            let (some, others) = rest.split_at(self.enough(rest));
            // While some visits are compared, the lines of those before them are written.
            let compare = || some.par_iter().map(|(_, visit)| (*visit, self.chapter(*visit))).collect::<Vec<_>>();
            let (compared, ()) = rayon::join(compare, || pen(&ready.parts(), changed));
            for (visit, mut chapter) in compared {
                queue.add(std::mem::take(&mut chapter.pieces), std::mem::take(&mut chapter.lines));
                changed |= chapter.changed;
                chapters.push((visit, chapter));
            }
            ready = queue.take(others.iter().find_map(|(first, _)| *first));
            rest = others;
        }
        pen(&ready.parts(), changed);
        pen(&queue.take(None).parts(), changed);
        pen(&[lock::tail().as_bytes()], changed);
        chapters.sort_unstable_by_key(|(visit, _)| *visit);
        chapters
    }

    /// How many of the visits that are left have enough entries for all threads, which have one visit each at least.
    fn enough(&self, visits: &[(Option<&Identity>, usize)]) -> usize {
        let threads = rayon::current_num_threads();
        let mut room = ENTRIES * threads;
        let fit = visits.iter().take_while(|(_, visit)| {
            let fits = room > 0;
            room = room.saturating_sub(self.programme.visits()[*visit].entries().len());
            fits
        });
        fit.count().max(threads).min(visits.len())
    }

    /// The identities of which the schedules know nothing any more.
    fn absent(&self) -> Vec<Identity> {
        let entries = || self.programme.visits().par_iter().flat_map_iter(Visit::entries);
        let is_known = |entry: &&Entry| self.lock.raw(&entry.identity().to_string()).is_some();
        if self.lock.len() == 0 || entries().filter(is_known).count() == self.lock.len() {
            return Vec::new();
        }
        let present: HashSet<String> = entries().map(|entry| entry.identity().to_string()).collect();
        let mut absent: Vec<Identity> =
            self.lock.keys().filter(|key| !present.contains(*key)).filter_map(Identity::parse).collect();
        absent.sort_unstable();
        absent
    }

    /// An entry that the schedules have no more.
    fn absentee<'i>(&self, identity: &'i Identity, into: &mut Chapter<'l, 'i>, missing: &mut Vec<Identity>) {
        let key = identity.to_string();
        let Some(row) = self.lock.row(&key) else { return };
        let now = |revisions: &Vec<Rev>| effective(revisions, self.at).copied();
        let published: Vec<Rev> = row.columns.iter().filter_map(now).collect();
        if published.iter().any(|rev| rev.state == State::Shown) {
            missing.push(identity.clone());
        }
        if published.is_empty() {
            // An embargo was to release it, and nobody has seen it.
            into.changed = true;
            return;
        }
        for audience in &self.audiences {
            let Some(rev) = now(&row.columns[column(*audience)]) else { continue };
            let withdrawn = row.cell(rev.digest).and_then(|text| Withdrawn::new(identity, text, &rev));
            into.withdrawn.extend(withdrawn.map(|withdrawn| (*audience, withdrawn)));
        }
        into.lines.extend(self.lock.raw(&key).map(|kept| (identity, Line::Kept(kept))));
    }

    /// The feeds' lines, by key, and whether any of them is new or another.
    fn feeds(&self, wording: &[Wording]) -> (Vec<(String, FeedRow)>, bool) {
        let mut changed = false;
        let mut rows = Vec::with_capacity(wording.len());
        for feed in wording {
            let old = self.lock.feed(&feed.key);
            let row = match old {
                Some(old) if old.digest == feed.digest => old,
                Some(_) => FeedRow { modified: Some(self.at), digest: feed.digest },
                None => FeedRow { modified: None, digest: feed.digest },
            };
            changed |= old != Some(row);
            rows.push((feed.key.clone(), row));
        }
        // A feed that is made no more may come back, and its readers still have what it said.
        for key in self.lock.feed_keys().filter(|key| !wording.iter().any(|feed| feed.key == *key)) {
            rows.extend(self.lock.feed(key).map(|row| (key.to_owned(), row)));
        }
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        (rows, changed)
    }

    fn revised(
        &self,
        of: usize,
        audience: Audience,
        chapters: &mut [Chapter<'_, 'p>],
        last: &mut Chapter<'_, '_>,
        wording: &[Wording],
        feeds: &[(String, FeedRow)],
    ) -> RevisedListing<'p> {
        let settings = self.programme.settings();
        let mut revisions = Revisions { at: self.at, withdrawn_for: settings.withdrawn_for, ..Revisions::default() };
        let mut visits = Vec::with_capacity(chapters.len());
        for chapter in &mut *chapters {
            visits.extend(chapter.listed[of].take());
            revisions.shown.push(std::mem::take(&mut chapter.revisions[of]));
        }
        for chapter in chapters.iter().chain([&*last]) {
            let withdrawn = chapter.withdrawn.iter().filter(|(whose, _)| *whose == audience);
            revisions.withdrawn.extend(withdrawn.map(|(_, withdrawn)| withdrawn.clone()));
            let was = chapter.was.iter().filter(|(whose, ..)| *whose == audience);
            revisions.was.extend(was.map(|(_, at, text)| (*at, text.clone())));
        }
        revisions.withdrawn.sort_by(|a, b| a.identity.cmp(&b.identity));
        let withdrawn = std::mem::take(&mut revisions.withdrawn);
        let position = |withdrawn: &Withdrawn| {
            self.programme.visits().iter().position(|visit| *visit.id() == withdrawn.address.visit)
        };
        let past = withdrawn.iter().filter(|withdrawn| revisions.has_expired(&withdrawn.revision));
        revisions.expired = past.filter_map(|withdrawn| revisions.expiry(&withdrawn.revision)).max();
        revisions.withdrawn = withdrawn
            .into_iter()
            .filter(|withdrawn| !revisions.has_expired(&withdrawn.revision))
            .map(|withdrawn| {
                let visit = position(&withdrawn);
                withdrawn.of_visit(visit)
            })
            .collect();
        for feed in wording {
            let row = feeds.iter().find(|(key, _)| *key == feed.key);
            revisions.feeds.push(row.and_then(|(_, row)| row.modified));
        }
        RevisedListing::with(Listing { audience, visits }, settings.uid_namespace, revisions)
    }
}
