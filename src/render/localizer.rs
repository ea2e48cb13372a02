//! Phrases that every output shares: a time on several clocks, a place, a publication, what is not known.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Write as _;

use chrono::NaiveDate;

use crate::digits;
use crate::listing::{ListedActual, ListedDispute, ListedWhen};
use crate::locale::{self, Label, Locale, Unknown};
use crate::programme::{Language, Place, Published, Source, Text, TimedSpan, UiLanguage, WithinDay};
use crate::zone::{Local, Moment, Zone};

/// What stands between two clocks.
const BETWEEN_CLOCKS: &str = " · ";

/// Somebody who reads: in a language, with some clocks.
pub(crate) struct Localizer<'a> {
    pub(crate) locale: &'static dyn Locale,
    /// The language that the reader wants authors' texts in.
    pub(crate) language: &'a Language,
    /// The clocks shown beside the host's, in order.
    clocks: &'a [Zone],
    /// Whether anybody has asked for them yet.
    told_times: Cell<bool>,
    /// The text whose languages come first where the reader's is missing: the title of the visit.
    pub(crate) title: &'a Text,
}

impl<'a> Localizer<'a> {
    pub(crate) fn new(ui_language: UiLanguage, language: &'a Language, clocks: &'a [Zone], title: &'a Text) -> Self {
        Self { locale: locale::of(ui_language), language, clocks, told_times: Cell::new(false), title }
    }

    /// The clocks shown beside the host's, in order.
    pub(crate) fn clocks(&self) -> &'a [Zone] {
        self.told_times.set(true);
        self.clocks
    }

    /// What is said by `say`, and whether it would be the same with other clocks.
    pub(crate) fn whatever_the_clocks<T>(&self, say: impl FnOnce(&Self) -> T) -> (T, bool) {
        let before = self.told_times.replace(false);
        let said = say(self);
        let told = self.told_times.get();
        self.told_times.set(before || told);
        (said, !told)
    }

    /// An author's text; one in another language than the reader's has it named.
    pub(crate) fn text<'t>(&self, text: &'t Text) -> Cow<'t, str> {
        let localized = text.localized(self.language, self.title);
        match localized.fallback {
            None => Cow::Borrowed(localized.text),
            Some(language) => Cow::Owned(self.locale.foreign(localized.text, language)),
        }
    }

    /// The host's clock and then the reader's, each once.
    fn clocks_from(&self, host: Zone) -> impl Iterator<Item = Zone> {
        let clocks = self.clocks();
        let others =
            clocks.iter().enumerate().filter(move |(at, zone)| **zone != host && !clocks[..*at].contains(zone));
        std::iter::once(host).chain(others.map(|(_, zone)| *zone))
    }

    /// A time on every clock: `25 Aug 12:15–12:45 EDT · 26 Aug 01:15–01:45 KST`.
    ///
    /// A clock names the day where it is not the day of the clock before.
    pub(crate) fn clock(&self, clock: &TimedSpan) -> String {
        let mut text = String::with_capacity(64);
        self.write_clock(&mut text, clock);
        text
    }

    fn write_clock(&self, out: &mut String, clock: &TimedSpan) {
        let named = self.write_host_clock(out, clock);
        self.write_other_clocks(out, clock, named);
    }

    /// Writes a time on the host's clock; the day that it names last.
    pub(crate) fn write_host_clock(&self, out: &mut String, clock: &TimedSpan) -> NaiveDate {
        self.write_reading(out, clock, clock.start.zone(), None)
    }

    /// Writes the same time on the reader's clocks, behind the host's, which has named a day.
    pub(crate) fn write_other_clocks(&self, out: &mut String, clock: &TimedSpan, mut named: NaiveDate) {
        for zone in self.clocks_from(clock.start.zone()).skip(1) {
            out.push_str(BETWEEN_CLOCKS);
            named = self.write_reading(out, clock, zone, Some(named));
        }
    }

    /// A time on one clock, `26 Aug 01:15–01:45 KST`; without the day if that is the one named already.
    pub(crate) fn reading(&self, clock: &TimedSpan, zone: Zone, named: Option<NaiveDate>) -> String {
        let mut text = String::with_capacity(32);
        self.write_reading(&mut text, clock, zone, named);
        text
    }

    /// Writes a time on one clock; with the day that it ends on, or begins if no end is known.
    fn write_reading(&self, out: &mut String, clock: &TimedSpan, zone: Zone, named: Option<NaiveDate>) -> NaiveDate {
        let (start, end) = (zone.local(clock.start.instant()), clock.end.map(|end| zone.local(end.instant())));
        let (day, last) = (start.datetime.date(), end.unwrap_or(start));
        if named != Some(day) {
            self.locale.write_day(out, day);
            out.push(' ');
        }
        if clock.about {
            let mut times = String::new();
            self.write_times(&mut times, start, end);
            out.push_str(&self.locale.about(&times));
        } else {
            self.write_times(out, start, end);
        }
        out.push(' ');
        out.push_str(last.name.as_str());
        last.datetime.date()
    }

    /// Writes a start and perhaps an end on one clock, without the first day and the last offset's name.
    fn write_times(&self, out: &mut String, start: Local, end: Option<Local>) {
        let Some(end) = end else { return digits::time(out, start.datetime) };
        let write_start = |out: &mut String| {
            digits::time(out, start.datetime);
            if end.name != start.name {
                out.push(' ');
                out.push_str(start.name.as_str());
            }
        };
        let day = end.datetime.date();
        if day == start.datetime.date() {
            let [before, between, after] = self.locale.around_times();
            out.push_str(before);
            write_start(out);
            out.push_str(between);
            digits::time(out, end.datetime);
            out.push_str(after);
        } else {
            let (mut from, mut to) = (String::new(), self.locale.day(day));
            write_start(&mut from);
            to.push(' ');
            digits::time(&mut to, end.datetime);
            out.push_str(&self.locale.days(&from, &to));
        }
    }

    /// When something is, in one line. What is not known is said in words.
    pub(crate) fn when(&self, when: &ListedWhen<'_>) -> String {
        self.when_beside(when, None)
    }

    /// The same below a heading: a single day without a clock time is not named if it is the heading's.
    pub(crate) fn when_beside(&self, when: &ListedWhen<'_>, named: Option<NaiveDate>) -> String {
        let dated = |date: NaiveDate, known: Cow<'_, str>| {
            if named == Some(date) { known.into_owned() } else { self.locale.day_with(&self.locale.day(date), &known) }
        };
        match when {
            ListedWhen::Clock(clock) => self.clock(clock),
            ListedWhen::Day { zone, date, within } => dated(*date, self.within(*within, *zone, *date)),
            ListedWhen::Days { from, to, .. } => self.locale.days(&self.locale.day(*from), &self.locale.day(*to)),
            ListedWhen::After { after: title, date, part, .. } => {
                let after = self.locale.after(&self.text(title));
                let after = match part {
                    Some(part) => self.locale.both(self.locale.part(*part), &after),
                    None => after,
                };
                match date {
                    Some(date) => dated(*date, Cow::Owned(after)),
                    None => self.locale.both(&after, self.locale.unknown(Unknown::Day)),
                }
            }
            ListedWhen::ToBeAnnounced { .. } => self.locale.unknown(Unknown::Day).to_owned(),
        }
    }

    /// What is known of a day without a clock time.
    pub(crate) fn within(&self, within: WithinDay, zone: Zone, date: NaiveDate) -> Cow<'static, str> {
        match within {
            WithinDay::Day => Cow::Borrowed(self.locale.unknown(Unknown::Time)),
            WithinDay::Part(part) => Cow::Borrowed(self.locale.part(part)),
            WithinDay::Between(from, to) => {
                let (first, last) = (zone.name_at(date.and_time(from)), zone.name_at(date.and_time(to)));
                let mut start = from.format("%H:%M").to_string();
                if first != last {
                    let _ = write!(start, " {first}");
                }
                Cow::Owned(self.locale.between(&start, &format!("{} {last}", to.format("%H:%M"))))
            }
        }
    }

    /// What of an all-day entry's time belongs into its title.
    pub(crate) fn title_note(&self, when: &ListedWhen<'_>) -> Option<Cow<'static, str>> {
        match when {
            ListedWhen::Day { within: WithinDay::Day, .. } => None,
            ListedWhen::Day { zone, date, within } => Some(self.within(*within, *zone, *date)),
            ListedWhen::After { part, .. } => part.map(|part| Cow::Borrowed(self.locale.part(part))),
            _ => None,
        }
    }

    /// For each other clock, what the host's days are on it: `23 Aug in Tokyo = 22 Aug 11:00 to 23 Aug 11:00 EDT`.
    pub(crate) fn spans(&self, host: Zone, from: NaiveDate, to: NaiveDate) -> Vec<String> {
        let words = self.locale;
        let (start, end) = (host.start_of_day(from), host.end_of_day(to));
        let days = if from == to { words.day(from) } else { words.days(&words.day(from), &words.day(to)) };
        let on_clock = |(at_first, zone): (bool, Zone)| {
            let (start, end) = (zone.moment(start), zone.moment(end));
            let at =
                |moment: Moment| format!("{} {}", words.day(moment.local().date()), moment.local().format("%H:%M"));
            let same = start.instant() == zone.start_of_day(from) && end.instant() == zone.end_of_day(to);
            if same {
                // Worth saying of the reader's own clock alone.
                return at_first
                    .then(|| words.same_day(&days, &words.zone_place(host.name()), &words.zone_place(zone.name())));
            }
            Some(words.span(&days, &words.zone_place(host.name()), &at(start), &at(end), end.name().as_str()))
        };
        let others = self.clocks_from(host).skip(1);
        others.map(|zone| (self.clocks().first() == Some(&zone), zone)).filter_map(on_clock).collect()
    }

    /// The language that all of several texts are in instead of the reader's: then it is named once, for all of them.
    fn shared_fallback<'t>(&self, mut texts: impl Iterator<Item = &'t Text> + Clone) -> Option<&'t Language> {
        let fallback = |text: &'t Text| text.localized(self.language, self.title).fallback;
        let are_several = texts.clone().nth(1).is_some();
        let first = texts.next().and_then(fallback)?;
        (are_several && texts.all(|text| fallback(text) == Some(first))).then_some(first)
    }

    /// A place, as the language puts it; `None` where none of it is known.
    pub(crate) fn place(&self, place: &Place) -> Option<String> {
        let texts = [&place.venue, &place.site, &place.city].into_iter().flatten();
        let (mut parts, mut count): ([Cow<'_, str>; 4], usize) = Default::default();
        let mut add = |part| {
            parts[count] = part;
            count += 1;
        };
        match self.shared_fallback(texts.clone()) {
            // As that language puts it, too.
            Some(language) => {
                let words = UiLanguage::parse(language.primary()).map_or(self.locale, locale::of);
                let known: Vec<&str> = texts.map(|text| text.localized(self.language, self.title).text).collect();
                add(Cow::Owned(self.locale.foreign(&words.place(&known), language)));
            }
            None => texts.for_each(|text| add(self.text(text))),
        }
        if let Some(code) = &place.country {
            let code = std::str::from_utf8(code).unwrap_or_default();
            add(Cow::Borrowed(self.locale.country(code).unwrap_or(code)));
        }
        let parts = parts.each_ref().map(AsRef::as_ref);
        (count > 0).then(|| self.locale.place(&parts[..count]))
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
            Published::Date(date) => self.locale.dated(date),
            Published::Instant(instant) => self.locale.dated(instant.date_naive()),
        });
        let (title, via) = (source.title.as_ref().map(text), source.via.as_ref().map(text));
        let publication =
            self.locale.publication(&text(&source.publisher), title.as_deref(), via.as_deref(), published.as_deref());
        match shared {
            Some(language) => self.locale.foreign(&publication, language),
            None => publication,
        }
    }

    /// What another source says of a field, and who.
    pub(crate) fn dispute(&self, dispute: &ListedDispute<'_>) -> String {
        let said = self.locale.said_by(&self.text(dispute.says), &self.publication(dispute.source));
        self.locale.labelled_field(Label::Disputed, dispute.field, &said)
    }

    /// What happened, and who says so.
    pub(crate) fn actual(&self, actual: &ListedActual<'_>) -> String {
        let time = match (&actual.when, actual.end) {
            (Some(when), _) => Some(self.when(when)),
            (None, Some((end, about))) => {
                Some(self.locale.until(&self.clock(&TimedSpan { start: end, end: None, about })))
            }
            (None, None) => None,
        };
        let says = actual.says.map(|says| self.text(says).into_owned());
        let what: Vec<String> = time.into_iter().chain(says).collect();
        let what = self.locale.clauses(&what);
        if actual.sources.is_empty() {
            return what;
        }
        let who: Vec<Cow<'_, str>> = actual.sources.each().map(|source| Cow::Owned(self.publication(source))).collect();
        self.locale.said_by(&what, &self.locale.list(&who))
    }

    /// A label with what it names.
    pub(crate) fn labelled(&self, label: Label, text: &str) -> String {
        self.locale.labelled(label, text)
    }
}
