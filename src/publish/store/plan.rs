//! What has to be done for a tree to be published, from what is there and what should be. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::Options;
use super::local::Local;
use super::state::{PublishState, STATE};
use crate::programme::Audience;
use crate::tree::{MANIFEST, Manifest, ManifestFile, media};

/// What is there, as far as it is ours.
pub(super) struct Before<'a> {
    pub(super) state: Option<&'a PublishState>,
    pub(super) manifest: Option<&'a Manifest>,
    /// Whether the manifest is the one that should be, to the byte.
    pub(super) same: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The paths to write, in order: what others refer to, pages, feeds.
    pub writes: Vec<String>,
    /// How many files are as they should be.
    pub unchanged: usize,
    /// Whether the manifest is another.
    pub manifest: bool,
    /// The paths to remove before anything is written: of what a redaction or a restriction took out. Neither they nor their
    /// names stay.
    pub taken_back: Vec<String>,
    /// The paths to remove.
    pub removes: Vec<String>,
    /// The paths that nothing makes any more and that stay for now, each with the instant until when.
    pub waiting: BTreeMap<String, DateTime<Utc>>,
    /// The same and those to remove, with the instant since when.
    pub(super) stale: BTreeMap<String, DateTime<Utc>>,
    /// The paths that may be other than the manifest says until this is done.
    pub(super) unsettled: BTreeSet<String>,
    /// Whether somebody has not finished.
    pub(super) unfinished: bool,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.removals() == 0 && self.writes.is_empty() && !self.manifest && !self.unfinished
    }

    /// How many paths are to be removed.
    #[must_use]
    pub fn removals(&self) -> usize {
        self.taken_back.len() + self.removes.len()
    }
}

/// When a path is written: after what it refers to.
pub(super) fn step(path: &str) -> u8 {
    match media::ending(path) {
        _ if media::is_referrer(path) => 2,
        "html" => 1,
        _ => 0,
    }
}

/// Whether a path is of a feed that the tree has no more. Apps go on asking for one, which is what a grace is for.
fn is_of_gone_feed(path: &str, files: &BTreeMap<String, ManifestFile>) -> bool {
    let feed = match path.split_once('/') {
        Some(("feeds", name)) => name.strip_suffix(".ics"),
        Some(("events", rest)) => rest.split('/').next(),
        _ => None,
    };
    feed.is_some_and(|feed| !files.contains_key(&format!("feeds/{feed}.ics")))
}

/// What is known of each path.
pub(super) struct Known<'a> {
    local: &'a Local,
    plan: Plan,
    /// Those of the tree that no publisher of ours has written.
    new: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    pub(super) fn of(before: &Before<'a>, local: &'a Local, options: &Options, now: DateTime<Utc>) -> Self {
        let claim = before.state.and_then(|state| state.claim.as_ref());
        let other = |audience: Audience| audience != options.audience;
        // A manifest without a state is one of ours that somebody copied there, perhaps of another audience.
        let switched = before.state.map_or(before.manifest.is_some(), |state| other(state.audience))
            || claim.is_some_and(|claim| other(claim.audience));
        let unsettled = claim.map(|claim| claim.unsettled.clone()).unwrap_or_default();
        let there = |path: &String| before.manifest.and_then(|manifest| manifest.files.get(path));
        let stale_before = before.state.map(|state| &state.stale);
        let since = |path: &String| stale_before.and_then(|stale| stale.get(path)).copied();
        let files = &local.manifest().files;
        let mut plan = Plan { manifest: !before.same, unfinished: claim.is_some(), ..Plan::default() };
        let mut new = BTreeSet::new();
        for (path, file) in files {
            if options.all || switched || unsettled.contains(path) || there(path) != Some(file) {
                plan.writes.push(path.clone());
            }
            if there(path).is_none() && !unsettled.contains(path) && since(path).is_none() {
                new.insert(path.as_str());
            }
        }
        plan.unchanged = files.len() - plan.writes.len();
        plan.writes.sort_by_key(|path| step(path));
        let listed = before.manifest.iter().flat_map(|manifest| manifest.files.keys());
        let withdrawn = |path: &&String| !files.contains_key(*path) && ![STATE, MANIFEST].contains(&path.as_str());
        for path in listed.chain(&unsettled).filter(withdrawn) {
            let began = if there(path).is_some() { now } else { since(path).unwrap_or(now) };
            plan.stale.insert(path.clone(), began);
        }
        for (path, began) in stale_before.into_iter().flatten().filter(|(path, _)| withdrawn(path)) {
            plan.stale.entry(path.clone()).or_insert(*began);
        }
        // A redaction says so in the manifest; a restriction of what nobody noted to be out says nothing, and shows in this alone.
        let is_of_entry = |path: &String| path.starts_with("events/") && !is_of_gone_feed(path, files);
        let taken_back = local.manifest().taken_back != before.manifest.and_then(|manifest| manifest.taken_back)
            || plan.stale.keys().any(is_of_entry);
        // What is withdrawn from those who may see more than the public should not be found any more.
        let grace = if switched || options.audience != Audience::Public { TimeDelta::zero() } else { options.grace };
        for (path, began) in &plan.stale {
            if !switched && (taken_back || !is_of_gone_feed(path, files)) {
                plan.taken_back.push(path.clone());
                continue;
            }
            match began.checked_add_signed(grace) {
                Some(until) if until > now => drop(plan.waiting.insert(path.clone(), until)),
                Some(_) => plan.removes.push(path.clone()),
                None => {}
            }
        }
        // What no state names yet is not named in one: until it is removed, the manifest that is there tells of it.
        let taken_back: BTreeSet<&String> = plan.taken_back.iter().collect();
        plan.stale.retain(|path, _| !taken_back.contains(path) || since(path).is_some());
        plan.unsettled = unsettled.into_iter().chain(plan.writes.iter().cloned()).collect();
        Self { local, plan, new }
    }

    pub(super) fn has_new_paths(&self) -> bool {
        !self.new.is_empty()
    }

    /// Those that are there and that the tree would overwrite, though nothing of ours says that they are ours.
    pub(super) fn strangers(&self, listed: &BTreeSet<String>, is_known: bool) -> Vec<String> {
        let files = &self.local.manifest().files;
        let wanted = |path: &&String| files.contains_key(*path) && (!is_known || self.new.contains(path.as_str()));
        listed.iter().filter(wanted).cloned().collect()
    }

    pub(super) fn plan(self) -> Plan {
        self.plan
    }
}
