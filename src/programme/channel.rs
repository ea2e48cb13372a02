//! Where changes are told: the channels of `channels.yaml`.

use std::time::Duration;

use super::feed::Only;
use super::names::{Audience, ChannelKind, Id, UiLanguage};
use super::text::Language;
use crate::zone::Zone;

/// A value that stands in the file, or in the environment because it may be secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// The name of an environment variable.
    Variable(String),
    /// The value itself.
    Written(String),
}

/// What there is at a channel's other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Something that takes a message in JSON at an address.
    Url(Setting),
    /// Recipients of mail.
    Mail(Box<MailTarget>),
    /// A `WebSub` hub, by its address.
    Hub(String),
}

/// How mail is sent, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTarget {
    /// The environment variable with the server's address.
    pub smtp: String,
    /// Who sends it.
    pub from: Setting,
    /// The environment variable with the path of the file of recipients.
    pub recipients: String,
}

/// One channel, to readers of one audience.
#[derive(Debug, Clone)]
pub struct Channel {
    /// What it is called.
    pub id: Id,
    /// What it is.
    pub kind: ChannelKind,
    /// Where its messages go.
    pub target: Target,
    /// Whose changes are told.
    pub audience: Audience,
    /// The language of the author's texts.
    pub language: Language,
    /// The language of the program's own words.
    pub ui_language: UiLanguage,
    /// The clocks beside the host's.
    pub also: Vec<Zone>,
    /// The visits whose changes are told; `None` for all.
    pub visits: Option<Vec<Id>>,
    /// Of which entries of them.
    pub only: Only,
    /// How long to wait for more changes.
    pub gather_for: Duration,
}
