//! The forms of `when`: which keys go together, and what they mean.

use chrono::{Days, NaiveDate, TimeDelta};

use super::scalars::Length;
use super::visit::Pins;
use super::{Desk, time_slips};
use crate::diagnostic::{Edit, Fix, Place, codes};
use crate::document::{self, NodeId, Scalar};
use crate::programme::{EntryRef, PartOfDay, TimedSpan, When, WithinDay};
use crate::source::Span;
use crate::zone::{Fold, Moment, Zone};

/// Stands for an entry until `links` knows where it is: its position among the entry's pins.
const fn unbound(pin: usize) -> EntryRef {
    EntryRef { visit: usize::MAX, entry: pin }
}

/// Stands for a mistake that is in the report already.
#[derive(Debug)]
struct Reported;

/// The form that the keys of a `when` make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Start,
    Date,
    Days,
    After,
}

/// Two keys that say the same in two ways.
pub(crate) const CLASHES: [(&str, &str); 2] = [("end", "for"), ("part", "between")];

/// The keys that an end alone may stand with, for what happened.
pub(crate) const END_ALONE: [&str; 4] = ["end", "about", "zone", "fold"];

const FOLDS: [Fold; 2] = [Fold::Earlier, Fold::Later];

fn fold_word(fold: Fold) -> &'static str {
    if matches!(fold, Fold::Earlier) { "earlier" } else { "later" }
}

/// How to say which of two equal times is meant.
pub(crate) fn folds() -> Vec<&'static str> {
    FOLDS.map(fold_word).to_vec()
}

impl Form {
    /// By whose keys a form is known, the first first: “after” may stand beside “date”.
    pub(crate) const ALL: [Self; 4] = [Form::After, Form::Start, Form::Date, Form::Days];

    /// The key that it is known by.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Form::Start => "start",
            Form::Date => "date",
            Form::Days => "from",
            Form::After => "after",
        }
    }

    /// The keys that may stand beside this form's own.
    pub(crate) fn company(self) -> &'static [&'static str] {
        match self {
            Form::Start => &["end", "for", "about", "zone", "fold"],
            Form::Date => &["part", "between", "zone"],
            Form::Days => &["to", "zone"],
            Form::After => &["date", "part", "zone"],
        }
    }
}

/// The keys that a `when` gives, with where their values stand.
fn given(when: &document::When<'_>) -> Vec<(&'static str, NodeId)> {
    let scalar = |name, value: &Option<Scalar<'_>>| value.as_ref().map(|scalar| (name, scalar.at));
    [
        scalar("start", &when.start),
        scalar("end", &when.end),
        scalar("for", &when.length),
        when.about.map(|flag| ("about", flag.at)),
        scalar("date", &when.date),
        scalar("part", &when.part),
        when.between.as_ref().map(|items| ("between", items.at)),
        scalar("from", &when.from),
        scalar("to", &when.to),
        scalar("after", &when.after),
        scalar("zone", &when.zone),
        scalar("fold", &when.fold),
    ]
    .into_iter()
    .flatten()
    .collect()
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

impl Desk<'_, '_> {
    /// When something is; `None` when that cannot be said, which has been reported.
    pub(super) fn when(&mut self, when: &document::When<'_>, zone: Option<Zone>, pins: &mut Pins) -> Option<When> {
        if when.broken {
            return None;
        }
        if let Some(word) = &when.word {
            return self.when_word(word, zone);
        }
        let zone = match &when.zone {
            Some(scalar) => self.zone(scalar),
            None => zone,
        };
        let form = self.form(when)?;
        match form {
            Form::Start => self.clock(when, zone).map(When::Clock),
            Form::Date => self.day(when, zone),
            Form::Days => self.days(when, zone),
            Form::After => {
                let date = when.date.as_ref().map(|scalar| self.date_in(scalar, zone).ok_or(Reported)).transpose();
                let part = when.part.as_ref().map(|scalar| self.part(scalar).ok_or(Reported)).transpose();
                let entry = unbound(pins.after.len());
                pins.after.extend(when.after.as_ref().map(|scalar| (scalar.at, scalar.text.to_string())));
                Some(When::After { zone: zone?, entry, date: date.ok()?, part: part.ok()? })
            }
        }
    }

    fn when_word(&mut self, word: &Scalar<'_>, zone: Option<Zone>) -> Option<When> {
        if word.text == "tba" {
            return zone.map(|zone| When::ToBeAnnounced { zone });
        }
        self.error(codes::BAD_WHEN, word.at, |d| {
            d.saying(format!("“{}” says no time.", document::shortened(&word.text))).with_help(
                "Write {start: 2025-08-25 12:15, end: 12:45}, {date: 2025-08-25}, another form of “when”, or tba.",
            )
        });
        None
    }

    /// The one form that the keys make; keys that do not go with it are reported.
    fn form(&mut self, when: &document::When<'_>) -> Option<Form> {
        let keys = given(when);
        let has = |key: &str| keys.iter().any(|(name, _)| *name == key);
        let Some(form) = Form::ALL.into_iter().find(|form| has(form.key())) else {
            self.error(codes::BAD_WHEN, when.at, |d| {
                d.saying("This says no time: it has no “start”, “date”, “from” or “after”.")
                    .with_help("Write what was announced, or tba if not even the day was.")
            });
            return None;
        };
        let mut fits = true;
        for (key, at) in &keys {
            if *key != form.key() && !form.company().contains(key) {
                fits = false;
                self.error(codes::TWO_FORMS, *at, |d| {
                    d.saying(format!("“{key}” does not go with “{}”.", form.key()))
                        .with_help("Keep the one form of “when” that says what was announced.")
                });
            }
        }
        let clash = CLASHES.into_iter().find(|(a, b)| has(a) && has(b));
        if let Some((first, second)) = clash
            && let Some((_, at)) = keys.iter().find(|(name, _)| *name == second)
        {
            fits = false;
            self.error(codes::TWO_FORMS, *at, |d| {
                d.saying(format!("“{second}” does not go with “{first}”.")).with_help("Keep one of the two.")
            });
        }
        fits.then_some(form)
    }

    fn clock(&mut self, when: &document::When<'_>, zone: Option<Zone>) -> Option<TimedSpan> {
        let fold = self.fold(when.fold.as_ref());
        let begins = when.start.as_ref()?;
        let start = self.date_time(begins, None);
        // Where the start is wrong, a time alone is still one of some day.
        let day = start.map_or_else(NaiveDate::default, |start| start.date());
        let end = when.end.as_ref().map(|scalar| (scalar, self.date_time(scalar, Some(day))));
        let length = when.length.as_ref().map(|scalar| (scalar, self.calendar_length(scalar)));
        let (fold, zone, local) = (fold.ok()?, zone?, start?);
        let start = self.moment(begins, local, zone, fold);
        let end = match (end, length) {
            (Some((scalar, local)), _) => Some((scalar, self.moment(scalar, local?, zone, fold)?)),
            (None, Some((scalar, length))) => Some((scalar, self.later_by(scalar, start?, length?, fold)?)),
            (None, None) => None,
        };
        let start = start?;
        self.needless_fold(when.fold.as_ref(), &[Some(start), end.map(|(_, end)| end)]);
        if let Some((scalar, end)) = end {
            self.later(scalar, start, end)?;
        }
        let about = when.about.is_some_and(|flag| flag.on);
        Some(TimedSpan { start, end: end.map(|(_, end)| end), about })
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
        if end.is_none() {
            self.error(codes::DATE_OUT_OF_RANGE, scalar.at, |d| {
                d.saying("This ends outside of the time zone tables.")
                    .with_help("Dates from 1900 to 2099 can be converted.")
            });
        }
        end
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
            d.saying(format!(
                "The end, {} {}, is not later than the start, {} {}.",
                end.local().format("%Y-%m-%d %H:%M"),
                end.name(),
                start.local().format("%Y-%m-%d %H:%M"),
                start.name(),
            ))
            .with_help(help)
        });
        None
    }

    fn day(&mut self, when: &document::When<'_>, zone: Option<Zone>) -> Option<When> {
        let scalar = when.date.as_ref()?;
        if when.part.is_none() && when.between.is_none() && time_slips::has_time(&scalar.text) {
            self.time_under_date(scalar);
            return None;
        }
        let date = self.date_in(scalar, zone);
        let within = match (&when.part, &when.between) {
            (Some(part), _) => self.part(part).map(WithinDay::Part),
            (None, Some(window)) => self.window(window),
            (None, None) => Some(WithinDay::Day),
        };
        Some(When::Day { zone: zone?, date: date?, within: within? })
    }

    /// Refuses a day with a time under “date”, which can only be meant as a start.
    fn time_under_date(&mut self, scalar: &Scalar<'_>) {
        self.error(codes::BAD_DATE, scalar.at, |d| {
            let fix = renamed_key(&d.place, "date", "start");
            d.saying(format!("“{}” is no date: it has a time.", document::shortened(&scalar.text)))
                .with_help("A time that was announced is a “start”. Under “date” is the day alone.")
                .with_fix(fix)
        });
    }

    /// A day that there was in a zone: Samoa went over the date line, and skipped one.
    fn date_in(&mut self, scalar: &Scalar<'_>, zone: Option<Zone>) -> Option<NaiveDate> {
        let date = self.date(scalar)?;
        if let Some(Err(error)) = zone.map(|zone| zone.has_day(date)) {
            self.error(codes::TIME_NEVER_HAPPENS, scalar.at, |d| {
                d.saying(error.to_string()).with_help("Ask the source which day is meant, and write that one.")
            });
            return None;
        }
        Some(date)
    }

    fn window(&mut self, window: &document::Items<Scalar<'_>>) -> Option<WithinDay> {
        let [first, last] = window.items.as_slice() else {
            self.error(codes::BAD_WHEN, window.at, |d| {
                d.saying("A window has two times.").with_help("Write between: [14:00, 16:00].")
            });
            return None;
        };
        let (from, to) = (self.time(first), self.time(last));
        let (from, to) = (from?, to?);
        if from >= to {
            self.error(codes::END_NOT_LATER, last.at, |d| {
                d.saying("This window ends before it begins.").with_help("Write the earlier time first.")
            });
            return None;
        }
        Some(WithinDay::Between(from, to))
    }

    fn days(&mut self, when: &document::When<'_>, zone: Option<Zone>) -> Option<When> {
        let from = self.date_in(when.from.as_ref()?, zone);
        let Some(last) = &when.to else {
            self.error(codes::BAD_WHEN, when.at, |d| {
                d.saying("“from” needs “to”, the last of the days.").with_help("For one day, write {date: …}.")
            });
            return None;
        };
        let to = self.date_in(last, zone);
        let (zone, from, to) = (zone?, from?, to?);
        if from >= to {
            self.error(codes::END_NOT_LATER, last.at, |d| {
                d.saying("The last day is not later than the first.").with_help("For one day, write {date: …}.")
            });
            return None;
        }
        Some(When::Days { zone, from, to })
    }

    fn part(&mut self, scalar: &Scalar<'_>) -> Option<PartOfDay> {
        self.word(scalar, "part of a day", PartOfDay::ALL, PartOfDay::word)
    }

    /// `Err` is a mistake that has been reported.
    fn fold(&mut self, scalar: Option<&Scalar<'_>>) -> Result<Option<Fold>, Reported> {
        let Some(scalar) = scalar else { return Ok(None) };
        let fold = self.word(scalar, "way to say which of two equal times is meant", &FOLDS, fold_word);
        fold.map(Some).ok_or(Reported)
    }

    /// An end alone, for what happened: on the day given, or on the plan's.
    pub(super) fn end_alone(
        &mut self,
        when: &document::When<'_>,
        zone: Option<Zone>,
        day: Option<NaiveDate>,
    ) -> Option<(Moment, bool)> {
        let scalar = when.end.as_ref()?;
        let local = self.date_time(scalar, day);
        let fold = self.fold(when.fold.as_ref());
        let moment = self.moment(scalar, local?, zone?, fold.ok()?)?;
        self.needless_fold(when.fold.as_ref(), &[Some(moment)]);
        Some((moment, when.about.is_some_and(|flag| flag.on)))
    }

    /// Whether nothing but an end is given.
    pub(super) fn is_end_alone(when: &document::When<'_>) -> bool {
        when.end.is_some() && given(when).iter().all(|(key, _)| END_ALONE.contains(key))
    }

    /// Whether no time is given at all.
    pub(super) fn is_wordless(when: &document::When<'_>) -> bool {
        when.word.is_none() && given(when).iter().all(|(key, _)| *key == "zone")
    }
}
