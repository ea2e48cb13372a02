//! `summitcal show`: the programme by day, one entry in full, or either as data.

use std::io;

use chrono::{DateTime, Utc};
use clap::Args;

use super::{At, Context, Outcome, audience, colour, complain, print, print_report, whose};
use crate::document::{nearest, shortened};
use crate::error::Error;
use crate::listing::{ListedEntry, ListedVisit, Listing};
use crate::pipeline::Schedules;
use crate::programme::{Audience, Cancelled, Feed, Language, Programme, Settings, StatusKind, UiLanguage};
use crate::render::ics::EventStyle;
use crate::render::localizer::Localizer;
use crate::render::open_data::{FeedView, ProgrammeData};
use crate::render::terminal::{self, ReaderSettings, Screen};
use crate::revision::RevisedListing;
use crate::zone::{Database, Zone};

/// How many columns there are where neither COLUMNS nor a terminal says.
const DEFAULT_WIDTH: usize = 100;
/// On narrower screens, lines are as long as on one of this width.
const MIN_WIDTH: usize = 30;
/// How many entries a message suggests.
const MAX_SUGGESTIONS: usize = 3;

/// What to show.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// One entry alone, by its id or as visit/entry.
    #[arg(value_name = "ENTRY")]
    pub(crate) entry: Option<String>,
    /// What this feed holds, in its language and on its clocks.
    #[arg(long, value_name = "FEED")]
    pub(crate) feed: Option<String>,
    /// What this audience may see [default: the feed's, or public].
    #[arg(long, value_name = "WHO", value_parser = audience)]
    pub(crate) audience: Option<Audience>,
    /// The clock beside the host's [default: the feed's, or that of the audience's first feed with one].
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    /// As data instead: what is shown of it, in the form of programme.json (see “summitcal schema programme”).
    ///
    /// With --feed, each entry has “feed” too: DTSTART, DTEND, title and place as that feed writes them. Sequences and
    /// stamps are those of builds, and null here.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) at: At,
}

pub(crate) fn run(context: &Context, options: &Show) -> Result<Outcome, Error> {
    let at = options.at.instant()?;
    let own_zone = options.zone.as_deref().map(|name| zone(name, context.database)).transpose().map_err(Error::new)?;
    let schedules = Schedules::load(&context.schedules, context.database)?;
    let mut checked = schedules.check();
    let Some(programme) = checked.programme.take() else {
        print_report(context, &checked.report)?;
        return Ok(Outcome::Findings);
    };
    // Diagnostics quote the schedules, and what is printed for other audiences may be passed on to them.
    if context.verbose && options.audience.is_none_or(|audience| audience == Audience::Staff) {
        print_report(context, &checked.report)?;
    }
    let screen = Screen { width: width(), colour: colour(context, &io::stdout()) };
    match text(&programme, options, (own_zone, at), screen) {
        Ok(text) => print(&text).map(|()| Outcome::Clean),
        Err(message) => {
            complain(context, &Error::new(message));
            Ok(Outcome::Findings)
        }
    }
}

/// What to print, or a sentence that says why there is nothing to.
fn text(
    programme: &Programme,
    options: &Show,
    (own_zone, at): (Option<Zone>, DateTime<Utc>),
    screen: Screen,
) -> Result<String, String> {
    let feed = options.feed.as_deref().map(|id| find_feed(programme, id, options.audience)).transpose()?;
    let view = View::new(programme, feed, (options.audience, own_zone), at);
    let listing = view.revised.listing();
    let Some(name) = &options.entry else {
        return Ok(if options.json {
            view.json(programme.settings(), None)
        } else {
            terminal::programme(listing, view.reader(), screen)
        });
    };
    let (visit, entry) = find_entry(listing, name, feed)?;
    if options.json {
        return Ok(view.json(programme.settings(), Some((visit, entry))));
    }
    let uid = view.revised.uid(entry).to_string();
    Ok(terminal::entry(&view.localizer(visit), visit, entry, &uid, screen))
}

/// What is shown, in which language and on which clocks.
struct View<'p> {
    revised: RevisedListing<'p>,
    ui_language: UiLanguage,
    language: Language,
    /// The clock beside the host's.
    zone: Zone,
    /// The clocks beside the host's where one entry is shown.
    clocks: Vec<Zone>,
    style: Option<EventStyle>,
}

impl<'p> View<'p> {
    fn new(
        programme: &'p Programme,
        feed: Option<&Feed>,
        (audience, own_zone): (Option<Audience>, Option<Zone>),
        at: DateTime<Utc>,
    ) -> Self {
        let style = feed.map(|feed| EventStyle::new(feed, programme.settings()));
        let audience = audience.or(feed.map(|feed| feed.audience)).unwrap_or(Audience::Public);
        let mut listing = Listing::of(programme, audience, at);
        if let (Some(feed), Some(style)) = (feed, &style) {
            retain_feed(&mut listing, feed, style);
        }
        let home = || home_zone(programme, audience);
        // Where there is none, the host's own clock is all.
        let host = || listing.visits.first().map_or(programme.settings().database.utc(), |visit| visit.zone);
        let zone = own_zone.or(feed.and_then(|feed| feed.zone.fixed())).or_else(home).unwrap_or_else(host);
        let clocks = match &style {
            Some(style) if own_zone.is_none() => style.clocks(),
            _ => vec![zone],
        };
        Self {
            revised: RevisedListing::new(listing, programme.settings().uid_namespace, at),
            ui_language: feed.map_or(UiLanguage::English, |feed| feed.ui_language),
            language: feed.map_or(Language::ENGLISH, |feed| feed.language.clone()),
            zone,
            clocks,
            style,
        }
    }

    fn reader(&self) -> ReaderSettings<'_> {
        ReaderSettings { ui_language: self.ui_language, language: &self.language, zone: self.zone }
    }

    fn localizer<'v>(&'v self, visit: &ListedVisit<'v>) -> Localizer<'v> {
        Localizer::new(self.ui_language, &self.language, &self.clocks, visit.title)
    }

    /// What is shown as data: all of it, or one entry.
    fn json(&self, settings: &Settings, only: Option<(&ListedVisit<'_>, &ListedEntry<'_>)>) -> String {
        let (ui_language, language) = (self.ui_language, &self.language);
        let feed = self.style.as_ref().map(|style| FeedView { style, ui_language, language });
        let mut programme = ProgrammeData { revised: &self.revised, settings, feed }.object();
        if let Some((visit, entry)) = only {
            programme.visits.retain(|one| one.visit == visit.id.as_str());
            for visit in &mut programme.visits {
                visit.entries.retain(|one| one.entry == Some(entry.id.as_str()));
            }
        }
        serde_json::to_string_pretty(&programme).expect("its keys are texts") + "\n"
    }
}

/// Leaves in a listing what a feed has.
fn retain_feed(listing: &mut Listing<'_>, feed: &Feed, style: &EventStyle) {
    let is_in_feed = |entry: &ListedEntry<'_>| {
        let is_hidden = feed.cancelled == Cancelled::Hidden && entry.status.kind == StatusKind::Cancelled;
        !is_hidden && feed.only.admits(entry.kind, entry.access, entry.whose) && style.times(entry).is_some()
    };
    listing.visits.retain(|visit| feed.selects(Some(visit.position)));
    listing.visits.iter_mut().for_each(|visit| visit.entries.retain(is_in_feed));
    listing.visits.retain(|visit| !visit.entries.is_empty());
}

/// The feed of this id and audience; where no audience is asked for, that of the widest of several.
fn find_feed<'p>(programme: &'p Programme, id: &str, audience: Option<Audience>) -> Result<&'p Feed, String> {
    let is_for_audience = |feed: &&Feed| audience.is_none_or(|audience| feed.audience == audience);
    let feeds = || programme.settings().feeds.iter().filter(is_for_audience);
    feeds().filter(|feed| feed.id.as_str() == id).min_by_key(|feed| feed.audience).ok_or_else(|| {
        let whose = audience.map(|audience| format!(" for {}", whose(audience))).unwrap_or_default();
        let missing = format!("there is no feed “{}”{whose}", shortened(id));
        match nearest(id, feeds().map(|feed| feed.id.as_str())) {
            Some(near) => format!("{missing}; did you mean “{near}”?"),
            None => format!("{missing}; feeds.yaml says which there are."),
        }
    })
}

/// An entry with its visit, and its name of both ids: `visit/entry`.
type NamedEntry<'l, 'p> = (String, &'l ListedVisit<'p>, &'l ListedEntry<'p>);

/// The entry with this id, or of this visit and id.
fn find_entry<'l, 'p>(
    listing: &'l Listing<'p>,
    name: &str,
    feed: Option<&Feed>,
) -> Result<(&'l ListedVisit<'p>, &'l ListedEntry<'p>), String> {
    let entries_of = |visit: &'l ListedVisit<'p>| {
        visit.entries.iter().map(move |entry| (format!("{}/{}", visit.id, entry.id), visit, entry))
    };
    let all: Vec<NamedEntry<'_, '_>> = listing.visits.iter().flat_map(entries_of).collect();
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
    match suggestions(&all, name).as_slice() {
        [] => Err(format!("{missing}.")),
        names => Err(format!("{missing}; did you mean {}?", either(names))),
    }
}

/// The entries that somebody may have meant: those whose names contain what was written, else the one that resembles it.
fn suggestions<'a>(all: &'a [NamedEntry<'_, '_>], name: &str) -> Vec<&'a str> {
    let lower = name.to_lowercase();
    let names = || all.iter().map(|(full, ..)| full.as_str());
    let containing = names().filter(|full| !lower.is_empty() && full.contains(&lower));
    let containing: Vec<&str> = containing.take(MAX_SUGGESTIONS).collect();
    if !containing.is_empty() {
        return containing;
    }
    let by_entry = || {
        let near = nearest(name, all.iter().map(|(_, _, entry)| entry.id.as_str()))?;
        all.iter().find(|(_, _, entry)| entry.id.as_str() == near).map(|(full, ..)| full.as_str())
    };
    nearest(name, names()).or_else(by_entry).into_iter().collect()
}

/// `a, b or c`.
fn either(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// How many columns there are: as COLUMNS says, else as the terminal is.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.filter(|columns| *columns > 0).or_else(terminal).unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH)
}

/// The clock of the readers at home: that of an audience's first feed with a clock of its own.
pub(super) fn home_zone(programme: &Programme, audience: Audience) -> Option<Zone> {
    let mut feeds = programme.settings().feeds.iter().filter(|feed| feed.audience == audience);
    feeds.find_map(|feed| feed.zone.fixed())
}

pub(super) fn zone(name: &str, database: Database) -> Result<Zone, String> {
    database.zone(name).map_err(|unknown| match unknown.suggestion {
        Some(other) => format!("{unknown} Did you mean {other}?"),
        None => format!("{unknown} Write an area and a place, such as Asia/Seoul."),
    })
}
