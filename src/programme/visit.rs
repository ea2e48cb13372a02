//! A visit and its entries.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use chrono::{DateTime, NaiveDate, Utc};

use super::names::{Audience, EntryKind, Id, StatusKind, VisitKind};
use super::press::{AccessPart, Embargo, Press, Staff, VisitPress};
use super::text::{Language, Text};
use super::timing::{EntryRef, Journey, Stop, Timing, When};
use crate::zone::Zone;

/// A visit: what one file under `schedules/` says.
#[derive(Debug, Clone)]
pub struct Visit {
    pub(crate) id: Id,
    pub(crate) kind: VisitKind,
    pub(crate) title: Text,
    pub(crate) principals: Vec<Text>,
    pub(crate) counterpart: Option<Text>,
    pub(crate) host: Option<Text>,
    pub(crate) location: Option<Text>,
    pub(crate) zone: Zone,
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    pub(crate) status: Option<Status>,
    pub(crate) disputed: Vec<Dispute>,
    /// What accredited press need of all of it.
    pub(crate) press: Option<VisitPress>,
    pub(crate) sources: Vec<Source>,
    pub(crate) entries: Vec<Entry>,
}

impl Visit {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// The publications that it cites, by key.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Whose an entry is: its own principals, else the visit's.
    pub(crate) fn principals_of<'v>(&'v self, entry: &'v Entry) -> &'v [Text] {
        if entry.principals.is_empty() { &self.principals } else { &entry.principals }
    }

    /// The programme, in the author's order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// How certain something is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// How certain.
    pub kind: StatusKind,
    /// Why.
    pub reason: Option<Text>,
}

impl Status {
    /// Whether it is still meant to happen.
    pub(crate) fn is_planned(&self) -> bool {
        !matches!(self.kind, StatusKind::Cancelled | StatusKind::Postponed)
    }
}

/// The identity that UIDs are made from: `visit/entry`, of the first publication.
///
/// Two are the same if visit and entry are.
#[derive(Debug, Clone, Eq)]
pub struct Identity {
    /// The visit's id.
    pub visit: Id,
    /// The entry's id.
    pub entry: Id,
    /// The UID that the entry came with, in place of one that is made of this.
    pub uid: Option<Box<str>>,
}

impl Identity {
    /// From how it is written, `visit/entry`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (visit, entry) = text.split_once('/')?;
        Some(Identity::new(Id::parse(visit)?, Id::parse(entry)?))
    }

    /// Of an entry that came with no UID of its own.
    #[must_use]
    pub fn new(visit: Id, entry: Id) -> Self {
        Identity { visit, entry, uid: None }
    }

    /// The same, with a UID of its own.
    #[must_use]
    pub fn with_uid(self, uid: Option<&str>) -> Self {
        Identity { uid: uid.map(Box::from), ..self }
    }

    fn ids(&self) -> (&Id, &Id) {
        (&self.visit, &self.entry)
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.ids() == other.ids()
    }
}

impl PartialOrd for Identity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Identity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.ids().cmp(&other.ids())
    }
}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ids().hash(state);
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        [self.visit.as_str(), "/", self.entry.as_str()].iter().try_for_each(|part| f.write_str(part))
    }
}

/// When a source was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Published {
    /// On a day, wherever the publisher is.
    Date(NaiveDate),
    /// At an instant.
    Instant(DateTime<Utc>),
}

/// A publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The key that entries cite.
    pub key: Id,
    /// Who said it.
    pub publisher: Text,
    /// What the publication is called.
    pub title: Option<Text>,
    /// Who reported it.
    pub via: Option<Text>,
    /// Where it can be read.
    pub url: Option<String>,
    /// When it was published.
    pub published: Option<Published>,
    /// The language it is in.
    pub language: Option<Language>,
}

/// What another source says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The field's key.
    pub field: &'static str,
    /// What is said instead.
    pub says: Text,
    /// Who says so: a position in the visit's sources.
    pub source: usize,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actual {
    /// When it was; `None` where only an end or only words are known.
    pub when: Option<When>,
    /// The end alone, where that is all that is known, and whether it is approximate.
    pub end: Option<(crate::zone::Moment, bool)>,
    /// In words.
    pub says: Option<Text>,
    /// Who says so: positions in the visit's sources.
    pub sources: Vec<usize>,
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Who.
    pub who: Text,
    /// As what.
    pub role: Option<Text>,
}

/// Where something is, from the small to the large.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The room.
    pub venue: Option<Text>,
    /// The building or grounds.
    pub site: Option<Text>,
    /// The city.
    pub city: Option<Text>,
    /// The country, as two letters of ISO 3166-1.
    pub country: Option<[u8; 2]>,
    /// The point on the map.
    pub geo: Option<Geo>,
}

/// A point of the earth, in millionths of a degree, which is as much as GEO has (RFC 5545, 3.8.1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geo {
    latitude: i32,
    longitude: i32,
}

impl Geo {
    /// The millionths of a degree as it is written: `-77.0374`.
    fn degrees(text: &str, most: i32) -> Option<i32> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, parts) = digits.split_once('.').unwrap_or((digits, "0"));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let whole = Some(whole).filter(|whole| are_digits(whole) && whole.len() <= 3)?.parse::<i32>().ok()?;
        let millionths = format!("{:0<6.6}", Some(parts).filter(|parts| are_digits(parts))?).parse::<i32>().ok()?;
        let all = whole * 1_000_000 + millionths;
        let within = all <= most * 1_000_000;
        within.then_some(if digits.len() < text.len() { -all } else { all })
    }

    /// A latitude and a longitude as they are written, if there is such a point.
    #[must_use]
    pub fn parse(latitude: &str, longitude: &str) -> Option<Self> {
        Some(Geo { latitude: Self::degrees(latitude, 90)?, longitude: Self::degrees(longitude, 180)? })
    }

    /// Degrees north and east.
    #[must_use]
    pub fn to_degrees(self) -> [f64; 2] {
        [self.latitude, self.longitude].map(|millionths| f64::from(millionths) / 1e6)
    }

    /// Degrees north and east in words of the format, between which something stands: `38.8974,-77.0374`.
    #[must_use]
    pub fn joined(self, between: char) -> String {
        // Of a number within a millionth, as few digits are written as it has.
        let [latitude, longitude] = self.to_degrees();
        format!("{latitude}{between}{longitude}")
    }
}

/// One item of a programme.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(crate) id: Id,
    pub(crate) identity: Identity,
    pub(crate) kind: EntryKind,
    pub(crate) title: Text,
    pub(crate) timing: Timing,
    /// The stops of a journey; of nothing else.
    pub(crate) via: Vec<Stop>,
    pub(crate) place: Option<Place>,
    pub(crate) part_of: Option<EntryRef>,
    pub(crate) status: Status,
    /// Press coverage: of all of it, or of its parts; none where nothing is known.
    pub(crate) access: Vec<AccessPart>,
    pub(crate) audience: Audience,
    /// Whose it is, where that is not the visit's principals.
    pub(crate) principals: Vec<Text>,
    pub(crate) with: Vec<Participant>,
    pub(crate) note: Option<Text>,
    pub(crate) link: Option<String>,
    pub(crate) stream: Option<String>,
    pub(crate) sources: Vec<usize>,
    pub(crate) disputed: Vec<Dispute>,
    pub(crate) actual: Option<Actual>,
    pub(crate) embargo: Option<Embargo>,
    pub(crate) press: Option<Press>,
    pub(crate) staff: Option<Staff>,
}

impl Entry {
    /// Its id in the visit.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// What its UID is made from.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// When it is.
    #[must_use]
    pub fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Who may see it, embargo aside.
    #[must_use]
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// The embargo that it is under, or was.
    #[must_use]
    pub fn embargo(&self) -> Option<Embargo> {
        self.embargo
    }

    /// The instant at which its embargo lifts, if that is known.
    pub(crate) fn lifts(&self) -> Option<DateTime<Utc>> {
        self.embargo.and_then(|embargo| embargo.lifts)
    }

    /// What it is a part of.
    pub(crate) fn whole(&self) -> Option<EntryRef> {
        self.part_of
    }

    /// Every time that is planned of it: its own, or those of a journey's ends and stops.
    pub(crate) fn planned(&self) -> impl Iterator<Item = &When> {
        self.timing.whens().chain(self.via.iter().flat_map(Stop::whens))
    }

    /// The entries that it, or an end of it, or what happened, comes after or before.
    pub(crate) fn followed(&self) -> impl Iterator<Item = EntryRef> {
        let ends: [Option<&Journey>; 2] = match &self.timing {
            Timing::Stay(_) => [None, None],
            Timing::Journey { depart, arrive } => [Some(depart), Some(arrive)],
        };
        let actuals = ends.into_iter().flatten().map(|end| end.actual.as_ref()).chain([self.actual.as_ref()]);
        let actuals = actuals.flatten().filter_map(|actual| actual.when.as_ref());
        let planned = [self.timing.begin(), self.timing.finish()];
        planned.into_iter().chain(actuals).chain(self.via.iter().flat_map(Stop::whens)).flat_map(When::others).copied()
    }
}
