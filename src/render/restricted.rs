//! What only press or staff may see of an entry, as sections that say whom they are for.

use super::localizer::Localizer;
use crate::listing::{AudienceMark, ForPress, ForStaff, ListedEntry};
use crate::locale::Label;
use crate::programme::TimedSpan;
use crate::zone::Moment;

/// A heading, and the lines below it.
pub(crate) struct RestrictedSection {
    pub(crate) heading: Label,
    pub(crate) lines: Vec<String>,
}

/// Whom an entry is for, in words, if the public does not see it.
pub(crate) fn marks(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> Vec<String> {
    let words = |mark: &AudienceMark| match *mark {
        AudienceMark::Staff => localizer.locale.label(Label::ForStaff).to_owned(),
        AudienceMark::Press => localizer.locale.label(Label::ForPress).to_owned(),
        AudienceMark::Embargo(until) => localizer.locale.under_embargo(&localizer.clock(&TimedSpan::at(until))),
    };
    entry.marks.iter().map(words).collect()
}

/// The sections of an entry, as far as there is anything in them.
pub(crate) fn sections(localizer: &Localizer<'_>, entry: &ListedEntry<'_>) -> impl Iterator<Item = RestrictedSection> {
    let press =
        entry.press.map(|press| RestrictedSection { heading: Label::ForPress, lines: for_press(localizer, press) });
    let staff =
        entry.staff.map(|staff| RestrictedSection { heading: Label::ForStaff, lines: for_staff(localizer, staff) });
    press.into_iter().chain(staff).filter(|section| !section.lines.is_empty())
}

/// When and where the press gathers, in a line.
pub(crate) fn press_line(localizer: &Localizer<'_>, press: ForPress<'_>) -> Option<String> {
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
    let filing_centre = press.filing_centre.as_ref().map(|place| localizer.text(place).into_owned());
    let contact = press.contact.as_ref().map(|contact| localizer.text(contact).into_owned());
    let labelled = [
        (Label::Gather, gathering(localizer, press)),
        (Label::CallTime, press.call_time.map(|moment| time(localizer, moment))),
        (Label::FilingCentre, filing_centre),
        (Label::Contact, contact),
    ];
    let labelled = labelled.into_iter().filter_map(|(label, text)| Some(localizer.labelled(label, &text?)));
    labelled.chain(press.note.as_ref().map(|note| localizer.text(note).into_owned())).collect()
}

fn for_staff(localizer: &Localizer<'_>, staff: ForStaff<'_>) -> Vec<String> {
    let contact = staff.contact.as_ref().map(|contact| localizer.labelled(Label::Contact, &localizer.text(contact)));
    contact.into_iter().chain(staff.note.as_ref().map(|note| localizer.text(note).into_owned())).collect()
}
