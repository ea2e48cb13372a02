//! What only press or staff may see of an entry, as sections that say whom they are for.

use super::phrases::Voice;
use super::words::Label;
use crate::listing::{ForPress, ForStaff, ListedEntry};
use crate::programme::Clock;
use crate::zone::Moment;

/// A heading, and the lines below it.
pub(crate) struct Section {
    pub(crate) heading: Label,
    pub(crate) lines: Vec<String>,
}

/// The sections of an entry, as far as there is anything in them.
pub(crate) fn sections(voice: &Voice<'_>, entry: &ListedEntry<'_>) -> impl Iterator<Item = Section> {
    let particulars = entry.particulars();
    let press = particulars.press.map(|press| Section { heading: Label::ForPress, lines: for_press(voice, press) });
    let staff = particulars.staff.map(|staff| Section { heading: Label::ForStaff, lines: for_staff(voice, staff) });
    press.into_iter().chain(staff).filter(|section| !section.lines.is_empty())
}

fn for_press(voice: &Voice<'_>, press: ForPress<'_>) -> Vec<String> {
    let time = |moment: Moment| voice.clock(&Clock { start: moment, end: None, about: false });
    let meet_at = press.meet_at.as_ref().map(|place| voice.text(place));
    let gather = match (press.gather.map(time), meet_at) {
        (Some(time), Some(place)) => Some(voice.words.time_at_place(&time, &place)),
        (time, place) => time.or(place.map(Into::into)),
    };
    let filing_centre = press.filing_centre.as_ref().map(|place| voice.text(place).into_owned());
    let contact = press.contact.as_ref().map(|contact| voice.text(contact).into_owned());
    let labelled = [
        (Label::Gather, gather),
        (Label::CallTime, press.call_time.map(time)),
        (Label::FilingCentre, filing_centre),
        (Label::Contact, contact),
    ];
    let labelled = labelled.into_iter().filter_map(|(label, text)| Some(voice.labelled(label, &text?)));
    labelled.chain(press.note.as_ref().map(|note| voice.text(note).into_owned())).collect()
}

fn for_staff(voice: &Voice<'_>, staff: ForStaff<'_>) -> Vec<String> {
    let contact = staff.contact.as_ref().map(|contact| voice.labelled(Label::Contact, &voice.text(contact)));
    contact.into_iter().chain(staff.note.as_ref().map(|note| voice.text(note).into_owned())).collect()
}
