//! Changes of a file by the keys that lead to a value, which leave every byte outside of that value as it is.
//!
//! A value is put where the old one stands, in its quotes if it had some; a new key goes into its map in the map's own
//! layout, behind the key that precedes it in the order of the format. Afterwards the file is read again, and a change
//! that changed anything else of what it says is refused.

use std::sync::Arc;

use super::form::{Field, Form};
use super::shape::Shape;
use super::spelling::scalar;
use super::tree::{self, Node, Value};
use super::visit::{Entry, Visit};
use super::{File, shortened};
use crate::diagnostic::Report;
use crate::source::{Source, Span};

/// What is to be changed of a visit's file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'t> {
    /// The entry, or the visit itself.
    pub(crate) entry: Option<&'t str>,
}

/// A value by its path of keys: `when.start=2025-08-25 12:15`. Without a value, the key is taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    path: Vec<String>,
    /// As YAML that may stand in brackets.
    value: String,
    /// The text that it is, if it is no list or map.
    text: Option<String>,
}

impl Assignment {
    /// From `KEY=VALUE`. A value in brackets that is YAML is a list or a map, any other is a text.
    pub(crate) fn parse(written: &str) -> Result<Self, String> {
        let (path, value) = written.split_once('=').ok_or("write KEY=VALUE, such as status=confirmed")?;
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        let is_key = |key: &String| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
        if !path.iter().all(is_key) {
            return Err("write keys with points between them, such as when.start=…".to_owned());
        }
        let is_collection = value.starts_with(['{', '[']) && !value.contains(['\n', '\r']) && {
            let source =
                Source::new("", format!("x: {value}\n").into_bytes()).map(|source| File::new(Arc::new(source)));
            source.is_ok_and(|file| match root(&file).map(|root| root.value) {
                Some(Value::Map(pairs)) => matches!(pairs.as_slice(), [(_, value)] if !is_scalar(value)),
                _ => false,
            })
        };
        let text = (!is_collection).then(|| value.to_owned());
        let value = if is_collection { value.to_owned() } else { scalar(value).into_owned() };
        Ok(Assignment { path, value, text })
    }

    /// The keys, with points between them.
    pub(crate) fn key(&self) -> String {
        self.path.join(".")
    }

    fn removes(&self) -> bool {
        self.text.as_ref().is_some_and(String::is_empty)
    }
}

/// A file's text with some values changed, one after the other.
pub(crate) fn set(file: &File, target: Target<'_>, assignments: &[Assignment]) -> Result<String, String> {
    let mut text = file.source().text().to_owned();
    for assignment in assignments {
        let now = read(file.path(), &text)?;
        let changed = set_one(&now, target, assignment)?;
        let path: Vec<&str> = assignment.path.iter().map(String::as_str).collect();
        if others(&now, target, &path) != others(&read(file.path(), &changed)?, target, &path) {
            return Err(format!("“{}” cannot be changed without changing more here; edit the file", assignment.key()));
        }
        text = changed;
    }
    Ok(text)
}

/// A file's text with another entry at the end of its programme.
pub(crate) fn add_entry(file: &File, id: &str, assignments: &[Assignment]) -> Result<String, String> {
    let text = file.source().text();
    let root = root(file).ok_or_else(|| unreadable(file))?;
    let entries = pairs(&root).and_then(|pairs| value_of(pairs, "entries"));
    let Some(Value::List(items)) = entries.map(|entries| &entries.value) else {
        return Err(format!("{} has no list of entries to add to", file.path()));
    };
    let (Some(entries), Some(last)) = (entries, items.last()) else {
        return Err(format!("the list of entries in {} is empty; write the first by hand", file.path()));
    };
    let pairs = written_pairs(&fields(Entry::form()), id, assignments)?;
    let flow = || format!("{{{}}}", joined(&pairs));
    let end = end_of(file, last);
    if text[span(file, entries).start..].starts_with('[') {
        return Ok(inserted(text, end, &format!(", {}", flow())));
    }
    let start = span(file, last).start;
    let before = &text[line_start(text, start)..start];
    let Some(dash) = before.rfind('-').filter(|dash| before[..*dash].chars().all(|c| c == ' ')) else {
        return Err(format!("the last entry in {} does not stand on a line of its own; edit the file", file.path()));
    };
    let (indent, rest) = before.split_at(dash);
    let eol = line_break(text);
    let item = if text[start..].starts_with('{') {
        flow()
    } else {
        let inner = format!("{eol}{indent}{}", " ".repeat(rest.len()));
        pairs.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(&inner)
    };
    // Entries that stand apart stay so.
    let apart = items.len().checked_sub(2).is_some_and(|before| {
        let between = &text[line_end(text, end_of(file, &items[before]))..line_start(text, start)];
        between.contains(&eol.repeat(2))
    });
    let gap = if apart { eol } else { "" };
    Ok(inserted(text, line_end(text, end), &format!("{gap}{eol}{indent}{rest}{item}")))
}

/// The text of a new visit with these values, and with a first entry that says nothing yet.
pub(crate) fn new_visit(id: &str, assignments: &[Assignment], first_entry: &str) -> Result<String, String> {
    let pairs = written_pairs(&fields(Visit::form()), id, assignments)?;
    let lines = pairs.iter().map(|(key, value)| format!("{key}: {value}\n"));
    Ok(lines.collect::<String>() + first_entry)
}

/// The keys that a form requires, but for `entries`, that no assignment gives.
pub(crate) fn missing(is_visit: bool, assignments: &[Assignment]) -> Vec<&'static str> {
    let fields = if is_visit { fields(Visit::form()) } else { fields(Entry::form()) };
    let required =
        fields.into_iter().filter(|field| field.required && !["visit", "id", "entries"].contains(&field.key));
    let is_missing = |key: &&str| assignments.iter().all(|given| given.path[0] != **key);
    let mut missing: Vec<&str> = required.map(|field| field.key).filter(is_missing).collect();
    // One or several: which key that is, the author says.
    if is_visit && is_missing(&"principal") && is_missing(&"principals") {
        let place = missing.iter().position(|key| *key == "zone").unwrap_or(missing.len());
        missing.insert(place, "principal");
    }
    missing
}

fn read(path: &str, text: &str) -> Result<File, String> {
    let source =
        Source::new(path, text.to_owned().into_bytes()).map_err(|unreadable| format!("{path}: {unreadable}"))?;
    Ok(File::new(Arc::new(source)))
}

fn root(file: &File) -> Option<Node<'_>> {
    tree::parse(file, &mut Report::default())
}

fn unreadable(file: &File) -> String {
    format!("{} cannot be read; “summitcal check” says why", file.path())
}

fn set_one(file: &File, target: Target<'_>, assignment: &Assignment) -> Result<String, String> {
    let text = file.source().text();
    let root = root(file).ok_or_else(|| unreadable(file))?;
    let order = if target.entry.is_some() { fields(Entry::form()) } else { fields(Visit::form()) };
    let mut order: Vec<&str> = order.iter().map(|field| field.key).collect();
    let mut map = match target.entry {
        None => &root,
        Some(id) => entry(&root, id).ok_or_else(|| format!("there is no entry “{}”", shortened(id)))?,
    };
    let path: Vec<&str> = assignment.path.iter().map(String::as_str).collect();
    for (depth, key) in path.iter().enumerate() {
        let Some(pairs) = pairs(map) else {
            let (above, key) = (path[..depth].join("."), path[..depth].join("."));
            return Err(format!("“{above}” has no keys here; give all of it, as in {key}='{{…}}'"));
        };
        let Some(at) = pairs.iter().position(|(own, _)| is_key(own, key)) else {
            if assignment.removes() {
                return Ok(text.to_owned());
            }
            let value = nested(&path[depth + 1..], &assignment.value);
            return Ok(insert(file, map, &order, key, &value));
        };
        let (_, value) = &pairs[at];
        if depth + 1 == path.len() {
            return if assignment.removes() { remove(file, map, at) } else { replace(file, &pairs[at], assignment) };
        }
        (map, order) = (value, Vec::new());
    }
    Err("there is no key".to_owned())
}

/// Puts a value in place of another.
fn replace(file: &File, (key, value): &(Node<'_>, Node<'_>), assignment: &Assignment) -> Result<String, String> {
    let text = file.source().text();
    let (old, end) = (span(file, value), end_of(file, value));
    let written = &text[old.start..end];
    let colon = span(file, key).end + text[span(file, key).end..].find(':').unwrap_or(0) + 1;
    // What is written as a block begins on the next line.
    if text[colon..old.start].contains(['\n', '\r']) {
        if text[colon..old.start].contains('#') {
            return Err(format!("“{}” has a comment of its own; edit the file", assignment.key()));
        }
        return Ok(replaced(text, Span { start: colon, end }, &format!(" {}", assignment.value)));
    }
    let new = match (&assignment.text, written.chars().next()) {
        (Some(new), Some('"')) => serde_json::Value::from(new.as_str()).to_string(),
        (Some(new), Some('\'')) if !new.contains(char::is_control) => format!("'{}'", new.replace('\'', "''")),
        _ => assignment.value.clone(),
    };
    Ok(replaced(text, Span { start: old.start, end }, &new))
}

/// Puts another key into a map.
fn insert(file: &File, map: &Node<'_>, order: &[&str], key: &str, value: &str) -> String {
    let text = file.source().text();
    let start = span(file, map).start;
    let pairs = pairs(map).unwrap_or_default();
    let rank = |key: &str| order.iter().position(|known| *known == key);
    let before = pairs.iter().filter(|(own, _)| matches!(&own.value, Value::Text(own) if rank(own) < rank(key)));
    let Some((_, behind)) = before.max_by_key(|(own, _)| own.id).or(pairs.last()) else {
        return inserted(text, start + 1, &format!("{key}: {value}"));
    };
    let end = end_of(file, behind);
    if text[start..].starts_with('{') {
        return inserted(text, end, &format!(", {key}: {value}"));
    }
    let first = span(file, &pairs[0].0).start;
    let indent = " ".repeat(text[line_start(text, first)..first].chars().count());
    inserted(text, line_end(text, end), &format!("{}{indent}{key}: {value}", line_break(text)))
}

/// Takes a key out of a map: what stands between it and its neighbour in brackets, else its lines.
fn remove(file: &File, map: &Node<'_>, at: usize) -> Result<String, String> {
    let text = file.source().text();
    let pairs = pairs(map).unwrap_or_default();
    let (start, end) = (span(file, &pairs[at].0).start, end_of(file, &pairs[at].1));
    if text[span(file, map).start..].starts_with('{') {
        let span = match (at.checked_sub(1).map(|before| &pairs[before]), pairs.get(at + 1)) {
            (Some((_, before)), _) => Span { start: end_of(file, before), end },
            (None, Some((next, _))) => Span { start, end: span(file, next).start },
            (None, None) => Span { start, end },
        };
        return Ok(replaced(text, span, ""));
    }
    let line = line_start(text, start);
    if text[line..start].chars().any(|c| c != ' ') {
        return Err("the first key of an entry stays with its dash; edit the file".to_owned());
    }
    let after = line_end(text, end);
    let rest = &text[after..];
    let eol = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
    Ok(replaced(text, Span { start: line, end: after + eol }, ""))
}

/// Keys and values of a new map, in the order of the format.
fn written_pairs(order: &[Field], id: &str, assignments: &[Assignment]) -> Result<Vec<(String, String)>, String> {
    let mut maps: Vec<(String, Vec<&Assignment>)> = Vec::new();
    for assignment in assignments.iter().filter(|assignment| !assignment.removes()) {
        match maps.iter_mut().find(|(key, _)| *key == assignment.path[0]) {
            Some((_, given)) => given.push(assignment),
            None => maps.push((assignment.path[0].clone(), vec![assignment])),
        }
    }
    let first = order.first().map_or("id", |field| field.key);
    let mut pairs = vec![(first.to_owned(), id.to_owned())];
    for (key, given) in &maps {
        pairs.push((key.clone(), tree_of(given, 1)?));
    }
    let rank = |key: &str| order.iter().position(|field| field.key == key).unwrap_or(usize::MAX);
    pairs.sort_by_key(|(key, _)| rank(key));
    match pairs.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(twice) => Err(format!("“{}” is given twice", twice[0].0)),
        None => Ok(pairs),
    }
}

/// The value that some assignments make below their first keys.
fn tree_of(given: &[&Assignment], depth: usize) -> Result<String, String> {
    if let [one] = given
        && one.path.len() == depth
    {
        return Ok(one.value.clone());
    }
    let mut pairs: Vec<(String, String)> = Vec::new();
    for assignment in given {
        let twice = || format!("“{}” is given twice", assignment.key());
        let key = assignment.path.get(depth).ok_or_else(twice)?;
        if pairs.iter().all(|(own, _)| own != key) {
            let same: Vec<_> = given.iter().copied().filter(|other| other.path.get(depth) == Some(key)).collect();
            pairs.push((key.clone(), tree_of(&same, depth + 1)?));
        }
    }
    Ok(format!("{{{}}}", joined(&pairs)))
}

fn joined(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(", ")
}

fn nested(path: &[&str], value: &str) -> String {
    path.iter().rev().fold(value.to_owned(), |value, key| format!("{{{key}: {value}}}"))
}

fn fields(form: Form) -> Vec<Field> {
    match form {
        Form::Map(map) => map.fields,
        _ => Vec::new(),
    }
}

fn pairs<'n, 'a>(node: &'n Node<'a>) -> Option<&'n [(Node<'a>, Node<'a>)]> {
    match &node.value {
        Value::Map(pairs) => Some(pairs),
        _ => None,
    }
}

fn is_key(node: &Node<'_>, key: &str) -> bool {
    matches!(&node.value, Value::Text(own) if own == key)
}

fn value_of<'n, 'a>(pairs: &'n [(Node<'a>, Node<'a>)], key: &str) -> Option<&'n Node<'a>> {
    pairs.iter().find(|(own, _)| is_key(own, key)).map(|(_, value)| value)
}

fn entry<'n, 'a>(root: &'n Node<'a>, id: &str) -> Option<&'n Node<'a>> {
    let Value::List(items) = &value_of(pairs(root)?, "entries")?.value else { return None };
    items.iter().find(|item| pairs(item).and_then(|pairs| value_of(pairs, "id")).is_some_and(|own| is_key(own, id)))
}

fn is_scalar(node: &Node<'_>) -> bool {
    !matches!(node.value, Value::List(_) | Value::Map(_))
}

/// Where a node stands; a map or list that is written as a block begins with its first key or item.
fn span(file: &File, node: &Node<'_>) -> Span {
    file.events().spans.get(node.id.0 as usize).copied().unwrap_or_default()
}

/// The end of a node's last character.
fn end_of(file: &File, node: &Node<'_>) -> usize {
    let (text, own) = (file.source().text(), span(file, node));
    let last = match &node.value {
        Value::Map(pairs) => pairs.last().map(|(_, value)| value),
        Value::List(items) => items.last(),
        _ => None,
    };
    if is_scalar(node) || !text[own.start..].starts_with(['{', '[']) {
        return last.map_or(own.end, |last| end_of(file, last));
    }
    // The parser's own end of a map or list in brackets may be that of the line.
    let mut end = last.map_or(own.start + 1, |last| end_of(file, last));
    while let Some(c) = text[end..].chars().next() {
        end = if c == '#' { line_end(text, end) } else { end + c.len_utf8() };
        if matches!(c, '}' | ']') {
            break;
        }
    }
    end
}

/// What a file says but for the value at a path.
fn others(file: &File, target: Target<'_>, path: &[&str]) -> Option<String> {
    let root = root(file)?;
    let map = match target.entry {
        None => &root,
        Some(id) => entry(&root, id)?,
    };
    let mut out = String::new();
    outline(file, &root, Some((map.id.0, path)), &mut out);
    Some(out)
}

fn outline(file: &File, node: &Node<'_>, left_out: Option<(u32, &[&str])>, out: &mut String) {
    match &node.value {
        Value::Map(pairs) => {
            out.push('{');
            for (key, value) in pairs {
                let here = left_out
                    .filter(|(map, path)| *map == node.id.0 && path.first().is_some_and(|first| is_key(key, first)));
                let below = match here {
                    Some((_, [_])) => continue,
                    // A map that was not there is none of what stays, so it is passed over while it is empty.
                    Some((_, path)) => Some((value.id.0, &path[1..])),
                    None => left_out,
                };
                let from = out.len();
                outline(file, key, None, out);
                out.push(':');
                let inner = out.len();
                outline(file, value, below, out);
                if here.is_some() && &out[inner..] == "{}" {
                    out.truncate(from);
                } else {
                    out.push(',');
                }
            }
            out.push('}');
        }
        Value::List(items) => {
            out.push('[');
            for item in items {
                outline(file, item, left_out, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Text(text) => out.push_str(&serde_json::Value::from(text.as_ref()).to_string()),
        Value::Null => out.push('~'),
        Value::Bool(_) | Value::Number => out.push_str(file.raw(node.id)),
    }
}

fn replaced(text: &str, span: Span, new: &str) -> String {
    [&text[..span.start], new, &text[span.end..]].concat()
}

fn inserted(text: &str, at: usize, new: &str) -> String {
    replaced(text, Span::at(at), new)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |before| before + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |length| at + length)
}

/// How a file's lines end.
fn line_break(text: &str) -> &'static str {
    match text.find(['\n', '\r']).map(|at| &text[at..]) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}
