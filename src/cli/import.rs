//! `summitcal import`: somebody's calendar as a draft visit.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::set::write_draft;
use super::{Context, Outcome};
use crate::error::Error;
use crate::import::{MAX_BYTES, Options, draft};
use crate::pipeline::{Schedules, shown};
use crate::programme::{EntryKind, Id};
use crate::revision;
use crate::zone::Zone;

/// What to import.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The calendar, an .ics file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The id of the visit, and the name of its file [default: the name of the calendar's file].
    #[arg(long, value_name = "ID")]
    pub(crate) visit: Option<String>,
    /// The zone of the visit [default: the calendar's, or the one that most of its events are in].
    #[arg(long = "zone", value_name = "ZONE")]
    pub(crate) zone_name: Option<String>,
    /// The zone of that name.
    #[arg(skip)]
    pub(crate) zone: Option<Zone>,
    /// Whose visit it is.
    #[arg(long, value_name = "NAME")]
    pub(crate) principal: Option<String>,
}

pub(crate) fn run(context: &Context, options: &Import) -> Result<Outcome, Error> {
    let schedules = Schedules::with_feeds(&context.schedules, context.database)?;
    let visit = visit_id(options)?;
    let path = shown(&context.schedules.join(format!("{visit}.yaml")));
    let text = read(&options.file)?;
    let file = options.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let kinds: Vec<&'static str> = EntryKind::ALL.iter().map(|kind| kind.word()).collect();
    let mut checked = schedules.check();
    let lock = schedules.lock(&mut checked.report);
    let taken =
        checked.programme.zip(lock).map(|(programme, lock)| revision::uids(&lock, &programme).into_keys().collect());
    let wanted = Options {
        visit: &visit,
        file: &file,
        zone: options.zone,
        principal: options.principal.as_deref(),
        kinds: &kinds,
        taken: &taken.unwrap_or_default(),
        database: context.database,
    };
    let text = draft(&text, wanted).map_err(|why| Error::new(format!("{}: {why}", options.file.display())))?;
    let schema = context.schedules.join("visit.schema.json").is_file();
    let first = if schema { "# yaml-language-server: $schema=visit.schema.json\n" } else { "" };
    write_draft(context, schedules, &path, format!("{first}{text}"))
}

/// The id that is given, or that the name of the calendar's file makes.
fn visit_id(options: &Import) -> Result<String, Error> {
    let stem = options.file.file_stem().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let id = options.visit.clone().unwrap_or_else(|| {
        let words = stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-")
    });
    let wrong = || {
        Error::new(format!(
            "“{id}” is no id of a visit; give one by --visit: 1 to 64 characters out of a–z, 0–9 and “-”"
        ))
    };
    Id::parse(&id).map(|id| id.to_string()).ok_or_else(wrong)
}

/// The text of a calendar that is no larger than is read.
fn read(path: &Path) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| Error::io("read", path, error))?;
    let read = file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::io("read", path, error))?;
    if bytes.len() > MAX_BYTES {
        return Err(Error::new(format!(
            "{}: the calendar is larger than 16 MiB, too large for a visit",
            path.display()
        )));
    }
    let wrong = |at: usize| format!("{}: the calendar is not UTF-8: see its byte {}", path.display(), at + 1);
    String::from_utf8(bytes).map_err(|error| Error::new(wrong(error.utf8_error().valid_up_to())))
}
