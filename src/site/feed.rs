//! Feeds, and the files of their events, written while they are rendered.
//!
//! Entries are rendered some at a time, and go to every feed that has them before the next take their room. So what a
//! build needs for feeds does not grow with them.

mod spans;

use std::ops::Range;

use chrono::{DateTime, TimeZone, Utc};
use rayon::prelude::*;

use super::keep::{Counted, Keep, Listed, put};
use super::single::Frames;
use super::{EVENTS, FeedFile};
use crate::listing::ListedVisit;
use crate::programme::{Feed, FeedZone, Settings};
use crate::render::ics::{self, Header, Profile, Rendered, Sheaf, Spans};
use crate::revision::Stamped;
use crate::zone::Zone;

/// So many entries are rendered by one job at most: a visit may be a hundred times as long as the others.
const STRETCH: usize = 256;

/// So many feeds are written at a time at most: each is an open file or two, and some systems give out 256.
const TOGETHER: usize = 24;

/// A feed, and the files that were made of it.
pub(super) type Made = (FeedFile, Vec<Listed>);

/// What feeds are made of.
pub(super) struct Press<'p, K> {
    pub(super) stamped: &'p Stamped<'p>,
    pub(super) settings: &'p Settings,
    pub(super) keep: &'p K,
}

/// Some of a visit's entries, by their rows.
type Job<'p> = (&'p ListedVisit<'p>, Range<usize>);

/// A feed by its position in the settings.
type Positioned<'p> = (usize, &'p Feed);

impl<'p, K: Keep> Press<'p, K> {
    /// Writes these feeds; told in their order.
    pub(super) fn feeds(&self, wanted: &[Positioned<'p>]) -> Result<Vec<Made>, K::Error> {
        let mut made: Vec<Made> = Vec::with_capacity(wanted.len());
        // Side by side, those of the same profile share all of an event, and those that differ in clocks alone share all
        // that is said but the times.
        let mut groups: Vec<Vec<(Profile, Vec<Positioned<'p>>)>> = Vec::new();
        for &(position, feed) in wanted {
            let profile = Profile::of(feed, self.settings).settled(self.stamped.feed_modified(position));
            let Some(group) = groups.iter_mut().find(|group| group[0].0.differs_in_clocks_alone(&profile)) else {
                groups.push(vec![(profile, vec![(position, feed)])]);
                continue;
            };
            match group.iter_mut().find(|(known, _)| *known == profile) {
                Some((_, feeds)) => feeds.push((position, feed)),
                None => group.push((profile, vec![(position, feed)])),
            }
        }
        let each = groups
            .into_iter()
            .flatten()
            .flat_map(|(profile, feeds)| feeds.into_iter().map(move |feed| (profile.clone(), feed)));
        let each: Vec<(Profile, Positioned<'p>)> = each.collect();
        for some in each.chunks(TOGETHER) {
            made.extend(self.together(some)?);
        }
        made.sort_by_key(|(feed, _)| feed.position);
        Ok(made)
    }

    fn together(&self, feeds: &[(Profile, Positioned<'p>)]) -> Result<Vec<Made>, K::Error> {
        let mut profiles: Vec<Profile> = feeds.iter().map(|(profile, _)| profile.clone()).collect();
        profiles.dedup();
        let frames = Frames::new();
        let index = |profile: &Profile| profiles.iter().position(|known| known == profile).unwrap_or_default();
        let spans =
            spans::of(self.stamped, &feeds.iter().map(|(profile, (_, feed))| (profile, *feed)).collect::<Vec<_>>());
        let begun = feeds
            .par_iter()
            .zip(spans)
            .map(|((profile, feed), spans)| Open::begin(self, &frames, (index(profile), profile), *feed, spans));
        let mut open: Vec<Open<'_, K>> = in_order(begun)?;
        let jobs: Vec<Job<'_>> = self.stamped.listing().visits.iter().flat_map(stretches).collect();
        let (mut fresh, mut ready): (Vec<Vec<Sheaf>>, Vec<Vec<Sheaf>>) = (Vec::new(), Vec::new());
        let mut rendered: &[Job<'_>] = &[];
        // While some are rendered, those before them are written.
        for some in batches(&jobs).chain([[].as_slice()]) {
            let render = || {
                fresh.resize_with(some.len().max(fresh.len()), Vec::new);
                let job = |(sheaves, (visit, rows)): (&mut Vec<Sheaf>, &Job<'_>)| {
                    ics::events(self.stamped, visit, rows.clone(), &profiles, sheaves);
                };
                fresh.par_iter_mut().zip(some).for_each(job);
            };
            let write = || in_order(open.par_iter_mut().map(|open| open.add(rendered, &ready)));
            let ((), written) = rayon::join(render, write);
            written?;
            std::mem::swap(&mut fresh, &mut ready);
            rendered = some;
        }
        drop((fresh, ready));
        in_order(open.into_par_iter().map(Open::finish))
    }
}

/// All of them, or the first that failed: of several, always the same is told.
fn in_order<T: Send, E: Send>(made: impl IndexedParallelIterator<Item = Result<T, E>>) -> Result<Vec<T>, E> {
    made.collect::<Vec<_>>().into_iter().collect()
}

/// Stretches of a visit's entries.
fn stretches<'p>(visit: &'p ListedVisit<'p>) -> impl Iterator<Item = Job<'p>> {
    let entries = visit.entries.len();
    (0..entries).step_by(STRETCH).map(move |first| (visit, first..entries.min(first + STRETCH)))
}

/// Stretches that are rendered at a time: enough for every thread.
fn batches<'j, 'p>(jobs: &'j [Job<'p>]) -> impl Iterator<Item = &'j [Job<'p>]> {
    let room = STRETCH * rayon::current_num_threads();
    let mut rest = jobs;
    std::iter::from_fn(move || {
        let mut entries = 0;
        let more = |(_, rows): &&Job<'_>| {
            let fits = entries < room;
            entries += rows.len();
            fits
        };
        let (some, others) = rest.split_at(rest.iter().take_while(more).count());
        rest = others;
        Some(some).filter(|some| !some.is_empty())
    })
}

/// A feed that is not whole yet.
struct Open<'p, K: Keep> {
    press: &'p Press<'p, K>,
    frames: &'p Frames,
    feed: &'p Feed,
    position: usize,
    /// How its events are written, and which of the texts are of that.
    profile: (usize, &'p Profile),
    file: Counted<K::Sheet>,
    singles: Vec<Listed>,
    entries: usize,
}

impl<'p, K: Keep> Open<'p, K> {
    fn begin(
        press: &'p Press<'p, K>,
        frames: &'p Frames,
        profile: (usize, &'p Profile),
        (position, feed): Positioned<'p>,
        spans: Spans,
    ) -> Result<Self, K::Error> {
        let path = format!("feeds/{}.ics", feed.id);
        let head = head(press.stamped, press.settings, feed, spans, &path);
        let mut file = Counted::begin(press.keep, path)?;
        file.write(&[head.as_bytes()])?;
        Ok(Self { press, frames, feed, position, profile, file, singles: Vec::new(), entries: 0 })
    }

    /// Adds what it selects of rendered stretches.
    fn add(&mut self, jobs: &[Job<'_>], texts: &[Vec<Sheaf>]) -> Result<(), K::Error> {
        let mut parts: Vec<&[u8]> = Vec::new();
        for ((visit, _), sheaves) in jobs.iter().zip(texts) {
            if !self.feed.selects(Some(visit.position)) {
                continue;
            }
            let sheaf = &sheaves[self.profile.0];
            let events: Vec<&Rendered> =
                sheaf.events.iter().filter(|event| self.feed.only.admits(event.kind, event.access)).collect();
            self.select(&events, sheaf.text(), &mut parts);
            if self.feed.events {
                let (keep, frames, feed) = (self.press.keep, self.frames, self.feed);
                let single = |event: &&Rendered| {
                    let path = format!("{EVENTS}/{}/{}", feed.id, ics::file_name(visit, &visit.entries[event.entry?]));
                    let bytes = &sheaf.text()[event.bytes.clone()];
                    Some(frames.around(event, bytes, |parts| put(keep, path, parts)))
                };
                let files = events.par_iter().filter_map(single).collect::<Result<Vec<_>, _>>()?;
                self.singles.extend(files);
            }
        }
        self.file.write(&parts)
    }

    /// Adds the bytes of events of a text; those of neighbours are one stretch.
    fn select<'t>(&mut self, events: &[&Rendered], text: &'t [u8], parts: &mut Vec<&'t [u8]>) {
        self.entries += events.len();
        for run in events.chunk_by(|event, next| event.bytes.end == next.bytes.start) {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                parts.push(&text[first.bytes.start..last.bytes.end]);
            }
        }
    }

    fn finish(mut self) -> Result<Made, K::Error> {
        // What is left of entries that are in the schedules no more.
        let gone = ics::cancellations(self.press.stamped, self.profile.1);
        let shown =
            |event: &&Rendered| self.feed.selects(event.visit) && self.feed.only.admits(event.kind, event.access);
        let events: Vec<&Rendered> = gone.events.iter().filter(shown).collect();
        let mut parts = Vec::new();
        self.select(&events, gone.text(), &mut parts);
        let foot = ics::footer();
        parts.push(foot.as_bytes());
        self.file.write(&parts)?;
        let (path, file) = self.file.finish()?;
        let mut files = self.singles;
        files.push((path.clone(), file));
        Ok((FeedFile { position: self.position, path, entries: self.entries }, files))
    }
}

/// What stands before the events of a feed.
fn head(stamped: &Stamped<'_>, settings: &Settings, feed: &Feed, mut spans: Spans, path: &str) -> String {
    let mut selected = stamped.listing().visits.iter().filter(|visit| feed.selects(Some(visit.position)));
    let first_zone = selected.next().map(|visit| visit.zone);
    let zone = match feed.zone {
        FeedZone::Fixed(zone) => Some(zone),
        FeedZone::Host => first_zone,
    };
    // A calendar needs a component, and apps look for that of X-WR-TIMEZONE.
    if let Some(zone) = zone.or_else(|| Zone::parse("Etc/UTC").ok()) {
        spans.entry(zone).or_insert((quiet_instant(), quiet_instant()));
    }
    let base_url = settings.base_url.get(stamped.listing().audience).as_deref();
    let header = Header {
        name: feed.title.spoken(&feed.language, &feed.title).text,
        zone: zone.map_or("Etc/UTC", Zone::name),
        refresh: feed.refresh,
        address: base_url.map(|base| format!("{base}/{path}")),
    };
    ics::header(&header) + &ics::timezones(&spans)
}

/// An instant for zones that no event is in; any will do, so long as it is always the same.
fn quiet_instant() -> DateTime<Utc> {
    Utc.timestamp_opt(1_735_689_600, 0).single().unwrap_or_default()
}
