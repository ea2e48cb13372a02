//! An S3 server that runs beside a test: as much of it as a publisher asks for, with conditions, a journal, and faults.
//!
//! After every write it holds what it stores to what is promised of a tree: each path of its manifest is there whole, and
//! has the manifest's digest unless the claim names it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::server::wait_for;
use super::{Folder, Ran};

/// The bucket, and where in it trees are published.
const BUCKET: &str = "/bucket/";
const ROOT: &str = "site/";

/// How many keys a page of a list has: few, so that there are several.
const PAGE: usize = 10;

/// What a server says that fails; with what it should not say, and a publisher should not pass on.
const DENIED: &[u8] =
    b"<Error><Code>InternalError</Code><AWSAccessKeyId>AKIACANARYID</AWSAccessKeyId><Of>CANARYSECRETKEY</Of></Error>";

/// What goes wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It has no effect, and an answer that says so.
    Refused,
    /// It has no effect, and no answer.
    Dropped,
    /// It has its effect, and an answer that says that it has not.
    Denied,
    /// It has its effect, and no answer.
    Lost,
}

/// An object with the headers that it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) bytes: Vec<u8>,
    pub(crate) headers: BTreeMap<String, String>,
}

impl Object {
    fn etag(&self) -> String {
        format!("\"{}\"", &digest(&self.bytes)[..32])
    }
}

#[derive(Default)]
struct Inner {
    objects: BTreeMap<String, Object>,
    journal: Vec<String>,
    fault: Option<(usize, Fault)>,
    seen: usize,
    /// The digests that a whole file may have, by path.
    whole: BTreeMap<String, BTreeSet<String>>,
    broken: Vec<String>,
    /// Which request is to wait: its line, after how many of the same, and the number it is let go by.
    hold: Option<(String, usize, usize)>,
    held: BTreeSet<usize>,
    holds: usize,
    /// How many connections there are.
    open: usize,
}

/// The server.
#[derive(Clone)]
pub(crate) struct Store {
    address: SocketAddr,
    inner: Arc<(Mutex<Inner>, Condvar)>,
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Store {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let store = Store { address: listener.local_addr().expect("an address"), inner: Arc::default() };
        let serving = store.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let store = serving.clone();
                store.inner().open += 1;
                std::thread::spawn(move || {
                    store.serve(&stream);
                    store.inner().open -= 1;
                });
            }
        });
        store
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.0.lock().expect("no poison")
    }

    /// `summitcal publish` to this server.
    pub(crate) fn command(&self, folder: &Folder, more: &[&str]) -> std::process::Command {
        let mut command = folder.command(&[&["publish", "s3://bucket/site"], more].concat());
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(name);
        }
        command
            .env("AWS_ENDPOINT", format!("http://{}", self.address))
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "AKIACANARYID")
            .env("AWS_SECRET_ACCESS_KEY", "CANARYSECRETKEY");
        command
    }

    pub(crate) fn publish(&self, folder: &Folder, more: &[&str]) -> Ran {
        let ran = Ran::of(self.command(folder, more));
        assert!(!ran.broke(), "{}", ran.stderr);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("CANARY"), "{}", ran.stderr);
        ran
    }

    /// What was asked since the last time, a line a request.
    pub(crate) fn journal(&self) -> Vec<String> {
        std::mem::take(&mut self.inner().journal)
    }

    /// All objects, by path below the root of the tree.
    pub(crate) fn objects(&self) -> BTreeMap<String, Object> {
        self.inner().objects.clone()
    }

    pub(crate) fn set(&self, objects: BTreeMap<String, Object>) {
        self.inner().objects = objects;
    }

    pub(crate) fn put(&self, path: &str, bytes: &[u8]) {
        self.inner().objects.insert(path.to_owned(), Object { bytes: bytes.to_vec(), headers: BTreeMap::new() });
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.inner().objects.get(path).expect("an object").bytes).expect("JSON")
    }

    /// Has the request at a position, counted from now, go wrong; and says afterwards whether there was one.
    pub(crate) fn fail(&self, at: usize, fault: Fault) {
        let mut inner = self.inner();
        inner.seen = 0;
        inner.fault = Some((at, fault));
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.inner().fault.take().is_none()
    }

    /// Waits until all is answered that was asked by those who have ended: what they sent last may still be on its way.
    pub(crate) fn quiet(&self) {
        // Connections are taken in order, so when this one is answered, those before it are counted.
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        stream.write_all(b"PING / HTTP/1.1\r\n\r\n").expect("a socket");
        assert!(Request::read_line(&mut BufReader::new(&stream)).is_some_and(|line| line.contains(" 200 ")));
        drop(stream);
        wait_for("an end of what was asked", || (self.inner().open == 0).then_some(()));
    }

    /// Counts the files of a tree among those that are whole.
    pub(crate) fn know(&self, tree: &Path) {
        let manifest = std::fs::read(tree.join("manifest.json")).expect("a manifest");
        let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        for (path, file) in manifest["files"].as_object().expect("files") {
            let sha = file["sha256"].as_str().expect("a digest").to_owned();
            self.inner().whole.entry(path.clone()).or_default().insert(sha);
        }
    }

    /// What was promised and not held, at any moment.
    pub(crate) fn broken(&self) -> Vec<String> {
        self.inner().broken.clone()
    }

    /// Has a request wait until it is let go, before it has any effect: the next one of this line after so many. Gives the
    /// number that it is let go by.
    pub(crate) fn hold(&self, request: &str, after: usize) -> usize {
        let mut inner = self.inner();
        inner.holds += 1;
        inner.hold = Some((request.to_owned(), after, inner.holds));
        inner.holds
    }

    pub(crate) fn wait_held(&self, number: usize) {
        wait_for("a request that is held", || self.inner().held.contains(&number).then_some(()));
    }

    pub(crate) fn let_go(&self, number: usize) {
        self.inner().held.remove(&number);
        self.inner.1.notify_all();
    }

    fn serve(&self, stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        while let Some(request) = Request::read(&mut reader) {
            let Some(answer) = self.answer(&request) else { return };
            if (&mut &*stream).write_all(&answer).is_err() {
                return;
            }
        }
    }

    /// The bytes of an answer; `None` ends the connection.
    fn answer(&self, request: &Request) -> Option<Vec<u8>> {
        if request.method == "PING" {
            return Some(response("200 OK", &[], b""));
        }
        let line = request.line();
        let mut inner = self.inner();
        match &mut inner.hold {
            Some((held, 0, number)) if *held == line => {
                let number = *number;
                inner.hold = None;
                inner.held.insert(number);
                inner = self.inner.1.wait_while(inner, |inner| inner.held.contains(&number)).expect("no poison");
            }
            Some((held, after, _)) if *held == line => *after -= 1,
            _ => {}
        }
        inner.journal.push(line);
        let fault = inner.fault.filter(|(at, _)| *at == inner.seen).map(|(_, fault)| fault);
        inner.seen += 1;
        if fault.is_some() {
            inner.fault = None;
        }
        let denied = || response("500 Internal Server Error", &[], DENIED);
        match fault {
            Some(Fault::Refused) => return Some(denied()),
            Some(Fault::Dropped) => return None,
            _ => {}
        }
        let answer = inner.act(request);
        inner.check();
        match fault {
            Some(Fault::Denied) => Some(denied()),
            Some(Fault::Lost) => None,
            _ => Some(answer),
        }
    }
}

impl Inner {
    fn act(&mut self, request: &Request) -> Vec<u8> {
        let signed = request.headers.get("authorization").is_some_and(|text| text.starts_with("AWS4-HMAC-SHA256 "));
        let sent = request.headers.get("x-amz-content-sha256");
        if !signed || (request.method == "PUT" && sent != Some(&digest(&request.body))) {
            return response("403 Forbidden", &[], b"<Error><Code>SignatureDoesNotMatch</Code></Error>");
        }
        match (request.method.as_str(), request.key()) {
            ("GET", None) => self.list(request),
            ("GET", Some(key)) => match self.objects.get(key) {
                Some(object) => {
                    let dated = ("last-modified", "Thu, 26 Nov 2026 18:00:00 GMT".to_owned());
                    response("200 OK", &[("etag", object.etag()), dated], &object.bytes)
                }
                None => response("404 Not Found", &[], b"<Error><Code>NoSuchKey</Code></Error>"),
            },
            ("PUT", Some(key)) => self.store(key, request),
            ("POST", None) => {
                let mut text = String::from("<DeleteResult>");
                for key in tags(&String::from_utf8_lossy(&request.body), "Key") {
                    self.objects.remove(key.strip_prefix(ROOT).expect("below the root"));
                    let _ = write!(text, "<Deleted><Key>{key}</Key></Deleted>");
                }
                response("200 OK", &[], (text + "</DeleteResult>").as_bytes())
            }
            _ => response("405 Method Not Allowed", &[], b""),
        }
    }

    fn store(&mut self, key: &str, request: &Request) -> Vec<u8> {
        let there = self.objects.get(key).map(Object::etag);
        let only_new = request.headers.contains_key("if-none-match");
        if (only_new && there.is_some())
            || request.headers.get("if-match").is_some_and(|tag| Some(tag) != there.as_ref())
        {
            return response("412 Precondition Failed", &[], b"<Error><Code>PreconditionFailed</Code></Error>");
        }
        let object = Object { bytes: request.body.clone(), headers: request.headers.clone() };
        let etag = object.etag();
        self.objects.insert(key.to_owned(), object);
        response("200 OK", &[("etag", etag)], b"")
    }

    fn list(&self, request: &Request) -> Vec<u8> {
        let after = request.query("continuation-token").unwrap_or_default();
        let prefix = request.query("prefix").unwrap_or_default();
        assert_eq!(prefix, ROOT, "a list is of the tree alone");
        let mut keys = self.objects.iter().filter(|(key, _)| key.as_str() > after.as_str());
        let mut text = String::from("<ListBucketResult>");
        for (key, object) in keys.by_ref().take(PAGE) {
            let (etag, size) = (object.etag().replace('"', "&quot;"), object.bytes.len());
            let _ = write!(
                text,
                "<Contents><Key>{ROOT}{key}</Key><LastModified>2026-11-26T18:00:00.000Z</LastModified><ETag>{etag}</ETag>\
                 <Size>{size}</Size></Contents>"
            );
        }
        let last = tags(&text, "Key").pop().map(|key| key[ROOT.len()..].to_owned());
        if let (Some(_), Some(last)) = (keys.next(), last) {
            let _ = write!(text, "<NextContinuationToken>{last}</NextContinuationToken>");
        }
        text.push_str("</ListBucketResult>");
        response("200 OK", &[], text.as_bytes())
    }

    /// Notes what is not as promised.
    fn check(&mut self) {
        let read = |name: &str| serde_json::from_slice::<Value>(&self.objects.get(name)?.bytes).ok();
        let Some(manifest) = read("manifest.json") else { return };
        let state = read("publish.json").unwrap_or_default();
        let unsettled: BTreeSet<&str> =
            state["claim"]["unsettled"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut broken = Vec::new();
        for (path, file) in manifest["files"].as_object().into_iter().flatten() {
            let there = self.objects.get(path).map(|object| digest(&object.bytes));
            let is_whole = there.as_ref().is_some_and(|sha| {
                file["sha256"] == **sha
                    || (unsettled.contains(path.as_str())
                        && self.whole.get(path).is_some_and(|whole| whole.contains(sha)))
            });
            if !is_whole {
                broken.push(format!("{path} after {:?}", self.journal.last()));
            }
        }
        self.broken.extend(broken);
    }
}

struct Request {
    method: String,
    target: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Request {
    fn read(reader: &mut impl BufRead) -> Option<Self> {
        let line = Self::read_line(reader)?;
        let mut words = line.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = BTreeMap::new();
        loop {
            let line = Self::read_line(reader)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a number"));
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self { method, target, headers, body })
    }

    fn read_line(reader: &mut impl BufRead) -> Option<String> {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        Some(line)
    }

    /// The path below the root of the tree; `None` of a request about the bucket.
    fn key(&self) -> Option<&str> {
        let path = self.target.split('?').next().unwrap_or_default();
        path.strip_prefix(BUCKET)?.strip_prefix(ROOT)
    }

    fn query(&self, name: &str) -> Option<String> {
        let query = self.target.split_once('?')?.1;
        let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        Some(value.replace("%2F", "/"))
    }

    /// As the journal has it.
    fn line(&self) -> String {
        match (self.method.as_str(), self.key()) {
            ("GET", None) => "LIST".to_owned(),
            ("POST", None) => {
                let keys = tags(&String::from_utf8_lossy(&self.body), "Key");
                format!("DELETE {}", keys.iter().map(|key| &key[ROOT.len()..]).collect::<Vec<_>>().join(" "))
            }
            (method, key) => format!("{method} {}", key.unwrap_or("?")),
        }
    }
}

/// What stands between the tags of a name.
fn tags(text: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    text.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).map(str::to_owned).collect()
}

fn response(status: &str, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    [head.as_bytes(), b"\r\n", body].concat()
}
