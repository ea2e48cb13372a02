//! `summitcal day`: a day as guidance is written.

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::show::{home_zone, zone};
use super::{At, Context, Outcome, audience, print, print_report};
use crate::error::Error;
use crate::listing::Listing;
use crate::locale::{self, Phrase};
use crate::pipeline::Schedules;
use crate::programme::{Audience, Language, UiLanguage};
use crate::render::day::{self, DayReader, DaySheet};
use crate::render::html;
use crate::render::open_data;

/// Which day, for whom.
#[derive(Debug, Args)]
pub(crate) struct Day {
    /// The day, on the host's calendar [default: the first that has an entry which is not known to be over].
    #[arg(value_name = "DATE", value_parser = date)]
    pub(crate) date: Option<NaiveDate>,
    /// What this audience may see.
    #[arg(long, value_name = "WHO", value_parser = audience, default_value = "public")]
    pub(crate) audience: Audience,
    /// The language of it: en, ko or ja.
    #[arg(long, value_name = "LANGUAGE", value_parser = language, default_value = "en")]
    pub(crate) language: UiLanguage,
    /// The clock beside the host's [default: that of the audience's first feed with one].
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    /// How to write it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) at: At,
}

/// How a day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Lines of 72 columns.
    Text,
    /// Markdown.
    Markdown,
    /// A page by itself.
    Html,
    /// Data.
    Json,
}

pub(crate) fn run(context: &Context, options: &Day) -> Result<Outcome, Error> {
    let at = options.at.instant()?;
    let own = options.zone.as_deref().map(|name| zone(name, context.database)).transpose().map_err(Error::new)?;
    let schedules = Schedules::load(&context.schedules, context.database)?;
    let mut checked = schedules.check();
    let Some(programme) = checked.programme.take() else {
        print_report(context, &checked.report)?;
        return Ok(Outcome::Findings);
    };
    let listing = Listing::of(&programme, options.audience, at);
    let days = day::days(&listing);
    let language = Language::of_program(options.language);
    let clock = own.or_else(|| home_zone(&programme, options.audience));
    let date = options.date.or_else(|| day::first_to_come(&days, at));
    let Some((date, visits)) = date.and_then(|date| Some((date, days.get(&date)?))) else {
        let nothing = locale::of(options.language).phrase(Phrase::NothingToShow);
        return print(&format!("{nothing}\n")).map(|()| Outcome::Clean);
    };
    let reader = DayReader { ui_language: options.language, language: &language, clock };
    let sheet = DaySheet::new(options.audience, date, visits, reader);
    let text = match options.format {
        Format::Text => day::text(&sheet),
        Format::Markdown => day::markdown(&sheet),
        Format::Html => html::day_alone(&sheet, options.language),
        Format::Json => open_data::text(&sheet),
    };
    print(&text).map(|()| Outcome::Clean)
}

fn date(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "write the year, month and day: 2025-08-25".to_owned())
}

fn language(word: &str) -> Result<UiLanguage, String> {
    let known = || UiLanguage::ALL.iter().map(|language| language.word()).collect::<Vec<_>>().join(", ");
    UiLanguage::parse(word).ok_or_else(|| format!("write one of: {}", known()))
}
