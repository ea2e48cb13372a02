//! What is known under a field of an entry or a visit, in the types of the programme.

use chrono::NaiveDate;

use crate::programme::{AccessPart, EntryKind, Language, Participant, Place, StatusKind, Step, Text, VisitKind, When};
use crate::zone::{Moment, Zone};

/// What a field says, or said.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(Text),
    /// Several.
    Texts(Vec<Text>),
    /// The stops of a journey.
    Stops(Vec<Stop>),
    /// Who takes part.
    People(Vec<Participant>),
    /// A line that is the same in every language: an address.
    Line(String),
    /// How certain it is.
    Status(StatusKind),
    /// What an entry is.
    Kind(EntryKind),
    /// The rank of a visit.
    VisitKind(VisitKind),
    /// Press coverage.
    Access(Vec<AccessPart>),
    /// Where.
    Place(Place),
    /// When.
    When(When<Text>),
    /// When something ended that is not known to have begun at a time, and whether that is approximate.
    Until(Moment, bool),
    /// The first and the last day of a visit.
    Days(NaiveDate, NaiveDate),
    /// The zone of the days of a visit.
    Zone(Zone),
    /// Who says so: the authors' keys, which are told to nobody, and how each is called, as far as that is kept.
    Sources(Vec<(String, Option<Publication>)>),
    /// The steps of the press's or of staff's own day.
    Steps(Vec<Step>),
    /// What other sources say.
    Disputes(Vec<Dispute>),
    /// There is something, and no more is kept of it, or may be told.
    Unknown,
}

/// A stop on a journey.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// Where.
    pub place: Option<Place>,
    /// When it arrives there.
    pub arrive: Option<When<Text>>,
    /// When it leaves there.
    pub depart: Option<When<Text>>,
}

/// How a source is called.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// Who published it.
    pub publisher: Text,
    /// What it is called.
    pub title: Option<Text>,
}

/// What another source says of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// The field's key.
    pub field: String,
    /// What is said instead.
    pub says: Text,
    /// Who says so.
    pub source: Publication,
}

impl Value {
    /// The same for readers of one language; `then` is what languages come first where it is missing.
    #[must_use]
    pub fn in_language(&self, language: &Language, then: &Text) -> Value {
        let of = |text: &Text| Text::plain(text.localized(language, then).text);
        let of_place = |place: &Place| {
            let [venue, site, city] = [&place.venue, &place.site, &place.city].map(|part| part.as_ref().map(of));
            Place { venue, site, city, ..place.clone() }
        };
        let publication = |source: &Publication| Publication {
            publisher: of(&source.publisher),
            title: source.title.as_ref().map(of),
        };
        match self {
            Value::Text(text) => Value::Text(of(text)),
            Value::Texts(texts) => Value::Texts(texts.iter().map(of).collect()),
            Value::People(people) => {
                let one =
                    |person: &Participant| Participant { who: of(&person.who), role: person.role.as_ref().map(of) };
                Value::People(people.iter().map(one).collect())
            }
            Value::Place(place) => Value::Place(of_place(place)),
            Value::Stops(stops) => {
                let time = |when: &Option<When<Text>>| when.as_ref().map(|when| when.map_others(of));
                let stop = |stop: &Stop| Stop {
                    place: stop.place.as_ref().map(of_place),
                    arrive: time(&stop.arrive),
                    depart: time(&stop.depart),
                };
                Value::Stops(stops.iter().map(stop).collect())
            }
            Value::When(when) => Value::When(when.map_others(of)),
            Value::Access(parts) => {
                let part = |one: &AccessPart| AccessPart { part: one.part.as_ref().map(of), access: one.access };
                Value::Access(parts.iter().map(part).collect())
            }
            Value::Steps(steps) => {
                let step = |step: &Step| Step {
                    title: step.title.as_ref().map(of),
                    place: step.place.as_ref().map(of_place),
                    who: step.who.iter().map(of).collect(),
                    note: step.note.as_ref().map(of),
                    ..step.clone()
                };
                Value::Steps(steps.iter().map(step).collect())
            }
            Value::Sources(sources) => {
                let named = |(key, name): &(String, Option<Publication>)| (key.clone(), name.as_ref().map(publication));
                Value::Sources(sources.iter().map(named).collect())
            }
            Value::Disputes(disputes) => Value::Disputes(
                disputes
                    .iter()
                    .map(|dispute| Dispute {
                        field: dispute.field.clone(),
                        says: of(&dispute.says),
                        source: publication(&dispute.source),
                    })
                    .collect(),
            ),
            same => same.clone(),
        }
    }

    /// The texts of it, in which languages may differ.
    #[must_use]
    pub fn texts(&self) -> Vec<&Text> {
        fn of_place(place: &Place) -> impl Iterator<Item = &Text> {
            [&place.venue, &place.site, &place.city].into_iter().flatten()
        }
        match self {
            Value::Text(text) => vec![text],
            Value::Texts(texts) => texts.iter().collect(),
            Value::People(people) => {
                people.iter().flat_map(|person| std::iter::once(&person.who).chain(&person.role)).collect()
            }
            Value::Place(place) => of_place(place).collect(),
            Value::Stops(stops) => {
                let places = stops.iter().filter_map(|stop| stop.place.as_ref()).flat_map(of_place);
                let times = stops.iter().flat_map(|stop| stop.arrive.iter().chain(&stop.depart));
                places.chain(times.flat_map(When::others)).collect()
            }
            Value::When(when) => when.others().collect(),
            Value::Access(parts) => parts.iter().filter_map(|part| part.part.as_ref()).collect(),
            Value::Steps(steps) => {
                fn own(step: &Step) -> impl Iterator<Item = &Text> {
                    let place = step.place.iter().flat_map(of_place);
                    step.title.iter().chain(place).chain(&step.who).chain(&step.note)
                }
                steps.iter().flat_map(own).collect()
            }
            Value::Sources(sources) => {
                let named = sources.iter().filter_map(|(_, name)| name.as_ref());
                named.flat_map(|name| std::iter::once(&name.publisher).chain(&name.title)).collect()
            }
            Value::Disputes(disputes) => disputes
                .iter()
                .flat_map(|dispute| [&dispute.says, &dispute.source.publisher].into_iter().chain(&dispute.source.title))
                .collect(),
            _ => Vec::new(),
        }
    }
}
