//! `revisions.lock`: what was published of each entry, to whom, when, and how often it changed.
//!
//! It is text, a line a visit and an entry, sorted by identity, with an empty line between two of them so that branches that
//! revise different entries merge. Columns are separated by tabs, which nothing in them holds:
//!
//! ```text
//! # summitcal revisions 1 …
//! time-zone-database 2026f → ~CHECK
//! feed public/seoul → - → DIGEST → DIGEST{…} → ~CHECK
//! us-state-visit → public=0@MODIFIED,CREATED,DIGEST → staff=… → DIGEST{…} → ~CHECK
//! us-state-visit/lunch → public=1@MODIFIED,CREATED,DIGEST,WAS → staff=… → DIGEST{…} → ~CHECK
//! # end
//! ```
//!
//! The version of the time zone database is that which the file was last written with; where it was not known, there is no
//! line. A feed's line has the instant at which its wording or settings last changed (`-`: never), a digest of them, and the
//! settings. An entry's has the UID that it came with, if it has one (`uid=…`). A visit's and an entry's have a revision for each
//! audience that it was published to: SEQUENCE, LAST-MODIFIED, CREATED, what became of it where it is
//! not shown (`withdrawn`, `redacted`, `restricted`), the digest of what was seen and, after a change, of what was
//! seen otherwise before. What an embargo will release follows, with a `+`, behind a `;`; that is a `*` once a build has noted that
//! it was released. What may have been released without a build, and is hidden since, is `unseen`. Then comes what those
//! digests are of; see [`snapshot`](super::snapshot). The last column is a digest of the line (but for those), so that no hand edits it
//! unseen.

mod revision;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

pub use self::revision::EntryState;
pub(super) use self::revision::LockedRevision;
pub(super) use self::revision::{Columns, column, effective, note_releases, published};
use super::change::Subject;
use super::digest::{Digest, digest};
use super::snapshot::Snapshot;
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::programme::{Audience, Text};
use crate::source::{Source, Span};
use crate::zone::{UNKNOWN_VERSION, rfc3339};

/// The layout of the file.
const VERSION: &str = "1";
/// How its first line begins.
const HEADER_PREFIX: &str = "# summitcal revisions ";
/// What its first line says besides.
const HEADER_NOTE: &str =
    ": what was published, and when. Commit this file; the program writes it, and nobody edits it.";
/// How the line begins that names the time zone database.
const DATABASE: &str = "time-zone-database ";
/// How an entry's line ends, with the empty line after it.
const ENTRY_SEPARATOR: &str = "\n\n";
/// What begins the column of the UID that an entry came with.
const UID: &str = "uid=";
/// Its last line, so that a file that was cut short is known.
const FOOTER: &str = "# end";

/// A lock file as it was read.
#[derive(Debug)]
pub struct Lock {
    source: Arc<Source>,
    /// Whether there was a file at all.
    exists: bool,
    /// For each entry, where its line stands.
    rows: HashMap<Box<str>, Span>,
    feeds: HashMap<Box<str>, FeedLine>,
    last: Option<DateTime<Utc>>,
    /// The version of the time zone database that it was last written with, and where it stands.
    database: Option<(Box<str>, Span)>,
}

/// A feed's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FeedLine {
    /// When the wording or the settings last changed since the feed was first made.
    pub(super) modified: Option<DateTime<Utc>>,
    /// Of both.
    pub(super) digest: Digest,
    /// The settings, as JSON; nothing where an earlier version wrote the line.
    pub(super) settings: Box<str>,
}

/// An entry's line, read.
#[derive(Debug)]
pub(super) struct EntryLine<'l> {
    /// The UID that it came with.
    pub(super) uid: Option<&'l str>,
    pub(super) columns: Columns,
    cells: Vec<(Digest, &'l str)>,
}

impl<'l> EntryLine<'l> {
    /// Whether it was taken out by `withdraw`.
    pub(super) fn is_withdrawn(&self) -> bool {
        self.columns.iter().flatten().any(|rev| matches!(rev.state, EntryState::Withdrawn | EntryState::Redacted))
    }

    /// What the entry was called, as far as that is kept.
    pub(super) fn titles(&self) -> Vec<Text> {
        self.cells.iter().filter_map(|(_, cell)| Snapshot::parse(cell)?.title()).collect()
    }

    /// What a digest is of.
    pub(super) fn cell(&self, digest: Digest) -> Option<&'l str> {
        self.cells.iter().find(|(of, _)| *of == digest).map(|(_, text)| *text)
    }

    fn parse(line: &'l str) -> Option<(&'l str, Self)> {
        let mut parts = line.split('\t');
        let key = parts.next()?;
        Subject::parse(key)?;
        let (mut uid, mut columns, mut cells) = (None, Columns::default(), Vec::new());
        for part in parts {
            if let Some(own) = part.strip_prefix(UID) {
                uid = Some(own);
            } else if is_cell(part) {
                cells.push((Digest::parse(&part[..DIGEST_LENGTH])?, &part[DIGEST_LENGTH..]));
            } else {
                let (audience, revisions) = part.split_once('=')?;
                let into = &mut columns[column(Audience::parse(audience)?)];
                *into = revisions.split(';').map(LockedRevision::parse).collect::<Option<_>>()?;
            }
        }
        let row = EntryLine { uid, columns, cells };
        let all = || row.columns.iter().flatten();
        // What follows the first is what embargoes have yet to release; a line of another order would have a sequence fall.
        let follows = |pair: &[LockedRevision]| pair[1].scheduled && pair[0].sequence < pair[1].sequence;
        let rising = row.columns.iter().all(|revisions| revisions.windows(2).all(follows));
        let whole =
            rising && all().flat_map(|rev| std::iter::once(rev.digest).chain(rev.was)).all(|of| row.cell(of).is_some());
        (all().next().is_some() && whole).then_some((key, row))
    }
}

impl Lock {
    /// Where there is no lock file yet.
    #[must_use]
    pub fn missing(path: impl Into<String>) -> Self {
        Self::holding(Arc::new(Source::unreadable(path)), false)
    }

    fn holding(source: Arc<Source>, exists: bool) -> Self {
        Self { source, exists, rows: HashMap::new(), feeds: HashMap::new(), last: None, database: None }
    }

    /// Reads a lock file. What is wrong with it comes back as diagnostics, never as a lock that forgot something.
    pub fn parse(source: Source) -> Result<Self, Vec<Diagnostic>> {
        let source = Arc::new(source);
        let mut lock = Self::holding(Arc::clone(&source), true);
        let damaged = |span: Span, message: &str, help: &str| {
            vec![Diagnostic::error(codes::LOCK_DAMAGED, Place::new(&source, span), message).with_help(help)]
        };
        let text = source.text();
        let mut lines = lines(text);
        let first = lines.next().unwrap_or_default();
        let Some(version) = text[first.start..first.end].strip_prefix(HEADER_PREFIX) else {
            return Err(damaged(first, "This is no lock file of summitcal.", RESTORE));
        };
        let version = version.split(':').next().unwrap_or_default();
        if version != VERSION {
            let message = format!("The lock file has version “{}”, and this program reads version {VERSION}.", {
                version.chars().take(20).collect::<String>()
            });
            return Err(damaged(first, &message, "Use the version of summitcal that wrote it, or a later one."));
        }
        let rest: Vec<Span> = lines.filter(|span| span.start < span.end).collect();
        let Some((last, rest)) = rest.split_last().filter(|(last, _)| &text[last.start..last.end] == FOOTER) else {
            let end = rest.last().copied().unwrap_or(first);
            return Err(damaged(end, "The lock file ends too soon: its last line is missing.", RESTORE));
        };
        debug_assert!(last.start < last.end);
        let read: Vec<Result<ParsedLine<'_>, &str>> =
            rest.par_iter().map(|span| ParsedLine::parse(&text[span.start..span.end])).collect();
        let mut wrong = Vec::new();
        for (span, read) in rest.iter().zip(read) {
            match read {
                Ok(line) => lock.add(*span, &line, &mut wrong),
                Err(message) => wrong.extend(damaged(*span, message, RESTORE)),
            }
        }
        if wrong.is_empty() { Ok(lock) } else { Err(wrong) }
    }

    fn add(&mut self, span: Span, line: &ParsedLine<'_>, wrong: &mut Vec<Diagnostic>) {
        let (key, known) = match line {
            ParsedLine::Feed(key, row) => (*key, self.feeds.insert((*key).into(), row.clone()).is_some()),
            ParsedLine::Entry(key, _) => (*key, self.rows.insert((*key).into(), span).is_some()),
            ParsedLine::Database(version) => {
                // Of two that branches have written, the later.
                if self.database.as_ref().is_none_or(|(known, _)| &**known < *version) {
                    self.database = Some(((*version).into(), span));
                }
                return;
            }
        };
        if known {
            let message = format!("{key} stands here a second time.");
            wrong.push(Diagnostic::error(codes::LOCK_DAMAGED, Place::new(&self.source, span), message).with_help(
                "Two branches revised it. Keep the line with the higher sequence (before the “@”), remove the other, and build.",
            ));
        }
        self.last = self.last.max(line.last());
    }

    /// Whether there was a file.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.exists
    }

    /// The latest instant at which something was revised.
    #[must_use]
    pub fn last(&self) -> Option<DateTime<Utc>> {
        self.last
    }

    /// Its text, if there was a file.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.exists.then(|| self.source.text())
    }

    /// The version of the time zone database that it was last written with, if it says so, and where.
    #[must_use]
    pub fn database(&self) -> Option<(&str, Place)> {
        self.database.as_ref().map(|(version, span)| (&**version, Place::new(&self.source, *span)))
    }

    /// Where an entry's line, or else the file, begins.
    #[must_use]
    pub fn place(&self, key: &str) -> Place {
        let span = self.rows.get(key).map(|span| Span { start: span.start, end: span.start + key.len() });
        Place::new(&self.source, span.unwrap_or_default())
    }

    /// The highest SEQUENCE that is known of an entry for an audience, those that an embargo has yet to release included.
    #[must_use]
    pub fn sequence(&self, key: &str, audience: Audience) -> Option<u32> {
        self.entry_line(key)?.columns[column(audience)].iter().map(|rev| rev.sequence).max()
    }

    /// The first thing of which another lock file knows more at an instant: a later revision of an entry, or a feed whose wording
    /// changed later.
    #[must_use]
    pub fn behind<'o>(&self, other: &'o Lock, at: DateTime<Utc>) -> Option<&'o str> {
        let stamp = |revisions: &Vec<LockedRevision>| effective(revisions, at).map(|rev| (rev.sequence, rev.modified));
        let stamps =
            |lock: &Lock, key: &str| lock.entry_line(key).map_or([None; 3], |line| line.columns.each_ref().map(stamp));
        let is_entry_behind =
            |key: &str| stamps(self, key).iter().zip(stamps(other, key)).any(|(own, other)| *own < other);
        let feed = |lock: &Lock, key: &str| lock.feed(key).and_then(|line| line.modified);
        let entries = other.keys().filter(|key| is_entry_behind(key));
        entries.chain(other.feed_keys().filter(|key| feed(self, key) < feed(other, key))).min()
    }

    pub(super) fn entry_line(&self, key: &str) -> Option<EntryLine<'_>> {
        let span = self.rows.get(key)?;
        EntryLine::parse(self.line(*span)).map(|(_, row)| row)
    }

    /// An entry's line as it stands, with its check.
    pub(super) fn raw(&self, key: &str) -> Option<&str> {
        self.rows.get(key).map(|span| &self.source.text()[span.start..span.end])
    }

    fn line(&self, span: Span) -> &str {
        let line = &self.source.text()[span.start..span.end];
        line.rsplit_once("\t~").map_or(line, |(line, _)| line)
    }

    /// The text of the lock file with other lines for entries that it has, by their keys.
    pub(super) fn with_lines(&self, lines: Vec<(String, String)>) -> String {
        let mut lines: Vec<_> = lines.into_iter().map(|(key, line)| (self.rows[key.as_str()], line)).collect();
        lines.sort_by_key(|(span, _)| span.start);
        let (text, mut next, mut from) = (self.source.text(), String::new(), 0);
        for (span, line) in lines {
            next.extend([&text[from..span.start], &line, ENTRY_SEPARATOR]);
            from = text.len() - text[span.end..].trim_start_matches(['\n', '\r']).len();
        }
        next + &text[from..]
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(|key| &**key)
    }

    /// The visits and entries that it has.
    pub(super) fn subjects(&self) -> impl Iterator<Item = Subject> {
        self.keys().map(|key| Subject::parse(key).expect("the lock file was read, with its keys"))
    }

    pub(super) fn feed(&self, key: &str) -> Option<&FeedLine> {
        self.feeds.get(key)
    }

    pub(super) fn feed_keys(&self) -> impl Iterator<Item = &str> {
        self.feeds.keys().map(|key| &**key)
    }
}

const RESTORE: &str = "Restore the file from version control. What was published cannot be known without it.";

/// A line that means something.
enum ParsedLine<'l> {
    Database(&'l str),
    Feed(&'l str, FeedLine),
    Entry(&'l str, Option<DateTime<Utc>>),
}

impl<'l> ParsedLine<'l> {
    fn parse(line: &'l str) -> Result<Self, &'static str> {
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
            return Err("A merge left its marks here.");
        }
        let Some((body, check)) = line.rsplit_once("\t~") else {
            return Err("This line is not as the program wrote it: it has no check at its end.");
        };
        let of_cell =
            |part: &str| Digest::parse(&part[..DIGEST_LENGTH]) == Some(digest(&part.as_bytes()[DIGEST_LENGTH..]));
        if Digest::parse(check) != Some(self::check(body))
            || !body.split('\t').filter(|part| is_cell(part)).all(of_cell)
        {
            return Err("This line was changed since the program wrote it.");
        }
        if let Some(version) = body.strip_prefix(DATABASE) {
            return Ok(ParsedLine::Database(version));
        }
        let read = match body.strip_prefix("feed ") {
            Some(feed) => parse_feed(feed).map(|(key, row)| ParsedLine::Feed(key, row)),
            None => EntryLine::parse(body).map(|(key, row)| {
                // What an embargo releases is nothing that an author did then.
                let published = row.columns.iter().flatten().filter(|rev| !rev.scheduled);
                ParsedLine::Entry(key, published.map(|rev| rev.modified).max())
            }),
        };
        read.ok_or("This line is not as the program writes it.")
    }

    fn last(&self) -> Option<DateTime<Utc>> {
        match self {
            ParsedLine::Database(_) => None,
            ParsedLine::Feed(_, row) => row.modified,
            ParsedLine::Entry(_, last) => *last,
        }
    }
}

/// An instant as the file has it: `2025-08-25T16:15:00Z`.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    (rfc3339(instant) == text).then_some(instant)
}

fn parse_feed(text: &str) -> Option<(&str, FeedLine)> {
    let mut parts = text.split('\t');
    let key = parts.next()?;
    let modified = match parts.next()? {
        "-" => None,
        modified => Some(instant(modified)?),
    };
    let digest = Digest::parse(parts.next()?)?;
    let settings = parts.next().filter(|cell| is_cell(cell)).map_or("", |cell| &cell[DIGEST_LENGTH..]).into();
    parts.next().is_none().then_some((key, FeedLine { modified, digest, settings }))
}

/// Where each line stands, without its break.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let span = Span { start, end: start + line.trim_end_matches(['\n', '\r']).len() };
        start += line.len();
        span
    })
}

/// The text of a lock file that is written with a version of the time zone database, with these lines of feeds and of
/// entries, which have no line breaks.
pub(super) fn text<'l>(database: &str, feeds: &[(String, FeedLine)], entries: impl Iterator<Item = &'l str>) -> String {
    let mut text = format!("{HEADER_PREFIX}{VERSION}{HEADER_NOTE}\n\n");
    if database != UNKNOWN_VERSION {
        text.push_str(&sealed(format!("{DATABASE}{database}")));
        text.push_str(ENTRY_SEPARATOR);
    }
    for (key, row) in feeds {
        let modified = row.modified.map_or_else(|| "-".to_owned(), rfc3339);
        let mut line = format!("feed {key}\t{modified}\t{}", row.digest);
        if !row.settings.is_empty() {
            let _ = write!(line, "\t{}{}", digest(row.settings.as_bytes()), row.settings);
        }
        text.push_str(&sealed(line));
        text.push_str(ENTRY_SEPARATOR);
    }
    for line in entries {
        text.push_str(line);
        text.push_str(ENTRY_SEPARATOR);
    }
    text + FOOTER + "\n"
}

/// What a line is checked by: all of it but for what its cells' own digests vouch for.
fn check(line: &str) -> Digest {
    let mut bare = String::with_capacity(256);
    for part in line.split('\t') {
        bare.push_str(part.get(..DIGEST_LENGTH).filter(|_| is_cell(part)).unwrap_or(part));
        bare.push('\t');
    }
    digest(bare.as_bytes())
}

/// How many characters the digest before a cell has.
const DIGEST_LENGTH: usize = 16;

/// Whether a column is a digest with what it is of.
fn is_cell(part: &str) -> bool {
    part.as_bytes().get(DIGEST_LENGTH) == Some(&b'{') && !part[..DIGEST_LENGTH].contains('=')
}

/// A line with its check.
fn sealed(line: String) -> String {
    let check = check(&line);
    line + &format!("\t~{check}")
}

/// An entry's line; `cell` gives what a digest is of.
pub(super) fn entry_line<'c>(
    key: &str,
    uid: Option<&str>,
    columns: &Columns,
    cell: impl Fn(Digest) -> Option<&'c str>,
) -> String {
    let mut line = String::with_capacity(1024);
    line.push_str(key);
    if let Some(uid) = uid {
        let _ = write!(line, "\t{UID}{uid}");
    }
    let mut kept: Vec<Digest> = Vec::with_capacity(2);
    for (audience, revisions) in Audience::ALL.iter().zip(columns).filter(|(_, revisions)| !revisions.is_empty()) {
        let _ = write!(line, "\t{}", audience.word());
        for (position, revision) in revisions.iter().enumerate() {
            line.push(if position == 0 { '=' } else { ';' });
            let _ = write!(line, "{revision}");
            for digest in std::iter::once(revision.digest).chain(revision.was) {
                if !kept.contains(&digest) {
                    kept.push(digest);
                }
            }
        }
    }
    for digest in kept {
        let _ = write!(line, "\t{digest}{}", cell(digest).unwrap_or("{}"));
    }
    sealed(line)
}
