//! What only press or staff may see of an entry, as sections that say whom they are for.

use super::localizer::Localizer;
use crate::listing::{AudienceMark, ForPress, ForStaff, ListedEntry, ListedVisit};
use crate::locale::Label;
use crate::programme::{Accreditation, Text, TimedSpan};
use crate::zone::Moment;

/// A heading, and the lines below it.
pub(crate) struct RestrictedSection {
    pub(crate) heading: Label,
    pub(crate) lines: Vec<String>,
}

/// Whom an entry is for, in words, if the public does not see it.
pub(crate) fn marks(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Vec<String> {
    entry.marks.iter().map(|mark| mark_words(localizer, *mark)).collect()
}

/// Who may know, and for an embargo until when.
pub(crate) fn mark_words(localizer: &Localizer<'_>, mark: AudienceMark) -> String {
    match mark {
        AudienceMark::Staff => localizer.locale.label(Label::ForStaff).to_owned(),
        AudienceMark::Press => localizer.locale.label(Label::ForPress).to_owned(),
        AudienceMark::Embargo(until) => {
            let until = until.map(|until| localizer.clock(&TimedSpan::at(until)));
            localizer.locale.under_embargo(until.as_deref())
        }
    }
}

/// The sections of an entry, as far as there is anything in them.
pub(crate) fn sections(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> impl Iterator<Item = RestrictedSection> {
    let press =
        entry.press.map(|press| RestrictedSection { heading: Label::ForPress, lines: for_press(localizer, press) });
    let staff =
        entry.staff.map(|staff| RestrictedSection { heading: Label::ForStaff, lines: for_staff(localizer, staff) });
    press.into_iter().chain(staff).filter(|section| !section.lines.is_empty())
}

/// When and where the press gathers first, in a line.
pub(crate) fn press_line(localizer: &Localizer<'_>, press: ForPress<'_>) -> Option<String> {
    if let Some(first) = press.section().told_steps().first() {
        return Some(localizer.step(first));
    }
    gathering(localizer, press).map(|text| localizer.labelled(Label::Gather, &text))
}

fn gathering(localizer: &Localizer<'_>, press: ForPress<'_>) -> Option<String> {
    let meet_at = press.meet_at.as_ref().map(|place| localizer.text(place));
    match (press.gather.map(|moment| time(localizer, moment)), meet_at) {
        (Some(time), Some(place)) => Some(localizer.locale.time_at_place(&time, &place)),
        (time, place) => time.or(place.map(Into::into)),
    }
}

fn time(localizer: &Localizer<'_>, moment: Moment) -> String {
    localizer.clock(&TimedSpan::at(moment))
}

fn for_press(localizer: &Localizer<'_>, press: ForPress<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if press.told_steps().is_empty() {
        let labelled = [
            (Label::Gather, gathering(localizer, press)),
            (Label::CallTime, press.call_time.map(|moment| time(localizer, moment))),
        ];
        lines.extend(labelled.into_iter().filter_map(|(label, text)| Some(localizer.labelled(label, &text?))));
    } else {
        lines.extend(press.told_steps().iter().map(|step| localizer.step(step)));
        // Where it has a time, it is one of the steps.
        let place = press.meet_at.as_ref().filter(|_| press.gather.is_none());
        lines.extend(place.map(|place| localizer.labelled(Label::Gather, &localizer.text(place))));
    }
    lines.extend(press_rest(localizer, press));
    lines
}

/// What the press needs besides steps.
pub(crate) fn press_rest(localizer: &Localizer<'_>, press: ForPress<'_>) -> Vec<String> {
    let text = |text: &Text| localizer.text(text).into_owned();
    let mut lines = Vec::new();
    if !press.pool.is_empty() {
        let pool: Vec<_> = press.pool.iter().map(|one| localizer.text(one)).collect();
        lines.push(localizer.labelled(Label::Pool, &localizer.locale.list(&pool)));
    }
    lines.extend(press.accreditation.as_ref().map(|accreditation| self::accreditation(localizer, accreditation)));
    let labelled = [(Label::FilingCentre, press.filing_centre.as_ref()), (Label::Contact, press.contact.as_ref())];
    lines.extend(labelled.into_iter().filter_map(|(label, of)| Some(localizer.labelled(label, &text(of?)))));
    lines.extend(press.note.as_ref().map(text));
    lines
}

/// How and until when to be accredited, in a line.
pub(crate) fn accreditation(localizer: &Localizer<'_>, accreditation: &Accreditation) -> String {
    let until = accreditation.deadline.as_ref().map(|deadline| {
        let when = localizer.when(&deadline.when());
        // What is no clock time says by itself until when.
        if deadline.time.clock().is_some() { localizer.locale.until(&when) } else { when }
    });
    let texts = [&accreditation.contact, &accreditation.note].into_iter().flatten();
    let texts = texts.map(|text| localizer.text(text).into_owned());
    let known: Vec<String> = until.into_iter().chain(accreditation.link.clone()).chain(texts).collect();
    localizer.labelled(Label::Accreditation, &known.join(localizer.locale.punctuation().clauses))
}

/// What the press needs of a whole visit, if there is anything and this audience may know.
pub(crate) fn of_visit(localizer: &Localizer<'_>, visit: &ListedVisit<'_>) -> Option<RestrictedSection> {
    let press = visit.press?;
    let mut lines = Vec::new();
    if let Some(centre) = &press.centre {
        let place = centre.place.as_ref().and_then(|place| localizer.place(place));
        let hours = centre.hours.as_ref().map(|hours| localizer.text(hours).into_owned());
        let known: Vec<String> = place.into_iter().chain(hours).collect();
        lines.push(localizer.labelled(Label::PressCentre, &known.join(localizer.locale.punctuation().clauses)));
    }
    lines.extend(press.accreditation.as_ref().map(|of| accreditation(localizer, of)));
    lines.extend(press.contact.as_ref().map(|of| localizer.labelled(Label::Contact, &localizer.text(of))));
    (!lines.is_empty()).then_some(RestrictedSection { heading: Label::ForPress, lines })
}

fn for_staff(localizer: &Localizer<'_>, staff: ForStaff<'_>) -> Vec<String> {
    let steps = staff.steps.iter().map(|step| localizer.step(step));
    steps.chain(staff_rest(localizer, staff)).collect()
}

/// What staff need besides steps.
pub(crate) fn staff_rest(localizer: &Localizer<'_>, staff: ForStaff<'_>) -> Vec<String> {
    let contact = staff.contact.as_ref().map(|contact| localizer.labelled(Label::Contact, &localizer.text(contact)));
    contact.into_iter().chain(staff.note.as_ref().map(|note| localizer.text(note).into_owned())).collect()
}
