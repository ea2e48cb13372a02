//! `channels.yaml`, as written.

use super::feeds::Only;
use super::shape::{Items, Scalar, shape};

shape! {
    /// Where changes are told.
    pub Channels as "channels.yaml" {
        /// The channels.
        channels = "channels" required Items<Channel<'a>>,
    }
}

shape! {
    /// One channel, to readers of one audience.
    pub Channel as "a channel" {
        /// What it is called, here and after `--only`.
        id = "id" required Scalar<'a> as Id,
        /// What there is at its other end.
        kind = "kind" required Scalar<'a> as ChannelKind,
        /// Where messages go: an environment variable in capitals, or for `webhook`, `ntfy` and `websub` an address without secrets.
        url = "url" optional Scalar<'a> as VariableOrUrl,
        /// Whose changes are told.
        audience = "audience" required Scalar<'a> as Audience,
        /// The language of its messages; of mail, where a recipient has none of their own.
        language = "language" optional Scalar<'a> as FeedLanguage,
        /// Further clocks beside the host's.
        also = "also" optional Items<Scalar<'a>> as Zone,
        /// The visits whose changes are told.
        visits = "visits" optional Items<Scalar<'a>> as Id,
        /// Of which entries of them.
        only = "only" optional Only<'a>,
        /// How long `serve` waits for more changes before it tells them.
        gather_for = "gather_for" optional Scalar<'a> as ShortLength,
        /// Of mail: the environment variable that has the server's address, `smtps://USER:PASSWORD@HOST` or `smtp://…`.
        smtp = "smtp" optional Scalar<'a> as Variable,
        /// Of mail: who sends it, an address or an environment variable.
        from = "from" optional Scalar<'a> as VariableOrMailbox,
        /// Of mail: the environment variable that names the file of the recipients.
        recipients = "recipients" optional Scalar<'a> as Variable,
    }
}
