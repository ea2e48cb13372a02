//! Where something is, and where a journey goes.

use std::borrow::Cow;

use super::Localizer;
use crate::listing::{ListedEntry, ListedStop, ListedWhen};
use crate::locale::{self, Label, Unknown};
use crate::programme::{Language, Place, Text, UiLanguage};

impl Localizer<'_> {
    /// The language that all of several texts are in instead of the reader's: then it is named once, for all of them.
    pub(super) fn shared_fallback<'t>(
        &self,
        mut texts: impl Iterator<Item = &'t Text> + Clone,
    ) -> Option<&'t Language> {
        let fallback = |text: &'t Text| text.localized(self.language, self.title).fallback;
        let are_several = texts.clone().nth(1).is_some();
        let first = texts.next().and_then(fallback)?;
        (are_several && texts.all(|text| fallback(text) == Some(first))).then_some(first)
    }

    /// The language that all of a place's own texts are in, where that is not the reader's.
    pub(crate) fn place_language<'t>(&self, place: &'t Place) -> Option<&'t Language> {
        let texts = [&place.venue, &place.site, &place.city].into_iter().flatten();
        let mut languages = texts.map(|text| text.localized(self.language, self.title).fallback);
        let first = languages.next().flatten()?;
        (place.country.is_none() && languages.all(|language| language == Some(first))).then_some(first)
    }

    /// A place, as the language puts it; `None` where none of it is known.
    pub(crate) fn place(&self, place: &Place) -> Option<String> {
        let texts = [&place.venue, &place.site, &place.city].into_iter().flatten();
        let mut parts: Vec<Cow<'_, str>> = match self.shared_fallback(texts.clone()) {
            // As that language puts it, too.
            Some(language) => {
                let locale = UiLanguage::parse(language.primary()).map_or(self.locale, locale::of);
                let known: Vec<&str> = texts.map(|text| text.localized(self.language, self.title).text).collect();
                vec![Cow::Owned(self.foreign(&locale.place(&known), language))]
            }
            None => texts.map(|text| self.text(text)).collect(),
        };
        if let Some(code) = &place.country {
            // What an older version took for a country is remembered, and no code is told to people.
            let code = std::str::from_utf8(code).expect("a country's code is two ASCII letters");
            parts.extend(self.locale.name(code).map(Cow::Borrowed));
        }
        let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
        (!parts.is_empty()).then(|| self.locale.place(&parts))
    }

    /// A stop on a journey: where, and when it arrives and leaves, as far as that is known.
    pub(crate) fn stop(
        &self,
        place: Option<&Place>,
        arrive: Option<&ListedWhen<'_>>,
        depart: Option<&ListedWhen<'_>>,
    ) -> String {
        let time = |label: Label, when: Option<&ListedWhen<'_>>| Some(self.labelled(label, &self.when(when?)));
        let times = [time(Label::Arrives, arrive), time(Label::Departs, depart)].into_iter().flatten();
        let place = place.and_then(|place| self.place(place));
        let known: Vec<String> = place.into_iter().chain(times).collect();
        if known.is_empty() {
            return self.locale.unknown(Unknown::Time).to_owned();
        }
        known.join(self.locale.punctuation().clauses)
    }

    /// The stops of a journey, a line each.
    pub(crate) fn stops(&self, entry: &ListedEntry<'_>) -> Vec<String> {
        let stops = entry.via.iter();
        let stop = |stop: &ListedStop<'_>| self.stop(stop.place, stop.arrive.as_ref(), stop.depart.as_ref());
        stops.map(|one| self.labelled(Label::Via, &stop(one))).collect()
    }
}
