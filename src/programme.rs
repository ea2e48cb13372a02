//! The valid model: every id known, every time resolved, every reference bound.
//!
//! Only `check` makes one, by the constructors that are visible in the crate alone. Entries carry the audience and the embargo
//! that were written; what follows from them, who sees what and when, is decided in `listing`.

mod channel;
mod country;
mod feed;
mod names;
mod press;
mod text;
mod timing;
mod visit;

pub use channel::{Channel, MailTarget, Setting, Target};
pub(crate) use country::{COUNTRIES, is_country};
pub use feed::{Audiences, Feed, FeedZone, Only, Settings};
pub use names::{
    Access, Audience, Cancelled, ChannelKind, EntryKind, Id, PartOfDay, StatusKind, StepKind, StepsShown, UiLanguage,
    VisitKind,
};
pub use press::{AccessPart, Accreditation, Embargo, Press, PressCentre, Staff, Step, VisitPress};
pub use text::{Language, LocalizedText, Text};
pub use timing::{About, EntryRef, Journey, KnownTime, Stop, TimedSpan, Timing, When, WithinDay};
pub use visit::{Actual, Dispute, Entry, Geo, Identity, Participant, Place, Published, Source, Status, Visit};

/// All visits, and what to publish of them.
#[derive(Debug, Clone)]
pub struct Programme {
    visits: Vec<Visit>,
    settings: Settings,
}

impl Programme {
    /// For `check` alone, which has found no error in it.
    pub(crate) fn new(visits: Vec<Visit>, settings: Settings) -> Self {
        Self { visits, settings }
    }

    /// The visits, by first day, then by id.
    #[must_use]
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// What to publish.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Names the hubs that hand on changes of the public tree.
    pub(crate) fn name_hubs(&mut self, hubs: Vec<String>) {
        self.settings.hubs = hubs;
    }

    /// Notes that it is served by something that makes feeds of one's own.
    #[cfg(feature = "serve")]
    pub(crate) fn offer_own_feeds(&mut self) {
        self.settings.own_feeds = true;
    }

    /// Where the entry with an identity is.
    #[must_use]
    pub fn find(&self, identity: &Identity) -> Option<EntryRef> {
        let numbered = self.visits.iter().enumerate();
        let mut found = numbered.filter_map(|(visit, of)| {
            let entry = of.entries().iter().position(|entry| entry.identity() == identity)?;
            Some(EntryRef { visit, entry })
        });
        found.next()
    }

    /// The entry that a reference means.
    #[must_use]
    pub fn entry(&self, at: EntryRef) -> &Entry {
        &self.visits[at.visit].entries()[at.entry]
    }
}
