//! Where the files of a tree go. Each is handed over while it is made, so that nobody has to have room for all of it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::ManifestFile;
use super::abreast::{Sum, add_abreast};
use crate::digits::hex;

/// Takes the files of a tree.
pub trait Keep: Sync {
    /// A file that is not whole yet.
    type Sheet<'k>: Sheet<Error = Self::Error>
    where
        Self: 'k;

    /// Why something could not be kept.
    type Error: Send;

    /// How many files may well be open at a time.
    fn room(&self) -> usize;

    /// Begins a file, by its path in the tree: each path once.
    fn begin(&self, path: &str) -> Result<Self::Sheet<'_>, Self::Error>;
}

/// A file while it is made. Where one is dropped before it is whole, nothing comes of its tree.
pub trait Sheet: Send {
    /// Why something could not be kept.
    type Error;

    /// Adds stretches of bytes, in order.
    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Self::Error>;

    /// Says that it is whole.
    fn finish(self) -> Result<(), Self::Error>;
}

/// Files by path, as a manifest lists them.
pub(super) type Listed = (String, ManifestFile);

/// A file while it is made, with what the manifest says of it.
pub(super) struct Counted<S> {
    path: String,
    sheet: S,
    sum: Sum,
}

impl<S: Sheet> Counted<S> {
    pub(super) fn begin<'k, K: Keep<Sheet<'k> = S>>(keep: &'k K, path: String) -> Result<Self, K::Error> {
        let sheet = keep.begin(&path)?;
        Ok(Self { path, sheet, sum: Sum::default() })
    }

    pub(super) fn write(&mut self, parts: &[&[u8]]) -> Result<(), S::Error> {
        self.sum.add(parts);
        self.sheet.write(parts)
    }

    /// Writes to several files.
    pub(super) fn write_abreast(mut files: Vec<(&mut Self, Vec<&[u8]>)>) -> Result<(), S::Error> {
        add_abreast(files.iter_mut().map(|(file, parts)| (&mut file.sum, parts.as_slice())));
        files.into_iter().try_for_each(|(file, parts)| file.sheet.write(&parts))
    }

    pub(super) fn finish(self) -> Result<Listed, S::Error> {
        self.sheet.finish()?;
        let (size, digest) = self.sum.finish();
        Ok((self.path, ManifestFile { size, sha256: hex(&digest) }))
    }
}

/// All of them, or the first that failed: of several, always the same is told.
pub(super) fn in_order<T: Send, E: Send>(made: impl IndexedParallelIterator<Item = Result<T, E>>) -> Result<Vec<T>, E> {
    made.collect::<Vec<_>>().into_iter().collect()
}

/// Hands over a file of which all is there.
pub(super) fn put<K: Keep>(keep: &K, path: String, parts: &[&[u8]]) -> Result<Listed, K::Error> {
    let mut file = Counted::begin(keep, path)?;
    file.write(parts)?;
    file.finish()
}

/// Keeps files in memory.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

impl Memory {
    /// The files that are whole.
    pub(super) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keep for Memory {
    type Sheet<'k> = Gathered<'k>;
    type Error = Infallible;

    fn room(&self) -> usize {
        usize::MAX
    }

    fn begin(&self, path: &str) -> Result<Gathered<'_>, Infallible> {
        Ok(Gathered { of: self, path: path.to_owned(), bytes: Vec::new() })
    }
}

/// A file in memory while it is made.
pub(super) struct Gathered<'k> {
    of: &'k Memory,
    path: String,
    bytes: Vec<u8>,
}

impl Sheet for Gathered<'_> {
    type Error = Infallible;

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Infallible> {
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), Infallible> {
        self.bytes.shrink_to_fit();
        self.of.0.lock().unwrap_or_else(PoisonError::into_inner).insert(self.path, self.bytes);
        Ok(())
    }
}
