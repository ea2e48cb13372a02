//! The text of a lock file that is to be written.

use std::ops::Range;

use rayon::prelude::*;

use super::lock::{self, FeedRow, Lock};
use crate::programme::Identity;

/// The text of a lock file, in pieces.
#[derive(Debug)]
pub struct NewLock {
    head: String,
    pieces: Vec<String>,
    /// For each line of the entries, where it is in the pieces, in the order of the file.
    order: Vec<Line>,
    tail: String,
}

impl NewLock {
    /// A lock file with these lines of feeds, and the lines of entries that are in several sets of pieces.
    pub(super) fn of(feeds: &[(String, FeedRow)], chapters: Vec<(Pieces, Vec<(&Identity, Line)>)>) -> Self {
        let mut head = lock::head();
        for (key, row) in feeds {
            lock::write_feed(&mut head, key, *row);
        }
        let count = chapters.iter().map(|(_, rows)| rows.len()).sum();
        let (mut pieces, mut order) = (Vec::new(), Vec::with_capacity(count));
        for (mut more, rows) in chapters {
            let before = pieces.len();
            order.extend(rows.into_iter().map(|(identity, (piece, bytes))| (identity, (before + piece, bytes))));
            pieces.append(&mut more.0);
        }
        order.par_sort_unstable_by_key(|(identity, _)| *identity);
        let order = order.into_iter().map(|(_, line)| line).collect();
        NewLock { head, pieces, order, tail: lock::tail() }
    }

    /// A lock file with another line for one of its entries.
    pub(super) fn replacing(lock: &Lock, key: &str, line: String) -> Self {
        let (before, after) = lock.around(key);
        let order = vec![(0, 0..line.len())];
        NewLock { head: before.to_owned(), pieces: vec![line], order, tail: after.to_owned() }
    }

    /// Its bytes, in order.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> + Clone {
        let lines = self.order.iter().map(|(piece, bytes)| &self.pieces[*piece].as_bytes()[bytes.clone()]);
        std::iter::once(self.head.as_bytes()).chain(lines).chain([self.tail.as_bytes()])
    }
}

/// A line of a lock file: in which piece, and which bytes of it.
pub(super) type Line = (usize, Range<usize>);

/// How long a piece of a lock file gets, about: longer ones, growing, would leave holes in memory that nothing else fits into.
const PIECE: usize = 48 << 10;

/// Lines of a lock file, in pieces.
#[derive(Default)]
pub(super) struct Pieces(Vec<String>);

impl Pieces {
    /// Adds what is written as a line.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut String)) -> Line {
        if self.0.last().is_none_or(|piece| piece.len() >= PIECE) {
            self.fit();
            self.0.push(String::new());
        }
        let at = self.0.len() - 1;
        let piece = &mut self.0[at];
        let start = piece.len();
        write(piece);
        (at, start..piece.len())
    }

    /// Gives back what the last piece has no need of.
    pub(super) fn fit(&mut self) {
        if let Some(piece) = self.0.last_mut() {
            piece.shrink_to_fit();
        }
    }
}
