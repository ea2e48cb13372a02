//! What a scalar has to look like, as JSON Schema.
//!
//! Patterns are of the part of ECMA-262 that every validator knows. An editor may read `title: 2025` or `id: true` as a
//! number or as true, where the program takes what is written; so what can look like one may be one.

use serde_json::{Value, json};

use crate::check::{EMBARGO_ENDS, FOLDS, STEP_KINDS, SWITCHES};
use crate::diagnostic::codes;
use crate::document::Grammar;
use crate::programme::{
    Access, Audience, Cancelled, ChannelKind, EntryKind, PartOfDay, StatusKind, StepKind, StepsShown, UiLanguage,
    VisitKind,
};
use crate::zone::{Database, Zone};

/// What may be in no text: control characters, invisible line breaks, and what turns the direction of writing.
const FORBIDDEN: &str = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069";

const ID: &str = "[a-z0-9-]{1,64}";
const DATE: &str = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const TIME: &str = "([01][0-9]|2[0-3]):[0-5][0-9]";
const INSTANT: &str =
    "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})";
const VARIABLE: &str = "[A-Z][A-Z0-9_]*";
const SUBTAGS: &str = "(-[A-Za-z0-9]{1,8})*";

/// The schema of a scalar.
pub(super) fn schema(grammar: Grammar, database: Database) -> Value {
    match grammar {
        Grammar::Unsaid => json!({"type": ["string", "number", "boolean"]}),
        Grammar::Line => lenient(
            &format!(r"[ \n]*[^ {FORBIDDEN}][^{FORBIDDEN}]*[ \n]*"),
            "A text on one line, without control characters.",
        ),
        Grammar::Lines => {
            // A line feed is the one control character that a note may have.
            let inner = FORBIDDEN.replace(r"\u0000-\u001f", r"\u0000-\u0009\u000b-\u001f");
            lenient(&format!(r"[ \n]*[^ {FORBIDDEN}][^{inner}]*"), "A text, without control characters.")
        }
        Grammar::Id => lenient(ID, "1 to 64 characters out of a–z, 0–9 and “-”."),
        Grammar::EntryName => lenient(&format!("{ID}(/{ID})?"), "An entry's id, or visit/entry of another visit."),
        Grammar::Identity => pattern(&format!("{ID}/{ID}"), "visit/entry, as it was published."),
        Grammar::VisitKind => words(VisitKind::ALL.iter().map(|word| word.word())),
        Grammar::EntryKind => words(EntryKind::ALL.iter().map(|word| word.word())),
        Grammar::Status => words(StatusKind::ALL.iter().map(|word| word.word())),
        Grammar::Access => words(Access::ALL.iter().map(|word| word.word())),
        Grammar::Audience => words(Audience::ALL.iter().map(|word| word.word())),
        Grammar::KnownTo => words([Audience::Press, Audience::Staff].map(Audience::word)),
        Grammar::EmbargoEnd => pattern(
            &format!("({}|{INSTANT})", EMBARGO_ENDS.map(|(word, _)| word).join("|")),
            "A day, a time and the offset from UTC; or the start or the end of an entry.",
        ),
        Grammar::StepKind => words(STEP_KINDS.iter().copied().map(StepKind::word)),
        Grammar::StepsShown => words(StepsShown::ALL.iter().map(|word| word.word())),
        Grammar::Part => words(PartOfDay::ALL.iter().map(|word| word.word())),
        Grammar::Fold => words(FOLDS.map(|(word, _)| word)),
        Grammar::Cancelled => words(Cancelled::ALL.iter().map(|word| word.word())),
        Grammar::ChannelKind => words(ChannelKind::ALL.iter().map(|word| word.word())),
        Grammar::Switch => words(SWITCHES.map(|(word, _)| word)),
        Grammar::Warning => json!({"not": {"enum": errors()}, "description": "The code of a warning."}),
        // Which fields can be disputed depends on whose they are.
        Grammar::Field => json!({"type": "string"}),
        Grammar::Zone => words(database.zones().map(Zone::name)),
        Grammar::FeedZone => words(["host"]),
        Grammar::Date => pattern(DATE, "A day: 2025-08-25."),
        Grammar::Time => pattern(TIME, "A time on the 24-hour clock: 09:05."),
        // That the end alone may be 24:00 is beyond one pattern for both.
        Grammar::WindowTime => pattern(&format!("({TIME}|24:00)"), "A time on the 24-hour clock: 09:05."),
        Grammar::DateTime => pattern(&format!("{DATE} {TIME}"), "A day and a time: 2025-08-25 12:15."),
        Grammar::TimeOrDateTime => {
            pattern(&format!("({DATE} )?{TIME}"), "A time of the same day, or a day and a time: 2025-08-25 12:45.")
        }
        Grammar::Instant => pattern(INSTANT, "A day, a time and the offset from UTC: 2025-08-24T20:00-04:00."),
        Grammar::DateOrInstant => {
            pattern(&format!("({DATE}|{INSTANT})"), "A day, or a day, a time and the offset from UTC.")
        }
        Grammar::Length => pattern(
            "([0-9]+d([0-9]+h)?([0-9]+m)?|[0-9]+h([0-9]+m)?|[0-9]+m)",
            "Days, hours and minutes: 30m, 1h30m, 30d.",
        ),
        Grammar::ShortLength => pattern("[0-9]+[smh]", "Seconds or minutes, at most an hour: 30s, 2m."),
        Grammar::Variable => pattern(VARIABLE, "The name of an environment variable, in capitals."),
        Grammar::VariableOrUrl => pattern(
            &format!("({VARIABLE}|[Hh][Tt][Tt][Pp][Ss]?:[^ \\t\\r\\n?#]+)"),
            "The name of an environment variable, in capitals; or an address without secrets.",
        ),
        Grammar::VariableOrMailbox => pattern(
            &format!("({VARIABLE}|[^ \\t\\r\\n].*@.*)"),
            "The name of an environment variable, in capitals; or an address of mail.",
        ),
        Grammar::Url => {
            pattern("[Hh][Tt][Tt][Pp][Ss]?:[^ \\t\\r\\n]+", "An address that begins with https:// or http://.")
        }
        Grammar::BaseUrl => pattern(
            "[Hh][Tt][Tt][Pp][Ss]?:[/\\\\]*[^ \\t\\r\\n/\\\\@?#]+([/\\\\][^ \\t\\r\\n?#]*)?",
            "An address that begins with https:// or http://, without a user, a query or a fragment.",
        ),
        Grammar::Country => pattern("[A-Z]{2}", "Two letters of ISO 3166-1, such as US, JP or KR."),
        Grammar::Degrees => {
            let mut degrees = pattern("-?[0-9]{1,3}([.][0-9]+)?", "Degrees, with a minus south and west: -77.0374.");
            degrees["type"] = json!(["string", "number"]);
            (degrees["minimum"], degrees["maximum"]) = (json!(-180), json!(180));
            degrees
        }
        Grammar::Language => {
            lenient(&format!("[A-Za-z]{{1,8}}{SUBTAGS}"), "A BCP 47 language tag, such as en, ko, ja or zh-Hant.")
        }
        Grammar::FeedLanguage => {
            // In capitals too, as tags may be written.
            let either = |c: char| format!("[{}{}]", c.to_ascii_uppercase(), c);
            let tags =
                UiLanguage::ALL.iter().map(|ui_language| ui_language.word().chars().map(either).collect::<String>());
            let tags = tags.collect::<Vec<_>>().join("|");
            pattern(&format!("({tags}){SUBTAGS}"), "A language that feeds can be written in.")
        }
        Grammar::Uid => lenient("[!-~]{1,255}", "1 to 255 letters, digits and signs, without blanks."),
        Grammar::Uuid => lenient("(urn:uuid:|[{])?[0-9A-Fa-f-]{32,36}[}]?", "A UUID, as uuidgen makes one."),
    }
}

fn pattern(pattern: &str, about: &str) -> Value {
    json!({"type": "string", "pattern": format!("^{pattern}$"), "description": about})
}

fn lenient(text: &str, about: &str) -> Value {
    let mut schema = pattern(text, about);
    schema["type"] = json!(["string", "number", "boolean"]);
    schema
}

fn words(words: impl IntoIterator<Item = &'static str>) -> Value {
    json!({"enum": words.into_iter().collect::<Vec<_>>()})
}

/// What is always an error cannot be switched.
fn errors() -> Vec<&'static str> {
    codes::ALL.iter().filter(|(code, _)| !codes::is_switchable(*code)).map(|(code, _)| code.0).collect()
}
