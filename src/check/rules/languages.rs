//! Texts that lack a language: one of the visit's title, or of a feed that shows the text.
//!
//! A plain text serves every language: it is a name, or was meant so. A text by language should have all that its
//! readers are promised; `check --deny warnings` then makes completeness a condition.

use super::words::{each_press_text, each_text};
use super::{WarningSink, WrittenEntry, WrittenVisit};
use crate::diagnostic::{Diagnostic, codes};
use crate::document::{self, Text};
use crate::programme::{Feed, Visit};

/// Tags that people write for a language though they mean another one, with what was meant.
const MISTAKEN: &[(&str, &str)] =
    &[("kr", "ko"), ("jp", "ja"), ("cn", "zh"), ("cz", "cs"), ("ua", "uk"), ("vn", "vi"), ("gr", "el")];

/// How many languages are asked for, at most: no office writes in as many.
const MAX_LANGUAGES: usize = 32;

pub(super) fn check(visit: WrittenVisit<'_>, feeds: &[&Feed], sink: &mut WarningSink<'_, '_>) {
    if sink.is_off(codes::MISSING_LANGUAGE) {
        return;
    }
    let mut title: Vec<&str> = Vec::new();
    visit.visit.title.spoken_languages().for_each(|language| want(&mut title, language.primary()));
    // What every reader of the visit is promised.
    let mut all = title.clone();
    for feed in feeds {
        want(&mut all, feed.language.primary());
    }
    let written = visit.written;
    let texts =
        [&written.title, &written.principal, &written.counterpart, &written.host, &written.location, &written.reason];
    let principals = written.principals.iter().flat_map(|principals| &principals.items);
    for text in texts.into_iter().flatten().chain(principals).chain(source_texts(written)) {
        if let Some(missing) = missing(text, &all) {
            sink.warn_of_visit(codes::MISSING_LANGUAGE, text.at(), |d| words(d, text, &missing));
        }
    }
    if let Some(press) = &written.press {
        each_press_text(press, |text| {
            if let Some(missing) = missing(text, &all) {
                sink.warn_of_visit(codes::MISSING_LANGUAGE, text.at(), |d| words(d, text, &missing));
            }
        });
    }
    let feeds = kinds_of(feeds);
    for entry in visit.entries() {
        let mut wanted = title.clone();
        for feed in feeds.iter().filter(|feed| shows(feed, visit.visit, entry)) {
            want(&mut wanted, feed.language.primary());
        }
        each_text(entry.written, |text| {
            if let Some(missing) = missing(text, &wanted) {
                sink.warn(codes::MISSING_LANGUAGE, entry.nodes, text.at(), |d| words(d, text, &missing));
            }
        });
    }
}

/// Adds a language, by its first subtag, if it is not there yet.
fn want<'s>(wanted: &mut Vec<&'s str>, language: &'s str) {
    if wanted.len() < MAX_LANGUAGES && !wanted.contains(&language) {
        wanted.push(language);
    }
}

/// One feed of each language, audience and choice of entries.
fn kinds_of<'s>(feeds: &[&'s Feed]) -> Vec<&'s Feed> {
    let mut kinds: Vec<&Feed> = Vec::new();
    for feed in feeds {
        let like = |known: &&Feed| {
            known.language.primary() == feed.language.primary()
                && known.audience == feed.audience
                && known.only == feed.only
        };
        if kinds.len() < MAX_LANGUAGES && !kinds.iter().any(like) {
            kinds.push(feed);
        }
    }
    kinds
}

/// Whether a feed may show an entry.
fn shows(feed: &Feed, visit: &Visit, entry: WrittenEntry<'_>) -> bool {
    let entry = entry.entry;
    let principals = visit.principals_of(entry);
    feed.audience >= entry.audience && feed.only.admits(entry.kind, &entry.access, principals)
}

/// The texts of a visit's sources and disputes.
fn source_texts<'t>(written: &'t document::Visit<'t>) -> impl Iterator<Item = &'t Text<'t>> {
    let sources = written.sources.iter().flat_map(|table| &table.entries);
    let texts = sources.flat_map(|(_, source)| [&source.publisher, &source.title, &source.via].into_iter().flatten());
    let disputes = written.disputed.iter().flat_map(|items| &items.items).filter_map(|item| item.says.as_ref());
    texts.chain(disputes)
}

/// The languages that a text by language does not have; `None` if it has them all.
fn missing<'s>(text: &Text<'_>, wanted: &[&'s str]) -> Option<Vec<&'s str>> {
    let Text::Languages(_, texts) = text else { return None };
    let is_given = |language: &str| {
        texts
            .iter()
            .any(|(tag, _)| tag.text.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case(language)))
    };
    let missing: Vec<_> = wanted.iter().copied().filter(|language| !is_given(language)).collect();
    (!missing.is_empty()).then_some(missing)
}

fn words(d: Diagnostic, text: &Text<'_>, missing: &[&str]) -> Diagnostic {
    let tags: Vec<&str> = match text {
        Text::Languages(_, texts) => texts.iter().map(|(tag, _)| &*tag.text).collect(),
        Text::Plain(_) => Vec::new(),
    };
    let mistaken = MISTAKEN.iter().find(|(wrong, right)| tags.contains(wrong) && missing.contains(right));
    let help = match mistaken {
        Some((wrong, right)) => format!("Write “{right}” where “{wrong}” stands: that is another language, or none."),
        None => "Add it. A text that is the same in every language, such as a name, is written without languages."
            .to_owned(),
    };
    let list = missing.join(" and ");
    d.saying(format!("This text is not given in {list}, which its readers are to have.")).with_help(help)
}
