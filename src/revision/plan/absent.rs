//! The entries that the lock file has and the schedules have no more: which of them were not withdrawn, and what is left of each
//! for each audience.

use std::borrow::Cow;
use std::collections::HashSet;

use super::subject::CellStore;
use super::{Planner, Unrecorded, VisitPlan};
use crate::listing::{AudienceMark, Viewer};
use crate::programme::{Audience, Identity};
use crate::revision::Withdrawn;
use crate::revision::change::{Change, Kind, Subject};
use crate::revision::lock::{Columns, EntryLine, EntryState, LockedRevision, column, effective, published};
use crate::revision::snapshot::{self, Snapshot};
use crate::revision::step::StepName;

impl<'l, 'p> Planner<'l, 'p> {
    /// The entries that the lock file has and the schedules have no more; and those of them that were not withdrawn.
    pub(super) fn absent(&self) -> (VisitPlan<'l, 'p>, Vec<Identity>) {
        let (mut planned, mut missing) = (VisitPlan::default(), Vec::new());
        let (mut absent, mut absent_steps) = (Vec::new(), Vec::new());
        let visits = if self.has_step_events { self.programme.visits().len() } else { 0 };
        let present_steps: HashSet<StepName> =
            (0..visits).flat_map(|at| self.step_names(at)).map(|(name, _)| name).collect();
        for subject in self.lock.subjects() {
            match subject {
                Subject::Entry(identity) if !self.present.contains_key(&identity) => absent.push(identity),
                Subject::Visit(id) if !self.programme.visits().iter().any(|visit| *visit.id() == id) => {
                    self.absent_visit(Subject::Visit(id), &mut planned);
                }
                Subject::Step(name) if !present_steps.contains(&name) => absent_steps.push(name),
                _ => {}
            }
        }
        absent.sort_unstable();
        absent_steps.sort_unstable();
        let viewers: Vec<Viewer<'p>> = self.viewers().collect();
        self.absent_steps(absent_steps, &viewers, &mut planned);
        for identity in absent {
            let key = identity.to_string();
            let line = self.lock.entry_line(&key).expect("the lock file was read, with its lines");
            let identity = identity.with_uid(line.uid);
            let seen = |revisions: &Vec<LockedRevision>| published(revisions, self.at).copied();
            if line.columns.iter().filter_map(seen).any(|revision| revision.state == EntryState::Shown) {
                missing.push(identity.clone());
            }
            let now = || line.columns.iter().filter_map(|revisions| effective(revisions, self.at));
            if now().next().is_none() {
                // An embargo was to release it, and nobody has seen it.
                planned.is_changed = true;
                continue;
            }
            if let Some(lifted) = now().filter(|now| now.is_unrecorded()).map(|now| now.modified).max() {
                planned.unrecorded.push(Unrecorded { identity: identity.clone(), at: None, lifted });
            }
            let line = self.absent_line(&identity, &line, &viewers, &mut planned);
            planned.lines.push((Subject::Entry(identity), line));
        }
        missing.sort_unstable();
        (planned, missing)
    }

    /// A visit that the schedules have no more goes for all who saw it.
    fn absent_visit(&self, subject: Subject, planned: &mut VisitPlan<'l, 'p>) {
        let key = subject.to_string();
        let line = self.lock.entry_line(&key).expect("the lock file was read, with its lines");
        let (mut columns, mut is_changed) = (line.columns.clone(), false);
        for audience in &self.audiences {
            let revisions = &mut columns[column(*audience)];
            let Some(now) = effective(revisions, self.at).copied() else {
                // An embargo was to release it, and nobody has seen it.
                is_changed |= !revisions.is_empty();
                revisions.clear();
                continue;
            };
            if now.state != EntryState::Shown {
                continue;
            }
            let gone = now.following(EntryState::Withdrawn, self.at);
            *revisions = vec![gone];
            is_changed = true;
            planned.changes.push(Change {
                audience: *audience,
                subject: subject.clone(),
                sequence: gone.sequence,
                modified: gone.modified,
                kind: Kind::Withdrawn,
                before: line.cell(now.digest).map(Box::<str>::from),
                after: None,
                with_visit: false,
                order: 0,
                database: self.database(),
            });
        }
        // Its entries say that it is gone, so that nothing is left to publish.
        planned.is_noted |= is_changed;
        if columns.iter().all(Vec::is_empty) {
            return;
        }
        let text = self.line((&key, None), &columns, is_changed, |digest| line.cell(digest));
        planned.lines.push((subject, text));
    }

    /// The line of an entry that the schedules have no more, and what is left of it for each audience.
    fn absent_line(
        &self,
        identity: &Identity,
        line: &EntryLine<'l>,
        viewers: &[Viewer<'p>],
        planned: &mut VisitPlan<'l, 'p>,
    ) -> Cow<'l, str> {
        let key = identity.to_string();
        let (mut columns, mut cells, mut is_changed) = (line.columns.clone(), CellStore::default(), false);
        for viewer in viewers {
            let revisions = &mut columns[column(viewer.audience())];
            let Some(mut now) = published(revisions, self.at).copied() else { continue };
            let Some(cell) = line.cell(now.digest) else { continue };
            if let Some(next) = self.redacted(viewer, &now, cell).filter(|_| !self.has_expired(&now)) {
                let (sequence, state) = (now.sequence.saturating_add(1), EntryState::Restricted);
                now = LockedRevision { digest: cells.add(next), sequence, modified: self.at, state, ..now };
                *revisions = vec![now];
                is_changed = true;
            }
            let cell = cells.find(now.digest).unwrap_or(cell);
            let mark = self.mark_of_gone(&columns, viewer.audience());
            let withdrawn = Withdrawn::from_cell(identity, cell, &now, mark, self.database());
            let withdrawn = withdrawn.filter(|_| now.state != EntryState::Shown);
            planned.withdrawn.extend(withdrawn.map(|withdrawn| (viewer.audience(), withdrawn)));
        }
        planned.is_changed |= is_changed;
        self.line((&key, line.uid), &columns, is_changed, |digest| cells.find(digest).or_else(|| line.cell(digest)))
    }

    /// What is left to tell of an entry that is gone, if that has become less: its times told of entries that this audience may
    /// not see today, or it was brought back and is not to be seen all the same.
    pub(super) fn redacted(&self, viewer: &Viewer<'p>, now: &LockedRevision, cell: &str) -> Option<String> {
        let snapshot = Snapshot::parse(cell)?;
        let is_less = match now.state {
            EntryState::Withdrawn => !self.passes(viewer, &snapshot.told_of()),
            EntryState::Restricted => snapshot.title().is_some(),
            _ => false,
        };
        is_less.then(|| snapshot::redacted(&snapshot, self.database()))
    }

    /// Whom what is left of an entry is for, if the public knows nothing of it.
    pub(super) fn mark_of_gone(&self, columns: &Columns, audience: Audience) -> Option<AudienceMark> {
        let knows = |of: Audience| published(&columns[column(of)], self.at).is_some();
        if !self.audiences.contains(&Audience::Public) || knows(Audience::Public) {
            return None;
        }
        let is_for_press = audience == Audience::Press || knows(Audience::Press);
        Some(if is_for_press { AudienceMark::Press } else { AudienceMark::Staff })
    }

    pub(super) fn has_expired(&self, now: &LockedRevision) -> bool {
        (self.at - now.modified).to_std().is_ok_and(|since| since >= self.programme.settings().withdrawn_for)
    }
}
