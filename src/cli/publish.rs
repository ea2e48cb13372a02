//! `summitcal publish`: a tree that was built, on an object store.

use std::env;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};
use std::path::PathBuf;

use chrono::TimeDelta;
use clap::Args;

use super::{Context, Outcome, complain, print, resources};
use crate::error::Error;
use crate::programme::Audience;
use crate::publish::store::{self, Connection, Place, Stop, Summary};

/// Threads that requests may take.
const MORE_THREADS: usize = 4;

/// The names of what the environment says to stores begin so, and so do those of what is nobody's business.
const STORES: &[&str] = &["AWS_", "AZURE_", "GOOGLE_"];
const SECRET: &[&str] = &["KEY", "SECRET", "TOKEN", "SAS", "PASSWORD", "CREDENTIAL", "ACCOUNT"];

/// What to publish, and where.
#[derive(Debug, Args)]
// Flags are what a command line is made of.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Publish {
    /// Where to: `s3://BUCKET/PATH`, `gs://BUCKET/PATH`, `az://CONTAINER/PATH` or `file:///PATH`.
    ///
    /// Credentials come from the environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and, for other stores
    /// that speak S3, `AWS_ENDPOINT`; `GOOGLE_APPLICATION_CREDENTIALS`; `AZURE_STORAGE_ACCOUNT_NAME` and
    /// `AZURE_STORAGE_ACCOUNT_KEY`; or from the machine that this runs on.
    #[arg(value_name = "URL", value_parser = Place::parse)]
    pub(crate) place: Place,
    /// Whose tree.
    #[arg(long, value_name = "WHO", default_value = "public", value_parser = super::audience)]
    pub(crate) audience: Audience,
    /// The folder that the trees were made in.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub(crate) out: PathBuf,
    /// Say what would be done, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How long files stay that the public tree does not have any more, such as 1d, 12h or 30m.
    #[arg(long, value_name = "TIME", default_value = "1d", value_parser = length)]
    pub(crate) grace: TimeDelta,
    /// Write files that are unchanged too.
    #[arg(long)]
    pub(crate) all: bool,
    /// Take the place of another audience's tree, or of files that are not summitcal's.
    #[arg(long)]
    pub(crate) replace: bool,
    /// Take the place of a newer tree.
    #[arg(long)]
    pub(crate) rollback: bool,
    /// Go on at once where another publisher has not finished. Only if it is certain that it has ended.
    #[arg(long)]
    pub(crate) take_over: bool,
    /// How often a request that failed is tried again.
    #[arg(long, value_name = "NUMBER", default_value_t = 6)]
    pub(crate) retries: u16,
}

pub(crate) fn run(context: &Context, options: &Publish) -> Result<Outcome, Error> {
    let publishing = store::Options {
        audience: options.audience,
        grace: options.grace,
        all: options.all,
        replace: options.replace,
        rollback: options.rollback,
        take_over: options.take_over,
        dry_run: options.dry_run,
    };
    let secrets = secrets();
    let connection = Connection {
        place: &options.place,
        schedules: &context.schedules,
        retries: options.retries.into(),
        secrets: &secrets,
    };
    let shows = !context.quiet && io::stderr().is_terminal();
    let progress = |done: usize, of: usize| {
        if shows {
            let _ = write!(io::stderr(), "\r{} {done} of {of} files", bar(done, of));
        }
    };
    // tokio panics where it gets no thread for what a disk or a name server is asked.
    resources::require(MORE_THREADS, 0)?;
    let published = store::publish(&options.out, &connection, &publishing, &progress);
    if shows {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
    for what in published.iter().flat_map(|summary| &summary.left_alone) {
        complain(context, &Error::new(what.clone()));
    }
    match published {
        Ok(summary) if options.dry_run => {
            print(&would(options, &summary))?;
            Ok(if summary.obstacles.is_empty() { Outcome::Clean } else { Outcome::Findings })
        }
        Ok(summary) => {
            if !context.quiet {
                print(&format!("{}\n", sentence(options, &summary)))?;
            }
            Ok(Outcome::Clean)
        }
        Err(Stop::Refused(why)) => {
            complain(context, &Error::new(why));
            Ok(Outcome::Findings)
        }
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// What no message may say.
fn secrets() -> Vec<String> {
    let secret = |name: &str| {
        STORES.iter().any(|store| name.starts_with(store)) && SECRET.iter().any(|word| name.contains(word))
    };
    // A short one would be found in words that say nothing of it.
    let told = env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut secrets: Vec<_> =
        told.filter(|(name, value)| secret(name) && value.len() >= 6).map(|(_, value)| value).collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

/// How far it is, in twenty steps.
fn bar(done: usize, of: usize) -> String {
    const STEPS: usize = 20;
    let full = (done * STEPS).checked_div(of).unwrap_or(STEPS);
    format!("[{}{}]", "#".repeat(full), "-".repeat(STEPS - full))
}

/// What was done, in a line.
fn sentence(options: &Publish, summary: &Summary) -> String {
    let plan = &summary.plan;
    let (audience, place) = (options.audience.word(), &options.place);
    let mut text = if plan.is_idle() {
        format!("The {audience} tree at {place} is up to date: {} unchanged", files(plan.unchanged))
    } else {
        let (written, bytes) = (files(plan.writes.len()), size(summary.bytes));
        format!("Published the {audience} tree at {place}: {written} written ({bytes}), {} unchanged", plan.unchanged)
    };
    if plan.removals() > 0 {
        let _ = write!(text, ", {} removed", plan.removals());
    }
    if let Some(last) = plan.waiting.values().max() {
        let _ = write!(text, ", {} to be removed after {}", plan.waiting.len(), last.format("%Y-%m-%d %H:%M UTC"));
    }
    text.push('.');
    text
}

/// What would be done, a line a file.
fn would(options: &Publish, summary: &Summary) -> String {
    let plan = &summary.plan;
    let mut text = String::new();
    for path in &plan.writes {
        let _ = writeln!(text, "write   {path}");
    }
    for path in plan.taken_back.iter().chain(&plan.removes) {
        let _ = writeln!(text, "remove  {path}");
    }
    for (path, until) in &plan.waiting {
        let _ = writeln!(text, "keep    {path} until {}", until.format("%Y-%m-%d %H:%M UTC"));
    }
    for why in &summary.obstacles {
        let _ = writeln!(text, "It would be refused: {why}");
    }
    let _ =
        writeln!(text, "Nothing was written. {}", sentence(options, summary).replacen("Published", "To publish", 1));
    text
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

/// Bytes, rounded up to what people read.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// A length of time: days, hours, minutes or seconds.
fn length(text: &str) -> Result<TimeDelta, String> {
    let read = || {
        let unit = text.chars().next_back()?;
        let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| (0..=1_000_000).contains(number))?;
        match unit {
            'd' => TimeDelta::try_days(number),
            'h' => TimeDelta::try_hours(number),
            'm' => TimeDelta::try_minutes(number),
            's' => TimeDelta::try_seconds(number),
            _ => None,
        }
    };
    read().ok_or_else(|| "write a number and a unit: 1d, 12h, 30m or 0s".to_owned())
}
