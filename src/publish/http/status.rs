//! What the server says of itself: how builds went (`/healthz`), and what there is to count (`/metrics`). Readers are told
//! whether all is well; the rest is told at an address of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::programme::Audience;
use crate::zone::rfc3339;

/// How the last builds went.
#[derive(Debug, Clone)]
pub struct Health {
    /// When what is served was made.
    pub made: DateTime<Utc>,
    /// Why the schedules as they are cannot be served, and since when, if they cannot. Never in the schedules' own words.
    pub stale: Option<(String, DateTime<Utc>)>,
    /// When the site will next change by itself.
    pub next: Option<DateTime<Utc>>,
}

impl Health {
    /// As JSON for everybody: the status alone. More would tell of what is hidden, such as when it was edited.
    pub(super) fn status_json(&self, tokens_error: Option<&str>) -> String {
        format!("{}\n", json!({"status": self.status(tokens_error)}))
    }

    /// As JSON for those who run the server.
    pub(super) fn json(
        &self,
        tokens_error: Option<&str>,
        generation: u64,
        told: &BTreeMap<String, ToldChannel>,
    ) -> String {
        let mut value = json!({
            "status": self.status(tokens_error),
            "reason": self.stale.as_ref().map(|(reason, _)| reason.as_str()).or(tokens_error),
            "since": self.stale.as_ref().map(|(_, since)| rfc3339(*since)),
            "generation": generation,
            "made": rfc3339(self.made),
            "next": self.next.map(rfc3339),
        });
        if !told.is_empty() {
            let channel = |(id, told): (&String, &ToldChannel)| {
                let (failure, since) = told.failure.as_ref().map(|(why, at)| (why, at)).unzip();
                (id.clone(), json!({"sent": told.sent, "failure": failure, "at": since}))
            };
            value["channels"] = told.iter().map(channel).collect::<serde_json::Map<_, _>>().into();
        }
        format!("{value}\n")
    }

    fn status(&self, tokens_error: Option<&str>) -> &'static str {
        if self.stale.is_none() && tokens_error.is_none() { "ok" } else { "stale" }
    }
}

/// What became of messages to a channel.
#[derive(Debug, Clone, Default)]
pub(super) struct ToldChannel {
    /// How many were sent.
    pub(super) sent: u64,
    /// Why the last was not, and when.
    pub(super) failure: Option<(String, String)>,
}

/// The statuses that are counted each for itself.
const STATUSES: [u16; 10] = [200, 204, 301, 304, 400, 401, 404, 405, 500, 503];

/// Whose requests are counted: of each audience, and of no tree.
const AUDIENCES: [&str; 4] = ["public", "press", "staff", "none"];

/// What the server counts.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    requests: [[AtomicU64; STATUSES.len()]; AUDIENCES.len()],
    sent_bytes: AtomicU64,
    /// Connections that were accepted.
    pub(super) accepted: AtomicU64,
    /// Connections that are open.
    pub(super) open: AtomicU64,
    /// Connections that were closed to make room for others.
    pub(super) evicted: AtomicU64,
    /// Connections that were refused, because there was no room.
    pub(super) refused: AtomicU64,
    /// Connections that ended in an error: not HTTP, too slow, too large a head, or gone away.
    pub(super) failed: AtomicU64,
    /// Lines of the access log that nobody read in time.
    pub(super) lost_lines: AtomicU64,
    pub(super) builds_succeeded: AtomicU64,
    pub(super) builds_failed: AtomicU64,
    pub(super) messages_sent: AtomicU64,
    /// Channels that messages could not be sent to, each time.
    pub(super) messages_failed: AtomicU64,
}

impl Metrics {
    /// Counts a request for a file of an audience's tree, or of none, that was answered with so many bytes.
    pub(super) fn count_request(&self, audience: Option<Audience>, status: u16, bytes: u64) {
        let row = audience.map_or(AUDIENCES.len() - 1, |audience| audience as usize);
        if let Some(column) = STATUSES.iter().position(|known| *known == status) {
            self.requests[row][column].fetch_add(1, Relaxed);
        }
        self.sent_bytes.fetch_add(bytes, Relaxed);
    }

    /// All of it in the text format of Prometheus. No address, name or token is in it.
    pub(super) fn text(&self, health: &Health, generation: u64) -> String {
        let mut text = String::new();
        let help = "Requests, by whose tree they were for and how they were answered.";
        write_head(&mut text, "requests_total", "counter", help);
        for (audience, row) in AUDIENCES.iter().zip(&self.requests) {
            for (status, count) in STATUSES.iter().zip(row) {
                let count = count.load(Relaxed);
                let _ = writeln!(text, "summitcal_requests_total{{audience=\"{audience}\",code=\"{status}\"}} {count}");
            }
        }
        let seconds = |instant: DateTime<Utc>| u64::try_from(instant.timestamp()).unwrap_or(0);
        let read = |counter: &AtomicU64| counter.load(Relaxed);
        let single: [(&str, &str, &str, u64); 14] = [
            ("sent_bytes_total", "counter", "Bytes of bodies that were sent.", read(&self.sent_bytes)),
            ("connections_total", "counter", "Connections that were accepted.", read(&self.accepted)),
            ("connections_open", "gauge", "Connections that are open.", read(&self.open)),
            ("connections_evicted_total", "counter", "Connections closed to make room.", read(&self.evicted)),
            ("connections_refused_total", "counter", "Connections refused for want of room.", read(&self.refused)),
            ("connections_failed_total", "counter", "Connections that ended in an error.", read(&self.failed)),
            ("log_lines_lost_total", "counter", "Lines of the access log that were lost.", read(&self.lost_lines)),
            ("builds_succeeded_total", "counter", "Builds that succeeded.", read(&self.builds_succeeded)),
            ("builds_failed_total", "counter", "Builds that failed.", read(&self.builds_failed)),
            ("messages_sent_total", "counter", "Messages that channels were sent.", read(&self.messages_sent)),
            ("messages_failed_total", "counter", "Times that a channel failed.", read(&self.messages_failed)),
            ("last_build_ok", "gauge", "Whether the last build succeeded.", u64::from(health.stale.is_none())),
            ("generation", "gauge", "The number of what is served, since the start.", generation),
            ("generation_made_seconds", "gauge", "When it was made, since 1970.", seconds(health.made)),
        ];
        for (name, kind, help, value) in single {
            write_head(&mut text, name, kind, help);
            let _ = writeln!(text, "summitcal_{name} {value}");
        }
        text
    }
}

fn write_head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP summitcal_{name} {help}\n# TYPE summitcal_{name} {kind}");
}
