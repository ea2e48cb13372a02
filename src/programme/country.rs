//! The countries that there are, by their codes.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A row a country: its code, and what each language of the program calls it, in the order of
/// [`UiLanguage::ALL`](super::UiLanguage::ALL). Rows that begin with `#` say where the names are from.
pub(crate) const COUNTRIES: &str = include_str!("../locale/countries.tsv");

static CODES: LazyLock<HashSet<&[u8]>> = LazyLock::new(|| {
    let rows = COUNTRIES.lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t')).map(|(code, _)| code.as_bytes()).collect()
});

/// Whether a code is a country's.
pub(crate) fn is_country(code: [u8; 2]) -> bool {
    CODES.contains(&code[..])
}
