//! What a request is answered with.
//!
//! What may not be seen is answered like what is not there: the same status, headers and bytes, whatever is wrong with a token.
//! Below `/press/` and `/staff/`, where programs have to be asked for a password before they send one, the same holds of
//! the asking. A feed that nothing makes any more is answered 404 and never 410, because some apps end a subscription for
//! good on 410, and never with an empty calendar, because some then forget all that they had.

use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hyper::body::Bytes;
use hyper::header::{ALLOW, AUTHORIZATION, FORWARDED, HeaderName, HeaderValue, LOCATION, VIA, WWW_AUTHENTICATE};
use hyper::{HeaderMap, Method, Response, StatusCode};

use super::conditional::has_it;
use super::generation::Generation;
use super::headers::plain;
use super::health::Health;
use super::metrics::{self, Builds, Counters};
use super::path::decode;
use super::payload::Payload;
use super::tokens::Tokens;
use crate::programme::Audience;

const TEXT: &str = "text/plain; charset=utf-8";

/// What is served. Each of its parts is replaced as a whole, and whoever reads it does not wait.
#[derive(Debug)]
pub struct App {
    generation: ArcSwap<Generation>,
    tokens: ArcSwap<Tokens>,
    health: ArcSwap<Health>,
    builds: Builds,
    /// One a worker.
    pub(super) counters: Vec<Counters>,
}

/// An answer, and what the log may say of it.
#[derive(Debug)]
pub struct Answer<'r> {
    /// What is sent.
    pub response: Response<Payload>,
    /// Whose tree it is from.
    pub audience: Option<Audience>,
    /// The path of the file, within its tree.
    pub(super) file: Option<&'r str>,
    /// The path that was asked for, secrets and all.
    pub(super) asked: &'r str,
    pub(super) encoding: &'static str,
}

impl Answer<'_> {
    pub(super) fn length(&self) -> usize {
        self.response.body().bytes().len()
    }
}

/// Where a path leads.
enum Way<'p> {
    Tree(Audience, &'p str),
    /// To a folder, without the slash at its end.
    Folder(String),
    Missing,
    Locked,
}

impl App {
    /// Serves a generation, with so many workers.
    #[must_use]
    pub fn new(generation: Generation, tokens: Tokens, health: Health, workers: usize) -> Self {
        Self {
            generation: ArcSwap::from_pointee(generation),
            tokens: ArcSwap::from_pointee(tokens),
            health: ArcSwap::from_pointee(health),
            builds: Builds::default(),
            counters: std::iter::repeat_with(Counters::default).take(workers.max(1)).collect(),
        }
    }

    /// What is served now.
    #[must_use]
    pub fn generation(&self) -> Arc<Generation> {
        self.generation.load_full()
    }

    /// How it is with the site.
    #[must_use]
    pub fn health(&self) -> Arc<Health> {
        self.health.load_full()
    }

    /// Serves another generation from now on.
    pub fn replace(&self, generation: Generation, health: Health) {
        self.builds.succeeded.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.generation.store(Arc::new(generation));
        self.health.store(Arc::new(health));
    }

    /// Goes on with what is served, because the schedules cannot be.
    pub fn keep(&self, health: Health) {
        self.builds.failed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.health.store(Arc::new(health));
    }

    /// Heeds these tokens from now on; a reason if they could not be read.
    pub fn heed(&self, tokens: Tokens, unreadable: Option<String>) {
        self.tokens.store(Arc::new(tokens));
        self.health.store(Arc::new(Health { tokens: unreadable, ..(*self.health()).clone() }));
    }

    /// Answers a request. `local` is whether it comes from this machine.
    #[must_use]
    pub fn answer<'r>(&self, method: &Method, path: &'r str, headers: &HeaderMap, local: bool) -> Answer<'r> {
        let bare = *method == Method::HEAD;
        let mut answer =
            Answer { response: Response::default(), audience: None, file: None, asked: path, encoding: "identity" };
        if *method != Method::GET && !bare {
            answer.response = refusal(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered.\n");
            answer.response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return answer;
        }
        // Most paths are those of public files, as they stand.
        let generation = self.generation.load();
        let found = path.strip_prefix('/').and_then(|file| Some((file, generation.get(Audience::Public, file)?)));
        if let Some((name, file)) = found {
            answer.audience = Some(Audience::Public);
            answer.file = Some(name);
            answer.file(file, headers);
        } else {
            self.seek(&mut answer, &generation, headers, local);
        }
        if bare {
            *answer.response.body_mut() = Payload::empty();
        }
        answer
    }

    fn seek(&self, answer: &mut Answer<'_>, generation: &Generation, headers: &HeaderMap, local: bool) {
        let Ok(path) = decode(answer.asked) else {
            answer.response = refusal(StatusCode::BAD_REQUEST, "This path cannot be meant.\n");
            return;
        };
        let local = local && !is_forwarded(headers);
        match &*path {
            "/healthz" => {
                let health = self.health.load().json(generation.number(), local);
                answer.response = text(StatusCode::OK, health.into(), "application/json");
                return;
            }
            "/metrics" if local => {
                let text_of = metrics::text(&self.counters, &self.builds, &self.health.load(), generation.number());
                answer.response = text(StatusCode::OK, text_of.into(), "text/plain; version=0.0.4; charset=utf-8");
                return;
            }
            _ => {}
        }
        match self.way(&path, generation, headers) {
            Way::Tree(audience, name) => {
                answer.audience = Some(audience);
                if let Some(file) = generation.get(audience, name) {
                    // The same name in what was asked, if nothing in it was encoded; what a log has no need of it leaves.
                    answer.file =
                        answer.asked.ends_with(name).then(|| &answer.asked[answer.asked.len() - name.len()..]);
                    answer.file(file, headers);
                } else if let Some(folder) = folder(name, |path| generation.get(audience, path).is_some()) {
                    answer.response = moved(&folder);
                } else {
                    answer.audience = None;
                    answer.response = missing();
                }
            }
            Way::Folder(to) => answer.response = moved(&to),
            Way::Missing => answer.response = missing(),
            Way::Locked => answer.response = locked(),
        }
    }

    fn way<'p>(&self, path: &'p str, generation: &Generation, headers: &HeaderMap) -> Way<'p> {
        let rest = path.strip_prefix('/').unwrap_or(path);
        if let Some(rest) = rest.strip_prefix("t/") {
            let (token, name) = rest.split_once('/').map_or((rest, None), |(token, name)| (token, Some(name)));
            let opened = self.tokens.load().opened_by(token, now());
            return match (opened.filter(|audience| generation.len(*audience).is_some()), name) {
                (Some(audience), Some(name)) => Way::Tree(audience, name),
                (Some(_), None) => Way::Folder(format!("{token}/")),
                (None, _) => Way::Missing,
            };
        }
        for audience in [Audience::Press, Audience::Staff] {
            let Some(rest) = rest.strip_prefix(audience.word()) else { continue };
            if !rest.is_empty() && !rest.starts_with('/') {
                continue;
            }
            if self.by_password(headers) != Some(audience) {
                return Way::Locked;
            }
            return match rest.strip_prefix('/') {
                Some(name) => Way::Tree(audience, name),
                None => Way::Folder(format!("{}/", audience.word())),
            };
        }
        Way::Tree(Audience::Public, rest)
    }

    /// Whose tree the password of HTTP Basic opens.
    fn by_password(&self, headers: &HeaderMap) -> Option<Audience> {
        let (scheme, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = STANDARD.decode(credentials.trim()).ok()?;
        let (_, token) = str::from_utf8(&decoded).ok()?.split_once(':')?;
        self.tokens.load().opened_by(token, now())
    }
}

impl Answer<'_> {
    fn file(&mut self, file: &super::served::Served, headers: &HeaderMap) {
        let variant = file.variant(headers);
        self.encoding = variant.encoding.word();
        if has_it(headers, variant.etag.as_bytes(), file.modified) {
            *self.response.status_mut() = StatusCode::NOT_MODIFIED;
            self.response.headers_mut().clone_from(&variant.unchanged);
            return;
        }
        self.response.headers_mut().clone_from(&variant.whole);
        *self.response.body_mut() = variant.body.clone().into();
    }
}

fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// Whether a request came through a proxy, so that its sender may be anywhere.
fn is_forwarded(headers: &HeaderMap) -> bool {
    const BY: [HeaderName; 5] = [
        FORWARDED,
        VIA,
        HeaderName::from_static("x-forwarded-for"),
        HeaderName::from_static("x-forwarded-host"),
        HeaderName::from_static("x-real-ip"),
    ];
    BY.iter().any(|name| headers.contains_key(name))
}

/// Where a folder with a page of its own is, seen from its name without a slash.
fn folder(name: &str, holds: impl Fn(&str) -> bool) -> Option<String> {
    let folder = format!("{name}/");
    (!name.is_empty() && holds(&folder)).then(|| folder.rsplit('/').nth(1).map(|last| format!("{last}/"))).flatten()
}

fn text(status: StatusCode, body: Bytes, media_type: &'static str) -> Response<Payload> {
    let headers = plain(body.len(), media_type);
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn refusal(status: StatusCode, words: &'static str) -> Response<Payload> {
    text(status, Bytes::from_static(words.as_bytes()), TEXT)
}

fn missing() -> Response<Payload> {
    refusal(StatusCode::NOT_FOUND, "There is nothing here.\n")
}

fn locked() -> Response<Payload> {
    let mut response = refusal(StatusCode::UNAUTHORIZED, "This needs a token, as the password.\n");
    let ask = HeaderValue::from_static("Basic realm=\"summitcal\", charset=\"UTF-8\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, ask);
    response
}

/// To a place seen from here, so that it holds behind a proxy too.
fn moved(to: &str) -> Response<Payload> {
    let Ok(to) = HeaderValue::try_from(to) else { return missing() };
    let mut response = refusal(StatusCode::MOVED_PERMANENTLY, "It is the same with a slash at the end.\n");
    response.headers_mut().insert(LOCATION, to);
    response
}
