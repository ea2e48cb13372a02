//! Whose entries are whose: people are the same when their texts are.

use std::collections::HashMap;

use super::VisitContext;
use crate::programme::{EntryRef, Language, Text};

/// Somebody, and all that is planned for them.
#[derive(Default)]
pub(super) struct Person {
    pub(super) entries: Vec<EntryRef>,
    /// Positions of the visits that are theirs as a whole.
    pub(super) visits: Vec<usize>,
}

/// Everybody, in the order in which they first appear.
pub(super) fn gather(visits: &[VisitContext<'_>]) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let mut known: HashMap<Vec<(Option<&str>, &str)>, usize> = HashMap::new();
    for (visit, context) in visits.iter().enumerate() {
        let mut find = |text, people: &mut Vec<Person>| {
            *known.entry(name(text)).or_insert_with(|| {
                people.push(Person::default());
                people.len() - 1
            })
        };
        let principals: Vec<usize> = context.visit.principals.iter().map(|text| find(text, &mut people)).collect();
        for person in &principals {
            people[*person].visits.push(visit);
        }
        let entries = context.visit.entries.iter().enumerate();
        for (position, entry) in entries.filter(|(_, entry)| entry.status.is_planned()) {
            let own: Vec<usize> = entry.principals.iter().map(|text| find(text, &mut people)).collect();
            for person in if own.is_empty() { &principals } else { &own } {
                people[*person].entries.push(EntryRef { visit, entry: position });
            }
        }
    }
    people
}

/// A name in all its languages, in an order that does not depend on how it was written.
fn name(text: &Text) -> Vec<(Option<&str>, &str)> {
    let mut strings: Vec<_> = text.strings().map(|(language, string)| (language.map(Language::tag), string)).collect();
    strings.sort_unstable();
    strings
}
