//! UUIDs by name (RFC 9562, 5.5).

use sha1::{Digest as _, Sha1};
use uuid::{Builder, Uuid};

/// The UUID of version 5 that a name has within a namespace, whoever makes it.
#[must_use]
pub fn named(namespace: &Uuid, name: &str) -> Uuid {
    let digest: [u8; 20] = Sha1::new().chain_update(namespace.as_bytes()).chain_update(name).finalize().into();
    let (first, _) = digest.split_first_chunk().unwrap_or((&[0; 16], &[]));
    Builder::from_sha1_bytes(*first).into_uuid()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_what_the_library_makes(namespace: u128, name in ".{0,200}") {
            let namespace = Uuid::from_u128(namespace);
            prop_assert_eq!(named(&namespace, &name), Uuid::new_v5(&namespace, name.as_bytes()));
        }
    }
}
