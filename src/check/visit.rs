//! A visit's file: its fields, sources and entries.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::embargo::{self, EmbargoDraft};
use super::{Checker, MAX_COMPARED, example, rules};
use crate::diagnostic::{Code, Report, Severity, codes};
use crate::document::{self, File, Items, NodeId, Scalar, certain, respelt, shortened, with_suggestion};
use crate::programme::{Audience, Dispute, Entry, Id, Published, Source, Status, StatusKind, Text, Visit, VisitKind};
use crate::zone::{Database, Zone};

/// What an entry says that only the whole schedule can bind, with where it says so.
#[derive(Debug, Default)]
pub(super) struct UnresolvedRefs {
    /// `after` and `before` of the entry, or of a journey's ends, or of what happened, in the order written.
    pub(super) others: Vec<OtherRef>,
    /// `part_of`, as written.
    pub(super) part_of: Option<(NodeId, String)>,
    /// `formerly`, as written.
    pub(super) formerly: Option<(NodeId, String)>,
    /// `embargo`: the entry's own, or else the visit's.
    pub(super) embargo: Option<EmbargoDraft>,
    /// `uid`, as written.
    pub(super) uid: Option<(NodeId, String)>,
    /// Where the entry's id stands.
    pub(super) id: Option<NodeId>,
}

/// Another entry that a time names, as written.
#[derive(Debug)]
pub(super) struct OtherRef {
    pub(super) at: NodeId,
    pub(super) name: String,
    /// Whether it is named under `before`.
    pub(super) is_before: bool,
}

/// The ids of a visit's entries: where each stands, and which entry it is.
type EntryIds = HashMap<Id, (NodeId, usize)>;

/// Where an entry stands, for what is said of it when the rest of what was written is gone.
#[derive(Debug)]
pub(super) struct EntryNodes {
    /// Its position among those written.
    pub(super) row: usize,
    /// Its id, or else the entry.
    pub(super) id: NodeId,
    /// Its time; of a journey, its departure.
    pub(super) when: NodeId,
    /// Its arrival; of an entry that is no journey, its time.
    pub(super) arrival: NodeId,
    /// The codes of the warnings that it allows.
    allowed: Vec<Code>,
}

impl EntryNodes {
    fn of(written: &document::Entry<'_>, row: usize, allowed: Vec<Code>) -> Self {
        let id = written.id_at();
        let when = match (&written.when, &written.depart) {
            (Some(when), _) => when_at(when),
            (None, Some(end)) => when_at(&end.when),
            (None, None) => id,
        };
        let arrival = written.arrive.as_ref().map_or(when, |end| when_at(&end.when));
        EntryNodes { row, id, when, arrival, allowed }
    }

    /// Whether its author allows a warning.
    pub(super) fn allows(&self, code: Code) -> bool {
        self.allowed.contains(&code)
    }
}

/// The scalar that says when, or else all of the time.
pub(super) fn when_at(when: &document::When<'_>) -> NodeId {
    let document::When::Keys(keys) = when else { return when.at() };
    let scalars = [&keys.start, &keys.date, &keys.from].into_iter().flatten();
    let others = keys.after.iter().flat_map(|after| &after.items).chain(&keys.before);
    scalars.chain(others).next().map_or(keys.at, |scalar| scalar.at)
}

/// A visit that still has references to bind.
#[derive(Debug)]
pub(super) struct VisitDraft<'f> {
    pub(super) file: &'f File,
    /// The id, if it is one, and where it stands.
    pub(super) id: Option<(Id, NodeId)>,
    /// The ids of all entries, also of those that are wrong otherwise.
    pub(super) ids: EntryIds,
    /// One for each entry as written, so one for each of the visit's if nothing is wrong.
    pub(super) unresolved: Vec<UnresolvedRefs>,
    /// The visit; `None` if something in it is an error.
    pub(super) visit: Option<Visit>,
    /// For each entry of the visit, where it stands.
    pub(super) nodes: Vec<EntryNodes>,
    /// Whether nothing in the file itself is an error.
    pub(super) valid: bool,
}

impl VisitDraft<'_> {
    /// Visits stand by first day, then by id: never by the order of a folder.
    pub(super) fn order(&self) -> (Option<NaiveDate>, Option<&str>, &str) {
        let first = self.visit.as_ref().map(|visit| visit.from);
        (first, self.id.as_ref().map(|(id, _)| id.as_str()), self.file.path())
    }
}

/// Reads a visit's file and checks all of it that does not need another file; with the draft comes what was written,
/// which takes as much room as all the rest and is not to be kept for long.
pub(super) fn read<'f>(
    file: &'f File,
    database: Database,
    report: &mut Report,
) -> Option<(VisitDraft<'f>, document::Visit<'f>)> {
    let written = document::read::<document::Visit<'_>>(file, report)?;
    document::find_cut_texts(file, report);
    document::find_doubts(file, report);
    let mut draft = Checker::new(file, database, report).visit(&written);
    embargo::bind(&mut draft, report);
    draft.valid = !report.has_errors();
    Some((draft, written))
}

/// What a visit lends to its entries.
pub(super) struct VisitDefaults<'v> {
    pub(super) visit: Option<&'v Id>,
    pub(super) zone: Option<Zone>,
    pub(super) days: Option<(NaiveDate, NaiveDate)>,
    pub(super) audience: Option<Audience>,
    pub(super) status: Option<Status>,
    pub(super) embargo: Option<EmbargoDraft>,
    pub(super) sources: &'v HashMap<String, usize>,
}

impl<'f> Checker<'f, '_> {
    fn visit(&mut self, written: &document::Visit<'_>) -> VisitDraft<'f> {
        self.example = example::of(written).unwrap_or(self.example);
        self.city_zones = rules::zones_beside_unknown(written, self.database);
        let id = written.visit.as_ref().and_then(|scalar| Some((self.file_id(scalar)?, scalar.at)));
        let kind =
            written.kind.as_ref().and_then(|word| self.word(word, "kind of visit", VisitKind::ALL, VisitKind::word));
        let title = self.line(written.title.as_ref());
        let principals = self.visit_principals(written);
        let counterpart = self.line(written.counterpart.as_ref());
        let host = self.line(written.host.as_ref());
        let location = self.line(written.location.as_ref());
        let zone = written.zone.as_ref().and_then(|scalar| self.zone(scalar));
        let days = written.dates.as_ref().and_then(|dates| self.dates(dates));
        let audience = written.audience.as_ref().and_then(|word| self.audience(word));
        let status = written.status.as_ref().and_then(|word| self.status(Some(word), written.reason.as_ref()));
        let (sources, keys) = self.sources(written);
        let disputed = self.disputes(written.disputed.as_ref(), VISIT_FIELDS, &keys);
        let defaults = VisitDefaults {
            visit: id.as_ref().map(|(id, _)| id),
            zone,
            days,
            audience,
            status: status.clone(),
            embargo: written.embargo.as_deref().and_then(|embargo| self.embargo(embargo, true)),
            sources: &keys,
        };
        let press = written.press.as_deref().map(|press| self.visit_press(press, zone));
        let mut draft = VisitDraft {
            file: self.file,
            id: None,
            ids: EntryIds::new(),
            unresolved: Vec::new(),
            visit: None,
            nodes: Vec::new(),
            valid: true,
        };
        let entries = self.entries(written, &defaults, &mut draft);
        draft.visit = id.as_ref().and_then(|(id, _)| {
            let (from, to) = days?;
            Some(Visit {
                id: id.clone(),
                kind: kind?,
                title: title?,
                principals: principals?,
                counterpart,
                host,
                location,
                zone: zone?,
                from,
                to,
                status,
                disputed: disputed?,
                press,
                sources,
                entries,
            })
        });
        VisitDraft { id, ..draft }
    }

    /// Whose visit it is: of one or of several.
    fn visit_principals(&mut self, written: &document::Visit<'_>) -> Option<Vec<Text>> {
        match (&written.principal, &written.principals) {
            (None, None) => {
                let (message, help) =
                    ("A visit needs the key “principal”.", "Add “principal:”, or “principals:” of several.");
                self.refuse(codes::MISSING_KEY, written.at, message, help)
            }
            (Some(_), Some(several)) => {
                let message = "“principals” does not go with “principal”.";
                self.refuse(codes::TWO_FORMS, several.at, message, "Keep one of the two.")
            }
            (Some(one), None) => self.line(Some(one)).map(|one| vec![one]),
            (None, Some(several)) => {
                let texts: Vec<Text> = several.items.iter().filter_map(|text| self.line(Some(text))).collect();
                (!texts.is_empty()).then_some(texts)
            }
        }
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
            let help = "Write the first day as “from”, the last as “to”.";
            return self.refuse(codes::END_NOT_LATER, last.at, "The visit ends before it begins.", help);
        }
        Some((from, to))
    }

    pub(super) fn status(&mut self, word: Option<&Scalar<'_>>, reason: Option<&document::Text<'_>>) -> Option<Status> {
        let kind = word.and_then(|word| self.word(word, "status", StatusKind::ALL, StatusKind::word))?;
        Some(Status { kind, reason: self.line(reason) })
    }

    /// The visit's sources, and their positions by key. A wrong one keeps its key, so that not each
    /// citation is reported too.
    fn sources(&mut self, written: &document::Visit<'_>) -> (Vec<Source>, HashMap<String, usize>) {
        let mut sources = Vec::new();
        let mut positions = HashMap::new();
        for (name, source) in written.sources.iter().flat_map(|table| &table.entries) {
            positions.insert(name.text.to_string(), sources.len());
            let key = self.id(name);
            let publisher = self.line(source.publisher.as_ref());
            let title = self.line(source.title.as_ref());
            let via = self.line(source.via.as_ref());
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
            let (place, code) = (self.file.place(scalar.at), (codes::UNKNOWN_SOURCE, Severity::Error));
            document::note(&place, self.report, code, |d| {
                let d = d.saying(format!("The visit has no source “{}”.", shortened(&scalar.text)));
                self.compared += sources.len();
                let known = sources.keys().map(String::as_str).filter(|_| self.compared <= MAX_COMPARED);
                with_suggestion(d, &scalar.text, known, || "Add it to the visit's “sources”.".to_owned())
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
        let mut valid = true;
        let mut disputes = Vec::new();
        for dispute in written.iter().flat_map(|items| &items.items) {
            let field = dispute.field.as_ref().and_then(|scalar| self.field(scalar, fields));
            let says = self.line(dispute.says.as_ref());
            let source = dispute.source.as_ref().and_then(|scalar| self.cited(scalar, sources));
            match (field, says, source) {
                (Some(field), Some(says), Some(source)) => disputes.push(Dispute { field, says, source }),
                _ => valid = false,
            }
        }
        valid.then_some(disputes)
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

    fn entries(
        &mut self,
        written: &document::Visit<'_>,
        defaults: &VisitDefaults<'_>,
        draft: &mut VisitDraft<'_>,
    ) -> Vec<Entry> {
        let Some(list) = &written.entries else { return Vec::new() };
        if list.empty {
            self.error(codes::NO_ENTRIES, list.at, |d| {
                d.saying("This visit has no entries.").with_help("Write at least one, if only {when: tba}.")
            });
        }
        let mut entries = Vec::with_capacity(list.items.len());
        for (row, written) in list.items.iter().enumerate() {
            if let Some(scalar) = &written.id
                && let Some(id) = Id::parse(&scalar.text)
                && let Some((first, _)) = draft.ids.insert(id, (scalar.at, row))
            {
                let earlier = self.file.place(first);
                self.error(codes::DUPLICATE_ID, scalar.at, |d| {
                    d.saying(format!("Another entry of this visit has the id “{}”.", scalar.text))
                        .with_help("Give one of them another id. An id that was published stays with its entry.")
                        .with_related(earlier, "It is first used here.")
                });
            }
            self.allowed = self.allowances(written);
            self.unresolved.id = written.id.as_ref().map(|scalar| scalar.at);
            if !self.city_zones.is_empty() {
                self.own_zones = rules::zones_of(written, self.database).collect();
            }
            let entry = self.entry(written, defaults);
            let allowed = std::mem::take(&mut self.allowed);
            draft.unresolved.push(std::mem::take(&mut self.unresolved));
            if let Some(entry) = entry {
                entries.push(entry);
                draft.nodes.push(EntryNodes::of(written, row, allowed));
            }
        }
        entries
    }
}

/// The fields of a visit that a source can contradict.
pub(crate) const VISIT_FIELDS: &[&str] =
    &["kind", "title", "principal", "counterpart", "host", "zone", "dates", "status"];

/// The fields of an entry that a source can contradict.
pub(crate) const ENTRY_FIELDS: &[&str] = &[
    "kind",
    "title",
    "when",
    "depart",
    "via",
    "arrive",
    "place",
    "part_of",
    "status",
    "access",
    "principal",
    "with",
    "note",
    "link",
    "stream",
    "actual",
];
