//! What an earlier build left in an output folder, read to be compared: its feeds, their events and sequences.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::error::Error;
use crate::programme::Audience;
use crate::render::ics;
use crate::tree::{MANIFEST, Manifest};
use crate::zone::Database;

/// How much of a feed is read at a time.
const READ_BUFFER_BYTES: usize = 1 << 16;

/// Those of some UIDs that are in feeds, with the highest SEQUENCE of each.
pub fn sequences(feeds: &[PathBuf], wanted: impl Fn(&str) -> bool + Sync) -> Result<HashMap<String, u32>, Error> {
    let of_feed = |path: &PathBuf| {
        let mut known = Vec::new();
        if let Some(feed) = open(path)? {
            revisions(BufReader::with_capacity(READ_BUFFER_BYTES, feed), &wanted, &mut known)
                .map_err(|error| Error::io("read", path, error))?;
        }
        Ok(known)
    };
    let known: Vec<Result<_, Error>> = feeds.par_iter().map(of_feed).collect();
    let mut sequences = HashMap::new();
    for known in known {
        for (uid, sequence) in known? {
            let known = sequences.entry(uid).or_insert(sequence);
            *known = sequence.max(*known);
        }
    }
    Ok(sequences)
}

/// Those of some UIDs that are in a feed, each with its SEQUENCE: 0 where that is not said (RFC 5545, 3.8.7.4).
fn revisions(mut feed: impl BufRead, wanted: impl Fn(&str) -> bool, known: &mut Vec<(String, u32)>) -> io::Result<()> {
    let mut line = Vec::new();
    // Whether the event that the last of them is of may still say its SEQUENCE.
    let mut is_open = false;
    while feed.read_until(b'\n', &mut line)? > 0 {
        let text = line.trim_ascii_end();
        let value = |name: &[u8]| text.strip_prefix(name).and_then(|value| str::from_utf8(value).ok());
        if let Some(uid) = value(b"UID:") {
            is_open = wanted(uid);
            known.extend(is_open.then(|| (uid.to_owned(), 0)));
        } else if is_open && let Some(sequence) = value(b"SEQUENCE:") {
            is_open = false;
            if let Some((_, known)) = known.last_mut() {
                *known = sequence.parse().unwrap_or(0);
            }
        } else if text.starts_with(b"END:") {
            is_open = false;
        }
        line.clear();
    }
    Ok(())
}

/// What each feed of an audience says of each event, by the feed's name and by UID; nothing where there is no tree of it. Times
/// are read by a time zone database.
pub fn events(
    out: &Path,
    audience: Audience,
    database: Database,
) -> Result<BTreeMap<String, BTreeMap<String, String>>, Error> {
    let mut events = BTreeMap::new();
    for path in feeds(out, audience)?.unwrap_or_default() {
        let Some(bytes) = read(&path)? else { continue };
        let none = || Error::new(format!("{} is no calendar feed", path.display()));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        events.insert(name, ics::read(&String::from_utf8_lossy(&bytes), database).ok_or_else(none)?);
    }
    Ok(events)
}

/// The feeds that the manifest of an audience's tree names; `None` where there is none, or somebody else's.
pub fn feeds(out: &Path, audience: Audience) -> Result<Option<Vec<PathBuf>>, Error> {
    let root = out.join(audience.word());
    let Some(manifest) = read(&root.join(MANIFEST))?.and_then(|bytes| Manifest::parse(&bytes)) else { return Ok(None) };
    let is_feed = |path: &&String| {
        path.strip_prefix("feeds/").and_then(|name| name.strip_suffix(".ics")).is_some_and(|name| !name.contains('/'))
    };
    Ok(Some(manifest.files.keys().filter(is_feed).map(|path| root.join(path)).collect()))
}

/// The bytes of a file, if there is one.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let Some(mut file) = open(path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| Error::io("read", path, error))?;
    Ok(Some(bytes))
}

/// A file, if there is one.
fn open(path: &Path) -> Result<Option<File>, Error> {
    match fs::metadata(path).and_then(|data| data.is_file().then(|| File::open(path)).transpose()) {
        Ok(file) => Ok(file),
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => Ok(None),
        Err(error) => Err(Error::io("read", path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_known_by_uid_and_sequence() {
        let feed =
            b"BEGIN:VCALENDAR\r\nSEQUENCE:9\r\nBEGIN:VEVENT\r\nUID:a\r\nSEQUENCE:3\r\nSEQUENCE:4\r\nEND:VEVENT\r\n\
            BEGIN:VEVENT\nUID:none\nEND:VEVENT\nSEQUENCE:5\nBEGIN:VEVENT\nSEQUENCE:7\nUID:b\nSUMMARY:UID:c\n UID:d\n\
            SEQUENCE:x\nEND:VEVENT\nUID:other\nSEQUENCE:6\nUID:\xff\nSEQUENCE:8\nUID:a\nSEQUENCE:2";
        for capacity in [1, 7, 1 << 10] {
            let mut known = Vec::new();
            let reader = BufReader::with_capacity(capacity, &feed[..]);
            revisions(reader, |uid| uid != "other", &mut known).expect("readable");
            let known: Vec<_> = known.iter().map(|(uid, sequence)| (uid.as_str(), *sequence)).collect();
            assert_eq!(known, [("a", 3), ("none", 0), ("b", 0), ("a", 2)]);
        }
    }
}
