//! Feeds, and the files of their events, written while they are rendered.
//!
//! Entries are rendered some at a time, and go to every feed that has them before the next take their room. So the room
//! that feeds take does not grow with their entries, but for a line of the manifest for each event's own file.

mod spans;

use std::ops::{Range, RangeInclusive};

use chrono::{DateTime, TimeZone, Utc};
use rayon::prelude::*;

use super::keep::{Counted, Keep, Listed, in_order, put};
use super::single::Frames;
use super::{EVENTS, FeedFile};
use crate::listing::ListedVisit;
use crate::programme::{Feed, FeedZone, Settings};
use crate::render::ics::{self, Header, Profile, Rendered, Sheaf, Sheaves, Spans};
use crate::revision::RevisedListing;
use crate::zone::Zone;

/// How much is rendered by one job: so many entries, each for one profile, but no more and no fewer entries than these.
/// What is rendered waits to be written, so longer jobs take more room.
const STRETCH: usize = 128;
const ENTRIES: RangeInclusive<usize> = 8..=16;

/// How many jobs there are for each thread, between one time that all of them wait and the next.
const JOBS: usize = 4;

/// A feed, and the files that were made of it.
pub(super) type Made = (FeedFile, Vec<Listed>);

/// What feeds are made of.
pub(super) struct Press<'p, K> {
    revised: &'p RevisedListing<'p>,
    settings: &'p Settings,
    keep: &'p K,
    frames: Frames,
}

/// Some of a visit's entries, by their rows.
type Part<'p> = (&'p ListedVisit<'p>, Range<usize>);

/// A feed that is to be made, by its position in the settings and that of its profile.
#[derive(Clone, Copy)]
struct Wanted<'p> {
    profile: usize,
    position: usize,
    feed: &'p Feed,
}

impl<'p, K: Keep> Press<'p, K> {
    pub(super) fn new(revised: &'p RevisedListing<'p>, settings: &'p Settings, keep: &'p K) -> Self {
        Self { revised, settings, keep, frames: Frames::new() }
    }

    /// Writes these feeds, each by its position in the settings; told in their order.
    pub(super) fn feeds(&self, wanted: &[(usize, &'p Feed)]) -> Result<Vec<Made>, K::Error> {
        let profile = |&(position, feed): &(usize, &Feed)| {
            Profile::of(feed, self.settings).settled(self.revised.feed_modified(position))
        };
        let of_each: Vec<Profile> = wanted.iter().map(profile).collect();
        let profiles = side_by_side(&of_each);
        let index = |profile: &Profile| profiles.iter().position(|known| known == profile).unwrap_or_default();
        let of_each = wanted.iter().zip(&of_each);
        let mut feeds: Vec<Wanted<'p>> =
            of_each.map(|(&(position, feed), of)| Wanted { profile: index(of), position, feed }).collect();
        feeds.sort_by_key(|feed| feed.profile);
        let mut made: Vec<Made> = Vec::with_capacity(feeds.len());
        for some in feeds.chunks(self.keep.room().max(1)) {
            let spans = spans::of(self.revised, &self.jobs(some, *ENTRIES.end()), &profiles, some);
            let mut spans = spans.into_iter();
            let batches = batches(&profiles, some);
            let threads = if batches.len() > 1 { 1 } else { rayon::current_num_threads() };
            let batches: Vec<_> =
                batches.into_iter().map(|feeds| (feeds, spans.by_ref().take(feeds.len()).collect())).collect();
            let batches = batches.into_par_iter().with_max_len(1);
            let written = batches.map(|(feeds, spans)| self.together(&profiles, feeds, spans, threads));
            made.extend(in_order(written)?.into_iter().flatten());
        }
        made.sort_by_key(|(feed, _)| feed.position);
        Ok(made)
    }

    /// Writes feeds of some of these profiles side by side, with work for so many threads at a time.
    fn together(
        &self,
        profiles: &[Profile],
        feeds: &[Wanted<'p>],
        spans: Vec<Spans>,
        threads: usize,
    ) -> Result<Vec<Made>, K::Error> {
        let (first, last) = (feeds[0].profile, feeds[feeds.len() - 1].profile);
        let profiles = &profiles[first..=last];
        let jobs = self.jobs(feeds, (STRETCH / profiles.len()).clamp(*ENTRIES.start(), *ENTRIES.end()));
        let of = |feed: &Wanted<'p>| Wanted { profile: feed.profile - first, ..*feed };
        let begun = feeds.par_iter().zip(spans).map(|(feed, spans)| Open::begin(self, of(feed), spans));
        let mut open: Vec<Open<'_, K>> = in_order(begun)?;
        let abreast = open.len().div_ceil(threads);
        let (mut fresh, mut ready): (Vec<Sheaves>, Vec<Sheaves>) = (Vec::new(), Vec::new());
        let mut rendered = 0;
        // While some are rendered, those before them are written.
        for some in jobs.chunks(JOBS * threads).chain([[].as_slice()]) {
            let render = || {
                fresh.resize_with(some.len().max(fresh.len()), Sheaves::default);
                fresh.par_iter_mut().zip(some).with_max_len(1).for_each(|(sheaves, parts)| {
                    sheaves.clear(profiles.len());
                    for (visit, rows) in parts {
                        sheaves.add(self.revised, visit, rows.clone(), profiles);
                    }
                });
            };
            let done = &ready[..rendered];
            let write = || in_order(open.par_chunks_mut(abreast).with_max_len(1).map(|open| Open::add(open, done)));
            let ((), written) = rayon::join(render, write);
            written?;
            std::mem::swap(&mut fresh, &mut ready);
            rendered = some.len();
        }
        drop((fresh, ready));
        in_order(open.into_par_iter().map(|open| open.finish(profiles)))
    }

    /// What there is to render for some feeds, in jobs of so many entries: a visit may have one, or thousands.
    fn jobs(&self, feeds: &[Wanted<'_>], entries: usize) -> Vec<Vec<Part<'p>>> {
        let is_selected =
            |visit: &&ListedVisit<'_>| feeds.iter().any(|wanted| wanted.feed.selects(Some(visit.position)));
        let mut jobs: Vec<Vec<Part<'p>>> = Vec::new();
        let mut room = 0;
        for visit in self.revised.listing().visits.iter().filter(is_selected) {
            let mut first = 0;
            while first < visit.entries.len() {
                if room == 0 {
                    jobs.push(Vec::new());
                    room = entries;
                }
                let end = visit.entries.len().min(first + room);
                jobs.last_mut().into_iter().for_each(|job| job.push((visit, first..end)));
                room -= end - first;
                first = end;
            }
        }
        jobs
    }

    /// The visit at a position of the programme.
    fn visit(&self, position: usize) -> Option<&'p ListedVisit<'p>> {
        let visits = &self.revised.listing().visits;
        visits.binary_search_by_key(&position, |visit| visit.position).ok().map(|index| &visits[index])
    }
}

/// Profiles, each once. Those that differ in clocks alone follow each other, because they share all that is said whatever
/// the clocks.
fn side_by_side(profiles: &[Profile]) -> Vec<Profile> {
    let mut ordered: Vec<Profile> = Vec::new();
    for profile in profiles {
        if !ordered.contains(profile) {
            let alike = ordered.iter().rposition(|known| known.differs_in_clocks_alone(profile));
            ordered.insert(alike.map_or(ordered.len(), |last| last + 1), profile.clone());
        }
    }
    ordered
}

/// Feeds in batches, to be made by a thread each where there are enough of them: then events are read where they were
/// written, and do not go from one processor to the other. A batch has all feeds that have something in common to say.
fn batches<'f, 'p>(profiles: &[Profile], feeds: &'f [Wanted<'p>]) -> Vec<&'f [Wanted<'p>]> {
    let alike =
        |one: &Wanted<'_>, next: &Wanted<'_>| profiles[one.profile].differs_in_clocks_alone(&profiles[next.profile]);
    let batches: Vec<&[Wanted<'_>]> = feeds.chunk_by(alike).collect();
    let threads = rayon::current_num_threads();
    if threads > 1 && batches.len() >= threads { batches } else { vec![feeds] }
}

/// A feed that is not whole yet.
struct Open<'p, K: Keep + 'p> {
    press: &'p Press<'p, K>,
    of: Wanted<'p>,
    file: Counted<K::Sheet<'p>>,
    singles: Vec<Listed>,
    entries: usize,
}

impl<'p, K: Keep> Open<'p, K> {
    fn begin(press: &'p Press<'p, K>, of: Wanted<'p>, spans: Spans) -> Result<Self, K::Error> {
        let path = format!("feeds/{}.ics", of.feed.id);
        let head = head(press.revised, press.settings, of.feed, spans, &path);
        let mut file = Counted::begin(press.keep, path)?;
        file.write(&[head.as_bytes()])?;
        Ok(Self { press, of, file, singles: Vec::new(), entries: 0 })
    }

    /// Adds to feeds what each selects of what was rendered.
    fn add(open: &mut [Self], rendered: &[Sheaves]) -> Result<(), K::Error> {
        let mut files = Vec::with_capacity(open.len());
        for feed in open {
            let parts = feed.take(rendered)?;
            files.push((&mut feed.file, parts));
        }
        Counted::write_abreast(files)
    }

    /// Takes what it selects of what was rendered; writes each event's own file, where it has them.
    fn take<'s>(&mut self, rendered: &'s [Sheaves]) -> Result<Vec<&'s [u8]>, K::Error> {
        let mut parts: Vec<&[u8]> = Vec::new();
        for sheaves in rendered {
            let sheaf = &sheaves.each[self.of.profile];
            let selected = self.select(sheaf, &mut parts);
            if self.of.feed.events {
                self.add_singles(sheaf, &selected)?;
            }
        }
        Ok(parts)
    }

    /// Selects events, and adds their bytes; neighbours are one stretch.
    fn select<'s>(&mut self, sheaf: &'s Sheaf, parts: &mut Vec<&'s [u8]>) -> Vec<&'s [Rendered]> {
        let feed = self.of.feed;
        let mut stretches: Vec<Range<usize>> = Vec::new();
        let mut add = |from: usize, to: usize| match stretches.last_mut() {
            Some(last) if last.end == from => last.end = to,
            _ => stretches.push(from..to),
        };
        let mut from = 0;
        for of_visit in sheaf.events.chunk_by(|event, next| event.visit == next.visit) {
            let to = from + of_visit.len();
            if feed.selects(of_visit[0].visit) {
                if feed.only.restricts_nothing() {
                    add(from, to);
                } else {
                    let is_admitted = |(_, event): &(usize, &Rendered)| feed.only.admits(event.kind, event.access);
                    (from..to).zip(of_visit).filter(is_admitted).for_each(|(at, _)| add(at, at + 1));
                }
            }
            from = to;
        }
        let selected: Vec<&[Rendered]> = stretches.into_iter().map(|within| &sheaf.events[within]).collect();
        self.entries += selected.iter().map(|events| events.len()).sum::<usize>();
        for within in &selected {
            if let (Some(first), Some(last)) = (within.first(), within.last()) {
                debug_assert!(within.windows(2).all(|pair| pair[0].bytes.end == pair[1].bytes.start));
                parts.push(&sheaf.text.as_bytes()[first.bytes.start..last.bytes.end]);
            }
        }
        selected
    }

    /// Writes each event's own file; none of what is left of an entry that is in the schedules no more.
    fn add_singles(&mut self, sheaf: &Sheaf, selected: &[&[Rendered]]) -> Result<(), K::Error> {
        let mut files: Vec<(String, &Rendered)> = Vec::with_capacity(selected.iter().map(|events| events.len()).sum());
        for of_visit in selected.iter().flat_map(|events| events.chunk_by(|event, next| event.visit == next.visit)) {
            let Some(visit) = of_visit[0].visit.and_then(|visit| self.press.visit(visit)) else { continue };
            for event in of_visit {
                let Some(entry) = event.entry else { continue };
                let name = ics::file_name(visit, &visit.entries[entry]);
                files.push((format!("{EVENTS}/{}/{name}", self.of.feed.id), event));
            }
        }
        let Press { keep, frames, .. } = self.press;
        let file = |(path, event): (String, &Rendered)| {
            let bytes = &sheaf.text.as_bytes()[event.bytes.clone()];
            frames.around(event, bytes, |parts| put(*keep, path, parts))
        };
        self.singles.extend(in_order(files.into_par_iter().map(file))?);
        Ok(())
    }

    fn finish(mut self, profiles: &[Profile]) -> Result<Made, K::Error> {
        // What is left of entries that are in the schedules no more.
        let withdrawn = ics::cancellations(self.press.revised, &profiles[self.of.profile]);
        let mut parts = Vec::new();
        self.select(&withdrawn, &mut parts);
        let foot = ics::footer();
        parts.push(foot.as_bytes());
        self.file.write(&parts)?;
        let (path, file) = self.file.finish()?;
        let mut files = self.singles;
        files.push((path.clone(), file));
        Ok((FeedFile { position: self.of.position, path, entries: self.entries }, files))
    }
}

/// What stands before the events of a feed.
fn head(revised: &RevisedListing<'_>, settings: &Settings, feed: &Feed, mut spans: Spans, path: &str) -> String {
    let mut selected = revised.listing().visits.iter().filter(|visit| feed.selects(Some(visit.position)));
    let first_zone = selected.next().map(|visit| visit.zone);
    let zone = match feed.zone {
        FeedZone::Fixed(zone) => Some(zone),
        FeedZone::Host => first_zone,
    };
    // A calendar needs a component, and apps look for that of X-WR-TIMEZONE.
    if let Some(zone) = zone.or_else(|| Zone::parse("Etc/UTC").ok()) {
        spans.entry(zone).or_insert((quiet_instant(), quiet_instant()));
    }
    let base_url = settings.base_url.get(revised.listing().audience).as_deref();
    let header = Header {
        name: feed.title.localized(&feed.language, &feed.title).text,
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
