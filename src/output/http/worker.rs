//! One thread that answers: its connections are its own.

use std::convert::Infallible;
use std::future::{self, Future};
use std::io::Write;
use std::net::TcpStream;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc::UnboundedReceiver;

use super::answer::App;
use super::connection::{Connection, Order, Stream};
use super::log::Lines;
use super::metrics::Counters;
use super::server::Limits;

/// How often a worker looks after its connections and its log.
const TICK: Duration = Duration::from_millis(200);

/// So many answers between two waits are many.
const MANY: u64 = 4;

/// What the server tells a worker.
pub(super) enum Errand {
    Accept(TcpStream, bool),
    Stop,
}

/// What all connections of a worker share.
pub(super) struct Worker {
    app: Arc<App>,
    number: usize,
    limits: Limits,
    /// How many connections it may have.
    room: usize,
    lines: Lines,
    began: Instant,
    /// Milliseconds since then, as of the last tick: near enough for connections, and cheaper than to ask for each request.
    clock: AtomicU64,
    /// Answers since it last waited.
    answered: AtomicU64,
    connections: Mutex<Vec<Arc<Connection>>>,
}

impl Worker {
    pub(super) fn new(app: Arc<App>, number: usize, limits: Limits, lines: Lines) -> Self {
        let room = limits.connections.div_ceil(app.counters.len());
        Self {
            app,
            number,
            limits,
            room,
            lines,
            began: Instant::now(),
            clock: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            connections: Mutex::default(),
        }
    }

    fn counters(&self) -> &Counters {
        &self.app.counters[self.number]
    }

    fn connections(&self) -> MutexGuard<'_, Vec<Arc<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn since(&self) -> u64 {
        self.clock.load(Relaxed)
    }

    /// What it does before it waits for more to do. Who has answered much gives way: otherwise, where others want its core
    /// (the proxy in front of it, say), it is sent away in the middle of answering, and whom it has not come to waits
    /// long. Who has answered little keeps its place, lest the next request wait behind whatever runs then.
    pub(super) fn give_way(&self) {
        if self.answered.swap(0, Relaxed) >= MANY {
            thread::yield_now();
        }
    }

    /// Hands on the log, and ends connections that have been idle, or at the head of a request, for too long.
    fn sweep(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.clock.store(now, Relaxed);
        self.lines.flush(self.counters());
        let patience = u64::try_from(self.limits.head.as_millis()).unwrap_or(u64::MAX);
        for connection in self.connections().iter() {
            if connection.blocked.load(Relaxed) {
                // Whoever takes an answer is not idle yet, however long ago it was asked for.
                connection.seen.store(now, Relaxed);
            } else if now.saturating_sub(connection.seen.load(Relaxed)) > patience {
                connection.tell(Order::Drop);
            }
        }
    }

    /// Answers until it is told to stop, and those that are being answered to their end.
    pub(super) async fn run(self: Arc<Self>, mut errands: UnboundedReceiver<Errand>) {
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                errand = errands.recv() => match errand {
                    Some(Errand::Accept(stream, local)) => self.accept(stream, local),
                    Some(Errand::Stop) | None => break,
                },
                _ = tick.tick() => self.sweep(),
            }
        }
        self.connections().iter().for_each(|connection| connection.tell(Order::Finish));
        let until = tokio::time::Instant::now() + self.limits.stopping;
        while !self.connections().is_empty() && tokio::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.lines.flush(self.counters());
    }

    fn accept(self: &Arc<Self>, stream: TcpStream, local: bool) {
        self.counters().accepted.fetch_add(1, Relaxed);
        if !self.has_room() {
            self.counters().refused.fetch_add(1, Relaxed);
            refuse(stream);
            return;
        }
        let Ok(tcp) = tokio::net::TcpStream::from_std(stream) else { return };
        let connection = Arc::new(Connection::default());
        connection.seen.store(self.since(), Relaxed);
        self.connections().push(Arc::clone(&connection));
        self.counters().open.fetch_add(1, Relaxed);
        let worker = Arc::clone(self);
        tokio::spawn(async move {
            worker.hold(tcp, &connection, local).await;
            worker.connections().retain(|other| !Arc::ptr_eq(other, &connection));
            worker.counters().open.fetch_sub(1, Relaxed);
        });
    }

    /// Makes room, if need be, by ending the connection that has been idle for longest.
    fn has_room(&self) -> bool {
        let mut connections = self.connections();
        if connections.len() < self.room {
            return true;
        }
        let idle = connections.iter().enumerate().filter(|(_, connection)| !connection.blocked.load(Relaxed));
        let Some((at, _)) = idle.min_by_key(|(_, connection)| connection.seen.load(Relaxed)) else { return false };
        connections.swap_remove(at).tell(Order::Drop);
        self.counters().evicted.fetch_add(1, Relaxed);
        true
    }

    async fn hold(&self, tcp: tokio::net::TcpStream, connection: &Arc<Connection>, local: bool) {
        let stream = Stream::new(tcp, Arc::clone(connection), self.limits.answer);
        let service = service_fn(|request: Request<Incoming>| {
            connection.seen.store(self.since(), Relaxed);
            future::ready(Ok::<_, Infallible>(self.answer(&request, local)))
        });
        let mut http = http1::Builder::new();
        // No timer of hyper's: it would be set anew for each request. See `sweep`.
        http.max_buf_size(self.limits.head_bytes);
        let mut serving = pin!(http.serve_connection(TokioIo::new(stream), service));
        let mut finishing = false;
        let ended = future::poll_fn(|cx| {
            match connection.order(cx) {
                Order::Drop => return Poll::Ready(Ok(())),
                Order::Finish if !finishing => {
                    finishing = true;
                    serving.as_mut().graceful_shutdown();
                }
                Order::GoOn | Order::Finish => {}
            }
            serving.as_mut().poll(cx)
        });
        if ended.await.is_err() {
            self.counters().failed.fetch_add(1, Relaxed);
        }
    }

    fn answer(&self, request: &Request<Incoming>, local: bool) -> hyper::Response<super::Payload> {
        let answer = self.app.answer(request.method(), request.uri().path(), request.headers(), local);
        self.answered.fetch_add(1, Relaxed);
        self.counters().request(answer.audience, answer.response.status().as_u16(), answer.length());
        self.lines.add(request.method(), request.headers(), &answer, self.counters());
        answer.response
    }
}

/// Sends away whom there is no room for, without waiting for them.
fn refuse(mut stream: TcpStream) {
    const BUSY: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 30\r\nConnection: close\r\n\r\n";
    let _ = stream.write_all(BUSY);
}
