//! Phrases that every output shares: a time on several clocks, a place, a publication, what is not known.

mod place;
mod press;

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use crate::listing::{ListedActual, ListedDispute, ListedEntry, ListedWhen};
use crate::locale::{self, Label, Locale, Phrase, Unknown};
use crate::programme::{
    About, KnownTime, Language, Participant, Published, Source, Text, TimedSpan, UiLanguage, WithinDay,
};
use crate::zone::{Abbreviation, Local, Moment, Zone};

/// What stands between two clocks.
const BETWEEN_CLOCKS: &str = " · ";

/// Abbreviations that several countries use, each for an offset of its own.
const AMBIGUOUS: [&str; 6] = ["AST", "BST", "CDT", "CST", "IST", "MST"];

/// What a start and an end say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// When something begins and ends.
    Exact,
    /// Between which two times it is.
    Window,
    /// Before which time it is not.
    NotBefore,
    /// After which time it is not.
    NotAfter,
}

/// Somebody who reads: in a language, with some clocks.
pub(crate) struct Localizer<'a> {
    pub(crate) locale: &'static dyn Locale,
    /// The language that the reader wants authors' texts in.
    pub(crate) language: &'a Language,
    /// The clocks shown beside the host's, in order.
    clocks: &'a [Zone],
    /// The text whose languages come first where the reader's is missing: the title of the visit.
    pub(crate) title: &'a Text,
    /// The abbreviations that the text of an entry has for several offsets.
    shared: Vec<Abbreviation>,
    /// Whether a text in another language than the reader's has it named.
    names_languages: bool,
    /// The year of the days that need not name it, where others do.
    year: Option<i32>,
}

impl<'a> Localizer<'a> {
    pub(crate) fn new(ui_language: UiLanguage, language: &'a Language, clocks: &'a [Zone], title: &'a Text) -> Self {
        Self {
            locale: locale::of(ui_language),
            language,
            clocks,
            title,
            shared: Vec::new(),
            names_languages: true,
            year: None,
        }
    }

    /// The same, for pages and feeds of one language: what is in another one as a whole does not name it with each text.
    pub(crate) fn for_page(self) -> Self {
        let is_foreign = self.title.localized(self.language, self.title).fallback.is_some();
        Self { names_languages: self.names_languages && !is_foreign, ..self }
    }

    /// The same, for a text in which days of other years than this name theirs.
    pub(crate) fn beside_year(self, year: Option<i32>) -> Self {
        Self { year, ..self }
    }

    /// A day, with its year where that is not known.
    fn day(&self, date: NaiveDate) -> String {
        let is_known = self.year.is_none_or(|year| year == date.year());
        if is_known { self.locale.day(date) } else { self.locale.dated(date) }
    }

    /// An author's text; one in another language than the reader's has it named.
    pub(crate) fn text<'t>(&self, text: &'t Text) -> Cow<'t, str> {
        let localized = text.localized(self.language, self.title);
        match localized.fallback {
            None => Cow::Borrowed(localized.text),
            Some(language) => Cow::Owned(self.foreign(localized.text, language)),
        }
    }

    fn foreign(&self, text: &str, language: &Language) -> String {
        if self.names_languages { self.locale.foreign(text, language) } else { text.to_owned() }
    }

    /// The same for the text of an entry, which depends on no other entry.
    pub(crate) fn for_entry(&self, entry: &ListedEntry<'_>) -> Self {
        self.for_moments(&entry.moments())
    }

    /// The same for a text that tells these moments: it says which zone is meant where two share an abbreviation.
    pub(crate) fn for_moments(&self, moments: &[Moment]) -> Self {
        let on_clocks = |moment: &Moment| {
            let zones = self.clocks_from(moment.zone());
            zones.into_iter().map(|zone| reading_on(zone, *moment)).collect::<Vec<_>>()
        };
        let told: Vec<Local> = moments.iter().flat_map(on_clocks).collect();
        let is_shared = |local: &&Local| told.iter().any(|one| one.name == local.name && one.offset != local.offset);
        let shared = told.iter().filter(is_shared).map(|local| local.name).collect();
        Self { shared, ..*self }
    }

    /// What an offset is called: by its abbreviation, or where that may mean another, by the place and the hours.
    fn offset_name(&self, zone: Zone, local: Local) -> String {
        if AMBIGUOUS.contains(&local.name.as_str()) || self.shared.contains(&local.name) {
            self.locale.title_with(&self.locale.zone_time(zone.name()), &local.offset_name())
        } else {
            local.name.to_string()
        }
    }

    /// The host's clock and then the reader's, each once.
    pub(crate) fn clocks_from(&self, host: Zone) -> Vec<Zone> {
        let mut zones = vec![host];
        for zone in self.clocks {
            if !zones.contains(zone) {
                zones.push(*zone);
            }
        }
        zones
    }

    /// A time on every clock: `25 Aug 12:15–12:45 EDT · 26 Aug 01:15–01:45 KST`.
    pub(crate) fn clock(&self, span: &TimedSpan) -> String {
        let text = self.on_clocks(span, Meaning::Exact, None);
        if !span.to_be_confirmed {
            return text;
        }
        self.locale.title_with(&text, self.locale.phrase(Phrase::ToBeConfirmed))
    }

    /// A time on every clock; without the first day if that is the one named already.
    ///
    /// A clock names its day, unless that is the only day that the line has named so far: nobody has to guess which of two
    /// days a time belongs to.
    fn on_clocks(&self, span: &TimedSpan, meaning: Meaning, named: Option<NaiveDate>) -> String {
        let host = span.start.zone();
        let mut text = self.on_clock(span, meaning, host, named);
        let days = |zone: Zone| {
            let last = span.end.unwrap_or(span.start);
            [span.start, last].map(|moment| reading_on(zone, moment).datetime.date())
        };
        let [first, last] = days(host);
        let mut only_day = Some(first).filter(|_| first == last);
        for zone in self.clocks_from(host).into_iter().skip(1) {
            text.push_str(BETWEEN_CLOCKS);
            text.push_str(&self.on_clock(span, meaning, zone, only_day));
            only_day = only_day.filter(|only| days(zone) == [*only; 2]);
        }
        text
    }

    /// A time on one clock, `26 Aug 01:15–01:45 KST`; without the day if that is the one named already.
    pub(crate) fn reading(&self, span: &TimedSpan, zone: Zone, named: Option<NaiveDate>) -> String {
        self.on_clock(span, Meaning::Exact, zone, named)
    }

    /// The same of anything that has clock times; a window has them too.
    pub(crate) fn reading_of(&self, when: &ListedWhen<'_>, zone: Zone, named: Option<NaiveDate>) -> Option<String> {
        match (when.time, bounds(when.time)) {
            (KnownTime::Clock(span), _) => Some(self.reading(&span, zone, named)),
            (_, Some((span, meaning))) => Some(self.on_clock(&span, meaning, zone, named)),
            _ => None,
        }
    }

    fn on_clock(&self, span: &TimedSpan, meaning: Meaning, zone: Zone, named: Option<NaiveDate>) -> String {
        let locale = self.locale;
        let start = reading_on(zone, span.start);
        let end = span.end.map(|end| reading_on(zone, end));
        let day = start.datetime.date();
        let name = self.offset_name(zone, end.unwrap_or(start));
        let (from, to) = self.start_and_end(zone, start, end);
        let bounded = match (to, meaning) {
            (Some(to), Meaning::Window) => Some(locale.between(&from, &format!("{to} {name}"))),
            (_, Meaning::NotBefore) => Some(locale.not_before(&format!("{from} {name}"))),
            (_, Meaning::NotAfter) => Some(locale.not_after(&format!("{from} {name}"))),
            _ => None,
        };
        if let Some(bounded) = bounded {
            return if named == Some(day) { bounded } else { locale.day_with(&self.day(day), &bounded) };
        }
        let times = self.times(zone, start, end, span.about);
        let day = if named == Some(day) { String::new() } else { self.day(day) + " " };
        format!("{day}{times} {name}")
    }

    /// A start and perhaps an end on one clock, without the first day and without the last offset's name.
    pub(crate) fn times(&self, zone: Zone, start: Local, end: Option<Local>, about: About) -> String {
        let times = match (self.start_and_end(zone, start, end), end) {
            ((from, Some(to)), Some(_)) if about.start != about.end => {
                return self.locale.about_one(&from, &to, about.start);
            }
            ((from, Some(to)), Some(end)) if end.datetime.date() == start.datetime.date() => {
                self.locale.times(&from, &to)
            }
            ((from, Some(to)), _) => self.locale.days(&from, &to),
            ((from, None), _) => from,
        };
        if about.start { self.locale.about(&times) } else { times }
    }

    /// Both, each with what it does not share with the other: the first with its offset's name, the last with its day.
    fn start_and_end(&self, zone: Zone, start: Local, end: Option<Local>) -> (String, Option<String>) {
        let mut from = time_of_day(start);
        if end.is_some_and(|end| end.name != start.name) {
            from = format!("{from} {}", self.offset_name(zone, start));
        }
        let to = end.map(|end| match end.datetime.date() {
            last if last == start.datetime.date() => time_of_day(end),
            last => format!("{} {}", self.day(last), time_of_day(end)),
        });
        (from, to)
    }

    /// When something is, in one line. What is not known is said in words.
    pub(crate) fn when(&self, when: &ListedWhen<'_>) -> String {
        self.when_beside(when, None)
    }

    /// The same below a heading: a single day without a clock time is not named if it is the heading's.
    pub(crate) fn when_beside(&self, when: &ListedWhen<'_>, named: Option<NaiveDate>) -> String {
        let dated = |date: NaiveDate, known: Cow<'_, str>| {
            if named == Some(date) { known.into_owned() } else { self.locale.day_with(&self.day(date), &known) }
        };
        let others = self.others(when);
        if let Some((span, meaning)) = bounds(when.time) {
            let known = self.on_clocks(&span, meaning, named);
            return others.map_or(known.clone(), |others| self.both(&known, &others));
        }
        let known = match (when.time, &others) {
            // That its time is not announced goes without saying.
            (KnownTime::Day { date, within: WithinDay::Day, .. }, Some(others)) => {
                return dated(date, Cow::Borrowed(others));
            }
            (KnownTime::Day { date, within: WithinDay::Part(part), .. }, Some(others)) => {
                return dated(date, Cow::Owned(self.both(self.locale.part(part), others)));
            }
            (KnownTime::Unknown { part, .. }, Some(others)) => {
                let known = part.map_or_else(|| others.clone(), |part| self.both(self.locale.part(part), others));
                return self.both(&known, self.locale.unknown(Unknown::Day));
            }
            (KnownTime::Clock(clock), _) => self.clock(&clock),
            (KnownTime::Day { date, within, .. }, _) => dated(date, self.within(within)),
            (KnownTime::Days { from, to, .. }, _) => self.locale.days(&self.day(from), &self.day(to)),
            (KnownTime::Unknown { .. }, None) => self.locale.unknown(Unknown::Day).to_owned(),
        };
        others.map_or(known.clone(), |others| self.both(&known, &others))
    }

    /// The same on a sheet of one day: a clock time does not name it either.
    pub(crate) fn when_on(&self, when: &ListedWhen<'_>, day: NaiveDate) -> String {
        let KnownTime::Clock(span) = when.time else { return self.when_beside(when, Some(day)) };
        let text = self.on_clocks(&span, Meaning::Exact, Some(day));
        let text = if span.to_be_confirmed {
            self.locale.title_with(&text, self.locale.phrase(Phrase::ToBeConfirmed))
        } else {
            text
        };
        match self.others(when) {
            Some(others) => self.both(&text, &others),
            None => text,
        }
    }

    /// After and before which other entries something comes.
    pub(crate) fn others(&self, when: &ListedWhen<'_>) -> Option<String> {
        self.others_as(when, |title| self.text(title))
    }

    /// The same, with what is to stand there for each title.
    pub(crate) fn others_as<'w>(
        &self,
        when: &ListedWhen<'w>,
        shown: impl Fn(&'w Text) -> Cow<'w, str>,
    ) -> Option<String> {
        let titles: Vec<Cow<'_, str>> = when.after.iter().map(|title| shown(title)).collect();
        let after = (!titles.is_empty()).then(|| self.locale.after(&titles));
        let before = when.before.map(|title| self.locale.before(&shown(title)));
        match (after, before) {
            (Some(after), Some(before)) => Some(self.both(&after, &before)),
            (after, before) => after.or(before),
        }
    }

    /// Two things known of one time.
    fn both(&self, one: &str, other: &str) -> String {
        self.locale.names(&[one.into(), other.into()])
    }

    /// What is known of a day without a clock time, where the day is named already.
    fn within(&self, within: WithinDay) -> Cow<'static, str> {
        Cow::Borrowed(match within {
            WithinDay::Part(part) => self.locale.part(part),
            _ => self.locale.unknown(Unknown::Time),
        })
    }

    /// What of an entry's time belongs into its title: what is known of a day, and that a time is to be confirmed.
    pub(crate) fn title_note(&self, when: &ListedWhen<'_>) -> Option<Cow<'static, str>> {
        if let (KnownTime::Day { date, .. }, Some((span, meaning))) = (when.time, bounds(when.time)) {
            return Some(Cow::Owned(self.on_clocks(&span, meaning, Some(date))));
        }
        match when.time {
            KnownTime::Day { within: WithinDay::Part(part), .. } | KnownTime::Unknown { part: Some(part), .. } => {
                Some(Cow::Borrowed(self.locale.part(part)))
            }
            KnownTime::Clock(TimedSpan { to_be_confirmed: true, .. }) => {
                Some(Cow::Borrowed(self.locale.phrase(Phrase::ToBeConfirmed)))
            }
            _ => None,
        }
    }

    /// For each other clock, what the host's days are on it: `23 Aug in Tokyo = 22 Aug 11:00 to 23 Aug 11:00 EDT`.
    pub(crate) fn spans(&self, host: Zone, from: NaiveDate, to: NaiveDate) -> Vec<String> {
        let locale = self.locale;
        let (start, end) = (host.start_of_day(from), host.end_of_day(to));
        let days = if from == to { self.day(from) } else { locale.days(&self.day(from), &self.day(to)) };
        let host_place = locale.zone_place(host.name());
        let on_clock = |zone: Zone| {
            if start == zone.start_of_day(from) && end == zone.end_of_day(to) {
                // Worth saying of the reader's own clock alone.
                let is_own = self.clocks.first() == Some(&zone);
                return is_own.then(|| locale.same_day(&days, &host_place, &locale.zone_place(zone.name())));
            }
            let (first, last) = (zone.local(start), zone.local(end));
            let at = |local: Local| format!("{} {}", self.day(local.datetime.date()), time_of_day(local));
            Some(locale.span(&days, &host_place, &at(first), &at(last), &self.offset_name(zone, last)))
        };
        self.clocks_from(host).into_iter().skip(1).filter_map(on_clock).collect()
    }

    /// What the days of those that have no clock time are on the other clocks, each once.
    pub(crate) fn spans_of<'w, 'p: 'w>(&self, whens: impl Iterator<Item = &'w ListedWhen<'p>>) -> Vec<String> {
        let mut spans: Vec<String> = Vec::new();
        for when in whens.filter(|when| when.clock().is_none()) {
            let Some((first, last)) = when.days() else { continue };
            for span in self.spans(when.zone(), first, last) {
                if !spans.contains(&span) {
                    spans.push(span);
                }
            }
        }
        spans
    }

    /// Somebody who takes part, and as what.
    pub(crate) fn participant<'t>(&self, person: &'t Participant) -> Cow<'t, str> {
        let who = self.text(&person.who);
        match &person.role {
            None => who,
            Some(role) => Cow::Owned(self.locale.title_with(&who, &self.text(role))),
        }
    }

    /// Who published what, and when.
    pub(crate) fn publication(&self, source: &Source) -> String {
        let texts = [Some(&source.publisher), source.title.as_ref(), source.via.as_ref()];
        let shared = self.shared_fallback(texts.into_iter().flatten());
        let text = |text| match shared {
            Some(_) => Cow::Borrowed(Text::localized(text, self.language, self.title).text),
            None => self.text(text),
        };
        let published = source.published.map(|published| match published {
            Published::Date(date) => self.locale.date(date),
            Published::Instant(instant) => self.locale.date(instant.date_naive()),
        });
        let (title, via) = (source.title.as_ref().map(text), source.via.as_ref().map(text));
        let publication =
            self.locale.publication(&text(&source.publisher), title.as_deref(), via.as_deref(), published.as_deref());
        match shared {
            Some(language) => self.foreign(&publication, language),
            None => publication,
        }
    }

    /// What another source says of a field, and who.
    pub(crate) fn dispute(&self, dispute: &ListedDispute<'_>) -> String {
        let statement = self.locale.said_by(&self.text(dispute.says), &self.publication(dispute.source));
        self.locale.labelled_field(Label::Disputed, dispute.field, &statement)
    }

    /// What happened, and who says so.
    pub(crate) fn actual(&self, actual: &ListedActual<'_>) -> String {
        let time = match (&actual.when, actual.end) {
            (Some(when), _) => Some(self.when(when)),
            (None, Some((end, about))) => {
                Some(self.locale.until(&self.clock(&TimedSpan { about: About::both(about), ..TimedSpan::at(end) })))
            }
            (None, None) => None,
        };
        let says = actual.says.map(|says| self.text(says).into_owned());
        let clauses: Vec<String> = time.into_iter().chain(says).collect();
        let what = clauses.join(self.locale.punctuation().clauses);
        if actual.sources.is_empty() {
            return what;
        }
        let who: Vec<Cow<'_, str>> = actual.sources.each().map(|source| Cow::Owned(self.publication(source))).collect();
        self.locale.said_by(&what, &self.locale.list(&who))
    }

    /// What an event is called: an entry by its title, a step by what is done and what for.
    pub(crate) fn event_title<'t>(&self, entry: &'t ListedEntry<'_>) -> Cow<'t, str> {
        let title = self.text(entry.title);
        match entry.step {
            None => title,
            Some(step) => {
                let step = self.step_name(step.kind, step.title);
                Cow::Owned([&step, self.locale.punctuation().colon, &title].concat())
            }
        }
    }

    /// A label with what it names.
    pub(crate) fn labelled(&self, label: Label, text: &str) -> String {
        self.locale.labelled(label, text)
    }
}

/// The host's day that an entry stands under: of a journey, the day it departs, else the day it arrives.
pub(crate) fn first_day(entry: &ListedEntry<'_>) -> Option<NaiveDate> {
    entry.timing.whens().find_map(ListedWhen::days).map(|(first, _)| first)
}

/// What a zone's clock reads at a moment; its own clock as the moment was announced.
fn reading_on(zone: Zone, moment: Moment) -> Local {
    if moment.zone() == zone { moment.reading() } else { zone.local(moment.instant()) }
}

/// The moments that something of a day is said to lie between, before or after, and what they mean.
fn bounds(time: KnownTime) -> Option<(TimedSpan, Meaning)> {
    let KnownTime::Day { within, .. } = time else { return None };
    match within {
        WithinDay::Between(first, last) => {
            Some((TimedSpan { end: Some(last), ..TimedSpan::at(first) }, Meaning::Window))
        }
        WithinDay::NotBefore(first) => Some((TimedSpan::at(first), Meaning::NotBefore)),
        WithinDay::NotAfter(last) => Some((TimedSpan::at(last), Meaning::NotAfter)),
        WithinDay::Day | WithinDay::Part(_) => None,
    }
}

/// `12:15`.
pub(crate) fn time_of_day(local: Local) -> String {
    local.datetime.format("%H:%M").to_string()
}
