//! The command line: a module a command, which reads, calls the library and prints. A new command is a module, a variant of
//! `Command`, and an arm in `run`, which the compiler then asks for.

mod ask;
mod build;
mod changes;
mod check;
mod day;
mod diff;
#[cfg(feature = "publish")]
mod doctor;
mod explain;
mod fix;
mod git;
mod guide;
mod import;
mod init;
#[cfg(feature = "serve")]
mod mark;
mod new;
#[cfg(feature = "notify")]
mod notify;
mod packaging;
#[cfg(feature = "publish")]
mod publish;
mod resources;
#[cfg(feature = "serve")]
mod serve;
mod set;
mod show;
#[cfg(feature = "serve")]
mod token;
mod withdraw;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, TimeZone, Utc};
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use self::build::{Build, Summary};
use crate::check::parse_instant;
use crate::diagnostic::{Report, text};
use crate::error::Error;
use crate::pipeline;
use crate::programme::Audience;
use crate::zone::{BUILT_IN_VERSION, Database};

/// What `--version` says: `0.1.0 (time zone database 2026f)`.
fn version() -> &'static str {
    // Asked for once a run.
    format!("{} (time zone database {})", env!("CARGO_PKG_VERSION"), BUILT_IN_VERSION).leak()
}

/// Calendar feeds of a head of state's visits, from schedules in YAML.
#[derive(Debug, Parser)]
#[command(name = "summitcal", version, long_version = version(), about)]
struct Cli {
    #[command(flatten)]
    context: Context,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    build: Build,
}

/// What every command knows.
#[derive(Debug, Clone, Args)]
pub(crate) struct Context {
    /// The folder of the schedules.
    #[arg(long, global = true, value_name = "DIR", default_value = "schedules")]
    pub(crate) schedules: PathBuf,
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// A compiled time zone database, such as /usr/share/zoneinfo, instead of the one that is built in
    /// [default: `SUMMITCAL_TZDB`, then the one built in].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) tzdb: Option<PathBuf>,
    /// The time zone database that is asked for, which every command hands on.
    #[arg(skip = Database::bundled())]
    pub(crate) database: Database,
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
    /// Begin a folder of schedules, which checks and builds.
    Init(init::Init),
    /// Make a draft visit of somebody's calendar.
    Import(import::Import),
    /// Write a new visit, or a new entry of one.
    New(new::New),
    /// Change values of an entry, or of a visit, leaving all else in its file as it is.
    Set(set::Set),
    /// Report everything that is wrong with the schedules.
    Check(check::Check),
    /// Say what a diagnostic means, why it matters, and what to write instead.
    Explain(explain::Explain),
    /// Print a page of the manual.
    Guide(guide::Guide),
    /// Print the programme by day, on both clocks.
    Show(show::Show),
    /// Print a day as guidance is written: what, when and where, with the steps to it.
    Day(day::Day),
    /// Say what changed, and for whom.
    Diff(diff::Diff),
    /// Print the last change of each visit and entry, from the lock file.
    Changes(changes::Changes),
    /// Tell people what changed, through the channels of channels.yaml.
    #[cfg(feature = "notify")]
    Notify(notify::Notify),
    /// Take a published entry out, leaving a cancellation.
    Withdraw(withdraw::Withdraw),
    /// Build, serve over HTTP, and build again on change.
    #[cfg(feature = "serve")]
    Serve(serve::Serve),
    /// Say who may read the press and staff trees that are served.
    #[cfg(feature = "serve")]
    Token(token::Token),
    /// Put a tree that was built on an object store, or into a folder.
    #[cfg(feature = "publish")]
    Publish(publish::Publish),
    /// Say what apps would make of a tree or a feed that is served somewhere.
    #[cfg(feature = "publish")]
    Doctor(doctor::DoctorArgs),
    /// Print the JSON Schema of a file, for editors.
    Schema(packaging::Schema),
    /// Print what a shell needs to complete the command line.
    Completions(packaging::Completions),
    /// Print a manual page.
    Man(packaging::Man),
}

/// The instant of a run.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct At {
    /// When this revision happens, and what embargoes are measured against, as RFC 3339
    /// [default: `SOURCE_DATE_EPOCH`, then now].
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) at: Option<DateTime<Utc>>,
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
    let mut cli = match Cli::try_parse() {
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
    match read_database(&cli.context) {
        Ok(database) => cli.context.database = database,
        Err(error) => {
            complain(&cli.context, &error);
            return ExitCode::from(2);
        }
    }
    if let Err(refused) = find_zones(&mut cli) {
        let _ = refused.print();
        return ExitCode::from(2);
    }
    let outcome = resources::start().and_then(|()| match &cli.command {
        None => build::run(&cli.context, &cli.build),
        Some(Command::Build(build)) => build::run(&cli.context, build),
        Some(Command::Init(init)) => init::run(&cli.context, init),
        Some(Command::Import(import)) => import::run(&cli.context, import),
        Some(Command::New(new)) => new::run(&cli.context, new),
        Some(Command::Set(set)) => set::run(&cli.context, set),
        Some(Command::Check(check)) => check::run(&cli.context, check),
        Some(Command::Explain(explain)) => explain::run(explain),
        Some(Command::Guide(guide)) => guide::run(&cli.context, guide),
        Some(Command::Show(show)) => show::run(&cli.context, show),
        Some(Command::Day(day)) => day::run(&cli.context, day),
        Some(Command::Diff(diff)) => diff::run(&cli.context, diff),
        Some(Command::Changes(changes)) => changes::run(&cli.context, changes),
        #[cfg(feature = "notify")]
        Some(Command::Notify(notify)) => notify::run(&cli.context, notify),
        Some(Command::Withdraw(withdraw)) => withdraw::run(&cli.context, withdraw),
        #[cfg(feature = "serve")]
        Some(Command::Serve(serve)) => serve::run(&cli.context, serve),
        #[cfg(feature = "serve")]
        Some(Command::Token(token)) => token::run(&cli.context, token),
        #[cfg(feature = "publish")]
        Some(Command::Publish(publish)) => publish::run(&cli.context, publish),
        #[cfg(feature = "publish")]
        Some(Command::Doctor(doctor)) => doctor::run(&cli.context, doctor),
        Some(Command::Schema(schema)) => packaging::schema(&cli.context, schema),
        Some(Command::Completions(completions)) => packaging::completions(completions, Cli::command()),
        Some(Command::Man(man)) => packaging::man(man, Cli::command()),
    });
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            complain(&cli.context, &error);
            ExitCode::from(2)
        }
    }
}

/// The time zone database that is asked for, or else the one that is built in.
fn read_database(context: &Context) -> Result<Database, Error> {
    let from_environment = || std::env::var_os("SUMMITCAL_TZDB").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let folder = context.tzdb.clone().or_else(from_environment);
    folder.map_or_else(|| Ok(Database::bundled()), |folder| pipeline::read_database(&folder))
}

/// Finds the zones that arguments name: only when all of them are read is it known in which database.
fn find_zones(cli: &mut Cli) -> Result<(), clap::Error> {
    let (command, name, zone) = match &mut cli.command {
        Some(Command::Init(init)) => ("init", &init.zone_name, &mut init.zone),
        Some(Command::Import(import)) => ("import", &import.zone_name, &mut import.zone),
        _ => return Ok(()),
    };
    let Some(name) = name else { return Ok(()) };
    let mut program = Cli::command();
    program.build();
    let command = program.find_subcommand(command).expect("it is one of these");
    let argument = command.get_arguments().find(|argument| argument.get_long() == Some("zone"));
    let database = cli.context.database;
    let parser = move |name: &str| init::zone(name, database);
    *zone = Some(parser.parse_ref(command, argument, name.as_ref())?);
    Ok(())
}

/// How a command ended, if it could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to complain of.
    Clean,
    /// Findings, or differences.
    Findings,
}

impl At {
    /// Whether that is the machine's own clock.
    fn is_clock(self) -> bool {
        self.at.is_none() && std::env::var_os("SOURCE_DATE_EPOCH").is_none()
    }

    /// The instant of the run: given, else `SOURCE_DATE_EPOCH`, else now; whole seconds.
    fn instant(self) -> Result<DateTime<Utc>, Error> {
        if let Some(at) = self.at {
            return Ok(at);
        }
        let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") else { return now() };
        let seconds = text
            .trim()
            .parse()
            .map_err(|_| Error::new(format!("SOURCE_DATE_EPOCH is “{text}”, which is no number of seconds")))?;
        at_second(seconds)
    }
}

/// The instant that it is, in whole seconds.
pub(crate) fn now() -> Result<DateTime<Utc>, Error> {
    at_second(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

fn at_second(seconds: u64) -> Result<DateTime<Utc>, Error> {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    Utc.timestamp_opt(seconds, 0)
        .single()
        .filter(|instant| (1970..2100).contains(&chrono::Datelike::year(instant)))
        .ok_or_else(|| Error::new("the instant of this run is beyond the year 2099"))
}

/// An audience, in a sentence.
pub(crate) fn whose(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "the public",
        Audience::Press => "the press",
        Audience::Staff => "staff",
    }
}

/// Whether a stream gets colour.
pub(crate) fn colour(context: &Context, stream: &impl IsTerminal) -> bool {
    match context.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// Prints a report for people on standard error, if there is anything in it.
pub(crate) fn print_report(context: &Context, report: &Report) -> Result<(), Error> {
    if report.is_empty() || (context.quiet && !report.has_errors()) {
        return Ok(());
    }
    write_report(context, report)
}

/// Writes a report for people on standard error.
fn write_report(context: &Context, report: &Report) -> Result<(), Error> {
    let mut out = Vec::new();
    let stderr = io::stderr();
    text::render(report, colour(context, &stderr), &mut out)
        .and_then(|()| stderr.lock().write_all(&out))
        .map_err(|error| Error::io("write to", Path::new("standard error"), error))
}

/// Prints on standard output. A reader that has gone away is no failure.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("write to", Path::new("standard output"), error))
        }
        _ => Ok(()),
    }
}

/// Says why the program could not run.
pub(crate) fn complain(_: &Context, error: &Error) {
    let _ = writeln!(io::stderr(), "summitcal: {error}");
}
