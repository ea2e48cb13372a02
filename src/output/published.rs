//! What an earlier build left in an output folder.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::Path;

use crate::error::Error;
use crate::programme::Audience;
use crate::render::ics;
use crate::site::{MANIFEST, Manifest};

/// The UIDs in the feeds of an audience, with the highest SEQUENCE of each; none where nothing, or something else, is there.
pub fn sequences(out: &Path, audience: Audience) -> Result<HashMap<String, u32>, Error> {
    let mut sequences = HashMap::new();
    for (_, text) in feeds(out, audience)?.into_iter().flatten() {
        let mut uid = None;
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("UID:") {
                sequences.entry(name.to_owned()).or_insert(0);
                uid = Some(name);
            } else if let Some(number) = line.strip_prefix("SEQUENCE:")
                && let (Ok(number), Some(known)) = (number.parse::<u32>(), uid.and_then(|uid| sequences.get_mut(uid)))
            {
                *known = number.max(*known);
            }
        }
    }
    Ok(sequences)
}

/// What the feeds of an audience say of each event, by UID; `None` where there is no tree of it.
pub fn events(out: &Path, audience: Audience) -> Result<Option<BTreeMap<String, String>>, Error> {
    let Some(feeds) = feeds(out, audience)? else { return Ok(None) };
    let mut events = BTreeMap::new();
    for (path, text) in feeds {
        let read = ics::read(&text).ok_or_else(|| Error::new(format!("{path} is no calendar feed")))?;
        for (uid, event) in read {
            events.entry(uid).or_insert(event);
        }
    }
    Ok(Some(events))
}

/// The feeds that the manifest of an audience's tree names, as far as they are there, with their texts.
fn feeds(out: &Path, audience: Audience) -> Result<Option<Vec<(String, String)>>, Error> {
    let root = out.join(audience.word());
    let Some(manifest) = read(&root.join(MANIFEST))?.and_then(|bytes| Manifest::parse(&bytes)) else { return Ok(None) };
    let is_feed = |path: &&String| {
        path.strip_prefix("feeds/").and_then(|name| name.strip_suffix(".ics")).is_some_and(|name| !name.contains('/'))
    };
    let mut feeds = Vec::new();
    for path in manifest.files.keys().filter(is_feed) {
        let path = root.join(path);
        if let Some(bytes) = read(&path)? {
            feeds.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok(Some(feeds))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::metadata(path).and_then(|data| data.is_file().then(|| fs::read(path)).transpose()) {
        Ok(bytes) => Ok(bytes),
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => Ok(None),
        Err(error) => Err(Error::io("read", path, error)),
    }
}
