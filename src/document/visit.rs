//! A visit's file, as written.

use super::form::Form;
use super::press::{Coverage, Embargo, Press, Staff, VisitPress};
use super::shape::{Flag, Items, OneOrMany, Scalar, Shape, ShapeReader, Table, Text, shape};
use super::tree::{Node, NodeId, Value};

shape! {
    /// A visit: one file under `schedules/`.
    pub Visit as "a visit" {
        /// The visit's id.
        visit = "visit" required Scalar<'a> as Id,
        /// State visit, working visit, ….
        kind = "kind" required Scalar<'a> as VisitKind,
        /// What it is called.
        title = "title" required Text<'a>,
        /// Whose visit it is.
        principal = "principal" optional Text<'a>,
        /// Whose it is, where it is of several.
        principals = "principals" optional OneOrMany<Text<'a>>,
        /// Who receives the principal.
        counterpart = "counterpart" optional Text<'a>,
        /// Who invites to it, such as the host of a summit of several.
        host = "host" optional Text<'a>,
        /// Where it goes, instead of the cities of the entries.
        location = "where" optional Text<'a>,
        /// The zone of every time that names no other.
        zone = "zone" required Scalar<'a> as Zone,
        /// First and last day, inclusive, in that zone.
        dates = "dates" required Dates<'a>,
        /// Who may see entries that do not say.
        audience = "audience" required Scalar<'a> as Audience,
        /// The status of all of it.
        status = "status" optional Scalar<'a> as Status,
        /// Why it has that status.
        reason = "reason" optional Text<'a>,
        /// What other sources say of the visit's fields.
        disputed = "disputed" optional Items<Dispute<'a>>,
        /// The embargo of the entries that have none of their own.
        embargo = "embargo" optional Box<Embargo<'a>>,
        /// For accredited press and staff.
        press = "press" optional Box<VisitPress<'a>>,
        /// Who said what, by the keys that entries cite.
        sources = "sources" optional Table<'a, Source<'a>> as Unsaid keyed Id,
        /// The programme.
        entries = "entries" required Items<Entry<'a>>,
    }
}

shape! {
    /// The days of a visit.
    pub Dates as "the dates of a visit" {
        /// First day.
        from = "from" required Scalar<'a> as Date,
        /// Last day.
        to = "to" required Scalar<'a> as Date,
    }
}

shape! {
    /// A publication that entries cite.
    pub Source as "a source" {
        /// Who said it.
        publisher = "publisher" required Text<'a>,
        /// What the publication is called.
        title = "title" optional Text<'a>,
        /// Who reported it, when the original is not at hand.
        via = "via" optional Text<'a>,
        /// Where it can be read.
        url = "url" optional Scalar<'a> as Url,
        /// A date, or an instant.
        published = "published" optional Scalar<'a> as DateOrInstant,
        /// The language it is in.
        language = "language" optional Scalar<'a> as Language,
    }
}

shape! {
    /// What another source says of a field.
    pub Dispute as "an item of “disputed”" {
        /// The key of the field.
        field = "field" required Scalar<'a> as Field,
        /// What is said instead.
        says = "says" required Text<'a>,
        /// Who says so.
        source = "source" required Scalar<'a> as Id,
    }
}

shape! {
    /// One item of a programme.
    pub Entry as "an entry" {
        /// Its id, unique in the visit.
        id = "id" required Scalar<'a> as Id,
        /// Summit, meal, travel, ….
        kind = "kind" required Scalar<'a> as EntryKind,
        /// What it is called.
        title = "title" required Text<'a>,
        /// When it is, if it is no journey.
        when = "when" optional When<'a>,
        /// A journey's beginning.
        depart = "depart" optional Box<End<'a>>,
        /// The stops of a journey, in their order.
        via = "via" optional Items<Stop<'a>>,
        /// A journey's end.
        arrive = "arrive" optional Box<End<'a>>,
        /// Where it is.
        place = "place" optional Box<Place<'a>>,
        /// The entry of this visit that it is a part of, or on the sidelines of.
        part_of = "part_of" optional Scalar<'a> as Id,
        /// Tentative, confirmed, postponed, cancelled.
        status = "status" optional Scalar<'a> as Status,
        /// Why it has that status.
        reason = "reason" optional Text<'a>,
        /// Press coverage: open, pooled, closed, or a closer word; or a list of the parts, each with its own.
        access = "access" optional Coverage<'a>,
        /// Who may see it, where that is not the visit's audience.
        audience = "audience" optional Scalar<'a> as Audience,
        /// Whose it is, where that is not the visit's principal; or a list of several.
        principal = "principal" optional OneOrMany<Text<'a>>,
        /// Who else takes part.
        with = "with" optional Items<Participant<'a>>,
        /// For everyone who may see the entry.
        note = "note" optional Text<'a> as Lines,
        /// An address to go with it.
        link = "link" optional Scalar<'a> as Url,
        /// Where it can be watched.
        stream = "stream" optional Scalar<'a> as Url,
        /// The keys of the sources that support it.
        sources = "sources" optional Items<Scalar<'a>> as Id,
        /// What other sources say.
        disputed = "disputed" optional Items<Dispute<'a>>,
        /// What happened.
        actual = "actual" optional Box<Actual<'a>>,
        /// Hidden until then: an instant, or a map that says when it lifts and who has it before.
        embargo = "embargo" optional Box<Embargo<'a>>,
        /// The identity it was published under before, as visit/entry.
        formerly = "formerly" optional Scalar<'a> as Identity,
        /// The UID that it had in a calendar that was imported; it comes before the first publication, and stays.
        uid = "uid" optional Scalar<'a> as Uid,
        /// Warnings that do not apply here, each with the reason.
        allow = "allow" optional Table<'a, Text<'a>> as Lines keyed Warning,
        /// For accredited press and staff.
        press = "press" optional Box<Press<'a>>,
        /// For staff.
        staff = "staff" optional Box<Staff<'a>>,
    }
}

impl Entry<'_> {
    /// Where its id stands, or else the entry.
    pub(crate) fn id_at(&self) -> NodeId {
        self.id.as_ref().map_or(self.at, |scalar| scalar.at)
    }
}

shape! {
    /// When something is: only what was announced.
    pub TimeKeys as "a time" {
        /// The time of the beginning, with its day: 2025-08-25 12:15.
        start = "start" optional Scalar<'a> as DateTime,
        /// The time of the end; without a day it is on the same one.
        end = "end" optional Scalar<'a> as TimeOrDateTime,
        /// How long it takes, instead of the end: 1h30m.
        length = "for" optional Scalar<'a> as Length,
        /// Whether the time is approximate: true, or start or end where one of them alone is.
        about = "about" optional About<'a>,
        /// Whether the time is still to be confirmed.
        tbc = "tbc" optional Flag,
        /// The day, when no time was announced.
        date = "date" optional Scalar<'a> as Date,
        /// The part of that day.
        part = "part" optional Scalar<'a> as Part,
        /// A window of that day: two times. It may run over midnight, and end at 24:00.
        between = "between" optional Items<Scalar<'a>> as WindowTime,
        /// A time of that day, before which it does not begin.
        not_before = "not_before" optional Scalar<'a> as Time,
        /// A time of that day, after which it does not begin.
        not_after = "not_after" optional Scalar<'a> as WindowTime,
        /// The first of several days.
        from = "from" optional Scalar<'a> as Date,
        /// The last of several days.
        to = "to" optional Scalar<'a> as Date,
        /// The entry that it follows: entry, or visit/entry of another visit. Of a list, it follows the last of them.
        after = "after" optional OneOrMany<Scalar<'a>> as EntryName,
        /// The entry that it comes before.
        before = "before" optional Scalar<'a> as EntryName,
        /// The zone, where it is not the visit's.
        zone = "zone" optional Scalar<'a> as Zone,
        /// Which is meant of a time that clocks show twice.
        fold = "fold" optional Scalar<'a> as Fold,
    }
}

shape! {
    /// One end of a journey: its time, its place, and what happened.
    EndMap as "an end of a journey" {
        ..time: TimeKeys,
        /// Where.
        place = "place" optional Place<'a>,
        /// What happened.
        actual = "actual" optional Actual<'a>,
    }
}

shape! {
    /// What happened: any time, or an end alone, beside the plan and never instead of it.
    pub Actual as "what happened" {
        ..time: TimeKeys,
        /// In words, what the time does not say.
        says = "says" optional Text<'a>,
        /// The keys of the sources that support it.
        sources = "sources" optional Items<Scalar<'a>> as Id,
    }
}

shape! {
    /// Somebody who takes part, and as what.
    pub Role as "somebody who takes part" {
        /// Who.
        who = "who" required Text<'a>,
        /// As what.
        role = "as" required Text<'a>,
    }
}

/// Somebody who takes part: a text, or a map that says as what.
#[derive(Debug, Clone)]
pub struct Participant<'a> {
    /// Who.
    pub who: Option<Text<'a>>,
    /// As what.
    pub role: Option<Text<'a>>,
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for Participant<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        let is_who = |key: &Node<'_>| matches!(&key.value, Value::Text(key) if key == "who");
        if matches!(&node.value, Value::Map(pairs) if pairs.iter().any(|(key, _)| is_who(key))) {
            return Role::read(node, reader).map(|role| Participant { who: role.who, role: role.role });
        }
        Text::read(node, reader).map(|who| Participant { who: Some(who), role: None })
    }

    fn form() -> Form {
        Form::Either(vec![Text::form(), Role::form()])
    }
}

shape! {
    /// A stop on a journey, such as one for fuel.
    pub Stop as "a stop on the way" {
        /// Where.
        place = "place" optional Place<'a>,
        /// The zone of its times, where it is not the visit's.
        zone = "zone" optional Scalar<'a> as Zone,
        /// When it arrives there.
        arrive = "arrive" optional When<'a>,
        /// When it leaves there.
        depart = "depart" optional When<'a>,
    }
}

/// What is approximate of a time, as written.
#[derive(Debug, Clone)]
pub enum About<'a> {
    /// Both its ends, or none.
    Both(Flag),
    /// One of them, by a word.
    One(Scalar<'a>),
}

impl About<'_> {
    /// Where it stands.
    #[must_use]
    pub fn at(&self) -> NodeId {
        match self {
            About::Both(flag) => flag.at,
            About::One(word) => word.at,
        }
    }
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for About<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        match node.value {
            Value::Text(text) => Some(About::One(Scalar { at: node.id, text })),
            _ => Flag::read(node, reader).map(About::Both),
        }
    }

    fn form() -> Form {
        Form::Either(vec![Form::Flag, Form::Word("start"), Form::Word("end")])
    }
}

/// When something is, as written: of the keys of a map, `check` says what form they make.
#[derive(Debug, Clone)]
pub enum When<'a> {
    /// A bare word instead of a map: only `tba` is one.
    Word(Scalar<'a>),
    /// A map.
    Keys(Box<TimeKeys<'a>>),
    /// It could not be read, which has been reported.
    Unreadable(NodeId),
}

impl When<'_> {
    /// Where it stands.
    #[must_use]
    pub fn at(&self) -> NodeId {
        match self {
            When::Word(word) => word.at,
            When::Keys(keys) => keys.at,
            When::Unreadable(at) => *at,
        }
    }

    /// The zone that it names.
    #[must_use]
    pub fn zone(&self) -> Option<&Scalar<'_>> {
        match self {
            When::Keys(keys) => keys.zone.as_ref(),
            _ => None,
        }
    }
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for When<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        let at = node.id;
        if let Value::Text(text) = node.value {
            return Some(When::Word(Scalar { at, text }));
        }
        Some(Box::read(node, reader).map_or(When::Unreadable(at), When::Keys))
    }

    fn form() -> Form {
        Form::Either(vec![Form::Word("tba"), TimeKeys::form().named("When")])
    }
}

/// One end of a journey: its time, its place, and what happened.
#[derive(Debug, Clone)]
pub struct End<'a> {
    /// Where it stands.
    pub at: NodeId,
    /// When.
    pub when: When<'a>,
    /// Where.
    pub place: Option<Place<'a>>,
    /// What happened.
    pub actual: Option<Actual<'a>>,
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for End<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        let at = node.id;
        if let Value::Text(_) = node.value {
            return When::read(node, reader).map(|when| End { at, when, place: None, actual: None });
        }
        Some(match EndMap::read(node, reader) {
            Some(map) => End { at: map.at, when: When::Keys(Box::new(map.time)), place: map.place, actual: map.actual },
            None => End { at, when: When::Unreadable(at), place: None, actual: None },
        })
    }

    fn form() -> Form {
        EndMap::form().named("End")
    }
}

shape! {
    /// Where something is, from the small to the large.
    pub Place as "a place" {
        /// The room.
        venue = "venue" optional Text<'a>,
        /// The building or grounds.
        site = "site" optional Text<'a>,
        /// The city.
        city = "city" optional Text<'a>,
        /// The country, as two letters of ISO 3166-1.
        country = "country" optional Scalar<'a> as Country,
        /// The point on the map, as degrees north and east: [38.8974, -77.0374].
        geo = "geo" optional Items<Scalar<'a>> as Degrees,
    }
}
