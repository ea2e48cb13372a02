//! The forms of `when`: which keys go together, and what they mean.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::scalars::{DATES_IN_RANGE, Length};
use super::visit::OtherRef;
use super::window::local_time;
use super::{Checker, example, time_slips};
use crate::diagnostic::{Edit, Fix, Place, codes};
use crate::document::{self, NodeId, Scalar, TimeKeys};
use crate::programme::{About, EntryRef, KnownTime, PartOfDay, TimedSpan, When, WithinDay};
use crate::source::Span;
use crate::zone::{Fold, Moment, Zone};

/// Stands for an entry until `links` knows where it is: its position among the entry's references.
const fn unbound(position: usize) -> EntryRef {
    EntryRef { visit: usize::MAX, entry: position }
}

/// How the end of a day may be written as that of a window.
const END_OF_DAY: &str = "24:00";

/// How long a window may be that runs over midnight: of a longer one, the times are probably in the wrong order.
const LONGEST_OVER_MIDNIGHT: TimeDelta = TimeDelta::hours(12);

/// Stands for a mistake that is in the report already.
#[derive(Debug)]
struct Reported;

/// The form that the keys of a `when` make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenForm {
    Start,
    Date,
    Days,
    After,
    Before,
}

/// Two keys that say the same in two ways.
pub(crate) const CONFLICTING_KEYS: [(&str, &str); 6] = [
    ("end", "for"),
    ("part", "between"),
    ("part", "not_before"),
    ("part", "not_after"),
    ("between", "not_before"),
    ("between", "not_after"),
];

/// The keys that an end alone may stand with, for what happened.
pub(crate) const END_ONLY_KEYS: [&str; 4] = ["end", "about", "zone", "fold"];

/// How to say which end of a time is approximate.
const ABOUT: [(&str, About); 2] =
    [("start", About { start: true, end: false }), ("end", About { start: false, end: true })];

/// How to say which of two equal times is meant.
pub(crate) const FOLDS: [(&str, Fold); 2] = [("earlier", Fold::Earlier), ("later", Fold::Later)];

impl WhenForm {
    /// In the order in which their keys decide.
    pub(crate) const ALL: [Self; 5] =
        [WhenForm::After, WhenForm::Before, WhenForm::Start, WhenForm::Date, WhenForm::Days];

    /// The key that it is known by.
    pub(crate) fn key(self) -> &'static str {
        match self {
            WhenForm::Start => "start",
            WhenForm::Date => "date",
            WhenForm::Days => "from",
            WhenForm::After => "after",
            WhenForm::Before => "before",
        }
    }

    /// The keys that may stand with this form's own.
    pub(crate) fn companions(self) -> &'static [&'static str] {
        match self {
            WhenForm::Start => &["end", "for", "about", "tbc", "after", "before", "zone", "fold"],
            WhenForm::Date => &["part", "between", "not_before", "not_after", "after", "before", "zone", "fold"],
            WhenForm::Days => &["to", "zone"],
            WhenForm::After => &["part", "before", "zone"],
            WhenForm::Before => &["part", "after", "zone"],
        }
    }
}

/// The keys that are given, with where their values stand.
fn given_keys(keys: &TimeKeys<'_>) -> Vec<(&'static str, NodeId)> {
    let scalar = |name, value: &Option<Scalar<'_>>| value.as_ref().map(|scalar| (name, scalar.at));
    let given = [
        scalar("start", &keys.start),
        scalar("end", &keys.end),
        scalar("for", &keys.length),
        keys.about.as_ref().map(|about| ("about", about.at())),
        keys.tbc.map(|flag| ("tbc", flag.at)),
        scalar("date", &keys.date),
        scalar("part", &keys.part),
        keys.between.as_ref().map(|items| ("between", items.at)),
        scalar("not_before", &keys.not_before),
        scalar("not_after", &keys.not_after),
        scalar("from", &keys.from),
        scalar("to", &keys.to),
        keys.after.as_ref().map(|after| ("after", after.at)),
        scalar("before", &keys.before),
        scalar("zone", &keys.zone),
        scalar("fold", &keys.fold),
    ];
    given.into_iter().flatten().collect()
}

/// What writes something else in place of a word without quotes.
fn replaced(place: &Place, was: &str, now: String) -> Option<Fix> {
    let is_plain = place.source.text().get(place.span.start..place.span.end) == Some(was);
    is_plain.then(|| Fix { message: format!("Write {now}."), edits: vec![Edit { span: place.span, text: now }] })
}

/// What writes another key before a value, where the key is written as it reads.
fn renamed_key(value: &Place, was: &str, now: &str) -> Option<Fix> {
    let before = value.source.text().get(..value.span.start)?;
    let quotes = ['"', '\''];
    let key = before.trim_end_matches(quotes).trim_end().strip_suffix(':')?;
    let key = key.trim_end_matches(quotes).strip_suffix(was)?;
    let span = Span { start: key.len(), end: key.len() + was.len() };
    let is_whole = !key.ends_with(|c: char| c.is_alphanumeric() || "_-".contains(c));
    is_whole.then(|| Fix { message: format!("Write “{now}”."), edits: vec![Edit { span, text: now.to_owned() }] })
}

impl Checker<'_, '_> {
    /// When something is; `None` when that cannot be said, which has been reported.
    pub(super) fn when(&mut self, when: &document::When<'_>, zone: Option<Zone>) -> Option<When> {
        match when {
            document::When::Word(word) => self.when_word(word, zone),
            document::When::Keys(keys) => self.when_keys(keys, zone),
            document::When::Unreadable(_) => None,
        }
    }

    /// The same of the keys of a map.
    pub(super) fn when_keys(&mut self, keys: &TimeKeys<'_>, zone: Option<Zone>) -> Option<When> {
        let zone = self.own_zone(keys, zone);
        let form = self.form(keys);
        // In the order written, whatever the rest comes to.
        let mut other = |scalar: &Scalar<'_>, is_before: bool| {
            let entry = unbound(self.unresolved.others.len());
            self.unresolved.others.push(OtherRef { at: scalar.at, name: scalar.text.to_string(), is_before });
            entry
        };
        let (mut after, mut before) = (Vec::new(), None);
        if form.is_some_and(|form| form != WhenForm::Days) {
            after.extend(keys.after.iter().flat_map(|after| &after.items).map(|scalar| other(scalar, false)));
            before = keys.before.as_ref().map(|scalar| other(scalar, true));
        }
        let time = match form? {
            WhenForm::Start => KnownTime::Clock(self.clock(keys, zone)?),
            WhenForm::Date => self.day(keys, zone)?,
            WhenForm::Days => self.days(keys, zone)?,
            WhenForm::After | WhenForm::Before => {
                let part = keys.part.as_ref().map(|scalar| self.part(scalar).ok_or(Reported)).transpose();
                KnownTime::Unknown { zone: zone?, part: part.ok()? }
            }
        };
        Some(When { time, after, before })
    }

    /// The zone that the keys of a time name, or else the one given.
    pub(super) fn own_zone(&mut self, keys: &TimeKeys<'_>, zone: Option<Zone>) -> Option<Zone> {
        match &keys.zone {
            Some(scalar) => self.zone(scalar),
            None => zone,
        }
    }

    fn when_word(&mut self, word: &Scalar<'_>, zone: Option<Zone>) -> Option<When> {
        if word.text == "tba" {
            return zone.map(|zone| KnownTime::Unknown { zone, part: None }.into());
        }
        let example = self.example;
        self.error(codes::BAD_WHEN, word.at, |d| {
            let (help, meant) = example::when_meant(&word.text, example);
            let fix = meant.and_then(|meant| replaced(&d.place, &word.text, meant));
            d.saying(format!("“{}” says no time.", document::shortened(&word.text))).with_help(help).with_fix(fix)
        });
        None
    }

    /// The one form that the keys make; keys that do not go with it are reported.
    fn form(&mut self, keys: &TimeKeys<'_>) -> Option<WhenForm> {
        let given = given_keys(keys);
        let has = |key: &str| given.iter().any(|(name, _)| *name == key);
        // What comes after another entry may have a time or a day of its own.
        let has_own = has("start") || has("date");
        let is_form =
            |form: &WhenForm| has(form.key()) && !(has_own && matches!(form, WhenForm::After | WhenForm::Before));
        let Some(form) = WhenForm::ALL.into_iter().find(is_form) else {
            // What could not be read may have been the time.
            if keys.unread {
                return None;
            }
            let message = "This says no time: it has no “start”, “date”, “from”, “after” or “before”.";
            let help = "Write what was announced, or tba if not even the day was.";
            return self.refuse(codes::BAD_WHEN, keys.at, message, help);
        };
        let mut fits = true;
        for (key, at) in &given {
            if *key != form.key() && !form.companions().contains(key) {
                fits = false;
                self.error(codes::TWO_FORMS, *at, |d| {
                    d.saying(format!("“{key}” does not go with “{}”.", form.key()))
                        .with_help("Keep the one form of “when” that says what was announced.")
                });
            }
        }
        let clash = CONFLICTING_KEYS.into_iter().find(|(a, b)| has(a) && has(b));
        if let Some((first, second)) = clash
            && let Some((_, at)) = given.iter().find(|(name, _)| *name == second)
        {
            fits = false;
            self.error(codes::TWO_FORMS, *at, |d| {
                d.saying(format!("“{second}” does not go with “{first}”.")).with_help("Keep one of the two.")
            });
        }
        fits.then_some(form)
    }

    fn clock(&mut self, keys: &TimeKeys<'_>, zone: Option<Zone>) -> Option<TimedSpan> {
        let fold = self.fold(keys.fold.as_ref());
        let begins = keys.start.as_ref()?;
        let start = self.date_time(begins, None);
        // Where the start is wrong, a time alone is still one of some day.
        let day = start.map_or_else(NaiveDate::default, |start| start.date());
        let end = keys.end.as_ref().map(|scalar| (scalar, self.date_time(scalar, Some(day))));
        let length = keys.length.as_ref().map(|scalar| (scalar, self.calendar_length(scalar)));
        let (fold, zone, local) = (fold.ok()?, zone?, start?);
        let start = self.moment(begins, local, zone, fold);
        let end = match (end, length) {
            (Some((scalar, local)), _) => Some((scalar, self.moment(scalar, local?, zone, fold)?)),
            (None, Some((scalar, length))) => Some((scalar, self.later_by(scalar, start?, length?, fold)?)),
            (None, None) => None,
        };
        let about = self.about(keys.about.as_ref(), end.is_some());
        let start = start?;
        self.needless_fold(keys.fold.as_ref(), &[Some(start), end.map(|(_, end)| end)]);
        if let Some((scalar, end)) = end {
            self.later(scalar, start, end)?;
        }
        let to_be_confirmed = keys.tbc.is_some_and(|flag| flag.on);
        Some(TimedSpan { start, end: end.map(|(_, end)| end), about: about?, to_be_confirmed })
    }

    /// Which ends of a time are approximate. Where there is one, that is both of them.
    fn about(&mut self, about: Option<&document::About<'_>>, has_end: bool) -> Option<About> {
        let word = match about {
            None => return Some(About::default()),
            Some(document::About::Both(flag)) => return Some(About::both(flag.on)),
            Some(document::About::One(word)) => word,
        };
        let (_, about) = self.word(word, "way to say what is approximate", &ABOUT, |(word, _)| word)?;
        match (has_end, about.start) {
            (true, _) => Some(about),
            (false, true) => Some(About::both(true)),
            (false, false) => {
                let help = "Write “about: true” of the start, or the end that was announced.";
                self.refuse(codes::BAD_WHEN, word.at, "No end is given here that could be approximate.", help)
            }
        }
    }

    /// A choice between two equal times where no time happens twice.
    fn needless_fold(&mut self, fold: Option<&Scalar<'_>>, moments: &[Option<Moment>]) {
        let Some(scalar) = fold else { return };
        let twice = |moment: &Moment| moment.zone().at(moment.local(), None).is_err();
        if !moments.iter().flatten().any(twice) {
            self.warning(codes::NEEDLESS_FOLD, scalar.at, |d| {
                d.saying("No time here happens twice, so there is nothing to choose.").with_help("Remove “fold”.")
            });
        }
    }

    /// The end of something that lasts so long: days by the calendar, so that one across a change of clocks ends at the same
    /// time of day, and the rest by the clock.
    fn later_by(&mut self, scalar: &Scalar<'_>, start: Moment, length: Length, fold: Option<Fold>) -> Option<Moment> {
        let day = if length.days == 0 {
            start
        } else {
            let local = start.local().checked_add_days(Days::new(length.days.into())).expect("at most a century");
            self.moment(scalar, local, start.zone(), fold)?
        };
        let end = day.plus(TimeDelta::from_std(length.rest).expect("at most a century"));
        let message = "This ends outside of the time zone tables.";
        end.or_else(|| self.refuse(codes::DATE_OUT_OF_RANGE, scalar.at, message, DATES_IN_RANGE))
    }

    /// Refuses an end that is not later than its start.
    fn later(&mut self, scalar: &Scalar<'_>, start: Moment, end: Moment) -> Option<()> {
        if end.instant() > start.instant() {
            return Some(());
        }
        self.error(codes::END_NOT_LATER, scalar.at, |d| {
            let help = if start.local().date() == end.local().date() && end.local() < start.local() {
                "A time alone is of the same day; if it ends on the next, write that day too."
            } else {
                "Check both times; if the end was not announced, leave it out."
            };
            let (start, end) = (local_time(start), local_time(end));
            d.saying(format!("The end, {end}, is not later than the start, {start}.")).with_help(help)
        });
        None
    }

    fn day(&mut self, keys: &TimeKeys<'_>, zone: Option<Zone>) -> Option<KnownTime> {
        let scalar = keys.date.as_ref()?;
        let bounds = [&keys.part, &keys.not_before, &keys.not_after];
        let is_alone = bounds.iter().all(|key| key.is_none()) && keys.between.is_none();
        if is_alone && time_slips::has_time(&scalar.text) {
            return self.time_under_date(scalar);
        }
        let date = self.date_in(scalar, zone);
        let fold = self.fold(keys.fold.as_ref());
        let one = |checker: &mut Self, bound: &Scalar<'_>| {
            let time = checker.time(bound);
            let local = date?.and_time(time?);
            checker.moment(bound, local, zone?, fold.as_ref().ok().copied()?)
        };
        let within = match (&keys.part, &keys.between, [&keys.not_before, &keys.not_after]) {
            (Some(part), ..) => self.part(part).map(WithinDay::Part),
            (None, Some(window), _) => {
                let [first, last] = window.items.as_slice() else {
                    let help = "Write between: [14:00, 16:00].";
                    return self.refuse(codes::BAD_WHEN, window.at, "A window has two times.", help);
                };
                self.within([first, last], date, zone, fold)
            }
            (None, None, [Some(first), Some(last)]) => self.within([first, last], date, zone, fold),
            (None, None, [Some(first), None]) => one(self, first).map(WithinDay::NotBefore),
            (None, None, [None, Some(last)]) => one(self, last).map(WithinDay::NotAfter),
            (None, None, [None, None]) => Some(WithinDay::Day),
        };
        let moments = match within {
            Some(WithinDay::Between(first, last)) => [Some(first), Some(last)],
            Some(WithinDay::NotBefore(bound) | WithinDay::NotAfter(bound)) => [Some(bound), None],
            _ => [None; 2],
        };
        if within.is_some() {
            self.needless_fold(keys.fold.as_ref(), &moments);
        }
        Some(KnownTime::Day { zone: zone?, date: date?, within: within? })
    }

    /// Refuses a day with a time under “date”, which can only be meant as a start.
    fn time_under_date(&mut self, scalar: &Scalar<'_>) -> Option<KnownTime> {
        self.error(codes::BAD_DATE, scalar.at, |d| {
            let fix = renamed_key(&d.place, "date", "start");
            d.saying(format!("“{}” is no date: it has a time.", document::shortened(&scalar.text)))
                .with_help("A time that was announced is a “start”. Under “date” is the day alone.")
                .with_fix(fix)
        });
        None
    }

    /// A day that there was in a zone: Samoa went over the date line, and skipped one.
    fn date_in(&mut self, scalar: &Scalar<'_>, zone: Option<Zone>) -> Option<NaiveDate> {
        let date = self.date(scalar)?;
        let Some(Err(error)) = zone.map(|zone| zone.has_day(date)) else { return Some(date) };
        let help = "Ask the source which day is meant, and write that one.";
        self.error(codes::TIME_NEVER_HAPPENS, scalar.at, |d| d.saying(error.to_string()).with_help(help));
        None
    }

    /// A window of a day.
    fn within(
        &mut self,
        [first, last]: [&Scalar<'_>; 2],
        date: Option<NaiveDate>,
        zone: Option<Zone>,
        fold: Result<Option<Fold>, Reported>,
    ) -> Option<WithinDay> {
        let [from, to] = self.window([first, last], date)?;
        let (zone, fold) = (zone?, fold.ok()?);
        let (from, to) = (self.moment(first, from, zone, fold), self.moment(last, to, zone, fold));
        Some(WithinDay::Between(from?, to?))
    }

    /// What the clock shows at both ends of a window that begins on a day. One that ends no later than it begins ends on
    /// the next.
    fn window(&mut self, [first, last]: [&Scalar<'_>; 2], date: Option<NaiveDate>) -> Option<[NaiveDateTime; 2]> {
        let is_end_of_day = last.text == END_OF_DAY;
        let (from, to) = (self.time(first), if is_end_of_day { Some(NaiveTime::MIN) } else { self.time(last) });
        let (from, to, date) = (from?, to?, date?);
        let day = if from < to { date } else { date.succ_opt().expect("dates end long after the tables") };
        let (from, to) = (date.and_time(from), day.and_time(to));
        if day > date && !is_end_of_day && to - from > LONGEST_OVER_MIDNIGHT {
            let message = "This window ends before it begins.";
            let help = "Write the earlier time first. A window over midnight is 12 hours long at most.";
            return self.refuse(codes::END_NOT_LATER, last.at, message, help);
        }
        Some([from, to])
    }

    fn days(&mut self, keys: &TimeKeys<'_>, zone: Option<Zone>) -> Option<KnownTime> {
        let help = "For one day, write {date: …}.";
        let from = self.date_in(keys.from.as_ref()?, zone);
        let Some(last) = &keys.to else {
            return self.refuse(codes::BAD_WHEN, keys.at, "“from” needs “to”, the last of the days.", help);
        };
        let to = self.date_in(last, zone);
        let (zone, from, to) = (zone?, from?, to?);
        if from >= to {
            return self.refuse(codes::END_NOT_LATER, last.at, "The last day is not later than the first.", help);
        }
        Some(KnownTime::Days { zone, from, to })
    }

    fn part(&mut self, scalar: &Scalar<'_>) -> Option<PartOfDay> {
        self.word(scalar, "part of a day", PartOfDay::ALL, PartOfDay::word)
    }

    /// `Err` is a mistake that has been reported.
    fn fold(&mut self, scalar: Option<&Scalar<'_>>) -> Result<Option<Fold>, Reported> {
        let Some(scalar) = scalar else { return Ok(None) };
        let fold = self.word(scalar, "way to say which of two equal times is meant", &FOLDS, |(word, _)| word);
        fold.map(|(_, fold)| Some(fold)).ok_or(Reported)
    }

    /// An end alone, for what happened: on the day given, or on the plan's.
    pub(super) fn end_only(
        &mut self,
        keys: &TimeKeys<'_>,
        zone: Option<Zone>,
        day: Option<NaiveDate>,
    ) -> Option<(Moment, bool)> {
        let scalar = keys.end.as_ref()?;
        let local = self.date_time(scalar, day);
        let fold = self.fold(keys.fold.as_ref());
        let moment = self.moment(scalar, local?, zone?, fold.ok()?)?;
        self.needless_fold(keys.fold.as_ref(), &[Some(moment)]);
        Some((moment, self.about(keys.about.as_ref(), true)?.end))
    }

    /// Whether nothing but an end is given.
    pub(super) fn is_end_only(keys: &TimeKeys<'_>) -> bool {
        keys.end.is_some() && given_keys(keys).iter().all(|(key, _)| END_ONLY_KEYS.contains(key))
    }

    /// Whether no time is given at all.
    pub(super) fn has_no_time(keys: &TimeKeys<'_>) -> bool {
        given_keys(keys).iter().all(|(key, _)| *key == "zone")
    }
}
