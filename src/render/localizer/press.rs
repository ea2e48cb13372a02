//! What the press goes by: the steps to an entry, and how far it may come.

use std::borrow::Cow;

use super::Localizer;
use crate::programme::{Access, AccessPart, Place, Step, StepKind, Text};

impl Localizer<'_> {
    /// What a step is called.
    pub(crate) fn step_name<'t>(&self, kind: StepKind, title: Option<&'t Text>) -> Cow<'t, str> {
        title.map_or(Cow::Borrowed(self.locale.step(kind)), |title| self.text(title))
    }

    /// A step in one line: what it is and for whom, when, where, and what else there is to say of it.
    pub(crate) fn step(&self, step: &Step) -> String {
        self.step_line(
            (step.kind, step.title.as_ref(), &step.who),
            &self.when(&step.listed_when()),
            (step.place.as_ref(), step.note.as_ref()),
        )
    }

    /// The same of its parts.
    pub(crate) fn step_line(
        &self,
        (kind, title, who): (StepKind, Option<&Text>, &[Text]),
        time: &str,
        (place, note): (Option<&Place>, Option<&Text>),
    ) -> String {
        let locale = self.locale;
        let mut name = self.step_name(kind, title);
        if !who.is_empty() {
            let who: Vec<_> = who.iter().map(|who| self.text(who)).collect();
            name = Cow::Owned(locale.title_with(&name, &locale.names(&who)));
        }
        let place = place.and_then(|place| self.place(place));
        let time = place.map_or(time.to_owned(), |place| locale.time_at_place(time, &place));
        let line =
            if time.is_empty() { name.into_owned() } else { [&name, locale.punctuation().colon, &time].concat() };
        match note {
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
