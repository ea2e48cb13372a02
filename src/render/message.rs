//! A message that tells readers of one language what changed: what is off first, each with what it was and is. As text and as
//! HTML for mail, and in parts for what takes other forms.

use maud::{DOCTYPE, Markup, html};
use serde_json::{Value as Json, json};

use super::changes::{self, Clause};
use super::localizer::Localizer;
use super::restricted::mark_words;
use crate::locale::{self, Phrase, capitalised};
use crate::programme::{Audience, Language, Settings, StatusKind, Text, UiLanguage};
use crate::revision::{Kind, Snapshot, Subject, Tellable};
use crate::zone::Zone;

/// Who reads a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'r> {
    pub(crate) audience: Audience,
    pub(crate) ui_language: UiLanguage,
    /// The language of the author's texts.
    pub(crate) language: &'r Language,
    /// The clocks beside the host's.
    pub(crate) clocks: &'r [Zone],
}

/// What is told to readers of one language.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) audience: Audience,
    pub(crate) ui_language: UiLanguage,
    pub(crate) publisher: String,
    /// What it is about: who publishes, and that the schedule changed.
    pub(crate) title: String,
    /// What changed.
    pub(crate) items: Vec<Item>,
    /// That it is not for everybody, if it is not.
    pub(crate) band: Option<&'static str>,
    /// Where all changes are.
    pub(crate) page: Option<String>,
}

/// What is told of a visit or an entry.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// What it is called, with what is off before it.
    pub(crate) title: String,
    /// Of which visit it is.
    pub(crate) visit: Option<String>,
    /// Whom it is for, if not for everybody, and until when.
    pub(crate) marks: Vec<String>,
    /// What changed, a line each, and when it is.
    pub(crate) lines: Vec<String>,
    /// Its place on the pages.
    pub(crate) url: Option<String>,
    /// Whether it is cancelled or gone.
    pub(crate) is_off: bool,
    /// The same as data, in the forms of `changes.json`.
    pub(crate) data: Json,
}

/// The message of what there is to tell; `None` where readers of the language read the same as before.
pub(crate) fn message(told: &[&Tellable], reader: Reader<'_>, settings: &Settings) -> Option<Message> {
    let items: Vec<Item> = told.iter().filter_map(|told| item(told, reader, settings)).collect();
    if items.is_empty() {
        return None;
    }
    let locale = locale::of(reader.ui_language);
    let publisher = settings.publisher.localized(reader.language, &settings.publisher).text.to_owned();
    let title = [&publisher, locale.punctuation().colon, locale.phrase(Phrase::ScheduleChanges)].concat();
    let band = match reader.audience {
        Audience::Public => None,
        Audience::Press => Some(locale.phrase(Phrase::PressBand)),
        Audience::Staff => Some(locale.phrase(Phrase::StaffBand)),
    };
    let page = address(settings, reader, "changes.html");
    let Reader { audience, ui_language, .. } = reader;
    Some(Message { audience, ui_language, publisher, title, items, band, page })
}

/// Where a page is, in the reader's language if there are pages in it.
fn address(settings: &Settings, reader: Reader<'_>, path: &str) -> Option<String> {
    let pages = settings.pages_url(reader.audience)?;
    let language = Some(reader.ui_language).filter(|language| settings.pages.contains(language));
    let path = settings.path_in(language.or_else(|| settings.pages.first().copied())?, path);
    Some(format!("{pages}/{path}"))
}

fn item(told: &Tellable, reader: Reader<'_>, settings: &Settings) -> Option<Item> {
    let change = &told.change;
    let locale = locale::of(reader.ui_language);
    let (after, before) = (change.after(), change.before());
    let is_redacted = matches!(change.subject, Subject::Event(_));
    let withdrawn = Text::plain(locale.phrase(Phrase::Withdrawn));
    let title = match after.as_ref().or(before.as_ref()).and_then(Snapshot::title) {
        Some(title) if !is_redacted => title,
        _ => withdrawn,
    };
    let main = told.visit_title.as_ref().unwrap_or(&title);
    let localizer = Localizer::new(reader.ui_language, reader.language, reader.clocks, main);
    let clauses = changes::clauses_for_readers(&localizer, change);
    if clauses.is_empty() {
        return None;
    }
    let named = title.localized(reader.language, main).text;
    let prefix = match change.kind {
        _ if is_redacted => None,
        Kind::Withdrawn | Kind::Restricted => Some(locale.phrase(Phrase::WithdrawnPrefix)),
        _ => after.as_ref().and_then(Snapshot::status).and_then(|status| locale.prefix(status.kind)),
    };
    let is_visit = matches!(change.subject, Subject::Visit(_));
    let visit = told.visit_title.as_ref().filter(|_| !is_visit && !is_redacted);
    let visit = visit.map(|visit| visit.localized(reader.language, visit).text.to_owned());
    let marks: Vec<String> = told.marks.iter().map(|mark| mark_words(&localizer, *mark)).collect();
    let mut lines: Vec<String> = clauses.iter().map(|clause| capitalised(&clause.difference())).collect();
    // The time of what is told otherwise: nobody should have to look it up.
    let tells_time = |clause: &Clause| clause.field == "dates" || TIMES.contains(&clause.field);
    if change.kind == Kind::Revised && !is_visit && !clauses.iter().any(tells_time) {
        let when = changes::when(&localizer, change);
        lines.extend(when.map(|when| [&capitalised(locale.field("when")), locale.punctuation().colon, &when].concat()));
    }
    // An entry is named by where it is now: where it was may have been taken back.
    let at = match (&change.subject, &after) {
        (Subject::Entry(identity), Some(seen)) => Some(seen.address(identity)),
        _ => None,
    };
    let path = match &change.subject {
        Subject::Entry(_) => at.as_ref().map(|at| format!("visits/{}.html#{}", at.visit, at.entry)),
        Subject::Visit(id) => Some(format!("visits/{id}.html")),
        _ => None,
    };
    let url = path.and_then(|path| address(settings, reader, &path));
    let key = match &change.subject {
        Subject::Visit(_) => "visit",
        Subject::Entry(_) | Subject::Step(_) => "entry",
        Subject::Event(_) => "uid",
    };
    let status = after.as_ref().and_then(Snapshot::status).map(|status| status.kind);
    let data = json!({
        key: at.map_or_else(|| change.subject.to_string(), |at| at.to_string()),
        "kind": change.kind.word(),
        "title": named,
        "status": status.map(StatusKind::word),
        "marks": marks,
        "url": url,
        "changes": clauses.iter().map(changes::clause_data).collect::<Vec<_>>(),
    });
    let title = [prefix.unwrap_or_default(), named].concat();
    Some(Item { title, visit, marks, lines, url, is_off: told.is_off(), data })
}

/// The fields that are times, or all of it, which is told with its time.
const TIMES: &[&str] = &["when", "depart", "arrive", "entry", "visit"];

impl Item {
    /// Its marks and its visit, in a line, if it has any.
    pub(crate) fn context(&self) -> Option<String> {
        let parts: Vec<&str> = self.marks.iter().chain(&self.visit).map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }
}

impl Message {
    /// What stands in the line of a list of mail: the one change, or how many there are.
    pub(crate) fn subject(&self) -> String {
        let locale = locale::of(self.ui_language);
        match &self.items[..] {
            [one] => {
                let first = one.lines.first().map_or("", String::as_str);
                [&one.title, " – ", first].concat()
            }
            [first, ..] if first.is_off => {
                locale.title_with(&[&first.title, " – ", &self.title].concat(), &self.items.len().to_string())
            }
            items => locale.title_with(&self.title, &items.len().to_string()),
        }
    }

    /// All of it as text.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{}\n", self.title);
        text.extend(self.band.map(|band| format!("{band}\n")));
        for item in &self.items {
            text.push('\n');
            text.push_str(&item.title);
            text.push('\n');
            text.extend(item.context().map(|context| format!("{context}\n")));
            text.extend(item.lines.iter().map(|line| format!("- {line}\n")));
            text.extend(item.url.iter().map(|url| format!("{url}\n")));
        }
        let all = locale::of(self.ui_language).phrase(Phrase::Changes);
        text.extend(self.page.iter().map(|page| format!("\n{all}: {page}\n")));
        text
    }

    /// All of it as a page for programs that show mail: nothing in it is fetched.
    pub(crate) fn html(&self) -> String {
        let all = locale::of(self.ui_language).phrase(Phrase::Changes);
        let page: Markup = html! {
            (DOCTYPE)
            html lang=(self.ui_language.word()) {
                head { meta charset="utf-8"; title { (self.title) } }
                body style="font: 16px/1.5 sans-serif; max-width: 40em" {
                    h1 style="font-size: 1.25em" { (self.title) }
                    @if let Some(band) = self.band { p { strong { (band) } } }
                    @for item in &self.items {
                        h2 style="font-size: 1em; margin-bottom: 0" {
                            @if let Some(url) = &item.url { a href=(url) { (item.title) } } @else { (item.title) }
                        }
                        @if let Some(context) = item.context() { p style="margin: 0; color: #555" { (context) } }
                        ul style="margin-top: 0.25em" { @for line in &item.lines { li { (line) } } }
                    }
                    @if let Some(page) = &self.page { p { a href=(page) { (all) } } }
                }
            }
        };
        page.into_string()
    }

    /// All of it as data.
    pub(crate) fn data(&self) -> Json {
        json!({
            "version": VERSION,
            "audience": self.audience.word(),
            "language": self.ui_language.word(),
            "publisher": self.publisher,
            "title": self.title,
            "text": self.text(),
            "url": self.page,
            "changes": self.items.iter().map(|item| item.data.clone()).collect::<Vec<_>>(),
        })
    }
}

/// The version of the layout of the data, by semantic versioning.
const VERSION: &str = "1.0.0";
