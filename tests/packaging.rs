//! What packagers put beside the program: completions and manual pages, of every command that there is.

mod support;

use support::{BASE, FEEDS, Folder};

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
        (2, "", "summitcal: there is no command “nothing”\n")
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
