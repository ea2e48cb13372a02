//! The sections of an entry or a visit for the press and for staff. Who sees an entry at all, and until when an embargo holds, is decided
//! by `Viewer::sees` in `listing`.
//!
//! These can be made in this file alone, and only by a [`Viewer`] of an audience that may see them. So whoever holds one
//! may show it, and nobody has to ask for whom.

use std::ops::Deref;

use super::Viewer;
use crate::programme::{Audience, Press, Staff, VisitPress};

/// What accredited press need, of an entry or of a visit; in listings for press and staff alone.
#[derive(Debug, PartialEq, Eq)]
pub struct ForPress<'p, T = Press>(&'p T);

/// The same of a visit.
pub type VisitForPress<'p> = ForPress<'p, VisitPress>;

/// What staff need; in listings for staff alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForStaff<'p>(&'p Staff);

impl<T> Clone for ForPress<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ForPress<'_, T> {}

impl<'p, T> ForPress<'p, T> {
    /// The section, for as long as the programme is there.
    #[must_use]
    pub fn section(self) -> &'p T {
        self.0
    }
}

impl<'p> ForStaff<'p> {
    /// The section, for as long as the programme is there.
    #[must_use]
    pub fn section(self) -> &'p Staff {
        self.0
    }
}

impl<T> Deref for ForPress<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0
    }
}

impl Deref for ForStaff<'_> {
    type Target = Staff;

    fn deref(&self) -> &Staff {
        self.0
    }
}

impl Viewer<'_> {
    pub(super) fn for_press<'p, T>(&self, press: Option<&'p T>) -> Option<ForPress<'p, T>> {
        match self.audience {
            Audience::Public => None,
            Audience::Press | Audience::Staff => press.map(ForPress),
        }
    }

    pub(super) fn for_staff<'p>(&self, staff: Option<&'p Staff>) -> Option<ForStaff<'p>> {
        match self.audience {
            Audience::Public | Audience::Press => None,
            Audience::Staff => staff.map(ForStaff),
        }
    }
}
