//! Histories of builds: what is edited, hidden, lifted, withdrawn and brought back between them, in two worlds.

use std::fmt::Write as _;

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use summitcal::programme::Audience;

use super::NAMESPACE;

pub(crate) const STEPS: usize = 4;
const BEGIN: &str = "2025-08-01T00:00:00Z";

/// What an entry is at a build.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum State {
    /// To be seen, with what is hidden later.
    Told,
    /// The same, but for staff.
    Kept,
    /// The same, under an embargo that lifts half way from the build before this one.
    Embargoed(usize),
    /// To be seen, without it. Whether the past texts are taken back.
    Plain { taken_back: bool },
    /// Withdrawn, with its text.
    Redacted,
    /// Withdrawn, without.
    Withdrawn,
}

/// An entry with something to hide.
#[derive(Debug, Clone)]
pub(crate) struct Hiding {
    states: [State; STEPS],
    journey: bool,
    timed: bool,
    /// Before which builds somebody says that what an embargo released was published.
    published: [bool; STEPS],
}

/// How an entry stands to one with something to hide.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Relation {
    After,
    /// After it, on a day of its own.
    AfterOnADay,
    /// After it, at a time of its own that is still to be confirmed.
    AfterAtATime,
    /// After it, within a time of its own.
    AfterBetween,
    /// After the last of it and one that everybody sees.
    AfterBoth,
    Before,
    BeforeOnADay,
    /// Between it and one that everybody sees.
    Between,
}

/// An entry that always may be seen: at each build, what it comes after or before, and whether it is withdrawn at the last.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    other: [Option<(usize, Relation)>; STEPS],
    number: [u8; STEPS],
    sources: [bool; STEPS],
    /// At which builds it is a part of that, where it has no day of its own.
    part: [bool; STEPS],
    withdrawn: bool,
    /// Whether it is of another visit.
    elsewhere: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct History {
    hiding: Vec<Hiding>,
    seen: Vec<Seen>,
    hours: [u32; STEPS],
    press: bool,
    /// Whether there are pages; they take the longest.
    pages: bool,
    /// At which builds an entry is there that is for staff alone, and one under an embargo without an end, in one of the worlds.
    more: [bool; STEPS],
    /// After which builds the tree is published.
    pub(crate) publishes: [bool; STEPS],
    /// Until which build there is a feed that others stay after: where the tree is published, that has its grace.
    leaves: usize,
    /// Whether a server is asked; it takes long to make ready what it sends.
    pub(crate) serves: bool,
    /// After which builds the server is another one.
    pub(crate) restarts: [bool; STEPS],
}

fn states() -> impl Strategy<Value = [State; STEPS]> {
    let state = prop_oneof![
        4 => Just(State::Told),
        4 => Just(State::Kept),
        // Mostly until the next build, which may not be one of what was released.
        6 => prop::sample::select(vec![0, 1, 1, 1, 2, 3]).prop_map(State::Embargoed),
        2 => Just(State::Plain { taken_back: false }),
        2 => Just(State::Plain { taken_back: true }),
        5 => Just(State::Redacted),
        2 => Just(State::Withdrawn),
    ];
    // As before, now and then: so an embargo lifts.
    let next = prop::option::weighted(0.7, state.clone());
    (state, [next.clone(), next.clone(), next]).prop_map(|(first, next)| {
        let lasting = |state: State, at: usize| match state {
            State::Embargoed(later) => State::Embargoed((at + later).min(STEPS)),
            other => other,
        };
        let mut states = [lasting(first, 0); STEPS];
        for (before, next) in next.into_iter().enumerate() {
            states[before + 1] = next.map_or(states[before], |next| lasting(next, before + 1));
        }
        states
    })
}

fn at_some(share: f64) -> [prop::bool::Weighted; STEPS] {
    [prop::bool::weighted(share); STEPS]
}

pub(crate) fn history(press: bool) -> impl Strategy<Value = History> {
    let hiding = (states(), any::<bool>(), any::<bool>(), at_some(0.1))
        .prop_map(|(states, journey, timed, published)| Hiding { states, journey, timed, published });
    let relation = || {
        use Relation::*;
        let relations =
            vec![After, After, AfterOnADay, AfterAtATime, AfterBetween, AfterBoth, Before, BeforeOnADay, Between];
        prop::sample::select(relations)
    };
    let other = || prop::option::weighted(0.7, (0..3_usize, relation()));
    let of = (any::<bool>(), prop::bool::weighted(0.3), any::<[bool; 4]>());
    let seen = ([other(), other(), other(), other()], [0..3_u8, 0..3, 0..3, 0..3], any::<[bool; 4]>(), of).prop_map(
        |(other, number, sources, (withdrawn, elsewhere, part))| Seen {
            other,
            number,
            sources,
            part,
            withdrawn,
            elsewhere,
        },
    );
    let hours = [1..900_u32, 1..900, 1..900, 1..900];
    let entries = (prop::collection::vec(hiding, 1..4), prop::collection::vec(seen, 1..4));
    let costly = (prop::bool::weighted(0.3), prop::bool::weighted(0.3), 1..=STEPS);
    (entries, hours, costly, any::<[bool; 4]>(), at_some(0.35), at_some(0.3)).prop_map(
        move |((hiding, seen), hours, (pages, serves, leaves), more, publishes, restarts)| History {
            hiding,
            seen,
            hours,
            press,
            pages,
            more,
            publishes,
            leaves,
            serves,
            restarts,
        },
    )
}

impl Hiding {
    /// Whether the audience may see what it has to hide, at a build.
    fn shows(&self, step: usize) -> bool {
        match self.states[step] {
            State::Told => true,
            State::Embargoed(lifts) => lifts <= step,
            _ => false,
        }
    }

    /// Whether its embargo has lifted between the build before and this one.
    fn lifts(&self, step: usize) -> bool {
        step > 0 && matches!(self.states[step - 1], State::Embargoed(lifts) if lifts == step)
    }

    fn is_gone(&self, step: usize) -> bool {
        matches!(self.states[step], State::Redacted | State::Withdrawn)
    }
}

impl History {
    pub(crate) fn who(&self) -> Audience {
        if self.press { Audience::Press } else { Audience::Public }
    }

    pub(crate) fn at(&self, step: usize) -> DateTime<Utc> {
        let begin: DateTime<Utc> = BEGIN.parse().expect("an instant");
        begin + Duration::hours(self.hours[..=step].iter().map(|hours| i64::from(*hours)).sum())
    }

    /// When an embargo lifts: between two builds.
    fn lifts(&self, step: usize) -> DateTime<Utc> {
        let hours = self.hours.get(step).copied().unwrap_or(4);
        let before = if step == 0 { BEGIN.parse().expect("an instant") } else { self.at(step - 1) };
        before + Duration::minutes(i64::from(hours) * 30)
    }

    /// For each build, whether all that is hidden is hidden from then on.
    pub(crate) fn comparable(&self) -> [bool; STEPS] {
        let mut comparable = [true; STEPS];
        for hiding in &self.hiding {
            let (mut is_known, mut is_released) = (false, false);
            for (step, comparable) in comparable.iter_mut().enumerate() {
                is_released |= hiding.lifts(step);
                is_known |= is_released && hiding.published[step];
                is_known = match hiding.states[step] {
                    State::Told | State::Embargoed(_) => hiding.shows(step),
                    State::Kept | State::Redacted | State::Plain { taken_back: true } => false,
                    // What could be read goes on to be.
                    State::Plain { taken_back: false } | State::Withdrawn => is_known,
                };
                *comparable &= !is_known;
            }
        }
        comparable
    }

    /// The files of the schedules.
    pub(crate) fn schedules(&self, step: usize, world: &World) -> [(&'static str, String); 3] {
        let key = world.word.to_lowercase();
        let head = |id: &str, title: &str, audience: &str| {
            format!(
                "visit: {id}\nkind: state-visit\ntitle: {title}\nprincipal: President A\nzone: Asia/Seoul\n\
                 dates: {{from: 2025-10-01, to: 2025-10-31}}\naudience: {audience}\nsources:\n  s: {{publisher: P}}\n  \
                 {key}-key: {{publisher: Q, title: Report}}\nentries:\n  - {{id: always-{id}, kind: meeting, title: Always, when: {{date: 2025-10-01}}, sources: [s]}}\n"
            )
        };
        let (mut v, mut w) = (head("v", "Visit", "public"), head("w", "Visit", "public"));
        if world.has_more && self.more[step] {
            let lasting = "kind: summit, title: Canary, when: {date: 2025-10-13}, sources: [canary-key]";
            let _ = write!(
                v,
                "  - {{id: canary-staff, {lasting}, audience: staff, note: Edit {step}}}\n  \
                 - {{id: canary-embargoed, {lasting}, embargo: 2028-01-01T00:00:00Z, note: Edit {step}}}\n"
            );
        }
        for (number, hiding) in self.hiding.iter().enumerate() {
            self.write_hiding(&mut v, number, hiding, step, world);
        }
        for (number, seen) in self.seen.iter().enumerate().filter(|(_, seen)| !seen.withdrawn || step + 1 < STEPS) {
            let (day, always) = (format!("2025-10-2{}", seen.number[step]), "v/always-v");
            let other = seen.other[step].map(|(of, relation)| (of % self.hiding.len(), relation));
            let other = other.filter(|(of, _)| !self.hiding[*of].is_gone(step));
            let when = other.map(|(of, relation)| {
                let it = format!("v/{}", self.id(of, step, world));
                match relation {
                    Relation::After => format!("after: {it}"),
                    Relation::AfterOnADay => format!("date: {day}, after: {it}"),
                    Relation::AfterAtATime => format!("start: {day} 16:00, tbc: true, after: {it}"),
                    Relation::AfterBetween => format!("date: {day}, between: [16:00, 17:00], after: {it}"),
                    Relation::AfterBoth => format!("after: [{it}, {always}]"),
                    Relation::Before => format!("before: {it}"),
                    Relation::BeforeOnADay => format!("date: {day}, before: {it}"),
                    Relation::Between => format!("after: {always}, before: {it}"),
                }
            });
            let part = match other {
                Some((of, Relation::After | Relation::Before | Relation::AfterBoth | Relation::Between))
                    if seen.part[step] && !seen.elsewhere =>
                {
                    format!(", part_of: {}", self.id(of, step, world))
                }
                _ => String::new(),
            };
            let sources = if seen.sources[step] { format!("s, {key}-key") } else { "s".to_owned() };
            let _ = writeln!(
                if seen.elsewhere { &mut w } else { &mut v },
                "  - {{id: seen-{number}, kind: summit, title: Seen {number}, when: {{{}}}{part}, sources: [{sources}]{}}}",
                when.unwrap_or(format!("date: {day}")),
                self.sections(step, world, (20 + seen.number[step], "Gate"))
            );
        }
        let hidden = if world.has_more { head("canary", "Canary", "staff") } else { head("z", "Hidden", "staff") };
        [("v", v), ("w", w), ("z", hidden)]
    }

    /// What an entry says to others alone, and to the press of its steps: on which day they are, and where.
    fn sections(&self, step: usize, world: &World, (day, gate): (u8, &str)) -> String {
        let (said, edit) = (world.word, if world.has_more { step } else { 0 });
        let at = format!("at: {{start: 2025-10-{day} 12:0{edit}}}");
        let staff =
            format!(", staff: {{note: {said} {edit}, contact: {said}, steps: [{{id: cars, do: {said} cars, {at}}}]}}");
        if self.press {
            format!("{staff}, press: {{steps: [{{do: spray, at: {{start: 2025-10-{day} 12:00}}, place: {gate}}}]}}")
        } else {
            let steps = format!("steps: [{{do: spray, {at}, place: {said} gate}}], pool: [{said}]");
            format!("{staff}, press: {{note: {said} {edit}, meet_at: {said} gate, {steps}}}")
        }
    }

    /// Whether an entry says what it has to hide.
    fn is_secret(&self, number: usize, step: usize) -> bool {
        !matches!(self.hiding[number].states[step], State::Plain { .. })
    }

    fn id(&self, number: usize, step: usize, world: &World) -> String {
        if self.is_secret(number, step) {
            format!("{}-{number}", world.word.to_lowercase())
        } else {
            format!("plain-{number}")
        }
    }

    fn write_hiding(&self, text: &mut String, number: usize, hiding: &Hiding, step: usize, world: &World) {
        if hiding.is_gone(step) {
            return;
        }
        // What was once to be seen keeps its time in its cancellation.
        let is_ever_told = (0..STEPS).any(|step| hiding.shows(step) || hiding.published[step]);
        let (said, kind, access, zone, day) = match (self.is_secret(number, step), is_ever_told) {
            (false, _) => ("Plain", "meeting", "open", "Asia/Seoul", 12),
            (true, true) => (world.word, world.kind, world.access, world.zone, 14),
            (true, false) => (world.word, world.kind, world.access, world.zone, world.day),
        };
        let when = if hiding.timed {
            format!("start: 2025-10-{day} 12:15, end: 2025-10-{day} 13:15, zone: {zone}")
        } else {
            format!("date: 2025-10-{day}, zone: {zone}")
        };
        let id = self.id(number, step, world);
        let _ = write!(
            text,
            "  - {{id: {id}, formerly: v/x-{number}, title: {said} title {number}, access: {access}, sources: [s], note: {said}"
        );
        let _ = if hiding.journey {
            write!(
                text,
                ", kind: travel, depart: {{start: 2025-10-{day} 12:15, zone: {zone}, place: {{city: {said}}}}}, \
                 via: [{{place: {{city: {said}}}, zone: {zone}, arrive: {{start: 2025-10-{day} 13:15}}}}], \
                 arrive: {{start: 2025-10-{day} 15:15, zone: {zone}, place: {{city: {said}}}}}"
            )
        } else {
            write!(
                text,
                ", kind: {kind}, when: {{{when}}}, place: {{venue: {said} hall}}, with: [{{who: {said}, as: {said}}}]"
            )
        };
        let _ = match hiding.states[step] {
            State::Kept => write!(text, ", audience: staff"),
            State::Embargoed(lifts) => {
                write!(text, ", embargo: {}", self.lifts(lifts).format("%Y-%m-%dT%H:%M:%SZ"))
            }
            _ => Ok(()),
        };
        let gate = format!("{said} gate");
        let _ = writeln!(text, "{}}}", self.sections(step, world, (day, &gate)));
    }

    pub(crate) fn feeds(&self, step: usize, world: &World) -> String {
        let who = self.who().word();
        let hidden = if world.has_more { "canary" } else { "z" };
        let open = format!(
            "- {{id: open, title: T, zone: host, language: en, audience: {who}, events: false, only: {{access: [open]}}}}\n  "
        );
        let open = if step < self.leaves { open } else { String::new() };
        format!(
            "publisher: Office\nuid_namespace: {NAMESPACE}\nbase_url: {{{who}: https://example.org/{who}}}\npages: {}\nfeeds:\n  \
             - {{id: seoul, title: T, zone: Asia/Seoul, language: ko, audience: {who}}}\n  \
             - {{id: host, title: T, zone: host, language: en, audience: {who}{}}}\n  \
             - {{id: summits, title: T, zone: host, language: en, audience: {who}, events: false, only: {{kind: [summit]}}}}\n  \
             {open}\
             - {{id: of-{hidden}, title: T, zone: host, language: en, audience: {who}, events: false, visits: [{hidden}]}}\n  \
             - {{id: staff, title: T, zone: host, language: en, audience: staff, steps: events}}\n",
            self.pages,
            if self.press { ", steps: events" } else { "" }
        )
    }

    /// What is done before and after a build, to an entry: arguments of `withdraw`.
    pub(crate) fn withdrawals(&self, step: usize) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (number, hiding) in self.hiding.iter().enumerate() {
            let with = |flags: &[&str]| {
                let name = format!("v/x-{number}");
                std::iter::once(name).chain(flags.iter().map(|flag| (*flag).to_owned())).collect::<Vec<String>>()
            };
            let published = hiding.published[step].then_some("--published");
            if step > 0 && hiding.is_gone(step - 1) && !hiding.is_gone(step) {
                before.push(with(&["--undo"]));
            }
            let state = hiding.states[step];
            let redact = (state == State::Redacted).then_some("--redact");
            let flags: Vec<&str> = redact.into_iter().chain(published).collect();
            if published.is_some() || hiding.is_gone(step) {
                before.push(with(&flags));
            }
            if published.is_some() && hiding.is_gone(step) {
                // Where there was no such release, it is withdrawn all the same.
                before.push(with(redact.as_slice()));
            }
            if state == (State::Plain { taken_back: true }) {
                after.push(with(&["--redact", "--was"]));
            }
        }
        if step + 1 == STEPS {
            let gone = self.seen.iter().enumerate().filter(|(_, seen)| seen.withdrawn);
            let visit = |seen: &Seen| if seen.elsewhere { "w" } else { "v" };
            before.extend(gone.map(|(number, seen)| vec![format!("{}/seen-{number}", visit(seen))]));
        }
        (before, after)
    }

    /// The same for what is there in one of the worlds alone.
    pub(crate) fn withdrawals_of_more(&self, step: usize) -> Vec<[String; 2]> {
        let before = &self.more[..step];
        let flag = match (before.last(), self.more[step]) {
            (Some(true), false) => "--redact",
            (Some(false), true) if before.contains(&true) => "--undo",
            _ => return Vec::new(),
        };
        ["v/canary-staff", "v/canary-embargoed"].map(|name| [name, flag].map(str::to_owned)).into()
    }
}

/// What may not be seen.
pub(crate) struct World {
    pub(crate) word: &'static str,
    kind: &'static str,
    access: &'static str,
    zone: &'static str,
    pub(crate) day: u8,
    /// Whether there is more in it that never may be seen.
    pub(crate) has_more: bool,
}

pub(crate) const WORLDS: [World; 2] = [
    World { word: "Canary", kind: "summit", access: "closed", zone: "Asia/Tokyo", day: 16, has_more: true },
    World { word: "Sparrow", kind: "meal", access: "open", zone: "Asia/Pyongyang", day: 18, has_more: false },
];
