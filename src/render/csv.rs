//! `programme.csv`: the programme for spreadsheets (RFC 4180, in UTF-8 with a byte order mark).
//!
//! A row an entry, and one more for each end of a journey. It is made of what `programme.json` says, so that both agree.

use serde_json::Value;

/// The version of the columns; new ones come last, and raise the second number.
pub(crate) const VERSION: &str = "1.1.0";

/// The columns, each by where it is found in an entry. A text stands in the language that `title` asks for.
const COLUMNS: &[(&str, &str)] = &[
    ("visit", "/visit"),
    ("entry", "/entry"),
    ("uid", "/uid"),
    ("sequence", "/sequence"),
    ("created", "/created"),
    ("modified", "/modified"),
    ("kind", "/kind"),
    ("title", "/title"),
    ("title_en", "/title/en"),
    ("title_ko", "/title/ko"),
    ("title_ja", "/title/ja"),
    ("status", "/status"),
    ("reason", "/reason"),
    ("absence", "/absence"),
    ("access", "/access"),
    ("form", "/when/form"),
    ("first_day", "/when/first_day"),
    ("last_day", "/when/last_day"),
    ("zone", "/when/zone"),
    ("start_local", "/when/start/local"),
    ("start_instant", "/when/start/instant"),
    ("end_local", "/when/end/local"),
    ("end_instant", "/when/end/instant"),
    ("about", "/when/about"),
    ("part", "/when/part"),
    ("between_from", "/when/between/0/local"),
    ("between_to", "/when/between/1/local"),
    ("after", "/when/after"),
    ("venue", "/place/venue"),
    ("site", "/place/site"),
    ("city", "/place/city"),
    ("country", "/place/country"),
    ("latitude", "/place/geo/0"),
    ("longitude", "/place/geo/1"),
    ("actual_start_local", "/actual/when/start/local"),
    ("actual_start_instant", "/actual/when/start/instant"),
    ("actual_end_local", "/actual/when/end/local"),
    ("actual_end_instant", "/actual/when/end/instant"),
    ("principal", "/principal"),
    ("link", "/link"),
    ("stream", "/stream"),
    ("url", "/url"),
];

/// Those that came later, which stand behind the rest.
const LATER_COLUMNS: &[(&str, &str)] = &[
    ("part_of", "/part_of/entry"),
    ("before", "/when/before"),
    ("about_end", "/when/about_end"),
    ("tbc", "/when/tbc"),
    ("not_before", "/when/not_before/local"),
    ("not_after", "/when/not_after/local"),
    ("principals", "/principals"),
];

/// The programme as a table.
pub(crate) fn programme(programme: &Value) -> String {
    let mut table = String::from("\u{feff}row");
    for (column, _) in COLUMNS {
        table.push(',');
        table.push_str(column);
    }
    table.push_str(",late_minutes,early_minutes,sources");
    for (column, _) in LATER_COLUMNS {
        table.extend([",", column]);
    }
    table.push_str("\r\n");
    let entries = list(programme, "visits").iter().flat_map(|visit| list(visit, "entries"));
    for entry in entries.chain(list(programme, "withdrawn")) {
        row(&mut table, "entry", entry);
        for stop in list(entry, "via") {
            for (end, name) in [("arrive", "via-arrive"), ("depart", "via-depart")] {
                let mut of_stop = entry.clone();
                of_stop["place"] = stop["place"].clone();
                of_stop["actual"] = Value::Null;
                of_stop["when"] = stop[end].clone();
                row(&mut table, name, &of_stop);
            }
        }
        for end in ["depart", "arrive"] {
            if let Some(when) = entry["when"].get(end) {
                let mut of_end = entry.clone();
                of_end["place"] = when["place"].clone();
                of_end["actual"] = when["actual"].clone();
                of_end["when"] = when.clone();
                row(&mut table, end, &of_end);
            }
        }
    }
    table
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn row(table: &mut String, name: &str, entry: &Value) {
    table.push_str(name);
    for (_, path) in COLUMNS {
        table.push(',');
        table.push_str(&cell(&text(entry.pointer(path), &entry["title"])));
    }
    // A number with a minus would be a formula to some.
    let delay = entry.pointer("/actual/delay_minutes").and_then(Value::as_i64);
    for minutes in [delay.filter(|delay| *delay >= 0), delay.filter(|delay| *delay < 0)] {
        table.push(',');
        table.push_str(&minutes.map(|minutes| minutes.unsigned_abs().to_string()).unwrap_or_default());
    }
    let sources = entry["sources"].as_array().into_iter().flatten();
    let sources: Vec<String> = sources.map(|source| text(source.get("publisher"), &entry["title"])).collect();
    table.push(',');
    table.push_str(&cell(&sources.join("; ")));
    for (_, path) in LATER_COLUMNS {
        table.push(',');
        table.push_str(&cell(&text(entry.pointer(path), &entry["title"])));
    }
    table.push_str("\r\n");
}

/// A value as a cell has it; of a text, the first of the languages of the title that it is in, else any.
fn text(value: Option<&Value>, title: &Value) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(texts)) => {
            let languages = title.as_object().into_iter().flat_map(|title| title.keys());
            let text = languages.filter_map(|language| texts.get(language)).chain(texts.values()).next();
            text.and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        Some(Value::Array(several)) => several.iter().map(|one| text(Some(one), title)).collect::<Vec<_>>().join("; "),
        Some(other) => other.to_string(),
    }
}

/// A text that no spreadsheet takes for a formula, in quotes where it needs them.
fn cell(text: &str) -> String {
    // Some take the wide forms of these for the same.
    let is_formula = text.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let inert = if is_formula { format!("'{text}") } else { text.to_owned() };
    if inert.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", inert.replace('"', "\"\"")) } else { inert }
}
