//! `summitcal schema`: the JSON Schema of a file, for editors.

use super::{Outcome, print};
use crate::cli::{Described, Schema};
use crate::error::Error;
use crate::schema;

/// Prints a schema.
pub(crate) fn run(options: &Schema) -> Result<Outcome, Error> {
    let text = match options.of {
        Described::Visit => schema::visit(),
        Described::Feeds => schema::feeds(),
    };
    print(&text).map(|()| Outcome::Clean)
}
