//! What an audience may see no more leaves no trace in what it is told later.
//!
//! A case is a history of four builds, at instants of its own: entries are edited, kept from the audience, put under embargo, lifted,
//! renamed, withdrawn, redacted and brought back, and others come after them. It happens in two worlds, which differ in what these
//! entries said while the audience could not see them, or before it could see them no more. After each build by which
//! all of that is hidden again, the trees of both worlds have to be equal, and the word that is hidden stands in neither.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;

use crate::support::{Folder, NAMESPACE};

const STEPS: usize = 4;
const BEGIN: &str = "2025-08-01T00:00:00Z";

/// What an entry is at a build.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// To be seen, with what is hidden later.
    Told,
    /// The same, but for staff.
    Kept,
    /// The same, under an embargo that lifts so many builds later, half way to the one after.
    Embargoed(usize),
    /// To be seen, without it. Whether the past texts are taken back.
    Plain { taken_back: bool },
    /// Withdrawn, with its text.
    Redacted,
    /// Withdrawn, without.
    Withdrawn,
}

/// An entry with something to hide.
#[derive(Debug, Clone)]
struct Hiding {
    states: [State; STEPS],
    journey: bool,
    timed: bool,
}

/// An entry that always may be seen: at each build, what it comes after, and whether it is withdrawn at the last.
#[derive(Debug, Clone)]
struct Seen {
    after: [Option<(usize, bool)>; STEPS],
    number: [u8; STEPS],
    sources: [bool; STEPS],
    withdrawn: bool,
}

#[derive(Debug, Clone)]
struct History {
    hiding: Vec<Hiding>,
    seen: Vec<Seen>,
    hours: [u32; STEPS],
    press: bool,
}

fn states() -> impl Strategy<Value = [State; STEPS]> {
    let state = || {
        prop_oneof![
            4 => Just(State::Told),
            4 => Just(State::Kept),
            4 => (0..5_usize).prop_map(State::Embargoed),
            2 => Just(State::Plain { taken_back: false }),
            2 => Just(State::Plain { taken_back: true }),
            3 => Just(State::Redacted),
            2 => Just(State::Withdrawn),
        ]
    };
    [state(), state(), state(), state()]
}

fn history() -> impl Strategy<Value = History> {
    let hiding =
        (states(), any::<bool>(), any::<bool>()).prop_map(|(states, journey, timed)| Hiding { states, journey, timed });
    let after = || prop::option::weighted(0.7, (0..3_usize, any::<bool>()));
    let seen = ([after(), after(), after(), after()], [0..3_u8, 0..3, 0..3, 0..3], any::<[bool; 4]>(), any::<bool>())
        .prop_map(|(after, number, sources, withdrawn)| Seen { after, number, sources, withdrawn });
    let hours = [1..900_u32, 1..900, 1..900, 1..900];
    (prop::collection::vec(hiding, 1..4), prop::collection::vec(seen, 1..4), hours, any::<bool>())
        .prop_map(|(hiding, seen, hours, press)| History { hiding, seen, hours, press })
}

impl History {
    fn who(&self) -> &'static str {
        if self.press { "press" } else { "public" }
    }

    fn at(&self, step: usize) -> DateTime<Utc> {
        let begin: DateTime<Utc> = BEGIN.parse().expect("an instant");
        begin + Duration::hours(self.hours[..=step].iter().map(|hours| i64::from(*hours)).sum())
    }

    /// When an embargo lifts that is set at a step.
    fn lifts(&self, step: usize, later: usize) -> DateTime<Utc> {
        let from = (step + later).min(STEPS - 1);
        let until = if from + 1 < STEPS { self.at(from + 1) } else { self.at(from) + Duration::hours(4) };
        self.at(from) + (until - self.at(from)) / 2
    }

    fn is_released(&self, step: usize, later: usize) -> bool {
        self.lifts(step, later) <= self.at(step)
    }

    /// Whether the audience may see what an entry has to hide, at a build.
    fn shows(&self, hiding: &Hiding, step: usize) -> bool {
        match hiding.states[step] {
            State::Told => true,
            // One that another build set goes on.
            State::Embargoed(later) => self.is_released(step, later),
            _ => false,
        }
    }

    /// For each build, whether all that is hidden is hidden from then on.
    fn comparable(&self) -> [bool; STEPS] {
        let mut comparable = [true; STEPS];
        for hiding in &self.hiding {
            let mut is_known = false;
            for (step, state) in hiding.states.iter().enumerate() {
                is_known = match state {
                    State::Told => true,
                    State::Embargoed(later) => self.is_released(step, *later),
                    State::Kept | State::Redacted | State::Plain { taken_back: true } => false,
                    // What could be read goes on to be.
                    State::Plain { taken_back: false } | State::Withdrawn => is_known,
                };
                comparable[step] &= !is_known;
            }
        }
        comparable
    }

    fn schedule(&self, step: usize, world: &World) -> String {
        let key = world.word.to_lowercase();
        let mut text = format!(
            "visit: v\nkind: state-visit\ntitle: Visit\nprincipal: President A\nzone: Asia/Seoul\n\
             dates: {{from: 2025-10-01, to: 2025-10-31}}\naudience: public\nsources:\n  s: {{publisher: P}}\n  \
             {key}-key: {{publisher: Q, title: Report}}\nentries:\n  - {{id: always, kind: meeting, title: Always, when: {{date: 2025-10-01}}, sources: [s]}}\n"
        );
        for (number, hiding) in self.hiding.iter().enumerate() {
            self.write_hiding(&mut text, number, hiding, step, world);
        }
        for (number, seen) in self.seen.iter().enumerate() {
            if seen.withdrawn && step + 1 == STEPS {
                continue;
            }
            let own = format!("date: 2025-10-2{}", seen.number[step]);
            let after = seen.after[step].and_then(|(of, dated)| {
                let of = of % self.hiding.len();
                let is_there = !matches!(self.hiding[of].states[step], State::Redacted | State::Withdrawn);
                is_there.then(|| {
                    format!(
                        "after: {}{}",
                        self.id(of, step, world),
                        if dated { format!(", {own}") } else { String::new() }
                    )
                })
            });
            let sources = if seen.sources[step] { format!("s, {key}-key") } else { "s".to_owned() };
            let _ = writeln!(
                text,
                "  - {{id: seen-{number}, kind: summit, title: Seen {number}, when: {{{}}}, sources: [{sources}]}}",
                after.unwrap_or(own)
            );
        }
        text
    }

    /// Whether an entry says what it has to hide.
    fn is_secret(&self, number: usize, step: usize) -> bool {
        !matches!(self.hiding[number].states[step], State::Plain { .. })
    }

    fn id(&self, number: usize, step: usize, world: &World) -> String {
        if self.is_secret(number, step) {
            format!("{}-{number}", world.word.to_lowercase())
        } else {
            format!("plain-{number}")
        }
    }

    fn write_hiding(&self, text: &mut String, number: usize, hiding: &Hiding, step: usize, world: &World) {
        let state = hiding.states[step];
        if matches!(state, State::Redacted | State::Withdrawn) {
            return;
        }
        // What was once to be seen keeps its time in its cancellation.
        let is_ever_told = (0..STEPS).any(|step| self.shows(hiding, step));
        let (said, kind, access, zone, day) = match (self.is_secret(number, step), is_ever_told) {
            (false, _) => ("Plain", "meeting", "open", "Asia/Seoul", 12),
            (true, true) => (world.word, world.kind, world.access, world.zone, 14),
            (true, false) => (world.word, world.kind, world.access, world.zone, world.day),
        };
        let when = if hiding.timed {
            format!("start: 2025-10-{day} 12:15, end: 2025-10-{day} 13:15, zone: {zone}")
        } else {
            format!("date: 2025-10-{day}, zone: {zone}")
        };
        let id = self.id(number, step, world);
        let _ = write!(
            text,
            "  - {{id: {id}, formerly: v/x-{number}, title: {said} title {number}, access: {access}, sources: [s], note: {said}"
        );
        let _ = if hiding.journey {
            write!(
                text,
                ", kind: travel, depart: {{start: 2025-10-{day} 12:15, zone: {zone}, place: {{city: {said}}}}}, \
                 arrive: {{start: 2025-10-{day} 15:15, zone: {zone}, place: {{city: {said}}}}}"
            )
        } else {
            write!(text, ", kind: {kind}, when: {{{when}}}, place: {{venue: {said} hall}}")
        };
        let _ = match state {
            State::Kept => write!(text, ", audience: staff"),
            State::Embargoed(later) => {
                write!(text, ", embargo: {}", self.lifts(step, later).format("%Y-%m-%dT%H:%M:%SZ"))
            }
            _ => Ok(()),
        };
        text.push_str("}\n");
    }

    fn feeds(&self) -> String {
        let who = self.who();
        format!(
            "publisher: Office\nuid_namespace: {NAMESPACE}\nbase_url: {{{who}: https://example.org/{who}}}\nfeeds:\n  \
             - {{id: seoul, title: T, zone: Asia/Seoul, language: ko, audience: {who}}}\n  \
             - {{id: host, title: T, zone: host, language: en, audience: {who}}}\n  \
             - {{id: summits, title: T, zone: host, language: en, audience: {who}, only: {{kind: [summit]}}}}\n  \
             - {{id: open, title: T, zone: host, language: en, audience: {who}, only: {{access: [open]}}}}\n  \
             - {{id: staff, title: T, zone: host, language: en, audience: staff}}\n"
        )
    }

    /// What is done before and after a build, to an entry: arguments of `withdraw`.
    fn withdrawals(&self, step: usize) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let is_out = |state: &State| matches!(state, State::Redacted | State::Withdrawn);
        for (number, hiding) in self.hiding.iter().enumerate() {
            let was_out = step > 0 && is_out(&hiding.states[step - 1]);
            let name = format!("v/x-{number}");
            match hiding.states[step] {
                State::Redacted => before.push(vec![name, "--redact".to_owned()]),
                State::Withdrawn => before.push(vec![name]),
                state => {
                    if was_out {
                        before.push(vec![name.clone(), "--undo".to_owned()]);
                    }
                    if state == (State::Plain { taken_back: true }) {
                        after.push(vec![name, "--redact".to_owned(), "--was".to_owned()]);
                    }
                }
            }
        }
        if step + 1 == STEPS {
            let gone = self.seen.iter().enumerate().filter(|(_, seen)| seen.withdrawn);
            before.extend(gone.map(|(number, _)| vec![format!("v/seen-{number}")]));
        }
        (before, after)
    }
}

/// What may not be seen.
struct World {
    word: &'static str,
    kind: &'static str,
    access: &'static str,
    zone: &'static str,
    day: u8,
}

const WORLDS: [World; 2] = [
    World { word: "Canary", kind: "summit", access: "closed", zone: "Asia/Tokyo", day: 16 },
    World { word: "Sparrow", kind: "meal", access: "open", zone: "Asia/Pyongyang", day: 18 },
];

/// Everything of an audience's tree.
fn tree(folder: &Folder, who: &str) -> BTreeMap<PathBuf, String> {
    let files = folder.snapshot(&format!("dist/{who}")).into_iter();
    let below = |path: PathBuf| path.strip_prefix(folder.path()).expect("in the folder").to_owned();
    files.map(|(path, (bytes, _))| (below(path), String::from_utf8_lossy(&bytes).into_owned())).collect()
}

/// Does the step of a history in a world, and tells how it went.
fn step(folder: &Folder, history: &History, world: &World, step: usize) -> Result<Vec<i32>, TestCaseError> {
    let at = history.at(step).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    folder.write("schedules/v.yaml", history.schedule(step, world).as_bytes());
    folder.write("schedules/feeds.yaml", history.feeds().as_bytes());
    let mut codes = Vec::new();
    let (before, after) = history.withdrawals(step);
    let withdraw = |arguments: &Vec<String>| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        folder.run(&[&["withdraw", "--at", &at], &arguments[..]].concat()).code
    };
    codes.extend(before.iter().map(withdraw));
    for round in 0..if after.is_empty() { 1 } else { 2 } {
        if round == 1 {
            codes.extend(after.iter().map(withdraw));
        }
        let ran = folder.run(&["build", "--at", &at]);
        prop_assert_eq!(ran.code, 0, "step {} of {:?}: {}{}", step, history, ran.stdout, ran.stderr);
    }
    Ok(codes)
}

fn check(history: &History) -> Result<(), TestCaseError> {
    let folders = [Folder::new(), Folder::new()];
    let comparable = history.comparable();
    for (number, comparable) in comparable.into_iter().enumerate() {
        let codes: Vec<_> = folders
            .iter()
            .zip(&WORLDS)
            .map(|(folder, world)| step(folder, history, world, number))
            .collect::<Result<_, _>>()?;
        prop_assert_eq!(&codes[0], &codes[1]);
        if !comparable {
            continue;
        }
        let trees = folders.each_ref().map(|folder| tree(folder, history.who()));
        let names = trees[0].keys().chain(trees[1].keys());
        let differing = names.filter(|name| trees[0].get(*name) != trees[1].get(*name));
        if let Some(name) = differing.min_by_key(|name| name.ends_with("manifest.json")) {
            return Err(TestCaseError::fail(format!(
                "after build {number} {} tells the worlds apart:\n{}\n{}",
                name.display(),
                trees[0].get(name).map_or("not there", String::as_str),
                trees[1].get(name).map_or("not there", String::as_str)
            )));
        }
        for (path, text) in &trees[0] {
            let text = text.replace("\r\n ", "").to_lowercase();
            prop_assert!(!text.contains("canary"), "build {}: {}: {}", number, path.display(), text);
        }
    }
    Ok(())
}

/// How many histories are drawn by each of the two tests.
fn cases() -> u32 {
    std::env::var("SUMMITCAL_HISTORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn what_the_public_may_see_no_more_leaves_no_trace(history in history()) {
        check(&History { press: false, ..history })?;
    }

    #[test]
    fn what_the_press_may_see_no_more_leaves_no_trace(history in history()) {
        check(&History { press: true, ..history })?;
    }
}
