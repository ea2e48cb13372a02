//! `summitcal init`: a folder of schedules that checks, builds and teaches.
//!
//! All of its files are made before the first is written, and none is written where one of them is there already.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{Datelike, Days, NaiveDate};
use clap::Args;
use uuid::Uuid;

use super::ask::ask_for;
use super::{At, Context, Outcome, audience, print};
use crate::document::scalar;
use crate::error::Error;
use crate::pipeline::{FEEDS, shown};
use crate::programme::{Audience, UiLanguage};
use crate::publish::file;
use crate::schema;
use crate::zone::{Database, Zone};

/// How far ahead the example's visit is.
const DAYS_AHEAD: Days = Days::new(28);

/// Where, and for whom.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder to begin in [default: this one].
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub(crate) dir: PathBuf,
    /// Who publishes [default: the office of the president].
    #[arg(long, value_name = "NAME")]
    pub(crate) publisher: Option<String>,
    /// The language of the feeds and pages: en, ko or ja [default: this machine's, or en].
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    pub(crate) language: Option<UiLanguage>,
    /// The time zone of the first feed [default: this machine's, or that of the language].
    #[arg(long = "zone", value_name = "ZONE")]
    pub(crate) zone_name: Option<String>,
    /// The zone of that name.
    #[arg(skip)]
    pub(crate) zone: Option<Zone>,
    /// Who gets feeds, separated by commas: public, press, staff [default: public].
    #[arg(long, value_name = "WHO", value_delimiter = ',', value_parser = audience)]
    pub(crate) audiences: Option<Vec<Audience>>,
    /// Write a workflow for GitHub too, which checks, builds and publishes.
    #[arg(long)]
    pub(crate) github: bool,
}

fn language(text: &str) -> Result<UiLanguage, String> {
    let found = UiLanguage::ALL.iter().copied().find(|language| language.word() == text);
    found.ok_or_else(|| "write one of: en, ko, ja".to_owned())
}

pub(super) fn zone(name: &str, database: Database) -> Result<Zone, String> {
    database.zone(name).map_err(|unknown| format!("{unknown} {}", unknown.help()))
}

/// What was given, answered, or taken for granted.
struct Answers {
    language: UiLanguage,
    publisher: String,
    zone: Zone,
    audiences: Vec<Audience>,
}

pub(crate) fn run(context: &Context, options: &Init) -> Result<Outcome, Error> {
    let dir = options.dir.strip_prefix(".").unwrap_or(&options.dir);
    let today = At { at: None }.instant()?.date_naive();
    let answers = answers(options, context.database)?;
    let files = files(context, options, dir, &answers, today);
    let there: Vec<_> = files.iter().map(|(path, _)| path).filter(|path| fs::symlink_metadata(path).is_ok()).collect();
    if !there.is_empty() {
        let mut stderr = io::stderr().lock();
        for path in there {
            let _ = writeln!(stderr, "summitcal: {} is there already.", shown(path));
        }
        let _ = writeln!(stderr, "Nothing was written. Begin in another folder, or move these files away first.");
        return Ok(Outcome::Findings);
    }
    for (path, text) in &files {
        let folder = path.parent().expect("each file is in a folder");
        fs::create_dir_all(folder).map_err(|error| Error::io("create the folder", folder, error))?;
        file::replace(path, text.as_bytes(), file::Options::default())?;
    }
    if !context.quiet {
        let mut said = files.iter().map(|(path, _)| shown(path) + " was written.\n").collect::<String>();
        let dir = if dir == Path::new("") { "this folder".to_owned() } else { shown(dir) };
        let folder = shown(&context.schedules);
        said.push_str(&fill(include_str!("init/next.txt"), &[("dir", &dir), ("schedules", &folder)]));
        if options.github {
            said.push_str("In .github/workflows/schedules.yml, write who owns summitcal's own repository, and the commit of the release.\n");
        }
        print(&said)?;
    }
    Ok(Outcome::Clean)
}

/// What was not given is asked; without a terminal, the defaults hold.
fn answers(options: &Init, database: Database) -> Result<Answers, Error> {
    let language = match options.language {
        Some(language) => language,
        None => ask_for("Language of the calendars (en, ko, ja)", machine_language(), language)?,
    };
    let publisher = match &options.publisher {
        Some(name) => name.clone(),
        None => ask_for("Who publishes", text(language, "office"), |name| Ok(name.to_owned()))?,
    };
    let usual = machine_zone(language, database).name();
    let zone = match options.zone {
        Some(zone) => zone,
        None => ask_for("Time zone of the first calendar", usual, |name| zone(name, database))?,
    };
    let mut audiences = match &options.audiences {
        Some(audiences) => audiences.clone(),
        None => ask_for("Who gets calendars (public, press, staff)", "public", |list| {
            list.split(',').map(|word| audience(word.trim())).collect()
        })?,
    };
    audiences.sort();
    audiences.dedup();
    Ok(Answers { language, publisher, zone, audiences })
}

/// The language that this machine speaks, if it is one of ours.
fn machine_language() -> &'static str {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default();
    UiLanguage::ALL.iter().map(|language| language.word()).find(|word| said.starts_with(word)).unwrap_or("en")
}

/// The zone that this machine is in, or else one where the language is spoken.
fn machine_zone(language: UiLanguage, database: Database) -> Zone {
    let link = fs::read_link("/etc/localtime").map(|path| shown(&path)).unwrap_or_default();
    let named = std::env::var("TZ").ok().or_else(|| link.split_once("zoneinfo/").map(|(_, name)| name.to_owned()));
    let place = |name| database.find(name).expect("no database lacks a common name");
    let spoken = || match language {
        UiLanguage::Korean => place("Asia/Seoul"),
        UiLanguage::Japanese => place("Asia/Tokyo"),
        UiLanguage::English => database.utc(),
    };
    named.and_then(|name| database.find(&name)).unwrap_or_else(spoken)
}

/// Every file with its text.
fn files(context: &Context, options: &Init, dir: &Path, answers: &Answers, today: NaiveDate) -> Vec<(PathBuf, String)> {
    let schedules = dir.join(&context.schedules);
    let folder = shown(&context.schedules);
    let names = [("folder", folder.as_str())];
    let mut files = vec![
        (schedules.join(FEEDS), feeds(answers)),
        (schedules.join("first-visit.yaml"), first_visit(answers, today)),
        (schedules.join("feeds.schema.json"), schema::feeds(context.database)),
        (schedules.join("visit.schema.json"), schema::visit(context.database)),
        (schedules.join(".gitattributes"), include_str!("../../schedules/.gitattributes").to_owned()),
        (dir.join(".gitignore"), include_str!("init/gitignore").to_owned()),
        (dir.join(".pre-commit-config.yaml"), fill(include_str!("init/pre-commit.yaml"), &names)),
    ];
    if options.github {
        let workflow = fill(include_str!("init/workflow.yml"), &names);
        files.push((dir.join(".github/workflows/schedules.yml"), workflow));
    }
    files
}

fn feeds(answers: &Answers) -> String {
    let Answers { language, zone, .. } = answers;
    let place = zone.name().rsplit('/').next().unwrap_or_default().to_lowercase().replace('_', "-");
    let mut feeds = Vec::new();
    for audience in &answers.audiences {
        let title = text(*language, &format!("feed-{}", audience.word()));
        let local = format!("{title} ({})", text(*language, "local"));
        for (id, title, zone) in [(place.as_str(), title, zone.name()), ("host", local.as_str(), "host")] {
            feeds.push(fill(
                include_str!("init/feed.yaml"),
                &[
                    ("id", id),
                    ("title", &scalar(title)),
                    ("zone", zone),
                    ("language", language.word()),
                    ("audience", audience.word()),
                ],
            ));
        }
    }
    let namespace = Uuid::new_v4().to_string();
    fill(
        include_str!("init/feeds.yaml"),
        &[
            ("publisher", &scalar(&answers.publisher)),
            ("namespace", &namespace),
            ("feeds", feeds.join("\n").trim_end()),
        ],
    )
}

/// The example: a Monday evening and a Tuesday, some weeks ahead.
fn first_visit(answers: &Answers, today: NaiveDate) -> String {
    let ahead = today + DAYS_AHEAD;
    let first = ahead + Days::new(u64::from((7 - ahead.weekday().num_days_from_monday()) % 7));
    let (first, last, home) = (first, first + Days::new(1), first + Days::new(2));
    let dates = [("first", first), ("last", last), ("home", home), ("published", today)];
    let dates: Vec<_> = dates.iter().map(|(name, date)| (*name, date.to_string())).collect();
    let own = texts().map(|(key, _)| (key, scalar(text(answers.language, key)).into_owned()));
    let mut values: Vec<(&str, String)> = dates.into_iter().chain(own).collect();
    let audience = answers.audiences.first().copied().unwrap_or(Audience::Public).word();
    values.extend([
        ("publisher", scalar(&answers.publisher).into_owned()),
        ("zone", answers.zone.name().to_owned()),
        ("audience", audience.to_owned()),
    ]);
    let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fill(include_str!("init/first-visit.yaml"), &values)
}

/// The lines of the table of texts: a key, and the text in each language.
fn texts() -> impl Iterator<Item = (&'static str, [&'static str; 3])> {
    include_str!("init/texts.tsv").lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, [cells.next()?, cells.next()?, cells.next()?]))
    })
}

fn text(language: UiLanguage, key: &str) -> &'static str {
    let [en, ko, ja] = texts().find(|(own, _)| *own == key).expect("the table has every key that is asked for").1;
    match language {
        UiLanguage::English => en,
        UiLanguage::Korean => ko,
        UiLanguage::Japanese => ja,
    }
}

/// A template with its `{{names}}` replaced; what has no value stays. What is put in is not looked at again.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut parts = template.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let value = part.split_once("}}").and_then(|(name, rest)| {
            let (_, value) = values.iter().find(|(own, _)| *own == name)?;
            Some((value, rest))
        });
        match value {
            Some((value, rest)) => filled.extend([value, rest]),
            None => filled.extend(["{{", part]),
        }
    }
    filled
}
