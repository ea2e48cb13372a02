//! `manifest.json`: a tree's files with their sizes and SHA-256, and the version of the time zone database.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use rayon::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::render::{csv, json, ninjs};
use crate::zone;

/// The layout of the manifest itself.
const VERSION: u64 = 1;

/// The formats of its files: a path or what paths begin with, the name of the format and its version.
const FORMATS: [(&str, &str, &str); 6] = [
    ("feeds/", "iCalendar", "2.0"),
    ("changes.atom", "Atom", "1.0"),
    ("programme.json", "summitcal programme", json::VERSION),
    ("programme.csv", "summitcal table", csv::VERSION),
    ("newsroom/ninjs.json", "ninjs", ninjs::VERSION),
    ("newsroom/ninjs/", "ninjs", ninjs::VERSION),
];

/// What a tree holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its files, by path.
    pub files: BTreeMap<String, ManifestFile>,
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
        if value.get("version")?.as_u64()? != VERSION {
            return None;
        }
        let file = |(path, file): (&String, &Value)| {
            let sha256 = file.get("sha256")?.as_str()?.to_owned();
            Some((path.clone(), ManifestFile { size: file.get("size")?.as_u64()?, sha256 }))
        };
        let files = value.get("files")?.as_object()?.iter().map(file).collect::<Option<_>>()?;
        Some(Self { files })
    }

    /// The manifest of these files, as it is written: one line a file, by path.
    pub(super) fn text(files: &BTreeMap<String, Vec<u8>>) -> String {
        let line = |(path, bytes): (&String, &Vec<u8>)| {
            format!(
                "\n    {}: {{\"size\": {}, \"sha256\": \"{}\"}}",
                json!(path),
                bytes.len(),
                HEXLOWER.encode(&Sha256::digest(bytes))
            )
        };
        let format = |(path, name, version): (&str, &str, &str)| {
            format!("\n    {}: {{\"format\": {}, \"version\": {}}}", json!(path), json!(name), json!(version))
        };
        let lines: Vec<String> = files.par_iter().map(line).collect();
        format!(
            "{{\n  \"version\": {VERSION},\n  \"generator\": {},\n  \"time_zone_database\": {},\n  \"formats\": {{{}\n  }},\n  \"files\": {{{}\n  }}\n}}\n",
            json!(concat!("summitcal ", env!("CARGO_PKG_VERSION"))),
            json!(zone::database_version()),
            FORMATS.map(format).join(","),
            lines.join(","),
        )
    }
}
