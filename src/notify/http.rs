//! Requests to channels: with timeouts, tried again where that may help, and without redirects, which would lead a secret away.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use tokio::runtime::Runtime;
use url::{Host, Url, form_urlencoded};

use super::{Environment, Failure, Outcome, payload};
use crate::programme::{Channel, ChannelKind, Target, UiLanguage};
use crate::render::message::Message;

/// How long a server may take to be reached, and for an answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long it is waited before the first repetition; each further one waits twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest that it is waited, whoever asks for it.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What sends requests.
pub(super) struct Client<'e> {
    /// For other machines, and for this one, which no proxy is between.
    http: [reqwest::Client; 2],
    runtime: Runtime,
    environment: &'e Environment,
}

/// A request to be sent.
struct Post {
    url: Url,
    content_type: &'static str,
    body: String,
}

/// Why an attempt failed.
struct Fault {
    why: String,
    retry: Retry,
}

/// Whether another attempt may succeed.
enum Retry {
    Never,
    /// After a while.
    Soon,
    /// After as long as the server asks for.
    After(Duration),
}

impl<'e> Client<'e> {
    pub(super) fn new(environment: &'e Environment) -> Result<Self, String> {
        // Another part of the process may have named a provider before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = concat!("summitcal/", env!("CARGO_PKG_VERSION"), " notify");
        let builder = || {
            reqwest::Client::builder()
                .user_agent(agent)
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TIMEOUT)
                .redirect(reqwest::redirect::Policy::none())
        };
        let build = |builder: reqwest::ClientBuilder| builder.build().map_err(|error| error.without_url().to_string());
        let http = [build(builder())?, build(builder().no_proxy())?];
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        Ok(Self { http, runtime: runtime.map_err(|error| error.to_string())?, environment })
    }

    /// Tells a channel its messages, one after the other.
    pub(super) fn send_messages(&self, channel: &Channel, messages: &BTreeMap<UiLanguage, Message>) -> Outcome {
        let Target::Url(setting) = &channel.target else { unreachable!("what has messages has an address") };
        let named = self.environment.setting(setting).and_then(|address| {
            let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            url.ok_or_else(|| "its address is none that begins with https:// or http://".to_owned())
        });
        let outcome = |sent: usize, failure: Option<Failure>| Outcome { channel: channel.id.clone(), sent, failure };
        let (url, topic) = match named.and_then(|url| addressed(channel.kind, url)) {
            Ok(addressed) => addressed,
            Err(why) => return outcome(0, Some(Failure::new(1, why))),
        };
        let bodies = messages.values().flat_map(|message| payload::bodies(channel.kind, message, topic.as_deref()));
        let posts: Vec<Post> = bodies
            .map(|body| Post { url: url.clone(), content_type: "application/json", body: body.to_string() })
            .collect();
        let (sent, failure) = self.in_order(&posts);
        outcome(sent, failure)
    }

    /// Tells a hub what changed, one address after the other.
    pub(super) fn ping(&self, channel: &Channel, topics: &[String]) -> Outcome {
        let Target::Hub(hub) = &channel.target else { unreachable!("what has topics has a hub") };
        let post = |topic: &String| {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.append_pair("hub.mode", "publish").append_pair("hub.url", topic).append_pair("hub.topic", topic);
            let (url, body) = (Url::parse(hub).ok()?, form.finish());
            Some(Post { url, content_type: "application/x-www-form-urlencoded", body })
        };
        let posts: Vec<Post> = topics.iter().filter_map(post).collect();
        let (sent, failure) = self.in_order(&posts);
        Outcome { channel: channel.id.clone(), sent, failure }
    }

    /// Sends requests until one fails.
    fn in_order(&self, posts: &[Post]) -> (usize, Option<Failure>) {
        for (sent, post) in posts.iter().enumerate() {
            if let Err(why) = self.runtime.block_on(self.post(post)) {
                return (sent, Some(Failure::new(posts.len() - sent, self.environment.without_secrets(&why))));
            }
        }
        (posts.len(), None)
    }

    async fn post(&self, post: &Post) -> Result<(), String> {
        let mut pause = FIRST_PAUSE;
        let mut attempts = 1;
        loop {
            let Err(fault) = self.attempt(post).await else { return Ok(()) };
            let wait = match fault.retry {
                Retry::Soon if attempts <= self.environment.retries => pause,
                Retry::After(asked) if attempts <= self.environment.retries => asked,
                _ => {
                    let times = if attempts > 1 { format!(" ({attempts} attempts)") } else { String::new() };
                    return Err(fault.why + &times);
                }
            };
            if wait > LONGEST_PAUSE {
                let seconds = wait.as_secs();
                return Err(format!("{}, and asks to wait for {seconds} seconds, which is too long", fault.why));
            }
            tokio::time::sleep(wait).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            attempts += 1;
        }
    }

    async fn attempt(&self, post: &Post) -> Result<(), Fault> {
        let http = &self.http[usize::from(is_loopback(&post.url))];
        let request = http.post(post.url.clone()).header(CONTENT_TYPE, post.content_type).body(post.body.clone());
        let response = request.send().await.map_err(|error| failed(&error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(());
        }
        let code = status.as_u16();
        let retry = match code {
            408 | 425 | 429 | 500 | 502..=504 | 506..=599 => {
                asked_for(response.headers()).map_or(Retry::Soon, Retry::After)
            }
            _ => Retry::Never,
        };
        let why = match code {
            300..=399 => {
                format!("the server leads elsewhere (status {code}), and an address with a secret is not handed on")
            }
            401 | 403 => format!("the server does not accept its address or its password (status {code})"),
            404 | 410 => format!("there is nothing at its address any more (status {code})"),
            429 => format!("the server takes no more messages for now (status {code})"),
            _ => format!("the server answers with status {code}"),
        };
        Err(Fault { why, retry })
    }
}

/// The address that is sent to, and the topic of ntfy, which stands at its end.
fn addressed(kind: ChannelKind, mut url: Url) -> Result<(Url, Option<String>), String> {
    if kind != ChannelKind::Ntfy {
        return Ok((url, None));
    }
    let none = || "its address has no topic at its end, as https://ntfy.example.org/TOPIC has".to_owned();
    let topic = url.path_segments().and_then(Iterator::last).unwrap_or_default();
    let topic = percent_decoded(topic);
    if topic.is_empty() {
        return Err(none());
    }
    url.path_segments_mut().map_err(|()| none())?.pop().push("");
    Ok((url, Some(topic)))
}

fn percent_decoded(text: &str) -> String {
    form_urlencoded::parse(format!("t={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// How long a server asks to wait: so many seconds, or until an instant.
fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let asked = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = asked.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = DateTime::parse_from_rfc2822(asked).ok()?.to_utc();
    Some((until - DateTime::<Utc>::from(SystemTime::now())).to_std().unwrap_or_default())
}

/// What went wrong before there was an answer, without the address, in which a secret may be.
fn failed(error: &reqwest::Error) -> Fault {
    let mut cause = String::new();
    let mut source = std::error::Error::source(error);
    while let Some(next) = source {
        cause = next.to_string();
        source = next.source();
    }
    let what = if error.is_timeout() {
        "the server does not answer in time"
    } else if error.is_connect() {
        "the server cannot be reached"
    } else {
        "the server ends the connection before it has answered"
    };
    let why = if cause.is_empty() || error.is_timeout() { what.to_owned() } else { format!("{what}: {cause}") };
    let is_final = error.is_builder() || cause.contains("certificate");
    Fault { why, retry: if is_final { Retry::Never } else { Retry::Soon } }
}

/// Whether an address is this machine's own.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
