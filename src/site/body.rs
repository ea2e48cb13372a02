//! The bytes of a file, as stretches of shared text: feeds that hold the same events hold the same memory.

use std::ops::Range;
use std::sync::Arc;

/// A file's bytes.
#[derive(Debug, Clone, Default)]
pub struct Body {
    parts: Vec<(Arc<str>, Range<usize>)>,
}

impl Body {
    /// Adds a stretch of a text; one that goes on where the last ended lengthens that.
    pub(super) fn push(&mut self, text: &Arc<str>, bytes: Range<usize>) {
        if let Some((last, range)) = self.parts.last_mut()
            && range.end == bytes.start
            && Arc::ptr_eq(last, text)
        {
            range.end = bytes.end;
            return;
        }
        self.parts.push((Arc::clone(text), bytes));
    }

    /// Adds a text of its own.
    pub(super) fn push_string(&mut self, text: String) {
        let length = text.len();
        self.parts.push((text.into(), 0..length));
    }

    /// Its stretches, in order.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.parts.iter().map(|(text, range)| &text.as_bytes()[range.clone()])
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.iter().map(|(_, range)| range.len()).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        let mut body = Body::default();
        body.push_string(text);
        body
    }
}
