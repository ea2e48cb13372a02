//! What is for the press and staff: the steps of their own day, which have to fit the entry that they are for, and how far the
//! press may come.

use std::collections::HashMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::Checker;
use super::window::{Window, local_time};
use crate::diagnostic::codes;
use crate::document::{self, NodeId, Scalar, StepPlace, StepTime};
use crate::programme::{
    Access, AccessPart, Accreditation, KnownTime, Place, Press, PressCentre, Staff, Step, StepKind, TimedSpan, Timing,
    VisitPress, When,
};
use crate::zone::{Moment, Zone};

/// What can be done in a step of the press's day.
pub(crate) const STEP_KINDS: [StepKind; 11] = [
    StepKind::PreSet,
    StepKind::Gather,
    StepKind::Call,
    StepKind::Sweep,
    StepKind::FinalAccess,
    StepKind::Spray,
    StepKind::Doorstep,
    StepKind::PoolReturn,
    StepKind::Filing,
    StepKind::Lid,
    StepKind::Other,
];

/// How far from its entry a step can be.
const FARTHEST: Duration = Duration::hours(24);

/// What the steps of an entry are around.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepContext<'t> {
    /// When the entry is.
    pub(super) timing: Option<&'t Timing>,
    /// The zone of times that name no other.
    pub(super) zone: Option<Zone>,
    /// The day of times alone.
    pub(super) day: Option<NaiveDate>,
}

/// What the names of steps are made from: their ids, or what is done; each with where it stands.
type StepNames = HashMap<String, NodeId>;

impl Checker<'_, '_> {
    /// How far the press may come.
    pub(super) fn coverage(&mut self, coverage: &document::Coverage<'_>) -> Vec<AccessPart> {
        let word =
            |checker: &mut Self, scalar: &Scalar<'_>| checker.word(scalar, "press access", Access::ALL, Access::word);
        match coverage {
            document::Coverage::Whole(scalar) => {
                word(self, scalar).map(|access| AccessPart { part: None, access }).into_iter().collect()
            }
            document::Coverage::Parts(parts) => {
                if parts.empty {
                    self.error(codes::EMPTY_VALUE, parts.at, |d| {
                        d.saying("There is nothing in this list.")
                            .with_help("Write {part: …, access: …} for each part, or one word for all of it.")
                    });
                }
                let mut known = Vec::with_capacity(parts.items.len());
                for part in &parts.items {
                    let access = part.access.as_ref().and_then(|scalar| word(self, scalar));
                    let part = self.line(part.part.as_ref());
                    known.extend(part.zip(access).map(|(part, access)| AccessPart { part: Some(part), access }));
                }
                known
            }
        }
    }

    pub(super) fn press(&mut self, press: &document::Press<'_>, around: StepContext<'_>) -> Press {
        let meet_at = self.line(press.meet_at.as_ref());
        let short = |checker: &mut Self, scalar: Option<&Scalar<'_>>, kind: StepKind| {
            let scalar = scalar?;
            let moment = checker.press_time(scalar, around)?;
            checker.fits(kind, &KnownTime::Clock(TimedSpan::at(moment)).into(), scalar.at, around);
            Some((scalar.at, moment))
        };
        let gather = short(self, press.gather.as_ref(), StepKind::Gather);
        let call = short(self, press.call_time.as_ref(), StepKind::Call);
        let mut names = StepNames::new();
        let mut steps = self.press_steps(press, around, &mut names);
        let has_steps = press.steps.as_ref().is_some_and(|steps| !steps.items.is_empty());
        let keys = [("gather", StepKind::Gather, &gather), ("call_time", StepKind::Call, &call)];
        for (key, kind, short) in keys {
            let Some((at, moment)) = short else { continue };
            if let Some(step) = names.get(kind.word()) {
                let place = self.file.place(*step);
                self.error(codes::TWO_FORMS, *at, |d| {
                    d.saying(format!("“{key}” does not go with a step “{}”, which is the same.", kind.word()))
                        .with_help("Keep one of the two.")
                        .with_related(place, "This is the step.")
                });
                continue;
            }
            let place = meet_at
                .clone()
                .filter(|_| kind == StepKind::Gather)
                .map(|venue| Place { venue: Some(venue), ..Place::default() });
            let name = Some(format!("press/{}", kind.word()).into());
            let step = Step {
                name,
                kind,
                title: None,
                time: KnownTime::Clock(TimedSpan::at(*moment)),
                place,
                who: Vec::new(),
                note: None,
            };
            let is_later =
                |other: &Step| Window::of(&other.when()).is_some_and(|window| window.first > moment.instant());
            let position = steps.iter().position(is_later).unwrap_or(steps.len());
            steps.insert(position, step);
        }
        let pool = press.pool.iter().flat_map(|pool| &pool.items).filter_map(|text| self.line(Some(text))).collect();
        let accreditation = press.accreditation.as_ref().map(|written| self.accreditation(written, around));
        Press {
            gather: gather.map(|(_, moment)| moment),
            meet_at,
            call_time: call.map(|(_, moment)| moment),
            steps,
            has_steps,
            pool,
            accreditation,
            filing_centre: self.line(press.filing_centre.as_ref()),
            contact: self.line(press.contact.as_ref()),
            note: self.lines(press.note.as_ref()),
        }
    }

    fn press_steps(
        &mut self,
        press: &document::Press<'_>,
        around: StepContext<'_>,
        names: &mut StepNames,
    ) -> Vec<Step> {
        let (mut steps, mut before) = (Vec::new(), None);
        for written in press.steps.iter().flat_map(|steps| &steps.items) {
            let kind = written.kind.as_ref().and_then(|word| self.word(word, "step", &STEP_KINDS, StepKind::word));
            let title = self.line(written.title.as_ref());
            if kind == Some(StepKind::Other) && written.title.is_none() {
                self.error(codes::MISSING_KEY, written.at, |d| {
                    d.saying("A step that is “other” needs the key “title”.").with_help("Write what it is called.")
                });
            }
            let id = written.id.as_ref().and_then(|scalar| self.id(scalar));
            let of = written.id.as_ref().or(written.kind.as_ref());
            if let (Some(of), Some(kind)) = (of, kind) {
                self.unique_step(names, (id.as_ref().map_or(kind.word(), |id| id.as_str()), of.at));
            }
            let shared = self.step_parts(written.place.as_ref(), written.who.as_ref(), written.note.as_ref());
            let when = self.step_time(written.time.as_ref(), around);
            let (Some(kind), Some((at, when))) = (kind, when) else { continue };
            self.fits_after(&mut before, (kind, &when, at), around);
            let name = id.as_ref().map_or(kind.word(), |id| id.as_str());
            let name = Some(format!("press/{name}").into());
            steps.push(Step { name, kind, title, time: when.time, ..shared });
        }
        steps
    }

    pub(super) fn staff(&mut self, staff: &document::Staff<'_>, around: StepContext<'_>) -> Staff {
        let (mut steps, mut names, mut before) = (Vec::new(), StepNames::new(), None);
        for written in staff.steps.iter().flat_map(|steps| &steps.items) {
            let title = self.line(written.title.as_ref());
            let id = written.id.as_ref().and_then(|scalar| Some((self.id(scalar)?, scalar.at)));
            if let Some((id, at)) = &id {
                self.unique_step(&mut names, (id.as_str(), *at));
            }
            let shared = self.step_parts(written.place.as_ref(), written.who.as_ref(), written.note.as_ref());
            let when = self.step_time(written.time.as_ref(), around);
            let (Some(title), Some((at, when))) = (title, when) else { continue };
            self.fits_after(&mut before, (StepKind::Other, &when, at), around);
            let name = id.map(|(id, _)| format!("staff/{id}").into());
            steps.push(Step { name, kind: StepKind::Other, title: Some(title), time: when.time, ..shared });
        }
        Staff { note: self.lines(staff.note.as_ref()), contact: self.line(staff.contact.as_ref()), steps }
    }

    /// What both kinds of steps have; the rest is another's.
    fn step_parts(
        &mut self,
        place: Option<&StepPlace<'_>>,
        who: Option<&document::OneOrMany<document::Text<'_>>>,
        note: Option<&document::Text<'_>>,
    ) -> Step {
        let place = place.and_then(|place| self.step_place(place));
        let who = who.iter().flat_map(|who| &who.items).filter_map(|text| self.line(Some(text))).collect();
        let note = self.lines(note);
        let time = KnownTime::Unknown { zone: self.database.utc(), part: None };
        Step { name: None, kind: StepKind::Other, title: None, time, place, who, note }
    }

    fn step_place(&mut self, place: &StepPlace<'_>) -> Option<Place> {
        match place {
            StepPlace::Text(text) => {
                self.line(Some(text)).map(|venue| Place { venue: Some(venue), ..Place::default() })
            }
            StepPlace::Place(place) => Some(self.location(place)),
        }
    }

    /// A time alone is one of the entry's day.
    fn press_time(&mut self, scalar: &Scalar<'_>, around: StepContext<'_>) -> Option<Moment> {
        let local = self.date_time(scalar, around.day)?;
        self.moment(scalar, local, around.zone?, None)
    }

    /// When a step is, and where that stands.
    fn step_time(&mut self, time: Option<&StepTime<'_>>, around: StepContext<'_>) -> Option<(NodeId, When)> {
        match &time?.0 {
            document::When::Unreadable(_) => None,
            document::When::Word(scalar) => {
                let moment = self.press_time(scalar, around)?;
                Some((scalar.at, KnownTime::Clock(TimedSpan::at(moment)).into()))
            }
            document::When::Keys(keys) => {
                let others = keys.after.as_ref().map(|after| after.at).or(keys.before.as_ref().map(|other| other.at));
                let days = keys.from.as_ref().or(keys.to.as_ref()).map(|scalar| scalar.at);
                if let Some(at) = others.or(days) {
                    let help = "Write a time of the entry's day, or {start: …} or {date: …} with what belongs to them.";
                    return self.refuse(codes::BAD_WHEN, at, "This is at a time or on a day of its own.", help);
                }
                let at = [&keys.start, &keys.date].into_iter().flatten().next().map_or(keys.at, |scalar| scalar.at);
                self.when_keys(keys, around.zone).map(|when| (at, when))
            }
        }
    }

    /// Refuses a second step under one name: its UID would be that of the other.
    fn unique_step(&mut self, names: &mut StepNames, (name, at): (&str, NodeId)) {
        let Some(first) = names.get(name).copied() else {
            names.insert(name.to_owned(), at);
            return;
        };
        let earlier = self.file.place(first);
        self.error(codes::DUPLICATE_ID, at, |d| {
            d.saying(format!("Another step of this entry is “{name}”."))
                .with_help("Give this one an “id” of its own: calendars tell steps apart by it.")
                .with_related(earlier, "It is first used here.")
        });
    }

    /// Refuses a step that does not fit its entry, or is earlier than the one before it in the list. One that does not fit is none that
    /// others are compared with: it is the one that is wrong.
    fn fits_after(
        &mut self,
        before: &mut Option<Window>,
        (kind, when, at): (StepKind, &When, NodeId),
        around: StepContext<'_>,
    ) {
        if self.fits(kind, when, at, around)
            && let Some(window) = Window::of(when)
        {
            if let Some(before) = before {
                self.in_order(*before, window, (when, at));
            }
            *before = Some(window);
        }
    }

    /// Refuses a step that is earlier than the one before it.
    fn in_order(&mut self, before: Window, window: Window, (when, at): (&When, NodeId)) {
        if window.is_before(before) {
            let zone = when.zone();
            let (is, was) = (local_time(zone.moment(window.last)), local_time(zone.moment(before.first)));
            self.error(codes::STEPS_NOT_IN_ORDER, at, |d| {
                d.saying(format!("This step is at {is}, earlier than the one before it, at {was}."))
                    .with_help("Write steps in the order in which they are, or check the times.")
            });
        }
    }

    /// Refuses a step that cannot belong to its entry: one that is long before or after, or one that comes before the start by what
    /// it is, and is after it. Whether it can.
    fn fits(&mut self, kind: StepKind, when: &When, at: NodeId, around: StepContext<'_>) -> bool {
        let (Some(timing), Some(window)) = (around.timing, Window::of(when)) else { return true };
        let (Some(begin), Some(end)) = (Window::of(timing.begin()), latest_end(timing)) else { return true };
        let told = |at: DateTime<Utc>| local_time(when.zone().moment(at));
        if window.last < begin.first - FARTHEST || window.first > end + FARTHEST {
            self.error(codes::STEP_FAR_FROM_ENTRY, at, |d| {
                let (step, begin) = (told(window.first), told(begin.first));
                d.saying(format!("This step is at {step}, more than 24 hours from its entry, which begins at {begin}."))
                    .with_help("Check the day of both. A time alone is on the day of the entry.")
            });
            return false;
        }
        if kind.is_before_start() && window.first > begin.last {
            self.error(codes::STEP_AFTER_START, at, |d| {
                let (step, begin) = (told(window.first), told(begin.last));
                d.saying(format!("“{}” is at {step}, after its entry begins, at {begin}.", kind.word()))
                    .with_help("Check both times: the entry may have moved, and this has to move with it.")
            });
            return false;
        }
        true
    }

    pub(super) fn accreditation(
        &mut self,
        written: &document::Accreditation<'_>,
        around: StepContext<'_>,
    ) -> Accreditation {
        let when = self.step_time(written.deadline.as_ref(), around);
        let (link, contact) =
            (written.link.as_ref().and_then(|link| self.address(link)), self.line(written.contact.as_ref()));
        let note = self.lines(written.note.as_ref());
        let deadline = when.map(|(_, when)| Step {
            name: Some("accreditation".into()),
            kind: StepKind::Accreditation,
            title: None,
            time: when.time,
            place: None,
            who: Vec::new(),
            note: None,
        });
        Accreditation { deadline, link, contact, note }
    }

    pub(super) fn visit_press(&mut self, press: &document::VisitPress<'_>, zone: Option<Zone>) -> VisitPress {
        let around = StepContext { timing: None, zone, day: None };
        let centre = press.centre.as_ref().map(|centre| PressCentre {
            place: centre.place.as_ref().and_then(|place| self.step_place(place)),
            hours: self.line(centre.hours.as_ref()),
        });
        let accreditation = press.accreditation.as_ref().map(|written| self.accreditation(written, around));
        VisitPress { centre, accreditation, contact: self.line(press.contact.as_ref()) }
    }
}

/// When an entry has certainly ended, as far as a time or a day of it is known.
fn latest_end(timing: &Timing) -> Option<DateTime<Utc>> {
    let finish = timing.finish();
    let end = finish.clock().and_then(|span| span.end).map(Moment::instant);
    end.max(Window::of(finish).map(|window| window.last))
        .or_else(|| Window::of(timing.begin()).map(|window| window.last))
}
