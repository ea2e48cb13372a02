//! The texts of an entry as they were written, and how texts are compared.

use crate::document::{self, Scalar, Text};
use crate::programme;

/// The strings of a text, each with its language where it has one.
pub(super) fn strings<'t>(text: &'t Text<'t>) -> impl Iterator<Item = (Option<&'t str>, &'t Scalar<'t>)> {
    let (plain, languages): (_, &[_]) = match text {
        Text::Plain(scalar) => (Some((None, scalar)), &[]),
        Text::Languages(_, texts) => (None, texts),
    };
    plain.into_iter().chain(languages.iter().map(|(tag, scalar)| (Some(&*tag.text), scalar)))
}

/// Every text of an entry that others than staff may read.
pub(super) fn each_text<'t>(entry: &'t document::Entry<'t>, mut each: impl FnMut(&'t Text<'t>)) {
    let ends = [&entry.depart, &entry.arrive];
    let ends = || ends.iter().filter_map(|end| end.as_deref());
    [&entry.title, &entry.reason, &entry.note].into_iter().flatten().for_each(&mut each);
    entry.principal.iter().flat_map(|principals| &principals.items).for_each(&mut each);
    let companions = entry.with.iter().flat_map(|items| &items.items);
    companions.flat_map(|companion| [&companion.who, &companion.role]).flatten().for_each(&mut each);
    entry.disputed.iter().flat_map(|items| &items.items).filter_map(|item| item.says.as_ref()).for_each(&mut each);
    let stops = entry.via.iter().flat_map(|items| &items.items).filter_map(|stop| stop.place.as_ref());
    for place in entry.place.as_deref().into_iter().chain(ends().filter_map(|end| end.place.as_ref())).chain(stops) {
        [&place.venue, &place.site, &place.city].into_iter().flatten().for_each(&mut each);
    }
    let actual = entry.actual.as_deref().into_iter().chain(ends().filter_map(|end| end.actual.as_ref()));
    actual.filter_map(|actual| actual.says.as_ref()).for_each(&mut each);
    if let Some(document::Coverage::Parts(parts)) = &entry.access {
        parts.items.iter().filter_map(|part| part.part.as_ref()).for_each(&mut each);
    }
    if let Some(press) = &entry.press {
        [&press.meet_at, &press.filing_centre, &press.contact, &press.note].into_iter().flatten().for_each(&mut each);
        press.pool.iter().flat_map(|pool| &pool.items).for_each(&mut each);
        if let Some(accreditation) = &press.accreditation {
            [&accreditation.contact, &accreditation.note].into_iter().flatten().for_each(&mut each);
        }
        for step in press.steps.iter().flat_map(|steps| &steps.items) {
            [&step.title, &step.note].into_iter().flatten().for_each(&mut each);
            step.who.iter().flat_map(|who| &who.items).for_each(&mut each);
            step_place(step.place.as_ref(), &mut each);
        }
    }
}

/// The texts of a visit that the press reads, and not the public.
pub(super) fn each_press_text<'t>(press: &'t document::VisitPress<'t>, mut each: impl FnMut(&'t Text<'t>)) {
    press.contact.iter().for_each(&mut each);
    if let Some(centre) = &press.centre {
        centre.hours.iter().for_each(&mut each);
        step_place(centre.place.as_ref(), &mut each);
    }
    if let Some(accreditation) = &press.accreditation {
        [&accreditation.contact, &accreditation.note].into_iter().flatten().for_each(&mut each);
    }
}

fn step_place<'t>(place: Option<&'t document::StepPlace<'t>>, each: &mut impl FnMut(&'t Text<'t>)) {
    match place {
        None => {}
        Some(document::StepPlace::Text(text)) => each(text),
        Some(document::StepPlace::Place(place)) => {
            [&place.venue, &place.site, &place.city].into_iter().flatten().for_each(each);
        }
    }
}

/// A text without what does not matter for comparing: signs, blanks, capitals and accents.
pub(super) fn folded(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;
    // Hangul, Kana and Han have neither capitals nor, as they are kept, accents of their own.
    let letter = |c: char| matches!(c, '가'..='힣' | '一'..='龯');
    let plain = |c: char| letter(c) || matches!(c, '\0'..='\x7f' | 'ぁ'..='ヿ');
    let mut folded = String::with_capacity(text.len());
    if text.chars().all(plain) {
        let kept = text.chars().filter(|c| letter(*c) || c.is_alphanumeric());
        folded.extend(kept.map(|c| c.to_ascii_lowercase()));
    } else {
        // Latin letters lose their accents, Hangul and Kana keep theirs.
        let bare = text.nfd().filter(|c| !is_combining_mark(*c) || matches!(c, '\u{3099}' | '\u{309A}'));
        folded.extend(bare.nfc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()));
    }
    folded
}

/// How many languages of a text are compared with those of another, at most.
const MAX_LANGUAGES: usize = 16;

/// Whether two texts say the same, as far as they have a language in common.
pub(super) fn same(a: &programme::Text, b: &programme::Text) -> Option<bool> {
    let mut comparable = None;
    for (language, one) in a.strings().take(MAX_LANGUAGES) {
        for (other, two) in b.strings().take(MAX_LANGUAGES) {
            if language.is_none() || other.is_none() || language == other {
                comparable = Some(comparable == Some(true) || one == two);
            }
        }
    }
    comparable
}
