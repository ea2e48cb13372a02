//! Whether what is served is what the schedules say.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::digits;

/// How the last attempts to build went.
#[derive(Debug, Clone)]
pub struct Health {
    /// When what is served was made.
    pub made: DateTime<Utc>,
    /// Why the schedules as they are cannot be served, and since when, if they cannot. Never in the schedules' own words.
    pub stale: Option<(String, DateTime<Utc>)>,
    /// Why no token opens anything, if the file of the tokens cannot be read.
    pub tokens: Option<String>,
    /// When the site will next change by itself.
    pub next: Option<DateTime<Utc>>,
}

impl Health {
    /// As JSON. To those who are not on this machine it tells no more than that something is wrong.
    pub(super) fn json(&self, generation: u64, local: bool) -> String {
        let status = if self.stale.is_none() && self.tokens.is_none() { "ok" } else { "stale" };
        let reason = self.stale.as_ref().map(|(reason, _)| reason.as_str()).or(self.tokens.as_deref());
        let mut value = json!({"status": status, "reason": reason});
        if local {
            value["since"] = json!(self.stale.as_ref().map(|(_, since)| digits::rfc3339(*since)));
            value["generation"] = json!(generation);
            value["made"] = json!(digits::rfc3339(self.made));
            value["next"] = json!(self.next.map(digits::rfc3339));
        }
        format!("{value}\n")
    }
}
