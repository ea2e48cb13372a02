//! What requests are answered with.
//!
//! What may not be seen is answered like what is not there: the same status, headers and bytes, whatever is wrong with a token.
//! Below `/press/` and `/staff/`, where programs have to be asked for a password before they send one, the same holds of
//! the asking. A feed that nothing makes any more is answered 404 and never 410, because some apps end a subscription for
//! good on 410, and never with an empty calendar, because some then forget all that they had.

use std::any::Any;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::SystemTime;

use arc_swap::{ArcSwap, ArcSwapOption};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
    WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use headers::HeaderMapExt;
use headers::authorization::{Authorization, Basic};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use super::generation::{EVERYBODY, File, Generation, NO_PAGE, policy};
use super::own_feed::{self, Made};
use super::request::{AcceptedEncodings, Encoding, decode, has_copy, is_at_this_machine};
use super::status::{Health, Metrics, ToldChannel};
use super::tokens::Tokens;
use crate::programme::Audience;
use crate::render::html;

/// What is served. Each of its parts is replaced as a whole, without making those that read it wait.
#[derive(Debug)]
pub struct App {
    generation: ArcSwap<Generation>,
    health: ArcSwap<Health>,
    /// The tokens, or why they could not be read; then none of them opens anything.
    tokens: ArcSwap<Result<Tokens, String>>,
    /// Where those listen who may be shown what is wrong with the schedules, in their own words; nowhere, unless that is said.
    author: Option<SocketAddr>,
    problems: ArcSwapOption<String>,
    /// How many feeds of one's own may be made at a time.
    making: Arc<Semaphore>,
    /// What became of messages, by channel.
    told: Mutex<BTreeMap<String, ToldChannel>>,
    pub(super) metrics: Metrics,
}

impl App {
    /// Serves a generation.
    #[must_use]
    pub fn new(generation: Generation, health: Health, tokens: Tokens) -> Self {
        Self {
            generation: ArcSwap::from_pointee(generation),
            health: ArcSwap::from_pointee(health),
            tokens: ArcSwap::from_pointee(Ok(tokens)),
            author: None,
            problems: ArcSwapOption::empty(),
            making: Arc::new(Semaphore::new(thread::available_parallelism().map_or(1, usize::from))),
            told: Mutex::default(),
            metrics: Metrics::default(),
        }
    }

    /// Shows on pages what is wrong with the schedules, if this address is one of this machine alone.
    #[must_use]
    pub fn with_problems_shown(self, address: SocketAddr) -> Self {
        Self { author: Some(address).filter(|address| address.ip().is_loopback()), ..self }
    }

    /// What is served now.
    #[must_use]
    pub fn generation(&self) -> Arc<Generation> {
        self.generation.load_full()
    }

    /// How the last builds went.
    #[must_use]
    pub fn health(&self) -> Arc<Health> {
        self.health.load_full()
    }

    /// Serves another generation from now on.
    pub fn replace(&self, generation: Generation, health: Health) {
        self.metrics.builds_succeeded.fetch_add(1, Relaxed);
        self.generation.store(Arc::new(generation));
        self.problems.store(None);
        self.health.store(Arc::new(health));
    }

    /// Goes on with what is served, because the schedules cannot be built; `problems` says why in their own words.
    pub fn set_stale(&self, health: Health, problems: String) {
        self.metrics.builds_failed.fetch_add(1, Relaxed);
        self.problems.store(Some(Arc::new(problems)));
        self.health.store(Arc::new(health));
    }

    /// Uses these tokens from now on, or none if they could not be read; the reason is shown to those who run the server.
    pub fn set_tokens(&self, tokens: Result<Tokens, String>) {
        self.tokens.store(Arc::new(tokens));
    }

    /// Notes what became of messages to a channel: how many were sent, and why others were not.
    pub fn note_told(&self, channel: &str, sent: usize, failure: Option<String>, at: &str) {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.metrics.messages_sent.fetch_add(count(sent), Relaxed);
        self.metrics.messages_failed.fetch_add(count(usize::from(failure.is_some())), Relaxed);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let known = told.entry(channel.to_owned()).or_default();
        known.sent += count(sent);
        known.failure = failure.map(|why| (why, at.to_owned()));
    }

    fn told(&self) -> BTreeMap<String, ToldChannel> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn tokens_error(&self) -> Option<String> {
        self.tokens.load().as_ref().as_ref().err().cloned()
    }

    /// Whose tree a token opens, if that has one.
    fn audience_of(&self, token: &str) -> Option<Audience> {
        let tokens = self.tokens.load();
        tokens.as_ref().as_ref().ok()?.opened_by(token, SystemTime::now().into())
    }
}

/// The routes of a site.
pub fn router(app: &Arc<App>) -> Router {
    let router = Router::new()
        .route("/healthz", get(status))
        .method_not_allowed_fallback(async |request: Request| other_method(&request))
        .fallback(file);
    catch_panics(router).with_state(Arc::clone(app))
}

/// The routes of what only those who run the server should know.
pub fn admin_router(app: &Arc<App>) -> Router {
    let router = Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .method_not_allowed_fallback(async |request: Request| other_method(&request))
        .fallback(async || not_found());
    catch_panics(router).with_state(Arc::clone(app))
}

/// A panic ends neither the server nor the connection.
fn catch_panics<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    let respond = |_: Box<dyn Any + Send>| text(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here.\n");
    router.layer(CatchPanicLayer::custom(respond))
}

async fn status(State(app): State<Arc<App>>) -> Response {
    let json = app.health.load().status_json(app.tokens_error().as_deref());
    response(StatusCode::OK, "application/json", json)
}

async fn health(State(app): State<Arc<App>>) -> Response {
    let json = app.health.load().json(app.tokens_error().as_deref(), app.generation.load().number(), &app.told());
    response(StatusCode::OK, "application/json", json)
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let text = app.metrics.text(&app.health.load(), app.generation.load().number());
    response(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text)
}

/// A file of a tree.
async fn file(State(app): State<Arc<App>>, request: Request) -> Response {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return other_method(&request);
    }
    // Without its body, which nobody asks for, it may be waited with.
    let request = request.map(|_| ());
    let headers = request.headers();
    let Some(path) = decode(request.uri().path()) else { return bad_path() };
    let generation = app.generation.load_full();
    if let (Some(query), Route::Tree(audience, name)) = (request.uri().query(), route(&path, headers, &app))
        && let Some(making) = own_feed::Making::of(&generation, (audience, name), query)
    {
        return match making.make(&app.making).await {
            Made::Feed(file) => send(&file, headers),
            Made::Response(response) => response,
        };
    }
    match route(&path, headers, &app) {
        Route::Tree(audience, name) => match generation.get(audience, name) {
            Some(file) => match app.problems.load().as_ref().zip(app.author) {
                Some((problems, address)) if file.is_page() && is_at_this_machine(&request, address) => {
                    send_with_problems(file, problems)
                }
                _ => send(file, headers),
            },
            None if generation.has_folder(audience, name) => {
                let mut response = redirect_to_folder(name);
                if audience == Audience::Public {
                    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, EVERYBODY);
                }
                response
            }
            None => nothing_here(&generation, headers),
        },
        Route::TreeWithoutSlash(audience, name) if generation.has_tree(audience) => redirect_to_folder(name),
        Route::TreeWithoutSlash(..) | Route::NotFound => nothing_here(&generation, headers),
        Route::Unauthorized => unauthorized(),
    }
}

/// Where a path leads.
enum Route<'p> {
    /// To a file of an audience's tree, by its path there.
    Tree(Audience, &'p str),
    /// To a tree, but without the slash at its end; with what stands before that.
    TreeWithoutSlash(Audience, &'p str),
    NotFound,
    Unauthorized,
}

fn route<'p>(path: &'p str, headers: &HeaderMap, app: &App) -> Route<'p> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match (first, rest) {
        ("t", Some(rest)) => {
            let (token, name) = rest.split_once('/').map_or((rest, None), |(token, name)| (token, Some(name)));
            match (app.audience_of(token), name) {
                (Some(audience), Some(name)) => Route::Tree(audience, name),
                (Some(audience), None) => Route::TreeWithoutSlash(audience, token),
                (None, _) => Route::NotFound,
            }
        }
        ("press" | "staff", rest) => {
            let password = headers.typed_get::<Authorization<Basic>>();
            match password.and_then(|basic| app.audience_of(basic.password())) {
                Some(audience) if audience.word() == first => match rest {
                    Some(name) => Route::Tree(audience, name),
                    None => Route::TreeWithoutSlash(audience, first),
                },
                _ => Route::Unauthorized,
            }
        }
        _ => Route::Tree(Audience::Public, path),
    }
}

/// The file that a response has, or of which it says that it is unchanged.
#[derive(Debug, Clone)]
pub(super) struct ServedFile {
    file: Arc<File>,
    encoding: Encoding,
}

impl ServedFile {
    pub(super) fn audience(&self) -> Audience {
        self.file.info.audience
    }

    pub(super) fn path(&self) -> &str {
        &self.file.info.path
    }

    pub(super) fn encoding(&self) -> &'static str {
        self.encoding.word()
    }
}

fn send(file: &Arc<File>, headers: &HeaderMap) -> Response {
    let variant = file.variant(&AcceptedEncodings::new(headers));
    let mut response = Response::default();
    if has_copy(headers, &variant.etag, file.info.modified.map(SystemTime::from)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.headers_mut().clone_from(&variant.unchanged_headers);
    } else {
        response.headers_mut().clone_from(&variant.headers);
        *response.body_mut() = Body::from(variant.body.clone());
    }
    response.extensions_mut().insert(ServedFile { file: Arc::clone(file), encoding: variant.encoding });
    response
}

/// A page with what is wrong with the schedules at its head. Only browsers of this machine get it, and no script of another site.
fn send_with_problems(file: &Arc<File>, problems: &str) -> Response {
    let page = file.page_with(&html::problems(problems));
    let mut response = response(StatusCode::OK, "text/html; charset=utf-8", page);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy(&file.info.path));
    response
}

/// To a folder, by its path without the slash. The address is relative, so that it holds behind a proxy too.
fn redirect_to_folder(path: &str) -> Response {
    let folder = path.rsplit('/').next().unwrap_or(path);
    let Ok(address) = HeaderValue::try_from(format!("{folder}/")) else { return not_found() };
    let mut response = text(StatusCode::MOVED_PERMANENTLY, "It is the same with a slash at the end.\n");
    response.headers_mut().insert(LOCATION, address);
    response
}

/// That there is nothing, for browsers as a page: the public's, whatever tree the address is of.
fn nothing_here(generation: &Generation, headers: &HeaderMap) -> Response {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let is_browser = accepts.is_some_and(|accepts| accepts.contains("text/html"));
    let page = generation.get(Audience::Public, html::NOT_FOUND).filter(|_| is_browser);
    let mut response = not_found();
    if let Some(page) = page {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy(html::NOT_FOUND));
        *response.body_mut() = Body::from(page.bytes());
    }
    response
}

fn not_found() -> Response {
    text(StatusCode::NOT_FOUND, "There is nothing here.\n")
}

fn unauthorized() -> Response {
    let mut response = text(StatusCode::UNAUTHORIZED, "This needs a token, as the password.\n");
    let challenge = HeaderValue::from_static("Basic realm=\"summitcal\", charset=\"UTF-8\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// The answer to what is neither GET nor HEAD. Scripts of other sites may read the public tree, and no other; whether a file
/// is there, or a token is one, is not looked at.
fn other_method(request: &Request) -> Response {
    let Some(path) = decode(request.uri().path()) else { return bad_path() };
    let is_asking = *request.method() == Method::OPTIONS;
    let mut response = if is_asking {
        text(StatusCode::NO_CONTENT, "")
    } else {
        text(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered.\n")
    };
    let headers = response.headers_mut();
    headers.insert(ALLOW, METHODS);
    let is_public = path.split('/').nth(1).is_none_or(|first| !["t", "press", "staff", "healthz"].contains(&first));
    if is_asking && is_public {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, EVERYBODY);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, EVERYBODY);
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    }
    response
}

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

fn bad_path() -> Response {
    text(StatusCode::BAD_REQUEST, "This path cannot be meant.\n")
}

pub(super) fn text(status: StatusCode, text: impl Into<Body>) -> Response {
    response(status, "text/plain; charset=utf-8", text)
}

/// A response that is no file. Its headers say nothing of what was asked for.
fn response(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    const HEADERS: [(HeaderName, HeaderValue); 4] = [
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (CONTENT_SECURITY_POLICY, NO_PAGE),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    let content_type = [(CONTENT_TYPE, HeaderValue::from_static(media_type))];
    (status, content_type, HEADERS, body.into()).into_response()
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered() {
        let fails = async |_: Request| -> Response { panic!("on purpose") };
        let router: Router = catch_panics(Router::new().route("/", get(fails)).fallback(fails));
        for path in ["/", "/other"] {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            let response = router.clone().oneshot(request).await.expect("an answer");
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
        }
    }
}
