//! What is kept under each key.

use chrono::NaiveDate;
use serde_json::Value;

use super::read::{one_or_many, place, publication, step, stop, text, when};
use super::{PART_OF, STEP, Snapshot, TEXTS, WITH_VISIT, is_withheld};
use crate::programme::{
    Access, AccessPart, EntryKind, KnownTime, Participant, Place, Status, StatusKind, StepKind, Text, VisitKind, When,
};
use crate::revision::value::{Dispute, Publication, Value as Known};
use crate::revision::withdrawn::WithdrawnStep;
use crate::zone::{Database, Moment};

impl Snapshot {
    /// A value by its key, as it is kept.
    pub(in crate::revision) fn value(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> Option<Text> {
        text(self.0.get("title")?)
    }

    /// A text by its key.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<Text> {
        text(self.0.get(key)?)
    }

    /// The year of the days that it does not name one of, as far as that is kept; 0 where there are two.
    #[must_use]
    pub fn year(&self) -> Option<i32> {
        self.0.get("names")?.get("year")?.as_i64()?.try_into().ok()
    }

    /// Of what was otherwise: whether the status changed with that of the visit.
    pub(in crate::revision) fn is_with_visit(&self) -> bool {
        self.0.get(WITH_VISIT).is_some()
    }

    /// What is known under a key; of a value of which a digest alone is kept, that there is one.
    pub(in crate::revision) fn known(&self, key: &str, database: Database) -> Option<Known> {
        let value = self.0.get(key).filter(|value| !is_withheld(value));
        let Some(value) = value else { return self.0.get(key).map(|_| Known::Unknown) };
        let known = match key {
            "when" | "depart" | "arrive" => when(value, database).map(Known::When),
            "status" => self.word(key).and_then(StatusKind::parse).map(Known::Status),
            "kind" => {
                let entry = self.kind().map(Known::Kind);
                entry.or_else(|| self.word(key).and_then(VisitKind::parse).map(Known::VisitKind))
            }
            "access" => Some(self.access()).filter(|access| !access.is_empty()).map(Known::Access),
            "place" => Some(Known::Place(place(value))),
            "via" => {
                Some(Known::Stops(value.as_array().into_iter().flatten().map(|value| stop(value, database)).collect()))
            }
            "with" => Some(Known::People(self.with())),
            "principal" if value.is_array() => Some(Known::Texts(self.principals())),
            "dates" => self.dates().map(|(from, to)| Known::Days(from, to)),
            "zone" => self.word(key).and_then(|name| database.find(name)).map(Known::Zone),
            "at" => self.word(key).map(|at| Known::Line(at.to_owned())),
            "sources" => Some(Known::Sources(self.sources())),
            _ => {
                let text = || text(value).filter(|_| TEXTS.contains(&key)).map(Known::Text);
                self.value_of(key, database).or_else(text)
            }
        };
        Some(known.unwrap_or(Known::Unknown))
    }

    /// A value of which there is a digest beside, or a part of one.
    pub(in crate::revision) fn value_of(&self, key: &str, database: Database) -> Option<Known> {
        let value = self.0.get("names")?.get("values")?.get(key)?;
        match key {
            "link" | "stream" | "press.accreditation.link" => value.as_str().map(|link| Known::Line(link.to_owned())),
            "disputed" => {
                let dispute = |dispute: &Value| {
                    let field = dispute.get("field")?.as_str()?.to_owned();
                    Some(Dispute {
                        field,
                        says: text(dispute.get("says")?)?,
                        source: publication(dispute.get("source")?)?,
                    })
                };
                value.as_array()?.iter().map(dispute).collect::<Option<_>>().map(Known::Disputes)
            }
            "press.steps" | "staff.steps" => {
                value.as_array()?.iter().map(|value| step(value, database)).collect::<Option<_>>().map(Known::Steps)
            }
            "press.pool" => Some(Known::Texts(value.as_array()?.iter().filter_map(text).collect())),
            "press.centre" => Some(Known::Place(place(value.get("place")?))),
            _ if key.ends_with(".sources") => {
                let named = value.as_array()?.iter().map(|source| (String::new(), publication(source)));
                Some(Known::Sources(named.collect()))
            }
            _ if value.get("zone").is_some() => match (when(value, database)?, key.rsplit_once('.')) {
                (When { time: KnownTime::Clock(span), .. }, Some((_, "end"))) => {
                    Some(Known::Until(span.start, span.about.start))
                }
                (when, _) => Some(Known::When(when)),
            },
            _ => text(value).map(Known::Text),
        }
    }

    /// The first and the last day of a visit.
    #[must_use]
    pub fn dates(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.date("dates", "from").zip(self.date("dates", "to"))
    }

    /// Without what is kept of it only to be told when it is another.
    pub(in crate::revision) fn compared(mut self) -> Self {
        if let Some(names) = self.0.get_mut("names").and_then(Value::as_object_mut) {
            names.retain(|key, _| !["year", "values", "told"].contains(&key.as_str()));
            if names.is_empty() {
                self.0.as_object_mut().map(|kept| kept.remove("names"));
            }
        }
        self
    }

    /// As it is kept.
    pub(in crate::revision) fn text_of(&self) -> String {
        self.0.to_string()
    }

    pub(super) fn date(&self, key: &str, end: &str) -> Option<NaiveDate> {
        self.0.get(key)?.get(end)?.as_str()?.parse().ok()
    }

    /// The sources, by key: publisher and title, as far as that is kept.
    pub(super) fn sources(&self) -> Vec<(String, Option<Publication>)> {
        let named = |key: &str| publication(self.0.get("names")?.get("sources")?.get(key)?);
        let cited = self.0.get("sources").and_then(Value::as_object).into_iter().flatten();
        let mut sources: Vec<(String, Option<Publication>)> = cited.map(|(key, _)| (key.clone(), named(key))).collect();
        // In an order that tells nothing of the authors' keys.
        sources.sort_by_cached_key(|(_, name)| name.as_ref().map(|name| format!("{name:?}")));
        sources
    }

    /// The people who take part.
    #[must_use]
    pub fn with(&self) -> Vec<Participant> {
        let person = |value: &Value| {
            let mut texts = one_or_many(value).into_iter();
            Some(Participant { who: texts.next()?, role: texts.next() })
        };
        self.0.get("with").and_then(Value::as_array).into_iter().flatten().filter_map(person).collect()
    }

    /// Whose it is, where that is kept of it.
    #[must_use]
    pub fn principals(&self) -> Vec<Text> {
        self.0.get("principal").map(one_or_many).unwrap_or_default()
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Option<EntryKind> {
        EntryKind::parse(self.word("kind")?)
    }

    /// Press coverage.
    #[must_use]
    pub fn access(&self) -> Vec<AccessPart> {
        let Some(value) = self.0.get("access") else { return Vec::new() };
        let word = |value: &Value| Access::parse(value.as_str()?);
        if let Some(access) = word(value) {
            return vec![AccessPart { part: None, access }];
        }
        let part = |pair: &Value| Some(AccessPart { part: text(pair.get(0)?), access: word(pair.get(1)?)? });
        value.as_array().into_iter().flatten().filter_map(part).collect()
    }

    /// Of a step, what it is.
    pub(in crate::revision) fn step(&self) -> Option<WithdrawnStep> {
        let kind = StepKind::parse(self.word(STEP)?)?;
        let who = self.0.get("who").map(one_or_many).unwrap_or_default();
        Some(WithdrawnStep::new(kind, self.text("step_title"), who))
    }

    /// Whether it is of a step.
    pub(in crate::revision) fn is_step(&self) -> bool {
        self.0.get(STEP).is_some()
    }

    /// What it is called; of a step, what its entry is.
    pub(in crate::revision) fn title_of_event(&self) -> Option<Text> {
        self.title().or_else(|| self.text(PART_OF).filter(|_| self.is_step()))
    }

    /// How certain it was.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        Some(Status { kind: StatusKind::parse(self.word("status")?)?, reason: self.text("reason") })
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.0.get("place").map(place)
    }

    /// When it is; of a journey, by `depart` or `arrive`.
    #[must_use]
    pub fn when(&self, key: &str, database: Database) -> Option<When<Text>> {
        when(self.0.get(key)?, database)
    }

    /// Every moment that it says.
    pub fn moments(&self, database: Database) -> impl Iterator<Item = Moment> {
        let whens = ["when", "depart", "arrive"].into_iter().filter_map(move |key| self.when(key, database));
        whens.flat_map(|when| when.moments().into_iter().flatten())
    }

    /// Where an end of a journey is.
    #[must_use]
    pub fn end_place(&self, key: &str) -> Option<Place> {
        self.0.get(key)?.get("place").map(place)
    }

    pub(super) fn word(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.as_str()
    }
}
