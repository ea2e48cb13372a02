//! `summitcal notify`: tells people what changed, through the channels of `channels.yaml`.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;

use clap::Args;

use super::{At, Context, Outcome, complain, diff, print, print_report};
use crate::error::Error;
use crate::notify::{self, Environment, Prepared};
use crate::pipeline::{CHANNELS, Schedules, shown};
use crate::programme::{Channel, ChannelKind, Id};
use crate::revision;

/// What to tell, and through what.
#[derive(Debug, Args)]
pub(crate) struct Notify {
    /// What there was: a git revision of the schedules, an output folder, or the address of a published tree.
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// What there is: likewise [default: the schedules as they are].
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<String>,
    /// Only through this channel, of mail perhaps only to these lines of the file of recipients: `list:4,17-20`. May be given several
    /// times.
    #[arg(long, value_name = "CHANNEL[:LINES]", value_parser = chosen)]
    pub(crate) only: Vec<Chosen>,
    /// Print each message, and send none.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How often what failed is tried again.
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u32).range(..=10))]
    pub(crate) retries: u32,
    #[command(flatten)]
    pub(crate) at: At,
}

/// A channel that is meant, and of mail which lines of the file of recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    id: Id,
    lines: Option<BTreeSet<usize>>,
}

/// How many lines may be meant.
const MAX_LINES: usize = 1_000_000;

/// Reads `list` or `list:4,17-20`.
fn chosen(text: &str) -> Result<Chosen, String> {
    let (id, lines) = text.split_once(':').map_or((text, None), |(id, lines)| (id, Some(lines)));
    let id = Id::parse(id).ok_or_else(|| "write the id of a channel".to_owned())?;
    let wrong = || "write lines as 4,17-20".to_owned();
    let number = |text: &str| text.parse().ok().filter(|number| (1..=MAX_LINES).contains(number)).ok_or_else(wrong);
    let lines = lines.map(|lines| {
        let mut all = BTreeSet::new();
        for part in lines.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            all.extend(number(first)?..=number(last)?);
        }
        Ok::<_, String>(all)
    });
    Ok(Chosen { id, lines: lines.transpose()? })
}

pub(crate) fn run(context: &Context, options: &Notify) -> Result<Outcome, Error> {
    let at = options.at.instant()?;
    let schedules = Schedules::load(&context.schedules, context.database)?;
    let mut checked = schedules.check();
    let Some(programme) = checked.programme.take() else {
        print_report(context, &checked.report)?;
        return Ok(Outcome::Findings);
    };
    if schedules.channels.is_none() {
        return Err(no_channels(context));
    }
    let channels = selected(&checked.channels, &options.only)?;
    let [before, after] = diff::seen(context, &options.old, options.new.as_deref(), at)?;
    let settings = programme.settings();
    let visits: Vec<Id> = programme.visits().iter().map(|visit| visit.id().clone()).collect();
    let told = revision::tellable(&before, &after, settings.uid_namespace, context.database);
    let mut prepared = notify::prepare(&channels, &told, settings, &visits);
    for prepared in &mut prepared {
        let chosen = options.only.iter().find(|chosen| chosen.id == prepared.channel.id);
        prepared.lines = chosen.and_then(|chosen| chosen.lines.clone());
    }
    let environment = environment(context, &channels, options.retries);
    if options.dry_run {
        let previews = prepared.iter().map(|prepared| notify::preview(prepared, &environment, context.verbose));
        let text = previews.collect::<Vec<_>>().join("\n");
        print(if text.is_empty() { "Nothing is to be told.\n" } else { &text })?;
        return Ok(Outcome::Clean);
    }
    tell(context, options, &prepared, &environment)
}

/// That there is nowhere to tell anything.
pub(super) fn no_channels(context: &Context) -> Error {
    let file = shown(&context.schedules.join(CHANNELS));
    Error::new(format!(
        "there is no {file}, which says where changes are told; “summitcal guide notifying” has an example"
    ))
}

/// The channels that are meant.
fn selected(channels: &[Channel], only: &[Chosen]) -> Result<Vec<Channel>, Error> {
    for chosen in only {
        let known = || channels.iter().map(|channel| channel.id.as_str()).collect::<Vec<_>>().join(", ");
        let Some(channel) = channels.iter().find(|channel| channel.id == chosen.id) else {
            return Err(Error::new(format!("there is no channel “{}”; there are: {}", chosen.id, known())));
        };
        if chosen.lines.is_some() && channel.kind != ChannelKind::Mail {
            return Err(Error::new(format!(
                "the channel “{}” is no mail, so it has no lines of recipients",
                chosen.id
            )));
        }
    }
    let is_meant = |channel: &&Channel| only.is_empty() || only.iter().any(|chosen| chosen.id == channel.id);
    Ok(channels.iter().filter(is_meant).cloned().collect())
}

/// What the channels need of this process's environment.
pub(super) fn environment(context: &Context, channels: &[Channel], retries: u32) -> Environment {
    let named = notify::variables(channels).into_iter();
    let variables = named.filter_map(|name| env::var(&name).ok().map(|value| (name, value))).collect();
    Environment { variables, schedules: context.schedules.clone(), retries }
}

/// Sends all of it, and says what was sent and what was not.
fn tell(
    context: &Context,
    options: &Notify,
    prepared: &[Prepared],
    environment: &Environment,
) -> Result<Outcome, Error> {
    let outcomes = notify::send(prepared, environment)?;
    let mut said = String::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.sent > 0) {
        let messages = if outcome.sent == 1 { "1 message".to_owned() } else { format!("{} messages", outcome.sent) };
        let _ = writeln!(said, "{}: {messages} sent.", outcome.channel);
    }
    if outcomes.is_empty() {
        "Nothing is to be told.\n".clone_into(&mut said);
    }
    if !context.quiet {
        print(&said)?;
    }
    let failed: Vec<_> = outcomes.iter().filter(|outcome| outcome.failure.is_some()).collect();
    for outcome in &failed {
        complain(context, &Error::new(outcome.failure_text().unwrap_or_default()));
    }
    if failed.is_empty() {
        return Ok(Outcome::Clean);
    }
    let only: Vec<String> = failed.iter().map(|outcome| format!("--only {}", outcome.only())).collect();
    let new = options.new.as_ref().map(|new| format!(" {new}")).unwrap_or_default();
    complain(
        context,
        &Error::new(format!("to send them again, run: summitcal notify {}{new} {}", options.old, only.join(" "))),
    );
    Ok(Outcome::Findings)
}
