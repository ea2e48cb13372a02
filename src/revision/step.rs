//! Steps of the press's and of staff's own day as events: what their revisions are kept under, and how renderers take them.

use std::fmt;

use uuid::Uuid;

use crate::listing::{
    AudienceMark, Cited, ListOrder, ListedEntry, ListedStep, ListedTiming, ListedVisit, ListedWhole, StepHeading,
};
use crate::programme::{Audience, EntryKind, Id, Identity, Status, StatusKind, StepKind};

/// What a step's UID is made from, and what its revisions are kept under: `visit/entry#press/call`, or `visit#accreditation`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepName {
    /// The visit's id, of the identity of the entry.
    pub visit: Id,
    /// The entry's, if it is of one.
    pub entry: Option<Id>,
    /// The step's own name.
    pub step: Box<str>,
}

impl StepName {
    /// A step around an entry.
    #[must_use]
    pub fn of_entry(entry: &Identity, step: &str) -> Self {
        Self { visit: entry.visit.clone(), entry: Some(entry.entry.clone()), step: step.into() }
    }

    /// A step around a visit.
    #[must_use]
    pub fn of_visit(visit: &Id, step: &str) -> Self {
        Self { visit: visit.clone(), entry: None, step: step.into() }
    }

    /// From how it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (of, step) = text.split_once('#')?;
        let is_name = !step.is_empty() && step.split('/').all(|part| Id::parse(part).is_some());
        let name = match of.split_once('/') {
            Some(_) => Self::of_entry(&Identity::parse(of)?, step),
            None => Self::of_visit(&Id::parse(of)?, step),
        };
        is_name.then_some(name)
    }

    /// The identity of the entry that it is around.
    #[must_use]
    pub fn around(&self) -> Option<Identity> {
        Some(Identity::new(self.visit.clone(), self.entry.clone()?))
    }

    /// As the identity of an event with a UID of its own.
    #[must_use]
    pub fn identity(&self, namespace: &Uuid) -> Identity {
        let uid = Uuid::new_v5(namespace, self.to_string().as_bytes()).to_string();
        let entry = self.entry.clone().unwrap_or_else(|| self.visit.clone());
        Identity::new(self.visit.clone(), entry).with_uid(Some(&uid))
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.entry {
            Some(entry) => write!(f, "{}/{entry}#{}", self.visit, self.step),
            None => write!(f, "{}#{}", self.visit, self.step),
        }
    }
}

/// What a step is around.
#[derive(Debug, Clone, Copy)]
pub enum StepOf<'s, 'p> {
    /// A visit.
    Visit(&'s ListedVisit<'p>),
    /// An entry.
    Entry(&'s ListedEntry<'p>),
}

/// A step as an event of its own.
#[derive(Debug)]
pub struct StepEvent<'s, 'p> {
    /// Its name.
    pub name: StepName,
    identity: Identity,
    of: StepOf<'s, 'p>,
    step: ListedStep<'p>,
    status: Status,
}

impl<'s, 'p> StepEvent<'s, 'p> {
    /// A step of a visit, or of an entry; its UID is made in `namespace`.
    #[must_use]
    pub fn new(of: StepOf<'s, 'p>, step: ListedStep<'p>, namespace: &Uuid) -> Self {
        let confirmed = || Status { kind: StatusKind::Confirmed, reason: None };
        let (name, status) = match of {
            StepOf::Entry(entry) => (StepName::of_entry(entry.identity, step.name), entry.status.clone()),
            StepOf::Visit(visit) => {
                (StepName::of_visit(visit.id, step.name), visit.status.cloned().unwrap_or_else(confirmed))
            }
        };
        Self { identity: name.identity(namespace), name, of, step, status }
    }

    /// The entry that it is around.
    #[must_use]
    pub fn entry(&self) -> Option<&'s ListedEntry<'p>> {
        match self.of {
            StepOf::Entry(entry) => Some(entry),
            StepOf::Visit(_) => None,
        }
    }

    /// All steps of a visit that this audience may see and that can be events: those of its entries, and its own deadline first.
    pub fn of(visit: &'s ListedVisit<'p>, namespace: &'s Uuid) -> impl Iterator<Item = StepEvent<'s, 'p>> {
        let own = visit.deadline().into_iter().map(move |step| Self::new(StepOf::Visit(visit), step, namespace));
        let of_entry = move |entry: &'s ListedEntry<'p>| {
            entry.step_events().map(move |step| Self::new(StepOf::Entry(entry), step, namespace))
        };
        own.chain(visit.entries.iter().flat_map(of_entry))
    }

    /// As renderers take it: an entry that says of which it is a step. It follows that in its status, and in how feeds select it.
    #[must_use]
    pub fn listed(&self) -> ListedEntry<'_> {
        let step = self.step.step;
        let timing = ListedTiming::Stay(step.when());
        let accreditation = match self.of {
            StepOf::Entry(entry) => entry.press.and_then(|press| press.section().accreditation.as_ref()),
            StepOf::Visit(visit) => visit.press.and_then(|press| press.section().accreditation.as_ref()),
        };
        let accreditation = accreditation.filter(|_| step.kind == StepKind::Accreditation);
        let heading = StepHeading {
            kind: step.kind,
            title: step.title.as_ref(),
            who: &step.who,
            contact: accreditation.and_then(|accreditation| accreditation.contact.as_ref()),
        };
        // What differs between a step of an entry and one of a visit.
        let (visit, id, kind, title, access, principals, whose) = match self.of {
            StepOf::Entry(it) => (it.visit, it.id, it.kind, it.title, it.access, it.principals, it.whose),
            StepOf::Visit(it) => (it.id, it.id, EntryKind::Other, it.title, &[][..], &[][..], it.principals),
        };
        let entry = self.entry();
        ListedEntry {
            at: None,
            visit,
            id,
            identity: &self.identity,
            kind,
            title,
            order: ListOrder::of(&timing),
            timing,
            via: Vec::new(),
            place: step.place.as_ref(),
            status: &self.status,
            access,
            step: Some(heading),
            part_of: entry.map(|entry| ListedWhole {
                visit: entry.visit,
                id: entry.id,
                identity: entry.identity,
                title: entry.title,
            }),
            depth: 0,
            with: &[],
            note: step.note.as_ref().or(accreditation.and_then(|accreditation| accreditation.note.as_ref())),
            sources: Cited::default(),
            absence: None,
            principals,
            whose,
            link: accreditation.and_then(|accreditation| accreditation.link.as_deref()),
            stream: None,
            disputed: Vec::new(),
            actual: None,
            marks: self.marks(),
            unmarked: entry.and_then(|entry| entry.unmarked),
            press: None,
            staff: None,
        }
    }

    /// Whom it is for: the press or staff, and whoever alone may see the entry.
    fn marks(&self) -> Vec<AudienceMark> {
        let of_entry = self.entry().map_or(&[][..], |entry| &entry.marks);
        let is_for_staff = self.step.audience == Audience::Staff || of_entry.contains(&AudienceMark::Staff);
        let whose = if is_for_staff { AudienceMark::Staff } else { AudienceMark::Press };
        let embargo = of_entry.iter().filter(|mark| matches!(mark, AudienceMark::Embargo(_)));
        std::iter::once(whose).chain(embargo.copied()).collect()
    }
}
