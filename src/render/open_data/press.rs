//! What is for the press and staff, and how far the press may come, as data.

use serde::Serialize;

use super::objects::{self, ClockTime, Place, Texts};
use super::{clock, place, when};
use crate::listing::{ForPress, ForStaff, VisitForPress};
use crate::programme::{self, Access};

#[derive(Debug, Serialize)]
pub(crate) struct Press<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    accreditation: Option<Accreditation<'d>>,
    call_time: Option<ClockTime>,
    contact: Option<Texts<'d>>,
    filing_centre: Option<Texts<'d>>,
    gather: Option<ClockTime>,
    meet_at: Option<Texts<'d>>,
    note: Option<Texts<'d>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pool: Vec<Texts<'d>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<Step<'d>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Staff<'d> {
    contact: Option<Texts<'d>>,
    note: Option<Texts<'d>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<Step<'d>>,
}

/// A step of the press's or of staff's own day.
#[derive(Debug, Serialize)]
pub(crate) struct Step<'d> {
    r#do: &'static str,
    note: Option<Texts<'d>>,
    place: Option<Place<'d>>,
    title: Option<Texts<'d>>,
    when: objects::When<'d>,
    who: Vec<Texts<'d>>,
}

#[derive(Debug, Serialize)]
struct Accreditation<'d> {
    contact: Option<Texts<'d>>,
    deadline: Option<objects::When<'d>>,
    link: Option<&'d str>,
    note: Option<Texts<'d>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct VisitPress<'d> {
    accreditation: Option<Accreditation<'d>>,
    centre: Option<Centre<'d>>,
    contact: Option<Texts<'d>>,
}

#[derive(Debug, Serialize)]
struct Centre<'d> {
    hours: Option<Texts<'d>>,
    place: Option<Place<'d>>,
}

/// How far the press may come, of all of it or of a part.
#[derive(Debug, Serialize)]
pub(crate) struct AccessPart<'d> {
    access: &'static str,
    part: Option<Texts<'d>>,
}

/// The one of three words that is closest: of several parts, of the one that most may come to.
pub(crate) fn access(access: &[programme::AccessPart]) -> Option<&'static str> {
    access.iter().map(|part| part.access.general()).min().map(Access::word)
}

/// All of it, where one of three words does not say that.
pub(crate) fn access_parts(access: &[programme::AccessPart]) -> Vec<AccessPart<'_>> {
    let says_all = |part: &programme::AccessPart| part.part.is_none() && part.access.general() == part.access;
    if access.iter().all(says_all) {
        return Vec::new();
    }
    access.iter().map(|one| AccessPart { access: one.access.word(), part: one.part.as_ref().map(Texts) }).collect()
}

pub(super) fn for_press(press: ForPress<'_>) -> Press<'_> {
    let press = press.section();
    Press {
        accreditation: press.accreditation.as_ref().map(accreditation),
        call_time: press.call_time.map(clock),
        contact: press.contact.as_ref().map(Texts),
        filing_centre: press.filing_centre.as_ref().map(Texts),
        gather: press.gather.map(clock),
        meet_at: press.meet_at.as_ref().map(Texts),
        note: press.note.as_ref().map(Texts),
        pool: press.pool.iter().map(Texts).collect(),
        steps: press.told_steps().iter().map(step).collect(),
    }
}

pub(super) fn for_staff(staff: ForStaff<'_>) -> Staff<'_> {
    let staff = staff.section();
    Staff {
        contact: staff.contact.as_ref().map(Texts),
        note: staff.note.as_ref().map(Texts),
        steps: staff.steps.iter().map(step).collect(),
    }
}

pub(super) fn of_visit(press: VisitForPress<'_>) -> VisitPress<'_> {
    let press = press.section();
    VisitPress {
        accreditation: press.accreditation.as_ref().map(accreditation),
        centre: press
            .centre
            .as_ref()
            .map(|centre| Centre { hours: centre.hours.as_ref().map(Texts), place: centre.place.as_ref().map(place) }),
        contact: press.contact.as_ref().map(Texts),
    }
}

/// A step, as an object.
pub(crate) fn step(step: &programme::Step) -> Step<'_> {
    Step {
        r#do: step.kind.word(),
        note: step.note.as_ref().map(Texts),
        place: step.place.as_ref().map(place),
        title: step.title.as_ref().map(Texts),
        when: when(&step.when()),
        who: step.who.iter().map(Texts).collect(),
    }
}

fn accreditation(accreditation: &programme::Accreditation) -> Accreditation<'_> {
    Accreditation {
        contact: accreditation.contact.as_ref().map(Texts),
        deadline: accreditation.deadline.as_ref().map(|deadline| when(&deadline.when())),
        link: accreditation.link.as_deref(),
        note: accreditation.note.as_ref().map(Texts),
    }
}
