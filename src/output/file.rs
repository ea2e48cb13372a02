//! A file of the schedules that is mended: an author's own, so nothing of it may get lost.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::error::Error;

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// Puts a text in place of another in one step: by a file beside it, which is renamed.
///
/// A byte order mark and the permissions stay, and a link goes on leading where it led. A file that no longer holds
/// `before` was changed by somebody else meanwhile, and is not touched.
pub(crate) fn replace(path: &Path, before: &str, after: &str) -> Result<(), Error> {
    let real = fs::canonicalize(path).map_err(|error| Error::io("find", path, error))?;
    let bytes = fs::read(&real).map_err(|error| Error::io("read", path, error))?;
    let (mark, text) = match bytes.strip_prefix(UTF8_BOM) {
        Some(text) => (UTF8_BOM, text),
        None => (&[][..], bytes.as_slice()),
    };
    if text != before.as_bytes() {
        return Err(Error::new(format!("{} changed while it was checked, and is left alone", path.display())));
    }
    let permissions = fs::metadata(&real).map_err(|error| Error::io("read", path, error))?.permissions();
    if permissions.readonly() {
        return Err(Error::io("write", path, io::ErrorKind::PermissionDenied.into()));
    }
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    let beside = real.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = fill(&beside, mark, after, permissions)
        .map_err(|error| Error::io("write", &beside, error))
        .and_then(|()| fs::rename(&beside, &real).map_err(|error| Error::io("put in place", path, error)));
    if written.is_err() {
        // What could not be finished is of no use, and its name is ours.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn fill(path: &Path, mark: &[u8], text: &str, permissions: fs::Permissions) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(mark)?;
    file.write_all(text.as_bytes())?;
    file.set_permissions(permissions)?;
    // The old text is gone once the name is the new file's.
    file.sync_all()
}
