//! What the server answers, without a socket: its router over the trees that a build has made.
#![cfg(feature = "serve")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT_ENCODING, AUTHORIZATION, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use axum::http::{HeaderValue, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use summitcal::check::check;
use summitcal::document::File;
use summitcal::programme::Audience;
use summitcal::publish::http::{App, Generation, Health, Tokens, router};
use summitcal::revision::{Lock, plan};
use summitcal::source::Source;
use summitcal::tree::{self, Tree};
use summitcal::zone::Database;
use tower::ServiceExt;

use super::Folder;
use super::server::Reply;

/// The trees of a folder as its lock file has them at an instant: those that a build has just written.
pub(crate) fn trees(folder: &Folder, at: DateTime<Utc>) -> Vec<Tree> {
    let schedules = folder.path().join("schedules");
    let mut names: Vec<String> = fs::read_dir(&schedules)
        .expect("readable")
        .map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"))
        .filter(|name| name.rsplit_once('.').is_some_and(|(_, ending)| ending == "yaml"))
        .filter(|name| name != "channels.yaml")
        .collect();
    names.sort();
    let source = |name: &str| {
        let bytes = fs::read(schedules.join(name)).expect("readable");
        Source::new(name, bytes).expect("UTF-8, and not too long")
    };
    let file = |name: &str| File::new(Arc::new(source(name)));
    let visits: Vec<File> = names.iter().filter(|name| *name != "feeds.yaml").map(|name| file(name)).collect();
    let checked = check(&visits, Some(&file("feeds.yaml")), Database::bundled());
    let programme = checked.programme.expect("it was built");
    let lock = Lock::parse(source("revisions.lock")).expect("it was written by a build");
    let plan = plan(&lock, &programme, &[], at);
    plan.listings.iter().map(|revised| tree::render(revised, programme.settings())).collect()
}

/// The name of the file of tokens.
const TOKENS: &str = "tokens.json";

/// One of an audience, with a token if it needs one.
pub(crate) struct Reader {
    /// Where the file of tokens is.
    folder: Folder,
    /// What the paths of its tree begin with.
    prefix: String,
    password: String,
}

impl Reader {
    pub(crate) fn new(audience: Audience) -> Self {
        if audience == Audience::Public {
            return Reader { folder: Folder::new(), prefix: "/".to_owned(), password: String::new() };
        }
        let named = Tokens::default().with_new(audience, None, DateTime::UNIX_EPOCH, None);
        let (tokens, _, token) = named.expect("random numbers");
        let (token, folder) = (token.reveal(), Folder::new());
        tokens.write(&folder.path().join(TOKENS)).expect("a file can be written");
        let password = format!("Basic {}", STANDARD.encode(format!("anybody:{token}")));
        Reader { folder, prefix: format!("/t/{token}/"), password }
    }

    fn tokens(&self) -> Tokens {
        Tokens::read(&self.folder.path().join(TOKENS)).expect("a file of tokens, or none")
    }
}

/// What to ask.
pub(crate) struct Questions<'q> {
    /// Paths of a tree, those of files that are there no more or never were for this audience among them.
    pub(crate) paths: &'q BTreeSet<String>,
    /// Those of which it is not asked when they last changed.
    pub(crate) undated: &'q BTreeSet<String>,
    /// Since when the others are asked for.
    pub(crate) instants: &'q [DateTime<Utc>],
}

/// The request, as far as it tells one from another.
type Question = (&'static str, String, Option<(HeaderName, String)>);

impl Questions<'_> {
    /// Every path in every way that a client may ask for it, and what is nobody's.
    fn all(&self, reader: &Reader) -> Vec<Question> {
        let mut all: Vec<Question> = Vec::new();
        for path in self.paths {
            let address = format!("{}{path}", reader.prefix);
            all.extend(["identity", "gzip", "br"].map(|coding| {
                let method = if coding == "br" { "HEAD" } else { "GET" };
                (method, address.clone(), Some((ACCEPT_ENCODING, coding.to_owned())))
            }));
            let instants = self.instants.iter().filter(|_| !self.undated.contains(path));
            all.extend(instants.map(|since| {
                let since = since.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
                ("GET", address.clone(), Some((IF_MODIFIED_SINCE, since)))
            }));
            if let Some(folder) = address.strip_suffix("index.html") {
                all.push(("GET", folder.to_owned(), None));
                all.extend(
                    folder.strip_suffix('/').filter(|_| path.contains('/')).map(|to| ("GET", to.to_owned(), None)),
                );
            }
        }
        for path in ["/healthz", "/metrics", "/feeds/host.ics", "/press/", "/staff/manifest.json", "/t/0/", "/none"] {
            all.extend(["GET", "HEAD", "POST", "OPTIONS"].map(|method| (method, path.to_owned(), None)));
            all.push(("GET", path.to_owned(), Some((AUTHORIZATION, reader.password.clone()))));
        }
        all
    }
}

/// A server.
pub(crate) struct Site(Arc<App>);

impl Site {
    /// One that is just starting. `next` is what it alone knows: when the next embargo lifts.
    pub(crate) fn new(trees: Vec<Tree>, reader: &Reader, at: DateTime<Utc>, next: DateTime<Utc>) -> Self {
        let health = Health { made: at, stale: None, next: Some(next) };
        Site(Arc::new(App::new(Generation::new(trees, None, at), health, reader.tokens())))
    }

    /// The same server after another build.
    pub(crate) fn replace(&self, trees: Vec<Tree>, at: DateTime<Utc>, next: DateTime<Utc>) {
        let generation = Generation::new(trees, Some(&self.0.generation()), at);
        self.0.replace(generation, Health { made: at, stale: None, next: Some(next) });
    }

    /// What it answers, by what it was asked.
    pub(crate) fn answers(&self, reader: &Reader, questions: &Questions<'_>) -> BTreeMap<String, Reply> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let router = router(&self.0);
        let ask = |(method, address, header): &Question| {
            let mut request = Request::builder().method(*method).uri(address);
            if let Some((name, value)) = header {
                request = request.header(name, value);
            }
            let request = request.body(Body::empty()).expect("a request");
            runtime.block_on(async {
                let response = router.clone().oneshot(request).await.expect("an answer");
                let (head, body) = response.into_parts();
                let text = |value: &HeaderValue| value.to_str().expect("ASCII").to_owned();
                Reply {
                    status: head.status.as_u16(),
                    headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
                    body: to_bytes(body, usize::MAX).await.expect("a body").to_vec(),
                }
            })
        };
        let mut answers = BTreeMap::new();
        for question in questions.all(reader) {
            let reply = ask(&question);
            let (method, address, header) = &question;
            if let Some(tag) = reply.headers.get("etag").filter(|_| *method == "GET") {
                let again = ("GET", address.clone(), Some((IF_NONE_MATCH, tag.clone())));
                answers.insert(format!("once more {address} {header:?}"), ask(&again));
            }
            answers.insert(format!("{method} {address} {header:?}"), reply);
        }
        let folders = questions.undated.iter().filter_map(|path| path.strip_suffix("index.html"));
        let undated = questions.undated.iter().map(String::as_str).chain(folders);
        let prefixes = [&reader.prefix, "/press/"];
        let undated: Vec<String> =
            undated.flat_map(|path| prefixes.map(|prefix| format!(" {prefix}{path} "))).collect();
        for (question, reply) in &mut answers {
            if undated.iter().any(|path| question.contains(path)) {
                reply.headers.remove("last-modified");
            }
        }
        answers
    }
}
