//! What an audience may see no more leaves no trace in what it is told later.
//!
//! A case is a history of four builds, at instants of its own: entries are edited, kept from the audience, put under embargo, lifted
//! (at a build, or without one), renamed, withdrawn, redacted and brought back, and others come after them, also in another visit.
//! It happens in two worlds, which differ in what these entries said while the audience could not see them, or before it could
//! see them no more; and in what it never may see. After each build by which all of that is hidden again, the trees of both worlds
//! have to be equal, and so does what is published of them, and every answer of a server, which may have run all along; and the word
//! that is hidden stands in neither.
#![cfg(all(feature = "publish", feature = "serve"))]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use summitcal::programme::Audience;

use crate::support::answers::{Questions, Reader, Site, trees};
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
    /// The same, under an embargo that lifts half way from the build before this one.
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
    /// Before which builds somebody says that what an embargo released was published.
    published: [bool; STEPS],
}

/// An entry that always may be seen: at each build, what it comes after, and whether it is withdrawn at the last.
#[derive(Debug, Clone)]
struct Seen {
    after: [Option<(usize, bool)>; STEPS],
    number: [u8; STEPS],
    sources: [bool; STEPS],
    withdrawn: bool,
    /// Whether it is of another visit.
    elsewhere: bool,
}

#[derive(Debug, Clone)]
struct History {
    hiding: Vec<Hiding>,
    seen: Vec<Seen>,
    hours: [u32; STEPS],
    press: bool,
    /// Whether there are pages; they take the longest.
    pages: bool,
    /// At which builds an entry is there that is for staff alone, and one under an embargo without an end, in one of the worlds.
    more: [bool; STEPS],
    /// After which builds the tree is published.
    publishes: [bool; STEPS],
    /// Whether a server is asked; it takes long to make ready what it sends.
    serves: bool,
    /// After which builds the server is another one.
    restarts: [bool; STEPS],
}

fn states() -> impl Strategy<Value = [State; STEPS]> {
    let state = prop_oneof![
        4 => Just(State::Told),
        4 => Just(State::Kept),
        6 => (0..=STEPS).prop_map(State::Embargoed),
        2 => Just(State::Plain { taken_back: false }),
        2 => Just(State::Plain { taken_back: true }),
        3 => Just(State::Redacted),
        2 => Just(State::Withdrawn),
    ];
    // As before, now and then: so an embargo lifts.
    let next = prop::option::weighted(0.7, state.clone());
    (state, [next.clone(), next.clone(), next]).prop_map(|(first, next)| {
        let mut states = [first; STEPS];
        for (at, next) in next.into_iter().enumerate() {
            states[at + 1] = next.unwrap_or(states[at]);
        }
        states
    })
}

fn at_some(share: f64) -> [prop::bool::Weighted; STEPS] {
    [prop::bool::weighted(share); STEPS]
}

fn history() -> impl Strategy<Value = History> {
    let hiding = (states(), any::<bool>(), any::<bool>(), at_some(0.2))
        .prop_map(|(states, journey, timed, published)| Hiding { states, journey, timed, published });
    let after = || prop::option::weighted(0.7, (0..3_usize, any::<bool>()));
    let of = (any::<bool>(), prop::bool::weighted(0.3));
    let seen = ([after(), after(), after(), after()], [0..3_u8, 0..3, 0..3, 0..3], any::<[bool; 4]>(), of).prop_map(
        |(after, number, sources, (withdrawn, elsewhere))| Seen { after, number, sources, withdrawn, elsewhere },
    );
    let hours = [1..900_u32, 1..900, 1..900, 1..900];
    let entries = (prop::collection::vec(hiding, 1..4), prop::collection::vec(seen, 1..4));
    let costly = (prop::bool::weighted(0.3), prop::bool::weighted(0.3));
    (entries, hours, costly, any::<[bool; 4]>(), at_some(0.35), at_some(0.3)).prop_map(
        |((hiding, seen), hours, (pages, serves), more, publishes, restarts)| History {
            hiding,
            seen,
            hours,
            press: false,
            pages,
            more,
            publishes,
            serves,
            restarts,
        },
    )
}

impl Hiding {
    /// Whether the audience may see what it has to hide, at a build.
    fn shows(&self, step: usize) -> bool {
        match self.states[step] {
            State::Told => true,
            State::Embargoed(lifts) => lifts <= step,
            _ => false,
        }
    }

    /// Whether its embargo has lifted between the build before and this one.
    fn lifts(&self, step: usize) -> bool {
        step > 0 && matches!(self.states[step - 1], State::Embargoed(lifts) if lifts == step)
    }

    fn is_gone(&self, step: usize) -> bool {
        matches!(self.states[step], State::Redacted | State::Withdrawn)
    }
}

impl History {
    fn who(&self) -> Audience {
        if self.press { Audience::Press } else { Audience::Public }
    }

    fn at(&self, step: usize) -> DateTime<Utc> {
        let begin: DateTime<Utc> = BEGIN.parse().expect("an instant");
        begin + Duration::hours(self.hours[..=step].iter().map(|hours| i64::from(*hours)).sum())
    }

    /// When an embargo lifts: between two builds.
    fn lifts(&self, step: usize) -> DateTime<Utc> {
        let hours = self.hours.get(step).copied().unwrap_or(4);
        let before = if step == 0 { BEGIN.parse().expect("an instant") } else { self.at(step - 1) };
        before + Duration::minutes(i64::from(hours) * 30)
    }

    /// For each build, whether all that is hidden is hidden from then on.
    fn comparable(&self) -> [bool; STEPS] {
        let mut comparable = [true; STEPS];
        for hiding in &self.hiding {
            let (mut is_known, mut is_released) = (false, false);
            for step in 0..STEPS {
                is_released |= hiding.lifts(step);
                is_known |= is_released && hiding.published[step];
                is_known = match hiding.states[step] {
                    State::Told | State::Embargoed(_) => hiding.shows(step),
                    State::Kept | State::Redacted | State::Plain { taken_back: true } => false,
                    // What could be read goes on to be.
                    State::Plain { taken_back: false } | State::Withdrawn => is_known,
                };
                comparable[step] &= !is_known;
            }
        }
        comparable
    }

    /// The files of the schedules.
    fn schedules(&self, step: usize, world: &World) -> [(&'static str, String); 3] {
        let key = world.word.to_lowercase();
        let head = |id: &str, title: &str, audience: &str| {
            format!(
                "visit: {id}\nkind: state-visit\ntitle: {title}\nprincipal: President A\nzone: Asia/Seoul\n\
                 dates: {{from: 2025-10-01, to: 2025-10-31}}\naudience: {audience}\nsources:\n  s: {{publisher: P}}\n  \
                 {key}-key: {{publisher: Q, title: Report}}\nentries:\n  - {{id: always-{id}, kind: meeting, title: Always, when: {{date: 2025-10-01}}, sources: [s]}}\n"
            )
        };
        let (mut v, mut w) = (head("v", "Visit", "public"), head("w", "Visit", "public"));
        if world.has_more && self.more[step] {
            let lasting = "kind: summit, title: Canary, when: {date: 2025-10-13}, sources: [canary-key]";
            let _ = write!(
                v,
                "  - {{id: canary-staff, {lasting}, audience: staff, note: Edit {step}}}\n  \
                 - {{id: canary-embargoed, {lasting}, embargo: 2028-01-01T00:00:00Z, note: Edit {step}}}\n"
            );
        }
        for (number, hiding) in self.hiding.iter().enumerate() {
            self.write_hiding(&mut v, number, hiding, step, world);
        }
        for (number, seen) in self.seen.iter().enumerate().filter(|(_, seen)| !seen.withdrawn || step + 1 < STEPS) {
            let own = format!("date: 2025-10-2{}", seen.number[step]);
            let after = seen.after[step].and_then(|(of, dated)| {
                let of = of % self.hiding.len();
                let after = format!("after: v/{}", self.id(of, step, world));
                let after = if dated { format!("{after}, {own}") } else { after };
                (!self.hiding[of].is_gone(step)).then_some(after)
            });
            let sources = if seen.sources[step] { format!("s, {key}-key") } else { "s".to_owned() };
            let _ = writeln!(
                if seen.elsewhere { &mut w } else { &mut v },
                "  - {{id: seen-{number}, kind: summit, title: Seen {number}, when: {{{}}}, sources: [{sources}]{}}}",
                after.unwrap_or(own),
                self.sections(step, world)
            );
        }
        let hidden = if world.has_more { head("canary", "Canary", "staff") } else { head("z", "Hidden", "staff") };
        [("v", v), ("w", w), ("z", hidden)]
    }

    /// What an entry says to others alone.
    fn sections(&self, step: usize, world: &World) -> String {
        let (word, edit) = (world.word, if world.has_more { step } else { 0 });
        let staff = format!(", staff: {{note: {word} {edit}, contact: {word}}}");
        if self.press { staff } else { format!("{staff}, press: {{note: {word} {edit}, meet_at: {word} gate}}") }
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
        if hiding.is_gone(step) {
            return;
        }
        // What was once to be seen keeps its time in its cancellation.
        let is_ever_told = (0..STEPS).any(|step| hiding.shows(step) || hiding.published[step]);
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
        let _ = match hiding.states[step] {
            State::Kept => write!(text, ", audience: staff"),
            State::Embargoed(lifts) => {
                write!(text, ", embargo: {}", self.lifts(lifts).format("%Y-%m-%dT%H:%M:%SZ"))
            }
            _ => Ok(()),
        };
        let _ = writeln!(text, "{}}}", self.sections(step, world));
    }

    fn feeds(&self, world: &World) -> String {
        let who = self.who().word();
        let hidden = if world.has_more { "canary" } else { "z" };
        format!(
            "publisher: Office\nuid_namespace: {NAMESPACE}\nbase_url: {{{who}: https://example.org/{who}}}\npages: {}\nfeeds:\n  \
             - {{id: seoul, title: T, zone: Asia/Seoul, language: ko, audience: {who}}}\n  \
             - {{id: host, title: T, zone: host, language: en, audience: {who}}}\n  \
             - {{id: summits, title: T, zone: host, language: en, audience: {who}, events: false, only: {{kind: [summit]}}}}\n  \
             - {{id: open, title: T, zone: host, language: en, audience: {who}, events: false, only: {{access: [open]}}}}\n  \
             - {{id: of-{hidden}, title: T, zone: host, language: en, audience: {who}, events: false, visits: [{hidden}]}}\n  \
             - {{id: staff, title: T, zone: host, language: en, audience: staff}}\n",
            self.pages
        )
    }

    /// What is done before and after a build, to an entry: arguments of `withdraw`.
    fn withdrawals(&self, step: usize) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (number, hiding) in self.hiding.iter().enumerate() {
            let with = |flags: &[&str]| {
                let name = format!("v/x-{number}");
                std::iter::once(name).chain(flags.iter().map(|flag| (*flag).to_owned())).collect::<Vec<String>>()
            };
            let published = hiding.published[step].then_some("--published");
            if step > 0 && hiding.is_gone(step - 1) && !hiding.is_gone(step) {
                before.push(with(&["--undo"]));
            }
            let state = hiding.states[step];
            let redact = (state == State::Redacted).then_some("--redact");
            let flags: Vec<&str> = redact.into_iter().chain(published).collect();
            if published.is_some() || hiding.is_gone(step) {
                before.push(with(&flags));
            }
            if published.is_some() && hiding.is_gone(step) {
                // Where there was no such release, it is withdrawn all the same.
                before.push(with(redact.as_slice()));
            }
            if state == (State::Plain { taken_back: true }) {
                after.push(with(&["--redact", "--was"]));
            }
        }
        if step + 1 == STEPS {
            let gone = self.seen.iter().enumerate().filter(|(_, seen)| seen.withdrawn);
            let visit = |seen: &Seen| if seen.elsewhere { "w" } else { "v" };
            before.extend(gone.map(|(number, seen)| vec![format!("{}/seen-{number}", visit(seen))]));
        }
        (before, after)
    }

    /// The same for what is there in one of the worlds alone.
    fn withdrawals_of_more(&self, step: usize) -> Vec<[String; 2]> {
        let before = &self.more[..step];
        let flag = match (before.last(), self.more[step]) {
            (Some(true), false) => "--redact",
            (Some(false), true) if before.contains(&true) => "--undo",
            _ => return Vec::new(),
        };
        ["v/canary-staff", "v/canary-embargoed"].map(|name| [name, flag].map(str::to_owned)).into()
    }
}

/// What may not be seen.
struct World {
    word: &'static str,
    kind: &'static str,
    access: &'static str,
    zone: &'static str,
    day: u8,
    /// Whether there is more in it that never may be seen.
    has_more: bool,
}

const WORLDS: [World; 2] = [
    World { word: "Canary", kind: "summit", access: "closed", zone: "Asia/Tokyo", day: 16, has_more: true },
    World { word: "Sparrow", kind: "meal", access: "open", zone: "Asia/Pyongyang", day: 18, has_more: false },
];

type Files = BTreeMap<String, Vec<u8>>;

/// Everything below a folder, by its path there.
fn files(folder: &Folder, below: &str) -> Files {
    let root = folder.path().join(below);
    let files = folder.snapshot(below).into_iter().filter(|(path, _)| path.is_file());
    let name = |path: &std::path::Path| path.strip_prefix(&root).expect("below").to_string_lossy().into_owned();
    files.map(|(path, (bytes, _))| (name(&path), bytes)).collect()
}

/// One of the worlds, as it goes on.
struct Told<'h> {
    history: &'h History,
    world: &'static World,
    folder: Folder,
    reader: &'h Reader,
    server: Option<Site>,
}

impl Told<'_> {
    /// Does a step, and tells how each part of it went.
    fn step(&mut self, step: usize) -> Result<Vec<i32>, TestCaseError> {
        let (history, folder) = (self.history, &self.folder);
        let at = history.at(step).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        for (name, text) in history.schedules(step, self.world) {
            folder.write(&format!("schedules/{name}.yaml"), text.as_bytes());
        }
        folder.write("schedules/feeds.yaml", history.feeds(self.world).as_bytes());
        let withdraw = |arguments: &[String]| {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            folder.run(&[&["withdraw", "--at", &at], &arguments[..]].concat()).code
        };
        let (before, after) = history.withdrawals(step);
        let mut codes: Vec<i32> = before.iter().map(|arguments| withdraw(arguments)).collect();
        if self.world.has_more {
            let more: Vec<i32> = history.withdrawals_of_more(step).iter().map(|name| withdraw(name)).collect();
            prop_assert!(more.iter().all(|code| *code == 0), "step {} of {:?}: {:?}", step, history, more);
        }
        for round in 0..if after.is_empty() { 1 } else { 2 } {
            if round == 1 {
                // Whether there is a past to take back may be staff's alone to know.
                after.iter().for_each(|arguments| {
                    let _ = withdraw(arguments);
                });
            }
            let ran = folder.run(&["build", "--at", &at]);
            prop_assert_eq!(ran.code, 0, "step {} of {:?}: {}{}", step, history, ran.stdout, ran.stderr);
        }
        if history.publishes[step] {
            let place = format!("file://{}", folder.path().join("store").display());
            codes.push(folder.run(&["publish", &place, "--audience", history.who().word()]).code);
        }
        Ok(codes)
    }

    /// What the audience has of the tree.
    fn tree(&self) -> Files {
        files(&self.folder, &format!("dist/{}", self.history.who().word()))
    }

    /// Serves what was built.
    fn serve(&mut self, step: usize) {
        let (who, at) = (self.history.who(), self.history.at(step));
        let mut trees = trees(&self.folder, at);
        let served = trees.iter().find(|tree| tree.audience == who).expect("a tree");
        let manifest = ("manifest.json".to_owned(), served.manifest.clone().into_bytes());
        let served: Files = served.files.clone().into_iter().chain([manifest]).collect();
        assert!(served == self.tree(), "what is served is what was built");
        // Of what is for others there is enough that could be mistaken for what is asked for.
        for tree in trees.iter_mut().filter(|tree| tree.audience != who) {
            tree.files.retain(|path, _| path.starts_with("feeds/"));
        }
        // When the next embargo lifts is no business of readers.
        let next = at + Duration::hours(i64::from(self.world.day));
        match self.server.take().filter(|_| !self.history.restarts[step]) {
            Some(server) => {
                server.replace(trees, at, next);
                self.server = Some(server);
            }
            None => self.server = Some(Site::new(trees, self.reader, at, next)),
        }
    }

    /// What is published, as far as it is the same at any time.
    fn store(&self) -> Files {
        let mut files = files(&self.folder, "store");
        if let Some(state) = files.get_mut("publish.json") {
            let mut value: Value = serde_json::from_slice(state).expect("JSON");
            value["by"] = json!(null);
            value["stale"].as_object_mut().expect("an object").values_mut().for_each(|since| *since = json!(null));
            *state = value.to_string().into_bytes();
        }
        files
    }
}

/// The first that differs in two maps, if one does; of files the manifest only if no other does.
fn differing<T: PartialEq>(both: &[BTreeMap<String, T>; 2]) -> Option<&String> {
    let names = both[0].keys().chain(both[1].keys());
    names.filter(|name| both[0].get(*name) != both[1].get(*name)).min_by_key(|name| name.contains("manifest.json"))
}

fn refuse_difference<T: PartialEq>(
    both: &[BTreeMap<String, T>; 2],
    what: &str,
    said: impl Fn(&T) -> String,
) -> Result<(), TestCaseError> {
    let Some(name) = differing(both) else { return Ok(()) };
    let [one, other] = both.each_ref().map(|all| all.get(name).map_or("not there".to_owned(), &said));
    Err(TestCaseError::fail(format!("{what} {name} tells the worlds apart:\n{one}\n{other}")))
}

fn refuse_canary(what: &str, name: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n ", "").to_lowercase();
    let tells = WORLDS.iter().any(|world| text.contains(&world.word.to_lowercase()));
    prop_assert!(!tells, "{} {}: {}", what, name, text);
    Ok(())
}

fn text(bytes: &Vec<u8>) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn check(history: &History) -> Result<(), TestCaseError> {
    let reader = Reader::new(history.who());
    let mut worlds =
        WORLDS.each_ref().map(|world| Told { history, world, folder: Folder::new(), reader: &reader, server: None });
    let comparable = history.comparable();
    // Every path that any tree had, and those that were not the same in both worlds while the server ran: it is known of
    // what was told that it changed.
    let (mut paths, mut undated) = (BTreeSet::new(), BTreeSet::new());
    for number in 0..STEPS {
        let [one, other] = worlds.each_mut().map(|world| world.step(number));
        prop_assert_eq!(one?, other?);
        for world in &worlds {
            let below = ["public", "press", "staff"].map(|who| format!("dist/{who}"));
            paths.extend(below.iter().flat_map(|below| files(&world.folder, below).into_keys()));
        }
        let trees = worlds.each_ref().map(Told::tree);
        if history.serves {
            worlds.iter_mut().for_each(|world| world.serve(number));
        }
        if history.restarts[number] {
            undated.clear();
        }
        if !comparable[number] {
            let names = trees[0].keys().chain(trees[1].keys());
            undated.extend(names.filter(|name| trees[0].get(*name) != trees[1].get(*name)).cloned());
            continue;
        }
        let after = format!("after build {number}");
        refuse_difference(&trees, &after, text)?;
        trees[0].iter().try_for_each(|(path, bytes)| refuse_canary(&after, path, bytes))?;
        if history.publishes[number] {
            let stores = worlds.each_ref().map(Told::store);
            refuse_difference(&stores, &format!("{after}, published,"), text)?;
            stores[0].iter().try_for_each(|(path, bytes)| refuse_canary(&after, path, bytes))?;
        }
        if !history.serves {
            continue;
        }
        let instants: Vec<DateTime<Utc>> = (0..=number).map(|step| history.at(step)).collect();
        let questions = Questions { paths: &paths, undated: &undated, instants: &instants };
        let answers =
            worlds.each_ref().map(|world| world.server.as_ref().expect("it runs").answers(&reader, &questions));
        refuse_difference(&answers, &format!("{after}, asked"), |reply| format!("{reply:?}"))?;
        for (question, reply) in &answers[0] {
            let headers = format!("{:?}", reply.headers).into_bytes();
            [&headers, &reply.body].into_iter().try_for_each(|bytes| refuse_canary(&after, question, bytes))?;
        }
    }
    Ok(())
}

/// How many histories are drawn by each of the two tests.
fn cases() -> u32 {
    std::env::var("SUMMITCAL_HISTORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 8, ..ProptestConfig::default() })]

    #[test]
    fn what_the_public_may_see_no_more_leaves_no_trace(history in history()) {
        check(&History { press: false, ..history })?;
    }

    #[test]
    fn what_the_press_may_see_no_more_leaves_no_trace(history in history()) {
        check(&History { press: true, ..history })?;
    }
}
