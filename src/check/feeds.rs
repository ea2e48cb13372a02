//! `feeds.yaml`: the publisher, the rules and the feeds.

use std::collections::HashMap;
use std::time::Duration;

use uuid::Uuid;

use super::texts::Lines;
use super::{Desk, Rules};
use crate::diagnostic::{Code, Report, Severity, codes};
use crate::document::{self, File, Items, NodeId, Scalar, certain, nearest, respelt, shortened};
use crate::programme::{
    Access, Audience, Audiences, Cancelled, EntryKind, Feed, FeedZone, Id, Language, Only, Settings, UiLanguage,
};

/// Settings whose feeds still name visits that have to be bound.
#[derive(Debug)]
pub(super) struct Draft {
    /// What to publish; `None` if something in it is an error.
    pub(super) settings: Option<Settings>,
    /// For each feed, the visits it names and where.
    visits: Vec<Option<Vec<(NodeId, String)>>>,
    /// For each feed, where it stands.
    pub(super) nodes: Vec<NodeId>,
    pub(super) rules: Rules,
}

impl Draft {
    /// The feeds that a visit is in.
    pub(super) fn of(&self, visit: &super::visit::Draft<'_>) -> Vec<&Feed> {
        let feeds = self.settings.iter().flat_map(|settings| &settings.feeds);
        let id = visit.id.as_ref().map(|(id, _)| id.as_str());
        let holds = |named: &Option<Vec<(NodeId, String)>>| {
            named.as_ref().is_none_or(|named| named.iter().any(|(_, name)| Some(name.as_str()) == id))
        };
        feeds.zip(&self.visits).filter(|(_, named)| holds(named)).map(|(feed, _)| feed).collect()
    }
}

/// Reads `feeds.yaml` and checks all of it that does not need the visits.
pub(super) fn read(file: &File, report: &mut Report) -> Option<Draft> {
    let written = document::read::<document::Feeds<'_>>(file, report)?;
    document::find_cut_texts(file, report);
    Some(Desk::new(file, report).feeds(&written))
}

/// A switch of a rule.
#[derive(Clone, Copy)]
enum Switch {
    Off,
    Warning,
    Error,
}

impl Switch {
    const ALL: [Self; 3] = [Switch::Off, Switch::Warning, Switch::Error];

    fn word(self) -> &'static str {
        match self {
            Switch::Off => "off",
            Switch::Warning => "warning",
            Switch::Error => "error",
        }
    }
}

const CANCELLED: [Cancelled; 3] = [Cancelled::Marked, Cancelled::Retitled, Cancelled::Hidden];

fn cancelled_word(cancelled: Cancelled) -> &'static str {
    match cancelled {
        Cancelled::Marked => "marked",
        Cancelled::Retitled => "retitled",
        Cancelled::Hidden => "hidden",
    }
}

/// What `rules` make of a warning.
pub(crate) fn switches() -> Vec<&'static str> {
    Switch::ALL.map(Switch::word).to_vec()
}

/// How a feed shows what is cancelled.
pub(crate) fn ways_to_cancel() -> Vec<&'static str> {
    CANCELLED.map(cancelled_word).to_vec()
}

impl Desk<'_, '_> {
    fn feeds(&mut self, written: &document::Feeds<'_>) -> Draft {
        let publisher = written.publisher.as_ref().and_then(|text| self.text(text, Lines::One));
        let base_url = written.base_url.as_ref().map(|urls| self.base_urls(urls)).unwrap_or_default();
        let uid_namespace = written.uid_namespace.as_ref().and_then(|scalar| self.uuid(scalar));
        let withdrawn_for = self.length_or(written.withdrawn_for.as_ref(), 30 * 24 * 60).unwrap_or_default();
        let rules = self.rules(written);
        if let Some(list) = written.feeds.as_ref().filter(|list| list.empty) {
            self.error(codes::EMPTY_VALUE, list.at, |d| {
                d.saying("There is no feed, so nothing would be made.").with_help("Write at least one feed.")
            });
        }
        let (mut feeds, mut visits, mut nodes, mut seen) = (Vec::new(), Vec::new(), Vec::new(), HashMap::new());
        for feed in written.feeds.iter().flat_map(|list| &list.items) {
            let Some(checked) = self.feed(feed) else { continue };
            let at = feed.id.as_ref().map_or(feed.at, |scalar| scalar.at);
            if let Some(first) = seen.insert((checked.audience, checked.id.clone()), at) {
                let earlier = self.place(first);
                self.error(codes::DUPLICATE_ID, at, |d| {
                    d.saying(format!("Another feed of this audience has the id “{}”.", checked.id))
                        .with_help("Give one of them another id: it is the feed's file name.")
                        .with_related(earlier, "It is first used here.")
                });
            }
            let named = |items: &Items<Scalar<'_>>| {
                items.items.iter().map(|scalar| (scalar.at, scalar.text.to_string())).collect()
            };
            visits.push(feed.visits.as_ref().map(named));
            nodes.push(at);
            feeds.push(checked);
        }
        let settings = publisher.zip(uid_namespace).map(|(publisher, uid_namespace)| Settings {
            publisher,
            base_url,
            uid_namespace,
            pages: written.pages.is_none_or(|flag| flag.on),
            withdrawn_for,
            feeds,
        });
        Draft { settings, visits, nodes, rules }
    }

    fn base_urls(&mut self, urls: &document::BaseUrl<'_>) -> Audiences<Option<String>> {
        let mut address = |url: &Option<Scalar<'_>>| {
            let url = url.as_ref().and_then(|scalar| self.address(scalar))?;
            Some(url.trim_end_matches('/').to_owned())
        };
        Audiences { public: address(&urls.public), press: address(&urls.press), staff: address(&urls.staff) }
    }

    fn uuid(&mut self, scalar: &Scalar<'_>) -> Option<Uuid> {
        let uuid = Uuid::parse_str(&scalar.text);
        if uuid.is_err() {
            self.error(codes::BAD_UUID, scalar.at, |d| {
                d.saying(format!("“{}” is no UUID.", shortened(&scalar.text))).with_help(
                    "Make one once, with uuidgen for example, and never change it: all UIDs are made from it.",
                )
            });
        }
        uuid.ok()
    }

    fn rules(&mut self, written: &document::Feeds<'_>) -> Rules {
        let mut rules = HashMap::new();
        for (code, scalar) in written.rules.iter().flat_map(|table| &table.entries) {
            let known = self.rule(code);
            if let (Some(switch), Some(code)) = (self.word(scalar, "switch", &Switch::ALL, Switch::word), known) {
                let severity = match switch {
                    Switch::Off => None,
                    Switch::Warning => Some(Severity::Warning),
                    Switch::Error => Some(Severity::Error),
                };
                rules.insert(code, severity);
            }
        }
        Rules(rules)
    }

    /// The code of a warning: what is always an error cannot be switched.
    pub(super) fn rule(&mut self, code: &Scalar<'_>) -> Option<Code> {
        match codes::ALL.iter().find(|(known, _)| known.0 == code.text) {
            Some((known, Severity::Warning)) => return Some(*known),
            Some((_, Severity::Error)) => self.error(codes::FIXED_RULE, code.at, |d| {
                d.saying(format!("“{}” is always an error; it cannot be switched.", code.text))
                    .with_help("Mend what it reports.")
            }),
            None => self.warning(codes::UNKNOWN_RULE, code.at, |d| {
                let warnings = codes::ALL.iter().filter(|(_, severity)| *severity == Severity::Warning);
                let known = warnings.map(|(code, _)| code.0);
                let help = match nearest(&code.text, known.clone()) {
                    Some(name) => format!("Did you mean “{name}”?"),
                    None => "Codes stand in brackets in each diagnostic's first line; “summitcal explain” lists them."
                        .to_owned(),
                };
                let fix = certain(&code.text, known).and_then(|name| respelt(&d.place, &code.text, name));
                d.saying(format!("This version has no warning with the code “{}”.", shortened(&code.text)))
                    .with_help(help)
                    .with_fix(fix)
            }),
        }
        None
    }

    fn feed(&mut self, feed: &document::Feed<'_>) -> Option<Feed> {
        let id = feed.id.as_ref().and_then(|scalar| self.file_id(scalar));
        let title = feed.title.as_ref().and_then(|text| self.text(text, Lines::One));
        let zone = feed.zone.as_ref().and_then(|scalar| self.feed_zone(scalar));
        let language = feed.language.as_ref().and_then(|tag| self.feed_language(tag));
        let audience =
            feed.audience.as_ref().and_then(|word| self.word(word, "audience", Audience::ALL, Audience::word));
        let also = feed.also.iter().flat_map(|items| &items.items).filter_map(|scalar| self.zone(scalar)).collect();
        let only = feed.only.as_ref().map(|only| self.only(only)).unwrap_or_default();
        let cancelled = feed
            .cancelled
            .as_ref()
            .map(|word| self.word(word, "way to show what is cancelled", &CANCELLED, cancelled_word));
        let display_length = self.length_or(feed.display_length.as_ref(), 30);
        let refresh = self.length_or(feed.refresh.as_ref(), 60);
        let alarms =
            feed.alarms.iter().flat_map(|items| &items.items).filter_map(|scalar| self.length(scalar)).collect();
        Some(Feed {
            id: id?,
            title: title?,
            zone: zone?,
            language: language.as_ref()?.0.clone(),
            ui_language: language?.1,
            audience: audience?,
            also,
            visits: None,
            only,
            cancelled: cancelled.unwrap_or(Some(Cancelled::Marked))?,
            display_length: display_length?,
            refresh: refresh?,
            alarms,
            events: feed.events.is_none_or(|flag| flag.on),
        })
    }

    fn feed_zone(&mut self, scalar: &Scalar<'_>) -> Option<FeedZone> {
        if scalar.text == "host" {
            return Some(FeedZone::Host);
        }
        self.zone(scalar).map(FeedZone::Fixed)
    }

    /// A language that the program itself can speak.
    fn feed_language(&mut self, tag: &Scalar<'_>) -> Option<(Language, UiLanguage)> {
        let language = self.language(tag)?;
        let ui_language = UiLanguage::parse(language.primary());
        if ui_language.is_none() {
            self.error(codes::UNKNOWN_WORD, tag.at, |d| {
                let localized: Vec<_> = UiLanguage::ALL.iter().map(|ui_language| ui_language.word()).collect();
                d.saying(format!("Feeds cannot be written in “{language}”."))
                    .with_help(format!("Write one of: {}.", localized.join(", ")))
            });
        }
        Some((language, ui_language?))
    }

    fn length_or(&mut self, scalar: Option<&Scalar<'_>>, minutes: u64) -> Option<Duration> {
        match scalar {
            Some(scalar) => self.length(scalar),
            None => Some(Duration::from_secs(minutes * 60)),
        }
    }

    fn only(&mut self, only: &document::Only<'_>) -> Only {
        fn list<T: Copy>(
            desk: &mut Desk<'_, '_>,
            items: Option<&Items<Scalar<'_>>>,
            what: &str,
            all: &[T],
            word: fn(T) -> &'static str,
        ) -> Vec<T> {
            items
                .iter()
                .flat_map(|items| &items.items)
                .filter_map(|scalar| desk.word(scalar, what, all, word))
                .collect()
        }
        Only {
            kinds: list(self, only.kind.as_ref(), "kind of entry", EntryKind::ALL, EntryKind::word),
            access: list(self, only.access.as_ref(), "press access", Access::ALL, Access::word),
        }
    }
}

/// Binds the ids that feeds name to the visits' positions.
pub(super) fn bind(draft: &mut Draft, visits: &HashMap<Id, usize>, desk: &mut Desk<'_, '_>) {
    let feeds = draft.settings.iter_mut().flat_map(|settings| &mut settings.feeds);
    for (feed, named) in feeds.zip(&draft.visits) {
        let Some(named) = named else { continue };
        let mut bound = Vec::with_capacity(named.len());
        for (at, name) in named {
            match Id::parse(name).and_then(|id| visits.get(&id)) {
                Some(&visit) => bound.push(visit),
                None => desk.error(codes::UNKNOWN_VISIT, *at, |d| {
                    let known = visits.keys().map(Id::as_str);
                    let help = match nearest(name, known.clone()) {
                        Some(known) => format!("Did you mean “{known}”?"),
                        None => "A visit's id stands after “visit:” in its file.".to_owned(),
                    };
                    let fix = certain(name, known).and_then(|known| respelt(&d.place, name, known));
                    d.saying(format!("There is no visit “{}”.", shortened(name))).with_help(help).with_fix(fix)
                }),
            }
        }
        feed.visits = Some(bound);
    }
}
