//! The schema of `programme.json`: a data file, into which the words of the format are put.

use serde_json::{Value, json};

use crate::programme::{Access, Audience, EntryKind, PartOfDay, StatusKind, StepKind, VisitKind};

/// What each key means; lists of words are named with a `$`.
const SCHEMA: &str = include_str!("programme.json");

/// The schema of `programme.json`, with a line break at its end.
#[must_use]
pub fn programme() -> String {
    let mut schema: Value = serde_json::from_str(SCHEMA).expect("the data file is JSON");
    fill(&mut schema);
    format!("{schema:#}\n")
}

fn fill(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(fill),
        Value::Array(items) => {
            if let Some(words) = items.first().and_then(Value::as_str).and_then(words) {
                items.splice(..1, words.into_iter().map(|word| json!(word)));
            }
            items.iter_mut().for_each(fill);
        }
        _ => {}
    }
}

/// The words that a name stands for.
fn words(name: &str) -> Option<Vec<&'static str>> {
    Some(match name {
        "$Access" => Access::ALL.iter().map(|word| word.word()).collect(),
        "$AccessGeneral" => {
            Access::ALL.iter().filter(|word| word.general() == **word).map(|word| word.word()).collect()
        }
        "$StepKind" => StepKind::ALL.iter().map(|word| word.word()).collect(),
        "$Audience" => Audience::ALL.iter().map(|word| word.word()).collect(),
        "$EntryKind" => EntryKind::ALL.iter().map(|word| word.word()).collect(),
        "$PartOfDay" => PartOfDay::ALL.iter().map(|word| word.word()).collect(),
        "$StatusKind" => StatusKind::ALL.iter().map(|word| word.word()).collect(),
        "$VisitKind" => VisitKind::ALL.iter().map(|word| word.word()).collect(),
        _ => return None,
    })
}
