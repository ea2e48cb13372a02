//! The path of a request, decoded once.

use std::borrow::Cow;

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused;

/// Decodes a path. One that means to be another path than it looks like is refused: with steps upwards, with control
/// characters, with a backslash, or encoded twice.
pub(super) fn decode(path: &str) -> Result<Cow<'_, str>, Refused> {
    let decoded = if path.contains('%') { Cow::Owned(unescape(path)?) } else { Cow::Borrowed(path) };
    let plain = decoded.starts_with('/')
        && !decoded.contains(|c: char| c.is_control() || c == '\\' || c == '%')
        && !decoded.split('/').any(|step| step == ".." || step == ".");
    plain.then_some(decoded).ok_or(Refused)
}

fn unescape(path: &str) -> Result<String, Refused> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(Refused) };
        match u8::try_from(high * 16 + low) {
            // A slash within a name is none of ours.
            Ok(b'/') | Err(_) => return Err(Refused),
            Ok(byte) => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| Refused)
}

/// What a log may have of a path that leads to no file: nothing that may be a token, whole or mistyped.
pub(super) fn without_secrets(path: &str) -> Cow<'_, str> {
    let Ok(decoded) = decode(path) else { return Cow::Borrowed("-") };
    if decoded.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("/t/")) {
        return Cow::Borrowed("/t/-");
    }
    Cow::Owned(without_runs(&decoded))
}

/// A text without what looks like a token, or a long piece of one.
pub(super) fn without_runs(text: &str) -> String {
    const LONG: usize = 12;
    let (mut out, mut run) = (String::with_capacity(text.len()), String::new());
    for c in text.chars().map(Some).chain([None]) {
        if let Some(c) = c.filter(char::is_ascii_hexdigit) {
            run.push(c);
            continue;
        }
        out.push_str(if run.len() >= LONG { "-" } else { &run });
        run.clear();
        out.extend(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_what_it_looks_like_or_refused() {
        for (path, decoded) in
            [("/", "/"), ("/feeds/seoul.ics", "/feeds/seoul.ics"), ("/%66eeds/a.ics", "/feeds/a.ics")]
        {
            assert_eq!(decode(path).as_deref(), Ok(decoded));
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
            "/%c0%ae",
            "/%c2%80",
        ] {
            assert_eq!(decode(path), Err(Refused), "{path}");
        }
    }

    #[test]
    fn what_may_be_a_token_is_left_out() {
        assert_eq!(without_secrets("/t/x/feeds/a.ics"), "/t/-");
        assert_eq!(without_secrets("/%74/x"), "/t/-");
        assert_eq!(without_secrets("/T/0123456789abcdef"), "/t/-");
        assert_eq!(without_secrets("/x/0123456789abcdef/y"), "/x/-/y");
        assert_eq!(without_secrets("/%2530"), "-");
        assert_eq!(without_secrets("/feeds/no.ics"), "/feeds/no.ics");
    }
}
