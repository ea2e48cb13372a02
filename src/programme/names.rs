//! The words that the format fixes, and ids.

use std::fmt;
use std::sync::Arc;

/// An id: `[a-z0-9-]{1,64}`. Shared, because an entry's stands in its identity too, and its visit's in those of all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Arc<str>);

impl Id {
    /// Checks the characters and the length.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        fits.then(|| Id(text.into()))
    }

    /// Its characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Declares an enum whose values are words of the format.
macro_rules! words {
    ($(#[doc = $about:literal])* $name:ident { $( $(#[doc = $doc:literal])* $variant:ident = $word:literal, )+ }) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[doc = $doc])* $variant, )+ }

        impl $name {
            /// All of them, in the format's order.
            pub const ALL: &[Self] = &[$( Self::$variant, )+];

            /// As the format writes it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }

            /// From how the format writes it.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }
    };
}

words! {
    /// The rank of a visit, by protocol.
    VisitKind {
        /// With the full honours of a head of state.
        StateVisit = "state-visit",
        /// With most of them.
        OfficialVisit = "official-visit",
        /// For work, with some honours.
        OfficialWorkingVisit = "official-working-visit",
        /// For work.
        WorkingVisit = "working-visit",
        /// Without an invitation.
        PrivateVisit = "private-visit",
        /// To a summit of several.
        MultilateralSummit = "multilateral-summit",
        /// On the way to somewhere else.
        Stopover = "stopover",
    }
}

words! {
    /// What there is at the other end of a channel.
    ChannelKind {
        /// A program that takes JSON.
        Webhook = "webhook",
        /// A channel of Slack.
        Slack = "slack",
        /// A channel of Microsoft Teams.
        Teams = "teams",
        /// A channel of Discord.
        Discord = "discord",
        /// A topic of ntfy.
        Ntfy = "ntfy",
        /// Recipients of mail.
        Mail = "mail",
        /// A `WebSub` hub.
        Websub = "websub",
    }
}

words! {
    /// What an entry is.
    EntryKind {
        /// Heads of state or government in talks.
        Summit = "summit",
        /// Other talks.
        Meeting = "meeting",
        /// A luncheon, dinner or banquet.
        Meal = "meal",
        /// A reception.
        Reception = "reception",
        /// A welcome, wreath-laying or signing.
        Ceremony = "ceremony",
        /// A speech.
        Speech = "speech",
        /// A joint press conference or statement.
        PressEvent = "press-event",
        /// A photograph of all, or an occasion to take some.
        Photo = "photo",
        /// A telephone or video call.
        Call = "call",
        /// A journey, with two ends.
        Travel = "travel",
        /// A night, or a rest.
        Stay = "stay",
        /// A visit to a place.
        VisitSite = "visit-site",
        /// A briefing.
        Briefing = "briefing",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How certain an entry is.
    StatusKind {
        /// Planned, not confirmed.
        Tentative = "tentative",
        /// Confirmed.
        Confirmed = "confirmed",
        /// Put off; no new time is announced.
        Postponed = "postponed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

words! {
    /// Press coverage.
    Access {
        /// Open to accredited press.
        Open = "open",
        /// Covered by a pool.
        Pooled = "pooled",
        /// No coverage.
        Closed = "closed",
        /// A pool comes in for some minutes, at the beginning or the end.
        PoolSpray = "pool-spray",
        /// A pool of photographers alone.
        StillsOnly = "stills-only",
        /// A pool of those who write alone.
        PrintPool = "print-pool",
        /// Pictures are the host broadcaster's, for all.
        HostBroadcaster = "host-broadcaster",
        /// Open to those who were accredited for it before.
        PreCredentialed = "pre-credentialed",
        /// Open to those who are invited.
        ByInvitation = "by-invitation",
    }
}

impl Access {
    /// Of a closer word, the wider one that it belongs to: what formats say that know three words.
    #[must_use]
    pub fn general(self) -> Self {
        match self {
            Access::Open | Access::PreCredentialed | Access::ByInvitation => Access::Open,
            Access::Pooled | Access::PoolSpray | Access::StillsOnly | Access::PrintPool | Access::HostBroadcaster => {
                Access::Pooled
            }
            Access::Closed => Access::Closed,
        }
    }

    /// Whether this word takes another in: itself, and of a wide one those that are closer.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self == other || self == other.general()
    }
}

words! {
    /// What is done in a step of the press's or of staff's own day.
    StepKind {
        /// Equipment is set up before anybody is there.
        PreSet = "pre-set",
        /// The press meets.
        Gather = "gather",
        /// The press has to be in place.
        Call = "call",
        /// Equipment is searched.
        Sweep = "sweep",
        /// Nobody is let in after that.
        FinalAccess = "final-access",
        /// A pool comes in for some minutes.
        Spray = "spray",
        /// Words on the way in or out.
        Doorstep = "doorstep",
        /// The pool is back.
        PoolReturn = "pool-return",
        /// Time to file.
        Filing = "filing",
        /// There is no more news that day.
        Lid = "lid",
        /// What its title says.
        Other = "other",
        /// Accreditation ends. It is no step that can be written.
        Accreditation = "accreditation",
    }
}

impl StepKind {
    /// Whether it can only be before what it is for begins.
    #[must_use]
    pub fn is_before_start(self) -> bool {
        use StepKind::{Call, FinalAccess, Gather, PreSet, Sweep};
        matches!(self, PreSet | Gather | Call | Sweep | FinalAccess)
    }
}

words! {
    /// How a feed shows steps.
    StepsShown {
        /// In the text of their entry.
        Text = "text",
        /// Each as an event of its own.
        Events = "events",
    }
}

words! {
    /// Who may see something; each sees all that the ones before it see.
    Audience {
        /// Everyone.
        Public = "public",
        /// Accredited press.
        Press = "press",
        /// The office's staff.
        Staff = "staff",
    }
}

words! {
    /// A part of a day, in the host's zone.
    PartOfDay {
        /// Before the working day.
        EarlyMorning = "early-morning",
        /// Until midday.
        Morning = "morning",
        /// Around noon.
        Midday = "midday",
        /// After midday.
        Afternoon = "afternoon",
        /// Towards evening.
        LateAfternoon = "late-afternoon",
        /// The evening.
        Evening = "evening",
        /// The night.
        Night = "night",
    }
}

words! {
    /// How cancelled entries appear in a feed.
    Cancelled {
        /// With STATUS:CANCELLED and a prefix in the title.
        Marked = "marked",
        /// With the prefix alone, for apps that drop what is cancelled.
        Retitled = "retitled",
        /// Not at all.
        Hidden = "hidden",
    }
}

words! {
    /// A language that the program itself can speak. Authors' texts may be in any.
    UiLanguage {
        /// English.
        English = "en",
        /// Korean.
        Korean = "ko",
        /// Japanese.
        Japanese = "ja",
    }
}
