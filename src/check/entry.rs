//! An entry of a visit's file: its time, its place, and what is for the press and staff.

use chrono::NaiveDate;

use super::Checker;
use super::press::StepContext;
use super::visit::{ENTRY_FIELDS, VisitDefaults};
use super::window::{Window, local_time};
use crate::diagnostic::{Code, codes};
use crate::document::{self, Items, NodeId, Scalar, shortened};
use crate::programme::{
    Actual, Entry, EntryKind, Geo, Identity, Journey, Participant, Place, Status, StatusKind, Stop, Timing, When,
};
use crate::zone::Zone;

impl Checker<'_, '_> {
    /// The codes that an entry allows; each has to be a warning's, with a reason.
    pub(super) fn allowances(&mut self, entry: &document::Entry<'_>) -> Vec<Code> {
        let mut allowed = Vec::new();
        for (code, reason) in entry.allow.iter().flat_map(|table| &table.entries) {
            self.lines(Some(reason));
            allowed.extend(self.warning_code(code));
        }
        allowed
    }

    pub(super) fn entry(&mut self, entry: &document::Entry<'_>, defaults: &VisitDefaults<'_>) -> Option<Entry> {
        let id = entry.id.as_ref().and_then(|scalar| self.id(scalar));
        let kind =
            entry.kind.as_ref().and_then(|word| self.word(word, "kind of entry", EntryKind::ALL, EntryKind::word));
        let title = self.line(entry.title.as_ref());
        let timing = self.timing(entry, defaults);
        let via = self.stops(entry, timing.as_ref(), defaults);
        let place = entry.place.as_ref().map(|place| self.location(place));
        let whole = entry.part_of.as_ref().filter(|scalar| self.id(scalar).is_some());
        self.unresolved.part_of = whole.map(|scalar| (scalar.at, scalar.text.to_string()));
        let status = self.entry_status(entry, defaults);
        let access = entry.access.as_ref().map(|coverage| self.coverage(coverage)).unwrap_or_default();
        let audience = match &entry.audience {
            Some(word) => self.audience(word),
            None => defaults.audience,
        };
        let principals = entry.principal.iter().flat_map(|principals| &principals.items);
        let principals = principals.filter_map(|text| self.line(Some(text))).collect();
        let companions = entry.with.iter().flat_map(|items| &items.items);
        let companions = companions.filter_map(|companion| {
            let (who, role) = (self.line(companion.who.as_ref()), self.line(companion.role.as_ref()));
            Some(Participant { who: who?, role })
        });
        let companions = companions.collect();
        let note = self.lines(entry.note.as_ref());
        let link = entry.link.as_ref().and_then(|scalar| self.address(scalar));
        let stream = entry.stream.as_ref().and_then(|scalar| self.address(scalar));
        let sources = self.citations(entry.sources.as_ref(), defaults.sources);
        if entry.sources.as_ref().is_none_or(|cited| cited.items.is_empty()) {
            self.warning(codes::NO_SOURCE, entry.id_at(), |d| {
                d.saying("Nobody is named as the source of this entry.")
                    .with_help("Add “sources: [key]”, with a key of the visit's “sources”.")
            });
        }
        let disputed = self.disputes(entry.disputed.as_ref(), ENTRY_FIELDS, defaults.sources);
        let day = self.own_day(timing.as_ref().map(Timing::begin));
        let zone = timing.as_ref().map(|timing| timing.begin().zone()).or(defaults.zone);
        let actual = entry.actual.as_ref().and_then(|actual| self.actual(actual, zone, day, defaults));
        let embargo = entry.embargo.as_deref().and_then(|embargo| self.embargo(embargo, false));
        self.unresolved.embargo = if entry.embargo.is_some() { embargo } else { defaults.embargo.clone() };
        self.unresolved.formerly = entry.formerly.as_ref().map(|scalar| (scalar.at, scalar.text.to_string()));
        let uid = entry.uid.as_ref().and_then(|scalar| self.uid(scalar));
        self.unresolved.uid = entry.uid.as_ref().map(|scalar| (scalar.at, scalar.text.to_string()));
        let around = StepContext { timing: timing.as_ref(), zone, day };
        let press = entry.press.as_ref().map(|press| self.press(press, around));
        let staff = entry.staff.as_ref().map(|staff| self.staff(staff, around));
        let (id, visit) = (id?, defaults.visit?.clone());
        Some(Entry {
            identity: Identity::new(visit, id.clone()).with_uid(uid.as_deref()),
            id,
            kind: kind?,
            title: title?,
            timing: timing?,
            via,
            place,
            part_of: None,
            status,
            access,
            audience: audience?,
            principals,
            with: companions,
            note,
            link,
            stream,
            sources,
            disputed: disputed?,
            actual,
            embargo: None,
            press,
            staff,
        })
    }

    /// An entry's own status; a visit's is for all of it, unless the entry is as badly off by itself, or worse.
    fn entry_status(&mut self, entry: &document::Entry<'_>, defaults: &VisitDefaults<'_>) -> Status {
        let own = self.status(entry.status.as_ref(), entry.reason.as_ref());
        if entry.status.is_none() && defaults.status.is_none() {
            self.warning(codes::NO_STATUS, entry.id_at(), |d| {
                d.saying("This entry does not say whether it is confirmed; it is read as confirmed.")
                    .with_help("Add “status: confirmed”, tentative, postponed or cancelled.")
            });
        }
        let confirmed = Status { kind: StatusKind::Confirmed, reason: None };
        match (&defaults.status, own) {
            (Some(all), Some(own)) if severity(own.kind) >= severity(all.kind) => own,
            (Some(all), _) if all.kind != StatusKind::Confirmed => all.clone(),
            (_, Some(own)) => own,
            (Some(all), None) => all.clone(),
            (None, None) => confirmed,
        }
    }

    fn timing(&mut self, entry: &document::Entry<'_>, defaults: &VisitDefaults<'_>) -> Option<Timing> {
        match (&entry.when, &entry.depart, &entry.arrive) {
            (Some(when), None, None) => {
                let timing = Timing::Stay(self.when(when, defaults.zone)?);
                self.inside_visit(&timing, when.at(), defaults);
                Some(timing)
            }
            (None, Some(depart), Some(arrive)) => {
                let first = self.end(depart, defaults);
                let last = self.end(arrive, defaults);
                let timing = Timing::Journey { depart: Box::new(first?), arrive: Box::new(last?) };
                self.arrives_later(&timing, arrive.when.at());
                self.inside_visit(&timing, depart.when.at(), defaults);
                Some(timing)
            }
            (when, depart, arrive) => {
                let message = match (when.is_some(), depart.is_some() || arrive.is_some()) {
                    (true, _) => "This entry has both “when” and an end of a journey.",
                    (false, true) => "A journey needs both ends, “depart” and “arrive”.",
                    (false, false) => "This entry does not say when it is.",
                };
                let help = "Write “when:”, or “depart:” with “arrive:”; write “when: tba” if nothing was announced.";
                self.refuse(codes::MISSING_TIME, entry.id_at(), message, help)
            }
        }
    }

    fn end(&mut self, end: &document::End<'_>, defaults: &VisitDefaults<'_>) -> Option<Journey> {
        let when = self.when(&end.when, defaults.zone);
        let place = end.place.as_ref().map(|place| self.location(place));
        let zone = when.as_ref().map(When::zone).or(defaults.zone);
        let day = self.own_day(when.as_ref());
        let actual = end.actual.as_ref().and_then(|actual| self.actual(actual, zone, day, defaults));
        Some(Journey { when: when?, place, actual })
    }

    /// The day that a time alone beside an entry's is of. Where the entry's time is wrong, which has been reported, it is of some
    /// day all the same.
    fn own_day(&self, when: Option<&When>) -> Option<NaiveDate> {
        match when {
            Some(when) => when.days().map(|(first, _)| first),
            None => Some(self.example.date()),
        }
    }

    /// The stops of a journey, each no earlier than what comes before it.
    fn stops(
        &mut self,
        entry: &document::Entry<'_>,
        timing: Option<&Timing>,
        defaults: &VisitDefaults<'_>,
    ) -> Vec<Stop> {
        let Some(written) = &entry.via else { return Vec::new() };
        if entry.when.is_some() {
            self.error(codes::TWO_FORMS, written.at, |d| {
                d.saying("“via” does not go with “when”.")
                    .with_help("Stops are of a journey, with “depart” and “arrive”.")
            });
            return Vec::new();
        }
        let mut before = timing.map(Timing::begin).and_then(Window::of);
        let last = timing.map(Timing::finish).and_then(Window::of);
        let mut stops = Vec::with_capacity(written.items.len());
        for stop in &written.items {
            let zone = stop.zone.as_ref().map_or(defaults.zone, |scalar| self.zone(scalar));
            let mut end = |written: Option<&document::When<'_>>| {
                let (at, when) = (written?.at(), self.when(written?, zone)?);
                if let Some(window) = Window::of(&when) {
                    let is_early = before.is_some_and(|before| window.is_before(before));
                    let is_late = last.is_some_and(|last| last.is_before(window));
                    if is_early || is_late {
                        self.error(codes::ARRIVES_BEFORE_IT_LEAVES, at, |d| {
                            let message = if is_early {
                                "This is before the journey has come so far."
                            } else {
                                "This is after the journey has ended."
                            };
                            d.saying(message).with_help("Check the dates and the zone of each end and each stop.")
                        });
                    }
                    before = Some(window);
                }
                Some(when)
            };
            let (arrive, depart) = (end(stop.arrive.as_ref()), end(stop.depart.as_ref()));
            let place = stop.place.as_ref().map(|place| self.location(place));
            stops.push(Stop { place, arrive, depart });
        }
        stops
    }

    /// Refuses a journey that arrives before it leaves, as far as that is certain.
    fn arrives_later(&mut self, timing: &Timing, at: NodeId) {
        let (begin, finish) = (timing.begin(), timing.finish());
        let words = if let (Some(leaves), Some(arrives)) = (begin.clock(), finish.clock()) {
            if arrives.start.instant() > leaves.start.instant() {
                return;
            }
            let (arrives, leaves) = (local_time(arrives.start), local_time(leaves.start));
            format!("This journey arrives at {arrives}, which is not later than it leaves, {leaves}.")
        } else {
            let (Some(leaves), Some(arrives)) = (Window::of(begin), Window::of(finish)) else { return };
            if !arrives.is_before(leaves) {
                return;
            }
            let (arrives, leaves) = (finish.zone().moment(arrives.last), begin.zone().moment(leaves.first));
            let (arrives, leaves) = (local_time(arrives), local_time(leaves));
            format!("This journey arrives by {arrives} at the latest, before it can leave, at {leaves}.")
        };
        self.error(codes::ARRIVES_BEFORE_IT_LEAVES, at, |d| {
            d.saying(words).with_help("Check the dates and the zone of each end.")
        });
    }

    /// An entry begins inside its visit; a journey has an end inside it.
    fn inside_visit(&mut self, timing: &Timing, at: NodeId, defaults: &VisitDefaults<'_>) {
        let (Some((from, to)), Some(zone)) = (defaults.days, defaults.zone) else { return };
        let (first, last) = (zone.start_of_day(from), zone.end_of_day(to));
        let touches = |when: &When| match when.clock() {
            Some(clock) => Some((first..last).contains(&clock.start.instant())),
            None => when.days().map(|(day, _)| {
                let own = when.zone();
                own.start_of_day(day) < last && own.end_of_day(day) > first
            }),
        };
        let inside = match timing {
            Timing::Stay(when) => touches(when),
            Timing::Journey { depart, arrive } => match (touches(&depart.when), touches(&arrive.when)) {
                (None, None) => None,
                (a, b) => Some(a != Some(false) || b != Some(false)),
            },
        };
        if inside == Some(false) {
            self.error(codes::OUTSIDE_VISIT, at, |d| {
                d.saying(format!("This is outside of the visit, which is from {from} to {to} in {zone}."))
                    .with_help("Check the date here and the visit's “dates”. A journey needs one end inside the visit.")
            });
        }
    }

    fn actual(
        &mut self,
        written: &document::Actual<'_>,
        zone: Option<Zone>,
        day: Option<NaiveDate>,
        defaults: &VisitDefaults<'_>,
    ) -> Option<Actual> {
        let says = self.line(written.says.as_ref());
        let sources = self.citations(written.sources.as_ref(), defaults.sources);
        let only_words = Self::has_no_time(&written.time) && says.is_some();
        if only_words || Self::is_end_only(&written.time) {
            let zone = self.own_zone(&written.time, zone);
            let end = if only_words { None } else { Some(self.end_only(&written.time, zone, day)?) };
            return Some(Actual { when: None, end, says, sources });
        }
        let when = self.when_keys(&written.time, zone)?;
        Some(Actual { when: Some(when), end: None, says, sources })
    }

    pub(super) fn location(&mut self, place: &document::Place<'_>) -> Place {
        let (venue, site) = (self.line(place.venue.as_ref()), self.line(place.site.as_ref()));
        let city = self.line(place.city.as_ref());
        let country = place.country.as_ref().and_then(|scalar| self.country(scalar, city.as_ref()));
        let geo = place.geo.as_ref().and_then(|items| self.geo(items));
        Place { venue, site, city, country, geo }
    }

    /// A point on the map: degrees north, then degrees east.
    fn geo(&mut self, degrees: &Items<Scalar<'_>>) -> Option<Geo> {
        let help =
            "Write the degrees north and the degrees east, with a minus south and west: geo: [38.8974, -77.0374].";
        let [latitude, longitude] = &degrees.items[..] else {
            return self.refuse(codes::BAD_GEO, degrees.at, "A point on the map has two numbers.", help);
        };
        let geo = Geo::parse(&latitude.text, &longitude.text);
        if geo.is_none() {
            let [latitude, longitude] = [latitude, longitude].map(|scalar| shortened(&scalar.text).to_string());
            let message = format!("There is no point at {latitude} degrees north and {longitude} degrees east.");
            self.error(codes::BAD_GEO, degrees.at, |d| d.saying(message).with_help(help));
        }
        geo
    }
}

/// How far a status takes an entry from happening.
fn severity(kind: StatusKind) -> u8 {
    match kind {
        StatusKind::Confirmed => 0,
        StatusKind::Tentative => 1,
        StatusKind::Postponed => 2,
        StatusKind::Cancelled => 3,
    }
}
