//! The command line.

#[cfg(feature = "publish")]
mod publish;
#[cfg(feature = "serve")]
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

#[cfg(feature = "publish")]
pub(crate) use self::publish::Publish;
#[cfg(feature = "serve")]
pub(crate) use self::serve::{Log, Serve, Token, TokenWhat};
use crate::check::parse_instant;
use crate::command::{self, Outcome};
use crate::programme::Audience;
use crate::zone::Zone;

/// What `--version` says: `0.1.0 (time zone database 2026f)`.
fn version() -> &'static str {
    // Asked for once a run.
    format!("{} (time zone database {})", env!("CARGO_PKG_VERSION"), crate::zone::database_version()).leak()
}

/// Calendar feeds of a head of state's visits, from schedules in YAML.
#[derive(Debug, Parser)]
#[command(name = "summitcal", version, long_version = version(), about)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    build: Build,
}

/// What every command knows.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The folder of the schedules.
    #[arg(long, global = true, value_name = "DIR", default_value = "schedules")]
    pub(crate) schedules: PathBuf,
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Say nothing but what is wrong.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the feeds (this is what summitcal does when no command is given).
    Build(Build),
    /// Report everything that is wrong with the schedules.
    Check(Check),
    /// Say what a diagnostic means, why it matters, and what to write instead.
    Explain(Explain),
    /// Print the programme by day, on both clocks.
    Show(Show),
    /// Say what changed, and for whom.
    Diff(Diff),
    /// Take a published entry out, leaving a cancellation.
    Withdraw(Withdraw),
    /// Build, serve over HTTP, and build again on change.
    #[cfg(feature = "serve")]
    Serve(Serve),
    /// Say who may read the press and staff trees that are served.
    #[cfg(feature = "serve")]
    Token(Token),
    /// Put a tree that was built on an object store, or into a folder.
    #[cfg(feature = "publish")]
    Publish(Publish),
    /// Print the JSON Schema of a file, for editors.
    Schema(Schema),
    /// Print what a shell needs to complete the command line.
    Completions(Completions),
    /// Print a manual page.
    Man(Man),
}

/// How to build.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The folder to make the trees in [default: dist].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Publish only what the lock file remembers: if it would change, say what would, and write nothing.
    #[arg(long)]
    pub(crate) locked: bool,
    /// How to say what was made.
    ///
    /// As JSON it is one object: `out`, `at` and `next_embargo` (as RFC 3339, or null); the numbers of `visits` and `entries` in
    /// the schedules, and of files `written` and `unchanged`; the paths that were `removed`; and `audiences`, an object a
    /// tree. Each of these has its `audience`; how many `entries` it may see, how many are `hidden` from it, and how many it sees
    /// are `dayless`, so in no feed; its `feeds`, each with `id`, `path` and the number of its `entries`; and its `files`, each
    /// with `path`, `size` and whether it was `written`. Paths begin below `out`.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Summary,
    #[command(flatten)]
    pub(crate) at: At,
}

/// How to say what a build made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Summary {
    /// For people.
    Text,
    /// For programs, such as one that builds again when the next embargo lifts.
    Json,
}

/// The instant of a run.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct At {
    /// When this revision happens, and what embargoes are measured against, as RFC 3339
    /// [default: `SOURCE_DATE_EPOCH`, then now].
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) at: Option<DateTime<Utc>>,
}

/// How to check.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Report on these files alone [default: all of the schedules].
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How to write the report.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
    /// Fail on warnings too.
    #[arg(long, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
    /// Mend in the files what can only be meant in one way, and report on the rest.
    #[arg(long)]
    pub(crate) fix: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// How to write a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, on standard error.
    Text,
    /// For programs, on standard output.
    Json,
    /// As annotations of GitHub Actions, on standard output.
    Github,
    /// As a SARIF 2.1.0 log, on standard output.
    Sarif,
}

/// What to fail on, beside errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Warnings.
    Warnings,
}

/// What to explain.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code, as it stands in brackets in a diagnostic's first line [default: list them all].
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

/// What to show.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// One entry alone, by its id or as visit/entry.
    #[arg(value_name = "ENTRY")]
    pub(crate) entry: Option<String>,
    /// What this feed holds, in its language and on its clocks.
    #[arg(long, value_name = "FEED")]
    pub(crate) feed: Option<String>,
    /// What this audience may see [default: the feed's, or public].
    #[arg(long, value_name = "WHO", value_parser = audience)]
    pub(crate) audience: Option<Audience>,
    /// The clock beside the host's [default: the feed's, or Asia/Seoul].
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    pub(crate) zone: Option<Zone>,
    /// As a JSON array instead, an object an entry.
    ///
    /// Each has visit, entry, uid, kind, title, titles by language, status and its reason, access, place, when, and what
    /// press and staff alone see of it (null where the audience may not, or where there is none). `when` has a form (clock, date, part, between, days, after, tba, or journey with depart and arrive), the host's zone, start and
    /// end as RFC 3339 on the host's clock, the reader's and in UTC, else the first and last day, and all of it in
    /// words. With --feed, dtstart and dtend are what the feed writes.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// What to compare.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// What there was: an output folder, or a git revision of the schedules [default: what the lock file remembers].
    #[arg(value_name = "OLD")]
    pub(crate) old: Option<String>,
    /// What there is: likewise [default: the schedules as they are].
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<String>,
    /// How to write it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,
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

/// What to take out.
#[derive(Debug, Args)]
pub(crate) struct Withdraw {
    /// The entry, as visit/entry.
    #[arg(value_name = "VISIT/ENTRY")]
    pub(crate) entry: String,
    /// Take its text out too: UID, time and “Withdrawn” are left.
    #[arg(long)]
    pub(crate) redact: bool,
    /// Bring an entry back that was withdrawn by mistake; put it back into the schedules, and build.
    #[arg(long, conflicts_with = "redact")]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

/// Which schema.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Of which file.
    #[arg(value_name = "FILE")]
    pub(crate) of: Described,
}

/// A kind of file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Described {
    /// A visit.
    Visit,
    /// feeds.yaml.
    Feeds,
}

/// What to complete for.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// Which page.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Of this command [default: the program's own page].
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

fn zone(name: &str) -> Result<Zone, String> {
    Zone::parse(name).map_err(|unknown| format!("{unknown} {}", unknown.help()))
}

fn audience(word: &str) -> Result<Audience, String> {
    let known = || Audience::ALL.iter().map(|audience| audience.word()).collect::<Vec<_>>().join(", ");
    Audience::parse(word).ok_or_else(|| format!("write one of: {}", known()))
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    parse_instant(text).ok_or_else(|| "write a day, a time and an offset: 2025-08-25T09:00:00Z".to_owned())
}

/// Runs the program with the process's own arguments.
///
/// Exit code 0 when all is well, 1 when there are findings, 2 when it could not run.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no failures; the library knows which stream each goes to.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let own = &cli.build;
    let given = own.out.is_some() || own.at.at.is_some() || own.locked || own.format != Summary::Text;
    if cli.command.is_some() && given {
        let message = "--out, --at, --locked and --format stand after the command that they are for";
        let _ = Cli::command().error(ErrorKind::ArgumentConflict, message).print();
        return ExitCode::from(2);
    }
    let outcome = match &cli.command {
        None => command::build::run(&cli.global, &cli.build),
        Some(Command::Build(build)) => command::build::run(&cli.global, build),
        Some(Command::Check(check)) => command::check::run(&cli.global, check),
        Some(Command::Explain(explain)) => command::explain::run(explain),
        Some(Command::Show(show)) => command::show::run(&cli.global, show),
        Some(Command::Diff(diff)) => command::diff::run(&cli.global, diff),
        Some(Command::Withdraw(withdraw)) => command::withdraw::run(&cli.global, withdraw),
        #[cfg(feature = "serve")]
        Some(Command::Serve(serve)) => command::serve::run(&cli.global, serve),
        #[cfg(feature = "serve")]
        Some(Command::Token(token)) => command::token::run(&cli.global, token),
        #[cfg(feature = "publish")]
        Some(Command::Publish(publish)) => command::publish::run(&cli.global, publish),
        Some(Command::Schema(schema)) => command::schema::run(schema),
        Some(Command::Completions(completions)) => command::packaging::completions(completions, Cli::command()),
        Some(Command::Man(man)) => command::packaging::man(man, Cli::command()),
    };
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            command::complain(&cli.global, &error);
            ExitCode::from(2)
        }
    }
}
