//! `summitcal show`: the programme by day, in the terminal.

use super::Outcome;
use crate::cli::{Global, Show};
use crate::error::Error;

pub(crate) fn run(_: &Global, _: &Show) -> Result<Outcome, Error> {
    Ok(Outcome::Clean)
}
