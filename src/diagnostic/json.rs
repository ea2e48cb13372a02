//! Diagnostics as one JSON array, for programs.
//!
//! Lines and columns count from 1, columns in characters; the end is the position after the last
//! character. How many were not kept of one code is an object like the others, at the place of
//! the last that was. What certainly corrects a diagnostic is its `fix`: all of the edits, or none.

use std::io;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{Edit, Fix, Related, Report, ReportItem};
use crate::source::Source;

/// Writes a report as a JSON array of objects, in the report's order, with a line break at the end.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let records: Vec<_> = report.items().map(DiagnosticJson).collect();
    serde_json::to_writer_pretty(&mut *out, &records)?;
    out.write_all(b"\n")
}

struct DiagnosticJson<'a>(ReportItem<'a>);

impl Serialize for DiagnosticJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let diagnostic = self.0.diagnostic();
        let (message, help, related, fix) = match self.0 {
            ReportItem::Diagnostic(one) => {
                (one.message.clone(), one.help.as_deref(), one.related.as_slice(), one.fix.as_deref())
            }
            ReportItem::Suppressed(suppressed) => (suppressed.to_string(), None, [].as_slice(), None),
        };
        let (start, end) = (diagnostic.place.start(), diagnostic.place.end());
        let mut object = serializer.serialize_struct("Diagnostic", 11)?;
        object.serialize_field("code", diagnostic.code.0)?;
        object.serialize_field("severity", &diagnostic.severity.to_string())?;
        object.serialize_field("message", &message)?;
        object.serialize_field("file", diagnostic.place.source.path())?;
        object.serialize_field("line", &start.line)?;
        object.serialize_field("column", &start.column)?;
        object.serialize_field("end_line", &end.line)?;
        object.serialize_field("end_column", &end.column)?;
        object.serialize_field("help", &help)?;
        object.serialize_field("related", &related.iter().map(RelatedJson).collect::<Vec<_>>())?;
        object.serialize_field("fix", &fix.map(|fix| FixJson(fix, &diagnostic.place.source)))?;
        object.end()
    }
}

struct FixJson<'a>(&'a Fix, &'a Source);

impl Serialize for FixJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Fix", 2)?;
        object.serialize_field("message", &self.0.message)?;
        object.serialize_field("edits", &self.0.edits.iter().map(|edit| EditJson(edit, self.1)).collect::<Vec<_>>())?;
        object.end()
    }
}

struct EditJson<'a>(&'a Edit, &'a Source);

impl Serialize for EditJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (start, end) = (self.1.position(self.0.span.start), self.1.position(self.0.span.end));
        let mut object = serializer.serialize_struct("Edit", 5)?;
        object.serialize_field("line", &start.line)?;
        object.serialize_field("column", &start.column)?;
        object.serialize_field("end_line", &end.line)?;
        object.serialize_field("end_column", &end.column)?;
        object.serialize_field("text", &self.0.text)?;
        object.end()
    }
}

struct RelatedJson<'a>(&'a Related);

impl Serialize for RelatedJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let start = self.0.place.start();
        let mut object = serializer.serialize_struct("Related", 4)?;
        object.serialize_field("file", self.0.place.source.path())?;
        object.serialize_field("line", &start.line)?;
        object.serialize_field("column", &start.column)?;
        object.serialize_field("message", &self.0.message)?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic, Place};
    use crate::source::{Source, Span};
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn rendered(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut out).expect("a Vec takes everything");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn a_flood_ends_in_an_object_and_nothing_is_an_empty_array() {
        assert_eq!(rendered(&Report::default()), "[]\n");
        let source = Arc::new(Source::unreadable("v.yaml"));
        let one = Diagnostic::error(Code("x"), Place::new(&source, Span::at(0)), "Bad.").with_help("Mend it.");
        let mut report = Report::default();
        report.extend(std::iter::repeat_n(one, 25));
        let all: Vec<Value> = serde_json::from_str(&rendered(&report)).expect("JSON");
        assert_eq!((all.len(), &all[0]["help"]), (21, &json!("Mend it.")));
        assert!(all.iter().all(|one| one["fix"].is_null()));
        assert_eq!(all[20]["message"], "… and 5 more like this (x) in v.yaml.");
    }
}
