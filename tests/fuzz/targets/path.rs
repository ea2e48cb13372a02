//! From the head of a request to an answer: never a failure of the server, and never a byte of what only a token opens.
//!
//! An input is a method, a path, and headers, a line each.
#![no_main]

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use axum::http::{Method, Request, Uri};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use summitcal::check::check;
use summitcal::listing::Listing;
use summitcal::programme::Audience;
use summitcal::publish::http::{App, Generation, Health, Tokens, admin_router, router};
use summitcal::revision::RevisedListing;
use summitcal::tree;
use summitcal::zone::Database;
use summitcal_fuzz::{FEEDS, file};
use tower::ServiceExt;

summitcal_fuzz::target!(run);

const VISIT: &str = "\
visit: v
kind: working-visit
title: V
principal: P
zone: Europe/Berlin
dates: {from: 2026-10-24, to: 2026-10-24}
audience: public
sources: {s: {publisher: S}}
entries:
  - {id: e, kind: meeting, title: E, when: {start: 2026-10-24 10:30}, status: confirmed, sources: [s]}
";

/// A public tree and one for staff, which a token opens that no input knows: for readers, and for those who run the server.
fn routers() -> &'static [Router; 2] {
    static ROUTERS: OnceLock<[Router; 2]> = OnceLock::new();
    ROUTERS.get_or_init(|| {
        let at = DateTime::<Utc>::from_timestamp(1_756_166_400, 0).expect("an instant");
        let files = [file("visit.yaml", VISIT.as_bytes()).expect("UTF-8")];
        let feeds = file("feeds.yaml", FEEDS.as_bytes()).expect("UTF-8");
        let programme = check(&files, Some(&feeds), Database::bundled()).programme.expect("nothing is wrong");
        let settings = programme.settings();
        let tree = |audience| {
            let revised = RevisedListing::new(Listing::of(&programme, audience, at), settings.uid_namespace, at);
            tree::render(&revised, settings)
        };
        let trees: Vec<_> = settings.audiences().map(tree).collect();
        let tokens = Tokens::default().with_new(Audience::Staff, None, at, None).expect("random numbers").0;
        let health = Health { made: at, stale: None, next: None };
        let app = Arc::new(App::new(Generation::new(trees, None, at), health, tokens));
        [router(&app), admin_router(&app)]
    })
}

fn run(data: &[u8]) {
    let mut lines = data.split(|byte| *byte == b'\n');
    let method = lines.next().and_then(|word| Method::from_bytes(word).ok()).unwrap_or(Method::GET);
    let Some(uri) = lines.next().and_then(|path| Uri::try_from(path).ok()) else { return };
    let mut headers = Vec::new();
    for line in lines {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        headers.extend(name.ok().zip(value.ok()));
    }
    for router in routers() {
        let mut request = Request::new(Body::empty());
        request.method_mut().clone_from(&method);
        request.uri_mut().clone_from(&uri);
        request.headers_mut().extend(headers.iter().cloned());
        let answer = router.clone().oneshot(request).now_or_never().expect("nothing is waited for");
        let answer = answer.expect("an answer");
        assert!(answer.status().as_u16() < 500, "{uri}");
        let kept = answer.headers().get(CACHE_CONTROL).expect("every answer says how long it may be kept");
        assert!(!kept.as_bytes().starts_with(b"private"), "{uri} is of a tree that no input opens");
    }
}
