//! Mail: one message a recipient, in text and HTML, in the language that they read, over SMTP with TLS (RFC 8314, RFC 3207).
//!
//! What a server says beside its code is not repeated: it may name recipients.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{PoolConfig, SmtpTransport};
use lettre::{Message as Mail, Transport};
use url::Url;
use uuid::Uuid;

use super::recipients::{self, Recipient, Recipients};
use super::{Environment, Failure, Outcome, Prepared};
use crate::programme::{MailTarget, UiLanguage};
use crate::render::message::Message;

/// How many connections there are to a server, of which most allow ten or more. Each mail waits for some 40 ms on its own, because its
/// end is sent after its text, and TCP waits with that for the other side: so four of them take 11 s for a thousand mails, and these 6 s.
const CONNECTIONS: u32 = 8;
/// How long a server may take for each of its answers.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long it is waited before the first repetition; each further one waits twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// After how many faults in a row no more is tried.
const MAX_FAULTS: usize = 8;

/// Sends a message to each recipient in whose language there is something to tell.
pub(super) fn send(
    prepared: &Prepared,
    target: &MailTarget,
    messages: &BTreeMap<UiLanguage, Message>,
    environment: &Environment,
) -> Outcome {
    let channel = &prepared.channel;
    let outcome = |sent, failure| Outcome { channel: channel.id.clone(), sent, failure };
    let opened = Mailing::open(prepared, target, messages, environment);
    let (mailing, recipients) = match opened {
        Ok(opened) => opened,
        Err(why) => return outcome(0, Some(Failure::new(1, environment.without_secrets(&why)))),
    };
    let due: Vec<&Recipient> = recipients.all.iter().filter(|one| mailing.message_for(one).is_some()).collect();
    if let Err(why) = mailing.reach(due.len()) {
        return outcome(0, Some(Failure::new(due.len().max(1), environment.without_secrets(&why))));
    }
    let mut unsent: Vec<(usize, String)> = mailing.send_all(&due);
    let sent = due.len() - unsent.len();
    unsent.extend(recipients.wrong.iter().map(|line| (*line, "what stands there is no address".to_owned())));
    if unsent.is_empty() {
        return outcome(sent, None);
    }
    unsent.sort();
    let mut reasons: Vec<&str> = unsent.iter().map(|(_, why)| why.as_str()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let lines: Vec<usize> = unsent.iter().map(|(line, _)| *line).collect();
    let named = super::ranges(&lines.iter().copied().collect());
    let why = format!("{} (lines {named} of the file of recipients)", reasons.join("; "));
    let failure = Failure { unsent: lines.len(), why: environment.without_secrets(&why), lines };
    outcome(sent, Some(failure))
}

/// A message to many, and the way to them.
struct Mailing<'m> {
    transport: SmtpTransport,
    from: Mailbox,
    own_language: UiLanguage,
    messages: &'m BTreeMap<UiLanguage, Message>,
    retries: u32,
    id: &'m str,
}

impl<'m> Mailing<'m> {
    fn open(
        prepared: &'m Prepared,
        target: &MailTarget,
        messages: &'m BTreeMap<UiLanguage, Message>,
        environment: &Environment,
    ) -> Result<(Self, Recipients), String> {
        let path = environment.variable(&target.recipients)?;
        let recipients = recipients::read(Path::new(path), &environment.schedules, prepared.lines.as_ref())?;
        let from = environment.setting(&target.from)?;
        let from: Mailbox = from.parse().map_err(|_| "the address that it is from is none".to_owned())?;
        let transport = transport(environment.variable(&target.smtp)?)?;
        let (channel, retries) = (&prepared.channel, environment.retries);
        let own_language = channel.ui_language;
        Ok((Mailing { transport, from, own_language, messages, retries, id: channel.id.as_str() }, recipients))
    }

    /// What a recipient is to read, if there is anything to tell in their language.
    fn message_for(&self, recipient: &Recipient) -> Option<&Message> {
        self.messages.get(&recipient.ui_language.unwrap_or(self.own_language))
    }

    /// Makes sure that the server is there, before it is asked for every recipient.
    fn reach(&self, due: usize) -> Result<(), String> {
        if due == 0 {
            return Ok(());
        }
        self.repeated(|| match self.transport.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err(("the server ends the connection".to_owned(), true)),
            Err(error) => Err(fault(&error)),
        })
    }

    /// Does something until it succeeds, or there is no hope.
    fn repeated(&self, mut attempt: impl FnMut() -> Result<(), (String, bool)>) -> Result<(), String> {
        let mut pause = FIRST_PAUSE;
        for left in (0..=self.retries).rev() {
            match attempt() {
                Ok(()) => return Ok(()),
                Err((why, may_pass)) if left == 0 || !may_pass => return Err(why),
                Err(_) => thread::sleep(pause),
            }
            pause *= 2;
        }
        Ok(())
    }

    /// Sends to all of them over a few connections; the lines of those to whom nothing was sent, each with why.
    fn send_all(&self, due: &[&Recipient]) -> Vec<(usize, String)> {
        let (next, faults) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || {
            let mut unsent = Vec::new();
            while let Some(recipient) = due.get(next.fetch_add(1, Relaxed)) {
                let sent = if faults.load(Relaxed) >= MAX_FAULTS {
                    Err(("the server fails again and again".to_owned(), true))
                } else {
                    self.send_one(recipient)
                };
                match sent {
                    Ok(()) => faults.store(0, Relaxed),
                    Err((why, is_of_server)) => {
                        faults.fetch_add(usize::from(is_of_server), Relaxed);
                        unsent.push((recipient.line, why));
                    }
                }
            }
            unsent
        };
        thread::scope(|scope| {
            // One that cannot be had leaves its work to the others.
            let more = (1..CONNECTIONS).filter_map(|_| thread::Builder::new().spawn_scoped(scope, work).ok());
            let more: Vec<_> = more.collect();
            let mut unsent = work();
            unsent.extend(more.into_iter().filter_map(|thread| thread.join().ok()).flatten());
            unsent
        })
    }

    /// Sends to one; an error has whether it is the server's, and no fault of the address.
    fn send_one(&self, recipient: &Recipient) -> Result<(), (String, bool)> {
        let Some(message) = self.message_for(recipient) else { return Ok(()) };
        let mail = self.mail(message, recipient).map_err(|why| (why, false))?;
        let (envelope, bytes) = (mail.envelope().clone(), mail.formatted());
        let mut is_of_server = true;
        let sent = self.repeated(|| {
            self.transport.send_raw(&envelope, &bytes).map(drop).map_err(|error| {
                is_of_server = !error.is_permanent();
                fault(&error)
            })
        });
        sent.map_err(|why| (why, is_of_server))
    }

    fn mail(&self, message: &Message, recipient: &Recipient) -> Result<Mail, String> {
        let cannot = |_: lettre::error::Error| "no mail can be made of this address".to_owned();
        let domain = self.from.email.domain();
        let mut mail = Mail::builder()
            .from(self.from.clone())
            .to(recipient.mailbox.clone())
            .subject(message.subject())
            .date_now()
            .message_id(Some(format!("<{}@{domain}>", Uuid::new_v4())))
            .multipart(MultiPart::alternative_plain_html(message.text(), message.html()))
            .map_err(cannot)?;
        let headers = [
            (HeaderName::new_from_ascii_str("List-Unsubscribe"), unsubscribe(&self.from, self.id)),
            (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()),
            (HeaderName::new_from_ascii_str("Content-Language"), message.ui_language.word().to_owned()),
        ];
        for (name, value) in headers {
            mail.headers_mut().insert_raw(HeaderValue::new(name, value));
        }
        Ok(mail)
    }
}

/// How a recipient says that they want no more (RFC 2369): by a mail to whom it comes from.
fn unsubscribe(from: &Mailbox, id: &str) -> String {
    format!("<mailto:{}?subject=unsubscribe%20{id}>", from.email)
}

/// What sends over the server at an address: `smtps://` with TLS from the first byte, `smtp://` with STARTTLS, which is no choice
/// but on this machine itself.
fn transport(address: &str) -> Result<SmtpTransport, String> {
    let wrong =
        || "the server's address is none such as smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST".to_owned();
    let url = Url::parse(address).map_err(|_| wrong())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?.trim_matches(['[', ']']).to_owned();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let parameters = TlsParameters::new(host.clone()).map_err(|error| format!("TLS cannot be used: {error}"))?;
    let is_here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let (tls, port) = match url.scheme() {
        "smtps" => (Tls::Wrapper(parameters), 465),
        "smtp" if is_here => (Tls::Opportunistic(parameters), 25),
        "smtp" => (Tls::Required(parameters), 587),
        _ => return Err(wrong()),
    };
    let pool = PoolConfig::new().min_idle(0).max_size(CONNECTIONS);
    let mut builder = SmtpTransport::builder_dangerous(host)
        .port(url.port().unwrap_or(port))
        .tls(tls)
        .timeout(Some(TIMEOUT))
        .pool_config(pool);
    if !url.username().is_empty() {
        let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let password = decoded(url.password().unwrap_or_default());
        builder = builder.credentials(Credentials::new(decoded(url.username()), password));
    }
    Ok(builder.build())
}

/// What went wrong, in words that name nobody, and whether it may pass.
fn fault(error: &lettre::transport::smtp::Error) -> (String, bool) {
    let code = error.status().map(|code| format!(" (code {code})")).unwrap_or_default();
    if error.is_permanent() {
        return (format!("the server refuses it{code}"), false);
    }
    if error.is_transient() {
        return (format!("the server takes it not now{code}"), true);
    }
    if error.is_timeout() {
        return ("the server does not answer in time".to_owned(), true);
    }
    let mut cause = String::new();
    let mut source = std::error::Error::source(error);
    while let Some(next) = source {
        cause = next.to_string();
        source = next.source();
    }
    if error.is_tls() || cause.contains("certificate") {
        return (format!("there is no safe connection to the server: {cause}"), false);
    }
    let what = if error.is_response() { "the server's answer makes no sense" } else { "the server cannot be reached" };
    (if cause.is_empty() { what.to_owned() } else { format!("{what}: {cause}") }, !error.is_client())
}

/// What would be sent, once a language, and to how many.
pub(super) fn preview(
    prepared: &Prepared,
    target: &MailTarget,
    messages: &BTreeMap<UiLanguage, Message>,
    (environment, with_html): (&Environment, bool),
) -> String {
    let channel = &prepared.channel;
    let (id, audience) = (&channel.id, channel.audience.word());
    let read = environment
        .variable(&target.recipients)
        .and_then(|path| recipients::read(Path::new(path), &environment.schedules, prepared.lines.as_ref()));
    let mut text = String::new();
    for (ui_language, message) in messages {
        let language = ui_language.word();
        let to = match &read {
            Ok(recipients) => {
                let reads = |one: &&Recipient| one.ui_language.unwrap_or(channel.ui_language) == *ui_language;
                match recipients.all.iter().filter(reads).count() {
                    0 => continue,
                    1 => "1 recipient".to_owned(),
                    count => format!("{count} recipients"),
                }
            }
            Err(_) if *ui_language != channel.ui_language => continue,
            Err(why) => format!("nobody yet: {}", environment.without_secrets(why)),
        };
        let from = environment.setting(&target.from).ok().and_then(|from| from.parse::<Mailbox>().ok());
        let _ = writeln!(text, "== {id} (mail, {audience}, {language}): to {to}\nSubject: {}", message.subject());
        if let Some(from) = from {
            let _ = writeln!(text, "From: {from}\nList-Unsubscribe: {}", unsubscribe(&from, id.as_str()));
        }
        let _ = writeln!(text, "\n{}", message.text());
        if with_html {
            let _ = writeln!(text, "{}", message.html());
        }
    }
    text
}
