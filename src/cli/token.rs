//! `summitcal token`: who may read the press and staff trees.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};

use super::serve::TokenFile;
use super::{Context, Outcome, audience, complain, now, print, whose};
use crate::check::parse_instant;
use crate::error::Error;
use crate::pipeline::Schedules;
use crate::programme::{Audience, Settings};
use crate::publish::http::Tokens;
use crate::publish::http::tokens::Record;
use crate::publish::{directory_lock, file};
use crate::tree::{MANIFEST, Manifest};
use crate::zone::rfc3339;

/// What to do about tokens.
#[derive(Debug, Args)]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
    #[command(flatten)]
    pub(crate) file: TokenFile,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token for one subscriber; it is shown this once.
    Add {
        /// Whose tree it opens: press or staff, and that one alone.
        #[arg(long, value_name = "WHO", value_parser = audience)]
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

pub(crate) fn run(context: &Context, options: &Token) -> Result<Outcome, Error> {
    let path = &options.file.path;
    refuse_place(path, &context.schedules)?;
    let at = now()?;
    match &options.command {
        TokenCommand::Add { audience, name, expires } => {
            if *audience == Audience::Public {
                return Err(Error::new("the public tree is open to everybody: tokens are for press or staff"));
            }
            let expires = expires.as_deref().map(|text| expiry(text, at)).transpose()?;
            let _directory_lock = directory_lock::take(&folder_of(path))?;
            let (tokens, record, token) = Tokens::read(path)?.with_new(*audience, name.clone(), at, expires)?;
            let is_new = !path.exists();
            tokens.write(path)?;
            if is_new && would_be_committed(path) {
                let message = format!(
                    "{} is in a folder under version control, which would take it up; keep it out (with git, a line in .gitignore), \
                     or give another place by --tokens",
                    path.display()
                );
                complain(context, &Error::new(message));
            }
            print(&added(context, &record, token.reveal()))?;
            Ok(Outcome::Clean)
        }
        TokenCommand::List => {
            print(&list(Tokens::read(path)?.records(), at))?;
            Ok(Outcome::Clean)
        }
        TokenCommand::Revoke { id } => {
            let _directory_lock = directory_lock::take(&folder_of(path))?;
            let Some(tokens) = Tokens::read(path)?.revoking(id, at) else {
                let message = "there is no token of this id; “summitcal token list” prints those that there are";
                complain(context, &Error::new(message));
                return Ok(Outcome::Findings);
            };
            tokens.write(path)?;
            if !context.quiet {
                print(&format!("{id} is revoked: from now on it opens nothing.\n"))?;
            }
            Ok(Outcome::Clean)
        }
    }
}

/// Refuses a place for the tokens from which they might be published, or committed with the schedules.
pub(crate) fn refuse_place(path: &Path, schedules: &Path) -> Result<(), Error> {
    let folder = folder_of(path);
    let folder = folder.canonicalize().map_err(|error| Error::io("find the folder", &folder, error))?;
    // Of a link, where it leads to counts too, whether there is a file yet or not.
    let file = path.canonicalize().or_else(|_| fs::read_link(path).map(|target| folder.join(target)));
    let linked = file.ok().and_then(|file| folder_of(&file).canonicalize().ok());
    let refused = |why: &str| {
        let message =
            format!("the tokens cannot be in {}, because {why}; give another place by --tokens", path.display());
        Err(Error::new(message))
    };
    let mut folders = linked.iter().chain([&folder]);
    if schedules.canonicalize().is_ok_and(|schedules| folders.clone().any(|folder| folder.starts_with(&schedules))) {
        return refused("that is among the schedules");
    }
    let is_ours = |place: &Path| file::read(&place.join(MANIFEST)).is_ok_and(|text| Manifest::parse(&text).is_some());
    let tree =
        |place: &Path| is_ours(place) || Audience::ALL.iter().any(|audience| is_ours(&place.join(audience.word())));
    if folders.any(|folder| folder.ancestors().any(tree)) {
        return refused("that is among what is published");
    }
    Ok(())
}

/// Whether a version control that a file is below would take it up.
fn would_be_committed(path: &Path) -> bool {
    let Ok(folder) = folder_of(path).canonicalize() else { return false };
    let has = |names: &[&str]| folder.ancestors().any(|folder| names.iter().any(|name| folder.join(name).exists()));
    let ignored = || {
        let mut git = Command::new("git");
        // Where git itself runs this, it says so of another repository, perhaps.
        git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE").current_dir(&folder);
        git.args(["check-ignore", "--quiet", "--"]).arg(path.file_name().unwrap_or_default());
        git.stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    has(&[".hg", ".svn"]) || (has(&[".git", ".jj"]) && !ignored())
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// An instant, or how long from now.
fn expiry(text: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    let length = || {
        let unit = text.chars().next_back()?;
        let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number > 0)?;
        let length = match unit {
            'd' => TimeDelta::try_days(number),
            'h' => TimeDelta::try_hours(number),
            'm' => TimeDelta::try_minutes(number),
            _ => None,
        };
        at.checked_add_signed(length?)
    };
    let expires = parse_instant(text).or_else(length).filter(|expires| expires.timestamp() < 4_102_444_800);
    let Some(expires) = expires else {
        let message =
            "--expires is neither an instant, such as 2026-12-31T15:00:00Z, nor a time from now, such as 90d or 12h";
        return Err(Error::new(message));
    };
    if expires <= at {
        return Err(Error::new("--expires is past, so the token would open nothing"));
    }
    Ok(expires)
}

/// The token, and what to subscribe to with it.
fn added(context: &Context, record: &Record, token: &str) -> String {
    let mut text = format!("{token}\n\n");
    let _ = write!(text, "This token, {}, opens what {} may see", record.id, whose(record.audience));
    if let Some(expires) = record.expires {
        let _ = write!(text, " until {}", rfc3339(expires));
    }
    text.push_str(". It is shown this once. Give it to one subscriber");
    let settings = settings(context);
    let feeds: Vec<&str> = settings
        .iter()
        .flat_map(|settings| &settings.feeds)
        .filter_map(|feed| (feed.audience == record.audience).then_some(feed.id.as_str()))
        .collect();
    if feeds.is_empty() {
        let _ = writeln!(text, "; addresses begin with /t/{token}/.");
        return text;
    }
    text.push_str(", with an address:\n\n");
    let base =
        settings.as_ref().and_then(|settings| settings.base_url.get(Audience::Public).as_deref()).unwrap_or_default();
    for feed in feeds {
        let _ = writeln!(text, "  {base}/t/{token}/feeds/{feed}.ics");
    }
    if base.is_empty() {
        text.push_str("\nBefore them goes where “summitcal serve” is reached; feeds.yaml has no public base_url.\n");
    }
    text
}

/// The settings, if they can be read; a token can be made without.
fn settings(context: &Context) -> Option<Settings> {
    let schedules = Schedules::read(&context.schedules, context.database).ok()?;
    Some(schedules.check().programme?.settings().clone())
}

fn list(records: &[Record], at: DateTime<Utc>) -> String {
    let mut text = String::new();
    for record in records {
        let state = match record {
            Record { revoked: Some(revoked), .. } => format!("revoked {}", rfc3339(*revoked)),
            Record { expires: Some(expires), .. } if *expires <= at => format!("expired {}", rfc3339(*expires)),
            Record { expires: Some(expires), .. } => format!("until {}", rfc3339(*expires)),
            _ => "valid".to_owned(),
        };
        let name: String = record
            .name
            .as_deref()
            .unwrap_or("-")
            .chars()
            .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
            .collect();
        let (audience, created) = (record.audience.word(), rfc3339(record.created));
        let _ = writeln!(text, "{}  {audience}  {created}  {state:<28}  {name}", record.id);
    }
    text
}
