//! A file that is written in whole blocks.
//!
//! The system keeps files in pages, and takes whole blocks of them in two thirds of the time that it takes for stretches of
//! any length. Feeds come in such, so what does not fill a block waits for what follows it.

use std::fs::File;
use std::io::{self, IoSlice, Write};

/// How long a block is.
const BLOCK: usize = 1 << 16;

/// How many stretches are written at a time, at most: so many are taken at once where most is taken.
const TOGETHER: usize = 1024;

/// How much room on the disk is asked for at a time: no more than an eighth of what the file has, so that a disk that is
/// nearly full is not filled by what is to be given back.
const ROOM: u64 = 1 << 19;
const SHARE: u64 = 8;

/// A file while it is written. What it ends with is written when it is finished, not before.
#[derive(Debug)]
pub(super) struct Blocks {
    file: File,
    length: u64,
    /// What follows in the file, and is not in it yet: less than fills a block.
    waiting: Vec<u8>,
    /// Up to where the disk keeps room for it; `None` once that could not be had.
    room: Option<u64>,
}

impl Blocks {
    /// Goes on behind so many bytes, which a file has.
    pub(super) fn behind(file: File, length: u64) -> Self {
        Self { file, length, waiting: Vec::new(), room: Some(0) }
    }

    /// Adds stretches of bytes.
    pub(super) fn write(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        let mut parts = parts.iter().copied();
        let more = self.waiting.len() + parts.clone().map(<[u8]>::len).sum::<usize>();
        let begun = usize::try_from(self.length % BLOCK as u64).unwrap_or_default();
        let beyond = (begun + more) % BLOCK;
        if more > beyond {
            let mut left = more - beyond - self.waiting.len();
            let (mut now, mut last): (Vec<&[u8]>, &[u8]) = (Vec::with_capacity(parts.len()), &[]);
            while left > 0
                && let Some(part) = parts.next()
            {
                let (whole, rest) = part.split_at(part.len().min(left));
                left -= whole.len();
                now.push(whole);
                last = rest;
            }
            let whole = (more - beyond) as u64;
            self.ask_for_room(whole);
            write_all(&mut self.file, &self.waiting, &now)?;
            self.length += whole;
            self.waiting.clear();
            self.waiting.extend_from_slice(last);
        }
        // Exactly, because many files may be open.
        self.waiting.reserve_exact(parts.clone().map(<[u8]>::len).sum());
        parts.for_each(|part| self.waiting.extend_from_slice(part));
        Ok(())
    }

    /// Writes what was waiting.
    pub(super) fn finish(mut self) -> io::Result<File> {
        write_all(&mut self.file, &self.waiting, &[])?;
        let length = self.length + self.waiting.len() as u64;
        if self.room.is_none_or(|end| end > length) {
            // Gives back what was not needed, or what was found before there was no more.
            self.file.set_len(length)?;
        }
        Ok(self.file)
    }

    /// Has the disk keep room for what is about to be written to a long file, and for some more: otherwise it looks for room
    /// for every page. A disk without any says so when it is written to.
    fn ask_for_room(&mut self, more: u64) {
        let to = self.length + more;
        let ahead = (self.length / SHARE).min(ROOM);
        if ahead >= BLOCK as u64
            && let Some(end) = self.room
            && end < to
        {
            let from = end.max(self.length);
            self.room = keep_room(&self.file, from, to + ahead - from).then_some(to + ahead);
        }
    }
}

/// Has the disk keep so much room for what will be in a file from a place on; says whether it did.
fn keep_room(file: &File, from: u64, room: u64) -> bool {
    #[cfg(target_os = "linux")]
    {
        rustix::fs::fallocate(file, rustix::fs::FallocateFlags::KEEP_SIZE, from, room).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (file, from, room);
        false
    }
}

/// Writes stretches as they are, many at a time.
fn write_all(file: &mut File, first: &[u8], rest: &[&[u8]]) -> io::Result<()> {
    let mut parts = [first].into_iter().chain(rest.iter().copied()).filter(|part| !part.is_empty()).map(IoSlice::new);
    loop {
        let mut some: Vec<IoSlice<'_>> = parts.by_ref().take(TOGETHER).collect();
        let mut waiting = &mut some[..];
        if waiting.is_empty() {
            return Ok(());
        }
        while !waiting.is_empty() {
            match file.write_vectored(waiting) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut waiting, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_file_is_all_that_was_written_and_grows_by_whole_blocks(
            there in 0..2 * BLOCK,
            writes in prop::collection::vec(prop::collection::vec(prop_oneof![9 => 0..2000_usize, 1 => 0..4 * BLOCK], 0..20), 0..8),
        ) {
            let path = std::env::temp_dir().join(format!("summitcal-{}-blocks", std::process::id()));
            let mut expected = vec![b'.'; there];
            std::fs::write(&path, &expected).expect("written");
            let file = std::fs::OpenOptions::new().append(true).open(&path).expect("opened");
            let mut blocks = Blocks::behind(file, there as u64);
            let mut lengths_seen = Vec::new();
            for lengths in writes {
                let parts: Vec<Vec<u8>> =
                    lengths.iter().enumerate().map(|(at, length)| vec![b"abc"[at % 3]; *length]).collect();
                let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
                blocks.write(&parts).expect("written");
                expected.extend(parts.concat());
                let whole = (expected.len() - expected.len() % BLOCK).max(there);
                lengths_seen.push((std::fs::metadata(&path).expect("there").len(), whole as u64));
            }
            drop(blocks.finish().expect("written"));
            let data = std::fs::metadata(&path).expect("there");
            let written = std::fs::read(&path).expect("read");
            // Before anything is said of it, for a case that fails ends there.
            std::fs::remove_file(&path).expect("removed");
            for (seen, whole) in lengths_seen {
                prop_assert_eq!(seen, whole);
            }
            prop_assert!(written == expected);
            #[cfg(target_os = "linux")]
            {
                let taken = std::os::unix::fs::MetadataExt::blocks(&data) * 512;
                prop_assert!(taken < expected.len() as u64 + BLOCK as u64, "{} for {}", taken, expected.len());
            }
            #[cfg(not(target_os = "linux"))]
            drop(data);
        }
    }
}
