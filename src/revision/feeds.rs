//! The settings of feeds as the lock file keeps them, and how they changed: for those who run them, since no reader sees them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::digest::Digest;
use super::lock::{FeedLine, Lock};
use crate::programme::{Feed, Language, Programme, StepsShown};

/// What became of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedChange {
    /// It is new.
    Added,
    /// It is made no more.
    Removed,
    /// Its settings are others: each by its key, with what it was and is.
    Changed(Vec<(String, Option<String>, Option<String>)>),
    /// The program words its entries otherwise, or more is not known.
    Reworded,
}

/// The settings of each feed, by audience and id (`public/seoul`), as JSON.
pub type FeedSettings = BTreeMap<String, String>;

/// What stands for the settings of a feed that is made no more.
const GONE: &str = "{}";

/// The settings of a feed, as JSON of plain values.
#[must_use]
pub fn settings(feed: &Feed, programme: &Programme) -> String {
    let title = feed.title.strings().map(|(language, text)| match language.map(Language::tag) {
        Some(tag) => format!("{tag}: {text}"),
        None => text.to_owned(),
    });
    let visits = feed.visits.iter().flatten().map(|visit| programme.visits()[*visit].id().as_str());
    let minutes = |length: Duration| format!("{} min", length.as_secs() / 60);
    let alarms: Vec<String> = feed.alarms.iter().map(|before| minutes(*before)).collect();
    let step_alarms: Vec<String> = feed.step_alarms.iter().map(|before| minutes(*before)).collect();
    let all = [
        ("title", Some(title.collect::<Vec<_>>().join("; "))),
        ("zone", Some(feed.zone.fixed().map_or("host", |zone| zone.name()).to_owned())),
        ("language", Some(feed.language.tag().to_owned())),
        ("also", list(feed.also.iter().map(|zone| zone.name()))),
        ("visits", list(visits)),
        ("only.kind", list(feed.only.kinds.iter().map(|kind| kind.word()))),
        ("only.access", list(feed.only.access.iter().map(|access| access.word()))),
        ("only.principal", list(feed.only.principals.iter().map(String::as_str))),
        ("cancelled", Some(feed.cancelled.word().to_owned())),
        ("display_length", Some(minutes(feed.display_length))),
        ("refresh", Some(minutes(feed.refresh))),
        ("alarms", list(alarms.iter().map(String::as_str))),
        ("steps", Some(feed.steps).filter(|steps| *steps == StepsShown::Events).map(|steps| steps.word().to_owned())),
        ("step_alarms", list(step_alarms.iter().map(String::as_str))),
        ("events", feed.events.then(|| "true".to_owned())),
    ];
    let given: BTreeMap<&str, String> = all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    serde_json::to_string(&given).expect("strings can be written")
}

/// Several words as one value; nothing where there are none.
fn list<'w>(words: impl Iterator<Item = &'w str>) -> Option<String> {
    Some(words.collect::<Vec<_>>().join(", ")).filter(|list| !list.is_empty())
}

/// How the settings of feeds differ.
#[must_use]
pub fn between_feeds(before: &FeedSettings, after: &FeedSettings) -> Vec<(String, FeedChange)> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |key: &String| match (before.get(key), after.get(key)) {
        (None, _) => Some(FeedChange::Added),
        (_, None) => Some(FeedChange::Removed),
        (Some(was), Some(is)) => differing(was, is),
    };
    keys.into_iter().filter_map(|key| Some((key.clone(), change(key)?))).collect()
}

/// What a feed is made with, apart from entries.
#[derive(Debug, Clone)]
pub struct Wording {
    /// The audience and the feed's id: `public/seoul`.
    pub key: String,
    /// A digest of the program's words and the feed's settings.
    pub digest: Digest,
    /// The settings, as JSON.
    pub settings: String,
}

/// The lines of feeds in the next lock file, and how the feeds change.
pub(super) struct FeedPlan {
    /// By key.
    pub(super) lines: Vec<(String, FeedLine)>,
    /// Nothing where there was no lock file, because all of it is new.
    pub(super) changes: Vec<(String, FeedChange)>,
    /// Whether any of the lines is new or another.
    pub(super) is_changed: bool,
}

/// Compares the feeds that are made now with those that the lock file has.
pub(super) fn plan(lock: &Lock, wording: &[Wording], at: DateTime<Utc>) -> FeedPlan {
    let (mut lines, mut changes) = (Vec::with_capacity(wording.len()), Vec::new());
    for feed in wording {
        let old = lock.feed(&feed.key);
        let modified = match old {
            Some(old) if old.digest == feed.digest => old.modified,
            Some(_) => Some(at),
            None => None,
        };
        let line = FeedLine { modified, digest: feed.digest, settings: feed.settings.as_str().into() };
        changes.extend(change(old, &line).map(|change| (feed.key.clone(), change)));
        lines.push((feed.key.clone(), line));
    }
    // A feed that is made no more may come back, and its readers still have what it said.
    for key in lock.feed_keys().filter(|key| !wording.iter().any(|feed| feed.key == *key)) {
        let Some(old) = lock.feed(key) else { continue };
        let settings = if old.settings.is_empty() { "" } else { GONE };
        if *settings != *old.settings {
            changes.push((key.to_owned(), FeedChange::Removed));
        }
        lines.push((key.to_owned(), FeedLine { settings: settings.into(), ..old.clone() }));
    }
    lines.sort_by(|a, b| a.0.cmp(&b.0));
    changes.sort_by(|a, b| a.0.cmp(&b.0));
    let is_changed = !changes.is_empty();
    FeedPlan { lines, changes: if lock.exists() { changes } else { Vec::new() }, is_changed }
}

/// How a feed that is made now differs from its line, if it has one.
fn change(old: Option<&FeedLine>, new: &FeedLine) -> Option<FeedChange> {
    match old {
        None => Some(FeedChange::Added),
        Some(old) if &*old.settings == GONE => Some(FeedChange::Added),
        Some(old) if old.settings.is_empty() => (old.digest != new.digest).then_some(FeedChange::Reworded),
        Some(old) => {
            let reworded = (old.digest != new.digest).then_some(FeedChange::Reworded);
            differing(&old.settings, &new.settings).or(reworded)
        }
    }
}

fn differing(was: &str, is: &str) -> Option<FeedChange> {
    let read = |text: &str| serde_json::from_str::<BTreeMap<String, String>>(text).unwrap_or_default();
    let (was, is) = (read(was), read(is));
    let keys: BTreeSet<&String> = was.keys().chain(is.keys()).filter(|key| was.get(*key) != is.get(*key)).collect();
    let field = |key: &String| (key.clone(), was.get(key).cloned(), is.get(key).cloned());
    (!keys.is_empty()).then(|| FeedChange::Changed(keys.into_iter().map(field).collect()))
}
