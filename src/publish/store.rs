//! A built tree on an object store: S3, Google Cloud Storage, Azure Blob Storage, or a folder.
//!
//! Two objects of ours stand at the tree's root. `manifest.json` is the manifest as it was built. `publish.json` is our
//! own state: whose tree it is, how new, what is to be removed and when, and, while somebody publishes, a claim.
//!
//! A publisher reads both, plans, and claims the place by writing `publish.json` on condition that nobody else has. The
//! claim names every path that may now be old or new. Then what a redaction or a restriction took out is removed, and so that
//! its names stay nowhere, neither is it named. Then come what others refer to, pages, and feeds; then the manifest,
//! on condition that it is the one that was read; then what has been stale for long enough is removed, and the claim is
//! given up. So at any moment each path of the store's manifest is there whole, but for those that were taken back, and with the
//! manifest's digest unless the claim names it. Whoever dies leaves the claim, from which the next publisher knows what has to be
//! written again.

mod disk;
mod local;
mod plan;
mod remote;
mod state;
mod writer;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, TimeDelta, Utc};

use self::local::Local;
pub use self::plan::Plan;
use self::plan::{Before, Known};
pub use self::remote::{Connection, Place};
use self::remote::{Found, Remote};
use self::state::{PublishState, STATE};
use self::writer::Writer;
use crate::error::Error;
use crate::programme::Audience;
use crate::tree::{MANIFEST, Manifest};

/// How a tree is to be published.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)]
pub struct Options {
    /// Whose tree.
    pub audience: Audience,
    /// How long a file stays that the tree does not have any more.
    pub grace: TimeDelta,
    /// Write what is unchanged too.
    pub all: bool,
    /// Take the place of another audience's tree, or of what is not ours.
    pub replace: bool,
    /// Take the place of a newer tree.
    pub rollback: bool,
    /// Go on where another publisher has not finished, however short a time ago that began.
    pub take_over: bool,
    /// Say what would be done, and write nothing.
    pub dry_run: bool,
}

/// Why nothing, or not all, was published.
#[derive(Debug)]
pub enum Stop {
    /// It should not be; in a whole sentence.
    Refused(String),
    /// It could not be.
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What publishing came to, or would.
#[derive(Debug)]
pub struct Summary {
    /// What was to be done.
    pub plan: Plan,
    /// The bytes of what was to be written, without those of the manifest and the state.
    pub bytes: u64,
    /// What was left alone, each a whole sentence.
    pub left_alone: Vec<String>,
    /// Why it would be refused, each a whole sentence; there are none when it was done.
    pub obstacles: Vec<String>,
}

/// Publishes the tree of an audience, below the folder of all trees. `progress` is told how many files of how many are
/// written.
pub fn publish(
    out: &Path,
    connection: &Connection<'_>,
    options: &Options,
    progress: &dyn Fn(usize, usize),
) -> Result<Summary, Stop> {
    let local = Local::read(out, options.audience)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new(format!("cannot publish: {error}")))?;
    runtime.block_on(async {
        let remote = Remote::open(connection, local.root(), options.dry_run)?;
        run(&local, &remote, options, progress).await
    })
}

async fn run(
    local: &Local,
    remote: &Remote,
    options: &Options,
    progress: &dyn Fn(usize, usize),
) -> Result<Summary, Stop> {
    let now = now();
    let there = RemoteTree::read(remote, options).await?;
    let mut obstacles = there.obstacles(local, remote, options, now);
    obstacles.extend(linked(local, remote));
    let before = Before { state: there.state.as_ref(), manifest: there.manifest.as_ref(), same: there.is_same(local) };
    let known = Known::of(&before, local, options, now);
    if known.has_new_paths() || there.state.is_none() {
        let listed = remote.list().await?;
        obstacles.extend(in_the_way(&known.strangers(&listed, there.state.is_some()), remote, options));
    }
    let plan = known.plan();
    let bytes = plan.writes.iter().map(|path| local.size(path)).sum();
    if options.dry_run {
        return Ok(Summary { plan, bytes, left_alone: there.left_alone, obstacles });
    }
    if let Some(why) = obstacles.into_iter().next() {
        return Err(Stop::Refused(why));
    }
    if let Some(disk) = remote.disk() {
        let ours = local.manifest().files.keys().chain(there.paths()).map(String::as_str);
        disk.sweep(ours.chain([STATE, MANIFEST]))?;
    }
    if !plan.is_idle() {
        Writer::new(local, remote, options, &plan, &there, progress)?.run().await?;
    }
    Ok(Summary { plan, bytes, left_alone: there.left_alone, obstacles: Vec::new() })
}

/// The two objects of ours, as they were found.
struct RemoteTree {
    state: Option<PublishState>,
    state_object: Option<Found>,
    manifest: Option<Manifest>,
    manifest_object: Option<Found>,
    left_alone: Vec<String>,
}

impl RemoteTree {
    /// Reads the state first: if that is as it was when it is claimed, so was the manifest in between.
    async fn read(remote: &Remote, options: &Options) -> Result<Self, Stop> {
        let state_object = remote.get(STATE).await?;
        let manifest_object = remote.get(MANIFEST).await?;
        let mut state = None;
        if let Some(object) = &state_object {
            state = PublishState::parse(&object.bytes);
            if state.is_none() && !options.replace {
                let place = remote.shown();
                let message = format!(
                    "The {STATE} at {place} is not one that this version of summitcal can read; --replace overwrites it."
                );
                return Err(Stop::Refused(message));
            }
        }
        let mut manifest = manifest_object.as_ref().and_then(|object| Manifest::parse(&object.bytes));
        if let (Some(state), Some(object)) = (&mut state, &manifest_object) {
            state.sync(&object.bytes);
        }
        let mut elsewhere = BTreeSet::new();
        let mut is_ours = |path: &String| {
            let is_ours = remote.has_place_for(path);
            if !is_ours {
                elsewhere.insert(path.clone());
            }
            is_ours
        };
        if let Some(manifest) = &mut manifest {
            manifest.files.retain(|path, _| is_ours(path));
        }
        if let Some(state) = &mut state {
            state.stale.retain(|path, _| is_ours(path));
            if let Some(claim) = &mut state.claim {
                claim.unsettled.retain(is_ours);
            }
        }
        let left_alone = left_alone(&elsewhere, remote).into_iter().collect();
        Ok(Self { state, state_object, manifest, manifest_object, left_alone })
    }

    /// Every path that what is there names.
    fn paths(&self) -> impl Iterator<Item = &String> {
        let claimed = self.state.iter().flat_map(|state| &state.claim).flat_map(|claim| &claim.unsettled);
        let stale = self.state.iter().flat_map(|state| state.stale.keys());
        self.manifest.iter().flat_map(|manifest| manifest.files.keys()).chain(stale).chain(claimed)
    }

    fn is_same(&self, local: &Local) -> bool {
        self.manifest_object.as_ref().is_some_and(|object| object.bytes == local.manifest_bytes())
    }

    /// Why this tree should not be published there.
    fn obstacles(&self, local: &Local, remote: &Remote, options: &Options, now: DateTime<Utc>) -> Vec<String> {
        let (place, own) = (remote.shown(), options.audience.word());
        let mut why = Vec::new();
        if let Some(state) = &self.state {
            if state.audience != options.audience && !options.replace {
                let other = state.audience.word();
                why.push(format!(
                    "At {place} is the {other} tree, and this is the {own} one; --replace puts it there nevertheless."
                ));
            }
            if let (Some(there), Some(here)) = (state.updated, local.updated())
                && here < there
                && state.audience == options.audience
                && !options.rollback
            {
                why.push(format!(
                    "What is published at {place} is newer than this tree: it was updated {}, and this one {}. Build again \
                     from the newest schedules; --rollback publishes this one nevertheless.",
                    shown(there),
                    shown(here)
                ));
            }
            if let Some(until) = state.claimed_until(now).filter(|_| !options.take_over && !remote.is_ours_alone()) {
                let began = state.claim.as_ref().map_or(now, |claim| claim.at);
                why.push(format!(
                    "Another publisher began at {place} {}, or went on with it then, and has not finished. Wait until it has, or \
                     until {}; --take-over goes on at once, if it is certain that the other has ended.",
                    shown(began),
                    shown(until)
                ));
            }
        } else if self.manifest_object.is_some() && !options.replace {
            why.push(format!(
                "At {place} is a {MANIFEST} that “summitcal publish” did not put there; --replace puts the {own} tree in the \
                 place of what it is of."
            ));
        }
        why
    }
}

/// What is said of paths that lead out of the place.
fn left_alone(elsewhere: &BTreeSet<String>, remote: &Remote) -> Option<String> {
    let first: String = elsewhere.first()?.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    let (place, count) = (remote.shown(), elsewhere.len());
    let others = if count == 1 { String::new() } else { format!(", and {} more like it", count - 1) };
    Some(format!(
        "What is published at {place} names “{first}”{others}, which is no file below that place, or is behind a link. It was left \
         alone; look who wrote that."
    ))
}

/// Why a file of the tree cannot be written: a link is on the way to it.
fn linked(local: &Local, remote: &Remote) -> Option<String> {
    let disk = remote.disk()?;
    let link = local.manifest().files.keys().find_map(|path| disk.link_before(path))?;
    Some(format!(
        "{} is a link, and nothing is written through one. Put a folder in its place, or publish to the folder that it leads to.",
        link.display()
    ))
}

/// Why objects that are not ours keep a tree from its place.
fn in_the_way(strangers: &[String], remote: &Remote, options: &Options) -> Option<String> {
    let first = strangers.first().filter(|_| !options.replace)?;
    let place = remote.shown();
    Some(match strangers.len() {
        1 => format!("At {place} there is already a file at {first} that no manifest lists; --replace overwrites it."),
        count => format!(
            "At {place} there are already files at {count} of the tree's paths that no manifest lists, such as {first}; \
             --replace overwrites them."
        ),
    })
}

/// An instant, in a sentence.
#[must_use]
pub fn shown(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The instant that it is, in whole seconds. Claims are measured against it, so it is never given.
fn now() -> DateTime<Utc> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)).unwrap_or_default()
}
