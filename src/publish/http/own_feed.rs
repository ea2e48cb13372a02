//! Feeds of one's own: those that are listed, with a query that says what of them is wanted. Each is made when it is asked for, at
//! most as many at a time as there are cores, and none is kept.

use std::fmt;
use std::sync::Arc;

use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use tokio::sync::Semaphore;

use super::app::text;
use super::generation::{File, Generation};
use crate::programme::Audience;

/// What makes feeds of one's own.
pub trait MakesFeeds: fmt::Debug + Send + Sync {
    /// What there is for a query behind the address of an audience's feed, by its id.
    fn make(&self, audience: Audience, id: &str, query: &str) -> OwnFeed;
}

/// What there is for a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnFeed {
    /// The feed.
    Made(String),
    /// The same query as it has to be written; empty if nothing is asked for.
    Elsewhere(String),
    /// What is not known of it, and what is, in words.
    Unknown(String),
    /// There is no such feed.
    Nothing,
}

/// A feed of one's own that is to be made.
pub(super) struct Making {
    makes: Arc<dyn MakesFeeds>,
    audience: Audience,
    path: String,
    id: String,
    query: String,
}

/// What comes of it.
pub(super) enum Made {
    Feed(Arc<File>),
    Response(Response),
}

impl Making {
    /// If a path is that of a feed of a tree.
    pub(super) fn of(generation: &Generation, (audience, path): (Audience, &str), query: &str) -> Option<Self> {
        let id = path.strip_prefix("feeds/")?.strip_suffix(".ics")?;
        generation.get(audience, path)?;
        let makes = Arc::clone(generation.makes_feeds()?);
        Some(Making { makes, audience, path: path.to_owned(), id: id.to_owned(), query: query.to_owned() })
    }

    /// Makes it, if there is room for one more.
    pub(super) async fn make(self, room: &Arc<Semaphore>) -> Made {
        let Ok(permit) = Arc::clone(room).try_acquire_owned() else {
            let mut response = text(StatusCode::SERVICE_UNAVAILABLE, "There is too much to do here. Ask again.\n");
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            return Made::Response(response);
        };
        let name = self.id.clone();
        let making = tokio::task::spawn_blocking(move || {
            let made = self.makes.make(self.audience, &self.id, &self.query);
            drop(permit);
            match made {
                OwnFeed::Made(feed) => Ok(Arc::new(File::made(self.audience, &self.path, feed.into_bytes()))),
                other => Err(other),
            }
        });
        match making.await {
            Ok(Ok(file)) => Made::Feed(file),
            Ok(Err(other)) => Made::Response(answer(&name, other)),
            // It is answered as every panic is.
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Made::Response(text(StatusCode::SERVICE_UNAVAILABLE, "The server is about to stop.\n")),
            },
        }
    }
}

fn answer(id: &str, own: OwnFeed) -> Response {
    match own {
        OwnFeed::Unknown(why) => text(StatusCode::BAD_REQUEST, why),
        OwnFeed::Elsewhere(query) => {
            let query = if query.is_empty() { query } else { format!("?{query}") };
            let mut response = text(StatusCode::MOVED_PERMANENTLY, "There is one address for this.\n");
            match HeaderValue::try_from(format!("{id}.ics{query}")) {
                Ok(address) => drop(response.headers_mut().insert(LOCATION, address)),
                Err(_) => return text(StatusCode::BAD_REQUEST, "This cannot be meant.\n"),
            }
            response
        }
        OwnFeed::Made(_) | OwnFeed::Nothing => text(StatusCode::NOT_FOUND, "There is nothing here.\n"),
    }
}
