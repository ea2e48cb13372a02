//! What the commands share about `revisions.lock`: reading it, comparing, and saying what stands in the way.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use rayon::prelude::*;

use super::shown;
use crate::check::{self, Checked};
use crate::diagnostic::{Diagnostic, Place, Report, codes};
use crate::digits::rfc3339;
use crate::document::File;
use crate::error::Error;
use crate::listing::{ListedEntry, Listing};
use crate::output::{file, lease, published};
use crate::programme::{Audience, Feed, Programme, Settings};
use crate::render::ics::{Profile, Sheaves};
use crate::revision::{self, Kind, Lock, Pen, Plan, RevisedListing, Wording, digest};
use crate::source::Source;

/// The name of the lock file.
const LOCK: &str = "revisions.lock";

/// What to do about a lock file that has forgotten something.
const RESTORE: &str =
    "Restore schedules/revisions.lock from version control. To begin anew all the same, remove the output folder.";

/// An entry in every form: what the program says of it is what the program's words are.
const SAMPLE: &str = include_str!("sample.yaml");
/// Settings to check it by.
const SAMPLE_FEEDS: &str = "{publisher: P, uid_namespace: 00000000-0000-4000-8000-000000000000, \
    feeds: [{id: f, title: F, zone: host, language: en, audience: public}]}";

/// Where the lock file of some schedules is.
pub(crate) fn lock_path(schedules: &Path) -> PathBuf {
    schedules.join(LOCK)
}

/// Reads the lock file; what is wrong with it is added to a report.
pub(crate) fn read_lock(schedules: &Path, report: &mut Report) -> Result<Option<Lock>, Error> {
    let bytes = lock_bytes(schedules)?;
    Ok(lock_of(schedules, bytes, report))
}

/// The bytes of the lock file, if there is one.
pub(crate) fn lock_bytes(schedules: &Path) -> Result<Option<Vec<u8>>, Error> {
    let path = lock_path(schedules);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => Ok(None),
        Err(error) => Err(Error::io("read", &path, error)),
    }
}

/// The lock file of some schedules, of its bytes; what is wrong with it is added to a report.
pub(crate) fn lock_of(schedules: &Path, bytes: Option<Vec<u8>>, report: &mut Report) -> Option<Lock> {
    let path = shown(&lock_path(schedules));
    match bytes {
        Some(bytes) => parse_lock(path, bytes, report),
        None => Some(Lock::missing(path)),
    }
}

/// Sees to it that the lock file is still the one that was read: what was compared with it holds no longer if another
/// build has published meanwhile.
pub(crate) fn hold(schedules: &Path, read: &Lock) -> Result<(), Error> {
    let path = lock_path(schedules);
    if !file::is(&path, read.bytes())? {
        let path = shown(&path);
        return Err(Error::new(format!("another summitcal has changed {path} meanwhile; build again")));
    }
    Ok(())
}

/// Removes what killed builds left of the lock file, if no other build is at work on it. If that cannot be, it stays.
pub(crate) fn tidy(schedules: &Path) {
    let path = lock_path(schedules);
    if file::leftovers_of(&path).is_ok_and(|leftovers| !leftovers.is_empty())
        && lease::take(schedules).is_ok_and(|lease| lease.is_exclusive())
    {
        let _ = file::remove_leftovers_of(&path);
    }
}

/// A lock file of these bytes; what is wrong with it is added to a report.
pub(crate) fn parse_lock(path: String, bytes: Vec<u8>, report: &mut Report) -> Option<Lock> {
    let wrong = match Source::of_any_size(path, bytes) {
        Ok(source) => match Lock::parse(source) {
            Ok(lock) => return Some(lock),
            Err(wrong) => wrong,
        },
        Err(unreadable) => {
            let message = unreadable.to_string();
            let (source, span) = unreadable.into_place();
            let place = Place::new(&Arc::new(source), span);
            vec![
                Diagnostic::error(codes::LOCK_DAMAGED, place, message)
                    .with_help("Restore the file from version control."),
            ]
        }
    };
    report.extend(wrong);
    None
}

/// What a build would publish, compared with what was; `pen` writes the next lock file.
pub(crate) fn plan<'p>(
    lock: &Lock,
    programme: &'p Programme,
    checked: &mut Checked<'_>,
    at: DateTime<Utc>,
    pen: Pen<'_>,
) -> Plan<'p> {
    let plan = revision::plan(lock, programme, &wording(programme.settings()), at, pen);
    report_on(lock, &plan, checked, at);
    plan
}

/// What of a plan cannot be, or should be known.
fn report_on(lock: &Lock, plan: &Plan<'_>, checked: &mut Checked<'_>, at: DateTime<Utc>) {
    let mut found = Vec::new();
    for identity in &plan.missing {
        let message = format!("{identity} was published, and is in the schedules no more.");
        found.push(Diagnostic::error(codes::ENTRY_MISSING, lock.place(&identity.to_string()), message).with_help(format!(
            "Subscribers still have it. Put it back, perhaps with “status: cancelled”; or run “summitcal withdraw \
             {identity}”, with --redact if its text has to go too. If it was renamed, say “formerly: {identity}” in the entry.",
        )));
    }
    for at in &plan.reused {
        let Some(place) = checked.place(*at) else { continue };
        let message = "This entry's identity was withdrawn, and an identity is used once.";
        found.push(Diagnostic::error(codes::IDENTITY_REUSED, place, message).with_help(
            "Give it another id. If it is the same entry after all, run “summitcal withdraw --undo” for it.",
        ));
    }
    for at in &plan.moved {
        let Some(place) = checked.place(*at) else { continue };
        let message = "The time zone database has changed: this wall time is another instant than the one published.";
        found.push(Diagnostic::warning(codes::ZONE_MOVED, place, message).with_help(
            "The wall time stays and subscribers get the new instant. If that is not meant, change the time.",
        ));
    }
    if let Some(last) = lock.last().filter(|last| at < *last && plan.lock_changes) {
        let message =
            format!("This revision would happen at {}, before the last one at {}.", rfc3339(at), rfc3339(last));
        let place = lock.place("");
        found.push(Diagnostic::error(codes::CLOCK_SET_BACK, place, message).with_help(
            "Subscribers keep what has the later stamp. Set the clock, or give a later --at or SOURCE_DATE_EPOCH.",
        ));
    }
    checked.report.extend(found);
    let rules = &checked.rules;
    checked.report.apply_severity(|code| rules.severity_of(code));
}

/// Refuses to publish as new what an earlier build has published, and to go back to an earlier revision of it: the lock
/// file has forgotten something.
pub(crate) fn report_forgotten(
    lock: &Lock,
    plan: &Plan<'_>,
    checked: &mut Checked<'_>,
    out: &Path,
) -> Result<(), Error> {
    for revised in &plan.revised {
        let audience = revised.listing().audience;
        let theirs = || plan.changes.iter().filter(|change| change.audience == audience);
        let changed: HashSet<&str> = theirs().map(|change| &*change.name).collect();
        let new: HashSet<&str> =
            theirs().filter(|change| change.kind == Kind::Announced).map(|change| &*change.name).collect();
        if changed.is_empty() && lock.exists() {
            continue;
        }
        let Some(feeds) = published::feeds(out, audience)? else { continue };
        // Without a lock file, any entry; else those that it takes for new, or for a next revision.
        let in_question = |entry: &&ListedEntry<'_>| !lock.exists() || changed.contains(&*entry.identity.to_string());
        let entries: Vec<(&ListedEntry<'_>, String)> = revised
            .listing()
            .entries()
            .filter(in_question)
            .map(|entry| (entry, revised.uid(entry).to_string()))
            .collect();
        let wanted: HashSet<&str> = entries.iter().map(|(_, uid)| uid.as_str()).collect();
        let known = published::sequences(&feeds, |uid| wanted.contains(uid))?;
        for (entry, uid) in &entries {
            let Some(&sequence) = known.get(uid) else { continue };
            let (name, tree) = (entry.identity.to_string(), shown(&out.join(audience.word())));
            let message = if !lock.exists() {
                format!("{name} was published before (it is in {tree}), and there is no lock file.")
            } else if new.contains(&*name) {
                format!("{name} was published before (it is in {tree}), and the lock file does not know of it.")
            } else if Some(sequence) > lock.sequence(&name, audience).max(Some(revised.revision(entry).sequence)) {
                format!(
                    "{name} was published with sequence {sequence} (in {tree}), and the lock file knows an earlier one."
                )
            } else {
                continue;
            };
            let place = if lock.exists() { lock.place(&name) } else { lock.place("") };
            checked.report.push(Diagnostic::error(codes::LOCK_MISSING, place, message).with_help(RESTORE));
            if !lock.exists() {
                // One tells as much as all of them.
                break;
            }
        }
    }
    Ok(())
}

/// For each feed, the program's words and the feed's settings, as a digest: of how it would write the entries of the sample.
pub(crate) fn wording(settings: &Settings) -> Vec<Wording> {
    let file = |path: &str, text: &str| Source::new(path, text.into()).map(|source| File::new(Arc::new(source))).ok();
    let (visit, feeds) = (file("sample.yaml", SAMPLE), file("feeds.yaml", SAMPLE_FEEDS));
    let sample = check::check(visit.as_slice(), feeds.as_ref()).programme;
    let at = Utc.timestamp_opt(0, 0).single().unwrap_or_default();
    // Many feeds differ in what they select alone.
    let mut once: Vec<(Audience, Profile)> = Vec::new();
    let mut place = |feed: &Feed| {
        let profile = (feed.audience, Profile::of(feed, settings));
        once.iter().position(|known| *known == profile).unwrap_or_else(|| {
            once.push(profile);
            once.len() - 1
        })
    };
    let places: Vec<usize> = settings.feeds.iter().map(&mut place).collect();
    let told = |(audience, profile): &(Audience, Profile)| {
        let mut text = String::new();
        if let Some(programme) = &sample {
            let listing = Listing::of(programme, *audience, at);
            let revised = RevisedListing::new(listing, programme.settings().uid_namespace, at);
            let mut sheaves = Sheaves::default();
            sheaves.clear(1);
            for visit in &revised.listing().visits {
                sheaves.add(&revised, visit, 0..visit.entries.len(), std::slice::from_ref(profile));
            }
            text.extend(sheaves.each.into_iter().map(|sheaf| sheaf.text));
        }
        digest(text.as_bytes())
    };
    let told: Vec<_> = once.par_iter().map(told).collect();
    let key = |feed: &Feed| format!("{}/{}", feed.audience.word(), feed.id);
    let feeds = settings.feeds.iter().zip(places);
    feeds.map(|(feed, place)| Wording { key: key(feed), digest: told[place] }).collect()
}
