//! An entry as an audience sees it.

use chrono::{DateTime, Utc};

use super::{ForPress, ForStaff, HostDay, ListOrder, StepHeading, Viewer};
use crate::programme::{
    AccessPart, Actual, Audience, Dispute, Embargo, Entry, EntryKind, EntryRef, Id, Identity, Journey, KnownTime,
    Participant, Place, Source, Status, Stop, Text, Timing, Visit, When, WithinDay,
};
use crate::zone::Moment;

/// What the press or staff have to know of an entry that the public does not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceMark {
    /// It is for staff alone.
    Staff,
    /// It is for the press.
    Press,
    /// It is under embargo until then; nothing where that is not known, and so it holds.
    Embargo(Option<Moment>),
}

/// An entry as an audience sees it.
#[derive(Debug, Clone)]
pub struct ListedEntry<'p> {
    /// Its place in the programme; `None` of one that was taken out.
    pub at: Option<EntryRef>,
    /// The id of its visit.
    pub visit: &'p Id,
    /// Its id in the visit.
    pub id: &'p Id,
    /// What its UID is made from.
    pub identity: &'p Identity,
    /// What it is.
    pub kind: EntryKind,
    /// What it is called.
    pub title: &'p Text,
    /// When it is.
    pub timing: ListedTiming<'p>,
    /// Where it stands in a list.
    pub order: ListOrder,
    /// The stops of a journey; of nothing else.
    pub via: Vec<ListedStop<'p>>,
    /// Where it is.
    pub place: Option<&'p Place>,
    /// How certain it is.
    pub status: &'p Status,
    /// Press coverage: of all of it, or of its parts; none where nothing is known.
    pub access: &'p [AccessPart],
    /// What it is called and whom it is for, where it is a step of another entry or of a visit, and stands for that.
    pub step: Option<StepHeading<'p>>,
    /// What it is a part of, if that may be seen.
    pub part_of: Option<ListedWhole<'p>>,
    /// How many wholes it stands inside of in a list: those of the same day.
    pub depth: usize,
    /// Who else takes part.
    pub with: &'p [Participant],
    /// What there is to say of it.
    pub note: Option<&'p Text>,
    /// Who says so.
    pub sources: Cited<'p>,
    /// That it was published once and is no more: it is there to tell subscribers so.
    pub absence: Option<Absence>,
    /// Whose it is, where that is not the visit's principals.
    pub principals: &'p [Text],
    /// Whose it is in any case, as far as that is known.
    pub whose: &'p [Text],
    /// An address to go with it.
    pub link: Option<&'p str>,
    /// Where it can be watched.
    pub stream: Option<&'p str>,
    /// What other sources say.
    pub disputed: Vec<ListedDispute<'p>>,
    /// What happened.
    pub actual: Option<ListedActual<'p>>,
    /// Whom it is for, if the public does not see it; empty if it does.
    pub marks: Vec<AudienceMark>,
    /// When an embargo lifted before which this audience saw it already.
    pub unmarked: Option<DateTime<Utc>>,
    /// What accredited press need; never for the public.
    pub press: Option<ForPress<'p>>,
    /// What staff need; for nobody else.
    pub staff: Option<ForStaff<'p>>,
}

/// What an entry is a part of.
#[derive(Debug, Clone, Copy)]
pub struct ListedWhole<'p> {
    /// The id of its visit.
    pub visit: &'p Id,
    /// Its id in the visit.
    pub id: &'p Id,
    /// What its UID is made from.
    pub identity: &'p Identity,
    /// What it is called.
    pub title: &'p Text,
}

impl ListedEntry<'_> {
    /// When an embargo lifts that others are still under, as far as that is known.
    #[must_use]
    pub fn embargo(&self) -> Option<Moment> {
        self.marks.iter().find_map(|mark| match mark {
            AudienceMark::Embargo(lifts) => *lifts,
            AudienceMark::Staff | AudienceMark::Press => None,
        })
    }

    /// Whether others are still under an embargo, and nobody knows until when.
    #[must_use]
    pub fn embargo_holds(&self) -> bool {
        self.marks.contains(&AudienceMark::Embargo(None))
    }

    /// What happened at the ends of a journey and of all of it, each with the keys of its time, its end alone, its words and its
    /// sources.
    pub fn happened(&self) -> impl Iterator<Item = ([&'static str; 4], &ListedActual<'_>)> {
        let ends = match &self.timing {
            ListedTiming::Stay(_) => [None, None],
            ListedTiming::Journey { depart, arrive } => [depart.actual.as_ref(), arrive.actual.as_ref()],
        };
        let keys = [
            ["depart.actual", "depart.actual.end", "depart.actual.says", "depart.actual.sources"],
            ["arrive.actual", "arrive.actual.end", "arrive.actual.says", "arrive.actual.sources"],
            ["actual", "actual.end", "actual.says", "actual.sources"],
        ];
        let all = ends.into_iter().chain([self.actual.as_ref()]);
        keys.into_iter().zip(all).filter_map(|(keys, actual)| Some((keys, actual?)))
    }

    /// Every moment that is told of it.
    #[must_use]
    pub fn moments(&self) -> Vec<Moment> {
        let actuals: Vec<&ListedActual<'_>> = self.happened().map(|(_, actual)| actual).collect();
        let whens = self.timing.whens().chain(actuals.iter().filter_map(|actual| actual.when.as_ref()));
        let ends = actuals.iter().filter_map(|actual| actual.end.map(|(end, _)| Some(end)));
        let of_steps = self.steps().flat_map(|(_, step)| step.time.moments());
        let stops = self.via.iter().flat_map(|stop| stop.arrive.iter().chain(&stop.depart));
        let planned = whens.chain(stops).flat_map(When::moments);
        planned.chain(ends).chain(of_steps).flatten().collect()
    }
}

/// Why an entry is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// It was taken out; what it was may still be read.
    Withdrawn,
    /// Nothing may be read of it any more but when it was to be.
    Redacted,
}

impl Absence {
    /// How data names it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Absence::Withdrawn => "withdrawn",
            Absence::Redacted => "redacted",
        }
    }
}

/// When something is, as far as an audience may know; another entry is named by its title alone.
pub type ListedWhen<'p> = When<&'p Text>;

/// When an entry is.
#[derive(Debug, Clone)]
pub enum ListedTiming<'p> {
    /// In one place.
    Stay(ListedWhen<'p>),
    /// From one place to another.
    Journey {
        /// The beginning.
        depart: Box<ListedJourney<'p>>,
        /// The end.
        arrive: Box<ListedJourney<'p>>,
    },
}

impl<'p> ListedTiming<'p> {
    /// Whether so much as a day is known.
    #[must_use]
    pub fn has_day(&self) -> bool {
        self.days().is_some()
    }

    /// The one time of an entry, or the two of a journey.
    pub fn whens(&self) -> impl Iterator<Item = &ListedWhen<'p>> {
        let (first, second) = match self {
            ListedTiming::Stay(when) => (when, None),
            ListedTiming::Journey { depart, arrive } => (&depart.when, Some(&arrive.when)),
        };
        std::iter::once(first).chain(second)
    }

    /// When it begins.
    #[must_use]
    pub fn begin(&self) -> &ListedWhen<'p> {
        match self {
            ListedTiming::Stay(when) => when,
            ListedTiming::Journey { depart, .. } => &depart.when,
        }
    }
}

/// One end of a journey.
#[derive(Debug, Clone)]
pub struct ListedJourney<'p> {
    /// When.
    pub when: ListedWhen<'p>,
    /// Where.
    pub place: Option<&'p Place>,
    /// What happened.
    pub actual: Option<ListedActual<'p>>,
}

/// A stop on a journey.
#[derive(Debug, Clone)]
pub struct ListedStop<'p> {
    /// Where.
    pub place: Option<&'p Place>,
    /// When it arrives there.
    pub arrive: Option<ListedWhen<'p>>,
    /// When it leaves there.
    pub depart: Option<ListedWhen<'p>>,
}

/// What another source says of a field.
#[derive(Debug, Clone, Copy)]
pub struct ListedDispute<'p> {
    /// The field's key.
    pub field: &'p str,
    /// What is said instead.
    pub says: &'p Text,
    /// Who says so.
    pub source: &'p Source,
}

/// What happened.
#[derive(Debug, Clone)]
pub struct ListedActual<'p> {
    /// When it was.
    pub when: Option<ListedWhen<'p>>,
    /// The end alone, and whether it is approximate.
    pub end: Option<(Moment, bool)>,
    /// In words.
    pub says: Option<&'p Text>,
    /// Who says so.
    pub sources: Cited<'p>,
}

impl ListedActual<'_> {
    /// From when on it is known to have begun: a clock time, or the first instant of the day that is said.
    #[must_use]
    pub fn begun(&self) -> Option<DateTime<Utc>> {
        match &self.when {
            Some(When { time: KnownTime::Clock(span), .. }) => Some(span.start.instant()),
            Some(when) => when.days().map(|(first, _)| when.zone().start_of_day(first)),
            None => self.ended(),
        }
    }

    /// When it ended, as far as that is known.
    #[must_use]
    pub fn ended(&self) -> Option<DateTime<Utc>> {
        let end = self.when.as_ref().and_then(|when| when.clock()?.end);
        end.or(self.end.map(|(end, _)| end)).map(Moment::instant)
    }
}

pub(super) fn disputes<'p>(visit: &'p Visit, disputed: &'p [Dispute]) -> Vec<ListedDispute<'p>> {
    let listed = |dispute: &'p Dispute| ListedDispute {
        field: dispute.field,
        says: &dispute.says,
        source: &visit.sources()[dispute.source],
    };
    disputed.iter().map(listed).collect()
}

/// Some of a visit's sources, in the author's order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cited<'p> {
    all: &'p [Source],
    cited: &'p [usize],
}

impl<'p> Cited<'p> {
    fn of(visit: &'p Visit, cited: &'p [usize]) -> Self {
        Self { all: visit.sources(), cited }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cited.len()
    }

    /// Whether nobody is cited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cited.is_empty()
    }

    /// Each of them.
    pub fn each(&self) -> impl Iterator<Item = &'p Source> + use<'p> {
        let Self { all, cited } = *self;
        cited.iter().map(|&source| &all[source])
    }
}

impl<'p> Viewer<'p> {
    /// An entry, which this audience may see.
    pub(super) fn listed(&self, at: EntryRef) -> ListedEntry<'p> {
        let (visit, entry) = (&self.programme.visits()[at.visit], self.programme.entry(at));
        let timing = match &entry.timing {
            Timing::Stay(when) => ListedTiming::Stay(self.when(when)),
            Timing::Journey { depart, arrive } => ListedTiming::Journey {
                depart: Box::new(self.journey(visit, depart)),
                arrive: Box::new(self.journey(visit, arrive)),
            },
        };
        ListedEntry {
            at: Some(at),
            visit: visit.id(),
            id: &entry.id,
            identity: &entry.identity,
            kind: entry.kind,
            title: &entry.title,
            order: ListOrder::of(&timing),
            timing,
            via: entry.via.iter().map(|stop| self.stop(stop)).collect(),
            place: entry.place.as_ref(),
            status: &entry.status,
            access: &entry.access,
            step: None,
            part_of: entry.whole().and_then(|whole| self.whole(visit, whole)),
            depth: 0,
            with: &entry.with,
            note: entry.note.as_ref(),
            sources: Cited::of(visit, &entry.sources),
            absence: None,
            principals: &entry.principals,
            whose: visit.principals_of(entry),
            link: entry.link.as_deref(),
            stream: entry.stream.as_deref(),
            disputed: disputes(visit, &entry.disputed),
            actual: entry.actual.as_ref().map(|actual| self.actual(visit, actual)),
            marks: self.marks(entry),
            unmarked: self.unmarked(entry),
            press: self.for_press(entry.press.as_ref()),
            staff: self.for_staff(entry.staff.as_ref()),
        }
    }

    /// What an entry is a part of, unless it is hidden.
    fn whole(&self, visit: &'p Visit, whole: EntryRef) -> Option<ListedWhole<'p>> {
        let whole = self.seen(whole)?;
        Some(ListedWhole { visit: visit.id(), id: &whole.id, identity: &whole.identity, title: &whole.title })
    }

    /// When an embargo lifted before which this audience saw an entry already.
    fn unmarked(&self, entry: &Entry) -> Option<DateTime<Utc>> {
        let embargo = entry.embargo.filter(|embargo| self.audience >= embargo.known_to)?;
        embargo.lifts.filter(|lifts| *lifts <= self.at)
    }

    /// Whom an entry is for that this audience sees and the public does not.
    fn marks(&self, entry: &Entry) -> Vec<AudienceMark> {
        let embargo = entry.embargo.filter(|embargo| embargo.holds(self.at));
        let whose = match entry.audience {
            Audience::Public => None,
            Audience::Press if embargo.is_none_or(|embargo| embargo.known_to == Audience::Press) => {
                Some(AudienceMark::Press)
            }
            Audience::Press | Audience::Staff => Some(AudienceMark::Staff),
        };
        let zone = entry.timing.begin().zone();
        let mark = |embargo: Embargo| AudienceMark::Embargo(embargo.lifts.map(|lifts| zone.moment(lifts)));
        whose.into_iter().chain(embargo.map(mark)).collect()
    }

    fn journey(&self, visit: &'p Visit, end: &'p Journey) -> ListedJourney<'p> {
        ListedJourney {
            when: self.when(&end.when),
            place: end.place.as_ref(),
            actual: end.actual.as_ref().map(|actual| self.actual(visit, actual)),
        }
    }

    fn stop(&self, stop: &'p Stop) -> ListedStop<'p> {
        ListedStop {
            place: stop.place.as_ref(),
            arrive: stop.arrive.as_ref().map(|when| self.when(when)),
            depart: stop.depart.as_ref().map(|when| self.when(when)),
        }
    }

    fn actual(&self, visit: &'p Visit, actual: &'p Actual) -> ListedActual<'p> {
        ListedActual {
            when: actual.when.as_ref().map(|when| self.when(when)),
            end: actual.end,
            says: actual.says.as_ref(),
            sources: Cited::of(visit, &actual.sources),
        }
    }

    fn when(&self, when: &When) -> ListedWhen<'p> {
        let title = |other: EntryRef| self.seen(other).map(|seen| &seen.title);
        let after: Vec<_> = when.after.iter().filter_map(|other| title(*other)).collect();
        let before = when.before.and_then(title);
        let time = match when.time {
            KnownTime::Unknown { zone, part } if when.is_relative() => match self.day_beside_others(when) {
                Some(HostDay { zone, date, .. }) => {
                    KnownTime::Day { zone, date, within: part.map_or(WithinDay::Day, WithinDay::Part) }
                }
                // Where all that it names is hidden, it is of a day that nobody knows.
                None => KnownTime::Unknown { zone, part: part.filter(|_| !after.is_empty() || before.is_some()) },
            },
            known => known,
        };
        When { time, after, before }
    }
}
