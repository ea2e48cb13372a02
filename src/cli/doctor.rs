//! `summitcal doctor`: what calendar apps and other programs would make of a tree or a feed that is served somewhere.
//!
//! It asks as they ask, and compares the answers with the tree's own manifest. A feed by itself, without its tree, is looked at
//! as far as that goes. Addresses may have tokens in them, so that no message names more than a path in the tree.

mod calendar;
mod checks;
mod client;

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use url::Url;

use self::checks::Doctor;
pub(super) use self::client::Client;
use super::{Context, Outcome, print};
use crate::error::Error;

/// What to look at.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Where a tree is served, such as `https://calendar.example.org/`, or one feed of it; `webcal` is taken as http.
    #[arg(value_name = "URL", value_parser = address)]
    pub(crate) url: Url,
    /// How to say what was found.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

/// How to say what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Something that was found.
#[derive(Debug)]
struct Finding {
    code: &'static str,
    /// A note is nothing wrong.
    is_note: bool,
    /// Of which file, by its path in the tree.
    path: String,
    message: String,
    help: &'static str,
}

pub(crate) fn run(context: &Context, options: &DoctorArgs) -> Result<Outcome, Error> {
    let mut doctor = Doctor::new(Client::new(&options.url)?, options.url.clone(), context.database);
    doctor.look()?;
    let findings = doctor.findings;
    let wrong = findings.iter().filter(|finding| !finding.is_note).count();
    let text = match options.format {
        Format::Json => {
            let list: Value = findings.iter().map(Finding::json).collect();
            format!("{:#}\n", json!({"files": doctor.files, "findings": list}))
        }
        Format::Text if context.quiet && wrong == 0 => String::new(),
        Format::Text => text(&findings, doctor.files, wrong),
    };
    print(&text)?;
    Ok(if wrong == 0 { Outcome::Clean } else { Outcome::Findings })
}

fn text(findings: &[Finding], files: usize, wrong: usize) -> String {
    let mut text = String::new();
    for finding in findings {
        let severity = finding.severity();
        let _ = writeln!(text, "{severity}[{}]: {}: {}", finding.code, finding.path, finding.message);
        let _ = writeln!(text, "  help: {}", finding.help);
    }
    let looked_at = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    let found = match wrong {
        0 => "nothing is wrong".to_owned(),
        1 => "1 thing is wrong".to_owned(),
        more => format!("{more} things are wrong"),
    };
    let _ = writeln!(text, "Looked at {looked_at}: {found}.");
    text
}

impl Finding {
    fn severity(&self) -> &'static str {
        if self.is_note { "note" } else { "warning" }
    }

    fn json(&self) -> Value {
        json!({
            "code": self.code,
            "severity": self.severity(),
            "path": self.path,
            "message": self.message,
            "help": self.help,
        })
    }
}

/// An address that can be asked, as apps take it.
fn address(text: &str) -> Result<Url, String> {
    let text = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("webcal") => format!("http://{rest}"),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("webcals") => format!("https://{rest}"),
        _ => text.to_owned(),
    };
    let url = Url::parse(&text).map_err(|error| format!("it is no address ({error})"))?;
    if !["http", "https"].contains(&url.scheme()) || url.host_str().is_none() {
        return Err("write an address that begins with https://, http:// or webcal://.".to_owned());
    }
    Ok(url)
}
