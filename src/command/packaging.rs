//! `summitcal completions` and `summitcal man`: what packagers put beside the program.

use std::path::Path;

use clap_mangen::Man as Page;

use super::{Outcome, print};
use crate::cli::{Completions, Man};
use crate::error::Error;

/// Prints what a shell completes.
pub(crate) fn completions(options: &Completions, mut program: clap::Command) -> Result<Outcome, Error> {
    let mut out = Vec::new();
    let name = program.get_name().to_owned();
    clap_complete::generate(options.shell, &mut program, name, &mut out);
    print(&String::from_utf8_lossy(&out)).map(|()| Outcome::Clean)
}

/// Prints the program's page, or a command's.
pub(crate) fn man(options: &Man, mut program: clap::Command) -> Result<Outcome, Error> {
    program.build();
    let page = match &options.command {
        None => program,
        Some(name) => {
            let found = program.find_subcommand(name).cloned();
            found.ok_or_else(|| Error::new(format!("there is no command “{name}”")))?
        }
    };
    let mut out = Vec::new();
    Page::new(page).render(&mut out).map_err(|error| Error::io("write", Path::new("the page"), error))?;
    print(&String::from_utf8_lossy(&out)).map(|()| Outcome::Clean)
}
