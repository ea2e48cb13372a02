//! What an earlier build left in an output folder.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use memchr::memmem::Finder;
use rayon::prelude::*;

use crate::error::Error;
use crate::programme::Audience;
use crate::render::ics;
use crate::site::{MANIFEST, Manifest};

/// Those of some UIDs that are in feeds, with the highest SEQUENCE of each.
pub fn sequences(feeds: &[PathBuf], wanted: impl Fn(&str) -> bool + Sync) -> Result<HashMap<String, u32>, Error> {
    let of_feed = |path: &PathBuf| {
        let bytes = read(path)?.unwrap_or_default();
        let known = revisions(&bytes).filter(|(uid, _)| wanted(uid));
        Ok(known.map(|(uid, sequence)| (uid.to_owned(), sequence)).collect::<Vec<_>>())
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

/// The UID of each event of a feed, with its SEQUENCE: 0 where that is not said (RFC 5545, 3.8.7.4).
fn revisions(feed: &[u8]) -> impl Iterator<Item = (&str, u32)> {
    const UID: &[u8] = b"\nUID:";
    let uids = Finder::new(UID).into_owned();
    let mut rest = feed;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[uids.find(rest)? + UID.len()..];
            let mut lines = rest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
            let Some(uid) = lines.next().and_then(|uid| str::from_utf8(uid).ok()) else { continue };
            let mut own = lines.take_while(|line| !line.starts_with(b"END:"));
            let sequence = own.find_map(|line| line.strip_prefix(b"SEQUENCE:"));
            let sequence = sequence.and_then(|number| str::from_utf8(number).ok()?.parse().ok());
            return Some((uid, sequence.unwrap_or(0)));
        }
    })
}

/// What the feeds of an audience say of each event, by UID; `None` where there is no tree of it.
pub fn events(out: &Path, audience: Audience) -> Result<Option<BTreeMap<String, String>>, Error> {
    let Some(feeds) = feeds(out, audience)? else { return Ok(None) };
    let mut events = BTreeMap::new();
    for path in feeds {
        let Some(bytes) = read(&path)? else { continue };
        let none = || Error::new(format!("{} is no calendar feed", path.display()));
        let read = ics::read(&String::from_utf8_lossy(&bytes)).ok_or_else(none)?;
        for (uid, event) in read {
            events.entry(uid).or_insert(event);
        }
    }
    Ok(Some(events))
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

fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::metadata(path).and_then(|data| data.is_file().then(|| fs::read(path)).transpose()) {
        Ok(bytes) => Ok(bytes),
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => Ok(None),
        Err(error) => Err(Error::io("read", path, error)),
    }
}
