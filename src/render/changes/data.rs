//! What changed as data, in the forms of `programme.json`.

use serde_json::{Value as Json, json};

use super::Clause;
use crate::programme::{AccessPart, Participant, Text, When};
use crate::render::open_data::{self, objects::Texts, press};
use crate::revision::Value;

/// One thing that changed: in words, and what it was and is in the forms of `programme.json`.
pub(in crate::render) fn clause(clause: &Clause) -> Json {
    let [was, now] = clause.values.each_ref().map(|value| value.as_ref().map(value_of));
    json!({
        "field": clause.field,
        "words": clause.sentence(),
        "now": clause.now,
        "was": clause.was,
        "values": {"now": now, "was": was},
    })
}

/// A value; `true` where no more is known than that there is one.
fn value_of(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(Texts(text)),
        Value::Texts(texts) => texts.iter().map(|text| json!(Texts(text))).collect(),
        Value::People(people) => {
            let person = |person: &Participant| match &person.role {
                None => json!(Texts(&person.who)),
                Some(role) => json!({"who": Texts(&person.who), "as": Texts(role)}),
            };
            people.iter().map(person).collect()
        }
        Value::Stops(stops) => {
            let time = |when: &Option<When<Text>>| when.as_ref().map(|when| json!(open_data::when(&when.as_ref())));
            let stop = |stop: &crate::revision::Stop| {
                let place = stop.place.as_ref().map(open_data::place);
                json!({"place": place, "arrive": time(&stop.arrive), "depart": time(&stop.depart)})
            };
            stops.iter().map(stop).collect()
        }
        Value::Line(line) => line.as_str().into(),
        Value::Status(status) => status.word().into(),
        Value::Kind(kind) => kind.word().into(),
        Value::VisitKind(kind) => kind.word().into(),
        Value::Access(access) => match &access[..] {
            [AccessPart { part: None, access }] => access.word().into(),
            parts => json!(press::access_parts(parts)),
        },
        Value::Steps(steps) => json!(steps.iter().map(press::step).collect::<Vec<_>>()),
        Value::Place(place) => json!(open_data::place(place)),
        Value::When(when) => json!(open_data::when(&when.as_ref())),
        Value::Until(end, about) => json!({"end": open_data::clock(*end), "about": about}),
        Value::Days(from, to) => json!({"from": from.to_string(), "to": to.to_string()}),
        Value::Zone(zone) => zone.name().into(),
        Value::Sources(sources) => {
            let source = |source: &crate::revision::Publication| {
                json!({
                    "publisher": Texts(&source.publisher),
                    "title": source.title.as_ref().map(Texts),
                })
            };
            sources.iter().map(|(_, name)| name.as_ref().map(source)).collect()
        }
        Value::Disputes(disputes) => {
            let dispute = |dispute: &crate::revision::Dispute| {
                json!({
                    "field": dispute.field,
                    "says": Texts(&dispute.says),
                    "publisher": Texts(&dispute.source.publisher),
                })
            };
            disputes.iter().map(dispute).collect()
        }
        Value::Unknown => true.into(),
    }
}
