//! `feeds.yaml`: the publisher, the rules and the feeds.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use uuid::Uuid;

use super::visit::VisitDraft;
use super::{Checker, Rules, note_error};
use crate::diagnostic::{Code, Report, Severity, codes};
use crate::document::{self, File, Items, NodeId, Scalar, shortened, with_suggestion};
use crate::programme::{
    Access, Audiences, Cancelled, EntryKind, Feed, FeedZone, Id, Language, Only, Settings, StepsShown, Text, UiLanguage,
};
use crate::zone::Database;

/// Settings whose feeds still name visits that have to be bound.
#[derive(Debug)]
pub(super) struct FeedsDraft<'f> {
    file: &'f File,
    /// What to publish; `None` if something in it is an error.
    pub(super) settings: Option<Settings>,
    /// For each feed, the visits it names and where.
    visits: Vec<Option<Vec<(NodeId, String)>>>,
    /// The principals that feeds ask for, and where.
    principals: Vec<(NodeId, String)>,
    /// For each feed, where it stands.
    pub(super) nodes: Vec<NodeId>,
    pub(super) rules: Rules,
}

impl FeedsDraft<'_> {
    /// The feeds that a visit is in.
    pub(super) fn showing(&self, visit: &VisitDraft<'_>) -> impl Iterator<Item = &Feed> {
        let id = visit.id.as_ref().map(|(id, _)| id.to_string());
        let feeds = self.settings.iter().flat_map(|settings| &settings.feeds);
        let shown = feeds.zip(&self.visits).filter(move |(_, named)| match (named, &id) {
            (Some(named), Some(id)) => named.iter().any(|(_, name)| name == id),
            (named, _) => named.is_none(),
        });
        shown.map(|(feed, _)| feed)
    }

    /// Warns of principals whom feeds ask for and nobody knows.
    pub(super) fn find_principals(&self, drafts: &[VisitDraft<'_>], report: &mut Report) {
        if self.principals.is_empty() || drafts.iter().any(|draft| draft.visit.is_none()) {
            return;
        }
        let visits = drafts.iter().filter_map(|draft| draft.visit.as_ref());
        let texts = visits
            .flat_map(|visit| visit.principals.iter().chain(visit.entries.iter().flat_map(|entry| &entry.principals)));
        let known: HashSet<&str> = texts.flat_map(Text::strings).map(|(_, text)| text).collect();
        for (at, name) in self.principals.iter().filter(|(_, name)| !known.contains(name.as_str())) {
            document::note(&self.file.place(*at), report, (codes::UNKNOWN_PRINCIPAL, Severity::Warning), |d| {
                let d = d.saying(format!("Nothing in the schedules is of a principal “{}”.", shortened(name)));
                with_suggestion(d, name, known.iter().copied(), || {
                    "Write the text that stands under “principal”, in any of its languages.".to_owned()
                })
            });
        }
    }

    /// Binds the ids that the feeds name to the visits' positions.
    pub(super) fn bind(&mut self, visits: &HashMap<Id, usize>, report: &mut Report) {
        let feeds = self.settings.iter_mut().flat_map(|settings| &mut settings.feeds);
        for (feed, named) in feeds.zip(&self.visits) {
            let Some(named) = named else { continue };
            let mut bound = Vec::with_capacity(named.len());
            for (at, name) in named {
                match Id::parse(name).and_then(|id| visits.get(&id)) {
                    Some(&visit) => bound.push(visit),
                    None => note_error(self.file, report, codes::UNKNOWN_VISIT, *at, |d| {
                        let d = d.saying(format!("There is no visit “{}”.", shortened(name)));
                        with_suggestion(d, name, visits.keys().map(Id::as_str), || {
                            "A visit's id stands after “visit:” in its file.".to_owned()
                        })
                    }),
                }
            }
            feed.visits = Some(bound);
        }
    }
}

/// Reads `feeds.yaml` and checks all of it that does not need the visits.
pub(super) fn read<'f>(file: &'f File, database: Database, report: &mut Report) -> Option<FeedsDraft<'f>> {
    let written = document::read::<document::Feeds<'_>>(file, report)?;
    document::find_cut_texts(file, report);
    Some(Checker::new(file, database, report).feeds(&written))
}

/// What `rules` make of a warning, by their words.
pub(crate) const SWITCHES: [(&str, Option<Severity>); 3] =
    [("off", None), ("warning", Some(Severity::Warning)), ("error", Some(Severity::Error))];

impl<'f> Checker<'f, '_> {
    fn feeds(&mut self, written: &document::Feeds<'_>) -> FeedsDraft<'f> {
        let publisher = self.line(written.publisher.as_ref());
        let base_url = written.base_url.as_ref().map(|urls| self.base_urls(urls)).unwrap_or_default();
        let uid_namespace = written.uid_namespace.as_ref().and_then(|scalar| self.uuid(scalar));
        // A wrong length is an error, so that nothing is made of it.
        let withdrawn_for = self.length_or(written.withdrawn_for.as_ref(), 30 * 24 * 60).unwrap_or_default();
        let rules = self.rules(written);
        if let Some(list) = written.feeds.as_ref().filter(|list| list.empty) {
            self.error(codes::EMPTY_VALUE, list.at, |d| {
                d.saying("There is no feed, so nothing would be made.").with_help("Write at least one feed.")
            });
        }
        let (mut feeds, mut visits, mut nodes, mut seen) = (Vec::new(), Vec::new(), Vec::new(), HashMap::new());
        let mut principals = Vec::new();
        for feed in written.feeds.iter().flat_map(|list| &list.items) {
            let Some(checked) = self.feed(feed) else { continue };
            let at = feed.id.as_ref().map_or(feed.at, |scalar| scalar.at);
            if let Some(first) = seen.insert((checked.audience, checked.id.clone()), at) {
                let earlier = self.file.place(first);
                self.error(codes::DUPLICATE_ID, at, |d| {
                    d.saying(format!("Another feed of this audience has the id “{}”.", checked.id))
                        .with_help("Give one of them another id: it is the feed's file name.")
                        .with_related(earlier, "It is first used here.")
                });
            }
            let named = |items: &Items<Scalar<'_>>| -> Vec<(NodeId, String)> {
                items.items.iter().map(|scalar| (scalar.at, scalar.text.trim().to_owned())).collect()
            };
            visits.push(feed.visits.as_ref().map(named));
            principals
                .extend(feed.only.as_ref().and_then(|only| only.principal.as_ref()).map(named).unwrap_or_default());
            nodes.push(at);
            feeds.push(checked);
        }
        let pages = self.pages(written.pages.as_ref(), &feeds);
        let settings = publisher.zip(uid_namespace).map(|(publisher, uid_namespace)| Settings {
            publisher,
            base_url,
            uid_namespace,
            pages,
            withdrawn_for,
            feeds,
            hubs: Vec::new(),
            own_feeds: false,
            database: self.database,
        });
        FeedsDraft { file: self.file, settings, visits, principals, nodes, rules }
    }

    /// The languages of the pages: those that are named, or else those of the feeds, English first or else the first feed's.
    fn pages(&mut self, written: Option<&document::Pages<'_>>, feeds: &[Feed]) -> Vec<UiLanguage> {
        let mut languages = Vec::new();
        match written {
            Some(document::Pages::Flag(flag)) if !flag.on => {}
            Some(document::Pages::Languages(items)) => {
                if items.empty {
                    self.error(codes::EMPTY_VALUE, items.at, |d| {
                        d.saying("There are pages in no language.").with_help("Write “pages: false” to make none.")
                    });
                }
                for tag in &items.items {
                    let language = self.feed_language(tag).map(|(_, ui_language)| ui_language);
                    languages.extend(language.filter(|language| !languages.contains(language)));
                }
            }
            Some(document::Pages::Flag(_)) | None => {
                let of_feed = |language: &UiLanguage| feeds.iter().any(|feed| feed.ui_language == *language);
                languages.extend(UiLanguage::ALL.iter().copied().filter(of_feed));
                let first = feeds.first().map(|feed| feed.ui_language);
                languages.sort_by_key(|language| match language {
                    UiLanguage::English => 0,
                    other => 1 + i32::from(Some(*other) != first),
                });
            }
        }
        languages
    }

    fn base_urls(&mut self, urls: &document::BaseUrl<'_>) -> Audiences<Option<String>> {
        let mut address = |url: &Option<Scalar<'_>>| {
            let scalar = url.as_ref()?;
            let url = self.address(scalar)?;
            if !is_base(&scalar.text) {
                let help = "Write where the tree is served, and nothing more: https://calendar.example.org/visits.";
                return self.reject(scalar, "address of a tree", codes::BAD_URL, help);
            }
            Some(url.trim_end_matches('/').to_owned())
        };
        Audiences { public: address(&urls.public), press: address(&urls.press), staff: address(&urls.staff) }
    }

    fn uuid(&mut self, scalar: &Scalar<'_>) -> Option<Uuid> {
        let help = "Make one once, with uuidgen for example, and never change it: all UIDs are made from it.";
        Uuid::parse_str(&scalar.text).ok().or_else(|| self.reject(scalar, "UUID", codes::BAD_UUID, help))
    }

    fn rules(&mut self, written: &document::Feeds<'_>) -> Rules {
        let mut rules = HashMap::new();
        for (code, scalar) in written.rules.iter().flat_map(|table| &table.entries) {
            let code = self.warning_code(code);
            if let (Some((_, severity)), Some(code)) = (self.word(scalar, "switch", &SWITCHES, |(word, _)| word), code)
            {
                rules.insert(code, severity);
            }
        }
        Rules(rules)
    }

    /// The code of a warning, or of an error that can be meant: what is always an error cannot be switched.
    pub(super) fn warning_code(&mut self, code: &Scalar<'_>) -> Option<Code> {
        match codes::ALL.iter().find(|(known, _)| known.0 == code.text) {
            Some((known, _)) if codes::is_switchable(*known) => return Some(*known),
            Some(_) => self.error(codes::FIXED_RULE, code.at, |d| {
                d.saying(format!("“{}” is always an error; it cannot be switched.", code.text))
                    .with_help("Mend what it reports.")
            }),
            None => self.warning(codes::UNKNOWN_RULE, code.at, |d| {
                let warnings = codes::ALL.iter().filter(|(code, _)| codes::is_switchable(*code));
                let d = d.saying(format!("This version has no warning with the code “{}”.", shortened(&code.text)));
                with_suggestion(d, &code.text, warnings.map(|(code, _)| code.0), || {
                    "Codes stand in brackets in each diagnostic's first line; “summitcal explain” lists them."
                        .to_owned()
                })
            }),
        }
        None
    }

    fn feed(&mut self, feed: &document::Feed<'_>) -> Option<Feed> {
        let id = feed.id.as_ref().and_then(|scalar| self.file_id(scalar));
        let title = self.line(feed.title.as_ref());
        let zone = feed.zone.as_ref().and_then(|scalar| self.feed_zone(scalar));
        let language = feed.language.as_ref().and_then(|tag| self.feed_language(tag));
        let audience = feed.audience.as_ref().and_then(|word| self.audience(word));
        let also = feed.also.iter().flat_map(|items| &items.items).filter_map(|scalar| self.zone(scalar)).collect();
        let only = feed.only.as_ref().map(|only| self.only(only)).unwrap_or_default();
        let cancelled = match &feed.cancelled {
            Some(word) => self.word(word, "way to show what is cancelled", Cancelled::ALL, Cancelled::word),
            None => Some(Cancelled::Marked),
        };
        let display_length = self.length_or(feed.display_length.as_ref(), 30);
        let refresh = self.length_or(feed.refresh.as_ref(), 60);
        let alarms =
            feed.alarms.iter().flat_map(|items| &items.items).filter_map(|scalar| self.length(scalar)).collect();
        let steps = match &feed.steps {
            Some(word) => self.word(word, "way to show steps", StepsShown::ALL, StepsShown::word),
            None => Some(StepsShown::Text),
        };
        let step_alarms = feed.step_alarms.iter().flat_map(|items| &items.items);
        let step_alarms = step_alarms.filter_map(|scalar| self.length(scalar)).collect();
        let (language, ui_language) = language?;
        Some(Feed {
            id: id?,
            title: title?,
            zone: zone?,
            language,
            ui_language,
            audience: audience?,
            also,
            visits: None,
            only,
            cancelled: cancelled?,
            display_length: display_length?,
            refresh: refresh?,
            alarms,
            steps: steps?,
            step_alarms,
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
    pub(super) fn feed_language(&mut self, tag: &Scalar<'_>) -> Option<(Language, UiLanguage)> {
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

    pub(super) fn only(&mut self, only: &document::Only<'_>) -> Only {
        let kinds = only.kind.iter().flat_map(|items| &items.items);
        let kinds =
            kinds.filter_map(|word| self.word(word, "kind of entry", EntryKind::ALL, EntryKind::word)).collect();
        let access = only.access.iter().flat_map(|items| &items.items);
        let access = access.filter_map(|word| self.word(word, "press access", Access::ALL, Access::word)).collect();
        let principals = only.principal.iter().flat_map(|items| &items.items).map(|text| text.text.trim().to_owned());
        Only { kinds, access, principals: principals.collect(), also: None }
    }
}

/// Whether an address has neither a user, a password, a query nor a fragment: paths are put after it, and everybody reads it.
fn is_base(address: &str) -> bool {
    let (_, rest) = address.split_once(':').unwrap_or_default();
    let host = rest.trim_start_matches(['/', '\\']).split(['/', '\\']).next().unwrap_or_default();
    !address.contains(['?', '#']) && !host.contains('@')
}
