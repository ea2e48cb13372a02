//! Countries, by the codes of ISO 3166-1: the list in `countries.txt`, and what is meant by codes that are none.

use std::sync::LazyLock;

use super::{Checker, rules};
use crate::diagnostic::codes;
use crate::document::{Scalar, respelt, shortened};
use crate::programme::Text;

/// The codes, in order.
static CODES: LazyLock<Vec<[u8; 2]>> = LazyLock::new(|| {
    let rows = include_str!("countries.txt").lines().filter(|line| !line.starts_with('#'));
    rows.flat_map(|row| row.split(' ')).map(|code| letters(code).expect("two capital letters")).collect()
});

/// What is not in the list, and is a country's code all the same: ISO 3166-1 leaves it to users, and all use it for Kosovo.
const KOSOVO: [u8; 2] = *b"XK";

/// Codes that people write for a country though they are none, with the code that they can only mean.
const MEANT: &[(&str, &str)] = &[
    ("UK", "GB"),
    ("EL", "GR"),
    ("GBR", "GB"),
    ("USA", "US"),
    ("KOR", "KR"),
    ("JPN", "JP"),
    ("CHN", "CN"),
    ("DEU", "DE"),
    ("FRA", "FR"),
    ("CAN", "CA"),
    ("ITA", "IT"),
];

/// Codes that are reserved for what is no country, with what that is.
const UNIONS: &[(&str, &str)] =
    &[("EU", "the European Union"), ("UN", "the United Nations"), ("EZ", "the euro area"), ("AP", "a patent office")];

/// Whether two letters are a country's.
fn is_known(code: [u8; 2]) -> bool {
    code == KOSOVO || CODES.binary_search(&code).is_ok()
}

/// The two letters of a code that is written as it should be.
fn letters(text: &str) -> Option<[u8; 2]> {
    <[u8; 2]>::try_from(text.as_bytes()).ok().filter(|code| code.iter().all(u8::is_ascii_uppercase))
}

impl Checker<'_, '_> {
    /// A country's code; of a wrong one, what was meant is told by the city beside it, if nothing else does.
    pub(super) fn country(&mut self, scalar: &Scalar<'_>, city: Option<&Text>) -> Option<[u8; 2]> {
        let found = letters(&scalar.text).filter(|code| is_known(*code));
        if found.is_some() {
            return found;
        }
        self.error(codes::BAD_COUNTRY, scalar.at, |d| {
            let upper = scalar.text.to_ascii_uppercase();
            let listed = MEANT.iter().find(|(wrong, _)| *wrong == upper).map(|(_, right)| (*right).to_owned());
            let certain = listed.or_else(|| letters(&upper).filter(|code| is_known(*code)).map(|_| upper.clone()));
            let of_city = city.and_then(rules::country_of);
            let union = UNIONS.iter().find(|(code, _)| *code == upper).map(|(_, name)| *name);
            let message = match union {
                Some(name) => format!("“{}” is {name}, which is no country.", shortened(&scalar.text)),
                None => format!("“{}” is no country code.", shortened(&scalar.text)),
            };
            let help = match (&certain, of_city) {
                (Some(code), _) => format!("Write {code}, the two capital letters of ISO 3166-1."),
                (None, Some((name, code))) => format!("Write {code}, the country that {name} is in."),
                (None, None) => "Write the two capital letters of ISO 3166-1, such as US, JP or KR.".to_owned(),
            };
            let fix = certain.and_then(|code| respelt(&d.place, &scalar.text, &code));
            d.saying(message).with_help(help).with_fix(fix)
        });
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        assert_eq!(CODES.len(), 249);
        assert!(CODES.is_sorted());
        let is_listed = |code: &str| letters(code).is_some_and(is_known);
        for (wrong, right) in MEANT {
            assert!(!is_listed(wrong) && is_listed(right), "{wrong}");
        }
        assert!(UNIONS.iter().all(|(code, _)| !is_listed(code)));
        assert!(is_known(*b"XK") && is_known(*b"KR") && !is_known(*b"UK") && !is_known(*b"ZZ"));
    }
}
