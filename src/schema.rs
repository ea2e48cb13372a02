//! JSON Schema (2020-12) of the schedules, for editors: keys, texts and words while they are being typed.
//!
//! Generated from the shapes that read the files, so that it knows their keys, and from the words and tables that check
//! them. It refuses nothing that the program accepts. What it cannot say is left to the program: references, which
//! times there are in a zone, what is later than what, keys given twice, and YAML that schedules do without.

mod grammar;
mod programme;

pub use programme::programme;

use std::collections::BTreeMap;

use serde_json::{Map as Object, Value, json};

use crate::check::{CONFLICTING_KEYS, END_ONLY_KEYS, ENTRY_FIELDS, VISIT_FIELDS, WhenForm};
use crate::diagnostic::codes;
use crate::document::{Channels, Feeds, Form, Grammar, Map, Shape, Visit};
use crate::zone::Database;

/// Lists of which `check` counts the items: the map, the key, how few and how many.
const COUNTS: &[(&str, &str, usize, Option<usize>)] = &[
    ("Visit", "entries", 1, None),
    ("Feeds", "feeds", 1, None),
    ("", "between", 2, Some(2)),
    ("", "geo", 2, Some(2)),
    ("Feeds", "pages", 1, None),
    ("Channels", "channels", 1, None),
];

/// What can be disputed of which map.
const DISPUTED: &[(&str, &[&str])] = &[("Visit", VISIT_FIELDS), ("Entry", ENTRY_FIELDS)];

/// The schema of a visit's file with the zones of a time zone database, and a line break at its end.
#[must_use]
pub fn visit(database: Database) -> String {
    written(&Visit::form(), database)
}

/// The schema of `feeds.yaml`, likewise.
#[must_use]
pub fn feeds(database: Database) -> String {
    written(&Feeds::form(), database)
}

/// The schema of `channels.yaml`, likewise.
#[must_use]
pub fn channels(database: Database) -> String {
    written(&Channels::form(), database)
}

fn written(form: &Form, database: Database) -> String {
    let mut definitions = Definitions { known: BTreeMap::new(), database };
    let mut schema = match form {
        Form::Map(root) => definitions.map(root),
        other => definitions.schema(other),
    };
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$defs"] = json!(definitions.known);
    format!("{schema:#}\n")
}

/// The definitions that a schema refers to.
struct Definitions {
    /// By name.
    known: BTreeMap<String, Value>,
    database: Database,
}

impl Definitions {
    fn schema(&mut self, form: &Form) -> Value {
        match form {
            Form::Flag => json!({"type": "boolean"}),
            Form::Word(word) => json!({"const": word}),
            Form::Scalar(Grammar::FeedZone) => {
                json!({"anyOf": [self.scalar(Grammar::FeedZone), self.scalar(Grammar::Zone)]})
            }
            Form::Scalar(grammar) => self.scalar(*grammar),
            Form::Text(grammar) => self.text(*grammar),
            Form::List(items) => json!({"type": "array", "items": self.schema(items)}),
            Form::SomeOf(items) => json!({"type": "array", "items": self.schema(items), "minItems": 1}),
            Form::Table(keys, values) => self.table(*keys, values),
            Form::Either(forms) => json!({"anyOf": forms.iter().map(|form| self.schema(form)).collect::<Vec<_>>()}),
            Form::Map(map) => {
                if !self.known.contains_key(map.name) {
                    let schema = self.map(map);
                    self.known.insert(map.name.to_owned(), schema);
                }
                reference(map.name)
            }
        }
    }

    fn scalar(&mut self, grammar: Grammar) -> Value {
        let name = format!("{grammar:?}");
        self.known.entry(name.clone()).or_insert_with(|| grammar::schema(grammar, self.database));
        reference(&name)
    }

    /// A text: one string, or one for each language.
    fn text(&mut self, grammar: Grammar) -> Value {
        let name = if grammar == Grammar::Lines { "Note" } else { "Text" };
        if !self.known.contains_key(name) {
            let (language, string) = (self.scalar(Grammar::Language), self.scalar(grammar));
            let schema = json!({
                "description": "A text, or a map of languages to texts: {en: …, ko: …}.",
                "anyOf": [string, {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": language,
                    "additionalProperties": string,
                }],
            });
            self.known.insert(name.to_owned(), schema);
        }
        reference(name)
    }

    /// A map whose keys the author chooses; those that can be listed are, for editors to offer.
    fn table(&mut self, keys: Grammar, values: &Form) -> Value {
        let values = self.schema(values);
        if keys != Grammar::Warning {
            return json!({"type": "object", "propertyNames": self.scalar(keys), "additionalProperties": values});
        }
        let warnings = codes::ALL.iter().filter(|(code, _)| codes::is_switchable(*code));
        let known: Object<String, Value> =
            warnings.map(|&(code, _)| (code.0.to_owned(), described(values.clone(), codes::about(code)))).collect();
        // A code of another version is only warned of.
        json!({
            "type": "object",
            "properties": known,
            "propertyNames": self.scalar(Grammar::Warning),
            "additionalProperties": values,
        })
    }

    fn map(&mut self, map: &Map) -> Value {
        let mut properties = Object::new();
        for field in &map.fields {
            let mut value = self.schema(&field.form);
            let counted = |(name, key, ..): &&(&str, &str, usize, Option<usize>)| {
                field.key == *key && (map.name == *name || name.is_empty())
            };
            if let Some((_, _, least, most)) = COUNTS.iter().find(counted) {
                value["minItems"] = json!(least);
                if let Some(most) = most {
                    value["maxItems"] = json!(most);
                }
            }
            if let Some((_, fields)) = DISPUTED.iter().find(|(name, _)| field.key == "disputed" && map.name == *name) {
                // In two schemas and not in one: some editors ignore a reference that has anything next to it.
                value["items"] = json!({"allOf": [value["items"], {"properties": {"field": {"enum": fields}}}]});
            }
            properties.insert(field.key.to_owned(), described(value, field.about));
        }
        let required: Vec<_> = map.fields.iter().filter(|field| field.required).map(|field| field.key).collect();
        let mut schema = json!({
            "type": "object",
            "description": map.about.trim(),
            "properties": properties,
            "additionalProperties": false,
        });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        match map.name {
            "When" | "End" => schema["anyOf"] = json!(when_forms(map)),
            "Actual" => {
                // Also an end alone, or words alone.
                let mut forms = when_forms(map);
                forms.push(json!({"required": ["end"], "propertyNames": {"enum": with_timeless(map, &END_ONLY_KEYS)}}));
                forms.push(json!({"required": ["says"], "propertyNames": {"enum": with_timeless(map, &["zone"])}}));
                schema["anyOf"] = json!(forms);
            }
            "Visit" => {
                schema["anyOf"] = json!([
                    {"required": ["principal"], "properties": {"principals": false}},
                    {"required": ["principals"], "properties": {"principal": false}},
                ]);
            }
            "Entry" => {
                schema["anyOf"] = json!([
                    {"required": ["when"], "properties": {"depart": false, "arrive": false}},
                    {"required": ["depart", "arrive"], "properties": {"when": false}},
                ]);
            }
            _ => {}
        }
        schema
    }
}

/// The forms of `when`: each by its own key and those that may stand with it.
fn when_forms(map: &Map) -> Vec<Value> {
    let form = |form: &WhenForm| {
        let required = if *form == WhenForm::Days { vec![form.key(), "to"] } else { vec![form.key()] };
        let mut keys = with_timeless(map, form.companions());
        keys.push(form.key());
        let mut schema = json!({"required": required, "propertyNames": {"enum": keys}});
        let conflicts = CONFLICTING_KEYS.iter().filter(|(one, other)| keys.contains(one) && keys.contains(other));
        let conflicts: Vec<Value> = conflicts.map(|(one, other)| json!({"required": [one, other]})).collect();
        match &conflicts[..] {
            [] => {}
            [one] => schema["not"] = one.clone(),
            several => schema["not"] = json!({"anyOf": several}),
        }
        schema
    };
    WhenForm::ALL.iter().map(form).collect()
}

/// Some keys, and those of a map that say no time.
fn with_timeless(map: &Map, keys: &[&'static str]) -> Vec<&'static str> {
    let says_time = |key: &str| WhenForm::ALL.iter().any(|form| form.key() == key || form.companions().contains(&key));
    let timeless = map.fields.iter().map(|field| field.key).filter(|key| !says_time(key));
    keys.iter().copied().chain(timeless).collect()
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn described(mut schema: Value, about: &str) -> Value {
    schema["description"] = json!(about.trim());
    schema
}
