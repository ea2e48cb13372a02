//! `summitcal serve`: builds, serves over HTTP, and builds again on change.
//!
//! The system tells when files of the schedules change, and they are built once it has been quiet for a moment, so that a
//! file that is half saved is not taken for one that is wrong. Where it tells nothing, as of files on a network, they are
//! looked at twice a second, and otherwise every few seconds all the same. They are built too when an embargo lifts or a
//! withdrawal has been told for long enough. What cannot be built leaves what is served as it is.

#[cfg(feature = "notify")]
mod telling;
mod watch;

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, ValueEnum};
use rayon::prelude::*;
use tokio::runtime;

use self::watch::{Notices, Watch};
use super::mark::Mark;
use super::{Context, Outcome, complain, now, print_report, resources, token};
use crate::diagnostic::{Report, text};
use crate::error::Error;
use crate::pipeline::{self, OwnFeeds, Schedules};
use crate::programme::Audience;
use crate::publish::folder::LockFile;
use crate::publish::http::{self, AccessLog, App, Generation, Health, Limits, Tokens};
use crate::revision::RevisedListing;
use crate::tree;

/// How often the tokens are looked at, and the schedules where the system does not tell of changes.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// How often the schedules are looked at where it does.
const LONG_POLL_INTERVAL: Duration = Duration::from_secs(3);
/// What each thread takes that compresses files.
const COMPRESSING: usize = 64 << 20;
/// Threads beside those that answer: for builds, for the tokens, for the log, two that watch, and what the runtime starts for a
/// while.
const MORE_THREADS: usize = 6;
/// How long after a build that failed for want of something other than good schedules it is tried again.
const RETRY_DELAY: TimeDelta = TimeDelta::seconds(10);
/// How long a server has to answer that it is there.
const HEALTHCHECK_TIMEOUT: Duration = Duration::from_secs(5);

/// How to serve.
#[derive(Debug, Clone, Args)]
pub(crate) struct Serve {
    /// Where to listen; with port 0, at any that is free.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) addr: String,
    /// Where to tell those who run the server how it is, at `/healthz` with reasons and `/metrics` [default: nowhere].
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) admin: Option<String>,
    /// Serve only what the lock file remembers: if it would change, keep what is served, and write nothing.
    #[arg(long)]
    pub(crate) locked: bool,
    /// Tell people what changes from one build to the next, through the channels of channels.yaml.
    #[cfg(feature = "notify")]
    #[arg(long)]
    pub(crate) notify: bool,
    /// The access log on standard output.
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub(crate) log: Log,
    /// How many connections there may be at a time, as far as the system allows.
    #[arg(long, value_name = "NUMBER", default_value = "16384", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) connections: u32,
    /// Ask the server that listens at that port of this machine whether it serves, and serve nothing.
    #[arg(long, conflicts_with_all = ["locked", "log", "connections"])]
    pub(crate) healthcheck: bool,
    #[command(flatten)]
    pub(crate) tokens: TokenFile,
}

/// How to log requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    /// A JSON object a line.
    Json,
    /// Not at all.
    Off,
}

/// Where the tokens are.
#[derive(Debug, Clone, Args)]
pub(crate) struct TokenFile {
    /// The file of the tokens' digests, outside of the schedules and of all that is published.
    #[arg(long = "tokens", global = true, value_name = "FILE", default_value = "summitcal-tokens.json")]
    pub(crate) path: PathBuf,
}

pub(crate) fn run(context: &Context, options: &Serve) -> Result<Outcome, Error> {
    if options.healthcheck {
        return healthcheck(&options.addr);
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    resources::require(cores + MORE_THREADS, cores.min(8) * COMPRESSING)?;
    let tokens_path = &options.tokens.path;
    token::refuse_place(tokens_path, &context.schedules)?;
    // How files are before they are read, so that what changes meanwhile is noticed.
    let (tokens_mark, mut watch) = (Mark::of(tokens_path), Watch::new(&context.schedules));
    let tokens = Tokens::read(tokens_path)?;
    let mut reported = Vec::new();
    let site = match build_site(context, options, None, None, &mut reported)? {
        BuildOutcome::Site(site) => *site,
        BuildOutcome::Refused(_) => return Ok(Outcome::Findings),
    };
    if let Some(lock) = &site.lock {
        watch.set_lock(lock);
    }
    let (listener, address) = listen(&options.addr)?;
    let admin = options.admin.as_deref().map(listen).transpose()?;
    let connections = usize::try_from(options.connections).unwrap_or(usize::MAX);
    let limits = Limits { connections, ..Limits::default() }.within_system();
    let log = (options.log == Log::Json).then(|| AccessLog::new(io::stdout()));
    let (next, lock_text) = (site.next, site.lock_text.clone());
    #[cfg(feature = "notify")]
    let telling = site.telling.clone();
    let (health, mut ready) = (site.health(), ready(address, &site.generation));
    if let Some((_, address)) = &admin {
        let _ = write!(ready, "\nIts health and numbers are at http://{address}/healthz and http://{address}/metrics.");
    }
    let mut app = App::new(site.generation, health, tokens);
    if admin.is_none() && !options.locked {
        app = app.with_problems_shown(address);
    }
    let app = Arc::new(app);

    let runtime = runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::new(format!("cannot start the server: {error}")))?;
    #[cfg(feature = "notify")]
    let teller = telling.map(|first| telling::Teller::start(context, first, Arc::clone(&app))).transpose()?;
    let rebuilder = Rebuilder {
        context: context.clone(),
        options: options.clone(),
        app: Arc::clone(&app),
        watch,
        notices: Notices::of(&context.schedules),
        reported,
        next,
        lock_text,
        #[cfg(feature = "notify")]
        teller: teller.clone(),
    };
    let rebuilding = resources::spawn(move || rebuilder.run())?;
    let token_watch =
        TokenWatch { context: context.clone(), path: tokens_path.clone(), app: Arc::clone(&app), mark: tokens_mark };
    let watching = resources::spawn(move || token_watch.run())?;
    let served = runtime.block_on(async {
        let stop = http::stop_signal()?;
        print_status(context, &ready);
        let admin = async {
            match admin {
                Some((listener, _)) => http::serve_admin(listener, Arc::clone(&app), limits).await,
                None => std::future::pending().await,
            }
        };
        if options.locked {
            print_status(context, LOCKED);
        }
        tokio::select! {
            served = admin => served,
            served = http::serve(listener, Arc::clone(&app), limits, log, stop) => served,
            // Neither ends, unless it panics; what it was to do would be done no longer.
            _ = rebuilding => Err(Error::new("the server ends, because of a fault in it: it no longer builds")),
            _ = watching => Err(Error::new("the server ends, because of a fault in it: it no longer reads tokens")),
        }
    });
    // A build that hangs is not waited for: whenever this process ends, the next one goes on from there.
    runtime.shutdown_background();
    #[cfg(feature = "notify")]
    if let Some(teller) = teller {
        teller.finish();
    }
    served?;
    print_status(context, "Stopped.");
    Ok(Outcome::Clean)
}

/// Whether a server answers there; for images in which there is no other program that could ask.
fn healthcheck(address: &str) -> Result<Outcome, Error> {
    let port = address.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    let port: u16 =
        port.ok_or_else(|| Error::new(format!("{address} has no port: write one, as in 127.0.0.1:8080")))?;
    let ask = || -> io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), HEALTHCHECK_TIMEOUT)?;
        stream.set_read_timeout(Some(HEALTHCHECK_TIMEOUT))?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut status = String::new();
        BufReader::new(stream.take(1000)).read_line(&mut status)?;
        Ok(status)
    };
    match ask() {
        Ok(status) if status.starts_with("HTTP/1.1 200") => Ok(Outcome::Clean),
        Ok(status) => Err(Error::new(format!("what listens at port {port} answers “{}”", status.trim_end()))),
        Err(error) => Err(Error::new(format!("nothing answers at port {port}: {error}"))),
    }
}

fn listen(address: &str) -> Result<(TcpListener, SocketAddr), Error> {
    let listening = TcpListener::bind(address).and_then(|listener| Ok((listener.local_addr()?, listener)));
    let (bound, listener) = listening.map_err(|error| Error::new(format!("cannot listen at {address}: {error}")))?;
    Ok((listener, bound))
}
/// What `--locked` means for embargoes.
const LOCKED: &str = "With --locked, the lock file does not note what embargoes release: before an entry is changed that was released \
    here, build without it, or run “summitcal withdraw VISIT/ENTRY --published”.";

/// What is served, and where.
fn ready(address: SocketAddr, generation: &Generation) -> String {
    let others = [Audience::Press, Audience::Staff].into_iter().filter(|audience| generation.has_tree(*audience));
    let others = others.map(Audience::word).collect::<Vec<_>>();
    let others = match others.as_slice() {
        [] => String::new(),
        names => format!(", and for those with a token that of {}", names.join(" and of ")),
    };
    format!("Serving the public tree at http://{address}/{others}.")
}

fn print_status(context: &Context, text: &str) {
    if !context.quiet {
        let _ = writeln!(io::stderr(), "{text}");
    }
}

/// How a build ended, if the environment let it run.
enum BuildOutcome {
    Site(Box<Site>),
    /// Why there is none, in words that tell nothing of the schedules.
    Refused(String),
}

struct Site {
    generation: Generation,
    at: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
    /// The lock file as this build left it, if it wrote it.
    lock: Option<Mark>,
    /// Its text.
    lock_text: Option<String>,
    /// What people can be told of it.
    #[cfg(feature = "notify")]
    telling: Option<telling::Telling>,
}

impl Site {
    fn health(&self) -> Health {
        Health { made: self.at, stale: None, next: self.next }
    }
}

/// Builds, remembers the revisions, and makes all that is to be served.
///
/// What is served already, and the text of its lock file, are given by whoever builds again.
fn build_site(
    context: &Context,
    options: &Serve,
    last: Option<&Generation>,
    served: Option<&str>,
    reported: &mut Vec<u8>,
) -> Result<BuildOutcome, Error> {
    let at = now()?;
    let schedules = Schedules::load(&context.schedules, context.database)?;
    let mut checked = schedules.check();
    let lock = schedules.lock(&mut checked.report);
    let wrong = |errors: usize| {
        let errors = if errors == 1 { "an error".to_owned() } else { format!("{errors} errors") };
        BuildOutcome::Refused(format!("the schedules have {errors}; standard error tells which"))
    };
    let (Some(mut programme), Some(lock)) = (checked.programme.take(), lock) else {
        report_once(context, &checked.report, reported)?;
        return Ok(wrong(checked.report.counts().errors));
    };
    programme.offer_own_feeds();
    let plan = pipeline::plan(&lock, &programme, (&schedules, &mut checked), at);
    if plan.needs_clock(options.locked) {
        pipeline::report_clock_ahead(&lock, &programme, at, &mut checked.report);
    }
    pipeline::report_behind(&lock, served, at, &mut checked);
    report_once(context, &checked.report, reported)?;
    if checked.report.has_errors() {
        return Ok(wrong(checked.report.counts().errors));
    }
    if plan.is_revised && options.locked {
        let why = "the lock file would change, and --locked forbids that; build, and commit the lock file";
        complain(context, &Error::new(why));
        return Ok(BuildOutcome::Refused(why.to_owned()));
    }
    let settings = programme.settings();
    let trees = plan.listings.par_iter().map(|revised| tree::render(revised, settings)).collect();
    let generation = Generation::new(trees, last, at);
    // Remembered before anybody sees it, so that whatever stops this process, the next one serves the same.
    let path = pipeline::lock_path(&context.schedules);
    let next_lock = plan.next_lock.as_deref().filter(|_| !options.locked);
    LockFile { path: &path, read: lock.text(), next: next_lock }.write()?;
    let lock_text = next_lock.or(lock.text()).map(str::to_owned);
    let lock = next_lock.is_some().then(|| Mark::of(&path));
    let next = pipeline::next_change(&programme, &plan.listings, at);
    #[cfg(feature = "notify")]
    let telling = options.notify.then(|| telling::Telling::new(&checked.channels, &programme, &plan.listings, at));
    let recorded = plan.listings.iter().map(RevisedListing::recorded).collect();
    let generation = generation.making_feeds(Arc::new(OwnFeeds::new(programme, recorded)));
    Ok(BuildOutcome::Site(Box::new(Site {
        generation,
        at,
        next,
        lock,
        lock_text,
        #[cfg(feature = "notify")]
        telling,
    })))
}

/// Prints a report, unless it says what was reported last: a state is told once, however often it is built.
fn report_once(context: &Context, report: &Report, reported: &mut Vec<u8>) -> Result<(), Error> {
    let mut words = Vec::new();
    text::render(report, false, &mut words).map_err(|error| Error::io("write", Path::new("the report"), error))?;
    if words == *reported {
        return Ok(());
    }
    *reported = words;
    print_report(context, report)
}

/// Keeps what is served as the schedules are.
struct Rebuilder {
    context: Context,
    options: Serve,
    app: Arc<App>,
    watch: Watch,
    notices: Notices,
    /// What was said of the schedules last.
    reported: Vec<u8>,
    next: Option<DateTime<Utc>>,
    /// The lock file that what is served was made with.
    lock_text: Option<String>,
    /// Who tells people of what changed.
    #[cfg(feature = "notify")]
    teller: Option<telling::Teller>,
}

impl Rebuilder {
    fn run(mut self) {
        loop {
            let is_told = self.notices.wait(self.pause());
            let is_due = self.next.is_some_and(|next| now().is_ok_and(|now| now >= next));
            let has_changed = self.watch.has_changed();
            if !is_told && has_changed {
                // Nothing told of it: the folder may be another one by now.
                self.notices = Notices::of(&self.context.schedules);
            }
            if is_told && has_changed || self.watch.has_settled() || is_due {
                self.rebuild();
            }
        }
    }

    /// Until it is time to look again, or for the next change that is known of.
    fn pause(&self) -> Duration {
        let is_watched = self.notices.watcher.is_some() && !self.watch.has_changed();
        let interval = if is_watched { LONG_POLL_INTERVAL } else { POLL_INTERVAL };
        let ahead = self.next.and_then(|next| (next - DateTime::<Utc>::from(SystemTime::now())).to_std().ok());
        ahead.map_or(interval, |ahead| ahead.clamp(Duration::from_millis(1), interval))
    }

    fn rebuild(&mut self) {
        self.watch.begin();
        let last = self.app.generation();
        // What the build reads is not changed by it, so nothing is left half changed by a panic.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            build_site(&self.context, &self.options, Some(&last), self.lock_text.as_deref(), &mut self.reported)
        }));
        let (why, problems, retry) = match outcome {
            Ok(Ok(BuildOutcome::Site(site))) => {
                self.next = site.next;
                self.lock_text.clone_from(&site.lock_text);
                if let Some(lock) = &site.lock {
                    self.watch.set_lock(lock);
                }
                let health = site.health();
                self.app.replace(site.generation, health);
                #[cfg(feature = "notify")]
                if let Some((teller, telling)) = self.teller.as_ref().zip(site.telling) {
                    teller.tell(telling);
                }
                print_status(&self.context, "The schedules were built again, and are served.");
                return;
            }
            Ok(Ok(BuildOutcome::Refused(why))) => (why, String::from_utf8_lossy(&self.reported).into_owned(), None),
            Ok(Err(error)) => {
                complain(&self.context, &error);
                let why = "the schedules, or the lock file, could not be read or written; standard error tells why";
                (why.to_owned(), error.to_string(), Some(RETRY_DELAY))
            }
            Err(_) => ("of a fault in summitcal itself; standard error tells where".to_owned(), String::new(), None),
        };
        let _ = writeln!(io::stderr(), "summitcal: what was built last is served still, because {why}");
        let Ok(at) = now() else { return };
        // Only another edit helps, but for what the disk did.
        self.next = retry.map(|retry| at + retry);
        let health = self.app.health();
        let since = health.stale.as_ref().map_or(at, |(_, since)| *since);
        self.app.set_stale(Health { stale: Some((why, since)), next: self.next, ..(*health).clone() }, problems);
    }
}

/// Uses the tokens as their file has them. Apart from builds, so that a revocation counts however long a build takes.
struct TokenWatch {
    context: Context,
    path: PathBuf,
    app: Arc<App>,
    mark: Mark,
}

impl TokenWatch {
    fn run(mut self) {
        loop {
            thread::sleep(POLL_INTERVAL);
            let mark = Mark::of(&self.path);
            if mark == self.mark {
                continue;
            }
            self.mark = mark;
            // A token that was revoked may be among those that were read before, so none of them opens anything any more.
            let tokens = Tokens::read(&self.path).map_err(|error| {
                complain(&self.context, &error);
                "the tokens cannot be read; standard error tells why".to_owned()
            });
            self.app.set_tokens(tokens);
        }
    }
}
