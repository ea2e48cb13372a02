//! UUIDs by name (RFC 9562, 5.5).

use sha1::{Digest as _, Sha1};
use uuid::{Builder, Uuid};

/// The UUID of version 5 that a name has within a namespace, whoever makes it.
#[must_use]
pub fn uuid_named(namespace: &Uuid, name: &str) -> Uuid {
    let digest = Sha1::new().chain_update(namespace.as_bytes()).chain_update(name).finalize();
    let [first @ .., _, _, _, _]: [u8; 20] = digest.into();
    Builder::from_sha1_bytes(first).into_uuid()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_what_the_library_makes(namespace: u128, name in ".{0,200}") {
            let namespace = Uuid::from_u128(namespace);
            prop_assert_eq!(uuid_named(&namespace, &name), Uuid::new_v5(&namespace, name.as_bytes()));
        }
    }
}
