//! A whole site, ready to be served. Readers see one generation or the next, never a mixture.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::served::{Served, Source, digest, last_modified};
use super::slot;
use crate::digits::unhex;
use crate::programme::Audience;
use crate::site::{InMemory, MANIFEST, Tree, media};

/// The files of a tree, by path; folders with a page of their own by their path with its slash.
type Files = HashMap<Box<str>, Arc<Served>>;

/// A site as it is at an instant.
#[derive(Debug, Default)]
pub struct Generation {
    trees: [Option<Files>; 3],
    number: u64,
}

impl Generation {
    /// Makes a generation of trees, with what the last one has of them already.
    #[must_use]
    pub fn of(trees: Vec<InMemory>, before: Option<&Generation>, at: DateTime<Utc>) -> Self {
        let mut made = Generation { number: before.map_or(1, |before| before.number + 1), ..Generation::default() };
        for tree in trees {
            let slot = slot(tree.tree.audience);
            let known = before.and_then(|before| before.trees[slot].as_ref());
            made.trees[slot] = Some(files(tree, known, at));
        }
        made
    }

    /// How many generations there were, this one included.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many files a tree has, if there is one.
    #[must_use]
    pub fn len(&self, audience: Audience) -> Option<usize> {
        self.trees[slot(audience)].as_ref().map(HashMap::len)
    }

    /// A file of a tree.
    pub(super) fn get(&self, audience: Audience, path: &str) -> Option<&Served> {
        self.trees[slot(audience)].as_ref()?.get(path).map(|file| &**file)
    }
}

fn files(InMemory { tree, files }: InMemory, known: Option<&Files>, at: DateTime<Utc>) -> Files {
    let manifest = tree.manifest.clone().into_bytes();
    let all: Vec<(String, Vec<u8>)> = files.into_iter().chain([(MANIFEST.to_owned(), manifest)]).collect();
    let file = |(path, body): (String, Vec<u8>)| {
        let modified = modified(&tree, &path, &body);
        let listed = tree.files.get(&path).and_then(|file| unhex(&file.sha256));
        let digest = listed.unwrap_or_else(|| digest(&body));
        let source = Source { path: &path, audience: tree.audience, body: body.into(), modified };
        let served = serve((source, digest), known.and_then(|known| known.get(&*path)), at);
        (path.into(), served)
    };
    let mut files: Files = all.into_par_iter().map(file).collect();
    let indexes: Vec<_> = files
        .iter()
        .filter_map(|(path, file)| Some((Box::from(path.strip_suffix("index.html")?), Arc::clone(file))))
        .collect();
    files.extend(indexes);
    files
}

/// Most files of a new generation are those of the last one.
fn serve((source, digest): (Source<'_>, [u8; 32]), known: Option<&Arc<Served>>, at: DateTime<Utc>) -> Arc<Served> {
    let mut modified = source.modified;
    if let Some(known) = known {
        if known.is_of(&digest) {
            return Arc::clone(known);
        }
        // Who asks by date alone is to see that the bytes are others, even if no revision says so.
        let last = known.modified.and_then(|seconds| DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0));
        if modified <= last {
            modified = last.max(Some(at));
        }
    }
    Arc::new(Served::of(source, digest, modified))
}

/// When a file last changed. Of a feed it is the newest LAST-MODIFIED in it, or the last time that something left it.
fn modified(tree: &Tree, path: &str, body: &[u8]) -> Option<DateTime<Utc>> {
    if path.starts_with("events/") {
        return last_modified(body);
    }
    if media::ending(path) == "ics" {
        return last_modified(body).max(tree.expired);
    }
    tree.changed
}
