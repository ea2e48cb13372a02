//! A place on an object store: one face of S3, Google Cloud Storage, Azure Blob Storage and folders.
//!
//! Writes on condition are what keeps publishers apart. A folder has none: there a lock on it stands in their place, and where
//! the file system has no locks either, the claim alone.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path as Folder;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, BackoffConfig, Error as Raw, ObjectStore, ObjectStoreExt, PutMode, PutOptions, RetryConfig,
    UpdateVersion,
};
use url::Url;

use super::disk::Disk;
use super::state::STATE;
use crate::error::Error;
use crate::programme::Audience;
use crate::publish::previous::leads_down;
use crate::tree::{MANIFEST, media};

/// How long after its first attempt a request may be tried again.
const RETRY_FOR: Duration = Duration::from_secs(180);

/// Where a tree is published.
#[derive(Debug, Clone)]
pub struct Place(Url);

impl Place {
    /// Reads an address; an error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|_| WRITE.to_owned())?;
        // Whatever has no folder in it would be one at the root of the disk.
        let is_whole = text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("file:///"));
        let has_host = url.host_str().is_some_and(|host| !host.is_empty());
        match url.scheme() {
            "s3" | "gs" | "az" if has_host => {}
            "file" if is_whole && !has_host => {}
            _ => return Err(WRITE.to_owned()),
        }
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.port().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        plain
            .then_some(Self(url))
            .ok_or_else(|| "credentials stand in the environment, never in the address".to_owned())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// What an address is.
const WRITE: &str = "write s3://BUCKET/PATH, gs://BUCKET/PATH, az://CONTAINER/PATH or file:///PATH";

/// How to reach a place.
#[derive(Debug)]
pub struct Connection<'a> {
    /// Where.
    pub place: &'a Place,
    /// The folder of the schedules, which is no place to publish to.
    pub schedules: &'a Folder,
    /// How often a request is tried again.
    pub retries: usize,
    /// What no message may say.
    pub secrets: &'a [String],
}

/// An object that is there.
pub(super) struct Found {
    pub(super) bytes: Vec<u8>,
    pub(super) version: UpdateVersion,
}

/// What became of a write on condition.
pub(super) enum Swap {
    Done(UpdateVersion),
    /// Something else is there than was expected.
    Lost,
}

/// A place that is open.
pub(super) struct Remote {
    store: Box<dyn ObjectStore>,
    root: String,
    shown: String,
    secrets: Vec<String>,
    retries: usize,
    /// Whether it is a folder.
    is_folder: bool,
    /// That folder, if it is there.
    disk: Option<Disk>,
}

impl Remote {
    /// Opens a place. On the disk it may overlap neither the schedules nor `own`, the tree that is to be published.
    pub(super) fn open(connection: &Connection<'_>, own: &Folder, dry_run: bool) -> Result<Self, Error> {
        let url = &connection.place.0;
        let shown = connection.place.to_string();
        let secrets: Vec<String> = connection.secrets.to_vec();
        let failed = |raw: Raw| Error::new(format!("cannot use {shown}: {}", without(&secrets, &raw.to_string())));
        let mut disk = None;
        let (store, root): (Box<dyn ObjectStore>, String) = if url.scheme() == "file" {
            disk = Disk::open(url, &[own, connection.schedules], dry_run)?;
            let store: Box<dyn ObjectStore> = match &disk {
                Some(disk) => {
                    let files = LocalFileSystem::new_with_prefix(disk.root()).map_err(failed)?;
                    Box::new(files.with_automatic_cleanup(true))
                }
                None => Box::new(InMemory::new()),
            };
            (store, String::new())
        } else {
            let root = Path::from_url_path(url.path()).map_err(|error| failed(error.into()))?;
            (cloud(url, connection.retries).map_err(failed)?, root.as_ref().to_owned())
        };
        let is_folder = url.scheme() == "file";
        Ok(Self {
            store,
            root,
            secrets: secrets.clone(),
            shown: shown.clone(),
            retries: connection.retries,
            is_folder,
            disk,
        })
    }

    /// The place, as people wrote it.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether nobody else can be publishing there.
    pub(super) fn is_ours_alone(&self) -> bool {
        self.is_folder && self.disk.as_ref().is_none_or(Disk::is_ours_alone)
    }

    /// The folder that it is, if it is one that is there.
    pub(super) fn disk(&self) -> Option<&Disk> {
        self.disk.as_ref()
    }

    /// Whether a name that somebody else may have written is that of a file of the place, and leads nowhere else.
    pub(super) fn has_place_for(&self, name: &str) -> bool {
        leads_down(name)
            && self.path(name).is_ok()
            && self.disk.as_ref().is_none_or(|disk| disk.link_before(name).is_none())
    }

    fn path(&self, name: &str) -> Result<Path, Error> {
        let whole = if self.root.is_empty() { name.to_owned() } else { format!("{}/{name}", self.root) };
        Path::parse(&whole).map_err(|error| self.failed("write", name, &error.into()))
    }

    fn failed(&self, action: &str, name: &str, raw: &Raw) -> Error {
        Error::new(format!("cannot {action} {name} at {}: {}", self.shown, without(&self.secrets, &raw.to_string())))
    }

    /// An object, or that there is none.
    pub(super) async fn get(&self, name: &str) -> Result<Option<Found>, Error> {
        let path = self.path(name)?;
        self.disk.as_ref().map_or(Ok(()), |disk| disk.refuse_other(name))?;
        let read = async {
            let found = self.store.get(&path).await?;
            let version = UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
            found.bytes().await.map(|bytes| Found { bytes: bytes.to_vec(), version })
        };
        match read.await {
            Ok(found) => Ok(Some(found)),
            Err(Raw::NotFound { .. }) => Ok(None),
            Err(raw) => Err(self.failed("read", name, &raw)),
        }
    }

    /// The paths of all that is below the place, from there on.
    pub(super) async fn list(&self) -> Result<BTreeSet<String>, Error> {
        let root = (!self.root.is_empty()).then(|| Path::parse(&self.root).unwrap_or_default());
        let below = |path: Path| {
            let path = path.as_ref();
            path.strip_prefix(&self.root).map(|rest| rest.trim_start_matches('/').to_owned()).unwrap_or_default()
        };
        let all = self.store.list(root.as_ref()).map_ok(|found| below(found.location)).try_collect().await;
        all.map_err(|raw| self.failed("list", "what is there", &raw))
    }

    /// Writes a file of a tree, whatever is there.
    pub(super) async fn put(&self, name: &str, bytes: Vec<u8>, audience: Audience) -> Result<(), Error> {
        let path = self.path(name)?;
        let options = PutOptions { attributes: self.attributes(name, Some(audience)), ..PutOptions::default() };
        let put = self.store.put_opts(&path, bytes.into(), options).await;
        put.map(drop).map_err(|raw| self.failed("write", name, &raw))
    }

    /// Writes one of our two objects, if what is there is what is expected: this version of it, or nothing.
    ///
    /// An answer may be lost, or be that of a second attempt to the first one's success. So what is there decides.
    pub(super) async fn swap(&self, name: &str, expected: Option<&UpdateVersion>, bytes: &[u8]) -> Result<Swap, Error> {
        let path = self.path(name)?;
        let mut pause = Duration::from_millis(100);
        for attempt in 0.. {
            let raw = match self.put_if(&path, name, expected, bytes).await? {
                Ok(version) => return Ok(Swap::Done(version)),
                Err(raw) => raw,
            };
            if matches!(raw, Raw::PermissionDenied { .. } | Raw::Unauthenticated { .. } | Raw::NotImplemented { .. }) {
                return Err(self.failed("write", name, &raw));
            }
            // When nothing can be read either, the first failure says more.
            let Ok(found) = self.get(name).await else { return Err(self.failed("write", name, &raw)) };
            match found {
                Some(found) if found.bytes == bytes => return Ok(Swap::Done(found.version)),
                found if found.as_ref().map(|found| &found.version) != expected => return Ok(Swap::Lost),
                _ if attempt >= self.retries => return Err(self.failed("write", name, &raw)),
                _ => {}
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(15));
        }
        Ok(Swap::Lost)
    }

    /// One attempt. A folder's lock keeps others out, so that there it is enough to look.
    async fn put_if(
        &self,
        path: &Path,
        name: &str,
        expected: Option<&UpdateVersion>,
        bytes: &[u8],
    ) -> Result<Result<UpdateVersion, Raw>, Error> {
        let mut options = PutOptions { attributes: self.attributes(name, None), ..PutOptions::default() };
        if self.is_folder {
            let found = self.get(name).await?;
            if found.map(|found| found.version) != expected.cloned() {
                let source = "it was changed".into();
                return Ok(Err(Raw::Precondition { path: name.to_owned(), source }));
            }
        } else {
            options.mode = expected.map_or(PutMode::Create, |version| PutMode::Update(version.clone()));
        }
        Ok(self.store.put_opts(path, bytes.to_vec().into(), options).await.map(UpdateVersion::from))
    }

    /// Removes objects. One that is not there is removed.
    pub(super) async fn remove(&self, names: &[String]) -> Result<(), Error> {
        let paths = names.iter().map(|name| self.path(name)).collect::<Result<Vec<_>, _>>()?;
        let mut removed = self.store.delete_stream(stream::iter(paths.into_iter().map(Ok)).boxed());
        while let Some(one) = removed.next().await {
            match one {
                Ok(_) | Err(Raw::NotFound { .. }) => {}
                Err(raw) => return Err(self.failed("remove", "what is stale", &raw)),
            }
        }
        Ok(())
    }

    /// The headers that an object is fetched with; a folder has none. Our own two objects are asked for anew each time.
    fn attributes(&self, name: &str, audience: Option<Audience>) -> Attributes {
        let mut attributes = Attributes::new();
        if self.is_folder {
            return attributes;
        }
        let own = [STATE, MANIFEST].contains(&name);
        let cache = audience.filter(|_| !own).map_or("no-cache", media::cache_control);
        attributes.insert(Attribute::ContentType, media::media_type(name).into());
        attributes.insert(Attribute::CacheControl, cache.into());
        if let Some(disposition) = media::disposition(name) {
            attributes.insert(Attribute::ContentDisposition, disposition.into());
        }
        attributes
    }
}

/// A store of the network, with what the environment says of it.
fn cloud(url: &Url, retries: usize) -> Result<Box<dyn ObjectStore>, Raw> {
    // Another part of the process may have named a provider before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: retries, retry_timeout: RETRY_FOR };
    let text = url.as_str();
    Ok(match url.scheme() {
        "s3" => Box::new(AmazonS3Builder::from_env().with_url(text).with_retry(retry).build()?),
        "gs" => Box::new(GoogleCloudStorageBuilder::from_env().with_url(text).with_retry(retry).build()?),
        _ => Box::new(MicrosoftAzureBuilder::from_env().with_url(text).with_retry(retry).build()?),
    })
}

/// A store's words, without what may be secret in them: what stands after the path of an address, and these texts; in one
/// line, and no longer than somebody would read.
fn without(secrets: &[String], text: &str) -> String {
    const READ: usize = 400;
    let mut text = text.to_owned();
    for secret in secrets {
        text = text.replace(secret.as_str(), "…");
    }
    let words = text.split_whitespace().map(|word| match word.split_once('?') {
        Some((before, _)) if before.contains("://") => before,
        _ => word,
    });
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(READ) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
