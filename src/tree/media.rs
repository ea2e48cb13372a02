//! What a file is to those who fetch it, by its path: the same from a server and from an object store.

use crate::programme::Audience;

/// What stands after a name's last dot.
#[must_use]
pub fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// The media type of a file, by its ending.
#[must_use]
pub fn media_type(path: &str) -> &'static str {
    match ending(path) {
        "ics" => "text/calendar; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        "atom" => "application/atom+xml; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

/// Whether a file refers to others of its tree, so that it has to be written after them.
#[must_use]
pub fn is_referrer(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lists = super::CHANGES.iter().chain(&super::PROGRAMME).chain(std::iter::once(&super::NEWSROOM));
    path.starts_with("feeds/") || name == super::CHANGES[0] || lists.into_iter().any(|list| *list == path)
}

/// How long a file of an audience's tree may be kept. Caches keep what is public for five minutes, and go on with it for a
/// day while there is no server; nobody but the reader keeps what is not public.
#[must_use]
pub fn cache_control(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public, max-age=300, stale-while-revalidate=60, stale-if-error=86400",
        Audience::Press | Audience::Staff => "private, max-age=300, stale-if-error=86400",
    }
}

/// Where a calendar goes: a feed is shown or subscribed to; an event is a file to open. `None` of what is no calendar.
#[must_use]
pub fn disposition(path: &str) -> Option<String> {
    let name = path.rsplit('/').next().filter(|name| ending(name) == "ics")?;
    let safe = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let kind = if path.starts_with("events/") { "attachment" } else { "inline" };
    Some(if safe { format!("{kind}; filename=\"{name}\"") } else { kind.to_owned() })
}
