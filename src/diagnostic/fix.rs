//! A change of a file that certainly corrects what a diagnostic reports, as data: which bytes to replace, and by what.
//!
//! Nothing outside of the replaced bytes is touched, so comments and layout stay as the author left them.

use crate::source::Span;

/// Some bytes to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// How to correct what a diagnostic reports without asking: all of its edits, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a sentence.
    pub message: String,
    /// What it replaces in the diagnostic's file, in order and apart from each other; never empty.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// The bytes that it is about, from the first to the last.
    #[must_use]
    pub fn span(&self) -> Span {
        let start = self.edits.first().map_or(0, |edit| edit.span.start);
        Span { start, end: self.edits.last().map_or(start, |edit| edit.span.end) }
    }
}

/// A text after fixes that are in order and apart from each other.
#[must_use]
pub fn apply<'f>(text: &str, fixes: impl IntoIterator<Item = &'f Fix>) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut done = 0;
    for edit in fixes.into_iter().flat_map(|fix| &fix.edits) {
        changed.push_str(&text[done..edit.span.start]);
        changed.push_str(&edit.text);
        done = edit.span.end;
    }
    changed.push_str(&text[done..]);
    changed
}

/// Of some fixes of one file those that can be made at once: in order, each beginning after the one before has ended.
#[must_use]
pub fn non_overlapping<T>(mut all: Vec<T>, fix: impl Fn(&T) -> &Fix) -> Vec<T> {
    all.sort_by_key(|one| fix(one).span());
    let mut end = None;
    all.retain(|one| {
        let span = fix(one).span();
        let free = end.is_none_or(|end| span.start > end);
        if free {
            end = Some(span.end);
        }
        free
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(edits: &[(usize, usize, &str)]) -> Fix {
        let edits = edits.iter().map(|&(start, end, text)| Edit { span: Span { start, end }, text: text.to_owned() });
        Fix { message: "Mend it.".to_owned(), edits: edits.collect() }
    }

    #[test]
    fn only_the_spans_are_replaced() {
        let fixes = [fix(&[(0, 1, "A"), (2, 2, "-")]), fix(&[(6, 9, "")])];
        assert_eq!(apply("abcdef국g", &fixes), "Ab-cdefg");
        assert_eq!(apply("abc", &[]), "abc");
    }

    #[test]
    fn those_that_overlap_or_touch_wait() {
        let all = vec![fix(&[(4, 6, "")]), fix(&[(0, 1, ""), (4, 5, "")]), fix(&[(5, 7, "")]), fix(&[(8, 8, "x")])];
        let spans: Vec<_> =
            non_overlapping(all, |fix| fix).iter().map(|fix| (fix.span().start, fix.span().end)).collect();
        assert_eq!(spans, [(0, 5), (8, 8)]);
    }
}
