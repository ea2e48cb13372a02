//! `summitcal withdraw`: takes a published entry out, leaving a cancellation.

use chrono::{DateTime, Utc};
use clap::Args;

use super::{At, Context, Outcome, complain, print, print_report};
use crate::check::Checked;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::document::shortened;
use crate::error::Error;
use crate::pipeline::{self, Schedules};
use crate::zone::{Database, rfc3339};

use crate::publish::folder::LockFile;
use crate::render::changes;
use crate::revision::{Kind, Lock, Refusal, Subject, Withdrawal, recorded, withdraw};
use crate::source::Source;

/// What to take out.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Withdraw {
    /// The entry, as visit/entry; with --redact --was also a visit, by its id.
    #[arg(value_name = "VISIT/ENTRY")]
    pub(crate) entry: String,
    /// Take its text out too: UID, time and “Withdrawn” are left.
    #[arg(long)]
    pub(crate) redact: bool,
    /// Bring an entry back that was withdrawn by mistake; put it back into the schedules, and build.
    #[arg(long, conflicts_with = "redact")]
    pub(crate) undo: bool,
    /// With --redact: the entry goes on, and what it was before its last change is taken back.
    #[arg(long, requires = "redact")]
    pub(crate) was: bool,
    /// What an embargo released was published, though no build noted it. One that goes leaves its cancellation then; of one that
    /// stays, the release is noted.
    #[arg(long, conflicts_with_all = ["undo", "was"])]
    pub(crate) published: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

pub(crate) fn run(context: &Context, options: &Withdraw) -> Result<Outcome, Error> {
    let at = options.at.instant()?;
    let subject = Subject::parse(&options.entry).filter(|of| options.was || matches!(of, Subject::Entry(_)));
    let Some(subject) = subject else {
        let message =
            format!("“{}” names no entry: write visit/entry, such as us-state-visit/lunch", shortened(&options.entry));
        return Err(Error::new(message));
    };
    let mut report = Report::default();
    let schedules = Schedules::load(&context.schedules, context.database)?;
    let Some(lock) = schedules.lock(&mut report) else {
        print_report(context, &report)?;
        return Ok(Outcome::Findings);
    };
    let checked = schedules.check();
    if let Some(programme) = checked.programme.as_ref().filter(|_| options.at.is_clock()) {
        pipeline::report_clock_ahead(&lock, programme, at, &mut report);
        if report.has_errors() {
            print_report(context, &report)?;
            return Ok(Outcome::Findings);
        }
    }
    let present = still_there(&checked, &subject);
    let how = match options {
        Withdraw { undo: true, .. } => Withdrawal::Undone,
        Withdraw { was: true, .. } => Withdrawal::Past,
        Withdraw { redact: true, .. } => Withdrawal::Redacted,
        Withdraw { published: true, .. } if present.is_some() => Withdrawal::Recorded,
        _ => Withdrawal::Marked,
    };
    if let Some(present) = present.filter(|_| matches!(how, Withdrawal::Marked | Withdrawal::Redacted)) {
        report.push(present);
        print_report(context, &report)?;
        return Ok(Outcome::Findings);
    }
    match withdraw(&lock, &subject, how, options.published, at, context.database) {
        Ok(new_lock) => {
            let path = pipeline::lock_path(&context.schedules);
            LockFile { path: &path, read: lock.text(), next: Some(&new_lock) }.write()?;
            if !context.quiet {
                print(&(said(&subject, how) + &told(&path.to_string_lossy(), new_lock, at, context.database)))?;
            }
            Ok(Outcome::Clean)
        }
        Err(refusal) => {
            complain(context, &Error::new(refused(&lock, &subject, refusal)));
            Ok(Outcome::Findings)
        }
    }
}

/// An entry that the schedules still have cannot be taken out of the feeds.
fn still_there(checked: &Checked<'_>, subject: &Subject) -> Option<Diagnostic> {
    let Subject::Entry(identity) = subject else { return None };
    let at = checked.programme.as_ref()?.find(identity)?;
    let message = format!("The schedules still have {identity}.");
    let place = checked.place(at);
    place.map(|place| {
        Diagnostic::error(codes::ENTRY_PRESENT, place, message).with_help(
            "Remove the entry here first, then withdraw it. To keep it as a cancelled one, write “status: cancelled” instead.",
        )
    })
}

/// What the next build tells readers, from the lock file as it is now.
fn told(path: &str, lock: String, at: DateTime<Utc>, database: Database) -> String {
    let lock = Source::of_any_size(path, lock.into_bytes()).ok().and_then(|source| Lock::parse(source).ok());
    let mut changes = lock.map(|lock| recorded(&lock, at, database)).unwrap_or_default();
    changes.retain(|change| change.modified == at && change.kind == Kind::Withdrawn);
    if changes.is_empty() {
        return String::new();
    }
    format!(
        "\nReaders will be told:\n{}\nUntil you commit, “summitcal diff HEAD” says so too; the lock file has it already, so that a \
         plain “summitcal diff” does not.\n",
        changes::text(&changes::summarize(&changes))
    )
}

fn said(identity: &Subject, how: Withdrawal) -> String {
    let what = match how {
        Withdrawal::Marked => "is withdrawn: the next build leaves a cancellation in its place",
        Withdrawal::Redacted => {
            "is withdrawn, with its text: the next build leaves its time and “Withdrawn” in its place"
        }
        Withdrawal::Undone => "is no longer withdrawn: put it back into the schedules and build",
        Withdrawal::Past => "goes on, and what it was before is taken back: the next build tells of it no more",
        Withdrawal::Recorded => "was published when its embargo lifted, and the lock file knows it now",
    };
    let fetched = if matches!(how, Withdrawal::Redacted | Withdrawal::Past) {
        " Copies that were fetched already stay out there."
    } else {
        ""
    };
    format!("{identity} {what}.{fetched} Commit schedules/revisions.lock.\n")
}

fn refused(lock: &Lock, identity: &Subject, refusal: Refusal) -> String {
    match refusal {
        Refusal::Unknown => format!("{identity} was never published, so there is nothing to withdraw"),
        Refusal::Already => format!("{identity} is withdrawn already"),
        Refusal::NoPast => format!("nothing is remembered of what {identity} was before"),
        Refusal::NoRelease => format!("there is no release of {identity} that no build has noted"),
        Refusal::NotOut => format!("{identity} is not withdrawn, so there is nothing to undo"),
        Refusal::Late => {
            let last = lock.last().map(rfc3339).unwrap_or_default();
            format!("something was published later, at {last}: set the clock, or give a later --at")
        }
    }
}
