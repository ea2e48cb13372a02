//! `changes.atom`: what changed last, for people who follow (RFC 4287), in each language that there are pages in.
//!
//! An item a revision, the latest of each entry; its id goes with the revision and the language, so that a reader shows it once.
//! Nothing in it depends on when it was made: it is updated when the latest revision was.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::changes::{Clause, Item, MAX_NEWS, News, news};
use super::localizer::Localizer;
use super::restricted::marks;
use crate::locale::Phrase;
use crate::programme::{Language, Settings, Text, UiLanguage};
use crate::revision::RevisedListing;
use crate::zone::rfc3339;

/// What each feed is called, in the folder of its language.
pub const NAME: &str = "changes.atom";

/// The feeds of changes of one audience, each with its path: one a language of the pages, or the one in English where there are none.
#[must_use]
pub fn files(revised: &RevisedListing<'_>, settings: &Settings) -> Vec<(String, String)> {
    let languages = if settings.pages.is_empty() { &[UiLanguage::English][..] } else { &settings.pages };
    let file = |ui_language: &UiLanguage| {
        let feed = ChangesFeed {
            revised,
            settings,
            languages,
            ui_language: *ui_language,
            language: Language::of_program(*ui_language),
        };
        (settings.path_in(*ui_language, NAME), feed.text())
    };
    languages.iter().map(file).collect()
}

/// A feed of changes in one language.
struct ChangesFeed<'s> {
    revised: &'s RevisedListing<'s>,
    settings: &'s Settings,
    /// Those that there are such feeds in, that of the one at the top first.
    languages: &'s [UiLanguage],
    ui_language: UiLanguage,
    language: Language,
}

impl ChangesFeed<'_> {
    fn text(&self) -> String {
        let news = news(self.revised, MAX_NEWS, |title| self.localizer(title));
        let updated = news.first().map_or(DateTime::UNIX_EPOCH, |news| news.change.modified);
        let mut feed = self.head(updated);
        for news in &news {
            self.entry(&mut feed, news);
        }
        feed.push_str("</feed>\n");
        feed
    }

    fn head(&self, updated: DateTime<Utc>) -> String {
        let audience = self.revised.listing().audience;
        let publisher = &self.settings.publisher;
        let localizer = self.localizer(publisher);
        let subject = localizer.locale.phrase(Phrase::ScheduleChanges);
        let publisher = publisher.localized(&self.language, publisher);
        let title = [publisher.text, localizer.locale.punctuation().colon, subject].concat();
        let id =
            Uuid::new_v5(&self.settings.uid_namespace, self.name(format!("changes/{}", audience.word())).as_bytes());
        let mut feed = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n",
            self.ui_language.word()
        );
        let _ = writeln!(feed, "  <title>{}</title>", escaped(&title));
        let _ = writeln!(feed, "  <id>urn:uuid:{id}</id>\n  <updated>{}</updated>", rfc3339(updated));
        let language =
            publisher.fallback.map(|language| format!(" xml:lang=\"{}\"", language.tag())).unwrap_or_default();
        let _ = writeln!(feed, "  <author{language}><name>{}</name></author>", escaped(publisher.text));
        let Some(base) = self.settings.base_url.get(audience) else { return feed };
        let address =
            |language: UiLanguage, name: &str| escaped(&format!("{base}/{}", self.settings.path_in(language, name)));
        let own = address(self.ui_language, NAME);
        let _ = writeln!(feed, "  <link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/>");
        for hub in self.settings.hubs_of(audience) {
            let _ = writeln!(feed, "  <link rel=\"hub\" href=\"{}\"/>", escaped(hub));
        }
        if !self.settings.pages.is_empty() {
            let page = address(self.ui_language, "changes.html");
            let _ = writeln!(feed, "  <link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>");
        }
        for other in self.languages.iter().filter(|other| **other != self.ui_language) {
            let (word, address) = (other.word(), address(*other, NAME));
            let _ = writeln!(
                feed,
                "  <link rel=\"alternate\" type=\"application/atom+xml\" hreflang=\"{word}\" href=\"{address}\"/>"
            );
        }
        feed
    }

    fn entry(&self, feed: &mut String, news: &News<'_>) {
        let (revised, settings) = (self.revised, self.settings);
        let localizer = self.localizer(news.item.main_text());
        let (uid, marks, visit, anchor) = match news.item {
            Item::Visit(visit) => {
                let uid = Uuid::new_v5(&settings.uid_namespace, format!("visit/{}", visit.id).as_bytes());
                (uid, Vec::new(), Some(visit), String::new())
            }
            Item::Entry(visit, entry) => {
                (revised.uuid(entry), marks(&localizer, entry), Some(visit), format!("#{}", entry.id))
            }
            Item::Withdrawn(withdrawn) => {
                let entry = withdrawn.listed();
                (revised.uuid(&entry), marks(&localizer, &entry), None, String::new())
            }
        };
        let id = Uuid::new_v5(&uid, self.name(news.change.sequence.to_string()).as_bytes());
        let clauses: Vec<_> = news.clauses.iter().map(Clause::sentence).collect();
        let first = clauses.first().map_or("", String::as_str);
        let title = self.localized(news.item.title(), news.item.main_text());
        let title = [title, localizer.locale.punctuation().colon, first].concat();
        let modified = rfc3339(news.change.modified);
        let _ = writeln!(feed, "  <entry>\n    <title>{}</title>", escaped(&title));
        let _ = writeln!(feed, "    <id>urn:uuid:{id}</id>\n    <updated>{modified}</updated>");
        let _ = writeln!(feed, "    <published>{modified}</published>");
        if let (Some(pages), Some(visit)) = (settings.pages_url(revised.listing().audience), visit) {
            let page = settings.path_in(self.ui_language, &format!("visits/{}.html{anchor}", visit.id));
            let address = escaped(&format!("{pages}/{page}"));
            let _ = writeln!(feed, "    <link rel=\"alternate\" type=\"text/html\" href=\"{address}\"/>");
        }
        if let Some(visit) = visit {
            let _ = writeln!(feed, "    <category term=\"{}\"/>", escaped(self.localized(visit.title, visit.title)));
        }
        let sentences = [marks, clauses].concat();
        let _ = writeln!(feed, "    <content type=\"text\">{}</content>\n  </entry>", escaped(&sentences.join("\n")));
    }

    /// What an id is made of: that of the feed at the top says nothing of its language.
    fn name(&self, name: String) -> String {
        let is_first = self.languages.first() == Some(&self.ui_language);
        if is_first { name } else { format!("{name}/{}", self.ui_language.word()) }
    }

    fn localizer<'c>(&'c self, title: &'c Text) -> Localizer<'c> {
        Localizer::new(self.ui_language, &self.language, &[], title).for_page()
    }

    fn localized<'t>(&self, text: &'t Text, then: &Text) -> &'t str {
        text.localized(&self.language, then).text
    }
}

/// Text as XML has it, in content and in attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // The two characters beyond what texts may hold that XML 1.0 does not have.
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(c),
        }
    }
    out
}
