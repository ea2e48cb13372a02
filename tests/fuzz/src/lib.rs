//! What the fuzz targets share: settings and visits to begin with, and mutations that know lines, values and words.

pub mod mutate;

use std::sync::{Arc, Once};

use summitcal::document::File;
use summitcal::source::Source;

/// The line between the visit and the settings of an input.
pub const DIVIDER: &str = "\n%%%\n";

/// The settings of inputs that bring none: every form of zone, language and cancellation, on one line each.
pub const FEEDS: &str = "\
publisher: P
uid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10
base_url: https://calendar.example.org
pages: false
feeds:
  - {id: seoul, title: Visits, zone: Asia/Seoul, language: ko, audience: public, also: [America/New_York]}
  - {id: host, title: Visits, zone: host, language: en, audience: staff, alarms: [30m], cancelled: retitled, events: false}
";

/// Makes everything run on this thread, once.
pub fn on_one_thread() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
        pool.build_global().expect("the first pool of the process");
    });
}

/// A file of these bytes, if they are read at all.
pub fn file(name: &str, bytes: &[u8]) -> Option<File> {
    Source::new(name, bytes.to_vec()).ok().map(|source| File::new(Arc::new(source)))
}

/// The visit and the settings of an input.
pub fn parts(data: &[u8]) -> (&[u8], &[u8]) {
    let divider = DIVIDER.as_bytes();
    match data.windows(divider.len()).position(|window| window == divider) {
        Some(at) => (&data[..at], &data[at + divider.len()..]),
        None => (data, FEEDS.as_bytes()),
    }
}

/// The targets' beginning: their own mutations, and one thread.
#[macro_export]
macro_rules! target {
    ($run:path) => {
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::mutate::mutate(data, size, max_size, seed)
        });
        libfuzzer_sys::fuzz_target!(
            init: $crate::on_one_thread(),
            |data: &[u8]| { $run(data); }
        );
    };
}
