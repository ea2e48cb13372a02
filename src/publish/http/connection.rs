//! Connections: how many there may be, and how long each may take.
//!
//! Where all are taken, a new one takes the place of the one that has been idle for longest; if none is idle, of the one whose
//! client keeps its response waiting for longest and too long; and is refused otherwise.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tower::ServiceExt;

use super::Limits;
use super::app::{App, ServedFile};
use super::log::{AccessLog, LoggedRequest};
use super::stream::{Activity, SharedActivity, TimedStream};

/// How many clients may be told at a time that there is no room; the others hear nothing.
const MAX_REFUSALS: usize = 64;
/// How long a client gets to read that.
const REFUSAL_TIME: Duration = Duration::from_secs(1);
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 30\r\nConnection: close\r\n\r\n";

/// All connections.
pub(super) struct Connections {
    app: Arc<App>,
    limits: Limits,
    router: Router,
    log: Option<SyncSender<String>>,
    open: Mutex<HashMap<u64, OpenConnection>>,
    refusals: Arc<Semaphore>,
}

struct OpenConnection {
    activity: Arc<SharedActivity>,
    task: AbortHandle,
}

impl Connections {
    pub(super) fn new(app: Arc<App>, router: Router, limits: Limits, log: Option<&AccessLog>) -> Arc<Self> {
        Arc::new(Self {
            app,
            router,
            limits,
            log: log.map(AccessLog::lines),
            open: Mutex::default(),
            refusals: Arc::new(Semaphore::new(MAX_REFUSALS)),
        })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, OpenConnection>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Accepts connections for ever.
    pub(super) async fn accept(self: Arc<Self>, listener: TcpListener, shutdown: &GracefulShutdown) {
        for number in 0.. {
            let (stream, _) = loop {
                match listener.accept().await {
                    Ok(accepted) => break accepted,
                    // For want of files, or because the client has gone: others may have better luck, in a moment.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            };
            self.app.metrics.accepted.fetch_add(1, Relaxed);
            if self.make_room() {
                self.start(number, stream, shutdown.watcher());
            } else {
                self.refuse(stream);
            }
        }
    }

    /// Whether there is room for a connection, if need be after closing another.
    fn make_room(&self) -> bool {
        let mut open = self.open();
        if open.len() < self.limits.connections {
            return true;
        }
        let now = Instant::now();
        let closable = open.iter().filter_map(|(number, connection)| match connection.activity.get() {
            Activity::Idle(since) => Some((false, since, *number)),
            Activity::Serving(since) => {
                (now - since >= self.limits.response_when_full).then_some((true, since, *number))
            }
        });
        let evicted = closable.min().and_then(|(_, _, number)| open.remove(&number));
        drop(open);
        let Some(evicted) = evicted else { return false };
        evicted.task.abort();
        self.app.metrics.evicted.fetch_add(1, Relaxed);
        true
    }

    /// Says that there is no room.
    fn refuse(&self, mut stream: TcpStream) {
        self.app.metrics.refused.fetch_add(1, Relaxed);
        let Ok(permit) = Arc::clone(&self.refusals).try_acquire_owned() else { return };
        tokio::spawn(async move {
            let _permit = permit;
            let refusal = async {
                stream.write_all(REFUSAL).await?;
                stream.shutdown().await?;
                // If what the client sends were not read, the system would end the connection before it has read this.
                while stream.read(&mut [0; 1024]).await? > 0 {}
                std::io::Result::Ok(())
            };
            let _ = tokio::time::timeout(REFUSAL_TIME, refusal).await;
        });
    }

    fn start(self: &Arc<Self>, number: u64, tcp: TcpStream, watcher: Watcher) {
        let _ = tcp.set_nodelay(true);
        let activity = SharedActivity::new();
        let stream = TimedStream::new(tcp, self.limits, Arc::clone(&activity));
        let serving = Arc::clone(&activity);
        let guard = OpenGuard::new(Arc::clone(self), number);
        // Locked until it is in the map, so that it is not taken out before.
        let mut open = self.open();
        let task = tokio::spawn(async move {
            if guard.connections.serve(stream, &serving, watcher).await.is_err() {
                guard.connections.app.metrics.failed.fetch_add(1, Relaxed);
            }
        });
        open.insert(number, OpenConnection { activity, task: task.abort_handle() });
    }

    async fn serve(&self, stream: TimedStream, activity: &SharedActivity, watcher: Watcher) -> hyper::Result<()> {
        let respond = service_fn(|request| {
            activity.set_serving();
            self.respond(request)
        });
        // Without a timer: hyper's would run while a client takes a response too.
        let connection =
            http1::Builder::new().max_buf_size(self.limits.head_bytes).serve_connection(TokioIo::new(stream), respond);
        watcher.watch(connection).await
    }

    /// Answers a request, counts it, and logs it.
    async fn respond(&self, request: Request<Incoming>) -> Result<Response, Infallible> {
        let is_head = *request.method() == Method::HEAD;
        let logged = self.log.as_ref().map(|lines| (lines, LoggedRequest::new(&request)));
        let mut response = self.router.clone().oneshot(request).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            // axum says 0, which is not the length of the file.
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        let file = response.extensions_mut().remove::<ServedFile>();
        let bytes = if is_head { 0 } else { response.body().size_hint().lower() };
        self.app.metrics.count_request(file.as_ref().map(ServedFile::audience), response.status().as_u16(), bytes);
        if let Some((lines, request)) = logged
            && lines.try_send(request.line(&response, file.as_ref(), bytes)).is_err()
        {
            self.app.metrics.lost_lines.fetch_add(1, Relaxed);
        }
        Ok(response)
    }
}

/// Counts a connection as open until it is dropped, however its task ends.
struct OpenGuard {
    connections: Arc<Connections>,
    number: u64,
}

impl OpenGuard {
    fn new(connections: Arc<Connections>, number: u64) -> Self {
        connections.app.metrics.open.fetch_add(1, Relaxed);
        Self { connections, number }
    }
}

impl Drop for OpenGuard {
    fn drop(&mut self) {
        self.connections.open().remove(&self.number);
        self.connections.app.metrics.open.fetch_sub(1, Relaxed);
    }
}
