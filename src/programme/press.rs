//! What accredited press and staff need: the steps of their own day, pools, accreditation; how far the press may come; and until
//! when something is kept from others.

use chrono::{DateTime, Utc};

use super::names::{Access, Audience, StepKind};
use super::text::Text;
use super::timing::{KnownTime, When};
use super::visit::Place;
use crate::zone::Moment;

/// Press coverage of an entry, or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPart {
    /// The part; nothing where it is all of it.
    pub part: Option<Text>,
    /// How far the press may come.
    pub access: Access,
}

/// A step of the press's or of staff's own day around an entry; also one that is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What its UID is made from behind the identity of its entry: `press/call`, `staff/cars`, `accreditation`. A step without
    /// one is no event.
    pub name: Option<Box<str>>,
    /// What is done.
    pub kind: StepKind,
    /// What it is called, where its kind does not say.
    pub title: Option<Text>,
    /// When: by itself, and never after or before another entry.
    pub time: KnownTime,
    /// Where.
    pub place: Option<Place>,
    /// Who is meant.
    pub who: Vec<Text>,
    /// What else there is to say.
    pub note: Option<Text>,
}

impl Step {
    /// When, as other times are read.
    #[must_use]
    pub fn when<A>(&self) -> When<A> {
        self.time.into()
    }
}

/// How and until when to be accredited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accreditation {
    /// When it ends, as a step.
    pub deadline: Option<Step>,
    /// Where to apply.
    pub link: Option<String>,
    /// Whom to ask.
    pub contact: Option<Text>,
    /// What else there is to say.
    pub note: Option<Text>,
}

/// What accredited press need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// When to gather.
    pub gather: Option<Moment>,
    /// Where to gather.
    pub meet_at: Option<Text>,
    /// When to be in place.
    pub call_time: Option<Moment>,
    /// All steps with a time in their order, those that were written in short among them.
    pub steps: Vec<Step>,
    /// Whether any of them was written as a step.
    pub has_steps: bool,
    /// Who is in the pool.
    pub pool: Vec<Text>,
    /// How to be accredited for this entry.
    pub accreditation: Option<Accreditation>,
    /// Where to file from.
    pub filing_centre: Option<Text>,
    /// Whom to ask.
    pub contact: Option<Text>,
    /// What else there is to say.
    pub note: Option<Text>,
}

impl Press {
    /// When accreditation ends.
    #[must_use]
    pub fn deadline(&self) -> Option<&Step> {
        self.accreditation.as_ref()?.deadline.as_ref()
    }

    /// All steps, and when accreditation ends.
    pub fn steps_and_deadline(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().chain(self.deadline())
    }

    /// The steps, if any was written as one; short forms alone are told as what they are.
    #[must_use]
    pub fn told_steps(&self) -> &[Step] {
        if self.has_steps { &self.steps } else { &[] }
    }
}

/// What staff need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// What there is to say.
    pub note: Option<Text>,
    /// Whom to ask.
    pub contact: Option<Text>,
    /// Their own steps.
    pub steps: Vec<Step>,
}

/// What accredited press need of a whole visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitPress {
    /// Where the press works.
    pub centre: Option<PressCentre>,
    /// How to be accredited for it.
    pub accreditation: Option<Accreditation>,
    /// Whom to ask.
    pub contact: Option<Text>,
}

impl VisitPress {
    /// When accreditation ends.
    #[must_use]
    pub fn deadline(&self) -> Option<&Step> {
        self.accreditation.as_ref()?.deadline.as_ref()
    }
}

/// Where the press works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressCentre {
    /// Where it is.
    pub place: Option<Place>,
    /// When it is open, in words.
    pub hours: Option<Text>,
}

/// Until when an entry is kept from those who may see it otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embargo {
    /// When it lifts; where that is not known, it holds.
    pub lifts: Option<DateTime<Utc>>,
    /// The widest audience that has it before.
    pub known_to: Audience,
}

impl Embargo {
    /// Whether it holds at an instant.
    #[must_use]
    pub fn holds(self, at: DateTime<Utc>) -> bool {
        self.lifts.is_none_or(|lifts| lifts > at)
    }
}
