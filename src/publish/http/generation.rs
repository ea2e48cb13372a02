//! A whole site, ready to be served. Clients see one generation or the next, never a mixture.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, LINK, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, NaiveDateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use headers::{ContentLength, ETag, HeaderMapExt, LastModified};
use rayon::prelude::*;

use super::own_feed::MakesFeeds;
use super::request::{AcceptedEncodings, Encoding};
use crate::programme::Audience;
use crate::render::html;
use crate::tree::{self, Digest, MANIFEST, Tree, media};

/// The files of a tree, by path; folders with a page of their own by their path with its slash.
type Files = HashMap<String, Arc<File>>;

/// A site as it is at an instant.
#[derive(Debug, Default)]
pub struct Generation {
    /// By audience.
    trees: [Option<Files>; Audience::ALL.len()],
    number: u64,
    /// What makes feeds of one's own of it, if anything does.
    makes_feeds: Option<Arc<dyn MakesFeeds>>,
}

impl Generation {
    /// Makes a generation of trees. Files that the `last` one has with the same bytes are taken from it.
    #[must_use]
    pub fn new(trees: Vec<Tree>, last: Option<&Generation>, at: DateTime<Utc>) -> Self {
        let mut generation = Generation { number: last.map_or(1, |last| last.number + 1), ..Generation::default() };
        for tree in trees {
            let audience = tree.audience as usize;
            let known = last.and_then(|last| last.trees[audience].as_ref());
            generation.trees[audience] = Some(files(tree, known, at));
        }
        generation
    }

    /// The same, with something that makes feeds of one's own of it.
    #[must_use]
    pub fn making_feeds(self, makes_feeds: Arc<dyn MakesFeeds>) -> Self {
        Self { makes_feeds: Some(makes_feeds), ..self }
    }

    pub(super) fn makes_feeds(&self) -> Option<&Arc<dyn MakesFeeds>> {
        self.makes_feeds.as_ref()
    }

    /// How many generations there were, this one included.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether an audience has a tree.
    #[must_use]
    pub fn has_tree(&self, audience: Audience) -> bool {
        self.trees[audience as usize].is_some()
    }

    /// Whether a tree has a folder with a page of its own, by its path without the slash.
    pub(super) fn has_folder(&self, audience: Audience, path: &str) -> bool {
        !path.is_empty() && self.get(audience, &format!("{path}/")).is_some()
    }

    /// A file of a tree.
    pub(super) fn get(&self, audience: Audience, path: &str) -> Option<&Arc<File>> {
        self.trees[audience as usize].as_ref()?.get(path)
    }
}

fn files(mut tree: Tree, known: Option<&Files>, at: DateTime<Utc>) -> Files {
    let manifest = std::mem::take(&mut tree.manifest).into_bytes();
    let digest = tree::digest(&manifest);
    let named = std::mem::take(&mut tree.files).into_iter().zip(std::mem::take(&mut tree.digests).into_values());
    let all: Vec<_> = named.chain([((MANIFEST.to_owned(), manifest), digest)]).collect();
    let file = |((path, body), digest): ((String, Vec<u8>), Digest)| {
        let known = known.and_then(|known| known.get(&path));
        let link = links(&tree, &path);
        if let Some(known) = known.filter(|known| (known.info.digest, &known.info.link) == (digest, &link)) {
            return (path, Arc::clone(known));
        }
        let mut modified = modified(&tree, &path, &body).filter(|modified| modified.timestamp() >= 0);
        // Clients that ask by date alone have to learn that the bytes are others, even if no revision says so.
        if let Some(known) = known
            && modified <= known.info.modified
        {
            modified = known.info.modified.max(Some(at));
        }
        let info = FileInfo { audience: tree.audience, path: path.clone(), digest, modified, link };
        (path, Arc::new(File::new(info, body.into())))
    };
    let mut files: Files = all.into_par_iter().map(file).collect();
    let folders: Vec<_> = files
        .iter()
        .filter_map(|(path, file)| Some((path.strip_suffix("index.html")?.to_owned(), Arc::clone(file))))
        .collect();
    files.extend(folders);
    files
}

/// Which hubs hand on a feed's changes, and its own address (`WebSub`, 4).
fn links(tree: &Tree, path: &str) -> Option<HeaderValue> {
    let base_url = tree.base_url.as_ref().filter(|_| !tree.hubs.is_empty())?;
    let is_topic = media::ending(path) == "atom" || path.starts_with("feeds/");
    let hubs = tree.hubs.iter().map(|hub| format!("<{hub}>; rel=\"hub\""));
    let links: Vec<String> = hubs.chain([format!("<{base_url}/{path}>; rel=\"self\"")]).collect();
    if is_topic { links.join(", ").try_into().ok() } else { None }
}

/// When a file last changed. Of a feed it is the newest LAST-MODIFIED in it, or the last time that something left it.
fn modified(tree: &Tree, path: &str, body: &[u8]) -> Option<DateTime<Utc>> {
    if path.starts_with("events/") {
        return last_modified(body);
    }
    if media::ending(path) == "ics" {
        return last_modified(body).max(tree.expired);
    }
    tree.changed
}

/// The newest LAST-MODIFIED of a calendar.
fn last_modified(body: &[u8]) -> Option<DateTime<Utc>> {
    const PROPERTY: &str = "\r\nLAST-MODIFIED:";
    let text = str::from_utf8(body).ok()?;
    let values = text.match_indices(PROPERTY).filter_map(|(at, _)| text[at + PROPERTY.len()..].split('\r').next());
    NaiveDateTime::parse_from_str(values.max()?, "%Y%m%dT%H%M%SZ").ok().map(|date| date.and_utc())
}

/// A file, ready to be sent.
#[derive(Debug)]
pub(super) struct File {
    pub(super) info: FileInfo,
    identity: Variant,
    /// Compressed for whoever first asks for them so; `None` where it saves too little.
    gzip: OnceLock<Option<Variant>>,
    brotli: OnceLock<Option<Variant>>,
}

/// What there is to say of a file.
#[derive(Debug)]
pub(super) struct FileInfo {
    pub(super) audience: Audience,
    /// Its path in the tree.
    pub(super) path: String,
    /// SHA-256 of its bytes.
    digest: Digest,
    pub(super) modified: Option<DateTime<Utc>>,
    /// What a subscriber of a `WebSub` hub has to know of it.
    pub(super) link: Option<HeaderValue>,
}

/// A file in one encoding.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) encoding: Encoding,
    pub(super) body: Bytes,
    pub(super) etag: ETag,
    /// The headers of a response with the body (200).
    pub(super) headers: HeaderMap,
    /// The headers of a response to a client that has it already (304).
    pub(super) unchanged_headers: HeaderMap,
}

impl File {
    /// A file that is made when it is asked for: its tag alone says whether somebody has it already.
    pub(super) fn made(audience: Audience, path: &str, body: Vec<u8>) -> Self {
        let info =
            FileInfo { audience, path: path.to_owned(), digest: tree::digest(&body), modified: None, link: None };
        File::new(info, body.into())
    }

    fn new(info: FileInfo, body: Bytes) -> Self {
        let identity = Variant::new(&info, Encoding::Identity, body);
        Self { info, identity, gzip: OnceLock::new(), brotli: OnceLock::new() }
    }

    pub(super) fn is_page(&self) -> bool {
        media::ending(&self.info.path) == "html"
    }

    /// A page with more at the head of what is shown of it.
    pub(super) fn page_with(&self, more: &str) -> String {
        let page = String::from_utf8_lossy(&self.identity.body);
        let body = page.find("<body").and_then(|at| Some(at + page[at..].find('>')? + 1)).unwrap_or(0);
        format!("{}{more}{}", &page[..body], &page[body..])
    }

    /// Its bytes as they are.
    pub(super) fn bytes(&self) -> Bytes {
        self.identity.body.clone()
    }

    /// The variant that a client takes best.
    ///
    /// What nobody asks for is never compressed, so that a change is served as soon as it is rendered.
    pub(super) fn variant(&self, accepted: &AcceptedEncodings) -> &Variant {
        let body = &self.identity.body;
        let best = accepted.best(body.len() >= MIN_COMPRESSED);
        let compressed = |compress: fn(&[u8]) -> Option<Bytes>| Some(Variant::new(&self.info, best, compress(body)?));
        let variant = match best {
            Encoding::Identity => None,
            Encoding::Gzip => self.gzip.get_or_init(|| compressed(compress_gzip)).as_ref(),
            Encoding::Brotli => self.brotli.get_or_init(|| compressed(compress_brotli)).as_ref(),
        };
        variant.unwrap_or(&self.identity)
    }
}

impl Variant {
    fn new(info: &FileInfo, encoding: Encoding, body: Bytes) -> Self {
        let etag = etag(&info.digest, encoding);
        let mut unchanged = HeaderMap::with_capacity(5);
        unchanged.typed_insert(etag.clone());
        unchanged.insert(CACHE_CONTROL, HeaderValue::from_static(media::cache_control(info.audience)));
        unchanged.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if info.audience == Audience::Public {
            unchanged.insert(ACCESS_CONTROL_ALLOW_ORIGIN, EVERYBODY);
        }
        if let Some(link) = &info.link {
            unchanged.insert(LINK, link.clone());
        }
        if let Some(modified) = info.modified {
            unchanged.typed_insert(LastModified::from(SystemTime::from(modified)));
        }
        let mut headers = unchanged.clone();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media::media_type(&info.path)));
        headers.typed_insert(ContentLength(body.len() as u64));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("none"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if encoding != Encoding::Identity {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.word()));
        }
        if let Some(disposition) = media::disposition(&info.path) {
            headers.insert(CONTENT_DISPOSITION, disposition.try_into().expect("a disposition is of ASCII alone"));
        }
        headers.insert(CONTENT_SECURITY_POLICY, policy(&info.path));
        if info.audience != Audience::Public {
            headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        }
        Self { encoding, body, etag, headers, unchanged_headers: unchanged }
    }
}

/// A strong tag: of the bytes, and of how they are sent.
fn etag(digest: &Digest, encoding: Encoding) -> ETag {
    let [high, _] = digest.as_chunks::<16>().0 else { unreachable!("a digest has 32 bytes") };
    let suffix = match encoding {
        Encoding::Identity => "",
        Encoding::Gzip => "-gz",
        Encoding::Brotli => "-br",
    };
    let tag = format!("\"{:032x}{suffix}\"", u128::from_be_bytes(*high));
    tag.parse().expect("hexadecimal digits in quotes are an entity tag")
}

/// Whose scripts may read a file: anybody's.
pub(super) const EVERYBODY: HeaderValue = HeaderValue::from_static("*");

/// What a file that is no page may load: nothing.
pub(super) const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Pages say in themselves what they need; in a header they can also say that nobody may frame them.
pub(super) fn policy(path: &str) -> HeaderValue {
    if media::ending(path) != "html" {
        return NO_PAGE;
    }
    // Pages without a form say in themselves that they need none.
    format!("{}; frame-ancestors 'none'", html::POLICY_WITH_FORM)
        .try_into()
        .expect("the policy of pages is of ASCII alone")
}

/// Smaller files are not sent in fewer packets when they are compressed.
const MIN_COMPRESSED: usize = 1024;

/// Packed bytes, if sending them saves enough.
fn worth_sending(packed: Vec<u8>, body: &[u8]) -> Option<Bytes> {
    (packed.len() + MIN_COMPRESSED / 8 < body.len()).then(|| packed.into())
}

fn compress_gzip(body: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::default());
    encoder.write_all(body).ok()?;
    worth_sending(encoder.finish().ok()?, body)
}

fn compress_brotli(body: &[u8]) -> Option<Bytes> {
    // A window no larger than what it is for: the encoder makes room for all of it.
    let window = (usize::BITS - body.len().leading_zeros()).clamp(16, 22);
    let lgwin = window.try_into().expect("at most 22");
    let params = brotli::enc::BrotliEncoderParams { quality: 5, lgwin, size_hint: body.len(), ..Default::default() };
    let mut packed = Vec::with_capacity(body.len() / 4);
    brotli::BrotliCompress(&mut &*body, &mut packed, &params).ok()?;
    worth_sending(packed, body)
}
