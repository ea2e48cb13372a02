//! An entry that was taken out: what there is left to say of it.

use super::Revision;
use super::lock::{EntryState, LockedRevision};
use super::snapshot::{self, Snapshot};
use crate::listing::{
    Absence, AudienceMark, Cited, ListOrder, ListedEntry, ListedJourney, ListedTiming, ListedWhole, StepHeading,
};
use crate::programme::{
    AccessPart, EntryKind, Identity, KnownTime, Participant, Place, Status, StatusKind, StepKind, Text, TimedSpan, When,
};
use crate::zone::{Database, Moment, Zone};

/// An entry that was published, and was taken out or is kept from this audience now.
#[derive(Debug, Clone, PartialEq)]
pub struct Withdrawn {
    /// Its identity.
    pub identity: Identity,
    /// Where it was last.
    pub address: Identity,
    /// The position of its visit, if that is in the schedules.
    pub visit: Option<usize>,
    /// Its last revision.
    pub revision: Revision,
    kind: EntryKind,
    access: Vec<AccessPart>,
    /// What it was as a step.
    step: Option<WithdrawnStep>,
    absence: Absence,
    /// Whom it is for, if the public never knew of it.
    marks: Vec<AudienceMark>,
    title: Text,
    status: Status,
    place: Option<Place>,
    principals: Vec<Text>,
    with: Vec<Participant>,
    timing: WithdrawnTiming,
}

/// What a step was called, whom it was for, and around what it was.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WithdrawnStep {
    pub(super) kind: StepKind,
    pub(super) title: Option<Text>,
    pub(super) who: Vec<Text>,
    /// The entry, by its identity.
    around: Option<Identity>,
}

impl WithdrawnStep {
    pub(super) fn new(kind: StepKind, title: Option<Text>, who: Vec<Text>) -> Self {
        Self { kind, title, who, around: None }
    }
}

/// When it was to be.
#[derive(Debug, Clone, PartialEq)]
enum WithdrawnTiming {
    Stay(When<Text>),
    /// Its departure and its arrival.
    Journey(Box<[(When<Text>, Option<Place>); 2]>),
}

impl Withdrawn {
    /// Of the cell that the lock file keeps of it, whose times are read by a time zone database.
    pub(super) fn from_cell(
        identity: &Identity,
        cell: &str,
        revision: &LockedRevision,
        mark: Option<AudienceMark>,
        database: Database,
    ) -> Option<Self> {
        let is_withdrawn = revision.state == EntryState::Withdrawn;
        let snapshot = Snapshot::parse(cell)?;
        // What an earlier version kept says more than may be said.
        let redacted = || Snapshot::parse(&snapshot::redacted(&snapshot, database));
        let snapshot = if is_withdrawn { snapshot } else { redacted()? };
        let end = |key: &str| Some((current(snapshot.when(key, database)?), snapshot.end_place(key)));
        let timing = match snapshot.when("when", database) {
            Some(when) => WithdrawnTiming::Stay(current(when)),
            None => WithdrawnTiming::Journey(Box::new([end("depart")?, end("arrive")?])),
        };
        Some(Self {
            identity: identity.clone(),
            address: snapshot.address(identity),
            visit: None,
            revision: Revision::of(*revision, None),
            kind: snapshot.kind().unwrap_or(EntryKind::Other),
            access: snapshot.access(),
            step: snapshot.step(),
            absence: if is_withdrawn { Absence::Withdrawn } else { Absence::Redacted },
            marks: mark.into_iter().collect(),
            // A redacted entry has no title of its own; renderers have a word for it.
            title: snapshot.title_of_event().unwrap_or_else(|| Text::plain("Withdrawn")),
            status: Status { kind: StatusKind::Cancelled, reason: None },
            place: snapshot.place(),
            principals: snapshot.principals(),
            with: snapshot.with(),
            timing,
        })
    }

    /// The same of a step around an entry of this identity.
    pub(super) fn of_step(mut self, around: Option<Identity>) -> Self {
        if let Some(step) = &mut self.step {
            step.around = around;
        }
        self
    }

    /// What it was called; of a redacted entry, that it was withdrawn.
    #[must_use]
    pub fn title(&self) -> &Text {
        &self.title
    }

    /// The zone of its time; of a redacted entry, UTC.
    #[must_use]
    pub fn zone(&self) -> Zone {
        match &self.timing {
            WithdrawnTiming::Stay(when) => when.zone(),
            WithdrawnTiming::Journey(ends) => ends[0].0.zone(),
        }
    }

    /// As renderers take it: cancelled, with what may still be said.
    #[must_use]
    pub fn listed(&self) -> ListedEntry<'_> {
        fn end((when, place): &(When<Text>, Option<Place>)) -> Box<ListedJourney<'_>> {
            Box::new(ListedJourney { when: when.as_ref(), place: place.as_ref(), actual: None })
        }
        let timing = match &self.timing {
            WithdrawnTiming::Stay(when) => ListedTiming::Stay(when.as_ref()),
            WithdrawnTiming::Journey(ends) => {
                let [depart, arrive] = &**ends;
                ListedTiming::Journey { depart: end(depart), arrive: end(arrive) }
            }
        };
        ListedEntry {
            at: None,
            visit: &self.address.visit,
            id: &self.address.entry,
            identity: &self.identity,
            kind: self.kind,
            title: &self.title,
            order: ListOrder::of(&timing),
            timing,
            via: Vec::new(),
            place: self.place.as_ref(),
            status: &self.status,
            access: &self.access,
            step: self.step.as_ref().map(|step| StepHeading {
                kind: step.kind,
                title: step.title.as_ref(),
                who: &step.who,
                contact: None,
            }),
            part_of: self.step.as_ref().and_then(|step| step.around.as_ref()).map(|around| ListedWhole {
                visit: &self.address.visit,
                id: &self.address.entry,
                identity: around,
                title: &self.title,
            }),
            depth: 0,
            with: &self.with,
            note: None,
            sources: Cited::default(),
            absence: Some(self.absence),
            principals: &self.principals,
            whose: &self.principals,
            link: None,
            stream: None,
            disputed: Vec::new(),
            actual: None,
            marks: self.marks.clone(),
            unmarked: None,
            press: None,
            staff: None,
        }
    }
}

/// A time as the database has it, so that clocks and calendars are told the same instant.
fn current(when: When<Text>) -> When<Text> {
    let time = match when.time {
        KnownTime::Clock(span) => {
            KnownTime::Clock(TimedSpan { start: span.start.current(), end: span.end.map(Moment::current), ..span })
        }
        known => known,
    };
    When { time, ..when }
}
