//! A file as it is sent: in each encoding, with its headers.

use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

use chrono::{DateTime, NaiveDateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::HeaderMap;
use hyper::body::Bytes;
use hyper::header::HeaderValue;
use sha2::{Digest, Sha256};

use super::headers::{About, of_file};
use super::negotiation::{Encoding, choose};
use crate::digits;
use crate::programme::Audience;

/// Below this a compressed file is not sent in fewer packets.
const WORTH: usize = 1024;

/// A file, ready to be sent.
#[derive(Debug)]
pub(super) struct Served {
    digest: [u8; 32],
    pub(super) modified: Option<u64>,
    identity: Variant,
    gzip: Option<Variant>,
    brotli: Option<Variant>,
}

/// A file in one encoding.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) encoding: Encoding,
    pub(super) body: Bytes,
    pub(super) etag: HeaderValue,
    /// With the body.
    pub(super) whole: HeaderMap,
    /// Of a client that has it already.
    pub(super) unchanged: HeaderMap,
}

/// A file that is to be served.
pub(super) struct Source<'a> {
    pub(super) path: &'a str,
    pub(super) audience: Audience,
    pub(super) body: Bytes,
    /// When it last changed, as its revisions have it.
    pub(super) modified: Option<DateTime<Utc>>,
}

impl Served {
    pub(super) fn of(source: Source<'_>, digest: [u8; 32], modified: Option<DateTime<Utc>>) -> Self {
        let modified = modified.and_then(|instant| u64::try_from(instant.timestamp()).ok());
        let date = modified.and_then(|seconds| {
            HeaderValue::try_from(httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))).ok()
        });
        let bytes = source.body;
        let variant = |encoding: Encoding, body: Bytes| {
            let etag = etag(&digest, encoding);
            let (path, audience, length) = (source.path, source.audience, body.len());
            let about = About { path, audience, encoding, length, etag: &etag, modified: date.as_ref() };
            let (whole, unchanged) = (of_file(&about, true), of_file(&about, false));
            Variant { encoding, body, etag, whole, unchanged }
        };
        let smaller = |packed: Option<Vec<u8>>| packed.filter(|packed| packed.len() + WORTH / 8 < bytes.len());
        let worth = bytes.len() >= WORTH;
        let gzip = worth.then(|| smaller(gzip(&bytes))).flatten();
        let brotli = worth.then(|| smaller(brotli(&bytes, source.path))).flatten();
        Self {
            digest,
            modified,
            gzip: gzip.map(|packed| variant(Encoding::Gzip, packed.into())),
            brotli: brotli.map(|packed| variant(Encoding::Brotli, packed.into())),
            identity: variant(Encoding::Identity, bytes),
        }
    }

    /// Whether it is of these bytes.
    pub(super) fn is_of(&self, digest: &[u8; 32]) -> bool {
        self.digest == *digest
    }

    /// The variant that a client takes best.
    pub(super) fn variant(&self, headers: &HeaderMap) -> &Variant {
        let chosen = match choose(headers, self.gzip.is_some(), self.brotli.is_some()) {
            Encoding::Identity => None,
            Encoding::Gzip => self.gzip.as_ref(),
            Encoding::Brotli => self.brotli.as_ref(),
        };
        chosen.unwrap_or(&self.identity)
    }
}

pub(super) fn digest(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}

/// A strong tag: of the bytes, and of how they are sent.
fn etag(digest: &[u8; 32], encoding: Encoding) -> HeaderValue {
    let mut text = String::with_capacity(40);
    text.push('"');
    digits::hexadecimal(&mut text, &digest[..16]);
    text.push_str(match encoding {
        Encoding::Identity => "\"",
        Encoding::Gzip => "-gz\"",
        Encoding::Brotli => "-br\"",
    });
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("\"\""))
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn brotli(bytes: &[u8], path: &str) -> Option<Vec<u8>> {
    // Of the files with one event there are many, and each is fetched seldom.
    let quality = if path.starts_with("events/") { 5 } else { 9 };
    // A window no larger than what it is for: the encoder makes room for all of it.
    let window = (usize::BITS - bytes.len().leading_zeros()).clamp(16, 22);
    let lgwin = i32::try_from(window).unwrap_or(22);
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::with_capacity(bytes.len() / 4);
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &params).ok()?;
    Some(packed)
}

/// The newest LAST-MODIFIED of a calendar.
pub(super) fn last_modified(body: &[u8]) -> Option<DateTime<Utc>> {
    const NAME: &[u8] = b"LAST-MODIFIED:";
    let dates = body.split(|byte| *byte == b'\n').filter_map(|line| line.strip_prefix(NAME));
    let newest = dates.map(<[u8]>::trim_ascii).max()?;
    NaiveDateTime::parse_from_str(str::from_utf8(newest).ok()?, "%Y%m%dT%H%M%SZ").ok().map(|date| date.and_utc())
}
