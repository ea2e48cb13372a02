//! A calendar's text to its events, by `icalendar`'s own parser.

use std::ops::Range;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use icalendar::parser::{Component, Property, read_calendar_simple, unfold};

use super::MAX_LINES;

/// How deep components are nested at most; the parser follows them on the stack.
const MAX_NESTING: usize = 8;

/// What is taken of a calendar.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    pub(super) properties: Vec<Line>,
    pub(super) events: Vec<Vec<Line>>,
    pub(super) zones: Vec<Table>,
    /// How many tasks, journals and the like there are, which are none of a visit's.
    pub(super) others: usize,
}

/// A content line.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) name: String,
    parameters: Vec<(String, String)>,
    pub(super) value: String,
}

/// A VTIMEZONE: its name, and the lines of each of its observances.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) observances: Vec<Vec<Line>>,
}

/// A time as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    Date(NaiveDate),
    /// Of some zone, or of none.
    Local(NaiveDateTime),
    Utc(NaiveDateTime),
}

impl Line {
    fn of(property: Property<'_>) -> Self {
        let parameters = property.params.into_iter().map(|parameter| {
            let value = parameter.val.map(|value| value.into_owned().to_string()).unwrap_or_default();
            (parameter.key.to_string().to_ascii_uppercase(), value.trim_matches('"').to_owned())
        });
        Line {
            name: property.name.to_string().to_ascii_uppercase(),
            parameters: parameters.collect(),
            value: property.val.to_string(),
        }
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The times in it; `None` for one that cannot be read.
    pub(super) fn stamps(&self) -> impl Iterator<Item = Option<Stamp>> {
        self.value.split(',').map(|text| Stamp::parse(text.split('/').next().unwrap_or_default().trim()))
    }

    pub(super) fn stamp(&self) -> Option<Stamp> {
        Stamp::parse(self.value.trim())
    }
}

impl Stamp {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(date, time)| (date, Some(time)));
        let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        let date = digits(date, 8).then(|| NaiveDate::parse_from_str(date, "%Y%m%d").ok()).flatten()?;
        let Some(time) = time else { return Some(Stamp::Date(date)) };
        let (time, utc) = time.strip_suffix(['Z', 'z']).map_or((time, false), |time| (time, true));
        let time = digits(time, 6).then(|| NaiveTime::parse_from_str(time, "%H%M%S").ok()).flatten()?;
        Some(if utc { Stamp::Utc(date.and_time(time)) } else { Stamp::Local(date.and_time(time)) })
    }
}

/// A length as RFC 5545 has it: P1D, PT1H30M, P2W.
pub(super) fn duration(text: &str) -> Option<TimeDelta> {
    let rest = text.trim().trim_start_matches('+').strip_prefix('P')?;
    let (mut seconds, mut number) = (0_i64, String::new());
    for c in rest.chars() {
        let unit = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            'T' => continue,
            'W' => 604_800,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.parse::<i64>().ok()?.checked_mul(unit)?)?;
        number.clear();
    }
    (number.is_empty() && seconds < 100 * 366 * 86_400).then(|| TimeDelta::seconds(seconds))
}

/// The value of the first line of a name.
pub(super) fn line<'l>(lines: &'l [Line], name: &str) -> Option<&'l Line> {
    lines.iter().find(|line| line.name == name)
}

/// Reads a calendar.
pub(super) fn read(text: &str) -> Result<Calendar, String> {
    // The parser looks for CR LF to the very end of a text before it takes another end of a line, and follows components
    // as deep as they go.
    let text = text.trim_start_matches('\u{FEFF}').trim_start().replace("\r\n", "\n").replace('\r', "\n");
    let text = unfold(&text).replace('\n', "\r\n") + "\r\n";
    if !text.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        return Err("this is no calendar: it does not begin with BEGIN:VCALENDAR".to_owned());
    }
    let parts = parts(&text)?;
    if text.lines().nth(MAX_LINES).is_some() {
        return Err(format!("the calendar has more than {MAX_LINES} lines, too many for a visit"));
    }
    let mut calendar = Calendar::default();
    for part in parts {
        let roots = read_calendar_simple(&text[part.clone()]).map_err(|error| {
            let line = text[..part.end - error.input.len()].lines().count();
            let start: String = error.input.trim_start().lines().next().unwrap_or_default().chars().take(40).collect();
            format!("this is no calendar: its content line {line} cannot be read (“{start}”)")
        })?;
        for root in roots {
            calendar.properties.extend(root.properties.into_iter().map(Line::of));
            for component in root.components {
                calendar.add(component);
            }
        }
    }
    Ok(calendar)
}

/// Where each calendar of a text is; there may be several, and what some programs write between and after them.
fn parts(text: &str) -> Result<Vec<Range<usize>>, String> {
    let (mut parts, mut depth, mut start, mut end) = (Vec::new(), 0_usize, 0, 0);
    for line in text.split_inclusive('\n') {
        let begins = |word: &str| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if begins("BEGIN:") {
            if depth == 0 {
                start = end;
            }
            depth += 1;
        }
        end += line.len();
        if begins("END:") && depth > 0 {
            depth -= 1;
            if depth == 0 {
                parts.push(start..end);
            }
        }
        if depth > MAX_NESTING {
            return Err("this is no calendar: its components are nested too deep".to_owned());
        }
    }
    if depth > 0 {
        return Err("the calendar is cut off: it does not end with END:VCALENDAR".to_owned());
    }
    Ok(parts)
}

impl Calendar {
    fn add(&mut self, component: Component<'_>) {
        let lines = |properties: Vec<Property<'_>>| properties.into_iter().map(Line::of).collect::<Vec<_>>();
        match component.name.to_string().to_ascii_uppercase().as_str() {
            "VEVENT" => self.events.push(lines(component.properties)),
            "VTIMEZONE" => {
                let own = lines(component.properties);
                let observances = component.components.into_iter().map(|part| lines(part.properties)).collect();
                let name = line(&own, "TZID").map(|line| line.value.clone()).unwrap_or_default();
                self.zones.push(Table { name, observances });
            }
            _ => self.others += 1,
        }
    }
}
