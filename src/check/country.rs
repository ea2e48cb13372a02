//! Codes of countries (ISO 3166-1), and what is meant by codes that are none.

use super::{Checker, rules};
use crate::diagnostic::codes;
use crate::document::{Scalar, respelt, shortened};
use crate::programme::{Text, is_country};

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

/// The two letters of a code that is written as it should be.
fn letters(text: &str) -> Option<[u8; 2]> {
    <[u8; 2]>::try_from(text.as_bytes()).ok().filter(|code| code.iter().all(u8::is_ascii_uppercase))
}

impl Checker<'_, '_> {
    /// A country's code; of a wrong one, what was meant is told by the city beside it, if nothing else does.
    pub(super) fn country(&mut self, scalar: &Scalar<'_>, city: Option<&Text>) -> Option<[u8; 2]> {
        let found = letters(&scalar.text).filter(|code| is_country(*code));
        if found.is_some() {
            return found;
        }
        self.error(codes::BAD_COUNTRY, scalar.at, |d| {
            let upper = scalar.text.to_ascii_uppercase();
            let listed = MEANT.iter().find(|(wrong, _)| *wrong == upper).map(|(_, right)| (*right).to_owned());
            let certain = listed.or_else(|| letters(&upper).filter(|code| is_country(*code)).map(|_| upper.clone()));
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
    fn codes_that_are_none_are_no_others() {
        let is_listed = |code: &str| letters(code).is_some_and(is_country);
        for (wrong, right) in MEANT {
            assert!(!is_listed(wrong) && is_listed(right), "{wrong}");
        }
        assert!(UNIONS.iter().all(|(code, _)| !is_listed(code)));
        assert!(is_listed("XK") && is_listed("KR") && !is_listed("UK") && !is_listed("ZZ"));
    }
}
