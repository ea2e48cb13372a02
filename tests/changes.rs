//! What is told of a change is what changed, and all of it: for each visit and entry, audience and language, the listings of two states
//! differ in a field if and only if the list of changes has it. Between two states, against a lock file and after the build, the same
//! is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use summitcal::check::check;
use summitcal::document::File;
use summitcal::listing::{ListedEntry, ListedStop, ListedTiming, ListedVisit, ListedWhen, Listing};
use summitcal::programme::{
    AccessPart, Language, Participant, Place, Programme, Source as Publication, Status, StatusKind, Step, Text,
};
use summitcal::revision::{self, Change, Kind, Lock, Plan, Subject, Value, Wording, digest};
use summitcal::source::Source;
use summitcal::zone::Database;

use crate::support::NAMESPACE;

const AT: [&str; 2] = ["2025-08-01T00:00:00Z", "2025-08-02T00:00:00Z"];
const LANGUAGES: [&str; 3] = ["en", "ko", "ja"];

/// Texts: some are the same in one language and another in others.
const TEXTS: [&str; 5] = ["A", "{en: A, ko: 가}", "{en: A, ko: 나}", "{en: B, ko: 가, ja: び}", "B"];
const AUDIENCES: [&str; 3] = ["public", "press", "staff"];
const VISIT_KINDS: [&str; 3] = ["state-visit", "working-visit", "multilateral-summit"];
const DATES: [&str; 3] =
    ["{from: 2025-12-30, to: 2026-01-02}", "{from: 2025-12-29, to: 2026-01-02}", "{from: 2025-12-29, to: 2026-01-03}"];
const VISIT_STATUS: [&str; 4] =
    ["", "status: cancelled\nreason: Storm\n", "status: tentative\n", "status: cancelled\n"];
const VISIT_DISPUTES: [&str; 2] = ["", "disputed: [{field: kind, says: other, source: s}]\n"];
const ZONES: [&str; 2] = ["Europe/London", "Asia/Tokyo"];
const TIMES: [&str; 22] = [
    "depart: {date: 2025-12-31}\n    via: [{place: {city: {en: Bath, ko: 배스}}, arrive: {after: base}}]\n    arrive: {date: 2025-12-31, part: night}",
    "depart: {date: 2025-12-31}\n    via: [{place: {city: Bath}}, {depart: {start: 2025-12-31 12:00}}]\n    arrive: {date: 2025-12-31, part: night}",
    "when: {date: 2025-12-31, not_before: 10:00}",
    "when: {date: 2025-12-31, not_after: 10:00}",
    "when: {start: 2025-12-31 10:00, end: 11:00, about: start}",
    "when: {start: 2025-12-31 10:00, end: 11:00, about: end}",
    "when: {start: 2025-12-31 10:00, tbc: true}",
    "when: {after: [base, whole], date: 2025-12-31}",
    "when: {before: base}",
    "when: {after: whole, before: base, date: 2025-12-31, part: morning}",
    "when: {start: 2025-12-31 14:00, after: base}",
    "when: {start: 2025-12-31 10:00}",
    "when: {start: 2025-12-31 10:00, end: 11:00}",
    "when: {start: 2025-12-31 10:00, about: true}",
    "when: {start: 2026-01-01 09:00}",
    "when: {date: 2026-01-01, part: night}",
    "when: {date: 2025-12-31, between: [10:00, 12:00]}",
    "when: {from: 2025-12-31, to: 2026-01-01}",
    "when: {date: 2025-12-31, after: base}",
    "when: tba",
    "depart: {start: 2025-12-31 10:00, place: {city: London}}\n    arrive: {start: 2025-12-31 22:00, place: {city: Tokyo}}",
    "depart: {date: 2025-12-31, place: {city: Bath}}\n    arrive: {date: 2025-12-31, part: night}",
];
const STATUS: [&str; 4] = ["confirmed", "tentative", "cancelled\n    reason: Fog", "postponed"];
const PLACES: [&str; 4] = [
    "",
    "    place: {city: London}\n",
    "    place: {venue: {en: Hall, ko: 홀}, city: London}\n",
    "    place: {venue: {en: Hall, ko: 방}, city: London}\n",
];
const ACCESS: [&str; 5] = [
    "",
    "    access: open\n",
    "    access: closed\n",
    "    access: [{part: {en: Start, ko: 시작}, access: pool-spray}, {part: Rest, access: closed}]\n",
    "    access: [{part: {en: Start, ko: 처음}, access: pool-spray}, {part: Rest, access: closed}]\n",
];
const NOTES: [&str; 3] = ["", "    note: {en: N, ko: 엔}\n", "    note: M\n"];
const LINKS: [&str; 2] = ["", "    link: https://example.org/a\n"];
const WITH: [&str; 4] = [
    "",
    "    with: [C]\n",
    "    with: [C, {en: D, ja: で}]\n",
    "    with: [{who: C, as: {en: Chair, ko: 의장}}, {en: D, ja: で}]\n",
];
const PRESS: [&str; 8] = [
    "",
    "    press: {meet_at: Gate, gather: 2025-12-31 09:00}\n",
    "    press: {meet_at: Gate, gather: 2025-12-31 09:10}\n",
    "    press: {note: {en: P, ko: 피}}\n",
    "    press: {gather: 2025-12-31 09:00, steps: [{do: call, at: 2025-12-31 09:30, who: {en: TV, ko: 방송}}], pool: [A]}\n",
    "    press: {gather: 2025-12-31 09:00, steps: [{do: call, at: 2025-12-31 09:40, who: {en: TV, ko: 방송}}], pool: [A, B]}\n",
    "    press: {steps: [{do: call, at: 2025-12-31 09:40, place: {en: Gate, ko: 문}, who: {en: TV, ko: 티비}, note: N}]}\n",
    "    press: {accreditation: {deadline: 2025-12-20 18:00, link: https://example.org/b, contact: {en: D, ko: 디}}}\n",
];
const STAFF: [&str; 3] = [
    "",
    "    staff: {note: Cars}\n",
    "    staff: {note: Cars, steps: [{do: {en: Go, ko: 출발}, at: 2025-12-31 09:50}]}\n",
];
const ACTUAL: [&str; 3] = [
    "",
    "    actual: {says: Done, sources: [s]}\n",
    "    actual: {start: 2025-12-31 10:05, says: {en: Done, ko: 끝}, sources: [s, t]}\n",
];
const DISPUTED: [&str; 3] = [
    "",
    "    disputed: [{field: title, says: X, source: t}]\n",
    "    disputed: [{field: title, says: {en: X, ko: 엑}, source: s}]\n",
];
const PART_OF: [&str; 2] = ["", "    part_of: whole\n"];
const SOURCES: [&str; 3] = ["[s]", "[s, t]", "[t]"];

/// A choice for each field, by its position among the values.
#[derive(Debug, Clone)]
struct Entry {
    is_there: bool,
    second_visit: bool,
    audience: usize,
    title: usize,
    time: usize,
    status: usize,
    rest: [usize; 11],
}

#[derive(Debug, Clone)]
struct Visit {
    title: usize,
    principal: usize,
    second_principal: usize,
    counterpart: usize,
    host: usize,
    location: usize,
    kind: usize,
    dates: usize,
    zone: usize,
    status: usize,
    disputed: usize,
    base: usize,
}

#[derive(Debug, Clone)]
struct State {
    visits: [Visit; 2],
    entries: [Entry; 3],
}

fn entry() -> impl Strategy<Value = Entry> {
    let blocks = (0..PRESS.len(), 0..STAFF.len(), 0..3usize, 0..3usize, 0..3usize);
    let rest = (0..4usize, 0..ACCESS.len(), 0..3usize, 0..2usize, 0..WITH.len(), blocks, 0..PART_OF.len());
    (0..5u8, 0..5u8, 0..5usize, 0..TEXTS.len(), 0..TIMES.len(), 0..STATUS.len(), rest).prop_map(
        |(there, second, audience, title, time, status, (a, b, c, d, e, (f, g, h, i, j), k))| Entry {
            is_there: there > 0,
            second_visit: second == 0,
            audience: audience.saturating_sub(2),
            title,
            time,
            status,
            rest: [a, b, c, d, e, f, g, h, i, j, k],
        },
    )
}

fn visit() -> impl Strategy<Value = Visit> {
    let texts = || 0..TEXTS.len();
    (
        texts(),
        (texts(), 0..=2 * TEXTS.len()),
        0..=TEXTS.len(),
        (0..=TEXTS.len(), 0..=TEXTS.len()),
        (0..VISIT_KINDS.len(), 0..3usize, 0..8usize, 0..4usize, 0..2usize, 0..4usize),
    )
        .prop_map(
            |(
                title,
                (principal, second_principal),
                counterpart,
                (host, location),
                (kind, dates, zone, status, disputed, base),
            )| Visit {
                title,
                principal,
                second_principal,
                counterpart,
                host,
                location,
                kind,
                dates,
                zone: usize::from(zone == 0),
                status,
                disputed,
                base: base.saturating_sub(1),
            },
        )
}

fn state() -> impl Strategy<Value = State> {
    ([visit(), visit()], [entry(), entry(), entry()]).prop_map(|(visits, entries)| State { visits, entries })
}

/// Two states: of the second, what is not drawn to be another is as in the first.
fn states() -> impl Strategy<Value = [State; 2]> {
    (state(), state(), prop::collection::vec(0..4u8, 64)).prop_map(|(before, drawn, mix)| {
        let mut mix = mix.into_iter().cycle();
        let mut keep = || mix.next().is_some_and(|draw| draw > 0);
        let mut after = drawn;
        for (new, old) in after.visits.iter_mut().zip(&before.visits) {
            macro_rules! kept { ($($field:ident)*) => { $(if keep() { new.$field = old.$field; })* } }
            kept!(title principal second_principal counterpart host location kind dates zone status disputed base);
        }
        for (new, old) in after.entries.iter_mut().zip(&before.entries) {
            macro_rules! kept { ($($field:ident)*) => { $(if keep() { new.$field = old.$field; })* } }
            kept!(is_there second_visit audience title time status);
            for (new, old) in new.rest.iter_mut().zip(old.rest) {
                if keep() {
                    *new = old;
                }
            }
        }
        // What tells of an entry that may be seen no more is told less of than the two states say.
        let tells = |entry: &Entry| TIMES[entry.time].contains("base") || !PART_OF[entry.rest[10]].is_empty();
        let follows = |state: &State| state.entries.iter().any(tells);
        if follows(&before) || follows(&after) {
            for (new, old) in after.visits.iter_mut().zip(&before.visits) {
                new.base = new.base.min(old.base);
            }
        }
        [before, after]
    })
}

impl State {
    /// The files of the two visits.
    fn files(&self) -> Vec<File> {
        (0..2).map(|number| file(&format!("v{number}.yaml"), &self.visit(number))).collect()
    }

    fn visit(&self, number: usize) -> String {
        let visit = &self.visits[number];
        let optional =
            |key: &str, text: usize| TEXTS.get(text).map(|text| format!("{key}: {text}\n")).unwrap_or_default();
        let mut text = format!(
            "visit: v{number}\nkind: {}\ntitle: {}\n{}\n{}{}{}zone: {}\ndates: {}\naudience: public\n{}{}\
             sources: {{s: {{publisher: P}}, t: {{publisher: {{en: Q, ko: 큐}}, title: R}}}}\nentries:\n",
            VISIT_KINDS[visit.kind],
            TEXTS[visit.title],
            match TEXTS.get(visit.second_principal) {
                Some(second) => format!("principals: [{}, {second}]", TEXTS[visit.principal]),
                None => format!("principal: {}", TEXTS[visit.principal]),
            },
            optional("counterpart", visit.counterpart),
            optional("host", visit.host),
            optional("where", visit.location),
            ZONES[visit.zone],
            DATES[visit.dates],
            VISIT_STATUS[visit.status],
            VISIT_DISPUTES[visit.disputed],
        );
        let _ = writeln!(
            text,
            "  - {{id: base, kind: meeting, title: Base, when: {{date: 2025-12-31, part: morning}}, status: confirmed, audience: {}, sources: [s]}}",
            AUDIENCES[visit.base],
        );
        let _ = writeln!(
            text,
            "  - {{id: whole, kind: summit, title: {{en: Whole, ko: 전체}}, when: tba, status: confirmed, audience: {}, sources: [s]}}",
            AUDIENCES[visit.base],
        );
        for (position, entry) in self.entries.iter().enumerate() {
            if entry.is_there && usize::from(entry.second_visit) == number {
                text.push_str(&entry.text(position));
            }
        }
        text
    }
}

impl Entry {
    fn text(&self, position: usize) -> String {
        let [place, access, note, link, with, press, staff, actual, disputed, sources, part_of] = self.rest;
        // In the second visit it stands under another id than the one it was first published by.
        let id = if self.second_visit {
            format!("moved{position}\n    formerly: v0/e{position}")
        } else {
            format!("e{position}")
        };
        let is_journey = TIMES[self.time].starts_with("depart");
        let place = if is_journey { "" } else { PLACES[place] };
        let actual = if is_journey { "" } else { ACTUAL[actual] };
        format!(
            "  - id: {id}\n    kind: meeting\n    title: {}\n    {}\n    status: {}\n    audience: {}\n{place}{}{}{}{}{}{}{}{actual}{}    sources: {}\n",
            TEXTS[self.title],
            TIMES[self.time],
            STATUS[self.status],
            AUDIENCES[self.audience],
            PART_OF[part_of],
            ACCESS[access],
            NOTES[note],
            LINKS[link],
            WITH[with],
            PRESS[press],
            STAFF[staff],
            DISPUTED[disputed],
            SOURCES[sources],
        )
    }
}

fn file(name: &str, text: &str) -> File {
    File::new(Arc::new(Source::new(name, text.as_bytes().to_vec()).expect("short and UTF-8")))
}

fn programme(state: &State) -> Programme {
    // The same places in one zone and in another: that is no city's.
    let rules = "rules: {city-in-other-zone: off}";
    let mut feeds = format!("publisher: P\nuid_namespace: {NAMESPACE}\n{rules}\nfeeds:\n");
    for audience in AUDIENCES {
        let _ = writeln!(feeds, "  - {{id: {audience}, title: T, zone: host, language: en, audience: {audience}}}");
    }
    let files = state.files();
    let checked = check(&files, Some(&file("feeds.yaml", &feeds)), Database::bundled());
    checked.programme.unwrap_or_else(|| panic!("{:?}\n{}\n{}", checked.report, state.visit(0), state.visit(1)))
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// What a listing holds of something, by field, for readers of a language.
type Held = BTreeMap<&'static str, String>;

/// Reads in a language, as far as this test has to.
struct Reader<'r> {
    language: Language,
    then: &'r Text,
}

impl Reader<'_> {
    fn text(&self, text: &Text) -> String {
        text.localized(&self.language, self.then).text.to_owned()
    }

    fn when(&self, when: &ListedWhen<'_>) -> String {
        let after: Vec<String> = when.after.iter().map(|title| self.text(title)).collect();
        let before = when.before.map(|title| self.text(title));
        format!("{} {:?} {after:?} {before:?}", when.zone().name(), when.time)
    }

    fn place(&self, place: &Place) -> String {
        let part = |text: &Option<Text>| text.as_ref().map(|text| self.text(text));
        format!("{:?} {:?} {:?} {:?}", part(&place.venue), part(&place.site), part(&place.city), place.country)
    }

    fn source(&self, source: &Publication) -> String {
        format!("{} {:?}", self.text(&source.publisher), source.title.as_ref().map(|title| self.text(title)))
    }

    fn status(held: &mut Held, status: &Status, text: impl Fn(&Text) -> String) {
        held.insert("status", status.kind.word().to_owned());
        held.extend(status.reason.as_ref().map(|reason| ("reason", text(reason))));
    }

    fn visit(&self, visit: &ListedVisit<'_>) -> Held {
        let mut held = Held::from([
            ("title", self.text(visit.title)),
            ("kind", visit.kind.word().to_owned()),
            ("principal", visit.principals.iter().map(|text| self.text(text) + ";").collect()),
            ("zone", visit.zone.name().to_owned()),
            ("dates", format!("{:?}", visit.dates)),
        ]);
        held.extend(visit.counterpart.map(|text| ("counterpart", self.text(text))));
        held.extend(visit.host.map(|text| ("host", self.text(text))));
        held.extend(visit.location.map(|text| ("where", self.text(text))));
        if let Some(status) = visit.status {
            Self::status(&mut held, status, |text| self.text(text));
        }
        if !visit.disputed.is_empty() {
            let disputes = visit.disputed.iter();
            let disputes = disputes.map(|it| format!("{} {} {}", it.field, self.text(it.says), self.source(it.source)));
            held.insert("disputed", disputes.collect());
        }
        held
    }

    fn step(&self, step: &Step) -> String {
        let texts = [&step.title, &step.note].map(|text| text.as_ref().map(|text| self.text(text)));
        let who: Vec<String> = step.who.iter().map(|text| self.text(text)).collect();
        let place = step.place.as_ref().map(|place| self.place(place));
        format!("{} {} {place:?} {who:?} {texts:?};", step.kind.word(), self.when(&step.when()))
    }

    fn entry(&self, entry: &ListedEntry<'_>) -> Held {
        let mut held = Held::from([
            ("title", self.text(entry.title)),
            ("kind", entry.kind.word().to_owned()),
            ("sources", entry.sources.each().map(|source| self.source(source)).collect()),
        ]);
        Self::status(&mut held, entry.status, |text| self.text(text));
        match &entry.timing {
            ListedTiming::Stay(when) => {
                held.insert("when", self.when(when));
                held.extend(entry.place.map(|place| ("place", self.place(place))));
            }
            ListedTiming::Journey { depart, arrive } => {
                for (key, place, end) in [("depart", "depart.place", depart), ("arrive", "arrive.place", arrive)] {
                    held.insert(key, self.when(&end.when));
                    held.extend(end.place.map(|of| (place, self.place(of))));
                }
            }
        }
        if !entry.via.is_empty() {
            let time = |when: &Option<ListedWhen<'_>>| when.as_ref().map(|when| self.when(when));
            let stop = |stop: &ListedStop<'_>| {
                let place = stop.place.map(|place| self.place(place));
                format!("{place:?} {:?} {:?};", time(&stop.arrive), time(&stop.depart))
            };
            held.insert("via", entry.via.iter().map(stop).collect());
        }
        held.extend(entry.part_of.map(|whole| ("part_of", self.text(whole.title))));
        if !entry.access.is_empty() {
            let part = |part: &AccessPart| {
                format!("{:?} {};", part.part.as_ref().map(|text| self.text(text)), part.access.word())
            };
            held.insert("access", entry.access.iter().map(part).collect());
        }
        held.extend(entry.note.map(|note| ("note", self.text(note))));
        held.extend(entry.link.map(|link| ("link", link.to_owned())));
        if !entry.with.is_empty() {
            let one = |person: &Participant| {
                format!("{} {:?};", self.text(&person.who), person.role.as_ref().map(|role| self.text(role)))
            };
            held.insert("with", entry.with.iter().map(one).collect());
        }
        if let Some(press) = entry.press {
            held.extend(press.gather.map(|at| ("press.gather", format!("{at:?}"))));
            held.extend(press.meet_at.as_ref().map(|text| ("press.meet_at", self.text(text))));
            held.extend(press.note.as_ref().map(|text| ("press.note", self.text(text))));
            if press.has_steps {
                held.insert("press.steps", press.steps.iter().map(|step| self.step(step)).collect());
            }
            if !press.pool.is_empty() {
                held.insert("press.pool", press.pool.iter().map(|text| self.text(text) + ";").collect());
            }
            if let Some(of) = &press.accreditation {
                let deadline = of.deadline.as_ref().map(|deadline| self.when(&deadline.when()));
                held.extend(deadline.map(|deadline| ("press.accreditation.deadline", deadline)));
                held.extend(of.link.clone().map(|link| ("press.accreditation.link", link)));
                held.extend(of.contact.as_ref().map(|text| ("press.accreditation.contact", self.text(text))));
            }
        }
        if let Some(staff) = entry.staff.filter(|staff| !staff.steps.is_empty()) {
            held.insert("staff.steps", staff.steps.iter().map(|step| self.step(step)).collect());
        }
        held.extend(entry.staff.and_then(|staff| staff.note.as_ref().map(|text| ("staff.note", self.text(text)))));
        if let Some(actual) = &entry.actual {
            held.extend(actual.when.as_ref().map(|when| ("actual", self.when(when))));
            held.extend(actual.says.map(|says| ("actual.says", self.text(says))));
            let sources: String = actual.sources.each().map(|source| self.source(source)).collect();
            held.insert("actual.sources", sources);
        }
        if !entry.disputed.is_empty() {
            let disputes = entry.disputed.iter();
            let disputes = disputes.map(|it| format!("{} {} {}", it.field, self.text(it.says), self.source(it.source)));
            held.insert("disputed", disputes.collect());
        }
        held
    }
}

/// Where one state of an entry is a journey and the other is not, the time and place of that are its departure's.
fn as_journey(held: &mut Held, other: &Held) {
    if held.contains_key("when") && other.contains_key("depart") {
        held.remove("when").into_iter().for_each(|when| drop(held.insert("depart", when)));
        held.remove("place").into_iter().for_each(|place| drop(held.insert("depart.place", place)));
    }
}

fn differing(before: &Held, after: &Held) -> BTreeSet<&'static str> {
    let (mut before, mut after) = (before.clone(), after.clone());
    as_journey(&mut before, &after);
    let was = before.clone();
    as_journey(&mut after, &was);
    before.keys().chain(after.keys()).copied().filter(|key| before.get(key) != after.get(key)).collect()
}

/// The fields of a change that are news to readers of a language.
fn told(change: &Change, language: &Language, then: &Text) -> BTreeSet<&'static str> {
    let read = |value: &Option<Value>| value.as_ref().map(|value| value.in_language(language, then));
    let fields = change.fields().into_iter().filter(|field| field.field != "at");
    let differs = |field: &revision::FieldChange| {
        assert!(!matches!((&field.was, &field.now), (Some(Value::Unknown), Some(Value::Unknown))), "{field:?}");
        match (read(&field.was), read(&field.now)) {
            // The authors' keys are told to nobody.
            (Some(Value::Sources(was)), Some(Value::Sources(now))) => {
                let names = |all: Vec<(String, Option<revision::Publication>)>| {
                    all.into_iter().map(|one| one.1).collect::<Vec<_>>()
                };
                names(was) != names(now)
            }
            (was, now) => was != now,
        }
    };
    fields.filter(differs).map(|field| field.field).collect()
}

/// What became of it, with its fields.
fn outline(change: &Change) -> (String, Kind, BTreeSet<&'static str>) {
    let fields = if change.kind == Kind::Revised { change.fields() } else { Vec::new() };
    let subject = format!("{:?} {}", change.audience, change.subject);
    (subject, change.kind, fields.into_iter().map(|field| field.field).collect())
}

fn outlines(changes: &[Change]) -> BTreeMap<String, (Kind, BTreeSet<&'static str>)> {
    changes.iter().map(outline).map(|(subject, kind, fields)| (subject, (kind, fields))).collect()
}

fn plan<'p>(lock: &Lock, programme: &'p Programme, at: &str) -> Plan<'p> {
    let feeds = programme.settings().feeds.iter();
    let wording: Vec<Wording> = feeds
        .map(|feed| Wording { key: feed.key(), digest: digest(b""), settings: revision::settings(feed, programme) })
        .collect();
    revision::plan(lock, programme, &wording, instant(at))
}

fn lock(text: String) -> Lock {
    Lock::parse(Source::of_any_size("revisions.lock", text.into_bytes()).expect("UTF-8")).expect("a lock file")
}

fn case([before, after]: &[State; 2]) {
    let [first, second] = [before, after].map(programme);
    let at = instant(AT[1]);
    let changes = revision::between(&revision::states(&first, at), &revision::states(&second, at), Database::bundled());
    for audience in second.settings().audiences() {
        let [old, new] = [&first, &second].map(|programme| Listing::of(programme, audience, at));
        let of =
            |subject: &Subject| changes.iter().find(|change| change.audience == audience && change.subject == *subject);
        for tag in LANGUAGES {
            let language = Language::parse(tag).expect("a tag");
            each(&old, &new, &language, |subject, then, was, is, visit| {
                let change = of(subject);
                let says = change.map(|change| (change.kind, told(change, &language, then)));
                let context = || format!("{audience:?} {tag} {subject}: {says:?}\n{was:?}\n{is:?}");
                match (was, is) {
                    (Some(was), Some(is)) => {
                        let mut expected = differing(was, is);
                        if visit.is_some_and(|(before, after)| goes_with(before, after, [was, is])) {
                            expected.remove("status");
                            expected.remove("reason");
                        }
                        let found = change.map(|change| told(change, &language, then)).unwrap_or_default();
                        assert_eq!(found, expected, "{}", context());
                        assert!(change.is_none_or(|change| change.kind == Kind::Revised), "{}", context());
                    }
                    (None, Some(_)) => {
                        assert_eq!(change.map(|change| change.kind), Some(Kind::Announced), "{}", context());
                    }
                    (Some(_), None) => {
                        let gone = [Some(Kind::Withdrawn), Some(Kind::Restricted)];
                        assert!(gone.contains(&change.map(|change| change.kind)), "{}", context());
                    }
                    (None, None) => unreachable!("it is in one of them"),
                }
            });
        }
    }
    same_by_lock(&first, &second, &changes);
}

/// Whether the status of an entry went with that of its visit, which is the one that is told.
fn goes_with(before: &Held, after: &Held, [was, is]: [&Held; 2]) -> bool {
    let status = |held: &Held| (held.get("status").cloned(), held.get("reason").cloned());
    let ([visit_was, visit_is], [was, is]) = ([before, after].map(status), [was, is].map(status));
    let confirmed = (Some(StatusKind::Confirmed.word().to_owned()), None);
    visit_was != visit_is
        && was != is
        && (is == visit_is || visit_is.0.is_none() && was == visit_was && is == confirmed)
}

/// Against the lock file of the first state, and of the build after it, the same is told as between the two states.
fn same_by_lock(first: &Programme, second: &Programme, changes: &[Change]) {
    let at = AT.map(instant);
    let none = Lock::missing("revisions.lock");
    let mut text = plan(&none, first, AT[0]).next_lock.expect("all is new");
    let (mut expected, mut withdrawn) = (outlines(changes), Vec::new());
    // What is gone has been withdrawn, and is told by that.
    for identity in plan(&lock(text.clone()), second, AT[1]).missing {
        let subject = Subject::Entry(identity);
        let how = revision::Withdrawal::Marked;
        text = revision::withdraw(&lock(text), &subject, how, false, at[1], Database::bundled())
            .expect("it was published");
        expected.retain(|key, _| !key.ends_with(&format!(" {subject}")));
        withdrawn.push(subject);
    }
    let read = lock(text);
    let planned = plan(&read, second, AT[1]);
    let mut found = outlines(&planned.changes);
    for outlines in [&mut found, &mut expected] {
        // Of a visit of which nothing is left, its entries say so.
        outlines.retain(|key, (kind, _)| key.contains('/') || *kind != Kind::Withdrawn);
    }
    assert_eq!(found, expected);
    // After the build the lock file alone says it, and so does what is published.
    let Some(next) = planned.next_lock else { return assert!(expected.is_empty()) };
    let recorded = revision::recorded(&lock(next), at[1], Database::bundled());
    let mut latest: Vec<Change> = recorded.into_iter().filter(|change| change.modified == at[1]).collect();
    latest.retain(|change| change.kind != Kind::Withdrawn && !withdrawn.contains(&change.subject));
    expected.retain(|_, (kind, _)| *kind != Kind::Withdrawn);
    assert_eq!(outlines(&latest), expected);
    let mut published = Vec::new();
    for revised in &planned.listings {
        for visit in &revised.listing().visits {
            published.extend(revised.last_visit_change(visit));
            published.extend(visit.entries.iter().map(|entry| revised.last_change(visit, entry)));
        }
    }
    published.retain(|change| change.modified == at[1] && change.is_own());
    expected.retain(|_, (kind, _)| *kind != Kind::Restricted);
    assert_eq!(outlines(&published), expected);
}

/// Each visit and entry of either listing, with the text whose languages come first, what is held of it before and after, and what is of
/// its visit where that is in both.
fn each(
    old: &Listing<'_>,
    new: &Listing<'_>,
    language: &Language,
    mut look: impl FnMut(&Subject, &Text, Option<&Held>, Option<&Held>, Option<(&Held, &Held)>),
) {
    let held = |listing: &Listing<'_>| {
        let (mut all, mut titles) = (BTreeMap::new(), BTreeMap::new());
        for visit in &listing.visits {
            // Of one state or the other: what languages come first is the same for both, so that only what is said counts.
            let reader = Reader { language: language.clone(), then: visit.title };
            let subject = Subject::Visit(visit.id.clone());
            titles.insert(subject.clone(), (visit.title.clone(), visit.id.clone()));
            all.insert(subject, reader.visit(visit));
            for entry in &visit.entries {
                let subject = Subject::Entry(entry.identity.clone());
                titles.insert(subject.clone(), (visit.title.clone(), visit.id.clone()));
                all.insert(subject, reader.entry(entry));
            }
        }
        (all, titles)
    };
    let ((before, old_titles), (after, new_titles)) = (held(old), held(new));
    let subjects: BTreeSet<&Subject> = before.keys().chain(after.keys()).collect();
    for subject in subjects {
        let (then, visit) = new_titles.get(subject).or(old_titles.get(subject)).expect("it is in one of them");
        let visit = Subject::Visit(visit.clone());
        let visit = before.get(&visit).zip(after.get(&visit)).filter(|_| matches!(subject, Subject::Entry(_)));
        look(subject, then, before.get(subject), after.get(subject), visit);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("SUMMITCAL_CHANGES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(20),
        ..ProptestConfig::default()
    })]
    #[test]
    fn what_is_told_is_what_changed(states in states()) {
        case(&states);
    }
}
