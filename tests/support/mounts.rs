//! Scripts that mount file systems of their own: small disks, and folders that cannot be written to.

// What could not be tested here has to be seen.
#![allow(clippy::print_stdout)]

use std::process::Command;

use super::{AT, Folder, Ran};

/// A script for one who may mount, in a world of mounts of its own; none where the system does not let us. `$0` is the program,
/// and `$AT` when every build happens.
pub(crate) fn mounting(folder: &Folder, script: &str, arguments: &[&str]) -> Option<Command> {
    let begin = |flags: &str| {
        let mut command = Command::new("unshare");
        command.args([flags, "sh", "-euc"]);
        command
    };
    let may = |flags: &str| {
        let tried = begin(flags).arg("mount -t tmpfs -o size=64k tmpfs /mnt").output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    let Some(flags) = ["-m", "-rm"].into_iter().find(|flags| may(flags)) else {
        println!("Skipped: nothing may be mounted here; it takes root, or user namespaces.");
        return None;
    };
    let mut command = begin(flags);
    let program = folder.command(&[]).get_program().to_owned();
    command.arg(script).arg(program).args(arguments).current_dir(folder.path());
    command.env("AT", AT).env_remove("SOURCE_DATE_EPOCH");
    Some(command)
}

/// Runs one, which has to succeed.
pub(crate) fn run_mounting(folder: &Folder, script: &str, arguments: &[&str]) -> Option<Ran> {
    let ran = Ran::of(mounting(folder, script, arguments)?);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    Some(ran)
}
