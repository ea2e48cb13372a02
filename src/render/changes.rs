//! What changed, for whom, in words: for a terminal, for a pull request, and as data.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::localizer::Localizer;
use crate::listing::ListedWhen;
use crate::locale::Label;
use crate::programme::{Audience, Language, Text, UiLanguage, When};
use crate::revision::{Change, Kind, Snapshot, differing};

/// A change as it is told: to these audiences, of an entry with this title.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeSummary {
    /// Who sees it.
    pub audiences: Vec<Audience>,
    /// Of what: `visit/entry`, or a UID.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What became of it.
    pub kind: Kind,
    /// SEQUENCE from now on, for the widest of the audiences.
    pub sequence: u32,
    /// What there is to say, each a clause.
    pub clauses: Vec<Clause>,
}

/// One thing that is said of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The key of what changed.
    pub field: &'static str,
    /// What changed, in words.
    pub words: String,
    /// What it is now.
    pub now: Option<String>,
    /// What it was.
    pub was: Option<String>,
}

impl ChangeSummary {
    /// Whether the same is said of the same entry.
    fn is_like(&self, other: &ChangeSummary) -> bool {
        (&self.name, &self.title, self.kind, &self.clauses) == (&other.name, &other.title, other.kind, &other.clauses)
    }
}

impl Clause {
    fn new(field: &'static str, words: impl Into<String>, now: Option<String>, was: Option<String>) -> Self {
        Self { field, words: words.into(), now, was }
    }

    /// `time announced: 25 Aug 12:15–12:45 EDT (was: 25 Aug, time to be announced)`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text = self.words.clone();
        if let Some(now) = &self.now {
            let _ = write!(text, ": {now}");
        }
        if let Some(was) = &self.was {
            let _ = write!(text, " (was: {was})");
        }
        text
    }
}

/// Puts changes into words, those that several audiences see alike together; in the order of the names.
#[must_use]
pub fn summarize(changes: &[Change]) -> Vec<ChangeSummary> {
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by(|a, b| (&a.name, a.audience).cmp(&(&b.name, b.audience)));
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
    let (before, after) = (change.before(), change.after());
    let seen = after.as_ref().filter(|seen| seen.title().is_some()).or(before.as_ref());
    let title = seen.and_then(Snapshot::title);
    let language = Language::ENGLISH;
    let fallback = Text::plain("");
    let localizer = Localizer::new(UiLanguage::English, &language, &[], title.as_ref().unwrap_or(&fallback));
    ChangeSummary {
        audiences: vec![change.audience],
        name: change.name.clone(),
        title: title.as_ref().map_or_else(|| change.name.clone(), |title| plain(&localizer, title)),
        kind: change.kind,
        sequence: change.sequence,
        clauses: clauses(&localizer, change.kind, before.as_ref(), after.as_ref()),
    }
}

/// What there is to say of a change of an entry.
pub(super) fn clauses(
    localizer: &Localizer<'_>,
    kind: Kind,
    before: Option<&Snapshot>,
    after: Option<&Snapshot>,
) -> Vec<Clause> {
    let moments: Vec<_> = [before, after].into_iter().flatten().flat_map(Snapshot::moments).collect();
    let localizer = &localizer.for_moments(&moments);
    match (kind, before, after) {
        (Kind::Revised, Some(before), Some(after)) => {
            let fields = differing(before, after);
            // Where an entry is found is worth a word only where nothing else changed.
            if fields == ["at"] {
                return vec![Clause::new("at", "address changed", None, None)];
            }
            let clauses: Vec<_> =
                fields.into_iter().flat_map(|field| clause(localizer, field, before, after)).collect();
            // What it was may have been taken back.
            if clauses.is_empty() { vec![Clause::new("entry", "revised", None, None)] } else { clauses }
        }
        (Kind::Announced | Kind::Revised, _, Some(after)) => {
            vec![Clause::new("entry", "announced", when(localizer, after), None)]
        }
        (Kind::Reinstated, _, Some(after)) => vec![Clause::new("entry", "reinstated", when(localizer, after), None)],
        (Kind::Restricted, ..) => vec![Clause::new("entry", "no longer shown here", None, None)],
        (Kind::Withdrawn, before, _) => {
            let was = before.and_then(|before| when(localizer, before));
            vec![Clause::new("entry", "withdrawn", None, was)]
        }
        (Kind::Announced, _, None) => vec![Clause::new("entry", "announced", None, None)],
        (Kind::Reinstated | Kind::Revised, ..) => vec![Clause::new("entry", "revised", None, None)],
    }
}

fn clause(localizer: &Localizer<'_>, field: &'static str, before: &Snapshot, after: &Snapshot) -> Vec<Clause> {
    let text = |seen: &Snapshot| seen.text(field).map(|text| plain(localizer, &text));
    if before.is_withheld(field) && field != "at" {
        return told_anew(localizer, field, before, after);
    }
    match field {
        "when" | "depart" | "arrive" => times(localizer, field, before, after),
        "title" => {
            let quoted = |seen: &Snapshot| seen.title().map(|title| format!("“{}”", plain(localizer, &title)));
            vec![Clause::new(field, "title changed", quoted(after), quoted(before))]
        }
        "status" => {
            let status =
                |seen: &Snapshot| seen.status().map(|status| localizer.locale.status(status.kind).to_lowercase());
            vec![Clause::new(field, "status", status(after), status(before))]
        }
        "at" => Vec::new(),
        "reason" => changed(field, "reason", text(after), text(before)),
        "principal" => changed(field, "whose it is", text(after), text(before)),
        "place" => {
            if before.when("depart").is_some() != after.when("depart").is_some() {
                // It is told as that of the departure.
                return Vec::new();
            }
            let place = |seen: &Snapshot| seen.place().and_then(|place| localizer.place(&place));
            changed(field, "place", place(after), place(before))
        }
        "kind" | "access" => {
            let word = |seen: &Snapshot| seen.value(field).and_then(Value::as_str).map(str::to_owned);
            changed(field, if field == "kind" { "kind" } else { "press access" }, word(after), word(before))
        }
        "with" => {
            let people = |seen: &Snapshot| {
                let people: Vec<_> = seen.with().iter().map(|person| plain(localizer, person).into()).collect();
                (!people.is_empty()).then(|| localizer.locale.list(&people))
            };
            changed(field, "taking part", people(after), people(before))
        }
        "sources" => sources(localizer, before, after),
        _ => vec![Clause::new(field, digested(field, before, after), None, None)],
    }
}

/// A field that came, changed or went, with what it is and was.
fn changed(field: &'static str, name: &str, now: Option<String>, was: Option<String>) -> Vec<Clause> {
    let words = match (&now, &was) {
        (Some(_), None) => format!("{name} announced"),
        (None, Some(_)) => format!("{name} no longer given"),
        _ => format!("{name} changed"),
    };
    vec![Clause::new(field, words, now, was)]
}

/// How a field is called where no more is said than that it changed.
fn name_of(field: &str) -> &str {
    match field {
        "when" => "time",
        "depart" => "departure",
        "arrive" => "arrival",
        "with" => "taking part",
        "access" => "press access",
        "principal" => "whose it is",
        "press" => "details for the press",
        "staff" => "details for staff",
        "actual" => "what happened",
        "disputed" => "what other sources say",
        "visit" => "details of the visit",
        "description" => "the description",
        other => other,
    }
}

/// A field of which no more is known than that it changed.
fn digested(field: &str, before: &Snapshot, after: &Snapshot) -> String {
    if field == "disputed" && before.value(field).is_none() {
        return "another source says otherwise".to_owned();
    }
    let name = name_of(field);
    let what = match (before.value(field), after.value(field)) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    format!("{name} {what}")
}

fn sources(localizer: &Localizer<'_>, before: &Snapshot, after: &Snapshot) -> Vec<Clause> {
    let (old, new) = (before.sources(), after.sources());
    let only = |these: &[Source<'_>], others: &[Source<'_>]| -> Vec<Option<String>> {
        let these = these.iter().filter(|(key, _)| !others.iter().any(|(other, _)| other == key));
        these.map(|(_, names)| publication(localizer, names.as_ref()?)).collect()
    };
    let (mut added, mut removed) = (only(&new, &old), only(&old, &new));
    // One that only has another key, which is the author's own, neither came nor went.
    added.retain(|name| match removed.iter().position(|other| name.is_some() && other == name) {
        Some(at) => removed.remove(at).is_none(),
        None => true,
    });
    let mut clauses = Vec::new();
    for (words, mut sources) in [("source added", added), ("source removed", removed)] {
        if !sources.is_empty() {
            sources.dedup();
            // Of what an earlier version kept, no names are known.
            let names: Option<Vec<Cow<'_, str>>> = sources.into_iter().map(|name| name.map(Cow::Owned)).collect();
            clauses.push(Clause::new("sources", words, names.map(|names| localizer.locale.list(&names)), None));
        }
    }
    if clauses.is_empty() {
        clauses.push(Clause::new("sources", "details of a source changed", None, None));
    }
    clauses
}

fn publication(localizer: &Localizer<'_>, [publisher, title]: &[Option<Text>; 2]) -> Option<String> {
    let title = title.as_ref().map(|title| plain(localizer, title));
    Some(localizer.locale.publication(&plain(localizer, publisher.as_ref()?), title.as_deref(), None, None))
}

/// A source's key, and its publisher and title.
type Source<'s> = (&'s str, Option<[Option<Text>; 2]>);

/// What is said of a field whose old value is no longer told: its new one, if there is one to read.
fn told_anew(localizer: &Localizer<'_>, field: &'static str, before: &Snapshot, after: &Snapshot) -> Vec<Clause> {
    let mut clauses = clause(localizer, field, &before.without(field), after);
    if clauses.is_empty() {
        let now = after.when(field).map(|when| in_words(localizer, &when));
        clauses.push(Clause::new(field, "", now, None));
    }
    let name = name_of(field);
    clauses.truncate(1);
    clauses.into_iter().map(|clause| Clause { words: format!("{name} changed"), was: None, ..clause }).collect()
}

/// What is said of a time, or of an end of a journey, that is another now.
fn times(localizer: &Localizer<'_>, field: &'static str, before: &Snapshot, after: &Snapshot) -> Vec<Clause> {
    let (old, new) = (time_of(before, field, after), time_of(after, field, before));
    if field == "when" && (old.is_none() || new.is_none()) {
        // It became a journey, or is one no more; the departure says so.
        return Vec::new();
    }
    let name = match field {
        "depart" => "departure",
        "arrive" => "arrival",
        _ => "time",
    };
    let said = |when: &Option<When<Text>>| when.as_ref().map(|when| in_words(localizer, when));
    let mut clauses = Vec::new();
    if old != new {
        let is_clock = |when: &Option<When<Text>>| matches!(when, Some(When::Clock(_)));
        let words = match (is_clock(&old), is_clock(&new)) {
            (false, true) => format!("{name}{} announced", if field == "when" { "" } else { " time" }),
            (true, false) if new.is_some() => format!("{name} no longer announced"),
            _ if old.is_none() => format!("{name} announced"),
            _ if new.is_none() => format!("{name} no longer given"),
            _ => format!("{name} changed"),
        };
        let zones = [&new, &old].map(|when| when.as_ref().map(|when| when.as_ref().zone().name().to_owned()));
        let (now, was) = (said(&new), said(&old));
        let [zone, old_zone] = zones;
        if now == was && zone != old_zone {
            let of = if field == "when" { String::new() } else { format!(" of the {name}") };
            clauses.push(Clause::new(field, format!("time zone{of} changed"), zone, old_zone));
        } else {
            clauses.push(Clause::new(field, words, now, was));
        }
    }
    let (from, to) = (place_of(localizer, before, field, after), place_of(localizer, after, field, before));
    if from != to {
        clauses.extend(changed(field, &format!("place of {name}"), to, from));
    }
    if clauses.is_empty() && before.value(field).is_some() && after.value(field).is_some() {
        // Nothing that words tell: another offset of the same instant, say.
        clauses.push(Clause::new(field, format!("{name} changed"), said(&new), said(&old)));
    }
    clauses
}

/// A time by its key. Where another state of the entry is a journey and this one is not, its time is that of the
/// departure; the other way about, the departure's is its time.
fn time_of(seen: &Snapshot, field: &str, other: &Snapshot) -> Option<When<Text>> {
    let departs = field == "depart" && other.when(field).is_some();
    seen.when(field).or_else(|| seen.when("when").filter(|_| departs))
}

/// The place of an end of a journey, likewise.
fn place_of(localizer: &Localizer<'_>, seen: &Snapshot, field: &str, other: &Snapshot) -> Option<String> {
    let departs = field == "depart" && other.when(field).is_some();
    let place = seen.end_place(field).or_else(|| seen.place().filter(|_| departs));
    place.and_then(|place| localizer.place(&place))
}

/// When an entry is, in a few words.
fn when(localizer: &Localizer<'_>, seen: &Snapshot) -> Option<String> {
    if let Some(when) = seen.when("when") {
        return Some(in_words(localizer, &when));
    }
    let (depart, arrive) = (seen.when("depart")?, seen.when("arrive")?);
    let end = |label, when| localizer.labelled(label, &in_words(localizer, when));
    Some(format!("{}; {}", end(Label::Departs, &depart), end(Label::Arrives, &arrive)))
}

fn in_words(localizer: &Localizer<'_>, when: &When<Text>) -> String {
    let listed = when.as_ref();
    let mut text = localizer.when(&listed);
    if let ListedWhen::Clock(clock) = listed
        && clock.end.is_none()
    {
        let _ = write!(text, ", {}", localizer.locale.open_end_mark());
    }
    text
}

fn plain(localizer: &Localizer<'_>, text: &Text) -> String {
    text.localized(localizer.language, localizer.title).text.to_owned()
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
            for clause in &summary.clauses {
                let _ = writeln!(text, "  {}: {}", summary.title, clause.sentence());
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
            let _ = writeln!(text, "- **{}** (`{}`): {}", escaped(&summary.title), summary.name, sentences.join("; "));
        }
    }
    if text.is_empty() { "Nothing that anybody sees changes.\n".to_owned() } else { text }
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

/// As data: an array with an object for each change.
#[must_use]
pub fn json(summaries: &[ChangeSummary]) -> String {
    let change = |summary: &ChangeSummary| {
        let audiences: Vec<_> = summary.audiences.iter().map(|audience| audience.word()).collect();
        let clause = |clause: &Clause| json!({"field": clause.field, "words": clause.sentence(), "now": clause.now, "was": clause.was});
        json!({
            "entry": summary.name,
            "title": summary.title,
            "audiences": audiences,
            "kind": summary.kind.word(),
            "changes": summary.clauses.iter().map(clause).collect::<Vec<_>>(),
        })
    };
    let mut text = serde_json::to_string_pretty(&summaries.iter().map(change).collect::<Vec<_>>()).unwrap_or_default();
    text.push('\n');
    text
}
