//! What the press goes by: the steps to an entry, and how far it may come.

use std::borrow::Cow;

use super::Localizer;
use crate::programme::{Access, AccessPart, Step, StepKind, Text};

impl Localizer<'_> {
    /// What a step is called.
    pub(crate) fn step_name<'t>(&self, kind: StepKind, title: Option<&'t Text>) -> Cow<'t, str> {
        title.map_or(Cow::Borrowed(self.locale.step(kind)), |title| self.text(title))
    }

    /// What a step is called, and for whom it is.
    pub(crate) fn step_heading(&self, step: &Step) -> String {
        let name = self.step_name(step.kind, step.title.as_ref());
        if step.who.is_empty() {
            return name.into_owned();
        }
        let who: Vec<_> = step.who.iter().map(|who| self.text(who)).collect();
        self.locale.title_with(&name, &self.locale.names(&who))
    }

    /// A step in one line: what it is and for whom, when, where, and what else there is to say of it.
    pub(crate) fn step(&self, step: &Step) -> String {
        let locale = self.locale;
        let time = self.when(&step.when());
        let place = step.place.as_ref().and_then(|place| self.place(place));
        let time = place.map_or(time.clone(), |place| locale.time_at_place(&time, &place));
        let line = [&self.step_heading(step), locale.punctuation().colon, &time].concat();
        match &step.note {
            Some(note) => [&line, locale.punctuation().clauses, &self.text(note)].concat(),
            None => line,
        }
    }

    /// How far the press may come, of all of it or part by part.
    pub(crate) fn access(&self, access: &[AccessPart], word: impl Fn(Access) -> &'static str) -> Option<String> {
        let one = |part: &AccessPart| match &part.part {
            None => Cow::Borrowed(word(part.access)),
            Some(text) => Cow::Owned(self.locale.access_of_part(&self.text(text), word(part.access))),
        };
        let parts: Vec<Cow<'_, str>> = access.iter().map(one).collect();
        (!parts.is_empty()).then(|| self.locale.list(&parts))
    }

    /// The same in few words.
    pub(crate) fn access_marks(&self, access: &[AccessPart]) -> Option<String> {
        self.access(access, |access| self.locale.access_mark(access))
    }
}
