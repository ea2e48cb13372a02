//! What is printed for other programs: `summitcal schema` for editors, `summitcal completions` and `summitcal man` for
//! packagers.

use std::path::Path;

use clap::{Args, ValueEnum};
use clap_complete::Shell;
use clap_mangen::Man as Page;

use super::{Context, Outcome, guide, print};
use crate::error::Error;
use crate::schema;

/// Which schema.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Of which file.
    #[arg(value_name = "FILE")]
    pub(crate) file: Described,
}

/// A kind of file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Described {
    /// A visit.
    Visit,
    /// feeds.yaml.
    Feeds,
    /// channels.yaml.
    Channels,
    /// programme.json, for those who read it.
    Programme,
}

/// What to complete for.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// Which page.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Of this command, or of this topic of the guide [default: the program's own page].
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

/// Prints a schema.
pub(crate) fn schema(context: &Context, options: &Schema) -> Result<Outcome, Error> {
    let text = match options.file {
        Described::Visit => schema::visit(context.database),
        Described::Feeds => schema::feeds(context.database),
        Described::Channels => schema::channels(context.database),
        Described::Programme => schema::programme(),
    };
    print(&text).map(|()| Outcome::Clean)
}

/// Prints what a shell completes.
pub(crate) fn completions(options: &Completions, mut program: clap::Command) -> Result<Outcome, Error> {
    let mut out = Vec::new();
    let name = program.get_name().to_owned();
    clap_complete::generate(options.shell, &mut program, name, &mut out);
    print(&String::from_utf8_lossy(&out)).map(|()| Outcome::Clean)
}

/// Prints the program's page, a command's, or one of the guide.
pub(crate) fn man(options: &Man, mut program: clap::Command) -> Result<Outcome, Error> {
    if let Some(page) = options.command.as_deref().and_then(guide::manual) {
        return print(&page).map(|()| Outcome::Clean);
    }
    program.build();
    let page = match &options.command {
        None => program,
        Some(name) => {
            let found = program.find_subcommand(name).cloned();
            found.ok_or_else(|| Error::new(format!("there is neither a command nor a topic “{name}”")))?
        }
    };
    let mut out = Vec::new();
    Page::new(page).render(&mut out).map_err(|error| Error::io("write", Path::new("the page"), error))?;
    print(&String::from_utf8_lossy(&out)).map(|()| Outcome::Clean)
}
