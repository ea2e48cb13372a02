//! What packagers put beside the program, completions and manual pages of every command that there is; and what they
//! build it from.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use std::collections::BTreeSet;
use std::process::Command;

use crate::support::{BASE, FEEDS, Folder};

/// What cargo says of this package on standard output.
fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Clippy holds the program's own code to the version that it states; this holds what it is built from.
#[test]
fn no_dependency_needs_a_later_rust() {
    let read =
        |version: &str| -> Vec<u32> { version.split('.').take(2).filter_map(|part| part.parse().ok()).collect() };
    let ours = read(env!("CARGO_PKG_RUST_VERSION"));
    let metadata = cargo(&["metadata", "--format-version", "1", "--locked"]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let stated: Vec<_> = packages.iter().filter_map(|it| Some((it["rust_version"].as_str()?, &it["name"]))).collect();
    assert!(stated.len() > 40, "{stated:?}");
    let later: Vec<_> = stated.into_iter().filter(|(version, _)| read(version) > ours).collect();
    assert!(later.is_empty(), "{later:?}");
}

/// What builds, tests and explains it is in the package; what only its makers need is not.
#[test]
fn the_package_holds_what_it_is_built_and_tested_from() {
    let list = cargo(&["package", "--list", "--allow-dirty"]);
    let has = |path: &str| list.lines().any(|line| line.replace('\\', "/") == path);
    let needed = [
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "src/main.rs",
        "src/diagnostic/explanations.txt",
        "src/guide/times.md",
        "schedules/feeds.yaml",
    ];
    for path in needed.into_iter().chain(["tests/support/mod.rs", "tests/golden/seoul.ics", "tests/bench/stages.rs"]) {
        assert!(has(path), "{path} is missing");
    }
    let strays = list.lines().filter(|line| {
        ["target", "dist", "tests/fuzz", "tests/bench/plain", ".ci", ".github"]
            .iter()
            .any(|path| line.starts_with(path))
    });
    assert_eq!(strays.collect::<Vec<_>>(), Vec::<&str>::new());
}

/// What is said to contributors is how many crates each choice of features brings.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn the_crates_are_as_many_as_is_said() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.github/CONTRIBUTING.md")).expect("UTF-8");
    let readme = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    let count = |features: &[&str]| {
        let tree = cargo(&[&["tree", "--locked", "-e", "normal", "--prefix", "none"], features].concat());
        let crates: BTreeSet<_> = tree.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>()).collect();
        crates.len()
    };
    let without = "--no-default-features";
    for (said, features) in [
        ("With all, the program is made of {} crates", &[][..]),
        ("with `serve` alone of {};", &[without, "--features", "serve"]),
        ("only builds, of {} (", &[without]),
    ] {
        let said = said.replace("{}", &count(features).to_string());
        assert!(readme.contains(&said), "{said}");
    }
}

/// The commands, as the program's own help lists them.
fn commands() -> Vec<String> {
    let help = Folder::new().run(&["--help"]).stdout;
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list of commands");
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    names.filter_map(|line| line.split(' ').next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_shell_completes_every_command() {
    let commands = commands();
    assert!(commands.len() >= 6, "{commands:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = Folder::new().run(&["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        for word in commands.iter().map(String::as_str).chain(["schedules", "deny", "summitcal"]) {
            assert!(ran.stdout.contains(word), "{shell}: {word}");
        }
    }
    let ran = Folder::new().run(&["completions", "cmd"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
}

#[test]
fn every_command_has_a_page() {
    let page = Folder::new().run(&["man"]);
    assert!(page.code == 0 && page.stdout.contains(".TH summitcal 1"), "{}", page.stderr);
    for command in commands() {
        assert!(page.stdout.contains(&format!("summitcal\\-{command}(1)")), "{command}: {}", page.stdout);
        let own = Folder::new().run(&["man", &command]);
        assert!(
            own.code == 0 && own.stdout.contains(&format!(".TH summitcal-{command} 1")),
            "{command}: {}",
            own.stdout
        );
    }
    let ran = Folder::new().run(&["man", "nothing"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (2, "", "summitcal: there is neither a command nor a topic “nothing”\n")
    );
}

/// They need no schedules, and read none.
#[test]
fn wrong_schedules_are_no_hindrance() {
    let folder = Folder::with(&[("base.yaml", &BASE.replace("Asia/Tokyo", "JST")), ("feeds.yaml", FEEDS)]);
    for arguments in [&["schema", "visit"][..], &["schema", "feeds"], &["completions", "bash"], &["man"]] {
        assert_eq!(folder.run(arguments).code, 0, "{arguments:?}");
    }
}
