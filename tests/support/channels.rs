//! What stands in for the other ends of channels: something that takes requests, and a server of mail. Both listen on this machine
//! alone, and end with what holds them.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

/// The authority that signed the certificate of these servers.
pub(crate) fn authority() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/notify/ca.pem")
}

/// Listens, and has each connection served in a thread of its own until it is dropped.
struct Listening {
    address: SocketAddr,
    ends: Arc<AtomicBool>,
}

impl Listening {
    fn start(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let ends = Arc::new(AtomicBool::new(false));
        let (ended, serve) = (Arc::clone(&ends), Arc::new(serve));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let serve = Arc::clone(&serve);
                let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
                std::thread::spawn(move || serve(stream));
            }
        });
        Listening { address, ends }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// With a status and a header.
    Status(u16, Option<(&'static str, String)>),
    /// With half of a head.
    Half,
    /// Not at all.
    Dropped,
    /// After so long.
    Late(Duration),
}

/// A request that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Taken {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// What a form says, by name.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

/// Something that takes requests: a webhook, a topic, a hub.
pub(crate) struct Receiver {
    listening: Listening,
    taken: Arc<Mutex<Vec<Taken>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

impl Receiver {
    /// Answers with 200 once it has given these answers.
    pub(crate) fn start(answers: &[Answer]) -> Self {
        let (taken, answers): (Arc<Mutex<Vec<Taken>>>, _) =
            (Arc::default(), Arc::new(Mutex::new(answers.iter().cloned().collect::<VecDeque<_>>())));
        let (journal, due) = (Arc::clone(&taken), Arc::clone(&answers));
        let listening = Listening::start(move |stream| {
            let Some(request) = read(&stream) else { return };
            journal.lock().expect("no poison").push(request);
            let answer = due.lock().expect("no poison").pop_front().unwrap_or(Answer::Status(200, None));
            let reply = match answer {
                Answer::Status(status, header) => {
                    let header = header.map(|(name, value)| format!("{name}: {value}\r\n")).unwrap_or_default();
                    format!("HTTP/1.1 {status} Status\r\n{header}Content-Length: 2\r\nConnection: close\r\n\r\nok")
                }
                Answer::Half => "HTTP/1.1 200 O".to_owned(),
                Answer::Dropped => return,
                Answer::Late(wait) => {
                    std::thread::sleep(wait);
                    return;
                }
            };
            let _ = (&stream).write_all(reply.as_bytes());
        });
        Receiver { listening, taken, answers }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.listening.address)
    }

    /// What was taken since the last time.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        std::mem::take(&mut self.taken.lock().expect("no poison"))
    }

    pub(crate) fn answer_next(&self, answer: Answer) {
        self.answers.lock().expect("no poison").push_back(answer);
    }
}

fn read(stream: &TcpStream) -> Option<Taken> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Taken { path, headers, body: String::from_utf8(body).ok()? })
}

/// How a server of mail behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS.
    StartTls,
    /// No TLS at all.
    Plain,
    /// It is not taking anything.
    Closed,
    /// Half of a greeting, and the end.
    Half,
}

/// A mail that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) to: Vec<String>,
    pub(crate) is_secure: bool,
    /// Who said to be sending: user and password.
    pub(crate) login: Option<String>,
    pub(crate) text: String,
}

/// A server of mail. It refuses whoever begins with `nobody`, for good, and the first time whoever begins with `later`.
pub(crate) struct MailServer {
    listening: Listening,
    taken: Arc<Mutex<Vec<Mail>>>,
    connections: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Session {
    mode: Mode,
    taken: Arc<Mutex<Vec<Mail>>>,
    asked_before: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub(crate) fn start(mode: Mode) -> Self {
        let taken: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let session = Session { mode, taken: Arc::clone(&taken), asked_before: Arc::default() };
        let connections: Arc<AtomicUsize> = Arc::default();
        let counted = Arc::clone(&connections);
        let listening = Listening::start(move |stream| {
            counted.fetch_add(1, Ordering::Relaxed);
            let _ = session.serve(stream);
        });
        MailServer { listening, taken, connections }
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn port(&self) -> u16 {
        self.listening.address.port()
    }

    pub(crate) fn taken(&self) -> Vec<Mail> {
        std::mem::take(&mut self.taken.lock().expect("no poison"))
    }
}

/// A connection that may be in TLS.
trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

fn secured(stream: TcpStream) -> Box<dyn Stream> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = authority().parent().expect("a folder").to_owned();
    let certificate = CertificateDer::from_pem_file(folder.join("server.pem")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key);
    let connection = ServerConnection::new(Arc::new(config.expect("a configuration"))).expect("a connection");
    Box::new(StreamOwned::new(connection, stream))
}

/// A line, without its end.
fn line(stream: &mut dyn Stream) -> std::io::Result<String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    loop {
        stream.read_exact(&mut byte)?;
        match byte[0] {
            b'\n' => return Ok(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()),
            other => line.push(other),
        }
    }
}

impl Session {
    fn serve(&self, tcp: TcpStream) -> std::io::Result<()> {
        let _ = tcp.set_nodelay(true);
        let plain = tcp.try_clone()?;
        let mut is_secure = self.mode == Mode::Tls;
        let mut stream: Box<dyn Stream> = if is_secure { secured(tcp) } else { Box::new(tcp) };
        match self.mode {
            Mode::Closed => return stream.write_all(b"421 4.3.2 Not now\r\n"),
            Mode::Half => return stream.write_all(b"220-local"),
            _ => stream.write_all(b"220 localhost ESMTP\r\n")?,
        }
        stream.flush()?;
        let (mut login, mut to) = (None, Vec::new());
        loop {
            let said = line(&mut *stream)?;
            let word = said.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let reply = match word.as_str() {
                "EHLO" if self.mode == Mode::StartTls && !is_secure => {
                    "250-localhost\r\n250-STARTTLS\r\n250 8BITMIME\r\n".to_owned()
                }
                "EHLO" => "250-localhost\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n".to_owned(),
                "STARTTLS" => {
                    stream.write_all(b"220 Go on\r\n")?;
                    stream.flush()?;
                    stream = secured(plain.try_clone()?);
                    is_secure = true;
                    continue;
                }
                "AUTH" => {
                    use base64::Engine as _;
                    let words = said.split(' ').nth(2).unwrap_or_default();
                    let bytes = base64::engine::general_purpose::STANDARD.decode(words).unwrap_or_default();
                    login = Some(String::from_utf8_lossy(&bytes).replace('\0', " ").trim().to_owned());
                    "235 2.7.0 Welcome\r\n".to_owned()
                }
                "MAIL" => {
                    to = Vec::new();
                    "250 2.1.0 Fine\r\n".to_owned()
                }
                "RCPT" => {
                    let address = said.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    let mut before = self.asked_before.lock().expect("no poison");
                    let is_first = !before.contains(&address);
                    before.push(address.clone());
                    if address.starts_with("nobody") {
                        format!("550 5.1.1 CANARY-OF-SERVER {address} is unknown here\r\n")
                    } else if address.starts_with("later") && is_first {
                        "451 4.7.1 Try again\r\n".to_owned()
                    } else {
                        to.push(address);
                        "250 2.1.5 Fine\r\n".to_owned()
                    }
                }
                "DATA" => {
                    stream.write_all(b"354 Go on\r\n")?;
                    stream.flush()?;
                    let mut text = String::new();
                    loop {
                        let line = line(&mut *stream)?;
                        if line == "." {
                            break;
                        }
                        text.push_str(line.strip_prefix('.').unwrap_or(&line));
                        text.push('\n');
                    }
                    let mail = Mail { to: to.clone(), is_secure, login: login.clone(), text };
                    self.taken.lock().expect("no poison").push(mail);
                    "250 2.0.0 Taken\r\n".to_owned()
                }
                "QUIT" => {
                    stream.write_all(b"221 2.0.0 Bye\r\n")?;
                    return stream.flush();
                }
                _ => "250 2.0.0 Fine\r\n".to_owned(),
            };
            stream.write_all(reply.as_bytes())?;
            stream.flush()?;
        }
    }
}
