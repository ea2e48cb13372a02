//! The bytes of a file, as stretches of shared memory: feeds that hold the same events hold the same memory.

use std::ops::Range;
use std::sync::Arc;

/// Bytes that several files have stretches of. A vector, because to share a slice is to copy it first.
pub(super) type Shared = Arc<Vec<u8>>;

/// A file's bytes.
#[derive(Debug, Clone, Default)]
pub struct Body {
    parts: Vec<(Shared, Range<usize>)>,
}

impl Body {
    /// Adds a stretch of a text; one that goes on where the last ended lengthens that.
    pub(super) fn push(&mut self, text: &Shared, bytes: Range<usize>) {
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
        self.push_bytes(text.into_bytes());
    }

    fn push_bytes(&mut self, bytes: Vec<u8>) {
        let length = bytes.len();
        self.parts.push((Arc::new(bytes), 0..length));
    }

    /// Its stretches, in order.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.parts.iter().map(|(text, range)| &text[range.clone()])
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
        text.into_bytes().into()
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        let mut body = Body::default();
        body.push_bytes(bytes);
        body
    }
}
