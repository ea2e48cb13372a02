//! Texts in another language than the page's: each says which, and its direction where it is written from the right.

use maud::{Markup, html};

use super::PageContext;
use crate::listing::ListedVisit;
use crate::programme::{Language, Text};

/// Languages that are written from the right, by their first subtags.
const FROM_THE_RIGHT: [&str; 9] = ["ar", "ckb", "dv", "fa", "he", "ps", "ug", "ur", "yi"];

/// The language of something, where that is not the page's.
#[derive(Clone, Copy)]
pub(super) struct Foreign<'t>(pub(super) Option<&'t Language>);

impl<'t> Foreign<'t> {
    /// What the attribute `lang` is to say.
    pub(super) fn lang(self) -> Option<&'t str> {
        self.0.map(Language::tag)
    }

    /// What the attribute `dir` is to say.
    pub(super) fn dir(self) -> Option<&'static str> {
        self.0.filter(|language| FROM_THE_RIGHT.contains(&language.primary())).map(|_| "rtl")
    }

    /// A text in the language.
    pub(super) fn mark(self, shown: &str) -> Markup {
        html! { @if self.0.is_some() { span lang=[self.lang()] dir=[self.dir()] { (shown) } } @else { (shown) } }
    }
}

impl PageContext<'_> {
    /// The language of a text; `then` has the languages that come first where the page's is missing: the title of its visit.
    pub(super) fn foreign<'t>(&self, text: &'t Text, then: &Text) -> Foreign<'t> {
        Foreign(text.localized(&self.language, then).fallback)
    }

    /// A text of a visit, as it is shown.
    pub(super) fn marked(&self, visit: &ListedVisit<'_>, text: &Text, shown: &str) -> Markup {
        self.foreign(text, visit.title).mark(shown)
    }

    /// What a visit, a feed or the publisher is called.
    pub(super) fn marked_title(&self, title: &Text) -> Markup {
        self.foreign(title, title).mark(&self.title(title))
    }

    /// Names of a visit in a row.
    pub(super) fn marked_names(&self, visit: &ListedVisit<'_>, names: &[&Text]) -> Markup {
        let localizer = self.localizer(visit.title);
        html! {
            @for (position, name) in names.iter().enumerate() {
                @if position > 0 { (self.locale.punctuation().names) }
                (self.marked(visit, name, &localizer.text(name)))
            }
        }
    }
}

/// What stands in for a text that is marked, in one of the program's around it: no text has this character.
pub(super) const STAND_IN: &str = "\u{0}";

/// A text of the program's around others that are marked, each in place of what stands in for it.
pub(super) fn around(whole: &str, marked: &[Markup]) -> Markup {
    let mut marked = marked.iter();
    html! {
        @for (position, part) in whole.split(STAND_IN).enumerate() {
            @if position > 0 { @if let Some(marked) = marked.next() { (marked) } }
            (part)
        }
    }
}
