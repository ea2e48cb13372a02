//! The steps of the press's and of staff's own day, as an audience may see them.

use super::{ForPress, ForStaff, ListedEntry, ListedVisit};
use crate::programme::{Audience, Press, Step, StepKind, Text};

/// A step that can be an event of its own.
#[derive(Debug, Clone, Copy)]
pub struct ListedStep<'p> {
    /// What its UID is made from, behind the identity of its entry or the id of its visit: `press/call`.
    pub name: &'p str,
    /// The step.
    pub step: &'p Step,
    /// The widest audience that sees it.
    pub audience: Audience,
}

/// What a step is called that stands for an entry, and whom it is for.
#[derive(Debug, Clone, Copy)]
pub struct StepHeading<'p> {
    /// What is done.
    pub kind: StepKind,
    /// What it is called, where its kind does not say.
    pub title: Option<&'p Text>,
    /// Who is meant.
    pub who: &'p [Text],
    /// Whom to ask.
    pub contact: Option<&'p Text>,
}

impl Step {
    fn listed(&self, audience: Audience) -> Option<ListedStep<'_>> {
        self.name.as_deref().map(|name| ListedStep { name, step: self, audience })
    }
}

impl<'p> ListedEntry<'p> {
    /// The steps around it that this audience may see, those of the press first, and when its accreditation ends.
    pub fn steps(&self) -> impl Iterator<Item = (Audience, &'p Step)> + use<'p> {
        let press = self.press.map(ForPress::section).into_iter().flat_map(Press::steps_and_deadline);
        let staff = self.staff.map(ForStaff::section).into_iter().flat_map(|staff| &staff.steps);
        let of = |audience: Audience| move |step: &'p Step| (audience, step);
        press.map(of(Audience::Press)).chain(staff.map(of(Audience::Staff)))
    }

    /// Those of them that can be events.
    pub fn step_events(&self) -> impl Iterator<Item = ListedStep<'p>> + use<'p> {
        self.steps().filter_map(|(audience, step)| step.listed(audience))
    }
}

impl<'p> ListedVisit<'p> {
    /// When accreditation for the visit ends, for those who may know.
    #[must_use]
    pub fn deadline(&self) -> Option<ListedStep<'p>> {
        self.press?.section().deadline()?.listed(Audience::Press)
    }
}
