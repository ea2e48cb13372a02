//! Questions on a terminal. Where there is none, nobody is asked and nothing is waited for.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::error::Error;

/// Whether there is somebody to ask.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a value until there is one; an empty answer is the default, if there is one.
pub(super) fn ask(question: &str, default: Option<&str>) -> Result<String, Error> {
    let failed = |error| Error::new(format!("no answer could be read: {error}"));
    loop {
        let mut stderr = io::stderr().lock();
        let shown = default.map(|default| format!(" [{default}]")).unwrap_or_default();
        write!(stderr, "{question}{shown}: ").and_then(|()| stderr.flush()).map_err(failed)?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line).map_err(failed)? == 0 {
            return Err(Error::new("the input ended before all was answered; nothing was written"));
        }
        match (line.trim(), default) {
            ("", None) => {}
            ("", Some(default)) => return Ok(default.to_owned()),
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
}

/// Asks until an answer is accepted; without a terminal, takes the default.
pub(super) fn ask_for<T>(question: &str, default: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<T, Error> {
    if !can_ask() {
        return read(default).map_err(Error::new);
    }
    loop {
        match read(&ask(question, Some(default))?) {
            Ok(value) => return Ok(value),
            Err(why) => {
                let _ = writeln!(io::stderr(), "{why}");
            }
        }
    }
}
