//! Whatever changes of what an audience may not see, not a byte of its tree does.
//!
//! A case has a part that the audience may see, and two worlds of things hidden from it: entries and whole visits for others
//! or under embargo, blocks for press and staff, sources that only those cite, feeds of others. The trees of both
//! worlds have to be equal, names and manifest included: made anew, and made over the lock file of the other world.
//! And each hidden text holds a canary, each hidden time a minute, that is found nowhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::support::{Folder, Ran};
use proptest::prelude::*;

const AT: &str = "2025-08-26T00:00:00Z";
const LATER: &str = "2025-08-26T01:00:00Z";
/// Minutes of hidden times; those of what may be seen are quarters of an hour.
const HIDDEN_MINUTES: [&str; 2] = ["43", "47"];
/// How the degrees north of what is hidden begin.
const HIDDEN_PLACE: &str = "-87.654";

/// Coverage in parts.
const PARTS: &str = "[{part: Start, access: pool-spray}, {part: Rest, access: closed}]";

/// A time, of whatever entry.
#[derive(Debug, Clone)]
enum When {
    Clock {
        day: u8,
        hour: u8,
    },
    Open {
        day: u8,
        hour: u8,
    },
    Day {
        day: u8,
        part: Option<&'static str>,
    },
    Between {
        day: u8,
    },
    Bound {
        day: u8,
        is_after: bool,
    },
    Days {
        day: u8,
    },
    After {
        entry: usize,
        day: Option<u8>,
        part: bool,
        side: Side,
    },
    /// After something hidden, for what may be seen itself.
    AfterHidden {
        entry: usize,
        day: Option<u8>,
        part: bool,
        side: Side,
    },
    ToBeAnnounced,
}

/// How another entry is named.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    After,
    /// After it and one more: the one that is hidden, of what may be seen.
    AfterBoth,
    Before,
    /// After it, beside a clock time.
    Beside,
}

/// What an entry says, apart from who may see it.
#[derive(Debug, Clone)]
struct Said {
    when: When,
    /// What happened, or for a journey when it arrives.
    then: Option<When>,
    journey: bool,
    kind: &'static str,
    status: &'static str,
    access: Option<&'static str>,
    extras: bool,
    /// What it is a part of, and whether that is hidden.
    whole: Option<(usize, bool)>,
    number: u16,
}

impl When {
    /// The same, after what it comes before: where something else is said too, it would close a circle.
    fn without_before(self) -> Self {
        let side = |side: Side| if side == Side::Before { Side::After } else { side };
        match self {
            When::After { entry, day, part, side: of } => When::After { entry, day, part, side: side(of) },
            When::AfterHidden { entry, day, part, side: of } => When::AfterHidden { entry, day, part, side: side(of) },
            other => other,
        }
    }
}

/// An entry that the audience may see.
#[derive(Debug, Clone)]
struct Shown {
    said: Said,
    /// Whether it is of the audience itself, if that is the press, and not of the public.
    own: bool,
    released: bool,
}

/// Why an entry may not be seen.
#[derive(Debug, Clone, Copy)]
enum Why {
    Narrower,
    Embargoed {
        hours: u32,
    },
    /// Until long after its start or its end, or for ever where those are not known; whether the press has it, if that is not who
    /// looks.
    Relative {
        end: bool,
        known: bool,
    },
    Both,
}

#[derive(Debug, Clone)]
struct Hidden {
    said: Said,
    why: Why,
    /// Before which of the entries that may be seen it stands.
    before: usize,
    renamed: bool,
}

/// A block for some, beside what all may see of an entry.
#[derive(Debug, Clone)]
struct Blocks {
    press: Option<u16>,
    staff: Option<u16>,
}

/// All that is hidden.
#[derive(Debug, Clone)]
struct World {
    entries: Vec<Hidden>,
    visit: Option<Vec<Hidden>>,
    blocks: Vec<Blocks>,
    sources: u16,
    settings: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Public,
    Press,
}

impl Who {
    fn word(self) -> &'static str {
        match self {
            Who::Public => "public",
            Who::Press => "press",
        }
    }
}

fn when(hidden: bool) -> impl Strategy<Value = When> {
    let day = || 20..31_u8;
    let part = || prop::sample::select(vec![None, Some("morning"), Some("late-afternoon"), Some("night")]);
    let side = || prop::sample::select(vec![Side::After, Side::After, Side::AfterBoth, Side::Before, Side::Beside]);
    let after = move || (0..6_usize, prop::option::weighted(0.4, 20..31_u8), any::<bool>(), side());
    prop_oneof![
        2 => (day(), 0..23_u8).prop_map(|(day, hour)| When::Clock { day, hour }),
        2 => (day(), 0..23_u8).prop_map(|(day, hour)| When::Open { day, hour }),
        2 => (day(), part()).prop_map(|(day, part)| When::Day { day, part }),
        1 => day().prop_map(|day| When::Between { day }),
        1 => (day(), any::<bool>()).prop_map(|(day, is_after)| When::Bound { day, is_after }),
        1 => (20..30_u8).prop_map(|day| When::Days { day }),
        4 => after().prop_map(|(entry, day, part, side)| When::After { entry, day, part, side }),
        5 => after().prop_map(move |(entry, day, part, side)| {
            if hidden { When::After { entry, day, part, side } } else { When::AfterHidden { entry, day, part, side } }
        }),
        1 => Just(When::ToBeAnnounced),
    ]
}

fn said(hidden: bool) -> impl Strategy<Value = Said> {
    let kind = prop::sample::select(vec!["summit", "meal", "briefing"]);
    let status = prop::sample::select(vec!["confirmed", "tentative", "postponed", "cancelled"]);
    let access = prop::option::of(prop::sample::select(vec!["open", "pooled", "closed", "stills-only", PARTS]));
    let times = (when(hidden), prop::option::of(when(hidden)), prop::bool::weighted(0.2));
    let whole = prop::option::of((0..6_usize, any::<bool>()));
    (times, kind, status, access, any::<bool>(), whole, 0..1000_u16).prop_map(
        |((when, then, journey), kind, status, access, extras, whole, number)| Said {
            when: if then.is_some() { when.without_before() } else { when },
            then: then.map(When::without_before),
            journey,
            kind,
            status,
            access,
            extras,
            whole,
            number,
        },
    )
}

fn hidden() -> impl Strategy<Value = Hidden> {
    let why = prop_oneof![
        Just(Why::Narrower),
        (2..5_000_u32).prop_map(|hours| Why::Embargoed { hours }),
        (any::<bool>(), any::<bool>()).prop_map(|(end, known)| Why::Relative { end, known }),
        Just(Why::Both)
    ];
    (said(true), why, 0..6_usize, any::<bool>()).prop_map(|(said, why, before, renamed)| Hidden {
        said,
        why,
        before,
        renamed,
    })
}

fn world() -> impl Strategy<Value = World> {
    let block = || prop::option::of(0..1000_u16);
    let blocks = (block(), block()).prop_map(|(press, staff)| Blocks { press, staff });
    (
        prop::collection::vec(hidden(), 1..5),
        prop::option::of(prop::collection::vec(hidden(), 1..3)),
        prop::collection::vec(blocks, 6),
        0..3_u16,
        0..1000_u16,
    )
        .prop_map(|(entries, visit, blocks, sources, settings)| World {
            entries,
            visit,
            blocks,
            sources,
            settings,
        })
}

fn shown() -> impl Strategy<Value = Vec<Shown>> {
    let one = (said(false), any::<bool>(), prop::bool::weighted(0.2)).prop_map(|(said, own, released)| Shown {
        said,
        own,
        released,
    });
    prop::collection::vec(one, 1..7)
}

/// Writes a case as files.
struct Writer<'c> {
    who: Who,
    shown: &'c [Shown],
    world: &'c World,
    /// What hidden ids begin with.
    name: &'static str,
}

impl Writer<'_> {
    fn when(&self, when: &When, of: Option<usize>, minute: &str) -> String {
        let beside = |day: Option<u8>, part: bool| match (day, part) {
            (Some(day), true) => format!(", date: 2025-08-{day}, part: evening"),
            (Some(day), false) => format!(", date: 2025-08-{day}"),
            (None, _) => String::new(),
        };
        let hidden = |entry: usize| format!("{}-{}", self.name, entry % self.world.entries.len());
        let named = |name: String, side: Side, beside: String| {
            let other = if minute == "15" { hidden(0) } else { name.clone() };
            match side {
                Side::After => format!("{{after: {name}{beside}}}"),
                Side::AfterBoth => format!("{{after: [{name}, {other}]{beside}}}"),
                // What happened may follow another as well, and would close a circle.
                Side::Before => format!("{{before: {name}{beside}}}"),
                Side::Beside => format!("{{start: \"2025-08-22 11:{minute}\", after: {name}}}"),
            }
        };
        match when {
            When::Clock { day, hour } => {
                format!("{{start: 2025-08-{day} {hour:02}:{minute}, end: 2025-08-{day} 23:{minute}}}")
            }
            When::Open { day, hour } => {
                let tbc = if hour % 2 == 0 { ", tbc: true" } else { "" };
                format!("{{start: 2025-08-{day} {hour:02}:{minute}{tbc}}}")
            }
            When::Day { day, part: Some(part) } => format!("{{date: 2025-08-{day}, part: {part}}}"),
            When::Day { day, part: None } => format!("{{date: 2025-08-{day}}}"),
            When::Between { day } => format!("{{date: 2025-08-{day}, between: [\"14:{minute}\", \"16:{minute}\"]}}"),
            When::Bound { day, is_after } => {
                let key = if *is_after { "not_after" } else { "not_before" };
                format!("{{date: 2025-08-{day}, {key}: \"14:{minute}\"}}")
            }
            When::Days { day } => format!("{{from: 2025-08-{day}, to: 2025-08-{}}}", day + 1),
            When::After { entry, day, part, side } => match of {
                // No circles: only after what is before.
                Some(own) if own > 0 => {
                    let entry = entry % own;
                    let name = if minute == "15" { format!("shown-{entry}") } else { hidden(entry) };
                    named(name, *side, beside(*day, *part))
                }
                _ => format!("{{date: 2025-08-{}}}", day.unwrap_or(21)),
            },
            When::AfterHidden { entry, day, part, side } => named(hidden(*entry), *side, beside(*day, *part)),
            When::ToBeAnnounced => "tba".to_owned(),
        }
    }

    fn said(&self, said: &Said, at: usize, of: Option<usize>, word: &str, minute: &str) -> String {
        let number = said.number;
        let mut text = format!(
            "kind: {}, title: {{en: {word} title {number}, ko: {word} 제목 {number}}}, status: {}",
            if said.journey { "travel" } else { said.kind },
            said.status
        );
        let when = self.when(&said.when, of, minute);
        let then = said.then.as_ref().map(|then| self.when(then, of, minute));
        // A journey's ends are forms of `when` as well; those of days are on days that do not contradict each other.
        let end = |when: &str| if when == "tba" { "tba".to_owned() } else { when.to_owned() };
        if said.journey {
            let _ = write!(text, ", depart: {{date: 2025-08-20, place: {{city: {word} city {number}}}}}");
            if said.extras {
                let arrives = if matches!(said.when, When::AfterHidden { .. }) { end(&when) } else { "tba".to_owned() };
                let _ = write!(text, ", via: [{{place: {{city: {word} stop {number}}}, depart: {arrives}}}]");
            }
            let arrive = match &said.when {
                When::AfterHidden { .. } | When::After { .. } => end(&when),
                _ => "{date: 2025-08-30}".to_owned(),
            };
            let _ = write!(text, ", arrive: {arrive}");
        } else {
            let _ = write!(text, ", when: {when}");
            if let Some(then) = then.filter(|then| then != "tba") {
                let body = then.trim_start_matches('{').trim_end_matches('}');
                let source = if of == Some(at) && minute != "15" { "hidden" } else { "plain" };
                let _ = write!(text, ", actual: {{{body}, sources: [{source}]}}");
            }
        }
        // Where nothing is known of its own time, it contradicts no whole.
        let is_open = matches!(
            said.when,
            When::After { day: None, .. } | When::AfterHidden { day: None, .. } | When::ToBeAnnounced
        ) && !matches!(
            said.when,
            When::After { side: Side::Beside, .. } | When::AfterHidden { side: Side::Beside, .. }
        );
        let own = of.filter(|own| *own > 0 && is_open && !said.journey);
        if let (Some(own), Some((entry, is_hidden))) = (own, said.whole) {
            let whole = match (minute == "15", is_hidden) {
                (true, false) => format!("shown-{}", entry % own),
                (true, true) => format!("{}-{}", self.name, entry % self.world.entries.len()),
                // No circles: only of what is before.
                (false, _) => format!("{}-{}", self.name, entry % own % self.world.entries.len()),
            };
            let _ = write!(text, ", part_of: {whole}");
        }
        if let Some(access) = said.access {
            let _ = write!(text, ", access: {access}");
        }
        if said.extras {
            // Where what is hidden is, nothing else is.
            let geo = if word == "Canary" { format!("{HIDDEN_PLACE}{number}, 1") } else { format!("12.{number}, 1") };
            let _ = write!(
                text,
                ", reason: {word} reason {number}, place: {{venue: {word} venue {number}, country: KR, geo: [{geo}]}}, \
                 with: [{word} guest {number}], note: {word} note {number}, link: \"https://example.org/{word}/{number}\", stream: \"https://example.org/{word}/live/{number}\", \
                 disputed: [{{field: title, says: {word} says {number}, source: plain}}]"
            );
        }
        text
    }

    fn narrower(&self) -> &'static str {
        match self.who {
            Who::Public => "press",
            Who::Press => "staff",
        }
    }

    fn hidden(&self, hidden: &Hidden, at: usize, name: &str) -> String {
        let of = if name == self.name { Some(at) } else { None };
        let mut text =
            format!("  - {{id: {name}-{at}, {}", self.said(&hidden.said, at, of, "Canary", HIDDEN_MINUTES[0]));
        let _ = match hidden.why {
            Why::Narrower => write!(text, ", audience: {}", self.narrower()),
            Why::Embargoed { hours } => write!(text, ", embargo: {}", later(hours)),
            Why::Relative { end, known } => {
                let until = if end { "end" } else { "start" };
                let known_to = if known && self.who == Who::Public { ", known_to: press" } else { "" };
                write!(text, ", embargo: {{until: {until}, plus: 40d{known_to}}}")
            }
            Why::Both => write!(text, ", audience: staff, embargo: 2025-08-20T00:43:00Z"),
        };
        if hidden.renamed {
            let _ = write!(text, ", formerly: {name}-old/{name}-{at}");
        }
        let _ = writeln!(text, ", sources: [hidden], press: {{note: Canary}}, staff: {{contact: Canary}}}}");
        text
    }

    /// What stands in an entry for narrower audiences, and what for this one. A step has a day where the entry has one.
    fn blocks(&self, at: usize, said: &str) -> String {
        let mut text = String::new();
        let blocks = &self.world.blocks[at];
        let day = own_day(said);
        let minute = HIDDEN_MINUTES[1];
        match self.who {
            Who::Public => {
                if let Some(number) = blocks.press {
                    let times = day.map(|day| {
                        let eve = day - 1;
                        format!(
                            "gather: 2025-08-{eve} 23:{minute}, steps: [{{do: spray, at: {{start: 2025-08-{day} 12:{minute}}}, \
                             place: Canary gate, who: Canary {number}}}], accreditation: {{deadline: 2025-08-{eve} 10:{minute}, \
                             link: \"https://canary.example.org/{number}\"}}, "
                        )
                    });
                    let _ = write!(
                        text,
                        ", press: {{{}meet_at: Canary gate {number}, pool: [Canary {number}], filing_centre: Canary centre, \
                         contact: Canary desk, note: Canary}}",
                        times.unwrap_or_default()
                    );
                }
            }
            Who::Press => {
                let times =
                    day.map(|day| format!("steps: [{{do: pre-set, at: {{date: 2025-08-{day}}}, place: Gate}}], "));
                let _ = write!(text, ", press: {{{}contact: Desk}}", times.unwrap_or_default());
            }
        }
        if let Some(number) = blocks.staff {
            let steps = day.map(|day| {
                format!(", steps: [{{id: cars, do: Canary cars {number}, at: {{start: 2025-08-{day} 12:{minute}}}}}]")
            });
            let _ = write!(text, ", staff: {{note: Canary {number}, contact: Canary{}}}", steps.unwrap_or_default());
        }
        text
    }

    fn visit(&self) -> String {
        let mut text = head("shown", "Shown", "public");
        if let (Who::Public, Some(number)) = (self.who, self.world.blocks[0].press) {
            let minute = HIDDEN_MINUTES[1];
            let press = format!(
                "press: {{centre: {{place: Canary hall {number}, hours: Canary}}, \
                 accreditation: {{deadline: 2025-08-18 10:{minute}, note: Canary}}, contact: Canary}}\nsources:\n"
            );
            text = text.replace("sources:\n", &press);
        }
        for number in 0..self.world.sources {
            let _ = writeln!(text, "  unused-{}-{number}: {{publisher: Canary source {number}}}", self.name);
        }
        text.push_str("entries:\n");
        let before = |place: usize| {
            let standing = self.world.entries.iter().enumerate().filter(move |(_, hidden)| hidden.before == place);
            standing.map(|(at, hidden)| self.hidden(hidden, at, self.name)).collect::<String>()
        };
        for (at, shown) in self.shown.iter().enumerate() {
            text.push_str(&before(at));
            let said = self.said(&shown.said, at, Some(at), "Plain", "15");
            let _ = write!(text, "  - {{id: shown-{at}, {said}, sources: [plain]");
            if shown.own {
                let _ = write!(text, ", audience: {}", self.who.word());
            }
            if shown.released {
                text.push_str(", embargo: 2025-08-26T00:00:00Z");
            }
            let _ = writeln!(text, "{}}}", self.blocks(at, &said));
        }
        (self.shown.len()..6).for_each(|place| text.push_str(&before(place)));
        text
    }

    fn feeds(&self) -> String {
        let number = self.world.settings;
        let who = self.who.word();
        let mut text = format!(
            "publisher: Office\nuid_namespace: {}\nbase_url: {{{who}: https://example.org/{who}, staff: https://example.org/canary{number}}}\nfeeds:\n",
            crate::support::NAMESPACE
        );
        for (id, zone, language) in
            [("seoul", "Asia/Seoul", "ko"), ("host", "host", "en"), ("tokyo", "Asia/Tokyo", "ja")]
        {
            let _ = writeln!(
                text,
                "  - {{id: {id}, title: T, zone: {zone}, language: {language}, audience: {who}, alarms: [30m]{}}}",
                if id == "tokyo" && self.who == Who::Press { ", steps: events, step_alarms: [15m]" } else { "" }
            );
        }
        let _ = writeln!(
            text,
            "  - {{id: staff, title: Canary {number}, zone: host, language: en, audience: staff, steps: events}}"
        );
        if self.world.visit.is_some() {
            let name = self.name;
            let _ = writeln!(
                text,
                "  - {{id: of-{name}, title: Canary, zone: host, language: en, audience: {who}, visits: [{name}-visit]}}"
            );
        }
        text
    }

    /// Puts the files into a folder, in place of what was there.
    fn write(&self, folder: &Folder) {
        let _ = std::fs::remove_file(folder.path().join("schedules/other.yaml"));
        folder.write("schedules/shown.yaml", self.visit().as_bytes());
        folder.write("schedules/feeds.yaml", self.feeds().as_bytes());
        if let Some(entries) = &self.world.visit {
            let name = format!("{}-visit", self.name);
            let mut text = head(&name, "Canary", self.narrower()) + "entries:\n";
            let each = entries.iter().enumerate();
            each.for_each(|(at, hidden)| text.push_str(&self.hidden(hidden, at, &format!("{name}-entry"))));
            folder.write("schedules/other.yaml", text.as_bytes());
        }
    }
}

/// The day of an entry, as it is written.
fn own_day(said: &str) -> Option<u8> {
    let (_, time) = said.split_once(", when: ").or_else(|| said.split_once(", depart: "))?;
    let (time, _) = time.split_once('}')?;
    let (_, day) = time.split_once("2025-08-")?;
    day.get(..2)?.parse().ok()
}

fn head(id: &str, word: &str, audience: &str) -> String {
    format!(
        "visit: {id}\nkind: state-visit\ntitle: {{en: {word} visit, ko: {word} 방문}}\nprincipal: {word} principal\n\
         zone: America/New_York\ndates: {{from: 2025-08-20, to: 2025-08-31}}\naudience: {audience}\n\
         sources:\n  plain: {{publisher: {word} publisher}}\n  hidden: {{publisher: Canary publisher, url: \"https://canary.example.org/\"}}\n"
    )
}

/// An instant that many hours after the build.
fn later(hours: u32) -> String {
    let at: chrono::DateTime<chrono::Utc> = AT.parse().expect("an instant");
    (at + chrono::Duration::hours(i64::from(hours))).format("%Y-%m-%dT%H:43:00Z").to_string()
}

/// The tree of an audience: its files, as text, by name.
fn tree(folder: &Folder, who: Who) -> BTreeMap<PathBuf, String> {
    let files = folder.snapshot(&format!("dist/{}", who.word())).into_iter();
    let below = |path: PathBuf| path.strip_prefix(folder.path()).expect("in the folder").to_owned();
    let files: BTreeMap<_, _> = files.map(|(path, (bytes, _))| (below(path), text(bytes))).collect();
    assert!(files.len() > 5, "{:?}", files.keys());
    files
}

/// The first file that two trees do not have alike, if there is one.
fn difference(one: &BTreeMap<PathBuf, String>, other: &BTreeMap<PathBuf, String>) -> Option<String> {
    let names = one.keys().chain(other.keys());
    let differing =
        names.filter(|name| one.get(*name) != other.get(*name)).min_by_key(|name| name.ends_with("manifest.json"))?;
    Some(format!("{}:\n{:#?}\n{:#?}", differing.display(), one.get(differing), other.get(differing)))
}

fn succeeded(ran: Ran) -> Result<Ran, TestCaseError> {
    prop_assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    Ok(ran)
}

/// What anybody of the audience can be shown.
fn pages(folder: &Folder, who: Who) -> Result<Vec<String>, TestCaseError> {
    let mut pages = Vec::new();
    for more in [&[][..], &["--json"], &["--feed", "seoul", "-v"], &["--feed", "host", "--json"], &["--feed", "tokyo"]]
    {
        let ran = succeeded(folder.run(&[&["show", "--audience", who.word(), "--at", AT], more].concat()))?;
        pages.extend([ran.stdout, ran.stderr]);
    }
    Ok(pages)
}

fn find_canary(text: &str) -> Option<String> {
    let text = text.replace("\r\n ", "").to_lowercase();
    let times = HIDDEN_MINUTES.iter().flat_map(|minute| (0..24).map(move |hour| (hour, *minute)));
    let times = times.flat_map(|(hour, minute)| [format!("{hour:02}:{minute}"), format!("t{hour:02}{minute}00")]);
    ["canary", HIDDEN_PLACE].map(str::to_owned).into_iter().chain(times).find(|canary| text.contains(canary))
}

/// The world that a folder has to have after another was published in it: with all that was published there too.
fn over(first: &World, second: &World) -> World {
    let mut world = second.clone();
    world.entries.extend(first.entries.iter().skip(second.entries.len()).cloned());
    // An entry keeps the identity that it was published under.
    for (entry, before) in world.entries.iter_mut().zip(&first.entries) {
        entry.renamed = before.renamed;
    }
    world.visit.clone_from(&first.visit);
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_hidden_leaves_no_trace(shown in shown(), first in world(), second in world(), press in any::<bool>()) {
        let who = if press { Who::Press } else { Who::Public };
        let writer = |world, name| Writer { who, shown: &shown, world, name };
        let (one, other) = (Folder::new(), Folder::new());
        writer(&first, "canary").write(&one);
        writer(&second, "canary-else").write(&other);
        let mut said = Vec::new();
        for folder in [&one, &other] {
            let ran = succeeded(folder.run(&["build", "--at", AT]))?;
            // Warnings, on standard error, quote the schedules to whoever builds.
            said.push(ran.stdout);
        }
        let published = tree(&one, who);
        prop_assert_eq!(difference(&published, &tree(&other, who)), None, "made anew");
        let shown_pages = pages(&one, who)?;
        prop_assert_eq!(&shown_pages, &pages(&other, who)?, "shown");

        for (path, text) in &published {
            prop_assert_eq!(find_canary(text), None, "{}: {}", path.display(), text);
            prop_assert_eq!(find_canary(&path.to_string_lossy()), None);
        }
        for text in &shown_pages {
            prop_assert_eq!(find_canary(text), None, "{}", text);
        }
        // A build says when the next embargo lifts, and no more of what is under it.
        for text in &said {
            prop_assert!(!text.to_lowercase().contains("canary"), "{}", text);
        }

        // Over what was published before, an hour later.
        let third = over(&first, &second);
        writer(&third, "canary").write(&one);
        succeeded(one.run(&["build", "--at", LATER]))?;
        prop_assert_eq!(difference(&published, &tree(&one, who)), None, "over the lock file");
    }
}

/// A file's bytes, each of which tells: those that are no text, one by one.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}
