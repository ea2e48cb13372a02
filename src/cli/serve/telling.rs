//! `serve --notify`: tells people what changes from one build to the next. Changes that follow each other are gathered for a while
//! and told at once; a thread of its own waits and others send, so that no build and no answer is held up.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::cli::{Context, notify as command, now, resources};
use crate::error::Error;
use crate::notify::{self, Environment};
use crate::programme::{Channel, Id, Programme, Settings, Visit};
use crate::publish::http::App;
use crate::revision::{self, RevisedListing, SeenState};
use crate::zone::rfc3339;

/// How often what failed is tried again.
const RETRIES: u32 = 5;
/// How long is waited, at the end, for what is still being sent.
const STOPPING: Duration = Duration::from_secs(10);
/// How long it is waited before a channel that is still being sent to is looked at again.
const BUSY: Duration = Duration::from_millis(200);

/// A build as people can be told of it.
#[derive(Debug, Clone)]
pub(super) struct Telling(Arc<Built>);

#[derive(Debug)]
struct Built {
    seen: SeenState,
    channels: Vec<Channel>,
    settings: Settings,
    /// The ids of its visits, in order.
    visits: Vec<Id>,
}

impl Telling {
    pub(super) fn new(
        channels: &[Channel],
        programme: &Programme,
        listings: &[RevisedListing<'_>],
        at: DateTime<Utc>,
    ) -> Self {
        Telling(Arc::new(Built {
            seen: SeenState::new(revision::states(programme, at), listings),
            channels: channels.to_vec(),
            settings: programme.settings().clone(),
            visits: programme.visits().iter().map(Visit::id).cloned().collect(),
        }))
    }
}

/// Who tells people.
#[derive(Debug, Clone)]
pub(super) struct Teller {
    news: Sender<News>,
    /// Says when everything was told, once it was asked to finish.
    finished: Arc<Mutex<Receiver<()>>>,
}

enum News {
    /// A later build.
    Built(Telling),
    /// Nothing more comes.
    Finish,
}

impl Teller {
    /// Begins with a build of which nobody is told anything: whatever it says, it may have said before.
    pub(super) fn start(context: &Context, first: Telling, app: Arc<App>) -> Result<Self, Error> {
        if first.0.channels.is_empty() {
            return Err(command::no_channels(context));
        }
        let ((news, coming), (finish, finished)) = (mpsc::channel(), mpsc::channel());
        let gathering = Gathering {
            context: context.clone(),
            app,
            latest: first,
            waiting: BTreeMap::new(),
            sending: BTreeMap::new(),
        };
        let run = move || {
            gathering.run(&coming);
            let _ = finish.send(());
        };
        drop(resources::spawn(run)?);
        Ok(Teller { news, finished: Arc::new(Mutex::new(finished)) })
    }

    /// Tells of a later build.
    pub(super) fn tell(&self, telling: Telling) {
        let _ = self.news.send(News::Built(telling));
    }

    /// Tells at once what is still gathered, and waits for that, but not for ever.
    pub(super) fn finish(&self) {
        let _ = self.news.send(News::Finish);
        if let Ok(finished) = self.finished.lock() {
            let _ = finished.recv_timeout(STOPPING);
        }
    }
}

/// What a channel has not been told yet.
struct Waiting {
    /// The last build that it knows.
    since: Telling,
    due: Instant,
}

/// Gathers changes for each channel until they are due.
struct Gathering {
    context: Context,
    app: Arc<App>,
    latest: Telling,
    waiting: BTreeMap<Id, Waiting>,
    /// The threads that send, by channel.
    sending: BTreeMap<Id, thread::JoinHandle<()>>,
}

impl Gathering {
    fn run(mut self, coming: &Receiver<News>) {
        loop {
            let due = self.waiting.values().map(|waiting| waiting.due).min();
            let news = match due {
                Some(due) => coming.recv_timeout(due.saturating_duration_since(Instant::now())),
                None => coming.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match news {
                Ok(News::Built(telling)) => self.gather(telling),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(News::Finish) | Err(RecvTimeoutError::Disconnected) => break,
            }
            self.tell_due();
        }
        for waiting in self.waiting.values_mut() {
            waiting.due = Instant::now();
        }
        while !self.waiting.is_empty() {
            self.tell_due();
            thread::sleep(BUSY.min(Duration::from_millis(20)));
        }
        for (_, sending) in self.sending {
            let _ = sending.join();
        }
    }

    /// Notes a later build: a channel is told of it once its time is over, which the first change begins.
    fn gather(&mut self, telling: Telling) {
        let before = std::mem::replace(&mut self.latest, telling);
        for channel in &self.latest.0.channels {
            let due = Instant::now() + channel.gather_for;
            self.waiting.entry(channel.id.clone()).or_insert_with(|| Waiting { since: before.clone(), due });
        }
        let channels = &self.latest.0.channels;
        self.waiting.retain(|id, _| channels.iter().any(|channel| channel.id == *id));
    }

    fn tell_due(&mut self) {
        let due: Vec<Id> =
            self.waiting.iter().filter(|(_, it)| it.due <= Instant::now()).map(|(id, _)| id.clone()).collect();
        for id in due {
            if self.sending.get(&id).is_some_and(|sending| !sending.is_finished()) {
                // One after the other, so that what came first is read first.
                if let Some(waiting) = self.waiting.get_mut(&id) {
                    waiting.due = Instant::now() + BUSY;
                }
                continue;
            }
            let Some(waiting) = self.waiting.remove(&id) else { continue };
            self.send(&id, &waiting.since);
        }
    }

    /// Sends a channel what changed since a build, in a thread of its own.
    fn send(&mut self, id: &Id, since: &Telling) {
        let now = &self.latest.0;
        let settings = &now.settings;
        let told = revision::tellable(&since.0.seen, &now.seen, settings.uid_namespace, settings.database);
        let channels: Vec<Channel> = now.channels.iter().filter(|channel| channel.id == *id).cloned().collect();
        let prepared = notify::prepare(&channels, &told, settings, &now.visits);
        if prepared.is_empty() {
            return;
        }
        let environment: Environment = command::environment(&self.context, &channels, RETRIES);
        let (app, name) = (Arc::clone(&self.app), id.to_string());
        let work = move || {
            let outcomes = notify::send(&prepared, &environment);
            let (sent, failure) = match outcomes {
                Ok(outcomes) => {
                    let sent = outcomes.iter().map(|outcome| outcome.sent).sum();
                    (sent, outcomes.iter().find_map(notify::Outcome::failure_text))
                }
                Err(error) => (0, Some(error.to_string())),
            };
            let at = now_text();
            if let Some(failure) = &failure {
                let _ = writeln!(io::stderr(), "summitcal: {failure}");
            }
            app.note_told(&name, sent, failure, &at);
        };
        match thread::Builder::new().spawn(work) {
            Ok(sending) => drop(self.sending.insert(id.clone(), sending)),
            Err(error) => {
                let failure = format!("nothing was sent to the channel “{id}”: a thread cannot be started: {error}");
                let _ = writeln!(io::stderr(), "summitcal: {failure}");
                self.app.note_told(id.as_str(), 0, Some(failure), &now_text());
            }
        }
    }
}

/// The instant that it is, for those who run the server.
fn now_text() -> String {
    now().map(rfc3339).unwrap_or_default()
}
