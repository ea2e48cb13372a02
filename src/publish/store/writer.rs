//! A publisher at work: the claim, what was taken back, the writes in their order, the manifest, what is stale, and the claim's end.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use futures_util::{StreamExt, stream};
use object_store::UpdateVersion;
use sha2::{Digest, Sha256};

use super::local::Local;
use super::plan::{Plan, step};
use super::remote::{Remote, Swap};
use super::state::{Claim, PublishState, STATE, new_id};
use super::{Options, RemoteTree, Stop, now};
use crate::error::Error;
use crate::tree::MANIFEST;

/// How many requests are under way at a time.
const MAX_CONCURRENT_PUTS: usize = 16;

/// How many files are removed between two renewals of the claim: as many as S3 removes at a time.
const BATCH: usize = 1_000;

/// How long after a claim's last renewal it is renewed.
const RENEWAL_INTERVAL: TimeDelta = TimeDelta::seconds(120);

/// How long after it another write may begin. With its retries, a write ends four minutes later, which is before anybody
/// takes the claim for one that was left.
const MAX_CLAIM_AGE: TimeDelta = TimeDelta::seconds(330);

/// How often the manifest is put in its place, when one whose claim was taken over has put its own there meanwhile.
const MAX_MANIFEST_ATTEMPTS: usize = 3;

/// A publisher with what it has claimed, or is about to.
pub(super) struct Writer<'a> {
    local: &'a Local,
    remote: &'a Remote,
    options: &'a Options,
    plan: &'a Plan,
    progress: &'a dyn Fn(usize, usize),
    /// As it is written next.
    state: PublishState,
    version: Option<UpdateVersion>,
    manifest: Option<UpdateVersion>,
    renewed: Cell<DateTime<Utc>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        local: &'a Local,
        remote: &'a Remote,
        options: &'a Options,
        plan: &'a Plan,
        there: &RemoteTree,
        progress: &'a dyn Fn(usize, usize),
    ) -> Result<Self, Error> {
        let (id, now) = (new_id()?, now());
        let claim = Claim {
            id: id.clone(),
            at: now,
            audience: options.audience,
            updated: local.updated(),
            manifest: HEXLOWER.encode(&Sha256::digest(local.manifest_bytes())),
            unsettled: plan.unsettled.clone(),
        };
        let before = there.state.as_ref();
        let state = PublishState {
            audience: before.map_or(options.audience, |state| state.audience),
            updated: before.and_then(|state| state.updated),
            by: id,
            stale: plan.stale.clone(),
            claim: Some(claim),
        };
        let version = there.state_object.as_ref().map(|found| found.version.clone());
        let manifest = there.manifest_object.as_ref().map(|found| found.version.clone());
        Ok(Self { local, remote, options, plan, progress, state, version, manifest, renewed: Cell::new(now) })
    }

    pub(super) async fn run(mut self) -> Result<(), Stop> {
        if !self.write_state().await? {
            let place = self.remote.shown();
            return Err(Stop::Refused(format!(
                "Another publisher began at {place} meanwhile, so nothing was written."
            )));
        }
        let plan = self.plan;
        self.take_back().await?;
        let mut done = 0;
        for paths in plan.writes.chunk_by(|a, b| step(a) == step(b)) {
            self.write_files(paths, &mut done).await?;
        }
        if self.plan.manifest {
            // On whoever has taken over and found the right manifest there, its condition would be lost.
            self.renew().await?;
            self.write_manifest().await?;
        }
        self.remove(&plan.removes).await?;
        self.release().await
    }

    async fn remove(&mut self, paths: &[String]) -> Result<(), Stop> {
        for batch in paths.chunks(BATCH) {
            // Whoever has taken over may have written one of them again.
            self.renew().await?;
            self.remote.remove(batch).await?;
        }
        Ok(())
    }

    /// Removes what is not to stay for anybody's sake, and then what names it.
    async fn take_back(&mut self) -> Result<(), Stop> {
        let paths = &self.plan.taken_back;
        if paths.is_empty() {
            return Ok(());
        }
        self.remove(paths).await?;
        let gone: BTreeSet<&String> = paths.iter().collect();
        self.state.stale.retain(|path, _| !gone.contains(path));
        if let Some(claim) = &mut self.state.claim {
            claim.unsettled.retain(|path| !gone.contains(path));
        }
        self.renew().await
    }

    /// Writes files in any order, and renews the claim meanwhile.
    async fn write_files(&mut self, paths: &'a [String], done: &mut usize) -> Result<(), Stop> {
        let (local, remote, audience, renewed) = (self.local, self.remote, self.options.audience, self.renewed.clone());
        let renewed = &renewed;
        let write = |path: &'a String| async move {
            may_write(renewed.get(), remote)?;
            remote.put(path, local.file(path)?, audience).await.map_err(Stop::from)
        };
        let mut writes = stream::iter(paths).map(write).buffer_unordered(MAX_CONCURRENT_PUTS);
        loop {
            let due = (renewed.get() + RENEWAL_INTERVAL - now()).to_std().unwrap_or(Duration::ZERO);
            tokio::select! {
                written = writes.next() => match written {
                    Some(written) => {
                        written?;
                        *done += 1;
                        (self.progress)(*done, self.plan.writes.len());
                    }
                    None => return Ok(()),
                },
                () = tokio::time::sleep(due) => {
                    self.renew().await?;
                    renewed.set(self.renewed.get());
                }
            }
        }
    }

    /// Puts the manifest in its place. If another one is there than was read, but the claim is still ours, it is that of a
    /// publisher whose claim this one has taken over.
    async fn write_manifest(&mut self) -> Result<(), Stop> {
        for _ in 0..MAX_MANIFEST_ATTEMPTS {
            may_write(self.renewed.get(), self.remote)?;
            let bytes = self.local.manifest_bytes();
            if let Swap::Done(version) = self.remote.swap(MANIFEST, self.manifest.as_ref(), bytes).await? {
                self.manifest = Some(version);
                return Ok(());
            }
            self.renew().await?;
            self.manifest = self.remote.get(MANIFEST).await?.map(|found| found.version);
        }
        Err(Stop::Refused(taken_over(self.remote)))
    }

    /// Says that this publisher is still at it.
    async fn renew(&mut self) -> Result<(), Stop> {
        may_write(self.renewed.get(), self.remote)?;
        let now = now();
        if let Some(claim) = &mut self.state.claim {
            claim.at = now;
        }
        if !self.write_state().await? {
            return Err(Stop::Refused(taken_over(self.remote)));
        }
        self.renewed.set(now);
        Ok(())
    }

    /// Gives the claim up: what it announced is published.
    async fn release(&mut self) -> Result<(), Stop> {
        let state = &mut self.state;
        state.claim = None;
        state.audience = self.options.audience;
        state.updated = self.local.updated();
        state.stale.retain(|path, _| !self.plan.removes.contains(path));
        if self.write_state().await? { Ok(()) } else { Err(Stop::Refused(taken_over(self.remote))) }
    }

    /// Writes the state, and says whether it was ours to write.
    async fn write_state(&mut self) -> Result<bool, Stop> {
        match self.remote.swap(STATE, self.version.as_ref(), &self.state.to_bytes()).await? {
            Swap::Done(version) => self.version = Some(version),
            Swap::Lost => return Ok(false),
        }
        Ok(true)
    }
}

/// Refuses a write of somebody whose claim may soon be taken for one that was left.
fn may_write(renewed: DateTime<Utc>, remote: &Remote) -> Result<(), Stop> {
    if now() - renewed < MAX_CLAIM_AGE {
        return Ok(());
    }
    let place = remote.shown();
    let message =
        format!("The claim of {place} could not be renewed for too long, so this publisher stopped. Publish again.");
    Err(Stop::Refused(message))
}

fn taken_over(remote: &Remote) -> String {
    format!(
        "Another publisher has taken over at {}, so this one stopped; what is published is that one's.",
        remote.shown()
    )
}
