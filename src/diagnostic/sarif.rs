//! Diagnostics as a SARIF 2.1.0 log (OASIS, errata 01), for code scanning and editors.
//!
//! Columns count characters (§3.14.17). In messages braces are doubled (§3.11.5), and nothing becomes a link (§3.11.6).
//! Paths are relative to the folder that the program ran in, percent-encoded. The end of a flood is no result, so it is
//! a notification of the run. Not written: the texts of the files themselves, and code flows.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::explain::{Explanation, explain};
use super::{Code, Diagnostic, Place, Report, ReportItem, Severity, codes, visible};
use crate::source::{Source, Span};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What paths are relative to, by the name that code scanning knows.
const ROOT: &str = "%SRCROOT%";

/// Writes a report as a log of one run, with a line break at the end.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut seen = HashMap::new();
    let (mut results, mut notifications) = (Vec::new(), Vec::new());
    for item in report.items() {
        match item {
            ReportItem::Diagnostic(diagnostic) => results.push(result(diagnostic, &mut seen)),
            ReportItem::Suppressed(suppressed) => notifications.push(json!({
                "level": "note",
                "message": message(&suppressed.to_string()),
                "associatedRule": {"id": suppressed.last.code.0},
                "locations": [location(&suppressed.last.place)],
            })),
        }
    }
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": codes::ALL.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that the program ran in."}}},
            "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": notifications}],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

/// A kind of diagnostic.
fn rule(&(code, severity): &(Code, Severity)) -> Value {
    let Explanation { what, why, instead, .. } = explain(code);
    let help = format!("{what} {why} Instead: {instead}");
    json!({
        "id": code.0,
        "shortDescription": {"text": escaped(explain(code).summary())},
        "help": {"text": escaped(&help)},
        "defaultConfiguration": {"level": severity.to_string()},
    })
}

fn result(diagnostic: &Diagnostic, seen: &mut HashMap<String, u32>) -> Value {
    let mut words = visible(&diagnostic.message);
    for line in diagnostic.help.iter().flat_map(|help| help.lines()) {
        let _ = write!(words, "\n{}", visible(line));
    }
    let mut result = json!({
        "ruleId": diagnostic.code.0,
        "level": diagnostic.severity.to_string(),
        "message": {"text": escaped(&words)},
        "locations": [location(&diagnostic.place)],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint(diagnostic, seen)},
    });
    if let Some(index) = codes::ALL.iter().position(|(code, _)| *code == diagnostic.code) {
        result["ruleIndex"] = json!(index);
    }
    if !diagnostic.related.is_empty() {
        let related = diagnostic.related.iter().zip(1..).map(|(related, id)| {
            let mut location = location(&related.place);
            location["id"] = json!(id);
            location["message"] = message(&related.message);
            location
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &diagnostic.fix {
        let source = &diagnostic.place.source;
        let edits = fix
            .edits
            .iter()
            .map(|edit| json!({"deletedRegion": region(source, edit.span), "insertedContent": {"text": edit.text}}));
        result["fixes"] = json!([{
            "description": message(&fix.message),
            "artifactChanges": [{
                "artifactLocation": artifact(source.path()),
                "replacements": edits.collect::<Vec<_>>(),
            }],
        }]);
    }
    result
}

/// What tells a finding from others, wherever in its file it has moved to: the code, the path and the words of its
/// line; equal ones are numbered.
fn fingerprint(diagnostic: &Diagnostic, seen: &mut HashMap<String, u32>) -> String {
    let source = &diagnostic.place.source;
    let line = source.line(diagnostic.place.start().line).trim();
    let mut hash = Sha256::new();
    for part in [diagnostic.code.0, source.path(), line] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let first = hash.finalize().iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let hash = format!("{first:016x}");
    let number = seen.entry(hash.clone()).and_modify(|number| *number += 1).or_insert(1);
    format!("{hash}:{number}")
}

fn location(place: &Place) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": artifact(place.source.path()),
        "region": region(&place.source, place.span),
    }})
}

fn region(source: &Source, span: Span) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end.max(span.start)));
    json!({"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column})
}

/// A path as a URI: a relative one below the root, an absolute one with its scheme.
fn artifact(path: &str) -> Value {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes().get(2) == Some(&b'/');
    match path.strip_prefix('/') {
        Some(rest) => json!({"uri": format!("file:///{}", encoded(rest))}),
        None if drive => json!({"uri": format!("file:///{}:{}", &path[..1], encoded(&path[2..]))}),
        None => json!({"uri": encoded(path), "uriBaseId": ROOT}),
    }
}

/// Everything but the unreserved characters of RFC 3986 §2.3 and the slash as its bytes in hexadecimal.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for &byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn message(text: &str) -> Value {
    json!({"text": escaped(&visible(text))})
}

/// A text that is no template and has no link.
fn escaped(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}").replace("](", "\\](")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn run(diagnostics: impl IntoIterator<Item = Diagnostic>) -> Value {
        let mut report = Report::default();
        report.extend(diagnostics);
        let mut out = Vec::new();
        render(&report, &mut out).expect("a Vec takes everything");
        serde_json::from_slice::<Value>(&out).expect("JSON")["runs"][0].clone()
    }

    fn source(path: &str, text: &str) -> Arc<Source> {
        Arc::new(Source::new(path, text.into()).expect("readable"))
    }

    fn at(source: &Arc<Source>, start: usize, end: usize) -> Place {
        Place::new(source, Span { start, end })
    }

    #[test]
    fn fingerprints_stay_when_lines_move() {
        let prints = |path: &str, text: &str| -> Vec<String> {
            let file = source(path, text);
            let places = text.match_indices("bad").map(|(start, _)| at(&file, start, start + 3));
            let run = run(places.map(|place| Diagnostic::error(codes::UNKNOWN_KEY, place, "Bad.")));
            let results = run["results"].as_array().expect("results");
            let print = |result: &Value| result["partialFingerprints"]["primaryLocationLineHash"].to_string();
            results.iter().map(print).collect()
        };
        let first = prints("v.yaml", "bad: 1\nbad: 1\nbad: 2\n");
        assert_eq!(first, prints("v.yaml", "# New.\n\n  bad: 1\nbad: 1\n\nbad: 2\n"));
        assert!(first[0] != first[1] && first[0][..17] == first[1][..17] && first[1] != first[2], "{first:?}");
        assert_ne!(first, prints("w.yaml", "bad: 1\nbad: 1\nbad: 2\n"));
    }

    #[test]
    fn a_flood_ends_in_a_notification() {
        let file = source("v.yaml", "x");
        let one = Diagnostic::warning(codes::NO_STATUS, at(&file, 0, 1), "Bad.");
        let run = run(std::iter::repeat_n(one, 25));
        assert_eq!(run["results"].as_array().map(Vec::len), Some(20));
        let notifications = &run["invocations"][0]["toolExecutionNotifications"];
        assert_eq!(notifications[0]["message"]["text"], "… and 5 more like this (no-status) in v.yaml.");
        assert_eq!(notifications.as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn paths_are_uris() {
        assert_eq!(artifact("/a b/v:1.yaml"), json!({"uri": "file:///a%20b/v%3A1.yaml"}));
        assert_eq!(artifact("C:/a/v.yaml"), json!({"uri": "file:///C:/a/v.yaml"}));
        assert_eq!(artifact("v:1#?.yaml")["uri"], "v%3A1%23%3F.yaml");
        assert_eq!(artifact("../x\n.yaml")["uri"], "../x%0A.yaml");
    }
}
