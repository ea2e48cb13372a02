//! Asks a server, as an app would: one request at a time, redirects one by one.

use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION};
use tokio::runtime::Runtime;
use url::{Host, Url};

use crate::error::Error;

/// How long a server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How many bytes of an answer are read.
const MAX_BODY: usize = 64 << 20;
/// How many redirects apps follow.
const MAX_REDIRECTS: usize = 5;

/// What asks.
#[derive(Debug)]
pub(in crate::cli) struct Client {
    http: reqwest::Client,
    runtime: Runtime,
}

/// An answer.
#[derive(Debug)]
pub(in crate::cli) struct Reply {
    pub(in crate::cli) status: u16,
    pub(super) headers: HeaderMap,
    pub(in crate::cli) body: Vec<u8>,
    /// Who was asked, from the first address to the last.
    pub(super) asked: Vec<Url>,
    /// Whether there were more redirects than apps follow.
    pub(super) is_circular: bool,
}

impl Reply {
    /// A header's value, empty if there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Client {
    pub(in crate::cli) fn new(url: &Url) -> Result<Self, Error> {
        // Another part of the process may have named a provider before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let cannot = |error: &dyn std::fmt::Display| Error::new(format!("cannot ask over HTTP: {error}"));
        let agent = concat!("summitcal/", env!("CARGO_PKG_VERSION"), " doctor");
        let mut http =
            reqwest::Client::builder().user_agent(agent).timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
        if is_loopback(url) {
            http = http.no_proxy();
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self {
            http: http.build().map_err(|error| cannot(&error.without_url()))?,
            runtime: runtime.map_err(|error| cannot(&error))?,
        })
    }

    /// Gets what is at an address.
    pub(in crate::cli) fn get(&self, url: &Url, headers: &[(&str, &str)]) -> Result<Reply, Error> {
        self.runtime.block_on(async {
            let mut asked = vec![url.clone()];
            loop {
                let at = asked.last().expect("there is the first").clone();
                let (status, headers, body) = self.ask(&at, headers).await.map_err(|error| failed(&error))?;
                let to = headers.get(LOCATION).and_then(|to| at.join(to.to_str().ok()?).ok());
                let to = to.filter(|_| [301, 302, 303, 307, 308].contains(&status));
                let is_circular = to.is_some() && asked.len() > MAX_REDIRECTS;
                match to {
                    Some(to) if !is_circular => asked.push(to),
                    _ => return Ok(Reply { status, headers, body, asked, is_circular }),
                }
            }
        })
    }

    async fn ask(&self, url: &Url, headers: &[(&str, &str)]) -> Result<(u16, HeaderMap, Vec<u8>), reqwest::Error> {
        let mut request = self.http.get(url.clone());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send().await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY {
                break;
            }
        }
        Ok((response.status().as_u16(), response.headers().clone(), body))
    }
}

/// Without the address, which may have a token in it.
fn failed(error: &reqwest::Error) -> Error {
    let mut why = String::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        why = cause.to_string();
        source = cause.source();
    }
    let what = if error.is_timeout() { "the server does not answer in time" } else { "the server cannot be asked" };
    Error::new(if why.is_empty() { what.to_owned() } else { format!("{what}: {why}") })
}

/// Whether an address is this machine's own.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
