//! What is asked, and what the answers should be.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use url::Url;

use super::client::{Client, Reply, is_loopback};
use super::{Finding, calendar};
use crate::error::Error;
use crate::tree::{MANIFEST, Manifest, ManifestFile, NEWSROOM, PROGRAMME, media};
use crate::zone::Database;

/// Larger files are expected to be compressed: smaller ones are one or two packets either way.
const MIN_COMPRESSED: usize = 8 << 10;
/// Other programs than calendar apps read these.
const DATA: &[&str] = &["index.html"];

/// What looks at a tree.
#[derive(Debug)]
pub(super) struct Doctor {
    client: Client,
    url: Url,
    /// The time zone database by which feeds are read.
    database: Database,
    /// How many files were looked at.
    pub(super) files: usize,
    pub(super) findings: Vec<Finding>,
}

impl Doctor {
    pub(super) fn new(client: Client, url: Url, database: Database) -> Self {
        Self { client, url, database, files: 0, findings: Vec::new() }
    }

    /// Asks everything.
    pub(super) fn look(&mut self) -> Result<(), Error> {
        let is_feed = media::ending(self.url.path()) == "ics";
        let (root, feed) = if is_feed { self.root_of_feed() } else { (Some(self.root()), None) };
        self.tls();
        let manifest = root.as_ref().map(|root| self.manifest(root, is_feed)).transpose()?.flatten();
        let listed = |path: &str| manifest.as_ref().and_then(|manifest| manifest.files.get(path));
        if is_feed {
            let path = feed.unwrap_or_else(|| "the feed".to_owned());
            let (url, listed) = (self.url.clone(), listed(&path));
            self.file(&url, &path, listed)?;
        } else if let (Some(root), Some(manifest)) = (&root, &manifest) {
            let is_changes = |path: &str| media::ending(path) == "atom";
            let data =
                |path: &str| DATA.contains(&path) || is_changes(path) || PROGRAMME.contains(&path) || path == NEWSROOM;
            let paths = manifest.files.keys().filter(|path| path.starts_with("feeds/") || data(path));
            for path in paths {
                self.file(&joined(root, path), path, listed(path))?;
            }
        }
        self.robots(feed_path(&self.url, manifest.as_ref()))
    }

    /// The address of the tree, with a slash at its end.
    fn root(&self) -> Url {
        let mut root = self.url.clone();
        let path = root.path().trim_end_matches("index.html").trim_end_matches('/').to_owned() + "/";
        root.set_path(&path);
        root
    }

    /// The tree that a feed is of, and its path in it, if it stands where feeds do.
    fn root_of_feed(&self) -> (Option<Url>, Option<String>) {
        let Some((before, name)) = self.url.path().rsplit_once("/feeds/") else { return (None, None) };
        let mut root = self.url.clone();
        root.set_path(&format!("{before}/"));
        (Some(root), Some(format!("feeds/{name}")))
    }

    fn find(&mut self, code: &'static str, path: &str, message: impl Into<String>, help: &'static str) {
        self.findings.push(Finding { code, is_note: false, path: path.to_owned(), message: message.into(), help });
    }

    fn note(&mut self, code: &'static str, path: &str, message: impl Into<String>, help: &'static str) {
        self.findings.push(Finding { code, is_note: true, path: path.to_owned(), message: message.into(), help });
    }

    fn tls(&mut self) {
        if self.url.scheme() == "https" {
            return;
        }
        let message = "it is served without TLS.";
        if is_loopback(&self.url) {
            self.note("no-tls", "/", message, "On this machine none is needed; elsewhere readers expect https.");
        } else {
            self.find("no-tls", "/", message, "Let a proxy with a certificate stand before it; some apps refuse http.");
        }
    }

    /// The tree's manifest; a feed may have none beside it.
    fn manifest(&mut self, root: &Url, is_optional: bool) -> Result<Option<Manifest>, Error> {
        let reply = self.client.get(&joined(root, MANIFEST), &[("accept-encoding", "identity")])?;
        let manifest = Some(&reply.body).filter(|_| reply.status == 200).and_then(|body| Manifest::parse(body));
        if manifest.is_none() && !is_optional {
            let message = format!("there is no manifest of summitcal's here (status {}).", reply.status);
            self.find("no-manifest", MANIFEST, message, "Give the address of a tree's top, or of one feed.");
        }
        Ok(manifest)
    }

    /// One file, as apps ask for it.
    fn file(&mut self, url: &Url, path: &str, listed: Option<&ManifestFile>) -> Result<(), Error> {
        self.files += 1;
        let reply = self.client.get(url, &[("accept-encoding", "identity")])?;
        self.redirects(path, &reply);
        if reply.is_circular {
            return Ok(());
        }
        if reply.status != 200 {
            let message = format!("it is answered with status {}.", reply.status);
            self.find(
                "status",
                path,
                message,
                "Everything that the manifest lists has to be there: publish the tree anew.",
            );
            return Ok(());
        }
        self.media_type(path, &reply);
        self.cors(path, &reply);
        if !reply.header("content-encoding").is_empty() {
            let message = format!("it comes in the encoding {} unasked.", reply.header("content-encoding"));
            self.find("encoding-unasked", path, message, "Compress only for those who send Accept-Encoding.");
            return Ok(());
        }
        if let Some(listed) = listed
            && HEXLOWER.encode(&Sha256::digest(&reply.body)) != listed.sha256
        {
            let help = "A cache or an unfinished upload has another version than the manifest: publish again, or wait for the cache.";
            self.find("stale", path, "it is not the file that the manifest lists.", help);
        }
        self.validators(url, path, &reply)?;
        self.compressed(url, path, &reply)?;
        if media::ending(path) == "ics" || !path.contains('.') {
            let help = "Serve the file as summitcal made it, byte for byte.";
            for (code, message) in calendar::faults(&reply.body, self.database) {
                self.find(code, path, message, help);
            }
        }
        Ok(())
    }

    fn redirects(&mut self, path: &str, reply: &Reply) {
        if reply.is_circular {
            let help = "Let the address answer by itself, or with one redirect.";
            self.find("redirects", path, "it leads from redirect to redirect.", help);
        }
        if reply.asked.windows(2).any(|hop| hop[0].scheme() == "https" && hop[1].scheme() == "http") {
            let help = "Redirect to https; apps refuse to go back to http.";
            self.find("redirects", path, "it leads from https to http.", help);
        }
    }

    fn media_type(&mut self, path: &str, reply: &Reply) {
        let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let name = if path.contains('.') { path } else { "feed.ics" };
        let (expected, given) = (essence(media::media_type(name)), reply.header("content-type"));
        let charset = given.to_ascii_lowercase();
        let charset = charset.split_once("charset=").map(|(_, charset)| charset.trim_matches('"').to_owned());
        if essence(given) != expected || charset.is_some_and(|charset| charset != "utf-8") {
            let message = format!("its media type is “{given}”, and should be “{expected}”.");
            self.find("media-type", path, message, "Set the type by the file's ending; some apps refuse others.");
        }
    }

    fn cors(&mut self, path: &str, reply: &Reply) {
        let is_public = !reply.header("cache-control").contains("private");
        match (reply.header("access-control-allow-origin"), is_public) {
            ("*", true) | ("", false) => {}
            ("", true) => {
                let help = "If others' pages are to read it, send Access-Control-Allow-Origin: *.";
                self.note("no-cors", path, "pages of other sites cannot read it.", help);
            }
            (_, true) => {
                let help = "Send Access-Control-Allow-Origin: * for what is public.";
                self.find("cors", path, "only the pages of some sites can read it.", help);
            }
            (_, false) => {
                let help = "Send no Access-Control-Allow-Origin for what is not public.";
                self.find("cors", path, "it is not public, and pages of other sites may read it.", help);
            }
        }
    }

    /// Whether those who have it already are told so, and only they.
    fn validators(&mut self, url: &Url, path: &str, first: &Reply) -> Result<(), Error> {
        let (etag, modified) = (first.header("etag"), first.header("last-modified"));
        let ask = |name: &str, value: &str| self.client.get(url, &[("accept-encoding", "identity"), (name, value)]);
        let by_tag = if etag.is_empty() { None } else { Some(ask("if-none-match", etag)?.status) };
        let by_date = if modified.is_empty() { None } else { Some(ask("if-modified-since", modified)?.status) };
        let by_other = ask("if-none-match", "\"of-another-version\"")?.status;
        let help =
            "Answer If-None-Match and If-Modified-Since, with 304 for what the app has and 200 for what it has not.";
        match by_tag {
            None => self.find("no-etag", path, "it has no ETag, so that apps fetch all of it each time.", help),
            Some(304) => {}
            Some(status) => {
                let message = format!("an app that has it already is answered with status {status} and not 304.");
                self.find("etag-ignored", path, message, help);
            }
        }
        match by_date {
            None => self.find("no-last-modified", path, "it has no Last-Modified, which some apps ask by.", help),
            Some(304) => {}
            Some(status) => {
                let message = format!("an app that asks by its date is answered with status {status} and not 304.");
                self.find("last-modified-ignored", path, message, help);
            }
        }
        if by_other != 200 {
            let message =
                format!("an app that has another version is answered with status {by_other}: it never updates.");
            self.find("always-304", path, message, help);
        }
        Ok(())
    }

    fn compressed(&mut self, url: &Url, path: &str, plain: &Reply) -> Result<(), Error> {
        let reply = self.client.get(url, &[("accept-encoding", "gzip")])?;
        match reply.header("content-encoding") {
            "gzip" => {
                // What is packed ends in its length (RFC 1952, 2.3.1).
                let length = reply.body.last_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes) as usize);
                if !reply.body.starts_with(&[0x1f, 0x8b]) || length != Some(plain.body.len()) {
                    let help = "Let one place compress, and send what it made unchanged.";
                    self.find("gzip-broken", path, "what comes as gzip is not the file.", help);
                }
            }
            _ if plain.body.len() > MIN_COMPRESSED => {
                let help = "Switch compression on for this type; feeds shrink to a tenth.";
                self.find("not-compressed", path, "it is not compressed for those who take gzip.", help);
            }
            _ => {}
        }
        Ok(())
    }

    /// Some calendars fetch by robots, which heed what is said to them.
    fn robots(&mut self, path: Option<String>) -> Result<(), Error> {
        let (Some(path), Ok(url)) = (path, self.url.join("/robots.txt")) else { return Ok(()) };
        let reply = self.client.get(&url, &[])?;
        let text = String::from_utf8_lossy(&reply.body);
        if reply.status == 200 && is_kept_out(&text, &path) {
            let help = "Allow it: Google Calendar does not fetch what robots.txt forbids.";
            self.find("robots", "robots.txt", "robots.txt keeps everybody from the feeds.", help);
        }
        Ok(())
    }
}

/// The path of a feed at its server.
fn feed_path(url: &Url, manifest: Option<&Manifest>) -> Option<String> {
    if media::ending(url.path()) == "ics" {
        return Some(url.path().to_owned());
    }
    let feed = manifest?.files.keys().find(|path| path.starts_with("feeds/"))?;
    Some(format!("{}/{feed}", url.path().trim_end_matches("index.html").trim_end_matches('/')))
}

/// Whether a robots.txt forbids all robots, or Google's, a path (RFC 9309): the longest rule that fits holds.
fn is_kept_out(robots: &str, path: &str) -> bool {
    let (mut applies, mut in_agents) = (false, false);
    let mut longest: Option<(usize, bool)> = None;
    for line in robots.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some((key, value)) = line.split_once(':') else { continue };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        if key == "user-agent" {
            let is_ours = value == "*" || value.to_ascii_lowercase().starts_with("google");
            applies = is_ours || (in_agents && applies);
            in_agents = true;
            continue;
        }
        in_agents = false;
        let is_allowed = key == "allow";
        if !applies || !(is_allowed || key == "disallow") || value.is_empty() {
            continue;
        }
        if path.starts_with(value.trim_end_matches('*')) && longest.is_none_or(|(length, _)| value.len() >= length) {
            longest = Some((value.len(), is_allowed));
        }
    }
    longest.is_some_and(|(_, is_allowed)| !is_allowed)
}

fn joined(root: &Url, path: &str) -> Url {
    let mut url = root.clone();
    url.set_path(&format!("{}{path}", root.path()));
    url
}
