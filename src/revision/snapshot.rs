//! What an audience sees of an entry, as the lock file keeps it: enough to tell a change, to say it in words, and to
//! write a cancellation when the entry is gone.
//!
//! It is JSON whose keys always stand in one order, so that equal entries are equal bytes. What a cancellation does not need and
//! a change is not told by (notes, links, what happened, …) is there as a digest. Zones are there by their names, so that a time
//! is read by a time zone database.

mod fields;
mod read;
mod write;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

pub(super) use write::{OfVisit, told, with_told, without_names, write, write_visit};

use self::read::{followed, text};
use crate::listing::{AudienceMark, ListedEntry, ListedVisit};
use crate::programme::{Audience, Identity, Text, When};
use crate::zone::{Database, Moment, rfc3339};

/// What is kept of an entry, read back.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot(Value);

impl Snapshot {
    /// What would be kept of an entry, but for what of its visit shows in it.
    #[must_use]
    pub fn of(visit: &ListedVisit<'_>, entry: &ListedEntry<'_>) -> Self {
        Snapshot::parse(&write(OfVisit::uncompared(visit), entry, &[])).expect("what is written is JSON")
    }

    /// What would be kept of a visit.
    #[must_use]
    pub fn of_visit(visit: &ListedVisit<'_>) -> Self {
        Snapshot::parse(&write_visit(visit)).expect("what is written is JSON")
    }

    /// Of which no more is known than what it is called.
    pub(super) fn titled(title: &Text) -> Self {
        let mut strings = title.strings();
        let title = match strings.next() {
            Some((None, plain)) => Value::from(plain),
            first => {
                let all = first.into_iter().chain(strings);
                all.filter_map(|(language, text)| Some((language?.tag().to_owned(), Value::from(text)))).collect()
            }
        };
        Snapshot(serde_json::json!({"title": title}))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        value.is_object().then_some(Snapshot(value))
    }

    /// Of what was otherwise: when all of it was taken back.
    pub(super) fn taken_back(&self) -> Option<DateTime<Utc>> {
        Some(DateTime::parse_from_rfc3339(self.word(TAKEN_BACK)?).ok()?.to_utc())
    }

    /// Of what was otherwise: whether nothing of it is left.
    pub(super) fn is_taken_back(&self) -> bool {
        self.keys().iter().all(|key| *key == TAKEN_BACK)
    }

    /// What of it another, which followed, has otherwise: the old values by key, `null` where there was none;
    /// with the addresses at which it was known before. Where its status changed with that of the visit, that is said, and not
    /// what its own was.
    pub(super) fn otherwise(&self, after: &Snapshot, with_visit: bool, addresses: &[Identity]) -> String {
        let mut was = serde_json::Map::new();
        let is_told = |key: &&str| !with_visit || !OF_STATUS.contains(key);
        if with_visit {
            was.insert(WITH_VISIT.to_owned(), Value::Bool(true));
        }
        for key in self
            .keys()
            .into_iter()
            .chain(after.keys())
            .filter(|key| self.0.get(*key) != after.0.get(*key))
            .filter(is_told)
        {
            let value = self.0.get(key).cloned().unwrap_or(Value::Null);
            was.insert(key.to_owned(), if is_withheld(&value) { Value::Bool(false) } else { value });
        }
        if !addresses.is_empty() {
            was.insert("addresses".to_owned(), addresses.iter().map(Identity::to_string).collect());
        }
        Value::Object(was).to_string()
    }

    /// Whom it was for, without embargoes that have lifted by an instant; not known of what an earlier version kept.
    pub(super) fn marks(&self, at: DateTime<Utc>) -> Option<Vec<&str>> {
        let has_lifted = |mark: &str| DateTime::parse_from_rfc3339(mark).is_ok_and(|lifts| lifts <= at);
        let marks = self.0.get("names")?.get("marks").and_then(Value::as_array).into_iter().flatten();
        Some(marks.filter_map(Value::as_str).filter(|mark| !has_lifted(mark)).collect())
    }

    /// Whom it is for, where the public does not see it, as far as that is kept.
    pub(super) fn audience_marks(&self, database: Database) -> Vec<AudienceMark> {
        let marks = self.0.get("names").and_then(|names| names.get("marks")).and_then(Value::as_array);
        let zone = || {
            let when = ["when", "depart"].into_iter().find_map(|key| self.when(key, database));
            when.map_or_else(|| database.find("Etc/UTC"), |when| Some(when.zone()))
        };
        let mark = |mark: &str| match Audience::parse(mark) {
            Some(Audience::Staff) => Some(AudienceMark::Staff),
            Some(Audience::Press) => Some(AudienceMark::Press),
            Some(Audience::Public) => None,
            // When it lifts, where that is known.
            None => Some(AudienceMark::Embargo(
                DateTime::parse_from_rfc3339(mark).ok().zip(zone()).map(|(lifts, zone)| zone.moment(lifts.to_utc())),
            )),
        };
        marks.into_iter().flatten().filter_map(|word| mark(word.as_str()?)).collect()
    }

    /// What this tells of other entries: those that its times name, and what it is a part of.
    pub(super) fn told_of(&self) -> ToldOf {
        let entries = self.0.get("names").and_then(|names| names.get("entries")).and_then(Value::as_array);
        let stops = self.0.get(VIA).and_then(Value::as_array).into_iter().flatten();
        let of_stops = stops.flat_map(|stop| [stop.get("arrive"), stop.get("depart")]).flatten();
        let times = TIMES.iter().filter_map(|key| self.0.get(*key)).chain(of_stops);
        let others = times.flat_map(|when| followed(when).into_iter().chain(when.get("before").and_then(text)));
        ToldOf {
            titles: others.chain(self.text(PART_OF)).collect(),
            entries: entries.map(|all| all.iter().filter_map(|name| Identity::parse(name.as_str()?)).collect()),
        }
    }

    /// Of what was otherwise: the same, saying of what may tell of other entries no more than that it was otherwise.
    pub(super) fn withholding_others(&self) -> String {
        let mut was = self.0.clone();
        for key in TELLING_OF_OTHERS {
            if let Some(value) = was.get_mut(*key).filter(|value| !value.is_null()) {
                *value = Value::Bool(false);
            }
        }
        was.to_string()
    }

    /// The same, with nothing but the day where a time tells of another entry, and without what it is a part of.
    pub(super) fn without_others(&self) -> String {
        let mut kept = self.0.clone();
        if let Some(whole) = kept.get_mut(PART_OF) {
            *whole = Value::Bool(false);
        }
        let tells = |when: Option<&Value>| {
            when.is_some_and(|when| ["after", "before"].iter().any(|key| when.get(key).is_some()))
        };
        if let Some(stops) = kept.get_mut(VIA) {
            let mut all = stops.as_array().into_iter().flatten();
            if all.any(|stop| tells(stop.get("arrive")) || tells(stop.get("depart"))) {
                *stops = Value::Bool(false);
            }
        }
        for key in TIMES {
            let Some(when) = kept.get_mut(*key).and_then(Value::as_object_mut) else { continue };
            let told = ["after", "before"].map(|key| when.remove(key).is_some());
            if told.contains(&true) {
                when.remove("part");
                when.insert(WITHHELD.to_owned(), Value::Bool(true));
            }
        }
        kept.to_string()
    }

    /// Whether nothing is known.
    pub(super) fn is_empty(&self) -> bool {
        self.keys().is_empty()
    }

    /// The keys of what it has.
    pub(super) fn keys(&self) -> Vec<&str> {
        self.0.as_object().into_iter().flat_map(|map| map.keys().map(String::as_str)).collect()
    }

    /// Whether there was something under a key that is no longer told.
    pub(super) fn is_withheld(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(is_withheld)
    }

    /// Where an entry of an identity was: the ids of its visit and its own. Only one that is elsewhere now says so.
    #[must_use]
    pub fn address(&self, identity: &Identity) -> Identity {
        self.word("at").and_then(Identity::parse).unwrap_or_else(|| identity.clone())
    }

    /// Of what was otherwise: where else the audience knew the entry to be, the latest last.
    #[must_use]
    pub fn addresses(&self) -> Vec<Identity> {
        let known = self.0.get("addresses").and_then(Value::as_array).into_iter().flatten();
        known.filter_map(|address| Identity::parse(address.as_str()?)).collect()
    }

    /// What it was before: this, with what was otherwise.
    #[must_use]
    pub fn before(&self, was: &Snapshot) -> Snapshot {
        let mut before = self.0.clone();
        if let (Some(before), Some(was)) = (before.as_object_mut(), was.0.as_object()) {
            for (key, value) in was {
                if value.is_null() {
                    before.remove(key);
                } else {
                    before.insert(key.clone(), value.clone());
                }
            }
        }
        Snapshot(before)
    }
}

/// The keys of texts that are kept as they are.
const TEXTS: &[&str] = &["title", "reason", "principal", "counterpart", "host", "where", PART_OF];

/// The keys of a status.
pub(super) const OF_STATUS: &[&str] = &["status", "reason"];

/// The key, of what was otherwise, that says that the status changed with that of the visit.
const WITH_VISIT: &str = "with_visit";

/// What an entry tells of others.
#[derive(Debug)]
pub(super) struct ToldOf {
    /// The titles that they name.
    pub(super) titles: Vec<Text>,
    /// The entries that they name or have their days from; not known of what an earlier version kept.
    pub(super) entries: Option<Vec<Identity>>,
}

/// The key, in what was otherwise, of when that was taken back.
const TAKEN_BACK: &str = "taken_back";

/// What is kept of what was otherwise when it is taken back.
pub(super) fn taken_back(at: DateTime<Utc>) -> String {
    json!({ TAKEN_BACK: rfc3339(at) }).to_string()
}

/// The keys of times.
const TIMES: &[&str] = &["when", "depart", "arrive"];

/// The key of what is done in a step.
const STEP: &str = "step";

/// The key of what an entry is a part of.
const PART_OF: &str = "part_of";

/// The keys of what may tell of other entries.
pub(super) const TELLING_OF_OTHERS: &[&str] = &["when", "depart", "arrive", VIA, PART_OF];

/// The key of the stops of a journey.
const VIA: &str = "via";

/// The key, in a time, that says that more was told of it than is kept.
const WITHHELD: &str = "withheld";

/// Whether a value stands for another that is no longer told.
fn is_withheld(value: &Value) -> bool {
    *value == Value::Bool(false) || value.get(WITHHELD).is_some()
}

/// What stays of an entry when its text has to go: when it was, in UTC, because a zone says where.
pub(super) fn redacted(snapshot: &Snapshot, database: Database) -> String {
    let [stay, depart, arrive] = ["when", "depart", "arrive"].map(|key| snapshot.when(key, database));
    let (begin, end) = (stay.as_ref().or(depart.as_ref()), stay.as_ref().or(arrive.as_ref()));
    let clocks = match (begin.map(When::clock), end.map(When::clock)) {
        (Some(Some(span)), _) if stay.is_some() => Some((span.start, span.end)),
        (Some(Some(leaves)), Some(Some(arrives))) => Some((leaves.start, Some(arrives.start))),
        _ => None,
    };
    let mut kept = serde_json::Map::new();
    let mut when = serde_json::Map::new();
    when.insert("zone".to_owned(), "Etc/UTC".into());
    if let Some((start, end)) = clocks {
        let utc = |moment: Moment| Value::from(format!("{:?}+00:00", moment.instant().naive_utc()));
        when.insert("start".to_owned(), utc(start));
        when.extend(end.map(|end| ("end".to_owned(), utc(end))));
    } else {
        let days = [begin, end].into_iter().flatten().filter_map(When::days);
        if let Some((first, last)) = days.reduce(|(first, last), (from, to)| (first.min(from), last.max(to))) {
            let keys = if first == last { ["date", "date"] } else { ["from", "to"] };
            when.extend(keys.into_iter().zip([first, last]).map(|(key, day)| (key.to_owned(), day.to_string().into())));
        }
    }
    kept.insert("when".to_owned(), Value::Object(when));
    kept.extend(snapshot.0.get("at").map(|at| ("at".to_owned(), at.clone())));
    Value::Object(kept).to_string()
}
