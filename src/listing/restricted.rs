//! The sections of an entry for the press and for staff. Who sees an entry at all, and until when an embargo holds, is decided
//! by `Viewer::sees` in `listing`.
//!
//! These can be made in this file alone, and only by a [`Viewer`] of an audience that may see them. So whoever holds one
//! may show it, and nobody has to ask for whom.

use std::ops::Deref;

use super::Viewer;
use crate::programme::{Audience, Press, Staff};

/// What accredited press need; in listings for press and staff alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForPress<'p>(&'p Press);

/// What staff need; in listings for staff alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForStaff<'p>(&'p Staff);

impl<'p> ForPress<'p> {
    /// The section, for as long as the programme is there.
    #[must_use]
    pub fn section(self) -> &'p Press {
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

impl Deref for ForPress<'_> {
    type Target = Press;

    fn deref(&self) -> &Press {
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
    pub(super) fn for_press<'p>(&self, press: Option<&'p Press>) -> Option<ForPress<'p>> {
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
