//! `summitcal diff` between git revisions and between output folders: what is not there is empty, and what is broken is no
//! difference.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{AT, BASE, FEEDS, Folder, Ran};

fn git(folder: &Folder, arguments: &[&str]) {
    let options = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
    let mut command = Command::new("git");
    command.current_dir(folder.path()).args(options).args(arguments);
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let ran = command.output().expect("git");
    assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

fn commit(folder: &Folder, tag: &str) {
    git(folder, &["add", "-A", "."]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", tag]);
    git(folder, &["tag", tag]);
}

/// A repository of which the first commit has nothing, the second no settings, the third something wrong, and the fourth all.
fn repository() -> Folder {
    let folder = Folder::new();
    git(&folder, &["init", "-q"]);
    commit(&folder, "nothing");
    folder.write("schedules/base.yaml", BASE.as_bytes());
    commit(&folder, "no-feeds");
    folder.write("schedules/feeds.yaml", FEEDS.as_bytes());
    folder.write("schedules/base.yaml", BASE.replace("kind: meeting", "kind: meating").as_bytes());
    commit(&folder, "broken");
    folder.write("schedules/base.yaml", BASE.as_bytes());
    commit(&folder, "whole");
    folder.write("schedules/base.yaml", BASE.replace("title: First", "title: Second").as_bytes());
    commit(&folder, "retitled");
    folder
}

fn diff(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.run(&[&["diff", "--at", AT], arguments].concat())
}

const RETITLED: &str = "For everyone:\n  Second: title changed: “Second” (was: “First”)\n";
const PUBLIC: &str = "For the public:\n  Second: title changed: “Second” (was: “First”)\n";

#[test]
fn what_a_revision_does_not_have_is_empty() {
    let folder = repository();
    for revision in ["nothing", "no-feeds"] {
        let ran = diff(&folder, &[revision]);
        assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{revision}");
        assert_eq!(
            ran.stdout,
            "For the public:\n  Base: announced: 23–24 August 2025\n  Second: announced: 23 Aug, time to be announced\n",
            "{revision}"
        );
        let ran = diff(&folder, &["whole", revision]);
        assert!(ran.code == 1 && ran.stdout.contains("First: withdrawn"), "{revision}: {}{}", ran.stdout, ran.stderr);
    }
    let ran = diff(&folder, &["nothing", "no-feeds"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    // Not even the folder need be there any more.
    fs::remove_dir_all(folder.path().join("schedules")).expect("it is there");
    assert_eq!(diff(&folder, &["whole", "retitled"]).stdout, PUBLIC);
}

#[test]
fn what_is_broken_is_no_difference() {
    let folder = repository();
    for arguments in [&["broken"][..], &["broken", "whole"], &["whole", "broken"]] {
        let ran = diff(&folder, arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.stderr.contains("broken:base.yaml:11:11: error["), "{}", ran.stderr);
        assert!(ran.stderr.contains("there are errors in the schedules at broken"), "{}", ran.stderr);
    }
    folder.write("schedules/base.yaml", b"visit: [");
    let ran = diff(&folder, &["whole"]);
    assert!(ran.code == 2 && ran.stderr.contains("schedules/base.yaml:1"), "{}{}", ran.code, ran.stderr);
}

#[test]
fn wherever_git_is_run_from_it_is_the_repository_of_the_schedules() {
    let folder = repository();
    let told = |within: &Path, schedules: &str, hook: Option<&str>| {
        let mut command = folder.command(&["diff", "--at", AT, "whole", "retitled", "--schedules", schedules]);
        command.current_dir(within);
        if let Some(hook) = hook {
            command.env("GIT_DIR", hook).env("GIT_INDEX_FILE", "elsewhere").env("GIT_PREFIX", "");
        }
        let ran = Ran::of(command);
        assert_eq!(ran.stderr, "", "{} {schedules} {hook:?}", within.display());
        ran.stdout
    };
    let top = folder.path();
    for hook in [None, Some(".git")] {
        assert_eq!(told(top, "schedules", hook), PUBLIC, "{hook:?}");
    }
    fs::create_dir(top.join("sub")).expect("a folder can be made");
    assert_eq!(told(&top.join("sub"), "../schedules", None), PUBLIC);
    let worktree = Folder::new();
    let path = worktree.path().join("linked");
    git(&folder, &["worktree", "add", "-q", "--detach", &path.to_string_lossy(), "nothing"]);
    let own = top.join(".git/worktrees/linked");
    for hook in [None, Some(own.to_string_lossy().into_owned())] {
        assert_eq!(told(&path, "schedules", hook.as_deref()), PUBLIC, "{hook:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_to_schedules_are_followed() {
    use std::os::unix::fs::symlink;
    let folder = repository();
    symlink("schedules", folder.path().join("link")).expect("a link can be made");
    let ran = diff(&folder, &["whole", "retitled", "--schedules", "link"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), (PUBLIC, ""));
    // One file, beside the folder.
    fs::rename(folder.path().join("schedules/base.yaml"), folder.path().join("base.yaml")).expect("it is there");
    symlink("../base.yaml", folder.path().join("schedules/base.yaml")).expect("a link can be made");
    commit(&folder, "linked");
    assert_eq!(diff(&folder, &["retitled", "linked"]).stdout, "");
    assert_eq!(diff(&folder, &["whole", "linked"]).stdout, PUBLIC);
}

#[test]
fn folders_are_compared_feed_by_feed() {
    let title = BASE.replace("title: First", "title: {en: First, ko: 첫째}");
    let folder = Folder::with(&[("base.yaml", &title), ("feeds.yaml", FEEDS)]);
    let build = |out: &str| assert_eq!(folder.run(&["build", "--at", AT, "--out", out]).code, 0);
    build("one");
    let english = "  - {id: english, title: T, zone: host, language: en, audience: public}\n";
    folder.write("schedules/feeds.yaml", format!("{FEEDS}{english}").as_bytes());
    build("two");
    for pair in [["./one", "./two"], ["./two", "./one"]] {
        let ran = diff(&folder, &pair);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""), "{pair:?}");
    }
    // What changed in one language is told by its name.
    folder.write("schedules/base.yaml", title.replace("첫째", "둘째").as_bytes());
    let ran = folder.run(&["build", "--at", "2025-08-27T00:00:00Z", "--out", "three"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = diff(&folder, &["./two", "./three"]);
    assert_eq!(ran.stdout, "For the public:\n  First: Korean title changed: “둘째” (was: “첫째”)\n");
    // A manifest of another version is the program's still.
    let manifest = folder.read("three/public/manifest.json").replace("\"version\": 1", "\"version\": 7");
    folder.write("three/public/manifest.json", manifest.as_bytes());
    assert_eq!(diff(&folder, &["./two", "./three"]).stdout, ran.stdout);
    assert_eq!(folder.run(&["build", "--at", "2025-08-28T00:00:00Z", "--out", "three"]).code, 0);
}

#[test]
fn what_everybody_sees_is_told_once() {
    let folder = repository();
    let each = crate::support::FEEDS_OF_EACH;
    folder.write("schedules/base.yaml", BASE.as_bytes());
    folder.write("schedules/feeds.yaml", each.as_bytes());
    commit(&folder, "each");
    folder.write("schedules/base.yaml", BASE.replace("title: First", "title: Second").as_bytes());
    assert_eq!(diff(&folder, &["each"]).stdout, RETITLED);
}
