//! Listens, and shares connections out among the workers.

use std::future::Future;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::answer::App;
use super::log::{AccessLog, Lines};
use super::worker::{Errand, Worker};
use crate::error::Error;

/// What a client may ask of the server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// How long a connection may be idle, or take to send the head of a request.
    pub head: Duration,
    /// Bytes of the head of a request.
    pub head_bytes: usize,
    /// How long an answer may take to be taken.
    pub answer: Duration,
    /// How long those that are being answered get when the server stops.
    pub stopping: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            head: Duration::from_secs(30),
            head_bytes: 16_384,
            answer: Duration::from_secs(120),
            stopping: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// The same, with no more connections than the system lets this process have, once it was asked for all that it gives.
    #[must_use]
    pub fn within_system(self) -> Self {
        /// Files that are open for other reasons.
        const OTHERS: u64 = 128;
        #[cfg(unix)]
        {
            use rustix::process::{Resource, getrlimit, setrlimit};
            let mut files = getrlimit(Resource::Nofile);
            if files.current < files.maximum || (files.current.is_some() && files.maximum.is_none()) {
                files.current = files.maximum;
                let _ = setrlimit(Resource::Nofile, files);
            }
            let most = getrlimit(Resource::Nofile).current.map_or(u64::MAX, |most| most.saturating_sub(OTHERS).max(16));
            Self { connections: self.connections.min(usize::try_from(most).unwrap_or(usize::MAX)), ..self }
        }
        #[cfg(not(unix))]
        self
    }
}

/// Serves until `stop` is done. `ready` is called when there is somebody to answer.
pub fn serve(
    listener: TcpListener,
    app: &Arc<App>,
    limits: Limits,
    log: Option<AccessLog>,
    ready: impl FnOnce(),
) -> Result<(), Error> {
    let cannot = |error: std::io::Error| Error::new(format!("cannot serve: {error}"));
    listener.set_nonblocking(true).map_err(cannot)?;
    let mut workers = Vec::new();
    let mut threads = Vec::new();
    for number in 0..app.counters.len() {
        let (errands, received) = unbounded_channel();
        let lines = Lines::new(log.as_ref().map(AccessLog::sender));
        let worker = Arc::new(Worker::new(Arc::clone(app), number, limits, lines));
        let parked = Arc::clone(&worker);
        let runtime = builder().on_thread_park(move || parked.give_way()).build().map_err(cannot)?;
        threads.push(thread::spawn(move || runtime.block_on(worker.run(received))));
        workers.push(errands);
    }
    let own = builder().build().map_err(cannot)?;
    own.block_on(async {
        let stopped = stopped()?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        ready();
        tokio::select! {
            () = accept(&listener, &workers) => {}
            () = stopped => {}
        }
        Ok(())
    })
    .map_err(cannot)?;
    for worker in &workers {
        let _ = worker.send(Errand::Stop);
    }
    for thread in threads {
        let _ = thread.join();
    }
    if let Some(log) = log {
        log.end();
    }
    Ok(())
}

fn builder() -> Builder {
    let mut builder = Builder::new_current_thread();
    builder.enable_io().enable_time();
    builder
}

/// Takes turns, so that no worker has all connections while another is idle.
async fn accept(listener: &tokio::net::TcpListener, workers: &[UnboundedSender<Errand>]) {
    for worker in workers.iter().cycle() {
        let (stream, peer) = loop {
            match listener.accept().await {
                Ok(accepted) => break accepted,
                // For want of files, or because the client has gone: others may have better luck, in a moment.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };
        let _ = stream.set_nodelay(true);
        let local = match peer.ip() {
            IpAddr::V6(address) => address.to_canonical().is_loopback(),
            address @ IpAddr::V4(_) => address.is_loopback(),
        };
        if let Ok(stream) = stream.into_std() {
            let _ = worker.send(Errand::Accept(stream, local));
        }
    }
}

/// Done when the process is asked to end.
#[cfg(unix)]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminated, mut interrupted) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
