//! What spans files: references from one entry to another, identities, and the visits that feeds name.

use std::collections::HashMap;

use super::feeds::FeedsDraft;
use super::visit::VisitDraft;
use super::{MAX_COMPARED, note_error, parts};
use crate::diagnostic::{Report, codes};
use crate::document::{File, NodeId, certain, nearest, resembles, respelt, shortened};
use crate::programme::{Entry, EntryRef, Id, Identity, Timing, When};

/// Binds every reference, and reports those that lead nowhere or in a circle.
pub(super) fn bind(drafts: &mut [VisitDraft<'_>], feeds: Option<&mut FeedsDraft<'_>>, report: &mut Report) {
    let visits = visits_by_id(drafts, report);
    let bound: Vec<Vec<Vec<Option<EntryRef>>>> =
        (0..drafts.len()).map(|at| bound_references(drafts, at, &visits, report)).collect();
    report_circles(drafts, &bound, report);
    drafts.iter_mut().enumerate().for_each(|(own, draft)| parts::bind(own, draft, report));
    // References are found by the rows that were written; the entries of a visit are those that could be read.
    let rows: Vec<Vec<usize>> =
        drafts.iter().map(|draft| draft.nodes.iter().map(|nodes| nodes.row).collect()).collect();
    let as_read = |found: EntryRef| {
        let entry = rows[found.visit].binary_search(&found.entry).ok()?;
        Some(EntryRef { entry, ..found })
    };
    for (draft, references) in drafts.iter_mut().zip(&bound) {
        let entries = draft.visit.iter_mut().flat_map(|visit| &mut visit.entries);
        for (entry, nodes) in entries.zip(&draft.nodes) {
            let references = &references[nodes.row];
            for when in whens_mut(entry) {
                for other in when.after.iter_mut().chain(&mut when.before) {
                    if let Some(found) = references.get(other.entry).copied().flatten().and_then(as_read) {
                        *other = found;
                    }
                }
            }
        }
    }
    rename(drafts, report);
    report_shared_uids(drafts, report);
    if let Some(feeds) = feeds {
        feeds.bind(&visits, report);
        feeds.find_principals(drafts, report);
    }
}

fn visits_by_id(drafts: &[VisitDraft<'_>], report: &mut Report) -> HashMap<Id, usize> {
    let mut visits: HashMap<Id, usize> = HashMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        let Some((id, node)) = &draft.id else { continue };
        let Some(&first) = visits.get(id) else {
            visits.insert(id.clone(), at);
            continue;
        };
        let (_, earlier) = drafts[first].id.as_ref().expect("it was found by its id");
        let earlier = drafts[first].file.place(*earlier);
        note_error(draft.file, report, codes::DUPLICATE_ID, *node, |d| {
            d.saying(format!("Another visit has the id “{id}”."))
                .with_help("Give one of them another id. An id that was published stays with its visit.")
                .with_related(earlier, "It is first used here.")
        });
    }
    visits
}

/// For each entry of a visit, and each of its references, the entry meant.
fn bound_references(
    drafts: &[VisitDraft<'_>],
    own: usize,
    visits: &HashMap<Id, usize>,
    report: &mut Report,
) -> Vec<Vec<Option<EntryRef>>> {
    let mut meanings = Meanings::default();
    let own_ids: HashMap<usize, &str> = drafts[own].ids.iter().map(|(id, (_, entry))| (*entry, id.as_str())).collect();
    let mut bind = |entry: usize, at: NodeId, name: &str| {
        let found = find(drafts, own, visits, name);
        if found.is_none() {
            let own = (EntryRef { visit: own, entry }, own_ids.get(&entry).copied());
            report_unknown(report, &mut meanings, drafts, own, (at, name));
        }
        found
    };
    let mut all = Vec::with_capacity(drafts[own].unresolved.len());
    for (entry, refs) in drafts[own].unresolved.iter().enumerate() {
        all.push(refs.others.iter().map(|other| bind(entry, other.at, &other.name)).collect());
        if let Some((at, whole)) = &refs.part_of {
            bind(entry, *at, whole);
        }
    }
    all
}

fn find(drafts: &[VisitDraft<'_>], own: usize, visits: &HashMap<Id, usize>, name: &str) -> Option<EntryRef> {
    let (visit, entry) = match name.split_once('/') {
        Some((visit, entry)) => (*visits.get(&Id::parse(visit)?)?, entry),
        None => (own, name),
    };
    let (_, entry) = drafts[visit].ids.get(&Id::parse(entry)?)?;
    Some(EntryRef { visit, entry: *entry })
}

/// What the names of a visit's file that lead nowhere mean.
#[derive(Default)]
struct Meanings {
    /// By the visit that is searched and the name.
    known: HashMap<(usize, String), Meaning>,
    /// How many names were compared for what was meant.
    compared: usize,
}

/// What was probably meant by a name, and what certainly was.
#[derive(Clone, Default)]
struct Meaning {
    likely: Option<String>,
    certain: Option<String>,
}

impl Meaning {
    fn of(name: &str, mut known: Vec<&str>) -> Self {
        known.sort_unstable();
        let known = known.iter().copied();
        let (likely, certain) = (nearest(name, known.clone()), certain(name, known));
        Self { likely: likely.map(str::to_owned), certain: certain.map(str::to_owned) }
    }
}

fn report_unknown(
    report: &mut Report,
    meanings: &mut Meanings,
    drafts: &[VisitDraft<'_>],
    (own, own_id): (EntryRef, Option<&str>),
    (at, name): (NodeId, &str),
) {
    note_error(drafts[own.visit].file, report, codes::UNKNOWN_ENTRY, at, |d| {
        let (visit, entry) = name.split_once('/').map_or((None, name), |(visit, entry)| (Some(visit), entry));
        let named = |draft: &&VisitDraft<'_>| draft.id.as_ref().is_some_and(|(id, _)| Some(id.as_str()) == visit);
        let searched = drafts.iter().position(|draft| named(&draft)).unwrap_or(own.visit);
        let ids = &drafts[searched].ids;
        let mut known = |others: &dyn Fn(&usize) -> bool| -> Option<Vec<&str>> {
            meanings.compared += ids.len();
            let known = ids.iter().filter(|(_, (_, at))| others(at)).map(|(id, _)| id.as_str());
            (meanings.compared <= MAX_COMPARED).then(|| known.collect())
        };
        // An entry does not come after itself. Where its own id is nothing like it, a name means the same wherever it stands.
        let is_own = |at: &usize| (searched, *at) == (own.visit, own.entry);
        let is_like_own = own_id.is_some_and(|id| searched == own.visit && resembles(entry, id));
        let meaning = if is_like_own {
            known(&|at| !is_own(at)).map(|known| Meaning::of(entry, known)).unwrap_or_default()
        } else if let Some(meaning) = meanings.known.get(&(searched, entry.to_owned())) {
            meaning.clone()
        } else {
            let meaning = known(&|_| true).map(|known| Meaning::of(entry, known)).unwrap_or_default();
            meanings.known.insert((searched, entry.to_owned()), meaning.clone());
            meaning
        };
        let whole = |close: &str| visit.map_or_else(|| close.to_owned(), |visit| format!("{visit}/{close}"));
        let help = match &meaning.likely {
            Some(close) => format!("Did you mean “{}”?", whole(close)),
            None => "Write the id of an entry of this visit, or visit/entry for one of another.".to_owned(),
        };
        let meant = meaning.certain.filter(|_| visit.is_none() || drafts.iter().any(|d| named(&d)));
        let fix = meant.and_then(|close| respelt(&d.place, name, &whole(&close)));
        d.saying(format!("There is no entry “{}”.", shortened(name))).with_help(help).with_fix(fix)
    });
}

/// That one entry comes after another, and where that is written: of the entry that it comes after, perhaps, under “before”.
#[derive(Clone, Copy)]
struct Precedence {
    earlier: EntryRef,
    named: EntryRef,
    written_in: EntryRef,
    position: usize,
}

/// For each entry, those that it comes after.
fn precedences(drafts: &[VisitDraft<'_>], bound: &[Vec<Vec<Option<EntryRef>>>]) -> Vec<Vec<Vec<Precedence>>> {
    let mut all: Vec<Vec<Vec<Precedence>>> = bound.iter().map(|entries| vec![Vec::new(); entries.len()]).collect();
    for (visit, entries) in bound.iter().enumerate() {
        for (entry, references) in entries.iter().enumerate() {
            let written_in = EntryRef { visit, entry };
            for (position, other) in references.iter().enumerate() {
                let Some(other) = *other else { continue };
                let is_before = drafts[visit].unresolved[entry].others[position].is_before;
                let (later, earlier) = if is_before { (other, written_in) } else { (written_in, other) };
                all[later.visit][later.entry].push(Precedence { earlier, named: other, written_in, position });
            }
        }
    }
    all
}

/// Reports each circle of entries that come after each other, once.
fn report_circles(drafts: &[VisitDraft<'_>], bound: &[Vec<Vec<Option<EntryRef>>>], report: &mut Report) {
    const NEW: u8 = 0;
    const OPEN: u8 = 1;
    const DONE: u8 = 2;
    let precedences = precedences(drafts, bound);
    let mut state: Vec<Vec<u8>> = bound.iter().map(|entries| vec![NEW; entries.len()]).collect();
    for (visit, entries) in bound.iter().enumerate() {
        for entry in 0..entries.len() {
            // A stack of its own: a chain of entries may be longer than the program's stack is deep.
            let mut path = vec![(EntryRef { visit, entry }, 0)];
            while let Some((at, next)) = path.last_mut() {
                let here = *at;
                if *next == 0 && state[here.visit][here.entry] == DONE {
                    path.pop();
                    continue;
                }
                state[here.visit][here.entry] = OPEN;
                let Some(precedence) = precedences[here.visit][here.entry].get(*next) else {
                    state[here.visit][here.entry] = DONE;
                    path.pop();
                    continue;
                };
                *next += 1;
                let earlier = precedence.earlier;
                match state[earlier.visit][earlier.entry] {
                    OPEN => report_circle(drafts, *precedence, report),
                    NEW => path.push((earlier, 0)),
                    _ => {}
                }
            }
        }
    }
}

fn report_circle(drafts: &[VisitDraft<'_>], precedence: Precedence, report: &mut Report) {
    let Precedence { named, written_in, position, .. } = precedence;
    let draft = &drafts[written_in.visit];
    let other = &draft.unresolved[written_in.entry].others[position];
    let target = &drafts[named.visit];
    let place = target.file.place(target.unresolved[named.entry].id.expect("it was found by its id"));
    let side = if other.is_before { "before" } else { "after" };
    let name = &other.name;
    note_error(draft.file, report, codes::AFTER_CIRCLE, other.at, |d| {
        d.saying(format!("“{name}” itself comes {side} this entry, so neither can be first."))
            .with_help(
                "Break the circle: one of the entries comes after something else, or has a time or a day of its own.",
            )
            .with_related(place, "The circle leads back to this entry.")
    });
}

/// Every time of an entry: of its plan, and of what happened.
fn whens_mut(entry: &mut Entry) -> Vec<&mut When> {
    let (mut whens, mut actuals) = (Vec::new(), vec![&mut entry.actual]);
    match &mut entry.timing {
        Timing::Stay(when) => whens.push(when),
        Timing::Journey { depart, arrive } => {
            for end in [&mut **depart, &mut **arrive] {
                whens.push(&mut end.when);
                actuals.push(&mut end.actual);
            }
        }
    }
    whens.extend(entry.via.iter_mut().flat_map(|stop| stop.arrive.iter_mut().chain(&mut stop.depart)));
    whens.extend(actuals.into_iter().flatten().filter_map(|actual| actual.when.as_mut()));
    whens
}

/// Refuses a UID that two entries have: apps would take them for one event.
fn report_shared_uids(drafts: &[VisitDraft<'_>], report: &mut Report) {
    let mut taken: HashMap<&str, (&File, NodeId)> = HashMap::new();
    for draft in drafts {
        for (node, uid) in draft.unresolved.iter().filter_map(|refs| refs.uid.as_ref()) {
            if let Some((file, other)) = taken.insert(uid, (draft.file, *node)) {
                note_error(draft.file, report, codes::DUPLICATE_ID, *node, |d| {
                    d.saying(format!("The UID “{}” belongs to another entry too.", shortened(uid)))
                        .with_help("A UID is one event's: take this line out, or the other.")
                        .with_related(file.place(other), "It is also used here.")
                });
            }
        }
    }
}

/// Gives entries that moved or were renamed the identity they were published under; no two may share one.
fn rename(drafts: &mut [VisitDraft<'_>], report: &mut Report) {
    if drafts.iter().all(|draft| draft.unresolved.iter().all(|refs| refs.formerly.is_none())) {
        return;
    }
    let mut taken: HashMap<Identity, (&File, NodeId)> = HashMap::new();
    for draft in drafts.iter() {
        let Some((visit, _)) = &draft.id else { continue };
        for (entry, (node, at)) in &draft.ids {
            if draft.unresolved[*at].formerly.is_none() {
                taken.insert(Identity::new(visit.clone(), entry.clone()), (draft.file, *node));
            }
        }
    }
    for draft in drafts {
        for (at, refs) in draft.unresolved.iter().enumerate() {
            let Some((node, name)) = &refs.formerly else { continue };
            let Some(identity) = Identity::parse(name) else {
                note_error(draft.file, report, codes::BAD_ID, *node, |d| {
                    d.saying(format!("“{}” is no visit/entry.", shortened(name)))
                        .with_help("Write the ids that the entry was published under, such as us-state-visit/lunch.")
                });
                continue;
            };
            if let Some((file, other)) = taken.insert(identity.clone(), (draft.file, *node)) {
                note_error(draft.file, report, codes::DUPLICATE_ID, *node, |d| {
                    d.saying(format!("The identity {identity} belongs to another entry too."))
                        .with_help(
                            "An identity stays with one entry: remove this line, or give the other one “formerly”.",
                        )
                        .with_related(file.place(other), "It is also used here.")
                });
            }
            let position = draft.nodes.binary_search_by_key(&at, |nodes| nodes.row).ok();
            if let Some(entry) = position.and_then(|at| draft.visit.as_mut()?.entries.get_mut(at)) {
                let uid = entry.identity.uid.take();
                entry.identity = Identity { uid, ..identity };
            }
        }
    }
}
