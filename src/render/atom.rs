//! `changes.atom`: what changed last, for people who follow (RFC 4287).
//!
//! An item a revision, the latest of each entry; its id goes with the revision, so that a reader shows it once. Nothing in it
//! depends on when it was made: it is updated when the latest revision was.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::changes::{Clause, Item, MAX_NEWS, News, news};
use super::localizer::Localizer;
use super::restricted::marks;
use crate::programme::{Language, Settings, Text, UiLanguage};
use crate::revision::RevisedListing;
use crate::zone::rfc3339;

/// The feed of changes of one audience.
#[must_use]
pub fn changes(revised: &RevisedListing<'_>, settings: &Settings) -> String {
    let language = Language::ENGLISH;
    let news = news(revised, MAX_NEWS, |title| Localizer::new(UiLanguage::English, &language, &[], title));
    let updated = news.first().map_or(DateTime::UNIX_EPOCH, |news| news.change.modified);
    let mut feed = head(revised, settings, updated);
    for news in &news {
        entry(&mut feed, revised, settings, news);
    }
    feed.push_str("</feed>\n");
    feed
}

fn head(revised: &RevisedListing<'_>, settings: &Settings, updated: DateTime<Utc>) -> String {
    let audience = revised.listing().audience;
    let publisher = localized(&settings.publisher, &settings.publisher);
    let id = Uuid::new_v5(&settings.uid_namespace, format!("changes/{}", audience.word()).as_bytes());
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n",
    );
    let _ = writeln!(feed, "  <title>{}: changes to the schedule</title>", escaped(publisher));
    let _ = writeln!(feed, "  <id>urn:uuid:{id}</id>\n  <updated>{}</updated>", rfc3339(updated));
    let _ = writeln!(feed, "  <author><name>{}</name></author>", escaped(publisher));
    if let Some(base) = settings.base_url.get(audience) {
        let _ = writeln!(
            feed,
            "  <link rel=\"self\" type=\"application/atom+xml\" href=\"{}/changes.atom\"/>",
            escaped(base)
        );
    }
    feed
}

fn entry(feed: &mut String, revised: &RevisedListing<'_>, settings: &Settings, news: &News<'_>) {
    let language = Language::ENGLISH;
    let localizer = Localizer::new(UiLanguage::English, &language, &[], news.item.main_text());
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
    let id = Uuid::new_v5(&uid, news.change.sequence.to_string().as_bytes());
    let clauses: Vec<_> = news.clauses.iter().map(Clause::sentence).collect();
    let first = clauses.first().map_or("", String::as_str);
    let title = localized(news.item.title(), news.item.main_text());
    let modified = rfc3339(news.change.modified);
    let _ = writeln!(feed, "  <entry>\n    <title>{}: {}</title>", escaped(title), escaped(first));
    let _ = writeln!(feed, "    <id>urn:uuid:{id}</id>\n    <updated>{modified}</updated>");
    let _ = writeln!(feed, "    <published>{modified}</published>");
    if let (Some(pages), Some(visit)) = (settings.pages_url(revised.listing().audience), visit) {
        let address = format!("{pages}/visits/{}.html{anchor}", visit.id);
        let _ = writeln!(feed, "    <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", escaped(&address));
    }
    if let Some(visit) = visit {
        let _ = writeln!(feed, "    <category term=\"{}\"/>", escaped(localized(visit.title, visit.title)));
    }
    let sentences = [marks, clauses].concat();
    let _ = writeln!(feed, "    <content type=\"text\">{}</content>\n  </entry>", escaped(&sentences.join("\n")));
}

fn localized<'t>(text: &'t Text, then: &Text) -> &'t str {
    text.localized(&Language::ENGLISH, then).text
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
