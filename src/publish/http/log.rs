//! The access log: one JSON object a line. It has no token, no address of a reader, no query and no referrer.
//!
//! Lines go to a thread that writes them, so that no request waits for whoever reads the log. Where that reader is too slow,
//! lines are lost, and counted.

use std::io::Write;
use std::iter;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, SystemTime};

use axum::http::header::USER_AGENT;
use axum::http::{HeaderValue, Method, Uri};
use axum::response::Response;
use serde_json::Value;
use tokio::sync::oneshot;

use super::app::ServedFile;
use super::request::{mask_tokens, mask_tokens_in_path};
use crate::zone::rfc3339;

/// How many lines may wait to be written.
const MAX_WAITING_LINES: usize = 16_384;
/// How long the writer rests, so that under load it writes many lines at a time.
const BATCH_INTERVAL: Duration = Duration::from_millis(50);
/// How long the writer gets for the last lines when the server stops.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);
/// How many bytes of a client's name are kept.
const MAX_AGENT_BYTES: usize = 120;

/// Where the log goes.
#[derive(Debug)]
pub struct AccessLog {
    lines: SyncSender<String>,
    finished: oneshot::Receiver<()>,
}

impl AccessLog {
    /// A log that is written to this stream, by a thread of its own.
    #[must_use]
    pub fn new(stream: impl Write + Send + 'static) -> Self {
        let (lines, waiting) = sync_channel(MAX_WAITING_LINES);
        let (finish, finished) = oneshot::channel();
        // Without a thread all lines are lost, which is counted; who serves sees to it before that there are some.
        let _ = thread::Builder::new().spawn(move || {
            write(stream, &waiting);
            let _ = finish.send(());
        });
        Self { lines, finished }
    }

    pub(super) fn lines(&self) -> SyncSender<String> {
        self.lines.clone()
    }

    /// Waits until all lines are written, but not for ever.
    pub(super) async fn finish(self) {
        drop(self.lines);
        let _ = tokio::time::timeout(FLUSH_TIMEOUT, self.finished).await;
    }
}

fn write(mut stream: impl Write, waiting: &Receiver<String>) {
    while let Ok(first) = waiting.recv() {
        let batch: String = iter::once(first).chain(waiting.try_iter().take(MAX_WAITING_LINES)).collect();
        // A reader that has gone away is no reason to stop serving.
        let _ = stream.write_all(batch.as_bytes()).and_then(|()| stream.flush());
        thread::sleep(BATCH_INTERVAL);
    }
}

/// What the log says of a request.
#[derive(Debug)]
pub(super) struct LoggedRequest {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) agent: Option<HeaderValue>,
}

impl LoggedRequest {
    pub(super) fn new<B>(request: &axum::http::Request<B>) -> Self {
        let agent = request.headers().get(USER_AGENT).cloned();
        Self { method: request.method().clone(), uri: request.uri().clone(), agent }
    }

    /// The line of this request and its response, of so many bytes.
    pub(super) fn line(&self, response: &Response, file: Option<&ServedFile>, bytes: u64) -> String {
        // A method may be any word, so it may be a token too.
        let method = match self.method {
            Method::GET | Method::HEAD => self.method.as_str(),
            _ => "other",
        };
        let path = file.map_or_else(|| mask_tokens_in_path(self.uri.path()), |file| file.path().into());
        let agent = self.agent.as_ref().and_then(|agent| agent.to_str().ok()).filter(|agent| !agent.is_empty());
        let agent = agent.map(|agent| mask_tokens(agent.get(..MAX_AGENT_BYTES).unwrap_or(agent)));
        format!(
            "{{\"at\":\"{}\",\"method\":\"{method}\",\"audience\":\"{}\",\"path\":{},\"status\":{},\"bytes\":{bytes},\
             \"encoding\":\"{}\",\"agent\":{}}}\n",
            rfc3339(SystemTime::now().into()),
            file.map_or("none", |file| file.audience().word()),
            Value::from(path),
            response.status().as_u16(),
            file.map_or("identity", ServedFile::encoding),
            Value::from(agent),
        )
    }
}
