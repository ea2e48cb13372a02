//! README.md and the guide say what the program does: their examples are run, and outputs, flags and links are compared.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// README.md, and then the pages of the guide.
static README: LazyLock<String> = LazyLock::new(|| documents().into_values().collect());

/// README.md and the pages of the guide, by their paths.
fn documents() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = fs::read_dir(root.join("src/guide")).expect("the guide").map(|entry| entry.expect("readable").path());
    let paths = pages.map(|path| format!("src/guide/{}", path.file_name().expect("a name").to_string_lossy()));
    let paths = paths.chain(["README.md".to_owned()]);
    paths.map(|path| (path.clone(), fs::read_to_string(root.join(&path)).expect("UTF-8"))).collect()
}

/// The fenced blocks of a language, without their fences.
fn blocks(language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = README.lines();
    while let Some(line) = lines.next() {
        let Some(opened) = line.strip_prefix("```") else { continue };
        let block: String = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
        if opened == language {
            blocks.push(block);
        }
    }
    blocks
}

/// The README outside of its fenced blocks.
fn prose() -> String {
    outside_of_blocks(&README)
}

fn outside_of_blocks(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// The YAML examples that are whole files, by the name in their first line.
fn files() -> HashMap<String, String> {
    let named = |block: String| {
        let name = block.lines().next()?.strip_prefix("# schedules/")?.to_owned();
        Some((name, block))
    };
    blocks("yaml").into_iter().filter_map(named).collect()
}

/// The YAML examples that are an entry alone.
fn entries() -> Vec<String> {
    blocks("yaml").into_iter().filter(|block| block.starts_with("  - id: ")).collect()
}

const VISIT: &str = "germany-working-visit.yaml";

/// A folder with the README's schedules, the visit's as given.
fn folder(name: &str, visit: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme").join(name);
    fs::create_dir_all(folder.join("schedules")).expect("a folder");
    for (name, text) in files() {
        let text = if name == VISIT { visit } else { &text };
        fs::write(folder.join("schedules").join(name), text).expect("a file");
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_summitcal"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn assert_clean(name: &str, visit: &str) {
    let output = run(&folder(name, visit), &["check", "--deny", "warnings"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
}

#[test]
fn the_examples_are_without_diagnostics() {
    let files = files();
    assert!(files.len() == 2 && entries().len() == 5, "the README has lost an example");
    let visit = files[VISIT].clone();
    assert_clean("whole", &visit);
    assert_clean("entries", &(visit + "\n" + &entries().join("\n")));
}

/// Every form in the table of `when`, each in an entry of its own.
#[test]
fn every_form_of_when_is_accepted() {
    let mut visit = files()[VISIT].clone();
    let mut forms = 0;
    for line in README.lines() {
        let Some(form) = line.strip_prefix("| `").and_then(|rest| rest.split_once("` |")).map(|(form, _)| form) else {
            continue;
        };
        if form == "tba" || form.starts_with('{') {
            forms += 1;
            let _ = writeln!(
                visit,
                "  - {{id: form-{forms}, kind: other, title: T{forms}, when: {form}, status: confirmed, sources: [programme]}}"
            );
        }
    }
    assert_eq!(forms, 12);
    assert_clean("forms", &visit);
}

#[test]
fn the_diagnostic_is_what_is_printed() {
    let visit = files()[VISIT].clone();
    let moved = visit.replace("2026-10-24 10:30, end: 11:15", "2026-10-25 02:30, end: 03:15");
    assert_ne!(visit, moved);
    let output = run(&folder("diagnostic", &moved), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(blocks("text").contains(&stderr(&output)), "{}", stderr(&output));
}

#[test]
fn what_is_mended_is_what_is_printed() {
    let visit = files()[VISIT].clone();
    let slipped = visit.replace("    when: {start", "    wehn: {start");
    let folder = folder("mended", &slipped);
    let output = run(&folder, &["check", "--fix"]);
    assert!(output.status.success() && visit != slipped);
    assert!(blocks("text").contains(&stderr(&output)), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(folder.join("schedules").join(VISIT)).expect("a file"), visit);
}

/// The keys of the row about JSON are those of a diagnostic, and the formats those that there are.
#[test]
fn the_formats_are_what_is_written() {
    let slipped = files()[VISIT].replace("    when: {start", "    wehn: {start");
    let folder = folder("formats", &slipped);
    let row = |format: &str| README.lines().find(|line| line.starts_with(&format!("| `{format}` |"))).expect("a row");
    let report: serde_json::Value =
        serde_json::from_str(&stdout(&run(&folder, &["check", "--format", "json"]))).expect("JSON");
    let mended = &report.as_array().expect("an array").iter().find(|one| !one["fix"].is_null()).expect("a fix");
    let keys = |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    for key in keys(mended).iter().chain(&keys(&mended["fix"])) {
        assert!(row("json").contains(&format!("`{key}`")), "{key}");
    }
    assert!(stdout(&run(&folder, &["check", "--format", "github"])).starts_with("::error "), "{}", row("github"));
    assert!(stdout(&run(&folder, &["check", "--format", "sarif"])).contains("\"2.1.0\""), "{}", row("sarif"));
}

/// The line for editors is that of the shipped schedules; the hook is there, and runs.
#[test]
fn the_examples_for_editors_and_hooks_are_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let line = blocks("yaml").into_iter().find(|block| block.starts_with("# yaml-language-server")).expect("a line");
    let shipped = fs::read_to_string(root.join("schedules/us-state-visit.yaml")).expect("a schedule");
    assert!(shipped.starts_with(&line));

    let config = blocks("yaml").into_iter().find(|block| block.starts_with("# .pre-commit-config.yaml")).expect("it");
    let config: serde_yaml::Value = serde_yaml::from_str(&config).expect("YAML");
    let wheel =
        blocks("yaml").into_iter().find(|block| block.starts_with("# .pre-commit-config.yaml of a repository without"));
    let wheel: serde_yaml::Value = serde_yaml::from_str(&wheel.expect("it")).expect("YAML");
    let example = fs::read_to_string(root.join("tests/example-repository/.pre-commit-config.yaml")).expect("a file");
    assert_eq!(wheel, serde_yaml::from_str::<serde_yaml::Value>(&example).expect("YAML"));
    let hooks = fs::read_to_string(root.join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks: serde_yaml::Value = serde_yaml::from_str(&hooks).expect("YAML");
    assert_eq!(config["repos"][0]["hooks"][0]["id"], hooks[0]["id"]);
    assert_eq!((hooks[0]["language"].as_str(), hooks[0]["pass_filenames"].as_bool()), (Some("rust"), None));
    let entry = hooks[0]["entry"].as_str().and_then(|entry| entry.strip_prefix("summitcal ")).expect("the program");
    let folder = folder("hook", &files()[VISIT].replace("status: confirmed", "status: confirmd"));
    let given = |more: &[&str]| {
        let arguments: Vec<_> = entry.split(' ').chain(more.iter().copied()).collect();
        run(&folder, &arguments).status.code()
    };
    let (visit, feeds) = (format!("schedules/{VISIT}"), "schedules/feeds.yaml");
    assert_eq!((given(&[feeds]), given(&[&visit]), given(&["--fix", &visit, feeds])), (Some(0), Some(1), Some(0)));
}

/// The workflow runs commands that there are, and gives no more rights than it needs.
#[test]
fn the_workflow_checks_as_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join(".github/workflows/ci.yml")).expect("the workflow");
    let workflow: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
    let rights = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text).expect("YAML");
    assert_eq!(workflow["permissions"], rights("{}"));
    assert_eq!(workflow["jobs"]["check"]["permissions"], rights("contents: read"));
    let steps = workflow["jobs"]["check"]["steps"].as_sequence().expect("steps");
    let commands: Vec<_> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    assert!(commands.contains(&"bash .ci/run"));
    let check =
        commands.iter().find_map(|command| command.strip_prefix("cargo run --release --locked -- ")).expect("it");
    let arguments: Vec<_> = check.split(' ').collect();
    let output = run(root, &arguments);
    assert_eq!((output.status.code(), stdout(&output), stderr(&output)), (Some(0), String::new(), String::new()));
}

#[test]
fn the_next_embargo_is_said_as_shown() {
    let folder = folder("embargo", &(files()[VISIT].clone() + "\n" + &entries().join("\n")));
    let _ = fs::remove_file(folder.join("schedules/revisions.lock"));
    let _ = fs::remove_dir_all(folder.join("dist"));
    let output = run(&folder, &["build", "--at", "2026-10-20T10:59:59Z"]);
    let said = stdout(&output);
    let sentence = said.lines().find(|line| line.starts_with("The next embargo lifts")).expect("the sentence");
    let text = prose().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(&format!("`{sentence}`")), "{sentence}");
}

#[test]
fn the_first_build_prints_what_is_shown() {
    let folder = folder("build", "");
    let _ = fs::remove_dir_all(folder.join("dist"));
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("schedules");
    let copies = folder.join("shipped");
    fs::create_dir_all(&copies).expect("a folder can be made");
    for file in fs::read_dir(shipped).expect("readable").map(|entry| entry.expect("readable").path()) {
        fs::copy(&file, copies.join(file.file_name().expect("a name"))).expect("a file can be copied");
    }
    let output = run(&folder, &["--schedules", "shipped"]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), String::new()));
    assert!(blocks("text").contains(&stdout(&output)), "{}", stdout(&output));
}

#[test]
fn what_would_change_is_said_as_shown() {
    let visit = files()[VISIT].clone();
    let moved = visit.replace("2026-10-24 10:30, end: 11:15", "2026-10-24 11:00, end: 11:45");
    let folder = folder("diff", &visit);
    let feeds = folder.join("schedules/feeds.yaml");
    let text = fs::read_to_string(&feeds).expect("a file");
    let public = text.split_once("audience: public").expect("a public feed");
    let mut all = text.clone();
    let feed = &public.0[public.0.find("  - id:").expect("a feed")..];
    for audience in ["press", "staff"] {
        all.extend([feed, "audience: ", audience, "\n"]);
    }
    fs::write(&feeds, all).expect("a file can be written");
    let _ = fs::remove_file(folder.join("schedules/revisions.lock"));
    let _ = fs::remove_dir_all(folder.join("dist"));
    assert_eq!(run(&folder, &["build", "--at", "2026-10-20T00:00:00Z"]).status.code(), Some(0));
    fs::write(folder.join("schedules").join(VISIT), moved).expect("a file can be written");
    let output = run(&folder, &["diff", "--at", "2026-10-21T00:00:00Z"]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(1), String::new()));
    assert!(blocks("text").contains(&stdout(&output)), "{}", stdout(&output));
}

/// Each command of the table knows the flags beside it, and each that all commands share.
#[test]
fn the_flags_are_there() {
    let flags = |text: &str| -> Vec<String> {
        let starts = text.match_indices("`-").map(|(at, _)| &text[at + 1..]);
        starts.map(|rest| rest.split([' ', '`']).next().unwrap_or_default().to_owned()).collect()
    };
    let shared =
        README.lines().find(|line| line.starts_with("All commands know")).map(flags).expect("the shared flags");
    let mut commands = 0;
    for row in README.lines().filter(|line| line.starts_with("| `summitcal ")) {
        commands += 1;
        let command = row["| `summitcal ".len()..].split([' ', '`']).next().expect("a command");
        let help = stdout(&run(Path::new("."), &[command, "--help"]));
        let known: Vec<&str> = help.split([' ', ',', '\n']).collect();
        for flag in flags(row).iter().chain(&shared) {
            assert!(known.contains(&flag.as_str()), "{command} {flag}: {help}");
        }
    }
    assert_eq!(commands, 21);
}

/// The table of rules names every warning that a rule gives, and nothing else.
#[test]
fn the_rules_are_those_of_the_program() {
    let section = README.split("## What a check knows").nth(1).and_then(|rest| rest.split("\n# ").next());
    let rows = section.expect("the section").lines().filter(|line| line.starts_with("| `"));
    let named: BTreeSet<&str> =
        rows.flat_map(|row| row.split('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2)).collect();
    let texts: Vec<String> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check/rules"))
        .expect("a folder")
        .filter_map(|entry| fs::read_to_string(entry.expect("an entry").path()).ok())
        .collect();
    let given: BTreeSet<&str> = summitcal::diagnostic::codes::ALL
        .iter()
        .map(|(code, _)| code.0)
        .filter(|code| {
            let constant = format!("codes::{}", code.replace('-', "_").to_uppercase());
            texts.iter().any(|text| text.contains(&constant))
        })
        .collect();
    assert_eq!(named, given);
}

#[test]
fn the_links_lead_somewhere() {
    let anchor = |heading: &str| {
        let kept = heading.to_lowercase().replace(' ', "-");
        kept.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect::<String>()
    };
    let headings = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with('#'));
        lines.map(|line| anchor(line.trim_start_matches(['#', ' ']))).collect()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, text) in documents() {
        let text = outside_of_blocks(&text);
        for (at, _) in text.match_indices("](") {
            let link = text[at + 2..].split(')').next().expect("the end of a link");
            if link.starts_with("https://") {
                continue;
            }
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { root.join(&path) } else { root.join(&path).with_file_name(file) };
            let there = fs::read_to_string(&target).unwrap_or_else(|error| panic!("{path}: {link}: {error}"));
            let there = headings(&outside_of_blocks(&there));
            assert!(fragment.is_empty() || there.iter().any(|name| name == fragment), "{path}: {link}: {there:?}");
        }
    }
}

/// Words of a command line, of which some are in quotation marks.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

/// Each command that is written somewhere is one that there is, with flags that it has.
#[test]
fn the_commands_are_there() {
    let (prose, blocks) = (prose(), blocks("sh"));
    let lines = prose.lines().filter(|line| !line.starts_with("| `summitcal "));
    let text = lines.flat_map(|line| [line, "\n"]).collect::<String>();
    let spans = text.split('`').skip(1).step_by(2);
    let lines = blocks.iter().flat_map(|block| block.lines()).map(|line| line.split(" #").next().unwrap_or_default());
    let mut commands = 0;
    for command in spans.chain(lines).filter_map(|code| code.trim().strip_prefix("summitcal ")) {
        commands += 1;
        let command = command.replace("INSTANT", "2025-08-25T09:00:00Z");
        let words = words(&command).into_iter().chain(["--help".to_owned()]).collect::<Vec<_>>();
        let output = run(Path::new("."), &words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(0), "{command}: {}", stderr(&output));
    }
    assert!(commands > 40, "{commands}");
}

/// Apps open `webcal:` as http: nginx sends them to https, with the path that they asked for, and notes no path, for there may be a
/// token in it.
#[test]
fn nginx_sends_http_to_https() {
    let nginx = blocks("nginx").into_iter().find(|block| block.contains("proxy_pass")).expect("lines for nginx");
    let servers: Vec<Vec<&str>> = nginx
        .split("server {")
        .skip(1)
        .map(|server| server.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).collect())
        .collect();
    let listening = |port: &str| {
        let listens = |line: &str| line.split([' ', ';']).take(2).eq(["listen", port]);
        let mut of_port = servers.iter().filter(|server| server.iter().any(|line| listens(line)));
        let server = of_port.next().unwrap_or_else(|| panic!("nothing listens on {port}: {nginx}"));
        assert!(of_port.next().is_none(), "{port}: {nginx}");
        server
    };
    let (plain, encrypted) = (listening("80"), listening("443"));
    let is_of = |server: &[&str], word: &str| server.iter().any(|line| line.starts_with(word));
    assert!(plain.contains(&"return 301 https://$host$request_uri;"), "{plain:?}");
    assert!(!is_of(plain, "proxy_pass") && !is_of(plain, "location"), "nothing is served without TLS: {plain:?}");
    assert!(is_of(encrypted, "ssl_certificate "), "{encrypted:?}");
    for server in [plain, encrypted] {
        assert!(server.contains(&"access_log off;"), "{server:?}");
        assert!(server.contains(&"server_name calendar.example.org;"), "{server:?}");
        assert!(server.iter().any(|line| line.starts_with("error_log ") && line.ends_with(" crit;")), "{server:?}");
    }
}

/// README.md is for newcomers; the rest is in the guide.
#[test]
fn the_readme_is_short() {
    let readme = &documents()["README.md"];
    assert!(readme.lines().count() <= 220);
    let picture = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a picture");
    let shown = stdout(&run(Path::new(env!("CARGO_MANIFEST_DIR")), &["show", "--at", "2025-08-20T00:00:00Z"]));
    assert!(shown.starts_with(picture), "{shown}");
}

#[test]
fn the_guide_is_in_the_program() {
    let list = stdout(&run(Path::new("."), &["guide"]));
    let topics: BTreeSet<_> = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    let pages = documents();
    let files: BTreeSet<_> =
        pages.keys().filter_map(|path| path.strip_prefix("src/guide/")?.strip_suffix(".md")).collect();
    assert_eq!(topics, files);
    for topic in topics {
        assert!(pages["README.md"].contains(&format!("| [`{topic}`](src/guide/{topic}.md) | ")), "{topic}");
        let page = stdout(&run(Path::new("."), &["guide", topic]));
        let source = &pages[&format!("src/guide/{topic}.md")];
        let words = source.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3);
        let missing: Vec<_> = words.filter(|word| !page.to_lowercase().contains(&word.to_lowercase())).collect();
        // What leads elsewhere in this repository, and the heads of tables, are left out.
        assert!(missing.len() < 12, "{topic}: {missing:?}");
        let long = |line: &&str| line.chars().count() > 100 && !line.starts_with("    ") && line.contains("  ");
        assert_eq!(page.lines().find(long), None, "{topic}");
        for mark in ["](", "**", "```", "| ---"] {
            assert!(!page.contains(mark), "{topic}: {mark}");
        }
        let manual = stdout(&run(Path::new("."), &["man", topic]));
        assert!(manual.starts_with(&format!(".TH summitcal-{topic} 7 ")), "{manual}");
        let broken = manual.lines().find(|line| line.starts_with("..") || line.starts_with('\''));
        assert_eq!(broken, None, "{topic}");
    }
    let ran = run(Path::new("."), &["guide", "tmies"]);
    assert_eq!(
        (ran.status.code(), stderr(&ran).as_str()),
        (Some(2), "summitcal: the guide has no page “tmies”; did you mean “times”?\n")
    );
}

/// What the guide says of a page, as the terminal shows it.
#[test]
fn a_page_of_the_guide_is_laid_out_for_a_terminal() {
    let page = stdout(&run(Path::new("."), &["guide", "times"]));
    assert!(page.starts_with("TIMES\n\nAn author writes only what was announced"), "{page}");
    let row = "\n  `{start: 2026-10-24 12:15}`\n      The end was not announced.\n      The feed's `display_length`;";
    assert!(page.contains(row), "{page}");
    assert!(page.contains("\nTravel\n") && page.contains("\n      - id: flight-out\n"), "{page}");
    let manual = stdout(&run(Path::new("."), &["man", "times"]));
    assert!(
        manual.contains("\n.SH TRAVEL\n.PP\nA journey has two ends") && manual.contains("\n.TP\n`tba`\n"),
        "{manual}"
    );
}

/// What the README says of places in the repository, and of versions.
#[test]
fn names_and_numbers_are_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = prose();
    for (at, code) in text.split('`').enumerate() {
        if at % 2 == 1
            && ["src/", "tests/", ".ci/", ".github/", "schedules/"].iter().any(|place| code.starts_with(place))
        {
            assert!(root.join(code).exists(), "{code}");
        }
    }
    let feed = fs::read(root.join("tests/golden/seoul.ics")).expect("the feed").len();
    assert!(text.contains(&format!("has {}.{} KB, and ", feed / 1000, feed % 1000 / 100)), "{feed}");
    let oldest = env!("CARGO_PKG_RUST_VERSION");
    assert!(text.contains(&format!("(https://rustup.rs) {oldest} or later")));
    assert!(text.contains(&format!("The database, version {},", summitcal::zone::BUILT_IN_VERSION)));
    assert!(text.contains(&format!("Years from {} to {}", summitcal::zone::FIRST_YEAR, summitcal::zone::LAST_YEAR)));
}
