//! The page of a day, its text beside it, and the page that leads to today.

use chrono::NaiveDate;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::page::{LinkPreview, PageContent, whole};
use super::{PageContext, STYLE, compact_style};
use crate::locale::Phrase;
use crate::programme::UiLanguage;
use crate::render::day::{self, DayReader, DaySheet, ListedDays, SheetItem, SheetSection, VisitDay};
use crate::zone::rfc3339;

/// The page of a day, below the folder of its language.
pub(super) fn day_path(date: NaiveDate) -> String {
    format!("days/{date}.html")
}

/// The page that leads to today.
pub(super) const TODAY: &str = "today.html";

/// What is said of a day to the readers of a page.
pub(super) fn sheet(page: &PageContext<'_>, date: NaiveDate, visits: &[VisitDay<'_, '_>]) -> DaySheet {
    let audience = page.site.revised.listing().audience;
    let reader = DayReader { ui_language: page.ui_language, language: &page.language, clock: page.home_clock };
    // The band of a page says whom all of it is for.
    DaySheet { band: None, ..DaySheet::new(audience, date, visits, reader) }
}

/// A day's page.
pub(super) fn page(page: &PageContext<'_>, sheet: &DaySheet) -> Markup {
    let folder = page.to_language_folder();
    let body = html! {
        h1 { (sheet.heading) }
        p class="tools" {
            // All of them: without that it leads back here.
            a href={ (folder) (TODAY) "#_today" } { (page.phrase(Phrase::Days)) }
            a href={ (sheet.date) ".txt" } { (page.phrase(Phrase::AsText)) }
        }
        (content(sheet, Some(&folder)))
    };
    let titles: Vec<&str> = sheet.visits.iter().map(|visit| &*visit.title).collect();
    let description = titles.join(" · ");
    let preview = LinkPreview { title: sheet.heading.clone(), description: description.clone() };
    let title = sheet.heading.clone();
    whole(page, &PageContent { title, description, preview, body, is_long: false, structured_data: None })
}

/// What is said of a day; with links to the pages of visits where there are such.
fn content(sheet: &DaySheet, folder: Option<&str>) -> Markup {
    html! {
        @for visit in &sheet.visits {
            section class="sheet" {
                h2 {
                    @match folder {
                        Some(folder) => a href={ (folder) "visits/" (visit.visit) ".html" } { (visit.title) },
                        None => (visit.title),
                    }
                }
                p { (visit.people) }
                @for clock in &visit.clocks { p class="soft span" { (clock) } }
                @for one in &visit.items { (item(one, &visit.visit, folder)) }
                div class="notes" {
                    @for one in [&visit.press, &visit.not_announced, &visit.sources].into_iter().flatten() { (section(one)) }
                }
            }
        }
    }
}

fn item(item: &SheetItem, visit: &str, folder: Option<&str>) -> Markup {
    html! {
        div class={ "item" (if item.is_off { " off" } else { "" }) } {
            div { @for time in &item.times { p class="times" { (time) } } }
            div {
                @for mark in &item.marks { p class="audience" { (mark) } }
                h3 {
                    @match (folder, &item.entry) {
                        (Some(folder), Some(entry)) => a href={ (folder) "visits/" (visit) ".html#" (entry) } { (item.title) },
                        _ => (item.title),
                    }
                }
                @for detail in &item.details { p { (detail) } }
            }
            div { @for one in &item.sections { (section(one)) } }
        }
    }
}

fn section(section: &SheetSection) -> Markup {
    html! {
        div class="restricted" {
            p class="heading" { (section.heading) }
            @for step in &section.steps { p { b { (step.time) } " " (step.what) } }
            @for line in &section.lines { p { (line) } }
        }
    }
}

/// A day as a page by itself, which asks for no other file.
pub(crate) fn alone(sheet: &DaySheet, ui_language: UiLanguage) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang=(ui_language.word()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (sheet.heading) }
                style { (PreEscaped(compact_style(STYLE.1))) }
            }
            body {
                main {
                    h1 { (sheet.heading) }
                    @if let Some(band) = sheet.band { p class="soft" { (band) } }
                    (content(sheet, None))
                }
            }
        }
    };
    markup.into_string() + "\n"
}

/// The page that leads to today: by the script to the reader's day on the host's calendar; without it, by a list of the days.
pub(super) fn today(page: &PageContext<'_>, days: &ListedDays<'_, '_>) -> Markup {
    let title = page.phrase(Phrase::Days).to_owned();
    let body = html! {
        h1 { (title) }
        @if days.is_empty() { p { (page.phrase(Phrase::NothingToShow)) } }
        ul id="_today" {
            @for (date, visits) in days {
                @let (from, to) = day::extent(*date, visits);
                li data-from=(rfc3339(from)) data-to=(rfc3339(to)) {
                    a href=(day_path(*date)) { (page.locale.full_day(*date)) }
                }
            }
        }
    };
    let preview = LinkPreview { title: title.clone(), description: title.clone() };
    whole(
        page,
        &PageContent { title: title.clone(), description: title, preview, body, is_long: false, structured_data: None },
    )
}

/// The way from a visit's page to that of a day.
pub(super) fn link(page: &PageContext<'_>, date: NaiveDate, text: &str) -> Markup {
    html! { a href={ (page.to_language_folder()) (day_path(date)) } { (text) } }
}
