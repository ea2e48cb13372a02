//! How many diagnostics there are, as a sentence.

use std::fmt;

/// How many diagnostics a report holds, those that were only counted included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// How many files they are in.
    pub files: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = |count: usize, of: &str| format!("{} {of}{}", grouped(count), if count == 1 { "" } else { "s" });
        let files = some(self.files, "file");
        match (self.errors, self.warnings) {
            (0, 0) => f.write_str("No errors and no warnings."),
            (errors, 0) => write!(f, "{} in {files}.", some(errors, "error")),
            (0, warnings) => write!(f, "{} in {files}.", some(warnings, "warning")),
            (errors, warnings) => write!(f, "{} and {} in {files}.", some(errors, "error"), some(warnings, "warning")),
        }
    }
}

/// A number with a comma between thousands.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_a_sentence() {
        let say = |errors, warnings, files| Counts { errors, warnings, files }.to_string();
        assert_eq!(say(2, 1, 3), "2 errors and 1 warning in 3 files.");
        assert_eq!(say(1, 0, 1), "1 error in 1 file.");
        assert_eq!(say(0, 1_000, 1), "1,000 warnings in 1 file.");
        assert_eq!(say(0, 0, 0), "No errors and no warnings.");
        assert_eq!([999, 1_000, 1_234_567].map(grouped), ["999", "1,000", "1,234,567"]);
    }
}
