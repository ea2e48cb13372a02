//! What changed, for whom, in words: for a terminal, for a pull request, for readers, and as data.

mod clause;
mod data;
mod recent;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value as Json, json};

#[cfg(feature = "notify")]
pub(super) use self::clause::when;
pub(super) use self::clause::{Clause, clauses, clauses_for_readers};
#[cfg(feature = "notify")]
pub(super) use self::data::clause as clause_data;
pub(super) use self::recent::{Item, News, news};
use super::localizer::Localizer;
use crate::programme::{Audience, Language, Text, UiLanguage};
use crate::revision::{Change, FeedChange, Kind, RevisedListing, Snapshot, Subject};
use crate::zone::rfc3339;

/// A change as it is told: to these audiences, of a visit or an entry with this title.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeSummary {
    /// Who sees it.
    pub audiences: Vec<Audience>,
    /// Of what.
    pub subject: Subject,
    /// What it is called.
    pub title: String,
    /// What became of it.
    pub kind: Kind,
    /// SEQUENCE from now on, for the widest of the audiences.
    pub sequence: u32,
    /// When, for the widest of the audiences.
    pub modified: chrono::DateTime<chrono::Utc>,
    /// What there is to say, each a clause.
    pub clauses: Vec<Clause>,
}

impl ChangeSummary {
    /// Whether the same is said of the same.
    fn is_like(&self, other: &ChangeSummary) -> bool {
        (&self.subject, &self.title, self.kind, &self.clauses)
            == (&other.subject, &other.title, other.kind, &other.clauses)
    }
}

/// Puts changes into words for those who write the schedules, those that several audiences see alike together; by visit, each before
/// its entries, which are in the order of its list.
#[must_use]
pub fn summarize(changes: &[Change]) -> Vec<ChangeSummary> {
    // Who sees more has the longer list.
    let mut orders: BTreeMap<&Subject, (Audience, (String, u32))> = BTreeMap::new();
    for change in changes {
        let order = (change.audience, change.order());
        let known = orders.entry(&change.subject).or_insert_with(|| order.clone());
        if known.0 < order.0 {
            *known = order;
        }
    }
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by_cached_key(|change| (orders[&change.subject].1.clone(), change.subject.clone(), change.audience));
    let mut summaries: Vec<ChangeSummary> = Vec::new();
    for change in sorted {
        let next = summarize_one(change);
        // What is said is what counts: one audience may see more of the entry, all of it as before.
        match summaries.last_mut().filter(|last| last.is_like(&next)) {
            Some(last) => last.audiences.extend(next.audiences),
            None => summaries.push(next),
        }
    }
    summaries
}

fn summarize_one(change: &Change) -> ChangeSummary {
    let seen = change.after().filter(|seen| seen.title().is_some()).or_else(|| change.before());
    let title = seen.as_ref().and_then(Snapshot::title);
    let language = Language::ENGLISH;
    let fallback = Text::plain("");
    let localizer = Localizer::new(UiLanguage::English, &language, &[], title.as_ref().unwrap_or(&fallback));
    ChangeSummary {
        audiences: vec![change.audience],
        subject: change.subject.clone(),
        title: title.as_ref().map_or_else(|| change.subject.to_string(), |title| clause::plain(&localizer, title)),
        kind: change.kind,
        sequence: change.sequence,
        modified: change.modified,
        clauses: clauses(&localizer, change),
    }
}

/// Whom a change is for, as a heading says it.
fn heading(audiences: &[Audience]) -> &'static str {
    match audiences {
        [Audience::Public, Audience::Press, Audience::Staff] => "For everyone",
        [Audience::Public, Audience::Press] => "For the public and the press",
        [Audience::Public, Audience::Staff] => "For the public and staff",
        [Audience::Press, Audience::Staff] => "For the press and staff",
        [Audience::Public] => "For the public",
        [Audience::Press] => "For the press",
        _ => "For staff",
    }
}

/// Those told to the same audiences together, from the widest.
fn grouped(summaries: &[ChangeSummary]) -> Vec<(&'static str, Vec<&ChangeSummary>)> {
    let mut sets: Vec<&[Audience]> = summaries.iter().map(|summary| &summary.audiences[..]).collect();
    sets.sort_by_key(|set| (set[0], std::cmp::Reverse(set.len())));
    sets.dedup();
    let of = |set: &[Audience]| summaries.iter().filter(|summary| summary.audiences == set).collect();
    sets.into_iter().map(|set| (heading(set), of(set))).collect()
}

/// The clauses as lines: a reason stands beside the status that it is given for.
fn lines(clauses: &[Clause]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (position, clause) in clauses.iter().enumerate() {
        let sentence = clause.sentence();
        match lines.last_mut() {
            Some(last) if clause.field == "reason" && clauses[position - 1].field == "status" => {
                last.push_str("; ");
                last.push_str(&sentence);
            }
            _ => lines.push(sentence),
        }
    }
    lines
}

/// How the feeds themselves changed: a line each.
#[must_use]
pub fn feeds_text(changes: &[(String, FeedChange)]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut text = "Feeds:\n".to_owned();
    for (key, change) in changes {
        let _ = writeln!(text, "  {key}: {}", of_feed(change));
    }
    text
}

/// What became of a feed, in words.
fn of_feed(change: &FeedChange) -> String {
    match change {
        FeedChange::Added => "added".to_owned(),
        FeedChange::Removed => "made no more".to_owned(),
        FeedChange::Reworded => "worded otherwise by the program or its settings; the entries are the same".to_owned(),
        FeedChange::Changed(fields) => {
            let field = |(name, was, now): &(String, Option<String>, Option<String>)| match (was, now) {
                (Some(was), Some(now)) => format!("{name} changed: {now} (was: {was})"),
                (None, Some(now)) => format!("{name} added: {now}"),
                (Some(was), None) => format!("{name} removed (was: {was})"),
                (None, None) => format!("{name} changed"),
            };
            fields.iter().map(field).collect::<Vec<_>>().join("; ")
        }
    }
}

/// As a terminal shows it: a line for each thing that changed.
#[must_use]
pub fn text(summaries: &[ChangeSummary]) -> String {
    let mut text = String::new();
    for (heading, summaries) in grouped(summaries) {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{heading}:");
        for summary in summaries {
            for line in lines(&summary.clauses) {
                let _ = writeln!(text, "  {}: {line}", summary.title);
            }
        }
    }
    text
}

/// As a comment on a pull request shows it.
#[must_use]
pub fn markdown(summaries: &[ChangeSummary]) -> String {
    let mut text = String::new();
    for (heading, summaries) in grouped(summaries) {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "### {heading}\n");
        for summary in summaries {
            let sentences: Vec<_> = summary.clauses.iter().map(|clause| escaped(&clause.sentence())).collect();
            let _ =
                writeln!(text, "- **{}** (`{}`): {}", escaped(&summary.title), summary.subject, sentences.join("; "));
        }
    }
    text
}

/// How the feeds themselves changed, likewise.
#[must_use]
pub fn feeds_markdown(changes: &[(String, FeedChange)]) -> String {
    let mut text = if changes.is_empty() { String::new() } else { "### Feeds\n\n".to_owned() };
    for (key, change) in changes {
        let _ = writeln!(text, "- `{key}`: {}", escaped(&of_feed(change)));
    }
    text
}

/// Markdown in which an author's text stays text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A mention would notify somebody, and a number would name an issue.
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '!' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out.replace("://", ":\u{200B}//")
}

/// A change as data.
fn object(summary: &ChangeSummary) -> Json {
    let audiences: Vec<_> = summary.audiences.iter().map(|audience| audience.word()).collect();
    let key = match &summary.subject {
        Subject::Visit(_) => "visit",
        Subject::Entry(_) => "entry",
        Subject::Step(_) => "step",
        Subject::Event(_) => "uid",
    };
    json!({
        key: summary.subject.to_string(),
        "title": summary.title,
        "audiences": audiences,
        "kind": summary.kind.word(),
        "changes": summary.clauses.iter().map(data::clause).collect::<Vec<_>>(),
    })
}

/// As data: an array with an object for each change; those of feeds have `feed`.
#[must_use]
pub fn json(summaries: &[ChangeSummary], feeds: &[(String, FeedChange)]) -> String {
    let feed = |(key, change): &(String, FeedChange)| json!({"feed": key, "words": of_feed(change)});
    let all: Vec<Json> = summaries.iter().map(object).chain(feeds.iter().map(feed)).collect();
    lines_of(&Json::Array(all))
}

/// How many changes are told to readers.
pub(super) const MAX_NEWS: usize = 100;

/// The version of the layout of `changes.json`, by semantic versioning.
pub(crate) const VERSION: &str = "1.0.0";

/// The last changes that an audience is told of, as data: `changes.json`. Entries are named by where they stand and by their UIDs, as in
/// `programme.json`.
#[must_use]
pub fn file(revised: &RevisedListing<'_>) -> String {
    let language = Language::ENGLISH;
    let news = news(revised, MAX_NEWS, |title| Localizer::new(UiLanguage::English, &language, &[], title));
    let object = |news: &News<'_>| {
        let mut object = last_change(&summarize_one(&news.change));
        let (entry, uid) = match news.item {
            Item::Visit(_) => (None, None),
            Item::Entry(_, entry) => (Some(entry.id.to_string()), Some(revised.uid(entry))),
            Item::Withdrawn(withdrawn) => {
                let is_redacted = matches!(news.change.subject, Subject::Event(_));
                let id = (!is_redacted).then(|| withdrawn.address.entry.to_string());
                (id, Some(revised.uid(&withdrawn.listed())))
            }
        };
        let visit = match news.item {
            Item::Visit(visit) | Item::Entry(visit, _) => Some(visit.id.to_string()),
            Item::Withdrawn(withdrawn) => entry.as_ref().map(|_| withdrawn.address.visit.to_string()),
        };
        object["visit"] = visit.into();
        object["entry"] = entry.into();
        object["uid"] = uid.map(|uid| uid.to_string()).into();
        object
    };
    lines_of(&news.iter().map(object).collect())
}

/// The last change of each visit and entry: a line each, with when it was and for whom.
#[must_use]
pub fn last_changes_text(summaries: &[ChangeSummary]) -> String {
    let line = |summary: &ChangeSummary| {
        let said = lines(&summary.clauses).join("; ");
        let whom = heading(&summary.audiences).to_lowercase();
        format!("{}  {}: {said} ({whom})\n", rfc3339(summary.modified), summary.title)
    };
    summaries.iter().map(line).collect()
}

/// The same for a comment.
#[must_use]
pub fn last_changes_markdown(summaries: &[ChangeSummary]) -> String {
    let line = |summary: &ChangeSummary| {
        let said = escaped(&lines(&summary.clauses).join("; "));
        let (at, whom) = (rfc3339(summary.modified), heading(&summary.audiences).to_lowercase());
        format!("- {at}: **{}** (`{}`): {said} ({whom})\n", escaped(&summary.title), summary.subject)
    };
    summaries.iter().map(line).collect()
}

/// The last change of each visit and entry as data, with its revision: an array with an object for each.
#[must_use]
pub fn last_changes_json(summaries: &[ChangeSummary]) -> String {
    lines_of(&summaries.iter().map(last_change).collect())
}

fn last_change(summary: &ChangeSummary) -> Json {
    let mut change = object(summary);
    change["sequence"] = summary.sequence.into();
    change["modified"] = rfc3339(summary.modified).into();
    change
}

fn lines_of(value: &Json) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("what has strings for keys can be written");
    text.push('\n');
    text
}
