//! Lines of a lock file that is to be written, brought into its order.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::lock::END_OF_LINE;
use crate::programme::Identity;

/// An entry's line.
#[derive(Debug)]
pub(super) enum Line<'l> {
    /// As it stands in the lock file that was read, without its end.
    Kept(&'l str),
    /// Written anew: in which piece, and which bytes of it.
    New(usize, Range<usize>),
}

/// How long a piece gets, about: longer ones, growing, would leave holes in memory that nothing else fits into.
const PIECE: usize = 48 << 10;

/// Lines that are written anew, in pieces.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<String>);

impl Pieces {
    /// Adds what is written as a line.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut String)) -> Line<'static> {
        if self.0.last().is_none_or(|piece| piece.len() >= PIECE) {
            self.0.push(String::new());
        }
        let at = self.0.len() - 1;
        let piece = &mut self.0[at];
        let start = piece.len();
        write(piece);
        Line::New(at, start..piece.len())
    }
}

/// Lines of entries, by identity. They come in any order, and leave in the file's.
#[derive(Debug, Default)]
pub(super) struct Queue<'l> {
    waiting: BTreeMap<&'l Identity, Waiting<'l>>,
}

#[derive(Debug)]
struct Waiting<'l> {
    line: Line<'l>,
    /// What it is in, if it is new. All of that stays until the last line of it has left.
    pieces: Arc<Pieces>,
}

impl<'l> Queue<'l> {
    /// Adds lines, of which these pieces have the new ones.
    pub(super) fn add(&mut self, pieces: Pieces, lines: Vec<(&'l Identity, Line<'l>)>) {
        let pieces = Arc::new(pieces);
        let waiting = |line| Waiting { line, pieces: Arc::clone(&pieces) };
        self.waiting.extend(lines.into_iter().map(|(identity, line)| (identity, waiting(line))));
    }

    /// Takes out the lines of all identities before another, in order; of `None`, all that there are.
    pub(super) fn take(&mut self, before: Option<&Identity>) -> Ready<'l> {
        let mut ready = Vec::new();
        while let Some(first) = self.waiting.first_entry()
            && before.is_none_or(|before| *first.key() < before)
        {
            ready.push(first.remove());
        }
        Ready(ready)
    }
}

/// Lines in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Ready<'l>(Vec<Waiting<'l>>);

impl Ready<'_> {
    /// Their bytes.
    pub(super) fn parts(&self) -> Vec<&[u8]> {
        let mut parts = Vec::with_capacity(self.0.len());
        for Waiting { line, pieces } in &self.0 {
            match line {
                Line::Kept(line) => parts.extend([line.as_bytes(), END_OF_LINE.as_bytes()]),
                Line::New(piece, bytes) => parts.push(&pieces.0[*piece].as_bytes()[bytes.clone()]),
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identities(names: &[&str]) -> Vec<Identity> {
        names.iter().map(|name| Identity::parse(name).expect("an identity")).collect()
    }

    fn add<'l>(queue: &mut Queue<'l>, identities: &'l [Identity]) {
        let mut pieces = Pieces::default();
        let write = |identity: &Identity| [&identity.to_string(), END_OF_LINE].concat();
        let lines = identities.iter().map(|identity| (identity, pieces.add(|text| text.push_str(&write(identity)))));
        let lines = lines.collect();
        queue.add(pieces, lines);
    }

    fn said(ready: &Ready<'_>) -> String {
        String::from_utf8_lossy(&ready.parts().concat()).replace("\n\n", " ")
    }

    #[test]
    fn lines_leave_in_order_and_wait_for_those_before_them() {
        let (first, second) = (identities(&["b/two", "d/late", "b/one"]), identities(&["c/one", "a/renamed"]));
        let kept = identities(&["b/kept", "d/kept"]);
        let (c, d) = (&identities(&["c/one"])[0], &identities(&["d/a"])[0]);
        let mut queue = Queue::default();
        queue.add(Pieces::default(), vec![(&kept[0], Line::Kept("b/kept")), (&kept[1], Line::Kept("d/kept"))]);
        add(&mut queue, &first);
        assert_eq!(said(&queue.take(Some(c))), "b/kept b/one b/two ");
        add(&mut queue, &second);
        assert_eq!(said(&queue.take(Some(d))), "a/renamed c/one ");
        assert_eq!(said(&queue.take(None)), "d/kept d/late ");
        assert!(queue.take(None).parts().is_empty());
    }
}
