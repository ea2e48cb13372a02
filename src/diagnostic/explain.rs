//! What each diagnostic means: the texts of `explanations.txt`, by code.

use super::{Code, Severity, codes};

const TEXTS: &str = include_str!("explanations.txt");

/// What a diagnostic means, why it matters, and how to correct it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The diagnostic.
    pub code: Code,
    /// How severe it is unless `rules` says otherwise.
    pub severity: Severity,
    /// Whether an entry can allow it.
    pub of_entries: bool,
    /// What is reported: a line a paragraph, the first a summary.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What an author may have written.
    pub example: &'static str,
    /// What to write instead, or what to do.
    pub instead: &'static str,
}

impl Explanation {
    /// The first paragraph.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.what.split_once('\n').map_or(self.what, |(first, _)| first)
    }
}

/// The explanation of a diagnostic; a test checks that each has one.
///
/// # Panics
///
/// When the code is none of [`codes::ALL`].
#[must_use]
pub fn explain(code: Code) -> Explanation {
    let severity = codes::severity(code);
    let (heading, text) = sections().find(|(heading, _)| name(heading) == code.0).expect("each code is explained");
    let parts = |text: &'static str| {
        let (what, rest) = text.split_once("\nWhy: ")?;
        let (why, rest) = rest.split_once("\nExample:\n")?;
        let (example, instead) = rest.split_once("\nInstead:\n")?;
        Some((what, why, example, instead.trim_end()))
    };
    let (what, why, example, instead) = parts(text).expect("each explanation has four parts");
    let of_entries = codes::is_switchable(code) && heading == code.0;
    Explanation { code, severity, of_entries, what, why, example, instead }
}

/// The headings and the texts below them.
fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    TEXTS.split("\n# ").skip(1).filter_map(|section| section.split_once('\n'))
}

fn name(heading: &str) -> &str {
    heading.split_once(' ').map_or(heading, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_one_explanation_and_each_explanation_a_code() {
        for (code, _) in codes::ALL {
            let count = sections().filter(|(heading, _)| name(heading) == code.0).count();
            assert_eq!(count, 1, "{code}");
            let found = explain(*code);
            for part in [found.what, found.why, found.example, found.instead] {
                assert!(!part.trim().is_empty() && part.trim() == part, "{code}: {part:?}");
            }
            assert!(found.summary().ends_with('.') && found.why.ends_with('.'), "{code}");
            assert_ne!(found.example, found.instead, "{code}");
        }
        assert_eq!(sections().count(), codes::ALL.len());
        for (heading, _) in sections() {
            assert!(matches!(heading.split_once(' '), None | Some((_, "(whole)"))), "{heading}");
        }
    }
}
