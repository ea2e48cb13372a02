//! Which encoding of a file a client takes best (RFC 9110, 12.5.3).

use hyper::HeaderMap;
use hyper::header::ACCEPT_ENCODING;

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As it is.
    Identity,
    /// gzip (RFC 1952).
    Gzip,
    /// Brotli (RFC 7932).
    Brotli,
}

impl Encoding {
    /// As headers have it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Encoding::Identity => "identity",
            Encoding::Gzip => "gzip",
            Encoding::Brotli => "br",
        }
    }
}

/// What a client thinks of encodings, in thousandths; `None` of what it does not name.
#[derive(Debug, Default, Clone, Copy)]
struct Wishes {
    brotli: Option<u16>,
    gzip: Option<u16>,
    identity: Option<u16>,
    others: Option<u16>,
}

/// The best encoding that there is. Where a client refuses all of them, it gets the file as it is.
pub(super) fn choose(headers: &HeaderMap, gzip: bool, brotli: bool) -> Encoding {
    let mut wishes = Wishes::default();
    for value in headers.get_all(ACCEPT_ENCODING) {
        let Ok(text) = value.to_str() else { continue };
        text.split(',').for_each(|item| wishes.add(item));
    }
    let of_coded = |named: Option<u16>| named.or(wishes.others).unwrap_or(0);
    // What is not named is acceptable as it is, but anything that is asked for is better.
    let identity = wishes.identity.or(wishes.others.filter(|weight| *weight == 0)).unwrap_or(1);
    let mut best = (Encoding::Identity, identity);
    for (encoding, weight, there) in
        [(Encoding::Gzip, of_coded(wishes.gzip), gzip), (Encoding::Brotli, of_coded(wishes.brotli), brotli)]
    {
        if there && weight > 0 && weight >= best.1 {
            best = (encoding, weight);
        }
    }
    best.0
}

impl Wishes {
    fn add(&mut self, item: &str) {
        let mut parts = item.split(';');
        let name = parts.next().unwrap_or_default().trim();
        let weight = parts.find_map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))
        });
        let weight = Some(weight.unwrap_or(1000));
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        match () {
            () if is("br") => self.brotli = weight,
            () if is("gzip") || is("x-gzip") => self.gzip = weight,
            () if is("identity") => self.identity = weight,
            () if is("*") => self.others = weight,
            () => {}
        }
    }
}

/// A weight, such as `0.5`; one that is none counts as a refusal.
fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let mut value = match whole {
        "0" => 0,
        "1" => 1000,
        _ => return 0,
    };
    let mut unit = 100;
    for digit in part.bytes().take(3) {
        if !digit.is_ascii_digit() {
            return 0;
        }
        value += u16::from(digit - b'0') * unit;
        unit /= 10;
    }
    value.min(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_that_is_wished_for_is_chosen() {
        let chosen = |wish: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, wish.parse().expect("a header"));
            choose(&headers, true, true).word()
        };
        assert_eq!(choose(&HeaderMap::new(), true, true), Encoding::Identity);
        for (wish, best) in [
            ("", "identity"),
            ("gzip", "gzip"),
            ("X-GZIP", "gzip"),
            ("gzip, deflate, br", "br"),
            ("br;q=0.5, gzip", "gzip"),
            ("br;q=0, *", "gzip"),
            ("*", "br"),
            ("*;q=0", "identity"),
            ("identity, gzip;q=0.9", "identity"),
            ("identity;q=0", "identity"),
            ("identity;q=0, gzip;q=0.001", "gzip"),
            ("gzip;q=0, br;q=0", "identity"),
            ("gzip;q=x", "identity"),
            ("deflate, zstd", "identity"),
            ("gzip ; Q=0.8 , br ; q=0.2", "gzip"),
        ] {
            assert_eq!(chosen(wish), best, "{wish}");
        }
    }
}
