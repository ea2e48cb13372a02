//! What is for the press and staff, how far the press may come, and embargoes, as written.

use super::form::{Form, Grammar};
use super::shape::{Items, OneOrMany, Scalar, Shape, ShapeReader, Text, shape};
use super::tree::{Node, NodeId, Value};
use super::visit::{Place, TimeKeys, When};

shape! {
    /// What accredited press need.
    pub Press as "a press block" {
        /// When to gather: the same as a step “gather”.
        gather = "gather" optional Scalar<'a> as TimeOrDateTime,
        /// Where to gather.
        meet_at = "meet_at" optional Text<'a>,
        /// When to be in place: the same as a step “call”.
        call_time = "call_time" optional Scalar<'a> as TimeOrDateTime,
        /// The press's own day around the entry, in its order.
        steps = "steps" optional Items<Step<'a>>,
        /// Who is in the pool.
        pool = "pool" optional Items<Text<'a>>,
        /// How and until when to be accredited for this entry.
        accreditation = "accreditation" optional Accreditation<'a>,
        /// Where to file from.
        filing_centre = "filing_centre" optional Text<'a>,
        /// Whom to ask.
        contact = "contact" optional Text<'a>,
        /// What else there is to say.
        note = "note" optional Text<'a> as Lines,
    }
}

shape! {
    /// What staff need.
    pub Staff as "a staff block" {
        /// What there is to say.
        note = "note" optional Text<'a> as Lines,
        /// Whom to ask.
        contact = "contact" optional Text<'a>,
        /// Staff's own day around the entry, in its order.
        steps = "steps" optional Items<StaffStep<'a>>,
    }
}

shape! {
    /// A step of the press's own day.
    pub Step as "a step" {
        /// What is done: pre-set, gather, call, ….
        kind = "do" required Scalar<'a> as StepKind,
        /// Its id, where another step has the same “do”.
        id = "id" optional Scalar<'a> as Id,
        /// What it is called, where “do” is other.
        title = "title" optional Text<'a>,
        /// When: a time of the entry's day, or a start or a date.
        time = "at" required StepTime<'a>,
        /// Where: a text, or a place.
        place = "place" optional StepPlace<'a>,
        /// Whom it is for.
        who = "who" optional OneOrMany<Text<'a>>,
        /// What else there is to say.
        note = "note" optional Text<'a> as Lines,
    }
}

shape! {
    /// A step of staff's own day.
    pub StaffStep as "a step" {
        /// Its id; one that has an id can be an event.
        id = "id" optional Scalar<'a> as Id,
        /// What is done.
        title = "do" required Text<'a>,
        /// When: a time of the entry's day, or a start or a date.
        time = "at" required StepTime<'a>,
        /// Where: a text, or a place.
        place = "place" optional StepPlace<'a>,
        /// Whom it is for.
        who = "who" optional OneOrMany<Text<'a>>,
        /// What else there is to say.
        note = "note" optional Text<'a> as Lines,
    }
}

shape! {
    /// How and until when to be accredited.
    pub Accreditation as "an accreditation" {
        /// When it ends: a day and a time, or a start or a date.
        deadline = "deadline" optional StepTime<'a>,
        /// Where to apply.
        link = "link" optional Scalar<'a> as Url,
        /// Whom to ask.
        contact = "contact" optional Text<'a>,
        /// What else there is to say.
        note = "note" optional Text<'a> as Lines,
    }
}

shape! {
    /// What accredited press need of a whole visit.
    pub VisitPress as "a visit's press block" {
        /// Where the press works.
        centre = "centre" optional PressCentre<'a>,
        /// How and until when to be accredited.
        accreditation = "accreditation" optional Accreditation<'a>,
        /// Whom to ask.
        contact = "contact" optional Text<'a>,
    }
}

shape! {
    /// Where the press works.
    pub PressCentre as "a press centre" {
        /// Where: a text, or a place.
        place = "place" optional StepPlace<'a>,
        /// When it is open, in words.
        hours = "hours" optional Text<'a>,
    }
}

shape! {
    /// How far the press may come in a part of an entry.
    pub CoveredPart as "a part of the coverage" {
        /// The part.
        part = "part" required Text<'a>,
        /// How far the press may come.
        access = "access" required Scalar<'a> as Access,
    }
}

shape! {
    /// An embargo that says when it lifts, and who has the entry before.
    EmbargoKeys as "an embargo" {
        /// An instant, or the start or the end of an entry.
        until = "until" required Scalar<'a> as EmbargoEnd,
        /// The entry of this visit whose start or end is meant, where it is not this one.
        of = "of" optional Scalar<'a> as Id,
        /// How long after that.
        plus = "plus" optional Scalar<'a> as Length,
        /// Who has it before: press or staff.
        known_to = "known_to" optional Scalar<'a> as KnownTo,
    }
}

/// When a step is: a bare time, or a map.
#[derive(Debug, Clone)]
pub struct StepTime<'a>(pub When<'a>);

#[allow(private_interfaces)]
impl<'a> Shape<'a> for StepTime<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        When::read(node, reader).map(StepTime)
    }

    fn form() -> Form {
        Form::Either(vec![Form::Scalar(Grammar::TimeOrDateTime), TimeKeys::form().named("When")])
    }
}

/// Where a step is: a text, or a place.
#[derive(Debug, Clone)]
pub enum StepPlace<'a> {
    /// A text alone.
    Text(Text<'a>),
    /// A place with its parts.
    Place(Box<Place<'a>>),
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for StepPlace<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        let keys = ["venue", "site", "city", "country", "geo"];
        let is_part = |key: &Node<'_>| matches!(&key.value, Value::Text(key) if keys.contains(&&**key));
        if matches!(&node.value, Value::Map(pairs) if pairs.iter().any(|(key, _)| is_part(key))) {
            return Box::read(node, reader).map(StepPlace::Place);
        }
        Text::read(node, reader).map(StepPlace::Text)
    }

    fn form() -> Form {
        Form::Either(vec![Text::form(), Place::form()])
    }
}

/// How far the press may come: of all of it, or of its parts.
#[derive(Debug, Clone)]
pub enum Coverage<'a> {
    /// Of all of it.
    Whole(Scalar<'a>),
    /// Of its parts.
    Parts(Items<CoveredPart<'a>>),
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for Coverage<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        match node.value {
            Value::List(_) => Items::read(node, reader).map(Coverage::Parts),
            _ => Scalar::read(node, reader).map(Coverage::Whole),
        }
    }

    fn form() -> Form {
        Form::Either(vec![Form::Scalar(Grammar::Access), Form::SomeOf(Box::new(CoveredPart::form()))])
    }
}

/// Until when something is kept from others.
#[derive(Debug, Clone)]
pub struct Embargo<'a> {
    /// Where it stands.
    pub at: NodeId,
    /// Until when.
    pub until: Option<Scalar<'a>>,
    /// Whose start or end that is.
    pub of: Option<Scalar<'a>>,
    /// How long after.
    pub plus: Option<Scalar<'a>>,
    /// Who has it before.
    pub known_to: Option<Scalar<'a>>,
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for Embargo<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        let at = node.id;
        if let Value::Map(_) = node.value {
            let EmbargoKeys { until, of, plus, known_to, .. } = EmbargoKeys::read(node, reader)?;
            return Some(Embargo { at, until, of, plus, known_to });
        }
        let until = Scalar::read(node, reader)?;
        Some(Embargo { at, until: Some(until), of: None, plus: None, known_to: None })
    }

    fn form() -> Form {
        Form::Either(vec![Form::Scalar(Grammar::Instant), EmbargoKeys::form().named("Embargo")])
    }
}
