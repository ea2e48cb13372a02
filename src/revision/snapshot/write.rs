//! Writing what is kept of an entry, or of a visit.

mod press;
mod times;
mod values;

use std::fmt::Write as _;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::listing::{AudienceMark, ListedActual, ListedDispute, ListedEntry, ListedTiming, ListedVisit};
use crate::programme::{Audience, Identity, Language, Place, Published, Source, Text, Visit};
use crate::revision::digest::{Digest, digest};
use crate::zone::{Moment, rfc3339};

/// What is kept of a visit with each of its entries.
#[derive(Debug, Clone, Copy)]
pub(in crate::revision) struct OfVisit {
    /// Of what shows of it in them.
    pub(in crate::revision) digest: Digest,
    /// Of what shows of it to the press and staff, where that is more.
    for_press: Option<Digest>,
    /// The year that its days are of; 0 where they are of two.
    year: i32,
}

impl OfVisit {
    pub(in crate::revision) fn new(visit: &Visit) -> Self {
        let mut json = Json::default();
        json.text(&visit.title);
        json.list(&visit.disputed, |json, dispute| {
            json.string(dispute.field);
            json.text(&dispute.says);
            json.source(&visit.sources()[dispute.source]);
        });
        if let Some(host) = &visit.host {
            json.text(host);
        }
        let own = digest(json.out.as_bytes());
        let for_press = visit.press.as_ref().map(|press| {
            json.visit_press(press);
            digest(json.out.as_bytes())
        });
        Self { digest: own, for_press, year: year((visit.from, visit.to)) }
    }

    /// What shows of it to an audience.
    pub(in crate::revision) fn seen_by(self, audience: Audience) -> Self {
        match audience {
            Audience::Public => self,
            Audience::Press | Audience::Staff => Self { digest: self.for_press.unwrap_or(self.digest), ..self },
        }
    }

    /// For what is only looked at: nothing is compared with what shows of the visit.
    pub(super) fn uncompared(visit: &ListedVisit<'_>) -> Self {
        Self { digest: digest(b""), for_press: None, year: year(visit.dates) }
    }
}

fn year((from, to): (NaiveDate, NaiveDate)) -> i32 {
    if from.year() == to.year() { from.year() } else { 0 }
}

/// What is kept of a visit itself.
pub(in crate::revision) fn write_visit(visit: &ListedVisit<'_>) -> String {
    let mut json = Json { out: String::with_capacity(512), first: true };
    json.out.push('{');
    json.field("title");
    json.text(visit.title);
    json.word("kind", visit.kind.word());
    json.texts("principal", visit.principals);
    json.optional("counterpart", visit.counterpart);
    json.optional("host", visit.host);
    json.field("dates");
    json.object(|json| {
        json.date("from", visit.dates.0);
        json.date("to", visit.dates.1);
    });
    json.word("zone", visit.zone.name());
    json.optional("where", visit.location);
    if let Some(status) = visit.status {
        json.word("status", status.kind.word());
        json.optional("reason", status.reason.as_ref());
    }
    if !visit.disputed.is_empty() {
        json.digested("disputed", |json| json.disputes(&visit.disputed));
    }
    if let Some(press) = visit.press {
        json.digested("press", |json| json.visit_press(&press));
    }
    json.out.push_str(NAMES);
    json.first = true;
    json.year(year(visit.dates));
    if !visit.disputed.is_empty() || visit.press.is_some() {
        json.field("values");
        json.object(|json| {
            json.dispute_values(&visit.disputed);
            if let Some(press) = visit.press {
                json.visit_press_values(press);
            }
        });
    }
    json.out.push_str("}}");
    json.out
}

/// What is kept of an entry; `visit` is what is kept of its visit with it, and `told_of` are the entries that its times tell of.
pub(in crate::revision) fn write(visit: OfVisit, entry: &ListedEntry<'_>, told_of: &[&Identity]) -> String {
    let mut json = Json { out: String::with_capacity(1024), first: true };
    json.out.push('{');
    match entry.step {
        // What is kept of a step tells of its entry, and must go with that: under no key of its own.
        Some(_) if entry.part_of.is_some() => {}
        _ => {
            json.field("title");
            json.text(entry.title);
        }
    }
    if let Some(step) = entry.step {
        json.word("step", step.kind.word());
        json.optional("step_title", step.title);
        json.texts("who", step.who);
        json.optional("contact", step.contact);
    }
    json.word("kind", entry.kind.word());
    // An entry's address is of what it is called now. Most are called as they ever were.
    if (entry.visit, entry.id) != (&entry.identity.visit, &entry.identity.entry) {
        json.word("at", &[entry.visit.as_str(), "/", entry.id.as_str()].concat());
    }
    match &entry.timing {
        ListedTiming::Stay(when) => {
            json.field("when");
            json.object(|json| json.when(when));
        }
        ListedTiming::Journey { depart, arrive } => {
            for (key, end) in [("depart", depart), ("arrive", arrive)] {
                json.field(key);
                json.object(|json| json.end(end));
            }
        }
    }
    if !entry.via.is_empty() {
        json.field("via");
        json.list(&entry.via, Json::stop);
    }
    if let Some(place) = entry.place {
        json.place(place);
    }
    json.optional("part_of", entry.part_of.map(|whole| whole.title));
    json.word("status", entry.status.kind.word());
    json.optional("reason", entry.status.reason.as_ref());
    json.access(entry.access);
    json.texts("principal", entry.principals);
    if !entry.with.is_empty() {
        json.field("with");
        // A text, or a list of who and as what.
        json.list(entry.with, |json, person| match &person.role {
            None => json.text(&person.who),
            Some(role) => json.list(&[&person.who, role], |json, text| json.text(text)),
        });
    }
    if let Some(note) = entry.note {
        json.digested("note", |json| json.text(note));
    }
    if let Some(link) = entry.link {
        json.digested("link", |json| json.string(link));
    }
    if let Some(stream) = entry.stream {
        json.digested("stream", |json| json.string(stream));
    }
    if !entry.sources.is_empty() {
        json.field("sources");
        json.object(|json| entry.sources.each().for_each(|source| json.cited(source)));
    }
    if !entry.disputed.is_empty() {
        json.digested("disputed", |json| json.disputes(&entry.disputed));
    }
    json.happened(entry);
    json.field("visit");
    json.display(visit.digest);
    if let Some(press) = entry.press {
        json.digested("press", |json| json.press(press));
    }
    if let Some(staff) = entry.staff {
        json.digested("staff", |json| json.staff("", staff));
    }
    json.names(visit, entry, told_of);
    json.out.push('}');
    json.out
}

/// How far a moment's clock is ahead of UTC: `-04:00`.
fn offset(moment: Moment) -> String {
    let (sign, offset) = (if moment.offset() < 0 { '-' } else { '+' }, moment.offset().unsigned_abs());
    format!("{sign}{:02}:{:02}", offset / 3600, offset / 60 % 60)
}

/// What begins the names in what is kept of an entry. Nothing else there has a space after a comma.
const NAMES: &str = ", \"names\":{";

/// What is kept of an entry, without the names: they are no part of what is seen, and no change of it.
pub(in crate::revision) fn without_names(cell: &str) -> &str {
    cell.find(NAMES).map_or_else(|| cell.strip_suffix('}').unwrap_or(cell), |at| &cell[..at])
}

/// What stands before the instant at which what is kept was told first, and after it.
const TOLD: [&str; 2] = [",\"told\":\"", "\"}}"];

/// What is kept of an entry, with when that was told, where the revision is of a later instant: only whom it is for changed then.
pub(in crate::revision) fn with_told(cell: &str, told: DateTime<Utc>) -> String {
    let whole = cell.strip_suffix("}}").expect("the names end what is kept");
    [whole, TOLD[0], &rfc3339(told), TOLD[1]].concat()
}

/// When it was told, if that is another instant than the revision's.
pub(in crate::revision) fn told(cell: &str) -> Option<DateTime<Utc>> {
    let (_, told) = cell.strip_suffix(TOLD[1])?.rsplit_once(TOLD[0])?;
    DateTime::parse_from_rfc3339(told).ok().map(|told| told.to_utc())
}

/// JSON as it is being written.
#[derive(Default)]
struct Json {
    out: String,
    first: bool,
}

impl Json {
    fn field(&mut self, key: &str) {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
        self.string(key);
        self.out.push(':');
    }

    /// A string (RFC 8259, 7). Texts hold no control characters but line feeds, so there is little to escape.
    fn string(&mut self, text: &str) {
        self.out.push('"');
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
            self.out.push_str(&rest[..at]);
            match rest.as_bytes()[at] {
                b'\n' => self.out.push_str("\\n"),
                sign @ (b'"' | b'\\') => self.out.extend(['\\', char::from(sign)]),
                control => {
                    let _ = write!(self.out, "\\u{control:04x}");
                }
            }
            rest = &rest[at + 1..];
        }
        self.out.push_str(rest);
        self.out.push('"');
    }

    fn word(&mut self, key: &str, word: &str) {
        self.field(key);
        self.string(word);
    }

    /// A string with nothing to escape.
    fn display(&mut self, value: impl std::fmt::Display) {
        let _ = write!(self.out, "\"{value}\"");
    }

    fn date(&mut self, key: &str, date: NaiveDate) {
        self.field(key);
        self.display(date);
    }

    fn object(&mut self, fields: impl FnOnce(&mut Self)) {
        self.out.push('{');
        let outer = std::mem::replace(&mut self.first, true);
        fields(self);
        self.first = outer;
        self.out.push('}');
    }

    fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.out.push('[');
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            write(self, item);
        }
        self.out.push(']');
    }

    /// A value of which a digest is kept.
    fn digested(&mut self, key: &str, write: impl FnOnce(&mut Self)) {
        self.field(key);
        let start = self.out.len();
        let outer = std::mem::replace(&mut self.first, true);
        write(self);
        self.first = outer;
        let digest = digest(&self.out.as_bytes()[start..]);
        self.out.truncate(start);
        self.display(digest);
    }

    fn text(&mut self, text: &Text) {
        let mut strings = text.strings().peekable();
        if let Some((None, plain)) = strings.peek() {
            return self.string(plain);
        }
        self.object(|json| {
            for (language, text) in strings {
                json.word(language.map_or("und", Language::tag), text);
            }
        });
    }

    /// One text as it is, or a list of several.
    fn texts(&mut self, key: &str, texts: &[Text]) {
        match texts {
            [] => {}
            [one] => self.optional(key, Some(one)),
            several => {
                self.field(key);
                self.list(several, Self::text);
            }
        }
    }

    fn optional(&mut self, key: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.field(key);
            self.text(text);
        }
    }

    fn place(&mut self, place: &Place) {
        self.field("place");
        self.object(|json| {
            for (key, text) in [("venue", &place.venue), ("site", &place.site), ("city", &place.city)] {
                json.optional(key, text.as_ref());
            }
            if let Some(code) = &place.country {
                json.word("country", std::str::from_utf8(code).unwrap_or_default());
            }
            if let Some(geo) = place.geo {
                json.word("geo", &geo.joined(','));
            }
        });
    }

    /// A source: its key, with a digest of what is told of it.
    fn cited(&mut self, source: &Source) {
        let key = source.key.as_str();
        self.digested(key, |json| json.source(source));
    }

    /// What there is to know of what is told of others: which entries the times tell of, so that they are told of no longer than
    /// those may be seen; how the sources are called, so that one that goes can be named; whom the entry is for, which
    /// changes by itself when an embargo lifts; the year that its days are of where none is named; and the values of which there is a
    /// digest beside.
    fn names(&mut self, visit: OfVisit, entry: &ListedEntry<'_>, told_of: &[&Identity]) {
        self.out.push_str(NAMES);
        let outer = std::mem::replace(&mut self.first, true);
        self.year(visit.year);
        if !entry.marks.is_empty() {
            self.field("marks");
            self.list(&entry.marks, |json, mark| match mark {
                AudienceMark::Staff => json.string(Audience::Staff.word()),
                AudienceMark::Press => json.string(Audience::Press.word()),
                AudienceMark::Embargo(Some(until)) => json.string(&rfc3339(until.instant())),
                AudienceMark::Embargo(None) => json.string("embargo"),
            });
        }
        if !told_of.is_empty() {
            self.field("entries");
            self.list(told_of, |json, identity| json.display(identity));
        }
        if !entry.sources.is_empty() {
            self.field("sources");
            self.object(|json| {
                for source in entry.sources.each() {
                    json.field(source.key.as_str());
                    json.source_name(source);
                }
            });
        }
        self.values(entry);
        self.first = outer;
        self.out.push('}');
    }

    fn year(&mut self, year: i32) {
        self.field("year");
        let _ = write!(self.out, "{year}");
    }

    fn source(&mut self, source: &Source) {
        self.text(&source.publisher);
        self.optional("title", source.title.as_ref());
        self.optional("via", source.via.as_ref());
        if let Some(url) = &source.url {
            self.string(url);
        }
        match source.published {
            Some(Published::Date(date)) => self.date("date", date),
            Some(Published::Instant(instant)) => self.word("instant", &instant.to_rfc3339()),
            None => {}
        }
        if let Some(language) = &source.language {
            self.word("language", language.tag());
        }
    }

    fn disputes(&mut self, disputes: &[ListedDispute<'_>]) {
        self.list(disputes, |json, dispute| {
            json.string(dispute.field);
            json.text(dispute.says);
            json.source(dispute.source);
        });
    }

    /// What happened: beside the plan, and at the ends of a journey.
    fn happened(&mut self, entry: &ListedEntry<'_>) {
        if entry.happened().next().is_none() {
            return;
        }
        self.digested("actual", |json| {
            for (keys, actual) in entry.happened() {
                json.field(keys[0].strip_suffix(".actual").unwrap_or(keys[0]));
                json.object(|json| json.actual(actual));
            }
        });
    }

    fn actual(&mut self, actual: &ListedActual<'_>) {
        if let Some(when) = &actual.when {
            self.when(when);
        }
        if let Some((end, about)) = actual.end {
            self.moment(if about { "about" } else { "end" }, end);
        }
        self.optional("says", actual.says);
        for source in actual.sources.each() {
            self.cited(source);
        }
    }
}
