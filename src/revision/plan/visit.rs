//! The revisions of visits: of what is said of all of one, beside its entries.

use chrono::{DateTime, Utc};

use super::subject::{StatusChange, SubjectRevision, View};
use super::{Planner, Revision, VisitPlan};
use crate::listing::{ListedVisit, Viewer};
use crate::programme::{Audience, EntryRef, Visit};
use crate::revision::change::{Change, Kind, Subject};
use crate::revision::lock::{self, EntryState, LockedRevision, column, effective, published};
use crate::revision::snapshot::{self, OfVisit, Snapshot};

impl<'l, 'p> Planner<'l, 'p> {
    /// Revises a visit for each audience, and writes its line; how its status changed for each of them.
    pub(super) fn revise_visit(
        &self,
        position: usize,
        of_visit: OfVisit,
        viewers: &[Viewer<'p>],
        listed: &[Option<ListedVisit<'p>>],
        planned: &mut VisitPlan<'l, 'p>,
    ) -> Vec<StatusChange> {
        let visit = &self.programme.visits()[position];
        let mut revised = SubjectRevision::of_visit(visit.id(), self.lock, self.database());
        let mut columns = revised.old.as_ref().map(|line| line.columns.clone()).unwrap_or_default();
        let (mut is_changed, mut is_noted, mut changes) = (false, false, Vec::with_capacity(viewers.len()));
        for (viewer, listed) in viewers.iter().zip(listed) {
            let audience = viewer.audience();
            let views = self.visit_views(&mut revised, viewer, (position, visit), listed.as_ref());
            let revisions = &mut columns[column(audience)];
            let (old, seen) = (effective(revisions, self.at).copied(), published(revisions, self.at).copied());
            let known = self.known_without_line(visit, audience, of_visit).filter(|_| revisions.is_empty());
            if let Some(revised) = revised.revise(revisions, &views, &None, self.at) {
                *revisions = revised;
                if let Some(known) = &known {
                    // An earlier version wrote no line of it: that is no change.
                    for revision in revisions.iter_mut().filter(|revision| !revision.scheduled) {
                        (revision.created, revision.modified) = (known.created, known.created);
                    }
                    is_noted = true;
                } else if effective(revisions, self.at).is_some_and(|now| now.state == EntryState::Shown) {
                    is_changed = true;
                } else {
                    // It went with its entries, which is what has to be published.
                    is_noted = true;
                }
            }
            is_noted |= lock::note_releases(revisions, self.at);
            let now = effective(revisions, self.at).copied();
            planned
                .visit_revisions
                .push(now.filter(|now| now.state == EntryState::Shown).map(|now| Revision::of(now, None)));
            let cell = |of: LockedRevision| revised.cell(of.digest).map(Box::<str>::from);
            if let Some(was) = now.and_then(|now| revised.cell(now.was?)) {
                planned.visit_was.push((audience, position, was.into()));
            }
            let is_as_before =
                old.zip(now).is_some_and(|(old, now)| LockedRevision { released: now.released, ..old } == now);
            let mut status = None;
            if let Some(now) = now.filter(|now| !is_as_before && now.state != EntryState::Unseen && self.lock.exists())
            {
                let kind = Kind::of(seen.map(|seen| seen.state), now.state);
                let (before, after) = (seen.and_then(cell), cell(now));
                if kind == Kind::Revised {
                    let snapshots = [&before, &after].map(|cell| cell.as_deref().and_then(Snapshot::parse));
                    let [was, is] = snapshots;
                    status = was.zip(is).map(|(was, is)| [was, is]).filter(|[was, is]| was.status() != is.status());
                }
                let is_new = known.is_none();
                // What it was is not known, but that it is another.
                let is_another = known.as_ref().is_some_and(|known| known.is_another);
                if is_new || is_another {
                    planned.changes.push(Change {
                        audience,
                        subject: Subject::Visit(visit.id().clone()),
                        sequence: now.sequence,
                        modified: now.modified,
                        kind: if is_new { kind } else { Kind::Revised },
                        before,
                        after,
                        with_visit: false,
                        order: 0,
                        database: self.database(),
                    });
                }
            }
            changes.push(status);
        }
        planned.is_changed |= is_changed;
        planned.is_noted |= is_noted && revised.old.is_some();
        if columns.iter().all(Vec::is_empty) {
            return changes;
        }
        let line = self.line((&revised.key, None), &columns, is_changed || is_noted, |digest| revised.cell(digest));
        planned.lines.push((revised.subject, line));
        changes
    }

    /// What an audience sees of a visit now, and if that is nothing, when an embargo lifts.
    fn visit_views(
        &self,
        revised: &mut SubjectRevision<'_>,
        viewer: &Viewer<'p>,
        (position, visit): (usize, &Visit),
        now: Option<&ListedVisit<'p>>,
    ) -> Vec<View> {
        let mut write = |listed: &ListedVisit<'_>| revised.cells.add(snapshot::write_visit(listed));
        let mut views = vec![View { from: self.at, cell: now.map(&mut write) }];
        if now.is_none() && self.has_embargoes {
            let entries = (0..visit.entries().len()).map(|entry| EntryRef { visit: position, entry });
            let mut lifts: Vec<_> = entries.flat_map(|entry| viewer.lifts(entry)).collect();
            lifts.sort_unstable();
            let first = lifts.into_iter().find_map(|lifts| Some((lifts, viewer.at(lifts).visit(position)?)));
            views.extend(first.map(|(from, listed)| View { from, cell: Some(write(&listed)) }));
        }
        views
    }

    /// What is known of a visit of which an earlier version wrote no line: since when its entries are published, if any is or will
    /// be. Those that were of another visit then say nothing of this one.
    fn known_without_line(&self, visit: &Visit, audience: Audience, of_visit: OfVisit) -> Option<KnownVisit> {
        let mut known: Option<KnownVisit> = None;
        for entry in visit.entries() {
            let Some(line) = self.lock.entry_line(&entry.identity().to_string()) else { continue };
            let revisions = &line.columns[column(audience)];
            let seen = published(revisions, self.at);
            let Some(revision) = seen.or(revisions.first()) else { continue };
            let Some(snapshot) = line.cell(revision.digest).and_then(Snapshot::parse) else { continue };
            if snapshot.address(entry.identity()).visit != *visit.id() {
                continue;
            }
            let shown = snapshot.value("visit").and_then(|shown| shown.as_str());
            let is_another = seen.is_some() && shown.is_some_and(|shown| shown != of_visit.digest.to_string());
            let known = known.get_or_insert(KnownVisit { created: revision.created, is_another });
            known.created = known.created.min(revision.created);
            known.is_another |= is_another;
        }
        known
    }
}

/// A visit that was published without a line of its own.
struct KnownVisit {
    created: DateTime<Utc>,
    /// Whether what its entries show of it is another now.
    is_another: bool,
}
