//! The access log: one JSON object a line. It has no token, no address of a reader, no query and no referrer.
//!
//! Workers gather lines and hand them on in pieces, so that a request never waits for whoever reads the log. Where that
//! reader is too slow, lines are lost, and counted.

use std::io::Write;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use hyper::{HeaderMap, Method};

use super::answer::Answer;
use super::metrics::Counters;
use super::path::{without_runs, without_secrets};

/// How many pieces may wait to be written.
const WAITING: usize = 64;
/// How long a piece gets before it is handed on.
const PIECE: usize = 1 << 15;
/// How much of a client's name is kept.
const NAME: usize = 120;

/// Where the log goes.
#[derive(Debug)]
pub struct AccessLog {
    pieces: SyncSender<Vec<u8>>,
    writer: JoinHandle<()>,
}

impl AccessLog {
    /// A log that is written to this stream, by a thread of its own.
    #[must_use]
    pub fn to(stream: impl Write + Send + 'static) -> Self {
        let (pieces, waiting) = sync_channel(WAITING);
        Self { pieces, writer: std::thread::spawn(move || write(stream, &waiting)) }
    }

    pub(super) fn sender(&self) -> SyncSender<Vec<u8>> {
        self.pieces.clone()
    }

    /// Waits until what was handed on is written, but not for ever.
    pub(super) fn end(self) {
        drop(self.pieces);
        let until = Instant::now() + Duration::from_secs(2);
        while !self.writer.is_finished() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn write(mut stream: impl Write, waiting: &Receiver<Vec<u8>>) {
    for piece in waiting {
        // A reader that has gone away is no reason to stop serving.
        let _ = stream.write_all(&piece).and_then(|()| stream.flush());
    }
}

/// The lines of one worker.
#[derive(Debug)]
pub(super) struct Lines {
    pieces: Option<SyncSender<Vec<u8>>>,
    gathered: Mutex<Gathered>,
}

#[derive(Debug, Default)]
struct Gathered {
    bytes: Vec<u8>,
    second: u64,
    revision: String,
}

impl Lines {
    pub(super) fn new(pieces: Option<SyncSender<Vec<u8>>>) -> Self {
        Self { pieces, gathered: Mutex::default() }
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line about a request.
    pub(super) fn add(&self, method: &Method, headers: &HeaderMap, answer: &Answer<'_>, counters: &Counters) {
        if self.pieces.is_none() {
            return;
        }
        let mut gathered = self.gathered();
        gathered.line(method, headers, answer);
        if gathered.bytes.len() >= PIECE {
            self.hand_on(&mut gathered, counters);
        }
    }

    /// Hands on what was gathered.
    pub(super) fn flush(&self, counters: &Counters) {
        self.hand_on(&mut self.gathered(), counters);
    }

    fn hand_on(&self, gathered: &mut Gathered, counters: &Counters) {
        let Some(pieces) = self.pieces.as_ref().filter(|_| !gathered.bytes.is_empty()) else { return };
        let piece = std::mem::replace(&mut gathered.bytes, Vec::with_capacity(PIECE + 1024));
        if let Err(lost) = pieces.try_send(piece) {
            let (std::sync::mpsc::TrySendError::Full(piece) | std::sync::mpsc::TrySendError::Disconnected(piece)) =
                lost;
            let lines = piece.split(|byte| *byte == b'\n').count() - 1;
            counters.unlogged.fetch_add(lines as u64, Relaxed);
        }
    }
}

impl Gathered {
    fn line(&mut self, method: &Method, headers: &HeaderMap, answer: &Answer<'_>) {
        let second = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        if second != self.second || self.revision.is_empty() {
            self.second = second;
            let revision = i64::try_from(second).ok().and_then(|second| DateTime::from_timestamp(second, 0));
            self.revision =
                revision.map(|revision| revision.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default();
        }
        let out = &mut self.bytes;
        let _ = write!(out, "{{\"at\":\"{}\",\"method\":", self.revision);
        // A method may be any word, so it may be a token too.
        let known = [Method::GET, Method::HEAD].contains(method);
        quoted(out, if known { method.as_str() } else { "other" });
        out.extend_from_slice(b",\"audience\":");
        quoted(out, answer.audience.map_or("none", crate::programme::Audience::word));
        out.extend_from_slice(b",\"path\":");
        match answer.file {
            Some(path) => quoted(out, path),
            None => quoted(out, &without_secrets(answer.asked)),
        }
        let _ = write!(out, ",\"status\":{},\"bytes\":{}", answer.response.status().as_u16(), answer.length());
        out.extend_from_slice(b",\"encoding\":");
        quoted(out, answer.encoding);
        out.extend_from_slice(b",\"agent\":");
        let agent = headers.get(hyper::header::USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default();
        match agent.get(..NAME).unwrap_or(agent) {
            "" => out.extend_from_slice(b"null"),
            agent => quoted(out, &without_runs(agent)),
        }
        out.extend_from_slice(b"}\n");
    }
}

fn quoted(out: &mut Vec<u8>, text: &str) {
    let _ = serde_json::to_writer(out, text);
}
