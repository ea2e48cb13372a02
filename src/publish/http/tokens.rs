//! Who may read the trees that are not public: one token a subscriber.
//!
//! A token is 160 bits from the system's source, and is shown once. The file keeps its SHA-256 alone. A hash that is slow on
//! purpose would add nothing: it protects what people choose, and nobody guesses 160 random bits, from a digest or otherwise.
//!
//! The file is the owner's alone (0600), from its first byte on; one that others may read is refused.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::digits;
use crate::error::Error;
use crate::output::file;
use crate::output::random::random;
use crate::programme::Audience;

/// The layout of the file.
const VERSION: u64 = 1;
/// Bytes of a token.
const BYTES: usize = 20;

type Hash = [u8; 32];

/// A token itself. It has no `Debug` and no `Display`, so that it does not get into a message by accident.
pub struct Token(String);

impl Token {
    fn new() -> Result<Self, Error> {
        Ok(Self(random::<BYTES>()?))
    }

    /// Its text, to be told once to whoever it is for.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What is known of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What to call it in a command.
    pub id: String,
    /// Whose tree it opens; that one alone.
    pub audience: Audience,
    /// Who it was given to.
    pub name: Option<String>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// From when on it opens nothing.
    pub expires: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked: Option<DateTime<Utc>>,
    /// Of the token; gone when it is revoked.
    hash: Option<Hash>,
}

/// All tokens.
#[derive(Debug, Default)]
pub struct Tokens {
    records: Vec<Record>,
    by_hash: HashMap<Hash, usize>,
}

impl Tokens {
    /// Reads the file; where there is none, there are no tokens.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let read = |error| Error::io("read", path, error);
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(read(error)),
        };
        // A pipe might never end.
        if !metadata.is_file() {
            return Err(Error::new(format!(
                "{} is no file; give the tokens another place by --tokens",
                path.display()
            )));
        }
        refuse_if_others_may_read(path, &metadata)?;
        Self::parse(&fs::read(path).map_err(read)?).ok_or_else(|| {
            Error::new(format!("{} is no file of tokens; restore it, or remove it to revoke them all", path.display()))
        })
    }

    /// Writes the file, in one step.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = self.text();
        file::replace_private(path, &[text.as_bytes()])
    }

    fn from_records(records: Vec<Record>) -> Self {
        let hashed = records.iter().enumerate().filter_map(|(at, record)| Some((record.hash?, at)));
        let by_hash = hashed.collect();
        Self { records, by_hash }
    }

    /// All that there were, in the order in which they were made.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// These, and a new one.
    pub fn with_new(
        &self,
        audience: Audience,
        name: Option<String>,
        created: DateTime<Utc>,
        expires: Option<DateTime<Utc>>,
    ) -> Result<(Self, Record, Token), Error> {
        let token = Token::new()?;
        let mut id = random::<4>()?;
        while self.records.iter().any(|record| record.id == id) {
            id = random::<4>()?;
        }
        let record = Record { id, audience, name, created, expires, revoked: None, hash: Some(hash(&token.0)) };
        let mut records = self.records.clone();
        records.push(record.clone());
        Ok((Self::from_records(records), record, token))
    }

    /// These, with one revoked; `None` if there is no such token.
    #[must_use]
    pub fn revoking(&self, id: &str, at: DateTime<Utc>) -> Option<Self> {
        let mut records = self.records.clone();
        let record = records.iter_mut().find(|record| record.id == id)?;
        record.revoked = record.revoked.or(Some(at));
        record.hash = None;
        Some(Self::from_records(records))
    }

    /// Whose tree a token opens.
    #[must_use]
    pub fn opened_by(&self, token: &str, now: DateTime<Utc>) -> Option<Audience> {
        let given = hash(token);
        // How long it takes to find a digest tells nothing of the tokens, because nobody can choose a digest; that it is
        // the same one is compared in constant time all the same.
        let record = &self.records[*self.by_hash.get(&given)?];
        let same = record.hash.is_some_and(|known| bool::from(known[..].ct_eq(&given[..])));
        let valid = record.revoked.is_none() && record.expires.is_none_or(|expires| now < expires);
        (same && valid).then_some(record.audience)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        if value.get("version")?.as_u64()? != VERSION {
            return None;
        }
        value.get("tokens")?.as_array()?.iter().map(Record::parse).collect::<Option<Vec<_>>>().map(Self::from_records)
    }

    fn text(&self) -> String {
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"tokens\": [");
        for (at, record) in self.records.iter().enumerate() {
            text.push_str(if at == 0 { "\n    " } else { ",\n    " });
            text.push_str(&record.json().to_string());
        }
        text.push_str("\n  ]\n}\n");
        text
    }
}

impl Record {
    fn json(&self) -> Value {
        let hash = self.hash.map(|hash| digits::hex(&hash));
        json!({
            "id": self.id, "audience": self.audience.word(), "name": self.name, "created": digits::rfc3339(self.created),
            "expires": self.expires.map(digits::rfc3339), "revoked": self.revoked.map(digits::rfc3339), "sha256": hash,
        })
    }

    fn parse(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key)?.as_str();
        let instant = |key: &str| match value.get(key) {
            None | Some(Value::Null) => Some(None),
            Some(value) => DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|instant| Some(instant.to_utc())),
        };
        Some(Self {
            id: text("id")?.to_owned(),
            audience: Audience::parse(text("audience")?).filter(|audience| *audience != Audience::Public)?,
            name: text("name").map(str::to_owned),
            created: instant("created")??,
            expires: instant("expires")?,
            revoked: instant("revoked")?,
            hash: match value.get("sha256")? {
                Value::Null => None,
                value => Some(digits::unhex(value.as_str()?)?),
            },
        })
    }
}

fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(unix)]
fn refuse_if_others_may_read(path: &Path, metadata: &fs::Metadata) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;

    let mode = metadata.permissions().mode();
    if mode & 0o077 != 0 {
        let message = format!(
            "others may read {0} (its mode is {1:o}), so its tokens are not used; run “chmod 600 {0}”, and revoke them if \
             others had a chance to see it",
            path.display(),
            mode & 0o777
        );
        return Err(Error::new(message));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_if_others_may_read(_: &Path, _: &fs::Metadata) -> Result<(), Error> {
    Ok(())
}
