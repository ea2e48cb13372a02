//! What a request says: its path, decoded once; which encodings it takes; and whether its client has the file already.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::SystemTime;

use axum::http::header::{ACCEPT_ENCODING, HOST, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, Request, Version};
use headers::{ETag, HeaderMapExt, IfModifiedSince, IfNoneMatch};
use percent_encoding::percent_decode_str;

/// Decodes a path. `None` if it means to be another path than it looks like: with steps upwards, with control characters,
/// with a backslash, with an encoded slash, or encoded twice.
pub(super) fn decode(path: &str) -> Option<Cow<'_, str>> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let is_plain = decoded.starts_with('/')
        && !decoded.contains(|c: char| c.is_control() || c == '\\' || c == '%')
        && !decoded.split('/').any(|step| step == ".." || step == ".")
        && decoded.matches('/').count() == path.matches('/').count();
    is_plain.then_some(decoded)
}

/// Whether a client has a file of this tag and date already (RFC 9110, 13).
pub(super) fn has_copy(headers: &HeaderMap, etag: &ETag, modified: Option<SystemTime>) -> bool {
    if headers.contains_key(IF_NONE_MATCH) {
        // A date beside it counts for nothing (RFC 9110, 13.2.2). What is no tag is not handed on, for the library takes it for
        // granted that there is none (8.8.3).
        let are_tags = headers.get_all(IF_NONE_MATCH).iter().all(|value| has_tags_alone(value.as_bytes()));
        return are_tags && headers.typed_get::<IfNoneMatch>().is_some_and(|tags| !tags.precondition_passes(etag));
    }
    let since = headers.typed_get::<IfModifiedSince>();
    since.zip(modified).is_some_and(|(since, modified)| !since.is_modified(modified))
}

/// Whether all quotation marks are in pairs, with no space and no control character between two.
fn has_tags_alone(value: &[u8]) -> bool {
    let mut is_quoted = false;
    let is_plain = value.iter().all(|byte| {
        is_quoted ^= *byte == b'"';
        !is_quoted || (*byte > b' ' && *byte != 0x7F)
    });
    is_plain && !is_quoted
}

/// Whether a client asks at an address of this machine, and for itself: no proxy says that it asks for another, and the name of the
/// host is none that somebody else may have pointed here.
pub(super) fn is_at_this_machine<B>(request: &Request<B>, address: SocketAddr) -> bool {
    let headers = request.headers();
    let is_forwarded = headers.keys().map(HeaderName::as_str).any(|name| {
        name.starts_with("x-forwarded") || ["forwarded", "via", "x-real-ip", "x-client-ip"].contains(&name)
    });
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.strip_suffix(&format!(":{}", address.port())).unwrap_or(host);
    let is_here = host.eq_ignore_ascii_case("localhost") || ["127.0.0.1", "[::1]"].contains(&host);
    // Proxies that say nothing of themselves speak HTTP/1.0.
    !is_forwarded && request.version() == Version::HTTP_11 && is_here
}

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

/// The weights from 0 to 1 that a client gives to encodings (RFC 9110, 12.5.3); `None` of those that it does not name.
#[derive(Debug, Default)]
pub(super) struct AcceptedEncodings {
    brotli: Option<f32>,
    gzip: Option<f32>,
    identity: Option<f32>,
    others: Option<f32>,
}

impl AcceptedEncodings {
    pub(super) fn new(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).for_each(|coding| accepted.add(coding));
        accepted
    }

    fn add(&mut self, coding: &str) {
        let mut parts = coding.split(';');
        let name = parts.next().unwrap_or_default().trim();
        let quality =
            parts.filter_map(|part| part.split_once('=')).find(|(key, _)| key.trim().eq_ignore_ascii_case("q"));
        // A weight that is none counts as a refusal.
        let number = |value: &str| value.trim().parse().ok().filter(|weight| (0.0..=1.0).contains(weight));
        let weight = quality.map_or(Some(1.0), |(_, value)| number(value).or(Some(0.0)));
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        match () {
            () if is("br") => self.brotli = weight,
            () if is("gzip") || is("x-gzip") => self.gzip = weight,
            () if is("identity") => self.identity = weight,
            () if is("*") => self.others = weight,
            () => {}
        }
    }

    /// The best of the encodings that there are. A client that refuses all of them gets the file as it is.
    pub(super) fn best(&self, is_compressible: bool) -> Encoding {
        let of_coded = |named: Option<f32>| named.or(self.others).unwrap_or(0.0);
        // What is not named is acceptable as it is, but anything that is asked for is better.
        let identity = self.identity.or(self.others.filter(|weight| *weight <= 0.0)).unwrap_or(0.001);
        let mut best = (Encoding::Identity, identity);
        for (encoding, weight) in [(Encoding::Gzip, of_coded(self.gzip)), (Encoding::Brotli, of_coded(self.brotli))] {
            if is_compressible && weight > 0.0 && weight >= best.1 {
                best = (encoding, weight);
            }
        }
        best.0
    }
}

/// What a log may have of a path that leads to no file: nothing that may be a token, whole or mistyped.
pub(super) fn mask_tokens_in_path(path: &str) -> String {
    let Some(decoded) = decode(path) else { return "-".to_owned() };
    if decoded.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("/t/")) {
        return "/t/-".to_owned();
    }
    mask_tokens(&decoded)
}

/// A text without what looks like a token, or a long piece of one.
pub(super) fn mask_tokens(text: &str) -> String {
    /// Hexadecimal digits in a row.
    const MIN_PIECE: usize = 12;
    let (mut masked, mut digits) = (String::with_capacity(text.len()), String::new());
    for c in text.chars().map(Some).chain([None]) {
        if let Some(c) = c.filter(char::is_ascii_hexdigit) {
            digits.push(c);
            continue;
        }
        masked.push_str(if digits.len() >= MIN_PIECE { "-" } else { &digits });
        digits.clear();
        masked.extend(c);
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_what_it_looks_like_or_refused() {
        for (path, decoded) in
            [("/", "/"), ("/feeds/seoul.ics", "/feeds/seoul.ics"), ("/%66eeds/a.ics", "/feeds/a.ics")]
        {
            assert_eq!(decode(path).as_deref(), Some(decoded));
        }
        for path in [
            "",
            "*",
            "a",
            "/..",
            "/../a",
            "/a/../b",
            "/./a",
            "/%2e%2e/a",
            "/.%2E/a",
            "/%252e%252e/a",
            "/%2525",
            "/%00",
            "/a%0a",
            "/%",
            "/%2",
            "/%zz",
            "/%ff",
            "/a\\b",
            "/%5c",
            "/a%2fb",
            "/%2F",
            "/%c0%ae",
            "/%c2%80",
        ] {
            assert_eq!(decode(path), None, "{path}");
        }
    }

    #[test]
    fn what_may_be_a_token_is_left_out() {
        assert_eq!(mask_tokens_in_path("/t/x/feeds/a.ics"), "/t/-");
        assert_eq!(mask_tokens_in_path("/%74/x"), "/t/-");
        assert_eq!(mask_tokens_in_path("/T/0123456789abcdef"), "/t/-");
        assert_eq!(mask_tokens_in_path("/x/0123456789abcdef/y"), "/x/-/y");
        assert_eq!(mask_tokens_in_path("/%2530"), "-");
        assert_eq!(mask_tokens_in_path("/feeds/no.ics"), "/feeds/no.ics");
    }

    #[test]
    fn the_best_encoding_is_chosen() {
        let best = |accepted: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, accepted.parse().expect("a header"));
            AcceptedEncodings::new(&headers).best(true).word()
        };
        assert_eq!(AcceptedEncodings::new(&HeaderMap::new()).best(true), Encoding::Identity);
        for (accepted, encoding) in [
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
            ("gzip;q=nan, br;q=2", "identity"),
            ("deflate, zstd", "identity"),
            ("gzip ; Q=0.8 , br ; q=0.2", "gzip"),
        ] {
            assert_eq!(best(accepted), encoding, "{accepted}");
        }
    }

    #[test]
    fn lists_of_tags_are_read_with_their_quotes() {
        let names = |list: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, list.parse().expect("a header"));
            has_copy(&headers, &"\"a\"".parse().expect("a tag"), None)
        };
        for list in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b,\", W/\"a\"", "*", "\"x\" ,\t\"a\" "] {
            assert!(names(list), "{list}");
        }
        for list in ["", "a", "\"a", "\"b\"", "\"b,a\"", "\"A\"", "\"\"", "\"a b\"", "*, \"b\"", "w/\"a\""] {
            assert!(!names(list), "{list}");
        }
    }
}
