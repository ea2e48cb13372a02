//! `summitcal`: calendar feeds of a head of state's visits.

use std::process::ExitCode;

fn main() -> ExitCode {
    summitcal::run()
}
