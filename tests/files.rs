//! What a build does to files: only its own, all of them or none, and never two builds at once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::support::{AT, BASE, FEEDS, Folder, Ran};

/// Settings with these feeds, each an id and an audience, and no pages.
fn feeds(feeds: &[(&str, &str)]) -> String {
    let head = FEEDS.split("feeds:").next().unwrap_or_default();
    feeds.iter().fold(format!("{head}pages: false\nfeeds:\n"), |mut text, (id, audience)| {
        let _ = writeln!(text, "  - {{id: {id}, title: T, zone: host, language: en, audience: {audience}}}");
        text
    })
}

/// A folder with a feed for each audience, not yet built.
fn plain() -> Folder {
    let feeds = feeds(&[("a", "public"), ("b", "public"), ("a", "press"), ("a", "staff")]);
    Folder::with(&[("base.yaml", BASE), ("feeds.yaml", &feeds)])
}

/// Another title in the only visit.
fn retitle(folder: &Folder, title: &str) {
    folder.write("schedules/base.yaml", BASE.replace("title: First", &format!("title: {title}")).as_bytes());
}

/// The files below a folder, by path, with what tells whether they were touched.
fn files(folder: &Folder, below: &str) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let root = folder.path().join(below);
    let name = |path: &Path| path.strip_prefix(&root).expect("below").to_owned();
    let found = folder.snapshot(below).into_iter().filter(|(path, _)| path.is_symlink() || !path.is_dir());
    found.map(|(path, seen)| (name(&path), seen)).collect()
}

/// The bytes of files, by path.
type Contents = BTreeMap<PathBuf, Vec<u8>>;

/// Their bytes alone.
fn contents(folder: &Folder, below: &str) -> Contents {
    files(folder, below).into_iter().map(|(path, (bytes, _))| (path, bytes)).collect()
}

fn names(folder: &Folder, below: &str) -> Vec<String> {
    contents(folder, below).keys().map(|path| path.to_string_lossy().replace('\\', "/")).collect()
}

/// A build that cannot be, says why, and changes nothing of what was published.
fn refused(folder: &Folder, words: &[&str]) {
    let before = files(folder, "");
    let ran = folder.run(&["build", "--at", AT]);
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.starts_with("summitcal: ") && ran.stdout.is_empty(), "{}{}", ran.stdout, ran.stderr);
    for word in words {
        assert!(ran.stderr.contains(word), "no “{word}” in {}", ran.stderr);
    }
    assert!(files(folder, "") == before, "something was changed: {:?}", names(folder, ""));
}

#[test]
fn what_is_no_longer_made_is_removed_with_its_folders() {
    let folder = plain();
    folder.build();
    folder.write("schedules/feeds.yaml", feeds(&[("b", "public"), ("c", "press")]).as_bytes());
    let ran = folder.build();
    for line in
        ["removed dist/public/feeds/a.ics\n", "removed dist/press/feeds/a.ics\n", "removed dist/staff/manifest.json\n"]
    {
        assert!(ran.stdout.contains(line), "{}", ran.stdout);
    }
    let left = names(&folder, "dist").into_iter().filter(|name| !name.ends_with("/changes.atom"));
    let expected = [
        "press/changes.json",
        "press/events/c/base.first.ics",
        "press/feeds/c.ics",
        "press/manifest.json",
        "press/newsroom/ninjs/base.first.json",
        "press/newsroom/ninjs.json",
        "press/programme.csv",
        "press/programme.json",
        "public/changes.json",
        "public/events/b/base.first.ics",
        "public/feeds/b.ics",
        "public/manifest.json",
        "public/newsroom/ninjs/base.first.json",
        "public/newsroom/ninjs.json",
        "public/programme.csv",
        "public/programme.json",
    ];
    assert_eq!(left.collect::<Vec<_>>(), expected);
    assert!(!folder.path().join("dist/staff").exists(), "the folder is gone too");
}

#[test]
fn what_others_made_is_left_alone() {
    let folder = plain();
    folder.build();
    let others = [
        "dist/index.html",
        "dist/public/robots.txt",
        "dist/public/feeds/mine.ics",
        "dist/public/feeds/.a.ics.tmp",
        "dist/public/feeds/.a.ics.12x.summitcal",
        "dist/public/.events.12x.summitcal/a/base.first.ics",
        "dist/public/feeds/a.ics.12.summitcal",
        "dist/staff/feeds/mine.ics",
        "dist/other/feeds/.a.ics.12.summitcal",
    ];
    for path in others {
        folder.write(path, b"mine");
    }
    folder.write("schedules/feeds.yaml", feeds(&[("b", "public")]).as_bytes());
    folder.build();
    for path in others {
        assert_eq!(folder.read(path), "mine", "{path}");
    }
    assert!(!folder.path().join("dist/staff/manifest.json").exists());
}

#[test]
fn leftovers_of_killed_builds_are_removed() {
    let folder = plain();
    folder.build();
    let before = contents(&folder, "dist");
    for path in [
        "public/feeds/.a.ics.4711.summitcal",
        "press/.manifest.json.1.summitcal",
        "staff/.x.2.summitcal",
        "staff/.events.2.summitcal/a/base.first.ics",
    ] {
        folder.write(&format!("dist/{path}"), b"half");
    }
    // One that was killed after it had put a feed in place.
    folder.write(
        "dist/public/.manifest.json.4711.summitcal",
        br#"{"version": 1, "files": {"feeds/gone.ics": {"size": 4, "sha256": ""}, "more/never.ics": {"size": 0, "sha256": ""},
            "../../schedules/base.yaml": {"size": 0, "sha256": ""}}}"#,
    );
    folder.write("dist/public/feeds/gone.ics", b"mine");
    fs::create_dir(folder.path().join("dist/public/more")).expect("a folder can be made");
    let ran = folder.build();
    assert!(ran.stdout.contains("removed dist/public/feeds/gone.ics\n"), "{}", ran.stdout);
    assert!(contents(&folder, "dist") == before, "{:?}", names(&folder, "dist"));
    assert!(!folder.path().join("dist/public/more").exists());
    assert!(folder.path().join("schedules/base.yaml").exists());
}

/// In a container every build may have the same number.
#[cfg(unix)]
#[test]
fn a_build_has_the_number_of_one_that_was_killed() {
    let folder = plain();
    folder.build();
    folder.write(
        "dist/public/.manifest.json.4294967295.summitcal",
        br#"{"version": 1, "files": {"feeds/older.ics": {"size": 4, "sha256": ""}}}"#,
    );
    folder.write("dist/public/feeds/older.ics", b"old.");
    folder.write("dist/public/feeds/gone.ics", b"gone");
    folder.write("killed.json", br#"{"version": 1, "files": {"feeds/gone.ics": {"size": 4, "sha256": ""}}}"#);
    retitle(&folder, "Another");
    let program = folder.command(&[]).get_program().to_owned();
    let mut shell = std::process::Command::new("sh");
    let script = "cp killed.json dist/public/.manifest.json.$$.summitcal && exec \"$0\" build --at \"$1\"";
    shell.args(["-c", script]).arg(program).arg(AT).current_dir(folder.path());
    let ran = Ran::of(shell);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let calm = plain();
    calm.build();
    retitle(&calm, "Another");
    calm.build();
    assert!(contents(&folder, "dist") == contents(&calm, "dist"), "{:?}", names(&folder, "dist"));
}

#[test]
fn a_manifest_of_another_program_is_not_replaced() {
    let folder = plain();
    folder.write("dist/press/manifest.json", br#"{"name": "An app", "icons": []}"#);
    refused(&folder, &["dist/press/manifest.json", "not made by this program"]);
    // A damaged one is.
    folder.write("dist/press/manifest.json", br#"{"version": 1, "fil"#);
    folder.build();
    assert!(folder.read("dist/press/manifest.json").contains("feeds/a.ics"));
}

#[test]
fn what_is_in_the_way_is_left_there() {
    let file = plain();
    file.write("dist", b"mine");
    refused(&file, &["dist is a file, where a folder belongs"]);

    let inner = plain();
    inner.write("dist/public/feeds", b"mine");
    refused(&inner, &["dist/public/feeds is a file, where a folder belongs"]);

    let folder = plain();
    folder.build();
    fs::remove_file(folder.path().join("dist/staff/feeds/a.ics")).expect("it was made");
    folder.write("dist/staff/feeds/a.ics/mine", b"mine");
    retitle(&folder, "Other");
    refused(&folder, &["dist/staff/feeds/a.ics is a folder, where a file belongs"]);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    use std::os::unix::fs::symlink;

    // The folder itself may be one.
    let folder = plain();
    fs::create_dir(folder.path().join("elsewhere")).expect("a folder can be made");
    symlink("elsewhere", folder.path().join("dist")).expect("a link can be made");
    folder.build();
    assert!(folder.path().join("dist").is_symlink() && folder.path().join("elsewhere/public/feeds/a.ics").is_file());
    // One that leads nowhere may not.
    let astray = plain();
    symlink("nowhere", astray.path().join("dist")).expect("a link can be made");
    let ran = astray.run(&["build", "--at", AT]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(!astray.path().join("nowhere").exists() && ran.stderr.contains("dist"), "{}", ran.stderr);

    for (link, to) in [
        ("dist/public", "../elsewhere"),
        ("dist/public/feeds", "../../elsewhere"),
        ("dist/public/feeds/a.ics", "../../../elsewhere/file"),
        ("dist/public/feeds/b.ics", "a.ics"),
        ("dist/public/manifest.json", "../../elsewhere/file"),
    ] {
        let folder = plain();
        folder.build();
        folder.write("elsewhere/file", b"mine");
        let path = folder.path().join(link);
        if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }.expect("it was made");
        symlink(to, &path).expect("a link can be made");
        retitle(&folder, "Other");
        refused(&folder, &[link]);
        assert_eq!(names(&folder, "elsewhere"), ["file"], "{link}");
        assert_eq!(folder.read("elsewhere/file"), "mine", "{link}");
    }

    // Nor removed: what was ours once may be behind one by now.
    let folder = plain();
    folder.build();
    fs::rename(folder.path().join("dist/staff/feeds"), folder.path().join("mine")).expect("it was made");
    symlink("../../mine", folder.path().join("dist/staff/feeds")).expect("a link can be made");
    folder.write("schedules/feeds.yaml", feeds(&[("b", "public")]).as_bytes());
    folder.build();
    assert!(folder.path().join("mine/a.ics").is_file());
}

#[cfg(unix)]
#[test]
fn permissions_are_kept() {
    use std::os::unix::fs::PermissionsExt;

    let folder = plain();
    folder.build();
    let path = folder.path().join("dist/staff/feeds/a.ics");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("it is ours");
    retitle(&folder, "Other");
    folder.build();
    assert!(folder.read("dist/staff/feeds/a.ics").contains("Other"));
    assert_eq!(fs::metadata(&path).expect("it was made").permissions().mode() & 0o777, 0o640);
}

#[test]
fn ids_that_are_no_names_of_files_everywhere_are_refused() {
    for id in ["con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9"] {
        let feed = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", &feeds(&[(id, "public")]))]);
        let visit = Folder::with(&[
            ("base.yaml", &BASE.replace("visit: base", &format!("visit: {id}"))),
            ("feeds.yaml", FEEDS),
        ]);
        for folder in [feed, visit] {
            let ran = folder.run(&["check", "--format", "json"]);
            let [found] = &ran.findings()[..] else { panic!("{id}: {}", ran.stdout) };
            assert_eq!((found.code.as_str(), ran.code), ("bad-id", 1), "{id}: {}", ran.stdout);
            assert!(found.message.contains("Windows"), "{}", found.message);
        }
    }
    // They are in no file's name by themselves.
    let entry = Folder::with(&[("base.yaml", &BASE.replace("id: first", "id: con")), ("feeds.yaml", FEEDS)]);
    entry.build();
    let near = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", &feeds(&[("com", "public"), ("con-1", "public")]))]);
    near.build();
}

/// What only systems with signals and mounts can show.
#[cfg(target_os = "linux")]
mod linux {
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    use super::{AT, BASE, Contents, Folder, contents, feeds, files, names, retitle};
    use crate::support::mounts::run_mounting;

    /// A folder whose build writes many files.
    fn many() -> Folder {
        let ids: Vec<String> = (0..150).map(|number| format!("f{number}")).collect();
        let wanted: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "public")).collect();
        Folder::with(&[("base.yaml", BASE), ("feeds.yaml", &feeds(&wanted))])
    }

    fn signal(child: &Child, name: &str) {
        let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill can be run");
        assert!(sent.success());
    }

    /// A process that is gone after the test.
    struct Held(Child);

    impl Drop for Held {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// A build that is held in the middle of writing.
    fn held(folder: &Folder) -> Held {
        for round in 0..50 {
            retitle(folder, &format!("Round {round}"));
            let mut command = folder.command(&["build", "-q", "--at", AT]);
            let mut child = command.stdout(Stdio::null()).spawn().expect("the program can be run");
            let first = folder.path().join(format!("dist/public/.manifest.json.{}.summitcal", child.id()));
            while !first.exists() && child.try_wait().expect("a child can be waited for").is_none() {
                std::hint::spin_loop();
            }
            signal(&child, "-STOP");
            std::thread::sleep(Duration::from_millis(20));
            if first.exists() {
                return Held(child);
            }
            signal(&child, "-CONT");
            child.wait().expect("a child can be waited for");
        }
        panic!("a build can be held");
    }

    #[test]
    fn of_two_builds_one_wins_and_the_other_says_so() {
        let folder = many();
        folder.build();
        let mut first = held(&folder);
        let before = files(&folder, "");
        // Whether from the same schedules or from others, to the folder under this name or another.
        folder.write("others/base.yaml", BASE.as_bytes());
        folder.write("others/feeds.yaml", feeds(&[("mine", "staff")]).as_bytes());
        std::os::unix::fs::symlink("dist", folder.path().join("also")).expect("a link can be made");
        let others = files(&folder, "");
        assert_eq!(others.len(), before.len() + 2 + 1);
        for arguments in [
            &["build", "--at", AT][..],
            &["build", "--at", AT, "--schedules", "others"],
            &["build", "--at", AT, "--schedules", "others", "--out", "also"],
        ] {
            let second = folder.run(arguments);
            assert_eq!(second.code, 2, "{}{}", second.stdout, second.stderr);
            let words = ["summitcal: another summitcal is writing to ", "; wait for it to finish, or end it\n"];
            assert!(words.iter().all(|word| second.stderr.contains(word)), "{}", second.stderr);
            assert!(files(&folder, "") == others, "the second changed something");
        }
        for reading in [&["check", "--at", AT][..], &["show", "--at", AT]] {
            let ran = folder.run(reading);
            assert_eq!(ran.code, 0, "{reading:?}: {}", ran.stderr);
        }
        signal(&first.0, "-CONT");
        assert!(first.0.wait().expect("a child can be waited for").success(), "the first is not disturbed");
        let made = contents(&folder, "dist");
        folder.build();
        assert!(contents(&folder, "dist") == made, "the first made everything");
        assert!(
            names(&folder, "").iter().all(|name| !name.contains("/.")),
            "no lease is left: {:?}",
            names(&folder, "")
        );
    }

    #[test]
    fn a_lease_ends_with_its_process() {
        let folder = many();
        folder.build();
        let mut first = held(&folder);
        first.0.kill().expect("a child can be ended");
        first.0.wait().expect("a child can be waited for");
        folder.build();
        assert!(names(&folder, "").iter().all(|name| !name.contains("/.")), "{:?}", names(&folder, ""));
    }

    /// A folder with two states of the schedules, and what undisturbed builds make of the second after the first.
    fn states() -> (Folder, Contents, Contents) {
        let folder = Folder::new();
        let visit = |title: &str| {
            let note = title.repeat(4000);
            BASE.replace("title: First", &format!("title: {title}\n    note: {note}"))
        };
        let first = feeds(&[("a", "public"), ("b", "public"), ("a", "press"), ("a", "staff")]);
        let second = feeds(&[("b", "public"), ("c", "public"), ("a", "press"), ("a", "staff")]);
        let calm = Folder::new();
        for (state, feeds, title) in [("first", first, "One"), ("second", second, "Two")] {
            for (to, folder) in [(state, &folder), ("schedules", &calm)] {
                folder.write(&format!("{to}/base.yaml"), visit(title).as_bytes());
                folder.write(&format!("{to}/feeds.yaml"), feeds.as_bytes());
            }
            calm.build();
        }
        (folder, contents(&calm, "dist"), contents(&calm, "schedules"))
    }

    #[test]
    fn a_full_disk_leaves_what_was_published() {
        let (folder, dist, schedules) = states();
        let script = r#"
            build() { (cd disk && "$0" build -q --at "$AT"); }
            used() { df --output="$1" disk | tail -n 1; }
            mkdir disk
            mount -t tmpfs -o size=16m tmpfs disk
            cp -a first disk/schedules
            build
            cp second/* disk/schedules
            cp -a disk before
            for room in 0 4 8 24 40 56; do
                mount -o remount,size=$(($(used used) + room))k disk
                build 2>said.$room && echo "$room: built" || echo "$room: $?"
                cp -a disk after.$room
            done
            mount -o remount,size=16m,nr_inodes=$(($(used iused) + 2)) disk
            build 2>said.files && echo "files: built" || echo "files: $?"
            cp -a disk after.files
            mount -o remount,size=16m,nr_inodes=1000 disk
            build
            cp -a disk healed
        "#;
        let Some(ran) = run_mounting(&folder, script, &[]) else { return };
        assert_eq!(ran.stdout, "0: 2\n4: 2\n8: 2\n24: 2\n40: 2\n56: 2\nfiles: 2\n");
        let before = files(&folder, "before");
        for room in ["0", "4", "8", "24", "40", "56", "files"] {
            let said = folder.read(&format!("said.{room}"));
            assert!(said.starts_with("summitcal: cannot ") && said.contains("No space left"), "{room}: {said}");
            assert!(["dist/", "schedules/"].iter().any(|folder| said.contains(&format!(" {folder}"))), "{said}");
            let after = files(&folder, &format!("after.{room}"));
            assert!(after == before, "{room}: {:?}", names(&folder, &format!("after.{room}")));
        }
        assert!(contents(&folder, "healed/dist") == dist, "{:?}", names(&folder, "healed/dist"));
        assert!(contents(&folder, "healed/schedules") == schedules);
    }

    /// Room is asked for ahead of what is written to long files, and no more than an eighth of them.
    #[test]
    fn a_disk_that_has_room_for_long_feeds_has_room_to_write_them() {
        let folder = Folder::new();
        let (head, entry) = BASE.split_once("  - ").expect("an entry");
        let long = |number| format!("id: e{number}\n    note: {}\n", "long ".repeat(400));
        let entries = (0..600).map(|number| format!("  - {}", entry.replace("id: first\n", &long(number))));
        folder.write("long/base.yaml", (head.to_owned() + &entries.collect::<String>()).as_bytes());
        let many = feeds(&["a", "b", "c", "d"].map(|id| (id, "public")));
        folder.write("long/feeds.yaml", many.replace("public}", "public, events: false}").as_bytes());
        let script = r#"
            build() { (cd disk && "$0" build -q --at "$AT"); }
            used() { df --output=used disk | tail -n 1; }
            mkdir disk
            mount -t tmpfs -o size=64m tmpfs disk
            cp -a long disk/schedules
            without=$(used)
            build
            cp -a disk with
            takes=$(($(used) - without))
            [ "$takes" -gt 4000 ]
            for hundredth in 115 90 50; do
                rm -r disk/dist disk/schedules/revisions.lock
                mount -o remount,size=$((without + takes * hundredth / 100))k disk
                build 2>said.$hundredth && echo "$hundredth: built" || echo "$hundredth: $?"
                find disk/dist -type f | wc -l
                [ "$hundredth" != 115 ] || cp -a disk tight
                mount -o remount,size=64m disk
                build
            done
        "#;
        let Some(ran) = run_mounting(&folder, script, &[]) else { return };
        assert_eq!(ran.stdout, "115: built\n610\n90: 2\n0\n50: 2\n0\n");
        assert!(contents(&folder, "with/dist") == contents(&folder, "tight/dist"));
        assert!(["90", "50"].iter().all(|said| folder.read(&format!("said.{said}")).contains("No space left")));
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_leaves_what_was_published() {
        let (folder, dist, schedules) = states();
        let script = r#"
            build() { "$0" build -q --at "$AT"; }
            closed() { mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"; }
            cp -a first schedules
            build
            closed dist
            build && echo "nothing to do: 0"
            umount dist
            cp second/* schedules
            cp -a dist before
            for closed in dist dist/staff dist/press/feeds; do
                closed $closed
                build 2>>said && echo "built" || echo "$closed: $?"
                umount $closed
                cp -a dist after.${closed##*/}
            done
            build
        "#;
        let Some(ran) = run_mounting(&folder, script, &[]) else { return };
        assert_eq!(ran.stdout, "nothing to do: 0\ndist: 2\ndist/staff: 2\ndist/press/feeds: 2\n");
        for (line, path) in folder.read("said").lines().zip(["dist/public/", "dist/staff/", "dist/press/feeds/."]) {
            assert!(line.starts_with(&format!("summitcal: cannot create {path}")), "{line}");
            assert!(line.contains("Read-only file system"), "{line}");
        }
        let before = files(&folder, "before");
        for after in ["after.dist", "after.staff", "after.feeds"] {
            assert!(files(&folder, after) == before, "{after}: {:?}", names(&folder, after));
        }
        assert!(contents(&folder, "dist") == dist && contents(&folder, "schedules") == schedules);
    }
}
