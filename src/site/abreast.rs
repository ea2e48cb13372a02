//! The SHA-256 of several files, two at a time.
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

/// Adds to several sums, two at a time, to each what it would get alone.
pub(super) fn add_abreast<'s, 'b: 's>(sums: impl Iterator<Item = (&'s mut Sum, &'s [&'b [u8]])>) {
    let mut waiting: Vec<Coming<'s, 'b>> = sums.map(|(sum, parts)| Coming { sum, parts, here: &[] }).collect();
    let (mut one, mut other) = (longest(&mut waiting), longest(&mut waiting));
    while let (Some(first), Some(second)) = (&mut one, &mut other) {
        let (ones, others) = (first.add_up_to_blocks(), second.add_up_to_blocks());
        if ones == 0 {
            one = longest(&mut waiting);
        } else if others == 0 {
            other = longest(&mut waiting);
        } else {
            let (ones, others) = (first.take(ones.min(others)), second.take(ones.min(others)));
            for (block, next) in ones.chunks_exact(BLOCK).zip(others.chunks_exact(BLOCK)) {
                first.sum.hash.update(block);
                second.sum.hash.update(next);
            }
        }
    }
    one.into_iter().chain(other).for_each(Coming::rest);
}

/// Takes the one with most to come, so that there are two for as long as may be.
fn longest<'s, 'b>(waiting: &mut Vec<Coming<'s, 'b>>) -> Option<Coming<'s, 'b>> {
    let length = |at: &usize| waiting[*at].parts.iter().map(|part| part.len()).sum::<usize>();
    let longest = (0..waiting.len()).max_by_key(length)?;
    Some(waiting.swap_remove(longest))
}

/// What is to be added to a sum yet: the rest of a stretch, and the stretches after it.
struct Coming<'s, 'b> {
    sum: &'s mut Sum,
    parts: &'s [&'b [u8]],
    here: &'b [u8],
}

impl<'b> Coming<'_, 'b> {
    /// Adds what stands before the next whole blocks of one stretch, and says how many these are; with none, all is added.
    fn add_up_to_blocks(&mut self) -> usize {
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
        fn two_at_a_time_are_what_each_is_alone(
            rounds in prop::collection::vec(prop::collection::vec(stretches(), 5), 0..4), files in 0..=5_usize,
        ) {
            let (mut sums, mut alone): (Vec<Sum>, Vec<Vec<u8>>) = Default::default();
            sums.resize_with(files, Sum::default);
            alone.resize_with(files, Vec::new);
            for round in &rounds {
                let parts: Vec<Vec<&[u8]>> =
                    round.iter().map(|stretches| stretches.iter().map(Vec::as_slice).collect()).collect();
                add_abreast(sums.iter_mut().zip(parts.iter().map(Vec::as_slice)));
                alone.iter_mut().zip(&parts).for_each(|(bytes, parts)| bytes.extend(parts.concat()));
            }
            let abreast: Vec<_> = sums.into_iter().map(Sum::finish).collect();
            let alone: Vec<_> = alone.iter().map(|bytes| (bytes.len() as u64, Sha256::digest(bytes).into())).collect();
            prop_assert_eq!(abreast, alone);
        }
    }

    /// Stretches of bytes: none, some, of blocks or of less.
    fn stretches() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let length = prop_oneof![0..4_usize, 0..200_usize, (0..5_usize).prop_map(|blocks| blocks * BLOCK)];
        let within = (length, any::<u8>()).prop_map(|(length, first)| {
            (0..length).map(|at| first.wrapping_add(at.to_le_bytes()[0].wrapping_mul(31))).collect()
        });
        prop::collection::vec(within, 0..6)
    }
}
