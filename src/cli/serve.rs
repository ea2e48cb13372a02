//! The arguments of `summitcal serve` and `summitcal token`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::programme::Audience;

/// How to serve.
#[derive(Debug, Clone, Args)]
pub(crate) struct Serve {
    /// Where to listen; with port 0, at any that is free.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) addr: String,
    /// Serve only what the lock file remembers: if it would change, keep what is served, and write nothing.
    #[arg(long)]
    pub(crate) locked: bool,
    /// The access log on standard output.
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub(crate) log: Log,
    /// How many connections there may be at a time, as far as the system allows.
    #[arg(long, value_name = "NUMBER", default_value = "16384", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) connections: u32,
    #[command(flatten)]
    pub(crate) tokens: TokenFile,
}

/// How to log requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    /// A JSON object a line.
    Json,
    /// Not at all.
    Off,
}

/// Where the tokens are.
#[derive(Debug, Clone, Args)]
pub(crate) struct TokenFile {
    /// The file of the tokens' digests, outside of the schedules and of all that is published.
    #[arg(long = "tokens", global = true, value_name = "FILE", default_value = "summitcal-tokens.json")]
    pub(crate) path: PathBuf,
}

/// What to do about tokens.
#[derive(Debug, Args)]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) what: TokenWhat,
    #[command(flatten)]
    pub(crate) file: TokenFile,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenWhat {
    /// Make a token for one subscriber; it is shown this once.
    Add {
        /// Whose tree it opens: press or staff, and that one alone.
        #[arg(long, value_name = "WHO", value_parser = super::audience)]
        audience: Audience,
        /// Who it is for.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// From when on it opens nothing: an instant as RFC 3339, or how long from now, such as 90d or 12h.
        #[arg(long, value_name = "WHEN")]
        expires: Option<String>,
    },
    /// Print the tokens that there are, without what opens anything.
    List,
    /// Make a token useless, at once.
    Revoke {
        /// The token's id, as the list has it.
        #[arg(value_name = "ID")]
        id: String,
    },
}
