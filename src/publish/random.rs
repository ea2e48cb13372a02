//! Random identifiers, from the system: tokens, and the names of temporary objects.

use data_encoding::HEXLOWER;

use crate::error::Error;

/// So many random bytes, in hexadecimal.
pub(crate) fn random<const BYTES: usize>() -> Result<String, Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::new(format!("the system gives no random numbers: {error}")))?;
    Ok(HEXLOWER.encode(&bytes))
}
