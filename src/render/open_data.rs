//! The programme as data, for programs: `programme.json`.
//!
//! What each key means is said in its JSON Schema, `src/schema/programme.json`. Every key that it requires is always there, `null`
//! where nothing is known or nothing may be seen; those that came later are there where there is something to say. No instant
//! stands there that nobody announced.

pub(crate) mod objects;
pub(crate) mod press;
pub(crate) mod read;

use rayon::prelude::*;
use serde::Serialize;

use super::ics::{CalendarTime, EventStyle};
use super::localizer::Localizer;
use crate::listing::{
    Absence, ListedActual, ListedDispute, ListedEntry, ListedJourney, ListedStop, ListedTiming, ListedVisit,
    ListedWhen, ListedWhole,
};
use crate::programme::{
    About, Geo, KnownTime, Language, PartOfDay, Place, Published, Settings, Source, Status, Text, UiLanguage, WithinDay,
};
use crate::revision::{RevisedListing, Revision};
use crate::zone::{Moment, rfc3339};
use objects::Texts;

/// The version of the layout, by the rules of semantic versioning: a key that is new raises the second number, one that means
/// something else or is gone the first.
pub(crate) const VERSION: &str = "1.3.0";

/// The text of a file of JSON.
pub(crate) fn text(object: &impl Serialize) -> String {
    serde_json::to_string(object).expect("its keys are texts") + "\n"
}

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

impl<'r> ProgrammeData<'r> {
    /// The programme.
    pub(crate) fn object(&self) -> objects::Programme<'r> {
        let listing = self.revised.listing();
        let withdrawn = self.revised.withdrawn().iter();
        objects::Programme {
            version: VERSION,
            audience: listing.audience.word(),
            publisher: Texts(&self.settings.publisher),
            url: self.settings.base_url.get(listing.audience).as_deref(),
            time_zone_database: self.settings.database.version(),
            visits: listing.visits.par_iter().map(|visit| self.visit(visit)).collect(),
            withdrawn: withdrawn
                .map(|withdrawn| self.entry(None, &withdrawn.listed(), Some(withdrawn.revision)))
                .collect(),
        }
    }

    fn visit(&self, visit: &'r ListedVisit<'r>) -> objects::Visit<'r> {
        let in_order = visit.in_order().into_iter();
        objects::Visit {
            visit: visit.id.as_str(),
            kind: visit.kind.word(),
            title: Texts(visit.title),
            principal: visit.principals.first().map(Texts),
            principals: of_several(visit.principals),
            counterpart: visit.counterpart.map(Texts),
            host: visit.host.map(Texts),
            location: visit.location.map(Texts),
            zone: visit.zone.name(),
            dates: objects::Days { from: visit.dates.0.to_string(), to: visit.dates.1.to_string() },
            status: visit.status.map(|status| status.kind.word()),
            reason: visit.status.and_then(reason),
            disputed: visit.disputed.iter().map(dispute).collect(),
            url: self.page(visit),
            press: visit.press.map(press::of_visit),
            entries: in_order.map(|entry| self.entry(Some(visit), entry, self.revised.published(entry))).collect(),
        }
    }

    /// The address of a visit's page.
    fn page(&self, visit: &ListedVisit<'_>) -> Option<String> {
        let pages = self.settings.pages_url(self.revised.listing().audience)?;
        Some(format!("{pages}/visits/{}.html", visit.id))
    }

    /// An entry of a visit, or of none if it was taken out.
    fn entry(
        &self,
        visit: Option<&ListedVisit<'r>>,
        entry: &ListedEntry<'r>,
        revision: Option<Revision>,
    ) -> objects::Entry<'r> {
        // Of what was redacted, feeds say when it was to be and no more; its ids would say what it was called.
        let is_told = entry.absence != Some(Absence::Redacted);
        objects::Entry {
            visit: is_told.then_some(entry.visit.as_str()),
            entry: is_told.then_some(entry.id.as_str()),
            uid: self.revised.uid(entry).to_string(),
            sequence: revision.map(|revision| revision.sequence),
            created: revision.map(|revision| rfc3339(revision.created)),
            modified: revision.map(|revision| rfc3339(revision.modified)),
            url: visit.and_then(|visit| Some(format!("{}#{}", self.page(visit)?, entry.id))),
            absence: entry.absence.map(Absence::word),
            embargo: entry.embargo().map(|lifts| rfc3339(lifts.instant())),
            embargo_holds: entry.embargo_holds(),
            kind: is_told.then_some(entry.kind.word()),
            title: Texts(entry.title),
            status: entry.status.kind.word(),
            reason: reason(entry.status),
            access: press::access(entry.access).filter(|_| is_told),
            access_parts: if is_told { press::access_parts(entry.access) } else { Vec::new() },
            principal: entry.principals.first().map(Texts),
            principals: of_several(entry.principals),
            with: entry.with.iter().map(|person| Texts(&person.who)).collect(),
            roles: entry.with.iter().map(|person| person.role.as_ref().map(Texts)).collect(),
            place: entry.place.map(place),
            part_of: entry.part_of.map(|whole| self.whole(whole)),
            when: timing(&entry.timing),
            via: entry.via.iter().map(stop).collect(),
            actual: entry.actual.as_ref().map(|actual| happened(actual, entry.timing.begin())),
            note: entry.note.map(Texts),
            link: entry.link,
            stream: entry.stream,
            sources: entry.sources.each().map(source).collect(),
            disputed: entry.disputed.iter().map(dispute).collect(),
            press: entry.press.map(press::for_press),
            staff: entry.staff.map(press::for_staff),
            feed: self.feed.zip(visit).map(|(feed, visit)| feed.event(visit, entry)),
        }
    }

    /// What an entry is a part of.
    fn whole(&self, whole: ListedWhole<'r>) -> objects::Whole<'r> {
        objects::Whole {
            visit: whole.visit.as_str(),
            entry: whole.id.as_str(),
            uid: self.revised.uid_of(whole.identity).to_string(),
            title: Texts(whole.title),
        }
    }
}

impl<'r> FeedView<'r> {
    /// What the feed writes of an entry: its times, its title and its place.
    fn event(&self, visit: &ListedVisit<'r>, entry: &ListedEntry<'r>) -> objects::FeedEvent<'r> {
        let localizer = Localizer::new(self.ui_language, self.language, &[], visit.title);
        let place = entry.place.or(match &entry.timing {
            ListedTiming::Stay(_) => None,
            ListedTiming::Journey { depart, .. } => depart.place,
        });
        let [start, end] = self.style.times(entry).map_or([None, None], |times| times.map(Some));
        objects::FeedEvent {
            dtstart: start.map(calendar_time),
            dtend: end.map(calendar_time),
            title: entry.title.localized(self.language, visit.title).text,
            place: place.and_then(|place| localizer.place(place)),
        }
    }
}

fn calendar_time(time: CalendarTime) -> objects::FeedTime {
    let tzid = match time {
        CalendarTime::Local(moment) => Some(moment.zone().name()),
        CalendarTime::Utc(_) | CalendarTime::Date(_) => None,
    };
    objects::FeedTime { value: time.to_string(), tzid, date: matches!(time, CalendarTime::Date(_)) }
}

fn timing<'r>(timing: &ListedTiming<'r>) -> objects::Timing<'r> {
    match timing {
        ListedTiming::Stay(when) => objects::Timing::Stay(Box::new(self::when(when))),
        ListedTiming::Journey { depart, arrive } => {
            let days = timing.days();
            objects::Timing::Journey(Box::new(objects::Journey {
                form: "journey",
                first_day: days.map(|(first, _)| first.to_string()),
                last_day: days.map(|(_, last)| last.to_string()),
                depart: end(depart),
                arrive: end(arrive),
            }))
        }
    }
}

/// All of several principals; nothing where it is one.
fn of_several(principals: &[Text]) -> Vec<Texts<'_>> {
    if principals.len() > 1 { principals.iter().map(Texts).collect() } else { Vec::new() }
}

fn stop<'r>(stop: &ListedStop<'r>) -> objects::Stop<'r> {
    objects::Stop {
        place: stop.place.map(place),
        arrive: stop.arrive.as_ref().map(when),
        depart: stop.depart.as_ref().map(when),
    }
}

fn end<'r>(end: &ListedJourney<'r>) -> objects::JourneyEnd<'r> {
    objects::JourneyEnd {
        when: when(&end.when),
        place: end.place.map(place),
        actual: end.actual.as_ref().map(|actual| happened(actual, &end.when)),
    }
}

pub(super) fn when<'r>(when: &ListedWhen<'r>) -> objects::When<'r> {
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
            between = Some([clock(from), clock(to)]);
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
    objects::When {
        form,
        zone: when.zone().name(),
        first_day: days.map(|(first, _)| first.to_string()),
        last_day: days.map(|(_, last)| last.to_string()),
        start,
        end,
        about: about.start,
        about_end: (about.start != about.end).then_some(about.end),
        tbc: to_be_confirmed,
        part,
        between,
        not_before,
        not_after,
        after: when.after.first().map(|title| Texts(title)),
        also_after: when.after.iter().skip(1).map(|title| Texts(title)).collect(),
        before: when.before.map(Texts),
    }
}

/// A clock time: as the clocks showed it there, and when that is.
pub(super) fn clock(moment: Moment) -> objects::ClockTime {
    objects::ClockTime {
        local: moment.local().format("%Y-%m-%dT%H:%M").to_string(),
        zone: moment.zone().name(),
        instant: rfc3339(moment.instant()),
    }
}

/// What happened, and how much later than planned.
fn happened<'r>(actual: &ListedActual<'r>, planned: &ListedWhen<'r>) -> objects::Actual<'r> {
    let (was, plan) = (actual.when.as_ref().and_then(ListedWhen::clock), planned.clock());
    let ended = was.and_then(|was| was.end).or(actual.end.map(|(end, _)| end));
    let later = |was: Option<Moment>, plan: Option<Moment>| Some((was?.instant() - plan?.instant()).num_minutes());
    objects::Actual {
        when: actual.when.as_ref().map(when),
        end: actual.end.map(|(end, _)| clock(end)),
        end_about: actual.end.is_some_and(|(_, about)| about),
        says: actual.says.map(Texts),
        sources: actual.sources.each().map(source).collect(),
        delay_minutes: later(was.map(|was| was.start), plan.map(|plan| plan.start)),
        end_delay_minutes: later(ended, plan.and_then(|plan| plan.end)),
    }
}

pub(super) fn place(place: &Place) -> objects::Place<'_> {
    let country =
        place.country.as_ref().map(|code| std::str::from_utf8(code).expect("a country's code is two ASCII letters"));
    objects::Place {
        venue: place.venue.as_ref().map(Texts),
        site: place.site.as_ref().map(Texts),
        city: place.city.as_ref().map(Texts),
        country,
        geo: place.geo.map(Geo::to_degrees),
    }
}

fn source(source: &Source) -> objects::Source<'_> {
    let published = source.published.map(|published| match published {
        Published::Date(date) => date.to_string(),
        Published::Instant(instant) => rfc3339(instant),
    });
    objects::Source {
        publisher: Texts(&source.publisher),
        title: source.title.as_ref().map(Texts),
        via: source.via.as_ref().map(Texts),
        url: source.url.as_deref(),
        published,
        language: source.language.as_ref().map(Language::tag),
    }
}

fn dispute<'r>(dispute: &ListedDispute<'r>) -> objects::Dispute<'r> {
    objects::Dispute { field: dispute.field, says: Texts(dispute.says), source: source(dispute.source) }
}

fn reason(status: &Status) -> Option<Texts<'_>> {
    status.reason.as_ref().map(Texts)
}
