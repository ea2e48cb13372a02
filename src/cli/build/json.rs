//! What a build made, for programs. The help of `build --format` says what each key means.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Built;
use crate::pipeline::shown;
use crate::programme::Visit;
use crate::revision::RevisedListing;
use crate::tree::{FeedFile, MANIFEST, Tree};
use crate::zone::rfc3339;

impl Built<'_> {
    pub(super) fn json(&self) -> String {
        let below = |path: &Path| shown(path.strip_prefix(self.out).unwrap_or(path));
        let removed: Vec<String> = self.written.removed.iter().map(|path| below(path)).collect();
        let written: HashSet<&Path> = self.written.written.iter().map(PathBuf::as_path).collect();
        let trees = self.trees.iter().zip(self.listings);
        let audiences: Vec<Value> = trees.map(|(tree, revised)| self.audience(tree, revised, &written)).collect();
        let made = json!({
            "out": shown(self.out),
            "at": rfc3339(self.at),
            "next_embargo": self.next_embargo.map(|(lifts, _)| rfc3339(lifts)),
            "visits": self.programme.visits().len(),
            "entries": self.entries(),
            "written": self.written.written.len(),
            "unchanged": self.written.unchanged,
            "removed": removed,
            "audiences": audiences,
        });
        format!("{made:#}\n")
    }

    fn entries(&self) -> usize {
        self.programme.visits().iter().map(Visit::entries).map(<[_]>::len).sum()
    }

    fn audience(&self, tree: &Tree, revised: &RevisedListing<'_>, written: &HashSet<&Path>) -> Value {
        let listing = revised.listing();
        let entries = listing.entries().count();
        let below = |path: &str| format!("{}/{path}", tree.audience.word());
        let feed = |feed: &FeedFile| {
            let id = &self.programme.settings().feeds[feed.position].id;
            json!({"id": id.as_str(), "path": below(&feed.path), "entries": feed.entries})
        };
        let file = |(path, size): (&str, usize)| {
            let path = below(path);
            let touched = written.contains(self.out.join(&path).as_path());
            json!({"path": path, "size": size, "written": touched})
        };
        let files = tree.files.iter().map(|(path, file)| (path.as_str(), file.len()));
        let files = files.chain([(MANIFEST, tree.manifest.len())]);
        json!({
            "audience": tree.audience.word(),
            "entries": entries,
            "hidden": self.entries() - entries,
            "dayless": listing.entries().filter(|entry| !entry.timing.has_day()).count(),
            "feeds": tree.feeds.iter().map(feed).collect::<Vec<_>>(),
            "files": files.map(file).collect::<Vec<_>>(),
        })
    }
}
