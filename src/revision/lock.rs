//! `revisions.lock`: what was published of each entry, to whom, when, and how often it changed.
//!
//! It is text, a line an entry, sorted by identity, with an empty line between two of them so that branches that revise
//! different entries merge. Columns are separated by tabs, which nothing in them holds:
//!
//! ```text
//! # summitcal revisions 1 …
//! feed public/seoul → - → DIGEST → ~CHECK
//! us-state-visit/lunch → public=1@MODIFIED,CREATED,DIGEST,WAS → staff=… → DIGEST{…} → ~CHECK
//! # end
//! ```
//!
//! A feed's line has the instant at which its wording or settings last changed (`-`: never), and a digest of them. An entry's has
//! a revision for each audience that it was published to: SEQUENCE, LAST-MODIFIED, CREATED, what became of it where it is
//! not shown (`withdrawn`, `redacted`, `restricted`), the digest of what was seen and, after a change, of what was
//! seen otherwise before. What an embargo will release follows, with a `+`, behind a `;`. Then comes what those
//! digests are of; see [`snapshot`](super::snapshot). The last column is a digest of the line (but for those), so that no hand edits it
//! unseen.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::digest::{Digest, digest};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::digits;
use crate::programme::{Audience, Id};
use crate::source::{Source, Span};

/// The layout of the file.
const VERSION: &str = "1";
/// How its first line begins.
const MAGIC: &str = "# summitcal revisions ";
/// What its first line says besides.
const ADVICE: &str = ": what was published, and when. Commit this file; the program writes it, and nobody edits it.";
/// How an entry's line ends, with the empty line after it.
pub(super) const END_OF_LINE: &str = "\n\n";
/// Its last line, so that a file that was cut short is known.
const END: &str = "# end";

/// What became of an entry for an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is there to see.
    Shown,
    /// Taken out; what it was can still be read.
    Withdrawn,
    /// Taken out, with its text.
    Redacted,
    /// Kept from this audience since, so without its text.
    Restricted,
}

impl State {
    const GONE: [State; 3] = [State::Withdrawn, State::Redacted, State::Restricted];

    fn word(self) -> &'static str {
        match self {
            State::Shown => "",
            State::Withdrawn => "withdrawn",
            State::Redacted => "redacted",
            State::Restricted => "restricted",
        }
    }
}

/// A revision of an entry for an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rev {
    /// SEQUENCE.
    pub sequence: u32,
    /// LAST-MODIFIED.
    pub modified: DateTime<Utc>,
    /// CREATED.
    pub created: DateTime<Utc>,
    /// Whether it is shown.
    pub state: State,
    /// Whether an embargo releases it, at `modified`: before that it is nobody's.
    pub scheduled: bool,
    /// Of what is, or last was, seen.
    pub digest: Digest,
    /// Of what was seen otherwise before the last change.
    pub was: Option<Digest>,
}

/// The revision that holds at an instant: the last but for those that an embargo has yet to release.
pub(super) fn effective(revisions: &[Rev], at: DateTime<Utc>) -> Option<&Rev> {
    revisions.iter().rev().find(|rev| !rev.scheduled || rev.modified <= at)
}

/// The revisions of an entry for each audience, in the order of [`Audience::ALL`].
pub(super) type Columns = [Vec<Rev>; 3];

/// The position of an audience in [`Columns`].
pub(super) fn column(audience: Audience) -> usize {
    match audience {
        Audience::Public => 0,
        Audience::Press => 1,
        Audience::Staff => 2,
    }
}

/// A lock file as it was read.
#[derive(Debug)]
pub struct Lock {
    source: Arc<Source>,
    /// Whether there was a file at all.
    exists: bool,
    /// For each entry, where its line stands.
    rows: HashMap<Box<str>, Span>,
    feeds: HashMap<Box<str>, FeedRow>,
    last: Option<DateTime<Utc>>,
}

/// A feed's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FeedRow {
    /// When the wording or the settings last changed since the feed was first made.
    pub(super) modified: Option<DateTime<Utc>>,
    /// Of both.
    pub(super) digest: Digest,
}

/// An entry's line, read.
#[derive(Debug)]
pub(super) struct Row<'l> {
    pub(super) columns: Columns,
    cells: Vec<(Digest, &'l str)>,
}

impl<'l> Row<'l> {
    /// Whether it was taken out by `withdraw`.
    pub(super) fn is_withdrawn(&self) -> bool {
        self.columns.iter().flatten().any(|rev| matches!(rev.state, State::Withdrawn | State::Redacted))
    }

    /// What a digest is of.
    pub(super) fn cell(&self, digest: Digest) -> Option<&'l str> {
        self.cells.iter().find(|(of, _)| *of == digest).map(|(_, text)| *text)
    }

    fn parse(line: &'l str) -> Option<(&'l str, Self)> {
        let mut parts = line.split('\t');
        let key = parts.next()?;
        let (visit, entry) = key.split_once('/')?;
        (Id::parse(visit).is_some() && Id::parse(entry).is_some()).then_some(())?;
        let (mut columns, mut cells) = (Columns::default(), Vec::new());
        for part in parts {
            if is_cell(part) {
                cells.push((Digest::parse(&part[..CELL])?, &part[CELL..]));
            } else {
                let (audience, revisions) = part.split_once('=')?;
                let into = &mut columns[column(Audience::parse(audience)?)];
                *into = revisions.split(';').map(parse_revision).collect::<Option<_>>()?;
            }
        }
        let row = Row { columns, cells };
        let all = || row.columns.iter().flatten();
        // What follows the first is what embargoes have yet to release; a line of another order would have a sequence fall.
        let follows = |pair: &[Rev]| pair[1].scheduled && pair[0].sequence < pair[1].sequence;
        let rising = row.columns.iter().all(|revisions| revisions.windows(2).all(follows));
        let whole =
            rising && all().flat_map(|rev| std::iter::once(rev.digest).chain(rev.was)).all(|of| row.cell(of).is_some());
        (all().next().is_some() && whole).then_some((key, row))
    }
}

fn parse_revision(text: &str) -> Option<Rev> {
    let (scheduled, text) = text.strip_prefix('+').map_or((false, text), |text| (true, text));
    let (sequence, rest) = text.split_once('@')?;
    let mut parts = rest.split(',').peekable();
    let modified = digits::instant(parts.next()?)?;
    let created = digits::instant(parts.next()?)?;
    let state = State::GONE.into_iter().find(|state| parts.peek() == Some(&state.word()));
    if state.is_some() {
        parts.next();
    }
    let digest = Digest::parse(parts.next()?)?;
    let was = parts.next().map(|was| Digest::parse(was).ok_or(())).transpose().ok()?;
    let state = state.unwrap_or(State::Shown);
    let sequence = sequence.parse().ok()?;
    parts.next().is_none().then_some(Rev { sequence, modified, created, state, scheduled, digest, was })
}

impl Lock {
    /// Where there is no lock file yet.
    #[must_use]
    pub fn missing(path: impl Into<String>) -> Self {
        Self::holding(Arc::new(Source::unreadable(path)), false)
    }

    fn holding(source: Arc<Source>, exists: bool) -> Self {
        Self { source, exists, rows: HashMap::new(), feeds: HashMap::new(), last: None }
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
        let Some(version) = text[first.start..first.end].strip_prefix(MAGIC) else {
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
        let Some((last, rest)) = rest.split_last().filter(|(last, _)| &text[last.start..last.end] == END) else {
            let end = rest.last().copied().unwrap_or(first);
            return Err(damaged(end, "The lock file ends too soon: its last line is missing.", RESTORE));
        };
        debug_assert!(last.start < last.end);
        let read: Vec<Result<Line<'_>, &str>> =
            rest.par_iter().map(|span| Line::parse(&text[span.start..span.end])).collect();
        let mut wrong = Vec::new();
        for (span, read) in rest.iter().zip(read) {
            match read {
                Ok(line) => lock.add(*span, &line, &mut wrong),
                Err(message) => wrong.extend(damaged(*span, message, RESTORE)),
            }
        }
        if wrong.is_empty() { Ok(lock) } else { Err(wrong) }
    }

    fn add(&mut self, span: Span, line: &Line<'_>, wrong: &mut Vec<Diagnostic>) {
        let (key, known) = match line {
            Line::Feed(key, row) => (*key, self.feeds.insert((*key).into(), *row).is_some()),
            Line::Entry(key, _) => (*key, self.rows.insert((*key).into(), span).is_some()),
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

    /// Its bytes, if there was a file.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        self.exists.then(|| self.text().as_bytes())
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.source.text()
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
        self.row(key)?.columns[column(audience)].iter().map(|rev| rev.sequence).max()
    }

    pub(super) fn row(&self, key: &str) -> Option<Row<'_>> {
        let span = self.rows.get(key)?;
        Row::parse(self.line(*span)).map(|(_, row)| row)
    }

    /// An entry's line as it stands, with its check.
    pub(super) fn raw(&self, key: &str) -> Option<&str> {
        self.rows.get(key).map(|span| &self.text()[span.start..span.end])
    }

    fn line(&self, span: Span) -> &str {
        let line = &self.text()[span.start..span.end];
        line.rsplit_once("\t~").map_or(line, |(line, _)| line)
    }

    /// The text before an entry's line, and that after it and the empty line that follows.
    pub(super) fn around(&self, key: &str) -> (&str, &str) {
        let text = self.text();
        let Some(span) = self.rows.get(key) else { return (text, "") };
        let after = text[span.end..].trim_start_matches(['\n', '\r']);
        (&text[..span.start], after)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(|key| &**key)
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn feed(&self, key: &str) -> Option<FeedRow> {
        self.feeds.get(key).copied()
    }

    pub(super) fn feed_keys(&self) -> impl Iterator<Item = &str> {
        self.feeds.keys().map(|key| &**key)
    }
}

const RESTORE: &str = "Restore the file from version control. What was published cannot be known without it.";

/// A line that means something.
enum Line<'l> {
    Feed(&'l str, FeedRow),
    Entry(&'l str, Option<DateTime<Utc>>),
}

impl<'l> Line<'l> {
    fn parse(line: &'l str) -> Result<Self, &'static str> {
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
            return Err("A merge left its marks here.");
        }
        let Some((body, check)) = line.rsplit_once("\t~") else {
            return Err("This line is not as the program wrote it: it has no check at its end.");
        };
        let of_cell = |part: &str| Digest::parse(&part[..CELL]) == Some(digest(&part.as_bytes()[CELL..]));
        if Digest::parse(check) != Some(self::check(body))
            || !body.split('\t').filter(|part| is_cell(part)).all(of_cell)
        {
            return Err("This line was changed since the program wrote it.");
        }
        let read = match body.strip_prefix("feed ") {
            Some(feed) => parse_feed(feed).map(|(key, row)| Line::Feed(key, row)),
            None => Row::parse(body).map(|(key, row)| {
                // What an embargo releases is nothing that an author did then.
                let published = row.columns.iter().flatten().filter(|rev| !rev.scheduled);
                Line::Entry(key, published.map(|rev| rev.modified).max())
            }),
        };
        read.ok_or("This line is not as the program writes it.")
    }

    fn last(&self) -> Option<DateTime<Utc>> {
        match self {
            Line::Feed(_, row) => row.modified,
            Line::Entry(_, last) => *last,
        }
    }
}

fn parse_feed(text: &str) -> Option<(&str, FeedRow)> {
    let mut parts = text.split('\t');
    let key = parts.next()?;
    let modified = match parts.next()? {
        "-" => None,
        instant => Some(digits::instant(instant)?),
    };
    let digest = Digest::parse(parts.next()?)?;
    parts.next().is_none().then_some((key, FeedRow { modified, digest }))
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

/// What stands before the lines of entries.
pub(super) fn head(feeds: &[(String, FeedRow)]) -> String {
    let mut head = format!("{MAGIC}{VERSION}{ADVICE}\n\n");
    for (key, row) in feeds {
        write_feed(&mut head, key, *row);
    }
    head
}

/// The file's last line.
pub(super) fn tail() -> String {
    format!("{END}\n")
}

/// What a line is checked by: all of it but for what its cells' own digests vouch for.
fn check(line: &str) -> Digest {
    let mut bare = String::with_capacity(256);
    for part in line.split('\t') {
        bare.push_str(part.get(..CELL).filter(|_| is_cell(part)).unwrap_or(part));
        bare.push('\t');
    }
    digest(bare.as_bytes())
}

/// How many characters the digest before a cell has.
const CELL: usize = 16;

/// Whether a column is a digest with what it is of.
fn is_cell(part: &str) -> bool {
    part.as_bytes().get(CELL) == Some(&b'{') && !part[..CELL].contains('=')
}

/// Adds the check to what a line says so far since `start`, and ends it.
fn seal(out: &mut String, start: usize) {
    let check = check(&out[start..]);
    out.push_str("\t~");
    check.write(out);
    out.push_str(END_OF_LINE);
}

/// A feed's line.
fn write_feed(out: &mut String, key: &str, row: FeedRow) {
    let start = out.len();
    let _ = write!(out, "feed {key}\t");
    match row.modified {
        Some(instant) => push_instant(out, instant),
        None => out.push('-'),
    }
    out.push('\t');
    row.digest.write(out);
    seal(out, start);
}

/// An entry's line; `cell` gives what a digest is of.
pub(super) fn write_row<'c>(out: &mut String, key: &str, columns: &Columns, cell: impl Fn(Digest) -> Option<&'c str>) {
    let start = out.len();
    out.push_str(key);
    let mut kept: Vec<Digest> = Vec::with_capacity(2);
    for (audience, revisions) in Audience::ALL.iter().zip(columns).filter(|(_, revisions)| !revisions.is_empty()) {
        out.push('\t');
        out.push_str(audience.word());
        for (at, rev) in revisions.iter().enumerate() {
            out.push(if at == 0 { '=' } else { ';' });
            write_revision(out, rev);
            for digest in std::iter::once(rev.digest).chain(rev.was) {
                if !kept.contains(&digest) {
                    kept.push(digest);
                }
            }
        }
    }
    for digest in kept {
        out.push('\t');
        digest.write(out);
        out.push_str(cell(digest).unwrap_or("{}"));
    }
    seal(out, start);
}

fn write_revision(out: &mut String, rev: &Rev) {
    if rev.scheduled {
        out.push('+');
    }
    out.push_str(&rev.sequence.to_string());
    out.push('@');
    push_instant(out, rev.modified);
    out.push(',');
    push_instant(out, rev.created);
    if rev.state != State::Shown {
        out.push(',');
        out.push_str(rev.state.word());
    }
    for digest in std::iter::once(rev.digest).chain(rev.was) {
        out.push(',');
        digest.write(out);
    }
}

fn push_instant(out: &mut String, instant: DateTime<Utc>) {
    digits::date_time(out, instant.naive_utc());
    out.push('Z');
}
