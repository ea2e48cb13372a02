//! `summitcal serve`: builds, serves over HTTP, and builds again on change.
//!
//! The schedules are looked at twice a second, and built when they are other than they were and have been still for a
//! moment, so that a file that is half saved is not taken for one that is wrong. They are built too when an embargo lifts
//! or a withdrawal has been told for long enough. What cannot be built leaves what is served as it is.

mod watch;

use std::io::{self, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rayon::prelude::*;

use self::watch::Watch;
use super::mark::Mark;
use super::{Next, NextLock, Outcome, Schedules, build, complain, now, print_report, revisions, token};
use crate::cli::{Global, Log, Serve};
use crate::error::Error;
use crate::output::http::{self, AccessLog, App, Generation, Health, Limits, Tokens};
use crate::site;

/// How often the schedules and the tokens are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How long after a build that failed for want of something other than good schedules it is tried again.
const RETRY: TimeDelta = TimeDelta::seconds(10);

pub(crate) fn run(global: &Global, options: &Serve) -> Result<Outcome, Error> {
    let tokens_path = &options.tokens.path;
    token::refuse_place(tokens_path, &global.schedules)?;
    let tokens = Tokens::read(tokens_path)?;
    let (tokens_mark, watch) = (Mark::of(tokens_path), Watch::start(&global.schedules));
    let made = match make(global, options, None)? {
        Made::Site(made) => *made,
        Made::Nothing(_) => return Ok(Outcome::Findings),
    };
    let listener = TcpListener::bind(&options.addr)
        .map_err(|error| Error::new(format!("cannot listen at {}: {error}", options.addr)))?;
    let address = listener.local_addr().map_err(|error| Error::new(format!("cannot listen: {error}")))?;
    let connections = usize::try_from(options.connections).unwrap_or(usize::MAX);
    let limits = Limits { connections, ..Limits::default() }.within_system();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (next, health) = (made.next, made.health());
    let app = Arc::new(App::new(made.generation, tokens, health, workers));
    let log = (options.log == Log::Json).then(|| AccessLog::to(io::stdout()));
    let stop = AtomicBool::new(false);
    let mut builder = Builder { global, options, app: &app, stop: &stop, watch, tokens_mark, next };
    thread::scope(|scope| {
        scope.spawn(|| builder.run());
        let served = http::serve(listener, &app, limits, log, || {
            let trees = app.generation();
            tell(global, &format!("Serving the public tree at http://{address}/{}.", others(&trees)));
        });
        stop.store(true, Relaxed);
        served
    })?;
    tell(global, "Stopped.");
    Ok(Outcome::Clean)
}

/// The trees that only a token opens.
fn others(generation: &Generation) -> String {
    let names: Vec<_> = crate::programme::Audience::ALL
        .iter()
        .filter(|audience| audience.word() != "public" && generation.len(**audience).is_some())
        .map(|audience| audience.word())
        .collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!(", and for those with a token that of {}", names.join(" and of ")),
    }
}

fn tell(global: &Global, words: &str) {
    if !global.quiet {
        let _ = writeln!(io::stderr(), "{words}");
    }
}

/// What a build came to.
enum Made {
    Site(Box<Site>),
    /// Why there is none, in words that tell nothing of the schedules.
    Nothing(String),
}

struct Site {
    generation: Generation,
    at: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
    /// The lock file as this build left it, if it wrote it.
    lock: Option<Mark>,
}

impl Site {
    fn health(&self) -> Health {
        Health { made: self.at, stale: None, tokens: None, next: self.next }
    }
}

/// Builds, remembers the revisions, and makes all that is to be served.
fn make(global: &Global, options: &Serve, before: Option<&Generation>) -> Result<Made, Error> {
    let at = now()?;
    // Before the schedules, so that whatever others publish of later ones is noticed: the lock file is another by then.
    let lock = revisions::lock_bytes(&global.schedules)?;
    let schedules = Schedules::read_all(&global.schedules)?;
    let mut checked = schedules.check();
    let lock = revisions::lock_of(&global.schedules, lock, &mut checked.report);
    let wrong = |errors: usize| {
        let errors = if errors == 1 { "an error".to_owned() } else { format!("{errors} errors") };
        Made::Nothing(format!("the schedules have {errors}; standard error tells which"))
    };
    let (Some(programme), Some(lock)) = (checked.programme.take(), lock) else {
        print_report(global, &checked.report)?;
        return Ok(wrong(checked.report.counts().errors));
    };
    let mut next_lock = NextLock::begin(&global.schedules, options.locked, None);
    let mut pen = |parts: &[&[u8]], changed| next_lock.write(&lock, parts, changed);
    let plan = build::planned(&lock, &programme, (&schedules, &mut checked), (at, None), &mut pen)?;
    print_report(global, &checked.report)?;
    if checked.report.has_errors() {
        return Ok(wrong(checked.report.counts().errors));
    }
    if plan.lock_changes && options.locked {
        let why = "the lock file would change, and --locked forbids that; build, and commit the lock file";
        complain(global, &Error::new(why));
        return Ok(Made::Nothing(why.to_owned()));
    }
    let Next { lease, staged, .. } = next_lock.finish(&lock, plan.lock_changes, |_| Ok(()))?;
    let trees = plan.revised.par_iter().map(|revised| site::in_memory(revised, programme.settings())).collect();
    let generation = Generation::of(trees, before, at);
    // Remembered before anybody sees it, so that whatever stops this process, the next one serves the same.
    if let Some(mut staged) = staged {
        staged.publish()?;
    }
    // While nobody else may write to it.
    let lock = plan.lock_changes.then(|| Mark::of(&revisions::lock_path(&global.schedules)));
    drop(lease);
    let (_, next) = build::turns(&programme, &plan.revised, at);
    Ok(Made::Site(Box::new(Site { generation, at, next, lock })))
}

/// Keeps what is served as the schedules are.
struct Builder<'a> {
    global: &'a Global,
    options: &'a Serve,
    app: &'a App,
    stop: &'a AtomicBool,
    watch: Watch,
    tokens_mark: Mark,
    next: Option<DateTime<Utc>>,
}

impl Builder<'_> {
    fn run(&mut self) {
        while !self.stop.load(Relaxed) {
            thread::sleep(self.pause());
            self.heed_tokens();
            let is_due = self.next.is_some_and(|next| now().is_ok_and(|now| now >= next));
            if self.watch.has_settled() || is_due {
                self.build();
            }
        }
    }

    /// Until it is time to look again, or for the next change that is known of.
    fn pause(&self) -> Duration {
        let ahead =
            self.next.and_then(|next| (next - DateTime::<Utc>::from(std::time::SystemTime::now())).to_std().ok());
        ahead.map_or(LOOK, |ahead| ahead.clamp(Duration::from_millis(1), LOOK))
    }

    fn build(&mut self) {
        self.watch.begin();
        let before = self.app.generation();
        let made = make(self.global, self.options, Some(&before));
        let (why, retry) = match made {
            Ok(Made::Site(site)) => {
                self.next = site.next;
                if let Some(lock) = &site.lock {
                    self.watch.wrote_lock(lock);
                }
                let health = Health { tokens: self.app.health().tokens.clone(), ..site.health() };
                self.app.replace(site.generation, health);
                tell(self.global, "The schedules were built again, and are served.");
                return;
            }
            Ok(Made::Nothing(why)) => (why, None),
            Err(error) => {
                complain(self.global, &error);
                (
                    "the schedules, or the lock file, could not be read or written; standard error tells why"
                        .to_owned(),
                    Some(RETRY),
                )
            }
        };
        let _ = writeln!(io::stderr(), "summitcal: what was built last is served still, because {why}");
        let Ok(at) = now() else { return };
        // Only another edit helps, but for what the disk did.
        self.next = retry.map(|retry| at + retry);
        let health = self.app.health();
        let since = health.stale.as_ref().map_or(at, |(_, since)| *since);
        self.app.keep(Health { stale: Some((why, since)), next: self.next, ..(*health).clone() });
    }

    /// Reads the tokens again if their file is another.
    fn heed_tokens(&mut self) {
        let path: &Path = &self.options.tokens.path;
        let mark = Mark::of(path);
        if mark == self.tokens_mark {
            return;
        }
        self.tokens_mark = mark;
        match Tokens::read(path) {
            Ok(tokens) => self.app.heed(tokens, None),
            // A token that was revoked may be among those that were read before, so none of them holds.
            Err(error) => {
                complain(self.global, &error);
                self.app
                    .heed(Tokens::default(), Some("the tokens cannot be read; standard error tells why".to_owned()));
            }
        }
    }
}
