//! How the program is linked.

use std::env;

/// The tables of time zones hold 45,000 addresses. In a program that may be loaded anywhere, as rustc links them, all of
/// them have to be set at every start: a third of the time of a short command, and 2 MiB that processes cannot share.
/// Nothing of this project is unsafe code; heap, stack and libraries are still loaded anywhere.
#[allow(clippy::print_stdout)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| env::var(key).is_ok_and(|of| of == value);
    let is_static = env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|all| all.split(',').any(|one| one == "crt-static"));
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
