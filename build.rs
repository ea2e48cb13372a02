//! How the program is linked.

use std::env;

/// The tables of time zones hold 45,000 addresses. In a program that may be loaded anywhere, as rustc links them, all of
/// them have to be set at every start: a third of the time of a short command, and 2 MiB that processes cannot share.
///
/// The price: whoever attacks this program's own code, or that of the libraries that are linked into it, knows where it
/// is. Heap, stack and shared libraries are still loaded anywhere. `SUMMITCAL_PIE=1` builds a program that is loaded
/// anywhere too, for those who serve to strangers or have it required of them.
#[allow(clippy::print_stdout)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SUMMITCAL_PIE");
    let is = |key: &str, value: &str| env::var(key).is_ok_and(|of| of == value);
    let is_static = env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|all| all.split(',').any(|one| one == "crt-static"));
    let is_anywhere = is_static || env::var_os("SUMMITCAL_PIE").is_some();
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && !is_anywhere {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
