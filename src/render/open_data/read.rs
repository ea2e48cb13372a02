//! Reading `programme.json` again: what a tree showed, so that two of them can be compared.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::programme::{Audience, Identity};
use crate::revision::{State, States, Subject, digest};

/// What a tree shows: of each visit by its id, of each entry by its UID.
pub(crate) struct ShownTree {
    /// Who sees it.
    pub(crate) audience: Audience,
    shown: BTreeMap<String, Shown>,
    /// The UIDs of what was taken out, and is told of still.
    #[cfg(feature = "notify")]
    withdrawn: Vec<String>,
}

/// A visit or an entry, where it stands in the list of its visit, and what is kept of it.
struct Shown {
    subject: Subject,
    order: u32,
    kept: Map<String, Value>,
}

/// Reads a tree's `programme.json`; `None` of what is none.
#[must_use]
pub(crate) fn read(bytes: &[u8]) -> Option<ShownTree> {
    let programme: Value = serde_json::from_slice(bytes).ok()?;
    let audience = Audience::parse(programme["audience"].as_str()?)?;
    let mut shown = BTreeMap::new();
    for visit in programme["visits"].as_array()? {
        let id = visit["visit"].as_str()?;
        let dates = &visit["dates"];
        let year = |key: &str| dates[key].as_str().and_then(|day| day.get(..4)?.parse::<i32>().ok());
        let year = year("from").filter(|first| Some(*first) == year("to")).unwrap_or(0);
        shown.insert(id.to_owned(), Shown { subject: Subject::parse(id)?, order: 0, kept: of_visit(visit, year) });
        let host = visit["host"].as_object().map(|_| visit["host"].to_string()).unwrap_or_default();
        let of_visit_digest = digest(format!("{}{}{host}", visit["title"], visit["disputed"]).as_bytes()).to_string();
        for (order, entry) in (1..).zip(visit["entries"].as_array()?) {
            let identity = Identity::parse(&format!("{id}/{}", entry["entry"].as_str()?))?;
            let identity = identity.with_uid(entry["uid"].as_str());
            let mut kept = of_entry(entry, year);
            kept.insert("visit".to_owned(), of_visit_digest.as_str().into());
            let subject = Subject::Entry(identity);
            shown.insert(entry["uid"].as_str()?.to_owned(), Shown { subject, order, kept });
        }
    }
    Some(ShownTree {
        audience,
        shown,
        #[cfg(feature = "notify")]
        withdrawn: still_told(&programme),
    })
}

/// The UIDs of what was taken out, and is told of still.
#[cfg(feature = "notify")]
fn still_told(programme: &Value) -> Vec<String> {
    let withdrawn = programme["withdrawn"].as_array().into_iter().flatten();
    let withdrawn = withdrawn.filter(|entry| entry["absence"] == crate::listing::Absence::Withdrawn.word());
    withdrawn.filter_map(|entry| entry["uid"].as_str().map(str::to_owned)).collect()
}

/// What the second of two trees tells of still that it does not show any more.
#[cfg(feature = "notify")]
#[must_use]
pub(crate) fn withdrawn(before: &ShownTree, after: &ShownTree) -> std::collections::BTreeSet<(Audience, Subject)> {
    let told = after.withdrawn.iter().filter_map(|uid| Some((after.audience, before.shown.get(uid)?.subject.clone())));
    told.collect()
}

/// The states of two trees of one audience. An entry that has another address in the second is told by that which it had.
#[must_use]
pub(crate) fn states(before: ShownTree, after: ShownTree) -> [States; 2] {
    let mut states = [States::new(), States::new()];
    let known: BTreeMap<String, Subject> =
        before.shown.iter().map(|(uid, shown)| (uid.clone(), shown.subject.clone())).collect();
    for (states, tree) in states.iter_mut().zip([before, after]) {
        for (uid, Shown { subject, order, mut kept }) in tree.shown {
            let named = known.get(&uid).cloned().unwrap_or_else(|| subject.clone());
            if named != subject {
                kept.insert("at".to_owned(), subject.to_string().into());
            }
            let seen = Value::Object(kept).to_string().into();
            states.insert((tree.audience, named), State { order, seen });
        }
    }
    states
}

/// What is kept of a visit, as the lock file keeps it.
fn of_visit(visit: &Value, year: i32) -> Map<String, Value> {
    let mut kept = Map::new();
    put(&mut kept, "principal", principals(visit));
    for key in ["title", "counterpart", "host", "where", "reason"] {
        put(&mut kept, key, text(&visit[key]));
    }
    for key in ["kind", "zone", "status", "dates"] {
        put(&mut kept, key, visit[key].clone());
    }
    let mut values = Map::new();
    let press = &visit["press"];
    if !press.is_null() {
        kept.insert("press".to_owned(), digested(press));
        let centre = &press["centre"];
        if !centre["place"].is_null() {
            values.insert("press.centre".to_owned(), json!({"place": place(&centre["place"])}));
        }
        put(&mut values, "press.centre.hours", text(&centre["hours"]));
        put(&mut values, "press.contact", text(&press["contact"]));
        steps(&mut values, "press", press);
    }
    disputed(&mut kept, &mut values, &visit["disputed"]);
    kept.insert("names".to_owned(), json!({"year": year, "values": values}));
    kept
}

fn of_entry(entry: &Value, year: i32) -> Map<String, Value> {
    let (mut kept, mut values) = (Map::new(), Map::new());
    put(&mut kept, "principal", principals(entry));
    for key in ["title", "reason"] {
        put(&mut kept, key, text(&entry[key]));
    }
    for key in ["kind", "status"] {
        put(&mut kept, key, entry[key].clone());
    }
    put(&mut kept, "access", access(entry));
    put(&mut kept, "place", place(&entry["place"]));
    put(&mut kept, "part_of", text(&entry["part_of"]["title"]));
    let with = entry["with"].as_array().filter(|with| !with.is_empty());
    let person = |(place, who): (usize, &Value)| match &entry["roles"][place] {
        Value::Null => text(who),
        role => json!([text(who), text(role)]),
    };
    put(&mut kept, "with", with.map_or(Value::Null, |with| with.iter().enumerate().map(person).collect()));
    let planned = &entry["when"];
    if planned["form"] == "journey" {
        for end in ["depart", "arrive"] {
            let mut time = when(&planned[end]);
            put(&mut time, "place", place(&planned[end]["place"]));
            kept.insert(end.to_owned(), Value::Object(time));
            happened(&mut values, &format!("{end}.actual"), &planned[end]["actual"]);
        }
    } else {
        kept.insert("when".to_owned(), Value::Object(when(planned)));
    }
    if let Some(stops) = entry["via"].as_array().filter(|stops| !stops.is_empty()) {
        kept.insert("via".to_owned(), stops.iter().map(stop).collect());
    }
    happened(&mut values, "actual", &entry["actual"]);
    let actual = [&planned["depart"]["actual"], &planned["arrive"]["actual"], &entry["actual"]];
    if actual.iter().any(|actual| !actual.is_null()) {
        kept.insert("actual".to_owned(), digested(&json!(actual)));
    }
    for (key, value) in
        [("note", text(&entry["note"])), ("link", entry["link"].clone()), ("stream", entry["stream"].clone())]
    {
        if !value.is_null() {
            kept.insert(key.to_owned(), digested(&value));
            values.insert(key.to_owned(), value);
        }
    }
    for (key, times, texts) in [
        ("press", &["gather", "call_time"][..], &["meet_at", "filing_centre", "contact", "note"][..]),
        ("staff", &[], &["note", "contact"]),
    ] {
        let block = &entry[key];
        if block.is_null() {
            continue;
        }
        kept.insert(key.to_owned(), digested(block));
        for part in times {
            put(&mut values, &format!("{key}.{part}"), clock(&block[*part]));
        }
        for part in texts {
            put(&mut values, &format!("{key}.{part}"), text(&block[*part]));
        }
        steps(&mut values, key, block);
    }
    disputed(&mut kept, &mut values, &entry["disputed"]);
    let (mut cited, mut names) = (Map::new(), Map::new());
    for source in entry["sources"].as_array().into_iter().flatten() {
        // The author's keys are told to nobody: who published what stands for them.
        let key = format!("{}{}", source["publisher"], source["title"]);
        cited.insert(key.clone(), digested(source));
        names.insert(key, named(source));
    }
    if !cited.is_empty() {
        kept.insert("sources".to_owned(), Value::Object(cited));
    }
    let mut all = json!({"year": year, "sources": names, "values": values});
    if let Some(until) = entry["embargo"].as_str() {
        all["marks"] = json!([until]);
    }
    kept.insert("names".to_owned(), all);
    kept
}

/// How far the press may come: a word, or a list of parts.
fn access(entry: &Value) -> Value {
    let part = |part: &Value| json!([text(&part["part"]), part["access"]]);
    match entry["access_parts"].as_array().map(Vec::as_slice) {
        None | Some([]) => entry["access"].clone(),
        Some([only]) if only["part"].is_null() => only["access"].clone(),
        Some(parts) => parts.iter().map(part).collect(),
    }
}

/// The steps, the pool and the accreditation of a block.
fn steps(values: &mut Map<String, Value>, key: &str, block: &Value) {
    let many = |list: &Value| match list.as_array().map(Vec::as_slice) {
        None | Some([]) => Value::Null,
        Some([one]) => text(one),
        Some(several) => several.iter().map(text).collect(),
    };
    let step = |step: &Value| {
        let mut kept = Map::new();
        put(&mut kept, "do", step["do"].clone());
        kept.insert("when".to_owned(), Value::Object(when(&step["when"])));
        put(&mut kept, "place", place(&step["place"]));
        put(&mut kept, "who", many(&step["who"]));
        for key in ["title", "note"] {
            put(&mut kept, key, text(&step[key]));
        }
        Value::Object(kept)
    };
    if let Some(all) = block["steps"].as_array() {
        values.insert(format!("{key}.steps"), all.iter().map(step).collect());
    }
    if let Some(pool) = block["pool"].as_array() {
        values.insert(format!("{key}.pool"), pool.iter().map(text).collect());
    }
    let accreditation = &block["accreditation"];
    if !accreditation["deadline"].is_null() {
        values.insert(format!("{key}.accreditation.deadline"), Value::Object(when(&accreditation["deadline"])));
    }
    put(values, &format!("{key}.accreditation.link"), accreditation["link"].clone());
    for part in ["contact", "note"] {
        put(values, &format!("{key}.accreditation.{part}"), text(&accreditation[part]));
    }
}

fn stop(stop: &Value) -> Value {
    let mut kept = Map::new();
    put(&mut kept, "place", place(&stop["place"]));
    for end in ["arrive", "depart"] {
        put(&mut kept, end, if stop[end].is_null() { Value::Null } else { Value::Object(when(&stop[end])) });
    }
    Value::Object(kept)
}

/// Whose a visit or an entry is: a text, or a list of several. An earlier version told one alone.
fn principals(of: &Value) -> Value {
    match of["principals"].as_array().filter(|all| all.len() > 1) {
        Some(several) => several.iter().map(text).collect(),
        None => text(&of["principal"]),
    }
}

/// A time as the lock file keeps it.
fn when(when: &Value) -> Map<String, Value> {
    let mut kept = Map::new();
    put(&mut kept, "zone", when["zone"].clone());
    match when["form"].as_str() {
        Some("clock") => {
            for key in ["start", "end"] {
                put(&mut kept, key, moment(&when[key]));
            }
            // What an earlier version wrote has both.
            match (when["about"] == true, when["about_end"].as_bool()) {
                (true, Some(true) | None) => drop(kept.insert("about".to_owned(), true.into())),
                (true, Some(false)) => drop(kept.insert("about".to_owned(), "start".into())),
                (false, Some(true)) => drop(kept.insert("about".to_owned(), "end".into())),
                (false, _) => {}
            }
            if when["tbc"] == true {
                kept.insert("tbc".to_owned(), true.into());
            }
        }
        Some("days") => {
            put(&mut kept, "from", when["first_day"].clone());
            put(&mut kept, "to", when["last_day"].clone());
        }
        Some(_) => {
            put(&mut kept, "date", when["first_day"].clone());
            put(&mut kept, "part", when["part"].clone());
            let time = |clock: &Value| {
                clock["local"].as_str().and_then(|local| local.get(11..16)).map(|time| format!("{time}:00"))
            };
            for key in ["not_before", "not_after"] {
                put(&mut kept, key, time(&when[key]).map_or(Value::Null, Value::from));
            }
            if let Some(between) = when["between"].as_array() {
                kept.insert("between".to_owned(), between.iter().filter_map(time).collect());
            }
        }
        None => {}
    }
    let also = when["also_after"].as_array().filter(|also| !also.is_empty());
    let after = match also {
        Some(also) => std::iter::once(&when["after"]).chain(also).map(text).collect(),
        None => text(&when["after"]),
    };
    put(&mut kept, "after", after);
    put(&mut kept, "before", text(&when["before"]));
    kept
}

/// A clock time with its offset: what its clock shows, less the instant.
fn moment(clock: &Value) -> Value {
    let read = || {
        let local = chrono::NaiveDateTime::parse_from_str(clock["local"].as_str()?, "%Y-%m-%dT%H:%M").ok()?;
        let instant = chrono::DateTime::parse_from_rfc3339(clock["instant"].as_str()?).ok()?;
        let offset = chrono::FixedOffset::east_opt(i32::try_from((local - instant.naive_utc()).num_seconds()).ok()?)?;
        Some(local.and_local_timezone(offset).single()?.to_rfc3339())
    };
    read().map_or(Value::Null, Value::from)
}

/// A clock time by itself.
fn clock(clock: &Value) -> Value {
    if clock.is_null() { Value::Null } else { json!({"zone": clock["zone"], "start": moment(clock)}) }
}

fn happened(values: &mut Map<String, Value>, key: &str, actual: &Value) {
    if actual.is_null() {
        return;
    }
    if !actual["when"].is_null() {
        values.insert(key.to_owned(), Value::Object(when(&actual["when"])));
    }
    let mut end = clock(&actual["end"]);
    if actual["end_about"] == true && !end.is_null() {
        end["about"] = true.into();
    }
    put(values, &format!("{key}.end"), end);
    put(values, &format!("{key}.says"), text(&actual["says"]));
    let sources = actual["sources"].as_array().filter(|sources| !sources.is_empty());
    put(values, &format!("{key}.sources"), sources.map_or(Value::Null, |sources| sources.iter().map(named).collect()));
}

fn disputed(kept: &mut Map<String, Value>, values: &mut Map<String, Value>, disputed: &Value) {
    let Some(all) = disputed.as_array().filter(|all| !all.is_empty()) else { return };
    kept.insert("disputed".to_owned(), digested(&all.iter().cloned().collect()));
    let dispute = |dispute: &Value| json!({"field": dispute["field"], "says": text(&dispute["says"]), "source": named(&dispute["source"])});
    values.insert("disputed".to_owned(), all.iter().map(dispute).collect());
}

fn named(source: &Value) -> Value {
    let mut named = Map::new();
    for key in ["publisher", "title"] {
        put(&mut named, key, text(&source[key]));
    }
    Value::Object(named)
}

fn place(place: &Value) -> Value {
    if place.is_null() {
        return Value::Null;
    }
    let mut kept = Map::new();
    for key in ["venue", "site", "city"] {
        put(&mut kept, key, text(&place[key]));
    }
    put(&mut kept, "country", place["country"].clone());
    if let Some([latitude, longitude]) = place["geo"].as_array().map(Vec::as_slice) {
        kept.insert("geo".to_owned(), format!("{latitude},{longitude}").into());
    }
    Value::Object(kept)
}

/// A text, which is one string where it serves all languages.
fn text(text: &Value) -> Value {
    text.get("und").unwrap_or(text).clone()
}

fn digested(value: &Value) -> Value {
    digest(value.to_string().as_bytes()).to_string().into()
}

fn put(kept: &mut Map<String, Value>, key: &str, value: Value) {
    if !value.is_null() {
        kept.insert(key.to_owned(), value);
    }
}
