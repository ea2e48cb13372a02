//! Lines of a lock file that is to be written, brought into its order.

use std::ops::Range;

use crate::programme::Identity;

/// A line: in which piece, and which bytes of it.
pub(super) type Line = (usize, Range<usize>);

/// How long a piece gets, about: longer ones, growing, would leave holes in memory that nothing else fits into.
const PIECE: usize = 48 << 10;

/// Lines, in pieces.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<String>);

impl Pieces {
    /// Adds what is written as a line.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut String)) -> Line {
        if self.0.last().is_none_or(|piece| piece.len() >= PIECE) {
            self.0.push(String::new());
        }
        let at = self.0.len() - 1;
        let piece = &mut self.0[at];
        let start = piece.len();
        write(piece);
        (at, start..piece.len())
    }

    fn line(&self, (piece, bytes): &Line) -> &str {
        &self.0[*piece][bytes.clone()]
    }
}

/// Lines of entries, by identity. They come in any order, and leave in the file's.
#[derive(Debug, Default)]
pub(super) struct Queue<'i> {
    pieces: Pieces,
    lines: Vec<(&'i Identity, Line)>,
}

impl<'i> Queue<'i> {
    /// Adds lines that are in these pieces.
    pub(super) fn add(&mut self, mut pieces: Pieces, lines: Vec<(&'i Identity, Line)>) {
        let before = self.pieces.0.len();
        self.pieces.0.append(&mut pieces.0);
        self.lines.extend(lines.into_iter().map(|(identity, (piece, bytes))| (identity, (before + piece, bytes))));
    }

    /// Takes out the lines of all identities before another; of `None`, all that there are.
    pub(super) fn take(&mut self, before: Option<&Identity>) -> Self {
        self.lines.sort_unstable_by_key(|(identity, _)| *identity);
        let end = before.map_or(self.lines.len(), |before| self.lines.partition_point(|(line, _)| *line < before));
        let rest = self.lines.split_off(end);
        let taken = std::mem::take(self);
        // Few, for most visits' entries have the identities that their places give them; so the pieces can go.
        for (identity, line) in rest {
            let line = self.pieces.add(|text| text.push_str(taken.pieces.line(&line)));
            self.lines.push((identity, line));
        }
        taken
    }

    /// The lines' bytes, in the file's order, if they were taken.
    pub(super) fn parts(&self) -> Vec<&[u8]> {
        self.lines.iter().map(|(_, line)| self.pieces.line(line).as_bytes()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue_of<'i>(queue: &mut Queue<'i>, identities: &'i [Identity]) {
        let mut pieces = Pieces::default();
        let lines =
            identities.iter().map(|identity| (identity, pieces.add(|text| text.push_str(&identity.to_string()))));
        let lines = lines.collect();
        queue.add(pieces, lines);
    }

    fn said(queue: &Queue<'_>) -> Vec<String> {
        queue.parts().into_iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect()
    }

    #[test]
    fn lines_leave_in_order_and_wait_for_those_before_them() {
        let identities = |names: &[&str]| -> Vec<Identity> {
            names.iter().map(|name| Identity::parse(name).expect("an identity")).collect()
        };
        let (first, second) = (identities(&["b/two", "d/late", "b/one"]), identities(&["c/one", "a/renamed"]));
        let (c, d) = (&identities(&["c/one"])[0], &identities(&["d/a"])[0]);
        let mut queue = Queue::default();
        queue_of(&mut queue, &first);
        assert_eq!(said(&queue.take(Some(c))), ["b/one", "b/two"]);
        queue_of(&mut queue, &second);
        assert_eq!(said(&queue.take(Some(d))), ["a/renamed", "c/one"]);
        assert_eq!(said(&queue.take(None)), ["d/late"]);
        assert!(queue.take(None).parts().is_empty());
    }
}
