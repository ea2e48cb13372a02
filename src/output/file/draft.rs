//! A file while its bytes are made.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use super::blocks::Blocks;
use super::{Staged, beside, in_the_way, remove_leftovers_of};
use crate::error::Error;

/// How much is compared at a time.
const PIECE: usize = 1 << 16;

/// What is asked of a file beyond its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wish {
    /// It has to outlast a failure of power.
    pub(super) lasting: bool,
    /// Its owner alone may read it, from its first byte on.
    pub(super) private: bool,
}

/// A file's new bytes, while they are made. They are held against those in its place for as long as they are the same, and
/// written beside that from the first on that are not; what was the same is copied, so nobody else may write to that file
/// meanwhile. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    wish: Wish,
    /// Those of the file that is there.
    permissions: Option<Permissions>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// So many bytes are those of the file that is there.
    Same(BufReader<File>, u64),
    /// They are not, or there is none.
    Other(Blocks, Staged),
}

impl Draft {
    /// Begins a file that has the permissions of the one that is there.
    pub(in crate::output) fn begin(path: &Path) -> Result<Self, Error> {
        Self::with(path, Wish::default())
    }

    /// The same of a file that has to outlast a failure of power, and of which the caller has the lease: before it is
    /// published, its bytes are on the disk, and then so is its name. What killed builds left of it is removed.
    ///
    /// Waiting for the disk takes milliseconds, and only where something changed; files that can be made again are not
    /// worth that, so others do not wait.
    pub fn begin_to_last(path: &Path) -> Result<Self, Error> {
        remove_leftovers_of(path)?;
        Self::with(path, Wish { lasting: true, private: false })
    }

    pub(super) fn with(path: &Path, wish: Wish) -> Result<Self, Error> {
        let unreadable = |error| Error::io("read", path, error);
        let permissions = match fs::symlink_metadata(path) {
            Ok(data) if data.is_file() => Some(data.permissions()),
            Ok(data) => return Err(in_the_way(path, data.file_type(), "file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(unreadable(error)),
        };
        let state = match &permissions {
            None => State::other(path, wish, None)?,
            Some(permissions) => match File::open(path) {
                Ok(there) => State::Same(BufReader::with_capacity(PIECE, there), 0),
                // What may not be read may be replaced all the same.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    State::other(path, wish, Some(permissions))?
                }
                Err(error) => return Err(unreadable(error)),
            },
        };
        Ok(Self { path: path.to_owned(), wish, permissions, state })
    }

    /// Adds stretches of bytes.
    pub fn write(&mut self, parts: &[&[u8]]) -> Result<(), Error> {
        for (at, part) in parts.iter().enumerate() {
            let same = match &mut self.state {
                State::Same(there, held) => hold(there, part)
                    .inspect(|same| *held += *same as u64)
                    .map_err(|error| Error::io("read", &self.path, error))?,
                State::Other(..) => return self.write_other(&parts[at..]),
            };
            if same < part.len() {
                self.part_ways()?;
                self.write_other(&[&part[same..]])?;
            }
        }
        Ok(())
    }

    /// Says that it is whole; `None` if the file that is there has the same bytes.
    pub fn finish(mut self) -> Result<Option<Staged>, Error> {
        if let State::Same(there, _) = &mut self.state {
            if next(there).map_err(|error| Error::io("read", &self.path, error))?.is_empty() {
                return Ok(None);
            }
            self.part_ways()?;
        }
        let State::Other(file, mut staged) = self.state else { return Ok(None) };
        let file = file.finish().map_err(|error| Error::io("write", &staged.beside, error))?;
        staged.unsettled = Some(file).filter(|_| self.wish.lasting);
        Ok(Some(staged))
    }

    /// Goes on beside the file that is there, from the bytes that were the same.
    fn part_ways(&mut self) -> Result<(), Error> {
        let State::Same(there, held) = &mut self.state else { return Ok(()) };
        let (mut file, staged) = beginning(&self.path, self.wish, self.permissions.as_ref())?;
        let (there, held) = (there.get_mut(), *held);
        match there.rewind().and_then(|()| io::copy(&mut there.take(held), &mut file)) {
            Ok(copied) if copied == held => {}
            Ok(_) => return Err(Error::io("read", &self.path, io::ErrorKind::UnexpectedEof.into())),
            Err(error) => return Err(Error::io("write", &staged.beside, error)),
        }
        self.state = State::Other(Blocks::behind(file, held), staged);
        Ok(())
    }

    fn write_other(&mut self, parts: &[&[u8]]) -> Result<(), Error> {
        let State::Other(file, staged) = &mut self.state else { return Ok(()) };
        file.write(parts).map_err(|error| Error::io("write", &staged.beside, error))
    }
}

impl State {
    fn other(path: &Path, wish: Wish, permissions: Option<&Permissions>) -> Result<Self, Error> {
        let (file, staged) = beginning(path, wish, permissions)?;
        Ok(State::Other(Blocks::behind(file, 0), staged))
    }
}

/// Makes the file beside a place that is to replace what is there.
fn beginning(path: &Path, wish: Wish, permissions: Option<&Permissions>) -> Result<(File, Staged), Error> {
    let beside = beside(path);
    #[cfg(unix)]
    let private: Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    #[cfg(unix)]
    let permissions = if wish.private { Some(&private) } else { permissions };
    let file = create(&beside, permissions).map_err(|error| Error::io("create", &beside, error))?;
    let staged = Staged { path: path.to_owned(), beside, waiting: true, lasting: wish.lasting, unsettled: None };
    if let Some(permissions) = permissions {
        let set = file.set_permissions(permissions.clone());
        set.map_err(|error| Error::io("write", &staged.beside, error))?;
    }
    Ok((file, staged))
}

/// Whether a file has these bytes; of `None`, whether there is no such file.
pub fn is(path: &Path, bytes: Option<&[u8]>) -> Result<bool, Error> {
    let unreadable = |error| Error::io("read", path, error);
    let mut there = match File::open(path) {
        Ok(file) => BufReader::with_capacity(PIECE, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(bytes.is_none()),
        Err(error) => return Err(unreadable(error)),
    };
    let Some(bytes) = bytes else { return Ok(false) };
    let same = hold(&mut there, bytes).map_err(unreadable)? == bytes.len();
    Ok(same && next(&mut there).map_err(unreadable)?.is_empty())
}

/// How many of some bytes are those that come next of a file.
fn hold(there: &mut impl BufRead, bytes: &[u8]) -> io::Result<usize> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let next = next(there)?;
        let both = next.len().min(rest.len());
        if both == 0 || next[..both] != rest[..both] {
            break;
        }
        there.consume(both);
        rest = &rest[both..];
    }
    Ok(bytes.len() - rest.len())
}

/// The bytes that come next, as far as they are read; none at the end.
fn next(there: &mut impl BufRead) -> io::Result<&[u8]> {
    while let Err(error) = there.fill_buf() {
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    there.fill_buf()
}

/// Makes a file that nobody may read who may not read the one that it will replace.
pub(super) fn create(path: &Path, permissions: Option<&Permissions>) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if let Some(permissions) = permissions {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(permissions.mode() & 0o777);
    }
    #[cfg(not(unix))]
    let _ = permissions;
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_has() {
        let path = std::env::temp_dir().join(format!("summitcal-{}-is", std::process::id()));
        let is = |bytes: Option<&[u8]>| is(&path, bytes).expect("readable");
        assert!(is(None) && !is(Some(b"")));
        let long = vec![b'a'; 3 * PIECE + 1];
        for bytes in [&b""[..], b"one", &long] {
            fs::write(&path, bytes).expect("written");
            assert!(is(Some(bytes)) && !is(None));
            assert!(!is(Some(&[bytes, b"b"].concat())), "more is asked for");
            assert!(bytes.is_empty() || !is(Some(&bytes[1..])), "less is asked for");
        }
        let mut other = long;
        other[2 * PIECE] = b'b';
        assert!(!is(Some(&other)));
        fs::remove_file(&path).expect("removed");
    }
}
