//! The programme as data, for programs: `programme.json`.
//!
//! What each key means is said in its JSON Schema, `src/schema/programme.json`. Every key that it requires is always there, `null`
//! where nothing is known or nothing may be seen; those that came later are there where there is something to say. No instant stands there that nobody announced.

pub(crate) mod read;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::ics::{CalendarTime, EventStyle};
use super::localizer::Localizer;
use crate::listing::{
    Absence, Cited, ForPress, ForStaff, ListedActual, ListedDispute, ListedEntry, ListedJourney, ListedStop,
    ListedTiming, ListedVisit, ListedWhen, ListedWhole,
};
use crate::programme::{
    About, Access, Geo, KnownTime, Language, PartOfDay, Place, Published, Settings, Source, Status, Text, UiLanguage,
    WithinDay,
};
use crate::revision::{RevisedListing, Revision};
use crate::zone::{self, Moment, rfc3339};

/// The version of the layout, by the rules of semantic versioning: a key that is new raises the second number, one that means
/// something else or is gone the first.
pub(crate) const VERSION: &str = "1.2.0";

/// What is made into data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProgrammeData<'r> {
    /// What there is, with UIDs and revisions.
    pub(crate) revised: &'r RevisedListing<'r>,
    /// Who publishes, and where.
    pub(crate) settings: &'r Settings,
    /// A feed of which it is said what it writes, with its reader.
    pub(crate) feed: Option<FeedView<'r>>,
}

/// A feed, and who reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FeedView<'r> {
    pub(crate) style: &'r EventStyle,
    pub(crate) ui_language: UiLanguage,
    pub(crate) language: &'r Language,
}

impl ProgrammeData<'_> {
    /// The programme.
    pub(crate) fn value(&self) -> Value {
        let listing = self.revised.listing();
        let visits: Vec<Value> = listing.visits.par_iter().map(|visit| self.visit(visit)).collect();
        let withdrawn = self.revised.withdrawn().iter();
        let withdrawn: Vec<Value> = withdrawn
            .map(|withdrawn| (withdrawn.listed(), withdrawn.revision))
            .map(|(entry, revision)| self.entry(None, &entry, Some(revision)))
            .collect();
        json!({
            "version": VERSION,
            "audience": listing.audience.word(),
            "publisher": texts(&self.settings.publisher),
            "url": self.settings.base_url.get(listing.audience),
            "time_zone_database": zone::database_version(),
            "visits": visits,
            "withdrawn": withdrawn,
        })
    }

    fn visit(&self, visit: &ListedVisit<'_>) -> Value {
        let in_order = visit.in_order().into_iter();
        let entries: Vec<Value> =
            in_order.map(|entry| self.entry(Some(visit), entry, self.revised.published(entry))).collect();
        let mut object = json!({
            "visit": visit.id.as_str(),
            "kind": visit.kind.word(),
            "title": texts(visit.title),
            "principal": visit.principals.first().map(texts),
            "principals": visit.principals.iter().map(texts).collect::<Value>(),
            "counterpart": visit.counterpart.map(texts),
            "host": visit.host.map(texts),
            "where": visit.location.map(texts),
            "zone": visit.zone.name(),
            "dates": {"from": visit.dates.0.to_string(), "to": visit.dates.1.to_string()},
            "status": visit.status.map(|status| status.kind.word()),
            "reason": visit.status.and_then(reason),
            "disputed": disputes(&visit.disputed),
            "url": self.page(visit).map(Value::from),
            "entries": entries,
        });
        if let Some(fields) = object.as_object_mut() {
            remove_empty(fields, &["host"]);
            if visit.principals.len() < 2 {
                fields.remove("principals");
            }
        }
        object
    }

    /// The address of a visit's page.
    fn page(&self, visit: &ListedVisit<'_>) -> Option<String> {
        let pages = self.settings.pages_url(self.revised.listing().audience)?;
        Some(format!("{pages}/visits/{}.html", visit.id))
    }

    /// An entry of a visit, or of none if it was taken out.
    fn entry(&self, visit: Option<&ListedVisit<'_>>, entry: &ListedEntry<'_>, revision: Option<Revision>) -> Value {
        // Of what was redacted, feeds say when it was to be and no more; its ids would say what it was called.
        let told = (entry.absence != Some(Absence::Redacted)).then_some(entry);
        let mut object = json!({
            "visit": told.map(|entry| entry.visit.as_str()),
            "entry": told.map(|entry| entry.id.as_str()),
            "uid": self.revised.uid(entry).to_string(),
            "sequence": revision.map(|revision| revision.sequence),
            "created": revision.map(|revision| rfc3339(revision.created)),
            "modified": revision.map(|revision| rfc3339(revision.modified)),
            "url": visit.and_then(|visit| Some(format!("{}#{}", self.page(visit)?, entry.id))),
            "absence": entry.absence.map(Absence::word),
            "embargo": entry.embargo().map(|lifts| rfc3339(lifts.instant())),
            "kind": told.map(|entry| entry.kind.word()),
            "title": texts(entry.title),
            "status": entry.status.kind.word(),
            "reason": reason(entry.status),
            "access": told.and_then(|entry| entry.access).map(Access::word),
            "principal": entry.principals.first().map(texts),
            "principals": entry.principals.iter().map(texts).collect::<Value>(),
            "with": entry.with.iter().map(|person| texts(&person.who)).collect::<Value>(),
            "roles": entry.with.iter().map(|person| person.role.as_ref().map(texts)).collect::<Value>(),
            "place": entry.place.map(place),
            "part_of": entry.part_of.map(|whole| self.whole(whole)),
            "when": timing(&entry.timing),
            "via": entry.via.iter().map(stop).collect::<Value>(),
            "actual": entry.actual.as_ref().map(|actual| happened(actual, entry.timing.begin())),
            "note": entry.note.map(texts),
            "link": entry.link,
            "stream": entry.stream,
            "sources": sources(entry.sources),
            "disputed": disputes(&entry.disputed),
            "press": entry.press.map(for_press),
            "staff": entry.staff.map(for_staff),
        });
        if let Some(fields) = object.as_object_mut() {
            remove_empty(fields, &["part_of", "via", "roles"]);
            if entry.principals.len() < 2 {
                fields.remove("principals");
            }
        }
        if let (Some(feed), Some(visit)) = (&self.feed, visit) {
            object["feed"] = feed.event(visit, entry);
        }
        object
    }

    /// What an entry is a part of.
    fn whole(&self, whole: ListedWhole<'_>) -> Value {
        json!({
            "visit": whole.visit.as_str(),
            "entry": whole.id.as_str(),
            "uid": self.revised.uid_of(whole.identity),
            "title": texts(whole.title),
        })
    }
}

impl FeedView<'_> {
    /// What the feed writes of an entry: its times, its title and its place.
    fn event(&self, visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Value {
        let localizer = Localizer::new(self.ui_language, self.language, &[], visit.title);
        let place = entry.place.or(match &entry.timing {
            ListedTiming::Stay(_) => None,
            ListedTiming::Journey { depart, .. } => depart.place,
        });
        let [start, end] = self.style.times(entry).map_or([None, None], |times| times.map(Some));
        json!({
            "dtstart": start.map(calendar_time),
            "dtend": end.map(calendar_time),
            "title": entry.title.localized(self.language, visit.title).text,
            "place": place.and_then(|place| localizer.place(place)),
        })
    }
}

fn calendar_time(time: CalendarTime) -> Value {
    let zone = match time {
        CalendarTime::Local(moment) => Some(moment.zone().name()),
        CalendarTime::Utc(_) | CalendarTime::Date(_) => None,
    };
    json!({"value": time.to_string(), "tzid": zone, "date": matches!(time, CalendarTime::Date(_))})
}

fn timing(timing: &ListedTiming<'_>) -> Value {
    match timing {
        ListedTiming::Stay(when) => Value::Object(self::when(when)),
        ListedTiming::Journey { depart, arrive } => {
            let days = timing.days();
            json!({
                "form": "journey",
                "first_day": days.map(|(first, _)| first.to_string()),
                "last_day": days.map(|(_, last)| last.to_string()),
                "depart": end(depart),
                "arrive": end(arrive),
            })
        }
    }
}

fn stop(stop: &ListedStop<'_>) -> Value {
    let time = |time: &Option<ListedWhen<'_>>| time.as_ref().map(|time| Value::Object(when(time)));
    json!({"place": stop.place.map(place), "arrive": time(&stop.arrive), "depart": time(&stop.depart)})
}

fn end(end: &ListedJourney<'_>) -> Value {
    let mut fields = when(&end.when);
    fields.insert("place".to_owned(), end.place.map(place).into());
    fields.insert("actual".to_owned(), end.actual.as_ref().map(|actual| happened(actual, &end.when)).into());
    Value::Object(fields)
}

pub(super) fn when(when: &ListedWhen<'_>) -> Map<String, Value> {
    let (mut start, mut end, mut about, mut to_be_confirmed) = (None, None, About::default(), false);
    let (mut part, mut between, mut not_before, mut not_after) = (None, None, None, None);
    let form = match when.time {
        KnownTime::Clock(span) => {
            (start, end) = (Some(clock(span.start)), span.end.map(clock));
            (about, to_be_confirmed) = (span.about, span.to_be_confirmed);
            "clock"
        }
        KnownTime::Day { within: WithinDay::Day, .. } => "date",
        KnownTime::Day { within: WithinDay::Part(word), .. } => {
            part = Some(word.word());
            "part"
        }
        KnownTime::Day { within: WithinDay::Between(from, to), .. } => {
            between = Some(json!([clock(from), clock(to)]));
            "between"
        }
        KnownTime::Day { within: WithinDay::NotBefore(at), .. } => {
            not_before = Some(clock(at));
            "not-before"
        }
        KnownTime::Day { within: WithinDay::NotAfter(at), .. } => {
            not_after = Some(clock(at));
            "not-after"
        }
        KnownTime::Days { .. } => "days",
        KnownTime::Unknown { part: word, .. } => {
            part = word.map(PartOfDay::word);
            "tba"
        }
    };
    // What it comes after or before says more than a day does.
    let form = match (["date", "part", "tba"].contains(&form), when.after.is_empty(), when.before) {
        (true, false, _) => "after",
        (true, true, Some(_)) => "before",
        _ => form,
    };
    let days = when.days();
    let value = json!({
        "form": form,
        "zone": when.zone().name(),
        "first_day": days.map(|(first, _)| first.to_string()),
        "last_day": days.map(|(_, last)| last.to_string()),
        "start": start,
        "end": end,
        "about": about.start,
        "about_end": about.end,
        "tbc": to_be_confirmed,
        "part": part,
        "between": between,
        "not_before": not_before,
        "not_after": not_after,
        "after": when.after.first().map(|title| texts(title)),
        "also_after": when.after.iter().skip(1).map(|title| texts(title)).collect::<Value>(),
        "before": when.before.map(texts),
    });
    let Value::Object(mut fields) = value else { unreachable!("it is an object") };
    // Of most times there is nothing to say with these.
    if about.start == about.end {
        fields.remove("about_end");
    }
    remove_empty(&mut fields, &["tbc", "not_before", "not_after", "also_after", "before"]);
    fields
}

/// Takes out keys that came later, where there is nothing under them.
fn remove_empty(fields: &mut Map<String, Value>, keys: &[&str]) {
    let is_empty = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.iter().all(Value::is_null),
        _ => false,
    };
    fields.retain(|key, value| !keys.contains(&key.as_str()) || !is_empty(value));
}

/// A clock time: as the clocks showed it there, and when that is.
pub(super) fn clock(moment: Moment) -> Value {
    json!({
        "local": moment.local().format("%Y-%m-%dT%H:%M").to_string(),
        "zone": moment.zone().name(),
        "instant": rfc3339(moment.instant()),
    })
}

/// What happened, and how much later than planned.
fn happened(actual: &ListedActual<'_>, planned: &ListedWhen<'_>) -> Value {
    let (was, plan) = (actual.when.as_ref().and_then(ListedWhen::clock), planned.clock());
    let ended = was.and_then(|was| was.end).or(actual.end.map(|(end, _)| end));
    let later = |was: Option<Moment>, plan: Option<Moment>| Some((was?.instant() - plan?.instant()).num_minutes());
    json!({
        "when": actual.when.as_ref().map(|was| Value::Object(when(was))),
        "end": actual.end.map(|(end, _)| clock(end)),
        "end_about": actual.end.is_some_and(|(_, about)| about),
        "says": actual.says.map(texts),
        "sources": sources(actual.sources),
        "delay_minutes": later(was.map(|was| was.start), plan.map(|plan| plan.start)),
        "end_delay_minutes": later(ended, plan.and_then(|plan| plan.end)),
    })
}

pub(super) fn place(place: &Place) -> Value {
    let country =
        place.country.as_ref().map(|code| std::str::from_utf8(code).expect("a country's code is two ASCII letters"));
    let part = |text: &Option<Text>| text.as_ref().map(texts);
    let geo = place.geo.map(Geo::to_degrees);
    json!({"venue": part(&place.venue), "site": part(&place.site), "city": part(&place.city), "country": country, "geo": geo})
}

fn sources(cited: Cited<'_>) -> Value {
    cited.each().map(source).collect()
}

fn source(source: &Source) -> Value {
    let published = source.published.map(|published| match published {
        Published::Date(date) => date.to_string(),
        Published::Instant(instant) => rfc3339(instant),
    });
    json!({
        "publisher": texts(&source.publisher),
        "title": source.title.as_ref().map(texts),
        "via": source.via.as_ref().map(texts),
        "url": source.url,
        "published": published,
        "language": source.language.as_ref().map(Language::tag),
    })
}

fn disputes(disputed: &[ListedDispute<'_>]) -> Value {
    let one = |dispute: &ListedDispute<'_>| json!({"field": dispute.field, "says": texts(dispute.says), "source": source(dispute.source)});
    disputed.iter().map(one).collect()
}

fn reason(status: &Status) -> Option<Value> {
    status.reason.as_ref().map(texts)
}

fn for_press(press: ForPress<'_>) -> Value {
    json!({
        "gather": press.gather.map(clock),
        "meet_at": press.meet_at.as_ref().map(texts),
        "call_time": press.call_time.map(clock),
        "filing_centre": press.filing_centre.as_ref().map(texts),
        "contact": press.contact.as_ref().map(texts),
        "note": press.note.as_ref().map(texts),
    })
}

fn for_staff(staff: ForStaff<'_>) -> Value {
    json!({"contact": staff.contact.as_ref().map(texts), "note": staff.note.as_ref().map(texts)})
}

/// A text in all of its languages, by their tags.
pub(super) fn texts(text: &Text) -> Value {
    let tagged = |(language, text): (Option<&Language>, &str)| {
        (language.map_or("und", Language::tag).to_owned(), Value::from(text))
    };
    Value::Object(text.strings().map(tagged).collect())
}
