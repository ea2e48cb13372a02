//! Another time zone database than the one that is built in, read from a folder.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use super::schedules::shown;
use crate::error::Error;
use crate::zone::{Database, version_of};

/// The same zones once more, with leap seconds and without.
const COPIES: [&str; 2] = ["right", "posix"];
/// How many folders a zone's file is in, at most: `America/Argentina/Buenos_Aires`.
const MAX_DEPTH: usize = 2;
/// No zone's file is nearly as large, nor is `tzdata.zi`.
const MAX_FILE: u64 = 1 << 20;

/// Reads a folder of compiled zones, such as `/usr/share/zoneinfo`.
pub(crate) fn read_database(folder: &Path) -> Result<Database, Error> {
    let mut files = BTreeMap::new();
    read_below(folder, "", &mut files)?;
    let text = |name: &str| files.get(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let version = version_of(text("tzdata.zi").as_deref(), text("+VERSION").as_deref());
    Database::from_files(&files, version.as_deref())
        .map_err(|error| Error::new(format!("{} is no whole time zone database. {error}", shown(folder))))
}

/// Reads the files of a folder by their paths from the first, which begin with `prefix`.
fn read_below(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Error> {
    let unread = |path: &Path, error| Error::io("read the time zone database", path, error);
    for entry in fs::read_dir(folder).map_err(|error| unread(folder, error))? {
        let path = entry.map_err(|error| unread(folder, error))?.path();
        let Some(name) = path.file_name().and_then(OsStr::to_str) else { continue };
        // A link to nowhere is no zone; one that is missed is missing below.
        let Ok(data) = fs::metadata(&path) else { continue };
        let name = format!("{prefix}{name}");
        if data.is_dir() {
            let depth = name.split('/').count();
            if depth <= MAX_DEPTH && !COPIES.contains(&name.as_str()) {
                read_below(&path, &format!("{name}/"), files)?;
            }
        } else if data.is_file() && data.len() <= MAX_FILE {
            files.insert(name, fs::read(&path).map_err(|error| unread(&path, error))?);
        }
    }
    Ok(())
}
