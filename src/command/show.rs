//! `summitcal show`: the programme by day, one entry in full, or either as data.

use std::io;

use chrono::{DateTime, Utc};

use super::{Outcome, colour, complain, instant, print, print_report, whose};
use crate::cli::{Global, Show};
use crate::document::{nearest, shortened};
use crate::error::Error;
use crate::listing::{ListedEntry, ListedVisit, Listing};
use crate::pipeline::Schedules;
use crate::programme::{Audience, Cancelled, Feed, FeedZone, Language, Programme, StatusKind, UiLanguage};
use crate::render::ics::EventStyle;
use crate::render::json;
use crate::render::localizer::Localizer;
use crate::render::terminal::{self, Page, Reader};
use crate::revision::RevisedListing;
use crate::zone::Zone;

/// How wide a page is where neither COLUMNS nor a terminal says.
const WIDTH: usize = 100;
/// Narrower pages are printed as if they had this width.
const NARROWEST: usize = 30;
/// The clock beside the host's, where nothing else is asked for: that of the readers at home.
const HOME: &str = "Asia/Seoul";
/// How many entries a sentence offers at most.
const OFFERED: usize = 3;

pub(crate) fn run(global: &Global, options: &Show) -> Result<Outcome, Error> {
    let at = instant(options.at)?;
    let schedules = Schedules::load(&global.schedules)?;
    let mut checked = schedules.check();
    let Some(programme) = checked.programme.take() else {
        print_report(global, &checked.report)?;
        return Ok(Outcome::Findings);
    };
    // Diagnostics quote the schedules; what others see may be handed on to them.
    if global.verbose && options.audience.is_none_or(|audience| audience == Audience::Staff) {
        print_report(global, &checked.report)?;
    }
    let page = Page { width: width(), colour: colour(global, &io::stdout()) };
    match shown(&programme, options, at, page)? {
        Ok(text) => print(&text).map(|()| Outcome::Clean),
        Err(refusal) => {
            complain(global, &Error::new(refusal));
            Ok(Outcome::Findings)
        }
    }
}

/// What to print, or a sentence that says why there is nothing to.
fn shown(
    programme: &Programme,
    options: &Show,
    at: DateTime<Utc>,
    page: Page,
) -> Result<Result<String, String>, Error> {
    let feed = match options.feed.as_deref().map(|id| find_feed(programme, id, options.audience)) {
        Some(Err(refusal)) => return Ok(Err(refusal)),
        Some(Ok(feed)) => Some(feed),
        None => None,
    };
    let view = View::new(programme, feed, options, at)?;
    let listing = view.revised.listing();
    let Some(name) = &options.entry else {
        let entries = listing.visits.iter().flat_map(|visit| visit.entries.iter().map(move |entry| (visit, entry)));
        let text = if options.json { view.json(entries)? } else { terminal::programme(listing, view.reader(), page) };
        return Ok(Ok(text));
    };
    match find_entry(listing, name, feed) {
        Err(refusal) => Ok(Err(refusal)),
        Ok(found) if options.json => view.json(std::iter::once(found)).map(Ok),
        Ok((visit, entry)) => {
            let uid = view.revised.uid(entry).to_string();
            Ok(Ok(terminal::entry(&view.localizer(visit), visit, entry, &uid, page)))
        }
    }
}

/// What is shown, in which language and on which clocks.
struct View<'p> {
    revised: RevisedListing<'p>,
    ui_language: UiLanguage,
    language: Language,
    /// The clock beside the host's.
    zone: Zone,
    /// The clocks that an entry in full has beside the host's.
    clocks: Vec<Zone>,
    style: Option<EventStyle>,
}

impl<'p> View<'p> {
    fn new(programme: &'p Programme, feed: Option<&Feed>, options: &Show, at: DateTime<Utc>) -> Result<Self, Error> {
        let (style, zone) = (feed.map(|feed| EventStyle::new(feed, programme.settings())), options.zone);
        let audience = audience(feed, options);
        let mut listing = Listing::of(programme, audience, at);
        if let (Some(feed), Some(style)) = (feed, &style) {
            select(&mut listing, feed, style);
        }
        let own = match feed.map(|feed| feed.zone) {
            Some(FeedZone::Fixed(own)) => own,
            Some(FeedZone::Host) | None => Zone::parse(HOME).map_err(|error| Error::new(error.to_string()))?,
        };
        let clocks = match (zone, &style) {
            (None, Some(style)) => style.clocks(),
            (asked, _) => vec![asked.unwrap_or(own)],
        };
        Ok(Self {
            revised: RevisedListing::new(listing, programme.settings().uid_namespace, at),
            ui_language: feed.map_or(UiLanguage::English, |feed| feed.ui_language),
            language: feed.map_or(Language::ENGLISH, |feed| feed.language.clone()),
            zone: zone.unwrap_or(own),
            clocks,
            style,
        })
    }

    fn reader(&self) -> Reader<'_> {
        Reader { ui_language: self.ui_language, language: &self.language, zone: self.zone }
    }

    fn localizer<'v>(&'v self, visit: &ListedVisit<'v>) -> Localizer<'v> {
        Localizer::new(self.ui_language, &self.language, &self.clocks, visit.title)
    }

    fn json<'v>(
        &'v self,
        entries: impl Iterator<Item = (&'v ListedVisit<'p>, &'v ListedEntry<'p>)>,
    ) -> Result<String, Error>
    where
        'p: 'v,
    {
        let writer = json::Writer { revised: &self.revised, reader: self.zone, style: self.style.as_ref() };
        let told = entries.map(|(visit, entry)| (self.localizer(visit), visit, entry));
        writer.array(told).map_err(|error| Error::new(error.to_string()))
    }
}

/// Leaves in a listing what a feed holds.
fn select(listing: &mut Listing<'_>, feed: &Feed, style: &EventStyle) {
    let chosen = |visit: &ListedVisit<'_>| feed.visits.as_ref().is_none_or(|chosen| chosen.contains(&visit.position));
    let held = |entry: &ListedEntry<'_>| {
        let hidden = feed.cancelled == Cancelled::Hidden && entry.status.kind == StatusKind::Cancelled;
        !hidden && feed.only.admits(entry.kind, entry.access) && style.times(entry).is_some()
    };
    listing.visits.retain(|visit| chosen(visit));
    for visit in &mut listing.visits {
        visit.entries.retain(held);
    }
    listing.visits.retain(|visit| !visit.entries.is_empty());
}

/// Who looks: whoever is named, else those whom the feed is for, else the public.
fn audience(feed: Option<&Feed>, options: &Show) -> Audience {
    options.audience.or(feed.map(|feed| feed.audience)).unwrap_or(Audience::Public)
}

/// The feed of this id and audience; where no audience is asked for, that of the widest of several.
fn find_feed<'p>(programme: &'p Programme, id: &str, audience: Option<Audience>) -> Result<&'p Feed, String> {
    let asked = |feed: &&Feed| audience.is_none_or(|audience| feed.audience == audience);
    let feeds = || programme.settings().feeds.iter().filter(asked);
    feeds().filter(|feed| feed.id.as_str() == id).min_by_key(|feed| feed.audience).ok_or_else(|| {
        let whose = audience.map(|audience| format!(" for {}", whose(audience))).unwrap_or_default();
        let missing = format!("there is no feed “{}”{whose}", shortened(id));
        match nearest(id, feeds().map(|feed| feed.id.as_str())) {
            Some(near) => format!("{missing}; did you mean “{near}”?"),
            None => format!("{missing}; feeds.yaml says which there are."),
        }
    })
}

/// The entry with this id, or of this visit and id.
fn find_entry<'l, 'p>(
    listing: &'l Listing<'p>,
    name: &str,
    feed: Option<&Feed>,
) -> Result<(&'l ListedVisit<'p>, &'l ListedEntry<'p>), String> {
    let all: Vec<_> = listing
        .visits
        .iter()
        .flat_map(|visit| visit.entries.iter().map(move |entry| (format!("{}/{}", visit.id, entry.id), visit, entry)))
        .collect();
    let matching: Vec<_> = all.iter().filter(|(full, _, entry)| full == name || entry.id.as_str() == name).collect();
    match matching.as_slice() {
        [(_, visit, entry)] => return Ok((visit, entry)),
        [] => {}
        several => {
            let full: Vec<&str> = several.iter().map(|(full, ..)| full.as_str()).collect();
            return Err(format!("several visits have an entry “{name}”; write {}.", either(&full)));
        }
    }
    let place = feed.map(|feed| format!(" in the feed “{}”", feed.id)).unwrap_or_default();
    let missing = format!("there is no entry “{}”{place}", shortened(name));
    let offers = offers(&all, name);
    if offers.is_empty() {
        return Err(format!("{missing}."));
    }
    Err(format!("{missing}; did you mean {}?", either(&offers)))
}

/// The entries that somebody may have meant: those whose names hold what was written, else the one that resembles it.
fn offers<'a>(all: &'a [(String, &ListedVisit<'_>, &ListedEntry<'_>)], name: &str) -> Vec<&'a str> {
    let lower = name.to_lowercase();
    let holding = all.iter().filter(|(full, ..)| !lower.is_empty() && full.contains(&lower));
    let offers: Vec<&str> = holding.map(|(full, ..)| full.as_str()).take(OFFERED).collect();
    if !offers.is_empty() {
        return offers;
    }
    let by_entry = || {
        let near = nearest(name, all.iter().map(|(_, _, entry)| entry.id.as_str()))?;
        all.iter().find(|(_, _, entry)| entry.id.as_str() == near).map(|(full, ..)| full.as_str())
    };
    nearest(name, all.iter().map(|(full, ..)| full.as_str())).or_else(by_entry).into_iter().collect()
}

/// `a, b or c`.
fn either(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The width of the page: as COLUMNS says, else as the terminal is.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.filter(|columns| *columns > 0).or_else(terminal).unwrap_or(WIDTH).max(NARROWEST)
}
