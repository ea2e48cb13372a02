//! A file of the schedules, whose text is there while somebody reads it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::spans::Open;
use super::tree::NodeId;
use crate::diagnostic::Place;
use crate::source::Source;

/// Reads a file once more; `None` if it is another by now, or cannot be read.
type Again = Box<dyn Fn() -> Option<Source> + Send + Sync>;

/// A file. Of most there is nothing to say, and their texts take as much room as all that they mean, so one that can be
/// read again need not be kept.
pub struct File {
    path: String,
    open: Mutex<Option<Arc<Open>>>,
    again: Option<Again>,
    lost: AtomicBool,
}

impl File {
    /// A file of this text, which is kept.
    #[must_use]
    pub fn new(source: Arc<Source>) -> Self {
        let (path, open) = (source.path().to_owned(), Mutex::new(Some(Arc::new(Open::new(source)))));
        Self { path, open, again: None, lost: AtomicBool::new(false) }
    }

    /// The same, for a text that `again` reads once more, should it be given back and then asked for.
    #[must_use]
    pub fn readable(source: Arc<Source>, again: impl Fn() -> Option<Source> + Send + Sync + 'static) -> Self {
        Self { again: Some(Box::new(again)), ..Self::new(source) }
    }

    /// The path that people know it by.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its text, with the places in it; an empty one, if it was given back and could not be read again.
    #[must_use]
    pub fn open(&self) -> Arc<Open> {
        let lost = || {
            self.lost.store(true, Relaxed);
            Source::unreadable(self.path.clone())
        };
        let read = || self.again.as_ref().and_then(|again| again()).unwrap_or_else(lost);
        Arc::clone(self.state().get_or_insert_with(|| Arc::new(Open::new(Arc::new(read())))))
    }

    /// Whether its text was asked for when it could not be read again.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.lost.load(Relaxed)
    }

    /// Its text.
    #[must_use]
    pub fn source(&self) -> Arc<Source> {
        Arc::clone(self.open().source())
    }

    /// Where a node stands.
    #[must_use]
    pub fn place(&self, node: NodeId) -> Place {
        self.open().place(node)
    }

    /// Gives its text back, if it can be read again and nobody else holds it.
    pub fn put_away(&self) {
        let mut open = self.state();
        let unheld = |open: &Arc<Open>| Arc::strong_count(open) == 1 && Arc::strong_count(open.source()) == 1;
        if self.again.is_some() && open.as_ref().is_some_and(unheld) {
            *open = None;
        }
    }

    fn state(&self) -> MutexGuard<'_, Option<Arc<Open>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new("visit.yaml", text.into()).expect("readable")
    }

    #[test]
    fn a_text_is_given_back_and_read_again() {
        let file = File::readable(Arc::new(source("visit: one")), || Some(source("visit: one")));
        let before = file.source();
        file.put_away();
        assert!(Arc::ptr_eq(&before, &file.source()), "somebody holds it");
        let place = file.place(NodeId(2));
        drop(before);
        file.put_away();
        assert!(Arc::ptr_eq(&place.source, &file.source()), "a place in it does");
        let span = place.span;
        drop(place);
        file.put_away();
        assert!(file.state().is_none());
        assert_eq!((file.place(NodeId(2)).span, file.source().text()), (span, "visit: one"));
        assert!(!file.is_lost());
    }

    #[test]
    fn a_text_that_cannot_be_read_again_is_none() {
        let kept = File::new(Arc::new(source("a: 1")));
        kept.put_away();
        assert_eq!(kept.source().text(), "a: 1");
        let changed = File::readable(Arc::new(source("a: 1")), || None);
        changed.put_away();
        let place = changed.place(NodeId(2));
        assert_eq!((place.source.path(), place.source.text(), place.start().line), ("visit.yaml", "", 1));
        assert!(changed.is_lost() && !kept.is_lost());
    }
}
