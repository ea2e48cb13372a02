//! `summitcal notify`: the expected messages to each kind of channel, to each audience, in each language, with nothing that an
//! audience may not see; and what becomes of every fault.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::channels::{Answer, Mail, MailServer, Mode, Receiver, authority};
use crate::support::{AT, BASE, FEEDS_OF_EACH, Folder, Ran};

/// A visit with something for each audience; what an audience may not see has its canary. Made up for the test.
const VISIT: &str = "\
visit: base
kind: working-visit
title: {en: Working visit, ko: 실무 방문, ja: 実務訪問}
principal: {en: President A, ko: 대통령}
zone: America/New_York
dates: {from: 2025-08-25, to: 2025-08-26}
audience: public
sources: {s: {publisher: P}}
entries:
  - id: talks
    kind: summit
    title: {en: Talks, ko: 회담, ja: 会談}
    when: {start: 2025-08-25 12:15, end: 2025-08-25 12:45}
    status: confirmed
    access: pooled
    sources: [s]
    press: {gather: 2025-08-25 07:40, note: CANARY-PRESS gate 1}
    staff: {note: CANARY-STAFF car 1}
  - id: lunch
    kind: meal
    title: {en: Lunch, ko: 오찬, ja: 昼食会}
    when: {start: 2025-08-25 13:00}
    status: confirmed
    sources: [s]
  - id: briefing
    kind: briefing
    title: {en: CANARY-PRESS Briefing, ko: CANARY-PRESS 브리핑}
    when: {start: 2025-08-25 15:00}
    audience: press
    status: confirmed
    sources: [s]
  - id: cars
    kind: other
    title: CANARY-STAFF Cars
    when: {start: 2025-08-25 11:00}
    audience: staff
    status: confirmed
    sources: [s]
";

/// The same, later: the talks are off, the lunch is an hour later, the press gathers later, staff have another car.
fn later() -> String {
    VISIT
        .replace("    status: confirmed\n    access: pooled", "    status: cancelled\n    access: pooled")
        .replace("when: {start: 2025-08-25 13:00}", "when: {start: 2025-08-25 14:00}")
        .replace("07:40", "08:10")
        .replace("15:00", "16:00")
        .replace("11:00", "10:30")
        .replace("car 1", "car 2")
}

fn git(folder: &Folder, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder.path()).args(["-c", "user.name=T", "-c", "user.email=t@example.org"]).args(arguments);
    let ran = command.output().expect("git is installed");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

fn commit(folder: &Folder, tag: &str) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", tag]);
    git(folder, &["tag", tag]);
}

/// A repository with both states, and these channels beside the later one.
fn repository(channels: &str) -> Folder {
    let folder = Folder::with(&[("base.yaml", VISIT), ("feeds.yaml", FEEDS_OF_EACH)]);
    git(&folder, &["init", "-q"]);
    commit(&folder, "old");
    folder.write("schedules/base.yaml", later().as_bytes());
    folder.write("schedules/channels.yaml", format!("channels:\n{channels}").as_bytes());
    commit(&folder, "new");
    folder
}

/// Runs `notify` with these values in its environment, none of which may be in what it says.
fn notify(folder: &Folder, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let mut command = folder.command(&[&["notify", "--at", AT], arguments].concat());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(name);
    }
    command.env("SSL_CERT_FILE", authority()).envs(environment.iter().copied());
    let ran = Ran::of(command);
    assert!(!ran.broke(), "{}", ran.stderr);
    for (_, secret) in environment {
        assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{}{}", ran.stdout, ran.stderr);
    }
    for canary in ["S3CRET", "CANARY-OF-SERVER"] {
        assert!(!ran.stdout.contains(canary) && !ran.stderr.contains(canary), "{}{}", ran.stdout, ran.stderr);
    }
    ran
}

fn one(id: &str, kind: &str, audience: &str, more: &str) -> String {
    format!("  - {{id: {id}, kind: {kind}, url: HOOK_URL, audience: {audience}, language: en{more}}}\n")
}

/// What one webhook of an audience and a language is told.
fn told(audience: &str, language: &str, more: &str) -> Value {
    let receiver = Receiver::start(&[]);
    let channel = one("hook", "webhook", audience, more).replace("language: en", &format!("language: {language}"));
    let folder = repository(&channel);
    let ran = notify(&folder, &["old", "new"], &[("HOOK_URL", &receiver.url("S3CRET"))]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "hook: 1 message sent.\n", ""));
    let taken = receiver.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].path.as_str(), taken[0].headers["content-type"].as_str()), ("/S3CRET", "application/json"));
    taken[0].json()
}

#[test]
fn each_audience_is_told_what_it_may_see_what_is_off_first() {
    let public = told("public", "en", ", also: [Asia/Seoul]");
    assert_eq!(
        public["text"],
        "P: changes to the schedule\n\n\
         CANCELLED: Talks\nWorking visit\n- Status: confirmed → cancelled\n\
         - Time: 25 Aug 12:15–12:45 EDT · 26 Aug 01:15–01:45 KST\n\
         https://calendar.example.org/visits/base.html#talks\n\n\
         Lunch\nWorking visit\n\
         - Time: 25 Aug 13:00 EDT · 26 Aug 02:00 KST, end not announced → 25 Aug 14:00 EDT · 26 Aug 03:00 KST, end not announced\n\
         https://calendar.example.org/visits/base.html#lunch\n\n\
         Changes: https://calendar.example.org/changes.html\n"
    );
    assert_eq!(public["changes"][0]["entry"], "base/talks");
    assert_eq!(public["changes"][0]["changes"][0]["values"]["now"], "cancelled");
    let press = told("press", "en", "");
    let titles = |told: &Value| {
        let titles = told["changes"].as_array().expect("changes").iter();
        titles.map(|it| it["title"].as_str().expect("a title").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(titles(&press), ["Talks", "Lunch", "CANARY-PRESS Briefing"]);
    let text = press["text"].as_str().expect("a text");
    assert!(text.contains("Gather time: 25 Aug 07:40 EDT → 25 Aug 08:10 EDT"), "{text}");
    assert!(text.contains("For accredited press. Embargoed as marked.\n"), "{text}");
    assert!(text.contains("CANARY-PRESS Briefing\nFor the press · Working visit\n"), "{text}");
    let staff = told("staff", "en", "");
    assert_eq!(titles(&staff), ["Talks", "CANARY-STAFF Cars", "Lunch", "CANARY-PRESS Briefing"]);
    assert!(staff["text"].as_str().expect("a text").contains("CANARY-STAFF Cars\nStaff only · Working visit\n"));
    for (told, canaries) in [(&public, &["CANARY"][..]), (&press, &["CANARY-STAFF"])] {
        for canary in canaries {
            assert!(!told.to_string().contains(canary), "{told}");
        }
    }
}

#[test]
fn each_language_has_its_words() {
    let korean = told("public", "ko", "");
    let text = korean["text"].as_str().expect("a text");
    assert!(text.contains("회담\n") && text.contains("→") && !text.contains("Talks"), "{text}");
    let japanese = told("press", "ja", "");
    let text = japanese["text"].as_str().expect("a text");
    assert!(text.contains("昼食会\n") && !text.contains("Lunch"), "{text}");
}

#[test]
fn a_channel_is_told_of_what_it_asks_for() {
    let public = told("public", "en", ", only: {kind: [meal]}");
    assert_eq!(public["changes"].as_array().expect("changes").len(), 1, "{public}");
    assert_eq!(public["changes"][0]["title"], "Lunch");
    // Of a visit that is not among those asked for, nothing.
    let receiver = Receiver::start(&[]);
    let folder = repository(&one("hook", "webhook", "public", ", visits: [other]"));
    folder.write("schedules/other.yaml", BASE.replace("visit: base", "visit: other").as_bytes());
    let ran = notify(&folder, &["old", "new"], &[("HOOK_URL", &receiver.url("x"))]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "Nothing is to be told.\n"), "{}", ran.stderr);
    assert!(receiver.taken().is_empty());
}

#[test]
fn each_kind_takes_its_own_form() {
    let receiver = Receiver::start(&[]);
    let kinds = ["slack", "teams", "discord", "ntfy"];
    let channels: String = kinds.iter().map(|kind| one(kind, kind, "press", "")).collect();
    let folder = repository(&channels);
    folder.write(
        "schedules/base.yaml",
        later().replace("en: Lunch", "en: \"<!channel> *Lunch* @all & [x](y)\"").as_bytes(),
    );
    let ran = notify(&folder, &["old"], &[("HOOK_URL", &receiver.url("alerts"))]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let taken = receiver.taken();
    assert_eq!(taken.len(), 4);
    let of = |has: &dyn Fn(&Value) -> bool| {
        taken
            .iter()
            .find(|taken| has(&taken.json()))
            .map(|taken| (taken.path.clone(), taken.json()))
            .expect("it is there")
    };
    let (_, slack) = of(&|body| body["blocks"].is_array());
    assert!(!slack["text"].as_str().expect("a text").contains('<'), "{slack}");
    assert!(slack["blocks"].to_string().contains("<!channel> *Lunch* @all & [x](y)"), "{slack}");
    assert!(slack["blocks"].as_array().expect("blocks").iter().all(|it| it["type"] != "section"), "nothing is markup");
    let (_, teams) = of(&|body| body["attachments"].is_array());
    assert_eq!(teams["attachments"][0]["content"]["type"], "AdaptiveCard");
    let (_, discord) = of(&|body| body["content"].is_string());
    assert_eq!(discord["allowed_mentions"]["parse"], Value::Array(Vec::new()));
    assert!(discord["content"].as_str().expect("a text").contains(r"\<!channel\> \*Lunch\* \@all"), "{discord}");
    let (path, ntfy) = of(&|body| body["topic"].is_string());
    assert_eq!((path.as_str(), &ntfy["topic"], &ntfy["priority"]), ("/", &Value::from("alerts"), &Value::from(4)));
    assert!(ntfy["message"].as_str().expect("a text").starts_with("For accredited press."), "{ntfy}");
}

#[test]
fn what_is_kept_from_an_audience_now_is_told_without_its_name() {
    let receiver = Receiver::start(&[]);
    let folder = repository(&one("hook", "webhook", "public", ""));
    let kept = later().replace("    kind: meal\n", "    kind: meal\n    audience: staff\n");
    // Before, the talks told of the lunch, and now may not.
    let before = VISIT
        .replace("when: {start: 2025-08-25 12:15, end: 2025-08-25 12:45}", "when: {date: 2025-08-25, after: lunch}");
    folder.write("schedules/base.yaml", before.as_bytes());
    commit(&folder, "before");
    folder.write("schedules/base.yaml", kept.as_bytes());
    let ran = notify(&folder, &["before"], &[("HOOK_URL", &receiver.url("x"))]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let taken = receiver.taken();
    let body = taken[0].json();
    assert!(!body.to_string().to_lowercase().contains("lunch"), "{body}");
    let gone = body["changes"].as_array().expect("changes").iter().find(|it| it["kind"] == "withdrawn");
    let gone = gone.expect("that something is gone is told");
    assert_eq!((&gone["title"], &gone["entry"]), (&Value::from("Withdrawn"), &Value::Null));
    assert!(body["text"].as_str().expect("a text").contains("17:00"), "{body}");
}

#[test]
fn what_was_withdrawn_keeps_its_name_unless_that_went_too() {
    for (more, is_named) in [(&[][..], true), (&["--redact"], false)] {
        let receiver = Receiver::start(&[]);
        let folder = repository(&one("hook", "webhook", "public", ""));
        folder.write("schedules/base.yaml", VISIT.as_bytes());
        folder.build();
        commit(&folder, "built");
        let entry =
            VISIT.find("  - id: lunch").expect("it is there")..VISIT.find("  - id: briefing").expect("it is there");
        let mut without = VISIT.to_owned();
        without.replace_range(entry, "");
        folder.write("schedules/base.yaml", without.as_bytes());
        let ran = folder.run(&[&["withdraw", "base/lunch", "--at", AT], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        commit(&folder, "withdrawn");
        let ran = notify(&folder, &["built", "withdrawn"], &[("HOOK_URL", &receiver.url("x"))]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let body = receiver.taken()[0].json();
        assert_eq!(body.to_string().to_lowercase().contains("lunch"), is_named, "{body}");
        if is_named {
            assert!(body["text"].as_str().expect("a text").contains("WITHDRAWN: Lunch\n"), "{body}");
        }
    }
}

#[test]
fn nothing_is_told_of_what_readers_cannot_see() {
    let receiver = Receiver::start(&[]);
    let folder = repository(&one("hook", "webhook", "public", ""));
    folder.write("schedules/base.yaml", VISIT.replace("gate 1", "gate 2").replace("car 1", "car 2").as_bytes());
    let hook = [("HOOK_URL", &*receiver.url("x"))];
    assert_eq!(notify(&folder, &["old"], &hook).stdout, "Nothing is to be told.\n");
    // Nor of another language than the channel's.
    folder.write("schedules/base.yaml", VISIT.replace("ko: 오찬", "ko: 점심").as_bytes());
    assert_eq!(notify(&folder, &["old"], &hook).stdout, "Nothing is to be told.\n");
    assert!(receiver.taken().is_empty());
}

#[test]
fn folders_are_compared_as_revisions_are() {
    let receiver = Receiver::start(&[]);
    let folder = repository(&one("hook", "webhook", "press", ""));
    let hook = [("HOOK_URL", &*receiver.url("x"))];
    folder.write("schedules/base.yaml", VISIT.as_bytes());
    assert_eq!(folder.run(&["build", "--at", AT, "--out", "one"]).code, 0);
    folder.write("schedules/base.yaml", later().as_bytes());
    assert_eq!(folder.run(&["build", "--at", "2025-08-26T01:00:00Z", "--out", "two"]).code, 0);
    assert_eq!(notify(&folder, &["./one", "./two"], &hook).code, 0);
    let from_folders = receiver.taken()[0].json();
    assert!(!from_folders.to_string().contains("CANARY-STAFF"), "{from_folders}");
    assert_eq!(notify(&folder, &["old", "new"], &hook).code, 0);
    let from_revisions = receiver.taken()[0].json();
    let entries = |told: &Value| {
        told["changes"].as_array().expect("changes").iter().map(|it| it["entry"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(entries(&from_folders), entries(&from_revisions));
}

#[test]
fn a_hub_is_told_the_addresses_that_changed() {
    let hub = Receiver::start(&[]);
    let channel = format!("  - {{id: hub, kind: websub, url: \"{}\", audience: public}}\n", hub.url("hub"));
    let folder = repository(&channel);
    let ran = notify(&folder, &["old", "new"], &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "hub: 4 messages sent.\n"), "{}", ran.stderr);
    let topics: Vec<String> = hub.taken().iter().map(|taken| taken.form()["hub.url"].clone()).collect();
    let base = "https://calendar.example.org";
    let expected = ["changes.atom", "ko/changes.atom", "ja/changes.atom", "feeds/seoul.ics"];
    assert_eq!(topics, expected.map(|path| format!("{base}/{path}")));
    // Feeds of changes name it, those of the public alone.
    folder.build();
    let link = format!("<link rel=\"hub\" href=\"{}\"/>", hub.url("hub"));
    assert!(folder.read("dist/public/changes.atom").contains(&link));
    assert!(!folder.read("dist/press/changes.atom").contains("rel=\"hub\""));
}

#[test]
fn a_dry_run_prints_each_message_and_sends_none() {
    let receiver = Receiver::start(&[]);
    let mail = "  - {id: list, kind: mail, smtp: SMTP_URL, from: desk@example.org, recipients: LIST, audience: public, language: ko}\n";
    let folder = repository(&(one("hook", "slack", "public", "") + mail));
    folder.write("list.txt", b"a@example.org\nb@example.org en\nc@example.org\n");
    let list = folder.path().join("list.txt");
    let ran = notify(&folder, &["old", "new", "--dry-run"], &[("HOOK_URL", &receiver.url("x"))]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("== hook (slack, public, en): 1 of 1\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("== list (mail, public, ko): to nobody yet: the environment variable LIST is not set"));
    let ran = notify(&folder, &["old", "new", "--dry-run", "--only", "list"], &[("LIST", &list.to_string_lossy())]);
    assert!(
        ran.stdout.contains("== list (mail, public, en): to 1 recipient\nSubject: CANCELLED: Talks"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("== list (mail, public, ko): to 2 recipients\n"), "{}", ran.stdout);
    assert!(
        !ran.stdout.contains("hook") && !ran.stdout.contains("@example.org ") && !ran.stdout.contains("b@example.org")
    );
    assert!(receiver.taken().is_empty());
}

#[test]
fn what_may_pass_is_tried_again_and_one_that_fails_holds_up_no_other() {
    let good = Receiver::start(&[]);
    let status = |status| Answer::Status(status, None);
    let waits = Answer::Status(429, Some(("Retry-After", "1".to_owned())));
    let recovering = Receiver::start(&[waits, status(503), Answer::Half, Answer::Dropped]);
    let folder = repository(
        "  - {id: bad, kind: slack, url: BAD_URL, audience: public, language: en}\n  \
           - {id: good, kind: webhook, url: GOOD_URL, audience: public, language: en}\n  \
           - {id: wavering, kind: webhook, url: WAVERING_URL, audience: public, language: en}\n",
    );
    let bad = Receiver::start(&[status(500), status(500)]);
    let environment = [
        ("BAD_URL", &*bad.url("S3CRET")),
        ("GOOD_URL", &*good.url("S3CRET")),
        ("WAVERING_URL", &*recovering.url("S3CRET")),
    ];
    let began = Instant::now();
    let ran = notify(&folder, &["old", "new", "--retries", "4"], &environment);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(began.elapsed() >= Duration::from_secs(1), "Retry-After is heeded");
    assert_eq!((good.taken().len(), recovering.taken().len(), bad.taken().len()), (1, 5, 3));
    for _ in 0..2 {
        bad.answer_next(status(500));
    }
    let ran = notify(&folder, &["old", "new", "--retries", "1"], &environment);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "good: 1 message sent.\nwavering: 1 message sent.\n"));
    assert_eq!(
        ran.stderr,
        "summitcal: The message to the channel “bad” was not sent: the server answers with status 500 (2 attempts).\n\
         summitcal: to send them again, run: summitcal notify old new --only bad\n"
    );
    good.taken();
    let ran = notify(&folder, &["old", "new", "--only", "bad"], &environment);
    assert_eq!((ran.code, good.taken().len()), (0, 0), "{}", ran.stderr);
}

#[test]
fn each_fault_is_said_without_a_secret() {
    let folder = repository(&one("hook", "webhook", "public", ""));
    let fails = |url: &str, words: &str| {
        let ran = notify(&folder, &["old", "new", "--retries", "0"], &[("HOOK_URL", url)]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{words}");
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
        assert!(ran.stderr.contains("--only hook"), "{}", ran.stderr);
    };
    // Nobody listens there any more.
    let gone = Receiver::start(&[]).url("S3CRET");
    fails(&gone, "the server cannot be reached");
    let answers = [
        (Answer::Status(404, None), "there is nothing at its address any more (status 404)"),
        (Answer::Status(403, None), "does not accept its address or its password (status 403)"),
        (Answer::Status(302, Some(("Location", "https://example.org/S3CRET".to_owned()))), "(status 302)"),
        (Answer::Status(429, None), "takes no more messages for now (status 429)"),
        (Answer::Half, "ends the connection before it has answered"),
        (Answer::Dropped, "ends the connection before it has answered"),
        (Answer::Late(Duration::from_secs(15)), "does not answer in time"),
    ];
    for (answer, words) in answers {
        let receiver = Receiver::start(&[answer]);
        fails(&receiver.url("S3CRET?token=S3CRET"), words);
    }
    // One that asks for a long time is not waited for.
    let receiver = Receiver::start(&[Answer::Status(429, Some(("Retry-After", "3600".to_owned())))]);
    let ran = notify(&folder, &["old", "new"], &[("HOOK_URL", &receiver.url("S3CRET"))]);
    assert!(ran.stderr.contains("asks to wait for 3600 seconds, which is too long"), "{}", ran.stderr);
    // What listens there knows no TLS.
    let receiver = Receiver::start(&[]);
    fails(&receiver.url("S3CRET").replace("http:", "https:"), "the server cannot be reached");
    fails("S3CRET", "its address is none");
    let ran = notify(&folder, &["old", "new"], &[]);
    assert!(ran.stderr.contains("the environment variable HOOK_URL is not set"), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let folder = repository(&one("hook", "webhook", "public", ""));
    for (arguments, words) in [
        (&["old", "--only", "hok"][..], "there is no channel “hok”; there are: hook"),
        (&["old", "--only", "hook:4"], "has no lines of recipients"),
        (&["old", "--only", "hook:x"], "write lines as 4,17-20"),
        (&["nothing"], "neither an output folder nor a git revision"),
    ] {
        let ran = notify(&folder, arguments, &[]);
        assert!(ran.code == 2 && ran.stderr.contains(words), "{words}: {} {}", ran.code, ran.stderr);
    }
    fs::remove_file(folder.path().join("schedules/channels.yaml")).expect("it is there");
    let ran = notify(&folder, &["old"], &[]);
    assert!(ran.code == 2 && ran.stderr.contains("there is no schedules/channels.yaml"), "{}", ran.stderr);
}

/// The channel of mail of these tests.
const LIST: &str = "  - {id: list, kind: mail, smtp: SMTP_URL, from: Desk <desk@example.org>, recipients: LIST, audience: public, language: ko}\n";

/// Sends mail over a server to these recipients.
fn mail(server: &MailServer, scheme: &str, recipients: &str, more: &[&str]) -> (Ran, Vec<Mail>) {
    let folder = repository(LIST);
    folder.write("list.txt", recipients.as_bytes());
    let list = folder.path().join("list.txt");
    let url = format!("{scheme}://desk:S3CRET%21word@localhost:{}", server.port());
    let environment = [("SMTP_URL", &*url), ("LIST", &*list.to_string_lossy())];
    let ran = notify(&folder, &[&["old", "new", "--retries", "1"], more].concat(), &environment);
    (ran, server.taken())
}

#[test]
fn mail_goes_to_each_recipient_in_their_language() {
    for (mode, scheme) in [(Mode::Tls, "smtps"), (Mode::StartTls, "smtp")] {
        let server = MailServer::start(mode);
        let recipients =
            "# who asked\nkim@example.org\nTanaka <tanaka@example.org> ja\nlater@example.org en\nkim@example.org\n";
        let (ran, taken) = mail(&server, scheme, recipients, &[]);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "list: 3 messages sent.\n", ""));
        let to: BTreeSet<String> = taken.iter().flat_map(|mail| mail.to.clone()).collect();
        assert_eq!(to, ["kim@example.org", "later@example.org", "tanaka@example.org"].map(str::to_owned).into());
        for mail in &taken {
            assert!(mail.is_secure && mail.to.len() == 1, "{mail:?}");
            assert_eq!(mail.login.as_deref(), Some("desk S3CRET!word"));
            let header = |name: &str| mail.text.lines().any(|line| line.starts_with(&format!("{name}: ")));
            assert!(["Date", "Message-ID", "Subject", "From", "To"].iter().all(|name| header(name)), "{}", mail.text);
            assert!(mail.text.contains("List-Unsubscribe: <mailto:desk@example.org?subject=unsubscribe%20list>"));
            assert!(mail.text.contains("multipart/alternative") && mail.text.contains("text/html"), "{}", mail.text);
            let others = to.iter().filter(|other| **other != mail.to[0]);
            assert!(others.into_iter().all(|other| !mail.text.contains(other.as_str())), "{}", mail.text);
            assert!(!mail.text.contains("CANARY"), "{}", mail.text);
        }
        let language = |to: &str| {
            let mail = taken.iter().find(|mail| mail.to == [to]).expect("it is there");
            let line = mail.text.lines().find_map(|line| line.strip_prefix("Content-Language: "));
            line.expect("a language").to_owned()
        };
        let languages = ["kim@example.org", "tanaka@example.org", "later@example.org"].map(language);
        assert_eq!(languages, ["ko", "ja", "en"]);
    }
}

#[test]
fn of_mail_what_was_not_sent_can_be_sent_again() {
    let server = MailServer::start(Mode::Tls);
    let recipients = "a@example.org\nnobody-1@example.org\nno address\nb@example.org\n";
    let (ran, taken) = mail(&server, "smtps", recipients, &[]);
    assert_eq!((ran.code, ran.stdout.as_str(), taken.len()), (1, "list: 2 messages sent.\n", 2));
    assert!(ran.stderr.contains("2 of 4 messages to the channel “list” were not sent"), "{}", ran.stderr);
    assert!(ran.stderr.contains("the server refuses it (code 550)"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--only list:2-3\n") && !ran.stderr.contains('@'), "{}", ran.stderr);
    let (ran, taken) = mail(&server, "smtps", recipients, &["--only", "list:4"]);
    assert_eq!((ran.code, taken.len()), (0, 1), "{}", ran.stderr);
    assert_eq!(taken[0].to, ["b@example.org"]);
}

#[test]
fn mail_is_never_sent_in_the_open_or_to_a_server_that_nobody_vouches_for() {
    let fails = |mode: Mode, scheme: &str, words: &str| {
        let server = MailServer::start(mode);
        let (ran, taken) = mail(&server, scheme, "a@example.org\n", &[]);
        assert_eq!((ran.code, taken.len()), (1, 0), "{words}");
        assert!(ran.stderr.contains(words) && ran.stderr.contains("--only list"), "{words}: {}", ran.stderr);
    };
    fails(Mode::Plain, "smtps", "");
    fails(Mode::Closed, "smtp", "the server takes it not now (code 421)");
    fails(Mode::Half, "smtps", "");
    fails(Mode::Tls, "ftp", "the server's address is none such as");
    // An authority of its own that this machine does not know.
    let server = MailServer::start(Mode::Tls);
    let folder = repository(LIST);
    folder.write("list.txt", b"a@example.org\n");
    let list = folder.path().join("list.txt");
    let mut command = folder.command(&["notify", "--at", AT, "old", "new", "--retries", "0"]);
    command.env("SMTP_URL", format!("smtps://localhost:{}", server.port())).env("LIST", &list);
    command.env("SSL_CERT_FILE", Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/notify/server.pem"));
    let ran = Ran::of(command);
    assert_eq!((ran.code, server.taken().len()), (1, 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("there is no safe connection to the server"), "{}", ran.stderr);
}

#[test]
fn nobodys_address_is_read_from_the_schedules() {
    let server = MailServer::start(Mode::Tls);
    let folder = repository(LIST);
    folder.write("schedules/list.txt", b"a@example.org\n");
    let list = folder.path().join("schedules/list.txt");
    let url = format!("smtps://localhost:{}", server.port());
    let ran = notify(&folder, &["old", "new"], &[("SMTP_URL", &url), ("LIST", &list.to_string_lossy())]);
    assert!(ran.code == 1 && ran.stderr.contains("is in the folder of the schedules"), "{}", ran.stderr);
}

/// How long it takes is measured by hand: this holds what it depends on.
#[test]
fn a_thousand_recipients_share_a_few_connections() {
    let server = MailServer::start(Mode::Tls);
    let mut recipients = String::new();
    for number in 0..1000 {
        let language = ["", " en", " ja"][number % 3];
        let _ = writeln!(recipients, "reader-{number}@example.org{language}");
    }
    let (ran, taken) = mail(&server, "smtps", &recipients, &[]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "list: 1000 messages sent.\n", ""));
    assert_eq!(taken.iter().flat_map(|mail| &mail.to).collect::<BTreeSet<_>>().len(), 1000);
    assert!(server.connections() <= 9, "{} connections", server.connections());
}

/// Each change asks whether what it names may be told: that is looked up once and not for each.
#[test]
fn thousands_that_come_after_one_are_told_of_at_once() {
    let folder = Folder::with(&[("feeds.yaml", FEEDS_OF_EACH)]);
    let put = |part: &str| {
        let mut visit = BASE.replace("title: First", "title: Beginning");
        for number in 1..3000 {
            let _ = writeln!(
                visit,
                "  - {{id: e{number}, kind: meal, title: Meal {number}, when: {{date: 2025-08-23, part: {part}, after: first}}, \
                 status: confirmed, sources: [s]}}"
            );
        }
        folder.write("schedules/base.yaml", visit.as_bytes());
    };
    put("morning");
    git(&folder, &["init", "-q"]);
    commit(&folder, "old");
    put("afternoon");
    folder.write("schedules/channels.yaml", format!("channels:\n{}", one("hook", "webhook", "public", "")).as_bytes());
    commit(&folder, "new");
    let ran = notify(&folder, &["old", "new", "--dry-run"], &[("HOOK_URL", "http://localhost:9/")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.matches("\"kind\": \"revised\"").count(), 2999);
}

/// What is told from one of the revisions of `tests/revisions` to the next, to every audience in every language.
#[test]
fn every_revision_is_told_as_its_differences_are() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/revisions");
    let folder = Folder::new();
    git(&folder, &["init", "-q"]);
    let mut complaints = Vec::new();
    let mut all = String::new();
    for state in 1..=9 {
        let from = fixtures.join(state.to_string());
        let _ = fs::remove_file(folder.path().join("schedules/japan-working-visit.yaml"));
        for name in ["japan-working-visit.yaml", "us-state-visit.yaml", "feeds.yaml"] {
            if let Ok(bytes) = fs::read(from.join(name)) {
                folder.write(&format!("schedules/{name}"), &bytes);
            }
        }
        let at = fs::read_to_string(from.join("at")).expect("an instant");
        for entry in fs::read_to_string(from.join("withdraw")).unwrap_or_default().lines() {
            assert_eq!(folder.run(&["withdraw", entry, "--at", at.trim()]).code, 0);
        }
        let mut channels = "channels:\n".to_owned();
        for audience in ["public", "press", "staff"] {
            for language in ["en", "ko", "ja"] {
                let _ = writeln!(
                    channels,
                    "  - {{id: {audience}-{language}, kind: ntfy, url: \"https://ntfy.example.org/x\", audience: {audience}, \
                     language: {language}, also: [Asia/Seoul]}}"
                );
            }
        }
        folder.write("schedules/channels.yaml", channels.as_bytes());
        assert_eq!(folder.run(&["build", "--at", at.trim()]).code, 0, "state {state}");
        commit(&folder, &format!("state-{state}"));
        if state == 1 {
            continue;
        }
        let (old, new) = (format!("state-{}", state - 1), format!("state-{state}"));
        let ran = folder.run(&["notify", &old, &new, "--dry-run", "--at", at.trim()]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "state {state}");
        let _ = writeln!(all, "# From state {} to state {state}\n\n{}", state - 1, ran.stdout);
        // What the press alone may see is in no message to the public.
        for message in ran.stdout.split("== ").filter(|message| message.starts_with("public")) {
            if message.contains("Invented for the test") {
                complaints.push(format!("state {state}: {message}"));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/notify.txt");
    if std::env::var_os("SUMMITCAL_GOLDEN").is_some_and(|value| value == "write") {
        fs::write(&path, &all).expect("a golden can be written");
    }
    assert!(all == fs::read_to_string(&path).unwrap_or_default(), "{all}");
}

#[cfg(feature = "serve")]
mod served {
    use super::*;
    use crate::support::server::{Server, wait_for};

    /// Serves the first state to a channel that gathers for so long.
    fn serving(receiver: &Receiver, gather_for: &str) -> (Folder, Server) {
        let folder = repository(&one("hook", "webhook", "public", &format!(", gather_for: {gather_for}")));
        folder.write("schedules/base.yaml", VISIT.as_bytes());
        let mut command = folder.command(&["serve", "--addr", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--notify"]);
        command.env("HOOK_URL", receiver.url("S3CRET"));
        let server = Server::of(command, 2);
        (folder, server)
    }

    #[test]
    fn changes_are_gathered_and_told_at_once() {
        let receiver = Receiver::start(&[]);
        let (folder, server) = serving(&receiver, "2s");
        folder.write("schedules/base.yaml", VISIT.replace("13:00", "13:30").as_bytes());
        wait_for("a build", || server.health().contains("\"generation\":2").then_some(()));
        folder.write("schedules/base.yaml", VISIT.replace("13:00", "14:00").as_bytes());
        let taken = wait_for("a message", || Some(receiver.taken()).filter(|taken| !taken.is_empty()));
        assert_eq!(taken.len(), 1);
        let text = taken[0].json()["text"].as_str().expect("a text").to_owned();
        assert!(text.contains("25 Aug 13:00 EDT, end not announced → 25 Aug 14:00 EDT"), "{text}");
        assert!(!text.contains("13:30"), "{text}");
        wait_for("the count", || {
            server.health().contains("\"hook\":{\"at\":null,\"failure\":null,\"sent\":1}").then_some(())
        });
    }

    #[test]
    fn what_fails_is_logged_and_holds_up_nothing() {
        let receiver = Receiver::start(&[Answer::Late(Duration::from_secs(3)), Answer::Status(404, None)]);
        let (folder, server) = serving(&receiver, "0s");
        folder.write("schedules/base.yaml", VISIT.replace("13:00", "13:30").as_bytes());
        wait_for("a request", || Some(receiver.taken()).filter(|taken| !taken.is_empty()));
        let began = Instant::now();
        folder.write("schedules/base.yaml", VISIT.replace("13:00", "14:00").as_bytes());
        wait_for("a build", || server.health().contains("\"generation\":3").then_some(()));
        assert_eq!(server.get("/").status, 200);
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        wait_for("a failure", || server.err().contains("The message to the channel “hook” was not sent").then_some(()));
        assert!(server.health().contains("status 404"), "{}", server.health());
        assert!(!server.health().contains("S3CRET") && !server.err().contains("S3CRET"));
        // Readers are told nothing of it.
        assert!(!server.get("/healthz").text().contains("hook"));
    }

    #[test]
    fn what_is_gathered_is_told_before_the_end() {
        let receiver = Receiver::start(&[]);
        let (folder, mut server) = serving(&receiver, "1h");
        folder.write("schedules/base.yaml", later().as_bytes());
        wait_for("a build", || server.health().contains("\"generation\":2").then_some(()));
        assert!(receiver.taken().is_empty());
        server.signal("TERM");
        wait_for("its end", || server.child.try_wait().expect("a child"));
        assert_eq!(receiver.taken().len(), 1);
    }

    #[test]
    fn it_needs_channels() {
        let folder = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", FEEDS_OF_EACH)]);
        let ran = folder.run(&["serve", "--addr", "127.0.0.1:0", "--notify"]);
        assert!(ran.code == 2 && ran.stderr.contains("there is no schedules/channels.yaml"), "{}", ran.stderr);
    }

    #[test]
    fn addresses_are_compared_as_folders_are() {
        let receiver = Receiver::start(&[]);
        let folder = repository(&one("hook", "webhook", "public", ""));
        let hook = [("HOOK_URL", &*receiver.url("x"))];
        let states = [VISIT.to_owned(), later()].map(|visit| {
            let state = Folder::with(&[("base.yaml", &*visit), ("feeds.yaml", FEEDS_OF_EACH)]);
            state.build();
            let server = Server::start(&state, &["--locked"]);
            (state, server)
        });
        let addresses = states.each_ref().map(|(_, server)| format!("http://{}/", server.address));
        let folders = states.each_ref().map(|(state, _)| state.path().join("dist").to_string_lossy().into_owned());
        let told = [addresses, folders].map(|[old, new]| {
            let ran = notify(&folder, &[&old, &new], &hook);
            assert_eq!((ran.code, ran.stdout.as_str()), (0, "hook: 1 message sent.\n"), "{}", ran.stderr);
            receiver.taken()[0].json()
        });
        assert_eq!(told[0], told[1]);
        let text = told[0]["text"].as_str().expect("a text");
        assert!(text.contains("Lunch") && !text.contains("CANARY"), "{text}");
        // What is there once is no news, and what is not there is said.
        let [same, other] = states.each_ref().map(|(_, server)| format!("http://{}", server.address));
        let ran = notify(&folder, &[&same, &same], &hook);
        assert_eq!((ran.code, receiver.taken().len()), (0, 0), "{}{}", ran.stdout, ran.stderr);
        let ran = notify(&folder, &[&same, &format!("{other}/none")], &hook);
        assert!(ran.code == 2 && ran.stderr.contains("/none (status 404)"), "{}", ran.stderr);
    }

    #[test]
    fn a_server_names_the_hub_of_what_is_public() {
        let folder = Folder::with(&[("base.yaml", VISIT), ("feeds.yaml", FEEDS_OF_EACH)]);
        let channel = "channels:\n  - {id: hub, kind: websub, url: \"https://hub.example.org/\", audience: public}\n";
        folder.write("schedules/channels.yaml", channel.as_bytes());
        let ran = folder.run(&["token", "add", "--audience", "press"]);
        let token = ran.stdout.lines().next().expect("a token").to_owned();
        let server = Server::start(&folder, &[]);
        for path in ["feeds/seoul.ics", "changes.atom", "ko/changes.atom"] {
            let own = format!("<https://calendar.example.org/{path}>; rel=\"self\"");
            let named = format!("<https://hub.example.org/>; rel=\"hub\", {own}");
            assert_eq!(server.get(&format!("/{path}")).header("link"), named);
            assert!(!server.get(&format!("/t/{token}/{path}")).header("link").contains("hub"), "{path}");
        }
        assert!(!server.get("/index.html").header("link").contains("hub"));
    }
}
