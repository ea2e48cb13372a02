//! `summitcal new`: a visit's file, or an entry in it, checked as it is written.

use clap::{Args, Subcommand};

use super::ask::{ask, can_ask};
use super::set::{file_of, is_there, write};
use super::{At, Context, Outcome};
use crate::diagnostic::Report;
use crate::document::{self, Assignment, missing};
use crate::error::Error;
use crate::pipeline::{Schedules, shown};
use crate::programme::{Audience, EntryKind, Id, VisitKind};

/// What is new.
#[derive(Debug, Args)]
pub(crate) struct New {
    #[command(subcommand)]
    pub(crate) what: What,
}

/// What is new.
#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// A visit, in a file of its own.
    Visit(NewOne),
    /// An entry, at the end of its visit's programme.
    Entry(NewOne),
}

/// Its name and its values.
#[derive(Debug, Args)]
pub(crate) struct NewOne {
    /// The visit's id, or visit/entry.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Its keys and values, such as kind=meal when.start="2025-08-25 12:15"; what is missing is asked on a terminal.
    #[arg(value_name = "KEY=VALUE", value_parser = Assignment::parse)]
    pub(crate) values: Vec<Assignment>,
    #[command(flatten)]
    pub(crate) at: At,
}

/// The entries of a new visit, which has none of its own yet.
const PLACEHOLDER: &str = include_str!("new/entry.yaml");
/// The id of the one that is in there.
const PLACEHOLDER_ID: &str = "programme";

pub(crate) fn run(context: &Context, options: &New) -> Result<Outcome, Error> {
    match &options.what {
        What::Visit(visit) => new_visit(context, visit),
        What::Entry(entry) => new_entry(context, entry),
    }
}

fn new_visit(context: &Context, options: &NewOne) -> Result<Outcome, Error> {
    let schedules = Schedules::with_feeds(&context.schedules, context.database)?;
    let id = id(&options.id)?;
    let path = shown(&context.schedules.join(format!("{id}.yaml")));
    if schedules.visits.iter().any(|file| file.path() == path) {
        return Err(is_there(&path));
    }
    let mut values = options.values.clone();
    let wanted = missing(true, &values);
    complete(&mut values, &wanted)?;
    let mut text = String::new();
    if context.schedules.join("visit.schema.json").is_file() {
        text.push_str("# yaml-language-server: $schema=visit.schema.json\n");
    }
    text += &document::new_visit(&id, &values, PLACEHOLDER).map_err(Error::new)?;
    write(context, schedules, &path, text, options.at)
}

fn new_entry(context: &Context, options: &NewOne) -> Result<Outcome, Error> {
    let schedules = Schedules::load(&context.schedules, context.database)?;
    let (visit, entry) = options.id.split_once('/').ok_or_else(|| Error::new("name the entry as visit/entry"))?;
    let path = file_of(&schedules, visit)?;
    let entry = id(entry)?;
    let mut values = options.values.clone();
    let mut wanted = missing(false, &values);
    let has = |key: &str| values.iter().any(|value| value.key().split('.').next() == Some(key));
    if !["when", "depart", "arrive"].into_iter().any(has) {
        wanted.push("when");
    }
    complete(&mut values, &wanted)?;
    let mut text = document::add_entry(schedules.file(&path), &entry, &values).map_err(Error::new)?;
    // What stood in the place of a first entry goes, if nobody has seen it.
    let lock = schedules.lock(&mut Report::default());
    let is_published = |audience: &Audience| {
        lock.as_ref().is_none_or(|lock| lock.sequence(&format!("{visit}/{PLACEHOLDER_ID}"), *audience).is_some())
    };
    if !Audience::ALL.iter().any(is_published) {
        text = text.replacen(PLACEHOLDER.split_once('\n').map_or("", |(_, entry)| entry), "", 1);
    }
    write(context, schedules, &path, text, options.at)
}

fn id(written: &str) -> Result<String, Error> {
    let wrong = || Error::new(format!("“{written}” is no id: write 1 to 64 characters out of a–z, 0–9 and “-”"));
    Id::parse(written).map(|id| id.to_string()).ok_or_else(wrong)
}

/// Asks for what is missing, or says what that is.
fn complete(values: &mut Vec<Assignment>, missing: &[&str]) -> Result<(), Error> {
    if !missing.is_empty() && !can_ask() {
        let missing: Vec<_> = missing.iter().map(|key| format!("{key}=…")).collect();
        return Err(Error::new(format!("say what is missing too: {}", missing.join(" "))));
    }
    for key in missing {
        let mut asked = |key: &str, question: &str, default: Option<&str>| -> Result<(), Error> {
            let answer = ask(question, default)?;
            values.push(Assignment::parse(&format!("{key}={answer}")).map_err(Error::new)?);
            Ok(())
        };
        match *key {
            "dates" => {
                asked("dates.from", "First day (2025-08-25)", None)?;
                asked("dates.to", "Last day", None)?;
            }
            "when" => {
                asked("when", "When, as {start: 2025-08-25 12:15, end: 12:45} or {date: 2025-08-25}", Some("tba"))?;
            }
            "audience" => asked(key, "Who may see it (public, press, staff)", Some(Audience::Public.word()))?,
            "kind" => {
                let words = |all: &[&'static str]| all.join(", ");
                let of_visits: Vec<_> = VisitKind::ALL.iter().map(|kind| kind.word()).collect();
                let of_entries: Vec<_> = EntryKind::ALL.iter().map(|kind| kind.word()).collect();
                let all = if missing.contains(&"dates") { of_visits } else { of_entries };
                asked(key, &format!("Kind ({})", words(&all)), None)?;
            }
            "zone" => asked(key, "Time zone of the place (Europe/Berlin)", None)?,
            _ => asked(key, &format!("{}{}", key[..1].to_uppercase(), &key[1..]), None)?,
        }
    }
    Ok(())
}
