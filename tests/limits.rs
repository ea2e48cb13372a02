//! What a client may ask of the server: how long it may take, and how many there may be.
#![cfg(feature = "serve")]

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::server::{Client, Reply, Server, wait_for};
use crate::support::{BASE, FEEDS, Folder};
use chrono::DateTime;
use summitcal::programme::Audience;
use summitcal::publish::http::{self, AccessLog, App, Generation, Health, Limits, Tokens};
use summitcal::tree::{self, Tree};

const FEED: &str = "/feeds/seoul.ics";
/// More than the system keeps for who does not read.
const LARGE: usize = 14 << 20;
/// How often the server looks at its clock: so much earlier a connection may end.
const TICK: Duration = Duration::from_millis(250);

/// A server in this process, with limits that one can wait for, and a file of so many bytes. It ends with the process.
fn serve(limits: Limits, log: Option<AccessLog>, large: usize) -> Client {
    let at = DateTime::from_timestamp(1_756_166_400, 0).expect("an instant");
    let files = [("large.png", vec![b'x'; large]), ("small.css", b"a {}".to_vec())];
    let tree = Tree {
        audience: Audience::Public,
        digests: files.iter().map(|(path, bytes)| ((*path).to_owned(), tree::digest(bytes))).collect(),
        files: files.map(|(path, bytes)| (path.to_owned(), bytes)).into(),
        manifest: "{}".to_owned(),
        feeds: Vec::new(),
        changed: None,
        expired: None,
        base_url: None,
        hubs: Vec::new(),
    };
    let health = Health { made: at, stale: None, next: None };
    let generation = Generation::new(vec![tree], None, at);
    let app = Arc::new(App::new(generation, health, Tokens::default()));
    // Who connects before it accepts anybody waits until it does.
    let [listener, admin] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    let [address, admin_address] = [&listener, &admin].map(|listener| listener.local_addr().expect("an address"));
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let served = http::serve(listener, Arc::clone(&app), limits, log, std::future::pending());
        let admin = http::serve_admin(admin, app, limits);
        let both = async { tokio::try_join!(served, admin) };
        runtime.expect("threads").block_on(both).expect("it serves");
    });
    Client { address, admin: admin_address }
}

/// The value of a metric.
fn metric(client: Client, name: &str) -> u64 {
    let text = client.admin().get("/metrics").text();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("summitcal_{name} ")).map(str::to_owned));
    line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {text}"))
}

/// Sends a request for a small file, and reads all of its answer.
fn ask_again(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"GET /small.css HTTP/1.1\r\nHost: x\r\n\r\n")?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"a {}") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        answer.extend(byte);
    }
    Ok(())
}

#[test]
fn who_is_idle_or_never_ends_a_head_is_sent_away() {
    let idle = Duration::from_secs(1);
    let client = serve(Limits { idle, ..Limits::default() }, None, 1);
    let gone = |mut stream: TcpStream, talks: bool| {
        let began = Instant::now();
        let mut writer = stream.try_clone().expect("a socket");
        let talker = talks.then(|| {
            thread::spawn(move || {
                let mut sent = writer.write(b"GET /small.css HTTP/1.1\r\nX: ");
                while sent.is_ok() && began.elapsed() < Duration::from_secs(20) {
                    thread::sleep(Duration::from_millis(40));
                    sent = writer.write(b"y");
                }
            })
        });
        // A reset is an end too: of who was still talking.
        let read = stream.read(&mut [0; 64]).unwrap_or(0);
        let after = began.elapsed();
        if let Some(talker) = talker {
            talker.join().expect("no panic");
        }
        assert_eq!(read, 0, "no answer");
        assert!(after + TICK >= idle && after < Duration::from_secs(10), "{after:?}");
    };
    thread::scope(|scope| {
        scope.spawn(|| gone(client.connect(), false));
        scope.spawn(|| gone(client.connect(), true));
        // Who asks again in time is neither.
        let mut busy = client.connect();
        for _ in 0..8 {
            ask_again(&mut busy).expect("an answer");
            thread::sleep(Duration::from_millis(200));
        }
    });
    wait_for("none to be left but the one that asks", || (metric(client, "connections_open") == 1).then_some(()));
}

#[test]
fn who_takes_no_answer_is_given_up_and_others_are_served() {
    let response = Duration::from_millis(700);
    let client = serve(Limits { response, ..Limits::default() }, None, LARGE);
    let mut greedy = client.connect();
    let began = Instant::now();
    greedy.write_all(b"GET /large.png HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
    let mut served = 0;
    wait_for("it to be given up", || {
        assert_eq!(client.get("/small.css").status, 200);
        served += 1;
        (metric(client, "connections_failed_total") == 1).then_some(())
    });
    assert!(began.elapsed() >= response && served > 1, "{:?}, {served}", began.elapsed());
    let mut taken = Vec::new();
    let _ = greedy.read_to_end(&mut taken);
    assert!(taken.len() < LARGE, "the rest was never sent");
}

/// However many they are, and though each has asked for more already: by the limits that a server has by itself.
#[test]
fn who_takes_no_answer_keeps_nobody_out_for_long() {
    const CONNECTIONS: usize = 64;
    let client = serve(Limits { connections: CONNECTIONS, ..Limits::default() }, None, LARGE);
    let greedy: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let mut stream = client.connect();
            stream.write_all("GET /large.png HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3).as_bytes()).expect("sent");
            // It is being answered, and takes no more than this.
            stream.read_exact(&mut [0; 15]).expect("an answer");
            stream
        })
        .collect();
    let began = Instant::now();
    let mut refused = 0;
    wait_for("room", || {
        // It asks for nothing at first, so that it can be refused without having to be heard.
        let mut stream = client.connect();
        stream.set_read_timeout(Some(Duration::from_millis(200))).expect("a socket");
        let mut answer = Vec::new();
        if stream.read_to_end(&mut answer).is_ok() {
            let reply = Reply::of(&answer);
            assert_eq!((reply.status, reply.header("retry-after"), reply.header("connection")), (503, "30", "close"));
            refused += 1;
            return None;
        }
        ask_again(&mut stream).is_ok().then_some(())
    });
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert!(refused > 0, "there was no room at first");
    assert!(metric(client, "connections_refused_total") >= refused);
    drop(greedy);
}

#[test]
fn who_takes_an_answer_slowly_is_not_idle() {
    let idle = Duration::from_millis(900);
    let client = serve(Limits { idle, response_when_full: idle, ..Limits::default() }, None, LARGE);
    let mut slow = client.connect();
    slow.write_all(b"GET /large.png HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
    let began = Instant::now();
    let (mut piece, mut taken) = (vec![0; 1 << 16], 0);
    while taken < LARGE {
        let length = slow.read(&mut piece).expect("it is not sent away");
        assert_ne!(length, 0, "after {taken} bytes");
        taken += length;
        // At first so slowly that it takes longer than one may be idle.
        if began.elapsed() < 2 * idle {
            thread::sleep(Duration::from_millis(40));
        }
    }
    assert!(began.elapsed() > idle);
    thread::sleep(TICK);
    ask_again(&mut slow).expect("it counts as idle from the end of the answer on");
}

/// What reads nothing of the log until the test is over.
struct Stalled(mpsc::Receiver<()>);

impl Write for Stalled {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_log_that_nobody_reads_holds_nobody_up() {
    const REQUESTS: usize = 40_000;
    let (until, stalled) = mpsc::channel();
    let client = serve(Limits::default(), Some(AccessLog::new(Stalled(stalled))), 1);
    let mut stream = client.connect();
    let mut writer = stream.try_clone().expect("a socket");
    let asking = thread::spawn(move || {
        let request = "HEAD /small.css HTTP/1.1\r\nHost: x\r\nUser-Agent: one whose name makes lines long\r\n\r\n";
        for _ in 0..REQUESTS / 100 {
            writer.write_all(request.repeat(100).as_bytes()).expect("sent");
        }
        writer.write_all(b"GET /small.css HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("sent");
    });
    let mut answers = Vec::new();
    stream.read_to_end(&mut answers).expect("all answers");
    asking.join().expect("no panic");
    assert_eq!(answers.windows(12).filter(|word| word == b"HTTP/1.1 200").count(), REQUESTS + 1);
    assert_eq!(client.get("/small.css").status, 200);
    assert!(metric(client, "log_lines_lost_total") > 0, "nobody read, so some are lost, and counted");
    drop(until);
}

/// A folder with one feed.
fn folder() -> Folder {
    Folder::with(&[("base.yaml", BASE), ("feeds.yaml", FEEDS)])
}

/// Others are served beside so many idle connections, and two hundred that read and write next to nothing.
fn others_are_served_beside(wanted: usize) {
    let server = Server::start(&folder(), &["--log", "off"]);
    let idle: Vec<_> = (0..wanted).map(|_| server.connect()).collect();
    let slow: Vec<_> = (0..200)
        .map(|number| {
            let mut stream = server.connect();
            // Some never end their request; others ask for much, and take none of it.
            let request = if number % 2 == 0 {
                "GET / HTTP/1.1\r\nX: ".to_owned()
            } else {
                format!("GET {FEED} HTTP/1.1\r\nHost: x\r\n\r\n").repeat(200)
            };
            stream.set_nonblocking(true).expect("a socket");
            let _ = stream.write(request.as_bytes());
            stream
        })
        .collect();
    // Before the first of them have been idle for too long.
    let open = format!("summitcal_connections_open {}\n", wanted + 201);
    wait_for("all of them, and this one", || server.admin().get("/metrics").text().contains(&open).then_some(()));
    let began = Instant::now();
    for _ in 0..200 {
        assert_eq!(server.get(FEED).status, 200);
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    drop((idle, slow));
}

#[test]
fn others_are_served_beside_those_who_do_not_move() {
    others_are_served_beside(400);
}

/// Both this process and the server need a file for each: `ulimit -n 11000` before
/// `cargo test --release --test suite limits -- --ignored`. They have to connect before the first has been idle for too long.
#[test]
#[ignore = "needs 11,000 open files a process"]
fn others_are_served_beside_ten_thousand_who_do_not_move() {
    others_are_served_beside(10_000);
}

#[test]
fn the_longest_idle_makes_room() {
    let server = Server::start(&folder(), &["--log", "off", "--connections", "16"]);
    let mut idle: Vec<_> = (0..40).map(|_| server.connect()).collect();
    for _ in 0..20 {
        assert_eq!(server.get(FEED).status, 200);
    }
    let mut byte = [0; 1];
    assert_eq!(idle[0].read(&mut byte).unwrap_or(0), 0, "closed");
    assert!(
        server.admin().get("/metrics").text().lines().any(|line| {
            line.strip_prefix("summitcal_connections_evicted_total ").is_some_and(|count| count != "0")
        })
    );
    // One that only stops sending is answered all the same.
    let mut half = server.connect();
    half.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("sent");
    let _ = half.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = half.read_to_end(&mut answer);
    assert!(answer.is_empty() || Reply::of(&answer).status == 200);
}
