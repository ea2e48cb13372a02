//! Texts for people, in one or several languages.

use std::borrow::Cow;
use std::fmt;

use super::UiLanguage;

/// A BCP 47 language tag, well-formed, as it is to be written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(Cow<'static, str>);

impl Language {
    /// English.
    pub const ENGLISH: Language = Language(Cow::Borrowed("en"));
    /// Korean.
    pub const KOREAN: Language = Language(Cow::Borrowed("ko"));

    /// A language of the program, as one that authors' texts may be in.
    #[must_use]
    pub fn of_program(ui_language: UiLanguage) -> Self {
        Language(Cow::Borrowed(ui_language.word()))
    }

    /// Checks that a tag is well-formed.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let parsed = oxilangtag::LanguageTag::parse_and_normalize(tag).ok()?;
        Some(Language(Cow::Owned(parsed.into_inner())))
    }

    /// The tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// Its first subtag: the language without script or region.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.0.split_once('-').map_or(&*self.0, |(first, _)| first)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text: one string for every language, or one for each of some. Never empty; composed (NFC); without control
/// characters, but for line feeds in notes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text(Inner);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Inner {
    Plain(String),
    Languages(Vec<(Language, String)>),
}

/// A text as a reader gets it, and the language it is in where that is not the one asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalizedText<'t> {
    /// The text.
    pub text: &'t str,
    /// Its language, when the reader's is missing.
    pub fallback: Option<&'t Language>,
}

impl Text {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Text(Inner::Plain(text.into()))
    }

    pub(crate) fn languages(texts: Vec<(Language, String)>) -> Option<Self> {
        (!texts.is_empty()).then_some(Text(Inner::Languages(texts)))
    }

    /// The languages it is given in, in the author's order; none for a text that serves them all.
    pub fn spoken_languages(&self) -> impl Iterator<Item = &Language> {
        let texts: &[_] = match &self.0 {
            Inner::Plain(_) => &[],
            Inner::Languages(texts) => texts,
        };
        texts.iter().map(|(language, _)| language)
    }

    /// All of its strings, with their languages where they have one.
    pub fn strings(&self) -> impl Iterator<Item = (Option<&Language>, &str)> {
        let (plain, texts): (_, &[_]) = match &self.0 {
            Inner::Plain(text) => (Some((None, &**text)), &[]),
            Inner::Languages(texts) => (None, texts),
        };
        plain.into_iter().chain(texts.iter().map(|(language, text)| (Some(language), &**text)))
    }

    /// Whether another text is the same in some language.
    #[must_use]
    pub fn shares_a_string(&self, other: &Text) -> bool {
        self.strings().any(|(_, string)| other.strings().any(|(_, one)| one == string))
    }

    /// The text for a reader of `wanted`: in that language, else in a language that shares its first subtag, else in
    /// the first of `then` (the languages of the visit's title) that there is, else in its own first.
    #[must_use]
    pub fn localized<'t>(&'t self, wanted: &Language, then: &Text) -> LocalizedText<'t> {
        let texts = match &self.0 {
            Inner::Plain(text) => return LocalizedText { text, fallback: None },
            Inner::Languages(texts) => texts,
        };
        let exact = texts.iter().find(|(language, _)| language == wanted);
        let related = || texts.iter().find(|(language, _)| language.primary() == wanted.primary());
        if let Some((_, text)) = exact.or_else(related) {
            return LocalizedText { text, fallback: None };
        }
        let preferred = then.spoken_languages().find_map(|next| texts.iter().find(|(language, _)| language == next));
        let (language, text) = preferred.unwrap_or(&texts[0]);
        LocalizedText { text, fallback: Some(language) }
    }
}
