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

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::Folder;
use crate::support::answers::{Questions, Reader, Site, trees};
use crate::support::history::{History, WORLDS, World, history};

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
        folder.write("schedules/feeds.yaml", history.feeds(step, self.world).as_bytes());
        let audience = history.who().word();
        let channel = |kind: &str, language: &str| {
            format!(
                "  - {{id: {kind}-{language}, kind: {kind}, url: \"https://hook.example.org/x\", audience: {audience}, \
                 language: {language}, also: [America/New_York]}}\n"
            )
        };
        let channels = ["channels:\n".to_owned(), channel("webhook", "en"), channel("ntfy", "ko")].concat();
        folder.write("schedules/channels.yaml", channels.as_bytes());
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
                for arguments in &after {
                    let _ = withdraw(arguments);
                }
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

    /// What the audience is told of what changed since the step before.
    #[cfg(feature = "notify")]
    fn told(&self, step: usize) -> Result<String, TestCaseError> {
        let at = self.history.at(step).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let root = self.folder.path();
        let mut told = String::new();
        if root.join("told").exists() {
            let ran = self.folder.run(&["notify", "./told", "./dist", "--dry-run", "--at", &at]);
            prop_assert_eq!(ran.code, 0, "step {} of {:?}: {}{}", step, self.history, ran.stdout, ran.stderr);
            told = ran.stdout + &ran.stderr;
            std::fs::remove_dir_all(root.join("told")).expect("it is there");
        }
        for (path, bytes) in files(&self.folder, "dist") {
            self.folder.write(&format!("told/{path}"), &bytes);
        }
        Ok(told)
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
        let built = self.tree();
        let both = [served, built];
        let said = |name: &String| both.each_ref().map(|files| files.get(name).map(|bytes| text(bytes)));
        assert_eq!(differing(&both).map(|name| (name, said(name))), None, "what is served is what was built");
        // Of what is for others there is enough that could be mistaken for what is asked for.
        for tree in trees.iter_mut().filter(|tree| tree.audience != who) {
            tree.files.retain(|path, _| path.starts_with("feeds/"));
        }
        // When the next embargo lifts is no business of readers.
        let next = at + Duration::hours(i64::from(self.world.day));
        match self.server.take().filter(|_| !self.history.restarts[step]) {
            Some(running) => {
                running.replace(trees, at, next);
                self.server = Some(running);
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

/// What is left of a redacted entry says neither what it was nor who was let in, and so it is in no feed that selects by these.
fn refuse_in_selections(tree: &Files) -> Result<(), TestCaseError> {
    for feed in ["feeds/summits.ics", "feeds/open.ics"] {
        let text = tree.get(feed).map(|bytes| text(bytes)).unwrap_or_default();
        prop_assert!(!text.contains("SUMMARY:Withdrawn\r\n"), "{} has what is left of an entry: {}", feed, text);
    }
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn check(history: &History) -> Result<(), TestCaseError> {
    let reader = Reader::new(history.who());
    let mut worlds =
        WORLDS.each_ref().map(|world| Told { history, world, folder: Folder::new(), reader: &reader, server: None });
    // Every path that any tree had, and those that were not the same in both worlds while the server ran: it is known of
    // what was told that it changed.
    let (mut paths, mut undated) = (BTreeSet::new(), BTreeSet::new());
    for (number, comparable) in history.comparable().into_iter().enumerate() {
        let [one, other] = worlds.each_mut().map(|world| world.step(number));
        prop_assert_eq!(one?, other?);
        #[cfg(feature = "notify")]
        let told = {
            let [one, other] = worlds.each_ref().map(|world| world.told(number));
            [one?, other?]
        };
        for world in &worlds {
            let below = ["public", "press", "staff"].map(|who| format!("dist/{who}"));
            paths.extend(below.iter().flat_map(|below| files(&world.folder, below).into_keys()));
        }
        let trees = worlds.each_ref().map(Told::tree);
        trees.iter().try_for_each(refuse_in_selections)?;
        if history.serves {
            for world in &mut worlds {
                world.serve(number);
            }
        }
        if history.restarts[number] {
            undated.clear();
        }
        if !comparable {
            let names = trees[0].keys().chain(trees[1].keys());
            undated.extend(names.filter(|name| trees[0].get(*name) != trees[1].get(*name)).cloned());
            continue;
        }
        let after = format!("after build {number}");
        #[cfg(feature = "notify")]
        {
            prop_assert_eq!(&told[0], &told[1], "{}, told, of {:?}", after, history);
            refuse_canary(&after, "told", told[0].as_bytes())?;
        }
        refuse_difference(&trees, &after, |bytes| text(bytes))?;
        trees[0].iter().try_for_each(|(path, bytes)| refuse_canary(&after, path, bytes))?;
        if history.publishes[number] {
            let stores = worlds.each_ref().map(Told::store);
            refuse_difference(&stores, &format!("{after}, published,"), |bytes| text(bytes))?;
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
    fn what_the_public_may_see_no_more_leaves_no_trace(history in history(false)) {
        check(&history)?;
    }

    #[test]
    fn what_the_press_may_see_no_more_leaves_no_trace(history in history(true)) {
        check(&history)?;
    }
}
