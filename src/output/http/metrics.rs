//! What there is to count, in the text format of Prometheus. No address, name or token is in it.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use chrono::{DateTime, Utc};

use super::health::Health;
use crate::programme::Audience;

/// The statuses that are counted each for itself.
const STATUSES: [u16; 8] = [200, 301, 304, 400, 401, 404, 405, 503];

/// Whose requests are counted: of each audience, and of nobody's tree.
const WHOSE: [&str; 4] = ["public", "press", "staff", "none"];

/// What one worker counts. Workers share none of it, so that they do not wait for each other.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(super) struct Counters {
    requests: [[AtomicU64; STATUSES.len()]; WHOSE.len()],
    bytes: AtomicU64,
    pub(super) accepted: AtomicU64,
    pub(super) open: AtomicU64,
    /// Closed to make room for others.
    pub(super) evicted: AtomicU64,
    /// Refused, because there was no room.
    pub(super) refused: AtomicU64,
    /// Connections that ended in an error: not HTTP, too slow, too large a head, or gone away.
    pub(super) failed: AtomicU64,
    /// Lines of the log that nobody read in time.
    pub(super) unlogged: AtomicU64,
}

impl Counters {
    pub(super) fn request(&self, audience: Option<Audience>, status: u16, bytes: usize) {
        let whose = audience.map_or(WHOSE.len() - 1, super::slot);
        if let Some(at) = STATUSES.iter().position(|known| *known == status) {
            self.requests[whose][at].fetch_add(1, Relaxed);
        }
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }
}

/// How builds went.
#[derive(Debug, Default)]
pub(super) struct Builds {
    pub(super) succeeded: AtomicU64,
    pub(super) failed: AtomicU64,
}

pub(super) fn text(counters: &[Counters], builds: &Builds, health: &Health, generation: u64) -> String {
    let mut text = String::new();
    head(&mut text, "requests_total", "counter", "Requests, by whose tree they were for and how they were answered.");
    for (whose, name) in WHOSE.iter().enumerate() {
        for (at, status) in STATUSES.iter().enumerate() {
            let count: u64 = counters.iter().map(|counters| counters.requests[whose][at].load(Relaxed)).sum();
            let _ = writeln!(text, "summitcal_requests_total{{audience=\"{name}\",code=\"{status}\"}} {count}");
        }
    }
    let sum = |read: fn(&Counters) -> &AtomicU64| counters.iter().map(|counters| read(counters).load(Relaxed)).sum();
    let seconds = |instant: DateTime<Utc>| u64::try_from(instant.timestamp()).unwrap_or(0);
    let single: [(&str, &str, &str, u64); 12] = [
        ("sent_bytes_total", "counter", "Bytes of bodies that were sent.", sum(|all| &all.bytes)),
        ("connections_total", "counter", "Connections that were accepted.", sum(|all| &all.accepted)),
        ("connections_open", "gauge", "Connections that are open.", sum(|all| &all.open)),
        ("connections_evicted_total", "counter", "Connections closed to make room.", sum(|all| &all.evicted)),
        ("connections_refused_total", "counter", "Connections refused for want of room.", sum(|all| &all.refused)),
        ("connections_failed_total", "counter", "Connections that ended in an error.", sum(|all| &all.failed)),
        ("log_lines_lost_total", "counter", "Lines of the access log that were lost.", sum(|all| &all.unlogged)),
        ("builds_succeeded_total", "counter", "Builds that succeeded.", builds.succeeded.load(Relaxed)),
        ("builds_failed_total", "counter", "Builds that failed.", builds.failed.load(Relaxed)),
        ("last_build_ok", "gauge", "Whether the last build succeeded.", u64::from(health.stale.is_none())),
        ("generation", "gauge", "The number of what is served, since the start.", generation),
        ("generation_made_seconds", "gauge", "When it was made, since 1970.", seconds(health.made)),
    ];
    for (name, kind, help, value) in single {
        head(&mut text, name, kind, help);
        let _ = writeln!(text, "summitcal_{name} {value}");
    }
    text
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP summitcal_{name} {help}\n# TYPE summitcal_{name} {kind}");
}
