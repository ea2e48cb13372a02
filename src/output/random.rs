//! What nobody can guess, and nobody else has.

use crate::digits::hex;
use crate::error::Error;

/// So many random bytes, in hexadecimal.
pub(crate) fn random<const BYTES: usize>() -> Result<String, Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::new(format!("the system gives no random numbers: {error}")))?;
    Ok(hex(&bytes))
}
