//! A reader for the plain part of YAML, in which nearly every schedule is written: fifteen times as fast as a whole one.
//!
//! Reads block maps and lists, flow ones that end on their line, scalars on one line, and literal blocks (`|`, `|-`).
//! Anything else, wrong or only rare, makes it give up, and the whole file goes to `serde_yaml`: so there is
//! one answer to what a file means and to what is wrong with it, and this reader never says the latter. Where it does
//! not give up, its tree is the other's, node for node; tests and a fuzz target check that.
//!
//! It gives up, among other things, at tabs, carriage returns and characters that nobody sees, at anchors, tags,
//! directives and document marks, at scalars that go on over several lines, and at numbers.

use std::borrow::Cow;

use super::events::quoted_length;
use super::tree::{Node, NodeId, Value};

/// How deep it follows lists and maps: far deeper than schedules go, and well within what may be nested.
const MAX_PLAIN_DEPTH: u32 = 16;

/// The longest key that it takes; YAML has a limit of 1,024 (1.2.2, 7.4.2).
const MAX_KEY_LENGTH: usize = 128;

/// Reads a text; `None` if it is not plain.
pub(super) fn parse(text: &str) -> Option<Node<'_>> {
    if !text.ends_with('\n') || has_doubtful_characters(text) {
        return None;
    }
    let mut reader = PlainReader { text, bytes: text.as_bytes(), next: 0, line: None };
    reader.go_to(0);
    let first = reader.line?;
    if first.indent != 0 || reader.is_item(first) {
        return None;
    }
    let root = reader.map(0, 0)?;
    reader.line.is_none().then_some(root)
}

/// Whether there are tabs, controls, breaks that nobody sees, marks of byte order, or what is no character at all.
fn has_doubtful_characters(text: &str) -> bool {
    let is_doubtful = |c| {
        matches!(c, '\0'..='\t' | '\u{B}'..='\u{1F}' | '\u{7F}'..='\u{9F}')
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
    };
    // Most texts do not even hold a byte that one of them begins with; without an early end, many are compared at once.
    let may_begin = |byte| matches!(byte, 0..=0x09 | 0x0B..=0x1F | 0x7F | 0xC2 | 0xE2 | 0xEF);
    text.bytes().fold(false, |any, byte| any | may_begin(byte)) && text.chars().any(is_doubtful)
}

/// A line with something to read on it.
#[derive(Debug, Clone, Copy)]
struct ContentLine {
    /// The column where its content begins; of an entry that stands behind the dash of a list, that of the entry.
    indent: usize,
    /// The first byte of the content.
    start: usize,
    /// The byte of its line break.
    end: usize,
}

struct PlainReader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// The number of the next node.
    next: u32,
    /// The line to read, if there is one left.
    line: Option<ContentLine>,
}

impl<'a> PlainReader<'a> {
    fn number(&mut self) -> NodeId {
        let id = NodeId(self.next);
        self.next += 1;
        id
    }

    fn leaf(&mut self, value: Value<'a>) -> Node<'a> {
        Node { id: self.number(), value }
    }

    fn line_end(&self, from: usize) -> usize {
        self.text[from..].find('\n').map_or(self.bytes.len(), |length| from + length)
    }

    fn spaces(&self, from: usize) -> usize {
        self.bytes[from..].iter().take_while(|byte| **byte == b' ').count()
    }

    /// Goes to the first line with content at or after the beginning of a line.
    fn go_to(&mut self, mut from: usize) {
        self.line = loop {
            if from >= self.bytes.len() {
                break None;
            }
            let indent = self.spaces(from);
            let start = from + indent;
            match self.bytes.get(start) {
                Some(b'\n') => from = start + 1,
                Some(b'#') => from = self.line_end(start) + 1,
                _ => break Some(ContentLine { indent, start, end: self.line_end(start) }),
            }
        };
    }

    fn is_item(&self, line: ContentLine) -> bool {
        self.bytes[line.start] == b'-' && self.bytes.get(line.start + 1) == Some(&b' ')
    }

    /// The byte of the colon behind a key that stands at `start`, if one does.
    fn colon(&self, start: usize, end: usize) -> Option<usize> {
        let is_in_keys = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let length = self.bytes[start..end].iter().take(MAX_KEY_LENGTH).take_while(|byte| is_in_keys(byte)).count();
        let colon = start + length;
        let separated = colon + 1 == end || self.bytes.get(colon + 1) == Some(&b' ');
        (length > 0 && colon < end && self.bytes[colon] == b':' && separated).then_some(colon)
    }

    /// A map whose keys begin at a column, from the line at hand on.
    fn map(&mut self, indent: usize, depth: u32) -> Option<Node<'a>> {
        if depth > MAX_PLAIN_DEPTH {
            return None;
        }
        let id = self.number();
        let mut pairs = Vec::with_capacity(8);
        while let Some(line) = self.line.filter(|line| line.indent >= indent) {
            if line.indent > indent {
                return None;
            }
            let colon = self.colon(line.start, line.end)?;
            let key = self.plain(line.start, colon)?;
            let value = self.value(colon + 1, line.end, indent, depth)?;
            pairs.push((key, value));
        }
        Some(Node { id, value: Value::Map(pairs) })
    }

    /// A list whose dashes stand at a column, from the line at hand on.
    fn list(&mut self, indent: usize, depth: u32) -> Option<Node<'a>> {
        if depth > MAX_PLAIN_DEPTH {
            return None;
        }
        let id = self.number();
        let mut items = Vec::new();
        while let Some(line) = self.line.filter(|line| line.indent == indent && self.is_item(*line)) {
            let start = line.start + 1 + self.spaces(line.start + 1);
            if self.colon(start, line.end).is_some() {
                let column = indent + (start - line.start);
                self.line = Some(ContentLine { indent: column, start, end: line.end });
                items.push(self.map(column, depth + 1)?);
            } else if start == line.end || matches!(self.bytes[start], b'#' | b'-') {
                return None;
            } else {
                items.push(self.value(start, line.end, indent, depth)?);
            }
        }
        Some(Node { id, value: Value::List(items) })
    }

    /// The value behind a key or a dash: on the same line, or on those below. `indent` is that of the key or dash.
    fn value(&mut self, from: usize, end: usize, indent: usize, depth: u32) -> Option<Node<'a>> {
        let start = from + self.spaces(from);
        match self.bytes[start] {
            _ if start >= end => self.below(end, indent, depth),
            b'#' => self.below(end, indent, depth),
            b'|' => self.literal(start, end, indent),
            sign => {
                let (node, after) = match sign {
                    b'{' | b'[' => self.flow(start, end, depth + 1)?,
                    b'"' => self.double_quoted(start, end)?,
                    b'\'' => self.single_quoted(start, end)?,
                    _ => {
                        let after = self.plain_end(start, end)?;
                        (self.plain(start, after)?, after)
                    }
                };
                let rest = after + self.spaces(after);
                // A comment needs a space before it.
                let ends = rest == end || (rest > after && self.bytes[rest] == b'#');
                self.go_to(end + 1);
                ends.then_some(node)
            }
        }
    }

    /// The value of a key with nothing behind it.
    fn below(&mut self, end: usize, indent: usize, depth: u32) -> Option<Node<'a>> {
        self.go_to(end + 1);
        match self.line {
            // A list may stand at the column of its key.
            Some(line) if line.indent >= indent && self.is_item(line) => self.list(line.indent, depth + 1),
            Some(line) if line.indent > indent => self.map(line.indent, depth + 1),
            _ => Some(self.leaf(Value::Null)),
        }
    }

    /// A literal block (YAML 1.2.2, 8.1.2) whose header begins at `start`.
    fn literal(&mut self, start: usize, end: usize, parent: usize) -> Option<Node<'a>> {
        let keeps_break = match self.text[start..end].trim_end() {
            "|" => true,
            "|-" => false,
            _ => return None,
        };
        let (mut text, mut blank, mut column) = (String::new(), 0, None);
        let mut from = end + 1;
        while from < self.bytes.len() {
            let spaces = self.spaces(from);
            let end = self.line_end(from + spaces);
            if from + spaces == end {
                // What spaces on a blank line mean, and blank lines before the first, is for the other reader to say.
                if spaces > 0 || column.is_none() {
                    return None;
                }
                blank += 1;
            } else {
                let column = *column.get_or_insert(spaces);
                if column <= parent {
                    return None;
                }
                if spaces < column {
                    break;
                }
                let breaks = if text.is_empty() { 0 } else { blank + 1 };
                text.extend(std::iter::repeat_n('\n', breaks));
                text.push_str(&self.text[from + column..end]);
                blank = 0;
            }
            from = end + 1;
        }
        column?;
        if keeps_break {
            text.push('\n');
        }
        self.go_to(from);
        Some(self.leaf(Value::Text(Cow::Owned(text))))
    }

    /// A list or map in brackets, and the byte after it.
    fn flow(&mut self, start: usize, end: usize, depth: u32) -> Option<(Node<'a>, usize)> {
        if depth > MAX_PLAIN_DEPTH {
            return None;
        }
        let id = self.number();
        let is_map = self.bytes[start] == b'{';
        let close = if is_map { b'}' } else { b']' };
        let (mut pairs, mut items) = (Vec::new(), Vec::new());
        let mut at = start + 1 + self.spaces(start + 1);
        if self.bytes[at] == close {
            at += 1;
        } else {
            loop {
                if is_map {
                    let colon = self.colon(at, end)?;
                    let key = self.plain(at, colon)?;
                    let (value, after) = self.flow_value(colon + 1, end, depth)?;
                    pairs.push((key, value));
                    at = after;
                } else {
                    let (value, after) = self.flow_value(at, end, depth)?;
                    items.push(value);
                    at = after;
                }
                at += self.spaces(at);
                match self.bytes[at] {
                    b',' => at += 1 + self.spaces(at + 1),
                    sign if sign == close => break,
                    _ => return None,
                }
            }
            at += 1;
        }
        let value = if is_map { Value::Map(pairs) } else { Value::List(items) };
        Some((Node { id, value }, at))
    }

    /// A value within brackets, and the byte after it.
    fn flow_value(&mut self, from: usize, end: usize, depth: u32) -> Option<(Node<'a>, usize)> {
        let start = from + self.spaces(from);
        match self.bytes[start] {
            b'{' | b'[' => self.flow(start, end, depth + 1),
            b'"' => self.double_quoted(start, end),
            b'\'' => self.single_quoted(start, end),
            _ => {
                let after = self.flow_plain_end(start, end)?;
                Some((self.plain(start, after)?, after))
            }
        }
    }

    /// The byte after a plain scalar: before a comment, or at the end of the line.
    fn plain_end(&self, start: usize, end: usize) -> Option<usize> {
        let mut at = start;
        while at < end {
            match self.bytes[at] {
                b':' if at + 1 == end || self.bytes[at + 1] == b' ' => return None,
                b'#' if self.bytes[at - 1] == b' ' => break,
                _ => at += 1,
            }
        }
        Some(self.without_spaces(start, at))
    }

    /// The same within brackets.
    fn flow_plain_end(&self, start: usize, end: usize) -> Option<usize> {
        let mut at = start;
        loop {
            if at == end {
                return None;
            }
            match self.bytes[at] {
                b',' | b']' | b'}' => break,
                b'[' | b'{' | b'?' => return None,
                b':' if matches!(self.bytes[at + 1], b' ' | b'\n' | b',' | b'[' | b']' | b'{' | b'}' | b'?') => {
                    return None;
                }
                b'#' if self.bytes[at - 1] == b' ' => return None,
                // Not all readers of YAML have a dash by itself for a part of a text here.
                b'-' if self.bytes[at - 1] == b' ' && matches!(self.bytes[at + 1], b' ' | b',' | b']' | b'}') => {
                    return None;
                }
                _ => at += 1,
            }
        }
        Some(self.without_spaces(start, at))
    }

    fn without_spaces(&self, start: usize, mut end: usize) -> usize {
        while end > start && self.bytes[end - 1] == b' ' {
            end -= 1;
        }
        end
    }

    /// The plain scalar of these bytes, if it certainly is a text, true or false.
    fn plain(&mut self, start: usize, end: usize) -> Option<Node<'a>> {
        let text = &self.text[start..end];
        let value = match text.as_bytes().first()? {
            b'a'..=b'z' | b'A'..=b'Z' => match text {
                "null" | "Null" | "NULL" => return None,
                "true" | "True" | "TRUE" => Value::Bool(true),
                "false" | "False" | "FALSE" => Value::Bool(false),
                _ => Value::Text(Cow::Borrowed(text)),
            },
            b'0'..=b'9' if !is_no_number(text.as_bytes()) => return None,
            b'0'..=b'9' | b'(' | b'/' | b'_' | 0x80.. => Value::Text(Cow::Borrowed(text)),
            _ => return None,
        };
        Some(self.leaf(value))
    }

    /// A scalar in double quotes, and the byte after it.
    fn double_quoted(&mut self, start: usize, end: usize) -> Option<(Node<'a>, usize)> {
        let after = start + quoted_length(&self.text[start..end], '"')?;
        let written = &self.text[start + 1..after - 1];
        let text = if written.contains('\\') { Cow::Owned(unescaped(written)?) } else { Cow::Borrowed(written) };
        Some((self.leaf(Value::Text(text)), after))
    }

    /// A scalar in single quotes, and the byte after it.
    fn single_quoted(&mut self, start: usize, end: usize) -> Option<(Node<'a>, usize)> {
        let after = start + quoted_length(&self.text[start..end], '\'')?;
        let written = &self.text[start + 1..after - 1];
        // Two quotes are one within the text, which is rare enough.
        (!written.contains('\'')).then(|| (self.leaf(Value::Text(Cow::Borrowed(written))), after))
    }
}

/// A text without its escapes, of which only the common ones are known.
fn unescaped(written: &str) -> Option<String> {
    let mut text = String::with_capacity(written.len());
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        text.push(match c {
            '\\' => match rest.next()? {
                sign @ ('"' | '\\') => sign,
                'n' => '\n',
                _ => return None,
            },
            c => c,
        });
    }
    Some(text)
}

/// Whether a scalar that begins with a digit is certainly no number (YAML 1.2.2, 10.3.2, and what `serde_yaml` takes
/// for one beyond that): dates, times and lengths are not.
fn is_no_number(scalar: &[u8]) -> bool {
    let in_numbers =
        |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'o' | b'X' | b'O' | b'_' | b'.' | b'+' | b'-');
    let sign_within = |pair: &[u8]| matches!(pair[1], b'-' | b'+') && !matches!(pair[0], b'e' | b'E');
    !scalar.iter().all(in_numbers) || scalar.windows(2).any(sign_within)
}
