//! An entry that is no more: what there is left to say of it.

use super::Revision;
use super::lock::{Rev, State};
use super::snapshot::{Snapshot, SnapshotWhen};
use crate::listing::{Absence, Cited, ListedEntry, ListedJourney, ListedParticulars, ListedTiming};
use crate::programme::{Access, EntryKind, EntryRef, Identity, Place, Status, StatusKind, Text};

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
    /// What it was, for feeds to select it by.
    pub kind: EntryKind,
    /// Its press access, likewise.
    pub access: Option<Access>,
    absence: Absence,
    title: Text,
    status: Status,
    place: Option<Place>,
    principal: Option<Text>,
    with: Vec<Text>,
    /// One time, or the two ends of a journey.
    whens: Vec<(SnapshotWhen, Option<Place>)>,
}

impl Withdrawn {
    pub(super) fn new(identity: &Identity, text: &str, rev: &Rev) -> Option<Self> {
        let seen = Snapshot::parse(text)?;
        let end = |key: &str| Some((seen.when(key)?, seen.end_place(key)));
        let whens = match end("when") {
            Some(when) => vec![when],
            None => vec![end("depart")?, end("arrive")?],
        };
        Some(Self {
            identity: identity.clone(),
            address: seen.address(identity),
            visit: None,
            revision: Revision::from(*rev),
            kind: seen.kind().unwrap_or(EntryKind::Other),
            access: seen.access(),
            absence: if rev.state == State::Withdrawn { Absence::Withdrawn } else { Absence::Redacted },
            // A redacted entry has no title of its own; renderers have a word for it.
            title: seen.title().unwrap_or_else(|| Text::plain("Withdrawn")),
            status: Status { kind: StatusKind::Cancelled, reason: None },
            place: seen.place(),
            principal: seen.text("principal"),
            with: seen.with(),
            whens,
        })
    }

    /// The same, of a visit at this position of the programme.
    pub(super) fn of_visit(self, visit: Option<usize>) -> Self {
        Self { visit, ..self }
    }

    /// What it was called; of a redacted entry, that it was withdrawn.
    #[must_use]
    pub fn title(&self) -> &Text {
        &self.title
    }

    /// As renderers take it: cancelled, with what may still be said.
    #[must_use]
    pub fn listed(&self) -> ListedEntry<'_> {
        let timing = match &self.whens[..] {
            [(depart, from), (arrive, to)] => ListedTiming::Journey {
                depart: Box::new(ListedJourney { when: depart.listed(), place: from.as_ref(), actual: None }),
                arrive: Box::new(ListedJourney { when: arrive.listed(), place: to.as_ref(), actual: None }),
            },
            whens => ListedTiming::Stay(whens[0].0.listed()),
        };
        let particulars =
            |principal| Box::new(ListedParticulars { principal: Some(principal), ..ListedParticulars::NONE });
        ListedEntry {
            at: EntryRef { visit: usize::MAX, entry: usize::MAX },
            visit: &self.address.visit,
            id: &self.address.entry,
            identity: &self.identity,
            kind: self.kind,
            title: &self.title,
            timing,
            place: self.place.as_ref(),
            status: &self.status,
            access: self.access,
            with: &self.with,
            note: None,
            sources: Cited::default(),
            absence: Some(self.absence),
            particulars: self.principal.as_ref().map(particulars),
        }
    }
}
