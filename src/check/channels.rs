//! `channels.yaml`: where changes are told.

use std::collections::HashMap;
use std::time::Duration;

use super::{Checker, note_error};
use crate::diagnostic::{Report, codes};
use crate::document::{self, File, NodeId, Scalar, shortened, with_suggestion};
use crate::programme::{Audience, Channel, ChannelKind, Language, MailTarget, Programme, Setting, Target, UiLanguage};
use crate::zone::Database;

/// How long changes are gathered for where a channel says nothing of it.
const GATHER_FOR: Duration = Duration::from_secs(120);
/// The longest that changes may be gathered for.
const MAX_GATHER_FOR: Duration = Duration::from_secs(3600);

/// Reads `channels.yaml` and checks it, against a programme as far as it names visits. `None` if anything in it is an error.
pub fn channels(
    file: &File,
    programme: Option<&Programme>,
    database: Database,
    report: &mut Report,
) -> Option<Vec<Channel>> {
    let mut found = Report::default();
    let written = document::read::<document::Channels<'_>>(file, &mut found);
    document::find_cut_texts(file, &mut found);
    let channels = written.map(|written| Checker::new(file, database, &mut found).channels(&written));
    if let Some(channels) = &channels {
        for visit in channels.iter().flat_map(|(_, visits)| visits) {
            find_visit(file, visit, programme, &mut found);
        }
    }
    let is_sound = !found.has_errors();
    report.merge(found);
    channels.filter(|_| is_sound).map(|channels| channels.into_iter().map(|(channel, _)| channel).collect())
}

/// Reports that a channel names a visit that is not there.
fn find_visit(file: &File, (at, name): &(NodeId, String), programme: Option<&Programme>, report: &mut Report) {
    let Some(programme) = programme else { return };
    let known = || programme.visits().iter().map(|visit| visit.id().as_str());
    if known().any(|known| known == name) {
        return;
    }
    note_error(file, report, codes::UNKNOWN_VISIT, *at, |d| {
        let d = d.saying(format!("There is no visit “{}”.", shortened(name)));
        with_suggestion(d, name, known(), || "A visit's id stands after “visit:” in its file.".to_owned())
    });
}

/// What a kind of channel takes an address for.
fn is_secret(kind: ChannelKind) -> bool {
    matches!(kind, ChannelKind::Slack | ChannelKind::Teams | ChannelKind::Discord)
}

/// Whether a text is the name of an environment variable.
fn is_variable(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

impl Checker<'_, '_> {
    /// The channels, each with the visits that it names.
    fn channels(&mut self, written: &document::Channels<'_>) -> Vec<(Channel, Vec<(NodeId, String)>)> {
        let (mut channels, mut seen) = (Vec::new(), HashMap::new());
        if let Some(list) = written.channels.as_ref().filter(|list| list.empty) {
            self.error(codes::EMPTY_VALUE, list.at, |d| {
                d.saying("There is no channel, so nothing would be told.").with_help("Write one, or remove the file.")
            });
        }
        for channel in written.channels.iter().flat_map(|list| &list.items) {
            let Some(checked) = self.channel(channel) else { continue };
            let at = channel.id.as_ref().map_or(channel.at, |scalar| scalar.at);
            if let Some(first) = seen.insert(checked.id.clone(), at) {
                let earlier = self.file.place(first);
                self.error(codes::DUPLICATE_ID, at, |d| {
                    d.saying(format!("Another channel has the id “{}”.", checked.id))
                        .with_help("Give one of them another id, by which --only can tell them apart.")
                        .with_related(earlier, "It is first used here.")
                });
            }
            let visits = channel.visits.iter().flat_map(|items| &items.items);
            channels.push((checked, visits.map(|visit| (visit.at, visit.text.trim().to_owned())).collect()));
        }
        channels
    }

    fn channel(&mut self, channel: &document::Channel<'_>) -> Option<Channel> {
        let id = channel.id.as_ref().and_then(|scalar| self.id(scalar));
        let kind = channel.kind.as_ref();
        let kind = kind.and_then(|word| self.word(word, "kind of channel", ChannelKind::ALL, ChannelKind::word));
        let audience = channel.audience.as_ref().and_then(|word| self.audience(word));
        let language = channel.language.as_ref().map(|tag| self.feed_language(tag));
        let also = channel.also.iter().flat_map(|items| &items.items).filter_map(|scalar| self.zone(scalar)).collect();
        let only = channel.only.as_ref().map(|only| self.only(only)).unwrap_or_default();
        let gather_for = channel.gather_for.as_ref().map_or(Some(GATHER_FOR), |scalar| self.short_length(scalar));
        let visits = channel.visits.as_ref().map(|items| items.items.iter().filter_map(|id| self.id(id)).collect());
        let kind = kind?;
        let target = self.target(channel, kind);
        self.needless(channel, kind);
        if let (ChannelKind::Websub, Some(Audience::Press | Audience::Staff), Some(word)) =
            (kind, audience, &channel.audience)
        {
            let message = "A hub cannot fetch a tree that needs a token.";
            let help = "Write “audience: public” for a channel of kind websub.";
            return self.refuse(codes::NEEDLESS_KEY, word.at, message, help);
        }
        let (language, ui_language): (Language, UiLanguage) = match language {
            Some(language) => language?,
            None if kind == ChannelKind::Websub => (Language::ENGLISH, UiLanguage::English),
            None => return self.missing(channel.at, "language", "the language of its messages: en, ko or ja"),
        };
        Some(Channel {
            id: id?,
            kind,
            target: target?,
            audience: audience?,
            language,
            ui_language,
            also,
            visits,
            only,
            gather_for: gather_for?,
        })
    }

    fn missing<T>(&mut self, at: NodeId, key: &str, what: &str) -> Option<T> {
        self.error(codes::MISSING_KEY, at, |d| {
            d.saying(format!("“{key}” is missing from this channel.")).with_help(format!("Write {what}."))
        });
        None
    }

    /// Where the messages of a channel go.
    fn target(&mut self, channel: &document::Channel<'_>, kind: ChannelKind) -> Option<Target> {
        if kind == ChannelKind::Mail {
            let smtp = match &channel.smtp {
                Some(scalar) => self.variable(scalar),
                None => self.missing(channel.at, "smtp", "the environment variable that has the server's address"),
            };
            let recipients = match &channel.recipients {
                Some(scalar) => self.variable(scalar),
                None => {
                    self.missing(channel.at, "recipients", "the environment variable that names the file of recipients")
                }
            };
            let from = match &channel.from {
                Some(scalar) => self.mailbox(scalar),
                None => self.missing(channel.at, "from", "who sends the mail: desk@example.org"),
            };
            return Some(Target::Mail(Box::new(MailTarget { smtp: smtp?, from: from?, recipients: recipients? })));
        }
        let Some(url) = &channel.url else {
            return self.missing(channel.at, "url", "where its messages go: an environment variable, in capitals");
        };
        if kind == ChannelKind::Websub {
            return self.plain_address(url).map(Target::Hub);
        }
        if is_variable(&url.text) {
            return Some(Target::Url(Setting::Variable(url.text.to_string())));
        }
        if is_secret(kind) {
            let help = "Put it into an environment variable, and write the name of that here, in capitals.";
            return self.refuse(codes::SECRET_IN_FILE, url.at, "Whoever knows this address can send to it.", help);
        }
        self.plain_address(url).map(|address| Target::Url(Setting::Written(address)))
    }

    /// An address that everybody may know.
    fn plain_address(&mut self, scalar: &Scalar<'_>) -> Option<String> {
        let address = self.address(scalar)?;
        let plain = url::Url::parse(&address).is_ok_and(|url| {
            url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none()
        });
        if !plain {
            let message = "This address may hold a secret: it has a user, a password, a query or a fragment.";
            let help = "Put it into an environment variable, and write the name of that here, in capitals.";
            return self.refuse(codes::SECRET_IN_FILE, scalar.at, message, help);
        }
        Some(address)
    }

    fn variable(&mut self, scalar: &Scalar<'_>) -> Option<String> {
        if is_variable(&scalar.text) {
            return Some(scalar.text.to_string());
        }
        let message = "The name of an environment variable belongs here, in capitals, and not its value.";
        let help = "Write a name such as SMTP_URL, and give it its value where summitcal is run.";
        self.refuse(codes::SECRET_IN_FILE, scalar.at, message, help)
    }

    fn mailbox(&mut self, scalar: &Scalar<'_>) -> Option<Setting> {
        if is_variable(&scalar.text) {
            return Some(Setting::Variable(scalar.text.to_string()));
        }
        let bare = scalar.text.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(&scalar.text);
        let is_address = bare.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
        if is_address && !scalar.text.contains(|c: char| c.is_control()) && !bare.contains([' ', ',', ';']) {
            return Some(Setting::Written(scalar.text.to_string()));
        }
        self.reject(scalar, "address of mail", codes::BAD_MAILBOX, "Write an address such as desk@example.org.")
    }

    fn short_length(&mut self, scalar: &Scalar<'_>) -> Option<Duration> {
        let unit = |unit: char, seconds: u64| {
            let number = scalar.text.strip_suffix(unit)?;
            number.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
            number.parse::<u64>().ok()?.checked_mul(seconds).map(Duration::from_secs)
        };
        let length = unit('s', 1).or_else(|| unit('m', 60)).or_else(|| unit('h', 3600));
        let help = "Write seconds or minutes, at most an hour: 30s, 2m. 0s waits for nothing.";
        length
            .filter(|length| *length <= MAX_GATHER_FOR)
            .or_else(|| self.reject(scalar, "length of time up to an hour", codes::BAD_LENGTH, help))
    }

    /// Reports the keys that a kind of channel has no use for.
    fn needless(&mut self, channel: &document::Channel<'_>, kind: ChannelKind) {
        let of_mail = [("smtp", &channel.smtp), ("from", &channel.from), ("recipients", &channel.recipients)];
        let of_others = [("url", &channel.url)];
        let needless = if kind == ChannelKind::Mail { &of_others[..] } else { &of_mail[..] };
        for (key, scalar) in needless {
            let Some(scalar) = scalar else { continue };
            self.error(codes::NEEDLESS_KEY, scalar.at, |d| {
                d.saying(format!("A channel of kind {} has no use for “{key}”.", kind.word()))
                    .with_help("Leave the key out, or write another kind.")
            });
        }
    }
}
