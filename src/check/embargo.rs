//! Embargoes: an instant, or a time that depends on when an entry begins or ends.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::visit::{EntryNodes, VisitDraft};
use super::window::{Window, local_time};
use super::{Checker, note_error};
use crate::diagnostic::{Code, Diagnostic, Report, Severity, codes};
use crate::document::{self, NodeId, shortened, with_suggestion};
use crate::programme::{Audience, Embargo, Entry, Id, Timing};
use crate::zone::Moment;

/// Which time of an entry an embargo may last until.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EmbargoEnd {
    /// Its start.
    Start,
    /// Its end.
    End,
}

/// How that is written.
pub(crate) const EMBARGO_ENDS: [(&str, EmbargoEnd); 2] = [("start", EmbargoEnd::Start), ("end", EmbargoEnd::End)];

/// An embargo whose time is not yet looked up.
#[derive(Debug, Clone)]
pub(super) struct EmbargoDraft {
    /// Where it stands.
    at: NodeId,
    until: EmbargoTime,
    known_to: Audience,
    /// Whether it is the visit's.
    is_of_visit: bool,
}

#[derive(Debug, Clone)]
enum EmbargoTime {
    Instant(DateTime<Utc>),
    Relative {
        end: EmbargoEnd,
        /// The entry that is meant, where it is not the embargo's own.
        of: Option<(NodeId, String)>,
        plus: Duration,
    },
}

impl Checker<'_, '_> {
    /// An embargo as it is written; `None` if it is wrong, which has been reported.
    pub(super) fn embargo(&mut self, written: &document::Embargo<'_>, is_of_visit: bool) -> Option<EmbargoDraft> {
        let until = written.until.as_ref()?;
        let known_to = match &written.known_to {
            None => Some(Audience::Staff),
            Some(word) => self.word(word, "audience", &[Audience::Press, Audience::Staff], Audience::word),
        };
        let plus = written.plus.as_ref().map(|length| (length.at, self.length(length)));
        let end = EMBARGO_ENDS.into_iter().find(|(word, _)| *word == until.text).map(|(_, end)| end);
        let time = if let Some(end) = end {
            let of = written.of.as_ref().map(|of| (of.at, of.text.to_string()));
            let plus = match plus {
                None => Duration::ZERO,
                Some((_, plus)) => plus?,
            };
            EmbargoTime::Relative { end, of, plus }
        } else {
            for (key, at) in [("of", written.of.as_ref().map(|of| of.at)), ("plus", plus.map(|(at, _)| at))] {
                let Some(at) = at else { continue };
                self.error(codes::TWO_FORMS, at, |d| {
                    d.saying(format!("“{key}” goes with “until: start” or “until: end”, and not with an instant."))
                        .with_help("Keep the one form that says until when.")
                });
            }
            EmbargoTime::Instant(self.instant(until)?)
        };
        Some(EmbargoDraft { at: until.at, until: time, known_to: known_to?, is_of_visit })
    }
}

/// Looks up when the embargoes of a visit lift, and warns of those that can hardly be meant.
pub(super) fn bind(drafts: &mut VisitDraft<'_>, report: &mut Report) {
    let file = drafts.file;
    let Some(visit) = &mut drafts.visit else { return };
    let position = |row: usize| drafts.nodes.binary_search_by_key(&row, |nodes| nodes.row).ok();
    let mut has_warned_of_visit = false;
    for (at, nodes) in drafts.nodes.iter().enumerate() {
        let Some(draft) = &drafts.unresolved[nodes.row].embargo else { continue };
        let mut warn = |code: Code, nodes: &EntryNodes, words: &dyn Fn(Diagnostic) -> Diagnostic| {
            let is_told = draft.is_of_visit && has_warned_of_visit;
            if !nodes.allows(code) && !is_told {
                has_warned_of_visit |= draft.is_of_visit;
                document::note(&file.place(draft.at), report, (code, Severity::Warning), words);
            }
        };
        let lifts = match &draft.until {
            EmbargoTime::Instant(instant) => {
                let entry = &visit.entries[at];
                if let Some(end) = end_of(&entry.timing).filter(|end| end < instant) {
                    let told = |at: DateTime<Utc>| local_time(entry.timing.finish().zone().moment(at));
                    warn(codes::EMBARGO_AFTER_EVENT, nodes, &|d| {
                        d.saying(format!(
                            "This embargo lifts at {}, when the entry is over, at {}.",
                            told(*instant),
                            told(end)
                        ))
                        .with_help(
                            "If that is meant, write it so that it follows the entry: {until: end, plus: 1h}, with the time between.",
                        )
                    });
                }
                Some(*instant)
            }
            EmbargoTime::Relative { end, of, plus } => {
                let target = match of {
                    None => Some(at),
                    Some((node, name)) => {
                        let row = Id::parse(name).and_then(|id| drafts.ids.get(&id)).map(|(_, row)| *row);
                        if row.is_none() {
                            note_error(file, report, codes::UNKNOWN_ENTRY, *node, |d| {
                                let d = d.saying(format!("There is no entry “{}” in this visit.", shortened(name)));
                                with_suggestion(d, name, drafts.ids.keys().map(Id::as_str), || {
                                    "Write the id of an entry of this visit, or leave “of” out.".to_owned()
                                })
                            });
                            continue;
                        }
                        row.and_then(position)
                    }
                };
                let target: Option<&Entry> = target.map(|at| &visit.entries[at]);
                let Some(target) = target else { continue };
                if let (Some((node, name)), true) = (of, target.audience > visit.entries[at].audience) {
                    note_error(file, report, codes::EMBARGO_OF_HIDDEN, *node, |d| {
                        d.saying(format!("Who is to see this entry may not see “{}”.", shortened(name))).with_help(
                            "When the embargo lifts would tell when that is. Name an entry that the same readers may see, or an instant.",
                        )
                    });
                    continue;
                }
                let known = time_of(&target.timing, *end);
                if known.is_none() {
                    warn(codes::EMBARGO_HOLDS, nodes, &|d| {
                        let which = if *end == EmbargoEnd::Start { "start" } else { "end" };
                        d.saying(format!("The {which} that this embargo lasts until is not known, so it holds."))
                            .with_help(
                                "Add the time when it is announced, or write the instant at which the embargo lifts.",
                            )
                    });
                }
                known.and_then(|known| known.checked_add_signed(TimeDelta::from_std(*plus).ok()?))
            }
        };
        visit.entries[at].embargo = Some(Embargo { lifts, known_to: draft.known_to });
    }
}

/// When an entry begins or ends, as far as a clock time of that is known.
fn time_of(timing: &Timing, end: EmbargoEnd) -> Option<DateTime<Utc>> {
    let moment = match (end, timing) {
        (EmbargoEnd::Start, _) => timing.begin().clock()?.start,
        (EmbargoEnd::End, Timing::Stay(when)) => when.clock()?.end?,
        (EmbargoEnd::End, Timing::Journey { arrive, .. }) => arrive.when.clock()?.start,
    };
    Some(moment.instant())
}

/// When an entry is certainly over.
fn end_of(timing: &Timing) -> Option<DateTime<Utc>> {
    let finish = timing.finish();
    match (timing, finish.clock()) {
        (Timing::Stay(_), Some(span)) => span.end.map(Moment::instant),
        _ => Window::of(finish).map(|window| window.last),
    }
}
