//! `manifest.json`: a tree's files with their sizes and SHA-256, and the version of the time zone database.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::Digest;
use crate::render::{changes, csv, ninjs, open_data};
use crate::zone::{Database, rfc3339};

/// The layout of the manifest itself.
const VERSION: u64 = 1;

/// The formats of its files: a path or what paths begin with, the name of the format and its version.
const FORMATS: [(&str, &str, &str); 7] = [
    ("feeds/", "iCalendar", "2.0"),
    ("changes.atom", "Atom", "1.0"),
    ("changes.json", "summitcal changes", changes::VERSION),
    ("programme.json", "summitcal programme", open_data::VERSION),
    ("programme.csv", "summitcal table", csv::VERSION),
    ("newsroom/ninjs.json", "ninjs", ninjs::VERSION),
    ("newsroom/ninjs/", "ninjs", ninjs::VERSION),
];

/// What a tree holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its files, by path.
    pub files: BTreeMap<String, ManifestFile>,
    /// When the last entry was redacted, or restricted to others, of those that the tree still says are withdrawn. No copy
    /// of what was made before that should stay anywhere.
    pub taken_back: Option<DateTime<Utc>>,
}

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestFile {
    /// Bytes.
    pub size: u64,
    /// SHA-256, in lower-case hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Reads a manifest; `None` if it is none of this program's.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(text).ok()?;
        let is_another = value.get("version")?.as_u64()? != VERSION;
        let is_generator = |generator: &str| generator.starts_with("summitcal ");
        if is_another && !value.get("generator").and_then(Value::as_str).is_some_and(is_generator) {
            return None;
        }
        let file = |(path, file): (&String, &Value)| {
            let (size, sha256) = (file.get("size").and_then(Value::as_u64), file.get("sha256").and_then(Value::as_str));
            // Of one that another version wrote, the names are enough to know what is its own.
            let known = size.zip(sha256).or_else(|| is_another.then_some((0, "")));
            known.map(|(size, sha256)| (path.clone(), ManifestFile { size, sha256: sha256.to_owned() }))
        };
        let files = value.get("files")?.as_object()?.iter().map(file).collect::<Option<_>>()?;
        let taken_back = match value.get("taken_back") {
            None => None,
            Some(instant) => Some(DateTime::parse_from_rfc3339(instant.as_str()?).ok()?.to_utc()),
        };
        Some(Self { files, taken_back })
    }

    /// The manifest of these files with their digests, as it is written: one line a file, by path.
    pub(super) fn text(
        files: &BTreeMap<String, Vec<u8>>,
        digests: &BTreeMap<String, Digest>,
        database: Database,
        taken_back: Option<DateTime<Utc>>,
    ) -> String {
        let line = |((path, bytes), digest): ((&String, &Vec<u8>), &Digest)| {
            let (size, digest) = (bytes.len(), HEXLOWER.encode(digest));
            format!("\n    {}: {{\"size\": {size}, \"sha256\": \"{digest}\"}}", json!(path))
        };
        let format = |(path, name, version): (&str, &str, &str)| {
            format!("\n    {}: {{\"format\": {}, \"version\": {}}}", json!(path), json!(name), json!(version))
        };
        let in_languages = files.keys().filter(|path| path.ends_with("/changes.atom"));
        let in_languages = in_languages.map(|path| format((path, "Atom", "1.0")));
        let formats: Vec<String> = FORMATS.map(format).into_iter().chain(in_languages).collect();
        let lines: Vec<String> = files.iter().zip(digests.values()).map(line).collect();
        let taken_back = taken_back.map(|at| format!("\n  \"taken_back\": \"{}\",", rfc3339(at))).unwrap_or_default();
        format!(
            "{{\n  \"version\": {VERSION},\n  \"generator\": {},\n  \"time_zone_database\": {},{taken_back}\n  \"formats\": {{{}\n  }},\n  \"files\": {{{}\n  }}\n}}\n",
            json!(concat!("summitcal ", env!("CARGO_PKG_VERSION"))),
            json!(database.version()),
            formats.join(","),
            lines.join(","),
        )
    }
}
