//! Whose entries are whose: people are the same when their texts are.

use std::collections::HashMap;

use super::Scene;
use crate::programme::Text;

/// Somebody, and all that is planned for them.
pub(super) struct Person {
    /// Positions of visits, and of entries in them.
    pub(super) entries: Vec<(usize, usize)>,
    /// Positions of the visits that are theirs as a whole.
    pub(super) visits: Vec<usize>,
}

/// Everybody, in the order in which they first appear.
pub(super) fn gather(scenes: &[Scene<'_, '_>]) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let mut known: HashMap<Vec<(Option<&str>, &str)>, usize> = HashMap::new();
    for (visit, scene) in scenes.iter().enumerate() {
        let mut find = |text, people: &mut Vec<Person>| {
            *known.entry(name(text)).or_insert_with(|| {
                people.push(Person { entries: Vec::new(), visits: Vec::new() });
                people.len() - 1
            })
        };
        let principal = find(&scene.visit.principal, &mut people);
        people[principal].visits.push(visit);
        for (position, subject) in scene.marks().enumerate() {
            if subject.stands() {
                let person = match &subject.entry.principal {
                    Some(text) => find(text, &mut people),
                    None => principal,
                };
                people[person].entries.push((visit, position));
            }
        }
    }
    people
}

/// A name in all its languages, whatever their order.
fn name(text: &Text) -> Vec<(Option<&str>, &str)> {
    let mut strings: Vec<_> =
        text.strings().map(|(language, string)| (language.map(crate::programme::Language::tag), string)).collect();
    strings.sort_unstable();
    strings
}
