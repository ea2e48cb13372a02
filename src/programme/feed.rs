//! What to publish: the settings of `feeds.yaml`.

use std::time::Duration;

use uuid::Uuid;

use super::names::{Access, Audience, Cancelled, EntryKind, Id, StepsShown, UiLanguage};
use super::press::AccessPart;
use super::text::{Language, Text};
use crate::zone::{Database, Zone};

/// One value for each audience.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audiences<T> {
    /// For everyone.
    pub public: T,
    /// For accredited press.
    pub press: T,
    /// For staff.
    pub staff: T,
}

impl<T> Audiences<T> {
    /// The value for one audience.
    pub fn get(&self, audience: Audience) -> &T {
        match audience {
            Audience::Public => &self.public,
            Audience::Press => &self.press,
            Audience::Staff => &self.staff,
        }
    }
}

/// The publisher, where the trees are served, and the feeds.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who publishes.
    pub publisher: Text,
    /// Where each tree is served, without a slash at the end.
    pub base_url: Audiences<Option<String>>,
    /// The namespace of all UIDs.
    pub uid_namespace: Uuid,
    /// The languages that there are pages for browsers in, that of those at the top first; none if there are no pages.
    pub pages: Vec<UiLanguage>,
    /// How long what is cancelled or withdrawn stays in the feeds.
    pub withdrawn_for: Duration,
    /// The feeds, in the author's order.
    pub feeds: Vec<Feed>,
    /// The `WebSub` hubs that hand on changes of the public tree.
    pub hubs: Vec<String>,
    /// Whether it is served by something that makes feeds of one's own, for which pages have a form.
    pub own_feeds: bool,
    /// The time zone database of every zone of the programme.
    pub database: Database,
}

impl Settings {
    /// The audiences that have a feed, from the widest to the narrowest.
    pub fn audiences(&self) -> impl Iterator<Item = Audience> {
        let asked = |audience: &Audience| self.feeds.iter().any(|feed| feed.audience == *audience);
        Audience::ALL.iter().copied().filter(asked)
    }

    /// Whether any feed of an audience shows steps as events.
    #[must_use]
    pub fn shows_step_events(&self, audience: Audience) -> bool {
        self.feeds.iter().any(|feed| feed.audience == audience && feed.steps == StepsShown::Events)
    }

    /// The hubs of an audience's tree: only what is public can be handed on.
    #[must_use]
    pub fn hubs_of(&self, audience: Audience) -> &[String] {
        if audience == Audience::Public { &self.hubs } else { &[] }
    }

    /// A path below the folder of a language, from the top of a tree; what is in the first language of the pages is at the top.
    #[must_use]
    pub fn path_in(&self, ui_language: UiLanguage, path: &str) -> String {
        if self.pages.first().is_none_or(|first| *first == ui_language) {
            path.to_owned()
        } else {
            format!("{}/{path}", ui_language.word())
        }
    }

    /// Where an audience's pages are served, if there are any and that is known.
    #[must_use]
    pub fn pages_url(&self, audience: Audience) -> Option<&str> {
        self.base_url.get(audience).as_deref().filter(|_| !self.pages.is_empty())
    }
}

/// The zone of a feed's times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedZone {
    /// Each entry in its own.
    Host,
    /// All in one.
    Fixed(Zone),
}

impl FeedZone {
    /// The one zone of all its times, if it has one.
    #[must_use]
    pub fn fixed(self) -> Option<Zone> {
        match self {
            FeedZone::Host => None,
            FeedZone::Fixed(zone) => Some(zone),
        }
    }
}

/// Which entries are in a feed; an empty list does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// Of these kinds.
    pub kinds: Vec<EntryKind>,
    /// Of this press access.
    pub access: Vec<Access>,
    /// Of these principals, by their text in any language.
    pub principals: Vec<String>,
    /// And among these: what somebody asks for of a feed.
    pub also: Option<Box<Only>>,
}

impl Only {
    /// Whether nothing is said of what is among them: then every entry is.
    #[must_use]
    pub fn restricts_nothing(&self) -> bool {
        self.kinds.is_empty() && self.access.is_empty() && self.principals.is_empty() && self.also.is_none()
    }

    /// Whether an entry of this kind, press access and these principals is among them. One whose parts have several is, by any of
    /// them; a wide word takes closer ones in.
    #[must_use]
    pub fn admits(&self, kind: EntryKind, access: &[AccessPart], principals: &[Text]) -> bool {
        let is_named = |text: &Text| text.strings().any(|(_, name)| self.principals.iter().any(|one| one == name));
        let of_kind = self.kinds.is_empty() || self.kinds.contains(&kind);
        let of_principal = self.principals.is_empty() || principals.iter().any(is_named);
        let covers = |part: &AccessPart| self.access.iter().any(|asked| asked.covers(part.access));
        let of_access = self.access.is_empty() || access.iter().any(covers);
        let is_asked_for = self.also.as_ref().is_none_or(|also| also.admits(kind, access, principals));
        of_kind && of_principal && of_access && is_asked_for
    }
}

/// One feed of one audience.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Its file name.
    pub id: Id,
    /// What calendar apps call it.
    pub title: Text,
    /// The zone of its times.
    pub zone: FeedZone,
    /// The language of the author's texts in it.
    pub language: Language,
    /// The language of the program's own words in it.
    pub ui_language: UiLanguage,
    /// Whose it is.
    pub audience: Audience,
    /// Further clocks in every description.
    pub also: Vec<Zone>,
    /// Positions of the visits in it; `None` for all.
    pub visits: Option<Vec<usize>>,
    /// Which entries of them.
    pub only: Only,
    /// How cancelled entries appear.
    pub cancelled: Cancelled,
    /// How long an entry without an announced end is shown.
    pub display_length: Duration,
    /// How often apps should look for changes.
    pub refresh: Duration,
    /// How long before an entry to sound an alarm.
    pub alarms: Vec<Duration>,
    /// How steps appear.
    pub steps: StepsShown,
    /// How long before a step to sound an alarm.
    pub step_alarms: Vec<Duration>,
    /// Whether each of its entries has a file of its own.
    pub events: bool,
}

impl Feed {
    /// Its audience and id: `public/seoul`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.audience.word(), self.id)
    }

    /// Whether entries of a visit, by its position, are in it; `None` for one that is in the schedules no more.
    #[must_use]
    pub fn selects(&self, visit: Option<usize>) -> bool {
        self.visits.as_ref().is_none_or(|visits| visit.is_some_and(|visit| visits.contains(&visit)))
    }
}
