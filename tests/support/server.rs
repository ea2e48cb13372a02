//! A server that runs beside a test, and the simplest client of it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Deref;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::Folder;

/// Who asks the server at an address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    /// Where it tells those who run it how it is.
    pub(crate) admin: SocketAddr,
}

impl Client {
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
        stream
    }

    /// Sends these bytes, and reads until the server closes.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        // A server that has had enough may close before all of it is sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[&str]) -> Reply {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for header in headers {
            request.extend([*header, "\r\n"]);
        }
        Reply::of(&self.raw(format!("{request}\r\n").as_bytes()))
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[])
    }

    /// Who runs the server, asking it how it is.
    pub(crate) fn admin(&self) -> Client {
        Client { address: self.admin, ..*self }
    }

    /// How it is, to those who run it.
    pub(crate) fn health(&self) -> String {
        self.admin().get("/healthz").text()
    }
}

/// `summitcal serve` in a folder, ended with the test.
pub(crate) struct Server {
    pub(crate) child: Child,
    client: Client,
    out: Arc<Mutex<String>>,
    err: Arc<Mutex<String>>,
}

fn gather(mut from: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let gathered = Arc::clone(&text);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            gathered.lock().expect("no poison").push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
    });
    text
}

/// Waits for something, but not for ever.
pub(crate) fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Server {
    pub(crate) fn start(folder: &Folder, more: &[&str]) -> Self {
        Self::spawn(folder, &[&["--admin", "127.0.0.1:0"], more].concat(), 2)
    }

    /// As somebody starts it who writes: without an address for those who run it.
    pub(crate) fn start_plain(folder: &Folder, more: &[&str]) -> Self {
        Self::spawn(folder, more, 1)
    }

    fn spawn(folder: &Folder, more: &[&str], addresses: usize) -> Self {
        let mut command = folder.command(&["serve", "--addr", "127.0.0.1:0"]);
        command.args(more);
        Self::of(command, addresses)
    }

    /// From a command that becomes one with so many addresses.
    pub(crate) fn of(mut command: Command, addresses: usize) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program can be run");
        let out = gather(child.stdout.take().expect("piped"));
        let err = gather(child.stderr.take().expect("piped"));
        let address = |number: usize| {
            wait_for("an address", || {
                let err = err.lock().expect("no poison");
                let rest = err.split("http://").nth(number)?;
                // Whole, once something stands after it.
                rest.split_once('/')?.0.parse().ok()
            })
        };
        let client = Client { address: address(1), admin: address(addresses) };
        Server { child, client, out, err }
    }

    pub(crate) fn out(&self) -> String {
        self.out.lock().expect("no poison").clone()
    }

    pub(crate) fn err(&self) -> String {
        self.err.lock().expect("no poison").clone()
    }

    /// Asks for a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(status.expect("kill").success());
    }
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer, with its headers by name in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no head: {:?}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).expect("a head is text");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("no header: {line}"));
            (name.to_ascii_lowercase(), value.to_owned())
        };
        Reply { status, headers: lines.map(header).collect(), body: bytes[end + 4..].to_vec() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    /// All but the date.
    pub(crate) fn timeless(mut self) -> Self {
        self.headers.remove("date");
        self
    }
}

/// A file without what a server that makes feeds when they are asked for adds to what is built: the form on the list of visits, and
/// the size and digest of that page in the manifest.
pub(crate) fn without_form(text: &str) -> String {
    if text.starts_with('{') {
        return text
            .lines()
            .filter(|line| !line.contains("index.html\": {\"size\""))
            .flat_map(|line| [line, "\n"])
            .collect();
    }
    let text = text.replace("form-action 'self'", "form-action 'none'");
    let Some(form) = text.find("<form ") else { return text };
    let begin = text[..form].rfind("<details").expect("it is folded");
    let end = "</form></details>";
    let rest = text[form..].find(end).expect("it ends") + form + end.len();
    [&text[..begin], &text[rest..]].concat()
}
