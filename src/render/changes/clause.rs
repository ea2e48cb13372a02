//! What is said of a change: a clause for each field, in the words of a language.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::Datelike;

use crate::locale::{Label, Phrase, Told};
use crate::programme::{About, Language, Participant, StatusKind, Text, TimedSpan, When};
use crate::render::localizer::Localizer;
use crate::revision::{Change, FieldChange, Kind, Publication, Snapshot, Subject, Value};
use crate::zone::{Database, Moment};

/// One thing that is said of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The key of what changed; `entry` or `visit` for all of it.
    pub field: &'static str,
    /// How that is called.
    pub name: String,
    /// What became of it, in words.
    pub words: String,
    /// What it is now.
    pub now: Option<String>,
    /// What it was.
    pub was: Option<String>,
    /// Both as data.
    pub values: [Option<Value>; 2],
    /// What stands around what it was, in the language.
    before: [String; 2],
}

impl Clause {
    /// `time: 25 Aug 12:15 EDT → 25 Aug 12:45 EDT`, where it was something and is something; otherwise the sentence.
    #[cfg(feature = "notify")]
    #[must_use]
    pub(in crate::render) fn difference(&self) -> String {
        match (&self.was, &self.now) {
            (Some(was), Some(now)) => [&self.name, &*self.before[0], was, " → ", now].concat(),
            _ => self.sentence(),
        }
    }

    /// `time announced: 25 Aug 12:15–12:45 EDT (was: 25 Aug, time to be announced)`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text = self.words.clone();
        if let Some(now) = &self.now {
            let _ = write!(text, "{}{now}", self.before[0]);
        }
        if let Some(was) = &self.was {
            text.push_str(&self.before[1].replace('%', was));
        }
        text
    }
}

/// Puts changes into words.
struct Wording<'l, 'a> {
    localizer: &'l Localizer<'a>,
    /// By which the times of a change are read.
    database: Database,
}

/// What there is to say of a change to those who write the schedules: in the words of one language, of all languages.
pub(in crate::render) fn clauses(localizer: &Localizer<'_>, change: &Change) -> Vec<Clause> {
    let localizer = &for_change(localizer, change);
    let wording = Wording { localizer, database: change.database };
    let mut clauses = Vec::new();
    for field in fields_told(change) {
        if field.field == "at" {
            let was = field.was.as_ref().and_then(|was| wording.value("at", was)).unwrap_or_default();
            clauses.push(wording.clause("at", "id", format!("renamed from {was}"), [None, None], &field));
            continue;
        }
        let of_field = wording.field(&field);
        if differs(&field, localizer.language, localizer.title) {
            clauses.extend(of_field);
        } else {
            clauses.extend(wording.other_languages(&field));
        }
    }
    wording.whole(change, clauses)
}

/// What there is to say of a change to readers of one language: nothing where what they read is the same.
pub(in crate::render) fn clauses_for_readers(localizer: &Localizer<'_>, change: &Change) -> Vec<Clause> {
    let localizer = &for_change(localizer, change);
    let wording = Wording { localizer, database: change.database };
    let fields = fields_told(change);
    let is_news = |field: &&FieldChange| field.field != "at" && differs(field, localizer.language, localizer.title);
    let told: Vec<Clause> = fields.iter().filter(is_news).flat_map(|field| wording.field(field)).collect();
    if told.is_empty() && !fields.is_empty() {
        return Vec::new();
    }
    wording.whole(change, told)
}

/// When what a change is of is now, or was.
#[cfg(feature = "notify")]
pub(in crate::render) fn when(localizer: &Localizer<'_>, change: &Change) -> Option<String> {
    let localizer = &for_change(localizer, change);
    let seen = change.after().or_else(|| change.before())?;
    Wording { localizer, database: change.database }.when(&seen)
}

/// The fields that are told one by one: of what is all new or gone, none.
fn fields_told(change: &Change) -> Vec<FieldChange> {
    if change.kind == Kind::Revised { change.fields() } else { Vec::new() }
}

/// Whether a field is another for readers of a language.
fn differs(field: &FieldChange, language: &Language, then: &Text) -> bool {
    let read = |value: &Option<Value>| value.as_ref().map(|value| value.in_language(language, then));
    field.was == Some(Value::Unknown) || field.now == Some(Value::Unknown) || read(&field.was) != read(&field.now)
}

/// Somebody who reads of a change: with the years that its days need, and the names of offsets.
fn for_change<'a>(localizer: &Localizer<'a>, change: &Change) -> Localizer<'a> {
    let states = [change.before(), change.after()];
    let seen = || states.iter().flatten();
    let moments: Vec<Moment> = seen().flat_map(|seen| seen.moments(change.database)).collect();
    let years: Vec<i32> = seen().filter_map(|seen| first_year(seen, change.database)).collect();
    let of_visit = states[1].as_ref().and_then(Snapshot::year).or_else(|| states[0].as_ref().and_then(Snapshot::year));
    let year = if years.windows(2).any(|pair| pair[0] != pair[1]) { Some(0) } else { of_visit };
    localizer.for_moments(&moments).beside_year(year)
}

/// The year of the first day that an entry names.
fn first_year(seen: &Snapshot, database: Database) -> Option<i32> {
    let when = ["when", "depart", "arrive"].into_iter().find_map(|key| seen.when(key, database)?.days());
    when.map(|(first, _)| first.year())
}

impl Wording<'_, '_> {
    fn clause(
        &self,
        field: &'static str,
        name: impl Into<String>,
        words: impl Into<String>,
        [now, was]: [Option<String>; 2],
        of: &FieldChange,
    ) -> Clause {
        let locale = self.localizer.locale;
        let before = [locale.punctuation().colon.to_owned(), locale.title_with("", &locale.was("%"))];
        let values = [of.was.clone(), of.now.clone()];
        Clause { field, name: name.into(), words: words.into(), now, was, values, before }
    }

    /// All of it, where it came, went, or no field can be told.
    fn whole(&self, change: &Change, told: Vec<Clause>) -> Vec<Clause> {
        if !told.is_empty() {
            return told;
        }
        let field = if matches!(change.subject, Subject::Visit(_)) { "visit" } else { "entry" };
        let locale = self.localizer.locale;
        let (before, after) = (change.before(), change.after());
        let when = |seen: Option<&Snapshot>| seen.and_then(|seen| self.when(seen));
        let (phrase, now, was) = match change.kind {
            Kind::Announced => (Phrase::ChangeAnnounced, when(after.as_ref()), None),
            Kind::Reinstated => (Phrase::ChangeReinstated, when(after.as_ref()), None),
            Kind::Revised => (Phrase::ChangeRevised, when(after.as_ref()).filter(|_| before.is_none()), None),
            Kind::Restricted => (Phrase::ChangeRestricted, None, None),
            Kind::Withdrawn => (Phrase::ChangeWithdrawn, None, when(before.as_ref())),
        };
        let mut words = locale.phrase(phrase).to_owned();
        let status = after.as_ref().and_then(Snapshot::status).map(|status| status.kind);
        if let (Some(status), true) = (status, matches!(change.kind, Kind::Announced | Kind::Reinstated))
            && status != StatusKind::Confirmed
        {
            words = locale.names(&[words.into(), locale.status(status).to_lowercase().into()]);
        }
        let none = FieldChange { field, was: None, now: None };
        vec![self.clause(field, locale.phrase(phrase), words, [now, was], &none)]
    }

    fn field(&self, change: &FieldChange) -> Vec<Clause> {
        let FieldChange { field, was, now } = change;
        let locale = self.localizer.locale;
        if *field == "sources" {
            return self.sources(change);
        }
        let name = locale.field(field).to_owned();
        let say = |value: &Option<Value>| value.as_ref().and_then(|value| self.value(field, value));
        let (now_words, was_words) = (say(now), say(was));
        // What the programme does without.
        let is_extra = ["note", "link", "stream", "contact", "disputed", "sources", "pool", "steps", "centre"]
            .iter()
            .any(|end| field.ends_with(end));
        let told = match (was, now) {
            (Some(Value::Unknown), Some(_)) | (None, None) => Told::Changed,
            (None, Some(_)) if is_extra => Told::Added,
            (Some(_), None) if is_extra => Told::Removed,
            (None, Some(_)) => Told::Announced,
            (Some(_), None) => Told::NoLongerGiven,
            (Some(was), Some(now)) => match (is_clock(was), is_clock(now)) {
                (false, true) => Told::TimeAnnounced,
                (true, false) => Told::NoLongerAnnounced,
                _ => Told::Changed,
            },
        };
        if *field == "status" {
            // A visit need not have one.
            let words = match (&now_words, &was_words) {
                (None, Some(was)) => {
                    return vec![self.clause(field, name, locale.no_longer(was), [None, None], change)];
                }
                _ => name.clone(),
            };
            return vec![self.clause(field, name, words, [now_words, was_words], change)];
        }
        if let (Some(Value::When(old)), Some(Value::When(new))) = (was, now)
            && now_words == was_words
            && old.as_ref().zone() != new.as_ref().zone()
        {
            let [new, old] = [new, old].map(|when| Some(when.as_ref().zone().name().to_owned()));
            let zone = locale.field("zone").to_owned();
            let name = if *field == "when" { zone } else { locale.title_with(&zone, &name) };
            let words = locale.told(&name, Told::Changed);
            return vec![self.clause(field, name, words, [new, old], change)];
        }
        let words = locale.told(&name, told);
        // Its point on the map alone may be another.
        let is_place = matches!((was, now), (Some(Value::Place(_)), Some(Value::Place(_))));
        if is_place && now_words == was_words {
            return vec![self.clause(field, name, words, [None, None], change)];
        }
        vec![self.clause(field, name, words, [now_words, was_words], change)]
    }

    /// A field that is the same in the language of the words and another in others: each by its name.
    fn other_languages(&self, change: &FieldChange) -> Vec<Clause> {
        let texts = [&change.was, &change.now].into_iter().flatten().flat_map(Value::texts);
        let mut languages: Vec<Language> = texts.flat_map(Text::spoken_languages).cloned().collect();
        languages.sort_unstable();
        languages.dedup();
        let locale = self.localizer.locale;
        let in_language = |language: &Language| {
            if !differs(change, language, self.localizer.title) {
                return None;
            }
            let read =
                |value: &Option<Value>| value.as_ref().map(|value| value.in_language(language, self.localizer.title));
            let of_language = FieldChange { field: change.field, was: read(&change.was), now: read(&change.now) };
            let named = locale.name(language.primary()).unwrap_or(language.tag());
            let name = format!("{named} {}", locale.field(change.field));
            let clauses = self.field(&of_language).into_iter().map(move |clause| {
                let words = clause.words.replacen(&clause.name, &name, 1);
                Clause { words, name: name.clone(), values: [change.was.clone(), change.now.clone()], ..clause }
            });
            Some(clauses.collect::<Vec<_>>())
        };
        languages.iter().filter_map(in_language).flatten().collect()
    }

    /// What a value says; nothing where no more is known than that there is one.
    fn value(&self, field: &str, value: &Value) -> Option<String> {
        let (localizer, locale) = (self.localizer, self.localizer.locale);
        Some(match value {
            Value::Text(text) if ["title", "part_of"].contains(&field) => locale.quoted(&plain(localizer, text)),
            Value::Text(text) => plain(localizer, text),
            Value::Texts(texts) => {
                locale.list(&texts.iter().map(|text| plain(localizer, text).into()).collect::<Vec<_>>())
            }
            Value::Stops(stops) => {
                let stop = |stop: &crate::revision::Stop| {
                    let arrive = stop.arrive.as_ref().map(When::as_ref);
                    let depart = stop.depart.as_ref().map(When::as_ref);
                    Cow::Owned(localizer.stop(stop.place.as_ref(), arrive.as_ref(), depart.as_ref()))
                };
                locale.list(&stops.iter().map(stop).collect::<Vec<_>>())
            }
            Value::People(people) => {
                let one = |person: &Participant| match &person.role {
                    None => plain(localizer, &person.who),
                    Some(role) => locale.title_with(&plain(localizer, &person.who), &plain(localizer, role)),
                };
                locale.list(&people.iter().map(|person| one(person).into()).collect::<Vec<_>>())
            }
            Value::Line(line) => line.clone(),
            Value::Status(status) => locale.status(*status).to_lowercase(),
            Value::Kind(kind) => locale.entry_kind(*kind).to_lowercase(),
            Value::VisitKind(kind) => locale.visit_kind(*kind).to_owned(),
            Value::Access(access) => localizer.access_marks(access)?,
            Value::Steps(steps) => {
                locale.list(&steps.iter().map(|step| localizer.step(step).into()).collect::<Vec<_>>())
            }
            Value::Place(place) => localizer.place(place)?,
            Value::When(when) => self.time(field, when),
            Value::Until(end, about) => {
                let span = TimedSpan { about: About::both(*about), ..TimedSpan::at(*end) };
                locale.until(&localizer.clock(&span))
            }
            Value::Days(from, to) => locale.date_range(*from, *to),
            Value::Zone(zone) => zone.name().to_owned(),
            Value::Sources(sources) => {
                let names = sources.iter().map(|(_, name)| name.as_ref().map(|name| self.publication(name).into()));
                locale.list(&names.collect::<Option<Vec<Cow<'_, str>>>>()?)
            }
            Value::Disputes(disputes) => {
                let dispute = |dispute: &crate::revision::Dispute| {
                    let says = locale.said_by(&plain(localizer, &dispute.says), &self.publication(&dispute.source));
                    Cow::Owned([locale.field(&dispute.field), locale.punctuation().colon, &says].concat())
                };
                locale.list(&disputes.iter().map(dispute).collect::<Vec<_>>())
            }
            Value::Unknown => return None,
        })
    }

    /// A time; that an end is not announced is said where there is to be one.
    fn time(&self, field: &str, when: &When<Text>) -> String {
        let listed = when.as_ref();
        let mut text = self.localizer.when(&listed);
        if listed.clock().is_some_and(|clock| clock.end.is_none()) && field == "when" {
            let locale = self.localizer.locale;
            text = locale.names(&[text.into(), locale.open_end_mark().into()]);
        }
        text
    }

    /// When an entry or a visit is, in a few words.
    fn when(&self, seen: &Snapshot) -> Option<String> {
        if let Some((from, to)) = seen.dates() {
            return Some(self.localizer.locale.date_range(from, to));
        }
        let of = |key: &str| seen.when(key, self.database);
        if let Some(when) = of("when") {
            return Some(self.time("when", &when));
        }
        let (depart, arrive) = (of("depart")?, of("arrive")?);
        let ends = [(Label::Departs, "depart", depart), (Label::Arrives, "arrive", arrive)];
        let ends =
            ends.map(|(label, field, when)| Cow::Owned(self.localizer.labelled(label, &self.time(field, &when))));
        Some(self.localizer.locale.list(&ends))
    }

    fn publication(&self, source: &Publication) -> String {
        let title = source.title.as_ref().map(|title| plain(self.localizer, title));
        self.localizer.locale.publication(&plain(self.localizer, &source.publisher), title.as_deref(), None, None)
    }

    fn sources(&self, change: &FieldChange) -> Vec<Clause> {
        let locale = self.localizer.locale;
        let of = |value: &Option<Value>| match value {
            Some(Value::Sources(sources)) => sources.clone(),
            _ => Vec::new(),
        };
        let (old, new) = (of(&change.was), of(&change.now));
        let only = |these: &[(String, Option<Publication>)], others: &[(String, Option<Publication>)]| {
            let these = these.iter().filter(|(key, _)| !others.iter().any(|(other, _)| other == key));
            these.map(|(_, name)| name.as_ref().map(|name| self.publication(name))).collect::<Vec<Option<String>>>()
        };
        let (mut added, mut removed) = (only(&new, &old), only(&old, &new));
        // One that only has another key, which is the author's own, neither came nor went.
        added.retain(|name| match removed.iter().position(|other| name.is_some() && other == name) {
            Some(at) => removed.remove(at).is_none(),
            None => true,
        });
        let mut clauses = Vec::new();
        let name = locale.label(Label::Source).to_lowercase();
        for (told, mut sources) in [(Told::Added, added), (Told::Removed, removed)] {
            if !sources.is_empty() {
                sources.dedup();
                // Of what an earlier version kept, no names are known.
                let names: Option<Vec<Cow<'_, str>>> = sources.into_iter().map(|name| name.map(Cow::Owned)).collect();
                let names = names.map(|names| locale.list(&names));
                clauses.push(self.clause("sources", name.clone(), locale.told(&name, told), [names, None], change));
            }
        }
        // What is called otherwise now.
        for (key, now) in &new {
            let was = old.iter().find(|(other, _)| other == key).and_then(|(_, was)| was.as_ref());
            let named = [now.as_ref(), was].map(|name| name.map(|name| self.publication(name)));
            if let [Some(now), Some(was)] = &named
                && now != was
            {
                clauses.push(self.clause("sources", name.clone(), locale.told(&name, Told::Changed), named, change));
            }
        }
        if clauses.is_empty() {
            clauses.push(self.clause(
                "sources",
                name.clone(),
                locale.told(locale.field("sources"), Told::Changed),
                [None, None],
                change,
            ));
        }
        clauses
    }
}

fn is_clock(value: &Value) -> bool {
    matches!(value, Value::When(when) if when.clock().is_some())
}

/// An author's text in the reader's language, or the one that stands for it.
pub(super) fn plain(localizer: &Localizer<'_>, text: &Text) -> String {
    text.localized(localizer.language, localizer.title).text.to_owned()
}
