//! A feed of one's own, made when it is asked for: one of the listed feeds, with less of it, in another language or on another
//! clock. It is made as every feed is, and nothing of it is kept. Bounded: keys and values are known ones, in one order.

use std::fmt::Write as _;
use std::time::Duration;

use url::form_urlencoded;

use crate::check::parse_duration;
use crate::programme::{Access, Audience, EntryKind, Feed, FeedZone, Language, Only, Programme, UiLanguage};
use crate::publish::http::{MakesFeeds, OwnFeed};
use crate::revision::{Recorded, RevisedListing};
use crate::tree;

/// The keys, in the order in which they stand.
const KEYS: [&str; 6] = ["access", "alarms", "kind", "language", "visit", "zone"];
/// How long a query may be.
const MAX_QUERY: usize = 2_000;
/// How many alarms there may be, and how long before an entry.
const MAX_ALARMS: usize = 4;
const MAX_ALARM: Duration = Duration::from_secs(14 * 24 * 3600);

/// What feeds are made of.
#[derive(Debug)]
pub(crate) struct OwnFeeds {
    programme: Programme,
    recorded: Vec<Recorded>,
}

/// What somebody asks for: values by key, in the order of the keys, each once.
struct Asked {
    values: Vec<(&'static str, Vec<String>)>,
}

impl OwnFeeds {
    /// Of a programme and what was planned to publish of it.
    pub(crate) fn new(programme: Programme, recorded: Vec<Recorded>) -> Self {
        Self { programme, recorded }
    }
}

impl MakesFeeds for OwnFeeds {
    fn make(&self, audience: Audience, id: &str, query: &str) -> OwnFeed {
        let settings = self.programme.settings();
        let numbered = settings.feeds.iter().enumerate();
        let found = numbered.into_iter().find(|(_, feed)| feed.audience == audience && feed.id.as_str() == id);
        let recorded = self.recorded.iter().find(|recorded| recorded.audience() == audience);
        let (Some((position, feed)), Some(recorded)) = (found, recorded) else { return OwnFeed::Nothing };
        let asked = match Asked::parse(query) {
            Ok(asked) => asked,
            Err(why) => return OwnFeed::Unknown(why),
        };
        let revised = recorded.listing(&self.programme);
        let own = match asked.applied_to(feed, &revised, &self.programme) {
            Ok(own) => own,
            Err(why) => return OwnFeed::Unknown(why),
        };
        let canonical = asked.text();
        let decoded = percent_encoding::percent_decode_str(query).decode_utf8_lossy();
        if decoded != canonical || canonical.is_empty() {
            return OwnFeed::Elsewhere(canonical);
        }
        let base_url = settings.base_url.get(audience).as_deref();
        let address = base_url.map(|base| format!("{base}/feeds/{id}.ics?{canonical}"));
        OwnFeed::Made(tree::feed(&revised, settings, (position, &own), address.as_deref()))
    }
}

impl Asked {
    /// Reads a query; an error is what to answer.
    fn parse(query: &str) -> Result<Self, String> {
        if query.len() > MAX_QUERY {
            return Err(format!("This asks for more than {MAX_QUERY} characters can say.\n"));
        }
        let mut values: Vec<(&'static str, Vec<String>)> = KEYS.iter().map(|key| (*key, Vec::new())).collect();
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            let Some((_, known)) = values.iter_mut().find(|(key, _)| *key == name) else {
                return Err(format!("There is no “{}” to ask for. {}", shown(&name), keys()));
            };
            known.extend(text.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned));
        }
        for (_, values) in &mut values {
            values.sort_unstable();
            values.dedup();
        }
        values.retain(|(_, values)| !values.is_empty());
        Ok(Asked { values })
    }

    fn all(&self, key: &str) -> &[String] {
        self.values.iter().find(|(known, _)| *known == key).map_or(&[], |(_, values)| values)
    }

    /// The one value of a key, if it has one.
    fn one(&self, key: &str) -> Result<Option<&str>, String> {
        match self.all(key) {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(format!("There can be one “{key}” alone.\n")),
        }
    }

    /// As it is written: keys and values in order, joined by commas.
    fn text(&self) -> String {
        let pair = |(key, values): &(&str, Vec<String>)| format!("{key}={}", values.join(","));
        self.values.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    /// A feed with what is asked of it; an error is what to answer.
    fn applied_to(&self, feed: &Feed, revised: &RevisedListing<'_>, programme: &Programme) -> Result<Feed, String> {
        let mut own = feed.clone();
        let kinds = self.words("kind", EntryKind::ALL, EntryKind::word)?;
        let access = self.words("access", Access::ALL, Access::word)?;
        let visits = self.visits(revised)?;
        own.only.also = Some(Box::new(Only { kinds, access, ..Only::default() }));
        if let Some(asked) = visits {
            let known = own.visits.take();
            own.visits =
                Some(asked.into_iter().filter(|visit| known.as_ref().is_none_or(|all| all.contains(visit))).collect());
        }
        if let Some(word) = self.one("language")? {
            own.ui_language = UiLanguage::parse(word)
                .ok_or_else(|| unknown("language", word, &words(UiLanguage::ALL, UiLanguage::word)))?;
            own.language = Language::of_program(own.ui_language);
        }
        if let Some(name) = self.one("zone")? {
            let zone = || programme.settings().database.find(name).map(FeedZone::Fixed);
            let zone = if name == "host" { Some(FeedZone::Host) } else { zone() };
            own.zone = zone
                .ok_or_else(|| unknown("zone", name, "host, or a name of the time zone database such as Asia/Seoul"))?;
        }
        match self.all("alarms") {
            [] => {}
            [none] if none == "none" => own.alarms = Vec::new(),
            lengths if lengths.len() > MAX_ALARMS => {
                return Err(format!("There can be {MAX_ALARMS} alarms at most.\n"));
            }
            lengths => {
                let length = |text: &String| {
                    let length = parse_duration(text).filter(|length| *length <= MAX_ALARM);
                    length.ok_or_else(|| unknown("alarms", text, "none, or a time such as 30m, 2h or 1d"))
                };
                own.alarms = lengths.iter().map(length).collect::<Result<_, _>>()?;
                own.alarms.sort_unstable();
                own.alarms.dedup();
            }
        }
        Ok(own)
    }

    fn words<T: Copy>(&self, key: &str, all: &[T], name: fn(T) -> &'static str) -> Result<Vec<T>, String> {
        let word = |word: &String| {
            let found = all.iter().copied().find(|known| name(*known) == word);
            found.ok_or_else(|| unknown(key, word, &words(all, name)))
        };
        self.all(key).iter().map(word).collect()
    }

    /// The visits that are asked for, by their positions: of one that may not be seen it is said that there is none.
    fn visits(&self, revised: &RevisedListing<'_>) -> Result<Option<Vec<usize>>, String> {
        let asked = self.all("visit");
        let listed = &revised.listing().visits;
        let visit = |id: &String| {
            let found = listed.iter().find(|visit| visit.id.as_str() == id).map(|visit| visit.position);
            let known = || listed.iter().map(|visit| visit.id.as_str()).collect::<Vec<_>>().join(", ");
            found.ok_or_else(|| unknown("visit", id, &known()))
        };
        let positions: Vec<usize> = asked.iter().map(visit).collect::<Result<_, _>>()?;
        Ok((!asked.is_empty()).then_some(positions))
    }
}

fn words<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> String {
    all.iter().map(|known| name(*known)).collect::<Vec<_>>().join(", ")
}

/// What there is to ask for.
fn keys() -> String {
    format!("There are: {}. Values stand behind each, with commas between them.\n", KEYS.join(", "))
}

fn unknown(key: &str, value: &str, known: &str) -> String {
    let mut text = format!("There is no {key} “{}”.", shown(value));
    let _ = writeln!(text, " Known are: {known}.");
    text
}

/// What somebody wrote, no longer than a line.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
