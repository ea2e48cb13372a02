//! The revisions of steps that are events of their own: each follows its entry, and one that is taken out of it is withdrawn.

use uuid::Uuid;

use super::subject::{SubjectRevision, View};
use super::{Planner, VisitPlan};
use crate::listing::{ListedVisit, Viewer};
use crate::programme::{Audience, Entry, EntryRef, Press};
use crate::revision::Withdrawn;
use crate::revision::change::Subject;
use crate::revision::digest::Digest;
use crate::revision::lock::{self, EntryLine, EntryState, LockedRevision, column, effective, published};
use crate::revision::snapshot::{self, OfVisit, Snapshot};
use crate::revision::step::{StepEvent, StepName, StepOf};
use crate::revision::{Revision, plan::subject::CellStore};

/// What a step is around.
#[derive(Clone, Copy)]
pub(super) enum Around {
    Entry(EntryRef),
    /// By its position.
    Visit(usize),
}

impl Entry {
    /// The names of its steps that can be events.
    fn step_names(&self) -> impl Iterator<Item = &str> {
        let press = self.press.iter().flat_map(Press::steps_and_deadline);
        press.chain(self.staff.iter().flat_map(|staff| &staff.steps)).filter_map(|step| step.name.as_deref())
    }
}

impl<'l, 'p> Planner<'l, 'p> {
    /// The names of all steps of a visit that can be events, with what each is around.
    pub(super) fn step_names(&self, position: usize) -> Vec<(StepName, Around)> {
        let visit = &self.programme.visits()[position];
        let own = visit.press.iter().filter_map(|press| press.deadline()?.name.as_deref());
        let own = own.map(|name| (StepName::of_visit(visit.id(), name), Around::Visit(position)));
        let of_entries = visit.entries().iter().enumerate().flat_map(|(index, entry)| {
            let around = Around::Entry(EntryRef { visit: position, entry: index });
            entry.step_names().map(move |name| (StepName::of_entry(entry.identity(), name), around))
        });
        own.chain(of_entries).collect()
    }

    /// Revises the steps of a visit for each audience that has a feed in which they are events, and writes their lines.
    pub(super) fn revise_steps(
        &self,
        position: usize,
        viewers: &[Viewer<'p>],
        listed: &[Option<ListedVisit<'p>>],
        planned: &mut VisitPlan<'l, 'p>,
    ) {
        if !self.has_step_events {
            return;
        }
        let of_visit = OfVisit::new(&self.programme.visits()[position]);
        // For each audience, where an entry stands among those that it sees.
        let rows: Vec<Vec<Option<usize>>> = listed
            .iter()
            .map(|visit| {
                let mut rows = vec![None; self.programme.visits()[position].entries().len()];
                let entries = visit.iter().flat_map(|visit| &visit.entries).enumerate();
                entries.for_each(|(row, entry)| rows[entry.at.expect("it is in the programme").entry] = Some(row));
                rows
            })
            .collect();
        for (name, around) in self.step_names(position) {
            let released = match around {
                Around::Entry(at) => self.programme.entry(at).lifts(),
                Around::Visit(_) => None,
            };
            let mut revised = SubjectRevision::of_step(name.clone(), released, self.lock, self.database());
            let mut columns = revised.old.as_ref().map(|line| line.columns.clone()).unwrap_or_default();
            let (mut is_changed, mut is_noted) = (false, false);
            for (index, viewer) in viewers.iter().enumerate() {
                let audience = viewer.audience();
                if !self.shows_step_events(audience) {
                    continue;
                }
                let (now, of_visit) = (listed[index].as_ref(), of_visit.seen_by(audience));
                let of = now.and_then(|visit| match around {
                    Around::Entry(at) => Some(StepOf::Entry(&visit.entries[rows[index][at.entry]?])),
                    Around::Visit(_) => Some(StepOf::Visit(visit)),
                });
                let cell = of.and_then(|of| step_cell(&mut revised.cells, of_visit, of, &name));
                let mut views = vec![View { from: self.at, cell }];
                if self.has_embargoes {
                    self.later_step_views(&mut revised.cells, &mut views, (viewer, around), of_visit, &name);
                }
                let revisions = &mut columns[column(audience)];
                if let Some(revised) = revised.revise(revisions, &views, &None, self.at) {
                    is_changed = true;
                    *revisions = revised;
                }
                is_noted |= lock::note_releases(revisions, self.at);
                let Some(now) = effective(revisions, self.at).copied() else { continue };
                let cell = revised.cell(now.digest);
                if now.state == EntryState::Shown {
                    planned.steps.push((audience, name.clone(), Revision::of(now, cell)));
                } else if now.state != EntryState::Unseen {
                    planned.withdrawn_steps.extend(self.withdrawn_step(&name, cell, &now, audience));
                }
            }
            planned.is_changed |= is_changed;
            planned.is_noted |= is_noted;
            if columns.iter().all(Vec::is_empty) {
                continue;
            }
            let line = self.line((&revised.key, None), &columns, is_changed || is_noted, |digest| revised.cell(digest));
            planned.lines.push((revised.subject, line));
        }
    }

    /// What an audience will see of a step whenever an embargo lifts.
    fn later_step_views(
        &self,
        cells: &mut CellStore,
        views: &mut Vec<View>,
        (viewer, around): (&Viewer<'p>, Around),
        of_visit: OfVisit,
        name: &StepName,
    ) {
        let lifts = match around {
            Around::Entry(at) => viewer.lifts(at),
            // It is seen with the first of the visit's entries.
            Around::Visit(_) if views[0].cell.is_some() => Vec::new(),
            Around::Visit(position) => {
                let entries = self.programme.visits()[position].entries().len();
                let entries = (0..entries).map(|entry| EntryRef { visit: position, entry });
                let mut lifts: Vec<_> = entries.flat_map(|entry| viewer.lifts(entry)).collect();
                lifts.sort_unstable();
                lifts.dedup();
                lifts
            }
        };
        for from in lifts {
            let later = viewer.at(from);
            let cell = match around {
                Around::Entry(at) => {
                    let entry = later.entry(at);
                    entry.as_ref().and_then(|entry| step_cell(cells, of_visit, StepOf::Entry(entry), name))
                }
                Around::Visit(position) => {
                    let visit = later.visit(position);
                    visit.as_ref().and_then(|visit| step_cell(cells, of_visit, StepOf::Visit(visit), name))
                }
            };
            let is_seen = cell.is_some();
            views.push(View { from, cell });
            if is_seen && matches!(around, Around::Visit(_)) {
                break;
            }
        }
    }

    /// The steps that the lock file has and the schedules have no more, or no audience has as events now.
    pub(super) fn absent_steps(&self, absent: Vec<StepName>, viewers: &[Viewer<'p>], planned: &mut VisitPlan<'l, 'p>) {
        for name in absent {
            let key = name.to_string();
            let line = self.lock.entry_line(&key).expect("the lock file was read, with its lines");
            let (mut columns, mut cells, mut is_changed) = (line.columns.clone(), CellStore::default(), false);
            for viewer in viewers.iter().filter(|viewer| self.shows_step_events(viewer.audience())) {
                let audience = viewer.audience();
                let revisions = &mut columns[column(audience)];
                let Some(now) = published(revisions, self.at).copied() else {
                    // An embargo was to release it, and nobody has seen it.
                    is_changed |= !revisions.is_empty();
                    revisions.clear();
                    continue;
                };
                let snapshot = line.cell(now.digest).and_then(Snapshot::parse);
                let is_told = self.may_be_told(&name, viewer);
                let state = if is_told { EntryState::Withdrawn } else { EntryState::Restricted };
                let is_whole = snapshot.as_ref().is_some_and(Snapshot::is_step);
                let next = match now.state {
                    EntryState::Shown => Some((state, !is_told)),
                    EntryState::Withdrawn if !is_told && !self.has_expired(&now) => Some((state, true)),
                    EntryState::Restricted if is_whole => Some((state, true)),
                    _ => None,
                };
                let mut told = now;
                if let Some((state, is_less)) = next {
                    told = now.following(state, self.at);
                    if is_less {
                        let kept = snapshot.as_ref().map(|snapshot| snapshot::redacted(snapshot, self.database()));
                        told.digest = cells.add(kept.unwrap_or_else(|| "{}".to_owned()));
                    }
                    *revisions = vec![told];
                    is_changed = true;
                }
                let cell = cells.find(told.digest).or_else(|| line.cell(told.digest));
                planned.withdrawn_steps.extend(self.withdrawn_step(&name, cell, &told, audience));
            }
            planned.is_changed |= is_changed;
            if columns.iter().all(Vec::is_empty) {
                continue;
            }
            let cell = |digest| cells.find(digest).or_else(|| line.cell(digest));
            let text = self.line((&key, None), &columns, is_changed, cell);
            planned.lines.push((Subject::Step(name), text));
        }
    }

    /// Whether what was known of a step that is no more may still be told: its entry may be seen, or its text is in its own
    /// cancellation.
    fn may_be_told(&self, name: &StepName, viewer: &Viewer<'p>) -> bool {
        let Some(identity) = name.around() else { return true };
        if let Some(at) = self.present.get(&identity) {
            return viewer.can_see(*at);
        }
        // As its entry is told of from this build on, and not as it was until now.
        let is_told = |line: EntryLine<'_>| {
            let now = published(&line.columns[column(viewer.audience())], self.at)?;
            let is_less = self.redacted(viewer, now, line.cell(now.digest)?).is_some() && !self.has_expired(now);
            Some(now.state == EntryState::Withdrawn && !is_less)
        };
        self.lock.entry_line(&identity.to_string()).and_then(is_told).unwrap_or(false)
    }

    /// What is left to tell of a step.
    fn withdrawn_step(
        &self,
        name: &StepName,
        cell: Option<&str>,
        now: &LockedRevision,
        audience: Audience,
    ) -> Option<(Audience, Withdrawn)> {
        let namespace: &Uuid = &self.programme.settings().uid_namespace;
        let around = name.around().map(|identity| {
            if let Some((known, _)) = self.present.get_key_value(&identity) {
                return (*known).clone();
            }
            let line = self.lock.entry_line(&identity.to_string());
            let uid = line.and_then(|line| line.uid.map(str::to_owned));
            identity.with_uid(uid.as_deref())
        });
        let mark = Some(super::mark_of_step(&name.step));
        let withdrawn = Withdrawn::from_cell(&name.identity(namespace), cell?, now, mark, self.database())?;
        Some((audience, withdrawn.of_step(around)))
    }
}

/// What is kept of a step, if there is one of this name to see.
fn step_cell(cells: &mut CellStore, of_visit: OfVisit, of: StepOf<'_, '_>, name: &StepName) -> Option<Digest> {
    let (step, told_of) = match of {
        StepOf::Entry(entry) => {
            (entry.step_events().find(|step| step.name == &*name.step), std::slice::from_ref(&entry.identity))
        }
        StepOf::Visit(visit) => (visit.deadline(), &[][..]),
    };
    // Its UID is no part of what is kept.
    let event = StepEvent::new(of, step?, &Uuid::nil());
    Some(cells.add(snapshot::write(of_visit, &event.listed(), told_of)))
}
