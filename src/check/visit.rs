//! A visit's file: its fields, sources and entries.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::Desk;
use super::texts::Lines;
use crate::diagnostic::{Code, Report, codes};
use crate::document::{self, File, Items, NodeId, Scalar, certain, nearest, respelt, shortened};
use crate::programme::{Audience, Dispute, Entry, Id, Published, Source, Status, StatusKind, Visit, VisitKind};
use crate::zone::Zone;

/// What an entry says that only the whole schedule can bind, with where it says so.
#[derive(Debug, Default)]
pub(super) struct Pins {
    /// `after` of the entry, or of a journey's ends, or of what happened, in the order written.
    pub(super) after: Vec<(NodeId, String)>,
    /// `formerly`, as written.
    pub(super) formerly: Option<(NodeId, String)>,
    /// Where the entry's id stands.
    pub(super) id: Option<NodeId>,
}

/// The ids of a visit's entries: where each stands, and which entry it is.
type EntryIds = HashMap<Id, (NodeId, usize)>;

/// Entries that could be read, the position of each among those written, and the pins and ids of all.
type Entries = (Vec<Entry>, Vec<Marks>, Vec<Pins>, EntryIds);

/// Where an entry stands, for what is said of it when the rest of what was written is gone.
#[derive(Debug)]
pub(super) struct Marks {
    /// Its position among those written.
    pub(super) row: usize,
    /// Its id, or else the entry.
    pub(super) id: NodeId,
    /// Its time; of a journey, its departure.
    pub(super) when: NodeId,
    /// Its arrival; of an entry that is no journey, its time.
    pub(super) arrival: NodeId,
    /// The codes that it waves through.
    allowed: Vec<Code>,
}

impl Marks {
    fn of(written: &document::Entry<'_>, row: usize, allowed: Vec<Code>) -> Self {
        let id = written.id.as_ref().map_or(written.at, |scalar| scalar.at);
        let when = match (&written.when, &written.depart) {
            (Some(when), _) => when_at(when),
            (None, Some(end)) => when_at(&end.when),
            (None, None) => id,
        };
        let arrival = written.arrive.as_ref().map_or(when, |end| when_at(&end.when));
        Marks { row, id, when, arrival, allowed }
    }

    /// Whether its author has waved a warning through.
    pub(super) fn allows(&self, code: Code) -> bool {
        self.allowed.contains(&code)
    }
}

/// The scalar that says when, or else all of the time.
pub(super) fn when_at(when: &document::When<'_>) -> NodeId {
    let scalars = [&when.word, &when.start, &when.date, &when.from, &when.after];
    scalars.into_iter().flatten().next().map_or(when.at, |scalar| scalar.at)
}

/// A visit that still has references to bind.
#[derive(Debug)]
pub(super) struct Draft<'f> {
    pub(super) file: &'f File,
    /// The id, if it is one, and where it stands.
    pub(super) id: Option<(Id, NodeId)>,
    /// The ids of all entries, also of those that are wrong otherwise: where they stand, and which entry it is.
    pub(super) ids: EntryIds,
    /// One for each entry as written, so one for each of the visit's if nothing is wrong.
    pub(super) pins: Vec<Pins>,
    /// The visit; `None` if something in it is an error.
    pub(super) visit: Option<Visit>,
    /// For each entry of the visit, where it stands.
    pub(super) marks: Vec<Marks>,
    /// Where the visit stands.
    pub(super) at: NodeId,
    /// Whether nothing in the file itself is an error.
    pub(super) whole: bool,
}

impl Draft<'_> {
    /// Visits stand by first day, then by id: never by the order of a folder.
    pub(super) fn order(&self) -> (Option<NaiveDate>, Option<&str>, &str) {
        let first = self.visit.as_ref().map(|visit| visit.from);
        (first, self.id.as_ref().map(|(id, _)| id.as_str()), self.file.path())
    }
}

/// Reads a visit's file and checks all of it that does not need another file. `look` sees it as it was written, too, of
/// which nothing is kept: that of a hundred thousand entries would take as much room as all the rest.
pub(super) fn read<'f>(
    file: &'f File,
    report: &mut Report,
    look: impl FnOnce(&mut Draft<'f>, &document::Visit<'_>, &mut Report),
) -> Option<Draft<'f>> {
    let written = document::read::<document::Visit<'_>>(file, report)?;
    document::find_cut_texts(file, report);
    let mut draft = Desk::new(file, report).visit(&written);
    look(&mut draft, &written, report);
    Some(draft)
}

/// What a visit lends to its entries.
pub(super) struct Frame<'v> {
    pub(super) visit: Option<&'v Id>,
    pub(super) zone: Option<Zone>,
    pub(super) days: Option<(NaiveDate, NaiveDate)>,
    pub(super) audience: Option<Audience>,
    pub(super) status: Option<Status>,
    pub(super) sources: &'v HashMap<String, usize>,
}

impl<'f> Desk<'f, '_> {
    fn visit(&mut self, written: &document::Visit<'_>) -> Draft<'f> {
        let id = written.visit.as_ref().and_then(|scalar| Some((self.file_id(scalar)?, scalar.at)));
        let kind =
            written.kind.as_ref().and_then(|word| self.word(word, "kind of visit", VisitKind::ALL, VisitKind::word));
        let title = written.title.as_ref().and_then(|text| self.text(text, Lines::One));
        let principal = written.principal.as_ref().and_then(|text| self.text(text, Lines::One));
        let counterpart = written.counterpart.as_ref().and_then(|text| self.text(text, Lines::One));
        let zone = written.zone.as_ref().and_then(|scalar| self.zone(scalar));
        let days = written.dates.as_ref().and_then(|dates| self.dates(dates));
        let audience = written.audience.as_ref().and_then(|word| self.audience(word));
        let status = written.status.as_ref().and_then(|word| self.status(Some(word), written.reason.as_ref()));
        let (sources, keys) = self.sources(written);
        let disputed = self.disputes(written.disputed.as_ref(), VISIT_FIELDS, &keys);
        let frame = Frame {
            visit: id.as_ref().map(|(id, _)| id),
            zone,
            days,
            audience,
            status: status.clone(),
            sources: &keys,
        };
        let (entries, marks, pins, ids) = self.entries(written, &frame);
        let visit = id.as_ref().and_then(|(id, _)| {
            let (from, to) = days?;
            Some(Visit {
                id: id.clone(),
                kind: kind?,
                title: title?,
                principal: principal?,
                counterpart,
                zone: zone?,
                from,
                to,
                status,
                disputed: disputed?,
                sources,
                entries,
            })
        });
        Draft { file: self.file, at: written.at, id, ids, pins, visit, marks, whole: true }
    }

    pub(super) fn audience(&mut self, word: &Scalar<'_>) -> Option<Audience> {
        self.word(word, "audience", Audience::ALL, Audience::word)
    }

    fn dates(&mut self, dates: &document::Dates<'_>) -> Option<(NaiveDate, NaiveDate)> {
        let from = dates.from.as_ref().and_then(|scalar| self.date(scalar));
        let last = dates.to.as_ref()?;
        let (from, to) = (from, self.date(last)?);
        let from = from?;
        if to < from {
            self.error(codes::END_NOT_LATER, last.at, |d| {
                d.saying("The visit ends before it begins.")
                    .with_help("Write the first day as “from”, the last as “to”.")
            });
            return None;
        }
        Some((from, to))
    }

    pub(super) fn status(&mut self, word: Option<&Scalar<'_>>, reason: Option<&document::Text<'_>>) -> Option<Status> {
        let kind = word.and_then(|word| self.word(word, "status", StatusKind::ALL, StatusKind::word))?;
        let reason = reason.map(|text| self.text(text, Lines::One));
        Some(Status { kind, reason: reason.flatten() })
    }

    /// The visit's sources, and their positions by key. A wrong one keeps its key, lest each citation be reported too.
    fn sources(&mut self, written: &document::Visit<'_>) -> (Vec<Source>, HashMap<String, usize>) {
        let mut sources = Vec::new();
        let mut positions = HashMap::new();
        for (name, source) in written.sources.iter().flat_map(|table| &table.entries) {
            positions.insert(name.text.to_string(), sources.len());
            let key = self.id(name);
            let publisher = source.publisher.as_ref().and_then(|text| self.text(text, Lines::One));
            let title = source.title.as_ref().and_then(|text| self.text(text, Lines::One));
            let via = source.via.as_ref().and_then(|text| self.text(text, Lines::One));
            let url = source.url.as_ref().and_then(|scalar| self.address(scalar));
            let date = source.published.as_ref().and_then(|scalar| self.published(scalar));
            let language = source.language.as_ref().and_then(|tag| self.language(tag));
            if let (Some(key), Some(publisher)) = (key, publisher) {
                sources.push(Source { key, publisher, title, via, url, published: date, language });
            }
        }
        (sources, positions)
    }

    fn published(&mut self, scalar: &Scalar<'_>) -> Option<Published> {
        if scalar.text.len() <= 10 {
            return self.date(scalar).map(Published::Date);
        }
        self.instant(scalar).map(Published::Instant)
    }

    pub(super) fn cited(&mut self, scalar: &Scalar<'_>, sources: &HashMap<String, usize>) -> Option<usize> {
        let found = sources.get(&*scalar.text).copied();
        if found.is_none() {
            self.error(codes::UNKNOWN_SOURCE, scalar.at, |d| {
                let known = sources.keys().map(String::as_str);
                let help = match nearest(&scalar.text, known.clone()) {
                    Some(key) => format!("Did you mean “{key}”?"),
                    None => "Add it to the visit's “sources”.".to_owned(),
                };
                let fix = certain(&scalar.text, known).and_then(|key| respelt(&d.place, &scalar.text, key));
                let message = format!("The visit has no source “{}”.", shortened(&scalar.text));
                d.saying(message).with_help(help).with_fix(fix)
            });
        }
        found
    }

    pub(super) fn citations(
        &mut self,
        cited: Option<&Items<Scalar<'_>>>,
        sources: &HashMap<String, usize>,
    ) -> Vec<usize> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        for scalar in cited.iter().flat_map(|items| &items.items) {
            if let Some(source) = self.cited(scalar, sources)
                && seen.insert(source)
            {
                found.push(source);
            }
        }
        found
    }

    /// `None` if one of them is wrong.
    pub(super) fn disputes(
        &mut self,
        written: Option<&Items<document::Dispute<'_>>>,
        fields: &'static [&'static str],
        sources: &HashMap<String, usize>,
    ) -> Option<Vec<Dispute>> {
        let mut whole = true;
        let mut disputes = Vec::new();
        for dispute in written.iter().flat_map(|items| &items.items) {
            let field = dispute.field.as_ref().and_then(|scalar| self.field(scalar, fields));
            let says = dispute.says.as_ref().and_then(|text| self.text(text, Lines::One));
            let source = dispute.source.as_ref().and_then(|scalar| self.cited(scalar, sources));
            match (field, says, source) {
                (Some(field), Some(says), Some(source)) => disputes.push(Dispute { field, says, source }),
                _ => whole = false,
            }
        }
        whole.then_some(disputes)
    }

    fn field(&mut self, scalar: &Scalar<'_>, fields: &'static [&'static str]) -> Option<&'static str> {
        let known = fields.iter().copied().find(|field| *field == scalar.text);
        if known.is_some() {
            return known;
        }
        self.error(codes::UNKNOWN_FIELD, scalar.at, |d| {
            let fix =
                certain(&scalar.text, fields.iter().copied()).and_then(|name| respelt(&d.place, &scalar.text, name));
            d.saying(format!("“{}” is no field that can be disputed here.", shortened(&scalar.text)))
                .with_help(format!("Write one of: {}.", fields.join(", ")))
                .with_fix(fix)
        });
        None
    }

    fn entries(&mut self, written: &document::Visit<'_>, frame: &Frame<'_>) -> Entries {
        let Some(list) = &written.entries else { return Entries::default() };
        let (mut entries, mut marks, mut pins, mut ids) = Entries::default();
        if list.empty {
            self.error(codes::NO_ENTRIES, list.at, |d| {
                d.saying("This visit has no entries.").with_help("Write at least one, if only {when: tba}.")
            });
        }
        for (row, written) in list.items.iter().enumerate() {
            let entry = written;
            if let Some(scalar) = &entry.id
                && let Some(id) = Id::parse(&scalar.text)
                && let Some((first, _)) = ids.insert(id, (scalar.at, pins.len()))
            {
                let earlier = self.place(first);
                self.error(codes::DUPLICATE_ID, scalar.at, |d| {
                    d.saying(format!("Another entry of this visit has the id “{}”.", scalar.text))
                        .with_help("Give one of them another id. An id that was published stays with its entry.")
                        .with_related(earlier, "It is first used here.")
                });
            }
            self.allowed = self.allowances(entry);
            let mut pin = Pins { id: entry.id.as_ref().map(|scalar| scalar.at), ..Pins::default() };
            if let Some(entry) = self.entry(entry, frame, &mut pin) {
                entries.push(entry);
                marks.push(Marks::of(written, row, std::mem::take(&mut self.allowed)));
            }
            pins.push(pin);
            self.allowed.clear();
        }
        (entries, marks, pins, ids)
    }
}

/// The fields of a visit that a source can contradict.
pub(crate) const VISIT_FIELDS: &[&str] = &["kind", "title", "principal", "counterpart", "zone", "dates", "status"];

/// The fields of an entry that a source can contradict.
pub(crate) const ENTRY_FIELDS: &[&str] = &[
    "kind",
    "title",
    "when",
    "depart",
    "arrive",
    "place",
    "status",
    "access",
    "principal",
    "with",
    "note",
    "link",
    "actual",
];
