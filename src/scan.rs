//! Looking for bytes in texts that mostly have none of them: in stretches, which the compiler turns into wide comparisons.

/// How many bytes are looked at together.
const STRETCH: usize = 32;

/// The position of the first byte that is wanted.
pub(crate) fn find(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let any = |within: &[u8]| within.iter().fold(false, |any, byte| any | wanted(*byte));
    let mut stretches = bytes.chunks_exact(STRETCH);
    let at = stretches.position(any).unwrap_or(bytes.len() / STRETCH) * STRETCH;
    bytes[at..].iter().position(|byte| wanted(*byte)).map(|within| at + within)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_finds_what_a_plain_search_finds(bytes in prop::collection::vec(0_u8..4, 0..200), rare in 0_u8..4) {
            prop_assert_eq!(find(&bytes, |byte| byte == rare), bytes.iter().position(|byte| *byte == rare));
        }
    }
}
