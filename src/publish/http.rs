//! Trees over HTTP, from memory.
//!
//! The public tree is at `/`. The others are at `/t/TOKEN/`, for calendar apps, which can send no headers; and at `/press/` and
//! `/staff/` with HTTP Basic, where the token is the password and any user name will do. What only those who run the server
//! should know is at another address.
//!
//! axum routes requests, hyper speaks HTTP/1.1 (RFC 9112), and tokio runs both. Everything that can be known of a response
//! before it is asked for is made with its [`Generation`]: compressed bodies, entity tags, headers. Not supported, because
//! calendar apps ask for none of it: ranges, trailers, HTTP/2 and TLS (a proxy has them), and compression on the fly.

mod app;
mod connection;
mod generation;
mod log;
mod own_feed;
mod request;
mod status;
mod stream;
pub mod tokens;

pub use app::{App, admin_router, router};
pub use generation::Generation;
pub use log::AccessLog;
pub use own_feed::{MakesFeeds, OwnFeed};
pub use status::Health;
pub use tokens::Tokens;

use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;

use self::connection::Connections;
use crate::error::Error;

/// What clients may ask of the server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// How long a connection may be idle, or take to send the head of a request.
    pub idle: Duration,
    /// Bytes of the head of a request.
    pub head_bytes: usize,
    /// How long a client may take for a response.
    pub response: Duration,
    /// The same while others are refused for want of room.
    pub response_when_full: Duration,
    /// How long connections that are being served get when the server stops.
    pub stopping: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            idle: Duration::from_secs(30),
            head_bytes: 16_384,
            response: Duration::from_secs(120),
            response_when_full: Duration::from_secs(10),
            stopping: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// The same, with no more connections than the system allows this process, after raising that as far as it goes.
    #[must_use]
    pub fn within_system(self) -> Self {
        /// Files that are open for other reasons.
        const OTHER_FILES: u64 = 128;
        #[cfg(unix)]
        {
            use rustix::process::{Resource, getrlimit, setrlimit};
            let mut files = getrlimit(Resource::Nofile);
            if files.current < files.maximum || (files.current.is_some() && files.maximum.is_none()) {
                files.current = files.maximum;
                let _ = setrlimit(Resource::Nofile, files);
            }
            let files = getrlimit(Resource::Nofile).current;
            let max_open = files.map_or(u64::MAX, |files| files.saturating_sub(OTHER_FILES).max(16));
            Self { connections: self.connections.min(usize::try_from(max_open).unwrap_or(usize::MAX)), ..self }
        }
        #[cfg(not(unix))]
        self
    }
}

/// Serves until `stop` is done, and what is being served then to its end. Must run on a tokio runtime.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    limits: Limits,
    log: Option<AccessLog>,
    stop: impl Future<Output = ()>,
) -> Result<(), Error> {
    let connections = Connections::new(Arc::clone(&app), router(&app), limits, log.as_ref());
    accept(listener, connections, limits, stop).await?;
    if let Some(log) = log {
        log.finish().await;
    }
    Ok(())
}

/// Serves what only those who run the server should know, for ever: `/healthz` with its reasons, and `/metrics`.
pub async fn serve_admin(listener: TcpListener, app: Arc<App>, limits: Limits) -> Result<(), Error> {
    let connections = Connections::new(Arc::clone(&app), admin_router(&app), limits, None);
    accept(listener, connections, limits, std::future::pending()).await
}

async fn accept(
    listener: TcpListener,
    connections: Arc<Connections>,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> Result<(), Error> {
    let cannot = |error: std::io::Error| Error::new(format!("cannot serve: {error}"));
    listener.set_nonblocking(true).map_err(cannot)?;
    let listener = tokio::net::TcpListener::from_std(listener).map_err(cannot)?;
    let shutdown = GracefulShutdown::new();
    tokio::select! {
        () = connections.accept(listener, &shutdown) => {}
        () = stop => {}
    }
    let _ = tokio::time::timeout(limits.stopping, shutdown.shutdown()).await;
    Ok(())
}

/// A future that is done when the process is asked to end (SIGTERM or SIGINT). Must be called on a tokio runtime.
#[cfg(unix)]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Error> {
    use tokio::signal::unix::{SignalKind, signal};

    let listen = |kind| signal(kind).map_err(|error| Error::new(format!("cannot wait for signals: {error}")));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// A future that is done when the process is asked to end. Must be called on a tokio runtime.
#[cfg(not(unix))]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Error> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
