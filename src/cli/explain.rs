//! `summitcal explain`: what a diagnostic means, why it matters, and what to write instead.

use std::fmt::Write as _;

use clap::Args;

use super::{Outcome, print};
use crate::diagnostic::explain::{Explanation, explain};
use crate::diagnostic::{Code, Severity, codes};
use crate::document::{nearest, shortened};
use crate::error::Error;

/// The columns that the texts are broken at.
const WIDTH: usize = 100;

/// What to explain.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code, as it stands in brackets in a diagnostic's first line [default: list them all].
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

pub(crate) fn run(options: &Explain) -> Result<Outcome, Error> {
    let Some(name) = &options.code else {
        return print(&list()).map(|()| Outcome::Clean);
    };
    let known = codes::ALL.iter().map(|(code, _)| *code).find(|code| code.0 == name);
    let explanation = explain(known.ok_or_else(|| unknown(name))?);
    print(&page(&explanation)).map(|()| Outcome::Clean)
}

fn unknown(name: &str) -> Error {
    let help = match nearest(name, codes::ALL.iter().map(|(code, _)| code.0)) {
        Some(known) => format!("did you mean “{known}”?"),
        None => "“summitcal explain” lists them all".to_owned(),
    };
    Error::new(format!("there is no diagnostic “{}”; {help}", shortened(name)))
}

/// All codes, each with what it reports, the errors first.
fn list() -> String {
    let width = codes::ALL.iter().map(|(code, _)| code.0.len()).max().expect("there are codes");
    let mut text = String::new();
    for (severity, heading) in [
        (Severity::Error, "Errors; nothing is written until they are mended:"),
        (Severity::Warning, "Warnings; “rules” in feeds.yaml may switch them off or make errors of them:"),
    ] {
        let _ = writeln!(text, "{}{heading}\n", if text.is_empty() { "" } else { "\n" });
        for (code, _) in codes::ALL.iter().filter(|(_, own)| *own == severity) {
            let summary = explain(*code).summary();
            let mut lines = wrapped(summary, WIDTH - width - 4).into_iter();
            let _ = writeln!(text, "  {:width$}  {}", code.0, lines.next().unwrap_or_default());
            for line in lines {
                let _ = writeln!(text, "  {:width$}  {line}", "");
            }
        }
    }
    text
}

fn page(explanation: &Explanation) -> String {
    let Explanation { code, severity, what, why, example, instead, .. } = explanation;
    let mut text = format!("{code} ({severity})\n\n");
    for paragraph in what.lines() {
        text.push_str(&filled(paragraph, "", WIDTH));
    }
    let _ = write!(text, "\nWhy it matters\n{}", filled(why, "  ", WIDTH));
    let _ = write!(text, "\nExample\n{}", indented(example));
    let _ = write!(text, "\nInstead\n{}", indented(instead));
    if codes::is_switchable(*code) {
        let _ = write!(text, "\nSwitches\n{}", filled(&switches(*code, explanation.of_entries), "  ", WIDTH));
    }
    text
}

fn switches(code: Code, of_entries: bool) -> String {
    let other = match codes::severity(code) {
        Severity::Warning => "“error” makes it an error",
        Severity::Error => "“warning” makes it a warning",
    };
    let rules = format!("In feeds.yaml, “rules: {{{code}: off}}” switches this off, and {other}.");
    if of_entries {
        format!("{rules} On an entry, “allow: {{{code}: the reason}}” waves it through.")
    } else {
        rules
    }
}

/// YAML stays as it is; words are broken.
fn indented(text: &str) -> String {
    text.lines()
        .map(|line| {
            let is_words = line.ends_with('.') && !line.contains(": {");
            if is_words { filled(line, "  ", WIDTH) } else { format!("  {line}\n") }
        })
        .collect()
}

/// A paragraph in lines of a width, each indented.
pub(super) fn filled(text: &str, indent: &str, width: usize) -> String {
    wrapped(text, width - indent.len()).iter().fold(String::new(), |text, line| text + indent + line + "\n")
}

/// A paragraph in lines of a width, broken at blanks.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
