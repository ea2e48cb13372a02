//! What the commands share about `revisions.lock`: reading it, comparing, and saying what stands in the way.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use rayon::prelude::*;

use super::schedules::{Schedules, shown};
use crate::check::{self, Checked};
use crate::diagnostic::{Diagnostic, Place, Report, codes};
use crate::document::File;
use crate::error::Error;
use crate::listing::{ListedEntry, Listing};
use crate::programme::{Entry, Feed, Programme, Published, StepsShown, Visit};
use crate::publish::{built, file};
use crate::render::ics::{self, EventStyle};
use crate::revision::{self, Kind, Lock, Plan, RevisedListing, Unrecorded, Wording, digest};
use crate::source::Source;
use crate::tree;
use crate::zone::{Database, Moment, is_older, rfc3339};

/// The name of the lock file.
pub(crate) const LOCK: &str = "revisions.lock";

/// What to do about a lock file that has forgotten something.
const RESTORE: &str =
    "Restore schedules/revisions.lock from version control. To begin anew all the same, remove the output folder.";

/// An entry in every form: what the program says of it is what the program's words are.
const SAMPLE: &str = include_str!("sample.yaml");
/// Steps in every form, for the feeds in which they are events.
const SAMPLE_STEPS: &str = include_str!("sample-steps.yaml");
/// Settings to check it by.
const SAMPLE_FEEDS: &str = "{publisher: P, uid_namespace: 00000000-0000-4000-8000-000000000000, \
    feeds: [{id: f, title: F, zone: host, language: en, audience: public}]}";

/// Where the lock file of some schedules is.
pub(crate) fn lock_path(schedules: &Path) -> PathBuf {
    schedules.join(LOCK)
}

/// The bytes of the lock file, if there is one.
pub(crate) fn lock_bytes(schedules: &Path) -> Result<Option<Vec<u8>>, Error> {
    let path = lock_path(schedules);
    match file::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => Ok(None),
        Err(error) => Err(Error::io("read", &path, error)),
    }
}

/// A lock file of these bytes, if there is one; what is wrong with it is added to a report.
pub(crate) fn parse_lock(path: String, bytes: Option<Vec<u8>>, report: &mut Report) -> Option<Lock> {
    let Some(bytes) = bytes else { return Some(Lock::missing(path)) };
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

/// What a build would publish, compared with what was, and in the report all that is to be said of it.
pub(crate) fn plan<'p>(
    lock: &Lock,
    programme: &'p Programme,
    (schedules, checked): (&Schedules, &mut Checked<'_>),
    at: DateTime<Utc>,
) -> Plan<'p> {
    let plan = revision::plan(lock, programme, &wording(programme), at);
    report_on(lock, &plan, programme.settings().database, checked, at);
    warn_of_empty_feeds(schedules, checked, programme, &plan.listings);
    plan
}

/// What of a plan cannot be, or should be known.
fn report_on(lock: &Lock, plan: &Plan<'_>, database: Database, checked: &mut Checked<'_>, at: DateTime<Utc>) {
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
    for at in &plan.other_uid {
        let Some(place) = checked.place(*at) else { continue };
        let message = "This entry was published with another UID, or with one of its own.";
        found.push(Diagnostic::error(codes::UID_CHANGED, place, message).with_help(
            "Write the “uid” that it was published with, or none if it had none; subscribers would have it twice.",
        ));
    }
    for at in &plan.shared_uid {
        let Some(place) = checked.place(*at) else { continue };
        let message = "The UID of this entry belongs to another one too, or to one that was published.";
        found.push(
            Diagnostic::error(codes::DUPLICATE_ID, place, message)
                .with_help("Take its “uid” out: a UID is one event's."),
        );
    }
    found.extend(older_database(lock, plan, database));
    for moved in &plan.moved {
        let Some(place) = checked.place(moved.at) else { continue };
        let told = |moment: Moment| format!("{} ({} UTC)", moment.name(), moment.instant().format(MINUTES));
        let message = format!(
            "The time zone database has changed: {} in {} was {} as published, and is {} now.",
            moved.was.local().format(MINUTES),
            moved.was.zone(),
            told(moved.was),
            told(moved.now),
        );
        found.push(Diagnostic::warning(codes::ZONE_MOVED, place, message).with_help(
            "The wall time stays and subscribers get the new instant. If that is not meant, change the time.",
        ));
    }
    for unrecorded in &plan.unrecorded {
        let Unrecorded { identity, at, lifted } = unrecorded;
        let place = at.and_then(|at| checked.place(at)).unwrap_or_else(|| lock.place(&identity.to_string()));
        let message = format!(
            "The embargo of {identity} lifted at {}, and no build noted that it was published then.",
            rfc3339(*lifted)
        );
        found.push(Diagnostic::warning(codes::RELEASE_NOT_RECORDED, place, message).with_help(format!(
            "Those who could not see it before are told nothing of what it was. If it was published, run “summitcal withdraw \
             {identity} --published” before you build; if it is gone and was not, “summitcal withdraw {identity}”.",
        )));
    }
    if let Some(last) = lock.last().filter(|last| at < *last && plan.is_revised) {
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

/// A day and a time, in messages.
const MINUTES: &str = "%Y-%m-%d %H:%M";

/// A warning of a time zone database that is older than the one that the lock file was last written with.
fn older_database(lock: &Lock, plan: &Plan<'_>, database: Database) -> Option<Diagnostic> {
    let (version, place) = lock.database()?;
    let used = database.version();
    if !is_older(used, version) {
        return None;
    }
    let moved: Vec<&str> = plan.moved.iter().map(|moved| moved.name.as_str()).collect();
    let moved = if moved.is_empty() { "nothing".to_owned() } else { moved.join(", ") };
    let message = format!(
        "The time zone database {used} is older than {version}, which this was last written with. It would move {moved}."
    );
    let help = "Use a later summitcal, or with --tzdb a later database. What moved then is right.";
    Some(Diagnostic::warning(codes::OLD_TZ_DATABASE, place, message).with_help(help))
}

/// Refuses to publish as new what an earlier build has published, and to go back to an earlier revision of it: the lock
/// file has forgotten something.
pub(crate) fn report_forgotten(
    lock: &Lock,
    plan: &Plan<'_>,
    checked: &mut Checked<'_>,
    out: &Path,
) -> Result<(), Error> {
    for revised in &plan.listings {
        let audience = revised.listing().audience;
        let theirs = || plan.changes.iter().filter(|change| change.audience == audience);
        let changed: HashSet<String> = theirs().map(|change| change.subject.to_string()).collect();
        let new = theirs().filter(|change| change.kind == Kind::Announced);
        let new: HashSet<String> = new.map(|change| change.subject.to_string()).collect();
        if changed.is_empty() && lock.exists() {
            continue;
        }
        let Some(feeds) = built::feeds(out, audience)? else { continue };
        // Without a lock file, any entry; else those that it takes for new, or for a next revision.
        let in_question = |entry: &&ListedEntry<'_>| !lock.exists() || changed.contains(&entry.identity.to_string());
        let entries: Vec<(&ListedEntry<'_>, String)> = revised
            .listing()
            .entries()
            .filter(in_question)
            .map(|entry| (entry, revised.uid(entry).to_string()))
            .collect();
        let wanted: HashSet<&str> = entries.iter().map(|(_, uid)| uid.as_str()).collect();
        let known = built::sequences(&feeds, |uid| wanted.contains(uid))?;
        for (entry, uid) in &entries {
            let Some(&sequence) = known.get(uid) else { continue };
            let (name, tree) = (entry.identity.to_string(), shown(&out.join(audience.word())));
            let message = if !lock.exists() {
                format!("{name} was published before (it is in {tree}), and there is no lock file.")
            } else if new.contains(&*name) && lock.sequence(&name, audience).is_none() {
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

/// Refuses to go back behind a lock file that was served.
#[cfg(feature = "serve")]
pub(crate) fn report_behind(lock: &Lock, served: Option<&str>, at: DateTime<Utc>, checked: &mut Checked<'_>) {
    let Some(served) = served.filter(|served| lock.text() != Some(*served)) else { return };
    let source = Source::of_any_size(LOCK, served.to_owned().into_bytes()).ok();
    let Some(served) = source.and_then(|source| Lock::parse(source).ok()) else { return };
    let Some(key) = lock.behind(&served, at) else { return };
    let message = if lock.exists() {
        format!("The lock file has gone back: of {key} a later revision is served than it knows.")
    } else {
        format!("The lock file is gone, and with it what is known of {key}, which is served.")
    };
    checked.report.push(Diagnostic::error(codes::LOCK_MISSING, lock.place(key), message).with_help(
        "Restore schedules/revisions.lock from version control. To begin anew all the same, start the server again.",
    ));
}

/// How far the machine's own clock may be ahead of everything that is known: no office plans so far.
const MAX_AHEAD: Months = Months::new(36);

/// Refuses to stamp anything, or to lift an embargo, by a machine's clock that is far beyond all that is known.
pub(crate) fn report_clock_ahead(lock: &Lock, programme: &Programme, at: DateTime<Utc>, report: &mut Report) {
    let Some(last) = lock.last() else { return };
    let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let of_visit = |visit: &Visit| {
        let embargoes = visit.entries().iter().filter_map(Entry::lifts);
        let published = visit.sources().iter().filter_map(|source| match source.published? {
            Published::Date(day) => Some(start(day)),
            Published::Instant(at) => Some(at),
        });
        embargoes.chain(published).chain([start(visit.to)]).max()
    };
    let newest = programme.visits().iter().filter_map(of_visit).chain([last]).max().unwrap_or(last);
    if newest.checked_add_months(MAX_AHEAD).is_some_and(|limit| at > limit) {
        let message = format!(
            "The clock of this machine says {}, more than three years after everything that is known here, of which {} is the last.",
            rfc3339(at),
            rfc3339(newest)
        );
        report.push(Diagnostic::error(codes::CLOCK_AHEAD, lock.place(""), message).with_help(
            "By it every embargo would lift, and nothing could be revised before that day. Set the clock; if it is right, give it \
             as --at or SOURCE_DATE_EPOCH.",
        ));
    }
}

/// When the next thing changes by itself: an embargo lifts, or a cancellation has been there for long enough.
#[cfg(feature = "serve")]
pub(crate) fn next_change(
    programme: &Programme,
    listings: &[RevisedListing<'_>],
    at: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let entries = programme.visits().iter().flat_map(Visit::entries);
    let lifts = entries.filter_map(|entry| entry.lifts().filter(|lifts| *lifts > at));
    lifts.chain(listings.iter().filter_map(RevisedListing::next_expiry)).min()
}

/// A feed that shows nothing is probably not what was meant.
fn warn_of_empty_feeds(
    schedules: &Schedules,
    checked: &mut Checked<'_>,
    programme: &Programme,
    listings: &[RevisedListing<'_>],
) {
    let Some(file) = &schedules.feeds else { return };
    for (feed, node) in programme.settings().feeds.iter().zip(&checked.feeds) {
        let theirs = listings.iter().find(|revised| revised.listing().audience == feed.audience);
        if theirs.is_some_and(|revised| tree::is_empty(revised, feed, programme.settings())) {
            checked.report.push(
                Diagnostic::warning(codes::EMPTY_FEED, file.place(*node), "Nothing is shown in this feed.").with_help(
                    "Look at its “visits” and “only”, at who may see the entries and from when, and at their days.",
                ),
            );
        }
    }
    let rules = &checked.rules;
    checked.report.apply_severity(|code| rules.severity_of(code));
}

/// For each feed, the program's words and the feed's settings, as a digest: of how it would write the entries of the sample.
fn wording(published: &Programme) -> Vec<Wording> {
    let settings = published.settings();
    let file = |path: &str, text: &str| {
        File::new(Arc::new(Source::new(path, text.into()).expect("the sample is short and UTF-8")))
    };
    let sample = |path: &str, text: &str| {
        let visits = [file(path, text)];
        let sample = check::check(&visits, Some(&file("feeds.yaml", SAMPLE_FEEDS)), settings.database);
        sample.programme.expect("nothing is wrong with the sample")
    };
    let (programme, steps) = (sample("sample.yaml", SAMPLE), sample("sample-steps.yaml", SAMPLE_STEPS));
    let digests = |feed: &Feed| {
        let mut text = String::new();
        let style = EventStyle::new(feed, settings);
        let mut write = |programme: &Programme| {
            let listing = Listing::of(programme, feed.audience, DateTime::UNIX_EPOCH);
            let revised = RevisedListing::new(listing, programme.settings().uid_namespace, DateTime::UNIX_EPOCH);
            ics::for_each_event(&revised, &style, |events| text.extend(events.iter().map(|event| event.text.as_str())));
        };
        write(&programme);
        // Feeds without such events have the digests that they had before there were any.
        if feed.steps == StepsShown::Events {
            write(&steps);
        }
        Wording { key: feed.key(), digest: digest(text.as_bytes()), settings: revision::settings(feed, published) }
    };
    settings.feeds.par_iter().map(digests).collect()
}
