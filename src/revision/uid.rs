//! UIDs: whose each is.

use std::borrow::Cow;
use std::collections::HashMap;

use uuid::Uuid;

use super::lock::Lock;
use crate::programme::{EntryRef, Identity, Programme, Visit};

/// The identities, as `visit/entry`, that each UID of the schedules or the lock file belongs to.
#[must_use]
pub fn uids(lock: &Lock, programme: &Programme) -> HashMap<String, Vec<String>> {
    let entries = programme.visits().iter().flat_map(Visit::entries);
    let present = entries.map(|entry| (entry.identity().to_string(), entry.identity().uid.as_deref()));
    let locked = lock.keys().filter(|key| key.contains('/'));
    let locked = locked.map(|key| (key.to_owned(), lock.entry_line(key).and_then(|line| line.uid)));
    let mut uids: HashMap<String, Vec<String>> = HashMap::new();
    for (key, own) in present.chain(locked) {
        let made = || Uuid::new_v5(&programme.settings().uid_namespace, key.as_bytes()).to_string();
        let of = uids.entry(own.map_or_else(made, str::to_owned)).or_default();
        if !of.contains(&key) {
            of.push(key);
        }
    }
    uids
}

/// The UID of an identity: the one that it came with, or a UUID of version 5.
pub(super) fn of(identity: &Identity, namespace: Uuid) -> Cow<'_, str> {
    match &identity.uid {
        Some(uid) => Cow::Borrowed(uid),
        None => Cow::Owned(Uuid::new_v5(&namespace, identity.to_string().as_bytes()).to_string()),
    }
}

/// The entries that came with a UID which is another's too, even if that is out of the schedules.
pub(super) fn shared(lock: &Lock, programme: &Programme, present: &HashMap<&Identity, EntryRef>) -> Vec<EntryRef> {
    let own = || present.iter().filter_map(|(identity, at)| Some((identity.uid.as_deref()?, *at)));
    if own().next().is_none() {
        return Vec::new();
    }
    let uids = uids(lock, programme);
    let mut shared: Vec<EntryRef> = own().filter(|(uid, _)| uids[*uid].len() > 1).map(|(_, at)| at).collect();
    shared.sort_unstable_by_key(|at| (at.visit, at.entry));
    shared
}
