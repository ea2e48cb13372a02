//! What changed, for whom: of what, and each field with what it was and is; by a revision, or between two states.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Utc};

use super::lock::EntryState;
use super::snapshot::{OF_STATUS, Snapshot, without_names};
use super::step::StepName;
use super::value::Value;
use crate::programme::{Audience, Id, Identity, Status, StatusKind};
use crate::zone::{Database, Moment};

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Seen for the first time.
    Announced,
    /// Seen otherwise.
    Revised,
    /// Seen again.
    Reinstated,
    /// Kept from this audience from now on.
    Restricted,
    /// Taken out.
    Withdrawn,
}

impl Kind {
    pub(super) fn of(before: Option<EntryState>, now: EntryState) -> Self {
        match (before, now) {
            (None, EntryState::Shown) => Kind::Announced,
            (Some(EntryState::Shown), EntryState::Shown) => Kind::Revised,
            (Some(_), EntryState::Shown) => Kind::Reinstated,
            (_, EntryState::Restricted | EntryState::Unseen) => Kind::Restricted,
            (_, EntryState::Withdrawn | EntryState::Redacted) => Kind::Withdrawn,
        }
    }

    /// A word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Announced => "announced",
            Kind::Revised => "revised",
            Kind::Reinstated => "reinstated",
            Kind::Restricted => "restricted",
            Kind::Withdrawn => "withdrawn",
        }
    }
}

/// What has revisions of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A visit.
    Visit(Id),
    /// An entry.
    Entry(Identity),
    /// A step that is an event of its own; what changes of it is told of its entry.
    Step(StepName),
    /// An event of a feed of which no more is known than its UID.
    Event(String),
}

impl Subject {
    /// From how the lock file has it: `visit`, or `visit/entry`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains('#') {
            return StepName::parse(text).map(Subject::Step);
        }
        if text.contains('/') { Identity::parse(text).map(Subject::Entry) } else { Id::parse(text).map(Subject::Visit) }
    }

    /// By which they are sorted: a visit before its entries, and an entry before its steps.
    fn order(&self) -> (&str, Option<&str>, Option<&str>) {
        match self {
            Subject::Visit(id) => (id.as_str(), None, None),
            Subject::Entry(identity) => (identity.visit.as_str(), Some(identity.entry.as_str()), None),
            Subject::Step(name) => (name.visit.as_str(), name.entry.as_ref().map(Id::as_str), Some(&name.step)),
            Subject::Event(uid) => (uid, None, None),
        }
    }
}

impl Ord for Subject {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for Subject {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Visit(id) => id.fmt(f),
            Subject::Entry(identity) => identity.fmt(f),
            Subject::Step(name) => name.fmt(f),
            Subject::Event(uid) => f.write_str(uid),
        }
    }
}

/// A revision of a visit or an entry for an audience.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Who sees it.
    pub audience: Audience,
    /// Of what.
    pub subject: Subject,
    /// SEQUENCE from now on.
    pub sequence: u32,
    /// When.
    pub modified: DateTime<Utc>,
    /// What became of it.
    pub kind: Kind,
    /// What was seen of it.
    pub(super) before: Option<Box<str>>,
    /// What is seen of it.
    pub(super) after: Option<Box<str>>,
    /// Whether an entry's status changed with that of its visit, of which it is told.
    pub(super) with_visit: bool,
    /// Where it stands in the list of its visit, as far as that is known: the visit itself is first, and what is gone last.
    pub(super) order: u32,
    /// The time zone database by which its times are read.
    pub database: Database,
}

/// The order of what has no place in a list any more.
pub(super) const GONE: u32 = u32::MAX;

/// A field that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Its key; one within another has both, with a point between them: `press.gather`.
    pub field: &'static str,
    /// What it said.
    pub was: Option<Value>,
    /// What it says.
    pub now: Option<Value>,
}

impl Change {
    /// What was seen of it before, if anything.
    #[must_use]
    pub fn before(&self) -> Option<Snapshot> {
        self.before.as_deref().and_then(Snapshot::parse)
    }

    /// What is seen of it now.
    #[must_use]
    pub fn after(&self) -> Option<Snapshot> {
        self.after.as_deref().and_then(Snapshot::parse)
    }

    /// The visit that it is of, by its id, and where it stands in the list of that.
    #[must_use]
    pub fn order(&self) -> (String, u32) {
        let visit = match &self.subject {
            Subject::Visit(id) => id.to_string(),
            Subject::Entry(identity) => {
                let seen = self.after().filter(|seen| !seen.is_empty()).or_else(|| self.before());
                seen.map_or_else(|| identity.visit.to_string(), |seen| seen.address(identity).visit.to_string())
            }
            Subject::Step(name) => name.visit.to_string(),
            Subject::Event(_) => String::new(),
        };
        (visit, self.order)
    }

    /// Whether there is anything that it changes but what is told of its visit: not even that need be known.
    #[must_use]
    pub fn is_own(&self) -> bool {
        let (Kind::Revised, Some(before), Some(after)) = (self.kind, self.before(), self.after()) else { return true };
        let differing = differing(&before, &after);
        let is_of_visit = |key: &str| key == "visit" || self.with_visit && OF_STATUS.contains(&key);
        differing.is_empty() && !self.with_visit || differing.iter().any(|key| !is_of_visit(key))
    }

    /// The fields that changed, in the order in which they are told; of what came all that it has, of what went all that it
    /// had. What an entry shows of its visit is told of the visit.
    #[must_use]
    pub fn fields(&self) -> Vec<FieldChange> {
        let (before, after) = match self.kind {
            Kind::Revised => match (self.before(), self.after()) {
                (Some(before), Some(after)) => (before, after),
                _ => return Vec::new(),
            },
            Kind::Announced | Kind::Reinstated => (Snapshot::default(), self.after().unwrap_or_default()),
            Kind::Restricted => return Vec::new(),
            Kind::Withdrawn => (self.before().unwrap_or_default(), Snapshot::default()),
        };
        let mut fields = Vec::new();
        let states = BothStates { before: &before, after: &after, database: self.database };
        for key in differing(&before, &after) {
            match key {
                "visit" => {}
                "status" | "reason" if self.with_visit => {}
                "when" | "depart" | "arrive" => states.times(key, &mut fields),
                // It is told as that of the departure.
                "place" if before.value("depart").is_some() != after.value("depart").is_some() => {}
                "at" => {
                    let address = |seen: &Snapshot| match &self.subject {
                        Subject::Entry(identity) => Some(Value::Line(seen.address(identity).to_string())),
                        _ => seen.known("at", self.database),
                    };
                    fields.push(FieldChange { field: "at", was: address(&before), now: address(&after) });
                }
                _ => fields.extend(states.parts(key)),
            }
        }
        fields
    }

    /// The first time of it that stayed where it was on the wall clock while its offset did not, as it was announced and as
    /// it is now: only another version of the time zone database does that, but where the clock shows it twice.
    pub(super) fn moved(&self) -> Option<[Moment; 2]> {
        let (Kind::Revised, before, after) = (self.kind, self.before()?, self.after()?) else { return None };
        let ends =
            |seen: &Snapshot, key| seen.when(key, self.database)?.clock().map(|span| [Some(span.start), span.end]);
        let is_moved = |was: Moment, now: Moment| {
            let is_same_wall = (was.zone(), was.local()) == (now.zone(), now.local());
            is_same_wall && was.instant() != now.instant() && !now.happens_twice()
        };
        ["when", "depart", "arrive"].into_iter().find_map(|key| {
            let pairs = ends(&before, key)?.into_iter().zip(ends(&after, key)?);
            pairs.filter_map(|(was, now)| was.zip(now)).find(|(was, now)| is_moved(*was, *now)).map(<[Moment; 2]>::from)
        })
    }
}

/// The keys of what can change, in the order in which changes are told.
const FIELDS: &[&str] = &[
    "status",
    "reason",
    "dates",
    "when",
    "depart",
    "via",
    "arrive",
    "title",
    "where",
    "place",
    "part_of",
    "kind",
    "access",
    "principal",
    "counterpart",
    "host",
    "with",
    "note",
    "link",
    "stream",
    "press",
    "staff",
    "actual",
    "disputed",
    "sources",
    "zone",
    "visit",
    "at",
    "description",
];

/// The keys within those of which a digest alone is compared.
const PARTS: &[(&str, &[&str])] = &[
    ("note", &["note"]),
    ("link", &["link"]),
    ("stream", &["stream"]),
    ("disputed", &["disputed"]),
    (
        "press",
        &[
            "press.gather",
            "press.call_time",
            "press.meet_at",
            "press.steps",
            "press.pool",
            "press.accreditation.deadline",
            "press.accreditation.link",
            "press.accreditation.contact",
            "press.accreditation.note",
            "press.filing_centre",
            "press.contact",
            "press.note",
            "press.centre",
            "press.centre.hours",
        ],
    ),
    ("staff", &["staff.steps", "staff.note", "staff.contact"]),
    (
        "actual",
        &[
            "depart.actual",
            "depart.actual.end",
            "depart.actual.says",
            "depart.actual.sources",
            "arrive.actual",
            "arrive.actual.end",
            "arrive.actual.says",
            "arrive.actual.sources",
            "actual",
            "actual.end",
            "actual.says",
            "actual.sources",
        ],
    ),
];

/// The keys that two states differ by, in that order.
fn differing(before: &Snapshot, after: &Snapshot) -> Vec<&'static str> {
    FIELDS.iter().copied().filter(|key| before.value(key) != after.value(key)).collect()
}

/// What was seen and what is seen, with the database by which their times are read.
#[derive(Clone, Copy)]
struct BothStates<'s> {
    before: &'s Snapshot,
    after: &'s Snapshot,
    database: Database,
}

impl BothStates<'_> {
    /// What is otherwise under a key: it, or those of its parts that are.
    fn parts(&self, field: &'static str) -> Vec<FieldChange> {
        let BothStates { before, after, database } = *self;
        let whole = FieldChange { field, was: before.known(field, database), now: after.known(field, database) };
        let Some((_, parts)) = PARTS.iter().find(|(key, _)| *key == field) else {
            // The same, as far as it is told, is not told as if it were another.
            let is_same = whole.was == whole.now;
            let vague = |value: Option<Value>| value.map(|value| if is_same { Value::Unknown } else { value });
            return vec![FieldChange { field, was: vague(whole.was), now: vague(whole.now) }];
        };
        // An earlier version kept the digest alone.
        let is_kept = |seen: &Snapshot| {
            seen.value(field).is_none() || parts.iter().any(|part| seen.value_of(part, database).is_some())
        };
        let part = |part: &&'static str| {
            let (was, now) = (before.value_of(part, database), after.value_of(part, database));
            (was != now).then_some(FieldChange { field: part, was, now })
        };
        let changed: Vec<FieldChange> =
            if is_kept(before) && is_kept(after) { parts.iter().filter_map(part).collect() } else { Vec::new() };
        if !changed.is_empty() {
            return changed;
        }
        let vague = |value: Option<Value>| value.map(|_| Value::Unknown);
        let now = after.value_of(field, database).filter(|_| !is_kept(before)).or(vague(whole.now));
        vec![FieldChange { field, was: vague(whole.was), now }]
    }

    /// What is otherwise of a time, or of an end of a journey and its place.
    ///
    /// Where one state of the entry is a journey and the other is not, its time and place are those of the departure.
    fn times(&self, field: &'static str, fields: &mut Vec<FieldChange>) {
        let BothStates { before, after, database } = *self;
        let becomes_journey = before.value("depart").is_some() != after.value("depart").is_some();
        let has_both = !before.is_empty() && !after.is_empty();
        if field == "when" && becomes_journey && has_both {
            return;
        }
        let other = |field: &str| (field == "depart" && has_both).then_some("when");
        let time = |seen: &Snapshot| seen.known(field, database).or_else(|| seen.known(other(field)?, database));
        let place = |seen: &Snapshot| {
            let place = seen.end_place(field).map(Value::Place);
            place.or_else(|| {
                seen.known("place", database).filter(|_| seen.value(field).is_none() && other(field).is_some())
            })
        };
        let (was, now, from, to) = (time(before), time(after), place(before), place(after));
        let place_field = match field {
            "depart" => "depart.place",
            "arrive" => "arrive.place",
            _ => "place",
        };
        let is_vague = was == now && from == to && before.value(field).is_some() && after.value(field).is_some();
        if was != now {
            fields.push(FieldChange { field, was, now });
        } else if is_vague {
            // Nothing that is told: it was withheld, say.
            fields.push(FieldChange { field, was: was.map(|_| Value::Unknown), now });
        }
        if from != to && field != "when" {
            fields.push(FieldChange { field: place_field, was: from, now: to });
        }
    }
}

/// Whether the status of an entry changed with that of its visit, so that it is told of that: it has what the visit has now, or had
/// what the visit had and is confirmed, now that the visit says nothing.
pub(super) fn is_with_visit(visit: [&Snapshot; 2], entry: [&Snapshot; 2]) -> bool {
    let ([visit_was, visit_is], [was, is]) = (visit.map(Snapshot::status), entry.map(Snapshot::status));
    let confirmed = Some(Status { kind: StatusKind::Confirmed, reason: None });
    let is_back = || visit_is.is_none() && was == visit_was && is == confirmed;
    visit_was != visit_is && was != is && (is == visit_is || is_back())
}

/// What each audience sees of each visit and entry.
pub type States = BTreeMap<(Audience, Subject), State>;

/// What an audience sees of a visit or an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Where it stands in the list of its visit; the visit itself is first.
    pub order: u32,
    /// All of it, as a snapshot keeps it.
    pub seen: Box<str>,
}

/// Whether another audience sees what this one does not.
fn others_see(states: &States, (audience, subject): &(Audience, Subject)) -> bool {
    Audience::ALL.iter().any(|other| other != audience && states.contains_key(&(*other, subject.clone())))
}

/// What differs between two states of affairs; revisions are not known of these.
#[must_use]
pub fn between(before: &States, after: &States, database: Database) -> Vec<Change> {
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let visit_in = |states: &States, audience: Audience, id: &Id| {
        states.get(&(audience, Subject::Visit(id.clone()))).and_then(|state| Snapshot::parse(&state.seen))
    };
    let mut visits: BTreeMap<(Audience, Id), Option<[Snapshot; 2]>> = BTreeMap::new();
    let change = |key: &(Audience, Subject)| {
        let (old, new) = (before.get(key), after.get(key));
        let kind = match (old, new) {
            (Some(old), Some(new)) if without_names(&old.seen) == without_names(&new.seen) => return None,
            (None, _) => Kind::Announced,
            (Some(_), Some(_)) => Kind::Revised,
            (Some(_), None) if others_see(after, key) => Kind::Restricted,
            (Some(_), None) => Kind::Withdrawn,
        };
        let (audience, subject) = key.clone();
        let snapshots = [old, new].map(|state| state.and_then(|state| Snapshot::parse(&state.seen)));
        if let [Some(was), Some(is)] = &snapshots
            && differing(was, is).is_empty()
        {
            return None;
        }
        let with_visit = match (&subject, &snapshots) {
            (Subject::Entry(identity), [Some(was), Some(is)]) => {
                let visit = is.address(identity).visit;
                let states = visits.entry((audience, visit.clone())).or_insert_with(|| {
                    let states = [before, after].map(|states| visit_in(states, audience, &visit));
                    let [was, is] = states;
                    Some([was?, is?])
                });
                states.as_ref().is_some_and(|[before, after]| is_with_visit([before, after], [was, is]))
            }
            _ => false,
        };
        let seen = |state: Option<&State>| state.map(|state| state.seen.clone());
        let (modified, before, after) = (DateTime::UNIX_EPOCH, seen(old), seen(new));
        let order = new.map_or(GONE, |state| state.order);
        let change =
            Change { audience, subject, sequence: 0, modified, kind, before, after, with_visit, order, database };
        change.is_own().then_some(change)
    };
    keys.into_iter().filter_map(change).collect()
}
