//! Tells people what changed, through the channels of `channels.yaml`: what is told is made first, whole and without the network;
//! then every channel is sent to at the same time, so that none holds up another.
//!
//! Delivery is at least once: where an answer is lost, a message is sent again. Nothing is remembered of what was sent.

mod http;
mod mail;
mod payload;
mod recipients;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::thread;

use crate::error::Error;
use crate::programme::{Channel, ChannelKind, Id, Language, MailTarget, Setting, Settings, Target, UiLanguage};
use crate::render::atom;
use crate::render::message::{Message, Reader, message};
use crate::revision::Tellable;

/// What a channel is to be told.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) channel: Channel,
    content: Content,
    /// Of mail, the lines of the file of recipients that are meant; all, unless they are named.
    pub(crate) lines: Option<BTreeSet<usize>>,
}

#[derive(Debug, Clone)]
enum Content {
    /// A message for each language in which there is something to tell.
    Messages(BTreeMap<UiLanguage, Message>),
    /// The addresses of what changed, for a hub.
    Topics(Vec<String>),
}

/// What is told through each of these channels, as far as there is anything to tell. `visits` are the ids of the visits of the
/// programme, in its order.
pub(crate) fn prepare(channels: &[Channel], told: &[Tellable], settings: &Settings, visits: &[Id]) -> Vec<Prepared> {
    let prepared = |channel: &Channel| {
        let theirs = told.iter().filter(|told| told.change.audience == channel.audience);
        let theirs: Vec<&Tellable> =
            theirs.filter(|told| told.concerns(channel.visits.as_deref(), &channel.only)).collect();
        let content = match &channel.target {
            Target::Hub(_) => Content::Topics(topics(channel, &theirs, settings, visits)),
            Target::Url(_) | Target::Mail(_) => Content::Messages(messages(channel, &theirs, settings)),
        };
        let is_empty = match &content {
            Content::Messages(messages) => messages.is_empty(),
            Content::Topics(topics) => topics.is_empty(),
        };
        (!is_empty).then(|| Prepared { channel: channel.clone(), content, lines: None })
    };
    channels.iter().filter_map(prepared).collect()
}

/// The messages of a channel: in its own language, and for mail in each that recipients may read.
fn messages(channel: &Channel, told: &[&Tellable], settings: &Settings) -> BTreeMap<UiLanguage, Message> {
    let own = [channel.ui_language];
    let languages = if channel.kind == ChannelKind::Mail { UiLanguage::ALL } else { &own };
    let in_language = |ui_language: &UiLanguage| {
        let is_own = *ui_language == channel.ui_language;
        let language = if is_own { channel.language.clone() } else { Language::of_program(*ui_language) };
        let (ui_language, clocks) = (*ui_language, &*channel.also);
        let reader = Reader { audience: channel.audience, ui_language, language: &language, clocks };
        Some((ui_language, message(told, reader, settings)?))
    };
    languages.iter().filter_map(in_language).collect()
}

/// The addresses of the changes and of the feeds that are other than they were.
fn topics(channel: &Channel, told: &[&Tellable], settings: &Settings, visits: &[Id]) -> Vec<String> {
    let Some(base) = settings.base_url.get(channel.audience) else { return Vec::new() };
    let languages = if settings.pages.is_empty() { &[UiLanguage::English][..] } else { &settings.pages };
    let mut topics = Vec::new();
    for ui_language in languages {
        let language = Language::of_program(*ui_language);
        let reader = Reader { audience: channel.audience, ui_language: *ui_language, language: &language, clocks: &[] };
        if message(told, reader, settings).is_some() {
            topics.push(format!("{base}/{}", settings.path_in(*ui_language, atom::NAME)));
        }
    }
    for feed in settings.feeds.iter().filter(|feed| feed.audience == channel.audience) {
        let id = |position: &usize| visits.get(*position).cloned();
        let named: Option<Vec<Id>> = feed.visits.as_ref().map(|positions| positions.iter().filter_map(id).collect());
        // A feed of visits of which nothing is shown any more may not be there.
        let is_there = |told: &&&Tellable| feed.visits.is_none() || told.visit_title.is_some();
        if told.iter().filter(is_there).any(|told| told.concerns(named.as_deref(), &feed.only)) {
            topics.push(format!("{base}/feeds/{}.ics", feed.id));
        }
    }
    topics
}

/// What channels need of the environment and of the machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    /// The values of the environment variables that channels name.
    pub(crate) variables: BTreeMap<String, String>,
    /// The folder of the schedules, in which nobody's address belongs.
    pub(crate) schedules: PathBuf,
    /// How often what failed is tried again.
    pub(crate) retries: u32,
}

impl Environment {
    fn variable(&self, name: &str) -> Result<&str, String> {
        let value = self.variables.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        value.ok_or_else(|| format!("the environment variable {name} is not set"))
    }

    fn setting<'s>(&'s self, setting: &'s Setting) -> Result<&'s str, String> {
        match setting {
            Setting::Variable(name) => self.variable(name),
            Setting::Written(value) => Ok(value),
        }
    }

    /// Words of a library, without what may be secret in them.
    fn without_secrets(&self, words: &str) -> String {
        const SHORTEST: usize = 4;
        let mut secrets: Vec<String> = self.variables.values().cloned().collect();
        for url in self.variables.values().filter_map(|value| url::Url::parse(value.trim()).ok()) {
            secrets.extend([url.username().to_owned(), url.password().unwrap_or_default().to_owned()]);
            secrets.extend([url.path().to_owned(), url.query().unwrap_or_default().to_owned()]);
            secrets.extend(url.path_segments().into_iter().flatten().map(str::to_owned));
        }
        secrets.retain(|secret| secret.len() >= SHORTEST);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.iter().fold(words.to_owned(), |words, secret| words.replace(secret.as_str(), "…"))
    }
}

/// The environment variables that channels name.
pub(crate) fn variables(channels: &[Channel]) -> BTreeSet<String> {
    let named = |channel: &Channel| match &channel.target {
        Target::Url(Setting::Variable(name)) => vec![name.clone()],
        Target::Mail(mail) => {
            let MailTarget { smtp, from, recipients } = &**mail;
            let mut names = vec![smtp.clone(), recipients.clone()];
            names.extend(match from {
                Setting::Variable(name) => Some(name.clone()),
                Setting::Written(_) => None,
            });
            names
        }
        Target::Url(Setting::Written(_)) | Target::Hub(_) => Vec::new(),
    };
    channels.iter().flat_map(named).collect()
}

/// What became of what a channel was to be told.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) channel: Id,
    /// How many messages were sent.
    pub(crate) sent: usize,
    /// Why the others were not.
    pub(crate) failure: Option<Failure>,
}

/// What was not sent.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// How many messages.
    pub(crate) unsent: usize,
    /// Why, without anything secret.
    pub(crate) why: String,
    /// Of mail, to which lines of the file of recipients; empty where none was sent.
    lines: Vec<usize>,
}

impl Failure {
    fn new(unsent: usize, why: impl Into<String>) -> Self {
        Self { unsent, why: why.into(), lines: Vec::new() }
    }
}

impl Outcome {
    /// What was not sent, and why, in a sentence.
    pub(crate) fn failure_text(&self) -> Option<String> {
        let Failure { unsent, why, .. } = self.failure.as_ref()?;
        let of = unsent + self.sent;
        let what = if of == 1 { "The message".to_owned() } else { format!("{unsent} of {of} messages") };
        let verb = if *unsent == 1 { "was" } else { "were" };
        Some(format!("{what} to the channel “{}” {verb} not sent: {why}.", self.channel))
    }

    /// What `--only` takes to send what was not sent.
    pub(crate) fn only(&self) -> String {
        let lines = self.failure.iter().flat_map(|failure| &failure.lines);
        let lines = ranges(&lines.copied().collect());
        if lines.is_empty() { self.channel.to_string() } else { format!("{}:{lines}", self.channel) }
    }
}

/// Numbers in a row as ranges: `4,17-20`.
fn ranges(numbers: &BTreeSet<usize>) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let range = |(first, last): &(usize, usize)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(",")
}

/// Sends everything, all channels at the same time, and says what became of each, in the order of the channels.
pub(crate) fn send(prepared: &[Prepared], environment: &Environment) -> Result<Vec<Outcome>, Error> {
    let cannot = |error: &dyn std::fmt::Display| Error::new(format!("cannot send anything: {error}"));
    let client = http::Client::new(environment).map_err(|error| cannot(&error))?;
    let one = |prepared: &Prepared| match (&prepared.content, &prepared.channel.target) {
        (Content::Messages(messages), Target::Mail(target)) => mail::send(prepared, target, messages, environment),
        (Content::Messages(messages), _) => client.send_messages(&prepared.channel, messages),
        (Content::Topics(topics), _) => client.ping(&prepared.channel, topics),
    };
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for prepared in prepared {
            threads.push(thread::Builder::new().spawn_scoped(scope, || one(prepared)).map_err(|error| cannot(&error))?);
        }
        let outcome = |(prepared, thread): (&Prepared, thread::ScopedJoinHandle<'_, Outcome>)| {
            let fault = || {
                let failure = Failure::new(1, "of a fault in summitcal itself; standard error tells where");
                Outcome { channel: prepared.channel.id.clone(), sent: 0, failure: Some(failure) }
            };
            thread.join().unwrap_or_else(|_| fault())
        };
        Ok(prepared.iter().zip(threads).map(outcome).collect())
    })
}

/// What would be sent, for people: each message as it would go out.
pub(crate) fn preview(prepared: &Prepared, environment: &Environment, with_html: bool) -> String {
    let channel = &prepared.channel;
    let (id, kind, audience) = (&channel.id, channel.kind.word(), channel.audience.word());
    let mut text = String::new();
    match (&prepared.content, &channel.target) {
        (Content::Topics(topics), Target::Hub(hub)) => {
            let _ = writeln!(text, "== {id} ({kind}, {audience}): {hub} is told that these changed");
            text.extend(topics.iter().map(|topic| format!("{topic}\n")));
        }
        (Content::Messages(messages), Target::Mail(target)) => {
            text.push_str(&mail::preview(prepared, target, messages, (environment, with_html)));
        }
        (Content::Messages(messages), _) => {
            for message in messages.values() {
                let bodies = payload::bodies(channel.kind, message, None);
                for (number, body) in (1..).zip(&bodies) {
                    let language = message.ui_language.word();
                    let _ = writeln!(text, "== {id} ({kind}, {audience}, {language}): {number} of {}", bodies.len());
                    let _ = writeln!(text, "{body:#}");
                }
            }
        }
        (Content::Topics(_), _) => {}
    }
    text
}
