//! `summitcal diff`: what changed, for whom, in words.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

#[cfg(feature = "publish")]
use super::doctor::Client;
use super::{At, Context, Outcome, audience, git, print, print_report};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::pipeline::{self, Schedules};
use crate::programme::Audience;
use crate::publish::built;
use crate::render::changes;
use crate::render::open_data::read::{self, ShownTree};
#[cfg(feature = "notify")]
use crate::revision::SeenState;
use crate::revision::{self, Change, FeedChange, FeedSettings, State, States, Subject};
use crate::tree::PROGRAMME;
#[cfg(feature = "notify")]
use crate::tree::{MANIFEST, Manifest};
use crate::zone::Database;

/// What to compare.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// What there was: an output folder, the address of a published tree, or a git revision of the schedules
    /// [default: what the lock file remembers].
    #[arg(value_name = "OLD")]
    pub(crate) old: Option<String>,
    /// What there is: likewise [default: the schedules as they are].
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<String>,
    /// How to write it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,
    /// Only what changes for one audience.
    #[arg(long, value_name = "WHO", value_parser = audience)]
    pub(crate) audience: Option<Audience>,
    #[command(flatten)]
    pub(crate) at: At,
}

/// How to write what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For a terminal.
    Text,
    /// For a pull request.
    Markdown,
    /// For programs: an array with an object for each change.
    Json,
}

/// What differs, of what readers see and of the feeds themselves.
#[derive(Debug, Default)]
struct Differences {
    changes: Vec<Change>,
    feeds: Vec<(String, FeedChange)>,
}

pub(crate) fn run(context: &Context, options: &Diff) -> Result<Outcome, Error> {
    let at = options.at.instant()?;
    let mut found = match (&options.old, &options.new) {
        (None, _) => match against_lock(context, at)? {
            Some(found) => found,
            None => return Ok(Outcome::Findings),
        },
        (Some(old), new) => between(context, old, new.as_deref(), at)?,
    };
    if let Some(audience) = options.audience {
        found.changes.retain(|change| change.audience == audience);
        found.feeds.retain(|(key, _)| key.split_once('/').is_some_and(|(whose, _)| whose == audience.word()));
    }
    let summaries = changes::summarize(&found.changes);
    print(&match options.format {
        DiffFormat::Text => joined(changes::text(&summaries), &changes::feeds_text(&found.feeds)),
        DiffFormat::Markdown => {
            let text = joined(changes::markdown(&summaries), &changes::feeds_markdown(&found.feeds));
            if text.is_empty() { "Nothing that anybody sees changes.\n".to_owned() } else { text }
        }
        DiffFormat::Json => changes::json(&summaries, &found.feeds),
    })?;
    Ok(if summaries.is_empty() && found.feeds.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// Two paragraphs, with an empty line between them if there are two.
pub(super) fn joined(mut text: String, then: &str) -> String {
    if !text.is_empty() && !then.is_empty() {
        text.push('\n');
    }
    text + then
}

/// What the next build would change. `None` if that cannot be said, which has been reported.
fn against_lock(context: &Context, at: DateTime<Utc>) -> Result<Option<Differences>, Error> {
    let schedules = Schedules::load(&context.schedules, context.database)?;
    let mut checked = schedules.check();
    let lock = schedules.lock(&mut checked.report);
    let (Some(programme), Some(lock)) = (checked.programme.take(), lock) else {
        print_report(context, &checked.report)?;
        return Ok(None);
    };
    let plan = pipeline::plan(&lock, &programme, (&schedules, &mut checked), at);
    print_report(context, &checked.report)?;
    if lock.exists() {
        return Ok(Some(Differences { changes: plan.changes, feeds: plan.feed_changes }));
    }
    // Nothing was published yet: all of it is new.
    let changes = revision::between(&States::new(), &revision::states(&programme, at), context.database);
    Ok(Some(Differences { changes, feeds: Vec::new() }))
}

/// One side of a comparison.
enum Side<'n> {
    /// An output folder.
    Folder(&'n Path),
    /// A tree that is published somewhere.
    Published(&'n str),
    /// The schedules of a git revision, or as they are.
    Schedules(Option<&'n str>),
}

impl<'n> Side<'n> {
    fn of(name: Option<&'n str>) -> Self {
        let is_output =
            |name: &str| Audience::ALL.iter().any(|audience| Path::new(name).join(audience.word()).is_dir());
        match name {
            Some(name) if name.starts_with("https://") || name.starts_with("http://") => Side::Published(name),
            Some(name) if is_output(name) => Side::Folder(Path::new(name)),
            other => Side::Schedules(other),
        }
    }
}

/// What two states of affairs differ by.
fn between(context: &Context, old: &str, new: Option<&str>, at: DateTime<Utc>) -> Result<Differences, Error> {
    match [Side::of(Some(old)), Side::of(new)] {
        [Side::Schedules(old), Side::Schedules(new)] => {
            let (before, feeds_before) = at_revision(context, old, at)?;
            let (after, feeds_after) = at_revision(context, new, at)?;
            // Where nothing was published, that feeds are new is not worth a word.
            let is_first = feeds_before.is_empty() || feeds_after.is_empty();
            let feeds = if is_first { Vec::new() } else { revision::between_feeds(&feeds_before, &feeds_after) };
            Ok(Differences { changes: revision::between(&before, &after, context.database), feeds })
        }
        sides @ ([Side::Schedules(_), _] | [_, Side::Schedules(_)]) => Err(unlike(&sides, old)),
        [before, after] => {
            let mut changes = Vec::new();
            for audience in audiences(&before, &after)? {
                let [before, after] = match [shown(&before, audience)?, shown(&after, audience)?] {
                    [Some(before), Some(after)] => read::states(before, after),
                    // Trees of an earlier version have feeds alone.
                    _ => feeds_alone(&before, &after, audience, context.database)?,
                };
                changes.extend(revision::between(&before, &after, context.database));
            }
            Ok(Differences { changes, feeds: Vec::new() })
        }
    }
}

/// Why schedules and a tree are not compared.
fn unlike(sides: &[Side<'_>; 2], old: &str) -> Error {
    Error::new(match sides {
        [Side::Schedules(_), _] | [_, Side::Schedules(Some(_))] => {
            "an output folder or a published tree can only be compared with another one".to_owned()
        }
        _ => format!("{old} is no git revision: name another output folder or tree to compare it with"),
    })
}

/// What there was and what there is, with what may be told of what is gone: for those who tell others.
#[cfg(feature = "notify")]
pub(super) fn seen(
    context: &Context,
    old: &str,
    new: Option<&str>,
    at: DateTime<Utc>,
) -> Result<[SeenState; 2], Error> {
    match [Side::of(Some(old)), Side::of(new)] {
        [Side::Schedules(old), Side::Schedules(new)] => {
            let (states, _) = at_revision(context, old, at)?;
            Ok([SeenState { states, ..SeenState::default() }, seen_at(context, new, at)?])
        }
        sides @ ([Side::Schedules(_), _] | [_, Side::Schedules(_)]) => Err(unlike(&sides, old)),
        [before, after] => {
            let mut seen = [SeenState::default(), SeenState::default()];
            for audience in audiences(&before, &after)? {
                // Of a tree that is on one side alone, nothing is known to have changed.
                let [Some(old), Some(new)] = [shown(&before, audience)?, shown(&after, audience)?] else {
                    continue;
                };
                seen[1].withdrawn.extend(read::withdrawn(&old, &new));
                let states = read::states(old, new);
                // A tree says that something was taken back, and not what: so nothing is told of what was.
                if taken_back(&before, audience)? != taken_back(&after, audience)? {
                    seen[1].taken_back.extend(states[1].keys().cloned());
                }
                for (seen, states) in seen.iter_mut().zip(states) {
                    seen.states.extend(states);
                }
            }
            Ok(seen)
        }
    }
}

/// When what an audience was told was last taken back, as the manifest of its tree says.
#[cfg(feature = "notify")]
fn taken_back(side: &Side<'_>, audience: Audience) -> Result<Option<DateTime<Utc>>, Error> {
    let bytes = match side {
        Side::Folder(folder) => built::read(&folder.join(audience.word()).join(MANIFEST))?,
        Side::Published(url) => Some(fetched(url, MANIFEST)?),
        Side::Schedules(_) => None,
    };
    Ok(bytes.and_then(|bytes| Manifest::parse(&bytes)?.taken_back))
}

/// What the schedules show, and what they and their lock file say of the past.
#[cfg(feature = "notify")]
fn seen_at(context: &Context, name: Option<&str>, at: DateTime<Utc>) -> Result<SeenState, Error> {
    let Some(schedules) = schedules_at(context, name)? else { return Ok(SeenState::default()) };
    let mut checked = schedules.check();
    let lock = match name {
        Some(name) => {
            let bytes = git::lock_bytes(&context.schedules, name)?;
            pipeline::parse_lock(format!("{name}:{}", pipeline::LOCK), bytes, &mut checked.report)
        }
        None => schedules.lock(&mut checked.report),
    };
    let Some(programme) = checked.programme.take() else { return Err(with_errors(context, &checked.report, name)) };
    let Some(lock) = lock else {
        print_report(context, &checked.report)?;
        return Err(Error::new("the lock file cannot be read, so that it is not known what may be told".to_owned()));
    };
    let plan = pipeline::plan(&lock, &programme, (&schedules, &mut checked), at);
    Ok(SeenState::new(revision::states(&programme, at), &plan.listings))
}

/// Whose trees there are to compare: a published one is of one audience.
fn audiences(before: &Side<'_>, after: &Side<'_>) -> Result<Vec<Audience>, Error> {
    for side in [before, after] {
        if let Side::Published(url) = side {
            return Ok(vec![published(url)?.audience]);
        }
    }
    Ok(Audience::ALL.to_vec())
}

/// What a tree shows to an audience; `None` where it has no data, or there is no tree. What there is of one that is not there is
/// nothing, if the other has one.
fn shown(side: &Side<'_>, audience: Audience) -> Result<Option<ShownTree>, Error> {
    let path = match side {
        Side::Published(url) => {
            let tree = published(url)?;
            let is_theirs = tree.audience == audience;
            let other =
                || Error::new(format!("the tree at {url} is for another audience than the one compared with it"));
            return is_theirs.then_some(Some(tree)).ok_or_else(other);
        }
        Side::Folder(folder) => folder.join(audience.word()).join(PROGRAMME[0]),
        Side::Schedules(_) => return Ok(None),
    };
    let Some(bytes) = built::read(&path)? else { return Ok(None) };
    let read =
        read::read(&bytes).ok_or_else(|| Error::new(format!("{} is not as the program writes it", path.display())))?;
    Ok(Some(read))
}

/// What a published tree shows.
fn published(url: &str) -> Result<ShownTree, Error> {
    let none = || Error::new(format!("what is at {url} is no {} of this program", PROGRAMME[0]));
    read::read(&fetched(url, PROGRAMME[0])?).ok_or_else(none)
}

/// A file of a published tree.
#[cfg(feature = "publish")]
fn fetched(url: &str, name: &str) -> Result<Vec<u8>, Error> {
    let address = format!("{}/{name}", url.trim_end_matches('/'));
    let address: url::Url = address.parse().map_err(|_| Error::new(format!("{url} is no address")))?;
    let reply = Client::new(&address)?.get(&address, &[])?;
    let none = || Error::new(format!("there is no {name} of this program at {url} (status {})", reply.status));
    (reply.status == 200).then_some(reply.body).ok_or_else(none)
}

#[cfg(not(feature = "publish"))]
fn fetched(url: &str, _: &str) -> Result<Vec<u8>, Error> {
    Err(Error::new(format!("{url} cannot be fetched: this program was built without publishing")))
}

/// What the feeds in two output folders show an audience, so far as they can differ: an event by one feed, which both have, because
/// the same event reads otherwise in another language.
fn feeds_alone(old: &Side<'_>, new: &Side<'_>, audience: Audience, database: Database) -> Result<[States; 2], Error> {
    let mut states = [States::new(), States::new()];
    let [Side::Folder(old), Side::Folder(new)] = [old, new] else { return Ok(states) };
    let (before, after) = (built::events(old, audience, database)?, built::events(new, audience, database)?);
    let uids: BTreeSet<&String> = before.values().chain(after.values()).flat_map(BTreeMap::keys).collect();
    for uid in uids {
        let of =
            |feeds: &BTreeMap<String, BTreeMap<String, String>>| feeds.values().find_map(|feed| feed.get(uid)).cloned();
        let mut both = before.iter().filter_map(|(name, feed)| Some((feed.get(uid)?, after.get(name)?.get(uid)?)));
        let shown = match (of(&before), of(&after)) {
            // One that is in no feed of both is the same as far as anybody can tell.
            (Some(_), Some(_)) => {
                let differing = both.find(|(before, after)| before != after);
                differing.map_or([None, None], |(before, after)| [Some(before.clone()), Some(after.clone())])
            }
            (before, after) => [before, after],
        };
        for (states, shown) in states.iter_mut().zip(shown) {
            states.extend(
                shown.map(|shown| ((audience, Subject::Event(uid.clone())), State { order: 0, seen: shown.into() })),
            );
        }
    }
    Ok(states)
}

/// The schedules at a git revision, or as they are; `None` where nothing was published of what was there then.
fn schedules_at(context: &Context, name: Option<&str>) -> Result<Option<Schedules>, Error> {
    let schedules = match name {
        Some(name) => git::schedules(&context.schedules, name, context.database)?,
        None => Schedules::load(&context.schedules, context.database)?,
    };
    let is_nothing = name.is_some() && (schedules.feeds.is_none() || schedules.visits.is_empty());
    Ok((!is_nothing).then_some(schedules))
}

/// Reports what is wrong with schedules that are to be compared; the error that says so.
fn with_errors(context: &Context, report: &Report, name: Option<&str>) -> Error {
    if let Err(error) = print_report(context, report) {
        return error;
    }
    let when = name.map_or_else(String::new, |name| format!(" at {name}"));
    Error::new(format!("there are errors in the schedules{when}, so that they cannot be compared"))
}

/// What the schedules show at a git revision, or as they are. An error if something is wrong with them, which has been reported.
fn at_revision(context: &Context, name: Option<&str>, at: DateTime<Utc>) -> Result<(States, FeedSettings), Error> {
    let Some(schedules) = schedules_at(context, name)? else { return Ok((States::new(), FeedSettings::new())) };
    let checked = schedules.check();
    match &checked.programme {
        Some(programme) => Ok((revision::states(programme, at), revision::feed_settings(programme))),
        None => Err(with_errors(context, &checked.report, name)),
    }
}
