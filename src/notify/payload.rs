//! The forms in which programs take messages: JSON of our own, and what Slack, Teams, Discord and ntfy take. An author's text stays
//! text in each: nothing in it is read as a mention, a link or emphasis.

use serde_json::{Value as Json, json};

use crate::programme::ChannelKind;
use crate::render::message::{Item, Message};

/// How many blocks of a message Slack takes (50), less its head.
const SLACK_ITEMS: usize = 40;
/// How many characters of a text Slack takes (3,000), with room to spare.
const SLACK_TEXT: usize = 2_500;
/// How many bytes of a card Teams takes (28 KB), less what is around the items.
const TEAMS_BYTES: usize = 18_000;
/// How many characters Discord takes (2,000), less its head.
const DISCORD_TEXT: usize = 1_700;
/// How many bytes ntfy takes for a message and not for a file (4,096).
const NTFY_BYTES: usize = 3_900;

/// The bodies of the requests that tell a message; an app's limits may ask for several. `topic` is that of ntfy, where it is known.
pub(super) fn bodies(kind: ChannelKind, message: &Message, topic: Option<&str>) -> Vec<Json> {
    match kind {
        ChannelKind::Slack => parts(message, SLACK_ITEMS, |_| 1).map(|items| slack(message, &items)).collect(),
        ChannelKind::Teams => {
            parts(message, TEAMS_BYTES, |item| teams_item(item).iter().map(|block| block.to_string().len()).sum())
                .map(|items| teams(message, &items))
                .collect()
        }
        ChannelKind::Discord => parts(message, DISCORD_TEXT, |item| discord_item(item).chars().count() + 1)
            .map(|items| discord(message, &items))
            .collect(),
        ChannelKind::Ntfy => {
            let all = message.items.iter().collect();
            let is_one = ntfy_text(message, &all).len() <= NTFY_BYTES;
            let parts: Vec<Vec<&Item>> = if is_one {
                vec![all]
            } else {
                parts(message, NTFY_BYTES - 300, |item| ntfy_item(item).len() + 1).collect()
            };
            parts.iter().map(|items| ntfy(message, items, topic)).collect()
        }
        ChannelKind::Webhook | ChannelKind::Mail | ChannelKind::Websub => vec![message.data()],
    }
}

/// The items in parts that are each within a limit; an item that is larger is a part of its own.
fn parts(message: &Message, limit: usize, size: impl Fn(&Item) -> usize) -> impl Iterator<Item = Vec<&Item>> {
    let mut parts: Vec<Vec<&Item>> = Vec::new();
    let mut room = 0;
    for item in &message.items {
        let size = size(item);
        if let Some(part) = parts.last_mut().filter(|_| size <= room) {
            part.push(item);
        } else {
            parts.push(vec![item]);
            room = limit;
        }
        room = room.saturating_sub(size);
    }
    parts.into_iter()
}

/// A text that is no longer than that.
fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// As many lines as there is room for; that some are missing is said by an ellipsis.
fn fitting(item: &Item, limit: usize) -> Vec<String> {
    let (mut lines, mut room) = (Vec::new(), limit);
    for line in &item.lines {
        let length = line.chars().count();
        if length > room {
            lines.push(cut(line, room));
            break;
        }
        room -= length;
        lines.push(line.clone());
    }
    lines
}

/// Blocks of rich text: in these, nothing is markup.
fn slack(message: &Message, items: &[&Item]) -> Json {
    let mut blocks = vec![
        json!({"type": "header", "text": {"type": "plain_text", "text": cut(&message.title, 140), "emoji": false}}),
    ];
    blocks.extend(message.band.map(|band| slack_block(&[json!({"type": "text", "text": band})], &[])));
    blocks.extend(items.iter().map(|item| {
        let title = cut(&item.title, 300);
        let mut head = vec![match &item.url {
            Some(url) => json!({"type": "link", "url": url, "text": title, "style": {"bold": true}}),
            None => json!({"type": "text", "text": title, "style": {"bold": true}}),
        }];
        head.extend(item.context().map(|context| json!({"type": "text", "text": format!("\n{}", cut(&context, 300))})));
        slack_block(&head, &fitting(item, SLACK_TEXT))
    }));
    if let Some(page) = &message.page {
        blocks.push(slack_block(&[json!({"type": "link", "url": page})], &[]));
    }
    let fallback = message.subject().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    json!({"text": fallback, "blocks": blocks, "unfurl_links": false, "unfurl_media": false})
}

fn slack_block(head: &[Json], lines: &[String]) -> Json {
    let mut elements = vec![json!({"type": "rich_text_section", "elements": head})];
    if !lines.is_empty() {
        let line = |line: &String| json!({"type": "rich_text_section", "elements": [{"type": "text", "text": line}]});
        let lines: Vec<Json> = lines.iter().map(line).collect();
        elements.push(json!({"type": "rich_text_list", "style": "bullet", "elements": lines}));
    }
    json!({"type": "rich_text", "elements": elements})
}

/// A card of runs of text: in these, nothing is markup.
fn teams(message: &Message, items: &[&Item]) -> Json {
    let mut body = vec![teams_line(&message.title, true, None)];
    body.extend(message.band.map(|band| teams_line(band, false, None)));
    body.extend(items.iter().flat_map(|item| teams_item(item)));
    let mut content = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": message.subject(),
        "body": body,
    });
    if let Some(page) = &message.page {
        content["actions"] = json!([{"type": "Action.OpenUrl", "title": page, "url": page}]);
    }
    let card =
        json!({"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": content});
    json!({"type": "message", "attachments": [card]})
}

fn teams_item(item: &Item) -> Vec<Json> {
    let mut lines = vec![teams_line(&cut(&item.title, 300), true, item.url.as_deref())];
    lines[0]["separator"] = true.into();
    lines.extend(item.context().map(|context| teams_line(&cut(&context, 300), false, None)));
    lines.extend(fitting(item, TEAMS_BYTES / 6).iter().map(|line| teams_line(&format!("• {line}"), false, None)));
    lines
}

fn teams_line(text: &str, is_bold: bool, url: Option<&str>) -> Json {
    let mut run = json!({"type": "TextRun", "text": text});
    if is_bold {
        run["weight"] = "Bolder".into();
    }
    if let Some(url) = url {
        run["selectAction"] = json!({"type": "Action.OpenUrl", "url": url});
    }
    json!({"type": "RichTextBlock", "inlines": [run]})
}

/// A text in which nobody is mentioned and no link is unfolded.
fn discord(message: &Message, items: &[&Item]) -> Json {
    let mut text = format!("**{}**\n", markdown(&cut(&message.title, 150)));
    text.extend(message.band.map(|band| format!("{}\n", markdown(band))));
    let items: Vec<String> = items.iter().map(|item| discord_item(item)).collect();
    text.push_str(&items.join("\n"));
    json!({"content": cut(&text, 1_990), "allowed_mentions": {"parse": []}, "flags": 4})
}

fn discord_item(item: &Item) -> String {
    let mut text = format!("**{}**\n", markdown(&cut(&item.title, 200)));
    text.extend(item.context().map(|context| format!("{}\n", markdown(&cut(&context, 200)))));
    text.extend(fitting(item, 700).iter().map(|line| format!("- {}\n", markdown(line))));
    text.extend(item.url.iter().map(|url| format!("<{url}>\n")));
    text
}

/// Markdown in which a text stays text.
fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '~' | '|' | '[' | ']' | '(' | ')' | '<' | '>' | '#' | '@' | ':' | '-') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// What ntfy takes at the root of a server, so that titles may be in any script.
fn ntfy(message: &Message, items: &Vec<&Item>, topic: Option<&str>) -> Json {
    let is_whole = items.len() == message.items.len();
    let title = if is_whole { message.subject() } else { message.title.clone() };
    let is_off = items.iter().any(|item| item.is_off);
    let mut body = json!({
        "topic": topic.unwrap_or("TOPIC"),
        "title": cut(&title, 240),
        "message": ntfy_text(message, items),
        "priority": if is_off { 4 } else { 3 },
        "tags": ["calendar"],
    });
    let click = match &items[..] {
        [one] => one.url.as_ref().or(message.page.as_ref()),
        _ => message.page.as_ref(),
    };
    if let Some(click) = click {
        body["click"] = click.as_str().into();
    }
    body
}

fn ntfy_text(message: &Message, items: &Vec<&Item>) -> String {
    let mut text: String = message.band.map(|band| format!("{band}\n\n")).unwrap_or_default();
    let items: Vec<String> = items.iter().map(|item| ntfy_item(item)).collect();
    text.push_str(&items.join("\n"));
    text.trim_end().to_owned()
}

fn ntfy_item(item: &Item) -> String {
    let mut text = format!("{}\n", cut(&item.title, 200));
    text.extend(item.context().map(|context| format!("{}\n", cut(&context, 200))));
    text.extend(fitting(item, 700).iter().map(|line| format!("- {line}\n")));
    text
}
