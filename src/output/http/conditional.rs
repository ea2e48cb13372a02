//! Whether a client has a file already (RFC 9110, 13).

use hyper::HeaderMap;
use hyper::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};

/// Whether what a client says it has is what it would be sent.
pub(super) fn has_it(headers: &HeaderMap, etag: &[u8], modified: Option<u64>) -> bool {
    let mut named = headers.get_all(IF_NONE_MATCH).iter().peekable();
    if named.peek().is_some() {
        // A date beside it counts for nothing.
        return named.any(|list| names(list.as_bytes(), etag));
    }
    let Some(since) = headers.get(IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok()) else { return false };
    match (modified, httpdate::parse_http_date(since)) {
        (Some(modified), Ok(since)) => {
            since.duration_since(std::time::UNIX_EPOCH).is_ok_and(|since| since.as_secs() >= modified)
        }
        _ => false,
    }
}

/// Whether a list of entity tags has this one, weak or strong.
fn names(list: &[u8], etag: &[u8]) -> bool {
    let mut rest = list.trim_ascii();
    if rest == b"*" {
        return true;
    }
    while !rest.is_empty() {
        rest = rest.strip_prefix(b"W/").unwrap_or(rest);
        // A tag may have commas in it, so its quotes are looked for.
        let Some(after) = rest.strip_prefix(b"\"") else { return false };
        let Some(end) = after.iter().position(|byte| *byte == b'"') else { return false };
        if rest[..end + 2] == *etag {
            return true;
        }
        rest = after[end + 1..].trim_ascii_start();
        rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_with_their_quotes() {
        for list in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b,\", W/\"a\"", " * ", "\"x\" ,\t\"a\" "] {
            assert!(names(list.as_bytes(), b"\"a\""), "{list}");
        }
        for list in ["", "a", "\"a", "\"b\"", "\"b,a\"", "\"A\"", "\"\"", "*, \"b\"", "w/\"a\""] {
            assert!(!names(list.as_bytes(), b"\"a\""), "{list}");
        }
    }
}
