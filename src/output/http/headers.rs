//! The headers of answers.

use hyper::HeaderMap;
use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderValue, LAST_MODIFIED, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};

use super::negotiation::Encoding;
use crate::programme::Audience;
use crate::render::html;
use crate::site::media;

/// What a file's headers follow from.
pub(super) struct About<'a> {
    pub(super) path: &'a str,
    pub(super) audience: Audience,
    pub(super) encoding: Encoding,
    pub(super) length: usize,
    pub(super) etag: &'a HeaderValue,
    pub(super) modified: Option<&'a HeaderValue>,
}

/// The headers of a file, with its bytes or without (304).
pub(super) fn of_file(about: &About<'_>, whole: bool) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(14);
    headers.insert(ETAG, about.etag.clone());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(media::cache_control(about.audience)));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(modified) = about.modified {
        headers.insert(LAST_MODIFIED, modified.clone());
    }
    if !whole {
        return headers;
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media::media_type(about.path)));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(about.length));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("none"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if about.encoding != Encoding::Identity {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(about.encoding.word()));
    }
    if let Some(disposition) = media::disposition(about.path).and_then(|text| HeaderValue::try_from(text).ok()) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    headers.insert(CONTENT_SECURITY_POLICY, policy(about.path));
    if about.audience != Audience::Public {
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    headers
}

/// What a file that is no page may load: nothing.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// Pages say in themselves what they need; in a header they can also say that nobody may frame them.
fn policy(path: &str) -> HeaderValue {
    if media::ending(path) != "html" {
        return HeaderValue::from_static(NO_PAGE);
    }
    let text = format!("{}; frame-ancestors 'none'", html::POLICY);
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(NO_PAGE))
}

/// The headers of an answer that is no file. They say nothing of what was asked for.
pub(super) fn plain(length: usize, media_type: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_PAGE));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers
}
