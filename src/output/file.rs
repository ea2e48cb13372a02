//! One file.

use std::path::Path;

use crate::error::Error;

/// Puts these bytes in a file's place.
pub fn replace<'b>(path: &Path, parts: impl Iterator<Item = &'b [u8]> + Clone) -> Result<bool, Error> {
    let bytes: Vec<u8> = parts.flatten().copied().collect();
    std::fs::write(path, bytes).map_err(|error| Error::io("write", path, error))?;
    Ok(true)
}
