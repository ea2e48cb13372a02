//! `changes.atom`: what changed last, for people who follow (RFC 4287).
//!
//! An item a revision, the latest of each entry; its id goes with the revision, so that a reader shows it once. Nothing in it
//! depends on when it was made: it is updated when the latest revision was.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::changes;
use super::localizer::Localizer;
use super::restricted::marks;
use crate::listing::{ListedEntry, ListedVisit};
use crate::programme::{Identity, Language, Settings, Text, UiLanguage};
use crate::revision::{Kind, RevisedListing, Revision, Snapshot, Withdrawn};
use crate::zone::rfc3339;

/// How many revisions are told.
const MAX_ITEMS: usize = 100;

/// A revision that may be told.
enum Item<'s> {
    Shown(&'s ListedVisit<'s>, &'s ListedEntry<'s>),
    Withdrawn(&'s Withdrawn),
}

impl Item<'_> {
    fn identity(&self) -> &Identity {
        match self {
            Item::Shown(_, entry) => entry.identity,
            Item::Withdrawn(withdrawn) => &withdrawn.identity,
        }
    }
}

/// The feed of changes of one audience.
#[must_use]
pub fn changes(revised: &RevisedListing<'_>, settings: &Settings) -> String {
    let shown =
        revised.listing().visits.iter().flat_map(|visit| {
            visit.entries.iter().map(move |entry| (revised.revision(entry), Item::Shown(visit, entry)))
        });
    let withdrawn = revised.withdrawn().iter().map(|withdrawn| (withdrawn.revision, Item::Withdrawn(withdrawn)));
    let items = latest(shown.chain(withdrawn));
    let updated = items.first().map_or(DateTime::UNIX_EPOCH, |(revision, _)| revision.modified);
    let mut feed = head(revised, settings, updated);
    for (revision, item) in &items {
        entry(&mut feed, revised, settings.pages_url(revised.listing().audience), *revision, item);
    }
    feed.push_str("</feed>\n");
    feed
}

/// The latest revisions, of those of the same instant the first by identity; the latest first.
fn latest<'s>(all: impl Iterator<Item = (Revision, Item<'s>)>) -> Vec<(Revision, Item<'s>)> {
    let mut items: Vec<_> = all.collect();
    items.sort_by(|(a, item), (b, other)| {
        b.modified.cmp(&a.modified).then_with(|| item.identity().cmp(other.identity()))
    });
    items.truncate(MAX_ITEMS);
    items
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

fn entry(feed: &mut String, revised: &RevisedListing<'_>, pages: Option<&str>, revision: Revision, item: &Item<'_>) {
    let language = Language::ENGLISH;
    let (uuid, title, clauses, marks, visit) = match item {
        Item::Shown(visit, entry) => {
            let localizer = Localizer::new(UiLanguage::English, &language, &[], visit.title);
            let (before, now) = match revised.change(entry) {
                Some((before, now)) => (Some(before), now),
                None => (None, Snapshot::of(entry)),
            };
            let kind = match (&before, revision.sequence) {
                (Some(_), _) => Kind::Revised,
                (None, 0) => Kind::Announced,
                (None, _) => Kind::Reinstated,
            };
            let clauses = changes::clauses(&localizer, kind, before.as_ref(), Some(&now));
            (
                revised.uuid(entry),
                localized(entry.title, visit.title),
                clauses,
                marks(&localizer, entry),
                Some(localized(visit.title, visit.title)),
            )
        }
        Item::Withdrawn(withdrawn) => {
            let entry = withdrawn.listed();
            let localizer = Localizer::new(UiLanguage::English, &language, &[], withdrawn.title());
            let clauses = changes::clauses(&localizer, Kind::Withdrawn, None, None);
            let marks = marks(&localizer, &entry);
            (revised.uuid(&entry), localized(withdrawn.title(), withdrawn.title()), clauses, marks, None)
        }
    };
    let id = Uuid::new_v5(&uuid, revision.sequence.to_string().as_bytes());
    let clauses: Vec<_> = clauses.iter().map(changes::Clause::sentence).collect();
    let first = clauses.first().map_or("", String::as_str);
    let sentences = [marks, clauses.clone()].concat();
    let _ = writeln!(feed, "  <entry>\n    <title>{}: {}</title>", escaped(title), escaped(first));
    let _ = writeln!(feed, "    <id>urn:uuid:{id}</id>\n    <updated>{}</updated>", rfc3339(revision.modified));
    let _ = writeln!(feed, "    <published>{}</published>", rfc3339(revision.modified));
    if let (Some(pages), Item::Shown(visit, entry)) = (pages, item) {
        let address = format!("{pages}/visits/{}.html#{}", visit.id, entry.id);
        let _ = writeln!(feed, "    <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", escaped(&address));
    }
    if let Some(visit) = visit {
        let _ = writeln!(feed, "    <category term=\"{}\"/>", escaped(visit));
    }
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
