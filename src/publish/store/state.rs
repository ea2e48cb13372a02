//! `publish.json`: what is published at a place, and who is at it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::programme::Audience;
use crate::publish::random::random;
use crate::zone::rfc3339;

/// Its name, at the root of the tree.
pub(super) const STATE: &str = "publish.json";

/// The layout of the file itself.
const VERSION: u64 = 1;

/// How long a claim stands that is not renewed. Requests end sooner after the last one that may begin: see `writer`.
const CLAIM_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublishState {
    pub(super) audience: Audience,
    /// The latest revision of what is published; none while nothing is.
    pub(super) updated: Option<DateTime<Utc>>,
    /// The id of who wrote this last, so that no two states are the same to a condition.
    pub(super) by: String,
    /// The paths that a manifest of ours listed and none does now, with the instant since when.
    pub(super) stale: BTreeMap<String, DateTime<Utc>>,
    pub(super) claim: Option<Claim>,
}

/// Who is publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) id: String,
    /// When it was last renewed.
    pub(super) at: DateTime<Utc>,
    /// What will be published.
    pub(super) audience: Audience,
    pub(super) updated: Option<DateTime<Utc>>,
    /// The SHA-256 of the manifest that will be.
    pub(super) manifest: String,
    /// The paths that may be what the manifest says, or what was published before or will be.
    pub(super) unsettled: BTreeSet<String>,
}

impl PublishState {
    /// Reads a state; `None` if it is none of this program's.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(text).ok()?;
        if value.get("version")?.as_u64()? != VERSION {
            return None;
        }
        let stale = value.get("stale")?.as_object()?.iter();
        Some(Self {
            audience: Audience::parse(value.get("audience")?.as_str()?)?,
            updated: perhaps(value.get("updated")?, instant).ok()?,
            by: value.get("by")?.as_str()?.to_owned(),
            stale: stale.map(|(path, since)| Some((path.clone(), instant(since)?))).collect::<Option<_>>()?,
            claim: perhaps(value.get("claim")?, Claim::parse).ok()?,
        })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let stale: BTreeMap<_, _> = self.stale.iter().map(|(path, since)| (path, rfc3339(*since))).collect();
        let value = json!({
            "version": VERSION,
            "audience": self.audience.word(),
            "updated": self.updated.map(rfc3339),
            "by": self.by,
            "stale": stale,
            "claim": self.claim.as_ref().map(Claim::to_json),
        });
        format!("{value:#}\n").into_bytes()
    }

    /// Learns from the manifest that is there whether a publisher who has not finished got as far as that.
    pub(super) fn sync(&mut self, manifest: &[u8]) {
        if let Some(claim) =
            self.claim.as_ref().filter(|claim| claim.manifest == HEXLOWER.encode(&Sha256::digest(manifest)))
        {
            self.audience = claim.audience;
            self.updated = claim.updated;
        }
    }

    /// Until when another publisher's claim stands, if it still does.
    pub(super) fn claimed_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.claim.as_ref().map(|claim| claim.at + CLAIM_LIFETIME).filter(|until| *until > now)
    }
}

impl Claim {
    fn parse(value: &Value) -> Option<Self> {
        let unsettled = value.get("unsettled")?.as_array()?.iter();
        Some(Self {
            id: value.get("id")?.as_str()?.to_owned(),
            at: instant(value.get("at")?)?,
            audience: Audience::parse(value.get("audience")?.as_str()?)?,
            updated: perhaps(value.get("updated")?, instant).ok()?,
            manifest: value.get("manifest")?.as_str()?.to_owned(),
            unsettled: unsettled.map(|path| path.as_str().map(str::to_owned)).collect::<Option<_>>()?,
        })
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "at": rfc3339(self.at),
            "audience": self.audience.word(),
            "updated": self.updated.map(rfc3339),
            "manifest": self.manifest,
            "unsettled": self.unsettled,
        })
    }
}

/// An id that nobody else has.
pub(super) fn new_id() -> Result<String, Error> {
    random::<16>()
}

/// A value that is neither null nor what it should be.
struct Unreadable;

/// Nothing of null, or what can be read.
fn perhaps<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, Unreadable> {
    if value.is_null() { Ok(None) } else { read(value).map(Some).ok_or(Unreadable) }
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|instant| instant.to_utc())
}
